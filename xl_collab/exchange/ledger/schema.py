"""The ledger's file: its tables, how it is opened, and what goes wrong with it.

LedgerBusy      another run holds the ledger
LedgerDamaged   the file is no ledger, or is broken
MasterMoved     the workbook is not the one (or not where) this ledger belongs to
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from xl_collab.errors import CannotWrite, FileLocked, XlCollabError

SCHEMA_VERSION = 2
SUFFIX = ".ledger.sqlite"
_PATIENCE = 5.0  # seconds that one statement waits for another process's

_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE lock (one INTEGER PRIMARY KEY CHECK (one = 1), pid INTEGER, host TEXT, birth TEXT, at TEXT);
CREATE TABLE sendings (
  token TEXT PRIMARY KEY, department TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL,
  revision INTEGER, snapshot BLOB NOT NULL, permission TEXT NOT NULL, detail TEXT NOT NULL DEFAULT ''
);
CREATE TABLE runs (
  run INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL,
  before INTEGER, after INTEGER, backup TEXT NOT NULL DEFAULT '', undoes TEXT NOT NULL DEFAULT ''
);
CREATE TABLE replies (
  run INTEGER NOT NULL, sha256 TEXT NOT NULL, token TEXT NOT NULL, department TEXT NOT NULL,
  sender TEXT NOT NULL, modified TEXT NOT NULL, received_at TEXT NOT NULL, outcome TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT ''
);
CREATE TABLE changes (
  run INTEGER NOT NULL, token TEXT NOT NULL, sha256 TEXT NOT NULL, department TEXT NOT NULL,
  sheet TEXT NOT NULL, row TEXT NOT NULL, column_name TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL
);
CREATE TABLE heads (run INTEGER NOT NULL, token TEXT NOT NULL, modified TEXT NOT NULL, sha256 TEXT NOT NULL);
CREATE TABLE claims (
  run INTEGER NOT NULL, token TEXT NOT NULL, sheet TEXT NOT NULL, row TEXT NOT NULL,
  column_name TEXT NOT NULL, body TEXT
);
CREATE TABLE spent (
  run INTEGER NOT NULL, token TEXT NOT NULL, sheet TEXT NOT NULL, row TEXT NOT NULL,
  column_name TEXT NOT NULL, body TEXT NOT NULL
);
CREATE TABLE questions (run INTEGER NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE decisions (run INTEGER NOT NULL, key TEXT NOT NULL, word TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX replies_sha ON replies (sha256);
CREATE INDEX changes_sha ON changes (sha256);
"""
"""What 0.1 made. heads, claims, spent, questions and decisions belong to its merge, and are only read."""

_SECOND = """
ALTER TABLE sendings ADD COLUMN rows TEXT NOT NULL DEFAULT '';
CREATE TABLE said (
  run INTEGER NOT NULL, id INTEGER NOT NULL, token TEXT NOT NULL, sha256 TEXT NOT NULL, body TEXT NOT NULL
);
CREATE TABLE fates (run INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE past (
  run INTEGER NOT NULL, sheet TEXT NOT NULL, row TEXT NOT NULL, column_name TEXT NOT NULL,
  value TEXT NOT NULL, claim INTEGER NOT NULL, number INTEGER NOT NULL
);
CREATE TABLE heard (run INTEGER NOT NULL, sha256 TEXT NOT NULL, body TEXT);
CREATE TABLE waiting (run INTEGER NOT NULL, key TEXT NOT NULL, body TEXT);
CREATE TABLE row_names (
  run INTEGER NOT NULL, sheet TEXT NOT NULL, row TEXT NOT NULL, id TEXT NOT NULL, words TEXT NOT NULL
);
CREATE TABLE told (run INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE counters (run INTEGER NOT NULL, next INTEGER NOT NULL);
"""
"""What the present merge keeps: claims and their fates, the past of cells, rows and what they said."""

Moved = Literal["copied", "renamed", "moved", "restored", "ahead"]

_MOVED: dict[Moved, tuple[str, str]] = {
    "copied": ("是 {home} 的副本", "is a copy of {home}"),
    "renamed": ("已由 {home} 改名", "was renamed from {home}"),
    "moved": ("已从 {home} 移到别处", "was moved from {home}"),
    "restored": ("比台账旧，像是从备份恢复的", "is older than its ledger, as if restored from a backup"),
    "ahead": ("比台账新，台账像是从备份恢复的", "is newer than its ledger, as if the ledger was restored"),
}


class LedgerBusy(FileLocked):
    """Raised when another run is working on the same master."""


class LedgerDamaged(XlCollabError):
    """Raised when the ledger's file cannot be read; without it replies go to review."""


class MasterMoved(XlCollabError):
    """Raised when the workbook was copied, renamed, moved or restored since the ledger was written.

    kind    which of them; `ledger` is the ledger found
    `adopt` makes this workbook the ledger's master; `fork` gives it an identity and a ledger of its own.
    """

    def __init__(self, kind: Moved, master: Path, ledger: Path, home: str) -> None:
        self.kind, self.ledger = kind, ledger
        zh, en = (text.format(home=home) for text in _MOVED[kind])
        super().__init__(
            f"{master.name} {zh}。若今后以它为准，请关闭它并运行 xl-collab adopt；若它另起一个项目，请运行 "
            "xl-collab fork。未做任何改动。",
            f"{master.name} {en}. Close it and run xl-collab adopt if this is the master from now on, "
            "xl-collab fork if it starts another project. Nothing was changed.",
        )


def place(master: Path, document_id: str) -> Path:
    """Where the ledger of a master is kept: <stem>.<docid8>.ledger.sqlite beside it."""
    return master.with_name(f"{master.stem}.{_short(document_id)}{SUFFIX}")


def find(master: Path, document_id: str) -> Path | None:
    """The ledger of this document beside the master, also under an earlier name of the master."""
    own = place(master, document_id)
    if own.exists():
        return own
    end = f".{_short(document_id)}{SUFFIX}"
    others = sorted(entry for entry in master.parent.iterdir() if entry.name.endswith(end))
    return others[0] if others else None


def is_blank(path: Path) -> bool:
    """Whether a ledger was begun but never made: its process ended in the middle of that."""
    with reading(path) as db:
        return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone() is None


def _short(document_id: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", document_id)[:8].lower() or "unnamed"


def create(path: Path, meta: dict[str, str]) -> None:
    """Make an empty ledger; it is there whole or not at all."""
    with writing(path) as db:
        if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone() is None:
            for statement in (_TABLES + _SECOND).split(";"):
                db.execute(statement)
            rows = {**meta, "schema": str(SCHEMA_VERSION)}
            db.executemany("INSERT INTO meta VALUES (?, ?)", rows.items())


def upgrade(path: Path) -> None:
    """Give a ledger of version 0.1 the present tables; what it holds stays. Nothing is settled by this."""
    with reading(path) as db:
        row = db.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
    if row is None or row[0] != "1":
        return
    with writing(path) as db:
        if db.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone() == ("1",):
            for statement in _SECOND.split(";"):
                db.execute(statement)
            db.execute("UPDATE meta SET value = ? WHERE name = 'schema'", (str(SCHEMA_VERSION),))


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction: all of it is on the disk afterwards, or none."""
    with _translated(path), closing(_connect(path)) as db:
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.rollback()
            raise
        db.commit()


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that sees one consistent state."""
    with _translated(path), closing(_connect(path)) as db:
        db.execute("BEGIN")
        yield db


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("PRAGMA synchronous = FULL")
    except BaseException:  # what is no database must not stay open: Windows could not replace it
        db.close()
        raise
    return db


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text:
            raise LedgerBusy(
                f"台账 {path.name} 正被另一次运行使用。请稍后重试。",
                f"The ledger {path.name} is in use by another run. Try again in a moment.",
            ) from error
        if "no such" in text or "malformed" in text:
            raise _damaged(path) from error
        raise CannotWrite(
            f"无法写入台账 {path.name}：{text}。请检查磁盘空间与权限；总表未改动。",
            f"Cannot write the ledger {path.name}: {text}. Check disk space and permissions; the master was "
            "not changed.",
        ) from error
    except sqlite3.DatabaseError as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> LedgerDamaged:
    return LedgerDamaged(
        f"台账 {path.name} 已损坏。请用 handover 的备份替换它，或将它改名后重试（之后回复会进入人工核对）。",
        f"The ledger {path.name} is damaged. Put a handover's copy in its place, or rename it and try again "
        "(replies will then go to review).",
    )
