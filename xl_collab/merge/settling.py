"""What merges of the earlier version left open, settled by the present policy, once.

Until 0.1 the claims of all packets had to agree for ever; a value that a newer packet changed was taken
out of the master again and asked about. So what the master holds already is over; a value that the old
rule restored counts as written by nobody, and the department's newest word is applied if nobody else
wrote the cell, else asked. Plain data in; the ledger reads its old tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from xl_collab.merge.history import OPEN, Claim, Entry, Waiting
from xl_collab.merge.policy import Weighing
from xl_collab.merge.result import ADDED, Base, Cell, Notice, Value, Who, alike
from xl_collab.merge.values import UNKNOWN, Canonical, same

_REMOVED = "-"
_WHOLE = ("held", "stopped")
_OVER = ("superseded", "undo", "computed", "overwritten")


@dataclass(frozen=True)
class OldClaim:
    """One change that the newest reply of a packet made, as the earlier version kept it."""

    who: Who
    cell: Cell
    base: Canonical
    value: Value
    applied: bool


@dataclass(frozen=True)
class OldQuestion:
    """A question of the earlier version that is still open."""

    kind: str
    who: Who
    cell: Cell
    base: Canonical
    theirs: Value


@dataclass(frozen=True)
class OldState:
    """What the earlier version's ledger holds.

    spent     token and cell → values that were decided; restored: cell → the value that it took back last
    """

    claims: Sequence[OldClaim] = ()
    spent: Mapping[tuple[str, Cell], Sequence[Value]] = field(default_factory=dict)
    questions: Sequence[OldQuestion] = ()
    restored: Mapping[Cell, Canonical] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.claims or self.questions)


def settle(weighing: Weighing, old: OldState, numbers: Mapping[str, int], bases: Mapping[str, Base]) -> None:
    """Turn the old state into history; what becomes of it is written and told.

    numbers  token → number of its sending
    """
    cells: dict[Cell, list[OldClaim]] = defaultdict(list)
    for claim in sorted(old.claims, key=lambda c: (numbers.get(c.who.token, 0), c.who.modified)):
        if claim.cell.column not in (ADDED, _REMOVED):
            cells[_placed(claim.cell, claim.who, bases)].append(claim)
    for cell, claims in cells.items():
        _cell(weighing, old, cell, [_claim(weighing, c, cell, numbers) for c in claims])
    for question in old.questions:
        placed = replace(question, cell=_placed(question.cell, question.who, bases))
        _question(weighing, placed, numbers)


def _placed(cell: Cell, who: Who, bases: Mapping[str, Base]) -> Cell:
    """The cell by its row's name of today; the earlier version knew rows by the ID in the sending."""
    base = bases.get(who.token)
    return cell if base is None or cell.column == ADDED else cell._replace(row=base.row_of(*cell[:2]))


def _claim(weighing: Weighing, old: OldClaim, cell: Cell, numbers: Mapping[str, int]) -> Claim:
    number = numbers.get(old.who.token, 0)
    return Claim(weighing.history.count(), cell, old.base, old.value, old.who, number)


def _cell(weighing: Weighing, old: OldState, cell: Cell, claims: list[Claim]) -> None:
    history, master = weighing.history, weighing.master
    there, now = master.has(cell), master.value(cell)
    history.claims[cell] += claims
    if there:
        history.past[cell].append(Entry(now, 0, 0))
    newest = {claim.department: claim for claim in claims}
    for claim in claims:
        spent = old.spent.get((claim.who.token, cell), ())
        claim.turn = history.count()
        if there and claim.says(now):
            claim.state = "same"
            history.past[cell].append(Entry(now, claim.id, claim.number))
        elif any(alike(claim.value, value) for value in spent):
            claim.state, claim.against, claim.answered = "declined", (now,), history.sent
        elif claim is not newest[claim.department]:
            claim.state, claim.by = "replaced", newest[claim.department].id
        else:
            claim.state = OPEN
    asked = [claim for claim in claims if claim.state == OPEN]
    if len(asked) == 1 and there and _is_free(old, cell, asked[0], now):
        asked[0].state = "applied"
        weighing.write(asked[0], "settled")
        weighing.tell("settled_old", asked[0])
    for claim in asked:
        if claim.state == OPEN:
            weighing.tell("asked_old", claim)


def _is_free(old: OldState, cell: Cell, claim: Claim, now: Canonical) -> bool:
    """Whether nobody but the old rule, or nobody at all, wrote what the master holds."""
    if claim.base == UNKNOWN:
        return False
    return same(now, claim.base) or (cell in old.restored and same(now, old.restored[cell]))


def _question(weighing: Weighing, question: OldQuestion, numbers: Mapping[str, int]) -> None:
    """A question that no claim stands for: foreign cells, unreadable values, rows to add, whole replies."""
    history, cell, who = weighing.history, question.cell, question.who
    if question.kind in _WHOLE:
        waiting = Waiting(who, question.kind, "", 1, cell.sheet)
        known = history.waiting.get(waiting.key, replace(waiting, count=0))
        history.waiting[waiting.key] = replace(known, count=known.count + 1)
    elif cell.column == _REMOVED:
        weighing.notices.append(Notice("closed_old_row", who, cell._replace(column="")))
    elif question.kind in _OVER:
        weighing.notices.append(Notice("closed_old", who, cell, question.theirs))
    elif not any(claim.who == who for claim in history.claims.get(cell, ())):
        number = numbers.get(who.token, 0)
        kind = {"conflict": "", "edit_delete": "", "add_add": "new_row", "unknown_id": "new_row"}
        claim = Claim(history.count(), cell, question.base, question.theirs, who, number)
        claim.kind, claim.state, claim.turn = kind.get(question.kind, question.kind), OPEN, history.count()
        if weighing.master.has(cell):
            history.past[cell].append(Entry(weighing.master.value(cell), 0, 0))
        history.claims[cell].append(claim)
        weighing.tell("asked_old", claim)
