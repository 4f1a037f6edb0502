"""Who owes what by when: one department's rows, action items, risks and confirmations.

Packets show it, letters ask for it, reminders go only to those who have it. Wording of letters, files
and mail may not enter.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from xl_collab.documents.minutes.meeting import ActionItem, action_items
from xl_collab.merge.permission import Permission, permission
from xl_collab.plan.computed import risk_scores
from xl_collab.plan.project import Project
from xl_collab.plan.risk import Proposal
from xl_collab.project.sentences import chosen, day, place_of
from xl_collab.project.tables import Table
from xl_collab.schema.keys import contribution, normalise_key

T = TypeVar("T")
Role = Literal["lead", "support"]
Why = Literal["overdue", "promise", "due", "feedback", "answer"]
WHYS: tuple[Why, ...] = ("overdue", "promise", "due", "feedback", "answer")
"""overdue: past its date and no finish that is still ahead; promise: its 预计完成 has
passed; due: due within the lead time; feedback: under
way or late and 部门反馈 is empty; answer: the lead asked for help and the department
wrote no 配合反馈."""

_ENDED = ("done", "paused", "cancelled")
_BOTH = ("双方", "各方", "both", "both sides", "both parties")


@dataclass(frozen=True, slots=True)
class OwnTask:
    """One row of 跟踪表 that a department leads or supports. `row` is its position in the table.

    due: the date it is measured against, else the next due date of a recurrence; time: of the latter.
    status and rag are codes (a status outside the list stays as typed); variance in working days.
    """

    row: int
    id: str
    role: Role
    task: str
    output: str
    owner: str
    due: dt.date | None
    time: dt.time | None
    deadline: str
    status: str
    rag: str
    reason: str
    variance: int | None
    owed: tuple[Why, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it is still to be done."""
        return self.status not in _ENDED and self.rag != "blue"


@dataclass(frozen=True, slots=True)
class OwnRisk:
    """One open row of 风险登记 whose owner is the department."""

    id: str
    risk: str
    level: str
    countermeasure: str
    due: dt.date | None
    status: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Something that a note asks for and nobody has recorded yet."""

    row_id: str
    task: str
    proposal: Proposal

    @property
    def quote(self) -> str:
        """The words of the note."""
        return self.proposal.quote


@dataclass(frozen=True)
class Owed:
    """What concerns one department: rows in the tracker's order, open actions with overdue ones first."""

    department: str
    permission: Permission
    tasks: tuple[OwnTask, ...]
    actions: tuple[ActionItem, ...]
    risks: tuple[OwnRisk, ...]
    confirmations: tuple[Confirmation, ...]

    @property
    def due_tasks(self) -> tuple[OwnTask, ...]:
        """Rows for which something is owed now."""
        return tuple(task for task in self.tasks if task.owed)

    @property
    def late_actions(self) -> tuple[ActionItem, ...]:
        """Action items past their date."""
        return tuple(item for item in self.actions if item.overdue)

    @property
    def reminds(self) -> bool:
        """Whether a reminder is due: a row or an action item waits for the department."""
        return bool(self.due_tasks or self.late_actions)

    @property
    def empty(self) -> bool:
        """Whether nothing at all concerns the department."""
        return not (self.tasks or self.actions or self.risks or self.confirmations)


def owed(project: Project, department: str) -> Owed:
    """What concerns `department` (a name or alias of 通讯录) as of the project's day."""
    name = project.known.get(normalise_key(department), department)
    allowed = permission(project, name)
    leads, supports = allowed.leads.get("tracker", frozenset()), allowed.supports.get("tracker", frozenset())
    rows, shared = _Rows(project, name), _shared(project)
    at = sorted((i, key) for key in leads | supports for i in shared.places.get(key, ()))
    return Owed(
        name,
        allowed,
        tuple(rows.task(i, "lead" if key in leads else "support") for i, key in at),
        shared.actions.get(name, ()),
        tuple(_risks(project, name)),
        shared.confirmations.get(name, ()),
    )


@dataclass(frozen=True)
class _Shared:
    """What every department looks through, by what it looks for: worked out once for all of them.

    places         key of a row → its positions
    actions        department → its open action items
    confirmations  department → what notes ask of it
    """

    places: Mapping[str, Sequence[int]]
    actions: Mapping[str, tuple[ActionItem, ...]]
    confirmations: Mapping[str, tuple[Confirmation, ...]]


_shared_by: WeakKeyDictionary[Project, _Shared] = WeakKeyDictionary()


def _shared(project: Project) -> _Shared:
    found = _shared_by.get(project)
    if found is None:
        places = _listed((key, i) for i, key in enumerate(project.ids.tolist()))
        opened = (item for item in action_items(project) if item.open)
        actions = _listed((name, item) for item in opened for name in project.departments_in(item.owner))
        found = _shared_by[project] = _Shared(places, actions, _listed(_confirmations(project)))
    return found


def _listed(pairs: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    found: dict[str, list[T]] = defaultdict(list)
    for name, item in pairs:
        found[name].append(item)
    return {name: tuple(items) for name, items in found.items()}


def departments(project: Project) -> tuple[str, ...]:
    """Departments of 通讯录 that lead or support a row or have an open action, in its order."""
    found: set[str] = set()
    for parties in {id(p): p for p in project.parties}.values():
        found |= {p.department for p in (parties.lead, *parties.supporters) if p}
        found |= set(project.departments) if parties.everyone else set()
    for text in dict.fromkeys(project.tracker.texts("support").tolist()):
        found |= set(project.departments_in(text))
    for item in action_items(project):
        found |= set(project.departments_in(item.owner)) if item.open else set()
    keys = {normalise_key(name) for name in found}
    return tuple(name for name in project.departments if normalise_key(name) in keys)


def all_due(project: Project) -> Iterator[tuple[str, OwnTask | ActionItem]]:
    """Every department of 通讯录 with each thing that a reminder asks it for, in one pass over the rows.

    The same as `due_tasks` and `late_actions` of `owed` for every department, one after the other.
    """
    names = {normalise_key(name): name for name in project.departments}
    leads, supports = _departments_of(project)
    rows = _Rows(project, "")
    for i, key in enumerate(project.ids.tolist()):
        wanted: tuple[tuple[Role, Iterable[str]], ...] = ()
        if key and rows.waits(i):
            wanted = (("lead", leads[key]), ("support", supports[key] - leads[key]))
        for role, keys in wanted:
            for name in (names[one] for one in sorted(keys & names.keys())):
                rows.department = name
                task = rows.task(i, role)
                if task.owed:
                    yield name, task
    for item in action_items(project):
        if item.open and item.overdue:
            known = (normalise_key(name) for name in project.departments_in(item.owner))
            yield from ((names[key], item) for key in known if key in names)


def _departments_of(project: Project) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
    """Key of a row → the departments (normalised) that lead it, and those that support it."""
    involved = project.involvement
    leads, supports = _turned(involved.leads), _turned(involved.supports)
    everybody = set(map(normalise_key, project.departments))
    for key, _ in involved.everyone:
        supports[key] |= everybody
    return leads, supports


def _turned(keys: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for department, rows in keys.items():
        for key in rows:
            found[key].add(department)
    return found


class _Rows:
    """The tracker's columns as rows are read from them."""

    def __init__(self, project: Project, department: str) -> None:
        self.project, self.department = project, department
        self.found = project.assessment
        self.status = _codes(project.tracker, "status")
        self.feedback = _codes(project.tracker, "feedback")

    def waits(self, i: int) -> bool:
        """Whether anybody may owe something for the row at position `i`."""
        return self.status[i] not in _ENDED and bool(self.found.states.open[i])

    def task(self, i: int, role: Role) -> OwnTask:
        """The row at position `i`."""
        found, variance = self.found, self.found.variance[i]
        due, moment = day(found.base[i]), found.next_due[i]
        return OwnTask(
            row=i,
            id=self._text("id", i),
            role=role,
            task=self._text("task", i),
            output=self._text("output", i),
            owner=self._text("owner", i),
            due=due or (moment.date() if moment else None),
            time=moment.time() if due is None and moment and moment.second != 59 else None,
            deadline=self._text("deadline", i),
            status=self.status[i],
            rag=str(found.rag[i]),
            reason=found.reason[i],
            variance=None if np.isnan(variance) else int(variance),
            owed=tuple(self._owed(i, role)),
        )

    def _text(self, column: str, i: int) -> str:
        return str(self.project.texts(column)[i])

    def _owed(self, i: int, role: Role) -> Iterator[Why]:
        found, as_of = self.found, self.project.as_of
        if not self.waits(i):
            return
        base = day(found.base[i])
        late = base is not None and base < as_of
        if role == "support":
            if self.feedback[i] == "help" and not self._answered(i):
                yield "answer"
            return
        if late and not self._promised(i):
            yield "overdue"
        elif self._broken(i):
            yield "promise"
        if not late and self._close(i):
            yield "due"
        if not self.feedback[i] and (late or self.status[i] == "in_progress" or found.rag[i] == "red"):
            yield "feedback"

    def _answered(self, i: int) -> bool:
        """Whether the department itself wrote 配合反馈; what others wrote is no answer of its own."""
        return bool(contribution(self._text("support_feedback", i), self.department))

    def _promised(self, i: int) -> bool:
        forecast = day(self.project.seen("forecast").day[i])
        return forecast is not None and forecast >= self.project.as_of

    def _broken(self, i: int) -> bool:
        forecast = day(self.project.seen("forecast").day[i])
        return forecast is not None and forecast < self.project.as_of

    def _close(self, i: int) -> bool:
        """Due within the row's lead time, in working days."""
        moment = self.found.next_due[i]
        if not np.isnan(self.found.left[i]):
            left = float(self.found.left[i])
        elif moment is not None:
            left = float(self.project.calendar.between(self.project.as_of, moment.date()))
        else:
            return False
        return left <= float(self.found.lead[i])


def _codes(table: Table, column: str) -> list[str]:
    return table.once(("codes", column), lambda: chosen(table, column))


def _risks(project: Project, name: str) -> Iterator[OwnRisk]:
    table = project.table("risks")
    statuses = chosen(table, "status")
    scores = risk_scores(table)
    for i, owner in enumerate(table.texts("owner").tolist()):
        if statuses[i] == "closed" or name not in project.departments_in(owner):
            continue
        texts = {column: str(table.texts(column)[i]) for column in ("id", "risk", "countermeasure")}
        yield OwnRisk(
            id=texts["id"] or place_of("risks", int(table.rows[i])),
            risk=texts["risk"],
            level=_level(float(scores[i])),
            countermeasure=texts["countermeasure"],
            due=day(table.dates("due")[i]),
            status=statuses[i],
        )


def _level(score: float) -> str:
    from xl_collab.plan.computed import level_of

    return "" if np.isnan(score) else level_of(score)


def _confirmations(project: Project) -> Iterator[tuple[str, Confirmation]]:
    for proposal in project.proposals:
        asked = Confirmation(proposal.row_id, str(project.texts("task")[proposal.row]), proposal)
        yield from ((name, asked) for name in dict.fromkeys(_asked(project, proposal)))


def _asked(project: Project, proposal: Proposal) -> tuple[str, ...]:
    """Who is to act on a note: those that it names; both sides are all owners; else the row's lead."""
    condition, parties = proposal.condition, project.parties[proposal.row]
    words = (
        *condition.departments,
        *(condition.parties if condition.kind in ("signoff", "approval") else ()),
    )
    found = tuple(project.known[key] for key in map(normalise_key, words) if key in project.known)
    if found:
        return found
    lead = (parties.lead.department,) if parties.lead else ()
    if any(normalise_key(word) in _BOTH for word in condition.parties):
        return (*lead, *(party.department for party in parties.supporters))
    return lead
