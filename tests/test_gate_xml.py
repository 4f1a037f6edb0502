"""The gate, cases 13 to 19: XML that attacks its readers."""

from __future__ import annotations

import http.server
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import hostile
from tests.gatekeeping import MAIN, checked, code, read, read_code
from tests.hostile import changed, good, replaced, sheet, stored, with_parts
from xl_collab.exchange.gate.child import Caps, run_capped
from xl_collab.exchange.gate.gate import (
    inspect_bytes,
)


@pytest.mark.parametrize(
    "part",
    [
        hostile.SHEET,
        "xl/sharedStrings.xml",
        "xl/styles.xml",
        "xl/workbook.xml",
        "[Content_Types].xml",
        "docProps/core.xml",
    ],
)
def test_case_13_entities_are_refused_in_every_part(part: str) -> None:
    bomb = changed(part, lambda data: re.sub(rb"(\?>\s*)", lambda m: m[1] + hostile.EVIL, data, count=1))
    assert code(bomb) == "xml-doctype"
    late = changed(
        part, lambda data: b"<!--" + b"x" * 70_000 + b"-->" + hostile.EVIL + data.partition(b"?>")[2]
    )
    assert code(late) == "xml-doctype"


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str]]]:
    """A web server on this machine, and what it was asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], asked
        server.shutdown()


def test_case_14_external_entities_reach_nothing(listener: tuple[int, list[str]], tmp_path: Path) -> None:
    port, asked = listener
    secret = tmp_path / "secret.txt"
    secret.write_text("geheim", encoding="ascii")
    for target in (f"http://127.0.0.1:{port}/x", secret.as_uri()):
        evil = f'<!DOCTYPE r [<!ENTITY x SYSTEM "{target}">]>'.encode()
        data = changed(hostile.SHEET, lambda xml, evil=evil: xml.replace(b"?>", b"?>" + evil, 1))
        assert code(data) == "xml-doctype"
        # Even past the gate's own look, the child opens nothing.
        ran = _child(data)
        assert b"refused" in ran and b"geheim" not in ran
    assert asked == []


def _child(data: bytes) -> bytes:
    command = [sys.executable, "-P", "-m", "xl_collab.exchange.gate.readers", "8", str(512 << 20)]
    return run_capped(command, data, Caps(20, 8, 512 << 20, 1 << 20)).output


def test_case_14_the_child_cannot_open_files_or_sockets() -> None:
    program = (
        "import sys, socket, io; from xl_collab.exchange.gate.readers import stay_inside\n"
        "sys.addaudithook(stay_inside)\n"
        "for attempt in (lambda: open('/etc/passwd'), lambda: io.open('/etc'), lambda: socket.socket(),"
        " lambda: __import__('os').system('true'), lambda: __import__('subprocess').run(['true'])):\n"
        "    try: attempt(); print('done')\n"
        "    except PermissionError: print('refused')\n"
    )
    ran = run_capped([sys.executable, "-c", program], b"", Caps(20, 8, 1 << 30, 1 << 20))
    assert ran.output.split() == [b"refused"] * 5


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp037"])
def test_case_15_other_encodings_hide_nothing(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{hostile.EVIL.decode()}<worksheet/>'
    assert code(changed(hostile.SHEET, lambda _: text.encode(encoding))) in ("xml-encoding", "xml-doctype")


def test_case_15_a_declared_encoding_must_be_utf8() -> None:
    assert code(replaced(hostile.SHEET, b'encoding="UTF-8"', b'encoding="utf-7"')) == "xml-encoding"
    assert code(replaced(hostile.SHEET, b'encoding="UTF-8"', b"encoding='EBCDIC-CP-US'")) == "xml-encoding"
    assert code(changed("xl/styles.xml", lambda data: b"\xef\xbb\xbf" + data)) == ""


def test_case_16_deep_nesting() -> None:
    deep = b"<a>" * 300_000 + b"</a>" * 300_000
    for part in (hostile.SHEET, "xl/sharedStrings.xml", "xl/workbook.xml"):
        assert code(stored(changed(part, lambda data: data.replace(b"?>", b"?>" + deep, 1)))) == "xml-depth"
    hidden = b"<a>/>" * 300_000 + b"</a>" * 300_000  # text that looks like an end to a simple counter
    evading = changed(hostile.SHEET, lambda data: data.replace(b"<sheetData>", hidden + b"<sheetData>"))
    assert code(stored(evading)) == ""
    assert read_code(stored(evading)) == "xml-depth"


def test_case_17_strict_workbooks_are_named() -> None:
    old, new = (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    for part in ("xl/workbook.xml", hostile.SHEET):
        assert code(replaced(part, old, new)) == "strict"
    refusal = inspect_bytes(replaced("xl/workbook.xml", old, new), "a.xlsx").refusal
    assert "Strict" in refusal.sentence("zh") and "re-save" in refusal.sentence("en").lower()  # type: ignore[union-attr]


def test_case_18_missing_parts_are_read_or_refused() -> None:
    names = [
        "xl/styles.xml",
        "xl/sharedStrings.xml",
        "_rels/.rels",
        "xl/_rels/workbook.xml.rels",
        "docProps/core.xml",
    ]
    outcomes = {name: read(hostile.without(name)) for name in [*names, "[Content_Types].xml", hostile.SHEET]}
    assert outcomes["docProps/core.xml"].refusal is None
    assert outcomes["docProps/core.xml"].sheets[0].rows == read(good()).sheets[0].rows
    assert outcomes["xl/styles.xml"].sheets[0].cell(2, 4) == 45207  # a number: nothing says that it is a date
    for name in ("xl/sharedStrings.xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
        assert checked(outcomes[name].refusal), name


def test_case_18_a_broken_table_filter_or_date_is_no_traceback() -> None:
    table = b'<table %b id="1" name="t" displayName="t" ref="what?"><tableColumns count="0"/></table>' % MAIN
    rels = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r1" Target="../tables/table1.xml" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/table"/></Relationships>'
    )
    data = with_parts({"xl/worksheets/_rels/sheet1.xml.rels": rels, "xl/tables/table1.xml": table})
    assert read(data).sheets[0].rows == read(good()).sheets[0].rows
    assert read_code(replaced(hostile.SHEET, b"</sheetData>", b'</sheetData><autoFilter ref="???"/>')) == ""
    assert read_code(changed("docProps/core.xml", lambda xml: re.sub(rb"20\d\d-", b"99999-", xml))) == ""


def test_case_19_absurd_numbers_of_things() -> None:
    sheets = b"".join(b'<sheet name="s%d" sheetId="%d"/>' % (n, n + 9) for n in range(20_000))
    assert (
        code(changed("xl/workbook.xml", lambda xml: xml.replace(b"</sheets>", sheets + b"</sheets>")))
        == "sheets"
    )
    rules = b"".join(b'<dataValidation sqref="A%d"/>' % n for n in range(1, 200_001))
    assert code(sheet(b"", b"<dataValidations>" + rules + b"</dataValidations>")) == "rules"
    formats = b'<cfRule type="x" priority="1"/>' * 200_000
    formats = b'<conditionalFormatting sqref="A1">' + formats + b"</conditionalFormatting>"
    assert code(stored(sheet(b"", formats))) == "rules"
    styles = b'<xf numFmtId="0"/>' * 200_000
    many = changed("xl/styles.xml", lambda xml: xml.replace(b"</cellXfs>", styles + b"</cellXfs>"))
    assert code(stored(many)) == "styles"
    texts = changed(
        "xl/sharedStrings.xml", lambda xml: xml.replace(b"</sst>", b"<si/>" * 600_000 + b"</sst>")
    )
    assert code(stored(texts)) == "strings"
    names = b"".join(b'<definedName name="n%d">1</definedName>' % n for n in range(30_000))
    many = changed("xl/workbook.xml", lambda xml: xml.replace(b"</definedNames>", names + b"</definedNames>"))
    assert code(stored(many)) == "names"
