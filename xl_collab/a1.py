"""A1 addresses: columns by letter and by number, and rectangles of cells.

Everybody who names a cell counts here, from 1. What may not enter: names of sheets, formulas.
"""

from __future__ import annotations

from functools import lru_cache

from xl_collab.patterns import lazy
from xl_collab.records import dataclass

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
_RANGE = lazy(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")


@lru_cache(maxsize=16_384)
def column_number(letters: str) -> int:
    """A is 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=16_384)
def column_letters(number: int) -> str:
    """1 is A."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, 1-based and inclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def parse(cls, text: str) -> Area | None:
        """Read "A1:C5" or "B2"; None for anything else (whole columns, lists)."""
        match = _RANGE.fullmatch(text)
        if match is None:
            return None
        left, top = column_number(match[1]), int(match[2])
        return cls(left, top, column_number(match[3] or match[1]), int(match[4] or top))

    def __str__(self) -> str:
        first = f"{column_letters(self.left)}{self.top}"
        last = f"{column_letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"


def overlap(one: Area, other: Area) -> bool:
    """Whether two rectangles share a cell."""
    across = one.left <= other.right and other.left <= one.right
    return across and one.top <= other.bottom and other.top <= one.bottom
