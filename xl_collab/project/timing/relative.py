"""Deadlines that hang on another row: T003+5个工作日, 启动会(M002)后10日内, 2 weeks after M002.

A bare, normalised text in, a `Relative` out, and back. Which row the ID is, and which day it has, is
the project's matter (`plan`). An anchor without an ID (T+5, 签约后10日) is no single reading.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Literal, TypeAlias

from xl_collab.errors import Lang
from xl_collab.project.calendar.workdays import Calendar
from xl_collab.project.timing.recurrence_words import number_of
from xl_collab.records import dataclass

Step: TypeAlias = Literal["workday", "day", "month"]
_LONGEST = 3660
"""Days or months: a longer way is a slip of the pen, and no calendar reaches it."""


@dataclass(frozen=True, slots=True)
class Relative:
    """So many days after (negative: before; 0: on) the finish of the row with the ID `anchor`.

    step     what is counted: working days, calendar days (日, 天, 周) or months
    started  whether it counts from the row's start
    """

    anchor: str
    count: int
    step: Step
    started: bool = False

    def due(self, anchor: dt.date, calendar: Calendar) -> dt.date | None:
        """The day that follows from the anchor's, None beyond the calendar.

        Calendar days and months that end on a day off run to the next working day (Civil Code of China,
        art. 203); before an anchor, to the last working day ahead of it.
        """
        try:
            if self.step == "workday" and self.count:
                return calendar.add(anchor, self.count)
            day = _months_on(anchor, self.count) if self.step == "month" else None
            day = day or anchor + dt.timedelta(days=self.count)
            return calendar.roll(day, "following" if self.count >= 0 else "preceding")
        except (OverflowError, ValueError):
            return None


_ID = r"[a-z]{1,6}[-_]?\d{1,6}"
_COUNT = r"(?P<n>\d{1,4}|半|[一二两三四五六七八九十]{1,3})"
_UNIT = r"(?P<unit>个?工作日|个?自然日|个?日历日|[天日]|个?(?:周|星期|礼拜)|个?月|工作天)"
_UNIT_EN = (
    r"(?P<unit>working days?|work ?days?|business days?|wd|bd|calendar days?|days?|weeks?|wks?|w|months?)"
)
_WHO = rf"(?:自|从|在)?(?:[^()]{{0,30}}\((?P<id2>{_ID}|\d{{1,6}})\)|[^a-z0-9()+]{{0,20}}(?P<id>{_ID}))"
_EVENT = r"(?:(?P<begun>开始|启动|开工)|完成|结束|验收|通过|交付|达成|召开)?"
_AFTER = r"(?:之?日起|(?:之|以)?后的?|起)"
_PATTERNS_ZH = (
    rf"{_WHO}{_EVENT}{_AFTER}第?{_COUNT}{_UNIT}(?:之内|以内|内)?",
    rf"{_WHO}(?:完成|结束|验收|通过|交付|达成|召开){_COUNT}{_UNIT}(?:之内|以内|内)",
    rf"{_WHO}{_EVENT}(?P<sign>[+-]){_COUNT}{_UNIT}(?:之内|以内|内)?",
    rf"{_WHO}{_EVENT}(?P<before>(?:之|以)?前的?){_COUNT}{_UNIT}",
)
_NUMBERS_EN = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNT_EN = rf"(?P<n>\d{{1,4}}|{'|'.join(_NUMBERS_EN)})"
_OF_EN = rf"(?P<en>[^()]{{0,30}}?)\(?(?P<id>{_ID})\)?(?: (?:(?P<begun>starts?)|ends?|finish(?:es)?|is done))?"
_PATTERNS_EN = (
    rf"(?:[a-z ]{{0,30}}\()?(?P<id>{_ID})\)?(?: (?:(?P<begun>start)|finish|end))? ?"
    rf"(?P<sign>[+-]|plus|minus) ?{_COUNT_EN} ?{_UNIT_EN}",
    rf"(?:within |in )?{_COUNT_EN} {_UNIT_EN} (?:after|of|from|following) {_OF_EN}",
    rf"(?:at least )?{_COUNT_EN} {_UNIT_EN} (?P<before>before|prior to) {_OF_EN}",
)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]:
    return tuple(map(re.compile, _PATTERNS_ZH)), tuple(map(re.compile, _PATTERNS_EN))


def read_relative(text: str) -> Relative | None:
    """The relative deadline that a text is; None where it is none or names no ID."""
    chinese, english = _patterns()
    squeezed = text.replace(" ", "")
    matches = [*(p.fullmatch(squeezed) for p in chinese), *(p.fullmatch(text) for p in english)]
    return next((_from_match(match) for match in matches if match), None)


def _from_match(match: re.Match[str]) -> Relative | None:
    groups = match.groupdict()
    step, length = _step(match["unit"])
    word = match["n"]
    number = _NUMBERS_EN.index(word) + 1 if word in _NUMBERS_EN else number_of(word)
    if number * length > _LONGEST or (not number and word.strip("0")):
        return None
    back = groups.get("before") or groups.get("sign") in ("-", "minus")
    anchor = groups.get("id") or groups.get("id2") or ""
    begun = groups.get("begun") or re.fullmatch(r"(?:the )?start (?:of )?", groups.get("en") or "")
    return Relative(anchor.upper(), (-1 if back else 1) * number * length, step, bool(begun))


def _step(unit: str) -> tuple[Step, int]:
    """What a unit counts, and how many of them it is."""
    if re.search(r"工作|work|business|[wb]d$", unit):
        return "workday", 1
    if "月" in unit or unit.startswith("month"):
        return "month", 1
    return "day", 7 if re.search(r"周|星期|礼拜|^w", unit) else 1


def describe_relative(relative: Relative, lang: Lang = "zh") -> str:
    """The canonical wording, which `read_relative` reads back as the same."""
    anchor = relative.anchor if re.fullmatch(_ID, relative.anchor.lower()) else f"({relative.anchor})"
    number, sign = abs(relative.count), "+" if relative.count >= 0 else "-"
    if lang == "en" and number and not relative.started and not anchor.startswith("("):
        unit = {"workday": "working day", "day": "day", "month": "month"}[relative.step]
        return f"{number} {unit}{'s' * (number > 1)} {'after' if relative.count > 0 else 'before'} {anchor}"
    unit = {"workday": "个工作日", "day": "日", "month": "个月"}[relative.step]
    return f"{anchor}{'开始' * relative.started}{sign}{number}{unit}"


def _months_on(day: dt.date, count: int) -> dt.date:
    """The same day so many months on; the last of a month that is too short."""
    index = day.year * 12 + day.month - 1 + count
    last = (dt.date(index // 12, index % 12 + 1, 28) + dt.timedelta(days=4)).replace(day=1)
    return dt.date(index // 12, index % 12 + 1, min(day.day, (last - dt.timedelta(days=1)).day))
