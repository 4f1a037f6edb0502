"""LibreOffice's extension in a real LibreOffice: functions in cells, commands on the open document."""

from __future__ import annotations

import datetime as dt
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from offices import need_office
from offices_oxt import ExtendedOffice, extended_office, throw_away, until, with_extension

from tools.build.oxt import EXTENSION, basic_module, build_oxt, methods
from tools.build.typelib import Method, type_library
from xl_collab.functions.declared import FUNCTIONS
from xl_collab.functions.rules import Around
from xl_collab.hosts.libreoffice import extension
from xl_collab.hosts.reading import read_book
from xl_collab.plan.project import Project
from xl_collab.schema.sheets import TRACKER
from xl_collab.ui.buttons import home, live
from xl_collab.ui.function_server import call

pytestmark = pytest.mark.extension

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
VALUE, NOT_AVAILABLE = 519, 32767
"""LibreOffice's numbers of #VALUE! and #N/A."""


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


# -- the package ------------------------------------------------------------------------------------


def test_the_shipped_extension_is_what_is_built_now() -> None:
    assert parts(EXTENSION.read_bytes()) == parts(build_oxt()) and build_oxt() == build_oxt()
    assert parts(extension.shipped()) == parts(build_oxt())


def test_toolbar_menu_and_wizard_come_from_the_declarations() -> None:
    found = parts(build_oxt())
    addons, functions = found["Addons.xcu"].decode(), found["CalcAddIn.xcu"].decode()
    for command in live():
        assert addons.count(f"service:xl_collab.Command?{command.id}<") == 1 + (
            command in home() or command.id == "explain"
        )
        assert f'<value xml:lang="zh-CN">{command.label.zh}</value>' in addons
    for declared in FUNCTIONS:
        assert declared.help.zh in functions and f">{declared.name}</value>" in functions
        assert f"Function {declared.name}(" in basic_module()
    for name, data in found.items():
        if name.endswith((".xcu", ".xml", ".components")):
            ElementTree.fromstring(data)


def test_a_plain_value_takes_fewer_than_sixteen_steps_of_basic() -> None:
    """At the sixteenth Basic lets LibreOffice do other work: a third of a cell's time. Two statements, one
    argument, and the end are twelve."""
    for declared in FUNCTIONS:
        head, *way = basic_module().partition(f"Function {declared.name}")[2].split("\n")
        assert head == "(ParamArray given()) As Variant" and way.index("    Exit Function") == 2


def test_the_code_inside_libreoffice_runs_on_python_3_8() -> None:
    """LibreOffice on Windows brings 3.8: the grammar is checked with that of then."""
    import ast

    for name, data in parts(build_oxt()).items():
        if name.endswith(".py"):
            ast.parse(data.decode("utf-8"), name, feature_version=(3, 8))


def test_the_type_library_has_this_shape() -> None:
    """Worked out by hand from the format: offsets count from the file's start."""
    data = type_library("m.I", [Method("f", (("a", "any"),))])
    assert data[:8] == b"UNOIDL\xff\x00"
    assert data[16] == 5 and data[17:25] == (1).to_bytes(4, "little") + (27).to_bytes(4, "little")
    assert data[25:52] == b"com.sun.star.uno.XInterface"
    assert int.from_bytes(data[12:16], "little") == 1
    root = int.from_bytes(data[8:12], "little")
    name = int.from_bytes(data[root : root + 4], "little")
    assert data[name : name + 2] == b"m\0" and len(data) == root + 8
    assert {method.name for method in methods()} >= {"workdays", "cell_workdays", "answer"}


def test_what_is_installed_knows_its_python(tmp_path: Path) -> None:
    where = json.loads(parts(extension.packed("en"))["where.json"])
    assert where["python"] == sys.executable and where["lang"] == "en"
    assert (Path(where["path"]) / "xl_collab" / "ui" / "function_server.py").is_file()


# -- in LibreOffice ---------------------------------------------------------------------------------


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


@pytest.fixture(scope="module")
def around() -> Around:
    book = read_book(SHIPPED)
    return Around(dt.date.today(), Project(book, Project.resolve_as_of(book, dt.date.today())), "zh")


def column_number(name: str) -> int:
    """Where a column of the tracker stands, from 0."""
    return [column.name for column in TRACKER.columns].index(name)


def put(document: Any, row: int, formula: str) -> Any:
    sheets = document.Sheets
    if not sheets.hasByName("functions"):
        sheets.insertNewByName("functions", sheets.Count)
    cell = sheets.getByName("functions").getCellByPosition(0, row)
    cell.Formula = formula
    return cell


def test_formulas_are_calculated_kept_in_xlsx_and_agree_with_the_command_line(
    office: ExtendedOffice, tracker: Any, around: Around, tmp_path: Path
) -> None:
    formulas = (
        "=COLLAB_WORKDAYS(DATE(2023;9;28);DATE(2023;10;9))",
        "=COLLAB_RAG(DATE(2023;11;8))",
        '=COLLAB_REASON(DATE(2023;11;8);;;"暂停")',
        "=COLLAB_EXPLAIN(DATE(2023;10;6);DATE(2023;10;9))",
        '=COLLAB_NEXTDUE("每周一";DATE(2023;9;29))',
        "=ROWS(COLLAB_RISKS())",
        "=IF(COLLAB_ISWORKDAY(DATE(2023;10;8));1;0)",
        "=COLLAB.VARIANCE(DATE(2023;11;8))",
    )
    told = subprocess.run(
        [sys.executable, "-m", "xl_collab", "explain", "2023-10-06", "2023-10-09", "--file", str(SHIPPED)],
        capture_output=True,
        check=True,
    ).stdout.decode()
    expected: list[object] = [3.0, "红", "暂停中，不计偏差", told.strip().replace("\r", "")]
    expected += [45206 + 86399 / 86400, float(len(call("COLLAB_RISKS", [], around))), 1.0, 3.0]

    def values(document: Any) -> list[object]:
        cells = [document.Sheets.getByName("functions").getCellByPosition(0, i) for i in range(len(formulas))]
        assert [cell.getError() for cell in cells] == [0] * len(cells)
        return [
            cell.String if isinstance(want, str) else cell.Value
            for cell, want in zip(cells, expected, strict=True)
        ]

    for row, formula in enumerate(formulas):
        put(tracker, row, formula)
    assert _close(values(tracker), expected)
    path = tmp_path / "saved.xlsx"
    office.save_as(tracker, path)
    with zipfile.ZipFile(path) as package:
        text = "".join(package.read(n).decode() for n in package.namelist() if "worksheets/sheet" in n)
    assert "COLLAB_WORKDAYS(DATE(2023,9,28),DATE(2023,10,9))" in text and "COLLAB_RISKS()" in text
    again = office.open(path)
    try:
        again.calculateAll()
        assert _close(values(again), expected)
    finally:
        again.close(True)


def _close(found: list[object], expected: list[object]) -> bool:
    for one, other in zip(found, expected, strict=True):
        assert one == (pytest.approx(other) if isinstance(other, float) else other)
    return True


def test_a_change_of_the_calendar_counts_at_once(tracker: Any) -> None:
    cell = put(tracker, 0, "=COLLAB_WORKDAYS(DATE(2026;3;2);DATE(2026;3;6))")
    assert cell.Value == 4
    sheet, table = tracker.Sheets.getByName("节假日"), read_book(SHIPPED).tables["calendar"]
    last = int(table.rows[-1])  # counted from 1: the row below it, counted from 0
    assert (table.letters["date"], table.letters["kind"]) == ("A", "B")
    date, kind = (sheet.getCellByPosition(column, last) for column in (0, 1))
    date.Value = (dt.date(2026, 3, 5) - dt.date(1899, 12, 30)).days
    date.NumberFormat = sheet.getCellByPosition(0, last - 1).NumberFormat
    kind.String = "休"
    until(lambda: cell.Value == 3)  # by itself: nobody presses F9
    kind.String = "班"
    tracker.calculateAll()
    assert cell.Value == 4


def test_errors_are_error_values(office: ExtendedOffice) -> None:
    document = office.new()
    try:
        sheet = document.Sheets.getByIndex(0)
        cases = {
            '=COLLAB_WORKDAYS("尽快";1)': VALUE,
            '=COLLAB_NEXTDUE("2023-01-01";DATE(2023;5;5))': NOT_AVAILABLE,
            "=COLLAB_OVERDUE()": NOT_AVAILABLE,
            "=COLLAB.WORKDAYS(NA();1)": NOT_AVAILABLE,
            "=COLLAB_WORKDAYS(B1;B2)": 0,
            "=COLLAB_WORKDAYS(1)": 0,
            "=COLLAB_WORKDAYS(45000;45003;1)": 0,
        }
        for row, (formula, code) in enumerate(cases.items()):
            cell = sheet.getCellByPosition(0, row)
            cell.Formula = formula
            assert (formula, cell.getError()) == (formula, code)
        cell = sheet.getCellByPosition(0, 9)
        cell.Formula = '=COLLAB_EXPLAIN("尽快";1)'
        assert cell.String.startswith("“尽快”不是日期")
    finally:
        document.close(True)


def test_ten_thousand_cells_are_one_call(office: ExtendedOffice) -> None:
    document, count = office.new(), 10_000
    try:
        sheet = document.Sheets.getByIndex(0)
        rows = tuple((45000.0 + i % 400, 45010.0 + i % 500) for i in range(count))
        sheet.getCellRangeByPosition(0, 0, 1, count - 1).setDataArray(rows)
        sheet.getCellByPosition(0, 5).String = "待定"
        for column, name in ((2, "COLLAB_WORKDAYS"), (3, "COLLAB.WORKDAYS")):
            area = sheet.getCellRangeByPosition(column, 0, column, count - 1)
            area.setArrayFormula(f"={name}(A1:A{count};B1:B{count})")
        around = Around(dt.date.today())
        for column in (2, 3):
            assert sheet.getCellByPosition(column, 5).getError() == VALUE
            for i in (0, 4, 6, 9_999):
                [[expected]] = call("workdays", list(rows[i]), around)
                assert sheet.getCellByPosition(column, i).Value == expected
    finally:
        document.close(True)


def test_commands_run_on_the_open_document_while_libreoffice_goes_on(
    office: ExtendedOffice, tracker: Any
) -> None:
    """The same command that a click on the toolbar sends."""
    made = {"validate": "校验结果", "minutes": "纪要-20231113", "review": "复盘报告", "raci": "责任矩阵"}
    made["risks"] = "风险清单"
    for command, tab in made.items():
        assert office.press(tracker, command) < 1
        until(lambda tab=tab: tracker.CurrentController.ActiveSheet.Name == tab)
    until(lambda: tracker.CurrentController.ActiveSheet.Name == "风险清单")
    assert tracker.CurrentController.hasInfobar("xl_collab")
    sheet = tracker.Sheets.getByName("风险清单")
    cells = sheet.getCellRangeByPosition(0, 0, 11, 60).getDataArray()
    assert any("T005" in str(cell) for row in cells for cell in row)
    office.press(tracker, "goto_tracker")
    until(lambda: tracker.CurrentController.ActiveSheet.Name == "跟踪表")
    rows = tracker.Sheets.getByName("跟踪表")
    stamp = rows.getCellByPosition(column_number("computed_at"), 4)
    stamp.String = ""
    office.press(tracker, "variance")
    until(lambda: stamp.Value == 45243)  # the data date, 2023-11-13


def test_commands_on_the_ledger_find_the_documents_file(office: ExtendedOffice, tracker: Any) -> None:
    """Nothing was sent yet: the first command that needs the ledger makes it, beside the document."""
    folder = Path(tracker.URL.removeprefix("file://")).parent
    office.press(tracker, "resolve")
    (made,) = until(lambda: list(folder.glob("*.ledger.sqlite")))
    assert made.name.startswith("tracker.")


def test_without_xl_collab_a_cell_and_a_click_say_what_to_do() -> None:
    need_office()
    with throw_away() as profile:
        with pytest.MonkeyPatch.context() as patch:
            packed = extension.packed
            patch.setattr(extension, "packed", lambda lang: packed(lang, python="/nowhere/python"))
            with_extension(profile, patch)
        office = ExtendedOffice(profile, "--headless")
        try:
            document = office.new()
            cell = document.Sheets.getByIndex(0).getCellByPosition(0, 0)
            cell.Formula = "=COLLAB_EXPLAIN(1;2)"
            assert "xl-collab install --libreoffice" in cell.String and "/nowhere/python" in cell.String
            office.press(document, "validate")
            until(lambda: document.CurrentController.hasInfobar("xl_collab"))
            document.close(True)
        finally:
            office.quit()


def test_it_comes_out_again() -> None:
    need_office()
    with throw_away() as profile, pytest.MonkeyPatch.context() as patch:
        with_extension(profile, patch)
        listed = [str(extension.unopkg()), "list", *extension._scope(profile)]
        assert extension.IDENTIFIER in extension._run(listed)
        extension.uninstall(profile=profile)
        assert extension.IDENTIFIER not in extension._run(listed)
        extension.uninstall(profile=profile)


def test_its_names_leave_the_users_library_too(monkeypatch: pytest.MonkeyPatch) -> None:
    need_office()
    with throw_away() as profile:
        with_extension(profile, monkeypatch)
        ExtendedOffice(profile, "--headless").quit()
        library = profile / "user" / "basic" / "Standard"
        assert "XlCollab" in (library / "script.xlb").read_text() and (library / "XlCollab.xba").exists()
        # A profile that LibreOffice wrote as root is closed to the user who would run unopkg.
        monkeypatch.setattr(extension, "_run", lambda command: "")
        extension.uninstall(profile=profile)
        assert "XlCollab" not in (library / "script.xlb").read_text()
        assert "Module1" in (library / "script.xlb").read_text()
        assert not (library / "XlCollab.xba").exists()
