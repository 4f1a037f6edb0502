"""Looking for the few cells that matter in a worksheet's bytes, without reading the others.

Readers that give values (calamine) give neither formulas' texts nor errors. What may not enter: writing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from xl_collab.hosts.celltext import office_unescape, xml_unescape
from xl_collab.hosts.formulatext import column_number
from xl_collab.hosts.sharedformulas import group_number, masters
from xl_collab.hosts.sheetlayout import Layout, canonical, locate, plain_layout, utf8

_V = rb"<(?:[\w.-]+:)?v(?:\s[^>]*)?>([^<]*)</"


def _cell_pattern(layout: Layout, columns: Iterable[str] | None, rest: bytes) -> re.Pattern[bytes]:
    wanted = "[A-Z]{1,3}" if columns is None else "|".join(columns)
    p = layout.prefix.encode()
    return re.compile(rb'<%bc r="(%b)([0-9]+)"%b' % (p, wanted.encode(), rest.replace(b"%p", p)))


def _ready(xml: bytes) -> Layout:
    """The layout whose cells all begin with their address (sheets that leave it out are rewritten)."""
    layout = plain_layout(xml)
    p = layout.prefix.encode()
    tag, addressed = b"<%bc" % p, b'<%bc r="' % p
    if layout.data.count(tag, layout.start, layout.end) == layout.data.count(
        addressed, layout.start, layout.end
    ):
        return layout
    return locate(canonical(xml))


def formula_cells(xml: bytes, columns: Iterable[str] | None = None) -> Iterator[tuple[int, str, str]]:
    """(row, column letters, formula without equals sign) of each formula cell, shared ones read out.

    Cells that a multi-cell array or data table fills without a text of their own are not listed.
    """
    if b"f>" not in xml and b"f " not in xml:
        return
    layout = _ready(xml)
    groups = masters(layout)
    rest = rb"[^>]*(?<!/)>\s*(<%pf(?=[\s/>])[^>]*?(?:/>|(?<!/)>([^<]*)</%pf>))"
    for match in _cell_pattern(layout, columns, rest).finditer(layout.data, layout.start, layout.end):
        letters, row = match[1].decode(), int(match[2])
        text = xml_unescape((match[4] or b"").decode("utf-8", "replace"))
        number = group_number(match[3])
        if not text and number in groups:
            text = groups[number].at(row, column_number(letters))  # type: ignore[index]
        if text:
            yield row, letters, text


def error_cells(xml: bytes, columns: Iterable[str] | None = None) -> Iterator[tuple[int, str, str]]:
    """(row, column letters, "#N/A"…) of each cell that shows an error."""
    if b't="e"' not in xml and b"t='e'" not in xml:
        return
    for row, letters, _, value in typed_cells(xml, "e", columns):
        yield row, letters, value


def shared_string_cells(xml: bytes, columns: Iterable[str] | None = None) -> Iterator[tuple[int, str, int]]:
    """(row, column letters, index into the shared strings) of each cell that points there."""
    for row, letters, _, value in typed_cells(xml, "s", columns):
        if value.strip().isdecimal():
            yield row, letters, int(value)


def typed_cells(
    xml: bytes, kind: str, columns: Iterable[str] | None = None
) -> Iterator[tuple[int, str, str, str]]:
    """(row, column letters, kind, text of `<v>`) of each cell of type `kind`: s, str, b, e, d."""
    layout = _ready(xml)
    formula = rb"(?:\s*<%pf(?=[\s/>])[^>]*?(?:/>|(?<!/)>[^<]*</%pf>))?\s*"
    rest = rb'[^>]*? t="' + kind.encode() + rb'"[^>]*(?<!/)>' + formula + _V
    pattern = _cell_pattern(layout, columns, rest)
    for match in pattern.finditer(layout.data, layout.start, layout.end):
        text = office_unescape(xml_unescape(match[3].decode("utf-8", "replace")))
        yield int(match[2]), match[1].decode(), kind, text


# -- shared strings ------------------------------------------------------------------------------------

_ITEM = re.compile(rb"<(?:[\w.-]+:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:[\w.-]+:)?si>)", re.S)
_TEXT = re.compile(rb"<(?:[\w.-]+:)?t(?:\s[^>]*)?(?<!/)>([^<]*)</")
_PHONETIC = re.compile(rb"<(?:[\w.-]+:)?rPh\b.*?</(?:[\w.-]+:)?rPh>", re.S)
_RICH = re.compile(rb"<(?:[\w.-]+:)?r[\s>]")


def shared_strings(xml: bytes) -> list[str]:
    """All shared strings as plain text (runs joined, phonetic guides left out)."""
    return [_plain(match[1] or b"") for match in _ITEM.finditer(utf8(xml))]


def rich_strings(xml: bytes) -> set[int]:
    """Indices of the shared strings whose characters differ in format."""
    if b"r>" not in xml:
        return set()
    items = enumerate(_ITEM.finditer(utf8(xml)))
    return {index for index, match in items if match[1] and _RICH.search(match[1])}


def _plain(item: bytes) -> str:
    if b"rPh" in item:
        item = _PHONETIC.sub(b"", item)
    text = b"".join(_TEXT.findall(item)).decode("utf-8", "replace")
    return office_unescape(xml_unescape(text))
