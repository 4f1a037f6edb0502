"""What can be wrong inside a worksheet and its tables without the validator noticing.

Reads with an ordinary XML parser, on purpose not with the splicing code that wrote the sheet.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from lxml import etree

from tools.lint.lintformulas import lint_formula
from xl_collab.a1 import MAX_COLUMN, MAX_ROW, column_number, overlap
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.styles import StyleSheet
from xl_collab.hosts.ooxml.workbookxml import TableInfo, tables_of
from xl_collab.hosts.ooxml.xmlparts import MAIN, parse_xml

_LONGEST_LIST = 255
_SHOWN = 5  # of one kind of problem in one sheet; the rest is counted
_RULE_FORMULAS = ("formula", "formula1", "formula2")


def lint_sheet(package: Package, part: str) -> Iterator[str]:
    """The problems of one worksheet; many of one kind are cut short."""
    seen: Counter[str] = Counter()
    for kind, problem in _SheetLint(package, part).problems():
        seen[kind] += 1
        if seen[kind] <= _SHOWN:
            yield problem
    for kind, count in seen.items():
        if count > _SHOWN:
            yield f"… {count - _SHOWN} more of this: {kind}"


class _SheetLint:
    """One walk over a worksheet."""

    def __init__(self, package: Package, part: str) -> None:
        self._package, self._part = package, part
        self._sheets = {info.name.casefold() for info in package.workbook.sheets}
        styles = package.related(package.workbook_part, "styles")
        sheet = StyleSheet(package.read(styles[0].target)) if styles else None
        self._formats = len(sheet.items("cellXfs")) if sheet else 1
        self._rules = len(sheet.items("dxfs")) if sheet else 0
        self._strings = package.shared_strings()
        self._headers = {
            (table.area.top, table.area.left + offset): name
            for table in tables_of(package, part)
            if table.header_rows
            for offset, name in enumerate(table.columns)
        }
        self._row = self._column = 0

    def problems(self) -> Iterator[tuple[str, str]]:
        """(kind, sentence) of each problem."""
        data = io.BytesIO(self._package.read(self._part))
        events = etree.iterparse(data, events=("start", "end"), resolve_entities=False, no_network=True)
        try:
            for event, item in events:
                if event == "start":
                    if item.tag == f"{MAIN}row":
                        yield from self._row_start(item)
                elif item.tag == f"{MAIN}c":
                    yield from self._cell(item)
                    item.clear()
                elif item.tag == f"{MAIN}row":
                    item.clear()
                elif isinstance(item.tag, str):
                    yield from self._rule(item)
        except etree.XMLSyntaxError as error:
            yield "xml", f"not well-formed: {error}"
        for (row, column), name in self._headers.items():
            yield "header", f"table header {name!r} has no cell at row {row}, column {column}"

    def _row_start(self, item: etree._Element) -> Iterator[tuple[str, str]]:
        row = int(item.get("r") or self._row + 1)
        if not self._row < row <= MAX_ROW:
            yield "order", f"row {row} follows row {self._row}"
        yield from self._format(item.get("s"), f"row {row}")
        self._row, self._column = row, 0

    def _cell(self, item: etree._Element) -> Iterator[tuple[str, str]]:
        address = item.get("r")
        column = self._column + 1
        if address is not None:
            letters = address.rstrip("0123456789")
            column = column_number(letters) if letters.isalpha() else 0
            if address[len(letters) :] != str(self._row):
                yield "order", f"cell {address} stands in row {self._row}"
        address = address or f"row {self._row}, column {column}"
        if not self._column < column <= MAX_COLUMN:
            yield "order", f"cell {address} is out of order"
        self._column = column
        yield from self._format(item.get("s"), address)
        yield from self._content(item, address)
        name = self._headers.pop((self._row, column), None)
        if name is not None:
            yield from self._header(item, address, name)

    def _content(self, item: etree._Element, address: str) -> Iterator[tuple[str, str]]:
        formula, value = item.find(f"{MAIN}f"), item.find(f"{MAIN}v")
        if item.get("t") == "s":
            index = value.text if value is not None and value.text else ""
            if not index.isdecimal() or int(index) >= len(self._strings):
                yield "string", f"{address} points to string {index!r} of {len(self._strings)}"
        if formula is None:
            return
        if value is None:
            yield "cached", f"{address} has a formula without a cached value"
        for problem in lint_formula(formula.text or "", self._sheets):
            yield problem.split(" in =")[0], f"{address}: {problem}"

    def _format(self, number: str | None, place: str) -> Iterator[tuple[str, str]]:
        if number is not None and int(number) >= self._formats:
            yield "style", f"{place} has format {number} of {self._formats}"

    def _header(self, item: etree._Element, address: str, name: str) -> Iterator[tuple[str, str]]:
        text = self._text(item)
        if text != name:
            yield "header", f"{address} says {text!r}, but the table's column is {name!r}"

    def _text(self, item: etree._Element) -> str | None:
        value = item.findtext(f"{MAIN}v") or ""
        if item.get("t") == "s":
            return (
                self._strings[int(value)] if value.isdecimal() and int(value) < len(self._strings) else None
            )
        if item.get("t") == "inlineStr":
            return "".join(one.text or "" for one in item.iter(f"{MAIN}t"))
        return value if item.get("t") == "str" else None

    def _rule(self, item: etree._Element) -> Iterator[tuple[str, str]]:
        """Everything around the cells: columns, conditional formats, validations."""
        name = etree.QName(item).localname
        if name == "col":
            yield from self._format(item.get("style"), "a column")
        rule = item.get("dxfId")
        if rule is not None and int(rule) >= self._rules:
            yield "dxf", f"a rule has format {rule} of {self._rules}"
        if name in _RULE_FORMULAS or etree.QName(item).namespace != MAIN.strip("{}"):
            text = item.text or ""
            if name not in ("f", *_RULE_FORMULAS):
                return
            for problem in lint_formula(text, self._sheets, in_cell=False):
                yield problem.split(" in =")[0], problem
            if text.startswith('"') and len(text.strip('"')) > _LONGEST_LIST:
                yield "list", f"a drop-down list has {len(text) - 2} characters, Excel allows {_LONGEST_LIST}"


# -- tables ---------------------------------------------------------------------------------------------


def lint_tables(package: Package) -> Iterator[str]:
    """The problems of all tables, their header cells apart (those are in `lint_sheet`)."""
    everything: list[TableInfo] = []
    for info in package.workbook.sheets:
        tables = tables_of(package, info.part) if info.part else []
        everything += tables
        for one, other in combinations(tables, 2):
            if overlap(one.area, other.area):
                yield f"tables {one.name} and {other.name} overlap on {info.name}"
    names = [table.name.casefold() for table in everything]
    names += [one.name.casefold() for one in package.workbook.defined_names if one.sheet is None]
    yield from (f"two tables or names are called {name}" for name, n in Counter(names).items() if n > 1)
    sheets = {info.name.casefold() for info in package.workbook.sheets}
    for table in everything:
        root = parse_xml(package.read(table.part), table.part)
        yield from (f"table {table.name}: {problem}" for problem in _table(table, root, sheets))
    yield from _table_ids(package, everything)


def _table_ids(package: Package, tables: list[TableInfo]) -> Iterator[str]:
    ids = [parse_xml(package.read(table.part), table.part).get("id") for table in tables]
    yield from (f"two tables have the id {number}" for number, n in Counter(ids).items() if n > 1)


def _table(table: TableInfo, root: etree._Element, sheets: set[str]) -> Iterator[str]:
    columns = list(root.iter(f"{MAIN}tableColumn"))
    width = table.area.right - table.area.left + 1
    if len(columns) != width:
        yield f"{len(columns)} columns in {table.ref}, which has {width}"
    for attribute in ("id", "name"):
        counted = Counter((item.get(attribute) or "").casefold() for item in columns)
        yield from (f"column {attribute} {value!r} is there twice" for value, n in counted.items() if n > 1)
    if table.area.bottom - table.area.top < table.header_rows + table.totals_rows:
        yield f"{table.ref} has no row for data"
    for item in root.findall(f"{MAIN}autoFilter"):
        if item.get("ref") != str(table.area) and not table.totals_rows:
            yield f"its filter covers {item.get('ref')}, not {table.ref}"
    for item in root.iter(f"{MAIN}calculatedColumnFormula"):
        yield from lint_formula(item.text or "", sheets)
