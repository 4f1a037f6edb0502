"""Drawn sheets in an open workbook: put in, drawn anew where they stand, and kept for later.

A sheet that is drawn anew stays the sheet it was, and gets the content of the new one: LibreOffice would
make #REF! of everything that points into a sheet which is taken out. LibreOffice's own list of what can be
undone is empty afterwards, as Excel's is after a macro: of this it can take back only the half.
"""

from __future__ import annotations

import contextlib
from typing import Any

import uno

from .cells import EVERYTHING
from .documents import FILTERS, NO_LINKS, NO_MACROS, OpenDocuments, Refused, load, properties, struct

LAST_ROW, LAST_COLUMN = 1048575, 16383

READ_ONLY = 16
"""com.sun.star.beans.PropertyAttribute.READONLY."""

PRINTING = ("_xlnm.Print_Area", "_xlnm.Print_Titles")
"""Names that Excel's files have for what LibreOffice knows of a sheet by itself."""


def insert_sheet(
    documents: OpenDocuments,
    book: str,
    path: str,
    source: str | None,
    tab: str,
    names: list,
    replace: bool,
    after: str,
) -> None:
    """Take a sheet out of a file (its first one if `source` is None) as `tab`; with names of its own.

    With `replace` the `tab` that is there gets its content; else the sheet goes behind the one named `after`.
    """
    goal = documents.changeable(book)
    wanted = properties(Hidden=True, ReadOnly=True, MacroExecutionMode=NO_MACROS, UpdateDocMode=NO_LINKS)
    drawn = load(documents, path, wanted)
    with contextlib.ExitStack() as opened:
        opened.callback(drawn.close, True)
        model = drawn.Sheets.getByName(source or drawn.Sheets.ElementNames[0])
        before = _extent(documents.sheet(book, tab)) if replace else None
        _name(model, names)
        try:
            made = (_drawn_anew if replace else _put_in)(goal, drawn, model, tab if replace else after)
            if made.Name != tab:
                made.Name = tab
            _freeze(drawn, model, goal, made)
        finally:
            goal.UndoManager.clear()
        closing = opened.pop_all()

    def finish() -> None:
        with closing:
            made = goal.Sheets.getByName(tab)
            if before is not None:
                _lines_alike(model, made, before)
            _print_alike(drawn, model, goal, made)
            _name(made, names)

    held = documents.held(goal)
    finish() if held is None else held.finish(finish)


def remove_sheet(documents: OpenDocuments, book: str, sheet: str) -> None:
    document = documents.changeable(book)
    documents.sheet(book, sheet)
    if document.Sheets.Count == 1:
        raise Refused("last_sheet", sheet)
    _take_out(document, sheet)


def show_sheet(documents: OpenDocuments, book: str, sheet: str, shown: bool) -> None:
    documents.changeable(book)
    documents.sheet(book, sheet).IsVisible = shown


def _imported(goal: Any, source: Any, sheet: str, place: int) -> Any:
    """A workbook with macros would look for the sheet's module, find none, and stop half-way."""
    libraries = goal.BasicLibraries
    has_macros = libraries.VBACompatibilityMode
    libraries.VBACompatibilityMode = False
    try:
        at = goal.Sheets.importSheet(source, sheet, place)
    finally:
        libraries.VBACompatibilityMode = has_macros
    return goal.Sheets.getByIndex(at)


def _put_in(goal: Any, drawn: Any, model: Any, after: str) -> Any:
    return _imported(goal, drawn, model.Name, _place(goal, after))


def _place(goal: Any, after: str) -> int:
    """Behind `after`; where only hidden tabs follow, behind these: before a tab LibreOffice renumbers every
    formula. Not behind a table: its sheet loses it when the only one behind it is deleted.
    """
    tabs, ranges = goal.Sheets, goal.DatabaseRanges
    place, end = list(tabs.ElementNames).index(after) + 1, tabs.Count
    seen = any(tabs.getByIndex(i).IsVisible for i in range(place, end))
    listed = any(ranges.getByName(name).DataArea.Sheet == end - 1 for name in ranges.ElementNames)
    return place if seen or listed else end


def _drawn_anew(goal: Any, drawn: Any, model: Any, tab: str) -> Any:
    """The new sheet comes in at the end, where it is within no range of sheets, and goes again."""
    kept = goal.Sheets.getByName(tab)
    with contextlib.suppress(Exception):  # it says no in its own way; without a password it says yes
        kept.unprotect("")
    if kept.isProtected():
        raise Refused("protected", tab)
    brought = _imported(goal, drawn, model.Name, goal.Sheets.Count)
    try:
        _replace(kept, brought)
    finally:
        _take_out(goal, brought.Name)
    return kept


_TABLE = ("ContainsHeader", "TotalsRow", "AutoFilter")
"""What Excel's list objects, which are database ranges here, are like."""


def _take_out(document: Any, sheet: str) -> None:
    """Remove a sheet; the office loses the table of the sheet before the last one when that goes."""
    at, ranges = list(document.Sheets.ElementNames).index(sheet), document.DatabaseRanges
    found = {name: ranges.getByName(name) for name in ranges.ElementNames}
    before = {
        name: (one.DataArea, {each: getattr(one, each) for each in _TABLE})
        for name, one in found.items()
        if one.DataArea.Sheet < at
    }
    document.Sheets.removeByName(sheet)
    for name, (area, looks) in before.items():
        if not ranges.hasByName(name):
            ranges.addNewByName(name, area)
            for each, value in looks.items():
                setattr(ranges.getByName(name), each, value)


def _name(sheet: Any, names: list) -> None:
    """With each that changes LibreOffice reads all formulas with names anew; importing brings them along."""
    own = sheet.NamedRanges
    _drop_names(sheet)
    for name, content in names:
        if own.hasByName(name):
            if own.getByName(name).Content == content:
                continue
            own.removeByName(name)
        own.addNewByName(name, content, sheet.getCellByPosition(0, 0).CellAddress, 0)


def keep_sheets(documents: OpenDocuments, book: str, tabs: list, path: str) -> None:
    """Copies of `tabs` in a new .xlsx at `path`."""
    source = documents.document(book)
    made = documents.desktop.loadComponentFromURL(
        "private:factory/scalc", "_blank", 0, properties(Hidden=True)
    )
    try:
        spare = made.Sheets.ElementNames
        for name in tabs:
            model = documents.sheet(book, name)
            at = made.Sheets.importSheet(source, name, made.Sheets.Count)
            copy = made.Sheets.getByIndex(at)
            _print_alike(source, model, made, copy)
            _drop_names(copy)
        for name in spare:
            if name not in tabs:
                made.Sheets.removeByName(name)
        target = uno.systemPathToFileUrl(path)
        made.storeToURL(target, properties(FilterName=FILTERS[".xlsx"], Overwrite=True))
    finally:
        made.close(True)


# -- a whole sheet's content over another one's -----------------------------------------------------


def _replace(sheet: Any, source: Any) -> None:
    """Nothing of what stood on `sheet` is left; on it is all that is on `source`, of the same document, but
    not what only whole rows and columns bring along (`_lines_alike`).
    """
    right = max(_extent(sheet)[0], _extent(source)[0])
    _empty(sheet)
    area = struct("table.CellRangeAddress", Sheet=source.RangeAddress.Sheet, EndColumn=right, EndRow=LAST_ROW)
    sheet.copyRange(sheet.getCellByPosition(0, 0).CellAddress, area)
    sheet.TabColor = source.TabColor


def _empty(sheet: Any) -> None:
    """What hides rows too: filters and groups."""
    for shape in _shapes(sheet):
        sheet.DrawPage.remove(shape)
    sheet.clearOutline()
    sheet.Rows.IsFiltered = False
    sheet.Rows.IsVisible = True
    sheet.Columns.IsVisible = True
    sheet.clearContents(EVERYTHING)


def _lines_alike(model: Any, made: Any, before: tuple) -> None:
    """Rows are as high in `made`, and hidden, as in `model`. `before`: how far anything was on `made`."""
    right, bottom = _extent(model)
    _same_lines(model.Columns, made.Columns, right + 1, ("IsVisible",))
    _same_lines(model.Rows, made.Rows, max(bottom, before[1]) + 1, ("OptimalHeight", "Height", "IsVisible"))
    models = _shapes(model)
    for i, shape in enumerate(_shapes(made)[: len(models)]):  # rows that grew have pushed them down
        shape.Position, shape.Size = models[i].Position, models[i].Size


def _extent(sheet: Any) -> tuple:
    """Last column and row, from 0, that a cell or a chart is in."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    right, bottom = cursor.RangeAddress.EndColumn, cursor.RangeAddress.EndRow
    edge = max((shape.Position.X + shape.Size.Width for shape in _shapes(sheet)), default=0)
    while edge > sheet.getCellByPosition(right, 0).Position.X:
        right += 1
    return right, bottom


def _shapes(sheet: Any) -> list:
    return [sheet.DrawPage.getByIndex(i) for i in range(sheet.DrawPage.Count)]


def _same_lines(source: Any, goal: Any, count: int, wanted: tuple) -> None:
    """The first `count` rows or columns of `goal` as in `source`; a row that fits its text goes on to."""
    for i in range(count):
        model, made = source.getByIndex(i), goal.getByIndex(i)
        for name in wanted:
            value = getattr(model, name)
            if getattr(made, name) != value and not (name == "Height" and model.OptimalHeight):
                setattr(made, name, value)


# -- printing and scrolling ------------------------------------------------------------------------


def _print_alike(source: Any, model: Any, goal: Any, made: Any) -> None:
    """`made`, a sheet of `goal`, prints as `model` of `source`, which importing a sheet leaves behind."""
    name = _own_style(goal, made)
    wanted = source.StyleFamilies.getByName("PageStyles").getByName(model.PageStyle)
    _same_style(wanted, goal.StyleFamilies.getByName("PageStyles").getByName(name))
    if made.PageStyle != name:  # only now: with each property LibreOffice lays out the sheets of the style
        made.PageStyle = name
    areas = tuple(_here(area, made) for area in model.getPrintAreas())
    if areas or made.getPrintAreas():
        made.setPrintAreas(areas)
    if model.getPrintTitleRows() or made.getPrintTitleRows():
        made.setTitleRows(_here(model.getTitleRows(), made))
        made.setPrintTitleRows(model.getPrintTitleRows())
    if model.getPrintTitleColumns() or made.getPrintTitleColumns():
        made.setTitleColumns(_here(model.getTitleColumns(), made))
        made.setPrintTitleColumns(model.getPrintTitleColumns())


def _same_style(wanted: Any, style: Any) -> None:
    """Only what differs and, of heads and feet, prints: each change costs as much as a cell's."""
    idle = _not_printed(wanted)
    for one in wanted.PropertySetInfo.Properties:
        if not one.Attributes & READ_ONLY and one.Name not in idle:
            value = wanted.getPropertyValue(one.Name)
            if value != style.getPropertyValue(one.Name):
                style.setPropertyValue(one.Name, value)


def _not_printed(style: Any) -> set:
    """Properties without effect: contents that LibreOffice always calls different, and its own notes."""
    found = {"UserDefinedAttributes"}
    for part, first in (("Header", "FirstPageHeaderIsShared"), ("Footer", "FirstPageFooterIsShared")):
        if not style.getPropertyValue(part + "IsOn") or style.getPropertyValue(part + "IsShared"):
            found.add(f"LeftPage{part}Content")
        if not style.getPropertyValue(part + "IsOn") or style.getPropertyValue(first):
            found.add(f"FirstPage{part}Content")
        if not style.getPropertyValue(part + "IsOn"):
            found.add(f"RightPage{part}Content")
    return found


def _here(area: Any, sheet: Any) -> Any:
    area.Sheet = sheet.RangeAddress.Sheet
    return area


def _own_style(document: Any, sheet: Any) -> str:
    """The page style for a sheet, which no other one has; one that is free is taken before one is made."""
    family = document.StyleFamilies.getByName("PageStyles")
    used = {one.PageStyle for one in document.Sheets if one.Name != sheet.Name} | {"Default"}
    if sheet.PageStyle not in used:
        return str(sheet.PageStyle)
    wanted = "PageStyle_" + sheet.Name
    while wanted in used:
        wanted += "_"
    if not family.hasByName(wanted):
        family.insertByName(wanted, document.createInstance("com.sun.star.style.PageStyle"))
    return wanted


def _drop_names(sheet: Any) -> None:
    """A file that LibreOffice writes takes what is printed from these names, before what the sheet says."""
    for name in PRINTING:
        if sheet.NamedRanges.hasByName(name):
            sheet.NamedRanges.removeByName(name)


def _freeze(source: Any, model: Any, goal: Any, made: Any) -> None:
    """Rows and columns that do not scroll in `model` do not in `made`; the tab that shows goes on showing."""
    columns, rows = _frozen(source, model.Name)
    controller = goal.CurrentController
    if not (columns or rows) or controller is None or not made.IsVisible:
        return
    shown = controller.ActiveSheet
    controller.setActiveSheet(made)
    controller.freezeAtPosition(columns, rows)
    controller.setActiveSheet(shown)


def _frozen(document: Any, tab: str) -> tuple[int, int]:
    """How many columns and rows; the view is asked, which a hidden document has too."""
    views = document.getViewData()
    for i in range(views.Count if views is not None else 0):
        settings = {one.Name: one.Value for one in views.getByIndex(i)}
        tables = settings.get("Tables")
        if tables is not None and tables.hasByName(tab):
            found = {one.Name: one.Value for one in tables.getByName(tab)}
            return (_count(found, "Horizontal"), _count(found, "Vertical"))
    return 0, 0


def _count(found: dict, way: str) -> int:
    frozen = found.get(f"{way}SplitMode") == 2
    return int(found.get(f"{way}SplitPositionTwips", 0)) if frozen else 0


OPERATIONS = {
    function.__name__: function for function in (insert_sheet, remove_sheet, show_sheet, keep_sheets)
}
