"""`schedule`: a run that starts by itself every week; it is written, listed and removed here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from xl_collab.commands.command import FILE, Command, Option
from xl_collab.commands.reply import Options, Reply, usage_error
from xl_collab.commands.scheduled_run import JOB_OPTIONS, NO_REPLIES
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.exchange.scheduled.job import Job

WORDS = {
    "set": t("已设置定时执行 {name}", "Set up {name}"),
    "removed": t("已删除定时执行 {name}", "Removed {name}"),
    "none": t("这个工作簿没有定时执行", "No run is set up for this workbook"),
}
_NO_TIME = t("请用 --weekly 写明时间，如 --weekly '周一 09:00'", "Say when, such as --weekly 'Mon 09:00'")
WEEKLY = Option(
    "weekly",
    t(
        "什么时候，如 周一 09:00、周一、周四 08:05、每天 07:00；可重复",
        "When, such as Mon 09:00; may be repeated",
    ),
    ("--weekly",),
    "texts",
    "WHEN",
)
WITH = Option(
    "scheduler",
    t("用哪种：task（Windows）、systemd、cron；默认按系统", "Which: task (Windows), systemd or cron"),
    ("--with",),
    metavar="NAME",
)
LIST = Option("list", t("显示已设置的", "Show what is set up"), ("--list",), "flag")
REMOVE = Option("remove", t("删除已设置的", "Remove what is set up"), ("--remove",), "flag")
SHOW_ONLY = Option(
    "dry_run", t("只显示会写什么，不写", "Show exactly what would be written"), ("--dry-run",), "flag"
)


def run(session: Session, options: Options) -> Reply:
    """Set up, list or remove."""
    from xl_collab.exchange.scheduled.job import job_name, times
    from xl_collab.exchange.scheduled.schedulers import scheduler

    reply, name = session.reply(WORDS), job_name(session.request.path)
    chosen = scheduler(options["scheduler"] or "")
    if options["list"]:
        shown = chosen.listed(name)
        for line in shown.split("\n") if shown else (reply.text("none"),):
            reply.line(line)
        return reply
    if options["remove"]:
        reply.say("removed" if chosen.remove(name) else "none", name=name)
        return reply
    whens = times(options["weekly"])
    if not whens:
        raise usage_error(_NO_TIME)
    if options["replies"] is None and options["mailbox"] is None:
        raise usage_error(NO_REPLIES)
    job = _job(session, options, name)
    if options["dry_run"]:
        for line in chosen.shown(job, whens).split("\n"):
            reply.line(line)
        return reply
    chosen.install(job, whens)
    reply.say("set", name=name)
    return reply


def _job(session: Session, options: Options, name: str) -> Job:
    """The command that the scheduler starts, with paths that hold from any folder."""
    from xl_collab.exchange.scheduled.job import Job

    file = str(session.request.path.resolve())
    words = [sys.executable, "-m", "xl_collab", "schedule", "run", file]
    for option in JOB_OPTIONS:
        value = options[option.name]
        if option.type == "flag":
            words += [option.flags[0]] if value else []
        elif value is not None:
            words += [option.flags[0], str(value.resolve()) if option.type == "file" else value]
    return Job(name, tuple(words), file)


SCHEDULE = Command(
    name="schedule",
    id="schedule",
    label=t("定时执行设置", "Schedule"),
    tip=t("每周定时收取、计算、催办", "Collect, compute and remind every week"),
    more=t(
        "写入 Windows 任务计划、systemd 或 cron；没有域名白名单不发信，只写草稿。",
        "Writes a task of Windows, a systemd timer or a line of cron; without an allow-list nothing is sent.",
    ),
    twin="xl-collab schedule FILE --weekly '周一 09:00' --mailbox",
    run=run,
    options=(FILE, WEEKLY, *JOB_OPTIONS, WITH, LIST, REMOVE, SHOW_ONLY),
    writes=False,
    holds=False,
    follows=False,
)
