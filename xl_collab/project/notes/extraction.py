"""备注: conditions that people hide in prose, lifted out as proposals with the words they came from.

Deterministic patterns only: the same note gives the same conditions, and what is not surely a condition
stays prose. The tool acts on nothing that was not accepted, except to warn. Design §4.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator

from xl_collab.project.notes import patterns as words
from xl_collab.project.notes.condition_parsers import CHINESE, ENGLISH, lead_times
from xl_collab.project.notes.patterns import Condition as Condition
from xl_collab.project.notes.reading import Note
from xl_collab.schema.one_cell import NotRead, guarded

_HAN = re.compile("[\u4e00-\u9fff]")
_LATIN = re.compile("[A-Za-z]{2}")


def _not_read(_: str) -> tuple[Condition, ...]:
    return NotRead()


@guarded(_not_read)
def lift_conditions(
    text: str, *, near: dt.date | None = None, known: Collection[str] = ()
) -> tuple[Condition, ...]:
    """The conditions in a note, in the order of their words.

    near: a date of the row, from which a date without year takes its year (flagged year_inferred); without
    it such a date is no deadline. known: the departments of 通讯录. What the note waives (无需签字), reports
    as done (已确认) or dates unreadably (11月31日前, 月底前) is not lifted. The same words are lifted once.
    NotRead where reading failed.
    """
    note = Note.of(text, near, known)
    if not words.TRIGGER.search(note.text):
        return ()
    once: dict[str, Condition] = {}
    for condition in _read(note):
        once.setdefault(condition.key, condition)
    return tuple(sorted(once.values(), key=lambda found: (found.start, found.end, found.kind)))


def _read(note: Note) -> Iterator[Condition]:
    for index, clause in enumerate(note.clauses):
        piece = note.text[clause.start : clause.end]
        if not words.TRIGGER.search(piece):
            continue
        readers = (CHINESE if _HAN.search(piece) else ()) + (ENGLISH if _LATIN.search(piece) else ())
        for reader in readers:
            # What a 若-clause says is not asked yet; only a warning may be part of it.
            if not clause.conditional or reader in _IN_CONDITIONS:
                yield from reader(note, index)


_IN_CONDITIONS = (lead_times, ENGLISH[2])
