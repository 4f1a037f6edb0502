"""Rows of the ledger to objects and back. What was written by a run counts only while its state is `done`.

So a run that is rolled back, or lost with a restored workbook, takes all that it said with it.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xl_collab.merge.confirmations import Judged
from xl_collab.merge.following import Says
from xl_collab.merge.history import Claim, Heard, History, HistoryEntry, Waiting
from xl_collab.merge.merging import OldClaim, OldQuestion, OldState
from xl_collab.merge.permission import Permission
from xl_collab.merge.result import Base, Cell, Change, Notice, ReplyStatus, Who, decode_value, who_json
from xl_collab.merge.snapshot import Snapshot, SnapshotUnreadable
from xl_collab.merge.values import Canonical, decode, encode

# What the merge of version 0.1 left in a ledger, read for `merge/merging.py`; written by nobody.


_DONE = "JOIN runs USING (run) WHERE state = 'done'"


def old_state(db: sqlite3.Connection) -> OldState:
    """What is left to settle; nothing when a run of the present version did it, or there was nothing."""
    settled = db.execute(f"SELECT 1 FROM counters {_DONE} AND kind <> 'look' LIMIT 1").fetchone()
    return OldState() if settled else OldState(_claims(db), _spent(db), _questions(db), _restored(db))


def _claims(db: sqlite3.Connection) -> list[OldClaim]:
    found: dict[tuple[str, Cell], OldClaim] = {}
    columns = "token, sheet, row, column_name, body"
    for token, *place, body in db.execute(f"SELECT {columns} FROM claims {_DONE} ORDER BY run, claims.rowid"):
        at = (token, Cell(*place))
        found.pop(at, None)
        if body is not None:
            held: Mapping[str, Any] = json.loads(body)
            who, values = Who(*held["who"]), (decode(held["base"]), decode_value(held["value"]))
            found[at] = OldClaim(who, Cell(*place), *values, held["applied"])
    return list(found.values())


def _spent(db: sqlite3.Connection) -> dict[tuple[str, Cell], tuple[Any, ...]]:
    columns = "token, sheet, row, column_name, body"
    rows = db.execute(f"SELECT {columns} FROM spent {_DONE} ORDER BY run, spent.rowid")
    return {
        (token, Cell(sheet, row, column)): tuple(decode_value(value) for value in json.loads(body))
        for token, sheet, row, column, body in rows
    }


def _questions(db: sqlite3.Connection) -> list[OldQuestion]:
    last = db.execute("SELECT max(run) FROM runs WHERE state = 'done' AND kind <> 'look'").fetchone()[0]
    rows = db.execute("SELECT body FROM questions WHERE run = ? ORDER BY rowid", (last,))
    found = []
    for (body,) in rows:
        held = json.loads(body)
        values = decode(held["base"]), decode_value(held["theirs"])
        found.append(OldQuestion(held["kind"], Who(*held["who"]), Cell(*held["cell"]), *values))
    return found


def _restored(db: sqlite3.Connection) -> dict[Cell, Canonical]:
    """Cells whose last change took a reply's value out again, and what it restored."""
    last: dict[Cell, tuple[str, Canonical]] = {}
    query = (
        "SELECT sheet, row, column_name, body FROM changes JOIN runs USING (run) WHERE runs.state = 'done'"
    )
    for *place, body in db.execute(f"{query} ORDER BY run, changes.rowid"):
        held = json.loads(body)
        last[Cell(*place)] = (held["why"], decode(held["new"]))
    return {cell: value for cell, (why, value) in last.items() if why in ("contested", "withdrawn")}


@dataclass(frozen=True)
class Sending:
    """One workbook that went out: its token, to whom, when, what it held, and what may be edited.

    number  among all sendings, from 1; 0 before it is recorded
    rows    sheet → ID key there → name of the row, where the two differ
    damaged what it held cannot be read any more, and `snapshot` is empty
    """

    token: str
    department: str
    kind: str
    at: datetime
    snapshot: Snapshot
    permission: Permission
    revision: int | None = None
    detail: str = ""
    number: int = 0
    rows: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    damaged: bool = False

    @property
    def base(self) -> Base:
        """What a merge has to know of it."""
        return Base(self.token, self.number, self.at, self.snapshot, self.rows)


@dataclass(frozen=True)
class SeenMail:
    """A mail of a mailbox that was looked at: `account`, and its folder, UIDVALIDITY and UID there.

    uid   a text where a mail has no number but an identity of its own (Outlook): SQLite keeps it as it is
    ours  whether it answers one of our sendings
    """

    account: str
    folder: str
    validity: int
    uid: int | str
    ours: bool


@dataclass(frozen=True)
class LedgerRun:
    """What one run is about to do: `kind` collect, resolve, undo, or look.

    changes    cells of the master that it writes
    history    as it is afterwards; None leaves it
    decided    question → word chosen (theirs, master, other)
    replies    what became of each file
    told       what people had to be told
    undoes     SHA-256 of the reply that an undo takes back
    mails      mails of a mailbox that it deals with
    answers    what became of answers to letters
    """

    kind: str
    changes: Sequence[Change] = ()
    history: History | None = None
    decided: Mapping[str, str] = field(default_factory=dict)
    replies: Sequence[ReplyStatus] = ()
    told: Sequence[Notice] = ()
    undoes: str = ""
    mails: Sequence[SeenMail] = ()
    answers: Sequence[Judged] = ()


def stamp(at: datetime) -> str:
    """A time as the ledger keeps it."""
    return at.isoformat(timespec="seconds")


# sendings


def write_sending(db: sqlite3.Connection, sending: Sending) -> None:
    """Keep a sending with all that a merge will need of it."""
    packed = zlib.compress(sending.snapshot.to_json().encode("utf-8"), 6)
    who = (sending.token, sending.department, sending.kind, stamp(sending.at), sending.revision)
    rest = (packed, _json(sending.permission.to_json()), sending.detail, _json(sending.rows))
    db.execute("INSERT INTO sendings VALUES (?,?,?,?,?,?,?,?,?)", (*who, *rest))


def load_sendings(db: sqlite3.Connection, tokens: Iterable[str]) -> list[Sending]:
    """Sendings of these tokens, oldest first."""
    columns = "rowid, token, department, kind, at, snapshot, permission, revision, detail, rows"
    found = []
    for token in dict.fromkeys(tokens):
        found += db.execute(f"SELECT {columns} FROM sendings WHERE token = ?", (token,)).fetchall()
    return [_sending(row) for row in sorted(found)]


def _sending(row: Sequence[object]) -> Sending:
    number, token, department, kind, at, packed, permission, revision, detail, rows = row
    snapshot = _snapshot(packed)
    return Sending(
        str(token),
        str(department),
        str(kind),
        datetime.fromisoformat(str(at)),
        snapshot or Snapshot({}),
        Permission.from_json(json.loads(str(permission))),
        revision if isinstance(revision, int) else None,
        str(detail),
        int(str(number)),
        json.loads(str(rows)) if rows else {},
        snapshot is None,
    )


def _snapshot(packed: object) -> Snapshot | None:
    """What was sent; None where the stored bytes are not what was written."""
    try:
        return Snapshot.from_json(zlib.decompress(packed).decode("utf-8"))  # type: ignore[arg-type]
    except (zlib.error, UnicodeDecodeError, TypeError, SnapshotUnreadable):
        return None


# runs


def write_plan(db: sqlite3.Connection, run: int, plan: LedgerRun, at: str) -> None:
    """Write all that a run says, under its number; what the history already holds is not repeated."""
    replies = [(run, *_from(s.who), at, s.status, s.reason) for s in plan.replies]
    db.executemany("INSERT INTO replies VALUES (?,?,?,?,?,?,?,?,?)", replies)
    changes = [_change(run, change) for change in plan.changes]
    db.executemany("INSERT INTO changes VALUES (?,?,?,?,?,?,?,?,'intent')", changes)
    decided = [(run, key, word, "") for key, word in plan.decided.items()]
    db.executemany("INSERT INTO decisions VALUES (?,?,?,?)", decided)
    told = [(run, _json(notice.to_json())) for notice in plan.told]
    db.executemany("INSERT INTO told VALUES (?,?)", told)
    if plan.mails:
        write_mails(db, run, plan.mails)
    if plan.history is not None:
        _write_history(db, run, plan.history)


_MAILS = """
CREATE TABLE IF NOT EXISTS mails (
  run INTEGER NOT NULL, account TEXT NOT NULL, folder TEXT NOT NULL, validity INTEGER NOT NULL,
  uid INTEGER NOT NULL, ours INTEGER NOT NULL, marked INTEGER NOT NULL DEFAULT 0
)
"""
"""Made when the first mail is noted: most ledgers never see a mailbox."""


def write_mails(db: sqlite3.Connection, run: int, mails: Iterable[SeenMail]) -> None:
    """Note mails that a run deals with: they count once the run is done."""
    db.execute(_MAILS)
    rows = [(run, one.account, one.folder, one.validity, one.uid, int(one.ours)) for one in mails]
    db.executemany("INSERT INTO mails (run, account, folder, validity, uid, ours) VALUES (?,?,?,?,?,?)", rows)


_SENT = "CREATE TABLE IF NOT EXISTS sent_mails (message_id TEXT PRIMARY KEY, token TEXT NOT NULL)"


def write_sent(db: sqlite3.Connection, message_id: str, token: str) -> None:
    """Note the Message-ID under which a letter went out."""
    db.execute(_SENT)
    db.execute("INSERT OR IGNORE INTO sent_mails VALUES (?, ?)", (message_id, token))


def load_sent(db: sqlite3.Connection) -> dict[str, str]:
    """Message-ID → token, of letters that a mail server took."""
    if not is_there(db, "sent_mails"):
        return {}
    return dict(db.execute("SELECT message_id, token FROM sent_mails"))


def is_there(db: sqlite3.Connection, table: str) -> bool:
    """Whether the ledger has a table that is made when it is first needed."""
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None


def has_mails(db: sqlite3.Connection) -> bool:
    """Whether a mailbox was ever looked into."""
    return is_there(db, "mails")


def load_seen(db: sqlite3.Connection, account: str, folder: str, validity: int) -> set[int | str]:
    """UIDs of the mails there that finished runs dealt with."""
    if not has_mails(db):
        return set()
    where = "account = ? AND folder = ? AND validity = ?"
    query = f"SELECT uid FROM mails JOIN runs USING (run) WHERE state = 'done' AND {where}"
    return {uid for (uid,) in db.execute(query, (account, folder, validity))}


def load_unmarked(db: sqlite3.Connection, account: str) -> dict[tuple[str, int], list[int | str]]:
    """Folder and UIDVALIDITY → UIDs of our mails there that are not marked as taken yet."""
    if not has_mails(db):
        return {}
    query = "SELECT folder, validity, uid FROM mails JOIN runs USING (run) WHERE state = 'done'"
    query += " AND ours = 1 AND marked = 0 AND account = ? ORDER BY uid"
    found: dict[tuple[str, int], list[int | str]] = {}
    for folder, validity, uid in db.execute(query, (account,)):
        found.setdefault((folder, validity), []).append(uid)
    return found


def write_marked(db: sqlite3.Connection, account: str, folder: str, validity: int) -> None:
    """Note that our mails there are marked, or have gone with their folder."""
    where = "account = ? AND folder = ? AND validity = ?"
    db.execute(f"UPDATE mails SET marked = 1 WHERE ours = 1 AND {where}", (account, folder, validity))


def _from(who: Who) -> tuple[str, ...]:
    return (who.sha256, who.token, who.department, who.sender, who.modified)


def _change(run: int, change: Change) -> tuple[object, ...]:
    who = [who_json(who) for who in (change.who, *change.also)]
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


def load_told(db: sqlite3.Connection, most: int) -> list[tuple[str, Notice]]:
    """The last things that people were told, newest first, with the times of their runs."""
    query = "SELECT at, body FROM told JOIN runs USING (run) WHERE state = 'done' ORDER BY told.rowid DESC"
    query += " LIMIT ?"
    return [(at, Notice.from_json(json.loads(body))) for at, body in db.execute(query, (most,))]


def _as_change(cell: Cell, body: Mapping[str, list[list[str]]]) -> Change:
    first, *also = (Who(*who) for who in body["who"])
    return Change(cell, decode(body["old"]), decode(body["new"]), first, str(body["why"]), tuple(also))


# the history


def load_history(db: sqlite3.Connection) -> History:
    """The history that all finished runs add up to."""
    history = History(sent=db.execute("SELECT coalesce(max(rowid), 0) FROM sendings").fetchone()[0])
    history.next = db.execute("SELECT coalesce(max(next), 1) FROM counters").fetchone()[0]
    fates: dict[object, str] = {row[0]: row[1] for row in _done(db, "fates", "id, body")}
    for number, body in _done(db, "said", "id, body"):
        claim = Claim.from_json(int(number), json.loads(body), json.loads(fates[number]))
        history.claims[claim.cell].append(claim)
        history.stored[claim.id] = fates[number]
    for *cell, value, claim_id, sent in _done(db, "past", "sheet, row, column_name, value, claim, number"):
        entry = HistoryEntry(decode(json.loads(value)), int(claim_id), int(sent))
        history.past[Cell(*cell)].append(entry)
    history.stored_past = {cell: len(entries) for cell, entries in history.past.items()}
    heard = _latest(db, "heard", "sha256")
    history.replies = [Heard.from_json(json.loads(body)) for body in heard.values()]
    waiting = _latest(db, "waiting", "key")
    history.waiting = {key: Waiting.from_json(json.loads(body)) for key, body in waiting.items()}
    history.stored_bodies = {"heard": heard, "waiting": waiting}
    for sheet, row, name, words in _done(db, "row_names", "sheet, row, id, words"):
        history.rows.setdefault(sheet, {})[row] = Says(name, words)
    history.stored_rows = {sheet: dict(rows) for sheet, rows in history.rows.items()}
    return history


def _latest(db: sqlite3.Connection, table: str, key: str) -> dict[str, str]:
    """The last body of each key; one that ended in nothing is left out."""
    found: dict[str, str | None] = {}
    for name, body in _done(db, table, f"{key}, body"):
        found.pop(name, None)
        found[name] = body
    return {name: body for name, body in found.items() if body is not None}


def _write_history(db: sqlite3.Connection, run: int, history: History) -> None:
    """Write what is new since the history was read."""
    claims = sorted(history.all_claims(), key=lambda claim: claim.id)
    new = [c for c in claims if c.id not in history.stored]
    said = [(run, c.id, c.who.token, c.who.sha256, _json(c.body())) for c in new]
    db.executemany("INSERT INTO said VALUES (?,?,?,?,?)", said)
    fates = ((claim.id, _json(claim.fate())) for claim in claims)
    changed = [(run, number, body) for number, body in fates if history.stored.get(number) != body]
    db.executemany("INSERT INTO fates VALUES (?,?,?)", changed)
    db.executemany("INSERT INTO past VALUES (?,?,?,?,?,?,?)", _new_past(run, history))
    for table, key, bodies in _bodies(history):
        before = history.stored_bodies.get(table, {})
        rows = [(run, name, body) for name, body in bodies.items() if before.get(name) != body]
        rows += [(run, name, None) for name in before if name not in bodies]  # type: ignore[misc]
        db.executemany(f"INSERT INTO {table} (run, {key}, body) VALUES (?,?,?)", rows)
    names = [
        (run, sheet, row, *says)
        for sheet, rows in history.rows.items()
        for row, says in rows.items()
        if history.stored_rows.get(sheet, {}).get(row) != says
    ]
    db.executemany("INSERT INTO row_names VALUES (?,?,?,?,?)", names)
    db.execute("INSERT INTO counters VALUES (?,?)", (run, history.next))


def _new_past(run: int, history: History) -> Iterator[tuple[object, ...]]:
    for cell, entries in history.past.items():
        for value, claim, number in entries[history.stored_past.get(cell, 0) :]:
            yield (run, *cell, _json(encode(value)), claim, number)


def _bodies(history: History) -> Iterator[tuple[str, str, dict[str, str]]]:
    heard = {one.who.sha256: _json(one.to_json()) for one in history.replies}
    yield "heard", "sha256", heard
    yield "waiting", "key", {key: _json(one.to_json()) for key, one in history.waiting.items()}


def has_news(history: History) -> bool:
    """Whether the history differs from what was read: whether a run has to be recorded."""
    if any(history.stored.get(claim.id) != _json(claim.fate()) for claim in history.all_claims()):
        return True
    if any(len(entries) != history.stored_past.get(cell, 0) for cell, entries in history.past.items()):
        return True
    if history.rows != history.stored_rows:
        return True
    return any(history.stored_bodies.get(table, {}) != bodies for table, _, bodies in _bodies(history))


def load_decided(db: sqlite3.Connection) -> dict[str, str]:
    """Question → word, of all questions that were decided."""
    return {row[0]: row[1] for row in _done(db, "decisions", "key, word")}


def _done(db: sqlite3.Connection, table: str, columns: str) -> list[tuple[str, ...]]:
    rows = f"SELECT {columns} FROM {table} JOIN runs USING (run) WHERE state = 'done'"
    return db.execute(f"{rows} ORDER BY run, {table}.rowid").fetchall()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
