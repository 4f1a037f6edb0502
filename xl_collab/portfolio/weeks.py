"""When open work is to be done: the days of each task, and the load of departments and persons by week.

A task takes a department's working day from its start, as the schedule has it, to its forecast, both included
and not before the data date. Nobody knows how much of that day: days are counted. One tracker only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np

from xl_collab.plan.project import Project
from xl_collab.plan.schedule import NEVER

HORIZON = 53
"""Weeks for which load is counted; a mistyped year makes no thousands of them."""

_WEEK = dt.timedelta(days=7)


def work_spans(project: Project) -> tuple[list[dt.date | None], list[dt.date | None]]:
    """First and last day that each open row is still to be worked on; None for rows that need none."""
    found = project.assessment
    start, finish = found.schedule.start, found.schedule.finish
    ahead = found.states.open & (finish > NEVER)
    dates = found.network.ordinals.dates
    first = np.where(start > NEVER, np.minimum(np.maximum(start, 0), finish), finish)
    return dates(first, ahead).tolist(), dates(finish, ahead).tolist()


def weeks(
    project: Project, people: Sequence[tuple[str, str]]
) -> Iterator[tuple[str, str, dt.date, int, int, int]]:
    """(department, person, Monday, task-days, tasks, working days) for each week with open work.

    people  department and person that lead each row. A row with "" for the person is the whole department.
    """
    monday = project.as_of - dt.timedelta(days=project.as_of.weekday())
    days, tasks = dict[tuple[str, str, int], int](), dict[tuple[str, str, int], int]()
    worked = _Worked(project, monday)
    for (department, person), first, last in zip(people, *work_spans(project), strict=True):
        if first is None or last is None or not department:
            continue
        for week in range((first - monday).days // 7, min((last - monday).days // 7 + 1, HORIZON)):
            count = worked.between(first, last, week)
            for who in dict.fromkeys(("", person)):
                key = (department, who, week)
                days[key], tasks[key] = days.get(key, 0) + count, tasks.get(key, 0) + (count > 0)
    for (department, who, week), count in sorted(days.items()):
        if count:
            yield (
                department,
                who,
                monday + week * _WEEK,
                count,
                tasks[department, who, week],
                worked.whole(week),
            )


class _Worked:
    """Working days of a project's calendar within weeks, counted from a Monday on."""

    def __init__(self, project: Project, monday: dt.date) -> None:
        span = np.datetime64(monday, "D") + np.arange(7 * HORIZON)
        self.monday = monday
        self.before: list[int] = [0, *np.cumsum(project.calendar.is_workday_many(span)).tolist()]

    def between(self, first: dt.date, last: dt.date, week: int) -> int:
        """Working days from first to last, both included, that lie in the week."""
        low = max((first - self.monday).days, 7 * week)
        high = min((last - self.monday).days, 7 * week + 6)
        return max(self.before[high + 1] - self.before[low], 0)

    def whole(self, week: int) -> int:
        """Working days of the week."""
        return self.before[7 * week + 7] - self.before[7 * week]
