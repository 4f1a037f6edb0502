"""Rows below an Excel table made rows of it, in a file: its extent, its rules, and the look of the row above.

A part of a cell's look that is the workbook's usual one is taken from the row above; what people chose
themselves stays. Columns of people's own that compute go on computing. What may not enter: what is a row
(`below` says that), the declared formulas (those are edits).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from lxml import etree

from xl_collab.a1 import Area, column_letters
from xl_collab.hosts.grid import Grid, Sheets
from xl_collab.hosts.ooxml.formulatext import row_template
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.sheetlayout import SPANS, CellBytes, Layout, RowReader, attributes, plain_layout
from xl_collab.hosts.ooxml.sheetxml import ColumnWrite, SheetEditor
from xl_collab.hosts.ooxml.styles import StyleSheet, is_date_code
from xl_collab.hosts.ooxml.widening import table_formulas
from xl_collab.hosts.ooxml.workbookxml import TableInfo, grow_table
from xl_collab.hosts.ooxml.xmlparts import MAIN
from xl_collab.hosts.reading import LocatedBook, Place

_LOOKS = (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders"))


def take_in(
    package: Package, reading: LocatedBook[Sheets], place: Place, rows: Sequence[int], styles: StyleSheet
) -> None:
    """Make sheet `rows` below the table at `place` rows of it; `styles` gets the formats that this needs."""
    if place.table is None or not rows:
        return
    area, last = place.table.area, max(rows)
    part = reading.sheets.info(place.tab).part
    own = list(_own_formulas(package, reading.sheets.grid(place.tab), place, place.table, rows))
    grow_table(package, place.table, last)
    data = _dressed(package.read(part), area, last, styles)
    editor = SheetEditor(data)
    editor.set_cells(*own)
    package.replace(part, editor.render() if own else data)


# formulas of people's own columns


def _own_formulas(
    package: Package, grid: Grid, place: Place, table: TableInfo, rows: Sequence[int]
) -> Iterator[ColumnWrite]:
    """What the table fills columns with that are people's own, as it reads in the last row that has it."""
    computed, ours = table_formulas(package, table), set(place.headings.columns.values())
    for number, heading in enumerate(table.columns, start=table.area.left):
        if heading not in computed or number in ours:
            continue
        at, offsets = grid.cells.formulas_in(number)
        there = dict(zip(at.tolist(), offsets.tolist(), strict=True))
        above = max((row for row in there if table.area.top < row <= table.area.bottom), default=None)
        empty = [row for row in rows if row not in there and grid.cell(row, number) is None]
        if above is not None and empty:
            text = row_template(grid.cells.formula_text(there[above], above, number), above)(empty[0])
            yield ColumnWrite(column_letters(number), empty, [None] * len(empty), formula=text)


# looks


def _dressed(data: bytes, area: Area, last: int, styles: StyleSheet) -> bytes:
    """The worksheet with the rows below `area` down to `last` looking like the last one in it."""
    layout = plain_layout(data)
    reader = RowReader(layout.prefix.encode())
    numbers = layout.rows[0]
    model = _model(layout, reader, area)
    mixed = cache(_Mixer(styles, layout).mixed)
    pieces, copied = [], 0
    for at, row in enumerate(numbers):
        if model and area.bottom < row <= last:
            start, end = layout.rows[1][at], layout.row_end(at)
            opening, cells = reader.read(layout.data[start:end], row)
            known = {cell.column: cell for cell in cells}
            for column, style in model.items():
                cell = known.setdefault(column, CellBytes(column, b"", b"", b"/>"))
                worn = mixed(column, style, cell.style, _holds_number(cell.body), not cell.raw)
                cell.raw = _rendered(layout, column, row, worn, cell.body)
            joined = b"".join(known[column].raw for column in sorted(known))
            opening = SPANS.sub(b"", opening)
            row_end = b"</%brow>" % layout.prefix.encode()
            pieces += [layout.data[copied:start], b"<%b>%b%b" % (opening, joined, row_end)]
            copied = end
    return b"".join([*pieces, layout.data[copied:]])


def _rendered(layout: Layout, column: int, row: int, style: int, body: bytes) -> bytes:
    given = b' s="%d"' % style if style else b""
    return b'<%bc r="%b%d"%b%b' % (layout.prefix.encode(), column_letters(column).encode(), row, given, body)


def _model(layout: Layout, reader: RowReader, area: Area) -> dict[int, int]:
    """Column → cell format in the last row of the table that the sheet has."""
    for at in reversed(range(len(layout.rows[0]))):
        row = layout.rows[0][at]
        if row <= area.top:
            break
        if row <= area.bottom:
            _, cells = reader.read(layout.data[layout.rows[1][at] : layout.row_end(at)], row)
            found = {cell.column: _number(cell.style) for cell in cells}
            return {column: found[column] for column in range(area.left, area.right + 1) if column in found}
    return {}


def _number(style: bytes) -> int:
    return int(attributes(style).get(b"s", b"0"))


def _holds_number(body: bytes) -> bool:
    """Whether a cell holds a plain number: a date's format would make it a day that nobody typed."""
    kind, _, content = body.partition(b">")
    return kind in (b"", b' t="n"') and b"<v>" in content and b"<f" not in content


class _Mixer:
    """Cell formats out of two: what people chose, and for the rest what the row above has."""

    def __init__(self, styles: StyleSheet, layout: Layout) -> None:
        self._styles = styles
        self._columns = {number: int(style) for number, style in layout.column_styles.items()}

    def mixed(self, column: int, above: int, own: bytes, number: bool, missing: bool) -> int:
        """The format of a cell that wore `own` until now."""
        formats = self._styles.items("cellXfs")
        worn = _number(own)
        if missing or worn >= len(formats) or above >= len(formats):
            return above
        usual = [formats[i] for i in {0, self._columns.get(column, 0)} if i < len(formats)]
        return self._of(formats[worn], formats[above], usual, number)

    def _of(
        self, own: etree._Element, above: etree._Element, usual: Sequence[etree._Element], number: bool
    ) -> int:
        made = etree.Element(own.tag, dict(above.attrib))
        for key, container in _LOOKS:
            if all(self._styles.differ(container, own.get(key), one.get(key)) for one in usual):
                made.set(key, own.get(key, "0"))
                made.set(f"apply{key[0].upper()}{key[1:-2]}", "1")
        if self._keeps_number(own, above, number):
            made.set("numFmtId", own.get("numFmtId", "0"))
            made.set("applyNumberFormat", "1")
        made.attrib.pop("quotePrefix", None)
        if own.get("quotePrefix") is not None:
            made.set("quotePrefix", own.get("quotePrefix"))
        for name in ("alignment", "protection"):
            told = self._own_part(name, own, usual)
            kept = above.find(MAIN + name) if told is None else told
            if kept is not None:
                made.append(etree.fromstring(etree.tostring(kept)))
        return self._styles.append("cellXfs", made)

    def _keeps_number(self, own: etree._Element, above: etree._Element, number: bool) -> bool:
        code, other = (self._styles.code_of(int(one.get("numFmtId", "0"))) for one in (own, above))
        if code != "General":
            return True
        return number and (is_date_code(other) or other == "@")

    def _own_part(
        self, name: str, own: etree._Element, usual: Sequence[etree._Element]
    ) -> etree._Element | None:
        found = own.find(MAIN + name)
        if found is None or not own_attributes(found):
            return None
        same = (own_attributes(one.find(MAIN + name)) == own_attributes(found) for one in usual)
        return None if any(same) else found


_UNSAID = {"general", "bottom", "0", "false"}


def own_attributes(part: etree._Element | None) -> dict[str, str]:
    """What an alignment or a protection says beyond what goes without saying."""
    if part is None:
        return {}
    said = {key: "1" if text == "true" else text for key, text in part.attrib.items()}
    return {k: v for k, v in said.items() if v not in _UNSAID and (k, v) != ("locked", "1")}
