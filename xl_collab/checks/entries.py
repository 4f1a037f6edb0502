"""Entry checks of single cells, derived from each column's declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt

from xl_collab.checks.deadlines import EARLIEST, LATEST, MOST_OFFERED
from xl_collab.checks.place import at, by_text, clip, example_day, present, rows_of
from xl_collab.patterns import lazy
from xl_collab.plan.parsed import coded, look_at
from xl_collab.plan.project import Project
from xl_collab.project.parties import Parties, Party, nearest, written_party
from xl_collab.project.roles import counted_as_lead
from xl_collab.project.tables import (
    CellError,
    CellFormula,
    Codes,
    Flags,
    Table,
    as_day,
    has_placeholder,
    is_placeholder,
)
from xl_collab.project.timing.deadlines import REASONS, FixedDate, Unreadable, parse_date, parse_deadline
from xl_collab.schema import catalogue as found
from xl_collab.schema.declaration import Column, Field, FormSheet, Kind
from xl_collab.schema.findings import Finding, FindingKind, Reading
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import t

LONGEST_TEXT = 32767
"""Characters that an Excel cell can hold (Microsoft's specification limits)."""
_FIRST, _LAST = (np.datetime64(day, "D") for day in (EARLIEST, LATEST))

_EMPTY, _TEXT, _NUMBER, _BOOL, _DATE, _ERROR, _FORMULA, _FINE = range(8)
_NOTHING_TO_SAY = {_EMPTY, _FINE}
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
_ADDRESS = lazy(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")
_NUMBERS = (Kind.PERCENT, Kind.NUMBER, Kind.INTEGER, Kind.MONEY)


@dataclass(frozen=True)
class ColumnCells:
    """A column's cells: each distinct value is looked at once, and its rows are found on demand."""

    table: Table
    column: Column
    codes: Codes
    values: list[object]
    kinds: npt.NDArray[np.int8]
    """Kind of each distinct value; _FINE where nothing is found in it, as is known."""

    @classmethod
    def of(cls, table: Table, column: Column, fine: set[object]) -> ColumnCells:
        """The cells of a column of a table; `fine` are values of it that need no look."""
        codes, values = table.distinct(column.name)
        kinds = _kinds(values)
        if fine:
            known = np.fromiter(map(fine.__contains__, values), np.bool_, len(values))
            known &= (kinds != _BOOL) & (kinds != _EMPTY)  # TRUE is equal to 1
            kinds = np.where(known, np.int8(_FINE), kinds)
        return cls(table, column, codes, values, kinds)

    @cached_property
    def there(self) -> frozenset[int]:
        """The kinds that there are: most columns have one or two, and no check needs to look for others."""
        return frozenset(self.kinds.tolist())

    def rows(self, wanted: Flags) -> list[int]:
        """Rows whose distinct value is flagged."""
        return rows_of(wanted[self.codes]) if wanted.any() else []

    def texts(self, wanted: Flags) -> Mapping[str, Iterable[int]]:
        """The stripped texts of the flagged values, each with its rows."""
        return by_text(self.table, self.column.name, wanted) if wanted.any() else {}

    def at(self, kind: FindingKind, i: int, **words: object) -> Finding:
        """A finding on the column's cell in row `i`."""
        return at(kind, self.table, self.column.name, i, **words)


Check = Callable[[Project, ColumnCells], Iterator[Finding]]


def _kinds(values: list[object]) -> npt.NDArray[np.int8]:
    types = set(map(type, values))
    if types == {str, type(None)}:
        kinds = np.full(len(values), _TEXT, np.int8)
        kinds[-1] = _EMPTY  # what is empty stands last
    else:
        known = _TYPES | dict.fromkeys(types - _TYPES.keys(), _TEXT)
        kinds = np.fromiter(map(known.__getitem__, map(type, values)), np.int8, len(values))
    if "" in values or any(map(str.isspace, _strings(values))):
        kinds[[i for i, v in enumerate(values) if type(v) is str and not v.strip()]] = _EMPTY
    return kinds


def _strings(values: list[object]) -> list[str]:
    kinds = set(map(type, values))
    if kinds == {str, type(None)}:
        return values[:-1]  # type: ignore[return-value]  # what is empty stands last
    return [value for value in values if type(value) is str] if str in kinds else []


def check_cells(project: Project) -> Iterator[Finding]:
    """Findings of every entered cell of every table.

    Whether anything is found in a cell follows from its column, 通讯录 and the language, and no other cell.
    So a table that many trackers have, the very same, is looked at once, and so is a cell that many have.
    """
    contacts, lang = project.table("contacts"), project.book.lang
    for table in project.book.tables.values():
        free: dict[str, Table] = table.once(("free of findings",), dict)
        if table.sheet.state == "visible" and len(table) and free.get(lang) is not contacts:
            findings = list(_check_table(project, table))
            if not findings:
                free[lang] = contacts
            yield from findings


def _check_table(project: Project, table: Table) -> Iterator[Finding]:
    fine: dict[object, set[object]] = project.table("contacts").once(("fine cells",), dict)
    for column in present(table):
        known = fine.setdefault((table.sheet, column.name, project.book.lang), set())
        codes, values = table.distinct(column.name)
        if _all_fine(values, known) and not (column.required and _has_empty(codes, values)):
            continue
        findings = list(_check_column(project, ColumnCells.of(table, column, known)))
        if not findings:
            _remember(known, values)
        yield from findings


_MANY = 2048
"""Values of a column that are known to be fine; before there are more all are forgotten."""


def _remember(known: set[object], values: list[object]) -> None:
    if len(known) + len(values) > _MANY:
        known.clear()
    if len(values) < _MANY:
        known.update(values)


def _all_fine(values: list[object], known: set[object]) -> bool:
    return all(map(known.__contains__, values)) and bool not in set(map(type, values))  # TRUE is equal to 1


def _has_empty(codes: Codes, values: list[object]) -> bool:
    return bool(codes.max(initial=-1) == len(values) - 1)


def _check_column(project: Project, cells: ColumnCells) -> Iterator[Finding]:
    if cells.column.required and _EMPTY in cells.there:
        for i in cells.rows(cells.kinds == _EMPTY):
            yield cells.at(found.MISSING, i)
    if cells.there <= _NOTHING_TO_SAY:
        return
    yield from _odd_cells(cells)
    yield from _placeholders(cells)
    check = _CHECKS.get(cells.column.kind)
    if check is not None:
        yield from check(project, cells)


def _odd_cells(cells: ColumnCells) -> Iterator[Finding]:
    values = cells.table.raw(cells.column.name)
    if cells.there & {_ERROR, _FORMULA}:
        for i in cells.rows(cells.kinds == _ERROR):
            yield cells.at(found.ERROR_CELL, i, text=values[i].code)
        for i in cells.rows(cells.kinds == _FORMULA):
            yield cells.at(found.FORMULA_IN_DATA, i, text=clip(values[i].text))
    if max(map(len, _strings(cells.values)), default=0) > LONGEST_TEXT:
        long = [type(value) is str and len(value) > LONGEST_TEXT for value in cells.values]
        for i in cells.rows(np.array(long)):
            yield cells.at(found.TOO_LONG, i, length=len(values[i]))


def _dates(project: Project, cells: ColumnCells) -> Iterator[Finding]:
    left = MOST_OFFERED
    for text, rows in cells.texts(cells.kinds == _TEXT).items():
        read = parse_deadline(text, serials=True)
        if isinstance(read, Unreadable) and read.reason == "failed":
            yield from (_not_read(cells, i) for i in rows)
        else:
            day = read.date if isinstance(read, FixedDate) else None
            offer = _readings(project, cells, text) if day is None and left > 0 else ()
            left -= day is None
            yield from (_text_date(project, cells, i, day, offer) for i in rows)
    yield from _odd_dates(project, cells)


def _odd_dates(project: Project, cells: ColumnCells) -> Iterator[Finding]:
    """Days that nobody can mean, and numbers that are no day in Excel's calendar."""
    no_day, far = _no_days(cells)
    values = cells.table.raw(cells.column.name)
    for i in cells.rows(no_day):
        yield _text_date(project, cells, i, parse_date(values[i]))
    for i in cells.rows(far | (cells.kinds == _BOOL)):
        yield _text_date(project, cells, i, None)


def _no_days(cells: ColumnCells) -> tuple[Flags, Flags]:
    days = [day for day in map(as_day, cells.values) if day is not None]
    if cells.there <= {_EMPTY, _TEXT, _DATE, _FINE} and (
        not days or EARLIEST <= min(days) <= max(days) <= LATEST
    ):
        none = np.zeros(len(cells.values), np.bool_)
        return none, none
    seen = look_at(np.arange(len(cells.values)), cells.values)
    no_day = seen.number & np.isnat(seen.day) & (cells.kinds != _FORMULA)
    return no_day, (seen.day < _FIRST) | (seen.day > _LAST)


def _not_read(cells: ColumnCells, i: int) -> Finding:
    return cells.at(found.NOT_READ, i, text=clip(cells.table.raw(cells.column.name)[i]))


def _text_date(
    project: Project, cells: ColumnCells, i: int, day: date | None, readings: tuple[Reading, ...] = ()
) -> Finding:
    text = clip(cells.table.raw(cells.column.name)[i])
    if day is None:
        example = example_day(project, cells.table, i)
        return replace(cells.at(found.BAD_DATE, i, text=text, example=example), readings=readings)
    chosen = Reading.day(day, cells.column.name)
    return replace(cells.at(found.TEXT_DATE, i, text=text, date=day), readings=(chosen,))


def _readings(project: Project, cells: ColumnCells, text: str) -> tuple[Reading, ...]:
    """The days that a text which is no date may mean."""
    # Its patterns take long to compile, and most trackers need none of them.
    from xl_collab.project.timing.readings import readings

    return readings(text, as_of=project.as_of, calendar=project.calendar, column=cells.column.name)


def _choice(project: Project, cells: ColumnCells) -> Iterator[Finding]:
    choices = cells.column.choices
    assert choices is not None
    labels = choices.labels(project.book.lang)
    former = [word for item in choices.items for word in item.former]
    known = {label.casefold() for label in (*labels, *former)}
    for text, rows in cells.texts(cells.kinds != _EMPTY).items():
        if text.casefold() in known:
            continue
        code = choices.code(text)
        for i in rows:
            if code is None:
                yield cells.at(found.NOT_IN_LIST, i, text=clip(text), choices="、".join(labels))
            else:
                label = choices.label(code, project.book.lang)
                yield cells.at(found.ALIAS, i, text=text, label=label)


def _party(project: Project, cells: ColumnCells) -> Iterator[Finding]:
    for text, rows in cells.texts(cells.kinds == _TEXT).items():
        yield from _party_text(project, cells, text, rows)


def _party_text(project: Project, cells: ColumnCells, text: str, rows: Iterable[int]) -> Iterator[Finding]:
    """Findings on one text; whether there are any follows from it, its column and 通讯录."""
    leads = cells.column.name in ("owner", "accountable")
    parties = project.read_parties(text)
    if parties.failed:
        yield from (_not_read(cells, i) for i in rows)
        return
    named = [p for p in (parties.lead, *parties.supporters) if p is not None]
    unknown = [p.department for p in named if normalise_key(p.department) not in project.known]
    for name in (*unknown, *parties.unread):
        hint, meant = _hint(name, project), _meant(project, cells, text, name)
        for i in rows:
            finding = cells.at(found.UNKNOWN_DEPARTMENT, i, name=name, hint=hint)
            yield replace(finding, readings=meant) if meant else finding
    if leads and parties == Parties(None) and cells.column.required:
        yield from (cells.at(found.MISSING, i) for i in rows)
    if leads and parties.everyone and parties.lead is None:
        for i in rows:
            yield cells.at(found.EVERYBODY_NO_LEAD, i, text=clip(text))
    if cells.column.name == "owner":
        yield from _who_leads(project, cells, text, parties, rows)


def _who_leads(
    project: Project, cells: ColumnCells, text: str, parties: Parties, rows: Iterable[int]
) -> Iterator[Finding]:
    """Cells without one lead, or whose lead the formulas of 首页 cannot see; with the ways to say it."""
    choices = parties.contested or ([parties.lead] if parties.lead else parties.supporters)
    words: dict[str, object] = {"text": clip(text)}
    if parties.contested:
        kind = found.SEVERAL_LEADS
        words["names"] = "、".join(party.department for party in parties.contested)
    elif parties.lead is None and parties.supporters and not parties.everyone:
        kind = found.ONLY_SUPPORTERS
    elif counted := _counted_otherwise(project, cells, text, parties):
        kind = found.LEAD_NOT_COUNTED
        words |= counted
    else:
        return
    readings = tuple(_led_by(project, cells, parties, lead) for lead in choices)
    for i in rows:
        yield replace(cells.at(kind, i, **words), readings=readings)


def _counted_otherwise(
    project: Project, cells: ColumnCells, text: str, parties: Parties
) -> dict[str, object] | None:
    """Whom the formulas of 首页 count a cell for, where that is not its lead."""
    if cells.table.sheet.key not in ("tracker", "actions") or parties.lead is None:
        return None
    lead = parties.lead.department
    # Only of names that stand in the cell: an alias or a person is counted for nobody, whoever leads.
    if lead not in project.departments or lead not in text:
        return None
    cell = text.casefold()
    named = [name for name in project.departments if name.casefold() in cell]
    counts = {name: counted_as_lead(text, name) for name in named}
    others = [name for name, count in counts.items() if count and not lead.startswith(name)]
    if counts[lead] == 1 and not others:
        return None
    return {"lead": lead, "counted": "、".join(others) or t("无人", "nobody")}


def _led_by(project: Project, cells: ColumnCells, parties: Parties, lead: Party) -> Reading:
    """The reading in which `lead` leads and all others support."""
    others = [party for party in (parties.lead, *parties.supporters) if party not in (None, lead)]
    names = [party.department for party in others if party is not None]
    zh = f"{lead.department}牵头" + (f"，{'、'.join(names)}配合" if names else "")
    en = f"{lead.department} leads" + (f", {', '.join(names)} support" if names else "")
    english = project.book.lang == "en"
    everyone = [t("各部门", "all departments").of(project.book.lang)] if parties.everyone else []
    written = [written_party(party, english) for party in (lead, *others) if party is not None]
    cell = (", " if english else "、").join((*written, *everyone))
    return Reading(t(zh, en), ((cells.column.name, cell),))


def _hint(name: str, project: Project) -> object:
    close = nearest(name, project.departments)
    return t(f"，是否指“{close}”？", f"; did you mean {close}?") if close else ""


def _meant(project: Project, cells: ColumnCells, text: str, name: str) -> tuple[Reading, ...]:
    """The cell with the nearest department in the place of an unknown one, to be chosen."""
    close = nearest(name, project.departments)
    if close is None or text.count(name) != 1:
        return ()
    written = text.replace(name, close)
    return (Reading(t(f"指{close}", f"{close} is meant"), ((cells.column.name, written),)),)


def _number(project: Project, cells: ColumnCells) -> Iterator[Finding]:
    column = cells.column
    no_numbers = (cells.kinds == _TEXT) | (cells.kinds == _BOOL) | (cells.kinds == _DATE)
    for i in cells.rows(no_numbers):
        yield cells.at(found.NOT_A_NUMBER, i, text=clip(cells.table.raw(column.name)[i]))
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    outside = [type(v) in (int, float) and not low <= v <= high for v in cells.values]  # type: ignore[operator]
    for i in cells.rows(np.array(outside, dtype=bool)):
        value = f"{cells.table.numbers(column.name)[i]:g}"
        yield cells.at(found.OUT_OF_RANGE, i, value=value, low=low, high=high)


def _email(project: Project, cells: ColumnCells) -> Iterator[Finding]:
    for text, rows in cells.texts(cells.kinds == _TEXT).items():
        if not _ADDRESS.fullmatch(text):
            for i in rows:
                yield cells.at(found.BAD_EMAIL, i, text=clip(text))


_CHECKS: dict[Kind, Check] = {
    Kind.DATE: _dates,
    Kind.CHOICE: _choice,
    Kind.PARTY: _party,
    Kind.EMAIL: _email,
    **dict.fromkeys(_NUMBERS, _number),
}


# Entry checks of forms: 设置 decides every figure, so its values are checked like any other.


def check_forms(project: Project) -> Iterator[Finding]:
    """Findings on 设置; the other forms are checked with the process they belong to."""
    sheet = SHEETS.form("settings")
    values = project.book.forms.get(sheet.key)
    if values is not None:
        for field in sheet.fields:
            yield from _check_field(project, sheet, field, values.get(field.name))


def _placeholders(cells: ColumnCells) -> Iterator[Finding]:
    """Hints that were to be replaced, where any words may stand."""
    free = cells.column.kind is Kind.TEXT and not cells.column.shared
    if free and has_placeholder(_strings(cells.values)):
        left = [k for k, value in enumerate(cells.values) if is_placeholder(value)]
        for i in rows_of(coded(cells.codes, left)):
            yield cells.at(found.PLACEHOLDER, i, text=clip(cells.table.texts(cells.column.name)[i]))


def _at(kind: FindingKind, sheet: FormSheet, field: Field, project: Project, **params: object) -> Finding:
    tab = sheet.name(project.book.lang)
    return Finding(kind, sheet.key, tab, field.name, params={"column": field.label, **params})


def _check_field(project: Project, sheet: FormSheet, field: Field, value: object) -> Iterator[Finding]:
    if value is None or value == "":
        if field.required:
            yield _at(found.MISSING, sheet, field, project)
    elif isinstance(value, CellError):
        yield _at(found.ERROR_CELL, sheet, field, project, text=value.code)
    elif not isinstance(value, CellFormula):
        yield from _check_value(project, sheet, field, value)


def _check_value(project: Project, sheet: FormSheet, field: Field, value: object) -> Iterator[Finding]:
    shown = clip(value)
    if field.kind is Kind.DATE and as_day(value) is None:
        day = parse_date(value)
        kind = found.BAD_DATE if day is None else found.TEXT_DATE
        yield _at(kind, sheet, field, project, text=shown, date=day, example=project.as_of)
    elif field.kind is Kind.CHOICE and field.choices is not None and field.choices.code(value) is None:
        choices = "、".join(field.choices.labels(project.book.lang))
        yield _at(found.NOT_IN_LIST, sheet, field, project, text=shown, choices=choices)
    elif field.kind is Kind.DEADLINE:
        deadline = parse_deadline(value)
        if isinstance(deadline, Unreadable):
            words = {"text": shown, "why": REASONS[deadline.reason], "example": project.as_of}
            yield _at(found.UNREADABLE_DEADLINE, sheet, field, project, **words)
    elif field.kind is Kind.INTEGER:
        yield from _check_number(project, sheet, field, value)


def _check_number(project: Project, sheet: FormSheet, field: Field, value: object) -> Iterator[Finding]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield _at(found.NOT_A_NUMBER, sheet, field, project, text=clip(value))
        return
    low = field.minimum if field.minimum is not None else float("-inf")
    high = field.maximum if field.maximum is not None else float("inf")
    if not low <= value <= high:
        yield _at(found.OUT_OF_RANGE, sheet, field, project, value=f"{value:g}", low=low, high=high)
