"""Where things are in a worksheet's bytes, the plain form that splicing relies on, and one row taken apart.

Nearly every program writes `<row r="5"…>` and `<c r="A5"…>`. Sheets that do not (addresses left out,
single quotes, comments between cells) are rewritten once, cells only, into that form. A row has two readers:
a quick one for the usual form, and one for everything the grammar allows. Nothing is decided here.
"""

from __future__ import annotations

import itertools
import re
from functools import cached_property, lru_cache
from typing import Any
from xml.parsers import expat

from xl_collab.a1 import column_letters, column_number
from xl_collab.hosts.ooxml import refusals
from xl_collab.hosts.ooxml.xmlparts import refuse_doctype
from xl_collab.patterns import lazy
from xl_collab.records import dataclass

_OPEN = lazy(rb"<(?:([A-Za-z_][\w.-]*):)?sheetData(?:\s[^>]*?)?/?>")
_COMMENT = lazy(rb"<!--.*?-->", re.S)
_COL = lazy(rb"<(?:[\w.-]+:)?col\s([^>]*)>")
_ATTRIBUTE = lazy(rb"""(\w+)=(["'])(.*?)\2""")
_ADDRESS = lazy(r"([A-Za-z]{1,3})[0-9]{1,7}")
_DECLARED = lazy(rb"\A<\?xml[^>]*?encoding=[\"']([\w.-]+)[\"'][^>]*\?>")


@dataclass(frozen=True)
class Layout:
    """A worksheet cut into head, cells and tail: `data[start:end]` lies between the sheetData tags."""

    data: bytes
    prefix: str
    start: int
    end: int
    collapsed: bool = False  # the sheet has `<sheetData/>`

    @cached_property
    def rows(self) -> tuple[list[int], list[int]]:
        """Row numbers and the offsets of their `<row`. DamagedWorkbook when they are not ascending."""
        pattern = re.compile(b'<%brow r="(\\d+)"' % self.prefix.encode())
        numbers, starts = [], []
        for match in pattern.finditer(self.data, self.start, self.end):
            numbers.append(int(match[1]))
            starts.append(match.start())
        if any(a >= b for a, b in itertools.pairwise(numbers)):
            raise refusals.damaged("sheetData", "行号重复或顺序错乱", "its rows are repeated or out of order")
        return numbers, starts

    @property
    def plain(self) -> bool:
        """Whether every row says its number first, and nothing but elements and text is inside."""
        data, start, end = self.data, self.start, self.end
        if data.find(b"<!", start, end) >= 0 or data.find(b"<?", start, end) >= 0:
            return False
        tag = b"<" + self.prefix.encode() + b"row"
        return data.count(tag, start, end) == data.count(tag + b' r="', start, end)

    @cached_property
    def column_styles(self) -> dict[int, bytes]:
        """The format of whole columns, by column number, for the cells that they do not have yet."""
        styles: dict[int, bytes] = {}
        for match in _COL.finditer(self.data, 0, self.start):
            given = {name: text for name, _, text in _ATTRIBUTE.findall(match[1])}
            first, last = int(given.get(b"min", b"0")), int(given.get(b"max", b"0"))
            if given.get(b"style", b"0") != b"0":
                styles.update(dict.fromkeys(range(first, min(last, first + 1000) + 1), given[b"style"]))
        return styles

    @cached_property
    def _row_closing(self) -> bytes:
        return b"</" + self.prefix.encode() + b"row>"

    def row_end(self, index: int) -> int:
        """The offset behind row `index` of `rows`. DamagedWorkbook when the row does not end."""
        starts = self.rows[1]
        limit = starts[index + 1] if index + 1 < len(starts) else self.end
        at = self.data.rfind(self._row_closing, starts[index], limit)
        if at >= 0:
            return at + len(self._row_closing)
        tag_end = self.data.find(b">", starts[index], limit) + 1
        if self.data[tag_end - 2 : tag_end] != b"/>":
            raise refusals.damaged("sheetData", "有一行没有结束", "a row does not end")
        return tag_end


def utf8(data: bytes) -> bytes:
    """The part in UTF-8, whatever it declares."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _declare(data.decode("utf-16").encode())
    declared = _DECLARED.match(data)
    if declared is None or declared[1].lower() in (b"utf-8", b"us-ascii"):
        return data
    try:
        return _declare(data.decode(declared[1].decode()).encode())
    except (LookupError, UnicodeDecodeError) as error:
        raise refusals.damaged("worksheet", "文字编码不对", "its text encoding is wrong") from error


def _declare(data: bytes) -> bytes:
    return re.sub(rb"(\A<\?xml[^>]*?encoding=[\"'])[\w.-]+", rb"\1UTF-8", data, count=1)


def locate(data: bytes) -> Layout:
    """Find the cells of a worksheet. DamagedWorkbook when there is no sheetData."""
    data = utf8(data)
    refuse_doctype(data, "worksheet")
    opening = _first_open(data)
    if opening is None:
        raise refusals.damaged("worksheet", "没有 sheetData", "it has no sheetData")
    prefix = (opening[1].decode() + ":") if opening[1] else ""
    if opening[0].endswith(b"/>"):
        return Layout(data, prefix, opening.end(), opening.end(), collapsed=True)
    end = data.rfind(b"</%bsheetData" % prefix.encode())
    if end < opening.end():
        raise refusals.damaged("worksheet", "sheetData 没有结束", "its sheetData does not end")
    return Layout(data, prefix, opening.end(), end)


def _first_open(data: bytes) -> re.Match[bytes] | None:
    opening = _OPEN.search(data)
    if opening is None or data.find(b"<!--", 0, opening.start()) < 0:
        return opening
    blanked = _COMMENT.sub(lambda match: b" " * len(match[0]), data)
    found = _OPEN.search(blanked)
    return None if found is None else _OPEN.match(data, found.start())


def plain_layout(data: bytes) -> Layout:
    """`locate`, with the cells rewritten in the plain form if they are not in it."""
    layout = locate(data)
    return layout if layout.plain else locate(canonical(data))


def canonical(data: bytes) -> bytes:
    """The worksheet with its cells in the plain form and everything around them untouched."""
    writer = _Canonical(locate(data).prefix)
    data = utf8(data)
    try:
        writer.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise refusals.damaged("worksheet", "不是有效的 XML", "it is not well-formed XML") from error
    start, closing = writer.span
    return data[:start] + "".join(writer.out).encode() + data[data.index(b">", closing) + 1 :]


class _Canonical:
    """Collects the rows of a sheet as text in the plain form while expat reads it."""

    def __init__(self, prefix: str) -> None:
        self._sheet_data, self._row_tag, self._cell_tag = prefix + "sheetData", prefix + "row", prefix + "c"
        self.out: list[str] = []
        self.span = (0, 0)
        self._inside = False
        self._row = self._column = self._depth = 0
        self._open: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.ordered_attributes = True
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _start(self, tag: str, attributes: list[str]) -> None:
        if not self._inside:
            if tag == self._sheet_data and not self.out:
                self._inside = True
                self.out.append(f"<{tag}>")
                self.span = (self.parser.CurrentByteIndex, 0)
            return
        given = dict(zip(attributes[::2], attributes[1::2], strict=True))
        if tag == self._row_tag:
            given = self._numbered(given)
        elif tag == self._cell_tag:
            given = self._addressed(given)
        self._open.append(tag)
        self.out.append(f"<{tag}{''.join(f' {name}={_quoted(text)}' for name, text in given.items())}>")

    def _numbered(self, given: dict[str, str]) -> dict[str, str]:
        number = given.pop("r", None)
        if number is not None and not number.isdecimal():
            raise refusals.damaged("sheetData", "行号无效", "a row number is not a number")
        self._row = int(number) if number is not None else self._row + 1
        self._column = 0
        return {"r": str(self._row), **given}

    def _addressed(self, given: dict[str, str]) -> dict[str, str]:
        address = given.pop("r", None)
        match = _ADDRESS.fullmatch(address) if address is not None else None
        if address is not None and match is None:
            raise refusals.damaged("sheetData", f"单元格地址无效 {address}", f"{address} is no cell address")
        self._column = column_number(match[1]) if match else self._column + 1
        ordered: dict[str, Any] = {"r": f"{column_letters(self._column)}{self._row}"}
        ordered.update({name: given.pop(name) for name in ("s", "t") if name in given})
        return {**ordered, **given}

    def _end(self, tag: str) -> None:
        if not self._inside:
            return
        self.out.append(f"</{tag}>")
        if tag == self._sheet_data:
            self._inside = False
            self.span = (self.span[0], self.parser.CurrentByteIndex)
        else:
            self._open.pop()

    def _text(self, text: str) -> None:
        leaf = self._open[-1] if self._open else self._sheet_data
        if self._inside and leaf not in (self._sheet_data, self._row_tag, self._cell_tag):
            escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            self.out.append(escaped.replace("\r", "&#13;"))


def _quoted(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return '"' + escaped.replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;") + '"'


SPANS = lazy(rb"""\sspans=(?:"[^"]*"|'[^']*')""")
"""The columns that a row says it covers: optional, and wrong once cells are added."""
_ANY_ATTRIBUTE = lazy(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_CELL_ADDRESS = lazy(rb"\$?([A-Z]{1,3})\$?[0-9]{1,7}")


@dataclass(slots=True)
class CellBytes:
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
    return {m[1]: m[2] if m[2] is not None else m[3] for m in _ANY_ATTRIBUTE.finditer(text)}


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

    def read(self, text: bytes, row: int) -> tuple[bytes, list[CellBytes]]:
        """The row's opening tag without brackets, and its cells. DamagedWorkbook when out of order."""
        tag_end = text.index(b">") + 1
        opening = text[1 : tag_end - 1].rstrip(b"/ ")
        cells = self._read_usual(text, tag_end)
        if cells is None:
            cells = self._read_any(text, tag_end, row)
        if any(one.column >= other.column for one, other in itertools.pairwise(cells)):
            raise refusals.damaged(f"row {row}", "单元格顺序错乱", "its cells are out of order")
        return opening, cells

    def _read_usual(self, text: bytes, place: int) -> list[CellBytes] | None:
        cells = []
        for match in self._usual.finditer(text, place):
            if match.start() != place:
                return None
            letters, style, body = match.groups(b"")
            cells.append(CellBytes(number_of(letters), match[0], style, body))
            place = match.end()
        return cells if text[place:] in (b"", self._closing) else None

    def _read_any(self, text: bytes, place: int, row: int) -> list[CellBytes]:
        cells: list[CellBytes] = []
        while match := self._any.match(text, place):
            given = attributes(match[1])
            address = _CELL_ADDRESS.fullmatch(given.get(b"r", b""))
            last = cells[-1].column if cells else 0
            cells.append(_opened(number_of(address[1]) if address else last + 1, match, given))
            place = match.end()
        if text[place:].strip() not in (b"", self._closing):
            raise refusals.damaged(f"row {row}", "内容无法识别", "its content is not understood")
        return cells


def _opened(column: int, match: re.Match[bytes], given: dict[bytes, bytes]) -> CellBytes:
    style = b' s="%b"' % given[b"s"] if b"s" in given else b""
    kind = b' t="%b"' % given[b"t"] if b"t" in given else b""
    return CellBytes(column, match[0].strip(), style, kind + match[2])
