"""What reading a 时间节点 can come to, other than a recurrence: a day, nothing, or why not.

Values only; no patterns may enter.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal, TypeAlias

from xl_collab.errors import Lang
from xl_collab.project.timing.recurrence import END_OF_DAY
from xl_collab.records import dataclass
from xl_collab.schema.words import Text, t

Reason: TypeAlias = Literal[
    "ambiguous",
    "failed",
    "impossible",
    "incomplete",
    "no_year",
    "out_of_range",
    "pending",
    "range",
    "relative",
    "serial_text",
    "several",
    "time_only",
    "unknown",
    "vague",
    "weekday",
]
REASONS: dict[Reason, Text] = {
    "ambiguous": t("可以有两种读法", "it can be read in two ways"),
    "failed": t("读取时出错，请改写后重试", "reading it failed; write it in another way"),
    "impossible": t("日历上没有这一天或这个时刻", "there is no such day or time"),
    "incomplete": t("没有写到具体哪一天", "it does not say which day"),
    "no_year": t("没有写年份，也无法由相邻日期推断", "it has no year, and no neighbour tells it"),
    "out_of_range": t("数字超出 Excel 日期的范围", "the number is no date that Excel knows"),
    "pending": t("日期尚未确定", "the date is not settled yet"),
    "range": t("写的是一段时间，不是一个期限", "it is a span of time, not a deadline"),
    "relative": t("相对的说法，不知道从哪天算起", "it is relative to a day that nobody named"),
    "serial_text": t("是一个数字，不是日期", "it is a number, not a date"),
    "several": t("写了不止一个日期", "it holds more than one date"),
    "time_only": t("只有时刻，没有日期", "it is a time without a day"),
    "unknown": t("格式无法识别", "its format is not recognised"),
    "vague": t("说法笼统，没有落到某一天", "it is too vague to be a day"),
    "weekday": t("写的星期与日期不符", "the weekday does not fit the date"),
}


@dataclass(frozen=True, slots=True)
class FixedDate:
    """One day, perhaps with a time. `year_inferred`: the text had no year. It never moves."""

    date: dt.date
    time: dt.time | None = None
    year_inferred: bool = False

    @property
    def due(self) -> dt.datetime:
        """The moment it is due; without a time, the end of the day."""
        return dt.datetime.combine(self.date, self.time or END_OF_DAY)


@dataclass(frozen=True, slots=True)
class Blank:
    """Nothing was entered."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What was entered, and why it is no deadline."""

    text: str
    reason: Reason

    def explain(self, lang: Lang = "zh") -> str:
        """The reason in words, to stand inside a finding."""
        return REASONS[self.reason].of(lang)
