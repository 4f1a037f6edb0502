"""Pages of a packet that are only for reading: what somebody typed on them all the same.

Nothing of it is taken, and nothing of it is passed over. Rows of other departments are compared by ID and
set aside like any cell that is not theirs; other pages cell by cell, which is told.
"""

from __future__ import annotations

from collections.abc import Iterator

from xl_collab.merge.snapshot import Rows
from xl_collab.merge.values import Canonical, Odd, as_words, same
from xl_collab.schema.declaration import Column, TableSheet

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
