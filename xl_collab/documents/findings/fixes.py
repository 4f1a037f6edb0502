"""Cells whose words have exactly one meaning, written in another way than their column holds it.

Text dates, synonyms of choices, numbers as text, shares without their sign, other names of departments,
blanks around words: what each becomes, and why. What has several readings is offered instead
(`content.choose`), what has words besides its meaning is left. Formulas, errors and computed columns are
never touched. What may not enter: spreadsheets, and how it is shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from xl_collab.checks.offers import label_of
from xl_collab.checks.place import present, row_id
from xl_collab.merge.values import NUMBERS, canonical, readings, unfit
from xl_collab.patterns import lazy
from xl_collab.plan.computed import figure_edits, refresh
from xl_collab.plan.project import Project
from xl_collab.plan.what_if import carried_out
from xl_collab.project.edits import Edit, SetColumn, SetField
from xl_collab.project.parties import Party, tokens
from xl_collab.project.tables import Table
from xl_collab.project.timing.deadlines import FixedDate, parse_deadline
from xl_collab.schema.declaration import Column, Field, Kind
from xl_collab.schema.keys import guarded, normalise_key
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Lang, Text, t

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
WHY = {
    "blanks": t("首尾的空格没有意义", "blanks around it mean nothing"),
    "empty": t("只有空格，等于没有填", "nothing but blanks"),
    "date": t("日期写成了文字，公式认不出", "a date typed as text, which formulas do not see"),
    "day_number": t("日期写成了数字", "a date typed as a number"),
    "choice": t("同义写法，改为下拉框里的说法", "another wording of what the drop-down has"),
    "number": t("数字写成了文字，公式认不出", "a number typed as text, which formulas do not see"),
    "percent": t("这一列是百分比", "the column holds percentages"),
    "party": t("通讯录里的名称", "the name in Contacts"),
}


@dataclass(frozen=True, slots=True)
class Fix:
    """One cell, or a form's field, with what it is to hold.

    number  its row on the sheet; 0 in a form, where `cell` and `row_id` are ""
    column  key of the column or field
    new     None empties the cell
    """

    sheet: str
    tab: str
    row_id: str
    cell: str
    column: str
    number: int
    old: object
    new: object
    why: Text
    share: bool = False
    """Whether the column holds percentages."""

    @property
    def label(self) -> Text:
        """The heading of the column, or the label of the field."""
        return label_of(self.sheet, self.column)


Better = tuple[object, Text] | None
"""What a value becomes, and why; None where it stays."""


def fixes(project: Project) -> tuple[Fix, ...]:
    """Every cell that people typed and that has one meaning, said otherwise than its column holds it.

    Sheet by sheet, row by row.
    """
    return (*_in_tables(project), *_in_forms(project))


def fix_edits(project: Project, found: Sequence[Fix]) -> tuple[Edit, ...]:
    """The cells, and every figure that follows from them; none for none."""
    if not found:
        return ()
    fields = (SetField(one.sheet, one.column, one.new) for one in found if not one.number)
    made: tuple[Edit, ...] = (*_cells(found), *fields)
    after = carried_out(project, made)
    return (*made, *figure_edits(after), *refresh(after))


def _cells(found: Sequence[Fix]) -> Iterator[SetColumn]:
    columns: dict[tuple[str, str], dict[int, object]] = {}
    for one in found:
        if one.number:
            columns.setdefault((one.sheet, one.column), {})[one.number] = one.new
    for (sheet, column), cells in columns.items():
        yield SetColumn(sheet, column, np.array([*cells], dtype=np.int64), [*cells.values()])


def _in_tables(project: Project) -> Iterator[Fix]:
    judge = _Judge(project)
    for table in project.book.tables.values():
        if table.sheet.state == "visible":
            found = (one for column in present(table) for one in _in_column(judge, table, column))
            yield from sorted(found, key=lambda one: one.number)


def _in_column(judge: _Judge, table: Table, column: Column) -> Iterator[Fix]:
    """A value that occurs again is looked at once."""
    codes, values = table.distinct(column.name)
    better = {code: found for code, value in enumerate(values) if (found := _fixed(value, judge, column))}
    if not better:
        return
    for i in np.flatnonzero(np.isin(codes, [*better])).tolist():
        new, why = better[int(codes[i])]
        number, share = int(table.rows[i]), column.kind is Kind.PERCENT
        cell, old = table.cell(column.name, i), values[codes[i]]
        key, name = row_id(table, i), column.name
        yield Fix(table.sheet.key, table.tab, key, cell, name, number, old, new, why, share)


def _in_forms(project: Project) -> Iterator[Fix]:
    judge = _Judge(project)
    for sheet in SHEETS.forms:
        values = project.book.forms.get(sheet.key, {})
        for field in sheet.fields:
            old = values.get(field.name)
            found = _fixed(old, judge, _as_column(field))
            if found is not None:
                tab = sheet.name(project.book.lang)
                yield Fix(sheet.key, tab, "", "", field.name, 0, old, *found)


def _none(_: object) -> None:
    return None


@guarded(_none)
def _fixed(value: object, judge: _Judge, column: Column) -> Better:
    return judge.better(column, value)


def _as_column(field: Field) -> Column:
    """A form's field as the column that would hold the same."""
    low, high = field.minimum, field.maximum
    return Column(field.name, field.label, field.kind, choices=field.choices, minimum=low, maximum=high)


class _Judge:
    """What values become in one workbook."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.lang: Lang = project.book.lang
        self.departments = _sole_names(project)
        self._readers: Mapping[Kind, Callable[[Column, str], Better]] = {
            Kind.DATE: _day,
            Kind.DEADLINE: _day,
            Kind.CHOICE: self._choice,
            Kind.PARTY: self._party,
            **dict.fromkeys(NUMBERS, _number),
        }

    def better(self, column: Column, value: object) -> Better:
        """What a cell's value becomes. Formulas and errors are neither text nor number."""
        if type(value) in (int, float):
            return _typed_number(column, value)  # type: ignore[arg-type]
        if not isinstance(value, str) or not value:
            return None
        bare = value.strip()
        if not bare:
            return None, WHY["empty"]
        read = self._readers.get(column.kind)
        found = read(column, bare) if read else None
        if found is not None and found[0] != value:
            return found
        return (bare, WHY["blanks"]) if bare != value and bare[0] not in _GUARDED else None

    def _choice(self, column: Column, text: str) -> Better:
        choices = column.choices
        code = choices.code(text) if choices else None
        if choices is None or code is None or normalise_key(text) in _LOOSE.get(choices.name, ()):
            return None
        label = choices.label(code, self.lang)
        if label.isdecimal():  # a scale is counted with
            return int(label), WHY["number"]
        return None if label == text else (label, WHY["choice"])

    def _party(self, column: Column, text: str) -> Better:
        """Other names of departments as 通讯录 has them, where whoever is named stays the same."""
        parts = tokens(text, known=self.project.spellings)
        named = [part for part in parts if part.kind != "separator"]
        starts, ends = ({getattr(part, side) for part in named} for side in ("start", "end"))
        written, done = "", 0
        for part in named:
            piece, glued = text[part.start : part.end], part.start in ends or part.end in starts
            if part.party is not None and part.kind == "party" and not glued:
                piece = self._named(piece, part.party)
            written += text[done : part.start] + piece
            done = part.end
        written += text[done:]
        if written == text or self.project.read_parties(written) != self.project.read_parties(text):
            return None
        return written, WHY["party"]

    def _named(self, piece: str, party: Party) -> str:
        """A party's words with the department's own name; nothing may be glued to the other one."""
        name = self.departments.get(normalise_key(party.department))
        end = len(party.department)
        if name is None or normalise_key(piece[:end]) != normalise_key(party.department):
            return piece
        return piece if piece[end : end + 1].isalnum() else name + piece[end:]


_GUARDED = "=+-@'"
"""Words that a program would take for a formula without the blank in front of them."""
_LOOSE = {
    "day_kind": ("调休",),
    "action_status": ("进行中", "未开始"),
    "conclusion": ("退回",),
}
"""Synonyms that say more than the label, or two things: 调休 is the day off and its make-up day."""


def _sole_names(project: Project) -> Mapping[str, str]:
    """Normalised spelling → the department's name, where 通讯录 gives it to one department."""
    contacts = project.table("contacts")
    found = {normalise_key(name): {name} for name in project.departments}
    names = {*found}
    pairs = zip(contacts.texts("aliases").tolist(), contacts.texts("department").tolist(), strict=True)
    for aliases, name in pairs:
        for alias in re.split(r"[、，,；;/|\n]", aliases):
            key = normalise_key(alias)
            if key and name and key not in names:
                found.setdefault(key, set()).add(project.known.get(normalise_key(name), name))
    return {key: next(iter(them)) for key, them in found.items() if len(them) == 1}


_PLAIN_DAY = lazy(
    r"""(?: \d{4}\s*(?:[-/.]|年)\s*\d{1,2}\s*(?:[-/.]|月)\s*\d{1,2}\s*[日号]?
        | [〇○零一二三四五六七八九]{4}年[一二三四五六七八九十\d]{1,2}月[一二三四五六七八九十\d]{1,3}[日号]
        | \d{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}[日号]
        | \d{8}
        | \d{1,2}(?:st|nd|rd|th)?\s+[a-z]{3,9}\.?,?\s+\d{4}
        | [a-z]{3,9}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}
        )
        (?: [\sT]00?:00(?::00(?:\.0+)?)? )?
        (?: \s*\(?(?:周|星期|礼拜)[一二三四五六日天]\)? )?""",
    re.VERBOSE | re.IGNORECASE,
)
"""A day and nothing else. Whether it has one meaning says the reader of deadlines."""
_BY = lazy(r"(?:之|以)?前$")


def _day(column: Column, text: str) -> Better:
    """A day with its year and no more words; 前 says of a deadline what it is anyway."""
    plain = unicodedata.normalize("NFKC", text)
    if column.kind is Kind.DEADLINE:
        plain = _BY.sub("", plain).rstrip()
    if not _PLAIN_DAY.fullmatch(plain):
        return None
    return _read_day(text, WHY["date"])


def _read_day(value: object, why: Text) -> Better:
    read = parse_deadline(value, serials=True)
    if not isinstance(read, FixedDate) or read.time is not None or read.year_inferred:
        return None
    return (read.date, why) if EARLIEST <= read.date <= LATEST else None


def _typed_number(column: Column, value: float) -> Better:
    """20231012 is a day where days stand, 80 is 80 % where shares do; 1.5 could be 1.5 % and 150 %."""
    if column.kind in (Kind.DATE, Kind.DEADLINE):
        eight = float(value).is_integer() and re.fullmatch(r"\d{8}", f"{value:.0f}")
        return _read_day(value, WHY["day_number"]) if eight else None
    if column.kind is Kind.PERCENT and column.maximum == 1:
        return _share(column, value)
    return None


def _number(column: Column, text: str) -> Better:
    found = canonical(column, text)
    if not isinstance(found, str):
        return None if unfit(column, found) else (found, WHY["number"])
    return _share(column, text) if column.kind is Kind.PERCENT else None


def _share(column: Column, value: float | str) -> Better:
    """A share without its sign, where it can be only one: "1" could be 1 % and 100 %."""
    found = readings(column, value)
    if len(found) != 1 or not isinstance(found[0], int | float) or 0.01 < found[0] < 0.02:
        return None
    return found[0], WHY["percent"]
