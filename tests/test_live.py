"""The live host on a real LibreOffice: calls across processes, refusals, what people do meanwhile, kills."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date, datetime
from pathlib import Path

import make
import numpy as np
import offices
import openpyxl
import pointing
import pytest
import test_host_contract as actions
from offices import OpenBook, Program, measured
from tracker_letters import at

from xl_collab.commands.run_all import run_all
from xl_collab.hosts.formulacheck import FormulaRun, expanded, runs_of, template_of
from xl_collab.hosts.libreoffice.connection import SheetProtected
from xl_collab.hosts.live.driver import ChangedMeanwhile, ProgramBusy, ReadOnly, SheetLocked, guarded
from xl_collab.hosts.live.host import LiveHost
from xl_collab.hosts.live.xlwings_driver import explained
from xl_collab.plan.project import Project
from xl_collab.project.edits import SetColumn
from xl_collab.schema.sheets import TRACKER
from xl_collab.ui.ribbon import LiveSession

office = pytest.fixture(scope="module")(offices.started)

MOST_CALLS = 40
"""Design: calls across processes of one action, however many rows."""


@pytest.fixture
def app(office: Program) -> Iterator[Program]:
    yield office
    for book in office.books:
        book.close()


LIGHT = "id stage owner task output deadline predecessors actual status"
LIGHT += " projected predecessor_alert missed next_due computed_at"


def many(path: Path, count: int, columns: str = "") -> Path:
    """A tracker in which something changes with every action, in scattered rows."""
    due = [date(2023, 10, 9), date(2023, 11, 15), date(2023, 12, 29)]
    records = [
        make.row(
            f"T{n:05}",
            deadline=due[n % 3],
            status="已完成" if n % 7 == 0 else "进行中",
            actual=date(2023, 10, 11) if n % 7 == 0 else None,
            predecessors=f"T{n - 1:05}" if n % 5 else None,
        )
        for n in range(1, count + 1)
    ]
    return make.tracker(path, records, make.Odd(order=columns.split() or None))


def calls_of(app: Program, book: OpenBook, action: str) -> int:
    with measured(app) as calls:
        host = LiveHost(book)
        project = Project(host.read(), date(2023, 11, 13))
        edits = actions.ACTIONS[action](project)
        applied = host.apply(edits, actions.drawn(project, edits), command=action)
    assert applied.written
    return calls.count


class TestCalls:
    @pytest.mark.parametrize("action", actions.ACTIONS)
    def test_an_action_takes_few_calls_and_no_more_for_more_rows(
        self, app: Program, tmp_path: Path, action: str
    ) -> None:
        few = app.books.open(many(tmp_path / "few.xlsx", 10))
        more = app.books.open(many(tmp_path / "more.xlsx", 300))
        counted = calls_of(app, few, action), calls_of(app, more, action)
        assert counted[0] == counted[1] <= MOST_CALLS

    def test_ten_thousand_rows_take_as_many(self, app: Program, tmp_path: Path) -> None:
        few = app.books.open(many(tmp_path / "few.xlsx", 10, LIGHT))
        more = app.books.open(many(tmp_path / "more.xlsx", 10_000, LIGHT))
        assert calls_of(app, few, "variance") == calls_of(app, more, "variance") <= MOST_CALLS

    @pytest.mark.soak
    @pytest.mark.parametrize("action", actions.ACTIONS)
    def test_every_action_on_ten_thousand_rows(self, app: Program, tmp_path: Path, action: str) -> None:
        few = app.books.open(many(tmp_path / "few.xlsx", 10))
        more = app.books.open(many(tmp_path / "more.xlsx", 10_000))
        assert calls_of(app, few, action) == calls_of(app, more, action) <= MOST_CALLS

    def test_drawing_again_and_undoing_take_few_calls_too(self, app: Program, tmp_path: Path) -> None:
        book = app.books.open(many(tmp_path / "few.xlsx", 10))
        calls_of(app, book, "run")
        book.sheets["跟踪表"]["F5"].value = date(2023, 10, 30)
        with measured(app) as again:
            run_all(LiveSession(book, date(2023, 11, 13)), "run")
        with measured(app) as undoing:
            LiveHost(book).undo()
        assert again.count <= 10 and undoing.count <= 10


@pytest.fixture
def book(app: Program, tmp_path: Path) -> OpenBook:
    return app.books.open(make.tracker(tmp_path / "t.xlsx", make.rows(4)))


EDIT = SetColumn("tracker", "predecessor_alert", np.arange(5, 9), ["T9", None, None, "T8"])


class TestMeanwhile:
    def test_hidden_rows_are_written_too(self, book: OpenBook) -> None:
        sheet = book.sheets["跟踪表"]
        sheet["A6:A7"].hide_rows()
        numbers = SetColumn("tracker", "missed", np.arange(5, 9), [1, 2, 3, 4])
        LiveHost(book).apply([numbers])
        assert sheet[at("missed", 5, 8)].value == [1, 2, 3, 4]
        assert sheet["A6"].rows_hidden and not sheet["A5"].rows_hidden

    def test_rows_that_were_sorted_before_are_found_where_they_are(self, book: OpenBook) -> None:
        sheet = book.sheets["跟踪表"]
        sheet["A5:A8"].value = [["T4"], ["T3"], ["T2"], ["T1"]]
        found = LiveHost(book).read().tables["tracker"]
        assert found.texts("id").tolist() == ["T4", "T3", "T2", "T1"]

    def test_sorting_between_reading_and_writing_is_refused(self, book: OpenBook) -> None:
        host = LiveHost(book)
        host.read()
        book.sheets["跟踪表"]["A5:A8"].value = [
            ["T4"],
            ["T3"],
            ["T2"],
            ["T1"],
        ]
        with pytest.raises(ChangedMeanwhile, match="跟踪表"):
            host.apply([EDIT])
        assert book.sheets["跟踪表"][at("predecessor_alert", 5, 8)].value == [None] * 4
        assert host.apply([EDIT]).written  # read anew

    def test_typing_into_a_draft_between_reading_and_writing_is_refused(self, book: OpenBook) -> None:
        LiveHost(book).apply([make.sheet()], {"minutes/20231113": make.drawn("第一次")})
        host = LiveHost(book)
        host.read()
        book.sheets["纪要-20231113"]["A1"].value = "有人正在写"
        with pytest.raises(ChangedMeanwhile, match="纪要-20231113"):
            host.apply([make.sheet()], {"minutes/20231113": make.drawn("第二次")})
        assert book.sheets["纪要-20231113"]["A1"].value == "有人正在写"

    def test_cells_changed_since_stay_when_undone(self, book: OpenBook) -> None:
        sheet = book.sheets["跟踪表"]
        LiveHost(book).apply([SetColumn("tracker", "missed", np.arange(5, 9), [1, 2, 3, 4])])
        sheet[at("missed", 6)].value = 99
        assert LiveHost(book).undo().kept == (f"跟踪表!{at('missed', 6)}",)
        assert sheet[at("missed", 5, 8)].value == [None, 99, None, None]

    def test_number_formats_and_notes_stay(self, book: OpenBook) -> None:
        sheet = book.sheets["跟踪表"]
        sheet[at("actual", 5, 8)].set_number_format('yyyy"年"m"月"d"日"')
        LiveHost(book).apply([SetColumn("tracker", "actual", np.arange(5, 7), [date(2023, 10, 9)] * 2)])
        assert sheet[at("actual", 5)].number_format.lower() == 'yyyy"年"m"月"d"日"'
        assert sheet[at("actual", 5)].value == datetime(2023, 10, 9)

    @pytest.mark.parametrize("automatic", [True, False])
    def test_how_the_workbook_is_calculated_stays(self, book: OpenBook, automatic: bool) -> None:
        cell = book.sheets["跟踪表"]["BZ1"]
        cell.formula = f'=COUNTIF({at("predecessor_alert", 5, 8)},"T9")'
        book.do("document.enableAutomaticCalculation(wanted)", wanted=automatic)
        LiveHost(book).apply([EDIT, make.sheet()], {"minutes/20231113": make.drawn("第一次")})
        book.do("document.calculate()") if automatic else None
        state = "found = [document.isAutomaticCalculationEnabled(), document.hasControllersLocked()]"
        assert book.do(state) == [automatic, False]
        assert book.sheets["纪要-20231113"]["A1"].value == "第一次"
        if automatic:
            assert cell.value == 1

    def test_rows_grow_with_a_long_text_and_only_where_nobody_set_their_height(self, book: OpenBook) -> None:
        rows = book.sheets["跟踪表"]["A5:A7"]
        rows.do("cells.Rows.OptimalHeight = True; cells.Rows.getByIndex(1).Height = 900")
        heights = "found = [cells.Rows.getByIndex(i).Height for i in range(3)]"
        before = rows.do(heights)
        long = SetColumn("tracker", "note", np.arange(5, 7), ["等供应商确认交期后再定" * 20] * 2)
        LiveHost(book).apply([long])
        after = rows.do(heights)
        assert after[0] > before[0] and after[1:] == before[1:]
        LiveHost(book).apply([SetColumn("tracker", "missed", np.arange(5, 8), [1, 2, 3])])
        assert rows.do(heights) == after

    def test_what_was_cut_off_before_it_wrote_is_passed_over(self, book: OpenBook) -> None:
        host = LiveHost(book)
        host.apply([EDIT], command="first")
        stored = Path(book.fullname).with_name(".t.xlsx.collab") / "live-0001.json"
        later = json.loads(stored.read_text("utf-8")) | {"command": "second"}
        later["cells"] = [["跟踪表", TRACKER.index("missed") + 1, 5, [None, None], [1, 2]]]
        stored.with_name("live-0002.json").write_text(json.dumps(later))
        assert LiveHost(book).undo().command == "first"
        assert book.sheets["跟踪表"][at("predecessor_alert", 5, 8)].value == [None] * 4


class TestRefusals:
    def test_a_protected_sheet_is_named_and_nothing_changes(self, app: Program, tmp_path: Path) -> None:
        maker = make.Maker()
        maker.table("tracker", make.rows(4)).protect()
        book = app.books.open(maker.save(tmp_path / "t.xlsx"))
        host = LiveHost(book)
        with pytest.raises(SheetLocked, match="“跟踪表”受保护") as refused:
            host.apply([EDIT, make.sheet()], {"minutes/20231113": make.drawn()})
        assert "Unprotect" in refused.value.message("en")
        assert book.sheet_names == ["跟踪表"]

    def test_a_workbook_open_for_reading_only_is_refused(self, app: Program, tmp_path: Path) -> None:
        path = make.tracker(tmp_path / "t.xlsx", make.rows(4))
        book = app.books.open(path, read_only=True)
        with pytest.raises(ReadOnly, match="只读"):
            LiveHost(book).apply([EDIT])
        assert book.sheets["跟踪表"][at("predecessor_alert", 5, 8)].value == [None] * 4

    def test_what_excel_says_while_a_cell_is_edited_becomes_a_sentence(self) -> None:
        class com_error(Exception):  # noqa: N801 - pywin32's name
            pass

        with pytest.raises(ProgramBusy, match="按 Enter 或 Esc"), explained():
            raise com_error(-2147418111, "Call was rejected by callee.", None, None)
        with pytest.raises(com_error), explained():
            raise com_error(-2147352567, "Exception occurred.", None, None)

    def test_progress_that_raises_cancels_with_nothing_changed(self, book: OpenBook) -> None:
        def cancel(text: str) -> None:
            assert text == "协作跟踪：正在写入…"
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            LiveHost(book).apply([EDIT], progress=cancel)
        assert book.sheets["跟踪表"][at("predecessor_alert", 5, 8)].value == [None] * 4


class TestPieces:
    @pytest.mark.parametrize(
        "text", ["=1+1", "0012", " 3", "1/2", "2023-10-8", "TRUE", "Mar 3", "上午9:00", "'x", "#N/A", "50%"]
    )
    def test_texts_that_a_program_might_read_as_something_are_marked(self, text: str) -> None:
        assert guarded(text) == "'" + text

    @pytest.mark.parametrize(
        "value", ["研发部", "T003、T004", "写方案 2", "truely", None, 5, date(2023, 10, 9)]
    )
    def test_others_are_left_alone(self, value: object) -> None:
        assert guarded(value) == value

    def test_templates_give_back_every_text(self) -> None:
        text = '=IF($A5="T5",LOG10(B$5)+T005+SUM(C5:D$10),"A5%d")'
        assert expanded(template_of(text, 5), 5) == text
        assert expanded(template_of("=A5+$B6+C$1", 5), 7) == "=A7+$B8+C$1"

    def test_runs_end_where_the_formula_changes(self) -> None:
        cells = [(5, "=A5*2"), (6, "=A6*2"), (8, "=A8*2"), (9, "=A9*3")]
        runs = runs_of(3, cells)
        assert [(run.first, run.last) for run in runs] == [(5, 6), (8, 8), (9, 9)]
        assert [runs[0].text(6), runs[2].text(9)] == ["A6*2", "A9*3"]

    def test_a_formula_that_names_its_own_row_is_no_copy(self) -> None:
        assert len(runs_of(1, [(5, "=A5"), (6, "=A5"), (7, "=A5")])) == 3
        assert runs_of(1, [(5, "=A$5"), (6, "=A$5")]) == [FormulaRun(1, 5, 6, "=A$5")]


def drawn_anew(book: OpenBook, rows: int) -> None:
    applied = LiveHost(book).apply([pointing.EDIT], {"risks/risks": pointing.drawn(rows)}, command="risks")
    assert [(one.how, one.tab) for one in applied.generated] == [("refreshed", pointing.TAB)]


class TestSheetsDrawnAnew:
    """What the contract suite cannot ask of every host: the rest is in test_host_identity.py."""

    @pytest.fixture
    def pointed(self, app: Program, tmp_path: Path) -> OpenBook:
        return app.books.open(pointing.workbook(tmp_path / "t.xlsx"))

    def test_it_takes_no_more_calls(self, app: Program, pointed: OpenBook) -> None:
        with measured(app) as few:
            drawn_anew(pointed, 4)
        with measured(app) as many_rows:
            drawn_anew(pointed, 200)
        assert few.count == many_rows.count <= 10

    def test_the_programs_own_undo_knows_the_cells_of_a_run_and_no_half_of_its_sheets(
        self, pointed: OpenBook
    ) -> None:
        own = pointed.sheets[pointing.OWN]
        own["M1"].value = "先前输入"
        drawn_anew(pointed, 7)
        assert pointed.undo() == "xl_collab risks"
        assert pointed.undo() == ""
        assert [own[cell].value for cell in pointing.FORMULAS] == pointing.shown(7)
        assert pointed.sheet_names[3:] == [pointing.TAB, pointing.OWN]

    @pytest.mark.parametrize("password", ["", "geheim"])
    def test_only_a_password_protects_it_from_us(
        self, pointed: OpenBook, app: Program, password: str
    ) -> None:
        path = Path(pointed.fullname)
        pointed.close()
        book = openpyxl.load_workbook(path)
        book[pointing.TAB].protection.sheet = True
        if password:
            book[pointing.TAB].protection.set_password(password)
        book.save(path)
        pointed = app.books.open(path)
        with pytest.raises(SheetProtected) if password else nullcontext():
            drawn_anew(pointed, 7)
        assert pointed.sheets[pointing.TAB]["A1"].value == ("共 3 项" if password else "共 7 项")
        assert pointed.sheet_names[-1] == pointing.OWN

    def test_what_people_hid_of_it_is_shown(self, pointed: OpenBook) -> None:
        sheet = pointed.sheets[pointing.TAB]
        sheet["A4:A5"].hide_rows()
        sheet["C1"].hide_columns()
        drawn_anew(pointed, 7)
        assert not sheet["A4:A5"].rows_hidden and not sheet["C1"].columns_hidden
        LiveHost(pointed).undo()
        assert sheet["A4:A5"].rows_hidden and sheet["C1"].columns_hidden

    def test_a_new_sheet_that_people_point_to_stays_when_its_run_is_taken_back(self, book: OpenBook) -> None:
        LiveHost(book).apply([make.sheet()], {"minutes/20231113": make.drawn()}, command="minutes")
        book.sheets["设置"]["K1"].formula = "='纪要-20231113'!B2*2"
        assert LiveHost(book).undo().kept == ("纪要-20231113",)
        assert book.sheets["设置"]["K1"].value == 6
        LiveHost(book).apply([make.sheet("risks", "r", "风险")], {"risks/r": make.drawn("a", "风险")})
        assert LiveHost(book).undo().kept == ()
        assert "风险" not in book.sheet_names
