"""Weeks of ordinary mail between people, in memory. Numbered cases are those of the list, section H."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from books import task
from hypothesis import given, settings, strategies as st
from merge_desk import (
    ROWS,
    SENT,
    Desk,
    Record,
    changed,
    copy,
    counts,
    edited,
    kinds,
    notices,
    reply,
)

from xl_collab.checks.entries import check_cells
from xl_collab.checks.rows import check_rows
from xl_collab.merge.result import Anomaly
from xl_collab.project.tables import CellError, CellFormula

# week after week


class Year(Desk):
    """One sending a week to each department; what a department got last is `shown`."""

    def week(self, number: int) -> None:
        self.now = SENT + timedelta(weeks=number)
        self.shown = copy(self.rows)
        for token, department in (("dev", "研发部"), ("mkt", "市场部")):
            self.send(f"{token}{number}", department, self.now)
        self.now += timedelta(days=6)
        self.number = number

    def answer_with(self, token: str, name: str, hours: int = 24, **cells: object) -> None:
        rows = [row | cells if row["id"] == name else row for row in copy(self.shown)]
        said = f"{SENT + timedelta(weeks=self.number, hours=hours):%Y-%m-%dT%H:%M}"
        self.found = self.collect(reply(f"{token}{self.number}", rows, said))


def test_case_69_a_year_of_weekly_replies_asks_nothing() -> None:
    """Each week every value is another one, often one that was there before."""
    desk = Year()
    states = ("进行中", "未开始", "暂停")
    for week in range(1, 53):
        desk.week(week)
        cells: Record = {
            "percent": (0.5, 0.3, 0.4)[week % 3],
            "status": states[week % 3],
            "forecast": date(2024, 1, 1) + timedelta(days=week % 5),
        }
        desk.answer_with("dev", "T001", **cells)
        assert (counts(desk.found)["applied"], counts(desk.found).keys() - {"told"}) == (3, {"applied"})
        desk.answer_with("mkt", "T001", support_feedback=f"【市场部】第{week}周：可以")
        assert counts(desk.found)["applied"] == 1
        assert desk.open == ()
        row = desk.row("T001")
        assert {name: row[name] for name in cells} == cells
        assert row["support_feedback"] == f"【市场部】第{week}周：可以"


def test_case_69_two_replies_a_week_of_which_the_second_corrects_the_first() -> None:
    desk = Year()
    for week in range(1, 13):
        desk.week(week)
        desk.answer_with("dev", "T001", 24, percent=week * 0.05)
        desk.answer_with("dev", "T001", 48, percent=round(week * 0.05 + 0.01, 2))
        assert counts(desk.found) == {"corrected": 1}
        assert (desk.row("T001")["percent"], desk.open) == (round(week * 0.05 + 0.01, 2), ())


def test_case_69_back_to_last_weeks_value() -> None:
    desk = Year()
    for week, percent in ((1, 0.6), (2, 0.8), (3, 0.6)):
        desk.week(week)
        desk.answer_with("dev", "T001", percent=percent)
        assert (changed(desk.found), desk.open) == ({("t001", "percent"): percent}, ())


# two colleagues, one sending


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("together", [True, False])
def test_case_70_two_colleagues_with_different_rows(order: tuple[int, ...], *, together: bool) -> None:
    said = [
        reply("dev", edited("T001", percent=0.8), "2023-11-10T08:00", "PC1"),
        reply("dev", edited("T002", percent=0.1), "2023-11-10T08:00", "PC2"),
    ]
    desk = Desk()
    for batch in [[said[n] for n in order]] if together else [[said[n]] for n in order]:
        desk.collect(*batch)
    assert (desk.row("T001")["percent"], desk.row("T002")["percent"], desk.open) == (0.8, 0.1, ())


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("together", [True, False])
def test_case_71_of_two_values_in_certain_order_the_later_holds(
    order: tuple[int, ...], *, together: bool
) -> None:
    said = [
        reply("dev", edited("T001", percent=0.6), "2023-11-10T08:00"),
        reply("dev", edited("T001", percent=0.8), "2023-11-10T09:00"),
    ]
    desk, told = Desk(), {}
    for batch in [[said[n] for n in order]] if together else [[said[n]] for n in order]:
        told = counts(desk.collect(*batch))
    assert (desk.row("T001")["percent"], desk.open) == (0.8, ())
    if together:
        assert told == {"applied": 1, "corrected": 1}
    else:
        assert told == ({"corrected": 1} if order == (0, 1) else {"late": 1})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(("2023-11-10T08:00", "PC1"), ("2023-11-10T08:00", "PC1"), id="equal"),
        pytest.param(("2023-11-10T08:00", "PC1"), ("2023-11-10T09:00", "PC2"), id="two clocks"),
        pytest.param(("2033-11-10T08:00", "PC1"), ("2023-11-10T09:00", "PC1"), id="the future"),
        pytest.param(("2023-11-10T08:00", "PC1"), ("2003-11-10T09:00", "PC1"), id="before it was sent"),
        pytest.param(("2023-11-10T08:00", ""), ("2023-11-10T09:00", ""), id="no clock"),
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_case_71_without_certain_order_it_is_asked(
    one: tuple[str, str], other: tuple[str, str], *, together: bool
) -> None:
    said = [reply("dev", edited("T001", percent=p), *at) for p, at in ((0.6, one), (0.8, other))]
    outcomes = []
    for batch in [said, said[::-1]] if together else [said]:
        desk = Desk()
        if together:
            desk.collect(*batch)
        else:
            desk.collect(batch[0])
            desk.collect(batch[1])
        (asked,) = desk.open
        assert {asked.master, asked.theirs} == {0.6, 0.8} == {desk.row("T001")["percent"], asked.theirs}
        outcomes.append((asked.master, asked.theirs))
    assert len(set(outcomes)) == 1


# late


def test_case_72_a_late_reply_to_an_older_sending() -> None:
    desk = Desk()
    desk.send("dev2", "研发部", SENT + timedelta(days=2))
    desk.collect(reply("dev2", edited("T001", percent=0.8), "2023-11-10"))
    rows = [row | {"percent": 0.1} if row["id"] == "T002" else row for row in edited("T001", percent=0.6)]
    late = reply("dev", rows, "2023-11-09")
    found = desk.collect(late)
    assert changed(found) == {("t002", "percent"): 0.1}
    assert (counts(found), notices(found)) == ({"applied": 1, "late": 1}, ["late"])
    assert (desk.row("T001")["percent"], desk.open) == (0.8, ())


def test_case_72_an_older_sending_answered_after_the_newer_is_asked() -> None:
    """By the same clock it was said last, though to the older packet: nobody can say which they mean."""
    desk = Desk()
    desk.send("dev2", "研发部", SENT + timedelta(days=2))
    desk.collect(reply("dev2", edited("T001", percent=0.8), "2023-11-10"))
    desk.collect(reply("dev", edited("T001", percent=0.6), "2023-11-11"))
    assert (desk.row("T001")["percent"], [q.theirs for q in desk.open]) == (0.8, [0.6])


# the coordinator changed the cell meanwhile


@pytest.mark.parametrize("word", ["theirs", "master"])
def test_case_73_is_asked_once_and_the_answer_ends_it(word: str) -> None:
    desk = Desk()
    desk.send("dev2", "研发部", SENT + timedelta(days=2))
    desk.row("T001")["percent"] = 0.55
    desk.collect(reply("dev", edited("T001", percent=0.8), "2023-11-10"))
    assert [(q.base, q.master, q.theirs) for q in desk.open] == [(0.5, 0.55, 0.8)]
    desk.collect(reply("dev", edited("T001", percent=0.8), "2023-11-11"))
    desk.collect(reply("dev2", edited("T001", percent=0.8), "2023-11-12"))
    assert len(desk.open) == 1
    desk.answer(word)
    for token, day in (("dev", 12), ("dev2", 13)):
        desk.collect(reply(token, edited("T001", percent=0.8), f"2023-11-{day}T10:00"))
    assert (desk.row("T001")["percent"], desk.open) == (0.8 if word == "theirs" else 0.55, ())


# new rows


def test_case_75_two_departments_one_with_the_number_that_comes_next() -> None:
    desk = Desk()
    found = desk.collect(
        reply("dev", [*copy(), {"task": "采购两台服务器"}]),
        reply("mkt", [*copy(), {"id": "T006", "task": "拍摄短视频", "owner": "市场部"}]),
    )
    new = {(row["task"], row["owner"]): row["id"] for row in desk.rows[6:]}
    assert set(new) == {("采购两台服务器", "研发部"), ("拍摄短视频", "市场部")}
    assert len(set(new.values())) == 2
    assert set(new.values()) == {"T006", "T007"}
    assert desk.open == ()
    assert counts(found)["applied"] == 2


@pytest.mark.parametrize(
    ("first", "second", "column"),
    [
        ({"task": "采购服务器两台"}, {"task": "采购服务器三台"}, "task"),
        ({"task": "采购服务器", "output": "二台"}, {"task": "采购服务器", "output": "三台"}, "output"),
    ],
)
def test_case_75_a_new_row_sent_again_corrected_is_one_row(
    first: Record, second: Record, column: str
) -> None:
    desk = Desk()
    desk.collect(reply("dev", [*copy(), first], "2023-11-10"))
    found = desk.collect(reply("dev", [*copy(), second], "2023-11-11"))
    assert len(desk.rows) == 7
    assert (desk.rows[-1][column], counts(found)["corrected"]) == (second[column], 1)
    assert desk.open == ()


def test_case_75_the_same_words_in_another_line_are_the_same_row() -> None:
    desk = Desk()
    desk.collect(reply("dev", [*copy(), {"task": "采购服务器"}], "2023-11-10"))
    desk.collect(reply("dev", [*copy(), {"task": "拍摄短视频"}, {"task": "采购服务器"}], "2023-11-11"))
    assert [row["task"] for row in desk.rows[6:]] == ["采购服务器", "拍摄短视频"]


def test_case_75_another_task_in_the_same_line_is_another_row() -> None:
    desk = Desk()
    desk.collect(reply("dev", [*copy(), {"task": "采购服务器"}], "2023-11-10"))
    desk.collect(reply("dev", [*copy(), {"task": "拍摄短视频"}], "2023-11-11"))
    assert [row["task"] for row in desk.rows[6:]] == ["采购服务器", "拍摄短视频"]


def test_case_75_the_same_row_of_another_department_is_another_row() -> None:
    desk = Desk()
    desk.collect(*(reply(token, [*copy(), {"task": "采购服务器"}]) for token in ("dev", "mkt")))
    assert [row["owner"] for row in desk.rows[6:]] == ["研发部", "市场部"]


def test_case_75_identical_copies_in_one_reply_are_one_row() -> None:
    desk = Desk()
    new = task("T050", task="采购服务器", owner="研发部")
    found = desk.collect(reply("dev", [*copy(), new, dict(new)]))
    assert [row["id"] for row in desk.rows[6:]] == ["T050"]
    assert "duplicate_collapsed" in notices(found)


def test_case_75_identical_blank_lines_in_one_reply_are_one_row() -> None:
    desk = Desk()
    new = {"task": "采购服务器", "output": "服务器"}
    found = desk.collect(reply("dev", [*copy(), new, dict(new)]))
    assert [row["task"] for row in desk.rows[6:]] == ["采购服务器"]
    assert "研发部：新增行“采购服务器”出现 2 次且内容相同，按一行处理" in [
        n.zh for n in found.document.notices
    ]


def test_case_75_blank_lines_that_differ_are_two_rows() -> None:
    desk = Desk()
    desk.collect(reply("dev", [*copy(), *({"task": "采购", "output": what} for what in ("服务器", "样机"))]))
    assert [row["output"] for row in desk.rows[6:]] == ["服务器", "样机"]


@pytest.mark.parametrize("turned", [False, True])
def test_case_75_two_new_rows_of_one_name_sent_again_stay_two(*, turned: bool) -> None:
    desk = Desk()
    new: list[Record] = [{"task": "采购", "output": what} for what in ("服务器", "样机")]
    desk.collect(reply("dev", [*copy(), *new], "2023-11-10"))
    new.append({"task": "验收"})
    desk.collect(reply("dev", [*copy(), *(new[::-1] if turned else new)], "2023-11-11"))
    assert sorted(str(row["output"]) for row in desk.rows[6:8]) == ["服务器", "样机"]
    assert [row["task"] for row in desk.rows[6:]] == ["采购", "采购", "验收"]


# nothing changed, and what cannot be read


def test_case_77_an_untouched_packet_is_called_so() -> None:
    found = Desk().collect(reply("dev", copy()))
    assert [s.zh for s in found.document.summary[0].replies] == ["没有改动"]
    assert (counts(found), notices(found)) == ({}, [])


ODD = st.one_of(
    st.text(max_size=6),
    st.floats(),
    st.integers(-(10**20), 10**20),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.binary(max_size=3),
    st.just(object()),
    st.builds(CellError, st.text(max_size=4)),
    st.builds(CellFormula, st.text(max_size=4)),
)
FIELDS = ("actual", "forecast", "status", "feedback", "percent", "support_feedback", "note", "deadline")


@settings(max_examples=60)
@given(st.sampled_from(FIELDS), ODD)
def test_case_78_one_cell_that_nobody_can_read_holds_up_nothing(column: str, value: object) -> None:
    desk = Desk()
    rows = [
        row | {"percent": 0.1} if row["id"] == "T003" else row for row in edited("T002", **{column: value})
    ]
    desk.collect(reply("dev", rows), reply("mkt", edited("T004", percent=0.2)))
    assert (desk.row("T003")["percent"], desk.row("T004")["percent"]) == (0.1, 0.2)
    assert {(q.cell.row, q.cell.column.partition("@")[0]) for q in desk.open} <= {("t002", column)}


def test_case_78_a_cell_that_the_reader_gave_up_on_is_told() -> None:
    desk = Desk()
    odd = Anomaly("tracker", "t001", "rag", "overwritten", "绿")
    found = desk.collect(replace(reply("dev", edited("T001", percent=0.8)), anomalies=(odd,)))
    assert changed(found) == {("t001", "percent"): 0.8}
    assert [n.zh for n in found.document.notices] == ["研发部：T001 预警：公式被改成“绿”，未采用"]


# case 79


@pytest.mark.parametrize(
    ("typed", "shown", "chosen"),
    [
        (6.5, 6.5, date(2023, 6, 5)),
        (datetime(1900, 1, 6, 12), 6.5, date(2023, 6, 5)),
        ("6/5", "6/5", date(2023, 6, 5)),
        (12.25, 12.25, date(2023, 12, 25)),
    ],
)
def test_case_79_a_number_among_dates_is_asked_with_its_reading(
    typed: object, shown: object, chosen: date
) -> None:
    """Empty before, and with only 时间节点 (2023-12-01) in the row to tell the year."""
    desk = Desk()
    found = desk.collect(reply("dev", edited("T001", actual=typed, percent=0.8)))
    assert changed(found) == {("t001", "percent"): 0.8}
    (line,) = found.document.lines
    assert (str(line.theirs), line.kind.zh) == (
        str(shown),
        f"格式无法识别，可读作 {chosen.isoformat()}",
    )
    desk.answer("theirs")
    assert (desk.row("T001")["actual"], desk.open) == (chosen, ())


def test_case_79_the_reading_that_is_shown_is_the_one_that_is_written() -> None:
    """The master's own date, typed after the packet went out, is what tells the year."""
    desk = Desk([row | {"deadline": "每周一"} for row in ROWS])
    desk.row("T001")["actual"] = date(2021, 6, 1)
    rows = copy(desk.rows)
    rows[0] |= {"actual": 6.5}
    found = desk.collect(reply("dev", rows))
    assert [q.readings for q in found.result.questions] == [(date(2021, 6, 5),)]
    desk.answer("theirs")
    assert desk.row("T001")["actual"] == date(2021, 6, 5)


def test_case_79_of_two_readings_none_is_taken() -> None:
    desk = Desk()
    found = desk.collect(reply("dev", edited("T001", actual=10.1)))
    assert found.document.lines[0].kind.zh.endswith("，可读作 2023-10-01、2023-10-10")
    assert notices(desk.answer("theirs")) == ["unfit_value"]
    assert desk.row("T001").get("actual") is None
    desk.answer("other", "2023-10-10")
    assert (desk.row("T001")["actual"], desk.open) == (date(2023, 10, 10), ())


@pytest.mark.parametrize(
    ("column", "typed", "chosen"),
    [("percent", 80, 0.8), ("percent", "80", 0.8), ("status", "完成了", "已完成")],
)
def test_case_79_numbers_and_choices_too(column: str, typed: object, chosen: object) -> None:
    desk = Desk()
    desk.collect(reply("dev", edited("T001", **{column: typed})))
    assert (desk.row("T001")[column], len(desk.open)) == (ROWS[0][column], 1)
    desk.answer("theirs")
    assert (desk.row("T001")[column], desk.open) == (chosen, ())


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(1900, 3, 1), date(2203, 11, 10)])
def test_case_79_a_day_that_no_plan_has_is_asked_and_has_to_be_typed(day: date) -> None:
    desk = Desk()
    found = desk.collect(reply("dev", edited("T001", actual=day)))
    assert ([column for _, _, column in kinds(found)], desk.rows) == (["actual"], ROWS)
    assert notices(desk.answer("theirs")) == ["unfit_value"]
    desk.answer("other", "2023-11-10")
    assert (desk.row("T001")["actual"], desk.open) == (date(2023, 11, 10), ())


@given(st.sampled_from(("actual", "forecast", "percent", "status", "feedback")), ODD)
def test_case_79_what_validate_calls_an_error_by_itself_is_never_written(column: str, value: object) -> None:
    desk = Desk()
    desk.collect(reply("dev", edited("T002", **{column: value})))
    errors = [f for f in check_cells(desk.project) if f.severity == "error" and f.sheet == "tracker"]
    assert errors == []


@pytest.mark.parametrize(
    "cells",
    [
        {"status": "已完成"},
        {"percent": 1, "status": "进行中"},
        {"actual": date(2023, 11, 10), "status": "进行中"},
    ],
)
def test_case_79_an_error_that_needs_two_cells_is_written_and_found(cells: Record) -> None:
    """When the department itself says so; a contradiction that only merging makes is asked."""
    desk = Desk()
    desk.collect(reply("dev", edited("T002", **cells)))
    assert ({name: desk.row("T002")[name] for name in cells}, desk.open) == (cells, ())
    assert any(finding.row_id == "T002" for finding in check_rows(desk.project))
