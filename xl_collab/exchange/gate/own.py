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

_SHARED_TEXT = re.compile(rb'(?<= t="s"><v>)(\d{1,9})(?=</v>)')
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
        """The sheet's bytes with its shared texts in place of their numbers, and which formats are dates.

        None where what looks like a cell may be none, or a text is not there.
        """
        if b"<!" in data or b"<?" in data[2:]:
            return None
        pieces = _SHARED_TEXT.split(data)
        numbers = list(map(int, pieces[1::2]))
        if max(numbers, default=0) >= len(self._strings):
            return None
        texts = tuple(map(self._strings.__getitem__, numbers))
        return tuple(pieces[::2]), texts, tuple(self._dates)
