"""`validate --fix`: what has one meaning is written as its column holds it; shown first, and nothing else."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest
from clicking import Answers, OpenBook, on_file
from com_excel import ComExcel
from command_line import typed
from test_chosen_readings import SHIPPED, enter, entered, put
from tracker_letters import at

from tools.lint.lint import lint
from xl_collab.commands.fix import ASKED_FIX
from xl_collab.commands.live_session import LiveSession
from xl_collab.commands.readings import run_after_choices
from xl_collab.commands.reply import Nothing, ReplyLine
from xl_collab.commands.validate import FIX_BUTTON
from xl_collab.documents.findings.fixes import fixes
from xl_collab.documents.workbook.template import make_workbook
from xl_collab.hosts.file import FileHost, undo
from xl_collab.hosts.ooxml.package import Package
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import DEMO
from xl_collab.project.tables import CellFormula
from xl_collab.ui import ribbon

FIXED: list[tuple[str, str, object, object]] = [
    ("T001", "deadline", "2023年10月8日", date(2023, 10, 8)),
    ("T003", "deadline", "２０２３/１１/１前", date(2023, 11, 1)),
    ("T003", "actual", " 2023.11.3 ", date(2023, 11, 3)),
    ("T005", "forecast", 20231225, date(2023, 12, 25)),
    ("T001", "status", "完成", "已完成"),
    ("T002", "status", "DONE", "已完成"),
    ("T004", "status", "doing", "进行中"),
    ("T006", "status", "　未开始", "未开始"),
    ("T003", "stage", "方案制定与联合评审", "方案评审"),
    ("T001", "percent", "１００％", 1),
    ("T004", "percent", "40%", 0.4),
    ("T005", "percent", 35, 0.35),
    ("T002", "lead_days", "5", 5),
    ("T003", "owner", "研发、市场部", "研发部、市场部"),
    ("T004", "owner", "牵头：研发（张三）；配合：市场", "牵头：研发部（张三）；配合：市场部"),
    ("T001", "owner", "市场部*　", "市场部*"),
    ("T002", "owner", "市场和研发", "市场部和研发部"),
    ("T002", "owner", "研发牵头、市场配合", "研发部牵头、市场部配合"),
    ("T005", "support", "人事部，生产", "人力资源部，生产部"),
    ("T002", "task", "　 组建小组 ", "组建小组"),
    ("T002", "predecessors", " T001", "T001"),
    ("T002", "note", " 　 ", None),
    ("T003", "note", "\n第一行\n第二行 ", "第一行\n第二行"),
]
"""Row, column, what was typed, what the column holds."""
LEFT: list[tuple[str, str, object]] = [
    ("T001", "deadline", "10月8日"),
    ("T002", "deadline", "10/12/2023"),
    ("T003", "deadline", "2023-11-01 17:00"),
    ("T005", "deadline", "2023年12月20日（暂定）"),
    ("T006", "deadline", "2023-12-01前完成联调"),
    ("T001", "actual", "23.10.8"),
    ("T002", "actual", "2023年10月16日（周二）"),
    ("T005", "forecast", "2023年12月底"),
    ("T001", "status", "快完成"),
    ("T002", "status", "搁置"),
    ("T001", "percent", 1.5),
    ("T002", "percent", "1"),
    ("T003", "percent", "120%"),
    ("T004", "percent", "约40%"),
    ("T005", "percent", 350),
    ("T006", "percent", -5),
    ("T001", "lead_days", "5天"),
    ("T002", "lead_days", "3.5"),
    ("T003", "lead_days", "99"),
    ("T001", "owner", "市场中心"),
    ("T002", "owner", "行政人事部"),
    ("T004", "owner", "研发一部"),
    ("T006", "owner", "市场张三"),
    ("T003", "owner", "张三"),
    ("T004", "task", "研发　原型"),
    ("T005", "task", " =汇总"),
]
"""Row, column, what was typed: several meanings, none, or words that would be lost."""


def tab_put(path: Path, key: str, row_id: str, column: str, value: object) -> None:
    """Type into a row of a register."""
    table = FileHost(path).read().tables[key]
    row = int(table.rows[table.texts("id").tolist().index(row_id)])
    put(path, table.tab, table.letters[column], row, value)


def in_tab(path: Path, key: str, row_id: str, column: str) -> object:
    table = FileHost(path).read().tables[key]
    value = table.raw(column)[table.texts("id").tolist().index(row_id)]
    return value.date() if isinstance(value, datetime) else value


def field_put(path: Path, key: str, field: str, value: object) -> None:
    """Type into a form."""
    host = FileHost(path)
    host.read()
    place = host.located.forms[key]
    row, column = place.cells[field]
    put(path, place.tab, "ABCDEFGH"[column - 1], row, value)


def in_form(path: Path, key: str, field: str) -> object:
    value = FileHost(path).read().forms[key][field]
    return value.date() if isinstance(value, datetime) else value


@pytest.fixture
def tracker(tmp_path: Path) -> Path:
    path = tmp_path / "跟踪表.xlsm"
    shutil.copy(SHIPPED, path)
    return path


@pytest.mark.parametrize("part", range(4))
def test_what_has_one_meaning_is_written_as_its_column_holds_it(
    tracker: Path, capsys: pytest.CaptureFixture[str], part: int
) -> None:
    cells = FIXED[part::4]
    for row_id, column, old, _ in cells:
        enter(tracker, row_id, column, old)
    typed(capsys, "validate", tracker, "--fix")
    for row_id, column, old, new in cells:
        found = entered(tracker, row_id, column)
        assert (found, isinstance(found, str)) == (new, isinstance(new, str)), old
    assert lint(tracker) == []


def test_each_cell_of_those_is_another(tracker: Path) -> None:
    for part in range(4):
        places = [cell[:2] for cell in FIXED[part::4]]
        assert len(set(places)) == len(places)


@pytest.mark.parametrize(("row_id", "column", "old"), LEFT)
def test_what_has_another_meaning_too_or_none_is_left(
    tracker: Path, row_id: str, column: str, old: object
) -> None:
    enter(tracker, row_id, column, old)
    assert fixes(Project(FileHost(tracker).read(), date(2023, 11, 13))) == ()


@pytest.fixture
def untidy(tracker: Path) -> Path:
    """The sample with cells of many kinds, in the tracker, registers and forms."""
    enter(tracker, "T001", "status", "完成")
    enter(tracker, "T005", "percent", 35)
    enter(tracker, "T006", "deadline", "2024年1月10日")
    tab_put(tracker, "risks", "K001", "probability", "５")
    tab_put(tracker, "risks", "K001", "due", "2023.11.17")
    tab_put(tracker, "actions", "A005", "owner", "研发")
    tab_put(tracker, "actions", "A005", "status", "完成")
    tab_put(tracker, "actions", "A006", "status", "进行中")
    field_put(tracker, "request", "department", "市场")
    field_put(tracker, "request", "date", "2023年10月8日")
    field_put(tracker, "settings", "lead_time", "3")
    return tracker


def test_it_is_shown_first_then_written_once_and_can_be_undone(
    untidy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = untidy.read_bytes()
    shown = typed(capsys, "validate", untidy, "--fix", "--dry-run").out.replace("\n", "")
    assert untidy.read_bytes() == before
    for line in (
        f"跟踪表 T001 状态（{at('status', 5)}）：“完成” → “已完成”",
        f"跟踪表 T005 完成率（{at('percent', 9)}）：35 → 35%",
        "跟踪表 T006 时间节点（F10）：“2024年1月10日” → 2024-01-10",
        "风险登记 K001 概率（E5）：“５” → 5",
        "待办台账 A005 责任部门/人（C9）：“研发” → “研发部”",
        "需求申请 需求发起部门：“市场” → “市场部”",
        "设置 提前预警(工作日)：“3” → 3",
    ):
        assert line.replace(" ", "") in shown.replace(" ", ""), line
    assert "统一写法 10 处" in shown and "没有写文件" in shown
    said = typed(capsys, "validate", untidy, "--fix").out.replace("\n", "")
    assert "统一写法 10 处" in said
    assert in_tab(untidy, "risks", "K001", "probability") == 5
    assert in_tab(untidy, "risks", "K001", "score") == 20  # figures follow in the same write
    assert in_tab(untidy, "risks", "K001", "due") == date(2023, 11, 17)
    assert in_tab(untidy, "actions", "A005", "status") == "已完成"
    assert in_tab(untidy, "actions", "A006", "status") == "进行中"  # 未完成 would say less
    assert in_form(untidy, "request", "department") == "市场部"
    assert in_form(untidy, "request", "date") == date(2023, 10, 8)
    assert in_form(untidy, "settings", "lead_time") == 3
    assert lint(untidy) == []
    after = untidy.read_bytes()
    again = typed(capsys, "validate", untidy, "--fix")
    assert "没有要统一写法的格" in again.out and untidy.read_bytes() == after
    typed(capsys, "undo", untidy)
    assert untidy.read_bytes() == before


def test_json_has_every_change(untidy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = untidy.read_bytes()
    told = typed(capsys, "validate", untidy, "--fix", "--dry-run", "--json").json
    assert untidy.read_bytes() == before
    assert len(told["fixes"]) == 10 and isinstance(told["findings"], list)
    (one,) = [fix for fix in told["fixes"] if fix["cell"] == at("percent", 9)]
    assert (one["sheet"], one["row_id"], one["column"]) == ("跟踪表", "T005", "percent")
    assert (one["old"], one["new"]) == (35, 0.35) and one["why"]
    (day,) = [fix for fix in told["fixes"] if fix["row_id"] == "T006"]
    assert day["new"] == "2024-01-10"
    assert typed(capsys, "validate", untidy, "--fix", "--json").json["fixes"] == told["fixes"]
    assert entered(untidy, "T005", "percent") == 0.35
    assert typed(capsys, "validate", untidy, "--fix", "--json").json["fixes"] == []


def test_without_the_option_nothing_is_rewritten(untidy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = typed(capsys, "validate", untidy)
    assert entered(untidy, "T001", "status") == "完成"
    assert "--fix" in said.out.replace("\n", "")


def test_an_alias_of_two_departments_means_neither(tracker: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for row in (6, 7):
        put(tracker, "通讯录", "G", row, "技术")
    enter(tracker, "T003", "owner", "技术")
    typed(capsys, "validate", tracker, "--fix")
    assert entered(tracker, "T003", "owner") == "技术"


def test_days_of_调休_are_not_decided(tracker: Path) -> None:
    """It is said of the day off and of the day that makes up for it."""
    table = FileHost(tracker).read().tables["calendar"]
    put(tracker, table.tab, table.letters["kind"], int(table.rows[0]), "调休")
    put(tracker, table.tab, table.letters["kind"], int(table.rows[1]), "放假")
    found = fixes(Project(FileHost(tracker).read(), date(2023, 11, 13)))
    assert [(fix.cell, fix.new) for fix in found] == [(f"{table.letters['kind']}{table.rows[1]}", "休")]


def test_formulas_and_computed_columns_stay(tracker: Path) -> None:
    book = FileHost(tracker).read()
    letters = book.tables["tracker"].letters
    enter(tracker, "T001", "baseline", "2023年10月8日")
    package = Package.open(tracker)
    part = next(s.part for s in package.workbook.sheets if s.name == "跟踪表")
    data = package.read(part)
    cell = f'<c r="{letters["status"]}6"'.encode()
    start = data.index(cell)
    end = data.index(b"</c>", start)
    formula = (
        data[start:end].split(b">")[0].split(b' t="')[0]
        + b' t="str"><f>"&#23436;"&amp;"&#25104;"</f><v>&#23436;&#25104;</v>'
    )
    package.replace(part, data[:start] + formula + data[end:])
    tracker.write_bytes(package.save_bytes())
    found = FileHost(tracker).read().tables["tracker"].raw("status")[1]
    assert isinstance(found, CellFormula) and found.value == "完成"
    assert fixes(Project(FileHost(tracker).read(), date(2023, 11, 13))) == ()


def test_an_english_workbook_is_written_in_english(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tracker.xlsx"
    path.write_bytes(make_workbook(DEMO, "en"))
    table = FileHost(path).read().tables["tracker"]
    put(path, table.tab, table.letters["status"], int(table.rows[0]), "已完成")
    said = typed(capsys, "validate", path, "--fix")
    assert '→ "Done"' in said.out.replace("\n", "")
    assert FileHost(path).read().tables["tracker"].raw("status")[0] == "Done"


# a click


def test_a_click_asks_with_the_list_and_writes_on_yes(untidy: Path) -> None:
    before = untidy.read_bytes()
    book, no = OpenBook(untidy), Answers(confirm=False)
    assert ribbon.press("fix", book, ask=no, open_session=on_file).kind == "quiet"
    assert untidy.read_bytes() == before
    (question,) = no.asked
    assert f"跟踪表 T001 状态（{at('status', 5)}）：“完成” → “已完成”" in question and "10 处" in question
    said = ribbon.press("fix", book, ask=Answers(confirm=True), open_session=on_file)
    assert f"跟踪表 T005 完成率（{at('percent', 9)}）：35 → 35%" in said.text
    assert entered(untidy, "T005", "percent") == 0.35
    after, unasked = untidy.read_bytes(), Answers()
    assert "没有要统一写法的格" in ribbon.press("fix", book, ask=unasked, open_session=on_file).text
    assert unasked.asked == [] and untidy.read_bytes() == after
    undo(untidy)
    assert entered(untidy, "T005", "percent") == 35


def test_a_long_list_is_cut_in_the_question(tracker: Path) -> None:
    table = FileHost(tracker).read().tables["calendar"]
    for row in table.rows[:40].tolist():
        put(tracker, table.tab, table.letters["name"], row, f" 节日{row} ")
    asked = Answers(confirm=False)
    ribbon.press("fix", OpenBook(tracker), ask=asked, open_session=on_file)
    assert "统一写法 40 处" in asked.asked[0]
    assert asked.asked[0].count("→") == 12 and "28" in asked.asked[0]


@pytest.mark.soak
def test_a_click_in_excel_is_one_step(tmp_path: Path) -> None:
    """Over the model of Excel."""
    path = tmp_path / "跟踪表.xlsx"
    path.write_bytes(make_workbook(DEMO, "zh"))
    excel = ComExcel()
    excel.load_addin()
    book = excel.open(path, macros=False)
    sheet = book.sheets["跟踪表"]
    status, due = sheet[at("status", 5)], sheet[at("deadline", 5)]
    share = sheet[at("percent", 9)]
    due.number_format = share.number_format = "@"
    status.value, due.value, share.value = "完成", "2023年10月8日", "35%"

    def press() -> list[str]:
        session = LiveSession(book, date(2023, 11, 13))
        session.person = Answers(confirm=True)
        assert ASKED_FIX.ask is not None
        given = {"fix": ASKED_FIX.ask(session)}
        reply = run_after_choices(FIX_BUTTON, session, FIX_BUTTON.filled(given))
        return [part.text for part in reply.parts if isinstance(part, ReplyLine)]

    assert any("“完成” → “已完成”" in text for text in press())
    assert (status.value, due.value, share.value) == ("已完成", datetime(2023, 10, 8), 0.35)
    with pytest.raises(Nothing):
        press()
    LiveSession(book, date(2023, 11, 13)).undo()
    assert (status.value, due.value, share.value) == ("完成", "2023年10月8日", "35%")
