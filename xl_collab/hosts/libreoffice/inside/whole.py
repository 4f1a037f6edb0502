"""A whole sheet's content put over another one's, which stays the sheet that everything points to."""

from __future__ import annotations

from typing import Any

from .blocks import EVERYTHING
from .desk import struct

LAST_ROW, LAST_COLUMN = 1048575, 16383


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


def copy(source: Any, goal: Any, before: tuple = (LAST_COLUMN, 0)) -> None:
    """Cells with all that lies on them; what is hidden does not come along by itself, heights only with whole
    rows. `before`: how far anything was on `goal`; unless it is said, whole rows are copied.
    """
    right, bottom = _extent(source)
    end = max(right, before[0])
    area = struct("table.CellRangeAddress", Sheet=source.RangeAddress.Sheet, EndColumn=end, EndRow=LAST_ROW)
    goal.copyRange(goal.getCellByPosition(0, 0).CellAddress, area)
    _same(source.Columns, goal.Columns, right + 1, ("IsVisible",))
    _same(source.Rows, goal.Rows, max(bottom, before[1]) + 1, ("OptimalHeight", "Height", "IsVisible"))
    models = _shapes(source)
    for i, shape in enumerate(_shapes(goal)[: len(models)]):  # rows that grew have pushed them down
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


def _same(source: Any, goal: Any, count: int, wanted: tuple) -> None:
    """The first `count` rows or columns of `goal` as in `source`; a row that fits its text goes on to."""
    for i in range(count):
        model, made = source.getByIndex(i), goal.getByIndex(i)
        for name in wanted:
            value = getattr(model, name)
            if getattr(made, name) != value and not (name == "Height" and model.OptimalHeight):
                setattr(made, name, value)
