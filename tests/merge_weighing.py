"""What becomes of one word: rules 2, 3, 4 and 6 of the plain reading of the merge.

merge_rules.py says what may enter here and where the other rules stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from life.office import Row
from merge_master import Master
from merge_words import EARLIER, REPORTED, STATEMENT, Line, Word, Write, contradicts, holds, order

WRITTEN = ("applied", "corrected")


@dataclass
class Verdict:
    """What becomes of a word. `again`: it was weighed before, and a file only carries it along."""

    word: Word
    kind: str
    again: bool = False


class Weighing(Master):
    """A master that can weigh what departments say of its cells."""

    # Rule 2: first its own side

    def _late(self, new: Word) -> bool:
        """ "Said before a *different* such word → late: not applied, told." """
        # Open: late also if the master happens to show the same value; rule 2 comes first.
        others = (w for w in self._words(new.cell) if w.value != new.value)
        return any(order(new.mark, other.mark) == EARLIER for other in others)

    def _uncertain(self, new: Word) -> bool:
        """ "Order to its latest or an open one not certain → asked." """
        latest = self._latest(new.cell)
        others = [w for w in self._words(new.cell) if (w is latest or w.open) and w.value != new.value]
        return any(order(other.mark, new.mark) is None for other in others)

    # Rule 3: then the master

    def _against_master(self, new: Word) -> str:
        """ "Equal to the base → applied; asked if others overwrote or declined a word of theirs since the
        sending. Last written by this department, or by an answer that took its word → corrected, told.
        Else asked; the master stays." """
        if new.line.value(new.column) == new.base:
            return "asked" if self._overruled(new) else "applied"
        last = new.line.last(new.column)
        return "corrected" if last is not None and last.dept == new.dept else "asked"

    def _overruled(self, new: Word) -> bool:
        since = self.sendings[new.packet].when
        writes = pairwise(new.line.writes.get(new.column, []))
        overwrote = (b.when > since for a, b in writes if a.dept == new.dept != b.dept)
        return any(overwrote) or any(w.declined > since for w in self._words(new.cell))

    def _also_told(self, word: Word, was: Row) -> bool:
        """ "Told too where the lead changed or the row is 取消/暂停." Rule 1: "an emptied cell is told." """
        base = next(b for line, b in self._shown(word) if line is word.line)
        lead_changed = word.column in REPORTED and base["owner"] != was["owner"]
        return lead_changed or was.get("status") in ("取消", "暂停") or word.value is None

    def _shown(self, word: Word) -> list[tuple[Line, Row]]:
        sending = self.sendings[word.packet]
        added = [(a.line, {"owner": word.dept}) for a in sending.added]
        return sending.shown + added

    # Rule 4: one word is weighed once, one pair is answered once

    def _said_before(self, new: Word) -> Word | None:
        """ "The same sending, cell and value is one word, in whatever file." The last time it was said."""
        same = [w for w in new.line.words if (w.cell, w.packet, w.value) == (new.cell, new.packet, new.value)]
        return same[-1] if same else None

    def _replaced(self, old: Word) -> bool:
        """Open: "replaced by a different word of the department" is meant of the last word; and a word that
        came late was replaced before it came, so one that comes again later is asked like any other."""
        latest = self._latest(old.cell)
        return old.state == "late" or (
            latest is not None and latest.value != old.value and max(latest.said, latest.chosen) > old.said
        )

    def _open_pair(self, new: Word) -> bool:
        """ "A pair (theirs, master's) that is open is not asked again." """
        return any(w.open and w.value == new.value for w in self._words(new.cell))

    def _answered_pair(self, word: Word) -> bool:
        """ "One that was answered is over (told), before rule 3, for any sending made before the answer." """
        now = (word.column, word.dept, word.value, word.line.value(word.column))
        since = self.sendings[word.packet].when
        pairs = (p for p in word.line.answered if p.when > since)
        return any((p.column, p.dept, p.theirs, p.master) == now for p in pairs)

    # The rules in their order

    def _weigh(self, new: Word) -> Verdict:
        old = self._said_before(new)
        equal = new.line.value(new.column) == new.value
        if old is not None and old.state != "withdrawn" and not self._replaced(old):
            # Open: carried along, and not what the master shows: told as over, whatever became of it.
            old.marks += new.marks
            return Verdict(old, "same" if equal else "over", again=True)
        if self._late(new):
            if old is None or old.state == "withdrawn":
                return Verdict(new, "late")
            # Open: in another file, a word that was told before; nobody has to read it twice.
            old.marks += new.marks
            return Verdict(old, "same" if equal else "over", again=True)
        if equal:
            # Open: also if its order to another word of theirs is not certain, and if the pair was answered:
            # there is nothing to ask.
            return Verdict(new, "same")
        if self._answered_pair(new):
            return Verdict(new, "over")
        once_more = old is not None
        if once_more or self._uncertain(new) or not new.own or not holds(new.column, new.value):
            return self._asked(new)
        kind = "asked" if new.line.row is None else self._against_master(new)
        return self._asked(new) if kind == "asked" else Verdict(new, kind)

    def _asked(self, new: Word) -> Verdict:
        return Verdict(new, "over" if self._open_pair(new) else "asked")

    def _carry_out(self, verdict: Verdict, was: Row | None) -> None:
        word, kind = verdict.word, verdict.kind
        self._tell(kind, word.line, word.column, word.value, word.marks[-1].rid)
        if verdict.again:
            return
        word.said, word.state = self._now(), self._state(word, kind)
        word.line.words.append(word)
        if kind == "same":
            self._settle_at_once(word)
        if kind in (*WRITTEN, "same", "asked"):
            self._close_what_it_replaces(word)
        if kind in WRITTEN and was is not None:
            self._write(word.line, word.column, word.value, word)
            if self._also_told(word, was):
                self._tell("told", word.line, word.column, word.value, word.mark.rid)

    def _settle_at_once(self, word: Word) -> None:
        """Open: what the department itself wrote and says again is one more writing, so that taking back the
        first leaves the second."""
        self._settle(word)
        last = word.line.last(word.column)
        if last is not None and last.dept == word.dept:
            word.line.writes[word.column].append(Write(self._now(), word.value, word))

    def _state(self, word: Word, kind: str) -> str:
        """A word whose pair is open stands in the question beside the one that opened it."""
        return "asked" if kind == "over" and self._open_pair(word) else kind

    # Rule 6: one statement

    def _as_one_statement(self, verdicts: list[Verdict], was: Row | None, returned: Row) -> None:
        """ "Where the merge would make 状态, 完成率, 实际开始, 实际完成 of a row contradict, and neither
        master nor reply did, the reply's claims among them are one question, with the same claim that is
        already open." """
        ours = [v for v in verdicts if v.word.column in STATEMENT]
        written = {v.word.column: v.word.value for v in ours if v.kind in WRITTEN}
        if was is None or not written or contradicts(was) or contradicts(returned):
            return
        if not contradicts({**was, **written}):
            return
        # Open: what is late is part of the statement too.
        together = [v for v in ours if v.kind in (*WRITTEN, "asked", "late") or self._is_open(v)]
        for verdict in together:
            over = (
                self._is_open(verdict) or self._open_pair(verdict.word) or self._answered_pair(verdict.word)
            )
            verdict.kind = "over" if over else "asked"
        self.statements.append([v.word for v in together])

    def _is_open(self, verdict: Verdict) -> bool:
        return verdict.kind == "over" and self._open_pair(verdict.word)
