"""配合反馈 with real files: several departments support one row, and none overwrites another."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import openpyxl
import pytest
from collect_desk import (
    NOW,
    Desk,
    changed,
    copied,
    digest,
    place,
    prepared,
    question,
    said,
    told,
    undo_reply,
    write_by_hand,
)

from xl_collab.commands.session import Request

COLUMN = "support_feedback"
PROD = "【生产部】试产线11月27日起可用，散热件装配需研发派1人"
"""What the sample says on T005, which 市场部, 生产部 and 销售部 support."""


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = prepared(tmp_path_factory.mktemp("sent") / "desk")
    desk.send("生产部", "销售部")
    return desk


@pytest.fixture
def desk(sent: Desk, tmp_path: Path) -> Desk:
    return copied(sent, tmp_path / "desk")


def shown(desk: Desk, department: str, row: str = "T005") -> object:
    return place(openpyxl.load_workbook(desk.packet(department))["我的任务"], row, COLUMN).value


def test_a_supporter_sees_its_own_words_and_the_lead_sees_all(sent: Desk) -> None:
    assert shown(sent, "生产部") == "试产线11月27日起可用，散热件装配需研发派1人"
    assert shown(sent, "销售部") is None
    assert shown(sent, "研发部") == PROD


@pytest.mark.parametrize("order", list(permutations(("市场部", "生产部", "销售部")))[::2])
def test_all_supporters_answer_and_nobody_is_overwritten(desk: Desk, order: tuple[str, ...]) -> None:
    words = {"市场部": "短视频改到12月", "生产部": "试产线12月4日起可用", "销售部": "渠道数据周五给\n要两天"}
    for n, name in enumerate(order):
        report = desk.collect(desk.reply(name, T005__support_feedback=words[name]), day=n)
        assert report.is_clean
        assert changed(report) == {("t005", f"{COLUMN}@{name}"): words[name]}
    assert desk.value("T005", COLUMN) == (
        "【市场部】短视频改到12月\n【生产部】试产线12月4日起可用\n【销售部】渠道数据周五给\n\u3000要两天"
    )


def test_all_at_once_is_the_same(desk: Desk) -> None:
    for name in ("销售部", "市场部"):
        desk.reply(name, T005__support_feedback=f"{name}：可以")
    assert desk.collect().is_clean
    assert desk.value("T005", COLUMN) == f"【市场部】可以\n{PROD}\n【销售部】可以"


def test_a_department_takes_its_words_back(desk: Desk) -> None:
    desk.collect(desk.reply("市场部", T005__support_feedback="可以"))
    desk.collect(desk.reply("生产部", T005__support_feedback=None), day=1)
    assert desk.value("T005", COLUMN) == "【市场部】可以"


def test_only_its_own_words_conflict_with_what_was_typed_here_meanwhile(desk: Desk) -> None:
    write_by_hand(desk, "T005", COLUMN, "【生产部】电话：12月1日\n【销售部】电话：周三")
    desk.reply("生产部", T005__support_feedback="12月4日")
    desk.reply("市场部", T005__support_feedback="可以")
    report = desk.collect()
    assert said(report) == [("conflict", "t005", f"{COLUMN}@生产部")]
    item = question(report, "t005", f"{COLUMN}@生产部")
    assert (item.master, item.theirs, item.suggestion) == ("电话：12月1日", "12月4日", "theirs")
    assert report.merged.document.lines[0].column.zh == "配合反馈（生产部）"
    assert desk.value("T005", COLUMN) == "【市场部】可以\n【生产部】电话：12月1日\n【销售部】电话：周三"


def test_undo_takes_one_departments_words_back_and_leaves_the_others(desk: Desk) -> None:
    path = desk.reply("市场部", T005__support_feedback="可以")
    desk.collect(path)
    desk.collect(desk.reply("销售部", T005__support_feedback="也可以"), day=1)
    undo_reply(Request(desk.master), digest(path), now=NOW)
    assert desk.value("T005", COLUMN) == f"{PROD}\n【销售部】也可以"


def test_who_does_not_support_a_row_and_its_lead_may_not_write(desk: Desk) -> None:
    desk.reply("研发部", T005__support_feedback=PROD.replace("1人", "2人"), T001__support_feedback="可以")
    desk.reply("生产部", T001__support_feedback="承接没有问题", T002__percent=0.1)
    report = desk.collect()
    assert changed(report) == {
        ("t001", f"{COLUMN}@研发部"): "可以",
        ("t001", f"{COLUMN}@生产部"): "承接没有问题",
    }
    assert sorted(said(report)) == [
        ("trespass", "t002", "percent"),
        ("trespass", "t005", f"{COLUMN}@生产部"),
    ]
    item = question(report, "t005", f"{COLUMN}@生产部")
    assert (item.who.department, item.theirs) == ("研发部", "试产线11月27日起可用，散热件装配需研发派2人")


def test_in_the_whole_workbook_each_edits_its_line(desk: Desk) -> None:
    desk.send("销售部", whole=True)
    typed = "【生产部】排不上\n销售部：周五给数据"
    desk.reply("销售部", whole=True, T005__support_feedback=typed)
    report = desk.collect()
    assert changed(report) == {("t005", f"{COLUMN}@销售部"): "周五给数据"}
    assert sorted(said(report)) == [("trespass", "t005", f"{COLUMN}@生产部")]
    assert desk.value("T005", COLUMN) == f"{PROD}\n【销售部】周五给数据"


def test_the_row_grows_with_what_they_write_and_never_shrinks(desk: Desk) -> None:
    def height(row: int) -> float:
        return openpyxl.load_workbook(desk.master)["跟踪表"].row_dimensions[row].height

    before = [height(row) for row in range(5, 11)]
    lines = "\n".join(f"第{n}项物料已备齐" for n in range(1, 7))
    desk.reply("市场部", T005__support_feedback=lines, T004__support_feedback="可以")
    desk.collect()
    after = [height(row) for row in range(5, 11)]
    assert after[4] > 8 * 12 > before[4]  # T005: six lines and two of 生产部
    assert after[:4] + after[5:] == before[:4] + before[5:]


def test_a_supporters_words_are_its_own_under_another_number_too(desk: Desk) -> None:
    """The packet shows it only its own words: those of others stay, whatever the number says."""
    desk.reply("市场部", T005__support_feedback="可以", T005__id="T105")
    report = desk.collect()
    assert changed(report) == {("t005", f"{COLUMN}@市场部"): "可以"}
    assert (said(report), told(report)) == ([], [("id_changed", "t005", "id")])
    assert desk.value("T005", COLUMN) == f"【市场部】可以\n{PROD}"
