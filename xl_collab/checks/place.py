"""Where a finding stands: from a table, a column and a row to sheet, tab, cell and row ID."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt

from xl_collab.plan.project import Project
from xl_collab.project.tables import Flags, Table, text_of
from xl_collab.project.text_size import shortened
from xl_collab.schema.declaration import Column
from xl_collab.schema.findings import Finding, FindingKind

Ints = npt.NDArray[np.intp]


def row_id(table: Table, i: int) -> str:
    """The row's own ID as typed, '' on sheets whose rows have none."""
    if "id" not in table.cells:
        return ""
    return str(table.texts("id")[i])


def at(kind: FindingKind, table: Table, column: str, i: int, /, **params: object) -> Finding:
    """A finding on one cell; {column} in its sentence is the column's label."""
    label = table.sheet.column(column).label
    where = {"column": label, **params}
    return Finding(kind, table.sheet.key, table.tab, row_id(table, i), table.cell(column, i), where)


def example_day(project: Project, table: Table, i: int) -> date:
    """A day of the row's own time for a cure to show: the nearest row's, else the day of the data."""
    near: date | None = project.near[i].item() if table.sheet.key == "tracker" else None
    return near or project.as_of


def on_table(kind: FindingKind, table: Table, /, **params: object) -> Finding:
    """A finding on a sheet as a whole."""
    return Finding(kind, table.sheet.key, table.tab, params=params)


def percent(value: float) -> str:
    """A share as people read it: 0.8 is 80%."""
    return f"{value:.0%}"


def present(table: Table) -> Iterator[Column]:
    """The columns that people fill and that were found in the sheet."""
    return (c for c in table.sheet.columns if c.entered and c.name in table.letters)


def rows_of(mask: Flags) -> list[int]:
    """Indices of the rows where `mask` is true."""
    found: list[int] = mask.nonzero()[0].tolist()  # np.flatnonzero wraps it three times
    return found


class EqualRows:
    """The rows that hold one text; worked out only when somebody walks through them."""

    __slots__ = ("_codes", "_rows_by_code")

    def __init__(self, codes: list[int], rows_by_code: Callable[[], list[Ints]]) -> None:
        self._codes = codes
        self._rows_by_code = rows_by_code

    def __iter__(self) -> Iterator[int]:
        rows = [self._rows_by_code()[code] for code in self._codes]
        return iter(rows[0].tolist() if len(rows) == 1 else np.sort(np.concatenate(rows)).tolist())


def by_text(table: Table, column: str, wanted: Flags | None = None) -> dict[str, EqualRows]:
    """Unique non-empty texts of a column, each with its rows: parse once, report often.

    wanted  which of its distinct cells count; None for all. Most texts are fine and nobody asks for their
            rows, so those are sorted out on demand.
    """
    codes, cells = table.distinct(column)

    @cache
    def rows_by_code() -> list[Ints]:
        order = np.argsort(codes, kind="stable")
        return np.split(order, np.cumsum(np.bincount(codes, minlength=len(cells)))[:-1])

    alike: dict[str, list[int]] = {}
    for code in range(len(cells)) if wanted is None else np.flatnonzero(wanted).tolist():
        cell = cells[code]
        alike.setdefault(cell.strip() if type(cell) is str else text_of(cell), []).append(code)
    alike.pop("", None)
    return {text: EqualRows(same, rows_by_code) for text, same in alike.items()}


def clip(text: object, length: int = 40) -> str:
    """A text short enough for a sentence."""
    return shortened(" ".join(str(text).split()), length)
