"""A life: acts of a coordinator and of contacts, drawn at random, played on an office and judged.

An act is a name and three small numbers, which mean something only where the life has come to by then. So
any history can lose any of its acts and still be played: that is how a broken one is shrunk (stories.py).
"""

from __future__ import annotations

import copy
import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from life.collecting import Collecting
from life.expect import Judge
from life.office import DEPARTMENTS, NewRow, Opened, Packet, Question, Row, columns_of
from life.people import CLOCKS, FINISHED, Paper, values_of
from life.record import COORDINATOR, Answered, Cell, Record, Word

T = TypeVar("T")
Act = tuple[str, int, int, int]
"""Numbers of 0 mean the plainest: the first, all of them, nothing odd."""
Say = Callable[[str], None]
HOURS = 6
TASKS = ("市场调研报告", "接口联调测试", "用户培训材料", "样机试制验收", "采购合同评审", "上线发布准备")
WEIGHTS = {
    "edit": 8, "cancel": 1, "send": 7, "open": 6, "hand_on": 3, "type": 16, "foreign": 1, "finish": 3,
    "put_back": 3, "new_row": 2, "mail": 14, "collect": 12, "replay": 2, "answer": 5, "undo": 2, "insert": 1,
    "delete": 1, "reword": 2,
}  # fmt: skip
"""How often what happens."""


def drawn(rng: random.Random, weeks: int) -> list[Act]:
    """Some acts a week, in no order; at the end the coordinator collects what lies there."""
    names, weights = zip(*WEIGHTS.items(), strict=True)
    acts = rng.choices(names, weights, k=weeks * 6)
    return [
        *((name, rng.randrange(64), rng.randrange(60), rng.randrange(60)) for name in acts),
        ("collect", 0, 0, 0),
    ]


def weekly(rng: random.Random, weeks: int, departments: int) -> list[Act]:
    """A week as it should be: a packet for each department but one, which opens it, types and mails it;
    and some of everything in between."""
    acts: list[Act] = []
    for _ in range(weeks):
        busy = rng.randrange(departments)
        acts += [("send", n, 0, 0) for n in range(departments) if n != busy]
        for n in range(departments - 1):
            acts.append(("open", departments - 2 - n, rng.randrange(2), 0))
            acts += [("type", 0, rng.randrange(60), rng.randrange(60)) for _ in range(rng.randint(1, 3))]
            acts.append(("mail", 0, rng.randrange(60), rng.randrange(60)))
        acts += [act for act in drawn(rng, 1) if act[0] != "send"]
    return acts


@dataclass(frozen=True)
class Setting:
    """Where a life is played: whose clocks lie, how many rows there are, whether offices can be copied."""

    departments: Sequence[str] = DEPARTMENTS
    rows: int = 3
    clocks_lie: bool = False
    copies: bool = True

    def master(self) -> list[Row]:
        """A new master."""
        return [self.row(n + 1, TASKS[n]) for n in range(self.rows)]

    def row(self, uid: int, task: str) -> Row:
        """A row as its coordinator writes it; departments lead in turn, the next one supports."""
        count = len(self.departments)
        owner, other = self.departments[(uid - 1) % count], self.departments[uid % count]
        row: Row = {"_uid": uid, "id": f"T{uid:03}", "task": task, "due": dt.date(2023, 11, 30)}
        row |= {"owner": owner, "support": (other,), **dict.fromkeys(columns_of(self.departments))}
        return row | {"status": "进行中", "percent": 0.3, "forecast_finish": dt.date(2023, 11, 20)}

    def people(self, dept: str) -> list[str]:
        """Two colleagues answer for each department."""
        return [f"{dept}{n}" for n in (1, 2)]

    def off(self, person: str) -> float:
        """How many seconds a person's clock is off."""
        everybody = [p for d in self.departments for p in self.people(d)]
        return CLOCKS[everybody.index(person) % len(CLOCKS)] if self.clocks_lie else 0.0


class Life:
    """Plays acts on an office. Raises Broken when something happens that people do not expect."""

    def __init__(self, opened: Opened, setting: Setting, say: Say = lambda _: None):
        self.setting, self.say = setting, say
        self.columns = columns_of(setting.departments)
        self.record = Record()
        self.judge = Judge(self.record)
        rows = setting.master()
        for row in rows:
            self.begin(row, -1.0)
        self.office = opened(copy.deepcopy(rows))
        self.now, self.uids, self.words = 0.0, len(rows), 0
        self.packets: list[tuple[Packet, dict[Cell, Word]]] = []
        self.papers: list[Paper] = []
        self.post = Collecting(self)

    # What everybody can see

    def begin(self, row: Row, now: float) -> None:
        """A row comes into being: its values are the coordinator's."""
        uid = row["_uid"]
        assert isinstance(uid, int)
        for column in self.columns:
            self.record.start((uid, column), row[column], now)

    @property
    def rows(self) -> dict[int, Row]:
        """The master's rows that the player knows."""
        return {uid: row for row in self.office.rows if isinstance(uid := row.get("_uid"), int)}

    def questions(self) -> list[Question]:
        """What is open; questions of several cells are noted as such."""
        found = self.office.questions()
        keys = [q.key for q in found]
        self.record.groups |= {key for key in keys if keys.count(key) > 1}
        return found

    def check(self, act: str) -> None:
        """Judge every cell."""
        questions = self.questions()
        self.judge.check(self.rows, questions, act)

    def play(self, acts: Sequence[Act]) -> None:
        """One act after the other."""
        for name, i, j, k in acts:
            self.now += HOURS * 3600
            getattr(self, f"_{name}")(i, j, k)

    # The coordinator's hands

    def _edit(self, i: int, j: int, k: int) -> None:
        rows, column = sorted(self.rows), self.columns[j % 4]
        if rows:
            self.by_hand((rows[i % len(rows)], column), _one_of(values_of(column), k))

    def _cancel(self, i: int, j: int, k: int) -> None:
        if rows := sorted(self.rows):
            self.by_hand((rows[i % len(rows)], "status"), "取消")

    def by_hand(self, cell: Cell, value: object) -> None:
        """The coordinator types into the master."""
        row = self.rows[cell[0]]
        if row[cell[1]] == value:
            return
        self.say(f"coordinator: row {cell[0]} {cell[1]} := {_shown(value)} (was {_shown(row[cell[1]])})")
        row[cell[1]] = value
        self.office.look()
        self.record.by_hand(cell, value, self.now)

    def _insert(self, i: int, j: int, k: int) -> None:
        self.uids += 1
        row = self.setting.row(self.uids, f"新增第{self.uids}项" + chr(0x6000 + 50 * self.uids) * 5)
        self.office.rows.insert(i % (len(self.office.rows) + 1), row)
        self.begin(row, self.now)
        self.say(f"coordinator: inserts row {self.uids} at {i % len(self.office.rows) + 1} and renumbers all")
        self._renumber()

    def _delete(self, i: int, j: int, k: int) -> None:
        if len(self.office.rows) > 2:
            gone = self.office.rows.pop(i % len(self.office.rows))
            self.say(f"coordinator: deletes row {gone.get('_uid')} and renumbers the rest")
            self._renumber()

    def _renumber(self) -> None:
        for number, row in enumerate(self.office.rows, 1):
            row["id"] = f"T{number:03}"
        self.office.look()

    def _reword(self, i: int, j: int, k: int) -> None:
        if not self.rows:
            return
        row = _one_of(list(self.rows.values()), i)
        match j % 3:
            case 0:
                row["task"] = str(row["task"]).rstrip("。") + "。"
            case 1:
                row["due"] = dt.date(2023, 12, k % 28 + 1)
            case _:
                row["owner"] = _one_of(self.setting.departments, k)
        self.say(f"coordinator: row {row['_uid']} now reads {row['task']}, {row['due']}, {row['owner']}")
        self.office.look()

    def _send(self, i: int, j: int, k: int) -> None:
        packet = self.office.send(_one_of(self.setting.departments, i), self.now)
        self.record.sent = packet.no
        if packet.rows:
            self.packets.append((packet, dict(self.record.shown)))
        self.say(f"coordinator: sends #{packet.no} to {packet.dept}")

    def _collect(self, i: int, j: int, k: int) -> None:
        self.post.some(i, j, everything=k % 2 == 0)

    def _replay(self, i: int, j: int, k: int) -> None:
        self.post.again(i)

    def _undo(self, i: int, j: int, k: int) -> None:
        self.post.undo(i)

    def _answer(self, i: int, j: int, k: int) -> None:
        # The words of a new row may be asked about too; new rows are judged by themselves.
        if not (questions := [q for q in self.questions() if q.column in self.columns]):
            return
        one = sorted(questions, key=lambda q: (str(q.uid), q.column, q.dept, str(q.theirs)))[
            i % len(questions)
        ]
        picks = ("master", "theirs") if self.record.together(one) else ("master", "theirs", "other")
        pick = _one_of(picks, j) if one.uid in self.rows else "master"
        value = _one_of(one.theirs, k) if pick == "theirs" else _one_of(values_of(one.column), k)
        self.say(
            f"coordinator: answers row {one.uid} {one.column} ({one.dept} {_shown(one.theirs)}, "
            f"master {_shown(one.master)}): {pick}" + ("" if pick == "master" else f" {_shown(value)}")
        )
        before = {uid: dict(row) for uid, row in self.rows.items()}
        self.office.answer(one.key, pick, value)
        left = [(q.uid, q.column, q.dept, q.theirs) for q in self.questions()]
        for ended in (q for q in questions if (q.uid, q.column, q.dept, q.theirs) not in left):
            self._ended(ended, pick, before)
        self.check("answer")

    def _ended(self, one: Question, pick: str, before: dict[int, Row]) -> None:
        """The coordinator has decided: he knows all that was said, and the pair is settled."""
        if one.uid not in before or one.uid not in self.rows:
            return
        cell, old = (one.uid, one.column), before[one.uid][one.column]
        now = self.rows[one.uid][one.column]
        shown = self.record.shown[cell].who
        who = one.dept if pick == "theirs" or (pick == "master" and shown == one.dept) else COORDINATOR
        for theirs in one.theirs:
            for master in {old, now}:
                answered = Answered(one.dept, theirs, master, self.record.sent)
                self.record.answered[cell].add(answered)
        self.record.decided(cell, now, who, self.now)

    # The contacts

    def _open(self, i: int, j: int, k: int) -> None:
        if self.packets:
            packet, shown = self.packets[-1 - i % min(len(self.setting.departments) + 1, len(self.packets))]
            person = _one_of(self.setting.people(packet.dept), j)
            self.papers.append(Paper.opened(packet, person, shown))
            self.say(f"paper {len(self.papers)}: {person} opens #{packet.no}")

    def _hand_on(self, i: int, j: int, k: int) -> None:
        if self.papers:
            paper = _one_of(self.papers, i)
            person = _one_of(self.setting.people(paper.packet.dept), j)
            self.papers.append(paper.handed_to(person))
            self.say(
                f"paper {len(self.papers)}: {person} gets a copy of paper {self.papers.index(paper) + 1}"
            )

    def recent(self, i: int) -> Paper | None:
        """One of the copies that people have on their desks."""
        return (
            self.papers[-1 - i % min(len(self.setting.departments) + 2, len(self.papers))]
            if self.papers
            else None
        )

    def typed(self, paper: Paper, cell: Cell, value: object) -> None:
        """A contact types."""
        name = f"paper {self.papers.index(paper) + 1} (#{paper.packet.no}, {paper.person})"
        self.say(f"{name}: row {cell[0]} {cell[1]} := {_shown(value)} (sent {_shown(paper.base(cell))})")
        paper.write(cell, value, self.record, self.now)

    def _type(self, i: int, j: int, k: int) -> None:
        paper = self.recent(i)
        if paper and (own := paper.own()):
            cell = _one_of(own, j)
            self.typed(paper, cell, _one_of(values_of(cell[1]), k))

    def _foreign(self, i: int, j: int, k: int) -> None:
        paper = self.recent(0)
        if paper and (others := paper.others()):
            cell = _one_of(others, i), "forecast_finish"
            self.record.foreign.add((cell, paper.packet.dept))
            self.typed(paper, cell, _one_of(values_of(cell[1]), k))

    def _finish(self, i: int, j: int, k: int) -> None:
        paper = self.recent(i)
        if paper and (led := paper.led()):
            for column, value in FINISHED.items():
                self.typed(paper, (_one_of(led, j), column), value)

    def _put_back(self, i: int, j: int, k: int) -> None:
        paper = self.recent(i)
        if paper and (cells := sorted(c for c, w in paper.typed.items() if not w.back)):
            cell = _one_of(cells, j)
            self.typed(paper, cell, paper.base(cell))

    def _new_row(self, i: int, j: int, k: int) -> None:
        if not (paper := self.recent(i)):
            return
        if paper.new and j % 2:
            line = min(paper.new)
            number, row = paper.new[line]
            task = row.task.rstrip("！") + "！" * (1 + k % 2)
        else:
            self.words += 1
            line, number = len(paper.new) + 1, self.words
            task = "".join(chr(0x5000 + number * 40 + n * 7) for n in range(8))
        typed = "T002" if number % 4 == 0 else ""
        paper.new[line] = number, NewRow(line, typed, task)
        self.say(f"paper {self.papers.index(paper) + 1} ({paper.person}): blank line {line} := {typed}{task}")

    def _mail(self, i: int, j: int, k: int) -> None:
        if not (paper := self.recent(i)):
            return
        untouched = sorted(set(paper.rows) - {uid for uid, _ in paper.typed})
        without = untouched[-1] if k % 17 == 16 and len(paper.rows) > 1 and untouched else None
        clock = "server" if j % 3 == 0 else paper.person
        off = 0.0 if clock == "server" else self.setting.off(paper.person)
        rid = self.post.mailed(paper, self.now, clock, off, without)
        less = f", row {without} taken out" if without else ""
        name = f"paper {self.papers.index(paper) + 1}"
        wrong = f" {off:+g} s" if off else ""
        self.say(f"{rid}: {name} is mailed (#{paper.packet.no}, dated by {clock}{wrong}){less}")


def _one_of(things: Sequence[T], number: int) -> T:
    return things[number % len(things)]


def _shown(value: object) -> str:
    return "empty" if value is None else str(value)
