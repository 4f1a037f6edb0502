"""Tables that give each task two rows, one of its plan and one of what became of it.

| task | | start | finish |
| Tooling | plan | 03-02 | 03-06 |
| | actual | 03-03 | 03-09 |

The second row is no task of its own: its days are the actual ones of the row above. What may not enter:
groups of columns (heading_dates.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from xl_collab.importing.columns import ForeignColumn, ForeignSheet, shown
from xl_collab.importing.headings import heading_key
from xl_collab.importing.words import ACTUAL_ROW, PLAN_ROW

ACTUAL_OF: Mapping[str, str] = {"planned_start": "actual_start", "deadline": "actual"}
"""What a day of the second row is, by what it is in the first."""


def paired_rows(
    sheet: ForeignSheet, rows: Sequence[int], columns: Sequence[ForeignColumn], task: int | None
) -> dict[int, int]:
    """Row of what became of a task → row of its plan; empty where a table has no such pairs.

    rows  the rows that may be tasks, from top to bottom
    task  number of the task column: a second row names no other task
    """
    for column in columns:
        if not rows or _kind(heading_key(shown(sheet.cell(rows[0], column.number)))) != "plan":
            continue
        said = [heading_key(shown(sheet.cell(row, column.number))) for row in rows]
        if {"plan", "actual"} == {_kind(text) for text in said}:
            return _pairs(sheet, rows, said, task)
    return {}


def _kind(text: str) -> str:
    return "plan" if text in _plans() else "actual" if text in _actuals() else ""


@lru_cache(maxsize=1)
def _plans() -> frozenset[str]:
    return frozenset(map(heading_key, PLAN_ROW))


@lru_cache(maxsize=1)
def _actuals() -> frozenset[str]:
    return frozenset(map(heading_key, ACTUAL_ROW))


def _pairs(sheet: ForeignSheet, rows: Sequence[int], said: Sequence[str], task: int | None) -> dict[int, int]:
    found: dict[int, int] = {}
    for i in range(1, len(rows)):
        if (_kind(said[i - 1]), _kind(said[i])) == ("plan", "actual"):
            above, own = (shown(sheet.shown_cell(row, task)) if task else "" for row in rows[i - 1 : i + 1])
            if own in ("", above):
                found[rows[i]] = rows[i - 1]
    return found if 2 * len(found) == len(rows) else {}
