"""Replies merged into a tracker: what is applied, what is asked, and in which words.

Numbered cases are those of the list of bad inputs (sections E and F).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from books import project, task
from merge_desk import ROWS, Desk, Record, copy, edited, kinds, reply

from xl_collab.actions.merge import collect, master_of
from xl_collab.model.edits import SetColumn
from xl_collab.model.merge.merging import Choice, permission
from xl_collab.model.sheets import TRACKER
from xl_collab.model.tables import CellError, CellFormula


def test_a_departments_own_changes_are_applied() -> None:
    desk = Desk()
    rows = edited("T001", percent=0.8, status="完成", actual="2023.11.10", feedback="已填")
    found = desk.collect(reply("dev", rows))
    assert len(found.result.changes) == 4
    assert not found.open
    done = desk.row("T001")
    assert (done["percent"], done["status"], done["feedback"]) == (0.8, "已完成", "已填")
    assert done["actual"] == date(2023, 11, 10)
    (summary,) = found.document.summary
    assert (summary.department, summary.applied, summary.conflicts, summary.parked) == ("研发部", 4, 0, 0)
    assert summary.replies[0].zh == "已合并"


def test_an_english_tracker_gets_english_labels() -> None:
    made = project(ROWS, settings={"language": "English"})
    bases, allowed = {"dev": master_of(made)}, {"dev": permission(made, "研发部")}
    outcome = collect(made, bases, [reply("dev", edited("T001", status="已完成"))], allowed)
    (edit,) = outcome.edits
    assert isinstance(edit, SetColumn)
    assert (edit.column, list(edit.rows), list(edit.values)) == ("status", [5], ["Done"])


def test_case_35_foreign_cells_are_set_aside_with_old_new_and_who() -> None:
    found = Desk().collect(reply("dev", edited("T004", percent=1)))
    assert not found.result.changes
    (line,) = found.document.lines
    assert (line.kind.zh, line.id, line.column.zh) == ("改了不归该部门填写的格", "T004", "完成率")
    assert (line.base, line.master, line.theirs) == (None, None, 1)
    assert (line.department, line.sender) == ("研发部", "dev@example.com")


def test_case_36_ids_owners_and_computed_cells_are_not_theirs() -> None:
    desk = Desk()
    rows = edited("T001", owner="市场部", baseline=date(2024, 1, 1))
    assert kinds(desk.collect(reply("dev", rows))) == [
        ("computed", "t001", "baseline"),
        ("trespass", "t001", "owner"),
    ]
    renamed = desk.collect(reply("dev", edited("T001", id="T099"), "2023-11-13"))
    assert [kind for kind, _, _ in kinds(renamed)] == ["delete_request", "unknown_id"]
    assert desk.rows == ROWS


def test_case_37_a_reply_in_doubt_waits_as_a_whole() -> None:
    desk = Desk()
    held = replace(reply("dev", edited("T001", percent=0.8, status="已完成")), held="发件人不符")
    found = desk.collect(held)
    assert not found.result.changes
    (line,) = found.document.lines
    assert (line.kind.zh, line.theirs, line.whole) == ("回复待确认", "2 处改动未处理", True)
    assert found.document.summary[0].replies[0].zh == "待确认：发件人不符"
    confirmed = desk.collect(replace(held, held=""))
    assert len(confirmed.result.changes) == 2
    assert not confirmed.open


def test_case_39_an_unknown_token_goes_to_review() -> None:
    desk = Desk()
    stranger = replace(reply("dev", edited("T001", percent=0.8)))
    stranger = replace(stranger, who=replace(stranger.who, token="lost"))
    desk.permissions["lost"] = desk.permissions["dev"]
    found = desk.collect(stranger)
    assert not found.result.changes
    assert kinds(found) == [("no_base", "t001", "percent")]
    assert found.document.lines[0].suggestion.zh == "建议保留本表"


def test_case_41_a_stale_copy_is_merged_against_its_own_base() -> None:
    desk = Desk()
    desk.row("T001")["percent"] = 0.6
    desk.row("T002")["percent"] = 0.1
    rows = edited("T001", percent=0.8, status="已完成")
    found = desk.collect(reply("dev", rows))
    assert kinds(found) == [("conflict", "t001", "percent")]
    (line,) = found.document.lines
    assert (line.base, line.master, line.theirs) == (0.5, 0.6, 0.8)
    assert desk.row("T001")["status"] == "已完成"
    assert desk.row("T002")["percent"] == 0.1


def test_case_42_the_same_file_again_is_no_change() -> None:
    desk = Desk()
    answer = reply("dev", edited("T001", percent=0.8))
    desk.collect(answer)
    found = desk.collect(answer)
    assert not found.result.changes
    assert [status.status for status in found.result.replies] == ["repeat"]


def test_case_43_older_copies_and_reverts() -> None:
    desk = Desk()
    first = reply("dev", edited("T001", percent=0.6), "2023-11-10")
    second = reply("dev", edited("T001", percent=0.9), "2023-11-11")
    desk.collect(second)
    assert desk.collect(first).result.replies[0].status == "superseded"
    assert desk.row("T001")["percent"] == 0.9
    desk.row("T001")["percent"] = 0.5  # the owner takes it back
    desk.collect(second, first)
    assert desk.row("T001")["percent"] == 0.5


def test_a_corrected_reply_after_the_owners_revert_is_asked_about() -> None:
    desk = Desk()
    desk.collect(reply("dev", edited("T001", percent=0.6), "2023-11-10"))
    desk.row("T001")["percent"] = 0.5  # the owner takes it back, and the department does not know
    found = desk.collect(reply("dev", edited("T001", percent=0.7), "2023-11-11"))
    assert kinds(found) == [("conflict", "t001", "percent")]
    assert desk.row("T001")["percent"] == 0.5


def test_a_corrected_reply_takes_its_earlier_change_back() -> None:
    desk = Desk()
    desk.collect(reply("dev", edited("T001", percent=0.6), "2023-11-10"))
    found = desk.collect(reply("dev", edited("T002", percent=0.1), "2023-11-11"))
    assert [(c.cell.row, c.new, c.why) for c in found.result.changes] == [
        ("t001", 0.5, "withdrawn"),
        ("t002", 0.1, "applied"),
    ]


def test_case_44_both_orders_give_the_same() -> None:
    one, two = reply("dev", edited("T001", feedback="已填")), reply("mkt", edited("T001", feedback="需协助"))
    masters, asked = [], []
    for order in ([[one], [two]], [[two], [one]], [[one, two]]):
        desk = Desk(handed_over=True)
        for batch in order:
            desk.collect(*batch)
        masters.append(master_of(desk.project))
        asked.append(sorted(item.key for item in desk.open))
    assert masters[0] == masters[1] == masters[2] == master_of(Desk().project)
    assert asked[0] == asked[1] == asked[2]
    assert len(asked[0]) == 2


def test_departments_that_agree_do_not_conflict() -> None:
    desk = Desk(handed_over=True)
    found = desk.collect(*(reply(token, edited("T001", feedback="已填")) for token in ("dev", "mkt")))
    (change,) = found.result.changes
    assert (change.new, change.who.department, change.also[0].department) == ("filled", "市场部", "研发部")


def test_case_46_a_missing_row_is_a_request() -> None:
    desk = Desk()
    rows = [row for row in copy() if row["id"] != "T002"]
    found = desk.collect(reply("dev", rows))
    assert kinds(found) == [("delete_request", "t002", "-")]
    assert len(desk.rows) == 6
    desk.resolve({found.open[0].key: Choice("theirs")})
    assert len(desk.rows) == 6  # by hand, never by the merge
    assert desk.notices == ["delete_by_hand"]
    assert not desk.collect(reply("dev", rows)).open


def test_case_46_a_file_cut_down_stops() -> None:
    found = Desk().collect(reply("dev", edited("T001", percent=0.8)[:4]))
    assert not found.result.changes
    (status,) = found.result.replies
    assert (status.status, status.reason) == ("stopped", "rows_missing")
    (line,) = found.document.lines
    assert line.theirs == "3 处改动未处理"


def test_a_row_deleted_here_and_changed_there_is_asked_about() -> None:
    desk = Desk()
    desk.rows = [row for row in desk.rows if row["id"] != "T002"]
    found = desk.collect(reply("dev", edited("T002", percent=0.4, status="进行中")))
    assert {kind for kind, _, _ in kinds(found)} == {"edit_delete"}
    desk.resolve({item.key: Choice("theirs") for item in found.open})
    back = desk.row("T002")
    assert (back["task"], back["percent"], back["status"]) == ("试产", 0.4, "进行中")


def test_a_row_changed_here_and_deleted_there_is_asked_about() -> None:
    desk = Desk()
    desk.row("T002")["note"] = "重要"
    found = desk.collect(reply("dev", [row for row in copy() if row["id"] != "T002"]))
    assert kinds(found) == [("delete_edit", "t002", "-")]
    assert "t002" in master_of(desk.project).rows("tracker").keys


@pytest.mark.parametrize("order", [("mkt", "dev"), ("dev", "mkt")])
def test_a_row_that_one_deletes_and_another_goes_on_with_is_asked_about(order: tuple[str, ...]) -> None:
    desk = Desk(handed_over=True)
    rows = {"mkt": edited("T001", feedback="需协助"), "dev": copy()[1:]}
    for token in order:
        desk.collect(reply(token, rows[token]))
    assert kinds(desk.collect()) == [("delete_edit", "t001", "-")]
    assert desk.row("T001")["feedback"] == "需协助"


def test_case_47_sorted_filtered_and_totalled_is_the_same() -> None:
    rows = edited("T001", percent=0.8)[::-1]
    rows.insert(2, {"task": "合计"})
    desk = Desk()
    found = desk.collect(reply("dev", rows))
    assert [(c.cell.row, c.new) for c in found.result.changes] == [("t001", 0.8)]
    assert [kind for kind, _, _ in kinds(found)] == ["new_row"]


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


def test_a_stopped_file_does_not_take_back_the_good_one_before() -> None:
    desk = Desk()
    desk.collect(reply("dev", edited("T001", percent=0.8), "2023-11-10"))
    desk.collect(reply("dev", copy()[:2], "2023-11-11"))
    assert desk.row("T001")["percent"] == 0.8


def test_case_49_duplicate_rows() -> None:
    desk = Desk()
    rows = edited("T001", percent=0.8)
    found = desk.collect(reply("dev", [*rows, dict(rows[0])]))
    assert [(c.cell.row, c.new) for c in found.result.changes] == [("t001", 0.8)]
    assert [n.kind for n in found.result.notices] == ["duplicate_collapsed"]
    again = Desk().collect(reply("dev", [*rows, rows[0] | {"task": "另一件事"}]))
    assert not again.result.changes
    assert kinds(again) == [("duplicate_id", "t001", "+")] * 2


def test_case_50_new_rows_get_an_id_when_they_are_accepted() -> None:
    desk = Desk()
    new = {"stage": "方案评审", "owner": "研发部", "task": "新任务", "deadline": date(2023, 12, 20)}
    answer = reply("dev", [*copy(), new])
    found = desk.collect(answer)
    assert [kind for kind, _, _ in kinds(found)] == ["new_row"]
    assert (
        found.document.lines[0].theirs
        == "环节：方案评审；责任部门/人：研发部；主要任务：新任务；时间节点：2023-12-20"
    )
    desk.resolve({found.open[0].key: Choice("theirs")})
    assert desk.rows[-1] == {"id": "T006", **new}
    replayed = desk.collect(answer)
    assert not replayed.open
    assert len(desk.rows) == 7


def test_case_50_unknown_ids_are_asked_about() -> None:
    desk = Desk()
    found = desk.collect(reply("dev", [*copy(), task("T099", owner="研发部")]))
    assert kinds(found) == [("unknown_id", "t099", "+")]
    desk.resolve({found.open[0].key: Choice("theirs")})
    assert desk.rows[-1]["id"] == "T099"


def test_the_same_new_row_from_two_departments_is_one() -> None:
    added = [*copy(), task("T099", owner="研发部")]
    found = Desk().collect(reply("dev", added), reply("mkt", added))
    assert kinds(found) == [("unknown_id", "t099", "+")]
    assert [n.kind for n in found.result.notices] == ["same_addition"]
    other = [*copy(), task("T099", owner="市场部")]
    assert kinds(Desk().collect(reply("dev", added), reply("mkt", other))) == [("add_add", "t099", "+")] * 2


@pytest.mark.parametrize("spelling", [" T001 ", "T001\u00a0", "T0\u200b01", "Ｔ００１", "t001"])
def test_case_51_ids_in_other_spellings_are_matched(spelling: str) -> None:
    found = Desk().collect(reply("dev", edited("T001", id=spelling, percent=0.8)))
    assert [(c.cell.row, c.new) for c in found.result.changes] == [("t001", 0.8)]
    assert not found.open


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
        ({"status": "差不多了"}, "unreadable"),
        ({"percent": 80}, "out_of_range"),
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
    desk.resolve({found.open[0].key: Choice("theirs")})
    assert desk.notices == ["unfit_value"]
    assert desk.rows == ROWS


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
    assert not found.open
