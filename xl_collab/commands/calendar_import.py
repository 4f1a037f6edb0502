"""`calendar import`: a notice on holidays, as text, into 节假日."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from xl_collab.commands.command import BREAK_LOCK, DRY_RUN, FILE, OUT, Command, Option
from xl_collab.commands.reply import Options, Reply, usage_error
from xl_collab.errors import system_reason
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.plan.holidays import Imported
    from xl_collab.project.calendar.notice import Issuer

WORDS = {
    "imported": t("{year} 年：新增 {count} 天", "{year}: {count} days added"),
    "imported_company": t(
        "{year} 年公司通知：新增 {count} 天（来源记为公司）",
        "{year}, a company's notice: {count} days added as the company's",
    ),
    "passed_on": t(
        "全年的节日都在里面：若是公司转发的国务院通知，请加 --official 再导入一次",
        "It holds every holiday of the year: if it passes on the State Council's notice, import it again with --official",
    ),
    "same": t("另有 {count} 天与节假日表相同，不重复写", "{count} more days stand in Calendar already"),
    "remarks": t("这些句子不改变任何一天：", "These sentences change no day:"),
    "doubtful": t(
        "没有读懂的节日先按推定计（{count} 天）：核对补全后，把这些行的来源改为官方",
        "{count} days of holidays that were not fully understood are marked Estimated: check them, add what is "
        "missing, then set their source to Official",
    ),
    "no_year": t(
        "通知里没有写明年份，什么都没有写入：请用 --year 指明",
        "The notice names no year, nothing was written: name it with --year",
    ),
    "unread": t("这些句子没有读懂，请人工核对：", "These sentences were not understood, please check them:"),
    "no_days": t("通知里没有读到放假安排", "No day off was found in the notice"),
    "nothing_unread": t("通知全文都读懂了。", "All of the notice was understood."),
    "ask_notice": t("选择含放假通知全文的文本文件", "Choose a text file with the notice"),
}
_UNREADABLE = t(
    "读不了 {path}：{zh}。请检查路径和权限。", "Cannot read {path}: {en}. Check the path and the permissions."
)
_ONE_ISSUER = t("--company 和 --official 只能写一个", "Give --company or --official, not both")
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


COMPANY = Option(
    "company",
    t("这是公司自己的通知（文字看不出时用）", "A company's own notice, where its text does not tell"),
    ("--company",),
    "flag",
)

OFFICIAL = Option(
    "official",
    t(
        "这是国务院的通知（例如公司转发的全文）",
        "The State Council's notice, such as one that a company passes on",
    ),
    ("--official",),
    "flag",
)


def run(session: Session, options: Options) -> Reply:
    """Read the notice, and say which sentences were not understood."""
    from xl_collab.plan.holidays import import_notice
    from xl_collab.project.calendar.notice import parse_notice

    notice, project = options["notice"], session.project
    text = sys.stdin.read() if str(notice) == "-" else read_text(notice)
    read = parse_notice(text, options["year"], project.calendar, _issuer(options))
    outcome = import_notice(project, read)
    reply = session.reply(WORDS)
    _tell(reply, outcome.data)
    if read.year is not None or session.book is None:
        reply.written(session.write(outcome.edits, "calendar import"))
    return reply


def _issuer(options: Options) -> Issuer | None:
    """Whose notice it is, where the user says so."""
    if options["company"] and options["official"]:
        raise usage_error(_ONE_ISSUER)
    return "company" if options["company"] else "official" if options["official"] else None


def _tell(reply: Reply, data: Imported) -> None:
    """What was read, what changes nothing, what nobody understood."""
    if data.year is None:
        reply.say("no_year" if data.unread else "no_days")
        reply.severity = "warning"
    else:
        kind = "imported_company" if data.company else "imported"
        reply.say(kind, year=data.year, count=len(data.added))
    if data.passed_on:
        reply.say("passed_on")
    if data.same:
        reply.say("same", count=data.same)
    _list(reply, "remarks", data.remarks)
    _list(reply, "unread", data.unread)
    if data.unread:
        reply.severity = "warning"
    else:
        reply.say("nothing_unread", "click")
    if data.doubtful:
        reply.say("doubtful", count=data.doubtful)


def _list(reply: Reply, heading: str, sentences: tuple[str, ...]) -> None:
    if sentences:
        reply.say(heading)
    for sentence in sentences:
        reply.line(f"  · {sentence}")


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
    tip=t("把放假通知的文字导入节假日表", "A notice on holidays into Calendar"),
    more=t(
        "选择含通知全文的文本文件（国务院的，或公司自己的）；放假和调休逐日列出，读不懂的句子会告诉你。",
        "Choose a text file with the notice, the State Council's or your company's; what cannot be read is told.",
    ),
    key="H",
    image="CalendarInsert",
    twin="xl-collab calendar import FILE NOTICE",
    run=run,
    options=(FILE, NOTICE, YEAR, COMPANY, OFFICIAL, OUT, DRY_RUN, BREAK_LOCK),
)
