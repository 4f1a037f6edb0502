"""A group chat as people copy it: who said which lines on what day.

企业微信, 钉钉, 飞书, QQ and 微信 put name and time on a line of their own, 微信 also 名字: 文本; merged
forwards have lines with dates. Nobody's words may become another's: a line that names somebody known with a
colon is theirs, quotes of others are left out, and an unknown name takes its words along. What may not
enter: who people are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = rf"(?:{'|'.join(_MONTHS)})[a-z]*\.?"
_DATE = (
    r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?|\d{1,2}\s*[-/]\s*\d{1,2}|\d{1,2}\s*月\s*\d{1,2}\s*[日号]|"
    rf"{_MONTH}\s*\d{{1,2}}(?:,?\s*\d{{4}})?|\d{{1,2}}\s*{_MONTH}(?:,?\s*\d{{4}})?|今天|昨天|前天|today|yesterday"
)
_WEEKDAY = (
    r"(?:星期|周|礼拜)[一二三四五六日天]|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
)
_TIME = r"(?:(?:上午|下午|晚上|中午|凌晨|早上|傍晚)\s*)?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\s*[ap]m)?"
_WHEN = rf"(?:(?P<date>{_DATE}),?\s*)?(?:(?P<weekday>{_WEEKDAY}),?\s*)?{_TIME}"
_NAME_TIME = re.compile(rf"(?P<name>\S.{{0,38}}?)[ \t\u3000]+{_WHEN}\s*[:：]?", re.IGNORECASE)
_TIME_NAME = re.compile(rf"{_WHEN}\s+(?P<name>\S.{{0,38}}?)\s*[:：]?", re.IGNORECASE)
_NAME_TEXT = re.compile(r"(?P<name>[^:：\n]{1,30}?)\s*[:：]\s*(?P<rest>.*)")
_DAY_LINE = re.compile(
    rf"[—–\-─=\s]*(?P<date>{_DATE})\s*(?:{_WEEKDAY})?(?:\s*{_TIME})?[—–\-─=\s]*", re.IGNORECASE
)
_UNKNOWN = re.compile(r"(?!\d+$)[\w·.\-]{1,12}(?:[（(][^()（）]{1,12}[)）])?")
"""How somebody unknown may be called where a chat has names and colons only."""
_RULE = re.compile(r"[\s\-—–─=_*·]{3,}")
_SYSTEM = re.compile(
    r".{1,40}(?:撤回了一条消息|(?:加入|退出)了?群聊?|拍了拍.{0,30}|修改群名.{0,60}|邀请.{1,60}加入.{0,20})|"
    r"以下为新消息|\[(?:图片|表情|语音|视频|文件|动画表情|位置|链接|聊天记录|图文|image|photo|file|sticker|voice|video)[^\]]{0,40}\].{0,120}",
    re.IGNORECASE,
)
_REPLY = re.compile(r"(?:回复|引用|reply to|re)\s*@?[^:：\n]{1,30}[:：].*", re.IGNORECASE)
_QUOTE_ENDS = {"「": "」", "“": "”", '"': '"', "『": "』"}
_LONGEST_QUOTE = 20
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\xad]")
_LABELS = """
进展 今日进展 今日完成 完成情况 本日进展 今日 问题 困难 存在问题 遇到问题 风险 需协调
需协调资源 需要协调 求助 需要支持 需支持 协调 明日计划 明天计划 明日 下一步 计划 下步计划
说明 备注 原因 状态 完成率 进度 预计完成 实际完成 情况说明 时间 地点 会议 主题 通知 注
附件 结论 任务 编号 链接 progress problem problems help tomorrow plan next note status
issue issues http https
"""
LABELS = frozenset(_LABELS.split())
"""What stands before a colon and is nobody's name."""

Knows = Callable[[str], bool]
"""Whether somebody of that name, or that a name in this form, is known."""


@dataclass(frozen=True)
class Utterance:
    """What somebody said in one message; `number` is that of its line.

    speaker  '' for lines above the first name
    """

    speaker: str
    day: date
    lines: tuple[str, ...]
    number: int = 0


@dataclass(frozen=True)
class _Head:
    speaker: str
    day: date
    rest: str = ""


def read_transcript(text: str, base: date, knows: Knows) -> list[Utterance]:
    """The messages of a chat, in its order.

    base   the day that 昨天, a time without a day, and 11-13 without a year are seen from
    knows  whether a name is one of somebody known
    """
    return list(_Reading(text, base, knows))


class _Reading:
    def __init__(self, text: str, base: date, knows: Knows) -> None:
        plain = _INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
        self.lines = [line.strip() for line in plain.split("\n")]
        self.base = self.day = base
        self.knows = knows
        self.timed = any(self._timed(at) is not None for at in range(len(self.lines)))

    def __iter__(self) -> Iterator[Utterance]:
        self.day = self.base
        head, said, begun = _Head("", self.base), list[str](), 1
        skipped = 0
        for at, line in enumerate(self.lines):
            if at < skipped:
                continue
            found = self._head(at)
            if found is not None:
                if said:
                    yield Utterance(head.speaker, head.day, tuple(said), begun)
                head, said, begun = found, [found.rest] if found.rest else [], at + 1
            elif end := self._quote(at):
                skipped = end
            elif line and not self._says_nothing(line):
                said.append(line)
        if said:
            yield Utterance(head.speaker, head.day, tuple(said), begun)

    def _says_nothing(self, line: str) -> bool:
        """Lines of the program; one with a day is where that day begins."""
        match = _DAY_LINE.fullmatch(line)
        if match is not None:
            self.day = self._day(match["date"], None) or self.day
        return bool(match or _RULE.fullmatch(line) or _SYSTEM.fullmatch(line) or _REPLY.fullmatch(line))

    # who speaks from a line on

    def _head(self, at: int) -> _Head | None:
        return self._timed(at) or self._named(self.lines[at])

    def _timed(self, at: int) -> _Head | None:
        """A line of a name and a time; a time alone beside a strange name needs a blank line above."""
        line = self.lines[at]
        for pattern in (_NAME_TIME, _TIME_NAME):
            match = pattern.fullmatch(line)
            if match is None:
                continue
            name, dated = match["name"].strip(" :："), bool(match["date"] or match["weekday"])
            alone = at == 0 or not self.lines[at - 1] or bool(_RULE.fullmatch(self.lines[at - 1]))
            strange = pattern is _NAME_TIME and alone and bool(_UNKNOWN.fullmatch(name))
            if not self.knows(name) and not (dated and len(name) <= 30) and not strange:
                continue
            day = self._day(match["date"], match["weekday"]) or self.day
            self.day = day
            return _Head(name, day)
        return None

    def _named(self, line: str) -> _Head | None:
        """名字: 文本. Somebody unknown begins so only in a chat without times."""
        match = _NAME_TEXT.fullmatch(line)
        if match is None or match["rest"].startswith("//"):
            return None
        name = match["name"].strip()
        if not name or _plain(name) in LABELS:
            return None
        if self.knows(name) or (not self.timed and _UNKNOWN.fullmatch(name)):
            return _Head(name, self.day, match["rest"].strip())
        return None

    def _quote(self, at: int) -> int:
        """Where a quote of somebody else that begins here is over; 0 where none begins."""
        line = self.lines[at]
        end = _QUOTE_ENDS.get(line[:1], "")
        if not end or not re.match(r".[^:：\n]{1,30}[:：]", line):
            return 0
        for last in range(at, min(at + _LONGEST_QUOTE, len(self.lines))):
            if self.lines[last].endswith(end) and (last > at or len(line) > 1):
                ruled = last + 1 < len(self.lines) and bool(_RULE.fullmatch(self.lines[last + 1]))
                return last + 1 if ruled or end in "」』" else 0
        return 0

    # days

    def _day(self, text: str | None, weekday: str | None) -> date | None:
        """The day that a head or a line names; None where it names none."""
        if text:
            plain = unicodedata.normalize("NFKC", text).casefold()
            back = {"今天": 0, "today": 0, "昨天": 1, "yesterday": 1, "前天": 2}.get(plain)
            return self.base - timedelta(days=back) if back is not None else _date(plain, self.base)
        if weekday:
            number = _weekday(weekday)
            return self.base - timedelta(days=(self.base.weekday() - number) % 7)
        return None


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().replace(" ", "")


def _weekday(text: str) -> int:
    if text[-1] in "一二三四五六日天":
        return min("一二三四五六日天".index(text[-1]), 6)
    return ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].index(text[:3].casefold())


def _date(plain: str, base: date) -> date | None:
    """A date with or without its year: then the last such day up to tomorrow."""
    month = next((n for n, word in enumerate(_MONTHS, 1) if word in plain), 0)
    numbers = [int(number) for number in re.findall(r"\d+", plain)]
    if month:
        year = next((number for number in numbers if number > 31), 0)
        days = [number for number in numbers if number <= 31]
        return _made(year, month, days[0], base) if days else None
    year, month, day = ([0, *numbers] if len(numbers) == 2 else [*numbers, 0, 0, 0])[:3]
    return _made(year, month, day, base)


def _made(year: int, month: int, day: int, base: date) -> date | None:
    try:
        if year:
            return date(year, month, day)
        found = date(base.year, month, day)
        return found if found <= base + timedelta(days=1) else date(base.year - 1, month, day)
    except ValueError:
        return None
