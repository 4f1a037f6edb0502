"""备注: whole notes, stable keys, sentences, and what holds for any text at all."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from effort import effort
from hypothesis import given, settings, strategies as st

from xl_collab.project.notes.clauses import Note
from xl_collab.project.notes.condition_parsers import Condition, lift_conditions
from xl_collab.project.notes.patterns import LONGEST_CLAUSE, chinese_number

NEAR = date(2023, 11, 1)
KNOWN = ("市场部", "研发部", "生产部", "销售部", "R&D", "Production", "Sales", "和平事业部")


def lift(text: str, near: date | None = NEAR) -> tuple[Condition, ...]:
    found = lift_conditions(text, near=near, known=KNOWN)
    assert all(each.quote == text[each.start : each.end] for each in found)
    return found


def only(text: str) -> Condition:
    found = lift(text)
    assert len(found) == 1, found
    return found[0]


def test_a_note_may_hold_many_conditions() -> None:
    note = "需确认研发部资源；11月30日前输出原型，若延迟需提前3个工作日预警。验收标准需双方签字确认\n无需抄送"
    assert [(each.kind, each.quote) for each in lift(note)] == [
        ("confirmation", "需确认研发部资源"),
        ("deadline", "11月30日前输出原型"),
        ("lead_time", "若延迟需提前3个工作日预警"),
        ("signoff", "验收标准需双方签字确认"),
    ]


def test_one_waived_part_does_not_waive_the_rest() -> None:
    assert [each.kind for each in lift("无需双方签字,但需研发部确认资源")] == ["confirmation"]


def test_a_confirmation_with_a_date_is_both() -> None:
    found = lift("需研发部于11月30日前确认资源承接能力")
    assert {each.kind for each in found} == {"confirmation", "deadline"}
    assert len({each.key for each in found}) == 2


def test_keys_are_stable_over_runs_and_spellings() -> None:
    assert only("需确认研发部资源").key == only("进度正常。需确认研发部资源").key
    assert only("提前３个工作日预警").key == only("提前3个工作日预警").key
    assert only("提前3个工作日预警").key != only("提前5个工作日预警").key
    assert len(lift("需确认研发部资源。需确认研发部资源。")) == 1


def test_the_key_of_a_sample_note_never_changes() -> None:
    # Independently: printf '验收标准需双方签字确认' | sha256sum
    assert only("验收标准需双方签字确认").key == "signoff-93012ba783"


@pytest.mark.parametrize(
    ("note", "zh", "en"),
    [
        (
            "需确认研发部、生产部资源承接能力",
            "需由研发部、生产部确认：资源承接能力。",
            "To be confirmed by 研发部, 生产部: 资源承接能力.",
        ),
        (
            "研发方案需保证11月30日前输出原型",
            "研发方案须在 2023-11-30 前完成：输出原型（年份按邻近日期推定）。",
            "Due by 2023-11-30 (year inferred from nearby dates): 研发方案, 输出原型.",
        ),
        (
            "若原型延迟,需提前3个工作日预警",
            "原型可能延迟时，提前3个工作日预警。",
            "Warn 3 working days ahead: 原型延迟.",
        ),
        ("提前1天预警", "需提前1天（自然日）预警。", "Warn 1 calendar day ahead."),
        ("验收标准需双方签字确认", "验收标准需双方签字确认。", "To be signed by 双方: 验收标准."),
        (
            "报告需提交至上级领导并抄送协作部门",
            "报告需提交至上级领导，并抄送协作部门。",
            "To be submitted to 上级领导 and copied to 协作部门: 报告.",
        ),
    ],
)
def test_sentences(note: str, zh: str, en: str) -> None:
    assert only(note).sentence("zh") == zh
    assert only(note).sentence("en") == en


@pytest.mark.parametrize("value", range(1, 32))
def test_chinese_numerals(value: int) -> None:
    ones = "零一二三四五六七八九"
    tens, rest = divmod(value, 10)
    written = ("" if tens == 0 else "十" if tens == 1 else ones[tens] + "十") + (ones[rest] if rest else "")
    assert chinese_number(written) == value
    assert chinese_number(str(value)) == value


@pytest.mark.parametrize("text", ["", "十十", "三三", "一二三", "半"])
def test_what_is_no_numeral(text: str) -> None:
    assert chinese_number(text) is None


PIECES = st.sampled_from(
    [
        "需",
        "无需",
        "已",
        "若",
        "确认",
        "研发部",
        "、",
        "11月30日",
        "前",
        "输出原型",
        "提前",
        "3个工作日",
        "预警",
        "双方",
        "签字",
        "提交至",
        "上级领导",
        "并",
        "抄送",
        "，",
        "。",
        "《",
        "》",
        " ",
        "\u200b",
        "１２",
        "R&D ",
        "to confirm ",
        "by 30 November ",
        "warn ",
        "3 days ahead",
        "signed by ",
        "submit ",
        " to ",
        "if ",
        "ﷺ",
        "e\u0301",
        "\n",
        "最迟",
        "99",
    ]
)


@given(st.lists(PIECES, max_size=20).map("".join) | st.text(max_size=80), st.sampled_from([None, NEAR]))
@settings(max_examples=400)
def test_a_quote_is_always_the_words_of_the_note(text: str, near: date | None) -> None:
    found = lift(text, near)
    assert len({each.key for each in found}) == len(found) == len(set(found))
    for each in found:
        assert each.quote.strip() == each.quote != ""
        assert (each.date is not None) == (each.kind == "deadline")
        assert (each.lead_days is not None) == (each.kind == "lead_time")
        assert all(words.endswith((".", "。")) for words in (each.sentence("zh"), each.sentence("en")))
    assert lift(text, near) == found


NASTY = [
    "确认",
    "需确认",
    "需确认研发部、",
    "11月30日前",
    "11月",
    "1",
    "提前3",
    "提前",
    "签字",
    "提交至",
    "发",
    "若",
    "《",
    "(",
    "部",
]
NASTY += [
    " ",
    ",",
    "，",
    "并",
    "一",
    "R&D ",
    "A ",
    "by 30 November ",
    "send ",
    "signed by ",
    "e\u0301\u0323",
    "需双方",
    "ﷺ确认",
]


@pytest.mark.parametrize("piece", NASTY)
def test_a_hundred_thousand_characters_are_read_in_time(piece: str) -> None:
    text = ("需确认" + piece * 100_000)[:100_000]
    assert effort(lambda: lift_conditions(text, near=NEAR, known=KNOWN), 800) < 800


@pytest.mark.parametrize("piece", ["确认", "11月30日前", "by 30 November ", "需确认研发部、", "R&D "])
def test_twice_the_note_takes_about_twice_the_time(piece: str) -> None:
    def cost(length: int, enough: float) -> float:
        return effort(lambda: lift_conditions((piece * length)[:length], near=NEAR, known=KNOWN), enough)

    bound = 3 * max(cost(10_000, 0), 10)
    assert cost(20_000, bound) < bound


@given(st.text(alphabet=st.sampled_from("需确认,。并 a"), max_size=2000))
@settings(max_examples=50)
def test_no_clause_is_longer_than_the_bound_that_keeps_reading_linear(text: str) -> None:
    clauses = Note.of(text, NEAR, KNOWN).clauses
    assert all(0 < each.end - each.start <= 2 * LONGEST_CLAUSE for each in clauses)
    assert all(left.end <= right.start for left, right in pairwise(clauses))
