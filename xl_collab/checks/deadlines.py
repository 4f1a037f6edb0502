"""Entry checks of 时间节点: what cannot be read, with the readings to choose from, and what formulas miss."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np

from xl_collab.checks.place import at, clip, example_day, rows_of
from xl_collab.patterns import lazy
from xl_collab.plan.parsed import coded
from xl_collab.plan.project import Project
from xl_collab.project.timing.deadlines import REASONS, FixedDate, Unreadable
from xl_collab.schema import catalogue as found
from xl_collab.schema.findings import Finding, Reading
from xl_collab.schema.words import t

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
MOST_OFFERED = 1000
"""Cells (or distinct texts of a column) whose readings are worked out: more are mended with a formula."""


def check_deadlines(project: Project) -> Iterator[Finding]:
    """Findings on the due dates of the tracker's rows."""
    yield from _unread(project)
    yield from _far_numbers(project)
    yield from _text_deadlines(project)
    yield from _without_a_day(project)
    yield from moved(project)


def _unread(project: Project) -> Iterator[Finding]:
    table = project.tracker
    codes, _, parsed = project.distinct_deadlines
    # Only what cannot be read by itself is unreadable, or dated by its neighbours, in a row.
    odd = [code for code, deadline in enumerate(parsed) if isinstance(deadline, Unreadable)]
    if not odd:
        return
    offered = Offered(project)
    for i in rows_of(coded(codes, odd)):
        deadline = project.deadlines[i]
        if isinstance(deadline, Unreadable) and deadline.reason == "failed":
            yield at(found.NOT_READ, table, "deadline", i, text=clip(table.raw("deadline")[i]))
        elif isinstance(deadline, Unreadable):
            words = {"text": clip(table.raw("deadline")[i]), "why": REASONS[deadline.reason]}
            example = example_day(project, table, i)
            told = at(found.UNREADABLE_DEADLINE, table, "deadline", i, **words, example=example)
            yield replace(told, readings=offered.of(i))
        elif isinstance(deadline, FixedDate) and deadline.year_inferred:
            text = clip(table.texts("deadline")[i])
            told = at(found.YEAR_INFERRED, table, "deadline", i, text=text, date=deadline.date)
            yield replace(told, readings=offered.with_year(i))


def _far_numbers(project: Project) -> Iterator[Finding]:
    """10.8 typed as a number, which Excel keeps for a day of January 1900."""
    codes, distinct, parsed = project.distinct_deadlines
    far = {
        k: f"{value:g}"
        for k, (value, read) in enumerate(zip(distinct, parsed, strict=True))
        if isinstance(value, int | float) and isinstance(read, FixedDate)
        if not EARLIEST <= read.date <= LATEST
    }
    offered = Offered(project) if far else None
    for i in rows_of(coded(codes, list(far))):
        text = far[int(codes[i])]
        example = example_day(project, project.tracker, i)
        told = at(found.BAD_DATE, project.tracker, "deadline", i, text=text, example=example)
        yield replace(told, readings=offered.typed(i, text)) if offered else told


def _text_deadlines(project: Project) -> Iterator[Finding]:
    """Dates that people can read and formulas cannot; a frozen baseline makes up for it."""
    table = project.tracker
    formulas_see = project.seen("baseline").number | ~np.isnat(project.seen("deadline").day)
    formulas_see |= ~np.isnat(project.due_days)
    for i in rows_of(~np.isnat(project.deadline_days) & ~formulas_see):
        text, day = clip(table.raw("deadline")[i]), project.deadline_days[i]
        told = at(found.TEXT_DEADLINE, table, "deadline", i, text=text, date=day)
        timed = getattr(project.deadlines[i], "time", None) is not None
        yield told if timed or i in project.hanging else replace(told, readings=(Reading.day(day.item()),))


NO_DAY = {
    "unknown": t("跟踪表和里程碑里都没有 {name}", "{name} is no task and no milestone"),
    "cycle": t("{name} 绕一圈又依着它自己", "{name} hangs on this row in turn"),
    "undated": t("{name} 没有日期", "{name} has no date"),
    "cancelled": t("{name} 已取消", "{name} is cancelled"),
}
TOLD = {
    "actual": t("实际日期", "the actual date"),
    "promise": t("预计完成", "the expected finish"),
    "plan": t("计划日期", "the planned date"),
}


def _without_a_day(project: Project) -> Iterator[Finding]:
    """Deadlines that hang on a row from which no day follows."""
    table = project.tracker
    for i, one in project.hanging.items():
        if one.now is None:
            text, name = clip(table.texts("deadline")[i]), one.relative.anchor
            why = NO_DAY[one.problem or "undated"]
            why = t(why.zh.format(name=name), why.en.format(name=name))
            yield at(found.DEADLINE_HANGS, table, "deadline", i, text=text, why=why)


def moved(project: Project) -> Iterator[Finding]:
    """Deadlines that hang on a row and have moved with it, against the plan or the baseline."""
    table, baseline = project.tracker, project.seen("baseline").day
    for i, one in project.hanging.items():
        plan = baseline[i].item() or one.plan
        if one.now is not None and plan != one.now:
            text, name = clip(table.texts("deadline")[i]), one.relative.anchor
            words = {"anchor": one.anchor.now, "date": one.now, "plan": plan, "told": TOLD[one.anchor.told]}
            yield at(found.DEADLINE_MOVED, table, "deadline", i, text=text, name=name, **words)


_OFFSET = lazy("[后前+-]|after|before|内")


class Offered:
    """The readings of the tracker's cells, each text and neighbourhood worked out once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.left = MOST_OFFERED
        self.anchors = _anchors(project)
        self._cached = cache(self._readings)

    def typed(self, i: int, number: str) -> tuple[Reading, ...]:
        """The readings of a number as it was typed: a cell keeps 10.10 as 10.1."""
        texts = [number, f"{number}0"] if re.fullmatch(r"\d{1,2}\.[123]", number) else [number]
        return tuple({one.writes: one for text in texts for one in self.of(i, text)}.values())

    def of(self, i: int, text: str = "") -> tuple[Reading, ...]:
        """The readings of the deadline in row `i`, never counted from the row itself."""
        if self.left <= 0:
            return ()
        self.left -= 1
        near = self.project.near[i].item()
        near = near if near and near >= EARLIEST else None
        text = text or str(self.project.texts("deadline")[i])
        own = str(self.project.texts("id")[i]) if _OFFSET.search(text) else ""  # only what hangs needs it
        return self._cached(text, near, own)

    def with_year(self, i: int) -> tuple[Reading, ...]:
        """The day that was inferred, written out, and the same a year earlier and later."""
        deadline = self.project.deadlines[i]
        assert isinstance(deadline, FixedDate)
        if deadline.time is not None:
            return self.of(i)
        years = (deadline.date.year + step for step in (0, 1, -1))
        days = (_in_year(deadline.date, year) for year in years)
        return tuple(Reading.day(day) for day in days if day is not None)

    def _readings(self, text: str, near: date | None, own: str) -> tuple[Reading, ...]:
        # Its patterns take long to compile, and most trackers need none of them.
        from xl_collab.project.timing.possible import Anchor
        from xl_collab.project.timing.readings import readings

        anchors = tuple(Anchor(key, name) for key, name in self.anchors.items() if key != own)
        project = self.project
        day, calendar, lang = project.as_of, project.calendar, project.book.lang
        return readings(text, as_of=day, calendar=calendar, near=near, anchors=anchors, lang=lang)


def _anchors(project: Project) -> Mapping[str, str]:
    """What a deadline can be counted from: IDs of milestones, then of tasks, each with its name."""
    milestones = project.table("milestones")
    pairs = [*zip(milestones.texts("id"), milestones.texts("milestone"), strict=True)]
    pairs += zip(project.texts("id"), project.texts("task"), strict=True)
    named: dict[str, str] = {}
    for row_id, name in pairs:
        if row_id:
            named.setdefault(str(row_id), str(name))
    return named


def _in_year(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:
        return None
