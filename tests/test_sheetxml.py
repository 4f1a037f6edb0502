"""Cells spliced into a worksheet's bytes read back as written; everything else stays as it was."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings, strategies as st
from lxml import etree
from openpyxl.formula.translate import Translator

from xl_collab.a1 import column_letters, column_number
from xl_collab.errors import DamagedWorkbook
from xl_collab.hosts.ooxml.celltext import office_escape, office_unescape, shared_strings
from xl_collab.hosts.ooxml.formulatext import rename_sheet, row_template, shift
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.sheetxml import ColumnWrite, SheetEditor

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{MAIN}"><dimension ref="A1:B2"/>'


def sheet(rows: str) -> bytes:
    """A worksheet with these rows."""
    return f"{HEAD}<sheetData>{rows}</sheetData><pageMargins/></worksheet>".encode()


def rows_of(xml: bytes) -> str:
    """What stands between the sheetData tags."""
    match = re.search(rb"<sheetData>(.*)</sheetData>", xml, re.S)
    assert match is not None
    return match[1].decode()


def written(rows: str, *writes: ColumnWrite, strings: list[str] | None = None) -> str:
    """The rows after the writes."""
    editor = SheetEditor(sheet(rows), strings)
    editor.set_cells(*writes)
    return rows_of(editor.render())


def values(xml: bytes) -> dict[str, Any]:
    """Address to value as an independent XML parser and the format's rules have it; formulas as "=…"."""
    found: dict[str, Any] = {}
    for cell in etree.fromstring(xml).iter(f"{{{MAIN}}}c"):
        kind, raw = cell.get("t", "n"), cell.findtext(f"{{{MAIN}}}v")
        formula = cell.find(f"{{{MAIN}}}f")
        if formula is not None:
            found[cell.get("r")] = "=" + (formula.text or "")
        elif kind == "inlineStr":
            text = "".join(one.text or "" for one in cell.iter(f"{{{MAIN}}}t"))
            found[cell.get("r")] = re.sub("_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)
        elif raw is not None:
            found[cell.get("r")] = raw == "1" if kind == "b" else float(raw) if kind == "n" else raw
    return found


def formulas(xml: bytes) -> dict[str, str]:
    """Address to formula, shared ones worked out by openpyxl."""
    texts: dict[str, Translator] = {}
    found = {}
    for cell in etree.fromstring(xml).iter(f"{{{MAIN}}}c"):
        formula, address = cell.find(f"{{{MAIN}}}f"), cell.get("r")
        if formula is None:
            continue
        if formula.text and formula.get("si"):
            texts[formula.get("si")] = Translator("=" + formula.text, origin=address)
        text = formula.text and "=" + formula.text
        found[address] = text or texts[formula.get("si")].translate_formula(address)
    return found


# -- single cells ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "body"),
    [
        (None, "/>"),
        ("", "/>"),
        (float("nan"), "/>"),
        (5, "><v>5</v></c>"),
        (2.0, "><v>2</v></c>"),
        (0.1, "><v>0.1</v></c>"),
        (1e300, "><v>1e+300</v></c>"),
        (True, ' t="b"><v>1</v></c>'),
        (float("inf"), ' t="e"><v>#NUM!</v></c>'),
        ("#N/A", ' t="inlineStr"><is><t>#N/A</t></is></c>'),
        ("=1+1", ' t="inlineStr"><is><t>=1+1</t></is></c>'),
        ("a<b&c", ' t="inlineStr"><is><t>a&lt;b&amp;c</t></is></c>'),
        (" x", ' t="inlineStr"><is><t xml:space="preserve"> x</t></is></c>'),
        ("a\nb", ' t="inlineStr"><is><t xml:space="preserve">a\nb</t></is></c>'),
        ("\x01_x0041_\r", ' t="inlineStr"><is><t>_x0001__x005F_x0041__x000D_</t></is></c>'),
    ],
)
def test_a_value_as_office_writes_it(value: object, body: str) -> None:
    before = '<row r="1"><c r="A1" s="3"><v>9</v></c></row>'
    assert written(before, ColumnWrite("A", [1], [value])) == f'<row r="1"><c r="A1" s="3"{body}</row>'


@pytest.mark.parametrize(
    ("value", "body"),
    [
        (None, ' t="str"><f>A1</f><v></v></c>'),
        ("延迟", ' t="str"><f>A1</f><v>延迟</v></c>'),
        ("#N/A", ' t="e"><f>A1</f><v>#N/A</v></c>'),
        (False, ' t="b"><f>A1</f><v>0</v></c>'),
        (1.5, "><f>A1</f><v>1.5</v></c>"),
    ],
)
def test_a_formula_carries_its_result(value: object, body: str) -> None:
    after = written('<row r="1"/>', ColumnWrite("B", [1], [value], formula="A1"))
    assert after == f'<row r="1"><c r="B1"{body}</row>'


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_any_text_survives(text: str) -> None:
    escaped = office_escape(text)
    assert office_unescape(escaped) == text
    etree.fromstring(b"<t>" + escaped.replace("&", "&amp;").replace("<", "&lt;").encode() + b"</t>")


def test_dates_must_come_as_serials() -> None:
    editor = SheetEditor(sheet(""))
    editor.set_cell("A1", object())
    with pytest.raises(TypeError, match="serial"):
        editor.render()


# -- where cells go --------------------------------------------------------------------------------


def test_missing_cells_and_rows_are_put_in_order() -> None:
    before = (
        '<row r="2" spans="2:4" ht="20" customHeight="1"><c r="B2" s="1"/><c r="D2" s="4"><v>1</v></c></row>'
    )
    after = written(before, ColumnWrite("A", [1, 2, 3], [1, 2, 3]), ColumnWrite("C", [2, 3], [5, 6]))
    assert after == (
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="2" ht="20" customHeight="1"><c r="A2"><v>2</v></c><c r="B2" s="1"/>'
        '<c r="C2"><v>5</v></c><c r="D2" s="4"><v>1</v></c></row>'
        '<row r="3" ht="20" customHeight="1"><c r="A3"><v>3</v></c><c r="C3"><v>6</v></c></row>'
    )


def test_a_new_row_takes_the_height_of_its_text_not_that_measured_for_the_row_above() -> None:
    after = written('<row r="5" ht="18.75"><c r="A5"><v>1</v></c></row>', ColumnWrite("A", [6], [2]))
    assert '<row r="6"><c r="A6">' in after


def test_a_row_gets_the_height_of_its_text_unless_somebody_fixed_one() -> None:
    editor = SheetEditor(
        sheet('<row r="5" ht="18"><c r="A5"/></row><row r="6" ht="20" customHeight="1"><c r="A6"/></row>')
    )
    editor.set_cells(ColumnWrite("A", [5, 6, 7], ["长", "长", "长"]))
    editor.set_heights({5: 34.0, 6: 34.0, 7: 49.0})
    after = editor.render().decode()
    assert '<row r="5" ht="34">' in after
    assert '<row r="6" ht="20" customHeight="1">' in after
    assert '<row r="7" ht="20" customHeight="1">' in after, "the row above is of a fixed height"


def test_new_rows_look_like_the_row_above() -> None:
    before = '<row r="5" s="2" customFormat="1"><c r="A5" s="7"><v>1</v></c><c r="B5" s="8"/></row>'
    after = written(before, ColumnWrite("A", [6, 7], [2, 3]), ColumnWrite("B", [6], [None], style=9))
    assert after == before + (
        '<row r="6" s="2" customFormat="1"><c r="A6" s="7"><v>2</v></c><c r="B6" s="9"/></row>'
        '<row r="7" s="2" customFormat="1"><c r="A7" s="7"><v>3</v></c></row>'
    )


def test_missing_cells_take_the_format_of_row_or_column() -> None:
    xml = sheet('<row r="1" s="4" customFormat="1"><c r="A1"/></row><row r="2"><c r="A2"/></row>').replace(
        b"<sheetData>", b'<cols><col min="2" max="2" style="6"/></cols><sheetData>'
    )
    editor = SheetEditor(xml)
    editor.set_cells(ColumnWrite("B", [1, 2], [1, 2]))
    assert '<c r="B1" s="4">' in rows_of(editor.render())
    assert '<c r="B2" s="6">' in rows_of(editor.render())


def test_the_extent_grows() -> None:
    editor = SheetEditor(sheet('<row r="1"><c r="A1"/></row>'))
    editor.set_cell("AA7", 1)
    assert b'<dimension ref="A1:AA7"/>' in editor.render()


def test_an_empty_sheet_is_opened() -> None:
    xml = f"{HEAD}<sheetData/></worksheet>".encode()
    editor = SheetEditor(xml)
    editor.set_cell("B2", "x")
    assert values(editor.render()) == {"B2": "x"}


def test_a_later_write_wins() -> None:
    editor = SheetEditor(sheet(""))
    editor.set_cells(ColumnWrite("A", [1, 2], [1, 2]))
    editor.set_cell("A2", 5)
    editor.set_cells(ColumnWrite("A", [1], [7], formula="B1"))
    editor.set_cell("A3", 9)
    assert values(editor.render()) == {"A1": "=B1", "A2": 5.0, "A3": 9.0}


# -- spellings of other programs -------------------------------------------------------------------


def test_prefixes_single_quotes_and_any_order_of_attributes() -> None:
    xml = (
        f"<x:worksheet xmlns:x='{MAIN}'><x:sheetData>"
        "<x:row ht='20' r='1'><x:c t='s' s='3' r='A1' ><x:v>0</x:v></x:c ><x:c r='B1'/></x:row >"
        "</x:sheetData></x:worksheet>"
    ).encode()
    editor = SheetEditor(xml, ["旧"])
    editor.set_cells(ColumnWrite("A", [1], ["新"]), ColumnWrite("B", [1], [2], formula="A1"))
    result = editor.render()
    assert values(result) == {"A1": "新", "B1": "=A1"}
    assert b'<x:c r="A1" s="3" t="inlineStr"><x:is><x:t>' in result
    assert b'ht="20"' in result


def test_addresses_left_out_and_comments_between() -> None:
    rows = (
        "<row><c><v>1</v></c><!-- <row r='9'> --><c s='2'><f><![CDATA[1<2]]></f><v>1</v></c></row>"
        "<row r='4'><c r='C4'><v>3</v></c><c><v>4</v></c></row><?pi x?><row><c t='str'><v>&#65;</v></c></row>"
    )
    after = sheet(written(rows, ColumnWrite("A", [2, 4], ["x", "y"])))
    assert values(after) == {
        "A1": 1.0, "B1": "=1<2", "A2": "x", "A4": "y", "C4": 3.0, "D4": 4.0, "A5": "A",
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030"])
def test_other_encodings(encoding: str) -> None:
    text = sheet('<row r="1"><c r="A1" t="str"><v>任务</v></c></row>').decode()
    xml = text.replace("UTF-8", encoding).encode(encoding)
    editor = SheetEditor(xml)
    editor.set_cell("B1", 1)
    assert values(editor.render()) == {"A1": "任务", "B1": 1.0}
    editor = SheetEditor(xml)
    editor.set_cell("A1", "任务")
    assert editor.render() == xml


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"/><row r="1"/>',
        '<row r="1"/><row r="1"/>',
        '<row r="1"><c r="C1"/><c r="B1"/></row>',
        "<row r='x'/>",
        '<row r="1"><c r="A1"><v>1</v></c>',
    ],
)
def test_contradictions_are_damage(rows: str) -> None:
    with pytest.raises(DamagedWorkbook):
        written(rows, ColumnWrite("A", [1], [5]))


def test_a_doctype_is_refused() -> None:
    xml = sheet("").replace(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet')
    editor = SheetEditor(xml)
    editor.set_cell("A1", 1)
    with pytest.raises(DamagedWorkbook):
        editor.render()


# -- leaving alone what is right -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1"><v>1.0</v></c>', 1),
        ('<c r="A1" t="n"><v>1E0</v></c>', 1),
        ('<c r="A1" t="s"><v>1</v></c>', "二"),
        ('<c r="A1" t="str"><v>二</v></c>', "二"),
        ('<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', "ab"),
        ('<c r="A1" t="b"><v>true</v></c>', True),
        ('<c r="A1" s="3"></c>', None),
        ('<c r="A1" t="s"/>', ""),
    ],
)
def test_a_cell_that_says_so_already_keeps_its_bytes(cell: str, value: object) -> None:
    xml = sheet(f'<row r="1">{cell}</row>')
    editor = SheetEditor(xml, ["一", "二"])
    editor.set_cell("A1", value)
    assert editor.render() is xml
    assert not editor.changed


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1"><v>1</v></c>', True),
        ('<c r="A1" t="b"><v>1</v></c>', 1),
        ('<c r="A1"><v>1</v></c>', "1"),
        ('<c r="A1"><f>1</f><v>1</v></c>', 1),
        ('<c r="A1" t="e"><v>#N/A</v></c>', None),
        ('<c r="A1" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="A1" t="s"><v>9</v></c>', "二"),
    ],
)
def test_what_only_looks_alike_is_written(cell: str, value: object) -> None:
    editor = SheetEditor(sheet(f'<row r="1">{cell}</row>'), ["一", "二"])
    editor.set_cell("A1", value)
    editor.render()
    assert editor.changed
    assert editor.formulas_changed == ("<f>" in cell)


def test_other_attributes_go_with_the_old_value() -> None:
    """`cm` and `vm` point to what the old value was; left behind they corrupt the file."""
    cell = '<c r="A1" s="2" cm="1" vm="2" t="e"><f t="array" ref="A1">X()</f><v>#N/A</v></c>'
    assert written(f'<row r="1">{cell}</row>', ColumnWrite("A", [1], [1])) == (
        '<row r="1"><c r="A1" s="2"><v>1</v></c></row>'
    )


# -- formulas --------------------------------------------------------------------------------------


def test_a_long_column_of_formulas_is_one_group() -> None:
    rows = list(range(2, 102))
    after = written("", ColumnWrite("C", rows, rows, formula='IF(A2>$B$1,B2&"x",A$1)'))
    assert after.count('<f t="shared" si="0"/>') == 99
    assert after.count('<f t="shared" ref="C2:C101" si="0">') == 1
    found = formulas(sheet(after))
    assert found["C101"] == '=IF(A101>$B$1,B101&"x",A$1)'
    assert len(found) == 100


def test_formulas_that_reach_other_sheets_are_never_shared() -> None:
    rows = list(range(2, 102))
    after = written("", ColumnWrite("C", rows, rows, formula="节假日!A2"))
    assert "shared" not in after
    assert after.count("<f>节假日!A") == 100


def test_formulas_that_are_right_keep_their_bytes_and_get_new_results() -> None:
    rows = list(range(1, 41))
    write = ColumnWrite("B", rows, rows, formula="A1*2")
    once = SheetEditor(sheet(""))
    once.set_cells(write)
    xml = once.render()
    again = SheetEditor(xml)
    again.set_cells(write)
    assert again.render() is xml
    other = SheetEditor(xml)
    other.set_cells(ColumnWrite("B", rows, [row + 1 for row in rows], formula="A1*2"))
    changed = other.render()
    assert re.findall(b"<f[^>]*>", changed) == re.findall(b"<f[^>]*>", xml)
    assert not other.formulas_changed


def test_a_group_whose_text_is_overwritten_is_written_out() -> None:
    before = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:B2" si="3">$D1+E$1&amp;F1</f><v>1</v></c>'
        '<c r="B1"><f t="shared" si="3"/><v>2</v></c></row>'
        '<row r="2"><c r="A2"><f si="3" t="shared"></f><v>3</v></c><c r="B2"><f t="shared" si="3"/></c></row>'
    )
    after = sheet(written(before, ColumnWrite("A", [1], [5])))
    assert values(after) == {"A1": 5.0, "B1": "=$D1+F$1&G1", "A2": "=$D2+E$1&F2", "B2": "=$D2+F$1&G2"}


def test_a_new_group_gets_a_free_number() -> None:
    before = '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="3">Z1</f><v>1</v></c></row>'
    rows = list(range(1, 40))
    after = written(
        before, ColumnWrite("B", rows, rows, formula="C1"), ColumnWrite("D", rows, rows, formula="E1")
    )
    assert set(re.findall(r'ref="[^"]*" si="(\d+)"', after)) == {"3", "4", "5"}


def test_overwritten_formulas_are_restored() -> None:
    rows = list(range(1, 31))
    editor = SheetEditor(sheet(""))
    editor.set_cells(ColumnWrite("B", rows, rows, formula="A1"))
    editor.set_cell("B1", 99)
    editor.set_cell("B7", 99)
    broken = editor.render()
    restore = SheetEditor(broken)
    restore.set_cells(ColumnWrite("B", rows, rows, formula="A1"))
    assert formulas(restore.render()) == {f"B{row}": f"=A{row}" for row in rows}


def test_the_excel_repair_case_of_a_master_without_children() -> None:
    before = '<row r="1"><c r="A1"><f t="shared" ref="A1" si="0">B1</f><v>1</v></c></row>'
    assert written(before, ColumnWrite("A", [1], [None])) == '<row r="1"><c r="A1"/></row>'


REFERENCES = st.sampled_from(
    ["A1", "$B$2", "C$3", "$D4", "A1:B2", "1:3", "$A:$C", "A:B", "Sheet1!A5", "'a b'!C6", '"A1"', "LOG10(A1)"]
)


@given(st.lists(REFERENCES, min_size=1, max_size=5), st.integers(0, 50), st.integers(0, 5))
@settings(max_examples=100)
def test_shifting_agrees_with_openpyxl(parts: list[str], rows: int, columns: int) -> None:
    formula = "+".join(parts)
    target = f"{column_letters(10 + columns)}{10 + rows}"
    expected = Translator("=" + formula, origin="J10").translate_formula(target)
    assert "=" + shift(formula, rows, columns) == expected
    if columns == 0:
        assert row_template(formula, 10)(10 + rows) == shift(formula, rows)


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("T[[#This Row],[A1]]+A1", "T[[#This Row],[A1]]+A2"),
        ("TAX2023*2", "TAX2024*2"),
        ("TAXES2023*2", "TAXES2023*2"),
        ("XFE1+A1048576", "XFE1+#REF!"),
        ('"%d"&A1&"%"', '"%d"&A2&"%"'),
        ("跟踪表!A1+期限_A1", "跟踪表!A2+期限_A1"),
    ],
)
def test_what_is_a_reference_and_what_is_not(formula: str, moved: str) -> None:
    assert shift(formula, 1) == moved


def test_sheets_are_renamed_in_formulas() -> None:
    formula = "旧!A1+'旧'!B1+旧旧!C1&\"旧!A1\"+SUM(旧:末!A1)"
    assert rename_sheet(formula, "旧", "It's") == "'It''s'!A1+'It''s'!B1+旧旧!C1&\"旧!A1\"+SUM(旧:末!A1)"


def test_column_letters_round_trip() -> None:
    assert [column_letters(n) for n in (1, 26, 27, 702, 703, 16384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert all(column_number(column_letters(number)) == number for number in range(1, 16385))


# -- against another implementation ----------------------------------------------------------------

CELL = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**9), 10**9), st.sampled_from(["甲", " 乙", "a<&>b", "=A1"])
)


@given(
    st.dictionaries(st.tuples(st.integers(1, 9), st.integers(1, 6)), CELL, max_size=20),
    st.lists(
        st.tuples(
            st.sampled_from("ABCDEFG"), st.dictionaries(st.integers(1, 12), CELL, min_size=1, max_size=8)
        ),
        min_size=1,
        max_size=4,
    ),
)
@settings(max_examples=80)
def test_writes_do_what_a_dictionary_does(
    old: dict[tuple[int, int], Any], writes: list[tuple[str, dict[int, Any]]]
) -> None:
    """Any sheet, any writes: the result is the old cells updated with the new ones."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    page = book.add_worksheet()
    form = book.add_format({"bold": True})
    for (row, column), value in old.items():
        if isinstance(value, str):
            page.write_string(row - 1, column - 1, value, form)
        else:
            page.write(row - 1, column - 1, value, form)
    book.close()
    package = Package.from_bytes(stream.getvalue())
    part = package.workbook.sheets[0].part
    editor = SheetEditor(package.read(part), package.shared_strings())
    expected = dict(old)
    for column, cells in writes:
        rows = sorted(cells)
        editor.set_cells(ColumnWrite(column, rows, [cells[row] for row in rows]))
        expected.update({(row, column_number(column)): value for row, value in cells.items()})
    package.replace(part, editor.render())
    read = openpyxl.load_workbook(io.BytesIO(package.save_bytes()))["Sheet1"]
    for (row, column), value in expected.items():
        cell = read.cell(row, column)
        shown = cell.value if cell.data_type != "f" else None
        assert (shown == value and isinstance(shown, bool) == isinstance(value, bool)) or (
            isinstance(value, str) and cell.value == value
        )
        if (row, column) in old:
            assert cell.font.b
    filled = {(cell.row, cell.column) for row in read.iter_rows() for cell in row if cell.value is not None}
    assert filled == {place for place, value in expected.items() if value is not None}
    again = SheetEditor(package.read(part), package.shared_strings())
    for column, cells in writes[-1:]:
        rows = sorted(cells)
        again.set_cells(ColumnWrite(column, rows, [cells[row] for row in rows]))
    again.render()
    assert not again.changed


# -- shared strings --------------------------------------------------------------------------------


def test_shared_strings_without_phonetics() -> None:
    xml = (
        f'<sst xmlns="{MAIN}"><si><t>一</t></si><si/>'
        '<si><r><t>粗</t></r><r><t xml:space="preserve"> 细</t></r></si>'
        "<si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si><si><t>a_x000D_&amp;</t></si></sst>"
    ).encode()
    assert shared_strings(xml) == ["一", "", "粗 细", "東京", "a\r&"]
