"""Rows that many workbooks have alike: drawn and written for the first of them, put into the others as text.

Shared strings and cell formats have other numbers in each workbook, so the text has gaps for these; they are
given out in the order in which drawing the rows would. What may not enter: what a row says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from xlsxwriter.format import Format
from xlsxwriter.worksheet import CellStringTuple, Worksheet

from xl_collab.documents.theme import Theme

_CELL = re.compile(r'<c r="[A-Z]+\d+" s="(\d+)"(?: t="s"><v>(\d+)</v>)?')


@dataclass(frozen=True)
class KeptRows:
    """The last rows of a worksheet.

    pieces  their XML between the gaps
    gaps    what each gap takes: a position in `looks`, or in `texts` behind them
    looks   properties of the formats, in the order in which they come
    texts   texts of the cells, likewise; `cells` are how many cells have one
    first, last  zero-based rows
    """

    pieces: Sequence[str]
    gaps: Sequence[int]
    looks: Sequence[Mapping[str, Any]]
    texts: Sequence[str]
    cells: int
    first: int
    last: int

    def text(self, numbers: Sequence[int]) -> str:
        """The XML with these numbers of the looks and the texts."""
        names = list(map(str, numbers))
        filled = [""] * (2 * len(self.gaps) + 1)
        filled[::2] = self.pieces
        filled[1::2] = map(names.__getitem__, self.gaps)
        return "".join(filled)


Keep = Callable[[KeptRows], None]
"""Takes rows that were written, to put them in elsewhere."""


class RowStore(Protocol):
    """Keeps rows by all that they were drawn from."""

    def get(self, key: str) -> KeptRows | None:
        """Rows that were kept under an equal key."""

    def put(self, key: str, value: KeptRows) -> None:
        """Keep rows."""


class KeepingRows(Worksheet):  # type: ignore[misc]
    """A worksheet whose last rows may be kept when they are written, or put in as they were kept."""

    def __init__(self) -> None:
        super().__init__()
        self._keep: tuple[int, Theme, Keep] | None = None
        self._put: tuple[KeptRows, list[Format], list[int]] | None = None

    def keep_rows(self, first: int, theme: Theme, keep: Keep) -> None:
        """Give the rows from `first` on to `keep` when they have been written."""
        self._keep = first, theme, keep

    def put_rows(self, rows: KeptRows, theme: Theme) -> None:
        """Put rows in, below what is drawn."""
        numbers = [self.str_table._get_shared_string_index(text) for text in rows.texts]
        self.str_table.count += rows.cells - len(rows.texts)
        self._check_dimensions(rows.last, self.dim_colmin)
        self._put = rows, [theme(**look) for look in rows.looks], numbers

    def _write_rows(self) -> None:
        if self._put is not None:
            self._write_kept(*self._put)
            return
        start = self.fh.tell()
        super()._write_rows()
        if self._keep is not None:
            first, theme, keep = self._keep
            rows = self._kept(self.fh.getvalue()[start:], first, theme)
            if rows is not None:
                keep(rows)

    def _write_kept(self, rows: KeptRows, looks: Sequence[Format], texts: Sequence[int]) -> None:
        self.dim_rowmax = rows.first - 1
        super()._write_rows()
        self.dim_rowmax = rows.last
        self.fh.write(rows.text([*(look._get_xf_index() for look in looks), *texts]))

    def _kept(self, written: str, first: int, theme: Theme) -> KeptRows | None:
        """The rows from `first` on; None where a cell has no format, or the row above is not as wide."""
        if not {self.dim_colmin, self.dim_colmax} <= self.table[first - 1].keys():
            return None  # the columns that rows say they span hang on it
        cells = [cell for n in range(first, self.dim_rowmax + 1) for _, cell in sorted(self.table[n].items())]
        strings = [cell.string for cell in cells if isinstance(cell, CellStringTuple)]
        text = written[written.index(f'<row r="{first + 1}"') :]
        found = list(_CELL.finditer(text))
        if len(found) != len(cells) or sum(cell[2] is not None for cell in found) != len(strings):
            return None
        looks = {cell.format._get_xf_index(): cell.format for cell in cells}
        order = {number: n for n, number in enumerate(dict.fromkeys(int(cell[1]) for cell in found))}
        texts = {number: n for n, number in enumerate(dict.fromkeys(strings), len(order))}
        gaps, spans = [], []
        for cell in found:
            gaps.append(order[int(cell[1])])
            spans.append(cell.span(1))
            if cell[2] is not None:
                gaps.append(texts[int(cell[2])])
                spans.append(cell.span(2))
        ends = [0, *(end for _, end in spans)]
        starts = [*(start for start, _ in spans), len(text)]
        return KeptRows(
            [text[end:start] for end, start in zip(ends, starts, strict=True)],
            gaps,
            [theme.properties(looks[number]) for number in order],
            [self.str_table._get_shared_string(number) for number in texts],
            len(strings),
            first,
            self.dim_rowmax,
        )
