"""日志: which cells replies changed in this workbook, by whom and when, the newest first.

Nobody's own formatting is painted over: a conditional format marks the cells of the newest run, and each
line leads to its cell. No clock here: times come in as texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xl_collab.model.edits import InsertSheet
from xl_collab.model.merge.merging import Change, Odd
from xl_collab.model.merge.values import native
from xl_collab.model.merge.words import WHYS, label_of
from xl_collab.model.plan.project import Project
from xl_collab.model.sheets import GENERATED, SHEETS
from xl_collab.model.words import Lang, Text

MOST = 300
"""Changes that the page shows; the ledger keeps all of them."""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One changed cell. Values are as cells show them; `shape` is the kind of the column.

    column   its heading, of a shared cell with the department whose words changed; heading  without
    """

    at: str
    sheet: Text
    id: str
    column: Text
    heading: Text
    old: object
    new: object
    department: str
    sender: str
    why: Text
    shape: str


@dataclass(frozen=True)
class ChangesDoc:
    """The 日志 sheet."""

    lines: tuple[ChangeLine, ...]
    lang: Lang = "zh"


def change_log(project: Project, changes: Iterable[tuple[str, Change]]) -> InsertSheet:
    """The page of the last changes; `changes` come with their times, newest first."""
    lines = [_line(project, at, change) for at, change in changes][:MOST]
    document = ChangesDoc(tuple(lines), project.lang)
    return InsertSheet("log", "log", GENERATED["log"].of(project.lang), document)


def _line(project: Project, at: str, change: Change) -> ChangeLine:
    sheet = SHEETS.table(change.cell.sheet)
    column = sheet.column(change.cell.column)
    people = (change.who, *change.also)
    old, new = (
        value.text if isinstance(value, Odd) else native(column, value, project.lang)
        for value in (change.old, change.new)
    )
    return ChangeLine(
        at,
        sheet.title,
        _written(project, change),
        label_of(sheet, change.cell.column),
        column.label,
        old,
        new,
        "、".join(dict.fromkeys(who.department for who in people if who.department)),
        "、".join(dict.fromkeys(who.sender for who in people if who.sender)),
        WHYS[change.why],
        column.kind.value,
    )


def _written(project: Project, change: Change) -> str:
    """The ID as people write it."""
    if change.cell.sheet == "tracker" and change.cell.row in project.row_of:
        return str(project.texts("id")[project.row_of[change.cell.row]])
    return change.cell.row.upper()
