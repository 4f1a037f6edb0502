"""Days as programs export them: 03/20/2026, 26/3/20, 3/20, 20/Mar/26, 2026-03-20T16:00:00Z, 0000-00-00.

Which number is the month is never guessed: a column proves it where one of its cells allows one order only.
Texts in, the same day in a form that everybody reads out. What may not enter: which column a day belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal

Order = Literal["ymd", "mdy", "dmy"]
ORDERS: tuple[Order, ...] = ("ymd", "mdy", "dmy")
YearOf = Callable[[int, int], date | None]
"""The day of a month and day without year; None when nothing tells its year."""

_BEIJING = timezone(timedelta(hours=8))
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMERIC = re.compile(
    r"(?:(?P<before>mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+|(?:周|星期)(?P<zh>[一二三四五六日天])\s*)?"
    r"(?P<a>\d{1,2})(?P<sep>[-./])(?P<b>\d{1,2})(?:(?P=sep)(?P<c>\d{4}|\d{1,2}))?"
    r"(?:\s*\(?(?:周|星期)(?P<behind>[一二三四五六日天])\)?)?(?P<rest>(?:,?\s+|t)\d{1,2}:\d{2}.*)?",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(\d{1,2})([-/ ])([A-Za-z]{3,9})\2(\d{4}|\d{2})(,?\s+\d.*)?")
_STAMP = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})",
    re.IGNORECASE,
)
_TICK = re.compile("^[✅☑✔√✓]\ufe0f?\\s*(?=\\d)")
"""A tick before the day on which something was done."""
_EMPTY = re.compile(
    r"0{4}[-/.]0{1,2}[-/.]0{1,2}(?:[ T].*)?|0{1,2}/0{1,2}/0{2,4}|1900[-/]0?1[-/]0{1,2}|0001-01-01(?:[ T].*)?"
    r"|1899-12-3[01](?:[ T].*)?|0{4}年0{1,2}月0{1,2}日"
)


@dataclass(frozen=True)
class _Numbers:
    """A day in numbers alone: `c` the third, `long` with four digits, `brief` with one."""

    a: int
    b: int
    c: int | None
    long: bool
    brief: bool
    weekday: int | None
    rest: str


def is_empty_date(value: object) -> bool:
    """Whether a cell holds what programs write where there is no date: 0000-00-00, the day 0 of Excel."""
    if isinstance(value, str):
        return _EMPTY.fullmatch(value.strip()) is not None
    return isinstance(value, date) and value.year < 1900


@lru_cache(maxsize=65536)
def rewritten(text: str) -> str:
    """A day with its month named or with a time zone as everybody reads it; all else as it is.

    Days with a zone are told in Beijing time: 2026-03-19T16:00:00Z is 2026-03-20.
    """
    plain = _TICK.sub("", text.strip())
    stamp = _STAMP.fullmatch(plain)
    if stamp is not None:
        return _in_beijing(stamp) or text
    named = _NAMED.fullmatch(plain)
    if named is None:
        return plain if _TICK.match(text.strip()) else text
    year = named[4] if len(named[4]) == 4 else f"20{named[4]}"
    return f"{int(named[1])} {named[3]} {year}{named[5] or ''}"


def has_zone(text: object) -> bool:
    """Whether a text is a time with a zone, which `rewritten` turns into Beijing time."""
    return isinstance(text, str) and _STAMP.fullmatch(text.strip()) is not None


def _in_beijing(stamp: re.Match[str]) -> str | None:
    zone = stamp[4].upper().replace(":", "")
    offset = "+0000" if zone in ("Z", "UTC", "GMT") else zone
    try:
        moment = datetime.strptime(f"{stamp[1]} {stamp[2]} {offset}", "%Y-%m-%d %H:%M %z")
    except ValueError:
        return None
    if stamp[2] == "00:00":
        return stamp[1]
    local = moment.astimezone(_BEIJING)
    return f"{local:%Y-%m-%d}" if (local.hour, local.minute) == (0, 0) else f"{local:%Y-%m-%d %H:%M}"


@lru_cache(maxsize=65536)
def _numbers(text: str) -> _Numbers | None:
    match = _NUMERIC.fullmatch(text.strip())
    if match is None:
        return None
    sign = match["zh"] or match["behind"]
    day = "一二三四五六日".index(sign.replace("天", "日")) if sign else None
    if match["before"]:
        day = _WEEKDAYS.index(match["before"].lower())
    third = match["c"]
    size = len(third) if third else 0
    rest = (match["rest"] or "").strip(", tT")
    last = int(third) if third else None
    return _Numbers(int(match["a"]), int(match["b"]), last, size == 4, size == 1, day, rest)


def _day(numbers: _Numbers, order: Order, year_of: YearOf) -> date | None:
    """The day in one order; None where that order gives none."""
    first, second, third = numbers.a, numbers.b, numbers.c
    if third is None:
        month, day = (second, first) if order == "dmy" else (first, second)
        return _checked(year_of(month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None, numbers)
    if order == "ymd":
        return None if numbers.long else _checked(_made(2000 + first, second, third), numbers)
    if numbers.brief:
        return None
    year = third if numbers.long else 2000 + third
    month, day = (second, first) if order == "dmy" else (first, second)
    return _checked(_made(year, month, day), numbers)


def _checked(day: date | None, numbers: _Numbers) -> date | None:
    fits = day is not None and numbers.weekday in (None, day.weekday())
    return day if fits else None


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _leap(month: int, day: int) -> date | None:
    return _made(2024, month, day)


def is_numeric(value: object) -> bool:
    """Whether a cell is a day in numbers whose order has to be known: 03/02/2026, 3/20, 26.3.20."""
    return isinstance(value, str) and _numbers(value) is not None


def day_in(text: str, order: Order, year_of: YearOf) -> str | None:
    """A day in numbers as 2026-03-20, its time behind it; None where this order gives no day."""
    numbers = _numbers(text)
    found = _day(numbers, order, year_of) if numbers else None
    if found is None or numbers is None:
        return None
    return f"{found.isoformat()} {numbers.rest}".strip()


def lacks_year(text: str) -> bool:
    """Whether a day in numbers has no year: 3/20."""
    numbers = _numbers(text)
    return numbers is not None and numbers.c is None


def possible(values: Iterable[object]) -> frozenset[Order]:
    """The orders in which every day in numbers of a column is one; empty where it has none."""
    found = {n for value in values if isinstance(value, str) and (n := _numbers(value)) is not None}
    if not found:
        return frozenset()
    orders = {order for order in ORDERS if all(_day(n, order, _leap) for n in found)}
    if all(n.c is None or n.long for n in found):
        orders -= {"ymd"}
    return frozenset(orders)


def nearest_together(values: Iterable[object], orders: Iterable[Order]) -> Order | None:
    """Of several orders with two-digit years the only one that keeps a column within three years."""
    found = {n for value in values if isinstance(value, str) and (n := _numbers(value)) and n.c is not None}
    close = [order for order in orders if _span(found, order) <= timedelta(days=1096)]
    return close[0] if len(close) == 1 and len(found) > 1 else None


def _span(found: Iterable[_Numbers], order: Order) -> timedelta:
    days = [day for n in found if (day := _day(n, order, _leap)) is not None]
    return max(days) - min(days) if days else timedelta.max
