"""The smallest master with a ledger: a JSON file that is replaced as the real one is."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from xl_collab.exchange.ledger.ledger import Ledger, LedgerRun, Sending
from xl_collab.hosts.atomic import copy_atomically, write_atomically
from xl_collab.merge.merging import Merging
from xl_collab.merge.permission import Permission
from xl_collab.merge.questions import Question
from xl_collab.merge.result import Cell, Change, ReturnedFile, Stamp, Who
from xl_collab.merge.snapshot import Rows, Snapshot

DOC = "3f2c9a10-0000-4000-8000-000000000001"
SENT = datetime(2023, 11, 12, 7, 30, tzinfo=UTC)
NOW = datetime(2023, 11, 13, 9, 30, tzinfo=UTC)
CELL = Cell("tracker", "t001", "status")
WHO = Who("tok", "研发部", "li@example.com", "2023-11-12T08:00:00Z", "a" * 64)

posix_only = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")


class Master:
    """The smallest master: a JSON file with a revision and cells, replaced as the real one is."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def made(cls, folder: Path, rows: int = 6) -> Master:
        master = cls(folder / "跟踪表.xlsm")
        columns = {"status": ["in_progress"] * rows, "percent": [0.5] * rows}
        master.write(0, {"ids": [f"T{n:03d}" for n in range(1, rows + 1)], "columns": columns})
        return master

    def write(self, revision: int, sheet: dict[str, object]) -> None:
        write_atomically(self.path, json.dumps({"revision": revision, "sheet": sheet}).encode())

    @property
    def revision(self) -> int:
        return int(json.loads(self.path.read_text())["revision"])

    @property
    def snapshot(self) -> Snapshot:
        sheet = json.loads(self.path.read_text())["sheet"]
        return Snapshot({"tracker": Rows(tuple(sheet["ids"]), sheet["columns"])})

    def change(self, changes: tuple[Change, ...], revision: int) -> None:
        rows = self.snapshot.rows("tracker")
        columns = {name: list(values) for name, values in rows.columns.items()}
        for change in changes:
            columns[change.cell.column][rows.index[change.cell.row]] = change.new
        self.write(revision, {"ids": list(rows.ids), "columns": columns})

    def open(self, document_id: str = DOC) -> Ledger:
        return Ledger.open(self.path, document_id, self.revision, now=NOW)


def sending(master: Master, token: str = "tok") -> Sending:
    keys = frozenset(master.snapshot.rows("tracker").keys)
    return Sending(
        token, "研发部", "packet", SENT, master.snapshot, Permission("研发部", {"tracker": keys}), 0
    )


def reply(base: Snapshot, number: int = 0, token: str = "tok", **cells: object) -> ReturnedFile:
    """A reply that sets the status of rows (t001="done"), saved `number` minutes after the first."""
    rows = base.rows("tracker")
    status = [cells.get(key, value) for key, value in zip(rows.keys, rows.columns["status"], strict=True)]
    columns = {**rows.columns, "status": status}
    at = SENT + timedelta(minutes=30 + number)
    who = Who(token, "研发部", "li@example.com", f"{at:%Y-%m-%dT%H:%M:%SZ}", f"{number:064x}")
    return ReturnedFile(who, {"tracker": Rows(rows.ids, columns)}, stamps=(Stamp("file:li", at),))  # type: ignore[arg-type]


def merging(master: Master, *tokens: str) -> Merging:
    """The master with what its ledger knows."""
    ledger = master.open()
    return Merging(master.snapshot, ledger.history(), NOW, ledger.bases(tokens), ledger.old_state())


def asked(master: Master) -> list[Question]:
    """What is open."""
    return list(merging(master).looked().questions)


def collect(master: Master, *replies: ReturnedFile, step: Callable[[str], None] = lambda _: None) -> int:
    """What `collect` does: open, lock, merge, write, done. Returns the number of changed cells."""
    ledger = master.open()
    with ledger.locked(NOW, wait=10):
        step("locked")
        known = [sent for r in replies if (sent := ledger.sending(r.token))]
        permissions = {sent.token: sent.permission for sent in known}
        result = merging(master, *permissions).collect(replies, permissions)
        plan = LedgerRun("collect", result.changes, result.history, {}, result.replies, result.notices)
        if not result.changes:
            ledger.note(plan, now=NOW)
            return 0
        backup = copy_atomically(master.path, master.path.with_suffix(".bak"))
        step("backup")
        after = (ledger.revision or 0) + 1
        ledger.carry_out(
            plan, lambda: master.change(result.changes, after), now=NOW, backup=backup, step=step
        )
    return len(result.changes)


def prepared(tmp_path: Path) -> Master:
    """A master whose rows were sent to one department."""
    made = Master.made(tmp_path)
    made.open().record_sending(sending(made))
    return made
