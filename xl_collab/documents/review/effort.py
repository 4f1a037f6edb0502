"""What the project was to cost and to take, and what is on record of it.

职责分工 plans money and people; nothing in a tracker says what was spent, so the review leaves room for it
and says so. What the tracker does know is how long tasks were planned to take and took.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from xl_collab.documents.review import words as words
from xl_collab.plan.project import Project
from xl_collab.project.sentences import Line, say
from xl_collab.project.tables import Days, Flags
from xl_collab.records import dataclass


@dataclass(frozen=True, slots=True)
class Planned:
    """One row of 职责分工 with a budget (CNY) or a number of people; None where it has none."""

    id: str
    owner: str
    duty: str
    budget: float | None
    people: float | None


def planned(project: Project) -> tuple[Planned, ...]:
    """The duties for which money or people were planned, in sheet order."""
    table = project.table("duties")
    money, people = table.numbers("budget"), table.numbers("people")
    rows = np.flatnonzero(~(np.isnan(money) & np.isnan(people))).tolist()
    ids, owners, duties = (table.texts(name).tolist() for name in ("id", "accountable", "duty"))
    return tuple(Planned(ids[i], owners[i], duties[i], _known(money[i]), _known(people[i])) for i in rows)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def in_words(project: Project, rows: Sequence[Planned], done: Flags) -> Iterator[Line]:
    """What was planned in all, that nothing says what was spent, and how long tasks took."""
    for template, values in (
        (words.BUDGET, [row.budget for row in rows if row.budget is not None]),
        (words.PEOPLE, [row.people for row in rows if row.people is not None]),
    ):
        if values:
            yield say(template, total=amount(sum(values)), n=len(values))
    yield say(words.ONLY_PLANNED if rows else words.NOTHING_PLANNED)
    yield from _durations(project, done)


def amount(value: float) -> str:
    """1,200 or 0.5."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _durations(project: Project, done: Flags) -> Iterator[Line]:
    """Finished rows with planned and actual first and last days: how many took longer, and less long."""
    seen, begun = project.seen, project.seen("baseline_start").day
    start = np.where(np.isnat(begun), seen("planned_start").day, begun)
    plan = _length(project, start, project.assessment.base)
    took = _length(project, seen("actual_start").day, seen("actual").day)
    rows = np.flatnonzero(done & (plan > 0) & (took > 0))
    if len(rows):
        more, less = int((took > plan)[rows].sum()), int((took < plan)[rows].sum())
        ids = [str(project.texts("id")[i]) for i in rows[(took > plan)[rows]][:8].tolist()]
        counts: dict[str, Any] = {"n": len(rows), "more": more, "less": less, "same": len(rows) - more - less}
        yield say(words.DURATIONS, ids=ids, **counts)


def _length(project: Project, first: Days, last: Days) -> npt.NDArray[np.float64]:
    """Working days from first to last, both included; 0 where one is missing."""
    days = project.calendar.between_many(first - np.timedelta64(1, "D"), last)
    return np.nan_to_num(days)
