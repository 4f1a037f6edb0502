"""The cells of a foreign file, and its columns: plain data that the other modules read and judge.

What may not enter: deciding what columns (column_choice.py) and cells (cell_values.py) mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from xl_collab.a1 import column_letters
from xl_collab.importing.headings import Guess, heading_key
from xl_collab.importing.looks import Looks
from xl_collab.importing.words import NOTHING
from xl_collab.project.tables import CellError, CellFormula
from xl_collab.schema.words import Text


def is_nothing(value: object) -> bool:
    """Whether a cell only says that nothing is there: -, /, 无."""
    return isinstance(value, str) and value.strip().casefold() in NOTHING


@dataclass(frozen=True)
class ForeignColumn:
    """A column of a foreign table: `parts` are its headings from the group down to its own."""

    number: int
    parts: tuple[str, ...]
    guess: Guess | None = None
    filled: int = 0

    @property
    def heading(self) -> str:
        """The heading as people read it; '' when there is none."""
        return " / ".join(self.parts)

    @property
    def keys(self) -> frozenset[str]:
        """The forms in which a person may name the column, each by `heading_key`."""
        names = (self.heading, "".join(self.parts), self.parts[-1]) if self.parts else ()
        return frozenset(map(heading_key, names))


class OverColumns:
    """What stands over columns side by side."""

    columns: tuple[ForeignColumn, ...]

    @property
    def left(self) -> int:
        """Its first column."""
        return self.columns[0].number

    @property
    def right(self) -> int:
        """Its last column."""
        return self.columns[-1].number


Area = tuple[int, int, int, int]
"""First row, first column, last row, last column; all from 1."""

Row = Sequence[object]


@dataclass(frozen=True)
class ForeignSheet:
    """The cells of one sheet: `rows` from row 1 and column A, None where nothing is.

    merged    the merged areas
    notes     the comments that hang on cells: address, words, author
    floating  words of text boxes, shapes, headers: address (or ''), words
    looks     how the cells look; None when that was not seen
    """

    name: str
    rows: Sequence[Row]
    merged: tuple[Area, ...] = ()
    hidden: bool = False
    formulas: int = 0
    notes: tuple[tuple[str, str, str], ...] = ()
    floating: tuple[tuple[str, str], ...] = ()
    looks: Looks | None = None

    @cached_property
    def width(self) -> int:
        """Columns up to the last one with a cell."""
        return max(map(len, self.rows), default=0)

    def cell(self, row: int, column: int) -> object:
        """What stands in a cell (both from 1); None beyond the edge and inside a merged area."""
        if not 0 < row <= len(self.rows) or not 0 < column <= len(self.rows[row - 1]):
            return None
        return self.rows[row - 1][column - 1]

    @cached_property
    def anchors(self) -> Mapping[tuple[int, int], tuple[int, int]]:
        """Every covered cell of a merged area → the cell that holds its value."""
        found: dict[tuple[int, int], tuple[int, int]] = {}
        for top, left, bottom, right in self.merged:
            for row in range(top, min(bottom, len(self.rows)) + 1):
                for column in range(left, min(right, self.width) + 1):
                    found[row, column] = top, left
        return found

    @cached_property
    def spans(self) -> Mapping[tuple[int, int], Area]:
        """The cell that holds a merged area's value → the area."""
        return {(area[0], area[1]): area for area in self.merged}

    def shown_cell(self, row: int, column: int) -> object:
        """What a reader sees in a cell: inside a merged area, the area's value."""
        return self.cell(*self.anchors.get((row, column), (row, column)))

    def filled(self) -> Iterator[tuple[int, int, object]]:
        """Row, column and value of every cell that holds something."""
        for number, cells in enumerate(self.rows, start=1):
            for at, value in enumerate(cells, start=1):
                if is_filled(value):
                    yield number, at, value


@dataclass(frozen=True)
class ForeignBook:
    """A file as read: its name, its sheets, and what could not be seen of them."""

    name: str
    sheets: tuple[ForeignSheet, ...]
    kind: str = "xlsx"
    encoding: str = field(default="", compare=False)
    unseen: tuple[Text, ...] = ()

    def sheet(self, name: str) -> ForeignSheet:
        """The sheet called `name`; KeyError when there is none."""
        for sheet in self.sheets:
            if sheet.name.strip().casefold() == name.strip().casefold():
                return sheet
        raise KeyError(name)


def is_filled(value: object) -> bool:
    """Whether a cell holds something that a reader can see."""
    return bool(value.strip()) if isinstance(value, str) else value is not None


def shown(value: object) -> str:
    """A cell as text: stripped, dates as 2023-10-08, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, datetime):
        midnight = not (value.hour or value.minute or value.second)
        return value.date().isoformat() if midnight else value.isoformat(" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, CellError):
        return value.code
    if isinstance(value, CellFormula):
        return f"={value.text}"
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def address(row: int, column: int) -> str:
    """A1 address of a row and column, both from 1."""
    return f"{column_letters(column)}{row}"
