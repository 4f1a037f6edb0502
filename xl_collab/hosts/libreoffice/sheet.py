"""Sheets of a workbook."""

from __future__ import annotations

import numbers
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xlwings import NoSuchObjectError, base_classes

from xl_collab.hosts.libreoffice.calls import Calls
from xl_collab.hosts.libreoffice.cells import LAST_COLUMN, LAST_ROW, Range
from xl_collab.hosts.libreoffice.grammar import column_number
from xl_collab.hosts.libreoffice.names import Names
from xl_collab.hosts.libreoffice.tables import Tables
from xl_collab.hosts.libreoffice.unsupported import Native, NotSupportedByLibreOffice, refusing_the_rest

if TYPE_CHECKING:
    from xl_collab.hosts.libreoffice.book import Book

_CELLS = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d+)(?::\$?([A-Za-z]{1,3})\$?(\d+))?$")
_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})$")
_ROWS = re.compile(r"\$?(\d+):\$?(\d+)$")


@refusing_the_rest
class Sheets(base_classes.Sheets):
    """The sheets in their order."""

    def __init__(self, book: Book) -> None:
        self.book = book

    @property
    def api(self) -> Native:
        return Native("Sheets")

    def told(self) -> dict[str, Any]:
        """names in order, which is active, which are shown."""
        told: dict[str, Any] = self.book.calls.ask("sheets", book=self.book.uid)
        return told

    @property
    def active(self) -> Sheet:
        return self.book.sheet(self.told()["active"])

    def __call__(self, name_or_index: int | str) -> Sheet:
        names = self.told()["names"]
        if isinstance(name_or_index, numbers.Number):
            return self.book.sheet(names[int(name_or_index) - 1])
        for name in names:
            if name.lower() == str(name_or_index).lower():
                return self.book.sheet(name)
        raise NoSuchObjectError(f"There is no sheet '{name_or_index}' in this workbook.")

    def __contains__(self, name: str) -> bool:
        return str(name).lower() in (known.lower() for known in self.told()["names"])

    def __len__(self) -> int:
        return len(self.told()["names"])

    def __iter__(self) -> Iterator[Sheet]:
        return iter([self.book.sheet(name) for name in self.told()["names"]])

    def add(self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None) -> Sheet:
        told = self.told()
        beside = before or after
        position = told["names"].index(beside.name if beside else told["active"]) + 1
        position += 1 if after and not before else 0
        made = self.book.calls.ask("add_sheet", book=self.book.uid, name=name, position=position)
        return self.book.sheet(made)


@refusing_the_rest
class Sheet(base_classes.Sheet):
    """One sheet, by name; a rename through this engine is followed, one by the user raises."""

    def __init__(self, book: Book, name: str) -> None:
        self._book = book
        self._name = name

    @property
    def calls(self) -> Calls:
        return self._book.calls

    @property
    def where(self) -> dict[str, str]:
        """book and sheet, as operations take them."""
        return {"book": self._book.uid, "sheet": self._name}

    @property
    def api(self) -> Native:
        return Native("Sheet")

    @property
    def book(self) -> Book:
        return self._book

    @property
    def name(self) -> str:
        return self._name

    @name.setter
    def name(self, value: str) -> None:
        self.calls.ask("rename_sheet", **self.where, name=value)
        self._book.renamed(self._name, value)
        self._name = value

    @property
    def index(self) -> int:
        return int(Sheets(self._book).told()["names"].index(self._name)) + 1

    @property
    def names(self) -> Names:
        return Names(self._book, self._name)

    @property
    def tables(self) -> Tables:
        return Tables(self)

    @property
    def freeze_panes(self) -> FreezePanes:
        return FreezePanes(self)

    @property
    def visible(self) -> bool:
        """Shown or not; what Excel calls very hidden is hidden here, and saved as hidden."""
        told = Sheets(self._book).told()
        return bool(told["shown"][told["names"].index(self._name)])

    @visible.setter
    def visible(self, value: bool) -> None:
        if value not in (True, False):
            raise NotSupportedByLibreOffice(f"Sheet.visible = {value!r} (very hidden)")
        self.calls.ask("show_sheet", **self.where, shown=bool(value))

    @property
    def protected(self) -> bool:
        """Whether the sheet is protected; not in xlwings, for those who must ask first."""
        return bool(self.calls.ask("protection", **self.where))

    def activate(self) -> None:
        self.calls.tell("activate_sheet", **self.where)

    def select(self) -> None:
        self.activate()

    def delete(self) -> None:
        self.calls.ask("remove_sheet", **self.where)
        self._book.renamed(self._name, "")

    def copy(self, before: Sheet | None, after: Sheet | None) -> None:
        """Also into another workbook of the same office: formats, charts, rules and links come along."""
        beside = before or after
        assert beside is not None
        if beside.book.app is not self._book.app:
            raise NotSupportedByLibreOffice("Sheet.copy between two running offices")
        position = beside.index + (0 if before else 1)
        self.calls.ask("copy_sheet", **self.where, target=beside.book.uid, position=position)

    def move(self, before: Sheet | None, after: Sheet | None) -> None:
        beside = before or after
        assert beside is not None
        position = beside.index + (0 if before else 1)
        self.calls.ask("move_sheet", **self.where, position=position)

    @property
    def cells(self) -> Range:
        return self.block(1, 1, LAST_COLUMN, LAST_ROW)

    @property
    def used_range(self) -> Range:
        return self.block(*self.calls.ask("used", **self.where))

    def clear_contents(self) -> None:
        self.used_range.clear_contents()

    def clear_formats(self) -> None:
        self.used_range.clear_formats()

    def clear(self) -> None:
        self.used_range.clear()

    def autofit(self, axis: str | None = None) -> None:
        self.used_range.autofit(axis)

    def block(self, left: int, top: int, right: int, bottom: int) -> Range:
        """The rectangle between two corners, columns first, counting from 1."""
        return Range(self, left, top, right, bottom)

    def range(self, arg1: Any, arg2: Any = None) -> Range:
        """xlwings' ways to name cells: "A1:B2", a name, a table's part, (row, column), two corners."""
        if isinstance(arg1, tuple) and len(arg1) == 4:
            row, column, rows, columns = arg1
            return self.block(column, row, column + columns - 1, row + rows - 1)
        first = self._corner(arg1)
        if arg2 is None:
            return first
        last = self._corner(arg2)
        left, top = min(first.left_column, last.left_column), min(first.row, last.row)
        return self.block(
            left, top, max(first.right_column, last.right_column), max(first.bottom_row, last.bottom_row)
        )

    def _corner(self, place: Any) -> Range:
        if isinstance(place, Range):
            return place
        if isinstance(place, str):
            return self._addressed(place)
        if 0 in place:
            raise IndexError("Attempted to access 0-based Range. xlwings/Excel Ranges are 1-based.")
        return self.block(place[1], place[0], place[1], place[0])

    def _addressed(self, text: str) -> Range:
        if found := _CELLS.match(text):
            left, top, right, bottom = found.groups()
            columns = sorted([column_number(left), column_number(right or left)])
            rows = sorted([int(top), int(bottom or top)])
            return self.block(columns[0], rows[0], columns[1], rows[1])
        if found := _COLUMNS.match(text):
            columns = sorted(map(column_number, found.groups()))
            return Range(self, columns[0], 1, columns[1], LAST_ROW, text)
        if found := _ROWS.match(text):
            rows = sorted(map(int, found.groups()))
            return Range(self, 1, rows[0], LAST_COLUMN, rows[1], text)
        told = self.calls.ask("resolve", **self.where, text=text)
        return self._book.sheet(told[0]).block(*told[1:])


@refusing_the_rest
class FreezePanes(base_classes.FreezePanes):
    """Rows and columns that stay when the sheet scrolls."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def freeze_at(self, frozen_range: str) -> None:
        """Freeze up to the last row and column of `frozen_range`; whole rows or columns freeze only those."""
        cells = self.sheet.range(frozen_range)
        columns = 0 if cells.right_column == LAST_COLUMN else cells.right_column
        rows = 0 if cells.bottom_row == LAST_ROW else cells.bottom_row
        self.sheet.calls.tell("freeze", **self.sheet.where, columns=columns, rows=rows)

    def unfreeze(self) -> None:
        self.sheet.calls.tell("freeze", **self.sheet.where, columns=0, rows=0)
