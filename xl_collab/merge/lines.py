"""What a reply changes in a cell that several departments share, department by department.

A packet shows a supporter only its own words; `completed` puts them back among those of the others, so
that everything after it sees the cell as the tracker has it. Who may change what is in `permission.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from xl_collab.merge.following import follow, says
from xl_collab.merge.master import Master
from xl_collab.merge.permission import Permission
from xl_collab.merge.result import Cell, Change
from xl_collab.merge.snapshot import Rows
from xl_collab.merge.values import Canonical, Odd, as_words
from xl_collab.schema.contributions import (
    NOBODY,
    bracketed,
    column_of,
    contribution,
    contributions,
    department_of,
    named,
    replaced,
    unbracketed,
)
from xl_collab.schema.declaration import Column, TableSheet
from xl_collab.schema.keys import normalise_key


def differences(before: str, after: str, own: str) -> Iterator[tuple[str, Canonical, Canonical, bool]]:
    """Whose words are different: department, its words before and after, and whether they are its own.

    own  the department that replies, if it supports the row, else ''. Words that it typed in front of
         all lines without a name are its own where there were none before.
    """
    old, new = contributions(before), contributions(bracketed(after, own) if own else after)
    if own and NOBODY in new and NOBODY not in old:
        name = next((n for n in new if normalise_key(n) == normalise_key(own)), own)
        typed = unbracketed(new.pop(NOBODY), own)
        new[name] = "\n".join(filter(None, (new.get(name, ""), typed)))
    spelled = {normalise_key(name): name for name in (*new, *old)}
    said, now = ({normalise_key(name): words for name, words in side.items()} for side in (old, new))
    for key, name in spelled.items():
        if said.get(key) != now.get(key):
            mine = bool(own) and key == normalise_key(own)
            yield own if mine else name, said.get(key), now.get(key), mine


def parts_of(column: Column, value: Canonical) -> Iterator[tuple[str, Canonical]]:
    """A cell as the merge compares it: by name, a shared one department by department."""
    if column.shared and not isinstance(value, Odd):
        said = contributions(as_words(value))
        yield from ((named(column.name, name), words) for name, words in said.items())
    else:
        yield column.name, value


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
                    cells[i] = _among(cells[i], sent.value(known, column.name), permission.department)
            columns[column.name] = cells
    return Rows(rows.ids, columns, rows.places)


def _followed(rows: Rows, sent: Rows, sheet: TableSheet) -> list[str]:
    """The key in `sent` of each row, which keeps it under another ID; '' for a new row."""
    known = {key: said for key, said in zip(sent.keys, says(sheet, sent), strict=True) if key}
    typed = [sent.matching(key) or "" if key else "" for key in rows.plain]
    now = [said._replace(id=key or said.id) for said, key in zip(says(sheet, rows), typed, strict=True)]
    at = {place: key for key, place in follow(known, now).at.items()}
    taken = set(at.values())
    return [at.get(i) or (key if key not in taken else "") for i, key in enumerate(typed)]


def _among(words: Canonical, sent: Canonical, department: str) -> Canonical:
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
