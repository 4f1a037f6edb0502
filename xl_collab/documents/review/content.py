"""review: 《跨部门协作复盘报告》: goal, results, analysis, insight.

Every sentence built on data names its rows; what only people can know is a line to fill in. An
unfinished project gets an interim review that says what is missing. No layout stands here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from xl_collab.documents.minutes.meeting import action_items
from xl_collab.documents.review import parts as parts
from xl_collab.documents.review import words as words
from xl_collab.documents.review.measured import Measured, TaskGroup, Tasks, milestones
from xl_collab.documents.review.parts import Accepted, AdjustmentLine, Goal, Lesson, Struck, Todo
from xl_collab.plan.project import Project
from xl_collab.project.edits import InsertSheet, Outcome
from xl_collab.project.sentences import LISTED, Line, brief, fitted, listing, say
from xl_collab.project.timing.deadlines import FixedDate
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import Text

_NAMED = 5
"""Single rows that a list of sentences names; the tables show the others."""


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
    """Finished tasks with a variance, `on_time` of them at 0 or below."""
    on_time: int
    departments: tuple[TaskGroup, ...]
    stages: tuple[TaskGroup, ...]
    acceptance: tuple[Accepted, ...]
    changes: tuple[AdjustmentLine, ...]
    drifts: tuple[Line, ...]
    struck: tuple[Struck, ...]
    worked: tuple[Line, ...]
    failed: tuple[Line, ...]
    insights: tuple[Line, ...]
    patterns: tuple[Line, ...]
    todos: tuple[Todo, ...]

    @property
    def rate(self) -> float | None:
        """Share of finished tasks that were on time; None when there are none."""
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
        self.changes = parts.changes(project)
        self.acceptance = parts.acceptances(project)
        self.lessons = parts.lessons(project)
        self.struck = parts.struck(project)
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
            measured=int(self._finished.sum()),
            on_time=int((self.tasks.variance[self._finished] <= 0).sum()),
            departments=self.departments,
            stages=self.stages,
            acceptance=self.acceptance,
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

    @property
    def _finished(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        return self.tasks.done & self.tasks.measured

    @cached_property
    def _reached(self) -> list[Measured]:
        return [m for m in self.milestones if m.kind == "actual" or m.state == "unmeasured"]

    @cached_property
    def _mean(self) -> float | None:
        values = self.tasks.variance[self._finished]
        return float(values.mean()) if len(values) else None

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
            yield self._rate()
        if self.project.estimate:
            yield say(self.project.estimate)
        kinds = {kind: sum(each.kind == kind for each in self.lessons) for kind in _KINDS}
        registers: tuple[Sequence[Struck | AdjustmentLine | Lesson], ...] = (
            self.struck,
            self.changes,
            self.lessons,
        )
        ids = [each.id for register in registers for each in register]
        counts: dict[str, Any] = {"risks": len(self.struck), "changes": len(self.changes), **kinds}
        yield say(words.SUMMARY_LEARNT, ids=ids[:8], **counts)

    def _rate(self) -> Line:
        worst, ids = self._worst()
        if self._mean is None:
            return say(words.SUMMARY_NO_RATE, ids=ids, worst=worst)
        finished = self._finished
        on_time = int((self.tasks.variance[finished] <= 0).sum())
        return say(
            words.SUMMARY_RATE,
            ids=ids,
            rate=f"{on_time / int(finished.sum()):.0%}",
            on_time=on_time,
            measured=int(finished.sum()),
            mean=_signed(self._mean),
            worst=worst,
        )

    def _worst(self) -> tuple[Text, list[str]]:
        rows = self.tasks.late(1)
        if not rows:
            return words.WORST_NONE, []
        row_id, task, days = (f(rows[0]) for f in (self.tasks.id, self._name, self.tasks.days))
        template = words.WORST_DONE if self.tasks.done[rows[0]] else words.WORST_OPEN
        return fitted(template, id=row_id, task=task, days=days), [str(row_id)]

    def _unfinished(self) -> Iterator[Line]:
        """What is missing for a full review, each with its rows."""
        tasks = self.tasks
        rows = np.flatnonzero(tasks.counted & ~tasks.done).tolist()
        missing = [
            (words.OPEN_TASKS, [tasks.id(i) for i in rows]),
            (words.OPEN_MILESTONES, [m.id for m in self.milestones if m.state in ("open", "expected_late")]),
            (words.OPEN_ACCEPTANCE, [each.id for each in self.acceptance if not each.complete]),
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
            if group.finished and group.on_time == group.finished and not group.lost:
                ids = self._ids_of(group)
                yield say(words.DEPARTMENT_ON_TIME, ids=ids, department=group.name, n=group.finished)
        for i in self.tasks.early(_NAMED):
            days = -self.tasks.days(i)
            yield say(words.ROW_EARLY, ids=[self.tasks.id(i)], task=self._name(i), days=days)
        on_time = [m.id for m in self._reached if m.state in ("on_time", "early")]
        if on_time:
            yield say(words.MILESTONES_ON_TIME, ids=on_time, n=len(on_time))
        closed = parts.risks_by_status(self.project, "closed")
        if closed:
            yield say(words.RISKS_AVOIDED, ids=closed, n=len(closed))
        yield from self._records(complete=True)
        yield from self._closed_actions()

    def _name(self, i: int) -> str:
        return brief(self.tasks.name(i), 120)

    def _ids_of(self, group: TaskGroup) -> list[str]:
        """Finished rows of a department."""
        rows = (i for i, lead in enumerate(self.project.leads) if lead == group.name.zh and self._finished[i])
        return [self.tasks.id(i) for i in rows][:8]

    def _records(self, *, complete: bool) -> Iterator[Line]:
        """Recurrences whose periods all have records, or those that miss some."""
        missed = self.project.assessment.missed
        chosen = missed == 0 if complete else np.nan_to_num(missed) > 0
        for i in np.flatnonzero(chosen).tolist()[:_NAMED]:
            ids, task = [self.tasks.id(i)], self._name(i)
            if complete:
                yield say(words.RECORDS_COMPLETE, ids=ids, task=task)
            else:
                yield say(words.MISSED, ids=ids, task=task, n=int(missed[i]))

    def _closed_actions(self) -> Iterator[Line]:
        closed = [item for item in action_items(self.project) if item.status == "done"]
        on_time = [i for i in closed if i.done_on and i.due and i.done_on <= i.due]
        if closed:
            ids = [item.id for item in on_time][:8]
            yield say(words.ACTIONS_ON_TIME, ids=ids, n=len(closed), on_time=len(on_time))

    def _failed(self) -> Iterator[Line]:
        yield from (parts.with_reuse(each) for each in self.lessons if each.kind == "improve")
        yield from self._unsaid(self._failed_by_data())

    def _failed_by_data(self) -> Iterator[Line]:
        yield from (self._late(i) for i in self.tasks.late(_NAMED))
        for risk in self.struck:
            yield say(words.RISK_STRUCK, ids=[risk.id, *risk.task_ids], risk=risk.risk)
        yield from self._records(complete=False)
        overdue = [item.id for item in action_items(self.project) if item.overdue]
        if overdue:
            yield say(words.ACTIONS_OVERDUE, ids=overdue[:8], n=len(overdue))
        unchanged = self._without_change()
        if unchanged:
            threshold = self.project.settings.delay_threshold
            yield say(words.NO_CHANGE_MADE, ids=unchanged[:8], n=len(unchanged), threshold=threshold)
        for each in self.acceptance:
            if each.remaining:
                left = each.remaining
                yield say(words.REMAINING, ids=[each.id], deliverable=each.deliverable, remaining=left)

    def _late(self, i: int) -> Line:
        ids, task = [self.tasks.id(i)], self._name(i)
        if not self.tasks.done[i]:
            reason = self.project.assessment.reason[i]
            return say(words.ROW_EXPECTED, ids=ids, task=task, reason=reason)
        causes = self._causes.get(normalise_key(self.tasks.id(i)), [])
        template = words.ROW_LATE_CAUSE if causes else words.ROW_LATE
        change = [each.id for each in causes[-1:]]
        cause = causes[-1].cause if causes else ""
        return say(template, ids=[*ids, *change], task=task, days=self.tasks.days(i), cause=cause)

    @cached_property
    def _causes(self) -> Mapping[str, Sequence[AdjustmentLine]]:
        """Changes with a cause by normalised task ID."""
        found: dict[str, list[AdjustmentLine]] = {}
        for change in self.changes:
            for row_id in change.task_ids if change.cause else ():
                found.setdefault(normalise_key(row_id), []).append(change)
        return found

    def _without_change(self) -> list[str]:
        """Rows over the threshold that no 进度调整 names."""
        named = {normalise_key(row_id) for change in self.changes for row_id in change.task_ids}
        over = np.nan_to_num(self.tasks.variance) > self.project.settings.delay_threshold
        rows = (self.tasks.id(i) for i in np.flatnonzero(over).tolist())
        return [name for name in rows if normalise_key(name) not in named]

    # insight

    def _insights(self) -> Iterator[Line]:
        yield from self._share(self.stages, words.STAGE_SHARE)
        yield from self._share(self.departments, words.DEPARTMENT_SHARE)
        for i in self.tasks.late(3):
            reached = [self.tasks.id(j) for j in self.project.assessment.pushes(i)]
            if reached:
                ids = [self.tasks.id(i), *reached[:7]]
                yield say(words.KNOCK_ON, ids=ids, task=self._name(i), reached=listing(reached))
        off = self._on_days_off()
        if off:
            yield say(words.DAYS_OFF, ids=off[:8], n=len(off))
        if self._mean is not None and abs(self._mean) >= 0.5:
            yield say(words.TIGHT if self._mean > 0 else words.LOOSE, mean=_signed(self._mean))
        yield from self._estimated()

    def _share(self, groups: Sequence[TaskGroup], template: Text) -> Iterator[Line]:
        total = sum(group.lost for group in groups)
        worst = max(groups, key=lambda group: group.lost, default=None)
        if worst is not None and worst.lost:
            ids, share = [row_id for row_id, _ in worst.late[:8]], f"{worst.lost / total:.0%}"
            yield say(template, ids=ids, group=worst.name, share=share, total=total)

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
