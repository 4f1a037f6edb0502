"""What the first page of a packet says of a department's rows: what is wanted, what hangs on it, for what it
waits, and what was decided since the last packet.

Everything is plain data of the project; how it is drawn is in `cards.py`, sheets of rows are in `rows.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from xl_collab.documents.minutes.meeting import ActionItem, Period, decisions
from xl_collab.documents.open_items import OwnTask
from xl_collab.documents.packet import words
from xl_collab.documents.packet.content import Packet
from xl_collab.plan.graph import SF, SS
from xl_collab.plan.project import Project
from xl_collab.project.sentences import chosen, day, fitted, listing
from xl_collab.schema.keys import parse_ids
from xl_collab.schema.words import RAG, Lang, Text

_SHOWN = 4
"""Rows that one line names; the others are counted."""

MOST_DECIDED = 12
"""Decisions that a packet lists; the rest is in the minutes."""


@dataclass(frozen=True, slots=True)
class Card:
    """One thing on the first page.

    sheet, id  where its row stands: `tracker` or `actions`; `column`: the first cell to fill in there
    rag, when  the alert's code and what it says of the date
    ask        what is wanted; "" for nothing
    more       what its delay moves, and what it waits for
    """

    sheet: str
    id: str
    title: str
    column: str
    rag: str
    when: Text
    ask: Text | None = None
    more: tuple[Text, ...] = ()


def wanted(project: Project, packet: Packet) -> tuple[Card, ...]:
    """What the department is to fill in now: tasks in the order of 我的任务, then actions."""
    tasks = {task.row: task for task in packet.owed.tasks}
    asked = (tasks[row] for row in packet.shown if tasks[row].owed)
    return (
        *(_task(project, task) for task in asked),
        *(_action(item) for item in packet.owed.actions if is_due(item, packet.reply_by)),
    )


def others(project: Project, packet: Packet) -> tuple[Card, ...]:
    """Open rows of the department that nothing is wanted for now."""
    tasks = {task.row: task for task in packet.owed.tasks}
    rest = (tasks[row] for row in packet.shown if not tasks[row].owed and row not in packet.finished)
    return (
        *(_task(project, task) for task in rest),
        *(_action(item) for item in packet.owed.actions if not is_due(item, packet.reply_by)),
    )


def is_due(item: ActionItem, until: dt.date) -> bool:
    """Whether an action is overdue, or falls due before the reply."""
    return bool(item.overdue) or (item.due is not None and item.due <= until)


def _action(item: ActionItem) -> Card:
    when = fitted(words.ACTION_DUE, date=item.due) if item.due else words.NO_DATE
    if item.overdue:
        when = fitted(words.JOINED, one=fitted(words.OVERDUE, days=item.overdue), other=when)
    ask = fitted(words.FILL_IN, what=words.ACTION_CELLS)
    return Card("actions", item.id, item.action, "status", "", when, ask)


_FIRST_CELL = {"overdue": "forecast", "promise": "forecast", "due": "forecast", "feedback": "feedback"}


def _task(project: Project, task: OwnTask) -> Card:
    column = "support_feedback" if task.role == "support" else "status"
    if task.owed and task.role == "lead":
        column = _FIRST_CELL[task.owed[0]]
    ask = fitted(words.FILL_IN, what=words.CELLS[task.owed[0]]) if task.owed else None
    more = chain(_moved(project, task), _waits(project, task))
    return Card("tracker", task.id, task.task, column, task.rag, _when(project, task), ask, tuple(more))


def _when(project: Project, task: OwnTask) -> Text:
    said = fitted(words.DUE, date=task.due) if task.due else Text(task.deadline, task.deadline)
    if task.variance and task.rag != "blue":
        late = words.LATE if task.variance > 0 else words.EARLY
        said = fitted(words.JOINED, one=fitted(late, days=abs(task.variance)), other=said)
    return fitted(words.JOINED, one=words.ROLE["support"], other=said) if task.role == "support" else said


def _moved(project: Project, task: OwnTask) -> Iterator[Text]:
    """What the row's delay moves as it stands."""
    if task.role != "lead" or not task.open:
        return
    pushed = project.assessment.pushes(task.row)
    if pushed:
        named = [fitted(words.MOVED, row=_row(project, i), days=days) for i, days in pushed.items()]
        yield fitted(words.MOVES, count=len(pushed), rows=listing(named, _SHOWN))


def _waits(project: Project, task: OwnTask) -> Iterator[Text]:
    """Unfinished rows before it that others lead, and since when it waits for them."""
    found, as_of = project.assessment, project.as_of
    first, last = found.graph.into(task.row) if task.open and task.role == "lead" else (0, 0)
    named = []
    for edge in range(first, last):
        row = int(found.graph.source[edge])
        begun = found.graph.kind[edge] in (SS, SF) and found.states.in_progress[row]
        if not found.states.open[row] or begun or _lead(project, row) == _lead(project, task.row):
            continue
        planned = day(found.base[row])
        if planned is None:
            named.append(fitted(words.WAITS_PLAIN, row=_row(project, row)))
        elif planned < as_of:
            days = max(1, project.calendar.between(planned, as_of))
            named.append(fitted(words.WAITS_SINCE, row=_row(project, row), date=planned, days=days))
        else:
            named.append(fitted(words.WAITS_UNTIL, row=_row(project, row), date=planned))
    if named:
        yield fitted(words.WAITS, rows=listing(named, _SHOWN))


def _lead(project: Project, row: int) -> str:
    lead = project.parties[row].lead
    return lead.department if lead else ""


def _row(project: Project, row: int) -> Text:
    """A row with who leads it: T005（生产部）."""
    name, lead = str(project.texts("id")[row]), _lead(project, row)
    return Text(f"{name}（{lead}）", f"{name} ({lead})") if lead else Text(name, name)


def finished(packet: Packet) -> tuple[str, ...]:
    """IDs of the department's rows that are done or cancelled."""
    tasks = {task.row: task for task in packet.owed.tasks}
    return tuple(tasks[row].id for row in packet.shown if row in packet.finished)


def decided(project: Project, packet: Packet) -> tuple[Text, ...]:
    """Decisions of meetings and approved changes of dates since the last packet, the newest first; for the
    first packet those of the last meeting."""
    known = [one for one in decisions(project, Period(None, project.as_of)) if one.date <= project.as_of]
    since = packet.since or max((one.date for one in known), default=None)
    told = [
        (one.date, fitted(words.DECIDED, number=one.number, text=one.text))
        for one in known
        if since is not None and one.date >= since
    ]
    told += [(when, text) for when, text in _approved(project) if packet.since and when >= packet.since]
    told.sort(key=lambda one: one[0], reverse=True)
    return tuple(text for _, text in told)


def _approved(project: Project) -> Iterator[tuple[dt.date, Text]]:
    table = project.table("adjustments")
    for i, status in enumerate(chosen(table, "status")):
        when, new = day(table.dates("approved_on")[i]), day(table.dates("new_date")[i])
        if status != "approved" or when is None or when > project.as_of or new is None:
            continue
        rows = "、".join(key.upper() for key in parse_ids(str(table.texts("task_id")[i])))
        number, old = str(table.texts("id")[i]), day(table.dates("old_date")[i])
        moved = fitted(words.APPROVED_FROM, old=old, new=new) if old else fitted(words.APPROVED_TO, new=new)
        yield when, fitted(words.APPROVED, number=number, rows=rows, moved=moved)


def alert_word(code: str, lang: Lang) -> str:
    """The word of an alert; "" for none."""
    return RAG.label(code, lang) if code in RAG.codes else ""
