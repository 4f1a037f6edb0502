"""Where the contract suite's workbooks live: a file, memory, LibreOffice, and on Windows a real Excel.

A bench opens a copy of a workbook somewhere, hands out hosts on it, lets a "person" type into it, and
saves what came out. Every gap of a bench is in GAPS by name; nothing is skipped in another way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import offices
import openpyxl
import xlwings as xw
from com_excel import ComExcel
from memory_host import MemoryHost
from openpyxl.utils import column_index_from_string
from recalculation import without_results

from tools.build.addin import ADDIN
from xl_collab.hosts.file import FileHost, undo
from xl_collab.hosts.live.host import LiveHost, driver_of
from xl_collab.hosts.live.xlwings_driver import XlwingsDriver
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.reading import read_book
from xl_collab.project.tables import Book

POINTING = (
    "test_formulas_show_the_new_content",
    "test_undo_brings_the_old_content_back_to_them",
    "test_names_charts_lists_rules_and_links_hold",
    "test_undo_leaves_them_as_they_were",
    "test_the_sheet_is_what_was_drawn",
    "test_its_own_list_and_chart_are_about_its_own_rows",
    "test_its_page_is_set_up_as_drawn",
    "test_nothing_piles_up",
    "test_it_keeps_its_place_among_the_tabs",
    "test_what_people_put_on_it_keeps_it_from_being_refreshed",
)
"""Tests about sheets that a workbook only has outside of memory."""

GAPS: Mapping[tuple[str, str], str] = {
    ("memory", "test_colours_are_conditional_formats"): "memory has no formats",
    ("memory", "test_no_link_to_another_file_appears"): "memory has no file",
    ("memory", "test_an_added_row_looks_like_the_one_above"): "memory has no formats",
    ("memory", "test_a_table_grows_with_its_rows"): "memory has no tables of Excel",
    ("memory", "test_a_draft_is_known_again_when_the_workbook_was_saved"): "memory has no file",
    ("memory", "test_a_comment_on_a_draft_keeps_it"): "memory has no comments",
    (
        "memory",
        "test_rows_that_were_typed_below_a_table_become_rows_of_it",
    ): "memory knows no cells outside of its tables",
    (
        "memory",
        "test_a_row_typed_below_the_tracker_is_computed",
    ): "memory knows no cells outside of its tables",
    (
        "memory",
        "test_undo_leaves_rows_below_the_table_where_they_were_typed",
    ): "memory knows no cells outside of its tables",
    ("memory", "test_rows_are_not_added_over_a_note"): "memory knows no cells outside of its tables",
    **dict.fromkeys(
        (
            ("modelled excel", "test_rows_that_were_typed_below_a_table_become_rows_of_it"),
            ("modelled excel", "test_undo_leaves_rows_below_the_table_where_they_were_typed"),
        ),
        "Excel itself takes a row into the table while it is typed",
    ),
    ("modelled excel", "test_no_link_to_another_file_appears"): "the model cannot save copied sheets",
    (
        "modelled excel",
        "test_a_draft_is_known_again_when_the_workbook_was_saved",
    ): "the model cannot save copied sheets",
    ("modelled excel", "test_a_comment_on_a_draft_keeps_it"): "the model cannot save copied sheets",
    **dict.fromkeys(
        (("memory", test) for test in POINTING), "memory has no cells, names, charts or rules of people's"
    ),
    (
        "modelled excel",
        "test_its_own_list_and_chart_are_about_its_own_rows",
    ): "the model copies sheets without them",
    ("modelled excel", "test_its_page_is_set_up_as_drawn"): "the model knows no page set-up",
}
"""(bench, test) → why the bench cannot do what the test asks."""


class Bench(Protocol):
    """One place for workbooks."""

    def open(self, path: Path) -> None:
        """Take up the workbook at `path`, which the bench may change."""

    def host(self) -> Any:
        """A host that has read nothing yet."""

    def type(self, tab: str, cell: str, value: object) -> None:
        """A person types into a cell."""

    def undo(self) -> Any:
        """Take the last run back."""

    def shown(self, tab: str, cells: Iterable[str]) -> list[object]:
        """What cells show once everything is calculated."""

    def saved(self) -> Path:
        """The workbook as a file."""


class FileBench:
    """A closed file; `office` starts a program for those who ask what formulas show."""

    def __init__(self, office: Callable[[], offices.Program]) -> None:
        self._office = office

    def open(self, path: Path) -> None:
        self.path = path

    def host(self) -> FileHost:
        return FileHost(self.path)

    def type(self, tab: str, cell: str, value: object) -> None:
        """Through openpyxl: what it drops of a file does not matter here."""
        book = openpyxl.load_workbook(self.path, keep_vba=True)
        book[tab][cell] = value
        book.save(self.path)

    def undo(self) -> Any:
        return undo(self.path)

    def shown(self, tab: str, cells: Iterable[str]) -> list[object]:
        """As LibreOffice calculates the file from scratch: nothing recalculates a closed one."""
        path = self.path.with_stem("recalculated")
        path.write_bytes(without_results(self.path.read_bytes()))
        book = self._office().books.open(path)
        try:
            return [book.sheets[tab][cell].value for cell in cells]
        finally:
            book.close()

    def saved(self) -> Path:
        return self.path


class MemoryBench:
    """The fake that ships for users' tests."""

    def open(self, path: Path) -> None:
        self._host = MemoryHost(read_book(path))

    def host(self) -> MemoryHost:
        return self._host

    def type(self, tab: str, cell: str, value: object) -> None:
        """Into a column of a table, or just into a sheet of the tool."""
        book = self._host.read()
        letter, row = re.fullmatch(r"([A-Z]+)(\d+)", cell).groups()  # type: ignore[union-attr]
        if any(one.tab == tab for one in book.generated):
            self._host.type(tab, int(row), column_index_from_string(letter), value)
            return
        table = next(table for table in book.tables.values() if table.tab == tab)
        name = next(name for name, found in table.letters.items() if found == letter)
        cells = table.raw(name).tolist()
        cells[table.rows.tolist().index(int(row))] = value
        stale: Any = {}
        if table.sheet.column(name).computed == "formula":
            stale = {table.sheet.key: {name: (int(row),)}}
        tables = {**book.tables, table.sheet.key: table.with_cells({name: cells})}
        self._host._book = replace(book, tables=tables, stale_formulas=stale)

    def undo(self) -> Any:
        return self._host.undo()

    def shown(self, tab: str, cells: Iterable[str]) -> list[object]:
        raise AssertionError("memory has no cells outside of its tables: name the test in GAPS")

    def saved(self) -> Path:
        raise AssertionError("memory is no file: name the test in GAPS")


class LiveBench:
    """A workbook open in a program; `plain` asks Excel with public xlwings calls only."""

    def __init__(self, app: Any, plain: bool) -> None:
        self.app = app
        self.plain = plain

    def open(self, path: Path) -> None:
        self.path = path
        self.book = self.app.books.open(path)

    def host(self) -> LiveHost:
        driver = XlwingsDriver(self.book) if self.plain else driver_of(self.book)
        assert self.plain or type(driver) is not XlwingsDriver
        return LiveHost(self.book, driver=driver)

    def type(self, tab: str, cell: str, value: object) -> None:
        self.book.sheets[tab][cell].value = value

    def undo(self) -> Any:
        return self.host().undo()

    def shown(self, tab: str, cells: Iterable[str]) -> list[object]:
        self.calculate()
        return [self.book.sheets[tab][cell].value for cell in cells]

    def calculate(self) -> None:
        self.book.app.calculate()

    def saved(self) -> Path:
        path = self.path.with_stem(self.path.stem + "-saved")
        self.save_as(path)
        return path

    def save_as(self, path: Path) -> None:
        self.book.save(path)


class LibreOfficeBench(LiveBench):
    """A workbook open in LibreOffice."""

    def __init__(self, app: offices.Program) -> None:
        super().__init__(app, plain=False)

    def calculate(self) -> None:
        self.book.calculate()

    def save_as(self, path: Path) -> None:
        self.book.save_as(path)


class ModelledExcelBench(LiveBench):
    """xlwings' Windows engine over a model of Excel (com_excel.py), which runs our macros unless `plain`."""

    def __init__(self, plain: bool) -> None:
        self._excel = ComExcel()
        if not plain:
            self._excel.load_addin()
        super().__init__(self._excel.app, plain)

    def open(self, path: Path) -> None:
        self.path = path
        self.book = self._excel.open(path, macros=not self.plain)


class ExcelOverComBench(LiveBench):
    """The same model as another process, over real COM (excel_over_com.py); it holds the add-in's macros."""

    def __init__(self, application: Any, plain: bool) -> None:
        import xlwings._xlwindows as engine

        super().__init__(xw.App(impl=engine.App(xl=engine.COMRetryObjectWrapper(application))), plain)


def excel() -> Iterator[xw.App]:
    """A real Excel, which only Windows and macOS have, with our add-in: its macros answer the host."""
    app = xw.App(visible=False, add_book=False)
    app.books.open(ADDIN)
    yield app
    app.quit()


def libreoffice() -> Iterator[offices.Program]:
    """A real LibreOffice."""
    yield from offices.started()


def content(book: Book, without: Collection[str] = ()) -> dict[str, Any]:
    """All that a book says, comparable: types count (True is not 1, a date is not a date-time).

    without  columns whose formulas show something else once they are calculated
    """
    return {
        "tables": {key: _columns(table, without) for key, table in book.tables.items()},
        "forms": {key: {n: _typed(v) for n, v in form.items()} for key, form in book.forms.items()},
        "generated": sorted((one.kind, one.key, one.touched) for one in book.generated),
        "missing": book.missing_sheets,
        "stale": {k: {n: list(rows) for n, rows in v.items()} for k, v in book.stale_formulas.items()},
        "lang": book.lang,
    }


def _columns(table: Any, without: Collection[str]) -> dict[str, Any]:
    names = [name for name in table.letters if name not in without]
    cells = {name: [_typed(value) for value in table.raw(name).tolist()] for name in names}
    about = {"outside": table.outside, "merged": table.merged, "unknown": table.unknown}
    return {"rows": table.rows.tolist(), "letters": dict(table.letters), **about, "cells": cells}


def _typed(value: object) -> tuple[str, object]:
    return type(value).__name__, value


def coloured(path: Path) -> dict[str, int]:
    """Tab → number of conditional formats that colour something."""
    book = openpyxl.load_workbook(path)
    found = {}
    for sheet in book.worksheets:
        rules = [rule for area in sheet.conditional_formatting for rule in area.rules]
        if rules:
            found[sheet.title] = len(rules)
    return found


def external_links(path: Path) -> list[str]:
    """Parts and cells that point into another workbook."""
    package = Package.open(path)
    parts = [name for name in package.parts if "externalLink" in name]
    sheets = [name for name in package.parts if "worksheets/sheet" in name and "_rels" not in name]
    return parts + [name for name in sheets if re.search(rb"<f[^>]*>[^<]*\[\d+\]", package.read(name))]
