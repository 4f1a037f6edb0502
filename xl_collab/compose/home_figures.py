"""What 首页 shows, by Python: the cached values beside its native formulas.

The same counting rules as the formulas in `home.py`, so that both agree on every figure. Plain
data in, plain data out; nothing is drawn here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xl_collab.compose.tables import cell_values
from xl_collab.model.checked import Checked, checked
from xl_collab.model.plan.project import Project
from xl_collab.model.plan.seen import look
from xl_collab.model.schema import Declaration
from xl_collab.model.tables import Flags, Table, Texts
from xl_collab.model.words import ACTION_STATUS, ADJUSTMENT_STATUS, RAG, STAGE, STATUS, Choices, Lang, t

WINDOW = 7
"""Days ahead that the list of what is due looks."""
LIST_ROWS = 7
CONFIRM = t("确认", "confirm")
"""The word in 备注 that marks a confirmation somebody has to give."""

_Sources = tuple[tuple[str, str, str, str], ...]
SOURCES: _Sources = (
    ("tracker", "deadline", "actual", "task"),
    ("milestones", "planned", "actual", "milestone"),
    ("actions", "due", "done_on", "action"),
)
"""(sheet, date, finished on, text) of the three lists that have due dates, in tie-breaking order."""


@dataclass(frozen=True)
class Due:
    """One thing that is due: `source` counts from 1 in SOURCES, `row` is the sheet's row."""

    day: dt.date
    source: int
    row: int
    id: str
    text: str
    owner: str


@dataclass(frozen=True)
class Stage:
    """One step: tasks finished and counted, and its colour ("" when nothing can be said)."""

    code: str
    finished: int
    total: int
    colour: str


@dataclass(frozen=True)
class Debt:
    """What a department owes: open tasks it leads, red ones, overdue action items."""

    department: str
    open: int
    red: int
    overdue: int


class Figures:
    """The figures of 首页 for a project."""

    def __init__(self, project: Project, declaration: Declaration, lang: Lang) -> None:
        self.project = project
        self.declaration = declaration
        self.lang: Lang = lang
        self.tracker = project.tracker
        self.rag = self._rag()

    def _rag(self) -> Texts:
        words = [RAG.label(c, self.lang) if c else "" for c in self.project.assessment.rag.tolist()]
        return _array(words)

    # tracker rows

    def _is(self, table: Table, column: str, choices: Choices, *codes: str) -> Flags:
        labels = {choices.label(code, self.lang).casefold() for code in codes}
        words = [v.casefold() if isinstance(v, str) else None for v in table.raw(column)]
        return np.array([word in labels for word in words], dtype=bool)

    @cached_property
    def counted(self) -> Flags:
        """Rows with a task that is not cancelled."""
        return ~self.tracker.blank("task") & ~self._is(self.tracker, "status", STATUS, "cancelled")

    @cached_property
    def finished(self) -> Flags:
        """Counted rows that are done or have an actual date."""
        done = self._is(self.tracker, "status", STATUS, "done")
        return self.counted & (done | ~self.tracker.blank("actual"))

    @property
    def progress(self) -> float | None:
        """Finished share of the counted rows; None when there are none."""
        return int(self.finished.sum()) / int(self.counted.sum()) if self.counted.any() else None

    def rag_count(self, code: str) -> int:
        """Rows with that alert."""
        return int((self.rag == RAG.label(code, self.lang)).sum())

    def stage(self, code: str) -> Stage:
        """The state of one step: finished, else the worst alert in it."""
        here = self._is(self.tracker, "stage", STAGE, code)
        finished, total = int((here & self.finished).sum()), int((here & self.counted).sum())
        if total and finished == total:
            return Stage(code, finished, total, "blue")
        found = set(self.rag[here].tolist())
        worst = [c for c in ("red", "yellow", "green") if RAG.label(c, self.lang) in found]
        return Stage(code, finished, total, worst[0] if worst and total else "")

    @property
    def to_confirm(self) -> int:
        """Open rows whose note asks for a confirmation, and schedule changes not yet approved."""
        asks = np.array([_contains(v, CONFIRM.of(self.lang)) for v in self.tracker.raw("note")], dtype=bool)
        closed = self._is(self.tracker, "status", STATUS, "done", "cancelled")
        rows = asks & ~closed & self.tracker.blank("actual")
        changes = self.project.table("adjustments")
        return int(rows.sum()) + int(self._is(changes, "status", ADJUSTMENT_STATUS, "draft").sum())

    @cached_property
    def checked(self) -> Checked | None:
        """What the last `validate` found."""
        return checked(self.project)

    # other tables

    @cached_property
    def next_milestone(self) -> Due | None:
        """The first open milestone on or after the data date."""
        found = self._due("milestones", "planned", "actual", "milestone", 2, far=True)
        return min(found, key=lambda due: (due.day, due.row), default=None)

    @cached_property
    def overdue(self) -> Flags:
        """Action items past their date and not done."""
        actions = self.project.table("actions")
        closed = self._is(actions, "status", ACTION_STATUS, "done", "cancelled")
        late = look(actions.raw("due")).serial < _serial(self.project.as_of)
        return late & ~closed & actions.blank("done_on")

    @cached_property
    def upcoming(self) -> list[Due]:
        """What is due within the window, soonest first, at most as many as the list has rows."""
        found: list[Due] = []
        for number, (key, when, finished, text) in enumerate(SOURCES, start=1):
            found += self._due(key, when, finished, text, number)
        return sorted(found, key=lambda due: (due.day, due.source, due.row))[:LIST_ROWS]

    def _due(
        self, key: str, when: str, finished: str, text: str, source: int, *, far: bool = False
    ) -> list[Due]:
        table = self.project.table(key)
        status = ACTION_STATUS if key == "actions" else STATUS
        closed = ("done", "cancelled") if key == "actions" else ("done", "cancelled", "paused")
        open_ = ~self._is(table, "status", status, *closed) & table.blank(finished)
        days = self._tracker_days() if key == "tracker" else look(table.raw(when)).day
        first = np.datetime64(self.project.as_of, "D")
        last = np.datetime64(dt.date.max, "D") if far else first + np.timedelta64(WINDOW, "D")
        where = np.flatnonzero(open_ & (days >= first) & (days <= last))
        ids, texts, owners = (table.texts(c) for c in ("id", text, "owner"))
        return [
            Due(days[i].item(), source, int(table.rows[i]), ids[i], texts[i], owners[i])
            for i in where.tolist()
        ]

    def _tracker_days(self) -> Texts:
        """The next occurrence of a recurrence, else baseline, else the deadline's date."""
        sheet = self.declaration.table("tracker")
        values = cell_values(self.project, sheet, self.tracker) if len(self.tracker) else {}
        day = np.full(len(self.tracker), np.datetime64("NaT", "D"), dtype="datetime64[D]")
        for name in ("next_due", "baseline", "deadline"):
            seen = look(_array(values[name])).day if values else day
            day = np.where(np.isnat(day), seen, day)
        return day

    def debts(self) -> list[Debt]:
        """What each department of 通讯录 owes, as many as the list has rows."""
        names = self.project.table("contacts").texts("department").tolist()[:LIST_ROWS]
        return [self._debt(name) for name in names]

    def _debt(self, name: str) -> Debt:
        actions = self.project.table("actions")
        leads, owes = (_begins(table.raw("owner"), name) for table in (self.tracker, actions))
        paused = self._is(self.tracker, "status", STATUS, "paused", "done", "cancelled")
        open_ = leads & ~paused & self.tracker.blank("actual")
        red = leads & (self.rag == RAG.label("red", self.lang))
        return Debt(name, int(open_.sum()), int(red.sum()), int((owes & self.overdue).sum()))


def _array(values: Sequence[object]) -> Texts:
    return np.array([*values, None], dtype=object)[:-1]


def _contains(value: object, word: str) -> bool:
    return isinstance(value, str) and word.casefold() in value.casefold()


def _begins(values: Iterable[object], name: str) -> Flags:
    start = name.casefold()
    return np.array([isinstance(v, str) and v.casefold().startswith(start) for v in values], dtype=bool)


def _serial(day: dt.date) -> int:
    return day.toordinal() - dt.date(1899, 12, 30).toordinal()
