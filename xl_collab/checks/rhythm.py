"""How often people are to talk, by 设置!沟通频次: a key project reviews every week.

That departments report daily is checked with 每日同步 itself (`process_running`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from xl_collab.checks.place import on_table
from xl_collab.plan.project import Project
from xl_collab.project.sentences import chosen, day, listing
from xl_collab.schema import catalogue_process as found
from xl_collab.schema.findings import Finding

_SAID = "复盘"
"""A regular meeting whose 议题 name it is a review too."""


def weekly_reviews(project: Project, begun: dt.date | None, until: dt.date) -> Iterator[Finding]:
    """Weeks of a key project that are over and had no review; the week in which it began is not asked.

    begun, until  the days between which people meet; None before the team is set up
    """
    table = project.book.tables.get("meetings")
    if project.settings.urgency != "key" or table is None or begun is None:
        return
    reviewed = {_monday(one) for one in _reviews(project)}
    weeks, monday = list[dt.date](), _monday(begun) + dt.timedelta(days=7)
    while monday + dt.timedelta(days=6) <= until:
        if monday not in reviewed and _works(project, monday):
            weeks.append(monday)
        monday += dt.timedelta(days=7)
    if weeks:
        shown = listing((f"{one}–{one + dt.timedelta(days=6):%m-%d}" for one in weeks), 4)
        yield on_table(found.NO_WEEKLY_REVIEW, table, count=len(weeks), days=shown)


def _reviews(project: Project) -> Iterator[dt.date]:
    table = project.table("meetings")
    kinds, topics = chosen(table, "kind"), table.texts("topics").tolist()
    for kind, topic, value in zip(kinds, topics, table.dates("date"), strict=True):
        when = day(value)
        if when is not None and (kind == "weekly" or (_SAID in topic and kind in ("", "regular"))):
            yield when


def _works(project: Project, monday: dt.date) -> bool:
    return any(project.calendar.is_workday(monday + dt.timedelta(days=n)) for n in range(7))


def _monday(one: dt.date) -> dt.date:
    return one - dt.timedelta(days=one.weekday())
