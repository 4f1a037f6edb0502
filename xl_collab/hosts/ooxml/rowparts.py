"""One worksheet row taken apart into its cells.

Two readers: a quick one for rows as nearly every program writes them, and one for everything the
grammar allows (any order of attributes, single quotes, addresses left out). Nothing is decided here.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import lru_cache

from xl_collab.hosts import refusals
from xl_collab.hosts.ooxml.formulatext import column_number

_ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ADDRESS = re.compile(rb"\$?([A-Z]{1,3})\$?[0-9]{1,7}")


@dataclass(slots=True)
class Cell:
    """A cell: `raw` as it stands, `style` as the bytes ` s="3"`, `body` as in celltext.py."""

    column: int
    raw: bytes
    style: bytes
    body: bytes


@lru_cache(maxsize=16_384)
def number_of(letters: bytes) -> int:
    """A is 1."""
    return column_number(letters.decode())


def attributes(text: bytes) -> dict[bytes, bytes]:
    """The attributes in an opening tag, still escaped."""
    return {m[1]: m[2] if m[2] is not None else m[3] for m in _ATTRIBUTE.finditer(text)}


class RowReader:
    """Takes rows apart for one namespace prefix."""

    def __init__(self, prefix: bytes) -> None:
        p = prefix
        self._p = p
        self._opening = b'<%bc r="' % p
        self._closing = b"</%brow>" % p
        self._usual = re.compile(
            rb'<%bc r="([A-Z]{1,3})[0-9]+"( s="[0-9]+")?' % p
            + rb'((?: t="[a-zA-Z]+")?(?:/>|>[^<]*(?:<(?!/%bc>)[^<]*)*</%bc>))' % (p, p)
        )
        self._any = re.compile(
            rb"\s*<%bc(?=[\s/>])((?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*" % p
            + rb"(/>|>[^<]*(?:<(?!/%bc\s*>)[^<]*)*</%bc\s*>)" % (p, p)
        )

    def last_column(self, data: bytes, start: int, end: int) -> int | None:
        """The column of the row's last cell, 0 for none; None when that cell does not say."""
        tag = data.rfind(b"<%bc" % self._p, start, end)
        if tag < 0:
            return 0
        address = tag + len(self._opening)
        if data[tag:address] != self._opening:
            return None
        letters = data[address : data.index(b'"', address)].rstrip(b"0123456789")
        return number_of(letters) if letters.isalpha() and len(letters) <= 3 else None

    def read(self, text: bytes, row: int) -> tuple[bytes, list[Cell]]:
        """The row's opening tag without brackets, and its cells. DamagedWorkbook when out of order."""
        tag_end = text.index(b">") + 1
        opening = text[1 : tag_end - 1].rstrip(b"/ ")
        cells = self._read_usual(text, tag_end)
        if cells is None:
            cells = self._read_any(text, tag_end, row)
        if any(one.column >= other.column for one, other in itertools.pairwise(cells)):
            raise refusals.damaged(f"row {row}", "单元格顺序错乱", "its cells are out of order")
        return opening, cells

    def _read_usual(self, text: bytes, place: int) -> list[Cell] | None:
        cells = []
        for match in self._usual.finditer(text, place):
            if match.start() != place:
                return None
            letters, style, body = match.groups(b"")
            cells.append(Cell(number_of(letters), match[0], style, body))
            place = match.end()
        return cells if text[place:] in (b"", self._closing) else None

    def _read_any(self, text: bytes, place: int, row: int) -> list[Cell]:
        cells: list[Cell] = []
        while match := self._any.match(text, place):
            given = attributes(match[1])
            address = _ADDRESS.fullmatch(given.get(b"r", b""))
            last = cells[-1].column if cells else 0
            cells.append(_opened(number_of(address[1]) if address else last + 1, match, given))
            place = match.end()
        if text[place:].strip() not in (b"", self._closing):
            raise refusals.damaged(f"row {row}", "内容无法识别", "its content is not understood")
        return cells


def _opened(column: int, match: re.Match[bytes], given: dict[bytes, bytes]) -> Cell:
    style = b' s="%b"' % given[b"s"] if b"s" in given else b""
    kind = b' t="%b"' % given[b"t"] if b"t" in given else b""
    return Cell(column, match[0].strip(), style, kind + match[2])
