"""Recurrences: the ways to write one, and when it falls due, against an enumeration day by day."""

from __future__ import annotations

import calendar as months
import datetime as dt
from itertools import groupby

import pytest
from hypothesis import given, settings, strategies as st

from xl_collab.project.calendar.workdays import Calendar, Day
from xl_collab.project.timing.deadlines import Recurrence, describe, parse_deadline

D, T, DT = dt.date, dt.time, dt.datetime
SEEDED = Calendar.seeded()


# reading recurrences


def weekly(*days: int, every: int = 1, time: dt.time | None = None) -> Recurrence:
    return Recurrence("week", every=every, weekdays=days, time=time)


@pytest.mark.parametrize(
    ("texts", "meant"),
    [
        ("每日|每天|天天|daily|every day", Recurrence("day")),
        ("每个工作日|每工作日|every workday|each working day|every business day", Recurrence("workday")),
        ("每周一17:00前|每周一 17：00 之前|每星期一下午5点前|every Monday by 17:00", weekly(0, time=T(17))),
        ("每周五|每周五前|每周的周五|每周五下班前|weekly on Friday|each fri", weekly(4)),
        ("每周日|每周天|每星期日|每周7|every Sunday", weekly(6)),
        ("每周一、三、五|每周一,三和周五|every Monday, Wednesday and Friday", weekly(0, 2, 4)),
        ("每周一至周五|每周一到五", weekly(0, 1, 2, 3, 4)),
        (
            "每两周周五|隔周周五|隔周五|每隔一周的周五|每2周周五|every two weeks on Friday|every other fri",
            weekly(4, every=2),
        ),
        ("每3周周二|每三周的周二|every 3 weeks on Tuesday", weekly(1, every=3)),
        (
            "每月10日|每月10号前|每月十日|每个月10日|monthly on the 10th|the 10th of each month",
            Recurrence("month", days=(10,)),
        ),
        ("每月10日、25日|每月25号和10号|monthly on the 10th and 25th", Recurrence("month", days=(10, 25))),
        (
            "每月最后一个工作日|每月最后1个工作日|每月末最后一个工作日|last workday of each month",
            Recurrence("month", nth=-1, place="workday"),
        ),
        (
            "每月第一个工作日|每月首个工作日|first workday of every month",
            Recurrence("month", nth=1, place="workday"),
        ),
        (
            "每月倒数第二个工作日|the 2nd-last workday of each month",
            Recurrence("month", nth=-2, place="workday"),
        ),
        (
            "每月最后一天|每月最后一日|每月底|每月月底|每月末|end of each month|last day of every month",
            Recurrence("month", nth=-1),
        ),
        (
            "每月第三个周五|the third Friday of each month",
            Recurrence("month", nth=3, place="weekday", weekdays=(4,)),
        ),
        ("每季度末|每季末|每季度最后一天|end of each quarter", Recurrence("quarter", nth=-1)),
        (
            "每季度末最后一个工作日|每季度最后一个工作日|last workday of each quarter",
            Recurrence("quarter", nth=-1, place="workday"),
        ),
        ("每半年末|每半年最后一天", Recurrence("half", nth=-1)),
        ("每年12月31日|every year on December 31", Recurrence("year", month=12, days=(31,))),
        ("每年底|每年年末|每年最后一天", Recurrence("year", nth=-1)),
    ],
)
def test_ways_to_write_a_recurrence(texts, meant):
    assert {text: parse_deadline(text) for text in texts.split("|")} == dict.fromkeys(texts.split("|"), meant)


TIMES = st.none() | st.builds(T, st.integers(0, 23), st.integers(0, 59), st.sampled_from([0, 0, 30]))
WEEKDAYS = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))
UNITS = st.sampled_from(["month", "quarter", "half", "year"])


def nths(largest: int) -> st.SearchStrategy[int]:
    return st.integers(-largest, largest).filter(bool)


LEAP_DAYS = st.dates(D(2024, 1, 1), D(2024, 12, 31))
RECURRENCES = st.one_of(
    st.builds(Recurrence, st.sampled_from(["day", "workday"]), time=TIMES),
    st.builds(Recurrence, st.just("week"), every=st.integers(1, 12), weekdays=WEEKDAYS, time=TIMES),
    st.builds(
        Recurrence,
        st.just("month"),
        days=st.sets(st.integers(1, 31), min_size=1, max_size=4).map(lambda days: tuple(sorted(days))),
        time=TIMES,
    ),
    st.builds(
        lambda day, time: Recurrence("year", month=day.month, days=(day.day,), time=time), LEAP_DAYS, TIMES
    ),
    st.builds(Recurrence, UNITS, nth=nths(28), time=TIMES),
    st.builds(Recurrence, UNITS, nth=nths(15), place=st.just("workday"), time=TIMES),
    st.builds(
        Recurrence,
        UNITS,
        nth=nths(4),
        place=st.just("weekday"),
        weekdays=st.integers(0, 6).map(lambda day: (day,)),
        time=TIMES,
    ),
)
LANGS = st.sampled_from(["zh", "en"])


@given(RECURRENCES, LANGS)
def test_what_is_written_reads_back_the_same(deadline, lang):
    assert parse_deadline(describe(deadline, lang)) == deadline


# when recurrences fall due


def test_the_weekly_report_of_new_year_moves_to_tuesday():
    report = parse_deadline("每周一17:00前")
    due = report.next_after(DT(2023, 12, 31), SEEDED)
    assert (due.nominal, due.due, due.moved) == (D(2024, 1, 1), DT(2024, 1, 2, 17), True)


@pytest.mark.parametrize(
    ("text", "moment", "rule", "due"),
    [
        ("每周一17:00前", DT(2024, 1, 2, 16, 59, 59), "following", DT(2024, 1, 2, 17)),
        ("每周一17:00前", DT(2024, 1, 2, 17), "following", DT(2024, 1, 8, 17)),
        ("每周一17:00前", DT(2023, 12, 26), "preceding", DT(2023, 12, 29, 17)),
        ("每周一17:00前", DT(2023, 12, 29, 17), "preceding", DT(2024, 1, 8, 17)),
        ("每周一17:00前", DT(2023, 12, 26), "skip", DT(2024, 1, 8, 17)),
        ("每周六", DT(2023, 10, 2), "skip", DT(2023, 10, 7, 23, 59, 59)),
        ("每月最后一个工作日", DT(2023, 9, 28), "following", DT(2023, 9, 28, 23, 59, 59)),
        ("每月第一个工作日", DT(2023, 9, 30), "following", DT(2023, 10, 7, 23, 59, 59)),
        ("每季度末", DT(2023, 9, 1), "following", DT(2023, 10, 7, 23, 59, 59)),
        ("每季度末最后一个工作日", DT(2023, 9, 1), "following", DT(2023, 9, 28, 23, 59, 59)),
        ("每月31日", DT(2024, 2, 1), "following", DT(2024, 2, 29, 23, 59, 59)),
        ("每月第二个周五", DT(2024, 3, 1), "following", DT(2024, 3, 8, 23, 59, 59)),
        ("每半年末", DT(2024, 3, 1), "preceding", DT(2024, 6, 28, 23, 59, 59)),
        ("每年2月29日", DT(2025, 1, 1), "following", DT(2025, 2, 28, 23, 59, 59)),
        ("每个工作日", DT(2024, 2, 9, 23, 59, 59), "following", DT(2024, 2, 18, 23, 59, 59)),
    ],
)
def test_the_next_due_date(text, moment, rule, due):
    assert parse_deadline(text).next_after(moment, SEEDED, rule).due == due


@pytest.mark.parametrize(("anchor", "day"), [(D(2024, 3, 5), 8), (D(2024, 3, 11), 15), (D(2024, 1, 1), 15)])
def test_every_two_weeks_counts_from_the_week_of_its_anchor(anchor, day):
    due = parse_deadline("每两周周五").next_after(DT(2024, 3, 4), SEEDED, anchor=anchor)
    assert due.nominal == D(2024, 3, day)


def test_every_two_weeks_without_an_anchor_is_not_guessed():
    review = parse_deadline("每两周周五")
    assert review.needs_anchor
    assert review.next_after(DT(2024, 3, 4), SEEDED) is None
    assert review.occurrences(D(2024, 3, 4), D(2024, 5, 4), SEEDED) == ()


def test_what_is_never_due_says_so():
    # A company that closes for forty years.
    off = [Day(D(2024, 10, 1) + dt.timedelta(n), "off", "", "company") for n in range(40 * 366)]
    assert Recurrence("day").next_after(DT(2024, 10, 1), Calendar.from_days(off), "skip") is None
    assert Recurrence("day").next_after(DT.max, SEEDED) is None


def test_several_days_that_move_onto_one_are_one_occurrence():
    found = weekly(0, 2, 4).occurrences(D(2023, 9, 28), D(2023, 10, 11), SEEDED)
    assert [(o.nominal.isoformat(), o.due.date().isoformat()) for o in found] == [
        ("2023-09-29", "2023-10-07"),
        ("2023-10-09", "2023-10-09"),
        ("2023-10-11", "2023-10-11"),
    ]


def is_nominal(rule: Recurrence, day: dt.date, calendar: Calendar, anchor: dt.date) -> bool:
    """Whether a day is named by the rule, straight from its definition."""
    if rule.unit in ("day", "workday"):
        return rule.unit == "day" or calendar.is_workday(day)
    if rule.unit == "week":
        monday = anchor - dt.timedelta(days=anchor.weekday())
        weeks = ((day - dt.timedelta(days=day.weekday())) - monday).days // 7
        return day.weekday() in rule.weekdays and weeks % rule.every == 0
    length = months.monthrange(day.year, day.month)[1]
    if rule.nth is None:
        named = day.day in rule.days or (day.day == length and max(rule.days) > length)
        return named and rule.month in (None, day.month)
    size = {"month": 1, "quarter": 3, "half": 6, "year": 12}[rule.unit]
    first = D(day.year, (day.month - 1) // size * size + 1, 1)
    span = [first + dt.timedelta(n) for n in range(366)]
    span = [d for d in span if d.year == day.year and (d.month - 1) // size == (day.month - 1) // size]
    if rule.place == "workday":
        span = [d for d in span if calendar.is_workday(d)]
    if rule.place == "weekday":
        span = [d for d in span if d.weekday() == rule.weekdays[0]]
    place = rule.nth - 1 if rule.nth > 0 else len(span) + rule.nth
    return 0 <= place < len(span) and span[place] == day


def moved(day: dt.date, calendar: Calendar, rule: str) -> dt.date | None:
    """The day after moving, one step at a time."""
    step = {"following": 1, "preceding": -1, "skip": 0}[rule]
    while not calendar.is_workday(day):
        if not step:
            return None
        day += dt.timedelta(days=step)
    return day


def all_due(
    rule: Recurrence, calendar: Calendar, move: str, anchor: dt.date, around: dt.date
) -> list[tuple[dt.date, dt.datetime]]:
    """(nominal, due) of every occurrence in the 450 days around a date, by enumeration."""
    days = [around + dt.timedelta(days=n) for n in range(-40, 410)]
    pairs = [(moved(d, calendar, move), d) for d in days if is_nominal(rule, d, calendar, anchor)]
    found = []
    for due, group in groupby(sorted(pair for pair in pairs if pair[0]), key=lambda pair: pair[0]):
        names = [nominal for _, nominal in group]
        found.append((due if due in names else names[0], DT.combine(due, rule.time or T(23, 59, 59))))
    return found


@st.composite
def company_calendars(draw) -> Calendar:
    """The official days, with a shutdown of up to three weeks and some worked weekends."""
    start = draw(st.dates(D(2023, 12, 1), D(2025, 2, 1)))
    closed = draw(st.integers(0, 21))
    off = [Day(start + dt.timedelta(n), "off", "停产", "company") for n in range(closed)]
    worked = draw(st.lists(st.dates(D(2024, 1, 1), D(2024, 12, 31)), max_size=8))
    return Calendar.from_days([*SEEDED.days, *off, *(Day(d, "work", "", "company") for d in worked)])


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    RECURRENCES,
    company_calendars(),
    st.sampled_from(["following", "preceding", "skip"]),
    st.dates(D(2023, 6, 1), D(2025, 6, 1)),
    st.datetimes(DT(2023, 12, 20), DT(2024, 12, 31)),
    st.integers(0, 120),
)
def test_due_dates_are_those_of_an_enumeration(rule, calendar, move, anchor, moment, length):
    expected = all_due(rule, calendar, move, anchor, moment.date())
    later = [pair for pair in expected if pair[1] > moment]
    found = rule.next_after(moment, calendar, move, anchor)
    # The enumeration looks a year ahead; a rule that falls due later is checked by its own law only.
    if later and later[0][1] < moment + dt.timedelta(days=380):
        assert (found.nominal, found.due) == later[0]
    else:
        assert found is None or found.due > moment + dt.timedelta(days=300)
    start, end = moment.date(), moment.date() + dt.timedelta(days=length)
    period = [pair for pair in expected if start < pair[1].date() <= end]
    assert [(o.nominal, o.due) for o in rule.occurrences(start, end, calendar, move, anchor)] == period


@given(RECURRENCES, st.datetimes(DT(2023, 1, 1), DT(2026, 6, 1)), st.sampled_from(["following", "preceding"]))
def test_the_next_due_date_is_after_the_moment_and_a_working_day(rule, moment, move):
    found = rule.next_after(moment, SEEDED, move, anchor=D(2023, 1, 2))
    assert found.due > moment
    assert SEEDED.is_workday(found.due.date())
    assert found.moved == (not SEEDED.is_workday(found.nominal))
