"""Choices on the 冲突 sheet: what an answer writes, what it ends, and what is asked anew."""

from __future__ import annotations

from datetime import date

import pytest
from merge_desk import ROWS, Desk, Record, counts, edited, kinds, notices, reply

from xl_collab.merge.answering import ChosenAnswer
from xl_collab.merge.outcome import ConflictsDoc, collect, read_choices
from xl_collab.merge.words import KINDS, NOTICES, OUTCOMES, STATUSES, STOPS, SUGGESTIONS, WHYS
from xl_collab.project.edits import InsertSheet

DONE: Record = {"status": "已完成", "percent": 1, "actual": date(2023, 11, 10)}


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
        "a": ChosenAnswer("theirs"),
        "b": ChosenAnswer("master"),
        "c": ChosenAnswer("other", 0.7),
        "d": ChosenAnswer("other", "0.7"),
    }


@pytest.fixture
def disputed() -> Desk:
    """T001's percent was 0.5; here it became 0.6, there 0.8."""
    desk = Desk()
    desk.row("T001")["percent"] = 0.6
    desk.collect(reply("dev", edited("T001", percent=0.8)))
    return desk


@pytest.mark.parametrize(
    ("word", "typed", "value"), [("theirs", None, 0.8), ("master", None, 0.6), ("other", "70%", 0.7)]
)
def test_a_choice_settles_a_conflict_for_good(disputed: Desk, word: str, typed: object, value: float) -> None:
    assert disputed.answer(word, typed).result.answers.decided == 1
    assert (disputed.row("T001")["percent"], disputed.open) == (value, ())
    disputed.collect(reply("dev", edited("T001", percent=0.8)))
    disputed.collect(reply("dev", edited("T001", percent=0.8), "2023-11-13"))
    assert (disputed.row("T001")["percent"], disputed.open) == (value, ())


def test_what_was_declined_is_not_asked_again_for_a_packet_that_was_out_and_that_is_told() -> None:
    desk = Desk()
    desk.send("dev2", "研发部")
    desk.row("T001")["percent"] = 0.6
    desk.collect(reply("dev", edited("T001", percent=0.8)))
    desk.answer("master")
    found = desk.collect(reply("dev2", edited("T001", percent=0.8), "2023-11-13"))
    assert (kinds(found), desk.row("T001")["percent"]) == ([], 0.6)
    assert [n.zh for n in found.document.notices] == ["研发部：T001 完成率：“80%”此前已经定过，没有再问"]


def test_what_was_declined_is_asked_again_for_a_packet_that_shows_the_decision(disputed: Desk) -> None:
    disputed.answer("master")
    disputed.send("dev2", "研发部", disputed.now)
    disputed.row("T001")["percent"] = 0.65
    disputed.collect(reply("dev2", edited("T001", percent=0.8), "2023-11-14T09:00"))
    (asked,) = disputed.open
    assert (asked.base, asked.master, asked.theirs) == (0.6, 0.65, 0.8)


def test_a_value_that_does_not_fit_is_asked_again(disputed: Desk) -> None:
    assert notices(disputed.answer("other", "快好了")) == ["unfit_value"]
    assert disputed.row("T001")["percent"] == 0.6
    assert len(disputed.open) == 1


def test_case_80_a_choice_on_a_value_that_has_changed_is_asked_anew(disputed: Desk) -> None:
    """And what was typed on the page for the old value is not kept there for the new one."""
    typed: list[dict[str, object]] = [{"key": disputed.open[0].key, "choice": "用对方"}]
    disputed.row("T001")["percent"] = 0.65
    found = disputed.resolve(read_choices(typed))
    assert notices(found) == ["changed_meanwhile"]
    assert found.result.answers.decided == 0
    assert (disputed.row("T001")["percent"], disputed.open[0].master) == (0.65, 0.65)
    assert kept_choices(disputed, typed) == [""]
    typed[0]["key"] = disputed.open[0].key
    assert kept_choices(disputed, typed) == ["用对方"]


def kept_choices(desk: Desk, typed: list[dict[str, object]]) -> list[str]:
    """The choices on the page as a collect draws it again."""
    (page,) = collect(desk.project, desk.merging, (), {}, typed).edits
    assert isinstance(page, InsertSheet)
    assert isinstance(page.document, ConflictsDoc)
    return [line.choice for line in page.document.lines]


# several candidates


@pytest.fixture
def candidates() -> Desk:
    """Two colleagues on two computers said 0.7 and 0.8, and here it became 0.6."""
    desk = Desk()
    desk.row("T001")["percent"] = 0.6
    for clock, percent in (("PC1", 0.7), ("PC2", 0.8)):
        desk.collect(reply("dev", edited("T001", percent=percent), clock=clock))
    return desk


@pytest.mark.parametrize(
    ("which", "word", "value"), [(0, "theirs", 0.7), (1, "theirs", 0.8), (0, "master", 0.6)]
)
def test_one_answer_ends_all_candidates(candidates: Desk, which: int, word: str, value: float) -> None:
    asked = candidates.open
    assert len({question.group for question in asked}) == 1
    found = candidates.resolve({asked[which].key: ChosenAnswer(word)})
    assert found.result.answers.decided == 1
    assert (candidates.row("T001")["percent"], candidates.open) == (value, ())


def test_two_candidates_cannot_both_be_taken(candidates: Desk) -> None:
    assert notices(candidates.answer("theirs")) == ["contradictory"]
    assert candidates.row("T001")["percent"] == 0.6
    assert len(candidates.open) == 2


def test_contradictory_choices_of_two_departments_write_nothing() -> None:
    desk = Desk(handed_over=True)
    desk.row("T001")["feedback"] = "无变化"
    said = {"dev": "已填", "mkt": "需协助"}
    desk.collect(*(reply(token, edited("T001", feedback=word)) for token, word in said.items()))
    assert notices(desk.answer("theirs")) == ["contradictory"] * 2
    assert (desk.row("T001")["feedback"], len(desk.open)) == ("无变化", 2)
    desk.resolve({q.key: ChosenAnswer("theirs" if q.who.token == "mkt" else "master") for q in desk.open})
    assert (desk.row("T001")["feedback"], desk.open) == ("需协助", ())


def test_two_departments_that_agree_are_both_answered() -> None:
    desk = Desk(handed_over=True)
    desk.row("T001")["feedback"] = "无变化"
    desk.collect(*(reply(token, edited("T001", feedback="需协助")) for token in ("dev", "mkt")))
    assert desk.answer("theirs").result.answers.decided == 2
    assert (desk.row("T001")["feedback"], desk.open) == ("需协助", ())


# one statement in several cells


@pytest.fixture
def cancelled() -> Desk:
    """Cancelled here, finished there."""
    desk = Desk()
    desk.row("T001")["status"] = "取消"
    found = desk.collect(reply("dev", edited("T001", **DONE)))
    assert counts(found) == {"asked": 3}
    assert found.document.asked == 1
    return desk


def t001(desk: Desk) -> tuple[object, ...]:
    return tuple(desk.row("T001").get(name) for name in DONE)


@pytest.mark.parametrize("column", list(DONE))
def test_a_statement_is_taken_as_a_whole(cancelled: Desk, column: str) -> None:
    key = next(q.key for q in cancelled.open if q.cell.column == column)
    assert cancelled.resolve({key: ChosenAnswer("theirs")}).result.answers.decided == 1
    assert (t001(cancelled), cancelled.open) == (tuple(DONE.values()), ())


def test_a_statement_is_declined_as_a_whole(cancelled: Desk) -> None:
    cancelled.resolve({cancelled.open[0].key: ChosenAnswer("master")})
    assert (t001(cancelled), cancelled.open) == (("取消", 0.5, None), ())


def test_a_statement_is_not_torn(cancelled: Desk) -> None:
    words = dict.fromkeys((q.key for q in cancelled.open), ChosenAnswer("theirs"))
    found = cancelled.resolve(words | {cancelled.open[0].key: ChosenAnswer("master")})
    assert notices(found) == ["contradictory"]
    assert (t001(cancelled), len(cancelled.open)) == (("取消", 0.5, None), 3)


def test_one_cell_of_a_statement_can_get_another_value(cancelled: Desk) -> None:
    words = dict.fromkeys((q.key for q in cancelled.open), ChosenAnswer("theirs"))
    actual = next(q.key for q in cancelled.open if q.cell.column == "actual")
    cancelled.resolve(words | {actual: ChosenAnswer("other", "2023-11-13")})
    assert (t001(cancelled), cancelled.open) == (("已完成", 1, date(2023, 11, 13)), ())
    cancelled.collect(reply("dev", edited("T001", **{**DONE, "actual": date(2023, 11, 9)}), "2023-11-13"))
    # 11-13 is the coordinator's own value, so that a correction of 11-10 does not simply replace it.
    assert [question.kind for question in cancelled.open] == ["conflict"]
    assert t001(cancelled)[2] == date(2023, 11, 13)


# rows


@pytest.mark.parametrize(("word", "percent"), [("theirs", 0.4), ("other", 0.3)])
def test_a_deleted_row_comes_back_as_it_was_sent(word: str, percent: float) -> None:
    desk = Desk()
    desk.rows = [row for row in desk.rows if row["id"] != "T002"]
    desk.collect(reply("dev", edited("T002", percent=0.4)))
    desk.answer(word, 0.3 if word == "other" else None)
    assert desk.row("T002") == ROWS[1] | {"percent": percent}
    assert not desk.open


def test_a_deleted_row_whose_number_went_to_another_comes_back_under_the_next() -> None:
    desk = Desk()
    desk.rows = [row for row in desk.rows if row["id"] != "T002"]
    desk.rows.append({**ROWS[0], "id": "T002", "task": "采购两台服务器"})
    found = desk.collect(reply("dev", edited("T002", percent=0.4)))
    assert kinds(found) == [("row_gone", "t002", "percent")]
    desk.answer("theirs")
    assert [(row["id"], row["task"]) for row in desk.rows[-2:]] == [
        ("T002", "采购两台服务器"),
        ("T006", "试产"),
    ]
    assert desk.rows[-1]["percent"] == 0.4


def test_a_deleted_row_can_stay_deleted() -> None:
    desk = Desk()
    desk.rows = [row for row in desk.rows if row["id"] != "T002"]
    desk.collect(reply("dev", edited("T002", percent=0.4)))
    desk.answer("master")
    assert (len(desk.rows), desk.open) == (5, ())


def test_a_row_that_stands_twice_here_has_to_be_mended_first() -> None:
    desk = Desk()
    desk.rows.append(dict(desk.rows[1]))
    found = desk.collect(reply("dev", edited("T002", percent=0.4)))
    assert kinds(found) == [("row_unclear", "t002", "percent")]
    assert notices(desk.answer("theirs")) == ["row_unclear"]
    assert not any(row.get("percent") == 0.4 for row in desk.rows)
    desk.rows.pop()
    desk.answer("theirs")
    assert (desk.row("T002")["percent"], desk.open) == (0.4, ())


def test_questions_of_earlier_merges_stay_until_decided(disputed: Desk) -> None:
    disputed.collect(reply("mkt", edited("T001", percent=1, task="制定技术方案二")))
    disputed.collect()
    assert {(q.kind, q.cell.column, q.who.department) for q in disputed.open} == {
        ("conflict", "percent", "研发部"),
        ("trespass", "percent", "市场部"),
        ("trespass", "task", "市场部"),
    }


def test_a_question_closes_when_the_master_takes_its_value(disputed: Desk) -> None:
    disputed.row("T001")["percent"] = 0.8
    found = disputed.collect()
    assert (notices(found), disputed.open) == (["settled"], ())
    assert counts(found) == {"told": 1}


def test_a_question_closes_when_the_department_says_something_else(disputed: Desk) -> None:
    found = disputed.collect(reply("dev", edited("T001", percent=0.9), "2023-11-13"))
    assert (notices(found), [q.theirs for q in disputed.open]) == (["replaced"], [0.9])


# words


def test_every_kind_has_its_words() -> None:
    for words in (KINDS, NOTICES, SUGGESTIONS, STATUSES, OUTCOMES, STOPS, WHYS):
        assert all(text.zh and text.en and text.zh != text.en for text in words.values())


# what a person types is read as everywhere else, and what is taken is written as its column wants it


@pytest.mark.parametrize(
    ("column", "typed", "value"),
    [
        ("forecast", "6月15日", date(2023, 6, 15)),
        ("forecast", "12月1日", date(2023, 12, 1)),
        ("forecast", "11.30", date(2023, 11, 30)),
        ("forecast", 11.3, None),  # 11 March does not stand there, nor does 30 November: both could be meant
        ("percent", "７０％", 0.7),
        ("percent", 70, 0.7),
        ("status", "完成", "已完成"),
    ],
)
def test_another_value_is_read_as_in_a_reply(column: str, typed: object, value: object) -> None:
    rows = [dict(row) for row in ROWS]
    rows[0] |= {"forecast": date(2023, 11, 20), "status": "进行中"}
    desk = Desk(rows)
    here = {"forecast": date(2023, 11, 22), "percent": 0.6, "status": "暂停"}
    there = {"forecast": date(2023, 11, 24), "percent": 0.8, "status": "未开始"}
    desk.row("T001")[column] = here[column]
    desk.collect(
        reply("dev", [row | {column: there[column]} if row["id"] == "T001" else row for row in rows])
    )
    found = desk.answer("other", typed)
    assert desk.row("T001")[column] == (here[column] if value is None else value)
    assert ("unfit_value" in notices(found)) == (value is None)


def test_a_day_without_year_that_was_typed_as_the_answer_is_told_with_its_year() -> None:
    desk = Desk()
    desk.row("T001")["forecast"] = date(2023, 11, 22)
    desk.collect(reply("dev", edited("T001", forecast=date(2023, 11, 24))))
    found = desk.answer("other", "12月1日")
    assert [n.zh for n in found.document.notices] == [
        "T001 的日期没有年份，按相邻日期推断：12月1日 → 2023-12-01"
    ]


@pytest.mark.parametrize("typed", ["可行，周五到货", "【市场部】可行，周五到货", "市场部：可行，周五到货"])
def test_words_in_a_shared_cell_stand_under_their_department_whoever_types_them(typed: str) -> None:
    desk = Desk()
    desk.row("T001")["support_feedback"] = "【市场部】再议"
    desk.collect(reply("mkt", edited("T001", support_feedback="【市场部】可行")))
    desk.answer("other", typed)
    assert desk.row("T001")["support_feedback"] == "【市场部】可行，周五到货"


def test_words_of_a_department_that_does_not_support_the_row_are_taken_under_its_name() -> None:
    """In a whole workbook people write into any cell, without the name that the column wants."""
    desk = Desk()
    desk.row("T001")["support_feedback"] = "【生产部】产线已排"
    desk.send("dev2", "研发部")
    desk.collect(
        reply("dev2", edited("T001", support_feedback="样机周五给\n【生产部】产线已排"), "2023-11-13")
    )
    (asked,) = desk.open
    assert (asked.kind, asked.theirs) == ("trespass", "样机周五给")
    desk.answer("theirs")
    assert desk.row("T001")["support_feedback"] == "【研发部】样机周五给\n【生产部】产线已排"
