"""Operations on the sheets of a workbook. Positions count from 1."""

from __future__ import annotations

from typing import Any

from . import page
from .desk import Desk, Refused


def _changeable(desk: Desk, book: str) -> Any:
    document = desk.document(book)
    if document.isProtected():
        raise Refused("locked_structure", document.Title)
    return document


def sheets(desk: Desk, book: str) -> dict:
    """Names in order, which one is active, which are shown."""
    document = desk.document(book)
    controller = document.CurrentController
    names = list(document.Sheets.ElementNames)
    shown = [document.Sheets.getByName(name).IsVisible for name in names]
    active = controller.ActiveSheet.Name if controller is not None else names[0]
    return {"names": names, "active": active, "shown": shown}


def add_sheet(desk: Desk, book: str, name: str | None, position: int) -> str:
    document = _changeable(desk, book)
    taken = {other.lower() for other in document.Sheets.ElementNames}
    if name is None:
        name = next(f"Sheet{i}" for i in range(1, 10**6) if f"sheet{i}" not in taken)
    document.Sheets.insertNewByName(name, position - 1)
    activate_sheet(desk, book, name)
    return name


def remove_sheet(desk: Desk, book: str, sheet: str) -> None:
    document = _changeable(desk, book)
    desk.sheet(book, sheet)
    if document.Sheets.Count == 1:
        raise Refused("last_sheet", sheet)
    document.Sheets.removeByName(sheet)


def rename_sheet(desk: Desk, book: str, sheet: str, name: str) -> None:
    _changeable(desk, book)
    desk.sheet(book, sheet).Name = name


def move_sheet(desk: Desk, book: str, sheet: str, position: int) -> None:
    _changeable(desk, book).Sheets.moveByName(sheet, position - 1)


def copy_sheet(desk: Desk, book: str, sheet: str, target: str, position: int) -> str:
    """Copy, also into another open workbook, with formats, charts, conditional formats and links."""
    source, goal = desk.document(book), _changeable(desk, target)
    desk.sheet(book, sheet)
    name = _free_name(goal, sheet)
    if target == book:
        goal.Sheets.copyByName(sheet, name, position - 1)
        return name
    copied = _imported(goal, source, sheet, position - 1)
    page.carry_over(source, source.Sheets.getByName(sheet), goal, copied)
    if copied.Name != name:
        copied.Name = name
    return name


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


def _free_name(document: Any, name: str) -> str:
    taken = {other.lower() for other in document.Sheets.ElementNames}
    tries = [name] + [f"{name[:27]} ({i})" for i in range(2, 1000)]
    return next(free for free in tries if free.lower() not in taken)


def show_sheet(desk: Desk, book: str, sheet: str, shown: bool) -> None:
    """LibreOffice knows shown and hidden only: "very hidden" of a file is hidden here."""
    _changeable(desk, book)
    found = desk.sheet(book, sheet)
    found.IsVisible = shown
    if found.IsVisible != shown:
        raise Refused("last_sheet", sheet)


def activate_sheet(desk: Desk, book: str, sheet: str) -> None:
    controller = desk.document(book).CurrentController
    if controller is not None:
        controller.setActiveSheet(desk.sheet(book, sheet))


def protection(desk: Desk, book: str, sheet: str) -> bool:
    return desk.sheet(book, sheet).isProtected()


def freeze(desk: Desk, book: str, sheet: str, columns: int, rows: int) -> None:
    """Freeze the first `columns` and `rows`; 0 and 0 lifts it."""
    activate_sheet(desk, book, sheet)
    desk.document(book).CurrentController.freezeAtPosition(columns, rows)


OPERATIONS = {
    function.__name__: function
    for function in (
        *(sheets, add_sheet, remove_sheet, rename_sheet, move_sheet, copy_sheet),
        *(show_sheet, activate_sheet, protection, freeze),
    )
}
