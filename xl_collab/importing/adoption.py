"""What became of a foreign tracker, cell by cell: the material of the import report.

Nothing of the source may be missing from it: a cell is in the new tracker as it was, or it is named
here with its address. What may not enter: deciding (importing/adopt.py), drawing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from xl_collab.a1 import column_letters
from xl_collab.importing.columns import ForeignSheet, address, shown
from xl_collab.importing.look_proposals import LookProposal
from xl_collab.schema.words import Text

_LONGEST_PLACE = 900
"""Characters of addresses that stand in one line of the report; more go into a second line."""


@dataclass(frozen=True)
class ColumnLine:
    """One column of the source: where it went, how that was come by, and how many cells it had."""

    letter: str
    heading: str
    target: str | None
    label: Text
    how: Text
    filled: int
    sure: bool = True
    guess: str = ""
    """What an unsure column may be."""


@dataclass(frozen=True)
class Conversion:
    """Cells whose content reads differently in the new tracker. `check`: a person should look at it."""

    cells: str
    heading: str
    old: str
    new: str
    why: Text
    check: bool = False


@dataclass(frozen=True)
class LeftRow:
    """Cells of one row that are no task: what the row is, and each cell with its address."""

    kind: str
    sheet: str
    row: int
    cells: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, kind: str, sheet: ForeignSheet, row: int, columns: Iterable[int]) -> LeftRow:
        """The filled cells of a row in these columns."""
        texts = ((address(row, n), shown(sheet.cell(row, n))) for n in columns)
        return cls(kind, sheet.name, row, tuple((place, text) for place, text in texts if text))

    @property
    def place(self) -> str:
        """First and last cell."""
        first, last = self.cells[0][0], self.cells[-1][0]
        return first if first == last else f"{first}:{last}"


@dataclass(frozen=True)
class ImportReport:
    """Everything that is to be said about one import."""

    kind: ClassVar = "import_report"

    source: str
    sheet: str
    area: str
    heading_rows: tuple[int, int]
    project: str
    tasks: int
    columns: tuple[ColumnLine, ...]
    changes: tuple[Conversion, ...]
    left: tuple[LeftRow, ...]
    departments: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    remarks: tuple[Text, ...] = ()
    looks: tuple[LookProposal, ...] = ()

    @property
    def open_looks(self) -> int:
        """Proposals out of colours, lines, comments and hidden rows that nobody has decided."""
        return sum(one.decidable for one in self.looks)

    @property
    def to_check(self) -> int:
        """Lines that a person should look at."""
        return sum(change.check for change in self.changes)

    def count_left(self, *kinds: str) -> int:
        """Left-out rows of these kinds; all of them without any."""
        return sum(not kinds or row.kind in kinds for row in self.left)


@dataclass
class Conversions:
    """Collects changes cell by cell and gives them back as lines: equal ones together."""

    _found: dict[tuple[int, str, str, str, Text, bool], list[int]] = field(default_factory=dict)

    def note(
        self, row: int, column: int, heading: str, old: object, new: object, why: Text, *, check: bool = False
    ) -> None:
        """One cell (row and column from 1) that reads `new` where it read `old`."""
        key = (column, heading, shown(old), shown(new), why, check)
        self._found.setdefault(key, []).append(row)

    def lines(self) -> tuple[Conversion, ...]:
        """By column, then by the first row of each."""
        ordered = sorted(self._found.items(), key=lambda item: (not item[0][5], item[0][0], item[1][0]))
        return tuple(
            Conversion(place, heading, old, new, why, check)
            for (column, heading, old, new, why, check), rows in ordered
            for place in ranges(column, rows)
        )


def ranges(column: int, rows: Sequence[int]) -> Iterator[str]:
    """Addresses of cells of one column, neighbours as ranges: D5:D9, D12; long lists in pieces."""
    letter = column_letters(column)
    pieces: list[str] = []
    for first, last in _runs(rows):
        pieces.append(f"{letter}{first}" if first == last else f"{letter}{first}:{letter}{last}")
        if sum(map(len, pieces)) + 2 * len(pieces) > _LONGEST_PLACE:
            yield ", ".join(pieces)
            pieces = []
    if pieces:
        yield ", ".join(pieces)


def _runs(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = last = rows[0]
    for row in rows[1:]:
        if row != last + 1:
            yield start, last
            start = row
        last = row
    yield start, last
