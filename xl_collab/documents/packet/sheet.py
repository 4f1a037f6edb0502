"""A department's packet: a macro-free workbook with what concerns it, drawn from the declaration.

说明 · 我的任务 · 其他部门 · 待办与风险, and hidden copies of 节假日, 设置 and 通讯录 for the formulas. The
token of the sending stands in the document properties, in a defined name and in a visible cell.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xl_collab.documents import theme as looks
from xl_collab.documents.canvas import WINDOW, Canvas, empty_workbook, finish
from xl_collab.documents.forms import draw_form
from xl_collab.documents.packet import words as words
from xl_collab.documents.packet.content import Packet, PacketIssue
from xl_collab.documents.packet.rows import RowSheet, draw_notes, draw_rows, draw_todo, picked, row_sheet
from xl_collab.documents.table_sheets import cell_values, draw_table
from xl_collab.documents.theme import Theme
from xl_collab.documents.workbook.template import define_names
from xl_collab.merge.snapshot import OTHERS, Snapshot, snapshot
from xl_collab.plan.project import Project
from xl_collab.project.tables import Book, CellError, CellFormula, Table
from xl_collab.schema.declaration import HEADER_ROW, Column, Declaration, FormSheet, TableSheet
from xl_collab.schema.keys import contribution
from xl_collab.schema.sheets import SHEETS, TRACKER
from xl_collab.schema.words import Lang

_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32767
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
_FIXED_HEIGHT = re.compile(rb'<row r="(\d+)"[^>]*? customHeight="1"')

Cells = Mapping[str, Sequence[object]]


def base_of(project: Project, packet: Packet) -> Snapshot:
    """What a packet sends in rows, cell by cell, as replies to it are compared."""
    others = {OTHERS: snapshot(_sent(project, packet.others).table)} if packet.others else {}
    return Snapshot({"tracker": snapshot(_sent(project, packet.own).table), **others})


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
    return finish(_growing(stream.getvalue()), drawing.canvas.theme)


class _Drawing:
    def __init__(
        self, workbook: Workbook, project: Project, packet: Packet, issue: PacketIssue, lang: Lang
    ) -> None:
        self.workbook, self.project, self.packet, self.issue = workbook, project, packet, issue
        self.own = _own_words(_sent(project, packet.own), packet)
        self.others = _sent(project, packet.others)
        self.declaration = Declaration(
            (
                row_sheet("tracker"),
                *(replace(SHEETS.table(key), state="hidden") for key in ("calendar", "contacts")),
                replace(SHEETS.form("settings"), state="hidden"),
            )
        )
        helper = Project(_helper_book(project, self.own, self.others), project.as_of)
        self.canvas = Canvas(workbook, Theme(workbook, lang), self.declaration, helper, lang)
        self.lang = lang

    def draw(self) -> None:
        """Every sheet in tab order, then the names."""
        notes = draw_notes(self.workbook, self.canvas.theme, self.project, self.packet, self.issue)
        self._mark(notes)
        self._tasks()
        if self.packet.others:
            self._others()
        if self.packet.owed.actions or self.packet.owed.risks or self.packet.owed.confirmations:
            self._mark(draw_todo(self.workbook, self.canvas.theme, self.project, self.packet))
        self._hidden()
        define_names(self.canvas)
        self.workbook.define_name("collab_token", f'="{self.issue.token}"')
        notes.activate()

    def _tasks(self) -> None:
        worksheet = self.workbook.add_worksheet(words.TASKS.of(self.lang))
        worksheet.set_tab_color("#C00000")
        keys = [str(key) for key in self.own.keys]
        new_rows = "tracker" in self.packet.permission.new_rows

        def unlocked(row: int | None, column: Column) -> bool:
            if row is None:
                return new_rows and column.entered and column.name != "id"
            return self.packet.may_edit(keys[row], column.name)

        note = words.TOKEN_LINE.of(self.lang).format(token=self.issue.token)
        sheet = self.declaration.table("tracker")
        rows = RowSheet(
            sheet, self.own.table, self.own.values, unlocked, self.packet.blank_rows if new_rows else 0, note
        )
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
                draw_table(worksheet, self.canvas, sheet)
            elif isinstance(sheet, FormSheet):
                draw_form(worksheet, self.canvas, sheet)
            worksheet.protect("")

    def _mark(self, worksheet: Worksheet) -> None:
        """Mark a sheet as the tool's own: readers do not take it for a table of the tracker."""
        number = worksheet.index
        for name, text in (("_kind", _GENERATED), ("_key", worksheet.get_name()), ("_hash", "")):
            self.workbook.defined_names.append([name, number, f'"{text}"', True])


# what is sent


@dataclass(frozen=True)
class _Rows:
    """Rows as they go out: values alone, no formulas of people, nothing that a cell cannot hold."""

    table: Table
    values: Cells
    keys: Sequence[object]


def _sent(project: Project, rows: Sequence[int]) -> _Rows:
    kept = [i for i in rows if project.ids[i]]
    all_values = cell_values(project, TRACKER, project.tracker)
    values = {name: list(map(_plain, cells)) for name, cells in picked(all_values, kept).items()}
    records = [{name: cells[i] for name, cells in values.items()} for i in range(len(kept))]
    return _Rows(Table.of(TRACKER, records), values, [project.ids[i] for i in kept])


def _own_words(rows: _Rows, packet: Packet) -> _Rows:
    """In shared cells that the department writes its own words alone: it cannot touch the others'."""
    values = {name: list(cells) for name, cells in rows.values.items()}
    for column in (c for c in TRACKER.columns if c.shared):
        for i, key in enumerate(map(str, rows.keys)):
            text = values[column.name][i]
            if packet.may_edit(key, column.name) and text is not None:
                values[column.name][i] = contribution(str(text), packet.department)
    records = [{name: cells[i] for name, cells in values.items()} for i in range(len(rows.keys))]
    return _Rows(Table.of(TRACKER, records), values, rows.keys)


def _plain(value: object) -> object:
    """A cell as it may travel: what a formula shows, no errors, text that XML and Excel can hold."""
    if isinstance(value, CellFormula):
        value = value.value
    if isinstance(value, CellError):
        return None
    if isinstance(value, str):
        text = _UNFIT.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
        return text.encode("utf-16-le")[: 2 * _LONGEST].decode("utf-16-le", "ignore")
    return value


def _helper_book(project: Project, own: _Rows, others: _Rows) -> Book:
    """The tables and settings that the packet's formulas read."""
    years = [project.as_of.year]
    for rows in (own, others):
        for name in _DATES:
            years += [v.year for v in rows.values[name] if isinstance(v, dt.date)]
    contacts = project.table("contacts")
    names = ("department", "aliases")
    people = [{name: record[name] for name in names} for record in contacts.records()]
    settings = dict(project.book.settings)
    if settings.get("data_date"):
        settings["data_date"] = project.as_of
    return Book(
        tables={
            "tracker": own.table,
            "calendar": _calendar(project.table("calendar"), min(years) - 1, max(years) + 1),
            "contacts": Table.of(contacts.sheet, [{k: _plain(v) for k, v in p.items()} for p in people]),
        },
        forms={"settings": {name: _plain(value) for name, value in settings.items()}},
        lang=project.book.lang,
        name=project.book.name,
    )


def _calendar(table: Table, first: int, last: int) -> Table:
    """The days of the years that the rows touch: the whole calendar would be most of the file."""
    days = table.dates("date").tolist()
    names = [column.name for column in table.sheet.columns if not column.computed]
    records = [
        {name: _plain(record[name]) for name in names}
        for record, day in zip(table.records(), days, strict=True)
        if day is not None and first <= day.year <= last
    ]
    return Table.of(table.sheet, records)


def _growing(package: bytes) -> bytes:
    """Rows of tasks grow when people write more into them; headings keep their height."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename.startswith("xl/worksheets/sheet") and b"<autoFilter " in data:
                data = _FIXED_HEIGHT.sub(_loose, data)
            new.writestr(entry, data)
    return out.getvalue()


def _loose(match: re.Match[bytes]) -> bytes:
    return match[0] if int(match[1]) <= HEADER_ROW else match[0].removesuffix(b' customHeight="1"')
