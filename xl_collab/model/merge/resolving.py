"""What a person decided about conflicts, and taking a reply back: changes out, nothing overwritten unseen.

A cell that changed after the question was asked is asked about again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xl_collab.model.contributions import column_of, department_of, replaced
from xl_collab.model.merge.deciding import alike, record_cells
from xl_collab.model.merge.result import (
    ADDED,
    REMOVED,
    Cell,
    Change,
    Claim,
    Conflict,
    History,
    Notice,
    Record,
    Who,
)
from xl_collab.model.merge.snapshot import Snapshot
from xl_collab.model.merge.values import Canonical, Odd, as_words, canonical, row_key, same, unfit
from xl_collab.model.schema import Declaration, TableSheet

__all__ = ["Added", "Choice", "Resolution", "Undone", "resolve", "undo_reply"]


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose for one conflict: theirs, master or other (then `value`, as typed)."""

    word: str
    value: object = None


@dataclass(frozen=True, slots=True)
class Added:
    """A row to append: its ID and its filled cells."""

    sheet: str
    id: str
    record: Record
    who: Who


@dataclass
class Resolution:
    """What the choices come to. `remaining` could not be decided; the notices say why.

    `decided` maps the key of each decided conflict to the word chosen.
    """

    changes: list[Change] = field(default_factory=list)
    added: list[Added] = field(default_factory=list)
    remaining: list[Conflict] = field(default_factory=list)
    decided: dict[str, str] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    history: History = field(default_factory=History)


def resolve(
    conflicts: Iterable[Conflict],
    choices: Mapping[str, Choice],
    master: Snapshot,
    history: History,
    declaration: Declaration,
    bases: Mapping[str, Snapshot] | None = None,
) -> Resolution:
    """Carry out choices (conflict key → choice); conflicts without one remain.

    bases  token → what was sent, to bring back a deleted row that a department went on with
    """
    return _Resolving(choices, master, history, declaration, bases or {}).all_of(list(conflicts))


@dataclass
class _Resolving:
    choices: Mapping[str, Choice]
    master: Snapshot
    history: History
    declaration: Declaration
    bases: Mapping[str, Snapshot]
    out: Resolution = field(default_factory=Resolution)
    revived: dict[tuple[str, str, str], list[Conflict]] = field(default_factory=dict)

    def all_of(self, conflicts: list[Conflict]) -> Resolution:
        cells: dict[Cell, list[Conflict]] = defaultdict(list)
        for conflict in conflicts:
            if conflict.key in self.choices:
                cells[conflict.cell].append(conflict)
            else:
                self.out.remaining.append(conflict)
        for cell, mine in cells.items():
            if cell.column == ADDED:
                self._rows(mine)
            elif cell.column == REMOVED:
                self._removals(mine)
            else:
                self._cell(cell, mine)
        self._revive()
        decided = [c for c in conflicts if c.key in self.out.decided]
        claims = [Claim(c.who, c.cell, c.base, c.theirs) for c in decided if c.kind != "undo"]
        self.out.history = self.history.spending(claims)
        return self.out

    def _decide(self, conflict: Conflict) -> None:
        self.out.decided[conflict.key] = self.choices[conflict.key].word

    def _leave(self, conflict: Conflict, why: str, master: Canonical = None) -> None:
        self.out.remaining.append(
            replace(conflict, master=master) if why == "changed_meanwhile" else conflict
        )
        self.out.notices.append(Notice(why, conflict.who, conflict.cell.sheet, conflict.cell.row))

    def _cell(self, cell: Cell, conflicts: list[Conflict]) -> None:
        """One cell: what all its choices together want written, if they agree."""
        wanted: list[tuple[Conflict, Canonical]] = []
        for conflict in conflicts:
            choice = self.choices[conflict.key]
            if choice.word == "master":
                self._decide(conflict)
            elif (why := self._refused(conflict, choice)) == "":
                wanted.append((conflict, self._value(conflict, choice)))
            else:
                self._leave(conflict, why)
        if any(not same(value, wanted[0][1]) for _, value in wanted):
            for conflict, _ in wanted:
                self._leave(conflict, "contradictory")
        elif wanted and wanted[0][0].kind == "edit_delete" and not self.master.has(cell.sheet, cell.row):
            at = (cell.sheet, cell.row, wanted[0][0].who.token)
            self.revived.setdefault(at, []).append(replace(wanted[0][0], theirs=wanted[0][1]))
            for conflict, _ in wanted:
                self._decide(conflict)
        elif wanted:
            self._write(cell, wanted)

    def _write(self, cell: Cell, wanted: list[tuple[Conflict, Canonical]]) -> None:
        now, value = self.master.value(*cell), wanted[0][1]
        for conflict, _ in wanted:
            if not same(now, value) and not same(now, conflict.master):
                self._leave(conflict, "changed_meanwhile", now)
            else:
                self._decide(conflict)
        done = [conflict for conflict, _ in wanted if conflict.key in self.out.decided]
        if done and not same(now, value):
            self.out.changes.append(Change(cell, now, value, done[0].who, "chosen"))

    def _value(self, conflict: Conflict, choice: Choice) -> Canonical:
        if choice.word == "theirs":
            return conflict.theirs  # type: ignore[return-value]
        column = self.declaration.table(conflict.cell.sheet).column(conflict.cell.column)
        return canonical(column, choice.value)

    def _refused(self, conflict: Conflict, choice: Choice) -> str:
        """Why a value cannot be written, whoever wants it; '' when it can."""
        if conflict.kind in ("stopped", "held", "superseded"):
            return "whole_reply"
        column = self.declaration.table(conflict.cell.sheet).column(conflict.cell.column)
        if not column.entered or column.name == "id":
            return "not_enterable"
        value = self._value(conflict, choice)
        fits = not isinstance(value, tuple) and not isinstance(value, Odd) and not unfit(column, value)
        return "" if fits else "unfit_value"

    def _rows(self, conflicts: list[Conflict]) -> None:
        """Rows to add; of several for one ID at most one can be."""
        chosen = [c for c in conflicts if self.choices[c.key].word == "theirs"]
        for conflict in conflicts:
            word = self.choices[conflict.key].word
            if word == "master":
                self._decide(conflict)
            elif word != "theirs" or not isinstance(conflict.theirs, tuple):
                self._leave(conflict, "unfit_value")
            elif conflict.kind in ("stopped", "held", "superseded"):
                self._leave(conflict, "whole_reply")
            elif any(not alike(conflict.theirs, other.theirs) for other in chosen):
                self._leave(conflict, "contradictory")
            elif conflict.kind == "duplicate_id":
                self._append(conflict, conflict.theirs, self._new_id(conflict.cell.sheet))
            elif self.master.has(conflict.cell.sheet, conflict.cell.row):
                self._overwrite(conflict, conflict.theirs)
            else:
                self._append(conflict, conflict.theirs, self._id_of(conflict.cell.sheet, conflict.theirs))

    def _append(self, conflict: Conflict, record: Record, name: str) -> None:
        self._decide(conflict)
        if not any(a.sheet == conflict.cell.sheet and row_key(a.id) == row_key(name) for a in self.out.added):
            self.out.added.append(Added(conflict.cell.sheet, name, record_cells(record), conflict.who))

    def _overwrite(self, conflict: Conflict, record: Record) -> None:
        self._decide(conflict)
        for name, value in record_cells(record):
            cell = conflict.cell._replace(column=name)
            now = self.master.value(*cell)
            if not same(now, value):
                self.out.changes.append(Change(cell, now, value, conflict.who, "chosen"))

    def _removals(self, conflicts: list[Conflict]) -> None:
        """A row is never deleted by a merge: the coordinator does it by hand."""
        for conflict in conflicts:
            self._decide(conflict)
            if self.choices[conflict.key].word != "master":
                self._note("delete_by_hand", conflict)

    def _note(self, kind: str, conflict: Conflict) -> None:
        self.out.notices.append(Notice(kind, conflict.who, conflict.cell.sheet, conflict.cell.row))

    def _revive(self) -> None:
        """Rows deleted here that a department went on with: as sent, with its changes."""
        for (sheet, row, token), conflicts in self.revived.items():
            sent = self.bases[token].rows(sheet) if token in self.bases else None
            at = sent.index.get(row) if sent else None
            base = sent.record(at) if sent and at is not None else {}
            name = sent.ids[at] if sent and at is not None else row
            columns = self.declaration.table(sheet)
            kept = {n: v for n, v in base.items() if columns.column(n).entered and not isinstance(v, Odd)}
            for conflict in conflicts:
                _put(kept, conflict.cell.column, conflict.theirs)  # type: ignore[arg-type]
            self.out.added.append(Added(sheet, name, tuple(kept.items()), conflicts[0].who))

    def _id_of(self, sheet: str, record: Record) -> str:
        name = dict(record).get("id")
        return str(name) if name else self._new_id(sheet)

    def _new_id(self, sheet: str) -> str:
        taken = (*self.master.rows(sheet).ids, *(a.id for a in self.out.added if a.sheet == sheet))
        return next_id(self.declaration.table(sheet), taken)


def _put(record: dict[str, Canonical], name: str, value: Canonical) -> None:
    """Set a cell of a record, or one department's words in it."""
    column, department = column_of(name), department_of(name)
    if department is not None:
        value = replaced(as_words(record.get(column)), {department: as_words(value) or None})
    record[column] = value


def next_id(sheet: TableSheet, taken: Sequence[str]) -> str:
    """The first free ID after the highest, as wide as the others: T007 after T006."""
    prefix = sheet.id_prefix
    found = [
        m for m in (re.fullmatch(rf"{re.escape(prefix)}(\d+)", i.strip(), re.IGNORECASE) for i in taken) if m
    ]
    width = max((len(m[1]) for m in found), default=3)
    return f"{prefix}{max((int(m[1]) for m in found), default=0) + 1:0{width}d}"


@dataclass
class Undone:
    """What taking a reply back comes to; `kept` are cells that another reply says as well."""

    changes: list[Change] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    kept: list[Change] = field(default_factory=list)
    history: History = field(default_factory=History)


def undo_reply(changes: Iterable[Change], master: Snapshot, history: History) -> Undone:
    """Take back what a reply (or a run) changed.

    Only cells that still hold the run's value go back; one that somebody changed since is a conflict, and
    one that another reply claims too stays. None of the reply's values is applied again by a replay.
    """
    made = list(changes)
    tokens = {change.who.token for change in made}
    out = Undone()
    others = {
        claim.cell: claim.value
        for claim in history.claims.values()
        if claim.applied and claim.who.token not in tokens
    }
    for change in made:
        now = master.value(*change.cell)
        if same(now, change.old) and master.has(*change.cell[:2]):
            continue
        if not same(now, change.new) or not master.has(*change.cell[:2]):
            out.conflicts.append(
                Conflict("undo", change.who, change.cell, change.new, now, change.old, "master")
            )
        elif change.cell in others and alike(others[change.cell], change.new):
            out.kept.append(change)
        else:
            out.changes.append(Change(change.cell, change.new, change.old, change.who, "undone"))
    out.history = history.spending([c for c in history.claims.values() if c.who.token in tokens])
    return out
