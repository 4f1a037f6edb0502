"""`import` of what is no ordinary .xlsx: old, binary and OpenDocument workbooks, encrypted and hostile files.

A file is what its content says. Where only values can be read they are; the report says what was not seen.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import foreign_looks as looks
import hostile
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from test_import import Run, cli as cli, entered, spoiled
from test_import_looks import notes, sheet_texts, states
from xlsb import binary_workbook

from tests.corpus import HERE, Corpus
from xl_collab.errors import Encrypted, NotAWorkbook, XlCollabError
from xl_collab.exchange.gate.foreign import IMPORTED, UNSEEN, open_foreign
from xl_collab.exchange.gate.gate import read_reply
from xl_collab.importing.columns import ForeignBook
from xl_collab.project.tables import CellError, CellFormula

TASKS = [f"第{n}件事" for n in range(1, 6)]


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory, soffice: Callable[..., None]) -> Path:
    """A folder with one list as .xls and .ods, written by LibreOffice."""
    folder = tmp_path_factory.mktemp("converted")
    book, sheet = looks.tracker(5, states={1: "已完成"}, notes={2: "已报"})
    sheet.merge_cells("C3:C5")
    sheet["F7"] = "=1/0"
    sheet["B4"].comment = Comment("抓紧", "李四")
    sheet.row_dimensions[6].hidden = True
    looks.paint(sheet, 3, "FFFF0000")
    source = looks.saved(book, folder, "清单.xlsx")
    for suffix in ("xls", "ods"):
        soffice("--convert-to", suffix, "--outdir", folder, source)
    return folder


@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_old_and_open_document_workbooks_are_read(
    suffix: str, converted: Path, tmp_path: Path, cli: Run
) -> None:
    out = tmp_path / "新.xlsx"
    ran = cli("import", converted / f"清单.{suffix}", "-o", out, "--yes")
    assert (ran.code, ran.err) == (0, "")
    rows = entered(out, "主要任务", "责任部门/人", "时间节点", "状态")
    assert rows[0] == ("第1件事", "市场部", date(2024, 3, 1), "已完成")
    assert [row[0] for row in rows] == TASKS
    assert [row[1] for row in rows] == ["市场部"] * 5
    assert UNSEEN[suffix].zh in ran.out
    assert any(UNSEEN[suffix].zh in text for text in sheet_texts(out, "导入报告"))


def test_open_document_comments_hidden_rows_and_errors_are_seen(
    converted: Path, tmp_path: Path, cli: Run
) -> None:
    out = tmp_path / "新.xlsx"
    given = ("--accept", "comment", "--accept", "hidden=leave")
    assert cli("import", converted / "清单.ods", "-o", out, "--yes", *given).code == 0
    assert notes(out)["第2件事"].endswith("批注：抓紧")
    assert "第4件事" not in states(out)
    assert "#DIV/0!" in sheet_texts(out, "导入报告")


def test_binary_workbooks_are_read(tmp_path: Path, cli: Run) -> None:
    rows = [
        ["任务名称", "责任部门", "完成时限"],
        ["写方案", "市场部", "2024-01-15"],
        ["印手册", "设计部", 45306.0],
    ]
    out = tmp_path / "新.xlsx"
    ran = cli("import", spoiled(tmp_path, "清单.xlsb", binary_workbook("任务", rows)), "-o", out, "--yes")
    assert (ran.code, ran.err) == (0, "")
    days = entered(out, "主要任务", "责任部门/人", "时间节点")
    assert days == [("写方案", "市场部", date(2024, 1, 15)), ("印手册", "设计部", date(2024, 1, 15))]
    assert UNSEEN["xlsb"].zh in ran.out


def test_a_file_is_what_its_content_says(converted: Path, tmp_path: Path) -> None:
    for name, source in (
        ("a.xlsx", "清单.xls"),
        ("b.xls", "清单.ods"),
        ("c.csv", "清单.xlsx"),
        ("d.txt", "清单.ods"),
    ):
        book = open_foreign(spoiled(tmp_path, name, (converted / source).read_bytes()))
        assert book.sheets[0].cell(3, 2) == "第1件事", name
    text = "任务,状态\n写方案,完成\n".encode("gbk")
    assert open_foreign(spoiled(tmp_path, "e.xlsx", text)).sheets[0].cell(2, 1) == "写方案"


def test_strict_workbooks_are_read_by_values(tmp_path: Path, cli: Run) -> None:
    book, sheet = looks.tracker(3)
    looks.paint(sheet, 3, "FFFF0000")
    source = looks.saved(book, tmp_path)
    strict = hostile.packed(
        {name: as_strict(data) for name, data in hostile.parts(source.read_bytes()).items()}
    )
    out = tmp_path / "新.xlsx"
    ran = cli("import", spoiled(tmp_path, "严格.xlsx", strict), "-o", out, "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert [task for (task,) in entered(out, "主要任务")] == TASKS[:3]
    assert UNSEEN["strict"].zh in ran.out


def as_strict(data: bytes) -> bytes:
    """A part as Excel writes it for “Strict Open XML”."""
    old = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return data.replace(old, b"http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
        rel, b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    )


def test_broken_styles_leave_the_values(tmp_path: Path, cli: Run) -> None:
    book, sheet = looks.tracker(3)
    looks.paint(sheet, 3, "FFFF0000")
    source = looks.saved(book, tmp_path)
    broken = hostile.replaced(
        "xl/styles.xml",
        b'<patternFill patternType="solid">',
        b'<patternFill patternType="dotty">',
        source.read_bytes(),
    )
    out = tmp_path / "新.xlsx"
    ran = cli("import", spoiled(tmp_path, "坏样式.xlsx", broken), "-o", out, "--yes", "--accept", "looks")
    assert (ran.code, ran.err) == (0, "")
    assert [task for (task,) in entered(out, "主要任务")] == TASKS[:3]
    assert UNSEEN["broken"].zh in ran.out


# encrypted


def encrypted_ods() -> bytes:
    """The manifest of a document with a password; its content is noise."""
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        b'<?xml version="1.0"?><manifest:manifest '
        b'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        b'<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">'
        b'<manifest:encryption-data manifest:checksum="x"/></manifest:file-entry></manifest:manifest>'
    )
    parts = {"mimetype": mimetype, "content.xml": b"\x8f\x02noise", "META-INF/manifest.xml": manifest}
    return hostile.packed(parts, zipfile.ZIP_STORED)


@pytest.mark.parametrize("name", ["密.xlsx", "密.ods", "密.xls"])
def test_encrypted_files_name_the_cure(name: str, converted: Path, tmp_path: Path, cli: Run) -> None:
    files = {
        "密.xlsx": hostile.compound("Root Entry", "EncryptionInfo", "EncryptedPackage"),
        "密.ods": encrypted_ods(),
        # WRITEACCESS (0x5C), which every program writes, made FILEPASS (0x2F), which says: encrypted
        "密.xls": (converted / "清单.xls").read_bytes().replace(b"\x5c\x00\x70\x00", b"\x2f\x00\x70\x00", 1),
    }
    source = spoiled(tmp_path, name, files[name])
    with pytest.raises(Encrypted):
        open_foreign(source)
    ran = cli("import", source, "-o", tmp_path / "新.xlsx", "--yes")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "去掉密码" in ran.err


# hostile


def bomb() -> bytes:
    return hostile.changed(hostile.SHEET, lambda data: data + b" " * (600 << 20))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (bomb, "超出限度"),
        (
            lambda: hostile.changed(
                hostile.SHEET, lambda data: data.replace(b"<worksheet", hostile.EVIL + b"<worksheet", 1)
            ),
            "DOCTYPE",
        ),
        (lambda: hostile.cell(b"><v>1</v>", b"XFD1048576"), "超出限度"),
        (
            lambda: hostile.sheet(
                hostile.text_row(1, "x"), b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
            ),
            "超出限度",
        ),
        (hostile.overlapping, "损坏"),
        (lambda: hostile.without("xl/workbook.xml"), "损坏"),
    ],
    ids=["zip bomb", "entities", "last cell", "huge merge", "overlapping", "no workbook"],
)
def test_hostile_files_are_refused_in_one_line(
    make: Callable[[], bytes], said: str, tmp_path: Path, cli: Run
) -> None:
    ran = cli("import", spoiled(tmp_path, "坏.xlsx", make()), "-o", tmp_path / "新.xlsx", "--yes")
    assert (ran.code, ran.err.count("\n")) == (2, 1), ran.err
    assert said in ran.err
    assert "对方" not in ran.err or "下载" in ran.err


def wide_open_document() -> bytes:
    """A small .ods that says: a million rows of a thousand cells, all filled."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        '<table:table table:name="t"><table:table-row table:number-rows-repeated="1000000">'
        '<table:table-cell table:number-columns-repeated="1000" office:value-type="string">'
        "<text:p>x</text:p></table:table-cell></table:table-row></table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return hostile.packed(
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode()},
        zipfile.ZIP_STORED,
    )


def test_the_process_that_reads_is_capped(tmp_path: Path) -> None:
    source = spoiled(tmp_path, "坏.ods", wide_open_document())
    with pytest.raises(NotAWorkbook) as refused:
        open_foreign(source, replace(IMPORTED, memory=600 << 20, cpu_seconds=10))
    assert "内存" in refused.value.zh or "超时" in refused.value.zh or "读不出来" in refused.value.zh


def formatted(rows: int) -> bytes:
    """A list of three tasks with thousands of formatted blank cells below: cheap to skip, dear to build."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("任务")
    red = book.add_format({"bg_color": "#FF0000"})
    sheet.write_row(0, 0, ("任务名称", "责任部门"))
    for row, task in enumerate(TASKS[:3], start=1):
        sheet.write_row(row, 0, (task, "市场部"), red if row == 1 else None)
    for row in range(10, rows):
        for column in range(20):
            sheet.write_blank(row, column, None, red)
    book.close()
    return stream.getvalue()


def test_values_stay_when_the_looks_meet_a_cap(tmp_path: Path) -> None:
    source = spoiled(tmp_path, "大.xlsx", formatted(19_000))
    book = open_foreign(source, replace(IMPORTED, memory=450 << 20, cpu_seconds=2))
    assert [book.sheets[0].cell(row, 1) for row in (2, 3, 4)] == TASKS[:3]
    assert UNSEEN["stopped"] in book.unseen
    assert book.sheets[0].looks is None


def test_a_workbook_with_too_many_cells_is_read_without_its_looks(tmp_path: Path) -> None:
    book = open_foreign(spoiled(tmp_path, "大.xlsx", formatted(21_000)))
    assert [book.sheets[0].cell(row, 1) for row in (2, 3, 4)] == TASKS[:3]
    assert book.unseen == (UNSEEN["big"],)


def opened(path: Path) -> ForeignBook | XlCollabError:
    try:
        return open_foreign(path)
    except XlCollabError as error:
        return error


def test_nasty_workbooks_are_refused_in_one_line_or_read_as_the_gate_reads_them() -> None:
    corpus = Corpus(HERE)
    refused = {
        name for name, row in corpus.manifest.items() if row["refused"] not in ("", "strict", "no-sheets")
    }
    with ThreadPoolExecutor(2) as workers:
        found = dict(zip(corpus.files, workers.map(opened, corpus.files), strict=True))
    said = {path.name: one for path, one in found.items() if isinstance(one, XlCollabError)}
    assert said.keys() == refused
    assert all("\n" not in str(error) and str(error).endswith("。") for error in said.values())
    told = {path.name for path, one in found.items() if isinstance(one, ForeignBook) and one.unseen}
    assert told == {"strict.xlsx", "backslashes.xlsx"}
    for path, one in found.items():
        if isinstance(one, ForeignBook) and corpus.manifest[path.name]["refused"] == "":
            for sheet, reply in zip(one.sheets, read_reply(path).sheets, strict=True):
                differ = [(r, c, v) for r, c, v in sheet.filled() if not same(v, reply.cell(r, c))]
                assert differ == [], (path.name, sheet.name)


def same(value: object, read: object) -> bool:
    """Whether two readings of a cell agree; formulas show their results, times what people see."""
    plain = read.value if isinstance(read, CellFormula) and not isinstance(value, CellFormula) else read
    if isinstance(value, CellFormula | CellError):
        return type(plain) is type(value) or isinstance(plain, CellFormula)
    return value == plain or (isinstance(plain, time | timedelta) and str(value)[:4] in str(plain))
