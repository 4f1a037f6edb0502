"""One cell never ends a command: whatever stands in it is a value, or a finding that names the cell."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from books import project, task
from hypothesis import example, given, strategies as st
from openpyxl import load_workbook
from tracker_letters import at

from tests.make import Maker, row, tracker
from xl_collab.checks.validate import findings
from xl_collab.hosts.reading import read_book
from xl_collab.importing.dates import Years, is_dateish, read_day, read_span
from xl_collab.importing.progress import read_percent, read_progress
from xl_collab.merge import values
from xl_collab.merge.values import canonical, unfit
from xl_collab.project import parties, predecessors
from xl_collab.project.notes import condition_parsers as lifting
from xl_collab.project.notes.condition_parsers import lift_conditions
from xl_collab.project.parties import Parties, parse_parties
from xl_collab.project.tables import as_day
from xl_collab.project.timing import deadlines
from xl_collab.project.timing.deadlines import FixedDate, Recurrence, Unreadable, parse_deadline
from xl_collab.schema.keys import failed, parse_ids
from xl_collab.schema.sheets import TRACKER
from xl_collab.ui.cli import main

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
READ = "二零二三年十月八日"
BAD = "这一格会出错"
Shown = tuple[int, str, str]


def codes_at(made: object, cell: str) -> list[str]:
    return [f.code for f in findings(made) if f.cell == cell]  # type: ignore[arg-type]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Shown]:
    monkeypatch.setenv("COLUMNS", "200")

    def run(*args: object) -> Shown:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(arg) for arg in args])
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return run


# the cell that used to end every command


@pytest.mark.parametrize("command", ["validate", "variance", "risks", "run", "minutes", "freeze"])
def test_a_date_with_ling_reads_in_every_command(
    command: str, tmp_path: Path, cli: Callable[..., Shown]
) -> None:
    path = tracker(tmp_path / "t.xlsx", [row("T1"), row("T2", deadline=READ)])
    code, _, err = cli(command, path, "--as-of", "2023-10-01")
    assert code in (0, 1), err
    assert "Traceback" not in err


def test_validate_says_what_the_date_with_ling_was_read_as() -> None:
    made = project([task("T001", deadline=READ)], as_of=date(2023, 9, 1))
    assert made.deadline_days.tolist() == [date(2023, 10, 8)]
    assert codes_at(made, "F5") == ["E123"]


def test_import_reads_a_date_with_ling(tmp_path: Path, cli: Callable[..., Shown]) -> None:
    maker = Maker()
    sheet = maker.book.add_worksheet("计划")
    sheet.write_row("A1", ["任务", "责任部门", "计划完成日期"])
    sheet.write_row("A2", ["写方案", "研发部", READ])
    sheet.write_row("A3", ["打样", "生产部", "2023年11月3日"])
    source, out = maker.save(tmp_path / "s.xlsx"), tmp_path / "o.xlsm"
    code, _, err = cli("import", source, "-o", out)
    assert code == 0, err
    tab = load_workbook(out)["跟踪表"]
    assert [tab.cell(r, 6).value.date() for r in (5, 6)] == [date(2023, 10, 8), date(2023, 11, 3)]


def answered(path: Path, row_id: str, heading: str, value: object) -> Path:
    """A packet with one cell filled in."""
    reply = load_workbook(path)
    page = reply["我的任务"]
    headings = {cell.value: cell.column for cell in page[4]}
    rows = {page.cell(r, 1).value: r for r in range(5, 12)}
    page.cell(rows[row_id], headings[heading]).value = value
    reply.save(path)
    return path


@pytest.mark.parametrize("text", ["二零二三年十二月八日", BAD])
def test_collect_takes_the_good_replies_beside_an_odd_one(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Shown]
) -> None:
    master = tmp_path / "跟踪表.xlsm"
    shutil.copy(SHIPPED, master)
    assert cli("packets", master, "--to", "研发部、市场部", "-o", tmp_path / "p")[0] == 0
    odd, good = (next((tmp_path / "p").glob(f"*-{name}-*")) for name in ("研发部", "市场部"))
    answered(odd, "T004", "预计完成", text)
    answered(good, "T001", "部门反馈", "无变化")
    monkeypatch.setattr(deadlines, "_from_text", failing(deadlines._from_text))
    code, out, err = cli("collect", master, odd, good)
    assert code == (1 if text == BAD else 0), out + err
    found = read_book(master).tables["tracker"]
    at = {row_id: i for i, row_id in enumerate(found.texts("id").tolist())}
    assert found.raw("feedback")[at["T001"]] == "无变化"
    assert as_day(found.raw("forecast")[at["T004"]]) == (None if text == BAD else date(2023, 12, 8))
    assert BAD in out if text == BAD else "没有冲突" in out


# whatever the patterns admit

_NUMERALS = "〇零○一二三四五六七八九十廿卅两百千0123456789０９oO"
_MARKS = "年月日号周星期礼拜天旬季度半QqＱ上中下末底初前后内每个第隔首最倒数工作第"
_TIMES = ":：点时分秒整钟半午早晚凌am pm"
_JOINTS = " -./、,，;；~至到()（）%％*+&和与及牵头@【】\u200b\n"
TEXTS = st.text(st.sampled_from(_NUMERALS + _MARKS + _TIMES + _JOINTS), max_size=24)
DATES = st.builds(
    "{}年{}月{}日{}".format,
    *(st.text(st.sampled_from(_NUMERALS), max_size=4) for _ in range(3)),
    st.text(st.sampled_from(_TIMES + _NUMERALS), max_size=5),
)
ANY = TEXTS | DATES | st.text(max_size=30)


@given(ANY)
@example("零")
@example("二零二三年")
@example("十零年零月零日零时")
@example("百年百月百日")
def test_every_text_is_a_deadline_or_has_its_reason(text: str) -> None:
    for near in (None, date(2023, 10, 1)):
        for serials in (True, False):
            found = parse_deadline(text, near=near, serials=serials)
            assert not isinstance(found, Unreadable) or found.reason != "failed", text
            assert not isinstance(found, FixedDate) or 1900 <= found.date.year <= 9999


@given(st.integers(1900, 2199), st.integers(1, 12), st.integers(1, 28), st.sampled_from("〇零○"))
def test_chinese_numerals_read_as_the_day_they_spell(year: int, month: int, day: int, nought: str) -> None:
    def spelled(number: int) -> str:
        ones = "" if number % 10 == 0 else "〇一二三四五六七八九"[number % 10]
        return ones if number < 10 else ("" if number < 20 else "〇一二三"[number // 10]) + "十" + ones

    digits = "".join((nought + "一二三四五六七八九")[int(c)] for c in str(year))
    text = f"{digits}年{spelled(month)}月{spelled(day)}日"
    assert parse_deadline(text) == FixedDate(date(year, month, day))


@given(ANY)
def test_no_other_reader_fails_on_any_text(text: str) -> None:
    assert not parse_parties(text, known=("市场部", "研发部")).failed
    assert not failed(parse_ids(text))
    assert not failed(lift_conditions(text, near=date(2023, 10, 1), known=("市场部",)))
    for column in TRACKER.columns:
        value = canonical(column, text)
        assert canonical(column, value) == value
        unfit(column, value)
    read_percent(text), read_progress(text), is_dateish(text)
    for years in (Years(), Years(title=2023)):
        found = read_day(text, years)
        assert not isinstance(found, Unreadable) or found.reason != "failed", text
        read_span(text, years, proven=True)


# an error that nobody foresaw


def failing(real: Callable[..., object]) -> Callable[..., object]:
    """The real function, with a mistake in it that one text brings out."""

    def wrong(text: object, *args: object, **rest: object) -> object:
        if BAD in str(text):
            raise IndexError("substring not found")
        return real(text, *args, **rest)

    return wrong


BROKEN = {
    "deadline": (deadlines, "_from_text", at("deadline", 5)),
    "forecast": (deadlines, "_from_text", at("forecast", 5)),
    "owner": (parties, "tokens", at("owner", 5)),
    "support": (parties, "tokens", at("support", 5)),
    "predecessors": (predecessors, "normalise_key", at("predecessors", 5)),
}


@pytest.mark.parametrize("column", BROKEN)
def test_an_unforeseen_error_is_a_finding_of_its_cell(column: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, name, cell = BROKEN[column]
    monkeypatch.setattr(module, name, failing(getattr(module, name)))
    made = project([task("T001", **{column: BAD}), task("T002")])
    assert codes_at(made, cell) == ["E128"]
    said = next(f for f in findings(made) if f.cell == cell)
    assert "读取时出错" in said.message("zh") and "改写后重试" in said.cure("zh")
    assert [f.code for f in findings(made) if f.row_id == "T002"] == []


def test_an_unforeseen_error_in_a_note_is_a_finding_of_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Shown]
) -> None:
    monkeypatch.setattr(lifting.Note, "of", failing(lifting.Note.of))
    path = tracker(tmp_path / "t.xlsx", [row("T1", note=BAD), row("T2", note="需研发部确认")])
    _, out, _ = cli("run", path, "--as-of", "2023-10-01")
    assert "E128" in out and "备注" in out
    code, out, err = cli("risks", path, "--as-of", "2023-10-01", "--json")
    assert code == 0, err
    assert json.loads(out)


def test_an_unforeseen_error_leaves_the_merge_the_text_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "_text", failing(values._text))
    for column in TRACKER.columns:
        assert canonical(column, BAD) == BAD
    assert unfit(TRACKER.column("forecast"), canonical(TRACKER.column("forecast"), BAD)) == "unreadable"


def test_an_unforeseen_error_in_an_imported_cell_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Shown]
) -> None:
    monkeypatch.setattr(deadlines, "_from_text", failing(deadlines._from_text))
    monkeypatch.setattr(parties, "tokens", failing(parties.tokens))
    maker = Maker()
    sheet = maker.book.add_worksheet("计划")
    sheet.write_row("A1", ["任务", "责任部门", "计划完成日期"])
    for n in range(2, 6):
        sheet.write_row(f"A{n}", [f"任务{n}", "研发部", "2023-10-08"])
    sheet.write_row("A6", ["另一项", BAD, BAD])
    source, out = maker.save(tmp_path / "s.xlsx"), tmp_path / "o.xlsm"
    code, _, err = cli("import", source, "-o", out)
    assert code == 0, err
    tab = load_workbook(out)["跟踪表"]
    assert (tab["C9"].value, tab["F9"].value) == (BAD, BAD), "nothing that was written is lost"


def test_what_failed_is_told_apart_from_what_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parties, "tokens", failing(parties.tokens))
    monkeypatch.setattr(deadlines, "_from_text", failing(deadlines._from_text))
    assert parse_parties(BAD) == Parties(None, unread=(BAD,), failed=True)
    assert parse_deadline(BAD) == Unreadable(BAD, "failed")
    assert isinstance(parse_deadline("每周一"), Recurrence)
