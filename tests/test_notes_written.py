"""备注 as people write it: which kinds of condition are lifted, and from what nothing may be.

tests/data/notes.csv and notes_more.csv say it by letters: c confirmation, d date or term, l warning lead
time, s sign-off or approval, x distribution, p dependency, r risk. From notes_none.txt nothing is lifted.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from effort import effort

from xl_collab.project.notes.condition_parsers import Condition, lift_conditions

DATA = Path(__file__).parent / "data"
NEAR = date(2023, 10, 20)
KNOWN = ("市场部", "研发部", "生产部", "销售部", "行政部", "采购部", "财务部", "R&D", "Finance")
LETTERS = {
    "confirmation": "c",
    "deadline": "d",
    "term": "d",
    "lead_time": "l",
    "signoff": "s",
    "approval": "s",
    "distribution": "x",
    "dependency": "p",
    "risk": "r",
}


def lift(text: str) -> tuple[Condition, ...]:
    found = lift_conditions(text, near=NEAR, known=KNOWN)
    assert all(each.quote == text[each.start : each.end] for each in found)
    return found


def letters(text: str) -> Counter[str]:
    return Counter(LETTERS[each.kind] for each in lift(text))


def rows(name: str, **how: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, **how))  # type: ignore[arg-type]


CASES = rows("notes.csv")
MORE = rows("notes_more.csv", delimiter="|")
NONE = [line for line in (DATA / "notes_none.txt").read_text(encoding="utf-8").splitlines() if line]


@pytest.mark.parametrize("case", CASES, ids=[case["note"] for case in CASES])
def test_what_people_expect_of_a_note(case: dict[str, str]) -> None:
    """? says that people expect it; then an approval is as good as a confirmation; risks may come too."""
    wanted, found = Counter(case["expected"].rstrip("?")), letters(case["note"])
    if case["expected"].endswith("?"):
        assert (wanted - found).keys() <= ({"c"} if found["s"] else set())
        assert found
    else:
        assert found - Counter("r" * ("风险" in case["note"])) == wanted


@pytest.mark.parametrize("case", MORE, ids=[case["note"] for case in MORE])
def test_neighbours_of_these_notes(case: dict[str, str]) -> None:
    assert letters(case["note"]) == Counter(case["expected"])


@pytest.mark.parametrize("note", NONE)
def test_nothing_is_lifted(note: str) -> None:
    assert lift(note) == ()
    assert letters(f"{note}；需确认场地") == Counter("c")


PIECES = [
    "依赖T001完成",
    "等T003",
    "可能延期",
    "存在风险，",
    "1、2、3、",
    "T003完成后",
    "提前3天",
    "3天前",
    "审批",
    "未",
    "后",
    "报",
    "有延",
    "改为11月30日",
    "收到后3天内",
    "恐",
    "风险",
]


@pytest.mark.parametrize("piece", PIECES)
def test_long_notes_are_read_in_time(piece: str) -> None:
    text = (piece * 50_000)[:50_000]
    assert effort(lambda: lift_conditions(text, near=NEAR, known=KNOWN), 400) < 400
