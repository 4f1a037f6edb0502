"""`upgrade`: a workbook of an earlier version gets what today's has, and nothing of people's is touched."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from collect_desk import NOW, SHIPPED, Desk, changed, digest, statuses
from command_line import Ran
from conftest import find_validator
from make import Odd, row, tracker
from openpyxl.worksheet.worksheet import Worksheet
from recalculation import cells, recalculated
from tracker_letters import FORMER

from tools.lint.lint import lint
from xl_collab.a1 import column_number
from xl_collab.checks.validate import findings
from xl_collab.documents.workbook.template import draw_workbook, shipped_vba
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.sheetxml import SheetEditor
from xl_collab.hosts.ooxml.vbaproject import modules
from xl_collab.hosts.reading import read_book
from xl_collab.plan.formulas import formula_columns
from xl_collab.plan.project import Project
from xl_collab.schema.sheets import SHEETS, TRACKER
from xl_collab.ui.cli import main

EARLIER = Path(__file__).parent / "earlier"
NAMES = ("first", "before-columns", "packaging")
NEW = {
    "first": ["配合反馈", "实际开始", "基线开始", "进度日期", "前置最早", "推算依据"],
    "before-columns": ["实际开始", "基线开始", "进度日期", "前置最早", "推算依据"],
    "packaging": ["实际开始", "基线开始", "进度日期", "前置最早", "推算依据"],
}
"""The columns that each was made before there were; later ones follow behind them."""


def old(folder: Path, name: str) -> Path:
    """One of the earlier workbooks, somebody's own."""
    return Path(shutil.copyfile(EARLIER / f"{name}.xlsm", folder / "跟踪表.xlsm"))


def headings(path: Path, tab: str = "跟踪表") -> list[object]:
    sheet = openpyxl.load_workbook(path)[tab]
    row = next(r for r in range(1, 30) if any(c.value == "编号" for c in sheet[r]))
    return [cell.value for cell in sheet[row]]


def written(sheet: Worksheet) -> dict[str, object]:
    """What stands in the cells that no formula and no command computes."""
    return {c.coordinate: c.value for row in sheet for c in row if c.value is not None}


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of each after `upgrade`, which is run once."""
    folders: dict[str, Path] = {}

    def make(name: str) -> Path:
        if name not in folders:
            folder = tmp_path_factory.mktemp(name)
            with pytest.raises(SystemExit) as ended:
                main(["upgrade", str(old(folder, name))])
            assert not ended.value.code
            folders[name] = folder
        return folders[name]

    return make


@pytest.fixture
def upgraded(name: str, tmp_path: Path, made: Callable[[str], Path]) -> Path:
    """One of them after `upgrade`, with its backup."""
    shutil.copytree(made(name), tmp_path / "upgraded")
    return tmp_path / "upgraded" / "跟踪表.xlsm"


def test_new_columns_follow_behind_the_old_ones_inside_the_table(name: str, upgraded: Path) -> None:
    before, after = headings(EARLIER / f"{name}.xlsm"), headings(upgraded)
    assert after[: len(before)] == before
    assert after[len(before) :] == [c.label.zh for c in TRACKER.columns if c.label.zh not in before]
    assert set(NEW[name]) <= set(after[len(before) :])
    (table,) = openpyxl.load_workbook(upgraded)["跟踪表"].tables.values()
    assert [column.name for column in table.tableColumns] == after
    assert table.autoFilter is None or table.autoFilter.ref.split(":")[1][:2] == table.ref.split(":")[1][:2]


def test_nothing_that_people_wrote_is_another(name: str, upgraded: Path) -> None:
    before, after = openpyxl.load_workbook(EARLIER / f"{name}.xlsm"), openpyxl.load_workbook(upgraded)
    computed = {
        (sheet.title.zh, label): True
        for sheet in SHEETS.tables
        for column in sheet.columns
        if column.computed
        for label in column.labels()
    }
    assert [tab for tab in after.sheetnames if tab in before.sheetnames] == before.sheetnames
    for tab in before.sheetnames:
        if tab in ("首页", "_meta"):
            continue
        there = written(after[tab])
        top = next((c.row for row in before[tab] for c in row if c.value in ("编号", "日期")), 0)
        for address, value in written(before[tab]).items():
            letters = re.sub(r"\d", "", address)
            if (tab, before[tab][f"{letters}{max(top, 1)}"].value) in computed or (
                tab == "节假日" and address in ("A3", "E3", "F3")
            ):
                continue
            assert there.get(address) == value, (tab, address)


def test_the_register_of_changes_is_missed_by_nobody_and_comes_with_an_upgrade(
    name: str, upgraded: Path
) -> None:
    earlier = read_book(EARLIER / f"{name}.xlsm")
    assert "changes" in earlier.missing_sheets
    told = {finding.params.get("name") for finding in findings(Project(earlier, date(2023, 11, 13)))}
    assert SHEETS["changes"].title not in told
    register = read_book(upgraded).tables["changes"]
    assert (register.tab, len(register)) == ("需求变更", 0)
    tabs = openpyxl.load_workbook(upgraded, read_only=True).sheetnames
    assert tabs.index("需求变更") == tabs.index("进度调整") + 1


def test_parts_that_it_does_not_concern_keep_every_byte(name: str, upgraded: Path) -> None:
    before, after = parts(EARLIER / f"{name}.xlsm"), parts(upgraded)
    same = re.compile(r"xl/(charts|drawings|media|theme|printerSettings)/.*|docProps/.*|xl/sharedStrings.xml")
    kept = [part for part in before if same.fullmatch(part)]
    assert kept
    assert [part for part in kept if after.get(part) != before[part]] == []


def test_the_sheet_and_the_field_for_answers_are_put_in(upgraded: Path) -> None:
    book = openpyxl.load_workbook(upgraded)
    assert [cell.value for cell in book["可行性征询"][4]][:3] == ["征询部门", "拟承接任务", "征询日期"]
    labels = {cell.value: cell for row in book["设置"].iter_rows() for cell in row}
    found = labels["上级领导邮箱"]
    assert found.row > labels["抄送"].row
    book["设置"].cell(found.row, found.column + 1, "boss@example.com")
    book.save(upgraded)
    assert Project(read_book(upgraded), date(2023, 11, 13)).settings.superior_email == "boss@example.com"


def test_a_second_run_finds_nothing_to_do(upgraded: Path, cli: Callable[..., Ran]) -> None:
    before = upgraded.read_bytes()
    again = cli("upgrade", upgraded)
    assert again.code == 0
    assert "无需升级" in again.out
    assert upgraded.read_bytes() == before


def test_undo_brings_the_old_file_back(name: str, upgraded: Path, cli: Callable[..., Ran]) -> None:
    assert cli("undo", upgraded).code == 0
    assert digest(upgraded) == digest(EARLIER / f"{name}.xlsm")


def test_a_dry_run_says_the_same_and_writes_nothing(
    name: str, tmp_path: Path, cli: Callable[..., Ran]
) -> None:
    path = old(tmp_path, name)
    shown = cli("upgrade", path, "--dry-run")
    assert digest(path) == digest(EARLIER / f"{name}.xlsm")
    assert all(heading in shown.out for heading in NEW[name])
    done = cli("upgrade", path)
    told = [line for line in done.out.splitlines() if line.startswith("“")]
    assert told
    assert [line for line in shown.out.splitlines() if line.startswith("“")] == told


def test_json_names_everything(tmp_path: Path, cli: Callable[..., Ran]) -> None:
    path = old(tmp_path, "first")
    said = cli("upgrade", path, "--json").json
    tracker = next(one for one in said["sheets"] if one["sheet"] == "tracker")
    assert {"support_feedback", "actual_start"} <= set(tracker["columns"])
    assert set(tracker["formulas"]) >= {"compared", "rag", "reason"}
    assert next(one for one in said["sheets"] if one["sheet"] == "lessons")["columns"] == ["source"]
    assert said["estimated_days"][0] == "2027-01-01"
    assert (said["macros"], said["missing_sheets"], said["written"]) == ("replaced", [], True)


def test_another_file_can_be_written_instead(tmp_path: Path, cli: Callable[..., Ran]) -> None:
    path, copy = old(tmp_path, "first"), tmp_path / "新.xlsm"
    assert cli("upgrade", path, "-o", copy).code == 0
    assert digest(path) == digest(EARLIER / "first.xlsm")
    assert "实际开始" in headings(copy)


# what Office needs


def errors(path: Path) -> list[object]:
    command = find_validator()
    if command is None:
        pytest.skip("no validator")
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)
    return list(json.loads(done.stdout)["errors"])


def test_validator_and_lint_have_no_new_complaint(name: str, upgraded: Path) -> None:
    assert errors(upgraded) == errors(EARLIER / f"{name}.xlsm")
    assert lint(upgraded) == []


def _folded(path: Path, tab: str) -> dict[int, tuple[str, str]]:
    """Column number → level of its outline, and whether it is folded away."""
    package = Package.open(path)
    info = package.workbook.sheet(tab)
    assert info is not None
    found = {}
    for text in re.findall(r"<col ([^>]*)/>", package.read(info.part)[:9000].decode("utf-8", "ignore")):
        given = dict(re.findall(r'(\w+)="([^"]*)"', text))
        hidden = "1" if given.get("hidden") in ("1", "true") else "0"
        for number in range(int(given["min"]), min(int(given["max"]), 100) + 1):
            found[number] = (given.get("outlineLevel", "0"), hidden)
    return found


def _by_heading(path: Path, tab: str = "跟踪表") -> dict[str, dict[str, object]]:
    """What the columns of a table have, by heading, with their own letters taken out."""
    book = openpyxl.load_workbook(path)
    sheet = book[tab]
    (table,) = sheet.tables.values()
    left, top = re.match(r"([A-Z]+)(\d+)", table.ref).groups()  # type: ignore[union-attr]
    first = int(top) + 1
    names = {column_number(left) + i: c.name for i, c in enumerate(table.tableColumns)}

    def plain(text: str) -> str:
        def named(match: re.Match[str]) -> str:
            return f"[{names.get(column_number(match[1]), match[1])}]" + match[2]

        ours = re.sub(r'INDIRECT\("[^"]*"\)', "INDIRECT()", text)  # cells of another sheet
        return re.sub(r"\$?\b([A-Z]{1,2})(\$?\d+)\b", named, ours)

    found: dict[str, dict[str, object]] = {}
    folded = _folded(path, tab)
    for number, (heading, column) in enumerate(zip(names.values(), table.tableColumns, strict=True), 1):
        cell = sheet.cell(first, number)
        formula = column.calculatedColumnFormula
        rules = [dv for dv in sheet.data_validations.dataValidation if cell.coordinate in dv.sqref]
        colours = [
            plain(rule.formula[0])
            for block in sheet.conditional_formatting
            if cell.coordinate in block.sqref
            for rule in block.rules
        ]
        found[heading] = {
            "formula": plain(formula.attr_text) if formula else None,
            "rules": [(dv.type, plain(dv.formula1 or ""), dv.error, dv.prompt) for dv in rules],
            "colours": sorted(colours),
            "look": (cell.number_format, cell.fill.fgColor.rgb, cell.font.name, cell.border.bottom.style),
            "head": (sheet.cell(first - 1, number).fill.fgColor.rgb, sheet.cell(first - 1, number).font.b),
            "folded": folded.get(number, ("0", "0")),
        }
    return found


def test_a_new_column_has_all_that_it_has_in_a_new_workbook(name: str, upgraded: Path) -> None:
    today, here = _by_heading(SHIPPED), _by_heading(upgraded)
    for heading in NEW[name]:
        if heading in ("实际开始", "配合反馈"):  # in a group that stands open; at the right end by themselves
            today[heading] |= {"folded": ("0", "0")}
        assert here[heading] == today[heading], heading
    for column in formula_columns(TRACKER):
        heading = column.label.zh
        assert here[heading]["formula"] == today[heading]["formula"]
        assert here[heading]["colours"] == today[heading]["colours"]


def test_every_row_of_a_computed_column_has_the_formula_and_its_result(upgraded: Path) -> None:
    book = read_book(upgraded)
    assert book.stale_formulas == {}
    sheet = openpyxl.load_workbook(upgraded, data_only=True)["跟踪表"]
    table = book.tables["tracker"]
    for number in table.rows.tolist():
        assert sheet[f"{table.letters['reason']}{number}"].value is not None


def test_figures_are_those_of_a_new_workbook_with_the_same_rows(
    upgraded: Path, tmp_path: Path, cli: Callable[..., Ran], soffice: Callable[..., None]
) -> None:
    """Both recalculated from scratch: every row's computed cells, by 编号 and heading."""
    day = "2026-05-15"
    assert cli("variance", upgraded, "--set-date", day).code == 0
    project = Project(read_book(upgraded), datetime.fromisoformat(day).date())
    fresh = draw_workbook(project, "zh", created=NOW.replace(tzinfo=None), document_id="x")
    made = recalculated({"old": upgraded.read_bytes(), "new": fresh}, tmp_path, soffice)
    tables = {}
    for which, sheets in made.items():
        grid = sheets["跟踪表"]
        names = {column: value for (row, column), value in grid.items() if row == 4}
        ids = {row: value for (row, column), value in grid.items() if column == 0 and row > 4}
        wanted = {column.label.zh for column in TRACKER.columns if column.computed}
        tables[which] = {
            (ids[row], names[column]): value
            for (row, column), value in grid.items()
            if row in ids and names.get(column) in wanted
        }
    assert len(tables["new"]) > 40
    assert tables["old"] == tables["new"]
    shown = cells(upgraded.read_bytes())["跟踪表"]
    assert {at: v for at, v in made["old"]["跟踪表"].items() if at[0] > 4} == {
        at: v for at, v in shown.items() if at[0] > 4
    }


# mail


def test_a_packet_that_was_out_is_collected_into_the_upgraded_workbook(
    tmp_path: Path, cli: Callable[..., Ran]
) -> None:
    desk = Desk(tmp_path)
    old(tmp_path, "before-columns")
    desk.send("研发部", "市场部")
    assert cli("upgrade", desk.master).code == 0
    assert desk.value("T005", "actual_start") is None
    desk.reply(T005__percent=0.8, T005__actual_start=datetime(2023, 11, 6))
    report = desk.collect()
    assert statuses(report) == [("merged", "")], statuses(report)
    assert changed(report)["t005", "percent"] == 0.8
    assert desk.value("T005", "percent") == 0.8


def test_a_whole_copy_that_lacks_the_new_columns_claims_nothing_in_them(
    tmp_path: Path, cli: Callable[..., Ran]
) -> None:
    """The copy went out as it was; meanwhile the owner fills 实际开始 in the upgraded master."""
    desk = Desk(tmp_path)
    old(tmp_path, "before-columns")
    desk.send("研发部", whole=True)
    packet = desk.packet("研发部", "协作工作簿")
    assert "实际开始" not in headings(packet)
    assert cli("upgrade", desk.master).code == 0
    book = read_book(desk.master).tables["tracker"]
    at = f"{book.letters['actual_start']}{book.rows[book.texts('id').tolist().index('T005')]}"
    package = Package.open(desk.master)
    part = next(info.part for info in package.workbook.sheets if info.name == "跟踪表")
    editor = SheetEditor(package.read(part))
    editor.set_cell(at, 45236)  # 2023-11-06
    package.replace(part, editor.render())
    desk.master.write_bytes(package.save_bytes())
    desk.reply(whole=True, T005__percent=0.8)
    report = desk.collect()
    assert changed(report) == {("t005", "percent"): 0.8}
    assert desk.value("T005", "actual_start") == datetime(2023, 11, 6).date()


# what people did to theirs


def changed_book(folder: Path, change: Callable[[openpyxl.Workbook, Worksheet], object]) -> Path:
    """The first workbook after somebody's program saved it with a change."""
    path = old(folder, "first")
    book = openpyxl.load_workbook(path, keep_vba=True)
    change(book, book["跟踪表"])
    book.save(path)
    return path


def test_what_stands_where_columns_belong_stops_it_with_a_cure(
    tmp_path: Path, cli: Callable[..., Ran]
) -> None:
    def note(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet["AC7"] = "王芳：下周再定"

    path = changed_book(tmp_path, note)
    before = path.read_bytes()
    ran = cli("upgrade", path)
    assert ran.code == 2
    assert "AC7" in ran.err
    assert "移到别处" in ran.err
    assert path.read_bytes() == before


def test_a_column_of_ones_own_beside_the_table_becomes_part_of_it(
    tmp_path: Path, cli: Callable[..., Ran]
) -> None:
    path = old(tmp_path, "packaging")
    assert "优先级" in cli("upgrade", path).out
    after = headings(path)
    assert after[27] == "优先级"
    assert "实际开始" in after[28:]
    (table,) = openpyxl.load_workbook(path)["跟踪表"].tables.values()
    assert "优先级" in [column.name for column in table.tableColumns]
    assert table.ref.startswith("A4:A")
    assert table.ref.endswith("29"), "rows that people added below the table are in it"


def test_sheets_that_were_renamed_are_found(tmp_path: Path, cli: Callable[..., Ran]) -> None:
    def moved(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet.title = "总表"
        book["节假日"].title = "日历"

    path = changed_book(tmp_path, moved)
    complaints = errors(path)  # of what openpyxl writes
    assert "“总表”新增列" in cli("upgrade", path).out
    assert "推算依据" in headings(path, "总表")
    assert errors(path) == complaints


# workbooks as other programs and people make them

_OLD = list(FORMER)
_ROWS = [
    row(
        f"T00{n}",
        stage="方案评审",
        owner="研发部",
        task=f"任务{n}",
        output="成果",
        deadline=date(2026, 3, n + 2),
        planned_start=date(2026, 3, n + 1),
        predecessors=None if n == 1 else f"T00{n - 1}",
        status="未开始",
        note="请\n注意",
    )
    for n in range(1, 5)
]
ODD = {
    "headings-in-row-9": Odd(header_row=9, order=[*_OLD[:5], "=我的列", *_OLD[5:-6]]),
    "begins-in-column-c": Odd(order=["", "=备忘", *_OLD, "=最后"]),
    "no-table": Odd(order=_OLD, table=False),
    "total-row": Odd(order=_OLD, total_row=True),
    "renamed": Odd(order=_OLD, tab="总表's", headings={"deadline": "完成\n时限", "id": "任务编号"}),
    "rows-below-the-table": Odd(order=_OLD, table_rows=2, formulas=False),
}


@pytest.mark.parametrize("kind", [*ODD, "1904"])
def test_however_the_workbook_was_made(
    kind: str, tmp_path: Path, cli: Callable[..., Ran], ooxml_validate: Callable[[Path], None]
) -> None:
    """One sheet only: the others, the calendar and the names come too, and the figures are right."""
    odd = ODD.get(kind, Odd(order=_OLD))
    path = tracker(tmp_path / "t.xlsx", _ROWS, odd, date1904=kind == "1904", data_date=date(2026, 3, 9))
    assert read_book(path).missing_sheets
    assert cli("upgrade", path).code == 0
    ooxml_validate(path)
    assert lint(path) == []
    book = read_book(path)
    assert (book.missing_sheets, dict(book.stale_formulas), book.tables["tracker"].missing) == ((), {}, ())
    # Four tasks of two days, each begun on the day before its finish; none had begun on Monday 03-09.
    # T001, due on Tuesday 03-03, is done on 03-10 at the earliest: five working days late.
    variance = book.tables["tracker"].raw("variance").tolist()
    assert variance[0] == 5
    assert book.tables["calendar"].raw("date")[0] == date(2004, 1, 1)
    before = path.read_bytes()
    assert "无需升级" in cli("upgrade", path).out
    assert path.read_bytes() == before


def test_formulas_of_odd_workbooks_calculate_to_the_same(
    tmp_path: Path, cli: Callable[..., Ran], soffice: Callable[..., None]
) -> None:
    made = {}
    for kind in ("headings-in-row-9", "begins-in-column-c", "renamed"):
        path = tmp_path / f"{kind}.xlsx"
        tracker(path, _ROWS, ODD[kind], data_date=date(2026, 3, 9), delay_threshold=2, lead_time=3)
        assert cli("upgrade", path).code == 0
        made[kind] = path.read_bytes()
    for kind, sheets in recalculated(made, tmp_path, soffice).items():
        tab, top = ODD[kind].tab or "跟踪表", ODD[kind].header_row
        shown = {at: value for at, value in cells(made[kind])[tab].items() if at[0] > top}
        assert "红" in shown.values()
        assert {at: value for at, value in sheets[tab].items() if at[0] > top} == shown, kind


def test_macros_that_somebody_wrote_stay(tmp_path: Path, cli: Callable[..., Ran]) -> None:
    path = old(tmp_path, "before-columns")
    with zipfile.ZipFile(Path(__file__).parent / "corpus" / "files" / "vba.xlsm") as archive:
        theirs = archive.read("xl/vbaProject.bin")  # a module of their own, Hello
    package = Package.open(path)
    package.replace("xl/vbaProject.bin", theirs)
    path.write_bytes(package.save_bytes())
    said = cli("upgrade", path).out
    assert "Hello" in said
    assert Package.open(path).read("xl/vbaProject.bin") == theirs
    assert "实际开始" in headings(path)


def test_macros_and_ribbon_are_the_shipped_ones(upgraded: Path) -> None:
    package = Package.open(upgraded)
    assert package.read("xl/vbaProject.bin") == shipped_vba()
    shipped = Package.open(SHIPPED)
    for part in ("customUI/customUI.xml", "customUI/customUI14.xml"):
        assert package.read(part) == shipped.read(part)
    documents = {one.name for one in modules(shipped_vba()) if one.kind == "document"}
    assert package.workbook.code_name == "ThisWorkbook"
    named = {
        name
        for info in package.workbook.sheets
        for name in re.findall(rb'<sheetPr[^>]*codeName="([^"]+)"', package.read(info.part)[:4000])
    }
    assert {one.decode() for one in named} <= documents


def test_a_new_workbook_needs_nothing(sample: Path, cli: Callable[..., Ran]) -> None:
    before = digest(sample)
    assert "无需升级" in cli("upgrade", sample).out
    assert digest(sample) == before
