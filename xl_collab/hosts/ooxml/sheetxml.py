"""Changing cells of a worksheet by splicing its bytes; what is not written stays what it was.

No tree of the sheet is built: a tree of 100,000 rows costs more memory than the library that this
replaces. What may not enter: packages, zip, styles; values arrive as text, numbers, booleans or None
(dates as serial numbers).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xl_collab.a1 import column_letters, column_number
from xl_collab.hosts.ooxml.cellfit import Column, FormulaColumn, overwritten
from xl_collab.hosts.ooxml.cellscan import Master, masters, written_out
from xl_collab.hosts.ooxml.rowsplice import Splicer
from xl_collab.hosts.ooxml.sheetlayout import Layout, plain_layout

_DIMENSION = re.compile(
    rb"""(<(?:[\w.-]+:)?dimension\s[^>]*?ref=["'])([A-Z]+)([0-9]+)(?::([A-Z]+)([0-9]+))?(["'])"""
)


@dataclass(frozen=True)
class ColumnWrite:
    """Values (or formulas with their results) for some rows of one column.

    column   letters, "Q"
    rows     1-based sheet rows, ascending, each once
    values   one per row: text, bool, number, None; for formulas the cached result
    formula  without the equals sign, as it reads in rows[0]; moves with the row
    style    index for cells that do not exist yet (default: that of the cell above)
    """

    column: str
    rows: Sequence[int]
    values: Sequence[object]
    formula: str | None = None
    style: int | None = None

    def __post_init__(self) -> None:
        if len(self.rows) != len(self.values):
            raise ValueError(f"{len(self.rows)} rows but {len(self.values)} values for {self.column}")
        if any(a >= b for a, b in itertools.pairwise(self.rows)):
            raise ValueError(f"rows of {self.column} must ascend")


class SheetEditor:
    """Collects writes to one worksheet and splices them in, in one pass.

    `shared_strings` lets a cell that already shows the text stay as it is; without them every text
    cell that points into the shared strings is rewritten inline.
    After rendering: `changed`, and `formulas_changed` (then the calculation chain must go).
    """

    def __init__(self, xml: bytes, shared_strings: Sequence[str] | None = None) -> None:
        self._xml = xml
        self._strings = shared_strings
        self._writes: list[ColumnWrite] = []
        self._heights: dict[int, float] = {}
        self._least: dict[int, float] = {}
        self.changed = False
        self.formulas_changed = False

    def set_cells(self, *writes: ColumnWrite) -> None:
        """Add writes; a later one wins over an earlier one to the same cell."""
        self._writes += [write for write in writes if len(write.rows)]

    def set_heights(self, heights: Mapping[int, float]) -> None:
        """Heights in points of rows that are written to; one that somebody fixed stays."""
        self._heights.update(heights)

    def grow_rows(self, heights: Mapping[int, float]) -> None:
        """Least heights in points of rows that are written to, also of fixed ones: several people's words."""
        self._least.update(heights)

    def set_cell(self, address: str, value: object, *, style: int | None = None) -> None:
        """Add one value by address, "B5"."""
        letters = address.rstrip("0123456789")
        self.set_cells(ColumnWrite(letters, [int(address[len(letters) :])], [value], style=style))

    def render(self) -> bytes:
        """The worksheet with all writes; the very same bytes when every cell already said so."""
        return b"".join(self.chunks()) or self._xml

    def chunks(self) -> Iterator[bytes]:
        """As `render`, in pieces of about a megabyte; no piece at all when nothing changes."""
        *first, last = _rounds(self._writes)
        data = self._xml
        for writes in first:
            data = b"".join(self._pass(data, writes)) or data
        pieces = self._pass(data, last)
        piece = next(pieces, None)
        if piece is not None:
            yield piece
            yield from pieces
        elif data is not self._xml:
            yield data

    def _pass(self, data: bytes, writes: list[ColumnWrite]) -> Iterator[bytes]:
        if not writes:
            return
        layout = plain_layout(data)
        groups = masters(layout)
        rows = _all_rows(writes)
        columns = self._columns(writes, layout, rows, groups)
        doomed = overwritten(groups, columns, rows)
        if doomed:
            layout = plain_layout(written_out(layout, doomed))
        head = _head(layout, columns, rows)
        for piece in Splicer(layout, columns, rows, head, self._heights, self._least).chunks():
            self.changed = True
            yield piece
        self.formulas_changed |= any(column.formulas_changed for column in columns)

    def _columns(
        self, writes: list[ColumnWrite], layout: Layout, rows: Sequence[int], groups: Mapping[int, Master]
    ) -> list[Column]:
        numbers = itertools.count(max(groups, default=-1) + 1)
        columns = []
        for write in sorted(writes, key=lambda write: column_number(write.column)):
            number = column_number(write.column)
            same_rows = len(write.rows) == len(rows)
            values = write.values if same_rows else dict(zip(write.rows, write.values, strict=True))
            column: Column
            if write.formula is None:
                column = Column(number, rows, values, layout.prefix, self._strings)
            else:
                column = FormulaColumn(
                    number,
                    rows,
                    values,
                    layout.prefix,
                    self._strings,
                    formula=write.formula,
                    first=int(write.rows[0]),
                    groups=groups,
                    numbers=numbers,
                )
            column.style = write.style
            columns.append(column)
        return columns


def _all_rows(writes: list[ColumnWrite]) -> list[int]:
    rows = {int(row) for row in writes[0].rows}
    for write in writes[1:]:
        if write.rows is not writes[0].rows:
            rows.update(int(row) for row in write.rows)
    return sorted(rows)


def _rounds(writes: list[ColumnWrite]) -> list[list[ColumnWrite]]:
    """The writes in order, in as few passes as possible: a pass has one write per column."""
    rounds: list[dict[int, list[ColumnWrite]]] = [{}]
    for write in writes:
        number = column_number(write.column)
        queue = rounds[-1].setdefault(number, [])
        if queue and not _joins(queue[0], write):
            rounds.append({number: [write]})
        else:
            queue.append(write)
    return [[_joined(queue) for queue in one.values()] for one in rounds]


def _joins(one: ColumnWrite, other: ColumnWrite) -> bool:
    return one.formula is None and other.formula is None and one.style == other.style


def _joined(queue: list[ColumnWrite]) -> ColumnWrite:
    if len(queue) == 1:
        return queue[0]
    values: dict[int, object] = {}
    for write in queue:
        values.update(zip((int(row) for row in write.rows), write.values, strict=True))
    rows = sorted(values)
    return ColumnWrite(queue[0].column, rows, [values[row] for row in rows], style=queue[0].style)


def _head(layout: Layout, columns: list[Column], rows: Sequence[int]) -> bytes:
    """All before the first row: the sheet's extent grown to what is written, `<sheetData/>` opened."""
    head = layout.data[: layout.start]
    if layout.collapsed:
        head = head[: head.rindex(b"/>")].rstrip() + b">"
    match = _DIMENSION.search(head)
    if match is None:
        return head
    left, top = column_number(match[2].decode()), int(match[3])
    right, bottom = (column_number(match[4].decode()), int(match[5])) if match[4] else (left, top)
    left, right = min(left, columns[0].number), max(right, columns[-1].number)
    top, bottom = min(top, rows[0]), max(bottom, rows[-1])
    reach = f"{column_letters(left)}{top}:{column_letters(right)}{bottom}".encode()
    if (left, top) == (right, bottom):
        reach = reach.partition(b":")[0]
    return head[: match.start()] + match[1] + reach + match[6] + head[match.end() :]
