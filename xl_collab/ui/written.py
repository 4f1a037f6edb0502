"""What became of the workbook, in words: what was written, what its drafts keep, and how to undo it.

Said for a coordinator: rows, columns and sheets by the names they have there, nothing of hidden sheets. What
may not enter: terminals, windows, counts that only programs ask for (those are in the JSON answer).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xl_collab.commands.words import SHARED
from xl_collab.schema.words import Lang, Text, in_a_row, row_numbers, t

if TYPE_CHECKING:
    from xl_collab.hosts.changes import Applied, ColumnChange, SheetChange
    from xl_collab.schema.declaration import Column

_MOST = 3
"""Columns that are named; more are counted."""
_MOST_TABS = 8
"""The same of sheets."""


CLICK: Mapping[str, Text] = {
    "cells": t("改动 {cells} 格。", "{cells:cell|cells} changed."),
    "sheets": t("新表或更新的表：{sheets}。", "New or refreshed sheets: {sheets}."),
    "take_back": t("点“撤销”可恢复。", "Undo takes it back."),
    "unchanged": t("已是最新，没有改动。", "Up to date, nothing changed."),
}
CARRIED = t(
    "“{tab}”里有人填写或改过的 {n} 处都保留了。",
    "{tab}: what people typed is kept ({n}).",
)
LEFT_OVER = t(
    "其中 {n} 处原来的位置已不存在，列在表末“保留的手写内容”。",
    "The places of {n} of them are gone; see “Kept from the earlier draft” at the foot.",
)
OVERRULED = t(
    "其中 {n} 处这次本应写入新内容，仍以手写的为准，请核对。",
    "In {n} of them the tool would now say something new; what was typed stands, please check.",
)
BESIDE = t(
    "“{old}”原样保留：{why}。新的一稿另放在“{new}”。",
    "{old} stays as it is: {why}. The new draft is {new}.",
)
TAKEN_IN = t("“{tab}”第 {rows} 行已并入表格。", "{tab}: rows below the table are now part of it ({rows}).")
WOULD_TAKE = t(
    "“{tab}”第 {rows} 行会并入表格。", "{tab}: rows below the table would become part of it ({rows})."
)
OBSTACLES: Mapping[str, Text] = {
    "rows": t("有人在里面增删过行", "somebody added or deleted rows"),
    "columns": t("有人在里面增删过列", "somebody added or deleted columns"),
    "formulas": t("有人在里面写了公式", "somebody put formulas in"),
    "objects": t("有人加了批注、图片或图表", "somebody added comments, pictures or charts"),
    "unknown": t("有人改过，而改在哪里已无法辨认", "somebody changed it, and what cannot be told any more"),
}


def draft_lines(applied: Applied, lang: Lang) -> list[str]:
    """Sentences for each sheet in which something of people's is concerned."""
    from xl_collab.project.sentences import fitted

    said = WOULD_TAKE if applied.dry_run else TAKEN_IN
    rows = [(said, {"tab": one.tab, "rows": row_numbers(one.rows)}) for one in applied.taken_in]
    found = (line for one in applied.generated for line in _sentences(one))
    return [fitted(text, **words).of(lang) for text, words in (*rows, *found)]


def _sentences(one: SheetChange) -> Iterator[tuple[Text, Mapping[str, object]]]:
    if one.how == "unchanged":
        return
    if one.carried:
        yield CARRIED, {"tab": one.tab, "n": one.carried}
    if one.left_over:
        yield LEFT_OVER, {"n": one.left_over}
    if one.overruled:
        yield OVERRULED, {"n": one.overruled}
    if one.obstacle:
        yield BESIDE, {"old": one.touched, "new": one.tab, "why": OBSTACLES[one.obstacle]}


def written_lines(applied: Applied, lang: Lang) -> list[str]:
    """What was written into a file, and how to take it back on the command line."""
    what = ("；" if lang == "zh" else "; ").join(_done(applied, lang))
    if applied.dry_run:
        found = [_said("would" if what else "would_same", lang, what=what)]
        found += [f"  {change}" for change in applied.samples]
    elif not applied.written:
        found = [_said("unchanged", lang, path=applied.path)]
    else:
        found = [_said("written" if what else "written_same", lang, path=applied.path, what=what)]
        if applied.backup:
            found.append(_said("backup", lang, path=_near(applied.backup)))
            found.append(_said("take_back", lang, file=applied.path))
    return [*found, *draft_lines(applied, lang)]


def _said(key: str, lang: Lang, **words: object) -> str:
    from xl_collab.project.sentences import fitted

    return fitted(SHARED[key], **words).of(lang)


def _near(path: Path) -> Path:
    """As people at this prompt would name it: a path below the current folder without that folder."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _done(applied: Applied, lang: Lang) -> Iterator[str]:
    """Each kind of change in a few words: computed columns, entries, new rows, cells of forms, sheets."""
    from xl_collab.schema.sheets import SHEETS

    figures, entries = _by_kind(applied)
    if figures:
        rows = [_said("rows_of", lang, tab=tab, n=len(rows)) for tab, rows in figures.items()]
        yield _said("figures_changed", lang, rows=in_a_row(rows, lang))
    for tab, changes in entries.items():
        filled = {row for change in changes for row in change.cells.rows}
        yield _said("entries_changed", lang, tab=tab, n=len(filled), columns=_columns(changes, lang))
    for key, count in applied.added.items():
        if SHEETS[key].state == "visible":
            yield _said("rows_added", lang, tab=SHEETS[key].name(lang), n=count)
    for tab in dict.fromkeys(change.tab for change in applied.fields):
        count = sum(change.tab == tab for change in applied.fields)
        yield _said("cells_changed", lang, tab=tab, n=count)
    if applied.rebuilt:
        yield _said("rebuilt", lang)
    for key, how in (("sheets_added", "inserted"), ("sheets_redrawn", "refreshed")):
        tabs = [one.tab for one in applied.generated if one.how == how]
        if tabs:
            yield _said(key, lang, sheets=_tabs(tabs, lang))
    for key, shown in (("tabs_hidden", False), ("tabs_shown", True)):
        tabs = [one.tab for one in applied.tabs if one.shown == shown]
        if tabs:
            yield _said(key, lang, sheets=_tabs(tabs, lang))


def _by_kind(applied: Applied) -> tuple[dict[str, set[int]], dict[str, list[ColumnChange]]]:
    """By tab the rows whose figures were computed, and the columns that hold entries and baselines."""
    from xl_collab.schema.sheets import SHEETS

    figures: dict[str, set[int]] = {}
    entries: dict[str, list[ColumnChange]] = {}
    for change in applied.columns:
        if SHEETS[change.sheet].state != "visible":
            continue
        column = _declared(change)
        if column is None or column.entered or column.name == "baseline":
            entries.setdefault(change.tab, []).append(change)
        elif not column.hidden:
            figures.setdefault(change.tab, set()).update(change.cells.rows)
    return figures, entries


def _declared(change: ColumnChange) -> Column | None:
    """The column as declared; None for one that the workbook has of its own."""
    from xl_collab.schema.sheets import SHEETS

    try:
        return SHEETS.table(change.sheet).column(change.column)
    except KeyError:
        return None


def _tabs(tabs: Sequence[str], lang: Lang) -> str:
    """The first few tabs, and how many there are: accepting makes hundreds."""
    named = in_a_row(tabs[:_MOST_TABS], lang)
    return named if len(tabs) <= _MOST_TABS else _said("more_tabs", lang, tabs=named, n=len(tabs))


def _columns(changes: list[ColumnChange], lang: Lang) -> str:
    found = [(_declared(change), change.column) for change in changes]
    labels = [column.label.of(lang) if column else name for column, name in found]
    named = in_a_row(labels[:_MOST], lang)
    return named if len(labels) <= _MOST else _said("more_columns", lang, columns=named, n=len(labels))


def changed_lines(applied: Applied, lang: Lang) -> list[str]:
    """What a click wrote, in one sentence, and what became of what people typed in drafts."""
    from xl_collab.project.sentences import fitted

    def say(key: str, **words: object) -> str:
        return fitted(CLICK[key], **words).of(lang)

    if not applied.changed:
        return [say("unchanged")]
    found = [say("cells", cells=applied.cells)] if applied.cells else []
    if applied.sheets:
        found.append(say("sheets", sheets=_tabs(applied.sheets, lang)))
    return [(" " if lang == "en" else "").join([*found, say("take_back")]), *draft_lines(applied, lang)]
