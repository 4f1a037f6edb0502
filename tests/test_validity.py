"""推算有效至: until when a row shows what Python would say, if nobody types anything.

The judge runs Python on each later day and lays the columns of the first run beside what is typed, as the
workbook's formulas would.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
from test_pending_in_libreoffice import AS_OF, tracker

from xl_collab.documents.workbook.template import with_settings
from xl_collab.plan.computed import column_values
from xl_collab.plan.project import Project
from xl_collab.plan.states import compared_dates
from xl_collab.project.scenarios import SAMPLE
from xl_collab.project.tables import Book, Table
from xl_collab.schema.sheets import TRACKER


def book(seed: int) -> Book:
    made = SAMPLE.book("zh")
    table = replace(Table.of(TRACKER, tracker(random.Random(seed), 120)), tab=TRACKER.name("zh"))
    return with_settings(replace(made, tables={**made.tables, "tracker": table}), data_date=AS_OF)


def holds(until: object, day: date, off: bool) -> bool:
    """What the formula of 待重算 makes of the column."""
    if until is None:
        return True
    if not isinstance(until, datetime):
        return isinstance(until, date) and day <= until
    if until.hour == 12:
        return day <= until.date() or not off
    return day <= until.date() and not (off and day > AS_OF)


def days(seed: int) -> Iterator[tuple[bool, bool]]:
    """Of each open row with a baseline on later days: whether it holds, and whether Python still agrees."""
    made = book(seed)
    first = Project(made, AS_OF)
    then, kept = first.assessment, column_values(first)["valid_until"]
    for ahead in (0, 1, 2, 4, 5, 7, 12, 17, 30):
        day = AS_OF + timedelta(days=ahead)
        today = Project(made, day)
        now = today.assessment
        shown, _ = compared_dates(today, now.states, then.projected, then.earliest)
        off = not first.calendar.is_workday(day)
        for i in np.flatnonzero(now.states.open & now.states.figures).tolist():
            same = str(shown[i]) == str(now.compared[i])
            same &= then.predecessor_alert[i] == now.predecessor_alert[i]
            yield holds(kept[i], day, off), same


def test_until_that_day_nothing_changes_by_itself() -> None:
    found = [pair for seed in range(30) for pair in days(seed)]
    assert not [pair for pair in found if pair == (True, False)]
    assert sum(not same for _, same in found) > 3000  # days do move rows
    needless = sum(pair == (False, True) for pair in found)
    assert needless < len(found) / 8


def test_right_after_a_run_every_row_holds() -> None:
    kept = [until for seed in range(30) for until in column_values(Project(book(seed), AS_OF))["valid_until"]]
    assert not [until for until in kept if isinstance(until, date) and f"{until:%F}" < f"{AS_OF:%F}"]
