"""Mails without a workbook in them, and mails inside mails: each is told with its own cure, none is
silent."""

from __future__ import annotations

import base64
import email.policy
from email.message import EmailMessage, Message
from pathlib import Path

import pytest

from tests.hostile import compound, good
from xl_collab.exchange.gate.gate import inspect_bytes
from xl_collab.exchange.inbox import Arrival, arrivals
from xl_collab.exchange.mail.incoming import read_mail_bytes
from xl_collab.merge.result import Remark

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def mail(body: str = "见附件", html: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "李四 <rd@example.com>", "pmo@example.com"
    message["Subject"] = "回复：请填报"
    message.set_content(body)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def with_workbook(message: EmailMessage) -> EmailMessage:
    message.add_attachment(good(), *XLSX, filename="回复.xlsx")
    return message


def arrived(folder: Path, data: bytes) -> list[Arrival]:
    (folder / "信.eml").write_bytes(data)
    return list(arrivals([folder / "信.eml"]))


def missing(message: Message | bytes) -> str:
    """Code of the reason why there is no workbook; both sentences are one line and say what to do."""
    found = read_mail_bytes(message if isinstance(message, bytes) else message.as_bytes())
    assert found.missing is not None and not found.attachments
    for lang in ("zh", "en"):
        sentence = found.missing.sentence(lang)
        assert "\n" not in sentence and "{" not in sentence
    assert "请" in found.missing.sentence("zh")
    return found.missing.code


@pytest.mark.parametrize(
    ("link", "place"),
    [
        ("https://wx.mail.qq.com/ftn/download?func=3&k=abc", "QQ"),
        ("http://mail.qq.com/cgi-bin/ftnExs_download?k=abc", "QQ"),
        ("https://mail.163.com/large-attachment-download/index.html?p=X", "网易"),
        ("https://dashi.163.com/html/cloud-attachment-download/?key=abc", "网易"),
        ("https://1drv.ms/x/s!Abc", "OneDrive"),
        ("https://contoso-my.sharepoint.cn/:x:/g/personal/li/abc", "OneDrive"),
        ("https://drive.weixin.qq.com/s?k=abc", "微盘"),
        ("https://pan.baidu.com/s/1abc", "百度"),
        ("https://www.kdocs.cn/l/abc", "金山"),
    ],
)
def test_a_file_behind_a_link_is_named_with_its_place(link: str, place: str) -> None:
    message = mail(html=f'<div>见附件</div><a href="{link}">研发部回复.xlsx (12.5M)</a>')
    assert missing(message) == "mail-cloud"
    found = read_mail_bytes(message.as_bytes()).missing
    assert found is not None
    assert "研发部回复.xlsx" in found.text.zh and place in found.text.zh and "下载" in found.text.zh


def test_a_link_beside_a_workbook_is_told_and_the_workbook_taken(tmp_path: Path) -> None:
    link = '<p>见附件</p><a href="https://wx.mail.qq.com/ftn/download?k=a">清单.xlsx</a>'
    found = read_mail_bytes(with_workbook(mail(html=link)).as_bytes())
    assert [one.shown for one in found.attachments] == ["回复.xlsx"]
    assert found.missing is None and ["清单.xlsx" in note.zh for note in found.notices] == [True]


def test_links_without_a_file_are_no_attachments() -> None:
    found = read_mail_bytes(
        with_workbook(mail(html='<a href="https://contoso.sharepoint.com/">门户</a>')).as_bytes()
    )
    assert found.notices == ()


def sealed(kind: str, name: str, parameters: str = "", data: bytes = b"\x30\x80") -> bytes:
    head = f'From: a@b.cn\r\nMIME-Version: 1.0\r\nContent-Type: {kind}; {parameters}name="{name}"\r\n'
    return f"{head}Content-Transfer-Encoding: base64\r\n\r\n{base64.b64encode(data).decode()}\r\n".encode()


_OID = bytes.fromhex("06092a864886f70d0107")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (sealed("application/pkcs7-mime", "smime.p7m", "smime-type=enveloped-data; "), "mail-encrypted"),
        (sealed("application/x-pkcs7-mime", "smime.p7m", "", b"0\x80" + _OID + b"\x03"), "mail-encrypted"),
        (sealed("application/pkcs7-mime", "smime.p7m", "smime-type=signed-data; "), "mail-signed"),
        (sealed("application/pkcs7-mime", "smime.p7m", "", b"0\x80" + _OID + b"\x02"), "mail-signed"),
        (sealed("application/octet-stream", "message.rpmsg"), "mail-encrypted"),
    ],
)
def test_sealed_mails_have_a_cure_of_their_own(data: bytes, code: str) -> None:
    assert missing(data) == code


def test_pgp_in_both_ways() -> None:
    assert (
        missing(mail("-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----")) == "mail-encrypted"
    )
    both = (
        b'From: a@b.cn\r\nMIME-Version: 1.0\r\nContent-Type: multipart/encrypted; boundary="x"; '
        b'protocol="application/pgp-encrypted"\r\n\r\n--x\r\nContent-Type: application/pgp-encrypted\r\n\r\n'
        b'Version: 1\r\n--x\r\nContent-Type: application/octet-stream; name="encrypted.asc"'
        b"\r\n\r\nabc\r\n--x--\r\n"
    )
    assert missing(both) == "mail-encrypted"


def test_a_signature_beside_the_text_seals_nothing() -> None:
    message = with_workbook(mail())
    message.add_attachment(b"0", "application", "pkcs7-signature", filename="smime.p7s")
    found = read_mail_bytes(message.as_bytes())
    assert [one.shown for one in found.attachments] == ["回复.xlsx"] and found.notices == ()


def test_winmail_and_archives_are_the_reason_when_there_is_nothing_else(tmp_path: Path) -> None:
    message = mail()
    message.add_attachment(b"x\x9f>\x22", "application", "ms-tnef", filename="winmail.dat")
    assert missing(message) == "winmail"
    (one,) = arrived(tmp_path, message.as_bytes())
    assert one.refusal is not None and one.refusal.code == "winmail"


def test_the_reason_is_not_told_twice(tmp_path: Path) -> None:
    message = mail()
    message.add_attachment(good(), "application", "zip", filename="回复.zip")
    (tmp_path / "信.eml").write_bytes(message.as_bytes())
    found = arrivals([tmp_path / "信.eml"])
    (one,) = list(found)
    assert one.refusal is not None and one.refusal.code == "mail-archive" and found.notices == []


# -- mails inside mails ----------------------------------------


def packed(inner: EmailMessage, outer: EmailMessage) -> bytes:
    """An inner mail as a file of unknown kind, as some programs forward it."""
    outer.add_attachment(inner.as_bytes(), "application", "octet-stream", filename="回复.eml")
    return outer.as_bytes()


def test_a_mail_attached_as_a_file_is_opened() -> None:
    found = read_mail_bytes(packed(with_workbook(mail()), mail("转发")))
    assert [one.shown for one in found.attachments] == ["回复.xlsx"]
    assert found.sender == "rd@example.com"


def test_a_mail_attached_in_base64_is_opened() -> None:
    inner = base64.encodebytes(with_workbook(mail()).as_bytes())
    data = (
        b'From: a@b.cn\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n'
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + inner
        + b"\r\n--x--\r\n"
    )
    assert [one.shown for one in read_mail_bytes(data).attachments] == ["回复.xlsx"]


def test_mails_in_mails_end_somewhere() -> None:
    data = with_workbook(mail()).as_bytes(policy=email.policy.SMTP)
    for _ in range(12):
        outer = mail()
        outer.add_attachment(data, "application", "octet-stream", filename="x.eml")
        data = outer.as_bytes(policy=email.policy.SMTP)
    refusal = read_mail_bytes(data).refusal
    assert refusal is not None and refusal.code == "mail-parts"


def test_what_is_called_a_mail_and_is_none_is_set_aside() -> None:
    outer = with_workbook(mail())
    outer.add_attachment(b"\0\1\2", "application", "octet-stream", filename="x.eml")
    found = read_mail_bytes(outer.as_bytes())
    assert [one.shown for one in found.attachments] == ["回复.xlsx"]
    assert ["x.eml" in note.zh for note in found.notices] == [True]


def test_the_words_of_all_of_them_are_kept(tmp_path: Path) -> None:
    inner = with_workbook(mail("T005 延期到 12 月 8 日"))
    one, words = arrived(tmp_path, packed(inner, mail("请看附件里的邮件，已同意")))
    assert words.words is not None  # looked through for answers; the file says the rest
    assert one.remarks == (
        Remark("mail", "邮件正文", "请看附件里的邮件，已同意", "李四"),
        Remark("mail", "附件中的邮件“回复：请填报”正文", "T005 延期到 12 月 8 日", "李四"),
    )


# -- words ----------------------------------------


def test_a_mail_without_a_workbook_says_its_words_with_the_refusal(tmp_path: Path) -> None:
    (one,) = arrived(tmp_path, mail("表打不开，T005 延期到下周五").as_bytes())
    assert one.refusal is not None and one.refusal.code == "no-workbook"
    assert one.remarks == (Remark("mail", "邮件正文", "表打不开，T005 延期到下周五", "李四"),)


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gbk", "gb18030", ""])
def test_words_in_the_encodings_of_chinese_programs(charset: str) -> None:
    said = f"; charset={charset}" if charset else ""
    head = f"From: a@b.cn\r\nContent-Type: text/plain{said}\r\n\r\n".encode()
    data = head + "样品延期".encode(charset or "gbk")
    (body,) = read_mail_bytes(data).bodies
    assert body.words == "样品延期" and body.news


def test_only_html_and_only_twenty_lines() -> None:
    message = EmailMessage()
    message["From"] = "a@b.cn"
    message.set_content("".join(f"<p>第 {n} 行</p>" for n in range(1, 60)), subtype="html")
    (body,) = read_mail_bytes(message.as_bytes()).bodies
    assert body.words.splitlines()[0] == "第 1 行" and body.words.splitlines()[19:] == ["第 20 行", "…"]


def test_text_that_a_mail_quotes_is_not_its_own() -> None:
    html = "<div>见附件</div><blockquote><div>T005 为什么延期？</div></blockquote>"
    message = EmailMessage()
    message["From"] = "a@b.cn"
    message.set_content(html, subtype="html")
    (body,) = read_mail_bytes(message.as_bytes()).bodies
    assert (body.words, body.news) == ("见附件", False)


def test_an_outlook_message_has_its_own_cure() -> None:
    refusal = inspect_bytes(compound("Root Entry", "__properties_version1.0"), "回复.msg").refusal
    assert refusal is not None and refusal.code == "type-msg"
    assert "附件" in refusal.text.zh and ".eml" in refusal.text.zh and "另存为 .xlsx" not in refusal.text.zh
