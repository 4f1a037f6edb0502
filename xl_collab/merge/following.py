"""Which row of today is which row of before: rows are followed by what they say, not by number alone.

People insert rows and number them anew, delete rows, and mend a task's words. So two copies of a table
are compared as a whole: first rows whose ID and words are the same, then rows with the same words, if
only one has them, then rows with the same ID and similar words, if neither was taken yet. Whatever is
left is not found, and nothing is ever given to another row. Times and owners identify nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from xl_collab.merge.snapshot import Rows
from xl_collab.merge.values import as_words
from xl_collab.schema.declaration import Kind, TableSheet
from xl_collab.schema.keys import folds, normalise_key

_BETWEEN = "\0"
_REMEMBERED = 20_000
"""Texts whose tidied form is kept: each copy of a table says mostly the same."""

SIMILAR = 0.6
"""Least likeness (difflib's ratio) of two texts of one task; below it they are different tasks."""


class Says(NamedTuple):
    """What a row is known by: its ID as compared, and the words that say what it is about."""

    id: str
    words: str


@dataclass(frozen=True)
class Followed:
    """Where each known row stands now.

    at       row → position
    doubtful rows for which several positions speak; none of them is taken
    new      positions that belong to no known row
    """

    at: Mapping[str, int]
    doubtful: frozenset[str] = frozenset()
    new: tuple[int, ...] = ()


def says_column(sheet: TableSheet) -> str:
    """The column whose words tell rows of a sheet apart: the first text that every row must have."""
    return next((c.name for c in sheet.columns if c.required and c.kind is Kind.TEXT), "")


def says(sheet: TableSheet, rows: Rows) -> list[Says]:
    """What each row is known by."""
    name = says_column(sheet)
    if name not in rows.known_by:
        column = rows.columns.get(name)
        words = [""] * len(rows.ids) if column is None else _all_tidied(list(map(as_words, column)))
        rows.known_by[name] = list(map(Says._make, zip(rows.plain, words, strict=True)))
    found: list[Says] = rows.known_by[name]
    return found


@lru_cache(maxsize=_REMEMBERED)
def tidied(words: str) -> str:
    """Words as they are compared: width, case and spaces aside."""
    return "".join(normalise_key(words).split())


def _all_tidied(texts: list[str]) -> list[str]:
    """`tidied` of each; of texts that nothing has to be taken out of, as most are, at once."""
    joined = _BETWEEN.join(texts)
    if folds(joined) or joined.count(_BETWEEN) >= len(texts) or joined.split() != [joined]:
        return list(map(tidied, texts))
    return joined.lower().split(_BETWEEN)


def similar(one: str, other: str) -> bool:
    """Whether two texts could be one task, its words mended; a text still missing is like any."""
    return not one or not other or SequenceMatcher(None, one, other).ratio() >= SIMILAR


@dataclass
class _Pairing:
    """Rows and positions that are not paired yet."""

    known: dict[str, Says]
    rows: Mapping[int, Says]
    free: set[int] = field(default_factory=set)
    at: dict[str, int] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)

    def groups(self, by: Callable[[Says], Hashable]) -> Iterable[tuple[list[str], list[int]]]:
        """Known rows and free positions that `by` cannot tell apart; those it says nothing of left out."""
        places: defaultdict[Hashable, list[int]] = defaultdict(list)
        for i in sorted(self.free):
            places[by(self.rows[i])].append(i)
        rows: defaultdict[Hashable, list[str]] = defaultdict(list)
        for key, said in self.known.items():
            if by(said) in places:
                rows[by(said)].append(key)
        return [(keys, places[at]) for at, keys in rows.items() if at]

    def take(self, key: str, position: int) -> None:
        del self.known[key]
        self.free.discard(position)
        self.at[key] = position


def follow(known: Mapping[str, Says], rows: Sequence[Says]) -> Followed:
    """Find known rows (key → what they said) in a table as it is now."""
    pairing = _Pairing(dict(known), dict(enumerate(rows)), set(range(len(rows))))
    if len(set(rows)) == len(rows) and len(set(known.values())) == len(known):
        _exact_ones(pairing)
    else:
        _exact(pairing)
    if pairing.known and pairing.free:
        _by_words(pairing)
        _by_id(pairing)
    return Followed(pairing.at, frozenset(pairing.doubtful), tuple(sorted(pairing.free)))


class Finder:
    """`follow` for one set of known rows and many tables that have some of them each."""

    def __init__(self, known: Mapping[str, Says]) -> None:
        self._known = known
        self._keys = {said: key for key, said in known.items()}
        self._alone = len(self._keys) == len(known)

    def find(self, rows: Sequence[Says]) -> Followed:
        """Find the known rows in one table."""
        keys = [self._keys.get(said) for said in rows if any(said)] if self._alone else []
        if len(keys) < len(rows) or None in keys or len(set(rows)) < len(rows):
            return follow(self._known, rows)
        return Followed({key: place for place, key in enumerate(keys) if key is not None})


def _exact_ones(pairing: _Pairing) -> None:
    """As `_exact`, where nothing is doubled."""
    places = {said: place for place, said in pairing.rows.items() if any(said)}
    pairing.at = {key: places[said] for key, said in pairing.known.items() if said in places}
    pairing.known = {key: said for key, said in pairing.known.items() if key not in pairing.at}
    pairing.free.difference_update(pairing.at.values())


def _exact(pairing: _Pairing) -> None:
    """Same ID and words. Where a row was doubled, nobody can say which of the copies it is."""
    for keys, places in pairing.groups(lambda said: said if any(said) else None):
        if len(keys) == len(places):
            for key, place in zip(keys, places, strict=True):
                pairing.take(key, place)
        else:
            pairing.doubtful.update(keys)
            pairing.free.difference_update(places)
            for key in keys:
                del pairing.known[key]


def _by_words(pairing: _Pairing) -> None:
    for keys, places in pairing.groups(lambda said: said.words):
        if len(keys) == len(places) == 1:
            pairing.take(keys[0], places[0])


def _by_id(pairing: _Pairing) -> None:
    """Of rows with one ID (some may be gone) the only one that says something similar."""
    for keys, places in pairing.groups(lambda said: said.id):
        pairs = [
            (key, place)
            for key in keys
            for place in places
            if similar(pairing.known[key].words, pairing.rows[place].words)
        ]
        if len(pairs) == 1:
            pairing.take(*pairs[0])
