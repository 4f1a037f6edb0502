"""Process while work runs: delays, minutes, daily sync, red risks, milestones and action items."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

import numpy as np

from xl_collab.checks.place import at, clip, on_table, rows_of
from xl_collab.checks.rhythm import weekly_reviews
from xl_collab.plan.computed import HIGH
from xl_collab.plan.impact import Delay, ScheduleChange, also_late, changes_by_task, delays, driven
from xl_collab.plan.parsed import look
from xl_collab.plan.periods import start_of, unrecorded_meetings
from xl_collab.plan.project import Project
from xl_collab.project.sentences import chosen, day, listing
from xl_collab.project.tables import Days, Flags, Table, Texts
from xl_collab.project.timing.deadlines import parse_deadline
from xl_collab.project.timing.recurrence import Recurrence
from xl_collab.schema import catalogue_process as found
from xl_collab.schema.catalogue_process import MORE
from xl_collab.schema.findings import Finding, FindingKind
from xl_collab.schema.keys import parse_ids
from xl_collab.schema.words import SCALE, Text, t

SYNC_DAYS = 5
"""Working days before the data date in which a daily report is looked for."""

_DAILY = re.compile(r"每日|每天|日报|每个工作日|站会|daily|every (?:work)?day|stand-?up", re.IGNORECASE)
_MISSING = {
    "owner": t("责任部门", "owner"),
    "countermeasure": t("应对措施", "countermeasure"),
}


def check_running(work: Work) -> Iterator[Finding]:
    """Findings on what the process asks for between kick-off and delivery."""
    yield from _delays(work)
    yield from _not_in_force(work)
    yield from _minutes(work)
    yield from _sync(work)
    yield from weekly_reviews(work.project, _meetings_from(work), _meetings_until(work))
    yield from _risks(work)
    yield from _red_rows(work)
    yield from _milestones(work)
    yield from _actions(work)


# delays


def _delays(work: Work) -> Iterator[Finding]:
    project = work.project
    table, register = project.tracker, project.table("adjustments")
    late = sorted(delays(project), key=lambda delay: -delay.workdays)
    unanswered = [delay for delay in late if delay.standing == "none"]
    words: dict[str, object] = {"threshold": project.settings.delay_threshold}
    others = also_late(project) if unanswered else {}
    kinds = project.assessment.compared_kind

    def told(delay: Delay) -> Finding:
        said = {
            "how": _HOW[str(kinds[delay.row])],
            "days": delay.workdays,
            "reach": _reach(others, delay.row),
        }
        return at(found.NO_CHANGE, table, "variance", delay.row, **said, **words)

    yield from capped(found.NO_CHANGE, table, map(told, unanswered), len(unanswered))
    for delay in late:
        if delay.standing == "draft" and delay.change is not None:
            words = {"task": table.texts("id")[delay.row], "days": delay.workdays, "id": delay.change.id}
            words["how"] = _HOW[str(kinds[delay.row])]
            new = delay.change.new or t("未填", "empty")
            yield at(found.CHANGE_DRAFT, register, "status", delay.change.row, new=new, **words)


_HOW = {
    "forecast": t("预计", "Expected late"),
    "projected": t("推算", "Projected late"),
    "today": t("至今已", "Late so far"),
    "actual": t("实际", "Done late"),
}


def _reach(others: Mapping[int, int], row: int) -> Text:
    count = others.get(row, 0)
    return t(f"；影响 {count} 项", f"; {count} more are late by it") if count else t("", "")


def _not_in_force(work: Work) -> Iterator[Finding]:
    """The last approved change of a task whose baseline says another date."""
    project = work.project
    baseline, table = project.seen("baseline").day, project.table("adjustments")
    actual = project.seen("actual").day
    for key, known in changes_by_task(project).items():
        last = _last_approved(known)
        i = project.row_of.get(key)
        if last is None or i is None or np.isnat(baseline[i]):
            continue
        # A change to the day on which the task was finished only puts its lateness on record.
        if np.datetime64(last.new, "D") in (baseline[i], actual[i]):
            continue
        words = {"id": last.id, "new": last.new, "task": project.texts("id")[i], "base": baseline[i]}
        yield at(found.CHANGE_NOT_IN_FORCE, table, "status", last.row, **words)


def _last_approved(known: list[ScheduleChange]) -> ScheduleChange | None:
    approved = [c for c in known if c.status == "approved" and c.new is not None]
    return max(approved, key=lambda c: (c.approved_on or dt.date.min, c.row), default=None)


# minutes and daily sync


def _minutes(work: Work) -> Iterator[Finding]:
    project, table = work.project, work.project.book.tables.get("meetings")
    settings = project.settings
    rule = parse_deadline(settings.meeting_rule, near=project.as_of)
    if table is None or not isinstance(rule, Recurrence):
        return
    begun = _meetings_from(work)
    if begun is None:
        return
    if rule.needs_anchor and settings.anchor is None:
        return
    # A row that recurs by the same rule counts its periods after its start: both must say one number.
    own = start_of(project, rule, project.assessment.states.open)
    end, before = _meetings_until(work), begun - dt.timedelta(days=1)
    gaps = unrecorded_meetings(project, rule, own or before, end, since=own)
    if gaps:
        shown = listing(map(str, gaps), 6)
        yield on_table(found.NO_MINUTES, table, rule=settings.meeting_rule, count=len(gaps), days=shown)


def _meetings_from(work: Work) -> dt.date | None:
    """The first meeting on record; without any, when the team was set up or later stages began."""
    held = _days(look(work.project.table("meetings").raw("date")).day)
    if held:
        return min(held)
    if not work.teaming:
        return None
    starts = _days(work.project.seen("planned_start").day[work.teaming])
    return work.teamed_on or min(starts, default=None)


def _days(days: Days) -> list[dt.date]:
    return [day for day in days.tolist() if isinstance(day, dt.date)]


def _meetings_until(work: Work) -> dt.date:
    """Yesterday, or the day on which the last task was finished."""
    yesterday = work.project.as_of - dt.timedelta(days=1)
    states = work.project.assessment.states
    if len(states.done) and not states.open.any():
        finished = _days(work.project.seen("actual").day)
        return min([yesterday, max(finished, default=yesterday)])
    return yesterday


def _sync(work: Work) -> Iterator[Finding]:
    """Per department: the last working days on which it led a task in progress and did not report."""
    project, table = work.project, work.project.book.tables.get("sync")
    if table is None:
        return
    calendar = project.calendar
    days = [calendar.add(project.as_of, -n) for n in range(SYNC_DAYS, 0, -1)]
    reported = _reported(work, days[0])
    expected = _reporting(work)
    for name, start in _leading(work).items():
        if expected is not None and name not in expected:
            continue
        gaps = [d for d in days if d >= start and d not in reported.get(name, ())]
        if gaps:
            shown = listing((f"{d:%m-%d}" for d in gaps), SYNC_DAYS)
            yield on_table(found.NO_SYNC, table, name=name, of=SYNC_DAYS, count=len(gaps), days=shown)


def expected_daily(work: Work, when: dt.date) -> tuple[str, ...]:
    """Departments that were to report on a day: those that lead a task in progress by then."""
    expected = _reporting(work)
    leading = (name for name, start in _leading(work).items() if start <= when)
    return tuple(name for name in leading if expected is None or name in expected)


def _leading(work: Work) -> Mapping[str, dt.date]:
    """Department → since when it has been leading a task of the team that is in progress now."""
    codes, parties = work.project.distinct_parties
    running = work.project.assessment.states.open & (work.statuses == "in_progress")
    running &= _among(work.stages, TEAMED)
    planned = work.project.seen("planned_start").day
    starts = np.where(np.isnat(planned), np.datetime64("0001-01-01"), planned)
    first = np.full(len(parties), np.datetime64("9999-12-31"))
    np.minimum.at(first, codes[running], starts[running])
    since: dict[str, dt.date] = {}
    for party, start in zip(parties, map(day, first), strict=True):
        if party.lead is not None and start is not None and start.year < 9999:
            name = party.lead.department
            since[name] = min(start, since.get(name, start))
    return {name: since[name] for name in work.project.departments if name in since}


def _reported(work: Work, since: dt.date) -> Mapping[str, set[dt.date]]:
    """Department → the days from `since` on with a row of 每日同步."""
    table, reported = work.project.table("sync"), dict[str, set[dt.date]]()
    recent = rows_of(look(table.raw("date")).day >= np.datetime64(since, "D"))
    days, texts = look(table.raw("date")).day, table.texts("department")
    for i in recent:
        for name in work.departments(texts[i]):
            reported.setdefault(name, set()).add(days[i].item())
    return reported


def _reporting(work: Work) -> frozenset[str] | None:
    """Departments that report daily by 职责分工!沟通机制; None when all do, or that says nothing at all."""
    if work.project.settings.urgency:
        return None
    duties = work.project.table("duties")
    channels = duties.texts("channel").tolist()
    if not any(channels):
        return None
    daily = [i for i, text in enumerate(channels) if _DAILY.search(text)]
    cells = (duties.texts(name)[i] for i in daily for name in ("accountable", "responsible"))
    return frozenset(name for text in cells for name in work.departments(text))


# risks, milestones, action items


def _risks(work: Work) -> Iterator[Finding]:
    table = work.project.book.tables.get("risks")
    if table is None:
        return
    statuses = chosen(table, "status")
    chance, harm = (table.texts(name).tolist() for name in ("probability", "impact"))
    for i, status in enumerate(statuses):
        score = int(SCALE.code(chance[i]) or 0) * int(SCALE.code(harm[i]) or 0)
        lacking = [name for name in _MISSING if not table.texts(name)[i]]
        if score >= HIGH and status != "closed" and lacking:
            words = listing((_MISSING[name] for name in lacking), 2)
            risk = clip(table.texts("risk")[i])
            yield at(found.RISK_UNANSWERED, table, lacking[0], i, risk=risk, missing=words)


def _red_rows(work: Work) -> Iterator[Finding]:
    """Red rows that no risk and no schedule change answers; knock-on is answered at its source."""
    assessed = work.project.assessment
    red = (assessed.rag == "red") & ~np.isnat(assessed.base) & ~work.driven
    table, ids = work.project.tracker, work.project.ids.tolist()
    rows = [i for i in rows_of(red) if ids[i] not in work.measured]
    told = (at(found.RED_UNANSWERED, table, "rag", i) for i in rows)
    yield from capped(found.RED_UNANSWERED, table, told, len(rows))


def _milestones(work: Work) -> Iterator[Finding]:
    """Milestones that passed; those that wait for a task behind a red one are answered there."""
    project, table = work.project, work.project.book.tables.get("milestones")
    if table is None:
        return
    frozen, planned = table.dates("baseline"), table.dates("planned")
    base = np.where(np.isnat(frozen), planned, frozen)
    closed = _among(_codes(table, "status"), ("done", "cancelled"))
    late = -project.calendar.between_many(project.as_of, base)
    waiting, names = ~closed & np.isnat(table.dates("actual")), table.texts("milestone")
    answered = work.measured | work.open_actions | {project.ids[i] for i in rows_of(work.driven)}
    for i in rows_of(waiting & (late > project.settings.delay_threshold)):
        if not answered & set(parse_ids(table.texts("task_id")[i])):
            words = {"milestone": clip(names[i]), "days": int(late[i])}
            yield at(found.MILESTONE_RED, table, "planned", i, **words)


def _actions(work: Work) -> Iterator[Finding]:
    project, table = work.project, work.project.book.tables.get("actions")
    if table is None:
        return
    statuses, today = chosen(table, "status"), np.datetime64(project.as_of, "D")
    due = table.dates("due")
    for i in rows_of((due < today) & np.isnat(table.dates("done_on"))):
        if statuses[i] not in ("done", "cancelled"):
            # A date on a day off is overdue as soon as it has passed.
            days = max(1, project.calendar.between(due[i].item(), project.as_of))
            owner: object = table.texts("owner")[i] or Text("没有负责人", "no owner")
            action = clip(table.texts("action")[i])
            yield at(found.ACTION_OVERDUE, table, "due", i, action=action, days=days, owner=owner)


# What has begun in a project, and which register rows speak of which task.


TEAMED = ("duties", "review", "monitor", "delivery", "retrospective")
"""Stages that may begin only after the request was approved."""
EXECUTION = ("monitor", "delivery")
"""Stages that carry the joint plan out."""


MANY = 200
"""Findings of one kind that are told row by row; nobody reads a longer list."""


def capped(kind: FindingKind, table: Table, told: Iterable[Finding], count: int) -> Iterator[Finding]:
    """The first MANY of `count` findings of a kind, and one that says how many more there are."""
    yield from islice(told, MANY)
    if count > MANY:
        yield on_table(MORE, table, title=kind.title, count=count - MANY)


class Work:
    """One project as the process checks see it."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._linked: dict[str, dict[str, list[int]]] = {}

    @cached_property
    def stages(self) -> Texts:
        """Stage codes of the tracker's rows."""
        return _codes(self.project.tracker, "stage")

    @cached_property
    def statuses(self) -> Texts:
        """Status codes of the tracker's rows, other wordings included."""
        return _codes(self.project.tracker, "status")

    @cached_property
    def started(self) -> Flags:
        """Rows on which work was done: in progress, done, or with a percentage."""
        done, share = self.project.assessment.states.done, self.project.tracker.numbers("percent")
        begun: Flags = (self.statuses == "in_progress") | done | (share > 0)
        return begun

    @cached_property
    def begun(self) -> bool:
        """Whether anything of the project has happened."""
        return bool(self.started.any()) or any(len(self.project.table(k)) for k in ("meetings", "sync"))

    @cached_property
    def teaming(self) -> list[int]:
        """Rows beyond the request stage that were started."""
        found: list[int] = np.flatnonzero(self.started & _among(self.stages, TEAMED)).tolist()
        return found

    @cached_property
    def teamed_on(self) -> dt.date | None:
        """The first day that shows a team at work: a meeting, or a later stage's finished task."""
        finished = self.project.seen("actual").day[self.teaming]
        days = np.concatenate((self.project.table("meetings").dates("date"), finished))
        known = days[~np.isnat(days)]
        return day(known.min()) if len(known) else None

    @cached_property
    def executing(self) -> list[int]:
        """Started rows of monitoring and delivery that have a date; recurring ones only accompany."""
        dated = ~np.isnat(self.project.deadline_days) | ~np.isnat(self.project.assessment.base)
        found: list[int] = np.flatnonzero(self.started & dated & _among(self.stages, EXECUTION)).tolist()
        return found

    def names(self, rows: Sequence[int], most: int = 5) -> str:
        """IDs of tracker rows, the first few of them."""
        ids = self.project.texts("id")[rows[:most]].tolist()
        return "、".join(ids) + ("…" if len(rows) > most else "")

    def departments(self, text: str) -> tuple[str, ...]:
        """Departments that a cell names, as 通讯录 spells them; 各部门 is all of them."""
        found = self.project.read_parties(text)
        named = [p.department for p in (found.lead, *found.supporters) if p is not None]
        return tuple(dict.fromkeys((*named, *(self.project.departments if found.everyone else ()))))

    def leads(self, rows: Sequence[int]) -> tuple[str, ...]:
        """The departments that lead these tracker rows, each once."""
        codes, parties = self.project.distinct_parties
        wanted = dict.fromkeys(codes[rows].tolist())
        return tuple(dict.fromkeys(p.lead.department for k in wanted if (p := parties[k]).lead is not None))

    def linked(self, register: str) -> Mapping[str, list[int]]:
        """Normalised task ID → the rows of a register whose 关联编号 names it."""
        if register not in self._linked:
            found: dict[str, list[int]] = {}
            for i, text in enumerate(self.project.table(register).texts("task_id").tolist()):
                for key in parse_ids(text):
                    found.setdefault(key, []).append(i)
            self._linked[register] = found
        return self._linked[register]

    @cached_property
    def driven(self) -> Flags:
        """Rows that are late only as far as a late predecessor is: answered there."""
        return driven(self.project)

    @cached_property
    def measured(self) -> frozenset[str]:
        """Keys of tasks with a measure on record: an answered open risk, or a change with measures."""
        risks, changes = self.project.table("risks"), self.project.table("adjustments")
        closed, answers = _codes(risks, "status") == "closed", risks.texts("countermeasure")
        rejected, measures = _codes(changes, "status") == "rejected", changes.texts("measures")
        found = [
            k for k, rows in self.linked("risks").items() if any(answers[i] and not closed[i] for i in rows)
        ]
        changed = self.linked("adjustments").items()
        found += [k for k, rows in changed if any(measures[i] and not rejected[i] for i in rows)]
        return frozenset(found)

    @cached_property
    def open_actions(self) -> frozenset[str]:
        """Keys of tasks with an action item that is not closed."""
        statuses = chosen(self.project.table("actions"), "status")
        done = self.project.table("actions").dates("done_on")
        stands = [s not in ("done", "cancelled") and np.isnat(d) for s, d in zip(statuses, done, strict=True)]
        return frozenset(k for k, rows in self.linked("actions").items() if any(stands[i] for i in rows))


def _among(texts: Texts, wanted: Sequence[str]) -> Flags:
    """Where one of a few texts stands; np.isin takes several times as long."""
    return np.array([text in wanted for text in texts.tolist()], dtype=bool)


def _codes(table: Table, column: str) -> Texts:
    """Codes of a choice column, '' for what is in no list."""
    choices = table.sheet.column(column).choices
    assert choices is not None
    codes, texts = table.distinct_texts(column)
    found: Texts = np.array([*((choices.code(text) or "") for text in texts), None], dtype=object)
    return found[codes]


def supporters(project: Project) -> tuple[str, ...]:
    """Every text of 配合部门 and 责任部门/人, each once."""
    texts = (project.distinct_texts(name)[1] for name in ("support", "owner"))
    return tuple(dict.fromkeys(text for found in texts for text in found if text))
