"""A mailbox, by IMAP with TLS: which of its mails may answer us, their bytes, a mark on those taken.

Mails are looked at without marking them as read; nothing is ever deleted. What cannot answer us (source.py)
is not even fetched. What may not enter: what a mail says (incoming.py), what became of it (the ledger).
"""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import imaplib
import re
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from xl_collab.errors import UsageError
from xl_collab.exchange.gate.limits import USUAL_MAIL
from xl_collab.exchange.gate.refusals import one_line
from xl_collab.exchange.mail.incoming import ReceivedMail, decoded, read_mail_bytes
from xl_collab.exchange.mail.mailbox_settings import MailboxSettings, mailbox_password
from xl_collab.exchange.mail.source import (
    MAY_HOLD,
    MESSAGE_ID,
    TOO_BIG,
    Fetched,
    Known,
    Looked,
    MailboxUnusable,
    MailNumber,
    MailPlace,
    Wanted,
)
from xl_collab.schema.words import Text

TIMEOUT = 30.0
"""Seconds that one answer of the server may take."""
_HEADS = 200
"""Mails whose heads are asked for at once."""
_HEADER = "BODY.PEEK[HEADER.FIELDS (SUBJECT IN-REPLY-TO REFERENCES)]"
BROKEN = (OSError, EOFError, imaplib.IMAP4.error)
"""What a connection that breaks, and a server that refuses, are raised as."""


@dataclass(frozen=True)
class ImapSource:
    """A mailbox as a source of mails; the password is asked for when it is needed."""

    settings: MailboxSettings
    context: ssl.SSLContext | None = None

    @property
    def account(self) -> str:
        """The same account is the same mailbox, whatever it is called."""
        return self.settings.account

    @property
    def shown(self) -> str:
        """Its server."""
        return self.settings.host

    @cached_property
    def _secret(self) -> str:
        return mailbox_password(self.settings)

    def find(self, wanted: Wanted, known: Known, looked: Looked) -> Fetching:
        """The mails that may answer us."""
        return Fetching(self.settings, self._secret, wanted, known, looked, self.context)

    def mark(self, taken: Mapping[tuple[str, int], Sequence[MailNumber]]) -> Iterator[tuple[str, int]]:
        """Mark as read, or move; MailboxUnusable or one of BROKEN when that fails."""
        with Mailbox(self.settings, self._secret, self.context) as mailbox:
            for (folder, validity), uids in taken.items():
                mailbox.taken(folder, validity, uids)
                yield folder, validity


@dataclass
class Fetching:
    """The mails of one mailbox that may answer us, fetched while they are gone through.

    lost  why it ended early: what came before is whole, the rest comes next time
    """

    settings: MailboxSettings
    secret: str = field(repr=False)
    wanted: Wanted
    known: Known
    looked: Looked
    context: ssl.SSLContext | None = None
    lost: Text | None = None
    others: list[MailPlace] = field(default_factory=list)
    """Mails that were looked at and cannot answer us, by their heads."""

    def __iter__(self) -> Iterator[Fetched]:
        with Mailbox(self.settings, self.secret, self.context) as mailbox:
            for folder in self.settings.folders:
                yield from self._folder(mailbox, folder)
                if self.lost is not None:
                    return

    def _folder(self, mailbox: Mailbox, folder: str) -> Iterator[Fetched]:
        validity = mailbox.look_into(folder)
        known = set(self.known(folder, validity))
        try:
            new = [uid for uid in mailbox.since(self.wanted.first_day) if uid not in known]
            for at in range(0, len(new), _HEADS):
                self.looked(f"{at}/{len(new)} · {folder}")
                for head in mailbox.heads(new[at : at + _HEADS]):
                    place, named = (
                        MailPlace(folder, validity, head.uid),
                        self.wanted.named((head.subject,), head.answers),
                    )
                    if named or head.may_hold:
                        mail = mailbox.whole(head)
                        yield Fetched(place, head.subject, mail, named or self.wanted.names(mail))
                    else:
                        self.others.append(place)
        except BROKEN as error:
            self.lost = Text(
                f"与邮箱 {self.settings.host} 的连接中断（{_said(error)}）：已取到的照常处理，其余下次收取",
                f"The connection to {self.settings.host} broke ({_said(error)}): what came is dealt with, "
                "the rest comes next time",
            )


@dataclass(frozen=True)
class Head:
    """What is known of a mail before it is fetched. `answers` are the Message-IDs that it names."""

    uid: int
    size: int
    subject: str
    answers: frozenset[str]
    may_hold: bool


class Mailbox:
    """A connection, logged in; in a `with` block. MailboxUnusable says why there is none."""

    def __init__(self, settings: MailboxSettings, secret: str, context: ssl.SSLContext | None = None) -> None:
        self.settings, self._secret = settings, secret
        self._context = context or ssl.create_default_context()
        self._client: Any = None

    def __enter__(self) -> Mailbox:
        client: Any = None
        try:
            client = self._opened()
            client.login(self.settings.user, self._secret)
        except (*BROKEN, UnicodeError) as error:
            if client is not None:
                with suppress(*BROKEN):
                    client.shutdown()
            raise self._unusable(error) from error
        self._client = client
        self._introduce()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(*BROKEN):
            self._client.logout()
        with suppress(*BROKEN):  # a connection that broke does not close itself
            self._client.shutdown()

    def _opened(self) -> Any:
        it, library = self.settings, _library()
        encrypted, context = it.security == "ssl", self._context
        client = library.IMAPClient(it.host, it.port, ssl=encrypted, ssl_context=context, timeout=TIMEOUT)
        if it.security == "starttls":
            client.starttls(self._context)  # fails where the server offers none: no login in the clear
        return client

    def _introduce(self) -> None:
        """NetEase lets only programs in that say who they are (RFC 2971)."""
        if self._client.has_capability("ID"):
            with suppress(*BROKEN):
                self._client.id_({"name": "xl-collab", "vendor": "xl_collab"})

    def look_into(self, folder: str) -> int:
        """Open a folder for reading only; its UIDVALIDITY."""
        try:
            return int(self._client.select_folder(folder, readonly=True)[b"UIDVALIDITY"])
        except imaplib.IMAP4.error as error:
            there = "、".join(self.folders()[:20])
            raise MailboxUnusable(
                f"邮箱里打不开文件夹“{folder}”（{_said(error)}）。现有文件夹：{there}。"
                "请改 mail.toml 的 folders。",
                f"Folder {folder!r} cannot be opened ({_said(error)}). There are: {there}. Change `folders` "
                "in mail.toml.",
            ) from error

    def folders(self) -> list[str]:
        """The names of all folders, in order."""
        return sorted(str(name) for _, _, name in self._client.list_folders())

    def since(self, day: dt.date) -> list[int]:
        """UIDs of mails that arrived on that day or later; in ascending order."""
        return sorted(self._client.search(["SINCE", day]))

    def heads(self, uids: Sequence[int]) -> Iterator[Head]:
        """What the server says of some mails; one that has gone meanwhile is left out."""
        found = self._client.fetch(uids, ["RFC822.SIZE", "BODYSTRUCTURE", _HEADER])
        for uid in uids:
            told = found.get(uid)
            if told is not None:
                yield _head(uid, told)

    def whole(self, head: Head) -> ReceivedMail:
        """The mail; one that is too big is not fetched."""
        if head.size > USUAL_MAIL.file_bytes:
            return ReceivedMail("", "", head.subject, None, refusal=TOO_BIG)
        told = self._client.fetch([head.uid], ["BODY.PEEK[]"]).get(head.uid, {})
        return read_mail_bytes(bytes(told.get(b"BODY[]") or b""), USUAL_MAIL)

    def taken(self, folder: str, validity: int, uids: Sequence[MailNumber]) -> bool:
        """Mark mails as read, or move them where the settings say; False when the folder is another now."""
        if int(self._client.select_folder(folder)[b"UIDVALIDITY"]) != validity:
            return False
        target = self.settings.move_to
        self._client.add_flags(uids, [b"\\Seen"], silent=True)
        if target and target != folder:
            if not self._client.folder_exists(target):
                self._client.create_folder(target)
            self._moved(uids, target)
        return True

    def _moved(self, uids: Sequence[MailNumber], target: str) -> None:
        if self._client.has_capability("MOVE"):
            self._client.move(uids, target)
            return
        self._client.copy(uids, target)
        self._client.add_flags(uids, [b"\\Deleted"], silent=True)  # the copy stands in `target`
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge(uids)

    def _unusable(self, error: BaseException) -> MailboxUnusable:
        it, said = self.settings, _said(error)
        where = f"{it.host}:{it.port}"
        if isinstance(error, ssl.SSLError):
            return MailboxUnusable(
                f"邮箱服务器 {where} 的证书不可信：{said}。没有登录。请核对主机名；"
                "公司自签的证书请 IT 装入系统的受信任根证书。",
                f"The certificate of {where} is not trusted: {said}. There was no login. Check the host; "
                "have IT add the company's own certificate to the system's trusted roots.",
            )
        if isinstance(error, imaplib.IMAP4.error | UnicodeError) and not isinstance(error, OSError):
            return MailboxUnusable(
                f"{where} 不接受 {it.user} 的登录（{said}）。请核对密码：QQ、网易、阿里等要用授权码，"
                "并在网页邮箱中开启 IMAP。",
                f"{where} refuses the login of {it.user} ({said}). Check the password: many providers want "
                "an app code, and IMAP switched on in the web mailbox.",
            )
        return MailboxUnusable(
            f"连不上邮箱服务器 {where}：{said}。请检查 mail.toml 的 host、port、security 和网络。",
            f"Cannot reach the mailbox at {where}: {said}. Check host, port, security in mail.toml, and the "
            "network.",
        )


def _head(uid: int, told: Any) -> Head:
    raw = next((value for key, value in told.items() if key.startswith(b"BODY[HEADER")), b"")
    message = email.message_from_bytes(bytes(raw or b""), policy=email.policy.compat32)
    answers = " ".join(str(message.get(name, "")) for name in ("In-Reply-To", "References"))
    subject = one_line(decoded(str(message.get("Subject", ""))), 200)
    may_hold = MAY_HOLD.search(repr(told.get(b"BODYSTRUCTURE"))) is not None
    ids = frozenset(MESSAGE_ID.findall(answers[:8192]))
    return Head(uid, int(told.get(b"RFC822.SIZE", 0)), subject, ids, may_hold)


def _library() -> Any:
    """IMAPClient, which the extra `mail` installs."""
    try:
        import imapclient
    except ImportError as error:
        raise UsageError(
            "收取邮箱需要 IMAPClient：请运行 pip install imapclient keyring，再试一次。",
            "Looking into a mailbox needs IMAPClient: run pip install imapclient keyring and try again.",
        ) from error
    return imapclient


def _said(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return one_line(re.sub(r"^b['\"]|['\"]$", "", text), 160) or type(error).__name__
