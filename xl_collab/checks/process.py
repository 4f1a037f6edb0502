"""Process: the gates between the stages. The request is approved, the team named, the plans signed, the
result accepted and reviewed.

What runs between the gates is checked in `process_running.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np

from xl_collab.checks.place import at, clip, on_table, rows_of
from xl_collab.checks.process_running import Work, capped, check_running, supporters
from xl_collab.patterns import lazy
from xl_collab.plan.parsed import shown
from xl_collab.plan.project import Project
from xl_collab.project.sentences import chosen, day, listing
from xl_collab.project.tables import Table, is_placeholder
from xl_collab.records import dataclass
from xl_collab.schema import catalogue_process as found
from xl_collab.schema.catalogue import PLACEHOLDER
from xl_collab.schema.findings import Finding, FindingKind
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import CONCLUSION, Text, t

# Process at the end: acceptance with both signatures, remaining issues, the review's sending.


_NO_ROW = t("里没有它的成果", "Acceptance has no row for it")
_NO_RESULT = t("还没有结论", "its acceptance has no result")
_SIDES = {"provider": t("提交方", "provider"), "receiver": t("接收方", "receiver")}
_REMAINING = {"remaining": t("遗留问题", "a remaining issue"), "remaining_due": t("遗留期限", "a date")}
_REPORT = lazy(r"复盘|报告|review|report", re.IGNORECASE)
_SENDING = lazy(r"提交|报送|上报|抄送|发送|呈报|submit|sen[dt]|cop(?:y|ied)", re.IGNORECASE)
_WAITS = t("（待办 {id} 未完成）", " (action {id} is open)")


def check_results(work: Work) -> Iterator[Finding]:
    """Findings on 成果验收 and on the review."""
    table = work.project.book.tables.get("acceptance")
    if table is not None:
        results = chosen(table, "result")
        yield from _unaccepted(work, table, results)
        yield from _signatures(table, results)
        yield from _remaining(work, table, results)
    yield from _review(work)


# acceptance


def _unaccepted(work: Work, table: Table, results: list[str]) -> Iterator[Finding]:
    """Finished deliveries without acceptance, and rows of finished tasks without a result."""
    project, linked = work.project, work.linked("acceptance")
    names, done = project.texts("id"), project.assessment.states.done
    delivered, ids = rows_of(done & (work.stages == "delivery")), project.ids.tolist()
    rows = [i for i in delivered if ids[i] not in linked]
    words = {"state": _NO_ROW}
    missing = (at(found.NOT_ACCEPTED, project.tracker, "status", i, task=names[i], **words) for i in rows)
    yield from capped(found.NOT_ACCEPTED, project.tracker, missing, len(rows))
    told: set[int] = set()
    for key, rows in linked.items():
        i = project.row_of.get(key, -1)
        open_rows = [k for k in rows if not results[k] and k not in told]
        if i >= 0 and done[i]:
            told.update(open_rows)
            for k in open_rows:
                yield at(found.NOT_ACCEPTED, table, "result", k, task=names[i], state=_NO_RESULT)


def _signatures(table: Table, results: list[str]) -> Iterator[Finding]:
    choices = table.sheet.column("result").choices
    assert choices is not None
    for i, result in enumerate(results):
        lacking = [name for name in _SIDES if not table.texts(name)[i]]
        if result in ("accepted", "conditional") and lacking:
            missing = listing((_SIDES[name] for name in lacking), 2)
            words = {"result": t(choices.label(result, "zh"), choices.label(result, "en").lower())}
            deliverable = clip(table.texts("deliverable")[i])
            yield at(
                found.NOT_SIGNED, table, lacking[0], i, deliverable=deliverable, missing=missing, **words
            )


def _remaining(work: Work, table: Table, results: list[str]) -> Iterator[Finding]:
    due, issues = table.dates("remaining_due"), table.texts("remaining")
    today, calendar = work.project.as_of, work.project.calendar
    for i in (i for i, result in enumerate(results) if result == "conditional"):
        deliverable = clip(table.texts("deliverable")[i])
        lacking = [
            n for n, empty in (("remaining", not issues[i]), ("remaining_due", np.isnat(due[i]))) if empty
        ]
        if lacking:
            missing = listing((_REMAINING[name] for name in lacking), 2)
            yield at(found.NO_REMAINING, table, lacking[0], i, deliverable=deliverable, missing=missing)
        elif due[i] < np.datetime64(today, "D"):
            when = due[i].item()
            days = max(1, calendar.between(when, today))
            yield at(
                found.REMAINING_LATE, table, "remaining_due", i, deliverable=deliverable, due=when, days=days
            )


# the review


def _review(work: Work) -> Iterator[Finding]:
    """Finished retrospectives without a record that the report went to the superior.

    A record is a done action item, or a reached milestone, that is linked to the task and quotes
    what its 备注 asks for (提交至上级领导并抄送…) or speaks of sending the report.
    """
    project = work.project
    rows = rows_of(project.assessment.states.done & (work.stages == "retrospective"))
    records = _records(work) if rows else {}
    unsent = [(i, waiting) for i in rows for sent, waiting in [_sending(work, i, records)] if not sent]
    told = (
        at(found.REVIEW_NOT_SENT, project.tracker, "status", i, detail=_waits(waiting))
        for i, waiting in unsent
    )
    yield from capped(found.REVIEW_NOT_SENT, project.tracker, told, len(unsent))


def _waits(action_id: str) -> object:
    return t(_WAITS.zh.format(id=action_id), _WAITS.en.format(id=action_id)) if action_id else ""


@dataclass(frozen=True, slots=True)
class _Record:
    """An action item or a milestone of a task: what it says, whether it is done, an action's ID."""

    text: str
    done: bool
    action_id: str


def _records(work: Work) -> Mapping[str, list[_Record]]:
    """Normalised task ID → its action items and milestones."""
    made: dict[str, list[_Record]] = {}
    for register, column in (("actions", "action"), ("milestones", "milestone")):
        table = work.project.table(register)
        statuses, said, sources = chosen(table, "status"), table.texts(column), table.texts("source")
        ids = table.texts("id")
        for key, rows in work.linked(register).items():
            for k in rows:
                name = str(ids[k]) if register == "actions" else ""
                made.setdefault(key, []).append(
                    _Record(f"{said[k]} {sources[k]}", statuses[k] == "done", name)
                )
    return made


def _sending(work: Work, i: int, records: Mapping[str, list[_Record]]) -> tuple[bool, str]:
    """Whether a record says that the report was sent, and the ID of an action that still waits."""
    known = records.get(work.project.ids[i], ())
    if not known:
        return False, ""
    quotes = [c for c in work.project.conditions[i] if c.kind == "distribution"]
    words = [w for c in quotes for w in (normalise_key(c.quote), c.key)]
    about = [record for record in known if _speaks(record.text, words)]
    if any(record.done for record in about):
        return True, ""
    return False, next((record.action_id for record in about if record.action_id), "")


def _speaks(text: str, words: list[str]) -> bool:
    key = normalise_key(text)
    return any(word in key for word in words) or bool(_REPORT.search(text) and _SENDING.search(text))


_PASSED = ("approved", "conditional")
_EMPTY = t("未填", "empty")
_AND = t("和", " and ")


def check_process(project: Project) -> Iterator[Finding]:
    """Findings on the stages' order and on the records that the process asks for."""
    work = Work(project)
    yield from _placeholders(work)
    yield from _request(work)
    yield from _interfaces(work)
    yield from _plans(work)
    yield from check_running(work)
    yield from check_results(work)


# the request


def _at_request(work: Work, kind: FindingKind, field: str = "", **params: object) -> Finding:
    tab = SHEETS["request"].name(work.project.book.lang)
    return Finding(kind, "request", tab, field, params=params)


def _placeholders(work: Work) -> Iterator[Finding]:
    """Hints of a new workbook that still stand in its forms when the project has begun."""
    book = work.project.book
    for form in (SHEETS.form("request"), SHEETS.form("settings")):
        values = book.forms.get(form.key) or {}
        for field in form.fields if work.begun else ():
            if is_placeholder(values.get(field.name)):
                words = {"column": field.label, "text": clip(values[field.name])}
                yield Finding(PLACEHOLDER, form.key, form.name(book.lang), field.name, params=words)


def _request(work: Work) -> Iterator[Finding]:
    values = work.project.book.forms.get("request")
    if values is None or "request" in work.project.book.missing_sheets or not work.begun:
        return
    form = SHEETS.form("request")
    gaps = [field.label for field in form.fields if field.required and _is_empty(values.get(field.name))]
    if len(gaps) == sum(field.required for field in form.fields):
        yield _at_request(work, found.NO_REQUEST)
        return
    if gaps:
        yield _at_request(work, found.REQUEST_GAPS, fields=listing(gaps, 12))
    yield from _approval(work)
    yield from _answers(work)


def _is_empty(value: object) -> bool:
    value = shown(value)
    return value is None or is_placeholder(value) or (isinstance(value, str) and not value.strip())


def _approval(work: Work) -> Iterator[Finding]:
    values = work.project.book.forms["request"]
    text = str(shown(values.get("conclusion")) or "").strip()
    began = work.teamed_on
    if CONCLUSION.code(text) not in _PASSED:
        if work.teaming or began is not None:
            what = _begun(work)
            yield _at_request(
                work, found.NOT_APPROVED, "conclusion", conclusion=clip(text) or _EMPTY, what=what
            )
        return
    approved = day(shown(values.get("approved_on")))
    if approved is not None and began is not None and approved > began:
        yield _at_request(work, found.APPROVED_LATE, "approved_on", approved=approved, began=began)


def _begun(work: Work) -> Text:
    if work.teaming:
        names = work.names(work.teaming)
        return t(f"{names} 已经开始", f"{names.replace('、', ', ')} began")
    return t(f"{work.teamed_on} 已开会", f"a meeting was held on {work.teamed_on}")


def _answers(work: Work) -> Iterator[Finding]:
    """A potential department has answered when 承接能力 names it or its plan says how feasible it is."""
    values = work.project.book.forms["request"]
    asked = work.departments(str(shown(values.get("partners")) or ""))
    initiator = work.departments(str(shown(values.get("department")) or ""))
    capacity = normalise_key(str(shown(values.get("capacity")) or ""))
    plans = work.project.table("plans")
    rated = zip(plans.texts("department").tolist(), plans.texts("feasibility").tolist(), strict=True)
    planned = {name for text, rating in rated if rating for name in work.departments(text)}
    planned |= _asked_and_answered(work)
    known = set(work.project.departments)
    silent = [
        d for d in asked if d in known and d not in (*initiator, *planned) and not _told(work, d, capacity)
    ]
    if silent and not any(word in capacity for word in ("各部门", "all departments")):
        yield _at_request(work, found.NO_ANSWER, "capacity", names=listing(silent, 8))


def _asked_and_answered(work: Work) -> set[str]:
    """Departments whose answer to the enquiry is on record."""
    table = work.project.table("enquiries")
    pairs = zip(table.texts("department").tolist(), table.texts("feasibility").tolist(), strict=True)
    return {name for text, rating in pairs if rating for name in work.departments(text)}


def _told(work: Work, department: str, text: str) -> bool:
    """Whether a text speaks of a department by its name or another one in 通讯录."""
    names = [spelling for spelling, name in work.project.known.items() if name == department]
    return any(re.search(rf"(?<![a-z]){re.escape(name)}(?![a-z])", text) for name in names)


# the team


def _interfaces(work: Work) -> Iterator[Finding]:
    """Departments that take part without leading a task (those are R205) and have no contact."""
    contacts, duties = work.project.book.tables.get("contacts"), work.project.table("duties")
    if contacts is None or not work.teaming:
        return
    columns = ("accountable", "responsible", "consulted")
    texts = {*supporters(work.project), *(x for name in columns for x in duties.texts(name).tolist() if x)}
    taking_part = {name for text in texts for name in work.departments(text)}
    named = zip(duties.texts("accountable").tolist(), duties.texts("contact").tolist(), strict=True)
    elsewhere = {name for text, contact in named if contact for name in work.departments(text)[:1]}
    leading = set(work.leads(range(len(work.project.tracker))))
    people = contacts.texts("contact")
    for i, name in enumerate(contacts.texts("department").tolist()):
        if name in taking_part and not people[i] and name not in elsewhere | leading:
            yield at(found.NO_INTERFACE, contacts, "contact", i, name=name)


# the plans


def _plans(work: Work) -> Iterator[Finding]:
    table = work.project.book.tables.get("plans")
    if table is None or not work.executing:
        return
    signed, concluded = chosen(table, "signed"), chosen(table, "conclusion")
    owners = [work.departments(text) for text in table.texts("department").tolist()]
    ready = [s == "yes" and c in _PASSED for s, c in zip(signed, concluded, strict=True)]
    for i, name in enumerate(table.texts("plan").tolist()):
        replaced = concluded[i] == "rejected" and any(
            ready[k] and set(owners[k]) & set(owners[i]) for k in range(i + 1, len(table))
        )
        if not ready[i] and not replaced:
            column = "conclusion" if concluded[i] not in _PASSED else "signed"
            shown_tasks = work.names(work.executing)
            state = _state(concluded[i], signed[i] == "yes")
            yield at(found.UNSIGNED_PLAN, table, column, i, plan=clip(name), state=state, tasks=shown_tasks)
    missing = [d for d in work.leads(work.executing) if not any(d in names for names in owners)]
    if missing:
        yield on_table(found.NO_PLAN, table, names=listing(missing, 8))


def _state(conclusion: str, signed: bool) -> Text:
    """What a plan lacks, in words."""
    parts = []
    if conclusion not in _PASSED:
        label = CONCLUSION.label(conclusion, "zh") if conclusion in CONCLUSION.codes else ""
        english = CONCLUSION.label(conclusion, "en").lower() if label else ""
        parts.append(t(f"评审结论为{label}", english) if label else t("没有评审结论", "no conclusion"))
    if not signed:
        parts.append(t("未签字", "not signed"))
    return Text("、".join(p.zh for p in parts), _AND.en.join(p.en for p in parts))
