"""`deadline`: one text of 时间节点 and its next due date, told as a sentence or as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xl_collab.faces.words.sentences import SAID
from xl_collab.plan.project import Project
from xl_collab.project.calendar.workdays import Calendar
from xl_collab.project.timing.deadlines import REASONS, Blank, FixedDate, Unreadable, parse_deadline
from xl_collab.project.timing.recurrence import Occurrence
from xl_collab.schema.catalogue import UNREADABLE_DEADLINE
from xl_collab.schema.findings import Finding
from xl_collab.schema.words import Lang


@dataclass(frozen=True)
class Due:
    """The answer: an occurrence of a recurrence, a fixed date, or the finding that says why not."""

    moment: datetime
    found: Occurrence | FixedDate | Finding | None
    workday: bool = True

    def payload(self, lang: Lang) -> dict[str, Any]:
        """{due, nominal, moved, kind} or {code, severity, message}."""
        found = self.found
        if isinstance(found, Finding):
            return {"code": found.code, "severity": found.severity, "message": found.message(lang)}
        if found is None:
            return {"due": None, "nominal": None, "moved": False, "kind": "recurrence"}
        if isinstance(found, FixedDate):
            due = found.due.isoformat() if found.due > self.moment else None
            return {"due": due, "nominal": found.date.isoformat(), "moved": False, "kind": "date"}
        nominal, due = found.nominal.isoformat(), found.due.isoformat()
        return {"due": due, "nominal": nominal, "moved": found.moved, "kind": "recurrence"}

    def sentence(self, lang: Lang) -> str:
        """The answer in words."""
        found = self.found
        if isinstance(found, Finding):
            return f"{found.code} {found.message(lang)}"
        if isinstance(found, FixedDate):
            return _fixed(found, self, lang)
        if found is None:
            return SAID["none"].of(lang)
        said = SAID["next_due"].of(lang).format(due=_shown(found.due))
        if found.moved:
            moved = SAID["moved"].of(lang).format(nominal=found.nominal, due=found.due.date())
            return f"{said}\n{moved}"
        return said


def _fixed(found: FixedDate, due: Due, lang: Lang) -> str:
    kind = SAID["workday" if due.workday else "day_off"].of(lang)
    said = SAID["fixed"].of(lang).format(day=found.date, kind=kind)
    if found.due <= due.moment:
        past = SAID["past"].of(lang).format(day=found.date, after=_shown(due.moment))
        return f"{said}\n{past}"
    return said


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}" if moment.second == 59 else f"{moment:%Y-%m-%d %H:%M}"


def next_due(text: str, moment: datetime, project: Project | None) -> Due:
    """The first occurrence strictly after `moment`, by the workbook's calendar and rule if given."""
    calendar = Calendar.seeded() if project is None else project.calendar
    rule = "following" if project is None else project.settings.move_rule
    anchor = moment.date() if project is None else project.settings.anchor or moment.date()
    parsed = parse_deadline(text, near=moment.date())
    if isinstance(parsed, Unreadable | Blank):
        reason = REASONS[parsed.reason if isinstance(parsed, Unreadable) else "unknown"]
        return Due(moment, Finding(UNREADABLE_DEADLINE, params={"text": text, "why": reason}))
    if isinstance(parsed, FixedDate):
        return Due(moment, parsed, calendar.is_workday(parsed.date))
    return Due(moment, parsed.next_after(moment, calendar, rule, anchor))
