"""Open workbooks, found again for each operation; opening, saving, showing them; refusing with a reason."""

from __future__ import annotations

import os
from typing import Any

import uno

NO_MACROS, NO_LINKS = 0, 0
FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xlsm": "Calc MS Excel 2007 VBA XML",
    ".xls": "MS Excel 97",
    ".ods": "calc8",
}
"""LibreOffice's name for each kind of file that it can store; saving .xlsm keeps the macros' source."""


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


def properties(**values: object) -> tuple:
    """PropertyValues for loading and storing."""
    return tuple(struct("beans.PropertyValue", Name=name, Value=value) for name, value in values.items())


class OpenDocuments:
    """The office's documents, found again for each operation: users open and close them meanwhile."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.desktop = self.service("com.sun.star.frame.Desktop")
        self.indicator: Any = None
        self.steps: list = []
        self.still: list = []
        self._open: dict = {}

    def service(self, name: str) -> Any:
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def end_steps(self) -> None:
        """Close undo steps that are open, then fit rows, calculate and paint again where that was held."""
        while self.still:
            self.still.pop().end()
        while self.steps:
            self.steps.pop().UndoManager.leaveUndoContext()

    def held(self, document: Any) -> Any:
        """What is held of this document (holding.py), None where nothing is."""
        return next((one for one in self.still if one.document == document), None)

    def end_status(self) -> None:
        if self.indicator is not None:
            self.indicator.end()
            self.indicator = None

    @property
    def holds_anything(self) -> bool:
        return bool(self.steps or self.still or self.indicator is not None)

    def release(self) -> None:
        """The client is gone, perhaps killed: no window stays frozen, no status bar taken."""
        self.end_steps()
        self.end_status()

    def all(self) -> list:
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
        self._open = {document.RuntimeUID: document for document in self.all()}
        if book not in self._open:
            raise Refused("closed", "the workbook is not open any more")
        return self._open[book]

    def sheet(self, book: str, sheet: str) -> Any:
        sheets = self.document(book).Sheets
        if not sheets.hasByName(sheet):
            raise Refused("missing", sheet)
        return sheets.getByName(sheet)

    def changeable(self, book: str) -> Any:
        """The document; refused when the structure is protected."""
        document = self.document(book)
        if document.isProtected():
            raise Refused("locked_structure", document.Title)
        return document

    def cells(self, at: list) -> CellRange:
        """`at`: book, sheet, first column and row, last column and row."""
        return CellRange(self.document(at[0]), self.sheet(at[0], at[1]), *at[2:])


class CellRange:
    """A rectangle of cells: its document, its sheet and UNO's range over it (`range`)."""

    def __init__(self, document: Any, sheet: Any, left: int, top: int, right: int, bottom: int) -> None:
        self.document = document
        self.sheet = sheet
        self.left, self.top, self.right, self.bottom = left, top, right, bottom
        # A sheet's own range shrinks and moves with inserted rows: address through the collection.
        self.index = sheet.RangeAddress.Sheet
        self.range = self.part(left, top, right, bottom)

    def part(self, left: int, top: int, right: int, bottom: int) -> Any:
        """UNO's range over a rectangle of the same sheet."""
        sheets = self.document.Sheets
        return sheets.getCellRangeByPosition(left - 1, top - 1, right - 1, bottom - 1, self.index)

    def cell(self, column: int, row: int) -> Any:
        return self.document.Sheets.getCellByPosition(column - 1, row - 1, self.index)

    def writable(self) -> None:
        """Refuse where the sheet's protection would; LibreOffice itself often keeps silent."""
        if not self.sheet.isProtected():
            return
        protection = self.range.CellProtection
        if protection is None or protection.IsLocked or self._mixed():
            raise Refused("protected", self.sheet.Name)

    def _mixed(self) -> bool:
        groups = self.range.getUniqueCellFormatRanges()
        locks = (groups.getByIndex(i).getByIndex(0).CellProtection.IsLocked for i in range(groups.Count))
        return any(locks)


def corners(address: Any) -> list:
    """First column and row, last column and row, from 1, of UNO's address."""
    return [address.StartColumn + 1, address.StartRow + 1, address.EndColumn + 1, address.EndRow + 1]


def _known_by(document: Any) -> list:
    path = uno.fileUrlToSystemPath(document.URL) if document.URL.startswith("file:") else document.URL
    return [document.RuntimeUID, path, document.Title]


def books(documents: OpenDocuments) -> list:
    """[id, path or "", title] of each, the one with the focus first."""
    return [_known_by(document) for document in documents.all()]


def open_book(documents: OpenDocuments, path: str) -> list:
    """Load without running macros or refreshing links."""
    wanted = properties(MacroExecutionMode=NO_MACROS, UpdateDocMode=NO_LINKS)
    document = load(documents, path, wanted)
    if not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
        document.close(True)
        raise Refused("unreadable", path)
    return _known_by(document)


def load(documents: OpenDocuments, path: str, wanted: tuple) -> Any:
    """The document in a file."""
    url = uno.systemPathToFileUrl(os.path.abspath(path))  # noqa: PTH100
    try:
        found = documents.desktop.loadComponentFromURL(url, "_blank", 0, wanted)
    except Exception as error:
        raise Refused("unreadable", f"{path}: {plain_reason(error)}") from error
    if found is None:
        raise Refused("unreadable", path)
    return found


def save_book(documents: OpenDocuments, book: str) -> None:
    """Where it is, as the kind that its ending names."""
    document = documents.document(book)
    kind = FILTERS.get(os.path.splitext(document.URL)[1].lower())  # noqa: PTH122
    try:
        if kind is None:
            document.store()
        else:
            document.storeAsURL(document.URL, properties(FilterName=kind, Overwrite=True))
    except Exception as error:
        raise Refused("unwritable", f"{document.Title}: {plain_reason(error)}") from error


def activate_sheet(documents: OpenDocuments, book: str, sheet: str) -> None:
    controller = documents.document(book).CurrentController
    if controller is not None:
        controller.setActiveSheet(documents.sheet(book, sheet))


def selection(documents: OpenDocuments, book: str) -> list | None:
    """[sheet, corners] of what is selected; None when it is not one block of cells."""
    document = documents.document(book)
    controller = document.CurrentController
    chosen = controller.getSelection() if controller is not None else None
    if chosen is None or not hasattr(chosen, "RangeAddress"):
        return None
    address = chosen.RangeAddress
    return [document.Sheets.getByIndex(address.Sheet).Name, *corners(address)]


def status(documents: OpenDocuments, text: str | None) -> None:
    """Show `text` in the status bar of the front window; None gives the bar back."""
    documents.end_status()
    found = documents.all()
    controller = found[0].CurrentController if found else None
    if text is not None and controller is not None:
        documents.indicator = controller.Frame.createStatusIndicator()
        documents.indicator.start(text, 0)


OPERATIONS = {
    function.__name__: function
    for function in (books, open_book, save_book, activate_sheet, selection, status)
}
