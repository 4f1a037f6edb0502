"""Which sheet a new draft goes into: the earlier one's place if nothing of people's is lost there.

A drawn sheet must hold every text that people typed into the sheet it replaces; whoever drew it without
them gets a sheet of its own beside that one. What may not enter: drawing, writing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from xl_collab.hosts.changes import SheetChange
from xl_collab.hosts.generated import Mark, content_hash, free_title, known_as
from xl_collab.hosts.grid import Sheets
from xl_collab.hosts.ooxml.package import Package
from xl_collab.project.drafts import KEPT, Obstacle, Typed, recalled, texts
from xl_collab.project.edits import InsertSheet
from xl_collab.project.tables import GeneratedSheet


@dataclass
class Drawn:
    """A drawn sheet that is in memory only; `typed` is what people wrote since, by row and column."""

    scratch: bytes
    mark: Mark
    typed: dict[tuple[int, int], object] = field(default_factory=dict)

    def seen(self) -> tuple[GeneratedSheet, str]:
        """The sheet as a workbook with it would be read, and the digest of its cells."""
        sheets = Sheets(Package.from_bytes(self.scratch))
        tab = sheets.tabs[0]
        rows = sheets.grid(tab).rows
        for (row, column), value in self.typed.items():
            rows += [[""] * len(rows[0]) for _ in range(row - len(rows))]
            for cells in rows:
                cells += [""] * (column - len(cells))
            rows[row - 1][column - 1] = "" if value is None else value
        known = known_as(sheets, replace(self.mark, tab=tab))
        return replace(known, tab=self.mark.tab), content_hash(sheets, tab)


@dataclass(frozen=True)
class Draft:
    """A drawn sheet before it goes in: a digest of its cells, its texts, and which of them people typed."""

    hash: str
    texts: Counter[str]
    typed: tuple[Typed, ...]

    @classmethod
    def of(cls, scratch: bytes) -> Draft:
        """The one sheet of a drawn workbook."""
        sheets = Sheets(Package.from_bytes(scratch))
        rows = sheets.grid(sheets.tabs[0]).rows
        found = recalled(rows)
        said = Counter(texts(value for cells in rows for value in cells))
        return cls(content_hash(sheets, sheets.tabs[0]), said, found.typed if found else ())

    def holds(self, typed: Sequence[Typed]) -> bool:
        """Whether every text that people typed stands in it."""
        return Counter(texts(one.value for one in typed)) <= self.texts

    def overrules(self, typed: Sequence[Typed]) -> int:
        """Cells in which what people typed stands before something new."""
        before = {one.key: one.instead_of for one in typed}
        return sum(before.get(one.key, one.instead_of) != one.instead_of for one in self.typed)

    @property
    def left_over(self) -> int:
        """Texts at the foot, their own place being gone."""
        return sum(one.key.startswith(KEPT) for one in self.typed if texts([one.value]))


def plan_draft(
    edit: InsertSheet, new: Draft, known: Sequence[GeneratedSheet], tabs: Sequence[str]
) -> SheetChange:
    """Where a drawn sheet goes: over the earlier draft, or beside whatever must stay as it is."""
    mine = [one for one in known if (one.kind, one.key) == (edit.kind, edit.key)]
    ours = next((one for one in mine if _may_take(edit, new, one)), None)
    kept = next((one for one in mine if one is not ours and (one.touched or not one.renewable)), None)
    if ours is None:
        change = SheetChange(edit.kind, edit.key, free_title(edit.title, tabs), "inserted")
    else:
        carried = len(texts(one.value for one in new.typed))
        counts = (carried, new.left_over, new.overrules(ours.typed))
        change = SheetChange(edit.kind, edit.key, ours.tab, "refreshed", "", "", *counts)
    if kept is None:
        return change
    return _beside(change, kept)


def _may_take(edit: InsertSheet, new: Draft, old: GeneratedSheet) -> bool:
    if old.issued:
        return False
    return edit.replace or (not old.obstacle and new.holds(old.typed))


def _beside(change: SheetChange, kept: GeneratedSheet) -> SheetChange:
    obstacle: Obstacle = "" if kept.issued else kept.obstacle or "unknown"
    return replace(change, touched=kept.tab, obstacle=obstacle)
