"""The workbooks of the corpus, one function each; what is odd about one is what stands in it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.corpus.parts import (
    CHINESE_DAY,
    DAY,
    HEAD,
    MAIN,
    MOMENT,
    SPACES,
    XLSM,
    Book,
    formula,
    listing,
    number,
    relationships,
    rels_of,
    row,
    shared,
    sheet,
    text,
)

SHEET = "xl/worksheets/sheet1.xml"
OFFICE = "http://schemas.microsoft.com/office"
BOMB = (
    b'<!DOCTYPE worksheet [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


def strings(*items: str, counted: bool = True) -> str:
    """The part of shared texts; each item is the inside of <si>."""
    count = f' count="{len(items)}" uniqueCount="{len(items)}"' if counted else ""
    inside = "".join(f"<si>{item}</si>" for item in items)
    return f'{HEAD}<sst xmlns="{MAIN}"{count}>{inside}</sst>'


def plain() -> Book:
    """The list of goods and nothing else."""
    return Book({"物料清单": sheet(listing())})


def long_list() -> Book:
    rows = [
        row(n, text(f"A{n}", f"第{n}项"), number(f"B{n}", n * 1.5), number(f"C{n}", 45292 + n % 365, DAY))
        for n in range(1, 2001)
    ]
    return Book({"明细": sheet("".join(rows), dimension="A1:C2000")})


def dates_1904() -> Book:
    cells = (number("A1", 43830, DAY), number("B1", 43830.75, MOMENT), number("C1", 0.5, CHINESE_DAY))
    return Book({"一九〇四": sheet(row(1, *cells) + listing(3))}, before_sheets='<workbookPr date1904="1"/>')


def phonetic() -> Book:
    reading = (
        '<t>東京支社</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><rPh sb="2" eb="4"><t>シシャ</t></rPh>'
        '<phoneticPr fontId="0" type="fullwidthKatakana"/>'
    )
    runs = '<r><t>王</t></r><r><t>芳</t></r><rPh sb="0" eb="2"><t>Wang Fang</t></rPh>'
    found = strings(reading, runs, "<t>重庆</t>")
    return Book({"人员": sheet(row(1, shared("A1", 0), shared("B1", 1), shared("C1", 2)))}, strings=found)


def no_styles() -> Book:
    return Book({"无样式": sheet(listing().replace(' s="1"', "").replace(' s="0"', ""))}, styles="")


def no_addresses() -> Book:
    bare = re.sub(r' r="[A-Z]*[0-9]+"', "", listing())
    return Book({"无地址": sheet(bare, dimension="")})


def uncounted() -> Book:
    items = (
        "<t>第一行_x000D_</t>",
        '<t xml:space="preserve">  前后有空格  </t>',
        "<t>_xZZZZ_ 原样</t>",
        "<t/>",
        "<t>同名</t>",
        "<t>同名</t>",
    )
    cells = [shared(f"{c}1", n) for n, c in enumerate("ABCDEF")]
    return Book({"文字": sheet(row(1, *cells))}, strings=strings(*items, counted=False))


def inline() -> Book:
    first = row(
        1,
        text("A1", "单元格里的文字"),
        '<c r="B1" t="inlineStr"><is><r><t>分</t></r><r><rPr><b/></rPr><t>段</t></r></is></c>',
        '<c r="C1" t="str"><f>"甲"&amp;"乙"</f><v>甲乙</v></c>',
        '<c r="D1" t="b"><v>1</v></c>',
        '<c r="E1" t="e"><v>#N/A</v></c>',
        formula("F1", "1/0", "#DIV/0!", ' t="e"'),
    )
    dated = row(
        2, '<c r="A2" s="1" t="d"><v>2024-03-01T00:00:00</v></c>', number("B2", 1e-7), number("C2", -0.0)
    )
    return Book({"内联": sheet(first + dated)})


def rich_text() -> Book:
    runs = (
        '<r><rPr><b/><color rgb="FFFF0000"/></rPr><t>重要</t></r>'
        '<r><t xml:space="preserve">：请在\n周五前 </t></r><r><rPr><strike/></rPr><t>周四</t></r><r><t>回复😀</t></r>'
    )
    return Book({"富文本": sheet(row(1, shared("A1", 0)) + listing(3))}, strings=strings(runs))


def prefixed() -> Book:
    """Every element of the spreadsheet's namespace with the prefix x."""
    book = plain()
    made = {name: text_part for name, text_part in book.parts().items() if name.startswith("xl/")}
    for name, data in made.items():
        if b'xmlns="' + MAIN.encode() + b'"' in data:
            named = re.sub(rb"<(/?)([A-Za-z])", rb"<\1x:\2", data)
            book.more[name] = named.replace(b'xmlns="' + MAIN.encode(), b'xmlns:x="' + MAIN.encode())
    return book


def absolute() -> Book:
    book = plain()
    own = [("worksheet", "/xl/worksheets/sheet1.xml"), ("styles", "/xl/styles.xml")]
    book.more["xl/_rels/workbook.xml.rels"] = relationships(own)
    book.more["_rels/.rels"] = relationships([("officeDocument", "/xl/workbook.xml")])
    return book


def hidden() -> Book:
    columns = '<cols><col min="2" max="3" width="9" hidden="1" customWidth="1"/></cols>'
    rows = listing().replace('<row r="3">', '<row r="3" hidden="1">')
    state = {"底稿": ' state="veryHidden"', "旧版": ' state="hidden"'}
    sheets = {
        "物料清单": sheet(rows, before=columns),
        "底稿": sheet(row(1, text("A1", "不给人看"))),
        "旧版": sheet(listing()),
    }
    return Book(sheets, sheet_state=state)


def names() -> Book:
    found = (
        '<definedName name="坏引用">#REF!</definedName>'
        '<definedName name="_xlnm.Print_Area" localSheetId="0">物料清单!$A$1:$F$6</definedName>'
        '<definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">物料清单!$A$1:$F$6</definedName>'
        '<definedName name="数量">物料清单!$C$2:$C$6</definedName>'
        '<definedName name="数量" localSheetId="0">#REF!$C$2</definedName>'
        '<definedName name="税率" comment="没有区域">0.13</definedName>'
        '<definedName name="丢失" hidden="1">[3]Sheet1!$A$1</definedName>'
    )
    return Book({"物料清单": sheet(listing())}, after_sheets=f"<definedNames>{found}</definedNames>")


def data_table() -> Book:
    rows = (
        row(1, number("A1", 2), formula("B1", "A1*10", "20"))
        + row(2, number("A2", 3), formula("B2", "", "30", attributes=' t="dataTable" ref="B2:B4" dt2D="0" dtr="0" r1="A1"'))
        + row(3, number("A3", 4), '<c r="B3"><v>40</v></c>')
        + row(4, number("A4", 5), '<c r="B4"><v>50</v></c>')
        + row(5, formula("A5", "SUM(A1:A4*B1:B4)", "410", attributes=' t="array" ref="A5"'))
        + row(6, formula("A6", "A5+1", "411", attributes=' t="shared" ref="A6:A8" si="0"'))
        + row(7, '<c r="A7"><f t="shared" si="0"/><v>412</v></c>')
        + row(8, '<c r="A8"><f t="shared" si="0"/><v>413</v></c>')
    )  # fmt: skip
    return Book({"模拟": sheet(rows)})


def merged() -> Book:
    rows = listing().replace('<c r="B3"', '<c r="B3"', 1)
    after = (
        '<mergeCells count="2"><mergeCell ref="A2:A3"/><mergeCell ref="E5:F5"/></mergeCells>'
        '<conditionalFormatting sqref="C2:C6"><cfRule type="cellIs" priority="1" operator="greaterThan">'
        "<formula>100</formula></cfRule></conditionalFormatting>"
        '<dataValidations count="1"><dataValidation type="list" allowBlank="1" sqref="F2:F6">'
        '<formula1>"已下单,未下单"</formula1></dataValidation></dataValidations>'
        '<hyperlinks><hyperlink ref="B2" r:id="rId1"/><hyperlink ref="B3" location="物料清单!A1"/></hyperlinks>'
    )
    book = Book({"物料清单": sheet(rows, after=after)})
    book.rels[SHEET] = [("hyperlink", "https://example.com/清单?x=1&amp;y=2")]
    return book


# -- refused ------------------------------------------------------------------------------------------


def strict(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same parts in the namespaces of ISO strict."""
    old = b"http://schemas.openxmlformats.org/"
    pairs = {old + b"spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
             old + b"officeDocument/2006/relationships": b"http://purl.oclc.org/ooxml/officeDocument/relationships"}  # fmt: skip
    made = {}
    for name, data in parts.items():
        for here, there in pairs.items():
            data = data.replace(here, there)
        made[name] = data
    return made


def macro_sheet() -> Book:
    part = "xl/macrosheets/sheet1.xml"
    book = Book({"物料清单": sheet(listing())}, main_type=XLSM)
    book.types[part] = "application/vnd.ms-excel.macrosheet+xml"
    space = f"{OFFICE}/excel/2006/main"
    book.more[part] = (
        f'{HEAD}<xm:macrosheet xmlns="{MAIN}" xmlns:xm="{space}"><sheetData><row r="1"><c r="A1"><f>HALT()</f>'
        "<v>0</v></c></row></sheetData></xm:macrosheet>"
    )
    book.more["xl/workbook.xml"] = (
        f'{HEAD}<workbook {SPACES}><sheets><sheet name="物料清单" sheetId="1" r:id="rId1"/>'
        '<sheet name="宏1" sheetId="2" state="veryHidden" r:id="rId3"/></sheets></workbook>'
    )
    book.rels["xl/workbook.xml"] = [(f"{OFFICE}/2006/relationships/xlMacrosheet", "macrosheets/sheet1.xml")]
    return book


def no_sheets() -> dict[str, bytes]:
    parts = plain().parts()
    parts["xl/workbook.xml"] = re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", parts["xl/workbook.xml"])
    return {name: data for name, data in parts.items() if name not in (SHEET, rels_of(SHEET))}


def far_cell() -> Book:
    return Book({"远": sheet(row(1048576, number("XFD1048576", 1)), dimension="A1:XFD1048576")})
