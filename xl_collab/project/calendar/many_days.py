"""The calendar's counting for many dates at once: arrays of datetime64[D], NaT where there is none.

Apart from `workdays` because numpy takes long to import, and questions about single days do without.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from xl_collab.project.calendar.workdays import EPOCH, FAR, Days, RollRule, weekday_at

_Ints = npt.NDArray[np.int64]
_DAY = np.dtype("datetime64[D]")


class ManyDays:
    """W(d), the working days up to a day, and its inverse, on day numbers since 1970-01-01.

    first  number of the first listed day
    table  running correction to Monday-to-Friday counting, from the day before it
    span   W(d) of the same days
    """

    def __init__(self, first: int, table: Sequence[int], span: Sequence[int]) -> None:
        self.first = first
        self.table: _Ints = np.array(table, dtype=np.int64)
        self.span: _Ints = np.array(span, dtype=np.int64)

    def is_workday(self, dates: Days) -> npt.NDArray[np.bool_]:
        """Whether each date counts; False for NaT."""
        numbers, missing = self._numbers(dates)
        counts: npt.NDArray[np.bool_] = self._count(numbers) > self._count(numbers - 1)
        return counts & ~missing

    def between(self, b: Days, c: Days) -> npt.NDArray[np.float64]:
        """Working days in (b, c], negative for c before b; NaN where either date is NaT."""
        (start, no_start), (end, no_end) = self._numbers(b), self._numbers(c)
        found: npt.NDArray[np.float64] = (self._count(end) - self._count(start)).astype(np.float64)
        missing = no_start | no_end
        found[missing if missing.shape == found.shape else np.broadcast_to(missing, found.shape)] = np.nan
        return found

    def beyond(self, count: int, dates: Days) -> npt.NDArray[np.float64]:
        """Working days up to each date that are more than `count`; NaN for NaT."""
        numbers, missing = self._numbers(dates)
        found: npt.NDArray[np.float64] = (self._count(numbers) - count).astype(np.float64)
        found[missing] = np.nan
        return found

    def add(self, dates: Days, n: npt.ArrayLike) -> Days:
        """The n-th working day after each date; NaT where the date is NaT or n is NaN."""
        numbers, missing = self._numbers(dates)
        steps = np.asarray(n, dtype=np.float64)
        no_steps = np.isnan(steps)
        missing = missing | no_steps
        whole = _within(np.where(no_steps, 0, steps), -FAR, FAR).astype(np.int64)
        back = whole < 0
        moved = self._nth(self._count(numbers - back) + whole + back)
        return _dates(np.where(whole == 0, numbers, moved), missing)

    def roll(self, dates: Days, rule: RollRule) -> Days:
        """Each date if it is a working day, else the next or the last one; NaT stays NaT."""
        numbers, missing = self._numbers(dates)
        reached = self._count(numbers - 1) + 1 if rule == "following" else self._count(numbers)
        return _dates(self._nth(reached), missing)

    def _numbers(self, dates: Days) -> tuple[_Ints, npt.NDArray[np.bool_]]:
        """Day numbers (a listed day's for NaT, so that nothing leaves the range) and where NaT was."""
        days = np.asarray(dates, dtype=_DAY)
        missing = np.isnat(days)
        return np.where(missing, self.first, days.astype(np.int64)), missing

    def _count(self, numbers: _Ints) -> _Ints:
        place = numbers - (self.first - 1)
        if place.size and place.min() >= 0 and place.max() < len(self.span):  # as nearly always
            return self.span[place]
        place = _within(place, 0, len(self.table) - 1)
        since = numbers - 4
        weeks = since // 7
        counts: _Ints = weeks * 5 + np.minimum(since - weeks * 7 + 1, 5) + self.table[place]
        return counts

    def _nth(self, counts: _Ints) -> _Ints:
        """The first day d with W(d) >= count."""
        inside = self.first + np.searchsorted(self.span, counts, side="left") - 1
        if counts.size and counts.min() > self.span[0] and counts.max() <= self.span[-1]:
            return inside
        after = weekday_at(counts - int(self.table[-1]))
        later = np.where(counts > self.span[-1], after, inside)
        found: _Ints = np.where(counts <= self.span[0], weekday_at(counts), later)
        return found


def _dates(numbers: _Ints, missing: npt.NDArray[np.bool_]) -> Days:
    found: Days = _within(numbers, 1 - EPOCH, dt.date.max.toordinal() - EPOCH).astype("datetime64[D]")
    if not found.shape or found.shape != missing.shape:
        found = np.array(np.broadcast_to(found, np.broadcast_shapes(found.shape, missing.shape)))
        missing = np.broadcast_to(missing, found.shape)
    found[missing] = np.datetime64("NaT", "D")
    return found


def _within(numbers: npt.NDArray[Any], low: int, high: int) -> npt.NDArray[Any]:
    """As np.clip, which takes several times as long for as few numbers as most trackers have rows."""
    found: npt.NDArray[Any] = np.minimum(np.maximum(numbers, low), high)
    return found
