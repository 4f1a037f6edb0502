"""时间节点 as people write them: collected texts with their right answers, and what is offered else.

`data/deadlines.csv`: what a text must be read as; `data/deadline_neighbours.csv`: the same for others of
the same kinds. `X` is refused; after a `?` stands what must be among the readings if it is not read.
"""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest
from books import book, project, task
from hypothesis import given, settings, strategies as st

from tests.test_one_cell import ANY
from xl_collab.checks.deadlines import check_deadlines
from xl_collab.checks.validate import findings
from xl_collab.errors import Lang
from xl_collab.importing.progress import read_percent, read_progress
from xl_collab.plan.project import Project
from xl_collab.project.calendar.workdays import Calendar
from xl_collab.project.notes.condition_parsers import lift_conditions
from xl_collab.project.parties import parse_parties
from xl_collab.project.predecessors import parse_predecessors
from xl_collab.project.timing.deadlines import (
    Deadline,
    FixedDate,
    Recurrence,
    Relative,
    Unreadable,
    describe,
    parse_deadline,
)
from xl_collab.project.timing.possible import Anchor
from xl_collab.project.timing.readings import readings

DATA = Path(__file__).parent / "data"
AS_OF = date(2023, 10, 20)
SEEDED = Calendar.seeded()
ANCHORS = (Anchor("M001", "项目启动会"), Anchor("T003", "需求评审"))


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def said(deadline: Deadline) -> str:
    """A date as in the files, R:… for a recurrence, A:… for a relative deadline, X for what is not read."""
    if isinstance(deadline, FixedDate):
        return str(deadline.date) + (f" {deadline.time:%H:%M}" if deadline.time else "")
    if isinstance(deadline, Recurrence):
        return f"R:{describe(deadline)}"
    return f"A:{describe(deadline)}" if isinstance(deadline, Relative) else "X"


def offered(text: str) -> list[str]:
    found = readings(text, as_of=AS_OF, calendar=SEEDED, anchors=ANCHORS)
    return [said(parse_deadline(dict(reading.writes)["deadline"])) for reading in found]


def number_or_text(case: dict[str, str]) -> object:
    """The cell: some rows of the file are numbers, as Excel keeps dates."""
    is_number = case["text"].replace(".", "").isdecimal() and case["product"].startswith("2023")
    return float(case["text"]) if is_number and len(case["text"].split(".")[0]) == 5 else case["text"]


@pytest.mark.parametrize("case", rows("deadlines.csv"), ids=lambda case: case["text"])
def test_collected_texts(case: dict[str, str]) -> None:
    found, right = said(parse_deadline(number_or_text(case), near=AS_OF)), case["right"]
    if not right.startswith("X"):
        assert found == right or (right == "R" and found.startswith("R:"))
        return
    wanted = right.partition("?")[2]
    if "?" not in right:
        assert found == "X"
    elif found != "X":
        assert found == wanted or (wanted in ("R", "anchor") and found[0] in "RA")
    else:
        choices = offered(case["text"])
        assert choices
        if wanted == "US":
            assert {"2023-10-08", "2023-08-10"} <= set(choices)
        elif wanted in ("R", "anchor"):
            assert [one for one in choices if one.startswith("R:" if wanted == "R" else "A:")]
        elif wanted:
            assert wanted in choices


@pytest.mark.parametrize("case", rows("deadline_neighbours.csv"), ids=lambda case: case["text"])
def test_others_of_the_same_kinds(case: dict[str, str]) -> None:
    found, right = said(parse_deadline(case["text"], near=AS_OF)), case["right"]
    if not right.startswith("?"):
        assert found == right
    elif found == "X":
        choices = offered(case["text"])
        assert (
            [one for one in choices if one.startswith("A:")] if right == "?anchor" else right[1:] in choices
        )
    else:
        assert found == right[1:]


UNREAD = [
    case["text"]
    for name in ("deadlines.csv", "deadline_neighbours.csv")
    for case in rows(name)
    if isinstance(parse_deadline(case["text"], near=AS_OF), Unreadable)
]


def tracker(**cells: object) -> Project:
    """A row to be mended, beside one that dates it and one that it may hang on."""
    tasks = [
        task("T001", deadline=date(2023, 10, 20), task="启动会"),
        task("T003", deadline=date(2023, 10, 27), task="需求评审"),
        task("T004", **cells),
    ]
    return Project(book(tasks, settings={"anchor": date(2023, 10, 2)}), AS_OF)


def unread(made: Project) -> tuple[str, ...]:
    codes = ("E103", "E107", "E128", "E151")
    return tuple(f.code for f in check_deadlines(made) if f.row_id == "T004" and f.code in codes)


@pytest.mark.parametrize("text", UNREAD)
def test_whichever_reading_is_chosen_its_texts_remove_the_finding(text: str) -> None:
    told = [f for f in check_deadlines(tracker(deadline=text)) if f.row_id == "T004" and f.code == "E103"]
    assert len(told) == 1
    for reading in told[0].readings:
        assert reading.says.zh and reading.says.en
        assert unread(tracker(**dict(reading.writes))) == (), reading


def test_most_unread_texts_offer_something() -> None:
    assert sum(bool(offered(text)) for text in UNREAD) >= 0.75 * len(UNREAD)


def test_a_span_offers_both_its_ends() -> None:
    told = next(f for f in findings(tracker(deadline="10.8-10.12")) if f.code == "E103")
    first = told.readings[0]
    assert first.writes == (("planned_start", "2023-10-08"), ("deadline", "2023-10-12"))
    assert first.says.zh == "计划开始 2023-10-08，时间节点 2023-10-12"


def test_an_event_offers_the_rows_that_are_called_so() -> None:
    told = next(f for f in findings(tracker(deadline="启动会后3个工作日")) if f.code == "E103")
    assert told.readings[0].writes == (("deadline", "T001+3个工作日"),)
    assert told.readings[0].says.zh == "T001+3个工作日（启动会）"


def test_a_number_that_was_typed_for_a_date_offers_the_dates() -> None:
    told = next(f for f in findings(tracker(deadline=10.1)) if f.cell == "F7")
    assert told.code == "E105"
    assert {dict(r.writes)["deadline"] for r in told.readings} >= {"2023-10-01", "2023-10-10"}
    assert [f.code for f in findings(tracker(deadline=date(2023, 10, 9))) if f.cell == "F7"] == []


def test_date_columns_offer_days_alone() -> None:
    found = {f.code: f for f in findings(tracker(forecast="10.8-10.12")) if f.row_id == "T004"}
    assert [dict(r.writes) for r in found["E105"].readings] == [{"forecast": "2023-10-12"}]
    found = {f.code: f for f in findings(tracker(forecast="2023年10月27日")) if f.row_id == "T004"}
    assert [dict(r.writes) for r in found["E104"].readings] == [{"forecast": "2023-10-27"}]
    found = {f.code: f for f in findings(tracker(forecast="每周一")) if f.row_id == "T004"}
    assert found["E105"].readings == ()


def test_a_typed_date_can_be_made_a_real_one() -> None:
    told = next(f for f in findings(tracker(deadline="2023年10月27日前完成")) if f.code == "E123")
    assert [dict(r.writes) for r in told.readings] == [{"deadline": "2023-10-27"}]


def test_a_missing_year_can_be_chosen() -> None:
    told = next(f for f in findings(tracker(deadline="11月底前")) if f.code == "E107")
    assert [dict(r.writes)["deadline"] for r in told.readings] == ["2023-11-30", "2024-11-30", "2022-11-30"]


def test_the_readings_of_very_many_cells_are_not_all_worked_out() -> None:
    many = [task(f"T{n}", deadline="10.8") for n in range(1200)]
    told = [f for f in findings(project(many)) if f.code == "E103"]
    assert len(told) == 1200
    assert sum(bool(f.readings) for f in told) == 1000


@given(ANY | st.sampled_from(UNREAD).flatmap(lambda text: ANY.map(lambda more: text + more)))
def test_no_text_breaks_the_readings_and_each_is_read_in_one_way(text: str) -> None:
    found = readings.__wrapped__(text, as_of=AS_OF, calendar=SEEDED, anchors=ANCHORS)  # type: ignore[attr-defined]
    for reading in found:
        written = dict(reading.writes)["deadline"]
        meant = parse_deadline(written)
        assert isinstance(meant, FixedDate | Recurrence | Relative), (text, written)
        assert not (isinstance(meant, FixedDate) and meant.year_inferred)
    assert len({reading.writes for reading in found}) == len(found)


PIECES = [*"每两双单隔逢周一五、月零〇十日号天年首末底初中旬上下本次前后内起至-~/.:(),+第个"]
PIECES += [
    "星期",
    "礼拜",
    "10",
    "31",
    "0",
    "2023",
    "23",
    "季度",
    "半年",
    "完成",
    "提交",
    "例会",
    "截止",
    "计划",
]
PIECES += [
    "工作日",
    "个工作日",
    "最后",
    "倒数",
    "不含",
    "左右",
    "上午",
    "下午",
    "17:00",
    "3点",
    "中午",
    "下班",
]
PIECES += ["节假日顺延", "国庆", "双十一", "今年", "明年", "T003", "(M002)", "M2", "every", "fri", "monday"]
PIECES += [
    "other",
    "weeks",
    "days",
    "end",
    "of",
    "the",
    "q3",
    "eom",
    "dec",
    "1st",
    "8",
    "by",
    "before",
    "within",
]
PIECES += ["after", "working", "month", "2", "noon", "eod", "to", "and", "next"]
WORDS = st.lists(st.sampled_from([*PIECES, " "]), max_size=9).map("".join) | st.lists(
    st.sampled_from(PIECES), max_size=7
).map(" ".join)


@settings(max_examples=400)
@given(WORDS)
def test_no_words_of_the_patterns_break_a_reader(text: str) -> None:
    read = parse_deadline.__wrapped__  # type: ignore[attr-defined]
    found = read(text, near=AS_OF)
    assert parse_deadline(describe(found), near=AS_OF) == found or isinstance(found, FixedDate)
    readings.__wrapped__(text, as_of=AS_OF, calendar=SEEDED, anchors=ANCHORS)  # type: ignore[attr-defined]
    parse_predecessors.__wrapped__(text, {"t003"}.__contains__)  # type: ignore[attr-defined]
    parse_parties.__wrapped__(text, known=("市场部",))  # type: ignore[attr-defined]
    lift_conditions.__wrapped__(text, near=AS_OF, known=("市场部",))  # type: ignore[attr-defined]
    read_percent.__wrapped__(text), read_progress.__wrapped__(text)  # type: ignore[attr-defined]


RELATIVES = st.builds(
    Relative,
    st.sampled_from(["T003", "M2", "AB-12", "17"]),
    st.integers(-400, 400).filter(bool),
    st.sampled_from(["workday", "day", "month"]),
    st.booleans(),
)


@given(RELATIVES, st.sampled_from(["zh", "en"]))
def test_a_relative_deadline_is_written_as_it_is_read(deadline: Relative, lang: str) -> None:
    assert parse_deadline(describe(deadline, lang)) == deadline  # type: ignore[arg-type]


# the page that says how to write one


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_on_due_dates_says_what_is_read(lang: Lang) -> None:
    page = (DATA.parents[1] / "docs" / ("deadlines.zh-CN.md" if lang == "zh" else "deadlines.md")).read_text(
        "utf-8"
    )
    table = re.findall(r"^\| (`.+`) \| (.+) \|$", page, re.MULTILINE)
    assert len(table) >= 20
    for phrases, meant in table:
        for phrase in re.findall(r"`([^`]+)`", phrases):
            found = parse_deadline(phrase, near=AS_OF)
            if "E107" in meant:
                assert isinstance(found, FixedDate) and found.year_inferred, phrase
            elif isinstance(found, Unreadable):
                said_so = [one.says.of(lang) for one in readings(phrase, as_of=AS_OF, calendar=SEEDED)]
                assert said_so[: len(re.split("[；;]", meant))] == re.split("； ?|; ", meant), phrase
            else:
                assert describe(found, lang) == meant, phrase
