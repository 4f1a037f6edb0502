"""Cases 27 to 68 of the list of bad inputs, with real files from packet to master.

Which test has which case (named by number; where a case has several tests, all of them):

    1-19    test_gate.py, test_gate_xml.py            container and XML
    20-26   test_gate_cells.py                        geometry
    27-34   test_gate_active.py; 27-30, 32-34 here    active content, up to the master
    35-44   test_mail_cases_history.py, test_merge.py ownership, sender, tokens, copies, order
    45      test_ledger_crash.py, test_collect_faults.py    crash between replace and record
    46      test_mail_cases_history.py, test_merge.py       rows deleted
    47-59   test_mail_cases_sheets.py, test_merge.py, test_merge_values.py   sheets as people leave them
    60      test_packets.py, test_round_trip.py, test_mail_cases_sheets.py   re-saved untouched
    61-62   test_atomic.py, test_collect_faults.py    kill -9, disk full
    63      test_atomic.py, here                      master open elsewhere
    64      test_ledger_crash.py, test_collect_faults.py    two merges at once
    65-66   test_mailfile.py, test_letters.py, test_send.py, here   headers and addresses
    67      test_mailfile.py, here                    attachment names
    68      test_packets.py, here                     markup and long text

Excel 365, WPS, Numbers and Google cannot run here: of case 60, LibreOffice and openpyxl are shown.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from collect_desk import (
    ADDRESS,
    Desk,
    added,
    changed,
    codes,
    copied,
    digest,
    place,
    prepared,
    rewrite,
    said,
)
from openpyxl.worksheet.worksheet import Worksheet

from xl_collab.errors import FileLocked
from xl_collab.exchange.gate.quarantine import folder_of


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A master and its packets, made once."""
    return prepared(tmp_path_factory.mktemp("sent") / "desk")


@pytest.fixture
def desk(sent: Desk, tmp_path: Path) -> Desk:
    """The desk by itself: a test may write into it."""
    return copied(sent, tmp_path / "desk")


@pytest.fixture
def untouched(desk: Desk) -> Iterator[Desk]:
    """A desk whose master must be the same, byte for byte, at the end."""
    before = digest(desk.master)
    yield desk
    assert digest(desk.master) == before


# D. Active content


def test_case_27_another_vba_project_is_told_and_never_taken(desk: Desk) -> None:
    desk.send("研发部", whole=True, macros=True)
    before = zipfile.ZipFile(desk.master).read("xl/vbaProject.bin")
    path = desk.reply(whole=True, T004__percent=0.9)
    report = desk.collect()
    assert not [n for n in report.matched.notices if "VBA" in n.zh]  # the one that was sent
    rewrite(path, "xl/vbaProject.bin", lambda data: data + b"\0")
    again = desk.collect()
    assert [n.zh for n in again.matched.notices if "VBA 宏与发出时不同" in n.zh]
    assert desk.value("T004", "percent") == 0.9
    assert zipfile.ZipFile(desk.master).read("xl/vbaProject.bin") == before


def test_case_28_links_and_connections_are_told_and_dropped(desk: Desk) -> None:
    path = desk.reply(T004__percent=0.9)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/connections.xml", "<connections/>")
        archive.writestr("xl/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0")
    report = desk.collect()
    text = " ".join(notice.zh for notice in report.matched.notices)
    assert "数据连接" in text
    assert "嵌入对象" in text
    names = zipfile.ZipFile(desk.master).namelist()
    assert not [n for n in names if "connections" in n or "embeddings" in n or "externalLinks" in n]
    assert desk.value("T004", "percent") == 0.9


def test_case_29_formulas_in_data_cells_never_enter_the_master(untouched: Desk) -> None:
    untouched.reply(
        T004__percent="=1+1",
        T004__status='=HYPERLINK("http://x","已完成")',
        T005__feedback="=cmd|' /C calc'!A0",
    )
    report = untouched.collect(dry_run=True)
    assert said(report) == [
        ("formula", "t004", "percent"),
        ("formula", "t004", "status"),
        ("formula", "t005", "feedback"),
    ]
    assert not changed(report)


@pytest.fixture
def nasty(desk: Desk) -> tuple[Desk, list[str]]:
    """A master that got rows with texts that could turn into something else."""
    texts = ["=1+1", "+8613", "-", "@x", "http://a.b/c", "\\\\host\\share", "<b>&amp;</b>", "长" * 3000]

    def fill(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        for number, text in enumerate(texts, start=1):
            cell = place(sheet, f"N{number}", "task")
            cell.value = text
            cell.data_type = "s"

    desk.reply(change=fill)
    report = desk.collect()
    assert report.is_clean
    assert [cells["task"] for cells in added(report).values()] == texts
    return desk, texts


def test_cases_30_33_68_texts_stay_texts_and_the_file_opens_without_repair(
    nasty: tuple[Desk, list[str]], ooxml_validate: Callable[[Path], None]
) -> None:
    desk, texts = nasty
    sheet = openpyxl.load_workbook(desk.master)["跟踪表"]
    cells = [place(sheet, f"T{number:03d}", "task") for number in range(7, 7 + len(texts))]
    assert [cell.value for cell in cells] == texts
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell for cell in cells if cell.hyperlink]
    ooxml_validate(desk.master)


def test_case_32_an_error_is_never_a_cleared_cell(untouched: Desk) -> None:
    def error(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        cell = place(sheet, "T004", "percent")
        cell.value, cell.data_type = "#REF!", "e"

    untouched.reply(change=error)
    report = untouched.collect(dry_run=True)
    assert said(report) == [("error", "t004", "percent")]


def test_case_34_hidden_rows_are_read_and_a_strange_hidden_sheet_is_told(desk: Desk) -> None:
    def hide(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet.row_dimensions[place(sheet, "T004", "percent").row].hidden = True
        book.create_sheet("底稿").sheet_state = "veryHidden"

    desk.reply(change=hide, T004__percent=0.9)
    report = desk.collect()
    assert changed(report) == {("t004", "percent"): 0.9}
    assert any("底稿" in notice.zh for notice in report.matched.notices)


# G. Output, mail, faults


@pytest.mark.parametrize("lock", [".~lock.跟踪表.xlsm#", "~$跟踪表.xlsm"])
def test_case_63_an_open_master_is_left_alone(untouched: Desk, lock: str) -> None:
    untouched.reply(T004__percent=0.9)
    (untouched.folder / lock).write_text("x")
    with pytest.raises(FileLocked):
        untouched.collect()
    (untouched.folder / lock).unlink()
    assert [entry.kind for entry in untouched.ledger().log()] == ["packet", "packet"]


@pytest.mark.parametrize(
    "header",
    [
        "a@b.cn, rd@example.com",
        "rd@example.com>,<x@evil.cn",
        '"rd@example.com" <x@evil.cn>',
        "=?utf-8?q?rd=40example.com=0D=0ABcc:x=40evil.cn?= <x@evil.cn>",
    ],
)
def test_cases_65_66_a_tricky_sender_is_not_the_department(untouched: Desk, header: str) -> None:
    path = untouched.reply(T004__percent=0.9)
    mail = untouched.mail(path, "rd@example.com")
    data = re.sub(rb"^From:.*\n", f"From: {header}\n".encode(), mail.read_bytes(), count=1, flags=re.M)
    mail.write_bytes(data)
    report = untouched.collect(mail, dry_run=True)
    (status,) = report.merged.result.replies
    assert status.status == "held"
    assert not changed(report)


@pytest.mark.parametrize(
    "name", ["../../x.xlsm", "C:\\x.xlsx", "CON", "回复\u202exslx.exe", "长" * 300 + ".xlsx"]
)
def test_case_67_an_attachments_name_is_never_a_file_name(desk: Desk, name: str) -> None:
    path = desk.reply(T004__percent=0.9)
    path.write_bytes(path.read_bytes()[:-100])  # so that it is refused, and kept
    mail = desk.mail(path, ADDRESS["研发部"], name="m.eml", shown=name)
    path.unlink()
    before = set(desk.folder.rglob("*"))
    report = desk.collect(mail)
    assert len(codes(report)) == 1
    made = [p for p in desk.folder.rglob("*") if p not in before and p.is_file()]
    assert all(re.fullmatch(r"[0-9a-f]{24}\.refused|list\.json", p.name) for p in made)
    entries = json.loads((folder_of(desk.master) / "list.json").read_text())
    assert all(ord(char) >= 32 and char not in "\u202e" for char in entries[0]["name"])


LIVELY = ["=1+1", "+8613800000000", "-", "@x", "\t=1"]


def quoted(path: Path, tab: str) -> dict[str, bool]:
    """Text → whether its cell is marked as text."""
    cells = (cell for row in openpyxl.load_workbook(path)[tab].iter_rows() for cell in row)
    return {cell.value: bool(cell.quotePrefix) for cell in cells if isinstance(cell.value, str)}


def test_case_30_text_stays_text_through_three_round_trips_and_is_marked(desk: Desk) -> None:
    """Typed into a packet, written into the master by us, sent out again: always text, always marked."""

    def fill(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        for number, text in enumerate(LIVELY, start=1):
            for column in ("task", "support_feedback"):
                cell = place(sheet, f"N{number}", column)
                cell.value, cell.data_type = text, "s"
            place(sheet, f"N{number}", "owner").value = "研发部"

    desk.reply(change=fill)
    assert desk.collect().is_clean
    expected = {text.strip(): True for text in LIVELY}
    for trip in range(3):
        found = quoted(desk.master, "跟踪表")
        assert {text: found[text] for text in expected} == expected
        desk.send("研发部")
        sent = quoted(desk.packet(), "我的任务")
        assert {text: sent[text] for text in expected} == expected
        for path in (desk.master, desk.packet()):
            sheets = openpyxl.load_workbook(path)
            live = [c.value for s in sheets for row in s.iter_rows() for c in row if c.data_type == "f"]
            assert not [text for text in live if str(text) in expected]
        report = desk.collect(desk.reply(minute=trip + 1), day=trip + 1)
        assert (changed(report), said(report)) == ({}, [])
