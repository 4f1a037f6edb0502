"""Who wrote what when, and what each could see when writing: the only thing the judge knows.

Nothing here knows how replies are merged. A word is what somebody wrote into one cell. A word is heard when
a reply that carries it has been collected (and not undone); the coordinator's own words are heard at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from life.office import Question

COORDINATOR = "coordinator"
Cell = tuple[int, str]


@dataclass(eq=False)
class Word:
    """What `who` wrote into a cell, and all earlier words of that cell that the writer could know.

    `base` is what the packet showed there, `back` whether the word is that again: put back. `mailed` is
    when it left the house first, `carried` names the replies that show it, `clocks` what dated those.
    """

    who: str
    value: object
    written: float
    seen: frozenset[Word] = frozenset()
    packet: int = 0
    base: object = None
    back: bool = False
    mailed: float | None = None
    carried: set[str] = field(default_factory=set)
    clocks: set[str] = field(default_factory=set)

    @property
    def when(self) -> float:
        """What counts as the moment it was said: the mail's, for a department."""
        return self.written if self.mailed is None else self.mailed


@dataclass(frozen=True)
class Answered:
    """An answer: this department's word was weighed against the master's, when `sent` packets were out."""

    dept: str
    theirs: object
    master: object
    sent: int


@dataclass(frozen=True)
class Untouched:
    """A reply that shows in a cell what its packet showed there."""

    rid: str
    packet: int
    mailed: float


@dataclass
class Record:
    """All words, what the master shows of them, and what has been answered."""

    words: dict[Cell, list[Word]] = field(default_factory=lambda: defaultdict(list))
    shown: dict[Cell, Word] = field(default_factory=dict)
    collected: set[str] = field(default_factory=set)
    ever: set[str] = field(default_factory=set)
    """Collected at some time, also those that were undone since."""
    mailed: dict[str, tuple[float, str]] = field(default_factory=dict)
    """When each reply was mailed, and by whose clock it is dated."""
    answered: dict[Cell, set[Answered]] = field(default_factory=lambda: defaultdict(set))
    undone: set[Cell] = field(default_factory=set)
    foreign: set[tuple[Cell, str]] = field(default_factory=set)
    """Cells that a department wrote although it does not lead the row."""
    untouched: dict[Cell, list[Untouched]] = field(default_factory=lambda: defaultdict(list))
    """Mails that show a cell as it was sent."""
    sent: int = 0
    """How many packets are out."""
    groups: set[str] = field(default_factory=set)
    """Keys of questions that are about several cells."""

    def start(self, cell: Cell, value: object, now: float) -> None:
        """A new row's first value."""
        self._show(cell, Word(COORDINATOR, value, now))

    def by_hand(self, cell: Cell, value: object, now: float) -> None:
        """The coordinator types over what the master shows; he knows that, and all who said the same."""
        shown = self.shown[cell]
        alike = [w for w in self.words[cell] if self.hears(w) and w.value == shown.value]
        self._show(cell, Word(COORDINATOR, value, now, _known([shown, *alike])))

    def decided(self, cell: Cell, value: object, who: str, now: float) -> None:
        """An answer ends a question: whoever's word was taken, it is said knowing all that was heard."""
        heard = [w for w in self.words[cell] if self.hears(w)]
        self._show(cell, Word(who, value, now, _known([self.shown[cell], *heard]), mailed=now))

    def _show(self, cell: Cell, word: Word) -> None:
        word.carried.add("")
        self.words[cell].append(word)
        self.shown[cell] = word

    def hears(self, word: Word) -> bool:
        """Whether it has come in; what was said in the house itself is heard at once."""
        return "" in word.carried or bool(word.carried & self.collected)

    def heard(self, cell: Cell) -> list[Word]:
        """What has come in, without what was only put back."""
        return [w for w in self.words[cell] if self.hears(w) and not w.back]

    def claims(self, cell: Cell) -> list[Word]:
        """What departments have said."""
        return [w for w in self.heard(cell) if w.who != COORDINATOR]

    def taken_back(self, rid: str, cells: Iterable[Cell]) -> None:
        """A reply was undone: nothing that it alone carried has been heard."""
        self.collected.discard(rid)
        self.undone |= set(cells)

    def came_in(self, rids: Iterable[str]) -> None:
        """Replies were collected."""
        self.collected |= set(rids)
        self.ever |= set(rids)

    def standing(self, cell: Cell) -> list[Word]:
        """Each side's last word, but for those that somebody else has written over, knowing them."""
        heads: dict[str, Word] = {}
        for word in self.heard(cell):
            if word.who not in heads or word.when >= heads[word.who].when:
                heads[word.who] = word
        known = {(word.who, w) for word in self.heard(cell) for w in word.seen}
        left = [w for w in heads.values() if not any((who, w) in known for who in heads if who != w.who)]
        return [w for w in left if not self.refused(cell, w, left)]

    def follow(self, cell: Cell, value: object, standing: Iterable[Word]) -> None:
        """What the master shows now, and so what everybody sees who looks at it from here on."""
        shown = self.shown[cell]
        if shown.value == value and shown in standing:
            return
        mine = [w for w in self.words[cell] if w.who == COORDINATOR or self.hears(w)]
        found = [w for w in (*standing, *reversed(mine)) if w.value == value]
        self.shown[cell] = found[0] if found else shown

    def together(self, question: Question) -> bool:
        """Whether it is asked together with other cells."""
        return question.key in self.groups

    def is_answered(self, cell: Cell, dept: str, theirs: object, master: object) -> bool:
        """Whether this pair was answered, and the department has not been shown the answer since."""
        pair = (dept, theirs, master)
        said = [w.packet for w in self.claims(cell) if (w.who, w.value) == (dept, theirs)]
        return any(
            (a.dept, a.theirs, a.master) == pair and max(said, default=0) <= a.sent
            for a in self.answered[cell]
        )

    def refused(self, cell: Cell, word: Word, heads: Iterable[Word]) -> bool:
        """Whether just this has been answered already: this department's word against what stands now."""
        others = [w.value for w in heads if w is not word]
        return "" not in word.carried and any(
            (a.dept, a.theirs) == (word.who, word.value) and word.packet <= a.sent and a.master in others
            for a in self.answered[cell]
        )


def _known(words: Iterable[Word]) -> frozenset[Word]:
    """These words, and what their writers knew."""
    return frozenset(seen for word in words for seen in (word, *word.seen))
