"""The whole workbook as a sending: the master's bytes with a token, with or without its macros.

Everything else stays as it is; the master itself is not touched and the copy is not protected. The token
stands in the document properties, in a defined name, and on a page of instructions at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lxml import etree

from xl_collab.documents.blocks import scratch
from xl_collab.documents.packet.content import Packet, PacketIssue
from xl_collab.documents.packet.pages import whole_notes
from xl_collab.documents.packet.words import NOTES
from xl_collab.errors import XlCollabError
from xl_collab.hosts.generated import Mark, free_title, marks, set_mark
from xl_collab.hosts.ooxml.copy_sheet import graft_sheet, remove_sheet
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.xmlparts import parse_xml, rels_name
from xl_collab.merge.snapshot import Snapshot
from xl_collab.plan.project import Project
from xl_collab.schema.words import Lang

_PLAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_EMPTY = f'<Properties xmlns="{_CUSTOM}" xmlns:vt="{_TYPES}"/>'.encode()
_MACROS = ("vbaProject", "vbaProjectSignature", "xlMacrosheet")


def base_of_whole(project: Project) -> Snapshot:
    """What goes out with the whole workbook: every table that has IDs."""
    return Snapshot.of(project.book.tables.values())


def whole_workbook(
    master: bytes, project: Project, packet: Packet, issue: PacketIssue, *, macros: bool
) -> bytes:
    """The bytes of the copy for one department: .xlsm with `macros`, else .xlsx without any code."""
    package = Package.from_bytes(master)
    if not macros:
        _without_macros(package)
    lang = project.book.lang
    tab = free_title(NOTES.of(lang), [info.name for info in package.workbook.sheets])
    graft_sheet(package, whole_notes(project, packet, issue, lang), NOTES.of(lang), tab)
    set_mark(package, Mark(tab, "packet", tab, ""))
    package.workbook.set_defined_name("collab_token", f'"{issue.token}"')
    set_properties(package, issue.properties())
    return package.save_bytes()


def _without_macros(package: Package) -> None:
    """Take the VBA project and the ribbon that calls it out; the workbook becomes a plain .xlsx."""
    for kind in _MACROS:
        for rel in package.related(package.workbook_part, kind):
            package.remove_relationship(package.workbook_part, rel.id)
            package.remove_tree(rel.target)
    for rel in package.rels(""):
        if rel.kind == "extensibility":
            package.remove_relationship("", rel.id)
            if rel.target in package:
                package.remove_tree(rel.target)
    package.set_content_type(package.workbook_part, _PLAIN)


def set_properties(package: Package, properties: Mapping[str, str]) -> None:
    """Write custom document properties; others that are there stay."""
    parts = package.related("", "custom-properties")
    part = parts[0].target if parts else "docProps/custom.xml"
    if not parts:
        package.add(part, _EMPTY, _CUSTOM_TYPE)
        package.add_relationship("", "custom-properties", part)
    root = parse_xml(package.read(part), part)
    for item in list(root):
        if item.get("name") in properties:
            root.remove(item)
    used = [int(item.get("pid", "1")) for item in root]
    for number, (name, text) in enumerate(properties.items(), start=max(used, default=1) + 1):
        item = etree.SubElement(root, f"{{{_CUSTOM}}}property", fmtid=_FORMAT, pid=str(number), name=name)
        etree.SubElement(item, f"{{{_TYPES}}}lpwstr").text = text
    package.replace(part, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


# One generated sheet as a workbook of its own, for attaching: the minutes as people finished them.


_LINKS = re.compile(rb"<hyperlinks>.*?</hyperlinks>|<hyperlinks/>", re.S)
_BLANK = "_blank_"


def latest_sheet(master: bytes, kind: str) -> tuple[str, str] | None:
    """Tab and key of the newest generated sheet of a kind; None when the workbook has none."""
    found = [mark for mark in marks(Package.from_bytes(master)) if mark.kind == kind]
    newest = max(found, key=lambda mark: _order(mark.key), default=None)
    return (newest.tab, newest.key) if newest else None


def _order(key: str) -> tuple[str, int]:
    """20231113 before 20231113-2 before 20231113-10."""
    day, _, number = key.partition("-")
    return day, int(number) if number.isdecimal() else 1


def sheet_alone(master: bytes, tab: str, lang: Lang, otherwise: Callable[[], bytes]) -> bytes:
    """The .xlsx bytes of one tab; `otherwise` draws it anew where the tab cannot be taken out.

    A sheet that people gave a table, or that a program wrote in a way the surgeon does not know, is drawn.
    """
    try:
        return _taken_out(master, tab, lang)
    except (XlCollabError, ValueError, KeyError):
        return otherwise()


def _taken_out(master: bytes, tab: str, lang: Lang) -> bytes:
    blank = scratch(_BLANK, lang, lambda workbook, theme: workbook.add_worksheet(_BLANK))
    package = Package.from_bytes(blank)
    graft_sheet(package, master, tab, tab)
    remove_sheet(package, _BLANK)
    part = package.workbook.require(tab).part
    package.replace(part, _LINKS.sub(b"", package.read(part)))
    for rel in package.rels(part):
        if rel.kind == "hyperlink":
            package.remove_relationship(part, rel.id)
    if rels_name(part) in package and not package.rels(part):
        package.remove(rels_name(part))
    return package.save_bytes()
