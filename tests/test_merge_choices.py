"""Choices on the 冲突 sheet, undo, and the words of the merge."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from merge_desk import Desk, edited, kinds, reply

from xl_collab.actions.merge import (
    read_choices,
    take_back,
)
from xl_collab.model.merge.merging import (
    Cell,
    Choice,
    Odd,
    Who,
)
from xl_collab.model.merge.result import Conflict
from xl_collab.model.merge.words import KINDS, NOTICES, STATUSES, SUGGESTIONS

# choices


def test_choices_are_read_as_people_fill_them_in() -> None:
    records = [
        {"key": "a", "choice": "用对方", "value": None},
        {"key": "b", "choice": "Keep this table's"},
        {"key": "c", "choice": "另填", "value": 0.7},
        {"key": "d", "choice": None, "value": "0.7"},
        {"key": "e", "choice": "另填", "value": ""},
        {"key": "f", "choice": "再说"},
        {"key": "g"},
    ]
    assert read_choices(records) == {
        "a": Choice("theirs"),
        "b": Choice("master"),
        "c": Choice("other", 0.7),
        "d": Choice("other", "0.7"),
    }


@pytest.fixture
def disputed() -> Desk:
    """T001's percent was 0.5; here it became 0.6, there 0.8."""
    desk = Desk()
    desk.row("T001")["percent"] = 0.6
    desk.collect(reply("dev", edited("T001", percent=0.8)))
    return desk


@pytest.mark.parametrize(
    ("choice", "value"),
    [(Choice("theirs"), 0.8), (Choice("master"), 0.6), (Choice("other", "70%"), 0.7)],
)
def test_a_choice_settles_a_conflict_for_good(disputed: Desk, choice: Choice, value: float) -> None:
    disputed.resolve({disputed.open[0].key: choice})
    assert disputed.row("T001")["percent"] == value
    assert not disputed.open
    assert not disputed.collect(reply("dev", edited("T001", percent=0.8))).open


def test_a_value_that_does_not_fit_is_asked_again(disputed: Desk) -> None:
    disputed.resolve({disputed.open[0].key: Choice("other", "快好了")})
    assert disputed.notices == ["unfit_value"]
    assert disputed.row("T001")["percent"] == 0.6
    assert len(disputed.open) == 1


def test_a_cell_that_changed_since_is_asked_again(disputed: Desk) -> None:
    disputed.row("T001")["percent"] = 0.65
    disputed.resolve({disputed.open[0].key: Choice("theirs")})
    assert disputed.notices == ["changed_meanwhile"]
    assert disputed.row("T001")["percent"] == 0.65
    assert disputed.open[0].master == 0.65


def test_contradictory_choices_write_nothing() -> None:
    desk = Desk(handed_over=True)
    desk.collect(
        reply("dev", edited("T001", feedback="已填")), reply("mkt", edited("T001", feedback="需协助"))
    )
    desk.resolve({item.key: Choice("theirs") for item in desk.open})
    assert desk.notices == ["contradictory"] * 2
    assert desk.row("T001").get("feedback") is None
    mine = next(item for item in desk.open if item.who.token == "mkt")
    desk.resolve({item.key: Choice("theirs" if item is mine else "master") for item in desk.open})
    assert desk.row("T001")["feedback"] == "需协助"
    assert not desk.open


def test_questions_of_earlier_merges_stay_until_decided(disputed: Desk) -> None:
    disputed.collect(reply("mkt", edited("T001", percent=1, task="改名")))
    assert [(kind, item) for kind, _, item in kinds(disputed.collect())] == [
        ("conflict", "percent"),
        ("trespass", "percent"),
        ("trespass", "task"),
    ]


# undo


def test_undo_takes_back_only_what_still_stands() -> None:
    desk = Desk()
    answer = reply("dev", edited("T001", percent=0.8, status="已完成"))
    made = desk.collect(answer).result.changes
    desk.row("T001")["status"] = "暂停"
    outcome = take_back(desk.project, made, desk.history)
    desk._do(outcome)
    assert (desk.row("T001")["percent"], desk.row("T001")["status"]) == (0.5, "暂停")
    (asked,) = outcome.data.open
    assert (asked.kind, asked.base, asked.master, asked.theirs) == ("undo", "done", "paused", "in_progress")
    desk.history = outcome.data.undone.history
    desk.collect(answer)
    assert desk.row("T001")["percent"] == 0.5


def test_undo_leaves_what_another_reply_says_too() -> None:
    desk = Desk(handed_over=True)
    made = desk.collect(reply("dev", edited("T001", feedback="已填"))).result.changes
    desk.collect(reply("mkt", edited("T001", feedback="已填")))
    undone = take_back(desk.project, made, desk.history).data.undone
    assert not undone.changes
    assert [change.cell.row for change in undone.kept] == ["t001"]


# words


def test_every_kind_has_its_words() -> None:
    for words in (KINDS, NOTICES, SUGGESTIONS, STATUSES):
        assert all(text.zh and text.en and text.zh != text.en for text in words.values())


def test_conflicts_and_changes_survive_json() -> None:
    who = Who("t", "研发部", "a@b", "2023", "ff")
    cell = Cell("tracker", "t001", "actual")
    item = Conflict(
        "conflict", who, cell, date(2023, 1, 1), Odd("formula", "1"), datetime(2023, 1, 1, 8), "ask"
    )
    added = Conflict(
        "new_row", who, Cell("tracker", "new:1", "+"), None, None, (("task", "x"), ("percent", 1))
    )
    for one in (item, added):
        again = Conflict.from_json(one.to_json())
        assert (again, again.key) == (one, one.key)
    assert item.key != added.key
