"""Which tracker a workbook is: the document id in `_meta`."""

from __future__ import annotations

from xl_collab.model.project import Project

__all__ = ["document_id", "revision"]


def document_id(project: Project) -> str:
    """The tracker's own identity; '' when it has none."""
    table = project.table("meta")
    pairs = zip(table.texts("name").tolist(), table.texts("value").tolist(), strict=True)
    return str(dict(pairs).get("document_id", ""))


def revision(project: Project) -> int | None:
    """How often the tool has written this workbook (`_meta`); None when it does not say."""
    table = project.table("meta")
    pairs = zip(table.texts("name").tolist(), table.texts("value").tolist(), strict=True)
    text = str(dict(pairs).get("revision", ""))
    return int(text) if text.isdecimal() else None
