"""What the ledger keeps of letters that ask for an answer, and of the answers that mails brought.

Its tables are made with the first such letter: most ledgers of earlier versions have none.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import get_args

from xl_collab.exchange.ledger.store import is_there, stamp
from xl_collab.merge.confirmations import AskedLetter, Asks, Judged, Recorded, sentence
from xl_collab.merge.result import Stamp
from xl_collab.schema.words import Text

_ASKED = """
CREATE TABLE IF NOT EXISTS asked (
  token TEXT PRIMARY KEY, asks TEXT NOT NULL, about TEXT NOT NULL, department TEXT NOT NULL,
  addresses TEXT NOT NULL, at TEXT NOT NULL
)
"""
_ANSWERED = """
CREATE TABLE IF NOT EXISTS answered (
  run INTEGER NOT NULL, asks TEXT NOT NULL, about TEXT NOT NULL, department TEXT NOT NULL,
  code TEXT NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL
)
"""


def write_asked(db: sqlite3.Connection, letters: Iterable[AskedLetter]) -> None:
    """Keep letters before they leave."""
    db.execute(_ASKED)
    rows = [
        (one.token, one.asks, one.about, one.department, "\n".join(one.to), stamp(one.at)) for one in letters
    ]
    db.executemany("INSERT INTO asked VALUES (?,?,?,?,?,?)", rows)


def load_asked(db: sqlite3.Connection, token: str = "") -> list[AskedLetter]:
    """Letters that ask, oldest first; with a token that one."""
    if not is_there(db, "asked"):
        return []
    columns = "token, asks, about, department, addresses, at"
    rows = db.execute(
        f"SELECT {columns} FROM asked WHERE ? IN ('', token) ORDER BY rowid", (token,)
    ).fetchall()
    return [
        AskedLetter(t, asks, about, who, tuple(filter(None, to.split("\n"))), datetime.fromisoformat(at))
        for t, asks, about, who, to, at in rows
        if asks in get_args(Asks)
    ]


def write_answered(db: sqlite3.Connection, run: int, judged: Iterable[Judged]) -> None:
    """Note what became of answers; they count once the run is done."""
    db.execute(_ANSWERED)
    rows = []
    for one in judged:
        said = sentence(one)
        stamps = [[clock, at.isoformat()] for clock, at in one.answer.stamps]
        body = json.dumps({"stamps": stamps, "zh": said.zh, "en": said.en}, ensure_ascii=False)
        rows.append((run, *one.answer.key, one.answer.code, one.state, body))
    db.executemany("INSERT INTO answered VALUES (?,?,?,?,?,?,?)", rows)


def load_recorded(db: sqlite3.Connection) -> list[Recorded]:
    """The answers that finished runs put on record, oldest first."""
    if not is_there(db, "answered"):
        return []
    query = "SELECT asks, about, department, code, body FROM answered JOIN runs USING (run) "
    query += "WHERE runs.state = 'done' AND answered.state = 'recorded' ORDER BY answered.rowid"
    found = []
    for *key, code, body in db.execute(query):
        stamps = [Stamp(clock, datetime.fromisoformat(at)) for clock, at in json.loads(body)["stamps"]]
        found.append(Recorded((key[0], key[1], key[2]), code, tuple(stamps)))
    return found


def load_answers_told(db: sqlite3.Connection, most: int) -> list[tuple[str, Text]]:
    """The last answers in words, newest first, with the times of their runs."""
    if not is_there(db, "answered"):
        return []
    query = "SELECT at, body FROM answered JOIN runs USING (run) WHERE runs.state = 'done' "
    rows = db.execute(f"{query} AND answered.state <> 'held' ORDER BY answered.rowid DESC LIMIT ?", (most,))
    bodies = ((at, json.loads(body)) for at, body in rows)
    return [(at, Text(body["zh"], body["en"])) for at, body in bodies]
