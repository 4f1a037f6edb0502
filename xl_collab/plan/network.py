"""The project as a network: what each row takes by itself, and what each link asks of it.

The rules of 前置, 基线开始, 完成率, 实际开始 and promises as numbers of working days, for all rows at
once; `schedule.py` runs them. Words and edits may not enter.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from xl_collab.plan.graph import FF, FS, SF, SS, Graph, Ints, Levels
from xl_collab.plan.leads import stored
from xl_collab.plan.progress import basis, reported_days
from xl_collab.plan.schedule import ABSENT, NEVER, ScheduleInput
from xl_collab.plan.states import States
from xl_collab.project.tables import Days, Flags

if TYPE_CHECKING:
    from xl_collab.plan.parsed_project import ParsedProject

_DAY = np.timedelta64(1, "D")


class Ordinals:
    """Working days numbered, the first on or after as_of being 0: knock-on as plain arithmetic."""

    def __init__(self, project: ParsedProject) -> None:
        self._calendar = project.calendar
        self._first = project.calendar.roll(project.as_of, "following")
        self._origin = np.datetime64(self._first, "D")

    def of(self, days: Days) -> Ints:
        """Finishes: the last working day up to each date; NEVER for NaT."""
        found = self._calendar.between_many(self._first, days)
        found[np.isnan(found)] = NEVER
        return found.astype(np.int64)

    def starts(self, days: Days) -> Ints:
        """Starts: the first working day from each date on; NEVER for NaT."""
        return np.where(np.isnat(days), NEVER, self.of(days - _DAY) + 1)

    def dates(self, numbers: Ints, where: Flags) -> Days:
        """Dates of the working days with these numbers; NaT outside `where`."""
        steps = np.where(where, numbers.astype(np.float64), np.nan)
        return self._calendar.add_many(np.full(len(numbers), self._origin), steps)


def binding(written: Graph, cancelled: Flags, done: Flags) -> tuple[Graph, tuple[tuple[int, ...], ...]]:
    """The links that bind, and the cycles that were found.

    Cancelled rows wait for nobody and hold nobody up; a finished row waits for nobody, so neither
    closes a cycle. Links inside a cycle do not bind, all others do.
    """
    graph = written.keeping(~(cancelled[written.source] | cancelled[written.target]))
    if graph.stuck.any():
        graph = graph.keeping(~(graph.circular & done[graph.target]))
    cycles = graph.cycles
    return (graph.keeping(~graph.circular) if cycles else graph), cycles


class Network:
    """One tracker's rows and links; arrays over rows unless a docstring says links."""

    def __init__(self, project: ParsedProject, states: States, written: Graph) -> None:
        self.project, self.states, self.written = project, states, written
        self.ordinals = Ordinals(project)
        self.base = self.ordinals.of(states.base)
        self.done = states.done & ~states.stopped
        self._bound, self.cycles = binding(written, states.cancelled, self.done)

    # the plan

    @cached_property
    def begin(self) -> Ints:
        """First day of each row by plan; NEVER where nothing tells it (工期不明)."""
        given = np.where(self._stated > NEVER, self._stated, self._after_predecessors)
        begun = self._start_by("actual_start")
        return np.where(given > NEVER, given, begun)

    @cached_property
    def _stated(self) -> Ints:
        """基线开始, else 计划开始; one after the deadline is a contradiction and not used."""
        frozen = self._start_by("baseline_start")
        return np.where(frozen > NEVER, frozen, self._start_by("planned_start"))

    def _start_by(self, column: str) -> Ints:
        """A column of starts, where they are not after the row's own baseline."""
        days = self.project.seen(column).day
        usable = ~np.isnat(days) & ~np.isnat(self.states.base) & (days <= self.states.base)
        return np.where(usable, np.minimum(self.ordinals.starts(days), self.base), NEVER)

    @cached_property
    def _after_predecessors(self) -> Ints:
        """The first day that the predecessors' plans leave, but not after the row's own baseline."""
        links, base = self.written, self.base
        asked = np.where(links.kind == FS, base[links.source] + links.lag + 1, NEVER)
        anchor = np.where(self._stated > NEVER, self._stated, base)[links.source]
        asked = np.where(links.kind == SS, anchor + links.lag, asked)
        usable = ~self.states.cancelled[links.source] & (base[links.source] > NEVER)
        found = np.full(len(base), NEVER, dtype=np.int64)
        np.maximum.at(found, links.target, np.where(usable, asked, NEVER))
        return np.where((found > NEVER) & (base > NEVER), np.minimum(found, base), NEVER)

    @property
    def known(self) -> Flags:
        """Rows whose duration is known."""
        found: Flags = self.begin > NEVER
        return found

    @cached_property
    def planned(self) -> Ints:
        """First day by plan; the baseline itself where the duration is not known."""
        return np.where(self.known, self.begin, self.base)

    @cached_property
    def duration(self) -> Ints:
        """Working days from first to last day by plan, both included; 1 where not known."""
        return np.where(self.known, np.maximum(self.base - self.begin + 1, 1), 1)

    # where the work stands

    @cached_property
    def percent(self) -> npt.NDArray[np.float64]:
        """完成率 from 0 to 1; 0 where none is given."""
        return np.minimum(np.fmax(self.project.seen("percent").serial, 0), 1)

    @cached_property
    def started(self) -> Flags:
        """Begun and not finished: 进行中, some 完成率, or an 实际开始 up to as_of."""
        days = self.project.seen("actual_start").day
        begun = days <= np.datetime64(self.project.as_of, "D")
        found: Flags = (self.states.in_progress | (self.percent > 0) | begun) & ~self.done
        return found

    @cached_property
    def actual_start(self) -> Ints:
        """实际开始 as it is typed; NEVER without one."""
        return self.ordinals.starts(self.project.seen("actual_start").day)

    @cached_property
    def actual(self) -> Ints:
        """实际完成 as it is typed; NEVER without one."""
        return self.ordinals.of(self.project.seen("actual").day)

    @property
    def began(self) -> Flags:
        """Rows whose 实际开始 is known."""
        return ~np.isnat(self.project.seen("actual_start").day)

    @cached_property
    def first(self) -> Ints:
        """The day on which begun and finished rows started; NEVER for all others."""
        actual = self.actual_start
        begun = np.where(actual > NEVER, actual, np.minimum(self.planned, 0))
        before = np.where(self.known, np.minimum(self.begin, self._own), self._own)
        done = np.where(actual > NEVER, actual, before)
        return np.select([self.done, self.started & (self.base > NEVER)], [done, begun], NEVER)

    @cached_property
    def left(self) -> Ints:
        """Working days of work that remain, at least 1: a share of the duration once one is reported."""
        # Rounded before rounding up: 10 × (1 − 0.7) is 3 days, though floats say a little more.
        share = np.ceil(np.round(self.duration * (1 - self.percent), 6)).astype(np.int64)
        return np.where(self.started, np.maximum(share, 1), self.duration)

    @cached_property
    def reported_on(self) -> Days:
        """进度日期: the day on which each 完成率 was reported, NaT without one."""
        return reported_days(self.project)

    @cached_property
    def basis(self) -> list[str]:
        """推算依据 of each row as of now."""
        return basis(self.project, self.reported_on)

    @cached_property
    def _since(self) -> Ints:
        """The day from which the remaining work is counted."""
        reported = self.ordinals.starts(self.reported_on)
        told = np.where(reported > NEVER, np.minimum(reported, 0), 0)
        actual = self.actual_start
        begun = np.where(actual > NEVER, actual, np.minimum(self.planned, 0))
        since = np.where(self.started, np.where(self.percent > 0, told, begun), np.maximum(self.planned, 0))
        return np.where(self.states.paused, np.maximum(since, 0), since)

    @cached_property
    def reported(self) -> Ints:
        """The last word on each row: its 完成率, else its 实际开始 or planned start; NEVER without."""
        told = self.ordinals.of(self.reported_on)
        actual = self.ordinals.of(self.project.seen("actual_start").day)
        begun = np.where(actual > NEVER, actual, np.where(self.known, np.minimum(self.begin, 0), NEVER))
        return np.where(told > NEVER, told, begun)

    @property
    def alone(self) -> Ints:
        """The last day of the work that is left, had no predecessor a say; 1 day where it is not known."""
        return self._since + self.left - 1

    @cached_property
    def _own(self) -> Ints:
        """The finish of each row by itself, without its promise."""
        base = self.base
        ends = np.where(self.known | ~self.started, self.alone, 0)
        waiting = np.where(base > NEVER, np.maximum(np.maximum(base, 0), ends), self.promise)
        actual = self.actual
        done = np.where(actual > NEVER, actual, np.minimum(base, 0))
        return np.select([self.states.cancelled, self.done], [np.full_like(base, NEVER), done], waiting)

    @cached_property
    def promise(self) -> Ints:
        """The promised finish of rows that have one which counts; NEVER for all others."""
        counts = ~self.done & ~self.states.cancelled
        return np.where(counts, self.ordinals.of(self.states.live), NEVER)

    # links

    @cached_property
    def links(self) -> Graph:
        """The links that bind, between rows that have a finish."""
        bound, has_finish = self._bound, self._own > NEVER
        return bound.keeping(has_finish[bound.source] & (self.base[bound.target] > NEVER))

    @cached_property
    def lag(self) -> Ints:
        """Working days of each of `links`: as typed; a plain one keeps an overlap of the plan as its lead."""
        links, base = self.links, self.base
        before = base[links.source]
        overlap = self.planned[links.target] - before - 1
        kept = np.where(links.plain & (before > NEVER), np.minimum(overlap, 0), links.lag)
        frozen = self._frozen_overlaps
        for edge in np.flatnonzero(links.plain).tolist() if frozen else ():
            pair = int(links.target[edge]), int(links.source[edge])
            kept[edge] = frozen.get(pair, kept[edge])
        return kept

    @cached_property
    def _frozen_overlaps(self) -> dict[tuple[int, int], int]:
        """(row, predecessor) → its lead, from the dates that `freeze` kept."""
        kept = stored(self.project)
        days = np.array(list(kept.values()), dtype="datetime64[D]").reshape(-1, 2)
        gap = self.ordinals.starts(days[:, 0]) - self.ordinals.of(days[:, 1]) - 1
        return dict(zip(kept, np.minimum(gap, 0).tolist(), strict=True))

    @property
    def planned_at(self) -> Ints:
        """Of each link: what it looks at, by plan: its predecessor's finish, or its start."""
        by_start = (self.links.kind == SS) | (self.links.kind == SF)
        return np.where(by_start, self.planned[self.links.source], self.base[self.links.source])

    @cached_property
    def full(self) -> Ints:
        """Of each link: what it asks at full duration."""
        links, lag, duration = self.links, self.lag, self.duration[self.links.target]
        choices = [links.kind == FS, links.kind == SS, links.kind == FF]
        return np.select(choices, [lag + duration, lag + duration - 1, lag], lag - 1)

    @cached_property
    def push(self) -> Ints:
        """Of each link: what it asks of the work that is left.

        A start binds no begun row. Of a begun row what was planned behind its predecessor's finish
        waits for an unfinished predecessor (retained logic).
        """
        links, lag, row = self.links, self.lag, self.links.target
        tail = np.minimum(self.left[row], self.duration[row] + np.minimum(lag, 0))
        waits = (tail > 0) & ~(self.done[links.source] & (lag <= 0))
        begun = np.where(waits, np.maximum(lag, 0) + tail, ABSENT)
        started = self.started[row]
        choices = [started & (links.kind == FS), started & (links.kind == SS)]
        return np.select(choices, [begun, np.full_like(lag, ABSENT)], self.full)

    @cached_property
    def least(self) -> Ints:
        """Of each link: the earliest that it leaves to a promise, with one day's work behind it."""
        links, lag, row = self.links, self.lag, self.links.target
        choices = [links.kind == FS, links.kind == SS, links.kind == FF]
        asked = np.select(choices, [lag + 1, lag, lag], lag - 1)
        overlapped = (links.kind == FS) & (self.duration[row] + np.minimum(lag, 0) <= 0)
        none = overlapped | (self.done[links.source] & (lag <= 0)) | ((links.kind == SS) & self.started[row])
        if "earliest" not in self.project.tracker.letters:
            none[:] = True  # the workbook's formulas cannot see it, and both must say the same
        return np.where(none, ABSENT, asked)

    @cached_property
    def plan(self) -> ScheduleInput:
        """All of it, ready to be worked out."""
        based = self.base > NEVER
        return ScheduleInput(
            graph=self.links,
            order=self._order,
            base=self.base,
            own=self._own,
            first=self.first,
            fixed=self.done | self.states.cancelled | ~based,
            promise=np.where(based, self.promise, NEVER),
            duration=self.duration,
            active=~(self.done | self.states.cancelled) & (self._own > NEVER),
            push=self.push,
            least=self.least,
            full=self.full,
        )

    @property
    def _order(self) -> Levels:
        return self._bound.levels
