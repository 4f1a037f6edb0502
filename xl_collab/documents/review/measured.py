"""Planned against actual: single tasks and milestones, and groups of tasks.

All variances are signed working days, late positive. Whatever has no baseline or no compared
date is counted, but never measured. On time is judged over what was due, finished or not: over
finished tasks alone a project would look the better the less it finishes. Wording beyond a cell's
short remark may not enter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from xl_collab.documents.review import words as words
from xl_collab.plan.project import Project
from xl_collab.project.sentences import LISTED, chosen, day, fitted, listing
from xl_collab.project.tables import Flags, Table
from xl_collab.records import dataclass
from xl_collab.schema.words import STAGE, Text

NAMED = 8
"""Rows that a group names."""

State = Literal["early", "on_time", "late", "expected_late", "open", "stopped", "unmeasured"]


@dataclass(frozen=True, slots=True)
class Measured:
    """One task or milestone. `remark` is the tracker's 说明, or a milestone's criteria."""

    id: str
    owner: str
    name: str
    base: dt.date | None
    compared: dt.date | None
    kind: str
    workdays: int | None
    state: State
    rag: str
    remark: str


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """Tasks of one department or stage.

    rows, done     tasks (the cancelled left out), and how many are done
    finished       done ones with a variance
    due            tasks to be finished by the day of the data (see `Tasks.due`); `on_time` of them were
    undated        due ones that are done without 实际完成: nobody knows whether in time
    mean, latest   over every variance, expected ones of unfinished tasks included (`unfinished`)
    lost           working days late, summed: for programs, as one slip may be in it several times
    """

    name: Text
    rows: int
    done: int
    finished: int
    due: int
    on_time: int
    undated: int
    unfinished: int
    mean: float | None
    latest: int | None
    lost: int
    late: tuple[tuple[str, int], ...]
    """The latest ones with their working days, NAMED at most."""
    early: tuple[tuple[str, int], ...]
    late_count: int = 0
    early_count: int = 0

    @property
    def rate(self) -> float | None:
        """Share of the due tasks that were finished on time; None when none was due."""
        return self.on_time / self.due if self.due else None

    @property
    def all_on_time(self) -> bool:
        """Whether everything that was due was finished on time, and nothing else is known to be late."""
        return self.due > 0 and self.on_time == self.due and not (self.undated or self.late_count)

    @property
    def ids(self) -> tuple[str, ...]:
        """The rows that made the figures: late ones, then early ones."""
        return tuple(name for name, _ in (*self.late, *self.early))

    @property
    def notable(self) -> Text:
        """Late and early tasks with their working days."""
        parts = []
        if self.late:
            parts.append(fitted(words.EARLY_OR_LATE, late=_items(self.late, self.late_count)))
        if self.early:
            parts.append(fitted(words.EARLY, early=_items(self.early, self.early_count)))
        if parts:
            return Text("；".join(p.zh for p in parts), "; ".join(p.en for p in parts))
        return words.ALL_ON_TIME if self.all_on_time else words.NOTHING_MEASURED


def _items(items: Sequence[tuple[str, int]], total: int) -> Text:
    return listing((fitted(words.ITEM, id=name, days=f"{days:+d}") for name, days in items), 5, total=total)


class Tasks:
    """The tracker's rows measured: flags and variances, one entry a row."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.statuses = np.array([*chosen(project.tracker, "status"), None], dtype=object)[:-1]
        self.variance: npt.NDArray[np.float64] = project.assessment.variance
        self.done = project.assessment.states.done

    @cached_property
    def counted(self) -> Flags:
        """Rows that count as tasks: all but the cancelled."""
        return ~self.project.assessment.states.cancelled

    @cached_property
    def measured(self) -> Flags:
        """Rows that have a variance."""
        return ~np.isnan(self.variance)

    @cached_property
    def proven(self) -> Flags:
        """Finished rows with a variance whose 实际完成 is no day to come."""
        actual = self.project.seen("actual").day
        return self.done & self.measured & (actual <= np.datetime64(self.project.as_of, "D"))

    @cached_property
    def passed(self) -> Flags:
        """Rows whose date has come and whose lateness is settled: done, or past it by a working day."""
        base, project = self.project.assessment.base, self.project
        today = np.full_like(base, np.datetime64(project.as_of, "D"))
        over = np.nan_to_num(project.calendar.between_many(base, today)) > 0
        running = self.counted & ~project.assessment.states.paused
        return running & (base <= today) & (self.done | over)

    @cached_property
    def due(self) -> Flags:
        """Rows that the on-time rate counts: all `passed` ones but those done on an unknown day."""
        return self.passed & (self.proven | ~self.done)

    @cached_property
    def on_time(self) -> Flags:
        """Due rows that were finished by their date."""
        return self.due & self.proven & (np.nan_to_num(self.variance) <= 0)

    @cached_property
    def on_time_of(self) -> Mapping[str, list[str]]:
        """Leading department → IDs of the rows that it finished on time."""
        found: dict[str, list[str]] = {}
        for i in np.flatnonzero(self.on_time).tolist():
            found.setdefault(self.project.leads[i], []).append(self.id(i))
        return found

    @cached_property
    def shown(self) -> list[int]:
        """Rows in the tracker's order if that is short, the latest first if it is long."""
        rows = np.arange(len(self.variance))
        order = np.lexsort((rows, -np.nan_to_num(self.variance, nan=-1e9)))
        found: list[int] = (rows if len(rows) <= LISTED else order).tolist()
        return found

    def late(self, most: int | None = None) -> list[int]:
        """Rows with a positive variance, the latest first."""
        rows = np.flatnonzero(self.measured & (np.nan_to_num(self.variance) > 0))
        found: list[int] = rows[np.argsort(-self.variance[rows], kind="stable")][:most].tolist()
        return found

    def early(self, most: int) -> list[int]:
        """Finished rows with a negative variance, the earliest first."""
        rows = np.flatnonzero(self.proven & (np.nan_to_num(self.variance) < 0))
        found: list[int] = rows[np.argsort(self.variance[rows], kind="stable")][:most].tolist()
        return found

    def id(self, i: int) -> str:
        """The row's ID as written."""
        return str(self.project.tracker.texts("id")[i])

    def name(self, i: int) -> str:
        """The row's task as written."""
        return str(self.project.tracker.texts("task")[i])

    def days(self, i: int) -> int:
        """The row's variance; only for measured rows."""
        return int(self.variance[i])

    def row(self, i: int) -> Measured:
        """One row as it is shown."""
        table, found = self.project.tracker, self.project.assessment
        return Measured(
            id=self.id(i),
            owner=str(table.texts("owner")[i]),
            name=self.name(i),
            base=day(found.base[i]),
            compared=day(found.compared[i]),
            kind=str(found.compared_kind[i]),
            workdays=self.days(i) if self.measured[i] else None,
            state=self._state(i),
            rag=str(found.rag[i]),
            remark=str(found.reason[i]),
        )

    def _state(self, i: int) -> State:
        if self.statuses[i] in ("cancelled", "paused"):
            return "stopped"
        if not self.measured[i]:
            return "unmeasured" if self.done[i] else "open"
        return _state(self.days(i), done=bool(self.done[i]))

    def by_department(self) -> tuple[TaskGroup, ...]:
        """Groups by leading department, in the order of 通讯录; rows without a lead left out."""
        return self._groups(self.project.leads, self.project.departments)

    def by_stage(self) -> tuple[TaskGroup, ...]:
        """Groups by 环节, in the order of the procedure; unknown stages as they were typed."""
        codes = chosen(self.project.tracker, "stage")
        found = self._groups(codes, STAGE.codes)
        labels = {code: Text(STAGE.label(code, "zh"), STAGE.label(code, "en")) for code in STAGE.codes}
        return tuple(_named(group, labels) for group in found)

    def _groups(self, names: Sequence[str], order: Sequence[str]) -> tuple[TaskGroup, ...]:
        rank = {name: n for n, name in enumerate(order)}
        keys, codes = np.unique(np.array([*names, ""], dtype=object).astype(str), return_inverse=True)
        codes = codes[:-1]
        found = [
            self._group(str(key), np.flatnonzero((codes == n) & self.counted))
            for n, key in enumerate(keys)
            if key
        ]
        kept = (group for group in found if group.rows)
        return tuple(sorted(kept, key=lambda group: (rank.get(group.name.zh, len(rank)), group.name.zh)))

    def _group(self, name: str, rows: npt.NDArray[np.intp]) -> TaskGroup:
        measured = rows[self.measured[rows]]
        values = self.variance[measured]
        order = measured[np.argsort(-values, kind="stable")].tolist()
        return TaskGroup(
            name=Text(name, name),
            rows=len(rows),
            done=int(self.done[rows].sum()),
            finished=int(self.done[measured].sum()),
            due=int(self.due[rows].sum()),
            on_time=int(self.on_time[rows].sum()),
            undated=int((self.passed & ~self.due)[rows].sum()),
            unfinished=int((~self.done[measured]).sum()),
            mean=float(values.mean()) if len(values) else None,
            latest=int(values.max()) if len(values) else None,
            lost=int(values[values > 0].sum()),
            late=tuple((self.id(i), self.days(i)) for i in order[:NAMED] if self.days(i) > 0),
            early=tuple((self.id(i), self.days(i)) for i in order[: -NAMED - 1 : -1] if self.days(i) < 0),
            late_count=int((values > 0).sum()),
            early_count=int((values < 0).sum()),
        )


def _named(group: TaskGroup, labels: dict[str, Text]) -> TaskGroup:
    return replace(group, name=labels.get(group.name.zh, group.name))


def _state(workdays: int, *, done: bool) -> State:
    if not done:
        return "expected_late" if workdays > 0 else "open"
    return "late" if workdays > 0 else "early" if workdays < 0 else "on_time"


def milestones(project: Project) -> tuple[Measured, ...]:
    """里程碑计划 measured: the baseline (else the plan) against the actual date, or the day if passed."""
    table = project.table("milestones")
    statuses = chosen(table, "status")
    return tuple(_milestone(project, table, i, statuses[i]) for i in range(len(table)))


def _milestone(project: Project, table: Table, i: int, status: str) -> Measured:
    base = day(table.dates("baseline")[i]) or day(table.dates("planned")[i])
    entered = day(table.dates("actual")[i])
    actual = entered if entered is not None and entered <= project.as_of else None  # else it is a promise
    stopped = status in ("cancelled", "paused")
    done = actual is not None or status == "done"
    passed = base is not None and base < project.as_of and not done
    compared = None if stopped else actual or (project.as_of if passed else None)
    workdays = project.calendar.between(base, compared) if base and compared else None
    state: State = "stopped" if stopped else "unmeasured" if done else "open"
    return Measured(
        id=str(table.texts("id")[i]),
        owner=str(table.texts("owner")[i]),
        name=str(table.texts("milestone")[i]),
        base=base,
        compared=compared,
        kind="" if compared is None else "actual" if actual else "today",
        workdays=workdays,
        state=state if workdays is None else _state(workdays, done=done),
        rag="",
        remark=str(table.texts("criteria")[i]),
    )
