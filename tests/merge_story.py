"""A small history of sending, answering and merging, told step by step over any office of life/office.py."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from life.office import COLUMNS, DEPARTMENTS, NewRow, Opened, Packet, Question, Reply, Row, Told

DEV, MKT = DEPARTMENTS
"""The lead of both rows, and a department that supports the first."""


def row(uid: int, task: str) -> Row:
    """A row that 研发部 leads and 市场部 supports: 进行中, 30 %."""
    given = {"_uid": uid, "id": f"T{uid:03}", "task": task, "due": dt.date(2026, 11, 30)}
    reported = dict.fromkeys(COLUMNS) | {"status": "进行中", "percent": 0.3}
    return given | {"owner": DEV, "support": (MKT,)} | reported


class Story:
    """Two rows, and what happens to them. Cells are named t1_percent: the column `percent` of row 1."""

    def __init__(self, opened: Opened) -> None:
        self.office = opened([row(1, "市场调研报告"), row(2, "接口联调测试")])
        self.told: list[Told] = []
        self.replies = 0

    def send(self, dept: str = DEV, now: float = 1) -> Packet:
        return self.office.send(dept, now)

    def reply(
        self,
        packet: Packet,
        stamp: float,
        clock: str = "server",
        *,
        new: Sequence[tuple[int, str, str]] = (),
        without: Collection[int] = (),
        **cells: object,
    ) -> Reply:
        """A file made from the packet as it was sent, with these cells changed. Its rid is r1, r2, …"""
        self.replies += 1
        rows = {int(str(row["_uid"])): dict(row) for row in packet.rows if row["_uid"] not in without}
        for name, value in cells.items():
            uid, column = _cell(name)
            rows[uid][column] = value
        for returned in rows.values():
            del returned["_uid"]
        lines = [NewRow(*line) for line in new]
        return Reply(f"r{self.replies}", packet.no, stamp, clock, list(rows.values()), lines)

    def get(self, *replies: Reply, now: float = 100) -> None:
        """Collect these replies, each by itself."""
        for reply in replies:
            self.get_together(reply, now=now)

    def get_together(self, *replies: Reply, now: float = 100) -> None:
        self.told += self.office.collect(list(replies), now).told

    def undo(self, rid: str) -> None:
        self.office.undo(rid)

    def hand(self, **cells: object) -> None:
        """The coordinator writes in the master; the next command sees it."""
        for name, value in cells.items():
            uid, column = _cell(name)
            self._row(uid)[column] = value
        self.office.look()

    def drop(self, uid: int) -> None:
        self.office.rows[:] = [row for row in self.office.rows if row["_uid"] != uid]

    def answer(self, pick: str, value: object = None, *, column: str = "percent") -> None:
        question = next(q for q in self.open() if q.column == column)
        self.office.answer(question.key, pick, value)

    def open(self) -> list[Question]:
        return self.office.questions()

    def asked(self) -> list[object]:
        """What the open questions offer."""
        return [value for question in self.open() for value in question.theirs]

    def value(self, name: str) -> object:
        uid, column = _cell(name)
        return self._row(uid)[column]

    def values(self, *columns: str) -> tuple[object, ...]:
        """Of row 1."""
        return tuple(self._row(1)[column] for column in columns)

    def said(self, *kinds: str) -> list[tuple[str, object]]:
        """What all collects have said, of these kinds."""
        return [(told.kind, told.value) for told in self.told if told.kind in kinds]

    def _row(self, uid: int) -> Row:
        return next(row for row in self.office.rows if row.get("_uid") == uid)


def _cell(name: str) -> tuple[int, str]:
    uid, _, column = name[1:].partition("_")
    return int(uid), column
