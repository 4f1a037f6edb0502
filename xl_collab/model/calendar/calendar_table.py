"""节假日 read as the working calendar, exactly as the sheet's own formulas read it.

A row counts with a real date and a type in the book's words; where a day is listed twice the
later row decides, even if it decides nothing. No file, no clock.
"""

from __future__ import annotations

import datetime as dt

from xl_collab.model.calendar.workdays import Calendar, Day, DayKind, DaySource
from xl_collab.model.plan.seen import look
from xl_collab.model.tables import Table
from xl_collab.model.words import DAY_KIND, DAY_SOURCE, Choices, Lang

_KINDS: dict[str, DayKind] = {"off": "off", "work": "work"}
_SOURCES: dict[str, DaySource] = {"official": "official", "company": "company", "estimated": "estimated"}


def calendar_of(table: Table | None, lang: Lang) -> Calendar:
    """The calendar of the sheet; the shipped one when there is no sheet or no day in it."""
    days = [] if table is None else _days(table, lang)
    return Calendar.from_days(days) if days else Calendar.seeded()


def official_span(table: Table | None, lang: Lang, calendar: Calendar) -> tuple[int, int]:
    """First and last year of rows marked official; (0, 0) when none is, as MIN and MAX say."""
    if table is None or not len(table):
        years = sorted(calendar.official_years)
    else:
        official = _codes(table, "source", DAY_SOURCE, lang)
        dates = look(table.raw("date")).day.tolist()
        years = sorted(d.year for d, code in zip(dates, official, strict=True) if d and code == "official")
    return (years[0], years[-1]) if years else (0, 0)


def _days(table: Table, lang: Lang) -> list[Day]:
    kinds = _codes(table, "kind", DAY_KIND, lang)
    sources = _codes(table, "source", DAY_SOURCE, lang)
    dates = look(table.raw("date")).day.tolist()
    found: dict[dt.date, Day] = {}
    for date, kind, source, name in zip(dates, kinds, sources, table.texts("name").tolist(), strict=True):
        found.pop(date, None)
        if date and kind in _KINDS:
            found[date] = Day(date, _KINDS[kind], name, _SOURCES.get(source, "company"))
    return list(found.values())


def _codes(table: Table, column: str, choices: Choices, lang: Lang) -> list[str]:
    """Codes of exact labels, as formulas compare them: letter case aside, nothing else forgiven."""
    labels = {choices.label(code, lang).casefold(): code for code in choices.codes}
    values = table.raw(column).tolist()
    return [labels.get(v.casefold(), "") if isinstance(v, str) else "" for v in values]
