"""`variance`: every row's figures as data and as edits.

The figures are the assessment's; this room only hands them over. No rule may enter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any, Literal, NamedTuple, overload

from xl_collab.plan.computed import figure_edits
from xl_collab.plan.parsed import whole_numbers
from xl_collab.plan.progress import records
from xl_collab.plan.project import Project
from xl_collab.project.edits import Outcome

ComparedKind = Literal["actual", "forecast", "projected", "today"]


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


class _Rows(Sequence[VarianceRow]):
    """Rows out of columns, made when somebody looks at them: of 100,000 rows few are."""

    def __init__(self, columns: Sequence[Sequence[Any]]) -> None:
        self._columns = columns

    def __len__(self) -> int:
        return len(self._columns[0])

    @overload
    def __getitem__(self, index: int) -> VarianceRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[VarianceRow]: ...
    def __getitem__(self, index: int | slice) -> VarianceRow | list[VarianceRow]:
        if isinstance(index, slice):
            return list(_Rows([column[index] for column in self._columns]))
        return VarianceRow._make(column[index] for column in self._columns)

    def __iter__(self) -> Iterator[VarianceRow]:
        # As _make does it, without a call in Python for each row.
        return map(partial(tuple.__new__, VarianceRow), zip(*self._columns, strict=True))


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
    return Outcome(_Rows(columns), (*figure_edits(project), *records(project)))
