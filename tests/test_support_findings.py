"""Findings on 配合反馈: whose words they are, and calls for help that nobody answers."""

from __future__ import annotations

from datetime import date

import pytest
from books import project, task

from xl_collab.checks.rows import check_support


def found(**cells: object) -> list[tuple[str, str]]:
    """Codes and sentences for one row of 研发部 that 市场部 and 生产部 support."""
    row = task("T001", owner="研发部、市场部", support="生产部", **{"status": "进行中"} | cells)
    return [(finding.kind.code, finding.message("zh")) for finding in check_support(project([row]))]


def test_each_supporters_line_is_fine() -> None:
    assert found(support_feedback="【市场部】可以\n【生产部】排好了\n\u3000周五样机", feedback="需协助") == []


def test_words_without_a_department_are_told() -> None:
    ((code, text),) = found(support_feedback="周五前答复\n【市场部】可以")
    assert code == "E126"
    assert "周五前答复" in text


@pytest.mark.parametrize(
    ("name", "hint"), [("销售部", ""), ("研发部", ""), ("市场步", "市场部"), ("市场", "市场部")]
)
def test_words_of_a_department_that_does_not_support_the_row_are_told(name: str, hint: str) -> None:
    ((code, text),) = found(support_feedback=f"【{name}】可以")
    assert code == "E127"
    assert name in text
    assert hint in text.replace(f"“{name}”", "")


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ({"feedback": "需协助"}, ["R206"]),
        ({"feedback": "已填"}, []),
        ({"feedback": "需协助", "support_feedback": "【生产部】排好了"}, []),
        ({"feedback": "需协助", "actual": date(2023, 11, 1)}, []),
    ],
)
def test_a_call_for_help_that_nobody_answers_is_told(cells: dict[str, object], codes: list[str]) -> None:
    assert [code for code, _ in found(**cells)] == codes


def test_a_row_that_nobody_supports_is_no_unanswered_call() -> None:
    row = task("T001", owner="研发部", feedback="需协助", status="进行中")
    assert list(check_support(project([row]))) == []
