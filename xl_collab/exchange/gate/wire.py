"""Cell values as lines of JSON, between the reading process and the program that asked.

The reader may have been taken over by a hostile file, so what comes back is checked value by value; nothing
in it can make the parent run or build anything but plain data. Formulas of a filled-down column differ in
their row's number only: each pattern is sent once and filled in again. What may not enter: pickle.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from xl_collab.a1 import MAX_COLUMN
from xl_collab.records import dataclass

GAP = "\0"
"""Stands for the row's number in a pattern. XML cannot hold it, so no text of a cell does."""

_RAW_GAP = GAP.encode()


class Patterns:
    """Numbers the patterns of one sheet, in the order in which they were first met."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._numbers: dict[str, int] = {}
        self._raw: dict[bytes, int] = {}

    def number(self, text: str, row: int) -> int:
        """The pattern of a formula that stands in `row`."""
        pattern = text.replace(str(row), GAP)
        if pattern not in self._numbers:
            self._numbers[pattern] = len(self.texts)
            self.texts.append(pattern)
        return self._numbers[pattern]

    def number_of_element(self, element: bytes, row: int, text_of: Callable[[bytes], str]) -> int:
        """As `number`, for an element whose text `text_of` finds: once for all that are alike."""
        if b"&#" in element:  # the digits of a character's number are no row
            return self.number(text_of(element), row)
        raw = element.replace(b"%d" % row, _RAW_GAP)
        number = self._raw.get(raw)
        if number is None:
            number = self._raw[raw] = self.number(text_of(element), row)
        return number


class Overfull(ValueError):
    """Raised when formulas would take more room than they may."""


class Filling:
    """Fills patterns in again, up to `room` characters in all.

    Few bytes ask for many here, and the process that asks may have been taken over by a hostile file.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._patterns: list[tuple[str, int]] = []

    def begin(self, patterns: Iterable[str]) -> None:
        """Take the patterns of the next sheet."""
        self._patterns = [(pattern, pattern.count(GAP)) for pattern in patterns]

    def text(self, number: int, row: int) -> str:
        """The formula of a pattern as it stands in `row`. IndexError for a number that is none."""
        pattern, gaps = self._patterns[number]
        shown = str(row)
        self._room -= len(pattern) + gaps * (len(shown) - 1)
        if self._room < 0:
            raise Overfull
        return pattern.replace(GAP, shown)


_PLAIN = frozenset((type(None), str, bool, int))


class Garbled(ValueError):
    """Raised when an answer of the reading process is not what it can have written."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value that JSON lacks: `tag` is e (an error), f (a formula) or x (unreadable), `text` its spelling,
    `value` a formula's result.
    """

    tag: str
    text: str
    value: object = None


@dataclass(frozen=True, slots=True)
class Filled:
    """A formula on its way: the number of its pattern among the sheet's, and its result."""

    pattern: int
    value: object = None


def pack_row(row: Sequence[object]) -> list[object]:
    """The cells of a row as JSON can say them."""
    return [value if type(value) in _PLAIN else pack(value) for value in row]


def pack(value: object) -> object:
    """A cell's value as JSON can say it."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is float:
        return value if math.isfinite(value) else {"x": repr(value)}  # type: ignore[arg-type]
    if isinstance(value, Filled):
        return {"f": value.pattern, "v": pack(value.value)}
    if isinstance(value, Tagged) and value.tag != "f":
        return {value.tag: value.text}
    if isinstance(value, datetime):
        return {"m": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time):
        return {"t": value.isoformat()}
    if isinstance(value, timedelta):
        return {"s": repr(value.total_seconds())}
    raise Garbled(f"a cell cannot hold {kind.__name__}")


def line(record: object) -> bytes:
    """One record as a line."""
    return json.dumps(record, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def records(answer: bytes) -> list[Any]:
    """The records of an answer; Garbled when a line is no JSON."""
    try:
        return [json.loads(text, parse_constant=_no_constant) for text in answer.splitlines()]
    except (ValueError, RecursionError) as error:
        raise Garbled("not JSON") from error


def _no_constant(name: str) -> object:
    raise Garbled(name)


def unpack_row(row: object, number: int = 0, filling: Filling | None = None) -> list[object]:
    """One row of a sheet: dates as dates, markers as Tagged. Garbled for anything else.

    number, filling  the row's number in the sheet, and what makes its formulas
    """
    if not isinstance(row, list) or len(row) > MAX_COLUMN:
        raise Garbled("a row that is none")
    return [
        value if type(value) in _PLAIN or type(value) is float else _unpacked(value, number, filling)
        for value in row
    ]


def _unpacked(value: object, number: int, filling: Filling | None) -> object:
    if not isinstance(value, dict):
        raise Garbled(f"a value of type {type(value).__name__}")
    tag, text = next(iter(value.items()), ("", ""))
    if tag == "f" and type(text) is int and text >= 0 and filling is not None and len(value) == 2:
        try:
            return Tagged("f", filling.text(text, number), unpack_row([value.get("v")])[0])
        except IndexError as error:
            raise Garbled("a formula without a pattern") from error
    if not isinstance(text, str) or len(value) != 1:
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
