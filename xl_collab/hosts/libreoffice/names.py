"""Defined names of a workbook or a sheet."""

from __future__ import annotations

import numbers
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xlwings import NoSuchObjectError, base_classes

from xl_collab.hosts.libreoffice.grammar import to_excel, to_office
from xl_collab.hosts.libreoffice.unsupported import Native, refusing_the_rest

if TYPE_CHECKING:
    from xl_collab.hosts.libreoffice.book import Book
    from xl_collab.hosts.libreoffice.cells import Range

_SCOPED = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(.+)$")
_ONE_SHEET = re.compile(r"=(?:'((?:[^']|'')+)'|([^'!:]+))!([$A-Z0-9:]+)$")


def _quoted(sheet: str) -> str:
    return sheet if sheet.isidentifier() else "'" + sheet.replace("'", "''") + "'"


@refusing_the_rest
class Names(base_classes.Names):
    """The workbook's names with those of its sheets (sheet is None), or one sheet's."""

    def __init__(self, book: Book, sheet: str | None) -> None:
        self.book = book
        self.sheet = sheet

    @property
    def api(self) -> Native:
        return Native("Names")

    def _all(self) -> list[Name]:
        told = self.book.calls.ask("names", book=self.book.uid, sheet=self.sheet)
        return [Name(self.book, scope, name, content) for scope, name, content in told]

    def snapshot(self) -> list[tuple[str, Name]]:
        return [(name.name, name) for name in self._all()]

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[Name]:
        return iter(self._all())

    def __call__(self, name_or_index: int | str) -> Name:
        found = self._all()
        if isinstance(name_or_index, numbers.Number):
            return found[int(name_or_index) - 1]
        for name in found:
            if name.is_called(str(name_or_index)):
                return name
        raise KeyError(name_or_index)

    def contains(self, name_or_index: int | str) -> bool:
        return any(name.is_called(str(name_or_index)) for name in self._all())

    def add(self, name: str, refers_to: str) -> Name:
        """ "Sheet!name" makes it the sheet's own. An existing name is made to mean the new thing."""
        scope, plain = self.sheet, name
        if found := _SCOPED.match(name):
            scope, plain = (found[1] or found[2]).replace("''", "'"), found[3]
        made = Name(self.book, scope, plain, "")
        made.refers_to = refers_to
        return made


@refusing_the_rest
class Name(base_classes.Name):
    """One name; `content` is in LibreOffice's grammar, without "="."""

    def __init__(self, book: Book, sheet: str | None, name: str, content: str) -> None:
        self.book = book
        self.sheet = sheet
        self.plain = name
        self.content = content

    @property
    def api(self) -> Native:
        return Native("Name")

    @property
    def _where(self) -> dict[str, Any]:
        return {"book": self.book.uid, "sheet": self.sheet, "name": self.plain}

    def is_called(self, text: str) -> bool:
        """Excel compares names without case; a sheet's name goes with or without its sheet."""
        return text.lower() in (self.name.lower(), self.plain.lower())

    @property
    def name(self) -> str:
        return self.plain if self.sheet is None else f"{_quoted(self.sheet)}!{self.plain}"

    @name.setter
    def name(self, value: str) -> None:
        self.book.calls.ask("rename_name", **self._where, new=value)
        self.plain = value

    @property
    def refers_to(self) -> str:
        return to_excel("=" + self.content)

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        content = to_office(value if value[:1] == "=" else "=" + value)[1:]
        self.book.calls.ask("set_name", **self._where, content=content)
        self.content = content

    def plain_reference(self) -> tuple[str, str] | None:
        """Sheet and address, when the name is nothing but cells of one sheet."""
        found = _ONE_SHEET.match(self.refers_to)
        return None if found is None else ((found[1] or found[2]).replace("''", "'"), found[3])

    @property
    def refers_to_range(self) -> Range:
        told = self.book.calls.ask("name_cells", **self._where)
        if told is None:
            raise NoSuchObjectError(f"The name '{self.name}' stands for no cells: {self.refers_to}")
        return self.book.sheet(told[0]).block(*told[1:])

    def delete(self) -> None:
        self.book.calls.ask("remove_name", **self._where)
