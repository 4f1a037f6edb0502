"""Cells of an open tracker, packed: its overview, whole blocks of values and formulas, and tables that grow.

One UNO array call each way, and only then what the array lost. No rule of the tracker is here.

`getDataArray` gives dates and truth values as plain numbers and errors as nothing; `setDataArray`
takes neither None nor truth values (it writes #N/A or ends the office) and deletes cell notes, and its
undo does not empty what was empty.
"""

from __future__ import annotations

import re
from typing import Any

import uno

from .documents import CellRange, OpenDocuments, Refused, corners, struct

DATE, LOGICAL = 2, 1024
"""com.sun.star.util.NumberFormat."""

VALUE, DATETIME, STRING, FORMULA = 1, 2, 4, 16
CONTENTS = VALUE | DATETIME | STRING | FORMULA
EVERYTHING = 1023
"""com.sun.star.sheet.CellFlags."""

WRONG_FORMULAS = 4
"""com.sun.star.sheet.FormulaResult.ERROR."""

ERRORS = {
    532: "#DIV/0!",
    32767: "#N/A",
    525: "#NAME?",
    524: "#REF!",
    519: "#VALUE!",
    502: "#VALUE!",
    503: "#NUM!",
    521: "#NULL!",
}

_CELL = re.compile(r"(?<![\w.])(\$?[A-Z]{1,3})([1-9][0-9]{0,6})(?![\w.(])")
_OFFSET = re.compile("\x01(-?[0-9]+)\x02")
"""A reference's row as its distance from the formula's own; no formula can contain these characters."""


def values(documents: OpenDocuments, at: list) -> dict:
    """Rows as LibreOffice gives them, and where dates, truth values and errors are in them."""
    block = documents.cells(at)
    rows = block.range.getDataArray()  # first: calculating a formula may set its cell's format
    dates, truths = _typed(block)
    return {"rows": rows, "dates": dates, "truths": truths, "errors": _errors(block, rows)}


def _typed(block: CellRange) -> tuple[list, list]:
    dates: list = []
    truths: list = []
    formats = block.document.NumberFormats
    groups = block.range.getUniqueCellFormatRanges()
    for i in range(groups.Count):
        group = groups.getByIndex(i)
        kind = formats.getByKey(group.getByIndex(0).NumberFormat).Type
        if kind & (DATE | LOGICAL):
            (truths if kind & LOGICAL else dates).extend(_inside(block, a) for a in group.getRangeAddresses())
    return dates, truths


def _inside(block: CellRange, address: Any) -> list:
    """First row and column, last row and column, from 0 at the block's corner."""
    top, left = block.top - 1, block.left - 1
    rows = max(address.StartRow - top, 0), min(address.EndRow, block.bottom - 1) - top
    columns = max(address.StartColumn - left, 0), min(address.EndColumn, block.right - 1) - left
    return [rows[0], columns[0], rows[1], columns[1]]


def _errors(block: CellRange, rows: Any) -> list:
    if not any(None in row for row in rows):
        return []
    found = []
    for address in block.range.queryFormulaCells(WRONG_FORMULAS).getRangeAddresses():
        top, left, bottom, right = _inside(block, address)
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                code = block.cell(block.left + column, block.top + row).getError()
                found.append([row, column, ERRORS.get(code, "#VALUE!")])
    return found


def write(documents: OpenDocuments, at: list, rows: list, formats: list) -> None:
    """Put `rows` (numbers and texts, "" for empty), then formats where they are needed.

    formats: [code, kind of number, column, first row, last row], from 0 at the block's corner. A cell
    that is shown as a date already keeps its format.
    """
    block = documents.cells(at)
    block.writable()
    held = documents.held(block.document)
    if held is not None:
        held.grown(block.index, _other_texts(block, rows))
    _put(block, rows, _noted(block))
    for code, kind, column, first, last in formats:
        _show_as(block, code, kind, column, first, last)


_SHORT = 8
"""Characters that stand in one line in any column."""


def _other_texts(block: CellRange, rows: list) -> list:
    """Rows of the sheet, from 0, that may need another height with what is put there."""
    long = [i for i, row in enumerate(rows) if any(map(_long, row))]
    before = block.range.getDataArray() if long else ()
    return [block.top - 1 + i for i in long if list(before[i]) != list(rows[i])]


def _long(value: Any) -> bool:
    return isinstance(value, str) and (len(value) > _SHORT or "\n" in value)


def _noted(block: CellRange) -> set:
    """Cells with a note, from 0 at the corner."""
    positions = [note.Position for note in block.sheet.Annotations]
    cells = {(p.Row - block.top + 1, p.Column - block.left + 1) for p in positions}
    height, width = block.bottom - block.top, block.right - block.left
    return {(row, column) for row, column in cells if 0 <= row <= height and 0 <= column <= width}


def _put(block: CellRange, rows: list, noted: set) -> None:
    """In one piece; around cells with a note, which `setDataArray` would delete."""
    if not noted:
        _put_part(block.range, rows)
        return
    start = 0
    for end in [*sorted({row for row, _ in noted}), len(rows)]:
        if end > start:
            part = block.part(block.left, block.top + start, block.right, block.top + end - 1)
            _put_part(part, rows[start:end])
        if end < len(rows):
            for column, value in enumerate(rows[end]):
                _put_one(block.cell(block.left + column, block.top + end), value)
        start = end + 1


def _put_part(cells: Any, rows: list) -> None:
    """So that it can be undone: undoing `setDataArray` leaves what was empty before filled.

    Undoing a matrix formula does not, so where empty cells are filled one goes in first. It cannot lie over
    merged cells, whose undo then stays LibreOffice's.
    """
    filled = _filled(cells, rows) if cells.queryEmptyCells().Count else []
    if filled:
        part = cells.getCellRangeByPosition(0, filled[0], len(rows[0]) - 1, filled[-1])
        if not _any_merged(part):
            part.setArrayFormula("=0")
    cells.setDataArray(tuple(map(tuple, rows)))


def _filled(cells: Any, rows: list) -> list:
    """Rows, from 0 at the corner, where something comes to stand in a cell that looks empty."""
    before = cells.getDataArray()
    return [
        i for i, row in enumerate(rows) if any(new != "" and before[i][j] == "" for j, new in enumerate(row))
    ]


def _any_merged(cells: Any) -> bool:
    groups = cells.getUniqueCellFormatRanges()
    return any(groups.getByIndex(i).getByIndex(0).IsMerged for i in range(groups.Count))


def _put_one(cell: Any, value: Any) -> None:
    if value == "":
        cell.clearContents(CONTENTS)
    elif isinstance(value, str):
        cell.setString(value)
    else:
        cell.setValue(value)


def _show_as(block: CellRange, code: str, kind: int, column: int, first: int, last: int) -> None:
    """Only the cells that do not show such values already: formats are the user's."""
    across, top = block.left + column, block.top + first
    part = block.part(across, top, across, block.top + last)
    groups = part.getUniqueCellFormatRanges()
    for i in range(groups.Count):
        group = groups.getByIndex(i)
        if not block.document.NumberFormats.getByKey(group.getByIndex(0).NumberFormat).Type & kind:
            group.NumberFormat = _format_key(block.document, code)


def _format_key(document: Any, code: str) -> int:
    """The document's number for an Excel format code; made if it has none yet."""
    english = struct("lang.Locale", Language="en", Country="US")
    known = document.NumberFormats.queryKey(code, english, False)
    return document.NumberFormats.addNew(code, english) if known == -1 else known


def overview(documents: OpenDocuments, book: str) -> dict:
    """Path, state and tabs of a workbook: used area, tables, merged areas, protection, names of each."""
    document = documents.document(book)
    names = document.Sheets.ElementNames
    url = document.URL
    day = document.NullDate
    return {
        "path": uno.fileUrlToSystemPath(url) if url.startswith("file:") else url,
        "title": document.Title,
        "read_only": bool(document.isReadonly()),
        "locked": bool(document.isProtected()),
        "day_zero": [day.Year, day.Month, day.Day],
        "tables": _tables(document),
        "tabs": [_tab(documents, book, name) for name in names],
    }


def _tab(documents: OpenDocuments, book: str, name: str) -> dict:
    sheet = documents.sheet(book, name)
    own = sheet.NamedRanges
    area = _used(sheet)
    return {
        "name": name,
        "shown": bool(sheet.IsVisible),
        "protected": bool(sheet.isProtected()),
        "used": area,
        "merged": _merged(sheet, area),
        "objects": _objects(sheet),
        "names": [[one, own.getByName(one).Content] for one in own.ElementNames],
    }


def _used(sheet: Any) -> list:
    """First column and row, last column and row of the used area."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    cursor.gotoStartOfUsedArea(False)
    start = cursor.RangeAddress
    return [start.StartColumn + 1, start.StartRow + 1, end.EndColumn + 1, end.EndRow + 1]


def _tables(document: Any) -> list:
    """[name, sheet, corners, header row?, total row?]: Excel's list objects arrive as database ranges."""
    tabs, ranges = document.Sheets.ElementNames, document.DatabaseRanges
    found = [ranges.getByName(name) for name in ranges.ElementNames]
    return [
        [
            one.Name,
            tabs[one.DataArea.Sheet],
            corners(one.DataArea),
            bool(one.ContainsHeader),
            bool(one.TotalsRow),
        ]
        for one in found
    ]


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


def formula_runs(documents: OpenDocuments, at: list) -> list:
    """[column, first row, last row, text] of formulas that differ in the rows they stand in only."""
    block = documents.cells(at)
    queried = block.range.queryFormulaCells(1 | 2 | 4)  # values, texts, errors
    found = []
    for area in queried.getRangeAddresses():
        left, top, right, bottom = corners(area)
        texts = documents.cells([*at[:2], left, top, right, bottom]).range.getFormulaArray()
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


def fill(documents: OpenDocuments, at: list, template: str) -> None:
    """A column's formula in every row of the block; formats stay."""
    block = documents.cells(at)
    block.writable()
    texts = list(map(_reader(template), range(block.top, block.bottom + 1)))
    if not _noted(block):
        block.range.setFormulaArray(tuple((text,) for text in texts))
        return
    for row, text in enumerate(texts, block.top):
        block.cell(block.left, row).setFormula(text)


def grow_rows(documents: OpenDocuments, book: str, name: str, bottom: int) -> None:
    """Let a table end at row `bottom`; new rows look and are checked like the last one was."""
    document = documents.document(book)
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
            new = sheet.getCellRangeByPosition(left - 1, row - 1, right - 1, row - 1)
            if any(value != "" for value in new.getDataArray()[0]):  # somebody wrote it before the table grew
                _dress(new, model)
            else:
                sheet.copyRange(new.getCellByPosition(0, 0).CellAddress, model.RangeAddress)
                new.clearContents(CONTENTS)
    area.EndRow = bottom - 1
    table.DataArea = area


_LOOKS = (
    "BottomBorder",
    "TopBorder",
    "LeftBorder",
    "RightBorder",
    "CellBackColor",
    "HoriJustify",
    "VertJustify",
    "ParaIndent",
    "IsTextWrapped",
    "CellProtection",
    "NumberFormat",
)


def _dress(row: Any, model: Any) -> None:
    """Give a row that people wrote the looks and checks of `model` where its cells have none of their own."""
    for place in range(row.RangeAddress.EndColumn - row.RangeAddress.StartColumn + 1):
        cell, like = row.getCellByPosition(place, 0), model.getCellByPosition(place, 0)
        number = cell.getType().value == "VALUE"
        for name in _LOOKS:
            if cell.getPropertyState(name).value != "DEFAULT_VALUE" or (number and name == "NumberFormat"):
                continue
            if like.getPropertyState(name).value != "DEFAULT_VALUE":
                cell.setPropertyValue(name, like.getPropertyValue(name))
        if cell.Validation.getPropertyValue("Type").value == "ANY":
            cell.Validation = like.Validation


def blocks_read(documents: OpenDocuments, blocks: list, formulas: bool) -> list:
    """[values, formula runs] of each block; see `values` and `formula_runs`."""
    return [[values(documents, at), formula_runs(documents, at) if formulas else []] for at in blocks]


def typed_texts(documents: OpenDocuments, blocks: list) -> list:
    """What is typed in each block, as texts; "" for a formula, which asking so does not calculate."""
    found = [documents.cells(at).range.getFormulaArray() for at in blocks]
    return [[["" if text.startswith("=") else text for text in row] for row in rows] for rows in found]


OPERATIONS = {
    function.__name__: function for function in (overview, blocks_read, typed_texts, write, fill, grow_rows)
}
