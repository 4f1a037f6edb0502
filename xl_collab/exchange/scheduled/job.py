"""A run that starts by itself: its command, and when, as people write it: 周一 09:00, Mon,Thu 08:05.

What may not enter: any system's scheduler (written.py, schedulers.py).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from xl_collab.errors import UsageError

_WHEN = re.compile(r"(?P<days>.+?)\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})", re.IGNORECASE)
_DAY = re.compile(r"(?:星期|周|礼拜)?([一二三四五六日天])", re.IGNORECASE)
_ENGLISH = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_EVERY = ("每天", "每日", "daily", "everyday")
_WORKING = ("工作日", "每个工作日", "workdays", "weekdays")


@dataclass(frozen=True)
class When:
    """Days of the week, Monday is 0, and the time of day."""

    days: tuple[int, ...]
    hour: int
    minute: int


@dataclass(frozen=True)
class Job:
    """`name` is the scheduler's, ASCII; `command` the program with its arguments; `file` the workbook."""

    name: str
    command: tuple[str, ...]
    file: str


def job_name(path: Path) -> str:
    """The same for the same workbook."""
    return f"xl-collab-{hashlib.sha256(str(path.resolve()).encode('utf-8')).hexdigest()[:8]}"


def times(texts: Iterable[str]) -> tuple[When, ...]:
    """What people wrote. UsageError for what is no day and time."""
    return tuple(map(_when, texts))


def _when(text: str) -> When:
    plain = unicodedata.normalize("NFKC", text).strip()
    match = _WHEN.fullmatch(plain)
    days = _days(match["days"]) if match else ()
    if match is None or not days or int(match["hour"]) > 23 or int(match["minute"]) > 59:
        raise UsageError(
            f"看不懂“{text}”。请写星期和时间，如 周一 09:00、周一、周四 08:05、每天 07:00。",
            f"{text!r} is no day and time. Write such as Mon 09:00, Mon,Thu 08:05, daily 07:00 (周一 09:00).",
        )
    return When(days, int(match["hour"]), int(match["minute"]))


def _days(text: str) -> tuple[int, ...]:
    """Days of the week that a text names; () where a word is none."""
    whole = text.strip().casefold().replace(" ", "")
    if whole in _EVERY or whole in _WORKING:
        return tuple(range(7 if whole in _EVERY else 5))
    found = [_day(word) for word in re.split(r"[、,;和\s]+", text.strip()) if word]
    return tuple(sorted({day for day in found if day is not None})) if None not in found else ()


def _day(word: str) -> int | None:
    match = _DAY.fullmatch(word)
    if match is not None:
        return min("一二三四五六日天".index(match[1]), 6)
    short = word[:3].casefold()
    full = re.fullmatch(
        r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?", word, re.IGNORECASE
    )
    return _ENGLISH.index(short) if full else None
