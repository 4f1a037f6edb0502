"""Formulas as patterns: those of a filled-down column differ in their row's number only.

A packet of 1,000 rows repeats the same few formulas of a thousand characters on each of them. The reading
process sends each pattern once; filled in again, it is the very text of the cell. What may not enter: the
meaning of a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

GAP = "\0"
"""Stands for the row's number in a pattern. XML cannot hold it, so no text of a cell does."""

_RAW_GAP = GAP.encode()


class Patterns:
    """Numbers the patterns of one sheet, in the order in which they were first met."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._numbers: dict[str, int] = {}
        self._raw: dict[bytes, int] = {}

    def number(self, text: str, row: int) -> int:
        """The pattern of a formula that stands in `row`."""
        pattern = text.replace(str(row), GAP)
        if pattern not in self._numbers:
            self._numbers[pattern] = len(self.texts)
            self.texts.append(pattern)
        return self._numbers[pattern]

    def number_of_element(self, element: bytes, row: int, text_of: Callable[[bytes], str]) -> int:
        """As `number`, for an element whose text `text_of` finds: once for all that are alike."""
        if b"&#" in element:  # the digits of a character's number are no row
            return self.number(text_of(element), row)
        raw = element.replace(b"%d" % row, _RAW_GAP)
        number = self._raw.get(raw)
        if number is None:
            number = self._raw[raw] = self.number(text_of(element), row)
        return number


class Overfull(ValueError):
    """Raised when formulas would take more room than they may."""


class Filling:
    """Fills patterns in again, up to `room` characters in all.

    Few bytes ask for many here, and the process that asks may have been taken over by a hostile file.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._patterns: list[tuple[str, int]] = []

    def begin(self, patterns: Iterable[str]) -> None:
        """Take the patterns of the next sheet."""
        self._patterns = [(pattern, pattern.count(GAP)) for pattern in patterns]

    def text(self, number: int, row: int) -> str:
        """The formula of a pattern as it stands in `row`. IndexError for a number that is none."""
        pattern, gaps = self._patterns[number]
        shown = str(row)
        self._room -= len(pattern) + gaps * (len(shown) - 1)
        if self._room < 0:
            raise Overfull
        return pattern.replace(GAP, shown)
