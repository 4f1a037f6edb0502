"""Recurrences and relative deadlines that a text may mean: 双周周五, 月底, 每周一上午, T+5个工作日.

Each function yields texts in words that have one reading. Days of the calendar are in `possible_days`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from xl_collab.project.timing.possible import Anchor, Asked, Candidate
from xl_collab.project.timing.recurrence_words import number_of
from xl_collab.project.timing.relative import describe_relative, read_relative
from xl_collab.schema.words import Text, t

Way = Callable[[Asked], Iterator[Candidate]]

_W = r"(?:周|星期|礼拜)"
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
    (r"每季度?(?:结束)?后(\d{1,2})[日天]内", (r"每季度首月\1日",), None),
    (r"每季度?(?:的)?(\d{1,2}[日号])", (r"每季度首月\1", r"每季度末月\1"), None),
    (r"每月(?:结束)?后(\d{1,2})[日天]内|月后(\d{1,2})[日天]内", (r"每月\1日",), None),
    (r"(每[日天]|每个工作日)(\d{1,2}:\d\d)(?:[、,和及/]|and)(\d{1,2}:\d\d)", (r"\1\3", r"\1\2"), None),
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
    for text in dict.fromkeys((asked.bare, asked.bare.replace(" ", ""))):
        for pattern, texts, note in _rewrites():
            match = pattern.fullmatch(text)
            for template in texts if match else ():
                yield Candidate(match.expand(template) if match else "", note=note)


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


def _months_of_year(asked: Asked) -> Iterator[Candidate]:
    """每年1、4、7、10月10日."""
    match = re.fullmatch(r"每年((?:\d{1,2}月?[、,和及/])+\d{1,2})月(?:的)?(\d{1,2})[日号]", asked.bare)
    if match:
        months = re.findall(r"\d+", match[1])
        yield Candidate("每年" + "、".join(f"{month}月{match[2]}日" for month in months))


# Deadlines that hang on something: which row that is, people say.

_OFFSET = re.compile(
    r"(?P<who>.*?)(?:通过|结束|完成|达成)?(?:之?日起|(?:之|以)?后的?|起|\+)\+?(?P<n>\d{1,3}|[一二两三四五六七八九十]{1,3})"
    r"(?P<unit>个?工作日|[天日]|个?(?:周|星期)|个?月|wd|d)?(?:之内|以内|内)?"
)
_OFFSET_EN = re.compile(
    r"(?:within )?(?P<n>\d{1,3}) (?P<unit>working days?|business days?|days?|weeks?|months?)"
    r" (?:after|of|from) (?P<who>.+)"
)


def _hanging(asked: Asked) -> Iterator[Candidate]:
    """启动会后3个工作日, T+5: from the rows that fit by name, else from each, else from today."""
    text = asked.bare.replace(" ", "")
    match = _OFFSET.fullmatch(text) or _OFFSET_EN.fullmatch(asked.bare)
    if match is None or not number_of(match["n"]):
        return
    who = match["who"].strip()
    for unit in _units(match["unit"]):
        number = number_of(match["n"])
        for anchor in _fitting(who, asked.anchors):
            relative = read_relative(f"({anchor.id.lower()})+{number}{unit}")
            if relative is not None:
                yield Candidate(describe_relative(relative), note=Text(anchor.name, anchor.name))
        relative = read_relative(f"a1+{number}{unit}")
        due = relative.due(asked.as_of, asked.calendar) if relative else None
        if due is not None:
            note = t(f"自数据日期 {asked.as_of} 算起", f"counted from the data date {asked.as_of}")
            yield Candidate(f"{due}", note=note)


def _units(unit: str | None) -> tuple[str, ...]:
    """Units in Chinese; without one, and for the English d, both are possible."""
    if unit in (None, "d"):
        return "个工作日", "天"
    if unit == "wd" or "ing" in unit or "business" in unit:
        return ("个工作日",)
    return ({"d": "天", "w": "周", "m": "个月"}[unit[0]],) if unit.isascii() else (unit,)


def _fitting(who: str, anchors: tuple[Anchor, ...]) -> list[Anchor]:
    """Rows whose ID or name the words mean; all of them, the first three, where none fits."""
    plain = re.sub(r"会$|召开|的", "", who)
    exact = [one for one in anchors if one.id.lower() == who]
    named = [one for one in anchors if plain and (plain in one.name.lower() or one.name.lower() in who)]
    spelled = [Anchor(who.upper(), who.upper())] if re.fullmatch(r"[a-z]{1,6}[-_]?\d+", who) else []
    return (exact or named or spelled or list(anchors))[:3]


RULES: tuple[Way, ...] = (_rewritten, _by_setting, _part_of_day, _months_of_year, _hanging)
