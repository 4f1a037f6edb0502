"""A sheet and its table made wider: columns appended at the right, with what a drawn sheet has for them.

The drawn sheet comes from our own drawing library and has the columns in the very places in which they are
to stand; its formats, widths, conditional formats and drop-downs are carried over, and nothing that is there
is moved or painted over. What may not enter: which columns there should be (hosts/upgrading.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from lxml import etree

from xl_collab.a1 import Area, column_letters
from xl_collab.hosts.ooxml.celltext import office_escape, office_unescape, xml_escape
from xl_collab.hosts.ooxml.formulatext import tokens
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.sheetlayout import CellBytes, RowReader, locate, plain_layout
from xl_collab.hosts.ooxml.styles import StyleMerger
from xl_collab.hosts.ooxml.workbookxml import TableInfo
from xl_collab.hosts.ooxml.xmlparts import MAIN, insert_ordered, parse_xml, to_bytes
from xl_collab.patterns import lazy
from xl_collab.records import dataclass

_ORDER = (
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
)
_CELL_STYLE = lazy(rb'<c r="([A-Z]+)([0-9]+)"(?: s="([0-9]+)")?')
_LAST_ROW = 1_048_576


class SheetShell:
    """A worksheet without its cells: what stands before and behind them, to be edited as a small tree."""

    def __init__(self, xml: bytes) -> None:
        layout = locate(xml)
        head, tail = layout.data[: layout.start], layout.data[layout.end :]
        self._cells = layout.data[layout.start : layout.end]
        self._closing = b"" if layout.collapsed else f"</{layout.prefix}sheetData>".encode()
        self.root = parse_xml(head + tail, "worksheet")
        self._before = etree.tostring(self.root)

    @property
    def changed(self) -> bool:
        """Whether anything was edited."""
        return bool(etree.tostring(self.root) != self._before)

    def all(self, name: str) -> list[etree._Element]:
        """The sheet's own elements of that name, in order."""
        return list(self.root.findall(MAIN + name))

    def ensured(self, name: str) -> etree._Element:
        """The one element of that name, made where the schema wants it."""
        found = self.root.find(MAIN + name)
        if found is None:
            found = etree.Element(MAIN + name)
            insert_ordered(self.root, found, _ORDER)
        return found

    def add(self, element: etree._Element) -> None:
        """Put an element in behind those of its name."""
        insert_ordered(self.root, element, _ORDER)

    def to_bytes(self) -> bytes:
        """The worksheet with its cells as they were."""
        layout = locate(to_bytes(self.root))
        if not layout.collapsed or not self._closing:
            return layout.data[: layout.start] + self._cells + layout.data[layout.end :]
        head = layout.data[: layout.start].removesuffix(b"/>") + b">"
        return head + self._cells + self._closing + layout.data[layout.end :]


# cells


def cell_styles(sheet: bytes, row: int) -> dict[str, int]:
    """Column letters → cell format of a drawn sheet's row."""
    return {m[1].decode(): int(m[3] or b"0") for m in _CELL_STYLE.finditer(sheet) if int(m[2]) == row}


def with_columns(
    sheet: bytes, header_row: int, bottom: int, columns: Sequence[tuple[int, str, int, int]]
) -> bytes:
    """The sheet with a heading and formatted blanks below it for each of `columns`.

    columns  (number, heading, cell format of the heading, cell format below)
    Cells that are there keep what they hold; a blank one gets the format.
    """
    layout = plain_layout(sheet)
    reader, prefix = RowReader(layout.prefix.encode()), layout.prefix.encode()
    out, copied = [], 0
    for at, row in enumerate(layout.rows[0]):
        if not header_row <= row <= bottom:
            continue
        start, end = layout.rows[1][at], layout.row_end(at)
        opening, cells = reader.read(layout.data[start:end], row)
        there = {cell.column for cell in cells if cell.body != b"/>"}
        added = [
            _cell(prefix, number, row, head if row == header_row else body, heading * (row == header_row))
            for number, heading, head, body in columns
            if number not in there
        ]
        fresh = {cell.column for cell in added}
        cells = sorted([*(c for c in cells if c.column not in fresh), *added], key=lambda cell: cell.column)
        opening = re.sub(rb"""\sspans=(?:"[^"]*"|'[^']*')""", b"", opening)
        joined = b"".join(cell.raw for cell in cells)
        out += [layout.data[copied:start], b"<%b>%b</%brow>" % (opening, joined, prefix)]
        copied = end
    return b"".join([*out, layout.data[copied:]])


def _cell(prefix: bytes, number: int, row: int, style: int, text: str) -> CellBytes:
    look = b' s="%d"' % style if style else b""
    opening = b'<%bc r="%b%d"%b' % (prefix, column_letters(number).encode(), row, look)
    if not text:
        return CellBytes(number, opening + b"/>", look, b"/>")
    said = xml_escape(office_escape(text)).encode()
    body = b' t="inlineStr"><%bis><%bt>%b</%bt></%bis></%bc>' % (prefix, prefix, said, prefix, prefix, prefix)
    return CellBytes(number, opening + body, look, body)


# widths and folding


def take_widths(shell: SheetShell, drawn: SheetShell, first: int, last: int, styles: StyleMerger) -> None:
    """Widths, formats and outline of columns `first` to `last` (and the outline's button behind them)."""
    wanted = _cut(drawn, lambda low, high: high >= first and low <= last + 1)
    new = []
    for item in wanted:
        low, high = max(int(item.get("min")), first), min(int(item.get("max")), last + 1)
        if low > last and item.get("collapsed") is None:
            continue
        new += [_col(item, number, styles) for number in range(low, high + 1)]
    if not new:
        return
    cols = shell.ensured("cols")
    taken = {int(item.get("min")) for item in new}
    kept = [piece for item in cols for piece in _without(item, taken)]
    for item in list(cols):
        cols.remove(item)
    for item in sorted([*kept, *new], key=lambda one: int(one.get("min"))):
        cols.append(item)
    deepest = max(int(item.get("outlineLevel", "0")) for item in cols)
    sizes = shell.root.find(f"{MAIN}sheetFormatPr")
    if deepest and sizes is not None and int(sizes.get("outlineLevelCol", "0")) < deepest:
        sizes.set("outlineLevelCol", str(deepest))


def _cut(drawn: SheetShell, wanted: Callable[[int, int], bool]) -> list[etree._Element]:
    cols = drawn.root.find(f"{MAIN}cols")
    found = [] if cols is None else list(cols)
    return [item for item in found if wanted(int(item.get("min")), int(item.get("max")))]


def _col(item: etree._Element, number: int, styles: StyleMerger) -> etree._Element:
    one = etree.Element(f"{MAIN}col", dict(item.attrib))
    one.set("min", str(number))
    one.set("max", str(number))
    if item.get("style") is not None:
        one.set("style", str(styles.cell_format(int(item.get("style")))))
    return one


def _without(item: etree._Element, taken: set[int]) -> list[etree._Element]:
    """The pieces of a column element that reach no column of `taken`."""
    low, high = int(item.get("min")), int(item.get("max"))
    cuts = sorted(number for number in taken if low <= number <= high)
    if not cuts:
        return [item]
    ends = [(a + 1, b - 1) for a, b in zip([low - 1, *cuts], [*cuts, high + 1], strict=True)]
    pieces = []
    for first, last in ends:
        if first <= last:
            piece = etree.Element(f"{MAIN}col", dict(item.attrib))
            piece.set("min", str(first))
            piece.set("max", str(last))
            pieces.append(piece)
    return pieces


# rules


@dataclass(frozen=True)
class Placing:
    """How a drawn sheet's rules are laid over the user's: rows further down, and down to which row."""

    rows: int
    last_row: int
    drawn_first: int
    drawn_last: int

    def formula(self, text: str) -> str:
        """A formula of the drawn sheet as it reads in the user's: every row of its own sheet is moved."""
        if not self.rows:
            return text
        pieces, foreign = [], False
        for kind, piece in tokens(text):
            if kind == "cell" and not foreign:
                piece = re.sub(r"\d+$", lambda m: str(min(int(m[0]) + self.rows, _LAST_ROW)), piece)
            foreign = kind == "sheet" or (foreign and piece == ":") or (foreign and kind == "cell")
            pieces.append(piece)
        return "".join(pieces)

    def areas(self, sqref: str) -> list[Area]:
        """The rectangles of a rule; one that reaches to the end of the drawn sheet reaches to the user's."""
        found = [area for area in map(Area.parse, sqref.split()) if area is not None]
        return [
            Area(
                a.left, a.top + self.rows, a.right, self.last_row if a.bottom == self.drawn_last else a.bottom
            )
            for a in found
        ]


def said(formula: str | None) -> str:
    """A formula as it is compared: case, blanks and quotes around names of sheets do not count."""
    pieces = (formula or "").split('"')
    pieces[::2] = ["".join(piece.split()).upper().replace("'", "") for piece in pieces[::2]]
    return '"'.join(pieces)


def take_colours(shell: SheetShell, drawn: SheetShell, placing: Placing, styles: StyleMerger) -> int:
    """Conditional formats that are missing are added, those that end with the old table reach on.

    Returns how many were added or widened.
    """
    there = [(block, rule) for block in shell.all("conditionalFormatting") for rule in block]
    next_one = 1 + max((int(rule.get("priority", "0")) for _, rule in there), default=0)
    count = 0
    for block in drawn.all("conditionalFormatting"):
        areas = placing.areas(block.get("sqref", ""))
        for rule in block.findall(f"{MAIN}cfRule"):
            wanted = [placing.formula(item.text or "") for item in rule.findall(f"{MAIN}formula")]
            same = [b for b, known in there if _says(known, wanted) and _shares(b, areas)]
            if same:
                count += sum(_widen(one, areas) for one in same)
                continue
            fresh = etree.Element(f"{MAIN}conditionalFormatting", sqref=" ".join(map(str, areas)))
            copy = etree.SubElement(fresh, f"{MAIN}cfRule", dict(rule.attrib))
            copy.set("priority", str(next_one))
            if rule.get("dxfId") is not None:
                copy.set("dxfId", str(styles.rule_format(int(rule.get("dxfId")))))
            for text in wanted:
                etree.SubElement(copy, f"{MAIN}formula").text = text
            shell.add(fresh)
            next_one, count = next_one + 1, count + 1
    return count


def _says(rule: etree._Element, wanted: Sequence[str]) -> bool:
    return [said(item.text) for item in rule.findall(f"{MAIN}formula")] == [said(text) for text in wanted]


def _shares(block: etree._Element, areas: Sequence[Area]) -> bool:
    """Whether a rule begins in the very cell in which one of `areas` does."""
    own = [area for area in map(Area.parse, block.get("sqref", "").split()) if area is not None]
    return any(one.left == area.left and one.top == area.top for one in own for area in areas)


def _widen(block: etree._Element, areas: Sequence[Area]) -> bool:
    """Let every piece reach as far right as it does today: programs split a rule where rows were pasted."""
    own = [area for area in map(Area.parse, block.get("sqref", "").split()) if area is not None]
    right = {area.left: area.right for area in areas}
    wider = [Area(a.left, a.top, max(a.right, right.get(a.left, 0)), a.bottom) for a in own]
    if wider == own:
        return False
    block.set("sqref", " ".join(map(str, wider)))
    return True


def take_entries(shell: SheetShell, drawn: SheetShell, placing: Placing) -> int:
    """Drop-downs and entry checks for columns that have none; returns how many were added."""
    top = placing.drawn_first + placing.rows
    covered = _validated(shell, top)
    wanted = [item for block in drawn.all("dataValidations") for item in block]
    fresh = []
    for item in wanted:
        areas = placing.areas(item.get("sqref", ""))
        if any(number in covered for area in areas for number in range(area.left, area.right + 1)):
            continue
        copy = etree.Element(f"{MAIN}dataValidation", dict(item.attrib))
        copy.set("sqref", " ".join(map(str, areas)))
        for child in item:
            etree.SubElement(copy, child.tag).text = placing.formula(child.text or "")
        fresh.append(copy)
    if fresh:
        block = shell.ensured("dataValidations")
        for item in fresh:
            block.append(item)
        block.set("count", str(len(block)))
    return len(fresh)


def _validated(shell: SheetShell, row: int) -> set[int]:
    """Columns in which some rule checks what is typed in the first rows of the table."""
    refs = [item.get("sqref", "") for item in shell.root.iter(f"{MAIN}dataValidation")]
    refs += [item.text or "" for item in shell.root.iter() if str(item.tag).endswith("main}sqref")]
    areas = (area for ref in refs for area in map(Area.parse, ref.split()) if area is not None)
    found: set[int] = set()
    for area in areas:
        if area.bottom >= row:
            found |= set(range(area.left, min(area.right, area.left + 1000) + 1))
    return found


# the table


def widen_table(
    package: Package, table: TableInfo, headings: Sequence[str], formulas: Mapping[str, str]
) -> bool:
    """Append columns to a table, and write the formulas that its columns fill new rows with.

    formulas  heading → formula as it reads in the first data row; other columns keep theirs
    """
    root = parse_xml(package.read(table.part), table.part)
    before = etree.tostring(root)
    block = root.find(f"{MAIN}tableColumns")
    assert block is not None  # no table is read without them
    number = max((int(item.get("id", "0")) for item in block), default=0)
    for n, heading in enumerate(headings, start=1):
        etree.SubElement(block, f"{MAIN}tableColumn", id=str(number + n), name=office_escape(heading))
    block.set("count", str(len(block)))
    for item in block:
        text = formulas.get(office_unescape(item.get("name", "")))
        if text is not None:
            _fill_with(item, text)
    if headings:
        area = Area.parse(root.get("ref", "")) or table.area
        wider = Area(area.left, area.top, area.right + len(headings), area.bottom)
        root.set("ref", str(wider))
        for item in root.findall(f"{MAIN}autoFilter"):
            own = Area.parse(item.get("ref", ""))
            item.set("ref", str(Area(area.left, area.top, wider.right, own.bottom if own else area.bottom)))
    if etree.tostring(root) == before:
        return False
    package.replace(table.part, to_bytes(root))
    return True


def _fill_with(column: etree._Element, text: str) -> None:
    found = column.find(f"{MAIN}calculatedColumnFormula")
    if found is not None and said(found.text) == said(text):
        return
    if found is None:
        found = etree.Element(f"{MAIN}calculatedColumnFormula")
        column.insert(0, found)
    found.text = text


def table_formulas(package: Package, table: TableInfo) -> dict[str, str]:
    """Heading → formula that a table fills new rows with."""
    root = parse_xml(package.read(table.part), table.part)
    found = {}
    for item in root.iter(f"{MAIN}tableColumn"):
        formula = item.find(f"{MAIN}calculatedColumnFormula")
        if formula is not None and formula.text:
            found[office_unescape(item.get("name", ""))] = formula.text
    return found
