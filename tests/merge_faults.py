"""The plain reading of the merge with one rule broken: each class is a mistake that somebody could build.

test_merge_agreement.py shows that random merges tell every one of them from the rules.
"""

from __future__ import annotations

from dataclasses import replace

from life.office import NewRow, Reply, Row
from merge_rules import Office
from merge_weighing import Verdict
from merge_words import Back, Line, Mark, Sending, Word


class MasterFirst(Office):
    """Rule 3 before rule 2: a late word is applied where the master shows its base (P1)."""

    def _late(self, new: Word) -> bool:
        return new.line.value(new.column) != new.base and super()._late(new)


class NothingIsLate(Office):
    """Rule 2: "late" ignored."""

    def _late(self, new: Word) -> bool:
        return False


class SettledIsNoWord(Office):
    """Rule 2: a word that the master already showed does not count (P2)."""

    def _words(self, cell: tuple[Line, str, str]) -> list[Word]:
        return [w for w in super()._words(cell) if w.state != "same"]


class EqualStampsAreCertain(Office):
    """Rule 2: of two files with one stamp the one with the greater name is the later."""

    def _mark(self, reply: Reply, now: float) -> Mark:
        mark = super()._mark(reply, now)
        return replace(mark, stamp=mark.stamp + int(mark.rid[1:]) / 1000)


class ClocksCompare(Office):
    """Rule 2: stamps compare, whoever's clock it was (P6)."""

    def _mark(self, reply: Reply, now: float) -> Mark:
        return replace(super()._mark(reply, now), clock="one")


class AnyStampCounts(Office):
    """Rule 2: one clock's stamps compare even if only one of them lies between sending and collecting."""

    def _mark(self, reply: Reply, now: float) -> Mark:
        return replace(super()._mark(reply, now), within=True)


class SendingDoesNotCount(Office):
    """Rule 2: a newer sending is not later."""

    def _mark(self, reply: Reply, now: float) -> Mark:
        return replace(super()._mark(reply, now), clock="one", within=True)

    def _uncertain(self, new: Word) -> bool:
        return False


class UncertainIsApplied(Office):
    """Rule 2: an order that is not certain is not asked."""

    def _uncertain(self, new: Word) -> bool:
        return False


class NeverOverruled(Office):
    """Rule 3: what the coordinator did to their word since the sending is forgotten (P27, P30)."""

    def _overruled(self, new: Word) -> bool:
        return False


class NeverCorrected(Office):
    """Rule 3: the department's own word in the master is taken for somebody else's."""

    def _against_master(self, new: Word) -> str:
        kind = super()._against_master(new)
        return "asked" if kind == "corrected" else kind


class LeadChangedIsSilent(Office):
    """Rules 1 and 3: a changed lead, a cancelled row, an emptied cell are not told."""

    def _also_told(self, word: Word, was: Row) -> bool:
        return False


class LeadOfToday(Office):
    """Rule 1: own cells are those of whoever leads now (P17)."""

    def _word(self, back: Back, line: Line, column: str, base: Row) -> Word:
        return super()._word(back, line, column, {**base, "owner": (line.row or base)["owner"]})


class AnybodyMayWrite(Office):
    """Rule 1: a change elsewhere is applied (P18)."""

    def _own(self, dept: str, column: str, base: Row) -> bool:
        return True


class PairIsAskedAgain(Office):
    """Rule 4: an answered pair is asked again (P4)."""

    def _answered_pair(self, word: Word) -> bool:
        return False


class AnswerLastsForEver(Office):
    """Rule 4: an answered pair is over for every later sending too (P32)."""

    def _answered_pair(self, word: Word) -> bool:
        now = (word.column, word.dept, word.value, word.line.value(word.column))
        return any((p.column, p.dept, p.theirs, p.master) == now for p in word.line.answered)


class WeighedAnew(Office):
    """Rule 4: what a file only carries along is weighed like something new (P3)."""

    def _said_before(self, new: Word) -> Word | None:
        return None


class UndoneIsNew(Office):
    """Rule 4: what was undone is applied when it comes again (P21)."""

    def _said_before(self, new: Word) -> Word | None:
        old = super()._said_before(new)
        return old if old is not None and old.state != "withdrawn" else None


class QuestionStaysOpen(Office):
    """Rule 5: a question stays when the master takes its value (P8)."""

    def _close_what_stands(self, line: Line, column: str) -> None:
        pass


class ReplacedStaysOpen(Office):
    """Rule 5: a question stays when a later word replaces it (P9)."""

    def _close_what_it_replaces(self, new: Word) -> None:
        pass


class CellByCell(Office):
    """Rule 6: cells that contradict each other are merged one by one (P14, P15)."""

    def _as_one_statement(self, verdicts: list[Verdict], was: Row | None, returned: Row) -> None:
        pass


class PutBackIsSilent(Office):
    """Rule 7: what was put back is not told (P11)."""

    def _keep_what_was_put_back(self, back: Back, sending: Sending) -> None:
        pass


class PutBackIsOnlyTold(Office):
    """Rule 7: never asked."""

    def _says_put_back(self, word: Word, later: Back) -> str:
        kind = super()._says_put_back(word, later)
        return "told" if kind == "asked" else kind


class FollowedByNumber(Office):
    """Rule 8: a row is its 编号 (P24)."""

    def _look(self) -> None:
        rows = {str(row["id"]): row for row in self.rows}
        for line in self.lines:
            line.row = rows.get(line.called[0])
            line.called = (line.called[0], str(line.row["task"]) if line.row else "")
        super()._look()


class MissingRowIsSilent(Office):
    """Rule 8: a row that the reply lacks is not told (P19)."""

    def _tell(self, kind: str, line: Line, column: str | None, value: object, rid: str) -> None:
        if column is not None:
            super()._tell(kind, line, column, value, rid)


class EveryNewLineIsARow(Office):
    """Rule 9: the same new row comes twice (P20)."""

    def _take_new(self, back: Back, sending: Sending) -> None:
        for new in back.reply.new:
            self._add(back, sending, new)


class TypedNumberIsDropped(Office):
    """Rule 9: a typed 编号 is not kept."""

    def _add(self, back: Back, sending: Sending, new: NewRow) -> None:
        super()._add(back, sending, replace(new, typed_id=""))


class UndoShowsTheOldest(Office):
    """Rule 11: undo shows what stood in the cell before all replies."""

    def _restore(self, line: Line, column: str, rid: str) -> None:
        super()._restore(line, column, rid)
        if line.row is not None and line.writes[column][-1].word is not None:
            line.row[column] = line.writes[column][0].value


class UndoTakesTheirWordBackOnly(Office):
    """Rule 11: what gave way to the reply stays away (P13)."""

    def _reconsider(self, word: Word, rid: str) -> None:
        pass


class UndoOverwritesTheCoordinator(Office):
    """Rule 11: undo goes by the value, not by who wrote it last (P25)."""

    def _restore(self, line: Line, column: str, rid: str) -> None:
        gone = [w.value for w in line.words if w.column == column and w.state == "withdrawn"]
        super()._restore(line, column, rid)
        if line.row is not None and line.row[column] in gone:
            line.row[column] = line.writes[column][0].value


FAULTS = [
    fault
    for fault in list(vars().values())
    if isinstance(fault, type) and issubclass(fault, Office) and fault is not Office
]
