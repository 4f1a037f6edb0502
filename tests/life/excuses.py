"""Where people themselves could not say what is right: each reason is a function, its docstring the reason.

The judge lets a cell pass for one of these and for nothing else, and counts how often it does. What may not
enter: anything that a merge does; an excuse looks only at who wrote what when.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from life.office import PROGRESS, Question, Row
from life.record import COORDINATOR, Cell, Record, Word


@dataclass(frozen=True)
class Case:
    """One cell, when it is judged: the row as it is, what is asked, the words that stand."""

    record: Record
    cell: Cell
    row: Row
    asked: Sequence[Question]
    standing: Sequence[Word]

    @property
    def value(self) -> object:
        return self.row[self.cell[1]]

    @property
    def claims(self) -> list[Word]:
        return self.record.claims(self.cell)

    @property
    def coordinator(self) -> Word | None:
        """The coordinator's word, if it stands."""
        return next((w for w in self.standing if w.who == COORDINATOR), None)


Excuse = Callable[[Case], bool]


def returned(case: Case) -> bool:
    """A value came back (0.5, 0.6, 0.5): typed anew, and carried along in an old file, look the same."""
    record = case.record
    said = [(w.who, w.value) for w in record.words[case.cell] if w.carried & record.ever and not w.back]
    return len(said) > len(set(said)) > 1


def carried_along(case: Case) -> bool:
    """One word stands in several mails beside another of its department: which of them is the last?"""
    return any(len(a.carried) > 1 and _differ(a, b) for a in case.claims for b in case.claims)


def put_back(case: Case) -> bool:
    """Put back to what the packet showed: a file in which nobody did anything looks the same."""
    return any(w.back and case.record.hears(w) for w in case.record.words[case.cell])


def untouched_since(case: Case) -> bool:
    """A later mail of that packet shows what was sent: put back, or a copy in which nobody wrote that."""
    record = case.record
    return any(
        u.rid in record.collected and u.packet == w.packet and w.mailed is not None and u.mailed > w.mailed
        for u in record.untouched[case.cell]
        for w in case.claims
    )


def asked_together(case: Case) -> bool:
    """状态, 完成率, 实际完成 are asked as one statement: a cell of them may be asked for the others' sake."""
    return case.cell[1] in PROGRESS and any(case.record.together(q) for q in case.asked)


def undone(case: Case) -> bool:
    """A reply was undone: whether what it said is still meant, only its sender knows."""
    return case.cell in case.record.undone


def own_quarrel(case: Case) -> bool:
    """The department said two things itself, neither writer knowing of the other, or by two clocks."""
    return any(_quarrel(a, b) for a in case.claims for b in case.claims)


def old_packet(case: Case) -> bool:
    """The department said two things, to two packets: its last mail may be about the older one."""
    return own_quarrel(case) and len({w.packet for w in case.claims}) > 1


def not_its_own(case: Case) -> bool:
    """The row is not led by the sender: to ask is right, whoever else wrote."""
    return any((case.cell, q.dept) in case.record.foreign for q in case.asked)


def handed_over(case: Case) -> bool:
    """Two departments wrote into the cell, as the row was handed over."""
    return len({w.who for w in case.claims}) > 1


def replaced_before(case: Case) -> bool:
    """A colleague says what the coordinator has replaced already: a new word or an old one."""
    mine = case.coordinator
    return mine is not None and any(
        _same(w, x) and x in mine.seen for w in case.standing for x in case.claims if x is not w
    )


def back_to_base(case: Case) -> bool:
    """The master shows what the packet showed: that it changed and went back cannot be seen in it."""
    mine = case.coordinator
    return mine is not None and any(
        w.base == mine.value for w in case.standing for w in _alike(case, w) if w.who != COORDINATOR
    )


def contradicts_alone(case: Case) -> bool:
    """Taken alone the word would make the row contradict itself."""
    return case.cell[1] in PROGRESS and any(
        contradicts({**case.row, case.cell[1]: w.value}) for w in case.standing
    )


STAYING: tuple[Excuse, ...] = (returned, carried_along, put_back, asked_together)
"""Once one of these is true of a cell, nothing is expected of its value any more."""


def contradicts(row: Mapping[str, object]) -> bool:
    """Whether a row says finished in one cell and unfinished in another.

    100 % of a row that is not finished is left out: it reads badly, but a task can wait for its acceptance.
    """
    finish = isinstance(row["actual_finish"], dt.date)
    if row["status"] == "已完成":
        return row["percent"] != 1 or not finish
    return finish


def _differ(a: Word, b: Word) -> bool:
    return a.who == b.who and a.value != b.value


def _same(a: Word, b: Word) -> bool:
    return (a.who, a.value) == (b.who, b.value)


def _quarrel(a: Word, b: Word) -> bool:
    unknown = a not in b.seen and b not in a.seen
    return _differ(a, b) and (unknown or a.clocks != b.clocks)


def _alike(case: Case, word: Word) -> list[Word]:
    """The department's words that say the same."""
    return [w for w in case.claims if _same(w, word)]
