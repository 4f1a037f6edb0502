"""Conditional formats from declarations: the only source of colour on rows.

A word decides the colour and stays readable beside it (black-and-white print, colour-blind
readers). Nobody's own formatting is painted over, and no value is computed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xlsxwriter.worksheet import Worksheet

from xl_collab.a1 import column_letters
from xl_collab.documents.canvas import Canvas, letters_of
from xl_collab.documents.theme import LEVEL_COLOURS
from xl_collab.records import dataclass
from xl_collab.schema.declaration import FIRST_ROW, HEADER_ROW, Column, Kind, TableSheet
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import Lang

# Cells that the last collect changed are marked in the tracker, by a rule and not by paint.


KEY_COLUMN = 8
"""Of 日志, from 0: behind the last one that people see."""

_ROWS = 400


def cell_key(row_id: str, heading: str) -> str:
    """How the page names a cell."""
    return f"{row_id}|{heading}"


def marked(id_cell: str, heading_cell: str, lang: Lang) -> str:
    """The test that a cell of the tracker is among them; INDIRECT, for there may be no such page yet."""
    column = column_letters(KEY_COLUMN + 1)
    place = f"'{GENERATED['log'].of(lang)}'!${column}$1:${column}${_ROWS}"
    return f'AND({id_cell}<>"",ISNUMBER(MATCH({id_cell}&"|"&{heading_cell},INDIRECT("{place}"),0)))'


WORD_COLOURS: Mapping[tuple[str, str], str] = {
    **{("rag", code): code for code in ("red", "yellow", "green", "blue")},
    **{("risk_level", level): colour for level, colour in LEVEL_COLOURS.items()},
    ("risk_status", "struck"): "red",
    ("status", "done"): "blue",
    ("action_status", "done"): "blue",
    ("feedback", "help"): "yellow",
    ("feasibility", "feasible"): "green",
    ("feasibility", "conditional"): "yellow",
    ("feasibility", "infeasible"): "red",
    ("conclusion", "approved"): "green",
    ("conclusion", "conditional"): "yellow",
    ("conclusion", "rejected"): "red",
    ("adjustment_status", "approved"): "green",
    ("adjustment_status", "draft"): "yellow",
    ("adjustment_status", "rejected"): "red",
    ("acceptance", "accepted"): "green",
    ("acceptance", "conditional"): "yellow",
    ("acceptance", "rejected"): "red",
    ("signed", "yes"): "green",
    ("signed", "no"): "yellow",
}
"""Colour of a choice by (list, code); choices that are not here stay plain."""

_FAINT: Mapping[str, tuple[str, ...]] = {
    "status": ("cancelled", "paused"),
    "action_status": ("cancelled",),
    "risk_status": ("closed",),
}
"""Choices that turn their whole row grey: it no longer matters."""

_ALSO: Mapping[tuple[str, str], tuple[str, ...]] = {("tracker", "rag"): ("variance",)}
"""Columns that take the colour of another column's word, by (sheet, column of the word)."""


_WAITING = ("projected", "compared", "reason")
"""Columns that show by their look that a row is to be recalculated; 预警 and 偏差 keep their colour."""


@dataclass(frozen=True)
class Overdue:
    """A date column that is red when the day is past and nothing says that it was met."""

    due: str
    finished: tuple[str, ...]
    status: str
    closed: tuple[str, ...]


OVERDUE: Mapping[str, Overdue] = {
    "milestones": Overdue("planned", ("actual",), "status", ("done", "cancelled", "paused")),
    "actions": Overdue("due", ("done_on",), "status", ("done", "cancelled")),
    "risks": Overdue("due", (), "status", ("closed",)),
}


def colour_table(worksheet: Worksheet, canvas: Canvas, sheet: TableSheet) -> None:
    """Add the rules of one table sheet, from the first data row down."""
    if sheet.state != "visible":
        return
    painter = _Painter(worksheet, canvas, sheet)
    painter.pending_figures()
    for column in sheet.columns:
        painter.words(column)
        if column.kind is Kind.DATE and column.entered:
            painter.when(column.name, f"ISTEXT({painter.cell(column.name)})", "yellow")
    if sheet.key in OVERDUE:
        painter.overdue(OVERDUE[sheet.key])
    if sheet.key == "tracker":
        painter.when("predecessor_alert", f'{painter.cell("predecessor_alert")}<>""', "red")
        painter.when("missed", f"N({painter.cell('missed')})>0", "yellow")
    painter.faint_rows()


def mark_changed(worksheet: Worksheet, canvas: Canvas, sheet: TableSheet) -> None:
    """Mark what the last collect changed; added last, so that alerts come first."""
    _Painter(worksheet, canvas, sheet).changed_cells()


@dataclass(frozen=True)
class _Painter:
    worksheet: Worksheet
    canvas: Canvas
    sheet: TableSheet

    def cell(self, name: str) -> str:
        """The column's cell in the first data row, as a rule for many rows names it."""
        return f"${letters_of(self.sheet)[name]}{FIRST_ROW}"

    def words(self, column: Column) -> None:
        """Colour a cell (and those that follow it) by the word in it."""
        if column.choices is None:
            return
        for code in column.choices.codes:
            colour = WORD_COLOURS.get((column.choices.name, code))
            if colour is not None:
                tests = [
                    f'{self.cell(column.name)}="{word}"'
                    for word in column.choices.shown(code, self.canvas.lang)
                ]
                test = tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"
                for name in (column.name, *_ALSO.get((self.sheet.key, column.name), ())):
                    self.when(name, test, colour)

    def overdue(self, rule: Overdue) -> None:
        """Red dates that are past while the row is open."""
        due = self.cell(rule.due)
        tests = [f"ISNUMBER({due})", f"{due}<as_of", *(f'{self.cell(n)}=""' for n in rule.finished)]
        tests += [f'{self.cell(rule.status)}<>"{word}"' for word in self._labels(rule.status, rule.closed)]
        self.when(rule.due, f"AND({','.join(tests)})", "red")

    def faint_rows(self) -> None:
        """Grey text for rows that are cancelled, paused or closed."""
        for column in self.sheet.columns:
            codes = _FAINT.get(column.choices.name, ()) if column.choices else ()
            tests = [f'{self.cell(column.name)}="{word}"' for word in self._labels(column.name, codes)]
            if tests:
                self._add(0, len(self.sheet.columns) - 1, f"OR({','.join(tests)})", "")

    def pending_figures(self) -> None:
        """Figures of rows that Python may see otherwise."""
        names = letters_of(self.sheet)
        if "pending" not in names:
            return
        for name in _WAITING:
            at, test = self.sheet.index(name), f'AND({self.cell("pending")}<>"",{self.cell(name)}<>"")'
            rule = {"type": "formula", "criteria": f"={test}", "format": self.canvas.theme.pending()}
            self.worksheet.conditional_format(FIRST_ROW - 1, at, self.canvas.last_row - 1, at, rule)

    def changed_cells(self) -> None:
        """One rule over all columns."""
        heading = f"{letters_of(self.sheet)[self.sheet.columns[0].name]}${HEADER_ROW}"
        test = marked(self.cell("id"), heading, self.canvas.lang)
        rule = {"type": "formula", "criteria": f"={test}", "format": self.canvas.theme.changed()}
        last = len(self.sheet.columns) - 1
        self.worksheet.conditional_format(FIRST_ROW - 1, 0, self.canvas.last_row - 1, last, rule)

    def _labels(self, name: str, codes: tuple[str, ...]) -> Iterator[str]:
        choices = self.sheet.column(name).choices
        return (choices.label(code, self.canvas.lang) for code in codes if choices)

    def when(self, name: str, test: str, colour: str) -> None:
        """Colour a column's cells where the test, written for the first data row, holds."""
        at = self.sheet.index(name)
        self._add(at, at, test, colour)

    def _add(self, first: int, last: int, test: str, colour: str) -> None:
        look = self.canvas.theme.tint(colour) if colour else self.canvas.theme.faint()
        rule = {"type": "formula", "criteria": f"={test}", "format": look}
        self.worksheet.conditional_format(FIRST_ROW - 1, first, self.canvas.last_row - 1, last, rule)
