"""Replies that Outlook saved as .msg are read like mails; what writes them here is another program's code."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from collect_desk import ADDRESS, NOW, Desk, changed, codes, copied, counted, prepared

from xl_collab.exchange.gate.limits import MailLimits
from xl_collab.exchange.mail import outlook_file
from xl_collab.exchange.mail.incoming import read_mail_bytes, read_outlook_file
from xl_collab.exchange.mail.outlook_file import NotAMessage, as_mail

RD = ADDRESS["研发部"]


def writer() -> Any:
    """A program that writes .msg files, and is not ours."""
    try:
        from aspose.email_foss import msg
    except ImportError:
        (pytest.fail if os.environ.get("XL_COLLAB_REQUIRE_TOOLS") == "1" else pytest.skip)(
            "no aspose-email-foss"
        )
    return msg


def saved(
    folder: Path,
    subject: str,
    words: str,
    *files: Path,
    sender: str = RD,
    headers: str = "",
    html: str = "",
    inner: object = None,
    name: str = "回复.msg",
    kind: str = "",
) -> Path:
    """A message as Outlook saves it."""
    msg = writer()
    message = msg.MapiMessage.create(subject, words)
    message.set_property(msg.PropertyId.SENDER_NAME, "李四")
    message.set_property(msg.PropertyId.SENDER_EMAIL_ADDRESS, sender)
    message.set_property(msg.PropertyId.SENDER_ADDRESS_TYPE, "SMTP")
    message.set_property(0x0039, msg.PropertyTypeCode.PTYP_TIME, NOW - timedelta(minutes=30))
    if kind:
        message.set_property(msg.PropertyId.MESSAGE_CLASS, kind)
    if headers:
        message.set_property(msg.PropertyId.TRANSPORT_MESSAGE_HEADERS, headers)
    if html:
        message.set_property(msg.PropertyId.BODY_HTML, html.encode("utf-8"))
    for path in files:
        message.add_attachment(path.name, path.read_bytes(), mime_type="application/octet-stream")
    if inner is not None:
        message.add_embedded_message_attachment(inner)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    message.save(str(path))
    return path


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return prepared(tmp_path_factory.mktemp("outlook") / "desk")


@pytest.fixture
def desk(sent: Desk, tmp_path: Path) -> Desk:
    return copied(sent, tmp_path / "desk")


def subject(desk: Desk) -> str:
    return f"答复: 请填报 回执码 {desk.token('研发部')}"


def test_a_packet_in_a_message_is_merged(desk: Desk) -> None:
    packet = desk.reply("研发部", T004__percent=0.9)
    path = saved(desk.folder / "mails", subject(desk), "见附件", packet)
    assert changed(desk.collect(path)) == {("t004", "percent"): 0.9}
    again = desk.collect(path, day=1)
    assert changed(again) == {} and len(again.matched.repeats) == 1


def test_what_the_message_says_is_read_too(desk: Desk) -> None:
    words = "T004｜完成率：90%\n\n李四"
    report = desk.collect(saved(desk.folder / "mails", subject(desk), words))
    assert changed(report) == {("t004", "percent"): 0.9}
    assert counted(report) == {"applied": 1}


def test_who_sent_it_is_judged_as_of_any_mail(desk: Desk) -> None:
    path = saved(desk.folder / "mails", subject(desk), "T004｜完成率：90%", sender="stranger@example.com")
    assert changed(desk.collect(path)) == {}


def test_headers_as_the_mail_came_go_first(tmp_path: Path) -> None:
    headers = (
        "Received: from a by mx.example.com; Tue, 14 Nov 2023 10:00:00 +0800\r\n"
        "From: =?gb2312?B?wO7LxA==?= <rd@example.com>\r\nSubject: =?utf-8?B?5Zue5aSN?=\r\n"
        "In-Reply-To: <ours@example.com>\r\nDate: Tue, 14 Nov 2023 09:59:00 +0800\r\n"
        "Content-Type: multipart/mixed; boundary=x\r\n\r\n"
    )
    mail = read_outlook_file(saved(tmp_path, "别的", "同意", headers=headers, sender="wrong@example.com"))
    assert mail is not None
    assert (mail.sender, mail.sender_name, mail.subject) == ("rd@example.com", "李四", "回复")
    assert mail.received == datetime(2023, 11, 14, 2, 0, tzinfo=UTC)
    assert mail.words is not None and mail.words.answers == {"<ours@example.com>"}
    assert mail.words.texts[0][1] == "同意"


def test_html_and_a_message_inside_another(desk: Desk, tmp_path: Path) -> None:
    msg = writer()
    packet = desk.reply("研发部", T004__percent=0.8)
    inner = msg.MapiMessage.create("里面的", "里面的话")
    inner.add_attachment(packet.name, packet.read_bytes(), mime_type="application/octet-stream")
    path = saved(tmp_path, "转发", "", html="<p>请看<b>里面</b></p>", inner=inner)
    mail = read_outlook_file(path)
    assert mail is not None and mail.refusal is None
    assert [one.data for one in mail.attachments] == [packet.read_bytes()]
    assert [body.words for body in mail.bodies] == ["请看里面", "里面的话"]


def test_a_message_attached_to_an_ordinary_mail(desk: Desk) -> None:
    packet = desk.reply("研发部", T004__percent=0.8)
    kept = saved(desk.folder / "kept", subject(desk), "见附件", packet, name="原邮件.msg")
    path = desk.mail(kept, RD, name="转发.eml", shown="原邮件.msg")
    assert changed(desk.collect(path)) == {("t004", "percent"): 0.8}


def test_without_olefile_the_cure_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlook_file, "can_read", lambda: False)
    report = desk.collect(saved(desk.folder / "mails", subject(desk), "见附件"))
    assert codes(report) == ["type-msg"]
    (one,) = report.matched.rejected
    assert "pip install olefile" in one.refusal.text.zh and "另存" in one.refusal.text.zh


def test_a_report_of_exchange_is_no_reply(desk: Desk) -> None:
    packet, words = desk.packet("研发部"), "rd@example.com 的邮箱已满\nT004｜完成率：90%"
    folder = desk.folder / "mails"
    for files in ((), (packet,)):
        back = saved(folder, f"未送达: {subject(desk)}", words, *files, kind="REPORT.IPM.Note.NDR")
        report = desk.collect(back)
        assert (codes(report), changed(report), report.matched.replies) == (["bounce"], {}, [])
        assert "rd@example.com" in report.matched.rejected[0].refusal.text.zh
    read = saved(folder, f"已读: {subject(desk)}", words, name="b.msg", kind="REPORT.IPM.Note.IPNRN")
    assert (codes(desk.collect(read)), changed(report)) == (["auto-reply"], {})


# hostile files


def test_limits(tmp_path: Path) -> None:
    big = tmp_path / "big.xlsx"
    big.write_bytes(os.urandom(300_000))
    data = saved(tmp_path, "a", "b", big).read_bytes()
    assert read_mail_bytes(as_mail(data)).attachments[0].data == big.read_bytes()
    for limits in (MailLimits(file_bytes=100_000), MailLimits(attachment_bytes=200_000)):
        with pytest.raises(NotAMessage):
            as_mail(data, limits)


def nested(depth: int) -> object:
    msg = writer()
    message = msg.MapiMessage.create(f"tief {depth}", "x")
    if depth:
        message.add_embedded_message_attachment(nested(depth - 1))
    return message


def test_depth_is_bounded(tmp_path: Path) -> None:
    path = saved(tmp_path, "außen", "x", inner=nested(10))
    with pytest.raises(NotAMessage):
        as_mail(path.read_bytes())


def damage(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 40)):
        at = chance.choice([chance.randrange(len(data)), chance.randrange(512), 512 + chance.randrange(4096)])
        data[min(at, len(data) - 1)] = chance.randrange(256)


CUT: list[Callable[[bytearray, random.Random], None]] = [
    damage,
    lambda data, chance: data.__delitem__(slice(chance.randrange(len(data)), None)),
]


def test_damaged_files_are_refused_or_read_never_worse(tmp_path: Path) -> None:
    small = tmp_path / "a.xlsx"
    small.write_bytes(b"PK\x03\x04" + b"x" * 5000)
    whole = saved(tmp_path, "主题", "正文", small, inner=nested(1)).read_bytes()
    chance, read = random.Random(5), 0
    for _ in range(150):
        data = bytearray(whole)
        chance.choice(CUT)(data, chance)
        try:
            read_mail_bytes(as_mail(bytes(data)))
            read += 1
        except NotAMessage:
            continue
    assert 0 < read < 150
