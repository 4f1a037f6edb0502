"""A company's own week: six or seven days of work, or a sixth in every other week (大小周).

It becomes company days of the working calendar, one a weekend day. An official day off stays off, one that
is made up for is worked anyway, and what the company said of a day in other words stays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from xl_collab.project.calendar.workdays import Calendar, Day
from xl_collab.schema.words import t

SATURDAY = 5
Worked = Callable[[dt.date], bool]
"""Whether the company's week has work on a weekend day."""

FIVE_DAYS = t("五天工作制", "five-day week")
SIX_DAYS = t("六天工作制", "six-day week")
SEVEN_DAYS = t("七天工作制", "seven-day week")
ALTERNATE = t("大小周", "alternate Saturdays")
NAMES = (FIVE_DAYS, SIX_DAYS, SEVEN_DAYS, ALTERNATE)
_OURS = frozenset(name for text in NAMES for name in (text.zh, text.en))


@dataclass(frozen=True, slots=True)
class CompanyWeek:
    """What a week pattern changes in a span.

    new       the company's days to list: worked ones, and off ones where an earlier pattern had work
    kept_off  weekend days that the pattern has work on and that stay off, with why
    """

    new: tuple[Day, ...]
    kept_off: tuple[Day, ...]


def days_a_week(days: int) -> Worked:
    """Work on Monday and the days after it, `days` of them."""
    return lambda date: date.weekday() < days


def alternate(first: dt.date, big_first: bool) -> Worked:
    """大小周: six days in every other week, five between; the week of `first` is a big one or a small one."""
    monday = first.toordinal() - first.weekday()

    def worked(date: dt.date) -> bool:
        week = (date.toordinal() - monday) // 7
        return date.weekday() == SATURDAY and (week % 2 == 0) == big_first

    return worked


def company_week(calendar: Calendar, first: dt.date, last: dt.date, worked: Worked, name: str) -> CompanyWeek:
    """The weekend days from `first` to `last`, both included, as the company works them."""
    new: list[Day] = []
    kept: list[Day] = []
    for number in range(first.toordinal(), last.toordinal() + 1):
        date = dt.date.fromordinal(number)
        if date.weekday() < SATURDAY or calendar.is_workday(date) == worked(date):
            continue
        day = calendar.listed(date)
        if day is None or (day.source == "company" and day.name in _OURS):
            new.append(Day(date, "work" if worked(date) else "off", name, "company"))
        elif worked(date):
            kept.append(day)
    return CompanyWeek(tuple(new), tuple(kept))
