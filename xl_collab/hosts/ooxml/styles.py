"""Styles of one workbook taken over into another: fonts, fills, borders, number formats, rules' formats.

Equal ones are found again instead of added, so grafting the same sheet a hundred times adds nothing.
What may not enter: cells and sheets; whoever moves cells asks `StyleMerger` for the new numbers.
"""

from __future__ import annotations

from lxml import etree

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
    copy = etree.fromstring(etree.tostring(element, with_tail=False))
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
