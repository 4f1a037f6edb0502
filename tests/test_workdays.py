"""The working calendar against an independent oracle, a loop, and the laws it must obey."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import holidays
import numpy as np
import pytest
from effort import effort
from hypothesis import given, strategies as st

from tools.build import seed_calendar
from xl_collab.project.calendar import seed_days
from xl_collab.project.calendar.workdays import Calendar, Day

SEEDED = Calendar.seeded()
DATES = st.dates(dt.date(2003, 1, 1), dt.date(2029, 12, 31))
ANY_DATES = st.dates(dt.date(1, 2, 1), dt.date(9999, 11, 30))
STEPS = st.integers(-400, 400)
D = dt.date


def counted_by_hand(calendar: Calendar, b: dt.date, c: dt.date) -> int:
    """Working days in (b, c], one after another."""
    days = (b + dt.timedelta(days=n) for n in range(1, (c - b).days + 1))
    return sum(calendar.is_workday(day) for day in days)


@st.composite
def calendars(draw) -> Calendar:
    days = draw(
        st.lists(
            st.builds(
                Day,
                st.dates(D(2020, 1, 1), D(2020, 12, 31)),
                st.sampled_from(["off", "work"]),
                st.just("x"),
                st.sampled_from(["official", "company", "estimated"]),
            ),
            max_size=60,
        )
    )
    return Calendar.from_days(days)


def test_the_seed_agrees_with_holidays_on_every_day():
    oracle = holidays.country_holidays("CN", years=range(2004, 2027))
    days = (D.fromordinal(n) for n in range(D(2004, 1, 1).toordinal(), D(2026, 12, 31).toordinal() + 1))
    assert [day for day in days if SEEDED.is_workday(day) != oracle.is_working_day(day)] == []


@pytest.mark.parametrize(
    ("b", "c", "workdays"),
    [
        (D(2023, 9, 28), D(2023, 10, 9), 3),
        (D(2023, 10, 9), D(2023, 9, 28), -3),
        (D(2023, 10, 7), D(2023, 10, 8), 1),
        (D(2023, 10, 8), D(2023, 10, 15), 5),
        (D(2023, 12, 29), D(2024, 1, 2), 1),
        (D(2024, 2, 9), D(2024, 2, 18), 1),
        (D(2026, 2, 13), D(2026, 2, 28), 6),
        (D(2024, 2, 2), D(2024, 2, 2), 0),
    ],
)
def test_variances_counted_on_a_paper_calendar(b, c, workdays):
    assert SEEDED.between(b, c) == workdays


def test_the_samples_sundays():
    assert SEEDED.is_workday(D(2023, 10, 8))
    assert not SEEDED.is_workday(D(2023, 10, 15))
    assert not SEEDED.is_workday(D(2024, 1, 1))


@pytest.mark.parametrize(("n", "day"), [(-3, 27), (-5, 23), (-1, 29), (0, 30)])
def test_warning_days_before_the_prototype(n, day):
    assert SEEDED.add(D(2023, 11, 30), n) == D(2023, 11, day)


@given(calendars(), st.dates(D(2019, 12, 1), D(2021, 2, 1)), st.integers(0, 400))
def test_between_is_the_loop(calendar, b, length):
    c = b + dt.timedelta(days=length)
    assert calendar.between(b, c) == counted_by_hand(calendar, b, c)


@given(DATES, DATES, DATES)
def test_variance_is_antisymmetric_additive_and_monotone(a, b, c):
    assert SEEDED.between(a, b) == -SEEDED.between(b, a)
    assert SEEDED.between(a, b) + SEEDED.between(b, c) == SEEDED.between(a, c)
    assert b > c or SEEDED.between(a, b) <= SEEDED.between(a, c)


@given(calendars(), st.dates(D(2019, 6, 1), D(2021, 6, 1)), STEPS)
def test_adding_n_working_days_moves_by_n_and_back(calendar, date, n):
    start = calendar.roll(date, "following")
    moved = calendar.add(start, n)
    assert calendar.is_workday(moved)
    assert calendar.between(start, moved) == n
    assert calendar.add(moved, -n) == start


@given(DATES, st.integers(1, 60))
def test_the_nth_working_day_before_or_after_any_day(date, n):
    later, earlier = SEEDED.add(date, n), SEEDED.add(date, -n)
    assert SEEDED.is_workday(later)
    assert SEEDED.is_workday(earlier)
    assert SEEDED.workdays_in(date + dt.timedelta(1), later) == n
    assert SEEDED.workdays_in(earlier, date - dt.timedelta(1)) == n


@given(calendars(), st.dates(D(2019, 12, 1), D(2021, 2, 1)))
def test_rolling_finds_the_nearest_working_day_on_its_side(calendar, date):
    after, before = calendar.roll(date, "following"), calendar.roll(date, "preceding")
    assert before <= date <= after
    assert calendar.is_workday(before)
    assert calendar.is_workday(after)
    assert calendar.workdays_in(before, after) == (1 if before == after else 2)


@given(st.lists(st.tuples(ANY_DATES, ANY_DATES, STEPS), min_size=1, max_size=30))
def test_arrays_say_the_same_as_single_dates(rows):
    b, c = (np.array([row[i] for row in rows], dtype="datetime64[D]") for i in (0, 1))
    n = np.array([row[2] for row in rows])
    assert SEEDED.between_many(b, c).tolist() == [SEEDED.between(x, y) for x, y, _ in rows]
    assert SEEDED.add_many(b, n).tolist() == [SEEDED.add(x, k) for x, _, k in rows]
    assert SEEDED.is_workday_many(b).tolist() == [SEEDED.is_workday(x) for x, _, _ in rows]
    for rule in ("following", "preceding"):
        assert SEEDED.roll_many(b, rule).tolist() == [SEEDED.roll(x, rule) for x, _, _ in rows]


def test_missing_dates_stay_missing():
    dates = np.array(["2023-10-07", "NaT"], dtype="datetime64[D]")
    day = np.datetime64("2023-10-09")
    assert np.isnan(SEEDED.between_many(dates, np.array([day, day]))).tolist() == [False, True]
    assert np.isnan(SEEDED.between_many(day, dates)).tolist() == [False, True]
    assert np.isnat(SEEDED.add_many(dates, 2)).tolist() == [False, True]
    assert np.isnat(SEEDED.add_many(dates[:1], [1.0, np.nan])).tolist() == [False, True]
    assert np.isnat(SEEDED.roll_many(dates, "following")).tolist() == [False, True]
    assert SEEDED.is_workday_many(dates).tolist() == [True, False]


def test_a_hundred_thousand_variances_take_milliseconds():
    days = np.datetime64("2023-01-01") + np.arange(100_000) % 1500
    SEEDED.between_many(days, days[::-1])
    # It takes about half a yardstick; row by row it takes fifty.
    assert effort(lambda: SEEDED.between_many(days, days[::-1]), 10) < 10


def test_the_ends_of_time_are_clamped_not_crashed():
    assert SEEDED.add(D.max, 1) == D.max
    assert SEEDED.add(D.min, -1) == D.min
    assert SEEDED.add(D(2023, 1, 1), 10**30) == D.max
    assert SEEDED.add_many(np.array(["2023-01-01"], dtype="datetime64[D]"), np.inf).tolist() == [D.max]
    assert SEEDED.between(D.min, D.max) == -SEEDED.between(D.max, D.min) > 2_600_000


def test_an_empty_calendar_counts_monday_to_friday():
    plain = Calendar.from_days([])
    assert plain.between(D(2023, 9, 28), D(2023, 10, 9)) == 7
    assert plain.add(D(2023, 9, 29), 1) == D(2023, 10, 2)


def test_the_last_row_of_a_date_wins():
    twice = [Day(D(2024, 5, 6), "off", "停工", "company"), Day(D(2024, 5, 6), "work", "复工", "company")]
    assert Calendar.from_days(twice).is_workday(D(2024, 5, 6))
    assert not Calendar.from_days(twice[::-1]).is_workday(D(2024, 5, 6))
    assert len(Calendar.from_days(twice).days) == 1


def test_the_lists_for_the_workbooks_formula():
    days = [
        Day(D(2024, 5, 6), "off", "停工", "company"),
        Day(D(2024, 5, 7), "work", "平日", "company"),
        Day(D(2024, 5, 11), "work", "补班", "company"),
    ]
    assert Calendar.from_days(days).off_days == (D(2024, 5, 6),)
    assert Calendar.from_days(days).make_up_days == (D(2024, 5, 11),)


def test_years_without_official_data_are_named():
    assert SEEDED.official_years == frozenset(range(2004, 2027))
    assert SEEDED.estimated(D(2025, 1, 1), D(2026, 12, 31)) == ()
    assert SEEDED.estimated(D(2028, 3, 1), D(2026, 3, 1)) == (2027, 2028)
    assert SEEDED.estimated() == ()


def test_the_december_days_of_next_years_notice_make_no_official_year():
    """Nor does a first of January alone: a year is official with all its holidays (test_statutory)."""
    new_year = [
        Day(D(2027, 12, 31), "off", "元旦", "official"),
        Day(D(2028, 1, 1), "off", "元旦", "official"),
    ]
    assert Calendar.from_days(new_year).official_years == frozenset()


def test_the_seed_is_what_the_generator_writes():
    assert seed_calendar.TARGET.read_text(encoding="utf-8") == seed_calendar.render(last_year=2026)


def test_check_tells_a_stale_seed(tmp_path, monkeypatch, capsys):
    stale = tmp_path / "seed_days.py"
    stale.write_text(seed_calendar.render(last_year=2020), encoding="utf-8")
    monkeypatch.setattr(seed_calendar, "TARGET", stale)
    assert seed_calendar.main(["--check"]) == 1
    assert seed_calendar.main([]) == 0
    assert seed_calendar.main(["--check"]) == 0
    assert capsys.readouterr().out == "seed_days.py: stale\nseed_days.py: up to date\n"


def test_the_seed_needs_no_calendar_package():
    code = "import sys; from xl_collab.project.calendar.workdays import Calendar; Calendar.seeded();"
    code += "print('chinese_calendar' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"


def test_every_seeded_name_has_an_english_one():
    assert {name for _, _, name in seed_days.listed_days()} == set(seed_days.NAMES_EN)


# explanations


def test_the_samples_slip_in_words():
    assert SEEDED.explain(D(2023, 9, 28), D(2023, 10, 9)).text("zh").splitlines() == [
        "2023-09-28 → 2023-10-09：+3 个工作日（不含 2023-09-28，含 2023-10-09）",
        "09-29 周五 至 10-06 周五：中秋节、国庆节放假，8 天不计",
        "10-07 周六 至 10-08 周日：国庆节调休上班，计 2",
        "10-09 周一：工作日，计 1",
        "按周一至周五数会得 7，相差 -4",
    ]


def test_the_samples_slip_in_english():
    assert SEEDED.explain(D(2023, 9, 28), D(2023, 10, 9)).text("en").splitlines() == [
        "2023-09-28 → 2023-10-09: +3 working days (after 2023-09-28, up to and including 2023-10-09)",
        "09-29 Fri to 10-06 Fri: Mid-Autumn Festival, National Day holiday, 8 days not counted",
        "10-07 Sat to 10-08 Sun: make-up workday for National Day, count 2",
        "10-09 Mon: 1 working day",
        "Counting Monday to Friday would give 7 (difference -4)",
    ]


def test_an_early_date_is_negative_and_the_contrast_is_left_out_where_there_is_none():
    assert SEEDED.explain(D(2023, 11, 3), D(2023, 10, 31)).text().splitlines() == [
        "2023-11-03 → 2023-10-31：-3 个工作日（不含 2023-10-31，含 2023-11-03；提前记为负）",
        "11-01 周三 至 11-03 周五：工作日，计 3",
    ]


def test_company_days_and_doubt_are_told():
    days = [Day(D(2027, 5, 6), "off", "厂庆", "company"), Day(D(2027, 5, 8), "work", "补班", "company")]
    told = Calendar.from_days(days).explain(D(2027, 5, 5), D(2027, 5, 9))
    assert told.text().splitlines()[1:] == [
        "05-06 周四：公司休息日（厂庆），1 天不计",
        "05-07 周五：工作日，计 1",
        "05-08 周六：公司工作日（补班），计 1",
        "05-09 周日：周末 1 天不计",
        "推定：2027 年没有完整的官方放假安排，除已列出的日子外按周一至周五推定",
    ]
    assert "no complete official holidays known for 2027; Monday to Friday" in told.text("en")
    assert all(day.estimated for day in told.days)


@given(calendars(), st.dates(D(2019, 12, 1), D(2021, 2, 1)), st.integers(-90, 90))
def test_the_days_of_an_explanation_add_up(calendar, b, length):
    c = b + dt.timedelta(days=length)
    told = calendar.explain(b, c)
    assert told.total == calendar.between(b, c)
    assert told.weekdays == Calendar.from_days([]).between(b, c)
    assert len(told.days) == abs(length)
    assert told.estimated_years == calendar.estimated(b, c)
