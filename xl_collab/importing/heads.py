"""Heading rows of a foreign sheet: one row or up to three, groups over them, tables side by side.

What may not enter: the rows below (table_finder.py), and what headings mean (headings.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from xl_collab.importing.column_choice import is_core
from xl_collab.importing.columns import ForeignColumn, ForeignSheet, OverColumns, is_filled, shown
from xl_collab.importing.heading_dates import mode_of
from xl_collab.importing.headings import guess, heading_key, known

_LONGEST_HEADING = 40
_DEEPEST = 3
"""Rows that one heading may stand over: a group, a group in it, the heading itself."""


@dataclass(frozen=True)
class Head(OverColumns):
    """Heading rows `top` to `bottom` over the columns `left` to `right`."""

    top: int
    bottom: int
    columns: tuple[ForeignColumn, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(heading_key(column.heading) for column in self.columns)


def heads_of(sheet: ForeignSheet) -> Iterator[Head]:
    """Heading rows from top to bottom; one that repeats the one before it in its columns is none."""
    seen: list[Head] = []
    row = 1
    while row <= len(sheet.rows):
        found = _heads_at(sheet, row) if _promising(sheet, row) else []
        fresh = [head for head in found if not any(_repeats(head, old) for old in seen)]
        yield from fresh
        seen += fresh
        row = max((head.bottom for head in found), default=row) + 1


def head_at(sheet: ForeignSheet, row: int, column: int = 1) -> Head | None:
    """The headings that a person points to, whether their words are known or not."""
    runs = _side_by_side(_best(sheet, row))
    return next((head for head in runs if head.columns and column <= head.right), None)


def head_named(sheet: ForeignSheet, names: Collection[str]) -> Head | None:
    """The first row, or two, that has all these headings (compared by `heading_key`)."""
    for row in range(1, len(sheet.rows) + 1):
        for bottom in (row, row + 1):
            columns = _columns(sheet, row, bottom) if bottom <= len(sheet.rows) else ()
            found = {
                heading_key(text) for c in columns for text in (c.heading, "".join(c.parts), c.parts[-1])
            }
            if columns and set(names) <= found:
                return Head(row, bottom, columns)
    return None


def _repeats(head: Head, old: Head) -> bool:
    return head.keys == old.keys and head.left == old.left


def _promising(sheet: ForeignSheet, row: int) -> bool:
    """A quick look: short texts only, two of them known, this row and the one below taken together."""
    texts = _texts(sheet, row)
    if texts is None or not texts:
        return False
    below = {known(text) for text in _texts(sheet, row + 1) or []} - {None}
    own = {known(text) for text in texts} - {None}
    groups = len(set(texts)) > 1 and any(map(_is_group, texts))
    return len(own) >= 2 or ((bool(own) or groups) and len(own | below) >= 2)


def _is_group(text: str) -> bool:
    """计划 and Actual, not the title of a plan."""
    return len(text) <= (12 if text.isascii() else 6) and mode_of(text) is not None


def _texts(sheet: ForeignSheet, row: int) -> list[str] | None:
    """The short texts of a row; None when it holds a date or figure, which no heading does.

    Days of a bar chart at the right end are passed over.
    """
    if row > len(sheet.rows):
        return None
    values = [value for value in sheet.rows[row - 1] if is_filled(value)]
    bars = _bars(values)
    values = values[: len(values) - bars]
    if any(isinstance(value, date | float) for value in values):
        return None
    return [shown(value) for value in values if isinstance(value, str) and len(value) <= _LONGEST_HEADING]


def _bars(values: Sequence[object]) -> int:
    """How many days or figures stand behind at least two texts, three or more of them: a bar chart's head."""
    count = next((n for n, v in enumerate(reversed(values)) if isinstance(v, str)), len(values))
    texts = sum(isinstance(value, str) for value in values)
    return count if count >= 3 and texts >= 2 else 0


def _heads_at(sheet: ForeignSheet, row: int) -> list[Head]:
    """The headings that start in a row, cut where tables stand side by side."""
    return [head for head in _side_by_side(_best(sheet, row)) if is_core(_targets(head))]


def _best(sheet: ForeignSheet, row: int) -> Head:
    """The headings over one row, or over two or three where that tells more columns."""
    best = Head(row, row, _columns(sheet, row, row))
    for bottom in range(row + 1, row + _DEEPEST):
        if bottom > len(sheet.rows) or not _may_be_deeper(sheet, bottom):
            break
        deeper = Head(row, bottom, _columns(sheet, row, bottom))
        best = deeper if _worth(deeper) > _worth(best) else best
    return best


def _may_be_deeper(sheet: ForeignSheet, row: int) -> bool:
    values = [value for value in sheet.rows[row - 1] if is_filled(value)]
    figures = values[: len(values) - _bars(values)]
    return bool(_texts(sheet, row)) and not any(isinstance(value, int) for value in figures)


def _columns(sheet: ForeignSheet, top: int, bottom: int) -> tuple[ForeignColumn, ...]:
    """One column for each that has a heading, with its groups above it."""
    found = []
    groups = [""] * (bottom - top)
    for number in range(1, sheet.width + 1):
        texts = [_heading(sheet, row, number) for row in range(top, bottom + 1)]
        parts = (*_groups_over(texts, groups), texts[-1])
        groups = [text if _is_over(texts, at) else "" for at, text in enumerate(parts[:-1])]
        distinct = tuple(dict.fromkeys(part for part in parts if part))
        if distinct:
            found.append(ForeignColumn(number, distinct, guess(distinct)))
    return tuple(found)


def _groups_over(texts: Sequence[str], before: Sequence[str]) -> tuple[str, ...]:
    """The group texts over a column: without merged cells a group stands over its first column only."""
    found: list[str] = []
    carried = bool(texts[-1])
    for text, group in zip(texts[:-1], before, strict=True):
        carried = carried and not text
        found.append(group if carried else text)
    return tuple(found)


def _is_over(texts: Sequence[str], at: int) -> bool:
    """Whether the text in a heading row is a group over others: something else stands below it."""
    below = [text for text in texts[at + 1 :] if text]
    return bool(below) and below != [texts[at]] * len(below)


def _heading(sheet: ForeignSheet, row: int, column: int) -> str:
    return " ".join(shown(sheet.shown_cell(row, column)).split())


def _targets(head: Head) -> set[str]:
    return {column.guess.target for column in head.columns if column.guess is not None}


def _worth(head: Head) -> int:
    return len({c.guess.target for c in head.columns if c.guess is not None and c.guess.sure})


def _side_by_side(head: Head) -> list[Head]:
    """Cut where the first heading of a table comes again, or where a gap is and a task column repeats."""
    runs: list[list[ForeignColumn]] = []
    for column in head.columns:
        if not runs or _starts_anew(runs[-1], column, head.columns):
            runs.append([])
        runs[-1].append(column)
    return [Head(head.top, head.bottom, tuple(run)) for run in runs]


def _starts_anew(
    run: Sequence[ForeignColumn], column: ForeignColumn, columns: Sequence[ForeignColumn]
) -> bool:
    again = len(run) > 1 and heading_key(column.heading) == heading_key(run[0].heading)
    gap = column.number > run[-1].number + 1
    if again or not gap:
        return again
    targets = {one.guess.target for one in run if one.guess is not None}
    rest = {one.guess.target for one in columns if one.number >= column.number and one.guess is not None}
    return is_core(targets) and is_core(rest)
