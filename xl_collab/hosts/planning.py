"""From edits to a plan: which cells, rows, fields and sheets of this workbook would change.

A plan is complete before anything is touched, so --dry-run shows exactly what a run would do.
What may not enter: XML, writing.
Cached results of formulas outside tables are brought up to date where the formula still is what it was: one
that somebody changed keeps the result that their program gave it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from xl_collab.a1 import column_letters
from xl_collab.errors import UsageError
from xl_collab.hosts.changes import (
    Applied,
    CellChange,
    ColumnPlan,
    SheetChange,
    SheetMark,
    TakenIn,
    as_cell,
    content_hash,
    free_title,
    is_same,
    known_as,
    marks_in,
    plan_columns,
)
from xl_collab.hosts.formulacheck import tidy
from xl_collab.hosts.grid import Sheets
from xl_collab.hosts.ooxml.celltext import number_text, office_escape, xml_escape, xml_unescape
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.reading import LocatedBook
from xl_collab.patterns import lazy
from xl_collab.project.drafts import KEPT, Obstacle, Typed, recalled, texts
from xl_collab.project.edits import (
    AppendRows,
    Edit,
    InsertSheet,
    SetColumn,
    SetField,
    SetResults,
    ShowSheet,
)
from xl_collab.project.tables import GeneratedSheet, Table
from xl_collab.schema.sheets import SHEETS


@dataclass(frozen=True)
class RowsPlan:
    """Records to add to a table from sheet row `first` on."""

    table: Table
    first: int
    records: tuple[Mapping[str, object], ...]


@dataclass(frozen=True)
class FieldPlan:
    """One form value: where it stands and what is to be written."""

    tab: str
    row: int
    column: int
    value: object
    change: CellChange


@dataclass(frozen=True)
class SheetPlan:
    """A drawn sheet to put in: `mark.tab` is the tab to make or, when `replace`, to draw again."""

    mark: SheetMark
    scratch: bytes
    replace: bool


@dataclass
class WritePlan:
    """All that a run would do."""

    columns: list[ColumnPlan] = field(default_factory=list)
    rows: list[RowsPlan] = field(default_factory=list)
    fields: list[FieldPlan] = field(default_factory=list)
    sheets: list[SheetPlan] = field(default_factory=list)
    generated: list[SheetChange] = field(default_factory=list)
    taken_in: dict[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)
    """Sheet key and tab → sheet rows below its Excel table that become rows of it."""
    shown: list[ShowSheet] = field(default_factory=list)
    results: Mapping[str, Results] = field(default_factory=dict)
    """Tab → cached results to bring up to date; only where the workbook is a closed file."""

    @property
    def empty(self) -> bool:
        """Whether the workbook already is as it should be."""
        cells = self.columns or self.rows or self.fields or self.results or self.taken_in
        return not (cells or self.sheets or self.shown)

    def applied(self, path: Path, **rest: object) -> Applied:
        """The plan as a report."""
        added: dict[str, int] = {}
        for one in self.rows:
            key = one.table.sheet.key
            added[key] = added.get(key, 0) + len(one.records)
        return Applied(
            path,
            tuple(one.change for one in self.columns),
            added,
            tuple(one.change for one in self.fields),
            tuple(self.generated),
            taken_in=tuple(TakenIn(key, tab, rows) for (key, tab), rows in self.taken_in.items()),
            tabs=tuple(self.shown),
            **rest,  # type: ignore[arg-type]
        )


def make_plan(reading: LocatedBook[Any], edits: Iterable[Edit], drawn: Mapping[str, bytes]) -> WritePlan:
    """Plan `edits` for a workbook; `drawn` has the scratch workbook of each InsertSheet by "kind/key"."""
    wanted = list(edits)
    date1904 = reading.sheets.date1904
    plan = WritePlan(columns=plan_columns(reading.book, wanted, date1904))
    for key, table in reading.book.tables.items():
        if table.taken_in:
            plan.taken_in[key, table.tab] = table.taken_in
    _plan_rows(plan, reading, [e for e in wanted if isinstance(e, AppendRows)], date1904)
    for edit in wanted:
        if isinstance(edit, SetField):
            _plan_field(plan, reading, edit, date1904)
    _plan_sheets(plan, reading, [e for e in wanted if isinstance(e, InsertSheet)], drawn)
    shows = [e for e in wanted if isinstance(e, ShowSheet) and e.tab in reading.sheets.titles]
    plan.shown += [e for e in shows if reading.sheets.is_shown(e.tab) != e.shown]
    return plan


def note_plan(reading: LocatedBook[Any], edits: Iterable[Edit]) -> WritePlan:
    """As `make_plan`, for what only the tool keeps: rows below tables stay where people typed them."""
    return replace(make_plan(reading, edits, {}), taken_in={})


def plan_revision(reading: LocatedBook[Any]) -> list[ColumnPlan]:
    """One more on `_meta!revision`; nothing in a workbook that does not count its revisions."""
    table = reading.book.tables.get("meta")
    if table is None:
        return []
    for row, record in zip(table.rows.tolist(), table.records(), strict=True):
        value = record["value"]
        if record["name"] == "revision" and isinstance(value, int | str) and str(value).isdecimal():
            edit = SetColumn("meta", "value", table.rows[table.rows == row], [int(value) + 1])
            return plan_columns(reading.book, [edit], date1904=False)
    return []


def _plan_rows(plan: WritePlan, reading: LocatedBook[Any], edits: list[AppendRows], date1904: bool) -> None:
    starts: dict[str, int] = {}
    for edit in edits:
        place, table = reading.tables.get(edit.sheet), reading.book.tables.get(edit.sheet)
        if not edit.records:
            continue
        if place is None or table is None:
            _refuse_missing(edit.sheet)
            continue
        end = int(table.rows[-1]) if len(table) else table.header_row
        first = starts.get(edit.sheet, end + 1)
        starts[edit.sheet] = first + len(edit.records)
        _refuse_occupied(reading, table, first, len(edit.records))
        records = tuple(
            {name: as_cell(value, date1904=date1904) for name, value in record.items()}
            for record in edit.records
        )
        plan.rows.append(RowsPlan(table, first, records))


def _refuse_missing(key: str) -> None:
    """Rows for a sheet that is not there: hidden records are dispensable, what people see is not."""
    from xl_collab.schema.sheets import SHEETS

    sheet = SHEETS[key]
    if sheet.state == "visible":
        raise UsageError(
            f"工作簿里没有“{sheet.title.zh}”工作表，无处添加行。请先恢复它。",
            f"The workbook has no “{sheet.title.en}” sheet to add rows to. Restore it first.",
        )


def _refuse_occupied(reading: LocatedBook[Any], table: Table, first: int, count: int) -> None:
    """Totals or notes below a table are not rows of it, and must not be written over."""
    grid = reading.sheets.grid(table.tab)
    entered = {letter: name for name, letter in table.letters.items() if table.sheet.column(name).entered}
    for number in range(first, min(first + count, len(grid.rows) + 1)):
        for i, value in enumerate(grid.rows[number - 1]):
            if column_letters(i + 1) in entered and value != "" and str(value).strip():
                raise UsageError(
                    f"“{table.tab}”第 {number} 行在表格下方已有内容，不能在那里添加行。"
                    "请在它上面插入空行后重试。",
                    f"Row {number} of “{table.tab}” below the table is not empty, so rows cannot be added "
                    "there. Insert empty rows above it and try again.",
                )


def _plan_field(plan: WritePlan, reading: LocatedBook[Any], edit: SetField, date1904: bool) -> None:
    place = reading.forms.get(edit.sheet)
    if place is None or edit.field not in place.cells:
        raise UsageError(
            f"工作簿里找不到“{edit.sheet}.{edit.field}”这一栏，无法填写。请恢复它的标签。",
            f"The workbook has no field {edit.sheet}.{edit.field} to fill in. Restore its label.",
        )
    row, column = place.cells[edit.field]
    old, new = reading.book.forms[edit.sheet].get(edit.field), as_cell(edit.value, date1904=date1904)
    if not is_same(old, new, date1904):
        change = CellChange(place.tab, f"{column_letters(column)}{row}", old, edit.value)
        plan.fields.append(FieldPlan(place.tab, row, column, new, change))


def _plan_sheets(
    plan: WritePlan, reading: LocatedBook[Any], edits: list[InsertSheet], drawn: Mapping[str, bytes]
) -> None:
    tabs = list(reading.sheets.titles)
    marks = {mark.tab: mark for mark in marks_in(reading.sheets)}
    for edit in edits:
        scratch = drawn[f"{edit.kind}/{edit.key}"]
        new = Draft.of(scratch)
        change = plan_draft(edit, new, reading.book.generated, tabs)
        ours = marks[change.tab] if change.how == "refreshed" else None
        if ours and not edit.final and new.hash == content_hash(reading.sheets, ours.tab):
            change = replace(change, how="unchanged")
        plan.generated.append(change)
        if change.how != "unchanged":
            tabs.append(change.tab)
            mark = SheetMark.of(change.tab, edit.kind, edit.key, new.hash, issued=edit.final)
            plan.sheets.append(SheetPlan(mark, scratch, replace=ours is not None))


Results = Mapping[str, tuple[str, object]]
"""Cell → its formula as it was drawn, and what it shows now."""

_CELL = lazy(
    rb'<c r="[A-Z]+[0-9]+"((?: [a-z]+="[^"]*")*)>(<f(?: [^>]*)?>([^<]*)</f>)(?:<v>([^<]*)</v>|<v/>)?</c>'
)
_TYPE = lazy(rb' t="([a-z]+)"')


def plan_results(reading: LocatedBook[Sheets], edits: Iterable[Edit]) -> dict[str, Results]:
    """Tab → the results to write, for tabs in which any differs."""
    parts = {info.name: info.part for info in reading.sheets.infos}
    found: dict[str, Results] = {}
    for edit in edits:
        if not isinstance(edit, SetResults):
            continue
        tab = _tab(reading, edit.sheet, parts)
        if tab is not None:
            data = reading.sheets.package.read(parts[tab])
            # A cell may be named twice, by the formula of today and by an earlier version's.
            fresh = {at: one for at, one in edit.cells.items() if with_results(data, {at: one}) is not data}
            if fresh:
                found[tab] = {**found.get(tab, {}), **fresh}
    return found


def write_results(package: Package, results: Mapping[str, Results]) -> None:
    """Write planned results into the package, after everything else."""
    parts = {info.name: info.part for info in package.workbook.sheets}
    for tab, cells in results.items():
        data = package.read(parts[tab])
        fresh = with_results(data, cells)
        if fresh is not data:
            package.replace(parts[tab], fresh)


def _tab(reading: LocatedBook[Sheets], key: str, parts: Mapping[str, str]) -> str | None:
    """The tab of a sheet: where the table was found, else the one with a declared name."""
    table = reading.book.tables.get(key)
    if table is not None:
        return table.tab if table.tab in parts else None
    title = SHEETS[key].title
    return next((name for name in (title.zh, title.en) if name in parts), None)


def with_results(sheet: bytes, cells: Results) -> bytes:
    """The worksheet with these results; the very same bytes when every cell shows them already."""
    changes = []
    for address, (formula, value) in cells.items():
        at = sheet.find(b'<c r="%b"' % address.encode())
        match = _CELL.match(sheet, at) if at >= 0 else None
        if match is None or _shows(match, value) or not says(xml_unescape(match[3].decode()), formula):
            continue
        start = b'<c r="%b"%b' % (address.encode(), _TYPE.sub(b"", match[1]))
        changes.append((match.start(), match.end(), start + _typed(value, match[2]) + b"</c>"))
    if not changes:
        return sheet
    pieces, copied = [], 0
    for begin, end, piece in sorted(changes):
        pieces += [sheet[copied:begin], piece]
        copied = end
    return b"".join([*pieces, sheet[copied:]])


_QUOTED_SHEET = lazy(r"'([^']*)'!")


def says(found: str, formula: str) -> bool:
    """Whether a formula as found is this one: other programs quote sheets or not, and write blanks and cases
    their own way."""
    return found == formula or _bare(found) == _bare(formula)


def _bare(formula: str) -> str:
    pieces = tidy(formula).split('"')
    pieces[::2] = [_QUOTED_SHEET.sub(r"\1!", piece) for piece in pieces[::2]]
    return '"'.join(pieces)


def _typed(value: object, formula: bytes) -> bytes:
    """Type, formula and result of a cell, behind its address and style."""
    if isinstance(value, bool):
        return b' t="b">%b<v>%d</v>' % (formula, value)
    if isinstance(value, int | float):
        return b">%b<v>%b</v>" % (formula, number_text(value).encode())
    text = xml_escape(office_escape("" if value is None else str(value)))
    return b' t="str">%b<v>%b</v>' % (formula, text.encode())


def _shows(match: re.Match[bytes], value: object) -> bool:
    """Whether a cell has this very result."""
    found = _TYPE.search(match[1])
    kind, text = found[1] if found else b"n", xml_unescape((match[4] or b"").decode())
    if isinstance(value, bool):
        return kind == b"b" and text == str(int(value))
    if isinstance(value, int | float):
        return kind == b"n" and bool(text) and float(text) == float(value)
    return kind == b"str" and text == office_escape("" if value is None else str(value))


# Which sheet a new draft goes into: the earlier one's place if nothing of people's is lost there.


@dataclass
class Drawn:
    """A drawn sheet that is in memory only; `typed` is what people wrote since, by row and column."""

    scratch: bytes
    mark: SheetMark
    typed: dict[tuple[int, int], object] = field(default_factory=dict)

    def seen(self) -> tuple[GeneratedSheet, str]:
        """The sheet as a workbook with it would be read, and the digest of its cells."""
        sheets = Sheets(Package.from_bytes(self.scratch))
        tab = sheets.tabs[0]
        grid = sheets.grid(tab)
        grid.rows = rows = list(map(list, grid.rows))  # what was read is remembered for others
        for (row, column), value in self.typed.items():
            rows += [[""] * len(rows[0]) for _ in range(row - len(rows))]
            for cells in rows:
                cells += [""] * (column - len(cells))
            rows[row - 1][column - 1] = "" if value is None else value
        known = known_as(sheets, replace(self.mark, tab=tab))
        return replace(known, tab=self.mark.tab), content_hash(sheets, tab)


@dataclass(frozen=True)
class Draft:
    """A drawn sheet before it goes in: its cells, a digest of them, and which of them people typed."""

    rows: Sequence[Sequence[object]]
    hash: str

    @classmethod
    def of(cls, scratch: bytes) -> Draft:
        """The one sheet of a drawn workbook."""
        sheets = Sheets(Package.from_bytes(scratch))
        return cls(sheets.grid(sheets.tabs[0]).rows, content_hash(sheets, sheets.tabs[0]))

    @cached_property
    def typed(self) -> tuple[Typed, ...]:
        """What people typed into the draft before it; worked out where there was one."""
        found = recalled(self.rows)
        return found.typed if found else ()

    def holds(self, typed: Sequence[Typed]) -> bool:
        """Whether every text that people typed stands in it."""
        wanted = Counter(texts(one.value for one in typed))
        return not wanted or wanted <= Counter(texts(value for cells in self.rows for value in cells))

    def overrules(self, typed: Sequence[Typed]) -> int:
        """Cells in which what people typed stands before something new."""
        before = {one.key: one.instead_of for one in typed}
        return sum(before.get(one.key, one.instead_of) != one.instead_of for one in self.typed)

    @property
    def left_over(self) -> int:
        """Texts at the foot, their own place being gone."""
        return sum(one.key.startswith(KEPT) for one in self.typed if texts([one.value]))


def plan_draft(
    edit: InsertSheet, new: Draft, known: Sequence[GeneratedSheet], tabs: Sequence[str]
) -> SheetChange:
    """Where a drawn sheet goes: over the earlier draft, or beside whatever must stay as it is."""
    mine = [one for one in known if (one.kind, one.key) == (edit.kind, edit.key)]
    ours = next((one for one in mine if _may_take(edit, new, one)), None)
    kept = next((one for one in mine if one is not ours and (one.touched or not one.renewable)), None)
    if ours is None:
        change = SheetChange(edit.kind, edit.key, free_title(edit.title, tabs), "inserted")
    else:
        carried = len(texts(one.value for one in new.typed))
        counts = (carried, new.left_over, new.overrules(ours.typed))
        change = SheetChange(edit.kind, edit.key, ours.tab, "refreshed", "", "", *counts)
    if kept is None:
        return change
    return _beside(change, kept)


def tab_of_draft(
    edit: InsertSheet, scratch: bytes, known: Sequence[GeneratedSheet], tabs: Sequence[str]
) -> str:
    """The tab that a drawn sheet will be; it is only read where somebody typed into the earlier draft."""
    mine = [one for one in known if (one.kind, one.key) == (edit.kind, edit.key) and not one.issued]
    if any(one.typed for one in mine):
        return plan_draft(edit, Draft.of(scratch), known, tabs).tab
    ours = next((one for one in mine if edit.replace or not one.obstacle), None)
    return ours.tab if ours else free_title(edit.title, tabs)


def _may_take(edit: InsertSheet, new: Draft, old: GeneratedSheet) -> bool:
    if old.issued:
        return False
    kept = [one for one in old.typed if not edit.uses(one)]
    return edit.replace or (not old.obstacle and new.holds(kept))


def _beside(change: SheetChange, kept: GeneratedSheet) -> SheetChange:
    obstacle: Obstacle = "" if kept.issued else kept.obstacle or "unknown"
    return replace(change, touched=kept.tab, obstacle=obstacle)
