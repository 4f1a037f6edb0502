"""Binary workbooks (.xlsb) for tests: the few records that a reader needs; no program here writes them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.bin" '
    'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    '<Override PartName="/xl/worksheets/sheet1.bin" ContentType="application/vnd.ms-excel.worksheet"/>'
    "</Types>"
)
_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="{target}" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/></Relationships>'
)


def binary_workbook(tab: str, rows: Sequence[Sequence[str | float | None]]) -> bytes:
    """One sheet of texts and numbers."""
    sheet_entry = struct.pack("<LL", 0, 1) + _wide("rId1") + _wide(tab)
    workbook = _record(131) + _record(143) + _record(156, sheet_entry) + _record(144) + _record(132)
    cells = b"".join(_row(number, row) for number, row in enumerate(rows))
    width = max(map(len, rows))
    area = struct.pack("<4L", 0, len(rows) - 1, 0, width - 1)
    sheet = _record(129) + _record(148, area) + _record(145) + cells + _record(146) + _record(130)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELS.format(target="xl/workbook.bin", kind="officeDocument"))
        archive.writestr("xl/workbook.bin", workbook)
        archive.writestr(
            "xl/_rels/workbook.bin.rels", _RELS.format(target="worksheets/sheet1.bin", kind="worksheet")
        )
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
    return stream.getvalue()


def _record(number: int, content: bytes = b"") -> bytes:
    """A record of MS-XLSB: its number and length in bytes of seven bits."""
    head = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    return head + _seven(len(content)) + content


def _seven(number: int) -> bytes:
    out = b""
    while number > 127:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def _wide(text: str) -> bytes:
    return struct.pack("<L", len(text)) + text.encode("utf-16-le")


def _row(number: int, row: Sequence[str | float | None]) -> bytes:
    cells = b"".join(_cell(column, value) for column, value in enumerate(row) if value is not None)
    return _record(0, struct.pack("<LLHBBBL", number, 0, 300, 0, 0, 0, 0)) + cells


def _cell(column: int, value: str | float) -> bytes:
    head = struct.pack("<LL", column, 0)
    if isinstance(value, str):
        return _record(6, head + _wide(value))
    return _record(5, head + struct.pack("<d", value))
