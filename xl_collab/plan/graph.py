"""Who waits for whom: the links of 前置, an order in which rows can be worked out, and cycles.

Links have a type and a lag in working days; what they mean for dates, `network.py` says. No dates,
no words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import repeat
from operator import contains

import numpy as np
import numpy.typing as npt

from xl_collab.plan.parsed import coded
from xl_collab.project.predecessors import KINDS, LinkKind, Predecessor, parse_predecessors
from xl_collab.project.tables import Codes, Flags
from xl_collab.schema.keys import NotRead, failed

Ints = npt.NDArray[np.int64]

MANY_LEVELS, FEW_ROWS = 300, 500
"""More levels, and fewer rows, are walked row by row: a numpy call per level would cost more."""


@dataclass(frozen=True)
class Levels:
    """Rows so that each comes after all its predecessors; `bounds` cut them into levels.

    `bounds` is empty when the order is a plain one (deep chains). Rows in a cycle, or behind
    one, are missing.
    """

    rows: Ints
    bounds: tuple[int, ...] = ()


FS, SS, FF, SF = range(len(KINDS))
"""Codes of the link types."""
_CODES: Mapping[LinkKind, int] = {kind: code for code, kind in enumerate(KINDS)}


@dataclass(frozen=True)
class Graph:
    """Edges source → target: the source row is a predecessor of the target row; by target.

    kind, lag  of each edge: FS, SS, FF or SF, and working days (0 where none is written)
    plain      edges that are just an ID: finish to start, and no lag written
    unknown    the (row, key) pairs of predecessors that no row has
    unread     the rows whose 前置 could not be read
    """

    count: int
    source: Ints
    target: Ints
    unknown: tuple[tuple[int, str], ...] = ()
    unread: tuple[int, ...] = ()
    kind: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    lag: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    plain: Flags = field(default_factory=lambda: np.empty(0, bool))

    def __post_init__(self) -> None:
        if len(self.kind) != len(self.source):  # given as pairs of rows: plain links
            object.__setattr__(self, "kind", np.zeros(len(self.source), np.int64))
            object.__setattr__(self, "lag", np.zeros(len(self.source), np.int64))
            object.__setattr__(self, "plain", np.ones(len(self.source), bool))

    def keeping(self, edges: Flags) -> Graph:
        """The graph with the marked edges alone."""
        if edges.all():
            return self
        parts = (self.kind[edges], self.lag[edges], self.plain[edges])
        return Graph(self.count, self.source[edges], self.target[edges], self.unknown, self.unread, *parts)

    @cached_property
    def followers(self) -> tuple[Ints, Ints]:
        """(starts, targets): the targets of row i are targets[starts[i]:starts[i + 1]]."""
        counts = np.bincount(self.source, minlength=self.count)
        return np.concatenate(([0], np.cumsum(counts))), self.target[self.by_source]

    @cached_property
    def by_source(self) -> Ints:
        """Numbers of the edges, ordered by their source."""
        return np.argsort(self.source, kind="stable")

    def after(self, rows: Ints) -> tuple[Ints, Ints]:
        """The edges that leave `rows`: for each its place in `rows`, and its target."""
        origin, edges = self.leaving(rows)
        return origin, self.target[edges]

    def leaving(self, rows: Ints) -> tuple[Ints, Ints]:
        """The edges that leave `rows`: for each the place of its source in `rows`, and its number."""
        starts, _ = self.followers
        counts = starts[rows + 1] - starts[rows]
        origin = np.repeat(np.arange(len(rows)), counts)
        inside = np.arange(len(origin)) - np.repeat(np.cumsum(counts) - counts, counts)
        return origin, self.by_source[starts[rows][origin] + inside]

    def before(self, row: int) -> Ints:
        """The predecessors of a row, in the order in which they are written."""
        first, last = self.into(row)
        return self.source[first:last]

    def into(self, row: int) -> tuple[int, int]:
        """First and last (exclusive) of the edges into a row, as written."""
        first, last = np.searchsorted(self.target, (row, row + 1)).tolist()
        return first, last

    def reached_from(self, row: int) -> list[int]:
        """The rows that depend on a row, directly or not, itself left out; costs no more than they are."""
        starts, targets = self._next
        reached, front = {row: None}, [row]
        while front:
            one = front.pop()
            for target in targets[starts[one] : starts[one + 1]]:
                if target not in reached:
                    reached[target] = None
                    front.append(target)
        del reached[row]
        return list(reached)

    @cached_property
    def _next(self) -> tuple[list[int], list[int]]:
        starts, targets = self.followers
        return starts.tolist(), targets.tolist()

    @cached_property
    def levels(self) -> Levels:
        """The order of all rows that are in no cycle and behind none."""
        if self.count <= FEW_ROWS:
            return self._walk()
        waiting = np.bincount(self.target, minlength=self.count)
        front = np.flatnonzero(waiting == 0)
        found: list[Ints] = []
        while len(front):
            if len(found) == MANY_LEVELS:
                return self._walk()
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

    def _walk(self) -> Levels:
        starts, targets = (part.tolist() for part in self.followers)
        waiting = np.bincount(self.target, minlength=self.count).tolist()
        order = [row for row, left in enumerate(waiting) if not left]  # also the queue
        bounds = [0, len(order)] if order else [0]
        for place, row in enumerate(order):
            if place == bounds[-1]:  # all before are done, so the rows of this level are all there
                bounds.append(len(order))
            for target in targets[starts[row] : starts[row + 1]]:
                waiting[target] -= 1
                if not waiting[target]:
                    order.append(target)
        return Levels(
            np.array(order, dtype=np.int64), tuple(bounds) if len(bounds) <= MANY_LEVELS + 1 else ()
        )

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
        if not self.stuck.any():
            return ()
        inner = self.stuck[self.source] & self.stuck[self.target]
        after: dict[int, list[int]] = {}
        for source, target in zip(self.source[inner].tolist(), self.target[inner].tolist(), strict=True):
            after.setdefault(source, []).append(target)
        knots = (knot for knot in _components(after) if len(knot) > 1 or knot[0] in after.get(knot[0], ()))
        return tuple(sorted(_in_order(knot, after) for knot in knots))

    @cached_property
    def circular(self) -> Flags:
        """Edges inside a cycle: both ends are in the same knot."""
        knot = np.full(self.count, -1, dtype=np.int64)
        for number, rows in enumerate(self.cycles):
            knot[list(rows)] = number
        found: Flags = (knot[self.source] >= 0) & (knot[self.source] == knot[self.target])
        return found


def read_graph(codes: Codes, texts: Sequence[str], row_of: Mapping[str, int]) -> Graph:
    """The graph of a 前置 column, given by its distinct texts; `row_of` maps normalised IDs to rows."""
    table, counts, listed = _read_texts(texts, row_of)
    per_row = counts[codes]
    targets = np.repeat(np.arange(len(codes)), per_row)
    inside = np.arange(len(targets)) - np.repeat(np.cumsum(per_row) - per_row, per_row)
    begin = (np.cumsum(counts) - counts)[codes]
    found = table[np.repeat(begin, per_row) + inside]
    is_known = found[:, 0] >= 0
    lost = np.flatnonzero(~is_known).tolist()
    unknown = tuple((int(targets[e]), listed[int(codes[targets[e]])][int(inside[e])][4]) for e in lost)
    known = found[is_known]
    bad = [code for code, links in listed.items() if failed(links)]
    unread = np.flatnonzero(coded(codes, bad)).tolist()
    parts = (known[:, 1], known[:, 2], known[:, 3].astype(bool))
    return Graph(len(codes), known[:, 0], targets[is_known], unknown, tuple(unread), *parts)


def _read_texts(texts: Sequence[str], row_of: Mapping[str, int]) -> tuple[Ints, Ints, dict[int, _Links]]:
    """The links of all texts as rows of numbers, how many each text has, and those of longer texts.

    Most cells name one row and nothing else.
    """
    alone = np.fromiter(map(row_of.get, map(str.lower, texts), repeat(-1)), np.int64, len(texts))
    alone[np.fromiter(map(contains, texts, repeat("、")), np.bool_, len(texts))] = -1
    listed = {k: _links(texts[k], row_of) for k in np.flatnonzero(alone < 0).tolist()}
    counts = np.ones(len(texts), dtype=np.int64)
    counts[list(listed)] = list(map(len, listed.values()))
    whose = np.repeat(alone, counts)
    table = np.zeros((len(whose), 4), dtype=np.int64)
    table[:, 0], table[:, 1], table[:, 3] = whose, FS, True
    flat = [link[:4] for links in listed.values() for link in links]
    table[whose < 0] = np.array(flat, dtype=np.int64).reshape(-1, 4)
    return table, counts, listed


_Link = tuple[int, int, int, bool, str]
"""Source row (-1 for none), type, lag, whether it is plain, and the ID as a key."""
_Links = tuple[_Link, ...]


def _links(text: str, row_of: Mapping[str, int]) -> _Links:
    """The links in a cell; plain lists of known IDs, nearly all of them, without the full reading."""
    if not text:
        return ()
    plain = text.lower().split("、")
    if all(map(row_of.__contains__, plain)):
        return tuple([(row_of[key], FS, 0, True, key) for key in dict.fromkeys(plain)])
    read = parse_predecessors(text, row_of.__contains__)
    return NotRead() if failed(read) else tuple([_numbers(link, row_of) for link in read])


def _numbers(link: Predecessor, row_of: Mapping[str, int]) -> _Link:
    plain = link.kind == "FS" and link.lag is None
    return row_of.get(link.key, -1), _CODES[link.kind], link.lag or 0, plain, link.key


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
