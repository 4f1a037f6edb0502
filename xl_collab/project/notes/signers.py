"""Who signs or approves, by the words around the verb: asked by sign-offs and by approvals alike."""

from __future__ import annotations

from xl_collab.project.notes import patterns as words
from xl_collab.project.notes.clauses import Note


def who_signs(note: Note, start: int, end: int) -> tuple[tuple[str, ...], str]:
    """Who signs, by the words right before 签字, and what stands before them."""
    sides = words.SIDES.search(note.text, start, end)
    if sides:
        return (sides.group("sides"),), words.BEFORE_VERB.sub("", note.tidy(start, sides.start()))
    for place in range(start, end):
        names, after = note.departments_at(place, end)
        if names and not words.SIGN_FILLER.sub("", note.tidy(after, end)):
            return names, words.BEFORE_VERB.sub("", note.tidy(start, place))
    rest = words.SIGN_FILLER.sub("", note.tidy(start, end))
    plain = 0 < len(rest) <= 12 and not words.DATE.search(rest)
    return (tuple(name for name in words.AND.split(rest) if name) if plain else ()), ""


def who_signs_before(note: Note, start: int, end: int) -> tuple[tuple[str, ...], str]:
    """双方需签字: the signers stand before the word of duty; else all that is the thing signed."""
    sides = words.SIDES.search(note.text, start, end)
    names, after = note.departments_at(start, end)
    if sides:
        return (sides.group("sides"),), note.tidy(start, sides.start())
    if names and not note.text[after:end].strip():
        return names, ""
    return (), words.BEFORE_VERB.sub("", note.tidy(start, end))
