"""A sheet of a freshly drawn workbook put into a user's workbook, and taken out again.

The drawn workbook comes from our own drawing library (no prefixes, addresses everywhere); nothing of the
user's workbook is redrawn. Shared strings become inline ones, style numbers the target's, references to the
sheet's old name references to its new one.
What may not enter: what a sheet says (documents) and which sheets there should be (hosts/file.py).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from xl_collab.errors import UsageError
from xl_collab.hosts.ooxml.celltext import xml_escape, xml_unescape
from xl_collab.hosts.ooxml.formulatext import quoted_sheet, rename_sheet
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.sheetlayout import Layout, locate
from xl_collab.hosts.ooxml.styles import StyleMerger, StyleSheet
from xl_collab.hosts.ooxml.workbookxml import DefinedName, NewTab, SheetInfo
from xl_collab.hosts.ooxml.xmlparts import EMPTY_RELS, Relationship, rels_name, with_relationship
from xl_collab.patterns import lazy

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
RELS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_NUMBER = lazy(r"\d*(?=\.[^./]+$)")


@dataclass(frozen=True)
class Graft:
    """Sheet `sheet_name` of the drawn workbook `scratch`, to be put into a workbook as `new_name`.

    It becomes the last tab, or the one behind `after`. With `replace`, a sheet of that name is replaced
    where it stands: same tab, same id, same VBA name; its drawings go, and nothing is left orphaned.
    Comes along: formats, charts, pictures, comments, links, conditional formats, validations, merged
    cells, print set-up and the sheet's own names; with `tables` its tables too, whose names must be free.
    """

    scratch: bytes
    sheet_name: str | None
    """None is its first sheet."""
    new_name: str
    after: str | None = None
    replace: bool = False
    tables: bool = False
    names: tuple[DefinedName, ...] = ()
    """Names that the sheet gets besides its own."""


def graft_sheet(
    package: Package,
    scratch: bytes,
    sheet_name: str,
    new_name: str,
    *,
    after: str | None = None,
    replace: bool = False,
    tables: bool = False,
) -> SheetInfo:
    """Put one drawn sheet into `package`, see `Graft`; UsageError when the name is taken and may not be."""
    graft_sheets(package, [Graft(scratch, sheet_name, new_name, after, replace, tables)])
    return package.workbook.require(new_name)


def graft_sheets(package: Package, grafts: Iterable[Graft]) -> None:
    """Put drawn sheets into `package`, one after the other: as the same calls of `graft_sheet` would.

    What all of them need is read and written once. Raises UsageError when a name is taken and may not be.
    """
    grafting = _Grafting(package)
    for graft in grafts:
        grafting.put_in(graft)
    grafting.finish()


class _Grafting:
    """Puts sheets in; the list of tabs, the names and the formats are written at the end."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._tabs = package.workbook.titles()
        self._taken = {title.casefold() for title in self._tabs}
        self._new: list[NewTab] = []
        self._names: list[DefinedName] = []
        self._styles: tuple[str, StyleSheet] | None = None

    def put_in(self, graft: Graft) -> None:
        """Put one sheet in."""
        package, source = self._package, Package.from_bytes(graft.scratch)
        first = graft.sheet_name is None
        drawn = source.workbook.sheets[0] if first else source.workbook.require(graft.sheet_name or "")
        if not graft.tables and source.related(drawn.part, "table"):
            raise ValueError("composed sheets have no tables")
        taken = graft.new_name.casefold() in self._taken
        if taken and not graft.replace:
            raise UsageError(
                f"已有名为“{graft.new_name}”的工作表。请换一个名称。",
                f"There is a sheet named {graft.new_name} already. Choose another name.",
            )
        existing = package.workbook.sheet(graft.new_name) if taken else None
        code_name = _cleared(package, existing) if existing is not None and existing.part else None
        content = self._translated(source, drawn, graft.new_name, code_name)
        if existing is not None and existing.part:
            package.replace(existing.part, content)
            part = existing.part
        else:
            part = self._inserted(content, graft.new_name, graft.after, drawn.state)
        _Copier(source, package, drawn.name, graft.new_name).arrows(drawn.part, part)
        self._names += _own_names(source, drawn.name, graft.new_name)
        self._names += graft.names
        package.drop_calc_chain()

    def finish(self) -> None:
        """Write what waits."""
        if self._styles is not None:
            self._package.replace(self._styles[0], self._styles[1].to_bytes())
        self._package.workbook.insert_sheets(self._new)
        self._package.workbook.set_defined_names(self._names)

    def _inserted(self, content: bytes, name: str, after: str | None, state: str) -> str:
        package, tabs = self._package, self._tabs
        folder = posixpath.dirname(package.workbook_part)
        part = package.fresh_name(posixpath.join(folder, "worksheets/sheet{}.xml"))
        package.add(part, content, SHEET_TYPE)
        rid = package.add_relationship(package.workbook_part, "worksheet", part)
        position = len(tabs)
        if after is not None:
            before = after if after in tabs else package.workbook.require(after).name
            position = tabs.index(before) + 1
        tabs.insert(position, name)
        self._taken.add(name.casefold())
        self._new.append(NewTab(name, rid, position, state))
        return part

    def _translated(self, source: Package, drawn: SheetInfo, new_name: str, code_name: bytes | None) -> bytes:
        strings = [
            item
            for rel in source.related(source.workbook_part, "sharedStrings")
            for item in string_items(source.read(rel.target))
        ]
        if self._styles is None:
            part = styles_part(self._package, source)
            self._styles = part, StyleSheet(self._package.read(part))
        styles = StyleMerger(self._styles[1], StyleSheet(source.read(styles_part(source, source))))
        xml = source.read(drawn.part)
        return transplanted(xml, strings, styles, old=drawn.name, new=new_name, code_name=code_name)


def show_sheet(package: Package, name: str, shown: bool) -> None:
    """Show a tab, or hide it; a hidden one is not the one in front. UsageError for the last visible one."""
    info = package.workbook.require(name)
    if not shown:
        _refuse_last(package, info)
        content = package.read(info.part)
        package.replace(info.part, _SELECTED.sub(b"", content))
    package.workbook.show_sheet(info.name, shown)


def _refuse_last(package: Package, info: SheetInfo) -> None:
    if all(one.state != "visible" or one.name == info.name for one in package.workbook.sheets):
        raise UsageError(
            f"“{info.name}”是唯一可见的工作表，不能删除或隐藏。请先让另一张工作表可见。",
            f"{info.name} is the only visible sheet and cannot be removed or hidden. Make another one "
            "visible first.",
        )


def remove_sheet(package: Package, name: str) -> None:
    """Take a sheet out with all that only it used. Raises UsageError for the last visible one."""
    info = package.workbook.require(name)
    _refuse_last(package, info)
    package.workbook.delete_sheet(info.name)
    package.remove_relationship(package.workbook_part, info.rid)
    package.remove_tree(info.part)
    package.drop_calc_chain()


def _cleared(package: Package, info: SheetInfo) -> bytes | None:
    """Drop what only the old sheet led to, and its names that the new one brings; returns its VBA name."""
    targets = [rel.target for rel in package.rels(info.part) if not rel.external and rel.target in package]
    code_name = code_name_of(package.read(info.part))
    if rels_name(info.part) in package:
        package.remove(rels_name(info.part))
    for target in targets:
        if target in package and not package.sources_of(target):
            package.remove_tree(target)
    for defined in package.workbook.defined_names:
        if defined.sheet == info.name and defined.name.startswith("_xlnm."):
            package.workbook.remove_defined_name(defined.name, info.name)
    return code_name


def styles_part(package: Package, source: Package) -> str:
    """The styles part; a workbook without one (some programs leave it out) gets the drawn one's."""
    found = package.related(package.workbook_part, "styles")
    if found:
        return found[0].target
    part = posixpath.join(posixpath.dirname(package.workbook_part), "styles.xml")
    package.add(part, source.read(styles_part(source, source)), STYLES_TYPE)
    package.add_relationship(package.workbook_part, "styles", part)
    return part


class _Copier:
    """Copies the parts that a drawn sheet leads to, under names that are free in the target."""

    def __init__(self, source: Package, target: Package, old: str, new: str) -> None:
        self._source, self._target = source, target
        self._old, self._new = old, new
        self._copied: dict[str, str] = {}

    def arrows(self, part: str, new_part: str) -> None:
        """Give `new_part` the arrows of `part`, ids kept, and copy what they lead to."""
        rels = self._source.rels(part)
        if not rels:
            return
        data = EMPTY_RELS
        for rel in rels:
            target = rel.target
            if target.startswith("#"):
                target = "#" + rename_sheet(target[1:], self._old, self._new)
            elif not rel.external:
                target = self._copy(target)
            data = with_relationship(new_part, data, Relationship(rel.id, rel.type, target, rel.external))
        self._target.add(rels_name(new_part), data, RELS_TYPE)

    def _copy(self, part: str) -> str:
        if part in self._copied:
            return self._copied[part]
        content = self._source.read(part)
        if "/charts/" in part:
            content = renamed_formulas(content, self._old, self._new)
        if "/tables/" in part:
            content = _TABLE_ID.sub(rb"\g<1>%d" % self._free_table(), content, count=1)
        name = self._target.fresh_name(_NUMBER.sub("{}", part, count=1))
        self._copied[part] = name
        self._target.add(name, content, self._source.content_type(part))
        self.arrows(part, name)
        return name

    def _free_table(self) -> int:
        """A number that no table of the workbook has."""
        parts = [part for part in self._target.parts if "/tables/" in part and part.endswith(".xml")]
        used = [int(match[2]) for part in parts if (match := _TABLE_ID.search(self._target.read(part)))]
        return max(used, default=0) + 1


def _own_names(source: Package, sheet_name: str, new_name: str) -> list[DefinedName]:
    own = (one for one in source.workbook.defined_names if one.sheet == sheet_name)
    return [replace(one, text=rename_sheet(one.text, sheet_name, new_name), sheet=new_name) for one in own]


_CELL = lazy(rb'<c r="([A-Z]+[0-9]+)"(?: s="([0-9]+)")?(?: t="s"><v>([0-9]+)</v></c>)?')
_ROW_STYLE = lazy(rb'(<row r="[0-9]+"[^>]*? s=")([0-9]+)(")')
_COL_STYLE = lazy(rb'(<col [^>]*?\bstyle=")([0-9]+)(")')
_DXF = lazy(rb'(\bdxfId=")([0-9]+)(")')
_ITEM = lazy(rb"<si>(.*?)</si>|<si/>", re.S)
_FORMULA = lazy(
    rb"(<(?:f|formula|formula1|formula2|c:f|xm:f|c15:f)(?:\s[^>]*)?(?<!/)>)([^<]*)(</)",
)
_LOCATION = lazy(rb'(<hyperlink [^>]*?\blocation=")([^"]*)(")')
_TABLE_ID = lazy(rb'(<(?:[\w.-]+:)?table\b[^>]*? id=")([0-9]+)')
_SELECTED = lazy(rb'\stabSelected="[^"]*"')
_CODE_NAME = lazy(rb'\scodeName="([^"]*)"')
_SHEET_PR = lazy(rb"<sheetPr(?=[\s/>])")


def string_items(xml: bytes) -> list[bytes]:
    """The shared strings as what stands between `<si>` and `</si>`: formats of single characters survive."""
    return [match[1] or b"<t/>" for match in _ITEM.finditer(xml)]


def renamed_formulas(xml: bytes, old: str, new: str) -> bytes:
    """Every formula in the part with references to sheet `old` turned to `new`."""
    if old == new:
        return xml

    def renamed(match: re.Match[bytes]) -> bytes:
        if b"!" not in match[2]:
            return match[0]
        text = rename_sheet(xml_unescape(match[2].decode()), old, new)
        return match[1] + xml_escape(text).encode() + match[3]

    return _FORMULA.sub(renamed, xml)


def _renamed_links(xml: bytes, old: str, new: str) -> bytes:
    def renamed(match: re.Match[bytes]) -> bytes:
        text = xml_unescape(match[2].decode())
        own = next((sheet for sheet in (quoted_sheet(old), old) if text.startswith(sheet + "!")), None)
        if own is None:
            return match[0]
        moved = xml_escape(quoted_sheet(new) + text[len(own) :]).replace('"', "&quot;")
        return match[1] + moved.encode() + match[3]

    return _LOCATION.sub(renamed, xml)


def _renumbered(pattern: re.Pattern[bytes], xml: bytes, number: Callable[[int], int]) -> bytes:
    return pattern.sub(lambda match: b"%b%d%b" % (match[1], number(int(match[2])), match[3]), xml)


def transplanted(
    xml: bytes, strings: list[bytes], styles: StyleMerger, *, old: str, new: str, code_name: bytes | None
) -> bytes:
    """The worksheet as it reads in the target workbook, under the name `new`."""
    layout = locate(xml)
    head = _SELECTED.sub(b"", layout.data[: layout.start])
    head = _with_code_name(_renumbered(_COL_STYLE, head, styles.cell_format), code_name)
    tail = _renumbered(_DXF, layout.data[layout.end :], styles.rule_format)
    tail = _renamed_links(renamed_formulas(tail, old, new), old, new)
    return head + renamed_formulas(_cells(layout, strings, styles), old, new) + tail


def _cells(layout: Layout, strings: list[bytes], styles: StyleMerger) -> bytes:
    def moved(match: re.Match[bytes]) -> bytes:
        number = styles.cell_format(int(match[2])) if match[2] else 0
        opening = b'<c r="%b"%b' % (match[1], b' s="%d"' % number if number else b"")
        if match[3] is None:
            return opening
        return b'%b t="inlineStr"><is>%b</is></c>' % (opening, strings[int(match[3])])

    cells = _CELL.sub(moved, layout.data[layout.start : layout.end])
    return _renumbered(_ROW_STYLE, cells, styles.cell_format)


def code_name_of(xml: bytes) -> bytes | None:
    """The VBA name of the sheet's document module, still escaped, or None."""
    head = xml[: locate(xml).start]
    match = _CODE_NAME.search(head)
    return match[1] if match else None


def _with_code_name(head: bytes, code_name: bytes | None) -> bytes:
    """The head under the VBA name that the replaced sheet had, so that its module still finds it."""
    head = _CODE_NAME.sub(b"", head)
    if code_name is None:
        return head
    if _SHEET_PR.search(head):
        return _SHEET_PR.sub(b'<sheetPr codeName="%b"' % code_name, head, count=1)
    opening = re.search(rb"<worksheet\b[^>]*>", head)
    if opening is None:
        return head
    return head[: opening.end()] + b'<sheetPr codeName="%b"/>' % code_name + head[opening.end() :]
