"""What the live host asks of an open tracker, packed: a whole action is a handful of calls.

The overview of a workbook, formulas of a block as runs of rows that say the same, filling such a run, and
growing a table with its formats. No rule of the tracker is here.
"""

from __future__ import annotations

import re
from typing import Any

import uno

from .blocks import CONTENTS, _noted, _put_formulas, values
from .desk import Desk, Refused
from .places import corners, used
from .tables import tables

_CELL = re.compile(r"(?<![\w.])(\$?[A-Z]{1,3})([1-9][0-9]{0,6})(?![\w.(])")
_OFFSET = re.compile("\x01(-?[0-9]+)\x02")
"""A reference's row as its distance from the formula's own; no formula can contain these characters."""


def overview(desk: Desk, book: str) -> dict:
    """Path, state and tabs of a workbook: used area, tables, merged areas, protection, names of each."""
    document = desk.document(book)
    names = document.Sheets.ElementNames
    url = document.URL
    day = document.NullDate
    return {
        "path": uno.fileUrlToSystemPath(url) if url.startswith("file:") else url,
        "title": document.Title,
        "read_only": bool(document.isReadonly()),
        "locked": bool(document.isProtected()),
        "day_zero": [day.Year, day.Month, day.Day],
        "tables": tables(desk, book),
        "tabs": [_tab(desk, book, name) for name in names],
    }


def _tab(desk: Desk, book: str, name: str) -> dict:
    sheet = desk.sheet(book, name)
    own = sheet.NamedRanges
    area = used(desk, book, name)
    return {
        "name": name,
        "shown": bool(sheet.IsVisible),
        "protected": bool(sheet.isProtected()),
        "used": area,
        "merged": _merged(sheet, area),
        "objects": _objects(sheet),
        "names": [[one, own.getByName(one).Content] for one in own.ElementNames],
    }


def _objects(sheet: Any) -> int:
    """Charts, pictures and shapes, and comments; a comment's own box is among the shapes while it shows."""
    page = sheet.DrawPage
    kinds = [page.getByIndex(i).ShapeType for i in range(page.Count)]
    return sheet.Annotations.Count + sum(not kind.endswith("CaptionShape") for kind in kinds)


def _merged(sheet: Any, area: list) -> list:
    """[first row, first column, last row, last column] of each merged area, from 1."""
    left, top, right, bottom = area
    cells = sheet.getCellRangeByPosition(left - 1, top - 1, right - 1, bottom - 1)
    groups = cells.getUniqueCellFormatRanges()
    found = set()
    for i in range(groups.Count):
        group = groups.getByIndex(i)
        if not group.getByIndex(0).IsMerged:
            continue
        for at in group.getRangeAddresses():
            found.update(_areas(sheet, at))
    return sorted(found)


def _areas(sheet: Any, at: Any) -> set:
    found = set()
    for row in range(at.StartRow, at.EndRow + 1):
        for column in range(at.StartColumn, at.EndColumn + 1):
            cursor = sheet.createCursorByRange(sheet.getCellByPosition(column, row))
            cursor.collapseToMergedArea()
            left, top, right, bottom = corners(cursor.RangeAddress)
            if (left, top) != (right, bottom):
                found.add((top, left, bottom, right))
    return found


def formula_runs(desk: Desk, at: list) -> list:
    """[column, first row, last row, text] of formulas that differ in the rows they stand in only."""
    block = desk.block(at)
    queried = block.cells.queryFormulaCells(1 | 2 | 4)  # values, texts, errors
    found = []
    for area in queried.getRangeAddresses():
        left, top, right, bottom = corners(area)
        texts = desk.block([*at[:2], left, top, right, bottom]).cells.getFormulaArray()
        for column in range(left, right + 1):
            found += _runs(column, top, [row[column - left] for row in texts])
    return sorted(found)


def _runs(column: int, top: int, texts: list) -> list:
    """A text is first held against what the formula above it would say here: mostly it is that."""
    runs: list = []
    above = None
    for row, text in enumerate(texts, top):
        if above is not None and above(row) == text:
            runs[-1][2] = row
            continue
        template = _relative(text, row)
        above = _reader(template)
        runs.append([column, row, row, template])
    return runs


def _relative(text: str, row: int) -> str:
    return _CELL.sub(lambda found: f"{found[1]}\x01{int(found[2]) - row}\x02", text)


def _reader(template: str) -> Any:
    """A function from a row to the formula there; hosts/formulacheck.py knows the same form."""
    pieces = _OFFSET.split(template)
    offsets = [int(offset) for offset in pieces[1::2]]
    pattern = "%d".join(piece.replace("%", "%%") for piece in pieces[::2])
    return lambda row: pattern % tuple([row + offset for offset in offsets])


def fill(desk: Desk, at: list, template: str) -> None:
    """A column's formula in every row of the block; formats stay."""
    block = desk.block(at)
    block.writable()
    texts = list(map(_reader(template), range(block.top, block.bottom + 1)))
    _put_formulas(block, 0, 0, texts, _noted(block))


def grow_rows(desk: Desk, book: str, name: str, bottom: int) -> None:
    """Let a table end at row `bottom`; new rows look and are checked like the last one was."""
    document = desk.document(book)
    if not document.DatabaseRanges.hasByName(name):
        raise Refused("missing", name)
    table = document.DatabaseRanges.getByName(name)
    area = table.DataArea
    left, top, right, last = corners(area)
    sheet = document.Sheets.getByIndex(area.Sheet)
    if sheet.isProtected():
        raise Refused("protected", sheet.Name)
    if bottom > last > top:
        model = sheet.getCellRangeByPosition(left - 1, last - 1, right - 1, last - 1)
        for row in range(last + 1, bottom + 1):
            sheet.copyRange(sheet.getCellByPosition(left - 1, row - 1).CellAddress, model.RangeAddress)
        new = sheet.getCellRangeByPosition(left - 1, last, right - 1, bottom - 1)
        new.clearContents(CONTENTS)
    area.EndRow = bottom - 1
    table.DataArea = area


def blocks_read(desk: Desk, blocks: list, formulas: bool) -> list:
    """[values, formula runs] of each block; see `values` and `formula_runs`."""
    return [[values(desk, at), formula_runs(desk, at) if formulas else []] for at in blocks]


OPERATIONS = {
    function.__name__: function for function in (*(overview, formula_runs, fill, grow_rows, blocks_read),)
}
