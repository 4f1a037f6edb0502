"""Years without an official notice: the days that the law gives, and when a year becomes official.

The days were counted off a wall calendar and the text of the Regulation on Public Holidays.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from xl_collab.project.calendar import seed_days
from xl_collab.project.calendar.statutory import statutory_days
from xl_collab.project.calendar.workdays import Calendar, Day
from xl_collab.schema.holidays import MID_AUTUMN_IN_OCTOBER

D = dt.date
SEEDED = Calendar.seeded()
NAMES = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")


def weekdays_off(year: int) -> list[str]:
    return [f"{date:%m-%d}" for date, _ in statutory_days(year) if date.weekday() < 5]


@pytest.mark.parametrize(
    ("year", "days"),
    [
        # 除夕 is Friday 02-05, 初一 and 初二 a weekend; 05-01 and 05-02 a weekend; 10-02 and 10-03 too
        (2027, "01-01 02-05 02-08 02-09 02-10 04-05 05-03 05-04 06-09 09-15 10-01 10-04 10-05"),
        # 01-01 is a Saturday, 端午 05-28 and 10-01 Sundays, 中秋 falls on 10-03
        (2028, "01-03 01-25 01-26 01-27 01-28 04-04 05-01 05-02 05-29 10-02 10-03 10-04 10-05"),
        # the law of 2014: 春节 from 正月初一 (a Saturday in 2020), 劳动节 one day, 中秋 on 10-01
        (2020, "01-01 01-27 01-28 01-29 04-06 05-01 06-25 10-01 10-02 10-05 10-06"),
        # the law of 2008: 春节 from its eve, Saturday 2013-02-09
        (2013, "01-01 02-11 02-12 02-13 04-04 05-01 06-12 09-19 10-01 10-02 10-03"),
        # the law before it: ten days
        (2007, "01-01 02-19 02-20 02-21 05-01 05-02 05-03 10-01 10-02 10-03"),
    ],
)
def test_the_weekdays_that_the_law_gives(year: int, days: str) -> None:
    assert weekdays_off(year) == days.split()


@pytest.mark.parametrize("year", range(2025, 2036))
def test_thirteen_days_since_2025(year: int) -> None:
    assert len(weekdays_off(year)) == 13


def test_a_weekend_day_of_the_law_stays_off_where_saturdays_are_worked() -> None:
    assert D(2027, 5, 1) in dict(statutory_days(2027))


def test_the_guess_is_within_the_red_threshold_in_every_span_of_45_days() -> None:
    """Measured on thirteen years whose notices are known: weekends alone miss by more in a quarter."""
    first, last = D(2014, 1, 1), D(2026, 11, 16)
    starts = np.arange(np.datetime64(first), np.datetime64(last))
    law = Calendar.from_days(
        Day(date, "off", name, "estimated")
        for year in range(2013, 2027)
        for date, name in statutory_days(year)
    )
    true = SEEDED.between_many(starts, starts + 45)
    assert (
        np.mean(np.abs(law.between_many(starts, starts + 45) - true) > 2) < 0.002
    )  # the break that was made longer in 2020
    assert np.mean(np.abs(Calendar.from_days([]).between_many(starts, starts + 45) - true) > 2) > 0.25


def test_the_lunar_dates_are_those_of_the_official_holidays() -> None:
    """Every known year's first day of 春节, and 清明, 端午 and 中秋, is a day off of that holiday."""
    for year in range(2008, 2027):
        for name, date in zip(("春节", "清明节", "端午节", "中秋节"), seed_days.FESTIVALS[year], strict=True):
            day = SEEDED.listed(date)
            assert not SEEDED.is_workday(date), (year, name)
            assert day is None or name in day.name or (year, name) == (2020, "中秋节"), (year, day)


def test_the_october_years_are_those_of_the_lunar_dates() -> None:
    october = {y: days[3].day for y, days in seed_days.FESTIVALS.items() if y > 2007 and days[3].month == 10}
    assert october == MID_AUTUMN_IN_OCTOBER


# what makes a year official


def year_of(names: tuple[str, ...], source: str = "official") -> list[Day]:
    days = [D(2027, month, 1) for month in (1, 2, 4, 5, 6, 9, 10)]
    return [Day(date, "off", name, source) for date, name in zip(days, NAMES, strict=True) if name in names]


def test_every_statutory_holiday_makes_a_year_official() -> None:
    assert Calendar.from_days(year_of(NAMES)).official_years == {2027}


@pytest.mark.parametrize("missing", NAMES)
def test_one_holiday_less_leaves_it_estimated(missing: str) -> None:
    names = tuple(name for name in NAMES if name != missing)
    calendar = Calendar.from_days(year_of(names))
    assert calendar.official_years == frozenset()
    assert calendar.estimated(D(2027, 3, 1), D(2027, 3, 31)) == (2027,)


def test_typed_or_estimated_rows_make_no_year_official() -> None:
    assert Calendar.from_days(year_of(NAMES[:1])).official_years == frozenset()
    assert Calendar.from_days(year_of(NAMES, "estimated")).official_years == frozenset()
    assert Calendar.from_days(year_of(NAMES, "company")).official_years == frozenset()


def test_a_companys_row_takes_nothing_from_an_official_year() -> None:
    own = [Day(D(2027, 10, 1), "work", "加班", "company")]
    assert Calendar.from_days([*year_of(NAMES), *own]).official_years == {2027}


def test_mid_autumn_may_lie_inside_national_day() -> None:
    """2020: 10-01 to 10-08 are off as 国庆节; the first of them is 中秋节."""
    assert 2020 in SEEDED.official_years
    without = [day for day in SEEDED.days if day.date != D(2020, 10, 1)]
    assert 2020 not in Calendar.from_days(without).official_years


def test_before_2008_four_holidays_are_enough() -> None:
    assert {2004, 2005, 2006, 2007} <= SEEDED.official_years


def test_the_shipped_days_reach_to_2035_as_estimates() -> None:
    assert SEEDED.official_years == frozenset(range(2004, 2027))
    later = [day for day in SEEDED.days if day.date.year > 2026]
    assert {day.source for day in later} == {"estimated"}
    assert {day.date.year for day in later} == set(range(2027, 2036))
    assert not SEEDED.is_workday(D(2027, 2, 8))


def test_what_an_earlier_workbook_lacks_is_told() -> None:
    earlier = Calendar.from_days(day for day in SEEDED.days if day.source == "official")
    assert [day for day in SEEDED.days if day.source == "estimated"] == list(earlier.missing_estimates())
    assert SEEDED.missing_estimates() == ()


def test_a_span_in_an_estimated_year_in_words() -> None:
    told = SEEDED.explain(D(2027, 5, 1), D(2027, 5, 10)).text().splitlines()
    assert told[0] == "2027-05-01 → 2027-05-10：+4 个工作日（不含 2027-05-01，含 2027-05-10；推定）"
    assert "05-02 周日 至 05-04 周二：劳动节放假，3 天不计" in told
    assert told[-1] == "推定：2027 年没有完整的官方放假安排，除已列出的日子外按法定节假日推定"
