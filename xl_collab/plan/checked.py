"""What the last `validate` found, in numbers: kept in `_meta` so that 首页 can show them without Python.

A count of findings cannot be a formula, for most checks need the whole project; so it stands there with
its day, and a reader sees how old it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from xl_collab.plan.project import Project
from xl_collab.project.edits import AppendRows, Edit, SetColumn
from xl_collab.schema.findings import Finding

DAY, ERRORS, WARNINGS = "checked_on", "checked_errors", "checked_warnings"
UNANSWERED = "checked_unanswered"
"""Names of its rows in `_meta`."""
_NAMES = (DAY, ERRORS, WARNINGS, UNANSWERED)
_UNANSWERED = ("P331", "P332")
"""High risks without owner or countermeasure, and red tasks that nothing answers."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Findings of one day (an ISO date): errors, warnings, and reds that nobody answers."""

    day: str
    errors: int
    warnings: int
    unanswered: int


def count(project: Project, found: Sequence[Finding]) -> Checked:
    """The findings of the project's day in numbers."""
    severities = [finding.severity for finding in found]
    unanswered = sum(finding.kind.code in _UNANSWERED for finding in found)
    errors, warnings = severities.count("error"), severities.count("warning")
    return Checked(project.as_of.isoformat(), errors, warnings, unanswered)


def checked(project: Project) -> Checked | None:
    """What `_meta` says; None when it was never checked, or does not say it all."""
    table = project.table("meta")
    return _read(dict(zip(table.texts("name").tolist(), table.texts("value").tolist(), strict=True)))


def _read(pairs: Mapping[str, str]) -> Checked | None:
    numbers = [pairs.get(name, "") for name in (ERRORS, WARNINGS, UNANSWERED)]
    if not pairs.get(DAY) or not all(text.isdecimal() for text in numbers):
        return None
    return Checked(pairs[DAY], *map(int, numbers))


def check_edits(project: Project, now: Checked) -> tuple[Edit, ...]:
    """Edits of `_meta` that keep these numbers."""
    table = project.table("meta")
    rows = dict(zip(table.texts("name").tolist(), table.rows.tolist(), strict=True))
    values = {DAY: now.day, ERRORS: now.errors, WARNINGS: now.warnings, UNANSWERED: now.unanswered}
    edits: list[Edit] = [
        SetColumn("meta", "value", np.array([rows[name]]), [value])
        for name, value in values.items()
        if name in rows
    ]
    fresh = tuple({"name": name, "value": value} for name, value in values.items() if name not in rows)
    return (*edits, AppendRows("meta", fresh)) if fresh else tuple(edits)


def is_count(project: Project, edit: Edit) -> bool:
    """Whether an edit is one of `check_edits`."""
    if isinstance(edit, AppendRows) and edit.sheet == "meta":
        return all(record["name"] in _NAMES for record in edit.records)
    if not isinstance(edit, SetColumn) or (edit.sheet, edit.column) != ("meta", "value"):
        return False
    table = project.table("meta")
    names = dict(zip(table.rows.tolist(), table.texts("name").tolist(), strict=True))
    return all(names.get(row) in _NAMES for row in edit.rows.tolist())


def kept_by(project: Project, edits: Iterable[Edit]) -> Checked | None:
    """What `_meta` says once these edits are carried out."""
    table = project.table("meta")
    names = dict(zip(table.rows.tolist(), table.texts("name").tolist(), strict=True))
    pairs = dict(zip(names.values(), table.texts("value").tolist(), strict=True))
    for edit in edits:
        if isinstance(edit, SetColumn) and (edit.sheet, edit.column) == ("meta", "value"):
            pairs |= {names[r]: str(v) for r, v in zip(edit.rows.tolist(), edit.values, strict=True)}
        elif isinstance(edit, AppendRows) and edit.sheet == "meta":
            pairs |= {str(record["name"]): str(record["value"]) for record in edit.records}
    return _read(pairs)
