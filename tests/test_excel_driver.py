"""The live host in Excel: calls over the COM boundary, our VBA, and what happens where it does not run.

xlwings' Windows code drives a model of Excel (com_excel.py); behaviour that the model measured in a live
Excel is used here, such as what a filter hides. What only Excel can show is in CONTRIBUTING.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import make
import numpy as np
import pointing
import pytest
import test_host_contract as actions
import xlwings as xw
from com_excel import ComExcel, com_error
from pointing import EDIT, FORMULAS, OWN, TAB
from pyopenvba.apps.excel import Worksheet, _typing
from pyopenvba.apps.excel._model import Workbook
from pyopenvba.interpreter import VBAObject, VBARuntimeError, member
from test_live import EDIT as ALERTS, LIGHT, MOST_CALLS, many
from tracker_letters import LETTERS, at

from tools.build.vba import own_modules
from xl_collab.a1 import Area, column_number
from xl_collab.hosts.live.driver import Block, Fill, NotSynced, NotTaken, ProgramBusy, Put, Resize, StepFailed
from xl_collab.hosts.live.host import LiveHost, driver_of
from xl_collab.hosts.live.macro_driver import (
    LONGEST_IN_ARRAY,
    PROTOCOL,
    MacroDriver,
    MacroPayload,
    cell_of,
    sent,
)
from xl_collab.hosts.live.xlwings_driver import XlwingsDriver
from xl_collab.plan.project import Project
from xl_collab.project.edits import SetColumn
from xl_collab.project.tables import CellError
from xl_collab.schema.sheets import TRACKER
from xl_collab.ui.ribbon import press

VBA = own_modules()["CollabDesk"]
MISSED = SetColumn("tracker", "missed", np.arange(5, 9), [1, 2, 3, 4])


@pytest.fixture
def excel() -> ComExcel:
    made = ComExcel()
    made.load_addin()
    return made


@pytest.fixture
def book(excel: ComExcel, tmp_path: Path) -> xw.Book:
    return excel.open(make.tracker(tmp_path / "t.xlsx", make.rows(4)))


@pytest.fixture
def driver(book: xw.Book) -> MacroDriver:
    found = driver_of(book)
    assert isinstance(found, MacroDriver)
    return found


def calls_of(excel: ComExcel, path: Path, action: str) -> list[str]:
    book = excel.open(path)
    with excel.boundary.counted() as calls:
        host = LiveHost(book)
        project = Project(host.read(), date(2023, 11, 13))
        edits = actions.ACTIONS[action](project)
        applied = host.apply(edits, actions.drawn(project, edits), command=action)
    assert applied.written
    return calls


class TestCalls:
    @pytest.mark.parametrize("action", actions.ACTIONS)
    def test_an_action_takes_few_calls_and_no_more_for_more_rows(
        self, excel: ComExcel, tmp_path: Path, action: str
    ) -> None:
        few = calls_of(excel, many(tmp_path / "few.xlsx", 10, LIGHT), action)
        more = calls_of(excel, many(tmp_path / "more.xlsx", 40, LIGHT), action)
        assert few == more
        assert len(few) <= MOST_CALLS

    def test_ten_thousand_rows_take_as_many(self, excel: ComExcel, tmp_path: Path) -> None:
        few = calls_of(excel, many(tmp_path / "few.xlsx", 10, LIGHT), "variance")
        more = calls_of(excel, many(tmp_path / "more.xlsx", 10_000, LIGHT), "variance")
        assert few == more
        assert len(few) <= MOST_CALLS

    @pytest.mark.soak
    @pytest.mark.parametrize("action", actions.ACTIONS)
    def test_every_action_on_ten_thousand_rows(self, excel: ComExcel, tmp_path: Path, action: str) -> None:
        few = calls_of(excel, many(tmp_path / "few.xlsx", 10, LIGHT), action)
        more = calls_of(excel, many(tmp_path / "more.xlsx", 10_000, LIGHT), action)
        assert few == more
        assert len(few) <= MOST_CALLS

    def test_drawing_again_and_undoing_take_few_calls_too(self, excel: ComExcel, tmp_path: Path) -> None:
        path = many(tmp_path / "few.xlsx", 10, LIGHT)
        assert calls_of(excel, path, "minutes").count("Run()") == 5
        book = excel.open(path)
        book.sheets["跟踪表"]["F5"].value = date(2023, 10, 30)
        again = calls_of(excel, path, "minutes")
        assert again.count("Run()") == 6  # the sixth keeps the sheet that is drawn over
        with excel.boundary.counted() as undoing:
            LiveHost(book).undo()
        assert len(again) <= MOST_CALLS and len(undoing) <= MOST_CALLS


class TestWhichDriver:
    def test_the_workbook_itself_may_hold_the_macros(self, tmp_path: Path) -> None:
        excel = ComExcel()
        path = make.tracker(tmp_path / "王's.xlsx", make.rows(4)).rename(tmp_path / "王's.xlsm")
        assert isinstance(driver_of(excel.open(path)), MacroDriver)

    def test_blocked_macros_leave_one_thing_at_a_time(self, tmp_path: Path) -> None:
        book = ComExcel().open(make.tracker(tmp_path / "t.xlsx", make.rows(4)), macros=False)
        driver = driver_of(book)
        assert type(driver) is XlwingsDriver
        assert LiveHost(book, driver=driver).apply([MISSED]).written
        assert book.sheets["跟踪表"][at("missed", 5, 8)].value == [1, 2, 3, 4]

    @pytest.mark.parametrize(
        ("here", "there"),
        [
            ('"ok", PROTOCOL, said', '"ok", PROTOCOL + 1, said'),
            ("said = said & TypeName(sample(i))", 'said = said & "Double"'),
            ("CollabDeskHello = Array(", "Dim lost: lost = Array("),
        ],
    )
    def test_macros_that_answer_otherwise_are_not_relied_on(
        self, tmp_path: Path, here: str, there: str
    ) -> None:
        assert here in VBA
        excel = ComExcel(VBA.replace(here, there))
        excel.load_addin()
        book = excel.open(make.tracker(tmp_path / "t.xlsx", make.rows(4)))
        assert type(driver_of(book)) is XlwingsDriver

    def test_a_cell_being_edited_is_said_so(
        self, excel: ComExcel, book: xw.Book, driver: MacroDriver
    ) -> None:
        excel.boundary.busy = True
        with pytest.raises(ProgramBusy, match="按 Enter 或 Esc"):
            driver.read([Block("跟踪表", 1, 1, 2, 2)])
        assert excel.engine.N_COM_ATTEMPTS == 0  # a user's own script waits as long as xlwings does


class TestReading:
    def test_cells_have_their_kinds(self, book: xw.Book, driver: MacroDriver) -> None:
        sheet = book.sheets["跟踪表"]
        sheet["A20:F20"].value = ["'#N/A", 3, True, datetime(2023, 10, 9, 17, 30), None, "'=1+1"]
        sheet["G20"].formula = "=1/0"
        sheet["H20"].formula = '=""'
        [content] = driver.read([Block("跟踪表", 1, 20, 8, 20)])
        assert content.rows == [
            ["#N/A", 3.0, True, datetime(2023, 10, 9, 17, 30), None, "=1+1", CellError("#DIV/0!"), None]
        ]
        assert [(run.column, run.text(20)) for run in content.runs] == [(7, "1/0"), (8, '""')]

    def test_one_cell_is_a_block_too(self, driver: MacroDriver) -> None:
        assert driver.read([Block("跟踪表", 1, 5, 1, 5)])[0].rows == [["T1"]]

    def test_nothing_is_asked_for_nothing(self, excel: ComExcel, driver: MacroDriver) -> None:
        with excel.boundary.counted() as calls:
            assert driver.read([]) == []
        assert calls == []

    def test_merged_areas_come_with_the_overview(self, book: xw.Book, driver: MacroDriver) -> None:
        sheet = book.sheets["跟踪表"]
        sheet["A1:C1"].merge()
        sheet["B2:B3"].merge()
        [tab] = [tab for tab in driver.overview().tabs if tab.name == "跟踪表"]
        assert tab.merged == driver.merged(tab.used) == ((1, 1, 1, 3), (2, 2, 3, 2))

    def test_a_column_painted_to_the_end_is_not_read_to_the_end(
        self, book: xw.Book, driver: MacroDriver
    ) -> None:
        book.sheets["跟踪表"]["C900000"].color = (255, 0, 0)
        book.sheets["跟踪表"]["B12"].value = "备注"
        [tab] = [tab for tab in driver.overview().tabs if tab.name == "跟踪表"]
        assert (tab.used.top, tab.used.bottom) == (1, 12) or tab.used.bottom == 12

    @pytest.mark.parametrize(
        ("number", "code"),
        [(-2146826281, "#DIV/0!"), (-2146826246, "#N/A"), (-2146826243, "#SPILL!"), (7, "#VALUE!")],
    )
    def test_errors_arrive_as_whole_numbers(self, number: int, code: str) -> None:
        assert cell_of(number) == CellError(code)

    def test_a_moment_becomes_pythons_own_kind(self) -> None:
        class Moment(datetime):
            """As pywin32's: a kind of its own, and a time zone."""

        found = cell_of(Moment(2023, 10, 8, 17, 30, 14, 700_000, UTC))
        assert (type(found), found) == (datetime, datetime(2023, 10, 8, 17, 30, 15))


_ADDRESS = "https://company.sharepoint.com/sites/pmo/Docs/t.xlsx"


class _OnSharePoint(VBAObject):
    @member
    def FullName(self) -> object:
        return _ADDRESS


class TestInTheCloud:
    @pytest.mark.parametrize("macros", [True, False])
    def test_a_workbook_that_no_folder_is_synced_with_is_told_so(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, macros: bool
    ) -> None:
        for name in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer"):
            monkeypatch.delenv(name, raising=False)
        excel = ComExcel()
        book = excel.open(make.tracker(tmp_path / "t.xlsx", make.rows(4)), macros=macros)
        for key, spec in _OnSharePoint._vba_members.items():
            if key not in VBAObject._vba_members:
                monkeypatch.setitem(Workbook._vba_members, key, spec)
        with pytest.raises(NotSynced) as refused:
            driver_of(book).overview()
        assert "“t.xlsx”在 SharePoint 或 Teams 上" in refused.value.zh
        assert "另存到本地磁盘" in refused.value.zh
        response = press("validate", book, path=_ADDRESS)
        assert (response.kind, refused.value.zh in response.text) == ("error", True)


class TestShowing:
    def test_an_excel_that_is_not_in_front_answers_and_shows_the_sheet(
        self, excel: ComExcel, book: xw.Book
    ) -> None:
        """xlwings' own activate() brings a whole Excel to the front, and raises where Windows refuses."""
        with pytest.raises(xw.XlwingsError):
            book.activate()
        said = press("validate", book)
        assert (said.kind, "“校验结果”" in said.text) == ("warning", True), said
        assert "出错" not in said.text
        assert excel.excel.application.vba_get("ActiveSheet").vba_get("Name") == "校验结果"


class TestWriting:
    def test_values_go_in_as_what_they_are(self, book: xw.Book, driver: MacroDriver) -> None:
        values = ["=1+1", "0012", 5, True, date(2023, 10, 9), datetime(2023, 10, 9, 17, 0), None, "研发部"]
        driver.carry_out([Put("跟踪表", 40, 5, values)], "x")
        [content] = driver.read([Block("跟踪表", 40, 5, 40, 12)])
        assert [row[0] for row in content.rows] == [
            *("=1+1", "0012", 5.0, True),
            *(datetime(2023, 10, 9), datetime(2023, 10, 9, 17, 0), None, "研发部"),
        ]
        assert content.runs == ()

    def test_a_text_too_long_for_an_array_goes_in_by_itself(self, book: xw.Book, driver: MacroDriver) -> None:
        long = "长" * (LONGEST_IN_ARRAY + 1)
        driver.carry_out([Put("跟踪表", 30, 5, ["a", long, "b"])], "x")
        assert book.sheets["跟踪表"]["AD5:AD7"].value == ["a", long, "b"]
        assert [sent("=" + long).kind, sent(long[1:]).kind] == ["l", "s"]

    @pytest.mark.parametrize("macros", [True, False])
    def test_texts_that_a_chinese_excel_converts_stay_texts(
        self, excel: ComExcel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, macros: bool
    ) -> None:
        as_ascii = str.maketrans("＋－", "+-")
        read = _typing.typed_text

        def chinese(text: str, *, fractions: bool = False) -> Any:
            """Full-width signs as signs, and one date in Chinese numerals."""
            plain = "2023-10-08" if text == "二〇二三年十月八日" else text.translate(as_ascii)
            return read(text if text.startswith("'") else plain, fractions=fractions)

        monkeypatch.setattr(_typing, "typed_text", chinese)
        book = excel.open(make.tracker(tmp_path / "t.xlsx", make.rows(4)), macros=macros)
        driver = MacroDriver.found(book) if macros else XlwingsDriver(book)
        assert driver is not None
        driver.overview()
        book.sheets["跟踪表"]["AE5"].value = "－5"
        assert book.sheets["跟踪表"]["AE5"].value != "－5"  # that is what becomes of one that is only written
        texts = ["－5", "＋3", "二〇二三年十月八日", "研发部", "－约五天"]
        driver.carry_out([Put("跟踪表", 30, 5, texts)], "x")
        assert book.sheets["跟踪表"]["AD5:AD9"].value == texts

    def test_rows_that_a_filter_hides_are_written_too(
        self, excel: ComExcel, book: xw.Book, driver: MacroDriver
    ) -> None:
        """Excel writes the array from its start into each stretch of rows that shows."""
        sheet, free = book.sheets["跟踪表"], LETTERS["predecessor_alert"]
        sheet["AC4:AC8"].value = [["f"], ["x"], ["y"], ["x"], ["y"]]
        sheet.api.Range("AC4:AC8").AutoFilter(1, "x")
        driver.carry_out(
            [
                Put("跟踪表", column_number(free), 5, [1, "0012", date(2023, 10, 9), None]),
                Fill("跟踪表", 30, 5, 8, f"={free}5&$A5"),
            ],
            "x",
        )
        assert sheet[at("predecessor_alert", 5, 8)].value == [1, "0012", datetime(2023, 10, 9), None]
        assert sheet["AD5:AD8"].formula == tuple((f"={free}{row}&$A{row}",) for row in range(5, 9))

    def test_a_date_goes_into_a_cell_with_the_format_text(self, book: xw.Book, driver: MacroDriver) -> None:
        cells = book.sheets["跟踪表"]["AD5:AD6"]
        cells.number_format = "@"
        driver.carry_out([Put("跟踪表", 30, 5, [date(2023, 10, 9), "0012"])], "x")
        assert cells.value == [datetime(2023, 10, 9), "0012"]
        assert (cells[0].number_format, cells[1].number_format) == ("yyyy-mm-dd", "@")

    def test_cells_that_keep_something_else_are_refused(self, book: xw.Book, driver: MacroDriver) -> None:
        book.sheets["跟踪表"]["AD5:AD6"].merge()
        with pytest.raises(NotTaken, match="“跟踪表”"):
            driver.carry_out([Put("跟踪表", 30, 5, ["a", "b"])], "x")

    def test_a_table_grows_and_its_new_rows_look_alike(self, book: xw.Book, driver: MacroDriver) -> None:
        sheet = book.sheets["跟踪表"]
        [table] = next(tab for tab in driver.overview().tabs if tab.name == "跟踪表").tables
        last = sheet.range((table.area.bottom, 2))
        last.font.bold = True
        area = Area(table.area.left, table.area.top, table.area.right, table.area.bottom + 2)
        driver.carry_out([Resize("跟踪表", table.name, table.area, area)], "x")
        assert next(tab for tab in driver.overview().tabs if tab.name == "跟踪表").tables[0].area == area
        assert last.offset(2, 0).font.bold and last.offset(2, 0).value is None

    def test_what_did_not_arrive_whole_is_done_one_by_one(
        self, book: xw.Book, driver: MacroDriver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = MacroPayload.arguments
        monkeypatch.setattr(MacroPayload, "arguments", lambda self: (*whole(self)[:-1], 99))
        driver.carry_out([Put("跟踪表", 30, 5, ["a", "b"])], "x")
        assert book.sheets["跟踪表"]["AD5:AD6"].value == ["a", "b"]

    @pytest.mark.parametrize(
        ("value", "serial"),
        [
            (date(2023, 10, 9), 45208.0),
            (datetime(2023, 10, 9, 12), 45208.5),
            (time(6), 0.25),
            (datetime(1900, 1, 1), 2.0),
        ],
    )
    def test_moments_are_sent_as_days(self, value: object, serial: float) -> None:
        assert sent(value) == ("d", serial)

    def test_what_is_no_number_is_nothing(self) -> None:
        assert sent(float("nan")).kind == sent(None).kind == sent("").kind == "e"


def state(excel: ComExcel) -> Callable[[], tuple[Any, ...]]:
    app = excel.app.api
    return lambda: (
        app.Calculation,
        app.ScreenUpdating,
        app.DisplayAlerts,
        app.AutoCorrect.AutoFillFormulasInLists,
    )


class TestWhateverHappens:
    def test_a_step_that_fails_half_way_is_taken_back(
        self, excel: ComExcel, book: xw.Book, driver: MacroDriver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = state(excel)()
        sheet = book.sheets["跟踪表"]
        pack = MacroPayload.of

        def broken(steps: Any) -> MacroPayload:
            made = pack(steps)
            if "undo" not in asked:
                made._step("resize", Block("跟踪表", 1, 4, 2, 9), 8, "没有这个表")
                asked.append("undo")
            return made

        asked: list[str] = []
        monkeypatch.setattr(MacroPayload, "of", broken)
        with pytest.raises(StepFailed, match="会自动退回"):
            LiveHost(book, driver=driver).apply([MISSED], command="fails")
        assert sheet[at("missed", 5, 8)].value == [None] * 4
        assert state(excel)() == before
        assert book.app.status_bar is False

    def test_manual_calculation_stays_manual(
        self, excel: ComExcel, book: xw.Book, driver: MacroDriver
    ) -> None:
        book.app.calculation = "manual"
        LiveHost(book, driver=driver).apply([MISSED])
        assert book.app.calculation == "manual"
        assert book.sheets["跟踪表"][at("missed", 5, 8)].value == [1, 2, 3, 4]

    def test_a_sheet_that_cannot_be_copied_leaves_no_file_open(
        self, excel: ComExcel, book: xw.Book, driver: MacroDriver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refused(*given: object) -> None:
            raise VBARuntimeError(1004, "no room")

        before = [one.name for one in excel.app.books]
        copy = Worksheet._vba_members["copy"]
        monkeypatch.setitem(Worksheet._vba_members, "copy", replace(copy, getter=refused))
        with pytest.raises(StepFailed, match="no room"):
            LiveHost(book, driver=driver).apply([make.sheet()], {"minutes/20231113": make.drawn()})
        assert [one.name for one in excel.app.books] == before
        assert [one.name for one in book.sheets] == ["跟踪表", "设置", "_meta"]

    def test_other_errors_stay_what_they_are(self, driver: MacroDriver) -> None:
        driver._module = "'nowhere.xlsm'!CollabDesk."
        with pytest.raises(com_error):
            driver.overview()


class Failing(XlwingsDriver):
    """A program that fails in the last step, after the first thing it did."""

    left: tuple[str, bool] = ("", True)

    def carry_out(self, steps: Any, title: str) -> None:
        fails = title == "xl_collab fails"
        super().carry_out(steps[:1] if fails else steps, title)
        if fails:
            Failing.left = self._book.app.calculation, self._book.app.screen_updating
            raise RuntimeError("out of memory")


class TestWhateverHappensWithoutMacros:
    def test_a_step_that_fails_half_way_is_taken_back(self, book: xw.Book) -> None:
        missed = SetColumn("tracker", "missed", np.arange(5, 9), [1, 2, 3, 4])
        with pytest.raises(RuntimeError, match="out of memory"):
            LiveHost(book, driver=Failing(book)).apply([ALERTS, missed], command="fails")
        sheet = book.sheets["跟踪表"]
        assert (sheet[at("predecessor_alert", 5, 8)].value, sheet[at("missed", 5, 8)].value) == (
            [None] * 4,
            [None] * 4,
        )
        assert Failing.left == ("manual", False)
        assert (book.app.calculation, book.app.screen_updating) == ("automatic", True)
        assert book.app.status_bar is False

    def test_manual_calculation_stays_manual(self, book: xw.Book) -> None:
        book.app.calculation = "manual"
        try:
            LiveHost(book, driver=XlwingsDriver(book)).apply([ALERTS])
            assert book.app.calculation == "manual"
        finally:
            book.app.calculation = "automatic"

    def test_a_date_goes_into_a_cell_with_the_format_text(self, book: xw.Book) -> None:
        driver = XlwingsDriver(book)
        driver.overview()
        cells = book.sheets["跟踪表"]["AD5:AD6"]
        cells.number_format = "@"
        driver.carry_out([Put("跟踪表", 30, 5, [date(2023, 10, 9), "0012"])], "x")
        assert cells.value == [datetime(2023, 10, 9), "0012"]
        assert cells[0].number_format == "yyyy-mm-dd"

    def test_excel_that_passes_over_filtered_rows_is_noticed(self, book: xw.Book) -> None:
        driver = XlwingsDriver(book)
        driver.overview()
        sheet = book.sheets["跟踪表"]
        sheet[at("missed", 5, 8)].value = [[1], [None], [3], [4]]
        assert driver._different(sheet[at("missed", 5, 8)], [1, 2, 3, 4]) == [1]
        driver.carry_out(
            [Put("跟踪表", TRACKER.index("missed") + 1, 5, [5, "0012", date(2023, 10, 9), None])], "x"
        )
        assert sheet[at("missed", 5, 8)].value == [5, "0012", datetime(2023, 10, 9), None]


@pytest.fixture(params=["macros", "no macros"])
def pointed(request: pytest.FixtureRequest, tmp_path: Path) -> xw.Book:
    """With 风险清单 and people's formulas into it, in an Excel with and without our macros."""
    excel = ComExcel()
    if request.param == "macros":
        excel.load_addin()
    return excel.open(pointing.workbook(tmp_path / "t.xlsx"), macros=False)


def refreshed(book: xw.Book, rows: int) -> None:
    applied = LiveHost(book).apply([EDIT], {"risks/risks": pointing.drawn(rows)}, command="risks")
    assert [(one.how, one.tab) for one in applied.generated] == [("refreshed", TAB)]


class TestSheetsDrawnAnew:
    """What the contract suite cannot ask of every host: the rest is in test_host_identity.py."""

    def test_the_sheet_stays_with_and_without_macros(self, pointed: xw.Book) -> None:
        own, tabs = pointed.sheets[OWN], [sheet.name for sheet in pointed.sheets]
        refreshed(pointed, 7)
        assert [own[cell].value for cell in FORMULAS] == pointing.shown(7)
        refreshed(pointed, 2)
        assert [own[cell].value for cell in FORMULAS] == pointing.shown(2)
        LiveHost(pointed).undo()
        assert [own[cell].value for cell in FORMULAS] == pointing.shown(7)
        assert [sheet.name for sheet in pointed.sheets] == tabs
        assert [pointed.names[name].refers_to for name in ("scores", f"{OWN}!second")] == [
            f"={TAB}!$B$3:$B$5",
            f"={TAB}!$B$4",
        ]

    def test_it_is_printed_as_drawn(self, pointed: xw.Book) -> None:
        page = pointed.sheets[TAB].api.PageSetup
        assert page.Orientation == 2
        refreshed(pointed, 4)
        assert page.Orientation == 1
        refreshed(pointed, 7)
        assert page.Orientation == 2

    def test_rows_that_do_not_scroll_are_frozen_and_the_size_is_the_users(self, pointed: xw.Book) -> None:
        pointed.sheets[TAB].api.Activate()
        window = pointed.app.api.ActiveWindow
        window.FreezePanes, window.Zoom = False, 130
        refreshed(pointed, 4)
        pointed.sheets[TAB].api.Activate()
        window = pointed.app.api.ActiveWindow
        assert (window.FreezePanes, window.SplitRow, window.SplitColumn) == (True, 2, 1)
        assert window.Zoom == 130

    def test_a_filter_of_the_users_hides_nothing_of_what_is_new(self, pointed: xw.Book) -> None:
        sheet = pointed.sheets[TAB]
        sheet.api.Range("A2:C5").AutoFilter(2, "4")
        refreshed(pointed, 7)
        assert sheet["B3:B9"].value == [7, 8, 9, 10, 11, 12, 13]
        assert not sheet.api.Range("A3:A9").EntireRow.Hidden

    @pytest.mark.parametrize(("password", "first"), [("", "共 7 项"), ("geheim", "共 3 项")])
    def test_only_a_password_protects_it_from_us(self, pointed: xw.Book, password: str, first: str) -> None:
        pointed.sheets[TAB].api.Protect(password)
        with nullcontext() if not password else pytest.raises((StepFailed, com_error)):
            refreshed(pointed, 7)
        assert pointed.sheets[TAB]["A1"].value == first
        assert pointed.sheets[OWN]["A1"].value == (3 if password else 7)

    def test_a_new_sheet_that_people_point_to_stays_when_its_run_is_taken_back(self, book: xw.Book) -> None:
        LiveHost(book).apply([make.sheet()], {"minutes/20231113": make.drawn()}, command="minutes")
        book.sheets["设置"]["K1"].formula = "='纪要-20231113'!B2*2"
        assert LiveHost(book).undo().kept == ("纪要-20231113",)
        assert book.sheets["设置"]["K1"].value == 6
        LiveHost(book).apply([make.sheet("risks", "r", "风险")], {"risks/r": make.drawn("a", "风险")})
        assert LiveHost(book).undo().kept == ()
        assert "风险" not in [sheet.name for sheet in book.sheets]


class TestText:
    """The module as it is written, for what no run here can show."""

    def test_both_sides_agree_on_numbers(self) -> None:
        assert f"PROTOCOL As Long = {PROTOCOL}\r\n" in VBA
        assert f"STEP_WIDTH As Long = {len(MacroPayload.of([Put('a', 1, 1, ['x'])]).fields)}\r\n" in VBA
        assert f"PLACE_WIDTH As Long = {len(Block('a', 1, 1, 1, 1))}\r\n" in VBA

    def test_no_error_leaves_a_function_that_python_calls(self) -> None:
        bodies = re.findall(r"^Public Function (\w+)(.*?)^End Function", VBA, re.M | re.S)
        assert [name for name, _ in bodies] == [
            f"CollabDesk{name}" for name in ("Hello", "Overview", "Read", "CarryOut", "Keep")
        ]
        for name, body in bodies:
            assert "On Error GoTo Failed" in body and "\r\nFailed:" in body, name

    def test_errors_are_passed_over_only_where_no_cell_is_written(self) -> None:
        procedures = re.split(r"^(?=(?:Public|Private) (?:Function|Sub) )", VBA, flags=re.M)
        passing = [re.findall(r"\w+", one)[2] for one in procedures if "On Error Resume Next" in one]
        assert passing == ["ObjectsOf", "TakePage", "CollabDeskKeep", "Restore"]
        keep = next(one for one in procedures if "CollabDeskKeep(" in one)
        assert "SaveAs" not in keep.partition("On Error Resume Next")[2]
