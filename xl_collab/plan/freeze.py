"""`freeze`: 时间节点 becomes 基线完成, numbered, with 基线开始; approved schedule changes make new baselines.

Milestones that stand on the day of their tasks move along with them (milestones.py).
A baseline is never overwritten but by an approved 进度调整, and every one that was ever set
stays in `_history`. Running it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import cast

import numpy as np
import numpy.typing as npt

from xl_collab.plan import approval
from xl_collab.plan.computed import figure_edits
from xl_collab.plan.leads import Lead, record, stored
from xl_collab.plan.milestones import MovedMilestone, following
from xl_collab.plan.parsed import look, shown
from xl_collab.plan.project import Project
from xl_collab.plan.schedule import NEVER
from xl_collab.plan.what_if import carried_out
from xl_collab.project.edits import AppendRows, Edit, Outcome, SetColumn
from xl_collab.project.tables import Table
from xl_collab.project.timing.deadlines import FixedDate, parse_date
from xl_collab.records import dataclass
from xl_collab.schema.keys import parse_ids
from xl_collab.schema.words import ADJUSTMENT_STATUS

KIND = "baseline"
"""The kind of its records in `_history`; their key is the baseline's number."""


@dataclass(frozen=True, slots=True)
class FrozenRow:
    """One baseline that was set: `before` is the one that an approved change replaced.

    start    its 基线开始, None where nothing tells it
    because  the number of the change that moved it with its own row, '' for all others
    """

    sheet: str
    row: int
    id: str
    baseline: date
    before: date | None = None
    start: date | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Frozen:
    """The number of the baseline in force, and the rows that this run set.

    leads    links whose overlap is kept from now on
    moved    milestones whose planned date follows a task of theirs
    changed  IDs of rows that an approval lists and that have changed since its form was made
    """

    number: int
    rows: tuple[FrozenRow, ...]
    leads: tuple[Lead, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[MovedMilestone, ...] = ()


def freeze(project: Project, rows: Collection[int] | None = None) -> Outcome[Frozen]:
    """Set baselines where there are none, and apply approved schedule changes.

    rows  positions of the tracker rows to freeze (0 is the first); None means all of them, the
          milestones too, and everything that an approval moves behind its own row
    """
    number = _last_number(project.table("history"))
    chosen = set(range(len(project.tracker))) if rows is None else set(rows)
    work = _Freezing(project, chosen)
    tracker = work.rows(behind=rows is None)
    moved = tuple(following(project, {row.row: row.baseline for row in tracker if row.before}))
    found = [*tracker, *_milestones(project, moved, new=rows is None)]
    if not found:
        return Outcome(Frozen(number, ()))
    leads = tuple(_leads(project, {row.row for row in tracker}))
    frozen = Frozen(number + 1, tuple(found), leads, tuple(work.changed), moved)
    return Outcome(frozen, _edits(project, frozen))


class _Freezing:
    """Which tracker rows get which baseline."""

    def __init__(self, project: Project, chosen: Collection[int]) -> None:
        self.project, self.chosen = project, chosen
        self.network = project.assessment.network
        self.baseline = project.seen("baseline")
        self.days: list[date | None] = self.baseline.day.tolist()
        self.names = project.texts("id").tolist()
        self.changed: list[str] = []

    def rows(self, *, behind: bool) -> list[FrozenRow]:
        """The rows to set, in sheet order; with `behind` also those that approvals move."""
        if "baseline" in self.project.tracker.missing:
            return []
        changes = _approved(self.project)
        found = {i: row for i in sorted(self.chosen) if (row := self._own(i, changes)) is not None}
        for change in changes.values() if behind else ():
            for row in self._behind(change, found):
                known = found.get(row.row)
                if known is None or row.baseline > known.baseline:
                    found[row.row] = row
        return [found[i] for i in sorted(found)]

    def _own(self, i: int, changes: Mapping[str, Approved]) -> FrozenRow | None:
        planned, old = self.project.deadlines[i], self.days[i]
        due = planned.date if isinstance(planned, FixedDate) else None
        due = self.project.hanging[i].plan if i in self.project.hanging else due
        change = changes.get(self.project.ids[i])
        day = change.new if change else due if not self.baseline.filled[i] else None
        # A baseline cell that holds no date (text, an error) is somebody's: a finding, not ours to replace.
        if day is None or day == old or (self.baseline.filled[i] and not old):
            return None
        return FrozenRow("tracker", i, self.names[i], day, old, self._start(i, old, day))

    def _behind(self, change: Approved, roots: Mapping[int, FrozenRow]) -> Iterator[FrozenRow]:
        """What a change that comes into force now moves behind its own rows."""
        for root in change.rows:
            if root not in roots or roots[root].before is None:
                continue
            for i, step, listed in approval.steps(self.project, root, change.new, change.knock_on):
                old, done = self.days[i], bool(self.network.done[i])
                if listed and (done or old != step.before):
                    self.changed.append(self.names[i])
                if old is not None and not done and step.after > old:
                    start = self._start(i, old, step.after)
                    yield FrozenRow("tracker", i, self.names[i], step.after, old, start, change.id)

    def _start(self, i: int, old: date | None, new: date) -> date | None:
        """基线开始: as planned; behind an earlier baseline it moves along, so that the duration stays."""
        network = self.network
        if old is None and network.base[i] == NEVER:  # a date that only people can read
            start = self.project.seen("planned_start").day[i].item()
            return start if start is not None and start <= new else None
        if not network.known[i]:
            return None
        stated = self._stated(i)
        if old is None:
            return stated
        by = self.project.calendar.between(old, new)
        return self.project.calendar.add(self.project.calendar.roll(stated, "following"), by)

    def _stated(self, i: int) -> date:
        """The first day by plan; one that is written keeps its date, even a day off."""
        for column in ("baseline_start", "planned_start"):
            day = self.project.seen(column).day[i]
            if day <= self.project.assessment.base[i]:
                return cast(date, day.item())
        number = self.network.begin[i : i + 1]
        return cast(date, self.network.ordinals.dates(number, number > NEVER)[0].item())


def _leads(project: Project, rows: Collection[int]) -> Iterator[Lead]:
    """The plain links of frozen rows, and of all rows once something is frozen, that no record keeps."""
    network, kept = project.assessment.network, stored(project)
    frozen = ~np.isnat(project.seen("baseline").day)
    frozen[list(rows)] = True
    links, base = network.links, project.assessment.base
    starts = network.ordinals.dates(network.planned, network.planned > NEVER)
    plain = links.plain & (network.base[links.source] > NEVER) & frozen[links.target]
    for edge in np.flatnonzero(plain).tolist():
        row, before = int(links.target[edge]), int(links.source[edge])
        if (row, before) not in kept:
            yield Lead(row, before, starts[row].item(), base[before].item())


def _milestones(project: Project, moved: Collection[MovedMilestone], *, new: bool) -> list[FrozenRow]:
    """Baselines of milestones: those that follow a task; with `new` also where there is none yet."""
    table = project.table("milestones")
    if "baseline" in table.missing:
        return []
    seen, planned = look(table.raw("baseline")), [parse_date(_cell(v)) for v in table.raw("planned")]
    names, after = table.texts("id").tolist(), {one.row: one.after for one in moved}
    found = []
    for i, day in enumerate(planned):
        if i in after and seen.day[i] == day:
            found.append(FrozenRow("milestones", i, names[i], after[i], day))
        elif new and day is not None and not seen.filled[i]:
            found.append(FrozenRow("milestones", i, names[i], after.get(i, day)))
    return found


@dataclass(frozen=True, slots=True)
class Approved:
    """An approved schedule change: its number, its own rows, the new date, and its 影响范围."""

    id: str
    rows: tuple[int, ...]
    new: date
    knock_on: str


def _approved(project: Project) -> Mapping[str, Approved]:
    """Row key → its last approved schedule change, by approval date, then by row."""
    table = project.table("adjustments")
    status, ids, names, texts = (table.texts(c).tolist() for c in ("status", "task_id", "id", "knock_on"))
    approved_on = look(table.raw("approved_on")).day.tolist()
    order = sorted(range(len(table)), key=lambda i: (approved_on[i] or date.min, i))
    found: dict[str, Approved] = {}
    for i in order:
        day = parse_date(_cell(table.raw("new_date")[i]))
        if day is not None and ADJUSTMENT_STATUS.code(status[i]) == "approved":
            keys = parse_ids(ids[i])
            rows = tuple(project.row_of[key] for key in keys if key in project.row_of)
            found.update(dict.fromkeys(keys, Approved(names[i], rows, day, texts[i])))
    found.pop("", None)
    return found


def _edits(project: Project, frozen: Frozen) -> tuple[Edit, ...]:
    edits: list[Edit] = []
    for key in ("tracker", "milestones"):
        table, mine = project.table(key), [row for row in frozen.rows if row.sheet == key]
        if mine:
            edits.append(SetColumn(key, "baseline", _sheet_rows(table, mine), [r.baseline for r in mine]))
    if frozen.moved:
        table = project.table("milestones")
        rows = table.rows[[one.row for one in frozen.moved]]
        edits.append(SetColumn("milestones", "planned", rows, [one.after for one in frozen.moved]))
    edits += _replanned(project, frozen)
    if "history" in project.book.tables:
        records = [_record(project, frozen.number, row) for row in frozen.rows]
        records += [record(project, frozen.number, lead) for lead in frozen.leads]
        edits.append(AppendRows("history", tuple(records)))
    return (*edits, *figure_edits(carried_out(project, edits)))


def _replanned(project: Project, frozen: Frozen) -> Iterator[SetColumn]:
    """基线开始; a 时间节点 that still shows the old baseline; and 计划开始 where nobody has begun."""
    table, tasks = project.tracker, [row for row in frozen.rows if row.sheet == "tracker"]
    deadline, planned = project.deadline_days.tolist(), project.seen("planned_start").day.tolist()
    begun = project.assessment.network.started | project.assessment.states.done
    started = [row for row in tasks if row.start]
    if started and "baseline_start" in table.letters:
        days = [row.start for row in started]
        yield SetColumn("tracker", "baseline_start", _sheet_rows(table, started), days)
    # One that hangs on another row keeps its words: it moves when that row does.
    moved = [
        row
        for row in tasks
        if row.before and deadline[row.row] == row.before and row.row not in project.hanging
    ]
    if moved:
        yield SetColumn("tracker", "deadline", _sheet_rows(table, moved), [row.baseline for row in moved])
    later = [row for row in tasks if row.before and row.start and planned[row.row] and not begun[row.row]]
    if later:
        days = [_along(project, row, planned[row.row]) for row in later]
        yield SetColumn("tracker", "planned_start", _sheet_rows(table, later), days)


def _along(project: Project, row: FrozenRow, start: date) -> date:
    """A planned start, moved by as many working days as the row's baseline."""
    assert row.before is not None
    by, calendar = project.calendar.between(row.before, row.baseline), project.calendar
    return calendar.add(calendar.roll(start, "following"), by)


def _record(project: Project, number: int, row: FrozenRow) -> dict[str, object]:
    return {
        "kind": KIND,
        "key": str(number),
        "as_of": project.as_of,
        "row_id": row.id,
        "field": "baseline",
        "value": row.baseline.isoformat(),
    }


def _last_number(history: Table) -> int:
    pairs = zip(history.texts("kind").tolist(), history.texts("key").tolist(), strict=True)
    return max((int(key) for kind, key in pairs if kind == KIND and key.isdecimal()), default=0)


def _sheet_rows(table: Table, rows: list[FrozenRow]) -> npt.NDArray[np.int64]:
    return table.rows[[row.row for row in rows]]


def _cell(value: object) -> object:
    """A cell's value as a date may be read from it; errors and booleans are none."""
    value = shown(value)
    return value if isinstance(value, str | int | float | date) and not isinstance(value, bool) else None
