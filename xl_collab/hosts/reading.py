"""A workbook file as a Book: every declared sheet that can be found, typed, with nothing guessed.

A tab is found by its name, by its Excel table, by its headings: a renamed or translated one still is; what
stays ambiguous is refused. Values come from python-calamine, and from the XML where calamine is wrong or
silent. Bad data is recorded in the Book for `validate`; only what makes reading impossible is an error.
What may not enter: rules about the data, changes to the file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from xl_collab.a1 import MAX_ROW, Area, column_letters, overlap
from xl_collab.errors import BrokenTracker, DamagedWorkbook, NotATracker
from xl_collab.hosts.below import Below, is_filled, is_total, sorted_out
from xl_collab.hosts.changes import generated_sheets, marks_in
from xl_collab.hosts.grid import Grid, Sheets
from xl_collab.hosts.headings import (
    Headings,
    Stale,
    TabCells,
    Tabs,
    find_fields,
    find_headings,
    heading_key,
    is_titled,
    looks_like,
    share,
)
from xl_collab.hosts.known_tables import SHARED, known
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.workbookxml import TableInfo
from xl_collab.project.tables import Book, CellFormula, Table, Texts, column_of
from xl_collab.schema.declaration import Column, Declaration, FormSheet, Kind, Sheet, TableSheet
from xl_collab.schema.sheets import SHEETS

TRACKER = "tracker"
Wanted = Collection[str] | None
"""Keys of the sheets that are read; None for all."""


def is_wanted(sheet: Sheet, only: Wanted) -> bool:
    """Whether a sheet is to be read; 跟踪表 always is."""
    return only is None or sheet.key == TRACKER or sheet.key in only


@dataclass(frozen=True)
class Place:
    """Where a table sheet was found; `table` is the Excel table around the headings, if there is one.

    `floor` is the row at which another table begins below it.
    """

    sheet: TableSheet
    tab: str
    headings: Headings
    table: TableInfo | None
    floor: int | None = None


@dataclass(frozen=True)
class FormPlace:
    """Where a form was found; `cells` has row and column (from 1) of each field's value."""

    sheet: FormSheet
    tab: str
    cells: Mapping[str, tuple[int, int]]


class Locator:
    """Assigns tabs to declared sheets; each tab to one sheet at most."""

    def __init__(
        self, sheets: Tabs, declaration: Declaration, ours: Iterable[str] = (), only: Wanted = None
    ) -> None:
        self._sheets = sheets
        self._declaration = declaration
        self._only = only
        self._free = [tab for tab in sheets.tabs if tab not in set(ours)]
        self.tables: dict[str, Place] = {}
        self.forms: dict[str, FormPlace] = {}
        self._by_name()
        self._by_table()
        self._by_headings()
        self._forms_by_labels()
        if TRACKER not in self.tables:
            raise self._no_tracker()

    def _by_name(self) -> None:
        for sheet in self._declaration.sheets:
            tab = next((tab for tab in self._free if is_titled(sheet.title, tab)), None)
            if tab is None:
                continue
            if not is_wanted(sheet, self._only):
                self._free.remove(tab)
            elif isinstance(sheet, TableSheet):
                self._claim(self._place(sheet, tab))
            elif isinstance(sheet, FormSheet):
                self._free.remove(tab)
                self.forms[sheet.key] = self._form(sheet, tab)
            else:
                self._free.remove(tab)

    def _by_table(self) -> None:
        missing = {heading_key(s.table): s for s in self._missing()}
        for tab in list(self._free) if missing else []:
            names = {heading_key(table.name) for table in self._sheets.tables(tab)}
            for name in names & missing.keys():
                self._claim(self._place(missing[name], tab))

    def _by_headings(self) -> None:
        missing = [s for s in self._missing() if s.state == "visible"]
        tracker = [s for s in missing if s.key == TRACKER]
        for sheet in tracker + [s for s in missing if s.key != TRACKER]:
            found = [place for tab in self._free if (place := self._guess(sheet, tab)) is not None]
            if len(found) > 1 and sheet.key == TRACKER:
                raise _two_trackers([place.tab for place in found])
            self._claim(max(found, key=lambda place: share(sheet, place.headings), default=None))

    def _forms_by_labels(self) -> None:
        for sheet in self._declaration.forms:
            if sheet.key in self.forms or not is_wanted(sheet, self._only):
                continue
            for tab in list(self._free):
                place = self._readable(tab) and self._form(sheet, tab)
                if place and 5 * len(place.cells) >= 3 * len(sheet.fields):
                    self.forms[sheet.key] = place
                    self._free.remove(tab)
                    break

    def _missing(self) -> list[TableSheet]:
        tables = (s for s in self._declaration.tables if is_wanted(s, self._only))
        return [s for s in tables if s.key not in self.tables]

    def _claim(self, place: Place | None) -> None:
        if place is not None:
            self.tables[place.sheet.key] = place
            self._free.remove(place.tab)

    def _place(self, sheet: TableSheet, tab: str) -> Place | None:
        """The sheet's headings on a tab that is known to be it; None when it has none of them."""
        tables = [table for table in self._sheets.tables(tab) if table.header_rows]
        own = next((t for t in tables if heading_key(t.name) == heading_key(sheet.table)), None)
        expected = own or (tables[0] if len(tables) == 1 else None)
        headings = find_headings(sheet, self._sheets.grid(tab).rows, expected.area.top if expected else None)
        if headings is None:
            return None
        around = next((t for t in tables if _is_around(t, headings)), None)
        return Place(sheet, tab, headings, around, _floor(around, self._sheets.tables(tab)))

    def _guess(self, sheet: TableSheet, tab: str) -> Place | None:
        place = self._place(sheet, tab) if self._readable(tab) else None
        return place if place is not None and looks_like(sheet, place.headings) else None

    def _readable(self, tab: str) -> bool:
        """Whether a tab that may be anybody's can be read at all."""
        try:
            self._sheets.grid(tab)
        except DamagedWorkbook:
            return False
        return True

    def _form(self, sheet: FormSheet, tab: str) -> FormPlace:
        grid = self._sheets.grid(tab)
        return FormPlace(sheet, tab, find_fields(sheet, grid.rows[:500], grid.merged))

    def _no_tracker(self) -> NotATracker:
        title = self._declaration[TRACKER].title
        tab = next((tab for tab in self._free if is_titled(title, tab)), None)
        if tab is not None:
            return BrokenTracker(
                f"工作表“{tab}”里找不到表头。请恢复“编号、环节、责任部门/人、主要任务”等标题行。",
                f"Sheet “{tab}” has no headings. Restore the row with ID, Stage, Owner, Task and so on.",
            )
        return NotATracker(
            f"工作簿里没有“{title.zh}”工作表，按标题也没有找到。"
            "请选择协作跟踪工作簿，或用 xl-collab new 新建。",
            f"The workbook has no “{title.en}” sheet, nor one with its headings. "
            "Choose a tracker workbook, or make one with xl-collab new.",
        )


def _is_around(table: TableInfo, headings: Headings) -> bool:
    area = table.area
    return area.top == headings.row and any(area.left <= c <= area.right for c in headings.columns.values())


def _floor(table: TableInfo | None, others: Sequence[TableInfo]) -> int | None:
    if table is None:
        return None
    below = replace(table.area, top=table.area.bottom + 1, bottom=MAX_ROW)
    tops = [other.area.top for other in others if overlap(other.area, below)]
    return min((top for top in tops if top > table.area.bottom), default=None)


def _two_trackers(tabs: list[str]) -> NotATracker:
    zh, en = "、".join(f"“{tab}”" for tab in tabs), ", ".join(f"“{tab}”" for tab in tabs)
    return BrokenTracker(
        f"有几个工作表都像跟踪表：{zh}。请把正确的那个改名为“跟踪表”。",
        f"Several sheets look like the tracker: {en}. Rename the right one to “Tracker”.",
    )


_PROSE = (Kind.TEXT, Kind.NOTE, Kind.ID, Kind.IDS, Kind.PARTY, Kind.EMAIL, Kind.DEADLINE)


S = TypeVar("S", bound=Tabs)


@dataclass(frozen=True)
class LocatedBook(Generic[S]):
    """A book together with where everything was found, for whoever writes it back."""

    book: Book
    tables: Mapping[str, Place]
    forms: Mapping[str, FormPlace]
    sheets: S


def read_book(
    source: str | Path | Package,
    declaration: Declaration = SHEETS,
    *,
    name: str = "",
    only: Wanted = None,
    formulas: bool = True,
) -> Book:
    """Read a tracker workbook.

    only      keys of the sheets to read, 跟踪表 always; None for all. The others are unread, not missing.
    formulas  whether lost native formulas are looked for (`Book.stale_formulas`)

    Raises NotAWorkbook, Encrypted, DamagedWorkbook (Package.open says when) and NotATracker.
    """
    return read(source, declaration, name=name, only=only, formulas=formulas).book


def read(
    source: str | Path | Package,
    declaration: Declaration = SHEETS,
    *,
    name: str = "",
    only: Wanted = None,
    formulas: bool = True,
) -> LocatedBook[Sheets]:
    """As `read_book`, keeping the places."""
    if isinstance(source, Package):
        package = source
    else:
        package, name = Package.open(source), name or Path(source).name
    return assemble(Sheets(package), declaration, name, only, formulas=formulas)


def assemble(
    sheets: S, declaration: Declaration, name: str, only: Wanted = None, *, formulas: bool = True
) -> LocatedBook[S]:
    """The book in a workbook that is a file or open. NotATracker when it has no tracker."""
    marks = marks_in(sheets)
    found = Locator(sheets, declaration, [mark.tab for mark in marks], only)
    lang = found.tables["tracker"].headings.lang
    tables, checks = {}, {}
    for place in sorted(found.tables.values(), key=lambda place: _order(declaration, place.sheet)):
        key, grid = place.sheet.key, sheets.grid(place.tab)
        table = tables[key] = _table(place, grid)
        if formulas:
            checks[key] = grid.stale(place.sheet, table.letters, table.rows, lang)
        sheets.forget(place.tab)
    book = Book(
        tables,
        {key: read_form(place, sheets.grid(place.tab)) for key, place in found.forms.items()},
        tuple(s.key for s in declaration.sheets if is_wanted(s, only) and _is_missing(s, found)),
        generated_sheets(sheets, marks),
        lang,
        name,
        _StaleFormulas(checks),
    )
    return LocatedBook(book, found.tables, found.forms, sheets)


class _StaleFormulas(Mapping[str, Stale]):
    """Sheet key → its lost formulas, looked for when somebody asks: most who read a workbook never do."""

    def __init__(self, checks: Mapping[str, Callable[[], Stale]]) -> None:
        self._checks = checks

    @cached_property
    def _found(self) -> dict[str, Stale]:
        found = {key: lost for key, check in self._checks.items() if (lost := check())}
        self._checks = {}  # and the bytes that they looked at
        return found

    def __getitem__(self, key: str) -> Stale:
        return self._found[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _table(place: Place, grid: TabCells) -> Table:
    """The rows of a place; of what trackers have alike those that were read before."""

    def made() -> Table:
        table = read_table(place, grid)
        return known(table) if place.sheet.key in SHARED else table

    return grid.once(place, made) if isinstance(grid, Grid) else made()


def _order(declaration: Declaration, sheet: TableSheet) -> int:
    return [one.key for one in declaration.sheets].index(sheet.key)


def _is_missing(sheet: object, found: Locator) -> bool:
    if isinstance(sheet, TableSheet):
        return sheet.key not in found.tables
    return isinstance(sheet, FormSheet) and sheet.key not in found.forms


def read_form(place: FormPlace, grid: TabCells) -> dict[str, object]:
    """What stands in each field."""
    return {name: grid.cell(*at) for name, at in place.cells.items()}


def read_table(place: Place, grid: TabCells) -> Table:
    """The rows below the headings that people filled in, total rows left out."""
    top = place.headings.row + 1
    columns = place.headings.columns
    count = max(len(grid.rows) - place.headings.row, 0)
    values = {
        c.name: _values(grid, c, columns[c.name], top) for c in place.sheet.columns if c.name in columns
    }
    filled = _kept(place, values, count, top)
    below = _below(place, values, filled, top)
    filled[[*below.notes, *below.unread]] = False
    keep = np.flatnonzero(filled)
    rows = keep + top
    cells = {c.name: _cells(values.get(c.name), keep) for c in place.sheet.columns}
    return Table(
        place.sheet,
        cells,
        rows.astype(np.int64),
        {name: column_letters(number) for name, number in columns.items()},
        missing=tuple(c.name for c in place.sheet.columns if c.name not in columns),
        unknown=place.headings.unknown,
        duplicated=place.headings.duplicated,
        outside=_outside(place, rows),
        notes=tuple(i + top for i in below.notes),
        unread=tuple(i + top for i in below.unread),
        totals=place.table is not None and bool(place.table.totals_rows),
        merged=_merged(place, grid, rows),
        header_row=place.headings.row,
        tab=place.tab,
    )


def _cells(values: list[object] | None, keep: npt.NDArray[np.int64]) -> Texts:
    if values is None or not len(keep):
        return np.empty(len(keep), dtype=object)
    first, end = int(keep[0]), int(keep[-1]) + 1
    return column_of(values[first:end] if end - first == len(keep) else [values[i] for i in keep.tolist()])


def _values(grid: TabCells, column: Column, number: int, top: int) -> list[object]:
    values = grid.column(number, top, as_text=column.kind in _PROSE)
    if column.entered:
        rows, offsets = grid.cells.formulas_in(number)
        for row, offset in zip(rows.tolist(), offsets.tolist(), strict=True):
            if top <= row < top + len(values):
                text = grid.cells.formula_text(offset, row, number)
                values[row - top] = CellFormula(text, values[row - top])
    return values


def _kept(
    place: Place, values: Mapping[str, Sequence[object]], count: int, top: int
) -> npt.NDArray[np.bool_]:
    """Rows with at least one entered cell that are no totals."""
    keep = np.ones(count, bool)
    bare = list(range(count))
    for column in place.sheet.columns:
        if bare and column.entered and column.name in values:
            cells = values[column.name]
            bare = [i for i in bare if not is_filled(cells[i])]
    keep[bare] = False
    if place.table is not None and place.table.totals_rows:
        last = place.table.area.bottom
        keep[max(last - place.table.totals_rows + 1 - top, 0) : last + 1 - top] = False
    if count:
        last_cells = {name: cells[count - 1] for name, cells in values.items()}
        keep[count - 1] &= not _is_total(place.sheet, last_cells)
    return keep


def _below(
    place: Place, values: Mapping[str, Sequence[object]], filled: npt.NDArray[np.bool_], top: int
) -> Below:
    """Notes below the table, and what stands below those; another table's rows are nothing of this one."""
    if place.table is None:
        return Below()
    if place.floor is not None:
        filled[max(place.floor - top, 0) :] = False
    lines = np.flatnonzero(filled)
    return sorted_out(place.sheet, values, lines[lines + top > place.table.area.bottom])


def _is_total(sheet: TableSheet, cells: Mapping[str, object]) -> bool:
    """A last row that says 合计 in place of an ID and has no other required cell."""
    required = [column.name for column in sheet.columns if column.required]
    texts = [str(cells.get(name) or "").strip() for name in required]
    return sum(map(bool, texts)) == 1 and any(map(is_total, texts))


def _outside(place: Place, rows: npt.NDArray[np.int64]) -> tuple[int, ...]:
    if place.table is None:
        return ()
    return tuple(rows[rows > place.table.area.bottom].tolist())


def _merged(place: Place, grid: TabCells, rows: npt.NDArray[np.int64]) -> tuple[str, ...]:
    if not len(rows):
        return ()
    found = []
    for top, left, bottom, right in grid.merged:
        covers = any(left <= column <= right for column in place.headings.columns.values())
        if covers and bottom >= rows[0] and top <= rows[-1] and (top, left) != (bottom, right):
            found.append(str(Area(left, top, right, bottom)))
    return tuple(found)
