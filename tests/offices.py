"""A real LibreOffice for tests, over both wires, and the small workbooks that are opened in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import xlwings as xw
from xlsxwriter import Workbook

from xl_collab.hosts import libreoffice
from xl_collab.hosts.libreoffice.bridge import BridgeWire, DirectWire
from xl_collab.hosts.office import find_soffice

MUST_HAVE = os.environ.get("XL_COLLAB_REQUIRE_TOOLS") == "1"


def need_office() -> None:
    """Skip where LibreOffice is missing; fail where it must not be."""
    if find_soffice() is None:
        (pytest.fail if MUST_HAVE else pytest.skip)("LibreOffice is not installed")


def started() -> Iterator[xw.App]:
    """One headless office for the session, `uno` in this process if that can be."""
    need_office()
    libreoffice.register("auto")
    app = xw.App(visible=False, add_book=False)
    assert isinstance(app.impl.calls.wire, DirectWire)
    yield app
    app.quit()


def bridged() -> Iterator[xw.App]:
    """Another office, reached through a process of the system's Python."""
    need_office()
    libreoffice.register("bridge")
    app = xw.App(visible=False, add_book=False)
    libreoffice.register("auto")
    assert isinstance(app.impl.calls.wire, BridgeWire)
    yield app
    app.quit()


def processes(word: str) -> list[psutil.Process]:
    """Processes that have `word` in their command line."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if any(word in part for part in process.info["cmdline"] or []):
            found.append(process)
    return found


def report(path: Path) -> Path:
    """A sheet with a merged title, a chart, a conditional format, a link and a name of its own."""
    book = Workbook(str(path))
    sheet = book.add_worksheet("纪要")
    sheet.merge_range("A1:C1", "例会会议纪要", book.add_format({"bold": True}))
    for row, (name, days) in enumerate([("研发部", 3), ("市场部", 0), ("采购部", -1)], 2):
        sheet.write_row(row, 0, [name, days])
    red = book.add_format({"bg_color": "#FFC7CE"})
    sheet.conditional_format("B3:B5", {"type": "cell", "criteria": ">", "value": 2, "format": red})
    sheet.write_url("C3", "internal:'纪要'!A1", string="回到标题")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"categories": "=纪要!$A$3:$A$5", "values": "=纪要!$B$3:$B$5"})
    sheet.insert_chart("E2", chart)
    book.define_name("纪要!_kind", '="minutes"')
    book.close()
    return path
