"""Milestones that follow their tasks: when a task gets another baseline, so does what stands on its day.

A milestone belongs to the tasks of its 关联编号 as long as its date is theirs, the last one's where there are
several. One with a date of its own, one without 关联编号, and one that was reached or cancelled stays where
it is. What may not enter: which task moves (freeze.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np

from xl_collab.plan.project import Project
from xl_collab.records import dataclass
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
