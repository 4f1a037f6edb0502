"""Today's workbook drawn for one that is to be upgraded: everything that it may lack is taken from here.

It holds no rows of anybody's. Only 节假日 stands in it as it is, for the results above it; a sheet that is
missing has what it has in an empty new workbook.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from xl_collab.documents.workbook.template import draw_workbook
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import BLANK
from xl_collab.project.tables import Table, column_of
from xl_collab.schema.declaration import Declaration, TableSheet

_NEVER = datetime(2000, 1, 1)


def draw_model(project: Project, declaration: Declaration, *, date1904: bool = False) -> bytes:
    """A workbook without macros and rows, with the sheets of `declaration` as a new one would have them.

    `date1904`: the workbook that is upgraded counts its days from 1904.
    """
    lang = project.book.lang
    empty = BLANK.book(lang, None)
    tables = {key: empty.tables[key] for key in project.book.missing_sheets if key in empty.tables}
    calendar = project.book.tables.get("calendar")
    if calendar is not None:
        tables["calendar"] = _in_order(calendar, declaration.table("calendar"))
    book = replace(empty, tables=tables)
    model = Project(book, project.as_of)
    return draw_workbook(
        model, lang, created=_NEVER, document_id="", declaration=declaration, date1904=date1904
    )


def _in_order(table: Table, sheet: TableSheet) -> Table:
    """The rows with every column that the sheet has here; people's own are left empty."""
    names = [column.name for column in sheet.columns]
    nothing = column_of([None] * len(table))
    cells = {name: table.cells.get(name, nothing) for name in names}
    return replace(table, sheet=sheet, cells=cells, _memo={})
