"""A drawn sheet stands in another workbook as it was drawn, and can be taken out without a trace."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from tests.corpus import Corpus
from xl_collab.errors import UsageError, XlCollabError
from xl_collab.hosts.ooxml.copy_sheet import Graft, graft_sheet, graft_sheets, remove_sheet
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.workbookxml import DefinedName
from xl_collab.hosts.ooxml.xmlparts import rels_source

# openpyxl reads our result here as a second opinion; what it would lose does not matter.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


def png() -> io.BytesIO:
    """A red picture of 8 x 8 points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xff\0\0" * 8 for _ in range(8))
    head = struct.pack(">2L5B", 8, 8, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + body)


def drawn(title: str = "第 1 次例会") -> bytes:
    """A scratch workbook with everything a composed sheet may carry on its second sheet."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"default_date_format": "yyyy-mm-dd"})
    book.add_worksheet("别的").write("A1", "not wanted")
    sheet = book.add_worksheet("纪要")
    red = book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006", "num_format": "0.0%"})
    head = book.add_format({"bold": True, "font_name": "微软雅黑", "border": 1, "text_wrap": True})
    day = book.add_format({"num_format": "yyyy年m月d日"})
    sheet.set_column("A:A", 20, head)
    sheet.set_row(0, 30, head)
    sheet.write("A1", title, head)
    sheet.write_rich_string("A2", "普通 ", head, "粗体", " 普通")
    sheet.write("B2", 0.25, red)
    sheet.write_datetime("C2", dt.datetime(2023, 10, 8), day)
    sheet.write_formula("D2", "=SUM('纪要'!B2:B3)", None, 0.25)
    for row in range(2, 6):
        sheet.write_row(row, 0, [f"部门{row}", row])
    sheet.merge_range("E1:G1", "合并", head)
    sheet.write_url("A8", "internal:'纪要'!B3", string="看")
    sheet.write_url("A9", "https://example.com/?a=1&b=2")
    sheet.write_comment("B2", "批注内容")
    sheet.insert_image("I2", "red.png", {"image_data": png()})
    sheet.insert_image("I9", "red.png", {"image_data": png(), "url": "internal:'纪要'!A1"})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"categories": "='纪要'!$A$3:$A$6", "values": "='纪要'!$B$3:$B$6"})
    sheet.insert_chart("E3", chart)
    sheet.conditional_format("B2:B6", {"type": "cell", "criteria": ">", "value": 3, "format": red})
    sheet.conditional_format("B2:B6", {"type": "data_bar", "data_bar_2010": True})
    sheet.data_validation("C2:C9", {"validate": "list", "source": ["甲", "乙"]})
    sheet.print_area("A1:G9")
    sheet.repeat_rows(0)
    sheet.set_header("&C&G", {"image_center": "red.png", "image_data_center": png()})
    sheet.set_footer("&C&P / &N")
    sheet.freeze_panes(1, 0)
    sheet.set_paper(9)
    sheet.activate()
    book.define_name("'纪要'!_kind", '="minutes"')
    book.define_name("'纪要'!_key", "='纪要'!$A$1")
    book.close()
    return stream.getvalue()


def master() -> bytes:
    """A small workbook of a user: three sheets, own styles and names."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    first, second, third = (book.add_worksheet(name) for name in ("首页", "跟踪表", "附录"))
    first.write("A1", "你好", book.add_format({"italic": True}))
    second.write_formula("A1", "=附录!A1+1", None, 6)
    third.write("A1", 5, book.add_format({"num_format": "#,##0.0000"}))
    third.print_area("A1:C9")
    third.activate()
    book.define_name("as_of", "=跟踪表!$A$1")
    book.close()
    return stream.getvalue()


def package_of(data: bytes) -> Package:
    return Package.from_bytes(data)


def orphans(package: Package) -> list[str]:
    """Parts that nothing leads to."""
    found = []
    for part in package.parts:
        if part.endswith(".rels"):
            if rels_source(part) not in ("", *package.parts):
                found.append(part)
        elif part != "[Content_Types].xml" and not package.sources_of(part):
            found.append(part)
    return found


def test_the_sheet_arrives_as_it_was_drawn(tmp_path: Path, ooxml_validate: Callable[[Path], None]) -> None:
    package = package_of(master())
    graft_sheet(package, drawn(), "纪要", "纪要-20231008", after="首页")
    path = tmp_path / "out.xlsx"
    path.write_bytes(package.save_bytes())
    ooxml_validate(path)

    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), rich_text=True)
    assert book.sheetnames == ["首页", "纪要-20231008", "跟踪表", "附录"]
    sheet = book["纪要-20231008"]
    assert sheet["A1"].value == "第 1 次例会"
    assert (sheet["A1"].font.b, sheet["A1"].font.name) == (True, "微软雅黑")
    assert str(sheet["A2"].value) == "普通 粗体 普通"
    assert (sheet["B2"].value, sheet["B2"].number_format) == (0.25, "0.0%")
    assert sheet["B2"].fill.fgColor.rgb == "FFFFC7CE"
    assert (sheet["C2"].value, sheet["C2"].number_format) == (dt.datetime(2023, 10, 8), "yyyy年m月d日")
    assert sheet["D2"].value == "=SUM('纪要-20231008'!B2:B3)"
    assert [str(area) for area in sheet.merged_cells.ranges] == ["E1:G1"]
    assert sheet["A8"].hyperlink.location == "'纪要-20231008'!B3"
    assert sheet["A9"].hyperlink.target == "https://example.com/?a=1&b=2"
    assert sheet["B2"].comment.text == "批注内容"
    assert len(sheet._charts) == 1
    assert sheet.print_area == "'纪要-20231008'!$A$1:$G$9"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.freeze_panes == "A2"
    assert sheet.oddFooter.center.text == "&P / &N"
    assert sheet.column_dimensions["A"].width > 19
    rules = [rule for one in sheet.conditional_formatting for rule in one.rules if rule.type == "cellIs"]
    assert rules[0].dxf.font.color.rgb == "FF9C0006"
    assert sheet.data_validations.dataValidation[0].formula1 == '"甲,乙"'


def test_the_rest_of_the_workbook_is_untouched(tmp_path: Path) -> None:
    before, package = package_of(master()), package_of(master())
    graft_sheet(package, drawn(), "纪要", "新", after="首页")
    after = package_of(package.save_bytes())
    touched = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
    for part in before.parts:
        if part not in touched:
            assert after.read(part) == before.read(part), part
    assert orphans(after) == []
    assert not any("externalLink" in part for part in after.parts)


def test_names_and_the_active_tab_move_with_the_tabs() -> None:
    package = package_of(master())
    assert package.workbook.active_tab == 2
    graft_sheet(package, drawn(), "纪要", "新", after="首页")
    book = package_of(package.save_bytes()).workbook
    assert book.active_tab == 3
    assert book.defined_name("_xlnm.Print_Area", "附录") == "附录!$A$1:$C$9"
    assert book.defined_name("_xlnm.Print_Area", "新") == "'新'!$A$1:$G$9"
    assert book.defined_name("_kind", "新") == '"minutes"'
    assert book.defined_name("_key", "新") == "'新'!$A$1"
    assert book.defined_name("as_of") == "跟踪表!$A$1"
    selected = re.findall(rb'tabSelected="1"', package.read(book.require("新").part))
    assert selected == []


def test_charts_follow_the_new_name() -> None:
    package = package_of(master())
    graft_sheet(package, drawn(), "纪要", "It's 新")
    chart = next(package.read(part).decode() for part in package.parts if "charts/chart" in part)
    assert re.findall("<c:f>([^<]*)</c:f>", chart) == ["'It''s 新'!$A$3:$A$6", "'It''s 新'!$B$3:$B$6"]


def test_grafting_again_adds_no_style_and_no_part() -> None:
    package = package_of(master())
    graft_sheet(package, drawn(), "纪要", "一")
    styles, parts = package.read("xl/styles.xml"), set(package.parts)
    graft_sheet(package, drawn("第 2 次"), "纪要", "一", replace=True)
    assert package.read("xl/styles.xml") == styles
    assert set(package.parts) == parts
    assert orphans(package) == []
    package = package_of(package.save_bytes())
    assert "第 2 次".encode() in package.read(package.workbook.require("一").part)


def test_replacing_keeps_tab_id_module_name_and_own_names() -> None:
    package = package_of(master())
    old = package.workbook.require("跟踪表")
    xml = package.read(old.part)
    named = re.sub(rb"(<worksheet [^>]*>)", rb'\1<sheetPr codeName="Tracker"/>', xml, count=1)
    package.replace(old.part, named)
    package.workbook.set_defined_name("mine", "跟踪表!$A$1", "跟踪表")
    graft_sheet(package, drawn(), "纪要", "跟踪表", replace=True)
    assert package.workbook.require("跟踪表") == old
    assert b'<sheetPr codeName="Tracker"' in package.read(old.part)
    assert package.workbook.defined_name("mine", "跟踪表") == "跟踪表!$A$1"
    assert re.findall(rb"<f>([^<]*)</f>", package.read(old.part)) == ["SUM('跟踪表'!B2:B3)".encode()]


def test_pictures_lie_where_the_drawing_looks_for_them() -> None:
    package = package_of(master())
    info = graft_sheet(package, drawn(), "纪要", "新")
    (drawing,) = package.related(info.part, "drawing")
    assert package.read(drawing.target).count(b"<xdr:pic>") == 2
    pictures = package.related(drawing.target, "image")
    assert [package.read(rel.target) for rel in pictures] == [png().getvalue()] * len(pictures)
    assert package.content_type(pictures[0].target) == "image/png"
    links = [rel.target for rel in package.rels(drawing.target) if rel.kind == "hyperlink"]
    assert links == ["#'新'!A1"]


def test_two_grafts_with_pictures_and_comments_live_side_by_side(
    tmp_path: Path, ooxml_validate: Callable[[Path], None]
) -> None:
    package = package_of(master())
    graft_sheet(package, drawn(), "纪要", "一")
    graft_sheet(package, drawn(), "纪要", "二")
    path = tmp_path / "two.xlsx"
    path.write_bytes(package.save_bytes())
    ooxml_validate(path)
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    assert [len(book[name]._charts) for name in ("一", "二")] == [1, 1]
    assert orphans(package) == []


def test_removing_the_sheet_restores_every_part_but_styles() -> None:
    package = package_of(master())
    graft_sheet(package, drawn(), "纪要", "新", after="首页")
    remove_sheet(package, "新")
    before, after = package_of(master()), package_of(package.save_bytes())
    assert sorted(after.parts) == sorted(before.parts)
    assert [one.name for one in after.workbook.sheets] == ["首页", "跟踪表", "附录"]
    assert after.workbook.defined_names == before.workbook.defined_names
    assert after.workbook.active_tab == before.workbook.active_tab


def test_a_taken_name_and_the_last_sheet_are_refused() -> None:
    package = package_of(master())
    with pytest.raises(UsageError):
        graft_sheet(package, drawn(), "纪要", "首页")
    remove_sheet(package, "首页")
    remove_sheet(package, "附录")
    with pytest.raises(UsageError):
        remove_sheet(package, "跟踪表")


def test_the_calculation_chain_goes() -> None:
    package = package_of(master())
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    chain = f'<calcChain xmlns="{main}"><c r="A1" i="2"/></calcChain>'.encode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    package.add("xl/calcChain.xml", chain, kind)
    package.add_relationship("xl/workbook.xml", "calcChain", "xl/calcChain.xml")
    graft_sheet(package, drawn(), "纪要", "新")
    assert "xl/calcChain.xml" not in package
    assert b"calcChain" not in package.read("[Content_Types].xml")
    assert b"calcChain" not in package.read("xl/_rels/workbook.xml.rels")


def test_grafts_into_every_workbook_of_the_corpus(corpus: Corpus) -> None:
    """Whatever program wrote it: the sheet goes in, names its cells and leaves the others alone."""
    scratch, count = drawn(), 0
    for path in corpus.files:
        try:
            package = Package.open(path)
        except XlCollabError:
            continue
        before = {part: package.read(part) for part in package.parts}
        graft_sheet(package, scratch, "纪要", "新表 1")
        after = package_of(package.save_bytes())
        info = after.workbook.require("新表 1")
        assert "第 1 次例会".encode() in after.read(info.part)
        sheets = [one.part for one in after.workbook.sheets if one.part and one.name != "新表 1"]
        assert all(after.read(part) == before[part] for part in sheets), path.name
        count += 1
    assert count > (28 if corpus.ours else 150)


def test_sheets_put_in_together_are_those_put_in_one_by_one() -> None:
    wanted = [
        ("一", "首页", False, drawn()),
        ("二", "一", False, drawn("第 2 次")),
        ("附录", None, True, drawn("第 3 次")),
        ("三", None, False, drawn("第 4 次")),
        ("四", "跟踪表", False, drawn("第 5 次")),
    ]
    own = [(DefinedName("_hash", '"x"', tab, True), DefinedName("_kind", '"y"', tab)) for tab, *_ in wanted]
    apart, together = package_of(master()), package_of(master())
    for (tab, after, over, scratch), names in zip(wanted, own, strict=True):
        graft_sheet(apart, scratch, "纪要", tab, after=after, replace=over)
        apart.workbook.set_defined_names(names)
    grafts = [
        Graft(scratch, "纪要", tab, after, over, names=names)
        for (tab, after, over, scratch), names in zip(wanted, own, strict=True)
    ]
    graft_sheets(together, grafts)
    assert together.workbook.titles() == ["首页", "一", "二", "跟踪表", "四", "附录", "三"]
    assert together.save_bytes() == apart.save_bytes()
    area = {one.sheet: one.text for one in together.workbook.defined_names if "Print_Area" in one.name}
    assert all(area[tab].strip("'").startswith(tab) and "$A$1:$G$9" in area[tab] for tab in ("附录", "四"))


def test_a_batch_with_a_name_that_is_taken_is_refused() -> None:
    package = package_of(master())
    twice = [Graft(drawn(), "纪要", "新"), Graft(drawn(), "纪要", "新")]
    with pytest.raises(UsageError):
        graft_sheets(package, twice)
    with pytest.raises(UsageError):
        graft_sheets(package_of(master()), [Graft(drawn(), None, "首页")])
