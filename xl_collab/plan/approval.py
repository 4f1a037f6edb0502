"""What one approved schedule change re-baselines: its 影响范围, with the dates that its form lists.

The root gets the approved date. Each unfinished row behind it moves as far as both say, the plan and its own
forecast: other lateness stays, and nobody is granted more days than are needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

import numpy as np

from xl_collab.patterns import lazy
from xl_collab.plan.project import Project
from xl_collab.plan.schedule import NEVER
from xl_collab.project.timing.deadlines import parse_date
from xl_collab.records import dataclass
from xl_collab.schema.keys import normalise_key

_ITEM = lazy(r"([^、,，;；\s]+)\s*(\d{4}-\d\d-\d\d)\s*(?:→|->)\s*(\d{4}-\d\d-\d\d)")
_CUT = lazy(r"等\s*\d+\s*项\s*$|\band\s+\d+\s+more\s*$")


class Step(NamedTuple):
    """One row's baseline: as it was when the form was made, and as it is to be."""

    before: date
    after: date


@dataclass(frozen=True)
class Listed:
    """What a form's 影响范围 says: rows with their dates, and whether that is all of them."""

    rows: Mapping[int, Step]
    complete: bool


def read(project: Project, text: str) -> Listed:
    """The dates that 影响范围 lists; one that is empty or counts the rest is not complete."""
    found: dict[int, Step] = {}
    for name, *dates in _ITEM.findall(text):
        row = project.row_of.get(normalise_key(name))
        before, after = map(parse_date, dates)
        if row is not None and before and after:
            found[row] = Step(before, after)
    return Listed(found, bool(text.strip()) and not _CUT.search(text.strip()))


def impact(project: Project, root: int, new: date) -> dict[int, Step]:
    """Rows behind `root` → the baselines that its approval for `new` gives them, the root left out.

    The baselines run through the links with the root on its approved date (through a finished row at most
    to its 实际完成); no row goes beyond its own forecast, promise included, and none comes earlier.
    """
    network = project.assessment.network
    base = network.base
    if base[root] == NEVER:
        return {}
    moved = _Run(project).behind(root, int(network.ordinals.of(np.array([new], "datetime64[D]"))[0]))
    rows = sorted(row for row, day in moved.items() if day > base[row] and not network.done[row])
    numbers = np.array([moved[row] for row in rows], dtype=np.int64)
    dates = network.ordinals.dates(numbers, numbers > NEVER).tolist()
    before = project.assessment.base[rows].tolist()
    return {row: Step(*both) for row, *both in zip(rows, before, dates, strict=True)}


class _Run:
    """The plan run once more from one row on."""

    def __init__(self, project: Project) -> None:
        self.network, self.schedule = project.assessment.network, project.assessment.schedule
        self.plan = self.schedule.plan

    def behind(self, root: int, finish: int) -> dict[int, int]:
        """Row behind `root` → its planned finish once the root's is `finish`."""
        base, moved = self.network.base, {root: finish}
        for row in self.schedule.ordered(self.plan.graph.reached_from(root)):
            asked = [self._asked(edge, moved) for edge in range(*self.plan.graph.into(row))]
            known = [day for day in asked if day is not None]
            day = min(max(known, default=NEVER), int(self.schedule.finish[row]))
            if day > base[row]:
                moved[row] = day
        del moved[root]
        return moved

    def _asked(self, edge: int, moved: Mapping[int, int]) -> int | None:
        """The finish that a link asks for by plan, if what it looks at has moved."""
        source, plan = int(self.plan.graph.source[edge]), self.plan
        if source not in moved:
            return None
        late = moved[source] - int(self.network.base[source])
        seen = int(self.network.planned[source]) + late if plan.by_start[edge] else moved[source]
        return seen + int(plan.full[edge])


def steps(project: Project, root: int, new: date, text: str) -> Iterator[tuple[int, Step, bool]]:
    """(row, step, whether the form listed it) of everything that an approval moves behind its root."""
    listed = read(project, text)
    found = {} if listed.complete else impact(project, root, new)
    for row, step in {**found, **listed.rows}.items():
        yield row, step, row in listed.rows
