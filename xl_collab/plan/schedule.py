"""Knock-on in working days: when rows finish given their predecessors, slack, critical path.

Everything is integer arithmetic on working-day numbers: a finish F means the end of working day
F, and what follows starts on F + 1. Which dates those are, the calendar says elsewhere; what a
row's finish is measured from, `assessment.py` says. No dates, no words.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from xl_collab.plan.parsed import factorise
from xl_collab.project.tables import Flags, Texts
from xl_collab.schema.keys import NotRead, failed, guarded, normalise_key, parse_ids

# Who waits for whom: the edges of 前置, an order in which rows can be worked out, and cycles.


Ints = npt.NDArray[np.int64]

MANY_LEVELS = 300
"""More levels than this are walked row by row: a numpy call per level would cost more."""


@dataclass(frozen=True)
class Levels:
    """Rows so that each comes after all its predecessors; `bounds` cut them into levels.

    `bounds` is empty when the order is a plain one (deep chains). Rows in a cycle, or behind
    one, are missing.
    """

    rows: Ints
    bounds: tuple[int, ...] = ()


@dataclass(frozen=True)
class Graph:
    """Edges source → target: the source row is a predecessor of the target row; by target.

    `unknown` are the (row, key) pairs of predecessors that no row has; `unread` the rows whose 前置
    could not be read.
    """

    count: int
    source: Ints
    target: Ints
    unknown: tuple[tuple[int, str], ...] = ()
    unread: tuple[int, ...] = ()

    def without(self, rows: Flags) -> Graph:
        """The graph without the edges that leave the marked rows."""
        keep = ~rows[self.source]
        return Graph(self.count, self.source[keep], self.target[keep], self.unknown, self.unread)

    @cached_property
    def followers(self) -> tuple[Ints, Ints]:
        """(starts, targets): the targets of row i are targets[starts[i]:starts[i + 1]]."""
        by_source = np.argsort(self.source, kind="stable")
        counts = np.bincount(self.source, minlength=self.count)
        return np.concatenate(([0], np.cumsum(counts))), self.target[by_source]

    def after(self, rows: Ints) -> tuple[Ints, Ints]:
        """The edges that leave `rows`: for each its place in `rows`, and its target."""
        starts, targets = self.followers
        counts = starts[rows + 1] - starts[rows]
        origin = np.repeat(np.arange(len(rows)), counts)
        inside = np.arange(len(origin)) - np.repeat(np.cumsum(counts) - counts, counts)
        return origin, targets[starts[rows][origin] + inside]

    def before(self, row: int) -> Ints:
        """The predecessors of a row, in the order in which they are written."""
        first, last = np.searchsorted(self.target, (row, row + 1))
        return self.source[first:last]

    @cached_property
    def levels(self) -> Levels:
        """The order of all rows that are in no cycle and behind none."""
        waiting = np.bincount(self.target, minlength=self.count)
        front = np.flatnonzero(waiting == 0)
        found: list[Ints] = []
        while len(front):
            if len(found) == MANY_LEVELS:
                return Levels(self._walk())
            found.append(front)
            _, reached = self.after(front)
            if not len(reached):
                break
            np.subtract.at(waiting, reached, 1)
            ready = reached[waiting[reached] == 0]
            waiting[ready] = np.arange(len(ready))
            front = ready[waiting[ready] == np.arange(len(ready))]  # each once, without sorting
        bounds = np.cumsum([0, *map(len, found)]).tolist()
        return Levels(np.concatenate(found) if found else np.empty(0, np.int64), tuple(bounds))

    def _walk(self) -> Ints:
        starts, targets = (part.tolist() for part in self.followers)
        waiting = np.bincount(self.target, minlength=self.count).tolist()
        order = [row for row, left in enumerate(waiting) if not left]  # also the queue
        for row in order:
            for target in targets[starts[row] : starts[row + 1]]:
                waiting[target] -= 1
                if not waiting[target]:
                    order.append(target)
        return np.array(order, dtype=np.int64)

    @cached_property
    def stuck(self) -> Flags:
        """Rows in a cycle or behind one."""
        flags: Flags = np.ones(self.count, dtype=bool)
        flags[self.levels.rows] = False
        return flags

    @cached_property
    def cycles(self) -> tuple[tuple[int, ...], ...]:
        """Each knot of rows that wait for each other, in the order in which they wait.

        A knot of several interlocked cycles is one entry, its rows in sheet order.
        """
        inner = self.stuck[self.source] & self.stuck[self.target]
        after: dict[int, list[int]] = {}
        for source, target in zip(self.source[inner].tolist(), self.target[inner].tolist(), strict=True):
            after.setdefault(source, []).append(target)
        knots = (knot for knot in _components(after) if len(knot) > 1 or knot[0] in after.get(knot[0], ()))
        return tuple(sorted(_in_order(knot, after) for knot in knots))


def read_graph(predecessors: Texts, row_of: Mapping[str, int]) -> Graph:
    """The graph of a 前置 column; `row_of` maps normalised IDs to rows."""
    codes, distinct = factorise(predecessors)
    listed = [_keys(str(text or ""), row_of) for text in distinct]
    counts = np.array([len(keys) for keys in listed], dtype=np.int64)
    sources = np.array([row_of.get(key, -1) for keys in listed for key in keys], dtype=np.int64)
    ends = np.cumsum(counts)
    per_row = counts[codes]
    targets = np.repeat(np.arange(len(codes)), per_row)
    inside = np.arange(len(targets)) - np.repeat(np.cumsum(per_row) - per_row, per_row)
    found = sources[np.repeat((ends - counts)[codes], per_row) + inside]
    lost = np.flatnonzero(found < 0)
    unknown = ((int(targets[e]), listed[codes[targets[e]]][inside[e]]) for e in lost.tolist())
    known = found >= 0
    bad = [code for code, keys in enumerate(listed) if failed(keys)]
    unread = np.flatnonzero(np.isin(codes, bad)).tolist() if bad else ()
    return Graph(len(codes), found[known], targets[known], tuple(unknown), tuple(unread))


def _not_read(_: str) -> tuple[str, ...]:
    return NotRead()


@guarded(_not_read)
def _keys(text: str, row_of: Mapping[str, int]) -> tuple[str, ...]:
    """The IDs in a cell; plain lists of known IDs, nearly all of them, without the full reading."""
    if not text:
        return ()
    lower = text.lower()
    if lower in row_of:
        return (lower,)
    plain = lower.split("、")
    if all(map(row_of.__contains__, plain)):
        return tuple(dict.fromkeys(plain))
    whole = normalise_key(text)
    return (whole,) if whole in row_of else parse_ids(text)


def _in_order(knot: list[int], after: Mapping[int, list[int]]) -> tuple[int, ...]:
    members = set(knot)
    inside = {row: [t for t in after[row] if t in members] for row in knot}
    if any(len(targets) != 1 for targets in inside.values()):
        return tuple(sorted(knot))
    found = [min(knot)]
    while len(found) < len(knot):
        found.append(inside[found[-1]][0])
    return tuple(found)


def _components(after: Mapping[int, list[int]]) -> Iterator[list[int]]:
    """Strongly connected components (Kosaraju), without recursion: chains may be very deep."""
    before: dict[int, list[int]] = {}
    for source, targets in after.items():
        for target in targets:
            before.setdefault(target, []).append(source)
    placed: set[int] = set()
    for root in reversed(_finish_order(after)):
        if root in placed:
            continue
        placed.add(root)
        component = [root]
        for row in component:
            fresh = [other for other in before.get(row, ()) if other not in placed]
            placed.update(fresh)
            component.extend(dict.fromkeys(fresh))
        yield component


def _finish_order(after: Mapping[int, list[int]]) -> list[int]:
    """Rows in the order in which a depth-first walk leaves them."""
    seen: set[int] = set()
    order: list[int] = []
    for root in after:
        if root in seen:
            continue
        seen.add(root)
        work = [(root, iter(after[root]))]
        while work:
            row, targets = work[-1]
            fresh = next((t for t in targets if t not in seen), None)
            if fresh is None:
                order.append(row)
                work.pop()
            else:
                seen.add(fresh)
                work.append((fresh, iter(after.get(fresh, ()))))
    return order


NEVER = -(10**9)
"""Stands for "no finish": earlier than every working day."""


@dataclass(frozen=True)
class ScheduleInput:
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

    def __init__(self, plan: ScheduleInput) -> None:
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


def _forward(plan: ScheduleInput) -> tuple[Ints, Ints]:
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


def _forward_walk(plan: ScheduleInput) -> tuple[Ints, Ints]:
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


def _backward(plan: ScheduleInput, edges: Graph, end: int) -> Ints:
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


def _backward_walk(plan: ScheduleInput, edges: Graph, end: int) -> Ints:
    starts, targets = (part.tolist() for part in edges.followers)
    latest, duration = [end] * edges.count, plan.duration.tolist()
    for row in reversed(plan.graph.levels.rows.tolist()):
        for target in targets[starts[row] : starts[row + 1]]:
            start = latest[target] - duration[target]
            if start < latest[row]:
                latest[row] = start
    return np.array(latest, dtype=np.int64)
