"""A project with some tracker cells changed, for what follows from a change before it is written.

The rows are copied column by column; everything worked out from them is worked out anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from xl_collab.model.plan.project import Project

__all__ = ["altered"]


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
