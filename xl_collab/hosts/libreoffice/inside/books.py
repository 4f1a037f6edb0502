"""Operations on workbooks and on the office itself."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import uno

from .desk import Desk, Refused, plain_reason, properties, struct

NO_MACROS = 0
NO_LINKS, ALL_LINKS = 0, 3


def _told(document: Any) -> list:
    path = uno.fileUrlToSystemPath(document.URL) if document.URL.startswith("file:") else document.URL
    return [document.RuntimeUID, path, document.Title]


def books(desk: Desk) -> list:
    """[id, path or "", title] of each, the one with the focus first."""
    return [_told(document) for document in desk.documents()]


def book(desk: Desk, book: str) -> list:
    return _told(desk.document(book))


def front(desk: Desk) -> str | None:
    """Id of the workbook that has the focus, where a window is shown at all."""
    return getattr(desk.desktop.CurrentComponent, "RuntimeUID", None)


def open_book(
    desk: Desk, path: str, hidden: bool, read_only: bool, links: bool, password: str | None
) -> list:
    """Load without running macros; links are refreshed only if asked for."""
    wanted: dict[str, Any] = {
        "MacroExecutionMode": NO_MACROS,
        "UpdateDocMode": ALL_LINKS if links else NO_LINKS,
    }
    wanted.update({"Hidden": True} if hidden else {})
    wanted.update({"ReadOnly": True} if read_only else {})
    wanted.update({"Password": password} if password else {})
    return _load(desk, uno.systemPathToFileUrl(path), path, wanted)


def add_book(desk: Desk, hidden: bool) -> list:
    return _load(desk, "private:factory/scalc", "", {"Hidden": True} if hidden else {})


def _load(desk: Desk, url: str, path: str, wanted: dict) -> list:
    try:
        document = desk.desktop.loadComponentFromURL(url, "_blank", 0, properties(**wanted))
    except Exception as error:
        raise Refused("unreadable", f"{path}: {plain_reason(error)}") from error
    if document is None:
        raise Refused("unreadable", path)
    if not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
        document.close(True)
        raise Refused("unreadable", path)
    return _told(document)


def save_book(desk: Desk, book: str, path: str, kind: str, password: str | None) -> list:
    """Store under `path` and keep working on that file, as "save as" does."""
    document, wanted = desk.document(book), {"FilterName": kind, "Overwrite": True}
    wanted.update({"Password": password} if password else {})
    _store(document.storeAsURL, path, wanted)
    return _told(document)


def export_book(desk: Desk, book: str, path: str, kind: str) -> None:
    """Store a copy in another format; the document stays what it was."""
    _store(desk.document(book).storeToURL, path, {"FilterName": kind, "Overwrite": True})


def export_block(desk: Desk, at: list, path: str) -> None:
    block = desk.block(at)
    data = struct("beans.PropertyValue", Name="Selection", Value=block.cells)
    wanted = {
        "FilterName": "calc_pdf_Export",
        "FilterData": uno.Any("[]com.sun.star.beans.PropertyValue", (data,)),
    }
    _store(block.document.storeToURL, path, wanted)


def _store(store: Callable[..., None], path: str, wanted: dict) -> None:
    try:
        store(uno.systemPathToFileUrl(path), properties(**wanted))
    except Exception as error:
        raise Refused("unwritable", f"{path}: {plain_reason(error)}") from error


def close_book(desk: Desk, book: str) -> None:
    desk.document(book).close(True)


def show_book(desk: Desk, book: str) -> None:
    controller = desk.document(book).CurrentController
    if controller is not None and controller.Frame is not None:
        controller.Frame.activate()
        controller.Frame.ContainerWindow.toFront()


def process(desk: Desk) -> list:
    """Process number and version of the office."""
    provider = desk.service("com.sun.star.configuration.ConfigurationProvider")
    node = properties(nodepath="/org.openoffice.Setup/Product")
    access = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationAccess", node)
    return [os.getpid(), access.getPropertyValue("ooSetupVersionAboutBox")]


def terminate(desk: Desk) -> bool:
    """Close everything that is open, saved or not, and end the office after this call has returned."""
    for document in desk.documents():
        document.close(True)
    return desk.desktop.terminate()


def locked(desk: Desk, value: bool | None = None) -> bool:
    """Whether windows are kept from repainting; `value` sets it until the client is gone."""
    if value is not None:
        desk.hold("locked", value, _lock)
    return any(document.hasControllersLocked() for document in desk.documents())


def _lock(document: Any, value: bool) -> None:
    if value != document.hasControllersLocked():
        (document.lockControllers if value else document.unlockControllers)()


def automatic(desk: Desk, value: bool | None = None) -> bool:
    """Whether formulas recalculate by themselves; `value` sets it, False until the client is gone."""
    if value is not None:
        desk.hold("manual", not value, _manual)
    return all(document.isAutomaticCalculationEnabled() for document in desk.documents())


def _manual(document: Any, value: bool) -> None:
    document.enableAutomaticCalculation(not value)


def calculate(desk: Desk) -> None:
    for document in desk.documents():
        document.calculateAll()


def status(desk: Desk, text: str | None) -> None:
    """Show `text` in the status bar of the front window; None gives the bar back."""
    desk.end_status()
    documents = desk.documents()
    controller = documents[0].CurrentController if documents else None
    if text is not None and controller is not None:
        desk.indicator = controller.Frame.createStatusIndicator()
        desk.indicator.start(text, 0)


def begin(desk: Desk, book: str, title: str) -> None:
    """Start one undo step and hold repainting until `finish`."""
    document = desk.document(book)
    document.lockControllers()
    document.UndoManager.enterUndoContext(title)
    desk.steps.append(document)


def finish(desk: Desk, book: str) -> None:
    """End the undo step; it comes in the same call as its `begin`, so that no dead client leaves it open."""
    desk.end_steps()


def undo(desk: Desk, book: str) -> str:
    """Take back the last undo step; gives its title."""
    manager = desk.document(book).UndoManager
    if not manager.isUndoPossible():
        raise Refused("missing", "there is nothing to undo")
    title = manager.getCurrentUndoActionTitle()
    manager.undo()
    return title


OPERATIONS = {
    function.__name__: function
    for function in (
        *(
            books,
            book,
            front,
            open_book,
            add_book,
            save_book,
            export_book,
            export_block,
            close_book,
            show_book,
        ),
        *(process, terminate, locked, automatic, calculate, status, begin, finish, undo),
    )
}
