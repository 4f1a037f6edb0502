"""What one reply changes, seen against its own base and what its department may edit.

The result does not depend on other replies. Cells that may not be taken (foreign cells, formulas,
unreadable values, doubtful rows) are set aside with the reason; nothing is dropped. Whether a
change can be applied is decided in `merge_deciding.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from xl_collab.model.contributions import named
from xl_collab.model.merge.lines import differences
from xl_collab.model.merge.pages import MOST_TOLD, OTHERS, PAGE, changed_cells, changed_rows, unknown_rows
from xl_collab.model.merge.permission import Permission
from xl_collab.model.merge.result import (
    ADDED,
    REMOVED,
    Cell,
    Conflict,
    Notice,
    Record,
    Reply,
    Value,
    encode_value,
)
from xl_collab.model.merge.snapshot import Rows, Snapshot
from xl_collab.model.merge.values import UNKNOWN, Canonical, Odd, as_words, same, unfit
from xl_collab.model.schema import Column, Declaration, Kind, TableSheet
from xl_collab.model.timing.deadlines import parse_date

__all__ = ["MISSING_SHARE", "NEW", "Reading", "Said", "read_reply"]

MISSING_SHARE = 0.2
"""A reply in which more than this share of a sheet's rows is missing stops: somebody cut it down."""

NEW = "new:"
"""Start of the provisional key of a row without ID."""

_FEWEST_SHUFFLED = 3
_TRACKER = "tracker"
_SHOWN = 40
_SUGGEST = {"new_row": "theirs", "unreadable": "ask", "out_of_range": "ask", "duplicate_id": "ask"}


class Said(NamedTuple):
    """One cell's base and what the reply says."""

    base: Canonical
    value: Value


@dataclass
class Reading:
    """What a reply changes (`claims`), what of it is set aside, and why it stops as a whole (or '')."""

    reply: Reply
    claims: dict[Cell, Said] = field(default_factory=dict)
    parked: list[Conflict] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    stop: str = ""

    def park(self, kind: str, cell: Cell, base: Canonical, theirs: Value) -> None:
        """Set something aside for a decision; the master's value is filled in later."""
        suggestion = _SUGGEST.get(kind, "master")
        self.parked.append(Conflict(kind, self.reply.who, cell, base, None, theirs, suggestion))

    def tell(self, kind: str, sheet: str, row: str = "", text: str = "") -> None:
        """Add a notice."""
        self.notices.append(Notice(kind, self.reply.who, sheet, row, text))


def read_reply(
    reply: Reply, base: Snapshot | None, root: Snapshot, permission: Permission, declaration: Declaration
) -> Reading:
    """Compare a reply with its base.

    base  what was sent; None when that is unknown: then everything that differs from `root` counts
          as changed from a base that nobody knows, and no row counts as deleted
    root  the master without what replies brought
    """
    reading = Reading(reply, stop=reply.held and "held")
    known = root if base is None else base
    for key, theirs in reply.sheets.items():
        if key == OTHERS or key.startswith(PAGE):
            _read_only(reading, key, known.rows(key), theirs, declaration)
        elif key in known.sheets:
            _Sheet(reading, declaration.table(key), theirs, known.rows(key), root.rows(key), permission).read(
                base is not None
            )
        elif theirs.ids:
            reading.tell("sheet_not_sent", key)
    for odd in reply.anomalies:
        cell = Cell(odd.sheet, odd.row, odd.column)
        reading.park(odd.kind, cell, known.value(*cell), odd.text)
    for name in reply.unknown_columns:
        reading.tell("unknown_column", "", text=name)
    return reading


def _read_only(reading: Reading, key: str, sent: Rows, theirs: Rows, declaration: Declaration) -> None:
    """What somebody typed on a page that is only for reading."""
    if key != OTHERS:
        found = list(changed_cells(sent, theirs))
        page = key.removeprefix(PAGE)
        for address, before, after in found[:MOST_TOLD]:
            what = f"{page}!{address}：{_short(before)} → {_short(after)}"
            reading.tell("page_changed", key, address, what)
        if len(found) > MOST_TOLD:
            reading.tell("page_changed_more", key, page, str(len(found) - MOST_TOLD))
        return
    tracker = declaration.table(_TRACKER)
    for row, column, old, new in changed_rows(tracker, sent, theirs):
        kind = new.kind if isinstance(new, Odd) else "trespass" if column.entered else "computed"
        reading.park(kind, Cell(_TRACKER, row, column.name), old, new)
    gone = [name for name in sent.ids if name not in theirs.ids]
    if gone:
        shown = "、".join(gone[:MOST_TOLD]) + ("…" if len(gone) > MOST_TOLD else "")
        reading.tell("page_rows_gone", _TRACKER, text=shown)
    for i in unknown_rows(sent, theirs):
        record = tuple((n, v) for n, v in theirs.record(i).items() if not isinstance(v, Odd))
        row = theirs.keys[i] or f"{NEW}{OTHERS}{i}"
        reading.park("trespass", Cell(_TRACKER, row, ADDED), None, (("id", theirs.ids[i]), *record))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line if len(line) <= _SHOWN else line[:_SHOWN] + '…'}”" if line else "∅"


@dataclass
class _Sheet:
    """One sheet of a reply beside its base."""

    reading: Reading
    sheet: TableSheet
    theirs: Rows
    base: Rows
    root: Rows
    permission: Permission

    def read(self, based: bool) -> None:
        """Read the sheet; `based` when the base is what was sent rather than the master itself."""
        pairs = list(self._pairs())
        if based:
            self._missing({key for _, _, key in pairs})
            if _shuffled(self.sheet, self.theirs, self.base, pairs):
                self.reading.stop = self.reading.stop or "shuffled"
        for name, values in self.base.columns.items():
            column = self.sheet.column(name)
            if name in self.theirs.columns:
                self._column(column, values, pairs, based)
            elif column.entered:
                self.reading.tell("missing_column", self.sheet.key, text=name)

    def _pairs(self) -> Iterator[tuple[int, int, str]]:
        """Their position, the base's position and the key of each row that is in both, once."""
        rows: defaultdict[str, list[int]] = defaultdict(list)
        for i, key in enumerate(self.theirs.keys):
            known = self.base.matching(key) or self.root.matching(key) or key
            if known != key:
                self.reading.tell("id_matched", self.sheet.key, known, self.theirs.ids[i])
            rows[known].append(i)
        self._new_rows(rows.pop("", []))
        for key, places in rows.items():
            if key in self.base.doubled:
                self._doubled_in_base(key, places)
            elif len(places) == 1 or self._identical(key, places):
                if key in self.base.index:
                    yield places[0], self.base.index[key], key
                else:
                    self._add(key, places[0])

    def _new_rows(self, places: Iterable[int]) -> None:
        """Rows with data and a blank ID, under a key that is the same whenever the same row comes."""
        seen: Counter[str] = Counter()
        for i in places:
            if not self._record(i):
                self._oddities(NEW, i)
                continue
            said = json.dumps([self.reading.reply.token, self.sheet.key, encode_value(self._record(i))])
            key = NEW + hashlib.sha256(said.encode()).hexdigest()[:8]
            seen[key] += 1
            self._add(key if seen[key] == 1 else f"{key}#{seen[key]}", i)

    def _add(self, key: str, i: int) -> None:
        """A row that was not sent: a claim to add it; what no cell can hold is set aside."""
        self._oddities(key, i)
        record, cell = self._record(i), Cell(self.sheet.key, key, ADDED)
        if self.sheet.key in self.permission.new_rows or not key.startswith(NEW):
            self.reading.claims[cell] = Said(None, record)
        else:
            self.reading.park("trespass", cell, None, record)

    def _identical(self, key: str, places: Sequence[int]) -> bool:
        """Whether rows of one ID all say the same; if not, all of them are set aside."""
        contents = {self._content(i): i for i in reversed(places)}
        if len(contents) == 1:
            self.reading.tell("duplicate_collapsed", self.sheet.key, key, str(len(places)))
            return True
        for i in contents.values():
            self.reading.park("duplicate_id", Cell(self.sheet.key, key, ADDED), None, self._record(i))
            self._oddities(key, i)
        return False

    def _content(self, i: int) -> tuple[tuple[Canonical, bool], ...]:
        """All entered cells of one of their rows, oddities too; True is not 1."""
        names = (c.name for c in self.sheet.columns if c.entered and c.name in self.theirs.columns)
        cells = (self.theirs.columns[name][i] for name in names)
        return tuple((cell, isinstance(cell, bool)) for cell in cells)

    def _oddities(self, key: str, i: int) -> None:
        """Set aside the cells of a row that hold no data."""
        for name, value in self.theirs.record(i).items():
            if isinstance(value, Odd) and self.sheet.column(name).entered:
                self.reading.park(value.kind, Cell(self.sheet.key, key, name), None, value)

    def _doubled_in_base(self, key: str, places: Sequence[int]) -> None:
        """An ID that stood twice when it was sent: rows that came back as they were are no change."""
        names = [n for n in self.theirs.columns if n in self.base.columns and self.sheet.column(n).entered]
        at = (j for j, known in enumerate(self.base.keys) if known == key)
        sent = Counter(tuple(self.base.columns[n][j] for n in names) for j in at)
        for i in places:
            content = tuple(self.theirs.columns[n][i] for n in names)
            if sent[content]:
                sent[content] -= 1
            else:
                self.reading.park("duplicate_id", Cell(self.sheet.key, key, ADDED), None, self._record(i))

    def _record(self, i: int) -> Record:
        """The filled entered cells of one of their rows, led by its ID if it has one."""
        declared = [c.name for c in self.sheet.columns if c.entered and c.name in self.theirs.columns]
        cells = ((name, self.theirs.columns[name][i]) for name in declared)
        held = tuple((n, v) for n, v in cells if v is not None and not isinstance(v, Odd))
        return (("id", self.theirs.ids[i]), *held) if self.theirs.keys[i] else held

    def _missing(self, found: set[str]) -> None:
        there = found | set(self.theirs.keys)
        gone = [key for key in dict.fromkeys(self.base.keys) if key and key not in there]
        for key in gone:
            self.reading.claims[Cell(self.sheet.key, key, REMOVED)] = Said(None, None)
        if len(gone) > MISSING_SHARE * len(set(self.base.keys) - {""}):
            self.reading.stop = self.reading.stop or "rows_missing"

    def _column(
        self, column: Column, base: Sequence[Canonical], pairs: list[tuple[int, int, str]], based: bool
    ) -> None:
        """Compare one column in bulk, and look only at the cells that differ."""
        theirs = self.theirs.columns[column.name]
        flags = bool in set(map(type, theirs)) or bool in set(map(type, base))
        if flags:
            changed = [(i, j, key) for i, j, key in pairs if not same(theirs[i], base[j])]
        else:
            changed = [(i, j, key) for i, j, key in pairs if theirs[i] != base[j]]
        allowed = self.permission.rows(self.sheet.key, column) if changed else frozenset()
        for i, j, key in changed:
            cell, mine = Cell(self.sheet.key, key, column.name), key in allowed
            if column.shared and not isinstance(theirs[i], Odd) and not isinstance(base[j], Odd):
                self._lines(column, cell, (base[j], theirs[i]), mine, based)
            else:
                # As a whole a shared cell is nobody's.
                self._cell(column, cell, base[j], theirs[i], mine and not column.shared, based)

    def _lines(
        self, column: Column, cell: Cell, pair: tuple[Canonical, Canonical], supports: bool, based: bool
    ) -> None:
        """Compare a shared cell department by department: only the department's own words are its own."""
        own = self.permission.department if supports else ""
        for name, old, new, mine in differences(as_words(pair[0]), as_words(pair[1]), own):
            self._cell(column, cell._replace(column=named(column.name, name)), old, new, mine, based)

    def _cell(
        self, column: Column, cell: Cell, base: Canonical, value: Canonical, allowed: bool, based: bool
    ) -> None:
        if column.kind is Kind.DATE and isinstance(value, str):
            value = self._dated(column, cell, value)
            if same(value, base):
                return
        known = base if based else UNKNOWN
        if isinstance(value, Odd):
            self.reading.park(value.kind, cell, known, value)
        elif not allowed:
            self.reading.park("trespass" if column.entered else "computed", cell, known, value)
        elif reason := unfit(column, value):
            self.reading.park(reason, cell, known, value)
        else:
            self.reading.claims[cell] = Said(known, value)

    def _dated(self, column: Column, cell: Cell, text: str) -> Canonical:
        """A date without year (10月8日) is the one nearest to a date of its row, and is told."""
        names = (column.name, *(c.name for c in self.sheet.columns if c.kind in (Kind.DATE, Kind.DEADLINE)))
        near = next((v for v in (self.base.value(cell.row, n) for n in names) if isinstance(v, date)), None)
        found = parse_date(text, near=near) if near else None
        if found is None:
            return text
        self.reading.tell("year_inferred", cell.sheet, cell.row, f"{text} → {found.isoformat()}")
        return found


def _shuffled(sheet: TableSheet, theirs: Rows, base: Rows, pairs: list[tuple[int, int, str]]) -> bool:
    """Whether contents moved from ID to ID, as they do when a sheet is sorted without its ID column.

    Either a row now has what the coordinator wrote for another ID (at least two cells differ from
    its own), or what departments write merely changed places among three rows or more.
    """
    given = [c.name for c in sheet.columns if c.entered and c.editor == "coordinator"]
    written = [c.name for c in sheet.columns if c.entered and c.editor != "coordinator"]
    return _another_rows(_contents(given, theirs, base, pairs)) or _swapped(
        _contents(written, theirs, base, pairs)
    )


_Contents = list[tuple[tuple[Canonical, ...], tuple[Canonical, ...]]]


def _contents(names: list[str], theirs: Rows, base: Rows, pairs: list[tuple[int, int, str]]) -> _Contents:
    """Their content and the base's of each row, over the columns that both have."""
    both = [n for n in names if n in theirs.columns and n in base.columns and n != "id"]
    ours = list(zip(*(base.columns[n] for n in both), strict=True))
    yours = list(zip(*(theirs.columns[n] for n in both), strict=True))
    return [(yours[i], ours[j]) for i, j, _ in pairs] if both else []


def _another_rows(contents: _Contents) -> bool:
    sent = Counter(ours for _, ours in contents)
    moved = ((yours, ours) for yours, ours in contents if yours != ours and sent.get(yours) == 1)
    filled = ((yours, ours) for yours, ours in moved if any(value is not None for value in yours))
    return any(sum(a != b for a, b in zip(yours, ours, strict=True)) >= 2 for yours, ours in filled)


def _swapped(contents: _Contents) -> bool:
    changed = [(yours, ours) for yours, ours in contents if yours != ours]
    now, sent = Counter(yours for yours, _ in changed), Counter(ours for _, ours in changed)
    return now == sent and len(now) >= _FEWEST_SHUFFLED


def parked_as(kind: str, reading: Reading, *, but: Mapping[Cell, Said] | None = None) -> list[Conflict]:
    """Everything that a reading says as items of one kind, except what `but` says as well."""
    items = [
        Conflict(kind, reading.reply.who, cell, said.base, None, said.value)
        for cell, said in reading.claims.items()
        if but is None or cell not in but or not _alike(but[cell].value, said.value)
    ]
    items += [Conflict(kind, item.who, item.cell, item.base, None, item.theirs) for item in reading.parked]
    return items


def _alike(one: Value, other: Value) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)
