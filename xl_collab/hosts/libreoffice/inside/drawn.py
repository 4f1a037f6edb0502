"""Drawn sheets in an open workbook: put in, drawn anew where they stand, and kept for later.

A sheet that is drawn anew stays the sheet it was, and gets the content of the new one: LibreOffice would
make #REF! of everything that points into a sheet which is taken out. LibreOffice's own list of what can be
undone is empty afterwards, as Excel's is after a macro: of this it can take back only the half.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any

import uno

from . import page, whole
from .desk import Desk, Refused, plain_reason, properties
from .sheets import _changeable, _imported


def insert_sheet(
    desk: Desk, book: str, path: str, source: str | None, tab: str, names: list, replace: bool, after: str
) -> None:
    """Take a sheet out of a file (its first one if `source` is None) as `tab`; with names of its own.

    With `replace` the `tab` that is there gets its content; else the sheet goes behind the one named `after`.
    """
    goal = _changeable(desk, book)
    drawn = _opened(desk, path)
    try:
        model = drawn.Sheets.getByName(source or drawn.Sheets.ElementNames[0])
        made = (_drawn_anew if replace else _put_in)(goal, drawn, model, tab if replace else after)
        if made.Name != tab:
            made.Name = tab
        page.carry_over(drawn, model, goal, made)
        _name(made, names)
        page.freeze(drawn, model, goal, made)
    finally:
        drawn.close(True)
        goal.UndoManager.clear()


def _put_in(goal: Any, drawn: Any, model: Any, after: str) -> Any:
    place = list(goal.Sheets.ElementNames).index(after)
    return _imported(goal, drawn, model.Name, place + 1)


def _drawn_anew(goal: Any, drawn: Any, model: Any, tab: str) -> Any:
    """The new sheet comes in at the end, where it is within no range of sheets, and goes again."""
    kept = goal.Sheets.getByName(tab)
    with contextlib.suppress(Exception):  # it says no in its own way; without a password it says yes
        kept.unprotect("")
    if kept.isProtected():
        raise Refused("protected", tab)
    brought = _imported(goal, drawn, model.Name, goal.Sheets.Count)
    try:
        whole.replace(kept, brought)
    finally:
        goal.Sheets.removeByName(brought.Name)
    return kept


def _name(sheet: Any, names: list) -> None:
    own = sheet.NamedRanges
    for name, content in names:
        if own.hasByName(name):
            own.removeByName(name)
        own.addNewByName(name, content, sheet.getCellByPosition(0, 0).CellAddress, 0)


def _opened(desk: Desk, path: str) -> Any:
    url = uno.systemPathToFileUrl(os.path.abspath(path))  # noqa: PTH100
    wanted = properties(Hidden=True, ReadOnly=True, MacroExecutionMode=0, UpdateDocMode=0)
    try:
        found = desk.desktop.loadComponentFromURL(url, "_blank", 0, wanted)
    except Exception as error:
        raise Refused("unreadable", f"{path}: {plain_reason(error)}") from error
    if found is None:
        raise Refused("unreadable", path)
    return found


def keep_sheets(desk: Desk, book: str, tabs: list, path: str, kind: str) -> None:
    """Copies of `tabs` in a new file at `path`."""
    source = desk.document(book)
    made = desk.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, properties(Hidden=True))
    try:
        spare = made.Sheets.ElementNames
        for name in tabs:
            model = desk.sheet(book, name)
            at = made.Sheets.importSheet(source, name, made.Sheets.Count)
            page.carry_over(source, model, made, made.Sheets.getByIndex(at))
        for name in spare:
            if name not in tabs:
                made.Sheets.removeByName(name)
        target = uno.systemPathToFileUrl(path)
        made.storeToURL(target, properties(FilterName=kind, Overwrite=True))
    finally:
        made.close(True)


OPERATIONS = {function.__name__: function for function in (insert_sheet, keep_sheets)}
