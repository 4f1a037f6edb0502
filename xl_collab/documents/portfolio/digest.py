"""One letter a department about what it owes in all projects, and the same for a group chat.

What is owed is what each tracker's own reminders ask for. A department gets what waits for it and nothing
else; people of one company get nothing of another's department of the same name. What may not enter: files,
mail programs, the check of addresses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast, get_args

from xl_collab.documents.chat.content import ChatText, Person, Piece, action_line, task_line
from xl_collab.documents.letter.content import Contact, Letter, Reminder
from xl_collab.documents.letter.matters import Digest, OwedIn
from xl_collab.documents.minutes.meeting import ActionItem
from xl_collab.documents.open_items import OwnTask, Role, Why
from xl_collab.documents.portfolio import digest_words as words
from xl_collab.documents.portfolio.departments import departments, grouped
from xl_collab.errors import UsageError
from xl_collab.plan.portfolio import Portfolio
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.words import Lang

SHOWN = 200
"""Rows that one letter shows; a list of all of them goes along where there are more."""
_DOCUMENT = "portfolio"
"""Stands for a document's identity in calendar entries."""

Owed = Mapping[str, Any]
"""A row of the table `owed`."""


@dataclass(frozen=True)
class DepartmentDigest:
    """What one department is told: the letter, the text for a chat, and every row, shown or not.

    label  the department, with the domain of its addresses where several companies have one of the name
    whole  everything that it owes, also what the letter has no room for
    """

    label: str
    letter: Letter
    chat: ChatText
    whole: Digest


def digests(found: Portfolio, reply_by: dt.date, lang: Lang) -> tuple[DepartmentDigest, ...]:
    """A digest for each department that owes anything, by name.

    UsageError where not everything that is owed came along: a letter that lacks something would be believed.
    """
    if any(found.left_out.get(key) for key in ("owed", "contacts")):
        raise UsageError(
            "项目太多，部门信会不完整，没有写。请分几个文件夹各运行一次。",
            "So many projects that letters would be incomplete; none was written. Run one folder at a time.",
        )
    writer = _Writer(found, reply_by, lang)
    return tuple(writer.all())


class _Writer:
    def __init__(self, found: Portfolio, reply_by: dt.date, lang: Lang) -> None:
        self.found, self.reply_by, self.lang = found, reply_by, lang
        self.names = departments(found["contacts"])
        self.projects = {row["project"]: row for row in found["projects"]}

    def all(self) -> Iterator[DepartmentDigest]:
        """Department by department, company by company."""
        owed, people = self._by_department("owed"), self._by_department("contacts")
        for name in sorted(owed):
            addresses: dict[str, list[str]] = {row["project"]: [] for row in owed[name]}
            for row in people.get(name, ()):
                addresses.setdefault(row["project"], []).append(row["email"])
            groups = [group for group in grouped(addresses.items()) if _of(owed[name], group)]
            for group in groups:
                mine, contacts = _of(owed[name], group), _of(people.get(name, ()), group)
                label = name if len(groups) == 1 else _label(name, contacts)
                yield self._digest(name, label, mine, contacts)

    def _by_department(self, key: str) -> dict[str, list[Owed]]:
        found: dict[str, list[Owed]] = {}
        for row in self.found[key]:
            name = self.names.get(normalise_key(row["department"]), row["department"])
            found.setdefault(name, []).append(row)
        return found

    def _digest(
        self, name: str, label: str, rows: Sequence[Owed], contacts: Sequence[Owed]
    ) -> DepartmentDigest:
        whole = Digest(tuple(self._projects(rows)))
        shown = Digest(tuple(_shown(whole.projects)))
        addressed = dict.fromkeys(
            Contact(name, row["contact"].strip("* "), row["email"]) for row in contacts if row["email"]
        )
        letter = Letter(
            "digest",
            name,
            tuple({person.email.strip().casefold(): person for person in addressed}.values()),
            (),
            project=words.PORTFOLIO.of(self.lang),
            as_of=self.found.as_of,
            reply_by=self.reply_by,
            document_id=_DOCUMENT,
            unknown=() if addressed else (name,),
            tasks=tuple(task for one in whole.projects for task in one.tasks),
            actions=tuple(item for one in whole.projects for item in one.actions),
            reminders=tuple(self._reminders(whole)),
            left_out=sum(one.left for one in shown.projects),
            matter=shown,
        )
        chat = self._chat(name, shown, contacts)
        return DepartmentDigest(label, letter, chat, whole)

    # what is owed

    def _projects(self, rows: Sequence[Owed]) -> Iterator[OwedIn]:
        """What is owed, project by project: most overdue points first."""
        by_project: dict[str, list[Owed]] = {}
        for row in rows:
            by_project.setdefault(row["project"], []).append(row)

        def pressing(key: str) -> tuple[int, dt.date, str]:
            late = sum("overdue" in row["why"] or bool(row["overdue"]) for row in by_project[key])
            first = min((row["due"] for row in by_project[key] if row["due"]), default=dt.date.max)
            return -late, first, key

        for key in sorted(by_project, key=pressing):
            about = self.projects[key]
            yield OwedIn(
                about["name"] or words.NO_NAME.of(self.lang),
                about["data_date"],
                tuple(_task(n, row) for n, row in enumerate(by_project[key]) if row["kind"] == "task"),
                tuple(_action(row) for row in by_project[key] if row["kind"] == "action"),
                about["estimated"],
            )

    def _reminders(self, matter: Digest) -> Iterator[Reminder]:
        """Dates ahead of what the department leads, and the day until which to answer."""
        for one in matter.projects:
            for task in one.tasks:
                if task.role == "lead" and task.due and task.due >= self.found.as_of:
                    yield Reminder(f"{one.project} {task.id}", task.task, task.due, task.time, 1)
        if self.reply_by >= self.found.as_of:
            title = words.ANSWER.of(self.lang).format(as_of=self.found.as_of)
            yield Reminder("digest", title, self.reply_by, None, 1, answers=True)

    def _chat(self, name: str, matter: Digest, contacts: Sequence[Owed]) -> ChatText:
        people = dict.fromkeys(
            Person(person, "".join(sign for sign in row["phone"] if sign.isdecimal())[-11:])
            for row in contacts
            if (person := row["contact"].strip("* "))
        )
        lines: list[str] = []
        for one in matter.projects:
            lines.append(words.OF_PROJECT.of(self.lang).format(project=one.project))
            lines += [task_line(task, self.lang) for task in one.tasks]
            lines += [action_line(item, self.lang) for item in one.actions]
            lines += [words.MORE.of(self.lang).format(n=one.left)] if one.left else []
        title = words.CHAT_TITLE.of(self.lang).format(day=self.found.as_of)
        closing = words.CHAT_CLOSING.of(self.lang).format(day=self.reply_by)
        return ChatText(title, (Piece(name, tuple(people), tuple(lines)),), closing)


def _of(rows: Sequence[Owed], projects: set[str]) -> list[Owed]:
    return [row for row in rows if row["project"] in projects]


def _label(name: str, contacts: Sequence[Owed]) -> str:
    domains = sorted({row["email"].rpartition("@")[2].strip().casefold() for row in contacts if row["email"]})
    return f"{name}-{domains[0]}" if domains else name


def _shown(projects: Sequence[OwedIn]) -> Iterator[OwedIn]:
    """The projects with as many rows as a letter shows; what is left is counted where it is."""
    room = SHOWN
    for one in projects:
        tasks, actions = one.tasks[:room], one.actions[: max(0, room - len(one.tasks))]
        shown = len(tasks) + len(actions)
        room -= shown
        left = len(one.tasks) + len(one.actions) - shown
        yield replace(one, tasks=tasks, actions=actions, left=left)


_WHYS, _ROLES = frozenset(get_args(Why)), frozenset(get_args(Role))


def _task(n: int, row: Owed) -> OwnTask:
    """The task as the tracker's own letters have it."""
    return OwnTask(
        row=n,
        id=row["id"],
        role=cast(Role, row["role"] if row["role"] in _ROLES else "lead"),
        task=row["what"],
        output="",
        owner=row["owner"],
        due=row["due"],
        time=dt.time.fromisoformat(row["time"]) if row["time"] else None,
        deadline=row["deadline"],
        status=row["status"],
        rag=row["rag"],
        reason=row["reason"],
        variance=None,
        owed=tuple(cast(Why, why) for why in row["why"] if why in _WHYS),
    )


def _action(row: Owed) -> ActionItem:
    return ActionItem(
        id=row["id"],
        action=row["what"],
        owner=row["owner"],
        raised_on=None,
        due=row["due"],
        status=row["status"],
        done_on=None,
        age=None,
        overdue=row["overdue"],
        task_ids=(),
        source="",
    )
