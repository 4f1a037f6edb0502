"""The holidays that the law gives, for years whose official notice is not known yet.

The law is the Regulation on Public Holidays (全国年节及纪念日放假办法): since 2008 also 清明节, 端午节 and
中秋节, since 2014 春节 from its first day, since 2025 two days of 劳动节 and 春节 from its eve, thirteen
days in all. A statutory day on a weekend, or on another statutory day, is given back on the next weekday.
When each lunar holiday falls is in `seed_days`. Which weekends are worked (调休) nobody knows before the
notice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import count

from xl_collab.project.calendar.seed_days import FESTIVALS
from xl_collab.schema.holidays import (
    DRAGON_BOAT,
    LABOUR_DAY,
    MID_AUTUMN,
    MID_AUTUMN_IN_OCTOBER,
    NATIONAL_DAY,
    NEW_YEAR,
    QINGMING,
    SPRING_FESTIVAL,
    STATUTORY,
    Holiday,
)

LAST_YEAR = max(FESTIVALS)
"""The last year whose lunar holidays are known."""

_Offsets = tuple[int, ...]  # days after the festival's own date
_ONE: _Offsets = (0,)
_THREE: _Offsets = (0, 1, 2)
_LAWS: tuple[tuple[int, Mapping[str, _Offsets]], ...] = (
    (2025, {SPRING_FESTIVAL.name: (-1, 0, 1, 2), LABOUR_DAY.name: (0, 1)}),
    (2014, {SPRING_FESTIVAL.name: _THREE, LABOUR_DAY.name: _ONE}),
    (2008, {SPRING_FESTIVAL.name: (-1, 0, 1), LABOUR_DAY.name: _ONE}),
    (0, {SPRING_FESTIVAL.name: _THREE, LABOUR_DAY.name: _THREE}),
)
"""From which year a law holds, and the holidays whose days it changed; the newest first."""


def statutory_days(year: int) -> tuple[tuple[dt.date, str], ...]:
    """The days off of a year by the law in force, as (date, name), by date; weekends given back included.

    The weekend days themselves are listed too: they stay off where Saturdays are worked. KeyError for a
    year whose lunar holidays are not known.
    """
    lawful = list(_lawful(year))
    taken = {date: name for date, name in lawful if date.weekday() < 5}
    owed = [(date, name) for date, name in lawful if taken.get(date) != name]
    for date, name in owed:
        taken[_next_free(date, taken)] = name
    return tuple(sorted({**dict(lawful), **taken}.items()))


def official_years(off: Iterable[tuple[dt.date, str]]) -> frozenset[int]:
    """The years in which every statutory holiday is among `off`: official days off with their names.

    The last days of December need no rule: they are the New Year holiday of a year that its own 元旦 begins.
    """
    by_year: dict[int, list[tuple[dt.date, str]]] = {}
    for date, name in off:
        by_year.setdefault(date.year, []).append((date, name.casefold()))
    return frozenset(year for year, days in by_year.items() if _complete(year, days))


def known_as(name: str) -> frozenset[str]:
    """The statutory holidays that a row's name speaks of."""
    plain = name.casefold()
    return frozenset(h.name for h in STATUTORY if any(word.casefold() in plain for word in h.words))


def same_holiday(one: str, other: str) -> bool:
    """Whether two names speak of one holiday, in whatever language or spelling."""
    shared = set(one.split("、")) & set(other.split("、")) - {""}
    return bool(shared or known_as(one) & known_as(other))


def _complete(year: int, off: Collection[tuple[dt.date, str]]) -> bool:
    days, names = {date for date, _ in off}, "\n".join(name for _, name in off)
    wanted = (h for h in STATUTORY if h.since <= year and h != NEW_YEAR)
    return dt.date(year, 1, 1) in days and all(_is_there(h, year, days, names) for h in wanted)


def _is_there(holiday: Holiday, year: int, days: Collection[dt.date], names: str) -> bool:
    if any(word.casefold() in names for word in holiday.words):
        return True
    day = MID_AUTUMN_IN_OCTOBER.get(year)
    return holiday == MID_AUTUMN and day is not None and dt.date(year, 10, day) in days


def _lawful(year: int) -> Iterator[tuple[dt.date, str]]:
    """The days that the law names, before weekends are given back."""
    changed = next(days for since, days in _LAWS if since <= year)
    first = _festivals(year)
    for holiday in STATUTORY:
        usual = _THREE if holiday == NATIONAL_DAY else _ONE
        if holiday.since <= year:
            for offset in changed.get(holiday.name, usual):
                yield first[holiday.name] + dt.timedelta(days=offset), holiday.name


def _festivals(year: int) -> dict[str, dt.date]:
    spring, qingming, dragon, autumn = FESTIVALS[year]
    return {
        NEW_YEAR.name: dt.date(year, 1, 1),
        SPRING_FESTIVAL.name: spring,
        QINGMING.name: qingming,
        LABOUR_DAY.name: dt.date(year, 5, 1),
        DRAGON_BOAT.name: dragon,
        MID_AUTUMN.name: autumn,
        NATIONAL_DAY.name: dt.date(year, 10, 1),
    }


def _next_free(date: dt.date, taken: Mapping[dt.date, str]) -> dt.date:
    """The next weekday after `date` that is no statutory day."""
    days = (date + dt.timedelta(days=n) for n in count(1))
    return next(day for day in days if day.weekday() < 5 and day not in taken)
