"""What was said and what stood in the master before: claims with their states, and the past of cells.

The ledger keeps it; a merge gets of it what concerns the cells at hand. Which claim is applied, asked or
over is decided in `policy.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from xl_collab.merge.claims import ReplyReading
from xl_collab.merge.following import Says
from xl_collab.merge.result import Cell, ReturnedFile, Value, Who, alike, decode_value, encode_value, who_json
from xl_collab.merge.values import Canonical, decode, encode
from xl_collab.schema.keys import normalise_key

DONE = ("applied", "corrected", "same", "chosen")
"""States of claims that the master holds, or held until something later came."""

OPEN = "open"
GONE = ("withdrawn", "carried")
"""States of claims that are no words of their own."""

Clock = tuple[str, datetime, bool]
"""A clock, what it said, and whether that lies between sending and collecting."""


@dataclass(eq=False)
class Claim:
    """One value that one reply claims for one cell, and what became of it.

    number    of the sending it answers; `base` what that sending showed
    kind      why it could not simply be applied, a word of `words.KINDS`; '' when the cell is the
              department's own and the value fits
    state     applied, corrected, same, open (asked), late, over, replaced, withdrawn, declined, chosen;
              carried: a later file says once more what the claim `by` said
    by        the claim that it gave way to, or was settled by, or that took its place when it was withdrawn
    bundle    names of the statements (rule 6) that it is part of, a blank between them
    against   what the master held before and after the answer; `answered`: the last sending before it,
              also of a claim that an answer left standing
    back      the question is whether an earlier word is taken back
    turn      when an answer took it, counted like ids; 0: none did
    said      when it was said first, counted like ids: by the file of this claim, or one withdrawn since
    """

    id: int
    cell: Cell
    base: Canonical
    value: Value
    who: Who
    number: int
    clocks: tuple[Clock, ...] = ()
    kind: str = ""
    back: bool = False
    state: str = "new"
    by: int = 0
    bundle: str = ""
    against: tuple[Canonical, ...] = ()
    answered: int = 0
    turn: int = 0
    said: int = 0

    def __post_init__(self) -> None:
        self.said = self.said or self.id

    @cached_property
    def department(self) -> str:
        """The department's name as names are compared."""
        return _compared(self.who.department)

    def says(self, value: Value) -> bool:
        """Whether it claims this value."""
        return alike(self.value, value)

    def body(self) -> dict[str, object]:
        """What never changes, as plain data."""
        return {
            "cell": list(self.cell),
            "base": encode(self.base),
            "value": encode_value(self.value),
            "who": who_json(self.who),
            "number": self.number,
            "clocks": [[name, at.isoformat(), inside] for name, at, inside in self.clocks],
            "kind": self.kind,
            "back": self.back,
        }

    def fate(self) -> dict[str, object]:
        """What became of it, as plain data."""
        return {
            "state": self.state,
            "by": self.by,
            "bundle": self.bundle,
            "against": [encode(value) for value in self.against],
            "answered": self.answered,
            "turn": self.turn,
            "said": self.said,
        }

    @classmethod
    def from_json(cls, number: int, body: Mapping[str, Any], fate: Mapping[str, Any]) -> Claim:
        """The claim that `body` and `fate` described."""
        clocks = tuple((name, datetime.fromisoformat(at), inside) for name, at, inside in body["clocks"])
        claim = cls(
            number,
            Cell(*body["cell"]),
            decode(body["base"]),
            decode_value(body["value"]),
            Who(*body["who"]),
            body["number"],
            clocks,
            body["kind"],
            body["back"],
        )
        claim.state, claim.by, claim.bundle = fate["state"], fate["by"], fate["bundle"]
        claim.against = tuple(decode(value) for value in fate["against"])
        claim.answered, claim.turn = fate["answered"], fate["turn"]
        claim.said = fate.get("said", number)
        return claim


_compared = lru_cache(normalise_key)


class HistoryEntry(NamedTuple):
    """One value that a cell of the master had: who wrote it (a claim's id, 0 for the coordinator), and how
    many sendings had gone out by then."""

    value: Canonical
    claim: int
    number: int


@dataclass(frozen=True)
class Heard:
    """A reply that was weighed: its clocks, the rows that it lacked, and the new rows that came of it.

    added   blank line in the packet, the words typed there, the row that it became
    """

    who: Who
    number: int
    clocks: tuple[Clock, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    added: tuple[tuple[int, str, str], ...] = ()

    def to_json(self) -> dict[str, object]:
        """Plain data for `from_json`."""
        return {
            "who": who_json(self.who),
            "number": self.number,
            "clocks": [[name, at.isoformat(), inside] for name, at, inside in self.clocks],
            "missing": [list(row) for row in self.missing],
            "added": [list(row) for row in self.added],
        }

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> Heard:
        """The reply that `to_json` described."""
        clocks = tuple((name, datetime.fromisoformat(at), inside) for name, at, inside in held["clocks"])
        missing = tuple((sheet, row) for sheet, row in held["missing"])
        added = tuple((line, words, row) for line, words, row in held["added"])
        return cls(Who(*held["who"]), held["number"], clocks, missing, added)


@dataclass(frozen=True)
class Waiting:
    """A reply that waits as a whole (held, stopped): why, and how many changes it holds.

    over  it was discarded, or a complete file took its place: the same file is not asked about again
    """

    who: Who
    kind: str
    reason: str
    count: int
    sheet: str = "tracker"
    over: bool = False

    @property
    def key(self) -> str:
        """The name of the question about it."""
        return f"whole.{self.who.sha256[:16]}"

    def to_json(self) -> dict[str, object]:
        """Plain data for `from_json`."""
        return {
            "who": who_json(self.who),
            "rest": [self.kind, self.reason, self.count, self.sheet, self.over],
        }

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> Waiting:
        """The reply that `to_json` described."""
        return cls(Who(*held["who"]), *held["rest"])


@dataclass
class History:
    """What earlier merges left, as far as it concerns the cells at hand.

    sent     how many sendings have gone out
    next     the number that the next claim gets
    claims   cell → everything claimed for it, in the order in which it was heard
    past     cell → the values it had, since the first claim for it
    replies  those of the sendings at hand that were weighed, in that order
    waiting  replies that wait as a whole
    rows     sheet → row → what the row said when it was last seen
    stored…  what of this the ledger holds already; only the ledger reads these
    """

    sent: int = 0
    next: int = 1
    claims: dict[Cell, list[Claim]] = field(default_factory=lambda: defaultdict(list))
    past: dict[Cell, list[HistoryEntry]] = field(default_factory=lambda: defaultdict(list))
    replies: list[Heard] = field(default_factory=list)
    waiting: dict[str, Waiting] = field(default_factory=dict)
    rows: dict[str, dict[str, Says]] = field(default_factory=dict)

    stored: dict[int, str] = field(default_factory=dict, repr=False)
    stored_past: dict[Cell, int] = field(default_factory=dict, repr=False)
    stored_bodies: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)
    stored_rows: dict[str, dict[str, Says]] = field(default_factory=dict, repr=False)

    def all_claims(self) -> Iterator[Claim]:
        """Every claim."""
        return (claim for claims in self.claims.values() for claim in claims)

    def open(self) -> list[Claim]:
        """Claims that wait for an answer."""
        return [claim for claim in self.all_claims() if claim.state == OPEN]

    def claim(self, cell: Cell, number: int) -> Claim | None:
        """One claim by its number, or what took its place."""
        found = {claim.id: claim for claim in self.claims[cell]}
        claim = found.get(number)
        while claim is not None and claim.state == "withdrawn" and claim.by in found:
            claim = found[claim.by]
        return claim

    def entries(self, cell: Cell) -> list[HistoryEntry]:
        """The past of a cell without what was taken back. What an answer wrote or left standing stays."""
        return [entry for entry in self.past[cell] if self.stands(cell, entry)]

    def stands(self, cell: Cell, entry: HistoryEntry) -> bool:
        """Whether a value of the past was not taken back."""
        claim = self.claim(cell, entry.claim) if entry.claim else None
        return claim is None or claim.state != "withdrawn" or bool(claim.answered)

    def last(self, cell: Cell) -> HistoryEntry | None:
        """The latest of them."""
        return next((entry for entry in reversed(self.past.get(cell, ())) if self.stands(cell, entry)), None)

    def writer(self, cell: Cell) -> Claim | None:
        """Whose claim the master's value is; None when the coordinator wrote it."""
        last = self.last(cell)
        return self.claim(cell, last.claim) if last and last.claim else None

    def words(self, cell: Cell, department: str) -> list[Claim]:
        """All that a department said of a cell, in the order in which it was heard: each word once, in
        whatever files it stands, without what was taken back."""
        mine = (c for c in self.claims[cell] if c.department == department and c.state not in GONE)
        return sorted(mine, key=lambda claim: claim.said)

    def count(self) -> int:
        """The next number, of a claim or of a turn."""
        self.next += 1
        return self.next - 1


# Which of two words of a department was said later, as far as clocks and sendings tell.


_SECOND = timedelta(seconds=1)


def clocks_of(reply: ReturnedFile, sent: datetime, collected: datetime) -> tuple[Clock, ...]:
    """A reply's times, each with whether it lies between sending and collecting (to the second)."""
    return tuple(
        (clock, at, sent - _SECOND < at < collected + _SECOND) for clock, at in reply.stamps if clock
    )


def order(one: Claim, other: Claim) -> int:
    """-1: `other` was said after `one`; 1: before it; 0: not certain."""
    number, clock = _sign(one.number - other.number), by_clock(one.clocks, other.clocks)
    if number:
        return 0 if clock == -number else number
    return clock


def by_clock(one: Sequence[Clock], other: Sequence[Clock]) -> int:
    """The same of two files, by a clock that gave both their times."""
    times = {name: (at, inside) for name, at, inside in other}
    for name, at, inside in one:
        if name in times and times[name][1] == inside:
            return _sign((at - times[name][0]).total_seconds())
    return 0


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def in_order(readings: Iterable[ReplyReading], collected: datetime) -> list[ReplyReading]:
    """Replies in the order in which they are weighed, which does not depend on how they came.

    A time that lies outside sending and collecting comes last, so that it decides nothing.
    """

    def rank(reading: ReplyReading) -> tuple[object, ...]:
        clocks, who = clocks_of(reading.reply, reading.base.at, collected), reading.reply.who
        first = (not clocks[0][2], clocks[0][1].isoformat(), clocks[0][0]) if clocks else (True, "", "")
        return (reading.base.number, *first, who.token, who.sha256)

    return sorted(readings, key=rank)
