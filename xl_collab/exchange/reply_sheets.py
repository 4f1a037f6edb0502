"""Which tab of a returned workbook holds which table: found by headings, whatever the tab is called.

A packet has one tab of the department's rows and may show others' rows on a page of its own, which is
no data. Two tabs that could be the rows, and columns that make matching a guess, are refused.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

import numpy as np
import numpy.typing as npt
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from xl_collab.a1 import Area, column_letters, column_number
from xl_collab.documents.packet import words as packet_words
from xl_collab.exchange.gate.gate import ReadReply, ReplySheet
from xl_collab.exchange.gate.refusals import Refusal, one_line
from xl_collab.hosts.changes import SheetMark, marks_in
from xl_collab.hosts.grid import Grid, clean
from xl_collab.hosts.headings import TabCells, Tabs, find_headings, heading_key, is_titled, looks_like
from xl_collab.hosts.ooxml.workbookxml import TableInfo
from xl_collab.hosts.reading import Place, read_table
from xl_collab.memory import Remembered
from xl_collab.merge.result import Anomaly
from xl_collab.merge.snapshot import PAGE, TEXT, Rows
from xl_collab.merge.values import Canonical, Odd, row_key
from xl_collab.merge.words import KEY_HEADING
from xl_collab.project.sentences import fitted
from xl_collab.project.tables import CellFormula, Table
from xl_collab.schema.declaration import TableSheet
from xl_collab.schema.sheets import SHEETS, TRACKER
from xl_collab.schema.words import Text, t

# A sheet that came through the gate as a Table, by the same rules as the master's own sheets.


Ints = npt.NDArray[np.int64]


def table_on(sheet: ReplySheet, declared: TableSheet) -> Table | None:
    """The rows of `declared` on this tab, found by their headings; None when it has none of them.

    Cells are as hosts.reading gives them for the master; Unreadable ones stay CellErrors.
    """
    expected = next((table for table in _tables(sheet) if table.name == declared.table), None)
    headings = find_headings(declared, sheet.rows, expected.area.top if expected else None)
    if headings is None:
        return None
    columns = headings.columns.values()
    around = [
        table
        for table in _tables(sheet)
        if table.area.top == headings.row and any(table.area.left <= c <= table.area.right for c in columns)
    ]
    place = Place(declared, sheet.name, headings, around[0] if around else None)
    return read_table(place, cast(Grid, ReplyGrid(sheet)))


def _tables(sheet: ReplySheet) -> list[TableInfo]:
    areas = [(name, Area.parse(ref), totals) for name, ref, totals in sheet.tables]
    return [TableInfo(name, area, (), "", "", 1, totals) for name, area, totals in areas if area is not None]


class ReplyGrid:
    """What hosts.reading asks of a Grid, answered from a ReplySheet."""

    def __init__(self, sheet: ReplySheet) -> None:
        self._sheet = sheet
        self.rows = sheet.rows
        self.merged = sheet.merged

    @property
    def cells(self) -> ReplyGrid:
        """Where formulas stand; no attribute, which would keep the sheet alive in a circle."""
        return self

    def column(self, number: int, first_row: int, *, as_text: bool = False) -> list[object]:
        """The cleaned cells of a column; of formulas what they show."""
        values = self._sheet.column(number, first_row)
        if _with_formulas(set(map(type, values))):
            values = [value.value if isinstance(value, CellFormula) else value for value in values]
        return clean(values, as_text=as_text)

    def formulas_in(self, number: int) -> tuple[Ints, Ints]:
        """Rows of the formulas of one column; the second array stands for places in the file."""
        cells = self._sheet.column(number)
        there = _with_formulas(set(map(type, cells)))
        found = [row for row, value in enumerate(cells, start=1) if there and isinstance(value, CellFormula)]
        return np.array(found, np.int64), np.array(found, np.int64)

    def formula_text(self, _: int, row: int, number: int) -> str:
        """The text of one formula without its equals sign."""
        value = self._sheet.cell(row, number)
        return value.text if isinstance(value, CellFormula) else ""


def _with_formulas(kinds: Iterable[type]) -> bool:
    return any(issubclass(kind, CellFormula) for kind in kinds)


_REASONS: Mapping[str, Text] = {
    "no-rows": t(
        "里面没有任务表。请对方填写原来发出的文件再发回。",
        "There is no table of tasks in it. Ask for the file that was sent, filled in.",
    ),
    "two-tables": t(
        "有几个工作表都像任务表：{names}。请对方只保留填好的那一个再发。",
        "Several sheets could be the tasks: {names}. Ask for a file with only the right one.",
    ),
    "no-id-column": t(
        "编号列被删掉了，无法逐行对应。请对方在原文件中填写后再发。",
        "The ID column is gone, so rows cannot be matched. Ask for the file that was sent, filled in.",
    ),
    "missing-column": t(
        "缺少必填的列：{names}。请对方恢复后再发。",
        "Required columns are missing: {names}. Ask for a file that has them.",
    ),
    "duplicate-heading": t(
        "列标题重复：{names}。请对方删去多余的列再发。",
        "Headings occur twice: {names}. Ask for a file without the surplus columns.",
    ),
}
_PAGES = (
    packet_words.OTHERS,
    packet_words.NOTES,
    packet_words.OPEN_ITEMS,
    packet_words.CARDS,
    packet_words.REMINDERS,
    packet_words.ACTION_ROWS,
    packet_words.DAYS,
)
_OWN_TITLES = (*_PAGES, packet_words.TASKS, *(sheet.title for sheet in SHEETS.sheets))
REGISTERS = {"actions": packet_words.ACTION_ROWS, "sync": packet_words.DAYS}
"""Tabs of a packet that hold rows of a register."""


@dataclass(frozen=True)
class Found:
    """The tables by sheet key, and the tab of each; with a `refusal` there are none."""

    tables: Mapping[str, Table]
    tabs: Mapping[str, ReplySheet]
    refusal: Refusal | None = None


def find_tables(read: ReadReply, wanted: Collection[str], others: Collection[str] = ()) -> Found:
    """The tables of a reply.

    wanted  keys of the sheets that were sent; the tracker has to be there
    others  tabs of the master that are not its tracker: those are no copies made by the department
    """
    free = [sheet for sheet in read.sheets if sheet.name not in read.generated]
    tabs = {}
    for key in (key for key in wanted if key != TRACKER.key):
        sheet = next((s for s in free if _is_sheet(SHEETS.table(key), s)), None)
        if sheet is not None:
            tabs[key] = sheet
    taken = {id(sheet) for sheet in tabs.values()}
    candidates = [s for s in free if id(s) not in taken and s.name not in others and _has_tasks(s)]
    if len(candidates) != 1:
        why = "two-tables" if candidates else "no-rows"
        return Found({}, {}, _refusal(why, [sheet.name for sheet in candidates]))
    tabs[TRACKER.key] = candidates[0]
    read_as = {key: table_on(sheet, SHEETS.table(key)) for key, sheet in tabs.items()}
    tables = {key: table for key, table in read_as.items() if table is not None}
    refused = _unmatchable(tables[TRACKER.key])
    return Found({}, {}, refused) if refused else Found(tables, tabs)


def compared(sent: Collection[str]) -> list[str]:
    """Keys of the sheets that are compared row by row, of those that were sent."""
    return [s.key for s in SHEETS.sheets if s.key in sent and s.key not in ("meta", "history")]


def others_rows(read: ReadReply) -> tuple[Table, ReplySheet] | None:
    """The rows of other departments, which a packet shows for reading, and their tab."""
    page = next((s for s in read.sheets if is_titled(packet_words.OTHERS, s.name)), None)
    table = table_on(page, TRACKER) if page else None
    return (table, page) if table is not None and page is not None else None


def _is_sheet(declared: TableSheet, sheet: ReplySheet) -> bool:
    titles = (declared.title, *([REGISTERS[declared.key]] if declared.key in REGISTERS else []))
    named = any(is_titled(title, sheet.name) for title in titles)
    return named or any(name == declared.table for name, _, _ in sheet.tables)


def _has_tasks(sheet: ReplySheet) -> bool:
    """Whether the tracker's headings are on a tab that is no other page of a packet or of the tracker."""
    ours = (*_PAGES, *(one.title for one in SHEETS.sheets if one.key != TRACKER.key))
    if any(is_titled(title, sheet.name) for title in ours):
        return False
    return looks_like(TRACKER, find_headings(TRACKER, sheet.rows))


def _unmatchable(table: Table) -> Refusal | None:
    """What makes matching a guess: no ID column, a required column gone, a heading twice."""
    if "id" in table.missing:
        return _refusal("no-id-column")
    gone = [c.label.zh for c in TRACKER.columns if c.required and c.name in table.missing]
    if gone:
        return _refusal("missing-column", gone)
    return _refusal("duplicate-heading", table.duplicated) if table.duplicated else None


def _refusal(code: str, names: Collection[str] = ()) -> Refusal:
    return Refusal(code, fitted(_REASONS[code], names="、".join(one_line(name, 40) for name in names)))


def overwritten_formulas(table: Table, sheet: ReplySheet) -> Iterator[Anomaly]:
    """Cells of computed columns where a value stands in place of the formula.

    A program that kept no formula at all in a column (some phones) has only saved what they showed: that is
    nobody's edit. The empty rows of a packet have formulas too, so one overwritten cell is told from it.
    """
    ids = table.raw("id").tolist() if table.sheet.numbered else [""] * len(table)
    for column in table.sheet.columns:
        letter = table.letters.get(column.name)
        if column.computed != "formula" or letter is None:
            continue
        cells = sheet.column(column_number(letter))
        kinds = set(map(type, cells[table.header_row :]))
        others = {kind for kind in kinds if not issubclass(kind, CellFormula)}
        if others == kinds or others <= {type(None)}:
            continue
        for name, row in zip(ids, table.rows.tolist(), strict=True):
            value = cells[row - 1]
            if value is not None and not isinstance(value, CellFormula) and row_key(name):
                text = one_line(str(getattr(value, "code", value)), 200)
                yield Anomaly(table.sheet.key, row_key(name), column.name, "overwritten", text)


def unknown_hidden(read: ReadReply, known: Collection[str]) -> list[str]:
    """Hidden tabs that were not sent."""
    ours = {title for text in _OWN_TITLES for title in (text.zh, text.en)} | {"xlwings.conf", *known}
    hidden = (name for name, state in read.tabs if state != "visible")
    return [one_line(name, 40) for name in hidden if name not in ours]


# Pages that nothing is taken from, as they went out and as they came back.


_DATA = (packet_words.TASKS, packet_words.OTHERS, packet_words.ACTION_ROWS, packet_words.DAYS)


class SentPages:
    """Pages of the workbooks of one sending, by all of their cells: many are the same in all of them."""

    def __init__(self) -> None:
        self._known: Remembered[str, Rows] = Remembered(_MOST_PAGES)

    def page(self, rows: Sequence[Sequence[object]]) -> Rows:
        """A page as `_page` reads it."""
        cells = repr(rows)  # says 1, 1.0 and True apart, which are equal
        found = self._known.get(cells)
        if found is None:
            found = _page(rows)
            self._known.put(cells, found)
        return Rows(found.ids, {name: list(texts) for name, texts in found.columns.items()})


_MOST_PAGES = 16


def pages_sent(data: bytes, tables: Collection[str] = (), known: SentPages | None = None) -> dict[str, Rows]:
    """The pages of a workbook that goes out, by snapshot key.

    tables  tabs of a whole workbook that are compared row by row; then hidden tabs are left out too
    known   what was read from other workbooks of the sending
    """
    read = known or SentPages()
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    compared = {title for text in _DATA for title in (text.zh, text.en)} | set(tables)
    shown = {one.name for one in book.sheets_metadata if one.visible is SheetVisibleEnum.Visible}
    return {
        PAGE + name: read.page(book.get_sheet_by_name(name).to_python(skip_empty_area=False))
        for name in book.sheet_names
        if name not in compared and (name in shown or not tables)
    }


def pages_back(read: ReadReply, sent: Collection[str]) -> dict[str, Rows]:
    """The same pages of what came back; one that is gone is left out."""
    names = {key.removeprefix(PAGE) for key in sent if key.startswith(PAGE)}
    return {PAGE + sheet.name: _page(sheet.rows) for sheet in read.sheets if sheet.name in names}


def _page(rows: Iterable[Iterable[object]]) -> Rows:
    cells: Mapping[str, Canonical] = {
        f"{column_letters(c + 1)}{r}": text
        for r, row in enumerate(rows, start=1)
        for c, value in enumerate(row)
        if (text := cell_text(value)) is not None
    }
    return Rows(tuple(cells), {TEXT: list(cells.values())})


_FORMULA = Odd("formula")


def cell_text(value: object) -> Canonical:
    """What a cell says, alike for every program that saved it."""
    if isinstance(value, CellFormula):
        return _FORMULA
    if isinstance(value, bool) or value is None:
        return None if value is None else str(value).upper()
    if isinstance(value, float | int):
        return f"{value:.10g}"
    if isinstance(value, datetime) and value.time() != datetime.min.time():
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return str(value).replace("\r\n", "\n").strip() or None


# What people typed on pages with a choice column (冲突, 风险清单, 校验结果), read back by the hidden keys.


Typed = Mapping[str, Text]
"""Column name → heading, of the columns that people fill in."""


def typed_rows(
    sheets: Tabs, kind: str, typed: Typed, tabs: Collection[str] | None = None
) -> list[dict[str, object]]:
    """Records with key and the typed columns, of every page of that kind that the workbook has.

    tabs  only pages among these
    """
    pages = [mark for mark in _pages(sheets, kind) if tabs is None or mark.tab in tabs]
    return [record for mark in pages for record in _records(sheets.grid(mark.tab), typed)]


def _pages(sheets: Tabs, kind: str) -> list[SheetMark]:
    return [mark for mark in marks_in(sheets) if mark.kind == kind and mark.tab in sheets.tabs]


def _records(grid: TabCells, typed: Typed) -> list[dict[str, object]]:
    top = _top(grid)
    if not top:
        return []
    places = _places(grid, top, typed)
    return [{name: grid.cell(row, at) for name, at in places.items()} for row in _lines(grid, top)]


def _top(grid: TabCells) -> int:
    """Row of the headings; 0 when the page has no such table."""
    return next((number for number, row in enumerate(grid.rows, start=1) if KEY_HEADING in row), 0)


def _lines(grid: TabCells, top: int) -> Iterator[int]:
    """Rows below that have a key."""
    key = grid.rows[top - 1].index(KEY_HEADING) + 1
    return (row for row in range(top + 1, len(grid.rows) + 1) if grid.cell(row, key))


def _places(grid: TabCells, top: int, typed: Typed) -> dict[str, int]:
    """Column numbers (from 1) of the key and of what people fill in."""
    headings = grid.rows[top - 1]
    keys = [heading_key(str(text)) for text in headings]
    places = {"key": headings.index(KEY_HEADING) + 1}
    for name, label in typed.items():
        at = next((keys.index(k) for k in (heading_key(label.zh), heading_key(label.en)) if k in keys), None)
        if at is not None:
            places[name] = at + 1
    return places
