"""What an office does with a shared table: sends it out, collects answers, asks, undoes. No files.

Whatever keeps these promises can be played: a merge policy over plain tables, or the real command line
over workbooks (files.py). No rule of merging may enter here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

Row = dict[str, object]
"""A row: "id" (编号), "task", "due" (a date), "owner" (the lead's name), "support" (names of the supporting
departments), and columns. "_uid" is the player's own mark of the row: implementations carry it along with
the row (also into Packet.rows), and must not use it. A row that an office has taken from a reply has none
until the player gives it one."""

DEPARTMENTS = ("研发部", "市场部")
STATUSES = ("未开始", "进行中", "已完成", "暂停", "取消")
PROGRESS = ("status", "percent", "actual_finish")
"""One statement in three cells: 状态, 完成率 (0 to 1, or None), 实际完成 (a date, or None)."""
LEAD_COLUMNS = (*PROGRESS, "forecast_finish")


def feedback_of(department: str) -> str:
    """The column that holds what a supporting department says: its own part of 配合反馈 (text, or None)."""
    return f"support_feedback@{department}"


def columns_of(departments: Sequence[str]) -> tuple[str, ...]:
    """What departments report in a row."""
    return (*LEAD_COLUMNS, *map(feedback_of, departments))


COLUMNS = columns_of(DEPARTMENTS)


@dataclass(frozen=True)
class Packet:
    """One sending: its number (counted from 1), when, and each row as it is shown there, with "_uid"."""

    no: int
    dept: str
    sent: float
    rows: list[Row]


@dataclass(frozen=True)
class NewRow:
    """A row added in a blank line of the packet: the line (from 1), the 编号 typed there or "", the words."""

    line: int
    typed_id: str
    task: str


@dataclass(frozen=True)
class Reply:
    """A packet as it comes back.

    `packet` is the sending's number. `stamp` is when it was changed or mailed, in seconds, by the clock
    that `clock` names: "server" (the mail server's, which is right), or a person's computer, which may be
    wrong. `rows` are all rows as returned, with the "id" as sent and without "_uid"; a row that is not
    there was taken out by the sender.
    """

    rid: str
    packet: int
    stamp: float
    clock: str
    rows: list[Row]
    new: Sequence[NewRow] = ()


KINDS = ("applied", "same", "corrected", "asked", "late", "told", "noted", "over")


@dataclass(frozen=True)
class Told:
    """What a collect says about one cell of one reply. `kind` is one of KINDS, or "" where nothing is said.

    A line about a whole row has no column, one about a row that is nowhere any more no uid.
    """

    kind: str
    uid: int | None
    column: str | None
    value: object
    rid: str


@dataclass(frozen=True)
class Outcome:
    """What one collect, or one undo, says."""

    told: list[Told] = field(default_factory=list)


@dataclass(frozen=True)
class Question:
    """An open question about one cell: what the master holds, and what a department says.

    Cells that are asked and answered together (the three of PROGRESS) are listed one by one, under the
    same key.
    """

    key: str
    uid: int | None
    column: str
    dept: str
    master: object
    theirs: tuple[object, ...]


class Office(Protocol):
    """A master and its exchange.

    copy.deepcopy of an office over tables is another office at the same point of its life.
    """

    rows: list[Row]
    """The master's rows now, in order. The player changes, inserts, renumbers and deletes them in place,
    as a coordinator does by hand in Excel; then it calls look()."""

    def send(self, dept: str, now: float) -> Packet:
        """Send the rows of the master to a department: those that it leads or supports, perhaps all."""

    def collect(self, replies: list[Reply], now: float) -> Outcome:
        """One collect over these replies, which lie in the folder in this order."""

    def questions(self) -> list[Question]:
        """What is open now."""

    def answer(self, key: str, pick: str, value: object = None) -> None:
        """Answer one question: pick "theirs" (value = which of theirs), "master", or "other" (value)."""

    def undo(self, rid: str) -> Outcome:
        """Take back what one reply has changed."""

    def look(self) -> None:
        """The program looks at the master, as any command does."""


Opened = Callable[[list[Row]], Office]
"""Opens an office over the rows of a new master."""
