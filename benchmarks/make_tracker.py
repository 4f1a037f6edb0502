"""`make_tracker.py N OUT`: a valid tracker with N believable rows, the same bytes every time.

The workbook is drawn as every tracker is, with its first row only; then the rows are written as
Excel saves them: shared strings, and filled-down formulas as groups. That takes seconds and little
memory where drawing 100,000 rows of long formulas would not. Computed cells show a run of a week
before the data date, so that a run has something to do.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from filldown import FillDown
from plan import AS_OF, LAST_RUN, ORIGIN, Plan

from xl_collab.documents.table_sheets import cell_values
from xl_collab.documents.workbook.template import draw_workbook, shipped_vba
from xl_collab.plan.project import Project
from xl_collab.project.tables import Book, Table
from xl_collab.schema.sheets import SHEETS, TRACKER

Records = Sequence[Mapping[str, object]]


def make_tracker(count: int, out: Path, kind: type[Plan] = Plan) -> None:
    """Write a tracker of `count` rows to `out`: an .xlsm, or an .xlsx without macros."""
    plan = kind(count)
    book = _with_forms(plan.scenario.book("zh", ORIGIN), f"{count} 行的跟踪表")
    rows = {"meetings": plan.meetings, "sync": plan.reports, "plans": plan.signed_plans}
    if plan.contacts:
        rows["contacts"] = plan.contacts
    book = _with_rows(book, rows)
    drawn = draw_workbook(
        Project(_with_rows(book, {"tracker": plan.rows[:1]}), LAST_RUN),
        "zh",
        created=dt.datetime.combine(AS_OF, dt.time(9)),
        document_id=f"benchmark-{count}",
        vba=shipped_vba() if out.suffix.lower() == ".xlsm" else None,
    )
    full = Project(_with_rows(book, {"tracker": plan.rows}), LAST_RUN)
    columns = cell_values(full, TRACKER, full.tracker)
    with zipfile.ZipFile(io.BytesIO(drawn)) as source, zipfile.ZipFile(out, "w") as target:
        FillDown(source, full.tracker.tab).write(target, [columns[c.name] for c in TRACKER.columns])


def _with_forms(book: Book, name: str) -> Book:
    """The book with a data date and an approved request, so that work may have begun."""
    settings = {**book.settings, "data_date": AS_OF, "project": name}
    approval = {"conclusion": "通过", "approved_on": ORIGIN, "approver": "*", "feasibility": "可行"}
    request = {**book.forms["request"], **approval, "capacity": "各部门均可承接"}
    return replace(book, forms={**book.forms, "settings": settings, "request": request})


def _with_rows(book: Book, rows: Mapping[str, Records]) -> Book:
    """The book with these records instead of its own."""
    made = {key: Table.of(SHEETS.table(key), records) for key, records in rows.items()}
    tables = {key: replace(table, tab=book.tables[key].tab) for key, table in made.items()}
    return replace(book, tables={**book.tables, **tables})


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Make a tracker workbook with many rows.")
    parser.add_argument("rows", type=int, help="number of tracker rows, at least 1")
    parser.add_argument("out", type=Path, help="file to write: .xlsm, or .xlsx for one without macros")
    given = parser.parse_args()
    if given.rows < 1:
        parser.error("rows must be at least 1")
    make_tracker(given.rows, given.out)


if __name__ == "__main__":
    main()
