"""`workdays` and `explain`: how many working days lie between two days, and which ones, in words.

The button explains the selected row of 跟踪表 instead.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xl_collab.commands.command import Command, Option
from xl_collab.commands.reply import Options, Reply
from xl_collab.schema.words import RAG, t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.project.calendar.workdays import Calendar

WORDS = {
    "row": t("{id} {task}", "{id} {task}"),
    "row_alert": t("预警 {rag}：{reason}", "Alert {rag}: {reason}"),
    "row_dates": t(
        "基线 {base} → {compared}，偏差 {days} 个工作日", "Baseline {base} → {compared}: {days} working days"
    ),
    "row_nothing": t(
        "这一行没有可比较的日期，所以没有偏差。", "This row has no dates to compare, so no variance."
    ),
    "row_next": t("下次到期 {due}", "Next due {due}"),
}

FIRST = Option("first", t("起始日期 YYYY-MM-DD", "First day YYYY-MM-DD"), metavar="A", required=True)
SECOND = Option("second", t("对比日期 YYYY-MM-DD", "Second day YYYY-MM-DD"), metavar="B", required=True)
BY_FILE = Option(
    "file", t("以这个工作簿的节假日表为准", "Use the calendar of this workbook"), ("--file",), "file", "PATH"
)


def calendar_of(session: Session, file: Path | None) -> Calendar:
    """The calendar of a workbook, else the one that is shipped."""
    from xl_collab.project.calendar.workdays import Calendar

    return Calendar.seeded() if file is None else session.project.calendar


def run(session: Session, options: Options) -> Reply:
    """The signed number of working days in (A, B]."""
    from xl_collab.commands.session import read_date
    from xl_collab.project.calendar.explanation import doubt

    calendar = calendar_of(session, options["file"])
    days = (read_date(options["first"]), read_date(options["second"]))
    reply = Reply(session.speaks or "zh")
    reply.line(str(calendar.between(*days)))
    years = calendar.estimated(*days)
    if years:
        reply.aside(doubt(calendar, years, reply.lang))
    return reply


def explain(session: Session, options: Options) -> Reply:
    """The days between A and B in words; of the selected row when neither is given."""
    if options["first"] is None:
        return _explain_row(session)
    from xl_collab.commands.session import read_date

    days = (read_date(options["first"]), read_date(options["second"]))
    reply = session.reply({})
    reply.line(calendar_of(session, options["file"]).explain(*days).text(reply.lang))
    return reply


def _explain_row(session: Session) -> Reply:
    """Its dates, the days counted, its colour and why."""
    row = session.row()
    reply, project = session.reply(WORDS), session.project
    found, texts = project.assessment, project.texts
    reply.say("row", id=texts("id")[row], task=texts("task")[row])
    base, compared = found.base[row].item(), found.compared[row].item()
    if base is not None and compared is not None:
        reply.say("row_dates", base=base, compared=compared, days=f"{int(found.variance[row]):+d}")
        reply.line(project.calendar.explain(base, compared).text(reply.lang))
    elif found.next_due[row] is not None:
        reply.say("row_next", due=f"{found.next_due[row]:%Y-%m-%d %H:%M}")
    else:
        reply.say("row_nothing")
    if found.rag[row]:
        reply.say("row_alert", rag=RAG.label(str(found.rag[row]), reply.lang), reason=found.reason[row])
    return reply


WORKDAYS = Command(
    id="workdays",
    name="workdays",
    label=t("工作日", "Working days"),
    tip=t("两天之间有几个工作日（带符号）", "Signed number of working days between two days"),
    run=run,
    options=(FIRST, SECOND, BY_FILE),
    writes=False,
)
EXPLAIN = Command(
    name="explain",
    id="explain",
    group="checks",
    label=t("解释本行", "Explain row"),
    tip=t("用文字说明工作日怎样数", "How working days are counted, in words"),
    more=t(
        "先在“跟踪表”选中一行：逐日说明怎样数工作日，为什么是这个颜色。",
        "Select a row on Tracker first: how its working days are counted, and why it has its colour.",
    ),
    key="E",
    image="Help",
    writes=False,
    twin="xl-collab explain A B --file FILE",
    run=explain,
    options=(FIRST, SECOND, BY_FILE),
)
