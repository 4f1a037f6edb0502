"""The rows that actions work on: one Table a sheet, all of them in a Book.

Cells arrive as people left them: str, bool, int, float, date, datetime, None, or one of the two
markers below. Nothing is converted silently; `dates` and `texts` give typed views.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from xl_collab.a1 import column_letters
from xl_collab.patterns import lazy
from xl_collab.project.drafts import Obstacle, Typed
from xl_collab.schema.declaration import TableSheet
from xl_collab.schema.words import Lang

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")
Days = npt.NDArray[np.datetime64]
Texts = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.intp]

_PLACEHOLDER = lazy(
    r"\s*(?:[【〔\[<＜][^】〕\]>＞]*[】〕\]>＞]|_{2,}|[…．.]{2,}|[xX×]{2,}|待[填补定]充?|请(?:填写|输入|选择).{0,30}|TBD|todo)\s*",
    re.IGNORECASE,
)


def is_placeholder(value: object) -> bool:
    """Whether a text only asks to be replaced: 【项目名称】, 待填, XXX, TBD. It counts as empty."""
    return isinstance(value, str) and len(value) <= 80 and _PLACEHOLDER.fullmatch(value) is not None


def has_placeholder(texts: Iterable[str]) -> bool:
    """Whether one of many texts may be such; most columns have none."""
    return any(map(_PLACEHOLDER.fullmatch, texts))


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that shows an error such as #REF!; never the same as an empty cell."""

    code: str


@dataclass(frozen=True, slots=True)
class CellFormula:
    """A formula where people should enter data; `value` is what it last showed."""

    text: str
    value: object = None


def as_day(value: object) -> date | None:
    """The day of a real date cell; None for everything else, dates typed as text included."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def text_of(value: object) -> str:
    """A cell's stripped text; '' for an empty cell, an error and a formula."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, CellError | CellFormula):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if value == value else ""  # NaN is empty


def texts_of(values: list[object]) -> list[str]:
    """The stripped text of each of many cells, the last of which is empty, as `factorise` gives them."""
    try:
        return [*map(str.strip, values[:-1]), text_of(values[-1])]  # type: ignore[arg-type]
    except TypeError:  # not all are texts
        return [value.strip() if type(value) is str else text_of(value) for value in values]


def column_of(values: Iterable[object]) -> Texts:
    """Cells as a column: a one-dimensional object array in which each value stays what it is."""
    listed = list(values)
    return np.fromiter(listed, object, len(listed))  # an assignment looks into each: five times as slow


_NO_NUMBERS = {type(None), str, date, datetime}


def factorise(values: Texts) -> tuple[Codes, list[object]]:
    """Codes and distinct values of a column; an empty cell has the last code, which is None.

    True and 1 are different values, as in a spreadsheet.
    """
    cells: list[object] = values.tolist()
    codes, distinct = _numbered(cells)
    if not _NO_NUMBERS.issuperset(map(type, distinct)):
        codes, distinct = _told_apart(cells, codes, distinct)
    if None not in distinct:
        return codes, [*distinct, None]
    # What is empty goes last, and those behind it move up.
    empty, last = distinct.index(None), len(distinct) - 1
    distinct.append(distinct.pop(empty))
    return (codes if empty == last else np.where(codes == empty, last, codes - (codes > empty))), distinct


def _told_apart(cells: list[object], codes: Codes, distinct: list[object]) -> tuple[Codes, list[object]]:
    """The same where True may hide behind an equal 1; what is not a number (NaN) is empty."""
    flagged = bool in set(map(type, cells))
    if flagged:
        codes, distinct = _numbered([_Flag(v) if isinstance(v, bool) else v for v in cells])
    if any(v != v for v in distinct):
        merged, distinct = _numbered([None if v != v else v for v in distinct])
        codes = merged[codes]
    return codes, [v.value if type(v) is _Flag else v for v in distinct] if flagged else distinct


def _numbered(cells: list[object]) -> tuple[Codes, list[object]]:
    """The number of each cell's value, and the values in the order in which they come."""
    places: defaultdict[object, int] = defaultdict(count().__next__)
    codes = np.fromiter(map(places.__getitem__, cells), np.intp, len(cells))
    return codes, list(places)


@dataclass(frozen=True, slots=True)
class _Flag:
    value: bool


@dataclass(frozen=True)
class Table:
    """The rows of one sheet.

    `cells` has every declared column by name (object arrays; a missing one is all None), `rows` are the
    1-based sheet rows, `letters` the column letters as found. Rows that people left empty are not in it.
    """

    sheet: TableSheet
    cells: Mapping[str, Texts]
    rows: npt.NDArray[np.int64]
    letters: Mapping[str, str]
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    duplicated: tuple[str, ...] = ()
    outside: tuple[int, ...] = ()
    """Sheet rows that stand below the Excel table's own end."""
    notes: tuple[int, ...] = ()
    """Sheet rows below the table that are none of its rows: remarks, signatures, totals."""
    unread: tuple[int, ...] = ()
    """Sheet rows that look like the table's, and stand below a note."""
    totals: bool = False
    """The Excel table ends with a totals row: rows below it stay outside."""
    merged: tuple[str, ...] = ()
    """Merged ranges that cover data cells."""
    header_row: int = 4
    tab: str = ""
    """The tab's name as found."""
    _memo: dict[tuple[str, ...], Any] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def of(cls, sheet: TableSheet, records: Sequence[Mapping[str, object]], first_row: int = 5) -> Table:
        """A table from plain records, laid out as declared: for the sample, scenarios and tests."""
        columns = {c.name: [record.get(c.name) for record in records] for c in sheet.columns}
        return cls.of_columns(sheet, columns, len(records), first_row)

    @classmethod
    def of_columns(
        cls, sheet: TableSheet, columns: Mapping[str, Iterable[object]], count: int, first_row: int = 5
    ) -> Table:
        """The same from its columns by name, of `count` rows each; one that is not there is empty."""
        names = [c.name for c in sheet.columns]
        cells = {name: column_of(columns.get(name, [None] * count)) for name in names}
        letters = {n: column_letters(i + 1) for i, n in enumerate(names)}
        rows = np.arange(first_row, first_row + count, dtype=np.int64)
        return cls(sheet, cells, rows, letters, tab=sheet.title.zh)

    def once(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """What `make` gives, worked out once for these cells: it must look at nothing else."""
        if key not in self._memo:
            self._memo[key] = make()
        found: T = self._memo[key]
        return found

    @property
    def end(self) -> int:
        """Its last sheet row; that of the headings while it is empty."""
        return int(self.rows[-1]) if len(self) else self.header_row

    @property
    def taken_in(self) -> tuple[int, ...]:
        """Sheet rows outside the Excel table that the next write makes part of it."""
        return () if self.totals else self.outside

    def longer(self, records: Sequence[Mapping[str, object]]) -> Table:
        """The table with these records in the rows below its last one."""
        rows = np.append(self.rows, np.arange(self.end + 1, self.end + 1 + len(records))).astype(np.int64)
        more = {name: column_of(r.get(name) for r in records) for name in self.cells}
        cells = {name: np.concatenate((mine, more[name])) for name, mine in self.cells.items()}
        return replace(self, cells=cells, rows=rows, _memo={})

    def with_cells(self, cells: Mapping[str, Iterable[object]]) -> Table:
        """The table with other cells in these columns, one for each row."""
        return replace(self, cells={**self.cells, **{n: column_of(v) for n, v in cells.items()}}, _memo={})

    @property
    def frame(self) -> pd.DataFrame:
        """The cells as a DataFrame of object columns, rows 0…n-1."""
        import pandas as pd  # takes long to import, and most commands do without

        return pd.DataFrame(dict(self.cells), dtype=object)

    def raw(self, column: str) -> Texts:
        """The cells of a column as they are (object array)."""
        return self.cells[column]

    def distinct(self, column: str) -> tuple[Codes, list[object]]:
        """Codes of the rows and the distinct cells of a column, as `factorise` gives them."""
        key = ("distinct", column)
        if key not in self._memo:
            self._memo[key] = factorise(self.raw(column))
        found: tuple[Codes, list[object]] = self._memo[key]
        return found

    def distinct_texts(self, column: str) -> tuple[Codes, list[str]]:
        """Codes of the rows and the stripped text of each distinct cell; several may have the same."""
        codes, cells = self.distinct(column)
        return codes, texts_of(cells)

    def texts(self, column: str) -> Texts:
        """Stripped text of each cell; '' for empty cells, errors and formulas."""
        key = ("texts", column)
        if key not in self._memo:
            codes, texts = self.distinct_texts(column)
            self._memo[key] = np.array([*texts, None], dtype=object)[codes]
        found: Texts = self._memo[key]
        return found

    def dates(self, column: str) -> Days:
        """datetime64[D] of real date cells, NaT for everything else."""
        key = ("dates", column)
        if key not in self._memo:
            # NumPy takes its time over date objects: each distinct one is converted once.
            codes, cells = self.distinct(column)
            self._memo[key] = np.array([*map(as_day, cells)], dtype="datetime64[D]")[codes]
        found: Days = self._memo[key]
        return found

    def numbers(self, column: str) -> npt.NDArray[np.float64]:
        """Real numbers of a column, NaN for everything else (booleans and text included)."""
        key = ("numbers", column)
        if key not in self._memo:
            plain = [v if type(v) in (int, float) else np.nan for v in self.raw(column).tolist()]
            self._memo[key] = np.array(plain, dtype=np.float64)
        found: npt.NDArray[np.float64] = self._memo[key]
        return found

    def blank(self, column: str) -> Flags:
        """True where a cell is empty."""
        return np.array([v is None or v == "" for v in self.raw(column).tolist()], dtype=bool)

    def cell(self, column: str, i: int) -> str:
        """A1 address of record `i` in `column`, e.g. F5; '' when the column is missing."""
        letter = self.letters.get(column)
        return f"{letter}{self.rows[i]}" if letter else ""

    def records(self) -> list[dict[str, Any]]:
        """The rows as dictionaries, for small tables."""
        columns = [cells.tolist() for cells in self.cells.values()]
        return [dict(zip(self.cells, row, strict=True)) for row in zip(*columns, strict=True)]


@dataclass(frozen=True)
class GeneratedSheet:
    """A sheet that the tool made earlier, as found: `touched` when people changed it since.

    `typed` is what they typed, by logical place, and `obstacle` says why the sheet cannot be drawn
    again around it ("" when it can). `hidden` ones were filed away.
    """

    tab: str
    kind: str
    key: str
    touched: bool
    issued: bool = False
    typed: tuple[Typed, ...] = field(default=(), repr=False)
    obstacle: Obstacle = ""
    hidden: bool = False

    @property
    def renewable(self) -> bool:
        """Whether a new draft may take its place."""
        return not (self.issued or self.obstacle)


@dataclass(frozen=True)
class Book:
    """A tracker as read: tables and forms by key, and what could not be found."""

    tables: Mapping[str, Table]
    forms: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    missing_sheets: tuple[str, ...] = ()
    generated: tuple[GeneratedSheet, ...] = ()
    lang: Lang = "zh"
    name: str = ""
    """File name without folders, for titles and footers."""
    stale_formulas: Mapping[str, Mapping[str, tuple[int, ...]]] = field(default_factory=dict)
    """Sheet key → column name → sheet rows whose native formula is missing or overwritten."""

    def typed_in(self, kind: str, key: str) -> tuple[Typed, ...]:
        """What people typed into the draft that the next one of this kind and key takes the place of."""
        mine = (one for one in self.generated if (one.kind, one.key) == (kind, key) and one.renewable)
        return next((one.typed for one in mine), ())

    @cached_property
    def settings(self) -> Mapping[str, object]:
        """The fields of 设置 as found."""
        return self.forms.get("settings", {})
