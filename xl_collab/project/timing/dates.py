"""One day as people write it: 2023年10月8日, 10月8日, 8-Oct-23, Sunday, October 8, 2023.

A bare, normalised text in, a day or why not out. What could be two days is none.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
import re
from functools import cache

from xl_collab.patterns import lazy
from xl_collab.project.timing.outcomes import FixedDate, Reason
from xl_collab.project.timing.recurrence_words import MONTHS_EN

_EARLIEST_YEAR = 1900
_CENTURY = 2000
_NAME = r"(?P<name>[a-z]{3,9})\.?"
_TH = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_YEAR_EN = r"(?:,? ?(?P<y>\d{4}))?"
_DATES = (
    r"(?P<y>\d{4})(?P<sep>[-./])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})[日号]?",
    r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]?",
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
    r"(?P<y>\d{4}) (?P<m>\d{1,2}) (?P<d>\d{1,2})",
    r"['’‘]?(?P<yy>\d{2})年(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]?",
    r"(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]?",
    r"(?P<m>\d{1,2})[./](?P<d>\d{1,2})[日号]",
    rf"(?:the )?{_TH}(?: of)? {_NAME}{_YEAR_EN}",
    rf"{_TH}-{_NAME}(?:-(?:(?P<y>\d{{4}})|(?P<yy>\d{{2}})))?",
    rf"{_NAME} ?(?:the )?{_TH}{_YEAR_EN}",
    rf"{_NAME}-{_TH}-(?P<y>\d{{4}})",
    rf"(?P<y>\d{{4}})[- ]{_NAME}[- ]{_TH}",
    # One order only: the other number is no month, or both are the same.
    r"(?P<m>0?[1-9]|1[0-2])/(?P<d>1[3-9]|2\d|3[01])(?:/(?P<y>\d{4}))?",
    r"(?P<d>1[3-9]|2\d|3[01])/(?P<m>0?[1-9]|1[0-2])/(?P<y>\d{4})",
    r"(?P<m>\d{1,2})/(?P<d>(?P=m))/(?P<y>\d{4})",
)
_WEEKDAYS = "一二三四五六日"
_WEEKDAYS_EN = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_ZH = r"(?:周|星期|礼拜)([一二三四五六日天])"
_DAY_EN = r"\b(mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day|nes|rs|r|s)?\b\.?"
_BEHIND = lazy(rf"[ ,]*\(? ?(?:{_DAY_ZH}|{_DAY_EN}) ?\)?$")
_IN_FRONT = lazy(rf"^\(? ?(?:{_DAY_ZH}|{_DAY_EN}) ?\)?[ ,]*(?=.)")


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, _DATES))


def read_day(text: str, near: dt.date | None) -> FixedDate | Reason | None:
    """The day that the text is, with its weekday checked if it names one; None for no day at all."""
    plain, weekday = split_weekday(text)
    found = next((m for m in (p.fullmatch(plain) for p in _patterns()) if m and _month(m)), None)
    if found is None:
        return None
    day = _from_match(found, near)
    if isinstance(day, FixedDate) and weekday is not None and day.date.weekday() != weekday:
        return "weekday"
    return day


def split_weekday(text: str) -> tuple[str, int | None]:
    """A text without the weekday in front or behind, and that weekday (0 Monday)."""
    for pattern in (_BEHIND, _IN_FRONT):
        match = pattern.search(text)
        if match and len(match[0]) < len(text):
            zh, en = match[1], match[2]
            weekday = _WEEKDAYS.index(zh.replace("天", "日")) if zh else _WEEKDAYS_EN.index(en)
            return text[: match.start()] + text[match.end() :], weekday
    return text, None


def _month(match: re.Match[str]) -> int:
    groups = match.groupdict()
    return int(groups["m"]) if groups.get("m") else month_named(groups.get("name") or "")


def _from_match(match: re.Match[str], near: dt.date | None) -> FixedDate | Reason:
    groups, month, day = match.groupdict(), _month(match), int(match["d"])
    if not (1 <= month <= 12 and 1 <= day <= months.monthrange(2024, month)[1]):
        return "impossible"
    year = year_of(groups)
    if year:
        known = year >= _EARLIEST_YEAR and day <= months.monthrange(year, month)[1]
        return FixedDate(dt.date(year, month, day)) if known else "impossible"
    return FixedDate(nearest(month, day, near), year_inferred=True) if near else "no_year"


def year_of(groups: dict[str, str | None]) -> int | None:
    """The year that a match names with four digits (`y`) or two (`yy`)."""
    if groups.get("y"):
        return int((groups["y"] or "0").rstrip("-./"))
    return _CENTURY + int(groups["yy"] or 0) if groups.get("yy") else None


def month_named(word: str) -> int:
    """The number of an English month, also cut short; 0 for no month."""
    word = "sep" if word == "sept" else word
    found = (n for n, name in enumerate(MONTHS_EN, start=1) if name.lower().startswith(word))
    return next(found, 0) if len(word) >= 3 else 0


_SURELY_NEAREST = 182
"""Days: the same day of another year is at least 365 - 182 away, which is more."""


def nearest(month: int, day: int, near: dt.date) -> dt.date:
    """That day of the year which lies nearest to `near`; of two as near, the later."""
    reach = 8
    if (month, day) != (2, 29):
        found, reach = dt.date(near.year, month, day), 1
        if abs((found - near).days) <= _SURELY_NEAREST:
            return found
    years = range(max(near.year - reach, 1), min(near.year + reach, dt.MAXYEAR) + 1)
    dates = [dt.date(year, month, day) for year in years if day <= months.monthrange(year, month)[1]]
    return min(dates, key=lambda date: (abs(date - near), -date.toordinal()))
