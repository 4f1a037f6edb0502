"""Recurring tasks: which periods passed without evidence, and when the next one is due.

A period ends with its (moved) due day. Evidence is a dated row: of 每日同步 for tasks that are due
daily, of 例会记录 for all others. What is dated after the due day belongs to the next period and
repairs nothing. The meetings that 设置 asks for are counted here too: the row that is about them and the
finding on minutes say one number. Words and colours stay outside.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from xl_collab.plan.parsed import coded, look
from xl_collab.project.tables import Days, Flags
from xl_collab.project.timing.recurrence import Recurrence

if TYPE_CHECKING:
    from xl_collab.plan.parsed_project import ParsedProject

LOOK_BACK = dt.timedelta(days=3660)
"""Periods longer ago are not counted, so that a mistyped start year costs nothing."""


@dataclass(frozen=True)
class Periods:
    """Per tracker row: `missed` periods of those `passed` (NaN where nothing recurs), the next due moment."""

    missed: npt.NDArray[np.float64]
    passed: npt.NDArray[np.float64]
    next_due: list[dt.datetime | None] = field(default_factory=list)


def periods(project: ParsedProject, running: Flags) -> Periods:
    """The periods of every running row whose 时间节点 recurs.

    A period counts when its due day lies after the row's start (计划开始, else the project's
    earliest date) and before as_of: on its due day itself it can still be met. The next due day is not
    before as_of or 计划开始.
    """
    count = len(project.deadlines)
    missed, passed = np.full(count, np.nan), np.full(count, np.nan)
    next_due: list[dt.datetime | None] = [None] * count
    starts, planned, today = _starts(project), project.seen("planned_start").day, project.as_of

    @cache
    def next_from(rule: Recurrence, day: dt.date) -> dt.datetime | None:
        return _next_due(rule, project, day)

    for rule, rows in _rules(project, running).items():
        for i in rows:
            next_due[i] = next_from(rule, max(today, planned[i].item() or today))
        where = np.array(rows)
        if next_from(rule, today) is not None:
            missed[where], passed[where] = _missed(rule, starts[where], project)
    return Periods(missed, passed, next_due)


def unrecorded_meetings(
    project: ParsedProject, rule: Recurrence, after: dt.date, end: dt.date, *, since: dt.date | None = None
) -> list[dt.date]:
    """Due days in (after, end] of meetings whose periods have no row of 例会记录, counted as rows count.

    The first period begins on `since`, by default the day after `after`.
    """
    after = max(after, project.as_of - LOOK_BACK)
    since = max(since or after + _A_DAY, project.as_of - LOOK_BACK)
    dues, held = _dues(rule, project, after, end), np.sort(_dated(_days_in(project, "meetings")))
    ends = np.searchsorted(held, dues, side="right")
    begins = np.concatenate(([np.searchsorted(held, np.datetime64(since, "D"))], ends[:-1]))
    found: list[dt.date] = dues[ends <= begins].tolist()
    return found


def start_of(project: ParsedProject, rule: Recurrence, running: Flags) -> dt.date | None:
    """When the first running row begins that recurs by this rule, whatever the hour.

    None without such a row, and where other records than meetings are its evidence.
    """
    if _is_daily(rule):
        return None
    same = [rows for known, rows in _rules(project, running).items() if _days_of(known) == _days_of(rule)]
    starts = _dated(_starts(project)[[row for rows in same for row in rows]])
    return starts.min().item() if len(starts) else None


def _days_of(rule: Recurrence) -> Recurrence:
    return replace(rule, time=None)


def count_missed(dues: Days, evidence: Days, starts: Days) -> npt.NDArray[np.float64]:
    """Periods without evidence for rows that begin at `starts`; `dues` ascending, each once.

    The period of a due day reaches from the day after the one before; a row's first period
    from its start. NaN where there is no start.
    """
    proof = np.sort(_dated(evidence))
    proven = np.searchsorted(proof, dues, side="right")
    gaps = np.diff(np.concatenate(([0], proven))) == 0
    after = np.concatenate((np.cumsum(gaps[::-1])[::-1], [0]))
    first = np.searchsorted(dues, starts, side="right")
    inside = first < len(dues)
    begun = np.where(inside, np.append(proven, 0)[first] - np.searchsorted(proof, starts, side="left"), 1)
    found = np.where(inside, after[np.minimum(first + 1, len(dues))] + (begun <= 0), 0).astype(np.float64)
    found[np.isnat(starts)] = np.nan
    return found


def _rules(project: ParsedProject, running: Flags) -> dict[Recurrence, list[int]]:
    codes, _, parsed = project.distinct_deadlines
    recurring = [k for k, deadline in enumerate(parsed) if isinstance(deadline, Recurrence)]
    found: dict[Recurrence, list[int]] = {}
    for i in np.flatnonzero(coded(codes, recurring) & running).tolist():
        rule = parsed[codes[i]]
        if isinstance(rule, Recurrence):
            found.setdefault(rule, []).append(i)
    return found


def _starts(project: ParsedProject) -> Days:
    planned = project.seen("planned_start").day
    every = np.concatenate((planned, project.seen("deadline").day))
    dated = every[~np.isnat(every)]
    first = dated.min() if len(dated) else np.datetime64("NaT", "D")
    starts: Days = np.where(np.isnat(planned), first, planned)
    return starts


def _next_due(rule: Recurrence, project: ParsedProject, day: dt.date) -> dt.datetime | None:
    moment = dt.datetime.combine(day, dt.time())
    settings = project.settings
    found = rule.next_after(moment, project.calendar, settings.move_rule, settings.anchor)
    return found.due if found else None


def _missed(
    rule: Recurrence, starts: Days, project: ParsedProject
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Periods without evidence of rows that begin at `starts`, and how many passed at all."""
    starts = np.where(np.isnat(starts), starts, np.maximum(starts, np.datetime64(project.as_of - LOOK_BACK)))
    dated = _dated(starts)
    if not len(dated):
        return np.full(len(starts), np.nan), np.full(len(starts), np.nan)
    dues = _dues(rule, project, dated.min().item(), project.as_of - _A_DAY)
    passed = (len(dues) - np.searchsorted(dues, starts, side="right")).astype(np.float64)
    passed[np.isnat(starts)] = np.nan
    return count_missed(dues, _evidence(rule, project), starts), passed


def _dues(rule: Recurrence, project: ParsedProject, after: dt.date, end: dt.date) -> Days:
    """Due days in (after, end], ascending."""
    settings = project.settings
    found = rule.occurrences(after, end, project.calendar, settings.move_rule, settings.anchor)
    return np.array([occurrence.due.date() for occurrence in found], dtype="datetime64[D]")


def _dated(days: Days) -> Days:
    known: Days = days[~np.isnat(days)]
    return known


def _evidence(rule: Recurrence, project: ParsedProject) -> Days:
    return _days_in(project, "sync" if _is_daily(rule) else "meetings")


def _is_daily(rule: Recurrence) -> bool:
    return rule.unit in ("day", "workday")


def _days_in(project: ParsedProject, register: str) -> Days:
    return look(project.table(register).raw("date")).day


_A_DAY = dt.timedelta(days=1)
