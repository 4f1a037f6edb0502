"""配合反馈: one cell that several departments write, a line for each."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from xl_collab.merge.master import differences
from xl_collab.schema.keys import contribution, contributions, joined, replaced, unbracketed

names = st.sampled_from(["市场部", "R&D", "IT", "生产部"])
words = st.text("ab【】[]：:\n\u3000 备齐", max_size=30).map(str.strip).filter(bool)


def test_each_department_has_its_line() -> None:
    text = "【市场部】物料已备齐\n【生产部】排产到11月20日\n\u3000需要样机两台"
    assert contributions(text) == {"市场部": "物料已备齐", "生产部": "排产到11月20日\n需要样机两台"}
    assert contribution(text, "生产部") == "排产到11月20日\n需要样机两台"
    assert contribution(text, "销售部") is None
    assert joined(contributions(text)) == text


@pytest.mark.parametrize("text", ["[Marketing] ready", "【Marketing】 ready", "【ＭＡＲＫＥＴＩＮＧ】ready"])
def test_names_are_recognised_as_people_type_them(text: str) -> None:
    assert contribution(text, "marketing") == "ready"


def test_words_without_a_name_stay_in_front() -> None:
    text = "周五前答复\n【市场部】可以"
    assert contributions(text) == {"": "周五前答复", "市场部": "可以"}
    assert replaced(text, {"市场部": "不行"}) == "周五前答复\n【市场部】不行"
    assert replaced("周五前答复", {"市场部": None}) == "周五前答复"


def test_the_row_decides_the_order_and_an_empty_line_goes() -> None:
    text = replaced("【市场部】可以", {"生产部": "排好了"}, ("生产部", "市场部"))
    assert text == "【生产部】排好了\n【市场部】可以"
    assert replaced("【市场部】可以", {"市场部": None}) is None


@given(st.dictionaries(names, words), words)
def test_whatever_a_department_writes_it_is_its_own_and_nobody_elses(
    said: dict[str, str], typed: str
) -> None:
    before = joined(said) or ""
    after = replaced(before, {"销售部": typed}) or ""
    assert contribution(after, "销售部") == typed
    assert {n: w for n, w in contributions(after).items() if n != "销售部"} == contributions(before) == said


@pytest.mark.parametrize(
    "typed", ["市场部：已备齐", "市场部:已备齐", "【市场部】 已备齐", "[市场部]已备齐", "已备齐"]
)
def test_ones_own_name_in_front_is_no_part_of_the_words(typed: str) -> None:
    assert unbracketed(typed, "市场部") == "已备齐"


def test_others_names_and_other_brackets_stay() -> None:
    assert unbracketed("【急】已备齐", "市场部") == "【急】已备齐"
    assert unbracketed("生产部：已备齐", "市场部") == "生产部：已备齐"


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("", "已备齐", [("市场部", None, "已备齐", True)]),
        ("【生产部】排好了", "市场部：已备齐\n【生产部】排好了", [("市场部", None, "已备齐", True)]),
        ("【市场部】没有", "已备齐\n【市场部】没有", [("市场部", "没有", "没有\n已备齐", True)]),
        ("周五前", "周五前\n【市场部】可以", [("市场部", None, "可以", True)]),
        ("周五前", "周三前", [("", "周五前", "周三前", False)]),
        ("【生产部】排好了", "【生产部】没排", [("生产部", "排好了", "没排", False)]),
        ("【生产部】排好了\n【市场部】可以", "【市场部】可以", [("生产部", "排好了", None, False)]),
        ("【生产部】排好了\n【市场部】可以", "[市场部] 可以\n【生产部】 排好了", []),
    ],
)
def test_a_reply_changes_its_own_line_and_is_seen_to_change_others(
    before: str, after: str, found: list[tuple[str, object, object, bool]]
) -> None:
    assert list(differences(before, after, "市场部", supports=True)) == found


def test_who_does_not_support_the_row_owns_no_line_and_what_it_typed_stands_under_its_name() -> None:
    assert list(differences("", "已备齐", "市场部", supports=False)) == [("市场部", None, "已备齐", False)]
    assert list(differences("", "已备齐", "", supports=False)) == [("", None, "已备齐", False)]
