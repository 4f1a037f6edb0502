"""责任部门/人 as people write it: who leads and who supports, by what a reader of the cell would say.

The expectations in tests/data were written before the reader, from the words alone. `~` behind a name: not
that department, but the nearest one that a finding names; `?`: people may take it either way.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from effort import effort

from xl_collab.project.parties import Parties, nearest, parse_parties

DATA = Path(__file__).parent / "data"
KNOWN = (
    "市场部",
    "研发部",
    "生产部",
    "行政部",
    "销售部",
    "人力资源部",
    "质量与安全部",
    "IT部",
    "R&D",
    "Marketing",
    "Sales",
)


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return [
            {key: value.replace("\\n", "\n") for key, value in row.items()} for row in csv.DictReader(file)
        ]


CASES = rows("parties.csv")
MORE = rows("parties_more.csv")


def lead_of(found: Parties) -> str:
    if found.lead is None:
        return "ALL" if found.everyone else "TWO" if found.contested else ""
    person = "*" if found.lead.masked else found.lead.person or ""
    return f"{found.lead.department}|{person}"


def supporters_of(found: Parties) -> list[str]:
    return [party.department for party in found.supporters]


def assert_lead(found: Parties, right: str) -> None:
    if right.endswith("~"):
        name = found.lead.department if found.lead else found.unread[0]
        assert name not in KNOWN
        assert nearest(name, KNOWN) == right.rstrip("~")
    elif right == "BLANK":
        assert found == Parties(None)
    elif right == "UNREAD":
        assert found.lead is None
        assert found.unread
    elif right == "NOLEAD":
        assert found.lead is None
        assert not found.contested
    elif right != "?":
        assert lead_of(found).rstrip("|") == right.rstrip("?|")
        assert not found.unread


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_who_leads_and_who_supports(case: dict[str, str]) -> None:
    found = parse_parties(case["text"], known=KNOWN)
    assert_lead(found, case["right_lead"])
    if not case["right_lead"].endswith(("?", "~")):
        wanted = [name for name in case["right_supporters"].split("、") if name]
        assert supporters_of(found) == [name for name in wanted if name != "ALL"]
        assert found.everyone == ("ALL" in (*wanted, case["right_lead"]))


@pytest.mark.parametrize("case", MORE, ids=[case["text"] for case in MORE])
def test_who_leads_by_role_words(case: dict[str, str]) -> None:
    found = parse_parties(case["text"], known=KNOWN)
    wanted = [name for name in case["supporters"].split("、") if name]
    if "UNREAD" in wanted:
        assert found.unread
        assert lead_of(found) == case["lead"]
        return
    assert_lead(found, case["lead"])
    named = [party.department for party in found.contested] + supporters_of(found)
    assert list(dict.fromkeys(named)) == [name for name in wanted if name != "ALL"]
    assert found.everyone == ("ALL" in (*wanted, case["lead"]))


ROLE_WORDS = ("牵头", "负责", "主责", "主办", "配合", "支持", "协办", "协助")


@pytest.mark.parametrize("role", ROLE_WORDS)
@pytest.mark.parametrize(
    "form", ["市场部（{}）", "市场部{}", "{}：市场部", "（{}）市场部", "市场部：{}", "市场部 {}"]
)
def test_a_role_is_never_a_person_and_never_part_of_a_name(role: str, form: str) -> None:
    for known in (KNOWN, ()):
        found = parse_parties(form.format(role), known=known)
        named = [*([found.lead] if found.lead else []), *found.supporters]
        assert [(party.department, party.person) for party in named] == [("市场部", None)]
        assert not found.unread


@pytest.mark.parametrize("role", ROLE_WORDS[:4])
@pytest.mark.parametrize("helping", ROLE_WORDS[4:])
@pytest.mark.parametrize(
    "form",
    [
        "{0}（{1}）、{2}（{3}）",
        "{0}{1}，{2}{3}",
        "{0}{1}、{2}{3}",
        "{1}：{0}；{3}：{2}",
        "{1}：{0} {3}：{2}",
        "{0}:{1} {2}:{3}",
        "（{1}）{0}（{3}）{2}",
        "{0}（{1}） {2}（{3}）",
        "{0}({1})\n{2}({3})",
        "{0}{1}{2}{3}",
    ],
)
def test_role_words_decide_in_any_order(role: str, helping: str, form: str) -> None:
    for known in (KNOWN, ()):
        for text in (
            form.format("生产部", helping, "市场部", role),
            form.format("市场部", role, "生产部", helping),
        ):
            found = parse_parties(text, known=known)
            assert lead_of(found) == "市场部|", text
            assert supporters_of(found) == ["生产部"], text


@pytest.mark.parametrize(
    "piece", ["牵头", "（牵头）", "牵头：", "市场部牵头", "1.", "市场部 ", "（", "（张三，配合）", "张三、"]
)
def test_role_words_are_read_in_time(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    assert effort(lambda: parse_parties(text, known=KNOWN), 400) < 400
