"""What the tool needs to add a row to a register: the next free IDs, and labels of choices."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xl_collab.model.keys import normalise_key
from xl_collab.model.plan.project import Project


def new_ids(project: Project, sheet: str) -> Iterator[str]:
    """IDs that no row of the register has: C004, C005 … after C003; digits as many as are in use."""
    table = project.table(sheet)
    prefix = table.sheet.id_prefix
    pattern = re.compile(rf"{re.escape(prefix.lower())}(\d+)")
    found = [m[1] for text in table.texts("id").tolist() if (m := pattern.fullmatch(normalise_key(text)))]
    number, width = max(map(int, found), default=0), max(map(len, found), default=3)
    while True:
        number += 1
        yield f"{prefix}{number:0{width}d}"


def label(project: Project, sheet: str, column: str, code: str) -> str:
    """The word of a choice column in the workbook's language."""
    choices = project.table(sheet).sheet.column(column).choices
    if choices is None:
        raise KeyError(f"{sheet}.{column} has no choices")
    return choices.label(code, project.book.lang)
