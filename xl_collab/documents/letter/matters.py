"""What a letter can be about, where that is one thing: as plain data, without wording.

A change and the rows that it moves, a decision that somebody has to take, what a meeting resolved. What may
not enter: addresses, how it is said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from xl_collab.documents.minutes.meeting import ActionItem, Decision
from xl_collab.documents.open_items import OwnTask
from xl_collab.schema.words import Text

State = Literal["asked", "pending", "approved"]
"""Of a change: only asked about (what-if), waiting for approval, or approved."""
Part = Literal["slipped", "lead", "support"]
"""What a department has to do with a row: it leads the one that slips, another one, or supports it."""


@dataclass(frozen=True, slots=True)
class MovedRow:
    """A row whose finish moves by `workdays` (signed); None for a date that nobody knows yet."""

    id: str
    task: str
    owner: str
    before: dt.date | None
    after: dt.date | None
    workdays: int | None
    slipped: bool = False


@dataclass(frozen=True)
class Change:
    """A change of dates: the row of 进度调整 (id '' without one), its rows, and whom it reaches.

    rows    the slipped row first
    reaches  department → IDs of the rows that it leads or supports, as what-if and adjust say
    """

    id: str
    task_id: str
    task: str
    before: dt.date | None
    after: dt.date | None
    workdays: int | None
    cause: Text | None
    measures: str
    state: State
    decided_on: dt.date | None
    rows: tuple[MovedRow, ...]
    reaches: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Notice:
    """A change as one department gets to know it: its own rows, and its part in each."""

    change: Change
    rows: tuple[tuple[MovedRow, Part], ...]


@dataclass(frozen=True)
class Fact:
    """A labelled line."""

    label: Text
    value: str


@dataclass(frozen=True)
class Approval:
    """Something for the superior to approve: 需求申请 (about "request") or a row of 进度调整.

    options  ways on: title, finish, end of the project, what each takes
    answers  what departments said of their part: department, feasibility, capacity
    """

    about: Literal["request", "adjustment"]
    id: str
    title: str
    facts: tuple[Fact, ...]
    change: Change | None = None
    options: tuple[tuple[Text, dt.date | None, dt.date | None, Sequence[Text]], ...] = ()
    answers: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Enquiry:
    """Whether a department can take its part of 需求申请 on: what is wanted, and the rows meant for it."""

    facts: tuple[Fact, ...]
    tasks: tuple[OwnTask, ...]


@dataclass(frozen=True)
class Resolved:
    """What a meeting resolved.

    day  that of the minutes; held: that of the meeting, and `row` its place in 例会记录
    """

    number: int
    key: str
    day: dt.date
    held: dt.date | None
    decisions: tuple[Decision, ...]
    actions: tuple[ActionItem, ...]
    issued: bool
    row: int | None = None


@dataclass(frozen=True)
class OwedIn:
    """What a department owes in one of several projects; `left` counts rows that are not shown."""

    project: str
    as_of: dt.date
    tasks: tuple[OwnTask, ...]
    actions: tuple[ActionItem, ...]
    estimate: str = ""
    left: int = 0


@dataclass(frozen=True)
class Digest:
    """What a department owes in all projects, the most pressing project first."""

    projects: tuple[OwedIn, ...]


Matter = Notice | Approval | Enquiry | Resolved | Digest
