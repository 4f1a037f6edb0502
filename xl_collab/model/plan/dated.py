"""Never two truths in one file: the figures in a workbook are those of its own data date.

A command that is asked as of another day still makes its documents, which state their day; what the
workbook's formulas would contradict at their next recalculation is left out. What such a command decides
(baselines, lead times) stands, and the figures follow it as of the workbook's own day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from xl_collab.model.checked import is_count
from xl_collab.model.edits import AppendRows, Edit, SetColumn, SetResults
from xl_collab.model.plan.altered import carried_out
from xl_collab.model.plan.figures import COLUMNS, figure_edits
from xl_collab.model.plan.project import Project
from xl_collab.model.sheets import SHEETS

__all__ = ["is_figure", "kept_on_own_day"]


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
    if not isinstance(edit, SetColumn):
        return False
    if edit.sheet == "tracker":
        return edit.column in COLUMNS
    return SHEETS.table(edit.sheet).column(edit.column).computed == "formula"


def _of_rows_there(edits: Sequence[SetColumn], before: Project) -> Sequence[SetColumn]:
    """The edits for rows that the tracker has already: a new row is written whole, with its formulas."""
    count = len(before.tracker)
    return [SetColumn(e.sheet, e.column, e.rows[:count], e.values[:count]) for e in edits]
