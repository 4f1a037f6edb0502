"""Mails that no person wrote: returned letters and automatic answers. Neither is a reply.

A returned letter often holds what we sent, untouched: taken for a reply it would say that nothing changed.
"""

from __future__ import annotations

import email
import email.message
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Literal

from xl_collab.exchange.gate.refusals import Refusal, one_line
from xl_collab.schema.words import Text, t

Automatic = Literal["bounce", "auto-reply", ""]

_DAEMON = re.compile(r"(?:mailer-daemon|postmaster|mail\.?daemon|mdaemon)\b", re.IGNORECASE)
_RETURNED = re.compile(
    r"系统退信|退信(?:通知|提醒|报告)?|邮件退回|未送达|无法送达|投递失败|undeliver(?:ed|able)|returned mail|"
    r"delivery (?:status notification|has failed|failure)|mail delivery (?:failed|system)|failure notice",
    re.IGNORECASE,
)
_ANSWERED = re.compile(
    r"\s*(?:自动(?:回复|答复|应答)|外出(?:自动)?(?:回复|答复)?\s*[:：]|auto(?:matic)?[- ]?reply|"
    r"out of (?:the )?office)",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"(?:final|original)-recipient:\s*(?:rfc822;)?\s*<?([^\s<>;]{1,254}@[^\s<>;]{1,254})", re.I
)
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}")
_MOST = 100_000

_BOUNCED = t(
    "退信：{to} 没有收到我们的信。请核对通讯录中的邮箱，改好后重新发送。",
    "A returned letter: {to} did not get ours. Check the address in Contacts and send it again.",
)
_SOMEBODY = t("有收件人", "a recipient")
_AUTO = t(
    "自动回复，不是填报；仍在等对方本人回复。",
    "An automatic answer, no report; the person's own reply is still awaited.",
)


def automatic(message: email.message.Message, subject: str, sender: str) -> Automatic:
    """What kind of program wrote the mail; '' for a person.

    By RFC 3464 and RFC 3834 where programs keep them, else by the words and senders of Chinese providers.
    """
    kind = message.get_content_type()
    report = str(message.get_param("report-type") or "").lower()
    if kind == "multipart/report" and report in ("delivery-status", ""):
        return "bounce"
    if _DAEMON.search(sender.partition("@")[0]) and _RETURNED.search(subject):
        return "bounce"
    told = str(message.get("Auto-Submitted", "no")).strip().lower()
    if told.startswith(("auto-replied", "auto-generated")) or _ANSWERED.match(subject):
        return "auto-reply"
    if str(message.get("X-Autoreply", "")).strip().lower() in ("yes", "true"):
        return "auto-reply"
    return "auto-reply" if "auto_reply" in str(message.get("Precedence", "")).lower() else ""


def bounced(message: email.message.Message, own: str) -> Refusal:
    """Who did not get the letter, as far as the returned one says; `own` is whom it was returned to."""
    found = list(
        dict.fromkeys(address.lower() for address in _failed(message) if address.lower() != own.lower())
    )
    names = [one_line(address, 80) for address in found[:5]]
    zh, en = ("、".join(names), ", ".join(names)) if names else (_SOMEBODY.zh, _SOMEBODY.en)
    return Refusal("bounce", Text(_BOUNCED.zh.format(to=zh), _BOUNCED.en.format(to=en)))


def told_of(message: email.message.Message) -> tuple[str, ...]:
    """Where a report may name the letter that comes back: its Subject and Message-ID, as they stand there,
    and the first texts."""
    heads: list[str] = []
    for part in message.walk():
        inner = part.get_payload()
        if part.get_content_type() == "message/rfc822" and isinstance(inner, list) and inner:
            letter: Any = inner[0]
        elif part.get_content_type() == "text/rfc822-headers":
            letter = email.message_from_string(_text(part))
        else:
            continue
        heads = [str(letter.get(name, "")) for name in ("Subject", "Message-ID")]
        break
    return (*heads, *_texts(message))


AUTO_REPLY = Refusal("auto-reply", _AUTO)


def _failed(message: email.message.Message) -> Iterator[str]:
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            yield from _FAILED.findall(str(part)[:_MOST])
    for text in _texts(message)[:1]:
        yield from (found for found in _ADDRESS.findall(text) if not _DAEMON.match(found))


def _texts(message: email.message.Message) -> list[str]:
    """The first two: the report's own, and that of the letter in it."""
    parts = (part for part in message.walk() if part.get_content_type() == "text/plain")
    return [_text(part) for part in islice(parts, 2)]


def _text(part: email.message.Message) -> str:
    data = part.get_payload(decode=True)
    return data[:_MOST].decode("utf-8", "replace") if isinstance(data, bytes) else ""
