"""`log`: what was sent, collected and decided."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from xl_collab.commands.command import FILE, Command
from xl_collab.commands.reply import Options, Reply
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.exchange.ledger.ledger import LogEntry

WORDS = {
    "log_title": t("台账", "Ledger"),
    "log_columns": t(
        "时间|事项|部门|回执码|状态|改动|回复", "When|What|Department|Reply code|State|Changes|Replies"
    ),
    "log_empty": t("还没有记录", "Nothing is recorded yet"),
    "log_packet": t("发送填报文件", "Packet sent"),
    "log_whole": t("发送整个工作簿", "Workbook sent"),
    "log_collect": t("收取", "Collected"),
    "log_resolve": t("处理冲突", "Decided"),
    "log_break_lock": t("接管锁", "Lock taken over"),
    "log_undo": t("撤销回复", "Reply undone"),
    "log_sent": t("已发出", "sent"),
    "log_done": t("完成", "done"),
    "log_intent": t("未完成", "unfinished"),
    "log_rolled_back": t("未写入", "not written"),
    "log_lost": t("已随工作簿恢复而作废", "void: the workbook was restored"),
}
KEYS = ("at", "kind", "department", "token", "state", "changes", "replies", "detail")
_MOST = 200


def run(session: Session, options: Options) -> Reply:
    """The history of the ledger: oldest first in a terminal, newest first after a click."""
    from xl_collab.commands.master_file import MasterFile, history

    entries = history(MasterFile.of_open(session))
    reply = session.reply(WORDS)
    reply.payload = [{key: getattr(entry, key) for key in KEYS} for entry in entries]
    if not entries:
        reply.say("log_empty")
        return reply
    columns = reply.text("log_columns").split("|")
    rows = [_row(reply, entry) for entry in entries]
    reply.table(reply.text("log_title"), columns, rows[-_MOST:], "line")  # of a long history the end
    reply.table(reply.text("log_title"), columns, rows[::-1], "click")
    return reply


def _row(reply: Reply, entry: LogEntry) -> tuple[Any, ...]:
    what, state = (_word(reply, f"log_{code}", code) for code in (entry.kind, entry.state))
    numbers = (str(number) if number else "" for number in (entry.changes, entry.replies))
    token = entry.token if "、" not in entry.token else ""  # a run over many replies has no one code
    who = reply.listed(entry.department.split("、"))
    return (moment(entry.at), what, who, token, state, *numbers)


def _word(reply: Reply, key: str, code: str) -> str:
    return reply.text(key) if key in WORDS else code


def moment(text: str) -> str:
    """A time of the ledger in this computer's zone, to the minute."""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"


LOG = Command(
    name="log",
    id="log",
    group="teamwork",
    label=t("收发记录", "Mail log"),
    tip=t("发送、收取、处理的经过", "What was sent, collected and decided"),
    more=t("最近的在前；只查看，不改动。", "The newest first; nothing is changed."),
    key="QL",
    image="FileFind",
    twin="xl-collab log FILE",
    run=run,
    options=(FILE,),
    holds=False,
    follows=False,
)
