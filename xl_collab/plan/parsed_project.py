"""A tracker's book, its settings, and what its cells mean; what follows from them is in `project.py`.

Rows are understood here once: deadlines, owners, conditions in notes, the calendar. No clock may enter:
`as_of` is given.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from xl_collab.memory import Remembered
from xl_collab.plan.parsed import Codes, Seen, coded, look, look_at, shown, spread
from xl_collab.project.calendar.workdays import Calendar, Day, DayKind, DaySource
from xl_collab.project.parties import Parties, Party, parse_parties
from xl_collab.project.tables import Book, CellFormula, Days, Table, Texts, text_of
from xl_collab.project.timing.deadlines import (
    Deadline,
    FixedDate,
    Unreadable,
    nearest,
    parse_date,
    parse_deadline,
)
from xl_collab.project.timing.recurrence import MoveRule
from xl_collab.schema.keys import failed, normalise_key
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import DAY_KIND, DAY_SOURCE, LANGUAGE, MOVE_RULE, URGENCY, Choices, Lang

if TYPE_CHECKING:
    from xl_collab.plan.hanging import Hanging
    from xl_collab.project.notes.conditions import Condition

# 节假日 read as the working calendar, exactly as the sheet's own formulas read it.


_KINDS: dict[str, DayKind] = {"off": "off", "work": "work"}
_SOURCES: dict[str, DaySource] = {"official": "official", "company": "company", "estimated": "estimated"}


def calendar_of(table: Table | None, lang: Lang) -> Calendar:
    """The calendar of the sheet; the shipped one when there is no sheet or no day in it."""
    if table is None:
        return Calendar.seeded()
    return table.once(("calendar", lang), lambda: _calendar_of(table, lang))


def _calendar_of(table: Table, lang: Lang) -> Calendar:
    days, unlisted = _days(table, lang)
    return Calendar.from_days(days, unlisted) if days else Calendar.seeded()


def _days(table: Table, lang: Lang) -> tuple[list[Day], set[dt.date]]:
    """The rows that list a day, in order, and the dates whose last row says neither off nor working."""
    kinds = _codes(table, "kind", DAY_KIND, lang)
    sources = _codes(table, "source", DAY_SOURCE, lang)
    dates = look(table.raw("date")).day.tolist()
    found, last = [], {}
    for date, kind, source, name in zip(dates, kinds, sources, table.texts("name").tolist(), strict=True):
        if date:
            last[date] = kind
        if date and kind in _KINDS:
            found.append(Day(date, _KINDS[kind], name, _SOURCES.get(source, "company")))
    return found, {date for date, kind in last.items() if kind not in _KINDS}


def _codes(table: Table, column: str, choices: Choices, lang: Lang) -> list[str]:
    """Codes of exact labels, as formulas compare them: letter case aside, nothing else forgiven."""
    labels = {choices.label(code, lang).casefold(): code for code in choices.codes}
    values = table.raw(column).tolist()
    return [labels.get(v.casefold(), "") if isinstance(v, str) else "" for v in values]


# 通讯录: what is worked out on it serves every tracker that has the same one.


def _departments(contacts: Table) -> tuple[str, ...]:
    names = (name for name in contacts.texts("department").tolist() if name)
    return tuple({normalise_key(name): name for name in names}.values())


def _known(contacts: Table) -> dict[str, str]:
    found = {normalise_key(name): name for name in _departments(contacts)}
    pairs = zip(contacts.texts("aliases").tolist(), contacts.texts("department").tolist(), strict=True)
    for aliases, name in pairs:
        for alias in _names(aliases):
            found.setdefault(normalise_key(alias), name)
    return found


_SPLIT_NAMES = "、,;,;/|\n"
_RULES: dict[str, MoveRule] = {"following": "following", "preceding": "preceding", "skip": "skip"}


@dataclass(frozen=True)
class Settings:
    """设置 as values; what is missing or unreadable has its default (validate tells the user)."""

    project: str = ""
    scenario: str = ""
    initiator: str = ""
    superior: str = ""
    superior_email: str = ""
    language: Lang = "zh"
    data_date: dt.date | None = None
    delay_threshold: int = 2
    lead_time: int = 3
    move_rule: MoveRule = "following"
    anchor: dt.date | None = None
    meeting_rule: str = ""
    place: str = ""
    chair: str = ""
    recorder: str = ""
    copy_to: str = ""
    urgency: str = ""
    """"routine": daily sync; "key": daily stand-up and a weekly review; "": as 职责分工 says."""

    @classmethod
    def of(cls, book: Book) -> Settings:
        """The settings of a book."""
        found = {name: shown(value) for name, value in book.settings.items()}
        texts = ("project", "scenario", "initiator", "superior", "superior_email", "meeting_rule")
        words = {name: _text(found.get(name)) for name in (*texts, "place", "chair", "recorder", "copy_to")}
        return cls(
            **words,
            language=_language(found.get("language"), book.lang),
            data_date=parse_date(_plain(found.get("data_date"))),
            delay_threshold=_count(found.get("delay_threshold"), 2),
            lead_time=_count(found.get("lead_time"), 3),
            move_rule=_RULES.get(MOVE_RULE.code(_text(found.get("move_rule"))) or "", "following"),
            anchor=parse_date(_plain(found.get("anchor"))),
            urgency=URGENCY.code(_text(found.get("urgency"))) or "",
        )


_Lifted: TypeAlias = "dict[tuple[dt.date | None, tuple[str, ...]], dict[str, tuple[Condition, ...]]]"
"""What notes say, by the day that their dates are near to and the departments that are known."""


class ParsedProject:
    """One tracker as of a day; every view of it is worked out once, when first asked for."""

    def __init__(
        self,
        book: Book,
        as_of: dt.date,
        earlier: ParsedProject | None = None,
        *,
        calendar: Calendar | None = None,
    ) -> None:
        """`earlier` is the tracker before a change, if there was one: notes that it has read are known.

        `calendar` is that of the book where it has been read already.
        """
        self.book = book
        self.as_of = as_of
        self._lifted: _Lifted = {} if earlier is None else earlier._lifted
        if calendar is not None:
            self.calendar = calendar

    @staticmethod
    def resolve_as_of(book: Book, today: dt.date) -> dt.date:
        """The data date of 设置, else `today`."""
        return Settings.of(book).data_date or today

    @cached_property
    def settings(self) -> Settings:
        """设置 as values."""
        return Settings.of(self.book)

    @property
    def lang(self) -> Lang:
        """The language of generated text (设置!语言)."""
        return self.settings.language

    def table(self, key: str) -> Table:
        """The table sheet called `key`; one without rows when the book lacks it."""
        found = self.book.tables.get(key)
        return self._no_rows(key) if found is None else found

    def _no_rows(self, key: str) -> Table:
        memo: dict[str, Table] = self.__dict__.setdefault("_empty", {})
        if key not in memo:
            memo[key] = Table.of(SHEETS.table(key), [])
        return memo[key]

    @cached_property
    def tracker(self) -> Table:
        """The rows of 跟踪表."""
        return self.table("tracker")

    @cached_property
    def calendar(self) -> Calendar:
        """The working calendar of 节假日; the shipped one when that sheet says nothing."""
        return calendar_of(self.book.tables.get("calendar"), self.book.lang)

    @cached_property
    def official_span(self) -> tuple[int, int]:
        """First and last year of the last unbroken run of official years; (0, 0) without any.

        The names calendar_first and calendar_last of the workbook. What lies before a year that is not
        official counts as estimated too, so that the gap is never taken for official.
        """
        years = self.calendar.official_years
        last = first = max(years, default=0)
        while first - 1 in years:
            first -= 1
        return first, last

    # departments

    @cached_property
    def departments(self) -> tuple[str, ...]:
        """The departments of 通讯录, in order, each once."""
        contacts = self.table("contacts")
        return contacts.once(("departments",), lambda: _departments(contacts))

    @cached_property
    def known(self) -> Mapping[str, str]:
        """Every normalised spelling of a department (its name and 别名) → the department's name."""
        contacts = self.table("contacts")
        return contacts.once(("known departments",), lambda: _known(contacts))

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """Names and aliases as written in 通讯录, for reading them out of texts."""
        contacts = self.table("contacts")
        aliases = (alias for text in contacts.texts("aliases").tolist() for alias in _names(text))
        return contacts.once(("spellings",), lambda: tuple(dict.fromkeys((*self.departments, *aliases))))

    def read_parties(self, text: str) -> Parties:
        """Who a text names, aliases turned into the departments' names."""
        memo: dict[str, Parties] = self.__dict__.setdefault("_read_parties", {})
        found = memo.get(text)
        if found is None:
            found = self._read_before.get(text)
            if found is None:
                found = self._read(text)
                self._read_before.put(text, found)
            memo[text] = found
        return found

    @cached_property
    def _read_before(self) -> Remembered[str, Parties]:
        """What texts mean to every tracker with this very 通讯录."""
        return self.table("contacts").once(("read parties",), lambda: Remembered(4096))

    def _read(self, text: str) -> Parties:
        found = parse_parties(text, known=self.spellings)
        lead = self._named(found.lead) if found.lead else None
        supporters, contested = (
            tuple(map(self._named, them)) for them in (found.supporters, found.contested)
        )
        return replace(found, lead=lead, supporters=supporters, contested=contested)

    def departments_in(self, text: str) -> tuple[str, ...]:
        """Departments that a text names, each once and as 通讯录 spells it; 各部门 is all of them."""
        found = self.read_parties(text)
        named = [party.department for party in (found.lead, *found.supporters) if party]
        return tuple(dict.fromkeys((*named, *(self.departments if found.everyone else ()))))

    @cached_property
    def leads(self) -> tuple[str, ...]:
        """The department that leads each row, as 通讯录 spells it; '' where none is named."""
        return tuple(p.lead.department if p.lead else "" for p in self.parties)

    def supporters_of(self, i: int) -> tuple[str, ...]:
        """Departments that support row `i`: of 责任部门/人 all but the lead, then 配合部门."""
        owner, support = self.parties[i], self.read_parties(str(self.texts("support")[i]))
        lead = normalise_key(owner.lead.department) if owner.lead else ""
        found = [p.department for p in (*owner.supporters, support.lead, *support.supporters) if p]
        found += self.departments if owner.everyone or support.everyone else ()
        names: dict[str, str] = {}
        for name in found:
            names.setdefault(normalise_key(name), name)
        names.pop(lead, None)
        return tuple(names.values())

    def _named(self, party: Party) -> Party:
        key = normalise_key(party.department)
        if key not in self.known and not party.person and (home := self._people.get(key)):
            return Party(home, party.department, party.masked, party.text)
        return Party(self.known.get(key, party.department), party.person, party.masked, party.text)

    @cached_property
    def _people(self) -> Mapping[str, str]:
        """Contact persons → their department, where 通讯录 names each for one."""
        contacts = self.table("contacts")
        found: dict[str, set[str]] = {}
        pairs = zip(contacts.texts("contact").tolist(), contacts.texts("department").tolist(), strict=True)
        for person, name in pairs:
            if person and name:
                found.setdefault(normalise_key(person), set()).add(name)
        return {person: next(iter(names)) for person, names in found.items() if len(names) == 1}

    # the tracker, row by row

    @cached_property
    def ids(self) -> Texts:
        """Normalised ID of each row, '' where it has none."""
        texts = self.texts("id").tolist()
        keys = [text.lower() if text.isascii() else normalise_key(text) for text in texts]
        return np.array([*keys, None], dtype=object)[:-1]

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """Normalised ID → its row; of rows with the same ID the first (a finding elsewhere)."""
        count = len(self.tracker)
        found = dict(zip(self.ids[::-1].tolist(), range(count - 1, -1, -1), strict=True))
        found.pop("", None)
        return found

    def texts(self, column: str) -> Texts:
        """Stripped texts of a tracker column; a formula in it counts as what it shows."""
        memo: dict[str, Texts] = self.__dict__.setdefault("_texts", {})
        if column not in memo:
            memo[column] = self._read_texts(column)
        return memo[column]

    def _read_texts(self, column: str) -> Texts:
        if CellFormula not in set(map(type, self.tracker.distinct(column)[1])):
            return self.tracker.texts(column)
        codes, texts = self.distinct_texts(column)
        return np.array([*texts, None], dtype=object)[codes]

    def texts_in(self, column: str, rows: npt.NDArray[np.intp]) -> list[str]:
        """The same in some rows, for columns in which nearly all cells differ."""
        cells = self.tracker.raw(column)[rows].tolist()
        with suppress(TypeError):  # not all are texts
            return list(map(str.strip, cells))
        return [_text(shown(cell)) if isinstance(cell, CellFormula) else text_of(cell) for cell in cells]

    def distinct_texts(self, column: str) -> tuple[Codes, list[str]]:
        """The same by distinct cell: each row's code, and the texts, of which several may be the same."""
        codes, texts = self.tracker.distinct_texts(column)
        cells = self.tracker.distinct(column)[1]
        for k, cell in enumerate(cells) if CellFormula in set(map(type, cells)) else ():
            if isinstance(cell, CellFormula):
                texts[k] = _text(shown(cell))
        return codes, texts

    def seen(self, column: str) -> Seen:
        """A tracker column as formulas see it."""
        memo: dict[str, Seen] = self.__dict__.setdefault("_seen", {})
        if column not in memo:
            memo[column] = look_at(*self.tracker.distinct(column))
        return memo[column]

    @cached_property
    def deadlines(self) -> tuple[Deadline, ...]:
        """时间节点 of each row, read; a missing year is taken from the nearest row that has one.

        One that hangs on another row is its day now; Unreadable where it has none.
        """
        codes, distinct, parsed = self.distinct_deadlines
        rows = spread(codes, parsed)
        yearless = [k for k, it in enumerate(parsed) if isinstance(it, Unreadable) and it.reason == "no_year"]
        for i in np.flatnonzero(coded(codes, yearless)).tolist():
            near = self.near[i].item()
            rows[i] = _deadline(distinct[codes[i]], near) if near else rows[i]
        for i, one in self.hanging.items():
            rows[i] = FixedDate(one.now) if one.now else Unreadable(str(distinct[codes[i]]), "relative")
        return tuple(rows)

    @cached_property
    def hanging(self) -> Mapping[int, Hanging]:
        """Rows whose 时间节点 hangs on another row (T003+5个工作日), dated."""
        from xl_collab.plan.hanging import hanging  # few trackers have any

        return hanging(self)

    @cached_property
    def distinct_deadlines(self) -> tuple[Codes, list[object], list[Deadline]]:
        """时间节点 by distinct value: each row's code, the values, and how each reads by itself."""
        codes, distinct = self.tracker.distinct("deadline")
        return codes, distinct, [_deadline(value) for value in distinct]

    @cached_property
    def deadline_days(self) -> Days:
        """The day of each row's 时间节点, real, typed or hanging on another row; NaT for everything else."""
        if not self.hanging:
            return self.own_deadline_days
        days = self.own_deadline_days.copy()
        rows = list(self.hanging)
        days[rows] = np.array([self.hanging[i].now for i in rows], dtype="datetime64[D]")
        return days

    @cached_property
    def own_deadline_days(self) -> Days:
        """The fixed date of each row's 时间节点, real or typed, that hangs on no other row; else NaT."""
        codes, distinct, parsed = self.distinct_deadlines
        own = _fixed(parsed)[codes]
        yearless = [k for k, it in enumerate(parsed) if isinstance(it, Unreadable) and it.reason == "no_year"]
        for i in np.flatnonzero(coded(codes, yearless)).tolist():
            near = self.near[i].item()
            if near:
                own[i] = _fixed([_deadline(distinct[codes[i]], near)])[0]
        return own

    @cached_property
    def due_days(self) -> Days:
        """节点日期: the day now of each 时间节点 that hangs on another row, if the tracker has the column."""
        days = np.full(len(self.tracker), np.datetime64("NaT", "D"))
        if "due_on" in self.tracker.letters and self.hanging:
            rows = list(self.hanging)
            days[rows] = self.deadline_days[rows]
        return days

    @cached_property
    def near(self) -> Days:
        """A full date beside each row: its own deadline, start or baseline, else of the closest row."""
        codes, _, parsed = self.distinct_deadlines
        own = _fixed(parsed)[codes]
        for column in ("planned_start", "baseline", "forecast", "actual"):
            own = np.where(np.isnat(own), self.seen(column).day, own)
        return _closest(own)

    @cached_property
    def distinct_parties(self) -> tuple[Codes, list[Parties]]:
        """责任部门/人 by distinct value: each row's code, and how each value reads."""
        codes, texts = self.distinct_texts("owner")
        return codes, [self.read_parties(text) for text in texts]

    @cached_property
    def parties(self) -> tuple[Parties, ...]:
        """责任部门/人 of each row, read."""
        return tuple(spread(*self.distinct_parties))

    @cached_property
    def conditions(self) -> tuple[tuple[Condition, ...], ...]:
        """The conditions in each row's 备注, dates without year dated by the row."""
        from xl_collab.project.notes.condition_parsers import (
            lift_conditions,  # its patterns take long to compile
        )

        codes, texts = self.distinct_texts("note")
        # Rows give the year that a date lacks; only where February ends has to be known before. So trackers
        # of one year read the same words in the same way, once for all of them.
        days = self.near[~np.isnat(self.near)][:1].tolist()
        some = nearest(2, 28, days[0]) if days else None
        known = self._lifted.setdefault((some, self.spellings), {})
        for text in set(texts) - known.keys():
            known[text] = lift_conditions(text, near=some, known=self.spellings)
        lifted = [known[text] for text in texts]
        rows = spread(codes, lifted)
        guessed = [k for k, found in enumerate(lifted) if any(c.year_inferred for c in found)]
        if guessed:
            self._redate(rows, codes, guessed)
        return tuple(rows)

    @property
    def unread_notes(self) -> list[int]:
        """Rows whose 备注 could not be read, if anything has asked for the conditions: they take long."""
        known: tuple[tuple[Condition, ...], ...] = self.__dict__.get("conditions", ())
        return [i for i, found in enumerate(known) if failed(found)]

    def _redate(self, rows: list[tuple[Condition, ...]], codes: Codes, guessed: list[int]) -> None:
        """Give dates without year the year that suits each row, once per note and dates."""
        where = np.flatnonzero(coded(codes, guessed))
        near = self.near[where].tolist()
        made: dict[tuple[int, tuple[dt.date, ...]], tuple[Condition, ...]] = {}
        for i, code, day in zip(where.tolist(), codes[where].tolist(), near, strict=True):
            days = tuple(
                nearest(c.date.month, c.date.day, day) for c in rows[i] if c.year_inferred and c.date
            )
            if (code, days) not in made:
                made[code, days] = _dated(rows[i], days)
            rows[i] = made[code, days]


def _deadline(value: object, near: dt.date | None = None) -> Deadline:
    value = shown(value)
    if isinstance(value, bool):
        return Unreadable(str(value).upper(), "unknown")
    if value is None or isinstance(value, str | int | float | dt.date | dt.time | dt.timedelta):
        return parse_deadline(value, near=near)
    return Unreadable(str(getattr(value, "code", value)), "unknown")


def _fixed(deadlines: list[Deadline]) -> Days:
    days = [it.date if isinstance(it, FixedDate) else None for it in deadlines]
    return np.array(days, dtype="datetime64[D]")


def _dated(conditions: tuple[Condition, ...], days: tuple[dt.date, ...]) -> tuple[Condition, ...]:
    """The conditions with the guessed dates replaced, in order."""
    fresh = iter(days)
    return tuple(replace(c, date=next(fresh)) if c.year_inferred and c.date else c for c in conditions)


def _closest(own: Days) -> Days:
    """Each row's own day, else that of the closest row above or below (above if as close)."""
    there = np.flatnonzero(~np.isnat(own))
    if not len(there):
        return own
    rows = np.arange(len(own))
    after = np.searchsorted(there, rows)
    above, below = there[np.maximum(after - 1, 0)], there[np.minimum(after, len(there) - 1)]
    nearer = np.where(np.abs(rows - above) <= np.abs(below - rows), above, below)
    return own[np.where(np.isnat(own), nearer, rows)]


def _names(text: str) -> Iterable[str]:
    for mark in _SPLIT_NAMES[1:]:
        text = text.replace(mark, _SPLIT_NAMES[0])
    return (name.strip() for name in text.split(_SPLIT_NAMES[0]) if name.strip())


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | dt.date) and not isinstance(value, bool) else None


def _text(value: object) -> str:
    plain = _plain(value)
    if isinstance(plain, float) and plain.is_integer():
        plain = int(plain)
    return "" if plain is None else str(plain).strip()


def _language(value: object, default: Lang) -> Lang:
    code = LANGUAGE.code(_text(value))
    return "en" if code == "en" else "zh" if code == "zh" else default


def _count(value: object, default: int) -> int:
    """A number of working days from 0 on; the default for anything else."""
    if isinstance(value, str):
        value = float(value) if value.strip().isdecimal() else None
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return default
    return math.floor(value) if value >= 0 else default
