"""Recognising columns and fields by what is written above or beside them.

Works on plain rows of cells. People rename, move, push down and double headings; each of these is
recorded, none is an error. What may not enter: files, XML, the meaning of the data below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from xl_collab.hosts.ooxml.workbookxml import TableInfo
from xl_collab.schema.declaration import FormSheet, TableSheet
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.words import Lang, Text

SEARCHED_ROWS = 60
"""Rows from the top in which the headings are looked for."""

Row = Sequence[object]
Area = tuple[int, int, int, int]
"""First row, first column, last row, last column; all from 1."""


@lru_cache(maxsize=4096)
def heading_key(text: str) -> str:
    """The form in which headings are compared: width, case, blanks, line breaks and * do not count."""
    return "".join(normalise_key(text).split()).strip("*:")


@dataclass(frozen=True)
class Headings:
    """The heading row of a table: `row` and the values of `columns` (by declared name) count from 1."""

    row: int
    columns: Mapping[str, int]
    unknown: tuple[str, ...] = ()
    duplicated: tuple[str, ...] = ()
    languages: Mapping[Lang, int] | None = None

    @property
    def lang(self) -> Lang:
        """The language in which most headings are; Chinese when even."""
        found = self.languages or {}
        return "en" if found.get("en", 0) > found.get("zh", 0) else "zh"


def find_headings(sheet: TableSheet, rows: Sequence[Row], expected: int | None = None) -> Headings | None:
    """The row that has most of the sheet's headings; None when no row has at least two of them.

    `expected` is the row (from 1) where an Excel table says that they are: it wins a tie.
    """
    meanings = _meanings(sheet)
    there = rows[expected - 1] if expected is not None and 0 < expected <= len(rows) else None
    if expected and there:
        found = read_headings(sheet, there, expected)
        if len(found.columns) == len(sheet.columns):  # no row can have more
            return found
    best, best_score = None, (1, False)
    tops = set(range(1, min(len(rows), SEARCHED_ROWS) + 1))
    if expected is not None and 0 < expected <= len(rows):
        tops.add(expected)
    for number in sorted(tops):
        score = (len(_known(meanings, rows[number - 1])), number == expected)
        if score > best_score and score[0] > 1:
            best, best_score = number, score
    return None if best is None else read_headings(sheet, rows[best - 1], best)


def read_headings(sheet: TableSheet, cells: Row, row: int) -> Headings:
    """What each cell of the heading row means; a proper name wins over an alias, left over right."""
    return _read(sheet, tuple(cell if isinstance(cell, str) else "" for cell in cells), row)


@lru_cache(maxsize=256)  # the same few rows stand in every tracker
def _read(sheet: TableSheet, cells: tuple[str, ...], row: int) -> Headings:
    meanings = _meanings(sheet)
    places: dict[str, list[tuple[int, int]]] = {}
    unknown: list[tuple[int, str]] = []
    languages: dict[Lang, int] = {"zh": 0, "en": 0}
    for column, text in _texts(cells):
        meaning = meanings.get(heading_key(text))
        if meaning is None:
            unknown.append((column, text))
            continue
        name, rank, lang = meaning
        places.setdefault(name, []).append((rank, column))
        if lang is not None:
            languages[lang] += 1
    columns, duplicated = {}, []
    for name, found in places.items():
        rank, columns[name] = min(found)
        rest = sorted(set(found) - {(rank, columns[name])})
        duplicated += [_shown(cells[column - 1]) for other, column in rest if other == rank]
        unknown += [(column, _shown(cells[column - 1])) for other, column in rest if other != rank]
    return Headings(row, columns, tuple(text for _, text in sorted(unknown)), tuple(duplicated), languages)


def share(sheet: TableSheet, headings: Headings | None) -> float:
    """How much of the declared table was found, 0 to 1."""
    return 0.0 if headings is None else len(headings.columns) / len(sheet.columns)


def looks_like(sheet: TableSheet, headings: Headings | None) -> bool:
    """Whether a sheet whose name says nothing may be taken for `sheet` by its headings alone.

    Most of the columns that are required, and at least four: 编号, 状态 and 备注 occur everywhere.
    """
    if headings is None or len(headings.columns) < 4:
        return False
    required = [column.name for column in sheet.columns if column.required]
    found = sum(name in headings.columns for name in required)
    return 3 * found >= 2 * len(required) and (len(required) >= 4 or share(sheet, headings) >= 0.6)


def _known(meanings: Mapping[str, tuple[str, int, Lang | None]], cells: Row) -> set[str]:
    found = (meanings.get(heading_key(text)) for _, text in _texts(cells))
    return {meaning[0] for meaning in found if meaning is not None}


def _texts(cells: Row) -> list[tuple[int, str]]:
    return [
        (i, _shown(cell)) for i, cell in enumerate(cells, start=1) if isinstance(cell, str) and cell.strip()
    ]


def _shown(cell: object) -> str:
    return " ".join(str(cell).split())


@lru_cache(maxsize=64)
def _meanings(sheet: TableSheet) -> dict[str, tuple[str, int, Lang | None]]:
    """Heading key → column name, rank (0 proper name, 1 alias) and language of proper names."""
    found: dict[str, tuple[str, int, Lang | None]] = {}
    for column in sheet.columns:
        for alias in column.aliases:
            found.setdefault(heading_key(alias), (column.name, 1, None))
    for column in reversed(sheet.columns):
        zh, en = heading_key(column.label.zh), heading_key(column.label.en)
        found[en] = (column.name, 0, "en" if en != zh else None)
        found[zh] = (column.name, 0, "zh" if en != zh else None)
    return found


def find_fields(
    sheet: FormSheet, rows: Sequence[Row], merged: Sequence[Area] = ()
) -> dict[str, tuple[int, int]]:
    """Row and column (from 1) of the value cell of every field whose label is found.

    The value stands to the right of its label, behind whatever the label is merged with.
    """
    labels = {heading_key(label): field.name for field in sheet.fields for label in field.labels()}
    ends = {(top, left): right for top, left, _, right in merged}
    places: dict[str, tuple[int, int]] = {}
    for number, cells in enumerate(rows, start=1):
        values: set[int] = set()
        for column, text in _texts(cells):
            name = labels.get(heading_key(text))
            if column not in values and name is not None and name not in places:
                value = ends.get((number, column), column) + 1
                places[name] = (number, value)
                values.add(value)
    return places


def is_titled(title: Text, tab: str) -> bool:
    """Whether a tab's name is `title` in either language."""
    return heading_key(tab) in (heading_key(title.zh), heading_key(title.en))


# What locating, reading and planning ask of a workbook, wherever it lives: a file or an open window.


Stale = dict[str, tuple[int, ...]]
"""Column name → sheet rows whose native formula is missing or not the declared one."""


class Formulas(Protocol):
    """The formulas of one tab."""

    def formulas_in(self, column: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Sheet rows of one column's formulas, and for each a number that `formula_text` wants back."""

    def formula_text(self, offset: int, row: int, column: int) -> str:
        """One formula without its equals sign."""


class TabCells(Protocol):
    """The cells of one tab; `rows` from row 1 and column A on, blanks and errors as ""."""

    rows: list[list[Any]]

    @property
    def cells(self) -> Formulas:
        """Where the formulas are."""

    @property
    def merged(self) -> Sequence[Area]:
        """Merged ranges."""

    def column(self, number: int, first_row: int, *, as_text: bool = False) -> list[object]:
        """The cleaned cells of column `number` (from 1) from `first_row` to the last row."""

    def cell(self, row: int, column: int) -> object:
        """One cleaned cell, None beyond the edge."""

    def stale(
        self, sheet: TableSheet, letters: Mapping[str, str], rows: npt.NDArray[np.int64], lang: Lang
    ) -> Callable[[], Stale]:
        """Finds the rows that have lost their declared formula: as they were when read, whenever asked."""


class Tabs(Protocol):
    """The worksheets of one workbook."""

    @property
    def tabs(self) -> list[str]:
        """Names of the tabs with cells, from left to right."""

    @property
    def titles(self) -> list[str]:
        """Names of all tabs, chart sheets included: those that are taken."""

    @property
    def date1904(self) -> bool:
        """Whether serial numbers of dates count from 1904."""

    @property
    def own_names(self) -> Sequence[tuple[str, str, str]]:
        """(tab, name, text) of the names that belong to one tab."""

    def grid(self, tab: str) -> TabCells:
        """The cells of a tab."""

    def tables(self, tab: str) -> list[TableInfo]:
        """The Excel tables on a tab."""

    def objects(self, tab: str) -> int:
        """Charts, pictures, shapes and comments on a tab."""

    def is_shown(self, tab: str) -> bool:
        """Whether people see the tab."""

    def forget(self, tab: str) -> None:
        """Free the memory of a tab."""
