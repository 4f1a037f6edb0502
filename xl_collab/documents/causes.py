"""How a cause is said: where a row's lateness began, in one clause, in every document alike.

Only what the numbers prove (`plan/causes.py`); what people wrote as 原因 goes first where there is some.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xl_collab.plan.causes import What
from xl_collab.plan.project import Project
from xl_collab.project.sentences import fitted
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
_ROOT = t("{id}（{how} {days} 个工作日）", "{id} ({how}, {days:workday|workdays})")
_DRIVEN = t("前置 {before} 推迟，源头 {root}", "the predecessor {before} is late; it began with {root}")
_DIRECT = t(
    "前置 {before} 推迟：{how} {days} 个工作日",
    "the predecessor {before} is late: {how}, {days:workday|workdays}",
)


def own(project: Project, row: int) -> Text | None:
    """How a late row made most of its own days; None where it made none."""
    parts = [part for part in project.assessment.causes.of(row) if part.row == row and part.days > 0]
    return HOW[max(parts, key=lambda part: part.days).what] if parts else None


def inherited(project: Project, row: int) -> Text | None:
    """The clause for a row whose lateness began with another one; None where it did not."""
    causes, names = project.assessment.causes, project.texts("id")
    root, before = causes.root(row), int(causes.driving[row])
    if root is None or root.row == row:
        return None
    if before == root.row:
        how, days = _how(project, row, root.row), root.days
        return fitted(_DIRECT, before=str(names[before]), how=how, days=days)
    return fitted(_DRIVEN, before=str(names[before]), root=began(project, row))


def began(project: Project, row: int) -> Text:
    """The root of a late row, with how and by how many days; the row must have one."""
    root = project.assessment.causes.root(row)
    assert root is not None
    how = _how(project, row, root.row)
    return fitted(_ROOT, id=str(project.texts("id")[root.row]), how=how, days=root.days)


def _how(project: Project, row: int, root: int) -> Text:
    """What made most of the root's days."""
    parts = [part for part in project.assessment.causes.of(row) if part.row == root and part.days > 0]
    return HOW[max(parts, key=lambda part: part.days).what]


def roots(project: Project, row: int) -> Iterator[tuple[int, Text, int]]:
    """(row, how, days) of everything further up that made the row late, the nearest first."""
    for part in project.assessment.causes.of(row):
        if part.row != row and part.own and part.days > 0:
            yield part.row, HOW[part.what], part.days


def grouped(project: Project, rows: Sequence[int]) -> list[int]:
    """The rows with those that share a root together, the root's own row first; groups in the given order."""
    found: dict[int, list[int]] = {}
    for row in rows:
        root = project.assessment.causes.root(row)
        found.setdefault(row if root is None else root.row, []).append(row)
    return [row for root, group in found.items() for row in sorted(group, key=lambda one: one != root)]
