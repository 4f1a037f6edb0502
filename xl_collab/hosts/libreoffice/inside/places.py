"""Operations that find cells (edges, regions, addresses) and that move or copy them."""

from __future__ import annotations

import re
from typing import Any

from . import whole
from .desk import Desk, Refused, enum, struct

LAST_ROW, LAST_COLUMN = 1048576, 16384
NAMED = re.compile(r"^([^\W\d][\w.]*)(?:\[([^\[\]]*)\])?$")


def used(desk: Desk, book: str, sheet: str) -> list:
    """First column and row, last column and row of the used area."""
    cursor = desk.sheet(book, sheet).createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    cursor.gotoStartOfUsedArea(False)
    start = cursor.RangeAddress
    return [start.StartColumn + 1, start.StartRow + 1, end.EndColumn + 1, end.EndRow + 1]


def region(desk: Desk, at: list) -> list:
    """The block around `at` that empty rows and columns border."""
    block = desk.block(at)
    cursor = block.sheet.createCursorByRange(block.cells)
    cursor.collapseToCurrentRegion()
    return corners(cursor.RangeAddress)


def merged(desk: Desk, at: list) -> list:
    """The merged area that the first cell belongs to; the cell itself when it is not merged."""
    block = desk.block([*at[:4], at[2], at[3]])
    cursor = block.sheet.createCursorByRange(block.cells)
    cursor.collapseToMergedArea()
    return corners(cursor.RangeAddress)


def corners(address: Any) -> list:
    return [address.StartColumn + 1, address.StartRow + 1, address.EndColumn + 1, address.EndRow + 1]


def _filled(desk: Desk, book: str, sheet: str, at: list, direction: str) -> list:
    """From the cell to the end of the used area in that direction: whether each cell holds anything."""
    column, row = at
    right, bottom = used(desk, book, sheet)[2:]
    below, beside = min(max(bottom, row) + 1, LAST_ROW), min(max(right, column) + 1, LAST_COLUMN)
    ends = {"down": [column, row, column, below], "right": [column, row, beside, row]}
    ends.update({"up": [column, 1, column, row], "left": [1, row, column, row]})
    cells = desk.block([book, sheet, *ends[direction]]).cells.getFormulaArray()
    line = [text != "" for found in cells for text in found]
    return line if direction in ("down", "right") else line[::-1]


def end(desk: Desk, at: list, direction: str) -> list:
    """Where Ctrl+arrow goes from the first cell: column and row."""
    book, sheet, column, row = at[:4]
    line = _filled(desk, book, sheet, [column, row], direction)
    steps = _steps(line)
    if steps is None:
        last = {"down": [column, LAST_ROW], "right": [LAST_COLUMN, row], "up": [column, 1], "left": [1, row]}
        return last[direction]
    across = {"right": steps, "left": -steps}.get(direction, 0)
    return [column + across, row + {"down": steps, "up": -steps}.get(direction, 0)]


def _steps(line: list) -> int | None:
    """To the last filled cell of a run, else to the next filled one; None: to the sheet's edge."""
    if len(line) > 1 and line[0] and line[1]:
        return next((i - 1 for i in range(1, len(line)) if not line[i]), len(line) - 1)
    return next((i for i in range(1, len(line)) if line[i]), None)


def expand(desk: Desk, at: list, down: bool, right: bool) -> list:
    """Last column and row of the filled run below and beside the first cell."""
    book, sheet, column, row = at[:4]
    runs = [
        _run(_filled(desk, book, sheet, [column, row], way)) if asked else 0
        for way, asked in (("right", right), ("down", down))
    ]
    return [column + runs[0], row + runs[1]]


def _run(line: list) -> int:
    return next((i - 1 for i in range(1, len(line)) if not line[i]), len(line) - 1)


def resolve(desk: Desk, book: str, sheet: str, text: str) -> list:
    """A name, a table or a table's part as [sheet, corners]; sheet names come before workbook names."""
    document = desk.document(book)
    for named in (desk.sheet(book, sheet).NamedRanges, document.NamedRanges):
        for name in named.ElementNames:
            if name.lower() == text.lower():
                return _referred(document, named.getByName(name), text)
    found = NAMED.match(text)
    table, part = found.groups() if found is not None else ("", None)
    for name in document.DatabaseRanges.ElementNames:
        if name.lower() == table.lower():
            return _part(document, document.DatabaseRanges.getByName(name), part, text)
    raise Refused("missing", text)


def _referred(document: Any, name: Any, text: str) -> list:
    cells = name.getReferredCells()
    if cells is None:
        raise Refused("missing", text)
    return [document.Sheets.getByIndex(cells.RangeAddress.Sheet).Name, *corners(cells.RangeAddress)]


def _part(document: Any, table: Any, part: str | None, text: str) -> list:
    area = table.DataArea
    left, top, right, bottom = corners(area)
    body = top + bool(table.ContainsHeader), bottom - bool(table.TotalsRow)
    sheet = document.Sheets.getByIndex(area.Sheet)
    if part in (None, "", "#Data"):
        return [sheet.Name, left, body[0], right, body[1]]
    if part in ("#All", "#Headers"):
        return [sheet.Name, left, top, right, bottom if part == "#All" else top]
    heads = sheet.getCellRangeByPosition(left - 1, top - 1, right - 1, top - 1).getDataArray()[0]
    for i, head in enumerate(heads):
        if str(head).lower() == part.lower():
            return [sheet.Name, left + i, body[0], left + i, body[1]]
    raise Refused("missing", text)


def insert_cells(desk: Desk, at: list, shift: str) -> None:
    block = desk.block(at)
    block.formattable()
    block.sheet.insertCells(block.cells.RangeAddress, enum("sheet.CellInsertMode", shift.upper()))


def remove_cells(desk: Desk, at: list, shift: str) -> None:
    block = desk.block(at)
    block.formattable()
    block.sheet.removeRange(block.cells.RangeAddress, enum("sheet.CellDeleteMode", shift.upper()))


def copy_cells(desk: Desk, at: list, goal: list) -> None:
    """Copy values, formulas and formats to the block whose first cell is `goal`'s, in the same workbook.

    A whole sheet's cells come with widths, heights and what is hidden, as in Excel.
    """
    block, target = desk.block(at), desk.block(goal)
    target.writable()
    if at[2:] == [1, 1, LAST_COLUMN, LAST_ROW]:
        whole.copy(block.sheet, target.sheet)
        return
    corner = target.cells.RangeAddress
    cell = struct("table.CellAddress", Sheet=corner.Sheet, Row=corner.StartRow, Column=corner.StartColumn)
    block.sheet.copyRange(cell, block.cells.RangeAddress)


def select(desk: Desk, at: list) -> None:
    controller = desk.document(at[0]).CurrentController
    if controller is not None:
        controller.select(desk.block(at).cells)


def selection(desk: Desk, book: str) -> list | None:
    """[sheet, corners] of what is selected; None when it is not one block of cells."""
    document = desk.document(book)
    controller = document.CurrentController
    chosen = controller.getSelection() if controller is not None else None
    if chosen is None or not hasattr(chosen, "RangeAddress"):
        return None
    address = chosen.RangeAddress
    return [document.Sheets.getByIndex(address.Sheet).Name, *corners(address)]


OPERATIONS = {
    function.__name__: function
    for function in (
        *(used, region, merged, end, expand, resolve, insert_cells, remove_cells),
        *(copy_cells, select, selection),
    )
}
