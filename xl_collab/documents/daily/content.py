"""daily: 《每日进度同步记录》, one day's rows of 每日同步 as a paper: who reported, progress, what is needed.

The day is that of the data; where nobody reported on it, the last one before on which somebody did. No layout
stands here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from xl_collab.checks.process_running import Work, expected_daily
from xl_collab.documents.daily import words as words
from xl_collab.documents.sections import Block, Column, Pairs, Rows, Section, Sheet, Shown, Signatures, Value
from xl_collab.plan.project import Project
from xl_collab.project.edits import InsertSheet, Outcome
from xl_collab.project.sentences import LISTED, day, fitted, listing
from xl_collab.schema.keys import parse_ids
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import Text

RECENT = 5
"""Working days back in which a problem is recent."""
_KINDS: dict[str, Shown] = {"id": "id", "date": "date", "age": "integer"}


@dataclass(frozen=True)
class Daily(Sheet):
    """《每日进度同步记录》 of `day`; `missing` are the departments that should have reported and did not."""

    kind: ClassVar = "daily"

    day: dt.date
    missing: tuple[str, ...] = ()


def daily(project: Project) -> Outcome[Daily]:
    """The record of a day, and the sheet 每日进度-YYYYMMDD."""
    days = [day(value) for value in project.table("sync").dates("date")]
    when = max((one for one in days if one is not None and one <= project.as_of), default=project.as_of)
    today = [i for i, one in enumerate(days) if one == when]
    since = project.calendar.add(project.as_of, -RECENT)
    recent = [i for i, one in enumerate(days) if one is not None and since <= one <= project.as_of]
    reported = _departments(project, today)
    missing = tuple(name for name in expected_daily(Work(project), when) if name not in reported)
    parts: dict[str, tuple[Block, ...]] = {
        "who": (_who(project, when, reported, missing, today),),
        "progress": (_progress(project, today),),
        "open": (_open(project, recent, days),),
        "sign": (Signatures((words.COMPILED, words.COORDINATOR)),),
    }
    document = Daily(
        f"{when:%Y%m%d}",
        words.TITLE,
        fitted(words.BELOW, day=when, date=project.as_of),
        tuple(Section(words.HEAD[name], blocks) for name, blocks in parts.items()),
        day=when,
        missing=missing,
    )
    title = GENERATED["daily"].of(project.lang).format(key=document.key)
    return Outcome(document, (InsertSheet(document.key, title, document),))


def _departments(project: Project, rows: Sequence[int]) -> tuple[str, ...]:
    texts = project.table("sync").texts("department")
    return tuple(dict.fromkeys(name for i in rows for name in project.departments_in(str(texts[i]))))


def _who(
    project: Project, when: dt.date, reported: Sequence[str], missing: Sequence[str], rows: Sequence[int]
) -> Pairs:
    texts = project.table("sync").texts("task_id")
    tasks = dict.fromkeys(key.upper() for i in rows for key in parse_ids(str(texts[i])))
    pairs: list[tuple[Text, Text | str]] = [
        (words.FIELD["day"], str(when)),
        (words.FIELD["reported"], listing(reported, 20) if reported else words.NOBODY),
        (words.FIELD["missing"], listing(missing, 20) if missing else words.NOBODY),
    ]
    pairs += [(words.FIELD["tasks"], listing(tasks, 12))] if tasks else []
    return Pairs(tuple(pairs), wide=True)


def _progress(project: Project, rows: Sequence[int]) -> Rows:
    names = ("task_id", "department", "progress", "problem", "help", "tomorrow")
    records = tuple(_record(project, i, names) for i in rows[:LISTED])
    shown = ("id", *names[1:])
    return Rows(_columns(*shown), records, words.EMPTY["progress"], _keys(records))


def _open(project: Project, rows: Sequence[int], days: Sequence[dt.date | None]) -> Rows:
    """Problems and calls for help of the last days, the latest first."""
    table = project.table("sync")
    asked = [i for i in rows if table.texts("problem")[i] or table.texts("help")[i]]
    asked.sort(key=lambda i: (days[i] or dt.date.min, i), reverse=True)
    names, records = ("task_id", "department", "problem", "help"), list[tuple[Value, ...]]()
    for i in asked[:LISTED]:
        raised = days[i] or project.as_of
        records.append((*_record(project, i, names), raised, (project.as_of - raised).days))
    keys = tuple(f"{record[4]}:{key}" for record, key in zip(records, _keys(records), strict=True))
    shown = _columns("id", "department", "problem", "help", "date", "age")
    return Rows(shown, tuple(records), fitted(words.EMPTY["open"], n=RECENT), keys)


def _record(project: Project, i: int, names: Sequence[str]) -> tuple[Value, ...]:
    table = project.table("sync")
    return tuple(str(table.texts(name)[i]) or None for name in names)


def _keys(records: Sequence[Sequence[Value]]) -> tuple[str, ...]:
    """A department reports a task once a day; where it does so twice, the words tell them apart."""
    return tuple(":".join(str(value or "") for value in record[:3]) for record in records)


def _columns(*names: str) -> tuple[Column, ...]:
    return tuple(Column(words.COLUMN[name], _KINDS.get(name, "text")) for name in names)
