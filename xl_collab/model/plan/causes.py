"""Why a task is late, as far as the registers say it: the evidence behind a schedule change.

Late predecessors, risks that struck, problems in 每日同步, meetings that name the task, lessons. No
judgement enters: each line is what somebody wrote, with the row where it stands.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from xl_collab.model.keys import normalise_key, parse_ids
from xl_collab.model.plan.project import Project
from xl_collab.model.reports import adjustment_words as words
from xl_collab.model.reports.sentences import Line, chosen, day, place_of, say
from xl_collab.model.words import Text

MOST = 3
"""Reports and meetings that are quoted, the latest ones."""


def causes_of(project: Project, row: int) -> Iterator[Line]:
    """What is on record about a tracker row's delay, the nearest cause first."""
    task_id = str(project.texts("id")[row])
    yield from _predecessors(project, row)
    yield from _linked(project, "risks", task_id, "struck", words.CAUSE_RISK)
    yield from _reports(project, task_id)
    yield from _meetings(project, task_id)
    yield from _linked(project, "lessons", task_id, "improve", words.CAUSE_LESSON)


def _predecessors(project: Project, row: int) -> Iterator[Line]:
    found, names = project.assessment, project.texts("id")
    for i in found.graph.before(row).tolist():
        if found.variance[i] > 0:
            days = int(found.variance[i])
            yield say(words.CAUSE_PREDECESSOR, ids=[names[i]], id=names[i], days=days)


def _linked(project: Project, key: str, task_id: str, only: str, template: Text) -> Iterator[Line]:
    """Rows of a register about the task whose status or kind is `only`."""
    table = project.table(key)
    columns = ("evidence", "kind", "lesson") if key == "lessons" else ("task_id", "status", "risk")
    ids, codes = table.texts(columns[0]).tolist(), chosen(table, columns[1])
    for i, text in enumerate(ids):
        if codes[i] == only and normalise_key(task_id) in parse_ids(text):
            yield say(template, ids=[str(table.texts("id")[i])], text=str(table.texts(columns[2])[i]))


def _reports(project: Project, task_id: str) -> Iterator[Line]:
    """The latest problems in 每日同步 about the task."""
    table, key = project.table("sync"), normalise_key(task_id)
    rows = zip(table.texts("task_id").tolist(), table.texts("problem").tolist(), strict=True)
    about: list[tuple[dt.date, int]] = []
    for i, (text, problem) in enumerate(rows):
        when = day(table.dates("date")[i]) if problem else None
        if when is not None and when <= project.as_of and key in parse_ids(text):
            about.append((when, i))
    for when, i in sorted(about)[-MOST:]:
        place, department = place_of("sync", int(table.rows[i])), str(table.texts("department")[i])
        problem = str(table.texts("problem")[i])
        yield say(words.CAUSE_SYNC, ids=[place], date=when, department=department, text=problem)


def _meetings(project: Project, task_id: str) -> Iterator[Line]:
    """The latest lines of 例会记录 that name the task."""
    table = project.table("meetings")
    named = re.compile(rf"(?<![A-Za-z0-9]){re.escape(task_id)}(?![A-Za-z0-9])", re.IGNORECASE)
    found: list[Line] = []
    for i, when in enumerate(map(day, table.dates("date"))):
        if when is None or when > project.as_of:
            continue
        text = "\n".join(str(table.texts(column)[i]) for column in ("topics", "decisions"))
        name = str(table.texts("id")[i]) or place_of("meetings", int(table.rows[i]))
        lines = (_ORDINAL.sub("", line).strip() for line in text.splitlines() if named.search(line))
        found += [say(words.CAUSE_MEETING, ids=[name], date=when, text=line) for line in lines]
    yield from found[-MOST:]


_ORDINAL = re.compile(r"^\s*[(（]?\d{1,2}[)）、.．]\s*(?!\d)")
