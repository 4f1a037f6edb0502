"""calendar import: the days of a yearly notice become rows of 节假日."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from xl_collab.plan.computed import calendar_values
from xl_collab.plan.project import Project
from xl_collab.project.calendar.notice import Notice
from xl_collab.project.calendar.workdays import Day
from xl_collab.project.edits import AppendRows, Edit, Outcome, SetColumn
from xl_collab.project.tables import Table
from xl_collab.schema.words import DAY_KIND, DAY_SOURCE


@dataclass(frozen=True)
class Imported:
    """What a notice brought: its year, the new days, and the clauses that could not be read."""

    year: int | None
    added: tuple[Day, ...]
    unread: tuple[str, ...]


def import_notice(project: Project, notice: Notice) -> Outcome[Imported]:
    """Append the days that 节假日 does not already hold as official; nothing is removed.

    A day that stands there differently is listed again, since the later row counts.
    """
    known = project.calendar
    new = tuple(day for day in notice.days if not _same(known.listed(day.date), day))
    edits = _edits(project, new) if new else ()
    return Outcome(Imported(notice.year, new, notice.unread), edits)


def _same(listed: Day | None, day: Day) -> bool:
    return listed is not None and (listed.kind, listed.source) == (day.kind, day.source)


def _edits(project: Project, new: tuple[Day, ...]) -> tuple[Edit, ...]:
    table, lang = project.table("calendar"), project.book.lang
    records: list[dict[str, object]] = [
        {
            "date": day.date,
            "kind": DAY_KIND.label(day.kind, lang),
            "name": day.name,
            "source": DAY_SOURCE.label(day.source, lang),
        }
        for day in new
    ]
    values = calendar_values(_longer(table, records), lang)
    for n, record in enumerate(records):
        record.update({name: column[len(table) + n] for name, column in values.items()})
    kept = [SetColumn("calendar", name, table.rows, column[: len(table)]) for name, column in values.items()]
    return (*kept, AppendRows("calendar", tuple(records)))


def _longer(table: Table, records: list[dict[str, object]]) -> Table:
    names = list(table.frame.columns)
    more = pd.DataFrame({n: pd.Series([r.get(n) for r in records], dtype=object) for n in names})
    frame = pd.concat([table.frame.astype(object), more], ignore_index=True) if len(table) else more
    rows = np.arange(1, len(frame) + 1, dtype=np.int64)
    return replace(table, frame=frame, rows=rows, _memo={})
