"""What one reply says, seen against its own base: claims, new rows, and what is only told.

The result depends on nothing but the reply, its base and what its department may edit; the master is not
looked at. Nothing is dropped: what the department may not change, or a column cannot hold, is a claim
with its reason, and is asked. What becomes of a claim is decided in `policy.py`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from xl_collab.merge.following import Says, follow, says, says_column, similar
from xl_collab.merge.master import differences
from xl_collab.merge.permission import Permission
from xl_collab.merge.result import ADDED, Base, Cell, Notice, Progress, Record, ReturnedFile, Value
from xl_collab.merge.snapshot import MOST_TOLD, OTHERS, PAGE, Rows, changed_cells, changed_rows, unknown_rows
from xl_collab.merge.values import UNKNOWN, Canonical, Odd, as_words, same, unfit
from xl_collab.project.timing.deadlines import parse_date
from xl_collab.schema.declaration import Column, Declaration, Kind, TableSheet
from xl_collab.schema.keys import named, normalise_key
from xl_collab.schema.sheets import SHEETS

# Whether contents moved from row to row, as they do when only some columns of a sheet are sorted.


Pair = tuple[int, int, str]
"""Their position, the base's position, and the base's key of a row."""

_FEWEST_SHUFFLED = 3
_FEWEST_TORN = 2


def is_shuffled(sheet: TableSheet, theirs: Rows, base: Rows, pairs: list[Pair]) -> bool:
    """Whether a row now has what the coordinator wrote for another one (at least two cells differ from its
    own); or what departments write merely changed places among three rows or more; or words went to other
    IDs and left the rest of their rows behind, twice or more."""
    given = [c.name for c in sheet.columns if c.entered and c.editor == "coordinator"]
    written = [c.name for c in sheet.columns if c.entered and c.editor != "coordinator"]
    return (
        _another_rows(_contents(given, theirs, base, pairs))
        or _swapped(_contents(written, theirs, base, pairs))
        or _torn(sheet, theirs, base, pairs) >= _FEWEST_TORN
    )


def _torn(sheet: TableSheet, theirs: Rows, base: Rows, pairs: list[Pair]) -> int:
    """How many rows have the words of one row that was sent, and cells of the one that has their ID."""
    rest = [c for c in sheet.columns if c.entered and c.name not in ("id", says_column(sheet))]
    both = [c for c in rest if c.name in theirs.columns and c.name in base.columns]
    given = [c.name for c in both if c.editor == "coordinator"]
    written = [c.name for c in both if c.editor != "coordinator"]
    torn = 0
    for i, j, _ in pairs:
        k = base.index.get(theirs.keys[i], j)
        if k != j:
            came, stayed = _moved(given, theirs, base, (i, j, k))
            came_too, stayed_too = _moved(written, theirs, base, (i, j, k))
            torn += stayed > came or (not came_too and stayed + stayed_too >= _FEWEST_TORN)
    return torn


def _moved(names: Sequence[str], theirs: Rows, base: Rows, at: tuple[int, int, int]) -> tuple[int, int]:
    """Of the cells by which two rows that were sent can be told apart: how many of a row came along with its
    words, and how many stayed with its ID. What was edited is neither."""
    i, j, k = at
    came = stayed = 0
    for name in names:
        now, words, number = theirs.columns[name][i], base.columns[name][j], base.columns[name][k]
        if not same(words, number):
            came += same(now, words)
            stayed += same(now, number)
    return came, stayed


_Contents = list[tuple[tuple[Canonical, ...], tuple[Canonical, ...]]]


def _contents(names: list[str], theirs: Rows, base: Rows, pairs: list[Pair]) -> _Contents:
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


MISSING_SHARE = 0.2
"""A reply in which more than this share of a sheet's rows is missing stops: somebody cut it down."""

_FEWEST_MISSING = 2
_TRACKER, _SYNC = "tracker", "sync"
PROGRESS = ("status", "percent", "actual")
"""Columns of the tracker that can contradict one another."""
_SHOWN = 40
_TOTALS = frozenset(("合计", "总计", "小计", "total", "subtotal", "sum"))


@dataclass(frozen=True, slots=True)
class Said:
    """One cell's base and what the reply says. `kind`: why it cannot simply be applied; '' when it can."""

    cell: Cell
    base: Canonical
    value: Value
    kind: str = ""


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row that was not sent: the line of the sheet where it stands, the ID typed there, its cells.

    words  what it says it is about, as rows are compared
    """

    sheet: str
    line: int
    id: str
    words: str
    record: Record

    @property
    def place(self) -> tuple[str, int]:
        """Sheet and line."""
        return self.sheet, self.line


@dataclass
class ReplyReading:
    """What a reply says, and why it stops as a whole (or '').

    missing  sheet and row of those that were sent and did not come back
    progress what it says of PROGRESS
    """

    reply: ReturnedFile
    base: Base
    said: list[Said] = field(default_factory=list)
    new: list[NewRow] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)
    progress: Progress = field(default_factory=Progress)
    notices: list[Notice] = field(default_factory=list)
    stop: str = ""

    def say(self, cell: Cell, base: Canonical, value: Value, kind: str = "") -> None:
        """Add what the reply says of a cell; `cell.row` is a key of the base."""
        row = self.base.row_of(cell.sheet, cell.row)
        at = cell if row == cell.row else cell._replace(row=row)
        self.said.append(Said(at, base, value, kind))

    def tell(self, kind: str, cell: Cell, value: Value = None, text: str = "") -> None:
        """Add a notice; `cell.row` is a key of the base."""
        row = self.base.row_of(cell.sheet, cell.row)
        self.notices.append(Notice(kind, self.reply.who, cell._replace(row=row), value, text))


def read_reply(
    reply: ReturnedFile,
    base: Base,
    permission: Permission,
    *,
    lost: bool = False,
    declaration: Declaration = SHEETS,
) -> ReplyReading:
    """Compare a reply with its base.

    lost  what was sent is unknown, and `base` is the master as it is now: then everything that differs
          counts as changed from a base that nobody knows, and no row counts as missing
    """
    reading = ReplyReading(reply, base, stop=reply.held and "held")
    known = base.snapshot
    for key, theirs in reply.sheets.items():
        if key == OTHERS or key.startswith(PAGE):
            _read_only(reading, key, known.rows(key), theirs, declaration)
        elif key in known.sheets:
            SheetReading(reading, declaration.table(key), theirs, known.rows(key), permission, lost).read()
        elif theirs.ids:
            reading.tell("sheet_not_sent", Cell(key, "", ""))
    for odd in reply.anomalies:
        reading.tell(odd.kind, Cell(odd.sheet, odd.row, odd.column), odd.text)
    for name in reply.unknown_columns:
        reading.tell("unknown_column", Cell(_TRACKER, "", ""), text=name)
    return reading


def _read_only(reading: ReplyReading, key: str, sent: Rows, theirs: Rows, declaration: Declaration) -> None:
    """What somebody typed on a page that is only for reading."""
    if key != OTHERS:
        found = list(changed_cells(sent, theirs))
        page = key.removeprefix(PAGE)
        for address, before, after in found[:MOST_TOLD]:
            what = f"{page}!{address}：{_short(before)} → {_short(after)}"
            reading.tell("page_changed", Cell(key, "", ""), text=what)
        if len(found) > MOST_TOLD:
            reading.tell("page_changed_more", Cell(key, "", ""), len(found) - MOST_TOLD, page)
        return
    tracker = declaration.table(_TRACKER)
    for row, column, old, new in changed_rows(tracker, sent, theirs):
        cell = Cell(_TRACKER, row, column.name)
        if column.entered:
            reading.say(cell, old, new, new.kind if isinstance(new, Odd) else "trespass")
        else:
            reading.tell("computed", cell, new)
    gone = [name for name in sent.ids if name not in theirs.ids]
    if gone:
        shown = "、".join(gone[:MOST_TOLD]) + ("…" if len(gone) > MOST_TOLD else "")
        reading.tell("page_rows_gone", Cell(_TRACKER, "", ""), text=shown)
    for i in unknown_rows(sent, theirs):
        cells = tuple((n, v) for n, v in theirs.record(i).items() if not isinstance(v, Odd))
        row = f"{OTHERS}:{_line(theirs, i)}"
        reading.say(Cell(_TRACKER, row, ADDED), None, (("id", theirs.ids[i]), *cells), "trespass")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line if len(line) <= _SHOWN else line[:_SHOWN] + '…'}”" if line else "∅"


def _line(rows: Rows, i: int) -> int:
    """Where a row stands in its sheet; its position, where nobody says."""
    return rows.places[i] if rows.places else i + 1


@dataclass
class SheetReading:
    """One sheet of a reply beside its base."""

    reading: ReplyReading
    sheet: TableSheet
    theirs: Rows
    base: Rows
    permission: Permission
    lost: bool
    _level: bool = False
    """Whether every row stands where it stood."""

    def read(self) -> None:
        """Read the sheet."""
        pairs = self._pairs()
        self._level = [i for i, _, _ in pairs] == [j for _, j, _ in pairs] == list(range(len(self.base.ids)))
        if not self.lost and is_shuffled(self.sheet, self.theirs, self.base, pairs):
            self.reading.stop = self.reading.stop or "shuffled"
        for name, values in self.base.columns.items():
            column = self.sheet.column(name)
            if name in self.theirs.columns:
                self.column(column, values, pairs)
            elif column.entered:
                self.reading.tell("missing_column", Cell(self.sheet.key, "", name))
        if self.sheet.key == _TRACKER:
            self._progress(pairs)

    def _progress(self, pairs: Iterable[Pair]) -> None:
        columns = {name: self.theirs.columns[name] for name in PROGRESS if name in self.theirs.columns}
        names = self.reading.base.rows.get(_TRACKER, {})
        self.reading.progress = Progress(columns, {names.get(key, key): i for i, _, key in pairs})

    def _pairs(self) -> list[Pair]:
        """Rows that are in both, followed as a table; the rest is new or missing."""
        theirs, base = self._says(), dict(zip(self.base.keys, says(self.sheet, self.base), strict=True))
        base.pop("", None)
        left, doubled = self._once(theirs)
        found = follow(base, [theirs[i] for i in left])
        pairs = [(left[at], self.base.index[key], key) for key, at in found.at.items()]
        self._renamed(pairs)
        taken = {key for _, _, key in pairs}
        fresh = [left[at] for at in (*found.new, *self._unclear(found.doubtful, base, left, theirs))]
        for i in sorted((*fresh, *doubled)):
            self._unknown(i, base, taken, "duplicate_id" if i in doubled else "")
        claimed = taken | {key for i in doubled for key in base if base[key].id == theirs[i].id}
        self._missing([key for key in base if key not in claimed])
        return sorted(pairs)

    def _says(self) -> list[Says]:
        """What their rows are known by; a number typed for an ID with leading zeros means that ID."""
        found, ids = list(says(self.sheet, self.theirs)), self.base.index
        for i, said in enumerate(found):
            known = None if said.id in ids or not said.id else self.base.matching(said.id)
            if known is not None:
                cell = Cell(self.sheet.key, known, "id")
                self.reading.tell("id_matched", cell, text=self.theirs.ids[i])
                found[i] = said._replace(id=known)
        return found

    def _once(self, theirs: Sequence[Says]) -> tuple[list[int], set[int]]:
        """Positions without copies of the same row; and those of one ID and words that do not agree."""
        if len(set(theirs)) == len(theirs):
            return self._all_filled(), set()
        groups: defaultdict[Says, list[int]] = defaultdict(list)
        for i, said in enumerate(theirs):
            groups[said].append(i)
        sent = Counter(says(self.sheet, self.base))
        dropped: set[int] = set()
        doubled: set[int] = set()
        for said, places in groups.items():
            if len(places) <= max(1, sent[said]) or not any(said):
                continue
            if len({self._content(i) for i in places}) == 1:
                self._collapsed(said, places)
                dropped.update(places[1:])
            elif said.id:
                doubled.update(places)
        return [i for i in self._all_filled() if i not in dropped and i not in doubled], doubled

    def _collapsed(self, said: Says, places: Sequence[int]) -> None:
        cell = Cell(self.sheet.key, said.id, "")
        if said.id:
            self.reading.tell("duplicate_collapsed", cell, len(places))
        else:
            words = as_words(self.theirs.columns[says_column(self.sheet)][places[0]])
            self.reading.tell("new_row_collapsed", cell, len(places), words)

    def _unclear(
        self, doubtful: Iterable[str], base: Mapping[str, Says], left: Sequence[int], theirs: Sequence[Says]
    ) -> list[int]:
        """Positions (in `left`) of rows that several rows of the base could be."""
        said = {base[key] for key in doubtful}
        return [at for at, i in enumerate(left) if theirs[i] in said]

    def _renamed(self, pairs: Iterable[Pair]) -> None:
        """Tell where somebody typed another ID for a row; the row is followed all the same."""
        for i, j, key in pairs if self.sheet.numbered else ():
            theirs, sent = self.theirs.plain[i], self.base.plain[j]
            if theirs != sent and self.base.matching(theirs) != sent:
                self.reading.tell("id_changed", Cell(self.sheet.key, key, "id"), self.theirs.ids[i] or None)

    def _unknown(self, i: int, base: Mapping[str, Says], taken: set[str], kind: str) -> None:
        """A row that is none of those that were sent: new, or asked where it uses the ID of another."""
        record, words = self._record(i), says(self.sheet, self.theirs)[i].words
        plain = self.theirs.plain[i]
        bare = not plain or not self.sheet.numbered
        if words in _TOTALS or (bare and not words and len(record) < 2):
            said = "；".join(as_words(value) for _, value in record)
            self.reading.tell("stray_row", Cell(self.sheet.key, "", ""), _line(self.theirs, i), said)
            return
        self._oddities(i)
        rival = next((k for k in base if base[k].id == plain and plain), "")
        if rival and rival not in taken and not kind:
            kind = "other_row"
        elif rival and not kind and similar(base[rival].words, words) and words:
            kind = "duplicate_id"
        elif self.lost or self.sheet.key not in self.permission.new_rows or self._is_others(record):
            kind = kind or ("no_base" if self.lost else "trespass")
        if kind:
            self.reading.say(Cell(self.sheet.key, f"line:{_line(self.theirs, i)}", ADDED), None, record, kind)
        else:
            line = _line(self.theirs, i)
            self.reading.new.append(NewRow(self.sheet.key, line, self.theirs.ids[i], words, record))

    def _is_others(self, record: Record) -> bool:
        """Whether a row of 每日同步 stands under the name of another department."""
        name = as_words(dict(record).get("department")) if self.sheet.key == _SYNC else ""
        return bool(name) and normalise_key(name) != normalise_key(self.permission.department)

    def _oddities(self, i: int) -> None:
        """Tell of the cells of a new row that hold no data."""
        for name, value in self.theirs.record(i).items():
            if isinstance(value, Odd) and self.sheet.column(name).entered:
                cell = Cell(self.sheet.key, "", name)
                self.reading.tell("odd_in_new_row", cell, value, str(_line(self.theirs, i)))

    def _all_filled(self) -> list[int]:
        """Positions of rows that hold anything."""
        ids = enumerate(self.theirs.plain)
        return [i for i, plain in ids if plain or self._record(i) or self._has_oddity(i)]

    def _has_oddity(self, i: int) -> bool:
        record = self.theirs.record(i).items()
        return any(isinstance(value, Odd) and self.sheet.column(name).entered for name, value in record)

    def _content(self, i: int) -> tuple[tuple[Canonical, bool], ...]:
        """All entered cells of one of their rows, oddities too; True is not 1."""
        names = (c.name for c in self.sheet.columns if c.entered and c.name in self.theirs.columns)
        cells = (self.theirs.columns[name][i] for name in names)
        return tuple((cell, isinstance(cell, bool)) for cell in cells)

    def _record(self, i: int) -> Record:
        """The filled entered cells of one of their rows, led by its ID if it has one."""
        declared = [c.name for c in self.sheet.columns if c.entered and c.name in self.theirs.columns]
        cells = ((name, self.theirs.columns[name][i]) for name in declared)
        held = tuple((n, v) for n, v in cells if v is not None and not isinstance(v, Odd))
        return (("id", self.theirs.ids[i]), *held) if self.theirs.plain[i] and self.sheet.numbered else held

    def _missing(self, gone: Sequence[str]) -> None:
        if self.lost:
            return
        for key in gone:
            self.reading.missing.append((self.sheet.key, self.reading.base.row_of(self.sheet.key, key)))
            self.reading.tell("row_missing", Cell(self.sheet.key, key, ""))
        cut = len(gone) >= _FEWEST_MISSING and len(gone) > MISSING_SHARE * len(self.base.index)
        if cut and self.sheet.numbered:  # old days of 每日同步 are cleared away
            self.reading.stop = self.reading.stop or "rows_missing"

    def column(self, column: Column, base: Sequence[Canonical], pairs: list[Pair]) -> None:
        """Compare one column in bulk, and look only at the cells that differ."""
        theirs = self.theirs.columns[column.name]
        flags = bool in set(map(type, theirs)) or bool in set(map(type, base))
        if flags:
            changed = [(i, j, key) for i, j, key in pairs if not same(theirs[i], base[j])]
        elif self._level and theirs == base:
            changed = []
        else:
            changed = [(i, j, key) for i, j, key in pairs if theirs[i] != base[j]]
        allowed = self.permission.rows(self.sheet.key, column) if changed else frozenset()
        for i, j, key in changed:
            cell, mine = Cell(self.sheet.key, key, column.name), self.base.plain[j] in allowed
            if column.shared and not isinstance(theirs[i], Odd) and not isinstance(base[j], Odd):
                self._lines(column, cell, (base[j], theirs[i]), mine)
            else:
                # As a whole a shared cell is nobody's.
                self._cell(column, cell, base[j], theirs[i], mine and not column.shared)

    def _lines(self, column: Column, cell: Cell, pair: tuple[Canonical, Canonical], supports: bool) -> None:
        """Compare a shared cell department by department: only the department's own words are its own."""
        before, after = map(as_words, pair)
        for name, old, new, mine in differences(before, after, self.permission.department, supports):
            self._cell(column, cell._replace(column=named(column.name, name)), old, new, mine)

    def _cell(self, column: Column, cell: Cell, base: Canonical, value: Canonical, allowed: bool) -> None:
        if column.kind is Kind.DATE and isinstance(value, str):
            value = self._dated(column, cell, value)
            if same(value, base):
                return
        known = UNKNOWN if self.lost else base
        if not column.entered:
            self.reading.tell("computed", cell, value)
        elif isinstance(value, Odd):
            self.reading.say(cell, known, value, value.kind)
        elif not allowed:
            self.reading.say(cell, known, value, "trespass")
        elif self.lost:
            self.reading.say(cell, known, value, unfit(column, value) or "no_base")
        else:
            self.reading.say(cell, known, value, unfit(column, value))

    def _dated(self, column: Column, cell: Cell, text: str) -> Canonical:
        """A date without year (10月8日) is the one nearest to a date of its row, and is told."""
        names = (column.name, *(c.name for c in self.sheet.columns if c.kind in (Kind.DATE, Kind.DEADLINE)))
        near = next((v for v in (self.base.value(cell.row, n) for n in names) if isinstance(v, date)), None)
        found = parse_date(text, near=near) if near else None
        if found is None:
            return text
        self.reading.tell("year_inferred", cell, text=f"{text} → {found.isoformat()}")
        return found
