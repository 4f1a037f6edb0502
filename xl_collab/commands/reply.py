"""What a command answers: sentences, tables and a payload, which every surface shows in its own way.

What may not enter: terminals, windows, programs, sessions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from xl_collab.errors import Lang, UsageError
from xl_collab.records import dataclass
from xl_collab.schema.words import Text, in_a_row

if TYPE_CHECKING:
    from xl_collab.hosts.changes import Applied

Where = Literal["both", "line", "click"]
"""Who is told: everybody, only who typed the command, only who clicked."""
Options = Mapping[str, Any]
"""What was given, by the option's name; every declared option is in it."""


class Nothing(Exception):
    """Raised by a question of a click when there is nothing to do; `reply` is what to say instead."""

    def __init__(self, reply: Reply | None = None) -> None:
        super().__init__()
        self.reply = reply


@dataclass(frozen=True)
class ReplyTable:
    """Rows below headings; a cell may be (text, style)."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | tuple[str, str], ...], ...]
    where: Where = "both"


@dataclass(frozen=True)
class ReplyLine:
    """A sentence.

    entry  one of many, of which a message box shows the first ones
    grave  an error
    aside  said on standard error: the answer itself stays clean for programs
    """

    text: str
    where: Where = "both"
    entry: bool = False
    grave: bool = False
    aside: bool = False


@dataclass(frozen=True)
class Written:
    """What became of the workbook; each surface has its own words for how to take it back."""

    applied: Applied


@dataclass
class Reply:
    """What a command answers, for every surface. `front`: kind of the new sheet to show; None for none."""

    lang: Lang
    words: Mapping[str, Text] = field(default_factory=dict)
    parts: list[ReplyLine | ReplyTable | Written] = field(default_factory=list)
    payload: Any = None
    severity: Literal["info", "warning", "error", "quiet"] = "info"
    exit_code: int = 0
    front: str | None = ""

    def text(self, key: str, **words: object) -> str:
        """A sentence of the command's words, else of those that all share."""
        from xl_collab.project.sentences import fitted

        return fitted(self._found(key), **words).of(self.lang)

    def _found(self, key: str) -> Text:
        from xl_collab.commands.words import SHARED

        return self.words[key] if key in self.words else SHARED[key]

    def say(
        self, key: str, where: Where = "both", *, entry: bool = False, grave: bool = False, **words: object
    ) -> None:
        """One sentence."""
        self.parts.append(ReplyLine(self.text(key, **words), where, entry, grave))

    def line(self, text: str, where: Where = "both", *, entry: bool = False) -> None:
        """A line as it is."""
        self.parts.append(ReplyLine(text, where, entry))

    def estimated(self, estimate: Text | None) -> None:
        """That figures are estimated, where they are."""
        if estimate:
            self.line(estimate.of(self.lang))

    def aside(self, text: str) -> None:
        """A remark that is no part of the answer."""
        self.parts.append(ReplyLine(text, aside=True))

    def table(
        self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], where: Where = "both"
    ) -> None:
        """Rows below headings."""
        self.parts.append(ReplyTable(title, tuple(columns), tuple(map(tuple, rows)), where))

    def written(self, applied: Applied) -> None:
        """What became of the workbook."""
        self.parts.append(Written(applied))

    def as_json(self) -> Any:
        """The payload; without one the sentences, and what became of the workbook (see docs/json.md)."""
        if self.payload is not None:
            return self.payload
        said = [part.text for part in self.parts if isinstance(part, ReplyLine) and part.where != "click"]
        answer: dict[str, Any] = {"messages": said, "written": None, "cells": 0, "sheets": []}
        for applied in (part.applied for part in self.parts if isinstance(part, Written)):
            answer["written"] = str(applied.path) if applied.written else None
            answer["cells"], answer["sheets"] = applied.cells, list(applied.sheets)
        return answer

    def listed(self, names: Sequence[str]) -> str:
        """Names in a row, with the separator of the language."""
        return in_a_row(names, self.lang)


def listed(names: Sequence[str]) -> list[str]:
    """IDs of a repeated option; several may also stand in one, divided by commas."""
    return [part for name in names for part in name.replace("，", ",").split(",") if part.strip()]


def usage_error(said: Text, **words: object) -> UsageError:
    """A UsageError with a sentence that has its words."""
    return UsageError(said.zh.format(**words), said.en.format(**words))


def plain(value: Any, lang: Lang = "zh") -> Any:
    """A value as JSON holds it: ISO dates, null for none, texts in `lang`."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return None if math.isnan(value) else int(value) if value.is_integer() else value
    if hasattr(value, "of"):
        return value.of(lang)
    return value.item() if hasattr(value, "item") else value


def fields(item: Any, names: tuple[str, ...], lang: Lang = "zh") -> dict[str, Any]:
    """The named attributes of an object."""
    values = {name: getattr(item, name) for name in names}
    return {k: list(v) if isinstance(v, tuple) else plain(v, lang) for k, v in values.items()}
