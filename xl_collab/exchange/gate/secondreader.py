"""A second, independent reader of cells, so that no single library's mistake enters the master.

Works on lxml's strict parser and shares nothing with calamine or the byte scanners of hosts/. It runs only
in the child process. What may not enter: declarations, headings, what a column means.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from operator import lt

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
        self._strings = _strings(package)
        self._dates = _date_formats(package)
        self._part = ""
        self._numbers = _numbers()

    def rows(self, part: str, data: bytes) -> dict[int, list[Parsed | None]]:
        """Row number → what its cells hold, from column A on; blank cells are None. Raises Refused.

        data  the worksheet `part`, or as much of it as values are read from
        """
        self._part, contents = part, _Contents(self)  # no attribute: the two would hold each other
        found: dict[int, list[Parsed | None]] = {}
        number = 0
        for row in elements(_without_blank_end(data), part, _ROW):
            number = _row_number(row, number, part)
            values = self._row(row, number, contents)
            if values:
                found[number] = values
        return found

    def _row(self, row: etree._Element, number: int, contents: _Contents) -> list[Parsed | None]:
        cells = list(row.iterchildren(_CELL))
        columns = self._columns([item.get("r") for item in cells], number)
        filled = [(column, item) for column, item in zip(columns, cells, strict=True) if len(item)]
        values: list[Parsed | None] = [None] * (filled[-1][0] if filled else 0)
        for column, item in filled:
            last, kind = item[-1], item.get("t", "n")
            if last.tag == _V and kind != "inlineStr":
                values[column - 1] = contents[item.get("s"), kind][last.text]
            else:
                values[column - 1] = _unusual(item, kind, contents)
        while values and values[-1] is None:
            values.pop()
        return values

    def _columns(self, given: list[str | None], number: int) -> Sequence[int]:
        """The columns of a row's cells by their addresses; a cell that has none follows the one before."""
        behind = str(number)
        try:
            usual = [self._numbers[text.removesuffix(behind)] for text in given]  # type: ignore[union-attr]
        except (AttributeError, KeyError):
            usual = []
        if usual and all(map(lt, usual, usual[1:])):
            return usual
        columns, column = [], 0
        for text in given:
            column = column + 1 if text is None else _column(text, number, column, self._part)
            columns.append(column)
        return columns

    def is_date(self, style: str | None) -> bool:
        """Whether a cell's format is a date's."""
        if style is None or not self._dates:
            return False
        if not style.isdecimal() or int(style[:9]) >= len(self._dates):
            raise refuse("style-index", part=self._part, ref=style)
        return self._dates[int(style)]

    def parsed(self, raw: str | None, kind: str, is_date: bool) -> Parsed | None:
        """The value of a cell of this kind from its text; None for an empty text."""
        if not raw:
            return None
        if kind == "str":
            return office_unescape(raw)
        value = _number(raw, is_date) if kind == "n" else self._typed(kind, raw)
        return None if value == "" else value

    def _typed(self, kind: str, raw: str) -> Parsed:
        if kind == "s":
            index = raw.strip(_BLANK)
            if not index.isdecimal() or int(index[:9]) >= len(self._strings):
                raise refuse("string-index", part=self._part, ref=index)
            return self._strings[int(index)]
        if kind == "b":
            flags = {"1": True, "true": True, "0": False, "false": False}
            return flags.get(raw.strip(_BLANK), Broken(raw))
        if kind == "e":
            return Shown(raw)
        return _moment(raw) if kind == "d" else Broken(raw)


@lru_cache(maxsize=1)
def _numbers() -> dict[str, int]:
    """The numbers of the columns that are met most."""
    return {column_letters(number): number for number in range(1, 703)}


def _unusual(item: etree._Element, kind: str, contents: _Contents) -> Parsed | None:
    """What a cell holds that has its text in itself, or something behind its value."""
    if kind == "inlineStr":
        inline = next(item.iterchildren(_IS), None)
        return None if inline is None else _rich(inline) or None
    value = next(item.iterchildren(_V), None)
    return contents[item.get("s"), kind][None if value is None else value.text]


class _Contents(dict[tuple[str | None, str], "_Values"]):
    """Format and kind of a cell → the values that its texts mean."""

    def __init__(self, reader: SecondReader) -> None:
        super().__init__()
        self._reader = reader

    def __missing__(self, looks: tuple[str | None, str]) -> _Values:
        style, kind = looks
        is_date = self._reader.is_date(style)
        values = self[looks] = _Values(lambda raw: self._reader.parsed(raw, kind, is_date), kind != "str")
        return values


class _Values(dict[str | None, Parsed | None]):
    """Text of a cell → its value: few dates, numbers of shared texts, 0 and 1 differ; texts are not kept."""

    def __init__(self, parsed: Callable[[str | None], Parsed | None], kept: bool) -> None:
        super().__init__()
        self._parsed, self._kept = parsed, kept

    def __missing__(self, raw: str | None) -> Parsed | None:
        value = self._parsed(raw)
        if self._kept:
            self[raw] = value
        return value


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
