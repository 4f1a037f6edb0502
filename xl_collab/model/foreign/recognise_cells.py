"""What a foreign status or percentage cell says: one of our states, a share of 1, or neither.

Words are looked up, never guessed at: 基本完成 is not 完成. What may not enter: dates, columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from xl_collab.model.foreign.recognise_words import LATE_WORDS, NOTHING, STATUS_WORDS
from xl_collab.model.keys import normalise_key
from xl_collab.model.one_cell import guarded
from xl_collab.model.words import STATUS

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%|百分之(\d{1,3})")
_NUMBER = re.compile(r"\d{1,3}(?:\.\d+)?")


@dataclass(frozen=True)
class Progress:
    """A state's code, a share from 0 to 1, or both. `late`: the cell says that the work is late."""

    status: str | None = None
    percent: float | None = None
    late: bool = False


def _key(text: str) -> str:
    return "".join(normalise_key(text).split()).strip("。.;；!！")


@lru_cache(maxsize=1)
def _states() -> dict[str, str]:
    words = {_key(word): code for code, listed in STATUS_WORDS.items() for word in listed.split("|")}
    own = {_key(label): i.code for i in STATUS.items for label in (i.label.zh, i.label.en)}
    return words | own


@lru_cache(maxsize=1)
def _late() -> frozenset[str]:
    return frozenset(_key(word) for word in LATE_WORDS.split("|"))


def is_nothing(value: object) -> bool:
    """Whether a cell only says that nothing is there: -, /, 无."""
    return isinstance(value, str) and value.strip().casefold() in NOTHING


def _not_told(_: object) -> None:
    return None


@guarded(_not_told)
def read_progress(value: object) -> Progress | None:
    """What a status cell says; None when it cannot be told surely.

    A share gives the state that follows from it: 0 not started, 1 done, between in progress.
    """
    if isinstance(value, bool):
        return Progress("done") if value else None
    share = None if isinstance(value, str) and not _says_percent(value) else read_percent(value)
    if share is not None:
        return Progress(_state_of(share), share)
    return _worded(value) if isinstance(value, str) else None


def _says_percent(text: str) -> bool:
    return "%" in text or "％" in text or "百分之" in text


@lru_cache(maxsize=4096)
def _worded(text: str) -> Progress | None:
    key = _key(text)
    if key in _late():
        return Progress("in_progress", late=True)
    code = _states().get(key)
    return None if code is None else Progress(code)


def _state_of(share: float) -> str:
    return "done" if share == 1 else "in_progress" if share > 0 else "not_started"


def is_progress(value: object) -> bool:
    """Whether a cell says a state or a share."""
    return read_progress(value) is not None


@guarded(_not_told)
def read_percent(value: object, *, hundreds: bool = False) -> float | None:
    """A share from 0 to 1: 0.8, "0.8", "80%", and with `hundreds` also 80 and "80"; else None."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        share = value / 100 if hundreds else float(value)
    elif isinstance(value, str):
        text = normalise_key(value)
        match = _PERCENT.fullmatch(text)
        if match is None and not _NUMBER.fullmatch(text):
            return None
        share = float((match[1] or match[2]) if match else text)
        share = share / 100 if match or hundreds else share
    else:
        return None
    return round(share, 6) if 0 <= share <= 1 else None


def in_hundreds(values: Iterable[object]) -> bool:
    """Whether the plain numbers of a column are percentages such as 80: one of them is over 1."""
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    texts = [float(v) for v in values if isinstance(v, str) and _NUMBER.fullmatch(normalise_key(v))]
    return any(1 < number <= 100 for number in (*numbers, *texts))
