"""Load by department or person and week, over all projects, as plain data: who is how full when.

The weeks are those from the data date on; what lies behind the last one shown is added up. A week in which
one is at work in several projects on the same days carries a mark.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xl_collab.documents.portfolio import words
from xl_collab.plan.portfolio import Portfolio
from xl_collab.schema.words import Lang, Text

WEEKS = 13
"""Weeks that have a column of their own: a quarter, and what fits the page."""
_WEEK = dt.timedelta(days=7)

Who = tuple[str, str]
"""Department and person; the person is '' for the whole department."""


@dataclass(frozen=True)
class HeatRow:
    """One department or person: task-days of each week, which weeks clash, and what lies behind them."""

    department: str
    person: str
    days: tuple[int, ...]
    clashes: tuple[bool, ...]
    later: int
    projects: int

    @property
    def total(self) -> int:
        """All task-days from the data date on."""
        return sum(self.days) + self.later


@dataclass(frozen=True)
class Heat:
    """A sheet of load; `workdays` of each week say what one person can do at most."""

    key: str
    tab: Text
    hint: Text
    empty: Text
    weeks: tuple[dt.date, ...]
    workdays: tuple[int | None, ...]
    rows: tuple[HeatRow, ...]
    by_person: bool


def heats(found: Portfolio, lang: Lang) -> Iterator[Heat]:
    """Load of the departments, and of the persons where any is named."""
    load = found["load"]
    weeks = _weeks(found)
    workdays = dict(zip(load["week"], load["workdays"], strict=True))
    for key, by_person in (("load", False), ("people", True)):
        rows = tuple(_rows(found, weeks, by_person=by_person, nobody=words.NOBODY.of(lang)))
        if rows or not by_person:
            yield Heat(
                key,
                words.TABS[key],
                words.HINTS[key],
                words.EMPTY[key],
                weeks,
                tuple(workdays.get(week) for week in weeks),
                rows,
                by_person,
            )


def _weeks(found: Portfolio) -> tuple[dt.date, ...]:
    """The Mondays that have a column: from the first week with load on, at most WEEKS."""
    listed = found["load"]["week"]
    if not listed:
        return ()
    first, last = min(listed), max(listed)
    count = min(WEEKS, (last - first).days // 7 + 1)
    return tuple(first + n * _WEEK for n in range(count))


def _rows(found: Portfolio, weeks: Sequence[dt.date], *, by_person: bool, nobody: str) -> Iterator[HeatRow]:
    """The fullest first."""
    load = found["load"]
    days: dict[Who, dict[dt.date, int]] = {}
    most: dict[Who, int] = {}
    columns = (load[name] for name in ("department", "person", "week", "days", "projects"))
    for department, person, week, count, projects in zip(*columns, strict=True):
        if bool(person) == by_person:
            who = (department, person)
            days.setdefault(who, {})[week] = days.get(who, {}).get(week, 0) + (count or 0)
            most[who] = max(most.get(who, 0), projects or 0)
    clashing = _clashing(found)
    made = [
        HeatRow(
            department or nobody,
            person,
            tuple(by_week.get(week, 0) for week in weeks),
            tuple(week in clashing.get((department, person), ()) for week in weeks),
            sum(n for week, n in by_week.items() if week not in weeks),
            most[department, person],
        )
        for (department, person), by_week in days.items()
    ]
    yield from sorted(made, key=lambda row: (-row.total, row.department, row.person))


def _clashing(found: Portfolio) -> Mapping[Who, set[dt.date]]:
    """The Mondays of the weeks in which somebody's clashes lie."""
    table = found["clashes"]
    weeks: dict[Who, set[dt.date]] = {}
    columns = (table[name] for name in ("department", "person", "first", "last"))
    for department, person, first, last in zip(*columns, strict=True):
        week = first - dt.timedelta(days=first.weekday())
        while week <= last:
            weeks.setdefault((department, person), set()).add(week)
            week += _WEEK
    return weeks
