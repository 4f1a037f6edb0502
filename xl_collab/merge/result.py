"""What a merge takes and gives, as plain data: replies, claims, questions, changes, what is told.

Only shapes, and their JSON; how they come about is in `policy.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from xl_collab.merge.snapshot import Rows, Snapshot
from xl_collab.merge.values import Canonical, decode, encode

# What a person wrote in a reply where no known cell is: notes, shapes, other sheets, the mail's text.


@dataclass(frozen=True, slots=True)
class Remark:
    """Words that a person wrote in a reply where no known cell is: told, never merged.

    kind    note, thread (a threaded comment), shape (text boxes, chart titles, pictures), sheet (one of the
            person's own), beside (around a table), page (for reading), header (and footer), mail
    place   for people: 跟踪表!F7, 我的任务 文本框（D5）, 邮件正文
    words   as written
    author  as the file or the mail names the person; '' when it does not
    counts  False: kept and shown, but nothing is left to read in it (greeting, set phrase, signature)
    """

    kind: str
    place: str
    words: str
    author: str = ""
    counts: bool = True


ADDED = "+"
"""In place of a column's name: the claim is about a row to add."""

Record: TypeAlias = tuple[tuple[str, Canonical], ...]
"""The filled cells of a new row, by column in declared order."""

Value: TypeAlias = Canonical | Record
"""What a claim says: a cell's value; for an added row its record."""


class Cell(NamedTuple):
    """Sheet key, row, column name (or ADDED). A row's name stays when its ID changes: see `following.py`."""

    sheet: str
    row: str
    column: str


NO_CELL = Cell("", "", "")


@dataclass(frozen=True, slots=True)
class Who:
    """Where a value came from. `modified` is ISO 8601 text in UTC, as the file says of itself."""

    token: str
    department: str = ""
    sender: str = ""
    modified: str = ""
    sha256: str = ""


class Stamp(NamedTuple):
    """When something was said, by the clock that says so: our mail server's, or one sender's computer."""

    clock: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A cell that the reader could not take as data, where the rows cannot say so themselves.

    kind: a word of `words.KINDS`, such as `overwritten` for a native formula replaced by a value.
    """

    sheet: str
    row: str
    column: str
    kind: str
    text: str = ""


@dataclass(frozen=True)
class Answer:
    """What a mail's own words say of one cell of the tracker, as they were typed.

    row   the ID in the sending
    kind  why it is asked and not applied: `sentence`, `two_answers`; '' for a filled field
    """

    row: str
    column: str
    text: str
    kind: str = ""


@dataclass(frozen=True)
class ReturnedFile:
    """One returned file. `held`: why nothing of it may be applied yet (wrong sender, doubt); '' if it may.

    stamps   when it was said, by each clock that says so, the most trusted first
    answers  of a mail's own words, which show no other cell
    """

    who: Who
    sheets: Mapping[str, Rows]
    anomalies: tuple[Anomaly, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    held: str = ""
    stamps: tuple[Stamp, ...] = ()
    remarks: tuple[Remark, ...] = ()
    answers: tuple[Answer, ...] = ()

    @property
    def token(self) -> str:
        """Token of the sending that it answers."""
        return self.who.token


@dataclass(frozen=True)
class Progress:
    """What a reply says of 状态, 完成率 and 实际完成: its columns, and where each row stands in them."""

    columns: Mapping[str, Sequence[Canonical]] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)

    def of(self, row: str) -> dict[str, Canonical]:
        """Of one row; nothing of a row that did not come back."""
        at = self.places.get(row)
        return {} if at is None else {name: values[at] for name, values in self.columns.items()}


@dataclass(frozen=True)
class Base:
    """What a sending showed: its cells, its number among all sendings, and when it went out.

    rows    sheet → ID key there → the row's name, where the two differ
    """

    token: str
    number: int
    at: datetime
    snapshot: Snapshot
    rows: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def row_of(self, sheet: str, key: str) -> str:
        """The name of the row that has this ID key in the sending."""
        return self.rows.get(sheet, {}).get(key, key)

    def key_of(self, cell: Cell) -> str:
        """The ID key in the sending of a row; its name where the sending never showed it."""
        return self._keys.get(cell.sheet, {}).get(cell.row, cell.row)

    @cached_property
    def _keys(self) -> Mapping[str, Mapping[str, str]]:
        """Sheet → the row's name → its ID key in the sending."""
        return {sheet: {row: key for key, row in names.items()} for sheet, names in self.rows.items()}


@dataclass(frozen=True, slots=True)
class Change:
    """One cell of the master that changes. `why`: a word of `words.WHYS`."""

    cell: Cell
    old: Canonical
    new: Canonical
    who: Who
    why: str = "applied"
    also: tuple[Who, ...] = ()
    """Others who said the same."""


@dataclass(frozen=True, slots=True)
class Added:
    """A row to append: its name, its ID and its filled cells."""

    sheet: str
    row: str
    id: str
    record: Record
    who: Who


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell that needs no decision: a word of `words.NOTICES`.

    cell   what it is about; `value` what was said there; `text` a name or words that belong to the sentence
    """

    kind: str
    who: Who
    cell: Cell = NO_CELL
    value: Value = None
    text: str = ""

    def to_json(self) -> dict[str, object]:
        """Plain data for `from_json`."""
        return {
            "kind": self.kind,
            "who": who_json(self.who),
            "cell": list(self.cell),
            "value": encode_value(self.value),
            "text": self.text,
        }

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> Notice:
        """The notice that `to_json` described."""
        return cls(
            held["kind"], Who(*held["who"]), Cell(*held["cell"]), decode_value(held["value"]), held["text"]
        )


@dataclass(frozen=True, slots=True)
class ReplyStatus:
    """What became of a reply: merged, untouched, repeat (the same file again), held, or stopped.

    counts  how many of its claims came to what: a word of `words.OUTCOMES` → number
    """

    who: Who
    status: str
    reason: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


def who_json(who: Who) -> list[str]:
    """A Who as JSON knows it: `Who(*...)` gives it back."""
    return [who.token, who.department, who.sender, who.modified, who.sha256]


def encode_value(value: Value) -> object:
    """A claim's value as JSON knows it."""
    if isinstance(value, tuple):
        return {"r": [[name, encode(cell)] for name, cell in value]}
    return encode(value)


def decode_value(held: Any) -> Value:
    """A claim's value from `encode_value`'s form."""
    if isinstance(held, dict) and "r" in held:
        return tuple((name, decode(cell)) for name, cell in held["r"])
    return decode(held)


def alike(one: Value, other: Value) -> bool:
    """Whether two values are equal; unlike in Python, True is not 1. Of new rows the ID says nothing."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return record_cells(one) == record_cells(other)
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def record_cells(record: Record) -> Record:
    """The cells of an added row without its ID."""
    return tuple(item for item in record if item[0] != "id")


def digest(*parts: object) -> str:
    """A short name for some plain data."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:12]
