"""What became of the workbook, in words: what was written, what its drafts keep, and how to undo it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from xl_collab.commands.words import SHARED
from xl_collab.schema.words import Lang, Text, in_a_row, t

if TYPE_CHECKING:
    from xl_collab.hosts.changes import Applied, SheetChange

CLICK: Mapping[str, Text] = {
    "cells": t("改动 {cells} 格。", "{cells:cell|cells} changed."),
    "sheets": t("新表或更新的表：{sheets}。", "New or refreshed sheets: {sheets}."),
    "take_back": t("点“撤销”可恢复。", "Take back undoes it."),
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
OBSTACLES: Mapping[str, Text] = {
    "rows": t("有人在里面增删过行", "somebody added or deleted rows"),
    "columns": t("有人在里面增删过列", "somebody added or deleted columns"),
    "formulas": t("有人在里面写了公式", "somebody put formulas in"),
    "objects": t("有人加了批注、图片或图表", "somebody added comments, pictures or charts"),
    "unknown": t("有人改过，而改在哪里已无法辨认", "somebody changed it, and what cannot be told any more"),
}


def draft_lines(applied: Applied, lang: Lang) -> list[str]:
    """One or two sentences for each sheet in which something of people's is concerned."""
    from xl_collab.project.sentences import fitted

    found = (line for one in applied.generated for line in _sentences(one))
    return [fitted(text, **words).of(lang) for text, words in found]


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

    def say(key: str, **words: object) -> str:
        return SHARED[key].of(lang).format(**words)

    sheets = in_a_row(applied.sheets, lang) or say("none")
    if applied.dry_run:
        found = [say("would", cells=applied.cells, sheets=sheets)]
        found += [f"  {change}" for change in applied.samples]
    elif not applied.written:
        found = [say("unchanged", path=applied.path)]
    else:
        found = [say("written", path=applied.path, cells=applied.cells, sheets=sheets)]
        if applied.backup:
            found.append(say("backup", path=applied.backup, file=applied.path))
    return [*found, *draft_lines(applied, lang)]


def changed_lines(applied: Applied, lang: Lang) -> list[str]:
    """What a click wrote, in one sentence, and what became of what people typed in drafts."""
    from xl_collab.project.sentences import fitted

    def say(key: str, **words: object) -> str:
        return fitted(CLICK[key], **words).of(lang)

    if not applied.changed:
        return [say("unchanged")]
    found = [say("cells", cells=applied.cells)] if applied.cells else []
    if applied.sheets:
        found.append(say("sheets", sheets=in_a_row(applied.sheets, lang)))
    return [(" " if lang == "en" else "").join([*found, say("take_back")]), *draft_lines(applied, lang)]
