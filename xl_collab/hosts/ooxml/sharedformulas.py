"""Groups of shared formulas in a worksheet: one cell has the text, the others point to its number.

Overwriting the cell that has the text would silently change every cell that points to it, so such
groups are written out first. What may not enter: what to write into cells (sheetxml.py decides).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from xl_collab.hosts.ooxml.celltext import xml_escape, xml_unescape
from xl_collab.hosts.ooxml.formulatext import MAX_ROW, column_number, shift, template_parts
from xl_collab.hosts.ooxml.sheetlayout import Layout

_SI = re.compile(rb"""\ssi=["'](\d+)["']""")


@dataclass(frozen=True, slots=True)
class Master:
    """The cell of a group that has the text; `formula` is unescaped and reads as in that cell."""

    si: int
    column: int
    row: int
    formula: str

    def at(self, row: int, column: int) -> str:
        """The group's formula as it reads in another cell."""
        if column == self.column:
            pattern, offsets = _template(self.formula, self.row)
            numbers = tuple([row + offset for offset in offsets])
            moved = (*numbers, *[self.row + offset for offset in offsets])
            # What leaves the sheet, or never was an address, is left to the slow and sure way.
            if not moved or 0 < min(moved) <= max(moved) <= MAX_ROW:
                return pattern % numbers
        return shift(self.formula, row - self.row, column - self.column)


@lru_cache(maxsize=512)
def _template(formula: str, row: int) -> tuple[str, tuple[int, ...]]:
    pattern, offsets = template_parts(formula, row)
    return pattern, tuple(offsets)


def masters(layout: Layout) -> dict[int, Master]:
    """All groups of the sheet by number. Quick when there are few: only `ref=` is searched for."""
    data, found, at = layout.data, {}, layout.start
    opening = b"<" + layout.prefix.encode() + b"f"
    while (at := data.find(b"ref=", at, layout.end)) >= 0:
        tag_start, tag_end = data.rfind(b"<", layout.start, at), data.find(b">", at) + 1
        at = max(tag_end, at + 4)
        tag = data[tag_start:tag_end]
        number = _SI.search(tag)
        if number is None or not tag.startswith(opening):
            continue
        address = address_before(layout, tag_start)
        if address is not None and not tag.endswith(b"/>"):
            text = data[tag_end : data.index(b"<", tag_end)].decode("utf-8", "replace")
            found[int(number[1])] = Master(int(number[1]), *address, xml_unescape(text))
    return found


def address_before(layout: Layout, offset: int) -> tuple[int, int] | None:
    """Column and row of the cell that `offset` lies in; None when the cell does not say."""
    opening = b"<" + layout.prefix.encode() + b"c "
    start = layout.data.rfind(opening, layout.start, offset)
    tag = layout.data[start : layout.data.find(b">", start)] if start >= 0 else b""
    match = re.search(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""", tag)
    return (column_number(match[1].decode()), int(match[2])) if match else None


def group_number(element: bytes) -> int | None:
    """The group that an `<f>` belongs to, or None."""
    match = _SI.search(element[: element.find(b">") + 1]) if b"shared" in element else None
    return int(match[1]) if match else None


def written_out(layout: Layout, doomed: dict[int, Master]) -> bytes:
    """The worksheet with every cell of the `doomed` groups carrying its formula as text."""
    p = re.escape(layout.prefix.encode())
    numbers = b"|".join(b"%d" % si for si in doomed)
    pattern = re.compile(
        rb"""<%bf\s[^>]*?\bsi=["'](%b)["'][^>]*?(?:/>|(?<!/)>[^<]*</%bf>)""" % (p, numbers, p)
    )
    data, pieces, copied = layout.data, [], 0
    for match in pattern.finditer(data, layout.start, layout.end):
        address = address_before(layout, match.start())
        if address is None:
            continue
        formula = xml_escape(doomed[int(match[1])].at(address[1], address[0]))
        pieces += [data[copied : match.start()], f"<{layout.prefix}f>{formula}</{layout.prefix}f>".encode()]
        copied = match.end()
    return b"".join([*pieces, data[copied:]])
