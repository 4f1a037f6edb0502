"""Columns in which a row's formulas keep what several of them need: what they show, for cached values.

Formulas and their words are declared in `schema/row_formulas.py`. A workbook of an earlier version has none
of these columns. What may not enter: figures of their own; all of it is in the assessment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from xl_collab.plan.formulas import REASONS
from xl_collab.plan.parsed import whole_numbers
from xl_collab.plan.progress import said_now
from xl_collab.plan.project import Project
from xl_collab.project.tables import Days, Table
from xl_collab.schema.row_formulas import HOME_DAY, HOME_SOURCE, HOME_WINDOW

_EPOCH = np.datetime64("1899-12-30", "D")


def pieces(project: Project, table: Table) -> Mapping[str, Sequence[object]]:
    """Column → value of each row, for those of these columns that the table has; None shows as empty."""
    found = project.assessment
    if "standing" not in table.letters:
        return {}
    doubt = _estimated(project)
    standing = np.select(
        [found.states.text_date, found.states.stopped, found.states.done], ["text", "stopped", "done"], ""
    )
    made: dict[str, Sequence[object]] = {
        "base": found.base.astype("datetime64[D]").tolist(),
        "standing": [code or None for code in standing.tolist()],
        "left": whole_numbers(_left(project, standing), None),
        "told": _told(project, standing.tolist()),
        "doubt": [doubt if text.endswith(doubt) else None for text in found.reason],
        "home_key": home_keys(project, table.rows.tolist()),
        "now": said_now(project),
    }
    return {name: values for name, values in made.items() if name in table.letters}


def _estimated(project: Project) -> str:
    return REASONS["estimated"].of(project.book.lang)


def _left(project: Project, standing: np.ndarray) -> np.ndarray:
    """Working days left to the baseline; NaN where the row is not open or has none."""
    found = project.assessment
    return np.where((standing == "") & ~np.isnat(found.base) & found.states.figures, found.left, np.nan)


def _told(project: Project, standing: Sequence[str]) -> list[object]:
    found, guess = project.assessment, _estimated(project)
    late = (found.variance >= 1).tolist()
    return [
        text.removesuffix(guess) or None if code == "done" or (not code and late[row]) else None
        for row, (text, code) in enumerate(zip(found.reason, standing, strict=True))
    ]


def home_keys(project: Project, rows: Sequence[int]) -> list[object]:
    """首页次序 of each row: its day, list and sheet row in one number; None if not due soon."""
    table, states = project.tracker, project.assessment.states
    closed = states.stopped | states.said_done | ~table.blank("actual")
    days = _next_days(project)
    first = np.datetime64(project.as_of, "D")
    soon = ~closed & (days >= first) & (days <= first + np.timedelta64(HOME_WINDOW, "D"))
    found: list[object] = [None] * len(rows)
    for i in np.flatnonzero(soon).tolist():
        found[i] = int((days[i] - _EPOCH).astype(np.float64) * HOME_DAY + HOME_SOURCE) + rows[i]
    return found


def _next_days(project: Project) -> Days:
    """The next occurrence of a recurrence, else baseline, else the date in 时间节点."""
    found = project.assessment
    due = np.array([moment.date() if moment else None for moment in found.next_due], dtype="datetime64[D]")
    dated = project.seen("baseline").number | project.seen("deadline").number
    based = np.where(dated, found.base, np.datetime64("NaT", "D"))
    return np.where(np.isnat(due), based, due)
