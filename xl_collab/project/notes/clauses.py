"""A note cut into clauses, and the questions that every kind of condition asks of a clause.

Which words ask, waive or report something done; which departments are named; where the original words
stand. What a confirmation or a deadline is belongs in condition_parsers.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from xl_collab.project.notes import patterns as words
from xl_collab.project.notes.conditions import Condition, ConditionKind
from xl_collab.project.notes.listing import CIRCLED, parted
from xl_collab.project.parties import KnownNames, known_names
from xl_collab.schema.keys import Folded, fold

_TRIM = " \t\r\n,.、:;。-–—"


@dataclass(frozen=True, slots=True)
class Clause:
    """text[start:end] of a note. origin: where its words begin, with the 若-clause before it."""

    start: int
    end: int
    sentence: int
    conditional: bool = False
    origin: int = -1
    when: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """What the words before a trigger say: asked at a place, waived, or already over."""

    waived: bool
    asked: tuple[int, int] | None
    over: bool

    @property
    def open(self) -> bool:
        """True unless the thing is waived or reported as done."""
        return not (self.waived or self.over)


@dataclass
class Note:
    """A note being read."""

    folded: Folded
    names: KnownNames
    near: dt.date | None
    used: set[int] = field(default_factory=set)
    feared: set[int] = field(default_factory=set)
    """Clauses that a distribution, and a risk, before them has taken in."""
    dated: bool = False
    """Whether the row's own date was asked for: the same words may mean another day in another row."""

    @classmethod
    def of(cls, text: str, near: dt.date | None, known: Collection[str]) -> Note:
        """Prepare a note; known are the departments of 通讯录."""
        folded = replace(fold(text.translate(CIRCLED)), original=text)
        return cls(folded, known_names(tuple(known)), near)

    @cached_property
    def text(self) -> str:
        """The folded note, its numbers of points as ends of sentences, and the insides of 《titles》 blanked.

        《验收确认单》 asks for no confirmation.
        """
        text = parted(self.folded.text)
        return words.TITLE.sub(lambda hit: "《" + "□" * (len(hit.group()) - 2) + "》", text)

    @cached_property
    def clauses(self) -> list[Clause]:
        """The clauses in order; none is longer than LONGEST_CLAUSE."""
        found: list[Clause] = []
        for number, (start, end) in enumerate(_stretches(self.text)):
            found.extend(self._in_sentence(start, end, number))
        return found

    def _in_sentence(self, start: int, end: int, number: int) -> Iterator[Clause]:
        before: Clause | None = None
        for first, last in self._joined(list(_cut(self.text, start, end))):
            conditional = words.CONDITIONAL.match(self.text, first, last)
            clause = Clause(first, last, number, conditional is not None, first)
            if before is not None and before.conditional and conditional is None:
                hit = words.CONDITIONAL.match(self.text, before.start, before.end)
                body = self.tidy(hit.start("body"), before.end) if hit else ""
                clause = replace(clause, origin=before.start, when=words.CONDITION_END.sub("", body))
            yield clause
            before = clause

    def _joined(self, pieces: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Put a comma list of departments (研发部,生产部需确认…) back together."""
        held: int | None = None
        for start, end in pieces:
            first = start if held is None or end - held > words.LONGEST_CLAUSE else held
            names, after = self.departments_at(start, end)
            listed = names and not self.text[after:end].strip() and (start, end) != pieces[-1]
            held = first if listed else None
            if held is None:
                yield first, end

    def tidy(self, start: int, end: int) -> str:
        """The words of text[start:end] without blanks and punctuation around them."""
        return self.folded.text[start:end].strip(_TRIM)

    def following(self, index: int) -> Clause | None:
        """The next clause of the same sentence."""
        clauses = self.clauses
        if index + 1 < len(clauses) and clauses[index + 1].sentence == clauses[index].sentence:
            return clauses[index + 1]
        return None

    def duty(self, start: int, trigger: int) -> Duty:
        """What text[start:trigger] asks; the last word of duty decides."""
        last = next(reversed([*words.DUTY.finditer(self.text, start, trigger)]), None)
        if last is None:
            return Duty(False, None, words.OVER.search(self.text, start, trigger) is not None)
        if last.group("waived"):
            return Duty(True, None, False)
        return Duty(False, last.span(), words.OVER.search(self.text, last.end(), trigger) is not None)

    def open_in_english(self, start: int, trigger: int) -> bool:
        """The same for English: neither "not" nor "already" before the trigger."""
        return not (
            words.EN_WAIVED.search(self.text, start, trigger)
            or words.EN_OVER.search(self.text, start, trigger)
        )

    def departments_at(self, start: int, end: int, *, english: bool = False) -> tuple[tuple[str, ...], int]:
        """A list of departments that begins at start, and where it ends (start if there is none)."""
        found: list[str] = []
        place = after = start
        while (hit := self._department_at(place, end, english)) is not None:
            name, after = hit
            found.append(name)
            title = words.AFTER_DEPARTMENT.match(self.text, after, end)
            after = title.end() if title else after
            separator = words.AND.match(self.text, after, end)
            if separator is None:
                break
            place = separator.end()
        return tuple(dict.fromkeys(found)), after

    def _department_at(self, place: int, end: int, english: bool) -> tuple[str, int] | None:
        known = self.names.match(self.text, place, end)
        if known is not None:
            return known
        pattern = words.EN_DEPARTMENT if english else words.DEPARTMENT
        hit = pattern.match(self.text, place, end)
        if hit is None or words.NOT_ONE_DEPARTMENT.search(hit.group()):
            return None
        return hit.group(), hit.end()

    def departments_in(self, start: int, end: int, *, english: bool = False) -> tuple[str, ...]:
        """Every department named in text[start:end]."""
        found: list[str] = []
        place = start
        while place < end:
            at_word = place == 0 or not (self.text[place - 1].isascii() and self.text[place - 1].isalnum())
            hit = self._department_at(place, end, english) if at_word else None
            if hit is not None:
                found.append(self.names.at_end_of(hit[0]) or hit[0])
            passed = words.VERB.match(self.text, place, end) or words.DEPARTMENT.match(self.text, place, end)
            place = hit[1] if hit else passed.end() if passed else place + 1
        return tuple(dict.fromkeys(found))

    def condition(self, kind: ConditionKind, start: int, end: int, found: Mapping[str, Any]) -> Condition:
        """Found, with the original words of text[start:end] (trimmed) as its quote."""
        while start < end and self.text[start] in _TRIM:
            start += 1
        while end > start and self.text[end - 1] in _TRIM:
            end -= 1
        first, last = self.folded.span(start, end)
        return Condition(kind, self.folded.original[first:last], first, last, **found)


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for hit in words.SENTENCE_END.finditer(text):
        yield start, hit.start()
        start = hit.end()
    yield start, len(text)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Clauses of one sentence, without the blanks around them; overlong ones in pieces."""
    ends = [(hit.start(), hit.end()) for hit in words.CLAUSE_END.finditer(text, start, end)]
    for stop, after in [*ends, (end, end)]:
        for piece in range(start, stop, words.LONGEST_CLAUSE):
            last = min(piece + words.LONGEST_CLAUSE, stop)
            if text[piece:last].strip():
                yield piece, last
        start = after
