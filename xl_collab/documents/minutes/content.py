"""minutes: 《例会会议纪要》 of the day, and the snapshot that the next ones are measured against.

What changed is computed against the last issued minutes in `_history`; what was said and decided
comes from the registers. No wording stands here (see words.py) and no layout.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeVar

import numpy as np

from xl_collab.documents.minutes import meeting, words as words
from xl_collab.documents.minutes.meeting import (
    ActionItem,
    Attendance,
    Copy,
    Decision,
    MinutesAnswers,
    NextMeeting,
    Resource,
)
from xl_collab.documents.minutes.news import (
    DelayLine,
    DepartmentNews,
    Named,
    RiskNews,
    RiskRegister,
    TrackerNews,
)
from xl_collab.documents.minutes.snapshots import PeriodSnapshot, issued, records, risk_state, state
from xl_collab.plan.project import Project
from xl_collab.project.edits import AppendRows, Edit, InsertSheet, Outcome
from xl_collab.project.sentences import LISTED, Line, fitted, listing, say
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import Text

Section = Literal["progress", "variance", "risks", "resources", "decisions", "actions"]
T = TypeVar("T")
R = TypeVar("R")
_ANSWERS = 30
"""Departments that one sentence names."""


@dataclass(frozen=True)
class Minutes:
    """《例会会议纪要》 as data: a section a field. `left_out` counts the rows beyond those listed."""

    kind: ClassVar = "minutes"

    project: str
    number: int
    key: str
    threshold: int
    """Working days above which a variance is red."""
    date: dt.date
    """The day of the data; the document's number and key go by it."""
    held_on: dt.date | None
    """The day of the meeting on record; None: 例会记录 has none yet, and people fill in who was there."""
    time: str
    place: str
    chair: str
    recorder: str
    topics: str
    attendance: tuple[Attendance, ...]
    since: PeriodSnapshot | None
    """The last issued minutes; None: progress is counted from the start of the project."""
    summary: tuple[Line, ...]
    progress: tuple[DepartmentNews, ...]
    quiet: tuple[Line, ...]
    """Departments without a task and removed rows, which need a sentence and no row."""
    variances: tuple[DelayLine, ...]
    """Where lateness began, each with what it made late: a row stands here once."""
    waiting: tuple[Named, ...]
    """Yellow rows that are not late."""
    done_late: tuple[Named, ...]
    """Rows that were finished late since the last minutes."""
    risks: tuple[RiskNews, ...]
    """The new, changed and closed ones."""
    tracked: tuple[str, ...]
    """IDs of the other open risks."""
    resources: tuple[Resource, ...]
    decisions: tuple[Decision, ...]
    answers: tuple[Line, ...]
    """What departments answered to the minutes before, and whose silence counts as confirmed."""
    actions: tuple[ActionItem, ...]
    """The open ones, overdue first."""
    new_actions: frozenset[str]
    """IDs of the open ones that were raised since; the others are carried over."""
    closed_actions: tuple[ActionItem, ...]
    next_meeting: NextMeeting | None
    copies: tuple[Copy, ...]
    signing: tuple[str, ...]
    issued: bool = False
    left_out: Mapping[Section, int] = field(default_factory=dict)

    @property
    def since_words(self) -> Text:
        """Since the last minutes of …, or since the start: to stand inside a sentence."""
        return fitted(words.SINCE_MINUTES, date=self.since.as_of) if self.since else words.SINCE_START


def minutes(project: Project, *, number: int | None = None, issue: bool = False) -> Outcome[Minutes]:
    """The minutes as of the project's day.

    number  the document's number; default: one more than those issued or held before
    issue   also keep the snapshot in `_history`: the next minutes are then measured against it.
            An issued document is never changed: later minutes of the same day get a key of their own.
    """
    past = issued(project.table("history"), "minutes")
    key = _fresh_key(project.as_of, {snapshot.key for snapshot in past})
    earlier = [snapshot for snapshot in past if snapshot.as_of <= project.as_of]
    draft = _Draft(project, earlier[-1] if earlier else None)
    document = draft.document(key, number or _number(project, earlier), issue)
    title = GENERATED["minutes"].of(project.lang).format(key=key)
    edits: list[Edit] = [InsertSheet(key, title, document, final=issue)]
    if issue:
        states = (state(project), risk_state(project), *meeting.registers(project))
        edits.append(AppendRows("history", records("minutes", key, project.as_of, document.number, states)))
    return Outcome(document, tuple(edits))


def _fresh_key(as_of: dt.date, used: set[str]) -> str:
    """The day, or the day with the first number from -2 on that no issued document has."""
    key, n = f"{as_of:%Y%m%d}", 1
    while key in used:
        n += 1
        key = f"{as_of:%Y%m%d}-{n}"
    return key


def _number(project: Project, earlier: Sequence[PeriodSnapshot]) -> int:
    counted = max((snapshot.number for snapshot in earlier), default=0)
    # Tuesday's minutes are about Monday's meeting: that one does not come before them.
    held = meeting.latest(project, earlier[-1].as_of if earlier else None)
    first = held.date if held else project.as_of
    return max(counted, len(earlier), meeting.meetings_before(project, first)) + 1


class _Draft:
    """The minutes while they are being written."""

    def __init__(self, project: Project, then: PeriodSnapshot | None) -> None:
        self.project = project
        self.then = then
        self.news = TrackerNews(project, then)
        self.period = self.news.period
        self.left_out: dict[Section, int] = {}
        self.since = fitted(words.SINCE_MINUTES, date=then.as_of) if then else words.SINCE_START

    def document(self, key: str, number: int, issue: bool) -> Minutes:
        """The sections put together."""
        project, news = self.project, self.news
        items = meeting.action_items(project)
        todo = tuple(item for item in items if item.open)
        register = RiskRegister(project, self.then).news()
        risks = [risk for risk in register if risk.news != "open"]
        departments = self._participants()
        return Minutes(
            project=project.settings.project,
            number=number,
            key=key,
            threshold=project.settings.delay_threshold,
            date=project.as_of,
            **self._head(),
            since=self.then,
            summary=tuple(self._summary(risks, todo)),
            progress=self._cut("progress", news.leading, news.news_of),
            quiet=tuple(self._quiet()),
            variances=self._cut("variance", list(news.slips), news.slip_of),
            waiting=tuple(map(news.named, news.waiting)),
            done_late=tuple(map(news.named, news.done_late)),
            risks=self._cut("risks", risks, _same),
            tracked=tuple(risk.id for risk in register if risk.news == "open"),
            resources=self._resources(),
            decisions=self._cut("decisions", meeting.decisions(project, self.period), _same),
            answers=tuple(_answers(meeting.answers(project))),
            actions=self._cut("actions", todo, _same),
            new_actions=frozenset(i.id for i in todo if self.period.told(i.id, "action_status") is None),
            closed_actions=tuple(i for i in items if i.status == "done" and self._newly_closed(i)),
            next_meeting=meeting.next_meeting(project),
            copies=meeting.copies(project, departments),
            signing=departments,
            issued=issue,
            left_out=self.left_out,
        )

    def _head(self) -> dict[str, Any]:
        held = meeting.latest(self.project, self.period.since)
        settings = self.project.settings
        return {
            "held_on": held.date if held else None,
            "time": held.time if held else "",
            "place": (held.place if held else "") or settings.place,
            "chair": (held.chair if held else "") or settings.chair,
            "recorder": (held.recorder if held else "") or settings.recorder,
            "topics": held.topics if held else "",
            "attendance": meeting.attendance(self.project, held),
        }

    def _cut(self, section: Section, items: Sequence[T], make: Callable[[T], R]) -> tuple[R, ...]:
        """The items that are listed, made; how many are not is kept in `left_out`."""
        if len(items) > LISTED:
            self.left_out[section] = len(items) - LISTED
        return tuple(make(item) for item in items[:LISTED])

    def _newly_closed(self, item: ActionItem) -> bool:
        return self.period.told(item.id, "action_status") != "done"

    def _resources(self) -> tuple[Resource, ...]:
        found, count = meeting.resources(self.project, self.period, LISTED)
        if count > len(found):
            self.left_out["resources"] = count - len(found)
        return found

    def _participants(self) -> tuple[str, ...]:
        """Departments that lead or support a row; all of 通讯录 when a row says 各部门."""
        named = dict.fromkeys(name for name in self.news.leads if name)
        # Rows with the same words share one object, which is quicker to tell apart than its contents.
        for parties in {id(p): p for p in self.project.parties}.values():
            named |= dict.fromkeys(party.department for party in parties.supporters)
            named |= dict.fromkeys(self.project.departments if parties.everyone else ())
        for text in dict.fromkeys(self.project.tracker.texts("support").tolist()):
            named |= dict.fromkeys(self.project.departments_in(text))
        listed = [name for name in self.project.departments if name in named]
        return (*listed, *(name for name in named if name not in listed))

    # in figures

    def _summary(self, risks: Sequence[RiskNews], todo: Sequence[ActionItem]) -> Iterator[Line]:
        """How far, how late, what else there is, in figures."""
        yield self._changes() if len(self.project.tracker) else say(words.SUMMARY_EMPTY)
        if self.project.estimate:
            yield say(self.project.estimate)
        yield self._state(risks, todo)

    def _changes(self) -> Line:
        """How many tasks are done and how many changed: each row once, whatever changed in it."""
        news = self.news
        newly, moved = news.newly_done & news.counted, news.moved & news.counted
        gone = int((news.moved & ~news.counted).sum())
        return say(
            words.SUMMARY_PROGRESS,
            ids=[news.id(i) for i in np.flatnonzero(newly)[:8].tolist()],
            rows=int(news.counted.sum()),
            done=int((news.done & news.counted).sum()),
            since=self.since,
            newly=int(newly.sum()),
            other=int((moved & ~newly).sum()),
            cancelled=fitted(words.SUMMARY_CANCELLED, n=gone) if gone else words.NOTHING_ELSE,
        )

    def _state(self, risks: Sequence[RiskNews], todo: Sequence[ActionItem]) -> Line:
        """Alerts, new risks and what is still to do."""
        rag = self.project.assessment.rag
        fresh = [risk.id for risk in risks if risk.news == "new"]
        overdue = [item.id for item in todo if item.overdue]
        return say(
            words.SUMMARY_STATE,
            ids=[*fresh[:4], *overdue[:4]],
            red=int((rag == "red").sum()),
            yellow=int((rag == "yellow").sum()),
            risks=len(fresh),
            open=len(todo),
            overdue=len(overdue),
        )

    def _quiet(self) -> Iterator[Line]:
        """A sentence for departments without a task, and for removed rows."""
        leading = set(self.news.leading)
        idle = [name for name in self.project.departments if name not in leading]
        if idle:
            yield say(words.NO_TASKS, department=listing(idle, 20))
        gone = [name.upper() for name in self.news.changes.gone]
        if gone:
            yield say(words.GONE, since=self.since, names=listing(gone))


def _answers(found: MinutesAnswers | None) -> Iterator[Line]:
    """What was answered to the minutes before, in sentences."""
    if found is None:
        return
    told = [fitted(words.ANSWER_OF, department=name, said=said) for name, said in found.said]
    said = listing(told, _ANSWERS) if told else words.NO_ANSWERS
    yield say(words.ANSWERS, ids=[found.id], date=found.date, until=found.until, said=said)
    if found.silent:
        yield say(words.SILENT if found.passed else words.AWAITED, names=listing(found.silent, _ANSWERS))


def _same(item: T) -> T:
    return item
