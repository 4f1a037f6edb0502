"""What is said of a draft that was drawn again: what of people's it holds, or why it stands beside theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from xl_collab.project.sentences import fitted
from xl_collab.schema.words import Lang, Text, t

if TYPE_CHECKING:
    from xl_collab.hosts.changes import Applied, SheetChange

__all__ = ["OBSTACLES", "drafts_said"]

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


def drafts_said(applied: Applied, lang: Lang) -> list[str]:
    """One or two sentences for each sheet in which something of people's is concerned."""
    told = (line for one in applied.generated for line in _said(one))
    return [fitted(said, **words).of(lang) for said, words in told]


def _said(one: SheetChange) -> Iterator[tuple[Text, Mapping[str, object]]]:
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
