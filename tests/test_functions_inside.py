"""Worksheet functions in many cells of a real LibreOffice: none ends it, and recalculating asks nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from offices_oxt import ExtendedOffice, extended_office, until

from xl_collab.functions.rules import Around
from xl_collab.hosts.reading import read_book
from xl_collab.plan.project import Project
from xl_collab.ui.function_server import call, office_cell

pytestmark = pytest.mark.extension

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
MANY = 10_000


@pytest.fixture(scope="module")
def office() -> Iterator[ExtendedOffice]:
    with extended_office() as started:
        yield started


@pytest.fixture
def tracker(office: ExtendedOffice, tmp_path: Path) -> Iterator[Any]:
    path = tmp_path / "tracker.xlsm"
    path.write_bytes(SHIPPED.read_bytes())
    document = office.open(path)
    yield document
    document.close(True)


@pytest.fixture
def foreign(office: ExtendedOffice) -> Iterator[Any]:
    document = office.new()
    yield document
    document.close(True)


@pytest.fixture(scope="module")
def around() -> Around:
    book = read_book(SHIPPED)
    return Around(dt.date.today(), Project(book, Project.resolve_as_of(book, dt.date.today())), "zh")


def worker(office: ExtendedOffice) -> psutil.Process:
    """The process that the office asks."""
    below = psutil.Process(office.process.pid).children(recursive=True)
    return next(one for one in below if "xl_collab.ui.function_server" in one.cmdline())


def filled(sheet: Any, column: int, formula: str, count: int, top: int = 0) -> Any:
    """`formula` in as many rows, `{row}` being each one's number."""
    area = sheet.getCellRangeByPosition(column, top, column, top + count - 1)
    area.setFormulaArray(tuple((formula.format(row=row),) for row in range(top + 1, top + count + 1)))
    return area


def days(row: int) -> tuple[float, float]:
    return 45000.0 + row % 400, 45010.0 + row % 500


def with_days(sheet: Any, column: int, count: int) -> None:
    area = sheet.getCellRangeByPosition(column, 0, column + 1, count - 1)
    area.setDataArray(tuple(days(row) for row in range(1, count + 1)))


def crowded(document: Any, sheet: Any, count: int) -> None:
    """Cells of a foreign workbook and of a tracker, calculated again and again."""
    with_days(sheet, 50, count)
    area = filled(sheet, 52, "=COLLAB_WORKDAYS(AY{row};AZ{row})", count)
    document.calculateAll()
    found = [row[0] for row in area.getDataArray()]
    given = [[[days(row)[i]] for row in range(1, count + 1)] for i in (0, 1)]
    assert found == [row[0] for row in call("workdays", given, Around(dt.date.today()))]


def test_ten_thousand_cells_of_a_foreign_workbook(foreign: Any) -> None:
    crowded(foreign, foreign.Sheets.getByIndex(0), MANY)


def test_ten_thousand_cells_on_the_trackers_own_sheet(tracker: Any) -> None:
    crowded(tracker, tracker.Sheets.getByName("跟踪表"), MANY)


@pytest.mark.soak
@pytest.mark.parametrize("formula", ["=COLLAB_WORKDAYS(AY{row};AZ{row})", "=COLLAB_REASON(AY{row};;AZ{row})"])
def test_fifty_thousand_cells(foreign: Any, formula: str) -> None:
    sheet, count = foreign.Sheets.getByIndex(0), 50_000
    with_days(sheet, 50, count)
    area = filled(sheet, 52, formula, count)
    for _ in range(5):
        foreign.calculateAll()
        assert all(row[0] not in (None, "") for row in area.getDataArray())


FORMULAS = {
    "workdays": ("=COLLAB_WORKDAYS(AY{row};AZ{row})", lambda b, c: [b, c]),
    "variance": ("=COLLAB_VARIANCE(AY{row};AZ{row})", lambda b, c: [b, c]),
    "isworkday": ("=COLLAB_ISWORKDAY(AZ{row})", lambda b, c: [c]),
    "addworkdays": ("=COLLAB_ADDWORKDAYS(AY{row};-7)", lambda b, c: [b, -7.0]),
    "rag": ("=COLLAB_RAG(AY{row};AZ{row})", lambda b, c: [b, c]),
    "reason": ('=COLLAB_REASON(AY{row};;AZ{row};"已完成")', lambda b, c: [b, None, c, "已完成"]),
    "nextdue": ('=COLLAB_NEXTDUE("每周一";AY{row})', lambda b, c: ["每周一", b]),
    "explain": ("=COLLAB_EXPLAIN(AY{row};AZ{row})", lambda b, c: [b, c]),
}


def test_calculating_again_asks_nobody_and_shows_what_the_rules_give(
    office: ExtendedOffice, tracker: Any, around: Around
) -> None:
    """A question to the worker costs more than a hundred cells."""
    sheet, count = tracker.Sheets.getByName("首页"), 40
    with_days(sheet, 50, count)
    areas = {
        key: filled(sheet, 52 + i, formula, count) for i, (key, (formula, _)) in enumerate(FORMULAS.items())
    }
    asked = worker(office).io_counters().read_count
    for _ in range(3):
        tracker.calculateAll()
    assert worker(office).io_counters().read_count - asked <= 8  # whether the days are those of before
    for key, (_, arguments) in FORMULAS.items():
        found = [row[0] for row in areas[key].getDataArray()]
        for row in range(1, count + 1):
            [[expected]] = call(key, arguments(*days(row)), around)
            value = office_cell(expected)
            assert found[row - 1] == (pytest.approx(value) if isinstance(value, float) else value), (key, row)


def test_functions_stand_where_the_rules_are_read(tracker: Any) -> None:
    """In 节假日 and 设置 themselves: reading these calculates them, which would need what is being read."""
    for name in ("节假日", "设置"):
        filled(tracker.Sheets.getByName(name), 30, "=COLLAB_WORKDAYS(DATE(2023;9;28);DATE(2023;10;9))", 400)
    tracker.calculateAll()
    for name in ("节假日", "设置"):
        area = tracker.Sheets.getByName(name).getCellRangeByPosition(30, 0, 30, 399)
        until(lambda area=area: {row[0] for row in area.getDataArray()} == {3.0})


def test_lists_stand_on_sheets_that_lists_are_made_from(tracker: Any) -> None:
    sheet = tracker.Sheets.getByName("首页")
    for column in (40, 50):
        area = sheet.getCellRangeByPosition(column, 0, column + 3, 7)
        area.setArrayFormula("=COLLAB_RISKS($A$1;8)")
    tracker.calculateAll()
    heads = sheet.getCellRangeByPosition(40, 0, 43, 0)
    until(lambda: heads.getDataArray()[0][:2] == ("分值", "等级"))
    until(lambda: sheet.getCellByPosition(50, 0).String == "分值")


def test_two_workbooks_have_each_its_own_days(office: ExtendedOffice, tracker: Any, foreign: Any) -> None:
    """COLLAB.… is told which workbook calculates; the tracker's company holiday is nothing elsewhere."""
    friday = "=COLLAB.ISWORKDAY(DATE(2026;3;6))"
    calendar = tracker.Sheets.getByName("节假日")
    last = int(read_book(SHIPPED).tables["calendar"].rows[-1])
    calendar.getCellByPosition(0, last).Formula = "=DATE(2026;3;6)"
    calendar.getCellByPosition(1, last).String = "休"
    cells = [book.Sheets.getByIndex(0).getCellByPosition(60, 0) for book in (tracker, foreign)]
    for one in cells:
        one.Formula = friday
    assert [one.Value for one in cells] == [0, 1]


def test_a_new_holiday_counts_at_once(tracker: Any) -> None:
    """In a cell that nobody touches, and gone again with the row."""
    cell = tracker.Sheets.getByName("首页").getCellByPosition(60, 0)
    cell.Formula = "=COLLAB_WORKDAYS(DATE(2026;3;4);DATE(2026;3;6))"
    assert cell.Value == 2
    calendar = tracker.Sheets.getByName("节假日")
    row = int(read_book(SHIPPED).tables["calendar"].rows[-1])
    calendar.getCellByPosition(0, row).Formula = "=DATE(2026;3;6)"
    calendar.getCellByPosition(1, row).String = "休"
    until(lambda: cell.Value == 1)
    calendar.getCellRangeByPosition(0, row, 1, row).clearContents(1023)
    until(lambda: cell.Value == 2)


def test_a_new_data_date_counts_at_once(tracker: Any) -> None:
    cell = tracker.Sheets.getByName("首页").getCellByPosition(60, 0)
    cell.Formula = "=COLLAB_VARIANCE(DATE(2023;11;8))"
    assert cell.Value == 3
    settings = tracker.Sheets.getByName("设置")
    search = settings.createSearchDescriptor()
    search.SearchString = "数据日期"
    label = settings.findFirst(search).CellAddress
    settings.getCellByPosition(label.Column + 1, label.Row).Formula = "2023-11-14"
    until(lambda: cell.Value == 4)
