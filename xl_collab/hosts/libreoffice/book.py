"""Workbooks of one office: open, add, save, close, print."""

from __future__ import annotations

import numbers
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from xl_collab.errors import CannotWrite
from xl_collab.hosts.libreoffice.calls import Calls
from xl_collab.hosts.libreoffice.cells import Range
from xl_collab.hosts.libreoffice.names import Names
from xl_collab.hosts.libreoffice.sheet import Sheet, Sheets
from xl_collab.hosts.libreoffice.unsupported import Native, NotSupportedByLibreOffice, refusing_the_rest

if TYPE_CHECKING:
    from xl_collab.hosts.libreoffice.engine import App

FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xlsm": "Calc MS Excel 2007 VBA XML",
    ".xls": "MS Excel 97",
    ".ods": "calc8",
    ".csv": "Text - txt - csv (StarCalc)",
}
"""LibreOffice's name for each kind of file that it can store."""


@refusing_the_rest
class Books(base_classes.Books):
    """Open workbooks, the active one first; users open and close them meanwhile."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._known: dict[str, Book] = {}
        self._order: list[str] = []

    @property
    def api(self) -> Native:
        return Native("Books")

    @property
    def calls(self) -> Calls:
        return self.app.calls

    def _told(self) -> list[tuple[Book, str, str]]:
        """Each open workbook with its path and title, in order."""
        told = {uid: (path, title) for uid, path, title in self.calls.ask("books")}
        kept = [uid for uid in self._order if uid in told]
        self._order = kept + [uid for uid in told if uid not in kept]
        self._known = {uid: self._book(uid) for uid in self._order}
        return [(self._known[uid].told(*told[uid]), *told[uid]) for uid in self._order]

    def _book(self, uid: str) -> Book:
        return self._known.setdefault(uid, Book(self, uid))

    def front(self, book: Book) -> None:
        """Make `book` the active one."""
        self._order = [book.uid, *(uid for uid in self._order if uid != book.uid)]

    def forget(self, book: Book) -> None:
        self._order = [uid for uid in self._order if uid != book.uid]
        self._known.pop(book.uid, None)

    @property
    def active(self) -> Book | None:
        """The workbook with the focus; without windows the one last opened or activated."""
        if not self.app.office.headless:
            uid = self.calls.ask("front")
            if uid in self._known:
                return self._known[uid]
        if not self._order or not self.app.office.headless:
            self._told()
        return self._known[self._order[0]] if self._order else None

    def __call__(self, name_or_index: int | str) -> Book:
        told = self._told()
        if isinstance(name_or_index, numbers.Number):
            return told[int(name_or_index) - 1][0]
        wanted = str(name_or_index).lower()
        for book, path, title in told:
            if wanted in (path.lower(), (Path(path).name if path else title).lower()):
                return book
        raise KeyError(name_or_index)

    def __len__(self) -> int:
        return len(self._told())

    def __iter__(self) -> Iterator[Book]:
        return iter([book for book, *_ in self._told()])

    def add(self) -> Book:
        return self._opened(self.calls.ask("add_book", hidden=self.app.office.headless))

    def open(
        self,
        fullname: str,
        update_links: bool | None = None,
        read_only: bool | None = None,
        format: object = None,  # noqa: A002 - xlwings' name
        password: str | None = None,
        *others: object,
    ) -> Book:
        """Open without running macros. What else Excel can be told here is refused by name."""
        if format is not None or any(option is not None for option in others):
            raise NotSupportedByLibreOffice("Books.open with format, origin, delimiter, … (text import)")
        told = self.calls.ask(
            "open_book",
            path=fullname,
            hidden=self.app.office.headless,
            read_only=bool(read_only),
            links=bool(update_links),
            password=password,
        )
        return self._opened(told)

    def _opened(self, told: list[str]) -> Book:
        book = self._book(told[0]).told(*told[1:])
        self.front(book)
        return book


@refusing_the_rest
class Book(base_classes.Book):
    """One workbook, by the id that LibreOffice gives it."""

    def __init__(self, books: Books, uid: str) -> None:
        self.books = books
        self.uid = uid
        self._path, self._title = "", ""
        self._sheets: dict[str, Sheet] = {}

    def told(self, path: str, title: str) -> Book:
        """Remember what the office said; gives the book itself."""
        self._path, self._title = path, title
        return self

    @property
    def calls(self) -> Calls:
        return self.books.calls

    @property
    def api(self) -> Native:
        return Native("Book")

    @property
    def app(self) -> App:
        return self.books.app

    @property
    def fullname(self) -> str:
        """The path as of now; the title while it has none."""
        self.told(*self.calls.ask("book", book=self.uid)[1:])
        return self._path or self._title

    @property
    def name(self) -> str:
        """As last heard: xlwings compares names all the time, so asking would cost a call each."""
        return Path(self._path).name if self._path else self._title

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    def sheet(self, name: str) -> Sheet:
        """The one object for that sheet, so that renaming it reaches all who hold it."""
        return self._sheets.setdefault(name, Sheet(self, name))

    def renamed(self, old: str, new: str) -> None:
        """Keep track of a sheet under its new name, or drop it (new == "")."""
        sheet = self._sheets.pop(old, None)
        if sheet is not None and new:
            self._sheets[new] = sheet

    @property
    def names(self) -> Names:
        return Names(self, None)

    def activate(self) -> None:
        self.books.front(self)
        if not self.app.office.headless:
            self.calls.tell("show_book", book=self.uid)

    def close(self) -> None:
        self.books.forget(self)
        self.calls.tell("close_book", book=self.uid)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        """Save, or save as; the ending names the kind. Saving .xlsm keeps the macros' source."""
        goal = Path(path) if path else Path(self.fullname)
        goal = goal if goal.suffix else goal.with_suffix(".xlsx")
        if goal.suffix.lower() not in FILTERS:
            raise NotSupportedByLibreOffice(f"Book.save as {goal.suffix}")
        goal = goal.absolute()
        if not goal.parent.is_dir():
            raise CannotWrite(
                f"没有文件夹 {goal.parent}；请先建好", f"There is no folder {goal.parent}; make it first"
            )
        kind = FILTERS[goal.suffix.lower()]
        told = self.calls.ask("save_book", book=self.uid, path=str(goal), kind=kind, password=password)
        self.told(*told[1:])

    def to_pdf(self, path: str, quality: str = "standard") -> None:
        """Print the shown sheets; `quality` makes no difference here."""
        self.calls.ask("export_book", book=self.uid, path=path, kind="calc_pdf_Export")

    def undo(self) -> str:
        """Take back the last undo step of the document (a batch is one); gives its title."""
        return str(self.calls.ask("undo", book=self.uid))

    def selection(self) -> Range | None:
        """The selected block; None when something else is selected."""
        told: list[Any] | None = self.calls.ask("selection", book=self.uid)
        return None if told is None else self.sheet(told[0]).block(*told[1:])
