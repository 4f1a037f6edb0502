"""Mails say what was meant and nothing else: addresses, headers, file names (cases 65 and 66)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st
from sending import STAMP, TOKEN, letter, mail, parsed

from xl_collab.exchange.mail.incoming import read_mail_bytes
from xl_collab.exchange.mail.letters import Enclosure, file_name, make_mail
from xl_collab.exchange.mail.outgoing import message_bytes
from xl_collab.exchange.mail.recipients import (
    MailSettings,
    Recipients,
    UnsafeLetter,
    domains,
    read_address,
    recipients,
)

# case 66: addresses


@pytest.mark.parametrize(
    "text",
    [
        "a@b.com, evil@x.com",
        "a@b.com;evil@x.com",
        "a@b.com evil@x.com",
        "x>,<e@x.com",
        "<a@b.com>",
        "李工 <a@b.com>",
        '"a@b.com" <evil@x.com>',
        '"a b"@b.com',
        "a@b.com(comment)",
        "a(evil@x.com)@b.com",
        "a@b.com\r\nBcc: evil@x.com",
        "a@b.com\nevil",
        "a@b.com\x00",
        "a@b.com\u2028",
        "a@b.com\t",
        "a@evil.com@b.com",
        "@b.com",
        "a@",
        "a@localhost",
        "a@[127.0.0.1]",
        "a@10.0.0.1",
        "a..b@b.com",
        ".a@b.com",
        "a@b..com",
        "a@-b.com",
        "аdmin@b.com",  # a Cyrillic letter
        "a@b。com",
        "a@例子.公司",
        "group: a@b.com;",
        "=?utf-8?q?a=40b.com?=",
        "mailto:a@b.com",
        "*",
        "x" * 65 + "@b.com",
        "a@" + "b" * 250 + ".com",
    ],
)
def test_case_66_what_is_not_one_plain_address_is_refused(text: str) -> None:
    with pytest.raises(UnsafeLetter):
        recipients(letter(text))
    with pytest.raises(UnsafeLetter):
        recipients(letter("ok@example.com", cc=(text,)))


@pytest.mark.parametrize(
    "text", ["rd@example.com", "li.gong+xm@sub.example-1.com.cn", " rd@EXAMPLE.com ", "o'neil@a.co"]
)
def test_plain_addresses_are_taken(text: str) -> None:
    local, _, domain = text.strip().partition("@")
    assert read_address(text) == f"{local}@{domain.lower()}"


def test_case_66_only_domains_on_the_allow_list_get_letters() -> None:
    allowed = domains(["Example.com", "*.corp.cn"])
    for good in ("a@example.com", "a@corp.cn", "a@mail.corp.cn"):
        assert recipients(letter(good), allowed).to == (good,)
    for bad in (
        "a@evil.com",
        "a@mail.example.com",
        "a@notcorp.cn",
        "a@example.com.evil.com",
        "a@corp.cn.evil",
    ):
        with pytest.raises(UnsafeLetter) as told:
            recipients(letter(bad), allowed)
        assert bad in told.value.message("zh")


def test_the_allow_list_is_the_senders_domain_when_none_is_given() -> None:
    assert MailSettings(sender="pmo@corp.cn").allowed == ("corp.cn",)
    assert MailSettings(sender="pmo@corp.cn", domains=("a.com",)).allowed == ("a.com",)
    with pytest.raises(UnsafeLetter):
        domains(["corp.cn, evil"])


def test_everybody_is_named_once_and_a_letter_to_nobody_is_refused() -> None:
    found = recipients(letter("a@x.com", "a@X.com", "b@x.com", cc=("b@x.com", "c@x.com", "c@x.com")))
    assert found == Recipients(("a@x.com", "b@x.com"), ("c@x.com",))
    with pytest.raises(UnsafeLetter):
        recipients(letter())


# case 65: headers and names


HOSTILE = [
    "x\r\nBcc: evil@x.com",
    "x\nBcc: evil@x.com",
    "x\rBcc: evil@x.com",
    "x\x00y",
    "x\u2028Bcc: evil@x.com",
    "x\u2029y",
    "x\x85y",
    "x\x0by",
    "\u202excod.exe",
    "=?utf-8?q?x=0D=0ABcc:_evil=40x.com?=",
    "=?utf-8?B?eA0KQmNjOiBldmlsQHguY29t?=",
    "x\ud800",
    "长" * 500,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_case_65_line_breaks_and_encoded_words_are_refused_everywhere(text: str) -> None:
    enclosure = Enclosure("packet", b"PK", token=TOKEN)
    for bad in (letter("a@x.com", project=text), letter("a@x.com", department=text)):
        with pytest.raises(UnsafeLetter):
            make_mail(bad, enclosure, "zh", stamp=STAMP)
    for unsafe in (mail(subject=text), mail(name=text)):
        with pytest.raises(UnsafeLetter):
            message_bytes(unsafe)
    with pytest.raises(UnsafeLetter):
        file_name(text)


def test_case_65_a_subject_parsed_from_another_mail_cannot_bring_headers_along() -> None:
    raw = b"Subject: =?utf-8?q?x=0D=0ABcc:_evil=40x.com?=\r\n\r\n"
    subject = parsed(raw)["Subject"]
    with pytest.raises(UnsafeLetter):
        message_bytes(mail(subject=subject))


def test_case_65_a_draft_has_exactly_the_intended_headers_and_recipients() -> None:
    made = mail("rd@example.com", "b@example.com", subject="请研发部反馈：测试", cc=("boss@example.com",))
    found = parsed(message_bytes(made, draft=True))
    assert sorted(found.keys()) == ["Cc", "Content-Type", "MIME-Version", "Subject", "To", "X-Unsent"]
    assert [a.addr_spec for a in found["To"].addresses] == ["rd@example.com", "b@example.com"]
    assert [a.addr_spec for a in found["Cc"].addresses] == ["boss@example.com"]
    assert (found["Subject"], found["X-Unsent"]) == ("请研发部反馈：测试", "1")
    bodies = [found.get_body(("plain",)), found.get_body(("html",))]
    assert [body.get_content() for body in bodies if body] == ["正文\r\n", "<p>正文</p>\r\n"]
    (attached,) = found.iter_attachments()
    assert attached.get_filename() == "任务.xlsx"
    assert attached.get_content() == b"PK"


def test_a_draft_is_ascii_with_crlf_and_file_names_after_rfc_2231() -> None:
    data = message_bytes(mail(), draft=True)
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"filename*=utf-8''%E4%BB%BB%E5%8A%A1.xlsx" in data
    assert max(map(len, data.split(b"\r\n"))) <= 998


def test_our_own_reader_of_mails_takes_it_apart() -> None:
    made = mail(name="a-任务.xlsx")
    found = read_mail_bytes(message_bytes(made, sender="pmo@example.com", date=STAMP))
    assert (found.sender, found.subject) == ("pmo@example.com", "请反馈")
    assert [one.data for one in found.attachments] == [b"PK"]


_SIGNS = st.characters(exclude_categories=("Cs",))


@settings(max_examples=150)
@given(st.text(_SIGNS, max_size=120), st.text(_SIGNS, max_size=40), st.text(_SIGNS, max_size=40))
def test_any_words_make_an_exact_mail_or_none(subject: str, project: str, department: str) -> None:
    """What cannot be written faithfully is refused; nothing else is ever in a message."""
    try:
        made = make_mail(
            letter("rd@example.com", project=project, department=department),
            Enclosure("packet", b"PK", token=TOKEN),
            "zh",
            stamp=STAMP,
        )
        data = message_bytes(made, sender="pmo@example.com", draft=True)
    except UnsafeLetter:
        return
    found = parsed(data)
    assert sorted(found.keys()) == ["Content-Type", "From", "MIME-Version", "Subject", "To", "X-Unsent"]
    assert [a.addr_spec for a in found["To"].addresses] == ["rd@example.com"]
    assert str(found["Subject"]) == made.subject
    assert [part.get_filename() for part in found.iter_attachments()] == [a.name for a in made.attachments]
    try:
        again = parsed(message_bytes(mail(subject=subject)))
    except UnsafeLetter:
        return
    assert str(again["Subject"]) == subject


@pytest.mark.parametrize("length", [10, 60, 68, 69, 70, 75, 78, 79, 80, 120, 200])
def test_a_plain_subject_of_any_length_is_written(length: int) -> None:
    subject = ("Product A: Administration, please report by 2026-11-30 " * 4)[:length].strip()
    assert str(parsed(message_bytes(mail(subject=subject), draft=True))["Subject"]) == subject


@pytest.mark.parametrize("word", ["市场部：Q4（终版）", "R&D", 'a/b\\c:d*e?f"g<h>i|j', "新产品 “L1”"])
def test_ordinary_words_are_not_refused(word: str) -> None:
    made = make_mail(letter("a@x.com", project=word), None, "zh", stamp=STAMP)
    assert word in made.subject
    assert word in str(parsed(message_bytes(made))["Subject"])


@pytest.mark.parametrize(
    ("stem", "wanted"),
    [
        ("../../evil", "_.._evil.xlsx"),
        ("C:\\x", "C_x.xlsx"),
        ("CON", "_CON.xlsx"),
        ("nul.txt", "_nul.txt.xlsx"),
        ("  . ", "_.xlsx"),
        ("市场部", "市场部.xlsx"),
        ("a" * 300, "a" * 120 + ".xlsx"),
    ],
)
def test_file_names_are_safe_on_every_system(stem: str, wanted: str) -> None:
    assert file_name(stem, ".xlsx") == wanted


def test_a_chinese_subject_with_blanks_and_figures_comes_back_as_it_was() -> None:
    """The standard library loses the blank beside a word that it breaks off: 在 12个."""
    for name in ("采购部", "人力资源部", "R&D 研发部", "😀 部"):
        for count in (1, 12, 128):
            subject = f"【提醒】项目组合：{name}在 {count} 个项目中有 {9 * count} 项待处理（截至 2024-06-14）"
            data = message_bytes(mail(subject=subject), draft=True)
            assert str(parsed(data)["Subject"]) == subject
            assert max(map(len, data.split(b"\r\n\r\n")[0].split(b"\r\n"))) <= 78
