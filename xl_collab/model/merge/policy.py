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

`answering.py` has what an answer and an undo do, `reading.py` what a reply says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from xl_collab.model.keys import normalise_key
from xl_collab.model.merge.following import Says, similar
from xl_collab.model.merge.history import DONE, OPEN, Claim, Clock, Entry, Heard, History
from xl_collab.model.merge.master import Master, new_row
from xl_collab.model.merge.reading import NewRow, Reading, Said
from xl_collab.model.merge.result import ADDED, Added, Base, Cell, Notice, Reply, alike, digest
from xl_collab.model.merge.snapshot import next_id
from xl_collab.model.merge.values import UNKNOWN, Canonical, row_key, same, unfit
from xl_collab.model.parties import parse_parties
from xl_collab.model.schema import Declaration
from xl_collab.model.sheets import SHEETS

OVERRULED = ("declined", "chosen")
_TRACKER = "tracker"
_PROGRESS = ("status", "percent", "actual")
_WRITTEN = ("applied", "corrected")
_NOTHING_NEW = ("over", "again", "carried", "same")
_STOPPED = ("cancelled", "paused")
_SECOND = timedelta(seconds=1)


def contradicts(row: Mapping[str, Canonical]) -> bool:
    """Whether 状态, 完成率 and 实际完成 of a row cannot all be true."""
    status, percent, actual = (row.get(name) for name in _PROGRESS)
    done = status == "done"
    return done != (actual is not None) or (done and percent != 1)


def clocks_of(reply: Reply, sent: datetime, collected: datetime) -> tuple[Clock, ...]:
    """A reply's times, each with whether it lies between sending and collecting (to the second)."""
    return tuple(
        (clock, at, sent - _SECOND < at < collected + _SECOND) for clock, at in reply.stamps if clock
    )


def order(one: Claim, other: Claim) -> int:
    """-1: `other` was said after `one`; 1: before it; 0: not certain."""
    number, clock = _sign(one.number - other.number), _by_clock(one.clocks, other.clocks)
    if number:
        return 0 if clock == -number else number
    return clock


def _by_clock(one: Sequence[Clock], other: Sequence[Clock]) -> int:
    times = {name: (at, inside) for name, at, inside in other}
    for name, at, inside in one:
        if name in times and times[name][1] == inside:
            return _sign((at - times[name][0]).total_seconds())
    return 0


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


@dataclass
class Weighing:
    """One collect: what each reply says is weighed against the history and the master.

    weighed   each claim, and the word of `words.OUTCOMES` for what came of it
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
            entries = self.history.entries(cell)
            if self.master.has(cell) and entries and not same(entries[-1].value, self.master.value(cell)):
                self.history.past[cell].append(Entry(self.master.value(cell), 0, self.history.sent))
        for claim in self.history.open():
            if self.master.has(claim.cell):
                self._moot(claim, self.master.value(claim.cell))

    def _moot(self, claim: Claim, now: Canonical) -> None:
        if claim.back and not alike(now, claim.base):
            claim.state = "declined"
        elif claim.says(now):
            writer = self.history.writer(claim.cell)
            claim.state, claim.by = "same", writer.id if writer else 0
            self.tell("settled", claim)

    # what a reply says

    def weigh(self, reading: Reading) -> None:
        """Weigh one reply; those of one collect in the order of `in_order`."""
        base, reply = reading.base, reading.reply
        clocks = clocks_of(reply, base.at, self.now)
        plan = {
            claim: self._outcome(claim)
            for claim in (self._claim(base, reply, clocks, s) for s in reading.said)
        }
        self._bundle(plan, reading)
        rows = {claim.cell[:2]: self.master.record(*claim.cell[:2]) for claim in plan}
        for claim, outcome in plan.items():
            self._do(claim, outcome)
            if outcome in _WRITTEN:
                self._remark(claim, base, rows[claim.cell[:2]])
        twins = self._twins(reading.new, reply)
        new = sorted(reading.new, key=lambda row: not row.id)  # first those with an ID that they may keep
        added = tuple(self._new_row(row, twins.get(row.line, ""), reply, base, clocks) for row in new)
        heard = Heard(reply.who, base.number, clocks, tuple(reading.missing), added)
        self._put_back(heard, base)
        self.history.replies.append(heard)

    # new rows

    def _new_row(
        self, new: NewRow, row: str, reply: Reply, base: Base, clocks: tuple[Clock, ...]
    ) -> tuple[int, str, str]:
        """Rule 9: the row that it is already, its cells weighed like any other; else ('') a row more."""
        record = dict(new.record)
        record.pop("id", None)
        if not row:
            row = self._add(new, reply)
            if new.sheet == _TRACKER and not record.get("owner"):
                record["owner"] = reply.who.department
        sheet = self.declaration.table(new.sheet)
        said = [
            Said(Cell(new.sheet, row, name), None, value, unfit(sheet.column(name), value))
            for name, value in record.items()
        ]
        for one in said:
            self._new_cell(self._claim(base, reply, clocks, one))
        return (new.line, new.words, row)

    def _new_cell(self, claim: Claim) -> None:
        """One cell of a new row; those that it is made with are counted with the row."""
        made_with = not self.history.claims[claim.cell]
        outcome = self._outcome(claim)
        self._do(claim, outcome, counted=not (made_with and outcome == "applied"))

    def _twins(self, new: Sequence[NewRow], reply: Reply) -> dict[int, str]:
        """Lines that an earlier reply to the same sending, or the same file, made a row of, each its own:
        first those that stand where they stood, then those with the same words, then those reworded."""
        known = [
            told for heard in self.history.replies if heard.who.token == reply.token for told in heard.added
        ]
        found: dict[int, str] = {}
        for where, exactly in ((True, True), (False, True), (True, False)):
            for one in new:
                rows = (
                    row
                    for line, words, row in known
                    if row not in found.values()
                    and (line == one.line or not where)
                    and (words == one.words if exactly else similar(words, one.words))
                )
                row = next(rows, "") if one.line not in found else ""
                if row:
                    found[one.line] = row
        return found

    def _add(self, new: NewRow, reply: Reply) -> str:
        taken = {row_key(name) for name in self.master.ids(new.sheet)}
        free = bool(row_key(new.id)) and row_key(new.id) not in taken
        name = new.id if free else next_id(self.declaration.table(new.sheet), self.master.ids(new.sheet))
        views = self.history.rows.setdefault(new.sheet, {})
        row = new_row(views, Says(row_key(name), new.words))
        self.master.append(Added(new.sheet, row, name, (), reply.who))
        kind = "id_taken" if new.id and not free else "row_added"
        self.notices.append(Notice(kind, reply.who, Cell(new.sheet, row, ADDED), new.record, new.id))
        return row

    # claims

    def _claim(self, base: Base, reply: Reply, clocks: tuple[Clock, ...], said: Said) -> Claim:
        number = self.history.count()
        cell, past = said.cell, self.history.past
        if cell not in past and self.master.has(cell):
            past[cell].append(Entry(self.master.value(cell), 0, 0))
        return Claim(number, cell, said.base, said.value, reply.who, base.number, clocks, said.kind)

    def _outcome(self, claim: Claim) -> str:
        """Rule 4: the same word again is over, unless it may have been typed anew over a later one."""
        again = [
            c
            for c in self.history.claims[claim.cell]
            if (c.department, c.number) == (claim.department, claim.number) and c.says(claim.value)
        ]
        if not again:
            return self._judged(claim)
        rank = {"over": 2, "withdrawn": 1}
        before = min(reversed(again), key=lambda c: rank.get(c.state, 0))
        claim.by = before.id
        there = self.master.has(claim.cell)
        if not there or claim.says(self.master.value(claim.cell)):
            claim.by = self._last_claim(claim.cell) or before.id
            return "again" if there else "carried"
        if before.state in ("withdrawn", "late"):
            outcome = self._judged(claim)
            if outcome == before.state == "late":
                return "carried"
            return self.ask(claim) if outcome in _WRITTEN else outcome
        line = self.history.line(claim.cell, claim.department)
        replaced = (
            bool(line)
            and not line[-1].says(claim.value)
            and line[-1].state in DONE
            and order(line[-1], claim) <= 0
        )
        return "asked" if replaced and before.state in DONE else "carried"

    def _judged(self, claim: Claim) -> str:
        if not self.master.has(claim.cell):
            return self.ask(claim)
        against = self._own_order(claim)
        if against > 0:
            return "late"
        if against == 0:
            return "same" if claim.says(self.master.value(claim.cell)) else self.ask(claim)
        return self._against_master(claim)

    def _own_order(self, claim: Claim) -> int:
        """Rule 2: -1 when it is the department's last word, 1 when it is late, 0 when that is not certain."""
        said = self.history.claims[claim.cell]
        line = self.history.line(claim.cell, claim.department)
        mine = [c for c in said if c.department == claim.department]
        rivals = [*line[-1:], *(c for c in mine if c.state == OPEN)]
        claim.last = all(order(rival, claim) < 0 for rival in rivals)
        others = [order(rival, claim) for rival in rivals if not rival.says(claim.value)]
        settled = (c for c in mine if c.state not in ("over", "withdrawn") and not c.back)
        if any(not c.says(claim.value) and order(c, claim) > 0 for c in settled):
            return 1
        return max(others, default=-1)

    def _against_master(self, claim: Claim) -> str:
        """Rule 3."""
        now, writer = self.master.value(claim.cell), self.history.writer(claim.cell)
        if claim.says(now):
            return "same"
        if self._pair(claim, now, OVERRULED):
            return "over"
        if not claim.kind and same(now, claim.base):
            return self.ask(claim) if self._overruled(claim) else "applied"
        if not claim.kind and writer is not None and writer.department == claim.department:
            return {-1: "corrected", 1: "late"}.get(order(writer, claim)) or self.ask(claim)
        return self.ask(claim)

    def _overruled(self, claim: Claim) -> bool:
        """Whether since the sending somebody else wrote over a word of the department, or declined one."""
        mine = [c for c in self.history.claims[claim.cell] if c.department == claim.department]
        said = [c.value for c in mine if c.state in DONE]
        held = [
            any(alike(entry.value, value) for value in said)
            for entry in self.history.entries(claim.cell)
            if entry.number >= claim.number
        ]
        overwritten = any(held) and not held[-1]
        return overwritten or any(c.state == "declined" and c.answered >= claim.number for c in mine)

    def ask(self, claim: Claim) -> str:
        """A pair of values that is open, or was answered since the sending, is not asked again."""
        now = self.master.value(claim.cell) if self.master.has(claim.cell) else None
        return "over" if self._pair(claim, now, (OPEN, *OVERRULED)) else "asked"

    def _pair(self, claim: Claim, now: Canonical, states: Sequence[str]) -> bool:
        found = [
            c
            for c in self.history.claims[claim.cell]
            if c.department == claim.department
            and c.says(claim.value)
            and c.state in states
            and (c.state == OPEN or (any(same(now, v) for v in c.against) and c.answered >= claim.number))
        ]
        claim.by = found[-1].id if found else claim.by
        return bool(found)

    def _bundle(self, plan: dict[Claim, str], reading: Reading) -> None:
        """Rule 6."""
        rows: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim, outcome in plan.items():
            if claim.cell.column in _PROGRESS and outcome not in _NOTHING_NEW:
                rows[claim.cell.sheet, claim.cell.row].append(claim)
        for at, claims in rows.items():
            now = self.master.record(*at)
            taken = {c.cell.column: c.value for c in claims if plan[c] in _WRITTEN}
            after = {**now, **taken}
            shown = reading.shown.get(at, {})
            if contradicts(after) and not contradicts(now) and not contradicts(shown):  # type: ignore[arg-type]
                name = digest(reading.reply.who.sha256, *at)
                for claim in claims:
                    self._join(plan, claim, name)

    def _join(self, plan: dict[Claim, str], claim: Claim, name: str) -> None:
        """Make a claim part of one question; one that is asked already is part of it too."""
        claim.last = claim.last and plan[claim] != "late"
        claim.bundle, claim.kind = name, claim.kind or "contradiction"
        plan[claim] = self.ask(claim)
        open_one = self.history.claim(claim.cell, claim.by) if plan[claim] == "over" else None
        if open_one is not None and open_one.state == OPEN and not open_one.bundle:
            open_one.bundle = name

    def _do(self, claim: Claim, outcome: str, *, counted: bool = True) -> None:
        if counted:
            self.weighed.append((claim, outcome))
        before = [
            c for c in self.history.claims[claim.cell] if c.department == claim.department and c.state == OPEN
        ]
        line = self.history.line(claim.cell, claim.department)
        self.history.claims[claim.cell].append(claim)
        claim.state = {"asked": OPEN, "again": "over", "carried": "over"}.get(outcome, outcome)
        if claim.state == "over":
            self._over(claim, told=outcome == "over")
        elif outcome == "late":
            claim.by = line[-1].id if line else self._last_claim(claim.cell)
            self.tell("late", claim)
        else:
            self._stands(claim, outcome, before)

    def _over(self, claim: Claim, *, told: bool) -> None:
        said = [
            c for c in self.history.claims[claim.cell] if c.department == claim.department and c is not claim
        ]
        same_value = [c.id for c in said if c.says(claim.value)]
        claim.by = claim.by or (same_value[-1] if same_value else 0)
        answered = next((c for c in said if c.id == claim.by and c.state in OVERRULED), None)
        if answered is not None and told:
            self.tell("answered", claim)

    def _last_claim(self, cell: Cell) -> int:
        writer = self.history.writer(cell)
        return writer.id if writer else 0

    def _stands(self, claim: Claim, outcome: str, before: Iterable[Claim]) -> None:
        """What is applied, asked or settled: it takes its place among the department's words."""
        if outcome in _WRITTEN:
            self.write(claim, outcome)
        writer = self.history.writer(claim.cell)
        if outcome == "same":
            claim.by = writer.id if writer else 0
            if writer is not None and writer.department == claim.department:
                self.history.past[claim.cell].append(Entry(claim.value, claim.id, self.history.sent))  # type: ignore[arg-type]
        if claim.last:
            claim.turn = self.history.count()
        for other in before:
            if outcome in _WRITTEN and other.says(claim.value):
                other.state, other.by = "same", claim.id
                self.tell("settled", other)
            elif not claim.back and (claim.last or order(other, claim) < 0):
                other.state, other.by = "replaced", claim.id
                self.tell("replaced", other)

    def write(self, claim: Claim, why: str) -> None:
        """Give the cell the claimed value."""
        self.master.write(claim.cell, claim.value)  # type: ignore[arg-type]
        self.history.past[claim.cell].append(Entry(claim.value, claim.id, self.history.sent))  # type: ignore[arg-type]
        self.wrote[claim.cell] = (claim, why)

    def _remark(self, claim: Claim, base: Base, row: Mapping[str, Canonical]) -> None:
        """What is told although it was written; `row` as it was before."""
        sent = base.snapshot.value(claim.cell.sheet, base.key_of(claim.cell), "owner")
        if claim.value is None:
            self.tell("cleared", claim)
        elif claim.cell.sheet == _TRACKER and _lead(sent) != _lead(row.get("owner")):
            self.tell("lead_changed", claim)
        elif row.get("status") in _STOPPED:
            self.tell("row_stopped", claim)

    def _put_back(self, heard: Heard, base: Base) -> None:
        """Rule 7: cells that one reply changed and a later one shows as they were sent."""
        replies = {one.who.sha256: one for one in self.history.replies if one.who.token == heard.who.token}
        replies[heard.who.sha256] = heard
        files = {sha: self._claims_of(one) for sha, one in replies.items()}
        for cell in dict.fromkeys(cell for claims in files.values() for cell in claims):
            sent = base.snapshot.value(cell.sheet, base.key_of(cell), cell.column)
            if not (self.master.has(cell) and same(self.master.value(cell), sent)):
                found: dict[str, tuple[Claim, Heard]] = {}
                for word in self._standing(cell, heard):
                    self._shown_back(word, heard, base, replies, files, found)
                kind = next((k for k in ("asked", "put_back", "put_back_unclear") if k in found), "")
                if kind:
                    self._put_back_by(kind, *found[kind], sent)

    def _claims_of(self, heard: Heard) -> dict[Cell, Claim]:
        return {
            claim.cell: claim
            for claim in self.history.all_claims()
            if claim.who.sha256 == heard.who.sha256 and not claim.back and claim.state != "withdrawn"
        }

    def _standing(self, cell: Cell, heard: Heard) -> list[Claim]:
        """Words of the sending that still count: the department's last one, and those that are open."""
        line = self.history.line(cell, normalise_key(heard.who.department))
        return [
            claim
            for claim in self.history.claims[cell]
            if claim.who.token == heard.who.token
            and not claim.back
            and (claim.state == OPEN or (claim.state in DONE and claim in line[-1:]))
        ]

    def _shown_back(
        self,
        word: Claim,
        heard: Heard,
        base: Base,
        replies: Mapping[str, Heard],
        files: Mapping[str, Mapping[Cell, Claim]],
        found: dict[str, tuple[Claim, Heard]],
    ) -> None:
        """Where a later file shows a word's cell as it was sent, and one of the two is new: what is due."""
        cell = word.cell
        carried = [sha for sha, said in files.items() if cell in said and said[cell].says(word.value)]
        for sha, later in replies.items():
            new = sha == heard.who.sha256 or heard.who.sha256 in carried
            if new and cell not in files[sha] and self._is_in(later, cell, base):
                found[self._says_back(word, later, [replies[one] for one in carried], files)] = word, later

    def _says_back(
        self, word: Claim, later: Heard, earlier: list[Heard], files: Mapping[str, Mapping[Cell, Claim]]
    ) -> str:
        orders = [_by_clock(one.clocks, later.clocks) for one in earlier]
        if any(order > 0 for order in orders):
            return ""  # typed again since
        if not all(orders):
            return "put_back_unclear"
        shows = files[later.who.sha256]
        for one in earlier:
            others = {cell: said for cell, said in files[one.who.sha256].items() if cell != word.cell}
            if others and all(cell in shows and shows[cell].says(c.value) for cell, c in others.items()):
                return "asked"
        return "put_back"

    def _put_back_by(self, kind: str, word: Claim, later: Heard, sent: Canonical) -> None:
        back = Claim(
            0, word.cell, UNKNOWN, sent, later.who, later.number, later.clocks, "put_back", back=True
        )
        back.base, back.last = word.value, False  # type: ignore[assignment]
        if kind != "asked":
            self.tell(kind, back)
            return
        known = [c for c in self.history.claims[word.cell] if c.number == back.number and c.says(sent)]
        outcome = "over" if known else self._judged(back)
        back.id, back.last = self.history.count(), False
        self._do(back, outcome if outcome in ("late", "over", "same") else "asked")

    def _is_in(self, heard: Heard, cell: Cell, base: Base) -> bool:
        """Whether a reply shows a cell's row at all."""
        if cell.column == ADDED:
            return False
        if base.snapshot.has(cell.sheet, base.key_of(cell)):
            return (cell.sheet, cell.row) not in heard.missing
        return any(row == cell.row for _, _, row in heard.added)

    def tell(self, kind: str, claim: Claim) -> None:
        """Add a notice about a claim."""
        self.notices.append(Notice(kind, claim.who, claim.cell, claim.value))


def _lead(owner: Canonical) -> str:
    lead = parse_parties(str(owner or "")).lead
    return normalise_key(lead.department) if lead else ""


def in_order(readings: Iterable[Reading], collected: datetime) -> list[Reading]:
    """Replies in the order in which they are weighed, which does not depend on how they came.

    A time that lies outside sending and collecting comes last, so that it decides nothing.
    """

    def rank(reading: Reading) -> tuple[object, ...]:
        clocks, who = clocks_of(reading.reply, reading.base.at, collected), reading.reply.who
        first = (not clocks[0][2], clocks[0][1].isoformat(), clocks[0][0]) if clocks else (True, "", "")
        return (reading.base.number, *first, who.token, who.sha256)

    return sorted(readings, key=rank)
