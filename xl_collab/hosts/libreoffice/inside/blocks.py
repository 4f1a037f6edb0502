"""Values and formulas of whole blocks: one UNO array call each way, and only then what the array lost.

`getDataArray` gives dates and truth values as plain numbers and errors as nothing; `setDataArray`
takes neither None nor truth values (it writes #N/A or ends the office) and deletes cell notes, and its
undo does not empty what was empty.
"""

from __future__ import annotations

from typing import Any

from .desk import Block, Desk, enum, struct

DATE, LOGICAL = 2, 1024
"""com.sun.star.util.NumberFormat."""

VALUE, DATETIME, STRING, FORMULA = 1, 2, 4, 16
CONTENTS = VALUE | DATETIME | STRING | FORMULA
FORMATS = 32 | 64 | 256
EVERYTHING = 1023
"""com.sun.star.sheet.CellFlags."""

WRONG_FORMULAS = 4
"""com.sun.star.sheet.FormulaResult.ERROR."""

MANY_STRETCHES = 200
"""Beyond so many changes of format down a column, filling it in stretches gains nothing."""

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


def values(desk: Desk, at: list) -> dict:
    """Rows as LibreOffice gives them, and where dates, truth values and errors are in them."""
    block = desk.block(at)
    rows = block.cells.getDataArray()  # first: calculating a formula may set its cell's format
    dates, truths = _typed(block)
    return {"rows": rows, "dates": dates, "truths": truths, "errors": _errors(block, rows)}


def _typed(block: Block) -> tuple[list, list]:
    dates: list = []
    truths: list = []
    formats = block.document.NumberFormats
    groups = block.cells.getUniqueCellFormatRanges()
    for i in range(groups.Count):
        group = groups.getByIndex(i)
        kind = formats.getByKey(group.getByIndex(0).NumberFormat).Type
        if kind & (DATE | LOGICAL):
            (truths if kind & LOGICAL else dates).extend(_inside(block, a) for a in group.getRangeAddresses())
    return dates, truths


def _inside(block: Block, address: Any) -> list:
    """First row and column, last row and column, from 0 at the block's corner."""
    top, left = block.top - 1, block.left - 1
    rows = max(address.StartRow - top, 0), min(address.EndRow, block.bottom - 1) - top
    columns = max(address.StartColumn - left, 0), min(address.EndColumn, block.right - 1) - left
    return [rows[0], columns[0], rows[1], columns[1]]


def _errors(block: Block, rows: Any) -> list:
    if not any(None in row for row in rows):
        return []
    found = []
    for address in block.cells.queryFormulaCells(WRONG_FORMULAS).getRangeAddresses():
        top, left, bottom, right = _inside(block, address)
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                code = block.cell(block.left + column, block.top + row).getError()
                found.append([row, column, ERRORS.get(code, "#VALUE!")])
    return found


def formulas(desk: Desk, at: list) -> tuple:
    """Formulas in LibreOffice's grammar, constants as text (a text that looks like a number has a ')."""
    return desk.block(at).cells.getFormulaArray()


def write(desk: Desk, at: list, rows: list, formats: list, formulas: list) -> None:
    """Put `rows` (numbers and texts, "" for empty), then formats and formulas where they are needed.

    formats: [code, kind of number, column, first row, last row]; formulas: [column, row, [text, …],
    whether they are one formula filled down]; both count from 0 at the block's corner. A cell that
    is shown as a date already keeps its format.
    """
    block = desk.block(at)
    block.writable()
    noted = _noted(block)
    _put(block, rows, noted)
    for code, kind, column, first, last in formats:
        _show_as(block, code, kind, column, first, last)
    for column, row, texts, alike in formulas:
        if not (alike and not noted and _fill_down(block, column, row, texts)):
            _put_formulas(block, column, row, texts, noted)


def _noted(block: Block) -> set:
    """Cells with a note, from 0 at the corner."""
    positions = [note.Position for note in block.sheet.Annotations]
    cells = {(p.Row - block.top + 1, p.Column - block.left + 1) for p in positions}
    height, width = block.bottom - block.top, block.right - block.left
    return {(row, column) for row, column in cells if 0 <= row <= height and 0 <= column <= width}


def _put(block: Block, rows: list, noted: set) -> None:
    """In one piece; around cells with a note, which `setDataArray` would delete."""
    if not noted:
        _put_part(block.cells, rows)
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

    Undoing a matrix formula does not, so where cells are empty one goes in first. It cannot lie over
    merged cells, whose undo then stays LibreOffice's.
    """
    if cells.queryEmptyCells().Count and not any_merged(cells):
        cells.setArrayFormula("=0")
    cells.setDataArray(tuple(map(tuple, rows)))


def any_merged(cells: Any) -> bool:
    groups = cells.getUniqueCellFormatRanges()
    return any(groups.getByIndex(i).getByIndex(0).IsMerged for i in range(groups.Count))


def _put_one(cell: Any, value: Any) -> None:
    if value == "":
        cell.clearContents(CONTENTS)
    elif isinstance(value, str):
        cell.setString(value)
    else:
        cell.setValue(value)


def _show_as(block: Block, code: str, kind: int, column: int, first: int, last: int) -> None:
    """Only the cells that do not show such values already: formats are the user's."""
    across, top = block.left + column, block.top + first
    part = block.part(across, top, across, block.top + last)
    groups = part.getUniqueCellFormatRanges()
    for i in range(groups.Count):
        group = groups.getByIndex(i)
        if not block.document.NumberFormats.getByKey(group.getByIndex(0).NumberFormat).Type & kind:
            group.NumberFormat = format_key(block.document, code)


def format_key(document: Any, code: str) -> int:
    """The document's number for an Excel format code; made if it has none yet."""
    english = struct("lang.Locale", Language="en", Country="US")
    known = document.NumberFormats.queryKey(code, english, False)
    return document.NumberFormats.addNew(code, english) if known == -1 else known


def _put_formulas(block: Block, column: int, row: int, texts: list, noted: set) -> None:
    across, top = block.left + column, block.top + row
    if noted:
        for i, text in enumerate(texts):
            block.cell(across, top + i).setFormula(text)
        return
    block.part(across, top, across, top + len(texts) - 1).setFormulaArray(tuple((text,) for text in texts))


def _fill_down(block: Block, column: int, row: int, texts: list) -> bool:
    """Enter one formula and fill it down, which is 100 times faster; False where it cannot be done well.

    Filling takes the first cell's format along and leaves out rows that a filter hides.
    """
    across, top = block.left + column, block.top + row
    part = block.part(across, top, across, top + len(texts) - 1)
    stretches = _format_stretches(part, top)
    if len(stretches) > MANY_STRETCHES:
        return False
    for first, last in stretches:
        block.cell(across, top + first).setFormula(texts[first])
        if last > first:
            cells = block.part(across, top + first, across, top + last)
            cells.fillAuto(enum("sheet.FillDirection", "TO_BOTTOM"), 1)
    return not part.queryEmptyCells().Count


def _format_stretches(part: Any, top: int) -> list:
    """First and last row, from 0, of each stretch of a column that has one format."""
    groups = part.getUniqueCellFormatRanges()
    addresses = [a for i in range(groups.Count) for a in groups.getByIndex(i).getRangeAddresses()]
    return sorted((a.StartRow + 1 - top, a.EndRow + 1 - top) for a in addresses)


def array_formula(desk: Desk, at: list, text: str | None = None) -> str:
    """The block's array formula, or ""; `text` enters one."""
    block = desk.block(at)
    if text is not None:
        block.writable()
        block.cells.setArrayFormula(text)
    # getArrayFormula itself answers in another grammar than everything else.
    return block.cell(block.left, block.top).getFormula() if block.cells.getArrayFormula() else ""


def clear(desk: Desk, at: list, what: str) -> None:
    """what: "contents" (notes and formats stay), "formats" or "all"."""
    block = desk.block(at)
    block.writable()
    if what != "contents":
        block.formattable()
    if what == "all":
        block.cells.merge(False)
    block.cells.clearContents({"contents": CONTENTS, "formats": FORMATS, "all": EVERYTHING}[what])


OPERATIONS = {function.__name__: function for function in (values, formulas, write, array_formula, clear)}
