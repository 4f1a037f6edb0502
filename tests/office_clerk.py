"""A person at LibreOffice, for tests: opens, types, sorts, saves. Run by the system's Python, which has uno.

Usage: office_clerk.py SOFFICE PROFILE JOBS.json. A job: {"source", "target", "tab", "steps"}; a step is
["type", id, heading, text], ["new", offset, heading, text], ["unprotect"], ["sort", heading],
["insert", row above which an empty one is put], ["rename", tab] or ["hide", id].
"""

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.table import TableSortField


def main(soffice: str, profile: str, jobs: str) -> None:
    """Do all jobs in one office."""
    pipe = f"clerk{time.time_ns()}"
    command = [soffice, f"-env:UserInstallation=file://{profile}", "--headless", "--norestore", "--nologo"]
    office = subprocess.Popen([*command, f"--accept=pipe,name={pipe};urp;"])
    try:
        desktop = connect(pipe)
        for job in json.loads(Path(jobs).read_text(encoding="utf-8")):
            work(desktop, job)
        with contextlib.suppress(Exception):  # the office may hang up before it answers
            desktop.terminate()
        office.wait(30)
    finally:
        office.kill()


def connect(pipe: str) -> object:
    """The desktop of the office that is starting."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(240):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except Exception:  # not there yet
            time.sleep(0.25)
    raise SystemExit("LibreOffice did not start")


def named(name: str, value: object) -> PropertyValue:
    """One property."""
    found = PropertyValue()
    found.Name, found.Value = name, value
    return found


def work(desktop: object, job: dict) -> None:
    """Open, do the steps, save under another name."""
    document = desktop.loadComponentFromURL(
        Path(job["source"]).as_uri(), "_blank", 0, (named("Hidden", True),)
    )
    sheet = document.Sheets.getByName(job["tab"])
    for step in job["steps"]:
        STEPS[step[0]](sheet, *step[1:])
    document.storeToURL(Path(job["target"]).as_uri(), (named("FilterName", "Calc MS Excel 2007 XML"),))
    document.close(True)


def column_of(sheet: object, heading: str) -> int:
    """The column under a heading."""
    return next(c for c in range(60) if sheet.getCellByPosition(c, 3).String == heading)


def row_of(sheet: object, identity: str) -> int:
    """The row of an ID."""
    column = column_of(sheet, "编号")
    return next(r for r in range(4, 200) if sheet.getCellByPosition(column, r).String == identity)


def type_into(sheet: object, identity: str, heading: str, text: str) -> None:
    """Type as at the keyboard: the office itself decides what a text is."""
    sheet.getCellByPosition(column_of(sheet, heading), row_of(sheet, identity)).FormulaLocal = text


def new_row(sheet: object, offset: int, heading: str, text: str) -> None:
    """Type into an empty row below the last ID."""
    column = column_of(sheet, "编号")
    last = max(r for r in range(4, 200) if sheet.getCellByPosition(column, r).String)
    sheet.getCellByPosition(column_of(sheet, heading), last + offset).FormulaLocal = text


def sort(sheet: object, heading: str) -> None:
    """Sort all rows by a column, the last first."""
    column = column_of(sheet, "编号")
    last = max(r for r in range(4, 200) if sheet.getCellByPosition(column, r).String)
    width = max(c for c in range(60) if sheet.getCellByPosition(c, 3).String)
    field = TableSortField()
    field.Field, field.IsAscending = column_of(sheet, heading), False
    fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
    rows = sheet.getCellRangeByPosition(0, 4, width, last)
    rows.sort((named("SortFields", fields), named("ContainsHeader", False)))


def insert(sheet: object, identity: str) -> None:
    """An empty row above one."""
    row = row_of(sheet, identity)
    sheet.Rows.insertByIndex(row, 1)


def hide(sheet: object, identity: str) -> None:
    """Hide a row, as a filter does."""
    sheet.Rows.getByIndex(row_of(sheet, identity)).IsVisible = False


STEPS = {
    "type": type_into,
    "new": new_row,
    "unprotect": lambda sheet: sheet.unprotect(""),
    "sort": sort,
    "insert": insert,
    "rename": lambda sheet, name: setattr(sheet, "Name", name),
    "hide": hide,
}

if __name__ == "__main__":
    main(*sys.argv[1:])
