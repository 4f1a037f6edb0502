"""The tracker workbook, drawn whole from the declaration and a book.

`draw_workbook` is the only way that a tracker comes into being: the shipped workbook, a new one
and the demonstration are the same drawing with other contents.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from importlib import resources
from pathlib import Path

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xl_collab.documents import theme as looks
from xl_collab.documents.canvas import WINDOW, Canvas, code_name, empty_workbook, finish
from xl_collab.documents.forms import draw_form
from xl_collab.documents.interface import Interface, dressed
from xl_collab.documents.table_sheets import draw_table
from xl_collab.documents.theme import Theme
from xl_collab.documents.validation import DEPARTMENTS
from xl_collab.documents.workbook.home import draw_buttons, draw_home
from xl_collab.errors import DamagedWorkbook
from xl_collab.plan.formulas import LAST_ROW
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import Scenario
from xl_collab.project.tables import Book, Table
from xl_collab.schema.declaration import Declaration, FormSheet, Sheet, TableSheet
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Lang, t

# Workbook names that native formulas use: the data date, thresholds, days off.


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


SCHEMA_VERSION = 1
"""Rises when a sheet or column changes its meaning."""
CONF = "xlwings.conf"
CONF_ROWS: tuple[tuple[str, str], ...] = (("ADD_WORKBOOK_TO_PYTHONPATH", "False"), ("SHOW CONSOLE", "False"))
"""xlwings' settings in the workbook: no path of an interpreter, and a mailed folder is never on the path."""

_TABS: Mapping[str, str] = {
    "home": looks.BRAND,
    "tracker": "#C00000",
    "request": looks.BRAND,
    "settings": looks.QUIET,
    "calendar": looks.QUIET,
    "contacts": looks.QUIET,
}
_OTHER_TABS = "#2E6B2E"
_TITLE = t("跨部门协作跟踪表", "Cross-department tracker")


def draw_workbook(
    project: Project,
    lang: Lang,
    *,
    created: datetime,
    document_id: str,
    declaration: Declaration = SHEETS,
    vba: bytes | None = None,
    interface: Interface | None = None,
    date1904: bool = False,
) -> bytes:
    """The bytes of a tracker with `project`'s contents, reproducible for the same arguments.

    `vba` is a vbaProject.bin whose document modules are named by `code_name`; with it the
    workbook is an .xlsm, without it an .xlsx. `interface` is what starts the macros. `date1904` counts days
    from 1904, for sheets that go into a workbook which does.
    """
    interface = interface if interface and vba is not None else Interface()
    stream = io.BytesIO()
    workbook = empty_workbook(stream, looks.DEFAULTS, date_1904=date1904)
    project = _with_meta(project, declaration, lang, document_id)
    canvas = Canvas(workbook, Theme(workbook, lang), declaration, project, lang)
    workbook.set_properties({"title": canvas.project_name() or _TITLE.of(lang), "created": created})
    workbook.set_size(*WINDOW)
    workbook.set_vba_name("ThisWorkbook")
    _sheets(canvas, interface)
    define_names(canvas)
    if vba is not None:
        workbook.add_vba_project(io.BytesIO(vba), is_stream=True)  # type: ignore[arg-type]
    workbook.close()
    package = finish(stream.getvalue(), canvas.theme)
    return dressed(package, interface) if interface.ribbon else package


def _with_meta(project: Project, declaration: Declaration, lang: Lang, document_id: str) -> Project:
    """The project with the rows of `_meta`: identity, revision and language of this workbook."""
    values = {"document_id": document_id, "schema_version": str(SCHEMA_VERSION)}
    values |= {"revision": "0", "language": lang}
    records = [{"name": name, "value": value} for name, value in values.items()]
    meta = Table.of(declaration.table("meta"), records)
    book = replace(project.book, tables={**project.book.tables, "meta": meta})
    return Project(book, project.as_of)


def _sheets(canvas: Canvas, interface: Interface) -> None:
    """Every declared sheet in tab order, then xlwings' settings."""
    pages: list[tuple[Sheet, Worksheet]] = [
        (sheet, canvas.workbook.add_worksheet(sheet.name(canvas.lang))) for sheet in canvas.declaration.sheets
    ]
    for sheet, worksheet in pages:
        worksheet.set_vba_name(code_name(sheet.key))
        _state(worksheet, sheet.state)
        if sheet.state == "visible":
            worksheet.set_tab_color(_TABS.get(sheet.key, _OTHER_TABS))
        _draw(worksheet, canvas, sheet)
    write_conf(canvas.workbook, canvas.theme("plain"))
    draw_buttons(pages[0][1], canvas, interface.buttons)
    pages[0][1].activate()


def _draw(worksheet: Worksheet, canvas: Canvas, sheet: Sheet) -> None:
    if isinstance(sheet, TableSheet):
        draw_table(worksheet, canvas, sheet)
    elif isinstance(sheet, FormSheet):
        draw_form(worksheet, canvas, sheet)
    else:
        draw_home(worksheet, canvas)


def _state(worksheet: Worksheet, state: str) -> None:
    if state == "hidden":
        worksheet.hide()
    elif state == "veryHidden":
        worksheet.very_hidden()


def write_conf(workbook: Workbook, look: Format) -> None:
    """The sheet that xlwings reads its settings from."""
    worksheet = workbook.add_worksheet(CONF)
    worksheet.set_vba_name(code_name(CONF))
    worksheet.very_hidden()
    worksheet.set_column(0, 1, 34)
    for row, pair in enumerate(CONF_ROWS):
        for column, value in enumerate(pair):
            worksheet.write_string(row, column, value, look)


# A fresh tracker for `new` and `demo`: a scenario's contents drawn into a workbook.


SHIPPED = "collab_tracker.xlsm"


def shipped_workbook() -> bytes:
    """The workbook that comes with the package; in a checkout the one in workbook/."""
    packaged = resources.files("xl_collab") / "data" / SHIPPED
    if packaged.is_file():
        return packaged.read_bytes()
    checkout = Path(__file__).parents[3] / "workbook" / SHIPPED
    if checkout.is_file():
        return checkout.read_bytes()
    raise DamagedWorkbook(
        "安装不完整：缺少随附的工作簿，请重新安装 xl-collab",
        "The installation is incomplete: the shipped workbook is missing; reinstall xl-collab",
    )


def shipped_vba() -> bytes:
    """The vbaProject.bin of the shipped workbook."""
    with zipfile.ZipFile(io.BytesIO(shipped_workbook())) as package:
        return package.read("xl/vbaProject.bin")


def with_settings(book: Book, **values: object) -> Book:
    """The book with other values in 设置; empty ones leave what is there."""
    given = {name: value for name, value in values.items() if value not in (None, "")}
    return replace(book, forms={**book.forms, "settings": {**book.settings, **given}})


def _called(book: Book, project: str) -> Book:
    """The book with the project's name in every form that has one."""
    if not project:
        return book
    forms = {
        key: {**form, "project": project} if "project" in form else form for key, form in book.forms.items()
    }
    return replace(book, forms=forms)


def _initiated(book: Book, department: str, start: date | None) -> Book:
    """The book with the initiating department in both forms, its people's places and 通讯录.

    start  the first day, for a request that has no dates yet
    """
    request, settings = book.forms.get("request", {}), book.settings
    dates = {name: start for name in ("date", "start") if start and not request.get(name)}
    forms = {**book.forms, "request": {**request, **dates}}
    if not department:
        return replace(book, forms=forms)
    before = f"{request['department']}*" if request.get("department") else None
    mine = f"{department}*"
    forms = {
        key: {name: mine if before and value == before else value for name, value in form.items()}
        for key, form in forms.items()
    }
    applicant = forms["request"].get("applicant") or mine
    forms["request"] = {**forms["request"], "department": department, "applicant": applicant}
    forms["settings"] = {**(forms.get("settings") or settings), "initiator": department}
    contacts = book.tables["contacts"]
    if department not in contacts.texts("department").tolist():
        contacts = contacts.longer([{"department": department}])
    return replace(book, forms=forms, tables={**book.tables, "contacts": contacts})


def make_workbook(
    scenario: Scenario,
    lang: Lang = "zh",
    start: date | None = None,
    as_of: date | None = None,
    project_name: str = "",
    *,
    department: str = "",
    macros: bool = True,
    interface: Interface | None = None,
    now: datetime | None = None,
) -> bytes:
    """The bytes of a new tracker.

    `as_of` is written as the data date; without one the workbook follows today, and the cached
    results are those of today. `department` is the initiating one. `macros=False` leaves the VBA project
    out, for an .xlsx. `interface` is its
    ribbon and buttons.
    """
    now = now or datetime.now()
    book = _initiated(_called(scenario.book(lang, start), project_name), department, start)
    book = with_settings(book, data_date=as_of)
    project = Project(book, Project.resolve_as_of(book, now.date()))
    vba = shipped_vba() if macros else None
    identity = str(uuid.uuid4())
    return draw_workbook(project, lang, created=now, document_id=identity, vba=vba, interface=interface)
