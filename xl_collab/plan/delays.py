"""Delays over the threshold, and what 进度调整 says about each: the rule behind `adjust` and P32x.

A row whose lateness only repeats that of a predecessor is that delay's knock-on and needs no change
of its own. An open row is covered by an approved change whose new date still holds: what is expected now lies
no more than the threshold beyond it. A finished row is covered by any change on record, because
nothing is left to approve. No wording and no edit may enter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from xl_collab.plan.assessment import Ordinals
from xl_collab.plan.project import Project
from xl_collab.project.sentences import chosen, day
from xl_collab.project.tables import Flags
from xl_collab.schema.keys import normalise_key, parse_ids

Standing = Literal["none", "draft", "covered"]


@dataclass(frozen=True, slots=True)
class Change:
    """One row of 进度调整; `row` is its position in the table, `status` a code ('' counts as draft)."""

    row: int
    id: str
    task_keys: tuple[str, ...]
    old: dt.date | None
    new: dt.date | None
    cause: str
    knock_on: str
    measures: str
    status: str
    approved_on: dt.date | None

    @property
    def open(self) -> bool:
        """Whether it still waits for a decision."""
        return self.status not in ("approved", "rejected")


@dataclass(frozen=True, slots=True)
class Delay:
    """A tracker row that is late by more than the threshold; `workdays` from base to compared."""

    row: int
    workdays: int
    standing: Standing
    change: Change | None
    """The change that makes the standing: the draft, or the one that covers."""


def changes_by_task(project: Project) -> Mapping[str, list[Change]]:
    """Normalised task ID → its rows of 进度调整, in sheet order."""
    table, found = project.table("adjustments"), dict[str, list[Change]]()
    statuses = chosen(table, "status")
    for i in range(len(table)):
        change = _change(project, i, statuses[i])
        for key in change.task_keys:
            found.setdefault(key, []).append(change)
    return found


def _change(project: Project, i: int, status: str) -> Change:
    table = project.table("adjustments")

    def text(name: str) -> str:
        return str(table.texts(name)[i])

    def when(name: str) -> dt.date | None:
        return day(table.dates(name)[i])

    return Change(
        row=i,
        id=text("id"),
        task_keys=parse_ids(text("task_id")),
        old=when("old_date"),
        new=when("new_date"),
        cause=text("cause"),
        knock_on=text("knock_on"),
        measures=text("measures"),
        status=status,
        approved_on=when("approved_on"),
    )


def delays(project: Project) -> list[Delay]:
    """Every row late by more than the threshold for reasons of its own, in sheet order."""
    rows = np.flatnonzero(_late(project) & ~driven(project)).tolist()
    changes, ids = changes_by_task(project) if rows else {}, project.ids.tolist()
    days = project.assessment.variance.tolist()
    plain = (Delay(i, int(days[i]), "none", None) if ids[i] not in changes else None for i in rows)
    return [d or _delay(project, i, changes) for i, d in zip(rows, plain, strict=True)]


def _late(project: Project) -> Flags:
    late: Flags = np.nan_to_num(project.assessment.variance) > project.settings.delay_threshold
    return late


def driven(project: Project) -> Flags:
    """Rows that are late only as far as a predecessor is, which itself is late over the threshold."""
    found = project.assessment
    edges, plan, late = found.graph, found.schedule.plan, _late(project)
    waiting = np.zeros(len(late), dtype=bool)
    waiting[edges.target[late[edges.source] & (edges.source != edges.target)]] = True
    ordinals = Ordinals(project)
    expected = np.maximum(ordinals.of(found.base), found.schedule.latest + plan.duration)
    own = ordinals.of(found.compared) - expected
    found_driven: Flags = late & waiting & (own <= project.settings.delay_threshold)
    return found_driven


def delay_of(project: Project, i: int) -> Delay:
    """The delay of one row, whatever its size."""
    return _delay(project, i, changes_by_task(project))


def _delay(project: Project, i: int, changes: Mapping[str, list[Change]]) -> Delay:
    known = changes.get(project.ids[i], ())
    found, change = standing(project, i, known) if known else ("none", None)
    return Delay(i, int(np.nan_to_num(project.assessment.variance[i])), found, change)


def standing(project: Project, i: int, known: list[Change]) -> tuple[Standing, Change | None]:
    """How far the changes of row `i` answer its delay, and which of them does."""
    approved = [change for change in known if change.status == "approved" and _holds(project, i, change)]
    if project.assessment.states.done[i]:
        return "covered", (approved or known)[-1]
    if approved:
        return "covered", approved[-1]
    drafts = [change for change in known if change.open]
    return ("draft", drafts[-1]) if drafts else ("none", None)


def _holds(project: Project, i: int, change: Change) -> bool:
    compared = day(project.assessment.compared[i])
    if change.new is None or compared is None:
        return False
    return project.calendar.between(change.new, compared) <= project.settings.delay_threshold


def named_rows(project: Project, text: str) -> list[int]:
    """Tracker rows that a typed ID means: a task's, or those of a change."""
    key = normalise_key(text)
    if key in project.row_of:
        return [project.row_of[key]]
    found = (c for changes in changes_by_task(project).values() for c in changes)
    keys = next((c.task_keys for c in found if normalise_key(c.id) == key), ())
    return [project.row_of[k] for k in keys if k in project.row_of]
