"""A host without a workbook: a Book in memory that takes edits the way the real hosts do.

For tests of those who build on actions and sessions: nothing is installed, nothing is written, and what
came out can be looked at. The contract suite of the hosts holds it to what they do.

    host = MemoryHost(Book({"tracker": Table.of(TRACKER, rows)}))
    host.apply(variance(Project(host.read(), as_of)).edits)
    assert host.read().tables["tracker"].cell("rag", 0) == …

What may not enter: files, programs, anything slower than a dictionary.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from xl_collab.errors import NothingToUndo, UsageError
from xl_collab.hosts.changes import (
    Applied,
    CellChange,
    ColumnPlan,
    SheetChange,
    SheetMark,
    as_cell,
    is_same,
    plan_columns,
)
from xl_collab.hosts.journal import Undone
from xl_collab.hosts.planning import Draft, Drawn, plan_draft
from xl_collab.project.edits import AppendRows, Edit, InsertSheet, SetColumn, SetField, ShowSheet
from xl_collab.project.tables import Book, GeneratedSheet, Table
from xl_collab.schema.declaration import Declaration
from xl_collab.schema.sheets import SHEETS


class MemoryHost:
    """A book, and the sheets that were drawn into it."""

    def __init__(self, book: Book, declaration: Declaration = SHEETS) -> None:
        self._book = book
        self._declaration = declaration
        self._past: list[tuple[str, Book, dict[str, Drawn]]] = []
        self._drawn: dict[str, Drawn] = {}

    @property
    def drawn(self) -> dict[str, bytes]:
        """The scratch workbook of every tab that was put in, for looking at."""
        return {tab: one.scratch for tab, one in self._drawn.items()}

    def read(self) -> Book:
        """The book as it is now."""
        return self._book

    def type(self, tab: str, row: int, column: int, value: object) -> None:
        """As if somebody wrote into a cell (from 1) of a drawn sheet; None empties it."""
        old = self._drawn[tab]
        made = self._drawn[tab] = replace(old, typed={**old.typed, (row, column): value})
        known = (made.seen()[0] if one.tab == tab else one for one in self._book.generated)
        self._book = replace(self._book, generated=tuple(known))

    def apply(
        self,
        edits: Iterable[Edit],
        drawn: Mapping[str, bytes] | None = None,
        *,
        dry_run: bool = False,
        command: str = "",
        moment: datetime | None = None,
    ) -> Applied:
        """Carry out `edits`. Raises UsageError for a field or a visible sheet that is not there."""
        wanted, book, sheets = list(edits), self._book, dict(self._drawn)
        columns = plan_columns(book, wanted, date1904=False)
        tables = dict(book.tables)
        for one in columns:
            tables[one.table.sheet.key] = _written(tables[one.table.sheet.key], one)
        added = _added(tables, [e for e in wanted if isinstance(e, AppendRows)], self._declaration)
        forms, fields = _filled(book, [e for e in wanted if isinstance(e, SetField)], self._declaration)
        inserts = [e for e in wanted if isinstance(e, InsertSheet)]
        generated, changes = _put_in(book, inserts, drawn or {}, sheets, self._declaration)
        shows = {e.tab: e for e in wanted if isinstance(e, ShowSheet)}
        shown = tuple(
            shows[one.tab] for one in generated if one.tab in shows and shows[one.tab].shown == one.hidden
        )
        applied = Applied(
            Path(book.name or "memory"),
            tuple(c.change for c in columns),
            added,
            fields,
            changes,
            dry_run,
            tabs=shown,
        )
        generated = tuple(
            replace(one, hidden=not shows[one.tab].shown) if one.tab in shows else one for one in generated
        )
        if dry_run or not applied.changed:
            return applied
        self._past.append((command, book, self._drawn))
        stale = _healed(book, columns)
        self._book = replace(
            book, tables=_counted(tables), forms=forms, generated=generated, stale_formulas=stale
        )
        self._drawn = sheets
        return replace(applied, written=True)

    def note(self, edits: Iterable[Edit]) -> bool:
        """Carry out what only the tool itself keeps; `undo` knows not of it."""
        written = self.apply(edits).written
        if written:
            self._past.pop()
        return written

    def undo(self) -> Undone:
        """Take the last run back. Raises NothingToUndo."""
        if not self._past:
            raise NothingToUndo("没有可以撤销的操作。", "There is nothing to take back.")
        command, self._book, self._drawn = self._past.pop()
        return Undone(Path(self._book.name or "memory"), len(self._past) + 1, command, "", len(self._past))


def _written(table: Table, plan: ColumnPlan) -> Table:
    """Planned cells are serial numbers; a column of dates shows them as dates again."""
    from xl_collab.hosts.live.host import as_shown

    column = table.sheet.column(plan.column)
    cells = dict(zip(table.rows.tolist(), table.raw(plan.column).tolist(), strict=True))
    known = cells.keys()
    for row, value in zip(plan.rows, plan.values, strict=True):
        if row in known:
            cells[row] = None if value == "" else as_shown(value, column)
    return table.with_cells({plan.column: cells.values()})


def _added(tables: dict[str, Table], edits: Sequence[AppendRows], declaration: Declaration) -> dict[str, int]:
    added: dict[str, int] = {}
    for edit in edits:
        if not edit.records:
            continue
        table = tables.get(edit.sheet)
        if table is None:
            if declaration[edit.sheet].state == "visible":
                raise UsageError(f"没有“{edit.sheet}”这张表。", f"There is no sheet {edit.sheet}.")
            continue
        tables[edit.sheet] = table.longer(edit.records)
        added[edit.sheet] = added.get(edit.sheet, 0) + len(edit.records)
    return added


def _filled(
    book: Book, edits: Sequence[SetField], declaration: Declaration
) -> tuple[dict[str, Mapping[str, object]], tuple[CellChange, ...]]:
    forms, changes = dict(book.forms), []
    for edit in edits:
        form = forms.get(edit.sheet)
        if form is None or edit.field not in form:
            raise UsageError(
                f"没有“{edit.sheet}.{edit.field}”这一栏。", f"There is no field {edit.sheet}.{edit.field}."
            )
        if not is_same(form[edit.field], as_cell(edit.value), date1904=False):
            tab = declaration[edit.sheet].title.of(book.lang)
            changes.append(CellChange(tab, edit.field, form[edit.field], edit.value))
            forms[edit.sheet] = {**form, edit.field: edit.value}
    return forms, tuple(changes)


def _put_in(
    book: Book,
    edits: Sequence[InsertSheet],
    drawn: Mapping[str, bytes],
    sheets: dict[str, Drawn],
    declaration: Declaration,
) -> tuple[tuple[GeneratedSheet, ...], tuple[SheetChange, ...]]:
    found, changes = list(book.generated), []
    titles = [sheet.title.of(book.lang) for sheet in declaration.sheets]
    for edit in edits:
        scratch = drawn[f"{edit.kind}/{edit.key}"]
        new = Draft.of(scratch)
        change = plan_draft(edit, new, found, [*titles, *(one.tab for one in found)])
        there = sheets.get(change.tab)
        if change.how == "refreshed" and not edit.final and there and there.seen()[1] == new.hash:
            change = replace(change, how="unchanged")
        changes.append(change)
        if change.how != "unchanged":
            made = Drawn(scratch, SheetMark.of(change.tab, edit.kind, edit.key, new.hash, issued=edit.final))
            sheets[change.tab] = made
            found = [*(one for one in found if one.tab != change.tab), made.seen()[0]]
    return tuple(found), tuple(changes)


def _healed(book: Book, columns: Sequence[ColumnPlan]) -> dict[str, dict[str, tuple[int, ...]]]:
    """Lost formulas that were not written."""
    written = {(one.table.sheet.key, one.column): set(one.rows) for one in columns}
    left: dict[str, dict[str, tuple[int, ...]]] = {}
    for key, found in book.stale_formulas.items():
        for name, rows in found.items():
            rest = tuple(row for row in rows if row not in written.get((key, name), set()))
            if rest:
                left.setdefault(key, {})[name] = rest
    return left


def _counted(tables: dict[str, Table]) -> dict[str, Table]:
    """One more on `_meta!revision`, as every host does when it writes."""
    table = tables.get("meta")
    if table is None:
        return tables
    for row, record in zip(table.rows.tolist(), table.records(), strict=True):
        value = record["value"]
        if record["name"] == "revision" and isinstance(value, int | str) and str(value).isdecimal():
            edit = SetColumn("meta", "value", table.rows[table.rows == row], [int(value) + 1])
            plans = plan_columns(Book({"meta": table}), [edit], date1904=False)
            return {**tables, "meta": _written(table, plans[0])}
    return tables
