"""Two offices live through the same acts; where they differ first, the shortest history that shows it.

Compared after each act: the rows; the open questions (row, column, department, what is offered); and of a
collect what it says, as a bag of (kind, row, column, value). What an undo says is not compared: the rules
say what it does.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from life.office import COLUMNS, NewRow, Office, Opened, Packet, Question, Reply, Row
from merge_acts import (
    VALUES,
    Act,
    Answer,
    Collect,
    Delete,
    Hand,
    Insert,
    Mail,
    Send,
    Swap,
    Undo,
    start,
)
from merge_words import holds, similar

COMPARED = ("_uid", "id", "task", "owner", *COLUMNS)
Told = Counter[tuple[str, object, object, object]]


@dataclass
class Player:
    """Plays acts over one office. An act whose row, packet or question is not there is passed over."""

    office: Office
    packets: list[Packet] = field(default_factory=list)
    standing: set[str] = field(default_factory=set)
    marks: int = 3
    """`_uid` of the last row; rows that come from replies get the next ones."""

    def shown(self, packet: int) -> set[object]:
        return {row["_uid"] for row in self.packets[packet - 1].rows}

    def play(self, act: Act, shown: Callable[[int], set[object]] | None = None) -> Told | None:
        """What a collect said. `shown`: the rows of a packet that replies may speak of, if not all."""
        told = None
        match act:
            case Send():
                self.packets.append(self.office.send(act.dept, act.now))
            case Collect():
                told = self._collect(act, shown or self.shown)
            case Answer():
                self._answer(act)
            case Undo():
                if act.rid in self.standing:
                    self.standing.remove(act.rid)
                    self.office.undo(act.rid)
            case _:
                self._by_hand(act)
                self.office.look()
        self._mark_new_rows()
        return told

    def _collect(self, act: Collect, shown: Callable[[int], set[object]]) -> Told:
        mails = [mail for mail in act.mails if mail.packet <= len(self.packets)]
        self.standing |= {mail.rid for mail in mails}
        said = self.office.collect([self._reply(mail, shown(mail.packet)) for mail in mails], act.now).told
        return Counter((told.kind, told.uid, told.column, _plain(told.value)) for told in said)

    def _reply(self, mail: Mail, shown: set[object]) -> Reply:
        rows = {row["_uid"]: dict(row) for row in self.packets[mail.packet - 1].rows}
        for uid, column, value in mail.cells:
            if uid in shown:
                rows[uid][column] = value
        back = [row for uid, row in rows.items() if not (uid in shown and uid in mail.without)]
        for row in back:
            del row["_uid"]
        new = [self._unlike(line, back) for line in mail.new]
        return Reply(mail.rid, mail.packet, mail.stamp, mail.clock, back, new)

    @staticmethod
    def _unlike(line: NewRow, back: list[Row]) -> NewRow:
        """Two rows of one number that say nearly the same are asked about when a file is read: not here."""
        twice = any(line.typed_id == row["id"] and similar(line.task, str(row["task"])) for row in back)
        return replace(line, typed_id="") if twice else line

    def _answer(self, act: Answer) -> None:
        questions = self.questions()
        if not questions:
            return
        question = questions[act.nth % len(questions)]
        theirs = sorted(question.theirs, key=repr)
        value = theirs[act.which % len(theirs)]
        alone = [q.key for q in questions].count(question.key) == 1
        if act.pick == "theirs" and question.uid is not None and holds(question.column, value):
            self.office.answer(question.key, "theirs", value)
        elif act.pick == "other" and question.uid is not None and alone and question.column in VALUES:
            others = [v for v in VALUES[question.column] if v not in theirs and v is not None]
            if others:
                self.office.answer(question.key, "other", others[act.which % len(others)])
        else:
            self.office.answer(question.key, "master")

    def _by_hand(self, act: Hand | Swap | Insert | Delete) -> None:
        rows = {row["_uid"]: row for row in self.office.rows}
        match act:
            case Hand(uid, "id", value) if uid in rows and value in [row["id"] for row in rows.values()]:
                pass
            case Hand(uid, column, value) if uid in rows:
                rows[uid][column] = value
            case Swap(a, b) if a in rows and b in rows:
                rows[a]["id"], rows[b]["id"] = rows[b]["id"], rows[a]["id"]
            case Insert() if act.number not in [row["id"] for row in rows.values()]:
                self._insert(act)
            case Delete(uid) if uid in rows:
                self.office.rows[:] = [row for row in self.office.rows if row["_uid"] != uid]

    def _insert(self, act: Insert) -> None:
        blank: Row = start()[0] | dict.fromkeys(COLUMNS) | {"id": act.number, "task": act.task}
        del blank["_uid"]
        self.office.rows.insert(0, blank)
        self._mark_new_rows()

    def _mark_new_rows(self) -> None:
        for row in sorted((row for row in self.office.rows if "_uid" not in row), key=lambda r: str(r["id"])):
            self.marks += 1
            row["_uid"] = self.marks

    def questions(self) -> list[Question]:
        return sorted(self.office.questions(), key=lambda q: (repr(q.uid), q.column, q.dept, _offered(q)))

    def state(self) -> dict[str, object]:
        rows = [{c: _plain(row.get(c)) for c in COMPARED} for row in self.office.rows]
        asked = [(q.uid, q.column, q.dept, _offered(q)) for q in self.questions()]
        return {"rows": sorted(rows, key=lambda row: repr(row["_uid"])), "asked": asked}


def _offered(question: Question) -> list[str]:
    return sorted(repr(_plain(value)) for value in question.theirs)


def _plain(value: object) -> object:
    """1 and 1.0, and an empty text and nothing, are the same."""
    return float(value) if isinstance(value, int | float) else value or None


@dataclass
class Difference:
    """After `acts` the two offices are not the same: what each shows."""

    acts: list[Act]
    one: object
    other: object


def difference(one: Opened, other: Opened, acts: Sequence[Act]) -> Difference | None:
    """Where the two differ first; None if they agree to the end."""
    pair = [Player(opened(copy.deepcopy(start()))) for opened in (one, other)]

    def shown(packet: int) -> set[object]:
        return pair[0].shown(packet) & pair[1].shown(packet)

    for n, act in enumerate(acts, 1):
        told = [player.play(act, shown) for player in pair]
        if told[0] != told[1]:
            return Difference(list(acts[:n]), told[0] - told[1], told[1] - told[0])  # type: ignore[operator]
        states = [player.state() for player in pair]
        for part in ("rows", "asked"):
            if states[0][part] != states[1][part]:
                return Difference(list(acts[:n]), states[0][part], states[1][part])
    return None


# The shortest history


def shortest(one: Opened, other: Opened, found: Difference) -> Difference:
    """Acts, files and cells are left out as long as the two offices still differ."""
    while True:
        smaller = (difference(one, other, acts) for acts in _smaller(found.acts))
        less = next((d for d in smaller if d is not None), None)
        if less is None:
            return found
        found = less


def _smaller(acts: list[Act]) -> Iterator[list[Act]]:
    size = len(acts) // 2
    while size:
        for i in range(0, len(acts), size):
            yield acts[:i] + acts[i + size :]
        size //= 2
    for i, act in enumerate(acts):
        if isinstance(act, Collect):
            for mail in act.mails if len(act.mails) > 1 else ():
                kept = tuple(m for m in act.mails if m is not mail)
                yield [*acts[:i], replace(act, mails=kept), *acts[i + 1 :]]
    for mail in {m.rid: m for act in acts if isinstance(act, Collect) for m in act.mails}.values():
        for smaller in _smaller_mails(mail):
            yield [_with(act, smaller) for act in acts]


def _smaller_mails(mail: Mail) -> Iterator[Mail]:
    for cell in mail.cells:
        yield replace(mail, cells=tuple(c for c in mail.cells if c is not cell))
    for row in mail.new:
        yield replace(mail, new=tuple(r for r in mail.new if r is not row))
    if mail.without:
        yield replace(mail, without=())


def _with(act: Act, mail: Mail) -> Act:
    if not isinstance(act, Collect):
        return act
    return replace(act, mails=tuple(mail if m.rid == mail.rid else m for m in act.mails))


# As a story


def told(found: Difference, names: tuple[str, str] = ("rules", "other")) -> str:
    """The history in sentences, and what each office shows at its end."""
    lines = [f"{n:>3}. {line}" for n, act in enumerate(found.acts, 1) for line in _lines(act, found.acts)]
    return "\n".join([*lines, f"     {names[0]}: {found.one}", f"     {names[1]}: {found.other}"])


def _lines(act: Act, acts: Sequence[Act]) -> Iterator[str]:
    match act:
        case Send(dept, now):
            number = [a for a in acts if isinstance(a, Send)].index(act) + 1
            yield f"hour {now:g}: packet #{number} goes to {dept}"
        case Collect(mails, now):
            yield f"hour {now:g}: collected " + "; ".join(map(_mail, mails))
        case Hand(uid, column, value):
            yield f"the coordinator writes {column} of row {uid}: {_word(value)}"
        case Swap(a, b):
            yield f"the coordinator exchanges the numbers of rows {a} and {b}"
        case Insert(task, number):
            yield f"the coordinator inserts {number} {task} at the top"
        case Delete(uid):
            yield f"the coordinator deletes row {uid}"
        case Answer(nth, pick, which):
            offered = "" if pick == "master" else f", offer {which} (counted from 0, round)"
            yield f"question {nth} (counted from 0, round) is answered: {pick}{offered}"
        case Undo(rid):
            yield f"{rid} is undone"


def _mail(mail: Mail) -> str:
    said = [f"{column} of row {uid} = {_word(value)}" for uid, column, value in mail.cells]
    said += [f"row {uid} taken out" for uid in mail.without]
    said += [f"new in line {new.line}: {new.typed_id} {new.task}" for new in mail.new]
    head = f"{mail.rid} (to #{mail.packet}, stamp {mail.stamp:g} by {mail.clock})"
    return f"{head}: {', '.join(said) or 'nothing changed'}"


def _word(value: object) -> str:
    return "empty" if value is None else str(value)
