"""我的任务, 我的待办, 每日同步 and 其他部门: rows on a protected sheet without an Excel table.

An Excel table on a protected sheet cannot grow, so the rows are a plain range. A cell is pale yellow and
unlocked where the department may write, and nowhere else. Formulas, colours and checks are the workbook's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_collab.documents import theme as looks
from xl_collab.documents.canvas import Canvas, letters_of, write, write_formula
from xl_collab.documents.colours import colour_table
from xl_collab.documents.packet import words as words
from xl_collab.documents.table_sheets import (
    DATE_TEXT,
    KIND_ROLES,
    Values,
    page_breaks,
    repeated_column,
    title_column,
    wrapped_height,
)
from xl_collab.documents.table_widths import column_widths
from xl_collab.documents.validation import column_rule
from xl_collab.plan.formulas import filled_down, formula_columns, in_row
from xl_collab.project.tables import Table
from xl_collab.schema.declaration import FIRST_ROW, HEADER_ROW, Column, TableSheet
from xl_collab.schema.registers import ACTIONS, SYNC
from xl_collab.schema.row_formulas import NOTHING, NOW_OF_NOTHING
from xl_collab.schema.sheets import TRACKER
from xl_collab.schema.words import STATUS, Text

PROTECTION = {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True}
"""What a protected sheet of a packet still lets people do; there is no password."""

_FRONT = ("id", "stage", "task", "deadline")
_PROGRESS = ("status", "percent", "actual_start", "forecast", "actual")
_ENTRY = (*_PROGRESS, "feedback", "situation", "support_feedback")
_RESULT = ("rag", "variance", "reason")
_REST = ("output", "owner", "support", "note", "predecessors", "planned_start")
_HIDDEN = ("lead_days",)
_NOT_HERE = ("home_key",)
"""Columns that only 首页 reads."""
_LOOKED_AT = 60
_PRINTED_BLANKS = 8


_BLANK_ROW: Mapping[str, object] = {"first_changed": NOTHING, "now": NOW_OF_NOTHING}
"""What formulas show in a blank row, where it is not nothing."""


def row_sheet(
    key: str, others: bool = False, tracker: TableSheet = TRACKER, missing: Collection[str] = ()
) -> TableSheet:
    """The tracker's declaration as a packet shows it: what is filled in stands right behind the task.

    Every column that formulas read is there; those that nobody else reads are hidden, and so are those that
    the workbook does not have (`missing`): nobody could take what was written there.
    """
    order = (*_FRONT, *_ENTRY, *_RESULT, *_REST)
    names = {column.name for column in tracker.columns}
    shown = [tracker.column(name) for name in order if name in names]
    rest = [c for c in tracker.columns if c.name not in (*order, *_NOT_HERE)]
    visible = [c for c in rest if c.entered and c.name not in _HIDDEN]
    hidden = [replace(c, hidden=True) for c in rest if c not in visible]
    hidden += [replace(c, hidden=True) for c in (*shown, *visible) if c.name in missing]
    shown, visible = ([c for c in some if c.name not in missing] for some in (shown, visible))
    title, hint = (words.OTHERS, words.OTHERS_HINT) if others else (words.TASKS, words.TASKS_HINT)
    columns = tuple(_column(c) for c in (*shown, *visible, *hidden))
    return replace(tracker, key=key, title=title, hint=hint, columns=columns, freeze_columns=3)


def _column(column: Column) -> Column:
    """A packet tells each department to leave its IDs blank, so they need not be unique here; what it shows
    is not folded away."""
    return replace(column, unique=column.unique and column.name != "id", group="")


def action_sheet(missing: Collection[str] = ()) -> TableSheet:
    """待办台账 as a packet shows it: what is to be said stands right behind the action."""
    return _register(ACTIONS, _ACTION_COLUMNS, missing, words.ACTION_ROWS, words.ACTION_ROWS_HINT)


def day_sheet(missing: Collection[str] = ()) -> TableSheet:
    """每日同步 as a packet shows it: without the department, which is the one that it goes to."""
    return _register(SYNC, _DAY_COLUMNS, missing, words.DAYS, words.DAYS_HINT)


_ACTION_ENTRY = ("status", "done_on", "remark")
_ACTION_COLUMNS = ("id", "action", "due", *_ACTION_ENTRY, "owner", "raised_on", "task_id", "source")
_DAY_COLUMNS = ("date", "task_id", "progress", "problem", "help", "tomorrow", "reporter")


def _register(
    sheet: TableSheet, names: Sequence[str], missing: Collection[str], title: Text, hint: Text
) -> TableSheet:
    columns = tuple(_column(sheet.column(name)) for name in names if name not in missing)
    return replace(sheet, title=title, hint=hint, columns=columns, freeze_columns=2)


@dataclass(frozen=True)
class RowSheet:
    """What `draw_rows` draws: rows in `table` (as `values` has them), then blank ones.

    unlocked  says of a row (position in the table, or None for a blank one) and a column whether
              people may write there
    folded    positions of rows that a filter hides until somebody asks for them
    note      a quiet line at the right end of row 2
    """

    sheet: TableSheet
    table: Table
    values: Values
    unlocked: Callable[[int | None, Column], bool]
    blank_rows: int = 0
    folded: Collection[int] = ()
    note: str = ""


def draw_rows(worksheet: Worksheet, canvas: Canvas, rows: RowSheet) -> None:
    """Draw one protected sheet of rows."""
    _Drawing(worksheet, canvas, rows).draw()


class _Drawing:
    def __init__(self, worksheet: Worksheet, canvas: Canvas, rows: RowSheet) -> None:
        self.worksheet, self.canvas, self.rows = worksheet, canvas, rows
        self.sheet = rows.sheet
        self.count = len(rows.table) + rows.blank_rows
        self._looks: dict[tuple[str, bool], Format] = {}
        self.widths = column_widths(canvas, self.sheet, rows.table)
        self.breaks = page_breaks(self.sheet, self.widths)
        self.reading = not any(
            rows.unlocked(None, column) or self._entered(column) for column in self.sheet.columns
        )

    def draw(self) -> None:
        """Columns, head, cells, rules and print set-up."""
        worksheet, sheet = self.worksheet, self.sheet
        self._columns()
        self._head()
        for i in range(self.count):
            self._row(i)
        self._rules()
        colour_table(worksheet, self.canvas, sheet)
        last = HEADER_ROW - 1 + max(1, self.count)
        worksheet.autofilter(HEADER_ROW - 1, 0, last, len(sheet.columns) - 1)
        self._fold()
        worksheet.freeze_panes(HEADER_ROW, sheet.freeze_columns)
        worksheet.protect("", dict(PROTECTION))
        worksheet.set_selection(HEADER_ROW, 0, HEADER_ROW, 0)
        self._page()

    def _fold(self) -> None:
        """Hide finished rows behind the filter of 状态: on a protected sheet no outline can be opened."""
        if not self.rows.folded:
            return
        at = self.sheet.index("status")
        hidden = {str(self.rows.values["status"][i]) for i in self.rows.folded}
        words_ = [*STATUS.labels(self.canvas.lang), *map(str, self.rows.values["status"])]
        shown = [word for word in dict.fromkeys(words_) if word not in (*hidden, "None")]
        self.worksheet.filter_column_list(at, [*shown, "Blanks"])

    def _page(self) -> None:
        looks.set_up_page(
            self.worksheet,
            landscape=True,
            lang=self.canvas.lang,
            repeat_rows=(HEADER_ROW - 1, HEADER_ROW - 1),
            project=self.canvas.project_name(),
        )
        if self.breaks:
            looks.side_by_side(self.worksheet, self.breaks, repeated_column(self.sheet))
        last = max(i for i, c in enumerate(self.sheet.columns) if not c.hidden)
        shown = len(self.rows.table) + min(self.rows.blank_rows, _PRINTED_BLANKS)
        self.worksheet.print_area(0, 0, HEADER_ROW - 1 + max(1, shown), last)

    def _columns(self) -> None:
        for at, (column, width) in enumerate(zip(self.sheet.columns, self.widths, strict=True)):
            look = self.canvas.theme("plain", "middle", *KIND_ROLES.get(column.kind, ()))
            self.worksheet.set_column(at, at, width, look, {"hidden": column.hidden})

    def _head(self) -> None:
        worksheet, theme, lang = self.worksheet, self.canvas.theme, self.canvas.lang
        worksheet.set_row(0, 30)
        first = title_column(1 + len(self.breaks))
        worksheet.write_string(0, first, self.sheet.name(lang), theme("title"))
        worksheet.write_string(1, first, self.sheet.hint.of(lang), theme("hint"))
        formula = f'"{words.AS_OF.of(lang)} "&{DATE_TEXT.format("as_of")}'
        value = f"{words.AS_OF.of(lang)} {self.canvas.project.as_of}"
        write_formula(worksheet, 2, first, formula, theme("banner"), value)
        if self.rows.note:
            worksheet.write_string(2, self.sheet.index("status"), self.rows.note, theme("hint"))
        for at, column in enumerate(self.sheet.columns):
            entered = self.rows.unlocked(None, column) or self._entered(column)
            role = "header" if entered or (self.reading and not column.computed) else "header_computed"
            side = ("left", "indent") if "indent" in KIND_ROLES.get(column.kind, ()) else ()
            worksheet.write_string(HEADER_ROW - 1, at, column.label.of(lang), theme(role, *side))
        pairs = zip((c.label.of(lang) for c in self.sheet.columns), (w - 3 for w in self.widths), strict=True)
        worksheet.set_row(HEADER_ROW - 1, looks.row_height(pairs, minimum=looks.HEADER_HEIGHT))

    def _entered(self, column: Column) -> bool:
        return any(self.rows.unlocked(i, column) for i in range(min(len(self.rows.table), _LOOKED_AT)))

    def _row(self, i: int) -> None:
        row, given = HEADER_ROW + i, i < len(self.rows.table)
        cells = [self.rows.values[c.name][i] if given else None for c in self.sheet.columns]
        folded = {"hidden": True} if i in self.rows.folded else {}
        self.worksheet.set_row(row, wrapped_height(self.sheet, cells, self.widths), None, folded)
        for at, (column, value) in enumerate(zip(self.sheet.columns, cells, strict=True)):
            look = self._look(column, i if given else None)
            if column.computed == "formula":
                text = in_row(self._formulas[column.name], row + 1)
                value = value if given else _BLANK_ROW.get(column.name)
                write_formula(self.worksheet, row, at, text, look, value)
            else:
                write(self.worksheet, row, at, value, look, self.canvas.theme)

    @cached_property
    def _formulas(self) -> Mapping[str, str]:
        # A packet has some rows and some years: that others are missing here means nothing.
        letters = {name: letter for name, letter in letters_of(self.sheet).items() if name != "inputs"}
        lang = self.canvas.lang
        return {c.name: filled_down(c, letters, lang) for c in formula_columns(self.sheet)}

    def _look(self, column: Column, i: int | None) -> Format:
        is_input = not column.computed and self.rows.unlocked(i, column)
        found = self._looks.get((column.name, is_input))
        if found is None:
            found = self._looks[column.name, is_input] = self._made(column, is_input=is_input)
        return found

    def _made(self, column: Column, *, is_input: bool) -> Format:
        roles = KIND_ROLES.get(column.kind, ())
        if is_input:
            return self.canvas.theme("input", *roles, fg_color=looks.INPUT, locked=False)
        return self.canvas.theme("body", *roles, "grey")

    def _rules(self) -> None:
        """Native validation on the columns where somebody may write."""
        last = HEADER_ROW + self.count
        for name, letter in letters_of(self.sheet).items():
            column = self.sheet.column(name)
            if column.computed or not (self.rows.unlocked(None, column) or self._entered(column)):
                continue
            rule = column_rule(column, letter, FIRST_ROW, last, self.canvas.lang)
            if rule is not None:
                at = self.sheet.index(name)
                self.worksheet.data_validation(HEADER_ROW, at, last - 1, at, rule)


def picked(values: Mapping[str, Sequence[object]], rows: Sequence[int]) -> dict[str, list[object]]:
    """The values of some rows, by column."""
    return {name: [cells[i] for i in rows] for name, cells in values.items()}
