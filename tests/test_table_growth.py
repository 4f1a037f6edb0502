"""Rows that somebody wrote directly below a table become rows of it: seen, sorted, recalculated with it.

tests/data/rows_below_table.xlsm was saved by LibreOffice: ten tasks and a contact stand below the tables.
"""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import make
import openpyxl
import pytest
from command_line import Ran
from recalculation import recalculated

from tools.lint.lint import lint
from xl_collab.a1 import column_letters
from xl_collab.hosts.file import FileHost
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.reading import read_book
from xl_collab.project.edits import SetColumn

Cli = Callable[..., Ran]
CASE = Path(__file__).parent / "data" / "rows_below_table.xlsm"
NEW = range(20, 30)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return Path(shutil.copy(CASE, tmp_path / "跟踪.xlsm"))


def opened(path: Path) -> Any:
    return openpyxl.load_workbook(path)


def refs(sheet: Any) -> list[tuple[str, str]]:
    return [(table.ref, table.autoFilter.ref) for table in sheet.tables.values()]


def looks(cell: Any) -> tuple[Any, ...]:
    """A cell's look as Excel draws it, without what the text itself asks for."""
    wraps = (cell.alignment.horizontal, cell.alignment.vertical, cell.alignment.wrap_text)
    return (cell.border.bottom.style, cell.fill.fgColor.rgb, wraps, cell.font.sz, cell.font.color.rgb)


def covers(ranges: Any, row: int, column: str) -> bool:
    return any(
        area.min_row <= row <= area.max_row
        and column in map(column_letters, range(area.min_col, area.max_col + 1))
        for area in ranges
    )


@pytest.mark.parametrize("command", ["validate", "variance", "run"])
def test_rows_below_the_table_are_in_it_after_a_command_that_writes(
    cli: Cli, case: Path, command: str
) -> None:
    assert cli(command, case).code in (0, 1)
    book = opened(case)
    assert refs(book["跟踪表"]) == [("A4:AA29", "A4:AA29")]
    assert refs(book["通讯录"]) == [("A4:H12", "A4:H12")]
    table = read_book(case).tables["tracker"]
    assert (len(table), table.outside) == (25, ())


def test_new_rows_look_like_the_row_above(cli: Cli, case: Path) -> None:
    cli("variance", case)
    sheet = opened(case)["跟踪表"]
    for row in NEW:
        for column in range(1, 28):
            new, above = sheet.cell(row, column), sheet.cell(19, column)
            assert looks(new) == looks(above), new.coordinate
    for column in "FJKLRS":
        assert {sheet[f"{column}{row}"].number_format for row in NEW} == {"yyyy\\-mm\\-dd"}
    assert {sheet[f"M{row}"].number_format for row in NEW} == {"0%"}


def test_new_rows_have_the_rules_and_drop_downs(cli: Cli, case: Path) -> None:
    cli("variance", case)
    sheet = opened(case)["跟踪表"]
    for column in map(column_letters, range(1, 28)):
        checks = [
            one for one in sheet.data_validations.dataValidation if covers(one.sqref.ranges, 19, column)
        ]
        rules = [one for one in sheet.conditional_formatting if covers(one.sqref.ranges, 19, column)]
        for row in NEW:
            assert all(covers(one.sqref.ranges, row, column) for one in (*checks, *rules))


def test_new_rows_have_the_formulas_and_what_they_show(cli: Cli, case: Path) -> None:
    cli("variance", case)
    formulas, shown = opened(case)["跟踪表"], openpyxl.load_workbook(case, data_only=True)["跟踪表"]
    for column in "VWXY":
        above = formulas[f"{column}19"].value
        for row in NEW:
            wanted = re.sub(r"(?<=[A-Z])19(?![0-9])", str(row), above)
            assert formulas[f"{column}{row}"].value.replace(" ", "") == wanted.replace(" ", "")
    assert all(shown[f"X{row}"].value in ("红", "黄", "绿", "蓝") for row in NEW)
    assert all(shown[f"Y{row}"].value for row in NEW)


def test_a_recalculation_shows_the_right_variance_and_alert(
    cli: Cli, case: Path, tmp_path: Path, soffice: Callable[..., None]
) -> None:
    """T016, due on 2026-06-18 (06-19 is 端午), is expected on 07-07: twelve working days late."""
    book = read_book(case).tables["tracker"]
    place = book.texts("id").tolist().index("T016")
    assert (int(book.rows[place]) in NEW, book.raw("deadline")[place]) == (True, date(2026, 6, 18))
    FileHost(case).apply([SetColumn("tracker", "forecast", book.rows[[place]], [date(2026, 7, 7)])])
    cli("variance", case, "--set-date", "2026-07-01")
    cells = recalculated({"case": case.read_bytes()}, tmp_path, soffice)["case"]["跟踪表"]
    table, row = read_book(case).tables["tracker"], int(book.rows[place])
    assert (cells[row, 22], cells[row, 23]) == (12, "红")
    for i, number in enumerate(table.rows.tolist()):
        variance, rag = table.raw("variance")[i], table.raw("rag")[i]
        assert (cells.get((number, 22)), cells.get((number, 23))) == (variance, rag)


def test_the_workbook_stays_valid(cli: Cli, case: Path, ooxml_validate: Callable[[Path], None]) -> None:
    before = {str(one) for one in lint(case)}
    cli("run", case)
    assert {str(one) for one in lint(case)} <= before
    ooxml_validate(case)


def test_s408_says_what_was_done(cli: Cli, case: Path) -> None:
    would = [f["message"] for f in cli("validate", case, "--json").json if f["code"] == "S408"]
    assert would == [
        "第 20–29 行写在表格下方，下次写入时并入表格",
        "第 12 行写在表格下方，下次写入时并入表格",
    ]
    done = [f["message"] for f in cli("validate", case, "--json", "--write").json if f["code"] == "S408"]
    assert done == ["第 20–29 行已并入表格", "第 12 行已并入表格"]
    assert not [f for f in cli("validate", case, "--json").json if f["code"] == "S408"]


def test_dry_run_shows_it_and_changes_nothing(cli: Cli, case: Path) -> None:
    ran = cli("variance", case, "--dry-run")
    assert "“跟踪表”第 20–29 行会并入表格" in ran.out
    assert case.read_bytes() == CASE.read_bytes()
    assert "“跟踪表”第 20–29 行已并入表格" in cli("variance", case).out


@pytest.mark.parametrize("command", ["validate", "variance"])
def test_a_second_run_changes_nothing_and_undo_takes_it_back(cli: Cli, tmp_path: Path, command: str) -> None:
    path = tracker(tmp_path / "n.xlsx", (7, {"A": "T3", "D": "新任务", "C": "研发部"}))
    before = path.read_bytes()
    cli(command, path)
    first = path.read_bytes()
    assert first != before
    cli(command, path)
    assert path.read_bytes() == first
    cli("undo", path)
    assert path.read_bytes() == before


# Other workbooks: notes, people's own formats, hidden rows, tables that were left empty.


def tracker(path: Path, *more: tuple[int, dict[str, Any]], covered: int = 2) -> Path:
    """A tracker whose table has two rows, and cells typed below it by row and column letter."""
    rows = [make.row("T1"), make.row("T2")]
    make.tracker(path, rows, make.Odd(table_rows=covered))
    if more:
        package = Package.open(path)
        part = package.workbook.require("跟踪表").part
        from xl_collab.hosts.ooxml.sheetxml import SheetEditor

        editor = SheetEditor(package.read(part))
        for row, cells in more:
            for letter, value in cells.items():
                editor.set_cell(f"{letter}{row}", value, style=0)
        package.replace(part, editor.render())
        path.write_bytes(package.save_bytes())
    return path


def told(cli: Cli, path: Path) -> dict[str, str]:
    return {f["code"]: f["message"] for f in cli("validate", path, "--json").json if f["code"][:2] == "S4"}


@pytest.mark.parametrize(
    "cells",
    [
        {"A": "备注：本表每周一更新"},
        {"A": "编制：张三", "D": "审核：李四"},
        {"C": "审核：王五", "D": "批准：赵六"},
        {"D": "以下为参考"},
        {"A": "合计", "D": "2 项"},
        {"A": "编号", "C": "责任部门/人", "D": "主要任务"},
        {"G": "填表说明"},
    ],
)
def test_a_note_below_ends_the_table_and_is_told(cli: Cli, tmp_path: Path, cells: dict[str, Any]) -> None:
    path = tracker(tmp_path / "n.xlsx", (7, cells), (8, {"A": "T9", "D": "后面的任务", "C": "研发部"}))
    assert read_book(path).tables["tracker"].texts("id").tolist() == ["T1", "T2"]
    found = told(cli, path)
    assert "第 7 行" in found["S416"]
    assert "第 8 行" in found["S417"]
    cli("variance", path)
    assert refs(opened(path)["跟踪表"])[0][0].endswith("6")
    assert [opened(path)["跟踪表"][f"{letter}7"].value for letter in cells] == list(cells.values())


def test_rows_before_a_note_are_taken_in_and_the_note_stays_below(cli: Cli, tmp_path: Path) -> None:
    path = tracker(
        tmp_path / "n.xlsx",
        (7, {"A": "T3", "D": "新任务"}),
        (8, {"C": "研发部", "D": "又一项"}),
        (9, {"A": "制表人：张三"}),
    )
    cli("variance", path)
    sheet = opened(path)["跟踪表"]
    assert refs(sheet)[0][0].endswith("8")
    assert sheet["A9"].value == "制表人：张三"
    assert sheet["D7"].border.bottom.style == sheet["D6"].border.bottom.style == "thin"


def test_peoples_own_formats_and_hidden_rows_stay(cli: Cli, tmp_path: Path) -> None:
    path = tracker(tmp_path / "n.xlsx", (7, {"A": "T3", "D": "新任务"}))
    book = opened(path)
    sheet = book["跟踪表"]
    sheet["D7"].fill = openpyxl.styles.PatternFill("solid", fgColor="FFFFFF00")
    sheet.row_dimensions[5].hidden = sheet.row_dimensions[7].hidden = True
    stream = io.BytesIO()
    book.save(stream)
    path.write_bytes(stream.getvalue())
    cli("variance", path)
    sheet = opened(path)["跟踪表"]
    assert refs(sheet)[0][0].endswith("7")
    assert sheet["D7"].fill.fgColor.rgb == "FFFFFF00"
    assert sheet["D7"].border.bottom.style == "thin"
    assert [sheet.row_dimensions[row].hidden for row in (5, 6, 7)] == [True, False, True]


def test_a_totals_row_of_the_table_stays_where_it_is(cli: Cli, tmp_path: Path) -> None:
    rows = [make.row("T1"), make.row("T2")]
    path = make.tracker(tmp_path / "t.xlsx", rows, make.Odd(table_rows=2, total_row=True))
    package = Package.open(path)
    part = package.workbook.require("跟踪表").part
    from xl_collab.hosts.ooxml.sheetxml import SheetEditor

    editor = SheetEditor(package.read(part))
    editor.set_cell("A8", "T3")
    editor.set_cell("D8", "新任务")
    package.replace(part, editor.render())
    path.write_bytes(package.save_bytes())
    assert read_book(path).tables["tracker"].texts("id").tolist() == ["T1", "T2", "T3"]
    assert "汇总行" in told(cli, path)["S418"]
    assert cli("variance", path).code in (0, 1)
    assert refs(opened(path)["跟踪表"])[0][0].endswith("7")
