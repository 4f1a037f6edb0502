"""What a foreign status or percentage cell says: one of our states, a share of 1, both, or neither.

进行中(60%), 已完成80%, √, 45/100 and Done are read; 基本完成 and 待验收 are not: nobody can say surely which
state they mean. What may not enter: columns, deciding what becomes of a cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from xl_collab.importing.words import LATE_WORDS, SHARE_WORDS, STATUS_WORDS, UNDER_WAY
from xl_collab.schema.keys import guarded, normalise_key
from xl_collab.schema.words import STATUS

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%|百分之(\d{1,3})")
_NUMBER = re.compile(r"\d{1,3}(?:\.\d+)?")
_OF_ALL = re.compile(r"(\d{1,4})\s*/\s*(\d{1,4})")
_WITH_SHARE = re.compile(
    r"(?P<before>[^\d%()]*?)[\s:(,，、/-]*(?P<share>\d{1,3}(?:\.\d+)?)%[\s),。]*(?P<after>[^\d%()]*)"
)
_EMOJI = re.compile("[\ufe0e\ufe0f\u200d]")
_AROUND = re.compile(r"^\d{1,2}[-.、_:)]|^[\[【(「]|[\]】)」]$")
"""A number or bracket around a state: 1-未开始, 【进行中】."""
_DATED = re.compile(r"[(（][\d年月日号./-]+[)）]?$")
"""A day behind a state: 已完成(3月19日); it is said elsewhere, or stays with the words."""
_LAMPS = "✅☑✔🔄⏳🚧▶⏸🟡🟢🔵⚪🔴🔶🔷⬜🕐📌●○◐·"


@dataclass(frozen=True)
class Progress:
    """A state's code, a share from 0 to 1, or both. `late`: the cell says that the work is late."""

    status: str | None = None
    percent: float | None = None
    late: bool = False


def _key(text: str) -> str:
    return "".join(normalise_key(_EMOJI.sub("", text)).split()).strip("。.;；!！●•·*")


@lru_cache(maxsize=1)
def _states() -> dict[str, str]:
    words = {_key(word): code for code, listed in STATUS_WORDS.items() for word in listed.split("|")}
    own = {_key(label): i.code for i in STATUS.items for label in (i.label.zh, i.label.en)}
    return words | own


@lru_cache(maxsize=1)
def _late() -> frozenset[str]:
    return frozenset(_key(word) for word in LATE_WORDS.split("|"))


@lru_cache(maxsize=1)
def _share_words() -> frozenset[str]:
    return frozenset(_key(word) for word in SHARE_WORDS.split("|"))


def _not_told(_: object) -> None:
    return None


@guarded(_not_told)
def read_progress(value: object, *, hundreds: bool | None = None) -> Progress | None:
    """What a status cell says; None when it cannot be told surely.

    A share gives the state that follows from it: 0 not started, 1 done, between in progress. Bare whole
    numbers count only where `hundreds` says how their column is written; 1 among percentages stays open.
    """
    if isinstance(value, bool):
        return Progress("done") if value else None
    if isinstance(value, str):
        return _worded(value) or _counted(value, hundreds)
    if isinstance(value, int | float) and hundreds is not None:
        return _counted(str(value), hundreds)
    share = read_percent(value)
    return None if share is None else Progress(state_of(share), share)


def _counted(text: str, hundreds: bool | None) -> Progress | None:
    """A bare number in a column of progress: 45 and 100 where one is over 1, else 0 and 1; always 0.6."""
    if hundreds is None or (hundreds and text.strip() == "1"):
        return None
    share = read_percent(text)
    if share is None or share in (0, 1):
        share = read_percent(text, hundreds=hundreds)
    return None if share is None else Progress(state_of(share), share)


@lru_cache(maxsize=4096)
def _worded(text: str) -> Progress | None:
    key = _key(text)
    if key in _late():
        return Progress("in_progress", late=True)
    bare = _AROUND.sub("", key.strip(_LAMPS))
    code = _states().get(key) or _states().get(bare)
    if code is not None:
        return Progress(code)
    if _DATED.search(bare) and _DATED.sub("", bare) in _states():
        return Progress(_states()[_DATED.sub("", bare)])
    if UNDER_WAY.fullmatch(bare):
        return Progress("in_progress")
    share = read_percent(text) if "%" in key or "百分之" in key or "/" in key else None
    return _with_words(key) if share is None else Progress(state_of(share), share)


def _with_words(key: str) -> Progress | None:
    """进行中(60%), 已完成80%, 80% complete: the share, with the state unless the two contradict."""
    match = _WITH_SHARE.fullmatch(key)
    if match is None or float(match["share"]) > 100:
        return None
    share = round(float(match["share"]) / 100, 6)
    words = [word for word in (match["before"].strip(" :(,，、/-"), match["after"].strip()) if word]
    if not words or not all(word in _share_words() or word in _states() for word in words):
        return None
    said = {_states().get(word) for word in words if word not in _share_words()} - {None}
    state = state_of(share)
    if said <= {state}:
        return Progress(state, share)
    return Progress("paused", share) if said == {"paused"} and share < 1 else None


def state_of(share: float) -> str:
    """The state that follows from a share."""
    return "done" if share == 1 else "in_progress" if share > 0 else "not_started"


def is_progress(value: object) -> bool:
    """Whether a cell says a state or a share."""
    return read_progress(value) is not None


@guarded(_not_told)
def read_percent(value: object, *, hundreds: bool = False) -> float | None:
    """A share from 0 to 1: 0.8, "0.8", "80%", "45/100", with `hundreds` also 80 and "80"; else None."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        share = value / 100 if hundreds else float(value)
    elif isinstance(value, str):
        share = _written(normalise_key(value), hundreds)
    else:
        return None
    return round(share, 6) if 0 <= share <= 1 else None


def _written(text: str, hundreds: bool) -> float:
    """The share of a text; -1 when it says none."""
    part = _OF_ALL.fullmatch(text)
    if part is not None:
        return int(part[1]) / 100 if int(part[2]) == 100 else -1.0
    match = _PERCENT.fullmatch(text)
    if match is None and not _NUMBER.fullmatch(text):
        return -1.0
    share = float((match[1] or match[2]) if match else text)
    return share / 100 if match or hundreds else share


def in_hundreds(values: Iterable[object]) -> bool:
    """Whether the plain numbers of a column are percentages such as 80: one of them is over 1."""
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    texts = [float(v) for v in values if isinstance(v, str) and _NUMBER.fullmatch(normalise_key(v))]
    return any(1 < number <= 100 for number in (*numbers, *texts))
