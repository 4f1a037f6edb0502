"""The JSON shapes of `collect`, `resolve` and `log`; documented in docs/json.md."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from xl_collab.faces.cli.payloads import plain
from xl_collab.model.merge.merging import Change, Conflict
from xl_collab.model.merge.remarks import Remark
from xl_collab.model.merge.values import Odd
from xl_collab.model.words import Lang

if TYPE_CHECKING:
    from xl_collab.actions.merge import Resolved
    from xl_collab.exchange.ledger.ledger import LogEntry
    from xl_collab.faces.collecting import Report

__all__ = ["collected", "log", "resolved"]


def collected(report: Report, lang: Lang) -> dict[str, Any]:
    """`collect`: what was applied, what waits, what was refused, and the state of every file."""
    result, matched = report.collected.result, report.matched
    files = matched.files
    said = (*report.arrived.notices, *matched.notices, *report.collected.document.notices)
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
        "departments": [
            {"department": d.department, "applied": d.applied, "conflicts": d.conflicts, "parked": d.parked}
            for d in report.collected.document.summary
        ],
        "changes": [change(one) for one in result.changes],
        "open": [_question(one) for one in report.collected.open],
        "superseded": [_question(one) for one in result.parked if one.kind == "superseded"],
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


def change(one: Change) -> dict[str, Any]:
    """A changed cell, with everybody who said the same."""
    people = (one.who, *one.also)
    return {
        "sheet": one.cell.sheet,
        "row": one.cell.row,
        "column": one.cell.column,
        "old": _value(one.old),
        "new": _value(one.new),
        "why": one.why,
        "departments": [who.department for who in people],
        "senders": [who.sender for who in people if who.sender],
    }


def _question(one: Conflict) -> dict[str, Any]:
    return {
        "key": one.key,
        "kind": one.kind,
        "sheet": one.cell.sheet,
        "row": one.cell.row,
        "column": one.cell.column,
        "base": _value(one.base),
        "master": _value(one.master),
        "theirs": _value(one.theirs),
        "department": one.who.department,
        "sender": one.who.sender,
        "modified": one.who.modified,
        "suggestion": one.suggestion,
    }


def _value(value: object) -> Any:
    if isinstance(value, Odd):
        return {"odd": value.kind, "text": value.text[:200]}
    if isinstance(value, tuple):
        return {str(name): _value(cell) for name, cell in value}
    return plain(value)


def resolved(found: Resolved | None) -> dict[str, Any]:
    """`resolve`: what was written, and how many questions are left."""
    if found is None:
        return {"decided": 0, "left": None, "changes": [], "added": []}
    done = found.resolution
    return {
        "decided": len(done.decided),
        "left": len(done.remaining),
        "changes": [change(one) for one in done.changes],
        "added": [{"sheet": row.sheet, "id": row.id} for row in done.added],
    }


def log(entries: Iterable[LogEntry]) -> list[dict[str, Any]]:
    """`log`: one entry a sending or run."""
    keys = ("at", "kind", "department", "token", "state", "changes", "replies", "detail")
    return [{key: getattr(entry, key) for key in keys} for entry in entries]
