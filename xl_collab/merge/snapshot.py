"""What was sent, and what stands now: the cells of some sheets in canonical form.

A snapshot is what a reply is compared with. It is kept as JSON, losslessly. How values are read is in
`values.py`; who may change what is not known here.
"""

from __future__ import annotations

import json
import pickle
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import Any

from xl_collab.a1 import column_letters, column_number
from xl_collab.errors import XlCollabError
from xl_collab.merge.values import Canonical, Odd, as_words, canonical_column, decode, encode, row_key, same
from xl_collab.project.tables import Table
from xl_collab.records import dataclass
from xl_collab.schema.declaration import Column, TableSheet
from xl_collab.schema.keys import column_of, contribution, department_of

VERSION = 1
"""Of the JSON form; a later one is refused, never guessed at."""


class SnapshotUnreadable(XlCollabError):
    """Raised when a stored snapshot was made by a later version, or is damaged."""


def damaged_snapshot() -> SnapshotUnreadable:
    """The error for a stored snapshot that is damaged."""
    return SnapshotUnreadable(
        "发送记录已损坏，无法比对。请让该部门的回复进入人工核对。",
        "The record of this sending is damaged. Have the reply checked by hand.",
    )


@dataclass(frozen=True)
class Rows:
    """The rows of one sheet in its order: `ids` as written, `columns` by name, canonical.

    A column that the sheet did not have is absent, which is not the same as empty. `places` are the
    1-based sheet rows where the rows stand now; they are not part of what was sent.
    """

    ids: tuple[str, ...]
    columns: Mapping[str, Sequence[Canonical]]
    places: tuple[int, ...] = field(default=(), compare=False)
    known_by: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """Kept for `following.says`: column → what rows are known by, once somebody asked."""

    @cached_property
    def plain(self) -> tuple[str, ...]:
        """Each row's ID as it is compared; '' where it is blank. Two rows may have the same."""
        return tuple([key.strip().lower() if key.isascii() else row_key(key) for key in self.ids])

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """A key for each row that has an ID: of a second row with the same ID `t001#2`; '' for none."""
        if len(set(self.plain)) == len(self.plain):
            return self.plain
        met: Counter[str] = Counter()
        found = []
        for key in self.plain:
            met[key] += 1
            found.append(key if not key or met[key] == 1 else f"{key}#{met[key]}")
        return tuple(found)

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Key → position of each row that has one."""
        return {key: i for i, key in enumerate(self.keys) if key}

    @cached_property
    def _bare(self) -> Mapping[str, str]:
        """12 → 0012 for keys that are digits, where only one of them means that number."""
        bare = Counter(key.lstrip("0") for key in self.index if key.isdecimal())
        return {k.lstrip("0"): k for k in self.index if k.isdecimal() and bare[k.lstrip("0")] == 1}

    def matching(self, key: str) -> str | None:
        """The key here that `key` means: itself, or the same number with leading zeros."""
        if key in self.index:
            return key
        return self._bare.get(key.lstrip("0")) if key.isdecimal() else None

    def value(self, key: str, column: str) -> Canonical:
        """One cell, or what one department says in it; None when the row or the column is not there."""
        at, values = self.index.get(key), self.columns.get(column_of(column))
        whole = None if at is None or values is None else values[at]
        department = department_of(column)
        if department is None or whole is None or isinstance(whole, Odd):
            return whole
        return contribution(as_words(whole), department)

    def record(self, at: int) -> dict[str, Canonical]:
        """The filled cells of the row at a position."""
        return {name: values[at] for name, values in self.columns.items() if values[at] is not None}


NOTHING = Rows((), {})


class Packed(Mapping[str, Rows]):
    """Sheets as bytes, for what waits its turn: each look unpacks a sheet anew."""

    def __init__(self, sheets: Mapping[str, Rows]) -> None:
        parts = {key: (rows.ids, dict(rows.columns), rows.places) for key, rows in sheets.items()}
        self._sheets = {key: zlib.compress(pickle.dumps(part), 1) for key, part in parts.items()}

    def __getitem__(self, key: str) -> Rows:
        return Rows(*pickle.loads(zlib.decompress(self._sheets[key])))

    def __iter__(self) -> Iterator[str]:
        return iter(self._sheets)

    def __len__(self) -> int:
        return len(self._sheets)


@dataclass(frozen=True)
class Snapshot:
    """Sheet key → its rows."""

    sheets: Mapping[str, Rows]

    def rows(self, sheet: str) -> Rows:
        """The rows of a sheet; none when it was not part of this snapshot."""
        return self.sheets.get(sheet, NOTHING)

    def value(self, sheet: str, row: str, column: str) -> Canonical:
        """One cell by sheet key, row key and column name."""
        return self.rows(sheet).value(row, column)

    def has(self, sheet: str, row: str) -> bool:
        """Whether the row is there (once)."""
        return row in self.rows(sheet).index

    def to_json(self) -> str:
        """Text from which `from_json` makes an equal snapshot."""
        sheets = {
            key: {"ids": rows.ids, "columns": {n: [encode(v) for v in vs] for n, vs in rows.columns.items()}}
            for key, rows in self.sheets.items()
        }
        return json.dumps({"version": VERSION, "sheets": sheets}, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Snapshot:
        """The snapshot that `to_json` wrote. Raises SnapshotUnreadable."""
        try:
            held = json.loads(text)
            if held["version"] > VERSION:
                raise SnapshotUnreadable(
                    "这次发送由更新版本的程序记录。请升级 xl-collab 后重试。",
                    "This sending was recorded by a later version. Upgrade xl-collab and try again.",
                )
            return cls({key: _rows(sheet) for key, sheet in held["sheets"].items()})
        except (ValueError, KeyError, TypeError) as error:
            raise damaged_snapshot() from error

    @classmethod
    def of(cls, tables: Iterable[Table]) -> Snapshot:
        """Every table whose rows can be told apart, with all the columns that are not native formulas."""
        known = (table for table in tables if table.sheet.numbered or table.sheet.known_by)
        return cls({table.sheet.key: snapshot(table) for table in known})


def snapshot(table: Table, columns: Iterable[str] | None = None, rows: Sequence[int] | None = None) -> Rows:
    """The rows of a table in canonical form.

    columns  names to take (the ID aside); None takes all but native formulas, which recalculate
             themselves. Columns that the sheet lacks are left out.
    rows     positions of the rows to take; None takes all
    """
    sheet = table.sheet
    wanted = {c.name for c in sheet.columns if c.computed != "formula"} if columns is None else set(columns)
    names = [
        c.name for c in sheet.columns if c.name in wanted and c.name != "id" and c.name not in table.missing
    ]
    taken = list(range(len(table))) if rows is None else list(rows)
    cells = {name: table.raw(name).tolist() for name in (*names, *(["id"] if sheet.numbered else []))}
    for name, at in _merged_over(table):
        if name in cells:
            cells[name][at] = Odd("merged")
    if rows is not None:
        cells = {name: [values[i] for i in taken] for name, values in cells.items()}
    found = {name: canonical_column(sheet.column(name), cells[name]) for name in names}
    places = table.rows.tolist()
    ids = tuple(map(_written, cells["id"])) if sheet.numbered else identities(sheet, found, len(taken))
    return Rows(ids, found, tuple(places[i] for i in taken))


def identities(sheet: TableSheet, columns: Mapping[str, Sequence[Canonical]], count: int) -> tuple[str, ...]:
    """What stands for the ID of each row of a sheet without IDs: 2023-11-13 研发部 T003 on 每日同步."""
    told = [columns[name] for name in sheet.known_by if name in columns]
    return tuple(" ".join(filter(None, (as_words(values[i]) for values in told))) for i in range(count))


def _rows(held: Mapping[str, object]) -> Rows:
    columns = held["columns"]
    if not isinstance(columns, dict) or not isinstance(held["ids"], list):
        raise TypeError("a sheet of a snapshot needs ids and columns")
    return Rows(tuple(held["ids"]), {name: [decode(v) for v in values] for name, values in columns.items()})


def _written(value: object) -> str:
    """An ID as people see it; '' when the cell holds none."""
    if type(value) is str and value.isascii():
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if not row_key(value) else str(value).strip()


_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)")


def _merged_over(table: Table) -> Iterable[tuple[str, int]]:
    """Column and position of cells that a merged range hides: they are empty, but nobody cleared them."""
    names = {letter: name for name, letter in table.letters.items()}
    position = {row: i for i, row in enumerate(table.rows.tolist())}
    for text in table.merged:
        match = _RANGE.fullmatch(text)
        if match is None:
            continue
        letters = [column_letters(i) for i in range(column_number(match[1]), column_number(match[3]) + 1)]
        rows = [row for row in position if int(match[2]) <= row <= int(match[4])]
        hidden = ((letter, row) for letter in letters for row in rows)
        anchor = (match[1], int(match[2]))
        yield from ((names[c], position[r]) for c, r in hidden if c in names and (c, r) != anchor)


def next_id(sheet: TableSheet, taken: Iterable[str]) -> str:
    """The first free ID after the highest, as wide as the others: T007 after T006."""
    prefix = sheet.id_prefix
    found = [
        m for m in (re.fullmatch(rf"{re.escape(prefix)}(\d+)", i.strip(), re.IGNORECASE) for i in taken) if m
    ]
    width = max((len(m[1]) for m in found), default=3)
    return f"{prefix}{max((int(m[1]) for m in found), default=0) + 1:0{width}d}"


# Pages of a packet that are only for reading: what somebody typed on them all the same.


OTHERS = "others"
"""Key of the rows of other departments in a sending's snapshot."""

PAGE = "page:"
"""Keys of all other pages begin so, their tab's name follows; their rows are cells, by address."""

BESIDE = "beside"
"""Key of the words that a sending held where no known cell is: what came back is compared with them."""

TEXT = "text"
"""The one column of a page: what the cell shows."""

MOST_TOLD = 10
"""Changed cells of a page that are told one by one."""


def changed_rows(
    sheet: TableSheet, sent: Rows, theirs: Rows
) -> Iterator[tuple[str, Column, Canonical, Canonical]]:
    """Cells of rows that were sent for reading: row key, column, as sent, and as they came back."""
    for i, key in enumerate(theirs.keys):
        at = sent.index.get(sent.matching(key) or key)
        for name in theirs.columns if at is not None else ():
            if name in sent.columns and at is not None:
                old, new = sent.columns[name][at], theirs.columns[name][i]
                if not same(old, new):
                    yield sent.keys[at], sheet.column(name), old, new


def unknown_rows(sent: Rows, theirs: Rows) -> Iterator[int]:
    """Positions of rows that somebody added."""
    for i, key in enumerate(theirs.keys):
        filled = any(values[i] is not None for values in theirs.columns.values())
        if filled and (sent.matching(key) or key) not in sent.index:
            yield i


def changed_cells(sent: Rows, theirs: Rows) -> Iterator[tuple[str, str, str]]:
    """Cells of another page: address, what was sent, and what stands there now."""
    before, after = (dict(zip(rows.ids, rows.columns[TEXT], strict=True)) for rows in (sent, theirs))
    for address in dict.fromkeys((*before, *after)):
        old, new = before.get(address), after.get(address)
        if not same(old, new) and not isinstance(new, Odd):
            yield address, as_words(old), as_words(new)
