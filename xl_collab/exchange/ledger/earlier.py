"""What the merge of version 0.1 left in a ledger, read for `model/merge/settling.py`; written by nobody."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from xl_collab.model.merge.result import Cell, Who, decode_value
from xl_collab.model.merge.settling import OldClaim, OldQuestion, OldState
from xl_collab.model.merge.values import Canonical, decode

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
