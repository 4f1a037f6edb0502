"""Every cell of a foreign file that is no task, with the reason: nothing may go without being named.

What may not enter: deciding what a row is (table_finder.py).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from xl_collab.importing.adoption import LeftRow
from xl_collab.importing.columns import ForeignBook, is_filled
from xl_collab.importing.table_finder import ForeignRow, ForeignTable


def left_rows(
    foreign: ForeignBook,
    table: ForeignTable,
    rows: Sequence[ForeignRow],
    tables: Sequence[ForeignTable],
    taken: Container[str] = (),
) -> Iterator[LeftRow]:
    """The cells outside the task rows of `table`, row by row.

    rows    what each row of the table is
    tables  every table of the file that could be a tracker
    taken   addresses on the table's sheet of comments that went into the tracker
    """
    numbers = [column.number for column in table.columns]
    for row in rows:
        if row.kind != "task" and row.number > table.header:
            yield LeftRow.of(row.kind, table.sheet, row.number, numbers)
    yield from _covered(table, {row.number for row in rows if row.kind != "task"})
    yield from _beside(foreign, table, tables)
    for sheet in foreign.sheets:
        for place, text, author in sheet.notes:
            if sheet is not table.sheet or place not in taken:
                said = f"{author}：{text}" if author else text
                yield LeftRow("comment", sheet.name, 0, ((place, said),))
        for place, text in sheet.floating:
            yield LeftRow("shape", sheet.name, 0, ((place or "–", text),))


def _covered(table: ForeignTable, listed: set[int]) -> Iterator[LeftRow]:
    """Cells of task and heading rows that a merged area hides; some programs leave values there."""
    sheet = table.sheet
    hidden: dict[int, list[int]] = {}
    for (row, column), anchor in sheet.anchors.items():
        inside = table.holds(row, column) and row not in listed and anchor != (row, column)
        if inside and is_filled(sheet.cell(row, column)):
            hidden.setdefault(row, []).append(column)
    for row, columns in sorted(hidden.items()):
        yield LeftRow.of("covered", sheet, row, columns)


def _beside(foreign: ForeignBook, table: ForeignTable, tables: Sequence[ForeignTable]) -> Iterator[LeftRow]:
    """Every filled cell outside the table, by row: titles, other tables, other sheets."""
    for sheet in foreign.sheets:
        rows: dict[tuple[str, int], list[int]] = {}
        for row, column, _ in sheet.filled():
            if sheet is not table.sheet or not table.holds(row, column):
                kind = _kind(sheet.name, row, column, table, tables)
                rows.setdefault((kind, row), []).append(column)
        for (kind, row), columns in rows.items():
            yield LeftRow.of(kind, sheet, row, columns)


def _kind(sheet: str, row: int, column: int, table: ForeignTable, tables: Sequence[ForeignTable]) -> str:
    if any(one.sheet.name == sheet and one.holds(row, column) for one in tables):
        return "table"
    if sheet != table.sheet.name:
        return "sheet"
    return "title" if row < table.top else "beside"
