"""Finding the tables on a foreign sheet: heading rows under titles, two-row headings, tables side by side.

Every table that could be a tracker is found, the best first; choosing is the user's. What may not enter:
what a row is (recognise_rows.py), changing values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from xl_collab.model.foreign.recognise import Area, ForeignBook, ForeignSheet, address, is_filled, shown
from xl_collab.model.foreign.recognise_columns import (
    ForeignColumn,
    assign,
    guess,
    heading_key,
    is_core,
    judged,
    known,
)
from xl_collab.model.foreign.recognise_rows import ForeignRow, is_footer, is_repeated, is_total, rows_of

_LONGEST_HEADING = 40
_SAMPLE = 400
"""Rows whose values have a say in what a column is."""


@dataclass(frozen=True)
class ForeignTable:
    """A table that may be a tracker: `top` to `header` are its heading rows, `bottom` its last row."""

    sheet: ForeignSheet
    top: int
    header: int
    bottom: int
    columns: tuple[ForeignColumn, ...]

    @property
    def left(self) -> int:
        """Its first column."""
        return self.columns[0].number

    @property
    def right(self) -> int:
        """Its last column."""
        return self.columns[-1].number

    @property
    def area(self) -> str:
        """A1 range of headings and rows."""
        return f"{address(self.top, self.left)}:{address(self.bottom, self.right)}"

    @property
    def name(self) -> str:
        """Sheet and first cell, as --sheet takes it: Sheet1!A3."""
        return f"{self.sheet.name}!{address(self.top, self.left)}"

    @property
    def score(self) -> tuple[int, int, int]:
        """How good a tracker it would make: sure columns, then rows, visible sheets before hidden ones."""
        sure = sum(c.guess is not None and c.guess.sure for c in self.columns)
        return (0 if self.sheet.hidden else 1, sure, self.bottom - self.header)

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell belongs to the table, headings included."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def rows(self) -> list[ForeignRow]:
        """What each row below the headings is."""
        return rows_of(self.sheet, self.header, self.bottom, self.columns)


def find_tables(book: ForeignBook) -> list[ForeignTable]:
    """Every table that could be a tracker, best first; of equally good ones the first in the file."""
    found = [table for sheet in book.sheets for table in _tables(sheet)]
    return sorted(found, key=lambda table: table.score, reverse=True)


def table_at(tables: Sequence[ForeignTable], sheet: str, cell: Area | None = None) -> ForeignTable | None:
    """The best table of a sheet, or the one that covers a cell of it."""
    mine = [t for t in tables if t.sheet.name.strip().casefold() == sheet.strip().casefold()]
    if cell is not None:
        mine = [t for t in mine if t.holds(cell[0], cell[1])]
    return mine[0] if mine else None


def _tables(sheet: ForeignSheet) -> Iterator[ForeignTable]:
    heads = list(_heads(sheet))
    for head in heads:
        yield from _under(sheet, head, heads)


@dataclass(frozen=True)
class _Head:
    """Heading rows `top` to `bottom` over the columns `left` to `right`."""

    top: int
    bottom: int
    columns: tuple[ForeignColumn, ...]

    @property
    def left(self) -> int:
        return self.columns[0].number

    @property
    def right(self) -> int:
        return self.columns[-1].number

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(heading_key(column.heading) for column in self.columns)


def _heads(sheet: ForeignSheet) -> Iterator[_Head]:
    """Heading rows from top to bottom; one that repeats the one before it in its columns is none."""
    seen: list[_Head] = []
    row = 1
    while row <= len(sheet.rows):
        found = _heads_at(sheet, row) if _promising(sheet, row) else []
        fresh = [head for head in found if not any(_repeats(head, old) for old in seen)]
        yield from fresh
        seen += fresh
        row = max((head.bottom for head in found), default=row) + 1


def _repeats(head: _Head, old: _Head) -> bool:
    return head.keys == old.keys and head.left == old.left


def _promising(sheet: ForeignSheet, row: int) -> bool:
    """A quick look: short texts only, two of them known, this row and the one below taken together."""
    texts = _texts(sheet, row)
    if texts is None or not texts:
        return False
    below = _texts(sheet, row + 1) or []
    own = {known(text) for text in texts} - {None}
    return len(own) >= 2 or (bool(own) and len(own | ({known(text) for text in below} - {None})) >= 2)


def _texts(sheet: ForeignSheet, row: int) -> list[str] | None:
    """The short texts of a row; None when it holds a date or figure, which no heading does."""
    if row > len(sheet.rows):
        return None
    values = [value for value in sheet.rows[row - 1] if is_filled(value)]
    if any(isinstance(value, date | float) for value in values):
        return None
    return [shown(value) for value in values if isinstance(value, str) and len(value) <= _LONGEST_HEADING]


def _heads_at(sheet: ForeignSheet, row: int) -> list[_Head]:
    """The headings that start in a row, over one row or two, cut where tables stand side by side."""
    one = _Head(row, row, _columns(sheet, row, row))
    best = one
    if row < len(sheet.rows) and _may_be_second(sheet, row + 1):
        two = _Head(row, row + 1, _columns(sheet, row, row + 1))
        best = two if _worth(two) > _worth(one) else one
    return [head for head in _side_by_side(best) if is_core(_targets(head))]


def _may_be_second(sheet: ForeignSheet, row: int) -> bool:
    texts = _texts(sheet, row)
    numbers = any(isinstance(value, int) for value in sheet.rows[row - 1])
    return bool(texts) and not numbers


def _columns(sheet: ForeignSheet, top: int, bottom: int) -> tuple[ForeignColumn, ...]:
    """One column for each that has a heading, with its groups above it."""
    found = []
    group: str = ""
    for number in range(1, sheet.width + 1):
        parts = []
        for row in range(top, bottom + 1):
            text = _heading(sheet, row, number)
            if row == top and bottom > top:
                # Without merged cells a group stands over its first column only.
                group = text or (group if not is_filled(sheet.shown_cell(top, number)) else "")
                text = text or (group if _heading(sheet, bottom, number) else "")
            parts.append(text)
        distinct = tuple(dict.fromkeys(part for part in parts if part))
        if distinct:
            found.append(ForeignColumn(number, distinct, guess(distinct)))
    return tuple(found)


def _heading(sheet: ForeignSheet, row: int, column: int) -> str:
    return " ".join(shown(sheet.shown_cell(row, column)).split())


def _targets(head: _Head) -> set[str]:
    return {column.guess.target for column in head.columns if column.guess is not None}


def _worth(head: _Head) -> int:
    return len({c.guess.target for c in head.columns if c.guess is not None and c.guess.sure})


def _side_by_side(head: _Head) -> list[_Head]:
    """Cut where the first heading of a table comes again, or where a gap is and a task column repeats."""
    runs: list[list[ForeignColumn]] = []
    for column in head.columns:
        if not runs or _starts_anew(runs[-1], column, head.columns):
            runs.append([])
        runs[-1].append(column)
    return [_Head(head.top, head.bottom, tuple(run)) for run in runs]


def _starts_anew(
    run: Sequence[ForeignColumn], column: ForeignColumn, columns: Sequence[ForeignColumn]
) -> bool:
    again = len(run) > 1 and heading_key(column.heading) == heading_key(run[0].heading)
    gap = column.number > run[-1].number + 1
    if again or not gap:
        return again
    targets = {one.guess.target for one in run if one.guess is not None}
    rest = {one.guess.target for one in columns if one.number >= column.number and one.guess is not None}
    return is_core(targets) and is_core(rest)


def _under(sheet: ForeignSheet, head: _Head, heads: Sequence[_Head]) -> Iterator[ForeignTable]:
    """The table under a heading: down to the next table in the same columns, or to the last filled row."""
    below = [other.top for other in heads if other.top > head.bottom and _overlap(head, other)]
    end = min(below, default=len(sheet.rows) + 1) - 1
    beside = [other for other in heads if other is not head and other.top <= end and other.bottom >= head.top]
    first, last = _reach(sheet, head, beside, end)
    columns = {column.number: column for column in head.columns}
    numbers = [n for n in range(first, last + 1) if n in columns or _has_values(sheet, n, head.bottom, end)]
    end = _last_row(sheet, head.bottom, end, first, last)
    if end > head.bottom:
        every = [columns.get(n, ForeignColumn(n, ())) for n in numbers]
        yield _judged(ForeignTable(sheet, head.top, head.bottom, end, tuple(every)))


def _overlap(one: _Head, other: _Head) -> bool:
    return one.left <= other.right and other.left <= one.right


def _reach(sheet: ForeignSheet, head: _Head, beside: Sequence[_Head], end: int) -> tuple[int, int]:
    """First and last column, with those beside the headings that have values but no heading."""
    first, last = head.left, head.right
    left = max((other.right for other in beside if other.right < first), default=0)
    right = min((other.left for other in beside if other.left > last), default=sheet.width + 1)
    while first - 1 > left and _has_values(sheet, first - 1, head.bottom, end):
        first -= 1
    while last + 1 < right and _has_values(sheet, last + 1, head.bottom, end):
        last += 1
    return first, last


def _has_values(sheet: ForeignSheet, column: int, header: int, end: int) -> bool:
    return any(is_filled(sheet.cell(row, column)) for row in range(header + 1, end + 1))


def _last_row(sheet: ForeignSheet, header: int, end: int, first: int, last: int) -> int:
    while end > header and not any(is_filled(sheet.cell(end, n)) for n in range(first, last + 1)):
        end -= 1
    return end


def _judged(table: ForeignTable) -> ForeignTable:
    """The table with its guesses weighed against the values of its first rows, and each target given once."""
    sample = range(table.header + 1, min(table.bottom, table.header + _SAMPLE) + 1)
    sheet = table.sheet
    cells = {row: [sheet.shown_cell(row, c.number) for c in table.columns] for row in sample}
    texts = {row: [shown(value) for value in values] for row, values in cells.items()}
    plain = [
        row
        for row, found in texts.items()
        if not (is_total(found) or is_footer(found) or is_repeated(found, table.columns))
        and len({text for text in found if text}) > 1
    ]
    columns = []
    for at, column in enumerate(table.columns):
        columns.append(judged(column, [cells[row][at] for row in plain]))
    return replace(table, columns=tuple(assign(columns)))
