"""Random histories of sending, answering and merging, as plain data: played, shortened and told again.

What may not enter: what a merge decides. An act names rows by the player's own mark, packets by their number
and questions by their place in a sorted list, so that the same acts can be played over any office.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from random import Random

from life.office import COLUMNS, DEPARTMENTS, LEAD_COLUMNS, STATUSES, NewRow, Row, feedback_of
from merge_words import Mark, order

DEV, MKT = DEPARTMENTS
DAYS = tuple(dt.date(2026, 10, day) for day in (8, 9, 12))
VALUES: dict[str, tuple[object, ...]] = {
    "status": STATUSES,
    "percent": (0.3, 0.4, 0.5, 0.6, 1, None),
    "actual_finish": (*DAYS, None),
    "forecast_finish": (*DAYS, None),
    "due": DAYS,
    "owner": DEPARTMENTS,
} | {feedback_of(dept): ("可以", "不行", None) for dept in DEPARTMENTS}
"""Few values, so that they return, meet and contradict each other."""
FEW = (0.3, 0.4, 0.5)
TASKS = ("采购样机两台", "采购样机三台", "验收会议")
WRONG = {"percent": "快了", "actual_finish": "下周"}
"""What a column cannot hold."""


def start() -> list[Row]:
    """Three rows: two of 研发部, one of 市场部; each supports the other once."""
    parts = ((DEV, (MKT,)), (DEV, ()), (MKT, (DEV,)))
    tasks = ("市场调研报告", "接口联调测试", "渠道培训材料")
    return [
        {"_uid": n, "id": f"T{n:03}", "task": task, "due": DAYS[2], "owner": lead, "support": support}
        | dict.fromkeys(COLUMNS)
        | {"status": "进行中", "percent": 0.3}
        for n, (task, (lead, support)) in enumerate(zip(tasks, parts, strict=True), 1)
    ]


@dataclass(frozen=True)
class Send:
    dept: str
    now: float


@dataclass(frozen=True)
class Mail:
    """A reply: the packet's number and the cells in which it differs from the packet."""

    rid: str
    packet: int
    stamp: float
    clock: str
    cells: tuple[tuple[int, str, object], ...] = ()
    without: tuple[int, ...] = ()
    new: tuple[NewRow, ...] = ()


@dataclass(frozen=True)
class Collect:
    mails: tuple[Mail, ...]
    now: float


@dataclass(frozen=True)
class Hand:
    """The coordinator writes a value into a cell of the master, 编号 and 主要任务 included."""

    uid: int
    column: str
    value: object


@dataclass(frozen=True)
class Swap:
    """Two rows change their numbers."""

    a: int
    b: int


@dataclass(frozen=True)
class Insert:
    task: str
    number: str


@dataclass(frozen=True)
class Delete:
    uid: int


@dataclass(frozen=True)
class Answer:
    """The nth open question is answered: "theirs" (which of theirs), "master", or "other"."""

    nth: int
    pick: str
    which: int


@dataclass(frozen=True)
class Undo:
    rid: str


Act = Send | Collect | Hand | Swap | Insert | Delete | Answer | Undo


@dataclass
class Life:
    """Makes the acts of one history. `clear`: files of one collect have one order that everybody accepts.

    Every second history is `narrow`: all happens in 完成率 of row 1, with three values, so that words meet,
    return and contradict each other as often as in a long project.
    """

    rng: Random
    clear: bool = True
    now: float = 0
    acts: list[Act] = field(default_factory=list)
    sends: list[Send] = field(default_factory=list)
    files: list[Mail] = field(default_factory=list)
    waiting: list[Mail] = field(default_factory=list)
    collected: list[Mail] = field(default_factory=list)
    clocks: dict[str, float] = field(default_factory=dict)
    """How far each clock is from the true hour; "server" is right."""
    inserted: int = 0
    narrow: bool = False

    def lived(self) -> list[Act]:
        self.narrow = self.rng.random() < 0.5
        others: tuple[float, ...] = self.rng.choice([(), (), (0, 0), (-3, -6), (-40, 10**6)])
        self.clocks = {"server": 0.0} | {f"PC{n}": off for n, off in enumerate(others, 1)}
        self._send()
        for _ in range(self.rng.randint(10, 35)):
            self.now += self.rng.choice([0, 1, 1, 5])
            steps = (self._send, self._write, self._collect, self._by_hand, self._answer, self._undo)
            self.rng.choices(steps, (4, 8, 8, 4, 4, 2))[0]()
        self._collect()
        return self.acts

    def _send(self) -> None:
        dept = DEV if self.narrow and self.rng.random() < 0.8 else self.rng.choice(DEPARTMENTS)
        self.sends.append(Send(dept, self.now))
        self.acts.append(self.sends[-1])
        self.now += 1

    def _write(self) -> None:
        """Somebody fills in a packet: a file as it was mailed before, or the packet as it was sent."""
        sent = len(self.sends)
        number = self.rng.choice([sent, sent, max(1, sent - 1), max(1, sent - 2)])
        dept = self.sends[number - 1].dept
        before = [file for file in self.files if file.packet == number]
        bases = [Mail("", number, 0, ""), *(self.rng.choice([before[-1], *before]) for _ in before[:2])]
        clock = self.rng.choice(list(self.clocks))
        self.now += self.rng.choice([0, 1, 1, 1])
        stamp = self.now + self.clocks[clock]
        mail = replace(self.rng.choice(bases), rid=f"r{len(self.files) + 1}", stamp=stamp, clock=clock)
        mail = self._changed(mail, dept)
        self.files.append(mail)
        self.waiting.append(mail)

    def _changed(self, mail: Mail, dept: str) -> Mail:
        cells = {(uid, column): value for uid, column, value in mail.cells}
        for _ in range(self.rng.choice([0, 1, 1, 1, 2, 3])):
            cells.update(self._change(dept))
        if cells and self.rng.random() < 0.15:
            cells.pop(self.rng.choice(list(cells)))
        without = (self.rng.randint(1, 3),) if self.rng.random() < 0.03 else ()
        listed = tuple((uid, column, value) for (uid, column), value in cells.items())
        new = (self._free_of(line, without) for line in self._new(mail.new))
        return replace(mail, cells=listed, without=without, new=tuple(new))

    @staticmethod
    def _free_of(line: NewRow, without: tuple[int, ...]) -> NewRow:
        """A number that was typed anew where its row was taken out: a table cannot show whether the row was
        written over, and only files tell."""
        return replace(line, typed_id="") if line.typed_id in [f"T{uid:03}" for uid in without] else line

    def _change(self, dept: str) -> dict[tuple[int, str], object]:
        if self.narrow and self.rng.random() < 0.85:
            return {(1, "percent"): self.rng.choice((*FEW, *self._last_words()))}
        if self.rng.random() < 0.07:  # anybody's cell
            uid, column = self.rng.randint(1, 3), self.rng.choice((*COLUMNS, "due"))
        else:
            uid = self.rng.choice([1, 1, 1, 2] if dept == DEV else [3, 3, 1])
            own = dept == (MKT if uid == 3 else DEV)
            column = self.rng.choice(("percent", "percent", *LEAD_COLUMNS)) if own else feedback_of(dept)
        if column == "status" and self.rng.random() < 0.5:
            return {(uid, "status"): "已完成", (uid, "percent"): 1, (uid, "actual_finish"): DAYS[0]}
        if column in WRONG and self.rng.random() < 0.03:
            return {(uid, column): WRONG[column]}
        return {(uid, column): self.rng.choice(VALUES[column])}

    def _last_words(self) -> list[object]:
        """People insist, and the coordinator types what they said."""
        said = [value for mail in self.collected[-1:] for uid, column, value in mail.cells if uid == 1]
        return [value for value in said if value in FEW] * 3

    def _new(self, new: tuple[NewRow, ...]) -> tuple[NewRow, ...]:
        chance = self.rng.random()
        if chance < 0.05:
            typed = self.rng.choice(["", "", "T002", "T040"])
            line = NewRow(len(new) + 1, typed, self.rng.choice(TASKS))
            return new if line.task in [n.task for n in new] else (*new, line)
        if new and chance < 0.2:
            return (replace(new[0], task=new[0].task + "（改）"), *new[1:])
        return new

    def _collect(self) -> None:
        again = [m for m in self.collected if self.rng.random() < 0.1][:1]
        mails: list[Mail] = []
        for mail in [*self.rng.sample(self.waiting, min(len(self.waiting), self.rng.randint(1, 3))), *again]:
            if not self.clear or all(self._ordered(mail, other) for other in mails):
                mails.append(mail)
        if mails:
            self.now += 1
            self.acts.append(Collect(tuple(mails), self.now))
            self.collected += [mail for mail in mails if mail not in self.collected]
            self.waiting = [mail for mail in self.waiting if mail not in mails]

    def _ordered(self, a: Mail, b: Mail) -> bool:
        """Whether everybody would read them in the same order, or the order cannot matter."""
        if a.rid == b.rid:
            return True
        if self._dept(a) == self._dept(b):
            return order(self._mark(a), self._mark(b)) is not None
        rows_a, rows_b = ({uid for uid, _, _ in mail.cells} for mail in (a, b))
        return not rows_a & rows_b and not (a.new and b.new)

    def _dept(self, mail: Mail) -> str:
        return self.sends[mail.packet - 1].dept

    def _mark(self, mail: Mail) -> Mark:
        within = self.sends[mail.packet - 1].now <= mail.stamp <= self.now + 1
        return Mark(mail.rid, mail.packet, mail.stamp, mail.clock, within)

    def _by_hand(self) -> None:
        uid, chance = self.rng.randint(1, 3), self.rng.random()
        if self.narrow and chance < 0.9:
            values = (*FEW, *self._last_words())
            self.acts += [
                Hand(1, "percent", self.rng.choice(values)) for _ in range(self.rng.choice([1, 1, 2]))
            ]
        elif chance < 0.72:
            column = self.rng.choice(("percent", "percent", "percent", "status", *COLUMNS))
            self.acts.append(Hand(uid, column, self.rng.choice(VALUES[column])))
        elif chance < 0.78:
            self.acts.append(Hand(uid, "owner", self.rng.choice(DEPARTMENTS)))
        elif chance < 0.84:
            self.acts.append(
                Hand(uid, "task", self.rng.choice(("市场调研报告", "接口联调测试", "渠道培训材料")) + "。")
            )
        elif chance < 0.9:
            self.acts.append(Hand(uid, "id", f"T{self.rng.randint(10, 30):03}"))
        elif chance < 0.93:
            self.acts.append(Swap(1, self.rng.choice((2, 3))))
        elif chance < 0.97:
            self.inserted += 1
            self.acts.append(
                Insert(f"{'甲乙丙丁戊己庚辛'[self.inserted % 8] * 4}", f"T{50 + self.inserted:03}")
            )
        else:
            self.acts.append(Delete(uid))

    def _answer(self) -> None:
        pick = self.rng.choice(["theirs", "theirs", "master", "master", "other"])
        self.acts.append(Answer(self.rng.randint(0, 3), pick, self.rng.randint(0, 2)))

    def _undo(self) -> None:
        if self.collected:
            mail = self.rng.choice([self.collected[-1], *self.collected])
            self.acts.append(Undo(mail.rid))
