"""A change of dates in a clause, for letters and chats alike. Layout may not enter."""

from __future__ import annotations

from xl_collab.documents.letter import words as words
from xl_collab.documents.letter.matters import Change
from xl_collab.schema.words import Count, Lang


def named(change: Change) -> str:
    """The slipped task by ID and name."""
    return f"{change.task_id} {' '.join(change.task.split())}".strip()


def how(change: Change, lang: Lang) -> str:
    """From which date to which a change goes, to stand inside a sentence."""
    before = change.before or words.TO_BE_SET.of(lang)
    if change.after is None:
        return words.UNDATED.of(lang).format(before=before)
    said = words.LATER if (change.workdays or 0) >= 0 else words.EARLIER
    return said.of(lang).format(before=before, after=change.after, days=Count(change.workdays or 0))
