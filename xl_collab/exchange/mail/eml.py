"""Mails as messages: built with the standard library, then read back and compared before use.

Only the headers that are named here are ever in a message. What may not enter: sending (smtp.py), files
in folders (letters.py), what letters say (compose).
"""

from __future__ import annotations

import datetime as dt
import email
import email.policy
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from xl_collab.exchange.mail.recipients import Recipients, UnsafeLetter, header_text

__all__ = ["Attachment", "Mail", "message_bytes"]

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
XLSM = ("application", "vnd.ms-excel.sheet.macroEnabled.12")
ICS = ("text", "calendar")
_TYPES = {".xlsx": XLSX, ".xlsm": XLSM, ".ics": ICS}
_STRUCTURE = {"content-type", "mime-version", "content-transfer-encoding"}


@dataclass(frozen=True)
class Attachment:
    """A file that goes along."""

    name: str
    data: bytes = field(repr=False)

    @property
    def ending(self) -> str:
        """`.xlsx` and the like, in lower case."""
        return "." + self.name.rpartition(".")[2].lower()


@dataclass(frozen=True)
class Mail:
    """A letter ready to go: addresses checked, subject one line, both bodies, attachments."""

    recipients: Recipients
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    attachments: tuple[Attachment, ...] = ()
    department: str = ""
    token: str = ""


def message_bytes(
    mail: Mail,
    *,
    sender: str = "",
    draft: bool = False,
    date: dt.datetime | None = None,
    message_id: str = "",
) -> bytes:
    """The mail as RFC 5322 bytes with CRLF line ends.

    draft  adds X-Unsent: 1, with which classic Outlook opens the file ready to send
    Raises UnsafeLetter when the bytes, read back, say anything but what was meant.
    """
    wanted = {"Subject": header_text(mail.subject), "To": _listed(mail.recipients.to)}
    if mail.recipients.cc:
        wanted["Cc"] = _listed(mail.recipients.cc)
    if sender:
        wanted["From"] = _listed((sender,))
    if date is not None:
        wanted["Date"] = format_datetime(date)
    if message_id:
        wanted["Message-ID"] = header_text(message_id)
    if draft:
        wanted["X-Unsent"] = "1"
    message = EmailMessage(policy=email.policy.SMTP)
    for name, text in wanted.items():
        message[name] = text
    message.set_content(mail.text, charset="utf-8", cte="base64")
    message.add_alternative(mail.html, subtype="html", charset="utf-8", cte="base64")
    for attached in mail.attachments:
        _attach(message, attached)
    data = message.as_bytes()
    _check(data, mail, sender, set(wanted))
    return data


def _listed(addresses: tuple[str, ...]) -> str:
    return ", ".join(str(Address(addr_spec=address)) for address in addresses)


def _attach(message: EmailMessage, attached: Attachment) -> None:
    kind, subtype = _TYPES.get(attached.ending, ("application", "octet-stream"))
    name = header_text(attached.name)
    message.add_attachment(attached.data, maintype=kind, subtype=subtype, filename=name, cte="base64")
    if (kind, subtype) == ICS:
        part = list(message.iter_attachments())[-1]
        part.set_param("charset", "utf-8")
        part.set_param("method", "PUBLISH")


def _check(data: bytes, mail: Mail, sender: str, wanted: set[str]) -> None:
    """Read the bytes as a stranger would: the same headers, recipients, subject and files, no more."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    found = {name.lower() for name in message.keys()}  # noqa: SIM118 - a message may hold one name twice
    people = {
        name: tuple(address.addr_spec for address in message[name].addresses) if message[name] else ()
        for name in ("To", "Cc", "From")
    }
    names = tuple(part.get_filename() for part in message.iter_attachments())
    meant = {"To": mail.recipients.to, "Cc": mail.recipients.cc, "From": (sender,) if sender else ()}
    right = (
        found - _STRUCTURE == {name.lower() for name in wanted}
        and len(message.keys()) == len(found)
        and people == meant
        and str(message["Subject"]) == mail.subject
        and names == tuple(attached.name for attached in mail.attachments)
        and not message.defects
    )
    if not right:
        raise UnsafeLetter(
            f"这封信（{mail.department or mail.subject[:40]}）写成邮件后与原意不符，没有生成。"
            "请检查主题、地址和文件名中的特殊字符。",
            "The mail, read back, does not say what was meant and was not made. Look for odd characters in "
            "subject, addresses and file names.",
        )
