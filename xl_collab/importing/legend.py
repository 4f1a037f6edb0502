"""What a colour or a line through means: a sheet's own legend, else what people usually mean.

A legend may be words ("红色=延期，绿色=完成", "注：红色为逾期事项") or coloured cells beside their words.
What may not enter: which rows are coloured (row_colours.py), cells of the tracker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from xl_collab.importing.columns import ForeignColumn, ForeignSheet, shown
from xl_collab.importing.headings import heading_key
from xl_collab.importing.looks import HUES, Cell, hue_of
from xl_collab.importing.progress import read_progress

STRUCK, COMMENT, HIDDEN = "struck", "comment", "hidden"
INK = "-text"
"""red is a fill, red-text the colour of letters."""


@dataclass(frozen=True)
class Meaning:
    """What a look says of a row.

    status  a state's code
    words   what else it says, for 备注: 延期, 重点
    late    it says that the work is late, which 预警 computes; the words go to 备注 all the same
    leave   the row is not to be imported
    """

    status: str | None = None
    words: str = ""
    late: bool = False
    leave: bool = False


USUAL: Mapping[str, Meaning] = {
    "red": Meaning("in_progress", late=True),
    f"red{INK}": Meaning("in_progress", late=True),
    "yellow": Meaning("in_progress"),
    "green": Meaning("done"),
    STRUCK: Meaning("cancelled"),
    COMMENT: Meaning(),
}
"""Looks with one usual reading. Grey may be cancelled, done or paused; hidden may be old or only filtered."""

_SIGNS = {
    **{zh: hue for hue in HUES for zh in (HUES[hue].zh, HUES[hue].en)},
    "橘": "orange",
    "amber": "yellow",
    "gray": "grey",
    "粉": "red",
    "删除线": STRUCK,
    "划线": STRUCK,
    "划掉": STRUCK,
    "strikethrough": STRUCK,
    "struck": STRUCK,
}
_SIGN = "|".join(sorted(_SIGNS, key=len, reverse=True))
_TAIL = r"(?:色)?(?:底纹|底色|底|填充|单元格|行|标[注记]|的|\s*(?:rows?|cells?|fill))*"
_SAYS = r"\s*(?:[:：=＝—–→-]+|表示|代表|标[注记]|为|是|即|指|\bmeans?\b|\bis\b)\s*"
_INK = r"(?P<ink>(?:色)?字体?|\s*(?:text|font|letters))?"
_FORWARD = re.compile(
    rf"(?:整行|标|填|用)?(?P<sign>{_SIGN}){_TAIL}{_INK}{_SAYS}(?P<words>.{{1,20}})", re.IGNORECASE
)
_BACKWARD = re.compile(
    rf"(?P<words>.{{1,16}}?)(?:的?(?:用|标|以)|{_SAYS})\s*(?P<sign>{_SIGN}){_TAIL}{_INK}(?:表示|显示)?",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(rf"((?:{_SIGN}){_TAIL})\s*[（(]([^（）()]+)[）)]", re.IGNORECASE)
_PIECES = re.compile(
    rf"[,，;；、。\n\r\t|/（）()【】\[\]]|\s{{2,}}|\s+(?=(?:标|填)?(?:{_SIGN}){_TAIL}{_SAYS}\S)",
    re.IGNORECASE,
)
"""Where one thing that a legend says ends: 红色:延期 绿色:完成 are two."""
_BEFORE = re.compile(
    r"^\s*(?:注|说明|备注|图例|颜色说明|legend|colou?r key|key|notes?)\s*\d?\s*[:：.、]\s*", re.IGNORECASE
)
_HEAD = re.compile(r"(?:颜色)?(?:图例|说明)|颜色含义|legend|colou?r (?:key|code)|key", re.IGNORECASE)
_AFTER = re.compile(r"(?:的)?(?:事项|任务|工作|项目|项|行|状态|节点|tasks?|items?|rows?)$", re.IGNORECASE)
_LATE = re.compile(r"延期|逾期|滞后|超期|延迟|拖期|落后|delayed|overdue|late|behind", re.IGNORECASE)
_LONGEST = 14
_NEAR = (12, 6)
"""Rows below and columns right of 图例 in which a coloured cell belongs to it."""


def meaning_of(words: str) -> Meaning:
    """What a legend's or a person's words say: a state where they are one, else words for 备注."""
    plain = " ".join(words.split()).strip("。.;；“”\"'")
    for text in (plain, _AFTER.sub("", plain)):
        found = read_progress(text)
        if found is not None and found.percent is None:
            return Meaning(found.status, plain if found.late else "", found.late)
    if _LATE.search(plain) and not plain.endswith("完成"):
        return Meaning("in_progress", plain, True)
    return Meaning(None, plain)


def legend_columns(columns: Sequence[ForeignColumn]) -> set[int]:
    """Columns that are a legend beside the tasks: one headed 图例, and those without a heading behind it."""
    found: set[int] = set()
    inside = False
    for column in columns:
        inside = _HEAD.fullmatch(column.heading) is not None or (inside and not column.parts)
        if inside:
            found.add(column.number)
    return found


def legend_of(sheet: ForeignSheet, outside: Iterable[tuple[int, int, object]]) -> dict[str, str]:
    """The words of each look (a hue or STRUCK) that a legend explains; a look with two meanings is left out.

    outside  the cells that belong to no task
    """
    cells = {(row, column): shown(value) for row, column, value in outside}
    found: dict[str, dict[str, str]] = {}
    for look, words in (*_worded(cells.values()), *_pictured(sheet, cells)):
        found.setdefault(look, {})[heading_key(words)] = words
    return {look: next(iter(said.values())) for look, said in found.items() if len(said) == 1}


def _worded(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        if re.search(_SIGN, text, re.IGNORECASE):
            for piece in _PIECES.split(_IN_BRACKETS.sub(r"\1=\2", _BEFORE.sub("", text))):
                yield from _said(_BEFORE.sub("", piece).strip())


def _said(piece: str) -> Iterator[tuple[str, str]]:
    match = _FORWARD.fullmatch(piece) or _BACKWARD.fullmatch(piece)
    if match is not None and match["words"].strip():
        sign = _SIGNS[match["sign"].lower()]
        yield sign + INK if match["ink"] and sign != STRUCK else sign, match["words"].strip()


def _pictured(sheet: ForeignSheet, cells: Mapping[Cell, str]) -> Iterator[tuple[str, str]]:
    """Coloured cells with a word in them or right of them, under 图例 or with a word that is a state."""
    fills = sheet.looks.fills if sheet.looks is not None else {}
    heads = [at for at, text in cells.items() if _HEAD.fullmatch(text.strip(" :：【】[]"))]
    for at, colour in fills.items():
        hue = hue_of(colour)
        if hue is None or (at not in cells and sheet.cell(*at) is not None):
            continue
        words = cells.get(at) or cells.get((at[0], at[1] + 1), "")
        near = any(
            0 <= at[0] - r <= _NEAR[0] and 0 <= at[1] - c <= _NEAR[1] for r, c in heads if (r, c) != at
        )
        told = at in cells and meaning_of(words).status is not None and len(words) <= 6
        if words and len(words) <= _LONGEST and (near or told) and not _SAID.fullmatch(words):
            yield hue, words


_SAID = re.compile(rf"(?:{_SIGN})色?|.*[=＝:：].*", re.IGNORECASE)
"""Words of a coloured cell that only name its colour, or that say it in words already."""
