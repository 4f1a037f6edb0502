"""Process: the gates between the stages. The request is approved, the team named, the plans signed.

What runs between the gates is checked in `process_running.py`, how it ends in `process_results.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xl_collab.actions.checks.place import at, clip, on_table
from xl_collab.actions.checks.process_results import check_results
from xl_collab.actions.checks.process_running import check_running
from xl_collab.actions.checks.work import Work, supporters
from xl_collab.model import catalogue_process as found
from xl_collab.model.findings import Finding, FindingKind
from xl_collab.model.keys import normalise_key
from xl_collab.model.plan.project import Project
from xl_collab.model.plan.seen import shown
from xl_collab.model.reports.sentences import chosen, day, listing
from xl_collab.model.sheets import SHEETS
from xl_collab.model.words import CONCLUSION, Text, t

_PASSED = ("approved", "conditional")
_EMPTY = t("未填", "empty")
_AND = t("和", " and ")


def check_process(project: Project) -> Iterator[Finding]:
    """Findings on the stages' order and on the records that the process asks for."""
    work = Work(project)
    yield from _request(work)
    yield from _interfaces(work)
    yield from _plans(work)
    yield from check_running(work)
    yield from check_results(work)


# the request


def _at_request(work: Work, kind: FindingKind, field: str = "", **params: object) -> Finding:
    tab = SHEETS["request"].name(work.project.book.lang)
    return Finding(kind, "request", tab, field, params=params)


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
    return value is None or (isinstance(value, str) and not value.strip())


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
    known = set(work.project.departments)
    silent = [
        d for d in asked if d in known and d not in (*initiator, *planned) and not _told(work, d, capacity)
    ]
    if silent and not any(word in capacity for word in ("各部门", "all departments")):
        yield _at_request(work, found.NO_ANSWER, "capacity", names=listing(silent, 8))


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
