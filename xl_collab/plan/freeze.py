"""`freeze`: 时间节点 becomes 基线完成, numbered; approved schedule changes make new baselines.

A baseline is never overwritten but by an approved 进度调整, and every one that was ever set
stays in `_history`. Running it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from xl_collab.plan.computed import figure_edits
from xl_collab.plan.parsed import look, shown
from xl_collab.plan.project import Project
from xl_collab.project.edits import AppendRows, Edit, Outcome, SetColumn
from xl_collab.project.tables import Table
from xl_collab.project.timing.deadlines import FixedDate, parse_date
from xl_collab.schema.keys import parse_ids
from xl_collab.schema.words import ADJUSTMENT_STATUS

KIND = "baseline"
"""The kind of its records in `_history`; their key is the baseline's number."""


@dataclass(frozen=True, slots=True)
class FrozenRow:
    """One baseline that was set: `before` is the one that an approved change replaced."""

    sheet: str
    row: int
    id: str
    baseline: date
    before: date | None = None


@dataclass(frozen=True, slots=True)
class Frozen:
    """The number of the baseline in force, and the rows that this run set."""

    number: int
    rows: tuple[FrozenRow, ...]


def freeze(project: Project, rows: Collection[int] | None = None) -> Outcome[Frozen]:
    """Set baselines where there are none, and apply approved schedule changes.

    rows  positions of the tracker rows to freeze (0 is the first); None means all of them, and
          the milestones too
    """
    number = _last_number(project.table("history"))
    chosen = set(range(len(project.tracker))) if rows is None else set(rows)
    found = [*_tasks(project, chosen), *(_milestones(project) if rows is None else ())]
    if not found:
        return Outcome(Frozen(number, ()))
    frozen = Frozen(number + 1, tuple(found))
    return Outcome(frozen, _edits(project, frozen))


def _tasks(project: Project, chosen: Collection[int]) -> list[FrozenRow]:
    """The tracker rows whose baseline is to be set or replaced."""
    table, baseline = project.tracker, project.seen("baseline")
    if "baseline" in table.missing:
        return []
    changes, names, days = _approved(project), project.texts("id").tolist(), baseline.day.tolist()
    found = []
    for i in sorted(chosen):
        planned = project.deadlines[i]
        due = planned.date if isinstance(planned, FixedDate) else None
        day = changes.get(project.ids[i], due if not baseline.filled[i] else None)
        # A baseline cell that holds no date (text, an error) is somebody's: a finding, not ours to replace.
        if day is not None and day != days[i] and (days[i] or not baseline.filled[i]):
            found.append(FrozenRow("tracker", i, names[i], day, days[i]))
    return found


def _milestones(project: Project) -> list[FrozenRow]:
    table = project.table("milestones")
    if "baseline" in table.missing:
        return []
    filled, planned = look(table.raw("baseline")).filled, [parse_date(_cell(v)) for v in table.raw("planned")]
    names = table.texts("id").tolist()
    return [
        FrozenRow("milestones", i, names[i], day)
        for i, day in enumerate(planned)
        if day is not None and not filled[i]
    ]


def _approved(project: Project) -> Mapping[str, date]:
    """Row key → the date of its last approved schedule change, by approval date, then by row."""
    table = project.table("adjustments")
    status, ids = table.texts("status").tolist(), table.texts("task_id").tolist()
    approved_on = look(table.raw("approved_on")).day.tolist()
    order = sorted(range(len(table)), key=lambda i: (approved_on[i] or date.min, i))
    found: dict[str, date] = {}
    for i in order:
        day = parse_date(_cell(table.raw("new_date")[i]))
        if day is not None and ADJUSTMENT_STATUS.code(status[i]) == "approved":
            found.update(dict.fromkeys(parse_ids(ids[i]), day))
    found.pop("", None)
    return found


def _edits(project: Project, frozen: Frozen) -> tuple[Edit, ...]:
    edits: list[Edit] = []
    for key in ("tracker", "milestones"):
        table, rows = project.table(key), [row for row in frozen.rows if row.sheet == key]
        if rows:
            edits.append(SetColumn(key, "baseline", _sheet_rows(table, rows), [r.baseline for r in rows]))
    edits += _replanned(project, frozen)
    if "history" in project.book.tables:
        edits.append(
            AppendRows("history", tuple(_record(project, frozen.number, row) for row in frozen.rows))
        )
    return (*edits, *figure_edits(_after(project, frozen)))


def _replanned(project: Project, frozen: Frozen) -> list[SetColumn]:
    """An approved change moves a 时间节点 that still shows the old baseline."""
    deadline = project.seen("deadline").day.tolist()
    rows = [r for r in frozen.rows if r.sheet == "tracker" and r.before and deadline[r.row] == r.before]
    if not rows:
        return []
    return [SetColumn("tracker", "deadline", _sheet_rows(project.tracker, rows), [r.baseline for r in rows])]


def _after(project: Project, frozen: Frozen) -> Project:
    """The project as it is once the tracker's baselines are set: its figures follow them."""
    table = project.tracker
    frame = table.frame.copy()
    baselines = table.raw("baseline").copy()
    for row in frozen.rows:
        if row.sheet == "tracker":
            baselines[row.row] = row.baseline
    frame["baseline"] = baselines
    tables = {**project.book.tables, "tracker": replace(table, frame=frame, _memo={})}
    return Project(replace(project.book, tables=tables), project.as_of)


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
