"""Cases 27 to 68 of the list of bad inputs, with real files from packet to master.

Which test has which case (named by number; where a case has several tests, all of them):

    1-19    test_gate.py, test_gate_xml.py          container and XML
    20-26   test_gate_cells.py                      geometry
    27-34   test_gate_active.py (gate), here        active content, up to the master
    35-37   test_merge.py, here                     ownership, sender
    38      here                                    what the copy says of itself is ignored
    39-44   test_merge.py, here                     tokens, stale copies, repeats, order
    45      test_ledger_crash.py, test_collect.py   crash between replace and record
    46-52   test_merge.py, here                     rows and columns as people leave them
    53      here                                    which sheet is meant
    54-56   test_merge.py, test_merge_values.py, here
    57      test_gate_cells.py, here                1904, impossible days
    58-59   test_merge.py, here
    60      test_packets.py, test_round_trip.py     re-saved untouched
    61      test_atomic.py, test_collect.py         kill -9
    62      test_atomic.py, test_collect.py         disk full
    63      test_atomic.py, here                    master open elsewhere
    64      test_ledger_crash.py, test_collect.py   two merges at once
    65-66   test_mailfile.py, test_letters.py, test_send.py, here
    67      test_mailfile.py, here                  attachment names
    68      test_packets.py, here                   markup and long text

What only Windows, WPS, Numbers or Google can show is on the checklist in CONTRIBUTING.md.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from collect_desk import (
    ADDRESS,
    Desk,
    changed,
    codes,
    copied,
    place,
    prepared,
    question,
    rewrite,
    said,
    typed,
)
from openpyxl.worksheet.worksheet import Worksheet

from xl_collab.errors import FileLocked
from xl_collab.exchange.quarantine import folder_of, kept
from xl_collab.faces.collecting import resolve_questions
from xl_collab.faces.session import Request
from xl_collab.hosts.file import FileHost


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A master and its packets, made once."""
    return prepared(tmp_path_factory.mktemp("sent") / "desk")


@pytest.fixture
def desk(sent: Desk, tmp_path: Path) -> Desk:
    """The desk by itself: a test may write into it."""
    return copied(sent, tmp_path / "desk")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def untouched(desk: Desk) -> Iterator[Desk]:
    """A desk whose master must be the same, byte for byte, at the end."""
    before = digest(desk.master)
    yield desk
    assert digest(desk.master) == before


def refused(desk: Desk) -> str:
    """The code of the one refusal; the file is kept, with its reason in one line of both languages."""
    report = desk.collect()
    assert not report.is_clean
    assert not changed(report)
    (code,) = codes(report)
    (entry,) = kept(desk.master)
    assert entry["code"] == code
    for lang in ("zh", "en"):
        assert entry[lang]
        assert "\n" not in entry[lang]
    copy = folder_of(desk.master) / entry["kept_as"]
    assert digest(copy) == entry["sha256"]
    return code


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
    assert [kind for kind, _, _ in said(report)] == ["new_row"] * len(texts)
    typed(desk, {item.key: "用对方" for item in report.collected.open})
    assert resolve_questions(Request(desk.master), now=report_time(1))[1] is not None
    return desk, texts


def report_time(day: int) -> datetime:
    from collect_desk import NOW

    return NOW.replace(day=NOW.day + day)


def test_cases_30_33_68_texts_stay_texts_and_the_file_opens_without_repair(
    nasty: tuple[Desk, list[str]], ooxml_validate: Callable[[Path], None]
) -> None:
    desk, texts = nasty
    sheet = openpyxl.load_workbook(desk.master)["跟踪表"]
    cells = [place(sheet, f"T{number:03d}", "task") for number in range(7, 7 + len(texts))]
    assert sorted(str(cell.value) for cell in cells) == sorted(texts)
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


# E. Identity, ownership, history


def test_cases_35_36_other_peoples_cells_ids_and_formulas_are_set_aside(untouched: Desk) -> None:
    untouched.reply(
        T001__percent=0.1,
        T003__owner="市场部",
        T003__variance=0,
        T004__deadline="每周三",
        T005__baseline=date(2024, 3, 1),
    )
    report = untouched.collect(dry_run=True)
    assert said(report) == [
        ("trespass", "t001", "percent"),
        ("trespass", "t003", "owner"),
        ("overwritten", "t003", "variance"),
        ("trespass", "t004", "deadline"),
        ("computed", "t005", "baseline"),
    ]
    item = question(report, "t001", "percent")
    assert (item.base, item.master, item.theirs, item.who.department) == (1.0, 1.0, 0.1, "研发部")


def test_case_37_an_unexpected_sender_waits_until_confirmed(desk: Desk) -> None:
    mail = desk.mail(desk.reply(T004__percent=0.9), "陌生人 <Someone@Elsewhere.cn>")
    report = desk.collect(mail)
    assert not report.is_clean
    assert desk.value("T004", "percent") == 0.4
    assert [(s.status, s.reason) for s in report.collected.result.replies] == [("held", "sender")]
    assert report.collected.document.lines[0].whole
    confirmed = desk.collect(mail, yes=("someone@elsewhere.cn",))
    assert confirmed.is_clean
    assert desk.value("T004", "percent") == 0.9


def test_case_37_the_departments_own_address_is_taken_at_once(desk: Desk) -> None:
    report = desk.collect(desk.mail(desk.reply(T004__percent=0.9), f"李工 <{ADDRESS['研发部'].upper()}>"))
    assert report.is_clean
    assert changed(report) == {("t004", "percent"): 0.9}
    assert report.collected.result.changes[0].who.sender == ADDRESS["研发部"]


def test_case_37_a_copy_without_its_mail_does_not_get_around_the_doubt(desk: Desk) -> None:
    desk.mail(desk.reply(T004__percent=0.9), "x@elsewhere.cn")
    report = desk.collect()
    assert [s.status for s in report.collected.result.replies] == ["held"]
    assert desk.value("T004", "percent") == 0.4


def test_case_38_what_the_copy_says_of_itself_is_ignored(untouched: Desk) -> None:
    path = untouched.reply(T001__percent=0.1, T004__percent=0.9)

    def lie(data: bytes) -> bytes:
        return data.replace("研发部".encode(), "市场部".encode()).replace(b">packet<", b">whole<")

    rewrite(path, "docProps/custom.xml", lie)
    report = untouched.collect(dry_run=True)
    assert changed(report) == {("t004", "percent"): 0.9}
    assert said(report) == [("trespass", "t001", "percent")]  # it is still 研发部 that we sent it to


def test_case_39_without_a_code_it_is_not_taken(untouched: Desk) -> None:
    def forget(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        for one in list(book.custom_doc_props.names):
            del book.custom_doc_props[one]
        del book.defined_names["collab_token"]
        _blank_codes(book)

    untouched.reply(change=forget, T004__percent=0.9)
    assert refused(untouched) == "no-token"


def _blank_codes(book: openpyxl.Workbook) -> None:
    for sheet in book:
        for row in sheet.iter_rows(max_row=60):
            for cell in row:
                if isinstance(cell.value, str) and re.search(r"[A-Z2-7]{16}", cell.value):
                    cell.value = None


def test_case_39_a_code_of_nobody_goes_to_review(desk: Desk) -> None:
    path = desk.reply(T004__percent=0.9, T001__status="进行中")
    token = next(s.token for s in desk.ledger().sendings() if s.department == "研发部").encode()
    rewrite(path, "*", lambda data: data.replace(token, b"A" * 16))
    report = desk.collect()
    assert not changed(report)
    assert sorted(said(report)) == [("no_base", "t004", "percent"), ("trespass", "t001", "status")]
    assert desk.value("T004", "percent") == 0.4


def test_case_39_two_codes_in_one_file_are_not_taken(untouched: Desk) -> None:
    path = untouched.reply(T004__percent=0.9)
    token = next(s.token for s in untouched.ledger().sendings() if s.department == "研发部").encode()
    rewrite(path, "docProps/custom.xml", lambda data: data.replace(token, b"A" * 16))
    assert refused(untouched) == "tokens-differ"


def test_case_40_another_tracker_is_not_taken(untouched: Desk) -> None:
    path = untouched.reply(T004__percent=0.9)
    rewrite(path, "docProps/custom.xml", lambda data: data.replace(b"00000000-0000", b"11111111-0000"))
    assert refused(untouched) == "other-tracker"


def test_case_41_a_stale_copy_is_merged_against_what_was_sent(desk: Desk) -> None:
    desk.collect(desk.reply("市场部", T004__feedback="已填"))
    desk.reply(T004__feedback="需协助", T004__percent=0.9)
    report = desk.collect()
    assert changed(report)["t004", "percent"] == 0.9
    assert sorted({(row, column) for _, row, column in said(report)}) == [("t004", "feedback")]
    item = question(report, "t004", "feedback")
    assert item.base == "unchanged"


def test_case_42_the_same_file_again_is_no_change(desk: Desk) -> None:
    desk.reply(T004__percent=0.9)
    assert desk.collect().is_clean
    before = digest(desk.master)
    again = desk.collect(day=1)
    assert [one.before.received_at[:10] for one in again.matched.repeats] == ["2023-11-14"]
    assert again.is_clean
    assert again.applied is None
    assert digest(desk.master) == before


def test_case_43_older_copies_and_reverted_values_stay_down(desk: Desk) -> None:
    older, newer = desk.reply(minute=1, T004__percent=0.5), desk.reply(minute=2, T004__percent=0.6)
    desk.collect(newer)
    report = desk.collect(older, day=1)
    assert [s.status for s in report.collected.result.replies] == ["superseded"]
    assert desk.value("T004", "percent") == 0.6
    _write(desk, "T004", "percent", 0.4)  # the owner takes it back
    for path in (newer, older):
        assert not changed(desk.collect(path, day=2))
    assert desk.value("T004", "percent") == 0.4


def test_case_43_a_corrected_reply_supersedes_and_withdraws(desk: Desk) -> None:
    desk.collect(desk.reply(minute=1, T004__percent=0.5, T005__percent=0.9))
    report = desk.collect(desk.reply(minute=2, T004__percent=0.7), day=1)
    assert changed(report) == {("t004", "percent"): 0.7, ("t005", "percent"): 0.35}
    assert {c.why for c in report.collected.result.changes} == {"applied", "withdrawn"}


def _write(desk: Desk, row: str, column: str, value: object) -> None:
    """What the owner types into the master by hand."""
    import numpy as np

    from xl_collab.model.edits import SetColumn

    host = FileHost(desk.master)
    table = host.read().tables["tracker"]
    at = table.rows[table.texts("id").tolist().index(row)]
    host.apply([SetColumn("tracker", column, np.array([at]), [value])])


def test_case_44_both_orders_end_alike(sent: Desk, tmp_path: Path) -> None:
    ends = []
    for order in (("研发部", "市场部"), ("市场部", "研发部")):
        desk = copied(sent, tmp_path / order[0])
        paths = {
            "研发部": desk.reply("研发部", T005__feedback="已填", T004__percent=0.9),
            "市场部": desk.reply("市场部", T005__feedback="无变化", T001__percent=0.8),
        }
        reports = [desk.collect(paths[name], day=n) for n, name in enumerate(order)]
        open_now = {(q.kind, q.cell, q.theirs, q.base, q.master) for q in reports[-1].collected.open}
        ends.append((desk.book.tables["tracker"].records(), open_now))
    assert ends[0] == ends[1]
    assert len(ends[0][1]) == 2


def test_case_46_a_deleted_row_is_a_request_and_a_cut_file_stops(untouched: Desk) -> None:
    def delete(*names: str) -> Callable[[openpyxl.Workbook, Worksheet], None]:
        def change(book: openpyxl.Workbook, sheet: Worksheet) -> None:
            for name in names:
                sheet.delete_rows(place(sheet, name, "id").row)

        return change

    one = untouched.collect(untouched.reply(change=delete("T004")), dry_run=True)
    assert said(one) == [("delete_request", "t004", "-")]
    two = untouched.collect(
        untouched.reply(minute=1, change=delete("T003", "T004"), T005__percent=0.9), dry_run=True
    )
    assert [(s.status, s.reason) for s in two.collected.result.replies] == [("stopped", "rows_missing")]
    assert not changed(two)


# F. What people do to the sheet


def _rows(sheet: Worksheet) -> list[list[object]]:
    return [[c.value for c in row] for row in sheet.iter_rows(min_row=5, max_row=10)]


def _put(sheet: Worksheet, rows: list[list[object]], first: int = 5, start: int = 0) -> None:
    for number, row in enumerate(rows, start=first):
        for column, value in enumerate(row[start:], start=start + 1):
            sheet.cell(number, column).value = value


def test_case_47_sorted_filtered_spaced_and_totalled_is_the_same(untouched: Desk) -> None:
    def rearrange(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        rows = _rows(sheet)
        blank: list[object] = [None] * len(rows[0])
        total = ["合计", *blank[1:]]
        _put(sheet, [rows[5], rows[1], blank, rows[4], rows[0], blank, rows[3], rows[2], blank])
        _put(sheet, [total], first=sheet.max_row + 1)
        sheet.auto_filter.add_filter_column(0, ["T001"])
        for number in (6, 8):
            sheet.row_dimensions[number].hidden = True

    untouched.reply(change=rearrange, T004__percent=0.9)
    report = untouched.collect(dry_run=True)
    assert changed(report) == {("t004", "percent"): 0.9}
    assert not said(report)


def test_case_48_sorted_without_the_ids_stops(untouched: Desk) -> None:
    def sort(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        rows = _rows(sheet)
        _put(sheet, [rows[n] for n in (3, 4, 5, 0, 1, 2)], start=1)

    untouched.reply(change=sort)
    report = untouched.collect(dry_run=True)
    assert [(s.status, s.reason) for s in report.collected.result.replies] == [("stopped", "shuffled")]
    assert not changed(report)


def test_case_49_copied_rows(untouched: Desk) -> None:
    def copy(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        rows = _rows(sheet)
        _put(sheet, [rows[3]], first=12)
        _put(sheet, [rows[4]], first=13)
        sheet.cell(13, place(sheet, "T005", "percent").column).value = 0.8

    untouched.reply(change=copy)
    report = untouched.collect(dry_run=True)
    assert [notice.kind for notice in report.collected.result.notices] == ["duplicate_collapsed"]
    assert [(kind, row) for kind, row, _ in said(report)] == [("duplicate_id", "t005")] * 2


def test_case_50_without_id_unknown_id_and_no_id_column(untouched: Desk) -> None:
    def ids(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        place(sheet, "N3", "task").value = "新任务"
        sheet.cell(20, 1).value, sheet.cell(20, 3).value = "T099", "别处的任务"

    report = untouched.collect(untouched.reply(change=ids), dry_run=True)
    assert sorted(kind for kind, _, _ in said(report)) == ["new_row", "unknown_id"]
    (untouched.replies / "回复-研发部-0.xlsx").unlink()

    def drop(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet.delete_cols(1)

    untouched.reply(change=drop)
    assert refused(untouched) == "no-id-column"


@pytest.mark.parametrize("spelling", [" T004 ", "T004\u00a0", "t004", "Ｔ００４", "T\u200b004"])
def test_case_51_ids_in_other_spellings(untouched: Desk, spelling: str) -> None:
    untouched.reply(T004__percent=0.9, T004__id=spelling)
    report = untouched.collect(dry_run=True)
    assert changed(report) == {("t004", "percent"): 0.9}
    assert not said(report)


def test_case_52_columns_moved_renamed_added_and_removed(untouched: Desk) -> None:
    def move(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        cells = {c.value: c.column for c in sheet[4]}
        place(sheet, "T004", "percent").value = 0.9
        one, two = cells["完成率"], cells["责任部门/人"]
        for number in range(4, 41):
            first, second = sheet.cell(number, one), sheet.cell(number, two)
            first.value, second.value = second.value, first.value
        sheet.cell(4, cells["备注(如风险、依赖条件)"]).value = "备注"
        sheet.cell(4, cells["前置"]).value = None
        sheet.cell(4, sheet.max_column + 1).value = "我的小抄"

    report = untouched.collect(untouched.reply(change=move), dry_run=True)
    assert changed(report) == {("t004", "percent"): 0.9}
    assert not said(report)
    kinds = {(n.kind, n.text) for n in report.collected.result.notices}
    assert ("missing_column", "predecessors") in kinds
    assert ("unknown_column", "我的小抄") in kinds


@pytest.mark.parametrize(
    ("column", "heading", "code"),
    [("stage", "其他", "missing-column"), ("predecessors", "状态", "duplicate-heading")],
)
def test_case_52_a_required_column_gone_or_a_heading_twice(
    untouched: Desk, column: str, heading: str, code: str
) -> None:
    def rename(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet.cell(4, place(sheet, "T001", column).column).value = heading

    untouched.reply(change=rename)
    assert refused(untouched) == code


def test_case_53_renamed_and_pushed_down_is_found(untouched: Desk) -> None:
    def push(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet.title = "给领导看"
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=1, max_row=40)]
        _put(sheet, [[None] * len(rows[0])] * 3, first=1)
        _put(sheet, rows, first=4)

    untouched.reply(change=push, T004__percent=0.9)
    report = untouched.collect(dry_run=True)
    # Formulas that were moved as text are no data; what people entered is found where it is now.
    assert changed(report) == {("t004", "percent"): 0.9}


def test_case_53_two_sheets_that_could_be_meant_are_not_taken(untouched: Desk) -> None:
    untouched.reply(change=lambda book, sheet: book.copy_worksheet(sheet), T004__percent=0.9)
    assert refused(untouched) == "two-tables"


def test_case_54_merged_cells_hide_no_data(untouched: Desk) -> None:
    def merge(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        at = place(sheet, "T004", "percent")
        sheet.merge_cells(start_row=at.row, end_row=at.row + 1, start_column=at.column, end_column=at.column)

    untouched.reply(change=merge, T004__percent=0.9)
    report = untouched.collect(dry_run=True)
    assert changed(report) == {("t004", "percent"): 0.9}
    assert said(report) == [("merged", "t005", "percent")]


@pytest.mark.parametrize(
    "typed",
    [
        "2023.11.8",
        "2023年11月8日",
        "２０２３－１１－０８",
        20231108,
        45238,
        "2023/11/08",
        datetime(2023, 11, 8),
    ],
)
def test_case_55_dates_as_people_type_them(untouched: Desk, typed: object) -> None:
    untouched.reply(T004__actual=typed)
    assert changed(untouched.collect(dry_run=True)) == {("t004", "actual"): date(2023, 11, 8)}


@pytest.mark.parametrize("typed", ["下周一", "待定", "10.8", "10月", "8/10/2023", "2023-02-30", "Q4"])
def test_case_56_unclear_dates_are_set_aside_as_they_are(untouched: Desk, typed: str) -> None:
    untouched.reply(T005__actual=typed)
    report = untouched.collect(dry_run=True)
    assert said(report) == [("unreadable", "t005", "actual")]
    assert question(report, "t005", "actual").theirs == typed


@pytest.mark.parametrize("number", [60, -5, 9999999999, 0.5])
def test_case_57_numbers_that_are_no_day_are_set_aside(untouched: Desk, number: float) -> None:
    untouched.reply(T005__actual=number)
    report = untouched.collect(dry_run=True)
    assert not changed(report)
    assert [(row, column) for _, row, column in said(report)] == [("t005", "actual")]


def test_case_57_a_1904_workbook_keeps_its_days(untouched: Desk) -> None:
    def start(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    untouched.reply(change=start, T004__actual=date(2023, 11, 8))
    report = untouched.collect(dry_run=True)
    assert changed(report) == {("t004", "actual"): date(2023, 11, 8)}
    assert not said(report)


def test_case_58_statuses_as_people_type_them(untouched: Desk) -> None:
    untouched.reply(T003__status="Done", T004__status=" 已完成 ", T005__status="差不多了")
    report = untouched.collect(dry_run=True)
    assert changed(report) == {("t004", "status"): "done"}  # T003 was done before
    assert said(report) == [("unreadable", "t005", "status")]


def test_case_59_long_and_odd_texts(untouched: Desk) -> None:
    def fill(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        place(sheet, "N1", "task").value = "字" * 32767
        place(sheet, "N2", "task").value = "一\n二😀_x000D_三"

    untouched.reply(change=fill)
    report = untouched.collect(dry_run=True)
    new = [dict(q.theirs) for q in report.collected.open if isinstance(q.theirs, tuple)]
    assert sorted(len(record["task"]) for record in new) == [6, 32767]


def test_case_60_untouched_and_saved_again_is_nothing(untouched: Desk) -> None:
    untouched.reply("研发部")
    untouched.reply("市场部")
    report = untouched.collect()
    assert (changed(report), said(report), codes(report), report.matched.notices) == ({}, [], [], [])
    assert [s.status for s in report.collected.result.replies] == ["merged", "merged"]


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
    (status,) = report.collected.result.replies
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
