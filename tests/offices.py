"""A real LibreOffice for tests, reached as a click reaches it, and a person who works in it.

`Program` starts one without a screen and has the product's `Office`; its workbooks are the product's, with
what a person does in one beside it: type, look, hide, undo. A cell is looked at with the product's driver,
what it has no operation for with office_hands.py.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

from xl_collab.hosts.libreoffice.connection import BridgeWire, DirectWire, Transport, clean_environment
from xl_collab.hosts.libreoffice.driver import to_excel, to_office
from xl_collab.hosts.libreoffice.office import Office, Workbook
from xl_collab.hosts.libreoffice.uno_client import Direct, import_uno
from xl_collab.hosts.live.driver import Block, Put
from xl_collab.hosts.printing import find_soffice
from xl_collab.project.tables import CellError

MUST_HAVE = os.environ.get("XL_COLLAB_REQUIRE_TOOLS") == "1"
HANDS = Path(__file__).with_name("office_hands.py")
OPTIONS = ("--norestore", "--nologo", "--nodefault", "--nofirststartwizard", "--nolockcheck", "--headless")


def need_office() -> None:
    """Skip where LibreOffice is missing; fail where it must not be."""
    if find_soffice() is None:
        (pytest.fail if MUST_HAVE else pytest.skip)("LibreOffice is not installed")


class Hands(Direct):
    """Runs Python in the office; see office_hands.py."""

    def __init__(self, address: str) -> None:
        super().__init__(import_uno(), address, 60, HANDS, "xl_collab.tests.Hands")

    def do(self, code: str, book: str | None = None, **given: Any) -> Any:
        """What the code sets as `found`."""
        return json.loads(self.send(json.dumps({"code": code, "book": book, **given})))


class Program:
    """A LibreOffice of the tests, with a profile of its own; `quit` ends it."""

    def __init__(self, transport: Transport = "direct", screen: bool = False) -> None:
        need_office()
        self.office: Any = None
        self.profile = Path(tempfile.mkdtemp(prefix="xl-collab-office-test-"))
        self.address = "pipe,name=xlcollab" + uuid.uuid4().hex
        options = [one for one in OPTIONS if not (screen and one == "--headless")]
        command = [str(find_soffice()), f"-env:UserInstallation={self.profile.as_uri()}", *options]
        self.process = subprocess.Popen(
            [*command, f"--accept={self.address};urp;"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**clean_environment(), "TMPDIR": str(self.profile)},
        )
        try:
            self.office = Office(self.address, transport)
            self.hands = Hands(self.address)
        except BaseException:
            self.kill()
            raise
        self.books = Books(self)
        self.pid = int(self.hands.do("import os; found = os.getpid()"))

    @property
    def connection(self) -> Any:
        return self.office.connection

    @property
    def automatic(self) -> bool:
        """Whether every open workbook is calculated and painted by itself."""
        return all(
            book.do(
                "found = document.isAutomaticCalculationEnabled() and not document.hasControllersLocked()"
            )
            for book in self.books
        )

    def kill(self) -> None:
        """At once, as a crash would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.office is not None:
            self.office.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def quit(self) -> None:
        """With all that is open, saved or not."""
        for book in self.books:
            book.close()
        self.kill()


class Books:
    """The open workbooks."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def __iter__(self) -> Iterator[OpenBook]:
        found = self._program.office.workbooks()
        return iter([OpenBook(self._program, one.uid, one.fullname, one.name) for one in found])

    def __getitem__(self, name: str) -> OpenBook:
        return next(book for book in self if book.name == name)

    def open(self, path: Path | str, read_only: bool = False) -> OpenBook:
        """As a person opens it."""
        before = {book.uid for book in self}
        self._program.hands.do(
            "def value(name, one):\n"
            "    made = uno.createUnoStruct('com.sun.star.beans.PropertyValue')\n"
            "    made.Name, made.Value = name, one\n"
            "    return made\n"
            "wanted = [value('MacroExecutionMode', 0), value('UpdateDocMode', 0), value('Hidden', True)]\n"
            "wanted += [value('ReadOnly', True)] if read_only else []\n"
            "desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), '_blank', 0, tuple(wanted))\n",
            path=str(path),
            read_only=read_only,
        )
        return next(book for book in self if book.uid not in before)


class OpenBook(Workbook):
    """The product's workbook, and what a person does in it."""

    def __init__(self, program: Program, uid: str, path: str, title: str) -> None:
        super().__init__(program.office, uid, path, title)
        self.program = program

    def do(self, code: str, **given: Any) -> Any:
        """Python on this `document`."""
        return self.program.hands.do(code, self.uid, **given)

    @property
    def sheets(self) -> Any:
        return Tabs(self)

    @property
    def sheet_names(self) -> list[str]:
        return list(self.do("found = list(document.Sheets.ElementNames)"))

    def calculate(self) -> None:
        self.do("document.calculateAll()")

    def undo(self) -> str:
        """The program's own; gives its title. "" when there is nothing."""
        return str(
            self.do(
                "manager, found = document.UndoManager, ''\n"
                "if manager.isUndoPossible():\n"
                "    found = manager.getCurrentUndoActionTitle()\n"
                "    manager.undo()\n"
            )
        )

    def save_as(self, path: Path) -> None:
        self.do(
            "made = uno.createUnoStruct('com.sun.star.beans.PropertyValue')\n"
            "made.Name, made.Value = 'FilterName', inside.documents.FILTERS[ending]\n"
            "document.storeToURL(uno.systemPathToFileUrl(path), (made,))\n",
            path=str(path),
            ending=path.suffix,
        )

    def close(self) -> None:
        self.do("document.close(True) if document else None")


class Tabs:
    """The sheets of a workbook."""

    def __init__(self, book: OpenBook) -> None:
        self._book = book

    def __getitem__(self, name: str) -> Tab:
        return Tab(self._book, name)

    def __iter__(self) -> Iterator[Tab]:
        return iter([Tab(self._book, name) for name in self._book.sheet_names])

    @property
    def active(self) -> Tab:
        return Tab(self._book, self._book.do("found = document.CurrentController.ActiveSheet.Name"))

    def add(self, name: str) -> None:
        """At the end."""
        self._book.do("document.Sheets.insertNewByName(name, document.Sheets.Count)", name=name)


class Tab:
    """One sheet."""

    def __init__(self, book: OpenBook, name: str) -> None:
        self.book, self.name = book, name

    def __getitem__(self, address: str) -> Cells:
        return Cells(self, address)

    def range(self, first: str | tuple[int, int], last: tuple[int, int] | None = None) -> Cells:
        """By address, or by row and column of its corners."""
        if isinstance(first, str):
            return Cells(self, first)
        corners = [f"{get_column_letter(column)}{row}" for row, column in (first, last or first)]
        return Cells(self, ":".join(corners))

    def activate(self) -> None:
        self.book.do(
            "document.CurrentController.setActiveSheet(document.Sheets.getByName(tab))", tab=self.name
        )


_CELLS = "cells = document.Sheets.getByName(tab).getCellRangeByName(at)\n"


class Cells:
    """A block of cells: typed into and looked at."""

    def __init__(self, tab: Tab, address: str) -> None:
        self.tab, self.address = tab, address
        self.left, self.top, self.right, self.bottom = map(int, range_boundaries(address))  # type: ignore[arg-type]

    def do(self, code: str, **given: Any) -> Any:
        """Python on these `cells`."""
        return self.tab.book.do(_CELLS + code, tab=self.tab.name, at=self.address, **given)

    @property
    def value(self) -> Any:
        """One value; a list for one row or one column; else rows."""
        block = Block(self.tab.name, self.left, self.top, self.right, self.bottom)
        [content] = self.tab.book.driver.read([block], formulas=False)
        rows = [[None if isinstance(one, CellError) else one for one in row] for row in content.rows]
        if len(rows) == len(rows[0]) == 1:
            return rows[0][0]
        return rows[0] if len(rows) == 1 else [row[0] for row in rows] if len(rows[0]) == 1 else rows

    @value.setter
    def value(self, given: Any) -> None:
        """One value into all cells; or rows from the corner on."""
        width, height = self.right - self.left + 1, self.bottom - self.top + 1
        rows = given if isinstance(given, list) else [[given] * width for _ in range(height)]
        for i, values in enumerate(zip(*rows, strict=True)):
            for j, one in enumerate(values):
                if isinstance(one, str) and one[:1] == "=":
                    at = f"{get_column_letter(self.left + i)}{self.top + j}"
                    Cells(self.tab, at).formula = one
                else:
                    self.tab.book.driver.carry_out(
                        [Put(self.tab.name, self.left + i, self.top + j, [one])], "typing"
                    )

    @property
    def formula(self) -> str:
        """Of the first cell."""
        return to_excel(str(self.do("found = cells.getCellByPosition(0, 0).getFormula()")))

    @formula.setter
    def formula(self, text: str) -> None:
        self.do("cells.getCellByPosition(0, 0).setFormula(text)", text=to_office(text))

    def set_array(self, text: str) -> None:
        """An array formula."""
        self.do("cells.setArrayFormula(text)", text=to_office(text))

    def clear(self) -> None:
        self.do("cells.clearContents(1023)")

    def select(self) -> None:
        self.do("document.CurrentController.select(cells)")

    @property
    def rows_hidden(self) -> bool:
        return not self.do("found = cells.Rows.IsVisible")

    @property
    def columns_hidden(self) -> bool:
        return not self.do("found = cells.Columns.IsVisible")

    def hide_rows(self) -> None:
        self.do("cells.Rows.IsVisible = False")

    def hide_columns(self) -> None:
        self.do("cells.Columns.IsVisible = False")

    @property
    def number_format(self) -> str:
        """As LibreOffice writes it."""
        return str(self.do("found = document.NumberFormats.getByKey(cells.NumberFormat).FormatString"))

    def set_number_format(self, code: str) -> None:
        self.do(
            "english = uno.createUnoStruct('com.sun.star.lang.Locale')\n"
            "english.Language, english.Country = 'en', 'US'\n"
            "key = document.NumberFormats.queryKey(shown, english, False)\n"
            "cells.NumberFormat = document.NumberFormats.addNew(shown, english) if key == -1 else key\n",
            shown=code,
        )


def started() -> Iterator[Program]:
    """One headless office, `uno` in this process as in a click that can."""
    program = Program()
    assert isinstance(program.connection.wire, DirectWire)
    yield program
    program.quit()


def bridged() -> Iterator[Program]:
    """Another office, reached through a process of the system's Python."""
    program = Program("bridge")
    assert isinstance(program.connection.wire, BridgeWire)
    yield program
    program.quit()


@dataclass
class Measured:
    """Calls made since the measuring began, by what they carried."""

    carried: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How often the process border was crossed."""
        return len(self.carried)


@contextmanager
def measured(program: Program) -> Iterator[Measured]:
    """Count the calls to the office made within."""
    wire, found = program.connection.wire, Measured()
    send = wire.send

    def sending(text: str) -> str:
        found.carried.append(tuple(name for name, _ in json.loads(text)))
        return str(send(text))

    wire.send = sending
    try:
        yield found
    finally:
        wire.send = send


def processes(word: str) -> list[psutil.Process]:
    """Processes that have `word` in their command line."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if any(word in part for part in process.info["cmdline"] or []):
            found.append(process)
    return found


def within(seconds: float, holds: Callable[[], Any]) -> bool:
    """Whether `holds` comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return bool(holds())
