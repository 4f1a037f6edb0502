"""文档目录 follows: whatever a run draws, hides or shows is in the list of documents after it.

Which documents there are and in what order is a rule of `documents/index`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xl_collab.hosts.changes import Applied
    from xl_collab.plan.project import Project
    from xl_collab.project.edits import Edit
    from xl_collab.project.tables import GeneratedSheet


def list_edits(
    project: Project, edits: Sequence[Edit], drawn: Mapping[str, bytes], titles: Sequence[str]
) -> tuple[Edit, ...]:
    """The new list, and filed documents that are drawn again shown; none where no document is concerned.

    drawn   the scratch workbook of every sheet among `edits` by "kind/key"
    titles  the names of all tabs
    """
    from xl_collab.project.edits import InsertSheet, ShowSheet

    if not any(isinstance(edit, InsertSheet | ShowSheet) for edit in edits):
        return ()
    from xl_collab.documents.index.content import index
    from xl_collab.schema.sheets import GENERATED

    sheets, again = _after(project, edits, drawn, titles)
    document = index(project, sheets)
    return (*again, InsertSheet(document.kind, GENERATED[document.kind].of(project.lang), document))


def _after(
    project: Project, edits: Sequence[Edit], drawn: Mapping[str, bytes], titles: Sequence[str]
) -> tuple[list[GeneratedSheet], list[Edit]]:
    """The generated sheets as they will be, in the order of their tabs, and what has to be shown again."""
    from xl_collab.hosts.planning import tab_of_draft
    from xl_collab.project.edits import InsertSheet, ShowSheet
    from xl_collab.project.tables import GeneratedSheet

    found = {one.tab: one for one in project.book.generated}
    tabs = list(titles)
    again: list[Edit] = []
    for edit in edits:
        if isinstance(edit, InsertSheet):
            scratch = drawn[f"{edit.kind}/{edit.key}"]
            tab = tab_of_draft(edit, scratch, list(found.values()), tabs)
            if tab in found and found[tab].hidden:
                again.append(ShowSheet(tab, shown=True))
            found[tab] = GeneratedSheet(tab, edit.kind, edit.key, touched=False, issued=edit.final)
            tabs.append(tab)
        elif isinstance(edit, ShowSheet) and edit.tab in found:
            found[edit.tab] = replace(found[edit.tab], hidden=not edit.shown)
    return list(found.values()), again


def without_list(applied: Applied) -> Applied:
    """What is told of a run: that the list follows goes without saying."""
    from xl_collab.plan.next_step import INDEX

    return replace(applied, generated=tuple(one for one in applied.generated if one.kind != INDEX))
