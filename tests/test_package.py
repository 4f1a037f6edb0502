"""A workbook file opens or says why not; what was not changed stays the bytes it was."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from tests.corpus import Corpus
from xl_collab.errors import DamagedWorkbook, Encrypted, NotAWorkbook, XlCollabError
from xl_collab.hosts.ooxml.package import TYPES, Package
from xl_collab.hosts.ooxml.sheetxml import ColumnWrite, SheetEditor
from xl_collab.hosts.ooxml.styles import StyleMerger, StyleSheet
from xl_collab.hosts.ooxml.workbookxml import grow_table, tables_of
from xl_collab.hosts.ooxml.zipstore import packed_stream

# openpyxl reads our result here as a second opinion; what it would lose does not matter.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

BOOK, SHEET = "xl/workbook.xml", "xl/worksheets/sheet1.xml"


def book() -> bytes:
    """A small workbook: a table with a rule and a list, a second sheet, names in both scopes."""
    stream = io.BytesIO()
    out = xlsxwriter.Workbook(stream)
    sheet, other = out.add_worksheet("跟踪表"), out.add_worksheet("设置")
    sheet.add_table(
        "B3:D5", {"name": "tracker", "columns": [{"header": text} for text in ("编号", "a\nb", "天")]}
    )
    sheet.conditional_format("B4:D5", {"type": "no_blanks", "format": out.add_format({"bold": True})})
    sheet.conditional_format("A1:D5", {"type": "no_blanks"})
    sheet.data_validation("C4:C5", {"validate": "list", "source": ["甲"]})
    sheet.data_validation("F4:F5", {"validate": "list", "source": ["甲"]})
    sheet.conditional_format("D4:D5", {"type": "data_bar", "data_bar_2010": True})
    other.hide()
    out.define_name("as_of", "=设置!$A$1")
    out.define_name("设置!own", "=1")
    out.close()
    return stream.getvalue()


def contents(data: bytes) -> dict[str, bytes]:
    """Part name to content as `zipfile` has it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {info.filename: archive.read(info) for info in archive.infolist()}


def zipped(parts: dict[str, bytes | str]) -> bytes:
    """A zip archive made by somebody else."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


# -- lossless --------------------------------------------------------------------------------------


def test_nothing_changed_is_the_same_file() -> None:
    data = book()
    assert Package.from_bytes(data).save_bytes() == data


def test_one_part_changed_leaves_the_others_as_stored() -> None:
    data = book()
    package = Package.from_bytes(data)
    package.replace(SHEET, package.read(SHEET).replace(b"tracker", b"tracker") + b"<!-- x -->")
    saved = package.save_bytes()
    before, after = contents(data), contents(saved)
    assert {name for name in after if after[name] != before[name]} == {SHEET}
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(io.BytesIO(saved)) as new:
        assert new.namelist() == old.namelist()
        for one, other in zip(old.infolist(), new.infolist(), strict=True):
            assert one.date_time == other.date_time
            if one.filename != SHEET:
                assert one.compress_size == other.compress_size


def test_the_corpus_opens_or_is_refused_and_stays_the_same(corpus: Corpus) -> None:
    """Every part of every file, with the workbook part changed so that the archive is really rewritten."""
    opened, refused = 0, []
    for path in corpus.files:
        try:
            package = Package.open(path)
        except XlCollabError as error:
            assert error.zh
            assert error.en
            refused.append(path.name)
            continue
        package.workbook.full_calc_on_load = not package.workbook.full_calc_on_load
        before, after = contents(path.read_bytes()), contents(package.save_bytes())
        folders = {name for name in before if name.replace("\\", "/").endswith("/")}
        assert [name for name in before if name not in folders] == list(after)
        touched = {name for name in after if after[name] != before[name]}
        assert {name.replace("\\", "/").lstrip("/") for name in touched} == {package.workbook_part}
        opened += 1
    assert opened > (28 if corpus.ours else 180)
    assert len(refused) == len(corpus.files) - opened


@pytest.mark.parametrize("pieces", [[b""], [b"a"], [b"a", b"b"], [b"a" * 100_000] * 40, [b"a", b"", b"c"]])
def test_streamed_parts_are_whole(pieces: list[bytes]) -> None:
    assert packed_stream(None, "x", iter(pieces)).inflate() == b"".join(pieces)


def test_a_stream_that_breaks_leaves_the_part(tmp_path: Path) -> None:
    before = book()  # drawn once: a file says in which second it was made
    package = Package.from_bytes(before)

    def broken():  # type: ignore[no-untyped-def]
        yield b"a" * 2_000_000
        yield b"b"
        raise DamagedWorkbook("x", "x")

    with pytest.raises(DamagedWorkbook):
        package.replace_stream(SHEET, broken())
    assert not package.replace_stream(SHEET, [])
    assert package.save_bytes() == before


# -- refusals --------------------------------------------------------------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def replaced(part: str, old: str, new: str) -> bytes:
    """The workbook with one text replaced in one part."""
    parts: dict[str, bytes | str] = dict(contents(book()))
    text = str(parts[part], "utf-8") if isinstance(parts[part], bytes) else ""
    assert old in text
    return zipped({**parts, part: text.replace(old, new)})


def mime(kind: str) -> str:
    return f"application/vnd.{kind}.main+xml"


SHEET_MIME = mime("openxmlformats-officedocument.spreadsheetml.sheet")
REFUSED = {
    "empty": (b"", NotAWorkbook, "empty file"),
    "random": (random.Random(1).randbytes(5000), NotAWorkbook, "unknown content"),
    "picture": (b"\x89PNG\r\n\x1a\n", NotAWorkbook, "unknown content"),
    "web page": (b"<html><table/></html>", NotAWorkbook, "web page"),
    "plain zip": (zipped({"a.txt": "x"}), NotAWorkbook, "plain zip"),
    "password": (OLE + "EncryptedPackage".encode("utf-16-le"), Encrypted, "Remove the password"),
    "old format": (OLE + "Workbook".encode("utf-16-le"), NotAWorkbook, "old .xls"),
    "binary": (
        replaced(TYPES, SHEET_MIME, "application/vnd.ms-excel.sheet.binary.macroEnabled.main"),
        NotAWorkbook,
        ".xlsb",
    ),
    "Word": (
        replaced(TYPES, SHEET_MIME, mime("openxmlformats-officedocument.wordprocessingml.document")),
        NotAWorkbook,
        "Word",
    ),
    "OpenDocument": (
        zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}),
        NotAWorkbook,
        ".ods",
    ),
    "strict": (
        replaced(
            BOOK, "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/x"
        ),
        NotAWorkbook,
        "Strict",
    ),
    "entities": (
        replaced(BOOK, "<workbook", '<!-- x --><!DOCTYPE a [<!ENTITY b "c">]><workbook'),
        DamagedWorkbook,
        "DOCTYPE",
    ),
    "no workbook part": (
        replaced("_rels/.rels", "xl/workbook.xml", "xl/elsewhere.xml"),
        DamagedWorkbook,
        "missing",
    ),
    "broken XML": (replaced("_rels/.rels", "</Relationships>", ""), DamagedWorkbook, "well-formed"),
    "bomb": (zipped({**contents(book()), "xl/x.bin": b"\0" * (300 << 20)}), NotAWorkbook, "absurd"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_workbook_is_refused_by_name(case: str) -> None:
    data, error, words = REFUSED[case]
    with pytest.raises(error) as caught:
        Package.from_bytes(data)
    assert words in caught.value.en
    assert "请" in caught.value.zh


def test_parts_stored_twice_are_refused() -> None:
    stream = io.BytesIO(book())
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("XL\\workbook.xml", "again")
    with pytest.raises(DamagedWorkbook, match="两次"):
        Package.from_bytes(stream.getvalue())


def test_a_truncated_file_is_refused_wherever_it_ends() -> None:
    data = book()
    for end in range(1, len(data), len(data) // 200):
        with pytest.raises(XlCollabError):
            Package.from_bytes(data[:end])


def test_a_flipped_bit_is_found() -> None:
    """In any stored content the checksum or the parser notices; nothing is read wrongly."""
    data, dice, sheet = book(), random.Random(7), contents(book())[SHEET]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        spans = [(info.header_offset + 60, info.compress_size) for info in archive.infolist()]
    for _ in range(200):
        start, size = dice.choice(spans)
        flipped = bytearray(data)
        flipped[start + dice.randrange(size)] ^= 1 << dice.randrange(8)
        try:
            package = Package.from_bytes(bytes(flipped))
        except XlCollabError:
            continue
        assert SHEET not in package or package.read(SHEET) == sheet


def test_a_missing_file_is_explained(tmp_path: Path) -> None:
    with pytest.raises(NotAWorkbook, match="打不开"):
        Package.open(tmp_path / "nowhere.xlsx")


# -- parts and arrows ------------------------------------------------------------------------------


def test_arrows_are_resolved() -> None:
    data = replaced("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "/xl\\worksheets/./Sheet1.xml")
    package = Package.from_bytes(data)
    assert package.workbook.sheets[0].part == SHEET


def test_parts_come_and_go_with_types_and_arrows() -> None:
    package = Package.from_bytes(book())
    package.add("docProps/custom.xml", b"<a/>", "application/custom+xml")
    rid = package.add_relationship("", "custom-properties", "docProps/custom.xml")
    package.add("xl/media/x.png", b"png", "image/png")
    again = Package.from_bytes(package.save_bytes())
    assert again.content_type("docProps/custom.xml") == "application/custom+xml"
    assert b'Extension="png"' in again.read(TYPES)
    assert [rel.id for rel in again.related("", "custom-properties")] == [rid]
    again.remove_relationship("", rid)
    again.remove("docProps/custom.xml")
    assert again.related("", "custom-properties") == []
    assert "docProps/custom.xml" not in again
    assert again.content_type("docProps/custom.xml") == "application/xml"


# -- the workbook part -----------------------------------------------------------------------------


def test_sheets_and_names() -> None:
    workbook = Package.from_bytes(book()).workbook
    assert [(one.name, one.part, one.state) for one in workbook.sheets] == [
        ("跟踪表", SHEET, "visible"),
        ("设置", "xl/worksheets/sheet2.xml", "hidden"),
    ]
    assert workbook.defined_name("AS_OF") == "设置!$A$1"
    assert workbook.defined_name("own") is None
    assert workbook.defined_name("own", "设置") == "1"
    assert not workbook.date1904


def test_names_are_set_and_removed(tmp_path: Path, ooxml_validate: Callable[[Path], None]) -> None:
    package = Package.from_bytes(book())
    workbook = package.workbook
    workbook.set_defined_name("as_of", "设置!$B$1")
    workbook.set_defined_name("_kind", '"master"', "设置", hidden=True)
    workbook.remove_defined_name("own", "设置")
    workbook.full_calc_on_load = True
    path = tmp_path / "a.xlsx"
    path.write_bytes(package.save_bytes())
    ooxml_validate(path)
    read = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    assert read.defined_names["as_of"].attr_text == "设置!$B$1"
    assert list(read["设置"].defined_names) == ["_kind"]
    assert read["设置"].defined_names["_kind"].hidden
    assert read.calculation.fullCalcOnLoad


def test_the_last_name_takes_its_list_along() -> None:
    package = Package.from_bytes(book())
    for one in package.workbook.defined_names:
        package.workbook.remove_defined_name(one.name, one.sheet)
    assert b"definedName" not in package.read(BOOK)
    package.workbook.set_defined_name("x", "1")
    order = re.findall(rb"<(bookViews|sheets|definedNames|calcPr)\b", package.read(BOOK))
    assert order == [b"bookViews", b"sheets", b"definedNames", b"calcPr"]


def test_prefixes_and_ignorable_namespaces_survive_an_edit() -> None:
    extra = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x15" '
        'xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"'
    )
    package = Package.from_bytes(replaced(BOOK, "<workbook ", f"<workbook {extra} "))
    package.workbook.full_calc_on_load = True
    assert b'mc:Ignorable="x15"' in package.read(BOOK)
    assert b'xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"' in package.read(BOOK)


# -- tables ----------------------------------------------------------------------------------------


def test_a_table_grows_with_its_rules(tmp_path: Path, ooxml_validate: Callable[[Path], None]) -> None:
    package = Package.from_bytes(book())
    (table,) = tables_of(package, SHEET)
    assert (table.name, table.ref, table.columns) == ("tracker", "B3:D5", ("编号", "a\nb", "天"))
    editor = SheetEditor(package.read(SHEET))
    editor.set_cells(ColumnWrite("B", [6, 7], ["T1", "T2"]), ColumnWrite("D", [4, 5, 6, 7], [1, 2, 3, 4]))
    package.replace(SHEET, editor.render())
    assert grow_table(package, table, 7).ref == "B3:D7"
    assert grow_table(package, tables_of(package, SHEET)[0], 6).ref == "B3:D7"
    path = tmp_path / "grown.xlsx"
    path.write_bytes(package.save_bytes())
    ooxml_validate(path)
    xml = package.read(SHEET).decode()
    assert re.findall(r'<conditionalFormatting sqref="([^"]*)"', xml) == ["B4:D7", "A1:D5", "D4:D7"]
    assert re.findall(r'<dataValidation [^>]*sqref="([^"]*)"', xml) == ["C4:C7", "F4:F5"]
    assert re.findall("<xm:sqref>([^<]*)<", xml) == ["D4:D7"]
    assert b'<autoFilter ref="B3:D7"' in package.read(table.part)


def test_a_table_does_not_grow_over_totals_or_another_table() -> None:
    package = Package.from_bytes(book())
    (table,) = tables_of(package, SHEET)
    text = package.read(table.part)
    package.replace(table.part, text.replace(b"<table ", b'<table totalsRowCount="1" ', 1))
    with pytest.raises(XlCollabError, match="汇总行"):
        grow_table(package, tables_of(package, SHEET)[0], 9)
    package.replace(table.part, text)
    other = text.replace(b"B3:D5", b"C8:E9").replace(b'id="1"', b'id="2"', 1).replace(b"tracker", b"below")
    package.add("xl/tables/table2.xml", other, package.content_type(table.part))
    package.add_relationship(SHEET, "table", "xl/tables/table2.xml")
    assert grow_table(package, table, 7).ref == "B3:D7"
    with pytest.raises(XlCollabError, match="below"):
        grow_table(package, tables_of(package, SHEET)[0], 8)


# -- styles ----------------------------------------------------------------------------------------


def styled(**formats: str | bool | int) -> bytes:
    """The styles part of a workbook with one cell format."""
    stream = io.BytesIO()
    out = xlsxwriter.Workbook(stream)
    out.add_worksheet().write("A1", 1, out.add_format(formats))
    out.close()
    return contents(stream.getvalue())["xl/styles.xml"]


def test_styles_are_found_again_or_added_with_right_counts() -> None:
    target = StyleSheet(styled(bold=True, num_format="0.000"))
    merger = StyleMerger(target, StyleSheet(styled(bold=True, num_format="0.000")))
    assert merger.cell_format(1) == 1
    assert not target.changed
    merger = StyleMerger(target, StyleSheet(styled(italic=True, bg_color="#FF0000", num_format="yyyy/m")))
    assert merger.cell_format(1) == 2
    read = StyleSheet(target.to_bytes())
    assert len(read.items("cellXfs")) == 3
    assert read.format_code(int(read.items("cellXfs")[2].get("numFmtId", ""))) == "yyyy/m"
    for container in ("fonts", "fills", "borders", "cellXfs", "numFmts"):
        count = re.search(rf'<{container} count="(\d+)"', target.to_bytes().decode())
        assert count is not None
        assert int(count[1]) == len(read.items(container))


def test_a_date_format_on_top_of_an_existing_one() -> None:
    sheet = StyleSheet(styled(bold=True, border=1))
    number = sheet.ensure_style(1, number_format="yyyy-mm-dd")
    assert number == 2
    assert sheet.ensure_style(1, number_format="yyyy-mm-dd") == 2
    base, made = sheet.items("cellXfs")[1:3]
    assert made.get("fontId") == base.get("fontId") != "0"
    assert made.get("borderId") == base.get("borderId") != "0"
    assert sheet.format_code(int(made.get("numFmtId", ""))) == "yyyy-mm-dd"
