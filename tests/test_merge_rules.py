"""Small histories in which a merge goes wrong easily, and what the people in them expect.

They run over every office of merge_offices.py. Times are hours; 研发部 (DEV) leads both rows, at 30 %.
"Late", "over" … are what the result of a collect says about a cell.
"""

from __future__ import annotations

import datetime as dt
from itertools import permutations

import pytest
from life.office import Opened
from merge_offices import OFFICES
from merge_story import MKT, Story

OCT_8, OCT_9 = dt.date(2026, 10, 8), dt.date(2026, 10, 9)
FINISHED = {"t1_status": "已完成", "t1_percent": 1, "t1_actual_finish": OCT_8}
TO_READ = ("late", "told", "noted", "over")


@pytest.fixture(params=OFFICES)
def opened(request: pytest.FixtureRequest) -> Opened:
    return OFFICES[request.param]


@pytest.fixture
def story(opened: Opened) -> Story:
    return Story(opened)


# The department's own order comes before the master


def test_p1_a_late_word_is_not_applied_because_the_coordinator_went_back(story: Story) -> None:
    first, second = story.send(now=1), story.send(now=2)
    story.get(story.reply(second, 20, t1_percent=0.6))
    story.hand(t1_percent=0.3)
    story.get(story.reply(first, 10, t1_percent=0.5))
    assert (story.value("t1_percent"), story.asked()) == (0.3, [])
    assert story.said(*TO_READ) == [("late", 0.5)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_p2_the_last_word_wins_in_whatever_order_it_is_read(story: Story, order: tuple[int, ...]) -> None:
    first, second = story.send(now=1), story.send(now=2)
    files = [
        story.reply(first, 10, t1_percent=0.5),
        story.reply(second, 30, t1_percent=0.5),
        story.reply(first, 20, t1_percent=0.6),
    ]
    story.get(*(files[i] for i in order))
    assert (story.value("t1_percent"), story.asked()) == (0.5, [])


def test_p3_a_value_that_returns_is_asked_once(story: Story) -> None:
    packet = story.send()
    story.get(*(story.reply(packet, t, t1_percent=p) for t, p in ((10, 0.5), (20, 0.6), (30, 0.5))))
    assert (story.value("t1_percent"), story.asked()) == (0.6, [0.5])
    story.get(story.reply(packet, 40, t1_percent=0.5))
    assert (story.value("t1_percent"), story.asked()) == (0.6, [0.5])


def test_p4_a_pair_is_answered_once(story: Story) -> None:
    first, second = story.send(now=1), story.send(now=2)
    story.hand(t1_percent=0.4)
    story.get(story.reply(first, 10, t1_percent=0.5))
    story.answer("master")
    story.get(story.reply(second, 20, t1_percent=0.5))
    assert (story.value("t1_percent"), story.asked()) == (0.4, [])
    assert story.said(*TO_READ) == [("over", 0.5)]


def test_p5_a_stamp_from_the_far_future_decides_nothing(story: Story) -> None:
    packet = story.send()
    future, correction = (
        story.reply(packet, 10**6, "PC1", t1_percent=0.5),
        story.reply(packet, 20, "PC2", t1_percent=0.6),
    )
    story.get_together(future, correction)
    assert (story.value("t1_percent"), story.asked()) == (0.6, [0.5])


def test_p6_two_computers_give_no_order(story: Story) -> None:
    packet = story.send()
    story.get(story.reply(packet, 50, "PC1", t1_percent=0.5), story.reply(packet, 36, "PC2", t1_percent=0.6))
    assert (story.value("t1_percent"), story.asked()) == (0.5, [0.6])


def test_p7_the_old_packet_answered_after_the_new_one_is_asked(story: Story) -> None:
    first, second = story.send(now=1), story.send(now=2)
    story.get(story.reply(second, 20, t1_percent=0.6), story.reply(first, 30, t1_percent=0.5))
    assert (story.value("t1_percent"), story.asked()) == (0.6, [0.5])


def test_p33_a_word_older_than_a_settled_one_is_late(story: Story) -> None:
    packet = story.send()
    story.get(story.reply(packet, 10, "PC2", t1_percent=0.6))
    story.hand(t1_percent=0.4)
    story.get(story.reply(packet, 30, t1_percent=0.4), story.reply(packet, 20, t1_percent=0.5))
    assert (story.value("t1_percent"), story.asked()) == (0.4, [])
    assert story.said(*TO_READ) == [("late", 0.5)]


# Questions close by themselves


def test_p8_the_coordinator_types_their_value(story: Story) -> None:
    packet = story.send()
    story.hand(t1_percent=0.4)
    story.get(story.reply(packet, 10, t1_percent=0.5))
    assert story.asked() == [0.5]
    story.hand(t1_percent=0.5)
    assert (story.value("t1_percent"), story.asked()) == (0.5, [])


def test_p9_the_department_answers_the_next_packet(story: Story) -> None:
    first = story.send(now=1)
    story.hand(t1_percent=0.4)
    story.get(story.reply(first, 10, t1_percent=0.5), now=15)
    story.get(story.reply(story.send(now=20), 30, t1_percent=0.6))
    assert (story.value("t1_percent"), story.asked()) == (0.6, [])
    assert story.said(*TO_READ) == [("told", 0.5)]


def test_p10_they_correct_what_was_chosen(story: Story) -> None:
    packet = story.send()
    story.hand(t1_percent=0.4)
    story.get(story.reply(packet, 10, t1_percent=0.5))
    story.answer("theirs", 0.5)
    story.get(story.reply(packet, 20, t1_percent=0.6))
    assert (story.value("t1_percent"), story.asked()) == (0.6, [])
    assert story.said("corrected", *TO_READ) == [("corrected", 0.6)]


# Put back, and undo


def test_p11_a_retraction_is_told(story: Story) -> None:
    packet = story.send()
    story.get(story.reply(packet, 10, t1_percent=0.5), story.reply(packet, 20))
    assert (story.value("t1_percent"), story.asked()) == (0.5, [])
    assert story.said(*TO_READ) == [("told", 0.3)]


def test_p12_undo_of_both_shows_what_was_there_before(story: Story) -> None:
    packet = story.send()
    story.get(story.reply(packet, 10, t1_percent=0.5), story.reply(packet, 20, t1_percent=0.6))
    story.undo("r1")
    assert (story.value("t1_percent"), story.asked()) == (0.6, [])
    story.undo("r2")
    assert (story.value("t1_percent"), story.asked()) == (0.3, [])


def test_p13_what_gave_way_comes_back_as_a_question(story: Story) -> None:
    first, second = story.send(now=1), story.send(now=2)
    story.get(story.reply(second, 20, t1_percent=0.6), story.reply(first, 10, t1_percent=0.5))
    assert story.said(*TO_READ) == [("late", 0.5)]
    story.undo("r1")
    assert (story.value("t1_percent"), story.asked()) == (0.3, [0.5])


def test_p21_undone_by_mistake_and_mailed_again(story: Story) -> None:
    packet = story.send()
    story.get(story.reply(packet, 10, t1_percent=0.5))
    story.undo("r1")
    story.get(story.reply(packet, 20, t1_percent=0.5, t2_percent=0.4))
    assert (story.value("t1_percent"), story.value("t2_percent"), story.asked()) == (0.3, 0.4, [0.5])


def test_p25_undo_leaves_what_the_coordinator_wrote_himself(story: Story) -> None:
    packet = story.send()
    story.get(story.reply(packet, 10, t1_percent=0.5))
    story.hand(t1_percent=0.4)
    story.hand(t1_percent=0.5)
    story.undo("r1")
    assert (story.value("t1_percent"), story.asked()) == (0.5, [])


# One statement in several cells


def test_p14_cancelled_here_and_finished_there_is_one_question(story: Story) -> None:
    packet = story.send()
    story.hand(t1_status="取消")
    story.get(story.reply(packet, 10, **FINISHED))
    assert story.values("status", "percent", "actual_finish") == ("取消", 0.3, None)
    assert {(q.column, q.theirs) for q in story.open()} == {
        ("status", ("已完成",)),
        ("percent", (1,)),
        ("actual_finish", (OCT_8,)),
    }
    assert len({q.key for q in story.open()}) == 1
    story.answer("theirs", "已完成", column="status")
    assert story.values("status", "percent", "actual_finish") == ("已完成", 1, OCT_8)
    assert story.asked() == []


def test_p15_finished_and_a_colleague_at_80_percent(story: Story) -> None:
    packet = story.send()
    story.get(story.reply(packet, 10, **FINISHED), story.reply(packet, 20, t1_percent=0.8))
    assert story.values("status", "percent", "actual_finish") == ("已完成", 1, OCT_8)
    assert story.asked() == [0.8]
    assert sorted(story.said(*TO_READ), key=str) == [("told", "进行中"), ("told", None)]


def test_p34_a_statement_takes_the_claim_that_is_already_open_with_it(story: Story) -> None:
    first = story.send(now=1)
    story.hand(t1_percent=0.4)
    second = story.send(now=2)
    story.hand(t1_actual_finish=OCT_9)
    story.get(story.reply(first, 10, t1_percent=1, t1_actual_finish=OCT_8))
    story.hand(t1_actual_finish=None)
    story.answer("master", column="actual_finish")
    story.get(story.reply(second, 20, **FINISHED))
    assert sorted(story.asked(), key=str) == [1, "已完成"]
    assert sorted(story.said(*TO_READ), key=str) == sorted([("over", OCT_8), ("over", 1)], key=str)
    story.answer("theirs", "已完成", column="status")
    assert story.values("status", "percent", "actual_finish") == ("已完成", 1, None)
    assert story.asked() == []


# Rows


def test_p16_a_row_is_known_though_its_words_and_date_moved(story: Story) -> None:
    packet = story.send()
    story.hand(t1_due=dt.date(2026, 12, 15), t1_task="市场调研报告。")
    story.get(story.reply(packet, 10, t1_percent=0.5))
    assert (story.value("t1_percent"), story.asked()) == (0.5, [])


def test_p17_the_lead_changed_while_the_packet_was_out(story: Story) -> None:
    packet = story.send()
    story.hand(t1_owner=MKT)
    story.get(story.reply(packet, 10, t1_percent=0.5))
    assert (story.value("t1_percent"), story.asked()) == (0.5, [])
    assert story.said(*TO_READ) == [("told", 0.5)]


def test_p18_a_change_in_another_departments_cell_is_asked(story: Story) -> None:
    story.get(story.reply(story.send(MKT), 10, t1_percent=0.5))
    assert (story.value("t1_percent"), story.asked()) == (0.3, [0.5])


def test_p19_a_row_that_is_missing_is_told(story: Story) -> None:
    story.get(story.reply(story.send(), 10, without=[2], t1_percent=0.5))
    assert (story.value("t1_percent"), story.asked()) == (0.5, [])
    assert sorted((told.kind, told.uid) for told in story.told) == [("applied", 1), ("told", 2)]


def test_p20_a_new_row_with_its_words_mended_is_one_row(story: Story) -> None:
    packet = story.send()
    story.get(
        story.reply(packet, 10, new=[(1, "", "采购样机两台")]),
        story.reply(packet, 20, new=[(1, "", "采购样机三台")]),
    )
    called = [(row["id"], row["task"]) for row in story.office.rows]
    assert called == [("T001", "市场调研报告"), ("T002", "接口联调测试"), ("T003", "采购样机三台")]
    assert story.said("corrected") == [("corrected", "采购样机三台")]


def test_p22_a_cleared_cell_is_applied_and_told(story: Story) -> None:
    story.get(story.reply(story.send(), 10, t1_percent=None))
    assert (story.value("t1_percent"), story.asked()) == (None, [])
    assert story.said("applied", *TO_READ) == [("applied", None), ("told", None)]


def test_p23_cancelled_here_and_at_80_percent_there_both_stand(story: Story) -> None:
    packet = story.send()
    story.hand(t1_status="取消")
    story.get(story.reply(packet, 10, t1_percent=0.8))
    assert (story.values("status", "percent"), story.asked()) == (("取消", 0.8), [])
    assert story.said(*TO_READ) == [("told", 0.8)]


def test_p24_a_number_that_went_to_another_row(story: Story) -> None:
    packet = story.send()
    story.drop(1)
    story.hand(t2_id="T001")
    story.get(story.reply(packet, 10, t1_percent=0.5))
    assert (story.value("t2_percent"), story.asked()) == (0.3, [0.5])
    assert [q.uid for q in story.open()] == [None]


# The coordinator and the department in turns


def test_p26_back_to_the_base_before_anybody_answered(story: Story) -> None:
    packet = story.send()
    story.hand(t1_percent=0.4)
    story.hand(t1_percent=0.3)
    story.get(story.reply(packet, 20, t1_percent=0.5))
    assert (story.value("t1_percent"), story.asked()) == (0.5, [])


@pytest.mark.parametrize(("stamp", "percent"), [(20, 0.5), (40, 0.6)], ids=["p27", "p28"])
def test_the_coordinator_overwrote_them_since_the_sending(story: Story, stamp: int, percent: float) -> None:
    first, second = story.send(now=1), story.send(now=2)
    story.get(story.reply(first, 30, t1_percent=0.5))
    story.hand(t1_percent=0.3)
    story.get(story.reply(second, stamp, t1_percent=percent))
    assert (story.value("t1_percent"), story.asked()) == (0.3, [percent])


def test_p29_a_packet_sent_after_that_is_answered_as_it_shows(story: Story) -> None:
    story.get(story.reply(story.send(now=1), 30, t1_percent=0.5))
    story.hand(t1_percent=0.3)
    story.get(story.reply(story.send(now=110), 120, t1_percent=0.5), now=130)
    assert (story.value("t1_percent"), story.asked()) == (0.5, [])


def test_p30_declined_and_then_back_to_the_base(story: Story) -> None:
    first, second = story.send(now=1), story.send(now=2)
    story.hand(t1_percent=0.4)
    story.get(story.reply(first, 10, t1_percent=0.5))
    story.answer("master")
    story.hand(t1_percent=0.3)
    story.get(story.reply(second, 20, t1_percent=0.5))
    assert (story.value("t1_percent"), story.asked()) == (0.3, [0.5])


def test_p31_declined_for_their_own_other_word(story: Story) -> None:
    first, second = story.send(now=1), story.send(now=2)
    story.get(story.reply(first, 10, "PC1", t1_percent=0.5), story.reply(first, 20, "PC2", t1_percent=0.6))
    story.answer("master")
    story.get(story.reply(second, 30, "PC2", t1_percent=0.6))
    assert (story.value("t1_percent"), story.asked()) == (0.5, [])
    assert story.said(*TO_READ) == [("over", 0.6)]


def test_p32_over_for_sendings_before_the_answer_only(story: Story) -> None:
    first, second = story.send(MKT, now=1), story.send(MKT, now=2)
    story.get(story.reply(second, 10, t1_percent=0.5))
    story.answer("master")
    story.get(story.reply(first, 20, t1_percent=0.5))
    assert story.asked() == []
    assert story.said(*TO_READ) == [("over", 0.5)]
    story.get(story.reply(story.send(MKT, now=110), 120, t1_percent=0.5), now=130)
    assert (story.value("t1_percent"), story.asked()) == (0.3, [0.5])


# Found by random lives, without a number


def test_a_number_that_is_typed_further_down_is_not_given_away(story: Story) -> None:
    new = [(1, "", "采购样机"), (2, "T004", "验收会议"), (3, "", "场地布置")]
    story.get(story.reply(story.send(), 10, new=new))
    called = [(row["id"], row["task"]) for row in story.office.rows[2:]]
    assert called == [("T003", "采购样机"), ("T004", "验收会议"), ("T005", "场地布置")]
