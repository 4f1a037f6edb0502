"""A tracker that exists as the scenario of the next project: its plan, not what became of it.

Dates become working days from the project's first day. Reading files or drawing may not enter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xl_collab.plan.project import Project
from xl_collab.project.predecessors import parse_predecessors
from xl_collab.project.scenarios.scenario import DayOffset, Scenario, Value
from xl_collab.project.sentences import chosen
from xl_collab.project.tables import Table
from xl_collab.project.timing.deadlines import FixedDate, parse_date
from xl_collab.schema.declaration import Column, Kind
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Text, t

PLANNED: Mapping[str, str] = {
    "duties": "id duty initiator accountable responsible consulted informed output receiver contact budget"
    " people equipment channel",
    "milestones": "id milestone owner planned task_id criteria",
    "tracker": "id stage owner task output deadline note support predecessors planned_start lead_days",
    "plans": "id department plan handover risk countermeasure",
    "risks": "id risk task_id owner probability impact countermeasure due",
    "acceptance": "id deliverable task_id criteria",
    "contacts": "department contact role superior email phone aliases note",
}
"""The columns of each sheet that are planned; all others tell what happened."""
_REQUEST = "department applicant scenario goal tasks results start end budget people equipment partners"
_NOT_SETTINGS = ("project", "data_date", "language", "anchor")
_UNSTARTED: Mapping[str, dict[str, Value]] = {
    "tracker": {"status": "not_started", "percent": 0},
    "milestones": {"status": "not_started"},
    "plans": {"signed": "no"},
    "risks": {"status": "open", "raised_on": DayOffset(0)},
}
_PROJECT = t("【项目名称】", "[Project]")


@dataclass(frozen=True, slots=True)
class AsScenario:
    """The scenario, the cancelled tasks that stayed behind, and the tasks whose 备注 names old dates."""

    scenario: Scenario
    cancelled: tuple[str, ...]
    dated_notes: tuple[str, ...]


def as_scenario(project: Project) -> AsScenario:
    """What the next project can begin with: departments, duties, tasks, milestones, typical risks.

    Dates are what 时间节点 and the plan say today, approved changes included; a date on a day off counts
    as the working day before it. Cancelled tasks stay behind, with the links to them.
    """
    found = _Old(project)
    tables = {key: list(found.rows(key)) for key in PLANNED}
    settings = {name: v for name, v in project.book.settings.items() if name not in _NOT_SETTINGS}
    request = project.book.forms.get("request", {})
    forms = {
        "settings": {name: found.field("settings", name, value) for name, value in settings.items()}
        | {"project": _PROJECT},
        "request": {name: found.field("request", name, request.get(name)) for name in _REQUEST.split()}
        | {"project": _PROJECT, "date": DayOffset(0), "start": DayOffset(0)},
    }
    name = project.settings.project or project.book.name
    scenario = Scenario("like", Text(name, name), forms=forms, tables=tables)
    return AsScenario(scenario, found.names(found.cancelled), found.names(found.dated_notes()))


class _Old:
    """The finished project, read for what was planned."""

    def __init__(self, project: Project) -> None:
        self.project = project
        codes = chosen(project.tracker, "status")
        self.cancelled = [i for i, code in enumerate(codes) if code == "cancelled"]
        self.gone = {str(project.ids[i]) for i in self.cancelled if project.ids[i]}
        self.start = self._start()

    def names(self, rows: list[int]) -> tuple[str, ...]:
        """The IDs of rows as they are written."""
        return tuple(str(self.project.texts("id")[i]) for i in rows)

    def dated_notes(self) -> list[int]:
        """Tasks that go along and whose 备注 names a date of the old project."""
        left = set(self.cancelled)
        rows = enumerate(self.project.conditions)
        return [i for i, found in rows if i not in left and any(one.date for one in found)]

    def _start(self) -> dt.date | None:
        """The first day that anything was planned for; None in a project without a date."""
        tables = {key: self.project.table(key) for key in ("tracker", "milestones")}
        days = [*tables["tracker"].dates("planned_start").tolist(), *self.project.deadline_days.tolist()]
        days += tables["milestones"].dates("planned").tolist()
        days.append(parse_date(self.project.book.forms.get("request", {}).get("start")))
        first = min((day for day in days if day), default=None)
        return first and self.project.calendar.roll(first, "following")

    def rows(self, key: str) -> Iterator[dict[str, Value]]:
        """The planned cells of a sheet."""
        table, names = self.project.table(key), PLANNED[key].split()
        columns = [SHEETS.table(key).column(name) for name in names]
        for i in range(len(table)):
            if key == "tracker" and i in self.cancelled:
                continue
            made = {column.name: self._cell(table, column, i) for column in columns}
            if any(value is not None for value in made.values()):
                yield made | _UNSTARTED.get(key, {})

    def _cell(self, table: Table, column: Column, i: int) -> Value:
        deadline = self.project.deadlines[i] if column.kind is Kind.DEADLINE else None
        if isinstance(deadline, FixedDate):
            return self._day(deadline.date)
        if column.name == "predecessors":
            return self._links(str(table.texts(column.name)[i]))
        if column.kind is Kind.DATE:
            return self._day(table.dates(column.name).tolist()[i])
        value, text = table.raw(column.name)[i], str(table.texts(column.name)[i])
        if isinstance(value, int | float):
            return value
        return column.choices.code(text) if column.choices else text or None

    def _day(self, day: dt.date | None) -> Value:
        return DayOffset(self.project.calendar.between(self.start, day)) if day and self.start else None

    def _links(self, text: str) -> Value:
        known = self.project.row_of.__contains__
        links = parse_predecessors(text, known)
        if not any(link.key in self.gone for link in links):
            return text or None
        ids, row_of = self.project.texts("id"), self.project.row_of
        kept = [link for link in links if link.key not in self.gone]
        written = (f"{ids[row_of[k.key]] if known(k.key) else k.key}{k.suffix}" for k in kept)
        return "、".join(written) or None

    def field(self, form: str, name: str, value: object) -> Value:
        """A field of a form; dates move, words to be replaced stay so."""
        item = SHEETS.form(form).field(name)
        if item.choices:
            return item.choices.code(value) if value is not None else None
        if item.kind is Kind.DATE:
            return self._day(parse_date(value))
        return value if isinstance(value, str | int | float) else None
