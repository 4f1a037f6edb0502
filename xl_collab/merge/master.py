"""The master's cells now, row by row as they are followed, and what a run writes into them.

Nothing is written into a file here: the cells that differ in the end become edits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from xl_collab.merge.following import Followed, Says, follow, says
from xl_collab.merge.permission import Permission
from xl_collab.merge.result import Added, Cell, Change, Record
from xl_collab.merge.snapshot import Rows, Snapshot, identities
from xl_collab.merge.values import Canonical, Odd, as_words, same
from xl_collab.project.timing.deadlines import parse_date
from xl_collab.schema.declaration import Declaration, TableSheet
from xl_collab.schema.keys import (
    NOBODY,
    bracketed,
    column_of,
    contribution,
    contributions,
    department_of,
    normalise_key,
    replaced,
    unbracketed,
)


@dataclass
class Master:
    """A snapshot in which rows have names that stay (see `following.py`).

    at        sheet → row → position in the snapshot
    doubtful  rows of which the table has several that could be it
    written   cell → its new value; `added`: rows to append
    """

    snapshot: Snapshot
    at: dict[str, dict[str, int]] = field(default_factory=dict)
    doubtful: set[tuple[str, str]] = field(default_factory=set)
    written: dict[Cell, Canonical] = field(default_factory=dict)
    added: dict[tuple[str, str], Added] = field(default_factory=dict)

    def has(self, cell: Cell) -> bool:
        """Whether the cell is there."""
        if self.added and (cell.sheet, cell.row) in self.added:
            return True
        columns = self.snapshot.rows(cell.sheet).columns
        return cell.row in self.at.get(cell.sheet, {}) and column_of(cell.column) in columns

    def has_row(self, cell: Cell) -> bool:
        """Whether the cell's row is there."""
        return cell.row in self.at.get(cell.sheet, {}) or (cell.sheet, cell.row) in self.added

    def value(self, cell: Cell) -> Canonical:
        """One cell, or what one department says in it; None where there is none."""
        return self.written[cell] if cell in self.written else self.before(cell)

    def before(self, cell: Cell) -> Canonical:
        """The same, as it was before this run wrote anything."""
        whole = self._whole(cell)
        department = department_of(cell.column)
        if department is None or whole is None or isinstance(whole, Odd):
            return whole
        return contribution(as_words(whole), department)

    def _whole(self, cell: Cell) -> Canonical:
        column = column_of(cell.column)
        new = self.added.get((cell.sheet, cell.row)) if self.added else None
        if new is not None:
            return dict(new.record).get(column)
        position = self.at.get(cell.sheet, {}).get(cell.row)
        values = self.snapshot.rows(cell.sheet).columns.get(column)
        return None if position is None or values is None else values[position]

    def write(self, cell: Cell, value: Canonical) -> None:
        """Give a cell another value."""
        new = self.added.get((cell.sheet, cell.row)) if self.added else None
        if new is None:
            self.written[cell] = value
            return
        cells = dict(new.record)
        department = department_of(cell.column)
        if department is not None:
            value = replaced(as_words(cells.get(column_of(cell.column))), {department: as_words(value)})
        cells[column_of(cell.column)] = value
        record: Record = tuple((name, held) for name, held in cells.items() if held is not None)
        self.added[cell.sheet, cell.row] = Added(new.sheet, new.row, new.id, record, new.who)

    def append(self, row: Added) -> None:
        """Add a row."""
        self.added[row.sheet, row.row] = row

    def changed(self) -> dict[Cell, tuple[Canonical, Canonical]]:
        """Cells whose value is another one now: before and after."""
        cells = ((cell, self.before(cell), value) for cell, value in self.written.items())
        return {cell: (before, value) for cell, before, value in cells if not same(before, value)}

    def ids(self, sheet: str) -> tuple[str, ...]:
        """Every ID that is taken, as written."""
        return (
            *self.snapshot.rows(sheet).ids,
            *(row.id for row in self.added.values() if row.sheet == sheet),
        )

    def id_of(self, cell: Cell) -> str:
        """A row's ID as people write it today; '' for one that is not there."""
        new = self.added.get((cell.sheet, cell.row))
        if new is not None:
            return new.id
        position = self.at.get(cell.sheet, {}).get(cell.row)
        return "" if position is None else self.snapshot.rows(cell.sheet).ids[position]

    def place(self, cell: Cell) -> int:
        """The sheet row (from 1) of a cell's row."""
        return self.snapshot.rows(cell.sheet).places[self.at[cell.sheet][cell.row]]

    def some(self, sheet: str, row: str, names: Iterable[str]) -> dict[str, Canonical]:
        """Some cells of a row that was there before this run, with what was written."""
        position = self.at.get(sheet, {}).get(row)
        if position is None:
            return {}
        columns = self.snapshot.rows(sheet).columns
        cells = {name: columns[name][position] for name in names if name in columns}
        if not self.written:
            return cells
        return {name: self.written.get(Cell(sheet, row, name), value) for name, value in cells.items()}

    def record(self, sheet: str, row: str) -> dict[str, Canonical]:
        """All cells of such a row."""
        return self.some(sheet, row, self.snapshot.rows(sheet).columns)

    def found(self, sheet: str, says_: Mapping[str, Says], declaration: Declaration) -> Followed:
        """Where rows that are known by what they say stand in this master."""
        return follow(says_, self.said(sheet, declaration))

    def said(self, sheet: str, declaration: Declaration) -> list[Says]:
        """What each row of a sheet is known by now."""
        rows: Rows = self.snapshot.rows(sheet)
        return says(declaration.table(sheet), rows)


def look_at(
    snapshot: Snapshot, rows: Mapping[str, Mapping[str, Says]], declaration: Declaration
) -> tuple[Master, dict[str, dict[str, Says]]]:
    """The master with its rows followed, and what each row says from now on.

    rows  sheet → row → what it said when it was last seen. A row that is new gets its ID for a name, or,
          where that belongs to another row, the ID with a number behind.
    """
    master = Master(snapshot)
    views: dict[str, dict[str, Says]] = {}
    for sheet in snapshot.sheets:
        known, now = dict(rows.get(sheet, {})), master.said(sheet, declaration)
        followed = follow(known, now)
        at = dict(followed.at)
        for position in followed.new:
            if now[position].id:
                at[fresh_name(now[position].id, known | at)] = position
        master.at[sheet] = at
        master.doubtful |= {(sheet, row) for row in followed.doubtful}
        views[sheet] = known | {row: now[position] for row, position in at.items()}
    return master, views


def new_row(views: dict[str, Says], said: Says) -> str:
    """Give a row that is about to be appended its name; a row that is gone and said the same stays gone."""
    for row, known in views.items():
        if known == said:
            views[row] = Says("", "")
    name = fresh_name(said.id, views)
    views[name] = said
    return name


def fresh_name(key: str, known: Collection[str]) -> str:
    """A name for a new row that no other row has or had."""
    name, number = key, 1
    while name in known:
        number += 1
        name = f"{key}~{number}"
    return name


# What a reply changes in a cell that several departments share, department by department.


def differences(
    before: str, after: str, department: str, supports: bool
) -> Iterator[tuple[str, Canonical, Canonical, bool]]:
    """Whose words are different: department, its words before and after, and whether they are its own.

    department  which replies; the words are its own where it `supports` the row. Words that it typed in
                front of all lines without a name are meant as its words where there were none before:
                so they stand under its name, also when somebody takes them for a row that is not its.
    """
    old, new = contributions(before), contributions(bracketed(after, department) if supports else after)
    if department and NOBODY in new and NOBODY not in old:
        name = next((n for n in new if normalise_key(n) == normalise_key(department)), department)
        typed = unbracketed(new.pop(NOBODY), department)
        new[name] = "\n".join(filter(None, (new.get(name, ""), typed)))
    spelled = {normalise_key(name): name for name in (*new, *old)}
    said, now = ({normalise_key(name): words for name, words in side.items()} for side in (old, new))
    for key, name in spelled.items():
        if said.get(key) != now.get(key):
            mine = supports and key == normalise_key(department)
            yield department if mine else name, said.get(key), now.get(key), mine


def completed(rows: Rows, sent: Rows, sheet: TableSheet, permission: Permission) -> Rows:
    """The rows of a packet with shared cells as the tracker has them.

    In rows that the department supports, and in new ones, a packet's cell holds its own words alone; the
    others' are those that `sent` has.
    """
    columns = dict(rows.columns)
    for column in sheet.columns:
        if column.shared and column.name in columns:
            own = permission.rows(sheet.key, column)
            cells = list(columns[column.name])
            for i, known in enumerate(_followed(rows, sent, sheet)):
                if not isinstance(cells[i], Odd) and (known in own or not known):
                    cells[i] = among(cells[i], sent.value(known, column.name), permission.department)
            columns[column.name] = cells
    return Rows(rows.ids, columns, rows.places)


def signed(rows: Rows, sheet: TableSheet, department: str, day: date | None) -> Rows:
    """Rows of 每日同步 that a department typed: without a name they are its own, without a day of `day`.

    A day without year (11月14日) is the one near it.
    """
    given: dict[str, Canonical] = {"department": department or None, "date": day}
    columns = {name: list(rows.columns.get(name, [None] * len(rows.ids))) for name in given}
    typed = [name for name in rows.columns if name not in given]
    for i in range(len(rows.ids)):
        if any(rows.columns[name][i] is not None for name in typed):
            for name, value in given.items():
                columns[name][i] = value if columns[name][i] is None else columns[name][i]
        if isinstance(columns["date"][i], str):
            columns["date"][i] = parse_date(columns["date"][i], near=day) or columns["date"][i]
    both = {**rows.columns, **columns}
    return Rows(identities(sheet, both, len(rows.ids)), both, rows.places)


def _followed(rows: Rows, sent: Rows, sheet: TableSheet) -> list[str]:
    """The key in `sent` of each row, which keeps it under another ID; '' for a new row."""
    known = {key: said for key, said in zip(sent.keys, says(sheet, sent), strict=True) if key}
    typed = [sent.matching(key) or "" if key else "" for key in rows.plain]
    now = [said._replace(id=key or said.id) for said, key in zip(says(sheet, rows), typed, strict=True)]
    at = {place: key for key, place in follow(known, now).at.items()}
    taken = set(at.values())
    return [at.get(i) or (key if key not in taken else "") for i, key in enumerate(typed)]


def among(words: Canonical, sent: Canonical, department: str) -> Canonical:
    """A department's own words among those of the others."""
    own = unbracketed(as_words(words), department) or None
    others = "" if isinstance(sent, Odd) else as_words(sent)
    return sent if own == contribution(others, department) else replaced(others, {department: own})


def whole_cells(
    master: Master, changes: Iterable[Change], order: Callable[[Cell], Sequence[str]]
) -> dict[Cell, Canonical]:
    """What is written into each cell; what departments change in a shared one comes together in it.

    order  the departments of a row, so that the cell does not depend on who came first
    """
    cells: dict[Cell, Canonical] = {}
    said: dict[Cell, dict[str, str | None]] = defaultdict(dict)
    for change in changes:
        department = department_of(change.cell.column)
        if department is None:
            cells[change.cell] = change.new
        else:
            whole = change.cell._replace(column=column_of(change.cell.column))
            said[whole][department] = as_words(change.new) or None
    for cell, words in said.items():
        cells[cell] = replaced(as_words(master.before(cell)), words, order(cell))
    return cells
