"""A sheet that came through the gate as a Table, by the same rules as the master's own sheets.

hosts/reading.py does the work; here its Grid is played by the plain data that the child process sent.
What may not enter: which tab is meant when several could be (the merge decides), files.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import numpy.typing as npt

from xl_collab.exchange.gate.gate import ReplySheet
from xl_collab.hosts.grid import Grid, clean
from xl_collab.hosts.headings import find_headings
from xl_collab.hosts.locating import Place
from xl_collab.hosts.ooxml.tableparts import Area, TableInfo
from xl_collab.hosts.reading import read_table
from xl_collab.model.schema import TableSheet
from xl_collab.model.tables import CellFormula, Table

Ints = npt.NDArray[np.int64]


def table_on(sheet: ReplySheet, declared: TableSheet) -> Table | None:
    """The rows of `declared` on this tab, found by their headings; None when it has none of them.

    Cells are as hosts.reading gives them for the master; Unreadable ones stay CellErrors.
    """
    expected = next((table for table in _tables(sheet) if table.name == declared.table), None)
    headings = find_headings(declared, sheet.rows, expected.area.top if expected else None)
    if headings is None:
        return None
    columns = headings.columns.values()
    around = [
        table
        for table in _tables(sheet)
        if table.area.top == headings.row and any(table.area.left <= c <= table.area.right for c in columns)
    ]
    place = Place(declared, sheet.name, headings, around[0] if around else None)
    return read_table(place, cast(Grid, ReplyGrid(sheet)))


def _tables(sheet: ReplySheet) -> list[TableInfo]:
    areas = [(name, Area.parse(ref), totals) for name, ref, totals in sheet.tables]
    return [TableInfo(name, area, (), "", "", 1, totals) for name, area, totals in areas if area is not None]


class ReplyGrid:
    """What hosts.reading asks of a Grid, answered from a ReplySheet."""

    def __init__(self, sheet: ReplySheet) -> None:
        self._sheet = sheet
        self.rows = sheet.rows
        self.merged = sheet.merged
        self.cells = self

    def column(self, number: int, first_row: int, *, as_text: bool = False) -> list[object]:
        """The cleaned cells of a column; of formulas what they show."""
        values = [self._sheet.cell(row, number) for row in range(first_row, len(self.rows) + 1)]
        shown = [value.value if isinstance(value, CellFormula) else value for value in values]
        return clean(shown, as_text=as_text)

    def formulas_in(self, number: int) -> tuple[Ints, Ints]:
        """Rows of the formulas of one column; the second array stands for places in the file."""
        found = [
            row
            for row in range(1, len(self.rows) + 1)
            if isinstance(self._sheet.cell(row, number), CellFormula)
        ]
        return np.array(found, np.int64), np.array(found, np.int64)

    def formula_text(self, _: int, row: int, number: int) -> str:
        """The text of one formula without its equals sign."""
        value = self._sheet.cell(row, number)
        return value.text if isinstance(value, CellFormula) else ""
