"""What the plain reading of the merge keeps: rows that it follows, words that departments said, who wrote.

merge_rules.py decides by these records. Here is only what "later", "the same value" and "contradictory"
mean. No product code and no file may enter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from life.office import STATUSES, NewRow, Packet, Reply, Row

STATEMENT = ("status", "percent", "actual_start", "actual_finish")
"""Cells of a row that may contradict each other."""
REPORTED = (*STATEMENT, "forecast_finish")
"""Cells that belong to the department that leads the row."""
NO_CELLS = ("_uid", "id", "support")
"""What a row carries beside its cells; 编号 is what rows are known by, not a thing that replies change."""

EARLIER, LATER = -1, 1


def meaning(value: object) -> object:
    """A value as people take it: blanks around a text say nothing, an empty text is an empty cell."""
    return (value.strip() or None) if isinstance(value, str) else value


def called(row: Row) -> tuple[str, str]:
    """What people call a row: its 编号 and its 主要任务."""
    return str(row["id"]).strip(), str(row["task"]).strip()


def similar(a: str, b: str) -> bool:
    """Words that are plainly the same ones, mended."""
    return bool(a and b) and SequenceMatcher(None, a, b).ratio() >= 0.6


def holds(column: str, value: object) -> bool:
    """Whether a column can hold a value."""
    if value is None:
        return True
    if column == "percent":
        return isinstance(value, int | float) and 0 <= value <= 1
    if column == "status":
        return value in STATUSES
    return isinstance(value, dt.date) if column in REPORTED else True


def contradicts(row: Mapping[str, object]) -> bool:
    """Whether 状态, 完成率 and 实际完成 cannot all be true: done means a date and 100 %."""
    status, percent, _, finish = (meaning(row.get(c)) for c in STATEMENT)
    return (status == "已完成") != (finish is not None) or (status == "已完成" and percent != 1)


@dataclass(frozen=True)
class Mark:
    """Where a reply stands in time: its sending, and its stamp by the clock named.

    `within`: the stamp lies between sending and collecting, so that the clock may be right.
    """

    rid: str
    packet: int
    stamp: float
    clock: str
    within: bool


def order(a: Mark, b: Mark) -> int | None:
    """EARLIER or LATER, how `a` lies to `b`; None: not certain.

    "A newer sending is later, unless one clock contradicts (not certain); within one, the later stamp.
    Stamps compare only within one clock, both or neither between sending and collecting."
    """
    by_clock = _sign(a.stamp, b.stamp) if (a.clock, a.within) == (b.clock, b.within) else 0
    if a.packet == b.packet:
        return by_clock or None
    by_sending = _sign(a.packet, b.packet)
    return None if by_clock == -by_sending else by_sending


def _sign(a: float, b: float) -> int:
    return (a > b) - (a < b)


@dataclass(eq=False)
class Line:
    """A row of the master, followed: how it was called at the last look, and the story of its cells."""

    called: tuple[str, str]
    row: Row | None
    writes: dict[str, list[Write]] = field(default_factory=dict)
    words: list[Word] = field(default_factory=list)
    answered: list[Pair] = field(default_factory=list)

    def value(self, column: str) -> object:
        """What the master shows; a row that is nowhere shows something that equals nothing."""
        return GONE if self.row is None else meaning(self.row.get(column))

    def last(self, column: str) -> Write | None:
        return self.writes[column][-1] if self.writes.get(column) else None


GONE = "\0gone"


@dataclass(eq=False)
class Word:
    """What a department said of a cell, answering one sending; in one reply or carried along in several."""

    line: Line
    column: str
    dept: str
    packet: int
    value: object
    base: object
    own: bool
    marks: list[Mark]
    put_back: bool = False
    state: str = ""
    said: int = 0
    """When it was weighed; `chosen`, `declined`: when an answer did that to it, or 0."""
    chosen: int = 0
    declined: int = 0
    settled_by: Word | None = None
    kept: bool = False
    """An answer left it in the master."""

    @property
    def mark(self) -> Mark:
        """A word is as old as the earliest collected reply that shows it."""
        return self.marks[0]

    @property
    def cell(self) -> tuple[Line, str, str]:
        return self.line, self.column, self.dept

    @property
    def open(self) -> bool:
        return self.state == "asked"


@dataclass(frozen=True, eq=False)
class Write:
    """One writing of a cell of the master: by a reply's word; else by hand, or by an answer that took the
    word of the department `took`."""

    when: int
    value: object
    word: Word | None = None
    took: str = ""

    @property
    def dept(self) -> str:
        """The department whose word this is, or "" if it is the coordinator's own."""
        return self.word.dept if self.word else self.took


@dataclass(frozen=True)
class Pair:
    """Theirs against the master's: a question that was answered."""

    when: int
    column: str
    dept: str
    theirs: object
    master: object


@dataclass
class Sending:
    """A packet with the followed row behind each row that it shows, and the rows added in its blank lines."""

    packet: Packet
    when: int
    shown: list[tuple[Line, Row]]
    added: list[Added] = field(default_factory=list)


@dataclass
class Added:
    """A row that came from a blank line: in which line it was typed, with which words so far."""

    line: Line
    blanks: set[int]
    tasks: list[str]

    def fits(self, new: NewRow, *, exactly: bool) -> bool:
        if exactly:
            return new.task in self.tasks
        return new.line in self.blanks and any(similar(new.task, task) for task in self.tasks)


@dataclass
class Back:
    """A reply that was collected: what it claims, and what it shows, cell by cell."""

    reply: Reply
    mark: Mark
    claims: dict[tuple[Line, str], object] = field(default_factory=dict)
    shows: dict[tuple[Line, str], object] = field(default_factory=dict)
