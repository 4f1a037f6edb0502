"""What locating, reading and planning ask of a workbook, wherever it lives: a file or an open window.

`Sheets` (grid.py) answers from a package, `LiveSheets` (live/reading.py) from a running program. What
may not enter: how either of them knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from xl_collab.hosts.headings import Area
from xl_collab.hosts.ooxml.workbookxml import TableInfo
from xl_collab.schema.declaration import TableSheet
from xl_collab.schema.words import Lang

Stale = dict[str, tuple[int, ...]]
"""Column name → sheet rows whose native formula is missing or not the declared one."""


class Formulas(Protocol):
    """The formulas of one tab."""

    def formulas_in(self, column: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Sheet rows of one column's formulas, and for each a number that `formula_text` wants back."""

    def formula_text(self, offset: int, row: int, column: int) -> str:
        """One formula without its equals sign."""


class Cells(Protocol):
    """The cells of one tab; `rows` from row 1 and column A on, blanks and errors as ""."""

    rows: list[list[Any]]

    @property
    def cells(self) -> Formulas:
        """Where the formulas are."""

    @property
    def merged(self) -> Sequence[Area]:
        """Merged ranges."""

    def column(self, number: int, first_row: int, *, as_text: bool = False) -> list[object]:
        """The cleaned cells of column `number` (from 1) from `first_row` to the last row."""

    def cell(self, row: int, column: int) -> object:
        """One cleaned cell, None beyond the edge."""

    def stale(
        self, sheet: TableSheet, letters: Mapping[str, str], rows: npt.NDArray[np.int64], lang: Lang
    ) -> Stale:
        """The rows that have lost their declared formula."""


class Tabs(Protocol):
    """The worksheets of one workbook."""

    @property
    def tabs(self) -> list[str]:
        """Names of the tabs with cells, from left to right."""

    @property
    def titles(self) -> list[str]:
        """Names of all tabs, chart sheets included: those that are taken."""

    @property
    def date1904(self) -> bool:
        """Whether serial numbers of dates count from 1904."""

    @property
    def own_names(self) -> Sequence[tuple[str, str, str]]:
        """(tab, name, text) of the names that belong to one tab."""

    def grid(self, tab: str) -> Cells:
        """The cells of a tab."""

    def tables(self, tab: str) -> list[TableInfo]:
        """The Excel tables on a tab."""

    def objects(self, tab: str) -> int:
        """Charts, pictures, shapes and comments on a tab."""

    def forget(self, tab: str) -> None:
        """Free the memory of a tab."""
