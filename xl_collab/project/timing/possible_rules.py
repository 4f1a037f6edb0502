"""Recurrences and relative deadlines that a text may mean: 双周周五, 月底, 每周一上午, T+5个工作日.

Each function yields texts in words that have one reading. Days of the calendar are in `possible_days`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache

from xl_collab.project.timing.dates import month_named, read_day
from xl_collab.project.timing.outcomes import FixedDate
from xl_collab.project.timing.phrasing import bare
from xl_collab.project.timing.possible import Anchor, Asked, Candidate
from xl_collab.project.timing.recurrence_words import clock_text, number_of
from xl_collab.project.timing.relative import describe_relative, read_relative
from xl_collab.project.timing.times_of_day import split_time
from xl_collab.schema.words import Text, t

Way = Callable[[Asked], Iterator[Candidate]]

_W = r"(?:周|星期|礼拜)"
_ENG = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_D = r"[一二三四五六日天]"
BY_SETTING = t("遇非工作日按“设置”的规则", "days off by the rule in Settings")
EVEN_WEEKS = t("从“设置”的隔周起算日数起", "counted from the first week in Settings")
_REWRITES: tuple[tuple[str, tuple[str, ...], Text | None], ...] = (
    (rf"每?[双单]{_W}的?{_W}?({_D}.*)", (r"每两周周\1",), EVEN_WEEKS),
    (rf"每?(?:两|2|隔){_W}一?次?[,(]*{_W}({_D})\)?", (r"每两周周\1",), EVEN_WEEKS),
    (r"bi-?weekly,? ?(?:on )?(.+)", (r"every two weeks on \1",), EVEN_WEEKS),
    (rf"(?:每?{_W})?{_W}?一(?:至|到|-){_W}?五(?:每[天日])?", ("每周一至周五", "每个工作日"), None),
    (rf"{_W}({_D})(?:至|到|-){_W}?({_D})(?:每[天日])?", (r"每周\1至周\2",), None),
    (
        r"mon(?:day)?s? ?(?:-|to|through) ?fri(?:day)?s?|(?:every )?weekdays?|(?:each|every) weekday",
        ("每周一至周五", "每个工作日"),
        None,
    ),
    (r"工作日|workdays", ("每个工作日",), None),
    (
        r"月[底末]|每?月底?最后[一1]?[天日]|(?:the )?end of (?:the )?month|eom|(?:every )?month[- ]end.*",
        ("每月最后一天",),
        None,
    ),
    (r"季度?[底末]|(?:the )?end of (?:the )?quarter|eoq|quarter[- ]end", ("每季度最后一天",), None),
    (r"(?:每月)?次月(?:的)?(\d{1,2}[日号])", (r"每月\1",), None),
    (r"(?:每季度?|季度?|次季度?|下季度?)首月(?:的)?(\d{1,2}[日号])", (r"每季度首月\1",), None),
    (r"每?季度?(?:结束)?后(\d{1,2})[日天]内", (r"每季度首月\1日",), None),
    (r"每月(\d{1,2})[日号]?(?:-|至|到|~)(\d{1,2})[日号]", (r"每月\2日", r"每月\1日"), None),
    (r"每月(\d{1,2})[日号]?(?:-|至|到|~)月[底末]", ("每月最后一天", r"每月\1日"), None),
    (rf"每月第([1-4一二三四])周的?{_W}({_D})", (r"每月第\1个周\2",), None),
    (r"[当本]月(\d{1,2}[日号])", (r"每月\1",), None),
    (r"每年(\d{1,2})[/.](\d{1,2})", (r"每年\1月\2日",), None),
    (r"(.+?)(?:左右|前后|上下)", (r"\1",), None),
    (r"(?:大约|大概|约|估计|争取|力争|尽量|原则上)(.+)", (r"\1",), None),
    (r"(.+?) (?:except|excluding) (?:public )?holidays", (r"\1",), BY_SETTING),
    (r"除(?:法定)?(?:节假日|周末)(?:以?外)?,?每[天日]", ("每个工作日",), None),
    (r"每(周|月|季度?|年)[一二两三四1-4]次[,(:]*(.+?)\)?", (r"每\1\2",), None),
    (rf"every (?:second|2nd) ({_ENG})", (r"every two weeks on \1", r"second \1 of each month"), None),
    (r"(每.+?) ?(\d{1,2}:\d\d)(?:-|至|到|~)(\d{1,2}:\d\d)", (r"\1 \3", r"\1 \2"), None),
    (rf"每{_W}[:(,]*{_W}({_D})\)?|{_W}({_D})\(?每{_W}\)?", (r"每周\1", r"每周\2"), None),
    (
        r"((?:mon|tue|wed|thu|fri|sat|sun)[a-z]*(?:(?:, and | and |, |,| & |/)[a-z]+)+)(?: weekly)?",
        (r"every \1",),
        None,
    ),
    (rf"({_ENG}(?:(?:, and | and |, |,| & |/)[a-z]+)+)(?: weekly)?", (r"every \1",), None),
    (rf"({_ENG}) weekly", (r"every \1",), None),
    (
        r"(?:monthly|every month),? (?:on )?(?:the )?(.+)",
        (r"monthly on the \1", r"the \1 of each month"),
        None,
    ),
    (r"(?:the )?(\d{1,2}(?:st|nd|rd|th))(?: monthly)?", (r"monthly on the \1",), None),
    (r"(?:the )?(last .+) monthly", (r"\1 of each month",), None),
    (r"每季度?(?:的)?(\d{1,2}[日号])", (r"每季度首月\1", r"每季度末月\1"), None),
    (r"每月(?:结束)?后(\d{1,2})[日天]内|月后(\d{1,2})[日天]内", (r"每月\1日",), None),
    (r"(每[日天]|每个工作日)(\d{1,2}:\d\d)(?:[、,和及/]|and)(\d{1,2}:\d\d)", (r"\1\3", r"\1\2"), None),
    (r"(?:同|与|跟|和)([a-z]{1,6}[-_]?\d+)(?:同[步时日])?", (r"\1+0日",), None),
    (r"([a-z]{1,6}[-_]?\d+)(?:当[天日]|同[步时日])", (r"\1+0日",), None),
    (r"(.*(?:后|\+))(\d{1,3})(?:-|至|到|~)(\d{1,3})(\D+)", (r"\1\3\4", r"\1\2\4"), None),
    (r"每隔([2-9])[天日]", (r"每\1天",), None),
    (r"每(\d{1,2})日", (r"每\1天", r"每月\1日"), None),
)
_REMARK = re.compile(r"[ ,;(]+[^,;()]*(?:顺延|提前|节假日|遇)[^()]*\)?$")
_PART_OF_DAY = re.compile(r"(.*\S) ?(上午|早上|下午|傍晚)")
_UNTIL = {"上午": "12:00", "早上": "12:00", "下午": "18:00", "傍晚": "18:00"}


@cache
def _rewrites() -> tuple[tuple[re.Pattern[str], tuple[str, ...], Text | None], ...]:
    return tuple((re.compile(pattern), texts, note) for pattern, texts, note in _REWRITES)


def _rewritten(asked: Asked) -> Iterator[Candidate]:
    """One wording for another."""
    split = split_time(asked.bare)
    base, time = (asked.bare, None) if isinstance(split, str) else (bare(split[0]), split[1])
    at = f" {clock_text(time)}" if time else ""
    wordings = [(base, at), (base.replace(" ", ""), at), (asked.bare, ""), (asked.bare.replace(" ", ""), "")]
    for text, more in dict.fromkeys(wordings):
        for pattern, texts, note in _rewrites():
            match = pattern.fullmatch(text)
            for template in texts if match else ():
                yield Candidate((match.expand(template) if match else "") + more, note=note)


def _by_setting(asked: Asked) -> Iterator[Candidate]:
    """每周五（遇节假日顺延）: what happens on a day off is set once, for all."""
    if _REMARK.search(asked.body):
        yield Candidate(_REMARK.sub("", asked.body), note=BY_SETTING)


def _part_of_day(asked: Asked) -> Iterator[Candidate]:
    """每周一上午: by its end."""
    match = _PART_OF_DAY.fullmatch(asked.bare)
    if match:
        yield Candidate(f"{match[1]} {_UNTIL[match[2]]}")
        yield Candidate(match[1])


_SOME_MONTHS = re.compile(r"每年((?:\d{1,2}月?[、,和及/])+\d{1,2})月的?(?:(\d{1,2})[日号]|[底末])")


def _months_of_year(asked: Asked) -> Iterator[Candidate]:
    """每年1、4、7、10月10日."""
    match = _SOME_MONTHS.fullmatch(asked.bare)
    if match:
        months = [int(month) for month in re.findall(r"\d+", match[1]) if 1 <= int(month) <= 12]
        days = [match[2] or monthrange(2024, month)[1] for month in months]
        pairs = zip(months, days, strict=True)
        yield Candidate("每年" + "、".join(f"{month}月{day}日" for month, day in pairs))


# Deadlines that hang on something: which row that is, people say.

_NUMBER = r"(?P<n>\d{1,3}|[一二两三四五六七八九十]{1,3})"
_UNIT = r"(?P<unit>个?工作日|[天日]|个?(?:周|星期)|个?月|wd|d|days?|weeks?)"
_OFFSETS = (
    rf"(?P<who>.*?)(?:通过|结束|完成|达成)?(?:之?日起|(?:之|以)?(?<!最)后的?|起|\+)[+第]?{_NUMBER}{_UNIT}?(?:之内|以内|内)?",
    rf"(?P<who>.*?)(?:(?P<back>-)|(?:之|以)?(?P<before>前)的?){_NUMBER}{_UNIT}?",
    rf"(?P<who>(?:收到|接到|获得|签).*?){_NUMBER}{_UNIT}(?:之内|以内|内)",
)
_OFFSET_EN = (
    r"(?:within )?(?P<n>\d{1,3}) ?(?P<unit>working days?|business days?|days?|weeks?|months?|d|wd)"
    r" (?:after|of|from|(?P<before>before|prior to)) (?P<who>.+)"
)
_SPELLED = ((r"半个?月", "15天"), ("半年", "6个月"), ("24小时", "1天"), ("48小时", "2天"), ("72小时", "3天"))


@cache
def _offsets() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, _OFFSETS))


def _offset(asked: Asked) -> re.Match[str] | None:
    """The event, the number and the unit in 启动会后3个工作日."""
    text = asked.bare.replace(" ", "")
    for spelled, plain in _SPELLED:
        text = re.sub(spelled, plain, text)
    found = (pattern.fullmatch(text) for pattern in _offsets())
    return re.fullmatch(_OFFSET_EN, asked.bare) or next((match for match in found if match), None)


def _hanging(asked: Asked) -> Iterator[Candidate]:
    """启动会后3个工作日, T+5: from the rows that fit by name, else from each, else from today."""
    match = _offset(asked)
    if match is None or match["who"].startswith(("每", "季", "月")):
        return  # it comes round
    if match.groupdict().get("back") and _SPAN.search(match["who"]):
        return
    groups, who = match.groupdict(), match["who"].strip()
    sign = "-" if groups.get("before") or groups.get("back") else "+"
    ways = [f"{sign}{number_of(match['n'])}{unit}" for unit in _units(match["unit"])]
    if _DATE_LIKE.fullmatch(who) or month_named(who):
        yield from () if groups.get("back") else _from_day(asked, who, ways)
        return
    for way in ways:
        for anchor in _fitting(who, asked.anchors):
            relative = read_relative(f"({anchor.id.lower()}){way}")
            if relative is not None:
                yield Candidate(describe_relative(relative), note=Text(anchor.name, anchor.name))
    note = t(f"自数据日期 {asked.as_of} 算起", f"counted from the data date {asked.as_of}")
    yield from _counted(asked, asked.as_of, ways if sign == "+" else [], note)


_SPAN = re.compile(r"后|起|^[^a-z\u4e00-\u9fff]*$|^[\d年月日号至到~.\-/ ]*$")
"""What stands before - where that is no minus: 后3-5天, 10-11月, 2023-11."""
_DATE_LIKE = re.compile(r"[\d.\-/年月日号 ]*[年月日号\-/.][\d.\-/年月日号 ]*")


def _from_day(asked: Asked, who: str, ways: list[str]) -> Iterator[Candidate]:
    """12月1日后5天: counted from the day that is named."""
    found = read_day(bare(who), asked.near)
    if isinstance(found, FixedDate):
        yield from _counted(asked, found.date, ways, t(f"自 {found.date} 算起", f"counted from {found.date}"))


def _counted(asked: Asked, day: date, ways: list[str], note: Text) -> Iterator[Candidate]:
    for way in ways:
        relative = read_relative(f"a1{way}")
        due = relative.due(day, asked.calendar) if relative else None
        if due is not None:
            yield Candidate(f"{due}", note=note)


def _before_row(asked: Asked) -> Iterator[Candidate]:
    """M002前: the working day before, or the very day."""
    match = re.fullmatch(r"([a-z]{1,6}[-_]?\d{1,6})(?:之|以)?前(?:完成|交付|提交)?", asked.body)
    if match and not re.fullmatch("[qh]\\d", match[1]):
        yield Candidate(f"{match[1]}-1个工作日")
        yield Candidate(f"{match[1]}+0日")


def _units(unit: str | None) -> tuple[str, ...]:
    """Units in Chinese; without one, and for the English d, both are possible."""
    if unit in (None, "d"):
        return "个工作日", "天"
    if unit == "wd" or "ing" in unit or "business" in unit:
        return ("个工作日",)
    return ({"d": "天", "w": "周", "m": "个月"}[unit[0]],) if unit.isascii() else (unit,)


def _fitting(who: str, anchors: tuple[Anchor, ...]) -> list[Anchor]:
    """Rows whose ID or name the words mean; all of them, the first three, where none fits."""
    plain, number = re.sub(r"会$|召开|的", "", who), re.fullmatch(r"[^\d+]{0,4}?(\d{1,4})", who)
    exact = [one for one in anchors if one.id.lower() == who]
    if number and not exact:
        exact = [one for one in anchors if re.fullmatch(rf"\D*0*{int(number[1])}", one.id)]
    named = [one for one in anchors if plain and (plain in one.name.lower() or one.name.lower() in who)]
    spelled = [Anchor(who.upper(), who.upper())] if re.fullmatch(r"[a-z]{1,6}[-_]?\d+", who) else []
    return (exact or named or spelled or list(anchors))[:3]


RULES: tuple[Way, ...] = (_rewritten, _by_setting, _part_of_day, _months_of_year)
HANGING: tuple[Way, ...] = (_hanging, _before_row)
"""To be asked last: what can be a day is one first."""
