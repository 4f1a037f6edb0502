"""Formulas in drawn workbooks: XlsxWriter's own, only quicker."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence

import pytest
from xlsxwriter.workbook import Workbook

from xl_collab.documents.canvas import empty_workbook
from xl_collab.documents.table_sheets import letters_of
from xl_collab.plan.formulas import formula_columns, render
from xl_collab.schema.sheets import SHEETS

NEW = ("XLOOKUP(A{0},B:B,C:C)", "SUM(_xlfn.XLOOKUP(A{0},B:B,C:C))", "IF(A{0},SINGLE(B{0}),{0})", "A{0}1+{0}")
ROWS = (1, 2, 9, 10, 11, 19, 111, 1111, 11111)


def _sheet(make: Callable[[io.BytesIO], Workbook], cells: Sequence[tuple[int, int, str]]) -> bytes:
    stream = io.BytesIO()
    with make(stream) as workbook:
        sheet = workbook.add_worksheet()
        for row, column, formula in cells:
            sheet.write_formula(row, column, formula, None, row)
    with zipfile.ZipFile(stream) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def _ours(stream: io.BytesIO) -> Workbook:
    return empty_workbook(stream, {})


def _theirs(stream: io.BytesIO) -> Workbook:
    return Workbook(stream, {"in_memory": True, "default_format_properties": {}})


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_formulas_of_every_sheet_are_written_as_xlsxwriter_writes_them(lang: str) -> None:
    cells = [
        (row - 1, at, "=" + render(column, letters_of(sheet), row, lang))  # type: ignore[arg-type]
        for sheet in SHEETS.tables
        for row in ROWS
        for at, column in enumerate(formula_columns(sheet))
    ]
    assert _sheet(_ours, cells) == _sheet(_theirs, cells)


@pytest.mark.parametrize("formula", [*NEW, "{{SUM(A{0}:B{0})}}", "={0}"])
def test_functions_that_need_a_prefix_get_it_in_every_row(formula: str) -> None:
    cells = [(row - 1, 3, formula.format(row)) for row in ROWS]
    drawn = _sheet(_ours, cells)
    assert drawn == _sheet(_theirs, cells)
    if formula.startswith("XLOOKUP"):
        assert drawn.count(b"_xlfn.XLOOKUP") == len(ROWS)


def test_cells_outside_of_the_sheet_are_left_out() -> None:
    cells = [(0, 0, "=A1"), (1_048_576, 0, "=A1048577"), (0, 16_384, "=A1"), (-1, 0, "=A0")]
    assert _sheet(_ours, cells) == _sheet(_theirs, cells)
