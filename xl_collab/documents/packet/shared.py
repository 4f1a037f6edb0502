"""What all packets of a project have alike: worked out for the first of them, kept as long as the project.

What may not enter: anything that belongs to one department.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from weakref import WeakKeyDictionary

from xl_collab.documents.kept_rows import KeptRows
from xl_collab.documents.table_sheets import cell_values
from xl_collab.memory import Remembered
from xl_collab.plan.project import Project
from xl_collab.project.tables import CellError, CellFormula, Table
from xl_collab.schema.sheets import TRACKER

Cells = Mapping[str, Sequence[object]]

_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32767
_MOST_ROWS = 8
"""Sheets whose rows are kept: 通讯录, and 节假日 of some spans of years."""


class Shared:
    """Tables and cells of a project as they may travel.

    tracker   every cell of the tracker; each packet takes its rows out of it
    contacts  departments and their aliases, nobody's address
    rows      rows of hidden sheets as they were drawn
    """

    def __init__(self, project: Project) -> None:
        values = cell_values(project, TRACKER, project.tracker)
        self.tracker: Cells = {name: list(map(plain, cells)) for name, cells in values.items()}
        self.contacts = _plain_table(project.table("contacts"), ("department", "aliases"))
        table = project.table("calendar")
        names = [column.name for column in table.sheet.columns if not column.computed]
        self._calendar = _plain_table(table, names)
        self._years = [day.year if day is not None else None for day in table.dates("date").tolist()]
        self._some_years: Remembered[tuple[int, int], Table] = Remembered(_MOST_ROWS)
        self.rows: Remembered[str, KeptRows] = Remembered(_MOST_ROWS)

    def calendar(self, first: int, last: int) -> Table:
        """The days of some years: the whole calendar would be most of the file."""
        found = self._some_years.get((first, last))
        if found is None:
            kept = [i for i, year in enumerate(self._years) if year is not None and first <= year <= last]
            cells = {name: column[kept] for name, column in self._calendar.cells.items()}
            found = Table.of_columns(self._calendar.sheet, cells, len(kept))
            self._some_years.put((first, last), found)
        return found


def _plain_table(table: Table, names: Sequence[str]) -> Table:
    cells = {name: map(plain, table.raw(name).tolist()) for name in names}
    return Table.of_columns(table.sheet, cells, len(table))


def shared_by(project: Project) -> Shared:
    """What packets of this project have alike."""
    found = _known.get(project)
    if found is None:
        found = _known[project] = Shared(project)
    return found


_known: WeakKeyDictionary[Project, Shared] = WeakKeyDictionary()


def plain(value: object) -> object:
    """A cell as it may travel: what a formula shows, no errors, text that XML and Excel can hold."""
    if isinstance(value, CellFormula):
        value = value.value
    if isinstance(value, CellError):
        return None
    if isinstance(value, str):
        text = _UNFIT.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
        return text.encode("utf-16-le")[: 2 * _LONGEST].decode("utf-16-le", "ignore")
    return value
