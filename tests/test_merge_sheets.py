"""What people do to the sheet of a packet before it comes back: sorted, copied, retyped, pasted over.

Numbered cases are those of the list of bad inputs, section F.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from books import task
from merge_desk import (
    ROWS,
    Desk,
    Record,
    changed,
    copy,
    counts,
    edited,
    kinds,
    notices,
    reply,
)

from xl_collab.project.tables import CellError, CellFormula
from xl_collab.schema.sheets import TRACKER

TASKS = ((1, "市场调研报告"), (2, "试产样机两台"), (3, "渠道培训材料"), (4, "采购服务器"))


def test_case_47_sorted_filtered_and_totalled_is_the_same() -> None:
    rows = edited("T001", percent=0.8)[::-1]
    rows.insert(2, {"task": "合计"})
    desk = Desk()
    found = desk.collect(reply("dev", rows))
    assert changed(found) == {("t001", "percent"): 0.8}
    assert notices(found) == ["stray_row"]
    assert (len(desk.rows), desk.open) == (6, ())


@pytest.mark.parametrize("columns", [("task", "output"), ("status", "percent")])
def test_case_48_sorted_without_the_id_column_stops(columns: tuple[str, ...]) -> None:
    percents = [0.5, 0.1, 0.2, 0.3, 0.4, 0.6]
    desk = Desk([row | {"percent": p} for row, p in zip(copy(), percents, strict=True)])
    rows = [dict(row) for row in desk.rows]
    shifted = [rows[(n + 1) % 6] for n in range(6)]
    rows = [row | {c: other.get(c) for c in columns} for row, other in zip(rows, shifted, strict=True)]
    found = desk.collect(reply("dev", rows))
    assert not found.result.changes
    assert [(s.status, s.reason) for s in found.result.replies] == [("stopped", "shuffled")]


def test_case_48_is_seen_though_they_reported_in_nearly_all_rows() -> None:
    """Only 主要任务 was sorted; then three of four rows got new figures."""
    desk = Desk([task(f"T{n:03}", owner="研发部", task=name, output=f"《{name}》") for n, name in TASKS])
    rows = [
        row | {"task": other["task"]}
        for row, other in zip(desk.rows, desk.rows[1:] + desk.rows[:1], strict=True)
    ]
    rows = [row | {"percent": 0.1 * n, "status": "进行中"} for n, row in enumerate(rows)]
    found = desk.collect(reply("dev", rows))
    assert [(s.status, s.reason) for s in found.result.replies] == [("stopped", "shuffled")]


def test_whole_rows_under_other_numbers_are_no_sorting_accident() -> None:
    desk = Desk([task(f"T{n:03}", owner="研发部", task=name, output=f"《{name}》") for n, name in TASKS])
    rows = [row | {"id": f"T{n + 1:03}", "status": "进行中"} for n, row in enumerate(copy(desk.rows), 1)]
    desk.collect(reply("dev", rows))
    assert [row["status"] for row in desk.rows] == ["进行中"] * 4


def test_a_stopped_file_does_not_take_back_the_good_one_before() -> None:
    desk = Desk()
    desk.collect(reply("dev", edited("T001", percent=0.8), "2023-11-10"))
    desk.collect(reply("dev", copy()[:2], "2023-11-11"))
    assert desk.row("T001")["percent"] == 0.8


def test_case_49_a_row_pasted_twice_is_one() -> None:
    rows = edited("T001", percent=0.8)
    found = Desk().collect(reply("dev", [*rows, dict(rows[0])]))
    assert changed(found) == {("t001", "percent"): 0.8}
    assert [n.kind for n in found.result.notices] == ["duplicate_collapsed"]


def test_case_49_copies_of_a_row_that_do_not_agree_are_asked() -> None:
    desk = Desk()
    rows = edited("T001", percent=0.8)
    found = desk.collect(reply("dev", [*rows, rows[0] | {"percent": 0.9}]))
    assert [kind for kind, _, _ in kinds(found)] == ["duplicate_id"] * 2
    assert desk.rows == ROWS


def test_case_49_another_task_under_a_copied_id_is_a_new_row() -> None:
    desk = Desk()
    rows = edited("T001", percent=0.8)
    found = desk.collect(reply("dev", [*rows, rows[0] | {"task": "采购两台服务器", "percent": 0.1}]))
    assert changed(found) == {("t001", "percent"): 0.8}
    assert desk.rows[-1]["task"] == "采购两台服务器"
    assert (desk.rows[-1]["id"], desk.rows[-1]["percent"]) == ("T006", 0.1)
    assert notices(found) == ["id_taken"]


def test_case_50_new_rows_are_added_at_once_under_the_next_id() -> None:
    desk = Desk()
    new = {"stage": "方案评审", "owner": "研发部", "task": "新任务", "deadline": date(2023, 12, 20)}
    answer = reply("dev", [*copy(), new])
    found = desk.collect(answer)
    assert desk.rows[-1] == {"id": "T006", **new}
    assert [notice.zh for notice in found.document.notices] == [
        "研发部：新增 T006：环节：方案评审；责任部门/人：研发部；主要任务：新任务；时间节点：2023-12-20"
    ]
    assert (counts(found), desk.open) == ({"applied": 1}, ())
    desk.collect(answer)
    desk.collect(reply("dev", [*copy(), new], "2023-11-13"))
    assert len(desk.rows) == 7


def test_case_50_a_typed_free_id_is_kept() -> None:
    desk = Desk()
    found = desk.collect(reply("dev", [*copy(), task("T099", owner="研发部", task="采购")]))
    assert (desk.rows[-1]["id"], desk.rows[-1]["task"]) == ("T099", "采购")
    assert (kinds(found), notices(found)) == ([], ["row_added"])


def test_case_50_a_typed_id_that_is_taken_gets_the_next_and_that_is_told() -> None:
    desk = Desk()
    desk.rows.append(task("T099", task="巡检"))
    found = desk.collect(reply("dev", [*copy(), task("T099", owner="研发部", task="采购")]))
    assert [(row["id"], row["task"]) for row in desk.rows[-2:]] == [("T099", "巡检"), ("T100", "采购")]
    assert counts(found) == {"applied": 1, "told": 1}
    assert "对方写的编号 T099 已被占用" in found.document.notices[0].zh


def test_case_50_a_new_row_without_a_lead_is_its_senders() -> None:
    desk = Desk()
    desk.collect(reply("dev", [*copy(), {"task": "采购两台服务器"}]))
    assert (desk.rows[-1]["task"], desk.rows[-1]["owner"]) == ("采购两台服务器", "研发部")


def test_case_50_rows_of_a_sheet_to_which_they_may_not_add_are_asked() -> None:
    desk = Desk()
    desk.permissions["dev"] = replace(desk.permissions["dev"], new_rows=frozenset())
    found = desk.collect(reply("dev", [*copy(), task("T099", task="采购")]))
    assert [kind for kind, _, _ in kinds(found)] == ["trespass"]
    assert desk.rows == ROWS
    desk.answer("theirs")
    assert (desk.rows[-1]["id"], desk.rows[-1]["task"]) == ("T099", "采购")


@pytest.mark.parametrize("spelling", [" T001 ", "T001\u00a0", "T0\u200b01", "Ｔ００１", "t001"])
def test_case_51_ids_in_other_spellings_are_matched(spelling: str) -> None:
    found = Desk().collect(reply("dev", edited("T001", id=spelling, percent=0.8)))
    assert changed(found) == {("t001", "percent"): 0.8}
    assert (kinds(found), notices(found)) == ([], [])


def test_case_51_a_number_for_0012_is_matched_and_told() -> None:
    found = Desk().collect(reply("dev", edited("0012", id=12.0, percent=0.8)))
    assert [(c.cell.row, c.new) for c in found.result.changes] == [("0012", 0.8)]
    assert found.document.notices[0].zh == "研发部：编号“12”按 0012 处理"


def test_case_52_a_missing_column_is_not_cleared() -> None:
    rows = [{k: v for k, v in row.items() if k != "status"} for row in edited("T001", percent=0.8)]
    found = Desk().collect(reply("dev", rows, missing=("status",)))
    assert [(c.cell.column, c.new) for c in found.result.changes] == [("percent", 0.8)]
    assert "研发部：回复里没有“状态”这一列，视为未改" in [n.zh for n in found.document.notices]


def test_case_54_cells_under_a_merged_range_are_not_cleared() -> None:
    letter = chr(ord("A") + [c.name for c in TRACKER.columns].index("percent"))
    rows = edited("T001", percent=0.8)
    rows[1]["percent"] = None
    desk = Desk()
    desk.rows[1]["percent"] = 0.2
    desk.send("dev", "研发部")
    found = desk.collect(reply("dev", rows, merged=(f"{letter}5:{letter}6",)))
    assert [(c.cell.row, c.new) for c in found.result.changes] == [("t001", 0.8)]
    assert kinds(found) == [("merged", "t002", "percent")]
    assert desk.row("T002")["percent"] == 0.2


def test_case_55_a_date_without_year_takes_it_from_its_row() -> None:
    found = Desk().collect(reply("dev", edited("T001", actual="10月8日")))
    assert [c.new for c in found.result.changes] == [date(2023, 10, 8)]
    assert found.document.notices[0].zh == "研发部：T001 的日期没有年份，按相邻日期推断：10月8日 → 2023-10-08"


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"actual": "下周一"}, "unreadable"),
        ({"status": "再说吧"}, "unreadable"),
        ({"percent": 8000}, "out_of_range"),
        ({"percent": CellFormula("=1+1", 2)}, "formula"),
        ({"status": CellError("#REF!")}, "error"),
        ({"status": "字" * 40000}, "too_long"),
        ({"feedback": "a\x00"}, "illegal"),
    ],
)
def test_cases_29_32_56_58_59_what_cannot_be_taken_is_set_aside(cells: Record, kind: str) -> None:
    desk = Desk()
    found = desk.collect(reply("dev", edited("T001", **cells)))
    assert [k for k, _, _ in kinds(found)] == [kind]
    assert desk.rows == ROWS
    assert notices(desk.answer("theirs")) == ["unfit_value"]
    assert (desk.rows, len(desk.open)) == (ROWS, 1)


def test_case_60_a_file_that_was_only_saved_again_changes_nothing() -> None:
    """The shapes in which LibreOffice, WPS and openpyxl give the same cells back."""
    desk = Desk(
        [row | {"actual": date(2023, 11, 1), "percent": 0.1 + 0.2, "note": "一\n二"} for row in copy()]
    )
    rows: list[Record] = []
    for row in desk.rows:
        again = row | {"actual": datetime(2023, 11, 1), "percent": 0.3, "note": "一\r\n二", "feedback": ""}
        rows.append({**again, "deadline": datetime(2023, 12, 1), "support": again.get("support") or ""})
    found = desk.collect(reply("dev", rows))
    assert not found.result.changes
    assert [s.status for s in found.result.replies] == ["untouched"]
    assert (counts(found), desk.open) == ({}, ())
