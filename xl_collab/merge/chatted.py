"""What a group chat comes to: rows of 每日同步, and proposals for cells that its sentences name.

A line is written once, however often the chat is read; a proposal is never applied by itself, and one that
was taken or declined does not come again: `_history` remembers. What may not enter: how chats are read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from xl_collab.errors import UsageError
from xl_collab.merge.values import Canonical, canonical, native, readings, same, unfit
from xl_collab.plan.project import Project
from xl_collab.plan.what_if import gathered
from xl_collab.project.edits import AppendRows, Edit, Outcome, SetColumn
from xl_collab.project.sentences import day
from xl_collab.project.text_size import shortened
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.sheets import TRACKER

KIND = "chat"
_LINE = "line"
_PIECES = ("progress", "problem", "help", "tomorrow")
_JOINT = "；"
_LONGEST = 200


@dataclass(frozen=True)
class ChatPart:
    """What a line says of a row ('' for none) in a column of 每日同步."""

    row: str
    column: str
    text: str


@dataclass(frozen=True)
class ChatLine:
    """One line of somebody known. offers: (row, column, text) of cells that it may mean."""

    day: date
    department: str
    reporter: str
    quote: str
    parts: tuple[ChatPart, ...]
    offers: tuple[tuple[str, str, str], ...] = ()

    @property
    def key(self) -> str:
        """The same whenever the chat is read again."""
        said = "|".join((self.day.isoformat(), normalise_key(self.department), normalise_key(self.quote)))
        return hashlib.sha256(said.encode("utf-8")).hexdigest()[:16]


@dataclass(frozen=True)
class SyncRow:
    """A row of 每日同步 as it is to be; `place` is its sheet row where it stands already.

    texts   column → what is new in it; quotes: the lines that it comes from
    """

    day: date
    department: str
    reporter: str
    task_id: str
    texts: Mapping[str, str]
    quotes: tuple[str, ...]
    place: int | None = None


@dataclass(frozen=True)
class ChatProposal:
    """A cell that a line may mean. `value` is canonical; own: the speaker's department leads the row.

    unclear  why the text is no value of the column: then it cannot be taken
    """

    id: str
    row: str
    column: str
    now: Canonical
    value: Canonical
    text: str
    own: bool
    line: ChatLine
    lines: tuple[ChatLine, ...]
    unclear: str = ""


@dataclass(frozen=True)
class Chatted:
    """What is new in a chat. `before`: lines that were written by an earlier reading."""

    rows: tuple[SyncRow, ...]
    proposals: tuple[ChatProposal, ...]
    accepted: tuple[ChatProposal, ...] = ()
    declined: tuple[ChatProposal, ...] = ()
    before: int = 0
    written: bool = False


def chatted(
    project: Project,
    lines: Iterable[ChatLine],
    *,
    write: bool = False,
    accept: Sequence[str] = (),
    reject: Sequence[str] = (),
) -> Outcome[Chatted]:
    """The rows and proposals of a chat, and the edits of what is wanted.

    write   also the rows of 每日同步
    accept, reject  identities of proposals (T005:percent), their beginnings (T005), or `all`: those of the
            speakers' own rows. UsageError for a name that no proposal has, and for one in both
    """
    known = list(lines)
    settled = _settled(project)
    new = [line for line in known if (line.key, _LINE, "") not in settled]
    rows = tuple(_rows(project, new))
    found = list(_proposals(project, known, settled))
    taken, declined = _named(found, accept), _named(found, reject)
    both = next((one.id for one in taken if one in declined), "")
    if both:
        raise UsageError(f"{both} 不能既采纳又拒绝", f"{both} cannot be both accepted and declined")
    left = tuple(one for one in found if one not in taken and one not in declined)
    edits: list[Edit] = []
    history: list[dict[str, object]] = []
    if write and new:
        edits += _written(project, rows)
        history += [_record(line, _LINE, "") for line in new]
    for one in (*taken, *declined):
        history += [_record(line, one.column, one.row) for line in one.lines]
    edits += [_cell(project, one) for one in taken]
    if history:
        edits.append(AppendRows("history", tuple(history)))
    data = Chatted(rows, left, tuple(taken), tuple(declined), len(known) - len(new), bool(write and new))
    return Outcome(data, gathered(project, edits))


def _settled(project: Project) -> set[tuple[str, str, str]]:
    """Line, field and row of everything that an earlier reading settled."""
    table = project.table("history")
    columns = (table.texts(name).tolist() for name in ("kind", "key", "field", "row_id"))
    return {(key, field_, row) for kind, key, field_, row in zip(*columns, strict=True) if kind == KIND}


def _record(line: ChatLine, field_: str, row: str) -> dict[str, object]:
    quote = shortened(line.quote, _LONGEST)
    return {"kind": KIND, "key": line.key, "as_of": line.day, "row_id": row, "field": field_, "value": quote}


# rows of 每日同步


@dataclass
class _Row:
    line: ChatLine
    texts: dict[str, list[str]] = field(default_factory=dict)
    quotes: list[str] = field(default_factory=list)


def _rows(project: Project, lines: Iterable[ChatLine]) -> Iterator[SyncRow]:
    """One for each day, department and task, with what is not in it yet."""
    made: dict[tuple[date, str, str], _Row] = {}
    for line in lines:
        for part in line.parts:
            key = (line.day, normalise_key(line.department), normalise_key(part.row))
            row = made.setdefault(key, _Row(line))
            said = row.texts.setdefault(part.column, [])
            said += [] if part.text in said else [part.text]
            row.quotes += [] if line.quote in row.quotes else [line.quote]
    there = _there(project)
    names = {normalise_key(name): name for name in project.texts("id").tolist()}
    for key, row in made.items():
        texts = {name: _JOINT.join(row.texts[name]) for name in _PIECES if name in row.texts}
        place = there.get(key)
        if place is None and "progress" not in texts:  # the column must not be empty: the words as they came
            texts = {"progress": _JOINT.join(row.quotes), **texts}
        task, line = names.get(key[2], ""), row.line
        yield SyncRow(line.day, line.department, line.reporter, task, texts, tuple(row.quotes), place)


def _there(project: Project) -> dict[tuple[date, str, str], int]:
    """Day, department and task → place of the row that 每日同步 has for them, the last one."""
    table = project.table("sync")
    days = [day(value) for value in table.dates("date")]
    columns = (table.texts(name).tolist() for name in ("department", "task_id"))
    found = {}
    for i, (when, name, task) in enumerate(zip(days, *columns, strict=True)):
        if when is not None:
            found[when, normalise_key(project.known.get(normalise_key(name), name)), normalise_key(task)] = i
    return found


def _written(project: Project, rows: Iterable[SyncRow]) -> Iterator[Edit]:
    table = project.table("sync")
    added = []
    for row in rows:
        if row.place is None:
            who = {"date": row.day, "department": row.department, "reporter": row.reporter or None}
            added.append({**who, "task_id": row.task_id or None, **row.texts})
            continue
        at = table.rows[np.array([row.place])]
        for column, text in row.texts.items():
            before = str(table.texts(column)[row.place])
            if text not in before:
                yield SetColumn("sync", column, at, [f"{before}{_JOINT}{text}" if before else text])
    if added:
        yield AppendRows("sync", tuple(added))


# proposals


def _proposals(
    project: Project, lines: Iterable[ChatLine], settled: set[tuple[str, str, str]]
) -> Iterator[ChatProposal]:
    """Of a cell and department the last words; those that were settled, or say what is there, are out."""
    said: dict[tuple[str, str, str], list[tuple[ChatLine, str]]] = {}
    for line in lines:
        for row, column, text in line.offers:
            said.setdefault((row, column, normalise_key(line.department)), []).append((line, text))
    found = []
    for (row, column, _), words in said.items():
        line, text = words[-1]
        if (line.key, column, row) not in settled:
            found.append(_proposal(project, row, column, text, line, tuple(one for one, _ in words)))
    changing = [one for one in found if one.unclear or not same(one.value, one.now)]
    own = {one.id for one in changing if one.own}
    for one in changing:
        yield one if one.own or one.id not in own else replace(one, id=f"{one.id}@{one.line.department}")


def _proposal(
    project: Project, row: str, name: str, text: str, line: ChatLine, lines: tuple[ChatLine, ...]
) -> ChatProposal:
    column, at = TRACKER.column(name), project.row_of[normalise_key(row)]
    now = canonical(column, project.tracker.raw(name)[at])
    value = canonical(column, text)
    why = unfit(column, value)
    if why:
        meant = readings(column, value, [line.day])
        value, why = (meant[0], "") if len(meant) == 1 else (value, why)
    own = normalise_key(project.leads[at]) == normalise_key(line.department)
    return ChatProposal(f"{row}:{name}", row, name, now, value, text, own, line, lines, why)


def _named(found: Sequence[ChatProposal], names: Sequence[str]) -> list[ChatProposal]:
    """The proposals that are meant; `all` are those that need no second thought."""
    taken: list[ChatProposal] = []
    for name in names:
        key = normalise_key(name)
        fit = [one for one in found if normalise_key(one.id) == key]
        fit = fit or [one for one in found if normalise_key(one.id).startswith((f"{key}:", f"{key}@"))]
        if key in ("all", "全部"):
            fit = [one for one in found if one.own and not one.unclear]
        elif not fit:
            raise UsageError(
                f"这段群聊里没有“{name}”这条提议。", f"There is no proposal {name!r} in this chat."
            )
        unclear = next((one for one in fit if one.unclear), None)
        if unclear is not None:
            raise UsageError(
                f"{unclear.id}：“{unclear.text}”格式无法识别，请在跟踪表里填写。",
                f"{unclear.id}: {unclear.text!r} is no value of that column; enter it in the tracker.",
            )
        taken += [one for one in fit if one not in taken]
    return taken


def _cell(project: Project, one: ChatProposal) -> SetColumn:
    at = project.row_of[normalise_key(one.row)]
    value = native(TRACKER.column(one.column), one.value, project.book.lang)
    return SetColumn("tracker", one.column, project.tracker.rows[np.array([at])], [value])
