"""A whole sheet's content put over another one's, which stays the sheet that everything points to."""

from __future__ import annotations

from typing import Any

from .blocks import EVERYTHING
from .desk import struct

LAST_ROW = 1048575


def replace(sheet: Any, source: Any) -> None:
    """Nothing of what stood on `sheet` is left; on it is all that is on `source`, of the same document."""
    before = _extent(sheet)
    _empty(sheet)
    copy(source, sheet, before)
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


def copy(source: Any, goal: Any, before: tuple = (0, 0)) -> None:
    """Cells with all that lies on them; heights and what is hidden do not come along by themselves."""
    right, bottom = _extent(source)
    area = struct("table.CellRangeAddress", Sheet=source.RangeAddress.Sheet, EndColumn=right, EndRow=LAST_ROW)
    goal.copyRange(goal.getCellByPosition(0, 0).CellAddress, area)
    _same(source.Columns, goal.Columns, max(right, before[0]) + 1, ("Width", "IsVisible"))
    _same(source.Rows, goal.Rows, max(bottom, before[1]) + 1, ("OptimalHeight", "Height", "IsVisible"))
    for model, shape in zip(_shapes(source), _shapes(goal)):  # rows that grew have pushed them down
        shape.Position, shape.Size = model.Position, model.Size


def _extent(sheet: Any) -> tuple:
    """Last column and row, from 0, that a cell or a chart is in."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    right, bottom = cursor.RangeAddress.EndColumn, cursor.RangeAddress.EndRow
    edge = max((shape.Position.X + shape.Size.Width for shape in _shapes(sheet)), default=0)
    while sheet.getCellByPosition(right, 0).Position.X < edge:
        right += 1
    return right, bottom


def _shapes(sheet: Any) -> list:
    return [sheet.DrawPage.getByIndex(i) for i in range(sheet.DrawPage.Count)]


def _same(source: Any, goal: Any, count: int, wanted: tuple) -> None:
    """The first `count` rows or columns of `goal` as in `source`; a row that fits its text goes on doing so."""
    for i in range(count):
        model, made = source.getByIndex(i), goal.getByIndex(i)
        for name in wanted:
            value = getattr(model, name)
            if getattr(made, name) != value and not (name == "Height" and model.OptimalHeight):
                setattr(made, name, value)
