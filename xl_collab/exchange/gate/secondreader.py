"""A second, independent reader of cells, so that no single library's mistake enters the master.

Works on lxml's strict parser and shares nothing with calamine or the byte scanners of hosts/. It runs only
in the child process. What may not enter: declarations, headings, what a column means.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from lxml import etree

from xl_collab.a1 import MAX_COLUMN, MAX_ROW, column_letters, column_number
from xl_collab.exchange.gate.refusals import refuse
from xl_collab.hosts.ooxml.celltext import office_unescape
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.xmlparts import MAIN, parse_xml

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_BLANK = " \t\r\n"
_ROW, _CELL, _V, _IS = f"{MAIN}row", f"{MAIN}c", f"{MAIN}v", f"{MAIN}is"
_T, _RUN = f"{MAIN}t", f"{MAIN}r"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# Excel's built-in formats; 27-36 and 50-58 are dates in Chinese and Japanese editions.
_DATE_IDS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.I)
_UNMEANT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


_WORTH_CUTTING = 1 << 16
_EMPTIED = 32
"""Emptied elements that may wait to be thrown away."""


@dataclass(frozen=True, slots=True)
class Serial:
    """A number in a cell whose format shows a date or a time."""

    number: float


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell whose content is no value of its type."""

    raw: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell that shows an error."""

    code: str


Parsed = str | float | bool | Serial | Broken | Shown | date | datetime | time


class SecondReader:
    """Reads the worksheets of one package, shared texts and formats once."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._strings = _strings(package)
        self._dates = _date_formats(package)
        self._is_date: dict[str | None, bool] = {None: False}
        self._known: defaultdict[tuple[str, bool], dict[str, Parsed | None]] = defaultdict(dict)
        self._letters: list[str] = []

    def rows(self, part: str, data: bytes) -> dict[int, list[Parsed | None]]:
        """Row number → what its cells hold, from column A on; blank cells are None. Raises Refused."""
        found: dict[int, list[Parsed | None]] = {}
        number = 0
        for row in elements(_without_blank_end(data), part, _ROW):
            number = _row_number(row, number, part)
            values = self._row(row, number, part)
            if values:
                found[number] = values
        return found

    def _row(self, row: etree._Element, number: int, part: str) -> list[Parsed | None]:
        cells = list(row.iterchildren(_CELL))
        columns = self._columns([item.get("r") for item in cells], number, part)
        filled = [(column, item) for column, item in zip(columns, cells, strict=True) if len(item)]
        values: list[Parsed | None] = [None] * (filled[-1][0] if filled else 0)
        for column, item in filled:
            values[column - 1] = self._value(item, part)
        while values and values[-1] is None:
            values.pop()
        return values

    def _columns(self, given: list[str | None], number: int, part: str) -> Sequence[int]:
        """The columns of a row's cells by their addresses; a cell that has none follows the one before."""
        if given == self._usual(len(given), number):
            return range(1, len(given) + 1)
        columns, column = [], 0
        for text in given:
            column = column + 1 if text is None else _column(text, number, column, part)
            columns.append(column)
        return columns

    def _usual(self, count: int, number: int) -> list[str]:
        """Addresses of a row's first cells."""
        behind = str(number)
        self._letters += map(column_letters, range(len(self._letters) + 1, count + 1))
        return [letters + behind for letters in self._letters[:count]]

    def _value(self, item: etree._Element, part: str) -> Parsed | None:
        """What a cell with content holds; None for an empty text."""
        style = item.get("s")
        is_date = self._is_date.get(style)
        if is_date is None:
            is_date = self._is_date[style] = self._style(style, part)
        kind, last = item.get("t", "n"), item[-1]
        if last.tag != _V:  # a value stands last; what does not is written in no usual way
            last = next(item.iterchildren(_V), None)
        if kind == "inlineStr":
            inline = next(item.iterchildren(_IS), None)
            return None if inline is None else _rich(inline) or None
        raw = None if last is None else last.text
        if not raw:
            return None
        if kind == "str":
            return office_unescape(raw)
        # Few values differ: dates, numbers of shared texts, 0 and 1.
        known = self._known[kind, is_date]
        try:
            return known[raw]
        except KeyError:
            value = _number(raw, is_date) if kind == "n" else self._typed(kind, raw, part)
            known[raw] = None if value == "" else value
            return known[raw]

    def _style(self, given: str | None, part: str) -> bool:
        """Whether the cell's format is a date's."""
        if given is None or not self._dates:
            return False
        if not given.isdecimal() or int(given[:9]) >= len(self._dates):
            raise refuse("style-index", part=part, ref=given)
        return self._dates[int(given)]

    def _typed(self, kind: str, raw: str, part: str) -> Parsed:
        if kind == "s":
            index = raw.strip(_BLANK)
            if not index.isdecimal() or int(index[:9]) >= len(self._strings):
                raise refuse("string-index", part=part, ref=index)
            return self._strings[int(index)]
        if kind == "b":
            flags = {"1": True, "true": True, "0": False, "false": False}
            return flags.get(raw.strip(_BLANK), Broken(raw))
        if kind == "e":
            return Shown(raw)
        return _moment(raw) if kind == "d" else Broken(raw)


def elements(data: bytes, part: str, tag: str) -> Iterator[etree._Element]:
    """Elements called `tag` as they end; what was read is thrown away at once. Raises Refused."""
    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    try:
        events = etree.iterparse(io.BytesIO(data), events=("end",), tag=tag, **safe)
        for number, (_, item) in enumerate(events, start=1):
            yield item
            item.clear()
            parent = item.getparent() if number % _EMPTIED == 0 else None
            if parent is not None:
                del parent[: parent.index(item)]
    except etree.XMLSyntaxError as error:
        raise refuse("xml-depth" if "depth" in str(error) else "xml-broken", part=part) from error


def _without_blank_end(data: bytes) -> bytes:
    """The worksheet without the rows below its last filled cell: people format a million of them."""
    closing = data.rfind(b"</sheetData>")
    filled = data.rfind(b"</c>", 0, closing)
    cut = data.find(b"</row>", filled, closing) + len(b"</row>")
    if closing - cut < _WORTH_CUTTING or filled < 0 or cut <= filled or data.find(b"<!") >= 0:
        return data
    return data[:cut] + data[closing:]


def _row_number(item: etree._Element, before: int, part: str) -> int:
    given = item.get("r")
    number = before + 1 if given is None else int(given) if given.isdecimal() and len(given) < 8 else 0
    if number <= before:
        raise refuse("row-order", part=part)
    if number > MAX_ROW:
        raise refuse("cell-outside", part=part, ref=str(number))
    return number


def _column(given: str, row: int, before: int, part: str) -> int:
    """The column of an address, which has to lie in its row and behind the cell before."""
    match = _ADDRESS.fullmatch(given)
    if match is None or column_number(match[1]) > MAX_COLUMN:
        raise refuse("cell-outside", part=part, ref=given)
    column = column_number(match[1])
    if column <= before or int(match[2]) != row:
        raise refuse("row-order", part=part)
    return column


def _number(raw: str, is_date: bool) -> Parsed:
    if len(raw) > 400 or not _NUMBER.fullmatch(raw):
        return Broken(raw[:100])
    number = float(raw)
    if number in (float("inf"), float("-inf")):
        return Broken(raw[:100])
    return Serial(number) if is_date else number


def _moment(raw: str) -> Parsed:
    """ISO dates, which a few programs write in place of serial numbers."""
    for kind in (date, time, datetime):
        try:
            return kind.fromisoformat(raw)
        except ValueError:
            continue
    return Broken(raw[:100])


def _rich(item: etree._Element) -> str:
    """The characters of a text item and its runs; phonetic guides (rPh) are no part of it."""
    if len(item) == 1 and item[0].tag == _T:
        return office_unescape(_characters(item[0]))
    pieces: list[str] = []
    for child in item.iterchildren(_T, _RUN):
        texts = (child,) if child.tag == _T else child.iterchildren(_T)
        pieces += map(_characters, texts)
    return office_unescape("".join(pieces))


def _characters(text: etree._Element) -> str:
    plain = text.text or ""
    bare = plain.strip(_BLANK)
    return bare if bare == plain or text.get(_SPACE) != "preserve" else plain


def _strings(package: Package) -> list[str]:
    parts = [rel.target for rel in package.related(package.workbook_part, "sharedStrings")]
    if not parts or parts[0] not in package:
        return []
    return [_rich(item) for item in elements(package.read(parts[0]), parts[0], f"{MAIN}si")]


def _date_formats(package: Package) -> list[bool]:
    """For every cell format whether it shows a date or a time; empty when the package has no styles."""
    parts = [rel.target for rel in package.related(package.workbook_part, "styles")]
    if not parts or parts[0] not in package:
        return []
    root = parse_xml(package.read(parts[0]), parts[0])
    own = root.findall(f"{MAIN}numFmts/{MAIN}numFmt")  # conditional formats have ids of their own
    codes = {item.get("numFmtId"): item.get("formatCode", "") for item in own}
    formats = root.find(f"{MAIN}cellXfs")
    ids = [] if formats is None else [item.get("numFmtId", "0") for item in formats.iterchildren(f"{MAIN}xf")]
    return [_shows_date(number, codes.get(number)) for number in ids]


def _shows_date(number: str, code: str | None) -> bool:
    if code is None:
        return number.isdecimal() and int(number[:9]) in _DATE_IDS
    first = code.split(";")[0]
    if _ELAPSED.search(first):
        return True
    plain = _UNMEANT.sub("", first)
    return "general" not in plain.lower() and re.search("[ymdhs]", plain, re.I) is not None


def address(row: int, column: int) -> str:
    """A1 for (1, 1)."""
    return f"{column_letters(column)}{row}"
