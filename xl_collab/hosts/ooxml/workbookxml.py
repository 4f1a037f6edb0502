"""The workbook part: the list of sheets, defined names, when to calculate; and the tables of its sheets.

What may not enter: sheet contents, and moving parts about (copy_sheet.py does both ends).
Every method reads the part as it is now and writes it back at once, so nothing can go stale.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Protocol

from lxml import etree

from xl_collab.a1 import Area, overlap
from xl_collab.errors import XlCollabError
from xl_collab.hosts.ooxml import refusals
from xl_collab.hosts.ooxml.celltext import office_unescape
from xl_collab.hosts.ooxml.sheetlayout import locate
from xl_collab.hosts.ooxml.xmlparts import DOC_RELS, MAIN, Relationship, insert_ordered, parse_xml, to_bytes
from xl_collab.patterns import lazy

_ORDER = (
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "AlternateContent",
    "revisionPtr",
    "absPath",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
    "calcPr",
    "oleSize",
    "customWorkbookViews",
    "pivotCaches",
    "smartTagPr",
    "smartTagTypes",
    "webPublishing",
    "fileRecoveryPr",
    "webPublishObjects",
    "extLst",
)


class Parts(Protocol):
    """What is asked of the package (package.py) that the workbook part lies in."""

    workbook_part: str

    def find(self, part: str) -> str | None:
        """The name under which `part` is stored, or None."""

    def read(self, part: str) -> bytes:
        """The part's content."""

    def replace(self, part: str, content: bytes) -> None:
        """Give an existing part new content."""

    def elements(self, part: str) -> etree._Element:
        """The root of a part."""

    def put_elements(self, part: str, root: etree._Element) -> None:
        """Give a part the root that `elements` gave, changed."""

    def rels(self, part: str) -> list[Relationship]:
        """Arrows that start at `part`."""

    def related(self, part: str, kind: str) -> list[Relationship]:
        """Internal arrows of `part` of one kind whose target exists."""


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """One tab: `state` is visible, hidden or veryHidden; `part` is "" when the arrow leads nowhere."""

    name: str
    part: str
    rid: str
    sheet_id: int
    state: str


@dataclass(frozen=True, slots=True)
class NewTab:
    """A tab to add at `position` (0 is leftmost) for the part to which the workbook's arrow `rid` leads."""

    name: str
    rid: str
    position: int
    state: str = "visible"


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A name and the formula text behind it; `sheet` None means the whole workbook."""

    name: str
    text: str
    sheet: str | None = None
    hidden: bool = False


class WorkbookXml:
    """Reads and edits the workbook part of a package.

    The package keeps what was parsed and none of these: so neither waits for the cycle collector.
    """

    def __init__(self, package: Parts) -> None:
        self._package = package

    @property
    def _root(self) -> etree._Element:
        return self._package.elements(self._package.workbook_part)

    def _commit(self, root: etree._Element) -> None:
        self._package.put_elements(self._package.workbook_part, root)

    def _child(self, name: str, root: etree._Element | None = None) -> etree._Element | None:
        return (self._root if root is None else root).find(MAIN + name)

    def _ensure(self, name: str, root: etree._Element) -> etree._Element:
        child = root.find(MAIN + name)
        if child is None:
            child = etree.Element(MAIN + name)
            insert_ordered(root, child, _ORDER)
        return child

    # -- sheets -----------------------------------------------------------------------------------

    @property
    def sheets(self) -> list[SheetInfo]:
        """The tabs from left to right."""
        targets = {rel.id: rel.target for rel in self._package.rels(self._package.workbook_part)}
        return [self._info(item, targets) for item in self._sheet_items(self._root)]

    def titles(self, *, shown: bool = False) -> list[str]:
        """The names of the tabs from left to right; with `shown` of those that people see."""
        items = self._sheet_items(self._root)
        return [
            item.get("name", "") for item in items if not shown or item.get("state", "visible") == "visible"
        ]

    def _info(self, item: etree._Element, targets: dict[str, str]) -> SheetInfo:
        rid = item.get(f"{DOC_RELS}id", "")
        part = self._package.find(targets.get(rid, "")) or ""
        return SheetInfo(
            item.get("name", ""), part, rid, _number(item.get("sheetId")), item.get("state", "visible")
        )

    @staticmethod
    def _sheet_items(root: etree._Element) -> list[etree._Element]:
        sheets = root.find(f"{MAIN}sheets")
        return [] if sheets is None else list(sheets.iterchildren(f"{MAIN}sheet"))

    def sheet(self, name: str) -> SheetInfo | None:
        """The tab called `name` (case does not count, as in Excel), or None."""
        key, items = name.casefold(), self._sheet_items(self._root)
        found = next((item for item in items if item.get("name") == name), None)
        if found is None:
            found = next((item for item in items if item.get("name", "").casefold() == key), None)
        if found is None:
            return None
        rid = found.get(f"{DOC_RELS}id", "")
        arrows = self._package.rels(self._package.workbook_part)
        return self._info(found, {rel.id: rel.target for rel in arrows if rel.id == rid})

    def require(self, name: str) -> SheetInfo:
        """As `sheet`, with DamagedWorkbook when there is no such tab or its part is missing."""
        info = self.sheet(name)
        if info is None or not info.part:
            raise refusals.damaged(name, "缺少这个工作表", "this sheet is missing")
        return info

    def insert_sheets(self, new: Sequence[NewTab]) -> None:
        """Add tabs, one after the other, and move what counts tabs by number."""
        if not new:
            return
        root = self._root
        numbers = (_number(item.get("sheetId")) for item in self._sheet_items(root))
        highest, sheets = max(numbers, default=0), self._ensure("sheets", root)
        for number, tab in enumerate(new, start=highest + 1):
            item = etree.Element(f"{MAIN}sheet", name=tab.name, sheetId=str(number))
            if tab.state != "visible":
                item.set("state", tab.state)
            item.set(f"{DOC_RELS}id", tab.rid)
            sheets.insert(tab.position, item)

        def moved(number: int) -> int:
            for tab in new:
                number += number >= tab.position
            return number

        self._renumber(root, moved)
        self._commit(root)

    def delete_sheet(self, name: str) -> None:
        """Remove a tab with the names that belong to it; its part is the caller's to drop."""
        root = self._root
        items = self._sheet_items(root)
        position = [info.name for info in self.sheets].index(self.require(name).name)
        for item in list(root.iter(f"{MAIN}definedName")):
            if item.get("localSheetId") == str(position):
                item.getparent().remove(item)
        items[position].getparent().remove(items[position])
        last = len(items) - 2
        self._renumber(root, lambda old: max(0, min(old - (old > position), last)))
        self._commit(root)

    def show_sheet(self, name: str, shown: bool) -> None:
        """Show a tab, or hide it; the first visible one comes to the front when it was there."""
        root = self._root
        items = self._sheet_items(root)
        position = [info.name for info in self.sheets].index(self.require(name).name)
        if shown:
            items[position].attrib.pop("state", None)
        else:
            items[position].set("state", "hidden")
            seen = [i for i, item in enumerate(items) if item.get("state", "visible") == "visible"]
            for view in root.iter(f"{MAIN}workbookView"):
                if _number(view.get("activeTab", "0")) == position and seen:
                    view.set("activeTab", str(seen[0]))
        self._commit(root)

    @staticmethod
    def _renumber(root: etree._Element, moved: Callable[[int], int]) -> None:
        counted = [(item, "localSheetId") for item in root.iter(f"{MAIN}definedName")]
        for view in root.iter(f"{MAIN}workbookView"):
            counted += [(view, "activeTab"), (view, "firstSheet")]
        new = lru_cache(None)(lambda old: str(moved(_number(old))))
        for item, attribute in counted:
            old = item.get(attribute)
            if old is not None and new(old) != old:
                item.set(attribute, new(old))

    def show_only(self, name: str) -> None:
        """Hide every other tab, so that a program prints this one alone."""
        shown, root = self.require(name).name, self._root
        for number, item in enumerate(self._sheet_items(root)):
            if item.get("name") == shown:
                item.attrib.pop("state", None)
                for view in root.iterfind(f"{MAIN}bookViews/{MAIN}workbookView"):
                    view.set("activeTab", str(number))
                    view.attrib.pop("firstSheet", None)
            elif item.get("state", "visible") == "visible":
                item.set("state", "hidden")
        self._commit(root)

    @property
    def active_tab(self) -> int:
        """The number of the tab that shows on opening (0 is leftmost)."""
        view = self._root.find(f"{MAIN}bookViews/{MAIN}workbookView")
        return 0 if view is None else _number(view.get("activeTab", "0"))

    # -- defined names --------------------------------------------------------------------------------

    @property
    def defined_names(self) -> list[DefinedName]:
        """All names, in file order."""
        names = self._tabs(self._root)
        return [_defined(item, names) for item in self._root.iter(f"{MAIN}definedName")]

    def defined_name(self, name: str, sheet: str | None = None) -> str | None:
        """The formula text behind `name` in the scope of `sheet` (None: the workbook), or None."""
        return next((item.text for item in self.defined_names if _same(item, name, sheet)), None)

    def set_defined_name(
        self, name: str, text: str, sheet: str | None = None, *, hidden: bool = False
    ) -> None:
        """Make or change a name. `text` is a formula without the leading equals sign."""
        self.set_defined_names([DefinedName(name, text, sheet, hidden)])

    def set_defined_names(self, wanted: Sequence[DefinedName]) -> None:
        """Make or change some names."""
        if not wanted:
            return
        root = self._root
        tabs = {title: number for number, title in reversed([*enumerate(self._tabs(root))])}
        asked = {one.sheet for one in wanted if one.sheet is not None}
        numbers = {tab: tabs[tab if tab in tabs else self.require(tab).name] for tab in asked}
        there = self._named(root, {one.name.casefold() for one in wanted})
        for one in wanted:
            number = None if one.sheet is None else numbers[one.sheet]
            item = there.get((one.name.casefold(), number))
            if item is None:
                item = etree.SubElement(self._ensure("definedNames", root), f"{MAIN}definedName")
                there[one.name.casefold(), number] = item
            item.set("name", item.get("name", one.name))
            if number is not None:
                item.set("localSheetId", str(number))
            if one.hidden:
                item.set("hidden", "1")
            item.text = one.text
        self._commit(root)

    def remove_defined_name(self, name: str, sheet: str | None = None) -> None:
        """Forget a name; nothing happens when there is none."""
        root = self._root
        for item in self._items_of(root, name, sheet, self._tabs(root)):
            parent = item.getparent()
            parent.remove(item)
            if len(parent) == 0:
                parent.getparent().remove(parent)
        self._commit(root)

    @staticmethod
    def _named(root: etree._Element, keys: Collection[str]) -> dict[tuple[str, int | None], etree._Element]:
        """The first item of each name (casefolded) in each scope: a tab, by number, or None, the workbook."""
        found: dict[tuple[str, int | None], etree._Element] = {}
        for item in root.iter(f"{MAIN}definedName"):
            key, local = item.get("name", "").casefold(), item.get("localSheetId")
            if key in keys and (local is None or local.isdecimal()):
                found.setdefault((key, None if local is None else int(local)), item)
        return found

    @staticmethod
    def _items_of(
        root: etree._Element, name: str, sheet: str | None, names: list[str]
    ) -> list[etree._Element]:
        key, tab = name.casefold(), None if sheet is None else sheet.casefold()
        numbers = {number for number, title in enumerate(names) if title.casefold() == tab}
        return [
            item
            for item in root.iter(f"{MAIN}definedName")
            if _is_local(item.get("localSheetId"), numbers, tab) and item.get("name", "").casefold() == key
        ]

    def _tabs(self, root: etree._Element) -> list[str]:
        return [item.get("name", "") for item in self._sheet_items(root)]

    # -- settings -----------------------------------------------------------------------------------

    @property
    def date1904(self) -> bool:
        """Whether serial 0 is 1904-01-01 (old Mac workbooks)."""
        properties = self._child("workbookPr")
        return properties is not None and properties.get("date1904") in ("1", "true")

    @property
    def sharing(self) -> Literal["recommended", "password"] | None:
        """Whether read-only is recommended, or a password needed to modify the workbook."""
        mark = self._child("fileSharing")
        if mark is None:
            return None
        if any(mark.get(name) for name in ("reservationPassword", "hashValue")):
            return "password"
        return "recommended" if mark.get("readOnlyRecommended") in ("1", "true") else None

    @property
    def code_name(self) -> str | None:
        """The VBA name of the workbook's document module."""
        properties = self._child("workbookPr")
        return None if properties is None else properties.get("codeName")

    @property
    def full_calc_on_load(self) -> bool:
        """Whether the program that opens the file recalculates everything first."""
        settings = self._child("calcPr")
        return settings is not None and settings.get("fullCalcOnLoad") in ("1", "true")

    @full_calc_on_load.setter
    def full_calc_on_load(self, wanted: bool) -> None:
        if wanted == self.full_calc_on_load:
            return
        root = self._root
        settings = self._ensure("calcPr", root)
        if wanted:
            settings.set("fullCalcOnLoad", "1")
        else:
            settings.attrib.pop("fullCalcOnLoad", None)
        self._commit(root)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _defined(item: etree._Element, names: list[str]) -> DefinedName:
    local = item.get("localSheetId")
    known = local is not None and local.isdecimal() and int(local) < len(names)
    sheet = names[int(local)] if known and local else (None if local is None else f"#{local}")
    return DefinedName(item.get("name", ""), item.text or "", sheet, item.get("hidden") in ("1", "true"))


def _is_local(local: str | None, numbers: Collection[int], tab: str | None) -> bool:
    """Whether a name's scope is a tab of these numbers; without a tab, whether it is the workbook's."""
    if local is None or tab is None:
        return local is None and tab is None
    return local.isdecimal() and int(local) in numbers


def _same(item: DefinedName, name: str, sheet: str | None) -> bool:
    if item.name.casefold() != name.casefold() or (item.sheet is None) != (sheet is None):
        return False
    return sheet is None or (item.sheet or "").casefold() == sheet.casefold()


_SQREF = lazy(rb"""(\bsqref=["']|<(?:[\w.-]+:)?sqref>)([^"'<]*)""")


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


def tables_of(package: Parts, sheet_part: str) -> list[TableInfo]:
    """The tables on a sheet, in the order of its arrows."""
    return [_table(package, rel.target, sheet_part) for rel in package.related(sheet_part, "table")]


def _table(package: Parts, part: str, sheet_part: str) -> TableInfo:
    return _read_table(package.read(part), part, package.find(part) or part, sheet_part)


@lru_cache(maxsize=256)  # most trackers of a company hold the same ones
def _read_table(data: bytes, part: str, name: str, sheet_part: str) -> TableInfo:
    root = parse_xml(data, part)
    names = (item.get("name", "") for item in root.iter(f"{MAIN}tableColumn"))
    return TableInfo(
        name=root.get("displayName") or root.get("name", ""),
        area=Area.parse(root.get("ref", "")) or Area(0, 0, 0, 0),
        columns=tuple(office_unescape(name) for name in names),
        part=name,
        sheet_part=sheet_part,
        header_rows=int(root.get("headerRowCount", "1")),
        totals_rows=int(root.get("totalsRowCount", "0")),
    )


def grow_table(package: Parts, table: TableInfo, new_last_row: int) -> TableInfo:
    """Make `table` end at sheet row `new_last_row`, and what covered all its rows with it.

    Conditional formats, validations, protected ranges and ignored errors that lie within the table's
    columns and covered its last row are extended. Nothing happens when it is long enough.
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


def _refuse_collision(package: Parts, table: TableInfo, new: Area) -> None:
    for other in tables_of(package, table.sheet_part):
        if other.part != table.part and overlap(other.area, new):
            raise XlCollabError(
                f"表格 {table.name} 下方有表格 {other.name}，无法加长。请先把它移开。",
                f"Table {other.name} lies below table {table.name}, which cannot grow. Move it away first.",
            )


def _set_ref(package: Parts, table: TableInfo, new: Area) -> None:
    root = parse_xml(package.read(table.part), table.part)
    filters: list[etree._Element] = root.findall(f"{MAIN}autoFilter")
    for item in (root, *filters):
        item.set("ref", str(new))
    package.replace(table.part, to_bytes(root))


def _extend_ranges(package: Parts, table: TableInfo, bottom: int) -> None:
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
    if area is None or not area.top <= table.bottom <= area.bottom < bottom or area.top <= table.top:
        return text
    if area.left < table.left or area.right > table.right:
        return text
    return str(Area(area.left, area.top, area.right, bottom))
