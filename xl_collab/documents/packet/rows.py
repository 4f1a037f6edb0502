"""我的任务 and 其他部门: the tracker's rows on a protected sheet without an Excel table.

An Excel table on a protected sheet cannot grow, so the rows are a plain range; each cell is unlocked or
not by what the department may edit. Formulas, colours and checks are those of the tracker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xl_collab.documents import theme as looks
from xl_collab.documents.blocks import Cell, Page, Rag, scratch
from xl_collab.documents.canvas import Canvas, letters_of, write, write_formula
from xl_collab.documents.colours import colour_table
from xl_collab.documents.open_items import OwnTask
from xl_collab.documents.packet import words as words
from xl_collab.documents.packet.content import Packet, PacketIssue
from xl_collab.documents.table_sheets import (
    DATE_TEXT,
    KIND_ROLES,
    Values,
    column_widths,
    title_column,
    wrapped_height,
)
from xl_collab.documents.theme import HEADER_HEIGHT, LEVEL_COLOURS, Theme, row_height
from xl_collab.documents.validation import column_rule
from xl_collab.plan.formulas import filled_down, formula_columns, in_row
from xl_collab.plan.project import Project
from xl_collab.project.sentences import LISTED, Line, fitted
from xl_collab.project.tables import Table
from xl_collab.schema.declaration import FIRST_ROW, HEADER_ROW, Column, TableSheet
from xl_collab.schema.row_formulas import NOTHING, NOW_OF_NOTHING
from xl_collab.schema.sheets import TRACKER
from xl_collab.schema.words import ACTION_STATUS, RAG, RISK_LEVEL, Lang, Text

PROTECTION = {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True}
"""What a protected sheet of a packet still lets people do; there is no password."""

_FRONT = ("id", "stage", "task", "deadline")
_ENTRY = ("status", "percent", "actual_start", "forecast", "actual", "feedback", "support_feedback")
_RESULT = ("rag", "variance", "reason")
_REST = ("output", "owner", "support", "note", "predecessors", "planned_start")
_HIDDEN = ("lead_days",)
_NOT_HERE = ("home_key",)
"""Columns that only 首页 reads."""
_LOOKED_AT = 60
_PAGES_WIDE = 2
_PRINTED_BLANKS = 8


_BLANK_ROW: Mapping[str, object] = {"first_changed": NOTHING, "now": NOW_OF_NOTHING}
"""What formulas show in a blank row, where it is not nothing."""


def row_sheet(key: str, others: bool = False, tracker: TableSheet = TRACKER) -> TableSheet:
    """The tracker's declaration as a packet shows it: what is filled in stands right behind the task.

    Every column that formulas read is there; those that nobody else reads are hidden.
    """
    order = (*_FRONT, *_ENTRY, *_RESULT, *_REST)
    names = {column.name for column in tracker.columns}
    shown = [tracker.column(name) for name in order if name in names]
    rest = [c for c in tracker.columns if c.name not in (*order, *_NOT_HERE)]
    visible = [c for c in rest if c.entered and c.name not in _HIDDEN]
    hidden = [replace(c, hidden=True) for c in rest if c not in visible]
    title, hint = (words.OTHERS, words.OTHERS_HINT) if others else (words.TASKS, words.TASKS_HINT)
    columns = tuple(_column(c) for c in (*shown, *visible, *hidden))
    return replace(tracker, key=key, title=title, hint=hint, columns=columns, freeze_columns=3)


def _column(column: Column) -> Column:
    """A packet tells each department to leave its IDs blank, so they need not be unique here."""
    return replace(column, unique=False) if column.name == "id" else column


@dataclass(frozen=True)
class RowSheet:
    """What `draw_rows` draws: rows in `table` (as `values` has them), then blank ones.

    unlocked  says of a row (position in the table, or None for a blank one) and a column whether
              people may write there
    note      a quiet line at the right end of row 2
    """

    sheet: TableSheet
    table: Table
    values: Values
    unlocked: Callable[[int | None, Column], bool]
    blank_rows: int = 0
    note: str = ""


def draw_rows(worksheet: Worksheet, canvas: Canvas, rows: RowSheet) -> None:
    """Draw one protected sheet of rows."""
    _Drawing(worksheet, canvas, rows).draw()


class _Drawing:
    def __init__(self, worksheet: Worksheet, canvas: Canvas, rows: RowSheet) -> None:
        self.worksheet, self.canvas, self.rows = worksheet, canvas, rows
        self.sheet = rows.sheet
        self.count = len(rows.table) + rows.blank_rows
        self.widths = column_widths(canvas, self.sheet, rows.table)
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
        worksheet.freeze_panes(HEADER_ROW, sheet.freeze_columns)
        worksheet.protect("", dict(PROTECTION))
        worksheet.set_selection(HEADER_ROW, 0, HEADER_ROW, 0)
        self._page()

    def _page(self) -> None:
        looks.set_up_page(
            self.worksheet,
            landscape=True,
            lang=self.canvas.lang,
            repeat_rows=(HEADER_ROW - 1, HEADER_ROW - 1),
            project=self.canvas.project_name(),
            pages_wide=_PAGES_WIDE,
        )
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
        first = title_column(_PAGES_WIDE)
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
        self.worksheet.set_row(row, wrapped_height(self.sheet, cells, self.widths))
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
        roles = KIND_ROLES.get(column.kind, ())
        if not column.computed and self.rows.unlocked(i, column):
            return self.canvas.theme("input", *roles, locked=False)
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


# The pages of a packet that people read: 说明 with what is wanted by when, and 待办与风险.


_WIDTHS = (9, 21, 15, 9, 14, 16, 14, 14)


def draw_notes(
    workbook: Workbook, theme: Theme, project: Project, packet: Packet, issue: PacketIssue
) -> Worksheet:
    """说明: who, by when, how to fill it in, what is owed; the token in a visible cell."""
    page = _Page(workbook, theme, words.NOTES, project)
    whole = issue.kind == "whole"
    page.title((words.WHOLE_TITLE if whole else words.TITLE).of(page.lang), project.settings.project)
    number = words.ISSUE_NO.of(page.lang).format(number=issue.number)
    values = {
        "department": packet.department,
        "reply_by": f"{packet.reply_by:%Y-%m-%d}",
        "data_date": f"{packet.as_of:%Y-%m-%d}",
        "token": issue.token,
        "issue": number,
        "project": project.settings.project,
    }
    page.pairs([(words.LABELS[key], text) for key, text in values.items()])
    page.section(fitted(words.WANTED, date=packet.reply_by))
    _wanted(page, packet)
    page.section(words.HOW)
    steps = words.WHOLE_STEPS if whole else words.STEPS
    page.sentences(Line(Text(f"{n}. {s.zh}", f"{n}. {s.en}")) for n, s in enumerate(steps, start=1))
    return page.close()


def whole_notes(project: Project, packet: Packet, issue: PacketIssue, lang: Lang) -> bytes:
    """说明 as a workbook of one sheet, to be put into a copy of the master."""

    def fill(workbook: Workbook, theme: Theme) -> None:
        draw_notes(workbook, theme, project, packet, issue)

    return scratch(words.NOTES.of(lang), lang, fill)


def wanted_words(task: OwnTask, lang: Lang) -> str:
    """What is owed on a row, in words; '' for nothing."""
    return ("；" if lang == "zh" else "; ").join(words.WHY[why].of(lang) for why in task.owed)


def _wanted(page: _Page, packet: Packet) -> None:
    page.spread(("id", "what", "due", "alert", "owed"), _wanted_rows(packet, page.lang), words.NOTHING)


def _wanted_rows(packet: Packet, lang: Lang) -> Iterator[Sequence[Cell]]:
    for task in packet.owed.due_tasks:
        rag = Rag(task.rag, RAG.label(task.rag, lang)) if task.rag else ""
        yield (task.id, task.task, task.due or task.deadline, rag, wanted_words(task, lang))
    for item in packet.owed.actions:
        if item.overdue or (item.due is not None and item.due <= packet.reply_by):
            said = words.WHY["action" if item.overdue else "action_due"]
            yield (item.id, item.action, item.due, "", fitted(said, days=item.overdue).of(lang))


def draw_todo(workbook: Workbook, theme: Theme, project: Project, packet: Packet) -> Worksheet:
    """待办与风险: the department's open actions, its risks, and what notes ask of it."""
    page = _Page(workbook, theme, words.OPEN_ITEMS, project)
    lang, found = page.lang, packet.owed
    page.title(words.OPEN_ITEMS.of(lang), packet.department)
    page.note(words.TODO_HINT)
    page.section(words.ACTIONS)
    actions = [(i.id, i.action, i.due, _label(i.status, lang), i.source) for i in found.actions]
    page.spread(("id", "what", "due", "status", "source"), actions, words.NO_ACTIONS)
    page.section(words.RISKS)
    risks = [(r.id, r.risk, r.due, _level(r.level, lang), r.countermeasure) for r in found.risks]
    page.spread(("id", "what", "due", "level", "countermeasure"), risks, words.NO_RISKS)
    page.section(words.CONFIRMATIONS)
    asked = [
        (c.row_id, c.proposal.sentence.of(lang), c.proposal.date, "", c.quote) for c in found.confirmations
    ]
    page.spread(("id", "what", "due", "", "quote"), asked, words.NO_CONFIRMATIONS)
    return page.close()


def _level(code: str, lang: Lang) -> Cell:
    return Rag(LEVEL_COLOURS[code], RISK_LEVEL.label(code, lang)) if code else ""


def _label(code: str, lang: Lang) -> str:
    return ACTION_STATUS.label(code, lang) if code in ACTION_STATUS.codes else code


_SPANS = ((1, 1), (2, 3), (4, 4), (5, 5), (6, 8))
"""Columns of the page that the five columns of its tables take."""


class _Page(Page):
    """An A4 page of a packet, protected like the rest of it."""

    def __init__(self, workbook: Workbook, theme: Theme, tab: Text, project: Project) -> None:
        name = project.settings.project
        super().__init__(workbook, theme, tab=tab.of(theme.lang), widths=_WIDTHS, project=name, links={})

    def spread(self, columns: Sequence[str], rows: Iterable[Sequence[Cell]], empty: Text) -> None:
        """A table of ID, what, date, a word, and what is to be said about it."""
        records = list(rows)
        if not records:
            self.note(empty)
            return
        self.tall(HEADER_HEIGHT)
        for name, (first, last) in zip(columns, _SPANS, strict=True):
            text = words.COLUMNS[name].of(self.lang) if name else ""
            self.put(first, text, self.theme("header", "middle"), to=last)
        self.next()
        for record in records[:LISTED]:
            self._spread_row(record)

    def _spread_row(self, record: Sequence[Cell]) -> None:
        sizes = []
        for value, (first, last) in zip(record, _SPANS, strict=True):
            width = self.width(first, last)
            text = value.word if isinstance(value, Rag) else _shown(value)
            text = self.fitted(text, width - 2)
            wide = last > first
            look = self.theme("wrapped", "indent") if wide else self.theme("wrapped", "centre")
            if isinstance(value, Rag):
                look = self.theme.rag(value.code, "wrapped")
            self.put(first, text, look, to=last)
            sizes.append((text, width - (2 if wide else 0)))
        self.tall(row_height(sizes, minimum=20))
        self.next()

    def close(self) -> Worksheet:
        """Protect the page and give it back."""
        self.finish()
        self.sheet.protect("", dict(PROTECTION))
        return self.sheet


def _shown(value: Cell) -> str:
    return "" if value is None else f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)
