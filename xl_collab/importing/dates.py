"""Dates and spans of dates as people type them into trackers; what can mean two things stays text.

Single dates are read by timing/deadlines.py, with one rule of its own: a number is a date only where a
working life has one. What may not enter: which column a date belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from xl_collab.importing.day_orders import Order, day_in, lacks_year, rewritten
from xl_collab.project.timing.deadlines import (
    REASONS,
    Deadline,
    FixedDate,
    Recurrence,
    Unreadable,
    nearest,
    parse_deadline,
)
from xl_collab.schema.keys import guarded
from xl_collab.schema.words import Text, t

_EARLIEST, _LATEST = date(1990, 1, 1), date(2100, 12, 31)
_SEPARATOR = r"\s*(?:-+|[—–]+|~+|至|到|\bto\b)\s*"
_FULL = r"(?P<y{0}>\d{{4}})(?P<s{0}>[-./年])(?P<m{0}>\d{{1,2}})[-./月](?P<d{0}>\d{{1,2}})[日号]?"
_MONTH_DAY = r"(?P<m{0}>\d{{1,2}})月(?P<d{0}>\d{{1,2}})[日号]?"
_DOTTED = r"(?P<m{0}>\d{{1,2}})[./](?P<d{0}>\d{{1,2}})"
_DAY = r"(?P<d{0}>\d{{1,2}})[日号]"
_SPANS = tuple(
    re.compile(left.format("1") + _SEPARATOR + right.format("2"), re.IGNORECASE)
    for left in (_FULL, _MONTH_DAY, _DOTTED)
    for right in (_FULL, _MONTH_DAY, _DOTTED, _DAY)
)
_SIDES = re.compile(r"\s+(?:-|–|—|to)\s+|\s*(?:至|~)\s*", re.IGNORECASE)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_NARROW = str.maketrans("０１２３４５６７８９．／－～　", "0123456789./-~ ")
OTHER_ORDER = t("月在前还是日在前，两种读法都成立", "it may be month before day or day before month")


@dataclass(frozen=True)
class Span:
    """From one day to another. `year_inferred`: a year was not written.

    `order_inferred`: that the month comes first is known only from other cells of the column.
    """

    start: date
    end: date
    year_inferred: bool = False
    order_inferred: bool = False


@dataclass(frozen=True)
class Years:
    """Where a missing year comes from, by rank: the row's own full date, the title's year, a neighbour.

    `at_least` is a day that the date cannot be before: the start of the same task.
    """

    row: date | None = None
    title: int | None = None
    neighbour: date | None = None
    at_least: date | None = None

    @property
    def rule(self) -> Literal["row", "title", "neighbour"]:
        """Which of them tells the year."""
        return "row" if self.row else "title" if self.title else "neighbour"

    def day(self, month: int, day: int) -> date | None:
        """The day of the year that follows from the rule; None when nothing tells it."""
        try:
            if self.row is not None:
                return nearest(month, day, self.row)
            if self.title is not None:
                return self._after_start(date(self.title, month, day))
            return nearest(month, day, self.neighbour) if self.neighbour else None
        except ValueError:
            return None

    def _after_start(self, found: date) -> date:
        return _next_year(found) if self.at_least is not None and found < self.at_least else found


def _not_read(value: object) -> Deadline:
    return Unreadable(str(value), "failed")


@guarded(_not_read)
def read_day(value: object, years: Years, order: Order | None = None) -> Deadline:
    """A cell of a date column: a day, a recurrence, nothing, or what was written and why it is no date.

    Excel serials (also as text) and 20231008 count; numbers outside 1990-2100 do not (10.8 is no day of
    the year 1900). With `order`, which its column has proved, 03/02/2026, 26/3/2 and 3/2 are days too.
    """
    found = _parsed(value) if isinstance(value, str) else _from_cell(value)
    if order is not None and isinstance(value, str) and isinstance(found, Unreadable):
        written = day_in(value, order, years.day)
        read = _parsed(written) if written is not None else found
        if isinstance(read, FixedDate):
            return FixedDate(read.date, read.time, year_inferred=lacks_year(value))
    if isinstance(found, Unreadable) and found.reason == "no_year":
        bare = parse_deadline(str(value), near=date(2024, 7, 2))
        if isinstance(bare, FixedDate):
            day = years.day(bare.date.month, bare.date.day)
            return found if day is None else FixedDate(day, bare.time, year_inferred=True)
    return found


@lru_cache(maxsize=65536)
def _parsed(text: str) -> Deadline:
    return _likely(parse_deadline(rewritten(text), serials=True), text)


def _from_cell(value: object) -> Deadline:
    if isinstance(value, bool):
        return Unreadable(str(value), "unknown")
    return _likely(parse_deadline(value), value)


def _likely(found: Deadline, value: object) -> Deadline:
    bare = isinstance(found, FixedDate) and not isinstance(value, date) and is_serial(value)
    if bare and isinstance(found, FixedDate) and not _EARLIEST <= found.date <= _LATEST:
        return Unreadable(str(value), "out_of_range")
    return found


def is_serial(value: object) -> bool:
    """Whether a date was given as a bare number: 45207 in a cell, or as text."""
    return not isinstance(value, str) or _SERIAL.fullmatch(value.strip()) is not None


def _unclear(_: str) -> Span | Text | None:
    return REASONS["failed"]


@guarded(_unclear)
def read_span(text: str, years: Years, *, proven: bool = False) -> Span | Text | None:
    """A span such as 10月8日-15日: its days, why it is unclear, or None when it is none at all.

    "3.1-5.1" is unclear unless `proven`: another cell of the column can only be month before day.
    """
    match = _matched(text)
    if match is None:
        return _two_dates(text)
    groups = match.groupdict()
    dotted = _dotted(match)
    unclear = dotted is not None and _ordered(dotted, swapped=True)
    if unclear and not (proven and dotted is not None and _ordered(dotted)):
        return OTHER_ORDER if dotted is not None and _ordered(dotted) else None
    start = _day_of(groups, "1", years, None)
    end = _day_of(groups, "2", years, start)
    if start is None or end is None:
        return REASONS["no_year"] if _real(groups) else REASONS["impossible"]
    inferred = not (groups.get("y1") and groups.get("y2"))
    if end < start and inferred and not groups.get("y2") and groups.get("m2"):
        end = _next_year(end)
    if end < start or (end - start).days > 1830:
        return REASONS["range"]
    return Span(start, end, not (groups.get("y1") or groups.get("y2")), unclear)


def order_is_proven(values: Iterable[object]) -> bool:
    """Whether a column holds a span that can only be read with the month first, and none of the contrary."""
    month_first = day_first = False
    for text in {value for value in values if isinstance(value, str)}:
        match = _matched(text)
        dotted = _dotted(match) if match else None
        if dotted is not None:
            month_first |= _ordered(dotted) and not _ordered(dotted, swapped=True)
            day_first |= _ordered(dotted, swapped=True) and not _ordered(dotted)
    return month_first and not day_first


def is_dateish(value: object) -> bool:
    """Whether a cell has to do with dates: one, a span, a recurrence, or words about time."""
    if isinstance(value, date):
        return True
    found = read_day(value, Years(title=2024))
    if isinstance(found, FixedDate | Recurrence):
        return True
    if isinstance(found, Unreadable):
        text = str(value)
        return found.reason not in ("unknown", "out_of_range", "serial_text") or _matched(text) is not None
    return False


def why_not(found: Deadline) -> Text:
    """Why something is no date, in words."""
    return REASONS[found.reason] if isinstance(found, Unreadable) else REASONS["unknown"]


def year_named(*texts: str) -> int | None:
    """The one year that titles name; None when they name none or several."""
    years = {int(year) for text in texts for year in _YEAR.findall(text)}
    return years.pop() if len(years) == 1 else None


def full_date(value: object, order: Order | None = None) -> date | None:
    """The day of a cell that says its year; None for everything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if value is None or isinstance(value, bool):
        return None
    found = read_day(value, Years(), order)
    if isinstance(found, FixedDate):
        return found.date
    span = read_span(value, Years()) if isinstance(value, str) and isinstance(found, Unreadable) else None
    return span.end if isinstance(span, Span) else None


def neighbours(days: list[date | None]) -> Iterator[date | None]:
    """For every row the nearest full date above it, else below it."""
    below: date | None = None
    after: list[date | None] = []
    for day in reversed(days):
        after.append(below)
        below = day or below
    above: date | None = None
    for day, following in zip(days, reversed(after), strict=True):
        yield above or following
        above = day or above


@lru_cache(maxsize=65536)
def _matched(text: str) -> re.Match[str] | None:
    plain = text.translate(_NARROW).strip().rstrip("。.;；")
    if not 3 < len(plain) <= 40 or not plain[0].isdigit():
        return None
    return next((match for pattern in _SPANS if (match := pattern.fullmatch(plain))), None)


def _dotted(match: re.Match[str]) -> tuple[int, int, int, int] | None:
    """The four numbers of a span such as 10.8-10.15, whose order nobody says."""
    groups = match.groupdict()
    has_month_sign = "月" in match.string or groups.get("y1") or groups.get("y2")
    if has_month_sign or groups.get("m2") is None:
        return None
    return int(groups["m1"]), int(groups["d1"]), int(groups["m2"]), int(groups["d2"])


def _ordered(numbers: tuple[int, int, int, int], *, swapped: bool = False) -> bool:
    """Whether the numbers are two days, the second not long before the first (a turn of the year)."""
    month1, day1, month2, day2 = numbers
    if swapped:
        month1, day1, month2, day2 = day1, month1, day2, month2
    try:
        return date(2024, month1, day1) <= date(2024, month2, day2) or (month1 >= 10 and month2 <= 3)
    except ValueError:
        return False


def _real(groups: dict[str, str | None]) -> bool:
    month, day = int(groups["m1"] or 0), int(groups["d1"] or 0)
    other, last = int(groups.get("m2") or month), int(groups["d2"] or 0)
    return 1 <= month <= 12 and 1 <= other <= 12 and 1 <= day <= 31 and 1 <= last <= 31


def _day_of(groups: dict[str, str | None], side: str, years: Years, start: date | None) -> date | None:
    """One end of a span; the second takes year and month from the first where it has none."""
    day = int(groups[f"d{side}"] or 0)
    month_text, year_text = groups.get(f"m{side}"), groups.get(f"y{side}")
    if side == "2" and start is None:
        return None
    month = int(month_text) if month_text else start.month if start else 0
    other = groups.get("y2") if side == "1" else None
    try:
        if year_text:
            return date(int(year_text), month, day)
        if start is not None:
            return date(start.year, month, day)
        if other:
            last = date(int(other), int(groups["m2"] or 1), int(groups["d2"] or 1))
            found = date(last.year, month, day)
            return found if found <= last else found.replace(year=last.year - 1)
        return years.day(month, day)
    except ValueError:
        return None


def _next_year(day: date) -> date:
    """The same day a year later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


def _two_dates(text: str) -> Span | None:
    """Two dates as timing/deadlines.py reads them, both with their year: Oct 8, 2023 to Oct 15, 2023."""
    sides = _SIDES.split(text.strip()) if len(text) <= 80 else []
    if len(sides) != 2:
        return None
    days = [_parsed(side) for side in sides]
    ends = [day.date for day in days if isinstance(day, FixedDate) and day.time is None]
    return Span(ends[0], ends[1]) if len(ends) == 2 and ends[0] <= ends[1] else None
