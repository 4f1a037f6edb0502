"""Answers in a mail's own words are merged like a packet; a sentence waits until it is chosen."""

from __future__ import annotations

import email
import email.policy
import shutil
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

import pytest
from collect_desk import (
    ADDRESS,
    NOW,
    SHIPPED,
    Desk,
    changed,
    codes,
    copied,
    counted,
    prepared,
    resolve_questions,
    said,
    typed,
)

from xl_collab.commands.session import Request
from xl_collab.hosts.reading import read_book
from xl_collab.ui.cli import main

RD = ADDRESS["研发部"]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return prepared(tmp_path_factory.mktemp("answers") / "desk")


@pytest.fixture
def desk(sent: Desk, tmp_path: Path) -> Desk:
    return copied(sent, tmp_path / "desk")


def mail(desk: Desk, words: str, minute: int = 0, *, packet: Path | None = None, **headers: str) -> Path:
    """An answer to 研发部's letter, as an .eml file."""
    message = EmailMessage()
    message["From"], message["To"] = headers.get("sender", f"李四 <{RD}>"), "pmo@example.com"
    message["Subject"] = headers.get("subject", f"回复：请填报 回执码 {desk.token('研发部')}")
    message["Date"] = format_datetime(NOW - timedelta(hours=1) + timedelta(minutes=minute))
    message["Message-ID"] = make_msgid(domain="example.com")
    message.set_content(words)
    if packet is not None:
        kind = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        message.add_attachment(packet.read_bytes(), *kind, filename=packet.name)
    folder = desk.folder / "mails"
    folder.mkdir(exist_ok=True)
    path = folder / f"{minute}.eml"
    path.write_bytes(message.as_bytes())
    return path


def test_a_filled_block_is_merged_like_a_packet(desk: Desk) -> None:
    block = "T004｜状态：｜完成率：90｜预计完成：｜\nT005｜完成率：50%｜预计完成：1月5日"
    report = desk.collect(mail(desk, f"请查收\n{block}\n\n李四"))
    assert changed(report) == {
        ("t004", "percent"): 0.9,
        ("t005", "percent"): 0.5,
        ("t005", "forecast"): date(2024, 1, 5),
    }
    assert said(report) == []
    assert codes(report) == []
    assert desk.value("T004", "percent") == 0.9
    again = desk.collect(desk.folder / "mails", day=1)
    assert changed(again) == {}
    assert len(again.matched.repeats) == 1


def test_what_the_mail_says_besides_is_told(desk: Desk) -> None:
    report = desk.collect(mail(desk, "T004｜完成率：90%\n模具供应商换了，价格要重谈\n李四"))
    assert counted(report) == {"applied": 1, "told": 1}
    assert [remark.words for remark, *_ in report.matched.remarks] == ["模具供应商换了，价格要重谈\n李四"]
    polite = desk.collect(mail(desk, "您好\nT004｜完成率：95%\n谢谢\n李四", 5))
    assert counted(polite) == {"corrected": 1}


def test_a_sentence_waits_until_it_is_chosen(desk: Desk) -> None:
    report = desk.collect(mail(desk, "T004 完成率90%；T005 延到2024年1月5日，缺模具"))
    assert changed(report) == {}
    assert said(report) == [("sentence", "t004", "percent"), ("sentence", "t005", "forecast")]
    assert [remark.words for remark, *_ in report.matched.remarks] == [
        "T004 完成率90%；T005 延到2024年1月5日，缺模具"
    ]
    choices = {q.key: "用对方" for q in report.merged.result.questions if q.cell.column == "forecast"}
    typed(desk, dict(choices))
    resolve_questions(Request(desk.master), now=NOW + timedelta(days=1))
    assert desk.value("T005", "forecast") == date(2024, 1, 5)
    assert [(q.kind, q.cell.row) for q in desk.asked()] == [("sentence", "t004")]


def test_two_ways_in_one_mail_are_asked(desk: Desk) -> None:
    report = desk.collect(mail(desk, "T004｜完成率：90%\nT004｜完成率：95%"))
    assert changed(report) == {}
    assert said(report) == [("two_answers", "t004", "percent")] * 2


def test_what_is_not_theirs_or_no_value_is_asked(desk: Desk) -> None:
    report = desk.collect(mail(desk, "T001｜状态：进行中\nT004｜完成率：差不多了"))
    assert changed(report) == {}
    assert sorted(said(report)) == [("trespass", "t001", "status"), ("unreadable", "t004", "percent")]


def test_a_mail_shows_no_cell_that_it_does_not_name(desk: Desk) -> None:
    """A later mail about another row, or another cell, takes nothing back that a packet said."""
    desk.collect(desk.reply("研发部", T004__percent=0.9, T005__percent=0.5))
    report = desk.collect(mail(desk, "T004｜预计完成：2023-12-01", 40), day=1)
    assert changed(report) == {("t004", "forecast"): date(2023, 12, 1)}
    assert said(report) == []
    assert counted(report) == {"applied": 1}
    assert desk.value("T005", "percent") == 0.5


def test_a_later_mail_corrects_an_earlier_one_also_back_to_what_was_sent(desk: Desk) -> None:
    report = desk.collect(mail(desk, "T004｜完成率：80%", 10), day=1)
    assert changed(report) == {("t004", "percent"): 0.8}
    back = desk.collect(mail(desk, "T004｜完成率：60%", 20), day=2)
    assert changed(back) == {("t004", "percent"): 0.6}


def test_packet_and_block_of_one_mail_are_one_word(desk: Desk) -> None:
    packet = desk.reply("研发部", T004__percent=0.9)
    report = desk.collect(mail(desk, "T004｜完成率：90%", packet=packet))
    assert changed(report) == {("t004", "percent"): 0.9}
    assert said(report) == []


def test_a_mail_without_answers_is_told_as_before(desk: Desk) -> None:
    report = desk.collect(mail(desk, "下周给您"))
    assert codes(report) == ["no-workbook"]
    packet = desk.reply("研发部", T004__percent=0.9)
    assert codes(desk.collect(mail(desk, "见附件", 5, packet=packet), day=1)) == []


def test_an_unknown_sender_waits(desk: Desk) -> None:
    path = mail(desk, "T004｜完成率：90%", sender="wang@example.com")
    assert changed(desk.collect(path)) == {}
    assert changed(desk.collect(path, day=1, yes=("wang@example.com",))) == {("t004", "percent"): 0.9}


def test_a_row_that_was_not_sent_is_told(desk: Desk) -> None:
    report = desk.collect(mail(desk, "T099｜完成率：90%\nT004｜进展：好｜完成率：90%"))
    assert changed(report) == {("t004", "percent"): 0.9}
    assert any("进展：好" in notice.zh for notice in report.matched.notices)
    assert any("T099" in remark.words for remark, *_ in report.matched.remarks)


def test_a_letter_can_be_answered_by_filling_its_lines(tmp_path: Path) -> None:
    """The whole way: our letter, quoted by the contact's program, filled in between, collected."""
    master = tmp_path / "跟踪表.xlsm"
    shutil.copy(SHIPPED, master)
    assert main_ends("send", master, "--to", "研发部", "--draft", tmp_path / "letters") == 0
    (letter,) = (tmp_path / "letters").rglob("*.eml")
    ours = email.message_from_bytes(letter.read_bytes(), policy=email.policy.default)
    body = ours.get_body(("plain",))
    assert body is not None
    lines = [line for line in body.get_content().splitlines() if line.startswith("T00")]
    assert any(
        line.startswith("T004｜状态：｜完成率：｜预计完成：｜实际完成：｜情况说明：") for line in lines
    )
    text = (
        body.get_content()
        .replace("T004｜状态：｜完成率：", "T004｜状态：｜完成率：90%")
        .replace("\r\n", "\n")
    )
    quoted = "\n".join(f"> {line}" for line in text.splitlines())
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = RD, "pmo@example.com", f"Re: {ours['Subject']}"
    answer["Date"] = format_datetime(datetime.now(UTC) + timedelta(minutes=1))
    answer.set_content(f"填在下面了\n\n在 2023-11-13 17:20，项目办 <pmo@example.com> 写道：\n{quoted}")
    (tmp_path / "answer.eml").write_bytes(answer.as_bytes())
    assert main_ends("collect", master, tmp_path / "answer.eml") == 0
    table = read_book(master).tables["tracker"]
    assert table.raw("percent")[table.texts("id").tolist().index("T004")] == 0.9
    assert main_ends("send", master, "--kind", "reminder", "--draft", tmp_path / "reminders") == 0
    told = [
        email.message_from_bytes(p.read_bytes(), policy=email.policy.default)
        for p in (tmp_path / "reminders").rglob("*.eml")
    ]
    code = str(ours["Subject"]).rpartition("[")[2]
    assert [str(one["Subject"]).endswith(code) for one in told if "研发部" in str(one["Subject"])] == [True]


def main_ends(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(str(ended.value.code))
