"""What people expect of a shared table, cell by cell and row by row: the judge. It knows no rule of merging.

Each expectation has a letter, and a broken one raises Broken with it:

a  a cell that one side alone changed holds what that side wrote last, and nobody is asked
b  nothing typed is ever neither applied, nor asked, nor told
c  a cell that both sides changed, neither knowing of the other, is asked once; meanwhile the master keeps
   its value; an answer ends it
d  the same file collected twice changes nothing
e  one collect gives the same in whatever order its files are read
f  undoing a reply changes only what that reply wrote last, and brings back nothing that was written over
g  no question stays open that nobody has to answer
h  merging never makes a row contradict itself where nobody wrote a contradiction
i  of new rows none is lost and none doubled
j  rows stay the same rows for people, whatever happens to numbers and words

Where people themselves could not say what is right, the judge lets either pass: see excuses.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from life import excuses as why
from life.excuses import Case, Excuse
from life.office import Question, Row
from life.record import Cell, Record, Word


class Broken(Exception):
    """Raised when an office does what people do not expect; its text begins with the letter."""


MAY_LAG = (why.old_packet, why.contradicts_alone)
"""Why the master need not hold a side's last word, unasked."""
MAY_ASK = (
    why.own_quarrel,
    why.undone,
    why.untouched_since,
    why.not_its_own,
    why.handed_over,
    why.replaced_before,
    why.back_to_base,
    why.contradicts_alone,
)
"""Why a cell may be asked that one side alone changed."""
NEED_NOT_ASK = (why.own_quarrel, why.undone, why.handed_over, why.replaced_before, why.back_to_base)
"""Why a cell may go unasked that both sides changed."""


class Judge:
    """Judges the master and the open questions by the record."""

    def __init__(self, record: Record):
        self.record = record
        self.given_up: set[Cell] = set()
        """Cells of whose value nothing is expected any more."""
        self.asked: dict[Cell, set[tuple[str, object, object]]] = defaultdict(set)
        self.counts: Counter[str] = Counter()
        """How many cells that departments wrote were judged, given up, or passed by which excuse."""

    def check(self, rows: Mapping[int, Row], questions: Sequence[Question], act: str) -> None:
        """After an act: every cell is as people expect (a, c, g)."""
        asked: dict[Cell, list[Question]] = defaultdict(list)
        for one in questions:
            if one.uid is not None:
                asked[one.uid, one.column].append(one)
        for cell in list(self.record.words):
            if cell[0] in rows:
                row = rows[cell[0]]
                self._cell(Case(self.record, cell, row, asked[cell], self.record.standing(cell)), act)

    def _cell(self, case: Case, act: str) -> None:
        if any(excuse(case) for excuse in why.STAYING):
            self.given_up.add(case.cell)
        if case.claims:
            self.counts["given up" if case.cell in self.given_up else "judged"] += 1
        if case.cell not in self.given_up:
            self._value(case, act)
        self.record.follow(case.cell, case.value, case.standing)
        self._questions(case, act)

    def _value(self, case: Case, act: str) -> None:
        if len({w.value for w in case.standing}) == 1:
            self._one_side(case, case.standing[0], act)
        else:
            self._both_sides(case, act)
        if case.value not in [w.value for w in self.record.heard(case.cell)]:
            raise Broken(f"a: the master holds what nobody wrote ({act})")

    def _one_side(self, case: Case, word: Word, act: str) -> None:
        """a: the last word of the one side stands, unasked."""
        if case.asked and not self._excused(case, MAY_ASK):
            raise Broken(f"a: asked, though one side alone changed it ({act})")
        if not case.asked and case.value != word.value and not self._excused(case, MAY_LAG):
            raise Broken(f"a: the master does not hold the last word ({act})")

    def _both_sides(self, case: Case, act: str) -> None:
        """c: neither knew of the other: asked."""
        if not case.asked and not self._excused(case, NEED_NOT_ASK):
            raise Broken(f"c: both sides changed it, and nobody is asked ({act})")

    def _questions(self, case: Case, act: str) -> None:
        """c: a pair once; g: none that nobody has to answer."""
        for one in case.asked:
            if any(value == case.value for value in one.theirs):
                raise Broken(f"g: a question whose two sides are equal stays open ({act})")
            if case.cell in self.given_up:
                continue
            for value in one.theirs:
                if self.record.is_answered(case.cell, one.dept, value, case.value):
                    raise Broken(f"c: a pair that was answered is asked again ({act})")
                if self._replaced(case, one.dept, value) and not self.record.together(one):
                    raise Broken(f"g: open, though the department has said something else since ({act})")
        pairs = [(q.dept, value) for q in case.asked for value in q.theirs]
        if case.cell not in self.given_up and len(pairs) > len(set(pairs)):
            raise Broken(f"c: one pair of words is asked twice at once ({act})")

    def _replaced(self, case: Case, dept: str, value: object) -> bool:
        """Whether the department said something else later, knowing this, by the same clock."""
        old = [w for w in case.claims if (w.who, w.value) == (dept, value)]
        return bool(old) and all(
            any(_corrects(new, w) for new in case.claims if new.who == dept and new.value != value)
            for w in old
        )

    def _excused(self, case: Case, allowed: Sequence[Excuse]) -> bool:
        for excuse in allowed:
            if excuse(case):
                self.counts[excuse.__name__] += 1
                return True
        return False


def _corrects(new: Word, old: Word) -> bool:
    return old in new.seen and new.packet == old.packet and new.clocks == old.clocks and new.when > old.when
