"""Cell values as lines of JSON, between the reading process and the program that asked.

The reader may have been taken over by a hostile file, so what comes back is checked value by value; nothing
in it can make the parent run or build anything but plain data. Each value of a sheet is sent once, its rows
name it by number. Formulas of a filled-down column differ in their row's number only: each pattern is sent
once, with the runs of cells that have it, and filled in again.
What may not enter: pickle.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from xl_collab.a1 import MAX_COLUMN

GAP, ABOVE, BELOW = "\0", "\1", "\2"
"""Stand in a pattern for the row's number, and those of the rows above and below. XML cannot hold them."""


_DAYS = 4096
"""Days that are remembered: a tracker has few, and each in many cells."""

Run = list[int]
"""Column, first row, last row, and the number of the pattern that these cells have."""


class Patterns:
    """The formulas of one sheet: each pattern once, and the runs of cells down a column that have it."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.runs: list[Run] = []
        self._numbers: dict[str, int] = {}
        self._raw: dict[bytes, int] = {}
        self._last: dict[int, Run] = {}

    def put(self, row: int, column: int, number: int) -> None:
        """Note the formula of a cell; cells come row by row."""
        run = self._last.get(column)
        if run is not None and run[2] == row - 1 and run[3] == number:
            run[2] = row
        else:
            run = self._last[column] = [column, row, row, number]
            self.runs.append(run)

    def number(self, text: str, row: int) -> int:
        """The pattern of a formula that stands in `row`."""
        pattern = text.replace(str(row), GAP).replace(str(row - 1), ABOVE).replace(str(row + 1), BELOW)
        if pattern not in self._numbers:
            self._numbers[pattern] = len(self.texts)
            self.texts.append(pattern)
        return self._numbers[pattern]

    def number_of_element(self, raw: bytes, row: int, text_of: Callable[[bytes], str]) -> int:
        """As `number`, for an element whose text `text_of` finds: once for all that are alike.

        raw  the element as `taken_out` gives it
        """
        number = self._raw.get(raw)
        if number is None:
            number = self._raw[raw] = self.number(text_of(put_in(raw, row)), row)
        return number


def taken_out(element: bytes, row: int) -> bytes:
    """An element with the numbers of its row and of its neighbours taken out."""
    raw = element.replace(b"%d" % row, b"\0").replace(b"%d" % (row - 1), b"\1")
    return raw.replace(b"%d" % (row + 1), b"\2")


def put_in(raw: bytes, row: int) -> bytes:
    """The element in a row of which `taken_out` made `raw`."""
    element = raw.replace(b"\2", b"%d" % (row + 1)).replace(b"\1", b"%d" % (row - 1))
    return element.replace(b"\0", b"%d" % row)


class Overfull(ValueError):
    """Raised when formulas would take more room than they may."""


class Room:
    """How much formulas may take when they are spelled out: characters and cells, of all sheets together.

    Few bytes ask for many here, and the process that asks may have been taken over by a hostile file.
    """

    def __init__(self, characters: int, cells: int) -> None:
        self._characters, self._cells = characters, cells

    def take(self, pattern: str, first: int, last: int) -> None:
        """Count the formulas of a pattern in these rows. Raises Overfull."""
        marks = sum(map(pattern.count, (GAP, ABOVE, BELOW)))
        self._cells -= last - first + 1
        self._characters -= (len(pattern) + marks * (len(str(last + 1)) - 1)) * (last - first + 1)
        if self._characters < 0 or self._cells < 0:
            raise Overfull


def spelled_out(pattern: str, row: int) -> str:
    """The formula of a pattern as it stands in a row."""
    near = pattern.replace(BELOW, str(row + 1)).replace(ABOVE, str(row - 1))
    return near.replace(GAP, str(row))


_PLAIN = frozenset((type(None), str, bool, int))
_READ = _PLAIN | {float}


class Garbled(ValueError):
    """Raised when an answer of the reading process is not what it can have written."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value that JSON lacks: `tag` is e (an error) or x (unreadable), `text` its spelling."""

    tag: str
    text: str


class ValueTable:
    """The different values of one sheet, which its rows then name by number; 0 is a blank cell."""

    def __init__(self) -> None:
        self.table: list[object] = []
        self._numbers: dict[type, _Numbers] = {}
        self.row((None,))

    def row(self, cells: Sequence[object]) -> list[int]:
        """The cells of a row as numbers."""
        known, kinds = self._numbers, set(map(type, cells))
        known |= {kind: _Numbers(self.table) for kind in kinds.difference(known)}
        return [known[type(value)][value] for value in cells]


class _Numbers(dict[object, int]):
    """The number of each value of one type: True is not 1."""

    def __init__(self, table: list[object]) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, value: object) -> int:
        number = self[value] = len(self._table)
        self._table.append(pack(value))
        return number


def pack(value: object) -> object:
    """A cell's value as JSON can say it."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is float:
        return value if math.isfinite(value) else {"x": repr(value)}  # type: ignore[arg-type]
    if isinstance(value, date):
        return _packed_moment(value)
    if isinstance(value, Tagged):
        return {value.tag: value.text}
    if isinstance(value, time):
        return {"t": value.isoformat()}
    if isinstance(value, timedelta):
        return {"s": repr(value.total_seconds())}
    raise Garbled(f"a cell cannot hold {kind.__name__}")


@lru_cache(maxsize=_DAYS)
def _packed_moment(value: date) -> dict[str, str]:
    return {"m" if isinstance(value, datetime) else "d": value.isoformat()}


_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def line(record: object) -> bytes:
    """One record as a line."""
    return _encode(record).encode() + b"\n"


def _no_constant(name: str) -> object:
    raise Garbled(name)


_decode = json.JSONDecoder(parse_constant=_no_constant).decode


def records(answer: bytes) -> list[Any]:
    """The records of an answer; Garbled when a line is no JSON."""
    try:
        return [_decode(text.decode()) for text in answer.splitlines()]
    except (ValueError, RecursionError) as error:
        raise Garbled("not JSON") from error


def unpack_values(table: object) -> list[object]:
    """The values of a sheet by number: dates as dates, markers as Tagged. Garbled for anything else."""
    if not isinstance(table, list):
        raise Garbled("a table of values that is none")
    return [value if type(value) in _READ else _unpacked(value) for value in table]


def unpack_row(numbers: object, values: Sequence[object]) -> list[object]:
    """The cells of a row, given by number. Garbled when they are none."""
    if not isinstance(numbers, list) or len(numbers) > MAX_COLUMN:
        raise Garbled("a row that is none")
    try:
        return list(map(values.__getitem__, numbers))
    except (IndexError, TypeError) as error:
        raise Garbled("a value that is none") from error


def _unpacked(value: object) -> object:
    if not isinstance(value, dict) or len(value) != 1:
        raise Garbled(f"a value of type {type(value).__name__}")
    ((tag, text),) = value.items()
    if not isinstance(text, str):
        raise Garbled("a tag without text")
    if tag in ("e", "x"):
        return Tagged(tag, text)
    try:
        return _MOMENTS[tag](text)
    except (KeyError, ValueError, OverflowError) as error:
        raise Garbled(f"the tag {tag!r}") from error


_MOMENTS: dict[str, Any] = {
    "d": date.fromisoformat,
    "m": datetime.fromisoformat,
    "t": time.fromisoformat,
    "s": lambda text: timedelta(seconds=float(text)),
}


def texts(record: object, names: Sequence[str]) -> list[str]:
    """The named texts of a record. Garbled when one is missing or no text."""
    if not isinstance(record, dict):
        raise Garbled("a record that is none")
    found = [record.get(name) for name in names]
    if not all(isinstance(text, str) for text in found):
        raise Garbled(f"one of {names}")
    return found  # type: ignore[return-value]
