"""Which tracker a workbook is, and which state of it: the rows of `_meta`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from xl_collab.plan.project import Project
from xl_collab.project.edits import AppendRows, Edit, SetColumn

_LEDGER = "ledger_revision"


def document_id(project: Project) -> str:
    """The tracker's own identity; '' when it has none."""
    return _values(project).get("document_id", "")


def revision(project: Project) -> int | None:
    """How often the tool has written this workbook (`_meta`); None when it does not say."""
    text = _values(project).get("revision", "")
    return int(text) if text.isdecimal() else None


def ledger_revision(project: Project) -> int:
    """How many runs of the ledger this workbook holds; 0 before the first.

    Only merges of replies count here. Other commands write the workbook too, and are none of the ledger's
    business: by `revision` a validated workbook would look like a foreign one.
    """
    text = _values(project).get(_LEDGER, "")
    return int(text) if text.isdecimal() else 0


def meta_edits(project: Project, values: Mapping[str, str]) -> tuple[Edit, ...]:
    """Write rows of `_meta`; those that are missing are added."""
    table = project.table("meta")
    names = table.texts("name").tolist()
    edits: list[Edit] = []
    for name, value in values.items():
        if name in names:
            row = np.array([table.rows[names.index(name)]], dtype=np.int64)
            edits.append(SetColumn("meta", "value", row, [value]))
    added = [{"name": name, "value": value} for name, value in values.items() if name not in names]
    return (*edits, *([AppendRows("meta", tuple(added))] if added else []))


def ledger_edits(project: Project, number: int) -> tuple[Edit, ...]:
    """Write the number of the ledger's runs, as `ledger_revision` reads it."""
    return meta_edits(project, {_LEDGER: str(number)})


def _values(project: Project) -> dict[str, str]:
    table = project.table("meta")
    return dict(zip(table.texts("name").tolist(), table.texts("value").tolist(), strict=True))
