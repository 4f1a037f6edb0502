"""How a sheet is printed and scrolled, from one document to another: importing a sheet leaves it behind."""

from __future__ import annotations

from typing import Any

READ_ONLY = 16
"""com.sun.star.beans.PropertyAttribute.READONLY."""

PRINTING = ("_xlnm.Print_Area", "_xlnm.Print_Titles")
"""Names that Excel's files have for what LibreOffice knows of a sheet by itself."""


def carry_over(source: Any, model: Any, goal: Any, made: Any) -> None:
    """`made`, a sheet of `goal`, prints as `model` of `source` does."""
    name = _own_style(goal, made)
    wanted = source.StyleFamilies.getByName("PageStyles").getByName(model.PageStyle)
    _same(wanted, goal.StyleFamilies.getByName("PageStyles").getByName(name))
    if (
        made.PageStyle != name
    ):  # only now: with each property LibreOffice lays out the sheets that have the style
        made.PageStyle = name
    _drop_names(made)
    made.setPrintAreas(tuple(_here(area, made) for area in model.getPrintAreas()))
    made.setTitleRows(_here(model.getTitleRows(), made))
    made.setPrintTitleRows(model.getPrintTitleRows())
    made.setTitleColumns(_here(model.getTitleColumns(), made))
    made.setPrintTitleColumns(model.getPrintTitleColumns())


def _same(wanted: Any, style: Any) -> None:
    for one in wanted.PropertySetInfo.Properties:
        if not one.Attributes & READ_ONLY:
            value = wanted.getPropertyValue(one.Name)
            if value != style.getPropertyValue(one.Name):
                style.setPropertyValue(one.Name, value)


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


def freeze(source: Any, model: Any, goal: Any, made: Any) -> None:
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
