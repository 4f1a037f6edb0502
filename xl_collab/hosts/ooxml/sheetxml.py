"""Changing cells of a worksheet by splicing its bytes; what is not written stays what it was.

No tree of the sheet is built: a tree of 100,000 rows costs more memory than the library that this
replaces. What may not enter: packages, zip, styles; values arrive as text, numbers, booleans or None
(dates as serial numbers).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from types import MappingProxyType

from xl_collab.a1 import column_letters, column_number
from xl_collab.hosts.ooxml.cellfit import ColumnValues, FormulaColumn, overwritten
from xl_collab.hosts.ooxml.cellscan import SharedFormula, masters, written_out
from xl_collab.hosts.ooxml.sheetlayout import SPANS, CellBytes, Layout, RowReader, attributes, plain_layout
from xl_collab.patterns import lazy
from xl_collab.records import dataclass

_DIMENSION = lazy(
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
        self,
        writes: list[ColumnWrite],
        layout: Layout,
        rows: Sequence[int],
        groups: Mapping[int, SharedFormula],
    ) -> list[ColumnValues]:
        numbers = itertools.count(max(groups, default=-1) + 1)
        columns = []
        for write in sorted(writes, key=lambda write: column_number(write.column)):
            number = column_number(write.column)
            same_rows = len(write.rows) == len(rows)
            values = write.values if same_rows else dict(zip(write.rows, write.values, strict=True))
            column: ColumnValues
            if write.formula is None:
                column = ColumnValues(number, rows, values, layout.prefix, self._strings)
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


def _head(layout: Layout, columns: list[ColumnValues], rows: Sequence[int]) -> bytes:
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


# One walk over a worksheet's rows, replacing the cells that columns ask for.


_CHUNK = 1 << 20
_LARGE = 1 << 16
_INHERITED = (b"s", b"customFormat", b"ht", b"customHeight", b"x14ac:dyDescent")
_HEIGHT = lazy(rb"""\sht=(?:"[^"]*"|'[^']*')""")
_POINTS = lazy(rb"""\sht=["']([0-9.]+)["']""")
_FIXED = lazy(rb"""\scustomHeight=["'](?:1|true)["']""")
_MEASURED = (b"ht", b"x14ac:dyDescent")
"""What a program measured for the row above; only a height that people fixed is meant for a new row too."""


@dataclass(frozen=True)
class _Run:
    """Neighbouring columns and how to find and rewrite their cells in a row."""

    fits: list[Callable[[bytes, int, int], bytes]]
    needle: bytes
    pattern: re.Pattern[bytes]
    template: bytes


class Splicer:
    """Yields the new worksheet in pieces; nothing at all when no cell changes.

    `rows` are the wanted rows, ascending; `columns` are ordered and lined up with them.
    `head` replaces everything before the first row; `heights` (points) are for rows whose height
    nobody fixed; `least` also raises fixed ones.
    """

    def __init__(
        self,
        layout: Layout,
        columns: list[ColumnValues],
        rows: Sequence[int],
        head: bytes,
        heights: Mapping[int, float],
        least: Mapping[int, float] = MappingProxyType({}),
    ) -> None:
        self._layout, self._columns, self._rows = layout, columns, rows
        self._head, self._heights, self._least = head, heights, least
        self._p = layout.prefix.encode()
        self._runs = [self._run(group) for group in _neighbours(columns)]
        self._reader = RowReader(self._p)
        self._out: list[bytes | memoryview] = []
        self._size = 0
        self._copied = layout.start
        self._started = False
        self._recent: tuple[int, dict[int, bytes]] = (-1, {})
        self._above: tuple[int, bytes, dict[int, bytes]] | None = None

    def chunks(self) -> Iterator[bytes]:
        """The walk. DamagedWorkbook when rows or cells are out of order."""
        numbers = self._layout.rows[0]
        at, count = 0, len(numbers)
        for index, row in enumerate(self._rows):
            while at < count and numbers[at] < row:
                at += 1
            if at < count and numbers[at] == row:
                self._edit_row(index, row, at)
            else:
                self._insert_row(index, row, at)
            if self._size > _CHUNK:
                yield self._flush()
        if self._started:
            self._copy(self._layout.end)
            if self._layout.collapsed:
                self._push(b"</%bsheetData>" % self._p)
            self._copy(len(self._layout.data))
            yield self._flush()

    # -- output ---------------------------------------------------------------------------------

    def _flush(self) -> bytes:
        piece = b"".join(self._out)
        self._out, self._size = [], 0
        return piece

    def _push(self, piece: bytes) -> None:
        if not self._started:
            self._started = True
            self._out.append(self._head)
        self._out.append(piece)
        self._size += len(piece)

    def _replace(self, start: int, end: int, piece: bytes) -> None:
        """Put `piece` where `data[start:end]` was, after all that lies before it."""
        if not self._started:
            self._started = True
            self._out.append(self._head)
        self._copy(start)
        self._push(piece)
        self._copied = end

    def _copy(self, end: int) -> None:
        start, self._copied = self._copied, end
        if start < end:
            data = self._layout.data
            self._out.append(memoryview(data)[start:end] if end - start > _LARGE else data[start:end])
            self._size += end - start

    # -- rows that exist ----------------------------------------------------------------------------

    def _edit_row(self, index: int, row: int, at: int) -> None:
        data, start, end = self._layout.data, self._layout.rows[1][at], self._layout.row_end(at)
        if row in self._heights or row in self._least:
            self._edit_carefully(index, row, at)
            return
        matches = []
        for run in self._runs:
            found = data.find(run.needle % row, start, end)
            match = run.pattern.match(data, found, end) if found >= 0 else None
            if match is None:
                self._edit_carefully(index, row, at)
                return
            matches.append(match)
        for run, match in zip(self._runs, matches, strict=True):
            self._edit_run(run, match, index, row)

    def _edit_run(self, run: _Run, match: re.Match[bytes], index: int, row: int) -> None:
        groups, changed = match.groups(b""), False
        parts: list[int | bytes] = []
        for fit, style, body in zip(run.fits, groups[::2], groups[1::2], strict=True):
            new = fit(body, index, row)
            if new is not body:
                changed = True
            parts += (row, style, new)
        if changed:
            self._replace(match.start(), match.end(), run.template % tuple(parts))

    def _edit_carefully(self, index: int, row: int, at: int) -> None:
        start, end = self._layout.rows[1][at], self._layout.row_end(at)
        if self._reader.last_column(self._layout.data, start, end) in range(self._columns[0].number):
            self._append_to_row(index, row, at, end)
            return
        opening, cells = self._reader.read(self._layout.data[start:end], row)
        known = {cell.column: cell for cell in cells}
        changed = False
        for column in self._columns:
            cell = known.get(column.number)
            if cell is not None:
                changed |= self._refit(cell, column, index, row)
        added = self._missing(index, row, at, opening, known)
        if changed or added:
            cells = sorted([*cells, *added], key=lambda cell: cell.column)
            opening = self._sized(SPANS.sub(b"", opening) if added else opening, row)
            joined = b"".join([cell.raw for cell in cells])
            self._replace(start, end, b"<%b>%b</%brow>" % (opening, joined, self._p))
        self._recent = (at, {cell.column: cell.style for cell in cells})

    def _append_to_row(self, index: int, row: int, at: int, end: int) -> None:
        """All wanted columns lie behind the row's last cell: nothing in it need be read."""
        data, start = self._layout.data, self._layout.rows[1][at]
        tag_end = data.index(b">", start) + 1
        opening = data[start + 1 : tag_end - 1].rstrip(b"/ ")
        added = self._missing(index, row, at, opening, {})
        if added:
            self._replace(start, tag_end, b"<%b>" % self._sized(SPANS.sub(b"", opening), row))
            closing = b"</%brow>" % self._p
            self._copy(end - len(closing) if tag_end < end else end)
            self._push(b"".join([cell.raw for cell in added]) + closing)
            self._copied = end
        self._recent = (at, {cell.column: cell.style for cell in added})

    def _missing(
        self, index: int, row: int, at: int, opening: bytes, known: Container[int]
    ) -> list[CellBytes]:
        """Cells for the wanted columns that the row does not have; blanks are left out."""
        cells = []
        for column in self._columns:
            if column.number in known or not column.touches(index):
                continue
            body = column.fit(b"/>", index, row)
            if body != b"/>":
                style = self._style_in_row(column, opening, index, at)
                cells.append(CellBytes(column.number, self._render(column, row, style, body), style, body))
        return cells

    def _refit(self, cell: CellBytes, column: ColumnValues, index: int, row: int) -> bool:
        new = column.fit(cell.body, index, row)
        if new is cell.body:
            return False
        cell.raw = self._render(column, row, cell.style, new)
        return True

    def _style_in_row(self, column: ColumnValues, opening: bytes, index: int, at: int) -> bytes:
        """For a missing cell: the given style, the row's, the column's, or that of the written row above."""
        if column.style is not None:
            return _style(column.style)
        if b"customFormat=" in opening:
            return b' s="%b"' % attributes(opening).get(b"s", b"0")
        whole = self._layout.column_styles.get(column.number)
        if whole is not None:
            return b' s="%b"' % whole
        continues = index > 0 and self._rows[index - 1] == self._rows[index] - 1
        return self._recent[1].get(column.number, b"") if continues and self._recent[0] == at - 1 else b""

    # -- rows that do not exist yet ---------------------------------------------------------------------

    def _insert_row(self, index: int, row: int, at: int) -> None:
        """A new row in front of the file's row number `at`, formatted like the row above it."""
        inherited, styles = self._look_above(at)
        cells = []
        for column in self._columns:
            if column.touches(index):
                body = column.fit(b"/>", index, row)
                style = styles.get(column.number, b"") if column.style is None else _style(column.style)
                if style or body != b"/>":
                    cells.append(self._render(column, row, style, body))
        if not cells:
            return
        starts = self._layout.rows[1]
        place = starts[at] if at < len(starts) else self._layout.end
        opening = self._sized(b'%brow r="%d"%b' % (self._p, row, inherited), row)
        self._replace(place, place, b"<%b>%b</%brow>" % (opening, b"".join(cells), self._p))

    def _look_above(self, at: int) -> tuple[bytes, dict[int, bytes]]:
        """Attributes and cell styles of the file's row in front of row number `at`."""
        if at == 0:
            return b"", {}
        if self._above is None or self._above[0] != at:
            start, end = self._layout.rows[1][at - 1], self._layout.row_end(at - 1)
            opening, cells = self._reader.read(self._layout.data[start:end], self._layout.rows[0][at - 1])
            given = attributes(opening)
            if given.get(b"customHeight") not in (b"1", b"true"):
                given = {k: v for k, v in given.items() if k not in _MEASURED}
            inherited = b"".join(b' %b="%b"' % (k, given[k]) for k in _INHERITED if k in given)
            styles = {cell.column: cell.style for cell in cells}
            if self._recent[0] == at - 1:  # cells that this very pass gave to that row
                styles.update(self._recent[1])
            self._above = (at, inherited, styles)
        return self._above[1:]

    def _sized(self, opening: bytes, row: int) -> bytes:
        """The row's opening tag (without its brackets) with the height that its new text needs."""
        least = self._least.get(row)
        if least is not None:
            there = _POINTS.search(opening)
            low = there is not None and float(there[1]) < least
            return _HEIGHT.sub(f' ht="{least:g}"'.encode(), opening) if low else opening
        height = self._heights.get(row)
        if height is None or _FIXED.search(opening):
            return opening
        return _HEIGHT.sub(b"", opening) + f' ht="{height:g}"'.encode()

    def _render(self, column: ColumnValues, row: int, style: bytes, body: bytes) -> bytes:
        return b'<%bc r="%b%d"%b%b' % (self._p, column.letters.encode(), row, style, body)

    def _run(self, columns: list[ColumnValues]) -> _Run:
        p, cells, template = self._p, [], b""
        for column in columns:
            letters = column.letters.encode()
            address = rb'<%bc r="%b[0-9]+"( s="[0-9]+")?' % (p, letters)
            cells.append(address + rb'((?: t="[a-zA-Z]+")?(?:/>|>[^<]*(?:<(?!/%bc>)[^<]*)*</%bc>))' % (p, p))
            template += b'<%bc r="%b%%d"%%b%%b' % (p, letters)
        needle = b'<%bc r="%b%%d"' % (p, columns[0].letters.encode())
        return _Run([column.fit for column in columns], needle, re.compile(rb"\s*".join(cells)), template)


def _neighbours(columns: list[ColumnValues]) -> Iterator[list[ColumnValues]]:
    group: list[ColumnValues] = []
    for column in columns:
        if group and column.number != group[-1].number + 1:
            yield group
            group = []
        group.append(column)
    yield group


def _style(number: int) -> bytes:
    return b' s="%d"' % number if number else b""
