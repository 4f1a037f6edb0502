"""A variance in words: every day between two dates, and why it counts or not.

What is counted is `workdays`' business; here it is only told, in Chinese and in English.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Literal, TypeAlias

from xl_collab.errors import Lang
from xl_collab.project.calendar.seed_days import NAMES_EN
from xl_collab.records import dataclass
from xl_collab.schema.words import Count, Text, in_a_row

if TYPE_CHECKING:
    from xl_collab.project.calendar.workdays import Calendar, Day

Why: TypeAlias = Literal["weekday", "weekend", "holiday", "make_up", "company_off", "company_work"]

_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_PHRASES: dict[Why, tuple[str, str]] = {
    "weekday": ("工作日", "working days"),
    "weekend": ("周末", "weekend"),
    "holiday": ("{name}放假", "{name} holiday"),
    "make_up": ("{name}调休上班", "make-up workday for {name}"),
    "company_off": ("公司休息日（{name}）", "company day off ({name})"),
    "company_work": ("公司工作日（{name}）", "company workday ({name})"),
}


@dataclass(frozen=True, slots=True)
class ExplainedDay:
    """One day of a variance. `estimated`: its year has no official data, or its row says so."""

    date: dt.date
    counted: bool
    why: Why
    name: str
    estimated: bool

    @property
    def listed(self) -> bool:
        """Whether the calendar names this day, rather than the weekday deciding."""
        return self.why not in ("weekday", "weekend")


@dataclass(frozen=True, slots=True)
class Explanation:
    """The signed working days from `start` to `end`, and the days they are made of.

    `days` runs forward through (start, end], or through (end, start] when end is earlier;
    `weekdays` is what counting Monday to Friday would give; `estimated_years` lack official data, and
    `doubt` says so in Chinese and in English.
    """

    start: dt.date
    end: dt.date
    total: int
    weekdays: int
    days: tuple[ExplainedDay, ...]
    estimated_years: tuple[int, ...]
    doubt: tuple[str, str] = ("", "")

    def text(self, lang: Lang = "zh") -> str:
        """The explanation as lines: the figure, the runs of days, the contrast, the doubt."""
        return "\n".join(_english(self) if lang == "en" else _chinese(self))


def explain(calendar: Calendar, start: dt.date, end: dt.date) -> Explanation:
    """Explain `calendar.between(start, end)`."""
    low, high = min(start, end), max(start, end)
    numbers = range(low.toordinal() + 1, high.toordinal() + 1)
    days = tuple(_explained(calendar, dt.date.fromordinal(number)) for number in numbers)
    sign = 1 if end >= start else -1
    total = sign * sum(day.counted for day in days)
    years = calendar.estimated(start, end)
    doubts = (doubt(calendar, years, "zh"), doubt(calendar, years, "en"))
    return Explanation(start, end, total, weekdays(start, end), days, years, doubts)


def weekdays(start: dt.date, end: dt.date) -> int:
    """What counting Monday to Friday gives: of the days in (start, end], negative when end is earlier."""
    return _weekdays_up_to(end) - _weekdays_up_to(start)


def _weekdays_up_to(day: dt.date) -> int:
    weeks, rest = divmod(day.toordinal(), 7)  # 0001-01-01 was a Monday
    return 5 * weeks + min(rest, 5)


def doubt(calendar: Calendar, years: Sequence[int], lang: Lang = "zh") -> str:
    """That the calendar of `years` is estimated, and by what, in one sentence; '' without years."""
    if not years:
        return ""
    lawful = all(calendar.guessed_by_law(year) for year in years)
    if lang == "en":
        shown = ", ".join(map(str, years))
        how = "the statutory holidays are" if lawful else "Monday to Friday is"
        return f"Estimated: no complete official holidays known for {shown}; {how} assumed there"
    shown = "、".join(map(str, years))
    how = "法定节假日" if lawful else "周一至周五"
    return f"推定：{shown} 年没有完整的官方放假安排，除已列出的日子外按{how}推定"


def estimate_of(calendar: Calendar, *dates: dt.date) -> Text | None:
    """What to say of an answer that rests on the days between `dates`; None where all are official."""
    years = calendar.estimated(*dates)
    return Text(doubt(calendar, years, "zh"), doubt(calendar, years, "en")) if years else None


def weekday_name(date: dt.date, lang: Lang = "zh") -> str:
    """周一 … 周日, or Mon … Sun."""
    return _WEEKDAYS_EN[date.weekday()] if lang == "en" else "周" + "一二三四五六日"[date.weekday()]


def day_name(name: str, lang: Lang = "zh") -> str:
    """A holiday's name in `lang`; names that only a company knows stay as they are."""
    if lang != "en":
        return name
    return ", ".join(NAMES_EN.get(part, part) for part in name.split("、"))


def _explained(calendar: Calendar, date: dt.date) -> ExplainedDay:
    day = calendar.listed(date)
    unsure = date.year not in calendar.official_years
    if day is None:
        working = date.weekday() < 5
        return ExplainedDay(date, working, "weekday" if working else "weekend", "", unsure)
    return ExplainedDay(date, day.kind == "work", _why(day), day.name, unsure or day.source == "estimated")


def _why(day: Day) -> Why:
    if day.source == "company":
        return "company_work" if day.kind == "work" else "company_off"
    if day.kind == "work" and day.date.weekday() < 5:
        return "weekday"  # an earlier day off that an amendment took back
    return "make_up" if day.kind == "work" else "holiday"


def _runs(days: tuple[ExplainedDay, ...]) -> Iterator[list[ExplainedDay]]:
    """Neighbouring days that one line can tell: ordinary weeks, or the days of one break."""
    for _, run in groupby(days, lambda day: day.why if day.listed else ""):
        yield list(run)


def _names(run: list[ExplainedDay], lang: Lang) -> str:
    parts = (part for day in run for part in day.name.split("、") if part)
    seen = dict.fromkeys(day_name(part, lang) for part in parts)
    return in_a_row(seen, lang)


def _phrase(run: list[ExplainedDay], lang: Lang) -> str:
    return _PHRASES[run[0].why][lang == "en"].format(name=_names(run, lang)).strip()


def _stamp(date: dt.date, whole: Explanation) -> str:
    """The month and day, with the year where the explanation crosses one."""
    return date.isoformat() if whole.start.year != whole.end.year else f"{date:%m-%d}"


def _span(run: list[ExplainedDay], whole: Explanation, lang: Lang) -> str:
    shown = [f"{_stamp(day.date, whole)} {weekday_name(day.date, lang)}" for day in (run[0], run[-1])]
    if len(run) == 1:
        return shown[0]
    return " to ".join(shown) if lang == "en" else " 至 ".join(shown)


def _doubt(whole: Explanation, lang: Lang) -> list[str]:
    return [said] if (said := whole.doubt[lang == "en"]) else []


def _chinese(whole: Explanation) -> list[str]:
    lines = [f"{whole.start} → {whole.end}：{whole.total:+d} 个工作日（{_direction(whole)}）"]
    lines += [_chinese_run(run, whole) for run in _runs(whole.days)]
    if whole.weekdays != whole.total:
        lines.append(f"按周一至周五数会得 {whole.weekdays}，相差 {whole.total - whole.weekdays:+d}")
    return lines + _doubt(whole, "zh")


def _direction(whole: Explanation) -> str:
    low, high = sorted((whole.start, whole.end))
    parts = ["同一天" if low == high else f"不含 {low}，含 {high}"]
    parts += ["提前记为负"] * (low != whole.start) + ["推定"] * bool(whole.estimated_years)
    return "；".join(parts)


def _chinese_run(run: list[ExplainedDay], whole: Explanation) -> str:
    counted = sum(day.counted for day in run)
    head = f"{_span(run, whole, 'zh')}："
    if run[0].listed:
        return head + _phrase(run, "zh") + (f"，计 {counted}" if counted else f"，{len(run)} 天不计")
    rest = len(run) - counted
    parts = [f"工作日，计 {counted}"] * bool(counted) + [f"周末 {rest} 天不计"] * bool(rest)
    return head + "；".join(parts)


def _english(whole: Explanation) -> list[str]:
    low, high = sorted((whole.start, whole.end))
    parts = ["same day" if low == high else f"after {low}, up to and including {high}"]
    parts += ["early is negative"] * (low != whole.start) + ["estimated"] * bool(whole.estimated_years)
    note = "; ".join(parts)
    lines = [f"{whole.start} → {whole.end}: {Count(whole.total):+working day|working days} ({note})"]
    lines += [_english_run(run, whole) for run in _runs(whole.days)]
    if whole.weekdays != whole.total:
        gap = whole.total - whole.weekdays
        lines.append(f"Counting Monday to Friday would give {whole.weekdays} (difference {gap:+d})")
    return lines + _doubt(whole, "en")


def _english_run(run: list[ExplainedDay], whole: Explanation) -> str:
    counted = sum(day.counted for day in run)
    rest = len(run) - counted
    head = f"{_span(run, whole, 'en')}: "
    if run[0].listed:
        tail = f"count {counted}" if counted else f"{Count(rest):day|days} not counted"
        return f"{head}{_phrase(run, 'en')}, {tail}"
    parts = [f"{Count(counted):working day|working days}"] * bool(counted)
    parts += [f"{Count(rest):weekend day|weekend days} not counted"] * bool(rest)
    return head + "; ".join(parts)
