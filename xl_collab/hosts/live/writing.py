"""From a plan to the steps that a program is asked to take: columns in blocks, rows, fields, sheets.

Formulas calculate themselves in an open workbook: only those that were lost are written. What may not
enter: asking the program, files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from xl_collab.a1 import column_number
from xl_collab.hosts.changes import DATE_FORMATS, ColumnPlan
from xl_collab.hosts.live.driver import Fill, Put, PutSheet, Resize, Step
from xl_collab.hosts.live.reading import LiveSheets
from xl_collab.hosts.planning import FieldPlan, Plan, RowsPlan, SheetPlan, plan_revision
from xl_collab.hosts.reading import Reading
from xl_collab.plan.formulas import references, render
from xl_collab.project.tables import Book, CellError, CellFormula, Table
from xl_collab.schema.declaration import Column
from xl_collab.schema.words import Lang

_DAY_ZERO = datetime(1899, 12, 30)

Live = Reading[LiveSheets]


def without_living(plan: Plan, book: Book) -> Plan:
    """The plan without formulas that stand where they should: what they show, the program calculates."""
    columns = []
    for one in plan.columns:
        lost = set(book.stale_formulas.get(one.table.sheet.key, {}).get(one.column, ()))
        if not one.is_formula:
            columns.append(one)
        elif lost.intersection(one.rows):
            columns.append(_only(one, lost))
    return replace(plan, columns=columns)


def _only(plan: ColumnPlan, rows: set[int]) -> ColumnPlan:
    """The plan of a column for some of its rows."""
    kept = [(row, value) for row, value in zip(plan.rows, plan.values, strict=True) if row in rows]
    letter = plan.table.letters[plan.column]
    cells = {f"{letter}{row}" for row, _ in kept}
    samples = tuple(sample for sample in plan.change.samples if sample.cell in cells)
    change = replace(plan.change, count=len(kept), samples=samples)
    return replace(plan, rows=[row for row, _ in kept], values=[value for _, value in kept], change=change)


def steps_of(plan: Plan, reading: Live, scratch: Mapping[str, Path]) -> list[Step]:
    """All that a plan takes; `scratch` has the file of each drawn sheet by "kind/key"."""
    if plan.empty:
        return []
    return [
        *_sheets(plan.sheets, reading, scratch),
        *_resized(plan, reading),
        *_columns(plan, reading),
        *(step for rows in plan.rows for step in _rows(rows, reading.book.lang)),
        *(_field(one) for one in plan.fields),
    ]


def _sheets(plans: Sequence[SheetPlan], reading: Live, scratch: Mapping[str, Path]) -> Iterator[PutSheet]:
    shown = [tab.name for tab in reading.sheets.seen.tabs if tab.shown]
    for one in plans:
        mark = one.mark
        yield PutSheet(scratch[f"{mark.kind}/{mark.key}"], "", mark, one.replace, after=shown[-1])
        if not one.replace:
            shown.append(mark.tab)


def _resized(plan: Plan, reading: Live) -> Iterator[Resize]:
    """Each table once, to the last of its new rows."""
    ends = {rows.table.sheet.key: rows.first + len(rows.records) - 1 for rows in plan.rows}
    for key, end in ends.items():
        place = reading.tables[key]
        if place.table is not None and end > place.table.area.bottom:
            area = place.table.area
            yield Resize(place.tab, place.table.name, area, replace(area, bottom=end))


def _columns(plan: Plan, reading: Live) -> Iterator[Step]:
    found: dict[tuple[str, str], tuple[Table, dict[int, object]]] = {}
    for one in (*plan.columns, *plan_revision(reading)):
        _, cells = found.setdefault((one.table.sheet.key, one.column), (one.table, {}))
        cells.update(zip(one.rows, one.values, strict=True))
    for (key, name), (table, cells) in found.items():
        column = table.sheet.column(name)
        if column.computed == "formula":
            lost = set(reading.book.stale_formulas.get(key, {}).get(name, ()))
            yield from _fills(table, column, sorted(lost & cells.keys()), reading.book.lang)
        else:
            yield from _puts(table, column, cells, reading)


def _fills(table: Table, column: Column, rows: Sequence[int], lang: Lang) -> Iterator[Step]:
    if not references(column) <= table.letters.keys():
        return
    number = column_number(table.letters[column.name])
    for first, last in spans(rows):
        formula = "=" + render(column, table.letters, first, lang)
        yield Fill(table.tab, number, first, last, formula)


def _puts(table: Table, column: Column, cells: Mapping[int, object], reading: Live) -> Iterator[Step]:
    """One block for a column of the tool's own values, what stays the same included: few calls, and
    the same however the changes are spread. What people entered is written only where it changes.
    """
    number = column_number(table.letters[column.name])
    shown = {row: as_shown(value, column) for row, value in cells.items()}
    if not column.entered:
        shown = _gaps_filled(shown, number, table.tab, reading)
    for first, last in spans(sorted(shown)):
        yield Put(table.tab, number, first, [shown[row] for row in range(first, last + 1)])


def _gaps_filled(cells: dict[int, object], number: int, tab: str, reading: Live) -> dict[int, object]:
    grid = reading.sheets.grid(tab)
    filled = dict(cells)
    for row in range(min(cells), max(cells)):
        if row not in cells:
            state = grid.state_of(row, number)
            if not isinstance(state, CellFormula | CellError):
                filled[row] = state
    return filled


def spans(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of rows that follow each other."""
    start = 0
    for i in range(1, len(rows) + 1):
        if i == len(rows) or rows[i] != rows[i - 1] + 1:
            yield rows[start], rows[i - 1]
            start = i


def as_shown(value: object, column: Column) -> object:
    """A planned cell value as programs take it: serial numbers of date columns as dates."""
    if column.kind in DATE_FORMATS and isinstance(value, int | float) and not isinstance(value, bool):
        moment = _DAY_ZERO + timedelta(seconds=round(value * 86_400))
        return moment.date() if isinstance(value, int) else moment
    return value


def _rows(rows: RowsPlan, lang: Lang) -> Iterator[Step]:
    table, count = rows.table, len(rows.records)
    span = range(rows.first, rows.first + count)
    for name, letter in table.letters.items():
        column = table.sheet.column(name)
        if column.computed == "formula" and references(column) <= table.letters.keys():
            yield from _fills(table, column, span, lang)
        elif any(record.get(name) is not None for record in rows.records):
            values = [as_shown(record.get(name), column) for record in rows.records]
            yield Put(table.tab, column_number(letter), rows.first, values)


def _field(one: FieldPlan) -> Put:
    new = one.change.new
    return Put(one.tab, one.column, one.row, [new if isinstance(new, date) else one.value])
