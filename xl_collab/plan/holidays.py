"""calendar import: the days of a notice become rows of 节假日."""

from __future__ import annotations

from dataclasses import dataclass

from xl_collab.plan.calendar_edits import calendar_edits
from xl_collab.plan.project import Project
from xl_collab.project.calendar.notice import HolidayNotice
from xl_collab.project.calendar.statutory import official_years
from xl_collab.project.calendar.workdays import Calendar, Day
from xl_collab.project.edits import Outcome


@dataclass(frozen=True)
class Imported:
    """What a notice brought: its year, the new days, and the sentences that could not be read.

    same       days that stand in 节假日 already
    passed_on  whether a company's notice holds every statutory holiday of a year
    doubtful   days that are only estimated, for a sentence on their holiday was not understood
    """

    year: int | None
    added: tuple[Day, ...]
    unread: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    company: bool = False
    same: int = 0
    doubtful: int = 0
    passed_on: bool = False


def import_notice(project: Project, notice: HolidayNotice) -> Outcome[Imported]:
    """List the days that 节假日 does not already hold; only estimates are replaced.

    A day that stands there differently is listed again, since the later row counts. An official day that
    stands there as official is not, also where the company chose otherwise below it: its choice stays.
    """
    known = project.calendar
    new = tuple(day for day in notice.days if not _holds(known, day))
    company = any(day.source == "company" for day in notice.days)
    same = len(notice.days) - len(new)
    doubtful = sum(day.source == "estimated" for day in notice.days)
    off = ((day.date, day.name) for day in notice.days if day.kind == "off")
    passed_on = company and bool(official_years(off))
    told = Imported(notice.year, new, notice.unread, notice.remarks, company, same, doubtful, passed_on)
    return Outcome(told, calendar_edits(project, new))


def _holds(known: Calendar, day: Day) -> bool:
    """Whether the calendar already says of a day what a notice says."""
    listed, official = known.listed(day.date), known.official(day.date)
    if day.source == "official":
        return official is not None and official.kind == day.kind
    if listed is None or listed.kind != day.kind:
        return False
    return listed.source in (day.source, "official") or day.source == "estimated"
