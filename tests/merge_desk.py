"""A coordinator who sends a tracker to two departments and merges what comes back, in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from books import project, task

from xl_collab.actions.merge import (
    Collected,
    collect,
    master_of,
    resolve_choices,
)
from xl_collab.model.edits import AppendRows, InsertSheet, Outcome, SetColumn
from xl_collab.model.merge.merging import (
    Choice,
    History,
    Permission,
    Reply,
    Snapshot,
    Who,
    permission,
    snapshot,
)
from xl_collab.model.merge.result import Conflict
from xl_collab.model.plan.project import Project
from xl_collab.model.sheets import TRACKER
from xl_collab.model.tables import Table

Record = dict[str, object]

ROWS = [
    task("T001", owner="研发部", support="市场部", status="进行中", percent=0.5),
    task("T002", owner="研发部", task="试产", output="样机"),
    task("T003", owner="研发部", task="改进", output="报告"),
    task("T004", owner="市场部", task="推广", output="方案"),
    task("T005", owner="市场部", task="培训", output="教材"),
    task("0012", owner="研发部", task="归档", output="档案"),
]


class Desk:
    """A coordinator who sends the tracker out, and merges what comes back.

    handed_over: T001 went from 研发部 to 市场部 between the sendings, so both got it as theirs.
    """

    def __init__(self, rows: list[Record] | None = None, *, handed_over: bool = False) -> None:
        self.rows = [dict(row) for row in rows or ROWS]
        self.history = History()
        self.open: tuple[Conflict, ...] = ()
        self.bases: dict[str, Snapshot] = {}
        self.permissions: dict[str, Permission] = {}
        self.send("dev", "研发部")
        self.send("mkt", "市场部")
        if handed_over:
            later = [row | {"owner": "市场部"} if row["id"] == "T001" else row for row in self.rows]
            self.permissions["mkt"] = permission(project(later), "市场部")

    @property
    def project(self) -> Project:
        return project(self.rows)

    def send(self, token: str, department: str) -> None:
        self.bases[token] = master_of(self.project)
        self.permissions[token] = permission(self.project, department)

    def collect(self, *replies: Reply) -> Collected:
        outcome = collect(self.project, self.bases, replies, self.permissions, self.history, self.open)
        self._do(outcome)
        self.history, self.open = outcome.data.result.history, outcome.data.open
        return outcome.data

    def resolve(self, choices: Mapping[str, Choice]) -> None:
        outcome = resolve_choices(self.project, self.open, choices, self.history, self.bases)
        self._do(outcome)
        found = outcome.data.resolution
        self.history, self.open = found.history, tuple(found.remaining)
        self.notices = [notice.kind for notice in found.notices]

    def _do(self, outcome: Outcome[object]) -> None:
        """Carry edits out on the plain rows (row 5 is the first)."""
        for edit in outcome.edits:
            if isinstance(edit, SetColumn):
                for place, value in zip(edit.rows.tolist(), edit.values, strict=True):
                    self.rows[place - 5][edit.column] = value
            elif isinstance(edit, AppendRows):
                self.rows += [dict(record) for record in edit.records]
            else:
                assert isinstance(edit, InsertSheet)
                assert (edit.kind, edit.title) == ("conflicts", "冲突")

    def row(self, name: str) -> Record:
        return next(row for row in self.rows if row["id"] == name)


def copy(rows: list[Record] | None = None) -> list[Record]:
    return [dict(row) for row in rows or ROWS]


def edited(name: str, **cells: object) -> list[Record]:
    """The rows as sent, with some cells of one row changed."""
    return [row | cells if row["id"] == name else row for row in copy()]


def reply(token: str, rows: list[Record], modified: str = "2023-11-12T08:00", **more: object) -> Reply:
    table = replace(Table.of(TRACKER, rows), **more)  # type: ignore[arg-type]
    department = {"dev": "研发部", "mkt": "市场部"}.get(token, token)
    sha = hashlib.sha256(f"{token} {modified} {rows}".encode("utf-8", "replace")).hexdigest()
    who = Who(token, department, f"{token}@example.com", modified, sha)
    return Reply(who, {"tracker": snapshot(table)})


def kinds(found: Collected) -> list[tuple[str, str, str]]:
    return [(item.kind, item.cell.row, item.cell.column) for item in found.open]
