"""Process at the end: acceptance with both signatures, remaining issues, the review's sending."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from xl_collab.actions.checks.place import at, clip, rows_of
from xl_collab.actions.checks.work import Work, capped
from xl_collab.model import catalogue_process as found
from xl_collab.model.findings import Finding
from xl_collab.model.keys import normalise_key
from xl_collab.model.reports.sentences import chosen, listing
from xl_collab.model.tables import Table
from xl_collab.model.words import t

_NO_ROW = t("里没有它的成果", "Acceptance has no row for it")
_NO_RESULT = t("还没有结论", "its acceptance has no result")
_SIDES = {"provider": t("提交方", "provider"), "receiver": t("接收方", "receiver")}
_REMAINING = {"remaining": t("遗留问题", "a remaining issue"), "remaining_due": t("遗留期限", "a date")}
_REPORT = re.compile(r"复盘|报告|review|report", re.IGNORECASE)
_SENDING = re.compile(r"提交|报送|上报|抄送|发送|呈报|submit|sen[dt]|cop(?:y|ied)", re.IGNORECASE)
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
