"""Whether the sheets agree with one another, and whether what is due can be done: milestones and their tasks,
the request and the plan, days before a long break, one department's week, one person's day.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np

from xl_collab.checks.place import at, clip, on_table, rows_of
from xl_collab.plan.freeze import KIND as BASELINE
from xl_collab.plan.impact import changes_by_task
from xl_collab.plan.parsed import shown
from xl_collab.plan.project import Project
from xl_collab.project.calendar.explanation import day_name
from xl_collab.project.sentences import day, listing
from xl_collab.project.tables import Days, Flags
from xl_collab.project.timing.deadlines import parse_date
from xl_collab.schema import catalogue as found
from xl_collab.schema.findings import Finding, FindingKind
from xl_collab.schema.keys import normalise_key, parse_ids
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Text

LONG_BREAK = 5
"""Days off in a row that make a break long: 春节, 国庆, 五一."""
BEFORE = 3
"""Workdays before a long break in which deadlines are looked for."""
CROWDED = 5
"""Deadlines of one department in a week, Monday to Sunday, that are many."""
_LISTED = 6
"""Tasks that are named."""
_THURSDAY = 3
"""Days after Monday of the day from which numpy counts, 1 January 1970."""
AHEAD = 366
"""Calendar days from the data date on in which load is looked at."""


def check_agreement(project: Project) -> Iterator[Finding]:
    """Findings on what two places say differently, and on what falls together."""
    yield from _milestones(project)
    yield from _required_finish(project)
    yield from _names(project)
    yield from _load(project)


def due_days(project: Project) -> Days:
    """The day on which each row is due: its baseline, else its date in 时间节点."""
    base = project.assessment.base
    days: Days = np.where(np.isnat(base), project.deadline_days, base)
    return days


# two places


def _milestones(project: Project) -> Iterator[Finding]:
    """A milestone that stays on an old date of its task, which an approved change moved.

    Another day than the task's is no fault by itself: a step on the way, an approval after it.
    """
    table = project.book.tables.get("milestones")
    if table is None:
        return
    planned, names, due = table.dates("planned"), table.texts("milestone").tolist(), due_days(project)
    left, reached = _days_left(project), ~table.blank("actual")
    for i, text in enumerate(table.texts("task_id").tolist()):
        rows = [project.row_of[key] for key in parse_ids(text) if key in project.row_of]
        if (
            len(rows) != 1
            or reached[i]
            or np.isnat(planned[i])
            or np.isnat(due[rows[0]])
            or due[rows[0]] == planned[i]
        ):
            continue
        if planned[i].item() not in left.get(str(project.ids[rows[0]]), ()):
            continue
        words = {"milestone": clip(names[i]), "planned": planned[i], "task": project.texts("id")[rows[0]]}
        yield at(found.MILESTONE_OTHER_DATE, table, "planned", i, due=due[rows[0]], **words)


def _days_left(project: Project) -> Mapping[str, set[dt.date]]:
    """Row key → the days that it was moved from: those of its schedule changes, and its former baselines."""
    found: dict[str, set[dt.date]] = defaultdict(set)
    for key, changes in changes_by_task(project).items():
        found[key] |= {change.old for change in changes if change.old is not None}
    history = project.table("history")
    columns = (history.texts(name).tolist() for name in ("kind", "row_id", "value"))
    for kind, row_id, value in zip(*columns, strict=True):
        day = parse_date(value) if kind == BASELINE else None
        if day is not None:
            found[str(normalise_key(row_id))].add(day)
    return found


def _required_finish(project: Project) -> Iterator[Finding]:
    values = project.book.forms.get("request") or {}
    required = shown(values.get("end"))
    if not isinstance(required, dt.date):
        return
    limit, due = np.datetime64(day(np.datetime64(required, "D")), "D"), due_days(project)
    late = rows_of(project.assessment.states.open & ~np.isnat(due) & (due > limit))
    if late:
        tasks = _tasks(project, late)
        yield _on_form(
            "request",
            "end",
            project,
            found.PLAN_AFTER_REQUIRED,
            required=limit,
            tasks=tasks,
            end=due[late].max(),
        )


def _names(project: Project) -> Iterator[Finding]:
    """The same thing named in 设置 and in 需求申请."""
    request, settings = project.book.forms.get("request"), project.book.forms.get("settings")
    if request is None or settings is None:
        return
    for one, other in (("project", "project"), ("initiator", "department"), ("scenario", "scenario")):
        here, there = ("".join(str(shown(v) or "").split()) for v in (settings.get(one), request.get(other)))
        if here and there and normalise_key(here) != normalise_key(there):
            yield _on_form("settings", one, project, found.NAMES_DIFFER, one=clip(here), other=clip(there))


def _on_form(sheet: str, field: str, project: Project, kind: FindingKind, **words: object) -> Finding:
    form = SHEETS.form(sheet)
    label = next(one.label for one in form.fields if one.name == field)
    return Finding(kind, sheet, form.name(project.book.lang), field, params={"column": label, **words})


# what falls together


def _load(project: Project) -> Iterator[Finding]:
    due = due_days(project)
    today = np.datetime64(project.as_of, "D")
    ahead = ~np.isnat(due) & (due >= today) & (due <= today + np.timedelta64(AHEAD, "D"))
    waiting: Flags = project.assessment.states.open & ahead
    rows = rows_of(waiting)
    if not rows:
        return
    yield from _before_breaks(project, rows, due)
    yield from _weeks(project, rows, due)
    yield from _people(project, rows, due)


def _before_breaks(project: Project, rows: list[int], due: Days) -> Iterator[Finding]:
    waiting, days = np.array(rows), due[rows]
    for first, length in long_breaks(project, days.max().item()):
        start = np.datetime64(project.calendar.add(first, -BEFORE), "D")
        near = waiting[(start <= days) & (days < np.datetime64(first, "D"))].tolist()
        leads = {project.leads[i] for i in near} - {""}
        if len(leads) > 1:
            listed = project.calendar.listed(first)
            name = listed.name if listed else ""
            words = {"name": Text(name or "假期", day_name(name, "en") or "The break"), "first": first}
            words |= {"days": length, "count": len(leads), "tasks": _tasks(project, near)}
            yield on_table(found.BEFORE_BREAK, project.tracker, **words)


def long_breaks(project: Project, until: dt.date) -> Iterator[tuple[dt.date, int]]:
    """First day and length of each run of days off, from the data date to 14 days after `until`."""
    count = max(1, (until - project.as_of).days + 15)
    days = np.datetime64(project.as_of, "D") + np.arange(count).astype("timedelta64[D]")
    off = np.concatenate(([False], ~project.calendar.is_workday_many(days), [False]))
    edges = np.flatnonzero(np.diff(off.astype(np.int8)))
    for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if end - begin >= LONG_BREAK:
            yield days[begin].item(), end - begin


def _weeks(project: Project, rows: list[int], due: Days) -> Iterator[Finding]:
    weeks: dict[tuple[str, dt.date], list[int]] = defaultdict(list)
    days = due[rows]
    mondays: list[dt.date] = (days - (days.astype(np.int64) + _THURSDAY) % 7).tolist()
    leads = project.leads
    for i, monday in zip(rows, mondays, strict=True):
        weeks[leads[i], monday].append(i)
    for (name, monday), together in weeks.items():
        if name and len(together) >= CROWDED:
            words = {"name": name, "monday": monday, "tasks": _tasks(project, together)}
            yield on_table(found.CROWDED_WEEK, project.tracker, count=len(together), **words)


def _people(project: Project, rows: list[int], due: Days) -> Iterator[Finding]:
    days: dict[tuple[str, str, dt.date], list[int]] = defaultdict(list)
    parties = project.parties
    for i in rows:
        lead = parties[i].lead
        if lead is not None and lead.person not in ("", "*", None):
            days[lead.department, str(lead.person), due[i].item()].append(i)
    for (_, person, when), together in days.items():
        if len(together) > 1:
            words = {"name": person, "date": when, "tasks": _tasks(project, together)}
            yield on_table(found.TWO_AT_ONCE, project.tracker, count=len(together), **words)


def _tasks(project: Project, rows: list[int]) -> Text:
    return listing(project.texts("id")[rows[:_LISTED]].tolist(), _LISTED, total=len(rows))
