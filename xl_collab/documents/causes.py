"""How a cause is said: where a row's lateness began, in one clause, in every document alike.

Only what the numbers prove (`plan/causes.py`); what people wrote as 原因 goes first where there is some.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xl_collab.plan.causes import What
from xl_collab.plan.project import Project
from xl_collab.schema.words import Text, t

HOW: Mapping[What, Text] = {
    "promise": t("自报预计完成", "its own expected finish"),
    "unstarted": t("未按期开始", "not begun in time"),
    "late_start": t("晚开工", "begun late"),
    "overrun": t("超期", "overrun"),
    "mismatch": t("计划与前置不符", "the plan leaves less than its links ask"),
    "made_up": t("追回", "made up"),
    "gap": t("计划余量", "spare days of the plan"),
}


def own(project: Project, row: int) -> Text | None:
    """How a late row made most of its own days; None where it made none."""
    parts = [part for part in project.assessment.causes.of(row) if part.row == row and part.days > 0]
    return HOW[max(parts, key=lambda part: part.days).what] if parts else None


def roots(project: Project, row: int) -> Iterator[tuple[int, Text, int]]:
    """(row, how, days) of everything further up that made the row late, the nearest first."""
    for part in project.assessment.causes.of(row):
        if part.row != row and part.own and part.days > 0:
            yield part.row, HOW[part.what], part.days
