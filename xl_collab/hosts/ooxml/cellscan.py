"""Where the cells, formulas and errors of a worksheet are, found in its bytes without a parser.

Reads what calamine hides (error cells, formula texts) and proves, before calamine allocates the
rectangle around all cells, that the rectangle is sane: one cell at XFD1048576 aborts the process.
Groups of shared formulas (one cell has the text, the others point to its number) are known here too:
overwriting the cell that has the text would silently change every cell that points to it.
What may not enter: the meaning of any column (hosts/reading.py), changes (sheetxml.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from xl_collab.a1 import MAX_COLUMN, MAX_ROW, column_letters, column_number
from xl_collab.errors import DamagedWorkbook
from xl_collab.hosts.ooxml import refusals
from xl_collab.hosts.ooxml.celltext import office_unescape, xml_escape, xml_unescape
from xl_collab.hosts.ooxml.formulatext import shift, template_parts
from xl_collab.hosts.ooxml.sheetlayout import Layout, canonical, locate
from xl_collab.patterns import lazy

_SI = lazy(rb"""\ssi=["'](\d+)["']""")


@dataclass(frozen=True, slots=True)
class SharedFormula:
    """The cell of a group that has the text; `formula` is unescaped and reads as in that cell."""

    si: int
    column: int
    row: int
    formula: str

    def at(self, row: int, column: int) -> str:
        """The group's formula as it reads in another cell."""
        if column == self.column:
            pattern, offsets = _template(self.formula, self.row)
            numbers = tuple([row + offset for offset in offsets])
            moved = (*numbers, *[self.row + offset for offset in offsets])
            # What leaves the sheet, or never was an address, is left to the slow and sure way.
            if not moved or 0 < min(moved) <= max(moved) <= MAX_ROW:
                return pattern % numbers
        return shift(self.formula, row - self.row, column - self.column)


@lru_cache(maxsize=512)
def _template(formula: str, row: int) -> tuple[str, tuple[int, ...]]:
    pattern, offsets = template_parts(formula, row)
    return pattern, tuple(offsets)


def masters(layout: Layout) -> dict[int, SharedFormula]:
    """All groups of the sheet by number. Quick when there are few: only `ref=` is searched for."""
    data, found, at = layout.data, {}, layout.start
    opening = b"<" + layout.prefix.encode() + b"f"
    while (at := data.find(b"ref=", at, layout.end)) >= 0:
        tag_start, tag_end = data.rfind(b"<", layout.start, at), data.find(b">", at) + 1
        at = max(tag_end, at + 4)
        tag = data[tag_start:tag_end]
        number = _SI.search(tag)
        if number is None or not tag.startswith(opening):
            continue
        address = address_before(layout, tag_start)
        if address is not None and not tag.endswith(b"/>"):
            text = data[tag_end : data.index(b"<", tag_end)].decode("utf-8", "replace")
            found[int(number[1])] = SharedFormula(int(number[1]), *address, xml_unescape(text))
    return found


def address_before(layout: Layout, offset: int) -> tuple[int, int] | None:
    """Column and row of the cell that `offset` lies in; None when the cell does not say."""
    opening = b"<" + layout.prefix.encode() + b"c "
    start = layout.data.rfind(opening, layout.start, offset)
    tag = layout.data[start : layout.data.find(b">", start)] if start >= 0 else b""
    match = re.search(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""", tag)
    return (column_number(match[1].decode()), int(match[2])) if match else None


def group_number(element: bytes) -> int | None:
    """The group that an `<f>` belongs to, or None."""
    match = _SI.search(element[: element.find(b">") + 1]) if b"shared" in element else None
    return int(match[1]) if match else None


def written_out(layout: Layout, doomed: dict[int, SharedFormula]) -> bytes:
    """The worksheet with every cell of the `doomed` groups carrying its formula as text."""
    p = re.escape(layout.prefix.encode())
    numbers = b"|".join(b"%d" % si for si in doomed)
    pattern = re.compile(
        rb"""<%bf\s[^>]*?\bsi=["'](%b)["'][^>]*?(?:/>|(?<!/)>[^<]*</%bf>)""" % (p, numbers, p)
    )
    data, pieces, copied = layout.data, [], 0
    for match in pattern.finditer(data, layout.start, layout.end):
        address = address_before(layout, match.start())
        if address is None:
            continue
        formula = xml_escape(doomed[int(match[1])].at(address[1], address[0]))
        pieces += [data[copied : match.start()], f"<{layout.prefix}f>{formula}</{layout.prefix}f>".encode()]
        copied = match.end()
    return b"".join([*pieces, data[copied:]])


MAX_AREA = 20_000_000
"""Most cells of the rectangle around all content (700,000 rows of 26 columns): 32 bytes each in calamine."""

_STEP = 1 << 18  # a piece that stays in the processor's cache
_SHARED = lazy(rb"""\st=["']s["'][^>]*>\s*<(?:[\w.-]+:)?v[^>]*>\s*(\d+)""")
_ERROR = lazy(rb"<(?:[\w.-]+:)?v[^>]*>([^<]*)<")

Ints = npt.NDArray[np.int32]
_NONE: Ints = np.zeros(0, np.int32)


@dataclass(frozen=True)
class CellScan:
    """Addresses of all cells of a sheet, in file order, and the places of its formulas.

    `offsets`, `rows` and `columns` (both from 1) have one entry per `<c`; `formulas` has the offset
    of every `<f`, `formula_cells` the index of the cell that it lies in.
    """

    layout: Layout
    offsets: Ints
    rows: Ints
    columns: Ints
    formulas: Ints

    @cached_property
    def formula_cells(self) -> Ints:
        """For every formula the index of its cell."""
        return (np.searchsorted(self.offsets, self.formulas, side="right") - 1).astype(np.int32)

    @cached_property
    def groups(self) -> dict[int, SharedFormula]:
        """The groups of shared formulas by number."""
        return masters(self.layout)

    @cached_property
    def _formula_columns(self) -> frozenset[int]:
        return frozenset(self.columns[self.formula_cells].tolist())

    @property
    def last_row(self) -> int:
        """The last row with a cell, blank ones included; 0 for an empty sheet."""
        return int(self.rows.max(initial=0))

    def check_area(self, tab: str) -> None:
        """DamagedWorkbook when cells lie so far apart that reading them would need absurd memory."""
        if _area(self.rows, self.columns) <= MAX_AREA:
            return
        filled = np.fromiter((self._filled(int(at)) for at in self.offsets), bool, len(self.offsets))
        rows, columns = self.rows[filled], self.columns[filled]
        if _area(rows, columns) > MAX_AREA:
            far = f"{column_letters(int(columns.max()))}{int(rows.max())}"
            raise _too_wide(tab, far)

    def _filled(self, offset: int) -> bool:
        return self.layout.data[self.layout.data.index(b">", offset) - 1] != 0x2F

    def formulas_in(self, column: int) -> tuple[Ints, Ints]:
        """Sheet rows and `<f` offsets of the formulas of one column."""
        if column not in self._formula_columns:
            return _NONE, _NONE
        mine = self.columns[self.formula_cells] == column
        return self.rows[self.formula_cells[mine]], self.formulas[mine]

    def element(self, offset: int) -> bytes:
        """The whole `<f>` element at `offset`."""
        data, prefix = self.layout.data, self.layout.prefix.encode()
        end = data.index(b">", offset) + 1
        if data[end - 2] == 0x2F:
            return data[offset:end]
        closing = b"</%bf>" % prefix
        return data[offset : data.index(closing, end) + len(closing)]

    def formula_text(self, offset: int, row: int, column: int) -> str:
        """The formula at `offset` as it reads in its cell, without the equals sign."""
        element = self.element(offset)
        number = group_number(element)
        if number is not None and number in self.groups:
            return self.groups[number].at(row, column)
        return own_text(element)

    @property
    def strings(self) -> set[int]:
        """Numbers of the shared strings that cells of the sheet show."""
        layout = self.layout
        return {int(number) for number in _SHARED.findall(layout.data, layout.start, layout.end)}

    @cached_property
    def errors(self) -> dict[tuple[int, int], str]:
        """(row, column) of every cell that shows an error, with its code such as #REF!."""
        found: dict[tuple[int, int], str] = {}
        data, at, end = self.layout.data, self.layout.start, self.layout.end
        while (at := data.find(b' t="e"', at, end)) >= 0:
            index = int(np.searchsorted(self.offsets, at, side="right")) - 1
            at += 1
            if index < 0 or data.find(b">", int(self.offsets[index]), at) >= 0:
                continue  # the characters of some text
            code = _ERROR.search(data, at, self._end_of(index))
            text = office_unescape(xml_unescape(code[1].decode("utf-8", "replace"))) if code else "#N/A"
            found[int(self.rows[index]), int(self.columns[index])] = text
        return found

    def _end_of(self, index: int) -> int:
        return int(self.offsets[index + 1]) if index + 1 < len(self.offsets) else self.layout.end


def own_text(element: bytes) -> str:
    """The text that an `<f>` element carries itself."""
    _, _, rest = element.partition(b">")
    return xml_unescape(rest[: max(rest.rfind(b"<"), 0)].decode("utf-8", "replace"))


def scan(data: bytes) -> CellScan:
    """Find every cell of a worksheet. DamagedWorkbook when addresses contradict or are out of order."""
    layout = locate(data)
    found = _scanned(layout) or _scanned(locate(canonical(layout.data)))
    if found is None:
        raise refusals.damaged("sheetData", "单元格地址无效", "a cell address is invalid")
    places = found.rows.astype(np.int64) * (MAX_COLUMN + 1) + found.columns
    if (np.diff(places) <= 0).any():
        raise refusals.damaged("sheetData", "单元格重复或顺序错乱", "its cells are repeated or out of order")
    return found


def _scanned(layout: Layout) -> CellScan | None:
    """One pass in cache-sized pieces; None when the cells are not in the plain form."""
    data = layout.data if len(layout.data) >= layout.end + 64 else layout.data + b"\0" * 64
    letters = np.frombuffer(data, np.uint8)
    pieces: list[tuple[Ints, ...]] = []
    for start in range(layout.start, layout.end, _STEP):
        piece = _piece(letters, start, min(start + _STEP, layout.end), layout.prefix.encode())
        if piece is None:
            return None
        pieces.append(piece)
    joined = [np.concatenate(parts) for parts in zip(*pieces, strict=True)] or [np.zeros(0, np.int32)] * 4
    return CellScan(layout, *joined)


_NUMBERED = np.frombuffer(b' r="', np.uint8)
"""The first attribute of every cell and row in the plain form."""
_PLACES = np.arange(len(_NUMBERED))


def _piece(a: npt.NDArray[np.uint8], start: int, end: int, prefix: bytes) -> tuple[Ints, ...] | None:
    opens = np.flatnonzero(a[start:end] == ord("<")) + start
    first = a[opens + 1]
    if ((first == ord("!")) | (first == ord("?"))).any():
        return None
    for place, letter in enumerate(prefix, start=1):
        opens = opens[a[opens + place] == letter]
    name = opens + 1 + len(prefix)
    first, second = a[name], a[name + 1]
    ends = (second <= ord(" ")) | (second == ord(">")) | (second == ord("/"))
    is_cell = (first == ord("c")) & ends
    at, rows = name[is_cell] + 1, name[(first == ord("r")) & (second == ord("o"))] + 3
    if not (a[np.concatenate((at, rows))[:, None] + _PLACES] == _NUMBERED).all():
        return None
    address = _addresses(a, at + 4)
    if address is None:
        return None
    formulas = opens[(first == ord("f")) & ends]
    return opens[is_cell].astype(np.int32), *address, formulas.astype(np.int32)


def _addresses(a: npt.NDArray[np.uint8], at: npt.NDArray[np.int64]) -> tuple[Ints, Ints] | None:
    """Rows and columns of the addresses that start at `at` and end in a quote; None when one is invalid."""
    columns, rows = np.zeros(len(at), np.int32), np.zeros(len(at), np.int32)
    for _ in range(3):
        letter = a[at] - np.uint8(0x40)
        is_letter = (letter > 0) & (letter < 27)
        if not is_letter.any():
            break
        columns = np.where(is_letter, columns * 26 + letter, columns)
        at = at + is_letter
    for _ in range(7):
        digit = a[at] - np.uint8(0x30)
        is_digit = digit < 10
        if not is_digit.any():
            break
        rows = np.where(is_digit, rows * 10 + digit, rows)
        at = at + is_digit
    valid = (a[at] == 0x22) & (rows > 0) & (rows <= MAX_ROW) & (columns > 0) & (columns <= MAX_COLUMN)
    return (rows, columns) if valid.all() else None


def _area(rows: Ints, columns: Ints) -> int:
    if not len(rows):
        return 0
    # calamine fills a sheet from its first row on, but rows are handed out from row 1
    return int(rows.max()) * int(columns.max())


def _too_wide(tab: str, cell: str) -> DamagedWorkbook:
    return DamagedWorkbook(
        f"工作表“{tab}”的内容一直延伸到 {cell} 附近，远在表格之外。请删除那里多余的行列后再试。",
        f"Sheet “{tab}” has content as far out as {cell}, far beyond any table. "
        "Delete the surplus rows and columns there and try again.",
    )
