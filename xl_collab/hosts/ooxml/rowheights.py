"""Heights of rows that are added to a table or whose shared cells grow, from texts and columns' widths.

A program that opens the workbook trusts the heights in it, and a row without one gets a single line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from xl_collab.hosts.ooxml.formulatext import column_number
from xl_collab.project.tables import Table
from xl_collab.project.text_size import INDENT, row_height
from xl_collab.schema.declaration import Kind

_WRAPPED = (Kind.TEXT, Kind.NOTE, Kind.PARTY, Kind.IDS, Kind.DEADLINE)
_COL = re.compile(rb"<(?:[\w.-]+:)?col\s([^>]*)>")
_PART = re.compile(rb"""(\w+)=["']([^"']*)["']""")
_USUAL = 8.43
"""Width of a column that nobody set, in characters."""
_MOST = 400
"""Rows that are measured: more are not read at a glance, and measuring takes its time."""


def heights(
    sheet: bytes, table: Table, first: int, records: Sequence[Mapping[str, object]]
) -> dict[int, float]:
    """Row → points for records that begin at sheet row `first`, on the sheet as it is now."""
    widths = _widths(sheet[: sheet.find(b"sheetData")])
    columns = [
        (column.name, widths.get(column_number(table.letters[column.name]), _USUAL))
        for column in table.sheet.columns
        if column.kind in _WRAPPED and column.name in table.letters
    ]
    found = {}
    for row, record in enumerate(records[:_MOST], start=first):
        texts = [
            (record[name], width - INDENT) for name, width in columns if isinstance(record.get(name), str)
        ]
        found[row] = row_height(texts)
    return found


def grown(
    sheet: bytes, table: Table, name: str, rows: Sequence[int], values: Sequence[object]
) -> dict[int, float]:
    """Row → points that texts need in a column of rows that are there already."""
    widths = _widths(sheet[: sheet.find(b"sheetData")])
    width = widths.get(column_number(table.letters[name]), _USUAL)
    texts = ((row, v) for row, v in zip(rows[:_MOST], values[:_MOST], strict=True) if isinstance(v, str))
    return {row: row_height([(text, width)]) for row, text in texts}


def _widths(head: bytes) -> dict[int, float]:
    """Column number → width in characters, from `<cols>`."""
    found: dict[int, float] = {}
    for match in _COL.finditer(head):
        given = dict(_PART.findall(match[1]))
        first, last = int(given.get(b"min", 1)), int(given.get(b"max", 0))
        width = float(given.get(b"width", _USUAL))
        # A format for all columns to the right reaches column 16384; tables do not.
        found |= dict.fromkeys(range(first, min(last, 256) + 1), width)
    return found
