"""Who waits for whom: the edges of 前置, an order in which rows can be worked out, and cycles.

Only rows and edges; dates and days stay outside. All of it is linear in rows and edges, however
deep the chains are: level by level in numpy while there are few levels, else in one plain walk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from xl_collab.model.keys import normalise_key, parse_ids
from xl_collab.model.one_cell import NotRead, failed, guarded
from xl_collab.model.plan.seen import factorise
from xl_collab.model.tables import Flags, Texts

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
