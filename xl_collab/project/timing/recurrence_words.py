"""Recurrences as people write them, in Chinese and English, and as we write them back.

Each way of saying one is a pattern with the function that builds it; what no pattern matches
whole is not a recurrence. `describe_recurrence` writes only what `read_recurrence` reads.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Literal, TypeAlias

from xl_collab.errors import Lang
from xl_collab.patterns import lazy
from xl_collab.project.timing.recurrence import Place, Recurrence, Unit

Match: TypeAlias = "re.Match[str]"
Builder: TypeAlias = Callable[[Match, dt.time | None], Recurrence]

MONTHS_EN = tuple(months.month_name[1:])
_DAYS_ZH = "一二三四五六日"
_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PERIODS_ZH: dict[str, Unit] = {
    "月": "month",
    "季度": "quarter",
    "季": "quarter",
    "半年": "half",
    "年": "year",
}
_PERIODS_ZH |= {"年度": "year"}
_PERIODS_EN: dict[str, Unit] = {"month": "month", "quarter": "quarter", "year": "year"}
_PERIODS_EN |= {"half-year": "half", "half year": "half"}
_NUMBERS_EN = {"first": 1, "second": 2, "third": 3, "two": 2, "three": 3, "four": 4, "last": -1, "other": 2}
_NUMBERS_EN |= {"five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "fortnightly": 2}
_FEW_EN = "two|three|four|five|six|seven|eight|nine|ten"
_MONTHS_IN: dict[Unit, int] = {"quarter": 3, "half": 6, "year": 12}
_LARGEST_NTH: dict[Place, int] = {"day": 28, "workday": 15, "weekday": 4}

_WEEK = r"(?:周|星期|礼拜)"
_ONE = r"[一二三四五六日天1-7]"
_LIST = rf"(?P<days>{_ONE}(?:(?:[、,和及与/]|至|到|-)?{_WEEK}?{_ONE})*)"
_NUM = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
_DATES = r"(?P<dates>(?:\d{1,2}[日号]?[、,和及与/])*\d{1,2}[日号])"
_MONTH_DAY = r"\d{1,2}月\d{1,2}[日号]"
_MONTH_DAY_EN = r"[a-z]{3,9} \d{1,2}(?:st|nd|rd|th)?"
_EACH = r"每(?:一个|1个|个|一|1)?"
_DAY = r"(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:r|rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?"
_DAYS_PLURAL = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days"
_LIST_EN = rf"(?P<days>{_DAY}(?:(?:, and | and |, |,| & |/){_DAY})*)"
_TH = r"\d{1,2}(?:st|nd|rd|th)?"
_POS_EN = rf"(?:first|second|third|last|{_TH})"
_THING_EN = rf"(?P<what>day|workday|working day|business day|{_DAY})"
_PERIOD_EN = r"(?:of )?(?:each |every |the )?(?P<unit>month|quarter|half-year|half year|year)"
_WORD_EN = lazy(r"(?!and\b)\b[a-z]{3,}")
_EACH_PERIOD_EN = r"(?:of )?(?:each |every )(?P<unit>month|quarter|half-year|half year|year)"


def read_recurrence(text: str, time: dt.time | None) -> Recurrence | Literal["impossible"] | None:
    """The recurrence that a normalised, lower-case text without its time means.

    None: this is no recurrence; "impossible": it is one that no calendar has (每月32日).
    """
    plain = text.isascii()
    squeezed = text if plain else text.replace(" ", "")
    for pattern, build in _patterns(plain):
        match = pattern.fullmatch(squeezed)
        if match:
            try:
                return build(match, time)
            except ValueError:
                return "impossible"
    return None


def number_of(text: str) -> int:
    """A whole number in digits or Chinese numerals up to 99; 0 if it is neither."""
    if text.isdecimal():
        return int(text)
    digits = {zh: n for n, zh in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
    tens, ten, ones = text.rpartition("十")
    if any(len(part) > 1 or part not in {"", *digits} for part in (tens, ones)):
        return 0
    return (digits.get(tens, 1) * 10 if ten else 0) + digits.get(ones, 0)


# builders


def _daily(match: Match, time: dt.time | None) -> Recurrence:
    return Recurrence("day", time=time)


def _every_days(match: Match, time: dt.time | None) -> Recurrence:
    """每3天, every other day; 隔天 is every second day."""
    word = match.groupdict().get("every") or "2"
    every = number_of(word) or _NUMBERS_EN.get(word, 0)
    if not 2 <= every <= 99:
        raise ValueError(word)
    return Recurrence("day", every=every, time=time)


def _every_workday(match: Match, time: dt.time | None) -> Recurrence:
    return Recurrence("workday", time=time)


def _weekly_zh(match: Match, time: dt.time | None) -> Recurrence:
    every = match.groupdict().get("every")
    count = number_of(every) if every else (2 if "隔" in match[0] else 1)
    return _weekly(count, _weekdays_zh(match["days"]), time)


def _weekly_en(match: Match, time: dt.time | None) -> Recurrence:
    every = match.groupdict().get("every") or "1"
    count = _NUMBERS_EN.get(every) or int(every)
    return _weekly(count, [_weekday_en(word) for word in _WORD_EN.findall(match["days"])], time)


def _weekly(every: int, weekdays: list[int], time: dt.time | None) -> Recurrence:
    if not 1 <= every <= 52:
        raise ValueError(every)
    return Recurrence("week", every=every, weekdays=tuple(sorted(set(weekdays))), time=time)


def _weekdays_zh(text: str) -> list[int]:
    """Weekdays of 一、三、五 or 一至五 (a range must run forward)."""
    tokens = re.findall(rf"{_ONE}|至|到|-", text)
    found: list[int] = []
    for place, token in enumerate(tokens):
        if token not in "至到-":
            found.append(_weekday_zh(token))
            continue
        first, last = found[-1], _weekday_zh(tokens[place + 1])
        if first >= last:
            raise ValueError(text)
        found.extend(range(first, last))
    return found


def _weekday_zh(word: str) -> int:
    return int(word) - 1 if word.isdecimal() else _DAYS_ZH.index(word.replace("天", "日"))


def _weekday_en(word: str) -> int:
    for index, name in enumerate(_DAYS_EN):
        if len(word) >= 3 and name.lower().startswith(word[:3]):
            return index
    raise ValueError(word)


def _on_days(match: Match, time: dt.time | None) -> Recurrence:
    days = {int(day) for day in re.findall(r"\d+", match["dates"])}
    if not all(1 <= day <= 31 for day in days):
        raise ValueError(match["dates"])
    return Recurrence("month", days=tuple(sorted(days)), time=time)


def _yearly(match: Match, time: dt.time | None) -> Recurrence:
    word, said = match["month"], match["day"]
    month = int(word) if word.isdecimal() else _month_en(word)
    day = int(said) if said else months.monthrange(2024, month)[1]
    dt.date(2024, month, day)  # a leap year: refuses what no year has
    return Recurrence("year", month=month, days=(day,), time=time)


def _several_a_year(match: Match, time: dt.time | None) -> Recurrence:
    pairs = re.findall(r"(\d{1,2})月(\d{1,2})", match["dates"])
    return _dates_of_year({(int(month), int(day)) for month, day in pairs}, time)


def _several_a_year_en(match: Match, time: dt.time | None) -> Recurrence:
    pairs = re.findall(r"([a-z]{3,9}) (\d{1,2})", match["dates"])
    return _dates_of_year({(_month_en(month), int(day)) for month, day in pairs if month != "and"}, time)


def _dates_of_year(dates: set[tuple[int, int]], time: dt.time | None) -> Recurrence:
    for month, day in dates:
        dt.date(2024, month, day)
    if len(dates) == 1:
        ((month, day),) = dates
        return Recurrence("year", month=month, days=(day,), time=time)
    return Recurrence("year", dates=tuple(sorted(dates)), time=time)


def _month_of_period(match: Match, time: dt.time | None) -> Recurrence:
    """每季度首月10日, 每半年第2个月5日."""
    groups = match.groupdict()
    unit: Unit = _PERIODS_ZH.get(match["unit"]) or _PERIODS_EN[match["unit"]]
    month = 1 if groups.get("first") else number_of(groups.get("number") or "") or _MONTHS_IN[unit]
    if not 1 <= month <= _MONTHS_IN[unit]:
        raise ValueError(match[0])
    return replace(_on_days(match, time), unit=unit, month=month)


def _month_en(word: str) -> int:
    for number, name in enumerate(MONTHS_EN, start=1):
        if len(word) >= 3 and name.lower().startswith(word):
            return number
    raise ValueError(word)


def _nth_zh(match: Match, time: dt.time | None) -> Recurrence:
    what, number = match["what"] or "天", match["number"]
    nth = number_of(number) if number else (1 if match["first"] else -1)
    if match["backwards"]:
        nth = -nth
    if match["end"] and nth > 0:
        raise ValueError(match[0])
    weekday = None if what in ("工作日", "天", "日") else _weekday_zh(what[-1])
    place: Place = "workday" if what == "工作日" else "day" if weekday is None else "weekday"
    return _nth(_PERIODS_ZH[match["unit"]], nth, place, weekday, time)


def _nth_en(match: Match, time: dt.time | None) -> Recurrence:
    groups = match.groupdict()
    position, what = groups.get("pos") or "last", groups.get("what") or "day"
    nth = _NUMBERS_EN.get(position) or int(re.sub(r"\D", "", position))
    if groups.get("back"):
        nth = -nth
    named = what not in ("day", "workday", "working day", "business day")
    place: Place = "weekday" if named else "day" if what == "day" else "workday"
    return _nth(_PERIODS_EN[match["unit"]], nth, place, _weekday_en(what) if named else None, time)


def _nth(unit: Unit, nth: int, place: Place, weekday: int | None, time: dt.time | None) -> Recurrence:
    if not 1 <= abs(nth) <= _LARGEST_NTH[place]:
        raise ValueError(nth)
    weekdays = () if weekday is None else (weekday,)
    return Recurrence(unit, nth=nth, place=place, weekdays=weekdays, time=time)


_SPOKEN: tuple[tuple[str, Builder], ...] = (
    (rf"{_EACH}[天日]|天天", _daily),
    (rf"每(?P<every>{_NUM})个?天", _every_days),
    (r"每?隔[一1]?[天日]", _every_days),
    (rf"{_EACH}工作日|工作日[内里]?每[天日]|每[天日]\((?:工作日|周末除外|节假日除外)\)", _every_workday),
    (rf"(?:{_EACH}|每?逢){_WEEK}的?{_WEEK}?{_LIST}(?<!\d[天日])", _weekly_zh),
    (rf"每(?P<every>{_NUM})个?{_WEEK}的?{_WEEK}?{_LIST}", _weekly_zh),
    (rf"每?隔(?:一个?|1个?)?{_WEEK}的?{_WEEK}?{_LIST}", _weekly_zh),
    (rf"{_EACH}月的?{_DATES}", _on_days),
    (r"每年的?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]", _yearly),
    (r"每年的?(?P<month>\d{1,2})月[底末](?P<day>)", _yearly),
    (rf"每年的?(?P<dates>{_MONTH_DAY}(?:[、,和及与/;]{_MONTH_DAY})+)", _several_a_year),
    (
        rf"{_EACH}(?P<unit>季度|季|半年)的?(?:(?P<first>首个?月)|(?P<last>末月|最后[一1]?个?月)|第(?P<number>{_NUM})个月)"
        rf"的?{_DATES}",
        _month_of_period,
    ),
    (
        rf"{_EACH}(?P<unit>月|季度|季|半年|年度|年)的?"
        rf"(?!的?$)(?P<end>(?:月|季度|季|年)?[末底])?的?"
        rf"(?:(?:(?P<first>首个?)|最后(?:[一1]个?)?|(?P<backwards>倒数)?第(?P<number>{_NUM})个?)"
        rf"(?P<what>工作日|[天日]|{_WEEK}{_ONE}))?",
        _nth_zh,
    ),
    (r"daily|(?:every|each) day", _daily),
    (rf"every (?P<every>{_FEW_EN}|other|\d{{1,2}}) days?", _every_days),
    (r"(?:every|each) (?:workday|working day|business day)", _every_workday),
    (rf"(?:every|each|weekly on|weekly,?|(?:every|each) week (?:on|by)|on) {_LIST_EN}", _weekly_en),
    (rf"(?:on )?(?P<days>{_DAYS_PLURAL}(?:(?:, and | and |, |,| & ){_DAYS_PLURAL})*)", _weekly_en),
    (rf"every (?P<every>{_FEW_EN}|other|second|\d{{1,2}}) weeks? on {_LIST_EN}", _weekly_en),
    (rf"(?P<every>fortnightly) on {_LIST_EN}", _weekly_en),
    (rf"every (?P<every>other) {_LIST_EN}", _weekly_en),
    (
        rf"(?:monthly|every month|each month) (?:on|by) (?:the |day )?"
        rf"(?P<dates>{_TH}(?:(?:, and | and |, ){_TH})*)",
        _on_days,
    ),
    (
        rf"(?:on )?(?:the |day )?(?P<dates>{_TH}(?:(?:, and | and |, ){_TH})*) of (?:each|every) month",
        _on_days,
    ),
    (rf"(?:on )?(?:the )?(?P<pos>{_POS_EN})(?P<back>-last)? {_THING_EN} {_PERIOD_EN}", _nth_en),
    (rf"(?:at )?(?:the )?end {_EACH_PERIOD_EN}", _nth_en),
    (r"(?:at )?(?:every|each) (?P<unit>month|quarter|year)[- ]end", _nth_en),
    (r"(?:every|each) year on (?P<month>[a-z]{3,9}) (?P<day>\d{1,2})(?:st|nd|rd|th)?", _yearly),
    (r"(?:yearly|annually) on (?P<month>[a-z]{3,9}) (?P<day>\d{1,2})(?:st|nd|rd|th)?", _yearly),
    (r"(?:yearly|annually|every year) on (?P<day>\d{1,2})(?:st|nd|rd|th)? (?P<month>[a-z]{3,9})", _yearly),
    (rf"every year on (?P<dates>{_MONTH_DAY_EN}(?:(?:, and | and |, ){_MONTH_DAY_EN})+)", _several_a_year_en),
    (
        rf"(?P<dates>{_TH}(?:(?:, and | and |, ){_TH})*) of the (?P<number>\d)(?:st|nd|rd|th) month"
        rf" of each (?P<unit>quarter|half-year)",
        _month_of_period,
    ),
)


@cache
def _patterns(plain: bool) -> tuple[tuple[re.Pattern[str], Builder], ...]:
    """Those that a text of ASCII alone can match, or the others: each language is compiled when it is met."""
    return tuple((lazy(pattern), build) for pattern, build in _SPOKEN if pattern.isascii() == plain)


# writing


def describe_recurrence(recurrence: Recurrence, lang: Lang) -> str:
    """The canonical wording, which reads back as the same recurrence."""
    body = _english(recurrence) if lang == "en" else _chinese(recurrence)
    if recurrence.time is None:
        return body
    return (
        f"{body} by {clock_text(recurrence.time)}"
        if lang == "en"
        else f"{body}{clock_text(recurrence.time)}前"
    )


def clock_text(time: dt.time) -> str:
    """17:00, or 17:00:30 where seconds matter."""
    return f"{time:%H:%M:%S}" if time.second else f"{time:%H:%M}"


def _chinese(r: Recurrence) -> str:
    if r.unit in ("day", "workday"):
        return f"每{r.every}天" if r.every > 1 else "每日" if r.unit == "day" else "每个工作日"
    if r.unit == "week":
        days = "、".join(_DAYS_ZH[day] for day in r.weekdays)
        return f"每周{days}" if r.every == 1 else f"每{'两' if r.every == 2 else r.every}周周{days}"
    period = {"month": "每月", "quarter": "每季度", "half": "每半年", "year": "每年"}[r.unit]
    if r.dates:
        return period + "、".join(f"{month}月{day}日" for month, day in r.dates)
    if r.nth is None:
        month = f"{r.month}月" if r.unit == "year" else _month_zh(r)
        return period + month + "、".join(f"{day}日" for day in r.days)
    if r.place == "day":
        return period + _position_zh(r.nth, "") + "天"
    return (
        period
        + _position_zh(r.nth, "个")
        + ("工作日" if r.place == "workday" else f"周{_DAYS_ZH[r.weekdays[0]]}")
    )


def _month_zh(r: Recurrence) -> str:
    """Which month of a quarter or half-year is meant; nothing for a month."""
    if r.month is None:
        return ""
    return {1: "首月", _MONTHS_IN[r.unit]: "末月"}.get(r.month, f"第{r.month}个月")


def _position_zh(nth: int, unit: str) -> str:
    if nth == -1:
        return f"最后一{unit}"
    if nth == 1:
        return f"第一{unit}"
    return f"第{nth}{unit}" if nth > 0 else f"倒数第{-nth}{unit}"


def _english(r: Recurrence) -> str:
    if r.unit in ("day", "workday"):
        named = "every day" if r.unit == "day" else "every workday"
        return f"every {r.every} days" if r.every > 1 else named
    if r.unit == "week":
        days = _join_en([_DAYS_EN[day] for day in r.weekdays])
        return (
            f"every {days}" if r.every == 1 else f"every {'two' if r.every == 2 else r.every} weeks on {days}"
        )
    if r.dates:
        return f"every year on {_join_en([f'{MONTHS_EN[month - 1]} {day}' for month, day in r.dates])}"
    if r.nth is None:
        return _days_en(r)
    thing = _DAYS_EN[r.weekdays[0]] if r.place == "weekday" else r.place
    period = "half-year" if r.unit == "half" else r.unit
    return f"the {_position_en(r.nth)} {thing} of each {period}"


def _days_en(r: Recurrence) -> str:
    if r.unit == "year":
        return f"every year on {MONTHS_EN[(r.month or 1) - 1]} {r.days[0]}"
    days = _join_en([_ordinal_en(day) for day in r.days])
    if r.month is None:
        return f"monthly on the {days}"
    return f"{days} of the {_ordinal_en(r.month)} month of each {'half-year' if r.unit == 'half' else r.unit}"


def _position_en(nth: int) -> str:
    named = {1: "first", -1: "last"}.get(nth)
    return named or _ordinal_en(abs(nth)) + ("" if nth > 0 else "-last")


def _ordinal_en(number: int) -> str:
    suffix = "th" if 11 <= number % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def _join_en(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
