"""The merge's policy: what becomes of each thing that a reply says. Written for the coordinator.

1.  A reply says something of a cell where it differs from what its own packet showed. A cell that was
    emptied is said too. Words for cells that are not the department's, and values that a column cannot
    hold, are asked. If it is not known what was sent, everything is asked.
2.  First a department's words are put in order among themselves. What was said before a different word of
    the department is late: not applied, told, and can be chosen. A newer packet's word is later, unless a
    clock says otherwise; of one packet's words the one with the later time. Times compare only by one
    clock, our mail server's or one computer's, and only if both or neither lie between sending and
    collecting. Where the order is not certain, it is asked.
3.  Then the master is looked at. It says the same: settled. It still says what the packet showed: applied;
    but asked if somebody else wrote over a word of the department, or declined one, since the packet went
    out. The department itself wrote last, or an answer took its word: corrected. In all other cases it is
    asked, and the master stays. Told too where the lead changed, or the row is cancelled or paused.
4.  The same value for the same cell from the same packet is one word, in whatever file it comes. It is asked
    once more only after the department replaced it, or after an undo. A pair of values, theirs and the
    master's, that is open is not asked again; one that was answered is over for every packet made before.
5.  There is one question for a cell and a department. It closes by itself, and is told, when the master
    takes its value or a later word of the department replaces it. One answer ends all its candidates.
6.  Where the merge would make 状态, 完成率 and 实际完成 of a row contradict, and neither the master nor the
    reply did, what the reply says of them is one question.
7.  A cell that an earlier reply changed, and that a later one to the same packet shows as it was sent,
    keeps its change. That is told; it is asked if the later reply shows every other change of the earlier.
8.  Rows are followed by what they say (`following.py`). A row that is not found is asked about, never
    given to another one; a row that is missing in the reply is told.
9.  New rows are added. A free ID that was typed is kept, else the row gets the next one, which is told. The
    same words from the same packet, or similar ones in the same blank line, are the same row.
10. In 配合反馈 each department's words are a cell of their own.
11. Taking a reply back removes its words: a cell that it wrote last shows the latest word left. What gave
    way to it becomes a question. Answers stand.

`answering.py` has what an answer and an undo do, `claims.py` what a reply says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from xl_collab.merge.claims import PROGRESS, ReplyReading, Said
from xl_collab.merge.history import OPEN, Claim, Clock, History, HistoryEntry, order
from xl_collab.merge.master import Master
from xl_collab.merge.result import Base, Cell, Notice, ReturnedFile, digest
from xl_collab.merge.values import UNKNOWN, Canonical, same
from xl_collab.project.parties import parse_parties
from xl_collab.schema.declaration import Declaration
from xl_collab.schema.keys import department_of, normalise_key
from xl_collab.schema.sheets import SHEETS

WRITTEN = ("applied", "corrected")
_TRACKER = "tracker"
_STOPPED = ("cancelled", "paused")


def contradicts(row: Mapping[str, Canonical]) -> bool:
    """Whether 状态, 完成率 and 实际完成 of a row cannot all be true."""
    status, percent, actual = (row.get(name) for name in PROGRESS)
    done = status == "done"
    return done != (actual is not None) or (done and percent != 1)


@dataclass
class Weighing:
    """One collect: what each reply says is weighed against the history and the master.

    weighed   each claim, and the word of `words.OUTCOMES` for what came of it; `again` and `carried` say
              that it was weighed before and that the master shows it, or does not
    wrote     cell → the claims that its new value comes from, and how (applied, corrected)
    """

    master: Master
    history: History
    now: datetime
    declaration: Declaration = SHEETS
    notices: list[Notice] = field(default_factory=list)
    weighed: list[tuple[Claim, str]] = field(default_factory=list)
    wrote: dict[Cell, tuple[Claim, str]] = field(default_factory=dict)

    # what people did to the master by hand

    def look(self) -> None:
        """Note what changed since the last run, and close what needs no answer any more."""
        for cell in list(self.history.past):
            last = self.history.last(cell)
            if last is not None and self.master.has(cell) and not same(last.value, self.master.value(cell)):
                self.history.past[cell].append(HistoryEntry(self.master.value(cell), 0, self.history.sent))
        self.close_open()

    def close_open(self) -> None:
        """Close all questions that need no answer any more."""
        for cell in {claim.cell for claim in self.history.open()}:
            self.close(cell)

    def close(self, cell: Cell) -> None:
        """Rule 5: questions about a cell that offer what the master shows are settled."""
        for claim in self.history.claims[cell]:
            if claim.state == OPEN and self.shows(claim):
                self.settle(claim)
                self.tell("settled", claim)

    def settle(self, claim: Claim) -> None:
        """Mark a claim as what the master shows, whoever wrote that."""
        writer = self.history.writer(claim.cell)
        claim.state, claim.by = "same", writer.id if writer else 0

    def shows(self, claim: Claim) -> bool:
        """Whether the master shows what is claimed."""
        return claim.says(self.held(claim.cell))

    def held(self, cell: Cell) -> Canonical:
        """What the master shows; of a cell that is nowhere a value that equals none."""
        return self.master.value(cell) if self.master.has(cell) else UNKNOWN

    # what a reply says

    def weigh(self, claims: Iterable[Claim], reading: ReplyReading) -> None:
        """Weigh what one reply says of cells; replies of one collect in the order of `in_order`."""
        plan = {claim: self.outcome(claim) for claim in claims}
        self._bundle(plan, reading)
        rows = {at: self._remarkable(at, reading.base) for at in {claim.cell[:2] for claim in plan}}
        for claim, outcome in plan.items():
            self.do(claim, outcome)
            if outcome in WRITTEN:
                self._remark(claim, *rows[claim.cell[:2]])

    def claim(self, base: Base, reply: ReturnedFile, clocks: tuple[Clock, ...], said: Said) -> Claim:
        """A claim for what a reply says of one cell."""
        number = self.history.count()
        cell, past = said.cell, self.history.past
        if cell not in past and self.master.has(cell):
            past[cell].append(HistoryEntry(self.master.value(cell), 0, 0))
        return Claim(number, cell, said.base, said.value, reply.who, base.number, clocks, said.kind)

    def outcome(self, claim: Claim) -> str:
        """What becomes of a claim by rules 2 to 4."""
        if not self.history.claims[claim.cell]:
            return self._first(claim)
        before = self._said_before(claim)
        said = before if before is not None and before.state != "withdrawn" else None
        if said is not None and not self._replaced(said):
            return self._carried(claim, said)
        if self.late(claim):
            return "late" if said is None else self._carried(claim, said)
        if self.shows(claim):
            return "same"
        if self.answered(claim):
            return "over"
        if before is not None or claim.kind or self._uncertain(claim) or not self.master.has(claim.cell):
            return self._asked(claim)
        return self._against_master(claim)

    def _first(self, claim: Claim) -> str:
        """The same where nobody ever said anything of the cell: only what the master shows matters."""
        now = self.held(claim.cell)
        if claim.says(now):
            return "same"
        return "applied" if same(now, claim.base) and not claim.kind else "asked"

    # rule 4

    def _said_before(self, claim: Claim) -> Claim | None:
        """The same value for the same cell from the same sending: the last time it was said."""
        said = [
            c
            for c in self.history.claims[claim.cell]
            if (c.department, c.number) == (claim.department, claim.number)
            and c.says(claim.value)
            and c.state != "carried"
            and not (c.state == "withdrawn" and c.by)
        ]
        return max(said, key=lambda c: c.said, default=None)

    def _carried(self, claim: Claim, before: Claim) -> str:
        claim.by = before.id
        return "again" if self.shows(claim) else "carried"

    def _replaced(self, before: Claim) -> bool:
        """Whether a word was late, or another one of the department is its latest since."""
        latest = self.latest(before.cell, before.department)
        if before.state == "late" or latest is None:
            return before.state == "late"
        return not latest.says(before.value) and max(latest.said, _taken(latest)) > before.said

    def latest(self, cell: Cell, department: str) -> Claim | None:
        """The department's last word: one that is not certainly later replaces none; an answer that takes
        a word makes it the last. Whether they meant to put a cell back is asked, and no word till then."""
        words = self.history.words(cell, department)
        steps = [(c.said, c, False) for c in words if c.state != "late" and not c.back]
        steps += [(_taken(c), c, True) for c in words if _taken(c)]
        latest: Claim | None = None
        for _, claim, taken in sorted(steps, key=lambda step: step[0]):
            if taken or latest is None or order(latest, claim) < 0:
                latest = claim
        return latest

    def answered(self, claim: Claim) -> bool:
        """Whether theirs against what the master shows was answered since the sending, also if the reply
        was taken back since: answers stand."""
        return self._answer(claim) is not None

    def _answer(self, claim: Claim) -> Claim | None:
        now = self.held(claim.cell)
        found = (
            c
            for c in self.history.claims[claim.cell]
            if c.department == claim.department
            and c.says(claim.value)
            and c.answered >= claim.number
            and any(same(now, value) for value in c.against)
        )
        return next(found, None)

    def is_open(self, claim: Claim) -> bool:
        """Whether the value that is claimed is asked already."""
        words = self.history.words(claim.cell, claim.department)
        return any(c.state == OPEN and c.says(claim.value) for c in words)

    def _asked(self, claim: Claim) -> str:
        return "over" if self.is_open(claim) else "asked"

    # rule 2

    def _others(self, claim: Claim) -> list[Claim]:
        words = self.history.words(claim.cell, claim.department)
        return [c for c in words if not c.says(claim.value)]

    def late(self, claim: Claim) -> bool:
        """Whether the department certainly said something else after it."""
        return any(order(other, claim) > 0 for other in self._others(claim))

    def _uncertain(self, claim: Claim) -> bool:
        latest = self.latest(claim.cell, claim.department)
        rivals = (c for c in self._others(claim) if c is latest or c.state == OPEN)
        return any(order(rival, claim) == 0 for rival in rivals)

    # rule 3

    def _against_master(self, claim: Claim) -> str:
        if same(self.master.value(claim.cell), claim.base):
            return self._asked(claim) if self._overruled(claim) else "applied"
        writer = self.history.writer(claim.cell)
        theirs = writer is not None and writer.department == claim.department
        return "corrected" if theirs else self._asked(claim)

    def _overruled(self, claim: Claim) -> bool:
        """Whether since the sending somebody else wrote over a word of the department, or declined one."""
        past = [(self._author(claim.cell, e), e.number) for e in self.history.entries(claim.cell)]
        mine, words = claim.department, self.history.words(claim.cell, claim.department)
        overwritten = (new != mine == old and at >= claim.number for (old, _), (new, at) in pairwise(past))
        return any(overwritten) or any(c.state == "declined" and c.answered >= claim.number for c in words)

    def _author(self, cell: Cell, entry: HistoryEntry) -> str:
        claim = self.history.claim(cell, entry.claim) if entry.claim else None
        return claim.department if claim else ""

    # rule 6

    def _bundle(self, plan: dict[Claim, str], reading: ReplyReading) -> None:
        rows: dict[str, list[Claim]] = defaultdict(list)
        for claim in plan:
            if claim.cell.sheet == _TRACKER and claim.cell.column in PROGRESS:
                rows[claim.cell.row].append(claim)
        for row, claims in rows.items():
            now = self.master.some(_TRACKER, row, PROGRESS)
            after = {**now, **{c.cell.column: c.value for c in claims if plan[c] in WRITTEN}}
            contradictory = contradicts(after) and not contradicts(now)  # type: ignore[arg-type]
            if contradictory and not contradicts(reading.progress.of(row)):
                name = digest(reading.reply.who.sha256, _TRACKER, row)
                for claim in claims:
                    self._join(plan, claim, name)

    def _join(self, plan: dict[Claim, str], claim: Claim, name: str) -> None:
        """Make a claim part of one question; one that is asked already is part of it too."""
        is_open, outcome = self.is_open(claim), plan[claim]
        if outcome in ("same", "again") or (outcome in ("over", "carried") and not is_open):
            return
        before = self.history.claim(claim.cell, claim.by) if outcome == "carried" else None
        if before is not None:
            before.bundle = f"{before.bundle} {name}".strip()
            return
        claim.bundle = name
        plan[claim] = "over" if is_open or self.answered(claim) else "asked"

    # what becomes of it

    def do(self, claim: Claim, outcome: str, *, counted: bool = True) -> None:
        """Carry out what was decided of a claim."""
        if counted:
            self.weighed.append((claim, outcome))
        self.history.claims[claim.cell].append(claim)
        if outcome in ("again", "carried"):
            claim.state = "carried"
            return
        if outcome == "asked" or (outcome == "over" and self.is_open(claim)):
            claim.state = OPEN
        else:
            claim.state = outcome
        if outcome == "late":
            self.tell("late", claim)
        elif outcome == "over":
            if self.answered(claim):
                self.tell("answered", claim)
        else:
            self._stands(claim, outcome)

    def _stands(self, claim: Claim, outcome: str) -> None:
        """What is applied, asked or settled replaces what is open of the department's earlier words."""
        if outcome == "same":
            self._settled(claim)
        if not claim.back and len(self.history.claims[claim.cell]) > 1:
            self._replaces(claim)
        if outcome in WRITTEN:
            self.write(claim, outcome)

    def _replaces(self, claim: Claim) -> None:
        for other in self._others(claim):
            if other.state == OPEN and order(other, claim) < 0:
                other.state, other.by = "replaced", claim.id
                self.tell("replaced", other)

    def _settled(self, claim: Claim) -> None:
        """The master shows it already. If that was the department's own word, this is one more."""
        self.settle(claim)
        writer = self.history.writer(claim.cell)
        if writer is not None and writer.department == claim.department:
            self.history.past[claim.cell].append(HistoryEntry(claim.value, claim.id, self.history.sent))  # type: ignore[arg-type]

    def write(self, claim: Claim, why: str) -> None:
        """Give the cell the claimed value."""
        self.master.write(claim.cell, claim.value)  # type: ignore[arg-type]
        self.history.past[claim.cell].append(HistoryEntry(claim.value, claim.id, self.history.sent))  # type: ignore[arg-type]
        self.wrote[claim.cell] = (claim, why)
        self.close(claim.cell)

    def _remarkable(self, at: tuple[str, str], base: Base) -> tuple[bool, bool]:
        """Whether a row has another lead than when it was sent, and whether it is cancelled or paused."""
        now = self.master.some(*at, ("owner", "status"))
        sent, owner = base.snapshot.value(at[0], base.key_of(Cell(*at, "owner")), "owner"), now.get("owner")
        moved = at[0] == _TRACKER and sent != owner and _lead(sent) != _lead(owner)
        return moved, now.get("status") in _STOPPED

    def _remark(self, claim: Claim, moved: bool, stopped: bool) -> None:
        """What is told although it was written: `moved`, `stopped` say how its row was before."""
        if claim.value is None:
            self.tell("cleared", claim)
        elif moved and not department_of(claim.cell.column):
            self.tell("lead_changed", claim)
        elif stopped:
            self.tell("row_stopped", claim)

    def tell(self, kind: str, claim: Claim) -> None:
        """Add a notice about a claim."""
        self.notices.append(Notice(kind, claim.who, claim.cell, claim.value))


def _taken(claim: Claim) -> int:
    """When an answer took it; 0: none did."""
    return claim.turn if claim.state == "chosen" else 0


def _lead(owner: Canonical) -> str:
    lead = parse_parties(str(owner or "")).lead
    return normalise_key(lead.department) if lead else ""
