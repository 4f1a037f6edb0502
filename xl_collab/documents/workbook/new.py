"""A fresh tracker for `new` and `demo`: a scenario's contents drawn into a workbook.

The VBA project comes out of the shipped workbook, so that nothing but the installed package is
needed. This is the only room of drawing that reads the clock and the package's own files.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from dataclasses import replace
from datetime import date, datetime
from importlib import resources
from pathlib import Path

from xl_collab.documents.interface import Interface
from xl_collab.documents.workbook.template import draw_workbook
from xl_collab.errors import DamagedWorkbook
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import Scenario
from xl_collab.project.tables import Book
from xl_collab.schema.words import Lang

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


def make_workbook(
    scenario: Scenario,
    lang: Lang = "zh",
    start: date | None = None,
    as_of: date | None = None,
    project_name: str = "",
    *,
    macros: bool = True,
    interface: Interface | None = None,
    now: datetime | None = None,
) -> bytes:
    """The bytes of a new tracker.

    `as_of` is written as the data date; without one the workbook follows today, and the cached
    results are those of today. `macros=False` leaves the VBA project out, for an .xlsx. `interface` is its
    ribbon and buttons.
    """
    now = now or datetime.now()
    book = with_settings(scenario.book(lang, start), data_date=as_of, project=project_name)
    project = Project(book, Project.resolve_as_of(book, now.date()))
    vba = shipped_vba() if macros else None
    identity = str(uuid.uuid4())
    return draw_workbook(project, lang, created=now, document_id=identity, vba=vba, interface=interface)
