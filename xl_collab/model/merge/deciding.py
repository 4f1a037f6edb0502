"""Which of the changes that replies claim are applied: the merge's policy, cell by cell.

A change is applied when the master (without what replies brought) still holds its base, and every
reply that touches the cell says the same. Everything else waits for a person. The outcome depends
on the set of newest replies, not on the order in which they came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from xl_collab.model.contributions import column_of, department_of, replaced
from xl_collab.model.merge.lines import parts_of
from xl_collab.model.merge.reading import NEW
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
    Value,
    Who,
    was_spent,
)
from xl_collab.model.merge.snapshot import Rows, Snapshot
from xl_collab.model.merge.values import UNKNOWN, Canonical, Odd, as_words, same
from xl_collab.model.schema import Column, Declaration

__all__ = ["Decision", "alike", "back_out", "decide", "patched", "record_cells"]

At = tuple[str, Cell]


def back_out(master: Snapshot, history: History) -> tuple[Snapshot, History]:
    """The master as it would be without any reply, and the history after what people overruled.

    A cell that still holds an applied value counts as what it was before; one that somebody changed
    since is theirs, and the reply's value is spent.
    """
    old: dict[Cell, Canonical] = {}
    overruled = []
    for claim in history.claims.values():
        if claim.applied and _stands(master, claim):
            old[claim.cell] = claim.old
        elif claim.applied:
            overruled.append(claim)
    return patched(master, old), history.spending(overruled) if overruled else history


def _stands(master: Snapshot, claim: Claim) -> bool:
    sheet, row, column = claim.cell
    there = master.has(sheet, row) and column_of(column) in master.rows(sheet).columns
    return there and alike(master.value(*claim.cell), claim.value)


def patched(snapshot: Snapshot, values: Mapping[Cell, Canonical]) -> Snapshot:
    """A copy in which some cells have other values."""
    by_column: defaultdict[tuple[str, str], list[Cell]] = defaultdict(list)
    for cell in values:
        by_column[cell.sheet, column_of(cell.column)].append(cell)
    sheets = dict(snapshot.sheets)
    for (sheet, column), cells in by_column.items():
        rows = sheets[sheet]
        copy = list(rows.columns[column])
        for cell in cells:
            at, department = rows.index[cell.row], department_of(cell.column)
            value = values[cell]
            if department is not None:
                value = replaced(as_words(copy[at]), {department: as_words(value)})
            copy[at] = value
        sheets[sheet] = Rows(rows.ids, {**rows.columns, column: copy}, rows.places)
    return Snapshot(sheets)


def alike(one: Value, other: Value) -> bool:
    """Whether two claimed values are equal; records are compared without the ID's spelling."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return record_cells(one) == record_cells(other)
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def record_cells(record: Record) -> Record:
    """The cells of an added row without its ID."""
    return tuple(item for item in record if item[0] != "id")


@dataclass
class Decision:
    """What came of a set of claims."""

    changes: list[Change] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    parked: list[Conflict] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    claims: dict[At, Claim] = field(default_factory=dict)
    satisfied: list[Claim] = field(default_factory=list)


def decide(
    claims: Iterable[Claim],
    master: Snapshot,
    root: Snapshot,
    history: History,
    bases: Mapping[str, Snapshot],
    declaration: Declaration,
) -> Decision:
    """Decide all claims of all lineages together.

    master, root  as it is now, and without what replies brought (see `back_out`)
    history       what was applied and spent before
    bases         token → what was sent, to see whether a deleted row was changed meanwhile
    """
    return _Deciding(master, root, history, bases, declaration).all_of(list(claims))


@dataclass
class _Deciding:
    master: Snapshot
    root: Snapshot
    history: History
    bases: Mapping[str, Snapshot]
    declaration: Declaration
    out: Decision = field(default_factory=Decision)
    busy: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """Sheet and row → tokens that want to change a cell of it."""

    def all_of(self, claims: list[Claim]) -> Decision:
        cells: dict[Cell, list[Claim]] = {}
        for claim in claims:
            cells.setdefault(claim.cell, []).append(claim)
            self.out.claims[claim.who.token, claim.cell] = replace(claim, applied=False, old=None)
        before = {claim.cell: claim for claim in self.history.claims.values() if claim.applied}
        for cell in before:
            cells.setdefault(cell, [])
        later = []
        for cell, mine in cells.items():
            if cell.column == REMOVED:
                later.append((cell, mine))
            elif cell.column == ADDED:
                self._added(cell, self._unspent(mine))
            else:
                self._cell(cell, mine, before.get(cell))
        for cell, mine in later:
            self._removed(cell, self._unspent(mine))
        return self.out

    def _unspent(self, claims: list[Claim]) -> list[Claim]:
        spent = self.history.spent
        return [c for c in claims if not was_spent(spent, (c.who.token, c.cell), c.value)]

    def _cell(self, cell: Cell, claims: list[Claim], before: Claim | None) -> None:
        unspent = self._unspent(claims)
        if not self.root.has(cell.sheet, cell.row):
            self._conflict("edit_delete", unspent, None)
            return
        now = self.root.value(*cell)
        live = [claim for claim in unspent if not alike(claim.value, now)]
        self.out.satisfied += [claim for claim in unspent if alike(claim.value, now)]
        if live:
            self.busy.setdefault((cell.sheet, cell.row), set()).update(c.who.token for c in live)
        value, agreed = now, bool(live) and self._agreed(live, now)
        if agreed:
            value = live[0].value  # type: ignore[assignment]
            self._apply(live, now)
        else:
            self._conflict("conflict", live, now)
        standing = self.master.value(*cell)
        if not same(value, standing):
            self.out.changes.append(_change(cell, standing, value, live, before, agreed))

    def _agreed(self, live: list[Claim], now: Canonical) -> bool:
        """All say the same, and at least one of them saw what still stands in the master."""
        if isinstance(now, Odd) or not all(alike(claim.value, live[0].value) for claim in live):
            return False
        spent = self.history.spent
        return any(same(c.base, now) and (c.who.token, c.cell) not in spent for c in live)

    def _apply(self, live: list[Claim], now: Canonical) -> None:
        for claim in live:
            self.out.claims[claim.who.token, claim.cell] = replace(claim, applied=True, old=now)

    def _conflict(self, kind: str, claims: list[Claim], now: Canonical) -> None:
        newest = max((claim.who.modified for claim in claims), default="")
        for claim in claims:
            said = "no_base" if claim.base == UNKNOWN and kind == "conflict" else kind
            hint = self._hint(said, claim, len(claims) > 1, newest)
            self.out.conflicts.append(
                Conflict(said, claim.who, claim.cell, claim.base, now, claim.value, hint)
            )

    def _hint(self, kind: str, claim: Claim, rivals: bool, newest: str) -> str:
        """Of two replies the newer; against the master, the department that answers for the cell."""
        if kind in ("no_base", "delete_edit"):
            return "master"
        if kind != "conflict":
            return "ask"
        if rivals:
            return "theirs" if claim.who.modified == newest else "master"
        column = self.declaration.table(claim.cell.sheet).column(claim.cell.column)
        return "ask" if column.editor == "coordinator" else "theirs"

    def _added(self, cell: Cell, claims: list[Claim]) -> None:
        if self.root.has(cell.sheet, cell.row):
            here = [claim for claim in claims if self._holds(cell, claim.value)]
            self.out.satisfied += here
            self._conflict("add_add", [claim for claim in claims if claim not in here], None)
        elif any(not alike(claim.value, claims[0].value) for claim in claims):
            self._conflict("add_add", claims, None)
        elif claims:
            first, *others = sorted(claims, key=lambda claim: claim.who.token)
            kind, hint = ("new_row", "theirs") if cell.row.startswith(NEW) else ("unknown_id", "ask")
            self.out.parked.append(Conflict(kind, first.who, cell, None, None, first.value, hint))
            self.out.notices += [Notice("same_addition", c.who, cell.sheet, cell.row) for c in others]

    def _holds(self, cell: Cell, record: Value) -> bool:
        """Whether the row that is there has all that the record has."""
        cells = record_cells(record) if isinstance(record, tuple) else ()
        sheet = self.declaration.table(cell.sheet)
        return all(
            same(self.root.value(cell.sheet, cell.row, part), words)
            for name, value in cells
            for part, words in parts_of(sheet.column(name), value)
        )

    def _removed(self, cell: Cell, claims: list[Claim]) -> None:
        for claim in claims:
            if cell.row not in self.root.rows(cell.sheet).keys:
                self.out.satisfied.append(claim)
            elif self._touched(cell, claim.who):
                self._conflict("delete_edit", [claim], None)
            else:
                self.out.parked.append(Conflict("delete_request", claim.who, cell, None, None, None, "ask"))

    def _touched(self, cell: Cell, who: Who) -> bool:
        """Whether somebody changed the row since it was sent, or wants to."""
        if self.busy.get((cell.sheet, cell.row), set()) - {who.token}:
            return True
        if who.token not in self.bases:
            return True
        sent, rows = self.bases[who.token].rows(cell.sheet), self.root.rows(cell.sheet)
        sheet = self.declaration.table(cell.sheet)
        both = (sheet.column(n) for n in sent.columns if n in rows.columns and sheet.column(n).entered)
        pairs = ((c, sent.value(cell.row, c.name), rows.value(cell.row, c.name)) for c in both)
        return any(not same(old, now) and _differ(c, old, now) for c, old, now in pairs)


def _differ(column: Column, one: Canonical, other: Canonical) -> bool:
    """Whether two unequal cells say different things: the order of lines in a shared one says nothing."""
    return not column.shared or dict(parts_of(column, one)) != dict(parts_of(column, other))


def _change(
    cell: Cell, old: Canonical, new: Canonical, live: list[Claim], before: Claim | None, agreed: bool
) -> Change:
    """The change of one cell and who stands behind it."""
    people = [claim.who for claim in sorted(live, key=lambda claim: (claim.who.department, claim.who.token))]
    if agreed:
        return Change(cell, old, new, people[0], "applied", tuple(people[1:]))
    earlier = before.who if before else (people[0] if people else Who(""))
    rivals = [who for who in people if who.token != earlier.token]
    if rivals:
        return Change(cell, old, new, rivals[0], "contested", (earlier,))
    return Change(cell, old, new, earlier, "withdrawn")
