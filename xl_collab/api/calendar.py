"""Working days for scripts: a day or a Series of days in, the same out.

A day is a str, a date, a Timestamp or a Series of them. A date that comes in goes out as a date, everything
else as a Timestamp; a Series keeps its index and name, two Series are matched by their index as pandas does,
and what is missing (NaT, None, "") stays missing. What may not enter: how days are counted
(`project.calendar`), how deadlines are read (`functions`, `project.timing`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Sequence
from typing import Any, TypeAlias, overload

import numpy as np
import pandas as pd

from xl_collab.api.speaking import refusal, spoken
from xl_collab.commands.words import SHARED
from xl_collab.errors import Lang, UsageError
from xl_collab.functions.arguments import ArgumentCells, Wrong, said
from xl_collab.functions.rules import NO_MORE, Around, next_due
from xl_collab.project.calendar.workdays import Days, RollRule
from xl_collab.project.tables import column_of
from xl_collab.schema.words import t

Series: TypeAlias = "pd.Series[Any]"
DayLike: TypeAlias = "str | dt.date | np.datetime64"
"""One day; pandas' Timestamp is a date."""

_BAD_RULE = t(
    "“{rule}”不是顺延规则，请写 following（顺延）或 preceding（提前）",
    "{rule!r} is no rule; write following or preceding",
)
_NO_DAY = t(
    "日期要用 str、date、Timestamp 或 Series 给出，不能是 {kind}",
    "Give days as str, date, Timestamp or Series, not as {kind}",
)
_NOT_WHOLE = t("“{text}”不是整数天数", "{text!r} is not a whole number of days")


class Calendar:
    """The working days of `official()`, or of a tracker (`tracker.calendar`, with its company's days)."""

    def __init__(self, around: Around) -> None:
        self._around = around
        self._days = around.calendar

    @classmethod
    def official(cls, *, lang: Lang = "zh") -> Calendar:
        """The State Council's holidays and make-up workdays (调休) as shipped; `lang` of what it says."""
        return cls(Around(dt.date.today(), None, lang))

    @property
    def lang(self) -> Lang:
        """Language of explanations and errors."""
        return self._around.lang

    def __repr__(self) -> str:
        years = sorted(self._days.official_years)
        span = f" of {years[0]}–{years[-1]}" if years else ""
        return f"<xl_collab.Calendar: {len(self._days.days)} listed days, official ones{span}>"

    @overload
    def between(self, start: Series, end: Series | DayLike) -> Series: ...
    @overload
    def between(self, start: DayLike, end: Series) -> Series: ...
    @overload
    def between(self, start: DayLike, end: DayLike) -> int: ...
    @spoken
    def between(self, start: Any, end: Any) -> Any:
        """Signed working days after `start` up to and including `end`; of Series Int64, <NA> for a gap."""
        given = _Given(start, end)
        found = self._days.between_many(given.days(0), given.days(1))
        return given.whole_numbers(found)

    @overload
    def add(self, day: Series, n: int | Series) -> Series: ...
    @overload
    def add(self, day: DayLike, n: Series) -> Series: ...
    @overload
    def add(self, day: str | dt.datetime | np.datetime64, n: int) -> pd.Timestamp: ...
    @overload
    def add(self, day: dt.date, n: int) -> dt.date: ...
    @spoken
    def add(self, day: Any, n: Any) -> Any:
        """The n-th working day after `day`, before it for n < 0; `day` itself for n = 0."""
        given = _Given(day, n)
        return given.dates(self._days.add_many(given.days(0), given.numbers(1)))

    @overload
    def roll(self, day: Series, rule: RollRule = ...) -> Series: ...
    @overload
    def roll(self, day: str | dt.datetime | np.datetime64, rule: RollRule = ...) -> pd.Timestamp: ...
    @overload
    def roll(self, day: dt.date, rule: RollRule = ...) -> dt.date: ...
    @spoken
    def roll(self, day: Any, rule: RollRule = "following") -> Any:
        """`day` if it is a working day, else the next one ("following") or the last one ("preceding")."""
        if rule not in ("following", "preceding"):
            raise refusal(UsageError, _BAD_RULE, rule=rule)
        given = _Given(day)
        return given.dates(self._days.roll_many(given.days(0), rule))

    @overload
    def is_workday(self, day: Series) -> Series: ...
    @overload
    def is_workday(self, day: DayLike) -> bool: ...
    @spoken
    def is_workday(self, day: Any) -> Any:
        """Whether a day counts; of a Series boolean, <NA> where missing."""
        given = _Given(day)
        days = given.days(0)
        return given.truths(self._days.is_workday_many(days), np.isnat(days))

    @overload
    def explain(self, start: Series, end: Series | DayLike) -> Series: ...
    @overload
    def explain(self, start: DayLike, end: Series) -> Series: ...
    @overload
    def explain(self, start: DayLike, end: DayLike) -> str: ...
    @spoken
    def explain(self, start: Any, end: Any) -> Any:
        """Which days between two days count, and why, in words of several lines."""
        given = _Given(start, end)
        pairs = zip(given.days(0).tolist(), given.days(1).tolist(), strict=True)
        return given.texts([None if b is None or c is None else self._said(b, c) for b, c in pairs])

    def _said(self, start: dt.date, end: dt.date) -> str:
        return self._days.explain(start, end).text(self.lang)

    @overload
    def next_due(self, deadline: Series, after: Series | DayLike | None = ...) -> Series: ...
    @overload
    def next_due(self, deadline: DayLike, after: Series) -> Series: ...
    @overload
    def next_due(self, deadline: DayLike, after: DayLike | None = ...) -> pd.Timestamp: ...
    @spoken
    def next_due(self, deadline: Any, after: Any = None) -> Any:
        """When a 时间节点 ("每周一17:00前", a date) is due next after the beginning of the day `after`.

        Without `after` from the tracker's day on, with the official calendar from today. What has no time is
        due at the end of its day. NaT when it is not due any more.
        """
        given = _Given(deadline, self._around.as_of if after is None else after)
        texts, days = given.cells(0), given.days(1)
        after_days = [[day] for day in days.tolist()]
        rows = next_due(self._around, [[text] for text in texts], after_days)
        missing = np.isnat(days)
        found = [_due(text, value) for text, (value,) in zip(texts, rows, strict=True)]
        return given.moments([None if gone else due for due, gone in zip(found, missing, strict=True)])


def _due(deadline: object, found: object) -> dt.datetime | None:
    """What the rule gave: a moment; None for nothing, and where a deadline is over."""
    if isinstance(found, Wrong):
        if found.reason == said(NO_MORE, text=deadline):
            return None
        raise refusal(UsageError, found.reason)
    return found if isinstance(found, dt.datetime) else None


class _Given:
    """Arguments of one call: Series of one index beside single values, as arrays of one length."""

    def __init__(self, *values: Any) -> None:
        for value in values:
            if not (_is_series(value) or pd.api.types.is_scalar(value)):
                raise refusal(UsageError, _NO_DAY, kind=type(value).__name__)
        self._index, self._name, self._values = _matched(values)
        self._like = values[0]

    @property
    def _length(self) -> int:
        return 1 if self._index is None else len(self._index)

    def cells(self, i: int) -> list[object]:
        """An argument as plain Python values, None where it is missing."""
        value = self._values[i]
        cells = [value] * self._length if self._index is None or not _is_series(value) else list(value)
        return [None if _is_missing(one) else _plain(one) for one in cells]

    def days(self, i: int) -> Days:
        """An argument as days. UsageError names the first that is none."""
        value = self._values[i]
        if _is_series(value) and value.dtype.kind == "M":
            zoned = getattr(value.dtype, "tz", None) is not None
            naive = value.dt.tz_localize(None) if zoned else value
            found: Days = naive.to_numpy().astype("datetime64[D]")
            return found
        if _is_series(value):
            return _days_of(self.cells(i))
        return np.broadcast_to(_days_of([None if _is_missing(value) else _plain(value)]), (self._length,))

    def numbers(self, i: int) -> Any:
        """An argument as whole numbers, NaN where it is missing."""
        numbers, wrong = ArgumentCells(column_of(self.cells(i))).whole()
        for cell, error in zip(self.cells(i), wrong, strict=True):
            if error is not None:
                raise refusal(UsageError, _NOT_WHOLE, text=cell)
        return numbers

    # results, in the shape of what was given

    def dates(self, days: Days) -> Any:
        """Days as a Series, a date or a Timestamp."""
        if self._index is not None:
            return self._series(days.astype("datetime64[s]"))
        day = days[0].item()
        plain = isinstance(self._like, dt.date) and not isinstance(self._like, dt.datetime)
        return pd.NaT if day is None else day if plain else pd.Timestamp(day)

    def moments(self, found: Sequence[dt.datetime | None]) -> Any:
        """Moments as a Series or a Timestamp."""
        if self._index is not None:
            return self._series(np.array(found, dtype="datetime64[s]"))
        return pd.NaT if found[0] is None else pd.Timestamp(found[0])

    def whole_numbers(self, found: Any) -> Any:
        """Numbers as a Series or an int."""
        if self._index is not None:
            return self._series(pd.array(found, dtype="Int64"))
        return pd.NA if np.isnan(found[0]) else int(found[0])

    def truths(self, found: Any, missing: Any) -> Any:
        """Truth values as a Series or a bool."""
        if self._index is not None:
            return self._series(pd.arrays.BooleanArray(found, missing))
        return pd.NA if missing[0] else bool(found[0])

    def texts(self, found: Sequence[str | None]) -> Any:
        """Texts as a Series or a str."""
        if self._index is not None:
            return self._series(pd.array(column_of(found), dtype="str"))
        return pd.NA if found[0] is None else found[0]

    def _series(self, values: Any) -> Series:
        return pd.Series(values, index=self._index, name=self._name)


def _matched(values: Sequence[Any]) -> tuple[pd.Index | None, Hashable, list[Any]]:
    """The common index and name, and the values with their Series in its order."""
    series = [value for value in values if _is_series(value)]
    if not series:
        return None, None, list(values)
    index = series[0].index
    found = list(values)
    if any(not index.equals(one.index) for one in series[1:]):
        first, second = (value for value in series)
        first, second = first.align(second)
        index, found = first.index, [first, second]
    names = {one.name for one in series}
    return index, series[0].name if len(names) == 1 else None, found


def _days_of(cells: Sequence[object]) -> Days:
    for cell in cells:
        if isinstance(cell, int | float):  # a serial number of Excel, or a mistake: never a guess
            raise refusal(UsageError, SHARED["bad_date"], text=str(cell))
    days, wrong = ArgumentCells(column_of(cells)).days()
    for cell, error in zip(cells, wrong, strict=True):
        if error is not None:
            raise refusal(UsageError, SHARED["bad_date"], text=str(cell))
    return days


def _is_series(value: object) -> bool:
    return isinstance(value, pd.Series)


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or value == "" or value != value


def _plain(value: Any) -> Any:
    """pandas' and NumPy's scalars as Python's."""
    if isinstance(value, pd.Timestamp):
        return value.tz_localize(None).to_pydatetime(warn=False)
    if isinstance(value, np.datetime64):
        return pd.Timestamp(value).to_pydatetime(warn=False)
    return value.item() if isinstance(value, np.generic) else value


def day(value: DayLike) -> dt.date:
    """One day as a date; UsageError when it is none."""
    found: dt.date | None = None if _is_missing(value) else _days_of([_plain(value)])[0].item()
    if found is None:
        raise refusal(UsageError, SHARED["bad_date"], text=str(value))
    return found
