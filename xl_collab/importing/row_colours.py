"""Which fills of a foreign table are a message about a row, and which only decorate it.

A colour that covers all rows or a whole column, that alternates, or that changes with the stage says nothing.
What may not enter: what a colour means (legend.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xl_collab.importing.columns import ForeignSheet, address, is_filled
from xl_collab.importing.looks import Cell, Hue, hue_of

_FEWEST = 4
"""Rows from which colours that alternate can be told from a message."""


@dataclass(frozen=True)
class ColouredRow:
    """A task row that carries a message: its number, its colour, and the cells that have it."""

    row: int
    hue: Hue
    cells: str


@dataclass
class RowColours:
    """The messages of a table's task rows.

    sheet, rows  the sheet and its task rows
    colours      fills, or colours of texts
    columns      all columns of the table
    telling      columns whose single cells may carry a message, the most telling first
    stages       the stage of each row
    explained    colours that a legend explains: they are never decoration
    """

    sheet: ForeignSheet
    rows: Sequence[int]
    colours: Mapping[Cell, str]
    columns: Sequence[int]
    telling: Sequence[int]
    stages: Sequence[object]
    explained: Collection[str] = ()
    silent: set[Hue] = field(default_factory=set)
    """Colours that were found to say nothing."""

    def found(self) -> list[ColouredRow]:
        """The rows with a message, from top to bottom."""
        if not self.rows:
            return []
        fills = {column: [self._fill(row, column) for row in self.rows] for column in self.columns}
        plain = [column for column in self.columns if not self._decorated(fills[column])]
        self._note_decorated(fills, plain)
        hues = {
            column: [None if fill is None else hue_of(fill) for fill in fills[column]] for column in plain
        }
        whole = [self._whole(i, hues) for i in range(len(self.rows))]
        silent = {hue for hue in set(whole) - {None} if self._says_nothing(hue, whole)}  # type: ignore[arg-type]
        self.silent |= silent  # type: ignore[arg-type]
        return list(self._messages(hues, whole, silent))

    def _messages(
        self,
        hues: Mapping[int, Sequence[Hue | None]],
        whole: Sequence[Hue | None],
        silent: Collection[Hue | None],
    ) -> Iterator[ColouredRow]:
        for i, row in enumerate(self.rows):
            marks = [(hues[c][i], c) for c in self.telling if c in hues]
            single = next((hue for hue, _ in marks if hue and hue not in silent and hue != whole[i]), None)
            hue = single or (whole[i] if whole[i] not in silent else None)
            if hue is not None:
                cells = [column for column in hues if hues[column][i] == hue]
                yield ColouredRow(row, hue, _cells(row, cells))

    def _fill(self, row: int, column: int) -> str | None:
        anchor = self.sheet.anchors.get((row, column), (0, 0))
        return self.colours.get((row, column)) or self.colours.get(anchor)

    def _decorated(self, fills: Sequence[str | None]) -> bool:
        """Whether a column has one fill from top to bottom."""
        hue = None if fills[0] is None else hue_of(fills[0])
        return len(fills) > 1 and hue is not None and len(set(fills)) == 1 and hue not in self.explained

    def _note_decorated(self, fills: Mapping[int, Sequence[str | None]], plain: Sequence[int]) -> None:
        for column, found in fills.items():
            first = found[0] if found else None
            hue = None if first is None or column in plain else hue_of(first)
            if hue is not None:
                self.silent.add(hue)

    def _whole(self, i: int, hues: Mapping[int, Sequence[Hue | None]]) -> Hue | None:
        """The colour of at least half of a row's filled cells, and of two cells at least."""
        row = self.rows[i]
        full = [c for c in hues if is_filled(self.sheet.shown_cell(row, c))]
        counts = Counter(hue for c in full if (hue := hues[c][i]) is not None)
        if not counts:
            return None
        hue, count = counts.most_common(1)[0]
        return hue if 2 * count >= len(full) and (count > 1 or len(full) == 1) else None

    def _says_nothing(self, hue: Hue, whole: Sequence[Hue | None]) -> bool:
        if hue in self.explained:
            return False
        if len(whole) > 1 and all(one == hue for one in whole):
            return True
        return self._alternates(hue, whole) or self._by_stage(whole)

    def _alternates(self, hue: Hue, whole: Sequence[Hue | None]) -> bool:
        """Every other row, rows of another colour apart; counted by task or by row of the sheet."""
        if len(whole) < _FEWEST:
            return False
        return any(
            _every_other(hue, [(number % 2, one) for number, one in zip(numbers, whole, strict=True)])
            for numbers in (range(len(whole)), self.rows)
        )

    def _by_stage(self, whole: Sequence[Hue | None]) -> bool:
        """One colour for each stage, or every other stage coloured."""
        runs: list[tuple[object, set[Hue | None]]] = []
        for stage, hue in zip(self.stages, whole, strict=True):
            if not runs or runs[-1][0] != stage:
                runs.append((stage, set()))
            runs[-1][1].add(hue)
        if len(runs) < 2 or len(whole) < 2 * len(runs) or any(len(hues) > 1 for _, hues in runs):
            return False
        ordered = [next(iter(hues)) for _, hues in runs]
        every = all(ordered) and len(set(ordered)) == len(ordered)
        other = len(ordered) >= _FEWEST and all(bool(hue) == bool(i % 2) for i, hue in enumerate(ordered))
        return every or other


def _every_other(hue: Hue, rows: Sequence[tuple[int, Hue | None]]) -> bool:
    sides = {side for side, one in rows if one == hue}
    if len(sides) != 1:
        return False
    own = [one for side, one in rows if side in sides]
    return own.count(hue) > 1 and all(one is not None for one in own) and 2 * own.count(hue) > len(own)


def _cells(row: int, columns: Sequence[int]) -> str:
    """Neighbouring cells as ranges: A5:H5, J5."""
    runs: list[list[int]] = []
    for column in sorted(columns):
        if runs and column == runs[-1][-1] + 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    ends = ((address(row, run[0]), address(row, run[-1])) for run in runs)
    return ", ".join(first if first == last else f"{first}:{last}" for first, last in ends)
