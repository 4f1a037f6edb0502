"""Random people for the properties of the merge: a coordinator with a small master, departments with packets.

What may not enter: what a merge decides. People change cells, sort, delete, copy and add rows, spoil cells;
the coordinator edits, renumbers, inserts and deletes. Every task has words of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

from merge_desk import reloaded

from xl_collab.merge.history import History
from xl_collab.merge.master import whole_cells
from xl_collab.merge.merging import MergeResult, Merging
from xl_collab.merge.permission import Permission
from xl_collab.merge.result import Base, ReturnedFile, Stamp, Who
from xl_collab.merge.snapshot import Rows, Snapshot
from xl_collab.merge.values import Canonical, Odd, as_words
from xl_collab.schema.keys import joined, replaced

Row = dict[str, Canonical]

TASKS = (
    "市场调研报告",
    "试产样机两台",
    "渠道培训材料",
    "采购服务器",
    "验收会议纪要",
    "包装设计定稿",
    "法务合同审核",
)
INSERTED = ("消防演练", "发布会彩排", "供应商现场审计", "系统迁移", "老客户回访")
NEW_TASKS = ("拍摄短视频", "办公室搬迁", "年度预算编制")
DEPARTMENTS = ("甲部", "乙部")
SHARED = "support_feedback"
VALUES: dict[str, tuple[Canonical, ...]] = {
    "status": ("not_started", "in_progress", "done", None),
    "percent": (0, 0.5, 1, None),
    "actual": (date(2023, 11, 8), date(2023, 11, 9), None),
}
SPOILT: dict[str, tuple[Canonical, ...]] = {
    "status": ("差一点", Odd("formula", "1+1")),
    "percent": (80, True, "快了"),
    "actual": (6.5, date(1999, 12, 31)),
}
COLUMNS = ("task", "output", "owner", *VALUES, SHARED)
START = datetime(2023, 11, 1, tzinfo=UTC)
TOKENS = {"a1": "甲部", "b1": "乙部", "a2": "甲部"}


def rows_of(rows: list[Row]) -> Rows:
    cells = {name: [row.get(name) for row in rows] for name in COLUMNS}
    return Rows(tuple(str(row.get("id") or "") for row in rows), cells, tuple(range(5, 5 + len(rows))))


def words_about(row: Row, department: str, rng: Random) -> str | None:
    """配合反馈 with other words of a department, which name the task, to see where they go."""
    words = rng.choice((None, "可以", "不行"))
    return replaced(as_words(row[SHARED]), {department: words and f"{row['task']}：{words}"}, DEPARTMENTS)


@dataclass
class World:
    """The coordinator's side; `reload` lets all that is known go through the ledger's form between runs."""

    rows: list[Row]
    now: datetime = START
    reload: bool = True
    history: History = field(default_factory=History)
    bases: dict[str, Base] = field(default_factory=dict)
    permissions: dict[str, Permission] = field(default_factory=dict)
    sent: dict[str, list[Row]] = field(default_factory=dict)

    def merging(self) -> Merging:
        snapshot = Snapshot({"tracker": rows_of(self.rows)})
        history = reloaded(self.history) if self.reload else self.history
        merging = Merging(snapshot, history, self.now, self.bases)
        self.history = merging.history
        return merging

    def send(self, token: str) -> None:
        merging = self.merging()
        self.history.sent += 1
        department, number = TOKENS[token], self.history.sent
        self.bases[token] = Base(token, number, self.now, merging.snapshot, merging.names())
        own, others = (
            frozenset(str(row["id"]).lower() for row in self.rows if (row["owner"] == department) is lead)
            for lead in (True, False)
        )
        self.permissions[token] = Permission(department, {"tracker": own}, {"tracker": others})
        self.sent[token] = [dict(row) for row in self.rows]
        self.now += timedelta(days=1)

    def collect(self, replies: list[ReturnedFile]) -> MergeResult:
        result = self.merging().collect(replies, self.permissions)
        self._do(result)
        return result

    def undo(self, sha256: str) -> MergeResult:
        result = self.merging().undo(sha256)
        self._do(result)
        return result

    def _do(self, result: MergeResult) -> None:
        at = result.master.at["tracker"]
        for cell, value in whole_cells(result.master, result.changes, lambda _: DEPARTMENTS).items():
            self.rows[at[cell.row]][cell.column] = value
        for added in result.added:
            self.rows.append({"id": added.id, **dict.fromkeys(COLUMNS), **dict(added.record)})
        self.now += timedelta(hours=1)


# a random story


def random_world(rng: Random, *, reload: bool = True) -> World:
    tasks = rng.sample(TASKS, rng.randint(4, 7))
    rows: list[Row] = []
    for n, name in enumerate(tasks, 1):
        lead, supporter = rng.sample(DEPARTMENTS, 2)
        row: Row = {"id": f"T{n:03}", "task": name, "output": f"《{name}》", "owner": lead}
        row |= {column: rng.choice(values) for column, values in VALUES.items()}
        rows.append(row | {SHARED: joined({supporter: f"{name}：在谈"})})
    world = World(rows, reload=reload)
    for token in TOKENS:
        world.send(token)
        coordinator_works(rng, world)
    return world


def coordinator_works(rng: Random, world: World) -> None:
    """Some cells get other values; now and then rows are renumbered, inserted, handed over, or go."""
    for _ in range(rng.choice((0, 1, 2))):
        row, column = rng.choice(world.rows), rng.choice(list(VALUES))
        row[column] = rng.choice(VALUES[column])
    chance = rng.random()
    unused = [name for name in INSERTED if name not in [row["task"] for row in world.rows]]
    if chance < 0.1 and unused:
        world.rows.insert(0, {**dict.fromkeys(COLUMNS), "task": rng.choice(unused)})
    if chance < 0.2:
        for n, row in enumerate(world.rows, 1):
            row["id"] = f"T{n:03}"
    elif chance < 0.25 and len(world.rows) > 2:
        del world.rows[rng.randrange(len(world.rows))]
    elif chance < 0.3:
        rng.choice(world.rows)["owner"] = rng.choice(DEPARTMENTS)


def random_reply(rng: Random, world: World, number: int) -> ReturnedFile:
    token = rng.choice(list(TOKENS))
    rows = [dict(row) for row in world.sent[token]]
    happened = [accident for accident in ACCIDENTS if rng.random() < 0.07]
    torn = not happened and rng.random() < 0.1  # after many changes it could not be seen any more
    for _ in range(rng.choice((0, 1) if torn else (0, 1, 2, 4))):
        row = rng.choice(rows)
        if rng.random() < 0.25:
            row[SHARED] = words_about(row, TOKENS[token], rng)
        else:
            column = rng.choice(list(VALUES))
            row[column] = rng.choice((*VALUES[column], *SPOILT[column][: rng.random() < 0.1]))
    for accident in [_torn] if torn else happened:
        rows = accident(rng, rows)
    rng.shuffle(rows)
    return reply_of(token, rows, number, Stamp(rng.choice(("server", "PC1", "")), _some_time(rng)))


def reply_of(token: str, rows: list[Row], number: int, stamp: Stamp) -> ReturnedFile:
    who = Who(token, TOKENS[token], "", stamp.at.isoformat(), f"sha{number}")
    return ReturnedFile(who, {"tracker": rows_of(rows)}, stamps=(stamp,))


def _some_time(rng: Random) -> datetime:
    return START + timedelta(hours=rng.choice((30, 31, 60, 60, 100, 10**5)))


def _delete(rng: Random, rows: list[Row]) -> list[Row]:
    gone = rng.randrange(len(rows))
    return rows[:gone] + rows[gone + 1 :]


def _copied(rng: Random, rows: list[Row]) -> list[Row]:
    copy = dict(rng.choice(rows))
    if rng.random() < 0.5:
        copy["percent"] = rng.choice(VALUES["percent"])
    return [*rows, copy]


def _new(rng: Random, rows: list[Row]) -> list[Row]:
    typed = rng.choice((None, None, "T099", "T002", "T007"))
    row: Row = {**dict.fromkeys(COLUMNS), "id": typed, "task": rng.choice(NEW_TASKS)}
    return [*rows, row | {"percent": rng.choice(VALUES["percent"])}]


def _spoil(rng: Random, rows: list[Row]) -> list[Row]:
    column = rng.choice(list(SPOILT))
    rng.choice(rows)[column] = rng.choice(SPOILT[column])
    return rows


def _renumbered(rng: Random, rows: list[Row]) -> list[Row]:
    """Whole rows under other IDs."""
    return [row | {"id": other["id"]} for row, other in zip(rows, rows[1:] + rows[:1], strict=True)]


def _torn(rng: Random, rows: list[Row]) -> list[Row]:
    """Some columns sorted without the others."""
    moved = rng.choice((("task",), ("task", "output"), tuple(VALUES)))
    others = rows[1:] + rows[:1]
    return [row | {name: other[name] for name in moved} for row, other in zip(rows, others, strict=True)]


ACCIDENTS: tuple[Callable[[Random, list[Row]], list[Row]], ...] = (
    _delete,
    _copied,
    _new,
    _spoil,
    _renumbered,
)
