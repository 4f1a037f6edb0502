"""restore: formulas that somebody overwrote, or that a program left out, come back with values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xl_collab.model.edits import Edit, SetColumn
from xl_collab.model.plan.computed import formula_values
from xl_collab.model.plan.project import Project


def restore(project: Project) -> tuple[Edit, ...]:
    """Edits for the sheets in which native formulas are missing or are not the declared ones."""
    return tuple(_columns(project, project.book.stale_formulas))


def refresh(project: Project) -> tuple[Edit, ...]:
    """Edits that bring the cached values of every sheet but the tracker up to date."""
    return tuple(_columns(project, (key for key in project.book.tables if key != "tracker")))


def _columns(project: Project, keys: Iterable[str]) -> Iterator[Edit]:
    for key in keys:
        table = project.book.tables[key]
        for name, values in formula_values(project, key).items():
            if name in table.letters and len(table):
                yield SetColumn(key, name, table.rows, values)
