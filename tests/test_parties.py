"""责任部门/人 and the keys by which IDs and departments are compared."""

from __future__ import annotations

import re
import unicodedata

import pytest
from effort import effort
from hypothesis import given, settings, strategies as st

from xl_collab.project.parties import Parties, Party, nearest, parse_parties, tokens
from xl_collab.schema.keys import fold, normalise_key, normalise_keys, parse_ids

KNOWN = (
    "市场部",
    "研发部",
    "生产部",
    "和平事业部",
    "R&D",
    "Customer Service",
    "Research and Development",
    "IT",
)

PIECES = st.sampled_from(
    [
        "市场部",
        "研发部",
        "和平事业部",
        "R&D",
        "张三",
        "各部门",
        "*",
        "(",
        ")",
        "、",
        ",",
        ";",
        "/",
        "和",
        "与",
        " and ",
        "&",
        " ",
        "-",
        "\n",
        "\u200b",
        "，",
        "（",
        "Ａ",
        "e\u0301",
        "ﷺ",
        "?",
        "1",
        "Customer Service",
    ]
)
ROLE_WORDS = re.compile(
    "总负责|负责人|负责|第一责任|第二责任|责任人|责任部门|责任单位|责任|牵头|主责|主办|主导|主抓|挂帅|为主|配合|支持|支撑|协办|协助|协同|协作|参与"
    "|参加|辅助|为辅|协管|承办|经办|共同|联合|分别|全权|具体|主要|积极|全力|统一|总体|第一|组织|落实|推进|推动|实施|执行|完成|统筹|协调|办理|跟进"
    "|工作|所属部门|部门|单位|姓名|人员|联系人|接口人|对接人|方|人|主|正|副|总|均|都|双"
    "|owner|person in charge|lead|led by|leads|support|supported by|supports|supporting|accountable"
    "|responsible|by"
)
"""What people write about who does what: it parts the names, and is none."""
MESSY = st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=60)


def read(
    text: str, known: tuple[str, ...] = ()
) -> tuple[list[tuple[str, str | None, bool]], bool, tuple[str, ...]]:
    parties = parse_parties(text, known=known)
    everybody = ([parties.lead] if parties.lead else []) + list(parties.supporters)
    return (
        [(each.department, each.person, each.masked) for each in everybody],
        parties.everyone,
        parties.unread,
    )


def departments(text: str, known: tuple[str, ...] = ()) -> list[str]:
    return [name for name, _, _ in read(text, known)[0]]


@pytest.mark.parametrize(
    ("cell", "lead", "supporters", "everyone"),
    [
        ("市场部*", Party("市场部", None, True), (), False),
        ("市场部、行政部", Party("市场部"), (Party("行政部"),), False),
        ("研发部、市场部", Party("研发部"), (Party("市场部"),), False),
        ("市场部*、各部门", Party("市场部", None, True), (), True),
    ],
)
def test_the_sample_cells(cell: str, lead: Party, supporters: tuple[Party, ...], everyone: bool) -> None:
    assert parse_parties(cell) == Parties(lead, supporters, everyone)


@pytest.mark.parametrize(
    "mark",
    ["、", ",", "，", ";", "；", "/", "／", "和", "与", "及", "以及", "&", "\n", " and ", " 和 ", ", "],
)
def test_every_separator_parts_two_departments(mark: str) -> None:
    assert departments(f"市场部{mark}研发部") == ["市场部", "研发部"]


@pytest.mark.parametrize(
    ("cell", "known", "expected"),
    [
        ("市场部 张三", (), ("市场部", "张三", False)),
        ("市场部(张三)", (), ("市场部", "张三", False)),
        ("市场部（张三）", (), ("市场部", "张三", False)),
        ("市场部-张三", (), ("市场部", "张三", False)),
        ("市场部张三", (), ("市场部张三", None, False)),
        ("市场部张三", KNOWN, ("市场部", "张三", False)),
        ("市场部 张*", (), ("市场部", "张*", True)),
        ("市场部*负责人", (), ("市场部", None, True)),
        ("市场部二组", KNOWN, ("市场部二组", None, False)),
        ("市场部门", KNOWN, ("市场部门", None, False)),
        ("市场部(张三、李四)", (), ("市场部", "张三、李四", False)),
        ("Marketing (Li Lei)", (), ("Marketing", "Li Lei", False)),
        ("Customer Service", (), ("Customer Service", None, False)),
        ("Customer Service Li Lei", KNOWN, ("Customer Service", "Li Lei", False)),
        ("ＩＴ部", (), ("IT部", None, False)),
        ("市\u200b场部", (), ("市场部", None, False)),
        ("customer service", KNOWN, ("Customer Service", None, False)),
    ],
)
def test_a_person_or_a_star_may_follow(
    cell: str, known: tuple[str, ...], expected: tuple[str, str | None, bool]
) -> None:
    assert read(cell, known) == ([expected], False, ())


@pytest.mark.parametrize(
    ("cell", "known", "expected"),
    [
        ("和平事业部", KNOWN, ["和平事业部"]),
        ("市场部和和平事业部", KNOWN, ["市场部", "和平事业部"]),
        ("R&D", (), ["R&D"]),
        ("R&D/Sales", (), ["R&D", "Sales"]),
        ("HR&IT", (), ["HR", "IT"]),
        ("Research and Development, Sales", KNOWN, ["Research and Development", "Sales"]),
        ("ITIL、IT", KNOWN, ["ITIL", "IT"]),
        ("市场部、、研发部、", (), ["市场部", "研发部"]),
    ],
)
def test_a_separator_inside_a_known_name_does_not_part_it(
    cell: str, known: tuple[str, ...], expected: list[str]
) -> None:
    assert departments(cell, known) == expected


@pytest.mark.parametrize(
    "words", ["各部门", "所有部门", "全体部门", "all departments", "All Departments", "各协作部门"]
)
def test_everyone_is_no_lead(words: str) -> None:
    assert parse_parties(words) == Parties(None, (), True)


@pytest.mark.parametrize("cell", ["???", "(张三)", "市场部(张三", "***", "123)"])
def test_what_cannot_be_read_is_handed_back(cell: str) -> None:
    assert parse_parties(f"{cell}、研发部") == Parties(Party("研发部"), (), False, (cell,))


def test_the_typed_words_are_kept_for_messages() -> None:
    lead = parse_parties(" 市\u200b场部（张三） ；研发部").lead
    assert lead is not None
    assert lead.text == "市\u200b场部（张三）"


@given(MESSY, st.sampled_from([(), KNOWN]))
@settings(max_examples=300)
def test_no_character_is_lost(text: str, known: tuple[str, ...]) -> None:
    parts = tokens(text, known=known)
    assert "".join(text[part.start : part.end] for part in parts) == text
    assert all(part.start < part.end for part in parts)
    between = "".join(text[part.start : part.end] for part in parts if part.kind == "separator")
    # Numbers of a list, one-letter roles (A: 市场部) and words of a role (协作、市场部) part the cell too.
    allowed = set("、,;/|&和与及以会同联合 and\n\r\t+→➡⇒<=>-0123456789.()?。\\~–—:arcisl[]【】〔〕")
    rest = ROLE_WORDS.sub("", fold(between).text.lower())
    assert all(char in allowed or char.isspace() for char in rest)


@given(
    st.lists(st.sampled_from(KNOWN), min_size=1, max_size=6),
    st.sampled_from(["、", "；", "/", "\n", "和", " and "]),
)
def test_joined_departments_come_apart_again(names: list[str], mark: str) -> None:
    assert departments(mark.join(names), KNOWN) == list(dict.fromkeys(names))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("市场步", "市场部"),
        ("研发", "研发部"),
        ("研发部门", "研发部"),
        ("Marketng", "Marketing"),
        ("zzz", None),
        ("", None),
    ],
)
def test_the_nearest_department(name: str, expected: str | None) -> None:
    assert nearest(name, [*KNOWN, "Marketing"]) == expected
    assert nearest(name, []) is None


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Ｔ００１", "t001"),
        (" T001 ", "T001"),
        ("T\u200b001", "t001"),
        ("\ufeff市场部", "市场部"),
        ("①", "1"),
    ],
)
def test_spellings_with_one_key(left: str, right: str) -> None:
    assert normalise_key(left) == normalise_key(right)


@given(st.text(max_size=30))
def test_a_key_is_its_own_key(text: str) -> None:
    key = normalise_key(text)
    assert normalise_key(key) == key
    assert normalise_key(f" {text}\u200b") == key
    assert "\u200b" not in key


@given(st.lists(st.text(st.sampled_from("aÉT0 ，（Ａ部·①Σß\u200b\u3000\n\x1f"), max_size=6), max_size=5))
def test_a_column_of_keys_is_what_each_text_has_alone(texts: list[str]) -> None:
    assert normalise_keys(texts) == list(map(normalise_key, texts))


def test_every_single_character_has_a_stable_key() -> None:
    unstable = [c for c in map(chr, range(0xD7FF)) if normalise_key(normalise_key(c)) != normalise_key(c)]
    assert unstable == []


def test_leading_zeros_are_kept() -> None:
    assert normalise_key("0012") == "0012"


@given(st.text(alphabet=st.sampled_from("市场a（Ａe\u0301\u200b①ﷺ 　*"), max_size=30))
def test_folded_places_lead_back_to_the_original(text: str) -> None:
    folded = fold(text)
    assert folded.text == "".join(c for c in unicodedata.normalize("NFKC", text) if c != "\u200b")
    for place in range(len(folded.text)):
        start, end = folded.span(place, place + 1)
        assert folded.text[place] in unicodedata.normalize("NFKC", text[start:end])


@pytest.mark.parametrize(
    "text",
    [
        "T001、T002",
        "T001,T002",
        "T001，T002",
        "T001 T002",
        "ｔ００１；Ｔ００２",
        "t001/t002",
        "T001和T002",
        "T001\nT002",
        "T001 and T002",
    ],
)
def test_predecessor_lists(text: str) -> None:
    assert parse_ids(text) == ("t001", "t002")


@pytest.mark.parametrize("text", ["", "  ", "无", "-", "none", "N/A"])
def test_no_predecessor(text: str) -> None:
    assert parse_ids(text) == ()


def test_a_predecessor_counts_once() -> None:
    assert parse_ids("T002、T001、t002") == ("t002", "t001")


@pytest.mark.parametrize(
    "piece", ["市场部、", "(", "( ", "和", " ", "*", "张-", "e\u0301\u0323", "& ", "，", "T1 "]
)
def test_a_hundred_thousand_characters_are_read_in_time(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    assert effort(lambda: (parse_parties(text, known=KNOWN), parse_ids(text)), 400) < 400
