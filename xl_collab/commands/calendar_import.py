"""`calendar import`: the State Council's notice, as text, into 节假日."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from xl_collab.commands.command import (
    BREAK_LOCK,
    DRY_RUN,
    FILE,
    LANG,
    OUT,
    Command,
    Option,
    Options,
    Reply,
    usage_error,
)
from xl_collab.errors import system_reason
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session

WORDS = {
    "imported": t("{year} 年：新增 {count} 天", "{year}: {count} days added"),
    "unread": t("这些句子没有读懂，请人工核对：", "These sentences were not understood, please check them:"),
    "no_days": t("通知里没有读到放假安排", "No day off was found in the notice"),
    "nothing_unread": t("通知全文都读懂了。", "All of the notice was understood."),
    "ask_notice": t("选择含放假通知全文的文本文件", "Choose a text file with the notice"),
}
_UNREADABLE = t(
    "读不了 {path}：{zh}。请检查路径和权限。", "Cannot read {path}: {en}. Check the path and the permissions."
)
_NO_TEXT = t("{path} 不是文本文件", "{path} is not a text file")


def _ask_notice(session: Session) -> Path | None:
    reply = session.reply(WORDS)  # a workbook that is no tracker is told before anything is asked
    assert session.person is not None
    return session.person.open_text(reply.text("ask_notice"))


NOTICE = Option(
    "notice",
    t("通知的文本文件，- 表示从标准输入读", "Text file of the notice, - for standard input"),
    type="file",
    metavar="NOTICE",
    required=True,
    ask=_ask_notice,
)
YEAR = Option(
    "year",
    t("通知所属年份，默认从文字里读", "Year of the notice; default: read from the text"),
    ("--year",),
    "number",
    "YYYY",
)


def run(session: Session, options: Options) -> Reply:
    """Read the notice, and say which sentences were not understood."""
    from xl_collab.plan.holidays import import_notice
    from xl_collab.project.calendar.notice import parse_notice

    notice = options["notice"]
    text = sys.stdin.read() if str(notice) == "-" else read_text(notice)
    outcome = import_notice(session.project, parse_notice(text, options["year"]))
    data, reply = outcome.data, session.reply(WORDS)
    if data.year is None:
        reply.say("no_days")
        reply.severity = "warning"
        if session.book is not None:
            return reply
    else:
        reply.say("imported", year=data.year, count=len(data.added))
    if data.unread:
        reply.severity = "warning"
        reply.say("unread")
        for clause in data.unread:
            reply.line(f"  · {clause}")
    else:
        reply.say("nothing_unread", "click")
    reply.written(session.write(outcome.edits, "calendar import"))
    return reply


def read_text(path: Path) -> str:
    """A text file as people save it, UTF-8 or GBK; UsageError when it cannot be read or is no text."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        reasons = {"zh": system_reason(error), "en": system_reason(error, "en")}
        raise usage_error(_UNREADABLE, path=path, **reasons) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise usage_error(_NO_TEXT, path=path)


CALENDAR_IMPORT = Command(
    name="calendar import",
    id="calendar_import",
    group="tools",
    label=t("导入放假通知", "Import holidays"),
    tip=t("把国务院放假通知的文字导入节假日表", "The State Council's notice into Calendar"),
    more=t(
        "选择含通知全文的文本文件；放假和调休逐日列出，读不懂的句子会告诉你。",
        "Choose a text file with the notice; what cannot be read is told.",
    ),
    key="H",
    image="CalendarInsert",
    twin="xl-collab calendar import FILE NOTICE",
    run=run,
    options=(FILE, NOTICE, YEAR, OUT, DRY_RUN, BREAK_LOCK, LANG),
)
