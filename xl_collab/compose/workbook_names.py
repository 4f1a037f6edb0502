"""Workbook names that native formulas use: the data date, thresholds, days off.

Formulas on every sheet say `as_of` or `days_off`; this module says where that stands. Names are
the same in both languages.
"""

from __future__ import annotations

from xl_collab.compose.canvas import Canvas
from xl_collab.compose.validation import DEPARTMENTS
from xl_collab.model.plan.formulas import LAST_ROW

AS_OF = 'IFERROR(IF(data_date="",TODAY(),INT(data_date)),TODAY())'
"""The data date of 设置, else today."""


def define_names(canvas: Canvas) -> None:
    """Define every workbook name of the declaration."""
    for form in canvas.declaration.forms:
        for item in form.fields:
            if item.defined_name:
                _define(canvas, item.defined_name, canvas.field(form, item.name))
    _define(canvas, "as_of", AS_OF)
    _define(canvas, "days_off", canvas.column("calendar", "off_day", LAST_ROW))
    _define(canvas, "makeup_days", canvas.column("calendar", "work_day", LAST_ROW))
    # The first and last official year stand above the table, in the same hidden columns.
    _define(canvas, "calendar_first", canvas.cell("calendar", "off_day", 3))
    _define(canvas, "calendar_last", canvas.cell("calendar", "work_day", 3))
    _define(canvas, DEPARTMENTS, _departments(canvas))


def _departments(canvas: Canvas) -> str:
    """The filled part of 通讯录's first column: a list with empty cells would allow anything."""
    column = canvas.column("contacts", "department", 504)
    first = column.split(":")[0]
    return f"{first}:INDEX({column},MAX(1,COUNTA({column})))"


def _define(canvas: Canvas, name: str, formula: str) -> None:
    if canvas.workbook.define_name(name, f"={formula}") != 0:
        raise ValueError(f"{name} is no workbook name")
