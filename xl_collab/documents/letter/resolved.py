"""What the minutes that go out resolved: decisions and actions, as they stood on the day of the minutes.

Issued minutes count from those before them, so the snapshot of their own issue is left out here.
"""

from __future__ import annotations

from dataclasses import replace

from xl_collab.documents.letter.matters import Resolved
from xl_collab.documents.minutes.content import minutes
from xl_collab.documents.minutes.snapshots import issued
from xl_collab.plan.project import Project
from xl_collab.project.timing.deadlines import parse_date


def resolved(project: Project, key: str = "") -> Resolved:
    """What the minutes `key` (20231113, 20231113-2; default: those of the project's day) resolved."""
    day = parse_date(key.partition("-")[0]) or project.as_of
    kept = [one.key for one in issued(project.table("history"), "minutes")]
    document = minutes(_before(project, key) if key in kept else Project(project.book, day)).data
    return Resolved(
        document.number,
        key or document.key,
        day,
        document.held_on,
        document.decisions,
        document.actions,
        key in kept,
        _row(project, document.held_on),
    )


def _before(project: Project, key: str) -> Project:
    """The project on the day of issued minutes, before they were issued."""
    day = parse_date(key.partition("-")[0]) or project.as_of
    table = project.table("history")
    keys = zip(table.texts("kind").tolist(), table.texts("key").tolist(), strict=True)
    there = [i for i, (kind, found) in enumerate(keys) if (kind, found) != ("minutes", key)]
    history = replace(
        table,
        cells={name: cells[there] for name, cells in table.cells.items()},
        rows=table.rows[there],
        _memo={},
    )
    book = replace(project.book, tables={**project.book.tables, "history": history})
    return Project(book, day)


def _row(project: Project, held: object) -> int | None:
    """Place in 例会记录 of the meeting of a day."""
    days = project.table("meetings").dates("date").tolist()
    return max((i for i, day in enumerate(days) if day is not None and day == held), default=None)
