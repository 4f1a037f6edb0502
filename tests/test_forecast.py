"""The forecast, against the rules as plain sentences and the smallest example of each paradox."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from books import book, project
from forecast_rules import Judge, Link, Row, on
from hypothesis import given, settings, strategies as st

from xl_collab.checks.forecast import check_forecast
from xl_collab.plan.assessment import Assessment
from xl_collab.plan.computed import column_values
from xl_collab.plan.project import Project
from xl_collab.plan.variance import variance
from xl_collab.project.edits import AppendRows

R, L = Row, Link


def worked_out(rows: list[Row], today: int) -> Assessment:
    return project([row.cells(i) for i, row in enumerate(rows)], as_of=on(today)).assessment


def seen(rows: list[Row], today: int) -> list[tuple[int | None, str]]:
    """Variance and colour of each row."""
    found = worked_out(rows, today)
    days = [None if np.isnan(v) else int(v) for v in found.variance]
    return list(zip(days, found.rag.tolist(), strict=True))


GREEN, ON_PLAN = (None, "green"), None


@pytest.mark.parametrize(
    ("rows", "today", "expected"),
    [
        pytest.param(
            [R(10, 1), R(14, 10, [L(0)])],
            0,
            [GREEN, GREEN],
            id="the next task begins on its predecessor's last day",
        ),
        pytest.param([R(60)], 0, [GREEN], id="only a deadline, sixty days ahead, is not early"),
        pytest.param([R(10), R(10, None, [L(0)])], 0, [GREEN, GREEN], id="two deadlines on one day"),
        *(
            pytest.param(
                [R(20, 1, status="进行中", began=1)],
                today,
                [GREEN],
                id=f"started, nothing reported, day {today}",
            )
            for today in (1, 5, 12)
        ),
        *(
            pytest.param(
                [R(20, 1, status="进行中", began=1, percent=0.5, reported=10)],
                today,
                [GREEN],
                id=f"half done on day 10, seen on day {today}",
            )
            for today in (10, 11, 14)
        ),
        pytest.param(
            [R(20, 1, status="进行中", began=1, percent=0.9, reported=3)],
            3,
            [GREEN],
            id="most of it done on day 3 is no promise",
        ),
        pytest.param(
            [R(10, 1, status="进行中", percent=1, reported=9)], 12, [(2, "yellow")], id="100 % but open"
        ),
        pytest.param(
            [R(10, 1, status="进行中", percent=1, reported=9)], 13, [(3, "red")], id="100 %, a day on"
        ),
        pytest.param(
            [R(10, 1, promise=20), R(15, 11, [L(0)], promise=12), R(18, 16, [L(1)])],
            8,
            [(10, "red"), (6, "red"), (6, "red")],
            id="a promise before what its predecessor leaves",
        ),
        pytest.param(
            [R(10, 1), R(15, 1, promise=12), R(18, 16, [L(1)])],
            12,
            [(11, "red"), (-3, "yellow"), GREEN],
            id="a promise nearer than the work, as long as it lasts",
        ),
        pytest.param(
            [R(10, 1), R(15, 1, promise=12), R(18, 16, [L(1)])],
            13,
            [(12, "red"), (12, "red"), (12, "red")],
            id="a promise nearer than the work, once it has passed",
        ),
        pytest.param(
            [R(10, 1, status="进行中", began=1, promise=18), R(15, 6, [L(0)])],
            5,
            [(8, "red"), (8, "red")],
            id="an overlap of five days stays one",
        ),
        pytest.param(
            [R(15, 1, baseline=15, baseline_start=6, status="进行中", began=1, percent=0.5, reported=8)],
            9,
            [GREEN],
            id="an approval moves the start along, so no work is added",
        ),
        pytest.param(
            [R(10, 1, promise=30), R(20, 11, [L(0)], status="暂停"), R(25, 21, [L(1)])],
            9,
            [(20, "red"), (None, ""), (20, "red")],
            id="a pause swallows no delay",
        ),
        pytest.param(
            [R(10, 1, status="暂停", percent=0.2, reported=5), R(15, 11, [L(0)])],
            12,
            [(None, ""), (9, "red")],
            id="paused with most of it left",
        ),
        pytest.param(
            [R(10, 1, status="暂停", percent=0.2, reported=5), R(15, 11, [L(0)])],
            13,
            [(None, ""), (10, "red")],
            id="paused, a day on",
        ),
        pytest.param(
            [
                R(5, 1, [L(2)]),
                R(8, 6, [L(0)]),
                R(10, 9, [L(1)], status="取消"),
                R(12, 11, [L(1), L(4)]),
                R(10, 1, promise=25),
            ],
            3,
            [(2, "yellow"), (2, "yellow"), (None, ""), (15, "red"), (15, "red")],
            id="a cancelled row closes no cycle",
        ),
        pytest.param(
            [R(5, 1, [L(1)]), R(8, 6, [L(0)]), R(1, 1), R(12, 11, [L(1), L(4)]), R(10, 1, promise=25)],
            3,
            [(2, "yellow"), GREEN, (2, "yellow"), (15, "red"), (15, "red")],
            id="only the links inside a cycle are void",
        ),
        pytest.param([R(10, 12)], 0, [GREEN], id="planned start after the deadline"),
        pytest.param(
            [R(10, 1, status="进行中", began=5, percent=0.3, reported=6), R(8, 4, [L(0, "SS", 3)])],
            6,
            [(2, "yellow"), (4, "red")],
            id="start to start, from the true start",
        ),
        pytest.param(
            [
                R(10, 1, status="进行中", began=1, promise=20),
                R(12, 3, [L(0, "FF", 2)], status="进行中", began=3, percent=0.9, reported=9),
            ],
            9,
            [(10, "red"), (10, "red")],
            id="finish to finish holds to the end",
        ),
        *(
            pytest.param(
                [R(10, 1, promise=30), R(20, 11, [L(0)], status="进行中", began=5)],
                today,
                [(20, "red"), (20, "red")],
                id=f"begun out of sequence, day {today}",
            )
            for today in (9, 14, 19)
        ),
        pytest.param([R(10, 1, ended=14)], 5, [(4, "red")], id="an actual finish ahead is a promise"),
        pytest.param(
            [R(10, 1, status="已完成"), R(12, 11, [L(0)])],
            14,
            [(None, "blue"), (3, "red")],
            id="finished without a day",
        ),
        pytest.param([R(), R(8, 5, [L(0)])], 3, [(None, ""), GREEN], id="a predecessor without a date"),
        pytest.param(
            [R(10, 1, promise=13), R(10, 10, [L(0)]), R(15, 11, [L(1)])],
            6,
            [(3, "red"), (3, "red"), (3, "red")],
            id="a milestone of one day",
        ),
        pytest.param(
            [R(10, 1), R(15, 11, [L(0, "FS", 2)])],
            0,
            [GREEN, (2, "yellow")],
            id="a typed lag that the plan lacks",
        ),
        pytest.param(
            [R(20, 1), R(8, 5, [L(0)])], 0, [GREEN, GREEN], id="ends before its predecessor by plan"
        ),
        pytest.param(
            [R(20, 1, promise=25), R(8, 5, [L(0)])],
            6,
            [(5, "red"), (5, "red")],
            id="ends before its predecessor by plan, and follows it",
        ),
    ],
)
def test_smallest_examples(rows: list[Row], today: int, expected: list[tuple[int | None, str]]) -> None:
    found = seen(rows, today)
    assert [days for days, _ in found] == [days for days, _ in expected]
    # 绿 turns 黄 where little time is left or a predecessor is red: that is another rule.
    for (_, colour), (_, wanted) in zip(found, expected, strict=True):
        assert colour == wanted or (wanted == "green" and colour == "yellow")


# against the plain sentences

maybe = st.one_of(st.none(), st.integers(-30, 40))


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    count = draw(st.integers(1, 7))
    found = []
    for i in range(count):
        due = draw(st.one_of(st.integers(-25, 40), st.integers(-25, 40), st.integers(-25, 40), st.none()))
        start = None if due is None or draw(st.booleans()) else due - draw(st.integers(-2, 20))
        links = []
        for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2, 3]))):
            # Mostly upwards; some close cycles.
            other = draw(st.integers(0, count - 1 if draw(st.integers(0, 4)) == 0 else max(i - 1, 0)))
            kind = draw(st.sampled_from(["FS", "FS", "FS", "SS", "FF", "SF"]))
            links.append(Link(other, kind, draw(st.one_of(st.none(), st.none(), st.integers(-6, 6)))))
        status = draw(st.sampled_from(["未开始", "未开始", "进行中", "进行中", "已完成", "暂停", "取消"]))
        row = Row(due, start, links, status)
        row.percent = draw(st.sampled_from([None, None, 0.0, 0.2, 0.3, 0.7, 0.9, 1.0]))
        row.reported = draw(st.one_of(st.none(), st.integers(-20, 3))) if row.percent else None
        row.began = draw(maybe) if draw(st.integers(0, 2)) == 0 else None
        row.promise = draw(maybe) if draw(st.integers(0, 2)) == 0 else None
        row.ended = draw(maybe) if status == "已完成" or draw(st.integers(0, 5)) == 0 else None
        if due is not None and draw(st.integers(0, 3)) == 0:
            row.baseline = due + draw(st.integers(-5, 5))
            row.baseline_start = row.baseline - draw(st.integers(0, 15)) if draw(st.booleans()) else None
        found.append(row)
    return found


def numbers(days: np.ndarray) -> list[int | None]:
    numbered = {on(n): n for n in range(-60, 250)}
    return [None if day is None else numbered[day] for day in days.tolist()]


@given(rows(), st.integers(-5, 5))
@settings(max_examples=150, deadline=None)
def test_every_day_is_the_one_that_the_rules_name(made: list[Row], today: int) -> None:
    found, judge = worked_out(made, today), Judge(made, today)
    every = range(len(made))
    assert numbers(found.finish) == [judge.finish(i) for i in every]
    compared = [judge.compared(i) for i in every]
    assert numbers(found.compared) == [day for day, _ in compared]
    assert found.compared_kind.tolist() == [kind for _, kind in compared]
    for i in (i for i in every if judge.finish(i) is not None and made[i].base is not None):
        assert found.schedule.start[i] + today == judge.start(i)
    expected = found.schedule.expected + today
    for i in (
        i for i in every if made[i].base is not None and made[i].status != "取消" and not judge.done(i)
    ):
        assert expected[i] == judge.expected(i)


@given(rows(), st.integers(-3, 3))
@settings(max_examples=100, deadline=None)
def test_slack_is_how_far_a_row_may_slip_before_the_latest_finish_moves(made: list[Row], today: int) -> None:
    found = worked_out(made, today)
    for i in np.flatnonzero(~np.isnan(found.slack)).tolist():
        end, days = Judge(made, today).end(), int(found.slack[i])
        assert Judge(made, today, (i, days)).end() == end
        assert Judge(made, today, (i, days + 1)).end() > end


@given(rows(), st.integers(0, 6), st.integers(1, 9))
@settings(max_examples=100, deadline=None)
def test_a_slip_moves_the_rows_that_the_rules_move(made: list[Row], row: int, days: int) -> None:
    row %= len(made)
    found, before, after = worked_out(made, 0), Judge(made, 0), Judge(made, 0, (row, days))
    moved = {
        i: after.finish(i) - before.finish(i)
        for i in range(len(made))
        if i != row and before.finish(i) is not None and after.finish(i) != before.finish(i)
    }
    assert found.reached_by(row, days) == moved


# what is told


def told(rows: list[Row], today: int) -> dict[tuple[str, str], str]:
    """(row, code) → sentence, of the findings that the forecast makes."""
    made = project([row.cells(i) for i, row in enumerate(rows)], as_of=on(today))
    found = check_forecast(made)
    return {(finding.row_id, finding.code): finding.message("zh") for finding in found}


def test_a_promise_that_has_passed_is_told_and_counts_nowhere() -> None:
    made = [R(20, 11, status="进行中", began=11, percent=0.3, reported=14, promise=13)]
    assert told(made, 14) == {("T0", "E141"): f"预计完成 {on(13)} 已过而任务未完成，这个日期不再算数"}
    assert ("T0", "E141") not in told(made, 13)


def test_a_promise_nearer_than_the_work_is_told_from_the_day_it_is_made() -> None:
    (sentence,) = told([R(15, 1, promise=12)], 0).values()
    assert sentence == f"预计完成 {on(12)}，而剩余 15 个工作日的工作最早 {on(15)} 完成"
    assert told([R(15, 1, promise=15)], 0) == {}


def test_a_promise_before_what_its_predecessor_leaves_is_told() -> None:
    before = R(10, 1, promise=20)
    sentence = f"预计完成 {on(12)} 早于前置最早 {on(21)}（前置 T0），按 {on(21)} 算"
    assert told([before, R(15, 11, [L(0)], promise=12)], 8)["T1", "E143"] == sentence
    assert ("T1", "E143") not in told([before, R(15, 11, [L(0)], promise=21)], 8)


def test_silence_is_no_delay_but_is_told() -> None:
    silent = [R(20, 1, status="进行中", began=1)]
    assert told(silent, 6) == {}
    assert told(silent, 7) == {("T0", "E144"): "进度 6 个工作日未报，按计划看待"}
    assert told([R(20, 1, status="进行中", began=1, percent=0.3, reported=6)], 7) == {}


def test_a_lag_that_the_plan_contradicts_is_told() -> None:
    (sentence,) = told([R(10, 1), R(15, 11, [L(0, "FS", 2)])], 0).values()
    assert sentence == f"前置 T0FS+2 要求最早 {on(17)} 完成，计划却是 {on(15)}：按前置推算"
    assert told([R(10, 1), R(17, 13, [L(0, "FS", 2)])], 0) == {}


def test_predecessors_without_a_date_are_told() -> None:
    found = told([R(10, 1, status="取消"), R(8, 5, [L(0)])], 3)
    assert found == {("T1", "S415"): "前置 T0 已取消，不约束本行"}
    (sentence,) = told([R(), R(8, 5, [L(0)])], 3).values()
    assert sentence == "前置 T0 没有日期或是周期任务，不约束本行"


def test_a_cycle_is_told_as_the_schedule_sees_it() -> None:
    def cycles(*rows: Row) -> tuple[tuple[int, ...], ...]:
        return worked_out(list(rows), 3).network.cycles

    assert cycles(R(5, 1, [L(1)]), R(8, 6, [L(0)])) == ((0, 1),)
    assert cycles(R(5, 1, [L(1)]), R(8, 6, [L(0)], status="取消")) == ()
    assert cycles(R(5, 1, [L(1)]), R(8, 6, [L(0)], status="已完成", ended=2)) == ()


# when progress was reported


def run_again(made: list[Row], today: int, then: int, **changed: object) -> list[object]:
    """进度日期 after a run on `today` and, with cells changed, one on `then`."""
    first = column_values(project([row.cells(i) for i, row in enumerate(made)], as_of=on(today)))
    kept = {name: first[name][0] for name in ("reported_on", "basis")}
    again = project([{**made[0].cells(0), **kept, **changed}], as_of=on(then))
    return [first["reported_on"][0], column_values(again)["reported_on"][0]]


def test_progress_is_dated_by_the_run_that_first_sees_it() -> None:
    made = [R(20, 1, status="进行中", began=1, percent=0.5)]
    assert run_again(made, 8, 12) == [on(8), on(8)]
    assert run_again(made, 8, 12, percent=0.6) == [on(8), on(12)]
    assert run_again(made, 8, 12, percent=None) == [on(8), None]
    assert run_again(made, 8, 12, forecast=on(25)) == [on(8), on(8)]


# causes


@given(rows(), st.integers(-5, 5))
@settings(max_examples=150, deadline=None)
def test_own_days_along_one_chain_less_gaps_are_the_variance(made: list[Row], today: int) -> None:
    found, judge = worked_out(made, today), Judge(made, today)
    for i, row in enumerate(made):
        if row.base is None or row.status == "取消" or judge.finish(i) is None:
            continue
        parts = found.causes.of(i)
        late = judge.finish(i) - row.base
        assert sum(part.days for part in parts) == late
        assert all(part.days < 0 for part in parts if part.what in ("gap", "made_up"))
        root = found.causes.root(i)
        if late > 0:
            # Somebody made these days; nobody on the chain made more than the root.
            assert root is not None
            own: dict[int, int] = {}
            for part in parts:
                own[part.row] = own.get(part.row, 0) + (part.days if part.days > 0 else 0)
            assert root.days <= own[root.row]


def test_a_chain_of_causes_is_told_from_the_row_to_its_root() -> None:
    # A promises 4 late; B waits for it with a day to spare and promises 2 more; C has nothing of its own.
    made = [R(10, 1, promise=14), R(15, 12, [L(0)], promise=20), R(18, 16, [L(1)])]
    found = worked_out(made, 5).causes
    assert found.of(2) == ((1, "promise", 2), (1, "gap", -1), (0, "promise", 4))
    assert found.root(2) == (0, 4)
    assert found.own.tolist() == [4, 2, 0]
    assert found.reach([0, 1, 2]) == {0: [0, 1, 2]}


def test_own_days_have_names() -> None:
    def first(row: Row, today: int = 12) -> list[tuple[str, int]]:
        return [(part.what, part.days) for part in worked_out([row], today).causes.of(0)]

    assert first(R(10, 1, promise=14)) == [("promise", 4)]
    assert first(R(15, 6)) == [("unstarted", 6)]
    assert first(R(10, 1, status="进行中", began=3, percent=0.8, reported=12)) == [
        ("late_start", 2),
        ("overrun", 1),
    ]
    assert first(R(10, 1, status="进行中", percent=0.8, reported=12)) == [("overrun", 3)]
    assert first(R(10, 1, status="已完成", began=1, ended=12)) == [("overrun", 2)]


def test_what_the_plan_never_left_is_the_rows_own() -> None:
    made = [R(10, 1), R(15, 11, [L(0, "FS", 2)])]
    found = worked_out(made, 0).causes
    assert found.of(1) == ((1, "mismatch", 2),)
    assert found.root(1) == (1, 2)


def test_days_caught_up_are_taken_off_and_other_predecessors_are_named_but_never_added() -> None:
    made = [R(10, 1, promise=16), R(10, 1, promise=13), R(20, 11, [L(0), L(1)], promise=24)]
    found = worked_out(made, 5).causes
    assert found.of(2) == ((2, "made_up", -2), (0, "promise", 6))
    assert found.others(2) == [(1, 3)]


def test_a_promise_without_a_plan_is_all_its_own_word() -> None:
    made = [R(promise=20), R(15, 11, [L(0)])]
    found = worked_out(made, 5).causes
    assert found.of(1) == ((0, "promise", 10),)
    assert found.root(1) == (0, 10)


def test_a_workbook_without_the_new_columns_keeps_the_day_of_a_report_in_its_history() -> None:
    def older(today: int, kept: list[dict[str, object]], share: float = 0.8) -> Project:
        made = R(20, 1, status="进行中", began=1, percent=share, promise=21).cells(0)
        found = book([made], history=kept)
        new = ("reported_on", "basis", "earliest", "actual_start", "baseline_start")
        letters = {n: at for n, at in found.tables["tracker"].letters.items() if n not in new}
        tracker = replace(found.tables["tracker"], letters=letters, missing=new)
        return Project(replace(found, tables={**found.tables, "tracker": tracker}), on(today))

    def recorded(made: Project) -> list[dict[str, object]]:
        return [
            dict(one) for edit in variance(made).edits if isinstance(edit, AppendRows) for one in edit.records
        ]

    first = recorded(older(19, []))
    assert [(one["row_id"], one["value"], one["as_of"]) for one in first] == [("T0", "800", on(19))]
    # 4 of 20 days are left from day 19: the promise of day 21 breaks, and the row stays where it then is.
    assert [older(day, first).assessment.variance[0] for day in (21, 22)] == [1, 2]
    assert recorded(older(22, first)) == []
    assert [one["value"] for one in recorded(older(22, first, 0.9))] == ["900"]
