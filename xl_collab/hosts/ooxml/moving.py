"""Columns of a sheet put in another order in a whole package: cells, and everything that points to them.

Formulas, names, colours and checks, charts, sparklines, comments, links, filters, pictures, controls, pivots;
what cannot follow is refused before anything is changed. What may not enter: which order is wanted
(hosts/reordering.py).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from xl_collab.a1 import Area, column_letters
from xl_collab.hosts.ooxml.cellscan import masters, written_out
from xl_collab.hosts.ooxml.celltext import xml_escape, xml_unescape
from xl_collab.hosts.ooxml.columnmove import CannotFollow, ColumnMove
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.sheetlayout import CellBytes, RowReader, plain_layout
from xl_collab.hosts.ooxml.shellmove import ShellMove, filters
from xl_collab.hosts.ooxml.widening import SheetShell
from xl_collab.hosts.ooxml.workbookxml import SheetInfo, tables_of
from xl_collab.hosts.ooxml.xmlparts import DOC_RELS, MAIN, parse_xml, to_bytes

_FORMULA = re.compile(
    rb"(<(?:\w+:)?(?:f|formula|formula1|formula2|calculatedColumnFormula|totalsRowFormula|FmlaLink|FmlaRange"
    rb"|FmlaPict|FmlaTxbx|FmlaGroup)(?:\s[^>]*)?(?<!/)>)([^<]*)(</)"
)
_ATTRIBUTE = re.compile(rb"""(\b(?:fmlaLink|fmlaRange|fmlaTxbx|fmlaGroup|textlink)=")([^"]*)(")""")
_LOCATION = re.compile(rb"""(<(?:\w+:)?hyperlink\s[^>]*?\blocation=")([^"]*)(")""")
_TARGET = re.compile(rb"""(\bTarget="#)([^"]*)(")""")
_FILLED = re.compile(rb"""(<(?:\w+:)?f\s[^>]*?\bref=")([^"]*)(")""")
_ADDRESS = re.compile(rb"""(<(?:\w+:)?c\s+r=")([A-Z]+)""")
_SPANS = re.compile(rb"""\sspans=(?:"[^"]*"|'[^']*')""")
_VML_COLUMN = re.compile(rb"(<x:Column>)(\d+)(</x:Column>)")
_VML_ANCHOR = re.compile(rb"(<x:Anchor>)([^<]*)(</x:Anchor>)")
_VML_SHAPE = re.compile(rb"<v:shape\b.*?</v:shape>", re.S)
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_FREE = ("_xlnm.Print_Area", "_xlnm._FilterDatabase")
_PLACED = ("tableSingleCells", "queryTable")

Told = tuple[str, str]
"""Where something stands that cannot follow, and what it says."""


def move_columns(package: Package, info: SheetInfo, move: ColumnMove, header_row: int) -> list[Told]:
    """Move the columns of a sheet; what cannot follow is returned, and then the package is of no use."""
    work = _Moving(package, info, move, header_row)
    work.run()
    return work.refused


class _Moving:
    def __init__(self, package: Package, info: SheetInfo, move: ColumnMove, header_row: int) -> None:
        self._package, self._info, self._move, self._header_row = package, info, move, header_row
        self.refused: list[Told] = []

    def run(self) -> None:
        package = self._package
        for sheet in package.workbook.sheets:
            if sheet.part:
                self._sheet(sheet)
        self._names()
        for part in package.parts:
            self._part(part)
        package.drop_calc_chain()

    # formulas, wherever they are

    def _followed(self, text: str, where: str, *, home: bool, loose: bool = False) -> str:
        try:
            return self._move.formula(text, home=home, loose=loose)
        except CannotFollow:
            self.refused.append((where, text))
            return text

    def _rewritten(
        self, pattern: re.Pattern[bytes], data: bytes, where: str, *, home: bool, loose: bool = False
    ) -> bytes:
        def moved(match: re.Match[bytes]) -> bytes:
            old = xml_unescape(match[2].decode())
            new = self._followed(old, where, home=home, loose=loose)
            if new == old:
                return match[0]
            return match[1] + xml_escape(new).replace('"', "&quot;").encode() + match[3]

        return pattern.sub(moved, data)

    def _sheet(self, sheet: SheetInfo) -> None:
        data = self._package.read(sheet.part)
        home = sheet.part == self._info.part
        data = self._spelled_out(data, home)
        data = self._home(data) if home else self._rewritten(_FORMULA, data, sheet.name, home=False)
        data = self._rewritten(_LOCATION, data, sheet.name, home=home, loose=True)
        if data != self._package.read(sheet.part):
            self._package.replace(sheet.part, data)
        for table in tables_of(self._package, sheet.part):
            self._replaced(table.part, lambda d: self._rewritten(_FORMULA, d, sheet.name, home=home))
        if home:
            self._surroundings()

    def _spelled_out(self, data: bytes, home: bool) -> bytes:
        """Shared formulas that run across columns each get their own text: each column goes its own way."""
        if b"shared" not in data:
            return data
        layout = plain_layout(data)
        groups = masters(layout)
        doomed = {
            number: group
            for number, group in groups.items()
            if _across(layout.data, number) and self._move.concerns(group.formula, home)
        }
        return written_out(layout, doomed) if doomed else data

    def _names(self) -> None:
        workbook = self._package.workbook
        for one in workbook.defined_names:
            home = one.sheet is not None and one.sheet.casefold() == self._move.tab.casefold()
            if one.name == "_xlnm.Print_Titles":
                continue
            whole = one.name.casefold() in self._move.fixed
            loose = one.name in _FREE or whole
            text = self._followed(one.text, one.name, home=home and "!" not in one.text, loose=loose)
            if text != one.text:
                workbook.set_defined_name(one.name, text, one.sheet, hidden=one.hidden)

    def _part(self, part: str) -> None:
        """Charts, controls and pivots: small parts that name cells."""
        if re.search(r"/(charts|chartEx|drawings|ctrlProps)/[^/]+$", part):
            where = posixpath.basename(part)
            for pattern in (_FORMULA, _ATTRIBUTE):
                self._replaced(part, lambda d, p=pattern: self._rewritten(p, d, where, home=False))  # type: ignore[misc]
        elif part.endswith(".rels") and b'Target="#' in self._package.read(part):
            self._replaced(part, lambda d: self._rewritten(_TARGET, d, part, home=False, loose=True))
        elif "pivotCacheDefinition" in posixpath.basename(part):
            self._pivot(part)

    def _replaced(self, part: str, change: Callable[[bytes], bytes]) -> None:
        before = self._package.read(part)
        after = change(before)
        if after != before:
            self._package.replace(part, after)

    def _pivot(self, part: str) -> None:
        """A pivot reads the headings of its source anew: as a whole the source may be in any order."""
        root = parse_xml(self._package.read(part), part)
        for item in root.iter(f"{MAIN}worksheetSource"):
            area = Area.parse(item.get("ref", ""))
            if area is None or item.get("sheet", "").casefold() != self._move.tab.casefold():
                continue
            if item.get(f"{DOC_RELS}id") is not None:  # another workbook's sheet
                continue
            if self._move.runs(area.left, area.right) != [(area.left, area.right)]:
                self.refused.append((posixpath.basename(part), f"{self._move.tab}!{area}"))

    # the sheet itself

    def _home(self, data: bytes) -> bytes:
        data = self._cells(data)
        shell = SheetShell(data)
        ShellMove(shell, self._move, self._header_row, self._refuse, self._here).run()
        return shell.to_bytes() if shell.changed else data

    def _here(self, text: str) -> str:
        return self._followed(text, self._move.tab, home=True)

    def _refuse(self, what: str) -> None:
        self.refused.append((self._move.tab, what))

    def _cells(self, data: bytes) -> bytes:
        layout = plain_layout(data)
        prefix = layout.prefix.encode()
        reader, out, copied = RowReader(prefix), [], 0
        for at, row in enumerate(layout.rows[0]):
            start, end = layout.rows[1][at], layout.row_end(at)
            opening, cells = reader.read(layout.data[start:end], row)
            moved = sorted((self._cell(cell, row) for cell in cells), key=lambda cell: cell.column)
            joined = b"".join(cell.raw for cell in moved)
            opening = _SPANS.sub(b"", opening)
            closed = b"<%b>%b</%brow>" % (opening, joined, prefix) if cells else layout.data[start:end]
            out += [layout.data[copied:start], closed]
            copied = end
        return b"".join([*out, layout.data[copied:]])

    def _cell(self, cell: CellBytes, row: int) -> CellBytes:
        column = self._move.to(cell.column)
        raw = cell.raw
        if b"<f" in raw or b":f" in raw:
            where = f"{self._move.tab}!{column_letters(cell.column)}{row}"
            raw = self._rewritten(_FORMULA, raw, where, home=True)
            raw = _FILLED.sub(lambda m: m[1] + self._area(m[2].decode(), where).encode() + m[3], raw)
            if b't="dataTable"' in raw:
                self.refused.append((where, "TABLE()"))
        if column != cell.column:
            raw = _ADDRESS.sub(lambda m: m[1] + column_letters(column).encode(), raw, count=1)
        return CellBytes(column, raw, cell.style, cell.body)

    def _area(self, text: str, where: str) -> str:
        area = Area.parse(text)
        if area is None or not self._move.keeps(area.left, area.right):
            self.refused.append((where, text))
            return text
        return self._move.areas(text)

    # parts that belong to the sheet

    def _surroundings(self) -> None:
        package, part = self._package, self._info.part
        for rel in package.rels(part):
            if rel.external or rel.target not in package:
                continue
            if rel.kind in _PLACED or rel.kind == "pivotTable":
                self._refuse(f"{rel.kind} ({posixpath.basename(rel.target)})")
            elif rel.kind in ("comments", "threadedComment"):
                self._replaced(rel.target, self._comments)
            elif rel.kind == "drawing":
                self._replaced(rel.target, self._pictures)
            elif rel.kind == "vmlDrawing":
                self._replaced(rel.target, self._notes)
            elif rel.kind == "table":
                self._table(rel.target)

    def _comments(self, data: bytes) -> bytes:
        pattern = re.compile(rb"""(<(?:\w+:)?(?:comment|threadedComment)\s[^>]*?\bref=")([^"]*)(")""")
        return pattern.sub(lambda m: m[1] + self._move.areas(m[2].decode()).encode() + m[3], data)

    def _notes(self, data: bytes) -> bytes:
        """The boxes of comments: old drawings, which no XML reader is sure to understand."""

        def shape(match: re.Match[bytes]) -> bytes:
            found = _VML_COLUMN.search(match[0])
            if found is None:
                return match[0]
            old = int(found[2])
            new = self._move.to(old + 1) - 1
            moved = _VML_COLUMN.sub(lambda m: b"%b%d%b" % (m[1], new, m[3]), match[0], count=1)
            return _VML_ANCHOR.sub(lambda m: m[1] + _shifted(m[2], new - old) + m[3], moved)

        return _VML_SHAPE.sub(shape, data)

    def _pictures(self, data: bytes) -> bytes:
        root = parse_xml(data, "drawing")
        for anchor in root:
            corner = anchor.find(f"{_DRAWING}from/{_DRAWING}col")
            if corner is None or anchor.get("editAs") == "absolute":
                continue
            old = int(corner.text or "0")
            by = self._move.to(old + 1) - 1 - old
            for column in (corner, anchor.find(f"{_DRAWING}to/{_DRAWING}col")):
                if column is not None and by:
                    column.text = str(max(0, int(column.text or "0") + by))
        return to_bytes(root)

    def _table(self, part: str) -> None:
        package = self._package
        if any(rel.kind == "queryTable" for rel in package.rels(part)):
            self._refuse(f"queryTable ({posixpath.basename(part)})")
        root = parse_xml(package.read(part), part)
        area = Area.parse(root.get("ref", ""))
        block = root.find(f"{MAIN}tableColumns")
        if area is None or block is None:
            return
        if self._move.runs(area.left, area.right) != [(area.left, area.right)]:
            if not self._move.keeps(area.left, area.right):
                self._refuse(f"{root.get('displayName')} {area}")
                return
            root.set("ref", self._move.areas(str(area)))
        filters(root, self._move)
        columns = list(block)
        for _, column in sorted((self._move.to(area.left + at), column) for at, column in enumerate(columns)):
            block.append(column)
        package.replace(part, to_bytes(root))


def _shifted(anchor: bytes, by: int) -> bytes:
    numbers = [int(text) for text in anchor.split(b",")]
    if len(numbers) == 8:
        by = max(by, -numbers[0])
        numbers[0], numbers[4] = numbers[0] + by, numbers[4] + by
    return b", ".join(b"%d" % number for number in numbers)


def _across(data: bytes, number: int) -> bool:
    """Whether a group of shared formulas spans several columns."""
    for match in re.finditer(rb"<(?:\w+:)?f\s[^>]*>", data):
        tag = match[0]
        if b'si="%d"' % number in tag and b"ref=" in tag:
            found = re.search(rb'\bref="([^"]*)"', tag)
            area = Area.parse(found[1].decode()) if found else None
            return area is None or area.left != area.right
    return True
