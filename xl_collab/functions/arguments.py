"""Arguments and results of worksheet functions: blocks of cells, read in bulk.

A block is a list of rows, a single value one row of one cell. What cannot be calculated is a `Wrong`
cell with its reason, never an exception. No spreadsheet, no clock.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np

from xl_collab.project.tables import CellError, Days, Texts, factorise
from xl_collab.project.timing.deadlines import (
    Blank,
    FixedDate,
    Recurrence,
    Relative,
    Unreadable,
    parse_deadline,
)
from xl_collab.schema.words import Text, t

Block: TypeAlias = "list[list[object]]"
Code: TypeAlias = Literal["#VALUE!", "#N/A"]
V = TypeVar("V")

NOT_A_DATE = t("“{text}”不是日期：{reason}", "“{text}” is not a date: {reason}")
NOT_ONE_DAY = t(
    "“{text}”是重复的时间，不是一个日期：请用 COLLAB_NEXTDUE",
    "“{text}” recurs and is not one date: use COLLAB_NEXTDUE",
)
NOT_A_NUMBER = t("“{text}”不是整数", "“{text}” is not a whole number")
ERROR_CELL = t("参数里有错误值 {text}", "An argument shows the error {text}")
SIZES = t(
    "参数的大小不一致：须是单个单元格，或行数、列数相同",
    "The arguments differ in size: give single cells, or the same number of rows and columns",
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A result that is an error: the code that the cell shows, and why."""

    code: Code
    reason: Text

    def __str__(self) -> str:
        return self.code


def is_blank(value: object) -> bool:
    """Whether a cell is empty; LibreOffice gives an empty cell as 0, which is no date either."""
    return value is None or value == "" or (type(value) in (int, float) and value == 0)


def block_of(value: object) -> Block:
    """Any argument as rows: a value, a row of values, or rows."""
    if not isinstance(value, list | tuple):
        return [[value]]
    rows = [list(row) if isinstance(row, list | tuple) else row for row in value]
    return rows if rows and all(isinstance(row, list) for row in rows) else [list(value)]


def rows_of(flat: Iterable[object], shape: tuple[int, int]) -> Block:
    """Cells in reading order as rows."""
    cells = list(flat)
    height, width = shape
    return [cells[i * width : (i + 1) * width] for i in range(height)]


def broadcast(*blocks: Block) -> tuple[tuple[int, int], list[Texts]] | None:
    """The common shape and each block's cells in reading order; None when sizes do not fit."""
    arrays = [_array(block) for block in blocks]
    try:
        shape = np.broadcast_shapes(*(array.shape for array in arrays))
    except ValueError:
        return None
    return (shape[0], shape[1]), [np.broadcast_to(array, shape).reshape(-1) for array in arrays]


def _array(block: Block) -> Texts:
    width = max(map(len, block), default=0)
    found: Texts = np.empty((len(block), width), dtype=object)
    for i, row in enumerate(block):
        found[i, : len(row)] = row
    return found


class ArgumentCells:
    """One argument's cells, each distinct value read once."""

    def __init__(self, flat: Texts) -> None:
        self.codes, self.distinct = factorise(flat)

    def each(self, read: Callable[[object], V]) -> list[V]:
        """What `read` makes of each cell."""
        found = [read(value) for value in self.distinct]
        return [found[code] for code in self.codes.tolist()]

    def days(self) -> tuple[Days, list[Wrong | None]]:
        """datetime64[D], NaT where blank or wrong, and what is wrong where."""
        read = [day_of(value) for value in self.distinct]
        days = np.array([d if isinstance(d, dt.date) else None for d in read], dtype="datetime64[D]")
        wrong = [d if isinstance(d, Wrong) else None for d in read]
        return days[self.codes], [wrong[code] for code in self.codes.tolist()]

    def whole(self) -> tuple[Any, list[Wrong | None]]:
        """Whole numbers as floats, NaN where blank or wrong, and what is wrong where; 0 is a number."""
        read = [number_of(value) for value in self.distinct]
        numbers = np.array([n if isinstance(n, float) else math.nan for n in read])
        wrong = [n if isinstance(n, Wrong) else None for n in read]
        return numbers[self.codes], [wrong[code] for code in self.codes.tolist()]


def day_of(value: object) -> dt.date | Wrong | None:
    """The day that a cell means, by the rules of 时间节点: never a guess."""
    if isinstance(value, CellError):
        return error_cell(value)
    if is_blank(value):
        return None
    found = parse_deadline(value, serials=True)
    if isinstance(found, FixedDate):
        return found.date
    if isinstance(found, Blank):
        return None
    return _no_day(found, value)


def _no_day(found: Recurrence | Relative | Unreadable, value: object) -> Wrong:
    text = str(value)
    if isinstance(found, Recurrence | Relative):
        return Wrong("#VALUE!", said(NOT_ONE_DAY, text=text))
    zh = NOT_A_DATE.zh.format(text=text, reason=found.explain("zh"))
    return Wrong("#VALUE!", Text(zh, NOT_A_DATE.en.format(text=text, reason=found.explain("en"))))


def number_of(value: object) -> float | Wrong | None:
    """A whole number; None for an empty cell."""
    if isinstance(value, CellError):
        return error_cell(value)
    if value is None or value == "":
        return None
    plain = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    if math.isfinite(plain) and plain == int(plain):
        return plain
    return Wrong("#VALUE!", said(NOT_A_NUMBER, text=str(value)))


def error_cell(value: CellError) -> Wrong:
    """An error in an argument is an error in the result."""
    code: Code = "#N/A" if value.code == "#N/A" else "#VALUE!"
    return Wrong(code, said(ERROR_CELL, text=value.code))


def said(sentence: Text, /, **words: object) -> Text:
    """A sentence with its words, in both languages."""
    return Text(sentence.zh.format(**words), sentence.en.format(**words))


def first_wrong(*columns: Sequence[Wrong | None]) -> list[Wrong | None]:
    """For each cell the first thing wrong with any argument."""
    return [next(filter(None, cell), None) for cell in zip(*columns, strict=True)]
