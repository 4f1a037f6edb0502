"""What a native formula sees in a column: dates as numbers, text, errors, nothing.

Excel's own view of a cell decides whether Python and the workbook agree on a row: a date is a
number, a number in a date column is a date, text in it is not, an error spreads. Each distinct
value is looked at once, so that 100,000 rows cost little. No rule about tasks may enter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt

from xl_collab.project.tables import (
    CellError,
    CellFormula,
    Codes as Codes,
    Days,
    Flags,
    Texts,
    factorise as factorise,
)

Kind = Literal["", "number", "text", "error", "boolean"]
_KINDS: Mapping[Kind, int] = {"": 0, "number": 1, "text": 2, "error": 3, "boolean": 4}
T = TypeVar("T")

_EPOCH = date(1899, 12, 30).toordinal()
_UNIX = date(1970, 1, 1).toordinal()
LAST_SERIAL = 2958465
_NAT = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Seen:
    """A column as formulas see it; arrays over its rows, made of what was seen in its distinct values."""

    codes: Codes
    kinds: npt.NDArray[np.int8]
    """Kind of each distinct value."""
    serials: npt.NDArray[np.float64]
    """The number of each distinct value, NaN for none."""

    @cached_property
    def day(self) -> Days:
        """INT() of the number; NaT for no number, and for a number outside Excel's calendar."""
        return _days(self.serials)[self.codes]

    @cached_property
    def serial(self) -> npt.NDArray[np.float64]:
        """The number itself, NaN for none."""
        return self.serials[self.codes]

    @cached_property
    def number(self) -> Flags:
        """Numbers and dates."""
        return self._are("number")

    @cached_property
    def text(self) -> Flags:
        """Texts."""
        return self._are("text")

    @cached_property
    def error(self) -> Flags:
        """Errors such as #REF!."""
        return self._are("error")

    @cached_property
    def filled(self) -> Flags:
        """Cells that are not empty."""
        return ~self._are("")

    def _are(self, kind: Kind) -> Flags:
        found: Flags = (self.kinds == _KINDS[kind])[self.codes]
        return found


def spread(codes: Codes, results: list[T]) -> list[T]:
    """One result per row from one result per distinct value."""
    return list(map(results.__getitem__, codes.tolist()))


def coded(codes: Codes, wanted: Sequence[int]) -> Flags:
    """Rows whose code is one of a few, mostly of none; np.isin takes several times as long."""
    if not wanted:
        return np.zeros(len(codes), dtype=bool)
    found = np.zeros(max(int(codes.max(initial=0)), *wanted) + 1, dtype=bool)
    found[wanted] = True
    return found[codes]


def look(values: Texts) -> Seen:
    """See a column of cells."""
    return look_at(*factorise(values))


def look_at(codes: Codes, distinct: list[object]) -> Seen:
    """See a column of cells given as `factorise` gives it."""
    if set(map(type, distinct)) <= {str, type(None)}:
        kinds = np.fromiter(map(bool, distinct), np.int8, len(distinct)) * _KINDS["text"]
        return Seen(codes, kinds, np.full(len(distinct), np.nan))
    views = [_WORDS if type(value) is str and value else _view(value) for value in distinct]
    kinds = np.fromiter((_KINDS[kind] for kind, _ in views), np.int8, len(views))
    return Seen(codes, kinds, np.fromiter((number for _, number in views), np.float64, len(views)))


def whole_numbers(values: npt.NDArray[np.float64], empty: object) -> list[object]:
    """Whole numbers, with `empty` in place of NaN."""
    missing = np.isnan(values)
    found = np.where(missing, 0, values).astype(np.int64).astype(object)
    found[missing] = empty
    listed: list[object] = found.tolist()
    return listed


def shown(value: object) -> object:
    """What a cell shows: a formula's last value; everything else itself."""
    return shown(value.value) if isinstance(value, CellFormula) else value


_WORDS: tuple[Kind, float] = ("text", math.nan)


def _view(value: object) -> tuple[Kind, float]:
    if isinstance(value, CellFormula):
        # A formula that shows "" is text to ISTEXT, unlike an empty cell.
        return ("text", math.nan) if value.value == "" else _view(value.value)
    if value is None or value == "":
        return "", math.nan
    if isinstance(value, bool):
        return "boolean", float(value)
    if isinstance(value, date):
        return "number", _serial(value)
    if isinstance(value, int | float):
        return ("number", float(value)) if math.isfinite(value) else ("error", math.nan)
    return ("error" if isinstance(value, CellError) else "text"), math.nan


def _serial(value: date) -> float:
    whole = value.toordinal() - _EPOCH
    if isinstance(value, datetime):
        return whole + (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    return float(whole)


def serials(days: Days) -> npt.NDArray[np.float64]:
    """Excel's numbers of days; NaN for none."""
    numbers = days.astype("datetime64[D]").astype(np.int64) - (_EPOCH - _UNIX)
    return np.where(np.isnat(days), np.nan, numbers.astype(np.float64))


def _days(serial: npt.NDArray[np.float64]) -> Days:
    inside = (serial >= 1) & (serial < LAST_SERIAL + 1)
    whole = np.floor(np.where(inside, serial, 0)).astype(np.int64) + (_EPOCH - _UNIX)
    days: Days = np.where(inside, whole, _NAT).astype("datetime64[D]")
    return days
