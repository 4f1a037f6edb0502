"""Where `collect` finds replies: a folder, files, a mailbox or Outlook, by options or asked at a click.

What may not enter: what becomes of the replies (collect.py), how mails are fetched (exchange/mail).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xl_collab.commands.command import Option
from xl_collab.commands.reply import Options, usage_error
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.exchange.mail.source import MailSource

WORDS = {
    "ask_replies": t(
        "各部门的回复在哪里？邮件附件另存或整封邮件（.eml）都可以；原文件只读取，不改动。",
        "Where are the replies? Saved attachments or whole mails (.eml); they are only read.",
    ),
    "replies_folder": t("一个文件夹里的全部回复", "All replies in a folder"),
    "replies_files": t("挑选几个文件", "Some files"),
    "replies_mailbox": t("邮箱 {user}", "The mailbox {user}"),
    "replies_outlook": t("Outlook 的收件箱", "The Inbox of Outlook"),
    "no_replies": t(
        "请给出放回复的文件夹或文件，或用 --mailbox 收取邮箱，或用 --outlook 收取 Outlook",
        "Name the folder or files of replies, or give --mailbox or --outlook",
    ),
    "one_source": t(
        "--mailbox 和 --outlook 请一次用一个",
        "Give --mailbox or --outlook, one at a time",
    ),
}

_MAILBOX_PATH, _OUTLOOK_PATH = "mailbox:", "outlook:"
"""Begin what stands for a mailbox, and for Outlook, among the chosen replies of a click."""


def _ask_replies(session: Session) -> tuple[Path | str, ...] | None:
    """A mailbox that is set up, Outlook where it is, a folder with all that is in it, or some files."""
    from xl_collab.exchange.mail.mailbox_settings import mailboxes
    from xl_collab.exchange.mail.outlook_program import installed

    reply, person = session.saved().reply(WORDS), session.person
    assert person is not None
    found = mailboxes().values()
    boxes = [f"{_MAILBOX_PATH}{box.name}" for box in found]
    ways = [reply.text("replies_mailbox", user=box.user) for box in found]
    if installed():
        boxes.append(_OUTLOOK_PATH)
        ways.append(reply.text("replies_outlook"))
    ways += [reply.text("replies_folder"), reply.text("replies_files")]
    chosen = person.choose(reply.text("ask_replies"), ways, many=False)
    if not chosen:
        return None
    if chosen[0] < len(boxes):
        return (boxes[chosen[0]],)
    if chosen[0] == len(boxes) + 1:
        return person.open_replies(ways[-1]) or None
    folder = person.folder(ways[-2])
    return None if folder is None else (folder,)


REPLIES = Option(
    "replies",
    t(
        "放回复的文件夹，或 .xlsx、.xlsm、.eml、.msg 文件；可给多个",
        "Folder of replies, or .xlsx, .xlsm, .eml, .msg files; several may be given",
    ),
    (),
    "files",
    "[REPLIES...]",
    ask=_ask_replies,
)
MAILBOX = Option(
    "mailbox",
    t(
        "收取邮箱里的回复（先用 mail setup 设置）；有几个邮箱时给出名称",
        "Collect the replies in the mailbox (see mail setup); its name, where there are several",
    ),
    ("--mailbox",),
    metavar="NAME",
    alone="",
)
OUTLOOK = Option(
    "outlook",
    t(
        r"收取 Outlook（经典版，Windows）收件箱里的回复；其他文件夹写路径，如 收件箱\跨部门",
        r"Collect the replies in classic Outlook's Inbox (Windows), or in a folder such as Inbox\Projects",
    ),
    ("--outlook",),
    metavar="FOLDER",
    alone="",
)


def sources(options: Options) -> tuple[tuple[Path, ...], frozenset[str], MailSource | None]:
    """Files and folders, and the mailbox or Outlook to look into; UsageError when none is given."""
    names = [str(one) for one in options["replies"]]
    paths = tuple(Path(name) for name in names if not name.startswith((_MAILBOX_PATH, _OUTLOOK_PATH)))
    source = _mail_source(
        _named(options["mailbox"], names, _MAILBOX_PATH), _named(options["outlook"], names, _OUTLOOK_PATH)
    )
    if source is None and not paths:
        raise usage_error(WORDS["no_replies"])
    return paths, frozenset(), source


def _named(told: str | None, names: Sequence[str], begin: str) -> str | None:
    """What an option names, or a click chose; None for neither."""
    chosen = next((name.removeprefix(begin) for name in names if name.startswith(begin)), None)
    return chosen if told is None else told


def _mail_source(mailbox: str | None, outlook: str | None) -> MailSource | None:
    if mailbox is not None and outlook is not None:
        raise usage_error(WORDS["one_source"])
    if outlook is not None:
        from xl_collab.exchange.mail.outlook_folder import open_folder

        return open_folder(outlook)
    if mailbox is None:
        return None
    from xl_collab.exchange.mail.mailbox import ImapSource
    from xl_collab.exchange.mail.mailbox_settings import mailbox_named

    return ImapSource(mailbox_named(mailbox))
