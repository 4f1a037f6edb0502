"""Questions that only a person can decide, as they stand today: made of the claims that are open.

A question is about one cell and one department; several candidates of it, and cells that are asked
together, are answered by one choice. Nothing is decided here: see `policy.py` and `answering.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from xl_collab.merge.history import GONE, OPEN, Claim, History, Waiting
from xl_collab.merge.master import Master
from xl_collab.merge.result import ADDED, Cell, Value, Who, digest, encode_value
from xl_collab.merge.values import Canonical, encode, readings
from xl_collab.schema.declaration import Declaration


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
    groups = groups_of(history.open())
    asked = [_question(claim, groups[claim.id], history, master, declaration) for claim in _distinct(history)]
    asked += [_whole(waiting) for waiting in history.waiting.values() if not waiting.over]
    return tuple(sorted(asked, key=lambda q: (*q.cell, q.who.department, q.who.token, q.key)))


def passed_over(history: History, master: Master, declaration: Declaration) -> tuple[Question, ...]:
    """Words that came late and are the last that was heard of their cells: nobody has to answer them, and
    they can still be chosen."""
    words = ([c for c in claims if c.state not in GONE] for claims in history.claims.values())
    late = [said[-1] for said in words if said and said[-1].state == "late" and master.has(said[-1].cell)]
    groups = groups_of([*history.open(), *late])
    found = (_question(claim, groups[claim.id], history, master, declaration) for claim in late)
    return tuple(sorted((replace(q, kind="late") for q in found), key=lambda q: (*q.cell, q.key)))


def how_many(asked: Iterable[Question]) -> int:
    """Questions, however many candidates they have."""
    return len({question.group for question in asked})


def groups_of(claims: Iterable[Claim]) -> dict[int, str]:
    """Claim → the name of the question that it belongs to. One question holds what one department says of
    one cell, and the cells of a statement (rule 6)."""
    names: dict[int, str] = {}
    members: dict[str, list[int]] = {}
    for claim in sorted(claims, key=lambda claim: claim.said):
        own = [digest(*claim.cell, claim.department), *claim.bundle.split()]
        joined = [name for name in members if set(own) & set(name.split())]
        ids = [claim.id, *(one for name in joined for one in members.pop(name))]
        members[" ".join(dict.fromkeys((*(n for j in joined for n in j.split()), *own)))] = ids
    for name, ids in members.items():
        names |= dict.fromkeys(ids, name.split()[0])
    return names


def _distinct(history: History) -> list[Claim]:
    """Of open claims that offer the same value for a cell the first one."""
    found: list[Claim] = []
    for claim in sorted(history.open(), key=lambda claim: claim.said):
        if not any(
            (c.cell, c.department) == (claim.cell, claim.department) and c.says(claim.value) for c in found
        ):
            found.append(claim)
    return found


def _question(
    claim: Claim, group: str, history: History, master: Master, declaration: Declaration
) -> Question:
    there = master.has(claim.cell)
    now = master.value(claim.cell) if there else None
    key = f"{claim.id}.{digest(*claim.cell, encode_value(claim.value), encode(now), there)}"
    kind = claim.kind or ("contradiction" if claim.bundle else "conflict" if there else "row_gone")
    if (claim.cell.sheet, claim.cell.row) in master.doubtful:
        kind = "row_unclear"
    could_be = meant(claim, master, declaration)
    hint = _hint(kind, claim, history, declaration)
    return Question(key, kind, claim.cell, claim.who, claim.base, now, claim.value, group, hint, could_be)


def meant(claim: Claim, master: Master, declaration: Declaration) -> tuple[Canonical, ...]:
    """What a value that its column cannot hold could mean; a day without year is one near its row's dates."""
    if claim.kind not in ("unreadable", "out_of_range") or claim.cell.column == ADDED:
        return ()
    column = declaration.table(claim.cell.sheet).column(claim.cell.column)
    return readings(column, claim.value, around(claim, master))


def around(claim: Claim, master: Master) -> list[Canonical]:
    """Values near which a day without year lies: what was sent, what stands there, the rest of the row, and
    when it was said."""
    now = master.value(claim.cell) if master.has(claim.cell) else None
    said = [at for _, at, _ in claim.clocks]
    return [claim.base, now, *master.record(claim.cell.sheet, claim.cell.row).values(), *said]


def _hint(kind: str, claim: Claim, history: History, declaration: Declaration) -> str:
    """Of two words of a department none; against others' the word of whoever answers for the cell."""
    rivals = [c for c in history.claims[claim.cell] if c.state == OPEN and not c.says(claim.value)]
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
