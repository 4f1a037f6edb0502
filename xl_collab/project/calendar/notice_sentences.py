"""The sentences of a notice on holidays: which days they make off, which they make working days.

A sentence is taken as a whole or not at all. Its clauses are dates and what happens on them (放假, 上班,
不补班, 调至…, 延长至…); a clause that limits it (除…外, 车间…), a wrong weekday or a wrong count leaves it
unread. Whose notice it is and where its paragraphs begin is not this module's business.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from xl_collab.project.calendar.statutory import same_holiday
from xl_collab.project.calendar.workdays import Calendar, Day, DayKind, DaySource

HOLIDAY = "(?:元旦|春节|清明节?|劳动节|五一|端午节?|中秋节?|国庆节?)"
"""A holiday's name in running text."""
SAYS_DATE = re.compile(
    r"\d\s*[日月]|(?<![\d.])\d{1,2}[./]\d{1,2}(?![\d.])|[一二三四五六七八九十]月[一二三四五六七八九十]+[日号]"
)
SAYS_DAY = re.compile("放假|上班|休息|补班|补休|调休|公休|假期|工作日")

_NAMES = {"五一": "劳动节", "十一": "国庆节", "清明": "清明节", "端午": "端午节", "中秋": "中秋节"}
_NAMES |= {"国庆": "国庆节", "五一国际劳动节": "劳动节", "国际劳动节": "劳动节", "五一劳动节": "劳动节"}
_PAREN = r"(?P<paren>\([^()]*\))?"
_DATE = re.compile(
    rf"(?:(?P<year>\d{{4}})年|(?P<next>次年|翌年))?(?:(?P<month>\d{{1,2}})月)?(?P<day>\d{{1,2}})日{_PAREN}"
)
_JOIN = re.compile(r"\s*(?P<range>至|到|-|~)\s*|\s*(?:、|和|及)\s*")
_HOW = "(?:均|照常|正常|正式|恢复|统一|全国|全体员工|公司|安排|调休)*"
_OFF = re.compile(rf"止?{_HOW}(?:放假|公休|休息|补休|休假)(?:调休|公休)?(?:共?(?P<count>\d+)天)?")
_NOT_WORKED = re.compile("(?:不再?|取消|无需|不用|不需)(?:安排)?(?:补班|上班|调休上班)")
_WORK = re.compile(rf"起?{_HOW}(?:上班|工作|补班)")
_COUNT = re.compile(r"(?:连休)?(?:共|共计|合计)(?P<count>\d+)天")
_NO_EFFECT = re.compile(r"(?:与周末|和周末)?连休|不调休|放假期间.*|其中")
_OCCASION = re.compile("(?:根据|按照?|依据|经|结合|为了?|鉴于|考虑到?|现将|特作).*")
_ADVICE = re.compile(r"鼓励|提倡|建议|带薪年休假")
_STATUTORY = re.compile(r"为(?:法定节?假日|公休日)")
_MOVE = re.compile("(?P<what>.*?)(?:现|统一)?(?:调休|调整?|换|改|移)(?:至|到|为)(?P<target>.*)")
_SWAP = re.compile("与(?P<target>.*?)(?:对调|互换|调换)(?P<what>)")
_REST_DAY = re.compile(r"(?:[一二两三四\d]个)?(?:公休日?|休息日?|周末)")
_LEAD = re.compile(
    rf"(?:(?:\d{{4}}年)?(?P<name>{HOLIDAY}(?:[、和及]{HOLIDAY})?)|其中|另外|此外|同时|并且?|即|自|从|于|由|将|定于|原定?"
    r"|节前|节后|公司|统一|全国|取消|(?P<label>(?:放假|假期|休假|休息|补班|上班|调休上班)(?:时间|日期|安排|\d+天)?)|时间|日期"
    r"|安排|为|是|:|如下|\d{4}年(?=放假|假期))+(?=(?:\d{4}年|次年|翌年)?(?:\d{1,2}月)?\d{1,2}日)"
)
_EXTENDED = re.compile(rf"延长(?:\d{{4}}年)?(?P<name>{HOLIDAY})假期(?:至|到)")
_BRACKETED = re.compile(r"^\([^()\d]*\)")
_INTRODUCED = re.compile(
    r"^(?:(?:[^:\d]*(?:\d{4}年[^:\d]*)?(?:如下|调休|安排|通知)"
    r"|(?:公司|本公司|集团|所内|本所|致|尊敬的)?(?:各|全体)[^:\d]*(?:部门|机构|同事|员工|职工|单位))\s*:\s*)+"
)
_NUMBERED = re.compile(r"^(?:\(?[一二三四五六七八九十]{1,2}[)、.]|\(?\d{1,2}[)、.](?!\d{1,2}日))\s*")
_LONGEST_BREAK = 31

_Found: TypeAlias = "list[tuple[dt.date, DayKind]]"


class _NotUnderstood(ValueError):
    """Raised when a sentence must not be used; never leaves this module."""


def holiday_name(name: str) -> str:
    """The holiday's full name; 国庆节、中秋节 share a break and keep both."""
    return "、".join(_NAMES.get(part, part) for part in re.split("[、和及]", name) if part)


@dataclass(slots=True)
class SentenceReader:
    """Collects what the paragraphs of a notice of `year` say.

    `known` is the calendar before it; `doubtful` names the holidays of which a sentence stayed unread, ''
    when a sentence on days off that belongs to no holiday did.
    """

    year: int
    source: DaySource
    known: Calendar
    days: dict[dt.date, Day] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)

    def read_section(self, heading: str, name: str, sentences: Sequence[str], text: str) -> None:
        """A paragraph about the holiday `name`; `heading` is '' where the paragraph itself names none."""
        breaks: list[dt.date] = []
        told = len(self.unread)
        for sentence in sentences:
            breaks += self._read(heading, name, sentence, breaks)
        if heading and not breaks and len(self.unread) == told:
            self._leave(heading, text.strip())

    def _read(self, heading: str, name: str, sentence: str, breaks: list[dt.date]) -> list[dt.date]:
        """Take one sentence or leave it; the days off it gives."""
        if not heading and not SAYS_DATE.search(sentence):
            return []
        if _ADVICE.search(sentence) and not re.search("放假|上班", sentence):
            self.remarks.append(f"{heading}：{sentence}" if heading else sentence)
            return []
        try:
            found = self._sentence(name, sentence, breaks)
        except ValueError:
            self._leave(heading, sentence)
            return []
        self.days.update({day.date: day for day in found if day.date not in self.days})
        return [day.date for day in found if day.kind == "off"]

    def _leave(self, heading: str, sentence: str) -> None:
        self.unread.append(f"{heading}：{sentence}" if heading else sentence)
        if heading:
            self.doubtful |= set(heading.split("、"))
        elif SAYS_DAY.search(sentence):
            self.doubtful.add("")

    def _sentence(self, name: str, sentence: str, breaks: list[dt.date]) -> list[Day]:
        """The days of one sentence; _NotUnderstood if any clause, weekday or count is in doubt."""
        found: list[Day] = []
        introduced, text = _introduced(sentence)
        for clause in _clauses(text):
            known = breaks + [day.date for day in found]
            named, changes = self._clause(name or introduced, clause, known)
            counted = _COUNT.fullmatch(clause) or _tail(_OFF, clause)
            off = sum(day.kind == "off" for day in found) + sum(kind == "off" for _, kind in changes)
            if counted and counted["count"] and int(counted["count"]) != off:
                raise _NotUnderstood(clause)
            found += [Day(date, kind, named, self.source) for date, kind in changes]
        self._agree(found)
        return found

    def _agree(self, found: list[Day]) -> None:
        """A day is not both off and working, and belongs to something."""
        kinds = {day.date: day.kind for day in self.days.values()}
        if any(not day.name or kinds.setdefault(day.date, day.kind) != day.kind for day in found):
            raise _NotUnderstood

    def _clause(self, name: str, clause: str, breaks: list[dt.date]) -> tuple[str, _Found]:
        """The holiday a clause speaks of, and what it makes of which day."""
        if _COUNT.fullmatch(clause) or _NO_EFFECT.fullmatch(clause):
            return name, []
        if not SAYS_DATE.search(clause) and _OCCASION.fullmatch(clause):
            return name, []
        if _STATUTORY.search(clause) and breaks:
            return name, []
        extended = _EXTENDED.match(clause)
        if extended:
            name = holiday_name(extended["name"])
            return name, self._longer(name, clause[extended.end() :])
        lead = _LEAD.match(clause)
        if lead and lead["name"]:
            name = holiday_name(lead["name"])
        dates, rest = self._dates(name, clause[lead.end() :] if lead else clause, breaks)
        if not dates:
            raise _NotUnderstood(clause)
        return name, self._changes(name, dates, rest, lead[0] if lead else "", breaks)

    def _changes(
        self, name: str, dates: list[dt.date], rest: str, lead: str, breaks: list[dt.date]
    ) -> _Found:
        if "取消" in lead:
            if not _WORK.fullmatch(rest):
                raise _NotUnderstood(rest)
            return [(date, "off") for date in dates]
        changes = self._moved(name, dates, rest, breaks)
        if changes is None:
            kind = _kind(dates, rest, lead)
            changes = [(date, kind) for date in dates]
        return [(date, kind) for date, kind in changes if not self._plain_workday(date, kind)]

    def _plain_workday(self, date: dt.date, kind: DayKind) -> bool:
        """Whether work on a weekday that nothing makes a day off says nothing new (正式上班)."""
        listed = self.known.listed(date)
        return kind == "work" and date.weekday() < 5 and (listed is None or listed.kind == "work")

    def _moved(self, name: str, dates: list[dt.date], rest: str, breaks: list[dt.date]) -> _Found | None:
        """Days moved onto others: 调至, 调整为, 与…对调. None when the clause moves nothing."""
        found = _MOVE.fullmatch(rest) or _SWAP.fullmatch(rest)
        if not found:
            return None
        to, left = self._dates(name, found["target"], [*breaks, *dates])
        if not to:
            raise _NotUnderstood(rest)
        if breaks and not left and set(to) <= set(breaks):
            return []  # which days of a break are statutory: the break itself was read
        return _after_move(dates, to, found["what"] or "", left)

    def _longer(self, name: str, text: str) -> _Found:
        """A break that the calendar already holds, up to a later end."""
        to, rest = self._dates(name, text, [])
        off = (day for day in self.known.days if day.kind == "off" and day.date.year == self.year)
        began = [day.date for day in off if same_holiday(name, day.name)]
        if len(to) != 1 or rest or not began:
            raise _NotUnderstood(text)
        return [(date, "off") for date in [began[0], *_days_to(began[0], to[0])]]

    # dates

    def _dates(self, name: str, clause: str, breaks: list[dt.date]) -> tuple[list[dt.date], str]:
        """The dates that a clause starts with (ranges filled in), and what follows them."""
        dates: list[dt.date] = []
        previous: dt.date | None = None
        text, to = clause.strip(), False
        while match := _DATE.match(text):
            date = self._date(name, match, previous or _only_month(breaks), previous if to else None)
            dates += _days_to(previous, date) if to and previous else [date]
            text, previous = text[match.end() :], date
            join = _JOIN.match(text)
            if not join or not _DATE.match(text, join.end()):
                break
            text, to = text[join.end() :], join["range"] is not None
        return dates, text.strip()

    def _date(
        self, name: str, match: re.Match[str], before: dt.date | None, start: dt.date | None
    ) -> dt.date:
        """One date, its month and year taken from what stands before it where it has none."""
        if match["month"] is None and before is None:
            raise _NotUnderstood(match[0])
        month = int(match["month"] or (before.month if before else 0))
        years = self._years(name, match, month, before if match["month"] is None else None, start)
        weekday = _weekday(match["paren"] or "")
        dates = [dt.date(year, month, int(match["day"])) for year in years]
        right = [date for date in dates if weekday in (None, date.weekday())]
        if len(right) != 1:
            raise _NotUnderstood(match[0])
        return right[0]

    def _years(
        self, name: str, match: re.Match[str], month: int, same: dt.date | None, start: dt.date | None
    ) -> tuple[int, ...]:
        """The years a date may mean; several where only its weekday can tell."""
        if match["year"]:
            return (int(match["year"]),)
        if match["next"]:
            return ((start.year if start else self.year) + 1,)
        if same is not None:
            return (same.year,)
        if start is not None:
            return (start.year + (month < start.month),)
        # 元旦 is the one holiday whose days reach into the December before the notice's year.
        return (self.year - 1, self.year) if month == 12 and "元旦" in name else (self.year,)


def _introduced(sentence: str) -> tuple[str, str]:
    """The holiday that the words before the arrangement name ('' if none), and the arrangement."""
    text = _NUMBERED.sub("", _BRACKETED.sub("", sentence))
    introduction = _INTRODUCED.match(text)
    if not introduction:
        return "", text
    named = dict.fromkeys(holiday_name(name) for name in re.findall(HOLIDAY, introduction[0]))
    return "、".join(named) if len(named) <= 2 else "", _NUMBERED.sub("", text[introduction.end() :])


def _kind(dates: list[dt.date], rest: str, lead: str) -> DayKind:
    """What happens on the dates, by the words behind them, else by the label before them."""
    if _OFF.fullmatch(rest) or _NOT_WORKED.fullmatch(rest):
        return "off"
    if _WORK.fullmatch(rest):
        return "work"
    if rest == "调休" and all(date.weekday() < 5 for date in dates):
        return "off"  # on a weekend it may mean either
    if not rest and re.search("补班|上班", lead):
        return "work"
    if not rest and re.search("放假|假期|休假|休息", lead):
        return "off"
    raise _NotUnderstood(rest)


def _after_move(dates: list[dt.date], to: list[dt.date], what: str, left: str) -> _Found:
    """What becomes of the days and of those that they are moved onto.

    What is moved is said (原定…放假, …上班), else told by which of them are weekends.
    """
    said = [_said(text) for text in (left, what) if text and not _REST_DAY.fullmatch(text)]
    if said:
        kind = said[0]
    elif _weekends(dates) == {True} and _weekends(to) == {False}:
        kind = "off"
    elif _weekends(dates) == {False} and _weekends(to) == {True} and not what:
        kind = "work"
    else:
        raise _NotUnderstood(what)
    exchanged = len(said) == 0 or kind == "work"
    back: DayKind = "off" if kind == "work" else "work"
    given_up = [date for date in dates if date not in to and (exchanged or date.weekday() < 5)]
    return [(date, kind) for date in to] + [(date, back) for date in given_up]


def _said(text: str) -> DayKind:
    if _WORK.fullmatch(text):
        return "work"
    if _OFF.fullmatch(text):
        return "off"
    raise _NotUnderstood(text)


def _weekends(dates: list[dt.date]) -> set[bool]:
    return {date.weekday() > 4 for date in dates}


def _clauses(sentence: str) -> Iterator[str]:
    """Parts between commas; a comma inside brackets does not part."""
    parts = re.split(r",(?![^()]*\))", sentence)
    return (re.sub(r"^(?:其中|另外)(?=.)", "", part.strip()) for part in parts if part.strip())


def _tail(pattern: re.Pattern[str], clause: str) -> re.Match[str] | None:
    """The match of `pattern` that ends the clause."""
    return next((m for m in pattern.finditer(clause) if m.end() == len(clause)), None)


def _only_month(breaks: list[dt.date]) -> dt.date | None:
    """A date of the month that the break lies in, if it is one month: what a bare 17日 can mean."""
    return breaks[0] if len({(date.year, date.month) for date in breaks}) == 1 else None


def _days_to(first: dt.date, last: dt.date) -> list[dt.date]:
    """The days after `first` up to `last`."""
    length = (last - first).days
    if not 1 <= length <= _LONGEST_BREAK:
        raise _NotUnderstood(f"{first} - {last}")
    return [first + dt.timedelta(days=n) for n in range(1, length + 1)]


def _weekday(paren: str) -> int | None:
    """The weekday that a bracket states; a bracket with a date of its own is not understood."""
    if re.search(r"\d日", paren):
        raise _NotUnderstood(paren)
    match = re.search(r"(?:周|星期|礼拜)([一二三四五六日天])", paren)
    return "一二三四五六日".index(match[1].replace("天", "日")) if match else None
