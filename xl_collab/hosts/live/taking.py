"""A sheet's content put into the sheet that stands there, through xlwings: what CollabDesk.bas does in VBA.

The sheet stays the one that formulas, names, charts, lists, rules and links lead to; deleting it would make
#REF! of them. Public calls carry the cells; page, frozen rows and charts are asked of Excel's own objects,
where there are any. What may not enter: trackers.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import xlwings as xw

PAGE = (
    *("Orientation", "PaperSize", "Zoom", "FitToPagesWide", "FitToPagesTall"),
    *("PrintArea", "PrintTitleRows", "PrintTitleColumns"),
    *("LeftMargin", "RightMargin", "TopMargin", "BottomMargin", "HeaderMargin", "FooterMargin"),
    *("CenterHorizontally", "CenterVertically", "LeftHeader", "CenterHeader", "RightHeader"),
    *("LeftFooter", "CenterFooter", "RightFooter"),
)
_FORM_CONTROL, _DROP_DOWN = 8, 2
_NO_COLOUR, _VISIBLE = -4142, -1
_OTHERWISE = (AttributeError, NotImplementedError)
"""What an engine says that has no objects of Excel's, or has them under other names, as on a Mac."""


def take_content(drawn: xw.Sheet, kept: xw.Sheet) -> None:
    """All that is on `drawn`, and nothing else, is on `kept`; both are of one workbook."""
    try:
        _let_go(kept.api)
    except _OTHERWISE:
        _remove_objects(kept)
    kept.cells.unmerge()
    kept.clear()
    drawn.cells.copy(kept["A1"])
    with suppress(*_OTHERWISE):
        _take_the_rest(drawn.api, kept.api)


def _remove_objects(sheet: xw.Sheet) -> None:
    for name in ("charts", "pictures"):
        with suppress(NotImplementedError):  # LibreOffice's engine has none
            for one in list(getattr(sheet, name)):
                one.delete()


def _let_go(sheet: Any) -> None:
    """A protection without a password, what hides rows, tables of people's (their cells are pointed at as
    before), and objects; not the arrow of a drop-down list, which belongs to Excel."""
    if sheet.ProtectContents:
        sheet.Unprotect("")
    if sheet.AutoFilterMode:
        sheet.AutoFilterMode = False
    for i in range(sheet.ListObjects.Count, 0, -1):
        sheet.ListObjects(i).Unlist()
    for i in range(sheet.Shapes.Count, 0, -1):
        shape = sheet.Shapes(i)
        if shape.Type != _FORM_CONTROL or shape.FormControlType != _DROP_DOWN:
            shape.Delete()
    sheet.Cells.ClearOutline()
    sheet.Cells.EntireRow.Hidden = False
    sheet.Cells.EntireColumn.Hidden = False


def _take_the_rest(drawn: Any, kept: Any) -> None:
    for i in range(1, kept.Shapes.Count + 1):
        shape = kept.Shapes(i)
        if shape.HasChart:
            _follow(shape.Chart, drawn.Name, kept.Name)
    _take_page(drawn.PageSetup, kept.PageSetup)
    if drawn.Tab.ColorIndex == _NO_COLOUR:
        kept.Tab.ColorIndex = _NO_COLOUR
    else:
        kept.Tab.Color = drawn.Tab.Color
    if drawn.Visible == kept.Visible == _VISIBLE:
        _take_frozen(drawn, kept)


def _follow(chart: Any, source: str, goal: str) -> None:
    """A chart that was copied with its cells goes on to show those that they were copied from."""
    for i in range(1, chart.SeriesCollection().Count + 1):
        series = chart.SeriesCollection(i)
        series.Formula = series.Formula.replace(_prefix(source), _prefix(goal))


def _prefix(tab: str) -> str:
    return "'" + tab.replace("'", "''") + "'!"


def _take_page(drawn: Any, kept: Any) -> None:
    """Only what differs: each of these asks the printer, and Excel refuses where there is none."""
    for name in PAGE:
        wanted = getattr(drawn, name)
        if getattr(kept, name) != wanted:
            with suppress(Exception):
                setattr(kept, name, wanted)


def _take_frozen(drawn: Any, kept: Any) -> None:
    """Rows and columns that do not scroll; how large the sheet is shown is the user's choice."""
    drawn.Parent.Activate()
    window = drawn.Application
    drawn.Activate()
    wanted = _frozen(window.ActiveWindow)
    kept.Activate()
    if _frozen(window.ActiveWindow) == wanted:
        return
    pane = window.ActiveWindow
    pane.FreezePanes = False
    pane.ScrollRow = pane.ScrollColumn = 1
    pane.SplitRow, pane.SplitColumn, pane.FreezePanes = wanted


def _frozen(window: Any) -> tuple[int, int, bool]:
    return window.SplitRow, window.SplitColumn, window.FreezePanes
