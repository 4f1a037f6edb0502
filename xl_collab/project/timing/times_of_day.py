"""The time of day in a typed deadline: 17:00, 下午5点半, 17时30分, 5pm, noon, 下班前.

Text in, a time and the rest of the text out. Dates may not enter.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal

from xl_collab.patterns import lazy

_PART = r"(?P<part>上午|下午|中午|晚上|傍晚|早上|凌晨|晚|早)?"
_CLOCK = (
    r"(?<![\d:.])(?P<hour>\d{1,2})"
    r"(?::(?P<minute>\d{2})(?::(?P<second>\d{2}))?|(?P<zh>[点时])(?:(?P<zh_minute>\d{1,2})分?|(?P<half>半)|整|钟)?)?"
    r"(?: ?(?P<pm>[ap])\.?m\.?)?"
)
_TIME = lazy(rf"(?:[ ,@]*|(?<=\d)t)(?:\b(?:by|at) )?{_PART} ?{_CLOCK}$")
_NOON = lazy(r"[ ,]*(?:中午|(?:\b(?:by|at) )?noon)$")
_END_OF_WORK = lazy(r"[ ,]*(?:下班|(?:\bby )?(?:close of business|cob|eob|end of day|eod))$")
_AFTERNOON = ("下午", "晚上", "傍晚", "晚")


_LEADING = lazy(
    r"(?:at )?(noon|eod|cob|eob|close of business|end of day|\d{1,2}(?::\d\d)? ?[ap]\.?m\.?|\d{1,2}:\d\d)"
    r"(?: on|,)? (.+)"
)
_MIDNIGHT = lazy(r"(?:[ ,]+|(?<=\d)t)0?0:00:00$")


def time_last(text: str) -> str:
    """A normalised text whose time of day stands behind: noon 8 oct 2023, 17:00 on 8 oct 2023.

    A midnight to the second is a date that some program wrote, and goes.
    """
    match = _LEADING.fullmatch(text)
    return f"{match[2]} {match[1]}" if match else _MIDNIGHT.sub("", text)


def split_time(text: str) -> tuple[str, dt.time | None] | Literal["ambiguous", "impossible"]:
    """A normalised lower-case text without its time, and the time.

    No time, 24:00 and 下班前 give None: the end of the day. Text that is no time stays in place.
    """
    for pattern, time in ((_END_OF_WORK, None), (_NOON, dt.time(12))):
        found = pattern.search(text)
        if found:
            return text[: found.start()].strip(), time
    match = _TIME.search(text)
    if not match or not (match["minute"] or match["zh"] or match["pm"]):
        return text, None
    clock = _clock(match)
    return clock if isinstance(clock, str) else (text[: match.start()].strip(), clock[0])


def _clock(match: re.Match[str]) -> tuple[dt.time | None] | Literal["ambiguous", "impossible"]:
    hour, half = int(match["hour"]), 30 if match["half"] else 0
    minute, second = int(match["minute"] or match["zh_minute"] or half), int(match["second"] or 0)
    if match["zh"] and not match["part"] and not match["pm"] and 1 <= hour <= 6:
        return "ambiguous"
    if match["part"] or match["pm"]:
        hour = _hour_of_day(hour, match["part"] or "", match["pm"] or "")
    if (hour, minute, second) == (24, 0, 0):
        return (None,)
    if not (0 <= hour < 24 and minute < 60 and second < 60):
        return "impossible"
    return (dt.time(hour, minute, second),)


def _hour_of_day(hour: int, part: str, pm: str) -> int:
    """The hour on a 24-hour clock, or -1 where the part of the day contradicts it."""
    if pm:
        return hour % 12 + 12 * (pm == "p") if 1 <= hour <= 12 else -1
    if part == "中午":
        return hour + 12 if hour == 1 else hour if hour in (11, 12, 13) else -1
    if part in _AFTERNOON:
        return hour + 12 if 1 <= hour <= 11 else hour if 13 <= hour <= 23 else -1
    return hour if hour <= 12 and not (part == "凌晨" and hour > 6) else -1
