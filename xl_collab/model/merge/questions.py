"""Questions that only a person can decide, as they stand today: made of the claims that are open.

A question is about one cell and one department; several candidates of it, and cells that are asked
together, are answered by one choice. Nothing is decided here: see `policy.py` and `answering.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from xl_collab.model.merge.history import OPEN, Claim, History, Waiting
from xl_collab.model.merge.master import Master
from xl_collab.model.merge.result import ADDED, Cell, Value, Who, digest, encode_value
from xl_collab.model.merge.values import Canonical, encode, readings
from xl_collab.model.schema import Declaration


@dataclass(frozen=True)
class Question:
    """One candidate of a question: what was sent, what stands in the master, what came back.

    key         changes when the master's value does, so that a choice made on another value is asked anew
    group       candidates with the same group are one question
    readings    values that a text which the column cannot hold could mean
    suggestion  theirs, master or ask
    """

    key: str
    kind: str
    cell: Cell
    who: Who
    base: Canonical
    master: Canonical
    theirs: Value
    group: str
    suggestion: str = "ask"
    readings: tuple[Canonical, ...] = ()
    count: int = 1

    @property
    def whole(self) -> bool:
        """Whether it is about a whole reply, with `count` changes."""
        return self.kind in ("held", "stopped")


def questions(history: History, master: Master, declaration: Declaration) -> tuple[Question, ...]:
    """Everything that is open, by place."""
    asked = [_question(claim, history, master, declaration) for claim in history.open()]
    asked += [_whole(waiting) for waiting in history.waiting.values()]
    return tuple(sorted(asked, key=lambda q: (*q.cell, q.who.department, q.who.token, q.key)))


def passed_over(history: History, master: Master, declaration: Declaration) -> tuple[Question, ...]:
    """Words that came late and are the last that was heard of their cells: nobody has to answer them, and
    they can still be chosen."""
    last = (claims[-1] for claims in history.claims.values() if claims)
    late = [c for c in last if c.state == "late" and master.has(c.cell)]
    found = (_question(claim, history, master, declaration) for claim in late)
    return tuple(sorted((replace(q, kind="late") for q in found), key=lambda q: (*q.cell, q.key)))


def how_many(asked: Iterable[Question]) -> int:
    """Questions, however many candidates they have."""
    return len({question.group for question in asked})


def group_of(claim: Claim) -> str:
    """Which question an open claim belongs to."""
    return claim.bundle or digest(*claim.cell, claim.department)


def _question(claim: Claim, history: History, master: Master, declaration: Declaration) -> Question:
    there = master.has(claim.cell)
    now = master.value(claim.cell) if there else None
    key = f"{claim.id}.{digest(*claim.cell, encode_value(claim.value), encode(now), there)}"
    kind = claim.kind or ("conflict" if there else "row_gone")
    if (claim.cell.sheet, claim.cell.row) in master.doubtful:
        kind = "row_unclear"
    could_be = meant(claim, master, declaration)
    hint = _hint(kind, claim, history, declaration)
    return Question(
        key, kind, claim.cell, claim.who, claim.base, now, claim.value, group_of(claim), hint, could_be
    )


def meant(claim: Claim, master: Master, declaration: Declaration) -> tuple[Canonical, ...]:
    """What a value that its column cannot hold could mean; a day without year is one near its row's dates."""
    if claim.kind not in ("unreadable", "out_of_range") or claim.cell.column == ADDED:
        return ()
    column = declaration.table(claim.cell.sheet).column(claim.cell.column)
    now = master.value(claim.cell) if master.has(claim.cell) else None
    row = master.record(claim.cell.sheet, claim.cell.row)
    return readings(column, claim.value, [claim.base, now, *row.values()])


def _hint(kind: str, claim: Claim, history: History, declaration: Declaration) -> str:
    """Of two words of a department none; against others' the word of whoever answers for the cell."""
    rivals = [c for c in history.claims[claim.cell] if c.state == OPEN and c is not claim]
    writer = history.writer(claim.cell)
    if kind == "conflict" and not rivals and (writer is None or writer.department != claim.department):
        column = declaration.table(claim.cell.sheet).column(claim.cell.column)
        return "ask" if column.editor == "coordinator" else "theirs"
    return "master" if kind in ("trespass", "no_base", "other_row") else "ask"


def _whole(waiting: Waiting) -> Question:
    cell = Cell(waiting.sheet, "", "")
    return Question(
        waiting.key,
        waiting.kind,
        cell,
        waiting.who,
        None,
        None,
        waiting.reason,
        waiting.key,
        count=waiting.count,
    )
