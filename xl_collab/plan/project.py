"""A project worked out: what its cells mean, and what follows. No clock may enter: `as_of` is given."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from xl_collab.plan.assessment import Assessment, assess
from xl_collab.plan.parsed_project import ParsedProject
from xl_collab.project.calendar.explanation import doubt
from xl_collab.schema.words import Text

if TYPE_CHECKING:
    from xl_collab.plan.involvement import Involvement
    from xl_collab.plan.risk import Proposal


class Project(ParsedProject):
    """One tracker as of a day; every view of it is worked out once, when first asked for."""

    @cached_property
    def assessment(self) -> Assessment:
        """Variance, 预警, knock-on and the rest, worked out once (see assessment.py)."""
        return assess(self)

    def let_go(self) -> None:
        """Forget all of it, so that it goes away at once: views refer back to the project, and would wait for
        the cycle collector. Afterwards the project is of no use."""
        self.__dict__.clear()

    @cached_property
    def proposals(self) -> tuple[Proposal, ...]:
        """What notes propose and nobody accepted, in sheet order (see proposals.py)."""
        from xl_collab.plan.proposals import proposals  # it works on a project

        return tuple(proposals(self))

    @cached_property
    def involvement(self) -> Involvement:
        """Which rows each department leads and supports (see involvement.py)."""
        from xl_collab.plan.involvement import involvement  # only packets and open items ask

        return involvement(self)

    @cached_property
    def estimated_years(self) -> tuple[int, ...]:
        """Whether any figure rests on an estimated calendar, and on which years of it."""
        official = self.calendar.official_years
        spans = _year_spans(self)
        years = {year for first, last in spans for year in range(first, last + 1)}
        return tuple(sorted(years - official))

    @cached_property
    def estimate(self) -> Text | None:
        """What every headline and list says where figures are estimated; None where none is."""
        years = self.estimated_years
        return Text(*(doubt(self.calendar, years, lang) for lang in ("zh", "en"))) if years else None


def _year_spans(project: Project) -> set[tuple[int, int]]:
    """First and last year of what each figure counts: variance, days left, projection, the next due day."""
    found = project.assessment
    as_of = np.where(found.states.open, np.datetime64(project.as_of, "D"), np.datetime64("NaT", "D"))
    dates = np.array([found.base, found.compared, found.projected.astype("datetime64[D]"), as_of])
    dates = dates[:, ~np.isnat(found.base)]
    years = dates.astype("datetime64[Y]")
    spans = (f.reduce(years, axis=0).astype(np.int64) + 1970 for f in (np.fmin, np.fmax))
    due = {moment.year for moment in found.next_due if moment is not None}
    # Not np.unique: it imports masked arrays, which costs a cold start more than the sorting saves.
    return {*zip(*(years.tolist() for years in spans), strict=True), *((year, year) for year in due)}
