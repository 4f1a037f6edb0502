"""A department's packet: a macro-free workbook with what concerns it, drawn from the declaration.

待填 (cards) · 我的任务 · 我的待办 · 每日同步 · 其他部门 · 风险与提醒 · 说明, and hidden copies of 节假日,
设置 and 通讯录 for the formulas. The token of the sending stands in the document properties, in a defined
name and in visible cells.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xl_collab.a1 import column_letters
from xl_collab.documents import theme as looks
from xl_collab.documents.canvas import WINDOW, Canvas, empty_workbook, finish
from xl_collab.documents.forms import draw_form
from xl_collab.documents.packet import words as words
from xl_collab.documents.packet.cards import draw_cards
from xl_collab.documents.packet.content import Packet, PacketIssue
from xl_collab.documents.packet.pages import draw_notes, draw_reminders
from xl_collab.documents.packet.rows import (
    RowSheet,
    action_sheet,
    day_sheet,
    draw_rows,
    picked,
    row_sheet,
)
from xl_collab.documents.packet.shared import Cells, plain, shared_by
from xl_collab.documents.table_sheets import draw_table
from xl_collab.documents.theme import Theme
from xl_collab.documents.workbook.template import define_names
from xl_collab.merge.snapshot import OTHERS, Rows, Snapshot, snapshot
from xl_collab.plan.project import Project
from xl_collab.project.tables import Book, Table
from xl_collab.schema.declaration import FIRST_ROW, Column, Declaration, FormSheet, TableSheet
from xl_collab.schema.keys import contribution, normalise_key
from xl_collab.schema.sheets import SHEETS, TRACKER
from xl_collab.schema.words import Lang, Text

_DATES: tuple[str, ...] = (
    "deadline",
    "planned_start",
    "actual_start",
    "forecast",
    "actual",
    "baseline",
    "baseline_start",
)
_DATES += ("projected", "earliest", "due_on", "reported_on", "next_due")
_GENERATED = "packet"
_GROWING = (b"<tablePart ", b"<autoFilter ")
"""What is in sheets whose rows grow when people write more into them."""

DAY_ROWS = 10
"""Empty rows of 每日同步."""


def base_of(project: Project, packet: Packet) -> Snapshot:
    """What a packet sends in rows, cell by cell, as replies to it are compared.

    A column that the workbook does not have is not sent, and of 每日同步 no row is.
    """
    others = {OTHERS: snapshot(_sent(project, packet.others).table)} if packet.others else {}
    missing = project.tracker.missing
    names = [c.name for c in TRACKER.columns if c.computed != "formula" and c.name not in missing]
    own = snapshot(_sent(project, packet.shown).table, names)
    return Snapshot({"tracker": own, **_registers(project, packet), **others})


def _registers(project: Project, packet: Packet) -> dict[str, Rows]:
    """待办台账 as it is sent, where the department has open actions, and the columns of 每日同步."""
    found = {}
    rows = _own_actions(project, packet)
    if rows:
        columns = [column.name for column in action_sheet().columns]
        found["actions"] = snapshot(project.table("actions"), columns, rows)
    if "sync" in packet.permission.new_rows:
        columns = [column.name for column in day_sheet().columns]
        found["sync"] = snapshot(project.table("sync"), columns, [])
    return found


def _own_actions(project: Project, packet: Packet) -> list[int]:
    """Positions of the department's open actions that have an ID, in the order in which they are shown."""
    table = project.table("actions")
    at = {text: i for i, text in enumerate(table.texts("id").tolist()) if text}
    return [at[item.id] for item in packet.owed.actions if item.id in at]


def draw_packet(project: Project, packet: Packet, issue: PacketIssue, *, created: dt.datetime) -> bytes:
    """The .xlsx bytes of a packet, reproducible for the same arguments.

    created  goes into the file's properties. The language is that of the workbook: formulas compare
             its words.
    """
    stream = io.BytesIO()
    as_typed = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = empty_workbook(stream, looks.DEFAULTS, **as_typed)
    lang = project.book.lang
    drawing = _Drawing(workbook, project, packet, issue, lang)
    name = project.settings.project
    title = words.TITLE.of(lang)
    workbook.set_properties({"title": f"{name} {title}".strip(), "author": "xl_collab", "created": created})
    for key, text in issue.properties().items():
        workbook.set_custom_property(key, text, "text")
    workbook.set_size(*WINDOW)
    drawing.draw()
    workbook.close()
    return finish(stream.getvalue(), drawing.canvas.theme, _GROWING)


class _Drawing:
    def __init__(
        self, workbook: Workbook, project: Project, packet: Packet, issue: PacketIssue, lang: Lang
    ) -> None:
        self.workbook, self.project, self.packet, self.issue = workbook, project, packet, issue
        self.own = _own_words(_sent(project, packet.shown), packet)
        self.others = _sent(project, packet.others)
        self.declaration = Declaration(
            (
                row_sheet("tracker", missing=_unknown(project.tracker)),
                *(replace(SHEETS.table(key), state="hidden") for key in ("calendar", "contacts")),
                replace(SHEETS.form("settings"), state="hidden"),
            )
        )
        helper = Project(_helper_book(project, self.own, self.others), project.as_of)
        self.canvas = Canvas(workbook, Theme(workbook, lang), self.declaration, helper, lang)
        self.lang = lang

    def draw(self) -> None:
        """Every sheet in tab order, then the names."""
        theme, owed = self.canvas.theme, self.packet.owed
        cards = draw_cards(self.workbook, theme, self.project, self.packet, self.issue.token, self._place)
        self._mark(cards)
        self._tasks()
        self._actions()
        self._days()
        if self.packet.others:
            self._others()
        if owed.risks or owed.confirmations:
            self._mark(draw_reminders(self.workbook, theme, self.project, self.packet))
        self._mark(draw_notes(self.workbook, theme, self.project, self.packet, self.issue))
        self._hidden()
        define_names(self.canvas)
        self.workbook.define_name("collab_token", f'="{self.issue.token}"')
        cards.activate()

    def _place(self, sheet: str, row: str, column: str) -> str:
        """Where a cell of 我的任务 or 我的待办 stands, as a link names it; '' for one that is not there.

        Without a row: the first blank one.
        """
        declared, ids, tab = self._placed(sheet)
        key = normalise_key(row)
        if key and key not in ids:
            return ""
        at = ids.index(key) if key else len(ids)
        shown = [c.name for c in declared.columns if not c.hidden]
        name = column if column in shown else shown[0]
        cell = f"{column_letters(declared.index(name) + 1)}{FIRST_ROW + at}"
        return f"internal:'{tab.of(self.lang)}'!{cell}"

    def _placed(self, sheet: str) -> tuple[TableSheet, list[str], Text]:
        """A sheet of rows: its declaration, the IDs of its rows as compared, its tab."""
        if sheet == "tracker":
            return self.declaration.table("tracker"), list(map(str, self.own.keys)), words.TASKS
        if sheet == "sync":
            return day_sheet(_unknown(self.project.table("sync"))), [], words.DAYS
        table = self.project.table("actions")
        names = table.texts("id").tolist()
        ids = [normalise_key(names[i]) for i in _own_actions(self.project, self.packet)]
        return action_sheet(_unknown(table)), ids, words.ACTION_ROWS

    def _tasks(self) -> None:
        worksheet = self.workbook.add_worksheet(words.TASKS.of(self.lang))
        worksheet.set_tab_color("#C00000")
        keys = [str(key) for key in self.own.keys]
        new_rows = "tracker" in self.packet.permission.new_rows

        def unlocked(row: int | None, column: Column) -> bool:
            if column.hidden:
                return False
            if row is None:
                return new_rows and column.entered and column.name != "id"
            return self.packet.may_edit(keys[row], column.name)

        note = words.TOKEN_LINE.of(self.lang).format(token=self.issue.token)
        finished = {str(self.project.ids[row]) for row in self.packet.finished}
        folded = [i for i, key in enumerate(keys) if key in finished]
        blank = self.packet.blank_rows if new_rows else 0
        sheet = self.declaration.table("tracker")
        if folded:
            sheet = replace(sheet, hint=words.TASKS_HINT_FOLDED)
        rows = RowSheet(sheet, self.own.table, self.own.values, unlocked, blank, folded, note)
        draw_rows(worksheet, self.canvas, rows)

    def _actions(self) -> None:
        """待办台账: the department's open actions, of which it says how they stand."""
        table = self.project.table("actions")
        found = _own_actions(self.project, self.packet)
        if not found:
            return
        worksheet = self.workbook.add_worksheet(words.ACTION_ROWS.of(self.lang))
        worksheet.set_tab_color("#C00000")
        sheet = action_sheet(_unknown(table))
        keys = [str(normalise_key(str(table.texts("id")[i]))) for i in found]
        columns = {c.name: table.raw(c.name).tolist() for c in sheet.columns}
        values = {name: [plain(cells[i]) for i in found] for name, cells in columns.items()}
        records = [{name: cells[n] for name, cells in values.items()} for n in range(len(found))]

        def unlocked(row: int | None, column: Column) -> bool:
            return row is not None and self.packet.permission.allows("actions", keys[row], column.name)

        rows = RowSheet(sheet, Table.of(sheet, records), values, unlocked)
        draw_rows(worksheet, self.canvas, rows)

    def _days(self) -> None:
        """每日同步: empty rows."""
        if "sync" not in self.packet.permission.new_rows:
            return
        worksheet = self.workbook.add_worksheet(words.DAYS.of(self.lang))
        worksheet.set_tab_color(looks.BRAND)
        sheet = day_sheet(_unknown(self.project.table("sync")))
        empty: Cells = {column.name: [] for column in sheet.columns}
        rows = RowSheet(sheet, Table.of(sheet, []), empty, lambda row, column: row is None, DAY_ROWS)
        draw_rows(worksheet, self.canvas, rows)

    def _others(self) -> None:
        worksheet = self.workbook.add_worksheet(words.OTHERS.of(self.lang))
        worksheet.set_tab_color(looks.QUIET)
        more = words.OTHERS_MORE.of(self.lang).format(count=self.packet.left_out)
        note = more if self.packet.left_out else ""
        sheet = row_sheet("others", others=True)
        rows = RowSheet(sheet, self.others.table, self.others.values, lambda row, column: False, note=note)
        draw_rows(worksheet, self.canvas, rows)
        self._mark(worksheet)

    def _hidden(self) -> None:
        """The sheets that formulas and drop-downs read."""
        for sheet in self.declaration.sheets:
            if sheet.state != "hidden":
                continue
            worksheet = self.workbook.add_worksheet(sheet.name(self.lang))
            worksheet.hide()
            if isinstance(sheet, TableSheet):
                draw_table(worksheet, self.canvas, sheet, shared_by(self.project).rows)
            elif isinstance(sheet, FormSheet):
                draw_form(worksheet, self.canvas, sheet)
            worksheet.protect("")

    def _mark(self, worksheet: Worksheet) -> None:
        """Mark a sheet as the tool's own: readers do not take it for a table of the tracker."""
        number = worksheet.index
        for name, text in (("_kind", _GENERATED), ("_key", worksheet.get_name()), ("_hash", "")):
            self.workbook.defined_names.append([name, number, f'"{text}"', True])


# what is sent


def _unknown(table: Table) -> frozenset[str]:
    """Columns for people that the workbook does not have: nobody could take what is written there."""
    return frozenset(c.name for c in table.sheet.columns if c.entered and c.name in table.missing)


@dataclass(frozen=True)
class _Rows:
    """Rows as they go out: values alone, no formulas of people, nothing that a cell cannot hold."""

    table: Table
    values: Cells
    keys: Sequence[object]


def _sent(project: Project, rows: Sequence[int]) -> _Rows:
    kept = [i for i in rows if project.ids[i]]
    values = picked(shared_by(project).tracker, kept)
    return _Rows(Table.of_columns(TRACKER, values, len(kept)), values, [project.ids[i] for i in kept])


def _own_words(rows: _Rows, packet: Packet) -> _Rows:
    """In shared cells that the department writes its own words alone: it cannot touch the others'."""
    values = {name: list(cells) for name, cells in rows.values.items()}
    for column in (c for c in TRACKER.columns if c.shared):
        for i, key in enumerate(map(str, rows.keys)):
            text = values[column.name][i]
            if packet.may_edit(key, column.name) and text is not None:
                values[column.name][i] = contribution(str(text), packet.department)
    return _Rows(Table.of_columns(TRACKER, values, len(rows.keys)), values, rows.keys)


def _helper_book(project: Project, own: _Rows, others: _Rows) -> Book:
    """The tables and settings that the packet's formulas read."""
    years = [project.as_of.year]
    for rows in (own, others):
        for name in _DATES:
            years += [v.year for v in rows.values[name] if isinstance(v, dt.date)]
    shared = shared_by(project)
    settings = dict(project.book.settings)
    if settings.get("data_date"):
        settings["data_date"] = project.as_of
    return Book(
        tables={
            "tracker": own.table,
            "calendar": shared.calendar(min(years) - 1, max(years) + 1),
            "contacts": shared.contacts,
        },
        forms={"settings": {name: plain(value) for name, value in settings.items()}},
        lang=project.book.lang,
        name=project.book.name,
    )
