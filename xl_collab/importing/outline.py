"""Task rows in levels within one column: outline numbers 1, 1.1, 1.1.1, a column of levels, blanks in front.

A row with rows below it names their stage. Where nobody is named for it, its dates and figures are only the
sum of theirs, and it is a section; else it is a task too. What may not enter: columns of levels (levels.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from xl_collab.importing.columns import ForeignColumn, ForeignSheet, is_filled, shown
from xl_collab.importing.headings import heading_key
from xl_collab.importing.words import OUTLINE_LEVELS, OUTLINE_NUMBERS, PERSON

_NUMBER = re.compile(r"\d+(?:[.\-．]\d+)*[.、．]?")
_GAP = re.compile(r"[.\-．]")
_LEVEL = re.compile(r"[1-9]")
_BLANKS = re.compile(r"^[ \t\u3000\xa0]*")


@dataclass(frozen=True)
class Step:
    """One task row: its depth from 1, its name, and whether somebody is named for it."""

    row: int
    depth: int
    name: str
    owned: bool


@dataclass(frozen=True)
class Group:
    """A row with rows below it: its name, its depth, whether it is a task too."""

    name: str
    depth: int
    owned: bool


def outlined(
    sheet: ForeignSheet, rows: Sequence[int], columns: Sequence[ForeignColumn], places: Mapping[str, int]
) -> tuple[dict[int, int], dict[int, Group]]:
    """Row → depth, and row → group for those that have rows below; both empty where there are no levels.

    rows    the task rows from top to bottom
    places  target → index in `columns`
    """
    if "task" not in places or len(rows) < 2:
        return {}, {}
    steps = _steps(sheet, rows, columns, places)
    groups = {
        one.row: Group(one.name, one.depth, one.owned)
        for one, below in pairwise(steps)
        if below.depth > one.depth and one.name
    }
    return ({one.row: one.depth for one in steps}, groups) if groups else ({}, {})


def _steps(
    sheet: ForeignSheet, rows: Sequence[int], columns: Sequence[ForeignColumn], places: Mapping[str, int]
) -> list[Step]:
    task = columns[places["task"]].number
    depths = _depths(sheet, rows, columns, places)
    people = [columns[places[target]].number for target in ("owner", PERSON) if target in places]
    return [
        Step(row, depth, shown(sheet.cell(row, task)), any(is_filled(sheet.cell(row, n)) for n in people))
        for row, depth in zip(rows, depths, strict=False)
    ]


def _depths(
    sheet: ForeignSheet, rows: Sequence[int], columns: Sequence[ForeignColumn], places: Mapping[str, int]
) -> list[int]:
    """The depth of every row by the first sign that holds for all of them; [] when none does."""
    keyed = {heading_key(c.parts[-1]): c.number for c in columns if c.parts}
    numbers = [n for key, n in keyed.items() if key in OUTLINE_NUMBERS]
    numbers += [columns[places["id"]].number] if "id" in places else []
    for number in numbers:
        found = _by_number([shown(sheet.cell(row, number)) for row in rows])
        if found:
            return found
    for number in (n for key, n in keyed.items() if key in OUTLINE_LEVELS):
        texts = [shown(sheet.cell(row, number)) for row in rows]
        if all(_LEVEL.fullmatch(text) for text in texts):
            return [int(text) for text in texts]
    return _by_blanks([sheet.cell(row, columns[places["task"]].number) for row in rows])


def _by_number(texts: Sequence[str]) -> list[int]:
    """1, 1.1, 1.1.1: a number whose beginning stands above it is one deeper."""
    plain = [text.rstrip(".、．") for text in texts]
    if not all(_NUMBER.fullmatch(text) for text in plain) or len(set(plain)) < len(plain):
        return []
    depths = [len(_GAP.split(text)) for text in plain]
    nested = any(
        below > depth and _GAP.split(under)[:depth] == _GAP.split(text)
        for text, under, depth, below in zip(plain, plain[1:], depths, depths[1:], strict=False)
    )
    return depths if nested else []


def _by_blanks(cells: Sequence[object]) -> list[int]:
    """Blanks in front of the names, in steps: the first row has the fewest."""
    if not all(isinstance(cell, str) and cell.strip() for cell in cells):
        return []
    widths = [_width(str(cell)) for cell in cells]
    steps = sorted(set(widths))
    return [steps.index(width) + 1 for width in widths] if len(steps) > 1 and widths[0] == steps[0] else []


def _width(text: str) -> int:
    match = _BLANKS.match(text)
    return sum(2 if sign in "\u3000\t" else 1 for sign in match[0]) if match else 0
