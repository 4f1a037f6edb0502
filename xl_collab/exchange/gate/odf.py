"""What calamine does not tell of an OpenDocument spreadsheet: merged areas, errors, comments, hidden rows.

Runs in the reading process only. What may not enter: values, colours.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from xl_collab.a1 import column_letters

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_ERROR = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_ROW, _CELL, _COVERED = f"{_TABLE}table-row", f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"
_LAST_ROW = 1_048_576
_MOST_HIDDEN = 10_000


@dataclass
class Beside:
    """What stands beside the values of one sheet; rows and columns from 1."""

    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    notes: list[tuple[str, str, str]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)


def sheets_beside(data: bytes) -> dict[str, Beside]:
    """By sheet; nothing where the content cannot be read."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = etree.fromstring(archive.read("content.xml"), parser)
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError):
        return {}
    return {table.get(f"{_TABLE}name", ""): _table(table) for table in root.iter(f"{_TABLE}table")}


def _table(table: etree._Element) -> Beside:
    found, number = Beside(), 1
    for row in table.iter(_ROW):
        times = _count(row, "number-rows-repeated")
        if row.get(f"{_TABLE}visibility") in ("collapse", "filter") and times < _MOST_HIDDEN:
            found.hidden += range(number, number + times)
        for column, cell in _cells(row):
            _cell(cell, number, column, found)
        number += times
        if number > _LAST_ROW:
            break
    return found


def _cells(row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    column = 1
    for cell in row.iterchildren(_CELL, _COVERED):
        yield column, cell
        column += _count(cell, "number-columns-repeated")


def _cell(cell: etree._Element, row: int, column: int, found: Beside) -> None:
    down, across = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
    if down > 1 or across > 1:
        found.merged.append((row, column, row + down - 1, column + across - 1))
    if cell.get(_ERROR) == "error":
        found.errors[row, column] = "".join(
            p for text in cell.iterchildren(f"{_TEXT}p") for p in text.itertext()
        )
    for note in cell.iterchildren(f"{_OFFICE}annotation"):
        words = "\n".join("".join(text.itertext()) for text in note.iterchildren(f"{_TEXT}p"))
        if words.strip():
            found.notes.append((_address(row, column), words.strip(), note.findtext(_CREATOR, "").strip()))


def _count(item: etree._Element, name: str) -> int:
    text = item.get(f"{_TABLE}{name}", "1")
    return int(text) if text.isdecimal() and len(text) < 8 else 1


def _address(row: int, column: int) -> str:
    return f"{column_letters(column)}{row}"
