"""What one task's delay moves and whom to tell; and the delays that 进度调整 must answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from xl_collab.plan.project import Project
from xl_collab.plan.schedule import NEVER
from xl_collab.project.sentences import chosen, day
from xl_collab.project.tables import Days, Flags
from xl_collab.schema.keys import normalise_key, parse_ids


@dataclass(frozen=True)
class KnockOn:
    """What one task's delay does to the finishes of others.

    `other` maps rows to the finish that they would have had the task kept its baseline, as working-day
    numbers, where that is another one; `rows` maps each pushed row to the working days by which it moves.
    """

    project: Project
    other: Mapping[int, int]
    rows: Mapping[int, int]

    @property
    def after(self) -> Days:
        """Finishes of every row as they are expected; NaT for none."""
        return self.project.assessment.finish

    @cached_property
    def before(self) -> Days:
        """Finishes of every row had the task kept its baseline; NaT for none."""
        found = self.after.copy()
        rows = list(self.other)
        numbers = np.array([self.other[row] for row in rows], dtype=np.int64)
        found[rows] = self.project.assessment.network.ordinals.dates(numbers, numbers > NEVER)
        return found


def pushed_by(project: Project, row: int) -> KnockOn:
    """What the delay of a row does to those behind it (see `Assessment.pushed_by`)."""
    return KnockOn(project, *project.assessment.pushed_by(row))


@dataclass(frozen=True, slots=True)
class MilestoneAtRisk:
    """A milestone that a task reaches later than planned; `workdays` late."""

    id: str
    milestone: str
    task_id: str
    planned: dt.date
    expected: dt.date
    workdays: int


@dataclass(frozen=True, slots=True)
class Tell:
    """A department that leads or supports moved tasks, and its contact in 通讯录."""

    department: str
    contact: str
    email: str
    ids: tuple[str, ...]


def milestones_at_risk(project: Project, finishes: Mapping[int, dt.date]) -> Iterator[MilestoneAtRisk]:
    """Open milestones that tasks (row → expected finish) reach late, in sheet order.

    A milestone that lies before its task's own date is reached on the way and says nothing about
    the task's end, so it is left out.
    """
    table, base = project.table("milestones"), project.assessment.base
    statuses = chosen(table, "status")
    planned = np.where(np.isnat(table.dates("baseline")), table.dates("planned"), table.dates("baseline"))
    waiting = np.isnat(table.dates("actual")) & ~np.isnat(planned)
    for i in np.flatnonzero(waiting).tolist():
        keys = parse_ids(str(table.texts("task_id")[i]))
        rows = [row for key in keys if (row := project.row_of.get(key, -1)) in finishes]
        if statuses[i] in ("done", "cancelled") or not rows:
            continue
        last = max(rows, key=lambda row: finishes[row])
        when = day(planned[i])
        if when is None or finishes[last] <= when or planned[i] < base[last]:
            continue
        yield MilestoneAtRisk(
            id=str(table.texts("id")[i]),
            milestone=str(table.texts("milestone")[i]),
            task_id=str(project.texts("id")[last]),
            planned=when,
            expected=finishes[last],
            workdays=project.calendar.between(when, finishes[last]),
        )


def to_tell(project: Project, rows: Iterable[int]) -> Iterator[Tell]:
    """Departments that lead or support these rows, in the order of 通讯录, then others."""
    concerned: dict[str, list[str]] = {}
    owners, support, ids = (project.texts(name) for name in ("owner", "support", "id"))
    for row in rows:
        for name in project.departments_in("、".join(filter(None, (str(owners[row]), str(support[row]))))):
            concerned.setdefault(name, []).append(str(ids[row]))
    contacts = project.table("contacts")
    columns = (contacts.texts(name).tolist() for name in ("department", "contact", "email"))
    people = {name: (contact, email) for name, contact, email in zip(*columns, strict=True)}
    for name in [*(n for n in people if n in concerned), *(n for n in concerned if n not in people)]:
        contact, email = people.get(name, ("", ""))
        yield Tell(name, contact, email, tuple(concerned[name]))


# Delays over the threshold, and what 进度调整 says about each: the rule behind `adjust` and P32x.


Standing = Literal["none", "draft", "covered"]


@dataclass(frozen=True, slots=True)
class ScheduleChange:
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
    change: ScheduleChange | None
    """The change that makes the standing: the draft, or the one that covers."""


def changes_by_task(project: Project) -> Mapping[str, list[ScheduleChange]]:
    """Normalised task ID → its rows of 进度调整, in sheet order."""
    table, found = project.table("adjustments"), dict[str, list[ScheduleChange]]()
    statuses = chosen(table, "status")
    for i in range(len(table)):
        change = _change(project, i, statuses[i])
        for key in change.task_keys:
            found.setdefault(key, []).append(change)
    return found


def _change(project: Project, i: int, status: str) -> ScheduleChange:
    table = project.table("adjustments")

    def text(name: str) -> str:
        return str(table.texts(name)[i])

    def when(name: str) -> dt.date | None:
        return day(table.dates(name)[i])

    return ScheduleChange(
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
    late: Flags = project.assessment.variance > project.settings.delay_threshold
    return late


def also_late(project: Project) -> Mapping[int, int]:
    """Row → how many other unfinished rows are late mostly by days that it made: one slip is one matter."""
    found = project.assessment
    late = np.flatnonzero(found.states.open & (found.variance > 0)).tolist()
    return {root: sum(row != root for row in rows) for root, rows in found.causes.reach(late).items()}


def driven(project: Project) -> Flags:
    """Rows whose lateness is answered further up: own days only up to the threshold, the rest inherited
    from a predecessor that is late by more than the threshold itself."""
    causes, late = project.assessment.causes, _late(project)
    before = causes.driving
    inherited = (before >= 0) & late[before]
    found: Flags = late & inherited & (causes.own <= project.settings.delay_threshold)
    return found


def delay_of(project: Project, i: int) -> Delay:
    """The delay of one row, whatever its size."""
    return _delay(project, i, changes_by_task(project))


def _delay(project: Project, i: int, changes: Mapping[str, list[ScheduleChange]]) -> Delay:
    known = changes.get(project.ids[i], ())
    found, change = standing(project, i, known) if known else ("none", None)
    return Delay(i, int(np.nan_to_num(project.assessment.variance[i])), found, change)


def standing(project: Project, i: int, known: list[ScheduleChange]) -> tuple[Standing, ScheduleChange | None]:
    """How far the changes of row `i` answer its delay, and which of them does."""
    approved = [change for change in known if change.status == "approved" and _holds(project, i, change)]
    if project.assessment.states.done[i]:
        return "covered", (approved or known)[-1]
    if approved:
        return "covered", approved[-1]
    drafts = [change for change in known if change.open]
    return ("draft", drafts[-1]) if drafts else ("none", None)


def _holds(project: Project, i: int, change: ScheduleChange) -> bool:
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
