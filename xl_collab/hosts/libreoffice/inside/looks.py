"""How cells look: properties of a block, number formats, widths, heights, merging, hidden rows."""

from __future__ import annotations

import re
from typing import Any

from .blocks import any_merged, format_key
from .desk import Desk, enum

MOMENT = 2 | 4
"""com.sun.star.util.NumberFormat.DATE and TIME."""

SCRIPTS = ("", "Asian", "Complex")
"""Chinese text takes the Asian twin of each font property."""


def look(desk: Desk, at: list, name: str) -> object:
    """One UNO property; None where the cells differ. Enumerations come as their name."""
    value = getattr(desk.block(at).cells, name)
    return getattr(value, "value", value) if not isinstance(value, (int, float, str, bool)) else value


def set_look(desk: Desk, at: list, name: str, value: Any, kind: str | None = None) -> None:
    """`kind`: the enumeration that `value` is a member of."""
    block = desk.block(at)
    block.formattable()
    block.cells.setPropertyValue(name, value if kind is None else enum(kind, value))


def set_font(desk: Desk, at: list, name: str, value: Any, kind: str | None = None) -> None:
    block = desk.block(at)
    block.formattable()
    for script in SCRIPTS:
        block.cells.setPropertyValue(name + script, value if kind is None else enum(kind, value))


def number_format(desk: Desk, at: list) -> str | None:
    block = desk.block(at)
    key = block.cells.NumberFormat
    if key is None:
        return None
    found = block.document.NumberFormats.getByKey(key)
    return _small(found.FormatString) if found.Type & MOMENT else found.FormatString


def _small(code: str) -> str:
    """A date's or time's code as Excel writes it: small letters, but for quoted text and AM/PM."""
    return re.sub(
        r'"[^"]*"|AM/PM|[A-Z]+', lambda m: m[0] if m[0][0] == '"' or "/" in m[0] else m[0].lower(), code
    )


def set_number_format(desk: Desk, at: list, code: str) -> None:
    block = desk.block(at)
    block.formattable()
    block.cells.NumberFormat = format_key(block.document, code)


def sizes(desk: Desk, at: list) -> list:
    """Column width and row height in 1/100 mm, None where they differ; left, top, width, height."""
    cells = desk.block(at).cells
    columns, rows = cells.Columns, cells.Rows
    widths = {columns.getByIndex(i).Width for i in range(min(columns.Count, 256))}
    heights = {rows.getByIndex(i).Height for i in range(min(rows.Count, 1000))}
    place, size = cells.Position, cells.Size
    one = [found.pop() if len(found) == 1 else None for found in (widths, heights)]
    return [*one, place.X, place.Y, size.Width, size.Height]


def set_sizes(desk: Desk, at: list, width: int | None = None, height: int | None = None) -> None:
    block = desk.block(at)
    block.formattable()
    if width is not None:
        block.cells.Columns.Width = width
    if height is not None:
        block.cells.Rows.Height = height


def fit(desk: Desk, at: list, columns: bool, rows: bool) -> None:
    block = desk.block(at)
    block.formattable()
    if columns:
        block.cells.Columns.OptimalWidth = True
    if rows:
        block.cells.Rows.OptimalHeight = True


def merge(desk: Desk, at: list, on: bool, by_row: bool = False) -> None:
    block = desk.block(at)
    block.formattable()
    if not by_row:
        block.cells.merge(on)
        return
    for row in range(block.top, block.bottom + 1):
        block.part(block.left, row, block.right, row).merge(on)


def is_merged(desk: Desk, at: list) -> bool | None:
    """Whether the cells are merged; None where some are and some are not."""
    block = desk.block(at)
    if block.cells.IsMerged:
        return True
    cursor = block.sheet.createCursorByRange(block.part(block.left, block.top, block.left, block.top))
    cursor.collapseToMergedArea()
    area = cursor.RangeAddress
    whole = area.EndRow + 1 >= block.bottom and area.EndColumn + 1 >= block.right
    if cursor.Columns.Count * cursor.Rows.Count > 1:
        return True if whole else None
    return None if any_merged(block.cells) else False


def hidden(desk: Desk, at: list, axis: str) -> bool | None:
    """Whether the block's rows ("rows") or columns ("columns") are hidden; None: some are."""
    cells = desk.block(at).cells
    lines = cells.Rows if axis == "rows" else cells.Columns
    if lines.Count == 1:
        return not lines.getByIndex(0).IsVisible
    seen = cells.queryVisibleCells().getRangeAddresses()
    count = {place for address in seen for place in _places(address, axis)}
    return True if not count else (False if len(count) == lines.Count else None)


def _places(address: Any, axis: str) -> range:
    if axis == "rows":
        return range(address.StartRow, address.EndRow + 1)
    return range(address.StartColumn, address.EndColumn + 1)


def set_hidden(desk: Desk, at: list, axis: str, value: bool) -> None:
    block = desk.block(at)
    block.formattable()
    (block.cells.Rows if axis == "rows" else block.cells.Columns).IsVisible = not value


OPERATIONS = {
    function.__name__: function
    for function in (
        *(look, set_look, set_font, number_format, set_number_format, sizes, set_sizes, fit),
        *(merge, is_merged, hidden, set_hidden),
    )
}
