"""Cases 47 to 60 with real files: what people do to a sheet. The table: test_mail_cases.py."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from collect_desk import (
    Desk,
    added,
    changed,
    codes,
    copied,
    counted,
    digest,
    place,
    prepared,
    question,
    refused,
    rewrite,
    said,
    statuses,
    told,
)
from openpyxl.worksheet.worksheet import Worksheet


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


def test_case_48_sorted_without_the_ids_rows_are_known_by_their_tasks(untouched: Desk) -> None:
    """Whole rows under other numbers say what they said before; each number is told, and none is taken."""

    def sort(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        rows = _rows(sheet)
        _put(sheet, [rows[n] for n in (3, 4, 5, 0, 1, 2)], start=1)

    untouched.reply(change=sort)
    report = untouched.collect(dry_run=True)
    assert (statuses(report), changed(report), said(report)) == ([("merged", "")], {}, [])
    assert sorted(told(report)) == [("id_changed", f"t00{n}", "id") for n in range(1, 7)]
    assert not report.is_clean


def test_case_48_tasks_sorted_without_their_rows_stop(untouched: Desk) -> None:
    def sort(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        cells = [place(sheet, f"T00{n}", "task") for n in range(1, 7)]
        words = [cell.value for cell in cells]
        for cell, n in zip(cells, (3, 4, 5, 0, 1, 2), strict=True):
            cell.value = words[n]

    untouched.reply(change=sort, T004__percent=0.9)
    report = untouched.collect(dry_run=True)
    assert statuses(report) == [("stopped", "shuffled")]
    assert not changed(report)


def test_case_49_copied_rows(untouched: Desk) -> None:
    def copy(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        rows = _rows(sheet)
        _put(sheet, [rows[0]], first=12)  # T004 and T005, of which something is wanted or open
        _put(sheet, [rows[1]], first=13)
        sheet.cell(13, place(sheet, "T005", "percent").column).value = 0.8

    untouched.reply(change=copy)
    report = untouched.collect(dry_run=True)
    assert [notice.kind for notice in report.merged.result.notices] == ["duplicate_collapsed"]
    asked = report.merged.result.questions
    assert {(q.kind, dict(q.theirs)["id"], dict(q.theirs)["percent"]) for q in asked} == {
        ("duplicate_id", "T005", 0.35),
        ("duplicate_id", "T005", 0.8),
    }
    assert not changed(report) and not added(report)


def test_case_50_without_id_unknown_id_and_no_id_column(untouched: Desk) -> None:
    def ids(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        place(sheet, "N3", "task").value = "新任务"
        sheet.cell(20, 1).value, sheet.cell(20, 3).value = "T099", "别处的任务"

    report = untouched.collect(untouched.reply(change=ids), dry_run=True)
    assert {name: cells["task"] for name, cells in added(report).items()} == {
        "T099": "别处的任务",
        "T007": "新任务",
    }
    assert (said(report), counted(report)) == ([], {"applied": 2})
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
    kinds = {(n.kind, n.cell.column, n.text) for n in report.merged.told}
    assert kinds == {("missing_column", "predecessors", ""), ("unknown_column", "", "我的小抄")}


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
    assert sorted(len(str(cells["task"])) for cells in added(report).values()) == [6, 32767]


@pytest.mark.parametrize(
    ("text", "kind"), [("字" * 100_000, "too_long"), ("字" * 32_768, "too_long"), ("一_x000B_二", "illegal")]
)
def test_case_59_what_no_cell_can_hold_is_set_aside_whole(untouched: Desk, text: str, kind: str) -> None:
    """Written into the package by hand: no program lets such a text in, but some write it."""
    path = untouched.reply(T005__percent=0.9, T001__support_feedback="PLACEHOLDER")
    rewrite(path, "*", lambda data: data.replace(b"PLACEHOLDER", text.encode()))
    report = untouched.collect(dry_run=True)
    assert changed(report) == {("t005", "percent"): 0.9}
    assert (kind, "t001", "support_feedback") in said(report)


def test_case_60_untouched_and_saved_again_is_nothing(untouched: Desk) -> None:
    untouched.reply("研发部")
    untouched.reply("市场部")
    report = untouched.collect()
    assert (changed(report), said(report), codes(report), report.matched.notices) == ({}, [], [], [])
    assert statuses(report) == [("untouched", ""), ("untouched", "")]
    assert report.is_clean
