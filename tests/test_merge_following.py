"""Which row is which after people inserted, renumbered, reworded, doubled and deleted rows."""

from __future__ import annotations

from datetime import date

import pytest
from books import task
from hypothesis import example, given, strategies as st
from merge_desk import Desk, Record, changed, copy, kinds, notices, reply

from xl_collab.merge import following
from xl_collab.merge.following import Finder, Says, follow, similar, tidied
from xl_collab.merge.snapshot import Rows
from xl_collab.schema.sheets import TRACKER

SURVEY, TRIAL, TRAIN = "市场调研报告", "试产样机两台", "渠道培训材料"
KNOWN = {"t001": Says("t001", SURVEY), "t002": Says("t002", TRIAL), "t003": Says("t003", TRAIN)}


def says(*rows: str) -> list[Says]:
    """Rows as `T001 words`."""
    split = (row.split(" ", 1) for row in rows)
    return [Says(name.lower(), words) for name, words in split]


@pytest.mark.parametrize(
    ("rows", "at"),
    [
        pytest.param(
            says(f"T003 {TRAIN}", f"T001 {SURVEY}", f"T002 {TRIAL}"),
            {"t001": 1, "t002": 2, "t003": 0},
            id="sorted",
        ),
        pytest.param(
            says("T001 采购", f"T002 {SURVEY}", f"T003 {TRIAL}", f"T004 {TRAIN}"),
            {"t001": 1, "t002": 2, "t003": 3},
            id="inserted on top, all renumbered",
        ),
        pytest.param(
            says(f"T001 {TRIAL}", f"T002 {TRAIN}"), {"t002": 0, "t003": 1}, id="deleted, the rest renumbered"
        ),
        pytest.param(
            says(f"T002 {SURVEY}", f"T001 {TRIAL}", f"T003 {TRAIN}"),
            {"t001": 0, "t002": 1, "t003": 2},
            id="two numbers exchanged",
        ),
        pytest.param(
            says(f"T001 {SURVEY}（第二版）", f"T002 {TRIAL}", f"T003 {TRAIN}"),
            {"t001": 0, "t002": 1, "t003": 2},
            id="words mended",
        ),
        pytest.param(
            says("T001 采购服务器", f"T002 {TRIAL}", f"T003 {TRAIN}"),
            {"t002": 1, "t003": 2},
            id="another task under the number",
        ),
        pytest.param(
            says(f"T009 {SURVEY}（第二版）", f"T002 {TRIAL}", f"T003 {TRAIN}"),
            {"t002": 1, "t003": 2},
            id="words and number changed at once",
        ),
        pytest.param(
            says(f"T001 {SURVEY}", f"T001 {TRAIN}", f"T002 {TRIAL}"),
            {"t001": 0, "t002": 2, "t003": 1},
            id="one number twice, other words",
        ),
        pytest.param(
            says(f" {SURVEY}", f" {TRIAL}", f" {TRAIN}"),
            {"t001": 0, "t002": 1, "t003": 2},
            id="numbers deleted",
        ),
        pytest.param(says("T001 ", "T002 ", "T003 "), {"t001": 0, "t002": 1, "t003": 2}, id="words deleted"),
    ],
)
def test_rows_are_followed(rows: list[Says], at: dict[str, int]) -> None:
    found = follow(KNOWN, rows)
    assert found.at == at
    assert not found.doubtful
    assert found.new == tuple(sorted(set(range(len(rows))) - set(at.values())))


def test_of_a_doubled_row_neither_copy_is_taken() -> None:
    found = follow(KNOWN, says(f"T001 {SURVEY}", f"T001 {SURVEY}", f"T002 {TRIAL}", f"T003 {TRAIN}"))
    assert found.at == {"t002": 2, "t003": 3}
    assert (found.doubtful, found.new) == ({"t001"}, ())


def test_a_copy_with_its_own_number_is_another_row() -> None:
    found = follow(KNOWN, says(f"T001 {SURVEY}", f"T004 {SURVEY}", f"T002 {TRIAL}", f"T003 {TRAIN}"))
    assert (found.at["t001"], found.new) == (0, (1,))


def test_rows_of_the_same_words_are_told_apart_by_number_only() -> None:
    known = {"t001": Says("t001", "例会"), "t002": Says("t002", "例会")}
    assert follow(known, says("T002 例会", "T001 例会")).at == {"t001": 1, "t002": 0}
    assert follow(known, says("T011 例会", "T012 例会")).at == {}
    assert follow(known, says("T011 例会", "T002 例会")).at == {"t001": 0, "t002": 1}  # the one that is left


def test_a_mended_row_is_not_mixed_up_with_one_that_took_its_number() -> None:
    known = {"t001": Says("t001", SURVEY), "t002": Says("t002", TRIAL)}
    rows = says(f"T001 {TRIAL}", f"T002 {SURVEY}（第二版）")
    assert follow(known, rows).at == {"t002": 0}  # and T001, mended and renumbered, is nobody's


@pytest.mark.parametrize(
    "words", ["市 场 调 研 报 告", "市场调研报告 ", "市场\u200b调研报告", "市场调研\n报告"]
)
def test_spaces_do_not_make_another_task(words: str) -> None:
    assert tidied(words) == tidied(SURVEY)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (SURVEY, f"{SURVEY}。", True),
        (SURVEY, "市场调研与报告", True),
        (SURVEY, "", True),
        (SURVEY, TRAIN, False),
        ("采购样机", "验收样机", False),
    ],
)
def test_what_could_be_one_task(one: str, other: str, *, alike: bool) -> None:
    assert similar(one, other) is alike


rows = st.builds(
    Says, st.sampled_from(["", "t1", "t2", "t3"]), st.sampled_from(["", SURVEY, TRIAL, TRAIN, "采购"])
)


@given(st.lists(rows, max_size=6), st.lists(rows, max_size=6), st.randoms(use_true_random=False))
def test_no_row_is_given_away_and_order_says_nothing(
    before: list[Says], now: list[Says], rng: object
) -> None:
    known = {f"row{n}": said for n, said in enumerate(before)}
    found = follow(known, now)
    assert len(set(found.at.values())) == len(found.at)
    assert not set(found.at) & found.doubtful
    assert not set(found.at.values()) & set(found.new)
    for key, place in found.at.items():
        was, is_ = known[key], now[place]
        assert was.id == is_.id or was.words == is_.words
        assert (was.words == is_.words) or similar(was.words, is_.words)
    for key, was in known.items():  # what stands there unchanged, once before and once now, is found
        if any(was) and before.count(was) == now.count(was) == 1:
            assert found.at[key] == now.index(was)
    turned = follow(dict(reversed(known.items())), now[::-1])
    once = {k for k, was in known.items() if before.count(was) == 1}
    assert {k: now[p] for k, p in found.at.items() if k in once} == {
        k: now[::-1][p] for k, p in turned.at.items() if k in once
    }


# Case 74, with a coordinator


def numbered(desk: Desk, order: list[Record]) -> None:
    """The coordinator renumbers the rows from the top."""
    desk.rows = [row | {"id": f"T{n:03}"} for n, row in enumerate(order, 1)]


def sent(**cells: object) -> list[Record]:
    """What a packet with three tasks shows, with some cells of the first changed."""
    tasks = (SURVEY, TRIAL, TRAIN)
    found = [task(f"T{n:03}", owner="研发部", task=name, output=name) for n, name in enumerate(tasks, 1)]
    return [found[0] | cells, *found[1:]]


def percents(desk: Desk) -> dict[object, object]:
    return {row["task"]: row["percent"] for row in desk.rows if row.get("percent") is not None}


def test_case_74_rows_inserted_and_renumbered_after_the_packet_went_out() -> None:
    desk = Desk(sent())
    numbered(desk, [task("", task="采购服务器", output="服务器"), *desk.rows])
    found = desk.collect(reply("dev", sent(percent=0.8)))
    assert (percents(desk), kinds(found)) == ({SURVEY: 0.8}, [])
    assert desk.row("T002")["task"] == SURVEY
    desk.collect(reply("dev", sent(percent=0.9), "2023-11-13"))  # and its history goes with the row
    assert (percents(desk), desk.open) == ({SURVEY: 0.9}, ())


def test_case_74_a_deleted_row_whose_number_another_has_now() -> None:
    desk = Desk(sent())
    numbered(desk, desk.rows[1:])
    found = desk.collect(reply("dev", sent(percent=0.8)))
    assert (percents(desk), kinds(found)) == ({}, [("row_gone", "t001", "percent")])
    (line,) = found.document.lines
    assert (line.id, line.kind.zh, line.theirs) == ("T001", "本表已没有这一行", 0.8)


def test_case_74_words_mended_and_dates_and_leads_changed_meanwhile() -> None:
    desk = Desk(sent())
    desk.rows[0] |= {"task": f"{SURVEY}（第二版）", "deadline": date(2024, 3, 1), "owner": "市场部"}
    found = desk.collect(reply("dev", sent(percent=0.8)))
    assert (percents(desk), kinds(found)) == ({f"{SURVEY}（第二版）": 0.8}, [])
    assert notices(found) == ["lead_changed"]


def test_case_74_reworded_beyond_recognition_is_asked() -> None:
    desk = Desk(sent())
    desk.rows[0]["task"] = "采购服务器"
    found = desk.collect(reply("dev", sent(percent=0.8)))
    assert (percents(desk), kinds(found)) == ({}, [("row_gone", "t001", "percent")])


def test_case_74_a_question_goes_with_its_row() -> None:
    desk = Desk(sent())
    desk.rows[0]["percent"] = 0.3
    desk.collect(reply("dev", sent(percent=0.8)))
    numbered(desk, desk.rows[::-1])
    found = desk.collect()
    assert [line.id for line in found.document.lines] == ["T003"]
    desk.answer("theirs")
    assert percents(desk) == {SURVEY: 0.8}


def test_case_74_rows_inserted_and_renumbered_in_the_packet() -> None:
    desk = Desk(sent())
    returned = [task("T001", task="采购服务器", output="服务器", owner="研发部"), *sent(percent=0.8)]
    returned = [row | {"id": f"T{n:03}"} for n, row in enumerate(returned, 1)]
    found = desk.collect(reply("dev", returned))
    assert (percents(desk), kinds(found)) == ({SURVEY: 0.8}, [])
    assert notices(found).count("id_changed") == 3
    assert [(row["id"], row["task"]) for row in desk.rows[3:]] == [("T004", "采购服务器")]


def test_case_74_a_packet_sent_after_that_knows_its_rows() -> None:
    desk = Desk(sent())
    numbered(desk, [task("", task="采购服务器", output="服务器"), *desk.rows])
    desk.send("dev2", "研发部")
    again = copy(desk.rows)
    again[1]["percent"] = 0.8
    found = desk.collect(reply("dev2", again))
    assert changed(found) == {("t001", "percent"): 0.8}
    assert percents(desk) == {SURVEY: 0.8}


def test_a_deleted_row_that_the_department_writes_down_again_is_that_row() -> None:
    desk = Desk(sent())
    desk.rows = desk.rows[:2]
    desk.send("dev2", "研发部")
    desk.collect(reply("dev2", [*copy(desk.rows), {"id": "T003", "task": TRAIN}]))
    assert [row["id"] for row in desk.rows] == ["T001", "T002", "T003"]
    desk.send("dev3", "研发部")
    again = copy(desk.rows)
    again[2]["percent"] = 0.8
    found = desk.collect(reply("dev3", again))
    assert (percents(desk), kinds(found)) == ({TRAIN: 0.8}, [])


@given(st.lists(st.text("aΣ字Ａ １²ß\0\t　", max_size=4), max_size=4))
@example([" a", "b"])
@example(["A\0", "B"])
def test_texts_of_a_column_are_tidied_as_each_by_itself(texts: list[str]) -> None:
    rows = Rows(("",) * len(texts), {following.says_column(TRACKER): [text or None for text in texts]})
    assert [said.words for said in following.says(TRACKER, rows)] == [tidied(text) for text in texts]


A_ROW = st.builds(Says, st.sampled_from(["", "t001", "t002", "t003"]), st.sampled_from(["", SURVEY, TRIAL]))


@given(st.lists(A_ROW, max_size=5), st.lists(st.lists(A_ROW, max_size=4), max_size=3))
def test_many_tables_are_followed_as_each_alone(rows: list[Says], tables: list[list[Says]]) -> None:
    known = {f"row{n}": said for n, said in enumerate(rows)}
    finder = Finder(known)
    for table in tables:
        assert finder.find(table) == follow(known, table)
