"""The working calendar: which days count, and how many lie between two dates.

Monday to Friday work, Saturday and Sunday do not, unless a listed day says otherwise: a
holiday, a weekend made up for (调休), a company day. Where the list comes from (the sheet 节假日,
the seed, a yearly notice) is not this room's business, and no clock may enter.

Working days are counted as W(d), the number of them up to and including d. The signed
variance from b to c is W(c) - W(b): working days in (b, c], negative ones in (c, b] when c is
earlier. Away from the listed days W is arithmetic, so every date a program can hold has an
answer; between the first and the last listed day a table corrects it.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, cycle, islice
from operator import add
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from xl_collab.project.calendar import seed_days, statutory
from xl_collab.project.calendar.explanation import Explanation, explain, weekdays

if TYPE_CHECKING:  # numpy takes long to import: who asks about single days does without
    import numpy as np
    import numpy.typing as npt

    from xl_collab.project.calendar.many_days import ManyDays

DayKind: TypeAlias = Literal["off", "work"]
DaySource: TypeAlias = Literal["official", "company", "estimated"]
RollRule: TypeAlias = Literal["following", "preceding"]
Days: TypeAlias = "npt.NDArray[np.datetime64]"
DayList: TypeAlias = "tuple[Day, ...]"

FAR = 10_000_000  # working days: more than datetime's 9,999 years hold
EPOCH = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Day:
    """A listed day: off or working, what it is called, and who says so."""

    date: dt.date
    kind: DayKind
    name: str
    source: DaySource


def estimated_days(first: int) -> list[Day]:
    """The statutory days of the years from `first` on, as far as their lunar dates are known."""
    years = range(first, statutory.LAST_YEAR + 1)
    days = (day for year in years for day in statutory.statutory_days(year))
    return [Day(date, "off", name, "estimated") for date, name in days]


class Calendar:
    """Working days, immutable. Build it with `from_days` or `seeded`; the last row of a date wins."""

    def __init__(self, by_date: dict[dt.date, Day], official: Sequence[Day] = ()) -> None:
        self._by_date = {date: by_date[date] for date in sorted(by_date)}
        self._official = {day.date: day for day in official}
        off = ((day.date, day.name) for day in official if day.kind == "off")
        self._official_years = statutory.official_years(off)
        self._lawful = frozenset(day.date.year for day in by_date.values() if day.source == "estimated")
        self._first, self._table = _table(self._by_date.values())

    @classmethod
    def from_days(cls, days: Iterable[Day], unlisted: Collection[dt.date] = ()) -> Calendar:
        """A calendar of these rows; where a date is listed twice the last row wins.

        Dates in `unlisted` are ordinary days whatever the rows say. What is official stays so below a
        company's row of the same date: a company's own day makes no year less official.
        """
        rows = list(days)
        listed = {day.date: day for day in rows if day.date not in unlisted}
        return cls(listed, [day for day in rows if day.source == "official"])

    @classmethod
    def seeded(cls) -> Calendar:
        """The days shipped with the product: official ones (seed_days), then the law's as estimates."""
        official = [Day(date, kind, name, "official") for date, kind, name in seed_days.listed_days()]
        known = statutory.official_years((day.date, day.name) for day in official if day.kind == "off")
        return cls.from_days([*official, *estimated_days(max(known) + 1)])

    # what is listed

    @property
    def days(self) -> DayList:
        """Every listed day once, by date."""
        return tuple(self._by_date.values())

    @property
    def off_days(self) -> tuple[dt.date, ...]:
        """Listed days off, by date: the list 休 of the workbook's NETWORKDAYS formula."""
        return tuple(day.date for day in self._by_date.values() if day.kind == "off")

    @property
    def make_up_days(self) -> tuple[dt.date, ...]:
        """Listed *weekend* workdays, each once: the list 班 of the workbook's formula."""
        return tuple(d.date for d in self._by_date.values() if d.kind == "work" and d.date.weekday() >= 5)

    @property
    def official_years(self) -> frozenset[int]:
        """Years of which every statutory holiday is listed by an official notice (see statutory)."""
        return self._official_years

    def listed(self, date: dt.date) -> Day | None:
        """The listed day of a date, if any."""
        return self._by_date.get(_plain(date))

    def official(self, date: dt.date) -> Day | None:
        """What an official notice says of a date, also where a company's row counts instead."""
        return self._official.get(_plain(date))

    def missing_estimates(self) -> DayList:
        """The statutory days that the calendar ought to list for the years after its official ones.

        They are what a workbook lacks that was made before such days were shipped.
        """
        later = estimated_days(max(self._official_years, default=dt.MAXYEAR) + 1)
        listed = {day.date.year for day in self._by_date.values() if day.source == "estimated"}
        return tuple(day for day in later if day.date.year not in listed and self.listed(day.date) is None)

    def guessed_by_law(self, year: int) -> bool:
        """Whether a year without a notice is estimated by its statutory days, not by weekdays alone."""
        return year in self._lawful

    def estimated(self, *dates: dt.date) -> tuple[int, ...]:
        """Whether anything between `dates` is estimated, and in which years (no official data)."""
        if not dates:
            return ()
        years = [date.year for date in dates]
        return tuple(y for y in range(min(years), max(years) + 1) if y not in self._official_years)

    @property
    def corrections(self) -> tuple[int, list[int]]:
        """The first listed day, counted from 1970-01-01, and what listed days add to counting Monday to
        Friday: from the day before it to the last listed day, summed up.
        """
        return self._first, list(self._table)

    # one date

    def is_workday(self, date: dt.date) -> bool:
        """Whether a date counts."""
        day = self.listed(date)
        return date.weekday() < 5 if day is None else day.kind == "work"

    def between(self, b: dt.date, c: dt.date) -> int:
        """Signed finish variance in working days from baseline `b` to compared date `c`."""
        return self._count(_number(c)) - self._count(_number(b))

    def workdays_in(self, first: dt.date, last: dt.date) -> int:
        """Working days from `first` to `last`, both included; 0 when last lies before first."""
        return max(0, self._count(_number(last)) - self._count(_number(first) - 1))

    def add(self, date: dt.date, n: int) -> dt.date:
        """The n-th working day after `date` (before it for n < 0); `date` itself for n = 0.

        Results outside datetime's years 1 to 9999 are clamped to its first or last day.
        """
        if n == 0:
            return _plain(date)
        start = _number(date) if n > 0 else _number(date) - 1
        steps = min(max(n, -FAR), FAR)
        return _date(self._nth(self._count(start) + steps + (n < 0)))

    def roll(self, date: dt.date, rule: RollRule) -> dt.date:
        """`date` if it is a working day, else the next ("following") or last ("preceding") one."""
        return _plain(date) if self.is_workday(date) else self.add(date, 1 if rule == "following" else -1)

    def explain(self, b: dt.date, c: dt.date) -> Explanation:
        """The variance from `b` to `c` day by day, with the reason why each day counts or not."""
        return explain(self, _plain(b), _plain(c))

    def contrast(self, b: dt.date, c: dt.date) -> int | None:
        """What counting Monday to Friday would give, where that differs from `between`; None where not."""
        plain = weekdays(_plain(b), _plain(c))
        return None if plain == self.between(b, c) else plain

    # many dates: arrays of datetime64[D], NaT where there is none

    def is_workday_many(self, dates: Days) -> npt.NDArray[np.bool_]:
        """Elementwise `is_workday`; False for NaT."""
        return self._many.is_workday(dates)

    def between_many(self, b: Days | dt.date, c: Days) -> npt.NDArray[np.float64]:
        """Elementwise `between` in working days, all from one day if `b` is one; NaN where a date is NaT."""
        if isinstance(b, dt.date):
            return self._many.beyond(self._count(_number(b)), c)
        return self._many.between(b, c)

    def add_many(self, dates: Days, n: npt.ArrayLike) -> Days:
        """Elementwise `add`; NaT where the date is NaT or n is NaN."""
        return self._many.add(dates, n)

    def roll_many(self, dates: Days, rule: RollRule) -> Days:
        """Elementwise `roll`; NaT stays NaT."""
        return self._many.roll(dates, rule)

    @cached_property
    def _many(self) -> ManyDays:
        from xl_collab.project.calendar.many_days import ManyDays

        return ManyDays(self._first, self._table, self._span)

    # W(d) and its inverse, on day numbers since 1970-01-01

    @cached_property
    def _span(self) -> list[int]:
        """W(d) from the day before the first listed day to the last listed day."""
        before = self._first - 1
        # Of the days from Monday 1970-01-05 on, five of seven count.
        rises = islice(cycle((1, 1, 1, 1, 1, 0, 0)), (self._first - 4) % 7, None)
        plain = accumulate(islice(rises, len(self._table) - 1), initial=weekdays_to(before))
        return list(map(add, plain, self._table))

    def _count(self, number: int) -> int:
        place = min(max(number - self._first + 1, 0), len(self._table) - 1)
        return weekdays_to(number) + self._table[place]

    def _nth(self, count: int) -> int:
        """The first day d with W(d) >= count."""
        if count <= self._span[0]:
            return weekday_at(count)
        if count > self._span[-1]:
            return weekday_at(count - self._table[-1])
        return self._first + bisect_left(self._span, count) - 1


def _table(days: Iterable[Day]) -> tuple[int, list[int]]:
    """The first listed day's number, and the running correction to Monday-to-Friday counting.

    The correction starts with a 0 for "before everything listed" and ends with the total.
    """
    marks = {_number(day.date): (day.kind == "work") - (day.date.weekday() < 5) for day in days}
    if not marks:
        return 0, [0]
    first, last = min(marks), max(marks)
    return first, [0, *accumulate(marks.get(number, 0) for number in range(first, last + 1))]


# Day number 4 is Monday 1970-01-05; weeks are counted from there.
def weekdays_to(number: int) -> int:
    """Mondays to Fridays from that Monday up to and including a day (negative before it)."""
    weeks, rest = divmod(number - 4, 7)
    return weeks * 5 + min(rest + 1, 5)


Number = TypeVar("Number", int, "npt.NDArray[np.int64]")


def weekday_at(count: Number) -> Number:
    """The inverse: the day number of the count-th Monday-to-Friday; of many at once too."""
    return (count - 1) // 5 * 7 + (count - 1) % 5 + 4


def _plain(date: dt.date) -> dt.date:
    return date.date() if isinstance(date, dt.datetime) else date


def _number(date: dt.date) -> int:
    return date.toordinal() - EPOCH


def _date(number: int) -> dt.date:
    return dt.date.fromordinal(min(max(number + EPOCH, 1), dt.date.max.toordinal()))
