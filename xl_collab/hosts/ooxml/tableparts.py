"""Tables of a sheet: where they are, and making one longer.

What may not enter: the cells of the new rows (sheetxml.py writes them).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from xl_collab.errors import XlCollabError
from xl_collab.hosts.ooxml.celltext import office_unescape
from xl_collab.hosts.ooxml.formulatext import column_letters, column_number
from xl_collab.hosts.ooxml.sheetlayout import locate
from xl_collab.hosts.ooxml.xmlparts import MAIN, parse_xml, to_bytes

if TYPE_CHECKING:
    from xl_collab.hosts.ooxml.package import Package

_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_SQREF = re.compile(rb"""(\bsqref=["']|<(?:[\w.-]+:)?sqref>)([^"'<]*)""")


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, 1-based and inclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def parse(cls, text: str) -> Area | None:
        """Read "A1:C5" or "B2"; None for anything else (whole columns, lists)."""
        match = _RANGE.fullmatch(text)
        if match is None:
            return None
        left, top = column_number(match[1]), int(match[2])
        return cls(left, top, column_number(match[3] or match[1]), int(match[4] or top))

    def __str__(self) -> str:
        first = f"{column_letters(self.left)}{self.top}"
        last = f"{column_letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"


@dataclass(frozen=True, slots=True)
class TableInfo:
    """A table as its part declares it; rows of data lie between header and totals rows."""

    name: str
    area: Area
    columns: tuple[str, ...]
    part: str
    sheet_part: str
    header_rows: int = 1
    totals_rows: int = 0

    @property
    def ref(self) -> str:
        """Header and totals included, "A5:X105"."""
        return str(self.area)


def tables_of(package: Package, sheet_part: str) -> list[TableInfo]:
    """The tables on a sheet, in the order of its arrows."""
    return [_table(package, rel.target, sheet_part) for rel in package.related(sheet_part, "table")]


def _table(package: Package, part: str, sheet_part: str) -> TableInfo:
    root = parse_xml(package.read(part), part)
    names = (item.get("name", "") for item in root.iter(f"{MAIN}tableColumn"))
    return TableInfo(
        name=root.get("displayName") or root.get("name", ""),
        area=Area.parse(root.get("ref", "")) or Area(0, 0, 0, 0),
        columns=tuple(office_unescape(name) for name in names),
        part=package.find(part) or part,
        sheet_part=sheet_part,
        header_rows=int(root.get("headerRowCount", "1")),
        totals_rows=int(root.get("totalsRowCount", "0")),
    )


def grow_table(package: Package, table: TableInfo, new_last_row: int) -> TableInfo:
    """Make `table` end at sheet row `new_last_row`, and what covered all its rows with it.

    Conditional formats, validations, protected ranges and ignored errors that lie within the table's
    columns and ended exactly at its last row are extended. Nothing happens when it is long enough.
    Raises XlCollabError when a totals row or another table is in the way.
    """
    old = table.area
    if new_last_row <= old.bottom:
        return table
    if table.totals_rows:
        raise XlCollabError(
            f"表格 {table.name} 带汇总行，不能在其下添加行。请在 Excel 中关闭“汇总行”后重试。",
            f"Table {table.name} has a totals row, so rows cannot be added below. Turn the totals row off "
            "in Excel and try again.",
        )
    new = Area(old.left, old.top, old.right, new_last_row)
    _refuse_collision(package, table, new)
    _set_ref(package, table, new)
    _extend_ranges(package, table, new_last_row)
    return next(one for one in tables_of(package, table.sheet_part) if one.part == table.part)


def _refuse_collision(package: Package, table: TableInfo, new: Area) -> None:
    for other in tables_of(package, table.sheet_part):
        if other.part != table.part and overlap(other.area, new):
            raise XlCollabError(
                f"表格 {table.name} 下方有表格 {other.name}，无法加长。请先把它移开。",
                f"Table {other.name} lies below table {table.name}, which cannot grow. Move it away first.",
            )


def overlap(one: Area, other: Area) -> bool:
    """Whether two rectangles share a cell."""
    across = one.left <= other.right and other.left <= one.right
    return across and one.top <= other.bottom and other.top <= one.bottom


def _set_ref(package: Package, table: TableInfo, new: Area) -> None:
    root = parse_xml(package.read(table.part), table.part)
    filters: list[etree._Element] = root.findall(f"{MAIN}autoFilter")
    for item in (root, *filters):
        item.set("ref", str(new))
    package.replace(table.part, to_bytes(root))


def _extend_ranges(package: Package, table: TableInfo, bottom: int) -> None:
    """Only what follows the cells is touched: selections in front of them are nobody's rule."""
    data = package.read(table.sheet_part)
    layout = locate(data)

    def grown(match: re.Match[bytes]) -> bytes:
        pieces = match[2].decode("utf-8", "replace").split(" ")
        return match[1] + " ".join(_grown(piece, table.area, bottom) for piece in pieces).encode()

    tail = _SQREF.sub(grown, layout.data[layout.end :])
    if tail != layout.data[layout.end :]:
        package.replace(table.sheet_part, layout.data[: layout.end] + tail)


def _grown(text: str, table: Area, bottom: int) -> str:
    area = Area.parse(text)
    if area is None or area.bottom != table.bottom or area.top <= table.top:
        return text
    if area.left < table.left or area.right > table.right:
        return text
    return str(Area(area.left, area.top, area.right, bottom))
