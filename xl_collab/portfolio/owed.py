"""What every department of one tracker is waited for, and whom to write to: for one letter over all projects.

What is owed is what that tracker's own reminders ask for. What may not enter: other trackers, letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from xl_collab.documents.open_items import OwnTask, all_due
from xl_collab.plan.project import Project
from xl_collab.schema.keys import normalise_key

Row = Sequence[Any]


def owed(project: Project, key: str) -> Iterator[Row]:
    """Rows of the table `owed`: tasks in the tracker's order, then overdue actions."""
    for department, item in all_due(project):
        if isinstance(item, OwnTask):
            tracker, time = project.tracker, f"{item.time:%H:%M}" if item.time else ""
            place = (tracker.tab, int(tracker.rows[item.row]), item.id, department, "task", item.role)
            when = (item.due, time, item.deadline, item.status)
            yield key, *place, item.task, item.owner, *when, item.rag, item.reason, list(item.owed), 0
        else:
            where = (*_place(project, item.id), item.id, department, "action", "lead")
            when = (item.due, "", "", item.status)
            yield key, *where, item.action, item.owner, *when, "", "", [], item.overdue


def _place(project: Project, name: str) -> tuple[str, int | None]:
    """Tab and row of an action: of its 编号, else as the name itself says (actions!12)."""
    table = project.table("actions")
    _, mark, row = name.partition("!")
    if mark and row.isdecimal():
        return table.tab, int(row)
    ids = table.texts("id").tolist()
    return table.tab, int(table.rows[ids.index(name)]) if name in ids else None


def contacts(project: Project, key: str) -> Iterator[Row]:
    """Rows of the table `contacts`: the lines of 通讯录 that name a department."""
    aliases: dict[str, list[str]] = {}
    for spelling, name in project.known.items():
        aliases.setdefault(name, []).append(spelling)
    table = project.table("contacts")
    columns = (table.texts(name).tolist() for name in ("department", "contact", "email", "phone"))
    for written, contact, email, phone in zip(*columns, strict=True):
        name = project.known.get(normalise_key(written), written)
        if name:
            yield key, name, aliases.get(name, []), contact, email, phone
