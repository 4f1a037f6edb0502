"""`deadline`: one text of 时间节点 and its next due date, told as a sentence or as JSON."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from xl_collab.commands.command import Command, Option
from xl_collab.commands.reply import Options, Reply
from xl_collab.commands.workdays import BY_FILE
from xl_collab.errors import Lang
from xl_collab.records import dataclass
from xl_collab.schema.words import Text, t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.plan.project import Project
    from xl_collab.project.calendar.workdays import Calendar
    from xl_collab.project.timing.deadlines import FixedDate
    from xl_collab.project.timing.recurrence import Occurrence
    from xl_collab.schema.findings import Finding

WORDS = {
    "next_due": t("下次到期 {due}", "Next due {due}"),
    "moved": t("{nominal} 不是工作日，改到 {due}", "{nominal} is no working day; moved to {due}"),
    "fixed": t("固定日期 {day}({kind})", "Fixed date {day} ({kind})"),
    "past": t(
        "固定日期 {day} 不在 {after} 之后，没有下次",
        "The fixed date {day} is not after {after}; there is no next one",
    ),
    "workday": t("工作日", "working day"),
    "day_off": t("非工作日", "day off"),
    "none": t("无", "none"),
}
TEXT = Option(
    "text",
    t("如 每周一17:00前、2023年10月8日", "Such as 'every Monday by 17:00' or 2023-10-08"),
    metavar="TEXT",
    required=True,
)
AFTER = Option(
    "after",
    t("在此日期或时刻之后，默认今天", "After this day or moment; default: today"),
    ("--after",),
    metavar="DATE",
)


@dataclass(frozen=True)
class DeadlineAnswer:
    """The answer: an occurrence of a recurrence, a fixed date, or the finding that says why not."""

    moment: datetime
    found: Occurrence | FixedDate | Finding | None
    workday: bool = True
    estimated_years: tuple[int, ...] = ()
    estimate: Text | None = None
    """The years that were estimated to find the day, and what to say of them."""

    def payload(self, lang: Lang) -> dict[str, Any]:
        """{due, nominal, moved, kind, estimated_years} or {code, severity, message}."""
        from xl_collab.project.timing.deadlines import FixedDate
        from xl_collab.schema.findings import Finding

        found = self.found
        if isinstance(found, Finding):
            return {"code": found.code, "severity": found.severity, "message": found.message(lang)}
        if found is None:
            return {"due": None, "nominal": None, "moved": False, "kind": "recurrence", "estimated_years": []}
        if isinstance(found, FixedDate):
            due = found.due.isoformat() if found.due > self.moment else None
            told = {"due": due, "nominal": found.date.isoformat(), "moved": False, "kind": "date"}
        else:
            nominal, due = found.nominal.isoformat(), found.due.isoformat()
            told = {"due": due, "nominal": nominal, "moved": found.moved, "kind": "recurrence"}
        return {**told, "estimated_years": list(self.estimated_years)}

    def sentence(self, lang: Lang) -> str:
        """The answer in words, and that it is estimated where it is."""
        said = self._said(lang)
        return f"{said}\n{self.estimate.of(lang)}" if self.estimate else said

    def _said(self, lang: Lang) -> str:
        from xl_collab.project.timing.deadlines import FixedDate
        from xl_collab.schema.findings import Finding

        found = self.found
        if isinstance(found, Finding):
            return f"{found.code} {found.message(lang)}"
        if isinstance(found, FixedDate):
            return _fixed(found, self, lang)
        if found is None:
            return WORDS["none"].of(lang)
        said = WORDS["next_due"].of(lang).format(due=_shown(found.due))
        if found.moved:
            moved = WORDS["moved"].of(lang).format(nominal=found.nominal, due=found.due.date())
            return f"{said}\n{moved}"
        return said


def _fixed(found: FixedDate, due: DeadlineAnswer, lang: Lang) -> str:
    kind = WORDS["workday" if due.workday else "day_off"].of(lang)
    said = WORDS["fixed"].of(lang).format(day=found.date, kind=kind)
    if found.due <= due.moment:
        past = WORDS["past"].of(lang).format(day=found.date, after=_shown(due.moment))
        return f"{said}\n{past}"
    return said


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}" if moment.second == 59 else f"{moment:%Y-%m-%d %H:%M}"


def next_due(text: str, moment: datetime, project: Project | None) -> DeadlineAnswer:
    """The first occurrence strictly after `moment`, by the workbook's calendar and rule if given."""
    from xl_collab.plan.hanging import dated
    from xl_collab.project.calendar.workdays import Calendar
    from xl_collab.project.timing.deadlines import (
        REASONS,
        Blank,
        FixedDate,
        Relative,
        Unreadable,
        parse_deadline,
    )
    from xl_collab.schema.catalogue import UNREADABLE_DEADLINE
    from xl_collab.schema.findings import Finding

    calendar = Calendar.seeded() if project is None else project.calendar
    rule = "following" if project is None else project.settings.move_rule
    anchor = moment.date() if project is None else project.settings.anchor or moment.date()
    parsed = parse_deadline(text, near=moment.date())
    if isinstance(parsed, Relative):
        due = None if project is None else dated(project, parsed).now
        parsed = FixedDate(due) if due else Unreadable(text, "relative")
    if isinstance(parsed, Unreadable | Blank):
        reason = REASONS[parsed.reason if isinstance(parsed, Unreadable) else "unknown"]
        words = {"text": text, "why": reason, "example": moment.date()}
        return DeadlineAnswer(moment, Finding(UNREADABLE_DEADLINE, params=words))
    if isinstance(parsed, FixedDate):
        return _answer(calendar, moment, parsed, (parsed.date,))
    found = parsed.next_after(moment, calendar, rule, anchor)
    return _answer(calendar, moment, found, (found.nominal, found.due.date()) if found else ())


def _answer(
    calendar: Calendar, moment: datetime, found: Occurrence | FixedDate | None, days: tuple[date, ...]
) -> DeadlineAnswer:
    from xl_collab.project.calendar.explanation import estimate_of
    from xl_collab.project.timing.deadlines import FixedDate

    workday = not isinstance(found, FixedDate) or calendar.is_workday(found.date)
    return DeadlineAnswer(moment, found, workday, calendar.estimated(*days), estimate_of(calendar, *days))


def run(session: Session, options: Options) -> Reply:
    """The first due date-time strictly after a moment, or why there is none."""
    project = None if options["file"] is None else session.project
    moment = _moment(options["after"])
    due, reply = next_due(options["text"], moment, project), session.reply(WORDS)
    reply.payload = due.payload(reply.lang)
    reply.line(due.sentence(reply.lang))
    return reply


def _moment(text: str | None) -> datetime:
    from xl_collab.commands.session import read_date

    if text is None:
        return datetime.now().replace(microsecond=0)
    day, _, clock = text.strip().replace("T", " ").partition(" ")
    try:
        at = time.fromisoformat(clock) if clock else time()
    except ValueError:
        at = time()
    return datetime.combine(read_date(day), at)


DEADLINE = Command(
    id="deadline",
    name="deadline",
    label=t("下次到期", "Next due"),
    tip=t("一条时间节点的下次到期", "Next due date of a due text"),
    run=run,
    options=(TEXT, AFTER, BY_FILE),
    writes=False,
)
