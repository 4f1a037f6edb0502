"""One reply is taken: what it says of cells (`policy.py`), new rows (rule 9), what it put back (rule 7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from xl_collab.merge.claims import NewRow, ReplyReading, Said
from xl_collab.merge.following import Says, similar
from xl_collab.merge.history import DONE, OPEN, Claim, Clock, Heard, by_clock, clocks_of
from xl_collab.merge.master import new_row
from xl_collab.merge.policy import Weighing
from xl_collab.merge.result import ADDED, Added, Base, Cell, Notice
from xl_collab.merge.snapshot import next_id
from xl_collab.merge.values import Canonical, row_key, same, unfit
from xl_collab.schema.declaration import TableSheet
from xl_collab.schema.keys import normalise_key

# Rule 7: cells that one file of a sending changed, and that a later file shows as they were sent.


def keep_what_was_put_back(weighing: Weighing, heard: Heard, base: Base) -> None:
    """Tell or ask about cells that the file `heard`, or an earlier one that it follows, shows as sent."""
    replies = {one.who.sha256: one for one in weighing.history.replies if one.who.token == heard.who.token}
    if not replies:
        return
    replies[heard.who.sha256] = heard
    files: dict[str, dict[Cell, Claim]] = {sha: {} for sha in replies}
    for claim in weighing.history.all_claims():
        if claim.who.sha256 in files and not claim.back and claim.state != "withdrawn":
            files[claim.who.sha256][claim.cell] = claim
    putting = _PuttingBack(weighing, heard, base, replies, files)
    for cell in dict.fromkeys(cell for claims in files.values() for cell in claims):
        putting.look_at(cell)


@dataclass(frozen=True)
class _PuttingBack:
    """replies  SHA-256 → the files of the sending; `files`: what each of them says, cell by cell"""

    weighing: Weighing
    heard: Heard
    base: Base
    replies: Mapping[str, Heard]
    files: Mapping[str, Mapping[Cell, Claim]]

    def look_at(self, cell: Cell) -> None:
        found: dict[str, tuple[Claim, Heard]] = {}
        for word in self._claimed(cell):
            for later, carriers in self._shown_back(word):
                found[self._says(word, later, carriers)] = word, later
        kind = next((k for k in ("asked", "put_back", "put_back_unclear") if k in found), "")
        if kind:
            sent = self.base.snapshot.value(cell.sheet, self.base.key_of(cell), cell.column)
            self._tell(kind, *found[kind], sent)

    def _claimed(self, cell: Cell) -> list[Claim]:
        words = self.weighing.history.words(cell, normalise_key(self.heard.who.department))
        return [word for word in words if word.who.token == self.heard.who.token and not word.back]

    def _standing(self, word: Claim) -> bool:
        """Whether it still counts: it is the department's last word, or open. Of what was declined, late or
        replaced nothing is left to ask."""
        latest = self.weighing.latest(word.cell, word.department)
        return word.state == OPEN or (word.state in DONE and word is latest)

    def _shown_back(self, word: Claim) -> Iterator[tuple[Heard, list[Heard]]]:
        """Files that show a word's cell as it was sent, and those that carry the word; one of both is new."""
        carriers = [self.replies[sha] for sha, said in self.files.items() if _carries(said, word)]
        for sha, later in self.replies.items():
            before = (
                by_clock(self.heard.clocks, later.clocks) <= 0
            )  # one that comes after it shows nothing new
            new = later is self.heard or (self.heard in carriers and before)
            if new and word.cell not in self.files[sha] and self._is_in(later, word.cell):
                yield later, carriers

    def _says(self, word: Claim, later: Heard, carriers: list[Heard]) -> str:
        orders = [by_clock(one.clocks, later.clocks) for one in carriers]
        if any(order > 0 for order in orders):
            return "put_back" if any(order < 0 for order in orders) else ""  # typed again since
        if not all(orders):
            return "put_back" if any(orders) else "put_back_unclear"
        if not self._standing(word):
            return "put_back"
        shows = self.files[later.who.sha256]
        for one in carriers:
            others = {cell: said for cell, said in self.files[one.who.sha256].items() if cell != word.cell}
            if others and all(cell in shows and shows[cell].says(c.value) for cell, c in others.items()):
                return "asked"
        return "put_back"

    def _tell(self, kind: str, word: Claim, later: Heard, sent: Canonical) -> None:
        """Where the master shows what was sent there is nothing to choose between."""
        weighing, number = self.weighing, self.weighing.history.count() if kind == "asked" else 0
        base, who = cast(Canonical, word.value), later.who
        back = Claim(number, word.cell, base, sent, who, later.number, later.clocks, "put_back", back=True)
        if kind != "asked" or same(weighing.held(word.cell), sent):
            weighing.tell("put_back" if kind == "asked" else kind, back)
            return
        outcome = weighing.outcome(back)
        if outcome in ("late", "over"):
            weighing.weighed.append((back, outcome))
            if outcome == "late":
                weighing.tell("late", back)
        else:
            weighing.do(back, outcome)

    def _is_in(self, heard: Heard, cell: Cell) -> bool:
        """Whether a reply shows a cell's row at all."""
        if cell.column == ADDED:
            return False
        if self.base.snapshot.has(cell.sheet, self.base.key_of(cell)):
            return (cell.sheet, cell.row) not in heard.missing
        return any(row == cell.row for _, _, row in heard.added)


def _carries(said: Mapping[Cell, Claim], word: Claim) -> bool:
    claim = said.get(word.cell)
    return claim is not None and (claim is word or (claim.state == "carried" and claim.by == word.id))


_TRACKER = "tracker"


def take(weighing: Weighing, reading: ReplyReading) -> None:
    """Weigh one reply; those of one collect in the order of `in_order`."""
    base, reply = reading.base, reading.reply
    clocks = clocks_of(reply, base.at, weighing.now)
    weighing.weigh([weighing.claim(base, reply, clocks, said) for said in reading.said], reading)
    taking = _Taking(weighing, reading, clocks)
    twins = taking.twins()
    added = tuple((new.line, new.words, taking.row_of(new, twins.get(new.place, ""))) for new in reading.new)
    heard = Heard(reply.who, base.number, clocks, tuple(reading.missing), added)
    keep_what_was_put_back(weighing, heard, base)
    weighing.history.replies.append(heard)


@dataclass(frozen=True)
class _Taking:
    weighing: Weighing
    reading: ReplyReading
    clocks: tuple[Clock, ...]

    def row_of(self, new: NewRow, row: str) -> str:
        """Rule 9: the row that it is already, its cells weighed like any other; else ('') a row more."""
        who = self.reading.reply.who
        record = dict(new.record)
        record.pop("id", None)
        if not row:
            row = self._add(new)
            if new.sheet == _TRACKER and not record.get("owner"):
                record["owner"] = who.department
        sheet = self.weighing.declaration.table(new.sheet)
        for name, value in record.items():
            self._cell(Said(Cell(new.sheet, row, name), None, value, unfit(sheet.column(name), value)))
        return row

    def _cell(self, said: Said) -> None:
        """One cell of a new row; those that it is made with are counted with the row."""
        weighing = self.weighing
        made_with = not weighing.history.claims[said.cell]
        claim = weighing.claim(self.reading.base, self.reading.reply, self.clocks, said)
        outcome = weighing.outcome(claim)
        weighing.do(claim, outcome, counted=not (made_with and outcome == "applied"))

    def twins(self) -> dict[tuple[str, int], str]:
        """Lines of a sheet that an earlier reply to the same sending, or the same file, made a row of.

        Each its own: first those that stand where they stood, then those with the same words, then those
        reworded.
        """
        known = [
            told
            for heard in self.weighing.history.replies
            if heard.who.token == self.reading.reply.token
            for told in heard.added
        ]
        found: dict[tuple[str, int], str] = {}
        rows = self.weighing.history.rows
        for where, exactly in ((True, True), (False, True), (True, False)):
            for one in self.reading.new:
                twins = (
                    row
                    for line, words, row in known
                    if row not in found.values()
                    and row in rows.get(one.sheet, ())
                    and (line == one.line or not where)
                    and (words == one.words if exactly else similar(words, one.words))
                )
                row = next(twins, "") if one.place not in found else ""
                if row:
                    found[one.place] = row
        return found

    def _next_id(self, table: TableSheet) -> str:
        """The next ID that is neither taken nor typed for another row of this reply."""
        taken = list(self.weighing.master.ids(table.key))
        typed = {row_key(new.id) for new in self.reading.new if new.sheet == table.key}
        while row_key(name := next_id(table, taken)) in typed:
            taken.append(name)
        return name

    def _add(self, new: NewRow) -> str:
        master, history, who = self.weighing.master, self.weighing.history, self.reading.reply.who
        table, key = self.weighing.declaration.table(new.sheet), row_key(new.id)
        free = bool(key) and key not in {row_key(name) for name in master.ids(new.sheet)}
        name = new.id if free or not table.numbered else self._next_id(table)
        row = new_row(history.rows.setdefault(new.sheet, {}), Says(row_key(name), new.words))
        master.append(Added(new.sheet, row, name, (), who))
        kind = "id_taken" if new.id and not free and table.numbered else "row_added"
        self.weighing.notices.append(Notice(kind, who, Cell(new.sheet, row, ADDED), new.record, new.id))
        return row
