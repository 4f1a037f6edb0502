"""A folder of classic Outlook as a source of replies: each mail is saved as .msg for a moment and read so.

Nothing in Outlook is changed: no mail is marked, moved or deleted. A mail is known by its own Message-ID, so
it is the same in whatever folder it lies. What may not enter: what a mail says (incoming.py), how a .msg file
is read (outlook_file.py).
"""

from __future__ import annotations

import datetime as dt
import importlib
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xl_collab.errors import UsageError
from xl_collab.exchange.gate.limits import USUAL_MAIL
from xl_collab.exchange.gate.refusals import one_line, refusal, stopped
from xl_collab.exchange.mail.incoming import ReceivedMail, read_outlook_file
from xl_collab.exchange.mail.outlook_file import can_read
from xl_collab.exchange.mail.outlook_program import application
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
from xl_collab.schema.words import Text, t

_INBOX, _MSG_UNICODE = 6, 9
_EMBEDDED, _OBJECT = 5, 6
"""Attachments without a file name: a mail, a thing that is drawn into the text."""
_MAIL, _REPORT = 43, 46
"""Kinds of items that are looked at: mails, and reports of letters that did not arrive."""
_PROPERTY = "http://schemas.microsoft.com/mapi/proptag/0x{:04X}001F"
_MESSAGE, _ANSWERS, _REFERENCES = 0x1035, 0x1042, 0x1039
_NOT_THERE = -2147221233
"""MAPI_E_NOT_FOUND: the mail has no such property."""
_OFTEN = 25
"""Mails after which it is told how far looking has come."""
_INBOX_NAMES = ("收件箱", "inbox")
_CANNOT = t("不能从 Outlook 收取", "Cannot collect from Outlook")
_INSTEAD = t(
    "请在 Outlook 里把回复另存为 .msg 或 .eml 后收取那个文件夹，或用 --mailbox 收取邮箱。",
    "Save the replies as .msg or .eml and collect their folder, or look into a mailbox with --mailbox.",
)


def open_folder(
    path: str = "",
    platform: str = sys.platform,
    load: Callable[[str], Any] = importlib.import_module,
) -> OutlookFolder:
    r"""The folder of Outlook on this computer by its path (收件箱\跨部门); '' is the Inbox.

    Raises NoOutlook, MailboxUnusable (no such folder), and UsageError where .msg files cannot be read.
    """
    found = application(_CANNOT, _INSTEAD, platform, load)
    if not can_read():
        raise UsageError(
            "从 Outlook 收取需要 olefile：请运行 pip install olefile，再试一次。",
            "Collecting from Outlook needs olefile: run pip install olefile and try again.",
        )
    return OutlookFolder(found, path)


class OutlookFolder:
    """A folder; `application` is Outlook.Application or anything that behaves like it."""

    account = "outlook"
    """The same for every folder and profile: what a mail is known by is its own."""

    def __init__(self, application: Any, path: str = "") -> None:
        try:
            self._session = application.GetNamespace("MAPI")
            self._folder = _folder(self._session, path)
            self.shown = f"Outlook {one_line(str(self._folder.Name), 60)}"
        except MailboxUnusable:
            raise
        except Exception as error:  # COM raises pywintypes.com_error, which cannot be named elsewhere
            raise MailboxUnusable(
                f"{_CANNOT.zh}：{_said(error)}。请先打开 Outlook 并登录。{_INSTEAD.zh}",
                f"{_CANNOT.en}: {_said(error)}. Open Outlook and log in first. {_INSTEAD.en}",
            ) from error

    def find(self, wanted: Wanted, known: Known, looked: Looked) -> OutlookMails:
        """The mails that may answer us."""
        return OutlookMails(self, wanted, known, looked)

    def mark(self, taken: Mapping[tuple[str, int], Sequence[MailNumber]]) -> Iterator[tuple[str, int]]:
        """Nothing: whether a mail was read stays for people to say."""
        yield from ()

    def newest_first(self) -> Iterator[Any]:
        """Its items. They are in order, so that old ones need not be gone through; a filter by day would
        have to be written as this computer's language writes days."""
        items = self._folder.Items
        items.Sort("[ReceivedTime]", True)
        item = items.GetFirst()
        while item is not None:
            yield item
            item = items.GetNext()

    def save(self, entry: str, path: Path) -> None:
        """Save a mail as .msg; taken up anew, since Exchange lets nobody hold many open."""
        self._session.GetItemFromID(entry, self._folder.StoreID).SaveAs(str(path), _MSG_UNICODE)

    @property
    def answers(self) -> bool:
        """Whether Outlook is still there."""
        try:
            return bool(str(self._folder.EntryID))
        except Exception:  # as above
            return False


@dataclass(frozen=True)
class _OutlookHead:
    """What is known of a mail before it is saved. `sure`: nothing that Outlook could not give is missing."""

    entry: str
    place: MailPlace
    size: int
    subject: str
    named: bool
    may_hold: bool
    sure: bool


@dataclass
class OutlookMails:
    """The mails of a folder that may answer us, oldest first."""

    source: OutlookFolder
    wanted: Wanted
    known: Known
    looked: Looked
    lost: Text | None = None
    others: list[MailPlace] = field(default_factory=list)

    def __iter__(self) -> Iterator[Fetched]:
        wanted = self._wanted()
        with tempfile.TemporaryDirectory(prefix="xl-collab-") as folder:  # this user's only
            for head in reversed(wanted):
                mail = self._whole(head, Path(folder) / "mail.msg")
                if mail is None:
                    return
                yield Fetched(head.place, head.subject, mail, head.named or self.wanted.names(mail))

    def _wanted(self) -> list[_OutlookHead]:
        """Heads of those that are new and may answer us, newest first."""
        found, known, unread = [], set(self.known("", 0)), 0
        for count, item in enumerate(self._since()):
            if count % _OFTEN == 0:
                self.looked(f"{count} · {self.source.shown}")
            try:
                message = _property(item, _MESSAGE)
                number = _identity(message, item)
                if number in known:
                    continue
                head = _head(item, number, self.wanted, message is not None)
            except Exception:  # as above
                unread += 1
                continue
            if head.named or head.may_hold:
                found.append(head)
            elif head.sure:
                self.others.append(head.place)
            else:
                unread += 1
        if unread and self.lost is None:
            self.lost = Text(
                f"Outlook 里有 {unread} 封邮件读不出来，下次收取时再读",
                f"Outlook did not give {unread} of its mails: they are looked at again next time",
            )
        return found

    def _since(self) -> Iterator[Any]:
        """Mails and reports that arrived since the first sending, newest first."""
        try:
            for item in self.source.newest_first():
                day = _arrived(item)
                if day is not None and day < self.wanted.first_day:
                    return
                if getattr(item, "Class", None) in (_MAIL, _REPORT):
                    yield item
        except Exception as error:  # as above
            self._ended(error)

    def _whole(self, head: _OutlookHead, path: Path) -> ReceivedMail | None:
        """The mail; None when Outlook has gone."""
        if head.size > USUAL_MAIL.file_bytes:
            return ReceivedMail("", "", head.subject, None, refusal=TOO_BIG)
        try:
            self.source.save(head.entry, path)
            mail = read_outlook_file(path, USUAL_MAIL)
        except Exception as error:  # as above
            if not self.source.answers:
                self._ended(error)
                return None
            return ReceivedMail("", "", head.subject, None, refusal=stopped(error))
        finally:
            path.unlink(missing_ok=True)
        unreadable = refusal("outlook-message", code="type-msg")
        return mail or ReceivedMail("", "", head.subject, None, refusal=unreadable)

    def _ended(self, error: Exception) -> None:
        self.lost = Text(
            f"与 Outlook 的连接中断（{_said(error)}）：已取到的照常处理，其余下次收取",
            f"The connection to Outlook broke ({_said(error)}): what came is dealt with, the rest comes "
            "next time",
        )


def _identity(message: str | None, item: Any) -> str:
    """The mail's Message-ID; where it has none, where it lies."""
    found = MESSAGE_ID.search(message or "")
    return found[0] if found else f"entry:{item.EntryID}"


def _head(item: Any, number: str, wanted: Wanted, sure: bool) -> _OutlookHead:
    entry, subject = str(item.EntryID), str(item.Subject or "")
    attached = [item.Attachments.Item(at + 1) for at in range(item.Attachments.Count)]
    names = [str(one.FileName) for one in attached if one.Type not in (_EMBEDDED, _OBJECT)]
    inside = any(one.Type == _EMBEDDED for one in attached)
    answers = [_property(item, tag) for tag in (_ANSWERS, _REFERENCES)]
    return _OutlookHead(
        entry,
        MailPlace("", 0, number),
        int(item.Size),
        one_line(subject, 200),
        wanted.named((subject, *names), MESSAGE_ID.findall(" ".join(one or "" for one in answers)[:8192])),
        inside or any(map(MAY_HOLD.search, names)),
        sure and None not in answers,
    )


def _property(item: Any, tag: int) -> str | None:
    """A property that is a text; '' where the mail has none, None where Outlook does not say."""
    try:
        return str(item.PropertyAccessor.GetProperty(_PROPERTY.format(tag)) or "")
    except Exception as error:  # as above
        return "" if str(_NOT_THERE) in repr(error.args) else None


def _arrived(item: Any) -> dt.date | None:
    """The day on which it arrived, by this computer's clock; None for what does not arrive."""
    for name in ("ReceivedTime", "CreationTime"):
        with suppress(Exception):  # as above
            at = getattr(item, name)
            return dt.date(at.year, at.month, at.day)
    return None


def _folder(session: Any, path: str) -> Any:
    """The folder of that path: below the Inbox's store, below the Inbox itself, or of a named store."""
    inbox = session.GetDefaultFolder(_INBOX)
    steps = [step for step in re.split(r"\\" if "\\" in path else "/", path.strip()) if step.strip()]
    if not steps:
        return inbox
    if steps[0].strip().casefold() in (*_INBOX_NAMES, str(inbox.Name).casefold()):
        return _below(inbox, steps[1:])
    for top in (inbox, inbox.Parent, session):
        if steps[0].strip().casefold() in _named(top):
            return _below(top, steps)
    raise _missing(steps[0], inbox.Parent)


def _below(top: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        found = _named(top).get(step.strip().casefold())
        if found is None:
            raise _missing(step, top)
        top = found
    return top


def _named(top: Any) -> dict[str, Any]:
    """Name, as it is compared → folder below."""
    found = (top.Folders.Item(at + 1) for at in range(top.Folders.Count))
    return {str(one.Name).casefold(): one for one in found}


def _missing(step: str, top: Any) -> MailboxUnusable:
    there = [one_line(str(one.Name), 60) for one in list(_named(top).values())[:20]]
    return MailboxUnusable(
        f"Outlook 的“{top.Name}”里没有文件夹“{one_line(step, 60)}”。现有：{'、'.join(there) or '（无）'}。"
        r"请写出路径，如 --outlook 收件箱\跨部门。",
        f"{top.Name} in Outlook has no folder {one_line(step, 60)!r}. There are: "
        rf"{', '.join(there) or '(none)'}. Give its path, such as --outlook Inbox\Projects.",
    )


def _said(error: BaseException) -> str:
    """What COM says: (number, text, …), where the text tells."""
    words = [one for one in error.args if isinstance(one, str) and one.strip()]
    return one_line(" ".join(words), 160) or type(error).__name__
