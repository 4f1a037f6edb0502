"""Sentences as they are written down for tests: patterns in two languages, each with what makes it true.

`<n:i>` is a whole number, `:s` one with its sign, `:f` one with a decimal, `:d` a date, `:id` an ID, `:l` a
list of IDs, else text; `{s}` may stand or not, `{was|were}` is one of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from true_facts import Facts
from true_project import Row

Match = dict[str, str]
Check = Callable[[Facts, Match], bool]
_TYPES = {
    "i": r"\d+",
    "s": r"[+-]?\d+",
    "f": r"[+-]?\d+(?:\.\d)?",
    "d": r"\d{4}-\d\d-\d\d",
    "id": r"[A-Z]\d{3}",
    "l": r"[A-Z]\d{3}.*?",
    "": r".+?",
}


@dataclass(frozen=True)
class Known:
    """A sentence that is known: its pattern in each language, and whether what it says is so."""

    zh: re.Pattern[str]
    en: re.Pattern[str]
    check: Check


SENTENCES: list[Known] = []
PARTS: list[Known] = []
"""Pieces that stand in one cell, divided by semicolons."""
WORST: list[Known] = []
"""What the summary says of the latest task."""


def pattern(text: str) -> re.Pattern[str]:
    """The pattern of a sentence as it is written here."""
    out = ""
    for piece in re.split(r"(<\w+(?::\w+)?>|\{[^}]*\})", text):
        if piece.startswith("<"):
            name, _, kind = piece[1:-1].partition(":")
            out += f"(?P<{name}>{_TYPES[kind]})"
        elif piece.startswith("{"):
            choices = piece[1:-1].split("|")
            out += f"(?:{'|'.join(map(re.escape, choices))})" + ("" if len(choices) > 1 else "?")
        else:
            out += re.escape(piece)
    return re.compile(out, re.DOTALL)


def says(zh: str, en: str, into: list[Known] | None = None) -> Callable[[Check], Check]:
    """Register a sentence with its check."""

    def register(check: Check) -> Check:
        (SENTENCES if into is None else into).append(Known(pattern(zh), pattern(en), check))
        return check

    return register


def part(zh: str, en: str) -> Callable[[Check], Check]:
    """Register a piece of a cell."""
    return says(zh, en, PARTS)


def wrong(facts: Facts, lang: str, text: str, known: list[Known] | None = None) -> str:
    """Why a sentence may not stand, "" if it is true; `lang` may be left open."""
    matched = False
    for each in SENTENCES if known is None else known:
        found = each.zh.fullmatch(text) if lang != "en" else None
        found = each.en.fullmatch(text) if found is None and lang != "zh" else found
        if found is not None:
            matched = True
            if each.check(facts, {k: v or "" for k, v in found.groupdict().items()}):
                return ""
    return f"is not true: {text}" if matched else f"nobody knows: {text}"


def wrong_parts(facts: Facts, lang: str, text: str) -> list[str]:
    """Why the pieces of a cell may not stand."""
    pieces = text.split("；" if lang == "zh" else "; ")
    pieces = pieces[:-1] if text.endswith("…") else pieces  # a cell shows ten lines; the last piece is cut
    return [why for piece in pieces if (why := wrong(facts, lang, piece, PARTS))]


# reading what a sentence names


def listed(text: str) -> tuple[list[str], int]:
    """The names of a list, and how many it says there are."""
    more = re.search(r"等 (\d+) 项$|( and )(\d+) more$", text)
    shown = re.split("、|, ", text[: more.start()] if more else text)
    if more is None:
        return shown, len(shown)
    return shown, int(more[1]) if more[1] else len(shown) + int(more[3])


def names(text: str, wanted: list[str]) -> bool:
    """Whether a list names these, all of them counted."""
    shown, total = listed(text)
    return total == len(wanted) and set(shown) <= set(wanted) and len(set(shown)) == len(shown)


def row_called(f: Facts, task: str) -> int | None:
    """The row with a task's name."""
    return next((i for i, row in enumerate(f.rows) if row["task"] == task), None)


def having(f: Facts, test: Callable[[int], Any]) -> list[int]:
    """Rows for which something is so."""
    return [i for i in range(f.count) if test(i)]


def called(f: Facts, rows: list[int]) -> list[str]:
    """Their IDs."""
    return [f.rows[i]["id"] for i in rows]


def mean(values: list[int]) -> str:
    """As the product writes a mean."""
    value = sum(values) / len(values)
    return "0" if abs(value) < 0.05 else f"{value:+.1f}"


def tasks(f: Facts) -> list[int]:
    """Rows that count as tasks."""
    return having(f, lambda i: f.rows[i]["status"] != "cancelled")


def reached(f: Facts) -> list[Row]:
    """Milestones that were reached."""
    return [row for row in f.table("milestones") if f.milestone(row)[0] == "done"]
