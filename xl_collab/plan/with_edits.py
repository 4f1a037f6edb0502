"""A project as it will be: for what follows from a change before it is written.

The rows are copied column by column; everything worked out from them is worked out anew.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from xl_collab.plan.checked import is_count
from xl_collab.plan.computed import COLUMNS, figure_edits
from xl_collab.plan.project import Project
from xl_collab.project.edits import AppendRows, Edit, SetColumn, SetField, SetResults
from xl_collab.project.tables import Table
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.sheets import SHEETS

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
    frame = table.frame.copy()
    for column, values in cells.items():
        changed = table.raw(column).copy()
        for row, value in values.items():
            changed[row] = value
        frame[column] = changed
    tables = {**project.book.tables, "tracker": replace(table, frame=frame, _memo={})}
    return Project(replace(project.book, tables=tables), project.as_of)


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
    return Project(replace(project.book, tables=tables, forms=forms), project.as_of)


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


def _written(table: Table, edit: SetColumn) -> Table:
    cells = table.raw(edit.column).copy()
    at = {row: i for i, row in enumerate(table.rows.tolist())}
    for row, value in zip(edit.rows.tolist(), edit.values, strict=True):
        cells[at[row]] = None if value == "" else value
    return replace(table, frame=table.frame.assign(**{edit.column: cells}), _memo={})


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
    if not isinstance(edit, SetColumn):
        return False
    if edit.sheet == "tracker":
        return edit.column in COLUMNS
    return SHEETS.table(edit.sheet).column(edit.column).computed == "formula"


def _of_rows_there(edits: Sequence[SetColumn], before: Project) -> Sequence[SetColumn]:
    """The edits for rows that the tracker has already: a new row is written whole, with its formulas."""
    count = len(before.tracker)
    return [SetColumn(e.sheet, e.column, e.rows[:count], e.values[:count]) for e in edits]
