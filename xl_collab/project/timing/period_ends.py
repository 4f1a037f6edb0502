"""Periods as people name them for a deadline: 11月底, Q3末, 年底, 11月上旬, end of Q4 2023.

A bare, normalised text in, a `Period` out. Only the end of a period (底, 末, 内) is a day that
everybody reads in one way; a period alone, its beginning or its middle is for people to choose.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
import re
from functools import cache
from typing import Literal, TypeAlias

from xl_collab.patterns import lazy
from xl_collab.project.timing.dates import month_named, nearest, year_of
from xl_collab.project.timing.outcomes import FixedDate, Reason
from xl_collab.project.timing.recurrence_words import number_of
from xl_collab.records import dataclass

Place: TypeAlias = Literal["end", "alone", "early", "first", "second", "third", "middle"]

_PLACES: dict[str, Place] = {
    "初": "early",
    "中": "middle",
    "上旬": "first",
    "中旬": "second",
    "下旬": "third",
}
_PLACES |= {"early": "early", "mid": "middle", "late": "third"}
_END = r"(?:月|季度?|年)?[底末终]|之内|以内|内|最后[一1]?[天日]"
_SAID = r"(?P<said>今年|本年度?|当年|明年|次年|来年)"
_YEAR = rf"(?:(?P<y>\d{{4}})[-./年 ]?|(?P<yy>\d{{2}})年|{_SAID})?"
_Y_EN = r"(?:(?:,| of)? ?[-/]?(?P<y>\d{4}))?"
_END_EN = r"(?:the )?(?P<place>end|eom|eoq|eoy|early|mid|late)[- ]?(?:of )?(?:the )?"
_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_QUARTER_EN = r"(?:q(?P<q>[1-4])|(?P<word>first|second|third|fourth) quarter)"
_NAME = r"(?P<name>[a-z]{3,9})\.?"
_SPOKEN = (
    rf"{_YEAR}(?P<m>\d{{1,2}})月(?:份)?的?(?P<place>{_END}|初|中旬?|上旬|下旬)?",
    r"(?P<y>\d{4}[-./]|(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2]|[1-9])",
    rf"{_YEAR}(?:第?(?P<q>[一二三四1-4])季度?|q(?P<q2>[1-4]))(?P<place>{_END})?",
    r"q(?P<q>[1-4])[-/, ]*(?P<y>\d{4})(?P<place>末|底)?",
    r"(?P<q>[1-4])q(?P<yy>\d{2})(?P<place>末|底)?",
    rf"{_YEAR}(?P<half>[上下]半年|h[12])度?(?P<place>{_END})?",
    r"(?P<y>\d{4})年度?(?P<place>年?[底末终]|之内|以内|内)?",
    r"(?P<yy>\d{2})年度?(?P<place>年?[底末终])?",
    rf"{_SAID}(?P<place>年?[底末终]|之内|以内|内)?",
    r"(?P<yy>\d{2})q(?P<q>[1-4])(?P<place>[底末内])?",
    r"(?P<m>\d{1,2})[/.](?P<y>\d{4})",
    r"(?P<name>[a-z]{3,9})\.?[-'’](?P<yy>\d{2})",
    r"(?P<place>year[- ]end) (?P<y>\d{4})",
    r"(?P<year>年)(?P<place>[底末终]|内)",
    rf"(?:{_END_EN})?{_NAME}{_Y_EN}",
    rf"{_NAME}{_Y_EN}[- ](?P<place>end)",
    rf"(?:{_END_EN})?{_QUARTER_EN}{_Y_EN}",
    rf"{_QUARTER_EN}{_Y_EN}[- ](?P<place>end)",
    r"(?P<place>end of|end|eoy) (?P<y>\d{4})",
    rf"(?:{_END_EN})(?P<half>h[12]){_Y_EN}",
)


@dataclass(frozen=True, slots=True)
class Period:
    """Months `first` to `last` of a year, and what of them is meant.

    year   None where no year is named; `said` then may hold 今年 or 明年
    place  "end" is the last day; "first" to "third" are 上旬 to 下旬
    """

    first: int
    last: int
    place: Place
    year: int | None = None
    said: str = ""

    @property
    def whole_year(self) -> bool:
        """Whether it is a year, not a part of one."""
        return (self.first, self.last) == (1, 12)

    def start_in(self, year: int) -> dt.date:
        """Its first day in a year."""
        return dt.date(year, self.first, 1)

    def end_in(self, year: int) -> dt.date:
        """The last day of what is meant, in a year."""
        day = {"early": 10, "first": 10, "middle": 15, "second": 20}.get(self.place)
        return dt.date(year, self.last, day or months.monthrange(year, self.last)[1])

    def end_near(self, near: dt.date) -> dt.date:
        """The end that lies nearest to a day; the year's own end for a whole year."""
        if self.whole_year:
            return dt.date(near.year, 12, 31)
        day = nearest(self.last, min(28, months.monthrange(2023, self.last)[1]), near)
        return self.end_in(day.year)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, _SPOKEN))


def read_period(text: str) -> Period | None:
    """The period that a text is, whatever is meant of it; None where it is none."""
    squeezed = text.replace(" ", "") if not text.isascii() else text
    found = (match for pattern in _patterns() if (match := pattern.fullmatch(squeezed)))
    return next((period for match in found if (period := _from_match(match))), None)


def read_period_end(text: str, near: dt.date | None) -> FixedDate | Reason | None:
    """The last day of a period, where the text says that its end is meant; None where it is no such text."""
    period = read_period(text)
    if period is None or period.place != "end" or period.said:
        return None
    if period.year is not None:
        return FixedDate(period.end_in(period.year))
    if _WITHIN.fullmatch(text.replace(" ", "")):
        return None
    if near is None:
        return "no_year"
    if period.whole_year and near.month <= _EARLY:
        return "ambiguous"
    return FixedDate(period.end_near(near), year_inferred=True)


_WITHIN = lazy(r"\d{1,2}月(?:之|以)?内")
"""三月内 may be within three months."""
_EARLY = 6
"""年底 beside a day up to June is the last December or the next: nobody knows which."""


def _from_match(match: re.Match[str]) -> Period | None:
    groups = match.groupdict()
    span = _months(groups)
    year = year_of(groups)
    if span is None or (year is not None and not 1900 <= year < dt.MAXYEAR):
        return None
    return Period(*span, _place(groups.get("place") or ""), year, groups.get("said") or "")


def _months(groups: dict[str, str | None]) -> tuple[int, int] | None:
    """First and last month of what a match names."""
    if groups.get("m") or groups.get("name"):
        month = int(groups.get("m") or 0) or month_named(groups.get("name") or "")
        return (month, month) if 1 <= month <= 12 else None
    word = groups.get("q") or groups.get("q2")
    quarter = number_of(word) if word else _QUARTERS.get(groups.get("word") or "", 0)
    if quarter:
        return quarter * 3 - 2, quarter * 3
    if groups.get("half"):
        return (1, 6) if groups["half"] in ("上半年", "h1") else (7, 12)
    return 1, 12


def _place(word: str) -> Place:
    return _PLACES.get(word, "end" if word else "alone")
