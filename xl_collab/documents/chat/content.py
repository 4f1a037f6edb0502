"""What a group chat is told, as plain data: a heading, a few lines for each department, and what is asked.

Made of the letters that would go out, so that both say the same; short, because nobody scrolls in a chat.
What may not enter: how a program calls people (exchange/chat).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from xl_collab.documents.chat import words
from xl_collab.documents.letter.change_words import how, named
from xl_collab.documents.letter.content import Letter
from xl_collab.documents.letter.matters import Notice, Resolved
from xl_collab.documents.minutes.meeting import ActionItem
from xl_collab.documents.open_items import OwnTask, departments, owed
from xl_collab.documents.packet.words import wanted_words
from xl_collab.plan.project import Project
from xl_collab.project.text_size import shortened
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.words import RAG, Count, Lang

_LONGEST = 40
"""Characters of a task in a line."""


@dataclass(frozen=True)
class Person:
    """Whom to call: the name in 通讯录, and the mobile number where there is one."""

    name: str
    mobile: str = ""


@dataclass(frozen=True)
class Piece:
    """What one department is told; '' for what all are told."""

    department: str
    people: tuple[Person, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class ChatText:
    """One announcement, before it is cut into messages."""

    title: str
    pieces: tuple[Piece, ...]
    closing: str


def chat_text(project: Project, kind: str, found: Sequence[Letter], lang: Lang) -> ChatText | None:
    """What the letters say, for a group; None when there is nothing to say."""
    pieces = _joined(piece for letter in found for piece in _pieces(project, letter, lang) if piece.lines)
    if not pieces:
        return None
    first = found[0]
    name = first.project or words.NO_PROJECT.of(lang)
    title = words.TITLES[kind].of(lang).format(project=name, day=first.as_of, number=_number(first))
    closing = words.CLOSINGS[kind].of(lang).format(day=first.reply_by)
    return ChatText(title, pieces, closing)


def sync_text(project: Project, lang: Lang) -> ChatText | None:
    """Who has not written 每日同步 for the data date; None when everybody has."""
    owing = [name for name in _leading(project) if not _synced(project, name)]
    if not owing:
        return None
    pieces = _joined(Piece(name, _people(project, name), (words.SYNC_ASKED.of(lang),)) for name in owing)
    name = project.settings.project or words.NO_PROJECT.of(lang)
    title = words.TITLES["sync"].of(lang).format(project=name, day=project.as_of)
    return ChatText(title, pieces, words.CLOSINGS["sync"].of(lang))


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Departments that are told the same are told it once."""
    found: dict[tuple[str, ...], list[Piece]] = {}
    for piece in pieces:
        found.setdefault(piece.lines, []).append(piece)
    return tuple(
        Piece(
            words.DEPARTMENTS.join(dict.fromkeys(one.department for one in same if one.department)),
            tuple(dict.fromkeys(person for one in same for person in one.people)),
            lines,
        )
        for lines, same in found.items()
    )


def _number(letter: Letter) -> int:
    return letter.matter.number if isinstance(letter.matter, Resolved) else 0


def _pieces(project: Project, letter: Letter, lang: Lang) -> Iterator[Piece]:
    matter = letter.matter
    if isinstance(matter, Resolved):
        decided = tuple(f"{one.number} {_short(one.text)}" for one in matter.decisions)
        if decided:
            yield Piece("", (), (words.DECIDED.of(lang), *decided))
        for owner, items in _by_owner(matter.actions).items():
            yield Piece(owner, _people(project, owner), tuple(action_line(item, lang) for item in items))
    elif isinstance(matter, Notice):
        own = (
            words.MOVED.of(lang).format(id=row.id, task=_short(row.task), after=row.after or "?")
            for row, _ in matter.rows
            if not row.slipped
        )
        lines = (f"{named(matter.change)}：{how(matter.change, lang)}", *own)
        yield Piece(letter.department, _people(project, letter.department), lines)
    else:
        lines = (
            *(task_line(task, lang) for task in letter.tasks),
            *(action_line(item, lang) for item in letter.actions),
        )
        yield Piece(letter.department, _people(project, letter.department), lines)


def task_line(task: OwnTask, lang: Lang) -> str:
    """A task in one line: what it is, when it is due, how it stands, what is wanted."""
    wanted = wanted_words(task, lang)
    state = RAG.label(task.rag, lang) if task.rag else ""
    about = [text for text in (_day(task.due) or task.deadline, state) if text]
    said = words.TASK.of(lang).format(
        id=task.id, task=_short(task.task), about=words.COMMA.of(lang).join(about)
    )
    return f"{said}{words.COLON.of(lang)}{wanted}" if wanted else said


def action_line(item: ActionItem, lang: Lang) -> str:
    """An action in one line: what it is, when it was due, how late it is."""
    late = words.LATE.of(lang).format(days=Count(item.overdue)) if item.overdue else ""
    about = [text for text in (_day(item.due), late) if text]
    return words.TASK.of(lang).format(
        id=item.id, task=_short(item.action), about=words.COMMA.of(lang).join(about) or words.OPEN.of(lang)
    )


def _by_owner(items: Iterable[ActionItem]) -> dict[str, list[ActionItem]]:
    found: dict[str, list[ActionItem]] = {}
    for item in items:
        found.setdefault(item.owner, []).append(item)
    return found


def _day(day: date | None) -> str:
    return f"{day:%m-%d}" if day else ""


def _short(text: str) -> str:
    return shortened(" ".join(text.split()), _LONGEST)


def _people(project: Project, department: str) -> tuple[Person, ...]:
    """The contacts of a department."""
    table, key = project.table("contacts"), normalise_key(department)
    columns = (table.texts(name).tolist() for name in ("department", "contact", "phone"))
    return tuple(
        Person(contact.strip("* "), "".join(sign for sign in phone if sign.isdecimal())[-11:])
        for name, contact, phone in zip(*columns, strict=True)
        if key and normalise_key(project.known.get(normalise_key(name), name)) == key and contact.strip("* ")
    )


def _leading(project: Project) -> list[str]:
    """Departments that lead a row that is being worked on."""
    names = departments(project)
    return [name for name in names if any(map(_is_led, owed(project, name).tasks))]


def _is_led(task: OwnTask) -> bool:
    return task.role == "lead" and task.status == "in_progress"


def _synced(project: Project, department: str) -> bool:
    table = project.book.tables.get("sync")
    if table is None:
        return True
    days, names = table.dates("date").astype("datetime64[D]").tolist(), table.texts("department").tolist()
    key = normalise_key(department)
    return any(
        day == project.as_of and normalise_key(name) == key for day, name in zip(days, names, strict=True)
    )
