"""Tables: Excel's list objects arrive in LibreOffice as named database ranges."""

from __future__ import annotations

from typing import Any

from .desk import Desk, Refused
from .places import corners


def tables(desk: Desk, book: str, sheet: str | None = None) -> list:
    """[name, sheet, corners, header row?, total row?, filter buttons?] of each, on one sheet or on all."""
    document = desk.document(book)
    named = document.Sheets.ElementNames
    told = [_told(document.DatabaseRanges.getByName(n), named) for n in document.DatabaseRanges.ElementNames]
    return [table for table in told if sheet is None or table[1] == sheet]


def _told(table: Any, sheets: tuple) -> list:
    area = table.DataArea
    shows = [bool(table.ContainsHeader), bool(table.TotalsRow), bool(table.AutoFilter)]
    return [table.Name, sheets[area.Sheet], corners(area), *shows]


def _found(desk: Desk, book: str, name: str) -> Any:
    ranges = desk.document(book).DatabaseRanges
    if not ranges.hasByName(name):
        raise Refused("missing", name)
    return ranges.getByName(name)


def add_table(desk: Desk, at: list, name: str | None, header: bool) -> str:
    block = desk.block(at)
    block.formattable()
    ranges = block.document.DatabaseRanges
    taken = {other.lower() for other in ranges.ElementNames}
    if name is None:
        name = next(f"Table{i}" for i in range(1, 10**6) if f"table{i}" not in taken)
    if name.lower() in taken:
        raise Refused("taken", name)
    ranges.addNewByName(name, block.cells.RangeAddress)
    made = ranges.getByName(name)
    made.ContainsHeader = header
    made.AutoFilter = header
    return name


def set_table(desk: Desk, book: str, name: str, field: str, value: object) -> None:
    """field: "Name", "AutoFilter", "TotalsRow" or "ContainsHeader"."""
    setattr(_found(desk, book, name), field, value)


def resize_table(desk: Desk, book: str, name: str, at: list) -> None:
    _found(desk, book, name).DataArea = desk.block(at).cells.RangeAddress


OPERATIONS = {function.__name__: function for function in (tables, add_table, set_table, resize_table)}
