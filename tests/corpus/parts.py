"""Packages written by hand, byte for byte: what `make.py` builds its workbooks from.

Parts are stored, not packed, so that every machine makes the same bytes whatever its zlib.
"""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XLSX = f"{BOOK}.sheet.main+xml"
XLSM = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
SPACES = f'xmlns="{MAIN}" xmlns:r="{REL}"'

STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>'
    '<numFmt numFmtId="165" formatCode="[红色]0.00;[Red]-0.00"/></numFmts>'
    '<fonts count="1"><font><sz val="11"/><name val="等线"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="22" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="常规" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
DAY, CHINESE_DAY, MOMENT = 1, 2, 3
"""Formats of STYLES that show a date."""


@dataclass
class Book:
    """The parts of a workbook in the making: sheets by name, and whatever a case adds."""

    sheets: dict[str, str]
    strings: str = ""
    styles: str = STYLES
    before_sheets: str = ""
    after_sheets: str = ""
    main_type: str = XLSX
    types: dict[str, str] = field(default_factory=dict)
    """Content types of more parts."""
    rels: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Relationships by the part that has them: (kind, target) in the order of rId1, rId2, …"""
    more: dict[str, str | bytes] = field(default_factory=dict)
    sheet_state: dict[str, str] = field(default_factory=dict)

    def parts(self) -> dict[str, bytes]:
        """Every part of the package by name, in the order in which Office writes them."""
        names = list(self.sheets)
        entries = "".join(
            f'<sheet name="{name}" sheetId="{n}"{self.sheet_state.get(name, "")} r:id="rId{n}"/>'
            for n, name in enumerate(names, start=1)
        )
        book_rels = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(names) + 1)]
        book_rels += [("styles", "styles.xml")] if self.styles else []
        book_rels += [("sharedStrings", "sharedStrings.xml")] if self.strings else []
        book_rels += self.rels.pop("xl/workbook.xml", [])
        made: dict[str, str | bytes] = {
            "[Content_Types].xml": "",
            "_rels/.rels": relationships([("officeDocument", "xl/workbook.xml")]),
            "xl/workbook.xml": f"{HEAD}<workbook {SPACES}>{self.before_sheets}<sheets>{entries}</sheets>"
            f"{self.after_sheets}</workbook>",
            "xl/_rels/workbook.xml.rels": relationships(book_rels),
        }
        made |= {f"xl/worksheets/sheet{n}.xml": xml for n, xml in enumerate(self.sheets.values(), start=1)}
        made |= {"xl/styles.xml": self.styles} if self.styles else {}
        made |= {"xl/sharedStrings.xml": self.strings} if self.strings else {}
        made |= {rels_of(part): relationships(found) for part, found in self.rels.items()}
        made |= self.more
        made["[Content_Types].xml"] = self._types(made)
        return {n: text if isinstance(text, bytes) else text.encode() for n, text in made.items()}

    def _types(self, made: Mapping[str, str | bytes]) -> str:
        known = {
            "xl/workbook.xml": self.main_type,
            "xl/styles.xml": f"{BOOK}.styles+xml",
            "xl/sharedStrings.xml": f"{BOOK}.sharedStrings+xml",
            **{name: f"{BOOK}.worksheet+xml" for name in made if name.startswith("xl/worksheets/sheet")},
            **self.types,
        }
        overrides = "".join(
            f'<Override PartName="/{name}" ContentType="{kind}"/>'
            for name, kind in known.items()
            if name in made
        )
        return (
            f'{HEAD}<Types xmlns="{TYPES}">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
            '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
            f"{overrides}</Types>"
        )


def rels_of(part: str) -> str:
    """The part that holds the relationships of `part`."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


def relationships(found: Sequence[tuple[str, str]]) -> str:
    """Their XML; a kind with a slash is a whole type, a target with :// lies outside."""
    lines = []
    for n, (kind, target) in enumerate(found, start=1):
        whole = kind if "/" in kind else f"{REL}/{kind}"
        mode = ' TargetMode="External"' if ":" in target else ""
        lines.append(f'<Relationship Id="rId{n}" Type="{whole}" Target="{target}"{mode}/>')
    return f'{HEAD}<Relationships xmlns="{PACKAGE_REL}">{"".join(lines)}</Relationships>'


def sheet(rows: str, *, after: str = "", before: str = "", dimension: str = "A1:F9") -> str:
    """A worksheet of these rows; `before` stands before them, `after` behind."""
    size = f'<dimension ref="{dimension}"/>' if dimension else ""
    return f"{HEAD}<worksheet {SPACES}>{size}{before}<sheetData>{rows}</sheetData>{after}</worksheet>"


def row(number: int, *cells: str) -> str:
    """A row of ready cells."""
    return f'<row r="{number}">{"".join(cells)}</row>'


def text(address: str, value: str, more: str = "") -> str:
    """A cell with its own text."""
    return f'<c r="{address}"{more} t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def shared(address: str, index: int) -> str:
    """A cell with a shared text."""
    return f'<c r="{address}" t="s"><v>{index}</v></c>'


def number(address: str, value: float, style: int = 0) -> str:
    """A cell with a number."""
    return f'<c r="{address}" s="{style}"><v>{value}</v></c>'


def formula(address: str, source: str, value: str, more: str = "", attributes: str = "") -> str:
    """A cell with a formula and the value that a program last saw."""
    return f'<c r="{address}"{more}><f{attributes}>{source}</f><v>{value}</v></c>'


LIST = (("部门", "物料", "数量", "单价", "到货日", "备注"), ("采购部", "外壳", 120, 3.5, 45292, "已下单"),
        ("生产部", "螺钉", 4000, 0.05, 45299, ""), ("研发部*", "主板 &amp; 线材", 60, 218, 45306, "加急：需确认"),
        ("市场部", "展架", 6, 480.25, 45321, "第二批"), ("行政部", "胸卡", 300, 1, 45334, "😀 彩印"))  # fmt: skip


def listing(first: int = 1) -> str:
    """A stranger's list of goods from row `first` on: headings, five rows, no tracker."""
    made = []
    for n, line in enumerate(LIST, start=first):
        cells = [
            number(f"{c}{n}", v, DAY if c == "E" else 0) if isinstance(v, int | float) else text(f"{c}{n}", v)
            for c, v in zip("ABCDEF", line, strict=True)
            if v != ""
        ]
        made.append(row(n, *cells))
    return "".join(made)


# -- containers ---------------------------------------------------------------------------------------


def packed(parts: Mapping[str, bytes] | Sequence[tuple[str, bytes]]) -> bytes:
    """A plain archive of stored parts; with pairs a name may come twice."""
    stream = io.BytesIO()
    pairs = parts.items() if isinstance(parts, Mapping) else parts
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name that comes twice is meant
        for name, data in pairs:
            entry = zipfile.ZipInfo("x")
            entry.filename, entry.create_system = name, 0
            archive.writestr(entry, data)
    return stream.getvalue()


def streamed(parts: Mapping[str, bytes]) -> bytes:
    """As programs write that cannot go back: sizes and checksum stand in a descriptor behind each part."""
    out, directory = bytearray(), bytearray()
    for name, data in parts.items():
        raw, crc, at = name.encode(), zlib.crc32(data), len(out)
        squeezed = struct.pack("<B2H", 1, len(data), len(data) ^ 0xFFFF) + data  # one block, not squeezed
        out += struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0x808, 8, 0, 33, 0, 0, 0, len(raw), 0) + raw
        out += squeezed + struct.pack("<4s3L", b"PK\7\10", crc, len(squeezed), len(data))
        sizes = (crc, len(squeezed), len(data), len(raw), 0, 0, 0, 0, 0, at)
        directory += struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0x808, 8, 0, 33, *sizes) + raw
    count = len(parts)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), len(out), 0)
    return bytes(out + directory + end)


def in_zip64(parts: Mapping[str, bytes]) -> bytes:
    """Small parts with the fields of an archive beyond 4 GB, as streaming writers leave them."""
    out, directory = bytearray(), bytearray()
    for name, data in parts.items():
        raw, crc, at, full = name.encode(), zlib.crc32(data), len(out), 0xFFFFFFFF
        sizes = struct.pack("<2H2Q", 1, 16, len(data), len(data))
        out += struct.pack("<4s5H3L2H", b"PK\3\4", 45, 0x800, 0, 0, 33, crc, full, full, len(raw), 20)
        out += raw + sizes + data
        fields = (crc, full, full, len(raw), 20, 0, 0, 0, 0, at)
        directory += struct.pack("<4s6H3L5H2L", b"PK\1\2", 45, 45, 0x800, 0, 0, 33, *fields) + raw + sizes
    count, start = len(parts), len(out)
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(directory), start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, start + len(directory), 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), start, 0)
    return bytes(out + directory) + record + locator + end
