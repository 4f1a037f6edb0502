"""The tracker's computed columns as edits: what any action writes after the figures changed.

The figures are the assessment's; here they are only laid out as cells. No rule may enter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from xl_collab.model.edits import SetColumn
from xl_collab.model.plan.project import Project
from xl_collab.model.words import RAG

COLUMNS = (
    "projected",
    "predecessor_alert",
    "missed",
    "compared",
    "variance",
    "rag",
    "reason",
    "next_due",
    "computed_at",
)
"""The columns in order: tool values, and formulas with their results as cached values."""


def figure_edits(project: Project) -> tuple[SetColumn, ...]:
    """One edit for each computed column that the tracker has; none without rows."""
    table = project.tracker
    if not len(table):
        return ()
    values = column_values(project)
    return tuple(SetColumn("tracker", n, table.rows, values[n]) for n in COLUMNS if n in table.letters)


def column_values(project: Project) -> Mapping[str, Sequence[object]]:
    """What each computed column holds: None for an empty cell, '' where a formula says so."""
    found = project.assessment
    labels = {"": ""} | {code: RAG.label(code, project.book.lang) for code in RAG.codes}
    return {
        "projected": found.projected.tolist(),
        "predecessor_alert": [ids or None for ids in found.predecessor_alert.tolist()],
        "missed": whole_numbers(found.missed, None),
        "compared": [day or "" for day in found.compared.tolist()],
        "variance": whole_numbers(found.variance, ""),
        "rag": [labels[code] for code in found.rag.tolist()],
        "reason": found.reason,
        "next_due": found.next_due,
        "computed_at": [project.as_of] * len(found.reason),
    }


def whole_numbers(values: npt.NDArray[np.float64], empty: object) -> list[object]:
    """Whole numbers, with `empty` in place of NaN."""
    return [int(value) if value == value else empty for value in values.tolist()]
