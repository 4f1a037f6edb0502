"""What edits would change in a workbook that was read: the plan of a run, before anything is written.

Cells that already say what they should are left out here, so that a second run changes nothing.
What may not enter: XML, files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal, overload

import numpy as np

from xl_collab.hosts.headings import Tabs
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.workbookxml import DefinedName
from xl_collab.patterns import lazy
from xl_collab.project.drafts import Obstacle, plain, recalled
from xl_collab.project.edits import Edit, SetColumn, ShowSheet
from xl_collab.project.tables import Book, CellError, CellFormula, GeneratedSheet, Table
from xl_collab.project.text_size import shortened
from xl_collab.schema.declaration import Kind

DATE_FORMATS = {Kind.DATE: "yyyy-mm-dd", Kind.DATETIME: "yyyy-mm-dd hh:mm", Kind.DEADLINE: "yyyy-mm-dd"}
"""How a date looks in a cell that has no format of its own."""

SAMPLES = 5
"""Changes shown of each column."""


@dataclass(frozen=True)
class CellChange:
    """One cell before and after; str() is the line that --dry-run shows."""

    tab: str
    cell: str
    old: object
    new: object

    def __str__(self) -> str:
        return f"{self.tab}!{self.cell}: {_shown(self.old)} → {_shown(self.new)}"


@dataclass(frozen=True)
class ChangedCells(Sequence[CellChange]):
    """The changed cells of one column, made when somebody looks at them: of 100,000 few are shown."""

    tab: str
    letter: str
    rows: Sequence[int]
    olds: Sequence[object]
    news: Sequence[object]

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> CellChange: ...
    @overload
    def __getitem__(self, index: slice) -> ChangedCells: ...
    def __getitem__(self, index: int | slice) -> CellChange | ChangedCells:
        if isinstance(index, slice):
            return replace(self, rows=self.rows[index], olds=self.olds[index], news=self.news[index])
        return CellChange(self.tab, f"{self.letter}{self.rows[index]}", self.olds[index], self.news[index])

    def among(self, rows: Set[int]) -> ChangedCells:
        """Those in the given rows."""
        kept = [i for i, row in enumerate(self.rows) if row in rows]
        olds, news = ([of[i] for i in kept] for of in (self.olds, self.news))
        return replace(self, rows=[self.rows[i] for i in kept], olds=olds, news=news)


@dataclass(frozen=True)
class ColumnChange:
    """The changed cells of one column."""

    sheet: str
    tab: str
    column: str
    cells: ChangedCells

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.cells)

    @property
    def samples(self) -> tuple[CellChange, ...]:
        """The first few of them."""
        return tuple(self.cells[:SAMPLES])


@dataclass(frozen=True)
class SheetChange:
    """What happens to a generated sheet.

    `carried` counts the texts of people that stand in it again, `left_over` those among them whose place
    is gone and that stand at its foot, `overruled` the cells in which the tool would now say something else
    than when people changed them. `touched` is the tab that was left as it is, with what people
    made of it, because a new draft could not carry that (`obstacle` says why).
    """

    kind: str
    key: str
    tab: str
    how: Literal["inserted", "refreshed", "unchanged"]
    touched: str = ""
    obstacle: Obstacle = ""
    carried: int = 0
    left_over: int = 0
    overruled: int = 0


@dataclass(frozen=True)
class TakenIn:
    """Sheet rows that stood below a sheet's Excel table and became rows of it."""

    sheet: str
    tab: str
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Applied:
    """What a run changed, or with `dry_run` would change.

    `written` says whether a file was written to `path`; `backup` is the copy of the old one.
    """

    path: Path
    columns: tuple[ColumnChange, ...] = ()
    added: Mapping[str, int] = field(default_factory=dict)
    """Sheet key → number of rows added."""
    fields: tuple[CellChange, ...] = ()
    generated: tuple[SheetChange, ...] = ()
    dry_run: bool = False
    written: bool = False
    backup: Path | None = None
    rebuilt: bool = False
    """More than cells was changed: columns, formats, rules (`upgrade`)."""
    taken_in: tuple[TakenIn, ...] = ()
    tabs: tuple[ShowSheet, ...] = ()
    """Tabs that are hidden or shown again."""

    @property
    def changed(self) -> bool:
        """Whether anything differs from the file as it was read."""
        return bool(self.cells or self.sheets or self.rebuilt or self.taken_in or self.tabs)

    @property
    def cells(self) -> int:
        """Number of changed cells; an added row counts as one."""
        return sum(c.count for c in self.columns) + sum(self.added.values()) + len(self.fields)

    @property
    def sheets(self) -> tuple[str, ...]:
        """Tabs that are new or were drawn again."""
        return tuple(one.tab for one in self.generated if one.how != "unchanged")

    @property
    def samples(self) -> tuple[CellChange, ...]:
        """Some of the changes, for showing."""
        return (*(sample for column in self.columns for sample in column.samples), *self.fields)


@dataclass(frozen=True)
class ColumnPlan:
    """Cells of one column to write: ascending sheet rows and their values as cells hold them."""

    table: Table
    column: str
    rows: list[int]
    values: list[object]
    change: ColumnChange

    @property
    def is_formula(self) -> bool:
        """Whether the declared native formula goes with the values."""
        return self.table.sheet.column(self.column).computed == "formula"


def plan_columns(book: Book, edits: Iterable[Edit], date1904: bool) -> list[ColumnPlan]:
    """One plan for each column with something to write; later edits win over earlier ones."""
    wanted: dict[tuple[str, str], list[SetColumn]] = {}
    for edit in edits:
        if isinstance(edit, SetColumn):
            wanted.setdefault((edit.sheet, edit.column), []).append(edit)
    plans = []
    for (key, column), same in wanted.items():
        table = book.tables.get(key)
        if table is not None and column in table.letters:  # a missing column is a finding of `validate`
            stale = book.stale_formulas.get(key, {}).get(column, ())
            plan = _plan(table, column, *_merged(same), stale, date1904)
            if plan.rows:
                plans.append(plan)
    return plans


def _merged(edits: Sequence[SetColumn]) -> tuple[list[int], list[object]]:
    if len(edits) == 1:
        rows = np.asarray(edits[0].rows)
        if (np.diff(rows) > 0).all():
            return rows.tolist(), list(edits[0].values)
    cells: dict[int, object] = {}
    for edit in edits:
        cells.update(zip(np.asarray(edit.rows).tolist(), edit.values, strict=True))
    ordered = sorted(cells)
    return ordered, [cells[row] for row in ordered]


def _plan(
    table: Table, column: str, rows: list[int], values: list[object], stale: Sequence[int], date1904: bool
) -> ColumnPlan:
    olds = _olds(table, column, rows)
    lost = set(stale)
    chosen = [
        i
        for i, (old, value) in enumerate(zip(olds, values, strict=True))
        # The quick look first: 900,000 cells pass here in a large tracker.
        if not (old is value or (type(old) is type(value) and old == value))
        and not is_same(old, as_cell(value, date1904=date1904), date1904)
    ]
    if lost:
        chosen = sorted({*chosen, *(i for i, row in enumerate(rows) if row in lost)})
    at, after = [rows[i] for i in chosen], [values[i] for i in chosen]
    changed = ChangedCells(table.tab, table.letters[column], at, [olds[i] for i in chosen], after)
    change = ColumnChange(table.sheet.key, table.tab, column, changed)
    cells = [as_cell(value, date1904=date1904) for value in after]
    return ColumnPlan(table, column, at, cells, change)


def _olds(table: Table, column: str, rows: list[int]) -> list[object]:
    raw = table.raw(column)
    if len(rows) == len(table.rows) and rows == table.rows.tolist():
        return list(raw)
    there = dict(zip(table.rows.tolist(), raw, strict=True))
    return [there.get(row) for row in rows]


def is_same(old: object, new: object, date1904: bool) -> bool:
    """Whether a cell read as `old` already holds `new` (a cell value); kinds count, TRUE is not 1."""
    if old is new or (old is None and new == ""):
        return True
    if isinstance(old, CellError | CellFormula):
        return False
    if isinstance(old, date):
        old = as_cell(old, date1904=date1904)
        if isinstance(new, float) and isinstance(old, int | float):
            return abs(old - new) < 1 / 200_000  # read dates are rounded to the second
    if type(old) is type(new):
        return old == new
    numbers = isinstance(old, int | float) and isinstance(new, int | float)
    return numbers and not isinstance(old, bool) and not isinstance(new, bool) and old == new


def _shown(value: object) -> str:
    if isinstance(value, CellError):
        return value.code
    if isinstance(value, CellFormula):
        return f"={value.text}"
    if isinstance(value, datetime) and (value.hour or value.minute):
        return f"{value:%Y-%m-%d %H:%M}"
    text = f"{value:%Y-%m-%d}" if isinstance(value, date) else "" if value is None else str(value)
    return "∅" if text in ("", "nan", "NaT") else shortened(text, 60)


_EPOCH_1900 = 693_594  # ordinal of 1899-12-30: right from 1900-03-01 on
_EPOCH_1904 = date(1904, 1, 1).toordinal()
_LEAP_BUG = 61  # Excel believes in 1900-02-29, serial 60
_DAY = 86_400


def as_cell(value: object, *, date1904: bool = False) -> object:
    """A value as cells hold it: dates as serial numbers, missing values None, the rest unchanged."""
    kind = type(value)
    if kind is str or kind is int or value is None:
        return value
    if kind is date:
        return serial(value, date1904=date1904)  # type: ignore[arg-type]
    if isinstance(value, float):
        return None if value != value else value
    if isinstance(value, np.generic):
        day = isinstance(value, np.datetime64)
        return as_cell(value.astype("datetime64[s]").item() if day else value.item(), date1904=date1904)
    if type(value).__name__ in ("NaTType", "NAType"):  # missing values of pandas, which need not be loaded
        return None
    if isinstance(value, date):
        return serial(value, date1904=date1904)
    return value


def serial(day: date, *, date1904: bool = False) -> int | float:
    """The serial number of a date or date-time (to the second)."""
    days = day.toordinal() - (_EPOCH_1904 if date1904 else _EPOCH_1900)
    if not date1904 and days < _LEAP_BUG:
        days -= 1
    if not isinstance(day, datetime):
        return days
    seconds = day.hour * 3600 + day.minute * 60 + day.second
    return days + seconds / _DAY if seconds else days


# Sheets that the tool made: how they are recognised, and whether people wrote in them since.


NAMES = ("_kind", "_key", "_hash")
_ISSUED = "issued:"
_FORBIDDEN = lazy(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_TITLE = 31


@dataclass(frozen=True)
class SheetMark:
    """The identity that a tab carries; `hash` as written, see `issued` and `digest`."""

    tab: str
    kind: str
    key: str
    hash: str

    @classmethod
    def of(cls, tab: str, kind: str, key: str, digest: str, *, issued: bool = False) -> SheetMark:
        """The mark of a drawn sheet."""
        return cls(tab, kind, key, _ISSUED + digest if issued else digest)

    @property
    def issued(self) -> bool:
        """Whether the document was issued: it is then never drawn again, whatever is asked for."""
        return self.hash.startswith(_ISSUED)

    @property
    def digest(self) -> str:
        """The digest of the cells as they were drawn."""
        return self.hash.removeprefix(_ISSUED)


def marks(package: Package) -> list[SheetMark]:
    """Every tab that carries an identity, from left to right."""
    own = [(n.sheet, n.name, n.text) for n in package.workbook.defined_names if n.sheet is not None]
    return _marks([info.name for info in package.workbook.sheets], own)


def marks_in(sheets: Tabs) -> list[SheetMark]:
    """As `marks`, of a workbook that is a file or open."""
    return _marks(sheets.titles, sheets.own_names)


def _marks(tabs: Sequence[str], own_names: Sequence[tuple[str, str, str]]) -> list[SheetMark]:
    found: dict[str, dict[str, str]] = {}
    for tab, name, text in own_names:
        if name in NAMES:
            found.setdefault(tab, {})[name] = _unquoted(text)
    ordered = sorted((tab for tab in found if "_kind" in found[tab] and tab in tabs), key=tabs.index)
    return [SheetMark(tab, *(found[tab].get(name, "") for name in NAMES)) for tab in ordered]


def set_mark(package: Package, mark: SheetMark) -> None:
    """Write a tab's identity."""
    package.workbook.set_defined_names(mark_names(mark))


def mark_names(mark: SheetMark) -> tuple[DefinedName, ...]:
    """The names that are a tab's identity."""
    texts = ('"' + text.replace('"', '""') + '"' for text in (mark.kind, mark.key, mark.hash))
    return tuple(DefinedName(*pair, mark.tab, hidden=True) for pair in zip(NAMES, texts, strict=True))


def generated_sheets(sheets: Tabs, marks: Iterable[SheetMark]) -> tuple[GeneratedSheet, ...]:
    """The tool's sheets, which carry these marks, as the model knows them."""
    found = ((known_as(sheets, mark), sheets.is_shown(mark.tab)) for mark in marks)
    return tuple(one if shown else replace(one, hidden=True) for one, shown in found)


def known_as(sheets: Tabs, mark: SheetMark) -> GeneratedSheet:
    """One of the tool's sheets: what people typed there, and whether it can be drawn again around that."""
    touched = content_hash(sheets, mark.tab) != mark.digest
    if mark.issued:
        return GeneratedSheet(mark.tab, mark.kind, mark.key, touched, issued=True)
    found = recalled(sheets.grid(mark.tab).rows)
    if found is None:  # drawn by an older version, or its notes were deleted
        return GeneratedSheet(mark.tab, mark.kind, mark.key, touched, obstacle="unknown" if touched else "")
    obstacle = found.obstacle or _obstacle(sheets, mark.tab, found.objects)
    touched = touched or obstacle in ("objects", "formulas")  # which a digest of values cannot show
    return GeneratedSheet(mark.tab, mark.kind, mark.key, touched, False, found.typed, obstacle)


def _obstacle(sheets: Tabs, tab: str, drawn: int) -> Obstacle:
    """What values alone do not show: formulas, where none is drawn, and comments or pictures of people."""
    grid = sheets.grid(tab)
    width = len(grid.rows[0]) if grid.rows else 0
    if any(len(grid.cells.formulas_in(column)[0]) for column in range(1, width + 1)):
        return "formulas"
    return "objects" if sheets.objects(tab) > drawn else ""


def content_hash(sheets: Tabs, tab: str) -> str:
    """A digest of what the cells say; formats, widths and the spelling of numbers do not count."""
    digest = hashlib.sha256()
    grid = sheets.grid(tab)
    for row, cells in enumerate(grid.rows, start=1):
        for column, value in enumerate(cells, start=1):
            if value != "":
                digest.update(f"{row},{column},{plain(value)}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


def _unquoted(text: str) -> str:
    inner = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    return inner.replace('""', '"')


def free_title(title: str, taken: Sequence[str]) -> str:
    """`title` as Excel allows it, with -2, -3 … behind it when a tab of that name exists."""
    wanted = _FORBIDDEN.sub("_", title).strip("'")[:_LONGEST_TITLE] or "Sheet"
    used = {name.casefold() for name in taken}
    number, candidate = 1, wanted
    while candidate.casefold() in used:
        number += 1
        suffix = f"-{number}"
        candidate = wanted[: _LONGEST_TITLE - len(suffix)] + suffix
    return candidate
