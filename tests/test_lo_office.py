"""Reaching a LibreOffice that runs, over both wires; losing it; a client that is killed; what is refused."""

from __future__ import annotations

import builtins
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path

import make
import openpyxl
import pytest
from offices import MUST_HAVE, Program, bridged, need_office, started, within
from openpyxl.comments import Comment

from xl_collab.errors import CannotWrite, NotAWorkbook
from xl_collab.hosts.libreoffice.connection import (
    NoLibreOffice,
    OfficeGone,
    OfficeRefused,
    SheetProtected,
    Transport,
    connect,
)
from xl_collab.hosts.libreoffice.driver import to_excel, to_office
from xl_collab.hosts.libreoffice.office import Office
from xl_collab.hosts.libreoffice.uno_client import import_uno
from xl_collab.hosts.live.driver import Block, Fill, Put
from xl_collab.project.tables import CellError

TRACKER = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
BOTH = pytest.mark.parametrize("transport", ["direct", "bridge"])

direct = pytest.fixture(scope="module")(started)
bridge = pytest.fixture(scope="module")(bridged)


@pytest.fixture(params=["direct", "bridge"])
def app(request: pytest.FixtureRequest) -> Iterator[Program]:
    program: Program = request.getfixturevalue(request.param)
    yield program
    for book in program.books:
        book.close()


@pytest.fixture
def plain(app: Program, tmp_path: Path) -> Path:
    made = openpyxl.Workbook()
    made.active.title = "表"
    made.save(tmp_path / "plain.xlsx")
    return tmp_path / "plain.xlsx"


class TestCells:
    def test_every_kind_comes_back_as_it_was(self, app: Program, plain: Path) -> None:
        driver = app.books.open(plain).driver
        values = ["任务", "0012", 1.5, True, datetime(2023, 10, 8, 17, 30), None, "2023-10-8", "=1+1", False]
        driver.carry_out([Put("表", 2, 3, values)], "x")
        [content] = driver.read([Block("表", 2, 3, 2, 11)])
        assert [row[0] for row in content.rows] == values
        assert content.runs == ()

    def test_moments_show_as_moments_and_keep_a_format_that_is_there(self, app: Program, plain: Path) -> None:
        book = app.books.open(plain)
        sheet = book.sheets["表"]
        sheet["A2"].set_number_format("yyyy年m月d日")
        book.driver.carry_out([Put("表", 1, 1, [date(2023, 10, 8), date(2023, 10, 9), time(6)])], "x")
        shown = [sheet[f"A{row}"].number_format.lower() for row in (1, 2, 3)]
        assert shown == ["yyyy-mm-dd", "yyyy年m月d日", "hh:mm:ss"]
        assert sheet["A1:A2"].value == [datetime(2023, 10, 8), datetime(2023, 10, 9)]

    def test_errors_say_which(self, app: Program, plain: Path) -> None:
        book = app.books.open(plain)
        for row, formula in enumerate(["=1/0", "=NA()", "=没有的名称"], 1):
            book.sheets["表"][f"A{row}"].formula = formula
        [content] = book.driver.read([Block("表", 1, 1, 1, 3)])
        assert content.rows == [[CellError("#DIV/0!")], [CellError("#N/A")], [CellError("#NAME?")]]

    def test_one_formula_fills_a_column_past_a_note(self, app: Program, plain: Path) -> None:
        made = openpyxl.load_workbook(plain)
        made["表"]["B2"].comment = Comment("别删", "市场部")
        made.save(plain)
        book = app.books.open(plain)
        numbers, formula = Put("表", 1, 1, [1, 2, 3]), Fill("表", 2, 1, 3, "=A1*$A$1+表!A1")
        book.driver.carry_out([numbers, formula, Put("表", 3, 1, ["a", "b", "c"])], "x")
        assert book.sheets["表"]["B1:C3"].value == [[2, "a"], [4, "b"], [6, "c"]]
        assert book.sheets["表"]["B3"].formula == "=A3*$A$1+表!A3"
        book.driver.carry_out([Put("表", 2, 1, [7, 8, 9])], "x")
        book.save()
        saved = openpyxl.load_workbook(plain)["表"]
        assert [saved[f"B{row}"].value for row in (1, 2, 3)] == [7, 8, 9]
        assert saved["B2"].comment.text == "别删"

    def test_rows_that_a_filter_hides_get_their_formulas(self, app: Program, tmp_path: Path) -> None:
        made = openpyxl.Workbook()
        made.active.title = "表"
        for i in range(61):
            made.active.append(["部门", "天"] if i == 0 else [["研发部", "市场部"][i % 2], i])
            made.active.row_dimensions[i + 1].hidden = i > 0 and i % 2 == 0
        made.active.auto_filter.ref = "A1:B61"
        made.active.auto_filter.add_filter_column(0, ["市场部"])
        made.save(tmp_path / "hidden.xlsx")
        book = app.books.open(tmp_path / "hidden.xlsx")
        sheet = book.sheets["表"]
        book.driver.carry_out([Fill("表", 3, 2, 61, "=B2*10")], "x")
        assert sheet["C2:C61"].value == [i * 10 for i in range(1, 61)]
        book.driver.carry_out([Put("表", 2, 2, [i + 1 for i in range(1, 61)])], "x")
        assert sheet["C2:C61"].value == [(i + 1) * 10 for i in range(1, 61)]

    def test_the_trackers_formulas_read_as_its_file_has_them(self, app: Program, tmp_path: Path) -> None:
        book = app.books.open(Path(shutil.copy(TRACKER, tmp_path / "t.xlsm")))
        wanted = openpyxl.load_workbook(TRACKER)
        seen = 0
        for name in ("跟踪表", "首页", "风险登记"):
            [content] = book.driver.read([Block(name, 1, 1, 31, 20)])
            found = {
                (row, run.column): f"={run.text(row)}"
                for run in content.runs
                for row in range(run.first, run.last + 1)
            }
            for row in wanted[name]["A1:AE20"]:
                for cell in row:
                    if cell.data_type == "f" and isinstance(cell.value, str):
                        seen += 1
                        assert found[cell.row, cell.column] == re.sub(
                            r"'(\w+)'!", r"\1!", cell.value.replace("_xlfn.", "")
                        )
        assert seen > 50

    def test_a_step_is_one_to_undo_also_where_it_stopped_midway(self, app: Program, plain: Path) -> None:
        book = app.books.open(plain)
        book.sheets["表"]["A1"].value = 1
        with pytest.raises(OfficeRefused, match="没有的表"):
            book.driver.carry_out([Put("表", 1, 1, [5, 6]), Put("没有的表", 1, 1, [5])], "半途")
        assert app.automatic
        assert (book.sheets["表"]["A1:A2"].value, book.undo()) == ([5, 6], "半途")
        assert book.sheets["表"]["A1:A2"].value == [1, None]

    def test_protected_cells_refuse_and_unlocked_ones_take_values(self, app: Program, plain: Path) -> None:
        made = openpyxl.load_workbook(plain)
        made["表"]["A1"] = "旧"
        made["表"]["B1"].protection = openpyxl.styles.Protection(locked=False)
        made["表"].protection.enable()
        made.save(plain)
        book = app.books.open(plain)
        with pytest.raises(SheetProtected, match="受保护"):
            book.driver.carry_out([Put("表", 1, 1, ["新"])], "x")
        book.driver.carry_out([Put("表", 2, 1, ["填"])], "x")
        assert book.sheets["表"]["A1:B1"].value == ["旧", "填"]


@pytest.mark.parametrize(
    ("excel", "office_text"),
    [
        ("=SUM(A1,B2)", "=SUM(A1;B2)"),
        ('=IF(A1="a,b;c!",TRUE,FALSE)', '=IF(A1="a,b;c!";TRUE();FALSE())'),
        ("=跟踪表!$A$1+'My ''s'!B2", "=$跟踪表.$A$1+$'My ''s'.B2"),
        ("=SUM({1,2;3,4})", "=SUM({1;2|3;4})"),
        ("=AREAS((A1,B2:C3))", "=AREAS((A1~B2:C3))"),
        ("=NETWORKDAYS.INTL(A1,B1,1)", "=NETWORKDAYS.INTL(A1;B1;1)"),
        ("=tblTracker[[#This Row],[状态]]", "=tblTracker[[#This Row];[状态]]"),
        ("=IFERROR(A1,#N/A)", "=IFERROR(A1;#N/A)"),
        ("='xlwings.conf'!A1", "=$'xlwings.conf'.A1"),
    ],
)
def test_grammar_goes_both_ways(excel: str, office_text: str) -> None:
    assert to_office(excel) == office_text
    assert to_excel(office_text).replace("TRUE()", "TRUE").replace("FALSE()", "FALSE") == excel


def test_grammar_one_way() -> None:
    assert to_office("=_xlfn.STDEV.S(A1,B1)") == "=STDEV.S(A1;B1)"
    assert to_office("=tbl[@状态]") == "=tbl[[#This Row];[状态]]"
    assert to_excel("=Sheet2.A1+$'a b'.B2") == "=Sheet2!A1+'a b'!B2"


class TestWorkbooks:
    def test_open_ones_are_found_and_others_opened(self, app: Program, tmp_path: Path) -> None:
        path = make.tracker(tmp_path / "计划 1.xlsx", make.rows(4))
        book = app.office.open(path)
        assert (book.name, book.fullname) == ("计划 1.xlsx", str(path))
        assert [(one.uid, one.name) for one in app.office.workbooks()] == [(book.uid, "计划 1.xlsx")]
        book.sheets["设置"].activate()
        assert app.books["计划 1.xlsx"].sheets.active.name == "设置"

    def test_what_is_selected(self, app: Program, tmp_path: Path) -> None:
        app.office.open(make.tracker(tmp_path / "t.xlsx", make.rows(4)))
        app.books["t.xlsx"].sheets["跟踪表"].activate()
        app.books["t.xlsx"].sheets["跟踪表"]["C6:D7"].select()
        chosen = app.office.selection
        assert chosen is not None
        assert (chosen.sheet.name, chosen.row) == ("跟踪表", 6)

    def test_what_is_no_workbook_is_not_opened(self, app: Program, tmp_path: Path) -> None:
        (tmp_path / "x.xlsx").write_bytes(b"PK\3\4 no workbook")
        with pytest.raises(NotAWorkbook, match="打不开"):
            app.office.open(tmp_path / "nowhere.xlsx")
        assert app.office.workbooks() == []

    def test_what_cannot_be_saved_says_so(self, app: Program, tmp_path: Path) -> None:
        folder = tmp_path / "going"
        folder.mkdir()
        book = app.office.open(make.tracker(folder / "t.xlsx", make.rows(4)))
        shutil.rmtree(folder)
        with pytest.raises(CannotWrite, match="存不了"):
            book.save()

    def test_a_closed_one_is_said_so(self, app: Program, plain: Path) -> None:
        book = app.books.open(plain)
        book.close()
        with pytest.raises(OfficeRefused, match="已关闭"):
            book.driver.overview()


@BOTH
def test_a_killed_office_is_a_clear_error(transport: Transport, tmp_path: Path) -> None:
    program = Program(transport)
    path = make.tracker(tmp_path / "t.xlsx", make.rows(4))
    book = program.books.open(path)
    before = path.read_bytes()
    book.sheets["跟踪表"]["A1"].value = "没存"
    os.kill(program.pid, signal.SIGKILL)
    with pytest.raises(OfficeGone, match="已退出"):
        within(5, lambda: book.driver.overview() is None)
    assert path.read_bytes() == before
    program.kill()


def test_letting_go_leaves_the_office_and_what_is_open(app: Program, plain: Path) -> None:
    book = app.books.open(plain)
    other = Office(app.address)
    [found] = other.workbooks()
    found.driver.carry_out([Put("表", 1, 1, ["从外面"])], "x")
    other.close()
    assert book.sheets["表"]["A1"].value == "从外面"


CLIENT = """
import sys, time
from xl_collab.hosts.libreoffice.office import Office
office = Office(sys.argv[1], sys.argv[2])
[book] = office.workbooks()
book.driver.status("正在检查…")
print("there", flush=True)
time.sleep(60)
"""

TAKEN = """
import gc
found = sum(isinstance(one, inside.Documents) and one.indicator is not None for one in gc.get_objects())
"""


@BOTH
def test_a_client_killed_in_the_middle_gives_the_status_bar_back(
    direct: Program, transport: str, tmp_path: Path
) -> None:
    direct.office.open(make.tracker(tmp_path / "t.xlsx", make.rows(4)))
    command = [sys.executable, "-c", CLIENT, direct.address, transport]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "there\n"
    assert direct.hands.do(TAKEN) == 1
    process.kill()
    process.communicate()
    assert within(5, lambda: direct.hands.do(TAKEN) == 0)
    direct.books["t.xlsx"].close()


@BOTH
def test_nobody_at_the_address_says_so(transport: Transport) -> None:
    need_office()
    with pytest.raises(NoLibreOffice, match="连不上"):
        connect("pipe,name=nobody-listens-here", transport, seconds=0.2)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An X server of our own."""
    program = shutil.which("Xvfb")
    if program is None:
        (pytest.fail if MUST_HAVE else pytest.skip)("Xvfb is not installed")
    reading, writing = os.pipe()
    command = [program, "-displayfd", str(writing), "-screen", "0", "1024x700x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as number:
        monkeypatch.setenv("DISPLAY", ":" + number.readline().strip())
    yield
    server.terminate()
    server.wait()


def test_with_a_window_the_front_workbook_comes_first(screen: None, tmp_path: Path) -> None:
    program = Program(screen=True)
    try:
        for name in ("一", "二"):
            program.office.open(make.tracker(tmp_path / f"{name}.xlsx", make.rows(4)))
        first: Callable[[], str] = lambda: program.office.workbooks()[0].name  # noqa: E731
        assert within(5, lambda: first() == "二.xlsx")
        program.books["一.xlsx"].do(
            "document.CurrentController.Frame.activate()\n"
            "document.CurrentController.Frame.ContainerWindow.toFront()"
        )
        assert within(5, lambda: first() == "一.xlsx")
        program.books["一.xlsx"].driver.status("正在检查…")
        program.books["一.xlsx"].driver.status(None)
    finally:
        program.quit()


def test_importing_uno_leaves_the_interpreter_as_it_was() -> None:
    need_office()
    code = (
        "import builtins, sys; before, path = builtins.__import__, list(sys.path);"
        "from xl_collab.hosts.libreoffice.uno_client import import_uno; import_uno();"
        "print(builtins.__import__ is before, sys.path == path, 'uno' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["True", "True", "True"]
    assert import_uno() is import_uno()
    assert builtins.__import__.__module__ == "builtins"


EXCEL = """
import sys
import xl_collab.ui.ribbon, xl_collab.ui.ribbon, xl_collab.hosts.live.host
import xl_collab.hosts.live.macro_driver, xl_collab.hosts.live.xlwings_driver
print(sorted(name for name in sys.modules if name.startswith("xl_collab.hosts.libreoffice") or name == "uno"))
"""

LIBREOFFICE = """
import sys
import xl_collab.ui.office_command, xl_collab.ui.ribbon, xl_collab.hosts.live.host
import xl_collab.hosts.libreoffice.office
print(sorted(name for name in sys.modules if name.partition(".")[0] == "xlwings"))
"""


@pytest.mark.parametrize("click", [EXCEL, LIBREOFFICE], ids=["excel", "libreoffice"])
def test_a_click_loads_nothing_of_the_other_program(click: str) -> None:
    ran = subprocess.run([sys.executable, "-c", click], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
