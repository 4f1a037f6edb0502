"""A drawn worksheet (and its charts) rewritten so that it stands in another workbook.

Input is what our drawing library writes: no prefixes, addresses everywhere. Shared strings become inline
ones, style numbers the target's, references to the sheet's old name references to its new one.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from xl_collab.hosts.ooxml.celltext import xml_escape, xml_unescape
from xl_collab.hosts.ooxml.formulatext import quoted_sheet, rename_sheet
from xl_collab.hosts.ooxml.sheetlayout import Layout, locate
from xl_collab.hosts.ooxml.styles import StyleMerger

_CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"(?: s="([0-9]+)")?(?: t="s"><v>([0-9]+)</v></c>)?')
_ROW_STYLE = re.compile(rb'(<row r="[0-9]+"[^>]*? s=")([0-9]+)(")')
_COL_STYLE = re.compile(rb'(<col [^>]*?\bstyle=")([0-9]+)(")')
_DXF = re.compile(rb'(\bdxfId=")([0-9]+)(")')
_ITEM = re.compile(rb"<si>(.*?)</si>|<si/>", re.S)
_FORMULA = re.compile(
    rb"(<(?:f|formula|formula1|formula2|c:f|xm:f|c15:f)(?:\s[^>]*)?(?<!/)>)([^<]*)(</)",
)
_LOCATION = re.compile(rb'(<hyperlink [^>]*?\blocation=")([^"]*)(")')
_SELECTED = re.compile(rb'\stabSelected="[^"]*"')
_CODE_NAME = re.compile(rb'\scodeName="([^"]*)"')
_SHEET_PR = re.compile(rb"<sheetPr(?=[\s/>])")


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
