"""`daily`: 《每日进度同步记录》 as a new sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xl_collab.commands.command import FILE, WRITING, Command
from xl_collab.commands.reply import Options, Reply
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session

WORDS = {
    "missing": t("{day} 未同步的部门：{names}", "Departments that did not report on {day}: {names}"),
    "day": t("{day} 的每日进度", "Progress of {day}"),
}


def run(session: Session, options: Options) -> Reply:
    """Write the day's record into the workbook."""
    from xl_collab.documents.daily.content import daily

    outcome = daily(session.project)
    reply, found = session.reply(WORDS), outcome.data
    reply.say("day", day=found.day)
    if found.missing:
        reply.say("missing", day=found.day, names=reply.listed(list(found.missing)))
    reply.written(session.write(outcome.edits, "daily"))
    return reply


DAILY = Command(
    name="daily",
    id="daily",
    group="reports",
    label=t("每日进度", "Daily record"),
    tip=t("生成《每日进度同步记录》", "Make the daily progress record"),
    more=t(
        "各部门当天的进展、问题、需协调资源，谁没有报；问题附已挂起天数。",
        "What departments reported that day, who did not, and how long problems have been open.",
    ),
    key="QD",
    image="CalendarInsert",
    twin="xl-collab daily FILE",
    run=run,
    options=(FILE, *WRITING),
)
