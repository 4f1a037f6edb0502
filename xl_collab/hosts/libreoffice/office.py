"""A LibreOffice that runs and was opened to us, and the workbooks that are open in it.

`Workbook` has of an xlwings Book what clicks and the live host ask for, under the same names: `name`,
`fullname`, `save`, `sheets[…].activate()`, `app.selection`; `driver` is the way to its content. What may
not enter: starting or ending the program, which belongs to whoever works in it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from xl_collab.hosts.libreoffice.connection import Connection, Transport, connect
from xl_collab.hosts.libreoffice.driver import OfficeDriver


class Office:
    """The LibreOffice that listens at `address`, such as "pipe,name=collab"; `close` lets go of it.

    It was started with soffice --accept="pipe,name=collab;urp;", or opened the pipe itself. Raises
    NoLibreOffice when nobody listens there within so many seconds.
    """

    def __init__(self, address: str, transport: Transport = "auto", seconds: float = 60) -> None:
        self.connection = Connection(connect(address, transport, seconds))

    def workbooks(self) -> list[Workbook]:
        """All that are open, the one with the focus first."""
        return [Workbook(self, *found) for found in self.connection.ask("books")]

    def open(self, path: Path) -> Workbook:
        """Open a file without running its macros. Raises NotAWorkbook."""
        return Workbook(self, *self.connection.ask("open_book", path=str(path)))

    @property
    def selection(self) -> Selection | None:
        """What is selected in the workbook with the focus; None when it is no block of cells."""
        front = self.workbooks()[:1]
        return front[0].selection if front else None

    def close(self) -> None:
        """Let go; the office goes on."""
        self.connection.wire.close()


class Workbook:
    """One open workbook, by the id that LibreOffice gives it."""

    def __init__(self, app: Office, uid: str, path: str, title: str) -> None:
        self.app = app
        self.uid = uid
        self.fullname = path or title
        self.name = Path(path).name if path else title

    @property
    def driver(self) -> OfficeDriver:
        """The way to its content."""
        return OfficeDriver(self.app.connection, self.uid)

    @property
    def sheets(self) -> OfficeSheets:
        """Its tabs by name."""
        return OfficeSheets(self)

    @property
    def selection(self) -> Selection | None:
        """The block of cells that is selected here."""
        found: list[Any] | None = self.app.connection.ask("selection", book=self.uid)
        return None if found is None else Selection(OfficeSheet(self, found[0]), found[2])

    def save(self) -> None:
        """Save it where it is. Raises CannotWrite."""
        self.app.connection.ask("save_book", book=self.uid)


class OfficeSheets:
    """The tabs of a workbook by name."""

    def __init__(self, book: Workbook) -> None:
        self._book = book

    def __getitem__(self, name: str) -> OfficeSheet:
        return OfficeSheet(self._book, name)


class OfficeSheet:
    """One tab."""

    def __init__(self, book: Workbook, name: str) -> None:
        self.book = book
        self.name = name

    def activate(self) -> None:
        """Bring it to the front of its workbook."""
        self.book.app.connection.ask("activate_sheet", book=self.book.uid, sheet=self.name)


class Selection(NamedTuple):
    """The tab of a selected block, and its first row."""

    sheet: OfficeSheet
    row: int
