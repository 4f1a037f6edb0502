"""时间节点: what a person put into a deadline, read as one date, a recurrence, or not at all.

Values in, deadlines out. Nothing is ever guessed: what could mean two things is Unreadable with
its reason, and so is what means none. A fuzzy date parser may not enter (one reads 2023年10月8日
as a day of 2026), nor the clock: a date without year takes it from a date given as `near`.
"""

from __future__ import annotations

import datetime as dt
import math
import numbers
import re
from dataclasses import replace
from functools import cache, lru_cache
from typing import TypeAlias

from xl_collab.errors import Lang
from xl_collab.project.timing.dates import nearest as nearest, read_day
from xl_collab.project.timing.outcomes import (
    REASONS as REASONS,
    Blank as Blank,
    FixedDate as FixedDate,
    Reason,
    Unreadable as Unreadable,
)
from xl_collab.project.timing.period_ends import read_period_end
from xl_collab.project.timing.phrasing import bare, normalised
from xl_collab.project.timing.recurrence import Recurrence as Recurrence
from xl_collab.project.timing.recurrence_words import clock_text, describe_recurrence, read_recurrence
from xl_collab.project.timing.relative import Relative as Relative, describe_relative, read_relative
from xl_collab.project.timing.times_of_day import split_time, time_last
from xl_collab.schema.keys import guarded

Deadline: TypeAlias = FixedDate | Recurrence | Relative | Blank | Unreadable

_LAST_SERIAL = 2958465  # 9999-12-31
_LONGEST_TEXT = 200  # characters; a deadline is a few words, and patterns need not see an essay
_SECONDS = 86400
# Why a text that is neither date nor recurrence is not one; the first pattern found decides.
_WHY: tuple[tuple[Reason, str], ...] = (
    ("pending", r"待定|待确认|待通知|另行通知|未定|暂定|\btb[adc]\b"),
    ("relative", r"[今明后昨]天|[本下上这]个?(?:周|月|星期|季|礼拜)|\b(?:next|this|tomorrow|today)\b"),
    (
        "relative",
        r"\d+个?(?:工作日|天|日|周|月)(?:内|后)|内$|后$|后[\d一二两三四五六七八九十]+个?(?:工作|[天日周月])",
    ),
    ("relative", r"^[^\d]*\+\d|\bafter\b|^[a-z]{1,6}\d+[+-]\d"),
    ("several", r"\d[日号]?[、,;和及]\d"),
    ("range", r"\d[日号]?(?:至|到|~| to |-)+\d+(?:月|年|-\d+-)|\d[日号]?(?:至|到|~)\d|:\d\d-$"),
    ("range", r"^(?:\d{4}\.)?\d{1,2}[./月]\d{1,2}[日号]?(?:-|至|到|~)\d|[日号]-\d"),
    ("incomplete", r"^\d{4}年?$|^\d{4}年\d{1,2}月$|^\d{1,2}月份?$|^\d{4}[-./]\d{1,2}$"),
    (
        "incomplete",
        r"^(?:每|隔).*(?:周|星期|月|季度?|年)$|^(?:weekly|monthly|quarterly|yearly|every \w+)$",
    ),
    ("vague", r"q[1-4]|季度|[年月周][底末初]|[上中下]旬|半年|尽快|\basap\b|\bsoon\b"),
    ("ambiguous", r"^\d{1,2}[-./]\d{1,2}(?:[-./]\d{1,4})?$|^\d{2}年|^(?:周|星期).$|^biweekly|双周"),
    ("serial_text", r"^-?\d+(?:\.\d+)?$"),
)


def _not_read(value: object) -> Deadline:
    return Unreadable(str(value).strip(), "failed")


@guarded(_not_read)
def parse_deadline(value: object, *, near: dt.date | None = None, serials: bool = False) -> Deadline:
    """Read a cell's value as a deadline.

    value    a date or datetime, an Excel serial of the 1900 system (1 to 2958465, not 60), an
             eight-digit number, or text
    near     a date of the row or its neighbours: a date without year takes the year that brings
             it nearest to this one, and is flagged
    serials  whether a five-digit number in text is a serial too (for date columns)
    """
    if type(value) is dt.date:  # as nearly all are
        return FixedDate(value)
    value, near = _plain(value), _day(near)
    if value is None:
        return Blank()
    if isinstance(value, dt.date):
        return _from_date(value)
    if isinstance(value, dt.time | dt.timedelta):
        return Unreadable(str(value), "time_only")
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        return _from_number(float(value), str(value))
    return _from_text(str(value), near, serials)


def parse_date(value: object, *, near: dt.date | None = None) -> dt.date | None:
    """The day that a date column's value means, or None: blank, unreadable or a recurrence."""
    found = parse_deadline(value, near=near, serials=True)
    return found.date if isinstance(found, FixedDate) else None


def describe(deadline: Deadline, lang: Lang = "zh") -> str:
    """The canonical wording, which `parse_deadline` reads back as the same deadline."""
    if isinstance(deadline, Recurrence):
        return describe_recurrence(deadline, lang)
    if isinstance(deadline, Relative):
        return describe_relative(deadline, lang)
    if isinstance(deadline, FixedDate):
        if deadline.time is None:
            return deadline.date.isoformat()
        time = clock_text(deadline.time)
        return f"{deadline.date} by {time}" if lang == "en" else f"{deadline.date} {time}前"
    return deadline.text if isinstance(deadline, Unreadable) else ""


def _plain(value: object) -> object:
    """The Python value of a NumPy scalar; None for what pandas writes where nothing is."""
    kind = getattr(getattr(value, "dtype", None), "kind", "")  # without numpy there is no scalar of it
    if kind == "M":
        return value.astype("datetime64[us]").item()  # type: ignore[attr-defined]
    if kind:
        value = value.item()  # type: ignore[attr-defined]
    empty = type(value).__name__ in ("NaTType", "NAType") or (isinstance(value, float) and math.isnan(value))
    return None if empty else value


def _day(near: object) -> dt.date | None:
    """The day of a neighbour, which may come as a datetime or be missing."""
    near = _plain(near)
    if isinstance(near, dt.datetime):
        return near.date()
    return near if isinstance(near, dt.date) else None


def _from_date(value: dt.date) -> Deadline:
    if not isinstance(value, dt.datetime):
        return FixedDate(value)
    seconds = value.hour * 3600 + value.minute * 60 + value.second + round(value.microsecond / 1e6)
    return _at_second(value.date(), seconds)


def _at_second(date: dt.date, seconds: int) -> Deadline:
    """A date and the seconds since its midnight; midnight itself means that no time was given."""
    try:
        date += dt.timedelta(days=seconds // _SECONDS)
    except OverflowError:
        return Unreadable(str(date), "out_of_range")
    hour, rest = divmod(seconds % _SECONDS, 3600)
    return FixedDate(date, dt.time(hour, rest // 60, rest % 60) if seconds % _SECONDS else None)


def _from_number(number: float, text: str) -> Deadline:
    if math.isfinite(number) and number == int(number) and re.fullmatch(r"\d{8}", f"{number:.0f}"):
        return _dated(f"{number:.0f}", None, None, text)
    if _looks_typed(number):
        return Unreadable(text, "ambiguous")
    if 0 < number < 1:
        return Unreadable(text, "time_only")
    if not 1 <= number < _LAST_SERIAL + 1:
        return Unreadable(text, "out_of_range")
    if 60 <= number < 61:
        return Unreadable(text, "impossible")  # 1900-02-29, which only Lotus and Excel had
    base = dt.date(1899, 12, 31) if number < 60 else dt.date(1899, 12, 30)
    whole = int(number)
    return _at_second(base + dt.timedelta(days=whole), round((number - whole) * _SECONDS))


def _looks_typed(number: float) -> bool:
    """Whether a number is rather a typed year and month (202310, 2023108) than a day in year 2453."""
    return 190000 <= number < 220000 or 1900000 <= number < 2200000


@lru_cache(maxsize=4096)  # rules of meetings, and days that somebody typed, stand in many cells
def _from_text(original: str, near: dt.date | None, serials: bool) -> Deadline:
    shown = original.strip()
    if len(shown) > _LONGEST_TEXT:
        return Unreadable(shown, "unknown")
    text = normalised(original)
    if not text:
        return Blank()
    if serials and re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _from_number(float(text), shown)
    split = split_time(time_last(bare(text)))
    if isinstance(split, str):
        return Unreadable(shown, split)
    body, time = bare(split[0]), split[1]
    if not body:
        return Unreadable(shown, "time_only" if time else "unknown")
    recurrence = read_recurrence(body, time)
    if recurrence == "impossible":
        return Unreadable(shown, recurrence)
    return recurrence or _dated(body, time, near, shown)


def _dated(body: str, time: dt.time | None, near: dt.date | None, shown: str) -> Deadline:
    """One day: written out, the end of a period, or counted from another row."""
    found = read_day(body, near) or read_period_end(body, near)
    if isinstance(found, FixedDate):
        return replace(found, time=time)
    relative = read_relative(body) if found is None and time is None else None
    return relative or Unreadable(shown, found or _why(body))


def _why(body: str) -> Reason:
    return next((reason for reason, pattern in _reasons() if pattern.search(body)), "unknown")


@cache
def _reasons() -> tuple[tuple[Reason, re.Pattern[str]], ...]:
    return tuple((reason, re.compile(pattern)) for reason, pattern in _WHY)
