"""What the forecast cannot take at its word: promises that broke or cannot hold, silence, idle links.

Each is told from the day on which it can be known, so that no figure jumps without having been said.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xl_collab.checks.place import at, rows_of
from xl_collab.plan.network import Network
from xl_collab.plan.project import Project
from xl_collab.plan.schedule import NEVER
from xl_collab.project.predecessors import KINDS
from xl_collab.project.tables import Days, Flags
from xl_collab.schema import catalogue as found
from xl_collab.schema.findings import Finding
from xl_collab.schema.words import t

SILENT = 5
"""Working days without a report on a begun row after which it is told: a week, as meetings are held."""

_CANCELLED = t("已取消", "is cancelled")
_UNDATED = t("没有日期或是周期任务", "has no date or recurs")


def check_forecast(project: Project) -> Iterator[Finding]:
    """Findings on promises, reports and links."""
    yield from _passed(project)
    yield from _near(project)
    yield from _early(project)
    yield from _silent(project)
    yield from _contradicted(project)
    yield from _bind_nobody(project)


def _waiting(project: Project) -> Flags:
    found: Flags = project.assessment.states.open & ~np.isnat(project.assessment.base)
    return found


def _passed(project: Project) -> Iterator[Finding]:
    """Promises whose day is over: without one still ahead they count nowhere."""
    promised, states = project.seen("forecast").day, project.assessment.states
    over = (promised < np.datetime64(project.as_of, "D")) & states.open & np.isnat(states.live)
    for i in rows_of(over):
        yield at(found.PROMISE_PASSED, project.tracker, "forecast", i, date=promised[i])


def _near(project: Project) -> Iterator[Finding]:
    """Promises before which the work that is left cannot be done."""
    network, live = project.assessment.network, project.assessment.states.live
    ends = network.alone
    near = _waiting(project) & (network.promise > NEVER) & (network.promise < ends) & network.known
    free = network.ordinals.dates(ends, near)
    for i in rows_of(near):
        words = {"date": live[i], "left": int(network.left[i]), "free": free[i]}
        yield at(found.PROMISE_NEAR, project.tracker, "forecast", i, **words)


def _early(project: Project) -> Iterator[Finding]:
    """Promises that leave not a day after what unfinished predecessors leave."""
    assessed = project.assessment
    early = _waiting(project) & (assessed.states.live < assessed.earliest)
    names = project.texts("id")
    for i in rows_of(early):
        before = assessed.schedule.holds(i)
        words = {"date": assessed.states.live[i], "earliest": assessed.earliest[i], "name": names[before]}
        yield at(found.PROMISE_EARLY, project.tracker, "forecast", i, **words)


def _silent(project: Project) -> Iterator[Finding]:
    """Begun rows of which nobody has reported for long; workbooks that keep no 进度日期 cannot tell."""
    if "reported_on" not in project.tracker.letters:
        return
    network = project.assessment.network
    waiting = _waiting(project) & network.started & np.isnat(project.assessment.states.live)
    days = -network.reported
    for i in rows_of(waiting & (network.reported > NEVER) & (days > SILENT)):
        yield at(found.NOT_REPORTED, project.tracker, "percent", i, days=int(days[i]))


def _contradicted(project: Project) -> Iterator[Finding]:
    """Typed links that ask for more than the plan leaves."""
    network = project.assessment.network
    links = network.links
    asked = network.planned_at + network.full
    ahead = ~links.plain & (network.base[links.source] > NEVER) & (asked > network.base[links.target])
    ahead &= ~network.done[links.target]
    days, names = _dates(network, asked), project.texts("id")
    for k in rows_of(ahead):
        i = int(links.target[k])
        kind, lag = KINDS[links.kind[k]], int(links.lag[k])
        name = f"{names[links.source[k]]}{kind}{f'{lag:+d}' if lag else ''}"
        words = {"name": name, "asked": days[k], "date": project.assessment.base[i]}
        yield at(found.LAG_CONTRADICTED, project.tracker, "predecessors", i, **words)


def _dates(network: Network, numbers: np.ndarray) -> Days:
    return network.ordinals.dates(numbers, numbers > NEVER)


def _bind_nobody(project: Project) -> Iterator[Finding]:
    """Predecessors of open rows that have no date to wait for."""
    assessed, graph, names = project.assessment, project.assessment.graph, project.texts("id")
    cancelled = assessed.states.cancelled[graph.source]
    undated = assessed.schedule.finish[graph.source] == NEVER
    for k in rows_of((cancelled | undated) & _waiting(project)[graph.target]):
        why = _CANCELLED if cancelled[k] else _UNDATED
        words = {"name": names[graph.source[k]], "why": why}
        yield at(found.BINDS_NOBODY, project.tracker, "predecessors", int(graph.target[k]), **words)
