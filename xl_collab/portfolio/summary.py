"""What the portfolio keeps of one tracker, worked out by the code that its own commands use.

`summarize` fills the tables of `schema/portfolio.py`: figures are those of `variance`, `risks` and `validate`
on the same file and day. What may not enter: files, clock, other trackers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from xl_collab.checks.validate import findings
from xl_collab.documents.minutes.meeting import action_items
from xl_collab.documents.risks.content import risks
from xl_collab.plan.impact import changes_by_task
from xl_collab.plan.meta import document_id
from xl_collab.plan.milestones import forecasts
from xl_collab.plan.parsed import whole_numbers
from xl_collab.plan.portfolio import Records, Summary
from xl_collab.plan.project import Project
from xl_collab.plan.risk import RiskItem
from xl_collab.portfolio.owed import contacts, owed
from xl_collab.portfolio.weeks import weeks, work_spans
from xl_collab.project.sentences import chosen, day
from xl_collab.project.tables import Days
from xl_collab.schema import portfolio as tables
from xl_collab.schema.keys import normalise_key, parse_ids

Row = Sequence[Any]


@dataclass(frozen=True)
class Source:
    """The file behind a project: the key of its rows in every table, its path, the SHA-256 of its bytes."""

    project: str
    path: str
    content: str


def summarize(project: Project, source: Source) -> Summary:
    """The tables of one tracker as of its day."""
    found = _Tables(project, source)
    rows: Mapping[str, Iterator[Row]] = {
        "tasks": found.tasks(),
        "milestones": found.milestones(),
        "risks": found.risks(),
        "actions": found.actions(),
        "slips": found.slips(),
        "causes": found.causes(),
        "promises": found.promises(),
        "weeks": ((source.project, *row) for row in weeks(project, found.people)),
        "owed": owed(project, source.project),
        "contacts": contacts(project, source.project),
    }
    made = {table.key: Records.of(table, rows[table.key]) for table in tables.SUMMARY_TABLES[1:]}
    first = Records.of(tables.PROJECTS, [found.project_row(made)])
    return Summary({"projects": first, **made})


class _Tables:
    """One pass over a project; each method gives the rows of one table, in the declared order."""

    def __init__(self, project: Project, source: Source) -> None:
        self.project, self.key, self.source = project, source.project, source
        self.found = project.assessment

    @cached_property
    def ids(self) -> list[str]:
        """编号 as typed."""
        return self._texts("id")

    @cached_property
    def people(self) -> list[tuple[str, str]]:
        """Department and person that lead each row, "" for none; a masked person is nobody."""
        leads = (parties.lead for parties in self.project.parties)
        return [
            (lead.department, "" if lead.masked else lead.person or "") if lead else ("", "")
            for lead in leads
        ]

    @cached_property
    def departments(self) -> list[str]:
        """The department that leads each row."""
        return [department for department, _ in self.people]

    @cached_property
    def late(self) -> list[int]:
        """Open rows with a variance over 0."""
        return np.flatnonzero(self.found.states.open & (self.found.variance > 0)).tolist()

    def _texts(self, column: str) -> list[str]:
        return list(map(str, self.project.texts(column).tolist()))

    def _days(self, column: str) -> list[date | None]:
        return list(self.project.seen(column).day.tolist())

    # the whole

    def project_row(self, made: Mapping[str, Records]) -> Row:
        """The row of projects; `made` are the other tables."""
        project, found = self.project, self.found
        counted = ~found.states.cancelled
        rag = Counter(found.rag[counted].tolist())
        done, tasks = int((found.states.done & counted).sum()), int(counted.sum())
        baseline, forecast = _last(found.base[counted]), _last(found.finish[counted])
        slip = None if baseline is None or forecast is None else project.calendar.between(baseline, forecast)
        levels = Counter(made["risks"]["level"])
        severities = Counter(finding.severity for finding in findings(project))
        return (
            self.key,
            self.source.path,
            self.source.content,
            document_id(project),
            project.settings.project or project.book.name.rpartition(".")[0],
            _first(project.departments_in(project.settings.initiator)),
            project.as_of,
            _light(tasks, done, slip, rag["red"], project.settings.delay_threshold),
            tasks,
            done,
            rag["red"],
            rag["yellow"],
            rag["green"],
            len(self.late),
            baseline,
            forecast,
            slip,
            day(project.book.forms.get("request", {}).get("end")),
            *_next(made["milestones"]),
            levels["high"],
            levels["medium"],
            levels["low"],
            len(made["actions"]),
            sum(days > 0 for days in made["actions"]["overdue"]),
            severities["error"],
            severities["warning"],
            project.estimate.of(project.lang) if project.estimate else "",
            project.lang,
            project.settings.data_date,
        )

    # tables

    def tasks(self) -> Iterator[Row]:
        """跟踪表, row by row."""
        project, found = self.project, self.found
        count, states = len(project.tracker), found.states
        own, variance = found.causes.own.tolist(), whole_numbers(found.variance, None)
        begun = [
            a or b for a, b in zip(self._days("baseline_start"), self._days("planned_start"), strict=True)
        ]
        late = set(self.late)
        first, last = work_spans(project)
        columns: tuple[Sequence[Any], ...] = (
            [self.key] * count,
            [project.tracker.tab] * count,
            project.tracker.rows.tolist(),
            self.ids,
            self._texts("stage"),
            self._texts("task"),
            self.departments,
            [list(project.supporters_of(i)) for i in range(count)],
            [person for _, person in self.people],
            self._texts("owner"),
            chosen(project.tracker, "status"),
            found.rag.tolist(),
            found.reason,
            begun,
            project.deadline_days.tolist(),
            found.base.tolist(),
            self._days("forecast"),
            self._days("actual_start"),
            self._days("actual"),
            [None if share != share else share for share in project.seen("percent").serial.tolist()],
            found.finish.tolist(),
            found.compared.tolist(),
            found.compared_kind.tolist(),
            variance,
            [days if v is not None else None for days, v in zip(own, variance, strict=True)],
            [None if v is None else v - days for days, v in zip(own, variance, strict=True)],
            [self._root(i) if i in late else "" for i in range(count)],
            [i in late for i in range(count)],
            states.open.tolist(),
            found.critical.tolist(),
            found.estimated.tolist(),
            first,
            last,
            [moment.date() if moment else None for moment in found.next_due],
        )
        return zip(*columns, strict=True)

    def _root(self, row: int) -> str:
        root = self.found.causes.root(row)
        return self.ids[row if root is None else root.row]

    def milestones(self) -> Iterator[Row]:
        """里程碑计划, cancelled ones left out."""
        project, table = self.project, self.project.table("milestones")
        ahead, statuses = forecasts(project), chosen(table, "status")
        planned, actual = table.dates("planned").tolist(), table.dates("actual").tolist()
        frozen = table.dates("baseline").tolist()
        for i, (row, name, what) in enumerate(_named(project, "milestones", "milestone")):
            if statuses[i] == "cancelled":
                continue
            base, forecast = frozen[i] or planned[i], ahead[i]
            yield (
                self.key,
                table.tab,
                row,
                name,
                what,
                _first(project.departments_in(str(table.texts("owner")[i]))),
                statuses[i],
                planned[i],
                base,
                forecast,
                actual[i],
                project.calendar.between(base, forecast) if base and forecast else None,
                bool(actual[i]) or statuses[i] == "done",
                [self.ids[project.row_of[key]] for key in _keys(project, str(table.texts("task_id")[i]))],
            )

    def risks(self) -> Iterator[Row]:
        """What `risks` lists, in its order."""
        lang, register = self.project.lang, self.project.table("risks")
        places = {str(name): i for i, name in reversed(list(enumerate(register.texts("id").tolist())))}
        for item in risks(self.project).data.items:
            yield (
                self.key,
                *self._place(item, places),
                item.id,
                item.kind,
                item.level,
                item.score,
                item.probability,
                item.impact,
                self._answers_for(item, places),
                item.reason.of(lang),
                item.source.of(lang),
            )

    def _place(self, item: RiskItem, places: Mapping[str, int]) -> tuple[str, int | None]:
        """Tab and row of a risk; None where its ID names no row."""
        table = self.project.table("risks" if item.kind == "register" else "tracker")
        i = (
            places.get(item.id)
            if item.kind == "register"
            else self.project.row_of.get(normalise_key(item.id))
        )
        return table.tab, None if i is None else int(table.rows[i])

    def _answers_for(self, item: RiskItem, places: Mapping[str, int]) -> str:
        if item.kind == "overload":
            return item.what
        if item.kind == "register":
            i = places.get(item.id)
            owner = "" if i is None else str(self.project.table("risks").texts("owner")[i])
            return _first(self.project.departments_in(owner))
        i = self.project.row_of.get(normalise_key(item.id))
        return "" if i is None else self.departments[i]

    def actions(self) -> Iterator[Row]:
        """待办台账: what is still open, overdue ones first."""
        table = self.project.table("actions")
        rows = {
            str(name): int(row) for row, name, _ in reversed(list(_named(self.project, "actions", "action")))
        }
        for item in action_items(self.project):
            if item.open:
                departments = list(self.project.departments_in(item.owner))
                yield (
                    self.key,
                    table.tab,
                    rows.get(item.id),
                    item.id,
                    item.action,
                    _first(departments),
                    departments,
                    item.owner,
                    item.raised_on,
                    item.due,
                    item.status,
                    item.age,
                    item.overdue,
                )

    # why

    def slips(self) -> Iterator[Row]:
        """Roots of late rows, the one that makes most days first; each late row is under one of them."""
        tracker, causes = self.project.tracker, self.found.causes
        changes = changes_by_task(self.project)
        reached = causes.reach(self.late)
        made = {row: max(int(causes.own[row]), 0) for row in reached}
        for row, rows in sorted(reached.items(), key=lambda one: (-made[one[0]], one[0])):
            own = [part for part in causes.of(row) if part.row == row and part.days > 0]
            said = [change.cause for change in changes.get(self.project.ids[row], ()) if change.cause]
            yield (
                self.key,
                tracker.tab,
                int(tracker.rows[row]),
                self.ids[row],
                str(self.project.texts("task")[row]),
                self.departments[row],
                max(own, key=lambda part: part.days).what if own else "",
                made[row],
                len(rows),
                max(int(self.found.variance[one]) for one in rows),
                [self.ids[one] for one in rows],
                said[-1] if said else "",
            )

    def causes(self) -> Iterator[Row]:
        """Every late row's variance in its parts, finished ones too: what there is to learn from."""
        for row in np.flatnonzero(self.found.variance > 0).tolist():
            for step, part in enumerate(self.found.causes.of(row)):
                yield self.key, self.ids[row], step, self.ids[part.row], part.what, part.days

    def promises(self) -> Iterator[Row]:
        """Every 预计完成 that stands in the tracker."""
        base, actual = self.found.base.tolist(), self._days("actual")
        for i, promise in enumerate(self._days("forecast")):
            if promise is not None:
                yield (
                    self.key,
                    self.ids[i],
                    self.departments[i],
                    promise,
                    self.project.as_of,
                    base[i],
                    actual[i],
                )


def _light(tasks: int, done: int, slip: int | None, red: int, threshold: int) -> str:
    """预警 of a whole project, by its end as a task's is by its finish."""
    if done == tasks:
        return "blue" if tasks else ""
    if slip is not None and slip > threshold:
        return "red"
    return "yellow" if red or (slip is not None and slip > 0) else "green"


def _next(milestones: Records) -> tuple[str, date | None, date | None]:
    """Name, baseline and forecast of the first milestone that is not reached; by its baseline."""
    names = ("baseline", "row", "milestone", "forecast", "reached")
    waiting = [
        (base, row, name, ahead)
        for base, row, name, ahead, reached in zip(*(milestones[n] for n in names), strict=True)
        if base is not None and not reached
    ]
    if not waiting:
        return "", None, None
    base, _, name, ahead = min(waiting, key=lambda one: one[:2])
    return name, base, ahead


def _named(project: Project, key: str, column: str) -> Iterator[tuple[int, str, str]]:
    """Sheet row, 编号 and a text of each row of a register."""
    table = project.table(key)
    texts = (table.texts(name).tolist() for name in ("id", column))
    return ((int(row), str(name), str(text)) for row, name, text in zip(table.rows, *texts, strict=True))


def _keys(project: Project, text: str) -> list[str]:
    return [key for key in parse_ids(text) if key in project.row_of]


def _last(days: Days) -> date | None:
    known = days[~np.isnat(days)]
    return day(known.max()) if len(known) else None


def _first(names: Sequence[str]) -> str:
    return names[0] if names else ""
