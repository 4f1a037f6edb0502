"""A notice on holidays, read from its text: the State Council's or a company's own.

The State Council publishes one a year (国务院办公厅关于…年部分节假日安排的通知) and sometimes changes one
later (调整…假期安排, 延长…假期); companies write theirs after it. This module finds out who issued a
notice, for which year, and which paragraph speaks of which holiday; `notice_sentences` reads the
sentences. A sentence is taken only when all of it was understood and every weekday it states is right;
else it is handed back unread, so that a person adds it by hand: no sentence with a date is left out.
No download may enter: the text comes from the user.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from xl_collab.project.calendar.notice_sentences import (
    HOLIDAY,
    SAYS_DATE,
    SAYS_DAY,
    SentenceReader,
    holiday_name,
)
from xl_collab.project.calendar.statutory import same_holiday
from xl_collab.project.calendar.workdays import Calendar, Day

Issuer: TypeAlias = Literal["official", "company"]


@dataclass(frozen=True, slots=True)
class HolidayNotice:
    """What a notice says: its year (None if it tells none), its listed days by date, the sentences
    that could not be read, and remarks that change no day (advice to grant leave).

    The days of an official notice have the source "official", but "estimated" where a sentence on their
    holiday was not understood; those of a company's notice "company".
    """

    year: int | None
    days: tuple[Day, ...]
    unread: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def parse_notice(
    text: str, year: int | None = None, known: Calendar | None = None, source: Issuer | None = None
) -> HolidayNotice:
    """Read a notice; `year` is only needed where the text does not state it.

    `known` is the calendar so far: a notice that changes an earlier one is read against it. `source` says
    whose it is, where the text does not tell. A year that contradicts the text's own leaves
    everything unread. Days come back with their holiday's Chinese name.
    """
    flat = _normalised(text)
    stated = _stated_year(flat) or (year or _only_year(flat))
    sections = list(_sections(flat))
    if (year or stated) is None or (year and stated and year != stated):
        return HolidayNotice(year or stated, (), tuple(_dated(sections)))
    issuer = source or ("company" if _by_company(flat) else "official")
    reader = SentenceReader(int(year or stated or 0), issuer, known or Calendar.from_days([]))
    title = _title_name(flat, issuer)
    for section in sections:
        reader.read_section(section.name, section.name or title, section.sentences, section.text)
    days = _amended(reader, title) if _AMENDS.search(flat) else reader.days
    return HolidayNotice(
        reader.year,
        tuple(_as_sure(days[date], reader.doubtful) for date in sorted(days)),
        tuple(reader.unread),
        tuple(reader.remarks),
    )


# the text as it is compared: half-width, without what means nothing


_QUOTES = re.compile("[\"'“”‘’「」《》]")
_NUMERALS = {word: str(n) for n, word in enumerate("一二三四五六七八九十", start=1)} | {"两": "2"}
_SIGNED = re.compile(r"^[^\d,。;:]{0,30}\d{4}年\d{1,2}月\d{1,2}日\s*$", re.MULTILINE)
_SIGNATURE_SAYS = re.compile("[放补上]班|[放休]假|调休|休息")


def _normalised(text: str) -> str:
    spaced = re.sub(r"[^\S\n]+", " ", unicodedata.normalize("NFKC", text))
    flat = _QUOTES.sub("", re.sub(r" ?\n\s*", "\n", spaced))
    flat = re.sub("[\u2010-\u2015\u2212]+", "-", re.sub(r"[\u200b\ufeff]", "", flat))
    flat = re.sub(rf"[【\[]({HOLIDAY})[】\]]:?", r"\1:", flat)
    flat = flat.translate(str.maketrans("【】[]", "()()"))
    flat = re.sub(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)日?", r"\1年\2月\3日", flat)
    flat = re.sub(r"(?<=[\d年月日至到])[ \t]+(?=[\d年月日至到])", "", flat)
    flat = re.sub(r"(?<=[月至到、和及~-])(\d{1,2})号", r"\1日", flat)
    flat = re.sub(r"([一二两三四五六七八九十])天", lambda found: f"{_NUMERALS[found[1]]}天", flat)
    flat = re.sub(r"起(?=[至到]\d)", "", flat)
    return _SIGNED.sub(lambda line: line[0] if _SIGNATURE_SAYS.search(line[0]) else "", flat)


# who, which year, which holiday


_TITLE_YEAR = re.compile(
    rf"(\d{{4}})年(?={HOLIDAY}?(?:部分节假日|节假日|放假|假期))|(?:关于|现将)[^\d。:]{{0,8}}(\d{{4}})年"
)
_DATED_YEAR = re.compile(r"(\d{4})年\d{1,2}月")
_TITLE = re.compile(r"关于([^。:]{2,60}?)的?(?:通知|公告|通告)")
_STATE_COUNCIL = re.compile(
    r"^\s*国务院(?:办公厅)?\s*(?:关于|$)|^\s*国(?:办)?发(?:明电)?\W?\d{4}|各省、自治区、直辖市人民政府",
    re.MULTILINE,
)
_COMPANY = re.compile(
    "公司|本司|我司|本所|所内|本厂|我厂|集团|全体(?:员工|职工|同事|教职)|各位(?:同事|员工)|人力资源|行政部|人事部"
    "|综合办|工会|各部门:|根据国务院"
)
_OWN_TITLE = re.compile(r"^(?!国务院)\S{0,30}关于\S{0,40}(?:放假|假期|调休)\S{0,20}通知\s*$", re.MULTILINE)
_AMENDS = re.compile(r"关于(?:调整|变更)")
_VICTORY_DAY = re.compile(r"抗日战争\S*?胜利(\d+)周年纪念日")


def _stated_year(flat: str) -> int | None:
    """The year that the title or the opening names."""
    found = _TITLE_YEAR.search(re.sub(r"\s*\n\s*", "", flat))
    return int(found[1] or found[2]) if found else None


def _only_year(flat: str) -> int | None:
    """The one year that the dates in the text have."""
    years = set(_DATED_YEAR.findall(flat))
    return int(years.pop()) if len(years) == 1 else None


def _by_company(flat: str) -> bool:
    """Whether a company issued it; a text that tells nothing is taken for the State Council's."""
    if _STATE_COUNCIL.search(flat):
        return False
    return bool(_COMPANY.search(flat) or _OWN_TITLE.search(flat))


def _title_name(flat: str, source: Issuer) -> str:
    """The holiday that the title is about, for paragraphs without one; '' when it is about several.

    A company may close for other reasons: then the title's own words are the name.
    """
    found = _TITLE.search(re.sub(r"\s*\n\s*", "", flat))
    title = found[1] if found else ""
    victory = _VICTORY_DAY.search(title)
    if victory:
        return f"抗战胜利{victory[1]}周年纪念日"
    names = list(dict.fromkeys(holiday_name(name) for name in re.findall(HOLIDAY, title)))
    if names:
        return "、".join(names) if len(names) <= 2 else ""
    if source == "official":
        return ""
    own = re.sub(r"\d{4}年(?:部分)?|节假日|(?:放假|调休|假期).*|公司", "", title)
    return own or "公司安排"


# paragraphs


_NUMBER = r"(?:[一二三四五六七八九十]{1,2}、|\(?[一二三四五六七八九十\d]{1,2}[)、.])"
_HEADER = re.compile(
    rf"(?:^|(?<=[。\s]))\s*(?:{_NUMBER}\s*)?(?:\d{{4}}年)?"
    r"(?P<name>[^\d\s。:;,()]{0,20}(?:元旦|节|五一|十一|清明|端午|中秋|国庆|纪念日))(?::|[ \t]+(?=\d{1,2}月))"
    rf"|(?:^|(?<=[。\s]))\s*{_NUMBER}(?=\s*\S)",
    re.MULTILINE,
)
_CLOSING = re.compile(r"^\s*(?:节假日期间|放假期间|国务院办公厅\s*$|特此|各地区、各部门|请各)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Section:
    """A stretch of the text about one holiday; `name` is '' before the first and after the last."""

    name: str
    text: str

    @property
    def sentences(self) -> tuple[str, ...]:
        titled = re.sub(r"(?<=通知)[ \t]*\n", "。", self.text)
        joined = re.sub(r"\s*\n\s*", "", titled)
        return tuple(part.strip() for part in re.split(r"[。;]", joined) if part.strip())


def _sections(flat: str) -> Iterator[_Section]:
    headers = list(_HEADER.finditer(flat))
    yield _Section("", flat[: headers[0].start()] if headers else flat)
    for place, header in enumerate(headers, start=1):
        body = flat[header.end() : headers[place].start() if place < len(headers) else len(flat)]
        closing = _CLOSING.search(body)
        end = closing.start() if closing else len(body)
        yield _Section(holiday_name(header["name"] or ""), body[:end])
        yield _Section("", body[end:])


def _dated(sections: Iterable[_Section]) -> Iterator[str]:
    """What stays unread where the year is not known: holidays' paragraphs, other sentences on days."""
    for section in sections:
        if section.name:
            yield f"{section.name}:{section.text}"
        else:
            yield from (s for s in section.sentences if SAYS_DATE.search(s) and SAYS_DAY.search(s))


# how sure, and what an amendment replaces


def _as_sure(day: Day, doubtful: set[str]) -> Day:
    if day.source == "official" and doubtful & {"", *day.name.split("、")}:
        return replace(day, source="estimated")
    return day


def _amended(reader: SentenceReader, title: str) -> dict[dt.date, Day]:
    """The days of a notice that rearranges a holiday, and those of its earlier arrangement undone.

    A weekday off becomes a working day again, a made-up weekend day is off again.
    """
    if not reader.days or reader.doubtful:
        return reader.days
    before = (
        day for day in reader.known.days if day.source == reader.source and day.date.year == reader.year
    )
    found = dict(reader.days)
    for day in before:
        if same_holiday(title, day.name) and (day.kind == "off") == (day.date.weekday() < 5):
            undone = replace(day, kind="work" if day.kind == "off" else "off")
            found.setdefault(day.date, undone)
    return found
