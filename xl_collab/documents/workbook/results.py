"""Results of the formulas that stand outside tables (首页, the line above each table), worked out again.

Mail previews, phones and Protected View do not recalculate: they show what was cached. The sheets are
drawn as a new workbook would be, and what their formulas say is taken from there; nothing is kept.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

from xl_collab.a1 import column_letters, column_number
from xl_collab.documents.canvas import Canvas, empty_workbook
from xl_collab.documents.table_sheets import (
    YEAR_COLUMNS,
    data_date_banner,
    official_years_banner,
    tracker_banner,
)
from xl_collab.documents.theme import DEFAULTS, Theme
from xl_collab.documents.workbook.earlier_home import earlier_cells
from xl_collab.documents.workbook.home import draw_home
from xl_collab.documents.workbook.home_step import index_cell, step_cells
from xl_collab.plan.meta import Checked
from xl_collab.plan.next_step import standing
from xl_collab.plan.project import Project
from xl_collab.project.edits import Edit, SetResults
from xl_collab.project.tables import Book, Table
from xl_collab.schema.declaration import Column, Declaration, TableSheet
from xl_collab.schema.sheets import HOME, SHEETS
from xl_collab.schema.words import Text

MOST = 20_000
"""Rows of 跟踪表 beyond which nothing is worked out: nobody previews such a workbook in a mail."""


def step_results(project: Project, edits: Sequence[Edit], *, index_only: bool = False) -> tuple[Edit, ...]:
    """The next step on 首页 once these edits are carried out, and the link to 文档目录, or that alone."""
    if len(project.tracker) > MOST:
        return ()
    lang = project.book.lang
    workbook = empty_workbook(io.BytesIO(), DEFAULTS)
    canvas = Canvas(workbook, Theme(workbook, lang), _as_found(project.book), project, lang)
    cells = {
        f"{column_letters(column + 1)}{row + 1}": (formula, value)
        for row, column, formula, value in (
            *(() if index_only else step_cells(canvas, standing(project, edits))),
            index_cell(canvas, edits),
        )
    }
    return (SetResults(HOME.key, cells),)


def fresh_results(
    project: Project, checked: Checked | None = None, edits: Sequence[Edit] = ()
) -> tuple[Edit, ...]:
    """What the formulas of 首页 and above the tables say now; `checked` as the same run writes it.

    edits  of this run, for the next step
    """
    if len(project.tracker) > MOST:
        return ()
    lang = project.book.lang
    workbook = empty_workbook(io.BytesIO(), DEFAULTS)
    canvas = Canvas(workbook, Theme(workbook, lang), _as_found(project.book), project, lang)
    sheet = workbook.add_worksheet(HOME.name(lang))
    figures = draw_home(sheet, canvas, checked, edits)
    cells = {
        f"{column_letters(column + 1)}{row + 1}": (cell.formula.strip("{}").removeprefix("="), cell.value)
        for row, columns in sheet.table.items()
        for column, cell in columns.items()
        if hasattr(cell, "formula")
    }
    # Above a table on two pages it stands in the second column; a cell without the formula is left alone.
    banner = dict.fromkeys(("A3", "B3"), data_date_banner(canvas, project.settings.data_date))
    # 节假日 has another line there: which years are official.
    calendar = canvas.declaration.table("calendar")
    at = ("A3", *(f"{column_letters(calendar.index(name) + 1)}3" for name in YEAR_COLUMNS))
    years = SetResults("calendar", dict(zip(at, official_years_banner(canvas), strict=True)))
    dated = [s.key for s in canvas.declaration.tables if s.state == "visible" and s.key != "calendar"]
    above = [SetResults(key, dict[str, tuple[str, object]](banner)) for key in dated]
    formula, shown = banner["A3"]
    newer = dict.fromkeys(("A3", "B3"), (tracker_banner(canvas, formula), shown))
    above.append(SetResults("tracker", dict[str, tuple[str, object]](newer)))
    earlier = SetResults(HOME.key, earlier_cells(canvas, figures, checked))
    return (SetResults(HOME.key, cells), earlier, *above, years)


def _as_found(book: Book) -> Declaration:
    """The declaration with tabs and columns as this workbook has them: its formulas name them there."""
    declaration = SHEETS
    for table in book.tables.values():
        declaration = declaration.replacing(_table_as_found(table))
    return declaration


def _table_as_found(table: Table) -> TableSheet:
    names = {column_number(letter): name for name, letter in table.letters.items()}
    right = max(names, default=0)
    there = [
        table.sheet.column(names[n]) if n in names else Column(f"other_{n}", Text("", ""))
        for n in range(1, right + 1)
    ]
    missing = [column for column in table.sheet.columns if column.name not in table.letters]
    title = Text(table.tab, table.tab) if table.tab else table.sheet.title
    return replace(table.sheet, title=title, columns=(*there, *missing))
