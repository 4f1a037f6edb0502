"""What a document says, section by section, before anybody draws it: the pieces of which content is made.

Content is made of these; `upright` draws them on a page. Looks and spreadsheets may not enter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from xl_collab.project.sentences import Line
from xl_collab.schema.words import Lang, Text

SLOTS = 6
"""Columns of an upright page: an ID, a department, prose, two dates or figures, a word."""

Shown = Literal["text", "centre", "date", "workdays", "percent", "integer", "money", "id", "alert", "level"]
Value = Text | str | dt.date | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: what it is called, and what its cells hold; "id" links to the row of that ID."""

    text: Text
    kind: Shown = "text"


@dataclass(frozen=True)
class Rows:
    """A table of at most SLOTS columns; `keys` tell rows apart where the first cell is no ID."""

    columns: tuple[Column, ...]
    records: tuple[tuple[Value, ...], ...]
    empty: Text
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pairs:
    """Labels with their values, two a line, or one when `wide`; an empty value is for people to fill in."""

    pairs: tuple[tuple[Text, Text | str], ...]
    wide: bool = False


@dataclass(frozen=True)
class Says:
    """Sentences with the rows that they stand on; `key` tells them apart where one row has several."""

    lines: tuple[Line, ...]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A quiet line of explanation."""

    text: Text


@dataclass(frozen=True, slots=True)
class Blank:
    """A box for what only people can know."""

    label: Text
    lines: int = 2


@dataclass(frozen=True)
class Signatures:
    """Who signs: a line for name and day each."""

    names: tuple[Text, ...]


Block = Rows | Pairs | Says | Note | Blank | Signatures


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    title: Text
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Sheet:
    """A whole document: its name, the line under it, its sections; a subclass says which kind it is."""

    key: str
    title: Text
    below: Text
    sections: tuple[Section, ...]
    one_page: bool = field(default=False, kw_only=True)

    def said(self, lang: Lang) -> Iterator[str]:
        """Every text of the document in order, for searching it."""
        yield from (self.title.of(lang), self.below.of(lang))
        for section in self.sections:
            yield section.title.of(lang)
            for block in section.blocks:
                yield from _said(block, lang)

    def rows(self, title: str) -> Sequence[tuple[Value, ...]]:
        """The records of the tables below a heading, by its Chinese words."""
        found = next(section for section in self.sections if title in section.title.zh)
        return [record for block in found.blocks if isinstance(block, Rows) for record in block.records]


def _said(block: Block, lang: Lang) -> Iterator[str]:
    if isinstance(block, Rows):
        for record in block.records:
            yield from (_shown(value, lang) for value in record if value is not None)
        if not block.records:
            yield block.empty.of(lang)
    elif isinstance(block, Pairs):
        for label, value in block.pairs:
            yield from (label.of(lang), _shown(value, lang))
    elif isinstance(block, Says):
        yield from (line.text.of(lang) for line in block.lines)
    elif isinstance(block, Signatures):
        yield from (name.of(lang) for name in block.names)
    else:
        yield (block.text if isinstance(block, Note) else block.label).of(lang)


def _shown(value: Value, lang: Lang) -> str:
    return value.of(lang) if isinstance(value, Text) else str(value)
