"""what-if: a task slips by some working days; what moves, what turns red, and whom to tell.

Followers are pushed as the schedule pushes them. One that promised a finish of its own (预计完成)
keeps it while its predecessors allow, and is moved by what is left of the slip when they no longer
do. Nothing is written unless the caller applies the edits.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from xl_collab.errors import UnknownName, UsageError
from xl_collab.patterns import lazy
from xl_collab.plan import progress
from xl_collab.plan.assessment import Assessment
from xl_collab.plan.computed import COLUMNS, figure_edits
from xl_collab.plan.impact import MilestoneAtRisk, Tell, milestones_at_risk, to_tell
from xl_collab.plan.meta import is_count
from xl_collab.plan.project import Project
from xl_collab.plan.schedule import NEVER, Schedule
from xl_collab.project.edits import AppendRows, Edit, Outcome, SetColumn, SetField, SetResults
from xl_collab.project.sentences import day
from xl_collab.project.tables import Table, Texts
from xl_collab.records import dataclass
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Text

Why = Literal["slipped", "pushed", "alert"]

_SLIP = lazy(r"\s*(.+?)\s*[=＝]\s*([+＋\-－]?)\s*(\d{1,4})\s*")
_MINUS = ("-", "－")


@dataclass(frozen=True, slots=True)
class Slip:
    """A task and by how many working days its finish is later (negative: earlier)."""

    row_id: str
    workdays: int


@dataclass(frozen=True, slots=True)
class Move:
    """A row whose finish or alert changes. `workdays` is the move, signed; variances as in 跟踪表."""

    id: str
    stage: str
    owner: str
    task: str
    before: dt.date | None
    after: dt.date | None
    workdays: int
    rag_before: str
    rag_after: str
    variance: int | None
    why: Why
    critical: bool


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The answer. Dates are finishes; the critical path lists IDs by finish."""

    as_of: dt.date
    slips: tuple[Slip, ...]
    moves: tuple[Move, ...]
    end_before: dt.date | None
    end_after: dt.date | None
    end_workdays: int
    critical_before: tuple[str, ...]
    critical_after: tuple[str, ...]
    milestones: tuple[MilestoneAtRisk, ...]
    tell: tuple[Tell, ...]
    superior: str
    """To be told when a row turns red or the end moves; '' when neither, or when nobody is named."""
    estimated_years: tuple[int, ...] = ()
    estimate: Text | None = None
    """The years whose calendar is estimated, before or after, and what to say of them."""


def parse_slips(texts: Iterable[str]) -> tuple[Slip, ...]:
    """Slips as typed: T003=+3, T005=-2, 'T001=1'. UsageError for anything else."""
    found = []
    for text in texts:
        match = _SLIP.fullmatch(text)
        if match is None or not int(match[3]):
            raise UsageError(
                f"“{text}”看不懂，请写成 T003=+3（推迟 3 个工作日）",
                f"{text!r} cannot be read; write T003=+3 (3 working days later)",
            )
        found.append(Slip(match[1], -int(match[3]) if match[2] in _MINUS else int(match[3])))
    return tuple(found)


def what_if(project: Project, slips: Sequence[Slip]) -> Outcome[WhatIf]:
    """What the slips do together; the edits write 预计完成 of what moved, and the figures.

    Several slips of one task add up; a slip of a follower comes on top of what pushes it.
    Raises UsageError for an unknown task and for one without a finish to move (a recurrence, a
    cancelled task).
    """
    by_row = _rows(project, slips)
    after = project
    for row in _in_order(project, by_row):
        after = _slipped(after, row, by_row[row])
    data = _answer(project, after, slips, frozenset(by_row))
    return Outcome(data, _edits(project, after))


def _rows(project: Project, slips: Sequence[Slip]) -> dict[int, int]:
    """Row → working days that it slips."""
    found: dict[int, int] = {}
    finish = project.assessment.finish
    for slip in slips:
        row = project.row_of.get(normalise_key(slip.row_id))
        if row is None:
            raise UnknownName(f"跟踪表里没有 {slip.row_id}", f"The tracker has no {slip.row_id}")
        if np.isnat(finish[row]):
            raise UsageError(
                f"{slip.row_id} 没有可推移的完成日期（周期任务、已取消或没有日期）",
                f"{slip.row_id} has no finish to move (recurring, cancelled or undated)",
            )
        found[row] = found.get(row, 0) + slip.workdays
    return found


def _in_order(project: Project, rows: Iterable[int]) -> list[int]:
    """Predecessors before their followers."""
    order = project.assessment.schedule.plan.order.rows
    place = np.zeros(len(project.tracker), dtype=np.int64)
    place[order] = np.arange(len(order))
    return sorted(rows, key=lambda row: int(place[row]))


def _slipped(project: Project, row: int, days: int) -> Project:
    """The project after one row's slip."""
    found, calendar = project.assessment, project.calendar
    finish: dt.date = found.finish[row].item()
    moved = calendar.add(finish, days)
    if found.states.done[row]:
        return altered(project, {"actual": {row: moved}, "forecast": _promised(project, row, days)})
    moved = max(moved, calendar.roll(project.as_of, "following"))
    gone = calendar.between(finish, moved)
    return altered(project, {"forecast": {**_promised(project, row, gone), row: moved}})


def _promised(project: Project, row: int, days: int) -> Mapping[int, object]:
    """New dates of followers with a promised finish that a slip overtakes."""
    found = project.assessment
    plan, finish = found.schedule.plan, found.schedule.finish
    if days <= 0:
        return {}
    start = int(found.schedule.start[row])
    promised = (plan.promise > NEVER) & ~plan.fixed
    own = np.where(promised, plan.promise, plan.own)
    loose = replace(plan, own=own, promise=np.full_like(own, NEVER))
    ends = (int(finish[row]), int(finish[row]) + days)
    before, after = (Schedule(loose.pinned(row, end, start + end - ends[0])).finish for end in ends)
    fixed = promised & (after > before)
    fixed[row] = False
    moved = {int(i): int(after[i] - before[i]) for i in np.flatnonzero(fixed)}
    return {i: project.calendar.add(found.finish[i].item(), by) for i, by in moved.items()}


# the answer


def _answer(before: Project, after: Project, slips: Sequence[Slip], slipped: frozenset[int]) -> WhatIf:
    by_row = dict(_moves(before, after, slipped))
    moves = tuple(by_row.values())
    ends = [_end(p.assessment) for p in (before, after)]
    days = before.calendar.between(ends[0], ends[1]) if ends[0] and ends[1] else 0
    worse = any(m.rag_after == "red" != m.rag_before for m in moves) or days > 0
    rows = {row: move for row, move in by_row.items() if move.why != "alert"}
    later = {row: m.after for row, m in rows.items() if m.after is not None and m.workdays > 0}
    return WhatIf(
        as_of=before.as_of,
        slips=tuple(slips),
        moves=moves,
        end_before=ends[0],
        end_after=ends[1],
        end_workdays=days,
        critical_before=_critical(before),
        critical_after=_critical(after),
        milestones=tuple(milestones_at_risk(before, later)),
        tell=tuple(to_tell(before, rows)),
        superior=before.settings.superior if worse else "",
        estimated_years=tuple(sorted({*before.estimated_years, *after.estimated_years})),
        estimate=after.estimate or before.estimate,
    )


def _moves(before: Project, after: Project, slipped: frozenset[int]) -> Iterator[tuple[int, Move]]:
    """Row → its move, for every row whose finish or alert changes."""
    old, new = before.assessment, after.assessment
    moved = (old.finish != new.finish) & ~(np.isnat(old.finish) & np.isnat(new.finish))
    texts = {name: before.texts(name) for name in ("id", "stage", "owner", "task")}
    for i in np.flatnonzero(moved | (old.rag != new.rag)).tolist():
        dates = day(old.finish[i]), day(new.finish[i])
        variance = new.variance[i]
        move = Move(
            **{name: str(values[i]) for name, values in texts.items()},
            before=dates[0],
            after=dates[1],
            workdays=before.calendar.between(dates[0], dates[1]) if dates[0] and dates[1] else 0,
            rag_before=str(old.rag[i]),
            rag_after=str(new.rag[i]),
            variance=None if np.isnan(variance) else int(variance),
            why="slipped" if i in slipped else "pushed" if moved[i] else "alert",
            critical=bool(new.critical[i]),
        )
        yield i, move


def _end(found: Assessment) -> dt.date | None:
    """The latest finish of the unfinished rows."""
    finishes = found.finish[found.schedule.plan.active]
    known = finishes[~np.isnat(finishes)]
    return day(known.max()) if len(known) else None


def _critical(project: Project) -> tuple[str, ...]:
    found = project.assessment
    rows = np.flatnonzero(found.critical).tolist()
    return tuple(str(project.texts("id")[i]) for i in sorted(rows, key=lambda i: (found.finish[i], i)))


def _edits(before: Project, after: Project) -> tuple[SetColumn, ...]:
    """预计完成 where it changed in unfinished rows, and every row's figures."""
    done = before.assessment.states.done
    old, new = before.tracker.raw("forecast"), after.tracker.raw("forecast")
    rows = [i for i in range(len(old)) if old[i] is not new[i] and not done[i]]
    if not rows:
        return ()
    written = {i: new[i] for i in rows}
    column = SetColumn("tracker", "forecast", before.tracker.rows[np.array(rows)], list(written.values()))
    return (column, *figure_edits(altered(before, {"forecast": written})))


# What the tool needs to add a row to a register: the next free IDs, and labels of choices.


def new_ids(project: Project, sheet: str) -> Iterator[str]:
    """IDs that no row of the register has: C004, C005 … after C003; digits as many as are in use."""
    table = project.table(sheet)
    prefix = table.sheet.id_prefix
    pattern = re.compile(rf"{re.escape(prefix.lower())}(\d+)")
    found = [m[1] for text in table.texts("id").tolist() if (m := pattern.fullmatch(normalise_key(text)))]
    number, width = max(map(int, found), default=0), max(map(len, found), default=3)
    while True:
        number += 1
        yield f"{prefix}{number:0{width}d}"


def label(project: Project, sheet: str, column: str, code: str) -> str:
    """The word of a choice column in the workbook's language."""
    choices = project.table(sheet).sheet.column(column).choices
    if choices is None:
        raise KeyError(f"{sheet}.{column} has no choices")
    return choices.label(code, project.book.lang)


def altered(project: Project, cells: Mapping[str, Mapping[int, object]]) -> Project:
    """The project with these tracker cells: column name → row (0 is the first) → value."""
    table = project.tracker
    written: dict[str, Texts] = {}
    for column, values in cells.items():
        written[column] = table.raw(column).copy()
        for row, value in values.items():
            written[column][row] = value
    tables = {**project.book.tables, "tracker": table.with_cells(written)}
    return Project(replace(project.book, tables=tables), project.as_of, project)


def carried_out(project: Project, edits: Iterable[Edit]) -> Project:
    """The project with rows added, cells and fields written, as any host would; other edits change none."""
    tables, forms = dict(project.book.tables), dict(project.book.forms)
    for edit in edits:
        if isinstance(edit, AppendRows) and edit.sheet in tables:
            tables[edit.sheet] = tables[edit.sheet].longer(edit.records)
        elif isinstance(edit, SetColumn) and edit.sheet in tables:
            tables[edit.sheet] = _written(tables[edit.sheet], edit)
        elif isinstance(edit, SetField) and edit.sheet in forms:
            forms[edit.sheet] = {**forms[edit.sheet], edit.field: edit.value}
    return Project(replace(project.book, tables=tables, forms=forms), project.as_of, project)


def without_added_rows(edits: Iterable[Edit], first: Iterable[Edit], after: Project) -> Iterator[Edit]:
    """`edits` without cells of the rows that `first` adds: what they hold is written with them."""
    added = Counter[str]()
    for edit in first:
        if isinstance(edit, AppendRows):
            added[edit.sheet] += len(edit.records)
    for edit in edits:
        if isinstance(edit, SetColumn) and added[edit.sheet]:
            end = int(after.table(edit.sheet).rows[-1]) - added[edit.sheet]
            kept = edit.rows <= end
            values = [value for value, keep in zip(edit.values, kept.tolist(), strict=True) if keep]
            edit = replace(edit, rows=edit.rows[kept], values=values)
        yield edit


def gathered(before: Project, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """`edits` with the cells of rows that they add inside those rows' records: a row is written whole."""
    added: dict[str, list[dict[str, object]]] = {}
    kept: list[Edit] = []
    for edit in edits:
        if isinstance(edit, AppendRows):
            added.setdefault(edit.sheet, []).extend(dict(record) for record in edit.records)
        elif isinstance(edit, SetColumn) and edit.sheet in added:
            kept += _into(added[edit.sheet], edit, before.table(edit.sheet).end)
        else:
            kept.append(edit)
    return (*kept, *(AppendRows(sheet, tuple(records)) for sheet, records in added.items()))


def _into(records: Sequence[dict[str, object]], edit: SetColumn, end: int) -> list[Edit]:
    """Put what an edit says of rows below `end` into their records; the rest of the edit."""
    there = edit.rows <= end
    for row, value in zip(edit.rows.tolist(), edit.values, strict=True):
        if row > end:
            records[row - end - 1][edit.column] = value
    values = [value for value, keep in zip(edit.values, there.tolist(), strict=True) if keep]
    return [replace(edit, rows=edit.rows[there], values=values)] if values else []


def _written(table: Table, edit: SetColumn) -> Table:
    cells = table.raw(edit.column).copy()
    at = {row: i for i, row in enumerate(table.rows.tolist())}
    for row, value in zip(edit.rows.tolist(), edit.values, strict=True):
        cells[at[row]] = None if value == "" else value
    return table.with_cells({edit.column: cells})


# Never two truths in one file: the figures in a workbook are those of its own data date.


def kept_on_own_day(before: Project, edits: Sequence[Edit], own: dt.date) -> tuple[Edit, ...]:
    """`edits` without the figures of another day; where they change the plan, with those of day `own`.

    before  the project that the edits are for; they are made as of a day that is not the workbook's
    """
    kept = tuple(edit for edit in edits if not is_figure(before, edit))
    if not any(isinstance(edit, SetColumn | AppendRows) and edit.sheet == "tracker" for edit in kept):
        return kept
    after = Project(carried_out(before, kept).book, own)
    return (*kept, *_of_rows_there(figure_edits(after), before))


def is_figure(project: Project, edit: Edit) -> bool:
    """Whether an edit only says what something is on a day: a computed column, a count of findings."""
    if isinstance(edit, SetResults) or is_count(project, edit):
        return True
    if isinstance(edit, AppendRows):
        return edit.sheet == "history" and all(one.get("kind") == progress.KIND for one in edit.records)
    if not isinstance(edit, SetColumn):
        return False
    if edit.sheet == "tracker":
        return edit.column in COLUMNS
    return SHEETS.table(edit.sheet).column(edit.column).computed == "formula"


def _of_rows_there(edits: Sequence[SetColumn], before: Project) -> Sequence[SetColumn]:
    """The edits for rows that the tracker has already: a new row is written whole, with its formulas."""
    count = len(before.tracker)
    return [SetColumn(e.sheet, e.column, e.rows[:count], e.values[:count]) for e in edits]
