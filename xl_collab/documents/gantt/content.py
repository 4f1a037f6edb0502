"""gantt: the plan as bars – baseline above, actual or forecast below, milestones, today, critical path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import ClassVar

import numpy as np

from xl_collab.plan.project import Project
from xl_collab.project.edits import InsertSheet, Outcome
from xl_collab.project.tables import Days
from xl_collab.records import dataclass
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import Text

SHOWN = 200
"""Tasks that one chart shows; a longer plan shows the first ones and says how many more there are."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One task. `start`–`base` is the plan, `start`–`finish` what happened or is expected.

    `start` is 计划开始, else the working day after the latest predecessor's baseline, else the
    baseline itself. `kind` says what `finish` is: actual, forecast, today, or "" for the plan.
    """

    id: str
    task: str
    owner: str
    start: date
    base: date
    finish: date
    kind: str
    workdays: int | None
    rag: str
    critical: bool


@dataclass(frozen=True, slots=True)
class MilestoneMark:
    """One milestone: planned, and met when it was."""

    id: str
    name: str
    planned: date
    actual: date | None


@dataclass(frozen=True, slots=True)
class Gantt:
    """What the chart shows; `more` tasks did not fit. `estimate`: that days are estimated, where they are."""

    kind: ClassVar = "gantt"

    as_of: date
    bars: tuple[Bar, ...]
    marks: tuple[MilestoneMark, ...]
    more: int
    estimate: Text | None = None

    @property
    def span(self) -> tuple[date, date]:
        """First and last day of the chart, the data date included."""
        days = [d for bar in self.bars for d in (bar.start, bar.base, bar.finish)]
        days += [d for mark in self.marks for d in (mark.planned, mark.actual) if d]
        return min([*days, self.as_of]), max([*days, self.as_of])


def gantt(project: Project) -> Outcome[Gantt]:
    """The chart, and the sheet 甘特图."""
    found = project.assessment
    rows = np.flatnonzero(~np.isnat(found.base) & ~found.states.cancelled).tolist()
    bars, marks = tuple(_bars(project, rows[:SHOWN])), tuple(_marks(project))
    document = Gantt(project.as_of, bars, marks, max(0, len(rows) - SHOWN), project.estimate)
    title = GENERATED["gantt"].of(project.lang)
    return Outcome(document, (InsertSheet("gantt", title, document),))


def _bars(project: Project, rows: Sequence[int]) -> Iterator[Bar]:
    found, starts = project.assessment, _starts(project)
    tasks, owners, names = (project.texts(c) for c in ("task", "owner", "id"))
    critical = found.critical
    for i in rows:
        base: date = found.base[i].item()
        finish: date = base if np.isnat(found.compared[i]) else found.compared[i].item()
        late = found.variance[i]
        yield Bar(
            str(names[i]),
            str(tasks[i]),
            str(owners[i]),
            min(starts[i].item(), finish),
            base,
            finish,
            str(found.compared_kind[i]),
            None if np.isnan(late) else int(late),
            str(found.rag[i]),
            bool(critical[i]),
        )


def _starts(project: Project) -> Days:
    """Where each bar begins; see Bar."""
    found, planned = project.assessment, project.seen("planned_start").day
    before = np.full_like(found.base, np.datetime64("NaT", "D"))
    np.fmax.at(before, found.graph.target, found.base[found.graph.source])
    after = np.fmin(project.calendar.add_many(before, 1), found.base)
    starts: Days = np.where(~np.isnat(planned), planned, np.where(~np.isnat(after), after, found.base))
    return np.fmin(starts, found.base)


def _marks(project: Project) -> Iterator[MilestoneMark]:
    table = project.table("milestones")
    planned, actual = table.dates("planned").tolist(), table.dates("actual").tolist()
    ids, names = table.texts("id"), table.texts("milestone")
    for i in sorted(range(len(table)), key=lambda k: planned[k] or date.max):
        if planned[i]:
            yield MilestoneMark(str(ids[i]), str(names[i]), planned[i], actual[i])
