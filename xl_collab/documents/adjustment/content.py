"""adjust: 《进度调整方案》 for each slip over the threshold, and its draft row in 进度调整.

What happened comes from the registers, what follows from the schedule; what to do is for people to
decide, so each option only says what it takes and which dates it gives. A decided change is never
touched again: `freeze` makes its new baseline.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Literal, NamedTuple

import numpy as np

from xl_collab.documents.adjustment import words as words
from xl_collab.documents.adjustment.evidence import Records
from xl_collab.errors import UsageError
from xl_collab.plan.approval import impact
from xl_collab.plan.impact import (
    Delay,
    KnockOn,
    MilestoneAtRisk,
    ScheduleChange,
    Tell,
    delay_of,
    delays,
    milestones_at_risk,
    named_rows,
    pushed_by,
    to_tell,
)
from xl_collab.plan.project import Project
from xl_collab.plan.what_if import label, new_ids
from xl_collab.project.edits import AppendRows, Edit, InsertSheet, Outcome
from xl_collab.project.sentences import FILL, Line, day, fitted, listing, say
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import Text

OptionKind = Literal["catch_up", "re_sequence", "accept", "record"]


@dataclass(frozen=True, slots=True)
class Moved:
    """A later task that this delay pushes: finishes without and with it, in working days."""

    id: str
    owner: str
    task: str
    before: dt.date
    after: dt.date
    workdays: int
    rag: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way on: the finish of the task and of the project that it gives (None: not possible)."""

    kind: OptionKind
    title: Text
    finish: dt.date | None
    end: dt.date | None
    workdays: int | None
    """Signed, against the baseline."""
    moved: int
    needs: tuple[Line, ...]


@dataclass(frozen=True)
class AdjustmentDoc:
    """《进度调整方案》 as data. `key` is the ID of the row in 进度调整; `workdays` signed."""

    kind: ClassVar = "adjustment"

    project: str
    key: str
    as_of: dt.date
    task_id: str
    task: str
    stage: str
    owner: str
    support: str
    output: str
    base: dt.date | None
    compared: dt.date | None
    compared_kind: str
    workdays: int
    threshold: int
    rag: str
    reason: str
    new_date: dt.date | None
    status: str
    measures: str
    summary: tuple[Line, ...]
    causes: tuple[Line, ...]
    knock_on: tuple[Moved, ...]
    milestones: tuple[MilestoneAtRisk, ...]
    options: tuple[Alternative, ...]
    tell: tuple[Tell, ...]
    applicant: str
    coordinator: str
    approver: str

    @property
    def done(self) -> bool:
        """Whether the task is finished, so that there is nothing left to choose."""
        return self.compared_kind == "actual"


class Registered(NamedTuple):
    """A delay that has its row in 进度调整 and no document: there are graver ones."""

    key: str
    task_id: str
    workdays: int
    status: str


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The documents, the delays that have only a row, the IDs of new draft rows, and why some of what was
    asked for was not made."""

    documents: tuple[AdjustmentDoc, ...]
    registered: tuple[Registered, ...] = ()
    added: tuple[str, ...] = ()
    skipped: tuple[Text, ...] = ()


def adjust(project: Project, ids: Sequence[str] = ()) -> Outcome[Adjusted]:
    """A draft row for each delay that 进度调整 has none for, and a document for the gravest.

    ids  tasks or changes; default: every delay over the threshold that no decided change answers, with
         documents for the `AT_ONCE` gravest of them and for those that have one. Named ones get theirs and
         need not exceed the threshold. UsageError for an ID that is neither.
    """
    skipped: list[Text] = []
    late = [] if ids else [delay for delay in delays(project) if delay.standing != "covered"]
    wanted = _asked(project, ids, skipped) if ids else late
    fresh, records = new_ids(project, "adjustments"), Records(project)
    added: list[dict[str, object]] = []
    cases: dict[str, tuple[_Case, ScheduleChange]] = {}
    for delay in wanted:
        case = _Case(project, delay, records)
        change = delay.change if delay.change is not None and delay.change.open else None
        if change is None:
            change = case.drafted(next(fresh))
            added.append(_record(project, change, case.id))
        cases.setdefault(change.id, (case, change))
    drawn = cases.keys() if ids else _gravest(project, {key: case for key, (case, _) in cases.items()})
    documents = tuple(case.document(change) for key, (case, change) in cases.items() if key in drawn)
    rest = (
        Registered(key, case.id, case.workdays, change.status)
        for key, (case, change) in cases.items()
        if key not in drawn
    )
    data = Adjusted(documents, tuple(rest), tuple(str(r["id"]) for r in added), tuple(skipped))
    return Outcome(data, tuple(_edits(project, documents, added)))


AT_ONCE = 20
"""Documents that nobody asked for by name: more sheets than these nobody reads, the register has all rows."""


def _gravest(project: Project, cases: Mapping[str, _Case]) -> set[str]:
    """Changes whose document is drawn: those that have one, and the gravest of all.

    Grave is what can still be acted on, then what pushes most others, then what is latest.
    """
    there = {sheet.key for sheet in project.book.generated if sheet.kind == AdjustmentDoc.kind}
    if len(cases) <= AT_ONCE:
        return {*cases}
    ranked = sorted(cases, key=lambda key: cases[key].gravity, reverse=True)
    return {*ranked[:AT_ONCE], *(there & cases.keys())}


def _asked(project: Project, ids: Iterable[str], skipped: list[Text]) -> list[Delay]:
    """The delays that typed IDs mean; what cannot be done goes to `skipped`."""
    found: dict[int, Delay] = {}
    for name in ids:
        rows = named_rows(project, name)
        if not rows:
            raise UsageError(
                f"没有编号为 {name} 的任务或进度调整", f"No task and no schedule change has the ID {name}"
            )
        for row in rows:
            delay, task_id = delay_of(project, row), str(project.texts("id")[row])
            if delay.change is not None and not delay.change.open:
                skipped.append(fitted(words.DECIDED, id=task_id, change=delay.change.id))
            elif delay.workdays <= 0:
                skipped.append(fitted(words.NOT_LATE, id=task_id))
            else:
                found[row] = delay
    return list(found.values())


def _record(project: Project, change: ScheduleChange, task_id: str) -> dict[str, object]:
    return {
        "id": change.id,
        "task_id": task_id,
        "old_date": change.old,
        "new_date": change.new,
        "cause": change.cause,
        "knock_on": change.knock_on,
        "status": label(project, "adjustments", "status", "draft"),
    }


def _edits(
    project: Project, documents: Iterable[AdjustmentDoc], added: Sequence[Mapping[str, object]]
) -> Iterator[Edit]:
    if added:
        yield AppendRows("adjustments", tuple(added))
    for document in documents:
        title = GENERATED["adjustment"].of(project.lang).format(key=document.key)
        yield InsertSheet(document.key, title, document)


class _Case:
    """One delay while its document is being written."""

    def __init__(self, project: Project, delay: Delay, records: Records) -> None:
        self.project = project
        self.row = delay.row
        self.workdays = delay.workdays
        self.found = project.assessment
        self.base, self.compared = (day(a[delay.row]) for a in (self.found.base, self.found.compared))
        self.kind = str(self.found.compared_kind[delay.row])
        self.expected = None if self.kind == "today" else self.compared
        self.id = self.text("id")
        self._on_record = records

    @cached_property
    def pushed(self) -> KnockOn:
        """What the delay does to the rows behind."""
        return pushed_by(self.project, self.row)

    @cached_property
    def moved(self) -> tuple[Moved, ...]:
        """The rows behind that move."""
        return tuple(self._moved())

    @cached_property
    def evidence(self) -> tuple[Line, ...]:
        """What is on record about the delay."""
        return tuple(self._on_record.causes_of(self.row))

    @property
    def gravity(self) -> tuple[bool, int, int]:
        """Greater for what needs a decision more."""
        return self.kind != "actual", len(self.pushed.rows), self.workdays

    def text(self, column: str) -> str:
        """A cell of the delayed row."""
        return str(self.project.texts(column)[self.row])

    def drafted(self, change_id: str) -> ScheduleChange:
        """The draft row that 进度调整 gets; what is not known is marked to be filled in."""
        lang = self.project.lang
        known = next((line.text.of(lang) for line in self.evidence), FILL.of(lang))
        items = [
            fitted(words.KNOCK_ON_ITEM, id=name, before=before, after=after, days=f"{days:+d}")
            for name, before, after, days in self._rebaselined()
        ]
        reached = listing(items, _LISTED) if items else words.NO_KNOCK_ON
        return ScheduleChange(
            row=-1,
            id=change_id,
            task_keys=(normalise_key(self.id),),
            old=self.base,
            new=self.expected,
            cause=known,
            knock_on=reached.of(lang),
            measures="",
            status="draft",
            approved_on=None,
        )

    def _rebaselined(self) -> Iterator[tuple[str, dt.date, dt.date, int]]:
        """What an approval will re-baseline; without a new date, what the delay moves so far."""
        if self.expected is None:
            yield from ((m.id, m.before, m.after, m.workdays) for m in self.moved)
            return
        names, between = self.project.texts("id"), self.project.calendar.between
        for row, step in impact(self.project, self.row, self.expected).items():
            yield str(names[row]), step.before, step.after, between(step.before, step.after)

    def document(self, change: ScheduleChange) -> AdjustmentDoc:
        """The document about one row of 进度调整."""
        settings = self.project.settings
        milestones = self._milestones()
        return AdjustmentDoc(
            project=settings.project,
            key=change.id,
            as_of=self.project.as_of,
            task_id=self.id,
            **{name: self.text(name) for name in ("task", "stage", "owner", "support", "output")},
            base=self.base,
            compared=self.compared,
            compared_kind=self.kind,
            workdays=self.workdays,
            threshold=settings.delay_threshold,
            rag=str(self.found.rag[self.row]),
            reason=self.found.reason[self.row],
            new_date=change.new,
            status=change.status or "draft",
            measures=change.measures,
            summary=tuple(self._summary(change, milestones)),
            causes=tuple(self._causes(change)),
            knock_on=self.moved,
            milestones=milestones,
            options=tuple(self._options()),
            tell=tuple(to_tell(self.project, [self.row, *self._rows])),
            applicant=lead.department if (lead := self.project.parties[self.row].lead) else "",
            coordinator=settings.initiator,
            approver=settings.superior,
        )

    # what happened

    def _summary(self, change: ScheduleChange, milestones: Sequence[MilestoneAtRisk]) -> Iterator[Line]:
        templates = {"actual": words.SUMMARY_DONE, "today": words.SUMMARY_TODAY}
        templates["projected"] = words.SUMMARY_PROJECTED
        template = templates.get(self.kind, words.SUMMARY_OPEN)
        yield say(
            template,
            ids=[self.id],
            id=self.id,
            task=self.text("task"),
            base=self.base,
            compared=self.compared,
            days=self.workdays,
            threshold=self.project.settings.delay_threshold,
        )
        yield self._reach()
        if milestones:
            names = (
                fitted(words.MILESTONE, id=m.id, milestone=m.milestone, planned=m.planned, days=m.workdays)
                for m in milestones
            )
            ids = [m.id for m in milestones[:_EVIDENCE]]
            yield say(words.SUMMARY_MILESTONES, ids=ids, names=listing(names, 4))
        yield from self._caveats(change)

    def _reach(self) -> Line:
        if not self.moved:
            return say(words.SUMMARY_ALONE)
        before, after = self._end(kept=True), self._end(kept=False)
        template = words.SUMMARY_REACH if before != after else words.SUMMARY_SAME_END
        ids, count = [m.id for m in self.moved[:_EVIDENCE]], len(self.moved)
        return say(template, ids=ids, count=count, before=before, after=after)

    def _caveats(self, change: ScheduleChange) -> Iterator[Line]:
        if self.base and self.compared:
            weekdays = self.project.calendar.contrast(self.base, self.compared)
            if weekdays is not None:
                yield say(words.CALENDAR, weekdays=f"{weekdays:+d}")
        if self.found.estimated[self.row]:
            yield say(words.ESTIMATED)
        if change.new is not None and change.new != self.compared:
            yield say(words.OUTDATED, ids=[change.id], new=change.new, compared=self.compared)

    def _causes(self, change: ScheduleChange) -> Iterator[Line]:
        told = [line.text.of(self.project.lang) for line in self.evidence]
        if change.cause and change.cause not in (*told, *_FILLS):
            yield say(words.CAUSE_CHANGE, ids=[change.id], cause=change.cause)
        yield from self.evidence
        if not told and change.cause in ("", *_FILLS):
            yield say(words.NO_CAUSE, fill=True)

    # what follows

    @property
    def _rows(self) -> list[int]:
        return list(self.pushed.rows)

    def _moved(self) -> Iterator[Moved]:
        for i, days in self.pushed.rows.items():
            before, after = day(self.pushed.before[i]), day(self.pushed.after[i])
            if before is not None and after is not None:
                yield Moved(
                    id=str(self.project.texts("id")[i]),
                    owner=str(self.project.texts("owner")[i]),
                    task=str(self.project.texts("task")[i]),
                    before=before,
                    after=after,
                    workdays=days,
                    rag=str(self.found.rag[i]),
                )

    def _milestones(self) -> tuple[MilestoneAtRisk, ...]:
        rows = [self.row, *self._rows] if self.kind != "actual" else self._rows
        finishes = {i: when for i in rows if (when := day(self.found.finish[i])) is not None}
        return tuple(milestones_at_risk(self.project, finishes))

    def _end(self, *, kept: bool) -> dt.date | None:
        """The end of the unfinished work: as it stands, or had this task kept its date."""
        finish = self.pushed.before if kept else self.pushed.after
        known = finish[self.found.schedule.plan.active & ~np.isnat(finish)]
        return day(known.max()) if len(known) else None

    # options

    def _option(self, kind: OptionKind, finish: dt.date | None, *needs: Line) -> Alternative:
        """An option that keeps the followers' dates."""
        days = None
        if finish is not None and self.base is not None:
            days = self.project.calendar.between(self.base, finish)
        ends = [end for end in (self._end(kept=True), finish) if end is not None]
        return Alternative(kind, _TITLES[kind], finish, max(ends) if finish else None, days, 0, needs)

    def _options(self) -> Iterator[Alternative]:
        if self.kind == "actual":
            needs = say(words.RECORD_NEEDS, ids=[self.id], new=self.compared)
            yield self._moving("record", needs)
            return
        yield self._catch_up()
        yield self._re_sequence()
        yield self._accept()

    def _moving(self, kind: OptionKind, *needs: Line) -> Alternative:
        """An option that moves the followers as they stand now."""
        option = self._option(kind, self.expected, *needs)
        end = self._end(kept=False) if self.expected else None
        return replace(option, end=end, moved=len(self.moved))

    def _catch_up(self) -> Alternative:
        calendar, as_of = self.project.calendar, self.project.as_of
        base, compared = self.base or as_of, self.compared or as_of
        work, left = calendar.between(as_of, compared), max(0, calendar.between(as_of, base))
        if left > 0:
            factor = f"{math.ceil(10 * work / left) / 10:g}"
            needs = say(words.CATCH_UP_NEEDS, ids=[self.id], work=work, left=left, factor=factor)
            return self._option("catch_up", self.base, needs)
        if work <= 0:
            needs = say(words.CATCH_UP_UNKNOWN, ids=[self.id], base=base, owner=self.text("owner"))
            return self._option("catch_up", None, needs)
        earliest = calendar.add(as_of, math.ceil(work / 2))
        needs = say(words.CATCH_UP_PASSED, ids=[self.id], base=base, earliest=earliest)
        # Its followers are late all the same, only less: by how much nobody can say beforehand.
        return replace(self._option("catch_up", earliest, needs), end=None, moved=len(self.moved))

    def _re_sequence(self) -> Alternative:
        if not self.moved:
            return self._option("re_sequence", None, say(words.RE_SEQUENCE_NOTHING))
        items = listing((fitted(words.RE_SEQUENCE_ITEM, id=m.id, days=m.workdays) for m in self.moved), 6)
        ids = [m.id for m in self.moved]
        return self._option("re_sequence", self.expected, say(words.RE_SEQUENCE_NEEDS, ids=ids, items=items))

    def _accept(self) -> Alternative:
        needs = [say(words.ACCEPT_NEEDS, ids=[self.id], new=self.expected)]
        if self.expected is None:
            needs = [say(words.ACCEPT_UNKNOWN, ids=[self.id], owner=self.text("owner"))]
        variance, threshold = self.found.variance, self.project.settings.delay_threshold
        over = [i for i in self._rows if variance[i] > threshold]
        if over:
            names = [str(self.project.texts("id")[i]) for i in over]
            needs.append(say(words.ACCEPT_FOLLOWERS, ids=names, names=listing(names, 6)))
        return self._moving("accept", *needs)


_LISTED = 200
"""Rows whose dates 影响范围 lists: what approval re-baselines, so all of them unless a cell gets too long."""
_EVIDENCE = 3
"""Rows that a sentence names as its evidence; the tables below it have them all."""
_FILLS = (FILL.zh, FILL.en)
_TITLES: Mapping[OptionKind, Text] = {
    "catch_up": words.CATCH_UP,
    "re_sequence": words.RE_SEQUENCE,
    "accept": words.ACCEPT,
    "record": words.RECORD,
}
