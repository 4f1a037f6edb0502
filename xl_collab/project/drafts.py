"""What a drawn sheet remembers of itself, so that it can be drawn again around what people typed.

Each row of a generated sheet notes, in one hidden column, its key and what was generated in its cells.
The notes move with their rows when people sort or insert; what differs from them was typed. What may
not enter: spreadsheets, and where the notes are kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime, time
from typing import Any, Literal

from xl_collab.patterns import lazy
from xl_collab.records import dataclass

VERSION = 1
KEPT = "kept:"
"""Begins the keys of rows at the foot that hold texts whose own place is gone."""

Obstacle = Literal["", "rows", "columns", "formulas", "objects", "unknown"]
"""Why a sheet cannot be drawn again without losing something of somebody's; "" when it can."""

# A run of letters is tried from its first one alone: from the others it ends the same.
_NUMBERS = lazy(r"(?<![A-Za-z])[A-Za-z]*\d[\w.%:!+-]*(?:(?:、|, | )[A-Za-z]*\d[\w.%:!+-]*)*")


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed into a drawn sheet; "" where they emptied a cell.

    `key` is the logical place: section, row and column, wherever they stand in the next draft. `instead_of`
    is a digest of what the tool had written there.
    """

    key: str
    value: object
    instead_of: str = field(default="", compare=False)


def plain(value: object) -> str:
    """A cell's content with its type, the same from every program; spelling of numbers does not count."""
    if isinstance(value, bool):
        return f"b{value}"
    if isinstance(value, int | float):
        return f"n{value:.12g}"
    if isinstance(value, datetime):
        return f"d{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"d{value:%Y-%m-%d} 00:00"
    text = "" if value is None else str(value)
    return "s" + text.replace("\r\n", "\n").replace("\r", "\n")


def words_of(value: object) -> str:
    """What a cell says to people: programs make days and numbers of words that look like them."""
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def shape(text: str) -> str:
    """A generated sentence without its figures and IDs: the same in the next draft, when those differ."""
    return _NUMBERS.sub("#", text)


def _digest(value: object) -> str:
    said = plain(value)
    if said == "s":
        return ""
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


@dataclass
class RowNotes:
    """One row: its key, and of each cell (by column number from 1) its name and a digest of its content.

    A name that begins with "/" is a place of its own, whichever row it stands in.
    """

    key: str
    cells: dict[int, tuple[str, str]] = field(default_factory=dict)

    def note(self, column: int, name: str, value: object) -> None:
        """Remember what was generated."""
        self.cells[column] = (name, _digest(value))

    def place(self, column: int) -> str:
        """The logical key of a cell of this row."""
        name = self.cells.get(column, ("", ""))[0]
        if name.startswith("/"):
            return self.key.partition("/")[0] + name
        return f"{self.key}|{name or f'@{column}'}"

    def was(self, column: int) -> str:
        """The digest of what was generated in a cell."""
        return self.cells.get(column, ("", ""))[1]

    def encoded(self, head: Sequence[int] = ()) -> str:
        """As the hidden column has it; `head` goes into the first row."""
        cells = [[column, name, said] for column, (name, said) in self.cells.items() if name or said]
        told: dict[str, Any] = {"draft": list(head)} if head else {}
        return json.dumps({**told, "k": self.key, "c": cells}, separators=(",", ":"))


@dataclass(frozen=True)
class Remembered:
    """A drawn sheet as found: what people typed since, and what stands in the way of drawing it again.

    `objects` is how many charts were drawn; further ones, pictures and comments are somebody's.
    """

    typed: tuple[Typed, ...]
    objects: int
    obstacle: Obstacle = ""


def head_of(column: int, rows: int, objects: int) -> tuple[int, ...]:
    """What the first row's notes say of the whole sheet."""
    return (VERSION, column, rows, objects)


def recalled(rows: Sequence[Sequence[object]]) -> Remembered | None:
    """What a sheet's cells (from A1 on, blanks as "") tell; None where the sheet has no notes."""
    at = _head(rows)
    if at is None:
        return None
    column, (drawn_at, count, objects) = at
    if column != drawn_at:
        return Remembered((), objects, "columns")
    notes = _notes(rows, column)
    if notes is None or len(notes) != count or len({one.key for one in notes.values()}) != count:
        return Remembered((), objects, "rows")
    obstacle = _obstacle(rows, notes, column)
    return Remembered(tuple(_typed(rows, notes, column)), objects, obstacle)


def _head(rows: Sequence[Sequence[object]]) -> tuple[int, tuple[int, int, int]] | None:
    """The column of the notes, and what the first of them says."""
    for cells in rows:
        for column, value in enumerate(cells, start=1):
            if isinstance(value, str) and value.startswith('{"draft":['):
                told = _decoded(value)
                head = told.get("draft") if told else None
                if isinstance(head, list) and len(head) == 4 and head[0] == VERSION:
                    return column, (head[1], head[2], head[3])
    return None


def _decoded(text: object) -> dict[str, Any] | None:
    try:
        told = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _notes(rows: Sequence[Sequence[object]], column: int) -> dict[int, RowNotes] | None:
    """Index of a row → its notes; None where one cannot be read."""
    found = {}
    for index, cells in enumerate(rows):
        text = cells[column - 1] if column <= len(cells) else ""
        if text == "":
            continue
        told = _decoded(text)
        try:
            if told is None:
                return None
            found[index] = RowNotes(told["k"], {at: (name, said) for at, name, said in told["c"]})
        except (KeyError, TypeError, ValueError):
            return None
    return found


def _obstacle(rows: Sequence[Sequence[object]], notes: Mapping[int, RowNotes], column: int) -> Obstacle:
    """Cells outside of what was drawn."""
    for index, cells in enumerate(rows):
        if any(value != "" for value in cells[column:]):
            return "columns"
        if index not in notes and any(value != "" for value in cells):
            return "rows"
    return ""


def _typed(rows: Sequence[Sequence[object]], notes: Mapping[int, RowNotes], column: int) -> Iterator[Typed]:
    for index, row in notes.items():
        for at, value in enumerate(rows[index][: column - 1], start=1):
            if _digest(value) != row.was(at):
                yield Typed(row.place(at), value, row.was(at))


def texts(values: Iterable[object]) -> list[str]:
    """The contents that must not be lost: all but blanks, with their types."""
    return [said for said in map(plain, values) if said[1:].strip()]
