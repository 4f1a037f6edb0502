"""What is asked when a 时间节点 may mean several things, and one thing that it may mean."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from xl_collab.project.calendar.workdays import Calendar
from xl_collab.schema.words import Text


@dataclass(frozen=True, slots=True)
class Anchor:
    """A row that a deadline can be counted from: a task or a milestone."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A text in normal form, the same without the words around it, and what is known beside it."""

    body: str
    bare: str
    as_of: dt.date
    near: dt.date
    calendar: Calendar
    anchors: tuple[Anchor, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that says one thing, the planned start that goes with it, and a remark for the reader."""

    text: str
    start: dt.date | None = None
    note: Text | None = None
