"""One generated sheet as a workbook of its own, for attaching: the minutes as people finished them.

A sheet that stands in the workbook is taken out with its formats, for people may have filled in its fields;
one that is not there yet is drawn. Links to other sheets are dropped: those sheets do not come along.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from xl_collab.compose.blocks import scratch
from xl_collab.errors import XlCollabError
from xl_collab.hosts.generated import marks
from xl_collab.hosts.ooxml.graft import graft_sheet, remove_sheet
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.xmlparts import rels_name
from xl_collab.model.words import Lang

__all__ = ["latest_sheet", "sheet_alone"]

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
