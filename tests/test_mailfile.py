"""Replies as mails: attachments under our own names, headers as harmless text, absurd mails not at all."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from pathlib import Path

import pytest
from effort import effort

from tests.hostile import compound, good
from xl_collab.errors import XlCollabError
from xl_collab.exchange.gate.limits import USUAL_MAIL, MailLimits
from xl_collab.exchange.mail.incoming import (
    ReceivedMail,
    attachments,
    decoded,
    mails_in,
    read_mail,
    read_mail_bytes,
    sender_of,
    shown_name,
)

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
HEAD = b"From: a@b.cn\r\nTo: c@d.cn\r\nSubject: re\r\nMIME-Version: 1.0\r\n"


def letter(*names: str, data: bytes = b"", **headers: str) -> EmailMessage:
    """A reply with one workbook attached under each name."""
    message = EmailMessage()
    message["From"] = headers.get("sender", "李四 <lisi@example.com>")
    message["To"] = "pmo@example.com"
    message["Subject"] = headers.get("subject", "回复：进度跟踪")
    message["Date"] = "Mon, 13 Nov 2023 09:30:00 +0800"
    message.set_content("见附件")
    message.add_alternative("<p>见附件</p>", subtype="html")
    for name in names:
        message.add_attachment(data or good(), *XLSX, filename=name)
    return message


def one_part(header: bytes, body: bytes = b"UEsDBA==") -> bytes:
    """A mail of one attachment with these raw MIME headers."""
    return HEAD + header + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body + b"\r\n"


def refused(mail: ReceivedMail) -> str:
    """The code of a mail's refusal, which is one line in both languages and leaves nothing else."""
    assert mail.refusal is not None
    assert mail.attachments == () and mail.subject == ""
    for lang in ("zh", "en"):
        assert "\n" not in mail.refusal.sentence(lang) and "{" not in mail.refusal.sentence(lang)
    return mail.refusal.code


# -- what is right is read ---------------------------------------------------------------------------------


def test_a_reply_is_read(tmp_path: Path) -> None:
    path = tmp_path / "回复.eml"
    path.write_bytes(bytes(letter("研发部 回复.xlsx")))
    mail = read_mail(path)
    assert (mail.sender, mail.sender_name, mail.subject) == ("lisi@example.com", "李四", "回复：进度跟踪")
    assert mail.date == datetime(2023, 11, 13, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    assert mail.notices == () and mail.refusal is None
    (one,) = mail.attachments
    assert one.data == good() and one.shown == "研发部 回复.xlsx"
    assert attachments(path) == [one]
    assert list(mails_in(tmp_path)) == [path]


def test_pictures_signatures_and_bodies_are_no_attachments() -> None:
    message = letter("a.xlsx")
    message.add_attachment(b"\x89PNG", "image", "png", filename="logo.png")
    message.add_attachment("会议", subtype="calendar", filename="x.ics")
    message.add_attachment(b"%PDF-1.7", "application", "pdf", filename="说明.pdf")
    mail = read_mail_bytes(bytes(message))
    assert [one.shown for one in mail.attachments] == ["a.xlsx"]
    assert [notice.zh for notice in mail.notices] == ["附件“说明.pdf”不是工作簿，没有读取。"]


def test_a_forwarded_mail_gives_its_attachments_too() -> None:
    outer = letter(sender="王五 <wang@example.com>")
    outer.add_attachment(letter("里面.xlsx"))
    mail = read_mail_bytes(bytes(outer))
    assert mail.sender == "wang@example.com"
    assert [one.shown for one in mail.attachments] == ["里面.xlsx"]


def test_winmail_and_archives_are_named_with_the_cure() -> None:
    message = letter()
    message.add_attachment(b"x\x9f>\x22", "application", "ms-tnef", filename="winmail.dat")
    message.add_attachment(good(), "application", "zip", filename="回复.zip")
    mail = read_mail_bytes(bytes(message))
    assert mail.attachments == ()
    assert ["winmail.dat" in mail.notices[0].zh, "HTML" in mail.notices[0].en] == [True, True]
    assert "回复.zip" in mail.notices[1].zh and "解压" in mail.notices[1].zh


def test_a_workbook_without_a_name_or_type_is_found_by_its_content() -> None:
    message = letter()
    message.add_attachment(good(), "application", "octet-stream")
    message.add_attachment(compound("Workbook"), "application", "octet-stream", filename="旧.xls")
    names = [(one.name, one.shown) for one in read_mail_bytes(bytes(message)).attachments]
    assert [(name.rpartition(".")[2], shown) for name, shown in names] == [("xlsx", "?"), ("bin", "旧.xls")]


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        (b'Content-Disposition: attachment; filename="plain.xlsx"', "plain.xlsx"),
        (b"Content-Disposition: attachment; filename*=UTF-8''%E5%9B%9E%E5%A4%8D.xlsx", "回复.xlsx"),
        (
            b"Content-Disposition: attachment; filename*0*=UTF-8''%E5%9B%9E; filename*1*=%E5%A4%8D.xlsx",
            "回复.xlsx",
        ),
        (b'Content-Disposition: attachment; filename="=?UTF-8?B?5Zue5aSNLnhsc3g=?="', "回复.xlsx"),
        (b'Content-Disposition: attachment; filename="=?GBK?Q?=BB=D8=B8=B4.xlsx?="', "回复.xlsx"),
        (b'Content-Disposition: attachment; filename="' + "回复.xlsx".encode("gbk") + b'"', "回复.xlsx"),
        (b'Content-Disposition: attachment; filename="' + "回复.xlsx".encode() + b'"', "回复.xlsx"),
        (
            b'Content-Type: application/octet-stream; name="=?utf-8?q?=E5=9B=9E=E5=A4=8D=2Exlsx?="',
            "回复.xlsx",
        ),
    ],
)
def test_names_as_mail_programs_write_them(header: bytes, shown: str) -> None:
    """Foxmail, Outlook, QQ and old webmail each have a way of their own."""
    (one,) = read_mail_bytes(one_part(header)).attachments
    assert one.shown == shown
    assert one.data == b"PK\x03\x04"


def test_subjects_in_gbk_and_several_words() -> None:
    assert decoded("=?gb2312?B?u9i4tA==?= =?utf-8?q?=E8=BF=9B=E5=BA=A6?=") == "回复进度"
    assert decoded("=?nonsense?Q?abc?=") == "abc" and decoded("=?utf-8?B?!!!?=") == ""
    raw = HEAD.replace(b"Subject: re", "Subject: 回复进度".encode("gbk")) + b"\r\nx"
    assert read_mail_bytes(raw).subject == "回复进度"


# -- 65 to 67 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trick", ["=?utf-8?q?a=0D=0ABcc:=20evil@x.y?=", "=?utf-8?q?a=00b=E2=80=A8c=E2=80=AEd?=", "a\r\n b"]
)
def test_case_65_headers_come_out_as_one_harmless_line(trick: str) -> None:
    raw = HEAD.replace(b"Subject: re", b"Subject: " + trick.encode()) + b"\r\nx"
    subject = read_mail_bytes(raw).subject
    assert subject and subject.isprintable()
    message = EmailMessage()
    message["Subject"] = subject  # may be quoted in an answer without making a header of its own
    assert message.keys() == ["Subject"] and b"\nBcc" not in bytes(message)
    raw = HEAD.replace(b"From: a@b.cn", b"From: " + trick.encode() + b" <a@b.cn>") + b"\r\nx"
    mail = read_mail_bytes(raw)
    assert mail.sender_name.isprintable() and mail.sender in ("", "a@b.cn")


@pytest.mark.parametrize(
    ("header", "name", "address"),
    [
        ("a@b.cn", "", "a@b.cn"),
        ("<A@B.cn>", "", "a@b.cn"),
        ("张三 <a@b.cn>", "张三", "a@b.cn"),
        ('"Li, Si" <a@b.cn>', "Li, Si", "a@b.cn"),
        ("=?utf-8?b?5byg5LiJ?= <a@b.cn>", "张三", "a@b.cn"),
    ],
)
def test_a_plain_sender_is_understood(header: str, name: str, address: str) -> None:
    assert sender_of(header) == (name, address)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "a@b.cn, evil@x.y",
        "x>,<e@x.y",
        '"a@b.cn" <e@x.y>, b@c.d',
        "a@b.cn <e@x.y>",
        "a@b.cn(<e@x.y>)",
        "a@b.cn@x.y",
        "<a@b.cn> <e@x.y>",
        "=?utf-8?q?a@b.cn=20=3Ce?=@x.y",
        "group: a@b.cn;",
        "a@[127.0.0.1]",
        "a@b.cn\x00",
        "a b@c.d",
    ],
)
def test_case_66_a_tricky_sender_is_nobody(header: str) -> None:
    assert sender_of(header) == ("", "")
    raw = HEAD.replace(b"From: a@b.cn", b"From: " + header.encode()) + b"\r\nx"
    mail = read_mail_bytes(raw)
    assert mail.sender == "" and len(mail.notices) == 1


@pytest.mark.parametrize(
    "name",
    [
        "../../x.xlsm",
        "..\\..\\x.xlsx",
        "C:\\Windows\\x.xlsx",
        "/etc/passwd.xlsx",
        "CON.xlsx",
        "x.xlsx:stream",
        "研发\u202exslx.exe.xlsx",
        "长" * 300 + ".xlsx",
        "a\r\nb.xlsx",
        "a\0.xlsx",
        "<script>.xlsx",
        "   .xlsx",
    ],
)
def test_case_67_attachment_names_are_never_used(name: str, tmp_path: Path) -> None:
    encoded = "".join(f"%{byte:02X}" for byte in name.encode()).encode()
    raw = one_part(b"Content-Disposition: attachment; filename*=UTF-8''" + encoded)
    (one,) = read_mail_bytes(raw).attachments
    assert one.name.isascii() and one.name.replace("-", "").replace(".", "").isalnum()
    assert one.name.startswith("mail-") and one.name.endswith(".xlsx") and len(one.name) < 60
    (tmp_path / one.name).write_bytes(one.data)
    assert [path.name for path in tmp_path.iterdir()] == [one.name]
    assert len(one.shown) <= 80 and one.shown.isprintable()
    assert not set(one.shown) & {"/", "\\", "\u202e"}


def test_case_67_equal_names_stay_apart() -> None:
    message = letter("回复.xlsx", "回复.xlsx")
    message.add_attachment(good(date1904=True), *XLSX, filename="回复.xlsx")
    names = [one.name for one in read_mail_bytes(bytes(message)).attachments]
    assert len(set(names)) == 3


def test_shown_names_keep_what_helps_people() -> None:
    assert shown_name("研发部/回复 (2).xlsx") == "回复 (2).xlsx"
    assert shown_name("") == "" and shown_name("..") == ""


# -- limits ------------------------------------------------------------------------------------------


def test_absurd_mails_are_refused_quickly() -> None:
    nested = HEAD
    for depth in range(200):
        nested += b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (depth, depth)
    quotes = HEAD + b'Content-Type: application/x; name="' + b";" * 2_000_000 + b'"\r\n\r\nx'
    folded = HEAD + b"Content-Disposition: x" + b"\r\n ;a" * 500_000 + b"\r\n\r\nx"
    headers = HEAD + b"X: y\r\n" * 200_000 + b"\r\nx"
    lines = HEAD + b"\r\n" + b"\n" * 2_000_000
    cases = {"mail-parts": (nested, lines), "mail-headers": (quotes, folded, headers)}
    for expected, mails in cases.items():
        for data in mails:
            assert refused(read_mail_bytes(data)) == expected
            assert effort(lambda data=data: read_mail_bytes(data), 1000) < 1000


def test_limits_on_size_and_number() -> None:
    small = MailLimits(file_bytes=50_000, attachments=2, attachment_bytes=20_000)
    assert refused(read_mail_bytes(b"From: a@b.c\r\n" + b"x" * 60_000, small)) == "mail-size"
    assert refused(read_mail_bytes(bytes(letter("a.xlsx", data=bytes(25_000))), small)) == "mail-size"
    assert (
        refused(read_mail_bytes(bytes(letter("a.xlsx", "b.xlsx", "c.xlsx", data=b"PK\x03\x04")), small))
        == "mail-many"
    )
    deep = letter("a.xlsx")
    for _ in range(USUAL_MAIL.depth):
        outer = letter()
        outer.add_attachment(deep)
        deep = outer
    assert refused(read_mail_bytes(bytes(deep))) == "mail-parts"


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 100, good(), b"hello\nworld", "你好：世界\n\n".encode("utf-16")]
)
def test_what_is_no_mail_is_refused(data: bytes) -> None:
    assert refused(read_mail_bytes(data)) == "mail-broken"


def test_a_missing_file_and_the_short_form(tmp_path: Path) -> None:
    assert refused(read_mail(tmp_path / "没有.eml")) == "mail-unreadable"
    with pytest.raises(XlCollabError, match="打不开邮件"):
        attachments(tmp_path / "没有.eml")


def test_broken_structures_are_survived() -> None:
    broken = [
        HEAD
        + b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nno end',
        HEAD + b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        HEAD + b"Content-Type: text/plain; charset=nonsense\r\n\r\nx",
        HEAD + b"Date: not a date\r\nContent-Type: ;;;\r\n\r\nx",
        HEAD + b"Content-Transfer-Encoding: x-nothing\r\n\r\nx",
    ]
    for data in broken:
        mail = read_mail_bytes(data)
        assert mail.refusal is None and mail.sender == "a@b.cn" and mail.attachments == ()
    assert read_mail_bytes(broken[3]).date is None
