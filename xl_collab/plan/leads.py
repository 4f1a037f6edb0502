"""Overlaps that a frozen plan has: kept as two dates, so that no later baseline changes them.

A plain link whose row is planned to start on or before its predecessor's planned finish has a lead. `freeze`
records both dates in `_history`; they are counted anew each time, so a holiday that is added later changes
no plan. No schedule may enter.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xl_collab.project.timing.deadlines import parse_date
from xl_collab.schema.keys import normalise_key

if TYPE_CHECKING:
    from xl_collab.plan.parsed_project import ParsedProject

KIND = "lead"
"""The kind of its records in `_history`: row, predecessor (as field), and both dates."""
_BETWEEN = "/"


class Lead(NamedTuple):
    """A link as it was frozen: the row's planned start and its predecessor's planned finish."""

    row: int
    before: int
    start: date
    finish: date


def stored(project: ParsedProject) -> Mapping[tuple[int, int], tuple[date, date]]:
    """(row, predecessor) → planned start and predecessor's planned finish, as last recorded."""
    table, found = project.table("history"), dict[tuple[int, int], tuple[date, date]]()
    for i in np.flatnonzero(table.texts("kind") == KIND).tolist():
        names = (normalise_key(str(table.texts(name)[i])) for name in ("row_id", "field"))
        row, before = (project.row_of.get(name, -1) for name in names)
        dates = [parse_date(text) for text in str(table.texts("value")[i]).split(_BETWEEN)]
        if row >= 0 and before >= 0 and len(dates) == 2 and dates[0] and dates[1]:
            found[row, before] = (dates[0], dates[1])
    return found


def record(project: ParsedProject, number: int, lead: Lead) -> dict[str, object]:
    """The row of `_history` that keeps a lead."""
    names = project.texts("id")
    return {
        "kind": KIND,
        "key": str(number),
        "as_of": project.as_of,
        "row_id": str(names[lead.row]),
        "field": str(names[lead.before]),
        "value": f"{lead.start.isoformat()}{_BETWEEN}{lead.finish.isoformat()}",
    }
