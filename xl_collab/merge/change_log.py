"""日志: which cells replies changed in this workbook, by whom and when, the newest first.

Nobody's own formatting is painted over: a conditional format marks the cells of the newest run, and each
line leads to its cell. No clock here: times come in as texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from xl_collab.merge.result import ADDED, Change
from xl_collab.merge.values import Odd, native
from xl_collab.merge.words import WHYS, label_of
from xl_collab.plan.project import Project
from xl_collab.project.edits import InsertSheet
from xl_collab.schema.sheets import GENERATED, SHEETS
from xl_collab.schema.words import Lang, Text, t

MOST = 300
"""Changes that the page shows; the ledger keeps all of them."""
_EARLIER = 30
"""Of earlier runs so many: a page that grew with the project would make each collect slower."""

T = TypeVar("T")

WHOLE_ROW = t("（新增行）", "(new row)")


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


@dataclass(frozen=True, slots=True)
class ToldLine:
    """Something that people were told: when, and in which words."""

    at: str
    words: Text


@dataclass(frozen=True)
class ChangesDoc:
    """The 日志 sheet."""

    kind: ClassVar = "log"

    lines: tuple[ChangeLine, ...]
    told: tuple[ToldLine, ...] = ()
    lang: Lang = "zh"


def change_log(
    project: Project,
    changes: Iterable[tuple[str, Change]],
    told: Iterable[ToldLine] = (),
    ids: Mapping[tuple[str, str], str] | None = None,
) -> InsertSheet:
    """The page of the last changes and of what was told; both come with their times, newest first.

    ids  sheet and row → its ID today, as people write it
    """
    made = _latest(changes, lambda one: one[0])
    lines = tuple(_line(project, at, change, ids or {}) for at, change in made)
    document = ChangesDoc(lines, tuple(_latest(told, lambda line: line.at)), project.lang)
    return InsertSheet("log", GENERATED["log"].of(project.lang), document)


def _latest(items: Iterable[T], at: Callable[[T], str]) -> list[T]:
    """All of the newest run, and some of those before it; `at` says when one was."""
    known = list(items)[:MOST]
    newest = sum(at(one) == at(known[0]) for one in known)
    return known[: newest + _EARLIER]


def _line(project: Project, at: str, change: Change, ids: Mapping[tuple[str, str], str]) -> ChangeLine:
    sheet = SHEETS.table(change.cell.sheet)
    whole = change.cell.column == ADDED
    column = None if whole else sheet.column(change.cell.column)
    people = (change.who, *change.also)
    old, new = (
        value.text
        if isinstance(value, Odd)
        else (value if column is None else native(column, value, project.lang))
        for value in (change.old, change.new)
    )
    return ChangeLine(
        at,
        sheet.title,
        ids.get(change.cell[:2]) or change.cell.row.upper(),
        WHOLE_ROW if column is None else label_of(sheet, change.cell.column),
        WHOLE_ROW if column is None else column.label,
        old,
        new,
        "、".join(dict.fromkeys(who.department for who in people if who.department)),
        "、".join(dict.fromkeys(who.sender for who in people if who.sender)),
        WHYS[change.why],
        "" if column is None else column.kind.value,
    )
