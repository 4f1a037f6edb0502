"""The shared strings of a workbook as plain text."""

from __future__ import annotations

import re

from xl_collab.hosts.ooxml.celltext import office_unescape, xml_unescape
from xl_collab.hosts.ooxml.sheetlayout import utf8

_ITEM = re.compile(rb"<(?:[\w.-]+:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:[\w.-]+:)?si>)", re.S)
_TEXT = re.compile(rb"<(?:[\w.-]+:)?t(?:\s[^>]*)?(?<!/)>([^<]*)</")
_PHONETIC = re.compile(rb"<(?:[\w.-]+:)?rPh\b.*?</(?:[\w.-]+:)?rPh>", re.S)


def shared_strings(xml: bytes) -> list[str]:
    """All shared strings as plain text (runs joined, phonetic guides left out)."""
    return [_plain(match[1] or b"") for match in _ITEM.finditer(utf8(xml))]


def _plain(item: bytes) -> str:
    if b"rPh" in item:
        item = _PHONETIC.sub(b"", item)
    text = b"".join(_TEXT.findall(item)).decode("utf-8", "replace")
    return office_unescape(xml_unescape(text))
