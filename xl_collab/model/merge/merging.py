"""The merge of replies into the master: three-way, by ID, cell by cell, against each sending's own base.

Snapshots in, changes and questions out. A change is applied only where the department may edit, the
master still holds what was sent, and no other reply says otherwise; all else is a conflict or set
aside with its reason, so that no edit is lost and none is made silently. No file, no clock.

The pieces: `merge_values` (what a cell means), `merge_snapshot`, `merge_permission`, `merge_reading`
(what one reply changes), `merge_deciding` (the policy), `merge_resolving` (choices and undo),
`merge_words` (how it is said).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xl_collab.model.merge.deciding import Decision, alike, back_out, decide
from xl_collab.model.merge.permission import NOBODY, Permission, permission
from xl_collab.model.merge.reading import Reading, Said, parked_as, read_reply
from xl_collab.model.merge.resolving import Choice, Resolution, Undone, resolve, undo_reply
from xl_collab.model.merge.result import (
    REMOVED,
    Anomaly,
    Cell,
    Change,
    Claim,
    Conflict,
    Head,
    History,
    MergeResult,
    Notice,
    Reply,
    ReplyStatus,
    Who,
)
from xl_collab.model.merge.snapshot import Rows, Snapshot, snapshot
from xl_collab.model.merge.values import UNKNOWN, Odd, canonical, native, row_key, same
from xl_collab.model.schema import Declaration
from xl_collab.model.sheets import SHEETS

__all__ = ["UNKNOWN", "Anomaly", "Cell", "Change", "Choice", "Claim", "Conflict", "Head", "History"]
__all__ += ["MergeResult", "Notice", "Odd", "Permission", "Reply", "ReplyStatus", "Resolution", "Rows"]
__all__ += ["Snapshot", "Undone", "Who", "canonical", "merge", "native", "permission", "resolve", "row_key"]
__all__ += ["same", "snapshot", "undo_reply"]


def merge(
    bases: Mapping[str, Snapshot],
    master: Snapshot,
    replies: Sequence[Reply],
    permissions: Mapping[str, Permission],
    history: History | None = None,
    declaration: Declaration = SHEETS,
) -> MergeResult:
    """Merge replies into the master.

    bases        token → what was sent; a reply whose token is missing here is shown for review, cell by
                 cell, and nothing of it is applied. Should hold the tokens of earlier replies too
    master       the master's cells now
    replies      any number, in any order, the same file more than once
    permissions  token → what its department may edit; a missing one may edit nothing
    history      `MergeResult.history` of the merge before; it is what makes replays harmless

    Same replies, any order, in one merge or several: same master, same conflicts.
    """
    before = history or History()
    root, before = back_out(master, before)
    readings = [
        read_reply(r, bases.get(r.token), root, permissions.get(r.token, NOBODY), declaration)
        for r in _distinct(replies)
    ]
    lineages = _lineages(readings, before)
    decision = decide(lineages.claims, master, root, before, bases, declaration)
    return _result(decision, lineages, before, root)


def _distinct(replies: Iterable[Reply]) -> list[Reply]:
    """Each file once, in an order that does not depend on how they came."""
    once = {(reply.token, reply.head): reply for reply in replies}
    return [once[at] for at in sorted(once)]


@dataclass
class _Lineages:
    """The newest replies of all tokens: their claims, and what became of each file of this merge."""

    heads: dict[str, Head]
    claims: list[Claim]
    current: list[Reading] = field(default_factory=list)
    older: list[Reading] = field(default_factory=list)
    stopped: list[Reading] = field(default_factory=list)
    statuses: list[ReplyStatus] = field(default_factory=list)


def _lineages(readings: Iterable[Reading], before: History) -> _Lineages:
    """Of each token only the newest reply counts; one that stopped does not take part."""
    found = _Lineages(dict(before.heads), [])
    for reading in readings:
        if reading.stop:
            found.stopped.append(reading)
            continue
        token, head = reading.reply.token, reading.reply.head
        if head >= found.heads.get(token, head):
            found.older += [r for r in found.current if r.reply.token == token]
            found.current = [r for r in found.current if r.reply.token != token] + [reading]
            found.heads[token] = head
        else:
            found.older.append(reading)
    fresh = {reading.reply.token for reading in found.current}
    found.claims = [claim for claim in before.claims.values() if claim.who.token not in fresh]
    for reading in found.current:
        who = reading.reply.who
        found.claims += [Claim(who, cell, said.base, said.value) for cell, said in reading.claims.items()]
    found.statuses = _statuses(found, before)
    return found


def _statuses(found: _Lineages, before: History) -> list[ReplyStatus]:
    statuses = [
        ReplyStatus(r.reply.who, "held" if r.stop == "held" else "stopped", _why(r)) for r in found.stopped
    ]
    statuses += [ReplyStatus(r.reply.who, "superseded") for r in found.older]
    for reading in found.current:
        repeat = before.heads.get(reading.reply.token) == reading.reply.head
        statuses.append(ReplyStatus(reading.reply.who, "repeat" if repeat else "merged"))
    return sorted(statuses, key=lambda s: (s.who.token, s.who.modified, s.who.sha256))


def _why(reading: Reading) -> str:
    return reading.reply.held if reading.stop == "held" else reading.stop


def _result(decision: Decision, lineages: _Lineages, before: History, root: Snapshot) -> MergeResult:
    parked = decision.parked + _set_aside(lineages)
    shown = [replace(item, master=root.value(*item.cell)) for item in parked]
    # What the master holds anyway needs no decision.
    shown = [c for c in shown if c.cell.column == REMOVED or not alike(c.master, c.theirs)]
    history = History(lineages.heads, decision.claims, before.spent).spending(decision.satisfied)
    readings = (*lineages.current, *lineages.stopped)
    return MergeResult(
        tuple(sorted(decision.changes, key=lambda change: change.cell)),
        tuple(sorted(decision.conflicts, key=_place)),
        tuple(sorted(shown, key=_place)),
        (*decision.notices, *(notice for reading in readings for notice in reading.notices)),
        tuple(lineages.statuses),
        history,
    )


def _set_aside(lineages: _Lineages) -> list[Conflict]:
    """What replies say that is not claimed: refused cells, stopped replies, superseded ones."""
    parked = [item for reading in lineages.current for item in reading.parked]
    for reading in lineages.stopped:
        parked += parked_as("held" if reading.stop == "held" else "stopped", reading)
    newest = {reading.reply.token: reading for reading in lineages.current}
    for reading in lineages.older:
        head = newest.get(reading.reply.token)
        claims = head.claims if head else _claimed(lineages, reading.reply.token)
        parked += parked_as("superseded", reading, but=claims)
    return parked


def _claimed(lineages: _Lineages, token: str) -> dict[Cell, Said]:
    mine = (claim for claim in lineages.claims if claim.who.token == token)
    return {claim.cell: Said(claim.base, claim.value) for claim in mine}


def _place(item: Conflict) -> tuple[str, str, str, str, str, str]:
    return (*item.cell, item.who.token, item.kind, item.key)
