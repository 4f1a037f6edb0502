"""Why a task is late, as far as the registers say it: the evidence behind a schedule change.

No layout, no schedule: which rows are late and what follows is `content`'s.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from xl_collab.documents.adjustment import words as words
from xl_collab.documents.causes import roots
from xl_collab.plan.project import Project
from xl_collab.project.sentences import Line, chosen, day, place_of, say
from xl_collab.project.tables import Flags
from xl_collab.schema.keys import normalise_key, parse_ids
from xl_collab.schema.words import Text

MOST = 3
"""Reports and meetings that are quoted, the latest ones."""


class Records:
    """What the registers say about tasks, looked up by task: each register is read once for all delays."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def causes_of(self, row: int) -> Iterator[Line]:
        """What is on record about a tracker row's delay, the nearest cause first."""
        task_id = str(self.project.texts("id")[row])
        key = normalise_key(task_id)
        yield from _predecessors(self.project, row)
        yield from self._linked(key, "risks", self._struck, words.CAUSE_RISK)
        yield from self._reports(key)
        yield from self._meetings(task_id)
        yield from self._linked(key, "lessons", self._improvements, words.CAUSE_LESSON)

    def _linked(self, key: str, name: str, rows: Mapping[str, list[int]], template: Text) -> Iterator[Line]:
        """Rows of a register about the task."""
        table = self.project.table(name)
        text = table.texts("lesson" if name == "lessons" else "risk")
        for i in rows.get(key, ()):
            yield say(template, ids=[str(table.texts("id")[i])], text=str(text[i]))

    @cached_property
    def _struck(self) -> Mapping[str, list[int]]:
        table = self.project.table("risks")
        return _by_task(table.texts("task_id").tolist(), np.array(chosen(table, "status")) == "struck")

    @cached_property
    def _improvements(self) -> Mapping[str, list[int]]:
        table = self.project.table("lessons")
        return _by_task(table.texts("evidence").tolist(), np.array(chosen(table, "kind")) == "improve")

    def _reports(self, key: str) -> Iterator[Line]:
        """The latest problems in 每日同步 about the task."""
        table = self.project.table("sync")
        for when, i in sorted(self._problems.get(key, ()))[-MOST:]:
            place, department = place_of("sync", int(table.rows[i])), str(table.texts("department")[i])
            problem = str(table.texts("problem")[i])
            yield say(words.CAUSE_SYNC, ids=[place], date=when, department=department, text=problem)

    @cached_property
    def _problems(self) -> Mapping[str, list[tuple[dt.date, int]]]:
        table, found = self.project.table("sync"), dict[str, list[tuple[dt.date, int]]]()
        said = np.array([bool(text) for text in table.texts("problem").tolist()], dtype=bool)
        for key, rows in _by_task(table.texts("task_id").tolist(), said).items():
            dated = ((day(table.dates("date")[i]), i) for i in rows)
            found[key] = [(when, i) for when, i in dated if when is not None and when <= self.project.as_of]
        return found

    def _meetings(self, task_id: str) -> Iterator[Line]:
        """The latest lines of 例会记录 that name the task."""
        named = re.compile(rf"(?<![A-Za-z0-9]){re.escape(task_id)}(?![A-Za-z0-9])", re.IGNORECASE)
        about = task_id.casefold()
        found = [line for line in self._lines if about in line.folded and named.search(line.text)]
        for line in found[-MOST:]:
            text = _ORDINAL.sub("", line.text).strip()
            yield say(words.CAUSE_MEETING, ids=[line.meeting], date=line.when, text=text)

    @cached_property
    def _lines(self) -> list[_Said]:
        """The lines of the meetings so far, in the order of the sheet."""
        table, found = self.project.table("meetings"), list[_Said]()
        for i, when in enumerate(map(day, table.dates("date"))):
            if when is None or when > self.project.as_of:
                continue
            text = "\n".join(str(table.texts(column)[i]) for column in ("topics", "decisions"))
            name = str(table.texts("id")[i]) or place_of("meetings", int(table.rows[i]))
            found += [_Said(name, when, line, line.casefold()) for line in text.splitlines()]
        return found


class _Said(NamedTuple):
    """A line of 例会记录; `folded` is its text for looking things up."""

    meeting: str
    when: dt.date
    text: str
    folded: str


def _by_task(texts: Sequence[str], about: Flags) -> Mapping[str, list[int]]:
    """Task key → the marked rows of a register that name it, in order."""
    found: dict[str, list[int]] = {}
    for i in np.flatnonzero(about).tolist():
        for key in dict.fromkeys(parse_ids(texts[i])):
            found.setdefault(key, []).append(i)
    return found


def _predecessors(project: Project, row: int) -> Iterator[Line]:
    """What came from further up, and what other predecessors would have done alone."""
    names = project.texts("id")
    for i, how, days in roots(project, row):
        yield say(words.CAUSE_ROOT, ids=[names[i]], id=names[i], how=how, days=days)
    for i, days in project.assessment.causes.others(row):
        yield say(words.CAUSE_OTHER, ids=[names[i]], id=names[i], days=days)


_ORDINAL = re.compile(r"^\s*[(（]?\d{1,2}[)）、.．]\s*(?!\d)")
