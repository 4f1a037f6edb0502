"""The styles part: adding formats, finding again what is there, and carrying formats between workbooks.

Equal ones are found again instead of added, so copying the same sheet a hundred times adds nothing. A date
looks like a date (rows that people added in another program may lack the column's format) and a text that
looks like a formula stays text. What may not enter: values; whoever moves cells asks `StyleMerger` for the
new numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache

from lxml import etree

from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.xmlparts import MAIN, insert_ordered, parse_xml, to_bytes

_ORDER = (
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
)
_PARTS = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}
_FIRST_CUSTOM = 164  # lower number formats are built in and mean the same everywhere


def _canonical(element: etree._Element) -> bytes:
    """Equal for equal elements: prefixes, attribute order and blank text do not count."""
    return _canonical_of(etree.tostring(element, with_tail=False))


@lru_cache(maxsize=4096)
def _canonical_of(xml: bytes) -> bytes:
    copy = etree.fromstring(xml)
    for item in copy.iter():
        if isinstance(item.tag, str):
            item.tail = None
            if item.text is not None and not item.text.strip():
                item.text = None
    return _shape(copy)


def _shape(element: etree._Element) -> bytes:
    attributes = sorted(element.attrib.items())
    children = b"".join(_shape(child) for child in element if isinstance(child.tag, str))
    return repr((element.tag, attributes, element.text)).encode() + b"(" + children + b")"


class StyleSheet:
    """A styles part that can be appended to."""

    def __init__(self, xml: bytes) -> None:
        self._root = parse_xml(xml, "styles.xml")
        self._xml = xml
        self._known: dict[str, dict[bytes, int]] = {}
        self.changed = False

    def to_bytes(self) -> bytes:
        """The part; the same bytes when nothing was added."""
        return to_bytes(self._root) if self.changed else self._xml

    def items(self, container: str) -> list[etree._Element]:
        """The elements of fonts, fills, cellXfs…, by number."""
        parent = self._root.find(MAIN + container)
        return [] if parent is None else [item for item in parent if isinstance(item.tag, str)]

    def append(self, container: str, element: etree._Element) -> int:
        """The number of an element equal to `element`, which is added when there is none."""
        known = self._known.get(container)
        if known is None:
            known = {}
            for index, item in enumerate(self.items(container)):
                known.setdefault(_canonical(item), index)
            self._known[container] = known
        shape = _canonical(element)
        if shape not in known:
            known[shape] = self._add(container, element)
        return known[shape]

    def _add(self, container: str, element: etree._Element) -> int:
        parent = self._root.find(MAIN + container)
        if parent is None:
            parent = etree.Element(MAIN + container)
            insert_ordered(self._root, parent, _ORDER)
        number = len(self.items(container))
        copy = etree.SubElement(parent, element.tag)
        _fill(copy, element)
        parent.set("count", str(number + 1))
        self.changed = True
        return number

    def number_format(self, code: str) -> int:
        """The id of the number format `code`, which is added when the workbook has none."""
        used = {}
        for item in self.items("numFmts"):
            used[int(item.get("numFmtId", "0"))] = item.get("formatCode", "")
        for number, known in used.items():
            if known == code:
                return number
        number = max([_FIRST_CUSTOM - 1, *used]) + 1
        self._add("numFmts", etree.Element(f"{MAIN}numFmt", numFmtId=str(number), formatCode=code))
        return number

    def format_code(self, number: int) -> str | None:
        """The code of a number format of this workbook; None for built-in ones."""
        found = (item for item in self.items("numFmts") if item.get("numFmtId") == str(number))
        return next((item.get("formatCode") for item in found), None)

    def code_of(self, number: int) -> str:
        """The code of any number format; "" for built-in ones that have no one code in all languages."""
        found = self.format_code(number)
        if found is not None:
            return found
        return {0: "General", 49: "@"}.get(number, "yyyy-mm-dd" if number in _BUILT_IN else "")

    def differ(self, container: str, one: str | None, other: str | None) -> bool:
        """Whether two fonts, fills or borders, by number, look different."""
        if (one or "0") == (other or "0"):
            return False
        items = self.items(container)
        pair = [int(text or "0") for text in (one, other)]
        if max(pair) >= len(items):
            return True
        return _canonical(items[pair[0]]) != _canonical(items[pair[1]])

    def ensure_style(
        self, base: int, *, number_format: str | None = None, wrap: bool | None = None, quoted: bool = False
    ) -> int:
        """The number of a cell format like `base` but with another number format or wrapping.

        quoted  the cell's text stays text when somebody edits it (Excel's leading apostrophe)
        """
        formats = self.items("cellXfs")
        wanted = _copied(formats[base]) if base < len(formats) else etree.Element(f"{MAIN}xf", xfId="0")
        if number_format is not None:
            wanted.set("numFmtId", str(self.number_format(number_format)))
            wanted.set("applyNumberFormat", "1")
        if quoted:
            wanted.set("quotePrefix", "1")
        if wrap is not None:
            alignment = wanted.find(f"{MAIN}alignment")
            if alignment is None:
                alignment = etree.Element(f"{MAIN}alignment")
                wanted.insert(0, alignment)
            alignment.set("wrapText", "1" if wrap else "0")
            wanted.set("applyAlignment", "1")
        return self.append("cellXfs", wanted)


class StyleMerger:
    """Numbers of `source` styles as numbers of `target`, adding to `target` what it lacks.

    Cell format 0 stays 0: cells without a format of their own look like the target's.
    """

    def __init__(self, target: StyleSheet, source: StyleSheet) -> None:
        self._target, self._source = target, source
        self._formats: dict[int, int] = {0: 0}
        self._styles: dict[int, int] = {0: 0}
        self._rules: dict[int, int] = {}

    def cell_format(self, number: int) -> int:
        """The target's number for the source's cell format `number` (`s` of a cell)."""
        if number not in self._formats:
            formats = self._source.items("cellXfs")
            if number >= len(formats):
                return 0
            moved = self._moved(formats[number])
            moved.set("xfId", str(self._named_style(int(formats[number].get("xfId", "0")))))
            self._formats[number] = self._target.append("cellXfs", moved)
        return self._formats[number]

    def rule_format(self, number: int) -> int:
        """The target's number for the source's `dxfId` of a conditional format."""
        if number not in self._rules:
            rule = _copied(self._source.items("dxfs")[number])
            for item in rule.iter(f"{MAIN}numFmt"):
                code = item.get("formatCode", "")
                if int(item.get("numFmtId", "0")) >= _FIRST_CUSTOM:
                    item.set("numFmtId", str(self._target.number_format(code)))
            self._rules[number] = self._target.append("dxfs", rule)
        return self._rules[number]

    def _moved(self, xf: etree._Element) -> etree._Element:
        """A copy of `xf` that points to the target's fonts, fills, borders and number formats."""
        copy = _copied(xf)
        for attribute, container in _PARTS.items():
            part = self._source.items(container)[int(xf.get(attribute, "0"))]
            copy.set(attribute, str(self._target.append(container, part)))
        number = int(xf.get("numFmtId", "0"))
        code = self._source.format_code(number)
        if code is not None:
            copy.set("numFmtId", str(self._target.number_format(code)))
        return copy

    def _named_style(self, number: int) -> int:
        """The target's `xfId` for a named style (Hyperlink…), matched by name."""
        if number in self._styles:
            return self._styles[number]
        name = self._name_of(self._source, number)
        there = self._find_name(name)
        if there is None:
            there = self._add_named_style(number)
        self._styles[number] = there
        return there

    @staticmethod
    def _name_of(sheet: StyleSheet, number: int) -> etree._Element | None:
        return next((item for item in sheet.items("cellStyles") if item.get("xfId") == str(number)), None)

    def _find_name(self, name: etree._Element | None) -> int | None:
        wanted = "" if name is None else name.get("name", "")
        for item in self._target.items("cellStyles"):
            if item.get("name") == wanted:
                return int(item.get("xfId", "0"))
        return None if name is not None else 0

    def _add_named_style(self, number: int) -> int:
        xf = self._moved(self._source.items("cellStyleXfs")[number])
        there = self._target._add("cellStyleXfs", xf)
        name = _copied(self._name_of(self._source, number))
        name.set("xfId", str(there))
        self._target._add("cellStyles", name)
        return there


def _copied(element: etree._Element | None) -> etree._Element:
    if element is None:
        raise ValueError("nothing to copy")
    copy = etree.Element(element.tag)
    _fill(copy, element)
    return copy


def _fill(copy: etree._Element, element: etree._Element) -> None:
    """Deep-copy content without dragging the source's namespace declarations along."""
    for name, value in element.attrib.items():
        copy.set(name, value)
    copy.text = element.text
    for child in element:
        if isinstance(child.tag, str):
            _fill(etree.SubElement(copy, child.tag), child)


_BUILT_IN = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_STYLE = re.compile(rb' s="(\d+)"')


def is_date_code(code: str) -> bool:
    """Whether a number shows as a date in this number format."""
    return bool(re.search("[ymdhs]", _LITERAL.sub("", code).lower().replace("general", "")))


class CellFormats:
    """Cell formats of a package, as far as dates and quoted texts are concerned."""

    def __init__(self, package: Package) -> None:
        self._package = package
        found = package.related(package.workbook_part, "styles")
        self._part = found[0].target if found else ""
        self._sheet = StyleSheet(package.read(self._part)) if found else None

    def is_date(self, style: int) -> bool:
        """Whether numbers in this cell format show as dates."""
        formats = self._sheet.items("cellXfs") if self._sheet else []
        if self._sheet is None or style >= len(formats):
            return False
        return is_date_code(self._sheet.code_of(int(formats[style].get("numFmtId", "0"))))

    def prepare(self, part: str, column: str, rows: Iterable[int], first_row: int, code: str) -> int | None:
        """Give the cells at `rows` that would show plain numbers the date format `code`.

        Returns the cell format for cells that do not exist yet: that of a date in the column from
        `first_row` down, or None when there is none.
        """
        if self._sheet is None:
            return None
        data = self._package.read(part)
        start = max(data.find(b'<row r="%d"' % first_row), 0)
        attributes = re.compile(rb'<c r="%b\d+"([^>/]*)' % column.encode())
        used = {_style_of(text) for text in set(attributes.findall(data, start))}
        good = sorted(style for style in used if self.is_date(style))
        if len(good) < len(used):
            fresh = {style: self._dated(style, code) for style in used - set(good)}
            self._package.replace(part, _restyled(data, start, column, set(rows), fresh.get))
        return good[0] if good else None

    def quote(self, part: str, column: str, rows: Collection[int]) -> None:
        """Mark the cells at `rows` as texts (quotePrefix), each with its format otherwise as it was."""
        if self._sheet is not None and rows:
            data = self._package.read(part)
            self._package.replace(part, _restyled(data, 0, column, set(rows), self._quoted))

    def _quoted(self, style: int) -> int | None:
        assert self._sheet is not None
        formats = self._sheet.items("cellXfs")
        if style < len(formats) and formats[style].get("quotePrefix") in ("1", "true"):
            return None
        return self._sheet.ensure_style(style, quoted=True)

    def plain(self, code: str) -> int | None:
        """A date format without anything else, for cells that have no example."""
        return None if self._sheet is None else self._dated(0, code)

    def _dated(self, base: int, code: str) -> int:
        assert self._sheet is not None
        return self._sheet.ensure_style(base, number_format=code)

    def save(self) -> None:
        """Put added formats into the package."""
        if self._sheet is not None and self._sheet.changed:
            self._package.replace(self._part, self._sheet.to_bytes())


def _restyled(
    data: bytes, start: int, column: str, rows: set[int], wanted: Callable[[int], int | None]
) -> bytes:
    """The sheet with other formats for some cells of a column; `wanted` says None for one that is right."""
    fresh: dict[int, int | None] = {}

    def styled(match: re.Match[bytes]) -> bytes:
        style = _style_of(match[2])
        if int(match[1]) not in rows:
            return match[0]
        if style not in fresh:
            fresh[style] = wanted(style)
        number = fresh[style]
        if number is None:
            return match[0]
        rest = _STYLE.sub(b"", match[2], count=1)
        return b'<c r="%b%b" s="%d"%b' % (column.encode(), match[1], number, rest)

    pattern = re.compile(rb'<c r="%b(\d+)"([^>/]*)' % column.encode())
    return data[:start] + pattern.sub(styled, data[start:])


def _style_of(attributes: bytes) -> int:
    match = _STYLE.search(attributes)
    return int(match[1]) if match else 0
