"""Cell values as lines of JSON, between the reading process and the program that asked.

The reader may have been taken over by a hostile file, so what comes back is checked value by value; nothing
in it can make the parent run or build anything but plain data. What may not enter: pickle.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from xl_collab.hosts.ooxml.formulatext import MAX_COLUMN


class Garbled(ValueError):
    """Raised when an answer of the reading process is not what it can have written."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value that JSON lacks: `tag` is e, f or x, `text` its spelling, `value` a formula's result."""

    tag: str
    text: str
    value: object = None


def pack(value: object) -> object:
    """A cell's value as JSON can say it."""
    kind = type(value)
    if value is None or kind in (str, bool, int):
        return value
    if kind is float:
        return value if math.isfinite(value) else {"x": repr(value)}  # type: ignore[arg-type]
    if isinstance(value, Tagged):
        shown = {"v": pack(value.value)} if value.tag == "f" else {}
        return {value.tag: value.text, **shown}
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


def unpack(value: object) -> object:
    """The value that `pack` was given, dates as dates, markers as Tagged. Garbled for anything else."""
    kind = type(value)
    if value is None or kind in (str, bool, int):
        return value
    if kind is float and math.isfinite(value):  # type: ignore[arg-type]
        return value
    if isinstance(value, dict):
        return _unpacked(value)
    raise Garbled(f"a value of type {kind.__name__}")


def _unpacked(value: dict[str, object]) -> object:
    tag, text = next(iter(value.items()), ("", ""))
    if not isinstance(text, str) or len(value) > 2:
        raise Garbled("a tag without text")
    if tag == "f":
        result = value.get("v")
        if isinstance(result, dict) and "f" in result:
            raise Garbled("a formula in a formula")
        return Tagged("f", text, unpack(result))
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


def unpack_row(row: object) -> list[object]:
    """One row of a sheet."""
    if not isinstance(row, list) or len(row) > MAX_COLUMN:
        raise Garbled("a row that is none")
    return [value if type(value) is str else unpack(value) for value in row]


def texts(record: object, names: Sequence[str]) -> list[str]:
    """The named texts of a record. Garbled when one is missing or no text."""
    if not isinstance(record, dict):
        raise Garbled("a record that is none")
    found = [record.get(name) for name in names]
    if not all(isinstance(text, str) for text in found):
        raise Garbled(f"one of {names}")
    return found  # type: ignore[return-value]
