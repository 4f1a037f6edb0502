"""Load in weeks as a sheet: a heat map coloured by a conditional format, with a figure in every cell."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from xl_collab.documents.portfolio import words
from xl_collab.documents.portfolio.frame import HEAD, Head, begin, print_set_up, say_about
from xl_collab.documents.portfolio.heat import Heat, HeatRow
from xl_collab.documents.portfolio.lists import clean
from xl_collab.documents.portfolio.words import COLUMN
from xl_collab.documents.theme import BODY_SIZE, Theme

_NAME, _PERSON, _FIGURE, _WEEK = 12.5, 8.5, 7.5, 5.6
_NONE, _FULL, _OVER = "#FFFFFF", "#FFE9A8", "#EE8E80"
"""Ground of no load, of much and of most; dark ink can be read on all of them."""
_CLASH = '0"▲"'
_A_PERSON = (5.0, 10.0)
"""Task-days a week of one person that are a full week, and two at once."""


def draw_heat(sheet: Worksheet, theme: Theme, heat: Heat) -> None:
    """Fill a worksheet with the load of departments or persons."""
    lang = theme.lang
    heads = [Head(COLUMN["department"].of(lang), _NAME, left=True)]
    if heat.by_person:
        heads.append(Head(COLUMN["person"].of(lang), _PERSON, left=True))
    heads.append(Head(COLUMN["total"].of(lang), _FIGURE))
    first = len(heads)
    heads += [Head(text, _WEEK) for text in _weeks(heat, theme)]
    heads += [Head(COLUMN[name].of(lang), _FIGURE) for name in ("later", "at_once")]
    begin(sheet, theme, heat.tab.of(lang), heads, len(heat.rows), first)
    say_about(sheet, theme, [heat.hint.of(lang)])
    if not heat.rows:
        sheet.write_string(HEAD + 1, 0, heat.empty.of(lang), theme("hint", font_size=BODY_SIZE))
    for row, one in enumerate(heat.rows, HEAD + 1):
        _row(sheet, theme, row, one, first)
    if heat.rows and heat.weeks:
        last = HEAD + len(heat.rows)
        sheet.conditional_format(HEAD + 1, first, last, first + len(heat.weeks) - 1, _scale(heat))
    print_set_up(sheet, theme, heads, len(heat.rows))


def _weeks(heat: Heat, theme: Theme) -> Sequence[str]:
    """The heading of each week; the year stands where it begins."""
    said, year = [], 0
    for week, days in zip(heat.weeks, heat.workdays, strict=True):
        text = words.WEEK.of(theme.lang).format(day=f"{week:%m-%d}", n="?" if days is None else days)
        said.append(f"{week:%Y}\n{text}" if week.year != year else text)
        year = week.year
    return said


def _row(sheet: Worksheet, theme: Theme, row: int, one: HeatRow, first: int) -> None:
    name, figure = theme("body", "left", "indent"), theme("body", "integer")
    clash = theme("body", "integer", "bold", num_format=_CLASH)
    sheet.write_string(row, 0, clean(one.department), theme.for_text(one.department, name))
    if one.person:
        sheet.write_string(row, 1, clean(one.person), theme.for_text(one.person, name))
    sheet.write_number(row, first - 1, one.total, theme("body", "integer", "bold"))
    for n, (days, clashing) in enumerate(zip(one.days, one.clashes, strict=True)):
        look = clash if clashing else figure
        if days or clashing:
            sheet.write_number(row, first + n, days, look)
        else:
            sheet.write_blank(row, first + n, None, look)
    after = first + len(one.days)
    sheet.write_number(row, after, one.later, figure)
    sheet.write_number(row, after + 1, one.projects, figure)


def _scale(heat: Heat) -> dict[str, object]:
    """Colours from none to most; of persons by what one can do, of departments by what the others have."""
    full, over = _A_PERSON if heat.by_person else _usual(heat)
    kinds = {f"{end}_type": "num" for end in ("min", "mid", "max")}
    values = {"min_value": 0, "mid_value": full, "max_value": over}
    colours = {"min_color": _NONE, "mid_color": _FULL, "max_color": _OVER}
    return {"type": "3_color_scale", **kinds, **values, **colours}


def _usual(heat: Heat) -> tuple[float, float]:
    """The middle of what departments have in a week, and nearly the most."""
    found = sorted(days for row in heat.rows for days in row.days if days) or [1]
    middle = float(found[len(found) // 2])
    return middle, max(float(found[int((len(found) - 1) * 0.97)]), middle + 1)
