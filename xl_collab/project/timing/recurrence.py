"""Deadlines that come round again: every Monday, the last workday of each month.

A recurrence names days (nominal dates); the working calendar and the user's rule move those
that fall on a day off. Words are read and written in recurrence_words; no clock may enter: the
moment is a parameter.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Iterator
from itertools import takewhile
from typing import Literal, TypeAlias

from xl_collab.project.calendar.workdays import Calendar
from xl_collab.records import dataclass

MoveRule: TypeAlias = Literal["following", "preceding", "skip"]
Unit: TypeAlias = Literal["day", "workday", "week", "month", "quarter", "half", "year"]
Place: TypeAlias = Literal["day", "workday", "weekday"]

END_OF_DAY = dt.time(23, 59, 59)
_MONTHS: dict[Unit, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
# No calendar keeps a company closed this long; a rule that finds nothing by then never will.
_HORIZON = dt.timedelta(days=366 * 30)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time a recurrence is due: the day it names, and when it is due after moving."""

    nominal: dt.date
    due: dt.datetime

    @property
    def moved(self) -> bool:
        """Whether the calendar moved it off its nominal day."""
        return self.due.date() != self.nominal


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule for nominal dates.

    unit      what comes round; "workday" is every working day
    every     weeks or days between two occurrences (more than 1 needs an anchor)
    weekdays  0 Monday … 6 Sunday: the days of a week, or the one that `nth` counts
    days      days of a month (month and year). A month too short has it on its last day
    month     the month of a yearly date; of a quarter or half-year, its 1st to 6th month
    dates     month and day of each date of a year, where there are several
    nth       position in the period, 1 the first, -1 the last, counting what `place` says
    time      when on the day; None means its end
    """

    unit: Unit
    every: int = 1
    weekdays: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    month: int | None = None
    dates: tuple[tuple[int, int], ...] = ()
    nth: int | None = None
    place: Place = "day"
    time: dt.time | None = None

    @property
    def needs_anchor(self) -> bool:
        """Whether a start date must say which weeks or days are meant (每两周, 每3天)."""
        return self.every > 1

    def next_after(
        self,
        moment: dt.datetime,
        calendar: Calendar,
        rule: MoveRule = "following",
        anchor: dt.date | None = None,
    ) -> Occurrence | None:
        """The first occurrence whose moved date-time is strictly after `moment`.

        Several nominal days may move onto one working day: they are one occurrence, named by
        that day itself where it is among them, else by the earliest. `anchor` is any day of a
        week that counts. None means: an anchor is needed and missing, or nothing is ever due
        (每年10月1日 under "skip"). Moved dates follow nominal ones, never overtake them, so the
        first nominal day that can reach the moment decides.
        """
        if self.needs_anchor and anchor is None:
            return None
        earliest = moment.date()
        if (self.time or END_OF_DAY) <= moment.time():
            earliest = _shift(earliest, 1)
        found = self._due_from(earliest, calendar, rule, anchor)
        return next((occurrence for occurrence in found if occurrence.due > moment), None)

    def occurrences(
        self,
        start: dt.date,
        end: dt.date,
        calendar: Calendar,
        rule: MoveRule = "following",
        anchor: dt.date | None = None,
    ) -> tuple[Occurrence, ...]:
        """Occurrences whose moved due date lies in (start, end]; none without a needed anchor."""
        if (self.needs_anchor and anchor is None) or start >= end:
            return ()
        found = self._due_from(_shift(start, 1), calendar, rule, anchor)
        return tuple(takewhile(lambda occurrence: occurrence.due.date() <= end, found))

    def nominals(
        self, start: dt.date, calendar: Calendar, anchor: dt.date | None = None
    ) -> Iterator[dt.date]:
        """Nominal dates from `start` on, ascending; the calendar serves 工作日 only."""
        if self.unit == "day" and self.every > 1:
            first = _shift(start, ((anchor or start) - start).days % self.every)
            return map(dt.date.fromordinal, range(first.toordinal(), _LAST_DAY + 1, self.every))
        if self.unit in ("day", "workday"):
            found = _days_from(start)
            return (d for d in found if self.unit == "day" or calendar.is_workday(d))
        if self.unit == "week":
            return self._weekly(start, anchor or start)
        return self._periodic(start, calendar)

    def _due_from(
        self, earliest: dt.date, calendar: Calendar, rule: MoveRule, anchor: dt.date | None
    ) -> Iterator[Occurrence]:
        """Occurrences due on `earliest` or later, one per due day, ascending."""
        group: list[dt.date] = []
        due: dt.date | None = None
        limit = _shift(earliest, _HORIZON.days)
        for nominal in self.nominals(_first_nominal(earliest, calendar, rule), calendar, anchor):
            moved = _moved(nominal, calendar, rule)
            if nominal > limit:
                break
            if moved is None:
                continue
            if moved != due and group:
                yield self._occurrence(group, due)
                group, limit = [], _shift(nominal, _HORIZON.days)
            due = moved
            group.append(nominal)
        if group:
            yield self._occurrence(group, due)

    def _occurrence(self, group: list[dt.date], due: dt.date | None) -> Occurrence:
        day = due or group[0]
        nominal = day if day in group else group[0]
        return Occurrence(nominal, dt.datetime.combine(day, self.time or END_OF_DAY))

    def _weekly(self, start: dt.date, anchor: dt.date) -> Iterator[dt.date]:
        phase = _week(anchor) % self.every
        for date in _days_from(start):
            if date.weekday() in self.weekdays and _week(date) % self.every == phase:
                yield date

    def _periodic(self, start: dt.date, calendar: Calendar) -> Iterator[dt.date]:
        length = _MONTHS[self.unit]
        index = (start.year * 12 + start.month - 1) // length
        while (index + 1) * length <= (dt.MAXYEAR + 1) * 12:
            first, last = _period(index * length, length)
            yield from (date for date in self._in_period(first, last, calendar) if date >= start)
            index += 1

    def _in_period(self, first: dt.date, last: dt.date, calendar: Calendar) -> Iterator[dt.date]:
        if self.dates:
            yield from sorted({_in_month(first.replace(month=month), day) for month, day in self.dates})
            return
        if self.nth is None:
            month = first.replace(month=first.month + (self.month or 1) - 1)
            yield from sorted({_in_month(month, day) for day in self.days})
            return
        found = self._nth_day(first, last, calendar)
        if found is not None and first <= found <= last:
            yield found

    def _nth_day(self, first: dt.date, last: dt.date, calendar: Calendar) -> dt.date | None:
        """The nth day, workday or weekday of a period; it may lie outside if there are fewer."""
        nth = self.nth or 1
        if self.place == "workday":
            start = _shift(first, -1) if nth > 0 else _shift(last, 1)
            return calendar.add(start, nth)
        start, step = (first, nth - 1) if nth > 0 else (last, nth + 1)
        if self.place == "day":
            return _shift(start, step)
        gap = (
            (self.weekdays[0] - start.weekday()) % 7
            if nth > 0
            else -((start.weekday() - self.weekdays[0]) % 7)
        )
        return _shift(start, gap + 7 * step)


def _first_nominal(earliest: dt.date, calendar: Calendar, rule: MoveRule) -> dt.date:
    """The first nominal day whose moved date can be `earliest` or later."""
    if rule == "following":
        return _shift(calendar.add(earliest, -1), 1)
    return calendar.roll(earliest, "following") if rule == "preceding" else earliest


def _moved(nominal: dt.date, calendar: Calendar, rule: MoveRule) -> dt.date | None:
    if rule == "skip":
        return nominal if calendar.is_workday(nominal) else None
    return calendar.roll(nominal, rule)


def _period(months_since_zero: int, length: int) -> tuple[dt.date, dt.date]:
    """First and last day of `length` months, counted from year 0."""
    year, month = divmod(months_since_zero, 12)
    final = month + length
    return dt.date(year, month + 1, 1), dt.date(year, final, months.monthrange(year, final)[1])


def _in_month(month: dt.date, day: int) -> dt.date:
    """A day of a month; the last one where the month is too short."""
    return month.replace(day=min(day, months.monthrange(month.year, month.month)[1]))


_LAST_DAY = dt.date.max.toordinal()


def _days_from(start: dt.date) -> Iterator[dt.date]:
    return map(dt.date.fromordinal, range(start.toordinal(), _LAST_DAY + 1))


def _week(date: dt.date) -> int:
    return (date.toordinal() - 1) // 7


def _shift(date: dt.date, days: int) -> dt.date:
    """`date` moved by calendar days, clamped to what datetime can hold."""
    return dt.date.fromordinal(min(max(date.toordinal() + days, 1), dt.date.max.toordinal()))
