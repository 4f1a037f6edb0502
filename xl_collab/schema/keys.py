"""Keys: how two spellings of one ID or one department are recognised as the same.

People type in full width, paste zero-width characters and mix cases. This room holds the one rule by
which texts are compared, and the map from a tidied text back to the words that were really written.
Nothing about particular sheets, departments or notes may enter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from xl_collab.schema.one_cell import NotRead, guarded

_INVISIBLE = "\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
_INVISIBLE_RE = re.compile(f"[{_INVISIBLE}]")
# Full-width ASCII and the ideographic space shrink one to one, so positions stay what they were.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_NEEDS_FOLDING = re.compile("[^\\x00-\\x7f\u3001-\u3003\u3008-\u3011\u2013\u2014\u2018-\u201d\u4e00-\u9fff]")
# Sorting combining marks is quadratic in the length of one run: longer runs are folded in pieces.
_MARKS_AT_ONCE = 16

_NOTHING = frozenset({"无", "没有", "-", "--", "—", "/", "none", "n/a", "na", "nil"})
_ID_SEPARATORS = re.compile(
    r"[\s、,;/|&+。]+|(?<=[0-9a-z])(?:和|与|及|以及)(?=[0-9a-z])|(?:^|(?<=\s))and(?=\s)"
)


@dataclass(frozen=True)
class Folded:
    """A text in one width and form, and where each of its characters stood in the original."""

    text: str
    original: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Positions in the original of text[start:end]; an empty piece has an empty place."""
        if self.starts is None or self.ends is None:
            return start, end
        if start >= end:
            place = self.starts[start] if start < len(self.starts) else len(self.original)
            return place, place
        return self.starts[start], self.ends[end - 1]

    def words(self, start: int, end: int) -> str:
        """The original words of text[start:end]."""
        first, last = self.span(start, end)
        return self.original[first:last]


def fold(text: str) -> Folded:
    """NFKC without zero-width characters, letter case kept, with the way back to the original."""
    narrow = text.translate(_NARROW)
    if not _NEEDS_FOLDING.search(narrow):
        return Folded(narrow, text)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        piece = _INVISIBLE_RE.sub("", unicodedata.normalize("NFKC", text[start:end]))
        pieces.append(piece)
        starts.extend([start] * len(piece))
        ends.extend([end] * len(piece))
    return Folded("".join(pieces), text, tuple(starts), tuple(ends))


def normalise_key(text: str) -> str:
    """The form in which IDs and department names are compared: NFKC, no zero-width, stripped, casefolded."""
    if text.isascii() or not _NEEDS_FOLDING.search(text):
        return text.strip().lower()
    key = fold(fold(text).text.casefold()).text.strip()
    return key.casefold()


def _not_read(_: str) -> tuple[str, ...]:
    return NotRead()


@guarded(_not_read)
def parse_ids(text: str) -> tuple[str, ...]:
    """Read a list of predecessors (前置) as keys, in order, each once.

    The results are `normalise_key` forms ("T001、ｔ００２" gives "t001", "t002"): compare them with the
    keys of the IDs. 无, - and "none" mean no predecessor. NotRead where reading failed.
    """
    key = normalise_key(text)
    if key in _NOTHING:
        return ()
    return tuple(dict.fromkeys(piece for piece in _ID_SEPARATORS.split(key) if piece))


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for place in range(1, len(text) + 1):
        joined = place < len(text) and unicodedata.combining(text[place])
        if not joined or place - start >= _MARKS_AT_ONCE:
            yield start, place
            start = place
