"""The rows of `_meta`: which tracker this is, which state of it, and what the last `validate` found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from xl_collab.plan.impact import changes_by_task
from xl_collab.plan.project import Project
from xl_collab.project.edits import AppendRows, Edit, SetColumn
from xl_collab.project.sentences import fitted, listing
from xl_collab.schema.findings import Finding
from xl_collab.schema.words import Text, t

_LEDGER = "ledger_revision"


def document_id(project: Project) -> str:
    """The tracker's own identity; '' when it has none."""
    return meta_values(project).get("document_id", "")


def revision(project: Project) -> int | None:
    """How often the tool has written this workbook (`_meta`); None when it does not say."""
    text = meta_values(project).get("revision", "")
    return int(text) if text.isdecimal() else None


def ledger_revision(project: Project) -> int:
    """How many runs of the ledger this workbook holds; 0 before the first.

    Only merges of replies count here. Other commands write the workbook too, and are none of the ledger's
    business: by `revision` a validated workbook would look like a foreign one.
    """
    text = meta_values(project).get(_LEDGER, "")
    return int(text) if text.isdecimal() else 0


def meta_edits(project: Project, values: Mapping[str, object]) -> tuple[Edit, ...]:
    """Write rows of `_meta`; those that are missing are added."""
    table = project.table("meta")
    rows = dict(zip(table.texts("name").tolist(), table.rows.tolist(), strict=True))
    edits: list[Edit] = [
        SetColumn("meta", "value", np.array([rows[name]]), [value])
        for name, value in values.items()
        if name in rows
    ]
    added = tuple({"name": name, "value": value} for name, value in values.items() if name not in rows)
    return (*edits, AppendRows("meta", added)) if added else tuple(edits)


def ledger_edits(project: Project, number: int) -> tuple[Edit, ...]:
    """Write the number of the ledger's runs, as `ledger_revision` reads it."""
    return meta_edits(project, {_LEDGER: str(number)})


def meta_values(project: Project, edits: Iterable[Edit] = ()) -> dict[str, str]:
    """Name → value of every row of `_meta`, once these edits are carried out."""
    table = project.table("meta")
    names = dict(zip(table.rows.tolist(), table.texts("name").tolist(), strict=True))
    pairs = dict(zip(names.values(), table.texts("value").tolist(), strict=True))
    for edit in edits:
        if isinstance(edit, SetColumn) and (edit.sheet, edit.column) == ("meta", "value"):
            pairs |= {names[r]: str(v) for r, v in zip(edit.rows.tolist(), edit.values, strict=True)}
        elif isinstance(edit, AppendRows) and edit.sheet == "meta":
            pairs |= {str(record["name"]): str(record["value"]) for record in edit.records}
    return pairs


# What the last `validate` found, in numbers: kept in `_meta` so that 首页 can show them without Python.


DAY, ERRORS, WARNINGS = "checked_on", "checked_errors", "checked_warnings"
UNANSWERED, ROOTS = "checked_unanswered", "checked_roots"
"""Names of its rows in `_meta`."""
_NAMES = (DAY, ERRORS, WARNINGS, UNANSWERED, ROOTS)
_NAMED = 3
"""Places where delays began that 首页 names."""
_UNANSWERED = ("P331", "P332")
"""High risks without owner or countermeasure, and red tasks that nothing answers."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Findings of one day (an ISO date): errors, warnings, and reds that nobody answers.

    roots  where the delays of unfinished rows began, in the workbook's language; "" without one
    """

    day: str
    errors: int
    warnings: int
    unanswered: int
    roots: str = field(default="", compare=False)


def count(project: Project, found: Sequence[Finding]) -> Checked:
    """The findings of the project's day in numbers."""
    severities = [finding.severity for finding in found]
    unanswered = sum(finding.kind.code in _UNANSWERED for finding in found)
    errors, warnings = severities.count("error"), severities.count("warning")
    return Checked(project.as_of.isoformat(), errors, warnings, unanswered, _roots(project))


def _roots(project: Project) -> str:
    """Where most unfinished rows' delays began: one slip is one matter, however many rows are late by it.

    A row whose 进度调整 names a cause stands for itself.
    """
    found, ids = project.assessment, project.texts("id")
    late = np.flatnonzero(found.states.open & (found.variance > 0)).tolist()
    said = {key for key, forms in changes_by_task(project).items() if any(form.cause for form in forms)}
    own = {row for row in late if project.ids[row] in said}
    reached = found.causes.reach([*(row for row in late if row not in own), *sorted(own)], own)
    groups = sorted(reached.items(), key=lambda group: -len(group[1]))
    if not groups:
        return ""
    named = [_root(str(ids[root]), sum(row != root for row in rows)) for root, rows in groups[:_NAMED]]
    names = listing(named, _NAMED, total=len(groups))
    return fitted(_ROOTS, n=len(groups), names=names).of(project.book.lang)


def _root(row_id: str, others: int) -> Text:
    return fitted(_ROOT_OF, id=row_id, n=others) if others else Text(row_id, row_id)


_ROOTS = t("延误源头 {n} 处：{names}", "Delays began in {n:place|places}: {names}")
_ROOT_OF = t("{id}（影响 {n} 项）", "{id} ({n} more late by it)")


def checked(project: Project) -> Checked | None:
    """What `_meta` says; None when it was never checked, or does not say it all."""
    return _read(meta_values(project))


def _read(pairs: Mapping[str, str]) -> Checked | None:
    numbers = [pairs.get(name, "") for name in (ERRORS, WARNINGS, UNANSWERED)]
    if not pairs.get(DAY) or not all(text.isdecimal() for text in numbers):
        return None
    errors, warnings, unanswered = map(int, numbers)
    return Checked(pairs[DAY], errors, warnings, unanswered, pairs.get(ROOTS, ""))


def check_edits(project: Project, now: Checked) -> tuple[Edit, ...]:
    """Edits of `_meta` that keep these numbers."""
    values = {DAY: now.day, ERRORS: now.errors, WARNINGS: now.warnings, UNANSWERED: now.unanswered}
    return meta_edits(project, values | {ROOTS: now.roots})


def is_count(project: Project, edit: Edit) -> bool:
    """Whether an edit is one of `check_edits`."""
    if isinstance(edit, AppendRows) and edit.sheet == "meta":
        return all(record["name"] in _NAMES for record in edit.records)
    if not isinstance(edit, SetColumn) or (edit.sheet, edit.column) != ("meta", "value"):
        return False
    table = project.table("meta")
    names = dict(zip(table.rows.tolist(), table.texts("name").tolist(), strict=True))
    return all(names.get(row) in _NAMES for row in edit.rows.tolist())


def kept_by(project: Project, edits: Iterable[Edit]) -> Checked | None:
    """What `_meta` says once these edits are carried out."""
    return _read(meta_values(project, edits))
