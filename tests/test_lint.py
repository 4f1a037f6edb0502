"""Each fault that the validator misses is found in a workbook that has just that fault."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from tools.lint.lint import lint, main
from tools.lint.lintformulas import newer_functions
from xl_collab.hosts.ooxml.package import Package

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
Edit = Callable[[Package], None]


def good() -> bytes:
    """A workbook without a fault: a table, a list, a rule, a name, formulas with results."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet, other = book.add_worksheet("跟踪表"), book.add_worksheet("It's")
    sheet.add_table("A1:B3", {"name": "tracker", "columns": [{"header": "编号"}, {"header": "天 数"}]})
    sheet.write_column("A2", ["T001", "T002"])
    sheet.write_formula("B2", "=COUNTIFS('It''s'!A:A,\"[x]!\"&A2)", None, 1)
    sheet.write_formula("B3", "=B2+1", None, 2)
    sheet.data_validation("A2:A3", {"validate": "list", "source": ["T001", "T002"]})
    rule = book.add_format({"bold": True})
    sheet.conditional_format("B2:B3", {"type": "formula", "criteria": "=$B2>1", "format": rule})
    other.write("A1", "x", book.add_format({"italic": True}))
    book.define_name("as_of", "='It''s'!$A$1")
    book.close()
    return stream.getvalue()


def problems(tmp_path: Path, edit: Edit, name: str = "book.xlsx") -> list[str]:
    """What lint says about the good workbook after `edit`."""
    package = Package.from_bytes(good())
    edit(package)
    path = tmp_path / name
    path.write_bytes(package.save_bytes())
    return lint(path)


def swapped(part: str, old: str, new: str) -> Edit:
    """An edit that replaces the first `old` in a part."""

    def edit(package: Package) -> None:
        text = package.read(part).decode()
        assert old in text, text
        package.replace(part, text.replace(old, new, 1).encode())

    return edit


SHEET, BOOK, TABLE = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/tables/table1.xml"
RULE_OLD = "<formula>$B2&gt;1</formula>"
LONG_LIST = "<formula1>&quot;" + "甲," * 128 + "&quot;</formula1>"

FAULTS = {
    "unsorted rows": (swapped(SHEET, '<row r="3"', '<row r="2"'), "row 2 follows row 2"),
    "unsorted cells": (swapped(SHEET, '<c r="A2"', '<c r="C2"'), "cell B2 is out of order"),
    "cell in a wrong row": (swapped(SHEET, '<c r="A2"', '<c r="A9"'), "cell A9 stands in row 2"),
    "string index": (swapped(SHEET, 't="s"><v>0<', 't="s"><v>99<'), "A1 points to string '99'"),
    "style index": (swapped(SHEET, '<c r="A1"', '<c r="A1" s="44"'), "A1 has format 44"),
    "rule's style index": (swapped(SHEET, 'dxfId="0"', 'dxfId="7"'), "a rule has format 7 of 1"),
    "no cached value": (
        swapped(SHEET, "<f>B2+1</f><v>2</v>", "<f>B2+1</f>"),
        "B3 has a formula without a cached value",
    ),
    "new function": (swapped(SHEET, "<f>B2+1", "<f>_xlfn.IFS(B2,1)"), "IFS is newer than Excel 2010"),
    "new function in a rule": (
        swapped(SHEET, RULE_OLD, "<formula>_xlfn.XLOOKUP(1,B:B,B:B)=1</formula>"),
        "XLOOKUP is newer",
    ),
    "new function in a name": (
        lambda package: package.workbook.set_defined_name("x", "_xlfn.TEXTJOIN(1,1,2)"),
        "defined name x: TEXTJOIN is newer",
    ),
    "structured reference": (swapped(SHEET, "<f>B2+1", "<f>[@编号]"), "structured reference in =[@编号]"),
    "long list": (
        swapped(SHEET, '<formula1>"T001,T002"</formula1>', LONG_LIST),
        "a drop-down list has 256 characters",
    ),
    "other workbook": (swapped(SHEET, "<f>B2+1", "<f>[1]Sheet1!A1"), "reference to another workbook"),
    "missing sheet": (swapped(SHEET, "<f>B2+1", "<f>'没有'!A1"), "a sheet 没有 that does not exist"),
    "lost reference": (swapped(SHEET, "<f>B2+1", "<f>#REF!+1"), "lost reference"),
    "header text": (
        swapped(TABLE, 'name="天 数"', 'name="天数"'),
        "'天 数', but the table's column is '天数'",
    ),
    "column names": (swapped(TABLE, 'name="天 数"', 'name="编号"'), "column name '编号' is there twice"),
    "column ids": (swapped(TABLE, 'id="2"', 'id="1"'), "column id '1' is there twice"),
    "filter": (swapped(TABLE, '<autoFilter ref="A1:B3"', '<autoFilter ref="A1:B2"'), "filter covers A1:B2"),
    "sheet name too long": (swapped(BOOK, '"跟踪表"', f'"{"长" * 32}"'), "must have 1 to 31 characters"),
    "sheet name": (swapped(BOOK, '"跟踪表"', '"a/b"'), "has a character that Excel forbids"),
    "sheet twice": (swapped(BOOK, '"跟踪表"', '"IT\'S"'), "two sheets are named it's"),
    "bad name": (swapped(BOOK, 'name="as_of"', 'name="A1"'), "does not accept this as a name"),
    "name with a space": (swapped(BOOK, 'name="as_of"', 'name="as of"'), "does not accept this as a name"),
    "scope": (
        swapped(BOOK, 'name="as_of"', 'name="as_of" localSheetId="5"'),
        "sheet number 5 does not exist",
    ),
    "dangling arrow": (lambda package: package.remove(TABLE), "leads to xl/tables/table1.xml"),
    "external link": (
        lambda package: (
            str(package.add_relationship(BOOK, "externalLink", "file:///a.xlsx", external=True)) and None
        ),
        "external link file:///a.xlsx",
    ),
    "no content type": (
        lambda package: package.add("xl/odd.thing", b"x", None),
        "xl/odd.thing has no content",
    ),
    "name twice": (
        swapped(BOOK, "<definedNames>", '<definedNames><definedName name="AS_OF">1</definedName>'),
        "defined name as_of (workbook) is there twice",
    ),
}


def test_the_good_workbook_is_good(tmp_path: Path, ooxml_validate: Callable[[Path], None]) -> None:
    path = tmp_path / "good.xlsx"
    path.write_bytes(good())
    assert lint(path) == []
    ooxml_validate(path)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(tmp_path: Path, fault: str) -> None:
    edit, expected = FAULTS[fault]
    found = problems(tmp_path, edit)
    assert any(expected in problem for problem in found), found


def test_overlapping_tables(tmp_path: Path) -> None:
    def edit(package: Package) -> None:
        text = (
            package.read(TABLE)
            .decode()
            .replace('id="1" name="tracker" displayName="tracker"', 'id="9" name="b" displayName="b"')
        )
        package.add("xl/tables/table2.xml", text.encode(), package.content_type(TABLE))
        package.add_relationship(SHEET, "table", "xl/tables/table2.xml")

    assert "tables tracker and b overlap on 跟踪表" in problems(tmp_path, edit)


def test_the_type_must_fit_the_extension(tmp_path: Path) -> None:
    found = problems(tmp_path, lambda package: None, "book.xlsm")
    assert len(found) == 1
    assert found[0].startswith("a .xlsm file declares the workbook type")


def test_macros_do_not_belong_into_xlsx(tmp_path: Path) -> None:
    def edit(package: Package) -> None:
        package.add("xl/vbaProject.bin", b"garbage", "application/vnd.ms-office.vbaProject")
        kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
        package.add_relationship(BOOK, kind, "xl/vbaProject.bin")

    found = problems(tmp_path, edit)
    assert "a .xlsx file contains macros (xl/vbaProject.bin)" in found
    assert "the workbook has macros but no codeName" in found
    pytest.importorskip("pyopenvba")
    assert any(problem.startswith("xl/vbaProject.bin cannot be read") for problem in found)


def test_code_names_are_matched_with_vba_modules(tmp_path: Path) -> None:
    pyopenvba = pytest.importorskip("pyopenvba")
    path = tmp_path / "macro.xlsm"
    package = Package.from_bytes(good())
    package.set_content_type(BOOK, "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    path.write_bytes(package.save_bytes())
    with pyopenvba.ExcelFile(path) as book:
        book.add_vba_project().add_module("Own", "Sub A()\r\nEnd Sub\r\n")
        book.save()
    assert lint(path) == []
    package = Package.open(path)
    sheet = next(info.part for info in package.workbook.sheets)
    text = package.read(sheet)
    name = re.search(rb'codeName="([^"]*)"', text)
    assert name is not None
    package.replace(sheet, text.replace(name[0], b'codeName="Elsewhere"'))
    path.write_bytes(package.save_bytes())
    assert lint(path) == [
        "codeName Elsewhere has no VBA module",
        f"VBA module {name[1].decode().casefold()} belongs to no sheet",
    ]


def test_ribbon_ids_and_namespaces(tmp_path: Path) -> None:
    def edit(package: Package) -> None:
        ribbon = (
            b'<customUI xmlns="http://schemas.microsoft.com/office/2006/01/customui"><ribbon><tabs>'
            b'<tab id="a" label="x"><group id="a" label="y"/></tab></tabs></ribbon></customUI>'
        )
        package.add("customUI/customUI14.xml", ribbon, "application/xml")
        kind = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
        package.add_relationship("", kind, "customUI/customUI14.xml")

    found = problems(tmp_path, edit)
    assert "customUI/customUI14.xml: id a is used twice" in found
    assert any("its namespace does not belong to its relationship" in problem for problem in found)


def test_a_file_that_does_not_open_is_one_problem(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"")
    assert len(lint(path)) == 1


def test_many_problems_of_a_kind_are_cut_short(tmp_path: Path) -> None:
    def edit(package: Package) -> None:
        cells = "".join(f'<row r="{row}"><c r="A{row}"><f>A1</f></c></row>' for row in range(10, 30))
        swapped(SHEET, "</sheetData>", cells + "</sheetData>")(package)

    found = problems(tmp_path, edit)
    assert len(found) == 6
    assert found[-1] == "跟踪表: … 15 more of this: cached"


def test_the_command_prints_and_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "good.xlsx"
    path.write_bytes(good())
    assert main([str(path)]) == 0
    shutil.copy(path, tmp_path / "bad.xlsm")
    assert main([str(path), str(tmp_path / "bad.xlsm")]) == 1
    assert "bad.xlsm: a .xlsm file declares" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("formula", "names"),
    [
        ("_xlfn.IFS(A1,1)+_xlfn._xlws.FILTER(A:A,B:B)", ["FILTER", "IFS"]),
        ('"IFS(" & A1 & IFERROR(B1,0)', []),
        ("ifs (A1,1)", ["IFS"]),
        ("NETWORKDAYS.INTL(A1,B1,1)+AGGREGATE(1,6,A:A)+SUMIFS(A:A,B:B,1)", []),
        ("MyIFS(1)+IFS_x+'IFS('!A1", []),
        ("_xlfn.LET(_xlpm.x,1,_xlpm.x)", ["LET"]),
    ],
)
def test_newer_functions(formula: str, names: list[str]) -> None:
    assert newer_functions(formula) == names
