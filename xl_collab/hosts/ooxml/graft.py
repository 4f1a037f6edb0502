"""A sheet of a freshly drawn workbook put into a user's workbook, and taken out again.

The drawn workbook comes from our own drawing library; nothing of the user's workbook is redrawn.
What may not enter: what a sheet says (compose) and which sheets there should be (file.py).
"""

from __future__ import annotations

import posixpath
import re

from xl_collab.errors import UsageError
from xl_collab.hosts.ooxml.formulatext import rename_sheet
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.sheetcopy import code_name_of, renamed_formulas, string_items, transplanted
from xl_collab.hosts.ooxml.styles import StyleMerger, StyleSheet
from xl_collab.hosts.ooxml.workbookxml import SheetInfo
from xl_collab.hosts.ooxml.xmlparts import EMPTY_RELS, Relationship, rels_name, with_relationship

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
RELS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_NUMBER = re.compile(r"\d*(?=\.[^./]+$)")


def graft_sheet(
    package: Package,
    scratch: bytes,
    sheet_name: str,
    new_name: str,
    *,
    after: str | None = None,
    replace: bool = False,
) -> SheetInfo:
    """Put sheet `sheet_name` of the drawn workbook `scratch` into `package` under `new_name`.

    It becomes the last tab, or the one behind `after`. With `replace`, a sheet of that name is replaced
    where it stands: same tab, same id, same VBA name; its drawings go, and nothing is left orphaned.
    Comes along: formats, charts, pictures, comments, links, conditional formats, validations, merged
    cells, print set-up and the sheet's own names. Tables do not: composed sheets have none.
    Raises UsageError when the name is taken and `replace` is off.
    """
    source = Package.from_bytes(scratch)
    drawn = source.workbook.require(sheet_name)
    if source.related(drawn.part, "table"):
        raise ValueError("composed sheets have no tables")
    existing = package.workbook.sheet(new_name)
    if existing is not None and not replace:
        raise UsageError(
            f"已有名为“{new_name}”的工作表。请换一个名称。",
            f"There is a sheet named {new_name} already. Choose another name.",
        )
    code_name = _cleared(package, existing) if existing is not None and existing.part else None
    content = _translated(package, source, drawn, new_name, code_name)
    if existing is not None and existing.part:
        package.replace(existing.part, content)
        part = existing.part
    else:
        part = _inserted(package, content, new_name, after, drawn.state)
    _Copier(source, package, sheet_name, new_name).arrows(drawn.part, part)
    _take_names(package, source, sheet_name, new_name)
    package.drop_calc_chain()
    return package.workbook.require(new_name)


def remove_sheet(package: Package, name: str) -> None:
    """Take a sheet out with all that only it used. Raises UsageError for the last visible one."""
    info = package.workbook.require(name)
    if all(one.state != "visible" or one.name == info.name for one in package.workbook.sheets):
        raise UsageError(
            f"“{name}”是唯一可见的工作表，不能删除。请先让另一张工作表可见。",
            f"{name} is the only visible sheet and cannot be removed. Make another one visible first.",
        )
    package.workbook.delete_sheet(info.name)
    package.remove_relationship(package.workbook_part, info.rid)
    package.remove_tree(info.part)
    package.drop_calc_chain()


def _inserted(package: Package, content: bytes, name: str, after: str | None, state: str) -> str:
    folder = posixpath.dirname(package.workbook_part)
    part = package.fresh_name(posixpath.join(folder, "worksheets/sheet{}.xml"))
    package.add(part, content, SHEET_TYPE)
    rid = package.add_relationship(package.workbook_part, "worksheet", part)
    names = [info.name for info in package.workbook.sheets]
    position = len(names)
    if after is not None:
        position = names.index(package.workbook.require(after).name) + 1
    package.workbook.insert_sheet(name, rid, position, state)
    return part


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


def _translated(
    package: Package, source: Package, drawn: SheetInfo, new_name: str, code_name: bytes | None
) -> bytes:
    strings = [
        item
        for rel in source.related(source.workbook_part, "sharedStrings")
        for item in string_items(source.read(rel.target))
    ]
    part = _styles_part(package, source)
    sheet = StyleSheet(package.read(part))
    styles = StyleMerger(sheet, StyleSheet(source.read(_styles_part(source, source))))
    xml = source.read(drawn.part)
    content = transplanted(xml, strings, styles, old=drawn.name, new=new_name, code_name=code_name)
    package.replace(part, sheet.to_bytes())
    return content


def _styles_part(package: Package, source: Package) -> str:
    """The styles part; a workbook without one (some programs leave it out) gets the drawn one's."""
    found = package.related(package.workbook_part, "styles")
    if found:
        return found[0].target
    part = posixpath.join(posixpath.dirname(package.workbook_part), "styles.xml")
    package.add(part, source.read(_styles_part(source, source)), STYLES_TYPE)
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
        name = self._target.fresh_name(_NUMBER.sub("{}", part, count=1))
        self._copied[part] = name
        self._target.add(name, content, self._source.content_type(part))
        self.arrows(part, name)
        return name


def _take_names(package: Package, source: Package, sheet_name: str, new_name: str) -> None:
    for defined in source.workbook.defined_names:
        if defined.sheet == sheet_name:
            text = rename_sheet(defined.text, sheet_name, new_name)
            package.workbook.set_defined_name(defined.name, text, new_name, hidden=defined.hidden)
