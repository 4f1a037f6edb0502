"""`variance`: every row's figures as data and as edits.

The figures are the assessment's; this room only hands them over. No rule may enter.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple

from xl_collab.model.edits import Outcome
from xl_collab.model.figures import figure_edits, whole_numbers
from xl_collab.model.project import Project

__all__ = ["VarianceRow", "variance"]

ComparedKind = Literal["actual", "forecast", "today"]


class VarianceRow(NamedTuple):
    """One row's figures: dates or None, signed working days or None, the code of 预警 ('' for none)."""

    id: str
    stage: str
    baseline: date | None
    compared: date | None
    compared_kind: ComparedKind | None
    workdays: int | None
    rag: str
    reason: str


def variance(project: Project) -> Outcome[Sequence[VarianceRow]]:
    """The figures of every tracker row, in sheet order, and the edits that write them."""
    found = project.assessment
    columns = (
        project.texts("id").tolist(),
        project.texts("stage").tolist(),
        found.base.tolist(),
        found.compared.tolist(),
        [kind or None for kind in found.compared_kind.tolist()],
        whole_numbers(found.variance, None),
        found.rag.tolist(),
        found.reason,
    )
    rows = list(map(VarianceRow._make, zip(*columns, strict=True)))
    return Outcome(rows, figure_edits(project))
