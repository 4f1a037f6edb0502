"""`schedule run`: what a scheduler starts: collect, compute, draft minutes, remind who owes something.

It does nothing while the workbook is open or in use, and says so the next time. It sends only where an
allow-list of domains is set up and that was asked for; else it writes drafts. Everything goes into a log.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xl_collab.commands.answered import answered
from xl_collab.commands.collect import COLLECT
from xl_collab.commands.command import FILE, Command, Option
from xl_collab.commands.reply import Options, Reply, ReplyLine, ReplyTable, usage_error
from xl_collab.commands.run_all import RUN
from xl_collab.commands.send import SEND
from xl_collab.errors import FileLocked, XlCollabError
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.exchange.scheduled.run_log import RunLog

WORDS = {
    "day_off": t("今天不是工作日，没有执行", "Today is no working day: nothing was done"),
    "missed": t("上次没有执行：{what}", "The last run did nothing: {what}"),
    "left_out": t("没有执行：{why}", "Nothing was done: {why}"),
    "begun": t("开始", "Begun"),
    "collect": t("收取回复", "Collect replies"),
    "run": t("一键全部（含会议纪要草稿）", "Do all, with a draft of the minutes"),
    "remind": t("催办", "Reminders"),
    "step": t("{step}：{line}", "{step}: {line}"),
    "failed": t("{step}没有完成：{why}", "{step} failed: {why}"),
    "not_reminded": t(
        "没有催办：回复没能收取，不知道谁已答复", "Nobody was reminded: replies could not be collected"
    ),
    "no_allow_list": t(
        "没有设置收件域名白名单，催办只写草稿（见 mail setup）",
        "There is no allow-list of domains, so reminders are drafts only (see mail setup)",
    ),
    "ended": t("完成，日志 {path}", "Done; log {path}"),
}
NO_REPLIES = t(
    "请用 --replies 指明放回复的文件夹，或用 --mailbox 指明邮箱",
    "Say where replies are: --replies FOLDER or --mailbox NAME",
)
REPLIES = Option("replies", t("放回复的文件夹", "Folder of replies"), ("--replies",), "file", "DIR")
MAILBOX = Option(
    "mailbox", t("收取哪个邮箱", "Mailbox to collect from"), ("--mailbox",), metavar="NAME", alone=""
)
DRAFTS = Option(
    "drafts",
    t("催办草稿放在哪里，默认工作簿旁", "Folder for drafts; default: beside the workbook"),
    ("--drafts",),
    "file",
    "DIR",
)
SMTP = Option(
    "smtp",
    t("催办直接发出；没有域名白名单时仍只写草稿", "Send reminders; without an allow-list they stay drafts"),
    ("--smtp",),
    "flag",
)
WORKDAYS = Option(
    "workdays",
    t("只在工作日执行（按节假日表）", "Only on working days, by the calendar"),
    ("--workdays",),
    "flag",
)
JOB_OPTIONS = (REPLIES, MAILBOX, DRAFTS, SMTP, WORKDAYS)


def run(session: Session, options: Options) -> Reply:
    """Exit code 0 when all was done, 1 when nothing could be, 2 when a step failed."""
    from xl_collab.exchange.scheduled.run_log import RunLog

    if options["replies"] is None and options["mailbox"] is None:
        raise usage_error(NO_REPLIES)
    log = RunLog(session.request.path)
    return _Run(session, options, log).reply()


class _Run:
    """One run while it is done."""

    def __init__(self, session: Session, options: Options, log: RunLog) -> None:
        self.session, self.options, self.log = session, options, log
        self.path = session.request.path
        self.answer = session.reply(WORDS)
        self.failed = False

    def reply(self) -> Reply:
        """Do it, and say what was done."""
        missed = self.log.missed()
        try:
            if self.options["workdays"] and not self._is_workday():
                self._say("day_off")
                return self.answer
            with self._free():
                pass
        except FileLocked as error:
            self._left_out(error)
            return self.answer
        for what in missed:
            self._say("missed", what=what)
        self._steps()
        self.log.ended(self.answer.text("ended", path=self.log.path.name))
        self.answer.say("ended", path=self.log.path)
        self.answer.exit_code = 2 if self.failed else 0
        return self.answer

    def _is_workday(self) -> bool:
        return self.session.project.calendar.is_workday(self.session.today)

    def _free(self) -> Any:
        from xl_collab.commands.session import held

        return held(self.session.request)

    def _left_out(self, error: XlCollabError) -> None:
        text = self.answer.text("left_out", why=error.message(self.answer.lang))
        self.log.left_out(text)
        self.answer.line(text)
        self.answer.exit_code, self.answer.severity = 1, "warning"

    def _steps(self) -> None:
        self.log.write(self.answer.text("begun"))
        box = {"mailbox": self.options["mailbox"]} if self.options["mailbox"] is not None else {}
        folder = (str(self.options["replies"]),) if self.options["replies"] is not None else ()
        collected = self._step("collect", COLLECT, {"replies": folder, **box})
        self._step("run", RUN, {})
        if collected:
            self._step("remind", SEND, {"kind": "reminder", **self._way()})
        else:
            self._say("not_reminded")

    def _way(self) -> Mapping[str, Any]:
        """How reminders leave: sent only where that was asked for and an allow-list is set up."""
        from xl_collab.exchange.mail.recipients import mail_settings

        if self.options["smtp"] and mail_settings().domains:
            return {"smtp": True}
        if self.options["smtp"]:
            self._say("no_allow_list")
        drafts = self.options["drafts"] or self.path.with_name(f"{self.path.stem}-scheduled")
        return {"draft": Path(drafts) / f"{self.session.today:%Y%m%d}"}

    def _step(self, name: str, command: Command, given: Mapping[str, Any]) -> bool:
        """Do one command; False when it could not be done."""
        from xl_collab.commands.session import Session

        step = self.answer.text(name)
        options = command.filled({"file": self.path, **given})
        session = Session(command.request(options), self.session.today)
        session.interface = self.session.interface
        try:
            found = answered(command, session, options)
        except XlCollabError as error:
            self.failed = True
            self._say("failed", step=step, why=error.message(self.answer.lang))
            return False
        for line in _lines(found):
            self.log.write(self.answer.text("step", step=step, line=line))
        self.answer.say("step", step=step, line=next(iter(_lines(found)), "√"))
        return True

    def _say(self, key: str, **words: object) -> None:
        text = self.answer.text(key, **words)
        self.log.write(text)
        self.answer.line(text)


def _lines(found: Reply) -> list[str]:
    """What a command answered, line by line; a table's row is one."""
    lines: list[str] = []
    for part in found.parts:
        if isinstance(part, ReplyLine) and part.where != "click" and part.text.strip():
            lines.append(" ".join(part.text.split()))
        elif isinstance(part, ReplyTable):
            rows = [
                " | ".join(cell if isinstance(cell, str) else cell[0] for cell in row) for row in part.rows
            ]
            lines += [" ".join(row.split()) for row in rows]
    return lines


SCHEDULE_RUN = Command(
    name="schedule run",
    id="schedule_run",
    label=t("定时执行", "Scheduled run"),
    tip=t("收取、计算、催办一次", "Collect, compute and remind once, as a scheduler does"),
    more=t(
        "定时任务执行的就是它；写日志，工作簿打开时不动。",
        "What a scheduler starts; writes a log, does nothing while the workbook is open.",
    ),
    twin="xl-collab schedule run FILE --replies FOLDER",
    run=run,
    options=(FILE, *JOB_OPTIONS),
    holds=False,
    follows=False,
)
