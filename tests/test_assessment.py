"""Variance, 预警, 说明 and knock-on of tracker rows, worked out by hand or by a plain oracle."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from books import project, task
from hypothesis import given, settings, strategies as st

from xl_collab.plan.assessment import Assessment
from xl_collab.plan.periods import count_missed
from xl_collab.plan.project import Project
from xl_collab.project.calendar.workdays import Calendar
from xl_collab.project.tables import Book, CellError, CellFormula, Table
from xl_collab.schema.sheets import SHEETS

D = date
AS_OF = D(2023, 11, 13)  # a Monday
EARLIER, LATER, LATEST = D(2023, 11, 30), D(2023, 12, 4), D(2023, 12, 6)  # -1, 1, 3 days from the usual


def assess(*rows: dict[str, object], as_of: date = AS_OF, **rest: object) -> Assessment:
    return project(rows, as_of=as_of, **rest).assessment


def one(as_of: date = AS_OF, **cells: object) -> tuple[object, ...]:
    """compared, kind, variance, rag and reason of a single row."""
    found = assess(task("T001", **cells), as_of=as_of)
    variance = None if np.isnan(found.variance[0]) else int(found.variance[0])
    return (found.compared[0].item(), found.compared_kind[0], variance, found.rag[0], found.reason[0])


SEED = (
    task("T001", deadline=D(2023, 10, 8), owner="市场部*", status="已完成", actual=D(2023, 10, 8)),
    task("T002", deadline=D(2023, 10, 15), predecessors="T001", status="已完成", actual=D(2023, 10, 17)),
    task("T003", deadline=D(2023, 11, 1), predecessors="T002", status="进行中", forecast=D(2023, 11, 17)),
    task("T004", deadline="每周一17:00前", status="进行中", planned_start=D(2023, 10, 16)),
    task("T005", deadline=D(2023, 12, 20), predecessors="T003", planned_start=D(2023, 11, 2)),
    task("T006", deadline=D(2024, 1, 10), predecessors="T005"),
)
MEETINGS = tuple({"id": f"H{n}", "date": day} for n, day in enumerate((D(2023, 10, 23), D(2023, 10, 31))))


def test_the_templates_project_in_mid_november():
    found = assess(*SEED, meetings=MEETINGS)
    assert found.compared_kind.tolist() == ["actual", "actual", "forecast", "", "projected", "projected"]
    # 10-15 is a Sunday off: to the 17th two working days. 11-01 → 11-17: 2, 3, 6–10, 13–17 = 12.
    assert found.variance[[0, 1, 2]].tolist() == [0, 2, 12]
    # T005 works 11-02 … 12-20 = 35 days; from 11-20 that ends on 2024-01-08, as 2024-01-01 is off.
    assert found.projected.tolist()[4] == D(2024, 1, 8)
    # T006 has 14 days after 12-20 (12-21 … 01-10 without 01-01); from 01-09 they end on 01-26.
    assert found.projected.tolist()[5] == D(2024, 1, 26)
    assert found.variance[[4, 5]].tolist() == [12, 12]
    assert found.rag.tolist() == ["blue", "blue", "red", "yellow", "red", "red"]
    assert found.predecessor_alert.tolist() == ["", "", "", "", "T003", "T005"]
    # Mondays after the start: 10-23 held, 10-30 not, 11-06 has the meeting of 10-31; 11-13 is still ahead.
    assert found.missed[3] == 1
    assert found.next_due[3] == datetime(2023, 11, 13, 17)
    assert found.critical.tolist() == [False, False, True, False, True, True]
    assert found.reached_by(2, 1) == {4: 1, 5: 1}
    assert found.pushes(2) == {4: 12, 5: 12}
    assert found.reason == [
        "按期完成",
        "延期 2 个工作日",
        "预计晚 12 个工作日（超过 2 个工作日）",
        "缺 1 期记录",
        "推算晚 12 个工作日（超过 2 个工作日）",
        "推算晚 12 个工作日（超过 2 个工作日）",
    ]


def test_knock_on_of_three_tasks_across_the_national_day_of_2023():
    """Off: 09-29 … 10-06. 10-07 (Saturday) and 10-08 (Sunday) are make-up workdays."""
    found = assess(
        task("A", deadline=D(2023, 9, 26), forecast=D(2023, 9, 28)),
        task("B", deadline=D(2023, 10, 7), planned_start=D(2023, 9, 27), predecessors="A"),
        task("C", deadline=D(2023, 10, 10), predecessors="B"),
        as_of=D(2023, 9, 25),
    )
    # B takes 09-27, 09-28, 10-07: from 10-07 on that is 10-07, 10-08, 10-09.
    # C takes 10-08, 10-09, 10-10: from 10-10 on that is 10-10, 10-11, 10-12.
    assert found.projected.tolist() == [None, D(2023, 10, 9), D(2023, 10, 12)]
    assert found.variance.tolist() == [2, 2, 2]
    assert found.rag.tolist() == ["yellow"] * 3


def test_late_across_the_holiday_counts_make_up_days():
    assert one(deadline=D(2023, 9, 28), status="已完成", actual=D(2023, 10, 9)) == (
        D(2023, 10, 9),
        "actual",
        3,
        "blue",
        "延期 3 个工作日",
    )


# every branch of 预警 and 说明


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"status": "取消"}, (None, "", None, "", "已取消，不计偏差")),
        ({"status": "暂停", "actual": D(2023, 11, 1)}, (None, "", None, "", "暂停中，不计偏差")),
        ({"status": "已完成"}, (None, "", None, "blue", "已完成")),
        ({"actual": D(2023, 12, 1), "status": "已完成"}, (D(2023, 12, 1), "actual", 0, "blue", "按期完成")),
        ({"actual": D(2023, 11, 9)}, (D(2023, 11, 9), "actual", -16, "blue", "提前 16 个工作日")),
        ({"actual": LATEST}, (LATEST, "forecast", 3, "red", "预计晚 3 个工作日（超过 2 个工作日）")),
        ({"actual": "2023-11-29"}, (None, "", None, "", "日期是文本，改成真正的日期后再算")),
        ({"forecast": "月底", "status": "取消"}, (None, "", None, "", "日期是文本，改成真正的日期后再算")),
        ({}, (None, "", None, "green", "距计划完成还有 14 个工作日")),
        ({"lead_days": 14}, (None, "", None, "yellow", "距计划完成还有 14 个工作日")),
        ({"lead_days": "14"}, (None, "", None, "green", "距计划完成还有 14 个工作日")),
        ({"deadline": D(2023, 11, 16)}, (None, "", None, "yellow", "距计划完成还有 3 个工作日")),
        ({"deadline": D(2023, 11, 17)}, (None, "", None, "green", "距计划完成还有 4 个工作日")),
        ({"deadline": AS_OF}, (None, "", None, "yellow", "距计划完成还有 0 个工作日")),
        ({"deadline": D(2023, 11, 10)}, (AS_OF, "today", 1, "yellow", "至今已晚 1 个工作日（未超阈值）")),
        ({"deadline": D(2023, 11, 9)}, (AS_OF, "today", 2, "yellow", "至今已晚 2 个工作日（未超阈值）")),
        ({"deadline": D(2023, 11, 8)}, (AS_OF, "today", 3, "red", "至今已晚 3 个工作日（超过 2 个工作日）")),
        ({"forecast": LATER}, (LATER, "forecast", 1, "yellow", "预计晚 1 个工作日（未超阈值）")),
        ({"forecast": LATEST}, (LATEST, "forecast", 3, "red", "预计晚 3 个工作日（超过 2 个工作日）")),
        ({"forecast": EARLIER}, (EARLIER, "forecast", -1, "green", "距计划完成还有 14 个工作日")),
        ({"forecast": D(2023, 11, 10)}, (None, "", None, "green", "距计划完成还有 14 个工作日")),
        ({"deadline": None}, (None, "", None, "", "")),
        ({"deadline": "尽快"}, (None, "", None, "", "")),
        ({"deadline": "2023-11-8"}, (None, "", None, "", "")),
        ({"deadline": "2023-11-8", "actual": D(2023, 11, 9)}, (None, "", None, "blue", "已完成")),
    ],
)  # fmt: skip
def test_each_branch(cells, expected):
    assert one(**cells) == expected


def test_the_baseline_counts_before_the_deadline():
    found = one(deadline=D(2023, 12, 1), baseline=D(2023, 11, 8))
    assert found[2:4] == (3, "red")


def test_a_promise_that_has_passed_counts_nowhere():
    late = task("A", deadline=D(2023, 11, 1))
    stale = task("B", deadline=D(2023, 11, 6), predecessors="A", forecast=D(2023, 11, 7))
    found = assess(late, stale)
    # A is not done by 11-13, so B's three days are 11-14 … 11-16: eight after 11-06.
    assert found.projected[1].item() == D(2023, 11, 16)
    assert (found.compared_kind[1], found.variance[1]) == ("projected", 8)
    assert found.reason[1].startswith("推算晚 8")


def test_a_red_predecessor_makes_yellow_and_is_named():
    rows = (
        task("A", deadline=D(2023, 11, 1)),
        task("B", deadline=D(2023, 10, 30)),
        task("C", deadline=D(2024, 3, 1), planned_start=D(2024, 2, 20), predecessors="B、A"),
        task("E", deadline=D(2023, 11, 1), status="已完成", predecessors="A"),
    )
    found = assess(*rows)
    assert found.rag.tolist() == ["red", "red", "yellow", "blue"]
    assert found.predecessor_alert.tolist() == ["", "", "B、A", ""]
    assert found.reason[2] == "前置 B、A 为红"


@pytest.mark.parametrize("word", ["完成", " 已完成", "Done"])
def test_a_word_that_the_formulas_do_not_know_is_no_status(word):
    assert one(status=word)[3] == "green"


def test_an_english_book_uses_english_words():
    table = Table.of(
        SHEETS.table("tracker"), [task("T1", status="done", deadline=D(2023, 11, 1), actual=D(2023, 11, 3))]
    )
    found = Project(Book({"tracker": table}, lang="en"), AS_OF).assessment
    assert (found.rag[0], found.reason[0]) == ("blue", "Done late by 2 workdays")


# cells as formulas see them


def test_numbers_in_date_cells_are_dates_and_times_are_cut():
    assert one(deadline=45238, forecast=datetime(2023, 11, 14, 18, 30))[:3] == (
        D(2023, 11, 14),
        "forecast",
        4,
    )


def test_a_formula_counts_as_what_it_shows():
    assert one(deadline=CellFormula("=A1", D(2023, 11, 8)))[3] == "red"
    assert one(actual=CellFormula('=""', ""))[4] == "日期是文本，改成真正的日期后再算"


@pytest.mark.parametrize("column", ["status", "actual", "forecast"])
def test_an_error_in_a_used_cell_gives_no_figures(column):
    assert one(**{column: CellError("#REF!")}) == (None, "", None, "", "")


def test_an_error_that_no_formula_looks_at_does_no_harm():
    assert one(forecast=CellError("#N/A"), actual=D(2023, 11, 13))[2:4] == (-14, "blue")
    assert one(baseline=CellError("#N/A"), deadline=D(2023, 11, 8))[2:4] == (3, "red")
    assert one(actual=CellError("#N/A"), status="取消")[4] == "已取消，不计偏差"


def test_a_number_that_is_no_date_gives_no_figures():
    assert one(deadline=20231108)[2:] == (None, "", "")
    assert one(actual=-5)[2:] == (None, "blue", "")


def test_figures_beyond_official_years_say_so():
    found = assess(
        task("T1", deadline=D(2026, 12, 30), actual=D(2027, 1, 5)), task("T2", actual=D(2023, 12, 1))
    )
    assert found.reason[0].endswith("；日历为推定")
    assert found.estimated.tolist() == [True, False]


def test_a_year_between_official_ones_is_estimated_too():
    """Half a notice for 2027 and all of that for 2028: rows of 2027 do not pass for official."""
    whole = [
        {"date": day.date.replace(year=2028), "kind": "休", "name": day.name, "source": "官方"}
        for day in Calendar.seeded().days
        if day.date.year == 2026 and day.kind == "off"
    ]
    known = [
        {"date": day.date, "kind": "休" if day.kind == "off" else "班", "name": day.name, "source": "官方"}
        for day in Calendar.seeded().days
        if day.source == "official"
    ]
    half = {"date": D(2027, 1, 1), "kind": "休", "name": "元旦", "source": "官方"}
    rows = [task(f"T{year}", deadline=D(year, 3, 1), actual=D(year, 3, 2)) for year in (2027, 2028)]
    found = project(rows, calendar=[*known, half, *whole]).assessment
    assert found.estimated.tolist() == [True, False]


# knock-on


def test_finished_predecessors_push_nobody():
    rows = (
        task("A", deadline=D(2023, 10, 9), status="已完成", actual=D(2023, 10, 10)),
        task("B", deadline=D(2023, 11, 1), predecessors="A", planned_start=D(2023, 10, 25)),
    )
    found = assess(*rows)
    # B's six days (10-25 … 11-01) begin today, whatever A did: 11-13 … 11-20.
    assert found.projected.tolist() == [None, D(2023, 11, 20)]
    assert found.compared_kind[1] == "projected"


def test_cancelled_predecessors_hold_nobody_up_and_paused_ones_do():
    def projected(status: str) -> object:
        late = task("A", deadline=D(2023, 10, 9), status=status)
        return assess(late, task("B", deadline=D(2023, 11, 1), predecessors="A")).projected[1].item()

    assert projected("取消") == D(2023, 11, 13)  # overdue, and nothing tells how long it takes
    # 10-10 … 11-01 are 17 working days; after 11-13 they end on 12-06.
    assert projected("暂停") == D(2023, 12, 6)


def test_links_inside_a_cycle_do_not_bind():
    found = assess(
        task("A", deadline=D(2023, 11, 14), predecessors="B", forecast=D(2023, 12, 29)),
        task("B", deadline=D(2023, 12, 8), planned_start=D(2023, 12, 1), predecessors="A"),
    )
    assert found.projected.tolist() == [None, None]
    assert found.network.cycles == ((0, 1),)


def test_a_day_off_as_data_date_counts_from_the_next_working_day():
    found = assess(
        task("A", deadline=D(2023, 10, 9)),
        task("B", deadline=D(2023, 10, 10), predecessors="A"),
        as_of=D(2023, 11, 11),
    )
    assert found.projected.tolist() == [D(2023, 11, 13), D(2023, 11, 14)]
    assert found.finish.tolist() == [D(2023, 11, 13), D(2023, 11, 14)]


# recurrences


def test_daily_tasks_look_at_daily_sync_and_others_at_meetings():
    day = task("T1", deadline="每日", status="进行中", planned_start=D(2023, 11, 8))
    week = task("T2", deadline="每周五", status="进行中", planned_start=D(2023, 11, 8))
    sync = [{"date": D(2023, 11, 9)}, {"date": D(2023, 11, 10)}]
    found = assess(day, week, sync=sync)
    # 每日: 9, 10 are there; the weekend's days move to Monday the 13th, which is still open.
    assert found.missed.tolist() == [0, 1]
    assert found.rag.tolist() == ["green", "yellow"]
    assert found.reason == ["各期记录齐全", "缺 1 期记录"]


def test_many_missing_periods_are_red():
    found = assess(task("T1", deadline="每周一", status="进行中", planned_start=D(2023, 10, 16)))
    assert (found.missed[0], found.rag[0], found.reason[0]) == (3, "red", "缺 3 期记录")


def test_finished_and_stopped_recurrences_are_due_no_more():
    rows = [task(f"T{n}", deadline="每周一", status=s) for n, s in enumerate(("已完成", "暂停", "取消"))]
    found = assess(*rows)
    assert np.isnan(found.missed).all()
    assert found.next_due == [None] * 3
    assert found.rag.tolist() == ["blue", "", ""]


def test_without_a_start_periods_count_from_the_projects_first_date():
    rows = (task("T1", deadline="每周一", status="进行中"), task("T2", deadline=D(2023, 11, 1)))
    assert assess(*rows).missed[0] == 1  # only 11-06 lies between 11-01 and 11-13


def test_two_weeks_without_an_anchor_are_never_guessed():
    found = assess(task("T1", deadline="每两周周五", planned_start=D(2023, 10, 2)))
    assert found.next_due == [None]
    assert np.isnan(found.missed[0])
    assert found.rag[0] == ""


def test_two_weeks_with_an_anchor():
    found = assess(
        task("T1", deadline="每两周周五", planned_start=D(2023, 10, 16)), settings={"anchor": D(2023, 11, 6)}
    )
    # 10-27 and 11-10 passed without a meeting; the next is 11-24.
    assert found.missed[0] == 2
    assert found.next_due[0].date() == D(2023, 11, 24)


def test_a_start_mistyped_by_a_century_costs_nothing():
    found = assess(task("T1", deadline="每日", planned_start=D(1923, 10, 2)))
    assert 2000 < found.missed[0] < 3000


def plainly_missed(dues: list[date], evidence: list[date], start: date) -> int:
    missed, before = 0, start - timedelta(days=1)
    for due in dues:
        if due > start:
            missed += not any(before < day <= due for day in evidence)
            before = due
    return missed


some_days = st.lists(st.dates(D(2023, 10, 1), D(2023, 11, 30)), max_size=12)


@given(some_days, some_days, st.dates(D(2023, 9, 25), D(2023, 12, 5)))
@settings(max_examples=200)
def test_counting_missed_periods_agrees_with_a_plain_loop(dues, evidence, start):
    dues = sorted(set(dues))
    arrays = (np.array(found, dtype="datetime64[D]") for found in (dues, evidence, [start]))
    assert count_missed(*arrays).tolist() == [plainly_missed(dues, evidence, start)]
