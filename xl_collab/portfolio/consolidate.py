"""Summaries of many trackers as one portfolio, in memory: load, clashes, changes, the sum of the run.

What may not enter: files, stores, how anything is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xl_collab.plan.portfolio import Portfolio, Records, Summary
from xl_collab.portfolio.changes import changes
from xl_collab.portfolio.clashes import Work, clashes
from xl_collab.project.calendar.workdays import Calendar
from xl_collab.schema import portfolio as tables
from xl_collab.schema.words import Lang


@dataclass(frozen=True)
class Before:
    """What earlier runs left: when the last one began, its projects and tasks, and a row for every run."""

    run: dt.datetime
    projects: Records
    tasks: Records
    runs: Records


def consolidate(
    summaries: Iterable[Summary],
    run: dt.datetime,
    *,
    as_of: dt.date | None = None,
    skipped: Records | None = None,
    before: Before | None = None,
    lang: Lang = "zh",
) -> Portfolio:
    """One portfolio of these summaries; projects by path, everything else in the order of their projects."""
    ordered = sorted(summaries, key=lambda one: one.project["path"])
    made = {
        table.key: Records.joined(table, (one.tables[table.key] for one in ordered))
        for table in tables.SUMMARY_TABLES
    }
    return with_sums(made, run, as_of=as_of, skipped=skipped, before=before, lang=lang)


def with_sums(
    made: Mapping[str, Records],
    run: dt.datetime,
    *,
    as_of: dt.date | None = None,
    skipped: Records | None = None,
    before: Before | None = None,
    lang: Lang = "zh",
) -> Portfolio:
    """The portfolio of the joined tables of all summaries."""
    told = {
        "load": Records.of(tables.LOAD, load(made["weeks"])),
        "clashes": clashing(sorted(open_work(made["tasks"]), key=lambda one: one.department)),
        "changes": Records.of(tables.CHANGED, changes(made, before.projects, before.tasks) if before else ()),
        "skipped": skipped or Records.of(tables.SKIPPED),
    }
    sums = [*(before.runs.rows() if before else ()), run_sum(run, made["projects"])]
    every = {**made, **told, "runs": Records.of(tables.RUNS, sums)}
    return Portfolio(every, day_of(as_of, made["projects"], run), run, before.run if before else None, lang)


def clashing(work: Iterable[Work]) -> Records:
    """The table `clashes`; `work` department by department."""
    return Records.of(tables.CLASHES, clashes(work, Calendar.seeded()))


def day_of(as_of: dt.date | None, projects: Records, run: dt.datetime) -> dt.date:
    """The day of the whole: the one that was asked for, else the latest data date."""
    return as_of or max(projects["data_date"], default=run.date())


def open_work(tasks: Records) -> Iterator[Work]:
    """The open tasks that somebody leads and that have days."""
    names = ("department", "person", "project", "id", "work_from", "work_to")
    for row in zip(*(tasks[name] for name in names), strict=True):
        if row[0] and row[4] and row[5]:
            yield Work(*row)


def load(weeks: Records) -> Iterator[Sequence[Any]]:
    """Rows of the table `load`, by department, person and week."""
    found: dict[tuple[str, str, dt.date], list[int]] = {}
    for _, department, person, week, days, tasks, workdays in weeks.rows():
        sums = found.setdefault((department, person, week), [0, 0, 0, 0])
        sums[0] += days
        sums[1] = max(sums[1], workdays)
        sums[2] += tasks
        sums[3] += 1
    return ((*key, *found[key]) for key in sorted(found))


def run_sum(run: dt.datetime, projects: Records) -> Sequence[Any]:
    """This run's row of `runs`."""
    lights = projects["rag"]
    counted = ("tasks", "done", "red", "yellow", "green", "late")
    more = ("high_risks", "open_actions", "overdue_actions")
    sums = [sum(projects[name]) for name in (*counted, *more)]
    return run, len(projects), lights.count("red"), lights.count("yellow"), *sums
