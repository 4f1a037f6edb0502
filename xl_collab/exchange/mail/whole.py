"""The whole workbook as a sending: the master's bytes with a token, with or without its macros.

Everything else stays as it is; the master itself is not touched and the copy is not protected. The token
stands in the document properties, in a defined name, and on a page of instructions at the end.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from xl_collab.actions.packets import Packet, PacketIssue
from xl_collab.compose.packet_pages import whole_notes
from xl_collab.compose.packet_words import NOTES
from xl_collab.hosts.generated import Mark, free_title, set_mark
from xl_collab.hosts.ooxml.graft import graft_sheet
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.xmlparts import parse_xml
from xl_collab.model.merge.snapshot import Snapshot
from xl_collab.model.plan.project import Project

__all__ = ["base_of_whole", "set_properties", "whole_workbook"]

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
