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
from xl_collab.plan.causes import Causes
from xl_collab.plan.graph import Graph, read_graph
from xl_collab.plan.network import Network
from xl_collab.plan.periods import periods
from xl_collab.plan.schedule import NEVER, Schedule
from xl_collab.plan.states import States, compared_dates, states_of
from xl_collab.project.tables import Days, Flags, Texts

if TYPE_CHECKING:
    from xl_collab.plan.parsed_project import ParsedProject

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Assessment:
    """The tracker's rows, assessed. Arrays over rows; dates are datetime64[D], NaT for none.

    base               the date that a row is measured against
    compared_kind      "actual", "forecast" (promised), "projected", "today" or ""
    variance           signed working days from base to compared, NaN for none
    rag                "blue", "red", "yellow", "green" or ""
    reason             说明 in the workbook's language
    projected          推算完成: without the row's own promise, only where later than its baseline
    earliest           前置最早: what unfinished predecessors leave to a promise, where that is still ahead
    predecessor_alert  IDs of an open row's red direct predecessors, joined by 、
    missed, passed     periods of recurrences without evidence, and all that passed; NaN elsewhere
    next_due           of recurrences; None elsewhere
    left, lead         working days from as_of to the baseline, and of the row's warning time
    estimated          rows whose figure rests on a year without official data
    graph              every 前置 as written, cycles and cancelled rows included
    network            rows and links as the schedule takes them
    """

    states: States
    compared: Days
    compared_kind: npt.NDArray[np.str_]
    variance: Floats
    rag: npt.NDArray[np.str_]
    reason: list[str]
    projected: Days
    earliest: Days
    predecessor_alert: Texts
    missed: Floats
    passed: Floats
    next_due: list[dt.datetime | None]
    left: Floats
    lead: Floats
    estimated: Flags
    graph: Graph
    network: Network
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
    def causes(self) -> Causes:
        """Why rows are late: own days, inherited days, roots."""
        return Causes(self.network, self.schedule)

    @cached_property
    def slack(self) -> Floats:
        """Working days that a row may slip before the project's end slips; NaN for none."""
        return self.schedule.slack

    def reached_by(self, row: int, days: int = 1) -> Mapping[int, int]:
        """Rows that a further slip of `row` by `days` working days moves → days that each moves."""
        return self.schedule.slip(row, days)

    def pushes(self, row: int) -> Mapping[int, int]:
        """Rows that finish later because `row` is late as it stands → working days; {} if it is not."""
        return self.pushed_by(row)[1] if self.variance[row] > 0 else {}

    def pushed_by(self, row: int) -> tuple[Mapping[int, int], Mapping[int, int]]:
        """What is otherwise had `row` kept its baseline: rows with another finish → that finish, as a
        working-day number; and the rows behind it that move → working days.

        Behind a late row nobody could work on time, so without its delay an unfinished follower has its
        own baseline, even one that has passed meanwhile. Promised finishes stay as they are.
        """
        plan, base, finish = self.schedule.plan, self.network.base, self.schedule.finish
        behind = self.graph.reached_from(row)
        free = [one for one in behind if not plan.fixed[one] and plan.promise[one] == NEVER]
        own = {one: int(plan.own[one]) for one in behind} | {one: int(base[one]) for one in free}
        before = self.schedule.had_kept(row, int(base[row]), int(self.network.planned[row]), own)
        gained = {one: int(finish[one]) - before[one] for one in sorted(free) if one in before}
        return before, {one: days for one, days in gained.items() if days > 0}


def assess(project: ParsedProject) -> Assessment:
    """Assess every row as of the project's day."""
    states = states_of(project)
    graph = read_graph(*project.distinct_texts("predecessors"), project.row_of)
    network = Network(project, states, graph)
    schedule = Schedule(network.plan)
    projected, earliest = _projections(network, schedule)
    compared, kind = compared_dates(project, states, projected, earliest)
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
        earliest=earliest,
        predecessor_alert=alert,
        missed=recurring.missed,
        passed=recurring.passed,
        next_due=recurring.next_due,
        left=figures.left,
        lead=figures.lead,
        estimated=figures.estimated,
        graph=graph,
        network=network,
        schedule=schedule,
        finish=network.ordinals.dates(schedule.finish, schedule.finish > NEVER),
    )


def _figures(project: ParsedProject, states: States, compared: Days, kind: npt.NDArray[np.str_]) -> Figures:
    as_of = np.full_like(states.base, np.datetime64(project.as_of, "D"))
    variance = project.calendar.between_many(states.base, compared)
    left = np.maximum(project.calendar.between_many(project.as_of, states.base), 0)
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


def _projections(network: Network, schedule: Schedule) -> tuple[Days, Days]:
    """推算完成 and 前置最早, each where it says something about an open row."""
    waiting, dates = network.states.open & (network.base > NEVER), network.ordinals.dates
    if "projected" not in network.project.tracker.letters:
        waiting = np.zeros_like(waiting)  # formulas cannot see it, and both must say the same
    projected = dates(schedule.free, waiting & (schedule.free > network.base))
    return projected, dates(schedule.floor, waiting & (schedule.floor >= 0))


def _alerts(project: ParsedProject, graph: Graph, red: Flags, open_rows: Flags) -> Texts:
    """IDs of red direct predecessors for each open row, '' for none."""
    hits = np.flatnonzero(red[graph.source] & open_rows[graph.target] & (graph.source != graph.target))
    found = np.full(graph.count, "", dtype=object)
    names = project.texts("id")[graph.source[hits]].tolist()
    for row, name in zip(graph.target[hits].tolist(), names, strict=True):
        found[row] = f"{found[row]}、{name}" if found[row] else name
    return found
