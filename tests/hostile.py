"""Makers of hostile files: workbooks as bytes, each with one thing wrong, and containers that lie.

Nothing here is harmful to open with the gate; do not open the results in a spreadsheet program.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import xlsxwriter

ROWS = (
    ("T001", "市场部", "发起需求", date(2023, 10, 8), 1.0, "已完成"),
    ("T002", "研发部", "写方案", date(2023, 11, 30), 0.5, "进行中"),
    ("T003", "生产部、研发部", "试产", date(2023, 12, 1), 0, "未开始"),
)
HEADINGS = ("编号", "责任部门/人", "主要任务", "时间节点", "完成率", "状态")
SHEET = "xl/worksheets/sheet1.xml"
EVIL = b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def good(*, date1904: bool = False) -> bytes:
    """A small tracker with six columns, nothing wrong with it: the headings in row 1, three rows."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "date_1904": date1904})
    sheet = book.add_worksheet("跟踪表")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, HEADINGS)
    for number, row in enumerate(ROWS, start=1):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, column, value, day)
            else:
                sheet.write(number, column, value)
    book.add_worksheet("设置")
    book.set_custom_property("xl_collab_token", "abc123")
    book.set_properties({"title": "试点", "created": datetime(2023, 11, 13)})
    book.define_name("as_of", "=跟踪表!$A$1")
    book.close()
    return stream.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    """Every part of an archive by name, in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def packed(content: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in content.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return stream.getvalue()


def changed(part: str, change: Callable[[bytes], bytes], data: bytes | None = None) -> bytes:
    """The good workbook with one part changed; fails when the change does nothing."""
    content = parts(good() if data is None else data)
    before = content[part]
    content[part] = change(before)
    assert content[part] != before, f"{part} was not changed"
    return packed(content)


def stored(data: bytes) -> bytes:
    """The same parts unpacked in the archive, so that no limit on packing is met first."""
    return packed(parts(data), zipfile.ZIP_STORED)


def replaced(part: str, old: bytes, new: bytes, data: bytes | None = None) -> bytes:
    """The good workbook with some bytes of one part replaced."""
    return changed(part, lambda content: content.replace(old, new, 1), data)


def without(*names: str) -> bytes:
    """The good workbook without some parts."""
    return packed({name: data for name, data in parts(good()).items() if name not in names})


def with_parts(extra: Mapping[str, bytes], data: bytes | None = None) -> bytes:
    """The good workbook with more parts behind its own."""
    return packed(parts(good() if data is None else data) | dict(extra))


def sheet(rows: bytes, tail: bytes = b"", dimension: bytes = b"A1:F4") -> bytes:
    """The good workbook whose first sheet has these rows and what follows them."""
    head = (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.'
        b'openxmlformats.org/officeDocument/2006/relationships"><dimension ref="'
        + dimension
        + b'"/><sheetData>'
    )
    return changed(SHEET, lambda _: head + rows + b"</sheetData>" + tail + b"</worksheet>")


def cell(body: bytes, address: bytes = b"A1") -> bytes:
    """A sheet of one cell; `body` is what stands behind its address."""
    row = address.lstrip(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ") or b"1"
    return sheet(b'<row r="' + row + b'"><c r="' + address + b'"' + body + b"</c></row>")


def text_row(number: int, text: str) -> bytes:
    """One row with one text cell in column A."""
    return f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>{text}</t></is></c></row>'.encode()


# -- containers that lie ------------------------------------------------------------------------------


@dataclass
class Raw:
    """One entry of an archive written by hand; `local_name` and `claimed` let header and truth differ."""

    name: bytes
    content: bytes
    method: int = 8
    flags: int = 0
    local_name: bytes | None = None
    claimed: int | None = None
    offset: int | None = None
    stored: bytes | None = None

    def payload(self) -> bytes:
        """The packed bytes."""
        if self.stored is not None:
            return self.stored
        if self.method != 8:
            return self.content
        machine = zlib.compressobj(9, zlib.DEFLATED, -15)
        return machine.compress(self.content) + machine.flush()


def archive(
    entries: Sequence[Raw], *, before: bytes = b"", after: bytes = b"", comment: bytes = b""
) -> bytes:
    """A zip archive of hand-made entries, with bytes around it."""
    out, directory = bytearray(before), b""
    for one in entries:
        payload, size = one.payload(), len(one.content) if one.claimed is None else one.claimed
        numbers = (zlib.crc32(one.content), len(payload), size)
        at = len(out) if one.offset is None else one.offset
        local = one.name if one.local_name is None else one.local_name
        if one.offset is None:
            out += struct.pack(
                "<4s5H3L2H", b"PK\3\4", 20, one.flags, one.method, 0, 33, *numbers, len(local), 0
            )
            out += local + payload
        head = (b"PK\1\2", 20, 20, one.flags, one.method, 0, 33, *numbers, len(one.name), 0, 0, 0, 0, 0, at)
        directory += struct.pack("<4s6H3L5H2L", *head) + one.name
    count = len(entries)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), len(out), len(comment))
    return bytes(out) + directory + end + comment + after


def raw_entries(data: bytes | None = None) -> list[Raw]:
    """The good workbook's parts as hand-made entries."""
    return [Raw(name.encode(), content) for name, content in parts(data or good()).items()]


def zeros(size: int) -> bytes:
    """`size` zero bytes, packed by DEFLATE at 1000:1."""
    machine, block, out = zlib.compressobj(9, zlib.DEFLATED, -15), bytes(1 << 20), []
    for _ in range(size >> 20):
        out.append(machine.compress(block))
    return b"".join([*out, machine.flush()])


def overlapping(count: int = 50) -> bytes:
    """Fifield's idea in its simplest form: many directory entries that share one packed kernel."""
    entries = raw_entries()
    kernel = Raw(b"xl/media/image1.png", random.Random(1).randbytes(4096))
    first = archive([*entries, kernel])
    at = first.rindex(b"PK\3\4", 0, first.index(b"xl/media/image1.png"))
    twins = [
        Raw(b"xl/media/twin%03d.png" % n, kernel.content, offset=at, stored=kernel.payload())
        for n in range(count)
    ]
    return archive([*entries, kernel, *twins])


# -- files of other kinds ---------------------------------------------------------------------------------


def compound(*names: str) -> bytes:
    """The start of a compound file whose directory holds these stream names."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return head + b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in names) + bytes(1024)


def package_of(content_type: str, part: str = "word/document.xml") -> bytes:
    """A package of another Office program."""
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{part}" ContentType="{content_type}"/></Types>'
    )
    return packed({"[Content_Types].xml": types.encode(), part: b"<a/>"})


def open_document(mimetype: str = "application/vnd.oasis.opendocument.spreadsheet") -> bytes:
    """An OpenDocument file, which begins with its stored mimetype."""
    return packed({"mimetype": mimetype.encode(), "content.xml": b"<a/>"}, zipfile.ZIP_STORED)


def other_types() -> dict[str, tuple[bytes, str]]:
    """Files of other kinds under a workbook's name: what they are → bytes and the type's stable code."""
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    show = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    return {
        "xls": (compound("Root Entry", "Workbook"), "type-xls"),
        "xls 4": (b"\x09\x04\x06\x00\x00\x00\x10\x00" + bytes(64), "type-xls"),
        "csv": ("编号,任务\nT001,写方案\n".encode(), "type-csv"),
        "csv gbk": ("编号,任务\nT001,写方案\n".encode("gb18030"), "type-csv"),
        "tsv utf-16": ("编号\t任务\nT001\t写方案\n".encode("utf-16"), "type-csv"),
        "html": (b"<html><table><tr><td>1</td></tr></table></html>", "type-html"),
        "html meta": (b"\xef\xbb\xbf<meta charset=utf-8><table></table>", "type-html"),
        "xml 2003": (
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
            "type-xml2003",
        ),
        "docx": (package_of(word), "type-docx"),
        "pptx": (package_of(show, "ppt/presentation.xml"), "type-pptx"),
        "xlsb": (
            package_of("application/vnd.ms-excel.sheet.binary.macroEnabled.main", "xl/workbook.bin"),
            "type-xlsb",
        ),
        "ods": (open_document(), "type-ods"),
        "doc": (compound("Root Entry", "WordDocument"), "type-doc"),
        "msg": (compound("Root Entry", "__substg1.0_001A001F"), "type-msg"),
        "pdf": (b"%PDF-1.7\n" + bytes(range(256)), "type-pdf"),
        "png": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "type-image"),
        "jpeg": (b"\xff\xd8\xff\xe0" + bytes(range(256)), "type-image"),
        "rar": (b"Rar!\x1a\x07\x01\x00" + bytes(64), "type-rar"),
        "zip": (packed({"读我.txt": b"hello"}), "type-zip"),
        "numbers": (packed({"Index/Document.iwa": b"x"}), "type-numbers"),
        "eml": (b"From: a@b.c\r\nTo: d@e.f\r\nSubject: x\r\n\r\nhello\r\n", "type-mail"),
    }


def wrapped_by_companies() -> dict[str, tuple[bytes, str]]:
    """Files as document protection leaves them: product → bytes and stable code."""
    noise = random.Random(7).randbytes(4096)
    return {
        "E-SafeNet": (b"b\x14#e" + bytes(8) + b"E-SafeNet\0\0\0LOCK" + noise, "dlp-esafenet"),
        "TSD": (b"%TSD-Header-###%" + noise, "dlp-tsd"),
        "IP-guard": (noise[:16] + b"IP-guard" + noise, "dlp-ipguard"),
        "Tipray": (b"\0\0TIPRAY" + noise, "dlp-tipray"),
        "Fasoo": (b"\x9b DRMONE  This Document is encrypted and protected by Fasoo DRM" + noise, "dlp-fasoo"),
        "NASCA": (b"<## NASCA DRM FILE - VER1.00 ##>" + noise, "dlp-nasca"),
        "SoftCamp": (b"SCDSA002" + noise, "dlp-softcamp"),
        "pfile": (b".pfile\x03\0" + noise, "dlp-microsoft"),
        "IRM": (
            compound("Root Entry", "\x06DataSpaces", "DRMEncryptedDataSpace", "EncryptedPackage"),
            "dlp-microsoft",
        ),
        "IRM xls": (compound("Root Entry", "\tDRMContent", "Workbook"), "dlp-microsoft"),
    }
