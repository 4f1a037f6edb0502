"""The forecast rules as plain sentences, one row at a time: what the product is held against.

Written from the text of the rules and from what people expect, not from the product. Days are numbers of
working days; a row fills its days from start to finish, both included. Slow on purpose.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

import chinese_calendar

FIRST = date(2025, 6, 2)
CALENDAR = [
    day for n in range(560) if chinese_calendar.is_workday(day := FIRST + timedelta(days=n))
]  # to the end of 2026
ZERO = 60
"""Where day 0 stands in CALENDAR."""


def on(number: int) -> date:
    """The date of a working day."""
    return CALENDAR[ZERO + number]


@dataclass
class Link:
    before: int
    kind: str = "FS"
    lag: int | None = None

    def written(self) -> str:
        kind = "" if self.kind == "FS" and self.lag is None else self.kind
        return f"T{self.before}{kind}" + ("" if self.lag is None else f"{self.lag:+d}")


@dataclass
class Row:
    due: int | None = None
    start: int | None = None
    links: list[Link] = field(default_factory=list)
    status: str = "未开始"
    percent: float | None = None
    reported: int | None = None
    began: int | None = None
    ended: int | None = None
    promise: int | None = None
    baseline: int | None = None
    baseline_start: int | None = None

    @property
    def base(self) -> int | None:
        return self.due if self.baseline is None else self.baseline

    def cells(self, number: int) -> dict[str, object]:
        """The row as people write it into 跟踪表."""
        days = {
            "deadline": self.due,
            "planned_start": self.start,
            "actual_start": self.began,
            "actual": self.ended,
            "forecast": self.promise,
            "reported_on": self.reported,
            "baseline": self.baseline,
            "baseline_start": self.baseline_start,
        }
        found: dict[str, object] = {name: on(day) for name, day in days.items() if day is not None}
        return {
            "id": f"T{number}",
            "stage": "方案评审",
            "owner": "研发部",
            "task": f"任务{number}",
            "output": "成果",
            "status": self.status,
            "percent": self.percent,
            "predecessors": "、".join(link.written() for link in self.links),
            **found,
        }


class Judge:
    """What a project looks like on a day."""

    def __init__(self, rows: list[Row], today: int, slip: tuple[int, int] | None = None) -> None:
        """slip: a row, and how many days later than it would it finishes."""
        self.rows, self.today, self.slip = rows, today, slip
        self.finish, self.start = cache(self._slipped_finish), cache(self._slipped_start)
        self.free, self.floor = cache(self._free), cache(self._floor)

    # facts about a row

    def done(self, i: int) -> bool:
        row = self.rows[i]
        if row.status in ("取消", "暂停"):
            return False
        return row.status == "已完成" or (row.ended is not None and row.ended <= self.today)

    def begun(self, i: int) -> bool:
        row = self.rows[i]
        told = row.status == "进行中" or bool(row.percent)
        return told or (row.began is not None and row.began <= self.today)

    def promise(self, i: int) -> int | None:
        """A day still ahead that somebody gave for the finish."""
        row = self.rows[i]
        if row.status == "取消" or self.done(i):
            return None
        if row.ended is not None and row.ended > self.today:
            return row.ended
        return row.promise if row.promise is not None and row.promise >= self.today else None

    def begins(self, i: int) -> int | None:
        """The planned first day; nothing when neither plan nor predecessors nor work tell it."""
        row = self.rows[i]
        if row.base is None:
            return None
        for given in (row.baseline_start, row.start):
            if given is not None and given <= row.base:
                return given
        left = []
        for link in row.links:
            other = self.rows[link.before]
            if other.status == "取消" or other.base is None:
                continue
            if link.kind == "FS":
                left.append(other.base + (link.lag or 0) + 1)
            elif link.kind == "SS":
                stated = [s for s in (other.baseline_start, other.start) if s is not None and s <= other.base]
                left.append((stated[0] if stated else other.base) + (link.lag or 0))
        if left:
            return min(max(left), row.base)
        return row.began if row.began is not None and row.began <= row.base else None

    def days(self, i: int) -> int:
        begins = self.begins(i)
        return 1 if begins is None else self.rows[i].base - begins + 1

    def remaining(self, i: int) -> int:
        share = 1 - (self.rows[i].percent or 0)
        return max(1, math.ceil(round(self.days(i) * share, 6)))

    # links

    def waits_for(self, i: int) -> list[Link]:
        """The links of a row that bind."""
        row = self.rows[i]
        if row.base is None or row.status == "取消":
            return []
        alive = [link for link in row.links if self.rows[link.before].status != "取消"]
        return [k for k in alive if not self._circles(i, k.before) and self.finish(k.before) is not None]

    def _circles(self, i: int, before: int) -> bool:
        """Whether `before` waits for row i in turn."""
        seen, new = set(), [before]
        while new:
            j = new.pop()
            if j in seen or self.rows[j].status == "取消" or self.done(j):
                continue
            seen.add(j)
            new += [link.before for link in self.rows[j].links]
        return i in seen

    def lag(self, i: int, link: Link) -> int:
        """Typed, or the overlap that the plan has."""
        base = self.rows[link.before].base
        if link.lag is not None or link.kind != "FS" or base is None:
            return link.lag or 0
        begins = self.begins(i)
        begins = self.rows[i].base if begins is None else begins
        return begins - base - 1 if begins <= base else 0

    # results

    def _slipped_finish(self, i: int) -> int | None:
        found = self._finish(i)
        return found + self.slip[1] if found is not None and self.slip and self.slip[0] == i else found

    def _slipped_start(self, i: int) -> int:
        begun = self.done(i) or (self.begun(i) and self.rows[i].base is not None)
        return self._start(i) + (self.slip[1] if self.slip and self.slip[0] == i and not begun else 0)

    def end(self) -> int:
        """The latest finish of the unfinished rows."""
        rows = [i for i, row in enumerate(self.rows) if row.status != "取消" and not self.done(i)]
        return max(f for i in rows if (f := self.finish(i)) is not None)

    def _finish(self, i: int) -> int | None:
        row, promise = self.rows[i], self.promise(i)
        if row.status == "取消":
            return None
        if self.done(i):
            known = row.ended if row.ended is not None else row.base
            return known if row.ended is not None or known is None else min(known, self.today)
        if promise is None:
            return self.free(i)
        return max(promise, self.floor(i) if self.floor(i) is not None else promise)

    def _start(self, i: int) -> int:
        row = self.rows[i]
        if self.done(i):
            begins, end = self.begins(i), self._finish(i)
            return row.began if row.began is not None else end if begins is None else min(begins, end)
        if row.base is None:
            return self._finish(i)
        if self.begun(i):
            return self._worked_from(i)
        return min(self.free(i) - self.days(i) + 1, self._finish(i))

    def _worked_from(self, i: int) -> int:
        row, begins = self.rows[i], self.begins(i)
        return row.began if row.began is not None else min(row.base if begins is None else begins, self.today)

    def _free(self, i: int) -> int | None:
        """The finish that nobody promised."""
        row = self.rows[i]
        if row.base is None:
            return None
        begins, asked = self.begins(i), [row.base, self.today]
        if self.begun(i):
            since = self._worked_from(i)
            if row.percent:
                since = self.today if row.reported is None else min(row.reported, self.today)
            work = self.remaining(i)
        else:
            since, work = max(row.base if begins is None else begins, self.today), self.days(i)
        if row.status == "暂停":
            since = max(since, self.today)
        if begins is not None or not self.begun(i):
            asked.append(since + work - 1)
        return max(asked + [f for k in self.waits_for(i) if (f := self._asks(i, k)) is not None])

    def _asks(self, i: int, link: Link) -> int | None:
        """The finish that a link asks of the work that is left."""
        lag, end, start = self.lag(i, link), self.finish(link.before), self.start(link.before)
        if link.kind == "FF":
            return end + lag
        if link.kind == "SF":
            return start - 1 + lag
        if not self.begun(i):
            first = end + 1 + lag if link.kind == "FS" else start + lag
            return first + self.days(i) - 1
        if link.kind == "SS":
            return None
        behind = min(self.remaining(i), self.days(i) + min(lag, 0))  # what the lead lets go before
        if behind <= 0 or (self.done(link.before) and lag <= 0):
            return None
        return end + max(lag, 0) + behind

    def _floor(self, i: int) -> int | None:
        """The earliest finish that unfinished predecessors leave: one day's work after them."""
        found = []
        for link in self.waits_for(i):
            lag, end, start = self.lag(i, link), self.finish(link.before), self.start(link.before)
            if self.done(link.before) and lag <= 0:
                continue
            if link.kind == "FS" and self.days(i) + min(lag, 0) > 0:
                found.append(end + lag + 1)
            elif link.kind == "SS" and not self.begun(i):
                found.append(start + lag)
            elif link.kind in ("FF", "SF"):
                found.append(end + lag if link.kind == "FF" else start - 1 + lag)
        return max(found, default=None)

    def compared(self, i: int) -> tuple[int | None, str]:
        """What the row is compared with, and what kind of day that is."""
        row = self.rows[i]
        if row.base is None or row.status in ("取消", "暂停"):
            return None, ""
        if self.done(i):
            return row.ended, "actual" if row.ended is not None else ""
        if self.promise(i) is not None:
            return self.finish(i), "forecast"
        if self.free(i) <= row.base:
            return None, ""
        return self.free(i), "today" if self.free(i) == self.today else "projected"

    def expected(self, i: int) -> int:
        """The finish at full duration that plan and predecessors leave."""
        links = self.waits_for(i)
        asked = [self._at_full(i, link) for link in links]
        return max([self.rows[i].base, *asked])

    def _at_full(self, i: int, link: Link) -> int:
        lag, end, start = self.lag(i, link), self.finish(link.before), self.start(link.before)
        return {
            "FS": end + lag + self.days(i),
            "SS": start + lag + self.days(i) - 1,
            "FF": end + lag,
            "SF": start - 1 + lag,
        }[link.kind]
