"""Knock-on in working days: when rows finish given their predecessors, slack, critical path.

Everything is integer arithmetic on working-day numbers: a finish F means the end of working day
F, and what follows starts on F + 1. Which dates those are, the calendar says elsewhere; what a
row's finish is measured from, `assessment.py` says. No dates, no words.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from xl_collab.model.plan.graph import Graph, Ints
from xl_collab.model.tables import Flags

NEVER = -(10**9)
"""Stands for "no finish": earlier than every working day."""


@dataclass(frozen=True)
class Plan:
    """What is known of each row before its predecessors are asked; working-day numbers.

    floor     the finish that the row has on its own (NEVER for none)
    duration  working days of work, at least 1
    movable   rows that a late predecessor pushes; each has a floor
    active    unfinished rows that count for slack and the critical path
    """

    graph: Graph
    floor: Ints
    duration: Ints
    movable: Flags
    active: Flags

    @cached_property
    def push(self) -> Ints:
        """What to add to the latest predecessor's finish to get the row's own."""
        return np.where(self.movable & ~self.graph.stuck, self.duration, 2 * NEVER)


class Schedule:
    """A plan worked out. Arrays over rows:

    latest   finish of the latest predecessor (NEVER for none)
    finish   effective finish: on its own, or pushed
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.latest, self.finish = _forward(plan)

    @cached_property
    def end(self) -> int:
        """The finish of the project: the latest of the active rows (NEVER without any)."""
        finishes = self.finish[self.plan.active]
        return int(finishes.max()) if len(finishes) else NEVER

    @cached_property
    def slack(self) -> npt.NDArray[np.float64]:
        """Working days that a row may slip before the project's end slips.

        NaN for rows that are finished, stopped, without a finish, or in or behind a cycle.
        Negative when a follower was promised earlier than its predecessors allow.
        """
        known = self.plan.active & (self.finish > NEVER) & ~self.plan.graph.stuck
        return np.where(known, (self._latest_finish() - self.finish).astype(np.float64), np.nan)

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

        Rows with enough slack before them stay; so do finished rows and those with a promised
        finish of their own. Costs no more than the rows reached.
        """
        if days <= 0 or self.finish[row] == NEVER:
            return {}
        starts, targets = self.plan.graph.followers
        moved = {row: int(self.finish[row]) + days}
        queue = [(self._place[row], row)]
        while queue:
            _, source = heapq.heappop(queue)
            for target in targets[starts[source] : starts[source + 1]].tolist():
                finish = moved[source] + int(self.plan.push[target])
                if finish > moved.get(target, int(self.finish[target])):
                    if target not in moved:
                        heapq.heappush(queue, (self._place[target], target))
                    moved[target] = finish
        del moved[row]
        return {other: finish - int(self.finish[other]) for other, finish in sorted(moved.items())}

    @cached_property
    def _place(self) -> list[int]:
        """Position of each row in the order; rows in or behind a cycle come last."""
        rows = self.plan.graph.levels.rows
        place = np.full(self.plan.graph.count, len(rows), dtype=np.int64)
        place[rows] = np.arange(len(rows))
        found: list[int] = place.tolist()
        return found

    @cached_property
    def _active_graph(self) -> Graph:
        """The edges that still bind: into active rows, cycles left out."""
        graph = self.plan.graph
        keep = (self.plan.active & ~graph.stuck)[graph.target]
        return Graph(graph.count, graph.source[keep], graph.target[keep])

    def _latest_finish(self) -> Ints:
        graph, plan = self.plan.graph, self.plan
        binds = (plan.active & (self.finish > NEVER) & ~graph.stuck)[graph.target]
        edges = Graph(graph.count, graph.source[binds], graph.target[binds])
        return _backward(plan, edges, self.end)


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


def _forward(plan: Plan) -> tuple[Ints, Ints]:
    """Latest predecessor's finish and own finish of every row."""
    levels = plan.graph.levels
    if not levels.bounds:
        return _forward_walk(plan)
    latest, finish = np.full(plan.graph.count, NEVER, dtype=np.int64), plan.floor.copy()
    for first, last in zip(levels.bounds, levels.bounds[1:], strict=False):
        rows = levels.rows[first:last]
        finish[rows] = np.maximum(plan.floor[rows], latest[rows] + plan.push[rows])
        origin, targets = plan.graph.after(rows)
        np.maximum.at(latest, targets, finish[rows][origin])
    return latest, finish


def _forward_walk(plan: Plan) -> tuple[Ints, Ints]:
    """The same row by row, for graphs with many levels."""
    starts, targets = (part.tolist() for part in plan.graph.followers)
    latest = [NEVER] * plan.graph.count
    finish, push = plan.floor.tolist(), plan.push.tolist()
    for row in plan.graph.levels.rows.tolist():
        own = finish[row]
        pushed = latest[row] + push[row]
        if pushed > own:
            own = finish[row] = pushed
        for target in targets[starts[row] : starts[row + 1]]:
            if latest[target] < own:
                latest[target] = own
    return np.array(latest, dtype=np.int64), np.array(finish, dtype=np.int64)


def _backward(plan: Plan, edges: Graph, end: int) -> Ints:
    """Latest finish of every row that keeps the project's end."""
    levels = plan.graph.levels
    if not levels.bounds:
        return _backward_walk(plan, edges, end)
    latest = np.full(edges.count, end, dtype=np.int64)
    for first, last in reversed(list(zip(levels.bounds, levels.bounds[1:], strict=False))):
        rows = levels.rows[first:last]
        origin, targets = edges.after(rows)
        np.minimum.at(latest, rows[origin], latest[targets] - plan.duration[targets])
    return latest


def _backward_walk(plan: Plan, edges: Graph, end: int) -> Ints:
    starts, targets = (part.tolist() for part in edges.followers)
    latest, duration = [end] * edges.count, plan.duration.tolist()
    for row in reversed(plan.graph.levels.rows.tolist()):
        for target in targets[starts[row] : starts[row + 1]]:
            start = latest[target] - duration[target]
            if start < latest[row]:
                latest[row] = start
    return np.array(latest, dtype=np.int64)
