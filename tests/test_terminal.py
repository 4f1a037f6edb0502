"""A terminal of 80 columns as a coordinator reads it: nothing cut, no date broken, words instead of codes."""

from __future__ import annotations

import io
import re
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from command_line import Ran

from xl_collab.commands.reply import Reply, ReplyTable
from xl_collab.schema.words import LANGS, Lang
from xl_collab.ui.cli import run_line
from xl_collab.ui.terminal import Terminal

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
WORKBOOK_COMMANDS = (
    "validate",
    "variance",
    "risks",
    "run",
    "raci",
    "gantt",
    "minutes",
    "review",
    "adjust",
    "accept",
    "freeze",
    "lessons",
    "proposals",
    "what-if --slip T005=+3",
    "packets -o out",
    "log",
    "upgrade",
    "undo",
    "validate --dry-run",
    "no-such-command",
    "validate --accept T099=1",
)
BROKEN = re.compile(r"(\d{4}-(\d\d-?)?|\d{4}年(\d{1,2}月?)?|\d{1,2}月\d)$", re.MULTILINE)
"""A line that ends inside a date."""


@pytest.fixture(autouse=True)
def eighty(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "XL_COLLAB_LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def narrow(cli: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Ran]:
    """Type a command on 80 columns, in the folder of the workbook."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    return cli


def columns_of(line: str) -> int:
    """Columns that a line takes where a terminal gives the most to each sign."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in line)


@pytest.mark.parametrize("lang", LANGS)
def test_no_answer_is_wider_than_the_terminal_and_no_date_is_broken(
    narrow: Callable[..., Ran], lang: Lang
) -> None:
    for name in ("a.xlsm", "b.xlsm"):
        if name == "a.xlsm":
            shutil.copy(SHIPPED, name)
        else:
            narrow("new", name, "--scenario", "product-launch", "--lang", lang, "--start", "2026-11-02")
        for command in (
            WORKBOOK_COMMANDS if name == "a.xlsm" else ("run", "proposals", "what-if --slip T005=+3")
        ):
            first, *rest = command.split()
            ran = narrow(first, name, *rest, "--lang", lang)
            said = f"{ran.out}\n{ran.err}"
            wide = [line for line in said.splitlines() if columns_of(line) > 80]
            assert not wide, (command, wide)
            assert not BROKEN.search(said), (command, said)


def test_a_date_stays_whole_in_the_narrowest_column(capsys: pytest.CaptureFixture[str]) -> None:
    row = ("T005", "2023-12-20", "2023-12-25 17:00", "须在2023年11月30日前输出原型，11月30日复核" * 3)
    table = ReplyTable("表", ("编号", "基线完成", "对比日期", "说明"), (row,) * 2)
    for width in ("80", "62", "50"):
        out = io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COLUMNS", width)
            Terminal("zh", out).table(table)
        said = out.getvalue()
        assert said.count("2023-12-20") == 2 and said.count("2023-12-25 17:00") == 2, said
        assert said.count("2023年11月30日") == 6 and said.count("11月30日") == 12, said


def test_no_line_begins_with_a_sign_that_closes() -> None:
    out = io.StringIO()  # 工作日 too stays with its number
    text = "总结,输出(复盘)报告，“技术实现方案”未签字，但 T010、T011 已开始（逾期 1 个工作日）；请补签。" * 4
    with pytest.MonkeyPatch.context() as patch:
        for width in range(24, 60):
            patch.setenv("COLUMNS", str(width))
            Terminal("zh", out).table(ReplyTable("", ("",), ((text,),)))
    assert out.getvalue().count("1 个工作日") == 4 * 36
    assert not [line for line in out.getvalue().splitlines() if line[:1] in tuple("”、，。；：）》,)")]


def test_lines_for_programs_are_not_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal, and without COLUMNS, a sentence is one line."""
    monkeypatch.delenv("COLUMNS", raising=False)
    out = io.StringIO()
    reply = Reply("zh")
    reply.line("下次到期 2026-01-04，" * 30)
    Terminal("zh", out).show(reply)
    assert out.getvalue().count("\n") == 1


def with_strangers(path: Path) -> None:
    """A workbook in which two departments that nobody knows stand in several rows."""
    book = openpyxl.load_workbook(SHIPPED, keep_vba=True)
    sheet = book["跟踪表"]
    heads = {cell.value: cell.column for cell in next(r for r in sheet if r[0].value == "编号")}
    rows = {row[0].value: row[0].row for row in sheet}
    for identity in ("T001", "T002", "T003", "T005"):
        sheet.cell(rows[identity], heads["责任部门/人"]).value = "火星部"
    sheet.cell(rows["T006"], heads["责任部门/人"]).value = "月球部"
    book.save(path)


def test_the_same_finding_is_one_entry_with_its_places(narrow: Callable[..., Ran]) -> None:
    with_strangers(Path("a.xlsm"))
    ran = narrow("validate", "a.xlsm", "--dry-run")
    found = [one for one in narrow("validate", "a.xlsm", "--json").json if one["code"] == "E102"]
    mars = [one for one in found if "火星部" in one["message"]]
    assert len(mars) == 4
    flat = re.sub(r"\s+", "", ran.out)
    assert flat.count("“火星部”不在通讯录") == 1 and "4处" in flat
    assert flat.count("“月球部”不在通讯录") == 1
    for one in mars:
        assert re.search(rf"\b{one['cell']}\b", ran.out), (one["cell"], ran.out)
    entries = [line for line in ran.out.splitlines() if line.startswith("错误  E102")]
    assert len(entries) == 2
    errors = sum(one["severity"] == "error" for one in narrow("validate", "a.xlsm", "--json").json)
    assert f"错误 {errors} ·" in ran.out


def test_severity_is_a_word_below_a_heading(narrow: Callable[..., Ran]) -> None:
    shutil.copy(SHIPPED, "a.xlsm")
    lines = narrow("validate", "a.xlsm", "--dry-run").out.splitlines()
    assert lines[1].split()[:3] == ["级别", "代码", "位置"]
    assert [line.split()[:2] for line in lines if "E106" in line] == [["警告", "E106"]]
    english = narrow("validate", "a.xlsm", "--dry-run", "--lang", "en").out.splitlines()
    assert [line.split()[:2] for line in english if "E106" in line] == [["Warning", "E106"]]


def test_an_english_workbook_is_answered_in_english(
    narrow: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow("new", "project.xlsm", "--scenario", "product-launch", "--lang", "en")
    assert "Findings" in narrow("validate", "project.xlsm").out
    for command in ("validate", "variance", "risks", "raci", "log", "freeze", "lessons", "undo"):
        ran = narrow(command, "project.xlsm")
        assert not re.search("[\u4e00-\u9fff]", ran.out + ran.err), (command, ran)
    assert "Tracker" in narrow("proposals", "project.xlsm").out + narrow("risks", "project.xlsm").out
    assert "风险清单" in narrow("risks", "project.xlsm", "--lang", "zh").out
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "风险清单" in narrow("risks", "project.xlsm").out
    shutil.copy(SHIPPED, "中文.xlsm")
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert "风险清单" in narrow("risks", "中文.xlsm").out


def test_an_error_about_an_english_workbook_is_english(narrow: Callable[..., Ran]) -> None:
    narrow("new", "project.xlsm", "--scenario", "product-launch", "--lang", "en")
    ran = narrow("what-if", "project.xlsm", "--slip", "T999=+3")
    assert ran.code == 2 and not re.search("[\u4e00-\u9fff]", ran.err), ran


def test_what_was_written_is_said_in_words(narrow: Callable[..., Ran]) -> None:
    with_strangers(Path("a.xlsm"))
    ran = narrow("run", "a.xlsm")
    for word in ("新表 无", "格"):
        assert word not in ran.out.partition("已写入 a.xlsm")[2], ran.out
    assert re.search(r"已写入a\.xlsm：更新计算列（.*跟踪表[1-6]行）", re.sub(r"\s", "", ran.out)), ran.out
    assert "新增工作表：校验结果、风险清单" in re.sub(r"\n", "", ran.out)
    assert "撤销：xl-collab undo a.xlsm" in ran.out
    again = narrow("run", "a.xlsm").out
    assert "a.xlsm 已是最新，没有改动" in again
    shutil.copy(SHIPPED, "b.xlsm")
    assert "没有要改动的内容；没有写文件" in narrow("variance", "b.xlsm", "--dry-run").out
    assert "新增工作表：校验结果；没有写文件" in narrow("validate", "b.xlsm", "--dry-run").out


def test_entries_that_a_command_makes_are_named_by_sheet_and_column(narrow: Callable[..., Ran]) -> None:
    narrow("new", "a.xlsm", "--scenario", "product-launch", "--start", "2026-11-02")
    said = re.sub(r"\s+", "", narrow("freeze", "a.xlsm").out)
    frozen = re.search(r"冻结了(\d+)行", said)
    filled = re.findall(r"在(跟踪表|里程碑计划)填写(\d+)行（(基线完成|基线日期)）", said)
    assert frozen and len(filled) == 2, said
    assert sum(int(rows) for _, rows, _ in filled) == int(frozen[1]), said


@pytest.mark.parametrize("lang", LANGS)
def test_help_is_in_one_language_to_its_metavariables(narrow: Callable[..., Ran], lang: Lang) -> None:
    shown = {name: narrow(*name.split(), "--help", "--lang", lang).out for name in ("validate", "what-if")}
    if lang == "en":
        assert "Usage: xl-collab validate [Options] FILE" in shown["validate"]
        assert "-o, --out PATH" in shown["validate"]
        return
    assert "用法：xl-collab validate [选项] 文件" in shown["validate"]
    assert "-o, --out 路径" in shown["validate"] and "--as-of 日期" in shown["validate"]
    assert "--slip 编号=+N" in shown["what-if"]
    assert "FILE" not in shown["validate"] and "缺少：文件" in narrow("validate").err


def test_a_screen_breaks_sentences_too() -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Screen()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "80")
        patch.setenv("NO_COLOR", "1")
        assert run_line(["explain", "2026-09-20", "2026-12-12"], Terminal("zh", out)) == 0
    assert max(map(columns_of, out.getvalue().splitlines())) <= 80
