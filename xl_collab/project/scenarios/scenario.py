"""What a scenario is: the content of a fresh tracker in both languages, as plain data.

A scenario becomes a `Book` in one language with one start date. Contents stand in the modules
beside this one; words of sheets, columns and choices belong to the declaration, not here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TypeAlias

from xl_collab.errors import UsageError
from xl_collab.project.calendar.seed_days import NAMES_EN
from xl_collab.project.calendar.workdays import Calendar
from xl_collab.project.tables import Book, Table
from xl_collab.schema.declaration import Field, FormSheet, Kind, TableSheet
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import DAY_KIND, DAY_SOURCE, Choices, Lang, Text, t


@dataclass(frozen=True, slots=True)
class DayOffset:
    """`n` working days after the start of the project (before it for n < 0).

    Day(0) is the start itself, or the next working day when it starts on a day off.
    """

    n: int


Value: TypeAlias = "Text | DayOffset | dt.date | str | int | float | None"
Records: TypeAlias = "list[dict[str, Value]]"

NO_ONE = "*"
"""A person's name that stays hidden, as the template writes it."""

EVERYONE = t("各部门", "all departments")
MEETING_RULE = t("每周一17:00前", "every Monday by 17:00")


@dataclass(frozen=True)
class Scenario:
    """The content of a tracker: forms and table rows by sheet key, in both languages.

    CHOICE cells hold codes; `book` writes their labels.
    """

    key: str
    title: Text
    forms: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    tables: Mapping[str, Records] = field(default_factory=dict)

    def book(self, lang: Lang = "zh", start: dt.date | None = None, calendar: Calendar | None = None) -> Book:
        """The content in one language, beginning on `start`; every declared sheet is in it.

        `calendar` (default: the seeded one) counts the working days and fills 节假日. Raises
        UsageError when the plan counts from a start and none is given.
        """
        calendar = calendar or _seeded()
        cells = _Cells(self.title, lang, start, calendar)
        tables = {sheet.key: cells.table(sheet, self.tables.get(sheet.key, [])) for sheet in SHEETS.tables}
        tables["calendar"] = cells.table(SHEETS.table("calendar"), _calendar_rows(calendar))
        forms = {sheet.key: cells.form(sheet, self.forms.get(sheet.key, {})) for sheet in SHEETS.forms}
        forms["settings"]["language"] = cells.choice(SHEETS.form("settings").field("language").choices, lang)
        return Book(tables, forms, lang=lang)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Turns values into what stands in cells, for one language and one start."""

    title: Text
    lang: Lang
    start: dt.date | None
    calendar: Calendar

    def table(self, sheet: TableSheet, records: Records) -> Table:
        kinds = {column.name: column.choices for column in sheet.columns}
        made = [{name: self.cell(value, kinds[name]) for name, value in row.items()} for row in records]
        return replace(Table.of(sheet, made), tab=sheet.name(self.lang))

    def form(self, sheet: FormSheet, values: Mapping[str, Value]) -> dict[str, object]:
        unknown = values.keys() - {item.name for item in sheet.fields}
        if unknown:
            raise KeyError(f"{sheet.key} has no field {sorted(unknown)}")
        return {item.name: self.field(item, values) for item in sheet.fields}

    def field(self, item: Field, values: Mapping[str, Value]) -> object:
        if item.name in values:
            return self.cell(values[item.name], item.choices)
        if item.kind is Kind.DEADLINE and item.default is not None:
            return MEETING_RULE.of(self.lang)
        return self.choice(item.choices, item.default)

    def cell(self, value: Value, choices: Choices | None) -> object:
        if isinstance(value, Text):
            return value.of(self.lang)
        if isinstance(value, DayOffset):
            return self.day(value)
        return self.choice(choices, value)

    def choice(self, choices: Choices | None, value: object) -> object:
        # Numbers of a scale stay numbers: formulas multiply them.
        return choices.label(value, self.lang) if choices and isinstance(value, str) else value

    def day(self, value: DayOffset) -> dt.date:
        if self.start is None:
            raise UsageError(
                f"场景“{self.title.zh}”按开始日期排计划，请给出开始日期（如 --start 2026-03-02）",
                f'The scenario "{self.title.en}" plans from a start date: give one (e.g. --start 2026-03-02)',
            )
        return self.calendar.add(self.calendar.roll(self.start, "following"), value.n)


@cache
def _seeded() -> Calendar:
    return Calendar.seeded()


def _calendar_rows(calendar: Calendar) -> Records:
    return [
        {
            "date": day.date,
            "kind": _known(DAY_KIND, day.kind),
            "name": t(day.name, NAMES_EN.get(day.name, day.name)),
            "source": _known(DAY_SOURCE, day.source),
        }
        for day in calendar.days
    ]


def _known(choices: Choices, code: str) -> str:
    assert code in choices.codes, f"{code} is no code of {choices.name}"
    return code


def rows(names: str, *records: Sequence[Value]) -> Records:
    """Records from tuples whose places are named by the words of `names`; None leaves a cell empty."""
    keys = names.split()
    return [dict(zip(keys, record, strict=True)) for record in records]


def depts(*departments: Text) -> Text:
    """Several departments in one cell, the first one leading."""
    return t("、".join(d.zh for d in departments), ", ".join(d.en for d in departments))


def ids(*keys: str) -> Text:
    """Several IDs in one cell."""
    return t("、".join(keys), ", ".join(keys))


def contacts(superior: Text, *departments: tuple[Text, Text, str, Text | None]) -> Records:
    """The rows of 通讯录 from (department, role, mailbox, other names); persons stay hidden."""
    return [
        {
            "department": department,
            "contact": NO_ONE,
            "role": role,
            "superior": superior,
            "email": f"{mailbox}@example.com",
            "phone": t(f"分机 80{number:02}", f"ext. 80{number:02}"),
            "aliases": aliases,
        }
        for number, (department, role, mailbox, aliases) in enumerate(departments, start=1)
    ]
