"""Cells that can be read in several ways: people choose a reading, and the next command writes it, once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from com_excel import ComExcel
from command_line import typed
from effort import effort
from openpyxl.utils import get_column_letter
from tracker_letters import at

from tools.lint.lint import lint
from xl_collab.checks.offers import offers, writable
from xl_collab.checks.place import at as at_cell
from xl_collab.checks.validate import FindingsDoc
from xl_collab.commands.command import Command
from xl_collab.commands.gantt import GANTT
from xl_collab.commands.live_session import LiveSession
from xl_collab.commands.readings import run_after_choices
from xl_collab.commands.reply import ReplyLine
from xl_collab.commands.validate import VALIDATE
from xl_collab.documents.findings.content import choose
from xl_collab.documents.workbook.template import make_workbook
from xl_collab.errors import UsageError
from xl_collab.hosts.file import FileHost, undo
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.sheetxml import ColumnWrite, SheetEditor
from xl_collab.plan.project import Project
from xl_collab.plan.what_if import carried_out
from xl_collab.project.drafts import Typed, words_of
from xl_collab.project.edits import InsertSheet
from xl_collab.project.scenarios import DEMO
from xl_collab.project.tables import Table
from xl_collab.schema.catalogue import NOT_READ, UNKNOWN_DEPARTMENT
from xl_collab.schema.findings import Finding, Reading
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Text, t

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
BOTH, END = "计划开始 2023-10-08，时间节点 2023-10-12", "2023-10-12"
HEADING = "读作"


def put(path: Path, tab: str, letter: str, row: int, value: object) -> None:
    """Type into a cell, as a person does."""
    package = Package.open(path)
    part = next(s.part for s in package.workbook.sheets if s.name == tab)
    editor = SheetEditor(package.read(part))
    editor.set_cells(ColumnWrite(letter, [row], [value]))
    package.replace_stream(part, editor.chunks())
    path.write_bytes(package.save_bytes())


def enter(path: Path, row_id: str, column: str, value: object) -> None:
    """Type into a row of 跟踪表."""
    table = FileHost(path).read().tables["tracker"]
    row = int(table.rows[table.texts("id").tolist().index(row_id)])
    put(path, "跟踪表", table.letters[column], row, value)


def entered(path: Path, row_id: str, column: str) -> object:
    table = FileHost(path).read().tables["tracker"]
    value = table.raw(column)[table.texts("id").tolist().index(row_id)]
    return value.date() if isinstance(value, datetime) else value


def choice_cell(path: Path, row_id: str, tab: str = "校验结果") -> tuple[str, int]:
    """Where a person chooses for a row of 跟踪表."""
    sheet = openpyxl.load_workbook(path)[tab]
    head = next(c for row in sheet.iter_rows() for c in row if c.value == HEADING)
    (row,) = [
        c.row for line in sheet.iter_rows() for c in line
        if str(c.value).endswith(f" {row_id}") and c.coordinate.startswith("D")
        and sheet.cell(c.row, head.column + 1).value
    ]  # fmt: skip
    return head.column_letter, row


def pick(path: Path, row_id: str, words: str, tab: str = "校验结果") -> None:
    put(path, tab, *choice_cell(path, row_id, tab), words)


def hidden_columns(sheet: Any) -> set[str]:
    runs = [one for one in sheet.column_dimensions.values() if one.hidden]
    return {get_column_letter(n) for one in runs for n in range(one.min, one.max + 1)}


def on_page(path: Path, tab: str = "校验结果") -> list[str]:
    """What can be seen on the page: its hidden columns are not."""
    sheet = openpyxl.load_workbook(path)[tab]
    hidden = hidden_columns(sheet)
    every = (c for row in sheet.iter_rows() for c in row)
    cells = (c for c in every if c.coordinate.rstrip("0123456789") not in hidden)
    return [str(c.value) for c in cells if c.value is not None]


@pytest.fixture
def tracker(tmp_path: Path) -> Path:
    """The sample with a span in T003's 时间节点."""
    path = tmp_path / "跟踪表.xlsm"
    shutil.copy(SHIPPED, path)
    enter(path, "T003", "deadline", "10.8-10.12")
    return path


@pytest.fixture
def checked(tracker: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The same with 校验结果."""
    typed(capsys, "validate", tracker)
    return tracker


def test_the_page_offers_the_readings_in_a_drop_down(checked: Path) -> None:
    sheet = openpyxl.load_workbook(checked)["校验结果"]
    letter, row = choice_cell(checked, "T003")
    (rule,) = sheet.data_validations.dataValidation
    assert str(rule.sqref) == f"{letter}{row}" and rule.type == "list"
    offered = [cell.value for line in sheet[rule.formula1.replace("$", "")] for cell in line]
    assert offered == [BOTH, END]
    cell = sheet[f"{letter}{row}"]
    assert cell.value is None and not cell.protection.locked
    assert cell.fill.fgColor.rgb == "FFFFFBEB"
    assert rule.formula1.replace("$", "")[0] in hidden_columns(sheet)
    assert BOTH not in on_page(checked)  # nothing is taken unchosen
    assert lint(checked) == []


def test_on_paper_the_page_is_not_too_small_and_lists_the_readings(checked: Path) -> None:
    """A4 lying within 15 mm margins is 757 points wide; a character is 7 pixels, a column has 5 more."""
    sheet = openpyxl.load_workbook(checked)["校验结果"]
    hidden = hidden_columns(sheet)
    widths = [one.width for name, one in sheet.column_dimensions.items() if name not in hidden]
    printed = 10 * 757 / sum((width - 0.71) * 7 * 0.75 + 3.75 for width in widths)
    assert printed >= 8
    assert sheet.page_setup.orientation == "landscape"
    message = next(text for text in on_page(checked) if "10.8-10.12" in text)
    assert message.endswith(f"\n1. {BOTH}\n2. {END}")


def test_without_readings_there_is_no_column(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "跟踪表.xlsm"
    shutil.copy(SHIPPED, path)
    typed(capsys, "validate", path)
    assert HEADING not in on_page(path)


@pytest.mark.parametrize("command", ["validate", "risks", "proposals", "variance", "run", "gantt", "freeze"])
def test_a_choice_is_carried_out_by_the_next_command_once(
    checked: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pick(checked, "T003", BOTH)
    said = typed(capsys, command, checked)
    assert "T003 时间节点：按所选写为 2023-10-12" in said.out.replace("\n", "")
    assert "T003 计划开始：按所选写为 2023-10-08" in said.out.replace("\n", "")
    assert entered(checked, "T003", "deadline") == date(2023, 10, 12)
    assert entered(checked, "T003", "planned_start") == date(2023, 10, 8)
    assert not {BOTH, HEADING} & set(on_page(checked))
    assert [one.tab for one in FileHost(checked).read().generated if one.kind == "findings"] == ["校验结果"]
    assert lint(checked) == []
    again = typed(capsys, "validate", checked)
    assert "按所选" not in again.out
    after = checked.read_bytes()
    typed(capsys, "validate", checked)
    assert checked.read_bytes() == after


def test_the_other_reading_leaves_the_start(checked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = entered(checked, "T003", "planned_start")
    pick(checked, "T003", END)
    typed(capsys, "validate", checked)
    assert entered(checked, "T003", "deadline") == date(2023, 10, 12)
    assert entered(checked, "T003", "planned_start") == before


def test_a_dry_run_says_so_and_changes_nothing(checked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pick(checked, "T003", BOTH)
    before = checked.read_bytes()
    for command in ("validate", "risks"):
        said = typed(capsys, command, checked, "--dry-run").out.replace("\n", "")
        assert "T003 时间节点：按所选写为 2023-10-12" in said and "没有写文件" in said
    assert checked.read_bytes() == before
    told = typed(capsys, "risks", checked, "--json")
    assert "T003 时间节点：按所选写为 2023-10-12" in told.err.replace("\n", "")
    assert isinstance(told.json, list) and checked.read_bytes() == before


def test_a_choice_counts_whatever_day_a_command_asks_about(
    checked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """10.8 is one of 2023 by the data date; of the answer for a day of 2024 nothing is written as figures."""
    pick(checked, "T003", BOTH)
    said = typed(capsys, "gantt", checked, "--as-of", "2024-02-05")
    assert "T003 时间节点：按所选写为 2023-10-12" in said.out.replace("\n", "")
    assert entered(checked, "T003", "deadline") == date(2023, 10, 12)
    assert set(FileHost(checked).read().tables["tracker"].dates("computed_at").astype(str)) == {"2023-11-13"}


def test_undo_takes_the_cells_and_the_choice_back(checked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pick(checked, "T003", BOTH)
    before = checked.read_bytes()
    typed(capsys, "risks", checked)
    assert checked.read_bytes() != before
    undo(checked)
    assert checked.read_bytes() == before


def test_a_choice_on_a_cell_that_changed_since_is_asked_anew(
    checked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pick(checked, "T003", BOTH)
    enter(checked, "T003", "deadline", "10.9-10.13")
    said = typed(capsys, "risks", checked).out.replace("\n", "")
    assert "T003 时间节点：选择之后情况变了" in said and "没有写入" in said
    assert entered(checked, "T003", "deadline") == "10.9-10.13"
    letter, row = choice_cell(checked, "T003")
    assert openpyxl.load_workbook(checked)["校验结果"][f"{letter}{row}"].value is None
    assert "没有写入" not in typed(capsys, "validate", checked).out  # told once
    pick(checked, "T003", "2023-10-13")
    typed(capsys, "validate", checked)
    assert entered(checked, "T003", "deadline") == date(2023, 10, 13)


def test_a_cell_that_was_mended_by_hand_keeps_what_was_typed(
    checked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pick(checked, "T003", BOTH)
    enter(checked, "T003", "deadline", "2023年10月20日")
    assert "没有写入" in typed(capsys, "validate", checked).out.replace("\n", "")
    assert entered(checked, "T003", "deadline") == "2023年10月20日"


def test_the_choice_goes_by_the_row_wherever_it_stands_by_now(
    checked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """T003 and T004 change places, as when people sort."""
    pick(checked, "T003", END)
    before = entered(checked, "T004", "deadline")
    enter(checked, "T003", "deadline", "T004")
    enter(checked, "T004", "deadline", "10.8-10.12")
    enter(checked, "T003", "id", "T00X")
    enter(checked, "T004", "id", "T003")
    enter(checked, "T00X", "id", "T004")
    typed(capsys, "validate", checked)
    assert entered(checked, "T003", "deadline") == date(2023, 10, 12)
    assert entered(checked, "T004", "deadline") == "T004" != before


def test_the_number_of_a_reading_counts_and_other_words_stay_and_are_told(
    checked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pick(checked, "T003", "问一下王芳")
    for _ in range(2):
        said = typed(capsys, "validate", checked).out.replace("\n", "")
        assert "“问一下王芳”不是列出的读法" in said
        assert on_page(checked).count("问一下王芳") == 1
    assert entered(checked, "T003", "deadline") == "10.8-10.12"
    pick(checked, "T003", "２")
    typed(capsys, "validate", checked)
    assert entered(checked, "T003", "deadline") == date(2023, 10, 12)


def test_a_note_beside_the_choice_is_kept(checked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, row = choice_cell(checked, "T003")
    put(checked, "校验结果", "F", row, "已与王芳核对")
    pick(checked, "T003", END)
    typed(capsys, "validate", checked)
    assert "已与王芳核对" in on_page(checked)
    assert entered(checked, "T003", "deadline") == date(2023, 10, 12)


def test_a_row_of_the_page_that_was_deleted_takes_no_other_choice_along(
    checked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With an obstacle the page stays and a new one is made; the choice still counts, and only once."""
    pick(checked, "T003", END)
    put(checked, "校验结果", "B", 60, "自己写的一行")
    typed(capsys, "validate", checked)
    assert entered(checked, "T003", "deadline") == date(2023, 10, 12)
    enter(checked, "T003", "deadline", "10.8-10.12")
    assert "按所选" not in typed(capsys, "validate", checked).out
    assert entered(checked, "T003", "deadline") == "10.8-10.12"


# the command line


def test_the_terminal_lists_the_readings_with_their_numbers(
    tracker: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = typed(capsys, "validate", tracker)
    whole = said.out.replace(" ", "").replace("\n", "")
    assert f"1.{BOTH}".replace(" ", "") in whole and f"2.{END}".replace(" ", "") in whole
    assert "--accept T003=1" in said.out.replace("\n", "")


def test_json_has_the_readings_with_their_numbers(tracker: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = typed(capsys, "validate", tracker, "--json").json
    (one,) = [one for one in found if one["readings"]]
    assert (one["row_id"], one["code"]) == ("T003", "E103")
    assert one["readings"] == [
        {
            "number": 1,
            "says": BOTH,
            "writes": {"planned_start": "2023-10-08", "deadline": "2023-10-12"},
        },
        {"number": 2, "says": END, "writes": {"deadline": "2023-10-12"}},
    ]


@pytest.mark.parametrize(
    "name", ["T003=1", "t003：时间节点＝1", "T003:deadline=1", "跟踪表!{cell}=1", "{cell}=1"]
)
def test_a_reading_is_named_on_the_command_line(
    tracker: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    table = FileHost(tracker).read().tables["tracker"]
    cell = table.cell("deadline", table.texts("id").tolist().index("T003"))
    said = typed(capsys, "validate", tracker, "--accept", name.format(cell=cell))
    assert "T003 时间节点：按所选写为 2023-10-12" in said.out.replace("\n", "")
    assert entered(tracker, "T003", "planned_start") == date(2023, 10, 8)
    assert HEADING not in on_page(tracker)


def test_what_is_named_goes_before_what_was_chosen(checked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = entered(checked, "T003", "planned_start")
    pick(checked, "T003", BOTH)
    typed(capsys, "validate", checked, "--accept", "T003=2", "--json")
    assert entered(checked, "T003", "deadline") == date(2023, 10, 12)
    assert entered(checked, "T003", "planned_start") == before


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("T003", "看不懂"),
        ("T003=3", "只有 1 到 2"),
        ("T003=0", "只有 1 到 2"),
        ("T004=1", "没有可选的读法"),
        ("T999=1", "没有可选的读法"),
        ("T003=1,T003=2", "只能选一种"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    tracker: Path, name: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tracker.read_bytes()
    said = typed(capsys, "validate", tracker, "--accept", name)
    assert said.code == 2 and why in said.err.replace("\n", "")
    assert tracker.read_bytes() == before


def test_the_workbook_and_its_page_are_valid(
    checked: Path, ooxml_validate: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    ooxml_validate(checked)
    after = checked.read_bytes()
    typed(capsys, "validate", checked)
    assert checked.read_bytes() == after
    pick(checked, "T003", BOTH)
    typed(capsys, "run", checked)
    ooxml_validate(checked)


# any finding


def a_finding(project: Project, sheet: str, column: str, row: int, *readings: Reading) -> Finding:
    table = project.book.tables.get(sheet)
    if table is None:
        return Finding(NOT_READ, sheet, sheet, column, readings=readings)
    return replace(at_cell(NOT_READ, table, column, row), readings=readings)


def chosen(project: Project, found: list[Finding], *named: str) -> tuple[Project, tuple[Text, ...]]:
    """The project as after a choice, and what is said of it."""
    outcome = choose(project, offers(project, list(writable(project, found))).values(), named)
    return carried_out(project, outcome.edits), outcome.data.written


def test_readings_of_any_finding_are_written_as_their_columns_hold_them() -> None:
    project = Project(DEMO.book(), date(2023, 11, 28))
    lead = Reading(t("研发部牵头", "R&D leads"), (("owner", "研发部、市场部"), ("percent", "80%")))
    day = Reading(t("2023-12-01", "2023-12-01"), (("planned", "2023-12-01"),))
    rule = Reading(t("提前", "earlier"), (("data_date", "2023-11-30"),))
    found = [
        a_finding(project, "tracker", "owner", 4, lead),
        a_finding(project, "milestones", "planned", 1, day),
        a_finding(project, "settings", "data_date", 0, rule),
    ]
    after, said = chosen(project, found, "T005=1", "M002=1", "data_date=1")
    assert after.texts("owner")[4] == "研发部、市场部" and after.tracker.raw("percent")[4] == 0.8
    assert after.table("milestones").raw("planned")[1] == date(2023, 12, 1)
    assert after.book.settings["data_date"] == date(2023, 11, 30)
    assert [one.zh for one in said] == [
        "T005 责任部门/人：按所选写为 研发部、市场部",
        "T005 完成率：按所选写为 80%",
        "里程碑计划 M002 计划日期：按所选写为 2023-12-01",
        "设置 数据日期：按所选写为 2023-11-30",
    ]
    assert said[2].en == "Milestones M002 Planned: written as chosen: 2023-12-01"


def test_a_row_with_several_cells_to_choose_for_asks_which() -> None:
    project = Project(DEMO.book(), date(2023, 11, 28))
    lead = Reading(t("研发部", "R&D"), (("owner", "研发部"),))
    note = Reading(t("删去", "drop"), (("note", ""),))
    found = [a_finding(project, "tracker", "owner", 4, lead), a_finding(project, "tracker", "note", 4, note)]
    with pytest.raises(UsageError, match=r"T005 有几格可选，请写明哪一格：.*责任部门/人.*备注"):
        chosen(project, found, "T005=1")
    after, said = chosen(project, found, "T005:备注=1")
    assert after.texts("note")[4] == "" and said[0].zh == "T005 备注(如风险、依赖条件)：按所选清空"


@pytest.mark.parametrize("choice", [datetime(2023, 10, 12), date(2023, 10, 12), 2, 2.0, "2", " 2023-10-12 "])
def test_a_choice_of_which_a_program_made_a_day_or_a_number_counts(choice: object) -> None:
    project = Project(DEMO.book(), date(2023, 11, 28))
    days = [Reading(t(day, day), (("deadline", day),)) for day in ("2023-12-10", "2023-10-12")]
    [offer] = offers(project, [a_finding(project, "tracker", "deadline", 4, *days)]).values()
    outcome = choose(project, [offer], (), [{"key": offer.key("zh"), "choice": choice}])
    assert [one.zh for one in outcome.data.written] == ["T005 时间节点：按所选写为 2023-10-12"]
    used = InsertSheet("x", "x", FindingsDoc((), date.today()), used=frozenset({(HEADING, words_of(choice))}))
    assert outcome.data.taken == {words_of(choice)} and used.uses(Typed(f"/E103|{HEADING}", choice))


def test_two_findings_whose_choices_contradict_each_other_write_nothing() -> None:
    project = Project(DEMO.book(), date(2023, 11, 28))
    one = a_finding(project, "tracker", "owner", 4, Reading(t("甲", "A"), (("owner", "研发部"),)))
    other = a_finding(project, "tracker", "owner", 4, Reading(t("乙", "B"), (("owner", "市场部"),)))
    other = replace(other, kind=UNKNOWN_DEPARTMENT)
    offered = list(offers(project, [one, other]).values())
    records = [{"key": offer.key("zh"), "choice": "1"} for offer in offered]
    outcome = choose(project, offered, (), records)
    assert outcome.edits == () and outcome.data.written == ()
    assert [text.zh[:9] for text in outcome.data.told] == ["T005 责任部门"] * 2
    assert all("互相矛盾" in text.zh for text in outcome.data.told)


def test_readings_that_write_where_there_is_no_column_are_not_offered() -> None:
    project = Project(DEMO.book(), date(2023, 11, 28))
    here = Reading(t("甲", "A"), (("owner", "研发部"),))
    gone = Reading(t("乙", "B"), (("owner", "研发部"), ("no_such_column", "1")))
    [found] = writable(project, [a_finding(project, "tracker", "owner", 4, here, gone)])
    assert found.readings == (here,)


def test_thousands_of_cells_to_choose_for_stay_quick() -> None:
    """Ten times as many offers in ten times as many rows cost about ten times as much."""
    small = effort(_offering(1000), 0)
    assert effort(_offering(10_000), 14 * small) < 14 * small


def _offering(rows: int) -> Callable[[], object]:
    records = [{"id": f"T{n:05d}", "task": f"任务{n}", "deadline": "10.8-10.12"} for n in range(rows)]
    book = DEMO.book()
    tables = {**book.tables, "tracker": Table.of(SHEETS.table("tracker"), records)}
    project = Project(replace(book, tables=tables), date(2023, 11, 28))
    two = (Reading(t("甲", "A"), (("owner", "研发部"),)), Reading(t("乙", "B"), (("owner", "市场部"),)))
    found = [a_finding(project, "tracker", "deadline", n, *two) for n in range(rows)]
    return lambda: offers(project, list(writable(project, found)))


# open in Excel


@pytest.mark.soak
@pytest.mark.parametrize("macros", [True, False], ids=["macros", "no macros"])
def test_a_choice_is_carried_out_in_excel(tmp_path: Path, macros: bool) -> None:
    """Over the model of Excel: the page is refreshed in its place, and the next command writes the choice."""
    excel = ComExcel()
    if macros:
        excel.load_addin()
    path = tmp_path / "跟踪表.xlsx"
    path.write_bytes(make_workbook(DEMO, "zh"))
    book = excel.open(path, macros=False)
    row = 5 + book.sheets["跟踪表"].range("A5:A11").value.index("T003")
    due, start = (book.sheets["跟踪表"][at(name, row)] for name in ("deadline", "planned_start"))
    due.value = "10.8-10.12"

    def press(command: Command) -> list[str]:
        reply = run_after_choices(command, LiveSession(book, date(2023, 11, 13)), command.filled({}))
        return [part.text for part in reply.parts if isinstance(part, ReplyLine)]

    press(VALIDATE)
    page = book.sheets["校验结果"]
    top = next(n for n in range(1, 40) if "collab_key" in page.range((n, 1), (n, 12)).value)
    column = page.range((top, 1), (top, 12)).value.index(HEADING) + 1
    place = next(n for n in range(top + 1, 40) if page.range((n, column + 1)).value)
    page.range((place, column)).value = BOTH
    assert "T003 时间节点：按所选写为 2023-10-12" in press(GANTT)
    assert (start.value, due.value) == (datetime(2023, 10, 8), datetime(2023, 10, 12))
    assert HEADING not in page.range((top, 1), (top, 12)).value
    assert not any("按所选" in text for text in press(VALIDATE))
