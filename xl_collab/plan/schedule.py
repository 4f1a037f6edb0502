"""Knock-on in working days: when rows start and finish given their predecessors, slack, critical path.

Everything is integer arithmetic on working-day numbers: a row fills its days from start to finish, both
included. What each link asks of its row is given as a number to add (see `network.py`). Which dates
those days are, the calendar says elsewhere. No dates, no words.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from xl_collab.plan.graph import FEW_ROWS, SF, SS, Graph, Ints, Levels
from xl_collab.project.tables import Flags

NEVER = -(10**9)
"""Stands for "no finish": earlier than every working day."""
ABSENT = 2 * NEVER
"""What a link that asks nothing adds: whatever it is added to stays earlier than every working day."""
_ALWAYS = 10**9


@dataclass(frozen=True)
class ScheduleInput:
    """What is known of each row and link before any finish is; working-day numbers.

    Of rows:
    base      the finish that the row is measured against (NEVER for none)
    own       the finish that the row has on its own, without its promise (NEVER for none)
    first     the day on which a begun or finished row started, NEVER for all others
    fixed     rows whose finish is `own` whatever precedes them: finished, without a date, cancelled
    promise   the promised finish that counts (NEVER for none)
    duration  working days of work, at least 1
    active    unfinished rows that count for slack and the critical path

    Of links, what added to the predecessor's finish (or start, `by_start`) gives the row's finish:
    push   with the work that is left
    least  with one day's work, for what was promised
    full   with the whole duration, as the plan has it

    `order` are the rows, predecessors first; links make no cycle.
    """

    graph: Graph
    order: Levels
    base: Ints
    own: Ints
    first: Ints
    fixed: Flags
    promise: Ints
    duration: Ints
    active: Flags
    push: Ints
    least: Ints
    full: Ints

    @cached_property
    def by_start(self) -> Flags:
        """Links that look at the predecessor's start."""
        found: Flags = (self.graph.kind == SS) | (self.graph.kind == SF)
        return found

    def pinned(self, row: int, finish: int, start: int) -> ScheduleInput:
        """The same with one row from `start` to `finish`, whatever precedes it."""
        own, first, fixed = self.own.copy(), self.first.copy(), self.fixed.copy()
        own[row], first[row], fixed[row] = finish, start, True
        return replace(self, own=own, first=first, fixed=fixed)


class Schedule:
    """A plan worked out. Arrays over rows:

    free    finish without the row's own promise: on its own, or pushed
    floor   earliest finish that unfinished predecessors leave to a promise (NEVER for none)
    finish  the finish that followers see: done, promised (but not before `floor`) or `free`
    start   the start that goes with it
    """

    def __init__(self, plan: ScheduleInput) -> None:
        self.plan = plan
        self.free, self.floor, self.finish, self.start = _forward(plan)

    @cached_property
    def expected(self) -> Ints:
        """The finish that the plan and the predecessors' dates leave, had the row itself kept its plan."""
        plan, found = self.plan, self.plan.base.copy()
        np.maximum.at(found, plan.graph.target, self.asked)
        return np.where(plan.base > NEVER, found, NEVER)

    @cached_property
    def asked(self) -> Ints:
        """The finish that each link asks of its row at full duration."""
        return self.seen + self.plan.full

    @property
    def seen(self) -> Ints:
        """What each link looks at: its predecessor's finish, or its start."""
        source = self.plan.graph.source
        return np.where(self.plan.by_start, self.start[source], self.finish[source])

    def holds(self, row: int) -> int:
        """The predecessor that leaves a row's promise its floor; the row itself for none."""
        first, last = self.plan.graph.into(row)
        if first == last:
            return row
        edge = first + int(np.argmax((self.seen + self.plan.least)[first:last]))
        return int(self.plan.graph.source[edge])

    @cached_property
    def end(self) -> int:
        """The finish of the project: the latest of the active rows (NEVER without any)."""
        finishes = self.finish[self.plan.active]
        return int(finishes.max()) if len(finishes) else NEVER

    @cached_property
    def slack(self) -> npt.NDArray[np.float64]:
        """Working days that a row may slip before the project's end slips.

        NaN for rows that are finished, cancelled or without a finish.
        """
        plan = self.plan
        finish, start = _backward(self)
        free = np.where(plan.first > NEVER, _ALWAYS, start - self.start)
        room = np.minimum(finish - self.finish, free).astype(np.float64)
        return np.where(plan.active, room, np.nan)

    @cached_property
    def critical(self) -> Flags:
        """Rows whose slip moves the project's end."""
        return self.slack <= 0

    def dependents(self, rows: Ints, most: int) -> Ints:
        """How many active rows depend on each of `rows`, directly or not; counted up to `most`."""
        least, paths = _bounds(self._active_graph, most)
        found = np.minimum(least, most)[rows]
        unsure = np.flatnonzero((found < most) & (paths[rows] > found))
        found[unsure] = _counted(self._active_graph, rows[unsure], most)
        return found

    def slip(self, row: int, days: int) -> dict[int, int]:
        """What a slip of `row` by `days` > 0 working days moves: row → working days, itself left out.

        Rows with enough slack before them stay; so do finished rows. Costs no more than the rows reached.
        """
        if days <= 0 or self.finish[row] == NEVER:
            return {}
        return _Slip(self, self._place).of(row, days)

    def ordered(self, rows: Iterable[int]) -> list[int]:
        """Those of `rows` that are in the order, predecessors first."""
        place, last = self._place, len(self.plan.order.rows)
        return sorted((row for row in rows if place[row] < last), key=place.__getitem__)

    def had_kept(self, row: int, finish: int, start: int, own: Mapping[int, int]) -> dict[int, int]:
        """Finishes had `row` gone from `start` to `finish` and others had `own` on their own: row → finish.

        Only rows whose finish is then another one are in it. `own` names every row behind `row`, with the
        finish that it keeps or gets. Costs no more than the rows behind.
        """
        return _Again(self, self._place).of(row, finish, start, own)

    @cached_property
    def _place(self) -> list[int]:
        """Position of each row in the order."""
        rows = self.plan.order.rows
        place = np.full(self.plan.graph.count, len(rows), dtype=np.int64)
        place[rows] = np.arange(len(rows))
        found: list[int] = place.tolist()
        return found

    @cached_property
    def _active_graph(self) -> Graph:
        """The links into active rows, each pair of rows once."""
        graph = self.plan.graph
        found = graph.keeping(self.plan.active[graph.target])
        pairs = found.target * found.count + found.source
        if len(pairs) > 1 and not (np.diff(pairs) > 0).all():
            _, at = np.unique(pairs, return_index=True)
            return Graph(found.count, found.source[at], found.target[at])
        return found


class _Slip:
    """Follows one slip through the links that it moves."""

    def __init__(self, schedule: Schedule, place: list[int]) -> None:
        self.schedule, self.plan, self.place = schedule, schedule.plan, place
        self.free: dict[int, int] = {}
        self.floor: dict[int, int] = {}
        self.queue: list[tuple[int, int]] = []

    def of(self, row: int, days: int) -> dict[int, int]:
        """Row → working days by which it moves."""
        finish, start = int(self.schedule.finish[row]), int(self.schedule.start[row])
        begun = self.plan.first[row] > NEVER
        self._follow(row, finish + days, start if begun else start + days)
        moved = {}
        while self.queue:
            _, other = heapq.heappop(self.queue)
            finish, start = self._settled(other)
            late = finish - int(self.schedule.finish[other])
            if late or start != self.schedule.start[other]:
                self._follow(other, finish, start)
            if late:
                moved[other] = late
        return dict(sorted(moved.items()))

    def _follow(self, row: int, finish: int, start: int) -> None:
        _, edges = self.plan.graph.leaving(np.array([row]))
        for edge in edges.tolist():
            target = int(self.plan.graph.target[edge])
            if self.plan.fixed[target]:
                continue
            if target not in self.free:
                self.free[target] = int(self.schedule.free[target])
                self.floor[target] = int(self.schedule.floor[target])
                heapq.heappush(self.queue, (self.place[target], target))
            seen = start if self.plan.by_start[edge] else finish
            self.free[target] = max(self.free[target], seen + int(self.plan.push[edge]))
            self.floor[target] = max(self.floor[target], seen + int(self.plan.least[edge]))

    def _settled(self, row: int) -> tuple[int, int]:
        plan, free = self.plan, self.free[row]
        promise, first = int(plan.promise[row]), int(plan.first[row])
        finish = max(promise, self.floor[row]) if promise > NEVER else free
        return finish, first if first > NEVER else min(free - int(plan.duration[row]) + 1, finish)


class _Again:
    """Works out once more what stands behind one row, from the rows before it as they are."""

    def __init__(self, schedule: Schedule, place: list[int]) -> None:
        self.schedule, self.plan, self.place = schedule, schedule.plan, place
        self.finish: dict[int, int] = {}
        self.start: dict[int, int] = {}

    def of(self, row: int, finish: int, start: int, own: Mapping[int, int]) -> dict[int, int]:
        """Row → finish, of those with another one than in the schedule."""
        plan = self.plan
        if finish > NEVER:
            self._settle(row, finish, start, fixed=True)
        for other in sorted(own, key=self.place.__getitem__):
            self._settle(other, own[other], int(plan.first[other]), fixed=bool(plan.fixed[other]))
        old = self.schedule.finish
        return {other: day for other, day in self.finish.items() if day != old[other]}

    def _settle(self, row: int, own: int, first: int, *, fixed: bool) -> None:
        plan, free, floor = self.plan, own, NEVER
        self.finish[row] = self.start[row] = own
        if self.place[row] >= len(plan.order.rows):
            return
        for edge in range(*plan.graph.into(row)):
            seen = self._seen(int(plan.graph.source[edge]), plan.by_start[edge])
            free = max(free, seen + int(plan.push[edge]))
            floor = max(floor, seen + int(plan.least[edge]))
        promise = int(plan.promise[row])
        finish = max(promise, floor) if promise > NEVER else free
        self.finish[row] = finish = own if fixed else finish
        self.start[row] = first if first > NEVER else min(free - int(plan.duration[row]) + 1, finish)

    def _seen(self, row: int, by_start: bool) -> int:
        mine, all_ = (self.start, self.schedule.start) if by_start else (self.finish, self.schedule.finish)
        return mine[row] if row in mine else int(all_[row])


def _bounds(graph: Graph, most: int) -> tuple[Ints, Ints]:
    """At least and at most how many rows depend on each: the longest chain and the direct
    followers, and the paths of up to `most` steps. Where both agree nobody need count."""
    direct = np.bincount(graph.source, minlength=graph.count)
    chain, paths = np.zeros_like(direct), np.zeros_like(direct)
    for _ in range(most):
        np.maximum.at(chain, graph.source, chain[graph.target] + 1)
        steps = np.bincount(graph.source, weights=1 + paths[graph.target], minlength=graph.count)
        # Capped, so that numbers stay small; a step beyond `most` makes the chain long enough.
        paths = np.minimum(steps, 2 * most).astype(np.int64)
    return np.maximum(direct, chain), paths


def _counted(graph: Graph, rows: Ints, most: int) -> Ints:
    """The same counted out, for all of `rows` at once, each step of their walks together."""
    total = np.zeros(len(rows), dtype=np.int64)
    origin, front = np.arange(len(rows)), rows
    seen = origin * graph.count + rows
    while len(front):
        steps, reached = graph.after(front)
        found = np.setdiff1d(origin[steps] * graph.count + reached, seen)
        total += np.bincount(found // graph.count, minlength=len(rows))
        found = found[total[found // graph.count] < most]
        seen = np.concatenate((seen, found))
        origin, front = found // graph.count, found % graph.count
    return np.minimum(total, most)


def _forward(plan: ScheduleInput) -> tuple[Ints, Ints, Ints, Ints]:
    """free, floor, finish and start of every row."""
    order, graph = plan.order, plan.graph
    if not order.bounds or graph.count <= FEW_ROWS:
        return _forward_walk(plan)
    free, floor = plan.own.copy(), np.full(graph.count, NEVER, dtype=np.int64)
    finish, start = free.copy(), free.copy()
    for a, b in pairwise(order.bounds):
        rows = order.rows[a:b]
        promise = plan.promise[rows]
        held = np.where(promise > NEVER, np.maximum(promise, floor[rows]), free[rows])
        finish[rows] = np.where(plan.fixed[rows], plan.own[rows], held)
        begins = np.minimum(free[rows] - plan.duration[rows] + 1, finish[rows])
        start[rows] = np.where(plan.first[rows] > NEVER, plan.first[rows], begins)
        origin, edges = graph.leaving(rows)
        seen = np.where(plan.by_start[edges], start[rows][origin], finish[rows][origin])
        np.maximum.at(free, graph.target[edges], seen + plan.push[edges])
        np.maximum.at(floor, graph.target[edges], seen + plan.least[edges])
    return free, floor, finish, start


def _forward_walk(plan: ScheduleInput) -> tuple[Ints, Ints, Ints, Ints]:
    """The same row by row, for graphs with many levels or few rows."""
    starts, by_source = plan.graph.followers[0].tolist(), plan.graph.by_source.tolist()
    columns = (plan.own, plan.first, plan.promise, plan.duration, plan.fixed)
    own, first, promise, duration, fixed = (column.tolist() for column in columns)
    links = (plan.graph.target, plan.by_start, plan.push, plan.least)
    target, by_start, push, least = (column.tolist() for column in links)
    free, floor, finish, start = own.copy(), [NEVER] * len(own), own.copy(), own.copy()
    for row in plan.order.rows.tolist():
        end = max(promise[row], floor[row]) if promise[row] > NEVER else free[row]
        finish[row] = end = own[row] if fixed[row] else end
        begin = first[row] if first[row] > NEVER else min(free[row] - duration[row] + 1, end)
        start[row] = begin
        for edge in by_source[starts[row] : starts[row + 1]]:
            seen, other = begin if by_start[edge] else end, target[edge]
            if seen + push[edge] > free[other]:
                free[other] = seen + push[edge]
            if seen + least[edge] > floor[other]:
                floor[other] = seen + least[edge]
    made = (np.array(column, dtype=np.int64) for column in (free, floor, finish, start))
    return next(made), next(made), next(made), next(made)


def _backward(schedule: Schedule) -> tuple[Ints, Ints]:
    """Latest finish and latest start of every row that keep the project's end.

    Each link gives back what it takes forward. A promised row passes on only what its floor takes, and
    what its own start does to those who look at it.
    """
    plan, graph = schedule.plan, schedule.plan.graph
    finish = np.full(graph.count, schedule.end, dtype=np.int64)
    start = np.full(graph.count, _ALWAYS, dtype=np.int64)
    moves, bounds = plan.active & ~plan.fixed, plan.order.bounds
    if not bounds or graph.count <= FEW_ROWS:
        return _backward_walk(schedule, moves)
    for a, b in reversed(list(pairwise(bounds))):
        rows = plan.order.rows[a:b]
        origin, edges = graph.leaving(rows)
        keep = moves[graph.target[edges]]
        edges, sources = edges[keep], rows[origin][keep]
        limit = _limits(plan, edges, finish, start)
        by_start = plan.by_start[edges]
        np.minimum.at(finish, sources[~by_start], limit[~by_start])
        np.minimum.at(start, sources[by_start], limit[by_start])
    return finish, start


def _limits(plan: ScheduleInput, edges: Ints, finish: Ints, start: Ints) -> Ints:
    """How late what each link looks at may be, given the latest finish and start of its row."""
    rows = plan.graph.target[edges]
    whole = np.where(plan.first[rows] > NEVER, _ALWAYS, start[rows] + plan.duration[rows] - 1)
    promised = plan.promise[rows] > NEVER
    by_work = np.where(promised, whole, np.minimum(finish[rows], whole)) - plan.push[edges]
    by_promise = np.where(promised, finish[rows] - plan.least[edges], 2 * _ALWAYS)
    return np.minimum(by_work, by_promise)


def _backward_walk(schedule: Schedule, moves: Flags) -> tuple[Ints, Ints]:
    """The same row by row."""
    plan, graph = schedule.plan, schedule.plan.graph
    starts, by_source = graph.followers[0].tolist(), graph.by_source.tolist()
    links = (graph.target, plan.by_start, plan.push, plan.least)
    target, by_start, push, least = (column.tolist() for column in links)
    columns = (plan.first, plan.duration, plan.promise, moves)
    first, duration, promise, moved = (column.tolist() for column in columns)
    finish, start = [schedule.end] * len(first), [_ALWAYS] * len(first)
    for row in reversed(plan.order.rows.tolist()):
        for edge in by_source[starts[row] : starts[row + 1]]:
            other = target[edge]
            if not moved[other]:
                continue
            whole = _ALWAYS if first[other] > NEVER else start[other] + duration[other] - 1
            limit = min(finish[other], whole) - push[edge]
            if promise[other] > NEVER:
                limit = min(whole - push[edge], finish[other] - least[edge])
            side = start if by_start[edge] else finish
            side[row] = min(side[row], limit)
    return np.array(finish, dtype=np.int64), np.array(start, dtype=np.int64)
