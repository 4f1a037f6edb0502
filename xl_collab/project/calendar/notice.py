"""The State Council's yearly notice on holidays, read from its text.

That is 国务院办公厅关于…年部分节假日安排的通知, as published since 2006.
A notice names each holiday, its days off and its make-up workdays. A clause is taken only when
all of it was understood and every weekday it states is right; else it is handed back unread, so
that a person adds it by hand. A clause that leaves open which year's December it means is unread
too. No download may enter: the text comes from the user.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from xl_collab.project.calendar.workdays import Day, DayKind


@dataclass(frozen=True, slots=True)
class HolidayNotice:
    """What a notice says: its year (None if it tells none), its listed days by date, the clauses
    that could not be read, and remarks that change no day (advice to grant leave)."""

    year: int | None
    days: tuple[Day, ...]
    unread: tuple[str, ...]
    remarks: tuple[str, ...] = ()


class _NotUnderstood(ValueError):
    """Raised when a clause must not be used; never leaves this module."""


_TITLE_YEAR = re.compile(r"(\d{4})年(?=部分节假日|节假日|放假)|关于(\d{4})年")
_QUOTES = re.compile("[\"'“”‘’「」《》]")
_HEADER = re.compile(
    r"(?:^|(?<=[。\s]))\s*(?:[一二三四五六七八九十]{1,2}、|\(?[一二三四五六七八九十\d]{1,2}[)、.])?\s*"
    r"(?:\d{4}年)?(?P<name>[^\d\s。:;,()]{0,20}(?:元旦|节|五一|十一|清明|端午|中秋|国庆|纪念日)):",
    re.MULTILINE,
)
_CLOSING = re.compile(r"^\s*(?:节假日期间|国务院办公厅\s*$|特此|各地区、各部门|请各)", re.MULTILINE)
_NAMES = {"五一": "劳动节", "十一": "国庆节", "清明": "清明节", "端午": "端午节", "中秋": "中秋节"}
_NAMES |= {"国庆": "国庆节"}

_PAREN = r"(?P<paren>\([^()]*\))?"
_DATE = re.compile(
    rf"(?:(?P<year>\d{{4}})年|(?P<next>次年|翌年))?(?:(?P<month>\d{{1,2}})月)?(?P<day>\d{{1,2}})日{_PAREN}"
)
_JOIN = re.compile(r"\s*(?P<range>至|到|-|~)\s*|\s*(?:、|和|及)\s*")
_OFF = re.compile(r"(?:均|照常|正常)?(?:放假|公休|休息|补休)(?:调休|公休)?(?:(?P<count>\d+)天)?")
_WORK = re.compile(r"(?:均|照常|正常)?(?:上班|工作)")
_COUNT = re.compile(r"(?:连休)?(?:共|共计|合计)(?P<count>\d+)天")
_NO_EFFECT = re.compile(r"(?:与周末|和周末)?连休|不调休|放假期间.*|其中")
_ADVICE = re.compile(r"鼓励|提倡|建议|带薪年休假")
_STATUTORY = re.compile(r"为法定(?:节)?假日|调至")
_LONGEST_BREAK = 31


def parse_notice(text: str, year: int | None = None) -> HolidayNotice:
    """Read a notice; `year` is only needed where the text does not state it.

    A year that contradicts the text's own leaves everything unread. Days come back with source
    "official" and their holiday's Chinese name.
    """
    flat = _normalised(text)
    found = _TITLE_YEAR.search(flat)
    stated = int(found[1] or found[2]) if found else None
    orphans, items = _items(flat)
    if (year or stated) is None or (year and stated and year != stated):
        return HolidayNotice(year or stated, (), (*orphans, *(f"{name}:{body}" for name, body in items)))
    reader = _Reader(int(year or stated or 0), {}, list(orphans), [])
    for name, body in items:
        reader.read_item(name, body)
    days = tuple(reader.days[date] for date in sorted(reader.days))
    return HolidayNotice(reader.year, days, tuple(reader.unread), tuple(reader.remarks))


def _normalised(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    plain = re.sub("[\u2010-\u2015\u2212]+", "-", _QUOTES.sub("", folded))
    plain = re.sub(r"[\u200b\ufeff]", "", plain)
    return re.sub(r"(?<=[\d年月日至到])[ \t]+(?=[\d年月日至到])", "", plain)


def _items(flat: str) -> tuple[tuple[str, ...], list[tuple[str, str]]]:
    """Sentences about days off outside every holiday's paragraph, and (holiday, its paragraph)."""
    headers = list(_HEADER.finditer(flat))
    first = headers[0].start() if headers else len(flat)
    orphans = tuple(s for s in _sentences(flat[:first]) if re.search(r"\d日.*(?:放假|上班|休息)", s))
    items = []
    for place, header in enumerate(headers, start=1):
        body = flat[header.end() : headers[place].start() if place < len(headers) else len(flat)]
        closing = _CLOSING.search(body)
        items.append((_holiday(header["name"]), body[: closing.start()] if closing else body))
    return orphans, items


def _sentences(text: str) -> Iterator[str]:
    joined = re.sub(r"\s*\n\s*", "", text)
    return (sentence.strip() for sentence in re.split(r"[。;]", joined) if sentence.strip())


def _holiday(name: str) -> str:
    """The holiday's full name; 国庆节、中秋节 share a break and keep both."""
    return "、".join(_NAMES.get(part, part) for part in re.split("[、和及]", name) if part)


@dataclass(slots=True)
class _Reader:
    """Collects what the paragraphs say; each sentence is taken as a whole or left unread."""

    year: int
    days: dict[dt.date, Day]
    unread: list[str]
    remarks: list[str]

    def read_item(self, name: str, body: str) -> None:
        breaks: list[dt.date] = []
        for sentence in _sentences(body):
            if _ADVICE.search(sentence) and not re.search("放假|上班", sentence):
                self.remarks.append(f"{name}：{sentence}")
                continue
            try:
                found = self._sentence(name, sentence, breaks)
            except ValueError:
                self.unread.append(f"{name}：{sentence}")
                continue
            self.days.update({day.date: day for day in found if day.date not in self.days})
            breaks += [day.date for day in found if day.kind == "off"]
        if not breaks and not any(line.startswith(f"{name}：") for line in self.unread):
            self.unread.append(f"{name}：{body.strip()}")

    def _sentence(self, name: str, sentence: str, breaks: list[dt.date]) -> list[Day]:
        """The days of one sentence; _NotUnderstood if any clause, weekday or count is in doubt."""
        found: list[Day] = []
        for clause in _clauses(sentence):
            kind, dates = self._clause(name, clause, breaks + [day.date for day in found])
            off = sum(day.kind == "off" for day in found) + len(dates) * (kind == "off")
            counted = _COUNT.fullmatch(clause) or _tail(_OFF, clause)
            if counted and counted["count"] and int(counted["count"]) != off:
                raise _NotUnderstood(clause)
            found += [Day(date, kind, name, "official") for date in dates]
        kinds = {day.date: day.kind for day in self.days.values()}
        if any(kinds.setdefault(day.date, day.kind) != day.kind for day in found):
            raise _NotUnderstood(sentence)
        return found

    def _clause(self, name: str, clause: str, breaks: list[dt.date]) -> tuple[DayKind, list[dt.date]]:
        if _COUNT.fullmatch(clause) or _NO_EFFECT.fullmatch(clause):
            return "off", []
        if _STATUTORY.search(clause):
            self._check_statutory(name, clause, breaks)
            return "off", []
        dates, rest = self._dates(name, clause, breaks)
        if not dates:
            raise _NotUnderstood(clause)
        if _OFF.fullmatch(rest):
            return "off", dates
        if _WORK.fullmatch(rest):
            return "work", dates
        raise _NotUnderstood(clause)

    def _check_statutory(self, name: str, clause: str, breaks: list[dt.date]) -> None:
        """Which days of a break are statutory changes nothing, if the break itself was read."""
        target = clause.partition("调至")[2]
        moved = self._dates(name, target, breaks)[0] if target else []
        if not breaks or not set(moved) <= set(breaks):
            raise _NotUnderstood(clause)

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
