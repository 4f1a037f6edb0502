"""What a page notes of itself while it is drawn, and what people typed into the draft before it.

Every cell has a logical place: section, row, column. What was typed there stands in the new draft too,
wherever the place now is; texts whose place is gone are left over for the foot of the page. What may
not enter: XlsxWriter, looks.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from xl_collab.a1 import column_letters
from xl_collab.project.drafts import KEPT, RowNotes, Typed
from xl_collab.project.sentences import brief

DEPARTMENT = "d:"
"""Begins the name of a department's own column."""

_TEXT = "text"
_LONGEST = 80
_KINDS = (
    "decision:",
    "row:",
    "group:",
    "option:",
    "say:",
    "note:",
    "fill:",
    "label:",
    "pair:",
    "band:",
    "sign:",
    "signed:",
)
"""Beginnings of keys that tell rows apart and say nothing to people."""


class Memory:
    """The notes of the rows drawn so far, and the typed texts that have not found their place yet."""

    def __init__(self, typed: Sequence[Typed]) -> None:
        self.rows: dict[int, RowNotes] = {}
        self.rightmost = 0
        self._typed = {one.key: one.value for one in typed}
        self._section = ""
        self._uses: Counter[str] = Counter()
        self._used: set[str] = set()
        self._covered: set[tuple[int, int]] = set()

    # where things stand

    def section(self, name: str) -> None:
        """Rows from here on belong to this section."""
        self._section = name.replace("/", "／")

    def part(self, name: str) -> None:
        """Rows from here on belong to this part of the section."""
        self._section = f"{self._section.partition('›')[0]}›{name.replace('/', '／')}"

    def key(self, row: int, key: str) -> None:
        """What a row is; the second one of a key is told apart by its number."""
        self.rows[row] = RowNotes(self._unique(f"{self._section}/{_bare(key)}"))

    def kept(self, row: int, origin: str) -> None:
        """A row of the foot, for a text from `origin`."""
        self.rows[row] = RowNotes(f"{KEPT}/{origin}")

    def notes(self, row: int) -> RowNotes:
        """The notes of a row; one that nobody gave a key is counted within its section."""
        if row not in self.rows:
            self.key(row, "line")
        return self.rows[row]

    def _unique(self, key: str) -> str:
        candidate = key
        while candidate in self._used:
            self._uses[key] += 1
            candidate = f"{key}#{self._uses[key] + 1}"
        self._used.add(candidate)
        return candidate

    # cells

    def stands(self, row: int, column: int, to: int, name: str, value: object) -> object:
        """Note a generated cell; what is to stand there, which is what somebody typed if they did."""
        notes, name = self.notes(row), _bare(name)
        if name.startswith("/"):
            name = self._unique(f"{self._section}{name}").removeprefix(self._section)
        notes.note(column + 1, name, value)
        self.cover(row, column, to)
        return self._typed.pop(notes.place(column + 1), value)

    def cover(self, row: int, column: int, to: int = 0) -> None:
        """These columns of a row are taken."""
        last = max(column, to)
        self.rightmost = max(self.rightmost, last)
        if last == column:
            self._covered.add((row, column))
        else:
            self._covered.update((row, n) for n in range(column, last + 1))

    # what is left over

    def free(self) -> Iterator[tuple[int, int, object]]:
        """Texts typed into empty cells of rows that are there again, with the row and column for them."""
        rows = {notes.key: row for row, notes in self.rows.items()}
        found = []
        for key in self._typed:
            row_key, _, name = key.rpartition("|")
            if row_key in rows and name[:1] == "@" and name[1:].isdecimal():
                row, column = rows[row_key], int(name[1:]) - 1
                if (row, column) not in self._covered and column <= self.rightmost:
                    found.append((row, column, key))
        for row, column, key in sorted(found):
            yield row, column, self._typed.pop(key)

    def left_over(self) -> list[str]:
        """Keys of texts without a place, those at the foot of the earlier draft first.

        A cell that somebody emptied needs none. From now on each is a text of the foot.
        """
        known = [key for key in self._typed if key.startswith(f"{KEPT}/")]
        new = [key for key in self._typed if not key.startswith(f"{KEPT}/")]
        found = []
        for key in (*known, *new):
            value = self._typed.pop(key)
            origin = key.removeprefix(f"{KEPT}/").rpartition("|")[0] if key in known else key
            if value is None or not str(value).strip():
                continue
            unique = self._unique(origin)
            self._typed[f"{KEPT}/{unique}|{_TEXT}"] = value
            found.append(unique)
        return found


def _bare(name: str) -> str:
    """A name without the mark between row and column; a long one as its beginning and a digest."""
    name = name.replace("|", "¦")
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST // 2]}…{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def where(key: str, shown: Mapping[str, str]) -> str:
    """A logical place in words; `shown` has headings in the language of the page."""
    place, _, name = key.rpartition("|") if "|" in key else ("", "", "")
    section, _, row = (place or key).partition("/")
    row_words = " ".join(shown.get(piece, piece) for piece in _plain(row).split(":") if piece)
    pieces = [*section.split("›"), row_words, _column(name)]
    return " · ".join(brief(shown.get(piece, piece)) for piece in pieces if piece)


def _plain(row: str) -> str:
    if row == "line":
        return ""
    return next((row.removeprefix(kind) for kind in _KINDS if row.startswith(kind)), row)


def _column(name: str) -> str:
    name = name.partition("#")[0]
    if name == _TEXT:
        return ""
    name = name.removeprefix(DEPARTMENT)
    return column_letters(int(name[1:])) if name[:1] == "@" and name[1:].isdecimal() else name
