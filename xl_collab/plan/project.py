"""A project worked out: what its cells mean, and what follows. No clock may enter: `as_of` is given."""

from __future__ import annotations

from functools import cached_property

from xl_collab.plan.assessment import Assessment, assess
from xl_collab.plan.parsed_project import ParsedProject


class Project(ParsedProject):
    """One tracker as of a day; every view of it is worked out once, when first asked for."""

    @cached_property
    def assessment(self) -> Assessment:
        """Variance, 预警, knock-on and the rest, worked out once (see assessment.py)."""
        return assess(self)
