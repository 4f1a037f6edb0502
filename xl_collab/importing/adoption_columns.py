"""Columns of the new tracker that are made rather than read: IDs, predecessors, extra columns, contacts.

What may not enter: the cells of the source (cell_values.py), drawing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count

from xl_collab.importing.cell_values import Source, plain
from xl_collab.importing.columns import ForeignColumn, is_filled, shown
from xl_collab.importing.headings import heading_key
from xl_collab.importing.words import DEPARTMENT
from xl_collab.project.parties import Party, parse_parties
from xl_collab.project.predecessors import Predecessor, parse_predecessors
from xl_collab.project.tables import CellError, CellFormula
from xl_collab.schema.declaration import Column, Kind, TableSheet
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.sheets import TRACKER
from xl_collab.schema.words import Lang, Text, t

RENUMBERED = t(
    "原编号有重复，改编新号；原号在附加列",
    "IDs were not unique: numbered anew, the old ones are in the extra column",
)
TRANSLATED = t("按新编号改写", "Rewritten with the new IDs")
UNTRANSLATED = t("指向重复的原编号，保留原文", "Points to an ID that was not unique; kept as it is")
COUNTED = t("是原表的行次，改写为编号", "Counts the rows of the source: written as IDs")
BEFORE = t("原表·", "Original: ")
_LONGEST_HEADING = 240


@dataclass(frozen=True)
class Extra:
    """A column that is kept as it is; `number` is its place in the source, 0 for a made one."""

    heading: str
    cells: Sequence[object]
    number: int = 0


@dataclass(frozen=True)
class TrackerSheet:
    """The tracker's declaration with extra columns at its right, and their cells and headings."""

    sheet: TableSheet
    cells: Mapping[str, Sequence[object]]
    names: Mapping[int, str]

    @classmethod
    def with_extras(cls, extras: Sequence[Extra], lang: Lang) -> TrackerSheet:
        """Headings that would be taken for one of ours, or that come twice, get a word before them."""
        taken = {heading_key(label) for column in TRACKER.columns for label in column.labels()}
        columns: list[Column] = []
        cells: dict[str, Sequence[object]] = {}
        names: dict[int, str] = {}
        for number, extra in enumerate(extras, start=1):
            heading = _free(" ".join(extra.heading.split())[:_LONGEST_HEADING], taken, lang)
            taken.add(heading_key(heading))
            name, kind = f"extra_{number}", _kind(extra.cells)
            columns.append(Column(name, Text(heading, heading), kind, 16))
            cells[name] = [_kept(value, kind) for value in extra.cells]
            names[extra.number] = heading
        return cls(replace(TRACKER, columns=(*TRACKER.columns, *columns)), cells, names)


def _free(heading: str, taken: set[str], lang: Lang) -> str:
    if heading_key(heading) not in taken:
        return heading
    named = BEFORE.of(lang) + heading
    tries = (named, *(f"{named} ({n})" for n in range(2, 10_000)))
    return next(name for name in tries if heading_key(name) not in taken)


def _kind(cells: Sequence[object]) -> Kind:
    """Dates and figures stay what they are where the whole column holds nothing else."""
    full = [value for value in cells if is_filled(value)]
    if full and all(isinstance(value, date) for value in full):
        return Kind.DATE
    if full and all(isinstance(value, int | float) and not isinstance(value, bool) for value in full):
        return Kind.NUMBER
    return Kind.TEXT


def _kept(value: object, kind: Kind) -> object:
    """A cell as its column holds it; an error keeps its code, as text."""
    if kind is not Kind.TEXT:
        return value
    return shown(value) if isinstance(value, CellError | CellFormula) else plain(value)


@dataclass(frozen=True)
class Numbers:
    """The IDs of all rows. `kept`: those of the source stayed; else `new` leads from its unique ones."""

    ids: tuple[str, ...]
    kept: bool
    new: Mapping[str, str]
    why: Text = RENUMBERED


def numbered(old: Sequence[str]) -> Numbers:
    """IDs for rows: the old ones where they are unique, with new ones in the gaps; else all new."""
    keys = [normalise_key(text) for text in old]
    full = [key for key in keys if key]
    unique = len(set(full)) == len(full)
    width = max(3, len(str(len(old))))
    if full and unique:
        used = set(full)
        fresh = (name for n in count(1) if (name := f"T{n:0{width}}").casefold() not in used)
        return Numbers(tuple(text or next(fresh) for text in old), True, {})
    ids = tuple(f"T{n:0{width}}" for n in range(1, len(old) + 1))
    often = Counter(full)
    once = {key: new for key, new in zip(keys, ids, strict=True) if often[key] == 1}
    return Numbers(ids, not full, once)


def predecessors(
    source: Source, column: ForeignColumn, values: Sequence[str], numbers: Numbers, order: Mapping[str, str]
) -> list[object]:
    """The predecessor cells: after renumbering they name the new IDs where the old one was unique.

    Bare numbers that are no ID of the source count its rows, as programs do; type and lag stay.

    order  number of a row of the source, counted from 1 below its headings → its ID here
    """
    ids = frozenset(map(normalise_key, numbers.ids)) if numbers.kept else frozenset(numbers.new)
    found = [parse_predecessors(text, ids.__contains__) for text in values]
    every = [link.key for links in found for link in links]
    counted = bool(every) and not any(key in ids for key in every) and all(key in order for key in every)
    meant, why = (order, COUNTED) if counted else (numbers.new, TRANSLATED)
    if numbers.kept and not counted:
        return [text or None for text in values]
    links = zip(values, found, strict=True)
    return [_translated(source, column, i, text, read, meant, why) for i, (text, read) in enumerate(links)]


def _translated(
    source: Source,
    column: ForeignColumn,
    i: int,
    text: str,
    links: Sequence[Predecessor],
    meant: Mapping[str, str],
    why: Text,
) -> object:
    if not links:
        return text or None
    if not all(link.key in meant for link in links):
        source.note(source.rows[i], column, text, text, UNTRANSLATED, check=True)
        return text
    new = "、".join(meant[link.key] + link.suffix for link in links)
    source.note(source.rows[i], column, text, new, why, check=why is COUNTED)
    return new


def departments(out: Mapping[str, Sequence[object]], named: bool) -> list[dict[str, object]]:
    """The rows of 通讯录: each department once, with its person where all its rows name the same one.

    `named` says that the owner column is headed as departments; else only names that end like one count,
    so that a person is not listed as a department.
    """
    people: dict[str, set[str]] = {}
    shown_as: dict[str, str] = {}
    for column in ("owner", "support"):
        for text in dict.fromkeys(shown(value) for value in out.get(column, ()) if is_filled(value)):
            for party in _parties(text):
                if named or column == "support" or DEPARTMENT.search(party.department):
                    key = normalise_key(party.department)
                    shown_as.setdefault(key, party.department)
                    people.setdefault(key, set()).update(filter(None, [party.person]))
    return [
        {"department": name, "contact": next(iter(people[key])) if len(people[key]) == 1 else None}
        for key, name in shown_as.items()
    ]


def _parties(text: str) -> list[Party]:
    parties = parse_parties(text)
    return [party for party in (parties.lead, *parties.supporters) if party is not None]
