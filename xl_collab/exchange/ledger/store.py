"""Rows of the ledger to objects and back. What was written by a run counts only while its state is `done`.

So a run that is rolled back, or lost with a restored workbook, takes all that it said with it.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from xl_collab.model.merge.merging import (
    Cell,
    Change,
    Claim,
    Conflict,
    Head,
    History,
    ReplyStatus,
    Snapshot,
    Who,
)
from xl_collab.model.merge.permission import Permission
from xl_collab.model.merge.result import decode_value, encode_value
from xl_collab.model.merge.snapshot import SnapshotUnreadable, damaged_snapshot
from xl_collab.model.merge.values import decode, encode

__all__ = ["Plan", "Sending", "history_of", "load_changes", "load_questions", "stamp", "write_plan"]


@dataclass(frozen=True)
class Sending:
    """One workbook that went out: its token, to whom, when, what it held, and what may be edited."""

    token: str
    department: str
    kind: str
    at: datetime
    snapshot: Snapshot
    permission: Permission
    revision: int | None = None
    detail: str = ""
    damage: SnapshotUnreadable | None = None
    """Why its snapshot cannot be read; then that is empty."""


@dataclass(frozen=True)
class Plan:
    """What one run is about to do: `kind` collect, resolve or undo.

    changes    cells of the master that it writes
    history    as it is afterwards; `questions` are those open afterwards
    decided    question → word chosen (theirs, master, other)
    replies    what became of each file
    undoes     SHA-256 of the reply that an undo takes back
    """

    kind: str
    changes: Sequence[Change] = ()
    history: History = field(default_factory=History)
    questions: Sequence[Conflict] = ()
    decided: Mapping[str, str] = field(default_factory=dict)
    replies: Sequence[ReplyStatus] = ()
    undoes: str = ""


def stamp(at: datetime) -> str:
    """A time as the ledger keeps it."""
    return at.isoformat(timespec="seconds")


def write_sending(db: sqlite3.Connection, sending: Sending) -> None:
    """Keep a sending with all that a merge will need of it."""
    packed = zlib.compress(sending.snapshot.to_json().encode("utf-8"), 6)
    permission = json.dumps(sending.permission.to_json(), ensure_ascii=False)
    who = (sending.token, sending.department, sending.kind, stamp(sending.at), sending.revision)
    db.execute("INSERT INTO sendings VALUES (?,?,?,?,?,?,?,?)", (*who, packed, permission, sending.detail))


def load_sendings(db: sqlite3.Connection, tokens: Iterable[str] | None = None) -> list[Sending]:
    """Sendings of these tokens (None: all), oldest first."""
    wanted = None if tokens is None else set(tokens)
    columns = "token, department, kind, at, snapshot, permission, revision, detail"
    rows = db.execute(f"SELECT {columns} FROM sendings ORDER BY at, rowid")
    return [_sending(row) for row in rows if wanted is None or row[0] in wanted]


def _sending(row: Sequence[object]) -> Sending:
    token, department, kind, at, packed, permission, revision, detail = row
    snapshot, damage = _snapshot(packed)
    return Sending(
        str(token),
        str(department),
        str(kind),
        datetime.fromisoformat(str(at)),
        snapshot,
        Permission.from_json(json.loads(str(permission))),
        revision if isinstance(revision, int) else None,
        str(detail),
        damage,
    )


def _snapshot(packed: object) -> tuple[Snapshot, SnapshotUnreadable | None]:
    """What was sent; one sending that cannot be read is no reason to stop the others."""
    try:
        return Snapshot.from_json(zlib.decompress(packed).decode("utf-8")), None  # type: ignore[arg-type]
    except SnapshotUnreadable as error:
        return Snapshot({}), error
    except (zlib.error, ValueError, TypeError):
        return Snapshot({}), damaged_snapshot()


def write_plan(db: sqlite3.Connection, run: int, plan: Plan, at: str) -> None:
    """Write all that a run says, under its number; what the history already holds is not repeated."""
    before = history_of(db)
    replies = [(run, *_from(s.who), at, s.status, s.reason) for s in plan.replies]
    db.executemany("INSERT INTO replies VALUES (?,?,?,?,?,?,?,?,?)", replies)
    changes = [_change(run, change) for change in plan.changes]
    db.executemany("INSERT INTO changes VALUES (?,?,?,?,?,?,?,?,'intent')", changes)
    heads = [(run, t, *head) for t, head in plan.history.heads.items() if before.heads.get(t) != head]
    db.executemany("INSERT INTO heads VALUES (?,?,?,?)", heads)
    db.executemany("INSERT INTO claims VALUES (?,?,?,?,?,?)", _claims(run, before, plan.history))
    spent = [
        (run, token, *cell, json.dumps([encode_value(v) for v in values], ensure_ascii=False))
        for (token, cell), values in plan.history.spent.items()
        if before.spent.get((token, cell)) != values
    ]
    db.executemany("INSERT INTO spent VALUES (?,?,?,?,?,?)", spent)
    asked = {question.key: question for question in (*load_questions(db), *plan.questions)}
    open_now = [(run, q.key, _json(q.to_json())) for q in plan.questions]
    db.executemany("INSERT INTO questions VALUES (?,?,?)", open_now)
    decided = [(run, k, w, _json(asked[k].to_json()) if k in asked else "") for k, w in plan.decided.items()]
    db.executemany("INSERT INTO decisions VALUES (?,?,?,?)", decided)


def _from(who: Who) -> tuple[str, ...]:
    return (who.sha256, who.token, who.department, who.sender, who.modified)


def _claims(run: int, before: History, after: History) -> list[tuple[object, ...]]:
    """Claims that are new or different, and (without a body) those that are gone."""
    rows: list[tuple[object, ...]] = [
        (run, token, *cell, _json(claim.to_json()))
        for (token, cell), claim in after.claims.items()
        if before.claims.get((token, cell)) != claim
    ]
    gone = (at for at in before.claims if at not in after.claims)
    return rows + [(run, token, *cell, None) for token, cell in gone]


def _change(run: int, change: Change) -> tuple[object, ...]:
    who = [[w.token, w.department, w.sender, w.modified, w.sha256] for w in (change.who, *change.also)]
    body = _json({"old": encode(change.old), "new": encode(change.new), "why": change.why, "who": who})
    return (run, change.who.token, change.who.sha256, change.who.department, *change.cell, body)


def load_changes(db: sqlite3.Connection, where: str = "1", values: Sequence[object] = ()) -> list[Change]:
    """Changes by a condition on their rows, in the order in which they were made."""
    rows = db.execute(
        f"SELECT sheet, row, column_name, body FROM changes WHERE {where} ORDER BY rowid", values
    )
    return [_as_change(Cell(*row[:3]), json.loads(row[3])) for row in rows]


def load_made(db: sqlite3.Connection, most: int) -> list[tuple[str, Change]]:
    """The last changes of finished runs that still count, newest first, with the times of their runs."""
    columns = "at, sheet, row, column_name, body"
    query = f"SELECT {columns} FROM changes JOIN runs USING (run) WHERE changes.state = 'done' "
    rows = db.execute(f"{query} AND runs.state = 'done' ORDER BY changes.rowid DESC LIMIT ?", (most,))
    return [(row[0], _as_change(Cell(*row[1:4]), json.loads(row[4]))) for row in rows]


def _as_change(cell: Cell, body: Mapping[str, list[list[str]]]) -> Change:
    first, *also = (Who(*who) for who in body["who"])
    return Change(cell, decode(body["old"]), decode(body["new"]), first, str(body["why"]), tuple(also))


def history_of(db: sqlite3.Connection) -> History:
    """The history that all finished runs add up to."""
    heads = {
        token: Head(modified, sha) for token, modified, sha in _done(db, "heads", "token, modified, sha256")
    }
    claims: dict[tuple[str, Cell], Claim] = {}
    for token, sheet, row, column, body in _done(db, "claims", "token, sheet, row, column_name, body"):
        if body is None:
            claims.pop((token, Cell(sheet, row, column)), None)
        else:
            claims[token, Cell(sheet, row, column)] = Claim.from_json(json.loads(body))
    spent = {
        (token, Cell(sheet, row, column)): tuple(decode_value(v) for v in json.loads(body))
        for token, sheet, row, column, body in _done(db, "spent", "token, sheet, row, column_name, body")
    }
    return History(heads, claims, spent)


def load_questions(db: sqlite3.Connection) -> list[Conflict]:
    """The questions that are open after the last finished run."""
    last = db.execute("SELECT max(run) FROM runs WHERE state = 'done'").fetchone()[0]
    rows = db.execute("SELECT body FROM questions WHERE run = ? ORDER BY rowid", (last,))
    return [Conflict.from_json(json.loads(body)) for (body,) in rows]


def load_decided(db: sqlite3.Connection) -> dict[str, str]:
    """Question → word, of all questions that were decided."""
    return {row[0]: row[1] for row in _done(db, "decisions", "key, word")}


def _done(db: sqlite3.Connection, table: str, columns: str) -> list[tuple[str, ...]]:
    rows = f"SELECT {columns} FROM {table} JOIN runs USING (run) WHERE state = 'done'"
    return db.execute(f"{rows} ORDER BY run, {table}.rowid").fetchall()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
