"""Late rows by the place where their lateness began: one slip is one matter, however many rows it reached.

A row whose 进度调整 names a cause stands for itself: what people wrote goes before what is worked out. What
went wrong is told cause by cause, as the register has them; places without one are counted, not listed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from xl_collab.documents.review import words as words
from xl_collab.documents.review.measured import Tasks
from xl_collab.documents.review.parts import AdjustmentLine
from xl_collab.project.sentences import Line, fitted, listing, say
from xl_collab.records import dataclass
from xl_collab.schema.keys import normalise_key

_END = "。；;. "
"""Ends a sentence of people's own, which stands inside one of ours."""


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
    """The late rows of a project, finished or not.

    explained   normalised IDs of rows that a change of the request moved for a reason on record
    """

    tasks: Tasks
    changes: Sequence[AdjustmentLine]
    explained: Collection[str] = ()

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

    def causes(self, most: int, learnt: Collection[str]) -> Iterator[Line]:
        """The causes of 进度调整, those with the latest rows first; then the late places without one.

        `learnt` are normalised IDs of rows that a lesson on record is about: no cause of theirs is missed.
        """
        told = sorted(self._told(), key=lambda one: -one.days)
        for one in told[:most]:
            effect = fitted(words.LATE_BY, days=one.days) if one.days > 0 else words.IN_TIME
            measures = fitted(words.MEASURES, measures=one.measures) if one.measures else words.NOTHING_ELSE
            tasks, ids = listing(one.tasks), [*one.changes[:3], *one.tasks[:4]]
            yield say(words.CAUSE, ids=ids, cause=one.cause, tasks=tasks, effect=effect, measures=measures)
        places = [self.tasks.id(group.first) for group in self.groups if self.change(group.first) is None]
        known = {*learnt, *self.explained}
        silent = [name for name in places if normalise_key(name) not in known]
        if silent:
            yield say(words.NO_CAUSE, ids=silent[:8], n=len(silent), names=listing(silent))

    def _told(self) -> list[_Cause]:
        """What the register gives as causes; the same words are one cause."""
        found: dict[str, list[AdjustmentLine]] = {}
        for change in self.changes:
            if change.cause:
                found.setdefault(normalise_key(change.cause), []).append(change)
        return [self._cause(same) for same in found.values()]

    def _cause(self, same: Sequence[AdjustmentLine]) -> _Cause:
        tasks = tuple(dict.fromkeys(name for change in same for name in change.task_ids))
        rows = [self.tasks.project.row_of.get(normalise_key(name)) for name in tasks]
        late = set(self.tasks.late())
        days = max((self.tasks.days(row) for row in rows if row in late and row is not None), default=0)
        measures = next((change.measures for change in reversed(same) if change.measures), "")
        cause, ids = same[-1].cause, tuple(change.id for change in same)
        return _Cause(cause.rstrip(_END), ids, tasks, days, measures.rstrip(_END))


@dataclass(frozen=True, slots=True)
class _Cause:
    """One cause, with the 进度调整 that name it, their tasks, and how late the latest of them is."""

    cause: str
    changes: tuple[str, ...]
    tasks: tuple[str, ...]
    days: int
    measures: str
