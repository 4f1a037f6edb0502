"""Milestones that follow their tasks: when a task gets another baseline, so does what stands on its day; and
when each will be reached.

A milestone belongs to the tasks of its 关联编号 as long as its date is theirs, the last one's where there are
several. One with a date of its own, one without 关联编号, and one that was reached or cancelled stays where
it is. What may not enter: which task moves (freeze.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from xl_collab.plan.project import Project
from xl_collab.schema.keys import parse_ids
from xl_collab.schema.words import STATUS

_OVER = ("done", "cancelled")


@dataclass(frozen=True, slots=True)
class MovedMilestone:
    """A milestone (0 is the first row of its sheet) that goes along with `tasks`."""

    row: int
    id: str
    tasks: tuple[str, ...]
    before: date
    after: date


def following(project: Project, moved: Mapping[int, date]) -> Iterator[MovedMilestone]:
    """The milestones that go along when the tracker rows in `moved` get these baselines."""
    table = project.book.tables.get("milestones")
    if table is None or not moved:
        return
    base = project.assessment.base
    due: list[date | None] = np.where(np.isnat(base), project.deadline_days, base).astype(object).tolist()
    planned, names, ids = table.dates("planned").tolist(), table.texts("id").tolist(), project.texts("id")
    statuses, waiting = table.texts("status").tolist(), table.blank("actual").tolist()
    for i, text in enumerate(table.texts("task_id").tolist()):
        rows = [project.row_of[key] for key in parse_ids(text) if key in project.row_of]
        days = [day for day in (due[row] for row in rows) if day is not None]
        if not waiting[i] or STATUS.code(statuses[i]) in _OVER:
            continue
        if not rows or len(days) < len(rows) or planned[i] != max(days):
            continue
        after = max(moved.get(row, day) for row, day in zip(rows, days, strict=True))
        if after != planned[i]:
            yield MovedMilestone(i, names[i], tuple(ids[row] for row in rows), planned[i], after)


def forecasts(project: Project) -> list[date | None]:
    """When each milestone will be reached, in sheet order; None for a cancelled one and one without a date.

    One that was reached has its 实际日期, else its own day. One that stands on the day of its tasks goes
    where the latest of them goes, one with a later day of its own keeps that at least, and tasks that end
    after it by plan say nothing of it. What is still ahead is not before as_of.
    """
    table, found = project.table("milestones"), project.assessment
    day = np.where(np.isnat(table.dates("baseline")), table.dates("planned"), table.dates("baseline"))
    status = [STATUS.code(text) for text in table.texts("status").tolist()]
    actual, own = table.dates("actual").tolist(), day.tolist()
    finish, base = found.finish.tolist(), found.base.tolist()

    def ahead(i: int) -> date | None:
        rows = [
            project.row_of[key] for key in parse_ids(str(table.texts("task_id")[i])) if key in project.row_of
        ]
        rows = [row for row in rows if base[row] and finish[row] and own[i] and base[row] <= own[i]]
        tied = bool(rows) and max(base[row] for row in rows) == own[i]
        days = [finish[row] for row in rows] + ([] if tied or own[i] is None else [own[i]])
        return max([*days, project.as_of]) if days else None

    def reached(i: int) -> date | None:
        return None if status[i] == "cancelled" else own[i] if status[i] == "done" else ahead(i)

    return [actual[i] or reached(i) for i in range(len(table))]
