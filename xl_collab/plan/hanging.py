"""Deadlines that hang on another row, dated: T003+5个工作日 moves when T003 moves.

Two days each. The planned one counts from what was planned for the anchor (its baseline, else its 时间节点,
else 计划日期) and is what `freeze` stores. The present one counts from what people know of it today: its
实际完成, else a 预计完成 that has not passed, else the plan. Nothing projected counts: figures rest on
these days, so they may not rest on figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from xl_collab.plan.parsed import coded
from xl_collab.project.timing.relative import Relative
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.words import STATUS

if TYPE_CHECKING:
    from xl_collab.plan.parsed_project import ParsedProject

Told = Literal["actual", "promise", "plan"]
Problem = Literal["", "unknown", "cycle", "undated", "cancelled"]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an anchor: its planned day, its present day, and who says so; or why nothing is."""

    plan: date | None = None
    now: date | None = None
    told: Told = "plan"
    problem: Problem = ""


@dataclass(frozen=True, slots=True)
class Hanging:
    """A relative deadline with its planned and its present day; both None where there is a problem."""

    relative: Relative
    anchor: Known
    plan: date | None
    now: date | None

    @property
    def problem(self) -> Problem:
        """Why it has no day."""
        return self.anchor.problem


def hanging(project: ParsedProject) -> Mapping[int, Hanging]:
    """Every tracker row whose deadline hangs on another row."""
    codes, _, parsed = project.distinct_deadlines
    wanted = [k for k, one in enumerate(parsed) if isinstance(one, Relative)]
    if not wanted:
        return {}
    rows = np.flatnonzero(coded(codes, wanted)).tolist()
    relatives = {i: one for i in rows if isinstance(one := parsed[codes[i]], Relative)}
    return _Dating(project, relatives).all()


def dated(project: ParsedProject, relative: Relative) -> Hanging:
    """A relative deadline that stands in no row, by the rows of a project."""
    here = -1
    dating = _Dating(project, {here: relative})
    dating.found.update(project.hanging)
    dating.found[here] = dating.dated(here)
    return dating.found[here]


class _Dating:
    """Anchors before those that hang on them; each row has one, so a walk along them finds every circle."""

    def __init__(self, project: ParsedProject, relatives: Mapping[int, Relative]) -> None:
        self.project, self.relatives = project, relatives
        self.found: dict[int, Hanging] = {}

    def all(self) -> Mapping[int, Hanging]:
        """Each of them, by its row."""
        for i in self.relatives:
            self._follow(i)
        return {i: self.found[i] for i in self.relatives}

    def _follow(self, i: int) -> None:
        path: dict[int, None] = {}
        at: int | None = i
        while at is not None and at in self.relatives and at not in self.found and at not in path:
            path[at] = None
            at = self._anchor_row(at)
        rows = list(path)
        if at in path:  # a circle: all from there on are in it
            first = rows.index(at)
            for row in rows[first:]:
                self.found[row] = Hanging(self.relatives[row], Known(problem="cycle"), None, None)
            rows = rows[:first]
        for row in reversed(rows):
            self.found[row] = self.dated(row)

    def _anchor_row(self, i: int) -> int | None:
        return self.project.row_of.get(normalise_key(self.relatives[i].anchor))

    def dated(self, i: int) -> Hanging:
        """One, whose anchor has been dated."""
        relative, row = self.relatives[i], self._anchor_row(i)
        known = self._milestone(relative) if row is None else self._task(row, started=relative.started)
        calendar = self.project.calendar
        plan, now = known.plan or known.now, known.now or known.plan
        if plan is None or now is None:
            known = Known(problem=known.problem or "undated")
            return Hanging(relative, known, None, None)
        return Hanging(relative, known, relative.due(plan, calendar), relative.due(now, calendar))

    def _task(self, row: int, *, started: bool) -> Known:
        if self._status(row) == "cancelled":
            return Known(problem="cancelled")
        plan, now = self._planned_start(row) if started else self._planned(row)
        done = self._day("actual_start" if started else "actual", row)
        promise = None if started else self._day("forecast", row)
        if done is not None:
            return Known(plan, done, "actual")
        if promise is not None and promise >= self.project.as_of:
            return Known(plan, promise, "promise")
        return Known(plan, now, "plan")

    def _planned(self, row: int) -> tuple[date | None, date | None]:
        """The day by plan, and the one that a deadline which hangs itself has now."""
        own, baseline = self.found.get(row), self._day("baseline", row)
        if own is not None:
            return baseline or own.plan, own.now
        day = baseline or self.project.own_deadline_days[row].item()
        return day, day

    def _planned_start(self, row: int) -> tuple[date | None, date | None]:
        day = self._day("baseline_start", row) or self._day("planned_start", row)
        return day, day

    def _milestone(self, relative: Relative) -> Known:
        row = self._milestones.get(normalise_key(relative.anchor))
        if row is None:
            return Known(problem="unknown")
        table = self.project.table("milestones")
        days = {name: table.dates(name)[row].item() for name in ("baseline", "planned", "actual")}
        plan = days["baseline"] or days["planned"]
        return Known(plan, days["actual"], "actual") if days["actual"] else Known(plan, plan)

    @cached_property
    def _milestones(self) -> Mapping[str, int]:
        ids = self.project.table("milestones").texts("id").tolist()
        return {normalise_key(str(name)): i for i, name in reversed(list(enumerate(ids))) if name}

    def _day(self, column: str, row: int) -> date | None:
        day: date | None = self.project.seen(column).day[row].item()
        return day

    def _status(self, row: int) -> str:
        return STATUS.code(str(self.project.texts("status")[row])) or ""
