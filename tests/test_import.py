"""`import` from a user's side: foreign trackers in, a whole tracker out, and nothing of the source lost."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import foreign
import pytest
from effort import effort
from foreign import read_foreign
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from python_calamine import CalamineWorkbook
from recalculation import cells as cells_of, differences, recalculated

from xl_collab.hosts.reading import read_book
from xl_collab.importing.table_finder import find_tables
from xl_collab.schema.sheets import TRACKER
from xl_collab.ui.cli import main

JOINED = re.compile(r"(.+?) ?[（(].+[)）]")
Run = Callable[..., "Ran"]


class Ran:
    """What one command did."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "200")

    def run(*args: object) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(arg) for arg in args])
        shown = capsys.readouterr()
        return Ran(int(ended.value.code or 0), shown.out, shown.err)

    return run


def tracker(path: Path) -> list[dict[str, object]]:
    """The rows of the new tracker by heading, empty cells left out."""
    book = CalamineWorkbook.from_path(str(path))
    tab = next(name for name in (TRACKER.title.zh, TRACKER.title.en) if name in book.sheet_names)
    rows = book.get_sheet_by_name(tab).to_python(skip_empty_area=False)
    heads = [str(head) for head in rows[3]]
    return [
        {head: plain(value) for head, value in zip(heads, row, strict=True) if value not in ("", None)}
        for row in rows[4:]
    ]


def entered(path: Path, *columns: str) -> list[tuple[object, ...]]:
    return [tuple(row.get(column) for column in columns) for row in tracker(path)]


def plain(value: object) -> object:
    if isinstance(value, datetime) and not (value.hour or value.minute):
        return value.date()
    return int(value) if isinstance(value, float) and value.is_integer() else value


def text(value: object) -> str:
    """How a cell reads, independent of the program: stripped, dates ISO, numbers short."""
    value = plain(value)
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.12g}" if isinstance(value, float) else str(value).strip()


def source_cells(path: Path) -> Iterator[tuple[str, str, str]]:
    """Sheet, address and text of every non-empty cell of a source, read by other programs than ours."""
    if path.suffix in (".csv", ".tsv"):
        content = path.read_bytes().decode("gbk" if path.suffix == ".csv" else "utf-8-sig")
        rows = csv.reader(io.StringIO(content), delimiter="," if path.suffix == ".csv" else "\t")
        for number, row in enumerate(rows, start=1):
            for at, value in enumerate(row):
                if value.strip():
                    yield path.stem, f"{chr(65 + at)}{number}", value.strip()
        return
    stored = load_workbook(path, data_only=True)
    for sheet in load_workbook(path):
        for line in sheet.iter_rows():
            for cell in line:
                value = stored[sheet.title][cell.coordinate].value
                value = cell.value if value is None else value
                if value is not None and text(value):
                    yield sheet.title, cell.coordinate, text(value)


def reported(path: Path) -> dict[tuple[str, str], set[str]]:
    """What the report sheet tells of cells: sheet and address to the texts that it names there."""
    book = CalamineWorkbook.from_path(str(path))
    name = next(name for name in book.sheet_names if name in ("导入报告", "Import report"))
    grid = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    rows = [[text(value) for value in row[1:]] for row in grid]
    found = re.search(r"(?:工作表“|sheet )(.+?)(?:” |, )[A-Z]+(\d+):", rows[1][0] + rows[2][0])
    assert found is not None
    sheet, top = found[1], int(found[2])
    named: dict[tuple[str, str], set[str]] = {}
    section = ""
    for row in rows:
        if row[0] in ("原列", "Column"):
            section = "columns"
        elif row[0] in ("处理", "Mark"):
            section = "left" if row[3].startswith(("内容", "Content")) else "changes"
        elif section == "columns" and row[0]:
            texts = set(row[1].split(" / "))
            for line in (top, top + 1):
                named.setdefault((sheet, f"{row[0]}{line}"), set()).update(texts)
        elif section == "changes" and row[2]:
            for place in row[2].split(", "):
                for address in addresses(place):
                    named.setdefault((sheet, address), set()).add(row[3])
        elif section == "left" and row[3]:
            tab = row[2].rpartition("!")[0]
            for entry in re.split(r"\n(?=[A-Z]+\d+：)", row[3]):
                address, _, content = entry.partition("：")
                named.setdefault((tab, address), set()).add(content.strip())
    return named


def addresses(place: str) -> Iterator[str]:
    left, top, right, bottom = range_boundaries(place)
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield f"{chr(64 + column)}{row}"


@pytest.mark.parametrize("make", foreign.MAKERS, ids=lambda make: make.__name__)
def test_nothing_of_the_source_is_lost(make: foreign.Maker, tmp_path: Path, cli: Run) -> None:
    source, out = make(tmp_path), tmp_path / "新.xlsm"
    before = hashlib.sha256(source.read_bytes()).hexdigest(), source.stat().st_mtime_ns
    ran = cli("import", source, "-o", out, "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert (hashlib.sha256(source.read_bytes()).hexdigest(), source.stat().st_mtime_ns) == before
    named = reported(out)
    silent = Counter(
        content
        for sheet, address, content in source_cells(source)
        if content not in named.get((sheet, address), ())
    )
    kept = Counter(text(value) for row in tracker(out) for value in row.values())
    # A person joins the department: 市场部（王敏）; the person's own cell is named in the report.
    joined = [(JOINED.fullmatch(content), count) for content, count in kept.items()]
    for match, count in joined:
        if match:
            kept[match[1]] += count
    assert silent - kept == Counter()


@pytest.mark.parametrize("make", foreign.MAKERS, ids=lambda make: make.__name__)
def test_outputs_are_valid_workbooks_with_our_report(
    make: foreign.Maker, tmp_path: Path, cli: Run, ooxml_validate: Callable[[Path], None]
) -> None:
    out = tmp_path / "新.xlsm"
    assert cli("import", make(tmp_path), "-o", out, "--yes").code == 0
    ooxml_validate(out)
    kinds = {sheet.kind: sheet.touched for sheet in read_book(out).generated}
    assert kinds == {"import": False, "findings": False}


def test_a_supervision_list_with_sections_totals_and_merged_departments(tmp_path: Path, cli: Run) -> None:
    out = tmp_path / "新.xlsm"
    cli("import", foreign.supervision(tmp_path), "-o", out, "--yes")
    assert entered(out, "编号", "环节", "责任部门/人", "时间节点", "状态", "完成率") == [
        ("1", "筹备阶段", "市场部（王敏）", date(2023, 10, 8), "已完成", None),
        ("2", "筹备阶段", "市场部（王敏）", date(2023, 10, 20), "进行中", None),
        ("3", "筹备阶段", "市场部（王敏）", date(2023, 10, 31), "进行中", None),
        ("4", "实施阶段", "生产部（李强）", date(2023, 11, 20), "已完成", None),
        ("5", "实施阶段", "设计部（赵丽）", date(2023, 11, 30), "进行中", 0.8),
        ("6", "实施阶段", "电商部（陈晨）", date(2023, 12, 15), "未开始", None),
        ("7", "实施阶段", "销售部（孙伟）", "每周五", None, None),
    ]
    assert entered(out, "领导批示", "进展")[:3] == [("同意", "完成"), (None, "正在推进"), ("抓紧", "滞后")]
    book = read_book(out)
    assert book.settings["project"] == "2023年四季度重点工作督办台账"
    contacts = book.tables["contacts"]
    assert dict(zip(contacts.texts("department"), contacts.texts("contact"), strict=True)) == {
        "市场部": "王敏", "生产部": "李强", "设计部": "赵丽", "电商部": "陈晨", "销售部": "孙伟",
        "研发部": "", "财务部": "",
    }  # fmt: skip


def test_a_plan_with_two_heading_rows(tmp_path: Path, cli: Run) -> None:
    out = tmp_path / "新.xlsx"
    cli("import", foreign.project_plan(tmp_path), "-o", out, "--yes")
    assert entered(out, "编号", "环节", "主要任务", "计划开始", "时间节点", "实际完成", "完成率") == [
        ("1.1", "蓝图设计", "现状调研", date(2024, 3, 4), date(2024, 3, 15), date(2024, 3, 18), 1),
        ("1.2", "蓝图设计", "流程蓝图确认", date(2024, 3, 18), date(2024, 4, 12), None, 0.6),
        ("2.1", "系统实现", "主数据清理", date(2024, 4, 1), date(2024, 5, 17), None, 0.25),
        ("2.2", "系统实现", "接口开发", date(2024, 4, 15), date(2024, 6, 14), None, 0),
    ]
    assert entered(out, "实际开始")[:2] == [(date(2024, 3, 4),), (date(2024, 3, 19),)]


def test_a_gbk_export_with_spans_and_repeated_numbers(tmp_path: Path, cli: Run) -> None:
    out = tmp_path / "新.xlsm"
    cli("import", foreign.gbk_csv(tmp_path), "-o", out, "--yes")
    assert entered(out, "编号", "原表·序号", "计划开始", "时间节点", "状态", "完成率") == [
        ("T001", "1", date(2023, 10, 8), date(2023, 10, 15), "已完成", 1),
        ("T002", "2", date(2023, 10, 16), date(2023, 10, 20), "进行中", 0.5),
        ("T003", "1", date(2023, 10, 18), date(2023, 10, 25), "未开始", 0),
        ("T004", "2", date(2024, 3, 1), date(2024, 5, 1), "暂停", None),
        ("T005", "3", None, "待定", None, None),
    ]
    assert entered(out, "责任部门/人", "责任人员")[1] == ("客服部、质量部", "何静")


def test_an_english_list_becomes_an_english_tracker(tmp_path: Path, cli: Run) -> None:
    out = tmp_path / "new.xlsm"
    cli("import", foreign.english(tmp_path), "-o", out, "--yes")
    columns = ("ID", "Owner", "Due", "% done", "Status", "Predecessors", "Budget (k)")
    assert entered(out, *columns) == [
        ("1", "Marketing (Ann)", date(2024, 2, 9), 1, "Done", None, 12.5),
        ("2", "Marketing (Ann)", date(2024, 2, 23), 0.4, "In progress", "1", 80),
        ("3", "Design", date(2024, 3, 8), 0.1, "In progress", "1, 2", None),
        ("4", "Sales (Bob)", "8/10/2024", 0, "Not started", "3", 5),
    ]
    assert entered(out, "Original: Status")[2] == ("Delayed",)


def test_of_several_tables_the_named_one_is_taken(tmp_path: Path, cli: Run) -> None:
    source = foreign.side_by_side(tmp_path)
    for option, tasks in (
        ((), ["完成接口联调", "修复遗留缺陷", "输出测试报告"]),
        (("--sheet", "11月!H4"), ["投放预热广告", "落地页改版"]),
        (("--sheet", "10月"), ["需求评审"]),
    ):
        out = tmp_path / "新.xlsm"
        assert cli("import", source, "-o", out, "--yes", "--force", *option).code == 0
        assert [row["主要任务"] for row in tracker(out)] == tasks


def test_an_export_with_serials_and_a_repeated_heading(tmp_path: Path, cli: Run) -> None:
    out = tmp_path / "新.xlsm"
    cli("import", foreign.plain_export(tmp_path), "-o", out, "--yes")
    assert entered(out, "编号", "时间节点", "实际完成", "状态", "前置") == [
        ("A-01", date(2024, 1, 15), date(2024, 1, 12), None, None),
        ("A-02", date(2024, 1, 19), None, "已完成", "A-01"),
        ("A-03", date(2024, 1, 31), None, None, "A-01、A-02"),
    ]


def test_formulas_agree_with_python_beside_extra_columns(
    tmp_path: Path, cli: Run, soffice: Callable[..., None]
) -> None:
    out = tmp_path / "新.xlsx"
    cli("import", foreign.supervision(tmp_path), "-o", out, "--yes")
    computed = recalculated({"new": out.read_bytes()}, tmp_path, soffice)["new"]
    assert differences({"跟踪表": cells_of(out.read_bytes())["跟踪表"]}, {"跟踪表": computed["跟踪表"]}) == []


# what the options do


def doubtful(folder: Path) -> Path:
    """A list whose columns are not sure: 完成时间 may be planned or actual, 部门 anybody's."""
    path = folder / "清单.csv"
    path.write_text("任务,部门,完成时间,状态\n发货,物流部,2024-01-31,进行中\n", encoding="utf-8")
    return path


def test_what_is_not_sure_is_kept_and_told_but_not_taken(tmp_path: Path, cli: Run) -> None:
    out = tmp_path / "新.xlsm"
    ran = cli("import", doubtful(tmp_path), "-o", out, "--yes")
    assert entered(out, "责任部门/人", "时间节点", "部门", "完成时间") == [
        (None, None, "物流部", "2024-01-31")
    ]
    assert '--map "完成时间=deadline"' in ran.out
    assert '--map "部门=owner"' in ran.out


def test_a_map_says_what_a_column_is(tmp_path: Path, cli: Run) -> None:
    out = tmp_path / "新.xlsm"
    maps = ("--map", "完成时间=时间节点", "--map", "B=owner", "--map", "状态=extra")
    assert cli("import", doubtful(tmp_path), "-o", out, "--yes", *maps).code == 0
    assert entered(out, "责任部门/人", "时间节点", "状态", "原表·状态") == [
        ("物流部", date(2024, 1, 31), None, "进行中")
    ]


def test_a_dry_run_reports_as_json_and_writes_nothing(tmp_path: Path, cli: Run) -> None:
    source = foreign.supervision(tmp_path)
    ran = cli("import", source, "--dry-run", "--json")
    told = json.loads(ran.out)
    assert (ran.code, told["tasks"], told["range"], told["out"]) == (0, 7, "A3:I17", None)
    assert [column["target"] for column in told["columns"]] == [
        "id", "task", "owner", "support", "deadline", "progress", "person", "note", None,
    ]  # fmt: skip
    assert [row["kind"] for row in told["left"]] == [
        "section", "total", "section", "total", "total", "remark", "remark", "title", "title", "comment",
    ]  # fmt: skip
    assert {"E6", "E7", "E12", "F7"} == {change["cells"] for change in told["changes"] if change["check"]}
    assert list(tmp_path.iterdir()) == [source]


def test_on_a_terminal_every_doubt_is_asked_about(tmp_path: Path) -> None:
    source, out = doubtful(tmp_path), tmp_path / "新.xlsm"
    shown = on_a_terminal(["import", str(source), "-o", str(out)], ["n", "what", "实际完成", "y"])
    assert "“部门”（如 物流部）是“责任部门/人”吗" in shown
    assert "按以上对应导入 1 项任务" in shown
    assert entered(out, "责任部门/人", "时间节点", "实际完成", "部门") == [
        (None, None, date(2024, 1, 31), "物流部")
    ]


def test_on_a_terminal_no_means_that_nothing_is_written(tmp_path: Path) -> None:
    out = tmp_path / "新.xlsm"
    shown = on_a_terminal(["import", str(foreign.side_by_side(tmp_path)), "-o", str(out)], ["2", "n"])
    assert "11月!G3" in shown and "什么都没写" in shown
    assert not out.exists()


def on_a_terminal(args: list[str], answers: list[str]) -> str:
    """Run the command on a terminal of its own and type the answers; what it showed."""
    pty = pytest.importorskip("pty", reason="a terminal of one's own is POSIX's")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "xl_collab", *args]
    environ = os.environ | {"PYTHONUTF8": "1", "TERM": "dumb", "COLUMNS": "200"}
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environ) as process:
        os.close(theirs)
        os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
        shown = b""
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:  # the terminal is closed when the command ends
            pass
        process.wait(60)
    os.close(ours)
    return shown.decode("utf-8", "replace")


# refusals


def spoiled(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("空.xlsx", b"", "空文件"),
        ("图.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "图片"),
        ("旧.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "另存为 .xlsx"),
        ("网页.xls", b"<html><table></table></html>", "网页"),
        ("网页.csv", b"<html><table></table></html>", "不是表格"),
        ("空.csv", b"  \r\n", "空文件"),
        ("乱.csv", b"\x81\xff\xff\x00\x01" * 9, "编码不明"),
        ("断.xlsx", b"PK\x03\x04" + b"\0" * 40, "xlsx"),
        ("诗.csv", "床前明月光,疑是地上霜\n举头望明月,低头思故乡\n".encode(), "没有找到任务表"),
        ("长.csv", ("任务,状态\n" + "长" * 40_000 + ",完成\n").encode(), "第 2 行"),
    ],
)
def test_what_is_no_tracker_is_refused_in_one_line(
    name: str, content: bytes, said: str, tmp_path: Path, cli: Run
) -> None:
    source = spoiled(tmp_path, name, content)
    ran = cli("import", source, "-o", tmp_path / "新.xlsm", "--yes")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err or name == "断.xlsx"
    assert ran.err.count("\n") == 1
    assert not (tmp_path / "新.xlsm").exists()


def test_requests_that_cannot_be_meant_are_refused_in_one_line(
    tmp_path: Path, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS")  # no width is asked for: a sentence is a line
    source, out = foreign.supervision(tmp_path), tmp_path / "新.xlsm"
    for args, said in (
        ((), "-o NEW.xlsm"),
        (("-o", tmp_path / "新.csv"), ".xlsm"),
        (("-o", source, "--force"), "原文件不会被改动"),
        (("-o", out, "--sheet", "汇总"), "督办台账"),
        (("-o", out, "--map", "完成时限"), "--map"),
        (("-o", out, "--map", "完成时限=颜色"), "deadline"),
        (("-o", out, "--map", "工期=deadline"), "任务名称"),
        (("-o", out, "--map", "A=task", "--map", "B=task"), "两次"),
        (("-o", out, "--map", "任务名称=extra"), "=task"),
        (("-o", out, "--lang", "fr"), "zh"),
    ):
        ran = cli("import", source, *args, "--yes")
        assert (ran.code, ran.err.count("\n")) == (2, 1), args
        assert said in ran.err
        assert not out.exists()
    out.write_bytes(b"mine")
    assert cli("import", source, "-o", out, "--yes").code == 2
    assert out.read_bytes() == b"mine"


def test_a_tracker_of_ours_is_not_imported_unasked(tmp_path: Path, cli: Run) -> None:
    ours = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
    ran = cli("import", ours, "-o", tmp_path / "新.xlsm", "--yes")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "xl-collab run" in ran.err
    assert cli("import", ours, "--sheet", "跟踪表", "-o", tmp_path / "新.xlsm", "--yes").code == 0
    assert [row["编号"] for row in tracker(tmp_path / "新.xlsm")] == [f"T00{n}" for n in range(1, 7)]


def test_ten_thousand_rows_are_read_and_understood_in_linear_time(tmp_path: Path) -> None:
    source = foreign.big(tmp_path, 10_000)
    assert effort(lambda: find_tables(read_foreign(source)), 400) < 400
    tables = find_tables(read_foreign(source))
    assert (tables[0].area, len(tables[0].columns)) == ("A1:L10001", 12)
