"""Tables as typed DataFrames, and DataFrames as edits of a table.

A cell that is not of its column's kind (a text among dates) is missing in the frame, and stays in the
workbook: only what a frame changes is written. Values are checked by the very checks of `validate`. What may
not enter: files, figures, queues.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from xl_collab.api.speaking import refusal
from xl_collab.checks.entries import check_cells
from xl_collab.checks.rows import check_rows
from xl_collab.errors import Lang, UnknownName, UsageError
from xl_collab.plan.project import Project
from xl_collab.plan.what_if import carried_out, new_ids
from xl_collab.project.edits import AppendRows, Edit, SetColumn
from xl_collab.project.parties import nearest
from xl_collab.project.tables import Table, as_day
from xl_collab.project.timing.deadlines import FixedDate, parse_date, parse_deadline
from xl_collab.schema import catalogue
from xl_collab.schema.declaration import Column, Kind
from xl_collab.schema.findings import Finding
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.words import LANGS, SCALE, Text, in_a_row, t

WHOLE = (Kind.INTEGER, Kind.WORKDAYS)
NUMBERS = (*WHOLE, Kind.PERCENT, Kind.NUMBER, Kind.MONEY)
_MOST = 3
"""Wrong values that one error tells of."""

NO_COLUMN = t(
    "“{sheet}”没有“{name}”这一列{hint}；可填写的列：{columns}",
    "{sheet} has no column {name!r}{hint}; columns to fill in: {columns}",
)
HINT = t("，是否指“{name}”？", "; did you mean {name!r}?")
NO_ID_COLUMN = t(
    "更新“{sheet}”要按“{id}”对应行，请在数据框里给出这一列",
    "Rows of {sheet} are found by {id!r}; give that column in the frame",
)
NO_IDS = t(
    "“{sheet}”的行没有编号，不能用 update 更新，请在工作簿里填写",
    "The rows of {sheet} have no IDs, so they cannot be updated from a frame; fill them in in the workbook",
)
TWICE = t("两列都是“{name}”，请只留一列", "Two columns mean {name!r}; keep one of them")
SAME_ID = t(
    "编号“{id}”在{where}出现不止一次，不知道更新哪一行；请先改正",
    "The ID {id!r} is there more than once ({where}), so nobody knows which row is meant; correct it first",
)
IN_FRAME, IN_TABLE = t("数据框里", "in the frame"), t("工作簿里", "in the workbook")
COMPUTED = t(
    "“{name}”由程序计算，不能填写，而 {id} 的值与算出的不同；请从数据框去掉这一列，或重新读取",
    "{name} is computed and cannot be filled in, and the value of {id} is not the computed one; drop the "
    "column from the frame, or read the table again",
)
NOT_A_CELL = t("{id}：“{name}”的 {value} 不能写进单元格", "{id}: {value} of {name} cannot stand in a cell")
WRONG = t("{found}。没有排队任何修改", "{found}. Nothing was queued")
ONE_WRONG = t("{id}：{message}（{cure}）", "{id}: {message} ({cure})")


def frame_of(table: Table, lang: Lang) -> pd.DataFrame:
    """The rows of a table, typed, in the order of the sheet; headings in `lang`."""
    shown = [column for column in table.sheet.columns if column.name in table.letters and not column.hidden]
    return pd.DataFrame(
        {column.label.of(lang): series(table, column) for column in shown}, index=pd.RangeIndex(len(table))
    )


def series(table: Table, column: Column) -> pd.Series[Any]:
    """A column: datetime64, float64 (percentages: 0.5), Int64 (whole numbers, working days) or str."""
    name = column.name
    if column.kind is Kind.DATE:
        return pd.Series(table.dates(name).astype("datetime64[s]"))
    if column.kind is Kind.DATETIME:
        moments = [value if isinstance(value, dt.date) else None for value in table.raw(name).tolist()]
        return pd.Series(np.array(moments, dtype="datetime64[s]"))
    if column.choices is SCALE:
        codes = [SCALE.code(value) for value in table.texts(name)]
        return pd.Series(pd.array([int(code) if code else None for code in codes], dtype="Int64"))
    if column.kind in WHOLE:
        numbers = table.numbers(name)
        whole = np.isfinite(numbers) & (numbers == np.floor(numbers))
        return pd.Series(pd.array(np.where(whole, numbers, np.nan), dtype="Int64"))
    if column.kind in NUMBERS:
        return pd.Series(table.numbers(name))
    deadlines = column.kind is Kind.DEADLINE
    return texts([*map(_deadline_text, table.raw(name))] if deadlines else table.texts(name).tolist())


def texts(values: Sequence[object]) -> pd.Series[Any]:
    """Texts as a column of str."""
    return pd.Series(list(values), dtype="str")


def _deadline_text(value: object) -> str:
    """时间节点 is a date or words: both as text, which `Calendar.next_due` reads."""
    if isinstance(value, dt.datetime) and value.time() != dt.time():
        return f"{value:%Y-%m-%d %H:%M}"
    day = as_day(value)
    return day.isoformat() if day else value.strip() if isinstance(value, str) else ""


@dataclass
class FrameUpdate:
    """What a frame changes in the table `key` of `project`.

    clear    whether a missing value empties its cell; else only "" does
    earlier  the table as it was read before: computed columns of the frame may still say what it said
    """

    project: Project
    key: str
    frame: pd.DataFrame
    clear: bool = False
    earlier: Sequence[Table] = ()
    _new: list[dict[str, object]] = field(default_factory=list)
    _changed: dict[str, dict[int, object]] = field(default_factory=dict)
    _before: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def edits(self) -> tuple[Edit, ...]:
        """The edits; UnknownName for what has no such name, UsageError for what cannot be meant."""
        if not self.table.sheet.id_prefix:
            raise refusal(UsageError, NO_IDS, sheet=self.table.sheet.title)
        for place, identity in enumerate(self._ids()):
            self._take(place, identity)
        self._number_new_rows()
        new = [AppendRows(self.key, tuple(self._new))] if self._new else []
        edits: tuple[Edit, ...] = (*self._cells(), *new)
        self._refuse_wrong(edits)
        return edits

    @cached_property
    def table(self) -> Table:
        """The table as it is now."""
        return self.project.table(self.key)

    @cached_property
    def _columns(self) -> dict[Hashable, Column]:
        """The frame's headings and the columns that they mean."""
        if self.table.sheet.column("id").name not in self._meant(self.frame.columns):
            self.frame = self.frame.reset_index()  # the IDs may be the index
        found: dict[Hashable, Column] = {}
        for heading in self.frame.columns:
            column = self._named(heading)
            if column in found.values():
                raise refusal(UsageError, TWICE, name=column.label)
            found[heading] = column
        return found

    def _meant(self, headings: Iterable[Hashable]) -> set[str]:
        return {self._by_name[key].name for key in map(_key, headings) if key in self._by_name}

    @cached_property
    def _by_name(self) -> Mapping[str, Column]:
        there = [column for column in self.table.sheet.columns if column.name in self.table.letters]
        return {_key(name): column for column in there for name in (column.name, *column.labels())}

    def _named(self, heading: Hashable) -> Column:
        column = self._by_name.get(_key(heading))
        if column is not None:
            return column
        sheet = self.table.sheet
        if "id" not in self._meant(self.frame.columns):
            raise refusal(UnknownName, NO_ID_COLUMN, sheet=sheet.title, id=sheet.column("id").label)
        filled = [column.label for column in sheet.columns if column.entered]
        hint = Text(*(_hint(str(heading), [label.of(lang) for label in filled], lang) for lang in LANGS))
        listed = Text(*(in_a_row([label.of(lang) for label in filled], lang) for lang in LANGS))
        raise refusal(UnknownName, NO_COLUMN, sheet=sheet.title, name=heading, hint=hint, columns=listed)

    def _ids(self) -> list[str]:
        """The ID of each line of the frame as typed, "" for a new row without one; none twice."""
        heading = next((h for h, column in self._columns.items() if column.name == "id"), None)
        if heading is None:
            label = self.table.sheet.column("id").label
            raise refusal(UnknownName, NO_ID_COLUMN, sheet=self.table.sheet.title, id=label)
        ids = [_text(value) for value in self.frame[heading]]
        seen = set()
        for identity in filter(None, ids):
            if normalise_key(identity) in seen:
                raise refusal(UsageError, SAME_ID, id=identity, where=IN_FRAME)
            seen.add(normalise_key(identity))
        return ids

    @cached_property
    def _rows(self) -> dict[str, list[int]]:
        """The table's rows by ID."""
        found: dict[str, list[int]] = {}
        for i, text in enumerate(self.table.texts("id").tolist()):
            found.setdefault(normalise_key(text), []).append(i)
        return found

    @cached_property
    def _values(self) -> dict[str, list[Any]]:
        return {column.name: self.frame[heading].tolist() for heading, column in self._columns.items()}

    @cached_property
    def _shown(self) -> dict[str, list[Any]]:
        """What a frame of the table shows of each column that was given."""
        return {column.name: series(self.table, column).tolist() for column in self._columns.values()}

    def _take(self, place: int, identity: str) -> None:
        """One line of the frame."""
        rows = self._rows.get(normalise_key(identity), []) if identity else []
        if len(rows) > 1:
            raise refusal(UsageError, SAME_ID, id=identity, where=IN_TABLE)
        record = {}
        for column in self._columns.values():
            if column.name == "id":
                continue
            old = self._shown[column.name][rows[0]] if rows else None
            value = self._values[column.name][place]
            if _same(old, value) or (_missing(value) and not (self.clear and column.entered)):
                continue
            if not column.entered:
                self._refuse_computed(column, identity, value)
                continue
            record[column.name] = self._entered(column, identity, value)
        if rows:
            for name, value in record.items():
                self._changed.setdefault(name, {})[rows[0]] = value
        elif identity or any(value is not None for value in record.values()):
            filled = {name: value for name, value in record.items() if value is not None}
            self._new.append({**({"id": identity} if identity else {}), **filled})

    def _refuse_computed(self, column: Column, identity: str, value: object) -> None:
        """A computed value may be that of a frame that was read earlier; nobody can enter another one."""
        key = normalise_key(identity)
        if not any(key in said and _same(said[key], value) for said in self._said_before(column)):
            raise refusal(UsageError, COMPUTED, name=column.label, id=identity or "—")

    def _said_before(self, column: Column) -> list[dict[str, Any]]:
        """What a column said of each ID, each time it was read."""
        if column.name not in self._before:
            self._before[column.name] = [
                dict(zip(map(normalise_key, table.texts("id")), series(table, column), strict=True))
                for table in self.earlier
            ]
        return self._before[column.name]

    def _entered(self, column: Column, identity: str, value: Any) -> object:
        """A value as a cell holds it; what cannot be read stays as it is, for the checks to find."""
        if isinstance(value, np.generic):
            value = value.item()
        if _missing(value) or value == "":
            return None
        if not isinstance(value, str | int | float | dt.date):
            words = {"id": identity or "—", "name": column.label, "value": repr(value)}
            raise refusal(UsageError, NOT_A_CELL, **words)
        read = _READERS.get(column.kind, _as_text)
        return read(value, column, self.project.book.lang)

    def _number_new_rows(self) -> None:
        bare = [record for record in self._new if "id" not in record]
        if bare:
            named = [record for record in self._new if "id" in record]
            after = carried_out(self.project, [AppendRows(self.key, tuple(named))])
            for record, identity in zip(bare, islice(new_ids(after, self.key), len(bare)), strict=True):
                record["id"] = identity

    def _cells(self) -> Iterator[SetColumn]:
        for name, cells in self._changed.items():
            rows = sorted(cells)
            yield SetColumn(self.key, name, self.table.rows[np.array(rows)], [cells[row] for row in rows])

    def _refuse_wrong(self, edits: Sequence[Edit]) -> None:
        """UsageError for values that `validate` would call errors."""
        after = carried_out(self.project, edits)
        table = after.table(self.key)
        own = {table.cell(name, row): row for name, cells in self._changed.items() for row in cells}
        first = len(self.table)
        own |= {
            table.cell(name, first + i): first + i for i, record in enumerate(self._new) for name in record
        }
        found = [one for one in _errors(after) if one.sheet == self.key and one.cell in own]
        if found:
            ids = table.texts("id")
            zh, en = ([_said(one, str(ids[own[one.cell]]), lang) for one in found[:_MOST]] for lang in LANGS)
            raise refusal(UsageError, WRONG, found=Text("；".join(zh), "; ".join(en)))


def _errors(project: Project) -> Iterator[Finding]:
    """Errors of single values; that something is still to be filled in is none of them."""
    for one in check_cells(project):
        if one.severity == "error" and one.kind is not catalogue.MISSING:
            yield one
    for one in check_rows(project):
        if one.kind is catalogue.UNREADABLE_DEADLINE:
            yield one


def _said(one: Finding, identity: str, lang: Lang) -> str:
    return ONE_WRONG.of(lang).format(id=identity, message=one.message(lang), cure=one.cure(lang))


def _hint(name: str, known: Sequence[str], lang: Lang) -> str:
    close = nearest(name, known)
    return HINT.of(lang).format(name=close) if close else ""


def _key(name: Hashable) -> str:
    return normalise_key(str(name))


def _missing(value: Any) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and value != value)


def _same(old: Any, value: Any) -> bool:
    """Whether a frame says of a cell what it shows already."""
    if _missing(old) or _missing(value):
        return (_missing(old) or old == "") and (_missing(value) or value == "")
    if isinstance(old, str) and isinstance(value, str):
        return old == value.strip()
    found = old == value
    return found is True or (isinstance(found, np.bool_) and bool(found))


def _text(value: Any) -> str:
    """A value as text: 3.0, as pandas makes of a column with gaps, is 3."""
    if _missing(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value).strip()


Reader = Callable[[Any, Column, Lang], object]


def _as_text(value: Any, column: Column, lang: Lang) -> object:
    return _text(value) or None


def _as_choice(value: Any, column: Column, lang: Lang) -> object:
    assert column.choices is not None
    code = column.choices.code(_text(value))
    if code is None:
        return _text(value)
    return int(code) if column.choices is SCALE else column.choices.label(code, lang)


def _as_date(value: Any, column: Column, lang: Lang) -> object:
    if isinstance(value, str):
        return parse_date(value) or value.strip()
    return as_day(value) or str(value)  # a number is no date to people; the checks say so of its text


def _as_deadline(value: Any, column: Column, lang: Lang) -> object:
    found = parse_deadline(value) if isinstance(value, str) else None
    if isinstance(found, FixedDate) and not found.year_inferred:
        return found.date if found.time is None else dt.datetime.combine(found.date, found.time)
    if isinstance(value, dt.datetime):
        return value.date() if value.time() == dt.time() else pd.Timestamp(value).to_pydatetime(warn=False)
    return value.strip() if isinstance(value, str) else value


def _as_number(value: Any, column: Column, lang: Lang) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() and column.kind in WHOLE else value


_READERS: Mapping[Kind, Reader] = {
    Kind.DATE: _as_date,
    Kind.DATETIME: _as_date,
    Kind.DEADLINE: _as_deadline,
    Kind.CHOICE: _as_choice,
    **dict.fromkeys(NUMBERS, _as_number),
}
