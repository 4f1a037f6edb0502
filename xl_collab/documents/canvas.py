"""The workbook being drawn: where things stand, and how one cell's value is written.

Places follow from the declaration alone, so that a formula may name a cell on a sheet that is
drawn later. No looks (see `theme.py`) and no rule about data.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xl_collab.a1 import column_letters
from xl_collab.documents.form_layout import places
from xl_collab.documents.theme import Theme
from xl_collab.plan.formulas import LAST_ROW
from xl_collab.plan.project import Project
from xl_collab.project.tables import CellError, CellFormula, Table
from xl_collab.schema.declaration import FIRST_ROW, Declaration, FormSheet, Sheet, TableSheet
from xl_collab.schema.words import Lang

_EXCEL_EPOCH = datetime(1900, 1, 1)
_LONGEST_TEXT = 32767


@dataclass(frozen=True)
class Canvas:
    """One workbook in one language; `project` gives contents and cached results."""

    workbook: Workbook
    theme: Theme
    declaration: Declaration
    project: Project
    lang: Lang

    def table(self, sheet: TableSheet) -> Table:
        """The rows of a table sheet; an empty table when the book has none."""
        return self.project.book.tables.get(sheet.key) or Table.of(sheet, [])

    @cached_property
    def last_row(self) -> int:
        """Last sheet row that validation, colours and totals reach, with room to grow."""
        longest = max((len(t) for t in self.project.book.tables.values()), default=0)
        return max(LAST_ROW, longest + 1000)

    def tab(self, sheet: Sheet) -> str:
        """The sheet's name as formulas quote it."""
        return "'" + sheet.name(self.lang).replace("'", "''") + "'"

    def column(self, key: str, name: str, last: int | None = None) -> str:
        """Absolute reference to all data cells of a column, e.g. '跟踪表'!$W$5:$W$5000."""
        sheet = self.declaration.table(key)
        letter = column_letters(sheet.index(name) + 1)
        return f"{self.tab(sheet)}!${letter}${FIRST_ROW}:${letter}${last or self.last_row}"

    def cell(self, key: str, name: str, row: int) -> str:
        """Absolute reference to one cell of a table sheet (1-based row)."""
        sheet = self.declaration.table(key)
        return f"{self.tab(sheet)}!${column_letters(sheet.index(name) + 1)}${row}"

    @cached_property
    def fields(self) -> Mapping[tuple[str, str], tuple[int, int]]:
        """Zero-based (row, column) of every form's value cells, by (sheet key, field name)."""
        return {(f.key, name): at for f in self.declaration.forms for name, at in places(f).items()}

    def field(self, form: FormSheet, name: str) -> str:
        """Absolute reference to the value cell of a form's field."""
        row, column = self.fields[form.key, name]
        return f"{self.tab(form)}!${column_letters(column + 1)}${row + 1}"

    def project_name(self) -> str:
        """The project's name for footers; '' when it has none yet."""
        return self.project.settings.project


def letters_of(sheet: TableSheet) -> dict[str, str]:
    """Column letters as declared."""
    return {column.name: column_letters(i + 1) for i, column in enumerate(sheet.columns)}


def code_name(sheet_key: str) -> str:
    """VBA's name of a sheet: ASCII, the same in both languages."""
    return "Sheet" + "".join(part.title() for part in sheet_key.replace(".", "_").split("_"))


def write(worksheet: Worksheet, row: int, column: int, value: object, look: Format, theme: Theme) -> None:
    """Write one value as what it is; text never turns into a formula, a number or a link."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, CellFormula):
        worksheet.write_formula(row, column, value.text, look, _cached(value.value))
    elif value is None or value == "" or isinstance(value, CellError):
        worksheet.write_blank(row, column, None, look)
    elif isinstance(value, bool):
        worksheet.write_boolean(row, column, value, look)
    elif isinstance(value, int | float):
        _write_number(worksheet, row, column, value, look)
    elif isinstance(value, date | time):
        worksheet.write_datetime(row, column, value, look)
    else:
        text = str(value)[:_LONGEST_TEXT]
        worksheet.write_string(row, column, text, theme.for_text(text, look))


def _write_number(worksheet: Worksheet, row: int, column: int, value: float, look: Format) -> None:
    if math.isfinite(value):
        worksheet.write_number(row, column, value, look)
    else:
        worksheet.write_blank(row, column, None, look)


def write_formula(
    worksheet: Worksheet, row: int, column: int, formula: str, look: Format, value: object
) -> None:
    """Write a formula with its result; None shows as an empty text, as the formula would."""
    worksheet.write_formula(row, column, f"={formula}", look, _cached(value))


def _cached(value: object) -> object:
    if hasattr(value, "item"):
        value = value.item()
    if value is None:
        return ""
    if isinstance(value, datetime):
        return serial(value)
    if isinstance(value, date):
        return int(serial(datetime(value.year, value.month, value.day)))
    return value


def serial(moment: datetime) -> float:
    """Excel's number of a moment in the 1900 system (right from 1900-03-01 on)."""
    gone = moment - _EXCEL_EPOCH
    days = gone.days + 2 + gone.seconds / 86400
    return int(days) if days.is_integer() else days
