"""One sheet of the master as a file of its own, for attaching: as people finished it, and nothing else.

Links into the workbook go, and so does the hidden column in which a drawn sheet remembers itself: neither is
anybody's business outside. What may not enter: letters, addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from xl_collab.a1 import Area, column_number
from xl_collab.documents.blocks import scratch
from xl_collab.errors import XlCollabError
from xl_collab.hosts.changes import marks
from xl_collab.hosts.ooxml.copy_sheet import graft_sheet, remove_sheet
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.xmlparts import MAIN, parse_xml, rels_name
from xl_collab.schema.words import Lang

_LINKS = re.compile(rb"<hyperlinks>.*?</hyperlinks>|<hyperlinks/>", re.S)
_BLANK = "_blank_"
_NOTES = '{"draft":['
"""Begins the cell that tells in which column a drawn sheet remembers itself (project/drafts.py)."""


def latest_sheet(master: bytes, kind: str) -> tuple[str, str] | None:
    """Tab and key of the newest generated sheet of a kind; None when the workbook has none."""
    found = [mark for mark in marks(Package.from_bytes(master)) if mark.kind == kind]
    newest = max(found, key=lambda mark: _order(mark.key), default=None)
    return (newest.tab, newest.key) if newest else None


def sheet_of(master: bytes, kind: str, key: str) -> str | None:
    """Tab of the generated sheet of a kind and a key; None when the workbook has none."""
    found = (m.tab for m in marks(Package.from_bytes(master)) if (m.kind, m.key) == (kind, key))
    return next(found, None)


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
        return drawn_alone(otherwise(), lang)


def drawn_alone(drawn: bytes, lang: Lang) -> bytes:
    """A sheet that was drawn just now, as it goes out."""
    return _taken_out(drawn, Package.from_bytes(drawn).workbook.sheets[0].name, lang)


def _taken_out(master: bytes, tab: str, lang: Lang) -> bytes:
    blank = scratch(_BLANK, lang, lambda workbook, theme: workbook.add_worksheet(_BLANK))
    package = Package.from_bytes(blank)
    graft_sheet(package, master, tab, tab)
    remove_sheet(package, _BLANK)
    part = package.workbook.require(tab).part
    package.replace(part, _without_notes(_LINKS.sub(b"", package.read(part))))
    for rel in package.rels(part):
        if rel.kind == "hyperlink":
            package.remove_relationship(part, rel.id)
    if rels_name(part) in package and not package.rels(part):
        package.remove(rels_name(part))
    return package.save_bytes()


def _without_notes(sheet: bytes) -> bytes:
    """The sheet without the column of its notes."""
    if _NOTES.encode() not in sheet.replace(b"&quot;", b'"'):
        return sheet
    root = parse_xml(sheet, "worksheet")
    cells = list(root.iter(f"{MAIN}c"))
    letters = {_letters(cell) for cell in cells if "".join(cell.itertext()).startswith(_NOTES)}
    for cell in cells:
        if _letters(cell) in letters:
            cell.getparent().remove(cell)
    numbers = set(map(column_number, letters))
    for column in list(root.iter(f"{MAIN}col")):
        if column.get("hidden") and int(column.get("min", "0")) in numbers:
            column.getparent().remove(column)
    _narrow(root, numbers)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _letters(cell: etree._Element) -> str:
    return str(cell.get("r", "")).rstrip("0123456789")


def _narrow(root: etree._Element, gone: set[int]) -> None:
    """The sheet's stated extent without a last column that is gone; rows no longer state theirs."""
    for item in root.iter(f"{MAIN}dimension"):
        area = Area.parse(item.get("ref", ""))
        if area is not None and area.right in gone:
            item.set("ref", str(Area(area.left, area.top, max(area.left, area.right - 1), area.bottom)))
    for row in root.iter(f"{MAIN}row"):
        row.attrib.pop("spans", None)
