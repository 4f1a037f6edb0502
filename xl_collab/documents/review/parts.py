"""What the registers bring to a review: the goal, changes, risks, acceptance and lessons, as facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from xl_collab.documents.minutes.meeting import action_items
from xl_collab.documents.review import words as words
from xl_collab.plan.computed import level_of, risk_scores
from xl_collab.plan.project import Project
from xl_collab.project.parties import Parties
from xl_collab.project.sentences import Line, chosen, day, fitted, say
from xl_collab.project.tables import Table
from xl_collab.project.timing.deadlines import FixedDate
from xl_collab.schema.declaration import Field
from xl_collab.schema.keys import normalise_key, parse_ids
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Text

_GOALS = ("goal", "tasks", "results", "department", "start", "end", "budget", "conclusion")


@dataclass(frozen=True, slots=True)
class Goal:
    """One field of 需求申请 that says what was wanted; `value` as entered, Text for a choice, or None."""

    label: Text
    value: object


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    """One row of 进度调整; `moved` is signed working days from the old to the new date."""

    id: str
    task_ids: tuple[str, ...]
    old: dt.date | None
    new: dt.date | None
    moved: int | None
    cause: str
    measures: str
    status: str


@dataclass(frozen=True, slots=True)
class Struck:
    """A risk of the register that happened."""

    id: str
    risk: str
    owner: str
    due: dt.date | None
    score: int | None
    level: str
    measure: str
    task_ids: tuple[str, ...]
    raised_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """One row of 成果验收; `signatures` counts the two sides."""

    id: str
    deliverable: str
    submitted_on: dt.date | None
    result: str
    remaining: str
    remaining_due: dt.date | None
    signatures: int
    task_ids: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Accepted, if only on conditions, and signed by both sides."""
        return self.result in ("accepted", "conditional") and self.signatures == 2


@dataclass(frozen=True, slots=True)
class Lesson:
    """One row of 经验登记; `kind` is success, improve or pattern."""

    id: str
    kind: str
    lesson: str
    department: str
    evidence: tuple[str, ...]
    action: str


@dataclass(frozen=True, slots=True)
class Todo:
    """Something to do after the review, and the row where it comes from."""

    id: str
    action: str
    owner: str
    due: dt.date | None
    overdue: int
    source: Text


def goals(project: Project) -> tuple[Goal, ...]:
    """What was wanted, field by field of 需求申请."""
    form = SHEETS.form("request")
    values = project.book.forms.get("request", {})
    return tuple(_goal(form.field(name), values.get(name)) for name in _GOALS)


def _goal(field: Field, value: object) -> Goal:
    """A choice is shown in the reader's language, everything else as it was entered."""
    code = field.choices.code(value) if field.choices and value else None
    if field.choices and code:
        value = Text(field.choices.label(code, "zh"), field.choices.label(code, "en"))
    return Goal(field.label, value or None)


def _written(table: Table, i: int, column: str) -> tuple[str, ...]:
    """IDs of a cell as people write them: the tracker's spelling is upper case."""
    return tuple(key.upper() for key in parse_ids(str(table.texts(column)[i])))


def changes(project: Project) -> tuple[AdjustmentLine, ...]:
    """进度调整, row by row."""
    table = project.table("adjustments")
    statuses = chosen(table, "status")
    found = []
    for i in range(len(table)):
        old, new = day(table.dates("old_date")[i]), day(table.dates("new_date")[i])
        found.append(
            AdjustmentLine(
                id=str(table.texts("id")[i]),
                task_ids=_written(table, i, "task_id"),
                old=old,
                new=new,
                moved=project.calendar.between(old, new) if old and new else None,
                cause=str(table.texts("cause")[i]),
                measures=str(table.texts("measures")[i]),
                status=statuses[i],
            )
        )
    return tuple(found)


def drifts(project: Project, most: int) -> Iterator[Line]:
    """Rows whose 时间节点 no longer is their frozen baseline."""
    table = project.tracker
    for i, frozen in enumerate(table.dates("baseline").tolist()):
        now = project.deadlines[i]
        if most and frozen is not None and isinstance(now, FixedDate) and now.date != frozen:
            most -= 1
            row_id = str(table.texts("id")[i])
            yield say(words.DRIFT, ids=[row_id], id=row_id, now=now.date, base=frozen)


def risks_by_status(project: Project, status: str) -> tuple[str, ...]:
    """IDs of the risks on record that have this status."""
    table = project.table("risks")
    pairs = zip(table.texts("id").tolist(), chosen(table, "status"), strict=True)
    return tuple(name for name, code in pairs if code == status)


def struck(project: Project) -> tuple[Struck, ...]:
    """Risks that happened, the highest score first."""
    table = project.table("risks")
    statuses = chosen(table, "status")
    scores = risk_scores(table)
    found = [_struck(table, i, scores[i]) for i in range(len(table)) if statuses[i] == "struck"]
    return tuple(sorted(found, key=lambda risk: -(risk.score or 0)))


def _struck(table: Table, i: int, score: float) -> Struck:
    known = score == score  # not NaN
    return Struck(
        id=str(table.texts("id")[i]),
        risk=str(table.texts("risk")[i]),
        owner=str(table.texts("owner")[i]),
        due=day(table.dates("due")[i]),
        score=int(score) if known else None,
        level=level_of(score) if known else "",
        measure=str(table.texts("countermeasure")[i]),
        task_ids=_written(table, i, "task_id"),
        raised_on=day(table.dates("raised_on")[i]),
    )


def came_true(risk: Struck) -> Line:
    """A warning that came true: since when it was on record, and what was to be done."""
    since = fitted(words.RAISED, day=risk.raised_on) if risk.raised_on else words.NOTHING_ELSE
    measure = (
        fitted(words.MEASURE, measure=risk.measure.rstrip("。；;. ")) if risk.measure else words.NO_MEASURE
    )
    ids = [risk.id, *risk.task_ids]
    return say(words.CAME_TRUE, ids=ids, risk=risk.risk, since=since, measure=measure)


def acceptances(project: Project) -> tuple[Accepted, ...]:
    """成果验收, row by row."""
    table = project.table("acceptance")
    results = chosen(table, "result")
    return tuple(
        Accepted(
            id=str(table.texts("id")[i]),
            deliverable=str(table.texts("deliverable")[i]),
            submitted_on=day(table.dates("submitted_on")[i]),
            result=results[i],
            remaining=str(table.texts("remaining")[i]),
            remaining_due=day(table.dates("remaining_due")[i]),
            signatures=sum(bool(table.texts(side)[i]) for side in ("provider", "receiver")),
            task_ids=_written(table, i, "task_id"),
        )
        for i in range(len(table))
    )


def lessons(project: Project) -> tuple[Lesson, ...]:
    """经验登记, row by row."""
    table = project.table("lessons")
    kinds = chosen(table, "kind")
    return tuple(
        Lesson(
            id=str(table.texts("id")[i]),
            kind=kinds[i],
            lesson=str(table.texts("lesson")[i]),
            department=str(table.texts("department")[i]),
            evidence=_written(table, i, "evidence"),
            action=str(table.texts("action")[i]),
        )
        for i in range(len(table))
        if table.texts("lesson")[i]
    )


def todos(project: Project) -> tuple[Todo, ...]:
    """What is to be done: improvements on record, what acceptance left over, open action items."""
    learnt = [
        Todo(each.id, each.action, each.department, None, 0, words.FROM_LESSON)
        for each in lessons(project)
        if each.kind in ("improve", "pattern") and each.action
    ]
    left = [
        Todo(each.id, each.remaining, _owner(project, each), each.remaining_due, 0, words.FROM_ACCEPTANCE)
        for each in acceptances(project)
        if each.remaining
    ]
    still = [
        Todo(item.id, item.action, item.owner, item.due, item.overdue, words.FROM_ACTION)
        for item in action_items(project)
        if item.open
    ]
    return (*learnt, *left, *still)


def _owner(project: Project, accepted: Accepted) -> str:
    """The department that leads the first task of a deliverable."""
    for row_id in accepted.task_ids:
        i = project.row_of.get(normalise_key(row_id))
        parties: Parties | None = project.parties[i] if i is not None else None
        if parties is not None and parties.lead is not None:
            return parties.lead.department
    return ""


def with_reuse(lesson: Lesson) -> Line:
    """A lesson as a sentence, with how to reuse it."""
    text = Text(lesson.lesson, lesson.lesson)
    if lesson.action:
        template = words.IMPROVE if lesson.kind == "improve" else words.REUSE
        text = fitted(template, lesson=lesson.lesson, action=lesson.action)
    return Line(text, (lesson.id, *lesson.evidence))
