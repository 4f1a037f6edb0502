"""Where mails come from, as a port: an IMAP mailbox (mailbox.py), a folder of Outlook (outlook_folder.py).

A mail may answer us when its subject, the mails that it answers or an attachment's name say one of our
sendings, or when a workbook may be attached to it; a source fetches no other. What may not enter:
connections, what a mail says (incoming.py), what became of it (the ledger).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from xl_collab.errors import XlCollabError
from xl_collab.exchange.gate.limits import MB, USUAL_MAIL
from xl_collab.exchange.gate.refusals import Refusal
from xl_collab.exchange.mail.incoming import ReceivedMail
from xl_collab.schema.words import Text, t

MESSAGE_ID = re.compile(r"<[^<>\s]{1,300}>")
MAY_HOLD = re.compile(
    r"xls|\.et\b|\.ods|excel|spreadsheet|octet-stream|rfc822|\.eml|\.msg|ms-outlook|ms-tnef|zip",
    re.IGNORECASE,
)
"""In what is known of a mail's parts: a workbook, or something that it may be packed in."""
_TOKEN = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{12,64}(?![0-9A-Za-z])")


class MailboxUnusable(XlCollabError):
    """Raised when a source cannot be used at all: not reached, not trusted, no login, no such folder."""


MailNumber = int | str
"""A UID of IMAP; of Outlook a mail's own Message-ID, or its EntryID where it has none."""


@dataclass(frozen=True, order=True)
class MailPlace:
    """Which mail it is, for ever: folder, its UIDVALIDITY and the mail's UID, as an IMAP server promises.

    Outlook's mails keep their identity in every folder: '' and 0 then.
    """

    folder: str
    validity: int
    uid: MailNumber


@dataclass(frozen=True)
class Fetched:
    """One mail. `named`: what is known without opening it names one of our sendings."""

    place: MailPlace
    subject: str
    mail: ReceivedMail
    named: bool


@dataclass(frozen=True)
class Wanted:
    """What to look for.

    since   the day of the first sending: older mails answer nothing
    tokens  of all sendings, in upper case
    ids     Message-IDs of mails that were sent
    """

    since: dt.date
    tokens: Collection[str]
    ids: Collection[str] = ()

    @property
    def first_day(self) -> dt.date:
        """The first day that is looked at: that of the sending by any clock."""
        return self.since - dt.timedelta(days=1)

    def named(self, texts: Iterable[str], answers: Collection[str]) -> bool:
        """Whether texts hold one of the tokens, or `answers`, Message-IDs, one of our mails."""
        words = {word.upper() for text in texts for word in _TOKEN.findall(text)}
        return not words.isdisjoint(self.tokens) or not set(answers).isdisjoint(self.ids)

    def names(self, mail: ReceivedMail) -> bool:
        """Whether a letter that comes back in the mail is one of ours."""
        return self.named(mail.returned, MESSAGE_ID.findall(" ".join(mail.returned)))


Known = Callable[[str, int], Collection[MailNumber]]
"""Folder and UIDVALIDITY → numbers of mails that were dealt with."""
Looked = Callable[[str], None]
"""Is told how far looking has come; what it raises ends the looking."""


class MailsFound(Protocol):
    """The mails of a source that may answer us, fetched while they are gone through.

    lost    why it ended early: what came before is whole, the rest comes next time
    others  mails that were looked at and cannot answer us
    """

    lost: Text | None
    others: list[MailPlace]

    def __iter__(self) -> Iterator[Fetched]: ...


class MailSource(Protocol):
    """Somewhere that mails lie."""

    @property
    def account(self) -> str:
        """What the ledger knows it by."""

    @property
    def shown(self) -> str:
        """What people know it by."""

    def find(self, wanted: Wanted, known: Known, looked: Looked) -> MailsFound:
        """What is there. MailboxUnusable (also while it is gone through) says why nothing is."""

    def mark(self, taken: Mapping[tuple[str, int], Sequence[MailNumber]]) -> Iterator[tuple[str, int]]:
        """Mark mails that were taken, folder by folder; gives each folder and UIDVALIDITY once done."""


TOO_BIG = Refusal(
    "mail-size",
    t(
        f"邮件超过 {USUAL_MAIL.file_bytes // MB} MB，没有取回。请把附件另存后单独收取。",
        f"The mail exceeds {USUAL_MAIL.file_bytes // MB} MB and was not fetched. Save what is attached and "
        "collect that.",
    ),
)
