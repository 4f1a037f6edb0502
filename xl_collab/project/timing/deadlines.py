"""时间节点: what a person put into a deadline, read as one date, a recurrence, or not at all.

Values in, deadlines out. Nothing is ever guessed: what could mean two things is Unreadable with
its reason, and so is what means none. A fuzzy date parser may not enter (one reads 2023年10月8日
as a day of 2026), nor the clock: a date without year takes it from a date given as `near`.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
import math
import numbers
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from xl_collab.errors import Lang
from xl_collab.project.timing.recurrence import END_OF_DAY
from xl_collab.project.timing.recurrence import Recurrence as Recurrence
from xl_collab.project.timing.recurrence_words import (
    MONTHS_EN,
    clock_text,
    describe_recurrence,
    number_of,
    read_recurrence,
)
from xl_collab.schema.keys import guarded
from xl_collab.schema.words import Text, t

# The time of day at the end of a typed deadline: 17:00, 下午5点半, 17时30分, 5pm.


_PART = r"(?P<part>上午|下午|中午|晚上|傍晚|早上|凌晨|晚|早)?"
_CLOCK = (
    r"(?<![\d:.])(?P<hour>\d{1,2})"
    r"(?::(?P<minute>\d{2})(?::(?P<second>\d{2}))?|(?P<zh>[点时])(?:(?P<zh_minute>\d{1,2})分?|(?P<half>半)|整|钟)?)?"
    r"(?: ?(?P<pm>[ap])\.?m\.?)?"
)
_TIME = re.compile(rf"(?:[ ,@]*|(?<=\d)t)(?:\b(?:by|at) )?{_PART} ?{_CLOCK}$")
_NOON = re.compile(r"[ ,]*(?:中午|(?:\b(?:by|at) )?noon)$")
_END_OF_WORK = re.compile(r"[ ,]*(?:下班|(?:\bby )?(?:close of business|cob|end of day|eod))$")
_AFTERNOON = ("下午", "晚上", "傍晚", "晚")


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


Reason: TypeAlias = Literal[
    "ambiguous",
    "failed",
    "impossible",
    "incomplete",
    "no_year",
    "out_of_range",
    "pending",
    "range",
    "relative",
    "serial_text",
    "several",
    "time_only",
    "unknown",
    "vague",
    "weekday",
]
REASONS: dict[Reason, Text] = {
    "ambiguous": t("可以有两种读法", "it can be read in two ways"),
    "failed": t("读取时出错，请改写后重试", "reading it failed; write it in another way"),
    "impossible": t("日历上没有这一天或这个时刻", "there is no such day or time"),
    "incomplete": t("没有写到具体哪一天", "it does not say which day"),
    "no_year": t("没有写年份，也无法由相邻日期推断", "it has no year, and no neighbour tells it"),
    "out_of_range": t("数字超出 Excel 日期的范围", "the number is no date that Excel knows"),
    "pending": t("日期尚未确定", "the date is not settled yet"),
    "range": t("写的是一段时间，不是一个期限", "it is a span of time, not a deadline"),
    "relative": t("相对的说法，不知道从哪天算起", "it is relative to a day that nobody named"),
    "serial_text": t("是一个数字，不是日期", "it is a number, not a date"),
    "several": t("写了不止一个日期", "it holds more than one date"),
    "time_only": t("只有时刻，没有日期", "it is a time without a day"),
    "unknown": t("读不出日期或周期", "no date or recurrence can be read from it"),
    "vague": t("说法笼统，没有落到某一天", "it is too vague to be a day"),
    "weekday": t("写的星期与日期不符", "the weekday does not fit the date"),
}


@dataclass(frozen=True, slots=True)
class FixedDate:
    """One day, perhaps with a time. `year_inferred`: the text had no year. It never moves."""

    date: dt.date
    time: dt.time | None = None
    year_inferred: bool = False

    @property
    def due(self) -> dt.datetime:
        """The moment it is due; without a time, the end of the day."""
        return dt.datetime.combine(self.date, self.time or END_OF_DAY)


@dataclass(frozen=True, slots=True)
class Blank:
    """Nothing was entered."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What was entered, and why it is no deadline."""

    text: str
    reason: Reason

    def explain(self, lang: Lang = "zh") -> str:
        """The reason in words, to stand inside a finding."""
        return REASONS[self.reason].of(lang)


Deadline: TypeAlias = FixedDate | Recurrence | Blank | Unreadable

_LAST_SERIAL = 2958465  # 9999-12-31
_EARLIEST_YEAR = 1900
_LONGEST_TEXT = 200  # characters; a deadline is a few words, and patterns need not see an essay
_SECONDS = 86400
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_DASHES = re.compile("[\u2010-\u2015\u2212\uff0d]")
_DIGITS = {"零": "0"} | {digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")}
_NUMERALS = re.compile(
    r"(?<![周期拜第〇零一二三四五六七八九十])[〇零一二三四五六七八九十]+(?=[年月日号点时分])"
)
# A circle or the letter O among the digits of a year, for want of 〇 on the keyboard.
_CIRCLE = re.compile(r"(?<=[〇零一二三四五六七八九○◯o])[○◯o](?=[〇零一二三四五六七八九○◯o年])")
_GAP = re.compile(r"\s*([-./年月日号])\s*")
_PREFIX = re.compile(r"^(?:(?:due )?by |due (?:on )?|no later than |截止到?|截至|最迟|不晚于)\s*")
_SUFFIX = re.compile(r"\s*(?:之前|以前|前|截止|为止|止)$")
_WEEKDAY = re.compile(r"\s*\(?\s*(?:周|星期|礼拜)([一二三四五六日天])\s*\)?$")
_WEEKDAY_EN = re.compile(r"\s*\(?\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\)?$")
_NAME = r"(?P<name>[a-z]{3,9})\.?"
_TH = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<y>\d{4})(?P<sep>[-./])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})",
        r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]?",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
        r"(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]",
        rf"{_TH} {_NAME}(?:,? (?P<y>\d{{4}}))?",
        rf"{_NAME} {_TH}(?:,? (?P<y>\d{{4}}))?",
    )
)
# Why a text that is neither date nor recurrence is not one; the first pattern found decides.
_WHY: tuple[tuple[Reason, str], ...] = (
    ("pending", r"待定|待确认|待通知|另行通知|未定|暂定|\btb[adc]\b"),
    ("relative", r"[今明后昨]天|[本下上这]个?(?:周|月|星期|季|礼拜)|\b(?:next|this|tomorrow|today)\b"),
    ("relative", r"\d+个?(?:工作日|天|日|周|月)(?:内|后)|内$|后$"),
    ("several", r"\d[日号]?[、,;和及]\d"),
    ("range", r"\d[日号]?(?:至|到|~| to |-)+\d+(?:月|年|-\d+-)|\d[日号]?(?:至|到|~)\d|:\d\d-$"),
    ("incomplete", r"^\d{4}年?$|^\d{4}年\d{1,2}月$|^\d{1,2}月份?$|^\d{4}[-./]\d{1,2}$"),
    (
        "incomplete",
        r"^(?:每|隔).*(?:周|星期|月|季度?|年)$|^(?:weekly|monthly|quarterly|yearly|every \w+)$",
    ),
    ("vague", r"q[1-4]|季度|[年月周][底末初]|[上中下]旬|半年|尽快|\basap\b|\bsoon\b"),
    ("ambiguous", r"^\d{1,2}[-./]\d{1,2}(?:[-./]\d{1,4})?$|^\d{2}年|^(?:周|星期).$|^biweekly|双周"),
    ("serial_text", r"^-?\d+(?:\.\d+)?$"),
)


def _not_read(value: object) -> Deadline:
    return Unreadable(str(value).strip(), "failed")


@guarded(_not_read)
def parse_deadline(value: object, *, near: dt.date | None = None, serials: bool = False) -> Deadline:
    """Read a cell's value as a deadline.

    value    a date or datetime, an Excel serial of the 1900 system (1 to 2958465, not 60), an
             eight-digit number, or text
    near     a date of the row or its neighbours: a date without year takes the year that brings
             it nearest to this one, and is flagged
    serials  whether a five-digit number in text is a serial too (for date columns)
    """
    value, near = _plain(value), _day(near)
    if value is None:
        return Blank()
    if isinstance(value, dt.date):
        return _from_date(value)
    if isinstance(value, dt.time | dt.timedelta):
        return Unreadable(str(value), "time_only")
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        return _from_number(float(value), str(value))
    return _from_text(str(value), near, serials)


def parse_date(value: object, *, near: dt.date | None = None) -> dt.date | None:
    """The day that a date column's value means, or None: blank, unreadable or a recurrence."""
    found = parse_deadline(value, near=near, serials=True)
    return found.date if isinstance(found, FixedDate) else None


def describe(deadline: Deadline, lang: Lang = "zh") -> str:
    """The canonical wording, which `parse_deadline` reads back as the same deadline."""
    if isinstance(deadline, Recurrence):
        return describe_recurrence(deadline, lang)
    if isinstance(deadline, FixedDate):
        if deadline.time is None:
            return deadline.date.isoformat()
        time = clock_text(deadline.time)
        return f"{deadline.date} by {time}" if lang == "en" else f"{deadline.date} {time}前"
    return deadline.text if isinstance(deadline, Unreadable) else ""


def _plain(value: object) -> object:
    """The Python value of a NumPy scalar; None for what pandas writes where nothing is."""
    if isinstance(value, np.datetime64):
        return value.astype("datetime64[us]").item()
    if isinstance(value, np.generic):
        value = value.item()
    empty = type(value).__name__ in ("NaTType", "NAType") or (isinstance(value, float) and math.isnan(value))
    return None if empty else value


def _day(near: object) -> dt.date | None:
    """The day of a neighbour, which may come as a datetime or be missing."""
    near = _plain(near)
    if isinstance(near, dt.datetime):
        return near.date()
    return near if isinstance(near, dt.date) else None


def _from_date(value: dt.date) -> Deadline:
    if not isinstance(value, dt.datetime):
        return FixedDate(value)
    seconds = value.hour * 3600 + value.minute * 60 + value.second + round(value.microsecond / 1e6)
    return _at_second(value.date(), seconds)


def _at_second(date: dt.date, seconds: int) -> Deadline:
    """A date and the seconds since its midnight; midnight itself means that no time was given."""
    try:
        date += dt.timedelta(days=seconds // _SECONDS)
    except OverflowError:
        return Unreadable(str(date), "out_of_range")
    hour, rest = divmod(seconds % _SECONDS, 3600)
    return FixedDate(date, dt.time(hour, rest // 60, rest % 60) if seconds % _SECONDS else None)


def _from_number(number: float, text: str) -> Deadline:
    if math.isfinite(number) and number == int(number) and re.fullmatch(r"\d{8}", f"{number:.0f}"):
        return _dated(f"{number:.0f}", None, None, text)
    if _looks_typed(number):
        return Unreadable(text, "ambiguous")
    if 0 < number < 1:
        return Unreadable(text, "time_only")
    if not 1 <= number < _LAST_SERIAL + 1:
        return Unreadable(text, "out_of_range")
    if 60 <= number < 61:
        return Unreadable(text, "impossible")  # 1900-02-29, which only Lotus and Excel had
    base = dt.date(1899, 12, 31) if number < 60 else dt.date(1899, 12, 30)
    whole = int(number)
    return _at_second(base + dt.timedelta(days=whole), round((number - whole) * _SECONDS))


def _looks_typed(number: float) -> bool:
    """Whether a number is rather a typed year and month (202310, 2023108) than a day in year 2453."""
    return 190000 <= number < 220000 or 1900000 <= number < 2200000


def _from_text(original: str, near: dt.date | None, serials: bool) -> Deadline:
    shown = original.strip()
    if len(shown) > _LONGEST_TEXT:
        return Unreadable(shown, "unknown")
    text = _normalised(original)
    if not text:
        return Blank()
    if serials and re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _from_number(float(text), shown)
    body = _SUFFIX.sub("", _PREFIX.sub("", text)).strip()
    split = split_time(body)
    if isinstance(split, str):
        return Unreadable(shown, split)
    body, time = _SUFFIX.sub("", split[0]).strip(), split[1]
    if not body:
        return Unreadable(shown, "time_only" if time else "unknown")
    recurrence = read_recurrence(body, time)
    if recurrence == "impossible":
        return Unreadable(shown, recurrence)
    return recurrence or _dated(body, time, near, shown)


def _normalised(text: str) -> str:
    """Half-width, lower-case, without invisible characters, numerals before 年月日 as digits."""
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).lower()
    circles = _CIRCLE.sub("〇", _DASHES.sub("-", folded))
    digits = _NUMERALS.sub(lambda found: _digits(found[0]), circles)
    return _GAP.sub(r"\1", " ".join(digits.split()))


def _digits(numeral: str) -> str:
    """二〇二三, 二零二三 -> 2023, 三十一 -> 31; what is no number stays."""
    if "十" in numeral or len(numeral) == 1:
        return str(number_of(numeral) or numeral)
    return "".join(map(_DIGITS.__getitem__, numeral))


def _dated(body: str, time: dt.time | None, near: dt.date | None, shown: str) -> Deadline:
    """A fixed date, with its weekday checked if the text gives one."""
    plain, weekday = _split_weekday(body)
    match = next((m for m in (pattern.fullmatch(plain) for pattern in _DATES) if m), None)
    if match is None:
        return Unreadable(shown, _why(body))
    found = _from_match(match, near)
    if isinstance(found, str):
        return Unreadable(shown, found)
    if weekday is not None and found.date.weekday() != weekday:
        return Unreadable(shown, "weekday")
    return replace(found, time=time)


def _split_weekday(body: str) -> tuple[str, int | None]:
    match = _WEEKDAY.search(body)
    if match:
        return body[: match.start()], "一二三四五六日".index(match[1].replace("天", "日"))
    match = _WEEKDAY_EN.search(body)
    if match and match.start():
        return body[: match.start()], ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(match[1])
    return body, None


def _from_match(match: re.Match[str], near: dt.date | None) -> FixedDate | Reason:
    groups = match.groupdict()
    month = int(groups["m"]) if groups.get("m") else _month_named(groups.get("name") or "")
    day = int(match["d"])
    if not month:
        return "unknown"
    if not (1 <= month <= 12 and 1 <= day <= months.monthrange(2024, month)[1]):
        return "impossible"
    if groups.get("y"):
        year = int(match["y"])
        known = year >= _EARLIEST_YEAR and day <= months.monthrange(year, month)[1]
        return FixedDate(dt.date(year, month, day)) if known else "impossible"
    return FixedDate(nearest(month, day, near), year_inferred=True) if near else "no_year"


def _month_named(word: str) -> int:
    found = (n for n, name in enumerate(MONTHS_EN, start=1) if name.lower().startswith(word))
    return next(found, 0) if len(word) >= 3 else 0


_SURELY_NEAREST = 182
"""Days: the same day of another year is at least 365 - 182 away, which is more."""


def nearest(month: int, day: int, near: dt.date) -> dt.date:
    """That day of the year which lies nearest to `near`; of two as near, the later."""
    reach = 8
    if (month, day) != (2, 29):
        found, reach = dt.date(near.year, month, day), 1
        if abs((found - near).days) <= _SURELY_NEAREST:
            return found
    years = range(max(near.year - reach, 1), min(near.year + reach, dt.MAXYEAR) + 1)
    dates = [dt.date(year, month, day) for year in years if day <= months.monthrange(year, month)[1]]
    return min(dates, key=lambda date: (abs(date - near), -date.toordinal()))


def _why(body: str) -> Reason:
    return next((reason for reason, pattern in _WHY if re.search(pattern, body)), "unknown")
