"""Typing into a workbook's file as a person without Python would: bytes of cells, nothing worked out.

Nothing of the product may enter: what it makes of the edits is judged elsewhere.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date
from xml.sax.saxutils import escape

Typed = Mapping[str, Mapping[str, object]]
"""Tab → address → what is typed: a date, a number, a text, or None to empty the cell."""


def typed(package: bytes, cells: Typed) -> bytes:
    """The package with these cells typed; each must be there, with its format."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {_part(old, tab): mine for tab, mine in cells.items()}
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, _sheet(data.decode(), parts[name]).encode() if name in parts else data)
    return out.getvalue()


def _part(package: zipfile.ZipFile, tab: str) -> str:
    book = package.read("xl/workbook.xml").decode()
    (number,) = re.findall(rf'<sheet name="{tab}"[^>]* r:id="(\w+)"', book)
    links = package.read("xl/_rels/workbook.xml.rels").decode()
    (target,) = re.findall(rf'<Relationship Id="{number}"[^>]*Target="/?(?:xl/)?([^"]+)"', links)
    return f"xl/{target}"


def _sheet(text: str, cells: Mapping[str, object]) -> str:
    left = dict(cells)

    def put(found: re.Match[str]) -> str:
        if found[1] not in left:
            return found[0]
        style = re.search(r' s="\d+"', found[2])
        return f'<c r="{found[1]}"{style[0] if style else ""}{_written(left.pop(found[1]))}'

    text = re.sub(r'<c r="([A-Z]+\d+)"([^>]*?)(?:/>|>.*?</c>)', put, text, flags=re.S)
    assert not left, f"no such cells: {sorted(left)}"
    return text


def _written(value: object) -> str:
    if value is None:
        return "/>"
    if isinstance(value, date):
        value = value.toordinal() - date(1899, 12, 30).toordinal()
    if isinstance(value, str):
        return f' t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f"><v>{value}</v></c>"
