"""Days into 节假日: what a notice, a company's week or an upgrade brings, as edits of that sheet.

Estimated rows give way to official ones in their place, so that no guess stays beside what is known;
every other row stays as it is, for a later row of the same date counts. No reading of notices may enter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from xl_collab.plan.computed import calendar_values
from xl_collab.plan.project import Project
from xl_collab.project.calendar.explanation import day_name
from xl_collab.project.calendar.statutory import known_as
from xl_collab.project.calendar.workdays import Day
from xl_collab.project.edits import AppendRows, Edit, SetColumn
from xl_collab.project.tables import Table, column_of
from xl_collab.schema.words import DAY_KIND, DAY_SOURCE, Lang

_Record = dict[str, object]


def calendar_edits(project: Project, new: Sequence[Day]) -> tuple[Edit, ...]:
    """Edits that list `new` in 节假日: in place of an estimate of that date, else below the last row."""
    if not new:
        return ()
    table, lang = project.table("calendar"), project.book.lang
    guesses = dict(_estimates(table, lang))
    given = {day.date: day for day in new if day.source != "company"}
    placed = {row: given[date] for row, date in guesses.items() if date in given}
    placed |= dict(_given_up(table, guesses, given, project))
    settled = {day.date for day in placed.values()}
    records = [_record(day, lang) for day in new if day.source == "company" or day.date not in settled]
    return tuple(_edits(table, {row: _record(day, lang) for row, day in placed.items()}, records, lang))


def _estimates(table: Table, lang: Lang) -> Iterator[tuple[int, dt.date]]:
    """The rows that estimate a day, by position, with their dates."""
    label = DAY_SOURCE.label("estimated", lang).casefold()
    dates: list[dt.date | None] = table.dates("date").tolist()
    for i, (date, source) in enumerate(zip(dates, table.texts("source").tolist(), strict=True)):
        if date is not None and source.casefold() == label:
            yield i, date


def _given_up(
    table: Table, guesses: Mapping[int, dt.date], given: Mapping[dt.date, Day], project: Project
) -> Iterator[tuple[int, Day]]:
    """Guessed weekdays off of a holiday whose official days are now known and lie elsewhere."""
    told = {(date.year, name) for date, day in given.items() if _off(day) for name in known_as(day.name)}
    names = table.texts("name").tolist()
    for i, date in guesses.items():
        about = {(date.year, name) for name in known_as(names[i])}
        if about & told and date not in given and date.weekday() < 5 and not project.calendar.official(date):
            yield i, Day(date, "work", names[i], "official")


def _off(day: Day) -> bool:
    return day.kind == "off" and day.source == "official"


def _record(day: Day, lang: Lang) -> _Record:
    return {
        "date": day.date,
        "kind": DAY_KIND.label(day.kind, lang),
        "name": day_name(day.name, lang),
        "source": DAY_SOURCE.label(day.source, lang),
    }


def _edits(table: Table, placed: Mapping[int, _Record], records: list[_Record], lang: Lang) -> Iterator[Edit]:
    if placed:
        rows = table.rows[list(placed)]
        for name in ("kind", "name", "source"):
            yield SetColumn("calendar", name, rows, [record[name] for record in placed.values()])
    values = calendar_values(_after(table, placed, records), lang)
    for name, column in values.items():
        yield SetColumn("calendar", name, table.rows, column[: len(table)])
    for n, record in enumerate(records):
        record.update({name: column[len(table) + n] for name, column in values.items()})
    if records:
        yield AppendRows("calendar", tuple(records))


def _after(table: Table, placed: Mapping[int, _Record], records: list[_Record]) -> Table:
    """The sheet as it will be, for the values of its formulas."""
    cells: dict[str, list[object]] = {name: column.tolist() for name, column in table.cells.items()}
    for name in ("kind", "name", "source"):
        for row, record in placed.items():
            cells[name][row] = record[name]
    whole = {name: column_of([*column, *(r.get(name) for r in records)]) for name, column in cells.items()}
    rows = np.arange(1, len(table) + len(records) + 1, dtype=np.int64)
    return replace(table, cells=whole, rows=rows, _memo={})
