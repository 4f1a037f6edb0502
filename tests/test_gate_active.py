"""The gate, cases 27 to 34: macros, links and formulas are reported and never become data."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest

from tests import hostile
from tests.gatekeeping import first_cell, read
from tests.hostile import cell, changed, good, replaced, sheet, with_parts
from tests.make import Odd, parts, tracker
from xl_collab.exchange.gate.filetypes import in_part, reaches_outside
from xl_collab.exchange.gate.gate import (
    ReadReply,
    inspect_bytes,
    read_reply,
    read_reply_bytes,
)
from xl_collab.exchange.reply_sheets import table_on
from xl_collab.hosts.file import FileHost
from xl_collab.project.edits import SetColumn
from xl_collab.project.tables import CellError, CellFormula
from xl_collab.project.text_size import for_csv
from xl_collab.schema.sheets import TRACKER


def test_case_27_another_vba_project_is_reported_by_its_hash() -> None:
    data = with_parts({"xl/vbaProject.bin": b"macros"})
    issued = "a" * 64
    (item,) = inspect_bytes(data, "a.xlsm", issued_vba=issued).active
    assert (item.kind, item.where) == ("vba-changed", "xl/vbaProject.bin")
    assert item.detail == hashlib.sha256(b"macros").hexdigest()
    (same,) = inspect_bytes(data, "a.xlsm", issued_vba=item.detail).active
    assert same.kind == "vba"
    reply = read_reply_bytes(data, "a.xlsm", issued_vba=issued)
    assert reply.refusal is None and reply.sheets[0].rows == read(good()).sheets[0].rows


def test_case_28_active_parts_are_listed() -> None:
    external = (
        b'<Relationship Id="r" Type="http://x/externalLinkPath" Target="file:///x" TargetMode="External"/>'
    )
    extra = {
        "xl/macrosheets/sheet9.xml": b"<a/>",
        "xl/activeX/activeX1.xml": b"<a/>",
        "xl/embeddings/oleObject1.bin": b"x",
        "xl/externalLinks/externalLink1.xml": b"<a/>",
        "xl/externalLinks/externalLink2.xml": b"<a><ddeLink/></a>",
        "xl/externalLinks/_rels/externalLink1.xml.rels": external,
        "xl/connections.xml": b"<a/>",
        "xl/queryTables/queryTable1.xml": b"<a/>",
        "xl/dialogsheets/sheet1.xml": b"<a/>",
        "customUI/customUI14.xml": b"<a/>",
    }
    active = inspect_bytes(with_parts(extra), "a.xlsx").active
    kinds = sorted(item.kind for item in active)
    assert kinds == [
        "activex",
        "connection",
        "dde",
        "dialog",
        "external",
        "external",
        "ole",
        "query",
        "ribbon",
        "xlm",
    ]
    for item in active:
        assert item.sentence("zh").count("\n") == 0 and "不会带入" in item.sentence("zh")
        assert not re.search("[\u4e00-\u9fff]", item.sentence("en"))
    assert inspect_bytes(good(), "a.xlsx").active == ()


def test_case_28_hyperlinks_are_no_active_content() -> None:
    rels = b'<Relationship Id="r" Type="http://x/hyperlink" Target="http://x" TargetMode="External"/>'
    assert list(in_part("xl/worksheets/_rels/sheet1.xml.rels", rels)) == []


FORMULAS = ("1+1", 'HYPERLINK("http://x","y")', 'WEBSERVICE("http://x")', "cmd|'/c calc'!A0", "A1", "#REF!+1")


@pytest.fixture(scope="module")
def with_formulas() -> ReadReply:
    rows = b"".join(
        f'<row r="{n}"><c r="A{n}"><f>{text.replace("&", "&amp;")}</f><v>7</v></c></row>'.encode()
        for n, text in enumerate(FORMULAS, start=1)
    )
    return read(sheet(rows))


def test_case_29_a_formula_is_never_data(with_formulas: ReadReply) -> None:
    values = [row[0] for row in with_formulas.sheets[0].rows]
    assert values == [CellFormula(text, 7.0) for text in FORMULAS]


def test_case_29_formulas_that_reach_outside_are_listed(with_formulas: ReadReply) -> None:
    assert [(item.kind, item.where) for item in with_formulas.active] == [
        ("formula", "跟踪表!A2"),
        ("formula", "跟踪表!A3"),
        ("formula", "跟踪表!A4"),
    ]
    for harmless in ("SUM(A1:B2)", "IF(A1>0,1,2)", "跟踪表!A1", 'IF(A1="x|y",1,2)', "tbl[[#This Row],[a]]"):
        assert not reaches_outside(harmless), harmless
    for reaching in (
        "[1]Sheet1!A1",
        "'C:\\[x.xlsx]S'!A1",
        "MSEXCEL|'\\..\\x'!A1",
        "-cmd|'/c x'!A0",
        "Rtd(1)",
    ):
        assert reaches_outside(reaching), reaching


TRICKS = ("=1+1", "+8613800138000", "-", "@x", "\t=1", "=cmd|'/c calc'!A0", "-1", "0012")


def test_case_30_text_that_looks_like_a_formula_stays_text() -> None:
    rows = b"".join(hostile.text_row(n, text.replace("\t", "&#9;")) for n, text in enumerate(TRICKS, start=1))
    values = [row[0] for row in read(sheet(rows.replace(b"<t>", b'<t xml:space="preserve">'))).sheets[0].rows]
    assert values == list(TRICKS) and all(type(value) is str for value in values)


def test_case_30_still_text_after_three_round_trips(tmp_path: Path) -> None:
    """Written into a master by the file host, returned, read, written again."""
    path = tracker(
        tmp_path / "a.xlsx", [{"id": f"T{n:03d}", "task": "旧"} for n in range(1, 9)], Odd(formulas=False)
    )
    values: list[object] = list(TRICKS)
    for _ in range(3):
        rows = np.arange(5, 13)
        FileHost(path).apply([SetColumn("tracker", "task", rows, values)])
        reply = read_reply(path)
        assert reply.refusal is None
        values = [row[3] for row in reply.sheets[0].rows[4:12]]
        assert values == list(TRICKS) and all(type(value) is str for value in values)
        table = table_on(reply.sheets[0], TRACKER)
        assert table is not None and table.raw("task").tolist() == list(TRICKS)
        assert not any(
            "<f" in part.decode("utf-8", "replace") for name, part in parts(path).items() if "sheet1" in name
        )


def test_case_31_the_same_text_in_csv_and_html() -> None:
    for text in TRICKS[:7]:
        assert str(for_csv(text)).startswith("'"), text
    assert for_csv("  =1+1") == "'  =1+1" and for_csv("＝1") == "'＝1"
    assert for_csv("正常") == "正常" and for_csv(-5) == -5 and for_csv(None) is None


def test_case_32_an_error_is_never_an_empty_cell() -> None:
    assert first_cell(cell(b' t="e"><v>#REF!</v>')) == CellError("#REF!")
    formula = first_cell(cell(b' t="e"><f>A9/0</f><v>#DIV/0!</v>'))
    assert formula == CellFormula("A9/0", CellError("#DIV/0!"))


def test_case_33_addresses_stay_text() -> None:
    for text in ("http://x.example/a", "file:///c:/x", "\\\\host\\share\\x"):
        assert first_cell(sheet(hostile.text_row(1, text))) == text


def test_case_33_and_make_no_link_when_written(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", [{"id": "T001", "task": "旧"}], Odd(formulas=False))
    FileHost(path).apply([SetColumn("tracker", "task", np.array([5]), ["http://x.example/a"])])
    assert read_reply(path).sheets[0].cell(5, 4) == "http://x.example/a"
    assert not any(b"hyperlink" in part for part in parts(path).values())


def test_case_34_hidden_sheets_and_rows_are_read_and_reported() -> None:
    hidden = changed(
        "xl/workbook.xml",
        lambda xml: xml.replace(b'name="\xe8\xae\xbe\xe7\xbd\xae"', b'name="x" state="veryHidden"'),
    )
    reply = read(hidden)
    assert reply.tabs == (("跟踪表", "visible"), ("x", "veryHidden"))
    assert reply.sheets[1].state == "veryHidden"
    filtered = replaced(hostile.SHEET, b'<row r="3"', b'<row r="3" hidden="1"')
    assert read(filtered).sheets[0].rows == read(good()).sheets[0].rows
