"""What the merge of version 0.1 left open is settled once, by the present rules, and all of it is told."""

from __future__ import annotations

from datetime import date

import pytest
from merge_desk import ROWS, Desk, Record, copy, edited, notices, reply

from xl_collab.merge.merging import Merging, OldClaim, OldQuestion, OldState
from xl_collab.merge.outcome import Merged, collect, master_of
from xl_collab.merge.result import Cell, Value, Who

PERCENT = Cell("tracker", "t001", "percent")
_NAMES = {"dev": "研发部", "mkt": "市场部"}


def who(token: str) -> Who:
    return Who(token, _NAMES[token[:3]], f"{token}@example.com", "2023-11-10", f"sha of {token}")


def claim(token: str, base: object, value: object, *, applied: bool = False) -> OldClaim:
    return OldClaim(who(token), PERCENT, base, value, applied)  # type: ignore[arg-type]


def question(kind: str, cell: Cell, value: Value, token: str = "dev") -> OldQuestion:
    return OldQuestion(kind, who(token), cell, None, value)


class Upgraded(Desk):
    """A master whose first run with the present rules is still to come; dev2 and dev3 went out too."""

    def __init__(self, **cells: object) -> None:
        super().__init__(edited("T001", **cells))
        self.send("dev2", "研发部")
        self.send("dev3", "研发部")
        self.history.rows = {}  # the earlier version did not follow rows
        self.bases = {t: type(b)(b.token, b.number, b.at, b.snapshot) for t, b in self.bases.items()}

    def settle(self, old: OldState) -> Merged:
        project = self.project
        merging = Merging(master_of(project), self.history, self.now, self.bases, old)
        return self._do(collect(project, merging, (), {}))


def test_what_the_old_rule_took_out_again_is_written() -> None:
    """20 % → 35 % was merged; 50 % to the next packet took it out and was asked, week after week."""
    desk = Upgraded(percent=0.2)
    old = OldState(
        [claim("dev", 0.2, 0.35), claim("dev2", 0.35, 0.5)],
        questions=[question("conflict", PERCENT, 0.35), question("conflict", PERCENT, 0.5, "dev2")],
        restored={PERCENT: 0.2},
    )
    found = desk.settle(old)
    assert (desk.row("T001")["percent"], desk.open) == (0.5, ())
    assert [change.why for change in found.result.changes] == ["settled"]
    assert [notice.zh for notice in found.document.notices] == [
        "研发部：T001 完成率：以前收到、被旧规则撤下的“50%”已写入"
    ]


def test_a_value_that_the_old_rule_restored_is_nobodys() -> None:
    """35 % stands here because the old rule put it back over 50 %, not because anybody typed it."""
    desk = Upgraded(percent=0.35)
    desk.settle(OldState([claim("dev3", 0.5, 0.8)], restored={PERCENT: 0.35}))
    assert (desk.row("T001")["percent"], desk.open) == (0.8, ())


def test_what_the_coordinator_wrote_since_is_asked() -> None:
    desk = Upgraded(percent=0.4)
    old = OldState([claim("dev", 0.2, 0.35), claim("dev2", 0.35, 0.5)], restored={PERCENT: 0.2})
    found = desk.settle(old)
    (asked,) = desk.open
    assert (asked.kind, asked.master, asked.theirs) == ("conflict", 0.4, 0.5)
    assert desk.row("T001")["percent"] == 0.4
    assert [n.zh for n in found.document.notices] == ["研发部：T001 完成率：以前收到的“50%”仍请定夺"]
    desk.answer("theirs")
    assert (desk.row("T001")["percent"], desk.open) == (0.5, ())


def test_what_the_master_holds_already_is_over_and_says_nothing() -> None:
    desk = Upgraded(percent=0.5)
    old = OldState(
        [claim("dev", 0.2, 0.5, applied=True), claim("mkt", 0.2, 0.5)],
        questions=[question("conflict", PERCENT, 0.5, "mkt")],
    )
    found = desk.settle(old)
    assert (found.result.changes, notices(found), desk.open) == ((), [], ())


def test_an_earlier_word_of_the_department_that_stands_does_not_hide_its_newest() -> None:
    desk = Upgraded(percent=0.35)
    desk.settle(OldState([claim("dev", 0.2, 0.35, applied=True), claim("dev2", 0.35, 0.5)]))
    assert (desk.row("T001")["percent"], desk.open) == (0.5, ())


def test_two_departments_that_want_different_values_are_both_asked() -> None:
    desk = Upgraded(percent=0.2)
    desk.settle(OldState([claim("dev", 0.2, 0.35), claim("mkt", 0.2, 0.5)], restored={PERCENT: 0.2}))
    assert desk.row("T001")["percent"] == 0.2
    assert {(q.who.department, q.theirs) for q in desk.open} == {("研发部", 0.35), ("市场部", 0.5)}


def test_what_was_decided_is_not_asked_again() -> None:
    desk = Upgraded(percent=0.4)
    desk.settle(OldState([claim("dev", 0.2, 0.35)], spent={("dev", PERCENT): [0.35]}))
    assert (desk.row("T001")["percent"], desk.open) == (0.4, ())
    desk.collect(reply("dev", edited("T001", percent=0.35), "2023-11-13"))
    assert (desk.row("T001")["percent"], desk.open) == (0.4, ())


def test_the_year_goes_on_without_questions() -> None:
    desk = Upgraded(percent=0.2)
    desk.settle(OldState([claim("dev", 0.2, 0.35), claim("dev2", 0.35, 0.5)], restored={PERCENT: 0.2}))
    desk.send("dev4", "研发部", desk.now)
    rows = copy(desk.rows)
    rows[0]["percent"] = 0.6
    desk.collect(reply("dev4", rows, "2023-11-14T09:00"))
    assert (desk.row("T001")["percent"], desk.open) == (0.6, ())


def test_a_row_that_is_gone_is_asked() -> None:
    desk = Upgraded(percent=0.2)
    desk.rows = desk.rows[1:]
    found = desk.settle(OldState([claim("dev", 0.2, 0.35)]))
    assert [(line.id, line.kind.zh) for line in found.document.lines] == [("T001", "本表已没有这一行")]
    assert len(desk.rows) == 5


def test_a_row_that_was_renumbered_is_the_one_that_is_written() -> None:
    desk = Upgraded(percent=0.2)
    desk.rows[0]["id"], desk.rows[1]["id"] = "T002", "T001"
    old = OldState(
        [claim("dev", 0.2, 0.35)],
        questions=[question("trespass", Cell("tracker", "t001", "note"), "急")],
        restored={PERCENT: 0.2},
    )
    desk.settle(old)
    assert [(row["task"], row.get("percent")) for row in desk.rows[:2]] == [
        ("制定技术方案", 0.35),
        ("试产", None),
    ]
    desk.answer("theirs")
    assert [(row["task"], row.get("note")) for row in desk.rows[:2]] == [
        ("制定技术方案", "急"),
        ("试产", None),
    ]


# questions that no claim stands for


NEW: Value = (("task", "采购服务器"), ("owner", "研发部"))


@pytest.mark.parametrize(
    ("old", "kind", "written"),
    [
        (
            question("trespass", Cell("tracker", "t004", "percent"), 0.3),
            "trespass",
            {"T004": {"percent": 0.3}},
        ),
        (question("unreadable", Cell("tracker", "t002", "actual"), "下周一"), "unreadable", {}),
        (question("no_base", Cell("tracker", "t002", "percent"), 0.3), "no_base", {"T002": {"percent": 0.3}}),
        (question("new_row", Cell("tracker", "new:1", "+"), NEW), "new_row", {"T006": dict(NEW)}),  # type: ignore[arg-type]
        (
            question("unknown_id", Cell("tracker", "t099", "+"), (("id", "T099"), *NEW)),  # type: ignore[misc]
            "new_row",
            {"T099": dict(NEW)},  # type: ignore[arg-type]
        ),
    ],
)
def test_other_questions_stay(old: OldQuestion, kind: str, written: dict[str, Record]) -> None:
    desk = Upgraded()
    found = desk.settle(OldState(questions=[old]))
    assert [q.kind for q in desk.open] == [kind]
    assert (notices(found), desk.rows) == (["asked_old"], ROWS)
    desk.answer("theirs")
    for name, cells in written.items():
        assert {key: desk.row(name)[key] for key in cells} == cells
    assert bool(desk.open) is not bool(written)


@pytest.mark.parametrize("kind", ["superseded", "undo", "computed", "overwritten"])
def test_what_is_asked_no_more_is_closed_and_told(kind: str) -> None:
    desk = Upgraded()
    found = desk.settle(OldState(questions=[question(kind, Cell("tracker", "t002", "percent"), 0.3)]))
    assert (desk.open, desk.rows) == ((), ROWS)
    assert [n.zh for n in found.document.notices] == ["研发部：T002 完成率：以前的问题不用再答"]


@pytest.mark.parametrize("kind", ["delete_request", "delete_edit"])
def test_whether_to_delete_a_row_is_asked_no_more(kind: str) -> None:
    desk = Upgraded()
    found = desk.settle(OldState(questions=[question(kind, Cell("tracker", "t002", "-"), None)]))
    assert (desk.open, desk.rows) == ((), ROWS)
    assert [n.zh for n in found.document.notices] == [
        "研发部：T002：以前问要不要删除这一行，现在不用再答；本表保留"
    ]


def test_a_reply_that_waited_as_a_whole_still_waits_as_one() -> None:
    desk = Upgraded()
    old = [question("stopped", Cell("tracker", "t002", name), "x") for name in ("percent", "status")]
    desk.settle(OldState(questions=old))
    (asked,) = desk.open
    assert (asked.kind, asked.count, asked.whole) == ("stopped", 2, True)
    desk.answer("master")
    assert desk.open == ()


def test_one_list_says_all_of_it() -> None:
    desk = Upgraded(percent=0.2)
    actual = Cell("tracker", "t001", "actual")
    old = OldState(
        [claim("dev", 0.2, 0.35), OldClaim(who("dev2"), actual, date(2023, 11, 1), date(2023, 11, 9), False)],
        questions=[
            question("conflict", PERCENT, 0.35),
            question("delete_request", Cell("tracker", "t003", "-"), None),
        ],
    )
    found = desk.settle(old)
    assert notices(found) == ["settled_old", "asked_old", "closed_old_row"]
    assert len(found.document.notices) == 3
    counted = {word: n for word, n in found.counts.items() if n}
    assert counted["told"] >= 1
    assert [q.cell.column for q in desk.open] == ["actual"]
