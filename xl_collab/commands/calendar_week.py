"""`calendar week`: a company's six-day weeks and 大小周, as company workdays in 节假日."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from xl_collab.commands.command import BREAK_LOCK, DRY_RUN, FILE, OUT, Command, Option
from xl_collab.commands.reply import Options, Reply, usage_error
from xl_collab.schema.words import Text, t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.project.calendar.company_week import CompanyWeek, Worked

WORDS = {
    "written": t(
        "{first} 至 {last} {name}：新增 {count} 天公司工作日",
        "{first} to {last}, {name}: {count} company workdays added",
    ),
    "off": t("其中 {count} 天改回休息：{days}", "{count} days are off again: {days}"),
    "kept_off": t("这些天放假，仍然休息：{days}", "These days are holidays and stay off: {days}"),
}
_ASK = t(
    "请写明一种：--days 5、6 或 7；或 --pattern 大小周 --first 大（首周上六天）或 小",
    "Say one: --days 5, 6 or 7; or --pattern big-small --first big (six days in the first week) or small",
)
_BACKWARDS = t("结束日期 {last} 早于开始日期 {first}", "The last day {last} is before the first day {first}")
_TOO_LONG = t("一次最多写 {most} 年，请分几次", "At most {most} years at a time; please split the span")
_MOST_YEARS = 5
_PATTERNS = ("大小周", "big-small")
_BIG, _SMALL = ("big", "大", "大周"), ("small", "小", "小周")

FROM = Option("first_day", t("第一天", "First day"), ("--from",), metavar="YYYY-MM-DD", required=True)
TO = Option("last_day", t("最后一天", "Last day"), ("--to",), metavar="YYYY-MM-DD", required=True)
DAYS = Option(
    "days",
    t(
        "每周上几天：6 周六上班，7 周日也上班，5 恢复双休",
        "Days of work a week: 6 with Saturday, 7, or 5 again",
    ),
    ("--days",),
    "number",
    "5|6|7",
)
PATTERN = Option(
    "pattern",
    t("大小周：一周六天、一周五天轮换", "big-small: six and five days in turn"),
    ("--pattern",),
    metavar="大小周|big-small",
)
FIRST = Option(
    "first",
    t("首周是大周（六天）还是小周（五天）", "Whether the first week is a big one (six days) or a small one"),
    ("--first",),
    metavar="big|small",
)


def run(session: Session, options: Options) -> Reply:
    """List the weekend days of the span as the company works them."""
    from xl_collab.plan.calendar_edits import calendar_edits
    from xl_collab.project.calendar.company_week import company_week

    first, last = _span(options)
    worked, name = _week(options, first)
    project = session.project
    found = company_week(project.calendar, first, last, worked, name.of(project.lang))
    applied = session.write(calendar_edits(project, found.new), "calendar week")
    reply = session.reply(WORDS)
    reply.payload = _payload(found)
    _tell(reply, found, first, last, name)
    reply.written(applied)
    return reply


def _span(options: Options) -> tuple[date, date]:
    from xl_collab.commands.session import read_date

    first, last = read_date(options["first_day"]), read_date(options["last_day"])
    if last < first:
        raise usage_error(_BACKWARDS, first=first, last=last)
    if last.year - first.year > _MOST_YEARS:
        raise usage_error(_TOO_LONG, most=_MOST_YEARS)
    return first, last


def _week(options: Options, first: date) -> tuple[Worked, Text]:
    """The week that was asked for, and its name; UsageError unless exactly one was."""
    from xl_collab.project.calendar import company_week as weeks

    days, pattern, turn = options["days"], options["pattern"], (options["first"] or "").casefold()
    if pattern is None and not turn and days in (5, 6, 7):
        return weeks.days_a_week(days), weeks.NAMES[days - 5]
    if days is None and pattern in _PATTERNS and turn in (*_BIG, *_SMALL):
        return weeks.alternate(first, turn in _BIG), weeks.ALTERNATE
    raise usage_error(_ASK)


def _tell(reply: Reply, found: CompanyWeek, first: date, last: date, name: Text) -> None:
    off = [str(day.date) for day in found.new if day.kind == "off"]
    reply.say("written", first=first, last=last, name=name.of(reply.lang), count=len(found.new) - len(off))
    if off:
        reply.say("off", count=len(off), days=reply.listed(off))
    if found.kept_off:
        reply.say("kept_off", days=reply.listed([str(day.date) for day in found.kept_off]))


def _payload(found: CompanyWeek) -> dict[str, list[str]]:
    """Days that are worked, days that are off again, days that stay off."""
    return {
        "worked": [day.date.isoformat() for day in found.new if day.kind == "work"],
        "off": [day.date.isoformat() for day in found.new if day.kind == "off"],
        "kept_off": [day.date.isoformat() for day in found.kept_off],
    }


CALENDAR_WEEK = Command(
    name="calendar week",
    id="calendar_week",
    label=t("六天工作制与大小周", "Six-day weeks"),
    tip=t("把一段时间的六天工作制或大小周写成公司工作日", "A span's six-day weeks as company workdays"),
    run=run,
    options=(FILE, FROM, TO, DAYS, PATTERN, FIRST, OUT, DRY_RUN, BREAK_LOCK),
)
