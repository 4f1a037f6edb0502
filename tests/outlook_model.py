"""Outlook's object model as far as a folder is read: what it hands out are real .msg files.

It behaves as Outlook does: collections count from one, a property that a mail does not have raises, and
whatever would change a mail is not there.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

TAGS = {"1035": "message_id", "1042": "answers", "1039": "references"}


class com_error(Exception):  # noqa: N801 - pywin32's name
    """As pywin32 raises it."""


def not_there() -> com_error:
    inner = (4096, "Microsoft Outlook", "The property is unknown or cannot be found.", None, 0, -2147221233)
    return com_error(-2147352567, "Exception occurred.", inner, None)


def gone() -> com_error:
    return com_error(-2147023174, "The RPC server is unavailable.", None, None)


class Collection:
    """Counts from one."""

    def __init__(self, held: Sequence[object]) -> None:
        self._held = held

    @property
    def Count(self) -> int:
        return len(self._held)

    def Item(self, number: int) -> object:
        assert 1 <= number <= len(self._held)
        return self._held[number - 1]


@dataclass
class Attachment:
    FileName: str
    Type: int = 1


@dataclass
class MailItem:
    """A mail, or a report or an invitation (`Class`); `path` is the .msg file that it saves itself as."""

    path: Path
    Subject: str
    ReceivedTime: datetime
    EntryID: str
    files: list[str] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    Class: int = 43
    UnRead: bool = True
    Size: int = 10_000
    saved: int = 0
    broken: bool = False

    @property
    def Attachments(self) -> Collection:
        return Collection([Attachment(name) for name in self.files])

    @property
    def PropertyAccessor(self) -> MailItem:
        return self

    def GetProperty(self, name: str) -> str:
        tag, kind = name.rpartition("/")[2][2:6], name[-4:]
        assert kind == "001F"
        if TAGS[tag] not in self.properties:
            raise not_there()
        return self.properties[TAGS[tag]]

    def SaveAs(self, path: str, kind: int) -> None:
        assert kind == 9
        if self.broken:
            raise com_error(-2147467259, "Exception occurred.", (0, "Outlook", "操作失败。"), None)
        shutil.copyfile(self.path, path)
        self.saved += 1


class Items:
    """In the order in which somebody last asked for them."""

    def __init__(self, folder: Folder) -> None:
        self.folder, self._order, self._at = folder, list(folder.mails), 0

    def Sort(self, name: str, descending: bool = False) -> None:
        assert name == "[ReceivedTime]"
        self._order.sort(key=lambda mail: mail.ReceivedTime, reverse=descending)

    def GetFirst(self) -> MailItem | None:
        self._at = -1
        return self.GetNext()

    def GetNext(self) -> MailItem | None:
        self._at += 1
        self.folder.looked_at(self._at)
        return self._order[self._at] if self._at < len(self._order) else None


class Folder:
    """A folder, or a store, which is one too."""

    StoreID = "store"

    def __init__(self, name: str, *folders: Folder) -> None:
        self.Name, self.closed, self._folders = name, False, folders
        self.Parent: Folder | None = None
        self.mails: list[MailItem] = []
        self.looked_at: Callable[[int], None] = lambda _: None
        for folder in folders:
            folder.Parent = self

    @property
    def EntryID(self) -> str:
        if self.closed:
            raise gone()
        return f"folder-{self.Name}"

    @property
    def Folders(self) -> Collection:
        return Collection(self._folders)

    @property
    def Items(self) -> Items:
        return Items(self)

    def all(self) -> list[MailItem]:
        return [*self.mails, *(mail for folder in self._folders for mail in folder.all())]


class Outlook:
    """Outlook.Application with one store: 收件箱 with 跨部门 below, and 归档."""

    def __init__(self) -> None:
        self.team, self.archive = Folder("跨部门"), Folder("归档")
        self.inbox = Folder("收件箱", self.team)
        self.store = Folder("pmo@example.com", self.inbox, self.archive)
        self.closes_after = 1_000_000
        """Mails that can be taken up before somebody closes Outlook."""

    def reopen(self) -> None:
        self.closes_after, self.inbox.closed = 1_000_000, False

    def Dispatch(self, name: str) -> Outlook:
        assert name == "Outlook.Application"
        return self

    def GetNamespace(self, name: str) -> Outlook:
        assert name == "MAPI"
        return self

    def GetDefaultFolder(self, number: int) -> Folder:
        assert number == 6
        return self.inbox

    @property
    def Folders(self) -> Collection:
        return Collection([self.store])

    def GetItemFromID(self, entry: str, store: str) -> MailItem:
        assert store == "store"
        if self.closes_after == 0:
            self.inbox.closed = True
            raise gone()
        self.closes_after -= 1
        return next(mail for mail in self.store.all() if mail.EntryID == entry)
