"""How wide the columns of a table sheet are: as declared, and as what stands in them needs.

What may not enter: drawing.
"""

from __future__ import annotations

from collections.abc import Sequence

from xl_collab.documents import theme as looks
from xl_collab.documents.canvas import Canvas
from xl_collab.project.tables import Table
from xl_collab.project.text_size import INDENT
from xl_collab.schema.declaration import LONG_KINDS, Column, TableSheet
from xl_collab.schema.words import Lang

FILTER_BUTTON = 3
"""Width in characters that the filter button takes from a heading."""
_UNBROKEN = 16
"""Width of a heading with its unit that stays on one line."""
_MAX_GROWTH, _MIN_SHARE = 1.5, 0.7
_PROSE = 18
"""Declared width from which a text column holds prose, and may be made narrower."""
_ENGLISH = 1.15
_NARROWEST_PROSE = 0.6
"""Share of its width that a prose column keeps when it makes room so that the table prints on one page."""


def column_widths(canvas: Canvas, sheet: TableSheet, table: Table) -> list[float]:
    """Widths in characters: as declared, wider where a word or a short value needs it.

    Where they leave the page, prose columns shrink to what they hold, and further where that lets the table
    print on one page.
    """
    widths = [_width(canvas, column, table, crowded=False) for column in sheet.columns]
    room = looks.paper_room(landscape=True) / looks.WIDEST
    if looks.paper_width(shown_widths(sheet, widths)) <= room:
        return widths
    widths = [_width(canvas, column, table, crowded=True) for column in sheet.columns]
    over = looks.paper_width(shown_widths(sheet, widths)) - room
    prose = [n for n, column in enumerate(sheet.columns) if _is_prose(column)]
    share = 1 - over / sum(widths[n] for n in prose) if prose else 0.0
    if share >= 1 or share < _NARROWEST_PROSE:
        return widths
    return [width * share if n in prose else width for n, width in enumerate(widths)]


def _is_prose(column: Column) -> bool:
    return column.kind in LONG_KINDS and column.width >= _PROSE and not (column.hidden or column.folded)


def shown_widths(sheet: TableSheet, widths: Sequence[float]) -> list[float]:
    """The widths of the columns that are printed."""
    pairs = zip(sheet.columns, widths, strict=True)
    return [width for column, width in pairs if not (column.hidden or column.folded)]


def _width(canvas: Canvas, column: Column, table: Table, *, crowded: bool) -> float:
    heading = column.label.of(canvas.lang)
    # An English heading may break between words, a Chinese one anywhere but in a short unit, 偏差(工作日).
    words = heading.split() if canvas.lang == "en" else [heading[: (len(heading) + 1) // 2]]
    if "(" in heading and looks.text_width(heading) <= _UNBROKEN and canvas.lang == "zh":
        words = [heading]
    needed = float(max(map(looks.text_width, words)) + FILTER_BUTTON)
    longest = table.once(("longest", column.name), lambda: _longest(table, column.name))
    if column.kind in LONG_KINDS:
        return max(needed, _prose_width(column.width, longest if crowded else 0, canvas.lang))
    return max(needed, column.width, min(longest + 2 + INDENT, column.width * _MAX_GROWTH))


def _longest(table: Table, column: str) -> int:
    return max(map(looks.text_width, table.texts(column).tolist()), default=0)


def _prose_width(declared: float, longest: int, lang: Lang) -> float:
    """Width of a wrapping column: for a known longest text two lines, within a floor and a cap."""
    cap = declared * _ENGLISH if lang == "en" else declared
    return max(declared * _MIN_SHARE, min(cap, longest / 2 + 3)) if longest else cap
