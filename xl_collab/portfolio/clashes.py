"""Where several projects want the same hands: a person with open work in several of them on the same days, a
department to which tasks of several are due on one day.

What may not enter: files, stores; tasks come as plain rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest
from itertools import groupby
from typing import Any, NamedTuple

from xl_collab.project.calendar.workdays import Calendar

_GAP = 64
"""Places between two working days: room for the days off that follow the first."""
_ORIGIN = dt.date(2000, 1, 3)


class Work(NamedTuple):
    """An open task: who does it in which project, from which day to which, both included."""

    department: str
    person: str
    project: str
    id: str
    first: dt.date
    last: dt.date


MOST_NAMED = 500
"""Projects and tasks that are named of one clash, the first by their keys; how many run at once is of all."""


def clashes(work: Iterable[Work], calendar: Calendar) -> Iterator[Sequence[Any]]:
    """Rows of the table `clashes`, most projects at once first.

    work  department by department; one at a time is looked at, so that memory does not grow with their number

    A person clashes on days on which open tasks of several projects run; days off between two such stretches
    do not part them. A department, which has many hands, on a day on which tasks of several projects are
    due, whether they name a person or not.
    """
    found: list[tuple[Any, ...]] = []
    for department, all_of_it in groupby(work, key=lambda one: one.department):
        if not department:
            continue
        own = sorted(all_of_it, key=lambda one: (one.person, one.first))
        for person, mine in groupby(own, key=lambda one: one.person):
            if person:
                found += [(department, person, *run) for run in _runs(list(mine), calendar)]
        for _, due in groupby(sorted(own, key=_due), key=_due):
            found += [(department, "", *day) for day in _due_together(list(due))]
    return iter(sorted(found, key=lambda row: (-row[5], -row[4], row[2], row[0], row[1])))


def _due(work: Work) -> dt.date:
    return work.last


def _due_together(work: Sequence[Work]) -> Iterator[tuple[Any, ...]]:
    projects = sorted({one.project for one in work})
    if len(projects) > 1:
        day = work[0].last
        yield day, day, 1, len(projects), day, projects[:MOST_NAMED], _named(work)


def _runs(work: list[Work], calendar: Calendar) -> Iterator[tuple[Any, ...]]:
    """(first, last, workdays, most, peak, projects, tasks) of each run of days with two or more projects."""
    if len({one.project for one in work}) < 2:
        return
    places = _Places(calendar)
    runs: list[list[_Crowd]] = []
    for piece in _crowded(work, places):
        if not runs or piece.first > places.after(runs[-1][-1].last):
            runs.append([])
        runs[-1].append(piece)
    there: list[Work] = []
    coming = iter([*work, None])
    following = next(coming)
    for run in runs:
        low, high = run[0].first, run[-1].last
        while following is not None and places.of(following.first) <= high:
            there.append(following)
            following = next(coming)
        there = [one for one in there if places.of(one.last) >= low]
        yield _told(run, there, places)


class _Crowd(NamedTuple):
    """A stretch, by its first and last place, in which the same number of projects run, two or more."""

    first: int
    last: int
    projects: int


def _crowded(work: Sequence[Work], places: _Places) -> Iterator[_Crowd]:
    """Every such stretch, in order."""
    turns: dict[int, list[tuple[str, int]]] = {}
    for one in work:
        turns.setdefault(places.of(one.first), []).append((one.project, 1))
        turns.setdefault(places.of(one.last) + 1, []).append((one.project, -1))
    running: dict[str, int] = {}
    ordered = sorted(turns)
    for here, following in zip(ordered, [*ordered[1:], ordered[-1]], strict=True):
        for project, step in turns[here]:
            running[project] = running.get(project, 0) + step
            if not running[project]:
                del running[project]
        if len(running) > 1:
            yield _Crowd(here, following - 1, len(running))


def _told(run: Sequence[_Crowd], work: Sequence[Work], places: _Places) -> tuple[Any, ...]:
    first, last = places.day(run[0].first), places.day(run[-1].last)
    most = max(run, key=lambda piece: piece.projects)
    return (
        first,
        last,
        max(places.calendar.workdays_in(first, last), 1),
        most.projects,
        places.day(most.first),
        sorted({one.project for one in work})[:MOST_NAMED],
        _named(work),
    )


def _named(work: Sequence[Work]) -> list[str]:
    first = nsmallest(MOST_NAMED, work, key=lambda one: f"{one.project}:{one.id}")
    return [f"{one.project}:{one.id}" for one in first]


class _Places:
    """Days as numbers: working days far apart, days off close behind the last of them."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._of: dict[dt.date, int] = {}
        self._day: dict[int, dt.date] = {}

    def of(self, day: dt.date) -> int:
        """The place of a day."""
        if day not in self._of:
            worked = self.calendar.roll(day, "preceding")
            place = _GAP * self.calendar.between(_ORIGIN, worked) + (day - worked).days
            self._of[day] = place
            self._day[place] = day
        return self._of[day]

    def day(self, place: int) -> dt.date:
        """The day at a place that some task begins or ends on."""
        return self._day[place]

    def after(self, place: int) -> int:
        """The place of the next working day."""
        return (place // _GAP + 1) * _GAP
