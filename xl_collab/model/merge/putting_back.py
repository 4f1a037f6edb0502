"""Rule 7: cells that one file of a sending changed, and that a later file shows as they were sent.

The change stays. Whether its sender wanted it back, or went on from an older copy, nobody can see.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from xl_collab.model.keys import normalise_key
from xl_collab.model.merge.history import DONE, OPEN, Claim, Heard
from xl_collab.model.merge.order import by_clock
from xl_collab.model.merge.policy import Weighing
from xl_collab.model.merge.result import ADDED, Base, Cell
from xl_collab.model.merge.values import Canonical, same


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
