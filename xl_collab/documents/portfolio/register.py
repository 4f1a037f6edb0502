"""A list of the portfolio's workbook before anybody draws it: columns, rows, and where each row came from.

Plain data in one language, for lists of a hundred thousand rows. Looks, files and rules may not enter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from xl_collab.schema.words import Lang, Text

Shown = Literal["text", "centre", "date", "moment", "workdays", "count", "percent", "alert", "level", "link"]
"""How a column's cells look; "link" is a text that leads to the row's file and cell."""


@dataclass(frozen=True, slots=True)
class Estimated:
    """Working days that rest on a year without official holidays; shown with the word for it."""

    days: int


Value = str | int | float | dt.date | Estimated | None

LONGEST = 400
"""Characters of a text that a list shows; the link of its row leads to all of it."""
MOST_ROWS = 200_000
"""Rows of one list. Excel has room for 1,048,576, but nobody reads them, and opening takes minutes."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: heading, kind of cells, width in characters in Chinese and in English.

    folded  shown by a click on the outline, and not printed
    """

    text: Text
    shown: Shown = "text"
    width: float = 10
    english: float = 0
    folded: bool = False

    def wide(self, lang: Lang) -> float:
        """Its width in a language."""
        return self.english or self.width if lang == "en" else self.width


@dataclass(frozen=True, slots=True)
class Target:
    """A file, and the sheet and cell in it where a row stands."""

    path: str
    tab: str = ""
    cell: str = ""


@dataclass(frozen=True)
class Register:
    """A sheet with one list.

    rows   cells in the columns' order; of "alert" and "level" the code, of a workday column signed days
    goals  where each row leads to; shorter than rows where it leads nowhere
    fixed  columns that stay when one scrolls
    more   rows that there are beside these
    """

    key: str
    tab: Text
    hint: Text
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value]]
    empty: Text
    goals: Sequence[Target | None] = ()
    fixed: int = 2
    more: int = 0

    @property
    def left_out(self) -> int:
        """Rows that are not shown."""
        return max(0, len(self.rows) - MOST_ROWS) + self.more
