"""What is done with the ledger by itself: read it, hand it over, settle it with the workbook.

What may not enter: replies and questions (collecting.py).
"""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path

from xl_collab.exchange.ledger.ledger import Ledger, LogEntry
from xl_collab.exchange.ledger.schema import find
from xl_collab.faces.collecting import Desk
from xl_collab.faces.holding import held
from xl_collab.faces.session import Request, said_error
from xl_collab.hosts.lock import taken_over
from xl_collab.plan.identity import document_id, ledger_edits, ledger_revision, meta_edits

__all__ = ["adopt", "after_undo", "fork", "hand_over", "history", "settled"]


def after_undo(desk: Desk) -> bool:
    """Tell the ledger that the last run was taken back as a whole: what it did counts as not done.

    False when there is nothing to tell: the workbook still holds a later run.
    """
    identity, revision = document_id(desk.project), ledger_revision(desk.project)
    found = find(desk.path.resolve(), identity)
    if found is None or Ledger(found, desk.path, revision).revision == revision:
        return False
    desk.session.save()
    Ledger.adopt(desk.path, identity, revision, now=desk.now)
    return True


def settled(desk: Desk) -> Desk:
    """The desk, its open workbook saved where a run was cut off: the disk then shows how far it got."""
    identity = document_id(desk.project)
    found = find(desk.path.resolve(), identity)
    if found is not None and Ledger(found, desk.path, None).unfinished:
        desk.session.save()
    return desk


def history(desk: Desk) -> list[LogEntry]:
    """`log`: everything that happened, oldest first; [] when there is no ledger."""
    broken = [LogEntry(at, "break_lock", "", "", "done", detail=what) for at, what in taken_over(desk.path)]
    if find(desk.path.resolve(), document_id(desk.project)) is None or desk.ledger is None:
        return broken
    return sorted([*desk.ledger.log(), *broken], key=lambda entry: entry.at)


def hand_over(request: Request, target: Path, now: datetime) -> Path:
    """`handover`: the ledger as one file for another machine."""
    from xl_collab.exchange.ledger.handover import pack

    with held(request):
        ledger = Desk.of(request, now).ledger
        if ledger is None:
            raise said_error("no_ledger")
        return pack(ledger, target, now=now)


def adopt(request: Request, now: datetime, packed: Path | None = None) -> Ledger:
    """`adopt`: this workbook is the ledger's master from now on; `packed` is what `handover` wrote."""
    with held(request):
        desk = Desk.of(request, now)
        identity, revision = document_id(desk.project), ledger_revision(desk.project)
        if packed is None:
            return Ledger.adopt(request.path, identity, revision, now=now)
        from xl_collab.exchange.ledger.handover import unpack

        return unpack(packed, request.path, identity, revision, now=now)


def fork(request: Request, now: datetime) -> str:
    """`fork`: give this copy an identity and a ledger of its own; returns the new document id."""
    with held(request):
        return _forked(Desk.of(request, now))


def _forked(desk: Desk) -> str:
    identity = str(uuid.uuid4())
    edits = (*meta_edits(desk.project, {"document_id": identity}), *ledger_edits(desk.project, 0))
    Ledger.fork(desk.path, identity, now=desk.now, forked_from=document_id(desk.project))
    desk.session.write(edits, "fork")
    return identity
