"""Weeks of ordinary mail with real files: corrections in the next packet, several replies, rows moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from collect_desk import (
    NOW,
    Desk,
    added,
    changed,
    copied,
    counted,
    place,
    prepared,
    question,
    resolve_questions,
    said,
    told,
    typed,
    undo_reply,
    write_by_hand,
)
from openpyxl.worksheet.worksheet import Worksheet

from xl_collab.commands.session import Request
from xl_collab.hosts.file import FileHost
from xl_collab.project.edits import AppendRows, SetColumn
from xl_collab.ui.cli import main

WEEK = 7 * 24 * 60
"""In minutes."""


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A master and its packets, made once."""
    return prepared(tmp_path_factory.mktemp("sent") / "desk")


@pytest.fixture
def desk(sent: Desk, tmp_path: Path) -> Desk:
    """The desk by itself: a test may write into it."""
    return copied(sent, tmp_path / "desk")


# the second week


@pytest.mark.parametrize(
    ("department", "column", "first", "then"),
    [
        ("研发部", "percent", 0.5, 0.7),
        ("研发部", "forecast", date(2024, 1, 5), date(2024, 1, 12)),
        ("研发部", "feedback", "已填", "无变化"),
        ("市场部", "support_feedback", "排期可以", "排期改到12月"),
    ],
)
def test_what_the_next_packet_shows_and_the_department_corrects_is_applied(
    desk: Desk, department: str, column: str, first: object, then: object
) -> None:
    assert desk.collect(desk.reply(department, **{f"T005__{column}": first})).is_clean
    desk.send(department)
    shown = place(openpyxl.load_workbook(desk.packet(department))["我的任务"], "T005", column).value
    assert (shown.date() if isinstance(shown, datetime) else shown) == first
    report = desk.collect(desk.reply(department, "第二周.xlsx", WEEK, **{f"T005__{column}": then}), day=7)
    assert report.is_clean and counted(report) == {"applied": 1}
    value = desk.value("T005", column)
    if column == "support_feedback":
        assert f"【{department}】{then}" in str(value).splitlines()
    else:
        assert value == then


def test_the_same_with_the_whole_workbook(desk: Desk) -> None:
    for week, value in enumerate((0.5, 0.7, 0.9)):
        desk.send("研发部", whole=True)
        path = desk.reply("研发部", f"第{week}周.xlsx", week * WEEK, whole=True, T005__percent=value)
        report = desk.collect(path, day=7 * week)
        assert report.is_clean and counted(report) == {"applied": 1}
        assert desk.value("T005", "percent") == value


def test_the_same_with_letters(desk: Desk) -> None:
    for week, value in enumerate((0.5, 0.7)):
        drafts = desk.folder / f"drafts{week}"
        with pytest.raises(SystemExit) as ended:
            main(["send", str(desk.master), "--draft", str(drafts), "--to", "研发部"])
        assert not ended.value.code
        (packet,) = drafts.rglob("*.xlsx")
        book = openpyxl.load_workbook(packet)
        cell = place(book["我的任务"], "T005", "percent")
        assert cell.value == (0.35, 0.5)[week]
        cell.value = value
        path = desk.folder / f"{week}.xlsx"
        book.save(path)
        report = desk.collect(path, day=7 * week)
        assert report.is_clean and counted(report) == {"applied": 1}
    assert desk.value("T005", "percent") == 0.7


def test_a_reply_to_last_weeks_packet_after_this_weeks_is_late(desk: Desk) -> None:
    straggler = desk.reply(T005__percent=0.5)
    desk.send("研发部")
    desk.collect(desk.reply(name="第二周.xlsx", minute=WEEK, T005__percent=0.7), day=7)
    report = desk.collect(straggler, day=8)
    assert (changed(report), said(report)) == ({}, [])
    assert (told(report), counted(report)) == ([("late", "t005", "percent")], {"late": 1})
    assert desk.value("T005", "percent") == 0.7


# two replies to one packet


def by(person: str) -> Callable[[openpyxl.Workbook, Worksheet], None]:
    """Whose computer saved the file."""

    def change(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        book.properties.lastModifiedBy = person

    return change


@pytest.mark.parametrize("together", [True, False])
def test_two_colleagues_fill_in_a_copy_each(desk: Desk, together: bool) -> None:
    one = desk.reply(name="甲.xlsx", minute=1, change=by("甲"), T004__percent=0.9)
    two = desk.reply(name="乙.xlsx", minute=2, change=by("乙"), T005__percent=0.5)
    for paths in [(one, two)] if together else [(two,), (one,)]:
        report = desk.collect(*paths)
        assert not said(report)
        assert report.is_clean  # that each shows the other's row as sent stands in the log only
    assert (desk.value("T004", "percent"), desk.value("T005", "percent")) == (0.9, 0.5)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("together", [True, False])
def test_one_computer_corrects_itself_and_the_later_word_holds(
    desk: Desk, together: bool, order: tuple[int, int]
) -> None:
    paths = [
        desk.reply(name=f"{n}.xlsx", minute=n, change=by("甲"), T005__percent=(0.5, 0.7)[n]) for n in (0, 1)
    ]
    ways = [[paths[n] for n in order]] if together else [[paths[n]] for n in order]
    for found in ways:
        report = desk.collect(*found)
        assert not said(report)
    assert desk.value("T005", "percent") == 0.7
    assert counted(report) == (
        {"applied": 1, "corrected": 1} if together else {"late": 1} if order == (1, 0) else {"corrected": 1}
    )


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("together", [True, False])
def test_whose_word_came_last_is_not_known_is_one_question(
    desk: Desk, together: bool, order: tuple[int, int]
) -> None:
    """Two computers, two clocks: nobody can tell, so both values are shown, and one answer ends it."""
    values = (0.5, 0.7)
    paths = [
        desk.reply(name=f"{n}.xlsx", minute=n, change=by("甲乙"[n]), T005__percent=values[n]) for n in (0, 1)
    ]
    for found in [[paths[n] for n in order]] if together else [[paths[n]] for n in order]:
        report = desk.collect(*found)
    item = question(report, "t005", "percent")
    assert {item.master, item.theirs} == set(values)
    assert report.merged.document.asked == len(report.merged.document.lines) == 1
    assert item.suggestion == "ask"
    typed(desk, {item.key: "用对方"})
    resolve_questions(Request(desk.master), now=NOW)
    assert desk.value("T005", "percent") == item.theirs
    assert desk.asked() == ()


# rows of the master


def ids(desk: Desk) -> dict[str, str]:
    """Task → ID."""
    table = desk.book.tables["tracker"]
    return dict(zip(table.texts("task").tolist(), table.texts("id").tolist(), strict=True))


def renumber(desk: Desk, **names: str) -> None:
    """Give rows other numbers, all at once."""
    host = FileHost(desk.master)
    table = host.read().tables["tracker"]
    now = [names.get(name, name) for name in table.texts("id").tolist()]
    host.apply([SetColumn("tracker", "id", np.array(table.rows), now)])


def test_a_master_that_was_numbered_anew_gets_each_word_in_its_own_row(desk: Desk) -> None:
    before = {name: task for task, name in ids(desk).items()}
    paths = [
        desk.reply(T004__percent=0.9, T005__percent=0.5),
        desk.reply("市场部", T006__percent=0.3, T005__support_feedback="可以"),
    ]
    renumber(desk, T004="T005", T005="T006", T006="T007")
    host = FileHost(desk.master)
    host.apply([AppendRows("tracker", ({"id": "T004", "task": "插入的任务", "owner": "行政部"},))])
    report = desk.collect(*paths)
    assert report.is_clean and counted(report) == {"applied": 4}
    assert ids(desk)[before["T004"]] == "T005"
    assert [desk.value(f"T00{n}", "percent") for n in (4, 5, 6, 7)] == [None, 0.9, 0.5, 0.3]
    assert "【市场部】可以" in str(desk.value("T006", "support_feedback"))
    # The log names rows as they are called today.
    page = openpyxl.load_workbook(desk.master)["日志"]
    shown = {(row[2].value, row[5].value) for row in page.iter_rows() if str(row[2].value).startswith("T00")}
    assert {("T005", "90%"), ("T006", "50%"), ("T007", "30%")} <= shown


def test_a_number_that_two_tasks_have_here_is_told_apart_by_the_task(desk: Desk) -> None:
    path = desk.reply(T004__percent=0.9, T005__percent=0.5)
    renumber(desk, T005="T004")
    report = desk.collect(path)
    assert report.is_clean
    table = desk.book.tables["tracker"]
    assert table.raw("percent").tolist()[3:5] == [0.9, 0.5]


def test_a_row_that_was_doubled_here_is_asked_and_no_copy_is_guessed(desk: Desk) -> None:
    path = desk.reply(T005__percent=0.5)
    table = desk.book.tables["tracker"]
    record = {name: table.raw(name).tolist()[4] for name in ("id", "task", "owner", "percent", "status")}
    FileHost(desk.master).apply([AppendRows("tracker", (record,))])
    report = desk.collect(path)
    assert said(report) == [("row_unclear", "t005", "percent")]
    typed(desk, {question(report, "t005", "percent").key: "用对方"})
    found, _ = resolve_questions(Request(desk.master), now=NOW)
    assert found is not None
    assert [notice.kind for notice in found.told] == ["row_unclear"]
    percents = desk.book.tables["tracker"].raw("percent").tolist()
    assert (percents[4], percents[6]) == (0.35, 0.35)


# rows that come back more, or fewer


def new_rows(**cells: object) -> Callable[[openpyxl.Workbook, Worksheet], None]:
    """Blank lines filled in: N1__task="…"."""

    def change(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        for key, value in cells.items():
            line, _, column = key.partition("__")
            place(sheet, line, column).value = value

    return change


def test_two_new_rows_one_of_them_with_a_number_typed(desk: Desk) -> None:
    rows = new_rows(N1__task="补做跌落试验", N2__task="准备认证材料", N2__percent=0.2, N2__id="T007")
    report = desk.collect(desk.reply(change=rows))
    assert {name: cells["task"] for name, cells in added(report).items()} == {
        "T007": "准备认证材料",  # what somebody typed and nobody has stays
        "T008": "补做跌落试验",
    }
    assert report.is_clean and counted(report) == {"applied": 2}
    assert (desk.value("T007", "percent"), desk.value("T008", "owner")) == (0.2, "研发部")
    again = desk.collect(desk.reply(minute=5, change=rows, T004__percent=0.9), day=1)
    assert not added(again)  # the same rows of the same packet are the same rows
    assert changed(again) == {("t004", "percent"): 0.9}


def test_two_departments_type_the_same_number_for_two_tasks(desk: Desk) -> None:
    desk.reply("研发部", change=new_rows(N1__task="补做跌落试验", N1__id="T007"))
    desk.reply("市场部", change=new_rows(N1__task="预约展位", N1__id="T007"))
    report = desk.collect()
    assert {name: cells["task"] for name, cells in added(report).items()} == {
        "T007": "补做跌落试验",
        "T008": "预约展位",
    }
    assert told(report) == [("id_taken", "t008", "+")]
    assert not report.is_clean


def test_undo_takes_new_rows_back_too(desk: Desk) -> None:
    path = desk.reply(change=new_rows(N1__task="补做跌落试验"), T004__percent=0.9)
    desk.collect(path)
    _, taken, _ = undo_reply(Request(desk.master), desk.token(), now=NOW)
    assert desk.value("T004", "percent") == 0.4
    assert "补做跌落试验" not in ids(desk) and "T007" not in ids(desk).values()
    assert ("row_emptied", "t007") in {(n.kind, n.cell.row) for n in taken.told}


# what people are told at the end


def cli(*args: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(arg) for arg in args])
    return int(ended.value.code or 0)


def test_a_packet_sent_back_as_it_was_is_called_that(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.reply()
    capsys.readouterr()
    assert cli("collect", desk.master, desk.replies) == 0
    shown = capsys.readouterr().out
    assert "没有改动" in shown
    assert "全部已写入" not in shown


def delete(name: str) -> Callable[[openpyxl.Workbook, Worksheet], None]:
    return lambda book, sheet: sheet.delete_rows(place(sheet, name, "id").row)


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (lambda desk: desk.reply(T004__percent=0.9, T005__percent=0.5), "合计：写入 2"),
        (lambda desk: desk.reply(T004__percent=0.9, T001__percent=0.1), "合计：写入 1、待定 1"),
        (lambda desk: desk.reply(T004__percent=0.9, change=delete("T003")), "合计：写入 1、告知 1"),
        (lambda desk: desk.reply(T004__percent=0.9, T003__percent=1), "合计：写入 1"),
        (lambda desk: desk.mail(desk.reply(T004__percent=0.9), "x@y.cn"), "合计：拒收 1"),
    ],
)
def test_the_last_lines_count_everything_and_praise_only_what_is_whole(
    desk: Desk, capsys: pytest.CaptureFixture[str], make: Callable[[Desk], object], line: str
) -> None:
    make(desk)
    capsys.readouterr()
    code = cli("collect", desk.master, desk.replies)
    lines = capsys.readouterr().out.splitlines()
    assert line in lines
    whole = line.startswith("合计：写入") and "、" not in line
    assert ("全部已写入，没有冲突" in lines, code) == (whole, 0 if whole else 1)


def test_the_last_line_counts_late_words_and_corrections(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.collect(desk.reply(minute=5, T004__percent=0.9, T005__percent=0.4))
    desk.reply(name="早.xlsx", minute=1, T004__percent=0.6)
    desk.reply(name="晚.xlsx", minute=9, T004__percent=0.9, T005__percent=0.5)
    capsys.readouterr()
    assert cli("collect", desk.master, desk.replies) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "合计：本表已有 1、更正 1、晚到未用 1" in lines
    assert "全部已写入，没有冲突" not in lines


# a question and the master as it is today


def test_a_choice_made_on_a_value_that_has_changed_is_asked_anew(desk: Desk) -> None:
    report = desk.collect(desk.reply(T001__percent=0.2))  # not theirs to edit
    typed(desk, {question(report, "t001", "percent").key: "用对方"})
    write_by_hand(desk, "T001", "percent", 0.8)
    found, _ = resolve_questions(Request(desk.master), now=NOW)
    assert found is not None
    assert (found.result.answers.decided, found.document.asked) == (0, 1)
    assert [(n.kind, n.cell.row) for n in found.told] == [("changed_meanwhile", "t001")]
    assert desk.value("T001", "percent") == 0.8
    (line,) = found.document.lines
    assert (line.master, line.choice) == (0.8, "")
    page = openpyxl.load_workbook(desk.master)["冲突"]
    assert any("80%" in [cell.value for cell in row] for row in page.iter_rows())
    before = desk.master.read_bytes()
    assert resolve_questions(Request(desk.master), now=NOW) == (None, None)
    assert desk.master.read_bytes() == before
    typed(desk, {line.key: "用对方"})
    resolve_questions(Request(desk.master), now=NOW)
    assert desk.value("T001", "percent") == 0.2


def test_a_day_typed_as_a_number_is_offered_as_that_day(desk: Desk) -> None:
    report = desk.collect(desk.reply(T005__forecast=6.5))
    assert (changed(report), said(report)) == ({}, [("unreadable", "t005", "forecast")])
    (day,) = question(report, "t005", "forecast").readings
    assert isinstance(day, date) and (day.month, day.day) == (6, 5)
    (line,) = report.merged.document.lines
    assert str(day) in line.kind.zh and str(line.theirs) == "6.5"
    typed(desk, {line.key: "用对方"})
    resolve_questions(Request(desk.master), now=NOW)
    assert desk.value("T005", "forecast") == day
