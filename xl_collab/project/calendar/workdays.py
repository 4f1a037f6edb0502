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
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from xl_collab.project.calendar import seed_days, statutory
from xl_collab.project.calendar.explanation import Explanation, explain

DayKind: TypeAlias = Literal["off", "work"]
DaySource: TypeAlias = Literal["official", "company", "estimated"]
RollRule: TypeAlias = Literal["following", "preceding"]
Days: TypeAlias = npt.NDArray[np.datetime64]
DayList: TypeAlias = "tuple[Day, ...]"

_Ints: TypeAlias = npt.NDArray[np.int64]
_FAR = 10_000_000  # working days: more than datetime's 9,999 years hold
_EPOCH = dt.date(1970, 1, 1).toordinal()


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

    __slots__ = ("_by_date", "_first", "_lawful", "_official", "_official_years", "_span", "_table")

    def __init__(self, by_date: dict[dt.date, Day], official: Sequence[Day] = ()) -> None:
        self._by_date = {date: by_date[date] for date in sorted(by_date)}
        self._official = {day.date: day for day in official}
        off = ((day.date, day.name) for day in official if day.kind == "off")
        self._official_years = statutory.official_years(off)
        self._lawful = frozenset(day.date.year for day in by_date.values() if day.source == "estimated")
        self._first, self._table = _table(self._by_date.values())
        # W(d) from the day before the first listed day to the last listed day
        self._span: _Ints = _weekdays_to(np.arange(len(self._table)) + self._first - 1) + self._table

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

    # one date

    def is_workday(self, date: dt.date) -> bool:
        """Whether a date counts."""
        day = self.listed(date)
        return date.weekday() < 5 if day is None else day.kind == "work"

    def between(self, b: dt.date, c: dt.date) -> int:
        """Signed finish variance in working days from baseline `b` to compared date `c`."""
        return self._count_one(_number(c)) - self._count_one(_number(b))

    def workdays_in(self, first: dt.date, last: dt.date) -> int:
        """Working days from `first` to `last`, both included; 0 when last lies before first."""
        return max(0, self._count_one(_number(last)) - self._count_one(_number(first) - 1))

    def add(self, date: dt.date, n: int) -> dt.date:
        """The n-th working day after `date` (before it for n < 0); `date` itself for n = 0.

        Results outside datetime's years 1 to 9999 are clamped to its first or last day.
        """
        if n == 0:
            return _plain(date)
        start = _number(date) if n > 0 else _number(date) - 1
        steps = min(max(n, -_FAR), _FAR)
        return _date(self._nth_one(self._count_one(start) + steps + (n < 0)))

    def roll(self, date: dt.date, rule: RollRule) -> dt.date:
        """`date` if it is a working day, else the next ("following") or last ("preceding") one."""
        return _plain(date) if self.is_workday(date) else self.add(date, 1 if rule == "following" else -1)

    def explain(self, b: dt.date, c: dt.date) -> Explanation:
        """The variance from `b` to `c` day by day, with the reason why each day counts or not."""
        return explain(self, _plain(b), _plain(c))

    # many dates: arrays of datetime64[D], NaT where there is none

    def is_workday_many(self, dates: Days) -> npt.NDArray[np.bool_]:
        """Elementwise `is_workday`; False for NaT."""
        numbers, missing = _numbers(dates)
        counts: npt.NDArray[np.bool_] = self._count(numbers) > self._count(numbers - 1)
        return counts & ~missing

    def between_many(self, b: Days, c: Days) -> npt.NDArray[np.float64]:
        """Elementwise `between` in working days; NaN where either date is NaT."""
        (start, no_start), (end, no_end) = _numbers(b), _numbers(c)
        found: npt.NDArray[np.float64] = (self._count(end) - self._count(start)).astype(np.float64)
        found[np.broadcast_to(no_start | no_end, found.shape)] = np.nan
        return found

    def add_many(self, dates: Days, n: npt.ArrayLike) -> Days:
        """Elementwise `add`; NaT where the date is NaT or n is NaN."""
        numbers, missing = _numbers(dates)
        steps = np.asarray(n, dtype=np.float64)
        missing = missing | np.isnan(steps)
        whole = np.clip(np.nan_to_num(steps), -_FAR, _FAR).astype(np.int64)
        back = whole < 0
        moved = self._nth(self._count(numbers - back) + whole + back)
        return _dates(np.where(whole == 0, numbers, moved), missing)

    def roll_many(self, dates: Days, rule: RollRule) -> Days:
        """Elementwise `roll`; NaT stays NaT."""
        numbers, missing = _numbers(dates)
        reached = self._count(numbers - 1) + 1 if rule == "following" else self._count(numbers)
        return _dates(self._nth(reached), missing)

    # W(d) and its inverse, on day numbers since 1970-01-01

    def _count(self, numbers: _Ints) -> _Ints:
        place = np.clip(numbers - self._first + 1, 0, len(self._table) - 1)
        counts: _Ints = _weekdays_to(numbers) + self._table[place]
        return counts

    def _count_one(self, number: int) -> int:
        place = min(max(number - self._first + 1, 0), len(self._table) - 1)
        return int(_weekdays_to(number)) + int(self._table[place])

    def _nth(self, counts: _Ints) -> _Ints:
        """The first day d with W(d) >= count."""
        inside = self._first + np.searchsorted(self._span, counts, side="left") - 1
        after = _weekday_at(counts - int(self._table[-1]))
        later = np.where(counts > self._span[-1], after, inside)
        found: _Ints = np.where(counts <= self._span[0], _weekday_at(counts), later)
        return found

    def _nth_one(self, count: int) -> int:
        return int(self._nth(np.array([count], dtype=np.int64))[0])


def _table(days: Iterable[Day]) -> tuple[int, _Ints]:
    """The first listed day's number, and the running correction to Monday-to-Friday counting.

    The correction starts with a 0 for "before everything listed" and ends with the total.
    """
    marks = [(_number(day.date), (day.kind == "work") - (day.date.weekday() < 5)) for day in days]
    if not marks:
        return 0, np.zeros(1, dtype=np.int64)
    first, last = marks[0][0], marks[-1][0]
    steps = np.zeros(last - first + 2, dtype=np.int64)
    for number, change in marks:
        steps[number - first + 1] = change
    return first, np.cumsum(steps)


# Day number 4 is Monday 1970-01-05; weeks are counted from there.
def _weekdays_to(number: int | _Ints) -> int | _Ints:
    """Mondays to Fridays from that Monday up to and including a day (negative before it)."""
    weeks, rest = (number - 4) // 7, (number - 4) % 7
    return weeks * 5 + np.minimum(rest + 1, 5)


def _weekday_at(count: _Ints) -> _Ints:
    """The inverse: the day number of the count-th Monday-to-Friday."""
    day: _Ints = (count - 1) // 5 * 7 + (count - 1) % 5 + 4
    return day


def _plain(date: dt.date) -> dt.date:
    return date.date() if isinstance(date, dt.datetime) else date


def _number(date: dt.date) -> int:
    return date.toordinal() - _EPOCH


def _date(number: int) -> dt.date:
    return dt.date.fromordinal(min(max(number + _EPOCH, 1), dt.date.max.toordinal()))


def _numbers(dates: Days) -> tuple[_Ints, npt.NDArray[np.bool_]]:
    """Day numbers (0 for NaT, so that arithmetic stays in range) and where NaT was."""
    days = np.asarray(dates, dtype="datetime64[D]")
    missing = np.isnat(days)
    return np.where(missing, 0, days.astype(np.int64)), missing


def _dates(numbers: _Ints, missing: npt.NDArray[np.bool_]) -> Days:
    found = np.clip(numbers, 1 - _EPOCH, dt.date.max.toordinal() - _EPOCH).astype("datetime64[D]")
    found = np.array(np.broadcast_to(found, np.broadcast_shapes(found.shape, missing.shape)))
    found[np.broadcast_to(missing, found.shape)] = np.datetime64("NaT", "D")
    return found
