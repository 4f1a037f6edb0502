"""Readers of values get a sheet without formulas and blank cells: nobody may notice."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from tests.gatekeeping import code, read, read_code
from tests.hostile import good, parts, replaced, sheet
from xl_collab.errors import XlCollabError
from xl_collab.exchange.gate import container, readers
from xl_collab.project.tables import CellFormula

FILES = Path(__file__).parent / "corpus" / "files"
READ = [path for path in sorted(FILES.glob("*.xls[xm]")) if not code(path.read_bytes())]


def _told(data: bytes) -> object:
    try:
        return list(readers.read_workbook(data))
    except XlCollabError as error:
        return type(error).__name__, error.zh


@pytest.mark.parametrize("path", READ, ids=lambda path: path.name)
def test_workbooks_of_strangers_say_the_same_with_them(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = path.read_bytes()
    bare = _told(data)
    monkeypatch.setattr(readers, "_bare", lambda whole: whole)
    assert bare == _told(data)


ROWS = {
    b'<c r="A1" s="1"/><c><v>5</v></c><c r="C1"><v>6</v></c>': {2: 5.0, 3: 6.0},
    b'<c r="A1"/><c r="B1" s="0"/><c r="C1"><v>6</v></c><c r="D1"/>': {3: 6.0},
    b'<c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f ca="1">NOW()</f></c>': {1: 2.0},
    b'<c r="A1"><!-- <f>1</f> --><v>7</v></c><c r="B1"><v>8</v></c>': {1: 7.0, 2: 8.0},
    b'<c r="A1" t="str"><f><![CDATA["</f><v>3</v>"]]></f><v>x</v></c>': {1: "x"},
    b'<c r="A1"><v>7</v></c><!--<c r="B1"/>--><c r="B1"><v>9</v></c>': {1: 7.0, 2: 9.0},
    b'<c r="A1"><f t="shared" ref="A1:B1" si="0">C</f></c><c r="B1"><f t="shared" si="0"/><v>5</v></c>': {
        2: 5.0
    },
    b'<c r="A1" t="inlineStr"><is><t>&lt;f&gt;1&lt;/f&gt;</t></is></c>': {1: "<f>1</f>"},
}


@pytest.mark.parametrize("cells", ROWS)
def test_values_stay_where_they_stand(cells: bytes) -> None:
    reply = read(sheet(b'<row r="1">' + cells + b"</row>"))
    assert reply.refusal is None and reply.sheets[0].differing == ()
    found = {}
    for column in range(1, 6):
        value = reply.sheets[0].cell(1, column)
        value = value.value if isinstance(value, CellFormula) else value
        if value is not None:
            found[column] = value
    assert found == ROWS[cells]


@pytest.mark.parametrize("formula", [b"A&B", b"1&nothing;2", b"1\x012", b"1]]>2", b"A\xff1"])
def test_a_formula_that_is_no_xml_is_refused_as_before(formula: bytes) -> None:
    row = b'<row r="%d"><c r="A%d"><f>B%d</f><v>1</v></c><c r="B%d"><f>%b</f><v>1</v></c></row>'
    rows = b"".join(row % (n, n, n, n, b"C1" if n < 9 else formula) for n in range(1, 10))
    assert read_code(sheet(rows)) == "xml-broken"
    assert read_code(sheet(rows.replace(formula, b"A&amp;B"))) == ""


@pytest.mark.parametrize("cells", [b'<c r="B1"/><c r="A1"><v>1</v></c>', b'<c r="A1"/><c r="A1"/>'])
def test_blank_cells_out_of_order_are_refused(cells: bytes) -> None:
    assert read_code(sheet(b'<row r="1">' + cells + b"</row>")) in ("row-order", "damaged")


def test_a_sheet_too_large_to_lie_twice_in_memory_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = _told(good())
    monkeypatch.setattr(readers, "_IN_MEMORY", 0)
    assert _told(good()) == usual


def test_cells_are_counted_across_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "_PIECE", 7)
    dice = random.Random(5)
    for _ in range(3000):
        data = bytes(dice.choices(b"<c >/x\n:", k=dice.randrange(40)))
        for opening in (b"<c", b"<x:c"):
            usual = re.findall(re.escape(opening) + rb"[ >/\n\t\r]", data)
            assert container.count_tags(data, opening) == len(usual)


def test_two_tabs_of_one_part_are_both_read() -> None:
    tab = re.search(rb"<sheet [^>]*/>", parts(good())["xl/workbook.xml"])
    assert tab is not None
    twin = re.sub(rb'sheetId="[0-9]+"', b'sheetId="99"', re.sub(rb'name="[^"]*"', b'name="twin"', tab[0]))
    reply = read(replaced("xl/workbook.xml", tab[0], tab[0] + twin))
    assert reply.refusal is None
    first, second = reply.sheets[0], reply.sheet("twin")
    assert second is not None and second.rows == first.rows
