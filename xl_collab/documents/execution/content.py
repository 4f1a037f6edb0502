"""execution: 《跨部门协作执行方案》, what all departments sign before the work begins.

It gathers what the workbook knows: goal, duties, milestones, the departments' plans with their files, who
hands over what to whom, risks with fall-backs, resources with totals, how people talk. What is missing is
marked to be filled in. Final when every plan is signed. No layout stands here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from xl_collab.documents.execution import words as words
from xl_collab.documents.sections import (
    Block,
    Column,
    Note,
    Pairs,
    Rows,
    Says,
    Section,
    Sheet,
    Shown,
    Signatures,
    Value,
)
from xl_collab.plan.computed import HIGH, MEDIUM
from xl_collab.plan.project import Project
from xl_collab.project.edits import InsertSheet, Outcome
from xl_collab.project.sentences import LISTED, chosen, day, fitted, listing, say
from xl_collab.project.tables import Table
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import CONCLUSION, RISK_STATUS, SCALE, SIGNED, STATUS, URGENCY, Choices, Text

_KINDS: dict[str, Shown] = {
    "id": "id",
    "planned": "date",
    "baseline": "date",
    "submitted": "date",
    "when": "date",
    "due": "date",
    "budget": "money",
    "people": "centre",
    "level": "level",
    "signed": "centre",
    "status": "centre",
    "conclusion": "centre",
    "next": "id",
}


@dataclass(frozen=True)
class Execution(Sheet):
    """《跨部门协作执行方案》; `final` when every plan is signed."""

    kind: ClassVar = "execution"

    final: bool = False


def execution(project: Project) -> Outcome[Execution]:
    """The joint plan, and the sheet 执行方案."""
    final = _is_final(project)
    state = words.FINAL if final else words.DRAFT
    parts = {
        "goal": goal_blocks(project),
        "duties": duties_blocks(project),
        "milestones": milestones_blocks(project),
        "plans": _plans(project),
        "handover": handover_blocks(project),
        "risks": risks_blocks(project),
        "resources": resources_blocks(project),
        "talk": talk_blocks(project),
        "sign": (Signatures(tuple(_signing(project))),),
    }
    document = Execution(
        "",
        words.TITLE,
        fitted(words.BELOW, state=state, date=project.as_of),
        tuple(Section(words.HEAD[name], blocks) for name, blocks in parts.items()),
        final=final,
    )
    return Outcome(document, (InsertSheet("", GENERATED["execution"].of(project.lang), document),))


def columns(*names: str) -> tuple[Column, ...]:
    """Columns by name."""
    return tuple(Column(words.COLUMN[name], _KINDS.get(name, "text")) for name in names)


def texts_of(table: Table, *names: str) -> Iterator[tuple[str, ...]]:
    return zip(*(table.texts(name).tolist() for name in names), strict=True)


def word(choices: Choices, text: str) -> Value:
    code = choices.code(text) if text else None
    return Text(choices.label(code, "zh"), choices.label(code, "en")) if code else text or None


# goal, duties, milestones


def goal_blocks(project: Project) -> tuple[Block, ...]:
    form, settings = project.book.forms.get("request", {}), project.settings
    given = {name: _said(form.get(name)) for name in ("number", "department", "start", "end")}
    given |= {"project": settings.project or _said(form.get("project")), "superior": settings.superior}
    given["department"] = given["department"] or settings.initiator
    short = ("number", "department", "start", "end")
    prose = ("goal", "tasks", "results")
    return (
        Pairs(tuple((words.FIELD[name], given[name]) for name in ("project", "superior")), wide=True),
        Pairs(tuple((words.FIELD[name], given[name]) for name in short)),
        Pairs(tuple((words.FIELD[name], _said(form.get(name))) for name in prose), wide=True),
    )


def _said(value: Any) -> str:
    when = day(value)
    return str(when) if when else str(value or "").strip()


def duties_blocks(project: Project) -> tuple[Block, ...]:
    table = project.table("duties")
    names = ("id", "accountable", "duty", "responsible", "consulted", "informed")
    rows = [row for row in texts_of(table, *names) if any(row[1:])]
    records = tuple(_owned(row) for row in rows[:LISTED])
    gaps = [row[0] or row[2] for row in rows if len(project.departments_in(row[1])) != 1]
    notes = (Note(fitted(words.GAPS, ids=listing(gaps, 6))),) if gaps else ()
    return (Rows(columns(*names), records, words.EMPTY["duties"]), *notes)


def _owned(row: tuple[str, ...]) -> tuple[Value, ...]:
    return tuple(words.UNOWNED if n == 1 and not text else text or None for n, text in enumerate(row))


def milestones_blocks(project: Project) -> tuple[Block, ...]:
    table = project.table("milestones")
    planned, baseline = ([day(value) for value in table.dates(name)] for name in ("planned", "baseline"))
    records = []
    for i, row in enumerate(texts_of(table, "id", "owner", "milestone", "criteria", "status")):
        row_id, owner, what, criteria, status = row
        if what or planned[i]:
            shown = fitted(words.CRITERIA, what=what, criteria=criteria) if criteria else what
            records.append((row_id, owner, shown, planned[i], baseline[i], word(STATUS, status)))
    names = ("id", "owner", "milestone", "planned", "baseline", "status")
    return (Rows(columns(*names), tuple(records[:LISTED]), words.EMPTY["milestones"]),)


# the departments' plans


def _plans(project: Project) -> tuple[Block, ...]:
    table = project.table("plans")
    submitted = [day(value) for value in table.dates("submitted")]
    records = []
    for i, row in enumerate(texts_of(table, "id", "department", "plan", "link", "conclusion", "signed")):
        row_id, department, plan, link, conclusion, signed = row
        if department or plan:
            shown = fitted(words.FILED, plan=plan, link=link) if link else plan
            state = word(SIGNED, signed or "no")
            records.append((row_id, department, shown, submitted[i], word(CONCLUSION, conclusion), state))
    names = ("id", "department", "plan", "submitted", "conclusion", "signed")
    notes = []
    unsigned, without = _unsigned(project), _without_plan(project)
    if unsigned:
        notes.append(Note(fitted(words.UNSIGNED, names=listing(unsigned))))
    if without:
        notes.append(Note(fitted(words.NO_PLAN, names=listing(without))))
    return (Rows(columns(*names), tuple(records[:LISTED]), words.EMPTY["plans"]), *notes)


def _unsigned(project: Project) -> list[str]:
    table = project.table("plans")
    rows = zip(chosen(table, "signed"), texts_of(table, "department", "plan"), strict=True)
    return [
        f"{department}{plan}" for state, (department, plan) in rows if state != "yes" and (department or plan)
    ]


def _without_plan(project: Project) -> list[str]:
    """Departments that lead a task of delivery and have handed in no plan."""
    table = project.table("plans")
    planned = {name for text in table.texts("department").tolist() for name in project.departments_in(text)}
    stages, leads = chosen(project.tracker, "stage"), project.leads
    executing = [lead for lead, stage in zip(leads, stages, strict=True) if stage == "delivery" and lead]
    return [name for name in dict.fromkeys(executing) if name not in planned]


def _is_final(project: Project) -> bool:
    table = project.table("plans")
    return bool(len(table)) and not _unsigned(project) and not _without_plan(project)


# hand-offs, risks


def handover_blocks(project: Project) -> tuple[Block, ...]:
    records = list(_handed(project))
    names = ("id", "gives", "output", "when", "next", "takes")
    prose = tuple(
        say(words.OF_PLAN, ids=[row_id], department=department, text=text)
        for row_id, department, text in texts_of(project.table("plans"), "id", "department", "handover")
        if text
    )
    keys = tuple(f"{record[0]}>{record[4]}" for record in records[:LISTED])
    table = Rows(columns(*names), tuple(records[:LISTED]), words.EMPTY["handover"], keys)
    return (table, *((Says(prose),) if prose else ()))


def _handed(project: Project) -> Iterator[tuple[Value, ...]]:
    """What the lead of a predecessor hands over to another department that follows."""
    graph, leads = project.assessment.graph, project.leads
    ids, outputs = (project.texts(name).tolist() for name in ("id", "output"))
    base = project.assessment.base
    due = np.where(np.isnat(base), project.deadline_days, base)
    cancelled = project.assessment.states.cancelled
    for source, target in zip(graph.source.tolist(), graph.target.tolist(), strict=True):
        gives, takes = leads[source], leads[target]
        if not gives or not takes or normalise_key(gives) == normalise_key(takes):
            continue
        if not (cancelled[source] or cancelled[target]):
            yield ids[source], gives, outputs[source], day(due[source]), ids[target], takes


def risks_blocks(project: Project) -> tuple[Block, ...]:
    table = project.table("risks")
    due, statuses = [day(value) for value in table.dates("due")], chosen(table, "status")
    names = ("id", "owner", "risk", "countermeasure", "status", "probability", "impact")
    records = []
    for i, (row_id, owner, risk, answer, status, *scale) in enumerate(texts_of(table, *names)):
        if risk and statuses[i] != "closed":
            shown = fitted(words.ANSWERED, risk=risk, answer=answer or words.NO_ANSWER)
            records.append((row_id, owner, shown, due[i], _level(*scale), word(RISK_STATUS, status)))
    prose = tuple(
        say(words.PLAN_RISK, ids=[row_id], department=department, risk=risk, answer=answer or words.NO_ANSWER)
        for row_id, department, risk, answer in texts_of(
            project.table("plans"), "id", "department", "risk", "countermeasure"
        )
        if risk
    )
    shown_columns = columns("id", "owner", "risk", "due", "level", "status")
    found = Rows(shown_columns, tuple(records[:LISTED]), words.EMPTY["risks"])
    return (found, *((Says(prose),) if prose else ()))


def _level(probability: str, impact: str) -> str:
    score = int(SCALE.code(probability) or 0) * int(SCALE.code(impact) or 0)
    return "high" if score >= HIGH else "medium" if score >= MEDIUM else "low" if score else ""


# resources, talk, signatures


def resources_blocks(project: Project) -> tuple[Block, ...]:
    """Duties that cost something, a line for each department's total, and the total of all."""
    form, table = project.book.forms.get("request", {}), project.table("duties")
    money, people = (np.nan_to_num(table.numbers(name)).tolist() for name in ("budget", "people"))
    records: list[tuple[Value, ...]] = []
    for i, row in enumerate(texts_of(table, "id", "accountable", "duty", "equipment")):
        row_id, owner, duty, equipment = row
        if money[i] or people[i] or equipment:
            records.append((row_id, owner, duty, money[i] or None, _count(people[i]), equipment or None))
    records = records[:LISTED]
    owners = {record[1] for record in records if record[1]}
    if records:
        total = fitted(words.TOTAL_OF, n=len(owners))
        records.append((None, words.TOTAL, total, sum(money), _count(sum(people)), None))
    keys = tuple("total" if record[0] is None else str(record[0]) for record in records)
    asked = ("budget", "people", "equipment")
    names = ("id", "owner", "duty", "budget", "people", "equipment")
    return (
        Rows(columns(*names), tuple(records), words.EMPTY["resources"], keys),
        Pairs(tuple((words.FIELD[name], _said(form.get(name))) for name in asked), wide=True),
    )


def _count(number: float) -> Value:
    return None if not number else int(number) if number == int(number) else number


def talk_blocks(project: Project) -> tuple[Block, ...]:
    settings = project.settings
    channels = dict.fromkeys(text for text in project.table("duties").texts("channel").tolist() if text)
    meeting = (
        fitted(words.HELD, rule=settings.meeting_rule, place=settings.place) if settings.meeting_rule else ""
    )
    often: Text | str = ""
    if settings.urgency:
        often = Text(*(URGENCY.label(settings.urgency, lang) for lang in ("zh", "en")))
    pairs: list[tuple[Text, Text | str]] = [(words.FIELD["meeting"], meeting)]
    pairs += [(words.FIELD["urgency"], often)] if often else []
    pairs += [(words.FIELD["channel"], listing(channels, 6) if channels else "")]
    rule = fitted(words.RULE, n=settings.delay_threshold)
    return (Pairs((*pairs, (words.FIELD["rule"], rule)), wide=True),)


def _signing(project: Project) -> Iterator[Text]:
    """Every department of the project, the one that asked first, then who approves."""
    first = project.departments_in(project.settings.initiator)
    for name in dict.fromkeys((*first, *_involved(project))):
        yield fitted(words.SIGN_DEPARTMENT, name=name)
    yield fitted(words.SIGN_SUPERIOR, name=project.settings.superior or words.SUPERIOR)


def _involved(project: Project) -> Iterator[str]:
    """Departments of 通讯录, then those that only the tracker names."""
    yield from project.departments
    for i, lead in enumerate(project.leads):
        yield from (name for name in (lead, *project.supporters_of(i)) if name)
