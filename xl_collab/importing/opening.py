"""Fills, strike-through, hidden rows and rules of a workbook, read with openpyxl; nothing is ever saved.

Runs in the reading process only (exchange/gate/foreign_reader.py), under its caps of time and memory.
What may not enter: values of cells, what a colour means (legend.py).
"""

from __future__ import annotations

import colorsys
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.styles.colors import COLOR_INDEX

from xl_collab.importing.looks import Cell, Looks

_OFFICE = (
    *("FFFFFF", "000000", "EEECE1", "1F497D", "4F81BD", "C0504D"),
    *("9BBB59", "8064A2", "4BACC6", "F79646", "0000FF", "800080"),
)
"""The colours of a workbook without a theme, in the order in which cells number them."""
_ORDER = ("lt1", "dk1", "lt2", "dk2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")
_SLOT = re.compile(rb"<a:(\w+)>\s*<a:(?:srgbClr|sysClr)\b([^>]*)>")
_HEX = re.compile(rb'(?:lastClr|val)="([0-9A-Fa-f]{6})"')
_PLAIN = re.compile(r"[0-9A-Fa-f]{6}")
_MOST_RULES = 100


def read_looks(data: bytes) -> Iterator[tuple[str, Looks]]:
    """How each worksheet looks, by its name. Raises whatever openpyxl raises for a file it cannot open."""
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False, rich_text=True)
    colours = _Colours(book)
    for sheet in book.worksheets:
        yield sheet.title, _looks(sheet, colours)


def _looks(sheet: Any, colours: _Colours) -> Looks:
    fills: dict[Cell, str] = {}
    inks: dict[Cell, str] = {}
    struck: set[Cell] = set()
    parts: dict[Cell, str] = {}
    for at, cell in sheet._cells.items():
        if cell.has_style:
            colour = colours.fill(cell._style.fillId)
            if colour is not None:
                fills[at] = colour
        value = getattr(cell, "value", None)
        ink = colours.ink(cell._style.fontId) if value is not None and cell.has_style else None
        if ink is not None:
            inks[at] = ink
        if isinstance(value, CellRichText):
            piece = _struck_piece(value)
            if piece and piece == str(value).strip():
                struck.add(at)
            elif piece:
                parts[at] = piece
        elif value is not None and cell.has_style and colours.struck(cell._style.fontId):
            struck.add(at)
    rows = frozenset(number for number, row in sheet.row_dimensions.items() if row.hidden)
    filtered = bool(sheet.auto_filter.ref and sheet.auto_filter.filterColumn)
    rules = islice((str(area.sqref) for area in sheet.conditional_formatting), _MOST_RULES)
    columns = frozenset(_hidden_columns(sheet))
    return Looks(fills, inks, frozenset(struck), parts, rows, columns, filtered, tuple(rules))


def _hidden_columns(sheet: Any) -> Iterator[int]:
    for column in sheet.column_dimensions.values():
        if column.hidden and column.min and column.max:
            yield from range(column.min, min(column.max, sheet.max_column) + 1)


def _struck_piece(text: CellRichText) -> str:
    """The runs of a text that are struck through."""
    blocks = (block for block in text if isinstance(block, TextBlock))
    return "".join(str(block.text) for block in blocks if block.font.strike).strip()


class _Colours:
    """The fills and fonts of a workbook by number, each worked out once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._theme = _theme(book.loaded_theme or b"")
        self._index = list(getattr(book, "_colors", None) or COLOR_INDEX)
        self._fills: dict[int, str | None] = {}
        self._inks: dict[int, str | None] = {}

    def fill(self, number: int) -> str | None:
        """The fill as RRGGBB; None for no fill."""
        if number not in self._fills:
            self._fills[number] = self._fill(self._book._fills[number])
        return self._fills[number]

    def ink(self, number: int) -> str | None:
        """The colour of a font; None for the automatic one."""
        if number not in self._inks:
            self._inks[number] = self._colour(self._book._fonts[number].color)
        return self._inks[number]

    def struck(self, number: int) -> bool:
        """Whether a font strikes through."""
        return bool(self._book._fonts[number].strike)

    def _fill(self, fill: Any) -> str | None:
        if fill.fill_type in ("linear", "path"):
            return self._colour(fill.stop[0].color) if fill.stop else None
        if fill.fill_type in (None, "none", "gray125"):
            return None
        return self._colour(fill.fgColor)

    def _colour(self, colour: Any) -> str | None:
        """A colour by RGB, theme or index, with its tint; None for the automatic one."""
        plain = self._plain(colour)
        if plain is None or not _PLAIN.fullmatch(plain):
            return None
        return _tinted(plain, float(colour.tint or 0))

    def _plain(self, colour: Any) -> str | None:
        if colour is None:
            return None
        if colour.type == "rgb":
            # 00000000 is what openpyxl says where the file says nothing.
            return None if colour.rgb == "00000000" else str(colour.rgb)[-6:]
        if colour.type == "theme":
            return self._theme[colour.theme] if 0 <= colour.theme < len(self._theme) else None
        if colour.type == "indexed" and 0 <= colour.indexed < len(self._index):
            return str(self._index[colour.indexed])[-6:]
        return None


def _theme(xml: bytes) -> list[str]:
    found = {}
    for name, attributes in _SLOT.findall(xml):
        colour = _HEX.search(attributes)
        if colour is not None:
            found[name.decode()] = colour[1].decode().upper()
    return [found.get(name, office) for name, office in zip(_ORDER, _OFFICE, strict=True)]


def _tinted(colour: str, tint: float) -> str:
    """A colour made lighter (tint above 0) or darker (below), as ECMA-376 18.8.19 says."""
    if not tint:
        return colour.upper()
    turn, light, full = colorsys.rgb_to_hls(*(int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    channels = colorsys.hls_to_rgb(turn, min(max(light, 0.0), 1.0), full)
    return "".join(f"{round(255 * channel):02X}" for channel in channels)
