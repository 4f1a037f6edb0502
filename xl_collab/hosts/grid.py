"""One worksheet as calamine reads it, safely: checked before, cleaned after.

Values come from python-calamine; what it hides (errors) or cannot say (merged cells, formulas) comes
from the bytes. What may not enter: declarations, the meaning of rows and columns.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cached_property, partial
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt
from python_calamine import CalamineError, CalamineWorkbook

from xl_collab.a1 import Area as Rectangle
from xl_collab.hosts.formulacheck import stale_formulas
from xl_collab.hosts.headings import Area, Stale
from xl_collab.hosts.ooxml import refusals
from xl_collab.hosts.ooxml.cellscan import CellScan, scan
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.workbookxml import SheetInfo, TableInfo, tables_of
from xl_collab.memory import Remembered
from xl_collab.patterns import lazy
from xl_collab.project.tables import CellError, Table
from xl_collab.schema.declaration import TableSheet
from xl_collab.schema.words import Lang

_MERGED = lazy(rb"""<(?:[\w.-]+:)?mergeCell\s[^>]*?ref=["']([A-Z0-9:]+)["']""")
_ANCHOR = lazy(rb"<(?:[\w.-]+:)?(?:twoCell|oneCell|absolute)Anchor[\s>]")
_COMMENT = lazy(rb"<(?:[\w.-]+:)?comment\s")
_FAR = lazy(rb"<v>-(?:[\d.]{10}|[\d.]+[eE])")
_NEGATIVE = lazy(rb"""(<c\b[^>]*?)\ss=["']\d+["']([^>]*>(?:<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)?<v>-)""")
"""Cells of a negative number: what stands before their format and behind it."""
_BIG = 2**22  # bytes of a sheet from which a second thread is worth starting, and its bytes worth forgetting
_EXACT = 2**53  # beyond it a float no longer says which integer it is


class Grid:
    """The cells of one tab: `rows` from row 1 and column A on, blanks as ""."""

    def __init__(
        self,
        info: SheetInfo,
        cells: CellScan,
        footer: bytes,
        rows: list[list[Any]],
        package: Package,
        made: list[tuple[object, Table]] | None = None,
    ) -> None:
        """`footer` is what stands behind the cells; `made` are the tables that equal cells made."""
        self.tab = info.name
        self.part = info.part
        self.cells = cells
        self.rows = rows
        self._footer = footer
        self._package = package
        self._made = made

    def once(self, place: object, make: Callable[[], Table]) -> Table:
        """The table that these very cells made at an equal place, in any file; else what `make` gives."""
        place = (place, self.merged)
        for other, table in self._made or ():
            if other == place:
                return table
        table = make()
        if self._made is not None:
            self._made.append((place, table))
        return table

    @cached_property
    def tables(self) -> list[TableInfo]:
        """The Excel tables on the sheet."""
        return tables_of(self._package, self.part)

    @cached_property
    def merged(self) -> list[Area]:
        """Merged ranges as (first row, first column, last row, last column)."""
        areas = (Rectangle.parse(ref.decode()) for ref in _MERGED.findall(self._footer))
        return [(area.top, area.left, area.bottom, area.right) for area in areas if area is not None]

    def column(self, number: int, first_row: int, *, as_text: bool = False) -> list[object]:
        """The cleaned cells of column `number` (from 1) from `first_row` to the last row."""
        rows = self.rows[first_row - 1 :]
        at = number - 1  # calamine gives all rows the same length
        inside = bool(rows) and at < len(rows[0])
        values = clean(list(map(itemgetter(at), rows)) if inside else [""] * len(rows), as_text)
        for row, code in self._errors.get(number, {}).items():
            if first_row <= row < first_row + len(values):
                values[row - first_row] = CellError(code)
        return values

    @cached_property
    def _errors(self) -> dict[int, dict[int, str]]:
        found: dict[int, dict[int, str]] = {}
        for (row, column), code in self.cells.errors.items():
            found.setdefault(column, {})[row] = code
        return found

    def cell(self, row: int, column: int) -> object:
        """One cleaned cell, None beyond the edge."""
        code = self.cells.errors.get((row, column))
        if code is not None:
            return CellError(code)
        if row > len(self.rows) or column > len(self.rows[row - 1]):
            return None
        return clean([self.rows[row - 1][column - 1]])[0]

    def stale(
        self, sheet: TableSheet, letters: Mapping[str, str], rows: npt.NDArray[np.int64], lang: Lang
    ) -> Callable[[], Stale]:
        """Finds the rows that have lost their declared formula; a big sheet's bytes are not kept for it."""
        find = partial(stale_formulas, self.cells, sheet, letters, rows, lang)
        if len(self.cells.layout.data) < _BIG:
            return find
        found = find()
        return lambda: found


class _Seen:
    """A sheet that was read before: cells, values, the shared strings that they took, tables made of it.

    `pieces` are its bytes up to the last cell, as the package gives them.
    """

    def __init__(
        self, pieces: tuple[bytes, bytes], cells: CellScan, rows: list[list[Any]], shared: Sequence[str]
    ) -> None:
        self.cells, self.rows = cells, rows
        self._pieces = pieces
        self.tables: list[tuple[object, Table]] = []
        self._shared: Sequence[str] = shared
        if len(shared) > _MANY:
            self._own  # noqa: B018

    @cached_property
    def _own(self) -> tuple[list[int], list[str | None]]:
        """Numbers and texts of its strings; most sheets come once, and nobody asks for theirs."""
        numbers, shared = sorted(self.cells.strings), self._shared
        self._shared = ()
        return numbers, [shared[i] if i < len(shared) else None for i in numbers]

    def begins(self, head: bytes, rest: bytes) -> bool:
        """Whether a sheet has the same bytes up to the last cell."""
        own_head, own_rest = self._pieces
        if head is own_head:
            return rest.startswith(own_rest)
        whole = own_head + own_rest
        if not (head + rest).startswith(whole):
            return False
        self._pieces = head, rest[: len(whole) - len(head)]  # the next one is cut here too
        return True

    def fits(self, shared: Sequence[str]) -> bool:
        """Whether its cells show the same texts in a file with these shared strings."""
        numbers, texts = self._own
        return not numbers or (numbers[-1] < len(shared) and [shared[i] for i in numbers] == texts)


_SMALL, _LARGE, _TOO_MUCH = 1 << 17, 1 << 20, 1 << 23
"""Bytes of sheets that a company's trackers have alike: small (empty registers), and 节假日, a large one."""
_SAMPLE, _END = 256, b"sheetData>"
_MANY = 20_000  # shared strings that are not worth keeping for a sheet that may come again
_small: Remembered[object, _Seen] = Remembered(48)
_large: Remembered[object, _Seen] = Remembered(3)


class Sheets:
    """The worksheets of a package, each read when first asked for."""

    def __init__(self, package: Package) -> None:
        self.package = package
        found = package.related(package.workbook_part, "worksheet")
        worksheets = {package.find(rel.target) for rel in found}
        self.infos = [one for one in package.workbook.sheets if one.part and one.part in worksheets]
        self._grids: dict[str, Grid] = {}
        self._tables: dict[str, list[TableInfo]] = {}
        self._book: CalamineWorkbook | None = None

    @property
    def tabs(self) -> list[str]:
        """Names of the tabs with cells, from left to right."""
        return [info.name for info in self.infos]

    @property
    def titles(self) -> list[str]:
        """Names of all tabs, chart sheets included."""
        return self.package.workbook.titles()

    @cached_property
    def date1904(self) -> bool:
        """Whether serial numbers of dates count from 1904."""
        return self.package.workbook.date1904

    @property
    def own_names(self) -> list[tuple[str, str, str]]:
        """(tab, name, text) of the names that belong to one tab."""
        names = self.package.workbook.defined_names
        return [(item.sheet, item.name, item.text) for item in names if item.sheet is not None]

    def is_shown(self, tab: str) -> bool:
        """Whether people see the tab."""
        return self.info(tab).state == "visible"

    def tables(self, tab: str) -> list[TableInfo]:
        """The Excel tables on a tab, its cells left unread."""
        if tab not in self._tables:
            self._tables[tab] = tables_of(self.package, self.info(tab).part)
        return self._tables[tab]

    def objects(self, tab: str) -> int:
        """Charts, pictures and shapes of a tab's drawings, and its comments."""
        part = self.info(tab).part
        drawings = [self.package.read(rel.target) for rel in self.package.related(part, "drawing")]
        comments = [self.package.read(rel.target) for rel in self.package.related(part, "comments")]
        return sum(len(_ANCHOR.findall(xml)) for xml in drawings) + sum(
            len(_COMMENT.findall(xml)) for xml in comments
        )

    def info(self, tab: str) -> SheetInfo:
        """Where a tab is stored."""
        return next(info for info in self.infos if info.name == tab)

    def grid(self, tab: str) -> Grid:
        """The cells of a tab. DamagedWorkbook when they cannot be read safely."""
        if tab not in self._grids:
            self._grids[tab] = self._read(self.info(tab))
        return self._grids[tab]

    def forget(self, tab: str) -> None:
        """Free the memory of a tab."""
        self._grids.pop(tab, None)

    def _read(self, info: SheetInfo) -> Grid:
        head, rest = self.package.pieces(info.part)
        size = len(head) + len(rest)
        if size < _SMALL or _LARGE <= size < _TOO_MUCH:
            return self._again(info, head, rest, _small if size < _SMALL else _large)
        return self._anew(info)

    def _anew(self, info: SheetInfo, made: list[tuple[object, Table]] | None = None) -> Grid:
        cells = scan(self.package.read(info.part))
        cells.check_area(info.name)
        layout = cells.layout
        rows = self._rows(info.name, cells)
        return Grid(info, cells, layout.data[layout.end :], rows, self.package, made)

    def _again(self, info: SheetInfo, head: bytes, rest: bytes, before: Remembered[object, _Seen]) -> Grid:
        """A sheet, read anew only where no file before had the same one.

        Its values come from its bytes up to the last cell, the formats, the date system and its strings.
        """
        end = rest.rfind(_END)
        if head and end < 0:
            head, rest = b"", head + rest
            end = rest.rfind(_END)
        whole = len(head) + end
        # A sample finds the one that may be the same, without a look at all bytes.
        sample = _sample(head, rest, whole // 2) + _sample(head, rest, whole - _SAMPLE)
        key = (whole, sample, self._styles, self.date1904)
        seen = before.get(key)
        if seen is not None and seen.begins(head, rest) and seen.fits(self._shared):
            return Grid(info, seen.cells, rest[max(end, 0) :], seen.rows, self.package, seen.tables)
        made: list[tuple[object, Table]] = []
        grid = self._anew(info, made)
        layout = grid.cells.layout
        plain = layout.data is self.package.read(info.part)  # else it had to be put into that form first
        if plain and layout.end >= len(head):
            pieces = head, rest[: layout.end - len(head)]
            kept = replace(grid.cells, layout=replace(layout, data=layout.data[: layout.end]))
            seen = _Seen(pieces, kept, grid.rows, self._shared)
            seen.tables = made
            before.put(key, seen)
        return grid

    @cached_property
    def _styles(self) -> tuple[bytes, ...]:
        related = self.package.related(self.package.workbook_part, "styles")
        return tuple(self.package.read(rel.target) for rel in related)

    @cached_property
    def _shared(self) -> list[str]:
        return self.package.shared_strings()

    def _rows(self, tab: str, cells: CellScan) -> list[list[Any]]:
        """A tab's values; of a big one the errors are found meanwhile: calamine needs no interpreter lock."""
        if len(cells.layout.data) < _BIG:
            return self._values(tab)

        with ThreadPoolExecutor(1) as worker:
            loading = worker.submit(self._values, tab)
            cells.errors  # noqa: B018
            return loading.result()

    def _values(self, tab: str) -> list[list[Any]]:
        try:
            if self._book is None:
                self._book = CalamineWorkbook.from_filelike(io.BytesIO(self.package.for_values()))
            book = self._with_plain_numbers(tab) if self._has_far_numbers(tab) else self._book
            return list(book.get_sheet_by_name(tab).to_python(skip_empty_area=False))
        except (CalamineError, OSError, ValueError, KeyError) as error:
            raise refusals.damaged(tab, "读不出来", "it cannot be read") from error
        except BaseException as error:  # a panic in Rust arrives as a bare BaseException
            if type(error).__name__ != "PanicException":
                raise
            raise refusals.damaged(tab, "读不出来", "it cannot be read") from error

    def _has_far_numbers(self, tab: str) -> bool:
        """Whether a cell holds a number so far below zero that calamine, shown it as a date, would panic."""
        return any(map(_FAR.search, self.package.pieces(self.info(tab).part)))

    def _with_plain_numbers(self, tab: str) -> CalamineWorkbook:
        """The workbook with the negative numbers of a tab in no format: -1E+12 is told as no date then."""
        package, part = Package.from_bytes(self.package.save_bytes()), self.info(tab).part
        package.replace(part, _NEGATIVE.sub(rb"\1\2", package.read(part)))
        return CalamineWorkbook.from_filelike(io.BytesIO(package.for_values()))


def _sample(head: bytes, rest: bytes, at: int) -> bytes:
    """Some bytes of two pieces that belong together."""
    at = max(at, 0)
    behind = at - len(head)
    return head[at : at + _SAMPLE] + rest[max(behind, 0) : max(behind + _SAMPLE, 0)]


def clean(values: Sequence[object], as_text: bool = False) -> list[object]:
    """Cells as the model wants them: blanks are None, whole floats int, times parts of a day.

    `as_text` is for columns of prose: there a time typed as 17:00 stays what people see.
    """
    kinds = set(map(type, values))
    if kinds <= {str, date, bool, type(None)}:
        return [None if value == "" else value for value in values] if str in kinds else list(values)
    if bool in kinds:  # TRUE and 1 are equal, and different cells
        return [_cleaned(value, as_text) for value in values]
    made = {value: _cleaned(value, as_text) for value in set(values)}
    return list(map(made.__getitem__, values))


def _cleaned(value: object, as_text: bool) -> object:
    if isinstance(value, str):
        return value or None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _EXACT else value
    if isinstance(value, datetime):
        return _to_second(value)
    if isinstance(value, time):
        seconds = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
        return value.strftime("%H:%M") if as_text else _cleaned(seconds / 86400, False)
    if isinstance(value, timedelta):
        return _cleaned(value / timedelta(days=1), False)
    return value


def _to_second(value: datetime) -> datetime:
    """Serial numbers cannot hold a second exactly: 17:00 arrives as 16:59:59.999."""
    if not value.microsecond:
        return value
    return (value + timedelta(microseconds=500_000)).replace(microsecond=0)
