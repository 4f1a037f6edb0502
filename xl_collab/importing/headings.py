"""What a foreign heading means: exact names are sure, likeness is a proposal.

Headings in, guesses out; each guess says how it was come by. What may not enter: cells (columns.py), and
where headings stand (table_finder.py).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from xl_collab.importing.heading_dates import dated, mode_of
from xl_collab.importing.words import COMPOUNDS, DOUBTFUL, EXTRA_TARGETS, HEADINGS, NOT_OURS, PERIOD, PERSON
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.sheets import TRACKER
from xl_collab.schema.words import Text

How = Literal["name", "level", "alike", "often", "given", "values", "none"]

TARGETS = (*(column.name for column in TRACKER.columns if column.entered), *EXTRA_TARGETS)
"""Everything that a foreign column can become; None beside them means: kept as it is."""

DATES = ("deadline", "planned_start", "actual_start", "forecast", "actual", PERIOD)
"""The targets that hold days."""

_LIKE, _CONTAINED = 0.66, 0.75
_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_ACTUAL = re.compile(r"实际|actual")
_SLASH = re.compile(r"[/／、&|]")
_NOISE = re.compile(r"[\s*＊:：]+")


@dataclass(frozen=True)
class Guess:
    """What a column may be. `sure`: its name says so and its values do not contradict."""

    target: str
    score: float
    how: How

    @property
    def sure(self) -> bool:
        """Whether it may be taken without asking."""
        return self.how in ("name", "level", "given")


@lru_cache(maxsize=8192)
def heading_key(text: str) -> str:
    """The form in which headings are compared: width, case, blanks, colons and * do not count."""
    return _NOISE.sub("", normalise_key(text)) if len(text) < 200 else ""


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Heading key → target, for every name that is sure."""
    found: dict[str, str] = {}
    for target, words in HEADINGS.items():
        for word in words.split("|"):
            found.setdefault(heading_key(word), target)
    for column in TRACKER.columns:
        if column.entered:
            for label in (column.label.zh, column.label.en):
                found.setdefault(heading_key(label), column.name)
    return found


@lru_cache(maxsize=1)
def _doubtful() -> dict[str, str]:
    return {heading_key(word): target for word, target in DOUBTFUL.items()}


def known(text: str) -> str | None:
    """The target that a heading surely names, brackets and remarks in it apart."""
    exact = _names().get(heading_key(text))
    return exact or _dated_name((text,)) or _bare_name(text)


def _bare_name(text: str) -> str | None:
    """What a heading names without its brackets: in a list, or put together from the words of offices."""
    key = heading_key(_BRACKETS.sub("", text))
    made = next((target for target, pattern in COMPOUNDS if pattern.fullmatch(key)), None)
    return _names().get(key) or made or _of_several(key)


def pieces_of(key: str) -> list[str]:
    """The names in a heading that has several: 模块/功能."""
    return [piece for piece in _SLASH.split(key) if piece]


def _of_several(key: str) -> str | None:
    """模块/功能名称 and 负责人/部门: the first name that is sure; a department before a person."""
    pieces = pieces_of(key)
    found = [target for piece in pieces if (target := _names().get(piece)) is not None]
    if len(pieces) < 2 or not found:
        return None
    if PERSON in found and any(_doubtful().get(piece) == "owner" for piece in pieces):
        return "owner"
    return found[0] if found[0] not in DATES else None


def _dated_name(parts: tuple[str, ...]) -> str | None:
    found = dated(parts)
    return found.target if found is not None and found.sure else None


@lru_cache(maxsize=4096)
def guess(parts: tuple[str, ...]) -> Guess | None:
    """The best guess from the headings alone."""
    if parts and heading_key(_BRACKETS.sub("", parts[-1])) in _never():
        return None
    if len(parts) > 1 and _is_planned_share(parts):
        return None
    texts = list(_readings(parts))
    return _named(parts, texts) or _often(parts, texts) or _like_any(parts, texts)


def _is_planned_share(parts: tuple[str, ...]) -> bool:
    """计划 over 完成率: how far the work should be, which is no column of ours."""
    mode = mode_of(" ".join(parts[:-1]))
    return mode in ("plan", "base", "forecast", "replan") and known(parts[-1]) in ("percent", "progress")


def _named(parts: tuple[str, ...], texts: Sequence[str]) -> Guess | None:
    """What the headings surely say, as they stand or without their brackets."""
    for text in texts:
        target = _names().get(heading_key(text))
        if target is not None and not (text == parts[-1] and _changed(parts, target)):
            return Guess(target, 1.0, "name")
    found = dated(parts)
    if found is not None and found.sure:
        return Guess(found.target, found.score, "name")
    for text in texts:
        target = known(text)
        if target is not None and not _changed(parts, target):
            return Guess(target, 1.0, "name")
    return None


def _changed(parts: tuple[str, ...], target: str) -> bool:
    """Whether the group above changes what a heading of dates means: 实际 over 完成时间."""
    mode = mode_of(" ".join(parts[:-1])) if len(parts) > 1 else None
    if mode is None or target not in DATES:
        return False
    return mode not in ("plan", "base") or target not in ("deadline", "planned_start", PERIOD)


def _often(parts: tuple[str, ...], texts: Sequence[str]) -> Guess | None:
    found = dated(parts)
    if found is not None:
        return Guess(found.target, found.score, "often")
    for text in texts:
        key = heading_key(_BRACKETS.sub("", text))
        several = [one for piece in pieces_of(key) if (one := _doubtful().get(piece)) is not None]
        target = _doubtful().get(key) or ("task" if "task" in several else next(iter(several), None))
        if target is not None and not _changed(parts, target):
            return Guess(target, 0.8, "often")
    return None


def _like_any(parts: tuple[str, ...], texts: Sequence[str]) -> Guess | None:
    alike = [found for text in texts if (found := _alike(text)) is not None]
    alike = [found for found in alike if not _changed(parts, found.target)]
    return max(alike, key=lambda one: one.score, default=None)


def _readings(parts: tuple[str, ...]) -> Iterator[str]:
    """A heading under a group: both together, then alone."""
    if len(parts) > 1:
        yield "".join(parts)
        yield " ".join(parts)
    if parts:
        yield parts[-1]


@lru_cache(maxsize=1)
def _never() -> frozenset[str]:
    return frozenset(map(heading_key, NOT_OURS))


def _alike(text: str) -> Guess | None:
    key = heading_key(_BRACKETS.sub("", text))
    if len(key) < 2:
        return None
    best = Guess("", 0.0, "alike")
    done = _ACTUAL.search(key) is not None
    for name, target in _names().items():
        if done and target not in ("actual", "actual_start"):
            continue
        score = _likeness(key, name)
        if score > best.score:
            best = Guess(target, round(score, 2), "alike")
    return best if best.score >= _LIKE else None


def _likeness(key: str, name: str) -> float:
    least = 4 if name.isascii() else 2
    if len(name) >= least and name in key:
        return _CONTAINED + 0.2 * len(name) / len(key)
    if abs(len(key) - len(name)) > 4:
        return 0.0
    return difflib.SequenceMatcher(None, key, name, autojunk=False).ratio()


def target_label(target: str) -> Text:
    """What people call a target."""
    return EXTRA_TARGETS[target] if target in EXTRA_TARGETS else TRACKER.column(target).label


def read_target(text: str) -> str | None:
    """A target as a person names it: its name, its label, or any heading that means it; else None."""
    key = heading_key(text)
    if key in TARGETS:
        return key
    plain = {heading_key(name.replace("_", " ")): name for name in TARGETS}
    return plain.get(key) or known(text)
