"""A coordinator's first weeks on a plan of 25 tasks, in both languages, with real commands on real files.

new → plan → freeze → packets → replies → collect → fix → reports. STORY says, for every act, what a
coordinator would do next; it was written before the rule was read. What people made in the workbook
themselves (words beside the table, a group of rows, a filter) is there at the end as it was.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from tools.lint.lint import lint
from xl_collab.hosts.file import FileHost
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.sheetxml import ColumnWrite, SheetEditor
from xl_collab.project.edits import AppendRows, Edit, SetColumn, SetField
from xl_collab.schema.sheets import GENERATED, SHEETS, TRACKER
from xl_collab.schema.words import CONCLUSION, LANGS, STAGE, Lang, Text, t
from xl_collab.ui.cli import main

STORY: tuple[tuple[str, Text], ...] = (
    ("new", t("填写需求申请：2 项必填未填", "Fill in the request (required and still open: 2)")),
    ("plan", t("报批：请上级领导在需求申请写审批结论", "Approval: the superior's conclusion on the request")),
    ("approved", t("开启动会，记入例会记录", "Hold the kick-off meeting, note it in Meetings")),
    ("kicked_off", t("改正 1 处错误（“校验结果”表）", "Correct the errors on sheet Findings (1)")),
    (
        "corrected",
        t("核对计划后冻结基线（功能区“冻结基线”）", "Check the plan, then freeze it (Freeze baseline)"),
    ),
    (
        "frozen",
        t("给各部门发填报，收齐后收取回复", "Send the departments their packets, then collect the replies"),
    ),
    ("sent", t("收取回复：还差 7 个部门", "Collect replies (departments missing: 7)")),
    ("first_reply", t("收取回复：还差 6 个部门", "Collect replies (departments missing: 6)")),
    ("other_replies", t("定夺冲突 1 处（“冲突”表）", "Decide the conflicts on sheet Conflicts (1)")),
    ("decided", t("一键全部：把收到的回复算进报告", "Run everything: work the replies into the reports")),
    ("slip", t("改正 1 处错误（“校验结果”表）", "Correct the errors on sheet Findings (1)")),
    ("fixed", t("一键全部：把收到的回复算进报告", "Run everything: work the replies into the reports")),
    ("reports", t("核对并签发纪要", "Check the minutes and issue them")),
    (
        "issued",
        t("给各部门发填报，收齐后收取回复", "Send the departments their packets, then collect the replies"),
    ),
)
"""What happens → what 首页 then says is next."""
START = "2026-03-02"
DEPARTMENTS = {
    "zh": ("市场部", "研发部", "生产部", "采购部", "销售部", "行政部", "人力资源部"),
    "en": ("Marketing", "R&D", "Production", "Purchasing", "Sales", "Administration", "Human Resources"),
}
LONG = t(
    "与供应商逐项确认关键元器件的交期、替代料和价格，形成书面确认单并抄送生产、采购和品质三方",
    "Confirm with every supplier the lead times, substitutes and prices of the key parts, in writing, "
    "with copies to production, purchasing and quality",
)


@dataclass
class Office:
    """A coordinator's folder, and what was seen there."""

    folder: Path
    lang: Lang
    said: dict[str, str] = field(default_factory=dict)

    @property
    def master(self) -> Path:
        return self.folder / "tracker.xlsm"

    def run(self, name: str, *line: object) -> None:
        with pytest.raises(SystemExit) as ended:
            main([name, str(self.master), *map(str, line)])
        assert ended.value.code in (0, 1), (name, line)

    def write(self, *edits: Edit) -> None:
        """What people type into the workbook themselves."""
        FileHost(self.master).apply(edits)

    def cell(self, row: str, column: str, value: object) -> None:
        table = FileHost(self.master).read().tables["tracker"]
        at = table.rows[table.texts("id").tolist().index(row)]
        self.write(SetColumn("tracker", column, np.array([at]), [value]))

    def home(self) -> str:
        """The line on top of 首页, as the preview of a mail shows it."""
        rows = self.sheet(SHEETS["home"].name(self.lang))
        return str(rows[1][1])

    def sheet(self, tab: str) -> list[list[object]]:
        book = CalamineWorkbook.from_path(str(self.master))
        return book.get_sheet_by_name(tab).to_python(skip_empty_area=False)

    # what happens

    def new(self) -> None:
        name = t("智能台灯L2上市", "Lamp L2 launch").of(self.lang)
        line = ["--name", name, "--department", DEPARTMENTS[self.lang][0], "--start", START]
        self.run("new", *line, "--lang", self.lang)
        self.run("validate", "--set-date", START)

    def plan(self) -> None:
        """The request is filled in, the plan grows to 25 tasks, and people make the sheet their own."""
        goal = t("三个月内上市。", "On the market within three months.").of(self.lang)
        self.write(SetField("request", "goal", goal), SetField("request", "feasibility", "可行 OK"))
        leads = DEPARTMENTS[self.lang][:5]
        rows = [
            {
                "id": f"T{number:03}",
                "stage": STAGE.label("monitor", self.lang),
                "task": f"{LONG.of(self.lang)} {number}",
                "output": t("确认单", "Confirmation").of(self.lang),
                "deadline": date(2026, 5, number - 10),
                "owner": leads[number % 5],
                "predecessors": "T007",
            }
            for number in range(16, 26)
        ]
        self.write(AppendRows("tracker", tuple(rows)))
        own(self.master, self.lang)
        self.run("validate")

    def approved(self) -> None:
        self.write(SetField("request", "conclusion", CONCLUSION.label("approved", self.lang)))
        self.run("validate")

    def kicked_off(self) -> None:
        """The meeting was held, and somebody typed a status that is none."""
        self.write(AppendRows("meetings", ({"id": "H001", "date": date(2026, 3, 2), "topics": "Kick-off"},)))
        self.cell("T020", "status", "搁一搁")
        self.run("validate")

    def corrected(self) -> None:
        self.cell("T020", "status", None)
        self.run("validate")

    def frozen(self) -> None:
        self.run("freeze")

    def sent(self) -> None:
        self.run("packets", "-o", self.folder / "out")

    def first_reply(self) -> None:
        self.reply(0, T001__percent=0.5)
        self.run("collect", self.folder / "in")

    def other_replies(self) -> None:
        """Six departments more; the coordinator has written a forecast that one of them sees otherwise."""
        self.cell("T004", "forecast", date(2026, 4, 2))
        self.reply(1, T004__forecast=date(2026, 4, 8))
        for number in range(2, 7):
            self.reply(number)
        self.run("collect", self.folder / "in")

    def decided(self) -> None:
        choose(self.master, self.lang, t("用对方", "Use theirs"))
        self.run("resolve")

    def slip(self) -> None:
        self.cell("T001", "status", t("完成", "Done").of(self.lang))
        self.cell("T001", "actual", "2026年3月2日")
        self.run("validate")

    def fixed(self) -> None:
        self.run("validate", "--fix")

    def reports(self) -> None:
        self.run("run")

    def issued(self) -> None:
        self.run("minutes", "--issue")

    def reply(self, department: int, **cells: object) -> None:
        """A department's packet with some cells filled in, saved by another program."""
        name = DEPARTMENTS[self.lang][department]
        (packet,) = [p for p in (self.folder / "out").glob("*.xlsx") if f"-{name}-" in p.name]
        book = openpyxl.load_workbook(packet)
        for key, value in cells.items():
            row, _, column = key.partition("__")
            typed_in(book, self.lang, row, TRACKER.column(column).label).value = value
        (self.folder / "in").mkdir(exist_ok=True)
        book.save(self.folder / "in" / f"{department}.xlsx")


def typed_in(book: openpyxl.Workbook, lang: Lang, row: str, column: Text) -> openpyxl.cell.Cell:
    """The cell of a packet that people may write into: on the sheet where it is unlocked."""
    for sheet in book:
        for head in sheet.iter_rows():
            labels = {cell.value: cell.column for cell in head}
            if TRACKER.column("id").label.of(lang) in labels and column.of(lang) in labels:
                at = next(
                    (c.row for c in sheet[head[0].row + 1 : sheet.max_row] for c in c if c.value == row), 0
                )
                if at and not sheet.cell(at, labels[column.of(lang)]).protection.locked:
                    return sheet.cell(at, labels[column.of(lang)])
    raise AssertionError(f"nobody can fill in {column.of(lang)} of {row}")


def choose(master: Path, lang: Lang, choice: Text) -> None:
    """Choose the same for every question on the page of conflicts."""
    package = Package.open(master)
    (tab,) = [s for s in package.workbook.sheets if s.name == GENERATED["conflicts"].of(lang)]
    sheet = openpyxl.load_workbook(master)[tab.name]
    top = next(c for row in sheet.iter_rows() for c in row if c.value == "collab_key")
    at = next(c for c in sheet[top.row] if c.value == t("选择", "Choice").of(lang))
    rows = [c.row for c in sheet[top.column_letter] if c.row > top.row and c.value]
    editor = SheetEditor(package.read(tab.part))
    editor.set_cells(ColumnWrite(at.column_letter, rows, [choice.of(lang)] * len(rows)))
    package.replace_stream(tab.part, editor.chunks())
    master.write_bytes(package.save_bytes())


# what people made themselves

NOTE = "我的备忘 mine"
FILTER = b'<customFilter operator="notEqual" val="T999"'
_ROWS = (7, 8)


def own(master: Path, lang: Lang) -> None:
    """People write beside the table, group two rows and set a filter; all as Excel would save it."""
    package = Package.open(master)
    part = package.workbook.require(TRACKER.name(lang)).part
    editor = SheetEditor(package.read(part))
    editor.set_cells(ColumnWrite("BB", [5], [NOTE]))
    data = b"".join(editor.chunks())
    for row in _ROWS:
        data = data.replace(b'<row r="%d"' % row, b'<row r="%d" outlineLevel="1"' % row, 1)
    package.replace(part, data)
    (table,) = [rel.target for rel in package.related(part, "table")]
    kept = (
        b'><filterColumn colId="0"><customFilters>'
        + FILTER
        + b"/></customFilters></filterColumn></autoFilter>"
    )
    filtered = re.sub(rb'(<autoFilter ref="[^"]*")/>', rb"\1" + kept, package.read(table))
    package.replace(table, filtered)
    master.write_bytes(package.save_bytes())


def owned(master: Path, lang: Lang) -> tuple[object, ...]:
    """What of it is there."""
    with zipfile.ZipFile(master) as file:
        tables = [file.read(n) for n in file.namelist() if n.startswith("xl/tables/")]
    sheet = openpyxl.load_workbook(master)[TRACKER.name(lang)]
    levels = [sheet.row_dimensions[row].outlineLevel for row in (*_ROWS, 9)]
    return (
        sheet["BB5"].value,
        levels,
        sum(FILTER in one for one in tables),
    )


@pytest.fixture(scope="module", params=LANGS)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The whole story, played once a language."""
    office = Office(tmp_path_factory.mktemp("office"), request.param)
    for act, _ in STORY:
        getattr(office, act)()
        office.said[act] = office.home()
    yield office


def test_after_each_act_home_names_the_step_that_a_coordinator_would_take(told: Office) -> None:
    before = t("下一步：", "Next: ").of(told.lang)
    assert told.said == {act: before + step.of(told.lang) for act, step in STORY}


def test_the_plan_has_25_tasks_and_what_departments_and_coordinator_said(told: Office) -> None:
    tracker = FileHost(told.master).read().tables["tracker"]
    ids = tracker.texts("id").tolist()
    assert len(ids) == 25
    assert tracker.raw("percent")[ids.index("T001")] == 0.5
    assert tracker.raw("forecast")[ids.index("T004")] == date(2026, 4, 8)
    assert tracker.raw("actual")[ids.index("T001")] == date(2026, 3, 2)


def test_what_people_made_themselves_is_as_it_was(told: Office) -> None:
    assert owned(told.master, told.lang) == (NOTE, [1, 1, 0], 1)


def test_a_second_run_changes_nothing(told: Office) -> None:
    told.run("run")
    before = told.master.read_bytes()
    for command in ("run", "validate", "variance", "risks", "archive"):
        told.run(command)
        assert told.master.read_bytes() == before, command


def test_validator_and_lint_find_nothing(told: Office, ooxml_validate: Callable[[Path], None]) -> None:
    ooxml_validate(told.master)
    assert list(lint(told.master)) == []


def test_every_document_is_in_the_list_and_home_leads_to_it(told: Office) -> None:
    lines = [[str(cell) for cell in row] for row in told.sheet(GENERATED["index"].of(told.lang))]
    tabs = {one.tab for one in FileHost(told.master).read().generated} - {GENERATED["index"].of(told.lang)}
    assert tabs <= {cell for line in lines for cell in line}
    assert GENERATED["index"].of(told.lang) in map(str, told.sheet(SHEETS["home"].name(told.lang))[20])
