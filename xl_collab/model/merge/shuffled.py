"""Whether contents moved from row to row, as they do when only some columns of a sheet are sorted.

A sheet whose rows were inserted, deleted or renumbered is not meant: there whole rows moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from xl_collab.model.merge.following import says_column
from xl_collab.model.merge.snapshot import Rows
from xl_collab.model.merge.values import Canonical, same
from xl_collab.model.schema import TableSheet

Pair = tuple[int, int, str]
"""Their position, the base's position, and the base's key of a row."""

_FEWEST_SHUFFLED = 3
_FEWEST_TORN = 2


def is_shuffled(sheet: TableSheet, theirs: Rows, base: Rows, pairs: list[Pair]) -> bool:
    """Whether a row now has what the coordinator wrote for another one (at least two cells differ from its
    own); or what departments write merely changed places among three rows or more; or words went to other
    IDs and left the rest of their rows behind, twice or more."""
    given = [c.name for c in sheet.columns if c.entered and c.editor == "coordinator"]
    written = [c.name for c in sheet.columns if c.entered and c.editor != "coordinator"]
    return (
        _another_rows(_contents(given, theirs, base, pairs))
        or _swapped(_contents(written, theirs, base, pairs))
        or _torn(sheet, theirs, base, pairs) >= _FEWEST_TORN
    )


def _torn(sheet: TableSheet, theirs: Rows, base: Rows, pairs: list[Pair]) -> int:
    """How many rows have the words of one row that was sent, and cells of the one that has their ID."""
    rest = [c for c in sheet.columns if c.entered and c.name not in ("id", says_column(sheet))]
    both = [c for c in rest if c.name in theirs.columns and c.name in base.columns]
    given = [c.name for c in both if c.editor == "coordinator"]
    written = [c.name for c in both if c.editor != "coordinator"]
    torn = 0
    for i, j, _ in pairs:
        k = base.index.get(theirs.keys[i], j)
        if k != j:
            came, stayed = _moved(given, theirs, base, (i, j, k))
            came_too, stayed_too = _moved(written, theirs, base, (i, j, k))
            torn += stayed > came or (not came_too and stayed + stayed_too >= _FEWEST_TORN)
    return torn


def _moved(names: Sequence[str], theirs: Rows, base: Rows, at: tuple[int, int, int]) -> tuple[int, int]:
    """Of the cells by which two rows that were sent can be told apart: how many of a row came along with its
    words, and how many stayed with its ID. What was edited is neither."""
    i, j, k = at
    came = stayed = 0
    for name in names:
        now, words, number = theirs.columns[name][i], base.columns[name][j], base.columns[name][k]
        if not same(words, number):
            came += same(now, words)
            stayed += same(now, number)
    return came, stayed


_Contents = list[tuple[tuple[Canonical, ...], tuple[Canonical, ...]]]


def _contents(names: list[str], theirs: Rows, base: Rows, pairs: list[Pair]) -> _Contents:
    """Their content and the base's of each row, over the columns that both have."""
    both = [n for n in names if n in theirs.columns and n in base.columns and n != "id"]
    ours = list(zip(*(base.columns[n] for n in both), strict=True))
    yours = list(zip(*(theirs.columns[n] for n in both), strict=True))
    return [(yours[i], ours[j]) for i, j, _ in pairs] if both else []


def _another_rows(contents: _Contents) -> bool:
    sent = Counter(ours for _, ours in contents)
    moved = ((yours, ours) for yours, ours in contents if yours != ours and sent.get(yours) == 1)
    filled = ((yours, ours) for yours, ours in moved if any(value is not None for value in yours))
    return any(sum(a != b for a, b in zip(yours, ours, strict=True)) >= 2 for yours, ours in filled)


def _swapped(contents: _Contents) -> bool:
    changed = [(yours, ours) for yours, ours in contents if yours != ours]
    now, sent = Counter(yours for yours, _ in changed), Counter(ours for _, ours in changed)
    return now == sent and len(now) >= _FEWEST_SHUFFLED
