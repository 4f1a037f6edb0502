"""Defined names of the workbook and of its sheets. Contents are in LibreOffice's grammar, without "="."""

from __future__ import annotations

from typing import Any

from .desk import Desk, Refused, struct
from .places import corners


def _lists(desk: Desk, book: str, sheet: str | None) -> list:
    """(sheet name or None, UNO's names); the workbook's names, then each sheet's, or one sheet's only."""
    document = desk.document(book)
    if sheet is not None:
        return [(sheet, desk.sheet(book, sheet).NamedRanges)]
    own = [(name, document.Sheets.getByName(name).NamedRanges) for name in document.Sheets.ElementNames]
    return [(None, document.NamedRanges), *own]


def names(desk: Desk, book: str, sheet: str | None = None) -> list:
    """[sheet or None, name, content] of each."""
    return [
        [scope, name, found.getByName(name).Content]
        for scope, found in _lists(desk, book, sheet)
        for name in found.ElementNames
    ]


def _list(desk: Desk, book: str, sheet: str | None) -> Any:
    return desk.document(book).NamedRanges if sheet is None else desk.sheet(book, sheet).NamedRanges


def set_name(desk: Desk, book: str, sheet: str | None, name: str, content: str) -> None:
    """Make the name, or let an existing one mean something else."""
    found = _list(desk, book, sheet)
    if found.hasByName(name):
        found.getByName(name).setContent(content)
    else:
        found.addNewByName(name, content, struct("table.CellAddress"), 0)


def remove_name(desk: Desk, book: str, sheet: str | None, name: str) -> None:
    found = _list(desk, book, sheet)
    if not found.hasByName(name):
        raise Refused("missing", name)
    found.removeByName(name)


def rename_name(desk: Desk, book: str, sheet: str | None, name: str, new: str) -> None:
    found = _list(desk, book, sheet)
    if not found.hasByName(name):
        raise Refused("missing", name)
    found.getByName(name).Name = new


def name_cells(desk: Desk, book: str, sheet: str | None, name: str) -> list | None:
    """[sheet, corners] that a name stands for; None when it is a value or a calculation."""
    found = _list(desk, book, sheet)
    if not found.hasByName(name):
        raise Refused("missing", name)
    cells = found.getByName(name).getReferredCells()
    if cells is None:
        return None
    return [
        desk.document(book).Sheets.getByIndex(cells.RangeAddress.Sheet).Name,
        *corners(cells.RangeAddress),
    ]


OPERATIONS = {
    function.__name__: function for function in (names, set_name, remove_name, rename_name, name_cells)
}
