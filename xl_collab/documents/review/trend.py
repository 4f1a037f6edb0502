"""How the project went: what every issued document kept in `_history`, and how it stands now.

Points in time only: how many tasks there were, how many were done, when the last one was to be finished.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from xl_collab.documents.minutes.snapshots import issued, state
from xl_collab.documents.review import words as words
from xl_collab.plan.project import Project
from xl_collab.project.sentences import Line, say
from xl_collab.records import dataclass

MOST = 24
"""Points of a chart: of more the first and the latest are shown."""


@dataclass(frozen=True, slots=True)
class Point:
    """The project on one day.

    number      of the minutes that kept it; 0 for the day of the review
    tasks, done tasks (the cancelled left out), and those that were done
    end         the latest 对比日期, else 基线, of any of them; None without dates
    moved       signed working days from the first point's end to this one's
    """

    day: dt.date
    number: int
    tasks: int
    done: int
    end: dt.date | None
    moved: int | None = None


def trend(project: Project) -> tuple[Point, ...]:
    """A point for each day on which minutes were issued, and one for today; empty without minutes."""
    found = {point.day: point for point in _past(project)}
    if not found:
        return ()
    now = state(project)
    rows = [{name: str(now.fields[name][i]) for name in _FIELDS} for i in range(len(now.ids))]
    found[project.as_of] = _point(project.as_of, 0, rows)
    points = sorted(found.values(), key=lambda point: point.day)
    first = next((point.end for point in points if point.end), None)
    moved = [_moved(project, first, point) for point in points]
    return tuple(moved if len(moved) <= MOST else [moved[0], *moved[1 - MOST :]])


def _past(project: Project) -> Iterator[Point]:
    for snapshot in issued(project.table("history"), "minutes"):
        if snapshot.as_of <= project.as_of:
            rows = (row for row in snapshot.rows.values() if "status" in row)
            yield _point(snapshot.as_of, snapshot.number, rows)


def _point(day: dt.date, number: int, rows: Iterable[Mapping[str, str]]) -> Point:
    kept = [row for row in rows if row.get("status") != "cancelled"]
    done = sum(row.get("status") == "done" for row in kept)
    ends = [end for row in kept if (end := _day(row.get("compared") or row.get("base")))]
    return Point(day, number, len(kept), done, max(ends, default=None))


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        return None


def _moved(project: Project, first: dt.date | None, point: Point) -> Point:
    known = first is not None and point.end is not None
    return replace(point, moved=project.calendar.between(first, point.end) if known else None)  # type: ignore[arg-type]


def in_words(points: tuple[Point, ...]) -> Iterator[Line]:
    """What the first and the last point say; nothing before there are two."""
    if len(points) < 2:
        return
    first, last = points[0], points[-1]
    counts: dict[str, Any] = {"was": first.done, "of": first.tasks, "now": last.done, "tasks": last.tasks}
    yield say(words.TREND_DONE, day=first.day, **counts)
    if first.end and last.end and last.moved is not None:
        template = words.TREND_END if last.moved else words.TREND_SAME
        yield say(template, day=first.day, was=first.end, now=last.end, days=f"{last.moved:+d}")


_FIELDS = ("status", "compared", "base")
