"""Answers in the mail itself: blocks come back through every client; a sentence says no more than it says."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings, strategies as st

from xl_collab.exchange.mail.answers import AnsweredCell, read_answers
from xl_collab.exchange.mail.bodies import own_part, text_of_html

TEXTS = 2_000
"""Random replies in which no cell may be wrong, half of them with filled blocks."""
ROWS = ("T001", "T003", "T005", "0012")
_EMPTY = "｜状态：｜完成率：｜预计完成：｜实际完成：｜部门反馈："
BLANK = f"T003{_EMPTY}\nT005{_EMPTY}"


def cells(text: str, own: str | None = None) -> dict[tuple[str, str], str]:
    found = read_answers(text, own_part(text) if own is None else own, ROWS)
    assert not found.doubled
    return {(one.row, one.column): one.text for one in found.cells}


FILLED = (
    "T003｜状态：已完成｜完成率：100%｜预计完成：｜实际完成：11月20日｜部门反馈：\n"
    "T005｜状态：｜完成率：60％｜预计完成：12/28｜实际完成：｜部门反馈："
)
MEANT = {
    ("T003", "status"): "已完成",
    ("T003", "percent"): "100%",
    ("T003", "actual"): "11月20日",
    ("T005", "percent"): "60％",
    ("T005", "forecast"): "12/28",
}


def quoted(text: str, mark: str = "> ") -> str:
    return "\n".join(mark + line for line in text.split("\n"))


HEADS = (
    "\n\n-----原始邮件-----\n发件人: 项目办 <pmo@example.com>\n发送时间: 2023年11月13日 17:20\n收件人: 李四\n"
    "主题: 请填报\n\n",
    '\n\n------------------ 原始邮件 ------------------\n发件人: "项目办" <pmo@example.com>;\n'
    '发送时间: 2023年11月13日\n收件人: "李四";\n主题: 请填报\n\n',
    "\n\nOn Mon, Nov 13, 2023 at 5:20 PM PMO <pmo@example.com> wrote:\n",
    '\n\n在 2023-11-13 17:20:11，"项目办" <pmo@example.com> 写道：\n',
)


@pytest.mark.parametrize("head", HEADS)
def test_a_block_filled_above_the_quoted_letter_is_read(head: str) -> None:
    assert cells(f"您好，见下\n{FILLED}\n\n李四{head}{quoted(BLANK)}") == MEANT


@pytest.mark.parametrize("head", HEADS)
def test_a_block_filled_inside_the_quoted_letter_is_read(head: str) -> None:
    assert cells(f"已填在下面{head}{quoted(FILLED)}") == MEANT
    assert cells(f"已填在下面{head}{FILLED}") == MEANT


@pytest.mark.parametrize("width", [20, 34, 50, 72, 76])
def test_lines_that_a_program_broke_are_joined(width: int) -> None:
    text = "T003 | 状态: 已完成 | 完成率: 100% | 预计完成: | 实际完成: 2023-11-20 | 部门反馈: 已填"
    broken = quoted("\n".join(textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)))
    assert cells(broken) == {
        ("T003", "status"): "已完成",
        ("T003", "percent"): "100%",
        ("T003", "actual"): "2023-11-20",
        ("T003", "feedback"): "已填",
    }


def test_html_that_came_back_is_read() -> None:
    html = (
        "<div>见下</div><blockquote><p>T003｜状态：<b>已完成</b>｜完成率：<span style='x'>100%</span>"
        "｜预计完成：</p>"
        "<table><tr><td>T005｜状态：｜完成率：&nbsp;60%&nbsp;｜预计完成：12&#26376;28&#26085;</td></tr></table></blockquote>"
    )
    assert cells(text_of_html(html), "见下") == {
        ("T003", "status"): "已完成",
        ("T003", "percent"): "100%",
        ("T005", "percent"): "60%",
        ("T005", "forecast"): "12月28日",
    }


def test_other_signs_and_languages_say_the_same() -> None:
    assert cells("- t003 | Status : Done ¦ % done：100 │ Expected finish: 2023-12-28") == {
        ("T003", "status"): "Done",
        ("T003", "percent"): "100",
        ("T003", "forecast"): "2023-12-28",
    }
    assert cells("Ｔ００３｜状态（未开始/进行中/已完成）：已完成｜完成率(%)：___") == {
        ("T003", "status"): "已完成"
    }


def test_an_empty_block_says_nothing() -> None:
    assert not read_answers(quoted(BLANK), "", ROWS)
    assert not read_answers(BLANK.replace("：", "：____"), BLANK, ROWS)


def test_another_row_is_never_taken() -> None:
    assert cells("T03｜状态：已完成\nT0033｜状态：已完成\nT｜状态：已完成\n12｜状态：已完成") == {}


def test_of_two_mails_in_one_the_newer_counts() -> None:
    text = f"T005｜预计完成：12月30日\n{HEADS[0]}> > T005｜预计完成：12月28日"
    assert cells(text) == {("T005", "forecast"): "12月30日"}


def test_two_answers_in_one_mail_are_not_chosen_between() -> None:
    found = read_answers("T005｜预计完成：12月30日\nT005｜预计完成：12月28日", "", ROWS)
    assert found.cells == []
    assert found.doubled == {("T005", "forecast"): ("12月30日", "12月28日")}


def test_what_no_column_is_called_is_handed_back() -> None:
    found = read_answers("T005｜进展：顺利｜状态：已完成", "", ROWS)
    assert [(c.column, c.text) for c in found.cells] == [("status", "已完成")]
    assert found.unknown == ["T005｜进展：顺利"]


SENTENCES = {
    "T003 完成": {("T003", "status", "已完成")},
    "T003已完成，谢谢": {("T003", "status", "已完成")},
    "T003 完成；T005 延到12月28日，缺模具": {("T003", "status", "已完成"), ("T005", "forecast", "12月28日")},
    "T005推迟至2024年1月5日": {("T005", "forecast", "2024年1月5日")},
    "T005 预计 12-28 完成": {("T005", "forecast", "12-28")},
    "T003 11月20日完成": {("T003", "status", "已完成"), ("T003", "actual", "11月20日")},
    "T003：进度80%": {("T003", "percent", "80%")},
    "T003 is done": {("T003", "status", "已完成")},
    "T005 is delayed to 28 Dec 2023": {("T005", "forecast", "28 Dec 2023")},
    "T003 暂停": {("T003", "status", "暂停")},
    # What says less, asks, denies, or names none or several rows, offers nothing.
    "T003 没有完成": set(),
    "T003 未完成": set(),
    "T003 完成不了": set(),
    "T003 什么时候完成？": set(),
    "T003 如果完成请告知": set(),
    "T003 可能延到12月28日": set(),
    "T003 和 T005 完成": set(),
    "T003 is not done": set(),
    "T003 isn't finished": set(),
    "T003 原计划12月28日完成": set(),
    "T003 争取12月28日完成": set(),
    "3 完成": set(),
    "完成": set(),
    "T003 完成率已经提高": set(),
    "T003 完成后通知财务": set(),
    "T009 完成": set(),
    "0012 完成": set(),
}


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_offers_what_it_says(text: str) -> None:
    found = read_answers(text, text, ROWS)
    assert {(one.row, one.column, one.text) for one in found.offers} == SENTENCES[text]
    assert found.cells == []


_LABEL = {"status": "状态", "percent": "完成率", "forecast": "预计完成", "actual": "实际完成"}
_TEXTS = st.sampled_from(
    ["已完成", "60%", "12月28日", "2023-11-20", "缺模具，待到货", "见附件 3", "完成后：再说"]
)
_FILLING = st.dictionaries(
    st.tuples(st.sampled_from(ROWS), st.sampled_from(list(_LABEL))), _TEXTS, max_size=8
)
_NOISE = st.lists(
    st.sampled_from(
        [
            "你好",
            "T003",
            "T005 相关事宜",
            "状态：很好",
            "｜｜",
            "T999｜状态：已完成",
            "> ",
            "----",
            "T003 / ",
            "李四",
            "",
            "> 请填写",
        ]
    ),
    max_size=4,
)


@settings(max_examples=TEXTS // 2)
@given(
    filling=_FILLING,
    bars=st.sampled_from(["｜", "|", " | ", "│", "¦"]),
    colon=st.sampled_from(["：", ":", " : ", "﹕"]),
    mark=st.sampled_from(["", "> ", ">> ", "＞"]),
    noise=st.lists(_NOISE, min_size=5, max_size=5),
    head=st.sampled_from(["", *HEADS]),
)
def test_whatever_a_client_does_no_cell_is_wrong(
    filling: dict[tuple[str, str], str], bars: str, colon: str, mark: str, noise: list[list[str]], head: str
) -> None:
    lines = []
    for row, around in zip(ROWS, noise, strict=False):
        fields = (f"{label}{colon}{filling.get((row, name), '')}" for name, label in _LABEL.items())
        lines += [*around, mark + row + bars + bars.join(fields)]
    text = "\n".join(["见下", head, *lines, *noise[-1]])
    found = read_answers(text, own_part(text), ROWS)
    said = {(one.row, one.column): one.text for one in found.cells}
    assert said == filling


@settings(max_examples=TEXTS // 2)
@given(st.text(max_size=300), st.text(max_size=80))
def test_any_text_is_read_and_answers_only_known_rows(text: str, own: str) -> None:
    found = read_answers(text, own, ROWS)
    assert all(one.row in ROWS for one in (*found.cells, *found.offers))


def test_depth_is_that_of_the_quote() -> None:
    (one,) = read_answers("> > T003｜状态：已完成", "", ROWS).cells
    assert one == AnsweredCell("T003", "status", "已完成", 2)
