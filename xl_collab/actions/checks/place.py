"""Where a finding stands: from a table, a column and a row to sheet, tab, cell and row ID."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xl_collab.model.findings import Finding, FindingKind
from xl_collab.model.schema import Column
from xl_collab.model.tables import Flags, Table, Texts
from xl_collab.model.words import Text


def row_id(table: Table, i: int) -> str:
    """The row's own ID as typed, '' on sheets whose rows have none."""
    if "id" not in table.frame.columns:
        return ""
    return str(table.texts("id")[i])


def at(kind: FindingKind, table: Table, column: str, i: int, /, **params: object) -> Finding:
    """A finding on one cell; {column} in its sentence is the column's label."""
    label = table.sheet.column(column).label
    where = {"column": label, **params}
    return Finding(kind, table.sheet.key, table.tab, row_id(table, i), table.cell(column, i), where)


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
    return [int(i) for i in np.flatnonzero(mask)]


def by_text(texts: Texts, among: Flags) -> dict[str, list[int]]:
    """Unique non-empty texts of the flagged rows, each with its rows: parse once, report often."""
    found: dict[str, list[int]] = {}
    for i in np.flatnonzero(among):
        if texts[i]:
            found.setdefault(texts[i], []).append(int(i))
    return found


def clip(text: object, length: int = 40) -> str:
    """A text short enough for a sentence."""
    shown = " ".join(str(text).split())
    return shown if len(shown) <= length else shown[: length - 1] + "…"


NONE = Text("", "")
