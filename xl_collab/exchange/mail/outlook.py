"""Drafts in classic Outlook on Windows, through a port that a test can stand in for.

Each recipient is added by itself, so no separator in a text can make two of one. Letters are saved as
drafts and shown; people press 发送. Addresses were checked before they come here.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from xl_collab.errors import XlCollabError
from xl_collab.exchange.mail.outgoing import Mail
from xl_collab.exchange.mail.recipients import UnsafeLetter, header_text

_MAIL_ITEM, _TO, _CC, _UNICODE_HTML = 0, 1, 2, 2


class NoOutlook(XlCollabError):
    """Raised when there is no classic Outlook to talk to."""


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
    if platform != "win32":
        raise _none("此功能只在 Windows 上可用", "this works on Windows only")
    try:
        client = load("win32com.client")
    except ImportError as error:
        raise _none(
            "缺少 pywin32（pip install pywin32）", "pywin32 is missing (pip install pywin32)"
        ) from error
    try:
        return Outlook(client.Dispatch("Outlook.Application"))
    except Exception as error:  # COM raises pywintypes.com_error, which cannot be named elsewhere
        raise _none("没有找到经典版 Outlook", "classic Outlook was not found") from error


def _none(zh: str, en: str) -> NoOutlook:
    return NoOutlook(
        f"不能通过 Outlook 起草：{zh}。请改用 --draft 文件夹（生成 .eml 和收件人清单）。",
        f"Cannot draft in Outlook: {en}. Use --draft DIR instead (.eml files and a list of recipients).",
    )


def draft_all(program: MailProgram, mails: Sequence[Mail], *, show: bool = True) -> int:
    """Draft every letter; how many were made."""
    for mail in mails:
        program.draft(mail, show=show)
    return len(mails)
