"""Days and spans that a text may mean: 10.8-10.12, 11月上旬, 本周五, 第42周, 国庆节前, 10/8/2023.

Each function yields days; which of them is meant, people say.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import suppress

from xl_collab.project.timing.dates import nearest, read_day, split_weekday
from xl_collab.project.timing.outcomes import FixedDate
from xl_collab.project.timing.period_ends import Period, read_period
from xl_collab.project.timing.phrasing import bare
from xl_collab.project.timing.possible import Asked, Candidate
from xl_collab.project.timing.recurrence_words import clock_text, number_of
from xl_collab.project.timing.times_of_day import split_time
from xl_collab.schema.words import Text, t

Way = Callable[[Asked], Iterator[Candidate]]

_DAY = dt.timedelta(days=1)
_WEEKDAYS = "一二三四五六日"
_WEEKDAYS_EN = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _day(text: str, near: dt.date) -> dt.date | None:
    """A day that a text names for sure, a missing year taken from `near`."""
    found = read_day(bare(text), near)
    return found.date if isinstance(found, FixedDate) else None


def _make(year: int, month: int, day: int) -> dt.date | None:
    with suppress(ValueError):
        return dt.date(year, month, day)
    return None


def _itself(asked: Asked) -> Iterator[Candidate]:
    """Only the year is missing."""
    yield Candidate(asked.body)


# Spans: the end is the deadline, the beginning the planned start.

_BETWEEN = re.compile(r"\s*(?:至|到|~|—|-+| to |–)\s*")
_SHORT = re.compile(r"(?P<m>\d{1,2})[-./月](?P<d>\d{1,2})[日号]?")
_LAST = re.compile(r"(?:(?P<m>\d{1,2})[-./月])?(?P<d>\d{1,2})[日号]?")


def _spans(asked: Asked) -> Iterator[Candidate]:
    text = re.sub(r"起(?=至|到)", "", re.sub(r"^(?:from |自|从|由)", "", asked.bare))
    english = _DAYS_EN.fullmatch(text)
    if english:
        name, year = english["m"] or english["m2"], english["y"] or english["y2"] or ""
        text = f"{english['d'] or english['d2']} {name} {year}-{english['e'] or english['e2']} {name} {year}"
    for cut in _BETWEEN.finditer(text):
        left, right = text[: cut.start()], text[cut.end() :]
        start = _full_or_short(left, asked.near)
        end = _end_of_span(right, start) if start else None
        if start is None and end is None:
            start, end = _periods_between(left, right, asked.near)
        if start and end and start <= end:
            yield Candidate(f"{end}", start)
            yield Candidate(f"{end}")


_M = r"[a-z]{3,9}\.?"
_DAYS_EN = re.compile(
    rf"(?P<d>\d{{1,2}})(?: ?- ?| to )(?P<e>\d{{1,2}}) (?P<m>{_M})(?:,? (?P<y>\d{{4}}))?"
    rf"|(?P<m2>{_M}) ?(?P<d2>\d{{1,2}})(?: ?- ?| to )(?P<e2>\d{{1,2}})(?:,? (?P<y2>\d{{4}}))?"
)


def _full_or_short(text: str, near: dt.date) -> dt.date | None:
    match = _SHORT.fullmatch(text)
    if match:
        month, day = int(match["m"]), int(match["d"])
        return nearest(month, day, near) if _make(2024, month, day) else None
    return _day(text, near)


def _end_of_span(text: str, start: dt.date) -> dt.date | None:
    later = re.fullmatch(r"(?:次年|明年|来年)(.+)", text)
    match = _LAST.fullmatch(later[1] if later else text)
    if match is None:
        return _day(text, start)
    month = int(match["m"] or start.month)
    year = start.year + bool(later or month < start.month)
    return _make(year, month, int(match["d"]))


def _periods_between(left: str, right: str, near: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """10-11月, Q3-Q4, 11月至次年1月: from the beginning of one to the end of the other."""
    first = read_period(left) or read_period(f"{left}月")
    last = read_period(right) or read_period(f"{right}月")
    if first is None or last is None or first.whole_year or last.whole_year:
        return None, None
    year = first.year or nearest(first.first, 1, near).year
    end = last.year or year + bool(last.said in _NEXT_YEAR or last.last < first.first)
    return first.start_in(year), last.end_in(end)


# Numbers whose order nobody said.

_TWO = re.compile(r"(\d{1,2})[-./](\d{1,2})")
_THREE = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d{1,2})")
_SIX = re.compile(r"(\d{2})(\d{2})(\d{2})")
MONTH_FIRST, DAY_FIRST = t("月在前", "month first"), t("日在前", "day first")
YEAR_FIRST = t("年在前", "year first")


def _orders(asked: Asked) -> Iterator[Candidate]:
    text, weekday = split_weekday(asked.bare.removeprefix("'"))
    two = _TWO.fullmatch(text)
    if two:
        for month, day, note in ((two[1], two[2], MONTH_FIRST), (two[2], two[1], DAY_FIRST)):
            known = _make(2024, int(month), int(day))
            found = nearest(int(month), int(day), asked.near) if known else None
            if found and weekday in (None, found.weekday()):
                yield Candidate(f"{found}", note=note)
    match = _THREE.fullmatch(text) or _SIX.fullmatch(text)
    if match:
        a, b, c = (number for number in match.groups() if number.isdecimal())
        yield from _three(int(a), int(b), int(c), four_digits=len(c) == 4)


_LIKELY_YEAR = 10  # 23-12-1 is no day of 2001


def _three(a: int, b: int, c: int, *, four_digits: bool) -> Iterator[Candidate]:
    year = c if four_digits else 2000 + c
    ways = [(year, a, b, MONTH_FIRST), (year, b, a, DAY_FIRST)]
    if not four_digits:
        ways = [(2000 + a, b, c, YEAR_FIRST), *(ways if c >= _LIKELY_YEAR else ())]
    for y, m, d, note in ways:
        day = _make(y, m, d)
        if day:
            yield Candidate(f"{day}", note=note)


def _serial(asked: Asked) -> Iterator[Candidate]:
    if re.fullmatch(r"[3-6]\d{4}", asked.bare):
        day = dt.date(1899, 12, 30) + dt.timedelta(days=int(asked.bare))
        yield Candidate(f"{day}", note=t("Excel 的日期序号", "an Excel date number"))


# Periods: their end, and where 前 stands behind one, the day before it begins.

BEFORE_IT = t("在它开始之前", "before it begins")
WITHIN_IT = t("到它结束为止", "up to its end")


def _periods(asked: Asked) -> Iterator[Candidate]:
    text = re.sub(r"^before ", "", asked.bare)
    period = read_period(text)
    if period is None:
        return
    before = bool(re.search(r"[^底末终内]前|^before ", asked.body)) and period.place == "alone"
    for year in _years(period, asked):
        end = period.end_in(year)
        yield Candidate(f"{end}", note=WITHIN_IT if before else None)
        if before:
            yield Candidate(f"{period.start_in(year) - _DAY}", note=BEFORE_IT)


_NEXT_YEAR = ("明年", "次年", "来年")


def _years(period: Period, asked: Asked) -> list[int]:
    if period.year is not None:
        return [period.year]
    if period.said:
        return [asked.as_of.year + (period.said in _NEXT_YEAR)]
    if period.whole_year:
        return [asked.near.year, asked.near.year - 1]
    return [period.end_near(asked.near).year]


_THIS = re.compile(
    r"(?P<next>下{1,2}个?|次|next )?(?:本|这个?|当|this |the )?"
    r"(?P<unit>月|季度?|年|周|month|quarter|year|week)(?P<place>份?[底末终]|内|之内)?"
)
_TEN_DAYS = re.compile(r"(?P<next>下{1,2}个?|次)?(?:本|这个?|当)?月?(?P<place>上旬|中旬|下旬|初|中)")
_THIS_EN = re.compile(r"(?:the )?end of (?:the |this )?(?P<next>next )?(?P<unit>month|quarter|year|week)")
_ENDS_EN = {"eom": "month", "eoq": "quarter", "eoy": "year", "eow": "week"}
_UNITS = {"月": "month", "季": "quarter", "季度": "quarter", "年": "year", "周": "week"}


def _this_period(asked: Asked) -> Iterator[Candidate]:
    """本月底, 下月底, end of month: by the data date."""
    text = asked.bare.replace("-end", "").removesuffix(" end")
    match = _THIS.fullmatch(text) or _THIS_EN.fullmatch(text)
    unit = _ENDS_EN.get(text) or (match["unit"] if match else "")
    if unit:
        ahead = len(re.findall("下|次|next", (match["next"] or "") if match else ""))
        end = _end_of_this(_UNITS.get(unit, unit), ahead, asked.as_of)
        yield Candidate(f"{end}", note=_from(asked))


def _ten_days(asked: Asked) -> Iterator[Candidate]:
    """本月下旬, 下月初: by the data date."""
    match = _TEN_DAYS.fullmatch(asked.bare)
    if match and len(asked.bare) > 1:
        end = _end_of_this("month", len(re.findall("下(?!旬)|次", match["next"] or "")), asked.as_of)
        period = read_period(f"{end.month}月{match['place']}")
        if period is not None:
            yield Candidate(f"{period.end_in(end.year)}", note=_from(asked))


def _end_of_this(unit: str, ahead: int, today: dt.date) -> dt.date:
    if unit == "week":
        return today + dt.timedelta(days=6 - today.weekday() + 7 * ahead)
    length = {"month": 1, "quarter": 3, "year": 12}[unit]
    index = ((today.year * 12 + today.month - 1) // length + ahead + 1) * length - 1
    year, month = index // 12, index % 12 + 1
    return dt.date(year, month, months.monthrange(year, month)[1])


def _from(asked: Asked) -> Text:
    return t(f"自 {asked.as_of} 看", f"seen from {asked.as_of}")


# Weeks, weekdays and days from today.

_ZH_NUMBER = r"[一二三四五]?十[一二三四五六七八九]?|[六七八九]"
_WEEK = re.compile(
    rf"(?:(\d{{4}})年?)?[- ]?(?:第(\d{{1,2}}|{_ZH_NUMBER})周"
    r"|(?:week|wk|cw|kw|w) ?(\d{1,2}))(?:,? ?(\d{4}))?"
)
_NEXT_DAY = re.compile(r"(?P<how>下{0,2}|本|这|上)个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])")
_NEXT_DAY_EN = re.compile(
    r"(?P<how>next |this )?(?P<day>mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day|s|nes|r|rs)?"
)
_WEEKS_OF_A_MONTH = 5  # 第3周 is rather one of a month or of the project
_AHEAD = {"今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3, "today": 0, "tomorrow": 1}


def _weeks(asked: Asked) -> Iterator[Candidate]:
    match = _WEEK.fullmatch(asked.bare)
    number = number_of(match[2] or match[3]) if match else 0
    if match is None or not (match[1] or match[4] or match[3] or number > _WEEKS_OF_A_MONTH):
        return
    year = int(match[1] or match[4] or asked.near.year)
    with suppress(ValueError):
        sunday = dt.date.fromisocalendar(year, number, 7)
        note = t("ISO 周的周日", "Sunday of the ISO week")
        yield Candidate(f"{sunday}", note=note)
        yield Candidate(f"{sunday - 2 * _DAY}", note=t("ISO 周的周五", "Friday of the ISO week"))


def _weekdays(asked: Asked) -> Iterator[Candidate]:
    split = split_time(asked.bare)
    text, time = (asked.bare, None) if isinstance(split, str) else (bare(split[0]), split[1])
    at = f" {clock_text(time)}" if time else ""
    if text in _AHEAD:
        yield Candidate(f"{asked.as_of + _AHEAD[text] * _DAY}{at}", note=_from(asked))
    match = _NEXT_DAY.fullmatch(text) or _NEXT_DAY_EN.fullmatch(text)
    if match:
        how, day = match["how"] or "", match["day"].replace("天", "日")
        ahead = how.count("下") + how.count("next") - how.count("上")
        weekday = _WEEKDAYS.index(day) if day in _WEEKDAYS else _WEEKDAYS_EN.index(day)
        monday = asked.as_of - asked.as_of.weekday() * _DAY
        yield Candidate(f"{monday + (weekday + 7 * ahead) * _DAY}{at}", note=_from(asked))
    by_month = re.fullmatch(r"(次|下个?|本|当|这个)月的?(\d{1,2})[日号]", text)
    if by_month:
        end = _end_of_this("month", int(by_month[1][0] in "次下"), asked.as_of)
        found = _make(end.year, end.month, int(by_month[2]))
        yield from [Candidate(f"{found}{at}", note=_from(asked))] if found else []


# Holidays and days of trade: 前 is the last working day before, or the day before.

_HOLIDAYS = {"元旦": "元旦", "新年": "元旦", "春": "春节", "过年": "春节", "清明": "清明", "五一": "劳动"}
_HOLIDAYS |= {"劳动": "劳动", "端午": "端午", "中秋": "中秋", "国庆": "国庆", "十一": "国庆"}
_EVENTS = {"双十一": (11, 11), "双11": (11, 11), "双十二": (12, 12), "双12": (12, 12), "618": (6, 18)}
_EVENTS |= {"圣诞": (12, 25), "christmas": (12, 25), "教师": (9, 10)}
_EVENTS |= {"三八": (3, 8), "六一": (6, 1), "七一": (7, 1), "八一": (8, 1)}
_FEAST = re.compile(r"(.+?)(?:节假?日?|假期|购物节|大促)?(?:放假)?")
_FAR = 400


def _feasts(asked: Asked) -> Iterator[Candidate]:
    if not re.search(r"前|before", asked.body):
        return
    name = _FEAST.fullmatch(asked.bare.removeprefix("before "))
    word = name[1] if name else ""
    if word in _EVENTS:
        day = nearest(*_EVENTS[word], asked.near)
        yield Candidate(f"{day - _DAY}", note=t("前一天", "the day before"))
        yield Candidate(f"{day}", note=t("当天", "the very day"))
    if word in _HOLIDAYS or word in ("节", "假", ""):
        first = _first_day_off(_HOLIDAYS.get(word, ""), asked)
        if first is not None:
            last = asked.calendar.roll(first - _DAY, "preceding")
            yield Candidate(f"{last}", note=t("放假前最后一个工作日", "the last working day before it"))
            yield Candidate(f"{first - _DAY}", note=t("放假前一天", "the day before it"))


def _first_day_off(name: str, asked: Asked) -> dt.date | None:
    """The first day off of the next holiday whose name begins so, after the data date."""
    days = (asked.as_of + n * _DAY for n in range(1, _FAR))
    for day in days:
        listed = asked.calendar.listed(day)
        if listed and listed.kind == "off" and listed.name and listed.name.startswith(name):
            return day
    return None


# Dates that stand in the text, whatever else does.

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_MENTIONED = re.compile(
    r"(?<!\d)(?:\d{4}([-./])\d{1,2}\1\d{1,2}[日号]?|\d{4}年\d{1,2}月\d{1,2}[日号]?"
    r"|(?:['’]?\d{2}年)?\d{1,2}月\d{1,2}[日号]?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}(?:,? \d{{4}})?"
    rf"|{_MONTH} ?\d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?)(?!\d)"
)
_FROM_ON = re.compile(
    r"农历|阴历|腊月|正月|民国|平成|令和|昭和|起|(?<!之)后(?!延)|不早于|\bafter\b|\bfrom\b|\bsince\b"
)
_EXCLUDED = re.compile(r"不含|exclu|^before ")


_YEAR_SAID = re.compile(r"(今年|本年|当年|明年|次年|来年)度?(?=\d{1,2}月)")


def _year_said(word: str, asked: Asked) -> str:
    return f"{asked.as_of.year + (word in _NEXT_YEAR)}年"


def _mentioned(asked: Asked) -> Iterator[Candidate]:
    if _FROM_ON.search(asked.body):
        return
    body = _YEAR_SAID.sub(lambda said: _year_said(said[1], asked), asked.body)
    days = [_day(found[0], asked.near) for found in _MENTIONED.finditer(body)]
    known = [day for day in days if day is not None]
    if re.search(r"[延改推]|现|调整", asked.body):
        known.reverse()  # 原…延至…: the later word is the valid one
    for day in known:
        if _EXCLUDED.search(asked.body):
            yield Candidate(f"{day - _DAY}", note=t("不含当天", "that day excluded"))
        yield Candidate(
            f"{day}", note=t("只取其中的日期", "the date in it alone") if len(known) == 1 else None
        )
    short = re.search(r"月\d{1,2}[日号]?[、,和或及/至到~-]+(\d{1,2})[日号]", asked.body)
    later = _make(known[-1].year, known[-1].month, int(short[1])) if known and short else None
    if later is not None:
        yield Candidate(f"{later}")


DAYS: tuple[Way, ...] = (
    _itself,
    _spans,
    _orders,
    _periods,
    _this_period,
    _ten_days,
    _weeks,
    _weekdays,
    _feasts,
    _mentioned,
    _serial,
)
