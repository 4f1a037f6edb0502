"""letters: what each letter is to say and to whom, as plain data; wording and sending come later.

A request goes to every department concerned, a reminder only to those that owe something; minutes and
the review report are one letter to all. Notices stand in change_notices.py; what asks for a decision
(approval, enquiry) in for_decision.py. Addresses are handed on as 通讯录 has them: whoever sends checks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from xl_collab.documents.letter.matters import Matter, Resolved
from xl_collab.documents.letter.resolved import resolved
from xl_collab.documents.minutes.meeting import ActionItem
from xl_collab.documents.open_items import Confirmation, Owed, OwnRisk, OwnTask, departments, owed
from xl_collab.plan.meta import document_id
from xl_collab.plan.project import Project
from xl_collab.project.edits import Outcome
from xl_collab.project.sentences import LISTED
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import Text

LetterKind = Literal["request", "reminder", "minutes", "report", "notice", "approval", "enquiry", "digest"]
KINDS: tuple[LetterKind, ...] = (
    "request",
    "reminder",
    "minutes",
    "report",
    "notice",
    "approval",
    "enquiry",
)
"""Those about one project; a digest is about many (documents/portfolio/digest.py)."""
Copies = Literal["default", "none", "superior", "supporting", "all"]
"""Whom to copy in. By default the superior on minutes, reports and on reminders of overdue things."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A line of 通讯录, as entered. `email` may be anything."""

    department: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """One date for the department's calendar: `time` only where one is due at a time of day."""

    id: str
    what: str
    date: dt.date
    time: dt.time | None = None
    lead_days: int = 0
    """Calendar days before the date on which to be reminded."""
    whose: str = ""
    """Who has to do it, where the letter goes to several departments."""
    answers: bool = False
    """Whether it is the day until which to answer; `what` is then what the letter is about."""


@dataclass(frozen=True)
class Letter:
    """One letter. `department` is '' when it goes to several; `unknown` names people without an address.

    tasks: the rows to show, those that wait for the department first.
    """

    kind: LetterKind
    department: str
    to: tuple[Contact, ...]
    cc: tuple[Contact, ...]
    project: str
    as_of: dt.date
    reply_by: dt.date
    document_id: str
    unknown: tuple[str, ...] = ()
    tasks: tuple[OwnTask, ...] = ()
    actions: tuple[ActionItem, ...] = ()
    risks: tuple[OwnRisk, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    left_out: int = 0
    """Rows beyond those shown."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Open rows by alert code."""
    estimate: Text | None = None
    """That days are estimated, where they are."""
    matter: Matter | None = None
    """What it is about, where that is one thing: a change, a decision to take, what a meeting resolved."""
    draft: bool = False
    """What is attached is not issued yet: subject and text say so."""

    @property
    def owed(self) -> tuple[OwnTask, ...]:
        """Rows that wait for the department."""
        return tuple(task for task in self.tasks if task.owed)


def letters(
    project: Project,
    kind: LetterKind,
    to: Sequence[str] = (),
    *,
    reply_by: dt.date,
    copies: Copies = "default",
    resolves: Resolved | None = None,
) -> Outcome[tuple[Letter, ...]]:
    """The letters of one kind to the departments in `to` (official names; none means all concerned).

    resolves  what the meeting decided, for minutes; default: as those of the project's day say it
    """
    post = Post(project, kind, reply_by, copies)
    if kind in ("minutes", "report"):
        names = tuple(to) or _distribution(project)
        told = (resolves or resolved(project)) if kind == "minutes" else None
        return Outcome((post.circular(names, told),) if names else ())
    found = [owed(project, name) for name in (tuple(to) or departments(project))]
    wanted = [one for one in found if (one.reminds if kind == "reminder" else not one.empty)]
    return Outcome(tuple(map(post.to_department, wanted)))


def _distribution(project: Project) -> tuple[str, ...]:
    """Departments that take part, and those of 设置!抄送."""
    listed = project.departments_in(project.settings.copy_to)
    return tuple(dict.fromkeys((*departments(project), *(n for n in listed if n in project.departments))))


class Post:
    """What the letters of one run share."""

    def __init__(self, project: Project, kind: LetterKind, reply_by: dt.date, copies: Copies) -> None:
        self.project, self.kind, self.reply_by, self.copies = project, kind, reply_by, copies
        self.people = tuple(_people(project))

    def to_department(self, found: Owed) -> Letter:
        """A letter to one department about its own rows."""
        open_tasks = [task for task in found.tasks if task.open]
        shown = found.due_tasks if self.kind == "reminder" else _urgent_first(open_tasks)
        actions = found.late_actions if self.kind == "reminder" else found.actions
        to = self.department(found.department)
        cc, unknown = self._copies(found, shown)
        return replace(
            self.head(found.department, to, cc),
            unknown=(*(() if to else (found.department,)), *unknown),
            tasks=tuple(shown[:LISTED]),
            actions=tuple(actions[:LISTED]),
            risks=() if self.kind == "reminder" else found.risks[:LISTED],
            confirmations=() if self.kind == "reminder" else found.confirmations[:LISTED],
            reminders=tuple(self._reminders(found)),
            left_out=max(0, len(shown) - LISTED),
            counts=_counts(open_tasks),
        )

    def circular(self, names: Sequence[str], told: Resolved | None = None) -> Letter:
        """One letter to several departments: about what was resolved, else about all open rows."""
        to = tuple(person for name in names for person in self.department(name))
        missing = tuple(name for name in names if not self.department(name))
        cc, unknown = self._superiors(names) if self.copies in ("default", "superior", "all") else ((), ())
        letter = replace(self.head("", to, cc), unknown=(*missing, *unknown))
        return self._resolving(letter, told) if told else self._of_open_rows(letter, names)

    def _resolving(self, letter: Letter, told: Resolved) -> Letter:
        """Decisions and actions, each with its date, and until when to object."""
        dates = (
            Reminder(item.id, item.action, item.due, None, 1, item.owner)
            for item in told.actions
            if item.due and item.due >= self.project.as_of
        )
        title = GENERATED["minutes"].of(self.project.lang).format(key=told.key)
        return replace(
            letter,
            as_of=told.day,
            matter=told,
            draft=not told.issued,
            reminders=(*dates, *self.answer_due(f"minutes-{told.key}", title)),
        )

    def answer_due(self, uid: str, what: str) -> Iterator[Reminder]:
        """The day until which to answer, if it is still ahead."""
        if self.reply_by >= self.project.as_of:
            yield Reminder(uid, what, self.reply_by, None, 1, answers=True)

    def _of_open_rows(self, letter: Letter, names: Sequence[str]) -> Letter:
        found = [owed(self.project, name) for name in names]
        rows = {task.row: task for one in found for task in one.tasks if task.open}
        rows |= {task.row: task for one in found for task in one.tasks if task.open and task.role == "lead"}
        tasks = _urgent_first([rows[i] for i in sorted(rows)])
        return replace(
            letter,
            tasks=tuple(tasks[:LISTED]),
            left_out=max(0, len(tasks) - LISTED),
            counts=_counts(tasks),
        )

    def head(self, department: str, to: tuple[Contact, ...], cc: tuple[Contact, ...] = ()) -> Letter:
        """A letter of this run that says nothing yet."""
        addresses = {person.email for person in to}
        return Letter(
            self.kind,
            department,
            to,
            tuple(person for person in cc if person.email not in addresses),
            project=self.project.settings.project,
            as_of=self.project.as_of,
            reply_by=self.reply_by,
            document_id=document_id(self.project),
            estimate=self.project.estimate,
        )

    def to_one(self, name: str) -> Letter:
        """A letter to one department that says nothing yet; copies as they were asked for."""
        to, cc = self.department(name), tuple[Contact, ...]()
        unknown = () if to else (name,)
        if self.copies in ("superior", "all"):
            cc, nobody = self._superiors((name,))
            unknown = (*unknown, *nobody)
        return replace(self.head(name, to, cc), unknown=unknown)

    def department(self, name: str) -> tuple[Contact, ...]:
        """A department's people who have an address."""
        key = normalise_key(name)
        return tuple(p for p in self.people if normalise_key(p.department) == key and p.email)

    def _copies(self, found: Owed, shown: Sequence[OwnTask]) -> tuple[tuple[Contact, ...], tuple[str, ...]]:
        """Who is copied in on a department's letter, and who has no address."""
        wanted = self.copies
        if wanted == "default":
            late = any("overdue" in task.owed for task in found.tasks) or bool(found.late_actions)
            wanted = "superior" if self.kind == "reminder" and late else "none"
        people: list[Contact] = []
        unknown: list[str] = []
        if wanted in ("superior", "all"):
            above, nobody = self._superiors((found.department,))
            people += above
            unknown += nobody
        if wanted in ("supporting", "all"):
            people += self._supporting(found.department, shown)
        return tuple(dict.fromkeys(people)), tuple(unknown)

    def _superiors(self, names: Sequence[str]) -> tuple[tuple[Contact, ...], tuple[str, ...]]:
        """The superiors of departments and of the project, found in 通讯录 by name or by address."""
        table = self.project.table("contacts")
        keys = {normalise_key(name) for name in names}
        pairs = zip(table.texts("department").tolist(), table.texts("superior").tolist(), strict=True)
        said = [superior for name, superior in pairs if superior and self._official(name) in keys]
        wanted = dict.fromkeys([*said, *filter(None, [self.project.settings.superior])])
        found = {text: self._person(text) for text in wanted}
        people = tuple(dict.fromkeys(person for person in found.values() if person))
        return people, tuple(text for text, person in found.items() if person is None)

    def superior(self) -> Contact | None:
        """Who approves: 设置!上级领导 at its 上级领导邮箱, or as 通讯录 has them; None without an address."""
        settings = self.project.settings
        if settings.superior:
            return self._person(settings.superior)
        return Contact("", "", settings.superior_email) if settings.superior_email else None

    def _official(self, name: str) -> str:
        return normalise_key(self.project.known.get(normalise_key(name), name))

    def _person(self, text: str) -> Contact | None:
        """Who a text in 上级领导 means: an address, or a name, role or department of 通讯录."""
        if "@" in text:
            return Contact("", "", text)
        key, settings = normalise_key(text).rstrip("*"), self.project.settings
        if settings.superior_email and key == normalise_key(settings.superior).rstrip("*"):
            return Contact("", text.strip("* "), settings.superior_email)
        table = self.project.table("contacts")
        roles = table.texts("role").tolist()
        for person, role in zip(_people(self.project, every=True), roles, strict=True):
            words = {normalise_key(word).rstrip("*") for word in (person.name, person.department, role)}
            if key and key in words and person.email:
                return person
        return None

    def _supporting(self, department: str, tasks: Sequence[OwnTask]) -> Iterator[Contact]:
        """Departments that support the shown rows which the department leads."""
        support = self.project.texts("support")
        for task in tasks:
            if task.role != "lead":
                continue
            helpers = self.project.parties[task.row].supporters
            names = (*(p.department for p in helpers), *self.project.departments_in(str(support[task.row])))
            for name in dict.fromkeys(names):
                if normalise_key(name) != normalise_key(department):
                    yield from self.department(name)

    def _reminders(self, found: Owed) -> Iterator[Reminder]:
        """Dates ahead: the rows that it leads, its action items, and what notes set a date for."""
        today = self.project.as_of
        lead = self.project.settings.lead_time
        for task in found.tasks:
            if task.role == "lead" and task.open and task.due and task.due >= today:
                days = (task.due - self.project.calendar.add(task.due, -lead)).days
                yield Reminder(task.id, task.task, task.due, task.time, days)
        for item in found.actions:
            if item.due and item.due >= today:
                yield Reminder(item.id, item.action, item.due, None, 1)
        for asked in found.confirmations:
            when = asked.proposal.date
            if when and when >= today:
                first = asked.proposal.warn_from or when
                yield Reminder(
                    f"{asked.row_id}-{asked.proposal.id}", asked.quote, when, None, (when - first).days
                )


def _people(project: Project, every: bool = False) -> Iterator[Contact]:
    """The lines of 通讯录 with their department's official name; `every` keeps those without one."""
    table = project.table("contacts")
    columns = [table.texts(name).tolist() for name in ("department", "contact", "email")]
    for name, contact, email in zip(*columns, strict=True):
        official = project.known.get(normalise_key(name), name)
        if official or every:
            yield Contact(official, "" if contact.strip("*") == "" else contact, email)


_ORDER = {"red": 0, "yellow": 1, "green": 2, "": 3, "blue": 4}


def _urgent_first(tasks: Sequence[OwnTask]) -> list[OwnTask]:
    """Rows that wait for somebody, then by alert and date."""
    far = dt.date.max
    return sorted(tasks, key=lambda t: (not t.owed, _ORDER.get(t.rag, 3), t.due or far, t.row))


def _counts(tasks: Sequence[OwnTask]) -> dict[str, int]:
    codes, counts = np.unique([task.rag for task in tasks], return_counts=True)
    return {str(code): int(count) for code, count in zip(codes, counts, strict=True)}
