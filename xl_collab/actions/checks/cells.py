"""Entry checks of single cells, derived from each column's declaration."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from xl_collab.actions.checks.place import at, by_text, clip, present, rows_of
from xl_collab.model import catalogue as found
from xl_collab.model.deadlines import parse_date
from xl_collab.model.findings import Finding
from xl_collab.model.keys import normalise_key
from xl_collab.model.parties import nearest
from xl_collab.model.project import Project
from xl_collab.model.schema import Column, Kind
from xl_collab.model.seen import look
from xl_collab.model.tables import CellError, CellFormula, Table
from xl_collab.model.words import t

LONGEST_TEXT = 32767
"""Characters that an Excel cell can hold (Microsoft's specification limits)."""
EARLIEST, LATEST = np.datetime64("2000-01-01"), np.datetime64("2100-12-31")

_EMPTY, _TEXT, _NUMBER, _BOOL, _DATE, _ERROR, _FORMULA = range(7)
_TYPES: dict[type, int] = {
    type(None): _EMPTY,
    str: _TEXT,
    int: _NUMBER,
    float: _NUMBER,
    bool: _BOOL,
    date: _DATE,
    datetime: _DATE,
    CellError: _ERROR,
    CellFormula: _FORMULA,
}
_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")
_NUMBERS = (Kind.PERCENT, Kind.NUMBER, Kind.INTEGER, Kind.MONEY)

Types = npt.NDArray[np.int8]
Check = Callable[[Project, Table, Column, Types], Iterator[Finding]]


def check_cells(project: Project) -> Iterator[Finding]:
    """Findings of every entered cell of every table."""
    for table in project.book.tables.values():
        if table.sheet.state == "visible":
            for column in present(table):
                yield from _check_column(project, table, column)


def _types(table: Table, column: Column) -> Types:
    values = table.raw(column.name).tolist()
    kinds = list(map(type, values))
    known = _TYPES | dict.fromkeys(set(kinds) - _TYPES.keys(), _TEXT)
    types = np.fromiter(map(known.__getitem__, kinds), np.int8, len(kinds))
    texts = np.flatnonzero(types == _TEXT)
    if len(texts):
        types[texts[table.texts(column.name)[texts] == ""]] = _EMPTY
    return types


def _check_column(project: Project, table: Table, column: Column) -> Iterator[Finding]:
    types = _types(table, column)
    if column.required:
        for i in rows_of(types == _EMPTY):
            yield at(found.MISSING, table, column.name, i)
    yield from _odd_cells(table, column, types)
    check = _CHECKS.get(column.kind)
    if check is not None:
        yield from check(project, table, column, types)


def _odd_cells(table: Table, column: Column, types: Types) -> Iterator[Finding]:
    values = table.raw(column.name)
    for i in rows_of(types == _ERROR):
        yield at(found.ERROR_CELL, table, column.name, i, text=values[i].code)
    for i in rows_of(types == _FORMULA):
        yield at(found.FORMULA_IN_DATA, table, column.name, i, text=clip(values[i].text))
    for i in rows_of(types == _TEXT):
        if len(values[i]) > LONGEST_TEXT:
            yield at(found.TOO_LONG, table, column.name, i, length=len(values[i]))


def _dates(project: Project, table: Table, column: Column, types: Types) -> Iterator[Finding]:
    for text, rows in by_text(table.texts(column.name), types == _TEXT).items():
        day = parse_date(text)
        for i in rows:
            if day is None:
                yield at(found.BAD_DATE, table, column.name, i, text=clip(text))
            else:
                yield at(found.TEXT_DATE, table, column.name, i, text=clip(text), date=day)
    days = look(table.raw(column.name)).day
    far = ~np.isnat(days) & ((days < EARLIEST) | (days > LATEST))
    for i in rows_of(far | (types == _BOOL)):
        yield at(found.BAD_DATE, table, column.name, i, text=clip(table.raw(column.name)[i]))


def _choice(project: Project, table: Table, column: Column, types: Types) -> Iterator[Finding]:
    choices = column.choices
    assert choices is not None
    labels = choices.labels(project.book.lang)
    known = {label.casefold() for label in labels}
    for text, rows in by_text(table.texts(column.name), types != _EMPTY).items():
        if text.casefold() in known:
            continue
        code = choices.code(text)
        for i in rows:
            if code is None:
                yield at(found.NOT_IN_LIST, table, column.name, i, text=clip(text), choices="、".join(labels))
            else:
                label = choices.label(code, project.book.lang)
                yield at(found.ALIAS, table, column.name, i, text=text, label=label)


def _party(project: Project, table: Table, column: Column, types: Types) -> Iterator[Finding]:
    leads = column.name in ("owner", "accountable")
    for text, rows in by_text(table.texts(column.name), types == _TEXT).items():
        parties = project.read_parties(text)
        named = [p for p in (parties.lead, *parties.supporters) if p is not None]
        unknown = [p.department for p in named if normalise_key(p.department) not in project.known]
        for i in rows:
            for name in (*unknown, *parties.unread):
                yield at(
                    found.UNKNOWN_DEPARTMENT, table, column.name, i, name=name, hint=_hint(name, project)
                )
            if leads and parties.everyone and parties.lead is None:
                yield at(found.EVERYBODY_NO_LEAD, table, column.name, i, text=clip(text))


def _hint(name: str, project: Project) -> object:
    close = nearest(name, project.departments)
    return t(f"，是否指“{close}”？", f"; did you mean {close}?") if close else ""


def _number(project: Project, table: Table, column: Column, types: Types) -> Iterator[Finding]:
    for i in rows_of(np.isin(types, (_TEXT, _BOOL, _DATE))):
        yield at(found.NOT_A_NUMBER, table, column.name, i, text=clip(table.raw(column.name)[i]))
    numbers = table.numbers(column.name)
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    for i in rows_of((numbers < low) | (numbers > high)):
        yield at(found.OUT_OF_RANGE, table, column.name, i, value=f"{numbers[i]:g}", low=low, high=high)


def _email(project: Project, table: Table, column: Column, types: Types) -> Iterator[Finding]:
    for text, rows in by_text(table.texts(column.name), types == _TEXT).items():
        if not _ADDRESS.fullmatch(text):
            for i in rows:
                yield at(found.BAD_EMAIL, table, column.name, i, text=clip(text))


_CHECKS: dict[Kind, Check] = {
    Kind.DATE: _dates,
    Kind.CHOICE: _choice,
    Kind.PARTY: _party,
    Kind.EMAIL: _email,
    **dict.fromkeys(_NUMBERS, _number),
}
