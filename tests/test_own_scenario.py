"""A new workbook from a scenario of one's own, or in the manner of a tracker that exists.

Dates are counted with chinesecalendar, which other people made from the same notices.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import openpyxl
import pytest
from command_line import Ran

from xl_collab.hosts.file import FileHost
from xl_collab.project.tables import Book

OWN = """
title = "设备搬迁"
project = "【新址】设备搬迁"
initiator = "行政部"

[departments."行政部"]
role = "统筹"
contact = "王敏"
email = "wangmin@example.com"

[departments."信息部"]
aliases = "IT、信息中心"

[[tracker]]
id = "T001"
stage = "需求发起"
owner = ["行政部", "信息部"]
task = "清点设备"
output = "清单"
deadline = 5

[[tracker]]
id = "T002"
stage = "monitor"
owner = "everyone"
task = "每周例会"
output = "纪要"
deadline = "每周一"
predecessors = ["T001FS+2"]

[[milestones]]
id = "M001"
milestone = "搬完"
owner = "信息部"
planned = 10
task_id = "T001"

[[risks]]
id = "K001"
risk = "机柜到货晚"
task_id = "T001"
probability = 3
impact = 4
"""
START = date(2026, 3, 2)


def working_days_after(start: date, n: int) -> date:
    """The n-th working day after `start`, a working day."""
    day = start
    while n:
        day += timedelta(days=1)
        n -= chinese_calendar.is_workday(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days in (start, end]."""
    span = (start + timedelta(days=k + 1) for k in range((end - start).days))
    return sum(chinese_calendar.is_workday(day) for day in span)


def read(path: Path) -> Book:
    return FileHost(path).read()


def column(book: Book, table: str, name: str) -> list[object]:
    return list(book.tables[table].raw(name))


def dates(book: Book, table: str, name: str) -> list[date]:
    return list(book.tables[table].dates(name).tolist())


@pytest.fixture
def own(tmp_path: Path) -> Path:
    file = tmp_path / "搬迁.toml"
    file.write_text(OWN, encoding="utf-8")
    return file


def test_a_file_of_ones_own_in_one_language(say: Callable[..., str], own: Path, tmp_path: Path) -> None:
    out = tmp_path / "搬迁.xlsm"
    assert "设备搬迁" in say("new", out, "--scenario", own, "--start", START, "--name", "二期搬迁")
    book = read(out)
    assert column(book, "tracker", "owner") == ["行政部、信息部", "各部门"]
    assert column(book, "tracker", "stage") == ["需求发起", "进度监控"]
    assert column(book, "tracker", "predecessors") == [None, "T001FS+2"]
    assert dates(book, "tracker", "deadline")[0] == working_days_after(START, 5)
    assert column(book, "tracker", "deadline")[1] == "每周一"
    assert dates(book, "milestones", "planned") == [working_days_after(START, 10)]
    assert column(book, "contacts", "contact") == ["王敏", "*"]
    assert column(book, "contacts", "email")[0] == "wangmin@example.com"
    assert column(book, "contacts", "aliases") == [None, "IT、信息中心"]
    assert book.forms["settings"]["project"] == book.forms["request"]["project"] == "二期搬迁"


def test_a_mistake_in_it_is_told_with_its_place(cli: Callable[..., Ran], own: Path, tmp_path: Path) -> None:
    own.write_text(OWN.replace('["行政部", "信息部"]', '["行政部", "财务部"]'), encoding="utf-8")
    out = tmp_path / "搬迁.xlsm"
    ran = cli("new", out, "--scenario", own, "--start", START)
    assert ran.code == 2 and not out.exists()
    assert "搬迁.toml" in ran.err and "tracker[1].owner" in ran.err and "财务部" in ran.err


def test_a_file_that_is_not_there_or_no_text(cli: Callable[..., Ran], tmp_path: Path) -> None:
    out = tmp_path / "x.xlsm"
    missing = cli("new", out, "--scenario", tmp_path / "没有.toml")
    assert missing.code == 2 and "没有.toml" in missing.err
    (tmp_path / "乱.toml").write_bytes(b"\xff\xfe\x00\x01")
    broken = cli("new", out, "--scenario", tmp_path / "乱.toml")
    assert broken.code == 2 and "UTF-8" in broken.err and not out.exists()


def test_a_file_to_begin_with_is_written_and_works(say: Callable[..., str], tmp_path: Path) -> None:
    file, out = tmp_path / "我的场景.toml", tmp_path / "新.xlsm"
    assert "我的场景.toml" in say("new", file, "--scenario", "customer-issue")
    say("new", file, "--scenario", "customer-issue", code=2)
    say("new", out, "--scenario", file, "--start", START)
    say("new", tmp_path / "shipped.xlsm", "--scenario", "customer-issue", "--start", START)
    mine, shipped = read(out), read(tmp_path / "shipped.xlsm")
    for name in ("owner", "task", "deadline", "predecessors"):
        assert column(mine, "tracker", name) == column(shipped, "tracker", name)


def test_like_a_tracker_that_exists(say: Callable[..., str], sample: Path, tmp_path: Path) -> None:
    out, before = tmp_path / "下一个.xlsm", sample.read_bytes()
    said = say("new", out, "--like", sample, "--start", START, "--name", "智能台灯L2")
    assert sample.read_bytes() == before and "6" in said
    old, new = read(sample), read(out)
    # The sample begins on Monday 2023-09-25, the planned start of its first task.
    first = date(2023, 9, 25)
    for table, name in (("tracker", "deadline"), ("tracker", "planned_start"), ("milestones", "planned")):
        for was, now in zip(dates(old, table, name), dates(new, table, name), strict=True):
            assert now == (was and working_days_after(START, working_days_between(first, was))), (name, was)
    assert column(new, "tracker", "deadline")[3] == "每周一17:00前"
    for name in ("id", "stage", "owner", "task", "output", "support", "predecessors", "note"):
        assert column(new, "tracker", name) == column(old, "tracker", name), name
    assert set(column(new, "tracker", "status")) == {"未开始"}
    for name in ("actual", "forecast", "baseline", "feedback", "support_feedback"):
        assert set(column(new, "tracker", name)) == {None}, name
    for name in ("department", "contact", "email", "superior", "aliases"):
        assert column(new, "contacts", name) == column(old, "contacts", name), name
    assert column(new, "duties", "accountable") == column(old, "duties", "accountable")
    assert column(new, "risks", "risk") == column(old, "risks", "risk")
    assert set(column(new, "risks", "status")) == {"开放"}
    for table in ("sync", "meetings", "actions", "adjustments", "history", "lessons"):
        assert len(new.tables[table]) == 0, table
    assert new.forms["settings"]["project"] == new.forms["request"]["project"] == "智能台灯L2"
    assert new.settings["data_date"] is None and new.settings["superior"] == old.settings["superior"]
    assert new.forms["request"]["conclusion"] is None and new.forms["request"]["approver"] is None


def test_what_still_needs_eyes_is_told(say: Callable[..., str], sample: Path, tmp_path: Path) -> None:
    said = say("new", tmp_path / "n.xlsm", "--like", sample, "--start", START)
    # The note of T003 names the old project's 30 November.
    assert "T003" in said and "备注" in said


def test_cancelled_rows_stay_behind_and_bind_nobody(
    say: Callable[..., str], sample: Path, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(sample, keep_vba=True)
    sheet = book["跟踪表"]
    headings = {cell.value: cell.column for cell in sheet[4]}
    row = next(cell.row for cell in sheet["A"] if cell.value == "T003")
    sheet.cell(row, headings["状态"]).value = "取消"
    book.save(sample)
    out = tmp_path / "n.xlsm"
    said = say("new", out, "--like", sample, "--start", START)
    new = read(out)
    assert "T003" in said
    assert column(new, "tracker", "id") == ["T001", "T002", "T004", "T005", "T006"]
    assert column(new, "tracker", "predecessors") == [None, "T001", None, None, "T005"]


def test_like_and_lessons_together(say: Callable[..., str], sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "n.xlsm"
    say("new", out, "--like", sample, "--from-lessons", sample, "--start", START)
    assert len(read(out).tables["lessons"]) > 0 and len(read(out).tables["tracker"]) == 6


def test_like_and_scenario_are_one_choice(cli: Callable[..., Ran], sample: Path, tmp_path: Path) -> None:
    ran = cli("new", tmp_path / "n.xlsm", "--like", sample, "--scenario", "customer-issue")
    assert ran.code == 2 and "--like" in ran.err and "--scenario" in ran.err


def test_a_new_workbook_like_another_validates_without_errors(
    say: Callable[..., str], cli: Callable[..., Ran], sample: Path, tmp_path: Path
) -> None:
    out = tmp_path / "n.xlsm"
    say("new", out, "--like", sample, "--start", START)
    found = cli("validate", out, "--as-of", START, "--json").json
    errors = [one for one in found if one["severity"] == "error" and one["code"].startswith("E")]
    assert errors == [], errors


@pytest.mark.parametrize("page", ["scenarios.md", "scenarios.zh-CN.md"])
def test_the_file_on_the_page_works(say: Callable[..., str], page: str, tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "docs" / page).read_text(encoding="utf-8")
    file = tmp_path / "mine.toml"
    file.write_text(text.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    say("new", tmp_path / "n.xlsm", "--scenario", file, "--start", START)
    assert len(read(tmp_path / "n.xlsm").tables["tracker"]) == 2
