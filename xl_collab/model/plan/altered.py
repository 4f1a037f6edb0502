"""A project as it will be: for what follows from a change before it is written.

The rows are copied column by column; everything worked out from them is worked out anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from xl_collab.model.edits import AppendRows, Edit, SetColumn, SetField
from xl_collab.model.plan.project import Project
from xl_collab.model.tables import Table


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
