"""The empty workbook that everything is drawn into, the same bytes from the same drawing.

XlsxWriter searches each formula for some forty functions newer than Excel 2010. On a tracker of 10,000
rows, whose long formulas differ in the row only, that takes most of the time: here each is searched once.
What may not enter: looks, contents.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import CellFormulaTuple, Worksheet

_GAP = "\0"


def empty_workbook(
    stream: io.BytesIO, format_properties: Mapping[str, Any], **options: bool | str
) -> Workbook:
    """A workbook in memory that is written to `stream` when it is closed."""
    everything = {"in_memory": True, "default_format_properties": dict(format_properties), **options}
    workbook = Workbook(stream, everything)
    workbook.worksheet_class = FilledDown
    return workbook


class FilledDown(Worksheet):  # type: ignore[misc]
    """A worksheet that remembers which formulas XlsxWriter leaves as they are, whatever their row."""

    def __init__(self) -> None:
        super().__init__()
        self._plain: set[str] = set()

    def _write_formula(
        self, row: int, col: int, formula: str, cell_format: Format | None = None, value: object = 0
    ) -> int:
        # No name of a function that is searched for holds a digit, so the row's number makes no difference.
        pattern = formula.replace(str(row + 1), _GAP)
        if pattern in self._plain and not self._check_dimensions(row, col):
            self.table[row][col] = CellFormulaTuple(formula.removeprefix("="), cell_format, value)
            return 0
        done = super()._write_formula(row, col, formula, cell_format, value)
        written = self.table.get(row, {}).get(col)
        if isinstance(written, CellFormulaTuple) and written.formula == formula.removeprefix("="):
            self._plain.add(pattern)
        return done
