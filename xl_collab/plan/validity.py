"""How long figures hold: what lets native formulas say 待重算 before Python runs again.

推算有效至 is the last day on which a row shows what Python would say if nothing is edited; 推算次序 its place
behind its predecessors, so that a formula can tell what stands behind an edited row. As days pass each finish
is the later of a fixed day and of as_of plus some working days (its drift), and links keep that form: so
nothing is worked out for another day. No edits, no clock.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from xl_collab.plan.graph import Graph, Ints
from xl_collab.plan.schedule import NEVER, Schedule
from xl_collab.project.tables import Days, Flags

if TYPE_CHECKING:
    from xl_collab.plan.project import Project

_FAR = 10**7
"""Day number that stands for "for ever"."""


def order(project: Project) -> list[float]:
    """推算次序 of each row: 1 without predecessors, else more than that of each predecessor.

    Negative where no row follows. A half more where any edit may matter, also of a row that does not stand
    before it: predecessors that no row has, cycles, recurrences that begin with the project, days that hang
    on another row and what follows them.
    """
    graph = project.assessment.graph
    open_ended = graph.stuck | (_recurring(project) & ~project.seen("planned_start").number)
    open_ended |= _with_followers(graph, _hung(project))
    open_ended[[row for row, _ in graph.unknown]] = True
    open_ended[list(graph.unread)] = True
    found = _levels(graph) + np.where(open_ended, 0.5, 0)
    last = np.bincount(graph.source, minlength=graph.count) == 0
    signed: list[float] = np.where(last, -found, found).tolist()
    return signed


def _recurring(project: Project) -> Flags:
    return np.array([moment is not None for moment in project.assessment.next_due], dtype=bool)


def _hung(project: Project) -> Flags:
    """Rows whose day hangs on another row's and is not frozen."""
    found = np.zeros(len(project.tracker), dtype=bool)
    found[list(project.hanging)] = True
    return found & ~project.seen("baseline").number


def _with_followers(graph: Graph, rows: Flags) -> Flags:
    """The rows, and every row behind one of them."""
    found = rows.copy()
    while not found[behind := graph.target[found[graph.source]]].all():
        found[behind] = True
    return found


def _levels(graph: Graph) -> npt.NDArray[np.float64]:
    rows, bounds = graph.levels.rows, graph.levels.bounds
    found = np.ones(graph.count)
    if bounds:
        for number, (a, b) in enumerate(pairwise(bounds), start=1):
            found[rows[a:b]] = number
    else:
        found[rows] = np.arange(1, len(rows) + 1)
        found[np.bincount(graph.target, minlength=graph.count) == 0] = 1
    return found


def valid_until(project: Project) -> list[object]:
    """推算有效至 of each row; None for ever.

    On a working day an overdue row that has begun is right natively: it finishes today at the earliest. On
    a day off Python says the next working day. So a day at noon means that after it only days off are
    wrong, one at six in the morning that until then days off are.
    """
    until, noon, six = _Validity(project).until
    ends = until < _FAR
    days: list[object] = np.where(ends, until.astype("datetime64[D]"), np.datetime64("NaT", "D")).tolist()
    hours = np.select([noon, six], [12, 6], 0)
    for row in np.flatnonzero(ends & (hours > 0)).tolist():
        days[row] = datetime.combine(_day(until[row]), time(hours[row]))
    return days


class _Validity:
    """Last days that hold, as numbers since 1970 (_FAR for ever), over the tracker's rows."""

    def __init__(self, project: Project) -> None:
        found = project.assessment
        self.project, self.states = project, found.states
        self.network, self.schedule = found.network, found.schedule
        self.today = _number(project.as_of)

    @cached_property
    def until(self) -> tuple[Ints, Flags, Flags]:
        """The last day of each row; whether only days off are wrong after it, and whether they are before."""
        shows = self.states.open & ((self.network.base > NEVER) | _recurring(self.project))
        own, noon = self._own
        outside = np.minimum.reduce((self._before, self._alerts, self._due, self._begins, self._circular))
        outside = np.minimum(outside, self._anchored)
        # An overdue row is wrong on the next day off: nothing else need be known of its own last day.
        six = shows & noon & (outside < _FAR) & (own < self._next_day_off)
        until = np.where(six, outside, np.minimum(own, outside))
        until = np.where(shows, np.maximum(until, self.today), _FAR)
        return until, shows & noon & (outside >= _FAR), six

    @property
    def _next_day_off(self) -> int:
        calendar, day = self.project.calendar, self.project.as_of + timedelta(days=1)
        while calendar.is_workday(day):
            day += timedelta(days=1)
        return _number(day)

    @cached_property
    def _drift(self) -> Schedule:
        """The schedule of what moves with as_of: finishes as working days after it, NEVER for what stands."""
        plan, network = self.schedule.plan, self.network
        waiting = ~network.started | self.states.paused
        own = np.where(plan.fixed | (plan.own <= NEVER), NEVER, np.where(waiting, network.left - 1, 0))
        first, promise = (np.where(column > NEVER, NEVER + 1, NEVER) for column in (plan.first, plan.promise))
        # A row begun on a day that nobody noted, and before its plan, counts as begun today.
        first = np.where(network.started & ~network.began & (network.planned > 0), 0, first)
        return Schedule(replace(plan, own=own, first=first, promise=promise))

    def _holds(self, finish: Ints, drift: Ints) -> Ints:
        """The last day on which a finish is still later than as_of and its drift."""
        moves = drift > NEVER // 2
        return _numbers(self.network.ordinals.dates(finish - drift, moves))

    # the row by itself

    @cached_property
    def _own(self) -> tuple[Ints, Flags]:
        """Until when a row's formulas say what Python says, and whether only days off are wrong after it."""
        free, drift = self.schedule.free, self._drift
        alone = self._holds(free, drift.free)
        live, promised = _numbers(self.states.live), self.schedule.plan.promise > NEVER
        kept = self._holds(np.maximum(self.schedule.plan.promise, self.schedule.floor), drift.floor)
        lapses = np.where(kept < live, kept, np.maximum(live, alone))
        comes = np.where(kept < live - 1, kept, _FAR)
        until = np.select([self._ahead, promised], [comes, lapses], alone)
        noon = (drift.free <= 0) & ~self._ahead & ~(promised & (kept < live))
        return until, noon & (until < _FAR)

    @cached_property
    def _ahead(self) -> Flags:
        """Rows with an 实际完成 that is still to come."""
        found: Flags = self.project.seen("actual").number & ~self.states.done
        return found

    @cached_property
    def _begins(self) -> Ints:
        """The day before an 实际开始 that is still to come."""
        day = _numbers(self.project.seen("actual_start").day)
        to_come = (day > self.today) & (day < _FAR) & self._counts
        return np.where(to_come, day - 1, _FAR)

    @property
    def _counts(self) -> Flags:
        return ~(self.network.done | self.states.cancelled)

    @cached_property
    def _circular(self) -> Ints:
        """Rows of cycles: which links bind may change with any of them."""
        found = np.full(len(self.network.base), _FAR, dtype=np.int64)
        for rows in self.network.cycles:
            found[list(rows)] = self.today
        return found

    @cached_property
    def _anchored(self) -> Ints:
        """Until when days that hang on others' promises stay: as long as the first of those promises."""
        hung = _hung(self.project)
        anchors = (one.anchor for i, one in self.project.hanging.items() if hung[i])
        promised = [_number(one.now) for one in anchors if one.told == "promise" and one.now]
        return np.where(hung, min(promised, default=_FAR), _FAR)

    @cached_property
    def _due(self) -> Ints:
        """The next due day of recurrences."""
        moments = self.project.assessment.next_due
        return np.array([_FAR if m is None else _number(m.date()) for m in moments], dtype=np.int64)

    # what stands before it

    @cached_property
    def _limit(self) -> Ints:
        """Until when the finish of a row is known, whatever drifts: events of its own and before it."""
        plan, none = self.schedule.plan, np.full_like(self._events, NEVER)
        links, a_day = np.zeros_like(plan.push), np.ones_like(none)
        plan = replace(plan, own=-self._events, first=none, promise=none, duration=a_day)
        return -Schedule(replace(plan, push=links, least=links)).finish

    @cached_property
    def _events(self) -> Ints:
        """The last day before a promise lapses, an 实际完成 or 实际开始 comes, or a start moves by itself."""
        network, live = self.network, _numbers(self.states.live)
        found = np.where(self._counts, np.where(self._ahead, live - 1, live), _FAR)
        found = np.minimum(np.minimum(found, self._begins), self._circular)
        undated = network.done & ~self.project.seen("actual").number & (network.base > 0)
        reported = _numbers(network.reported_on)
        early = self._counts & (reported > self.today) & (reported < _FAR)
        found[undated | early] = self.today
        return np.minimum(np.minimum(found, self._starts), self._anchored)

    @property
    def _starts(self) -> Ints:
        """Until when promised rows that have not begun are expected to start on the same day."""
        plan, waits = self.schedule.plan, ~self.network.started
        seen = np.zeros(len(plan.base), dtype=bool)
        seen[plan.graph.source[plan.by_start]] = True
        free, finish, drift = self.schedule.free, self.schedule.finish, self._drift
        early, late = self._holds(free, drift.free), self._holds(finish, drift.floor)
        kept = np.where(free - plan.duration + 1 < finish, early, late)
        return np.where(seen & waits & (plan.promise > NEVER), kept, _FAR)

    @cached_property
    def _before(self) -> Ints:
        graph = self.schedule.plan.graph
        found = np.full(len(self._limit), _FAR, dtype=np.int64)
        np.minimum.at(found, graph.target, self._limit[graph.source])
        return found

    @cached_property
    def _alerts(self) -> Ints:
        """Until when the same predecessors are red."""
        found, graph, base = self.project.assessment, self.project.assessment.graph, self.network.base
        promised = self.schedule.plan.promise > NEVER
        drift = np.where(promised, self._drift.floor, self._drift.free)
        rises = self._holds(base + self.project.settings.delay_threshold, drift)
        coloured = self.states.open & self.states.figures
        until = np.where(coloured, np.minimum(self._limit, np.where(found.rag == "red", _FAR, rises)), _FAR)
        until = np.minimum(until, self._due)
        held = np.full(graph.count, _FAR, dtype=np.int64)
        np.minimum.at(held, graph.target, until[graph.source])
        return held


def _day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=int(number))


def _number(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()


def _numbers(days: Days) -> Ints:
    """Days as numbers since 1970; _FAR for NaT."""
    return np.where(np.isnat(days), _FAR, days.astype("datetime64[D]").astype(np.int64))
