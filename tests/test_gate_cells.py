"""The gate, cases 20 to 26: cells where none should be, and two readers that have to agree."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

from effort import effort

from tests import hostile
from tests.gatekeeping import code, first_cell, read, read_code
from tests.hostile import cell, changed, good, replaced, sheet
from tests.make import tracker
from xl_collab.exchange.gate.gate import (
    UnreadableCell,
    read_reply,
)
from xl_collab.exchange.reply_sheets import table_on
from xl_collab.hosts.grid import clean
from xl_collab.hosts.reading import read_book
from xl_collab.project.tables import CellError, CellFormula
from xl_collab.schema.sheets import TRACKER


def test_case_20_a_dimension_that_is_too_big_costs_nothing() -> None:
    rows = b"".join(hostile.text_row(n, f"第{n}行") for n in range(1, 21))
    reply = read(sheet(rows, dimension=b"A1:XFD1048576"))
    assert list(reply.sheets[0].rows) == [[f"第{n}行"] for n in range(1, 21)]


def test_case_21_a_dimension_that_is_too_small_hides_nothing() -> None:
    reply = read(sheet(hostile.text_row(1, "首") + hostile.text_row(500, "末"), dimension=b"A1:E21"))
    assert reply.sheets[0].cell(500, 1) == "末" and len(reply.sheets[0].rows) == 500


def test_case_22_cells_far_out_are_refused_before_a_reader_dies() -> None:
    assert code(cell(b"><v>1</v>", b"XFD1048576")) == "far-cells"
    for address in (b"A1048577", b"A99999999", b"XFE1", b"ZZZZZ1", b"AAAAAAAAA1"):
        assert code(cell(b"><v>1</v>", address)) == "cell-outside", address
    assert code(cell(b"><v>1</v>", b"A200001")) == "far-cells"
    assert read_code(cell(b"><v>1</v>", b"XFD1")) == ""
    sheet_xml = hostile.parts(cell(b"><v>1</v>", b"XFD1048576"))[hostile.SHEET]
    prefixed = re.sub(rb"<(/?)(worksheet|sheetData|row|c|v|dimension)\b", rb"<\1x:\2", sheet_xml)
    prefixed = prefixed.replace(b"xmlns=", b"xmlns:x=").replace(
        b'"', b"'"
    )  # a spelling that evades the quick look
    assert read_code(changed(hostile.SHEET, lambda _: prefixed)) in ("far-cells", "damaged", "reader-memory")


def test_case_23_merges_and_links_over_everything() -> None:
    for ref in (b"A1:XFD1048576", b"G1:Z1048576", b"A1:A1048576"):
        merge = b'<mergeCells count="1"><mergeCell ref="' + ref + b'"/></mergeCells>'
        assert code(sheet(b"", merge)) == "huge-merge"
        link = b'<hyperlinks><hyperlink ref="' + ref + b'" location="A1"/></hyperlinks>'
        assert code(sheet(b"", link)) == "huge-link"
    usual = b'<mergeCells count="1"><mergeCell ref="A1:F2"/></mergeCells>'
    assert read(sheet(hostile.text_row(1, "标题"), usual)).sheets[0].merged == ((1, 1, 2, 6),)


def test_case_24_formats_to_the_last_row() -> None:
    blank = b"".join(
        b'<row r="%d" s="1" customFormat="1"><c r="A%d"/></row>' % (n, n) for n in range(4, 120_001)
    )
    far = b'<row r="1048576"><c r="A1048576"/><c r="Z1048576"/></row>'
    data = sheet(hostile.text_row(1, "首") + hostile.text_row(3, "末") + blank + far)
    assert effort(lambda: code(data), 500) < 500
    reply = read(data)  # its own cap of processor time ends a reader that walks through a million rows
    assert reply.sheets[0].rows == (["首"], [], ["末"])


def test_case_25_rows_twice_or_out_of_order() -> None:
    one, two = hostile.text_row(1, "a"), hostile.text_row(2, "b")
    assert code(sheet(one + two + two)) == "row-order"
    assert code(sheet(two + one)) == "row-order"
    twice = b'<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'
    backwards = b'<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>'
    elsewhere = b'<row r="1"><c r="A2"><v>1</v></c></row>'
    for rows in (twice, backwards, elsewhere):
        assert read_code(sheet(rows)) in ("row-order", "damaged"), rows


def test_case_26_indices_out_of_range() -> None:
    for index in (b"-1", b"999999", b"1.5", b"x", b"99999999999999999999"):
        assert read_code(cell(b' t="s"><v>' + index + b"</v>")) in ("string-index", "damaged"), index
    assert read_code(cell(b' s="9999"><v>1</v>')) == "style-index"
    assert read_code(cell(b' s="-1"><v>1</v>')) in ("style-index", "damaged")
    assert first_cell(cell(b' t="s"><v/>')) is None


NO_NUMBERS = ("abc", "NaN", "1e999", "-inf", "0x10", "1,5", "９", "9" * 5000, " 5 ", "1_000", "--1", "TRUE")


def test_case_26_numbers_that_are_none_are_marked() -> None:
    rows = (f'<row r="{n}"><c r="A{n}"><v>{text}</v></c></row>' for n, text in enumerate(NO_NUMBERS, start=1))
    values = [row[0] for row in read(sheet("".join(rows).encode())).sheets[0].rows]
    assert len(values) == len(NO_NUMBERS)
    for value in values:
        assert isinstance(value, UnreadableCell)
        assert isinstance(value, CellError)  # so that nobody takes it for an empty cell
        assert value.code.strip() and len(value.code) < 250


def test_where_the_readers_differ_the_cell_is_named_and_not_given() -> None:
    """calamine reads -1 with a date format as midnight and forgets the day."""
    rows = b'<row r="1"><c r="A1" s="1"><v>-1.25</v></c><c r="B1" s="1"><v>45207</v></c></row>'
    reply = read(sheet(rows))
    assert reply.sheets[0].differing == ("A1",)
    assert isinstance(reply.sheets[0].cell(1, 1), UnreadableCell)
    assert reply.sheets[0].cell(1, 2) == date(2023, 10, 8)


def test_dates_agree_and_days_that_never_were_are_marked() -> None:
    serials = {
        "45207": date(2023, 10, 8),
        "45207.708333333336": datetime(2023, 10, 8, 17),
        "1": date(1900, 1, 1),
        "60": UnreadableCell,  # 1900-02-29
        "9999999999": UnreadableCell,
        "-3": UnreadableCell,
    }
    rows = (f'<row r="{n}"><c r="A{n}" s="1"><v>{s}</v></c></row>' for n, s in enumerate(serials, start=1))
    values = clean([row[0] for row in read(sheet("".join(rows).encode())).sheets[0].rows])
    for value, expected in zip(values, serials.values(), strict=True):
        assert type(value) is expected if isinstance(expected, type) else value == expected


def test_numbers_far_beyond_any_date_are_marked_without_ado() -> None:
    """Ten thousand of them: more than seconds for each would not go unnoticed."""
    rows = (f'<row r="{n}"><c r="A{n}" s="1"><v>{9_999_000_000 + n}</v></c></row>' for n in range(1, 10_001))
    reply = read(sheet("".join(rows).encode()))
    assert reply.refusal is None
    assert {type(row[0]) for row in reply.sheets[0].rows} == {UnreadableCell}


def test_days_typed_as_numbers_are_those_numbers() -> None:
    typed = ("19000101", "20231108", "99991231", "20231108.5", "99991232")
    rows = (f'<row r="{n}"><c r="A{n}" s="1"><v>{s}</v></c></row>' for n, s in enumerate(typed, start=1))
    values = [row[0] for row in read(sheet("".join(rows).encode())).sheets[0].rows]
    assert values[:3] == [19000101, 20231108, 99991231]
    assert [type(value) for value in values[3:]] == [UnreadableCell, UnreadableCell]


def test_a_1904_workbook_keeps_its_days() -> None:
    reply = read(good(date1904=True))
    assert reply.date1904 and reply.sheets[0].cell(2, 4) == date(2023, 10, 8)
    assert reply.sheets[0].differing == ()


def test_texts_as_office_writes_them() -> None:
    spellings = {
        b' t="inlineStr"><is><t xml:space="preserve"> a </t></is>': " a ",
        b' t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is>': "ab",
        b' t="str"><v>a_x000D_b</v>': "a\rb",
        b' t="b"><v>1</v>': True,
        b' t="d"><v>2023-10-08</v>': date(2023, 10, 8),
        b"><v>1E3</v>": 1000.0,
        b' t="inlineStr"><is><t>&lt;b&gt; &amp;amp;</t></is>': "<b> &amp;",
    }
    rows = b"".join(
        b'<row r="%d"><c r="A%d"%b</c></row>' % (n, n, body) for n, body in enumerate(spellings, 1)
    )
    reply = read(sheet(rows))
    assert reply.sheets[0].differing == ()
    assert [row[0] for row in reply.sheets[0].rows] == list(spellings.values())


def test_a_reply_is_tabled_as_the_master_itself_is_read(tmp_path: Path) -> None:
    """One file through the host and through the gate gives the same table, oddities included."""
    records = [
        {"id": "T001", "owner": "研发部", "task": "写方案", "deadline": date(2023, 10, 9), "percent": 0.5},
        {"id": "T002", "deadline": "每周一17:00前", "lead_days": 3, "note": "  空格 "},
        {"id": "合计"},
    ]
    path = tracker(tmp_path / "a.xlsx", records)
    reply, own = read_reply(path), read_book(path).tables["tracker"]
    table = table_on(reply.sheets[0], TRACKER)
    assert table is not None and len(table) == len(own) == 2
    assert table.frame.equals(own.frame)
    assert (table.rows.tolist(), table.letters, table.header_row) == (
        own.rows.tolist(),
        own.letters,
        own.header_row,
    )
    formula = replaced(hostile.SHEET, b"<v>0.5</v>", b"<f>1/2</f><v>0.5</v>")
    typed = table_on(read(formula).sheets[0], TRACKER)
    assert typed is not None and typed.raw("percent").tolist() == [1, CellFormula("1/2", 0.5), 0]
    assert table_on(read(good()).sheets[1], TRACKER) is None
