"""Why a row is late: days of its own, and days that it inherited, which add up to its variance exactly.

Expected is the finish that the plan and the predecessors' dates leave at full duration. Own days are the
finish minus the expected one; the rest came through the driving link, less what the plan had between. So
along one chain variance = own days − gaps. Nothing is claimed that these numbers do not prove. No words.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from xl_collab.plan.graph import Ints
from xl_collab.plan.network import Network
from xl_collab.plan.schedule import NEVER, Schedule

What = Literal["promise", "unstarted", "late_start", "overrun", "made_up", "mismatch", "gap"]
"""promise: by its own word; unstarted: not begun in time; late_start and overrun: begun too late, worked too
long; made_up: days caught up (negative); mismatch: the plan leaves less than the links ask (计划与前置不符);
gap: days that the plan had to spare (negative)."""


class Part(NamedTuple):
    """Working days that one row adds to a variance, and how."""

    row: int
    what: What
    days: int

    @property
    def own(self) -> bool:
        """Whether the row itself made these days."""
        return self.what != "gap"


class Root(NamedTuple):
    """Where most of a row's lateness began: a row, and the days that it made itself."""

    row: int
    days: int


class _Place(NamedTuple):
    """A row seen by its finish, or by its start where a link looks at that."""

    row: int
    by_start: bool = False


class _Step(NamedTuple):
    """From a row to its driving predecessor: days that this does not account for, and itself.

    given  days that are all a promise of `source`, which has no plan to be late against
    """

    rest: int = 0
    before: _Place | None = None
    given: int = 0
    source: int = -1


_NOTHING = _Step()


class _Days(NamedTuple):
    """The numbers that chains are walked over, as plain lists: single ones are looked up often."""

    base: list[int]
    planned: list[int]
    duration: list[int]
    expected: list[int]
    start: list[int]
    finish: list[int]
    driver: list[int]
    source: list[int]
    by_start: list[bool]


@dataclass(frozen=True)
class Causes:
    """The causes of every row's variance, worked out when asked for."""

    network: Network
    schedule: Schedule

    def of(self, row: int) -> tuple[Part, ...]:
        """The parts of a row's variance, its own first, then along the driving chain; they add up to it."""
        return tuple(self._chain(row))

    @cached_property
    def own(self) -> Ints:
        """Days that each row made itself, 计划与前置不符 included; 0 without finish or baseline."""
        known = (self.network.base > NEVER) & (self.schedule.finish > NEVER)
        made = np.where(known, self.schedule.finish - self.schedule.expected, 0)
        rows = np.flatnonzero(known & (self._driver >= 0))
        source, by_start = (
            a[self._driver[rows]] for a in (self.schedule.plan.graph.source, self.schedule.plan.by_start)
        )
        begun, ended = self.schedule.start - self.network.planned, self.schedule.finish - self.network.base
        late = np.where(by_start, begun[source], ended[source])
        rest = self.schedule.expected[rows] - self.network.base[rows] - late
        made[rows] += np.where(self.network.base[source] > NEVER, np.maximum(rest, 0), 0)
        return made

    @cached_property
    def driving(self) -> Ints:
        """The predecessor that drives each row; -1 for none."""
        source = np.append(self.schedule.plan.graph.source, -1)
        return source[self._driver]

    def root(self, row: int) -> Root | None:
        """The row on the chain that made most days, the one further up on ties; None for no late day."""
        return self._root(_Place(row))

    def reach(self, late: Sequence[int], own: Container[int] = ()) -> Mapping[int, list[int]]:
        """Root → those of the late rows whose largest root it is, itself included if it is one; in order.

        own  rows that stand for themselves: people wrote why they are late
        """
        found: dict[int, list[int]] = {}
        for row in late:
            root = None if row in own else self.root(row)
            found.setdefault(row if root is None else root.row, []).append(row)
        return found

    def others(self, row: int) -> list[tuple[int, int]]:
        """Predecessors off the driving link, with the days by which each alone would make the row late."""
        first, last = self.schedule.plan.graph.into(row)
        asked = (self.schedule.asked[first:last] - self.network.base[row]).tolist()
        sources = self.schedule.plan.graph.source[first:last].tolist()
        driver = int(self._driver[row])
        return [
            (source, days)
            for edge, (source, days) in enumerate(zip(sources, asked, strict=True), first)
            if days > 0 and edge != driver
        ]

    # the chain

    @cached_property
    def _driver(self) -> Ints:
        """The link that gives each row its expected finish, the first written on ties; -1: its own plan."""
        schedule, target = self.schedule, self.schedule.plan.graph.target
        late = schedule.expected > self.network.base
        edges = np.flatnonzero(late[target] & (schedule.asked == schedule.expected[target]))[::-1]
        found = np.full(len(late), -1, dtype=np.int64)
        found[target[edges]] = edges
        return found

    def _chain(self, row: int) -> Iterator[Part]:
        place: _Place | None = _Place(row)
        while place is not None:
            yield from self._own_parts(place)
            step = self._step(place)
            if step.rest:
                yield Part(place.row, "mismatch" if step.rest > 0 else "gap", step.rest)
            if step.given:
                yield Part(step.source, "promise", step.given)
            place = step.before

    @cached_property
    def _days(self) -> _Days:
        network, schedule, plan = self.network, self.schedule, self.schedule.plan
        return _Days(
            base=network.base.tolist(),
            planned=network.planned.tolist(),
            duration=network.duration.tolist(),
            expected=schedule.expected.tolist(),
            start=schedule.start.tolist(),
            finish=schedule.finish.tolist(),
            driver=self._driver.tolist(),
            source=plan.graph.source.tolist(),
            by_start=plan.by_start.tolist(),
        )

    def _step(self, place: _Place) -> _Step:
        """What a row inherits through its driving link."""
        days = self._days
        edge = days.driver[place.row]
        if edge < 0:
            return _NOTHING
        # By start the same days: start and finish are one duration apart, by plan and as expected.
        inherited = days.expected[place.row] - days.base[place.row]
        source = days.source[edge]
        if days.base[source] == NEVER:  # it has a promise and no plan: all of it is its own word
            return _Step(given=inherited, source=source)
        before = _Place(source, days.by_start[edge])
        return _Step(inherited - self._late(before), before)

    def _late(self, place: _Place) -> int:
        """How late a row is at the side that a link looks at."""
        days, row = self._days, place.row
        if place.by_start:
            return days.start[row] - days.planned[row]
        return days.finish[row] - days.base[row]

    def _made(self, place: _Place) -> int:
        """Own days of a row, at the side that a link looks at."""
        days, row = self._days, place.row
        if place.by_start:
            return days.start[row] - (days.expected[row] - days.duration[row] + 1)
        return days.finish[row] - days.expected[row]

    def _own_parts(self, place: _Place) -> Iterator[Part]:
        days, row, network = self._made(place), place.row, self.network
        if not days:
            return
        if days < 0:
            yield Part(row, "made_up", days)
        elif network.promise[row] > NEVER:
            yield Part(row, "promise", days)
        elif not (network.started[row] or network.done[row]):
            yield Part(row, "unstarted", days)
        else:
            first = self.schedule.expected[row] - network.duration[row] + 1
            begun = bool(network.began[row])  # without 实际开始 nobody knows
            late = min(max(int(self.schedule.start[row] - first), 0), days) if begun else 0
            yield from (Part(row, "late_start", late),) if late else ()
            yield from (Part(row, "overrun", days - late),) if days > late else ()

    def _root(self, place: _Place) -> Root | None:
        known: dict[_Place, Root | None] = self._known
        path: list[_Place] = []
        here: _Place | None = place
        while here is not None and here not in known:
            path.append(here)
            here = self._step(here).before
        best = known[here] if here is not None else None
        for one in reversed(path):
            step = self._step(one)
            if step.given:
                best = Root(step.source, step.given)
            days = self._made(one) + max(step.rest, 0)
            if days > 0 and (best is None or days > best.days):
                best = Root(one.row, days)
            known[one] = best
        return best

    @cached_property
    def _known(self) -> dict[_Place, Root | None]:
        return {}
