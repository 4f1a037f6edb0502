"""The rows of a big but believable tracker: strands of work, followed through in working days.

What may not enter: files and spreadsheets (make_tracker.py writes), measuring (run.py). Everything
is drawn from one seeded generator, so the same number of rows gives the same tracker.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from notes import note_pool

from xl_collab.project.calendar.workdays import Calendar
from xl_collab.project.scenarios import find
from xl_collab.schema.words import FEEDBACK, STAGE, STATUS

ORIGIN = dt.date(2023, 1, 3)
AS_OF = dt.date(2024, 6, 14)
"""The data date: a little before the middle of the work."""
LAST_RUN = dt.date(2024, 6, 7)
"""When the figures in the file were last computed."""

Row = dict[str, object]

_SPAN = 640
"""Working days over which strands begin; with the official calendar to 2026 all stays inside."""
_LONG = 250
"""Rows of a long chain; every 400th strand is one."""
_SLIPS = (0,) * 11 + (-1, -1, -2, -3) + (1, 1, 2, 2, 3, 4, 5, 7, 9, 12)
_RECURRENCES = (
    "每日", "每个工作日", "每周一17:00前", "每周五", "每周三12:00前", "每两周周五", "每月10日", "每月25日",
    "每月最后一个工作日", "每季度末",
)  # fmt: skip
_VERBS = ("编制", "评审", "更新", "测试", "采购", "验证", "发布", "整理", "培训", "签订", "打样", "部署")
_THINGS = (
    "技术方案", "推广方案", "物料清单", "样机", "包装设计", "渠道合同", "试制工艺", "检验规范", "用户手册",
    "宣传视频", "价格政策", "库存计划", "售后流程", "招聘计划", "预算表", "认证资料", "数据看板", "接口文档",
)  # fmt: skip


@dataclass(frozen=True)
class _Place:
    """Where a row stands: its number, and start and finish in working days after ORIGIN."""

    number: int
    start: int
    finish: int


class Plan:
    """`count` tracker rows, and the meetings and daily reports around them."""

    def __init__(self, count: int, seed: int = 20240614) -> None:
        self.count = count
        self.random = random.Random(seed)
        self.scenario = find("product-launch")
        self.days: list[dt.date] = working_days()
        self.today = self.days.index(AS_OF)

    @cached_property
    def departments(self) -> tuple[str, ...]:
        """The names in 通讯录."""
        contacts = self.scenario.book("zh", ORIGIN).tables["contacts"]
        return tuple(contacts.texts("department").tolist())

    @property
    def contacts(self) -> list[Row]:
        """Lines of 通讯录 in place of the scenario's own; none leaves those."""
        return []

    @cached_property
    def notes(self) -> list[str]:
        """Some 2,000 distinct notes; people copy theirs from row to row."""
        return note_pool(self.random, self.departments, 2000)

    @cached_property
    def rows(self) -> list[Row]:
        """The tracker's entered cells and frozen baselines, by column name."""
        found: list[Row] = []
        for strand in range(self.count):
            found += self._strand(strand, len(found))
            if len(found) >= self.count:
                break
        return found[: self.count]

    @cached_property
    def meetings(self) -> list[Row]:
        """A meeting on most Mondays up to the data date."""
        mondays = [day for day in self.days[: self.today + 1] if day.weekday() == 0]
        held = [day for day in mondays if self.random.random() < 0.93]
        present = "、".join(self.departments)
        return [
            {"id": f"H{k:03}", "date": day, "time": "15:00", "present": present, "topics": "进展与风险"}
            for k, day in enumerate(held, 1)
        ]

    @cached_property
    def signed_plans(self) -> list[Row]:
        """A reviewed and signed plan of every department."""
        signed = {"submitted": ORIGIN, "feasibility": "可行", "conclusion": "通过", "signed": "已签"}
        return [
            {
                "id": f"P{k:03}",
                "department": name,
                "plan": f"《{name}专项方案》",
                "signed_on": ORIGIN,
                **signed,
            }
            for k, name in enumerate(self.departments, 1)
        ]

    @cached_property
    def reports(self) -> list[Row]:
        """Daily reports of two departments on most working days."""
        days = [day for day in self.days[: self.today] if self.random.random() < 0.97]
        return [
            {"date": day, "department": name, "reporter": "*", "progress": "按计划推进"}
            for day in days
            for name in self.random.sample(self.departments, 2)
        ]

    # -- strands ----------------------------------------------------------------------------

    def _strand(self, strand: int, before: int) -> Iterator[Row]:
        if strand % 4 == 1:
            return iter([self._recurring(before + 1)])
        return self._chain(strand, before)

    def _chain(self, strand: int, before: int) -> Iterator[Row]:
        draw = self.random
        long = strand % 400 == 3
        length = _LONG if long else draw.choice((3, 5, 6, 8, 8, 10, 12, 30))
        longest = 3 if long else 6 if length > 12 else 14
        end = draw.randrange(100 if long else _SPAN)
        last = None
        for number in range(before + 1, before + 1 + length):
            start = end + 1 + (draw.random() < 0.2)
            place = _Place(number, start, start + draw.randrange(longest))
            yield self._task(place, self._predecessors(place, last, always=long))
            last, end = number, place.finish

    def _predecessors(self, place: _Place, last: int | None, *, always: bool) -> str | None:
        """The row before in the strand, sometimes with one of another strand."""
        draw = self.random
        found = [last] if last and (draw.random() < 0.9 or always) else []
        if draw.random() < 0.06:
            other = max(1, place.number - draw.randrange(20, 400))
            if self._ends.get(other, place.start) < place.start and other != last:
                found.append(other)
        self._ends[place.number] = place.finish
        return "、".join(map(_id, found)) or None

    @cached_property
    def _ends(self) -> dict[int, int]:
        return {}

    # -- rows -------------------------------------------------------------------------------

    def _row(self, number: int) -> Row:
        draw = self.random
        lead, *others = draw.sample(self.departments, 4)
        owner = draw.choice((lead, lead, f"{lead}、{others[0]}", f"{lead}*"))
        thing = draw.choice(_THINGS)
        return {
            "id": _id(number),
            "stage": STAGE.label(draw.choice(STAGE.codes), "zh"),
            "owner": owner,
            "task": f"{draw.choice(_VERBS)}{thing}（第{number % 997 + 1}包）",
            "output": f"《{thing}》",
            "note": draw.choice(self.notes) if draw.random() < 0.65 else None,
            "support": "、".join(others[1 : draw.randrange(1, 4)]) or None,
            "lead_days": 5 if draw.random() < 0.04 else None,
        }

    def _recurring(self, number: int) -> Row:
        draw = self.random
        start = draw.randrange(_SPAN)
        running = start <= self.today
        return self._row(number) | {
            "deadline": draw.choice(_RECURRENCES),
            "planned_start": self.days[start],
            "percent": round(draw.random() * 0.9, 2) if running else 0,
            "status": STATUS.label("in_progress" if running else "not_started", "zh"),
        }

    def _task(self, place: _Place, predecessors: str | None) -> Row:
        slip = self.random.choice(_SLIPS)
        due = self._due(place)
        row = self._row(place.number)
        row |= {"deadline": self._typed(due), "predecessors": predecessors}
        row |= {"planned_start": self.days[place.start], "baseline": self._baseline(due)}
        return row | self._progress(place, max(place.start, place.finish + slip))

    def _due(self, place: _Place) -> dt.date:
        """The deadline; one in a hundred was put on the next day, whatever day that is."""
        return self.days[place.finish] + dt.timedelta(days=self.random.random() < 0.01)

    def _typed(self, due: dt.date) -> object:
        """A deadline as people enter it: nearly always a real date."""
        if self.random.random() > 0.01:
            return due
        written = f"{due.year}年{due.month}月{due.day}日", f"{due.year}.{due.month}.{due.day}"
        return self.random.choice(written)

    def _baseline(self, due: dt.date) -> dt.date | None:
        chance = self.random.random()
        return None if chance < 0.03 else due - dt.timedelta(days=7) if chance < 0.033 else due

    def _progress(self, place: _Place, finish: int) -> Row:
        """What the lead reports: one row in twenty is stopped, one in thirty is stuck."""
        draw, chance = self.random, self.random.random()
        if chance < 0.04:
            return {"status": STATUS.label("paused" if chance < 0.02 else "cancelled", "zh"), "percent": 0.3}
        if finish <= self.today and chance > 0.07:
            feedback = FEEDBACK.label(draw.choice(("filled", "filled", "unchanged")), "zh")
            done = {"status": STATUS.label("done", "zh"), "percent": 1, "feedback": feedback}
            return {**done, "actual": self.days[finish]}
        if place.start > self.today:
            return {"status": STATUS.label("not_started", "zh"), "percent": 0}
        return self._underway(max(finish, self.today - 5))

    def _underway(self, finish: int) -> Row:
        draw = self.random
        guess = self.days[finish + draw.randrange(8)] if draw.random() < 0.35 else None
        feedback = FEEDBACK.label(draw.choice(FEEDBACK.codes), "zh")
        said = {"status": STATUS.label("in_progress", "zh"), "percent": draw.randrange(5, 96) / 100}
        return {**said, "feedback": feedback, "forecast": guess}


def _id(number: int) -> str:
    return f"T{number:03}"


def working_days() -> list[dt.date]:
    """Working day k after ORIGIN, for every k that the plan may need."""
    steps = np.arange(_SPAN + 400)
    found = Calendar.seeded().add_many(np.full(len(steps), np.datetime64(ORIGIN)), steps)
    return found.astype("datetime64[D]").tolist()
