"""What one task's delay moves, which milestones it reaches late, and which departments to tell.

Shared by what-if and the schedule change; no wording enters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from xl_collab.plan.assessment import Ordinals
from xl_collab.plan.project import Project
from xl_collab.plan.schedule import NEVER, Graph, Schedule
from xl_collab.project.sentences import chosen, day
from xl_collab.project.tables import Days, Flags
from xl_collab.schema.keys import parse_ids


@dataclass(frozen=True)
class KnockOn:
    """Finishes of every row had one task kept its baseline, and as they are expected; NaT for none.

    `rows` maps each pushed row to the working days by which it moves.
    """

    before: Days
    after: Days
    rows: Mapping[int, int]


def pushed_by(project: Project, row: int) -> KnockOn:
    """What the delay of a row does to those behind it.

    Behind it nobody could work on time, so in "before" an unfinished follower has its own baseline
    date even where that has passed meanwhile. Promised finishes (预计完成) stay as they are.
    """
    found, ordinals = project.assessment, Ordinals(project)
    schedule, base = found.schedule, ordinals.of(found.base)
    plan = schedule.plan
    behind = _behind(found.graph, row) & plan.movable & (base > NEVER)
    floor, movable = np.where(behind, base, plan.floor), plan.movable.copy()
    if base[row] > NEVER:
        floor[row], movable[row] = base[row], False
    before = Schedule(replace(plan, floor=floor, movable=movable)).finish
    gained = np.where(behind, schedule.finish - before, 0)
    rows = {int(i): int(gained[i]) for i in np.flatnonzero(gained > 0)}
    return KnockOn(ordinals.dates(before, before > NEVER), found.finish, rows)


def _behind(graph: Graph, row: int) -> Flags:
    """The rows that depend on a row, directly or not."""
    reached = np.zeros(graph.count, dtype=bool)
    front = np.array([row])
    while len(front):
        _, targets = graph.after(front)
        front = np.unique(targets[~reached[targets]])
        reached[front] = True
    reached[row] = False
    return reached


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
