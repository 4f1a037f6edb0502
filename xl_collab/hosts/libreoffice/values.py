"""Values between Python and a block of cells: dates, truth values, errors and empty cells both ways."""

from __future__ import annotations

import datetime as dt
import math
import numbers
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

from xl_collab.hosts.libreoffice.grammar import relative, to_office

DATE, TIME, LOGICAL = 2, 4, 1024
"""com.sun.star.util.NumberFormat."""

DAY = dt.timedelta(days=1)
EPOCH = dt.datetime(1899, 12, 30)
"""Day 0 of documents with the 1900 date system; the others are rare and say so when opened."""


FILL_FROM = 20
"""Rows from which one formula is filled down: entering it row by row takes LibreOffice quadratic time."""

PARTS = ("year", "month", "day", "hour", "minute", "second", "microsecond")


class CellError(str):
    """An error value such as #N/A among raw values."""

    __slots__ = ()


def from_office(told: dict[str, Any]) -> list[list[Any]]:
    """Raw values of a block: float, str, bool, datetime, CellError or None."""
    rows: list[list[Any]] = [[None if v == "" else v for v in row] for row in told["rows"]]
    for kind, as_typed in (("dates", _date), ("truths", bool)):
        for top, left, bottom, right in told[kind]:
            for row in rows[top : bottom + 1]:
                row[left : right + 1] = [
                    as_typed(v) if isinstance(v, float | int) else v for v in row[left : right + 1]
                ]
    for row_index, column, text in told["errors"]:
        rows[row_index][column] = CellError(text)
    return rows


def _date(serial: float) -> dt.datetime | float:
    try:
        return EPOCH + dt.timedelta(milliseconds=round(serial * 86_400_000))
    except OverflowError:
        return serial


class ForOffice:
    """A block of Python values as `write` takes it: plain rows, formats to see them by, formulas."""

    def __init__(self, rows: Iterable[Iterable[Any]]) -> None:
        self.formats: dict[tuple[str, int, int], list[int]] = {}
        self.formulas: dict[int, list[tuple[int, str, str]]] = {}
        self.rows = [[self._plain(i, j, v) for j, v in enumerate(row)] for i, row in enumerate(rows)]

    def _plain(self, row: int, column: int, value: Any) -> str | float | int:
        if value is None:
            return ""
        if isinstance(value, bool):
            return self._shown("BOOLEAN", LOGICAL, row, column, float(value))
        if isinstance(value, str):
            return self._text(row, column, value)
        if isinstance(value, numbers.Real):
            number = float(value)
            return number if math.isfinite(number) else ""
        return self._moment(row, column, value)

    def _text(self, row: int, column: int, text: str) -> str:
        """A formula when it starts with "=", as in Excel; a leading apostrophe only marks text."""
        if text[:1] == "=" and len(text) > 1:
            self.formulas.setdefault(column, []).append((row, to_office(text), relative(text, row)))
            return ""
        return text[1:] if text[:1] == "'" else text

    def _moment(self, row: int, column: int, value: Any) -> float:
        if isinstance(value, dt.datetime):
            code = "yyyy-mm-dd" if value.time() == dt.time() else "yyyy-mm-dd hh:mm:ss"
            return self._shown(code, DATE, row, column, (value.replace(tzinfo=None) - EPOCH) / DAY)
        if isinstance(value, dt.date):
            return self._shown("yyyy-mm-dd", DATE, row, column, float((value - EPOCH.date()).days))
        if isinstance(value, dt.time):
            of_day = dt.datetime.combine(EPOCH.date(), value.replace(tzinfo=None)) - EPOCH
            return self._shown("hh:mm:ss", TIME, row, column, of_day / DAY)
        if isinstance(value, dt.timedelta):
            return self._shown("[h]:mm:ss", TIME, row, column, value / DAY)
        raise TypeError(f"a cell cannot hold {type(value).__name__}")

    def _shown(self, code: str, kind: int, row: int, column: int, number: float) -> float:
        self.formats.setdefault((code, kind, column), []).append(row)
        return number

    def arguments(self) -> dict[str, Any]:
        """Formats as runs of rows; formulas as runs of rows, long runs of one formula apart."""
        formats = [
            [code, kind, column, run[0], run[-1]]
            for (code, kind, column), rows in self.formats.items()
            for run in _runs(rows, lambda row: row)
        ]
        formulas = [
            [column, part[0][0], [text for _, text, _ in part], alike]
            for column, found in self.formulas.items()
            for run in _runs(found, lambda one: one[0])
            for part, alike in _by_likeness(run)
        ]
        return {"rows": self.rows, "formats": formats, "formulas": formulas}


def _runs(items: list[Any], row_of: Callable[[Any], int]) -> list[list[Any]]:
    """Split where the row number jumps."""
    runs: list[list[Any]] = []
    for item in items:
        if runs and row_of(item) == row_of(runs[-1][-1]) + 1:
            runs[-1].append(item)
        else:
            runs.append([item])
    return runs


def _by_likeness(
    run: list[tuple[int, str, str]],
) -> Iterator[tuple[list[tuple[int, str, str]], bool]]:
    """A run cut where a long stretch of one formula begins or ends; True for the stretches."""
    mixed: list[tuple[int, str, str]] = []
    for _, stretch in groupby(run, key=lambda one: one[2]):
        alike = list(stretch)
        if len(alike) < FILL_FROM:
            mixed += alike
            continue
        if mixed:
            yield mixed, False
            mixed = []
        yield alike, True
    if mixed:
        yield mixed, False


def for_cell(value: Any) -> Any:
    """One element as scripts hand it over (numpy, pandas) as a plain Python value."""
    if value is None or isinstance(value, str | bool):
        return value
    if hasattr(value, "to_pydatetime"):
        return None if value != value else value.to_pydatetime().replace(tzinfo=None)
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return None if value != value else value
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        return value if value == value else None
    return None if value is None or _is_missing(value) else value if isinstance(value, bool) else str(value)


def _is_missing(value: Any) -> bool:
    """pandas.NA and NaT, without importing pandas."""
    return type(value).__name__ in {"NAType", "NaTType"}


def cleaned(
    rows: list[list[Any]],
    date: Callable[..., Any],
    empty: Any,
    number: Callable[[float], Any] | None,
    errors_as_text: bool,
) -> list[list[Any]]:
    """Raw values as xlwings' options ask for them (dates, empty, numbers, err_to_str)."""

    def one(value: Any) -> Any:
        if value is None or value == "":
            return empty
        if isinstance(value, CellError):
            return str(value) if errors_as_text else None
        if isinstance(value, dt.datetime) and date is not dt.datetime:
            return date(tzinfo=None, **{part: getattr(value, part) for part in PARTS})
        return number(value) if number and type(value) in (float, int) else value

    return [[one(value) for value in row] for row in rows]
