"""Clicks on replies: collect, decide, take back, look up; on a real master with its ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from clicking import Answers, OpenBook, on_file
from collect_desk import Desk, copied, prepared, typed, write_by_hand

from xl_collab.ui import ribbon
from xl_collab.ui.ribbon import Response


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A master and its packets, made once."""
    return prepared(tmp_path_factory.mktemp("sent") / "desk")


@pytest.fixture
def desk(sent: Desk, tmp_path: Path) -> Desk:
    return copied(sent, tmp_path / "desk")


def press(command: str, desk: Desk, **answers: Any) -> Response:
    asked = Answers(**answers)
    book = OpenBook(desk.master)
    said = ribbon.press(command, book, path=str(desk.master), ask=asked, open_session=on_file)
    press.asked = asked  # type: ignore[attr-defined]
    return said


def test_a_folder_of_replies_is_merged_and_undo_lets_it_be_collected_again(desk: Desk) -> None:
    desk.reply(T004__percent=0.9)
    before = desk.value("T004", "percent")
    for _ in range(2):
        said = press("collect", desk, choose=(0,), folder=desk.replies)
        assert said.kind == "info", said.text
        assert "研发部：写入 1（已合并）" in said.text and "全部已写入，没有冲突" in said.text
        assert desk.value("T004", "percent") == 0.9
        said = press("undo", desk)
        assert "台账也已恢复" in said.text
        assert desk.value("T004", "percent") == before


def test_chosen_files_only(desk: Desk) -> None:
    one = desk.reply("研发部", T004__percent=0.9)
    desk.reply("市场部", T006__status="进行中")
    press("collect", desk, choose=(1,), replies=(one,))
    assert (desk.value("T004", "percent"), desk.value("T006", "status")) == (0.9, "未开始")


@pytest.mark.parametrize("answers", [{"choose": None}, {"choose": (0,), "folder": None}])
def test_who_would_rather_not_changes_nothing(desk: Desk, answers: dict[str, Any]) -> None:
    before = desk.master.read_bytes()
    assert press("collect", desk, **answers).kind == "quiet"
    assert press("collect", desk, choose=(1,), replies=None).kind == "quiet"
    assert desk.master.read_bytes() == before


@pytest.mark.parametrize("yes", [True, False])
def test_an_unknown_sender_is_asked_about(desk: Desk, yes: bool) -> None:
    workbook = desk.reply(T004__percent=0.9)
    mail = desk.mail(workbook, "someone@example.com")
    said = press("collect", desk, choose=(1,), replies=(mail,), confirm=yes)
    (question,) = [text for text in press.asked.asked if "someone" in text]  # type: ignore[attr-defined]
    assert "研发部: someone@example.com" in question
    assert (desk.value("T004", "percent") == 0.9) is yes
    assert said.kind == ("info" if yes else "warning")


def test_a_question_is_decided_where_it_is_listed(desk: Desk) -> None:
    desk.reply("研发部", T001__percent=0.2)  # not theirs to edit
    said = press("collect", desk, choose=(0,), folder=desk.replies)
    assert said.kind == "warning" and "再点“处理冲突”" in said.text
    assert press("resolve", desk) == Response(
        "info", "没有要处理的选择。请先在“冲突”表的“选择”列选好，再点这个按钮。"
    )
    (key,) = [question.key for question in desk.asked()]
    typed(desk, {key: "用对方"})
    said = press("resolve", desk)
    assert said.text.startswith("处理了 1 处，还剩 0 处") and said.kind == "info"
    assert desk.value("T001", "percent") == 0.2


def test_one_of_two_replies_is_taken_back(desk: Desk) -> None:
    before = desk.value("T004", "percent")
    press("collect", desk, choose=(1,), replies=(desk.reply("研发部", T004__percent=0.9),))
    press("collect", desk, choose=(1,), replies=(desk.reply("市场部", T006__status="进行中"),))
    said = press("undo_reply", desk, choose=(1,))
    assert [line.split(" · ")[1] for line in press.asked.shown] == ["市场部（—）· 1 格", "研发部（—）· 1 格"]  # type: ignore[attr-defined]
    assert "已撤销 研发部 的回复：恢复 1 格" in said.text and said.kind == "info"
    assert (desk.value("T004", "percent"), desk.value("T006", "status")) == (before, "进行中")
    assert press("undo_reply", desk, choose=None).kind == "quiet"
    press("undo_reply", desk, choose=(0,))
    assert press("undo_reply", desk).text == "没有可以撤销的回复。"


def test_a_cell_changed_since_stays_and_is_told(desk: Desk) -> None:
    press("collect", desk, choose=(1,), replies=(desk.reply("研发部", T004__percent=0.9),))
    write_by_hand(desk, "T004", "percent", 0.95)
    said = press("undo_reply", desk, choose=(0,))
    assert "恢复 0 格，1 格之后又有人改过而保留" in said.text
    assert "T004 完成率：之后又有人改过，没有动" in said.text
    assert desk.value("T004", "percent") == 0.95
    assert not desk.asked()


def test_what_had_given_way_to_a_reply_is_asked_when_that_is_taken_back(desk: Desk) -> None:
    press("collect", desk, choose=(1,), replies=(desk.reply("研发部", minute=2, T004__percent=0.9),))
    press("collect", desk, choose=(1,), replies=(desk.reply("研发部", minute=1, T004__percent=0.6),))
    said = press("undo_reply", desk, choose=(0,))
    assert said.kind == "warning" and "1 处原来让位于它的说法" in said.text
    assert desk.value("T004", "percent") == 0.4
    assert [question.theirs for question in desk.asked()] == [0.6]


def test_the_log_has_the_newest_on_top(desk: Desk) -> None:
    press("collect", desk, choose=(1,), replies=(desk.reply("研发部", T004__percent=0.9),))
    lines = press("log", desk).text.split("\n")
    assert "收取" in lines[0] and "完成" in lines[0]
    assert all("发送填报文件" in line for line in lines[1:3])


def test_a_refused_file_is_told(desk: Desk) -> None:
    desk.replies.mkdir()
    (desk.replies / "坏.xlsx").write_bytes(b"PK\x03\x04junk")
    said = press("collect", desk, choose=(0,), folder=desk.replies)
    assert said.kind == "warning" and "拒收 坏.xlsx" in said.text
    assert "没有新的回复" in said.text


def test_the_workbook_must_have_a_file(desk: Desk) -> None:
    said = ribbon.press("collect", OpenBook(desk.master), ask=Answers(), open_session=on_file)
    assert said.kind == "error" and "请先把工作簿保存到本地磁盘" in said.text


def test_cancelling_while_replies_are_judged_changes_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xl_collab.ui.progress_window import Cancelled

    desk.reply(T004__percent=0.9)
    before, runs = desk.master.read_bytes(), len(desk.ledger().log())

    def drawn(*_: object, **__: object) -> dict[str, bytes]:
        raise Cancelled

    monkeypatch.setattr("xl_collab.commands.session.Session._draw", drawn)
    said = press("collect", desk, choose=(0,), folder=desk.replies)
    assert said == Response("info", "已取消，没有改动任何内容。")
    assert desk.master.read_bytes() == before
    monkeypatch.undo()
    assert len(desk.ledger().log()) == runs
    assert desk.collect().is_clean
