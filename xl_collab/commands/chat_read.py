"""`chat read`: a group chat, pasted or saved, as rows of 每日同步 and proposals; shown unless told to write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xl_collab.commands.command import BREAK_LOCK, DRY_RUN, FILE, Command, Option
from xl_collab.commands.reply import Options, Reply, listed, usage_error
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.exchange.chat.hearing import Heard
    from xl_collab.merge.chatted import ChatProposal, Chatted, SyncRow
    from xl_collab.schema.words import Lang

WORDS = {
    "sync_title": t("每日同步", "Daily sync"),
    "sync_columns": t("日期|部门|编号|内容", "Date|Department|ID|What"),
    "proposals_title": t("提议（不采纳就不写）", "Proposals (written only when accepted)"),
    "proposals_columns": t("提议|现值→新值|原文", "Proposal|Now → new|Words"),
    "not_own": t("非该部门牵头", "not led by them"),
    "unfit": t("格式无法识别", "not readable"),
    "accepted": t("已采纳 {id}：{now} → {new}", "Accepted {id}: {now} → {new}"),
    "declined": t("已拒绝 {id}，不再提议", "Declined {id}: not proposed again"),
    "unknown": t("通讯录里没有 {speaker}：{words}", "Contacts does not know {speaker}: {words}"),
    "unread": t("没有采用 {speaker}：{words}", "Not used, {speaker}: {words}"),
    "more": t("……另有 {count} 条", "… {count} more"),
    "before": t("已读过的 {count} 行没有再写", "{count} lines were read before and are not written again"),
    "nothing": t("没有读出与任务有关的话", "Nothing about a task was found"),
    "how": t(
        "还没有写入。写每日同步：加 --yes；采纳提议：加 --accept 编号（或 all），拒绝用 --reject",
        "Nothing is written yet. --yes writes Daily sync, --accept ID (or all) takes proposals, --reject declines",
    ),
    "rows_written": t("每日同步：写入 {count} 行", "Daily sync: {count:row|rows} written"),
}
_NO_SOURCE = t(
    "请给出保存的聊天记录文件，或用 --paste 读剪贴板",
    "Name the saved chat, or give --paste for the clipboard",
)
_MOST = 20
"""Lines of each kind that are shown; JSON has all."""

CHAT = Option(
    "chat",
    t(
        "聊天记录（.txt：企业微信、钉钉、飞书、微信复制出来的文字）",
        "Saved chat: text as chat programs copy it",
    ),
    (),
    "file",
    "[CHAT]",
)
PASTE = Option("paste", t("读剪贴板里的聊天记录", "Read the chat on the clipboard"), ("--paste",), "flag")
ON = Option(
    "on",
    t("没写日期的话是哪一天说的，默认数据日期", "Day of messages without one; default: the data date"),
    ("--on",),
    metavar="YYYY-MM-DD",
)
YES = Option("yes", t("写入每日同步", "Write the rows of Daily sync"), ("--yes",), "flag")
ACCEPT = Option(
    "accept",
    t(
        "采纳这条提议：T005（整行）、T005:percent 或 all（各部门自己牵头的）；可重复",
        "Accept: T005 (all of the row), T005:percent, or all (of rows that the speakers lead); repeat",
    ),
    ("--accept",),
    "texts",
    "ID",
)
REJECT = Option(
    "reject",
    t("拒绝这条提议，以后不再提；可重复", "Decline: not proposed again; repeat"),
    ("--reject",),
    "texts",
    "ID",
)


def run(session: Session, options: Options) -> Reply:
    """Show what a chat says, and write what is wanted; exit code 1 when words are left to read."""
    from xl_collab.commands.session import read_date
    from xl_collab.exchange.chat.hearing import hear
    from xl_collab.merge.chatted import chatted

    project, reply = session.project, session.reply(WORDS)
    heard = hear(project, _text(options), read_date(options["on"]) if options["on"] else project.as_of)
    accept, reject = listed(options["accept"]), listed(options["reject"])
    outcome = chatted(project, heard.lines, write=options["yes"], accept=accept, reject=reject)
    found = outcome.data
    reply.payload = payload(found, heard)
    _rows(reply, found)
    _proposals(reply, found)
    _left(reply, heard)
    if found.before:
        reply.say("before", count=found.before)
    if not (heard.lines or found.rows or found.proposals):
        reply.say("nothing")
    elif not outcome.edits and (found.rows or found.proposals):
        reply.say("how", "line")
    if heard.unknown or heard.unread or not heard.lines:
        reply.exit_code, reply.severity = 1, "warning"
    if outcome.edits:
        reply.written(session.write(outcome.edits, "chat read"))
    return reply


def _text(options: Options) -> str:
    from xl_collab.exchange.chat.clipboard import paste
    from xl_collab.exchange.chat.hearing import chat_file

    if options["paste"]:
        return paste()
    if options["chat"] is None:
        raise usage_error(_NO_SOURCE)
    return chat_file(options["chat"])


def _rows(reply: Reply, found: Chatted) -> None:
    if found.rows:
        rows = [(str(one.day), one.department, one.task_id or "—", _said(one)) for one in found.rows[:_MOST]]
        reply.table(reply.text("sync_title"), reply.text("sync_columns").split("|"), rows)
        _more(reply, len(found.rows))
    if found.written:
        reply.say("rows_written", entry=True, count=len(found.rows))


def _said(row: SyncRow) -> str:
    return "\n".join(row.quotes)


def _proposals(reply: Reply, found: Chatted) -> None:
    for one in found.accepted:
        reply.say(
            "accepted",
            entry=True,
            id=one.id,
            now=_shown(one.now, one, reply.lang),
            new=_shown(one.value, one, reply.lang),
        )
    for one in found.declined:
        reply.say("declined", entry=True, id=one.id)
    if found.proposals:
        rows = [(one.id, _change(one, reply), _quoted(one)) for one in found.proposals[:_MOST]]
        reply.table(reply.text("proposals_title"), reply.text("proposals_columns").split("|"), rows)
        _more(reply, len(found.proposals))


def _change(one: ChatProposal, reply: Reply) -> str:
    why = [] if one.own else [reply.text("not_own")]
    why += [reply.text("unfit")] if one.unclear else []
    change = f"{_shown(one.now, one, reply.lang)} → {_shown(one.value, one, reply.lang)}"
    return f"{change}\n({', '.join(why)})" if why else change


def _quoted(one: ChatProposal) -> str:
    who = one.line.reporter or one.line.department
    return f"{one.line.day:%m-%d} {who}：{one.line.quote}"


def _shown(value: object, one: ChatProposal, lang: Lang) -> str:
    from xl_collab.schema.sheets import TRACKER

    column = TRACKER.column(one.column)
    if value is None:
        return "∅"
    if column.choices is not None and value in column.choices.codes:
        return column.choices.label(str(value), lang)
    return f"{value:.0%}" if one.column == "percent" and isinstance(value, float | int) else str(value)


def _left(reply: Reply, heard: Heard) -> None:
    """Words that nothing is made of."""
    for one in heard.unknown[:_MOST]:
        reply.say("unknown", entry=True, speaker=one.speaker or "?", words=" / ".join(one.lines)[:200])
    _more(reply, len(heard.unknown))
    for speaker, line in heard.unread[:_MOST]:
        reply.say("unread", entry=True, speaker=speaker, words=line[:200])
    _more(reply, len(heard.unread))


def _more(reply: Reply, count: int) -> None:
    if count > _MOST:
        reply.say("more", count=count - _MOST)


def payload(found: Chatted, heard: Heard) -> dict[str, Any]:
    """Rows, proposals, and what is left to read."""
    from xl_collab.commands.reply import plain

    def proposal(one: ChatProposal, state: str) -> dict[str, Any]:
        about = {"id": one.id, "row": one.row, "column": one.column, "state": state, "own": one.own}
        values = {"now": plain(one.now), "new": None if one.unclear else plain(one.value)}
        said = {"department": one.line.department, "day": plain(one.line.day), "quote": one.line.quote}
        return {**about, **values, **said}

    states = (("open", found.proposals), ("accepted", found.accepted), ("declined", found.declined))
    return {
        "written": found.written,
        "rows": [_row(one) for one in found.rows],
        "proposals": [proposal(one, state) for state, ones in states for one in ones],
        "unknown": [{"speaker": one.speaker, "lines": list(one.lines)} for one in heard.unknown],
        "unread": [{"speaker": speaker, "line": line} for speaker, line in heard.unread],
        "read_before": found.before,
    }


def _row(one: SyncRow) -> dict[str, Any]:
    who = {"date": one.day.isoformat(), "department": one.department, "reporter": one.reporter}
    texts = {name: one.texts.get(name) for name in ("progress", "problem", "help", "tomorrow")}
    return {**who, "task_id": one.task_id, **texts, "quotes": list(one.quotes), "added": one.place is None}


CHAT_READ = Command(
    name="chat read",
    id="chat_read",
    label=t("读群聊", "Read chat"),
    tip=t("把群聊里的进展变成每日同步和提议", "What a group chat says, as daily sync and proposals"),
    more=t(
        "按通讯录认人，引用原话；先显示，加 --yes 或 --accept 才写入。可撤销。",
        "People are known by Contacts, words are quoted; shown first, written with --yes or --accept. Undo takes "
        "it back.",
    ),
    twin="xl-collab chat read FILE CHAT.txt",
    run=run,
    options=(FILE, CHAT, PASTE, ON, YES, ACCEPT, REJECT, DRY_RUN, BREAK_LOCK),
)
