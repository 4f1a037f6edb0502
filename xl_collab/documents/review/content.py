"""review: 《跨部门协作复盘报告》: goal, results, analysis, insight.

Every sentence built on data names its rows; what only people can know is a line to fill in. An
unfinished project gets an interim review that says what is missing. No layout stands here.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from xl_collab.documents.minutes.meeting import action_items
from xl_collab.documents.review import effort, parts as parts, requested as requests, trend, words as words
from xl_collab.documents.review.effort import Planned
from xl_collab.documents.review.late import LateRows
from xl_collab.documents.review.measured import Measured, TaskGroup, Tasks, milestones
from xl_collab.documents.review.parts import Accepted, AdjustmentLine, Goal, Lesson, Struck, Todo
from xl_collab.documents.review.requested import RequestedChange
from xl_collab.documents.review.trend import Point
from xl_collab.plan.impact import delays
from xl_collab.plan.project import Project
from xl_collab.project.edits import InsertSheet, Outcome
from xl_collab.project.sentences import LISTED, Line, brief, chosen, fitted, listing, say
from xl_collab.project.tables import Flags
from xl_collab.project.timing.deadlines import FixedDate
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import STAGE, Text

_NAMED = 5
"""Single rows that a list of sentences names; the tables show the others."""
_AGREEING = 3
"""Rows that have to agree before anything is said of the plan as a whole."""


@dataclass(frozen=True)
class Review:
    """《复盘报告》 as data: a section a field."""

    kind: ClassVar = "review"

    project: str
    as_of: dt.date
    threshold: int
    """Working days above which a variance is red."""
    finished: bool
    """Every task done or cancelled, and at least one there."""
    summary: tuple[Line, ...]
    unfinished: tuple[Line, ...]
    goals: tuple[Goal, ...]
    milestones: tuple[Measured, ...]
    tasks: tuple[Measured, ...]
    left_out: int
    """Tasks beyond those listed; the latest are listed then."""
    measured: int
    """Tasks that were due by the day of the data, finished or not; `on_time` of them were in time."""
    on_time: int
    departments: tuple[TaskGroup, ...]
    stages: tuple[TaskGroup, ...]
    acceptance: tuple[Accepted, ...]
    planned: tuple[Planned, ...]
    effort: tuple[Line, ...]
    trend: tuple[Point, ...]
    course: tuple[Line, ...]
    """What the first and last points of the trend say."""
    requested: tuple[RequestedChange, ...]
    """Changes of the request, from 需求变更."""
    changes: tuple[AdjustmentLine, ...]
    """Changes of the schedule, from 进度调整."""
    drifts: tuple[Line, ...]
    struck: tuple[Struck, ...]
    worked: tuple[Line, ...]
    failed: tuple[Line, ...]
    insights: tuple[Line, ...]
    patterns: tuple[Line, ...]
    todos: tuple[Todo, ...]

    @property
    def rate(self) -> float | None:
        """Share of the due tasks that were finished on time; None when none was due."""
        return self.on_time / self.measured if self.measured else None


def review(project: Project) -> Outcome[Review]:
    """The review as of the project's day; the edit puts it in the sheet 复盘报告."""
    document = _Draft(project).document()
    title = GENERATED["review"].of(project.lang)
    return Outcome(document, (InsertSheet("review", title, document),))


class _Draft:
    """The review while it is being written."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.tasks = Tasks(project)
        self.milestones = milestones(project)
        self.requested = requests.requested(project)
        self.changes = parts.changes(project)
        self.acceptance = parts.acceptances(project)
        self.lessons = parts.lessons(project)
        self.struck = parts.struck(project)
        self.planned = effort.planned(project)
        self.trend = trend.trend(project)
        self.departments = self.tasks.by_department()
        self.stages = self.tasks.by_stage()

    def document(self) -> Review:
        """The sections put together."""
        return Review(
            project=self.project.settings.project,
            as_of=self.project.as_of,
            threshold=self.project.settings.delay_threshold,
            finished=self.over,
            summary=tuple(self._summary()),
            unfinished=tuple(self._unfinished()),
            goals=parts.goals(self.project),
            milestones=self.milestones,
            tasks=tuple(self.tasks.row(i) for i in self.tasks.shown[:LISTED]),
            left_out=max(0, len(self.project.tracker) - LISTED),
            measured=int(self.tasks.due.sum()),
            on_time=int(self.tasks.on_time.sum()),
            departments=self.departments,
            stages=self.stages,
            acceptance=self.acceptance,
            planned=self.planned[:LISTED],
            effort=tuple(effort.in_words(self.project, self.planned, self.tasks.proven)),
            trend=self.trend,
            course=tuple(trend.in_words(self.trend)),
            requested=self.requested,
            changes=self.changes,
            drifts=tuple(parts.drifts(self.project, _NAMED)),
            struck=self.struck,
            worked=tuple(self._worked()),
            failed=tuple(self._failed()),
            insights=tuple(self._insights()),
            patterns=tuple(self._patterns()),
            todos=parts.todos(self.project),
        )

    @cached_property
    def over(self) -> bool:
        """Whether the project is finished."""
        counted = self.tasks.counted
        return bool(counted.any()) and bool(self.tasks.done[counted].all())

    @cached_property
    def _reached(self) -> list[Measured]:
        return [m for m in self.milestones if m.kind == "actual" or m.state == "unmeasured"]

    @cached_property
    def _compared(self) -> list[int]:
        """Due rows with a variance: what is said of the whole plan rests on them."""
        found: list[int] = np.flatnonzero(self.tasks.due & self.tasks.measured).tolist()
        return found

    @cached_property
    def _mean(self) -> float | None:
        values = self.tasks.variance[self._compared]
        return float(values.mean()) if len(values) else None

    @cached_property
    def _causes(self) -> LateRows:
        return LateRows(self.tasks, self.changes, requests.explained(self.requested))

    # the answer first

    def _summary(self) -> Iterator[Line]:
        """Three sentences: how far, how well, what was learnt."""
        counted = self.tasks.counted
        if not counted.any():
            yield say(words.SUMMARY_EMPTY)
        else:
            yield say(
                words.SUMMARY_DONE if self.over else words.SUMMARY_INTERIM,
                rows=int(counted.sum()),
                done=int((self.tasks.done & counted).sum()),
                milestones=len(self.milestones),
                hit=len(self._reached),
            )
            yield from self._rate()
            yield from self._lateness()
        if self.project.estimate:
            yield say(self.project.estimate)
        kinds = {kind: sum(each.kind == kind for each in self.lessons) for kind in _KINDS}
        registers: tuple[Sequence[Struck | RequestedChange | AdjustmentLine | Lesson], ...] = (
            self.struck,
            self.requested,
            self.changes,
            self.lessons,
        )
        ids = [each.id for register in registers for each in register]
        counts: dict[str, Any] = {"risks": len(self.struck), "changes": len(self.changes), **kinds}
        asked = len(self.requested)
        counts["requested"] = fitted(words.REQUESTED, n=asked) if asked else words.NOTHING_ELSE
        yield say(words.SUMMARY_LEARNT, ids=ids[:8], **counts)

    def _rate(self) -> Iterator[Line]:
        tasks, due = self.tasks, self.tasks.due
        worst, latest = self._worst()
        if due.any():
            count, on_time, left = (int(rows.sum()) for rows in (due, tasks.on_time, due & ~tasks.done))
            figures: dict[str, Any] = {"due": count, "on_time": on_time, "rate": f"{on_time / count:.0%}"}
            figures["mean"] = figures["left"] = words.NOTHING_ELSE
            if self._mean is not None:
                figures["mean"] = fitted(words.MEAN, mean=_signed(self._mean))
            if left:
                figures["left"] = fitted(words.STILL_OPEN, n=left)
            ids = dict.fromkeys([*latest, *self._ids(due & ~tasks.on_time)])
            yield say(words.SUMMARY_RATE, ids=ids, worst=worst, **figures)
        else:
            yield say(words.SUMMARY_NO_RATE, ids=latest, worst=worst)
        undated = tasks.passed & ~due
        if undated.any():
            yield say(words.SUMMARY_UNDATED, ids=self._ids(undated), n=int(undated.sum()))

    def _worst(self) -> tuple[Text, list[str]]:
        """The latest row, and its ID."""
        rows = self.tasks.late(1)
        if not rows:
            return words.WORST_NONE, []
        i, row_id = rows[0], self.tasks.id(rows[0])
        kind = "done" if self.tasks.done[i] else str(self.project.assessment.compared_kind[i])
        return fitted(words.WORST[kind], id=row_id, task=self._name(i), days=self.tasks.days(i)), [row_id]

    def _lateness(self) -> Iterator[Line]:
        """How many rows are late, and from how many places."""
        late = self.tasks.late()
        if late:
            done = sum(bool(self.tasks.done[i]) for i in late)
            groups = self._causes.groups
            counts: dict[str, Any] = {"n": len(late), "done": done, "left": len(late) - done}
            ids = [self.tasks.id(group.root) for group in groups[:8]]
            yield say(words.SUMMARY_LATE, ids=ids, roots=len(groups), **counts)

    def _ids(self, rows: Flags, most: int = 8) -> list[str]:
        return [self.tasks.id(i) for i in np.flatnonzero(rows)[:most].tolist()]

    def _unfinished(self) -> Iterator[Line]:
        """What is missing for a full review, each with its rows."""
        tasks = self.tasks
        rows = np.flatnonzero(tasks.counted & ~tasks.done).tolist()
        missing = [
            (words.OPEN_TASKS, [tasks.id(i) for i in rows]),
            (words.OPEN_MILESTONES, [m.id for m in self.milestones if m.state in ("open", "expected_late")]),
            (words.OPEN_ACCEPTANCE, [each.id for each in self.acceptance if not each.complete]),
            (words.OPEN_REQUESTED, [each.id for each in self.requested if each.status in requests.OPEN]),
            (words.OPEN_CHANGES, [each.id for each in self.changes if each.status in ("", "draft")]),
        ]
        for template, ids in missing:
            if ids:
                yield say(template, ids=ids[:1], names=listing(ids))
        blank = [goal.label for goal in parts.goals(self.project) if goal.value is None]
        if blank:
            yield say(words.OPEN_REQUEST, fields=listing(blank))
        yield from [say(words.NO_MILESTONES)] if not self.milestones else []
        yield from [say(words.NO_LESSONS)] if not self.lessons else []

    # what worked and what did not

    def _worked(self) -> Iterator[Line]:
        yield from (parts.with_reuse(each) for each in self.lessons if each.kind == "success")
        yield from self._unsaid(self._worked_by_data())

    def _unsaid(self, lines: Iterator[Line]) -> Iterator[Line]:
        """Sentences of the data that 经验登记 does not say already, word for word."""
        told = {normalise_key(each.lesson) for each in self.lessons}
        texts = ((line, {normalise_key(line.text.zh), normalise_key(line.text.en)}) for line in lines)
        return (line for line, said in texts if not said & told)

    def _worked_by_data(self) -> Iterator[Line]:
        for group in self.departments:
            if group.all_on_time:
                ids = self.tasks.on_time_of[group.name.zh]
                yield say(words.DEPARTMENT_ON_TIME, ids=ids[:8], department=group.name, n=group.due)
        for i in self.tasks.early(_NAMED):
            days = -self.tasks.days(i)
            yield say(words.ROW_EARLY, ids=[self.tasks.id(i)], task=self._name(i), days=days)
        on_time = [m.id for m in self._reached if m.state in ("on_time", "early")]
        if on_time:
            yield say(words.MILESTONES_ON_TIME, ids=on_time, n=len(on_time))
        closed = parts.risks_by_status(self.project, "closed")
        if closed:
            yield say(words.RISKS_CLOSED, ids=closed, n=len(closed))
        yield from self._records(complete=True)
        yield from self._closed_actions()

    def _name(self, i: int) -> str:
        return brief(self.tasks.name(i), 120)

    def _records(self, *, complete: bool) -> Iterator[Line]:
        """Recurrences whose periods so far all have records, or those that miss some."""
        found = self.project.assessment
        missed, passed = np.nan_to_num(found.missed), np.nan_to_num(found.passed)
        chosen = (missed == 0) & (passed > 0) if complete else missed > 0
        for i in np.flatnonzero(chosen).tolist()[:_NAMED]:
            template, count = (words.RECORDS_COMPLETE, passed) if complete else (words.MISSED, missed)
            yield say(template, ids=[self.tasks.id(i)], task=self._name(i), n=int(count[i]))

    def _closed_actions(self) -> Iterator[Line]:
        closed = [item for item in action_items(self.project) if item.status == "done"]
        dated = [i for i in closed if i.done_on and i.due]
        on_time = [i for i in dated if i.done_on and i.due and i.done_on <= i.due]
        if closed:
            ids = [item.id for item in on_time][:8]
            template = words.ACTIONS_ON_TIME if len(dated) == len(closed) else words.ACTIONS_DATED
            counts: dict[str, Any] = {"n": len(closed), "dated": len(dated), "on_time": len(on_time)}
            yield say(template, ids=ids, **counts)

    def _failed(self) -> Iterator[Line]:
        yield from (parts.with_reuse(each) for each in self.lessons if each.kind == "improve")
        yield from self._unsaid(self._failed_by_data())

    def _failed_by_data(self) -> Iterator[Line]:
        learnt = {normalise_key(name) for each in self.lessons for name in each.evidence}
        yield from requests.in_words(self.requested, self.tasks, _NAMED, learnt)
        yield from self._causes.causes(_NAMED, learnt)
        for risk in self.struck:
            if normalise_key(risk.id) not in learnt:
                yield parts.came_true(risk)
        yield from self._records(complete=False)
        overdue = [item.id for item in action_items(self.project) if item.overdue]
        if overdue:
            yield say(words.ACTIONS_OVERDUE, ids=overdue[:8], n=len(overdue))
        yield from self._without_change()
        for each in self.acceptance:
            if each.remaining:
                left = each.remaining
                yield say(words.REMAINING, ids=[each.id], deliverable=each.deliverable, remaining=left)
        yield from self._knock_on()

    def _knock_on(self) -> Iterator[Line]:
        """What a delay cost those that wait for it."""
        for group in [each for each in self._causes.groups if each.reached][:_NAMED]:
            ids, task = [self.tasks.id(i) for i in group.reached], self._name(group.root)
            first, most = self.tasks.id(group.root), max(map(self.tasks.days, group.reached))
            yield say(words.KNOCK_ON, ids=[first, *ids[:7]], task=task, reached=listing(ids), days=most)

    def _without_change(self) -> Iterator[Line]:
        """Delays over the threshold that began with their own row and that no 进度调整 answers (P321)."""
        found = [delay for delay in delays(self.project) if delay.standing == "none"]
        if found:
            ids = [self.tasks.id(delay.row) for delay in found[:8]]
            threshold = self.project.settings.delay_threshold
            yield say(words.NO_CHANGE_MADE, ids=ids, n=len(found), threshold=threshold)

    # insight

    def _insights(self) -> Iterator[Line]:
        stages = {code: Text(STAGE.label(code, "zh"), STAGE.label(code, "en")) for code in STAGE.codes}
        codes = chosen(self.project.tracker, "stage")
        yield from self._most([stages.get(code, Text(code, code)) for code in codes], words.STAGE_ROOTS)
        yield from self._most([Text(name, name) for name in self.project.leads], words.DEPARTMENT_ROOTS)
        off = self._on_days_off()
        if off:
            yield say(words.DAYS_OFF, ids=off[:8], n=len(off))
        yield from self._plan()
        yield from self._estimated()

    def _most(self, names: Sequence[Text], template: Text) -> Iterator[Line]:
        """Where most delays began; nothing where there is no such place."""
        roots = [group.root for group in self._causes.groups if names[group.root].zh]
        counts = Counter(names[row] for row in roots)
        most = max(counts.values(), default=0)
        first = [name for name, count in counts.items() if count == most]
        if most > 1 and len(first) == 1:
            ids = [self.tasks.id(row) for row in roots if names[row] == first[0]]
            yield say(template, ids=ids[:8], group=first[0], n=most, total=len(roots))

    def _plan(self) -> Iterator[Line]:
        """Whether the plan was tight or had slack: only if every row that was due says the same."""
        values, rows = self.tasks.variance[self._compared], self._compared
        if self._mean is None or len(rows) < _AGREEING or len(rows) < int(self.tasks.due.sum()):
            return
        figures: dict[str, Any] = {"n": len(rows), "mean": _signed(self._mean)}
        if (values > 0).all():
            yield say(words.TIGHT, ids=[self.tasks.id(i) for i in rows[:8]], **figures)
        elif (values < 0).all() and not self.tasks.late(1):
            yield say(words.LOOSE, ids=[self.tasks.id(i) for i in rows[:8]], **figures)

    def _on_days_off(self) -> list[str]:
        days = [d.date if isinstance(d, FixedDate) else None for d in self.project.deadlines]
        off = {day for day in set(days) if day is not None and not self.project.calendar.is_workday(day)}
        return [self.tasks.id(i) for i, day in enumerate(days) if day in off]

    def _estimated(self) -> Iterator[Line]:
        rows = np.flatnonzero(self.project.assessment.estimated & self.tasks.measured).tolist()
        if rows:
            found = self.project.assessment
            days = [d for i in rows for d in (found.base[i].item(), found.compared[i].item())]
            years = listing([str(year) for year in self.project.calendar.estimated(min(days), max(days))])
            yield say(words.CALENDAR, ids=[self.tasks.id(i) for i in rows[:8]], years=years)

    def _patterns(self) -> Iterator[Line]:
        yield from (parts.with_reuse(each) for each in self.lessons if each.kind == "pattern")
        yield say(words.MORE_PATTERNS, fill=True)


_KINDS = ("success", "improve", "pattern")


def _signed(value: float) -> str:
    """+1.5, -0.3, 0."""
    return "0" if abs(value) < 0.05 else f"{value:+.1f}"
