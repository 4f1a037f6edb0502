"""A scenario out of its data file: TOML text in, a `Scenario` out, every word of it checked.

Shipped files say everything in Chinese and English and in codes. In a file of somebody's own a text may
stand alone, and is then the same in both languages; a choice may be its label, a department its own name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from xl_collab.errors import UsageError
from xl_collab.project.predecessors import parse_predecessors
from xl_collab.project.scenarios.scenario import (
    EVERYONE,
    NO_ONE,
    DayOffset,
    Records,
    Scenario,
    Value,
    contacts,
    depts,
    ids,
)
from xl_collab.project.timing.deadlines import Recurrence, parse_deadline
from xl_collab.schema.declaration import Column, Field, Kind, TableSheet
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Text, t

COMMON = "common.toml"
RACI = {"A": "accountable", "R": "responsible", "C": "consulted", "I": "informed"}
"""The letters of a duty, and the columns of 职责分工 that they stand for."""

_OWN_KEYS = ("title", "project", "initiator", "departments", "request", "settings")
_NOT_ROWS = ("contacts", "calendar")  # made from [departments] and from the calendar
_NUMBERS = (Kind.PERCENT, Kind.NUMBER, Kind.INTEGER, Kind.WORKDAYS, Kind.MONEY)

Cell: TypeAlias = Column | Field
Said: TypeAlias = Mapping[str, Any]


def read_scenario(key: str, text: str, common: str, *, shipped: bool = True) -> Scenario:
    """The scenario `key` from its file's text and the shared file's; raises UsageError saying where."""
    shared, own = _File.parsed(COMMON, common), _File.parsed(f"{key}.toml", text, shipped)
    own.only_keys(own.said, (*_OWN_KEYS, *_table_keys()))
    own = own.with_departments()
    title, project = own.pair("title", own.needed("title")), own.pair("project", own.needed("project"))
    first = str(own.needed("initiator"))
    initiator = own.party("initiator", first)
    applicant = t(f"{initiator.zh}*", f"{initiator.en}*")
    partners = depts(*(name for name in own.departments.values() if name != initiator))
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
            **own.form("settings"),
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
    shipped: bool = True
    departments: Mapping[str, Text] = field(default_factory=dict)

    @classmethod
    def parsed(cls, name: str, text: str, shipped: bool = True) -> _File:
        try:
            return cls(name, tomllib.loads(text), shipped)
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
        known = {normalise_key(str(row["id"])) for row in tables.get("tracker", [])}
        for key, rows in tables.items():
            for number, row in enumerate(rows, start=1):
                for name in ("task_id", "predecessors"):
                    self._known_ids(f"{key}[{number}].{name}", row.get(name), known)

    def _known_ids(self, place: str, value: Value, known: set[str]) -> None:
        text = value.zh if isinstance(value, Text) else str(value or "")
        for one in filter(None, text.split("、")):
            if any(link.key not in known for link in parse_predecessors(one, known.__contains__)):
                raise self.refuse(place, f"跟踪表里没有 {one}", f"no task {one} in the tracker")

    # departments

    def with_departments(self) -> _File:
        said = self.mapping("departments", self.needed("departments"))
        return replace(self, departments={code: self._department_name(code) for code in said})

    def _department_name(self, code: str) -> Text:
        """Its name; in a file of one's own the code may be the name."""
        said = self._department(code).get("name", None if self.shipped else code)
        return self.pair(f"departments.{code}.name", said)

    def _department(self, code: str) -> Said:
        place = f"departments.{code}"
        found = self.mapping(place, self.said["departments"][code])
        people = () if self.shipped else ("contact", "superior", "email", "phone")
        self.only_keys(found, ("name", "role", "aliases", *people), f"{place}.")
        return found

    def contacts(self, head: Text) -> Records:
        """The rows of 通讯录; in a shipped file a department's code is its mailbox and nobody is named."""
        if not self.shipped:
            return [self._own_contact(code, name, head) for code, name in self.departments.items()]
        listed = []
        for code, name in self.departments.items():
            said, place = self._department(code), f"departments.{code}"
            also = self.pair(f"{place}.aliases", said["aliases"]) if "aliases" in said else None
            listed.append((name, self.pair(f"{place}.role", said.get("role")), code, also))
        return contacts(head, *listed)

    def _own_contact(self, code: str, name: Text, head: Text) -> dict[str, Value]:
        said = self._department(code)
        words = {key: self.pair(f"departments.{code}.{key}", said[key]) for key in said if key != "name"}
        return {"contact": NO_ONE, "superior": head, **words, "department": name}

    def party(self, place: str, value: Any) -> Text:
        known = {**self.departments, "everyone": EVERYONE}
        if not self.shipped:
            known |= {word: name for name in known.values() for word in (name.zh, name.en)}
        codes = value if isinstance(value, list) and value else [value]
        for code in codes:
            if not isinstance(code, str) or code not in known:
                names = ", ".join((*self.departments, "everyone"))
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
        """A text in both languages; in a shipped file one alone would leave the other workbook without it."""
        if not self.shipped and isinstance(value, str) and value.strip():
            return t(value, value)
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
        if item.choices and not self.shipped and isinstance(value, str):
            value = item.choices.code(value) or value
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
