"""A generated sheet that is refreshed stays the sheet that it was: what people point at it with still holds.

The contract of every host; pointing.py has the ways to point. Gaps: contract.GAPS.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pointing
import pytest
from pointing import EDIT, FORMULAS, OWN, POINTERS, TAB
from test_host_contract import bench, office, real_excel

__all__ = ["bench", "office", "real_excel"]  # fixtures


def refresh(place: Any, rows: int) -> None:
    applied = place.host().apply([EDIT], {"risks/risks": pointing.drawn(rows)}, command="risks")
    assert [(one.how, one.tab, one.touched) for one in applied.generated] == [("refreshed", TAB, "")]


@pytest.fixture
def pointed(bench: Any, tmp_path: Path) -> Any:
    bench.open(pointing.workbook(tmp_path / "看板.xlsx"))
    return bench


def test_formulas_show_the_new_content(pointed: Any) -> None:
    refresh(pointed, 7)
    assert pointed.shown(OWN, FORMULAS) == pointing.shown(7)
    refresh(pointed, 2)
    assert pointed.shown(OWN, FORMULAS) == pointing.shown(2)


def test_undo_brings_the_old_content_back_to_them(pointed: Any) -> None:
    refresh(pointed, 7)
    refresh(pointed, 4)
    pointed.undo()
    assert pointed.shown(OWN, FORMULAS) == pointing.shown(7)
    pointed.undo()
    assert pointed.shown(OWN, FORMULAS) == pointing.shown(3)
    refresh(pointed, 5)
    assert pointed.shown(OWN, FORMULAS) == pointing.shown(5)


def test_names_charts_lists_rules_and_links_hold(pointed: Any) -> None:
    assert pointing.pointers(pointed.path) == POINTERS
    refresh(pointed, 7)
    refresh(pointed, 4)
    assert pointing.pointers(pointed.saved()) == POINTERS


def test_undo_leaves_them_as_they_were(pointed: Any) -> None:
    refresh(pointed, 7)
    pointed.undo()
    assert pointing.pointers(pointed.saved()) == POINTERS


def test_the_sheet_is_what_was_drawn(pointed: Any) -> None:
    refresh(pointed, 8)
    refresh(pointed, 5)
    book = openpyxl.load_workbook(pointed.saved())
    sheet = book[TAB]
    assert [sheet[f"A{row}"].value for row in (1, 2, 3, 7, 8)] == ["共 5 项", None, "风险 1", "风险 5", None]
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:C1"]
    assert sheet["A1"].fill.fgColor.rgb == "FF1F4E78" and sheet["A7"].border.bottom.style == "thin"
    assert sheet["A8"].fill.fill_type is None and sheet["A8"].border.bottom.style is None
    assert [round(sheet.row_dimensions[row].height or 15) for row in (1, 3, 7, 9)] == [40, 22, 26, 15]
    assert [round(sheet.column_dimensions[c].width) for c in "AB"] == [31, 10]
    assert sheet.column_dimensions["E"].hidden and not sheet.column_dimensions["A"].hidden
    assert sheet["D3"].hyperlink is not None


def test_its_own_list_and_chart_are_about_its_own_rows(pointed: Any) -> None:
    refresh(pointed, 5)
    refresh(pointed, 8)
    sheet = openpyxl.load_workbook(pointed.saved())[TAB]
    lists = [(str(one.sqref), one.formula1) for one in sheet.data_validations.dataValidation]
    assert lists == [("C3:C10", '"高,中,低"')]
    (chart,) = sheet._charts
    (series,) = chart.series
    assert (chart.anchor._from.col, chart.anchor._from.row) == (6, 2)
    assert series.val.numRef.f.replace("'", "") == f"{TAB}!$B$3:$B$10"


def test_its_page_is_set_up_as_drawn(pointed: Any) -> None:
    refresh(pointed, 8)
    refresh(pointed, 5)
    sheet = openpyxl.load_workbook(pointed.saved())[TAB]
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and int(sheet.page_setup.fitToWidth or 1) == 1
    assert "5 项" in sheet.oddFooter.center.text
    assert (sheet.print_area.replace("'", ""), sheet.print_title_rows) == (f"{TAB}!$A$1:$F$7", "$1:$2")
    assert round(sheet.page_margins.left, 2) == 0.5
    assert sheet.sheet_properties.tabColor.rgb[-6:] == "C00000"


def test_nothing_piles_up(bench: Any, tmp_path: Path) -> None:
    counts = []
    for times in (1, 6):
        path = pointing.workbook(tmp_path / f"{times}.xlsx")
        bench.open(path)
        for i in range(times):
            refresh(bench, 4 + (times - 1 - i) % 3)
        counts.append(pointing.counted(bench.saved()))
    assert counts[0] == counts[1]


def test_it_keeps_its_place_among_the_tabs(pointed: Any) -> None:
    before = openpyxl.load_workbook(pointed.path).sheetnames
    refresh(pointed, 7)
    refresh(pointed, 2)
    assert openpyxl.load_workbook(pointed.saved()).sheetnames == before


def test_what_people_put_on_it_keeps_it_from_being_refreshed(pointed: Any) -> None:
    pointed.type(TAB, "C12", "我的备注")
    applied = pointed.host().apply([EDIT], {"risks/risks": pointing.drawn(7)}, command="risks")
    assert [(one.how, one.tab, one.touched) for one in applied.generated] == [("inserted", TAB + "-2", TAB)]
    assert pointed.shown(OWN, FORMULAS) == pointing.shown(3)
