"""A coordinator who sends a tracker to two departments and merges what comes back, in memory."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from books import MID_PROJECT, book, task

from xl_collab.merge.answering import ChosenAnswer
from xl_collab.merge.history import Claim, Heard, History, Waiting
from xl_collab.merge.merging import Merging
from xl_collab.merge.outcome import Merged, collect, master_of, resolve_choices, take_back
from xl_collab.merge.permission import Permission, permission
from xl_collab.merge.questions import Question
from xl_collab.merge.result import Base, ReturnedFile, Stamp, Who
from xl_collab.merge.snapshot import Snapshot, snapshot
from xl_collab.plan.project import Project
from xl_collab.project.edits import AppendRows, InsertSheet, Outcome, SetColumn
from xl_collab.project.tables import Table
from xl_collab.schema.sheets import TRACKER

Record = dict[str, object]

ROWS = [
    task("T001", owner="研发部", support="市场部", status="进行中", percent=0.5),
    task("T002", owner="研发部", task="试产", output="样机"),
    task("T003", owner="研发部", task="改进", output="报告"),
    task("T004", owner="市场部", task="推广", output="方案"),
    task("T005", owner="市场部", task="培训", output="教材"),
    task("0012", owner="研发部", task="归档", output="档案"),
]
EMPTY = book()
SENT = datetime(2023, 11, 6, 8, tzinfo=UTC)
COLLECTED = datetime(2023, 11, 14, 9, 30, tzinfo=UTC)


class Desk:
    """A coordinator who sends the tracker out, and merges what comes back; between two runs all that is
    known goes through JSON, as in the ledger.

    handed_over: T001 went from 研发部 to 市场部 between the sendings, so both got it as theirs.
    """

    def __init__(self, rows: list[Record] | None = None, *, handed_over: bool = False) -> None:
        self.rows = [dict(row) for row in rows or ROWS]
        self.history = History()
        self.bases: dict[str, Base] = {}
        self.permissions: dict[str, Permission] = {}
        self.now = COLLECTED
        self.send("dev", "研发部")
        self.send("mkt", "市场部")
        if handed_over:
            later = [row | {"owner": "市场部"} if row["id"] == "T001" else row for row in self.rows]
            self.permissions["mkt"] = permission(tracker(later), "市场部")

    @property
    def project(self) -> Project:
        return tracker(self.rows)

    @property
    def merging(self) -> Merging:
        return self.merge(self.project)

    def merge(self, project: Project) -> Merging:
        return Merging(master_of(project), reloaded(self.history), self.now, self.bases)

    def send(self, token: str, department: str, at: datetime | None = None) -> None:
        project = self.project
        merging = self.merge(project)
        self.history = merging.history
        self.history.sent += 1
        number = self.history.sent
        sent = Snapshot.from_json(merging.snapshot.to_json())
        at = at or SENT + timedelta(minutes=number)
        self.bases[token] = Base(token, number, at, sent, merging.names())
        self.permissions[token] = permission(project, department)

    def collect(self, *replies: ReturnedFile) -> Merged:
        project = self.project
        return self._do(collect(project, self.merge(project), replies, self.permissions))

    def resolve(self, choices: Mapping[str, ChosenAnswer]) -> Merged:
        project = self.project
        return self._do(resolve_choices(project, self.merge(project), choices))

    def answer(self, word: str, value: object = None) -> Merged:
        """Choose the same for everything that is open."""
        return self.resolve({question.key: ChosenAnswer(word, value) for question in self.open})

    def undo(self, answered: ReturnedFile) -> Merged:
        project = self.project
        return self._do(take_back(project, self.merge(project), answered.who.sha256))

    @property
    def open(self) -> tuple[Question, ...]:
        """What the 冲突 sheet would show now."""
        return self.merging.looked().questions

    def _do(self, outcome: Outcome[Merged]) -> Merged:
        """Carry edits out on the plain rows (row 5 is the first)."""
        self.history = outcome.data.result.history
        for edit in outcome.edits:
            if isinstance(edit, SetColumn):
                for place, value in zip(edit.rows.tolist(), edit.values, strict=True):
                    self.rows[place - 5][edit.column] = value
            elif isinstance(edit, AppendRows):
                self.rows += [dict(record) for record in edit.records]
            else:
                assert isinstance(edit, InsertSheet)
                assert (edit.kind, edit.title) == ("conflicts", "冲突")
        return outcome.data

    def row(self, name: str) -> Record:
        return next(row for row in self.rows if row["id"] == name)


def tracker(rows: list[Record]) -> Project:
    """The project whose tracker has these rows; the other sheets, which are empty, are made only once."""
    table = replace(Table.of(TRACKER, rows), tab=TRACKER.title.zh)
    return Project(replace(EMPTY, tables={**EMPTY.tables, "tracker": table}), MID_PROJECT)


def reloaded(history: History) -> History:
    """The history after a night in the ledger."""
    claims = [json.dumps([c.id, c.body(), c.fate()]) for c in history.all_claims()]
    found = History(history.sent, history.next, rows={s: dict(rows) for s, rows in history.rows.items()})
    for text in claims:
        claim = Claim.from_json(*json.loads(text))
        found.claims[claim.cell].append(claim)
    found.past = defaultdict(list, {cell: list(entries) for cell, entries in history.past.items()})
    found.replies = [Heard.from_json(json.loads(json.dumps(h.to_json()))) for h in history.replies]
    waiting = (Waiting.from_json(json.loads(json.dumps(w.to_json()))) for w in history.waiting.values())
    found.waiting = {one.key: one for one in waiting}
    return found


def copy(rows: list[Record] | None = None) -> list[Record]:
    return [dict(row) for row in rows or ROWS]


def edited(name: str, **cells: object) -> list[Record]:
    """The rows as sent, with some cells of one row changed."""
    return [row | cells if row["id"] == name else row for row in copy()]


def reply(
    token: str, rows: list[Record], modified: str = "2023-11-12T08:00", clock: str = "server", **more: object
) -> ReturnedFile:
    """A packet as it comes back; `modified` is when it was said, by the clock that `clock` names."""
    table = replace(Table.of(TRACKER, rows), **more)  # type: ignore[arg-type]
    department = {"dev": "研发部", "mkt": "市场部"}.get(token[:3], token)
    sha = hashlib.sha256(f"{token} {modified} {clock} {rows}".encode("utf-8", "replace")).hexdigest()
    who = Who(token, department, f"{token}@example.com", modified, sha)
    stamps = (Stamp(clock, datetime.fromisoformat(modified).replace(tzinfo=UTC)),)
    return ReturnedFile(who, {"tracker": snapshot(table)}, stamps=stamps)


def kinds(found: Merged) -> list[tuple[str, str, str]]:
    """Open questions: kind, row, column."""
    return [(q.kind, q.cell.row, q.cell.column) for q in found.result.questions]


def changed(found: Merged) -> dict[tuple[str, str], object]:
    """Cells that were written: (row, column) → new value."""
    return {(c.cell.row, c.cell.column): c.new for c in found.result.changes}


def notices(found: Merged) -> list[str]:
    """What is told and what is only noted, by kind."""
    return [notice.kind for notice in found.result.notices]


def counts(found: Merged) -> dict[str, int]:
    """What was counted, the nil left out."""
    return {word: n for word, n in found.counts.items() if n}
