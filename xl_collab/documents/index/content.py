"""Which documents a workbook holds, by kind and newest first, and which of them are old.

A document is old when a later one of its kind has taken its place, or what it was made for is settled. What
is old is only proposed: `archive` hides it when somebody asks. What may not enter: how the list is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import ClassVar

from xl_collab.plan.next_step import INDEX
from xl_collab.plan.project import Project
from xl_collab.project.tables import GeneratedSheet
from xl_collab.project.timing.deadlines import parse_date
from xl_collab.records import dataclass
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import Text, t

_KEYED = "{key}"
_ISSUED, _DRAFT = t("已签发", "Issued"), t("草稿", "Draft")
_CURRENT, _OTHER = t("清单与图表（随时更新）", "Lists and charts (kept up to date)"), t("其他", "Other")
_SETTLES = {"adjustment": ("adjustments", "status", "draft"), "acceptance": ("acceptance", "result", "")}
"""Kind → table, column and the code that says that the row of the document's key is still open."""


@dataclass(frozen=True)
class Entry:
    """A document: its tab, what it is about, its day, how far it is, and whether it was filed away."""

    tab: str
    key: str
    day: date | None
    state: Text
    hidden: bool


@dataclass(frozen=True)
class Group:
    """Documents of one kind, the newest first."""

    title: Text
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class IndexDoc:
    """The list as data."""

    kind: ClassVar = INDEX
    groups: tuple[Group, ...]

    @property
    def entries(self) -> list[Entry]:
        """All documents, in the order of the list."""
        return [entry for group in self.groups for entry in group.entries]


def index(project: Project, sheets: Iterable[GeneratedSheet]) -> IndexDoc:
    """The list of these sheets: lists that are kept up to date first, then one group a kind."""
    found = [one for one in sheets if one.kind != INDEX]
    titled = [
        (_CURRENT, [one for one in found if _title(one.kind) and not _keyed(one.kind)]),
        *((_named(kind), [one for one in found if one.kind == kind]) for kind in filter(_keyed, GENERATED)),
        (_OTHER, [one for one in found if not _title(one.kind)]),
    ]
    groups = (_group(project, title, mine) for title, mine in titled)
    return IndexDoc(tuple(group for group in groups if group.entries))


def _group(project: Project, title: Text, sheets: Sequence[GeneratedSheet]) -> Group:
    if title is _CURRENT:
        kinds = list(GENERATED)
        ordered = sorted(sheets, key=lambda one: kinds.index(one.kind))
    else:
        ordered = newest_first(sheets)
    return Group(title, tuple(_entry(project, one) for one in ordered))


def _entry(project: Project, one: GeneratedSheet) -> Entry:
    return Entry(one.tab, one.key, _day(one.key), _state(project, one), one.hidden)


def _title(kind: str) -> Text | None:
    return GENERATED.get(kind)


def _keyed(kind: str) -> bool:
    """Whether there is one document for each key, and not one that is always drawn anew."""
    title = _title(kind)
    return title is not None and _KEYED in title.zh


def _named(kind: str) -> Text:
    title = GENERATED[kind]
    zh, en = (text.replace(_KEYED, "").strip("- ") for text in (title.zh, title.en))
    return Text(zh, en)


def _day(key: str) -> date | None:
    return parse_date(key.partition("-")[0]) if key[:8].isdecimal() and len(key) >= 8 else None


def _state(project: Project, one: GeneratedSheet) -> Text:
    """签发 or 草稿 of minutes; of a document about a row what that row says."""
    if one.issued:
        return _ISSUED
    if one.kind == "minutes":
        return _DRAFT
    said = str(_row_says(project, one) or "")
    return Text(said, said)


def _row_says(project: Project, one: GeneratedSheet) -> object:
    """What the register says of a document; a row that the same run adds is open as yet."""
    sheet, column, open_code = _SETTLES.get(one.kind, ("", "", ""))
    if not sheet:
        return None
    table = project.table(sheet)
    choices = table.sheet.column(column).choices
    begun = choices.label(open_code, project.lang) if choices and open_code else None
    pairs = zip(table.texts("id").tolist(), table.raw(column).tolist(), strict=True)
    return next((value for name, value in pairs if name == one.key), begun)


def newest_first(sheets: Sequence[GeneratedSheet]) -> list[GeneratedSheet]:
    """By key, numbers as numbers, and of one key the tab that was made last."""
    places = {one.tab: n for n, one in enumerate(sheets)}
    return sorted(sheets, key=lambda one: (_order(one.key), places[one.tab]), reverse=True)


def _order(key: str) -> list[tuple[int, str]]:
    """20231113 before 20231113-2 before 20231113-10, C2 before C10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.findall(r"\d+|\D+", key)]


# what is old


def old_sheets(project: Project, keep: int) -> list[GeneratedSheet]:
    """Sheets that may be filed away, and are not yet.

    keep  so many issued minutes stay, and every draft that is newer than the last of them
    """
    found = [one for one in project.book.generated if one.kind != INDEX]
    old: list[GeneratedSheet] = []
    for kind in dict.fromkeys(one.kind for one in found):
        mine = newest_first([one for one in found if one.kind == kind])
        old += _outdated(mine, keep) if kind == "minutes" else _settled(project, mine)
    return [one for one in old if not one.hidden]


def _outdated(minutes: Sequence[GeneratedSheet], keep: int) -> list[GeneratedSheet]:
    """Minutes behind the last `keep` issued ones; without one that is issued all but the newest draft."""
    issued = [n for n, one in enumerate(minutes) if one.issued]
    last = issued[min(keep, len(issued)) - 1] if issued else keep - 1
    return list(minutes[last + 1 :])


def _settled(project: Project, sheets: Sequence[GeneratedSheet]) -> list[GeneratedSheet]:
    """Earlier tabs of a document that was made again, and documents about rows that are settled."""
    seen: set[str] = set()
    old = []
    for one in sheets:
        if one.key in seen or _is_settled(project, one):
            old.append(one)
        seen.add(one.key)
    return old


def _is_settled(project: Project, one: GeneratedSheet) -> bool:
    sheet, column, open_code = _SETTLES.get(one.kind, ("", "", ""))
    said = _row_says(project, one)
    if not sheet or not said:
        return False
    choices = project.table(sheet).sheet.column(column).choices
    return choices is None or (choices.code(str(said)) or "") != open_code
