"""What every operation stands on: finding documents, sheets and blocks, and refusing with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import uno


class Refused(Exception):
    """An operation that cannot be done as asked; `kind` is what the client makes an exception of."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


def plain_reason(error: BaseException) -> str:
    """UNO's exception in one line, its type without the package."""
    return f"{type(error).__name__.rpartition('.')[2]}: {str(error).strip()}"


def struct(kind: str, **fields: object) -> object:
    """A UNO struct by its last two names: struct("table.CellAddress", Sheet=0, …)."""
    made = uno.createUnoStruct("com.sun.star." + kind)
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def enum(kind: str, value: str) -> object:
    return uno.Enum("com.sun.star." + kind, value)


def properties(**values: object) -> tuple:
    """PropertyValues for loading and storing."""
    return tuple(struct("beans.PropertyValue", Name=name, Value=value) for name, value in values.items())


class Desk:
    """The office's documents, found again for each operation: users open and close them meanwhile."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.desktop = self.service("com.sun.star.frame.Desktop")
        self.indicator: Any = None
        self.steps: list = []
        self._held: dict = {}
        self._open: dict = {}

    def service(self, name: str) -> Any:
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def hold(self, what: str, value: bool, apply: Callable[[Any, bool], None]) -> None:
        """Set a state on all documents, remembering to lift it when the client is gone."""
        for document in self.documents():
            apply(document, value)
        self._held.pop(what, None)
        if value:
            self._held[what] = apply

    def end_steps(self) -> None:
        """Close undo steps that are open."""
        while self.steps:
            document = self.steps.pop()
            document.UndoManager.leaveUndoContext()
            document.unlockControllers()

    def end_status(self) -> None:
        if self.indicator is not None:
            self.indicator.end()
            self.indicator = None

    @property
    def holds_anything(self) -> bool:
        return bool(self.steps or self._held or self.indicator is not None)

    def release(self) -> None:
        """The client is gone, perhaps killed: no window stays frozen, no workbook on manual calculation."""
        self.end_steps()
        self.end_status()
        held, self._held = self._held, {}
        for apply in held.values():
            for document in self.documents():
                apply(document, False)

    def documents(self) -> list:
        """Open spreadsheets, the one with the focus first."""
        found, components = [], self.desktop.Components.createEnumeration()
        while components.hasMoreElements():
            component = components.nextElement()
            if component.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
                found.append(component)
        front = self.desktop.CurrentComponent
        uid = getattr(front, "RuntimeUID", None)
        return sorted(found, key=lambda document: document.RuntimeUID != uid)

    def document(self, book: str) -> Any:
        found = self._open.get(book)
        try:
            if found is not None and found.RuntimeUID == book:
                return found
        except Exception:  # closed meanwhile: whatever UNO raises then, the list below tells
            del self._open[book]
        self._open = {document.RuntimeUID: document for document in self.documents()}
        if book not in self._open:
            raise Refused("closed", "the workbook is not open any more")
        return self._open[book]

    def sheet(self, book: str, sheet: str) -> Any:
        sheets = self.document(book).Sheets
        if not sheets.hasByName(sheet):
            raise Refused("missing", f"there is no sheet '{sheet}' any more")
        return sheets.getByName(sheet)

    def block(self, at: list) -> Block:
        """`at`: book, sheet, first column and row, last column and row."""
        return Block(self.document(at[0]), self.sheet(at[0], at[1]), *at[2:])


class Block:
    """A rectangle of cells: its document, its sheet and UNO's range over it (`cells`)."""

    def __init__(self, document: Any, sheet: Any, left: int, top: int, right: int, bottom: int) -> None:
        self.document = document
        self.sheet = sheet
        self.left, self.top, self.right, self.bottom = left, top, right, bottom
        # A sheet's own range shrinks and moves with inserted rows: address through the collection.
        self.index = sheet.RangeAddress.Sheet
        self.cells = self.part(left, top, right, bottom)

    def part(self, left: int, top: int, right: int, bottom: int) -> Any:
        """UNO's range over a rectangle of the same sheet."""
        sheets = self.document.Sheets
        return sheets.getCellRangeByPosition(left - 1, top - 1, right - 1, bottom - 1, self.index)

    def cell(self, column: int, row: int) -> Any:
        return self.document.Sheets.getCellByPosition(column - 1, row - 1, self.index)

    def writable(self, cells: Any = None) -> None:
        """Refuse where the sheet's protection would; LibreOffice itself often keeps silent."""
        if not self.sheet.isProtected():
            return
        protection = (cells or self.cells).CellProtection
        if protection is None or protection.IsLocked or self._mixed():
            raise Refused("protected", self.sheet.Name)

    def _mixed(self) -> bool:
        groups = self.cells.getUniqueCellFormatRanges()
        locks = (groups.getByIndex(i).getByIndex(0).CellProtection.IsLocked for i in range(groups.Count))
        return any(locks)

    def formattable(self) -> None:
        if self.sheet.isProtected():
            raise Refused("protected", self.sheet.Name)
