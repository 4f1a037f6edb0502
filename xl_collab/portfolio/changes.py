"""What is different since the last run: projects that came, went or moved, ends, alerts, finishes, promises.

A project is followed by its key, and where that is gone by the identity of its workbook: it was moved. Tasks
are followed by 编号. What may not enter: stores, files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from xl_collab.plan.portfolio import Records
from xl_collab.project.calendar.workdays import Calendar
from xl_collab.schema.keys import normalise_key

Row = Sequence[Any]


def changes(now: Mapping[str, Records], projects: Records, tasks: Records) -> Iterator[Row]:
    """Rows of the table `changes`: projects first, then tasks, in the order of the portfolio."""
    old = {row["project"]: row for row in projects}
    new = {row["project"]: row for row in now["projects"]}
    moved = _moved(old, new)
    for key, row in new.items():
        yield from _project(key, row, old.get(key), old.get(moved.get(key, "")))
    for key, row in old.items():
        if key not in new and key not in moved.values():
            yield key, "gone", "", row["name"], row["department"], row["path"], "", None
    came_from = {key: moved.get(key, key) for key in new}
    yield from _tasks(now["tasks"], tasks, came_from)


def _moved(old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """New key → old key of the same workbook in another place; its identity must be unique on both sides."""
    gone, came = (
        [row for key, row in one.items() if key not in other] for one, other in ((old, new), (new, old))
    )
    left, right = _by_document(gone), _by_document(came)
    return {right[name]: left[name] for name in right if name in left}


def _by_document(rows: list[Mapping[str, Any]]) -> dict[str, str]:
    names = [row["document"] for row in rows]
    return {
        row["document"]: row["project"]
        for row in rows
        if row["document"] and names.count(row["document"]) == 1
    }


def _project(
    key: str, row: Mapping[str, Any], same: Mapping[str, Any] | None, moved: Mapping[str, Any] | None
) -> Iterator[Row]:
    who = (row["name"], row["department"])
    before = same or moved
    if before is None:
        yield key, "new", "", *who, "", row["path"], None
        return
    if same is None:
        yield key, "moved", "", *who, before["path"], row["path"], None
    if before["forecast_end"] != row["forecast_end"]:
        yield key, "end", "", *who, *_dates(before["forecast_end"], row["forecast_end"])


def _dates(before: date | None, after: date | None) -> tuple[str, str, int | None]:
    days = Calendar.seeded().between(before, after) if before and after else None
    return str(before or ""), str(after or ""), days


_FOLLOWED = ("project", "id", "task", "department", "rag", "status", "promise", "actual")


def _tasks(now: Records, before: Records, came_from: Mapping[str, str]) -> Iterator[Row]:
    """Tasks whose 编号 names one row on both sides."""
    old = _by_id(before)
    for key, (name, what, department, rag, status, promise, _) in _by_id(now).items():
        project, task = key
        was = old.get((came_from.get(project, ""), task))
        if was is None:
            continue
        who = (name, what, department)
        if status == "done" != was[4]:
            yield project, "finished", *who, was[4], status, None
        if rag != was[3] and "blue" not in (rag, was[3]):
            yield project, "rag", *who, was[3], rag, None
        if promise != was[5] and status != "done":
            yield project, "promise", *who, *_dates(was[5], promise)


def _by_id(tasks: Records) -> dict[tuple[str, str], tuple[Any, ...]]:
    found: dict[tuple[str, str], tuple[Any, ...]] = {}
    twice = set()
    for project, name, *rest in zip(*(tasks[one] for one in _FOLLOWED), strict=True):
        key = (project, normalise_key(name))
        if key in found:
            twice.add(key)
        found[key] = (name, *rest)
    return {key: row for key, row in found.items() if key[1] and key not in twice}
