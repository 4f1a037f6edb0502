"""Letters and mails for tests of sending."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
from email.message import EmailMessage

from xl_collab.documents.letter.content import Contact, Letter
from xl_collab.exchange.mail.outgoing import Attachment, Mail
from xl_collab.exchange.mail.recipients import Recipients
from xl_collab.project.scenarios.sample import AS_OF

STAMP = dt.datetime(2023, 11, 13, 1, 30, tzinfo=dt.UTC)
BY = dt.date(2023, 11, 20)
TOKEN = "K7QX2M5RTVWZ3N4P"


def letter(
    *emails: str, department: str = "研发部", project: str = "智能台灯", cc: tuple[str, ...] = ()
) -> Letter:
    to, copies = ([Contact(department, "", text) for text in texts] for texts in (emails, cc))
    return Letter("request", department, tuple(to), tuple(copies), project, AS_OF, BY, "doc-1")


def mail(*to: str, subject: str = "请反馈", cc: tuple[str, ...] = (), name: str = "任务.xlsx") -> Mail:
    return Mail(
        Recipients(to or ("rd@example.com",), cc),
        subject,
        "正文\n",
        "<p>正文</p>",
        (Attachment(name, b"PK"),),
        "研发部",
    )


def parsed(data: bytes) -> EmailMessage:
    found = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found
