"""More small histories over every office of merge_offices.py: found by random lives, or asked by a rule.

The numbered ones, and how to read them, are in test_merge_rules.py.
"""

from __future__ import annotations

import datetime as dt

import pytest
from life.office import Outcome
from merge_offices import OFFICES
from merge_rules import all_written
from merge_story import DEV, MKT, Story

OCT_8 = dt.date(2026, 10, 8)
FINISHED = {"t1_status": "已完成", "t1_percent": 1, "t1_actual_finish": OCT_8}
TO_READ = ("late", "told", "noted", "over")


@pytest.fixture(params=OFFICES)
def story(request: pytest.FixtureRequest) -> Story:
    return Story(OFFICES[request.param])


def test_the_older_of_two_files_for_one_packet_is_late_when_it_is_read_last(story: Story) -> None:
    packet = story.send()
    story.get(story.reply(packet, 20, t1_percent=0.6), story.reply(packet, 10, t1_percent=0.5))
    assert (story.value("t1_percent"), story.asked()) == (0.6, [])
    assert story.said(*TO_READ) == [("late", 0.5)]


def test_what_another_departments_word_settled_becomes_a_question_by_its_undo(story: Story) -> None:
    lead = story.send(DEV, now=1)
    support = story.send(MKT, now=2)
    story.get(story.reply(lead, 10, t1_percent=0.5), story.reply(support, 20, t1_percent=0.5))
    assert story.said("same") == [("same", 0.5)]
    story.undo("r1")
    assert (story.value("t1_percent"), story.asked()) == (0.3, [0.5])
    assert [q.dept for q in story.open()] == [MKT]


def test_a_declined_put_back_is_over_when_its_file_comes_again(story: Story) -> None:
    packet = story.send()
    both = story.reply(packet, 10, t1_percent=0.5, t2_percent=0.4)
    story.get(both, story.reply(packet, 20, t2_percent=0.4))
    assert story.asked() == [0.3]
    story.answer("master")
    story.get(story.reply(packet, 30, t2_percent=0.4))
    assert (story.value("t1_percent"), story.asked()) == (0.5, [])
    assert story.said(*TO_READ) == [("over", 0.3)]


def test_a_put_back_of_what_was_declined_is_still_told(story: Story) -> None:
    packet = story.send()
    story.hand(t1_percent=0.4)
    story.get(story.reply(packet, 10, t1_percent=0.5))
    story.answer("master")
    story.get(story.reply(packet, 20))
    assert (story.value("t1_percent"), story.asked()) == (0.4, [])
    assert story.said(*TO_READ) == [("told", 0.3)]


def test_the_file_without_it_is_read_first(story: Story) -> None:
    packet = story.send()
    early, late = story.reply(packet, 10, t1_percent=0.5), story.reply(packet, 20)
    story.get(late, early)
    assert (story.value("t1_percent"), story.asked()) == (0.5, [])
    assert story.said(*TO_READ) == [("told", 0.3)]


def test_they_have_seen_the_masters_value_and_insist(story: Story) -> None:
    first = story.send(now=1)
    story.hand(t1_percent=0.4)
    second = story.send(now=2)
    story.get(story.reply(first, 10, t1_percent=0.5))
    assert story.asked() == [0.5]
    story.get(story.reply(second, 20, t1_percent=0.5))
    assert (story.value("t1_percent"), story.asked()) == (0.5, [])


def test_a_row_that_is_torn_already_is_not_torn_further(story: Story) -> None:
    packet = story.send()
    story.hand(t1_status="未开始")  # and 30 %
    story.get(story.reply(packet, 10, **FINISHED))
    assert story.values("status", "percent", "actual_finish") == ("未开始", 0.3, None)
    assert {q.column for q in story.open()} == {"status", "percent", "actual_finish"}


def test_an_answer_stands_when_the_word_that_it_kept_is_undone(story: Story) -> None:
    packet = story.send()
    story.get(story.reply(packet, 10, "PC1", t1_percent=0.5), story.reply(packet, 20, "PC2", t1_percent=0.6))
    story.answer("master")
    story.undo("r1")
    assert (story.value("t1_percent"), story.asked()) == (0.5, [])


def test_a_put_back_by_another_clock_is_only_noted(story: Story) -> None:
    packet = story.send()
    story.get(story.reply(packet, 10, "PC1", t1_percent=0.5), story.reply(packet, 20, "PC2"))
    assert story.said(*TO_READ) == [("noted", 0.3)]
    assert all_written(Outcome(story.told))


def test_the_same_file_again_changes_and_says_nothing(story: Story) -> None:
    packet = story.send()
    file = story.reply(packet, 10, t1_percent=0.5)
    story.get(file, file)
    assert story.said("applied", "same", *TO_READ) == [("applied", 0.5)]


def test_supporters_speak_in_cells_of_their_own(story: Story) -> None:
    lead, support = story.send(DEV, now=1), story.send(MKT, now=2)
    theirs = {"t1_support_feedback@市场部": "可以支持"}
    story.get(story.reply(support, 10, **theirs), story.reply(lead, 20, t1_percent=0.5))
    assert story.values("support_feedback@市场部", "percent") == ("可以支持", 0.5)
    assert story.asked() == []
    story.get(story.reply(lead, 30, t1_percent=0.5, **{"t1_support_feedback@市场部": "不行"}))
    assert (story.value("t1_support_feedback@市场部"), story.asked()) == ("可以支持", ["不行"])


def test_a_typed_number_is_kept_if_free_and_told_if_not(story: Story) -> None:
    story.get(story.reply(story.send(), 10, new=[(1, "T009", "采购样机"), (2, "T002", "验收会议")]))
    called = [(row["id"], row["task"]) for row in story.office.rows[2:]]
    assert called == [("T009", "采购样机"), ("T010", "验收会议")]
    assert story.said("told") == [("told", "T010")]


def test_a_choice_made_on_a_value_that_has_changed_is_asked_anew(story: Story) -> None:
    packet = story.send()
    story.hand(t1_percent=0.4)
    story.get(story.reply(packet, 10, t1_percent=0.5))
    (question,) = story.open()
    story.hand(t1_percent=0.45)
    story.office.answer(question.key, "theirs", 0.5)
    assert (story.value("t1_percent"), story.asked()) == (0.45, [0.5])
