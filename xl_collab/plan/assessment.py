"""What follows from the rows: variance, 预警, 说明, knock-on, slack, missed periods.

The native formulas in `schema/sheets.py` state the row rules; here the same is computed on every row at
once. What needs the graph (推算完成, 前置预警) is worked out first, because the formulas read it as
values. No finding, no edit, no clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from xl_collab.plan.alerts import Figures, colours, red_rows, sentences
from xl_collab.plan.periods import periods
from xl_collab.plan.schedule import NEVER, Graph, Ints, Schedule, ScheduleInput, read_graph
from xl_collab.plan.states import States, compared_dates, states_of
from xl_collab.project.tables import Days, Flags, Texts

if TYPE_CHECKING:
    from xl_collab.plan.parsed_project import ParsedProject

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Assessment:
    """The tracker's rows, assessed. Arrays over rows; dates are datetime64[D], NaT for none.

    base               the date that a row is measured against
    compared_kind      "actual", "forecast", "today" or ""
    variance           signed working days from base to compared, NaN for none
    rag                "blue", "red", "yellow", "green" or ""
    reason             说明 in the workbook's language
    projected          推算完成: only where predecessors push a row past its baseline
    predecessor_alert  IDs of an open row's red direct predecessors, joined by 、
    missed, next_due   of recurrences; NaN and None elsewhere
    left, lead         working days from as_of to the baseline, and of the row's warning time
    estimated          rows whose figure rests on a year without official data
    graph              every 前置 as written, cycles and cancelled rows included
    """

    states: States
    compared: Days
    compared_kind: npt.NDArray[np.str_]
    variance: Floats
    rag: npt.NDArray[np.str_]
    reason: list[str]
    projected: Days
    predecessor_alert: Texts
    missed: Floats
    next_due: list[dt.datetime | None]
    left: Floats
    lead: Floats
    estimated: Flags
    graph: Graph
    schedule: Schedule
    finish: Days
    """When each row will finish, as its followers see it: actual, forecast, projected or planned."""

    @property
    def base(self) -> Days:
        """Baseline, else a real date in 时间节点."""
        return self.states.base

    @cached_property
    def critical(self) -> Flags:
        """Rows whose slip moves the project's end."""
        return self.schedule.critical

    @cached_property
    def slack(self) -> Floats:
        """Working days that a row may slip before the project's end slips; NaN for none."""
        return self.schedule.slack

    def reached_by(self, row: int, days: int = 1) -> Mapping[int, int]:
        """Rows that a further slip of `row` by `days` working days moves → days that each moves."""
        return self.schedule.slip(row, days)

    def pushes(self, row: int) -> Mapping[int, int]:
        """Rows that finish later because `row` is late as it stands → working days; {} if it is not."""
        late = self.variance[row]
        if not late > 0:
            return {}
        plan, finish = self.schedule.plan, self.schedule.finish
        floor, movable = plan.floor.copy(), plan.movable.copy()
        floor[row], movable[row] = finish[row] - int(late), False
        gained = finish - Schedule(replace(plan, floor=floor, movable=movable)).finish
        gained[row] = 0
        return {int(i): int(gained[i]) for i in np.flatnonzero(gained > 0)}


class Ordinals:
    """Working days numbered, the first on or after as_of being 0: knock-on as plain arithmetic."""

    def __init__(self, project: ParsedProject) -> None:
        self._calendar = project.calendar
        self._origin = np.datetime64(project.calendar.roll(project.as_of, "following"), "D")

    def of(self, days: Days) -> Ints:
        """The last working day up to each date; NEVER for NaT."""
        found = self._calendar.between_many(np.full_like(days, self._origin), days)
        return np.where(np.isnan(found), NEVER, np.nan_to_num(found)).astype(np.int64)

    def dates(self, numbers: Ints, where: Flags) -> Days:
        """Dates of the working days with these numbers; NaT outside `where`."""
        steps = np.where(where, numbers.astype(np.float64), np.nan)
        return self._calendar.add_many(np.full(len(numbers), self._origin), steps)


def assess(project: ParsedProject) -> Assessment:
    """Assess every row as of the project's day."""
    states = states_of(project)
    graph = read_graph(project.texts("predecessors"), project.row_of)
    schedule, projected, finish = _knock_on(project, states, graph)
    compared, kind = compared_dates(project, states, projected)
    figures = _figures(project, states, compared, kind)
    recurring = periods(project, states.open)
    due = np.array([moment is not None for moment in recurring.next_due], dtype=bool)
    figures = replace(figures, missed=recurring.missed, due=due)
    alert = _alerts(project, graph, red_rows(figures), states.open)
    return Assessment(
        states=states,
        compared=compared,
        compared_kind=kind,
        variance=figures.variance,
        rag=colours(figures, alert != ""),
        reason=sentences(figures, alert, project.book.lang),
        projected=projected,
        predecessor_alert=alert,
        missed=recurring.missed,
        next_due=recurring.next_due,
        left=figures.left,
        lead=figures.lead,
        estimated=figures.estimated,
        graph=graph,
        schedule=schedule,
        finish=finish,
    )


def _figures(project: ParsedProject, states: States, compared: Days, kind: npt.NDArray[np.str_]) -> Figures:
    as_of = np.full_like(states.base, np.datetime64(project.as_of, "D"))
    variance = project.calendar.between_many(states.base, compared)
    left = np.maximum(project.calendar.between_many(as_of, states.base), 0)
    lead = project.seen("lead_days")
    return Figures(
        states,
        kind,
        variance,
        left,
        np.where(lead.number, lead.serial, float(project.settings.lead_time)),
        np.full(len(variance), np.nan),
        np.zeros(len(variance), dtype=bool),
        _estimated(project, states.base, compared),
        _estimated(project, as_of, states.base) & (as_of < states.base),
        project.settings.delay_threshold,
    )


def _estimated(project: ParsedProject, base: Days, compared: Days) -> Flags:
    """Rows whose dates reach beyond the years with official data; False without a figure."""
    first, last = project.official_span
    low, high = np.datetime64(f"{first:04}-01-01"), np.datetime64(f"{last + 1:04}-01-01")
    if not first:
        return ~np.isnat(compared)
    outside: Flags = (np.fmin(base, compared) < low) | (np.fmax(base, compared) >= high)
    return outside & ~np.isnat(compared)


def _knock_on(project: ParsedProject, states: States, graph: Graph) -> tuple[Schedule, Days, Days]:
    """The schedule, 推算完成, and when each row finishes for its followers."""
    ordinals = Ordinals(project)
    base = ordinals.of(states.base)
    binding = graph.without(states.cancelled)
    based = states.open & (base > NEVER)
    duration = _durations(project, ordinals, binding, base)
    floor, promised = _floors(project, states, ordinals, base)
    schedule = Schedule(
        ScheduleInput(binding, floor, duration, based & ~promised, based | (states.open & promised))
    )
    pushed = schedule.latest + duration
    late = based & ~graph.stuck & (schedule.latest > NEVER) & (pushed > base)
    finish = ordinals.dates(schedule.finish, schedule.finish > NEVER)
    return schedule, ordinals.dates(np.maximum(pushed, 0), late), finish


def _durations(project: ParsedProject, ordinals: Ordinals, graph: Graph, base: Ints) -> Ints:
    """Working days of work: from 计划开始, or from the latest predecessor's baseline, to the own."""
    before = np.full(len(base), NEVER, dtype=np.int64)
    np.maximum.at(before, graph.target, base[graph.source])
    planned = project.seen("planned_start").day
    before = np.where(np.isnat(planned), before, ordinals.of(planned - np.timedelta64(1, "D")))
    known = (base > NEVER) & (before > NEVER)
    return np.where(known, np.maximum(base - before, 1), 1)


def _floors(project: ParsedProject, states: States, ordinals: Ordinals, base: Ints) -> tuple[Ints, Flags]:
    """The finish that each row has on its own, and which rows promised one (预计完成).

    Finished: 实际完成; without one its baseline, but no later than as_of. Open or paused: 预计完成
    if still ahead, else the baseline, but not before as_of. Cancelled, and open without a date:
    none, they hold nobody up.
    """
    today = ordinals.of(np.array([project.as_of], dtype="datetime64[D]"))[0]
    actual, live = ordinals.of(project.seen("actual").day), ordinals.of(states.live)
    done = np.where(actual > NEVER, actual, np.minimum(base, today))
    waiting = np.where(base > NEVER, np.maximum(base, 0), NEVER)
    promised = ~states.done & ~states.cancelled & (live > NEVER)
    floor = np.select(
        [states.cancelled, states.done, promised], [np.full_like(base, NEVER), done, live], waiting
    )
    return floor, promised


def _alerts(project: ParsedProject, graph: Graph, red: Flags, open_rows: Flags) -> Texts:
    """IDs of red direct predecessors for each open row, '' for none."""
    hits = np.flatnonzero(red[graph.source] & open_rows[graph.target] & (graph.source != graph.target))
    found = np.full(graph.count, "", dtype=object)
    names = project.texts("id")[graph.source[hits]].tolist()
    for row, name in zip(graph.target[hits].tolist(), names, strict=True):
        found[row] = f"{found[row]}、{name}" if found[row] else name
    return found
