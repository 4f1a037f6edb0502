"""Mails as messages: built with the standard library, read back and compared before use, sent by SMTP.

Only the headers that are named here are ever in a message. What may not enter: files in folders
(letters.py), what letters say (documents).
"""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import importlib
import smtplib
import ssl
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Any, Protocol

from xl_collab.errors import UsageError, XlCollabError
from xl_collab.exchange.mail.outlook_program import application
from xl_collab.exchange.mail.recipients import (
    MailSettings,
    Recipients,
    UnsafeLetter,
    header_text,
    recipients_allowed,
)
from xl_collab.schema.words import Text, t

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
XLSM = ("application", "vnd.ms-excel.sheet.macroEnabled.12")
PDF = ("application", "pdf")
ICS = ("text", "calendar")
_TYPES = {".xlsx": XLSX, ".xlsm": XLSM, ".pdf": PDF, ".ics": ICS}
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


class _Folded(EmailPolicy):
    """Subjects are encoded as a whole: word by word, as the library does it, blanks get lost."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        """A header as its bytes."""
        if name.lower() != "subject" or str(value).isascii():
            return super().fold_binary(name, value)
        encoded = Header(str(value), "utf-8", maxlinelen=76, header_name=name).encode(linesep=self.linesep)
        return f"{name}: {encoded}{self.linesep}".encode("ascii")


_MIXED = _Folded(linesep="\r\n")
_WIDE = email.policy.SMTP.clone(max_line_length=900)
"""A plain subject stands on one line: folded before its first word, as at 78, it reads back with a blank."""


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
    data = message.as_bytes(policy=_WIDE if mail.subject.isascii() else _MIXED)
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


# Sending through a mail server: encrypted, logged in, one letter at a time with its own outcome.


_TIMEOUT = 30.0


class MailNotSent(XlCollabError):
    """Raised when the mail server cannot be used at all: not reached, not trusted, no login."""


@dataclass(frozen=True)
class SendResult:
    """What became of one letter. `refused` are addresses that the server would not take."""

    mail: Mail
    sent: bool
    message_id: str = ""
    refused: tuple[str, ...] = ()
    reason: Text = t("", "")


def send_all(
    mails: Sequence[Mail],
    settings: MailSettings,
    password: str = "",
    *,
    now: dt.datetime,
    context: ssl.SSLContext | None = None,
) -> Iterator[SendResult]:
    """Send letters over one connection; yields each outcome as it is known.

    context  whom to trust; default: what the system trusts, with the host's name checked
    Raises MailNotSent when the server cannot be used, UsageError when settings are missing. A letter that
    the server refuses does not stop the others.
    """
    require_complete(settings)
    for mail in mails:
        recipients_allowed(mail.recipients, settings.allowed)
    with _connected(settings, password, context or ssl.create_default_context()) as server:
        for mail in mails:
            yield _send(server, mail, settings.sender, now)


def require_complete(settings: MailSettings) -> None:
    """UsageError when no server or no sender is set."""
    if not settings.host or not settings.sender:
        raise UsageError(
            "还没有设置邮件服务器或发件人。请在邮件设置 mail.toml 中填写 host 和 sender"
            "（或环境变量 XL_COLLAB_SMTP_HOST、XL_COLLAB_SMTP_SENDER），或改用 --draft。",
            "No mail server or sender is set. Fill in host and sender in mail.toml "
            "(or XL_COLLAB_SMTP_HOST and XL_COLLAB_SMTP_SENDER), or use --draft.",
        )


@contextmanager
def _connected(settings: MailSettings, password: str, context: ssl.SSLContext) -> Iterator[smtplib.SMTP]:
    server: smtplib.SMTP | None = None
    try:
        server = _opened(settings, context)
        if settings.user:
            server.login(settings.user, password)
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        if server is not None:
            server.close()
        raise _unusable(settings, error) from error
    try:
        yield server
    finally:
        _quit(server)


def _opened(settings: MailSettings, context: ssl.SSLContext) -> smtplib.SMTP:
    host, port = settings.host, settings.port
    if settings.security == "ssl":
        return smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT, context=context)
    server = smtplib.SMTP(host, port, timeout=_TIMEOUT)
    if settings.security == "starttls":
        try:
            # Fails when the server offers none: a letter never goes out in the clear instead.
            server.starttls(context=context)
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
    return server


def _quit(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        # The letters are out or not by now; a server that hangs up first changes nothing.
        server.close()


def _send(server: smtplib.SMTP, mail: Mail, sender: str, now: dt.datetime) -> SendResult:
    message_id = make_msgid(domain=sender.rpartition("@")[2])
    try:
        data = message_bytes(mail, sender=sender, date=now, message_id=message_id)
        refused = server.sendmail(sender, list(mail.recipients.all), data)
    except UnsafeLetter as error:
        return SendResult(mail, False, reason=Text(error.zh, error.en))
    except smtplib.SMTPRecipientsRefused as error:
        return SendResult(mail, False, refused=tuple(error.recipients), reason=_REFUSED)
    except (OSError, smtplib.SMTPException) as error:
        said = _said(error)
        return SendResult(
            mail, False, reason=Text(f"邮件服务器没有接受：{said}", f"The server did not take it: {said}")
        )
    return SendResult(mail, True, message_id, tuple(refused), _REFUSED if refused else t("", ""))


_REFUSED = t("服务器不接受这些地址，请核对通讯录", "The server refused these addresses; check Contacts")


def _unusable(settings: MailSettings, error: Exception) -> MailNotSent:
    where = f"{settings.host}:{settings.port}"
    if isinstance(error, smtplib.SMTPAuthenticationError | UnicodeError):
        return MailNotSent(
            f"{where} 不接受 {settings.user} 的登录。请核对用户名和密码（有的邮箱须用客户端授权码）。",
            f"{where} refuses the login of {settings.user}. Check user and password (or app password).",
        )
    if isinstance(error, ssl.SSLError):
        return MailNotSent(
            f"{where} 的证书不可信：{_said(error)}。没有发送任何邮件；请向管理员核实服务器名称。",
            f"The certificate of {where} is not trusted: {_said(error)}. Nothing was sent. Ask your admin.",
        )
    return MailNotSent(
        f"连不上邮件服务器 {where}：{_said(error)}。没有发送任何邮件；请检查 host、port、security 和网络。",
        f"Cannot use the mail server {where}: {_said(error)}. Nothing was sent; check host, port, security.",
    )


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        said = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        return f"{error.smtp_code} {' '.join(said.split())[:160]}"
    return " ".join(str(error).split())[:160] or type(error).__name__


# Drafts in classic Outlook on Windows, through a port that a test can stand in for.


_MAIL_ITEM, _TO, _CC, _UNICODE_HTML = 0, 1, 2, 2


class MailProgram(Protocol):
    """What is needed of a mail program."""

    def draft(self, mail: Mail, *, show: bool = True) -> None:
        """Put a letter among the drafts and, if wanted, open it."""


class Outlook:
    """Outlook's object model; `application` is Outlook.Application or anything that behaves like it."""

    def __init__(self, application: Any) -> None:
        self._application = application

    def draft(self, mail: Mail, *, show: bool = True) -> None:
        """Save the letter as a draft. UnsafeLetter when Outlook read other recipients than were meant."""
        item = self._application.CreateItem(_MAIL_ITEM)
        item.Subject = header_text(mail.subject)
        item.BodyFormat = _UNICODE_HTML
        item.HTMLBody = mail.html
        for kind, addresses in ((_TO, mail.recipients.to), (_CC, mail.recipients.cc)):
            for address in addresses:
                item.Recipients.Add(address).Type = kind
        if item.Recipients.Count != len(mail.recipients.all):
            raise UnsafeLetter(
                f"Outlook 读出的收件人与通讯录不一致（{mail.department}），没有保存草稿。请核对邮箱地址。",
                f"Outlook read other recipients than were meant ({mail.department}); no draft was saved.",
            )
        _attach_in_outlook(item, mail)
        item.Save()
        if show:
            item.Display(False)


def _attach_in_outlook(item: Any, mail: Mail) -> None:
    """Outlook copies attachments from files, so they lie in a folder of their own for a moment."""
    with tempfile.TemporaryDirectory(prefix="xl-collab-") as folder:
        for attached in mail.attachments:
            path = Path(folder) / header_text(attached.name)
            path.write_bytes(attached.data)
            item.Attachments.Add(str(path))


def connect(
    platform: str = sys.platform, load: Callable[[str], Any] = importlib.import_module
) -> MailProgram:
    """Outlook on this computer. NoOutlook says what to use instead."""
    return Outlook(application(_NO_DRAFTS, _INSTEAD, platform, load))


_NO_DRAFTS = t("不能通过 Outlook 起草", "Cannot draft in Outlook")
_INSTEAD = t(
    "请改用 --draft 文件夹（生成 .eml 和收件人清单）。",
    "Use --draft DIR instead (.eml files and a list of recipients).",
)


def draft_all(program: MailProgram, mails: Sequence[Mail], *, show: bool = True) -> int:
    """Draft every letter; how many were made."""
    for mail in mails:
        program.draft(mail, show=show)
    return len(mails)
