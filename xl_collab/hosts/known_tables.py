"""Tables that many trackers of a company have alike: the days of 节假日, and the departments of 通讯录.

One that was read before, cell for cell, is given again instead of the new one, with all that was worked out
on it (`Table.once`). Nothing about the meaning of cells may enter.
"""

from __future__ import annotations

from xl_collab.memory import Remembered
from xl_collab.project.tables import Table

SHARED = ("calendar", "contacts")
"""Keys of the sheets that are remembered."""
_kept: Remembered[object, Table] = Remembered(16)
"""A company has one calendar and one 通讯录, or few."""


def known(table: Table) -> Table:
    """The table that equals this one in place, headings and every cell, if there was one; else itself."""
    columns = [column.tolist() for column in table.cells.values()]
    try:
        place = (table.tab, table.header_row, tuple(table.letters.items()), table.rows.tobytes())
        state = (table.missing, table.unknown, table.duplicated, table.outside, table.notes, table.unread)
        cells = tuple((*map(type, column), *column) for column in columns)  # True is not 1
        key = (place, state, table.totals, table.merged, table.sheet, cells)
        found = _kept.get(key)
    except TypeError:  # a cell that nothing is remembered by
        return table
    if found is None:
        _kept.put(key, table)
    return table if found is None else found
