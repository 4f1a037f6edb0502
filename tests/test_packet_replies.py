"""Packets as files: what people write on 我的任务, 我的待办 and 每日同步 reaches the master."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from collect_desk import NOW, Desk, copied, counted, master_of, prepared, said, told, undo_reply
from openpyxl.worksheet.worksheet import Worksheet

from xl_collab.commands.session import Request
from xl_collab.exchange.ledger.store import Sending


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A master and its packets, made once."""
    return prepared(tmp_path_factory.mktemp("sent") / "desk")


@pytest.fixture
def desk(sent: Desk, tmp_path: Path) -> Desk:
    """The desk by itself: a test may write into it."""
    return copied(sent, tmp_path / "desk")


def fill(sheet: Worksheet, row: int, **cells: object) -> None:
    """Write under the headings of row 4."""
    headings = {str(cell.value): cell.column for cell in sheet[4]}
    for heading, value in cells.items():
        sheet.cell(row, headings[heading]).value = value


def place(sheet: Worksheet, row_id: str) -> int:
    return next(cell.row for cell in sheet["A"] if cell.value == row_id)


def reported(book: openpyxl.Workbook, _: Worksheet) -> None:
    """What 研发部 reports: an action done, another with a remark, two lines of the day, a new task."""
    actions, days, tasks = book["我的待办"], book["每日同步"], book["我的任务"]
    fill(actions, place(actions, "A007"), 状态="已完成", 完成日期=datetime(2023, 11, 14))
    fill(actions, place(actions, "A005"), 备注="机构排期到 11 月 22 日")
    fill(days, 5, 日期=datetime(2023, 11, 13), 关联编号="T005", 今日进展="样机送检", 问题="缺治具")
    fill(days, 6, 今日进展="评审报告初稿")
    fill(tasks, place(tasks, "T004"), 情况说明="周报改为每周三发")
    blank = max(cell.row for cell in tasks["A"] if cell.value) + 1
    fill(tasks, blank, 主要任务="补做高温测试", 环节="成果交付")


def record(desk: Desk, sheet: str, row: str) -> dict[str, object]:
    table = desk.book.tables[sheet]
    return next(r for r in table.records() if r.get("id") == row)


def days(desk: Desk) -> list[tuple[str, ...]]:
    table = desk.book.tables["sync"]
    names = ("date", "department", "task_id", "progress", "problem")
    texts = (
        [str(value) for value in table.dates(name)] if name == "date" else table.texts(name).tolist()
        for name in names
    )
    return [row for row in zip(*texts, strict=True) if row[3]]


def test_everything_that_was_reported_reaches_its_sheet_and_comes_out_again(desk: Desk) -> None:
    before = days(desk)
    path = desk.reply(change=reported, T004__percent=0.6)
    report = desk.collect(path)
    assert (said(report), told(report)) == ([], [])
    # Two cells of T004, three of actions, two days, one task.
    assert counted(report) == {"applied": 8}
    done, other = record(desk, "actions", "A007"), record(desk, "actions", "A005")
    assert (done["status"], done["done_on"]) == ("已完成", date(2023, 11, 14))
    assert other["remark"] == "机构排期到 11 月 22 日"
    assert days(desk)[len(before) :] == [
        ("2023-11-13", "研发部", "T005", "样机送检", "缺治具"),
        ("2023-11-14", "研发部", "", "评审报告初稿", ""),
    ]
    assert desk.value("T004", "situation") == "周报改为每周三发"
    assert (desk.value("T007", "task"), desk.value("T007", "owner")) == ("补做高温测试", "研发部")

    again = desk.collect(path)
    assert counted(again) == {}
    undo_reply(Request(desk.master), desk.token(), now=NOW)
    assert record(desk, "actions", "A007")["status"] == "未完成"
    assert days(desk) == before


def test_an_untouched_packet_is_called_so(desk: Desk) -> None:
    report = desk.collect(desk.reply("市场部"))
    assert [one.status for one in report.merged.result.replies] == ["untouched"]


def test_what_is_written_beside_the_tables_is_told(desk: Desk) -> None:
    def beside(book: openpyxl.Workbook, _: Worksheet) -> None:
        book["我的待办"]["N6"].value = "A007 请改期"
        book["每日同步"]["K20"].value = "另见附件"
        book["待填"]["B3"].value = "已阅"

    report = desk.collect(desk.reply(change=beside))
    words = [notice.zh for notice in report.merged.document.notices]
    assert any("我的待办!N6" in text and "A007 请改期" in text for text in words)
    assert any("每日同步!K20" in text and "另见附件" in text for text in words)
    assert any("待填!B3" in text and "已阅" in text for text in words)


def as_earlier(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sending as the version before recorded it: without registers, without the new columns."""
    ledger = desk.ledger()
    known = ledger.sending(desk.token())
    assert known is not None
    tracker = known.snapshot.rows("tracker")
    columns = {name: values for name, values in tracker.columns.items() if name != "situation"}
    sheets = {key: rows for key, rows in known.snapshot.sheets.items() if key not in ("actions", "sync")}
    sheets["tracker"] = type(tracker)(tracker.ids, columns)
    held = known.permission.to_json() | {"new_rows": ["tracker"]}
    held["leads"] = {"tracker": held["leads"]["tracker"]}  # type: ignore[index]
    permission = type(known.permission).from_json(held)
    earlier = Sending(
        known.token, known.department, known.kind, known.at, type(known.snapshot)(sheets), permission,
        known.revision, known.detail, known.number, known.rows,
    )  # fmt: skip
    monkeypatch.setattr(type(ledger), "sending", lambda self, token: earlier)
    monkeypatch.setattr(type(ledger), "bases", lambda self, tokens: {known.token: earlier.base})


def test_a_packet_of_the_earlier_version_is_collected_without_any_claim_on_them(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def earlier(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        for tab in ("待填", "我的待办", "每日同步"):
            del book[tab]
        sheet.delete_cols(next(cell.column for cell in sheet[4] if cell.value == "情况说明"))

    path = desk.reply(change=earlier, T004__percent=0.6)
    as_earlier(desk, monkeypatch)
    report = desk.collect(path)
    assert (said(report), desk.value("T004", "percent")) == ([], 0.6)
    assert not [row for row in told(report) if row[0] in ("missing_column", "row_missing", "trespass")]
    assert not {"row_missing", "sheet_not_sent"} & {n.kind for n in report.merged.result.notices}


def test_the_next_packet_tells_what_was_decided_since(desk: Desk) -> None:
    assert "最近一次例会的决定" in _texts(desk.packet())
    entry = next(e for e in master_of(Request(desk.master), NOW).ledger.log() if e.department == "研发部")  # type: ignore[union-attr]
    desk.packet().unlink()
    desk.send("研发部")
    assert "最近一次例会的决定" not in _texts(desk.packet())  # none since 2023-11-13
    assert str(date(2023, 11, 13)) in entry.detail


def _texts(path: Path) -> list[object]:
    sheet = openpyxl.load_workbook(path)["待填"]
    return [cell.value for row in sheet.iter_rows() for cell in row if cell.value]
