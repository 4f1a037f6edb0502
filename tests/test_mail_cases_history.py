"""Cases 35 to 46 with real files: whose cells, which copy, what order. The table: test_mail_cases.py."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from collect_desk import (
    ADDRESS,
    NOW,
    Desk,
    added,
    changed,
    copied,
    counted,
    digest,
    handed_over,
    place,
    prepared,
    question,
    refused,
    resolve_questions,
    rewrite,
    said,
    statuses,
    told,
    typed,
    write_by_hand,
)
from openpyxl.worksheet.worksheet import Worksheet

from xl_collab.commands.session import Request


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
        ("trespass", "t004", "deadline"),
    ]
    # What the workbook computes is nobody's to decide: it is told, and stays as it is.
    assert sorted(told(report)) == [("computed", "t005", "baseline"), ("overwritten", "t003", "variance")]
    assert not changed(report)
    item = question(report, "t001", "percent")
    assert (item.base, item.master, item.theirs, item.who.department) == (1.0, 1.0, 0.1, "研发部")


def test_case_37_an_unexpected_sender_waits_until_confirmed(desk: Desk) -> None:
    mail = desk.mail(desk.reply(T004__percent=0.9), "陌生人 <Someone@Elsewhere.cn>")
    report = desk.collect(mail)
    assert not report.is_clean
    assert desk.value("T004", "percent") == 0.4
    assert [(s.status, s.reason) for s in report.merged.result.replies] == [("held", "sender")]
    assert report.merged.document.lines[0].whole
    confirmed = desk.collect(mail, yes=("someone@elsewhere.cn",))
    assert confirmed.is_clean
    assert desk.value("T004", "percent") == 0.9


def test_case_37_the_departments_own_address_is_taken_at_once(desk: Desk) -> None:
    report = desk.collect(desk.mail(desk.reply(T004__percent=0.9), f"李工 <{ADDRESS['研发部'].upper()}>"))
    assert report.is_clean
    assert changed(report) == {("t004", "percent"): 0.9}
    assert report.merged.result.changes[0].who.sender == ADDRESS["研发部"]


def test_case_37_a_copy_without_its_mail_does_not_get_around_the_doubt(desk: Desk) -> None:
    desk.mail(desk.reply(T004__percent=0.9), "x@elsewhere.cn")
    report = desk.collect()
    assert [s.status for s in report.merged.result.replies] == ["held"]
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
    token = desk.token("研发部").encode()
    rewrite(path, "*", lambda data: data.replace(token, b"A" * 16))
    report = desk.collect()
    assert not changed(report)
    assert sorted(said(report)) == [("no_base", "t004", "percent"), ("trespass", "t001", "status")]
    assert desk.value("T004", "percent") == 0.4


def test_case_39_two_codes_in_one_file_are_not_taken(untouched: Desk) -> None:
    path = untouched.reply(T004__percent=0.9)
    token = untouched.token("研发部").encode()
    rewrite(path, "docProps/custom.xml", lambda data: data.replace(token, b"A" * 16))
    assert refused(untouched) == "tokens-differ"


def test_case_40_another_tracker_is_not_taken(untouched: Desk) -> None:
    path = untouched.reply(T004__percent=0.9)
    rewrite(path, "docProps/custom.xml", lambda data: data.replace(b"00000000-0000", b"11111111-0000"))
    assert refused(untouched) == "other-tracker"


def test_case_41_a_stale_copy_is_merged_against_what_was_sent(desk: Desk) -> None:
    write_by_hand(desk, "T004", "feedback", "已填")
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
    assert (told(report), counted(report)) == ([("late", "t004", "percent")], {"late": 1})
    assert not report.is_clean
    assert desk.value("T004", "percent") == 0.6
    write_by_hand(desk, "T004", "percent", 0.4)  # the owner takes it back
    for path in (newer, older):
        assert not changed(desk.collect(path, day=2))
    assert desk.value("T004", "percent") == 0.4


def test_case_43_a_corrected_reply_corrects_what_it_says_and_leaves_the_rest(desk: Desk) -> None:
    """Whoever fills in a fresh copy of the packet the second time takes nothing back by that."""
    desk.collect(desk.reply(minute=1, T004__percent=0.5, T005__percent=0.9))
    report = desk.collect(desk.reply(minute=2, T004__percent=0.7), day=1)
    assert changed(report) == {("t004", "percent"): 0.7}
    assert {c.why for c in report.merged.result.changes} == {"corrected"}
    assert desk.value("T005", "percent") == 0.9
    assert (said(report), told(report)) == ([], [("put_back", "t005", "percent")])
    assert counted(report) == {"corrected": 1, "told": 1}


def test_case_43_who_goes_on_in_the_same_copy_and_puts_a_cell_back_is_asked(desk: Desk) -> None:
    desk.collect(desk.reply(minute=1, T004__percent=0.5, T005__percent=0.9))
    report = desk.collect(desk.reply(minute=2, T004__percent=0.5, T005__feedback="已填"), day=1)
    assert changed(report) == {("t005", "feedback"): "filled"}
    assert said(report) == [("put_back", "t005", "percent")]
    item = question(report, "t005", "percent")
    assert (item.master, item.theirs) == (0.9, 0.35)
    typed(desk, {item.key: "用对方"})
    resolve_questions(Request(desk.master), now=NOW)
    assert desk.value("T005", "percent") == 0.35


ORDERS = [("研发部", "市场部"), ("市场部", "研发部")]


def handed(sent: Desk, folder: Path) -> tuple[Desk, dict[str, Path]]:
    """T004 changed hands between two sendings, and both departments answer for it."""
    desk = copied(sent, folder)
    handed_over(desk, "T004", "市场部")
    return desk, {
        "研发部": desk.reply("研发部", T004__feedback="已填", T005__percent=0.9),
        "市场部": desk.reply("市场部", T004__feedback="需协助", T006__percent=0.8),
    }


@pytest.mark.parametrize("order", ORDERS)
def test_case_44_one_after_the_other_nothing_is_lost_in_either_order(
    sent: Desk, tmp_path: Path, order: tuple[str, str]
) -> None:
    """Who comes first is written, who comes second is asked, beside what stands there."""
    desk, paths = handed(sent, tmp_path / "desk")
    for day, name in enumerate(order):
        report = desk.collect(paths[name], day=day)
    words = {"研发部": "filled", "市场部": "help"}
    item = question(report, "t004", "feedback")
    assert (item.who.department, item.theirs, item.master) == (order[1], words[order[1]], words[order[0]])
    assert [desk.value(row, "percent") for row in ("T005", "T006")] == [0.9, 0.8]
    assert len(said(report)) == 1


def test_case_44_in_one_collect_the_order_of_the_files_is_nothing(sent: Desk, tmp_path: Path) -> None:
    ends = []
    for order in ORDERS:
        desk, paths = handed(sent, tmp_path / order[0])
        report = desk.collect(*(paths[name] for name in order))
        ends.append((desk.book.tables["tracker"].records(), said(report), told(report), report.counts))
    assert ends[0] == ends[1]
    assert ends[0][1] == [("conflict", "t004", "feedback")]


def test_case_46_a_missing_row_stays_and_is_told_and_a_cut_file_stops(untouched: Desk) -> None:
    def delete(*names: str) -> Callable[[openpyxl.Workbook, Worksheet], None]:
        def change(book: openpyxl.Workbook, sheet: Worksheet) -> None:
            for name in names:
                sheet.delete_rows(place(sheet, name, "id").row)

        return change

    one = untouched.collect(untouched.reply(change=delete("T004")), dry_run=True)
    assert (said(one), told(one)) == ([], [("row_missing", "t004", "")])
    assert not one.is_clean
    two = untouched.collect(
        untouched.reply(minute=1, change=delete("T003", "T004"), T005__percent=0.9), dry_run=True
    )
    assert statuses(two) == [("stopped", "rows_missing")]
    assert not changed(two)
    assert counted(two) == {"refused": 1}
    assert two.merged.document.asked == 1  # to be left out, or sent again whole


def unprotected(page: str, **cells: object) -> Callable[[openpyxl.Workbook, Worksheet], None]:
    """Somebody takes the protection off a page and types: by row and column, or by address."""

    def change(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        book[page].protection.sheet = False
        for name, value in cells.items():
            row, _, column = name.partition("__")
            (place(book[page], row, column) if column else book[page][row]).value = value

    return change


def test_cases_35_36_edits_on_the_page_of_other_departments_are_set_aside(desk: Desk) -> None:
    desk.send("行政部")
    typed = {"T004__percent": 0.9, "T004__variance": 0, "T005__id": "T055", "T003__task": "改了"}
    desk.reply("行政部", change=unprotected("其他部门", **typed))
    before = digest(desk.master)
    report = desk.collect(dry_run=True)
    assert not changed(report)
    kinds = sorted((kind, row if column != "+" else "", column) for kind, row, column in said(report))
    assert kinds == [("trespass", "", "+"), ("trespass", "t003", "task"), ("trespass", "t004", "percent")]
    (row,) = (dict(q.theirs) for q in report.merged.result.questions if q.cell.column == "+")
    assert row["id"] == "T055"
    item = question(report, "t004", "percent")
    assert (item.base, item.master, item.theirs, item.who.department) == (0.4, 0.4, 0.9, "行政部")
    notices = {(n.kind, n.cell.row, n.text) for n in report.merged.told}
    assert notices == {("page_rows_gone", "", "T005"), ("overwritten", "t004", "")}
    assert digest(desk.master) == before


@pytest.mark.parametrize(
    ("page", "cell", "told"),
    [("说明", "B40", "∅ → “说明页里的话”"), ("待填", "A1", "→ “说明页里的话”"), ("设置", "C60", "∅")],
)
def test_cases_35_36_edits_on_every_other_page_are_told_with_old_and_new(
    untouched: Desk, page: str, cell: str, told: str
) -> None:
    untouched.reply(change=unprotected(page, **{cell: "说明页里的话"}), T004__percent=0.9)
    report = untouched.collect(dry_run=True)
    assert changed(report) == {("t004", "percent"): 0.9}
    (notice,) = report.merged.result.notices
    assert (notice.kind, notice.who.department) == ("page_changed", "研发部")
    assert notice.text.startswith(f"{page}!{cell}：")
    (line,) = report.merged.document.notices
    assert f"{page}!{cell}" in line.zh
    assert told in line.zh
    assert line.zh.startswith("研发部：")


def test_cases_35_36_a_page_written_all_over_is_told_in_short(untouched: Desk) -> None:
    cells = {f"K{n}": n for n in range(1, 31)}
    report = untouched.collect(untouched.reply(change=unprotected("说明", **cells)), dry_run=True)
    kinds = [notice.kind for notice in report.merged.result.notices]
    assert kinds == ["page_changed"] * 10 + ["page_changed_more"]
    assert report.merged.result.notices[-1].value == 20
    assert report.merged.document.notices[-1].zh == "研发部：只读页“说明”另有 20 格被改动，未采用"


def test_case_36_a_changed_id_is_no_new_row_and_no_deletion(untouched: Desk) -> None:
    report = untouched.collect(untouched.reply(T004__id="T400", T005__percent=0.9), dry_run=True)
    assert changed(report) == {("t005", "percent"): 0.9}
    assert (said(report), told(report)) == ([], [("id_changed", "t004", "id")])
    assert not added(report)


def test_in_a_whole_workbook_what_says_nothing_of_a_day_is_told_and_not_lost(desk: Desk) -> None:
    desk.send("研发部", whole=True)

    def write(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        last = book["每日同步"].max_row + 1
        book["每日同步"].cell(last, 1).value = "补报一条"
        book["需求申请"]["B6"].value = "改了"

    report = desk.collect(desk.reply(whole=True, change=write, T004__percent=0.9))
    assert changed(report) == {("t004", "percent"): 0.9}
    assert {n.cell.sheet for n in report.merged.told} == {"", "page:需求申请"}
    assert any("补报一条" in line.zh for line in report.merged.document.notices)
