"""The product's merge as an office over plain tables: no files, no ledger, the same rows and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from life.office import Outcome, Packet, Question, Reply, Row, Told
from xl_collab.merge.answering import ChosenAnswer
from xl_collab.merge.history import History
from xl_collab.merge.merging import MergeResult, Merging
from xl_collab.merge.permission import Permission
from xl_collab.merge.result import ADDED, Base, Cell, ReturnedFile as Returned, Stamp, Who
from xl_collab.merge.snapshot import Rows, Snapshot
from xl_collab.merge.values import Canonical, canonical_column, native, row_key
from xl_collab.schema.keys import joined
from xl_collab.schema.sheets import TRACKER

NAMES = {
    "id": "id",
    "task": "task",
    "due": "deadline",
    "owner": "owner",
    "status": "status",
    "percent": "percent",
    "actual_finish": "actual",
    "forecast_finish": "forecast",
}
_BACK = {name: key for key, name in NAMES.items()}
_SHARED = "support_feedback"
_GIVEN = ("owner",)  # what a new row gets from its sender is nobody's word
_COLUMNS = tuple(c for c in TRACKER.columns if c.computed != "formula" and c.name != "id")
_START = datetime(2023, 1, 1, tzinfo=UTC)
_TOLD = {
    "late": "late",
    "replaced": "told",
    "settled": "told",
    "cleared": "told",
    "lead_changed": "told",
    "row_stopped": "told",
    "put_back": "told",
    "put_back_unclear": "noted",
    "row_missing": "told",
    "id_taken": "told",
    "row_added": "applied",
    "freed": "asked",
    "kept_since": "told",
}
_COUNTED = {word: word for word in ("applied", "same", "corrected", "asked", "over")} | {
    "again": "same",
    "carried": "over",
}


def rows_of(records: Sequence[Mapping[str, object]], places: Sequence[int] = ()) -> Rows:
    """What `snapshot` makes of a tracker with these records, without the tracker."""
    found: dict[str, list[Canonical]] = {
        column.name: canonical_column(column, [record.get(column.name) for record in records])
        for column in _COLUMNS
    }
    ids = [str(record["id"]).strip() if row_key(record.get("id")) else "" for record in records]
    return Rows(tuple(ids), found, tuple(places or range(5, 5 + len(records))))


def permitted(rows: Sequence[Row], dept: str) -> Permission:
    """What `permission` gives a department of a tracker with these rows, without the tracker."""
    leads = {row_key(row["id"]) for row in rows if row["owner"] == dept}
    supports = {row_key(row["id"]) for row in rows if dept in (row.get("support") or ())}  # type: ignore[operator]
    return Permission(
        dept, {"tracker": frozenset(leads - {""})}, {"tracker": frozenset(supports - leads - {""})}
    )


class TableOffice:
    """See `Office`. Times are seconds after a day of 2023."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.history = History()
        self.bases: dict[str, Base] = {}
        self.permissions: dict[str, Permission] = {}
        self.marks: dict[str, int | None] = {}  # row's name → the player's mark
        self.ids: dict[str, str] = {}
        self.now = 0.0
        self._there: set[str] = set()
        self._rids: dict[str, str] = {}

    # between the player's rows and the product's

    def _record(self, row: Row) -> dict[str, object]:
        said = {NAMES[key]: value for key, value in row.items() if key in NAMES}
        parts = {k.partition("@")[2]: str(v) for k, v in row.items() if k.startswith(_SHARED) and v}
        support = "、".join(row.get("support") or ())  # type: ignore[arg-type]
        return {**said, "support": support, _SHARED: joined(parts) if parts else None}

    def _snapshot(self) -> Snapshot:
        return Snapshot({"tracker": rows_of([self._record(row) for row in self.rows])})

    def _merging(self) -> Merging:
        moment = _START + timedelta(seconds=self.now)
        merging = Merging(self._snapshot(), self.history, moment, self.bases)
        self._there = set(merging.weighing.master.at["tracker"])
        for row, position in merging.weighing.master.at["tracker"].items():
            mark = self.rows[position].get("_uid")
            if mark is not None:
                self.marks[row] = mark  # type: ignore[assignment]
        return merging

    def _done(self, merging: Merging, result: MergeResult) -> Outcome:
        columns: dict[str, set[str]] = {}
        at = merging.weighing.master.at["tracker"]
        for change in result.changes:
            self._write(self.rows[at[change.cell.row]], change.cell.column, change.new)
            columns.setdefault(change.cell.row, set()).add(change.cell.column)
        for added in result.added:
            self.ids[added.row] = added.id
            row: Row = dict.fromkeys(column for row in self.rows for column in row if column != "_uid")
            row |= {"id": added.id, "owner": "", "support": ()}
            row |= {_BACK[name]: value for name, value in added.record if name in _BACK}
            self.rows.append(row)
            self.marks[added.row] = None
        gone = [at[row] for _, row in result.taken_back.emptied]
        self.rows[:] = [row for i, row in enumerate(self.rows) if i not in gone]
        return Outcome(self._told(merging, result))

    def _write(self, row: Row, column: str, value: object) -> None:
        if column.startswith(_SHARED):
            row[column] = value
        else:
            row[_BACK[column]] = self._native(column, value)

    @staticmethod
    def _native(column: str, value: object) -> object:
        return native(TRACKER.column(column), value, "zh")  # type: ignore[arg-type]

    def _told(self, merging: Merging, result: MergeResult) -> list[Told]:
        rid = {who: name for name, who in self._rids.items()}
        told = []
        for claim, outcome in merging.weighing.weighed:
            if outcome in _COUNTED and claim.cell.column not in _GIVEN:
                told.append(self._line(_COUNTED[outcome], claim.cell, claim.value, rid, claim.who))
        for notice in result.notices:
            if notice.kind == "id_taken":
                told.append(self._line("applied", notice.cell, notice.value, rid, notice.who))
            if notice.kind in _TOLD:
                told.append(self._line(_TOLD[notice.kind], notice.cell, notice.value, rid, notice.who))
        return told

    def _line(self, kind: str, cell: Cell, value: object, rid: Mapping[str, str], who: Who) -> Told:
        column: str | None = cell.column
        if kind == "told" and column == ADDED:
            column, value = "id", self.ids.get(cell.row)
        elif column == ADDED:
            column, value = "task", dict(value).get("task")  # type: ignore[call-overload]
        elif not column:
            column = None
        elif not column.startswith(_SHARED):
            value, column = self._native(column, value), _BACK.get(column, column)
        return Told(kind, self._mark(cell.row), column, value, rid.get(who.sha256, ""))

    def _mark(self, row: str) -> int | None:
        """The player's mark of a row; None for one that is not there."""
        return self.marks.get(row) if row in self._there else None

    # the office

    def send(self, dept: str, now: float) -> Packet:
        self.now = now
        merging = self._merging()
        self.history.sent += 1
        number = self.history.sent
        token = f"token{number}"
        moment = _START + timedelta(seconds=now)
        self.bases[token] = Base(token, number, moment, merging.snapshot, merging.names())
        self.permissions[token] = permitted(self.rows, dept)
        return Packet(number, dept, now, [dict(row) for row in self.rows])

    def collect(self, replies: list[Reply], now: float) -> Outcome:
        self.now = now
        self._rids |= {reply.rid: self._sha(reply.rid) for reply in replies}
        merging = self._merging()
        result = merging.collect([self._returned(reply) for reply in replies], self.permissions)
        return self._done(merging, result)

    @staticmethod
    def _sha(rid: str) -> str:
        return f"sha-{rid}"

    def _returned(self, reply: Reply) -> Returned:
        token = f"token{reply.packet}"
        department = self.permissions[token].department
        records = [self._record(row) for row in reply.rows]
        places = list(range(5, 5 + len(records)))
        for new in reply.new:
            records.append({"id": new.typed_id or None, "task": new.task, "owner": department})
            places.append(1000 + new.line)
        rows = rows_of(records, places)
        who = Who(token, department, "", "", self._sha(reply.rid))
        stamp = Stamp(reply.clock, _START + timedelta(seconds=reply.stamp))
        return Returned(who, {"tracker": rows}, stamps=(stamp,))

    def questions(self) -> list[Question]:
        merging = self._merging()
        master = merging.weighing.master
        keys: dict[str, str] = {}
        found: dict[tuple[str, Cell], Question] = {}
        for question in merging.looked().questions:
            column, at = question.cell.column, (question.group, question.cell)
            key = keys.setdefault(question.group, question.key)
            value = self._value(column, question.theirs)
            if at in found:
                found[at] = replace(found[at], theirs=(*found[at].theirs, value))
                continue
            there = master.has(question.cell)
            found[at] = Question(
                key,
                self.marks.get(question.cell.row) if there else None,
                column if column.startswith(_SHARED) else _BACK.get(column, column),
                question.who.department,
                self._value(column, master.value(question.cell)) if there else None,
                (value,),
            )
        return list(found.values())

    def _value(self, column: str, value: object) -> object:
        plain = column.startswith(_SHARED) or column == ADDED
        return value if plain else self._native(column, value)

    def answer(self, key: str, pick: str, value: object = None) -> None:
        merging = self._merging()
        every = merging.looked().questions
        group = next((question.group for question in every if question.key == key), "")
        asked = [question for question in every if group and question.group == group]
        same = [question for question in asked if self._value(question.cell.column, question.theirs) == value]
        chosen = next(iter((*same, *asked)), None)
        choice = ChosenAnswer(pick, value if pick == "other" else None)
        self._done(merging, merging.resolve({chosen.key if chosen else key: choice}))

    def undo(self, rid: str) -> Outcome:
        merging = self._merging()
        return self._done(merging, merging.undo(self._sha(rid)))

    def look(self) -> None:
        self._merging()


opened = TableOffice
