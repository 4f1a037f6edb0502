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


@dataclass(frozen=True, slots=True)
class LateGroup:
    """Late rows, the latest first, that have most of their days from `root`, which may not be late itself."""

    root: int
    rows: tuple[int, ...]

    @property
    def first(self) -> int:
        """The row that speaks for the group: its root, else the latest."""
        return self.root if self.root in self.rows else self.rows[0]

    @property
    def reached(self) -> tuple[int, ...]:
        """The rows that the root's delay reached."""
        return tuple(row for row in self.rows if row != self.root)


@dataclass(frozen=True)
class LateRows:
    """The late rows of a project, finished or not."""

    tasks: Tasks
    changes: Sequence[AdjustmentLine]

    @cached_property
    def groups(self) -> tuple[LateGroup, ...]:
        """Rows by their largest root, the group with the latest row first."""
        late = self.tasks.late()
        own = {row for row in late if self.change(row)}
        found = self.tasks.project.assessment.causes.reach(late, own)
        return tuple(LateGroup(root, tuple(rows)) for root, rows in found.items())

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
