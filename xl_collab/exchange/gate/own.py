"""Workbooks of ours that hold the same hidden sheets: what the second reader found in one is remembered.

Everything else is read in each workbook, by the first reader all of it, and both readings are compared in
each. What may not enter: files of others.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from xl_collab.exchange.gate.secondreader import Parsed, SecondReader
from xl_collab.hosts.ooxml.package import Package
from xl_collab.memory import Remembered

_NUMBER = re.compile(rb'(?<= s=")(\d{1,9})(?=")|(?<= t="s"><v>)(\d{1,9})(?=</v>)')
"""The number of a cell format, or that of a shared text: they differ from workbook to workbook."""
_ROW = re.compile(rb"<row[\s/>]")
_MOST = 8

_Key: TypeAlias = "tuple[tuple[bytes, ...], tuple[str, ...], tuple[bool, ...]]"
_Rows: TypeAlias = "dict[int, list[Parsed | None]]"


class OwnSheets:
    """Hidden sheets of one run, each by all that its reading hangs on."""

    def __init__(self) -> None:
        self._known: Remembered[_Key, _Rows] = Remembered(_MOST)

    def second_reader(self, package: Package) -> SecondReader:
        """A second reader of one of the workbooks."""
        return _Remembering(package, self._known)


class _Remembering(SecondReader):
    def __init__(self, package: Package, known: Remembered[_Key, _Rows]) -> None:
        super().__init__(package)
        self._before = known
        self._hidden = frozenset(info.part for info in package.workbook.sheets if info.state != "visible")

    def rows(self, part: str, data: bytes) -> _Rows:
        """As the second reader's; nobody may change what it gives."""
        key = self._key(data) if part in self._hidden else None
        if key is None:
            return super().rows(part, data)
        found = self._before.get(key)
        if found is None:
            found = super().rows(part, data)
            self._before.put(key, found)
        return found

    def _key(self, data: bytes) -> _Key | None:
        """The rows' bytes with their shared texts in place of the numbers, and which formats are dates.

        None where what looks like a row or a cell may be none, or a text or a format is not there.
        """
        start, end = data.find(b"<sheetData"), data.rfind(b"</sheetData>")
        outside = data[2 : max(start, 2)] + data[end:]
        if start < 0 or b"<!" in data or b"<?" in data[2:] or _ROW.search(outside):
            return None
        pieces = _NUMBER.split(data[start:end])
        styles, texts = ([int(one) for one in pieces[at::3] if one is not None] for at in (1, 2))
        try:
            dates = tuple(map(self._dates.__getitem__, styles))
            return tuple(pieces[::3]), tuple(map(self._strings.__getitem__, texts)), dates
        except IndexError:
            return None
