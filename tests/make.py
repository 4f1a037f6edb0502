"""Small tracker workbooks made with XlsxWriter, as odd as a test wants them, and user content for them."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

from tests.tracker_letters import at
from xl_collab.a1 import column_letters
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.reading import read_book
from xl_collab.plan.formulas import render
from xl_collab.project.edits import InsertSheet, SetColumn
from xl_collab.schema.declaration import Column, Kind, TableSheet
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Lang

CUSTOM_UI = {
    "2006/relationships/ui/extensibility": ("customUI/customUI.xml", "2006/01/customui"),
    "2007/relationships/ui/extensibility": ("customUI/customUI14.xml", "2009/07/customui"),
}


@dataclass
class Odd:
    """How a table sheet differs from what is declared."""

    tab: str | None = None
    lang: Lang = "zh"
    header_row: int = 4
    order: Sequence[str] | None = None
    """Column names from left to right; "" leaves a column free, "=text" writes a foreign heading."""
    headings: Mapping[str, str] = field(default_factory=dict)
    """Other headings by column name."""
    table: bool = True
    table_rows: int | None = None
    """Rows that the Excel table covers (default: all records, at least one)."""
    total_row: bool = False
    formulas: bool = True
    styled: bool = True


class Maker:
    """A workbook in the making; `save` writes it."""

    def __init__(self, *, date1904: bool = False) -> None:
        self.stream = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.stream, {"date_1904": date1904})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd", "border": 1})
        self.moment = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm", "border": 1})
        self.plain = self.book.add_format({"text_wrap": True, "border": 1})

    def table(self, key: str, records: Sequence[Mapping[str, Any]], odd: Odd | None = None) -> Any:
        """Add the sheet `key` with its headings and rows; returns XlsxWriter's worksheet."""
        odd = odd or Odd()
        sheet = SHEETS.table(key)
        names = list(odd.order or [c.name for c in sheet.columns])
        worksheet = self.book.add_worksheet(odd.tab or sheet.name(odd.lang))
        headings = [_heading(sheet, name, odd) for name in names]
        top = odd.header_row
        for i, heading in enumerate(headings):
            if heading:
                worksheet.write_string(top - 1, i, heading)
        if odd.table:
            covered = max(len(records), 1) if odd.table_rows is None else odd.table_rows
            columns: list[dict[str, Any]] = [{"header": heading} for heading in headings]
            if odd.total_row:
                columns[0]["total_string"] = "合计"
            options = {"name": sheet.table, "columns": columns, "total_row": odd.total_row}
            worksheet.add_table(top - 1, 0, top - 1 + covered + odd.total_row, len(names) - 1, options)
        letters = {name: column_letters(i + 1) for i, name in enumerate(names)}
        for n, record in enumerate(records):
            for name in names:
                self._cell(worksheet, sheet, name, top + 1 + n, letters, record, odd)
        return worksheet

    def _cell(
        self,
        worksheet: Any,
        sheet: TableSheet,
        name: str,
        row: int,
        letters: Mapping[str, str],
        record: Mapping[str, Any],
        odd: Odd,
    ) -> None:
        at = f"{letters[name]}{row}"
        value = record.get(name)
        column = next((c for c in sheet.columns if c.name == name), None)
        style = self._style(column) if odd.styled else None
        if column is not None and column.computed == "formula" and odd.formulas and f"={name}" not in record:
            text = "=" + render(column, letters, row, odd.lang)
            worksheet.write_formula(at, text, style, "" if value is None else value)
        elif f"={name}" in record:
            worksheet.write_formula(at, record[f"={name}"], style, "" if value is None else value)
        else:
            self.put(worksheet, at, value, style)

    def _style(self, column: Column | None) -> Any:
        kinds = {Kind.DATE: self.day, Kind.DATETIME: self.moment, Kind.DEADLINE: self.day}
        return kinds.get(column.kind, self.plain) if column else self.plain

    def put(self, worksheet: Any, at: str, value: Any, style: Any = None) -> None:
        """Write one value with its own type, never guessing from text."""
        if value is None:
            worksheet.write_blank(at, None, style)
        elif isinstance(value, bool):
            worksheet.write_boolean(at, value, style)
        elif isinstance(value, date):
            moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
            worksheet.write_datetime(at, moment, style or self.day)
        elif isinstance(value, str):
            worksheet.write_string(at, value, style)
        else:
            worksheet.write_number(at, value, style)

    def form(self, key: str, values: Mapping[str, Any], *, lang: Lang = "zh", labels: str = "{}") -> Any:
        """Add the form `key`; `labels` decorates each label."""
        sheet = SHEETS.form(key)
        worksheet = self.book.add_worksheet(sheet.name(lang))
        worksheet.write_string("A1", sheet.name(lang))
        for row, one in enumerate(sheet.fields, start=3):
            worksheet.write_string(f"B{row}", labels.format(one.label.of(lang)))
            self.put(worksheet, f"C{row}", values.get(one.name))
        return worksheet

    def meta(self, revision: int = 1) -> None:
        """Add the very hidden `_meta` sheet."""
        rows = [{"name": "document", "value": "abc"}, {"name": "revision", "value": revision}]
        self.table("meta", rows).very_hidden()

    def save(self, path: Path) -> Path:
        """Finish the workbook and write it to `path`."""
        self.book.close()
        path.write_bytes(self.stream.getvalue())
        return path


def _heading(sheet: TableSheet, name: str, odd: Odd) -> str:
    if not name or name.startswith("="):
        return name[1:]
    return odd.headings.get(name, sheet.column(name).label.of(odd.lang))


def tracker(path: Path, records: Sequence[Mapping[str, Any]], odd: Odd | None = None, **more: Any) -> Path:
    """A workbook with 跟踪表, 设置 and _meta."""
    maker = Maker(date1904=more.pop("date1904", False))
    maker.table("tracker", records, odd)
    maker.form("settings", {"project": "试点项目", **more})
    maker.meta()
    return maker.save(path)


def png() -> io.BytesIO:
    """A blue picture of 8 x 8 points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\0\0\xff" * 8 for _ in range(8))
    head = struct.pack(">2L5B", 8, 8, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + body)


def with_user_content(path: Path, records: Sequence[Mapping[str, Any]]) -> Path:
    """A tracker with charts, pictures, comments, controls, x14 formats, customXml and both ribbons."""
    maker = Maker()
    sheet = maker.table("tracker", records)
    sheet.write_comment("D5", "请核对\n第二行", {"author": "王五"})
    sheet.write_url(at("actual_start", 5), "https://example.com/?a=1&b=2", string="资料")
    sheet.conditional_format(
        at("rag", 5, 99), {"type": "cell", "criteria": "==", "value": '"红"', "format": maker.day}
    )
    sheet.conditional_format(at("percent", 5, 99), {"type": "data_bar", "data_bar_2010": True})
    sheet.insert_image("AC2", "logo.png", {"image_data": png()})
    sheet.insert_button("AC8", {"macro": "Anything", "caption": "按钮"})
    sheet.data_validation(at("status", 5, 99), {"validate": "list", "source": ["未开始", "进行中", "已完成"]})
    sheet.set_header("&C&G", {"image_center": "logo.png", "image_data_center": png()})
    maker.form("settings", {"project": "试点项目"})
    own = maker.book.add_worksheet("我的分析")
    own.write_row("A1", ["部门", "数量"])
    own.write_row("A2", ["研发部", 3])
    own.write_row("A3", ["市场部", 5])
    own.write_rich_string("A4", "普通", maker.book.add_format({"bold": True}), "粗体")
    own.add_sparkline("D2", {"range": "'我的分析'!B2:B3"})
    chart = maker.book.add_chart({"type": "column"})
    chart.add_series({"categories": "='我的分析'!$A$2:$A$3", "values": "='我的分析'!$B$2:$B$3"})
    own.insert_chart("F2", chart)
    maker.meta()
    maker.save(path)
    package = Package.open(path)
    for kind, (part, namespace) in CUSTOM_UI.items():
        xml = f'<customUI xmlns="http://schemas.microsoft.com/office/{namespace}"><ribbon/></customUI>'
        package.add(part, xml.encode(), "application/xml")
        package.add_relationship("", f"http://schemas.microsoft.com/office/{kind}", part)
    package.add(
        "customXml/item1.xml", b'<?xml version="1.0"?><mine xmlns="urn:x">1</mine>', "application/xml"
    )
    package.add_relationship(package.workbook_part, "customXml", "customXml/item1.xml")
    path.write_bytes(package.save_bytes())
    return path


def parts(path: Path) -> dict[str, bytes]:
    """Every part of a workbook file with its content."""
    package = Package.open(path)
    return {name: package.read(name) for name in package.parts}


def edit_part(path: Path, ending: str, old: bytes, new: bytes, count: int = 1) -> None:
    """Replace bytes in the one part whose name ends so; fails when they are not there."""
    package = Package.open(path)
    name = next(name for name in package.parts if name.endswith(ending))
    content = package.read(name)
    assert old in content, f"{old!r} is not in {name}"
    package.replace(name, content.replace(old, new, count))
    path.write_bytes(package.save_bytes())


def row(row_id: str, **cells: Any) -> dict[str, Any]:
    """A tracker row with its required cells."""
    required = {"id": row_id, "stage": "方案评审", "owner": "研发部", "task": "写方案", "output": "方案"}
    return required | {"deadline": date(2023, 10, 9)} | cells


def rows(count: int) -> list[dict[str, Any]]:
    """Rows T1, T2 …"""
    return [row(f"T{n}") for n in range(1, count + 1)]


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def names_in(folder: Path) -> list[str]:
    """Names of everything in a folder."""
    return sorted(path.name for path in folder.iterdir())


def column(name: str, values: list[Any], first: int = 5) -> SetColumn:
    """The edit that writes `values` into a column of the tracker from sheet row `first` on."""
    return SetColumn("tracker", name, np.arange(first, first + len(values)), values)


@dataclass
class OfKind:
    """A document of which only the kind is asked."""

    kind: str


def sheet(kind: str = "minutes", key: str = "20231113", title: str = "纪要-20231113") -> InsertSheet:
    """The edit that puts a drawn sheet in."""
    return InsertSheet(key, title, OfKind(kind))


def drawn(text: str = "第一次", tab: str = "纪要-20231113") -> bytes:
    """A scratch workbook of one sheet, as compose draws them."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    worksheet = book.add_worksheet(tab)
    worksheet.write("A1", text, book.add_format({"bold": True, "bg_color": "#DDDDDD"}))
    worksheet.write_row("A2", ["研发部", 3, 0.1 + 0.2])
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    worksheet.write_datetime("A3", datetime(2023, 11, 13, 9, 30), moment)
    worksheet.write_url("A4", "internal:'跟踪表'!A5", string="T1")
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": f"='{tab}'!$B$2:$B$2"})
    worksheet.insert_chart("D2", chart)
    book.close()
    return stream.getvalue()


def values(path: Path, name: str) -> list[Any]:
    """A column of the tracker as read back."""
    cells: list[Any] = read_book(path).tables["tracker"].raw(name).tolist()
    return cells
