"""Late rows by the place where their lateness began: one slip is one matter, however many rows it reached.

A row whose 进度调整 names a cause stands for itself: what people wrote goes before what is worked out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from xl_collab.documents.review.measured import Tasks
from xl_collab.documents.review.parts import AdjustmentLine
from xl_collab.schema.keys import normalise_key


@dataclass(frozen=True)
class LateRows:
    """The late rows of a project, finished or not."""

    tasks: Tasks
    changes: Sequence[AdjustmentLine]

    @cached_property
    def groups(self) -> list[list[int]]:
        """Rows with one largest root, led by the root if it is late itself; the latest group first."""
        late = self.tasks.late()
        own = {row for row in late if self.change(row)}
        reached = self.tasks.project.assessment.causes.reach([row for row in late if row not in own])
        found = [sorted(rows, key=lambda row: row != root) for root, rows in reached.items()]
        found += [[row] for row in own if row not in reached]
        for row in own & reached.keys():
            found[list(reached).index(row)].insert(0, row)
        rank = {row: n for n, row in enumerate(late)}
        return sorted(found, key=lambda rows: min(rank[row] for row in rows))

    def change(self, row: int) -> AdjustmentLine | None:
        """The last 进度调整 of a row that names a cause."""
        known = self._causes.get(normalise_key(self.tasks.id(row)), ())
        return known[-1] if known else None

    @cached_property
    def _causes(self) -> Mapping[str, Sequence[AdjustmentLine]]:
        found: dict[str, list[AdjustmentLine]] = {}
        for change in self.changes:
            for row_id in change.task_ids if change.cause else ():
                found.setdefault(normalise_key(row_id), []).append(change)
        return found
