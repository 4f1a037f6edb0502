"""The ledger: what went out by mail, what came back, what was done with it. SQLite beside the master.

A run is: lock, backup, intent, replace the master, done. Whatever happens in between, the next opening
finds out from the master's revision whether the replacement took place, and completes the run or rolls
it back, so that no change is lost or made twice. Nobody asks the clock here: times are given.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from xl_collab.errors import UsageError, XlCollabError
from xl_collab.exchange.ledger import asked, lock, store
from xl_collab.exchange.ledger.schema import (
    LedgerBusy,
    LedgerDamaged,
    MasterMoved,
    Moved,
    create,
    find,
    is_blank,
    place,
    reading,
    upgrade,
    writing,
)
from xl_collab.exchange.ledger.store import LedgerRun, Sending, old_state, stamp
from xl_collab.merge.confirmations import AskedLetter, Recorded
from xl_collab.merge.history import History
from xl_collab.merge.merging import OldState
from xl_collab.merge.result import Base, Cell, Change, Notice
from xl_collab.merge.values import Canonical, same
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.words import Text

Values = Callable[[Sequence[Cell]], Sequence[Canonical]]
"""The master's values of some cells now, in canonical form."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the history. kind: packet, request… for a sending; collect, resolve, undo for a run."""

    at: str
    kind: str
    department: str
    token: str
    state: str
    changes: int = 0
    replies: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """A reply that was processed before: when, and what became of it."""

    sha256: str
    token: str
    department: str
    received_at: str
    outcome: str
    run: int


class Ledger:
    """The ledger of one master. `fresh`: there was none before, so earlier sendings are not known."""

    def __init__(self, path: Path, master: Path, seen: int | None, *, fresh: bool = False) -> None:
        self.path = path
        self.master = master
        self.fresh = fresh
        self._seen = seen

    # opening

    @classmethod
    def open(
        cls,
        master: str | Path,
        document_id: str,
        revision: int | None,
        *,
        now: datetime,
        values: Values | None = None,
    ) -> Ledger:
        """The ledger of a master, made if there is none; an unfinished run is settled first.

        document_id, revision  from the master's `_meta`
        values                 reads cells of the master, to settle a run where the revision cannot
        Raises MasterMoved (copied, renamed, moved, restored: `adopt` or `fork`), LedgerBusy, LedgerDamaged.
        """
        home = Path(os.path.realpath(master))
        found = find(home, document_id)
        if found is None or is_blank(found):
            return cls._made(home, document_id, revision, now)
        upgrade(found)
        ledger = cls(found, home, revision)
        meta = ledger._meta()
        if meta.get("document_id") != document_id:
            raise LedgerDamaged(
                f"台账 {found.name} 属于另一份工作簿。请把它移走后重试。",
                f"The ledger {found.name} belongs to another workbook. Move it away and try again.",
            )
        ledger._settle(revision, values)
        moved = ledger._moved(ledger._meta(), revision)
        if moved:
            lock.refuse_held(home)  # what was read may be older than what another command has just written
            raise MasterMoved(moved, home, found, Path(meta["path"]).name)
        return ledger

    @classmethod
    def adopt(cls, master: str | Path, document_id: str, revision: int | None, *, now: datetime) -> Ledger:
        """Make this workbook the ledger's master: what was done after its revision counts as not done."""
        home = Path(os.path.realpath(master))
        found = find(home, document_id)
        if found is None:
            return cls._made(home, document_id, revision, now)
        own = place(home, document_id)
        upgrade(found)
        holding = lock.take(home)
        try:
            with writing(found) as db:
                late = "state = 'intent' AND after IS NOT ? OR state = 'done' AND after > ?"
                db.execute(f"UPDATE runs SET state = 'lost' WHERE {late}", (revision, revision))
                db.execute("UPDATE runs SET state = 'done' WHERE state = 'intent'")
                taken_back = "sha256 IN (SELECT undoes FROM runs WHERE state = 'lost' AND undoes <> '')"
                db.execute(f"UPDATE changes SET state = 'done' WHERE state = 'undone' AND {taken_back}")
                settled = "SELECT run FROM runs WHERE state = 'done'"
                db.execute(f"UPDATE changes SET state = 'done' WHERE state = 'intent' AND run IN ({settled})")
                _set(db, path=str(home), revision=_text(revision), adopted_at=stamp(now))
        finally:
            lock.release(holding)
        if found != own:
            found.replace(own)
        return cls(own, home, revision)

    @classmethod
    def fork(cls, master: str | Path, document_id: str, *, now: datetime, forked_from: str = "") -> Ledger:
        """An empty ledger for a copy that goes its own way under a new document id.

        The caller writes the new id into the copy. Replies to the original's sendings are not its own.
        """
        home = Path(os.path.realpath(master))
        if find(home, document_id) is not None:
            raise UsageError(
                "这个新编号已有台账。请换一个编号。",
                "There is a ledger for this new document id already; use another.",
            )
        return cls._made(home, document_id, 0, now, forked_from=forked_from)

    @classmethod
    def _made(cls, home: Path, document_id: str, revision: int | None, now: datetime, **more: str) -> Ledger:
        path = place(home, document_id)
        meta = {
            "document_id": document_id,
            "path": str(home),
            "revision": _text(revision),
            "made_at": stamp(now),
        }
        create(path, {**meta, **more})
        return cls(path, home, revision, fresh=True)

    def _meta(self) -> dict[str, str]:
        with reading(self.path) as db:
            return dict(db.execute("SELECT name, value FROM meta"))

    def _moved(self, meta: Mapping[str, str], revision: int | None) -> Moved | None:
        known, stored = Path(meta["path"]), meta["revision"]
        if known != self.master:
            if known.exists():
                return "copied"
            return "renamed" if known.parent == self.master.parent else "moved"
        if not stored or revision is None or int(stored) == revision:
            return None
        return "restored" if revision < int(stored) else "ahead"

    def _settle(self, revision: int | None, values: Values | None) -> None:
        """Finish or roll back a run that was cut off between its intent and its end."""
        with reading(self.path) as db:
            runs = db.execute("SELECT run, before, after FROM runs WHERE state = 'intent'").fetchall()
        if not runs:
            return
        lock.refuse_held(self.master)
        for run, before, after in runs:
            if revision is not None and revision in (before, after):
                self._finish(run, done=revision == after)
            elif values is not None:
                self._finish(run, done=self._is_there(run, values))

    def _is_there(self, run: int, values: Values) -> bool:
        """Whether every cell that the run meant to write holds its value."""
        made = self.changes(run=run, states=("intent",))
        now = values([change.cell for change in made])
        return bool(made) and all(same(change.new, value) for change, value in zip(made, now, strict=True))

    def _finish(self, run: int, *, done: bool) -> None:
        """End a run; changing the state of one that was ended by somebody else meanwhile does nothing."""
        with writing(self.path) as db:
            row = db.execute("SELECT state, after, undoes FROM runs WHERE run = ?", (run,)).fetchone()
            if row[0] != "intent":
                return
            state = "done" if done else "rolled_back"
            db.execute("UPDATE runs SET state = ? WHERE run = ?", (state, run))
            db.execute("UPDATE changes SET state = ? WHERE run = ?", (state, run))
            if done:
                _set(db, revision=_text(row[1]))
            if done and row[2]:
                undone = "UPDATE changes SET state = 'undone' WHERE sha256 = ? AND state = 'done' AND run < ?"
                db.execute(undone, (row[2], run))

    # runs

    @property
    def revision(self) -> int | None:
        """The master's revision after the last finished run."""
        text = self._meta()["revision"]
        return int(text) if text else None

    @property
    def unfinished(self) -> bool:
        """Whether a run was cut off between its intent and its end."""
        with reading(self.path) as db:
            return db.execute("SELECT 1 FROM runs WHERE state = 'intent'").fetchone() is not None

    @contextmanager
    def locked(self, now: datetime, wait: float = 0.0) -> Iterator[None]:
        """Hold the master's lock; raises LedgerBusy after `wait` seconds.

        Also when another run replaced the master since it was read: what was read must be read again.
        """
        holding = lock.take(self.master, wait)
        try:
            if self.revision != self._seen:
                raise LedgerBusy(
                    f"读取之后，另一次运行改过 {self.master.name}。请重试。",
                    f"Another run changed {self.master.name} after it was read. Try again.",
                )
            yield
        finally:
            lock.release(holding)

    def carry_out(
        self,
        plan: LedgerRun,
        write: Callable[[], object],
        *,
        now: datetime,
        backup: Path | None = None,
        step: Callable[[str], None] = lambda _: None,
    ) -> int:
        """Do a run inside `locked`: intent, replace, done; returns its number.

        write   replaces the master atomically, with `revision` + 1 in its `_meta`; a XlCollabError from it
                means that the master was not touched. Live, it saves the workbook
        backup  where the caller put the old master, for the record
        step    is told of each step: intent, replaced, done
        """
        before = self.revision
        after = None if before is None else before + 1
        run = self._intend(plan, stamp(now), before, after, str(backup or ""))
        step("intent")
        try:
            write()
        except XlCollabError:
            self._finish(run, done=False)
            raise
        step("replaced")
        self._finish(run, done=True)
        self._seen = after
        step("done")
        return run

    def note(self, plan: LedgerRun, *, now: datetime) -> int:
        """Record a run that writes nothing into the master."""
        return self._intend(plan, stamp(now), self.revision, self.revision, "", state="done")

    def _intend(
        self,
        plan: LedgerRun,
        at: str,
        before: int | None,
        after: int | None,
        backup: str,
        state: str = "intent",
    ) -> int:
        with writing(self.path) as db:
            row = (plan.kind, at, before, after, backup, plan.undoes)
            columns = "kind, at, state, before, after, backup, undoes"
            made = db.execute(f"INSERT INTO runs ({columns}) VALUES (?,?,'new',?,?,?,?)", row)
            run = made.lastrowid or 0
            store.write_plan(db, run, plan, at)
            if plan.answers:
                asked.write_answered(db, run, plan.answers)
            db.execute("UPDATE runs SET state = ? WHERE run = ?", (state, run))
            return run

    # what is known

    def record_sending(self, sending: Sending) -> None:
        """Keep a sending before its letter goes out."""
        with writing(self.path) as db:
            store.write_sending(db, sending)

    def sending(self, token: str) -> Sending | None:
        """What went out under a token; None when this ledger does not know it."""
        with reading(self.path) as db:
            return next(iter(store.load_sendings(db, [token])), None)

    def has_sendings(self) -> bool:
        """Whether anything ever went out."""
        with reading(self.path) as db:
            return db.execute("SELECT 1 FROM sendings LIMIT 1").fetchone() is not None

    def departments(self) -> list[str]:
        """The department of every sending, oldest first."""
        with reading(self.path) as db:
            return [row[0] for row in db.execute("SELECT department FROM sendings ORDER BY rowid")]

    def first_sending(self) -> datetime | None:
        """When the first letter went out; None when none did."""
        with reading(self.path) as db:
            at = db.execute("SELECT min(at) FROM sendings").fetchone()[0]
            moments = [letter.at for letter in asked.load_asked(db)]
        return min([*moments, *([datetime.fromisoformat(at)] if at else [])], default=None)

    def tokens(self) -> set[str]:
        """The reply codes of all sendings, in upper case."""
        with reading(self.path) as db:
            asking = {letter.token for letter in asked.load_asked(db)}
            return asking | {token.upper() for (token,) in db.execute("SELECT token FROM sendings")}

    def record_asked(self, letters: Sequence[AskedLetter]) -> None:
        """Keep letters that ask for an answer before they leave."""
        with writing(self.path) as db:
            asked.write_asked(db, letters)

    def asked(self, token: str) -> AskedLetter | None:
        """The letter that went out under a token and asks for an answer; None for others."""
        with reading(self.path) as db:
            return next(iter(asked.load_asked(db, token)), None)

    def answers_recorded(self) -> list[Recorded]:
        """Answers that came by mail and were put on record, oldest first."""
        with reading(self.path) as db:
            return asked.load_recorded(db)

    def answers_told(self, most: int) -> list[tuple[str, Text]]:
        """What became of the last answers to letters, newest first, each with its time."""
        with reading(self.path) as db:
            return asked.load_answers_told(db, most)

    def note_sent(self, message_id: str, token: str) -> None:
        """Keep the Message-ID of a letter that a mail server took: replies name it."""
        with writing(self.path) as db:
            store.write_sent(db, message_id, token)

    def message_ids(self) -> dict[str, str]:
        """Message-ID → token, of all letters that went through a mail server."""
        with reading(self.path) as db:
            return store.load_sent(db)

    def seen_mails(self, account: str, folder: str, validity: int) -> set[int | str]:
        """UIDs of the mails of a mailbox that were dealt with."""
        with reading(self.path) as db:
            return store.load_seen(db, account, folder, validity)

    def unmarked_mails(self, account: str) -> dict[tuple[str, int], list[int | str]]:
        """Folder and UIDVALIDITY → UIDs of mails that were taken and are not marked there."""
        with reading(self.path) as db:
            return store.load_unmarked(db, account)

    def mails_marked(self, account: str, folder: str, validity: int) -> None:
        """Note that the mails taken there are marked."""
        with writing(self.path) as db:
            store.write_marked(db, account, folder, validity)

    def last_tokens(self) -> dict[str, str]:
        """Department, as it is compared → the token of the last thing that was sent to it to fill in."""
        with reading(self.path) as db:
            rows = db.execute("SELECT department, token FROM sendings ORDER BY rowid").fetchall()
        return {normalise_key(department): token for department, token in rows}

    def bases(self, tokens: Iterable[str]) -> dict[str, Base]:
        """What was sent under these tokens; those that are unknown or damaged are left out."""
        with reading(self.path) as db:
            found = store.load_sendings(db, tokens)
        return {sending.token: sending.base for sending in found if not sending.damaged}

    def history(self) -> History:
        """What earlier merges left."""
        with reading(self.path) as db:
            return store.load_history(db)

    def old_state(self) -> OldState:
        """What the merge of version 0.1 left and nobody settled yet."""
        with reading(self.path) as db:
            return old_state(db)

    def decided(self) -> dict[str, str]:
        """Question → word, of everything decided so far."""
        with reading(self.path) as db:
            return store.load_decided(db)

    def told(self, most: int) -> list[tuple[str, Notice]]:
        """The last things that people were told, newest first, each with its time."""
        with reading(self.path) as db:
            return store.load_told(db, most)

    def received(self, sha256: str) -> Received | None:
        """The last finished run that dealt with this very file; None when it is new, or was taken back."""
        query = (
            "SELECT sha256, token, department, received_at, outcome, run FROM replies JOIN runs USING (run) "
            "WHERE sha256 = ? AND state = 'done' AND NOT EXISTS (SELECT 1 FROM runs AS later "
            "WHERE later.undoes = replies.sha256 AND later.state = 'done' AND later.run > replies.run) "
            "ORDER BY run DESC LIMIT 1"
        )
        with reading(self.path) as db:
            row = db.execute(query, (sha256,)).fetchone()
        return Received(*row) if row else None

    def changes(
        self, *, run: int | None = None, sha256: str = "", states: Sequence[str] = ("done",)
    ) -> list[Change]:
        """Changes of a run, or of a reply, that are in one of the given states."""
        known = f"state IN ({','.join('?' * len(states))})"
        alive = "run IN (SELECT run FROM runs WHERE state IN ('done', 'intent'))"
        with reading(self.path) as db:
            if run is not None:
                return store.load_changes(db, f"{known} AND {alive} AND run = ?", (*states, run))
            return store.load_changes(db, f"{known} AND {alive} AND sha256 = ?", (*states, sha256))

    def replies(self, text: str) -> list[Received]:
        """Replies that were processed, newest first: by the start of their SHA-256 or by their token."""
        query = (
            "SELECT sha256, token, department, received_at, outcome, run FROM replies JOIN runs USING (run) "
            "WHERE state = 'done' AND (substr(sha256, 1, ?) = ? OR token = ?) ORDER BY run DESC"
        )
        plain = text.strip()
        with reading(self.path) as db:
            rows = db.execute(query, (len(plain), plain.lower(), plain.upper())).fetchall() if plain else []
        return [Received(*row) for row in rows]

    def made(self, most: int) -> list[tuple[str, Change]]:
        """The last changes that runs made and nobody took back, newest first, each with its time."""
        with reading(self.path) as db:
            return store.load_made(db, most)

    def log(self) -> list[LogEntry]:
        """Everything that happened, oldest first."""
        with reading(self.path) as db:
            sent = db.execute(
                "SELECT at, kind, department, token, detail FROM sendings ORDER BY rowid"
            ).fetchall()
            ran = db.execute(
                "SELECT run, at, kind, state, backup FROM runs WHERE kind <> 'look' ORDER BY run"
            ).fetchall()
            made = dict(db.execute("SELECT run, count(*) FROM changes GROUP BY run"))
            came = db.execute("SELECT run, department, token FROM replies ORDER BY rowid").fetchall()
        entries = [
            LogEntry(at, kind, who, token, "sent", detail=detail) for at, kind, who, token, detail in sent
        ]
        for run, at, kind, state, backup in ran:
            mine = [(who, token) for r, who, token in came if r == run]
            who = "、".join(dict.fromkeys(name for name, _ in mine))
            tokens = "、".join(dict.fromkeys(token for _, token in mine))
            entries.append(LogEntry(at, kind, who, tokens, state, made.get(run, 0), len(mine), backup))
        return sorted(entries, key=lambda entry: entry.at)


def _set(db: sqlite3.Connection, **values: str) -> None:
    db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())


def _text(revision: int | None) -> str:
    return "" if revision is None else str(revision)
