"""Workbooks that strangers made: each is refused in one line or read right, and the program lives on."""

from __future__ import annotations

import contextlib
import math
import os
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time as clock, timedelta
from pathlib import Path

import openpyxl
import psutil
import pytest

from tests.corpus import Corpus
from tests.gatekeeping import checked
from xl_collab.exchange.gate.gate import ReadReply, UnreadableCell, read_reply
from xl_collab.hosts.ooxml.celltext import office_unescape
from xl_collab.project.tables import CellError, CellFormula

SECONDS, MEMORY = 5.0, 512 << 20

REFUSED = {
    "ClosedXML-ClosedXML___LoadPivotTables.xlsx": "type-unknown",
    "MathNya-umya-spreadsheet__tdf76115.xlsx": "xml-encoding",
    "SheetJS-test_files__apachepoi_49761.xls.xlsb": "type-xlsb",
    "SheetJS-test_files__apachepoi_noHeaderFooter47244.xls.xlsb": "type-xlsb",
    "apache-poi__60320-protected.xlsx": "encrypted",
    "apache-poi__60825.xlsx": "damaged",
    "apache-poi__64420.xlsm": "macro-sheet",
    "apache-poi__clusterfuzz-testcase-minimized-POIXSSFFuzzer-5185049589579776.xlsx": "zip-broken",
    "apache-poi__clusterfuzz-testcase-minimized-POIXSSFFuzzer-6419366255919104.xlsx": "zip-broken",
    "apache-poi__clusterfuzz-testcase-minimized-POIXSSFFuzzer-6448258963341312.xlsx": "zip-broken",
    "apache-poi__crash-9bf3cd4bd6f50a8a9339d363c2c7af14b536865c.xlsx": "encrypted",
    "apache-poi__duplicate-filename-case-insensitive.xlsx": "zip-duplicate",
    "apache-poi__duplicate-filename.xlsx": "zip-duplicate",
    "apache-poi__extenxls_pwd123.xlsx": "encrypted",
    "apache-poi__poc-xmlbomb.xlsx": "xml-doctype",
    "apache-poi__sample.strict.xlsx": "strict",
    "apache-poi__xlsx-corrupted.xlsx": "damaged",
    "decalage2-oletools__excel4_sample_macro.xltm": "macro-sheet",
    "dhatim-fastexcel__no-sheet.xlsx": "no-sheets",
    "dhatim-fastexcel__no-workbook-rels.xlsx": "damaged",
    "dhatim-fastexcel__rels.xlsx": "damaged",
    "dotnet-Open-XML-SDK__3D_Bar-O12-XL-Charts.xlsx": "strict",
    "dotnet-Open-XML-SDK__Comments~2.xlsx": "strict",
    "dotnet-Open-XML-SDK__ProjectStatusReport_TP10094814.xltx": "type-package",
    "dotnet-Open-XML-SDK__filter_type.xlsx": "strict",
    "exceljs-exceljs__invalid-xml.xlsx": "xml-broken",
    "openspout-openspout__attack_quadratic_blowup.xlsx": "xml-doctype",
    "openspout-openspout__file_corrupted.xlsx": "type-csv",
    "openspout-openspout__file_with_no_sheets_in_workbook_xml.xlsx": "no-sheets",
    "openspout-openspout__one_sheet_with_invalid_xml_characters.xlsx": "xml-broken",
    "pjfanning-excel-streaming-reader__data_types-strict-ooxml.xlsx": "strict",
    "pjfanning-excel-streaming-reader__entity-expansion-exploit-poc-file.xlsx": "xml-doctype",
    "pjfanning-excel-streaming-reader__test-missing-sheet.xlsx": "no-sheets",
    "qax-os-excelize__BadWorkbook.xlsx": "no-sheets",
    "tafia-calamine__issue_419.xlsb": "type-xlsb",
    "tealeg-xlsx__badfile_noWorksheets.xlsx": "no-sheets",
}
"""Every refusal of the strangers' corpus and its reason; whatever is not here has to be read."""


@dataclass(frozen=True)
class Outcome:
    """One file through the gate: what came out, and the seconds that it took."""

    path: Path
    reply: ReadReply
    seconds: float


@pytest.fixture(scope="module")
def children() -> list[psutil.Process]:
    """The processes that other tests have left running."""
    return psutil.Process().children()


def _judge(path: Path) -> Outcome:
    started = time.perf_counter()
    reply = read_reply(path)
    return Outcome(path, reply, time.perf_counter() - started)


@pytest.fixture(scope="module")
def outcomes(children: list[psutil.Process], corpus: Corpus) -> list[Outcome]:
    """All files, two at a time; each that is read has a child process of its own."""
    before = psutil.Process().memory_info().rss
    with ThreadPoolExecutor(2) as workers:
        found = list(workers.map(_judge, corpus.files))
    assert psutil.Process().memory_info().rss - before < MEMORY
    return found


def _expected(corpus: Corpus) -> dict[str, str]:
    """The refusals as they should be: ours stand in the manifest."""
    listed = {name: row["refused"] for name, row in corpus.manifest.items() if row.get("refused")}
    return listed if corpus.ours else REFUSED


def test_every_file_is_refused_for_the_right_reason_or_read(outcomes: list[Outcome], corpus: Corpus) -> None:
    refused = {one.path.name: checked(one.reply.refusal) for one in outcomes if one.reply.refusal}
    assert refused == _expected(corpus)


def test_every_file_takes_less_than_five_seconds(outcomes: list[Outcome]) -> None:
    assert {one.path.name: one.seconds for one in outcomes if one.seconds >= SECONDS} == {}


def test_no_child_is_left_behind_and_no_file_is_changed(
    outcomes: list[Outcome], children: list[psutil.Process], corpus: Corpus
) -> None:
    assert psutil.Process().children() == children
    for one in outcomes:
        assert one.reply.verdict.sha256 == corpus.manifest[one.path.name]["sha256"]


def test_macros_and_links_of_strangers_are_listed(outcomes: list[Outcome], corpus: Corpus) -> None:
    kinds = {one.path.name: {item.kind for item in one.reply.active} for one in outcomes}
    if corpus.ours:
        assert kinds == {name: set(row["active"].split()) for name, row in corpus.manifest.items()}
        return
    assert kinds["apache-poi__64420.xlsm"] >= {"xlm"}
    assert kinds["decalage2-oletools__dde-test.xlsm"] >= {"dde"}
    assert kinds["decalage2-oletools__embedded-simple-2007.xlam"] >= {"ole"}
    assert kinds["dotnet-Open-XML-SDK__QueryTable.xlsx"] >= {"query", "connection"}
    assert kinds["ClosedXML-ClosedXML__activex_checkbox.xlsx"] >= {"activex"}
    assert kinds["ClosedXML-ClosedXML__external-refs.xlsx"] >= {"external"}
    assert kinds["xlwings-xlwings__udf.xlsm"] == {"vba"}
    assert kinds["ironcalc-IronCalc__tables.xlsx"] == set()


# -- read right: compared with openpyxl, a third reader that the product does not use ------------------------


def test_what_is_read_is_what_openpyxl_reads(outcomes: list[Outcome], corpus: Corpus) -> None:
    compared, wrong = 0, []
    for one in outcomes:
        if one.reply.refusal is None:
            count, differing = _against_openpyxl(one)
            compared += count
            wrong += differing
    assert wrong == [], wrong[:10]
    assert compared > (6_500 if corpus.ours else 35_000)


def _against_openpyxl(one: Outcome) -> tuple[int, list[str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(one.path, data_only=True)
        except Exception:  # openpyxl fails on a few files that the gate reads
            return 0, []
    count, wrong = 0, []
    merged = {name: _below_merged(book[name]) for name in book.sheetnames}
    for sheet in one.reply.sheets:
        if sheet.name not in book.sheetnames or not hasattr(book[sheet.name], "iter_rows"):
            continue
        for number, row in enumerate(sheet.rows, start=1):
            for column, value in enumerate(row, start=1):
                other = book[sheet.name]._cells.get((number, column))
                theirs = None if other is None else other.value
                count += value is not None
                if (number, column) not in merged[sheet.name] and not _alike(
                    value.value if isinstance(value, CellFormula) else value, theirs
                ):
                    wrong.append(f"{one.path.name} {sheet.name} R{number}C{column}: {value!r} / {theirs!r}")
    return count, wrong


def _below_merged(sheet: object) -> set[tuple[int, int]]:
    areas = getattr(sheet, "merged_cells", None)
    return {cell for area in (areas.ranges if areas else ()) for cell in area.cells}


def _alike(ours: object, theirs: object) -> bool:
    """Equal, in spite of openpyxl's own ways.

    It leaves _xHHHH_ as it stands, keeps blanks that Office drops, knows fewer date formats, and empties
    the cells below a merged one.
    """
    if isinstance(ours, UnreadableCell):
        return True  # marked for people to look at
    if ours is None or theirs is None:
        return (ours or None) == (theirs or None)
    if isinstance(ours, CellError):
        return ours.code == theirs
    if isinstance(theirs, timedelta):
        theirs = theirs / timedelta(days=1)
    if isinstance(ours, date | clock | timedelta) and not isinstance(theirs, int | float):
        return _as_text(ours) == _as_text(theirs)
    if isinstance(theirs, int | float) and not isinstance(ours, str | bool):
        return math.isclose(_serial(ours), theirs, abs_tol=1e-6)
    if isinstance(ours, str) and isinstance(theirs, str):
        return ours.strip() == office_unescape(theirs).strip()
    return ours == theirs


def _serial(value: object) -> float:
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    if isinstance(value, date):
        moment = datetime.fromisoformat(value.isoformat())
        return (moment - datetime(1899, 12, 30 if moment >= datetime(1900, 3, 1) else 31)) / timedelta(days=1)
    if isinstance(value, clock):
        return (value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6) / 86400
    return float(str(value or 0))


def _as_text(value: object) -> str:
    """A moment rounded to the second; a day is its midnight."""
    if isinstance(value, datetime):
        return (value + timedelta(microseconds=500_000)).replace(microsecond=0).isoformat()
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00"
    if isinstance(value, clock):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    return str(round(value.total_seconds())) if isinstance(value, timedelta) else str(value)


def test_a_reading_child_stays_within_its_memory(corpus: Corpus) -> None:
    """The biggest file of the corpus, watched from outside."""
    refused = _expected(corpus)
    biggest = max(corpus.files, key=lambda path: path.stat().st_size if path.name not in refused else 0)
    peak = 0
    with ThreadPoolExecutor(1) as worker:
        job = worker.submit(read_reply, biggest)
        while not job.done():
            for child in psutil.Process(os.getpid()).children():
                with contextlib.suppress(psutil.NoSuchProcess):
                    if "xl_collab.exchange.gate.readers" in child.cmdline():  # else it is not started yet
                        peak = max(peak, child.memory_info().vms)
            time.sleep(0.002)
    assert job.result().refusal is None
    assert 0 < peak <= MEMORY
