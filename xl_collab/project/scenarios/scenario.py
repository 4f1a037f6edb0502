"""What a scenario is: the content of a fresh tracker in both languages, as plain data.

A scenario becomes a `Book` in one language with one start date. Contents stand in the modules
beside this one; words of sheets, columns and choices belong to the declaration, not here.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, TypeAlias

from xl_collab.errors import UsageError
from xl_collab.project.calendar.seed_days import NAMES_EN
from xl_collab.project.calendar.workdays import Calendar
from xl_collab.project.tables import Book, Table
from xl_collab.project.timing.deadlines import Recurrence, parse_deadline
from xl_collab.schema.declaration import Column, Field, FormSheet, Kind, TableSheet
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


# A scenario out of its data file: TOML text in, a `Scenario` out, every word of it checked.


COMMON = "common.toml"
RACI = {"A": "accountable", "R": "responsible", "C": "consulted", "I": "informed"}
"""The letters of a duty, and the columns of 职责分工 that they stand for."""

_OWN_KEYS = ("title", "project", "initiator", "departments", "request")
_NOT_ROWS = ("contacts", "calendar")  # made from [departments] and from the calendar
_NUMBERS = (Kind.PERCENT, Kind.NUMBER, Kind.INTEGER, Kind.WORKDAYS, Kind.MONEY)

Cell: TypeAlias = Column | Field
Said: TypeAlias = Mapping[str, Any]


def read_scenario(key: str, text: str, common: str) -> Scenario:
    """The scenario `key` from its file's text and the shared file's; raises UsageError saying where."""
    shared, own = _File.parsed(COMMON, common), _File.parsed(f"{key}.toml", text)
    own.only_keys(own.said, (*_OWN_KEYS, *_table_keys()))
    own = own.with_departments()
    title, project = own.pair("title", own.needed("title")), own.pair("project", own.needed("project"))
    first = str(own.needed("initiator"))
    initiator = own.party("initiator", first)
    applicant = t(f"{initiator.zh}*", f"{initiator.en}*")
    partners = depts(*(name for code, name in own.departments.items() if code != first))
    forms: dict[str, dict[str, Value]] = {
        "request": {
            "project": project,
            "scenario": title,
            "department": initiator,
            "applicant": applicant,
            "partners": partners,
            **shared.form("request"),
            **own.form("request"),
        },
        "settings": {
            "project": project,
            "scenario": title,
            "initiator": initiator,
            "chair": applicant,
            "recorder": applicant,
            **shared.form("settings"),
        },
    }
    tables = {name: own.table(SHEETS.table(name), shared) for name in _table_keys() if name in own.said}
    for row in tables.get("duties", []):
        row["initiator"] = initiator
    own.check_task_ids(tables)
    tables["contacts"] = own.contacts(shared.pair("head", shared.needed("head")))
    return Scenario(key, title, forms=forms, tables=tables)


def _table_keys() -> tuple[str, ...]:
    return tuple(sheet.key for sheet in SHEETS.tables if sheet.key not in _NOT_ROWS)


@dataclass(frozen=True)
class _File:
    """One file's content; every question to it names the place that it is about."""

    name: str
    said: Said
    departments: Mapping[str, Text] = field(default_factory=dict)

    @classmethod
    def parsed(cls, name: str, text: str) -> _File:
        try:
            return cls(name, tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise UsageError(
                f"场景文件 {name} 不是有效的 TOML：{error}", f"Scenario file {name} is no valid TOML: {error}"
            ) from error

    def refuse(self, place: str, zh: str, en: str) -> UsageError:
        return UsageError(
            f"场景文件 {self.name} 的 {place}：{zh}", f"Scenario file {self.name}, {place}: {en}"
        )

    # places

    def only_keys(self, said: Said, known: Iterable[str], place: str = "") -> None:
        known = tuple(known)
        for name in said:
            if name not in known:
                allowed = ", ".join(known)
                raise self.refuse(
                    place + name, f"没有这个名称，可用的有 {allowed}", f"unknown; known are {allowed}"
                )

    def needed(self, name: str) -> Any:
        if name not in self.said:
            raise self.refuse(name, "缺少", "missing")
        return self.said[name]

    def mapping(self, place: str, value: Any) -> Said:
        if not isinstance(value, Mapping):
            raise self.refuse(place, f"{value!r} 不是一组键值", f"{value!r} is no group of keys and values")
        return value

    # forms and tables

    def form(self, key: str) -> dict[str, Value]:
        said = self.mapping(key, self.said.get(key, {}))
        fields = {item.name: item for item in SHEETS.form(key).fields}
        self.only_keys(said, fields, f"{key}.")
        return {name: self.cell(f"{key}.{name}", fields[name], value) for name, value in said.items()}

    def table(self, sheet: TableSheet, shared: _File) -> Records:
        """The rows of a sheet over what all scenarios say of such rows."""
        defaults = shared.mapping("rows", shared.said.get("rows", {})).get(sheet.key, {})
        every = shared.row(f"rows.{sheet.key}", sheet, defaults)
        said = self.said[sheet.key]
        if not isinstance(said, list):
            raise self.refuse(
                sheet.key, f"写成 [[{sheet.key}]] 一行一段", f"write [[{sheet.key}]], one a row"
            )
        found: Records = []
        for number, raw in enumerate(said, start=1):
            place = f"{sheet.key}[{number}]"
            row = {**every, **self.row(place, sheet, raw)}
            self.check_row(place, sheet, row, found)
            found.append(row)
        return found

    def row(self, place: str, sheet: TableSheet, raw: Any) -> dict[str, Value]:
        said = dict(self.mapping(place, raw))
        made: dict[str, Value] = self.raci(f"{place}.raci", said.pop("raci")) if "raci" in said else {}
        columns = {column.name: column for column in sheet.columns if column.entered}
        self.only_keys(said, columns, f"{place}.")
        return made | {name: self.cell(f"{place}.{name}", columns[name], v) for name, v in said.items()}

    def raci(self, place: str, raw: Any) -> dict[str, Value]:
        said = self.mapping(place, raw)
        self.only_keys(said, RACI, f"{place}.")
        return {RACI[letter]: self.party(f"{place}.{letter}", who) for letter, who in said.items()}

    def check_row(self, place: str, sheet: TableSheet, row: Mapping[str, Value], above: Records) -> None:
        for column in sheet.columns:
            if column.required and column.entered and row.get(column.name) is None:
                raise self.refuse(f"{place}.{column.name}", "此列必填", "this column must be filled in")
            if column.unique and row.get(column.name) in [other.get(column.name) for other in above]:
                taken = row[column.name]
                raise self.refuse(f"{place}.{column.name}", f"{taken} 重复", f"{taken} is there already")

    def check_task_ids(self, tables: Mapping[str, Records]) -> None:
        """Every 编号 that a row points to is a row of 跟踪表."""
        known = {row["id"] for row in tables.get("tracker", [])}
        for key, rows in tables.items():
            for number, row in enumerate(rows, start=1):
                for name in ("task_id", "predecessors"):
                    self._known_ids(f"{key}[{number}].{name}", row.get(name), known)

    def _known_ids(self, place: str, value: Value, known: set[Value]) -> None:
        text = value.zh if isinstance(value, Text) else str(value or "")
        for one in filter(None, text.split("、")):
            if one not in known:
                raise self.refuse(place, f"跟踪表里没有 {one}", f"no task {one} in the tracker")

    # departments

    def with_departments(self) -> _File:
        said = self.mapping("departments", self.needed("departments"))
        named = {
            code: self.pair(f"departments.{code}.name", self._department(code).get("name")) for code in said
        }
        return _File(self.name, self.said, {**named})

    def _department(self, code: str) -> Said:
        place = f"departments.{code}"
        found = self.mapping(place, self.said["departments"][code])
        self.only_keys(found, ("name", "role", "aliases"), f"{place}.")
        return found

    def contacts(self, head: Text) -> Records:
        """The rows of 通讯录; a department's code is its mailbox."""
        listed = []
        for code, name in self.departments.items():
            said, place = self._department(code), f"departments.{code}"
            also = self.pair(f"{place}.aliases", said["aliases"]) if "aliases" in said else None
            listed.append((name, self.pair(f"{place}.role", said.get("role")), code, also))
        return contacts(head, *listed)

    def party(self, place: str, value: Any) -> Text:
        known = {**self.departments, "everyone": EVERYONE}
        codes = value if isinstance(value, list) and value else [value]
        for code in codes:
            if not isinstance(code, str) or code not in known:
                names = ", ".join(known)
                raise self.refuse(
                    place,
                    f"没有部门 {code!r}，[departments] 里有 {names}",
                    f"no department {code!r}; [departments] has {names}",
                )
        return depts(*(known[code] for code in codes))

    # cells

    def cell(self, place: str, item: Cell, value: Any) -> Value:
        """What the file says of one cell, as its kind allows."""
        if item.kind is Kind.PARTY:
            return self.party(place, value)
        if item.kind is Kind.CHOICE:
            return self.choice(place, item, value)
        if item.kind in (Kind.DATE, Kind.DEADLINE):
            return self.day(place, item.kind, value)
        if item.kind in (Kind.ID, Kind.IDS):
            return self.keys(place, item.kind, value)
        if item.kind in _NUMBERS:
            return self.number(place, item, value)
        return NO_ONE if value == NO_ONE else self.pair(place, value)

    def pair(self, place: str, value: Any) -> Text:
        """A text in both languages; one alone would leave the other workbook without it."""
        said = value if isinstance(value, Mapping) else {}
        for lang, zh, en in (("zh", "中文", "Chinese"), ("en", "英文", "English")):
            if not isinstance(said.get(lang), str) or not said[lang].strip():
                raise self.refuse(
                    place,
                    f'缺少{zh}文字，写成 {{ zh = "…", en = "…" }}',
                    f'the {en} text is missing: write {{ zh = "…", en = "…" }}',
                )
        self.only_keys(said, ("zh", "en"), f"{place}.")
        return t(said["zh"], said["en"])

    def choice(self, place: str, item: Cell, value: Any) -> str | int:
        codes = item.choices.codes if item.choices else ()
        if isinstance(value, bool) or not isinstance(value, str | int) or str(value) not in codes:
            allowed = ", ".join(codes)
            raise self.refuse(place, f"{value!r} 不在可选项 {allowed} 中", f"{value!r} is none of {allowed}")
        return value

    def day(self, place: str, kind: Kind, value: Any) -> Value:
        if isinstance(value, int) and not isinstance(value, bool):
            return DayOffset(value)
        if kind is Kind.DATE:
            raise self.refuse(
                place, f"{value!r} 不是从开始日起的工作日数", f"{value!r} is no number of working days"
            )
        text = self.pair(place, value)
        for said in (text.zh, text.en):
            if not isinstance(parse_deadline(said), Recurrence):
                raise self.refuse(place, f"“{said}”不是周期", f'"{said}" is no recurrence')
        return text

    def keys(self, place: str, kind: Kind, value: Any) -> Value:
        """One ID, or several of a column that may hold several; that they exist is asked later."""
        listed = value if isinstance(value, list) and kind is Kind.IDS else [value]
        if not all(isinstance(one, str) and one.strip() for one in listed):
            raise self.refuse(place, f"{value!r} 不是编号", f"{value!r} is no ID")
        return ids(*listed) if isinstance(value, list) else str(value)

    def number(self, place: str, item: Cell, value: Any) -> int | float:
        low, high = item.minimum, item.maximum
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        if not fits or (low is not None and value < low) or (high is not None and value > high):
            raise self.refuse(
                place, f"{value!r} 不是此处可用的数字", f"{value!r} is no number that fits here"
            )
        found: int | float = value
        return found
