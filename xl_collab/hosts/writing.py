"""Carrying out a plan on a package: cells spliced, tables grown, drawn sheets grafted.

What may not enter: deciding what changes (planning.py), and files (file.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from xl_collab.hosts.generated import set_mark
from xl_collab.hosts.grid import Sheets
from xl_collab.hosts.ooxml.cellformats import FORMATS, CellFormats
from xl_collab.hosts.ooxml.formulatext import column_letters
from xl_collab.hosts.ooxml.graft import graft_sheet
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.rowheights import grown, heights
from xl_collab.hosts.ooxml.sheetxml import ColumnWrite, SheetEditor
from xl_collab.hosts.ooxml.tableparts import grow_table
from xl_collab.hosts.planning import FieldPlan, Plan, SheetPlan
from xl_collab.hosts.reading import Reading
from xl_collab.plan.formulas import references, render
from xl_collab.project.tables import Table
from xl_collab.project.text_size import would_compute
from xl_collab.schema.declaration import Column, Kind


@dataclass
class _Cells:
    """What one column of one tab gets."""

    table: Table
    column: Column
    rows: list[int] = field(default_factory=list)
    values: list[object] = field(default_factory=list)


def carry_out(plan: Plan, reading: Reading[Sheets]) -> None:
    """Write `plan` into the package that was read."""
    package = reading.sheets.package
    parts = {info.name: info.part for info in reading.sheets.infos}
    cells = _collected(plan)
    _grow_tables(package, reading, plan)
    tabs = {one.table.tab for one in cells} | {one.tab for one in plan.fields}
    formulas_changed = False
    styles = CellFormats(package)
    for tab in sorted(tabs):
        mine = [one for one in cells if one.table.tab == tab]
        writes = [_write(one, parts[tab], styles, reading) for one in mine]
        writes += [_field_write(one, parts[tab], styles) for one in plan.fields if one.tab == tab]
        xml = package.read(parts[tab])
        editor = SheetEditor(xml)
        editor.set_cells(*writes)
        for one in (one for one in mine if one.column.shared):
            editor.grow_rows(grown(xml, one.table, one.column.name, one.rows, one.values))
        for rows in (one for one in plan.rows if one.table.tab == tab):
            editor.set_heights(heights(xml, rows.table, rows.first, rows.records))
        package.replace_stream(parts[tab], editor.chunks())
        for write in writes:
            if write.formula is None:
                texts = [r for r, v in zip(write.rows, write.values, strict=True) if would_compute(v)]
                styles.quote(parts[tab], write.column, texts)
        formulas_changed |= editor.formulas_changed
    styles.save()
    if formulas_changed:
        package.drop_calc_chain()
    for sheet in plan.sheets:
        _put_in(package, sheet)
    if tabs:
        package.workbook.full_calc_on_load = True


def _collected(plan: Plan) -> list[_Cells]:
    """Planned cells and rows to add, brought together by column."""
    found: dict[tuple[str, str], _Cells] = {}
    for planned in plan.columns:
        key = (planned.table.sheet.key, planned.column)
        column = planned.table.sheet.column(planned.column)
        rows, values = list(planned.rows), list(planned.values)
        if key in found:  # the host's own count beside an edit of the same column
            both = dict(zip(found[key].rows, found[key].values, strict=True))
            both |= zip(rows, values, strict=True)
            rows, values = sorted(both), [both[row] for row in sorted(both)]
        found[key] = _Cells(planned.table, column, rows, values)
    for added in plan.rows:
        for name in added.table.letters:
            key = (added.table.sheet.key, name)
            cells = found.setdefault(key, _Cells(added.table, added.table.sheet.column(name)))
            cells.rows += range(added.first, added.first + len(added.records))
            cells.values += [record.get(name) for record in added.records]
    return list(found.values())


def _write(cells: _Cells, part: str, styles: CellFormats, reading: Reading[Sheets]) -> ColumnWrite:
    table, column = cells.table, cells.column
    letter = table.letters[column.name]
    formula = None
    if column.computed == "formula" and references(column) <= table.letters.keys():
        formula = render(column, table.letters, cells.rows[0], reading.book.lang)
    style = None
    if column.kind in FORMATS:
        dated = [row for row, value in zip(cells.rows, cells.values, strict=True) if _is_number(value)]
        if dated:
            style = styles.prepare(part, letter, dated, table.header_row + 1, column.kind)
            style = styles.plain(column.kind) if style is None else style
    return ColumnWrite(letter, cells.rows, cells.values, formula=formula, style=style)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _field_write(planned: FieldPlan, part: str, styles: CellFormats) -> ColumnWrite:
    letter = column_letters(planned.column)
    style = None
    if isinstance(planned.change.new, date):
        styles.prepare(part, letter, [planned.row], planned.row, Kind.DATE)
        style = styles.plain(Kind.DATE)
    return ColumnWrite(letter, [planned.row], [planned.value], style=style)


def _grow_tables(package: Package, reading: Reading[Sheets], plan: Plan) -> None:
    """Each table once, to the last of its new rows: what ends with the table grows with it."""
    ends: dict[str, int] = {}
    for rows in plan.rows:
        ends[rows.table.sheet.key] = rows.first + len(rows.records) - 1
    for key, end in ends.items():
        table = reading.tables[key].table
        if table is not None:
            grow_table(package, table, end)


def _put_in(package: Package, sheet: SheetPlan) -> None:
    """Graft a drawn sheet behind the last tab that people see, or where its old version stands."""
    drawn = Package.from_bytes(sheet.scratch).workbook.sheets[0].name
    visible = [info.name for info in package.workbook.sheets if info.state == "visible"]
    after = visible[-1] if visible else None
    graft_sheet(package, sheet.scratch, drawn, sheet.mark.tab, after=after, replace=sheet.replace)
    set_mark(package, sheet.mark)
