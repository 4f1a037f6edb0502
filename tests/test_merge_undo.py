"""Taking a reply back: its words are gone, whatever others said stays or is asked."""

from __future__ import annotations

from merge_desk import ROWS, Desk, changed, copy, edited, kinds, notices, reply


def test_what_nobody_touched_since_is_as_before() -> None:
    desk = Desk()
    answer = reply("dev", edited("T001", percent=0.8, feedback="已填"))
    desk.collect(answer)
    found = desk.undo(answer)
    assert changed(found) == {("t001", "percent"): 0.5, ("t001", "feedback"): None}
    assert (desk.row("T001")["percent"], desk.row("T001")["feedback"]) == (0.5, None)
    assert (notices(found), desk.open) == ([], ())


def test_what_the_coordinator_wrote_since_stays_and_is_told() -> None:
    desk = Desk()
    answer = reply("dev", edited("T001", percent=0.8, feedback="已填"))
    desk.collect(answer)
    desk.row("T001")["feedback"] = "需协助"
    found = desk.undo(answer)
    assert (desk.row("T001")["percent"], desk.row("T001")["feedback"]) == (0.5, "需协助")
    assert (notices(found), [c.column for c in found.result.taken_back.kept]) == (
        ["kept_since"],
        ["feedback"],
    )
    assert found.document.notices[0].zh == "研发部：T001 部门反馈：之后又有人改过，没有动"


def test_the_latest_word_left_shows() -> None:
    desk = Desk()
    first = reply("dev", edited("T001", percent=0.6), "2023-11-10")
    second = reply("dev", edited("T001", percent=0.8), "2023-11-11")
    desk.collect(first, second)
    desk.undo(second)
    assert (desk.row("T001")["percent"], desk.open) == (0.6, ())
    desk.undo(first)
    assert (desk.row("T001")["percent"], desk.open) == (0.5, ())


def test_an_earlier_word_is_taken_back_without_touching_the_later() -> None:
    desk = Desk()
    first = reply("dev", edited("T001", percent=0.6), "2023-11-10")
    desk.collect(first, reply("dev", edited("T001", percent=0.8), "2023-11-11"))
    assert notices(desk.undo(first)) == ["kept_since"]
    assert (desk.row("T001")["percent"], desk.open) == (0.8, ())


def test_what_was_settled_by_it_is_asked() -> None:
    """市场部 said the same; with the word of 研发部 gone somebody has to say whether theirs holds."""
    desk = Desk(handed_over=True)
    answer = reply("dev", edited("T001", feedback="已填"))
    desk.collect(answer, reply("mkt", edited("T001", feedback="已填")))
    assert notices(desk.undo(answer)) == ["freed"]
    (asked,) = desk.open
    assert (asked.who.department, asked.master, asked.theirs) == ("市场部", None, "filled")
    desk.answer("theirs")
    assert desk.row("T001")["feedback"] == "已填"


def test_what_was_late_because_of_it_is_asked() -> None:
    desk = Desk()
    later = reply("dev", edited("T001", percent=0.8), "2023-11-11")
    desk.collect(later)
    desk.collect(reply("dev", edited("T001", percent=0.6), "2023-11-10"))
    assert notices(desk.undo(later)) == ["freed"]
    assert (desk.row("T001")["percent"], [q.theirs for q in desk.open]) == (0.5, [0.6])


def test_its_open_questions_are_gone_and_what_they_replaced_is_asked_again() -> None:
    desk = Desk()
    desk.row("T001")["percent"] = 0.55
    desk.collect(reply("dev", edited("T001", percent=0.6), "2023-11-10"))
    second = reply("dev", edited("T001", percent=0.8), "2023-11-11")
    desk.collect(second)
    assert [q.theirs for q in desk.open] == [0.8]
    desk.undo(second)
    assert (desk.row("T001")["percent"], [q.theirs for q in desk.open]) == (0.55, [0.6])


def test_answers_stand() -> None:
    desk = Desk()
    desk.row("T001")["percent"] = 0.6
    answer = reply("dev", edited("T001", percent=0.8, feedback="已填"))
    desk.collect(answer)
    desk.answer("theirs")
    desk.undo(answer)
    assert (desk.row("T001")["percent"], desk.row("T001")["feedback"]) == (0.8, None)


def test_each_department_keeps_its_words_in_a_shared_cell() -> None:
    desk = Desk([{**row, "support": "市场部、生产部"} for row in ROWS])
    desk.send("生产部", "生产部")
    theirs = [row | {"support_feedback": "【市场部】可以"} for row in desk.rows[:1]] + copy(desk.rows[1:])
    others = [row | {"support_feedback": "【生产部】排好了"} for row in desk.rows[:1]] + copy(desk.rows[1:])
    answer = reply("mkt", theirs)
    desk.collect(answer, reply("生产部", others))
    assert desk.row("T001")["support_feedback"] == "【市场部】可以\n【生产部】排好了"
    desk.undo(answer)
    assert desk.row("T001")["support_feedback"] == "【生产部】排好了"


def test_a_row_that_it_added_is_emptied_and_never_deleted() -> None:
    desk = Desk()
    answer = reply("dev", [*copy(), {"task": "采购两台服务器", "output": "服务器"}])
    desk.collect(answer)
    found = desk.undo(answer)
    left = {name for name, value in desk.rows[-1].items() if value is not None}
    assert (len(desk.rows), left) == (7, {"id"})
    assert (found.result.taken_back.emptied, notices(found)) == ([("tracker", "t006")], ["row_emptied"])


def test_a_row_that_it_added_and_somebody_went_on_with_keeps_their_words() -> None:
    desk = Desk()
    answer = reply("dev", [*copy(), {"task": "采购两台服务器", "output": "服务器"}])
    desk.collect(answer)
    desk.rows[-1]["note"] = "预算已批"
    found = desk.undo(answer)
    assert (desk.rows[-1]["note"], found.result.taken_back.emptied) == ("预算已批", [])


def test_the_same_file_collected_again_after_its_undo_is_asked() -> None:
    desk = Desk()
    answer = reply("dev", edited("T001", percent=0.8))
    desk.collect(answer)
    desk.undo(answer)
    found = desk.collect(answer)
    assert kinds(found) == [("conflict", "t001", "percent")]
    assert desk.row("T001")["percent"] == 0.5


def test_undo_of_a_row_that_is_gone_writes_nothing() -> None:
    desk = Desk()
    answer = reply("dev", edited("T002", percent=0.8))
    desk.collect(answer)
    desk.rows = [row for row in desk.rows if row["id"] != "T002"]
    found = desk.undo(answer)
    assert (changed(found), desk.open) == ({}, ())


def test_undo_of_a_question_answered_by_another_value_leaves_that_value() -> None:
    desk = Desk()
    desk.row("T001")["percent"] = 0.6
    answer = reply("dev", edited("T001", percent=0.8))
    desk.collect(answer)
    desk.answer("other", 0.7)
    desk.undo(answer)
    assert (desk.row("T001")["percent"], desk.open) == (0.7, ())
