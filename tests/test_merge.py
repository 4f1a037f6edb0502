"""Replies merged into a tracker: what is applied, what is asked, and in which words.

Numbered cases are those of the list of bad inputs, section E: identity, ownership, history.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from books import project, task
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

from xl_collab.merge.outcome import collect
from xl_collab.project.edits import SetColumn


def test_a_departments_own_changes_are_applied() -> None:
    desk = Desk()
    rows = edited("T001", percent=0.8, status="完成", actual="2023.11.10", feedback="已填")
    found = desk.collect(reply("dev", rows))
    assert len(found.result.changes) == 4
    assert not desk.open
    done = desk.row("T001")
    assert (done["percent"], done["status"], done["feedback"]) == (0.8, "已完成", "已填")
    assert done["actual"] == date(2023, 11, 10)
    (summary,) = found.document.summary
    assert (summary.department, summary.replies[0].zh) == ("研发部", "已合并")
    assert counts(found) == {"applied": 4}


def test_an_english_tracker_gets_english_labels() -> None:
    desk = Desk()
    made = project(ROWS, settings={"language": "English"})
    said = [reply("dev", edited("T001", status="已完成"))]
    (edit,) = collect(made, desk.merging, said, desk.permissions).edits
    assert isinstance(edit, SetColumn)
    assert (edit.column, list(edit.rows), list(edit.values)) == ("status", [5], ["Done"])


def test_case_35_foreign_cells_are_set_aside_with_old_new_and_who() -> None:
    found = Desk().collect(reply("dev", edited("T004", percent=1)))
    assert not found.result.changes
    (line,) = found.document.lines
    assert (line.kind.zh, line.id, line.column.zh) == ("超出填报权限", "T004", "完成率")
    assert (line.base, line.master, line.theirs) == (None, None, 1)
    assert (line.department, line.sender) == ("研发部", "dev@example.com")


def test_case_36_ids_owners_and_computed_cells_are_not_theirs() -> None:
    desk = Desk()
    rows = edited("T001", owner="市场部", baseline=date(2024, 1, 1))
    found = desk.collect(reply("dev", rows))
    assert kinds(found) == [("trespass", "t001", "owner")]
    assert desk.rows == ROWS
    assert counts(found) == {"asked": 1, "told": 1}
    (told,) = found.document.notices
    assert told.zh == "研发部：T001 基线完成：自动计算的格被改成“2024-01-01”，未采用"
    desk = Desk()
    renamed = desk.collect(reply("dev", edited("T001", id="T099", percent=0.8)))
    assert changed(renamed) == {("t001", "percent"): 0.8}
    assert [(n.kind, n.cell.row, n.value) for n in renamed.told] == [("id_changed", "t001", "T099")]
    assert desk.row("T001")["percent"] == 0.8


def test_case_37_a_reply_in_doubt_waits_as_a_whole() -> None:
    desk = Desk()
    held = replace(reply("dev", edited("T001", percent=0.8, status="已完成")), held="发件人不符")
    found = desk.collect(held)
    assert not found.result.changes
    (line,) = found.document.lines
    assert (line.kind.zh, line.theirs, line.whole) == ("回复待确认", "2 处改动未处理", True)
    assert found.document.summary[0].replies[0].zh == "待确认：发件人不符"
    assert counts(found) == {"refused": 1}
    confirmed = desk.collect(replace(held, held=""))
    assert len(confirmed.result.changes) == 2
    assert not desk.open


def test_case_37_a_reply_in_doubt_can_be_discarded_but_not_taken_cell_by_cell() -> None:
    desk = Desk()
    desk.collect(replace(reply("dev", edited("T001", percent=0.8)), held="发件人不符"))
    assert notices(desk.answer("theirs")) == ["whole_reply"]
    assert len(desk.open) == 1
    desk.answer("master")
    assert (desk.rows, desk.open) == (ROWS, ())


def test_case_39_an_unknown_token_goes_to_review() -> None:
    desk = Desk()
    stranger = replace(reply("dev", edited("T001", percent=0.8)))
    stranger = replace(stranger, who=replace(stranger.who, token="lost"))
    desk.permissions["lost"] = desk.permissions["dev"]
    found = desk.collect(stranger)
    assert not found.result.changes
    assert kinds(found) == [("no_base", "t001", "percent")]
    assert found.document.lines[0].suggestion.zh == "建议保留本表"


@pytest.mark.parametrize("cells", [{"percent": 0.8}, {"note": "急"}, {"id": "T099", "task": "另一件事"}])
def test_case_39_of_what_nobody_knows_to_have_been_sent_nothing_is_applied(cells: Record) -> None:
    desk = Desk()
    lost = reply("dev", edited("T001", **cells))
    del desk.bases["dev"]
    found = desk.collect(lost)
    assert desk.rows == ROWS
    assert not found.result.added
    assert {kind for kind, _, _ in kinds(found)} == {"trespass" if "note" in cells else "no_base"}


def test_case_41_a_stale_copy_is_merged_against_its_own_base() -> None:
    desk = Desk()
    desk.row("T001")["percent"] = 0.6
    desk.row("T002")["percent"] = 0.1
    rows = edited("T001", percent=0.8, status="已完成", actual=date(2023, 11, 10), feedback="已填")
    found = desk.collect(reply("dev", rows))
    assert ("conflict", "t001", "percent") in kinds(found)
    line = next(line for line in found.document.lines if line.column.zh == "完成率")
    assert (line.base, line.master, line.theirs) == (0.5, 0.6, 0.8)
    assert desk.row("T001")["feedback"] == "已填"
    assert desk.row("T002")["percent"] == 0.1


def test_case_42_the_same_file_again_is_no_change() -> None:
    desk = Desk()
    answer = reply("dev", edited("T001", percent=0.8))
    desk.collect(answer)
    found = desk.collect(answer)
    assert not found.result.changes
    assert counts(found) == {}
    assert [status.status for status in found.result.replies] == ["repeat"]


def test_case_42_the_same_words_in_another_file_are_here_already() -> None:
    desk = Desk()
    desk.collect(reply("dev", edited("T001", percent=0.8)))
    found = desk.collect(reply("dev", edited("T001", percent=0.8), "2023-11-13"))
    assert not found.result.changes
    assert counts(found) == {"same": 1}


def test_case_43_older_copies_and_reverts() -> None:
    desk = Desk()
    first = reply("dev", edited("T001", percent=0.6), "2023-11-10")
    second = reply("dev", edited("T001", percent=0.9), "2023-11-11")
    desk.collect(second)
    late = desk.collect(first)
    assert counts(late) == {"late": 1}
    assert (
        late.document.notices[0].zh
        == "研发部：T001 完成率：“60%”晚于该部门后来的说法到达，没有采用；需要时请在本表中改"
    )
    assert desk.row("T001")["percent"] == 0.9
    desk.row("T001")["percent"] = 0.5  # the owner takes it back
    desk.collect(second, first)
    assert (desk.row("T001")["percent"], desk.open) == (0.5, ())


def test_case_43_a_copy_of_what_the_owner_took_back_is_not_applied_again() -> None:
    desk = Desk()
    desk.collect(reply("dev", edited("T001", percent=0.9), "2023-11-10"))
    desk.row("T001")["percent"] = 0.5
    desk.collect(reply("dev", edited("T001", percent=0.9), "2023-11-11"))
    assert desk.row("T001")["percent"] == 0.5


def test_a_corrected_reply_after_the_owners_revert_is_asked_about() -> None:
    desk = Desk()
    desk.collect(reply("dev", edited("T001", percent=0.6), "2023-11-10"))
    desk.row("T001")["percent"] = 0.5  # the owner takes it back, and the department does not know
    found = desk.collect(reply("dev", edited("T001", percent=0.7), "2023-11-11"))
    assert kinds(found) == [("conflict", "t001", "percent")]
    assert desk.row("T001")["percent"] == 0.5


def test_a_later_reply_without_an_earlier_change_takes_nothing_back() -> None:
    desk = Desk()
    desk.collect(reply("dev", edited("T001", percent=0.6), "2023-11-10"))
    found = desk.collect(reply("dev", edited("T002", percent=0.1), "2023-11-11"))
    assert changed(found) == {("t002", "percent"): 0.1}
    assert counts(found) == {"applied": 1, "told": 1}
    assert (
        found.document.notices[0].zh == "研发部：T001 完成率：后一份回复里仍是发出时的“50%”，先前的改动保留"
    )


def test_a_later_reply_with_all_other_changes_is_asked_whether_it_takes_one_back() -> None:
    desk = Desk()
    both = edited("T001", percent=0.6, feedback="已填")
    desk.collect(reply("dev", both, "2023-11-10"))
    found = desk.collect(reply("dev", edited("T001", feedback="已填"), "2023-11-11"))
    assert kinds(found) == [("put_back", "t001", "percent")]
    assert desk.row("T001")["percent"] == 0.6
    desk.answer("theirs")
    assert (desk.row("T001")["percent"], desk.row("T001")["feedback"]) == (0.5, "已填")


def test_case_44_of_two_departments_neither_goes_silently_over_the_other() -> None:
    one, two = reply("dev", edited("T001", feedback="已填")), reply("mkt", edited("T001", feedback="需协助"))
    outcomes = []
    for batch in ([one, two], [two, one]):
        desk = Desk(handed_over=True)
        (asked,) = desk.collect(*batch).result.questions
        outcomes.append((desk.rows, asked.master, asked.theirs, asked.who))
        assert {asked.master, asked.theirs} == {"filled", "help"}
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_case_44_in_two_collects_the_first_stands_and_the_other_is_asked(order: tuple[int, ...]) -> None:
    said = [reply("dev", edited("T001", feedback="已填")), reply("mkt", edited("T001", feedback="需协助"))]
    desk = Desk(handed_over=True)
    for n in order:
        desk.collect(said[n])
    (asked,) = desk.open
    assert desk.row("T001")["feedback"] == ["已填", "需协助"][order[0]]
    assert (asked.theirs, asked.who) == (["filled", "help"][order[1]], said[order[1]].who)


def test_departments_that_agree_do_not_conflict() -> None:
    desk = Desk(handed_over=True)
    found = desk.collect(*(reply(token, edited("T001", feedback="已填")) for token in ("dev", "mkt")))
    assert changed(found) == {("t001", "feedback"): "filled"}
    assert counts(found) == {"applied": 1, "same": 1}
    assert not desk.open


def test_case_46_a_missing_row_is_told_and_stays() -> None:
    desk = Desk()
    rows = [row for row in edited("T001", percent=0.8) if row["id"] != "T002"]
    found = desk.collect(reply("dev", rows))
    assert changed(found) == {("t001", "percent"): 0.8}
    assert [notice.zh for notice in found.document.notices] == ["研发部：T002 在回复里没有了，本表保留"]
    assert counts(found) == {"applied": 1, "told": 1}
    assert (len(desk.rows), desk.open) == (6, ())


@pytest.mark.parametrize(
    ("rows", "back", "stops"), [(6, 4, True), (3, 2, False), (10, 8, False), (10, 7, True)]
)
def test_case_46_more_than_a_fifth_and_at_least_two_rows_stop(rows: int, back: int, *, stops: bool) -> None:
    tasks = (
        "甲方案",
        "试产样机",
        "改进报告",
        "推广文案",
        "培训教材",
        "归档",
        "采购",
        "验收",
        "巡检",
        "总结会",
    )
    desk = Desk([task(f"T{n:03}", owner="研发部", task=name) for n, name in enumerate(tasks[:rows], 1)])
    returned = [row | {"percent": 0.8} for row in copy(desk.rows[:back])]
    found = desk.collect(reply("dev", returned))
    assert [(s.status, s.reason) for s in found.result.replies] == [
        ("stopped", "rows_missing") if stops else ("merged", "")
    ]
    assert bool(found.result.changes) is not stops
    if stops:
        (line,) = found.document.lines
        assert (line.whole, line.theirs) == (True, f"{back} 处改动未处理")


def test_the_complete_file_takes_the_place_of_the_one_that_stopped_and_that_is_told() -> None:
    desk = Desk()
    cut = reply("dev", edited("T001", percent=0.8)[:3], "2023-11-10")
    desk.collect(cut)
    assert [question.kind for question in desk.open] == ["stopped"]
    found = desk.collect(reply("dev", edited("T001", percent=0.8), "2023-11-11"))
    assert notices(found) == ["whole_replaced"]
    assert (desk.row("T001")["percent"], desk.open) == (0.8, ())
    assert [s.status for s in desk.collect(cut).result.replies] == ["repeat"]  # it still lies in the folder
    assert desk.open == ()


def test_a_stopped_file_that_was_discarded_is_not_asked_about_again() -> None:
    desk = Desk()
    cut = reply("dev", edited("T001", percent=0.8)[:3])
    desk.collect(cut)
    assert desk.answer("master").result.answers.decided == 1
    found = desk.collect(cut)
    assert (desk.open, counts(found), desk.rows) == ((), {}, ROWS)


def test_a_row_deleted_here_and_changed_there_is_asked_about() -> None:
    desk = Desk()
    desk.rows = [row for row in desk.rows if row["id"] != "T002"]
    found = desk.collect(reply("dev", edited("T002", percent=0.4, status="进行中")))
    assert {kind for kind, _, _ in kinds(found)} == {"row_gone"}
    desk.answer("theirs")
    back = desk.row("T002")
    assert (back["task"], back["percent"], back["status"]) == ("试产", 0.4, "进行中")
    assert not desk.open


def test_a_row_changed_here_and_deleted_there_stays() -> None:
    desk = Desk()
    desk.row("T002")["note"] = "重要"
    found = desk.collect(reply("dev", [row for row in copy() if row["id"] != "T002"]))
    assert notices(found) == ["row_missing"]
    assert desk.row("T002")["note"] == "重要"


@pytest.mark.parametrize("order", [("mkt", "dev"), ("dev", "mkt")])
def test_a_row_that_one_deletes_and_another_goes_on_with_stays(order: tuple[str, ...]) -> None:
    desk = Desk(handed_over=True)
    rows = {"mkt": edited("T001", feedback="需协助"), "dev": copy()[1:]}
    told = [notices(desk.collect(reply(token, rows[token]))) for token in order]
    assert ["row_missing"] in told
    assert (desk.row("T001")["feedback"], desk.open) == ("需协助", ())
