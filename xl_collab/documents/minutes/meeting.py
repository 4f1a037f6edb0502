"""What the registers say about a meeting and the time before it.

例会记录, 待办台账, 每日同步 and 通讯录 are read here as plain facts: who was there, what was decided,
what is still to do, who needs help, when people meet next. Wording and layout may not enter.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from xl_collab.documents.minutes.snapshots import PeriodSnapshot, State
from xl_collab.plan.answers import silent
from xl_collab.plan.project import Project
from xl_collab.project.sentences import brief, chosen, day, place_of
from xl_collab.project.tables import Table, column_of
from xl_collab.project.timing.deadlines import FixedDate, parse_deadline
from xl_collab.project.timing.recurrence import END_OF_DAY, Recurrence
from xl_collab.schema.keys import contributions, normalise_key, parse_ids
from xl_collab.schema.words import MEETING_KIND

ResourceKind = Literal["problem", "help", "meeting", "feedback"]
Presence = Literal["present", "absent", "unknown"]


@dataclass(frozen=True, slots=True)
class Period:
    """The time since a snapshot, up to and including `until`; since the very first day without one."""

    then: PeriodSnapshot | None
    until: dt.date

    @property
    def since(self) -> dt.date | None:
        """The day of the snapshot."""
        return self.then.as_of if self.then else None

    def holds(self, when: dt.date | None) -> bool:
        """Whether something of that day may be news.

        The snapshot's own day counts: what people enter that evening was not in it. Better said
        twice than never.
        """
        return when is not None and when <= self.until and (self.since is None or when >= self.since)

    def told(self, row_id: str, field: str) -> str | None:
        """What the snapshot says about a row; None when it does not know it."""
        return self.then.value(row_id, field) if self.then else None


@dataclass(frozen=True, slots=True)
class Held:
    """One row of 例会记录; texts as entered."""

    id: str
    date: dt.date
    time: str
    place: str
    chair: str
    recorder: str
    present: str
    absent: str
    topics: str
    decisions: str
    resources: str
    kind: str = ""

    @property
    def is_standup(self) -> bool:
        """A daily stand-up: what it decided counts, but minutes are about other meetings."""
        return MEETING_KIND.code(self.kind) == "standup"


@dataclass(frozen=True, slots=True)
class Attendance:
    """A department of the project, its contact, and whether it was there."""

    department: str
    person: str
    presence: Presence


@dataclass(frozen=True, slots=True)
class Decision:
    """One numbered decision: 20231113-1 is the first of that day."""

    number: str
    date: dt.date
    text: str
    row_id: str
    departments: tuple[str, ...] = ()
    """Those that its words name."""
    due: dt.date | None = None
    """The first deadline in its words."""


@dataclass(frozen=True, slots=True)
class ActionItem:
    """One row of 待办台账. `age` in calendar days, `overdue` in working days (0: not overdue)."""

    id: str
    action: str
    owner: str
    raised_on: dt.date | None
    due: dt.date | None
    status: str
    done_on: dt.date | None
    age: int | None
    overdue: int
    task_ids: tuple[str, ...]
    source: str

    @property
    def open(self) -> bool:
        """Whether it is still to be done."""
        return self.status not in ("done", "cancelled") and self.done_on is None


@dataclass(frozen=True, slots=True)
class MinutesAnswers:
    """What departments answered to the minutes of a meeting, and which are silent; silence is no answer.

    passed  whether the day is over until which they could object: silence then counts as confirmed
    """

    id: str
    date: dt.date
    until: dt.date | None
    said: tuple[tuple[str, str], ...]
    silent: tuple[str, ...]
    passed: bool


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that a department needs from others, and the row where it says so."""

    kind: ResourceKind
    date: dt.date | None
    department: str
    text: str
    row_id: str
    task_ids: tuple[str, ...]
    answers: tuple[tuple[str, str], ...] = ()
    silent: tuple[str, ...] = ()
    """Departments with what they wrote in 配合反馈, and if one did, supporters that wrote nothing."""


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """When people meet next; `moved` when the calendar moved it off its `nominal` day."""

    nominal: dt.date
    due: dt.datetime
    timed: bool
    estimated: bool

    @property
    def moved(self) -> bool:
        """Whether the nominal day is not a working day."""
        return self.due.date() != self.nominal

    @property
    def shown(self) -> str:
        """Day, and time where the rule has one."""
        return f"{self.due:%Y-%m-%d %H:%M}" if self.timed else f"{self.due:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class Copy:
    """Someone who gets the document: who, their contact, and why they do."""

    name: str
    person: str
    why: Literal["superior", "participant", "listed"]


def _held(project: Project) -> tuple[Held, ...]:
    """Meetings by date; rows without a real date or in the future are left out."""
    table = project.table("meetings")
    names = (
        "id",
        "time",
        "place",
        "chair",
        "recorder",
        "present",
        "absent",
        "topics",
        "decisions",
        "resources",
        "kind",
    )
    columns = {name: table.texts(name) for name in names}
    days = [day(value) for value in table.dates("date")]
    found = []
    for i, when in enumerate(days):
        if when is not None and when <= project.as_of:
            cells = {name: str(columns[name][i]) for name in names}
            cells["id"] = cells["id"] or place_of("meetings", int(table.rows[i]))
            found.append(Held(date=when, **cells))
    return tuple(sorted(found, key=lambda held: held.date))


def latest(project: Project, since: dt.date | None) -> Held | None:
    """The meeting that minutes of the day are about: the last one on record after `since`.

    It is the day's own, or an earlier one if by 设置!例会时间 no other was due in between: Tuesday's
    minutes are about Monday's meeting, the next Monday's are not. None: it has no record yet.
    """
    last = next((one for one in reversed(_held(project)) if not one.is_standup), None)
    if last is None or (since is not None and last.date <= since) or last.date == project.as_of:
        return last if last is not None and last.date == project.as_of else None
    rule = parse_deadline(project.settings.meeting_rule, near=project.as_of)
    if not isinstance(rule, Recurrence) or (rule.needs_anchor and project.settings.anchor is None):
        return None
    due = rule.occurrences(
        last.date, project.as_of, project.calendar, project.settings.move_rule, project.settings.anchor
    )
    return None if due else last


def meetings_before(project: Project, when: dt.date) -> int:
    """How many days before `when` had a meeting on record."""
    return len({held.date for held in _held(project) if held.date < when})


def _official(project: Project, name: str) -> str:
    return project.known.get(normalise_key(name), name)


def attendance(project: Project, held: Held | None) -> tuple[Attendance, ...]:
    """Every department of 通讯录, and others that the record names; unknown without a record."""
    present = set(project.departments_in(held.present)) if held else set()
    absent = set(project.departments_in(held.absent)) if held else set()
    everyone = dict.fromkeys((*project.departments, *sorted(present | absent)))
    people = _contacts(project)

    def presence(name: str) -> Presence:
        return "absent" if name in absent else "present" if name in present else "unknown"

    return tuple(Attendance(name, people.get(name, ""), presence(name)) for name in everyone)


def _contacts(project: Project) -> dict[str, str]:
    table = project.table("contacts")
    pairs = zip(table.texts("department").tolist(), table.texts("contact").tolist(), strict=True)
    return {_official(project, name): person for name, person in pairs}


_OWN_NUMBER = re.compile(r"^\s*(?:决议|Decision)?\s*(\d{8}-\d+)\s*[:：、.)）]?\s*", re.IGNORECASE)
_ORDINAL = re.compile(
    r"^\s*(?:[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]|(?:\d{1,2}|[一二三四五六七八九十]{1,3})[、.．](?!\d)|[-•·])\s*"
)


def decisions(project: Project, period: Period) -> tuple[Decision, ...]:
    """Decisions not told before, one a line, numbered by day unless they carry a number."""
    found: list[Decision] = []
    counts: dict[dt.date, int] = {}
    for held in _held(project):
        told = int(period.told(held.id, "decisions") or 0)
        for n, line in enumerate(_lines(held.decisions)):
            counts[held.date] = counts.get(held.date, 0) + 1
            if n >= told:
                found.append(_decision(project, line, held, counts[held.date]))
    return tuple(found)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in re.split(r"[\n\r]+", text) if line.strip()]


def registers(project: Project) -> tuple[State, State]:
    """What minutes have told of 例会记录 and 待办台账, as a snapshot keeps it."""
    held = _held(project)
    told = {
        "decisions": column_of([str(len(_lines(each.decisions))) for each in held]),
        "resources": column_of([str(len(_lines(each.resources))) for each in held]),
    }
    items = action_items(project)
    statuses = {"action_status": column_of([item.status for item in items])}
    ids = column_of([each.id for each in held])
    return State(ids, told), State(column_of([item.id for item in items]), statuses)


def _decision(project: Project, line: str, held: Held, count: int) -> Decision:
    own = _OWN_NUMBER.match(line)
    number = own[1] if own else f"{held.date:%Y%m%d}-{count}"
    text = (line[own.end() :] if own else _ORDINAL.sub("", line)).rstrip("；; ")
    named = _named(project, text)
    return Decision(number, held.date, text or line, held.id, named, _due(project, text, held.date))


def _named(project: Project, text: str) -> tuple[str, ...]:
    """Departments that a sentence names, in the order of their names in it."""
    found: dict[str, int] = {}
    for name in sorted(project.spellings, key=len, reverse=True):
        if name in text:
            found.setdefault(_official(project, name), text.index(name))
            text = text.replace(name, " " * len(name))
    return tuple(sorted(found, key=found.__getitem__))


def _due(project: Project, text: str, near: dt.date) -> dt.date | None:
    """The first day that a text sets for something."""
    from xl_collab.project.notes.condition_parsers import lift_conditions  # its patterns take long to compile

    found = lift_conditions(text, near=near, known=project.spellings)
    return next((one.date for one in found if one.kind == "deadline"), None)


def answers(project: Project) -> MinutesAnswers | None:
    """What became of the last minutes that asked for answers; None where none did."""
    table = project.table("meetings")
    due = [day(value) for value in table.dates("objections_by")]
    days = [day(value) for value in table.dates("date")]
    asked = [(when, i) for i, when in enumerate(days) if when and due[i] and when <= project.as_of]
    if not asked:
        return None
    when, row = max(asked)
    until, silence = silent(project, row)
    said = contributions(str(table.texts("answers")[row]))
    told = tuple((name, _last(text)) for name, text in said.items())
    passed = until is not None and until < project.as_of
    return MinutesAnswers(str(table.texts("id")[row]), when, until, told, silence, passed)


def _last(said: str) -> str:
    """The latest answer of a department, without its day and those before it."""
    return brief(re.sub(r"^\d{4}-\d{2}-\d{2} ", "", re.split(r"[；;] ?(?=\d{4}-)", said)[0]), 60)


def action_items(project: Project) -> tuple[ActionItem, ...]:
    """待办台账 as of the day, overdue ones first, then by due date; items of the future left out."""
    table = project.table("actions")
    statuses = chosen(table, "status")
    items = (_action(project, table, i, statuses[i]) for i in range(len(table)))
    known = (item for item in items if item.raised_on is None or item.raised_on <= project.as_of)
    return tuple(sorted(known, key=lambda item: (-item.overdue, item.due or dt.date.max)))


def _action(project: Project, table: Table, i: int, status: str) -> ActionItem:
    raised, due, done = (day(table.dates(name)[i]) for name in ("raised_on", "due", "done_on"))
    still_open = status not in ("done", "cancelled") and done is None
    late = still_open and due is not None and due < project.as_of
    until = done or project.as_of
    return ActionItem(
        id=str(table.texts("id")[i]) or place_of("actions", int(table.rows[i])),
        action=str(table.texts("action")[i]),
        owner=str(table.texts("owner")[i]),
        raised_on=raised,
        due=due,
        status=status or "open",
        done_on=done,
        age=max(0, (until - raised).days) if raised else None,
        # A due date on a day off is overdue as soon as it has passed, if only by part of a day.
        overdue=max(1, project.calendar.between(due, project.as_of)) if late and due else 0,
        task_ids=_ids(table, i),
        source=str(table.texts("source")[i]),
    )


def _ids(table: Table, i: int) -> tuple[str, ...]:
    return tuple(key.upper() for key in parse_ids(str(table.texts("task_id")[i])))


def resources(project: Project, period: Period, most: int) -> tuple[tuple[Resource, ...], int]:
    """What departments asked for in the period, then tracker rows whose feedback is 需协助.

    The first `most` of them, and how many there are.
    """
    asked = [*_from_meetings(project, period), *_from_sync(project, period)]
    waiting = _waiting(project)
    helped = [_helped(project, i) for i in waiting[: max(0, most - len(asked))]]
    return tuple([*asked, *helped][:most]), len(asked) + len(waiting)


def _from_meetings(project: Project, period: Period) -> Iterator[Resource]:
    for held in _held(project):
        told = int(period.told(held.id, "resources") or 0)
        for line in _lines(held.resources)[told:]:
            text = _ORDINAL.sub("", line).rstrip("；; ")
            yield Resource("meeting", held.date, "", text or line, held.id, ())


def _from_sync(project: Project, period: Period) -> Iterator[Resource]:
    table = project.table("sync")
    asked = [(kind, table.texts(column)) for kind, column in _SYNC]
    for i, when in enumerate(map(day, table.dates("date"))):
        if not period.holds(when):
            continue
        place = place_of("sync", int(table.rows[i]))
        department = str(table.texts("department")[i])
        for kind, cells in asked:
            if cells[i]:
                yield Resource(kind, when, department, str(cells[i]), place, _ids(table, i))


_SYNC: tuple[tuple[ResourceKind, str], ...] = (("problem", "problem"), ("help", "help"))


def _waiting(project: Project) -> list[int]:
    """Unfinished rows whose supporters say that they need help."""
    done = project.assessment.states.done.tolist()
    codes = chosen(project.tracker, "feedback")
    return [i for i, code in enumerate(codes) if code == "help" and not done[i]]


def _helped(project: Project, i: int) -> Resource:
    table = project.tracker
    row_id, task, support, owner = (str(table.texts(name)[i]) for name in ("id", "task", "support", "owner"))
    answers = contributions(str(project.texts("support_feedback")[i]))
    heard = set(map(normalise_key, answers))
    silent = [name for name in project.supporters_of(i) if normalise_key(name) not in heard]
    asked = Resource("feedback", None, support or owner, task, row_id, (row_id,))
    return replace(asked, answers=tuple(answers.items()), silent=tuple(silent)) if answers else asked


def next_meeting(project: Project) -> NextMeeting | None:
    """The first meeting after the day by 设置!例会时间; None when that cannot be said."""
    settings = project.settings
    rule = parse_deadline(settings.meeting_rule, near=project.as_of)
    if isinstance(rule, FixedDate):
        late = rule.date <= project.as_of
        return None if late else NextMeeting(rule.date, rule.due, rule.time is not None, False)
    if not isinstance(rule, Recurrence):
        return None
    moment = dt.datetime.combine(project.as_of, END_OF_DAY)
    found = rule.next_after(moment, project.calendar, settings.move_rule, settings.anchor)
    if found is None:
        return None
    estimated = bool(project.calendar.estimated(found.nominal, found.due.date()))
    return NextMeeting(found.nominal, found.due, rule.time is not None, estimated)


def copies(project: Project, departments: tuple[str, ...]) -> tuple[Copy, ...]:
    """Whom the document goes to: the superior, the participating departments, those in 设置!抄送."""
    people = _contacts(project)
    superior = project.settings.superior
    listed = [name for name in project.departments_in(project.settings.copy_to) if name != superior]
    found = [Copy(superior, "", "superior")] if superior else []
    found += [Copy(name, people.get(name, ""), "participant") for name in departments]
    return (*found, *(Copy(n, people.get(n, ""), "listed") for n in listed if n not in departments))
