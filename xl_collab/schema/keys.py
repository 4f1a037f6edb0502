"""How two spellings of one ID or department are recognised as the same, and cells of several writers."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from xl_collab.log import log
from xl_collab.patterns import lazy

# One cell never ends a command: an error that nobody foresaw becomes a result that says so.


_SHOWN = 200
"""Characters of the cell that stand in the log."""

P = ParamSpec("P")
R = TypeVar("R")


class NotRead(tuple[Any, ...]):
    """What was found in a cell whose reading failed: nothing, but not because nothing is there."""

    __slots__ = ()


def failed(found: tuple[Any, ...]) -> bool:
    """Whether a reader that finds several things failed, rather than found none."""
    return isinstance(found, NotRead)


def guarded(instead: Callable[[Any], Any]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A reader that never raises: where it would, `instead` makes the result, from the cell's content.

    The content is the reader's first argument. Memory that has run out is no matter of one cell and is
    not held back.
    """

    def guard(read: Callable[P, R]) -> Callable[P, R]:
        @wraps(read)
        def reading(*args: P.args, **options: P.kwargs) -> R:
            try:
                return read(*args, **options)
            except MemoryError:
                raise
            except Exception:
                content = next(iter((*args, *options.values())), None)
                _note(read.__qualname__, content)
                instead_of_it: R = instead(content)
                return instead_of_it

        return reading

    return guard


def _note(reader: str, content: object) -> None:
    with suppress(Exception):  # a log that cannot be written is no reason to stop either
        log().exception("%s could not read %.*r", reader, _SHOWN, content)


_INVISIBLE = "\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
_INVISIBLE_RE = lazy(f"[{_INVISIBLE}]")
# Full-width ASCII and the ideographic space shrink one to one, so positions stay what they were.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_NEEDS_FOLDING = lazy("[^\\x00-\\x7f\u3001-\u3003\u3008-\u3011\u2013\u2014\u2018-\u201d\u4e00-\u9fff]")
# Sorting combining marks is quadratic in the length of one run: longer runs are folded in pieces.
_MARKS_AT_ONCE = 16

NOTHING = frozenset({"", "无", "没有", "-", "--", "—", "/", "none", "n/a", "na", "nil"})
"""Cells, normalised, that say that there is none."""

_ID_SEPARATORS = lazy(r"[\s、,;/|&+。]+|(?<=[0-9a-z])(?:和|与|及|以及)(?=[0-9a-z])|(?:^|(?<=\s))and(?=\s)")


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


def folds(text: str) -> bool:
    """Whether `normalise_key` does more to a text than to strip it and take small letters."""
    return not text.isascii() and _NEEDS_FOLDING.search(text) is not None


def normalise_key(text: str) -> str:
    """The form in which IDs and department names are compared: NFKC, no zero-width, stripped, casefolded."""
    if not folds(text):
        return text.strip().lower()
    narrow = text.translate(_NARROW)
    if not _NEEDS_FOLDING.search(narrow):  # full-width punctuation, as most Chinese sentences have
        return narrow.strip().lower()
    key = fold(fold(text).text.casefold()).text.strip()
    return key.casefold()


_BETWEEN = "\x1f"
"""Stands between texts that are folded at once; no cell of a workbook can hold it."""


def normalise_keys(texts: Sequence[str]) -> list[str]:
    """`normalise_key` of each text, for whole columns: nearly all are folded in one piece."""
    whole = _BETWEEN.join(texts)
    if whole.count(_BETWEEN) != len(texts) - 1:
        return list(map(normalise_key, texts))
    wide = None if whole.isascii() else _NEEDS_FOLDING.search(whole)
    while wide and ord(wide[0]) in _NARROW:
        whole = whole.replace(wide[0], chr(_NARROW[ord(wide[0])]))
        wide = _NEEDS_FOLDING.search(whole, wide.start())
    if not wide:
        return list(map(str.strip, whole.lower().split(_BETWEEN)))
    narrow = zip(texts, whole.translate(_NARROW).split(_BETWEEN), strict=True)
    return [normalise_key(text) if _NEEDS_FOLDING.search(n) else n.strip().lower() for text, n in narrow]


def _not_read(_: str) -> tuple[str, ...]:
    return NotRead()


@guarded(_not_read)
def parse_ids(text: str) -> tuple[str, ...]:
    """Read a list of IDs as keys, in order, each once (前置 with types and lags: `project/predecessors`).

    The results are `normalise_key` forms ("T001、ｔ００２" gives "t001", "t002"): compare them with the
    keys of the IDs. 无, - and "none" mean none. NotRead where reading failed.
    """
    key = normalise_key(text)
    if key in NOTHING:
        return ()
    return tuple(dict.fromkeys(piece for piece in _ID_SEPARATORS.split(key) if piece))


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for place in range(1, len(text) + 1):
        joined = place < len(text) and unicodedata.combining(text[place])
        if not joined or place - start >= _MARKS_AT_ONCE:
            yield start, place
            start = place


# One cell that several departments write: a line for each, 【市场部】物料已备齐.


NOBODY = ""
"""Whose the words before the first 【部门】 are."""

_MARK = "@"
_INDENT = "\u3000"
# Both brackets are read; names in Latin letters are written in the plain ones.
_LINE = lazy(r"\s?(?:【([^【】\n]{1,64})】|\[([^\[\]\n]{1,64})\])[ \t]*(.*)")

_NAME_IN_FRONT = lazy(r"\s*(?:【([^【】\n]{1,64})】|\[([^\[\]\n]{1,64})\]|([^\s:：]{1,64})\s*[:：])\s*")


def named(column: str, department: str) -> str:
    """The name of one department's words in a shared column."""
    return f"{column}{_MARK}{department}"


def column_of(name: str) -> str:
    """The column's own name: of `support_feedback@市场部` support_feedback."""
    return name.split(_MARK, 1)[0] if _MARK in name else name


def department_of(name: str) -> str | None:
    """Whose words a name means; None for a whole cell."""
    return name.split(_MARK, 1)[1] if _MARK in name else None


def contributions(text: str) -> dict[str, str]:
    """Department as written → its words, in the order of the cell; what nobody is named for is NOBODY's.

    A line without 【部门】 goes on with what the line before it says; `joined` indents such lines.
    """
    lines: dict[str, list[str]] = {}
    spelled: dict[str, str] = {}
    who = NOBODY
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        match = None if line.startswith(_INDENT) else _LINE.fullmatch(line)
        if match:
            name = (match[1] or match[2]).strip()
            who = spelled.setdefault(normalise_key(name), name)
        lines.setdefault(who, []).append(match[3] if match else line.removeprefix(_INDENT))
    words = {name: "\n".join(said).strip() for name, said in lines.items()}
    return {name: said for name, said in words.items() if said}


def contribution(text: str, department: str) -> str | None:
    """What one department says in a cell; None for nothing."""
    key = normalise_key(department)
    found = (said for name, said in contributions(text).items() if normalise_key(name) == key)
    return next(found, None)


def joined(said: Mapping[str, str], order: Iterable[str] = ()) -> str | None:
    """The cell's text: first what nobody is named for, then departments as in `order`, then the others."""
    ordered = dict.fromkeys(map(normalise_key, order))
    rank = {name: n for n, name in enumerate(ordered)}
    names = sorted(said, key=lambda name: (name != NOBODY, rank.get(normalise_key(name), len(rank)), name))
    return "\n".join(_line(name, said[name]) for name in names if said[name]) or None


def _line(name: str, words: str) -> str:
    if name == NOBODY:
        return words
    left, right = ("[", "] ") if name.isascii() else ("【", "】")
    return left + name + right + words.replace("\n", "\n" + _INDENT)


def replaced(text: str, said: Mapping[str, str | None], order: Iterable[str] = ()) -> str | None:
    """The cell's text after some departments said something else (None: nothing any more)."""
    keys = set(map(normalise_key, said))
    kept = {n: words for n, words in contributions(text).items() if normalise_key(n) not in keys}
    return joined(kept | {name: words for name, words in said.items() if words}, order)


def bracketed(text: str, department: str) -> str:
    """The cell with lines that begin 市场部： beginning 【市场部】, for one department."""
    lines = text.split("\n")
    own = [line if line.startswith(_INDENT) else unbracketed(line, department) for line in lines]
    return "\n".join(
        line if line == said else _line(department, said) for line, said in zip(lines, own, strict=True)
    )


def unbracketed(words: str, department: str) -> str:
    """A department's own words without its name in front: 市场部：已备齐 and 【市场部】已备齐 are 已备齐."""
    start = _NAME_IN_FRONT.match(words)
    name = next(filter(None, start.groups()), "") if start else ""
    own = bool(name) and normalise_key(name) == normalise_key(department)
    return words[start.end() :].strip() if start and own else words
