"""What a merge takes and gives, as plain data: replies, claims, conflicts, changes, history.

Only shapes, and their JSON; how they come about is in `merge_reading.py` and `merge_deciding.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple, TypeAlias

from xl_collab.model.merge.remarks import Remark
from xl_collab.model.merge.snapshot import Rows
from xl_collab.model.merge.values import Canonical, decode, encode

__all__ = ["ADDED", "REMOVED", "Anomaly", "Cell", "Change", "Claim", "Conflict", "ConflictKind"]
__all__ += ["Head", "History", "MergeResult", "Notice", "Record", "Reply", "ReplyStatus", "Value", "Who"]

ADDED, REMOVED = "+", "-"
"""In place of a column's name: the claim is about the whole row."""

Record: TypeAlias = tuple[tuple[str, Canonical], ...]
"""The filled cells of a new row, by column in declared order."""

Value: TypeAlias = Canonical | Record
"""What a claim says: a cell's value; for an added row its record; for a removed one None."""


class Cell(NamedTuple):
    """Sheet key, row key, column name (or ADDED, REMOVED)."""

    sheet: str
    row: str
    column: str


class Head(NamedTuple):
    """Where a reply stands in its lineage: what the file says of its last change, then its hash."""

    modified: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Who:
    """Where a value came from. `modified` is ISO 8601 text in UTC, as the file says of itself."""

    token: str
    department: str = ""
    sender: str = ""
    modified: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A cell that the reader could not take as data, where the rows cannot say so themselves.

    kind: a word of `merge_words.KINDS`, such as `overwritten` for a native formula replaced by a value.
    """

    sheet: str
    row: str
    column: str
    kind: str
    text: str = ""


@dataclass(frozen=True)
class Reply:
    """One returned file. `held`: why nothing of it may be applied yet (wrong sender, doubt); '' if it may."""

    who: Who
    sheets: Mapping[str, Rows]
    anomalies: tuple[Anomaly, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    held: str = ""
    remarks: tuple[Remark, ...] = ()

    @property
    def token(self) -> str:
        """Token of the sending that it answers."""
        return self.who.token

    @property
    def head(self) -> Head:
        """Its place in the lineage of its token."""
        return Head(self.who.modified, self.who.sha256)


@dataclass(frozen=True, slots=True)
class Claim:
    """One change that the newest reply of a lineage makes: from `base` to `value`.

    `applied`: the master was given the value, and `old` is what stood there without any reply.
    """

    who: Who
    cell: Cell
    base: Canonical
    value: Value
    applied: bool = False
    old: Canonical = None

    def to_json(self) -> dict[str, object]:
        """Plain data for `from_json`."""
        return {
            "who": _who(self.who),
            "cell": list(self.cell),
            "base": encode(self.base),
            "value": _encode(self.value),
            "applied": self.applied,
            "old": encode(self.old),
        }

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> Claim:
        """The claim that `to_json` described."""
        who, cell = Who(*held["who"]), Cell(*held["cell"])
        return cls(
            who, cell, decode(held["base"]), _decode(held["value"]), held["applied"], decode(held["old"])
        )


ConflictKind = Literal["conflict", "edit_delete", "delete_edit", "add_add", "no_base", "undo"]
"""Two sides disagree. Every other kind is something that is not applied unasked: see `merge_words.KINDS`."""

CONFLICT_KINDS = frozenset(("conflict", "edit_delete", "delete_edit", "add_add", "no_base", "undo"))


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that only a person can decide: what was sent, what stands in the master, what came back.

    `theirs` of an added row is its record. `suggestion` is theirs, master or ask.
    """

    kind: str
    who: Who
    cell: Cell
    base: Canonical
    master: Canonical
    theirs: Value
    suggestion: str = "ask"

    @property
    def key(self) -> str:
        """Stable name of this question: the same change by the same token is the same question."""
        said = [self.who.token, *self.cell, _encode(self.theirs), self.kind == "superseded"]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]

    def to_json(self) -> dict[str, object]:
        """Plain data for `from_json`."""
        return {
            "kind": self.kind,
            "who": _who(self.who),
            "cell": list(self.cell),
            "base": encode(self.base),
            "master": encode(self.master),
            "theirs": _encode(self.theirs),
            "suggestion": self.suggestion,
        }

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> Conflict:
        """The conflict that `to_json` described."""
        values = decode(held["base"]), decode(held["master"]), _decode(held["theirs"])
        return cls(held["kind"], Who(*held["who"]), Cell(*held["cell"]), *values, held["suggestion"])


@dataclass(frozen=True, slots=True)
class Change:
    """One cell of the master that changes. `why`: applied, withdrawn (a corrected reply takes its change
    back), contested (another reply says otherwise, so neither stands), chosen, or undone."""

    cell: Cell
    old: Canonical
    new: Canonical
    who: Who
    why: str = "applied"
    also: tuple[Who, ...] = ()
    """Others who said the same."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell that needs no decision: a word of `merge_words.NOTICES`."""

    kind: str
    who: Who
    sheet: str = ""
    row: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class ReplyStatus:
    """What became of a reply: merged, repeat (the same file again), superseded, held, or stopped."""

    who: Who
    status: str
    reason: str = ""


Spent: TypeAlias = Mapping[tuple[str, Cell], tuple[Value, ...]]


@dataclass(frozen=True)
class History:
    """What earlier merges settled; the ledger keeps it.

    heads   token → its newest reply
    claims  (token, cell) → what that reply changes, applied or open
    spent   (token, cell) → values of that lineage that were decided once and are never applied again
    """

    heads: Mapping[str, Head] = field(default_factory=dict)
    claims: Mapping[tuple[str, Cell], Claim] = field(default_factory=dict)
    spent: Spent = field(default_factory=dict)

    def spending(self, claims: list[Claim]) -> History:
        """The same history after these claims were decided for good."""
        spent, open_claims = dict(self.spent), dict(self.claims)
        for claim in claims:
            at = (claim.who.token, claim.cell)
            if not was_spent(self.spent, at, claim.value):
                spent[at] = (*spent.get(at, ()), claim.value)
            if at in open_claims:
                open_claims[at] = replace(open_claims[at], applied=False)
        return History(self.heads, open_claims, spent)


def was_spent(spent: Spent, at: tuple[str, Cell], value: Value) -> bool:
    """Whether a value of a lineage was decided before; unlike in Python, True is not 1."""
    flag = isinstance(value, bool)
    return any(held == value and isinstance(held, bool) == flag for held in spent.get(at, ()))


@dataclass(frozen=True)
class MergeResult:
    """What a merge came to. Nothing in it is lost: a change is in `changes`, `conflicts` or `parked`."""

    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]
    parked: tuple[Conflict, ...]
    notices: tuple[Notice, ...]
    replies: tuple[ReplyStatus, ...]
    history: History

    @property
    def open(self) -> tuple[Conflict, ...]:
        """All that waits for a decision; superseded changes only stand in the report."""
        return (*self.conflicts, *(item for item in self.parked if item.kind != "superseded"))


def _who(who: Who) -> list[str]:
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


_encode, _decode = encode_value, decode_value
