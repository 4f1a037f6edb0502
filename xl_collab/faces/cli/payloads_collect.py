"""The JSON shapes of `collect`, `resolve` and `log`; documented in docs/json.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from xl_collab.faces.cli.payloads import plain
from xl_collab.faces.collecting import ids_of
from xl_collab.merge.questions import Question
from xl_collab.merge.result import Added, Cell, Change, Notice, Remark
from xl_collab.merge.values import Odd
from xl_collab.schema.words import Lang

if TYPE_CHECKING:
    from xl_collab.exchange.ledger.ledger import LogEntry
    from xl_collab.faces.collecting import Report
    from xl_collab.merge.outcome import Merged

Ids = Mapping[tuple[str, str], str]
"""Sheet and row → ID today."""


def collected(report: Report, lang: Lang) -> dict[str, Any]:
    """`collect`: what was applied, what waits, what was refused, and the state of every file."""
    result, matched = report.merged.result, report.matched
    files, ids = matched.files, ids_of(result)
    said = (*report.arrived.notices, *matched.notices, *report.merged.document.notices)
    return {
        "written": report.applied is not None and report.applied.written,
        "replies": [
            {
                "file": files.get(one.who.sha256, ""),
                "department": one.who.department,
                "sender": one.who.sender,
                "token": one.who.token,
                "sha256": one.who.sha256,
                "status": one.status,
                "reason": one.reason,
            }
            for one in result.replies
        ]
        + [
            {
                "file": one.arrival.shown,
                "department": one.before.department,
                "sender": one.arrival.sender,
                "token": one.before.token,
                "sha256": one.before.sha256,
                "status": "repeat",
                "reason": one.before.received_at,
            }
            for one in matched.repeats
        ],
        "counts": report.counts,
        "departments": [{"department": d.department, **d.counts} for d in report.merged.document.summary],
        "changes": [change(one, ids) for one in result.changes],
        "added": [_added(one) for one in result.added],
        "open": [question(one, ids) for one in result.questions],
        "late": [question(one, ids) for one in result.late],
        "told": [_told(one, ids, files) for one in report.merged.told],
        "rejected": [
            {
                "file": one.arrival.shown,
                "source": one.arrival.source,
                "sender": one.arrival.sender,
                "sha256": one.arrival.sha256,
                "code": one.refusal.code,
                "reason": one.refusal.sentence(lang),
                "remarks": [remark(said, one.arrival.shown, "") for said in one.arrival.remarks],
            }
            for one in matched.rejected
        ],
        "remarks": [remark(*said) for said in matched.remarks],
        "notices": [notice.of(lang) for notice in said],
    }


def remark(one: Remark, file: str, department: str) -> dict[str, Any]:
    """What somebody wrote where no known cell is."""
    return {
        "kind": one.kind,
        "place": one.place,
        "words": one.words,
        "author": one.author,
        "counts": one.counts,
        "file": file,
        "department": department,
    }


def change(one: Change, ids: Ids) -> dict[str, Any]:
    """A changed cell, with everybody who said the same."""
    people = (one.who, *one.also)
    return {
        **_place(one.cell, ids),
        "old": _value(one.old),
        "new": _value(one.new),
        "why": one.why,
        "departments": [who.department for who in people],
        "senders": [who.sender for who in people if who.sender],
    }


def question(one: Question, ids: Ids) -> dict[str, Any]:
    """One candidate of a question; those of one `group` are answered together."""
    return {
        "key": one.key,
        "group": one.group,
        "kind": one.kind,
        **_place(one.cell, ids),
        "base": _value(one.base),
        "master": _value(one.master),
        "theirs": _value(one.theirs),
        "readings": [_value(value) for value in one.readings],
        "department": one.who.department,
        "sender": one.who.sender,
        "modified": one.who.modified,
        "suggestion": one.suggestion,
    }


def _place(cell: Cell, ids: Ids) -> dict[str, str]:
    """Where a cell is: `row` stays the same when IDs are numbered anew, `id` is today's."""
    return {"sheet": cell.sheet, "row": cell.row, "id": ids.get(cell[:2], ""), "column": cell.column}


def _added(one: Added) -> dict[str, Any]:
    return {"sheet": one.sheet, "row": one.row, "id": one.id, "cells": _value(one.record)}


def _told(one: Notice, ids: Ids, files: Mapping[str, str]) -> dict[str, Any]:
    return {
        "kind": one.kind,
        **_place(one.cell, ids),
        "value": _value(one.value),
        "text": one.text,
        "department": one.who.department,
        "file": files.get(one.who.sha256, ""),
    }


def _value(value: object) -> Any:
    if isinstance(value, Odd):
        return {"odd": value.kind, "text": value.text[:200]}
    if isinstance(value, tuple):
        return {str(name): _value(cell) for name, cell in value}
    return plain(value)


def resolved(found: Merged | None) -> dict[str, Any]:
    """`resolve`: what was written, and how many questions are left."""
    if found is None:
        return {"decided": 0, "left": None, "changes": [], "added": [], "told": []}
    result = found.result
    ids = ids_of(result)
    return {
        "decided": result.answers.decided,
        "left": found.document.asked,
        "changes": [change(one, ids) for one in result.changes],
        "added": [_added(one) for one in result.added],
        "told": [_told(one, ids, {}) for one in found.told],
    }


def log(entries: Iterable[LogEntry]) -> list[dict[str, Any]]:
    """`log`: one entry a sending or run."""
    keys = ("at", "kind", "department", "token", "state", "changes", "replies", "detail")
    return [{key: getattr(entry, key) for key in keys} for entry in entries]
