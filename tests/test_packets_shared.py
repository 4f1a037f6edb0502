"""What packets of one run have alike is worked out once: each is still the one that is made alone."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter.workbook import Workbook

from xl_collab.documents.canvas import FilledDown
from xl_collab.documents.packet.content import Packet, issue, packets
from xl_collab.documents.packet.shared import shared_by
from xl_collab.documents.packet.sheet import base_of, draw_packet
from xl_collab.documents.theme import Theme
from xl_collab.exchange.gate import readers
from xl_collab.exchange.gate.gate import read_own
from xl_collab.exchange.gate.own import OwnSheets
from xl_collab.exchange.reply_sheets import SentPages, pages_sent
from xl_collab.plan.project import Project
from xl_collab.project.scenarios.sample import AS_OF, SAMPLE
from xl_collab.project.tables import Table
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Lang

CREATED = dt.datetime(2023, 11, 13)
LANGS: tuple[Lang, ...] = ("zh", "en")


def project(lang: Lang) -> Project:
    """The sample with departments that are no plain text, or stand in tasks too, and one row years away."""
    book = SAMPLE.book(lang)
    tracker, contacts = book.tables["tracker"], book.tables["contacts"]
    names = contacts.raw("department").tolist()
    more = [{"department": name} for name in ("=1+1", "<b> & ", " 一部", names[0] + "二组", "T001")]
    deadlines = tracker.raw("deadline").tolist()
    deadlines[2] = "2031-05-20"
    tasks = [*tracker.raw("task").tolist()]
    tasks[0] = names[1]
    tables = {
        **book.tables,
        "tracker": tracker.with_cells({"deadline": deadlines, "task": tasks}),
        "contacts": contacts.longer(more),
    }
    return Project(replace(book, tables=tables), AS_OF)


def drawn(project: Project, packet: Packet) -> bytes:
    sending = issue(packet, "K7QX2M5RTVWZ3N4P", 1, base_of(project, packet))
    return draw_packet(project, packet, sending, created=CREATED)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("others", [True, False])
def test_each_packet_of_a_run_is_the_one_that_is_made_alone(
    lang: Lang, others: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared, put = project(lang), []
    put_rows = FilledDown.put_rows

    def counted(self: FilledDown, rows: object, theme: Theme) -> None:
        put.append(rows)
        put_rows(self, rows, theme)  # type: ignore[arg-type]

    monkeypatch.setattr(FilledDown, "put_rows", counted)
    found = packets(shared, others=others).data
    together = [drawn(shared, packet) for packet in found]
    assert len(put) >= len(found) - 1  # 通讯录 of all but the first
    count = len(put)
    alone = [drawn(project(lang), packet) for packet in found]
    assert len(put) == count
    for packet, one, other in zip(found, together, alone, strict=True):
        assert parts(one) == parts(other), packet.department
    assert together == alone
    assert len({parts(one)["xl/sharedStrings.xml"] for one in together}) == len(found)


def test_packets_of_other_years_have_other_days_off() -> None:
    table = shared_by(project("zh")).calendar(2023, 2023)
    assert {day.year for day in table.dates("date").tolist()} == {2023}
    shared = shared_by(project("zh"))
    assert len(shared.calendar(2023, 2024)) > len(shared.calendar(2023, 2023)) == len(table)


def test_a_tracker_that_was_changed_has_packets_of_its_own() -> None:
    before = project("zh")
    packet = packets(before, ["研发部"]).data[0]
    first = drawn(before, packet)
    contacts = Table.of(SHEETS.table("contacts"), [{"department": "研发部"}, {"department": "新的部门"}])
    book = replace(before.book, tables={**before.book.tables, "contacts": contacts})
    after = Project(book, AS_OF)
    assert "新的部门" not in parts(first)["xl/sharedStrings.xml"].decode()
    assert "新的部门" in parts(drawn(after, packet))["xl/sharedStrings.xml"].decode()


@pytest.mark.parametrize("narrow", [True, False])
def test_rows_are_kept_only_where_the_row_above_is_as_wide(narrow: bool) -> None:
    kept: list[object] = []
    stream = io.BytesIO()
    workbook = Workbook(stream, {"in_memory": True})
    workbook.worksheet_class = FilledDown
    theme, sheet = Theme(workbook), workbook.add_worksheet()
    for column in range(1 if narrow else 2):
        sheet.write_string(0, column, "标题", theme("header"))
    for column in range(2):
        sheet.write_string(1, column, "文字", theme("body"))
    sheet.keep_rows(1, theme, kept.append)
    workbook.close()
    assert len(kept) == (0 if narrow else 1)


def test_pages_of_one_sending_are_those_of_each_workbook() -> None:
    shared = project("zh")
    sent = [drawn(shared, packet) for packet in packets(shared).data]
    known = SentPages()
    assert [pages_sent(data, known=known) for data in sent] == [pages_sent(data) for data in sent]


def test_pages_whose_cells_are_only_equal_are_different() -> None:
    known = SentPages()
    found = [known.page([[cell]]).columns["text"] for cell in (1.0, True, "1", "TRUE")]
    assert found == [["1"], ["TRUE"], ["1"], ["TRUE"]]


def test_what_is_done_to_a_page_stays_there() -> None:
    known = SentPages()
    known.page([["一"]]).columns["text"][0] = "二"  # type: ignore[index]
    assert known.page([["一"]]).columns["text"] == ["一"]


@pytest.mark.parametrize("lang", LANGS)
def test_each_packet_of_a_run_reads_back_as_if_it_were_the_only_one(lang: Lang) -> None:
    shared, known = project(lang), OwnSheets()
    sent = [drawn(shared, packet) for packet in packets(shared).data]
    for data in (*sent, *sent):
        together, alone = read_own(data, "", known), read_own(data, "")
        assert together == alone
        assert [list(map(repr, sheet.rows)) for sheet in together.sheets] == [
            list(map(repr, sheet.rows)) for sheet in alone.sheets
        ]


def changed(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    held, out = parts(data), io.BytesIO()
    assert old in held[part]
    held[part] = held[part].replace(old, new, 1)
    with zipfile.ZipFile(out, "w") as package:
        for name, content in held.items():
            package.writestr(name, content)
    return out.getvalue()


def test_a_hidden_sheet_of_which_a_text_differs_is_read_anew() -> None:
    shared, known = project("zh"), OwnSheets()
    data = drawn(shared, packets(shared, ["市场部"]).data[0])
    before = read_own(data, "", known)
    other = changed(data, "xl/sharedStrings.xml", "一部</t>".encode(), "二部</t>".encode())
    found = read_own(other, "", known)
    assert found == read_own(other, "") != before
    assert not any(sheet.differing for sheet in found.sheets)


def test_a_hidden_sheet_of_which_a_cell_differs_is_read_anew() -> None:
    shared, known = project("zh"), OwnSheets()
    data = drawn(shared, packets(shared, ["市场部"]).data[0])
    read_own(data, "", known)
    part = next(name for name, xml in parts(data).items() if b't="s"><v>' in xml and b"tablePart" in xml)
    other = changed(data, part, b't="s"><v>', b't="str"><v>')
    found = read_own(other, "", known)
    assert found == read_own(other, "") != read_own(data, "")


def test_readers_that_differ_are_told_of_hidden_sheets_that_were_read_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shared, known = project("zh"), OwnSheets()
    data = drawn(shared, packets(shared, ["市场部"]).data[0])
    read_own(data, "", known)
    values = readers._values

    def wrong(book: CalamineWorkbook, tab: str) -> list[list[object]]:
        rows = values(book, tab)
        if tab == SHEETS.table("contacts").title.zh:
            rows[6][0] = "错的"
        return rows

    monkeypatch.setattr(readers, "_values", wrong)
    found = read_own(data, "", known)
    assert [sheet.differing for sheet in found.sheets if sheet.differing] == [("A7",)]
