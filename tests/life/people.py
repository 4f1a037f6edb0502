"""The people of a life: contacts with copies of packets, and what they type, mend, put back and mail.

They write the record as they go. They know nothing of what becomes of their words.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from life.office import LEAD_COLUMNS, NewRow, Packet, Reply, Row, feedback_of
from life.record import Cell, Record, Untouched, Word

DAY = 86_400.0
CLOCKS = (0.0, -DAY, 0.0, 365 * DAY)
"""How far the computers of a department's people are off, where clocks lie: a day slow, a year ahead."""
_SAID = (None, "可以配合", "晚两天", "缺人手")
_VALUES: dict[str, tuple[object, ...]] = {
    "status": ("未开始", "进行中", "暂停", "取消"),
    "percent": (0.3, 0.4, 0.5, 0.6, None),
    "actual_finish": (None, dt.date(2023, 10, 8), dt.date(2023, 10, 9)),
    "forecast_finish": (dt.date(2023, 11, 20), dt.date(2023, 11, 28), dt.date(2023, 12, 5), None),
}
FINISHED: Mapping[str, object] = {"status": "已完成", "percent": 1.0, "actual_finish": dt.date(2023, 10, 8)}


def values_of(column: str) -> tuple[object, ...]:
    """What people write into a column."""
    return _VALUES.get(column, _SAID)


@dataclass(eq=False)
class Paper:
    """One copy of a packet in somebody's hands."""

    packet: Packet
    person: str
    rows: dict[int, Row]
    shown: Mapping[Cell, Word]
    typed: dict[Cell, Word] = field(default_factory=dict)
    new: dict[int, tuple[int, NewRow]] = field(default_factory=dict)
    """Rows added: line → (the player's own number of that row, the row)."""

    @classmethod
    def opened(cls, packet: Packet, person: str, shown: Mapping[Cell, Word]) -> Paper:
        """The packet as it was sent."""
        rows = {uid: dict(row) for row in packet.rows if isinstance(uid := row.get("_uid"), int)}
        return cls(packet, person, rows, shown)

    def handed_to(self, person: str) -> Paper:
        """A copy, as far as it is filled in."""
        rows = copy.deepcopy(self.rows)
        return Paper(self.packet, person, rows, self.shown, dict(self.typed), dict(self.new))

    def base(self, cell: Cell) -> object:
        """What the packet showed."""
        return next(row for row in self.packet.rows if row.get("_uid") == cell[0])[cell[1]]

    def own(self) -> list[Cell]:
        """The cells that are the department's to fill in."""
        return list(self._own())

    def _own(self) -> Iterator[Cell]:
        dept = self.packet.dept
        for uid, row in sorted(self.rows.items()):
            support = row["support"]
            if row["owner"] == dept:
                yield from ((uid, column) for column in LEAD_COLUMNS)
            elif isinstance(support, tuple) and dept in support:
                yield uid, feedback_of(dept)

    def led(self) -> list[int]:
        """Rows that the department leads."""
        return [uid for uid, row in sorted(self.rows.items()) if row["owner"] == self.packet.dept]

    def others(self) -> list[int]:
        """Rows that it does not lead."""
        return [uid for uid in sorted(self.rows) if uid not in self.led()]

    def write(self, cell: Cell, value: object, record: Record, now: float) -> None:
        """Type into a cell, knowing what stands there. To put back what was never mailed leaves no trace."""
        row, old, base = self.rows[cell[0]], self.typed.get(cell), self.base(cell)
        if row[cell[1]] == value:
            return
        row[cell[1]] = value
        seen = old or self.shown[cell]
        knows = seen.seen | {seen}
        word = Word(self.packet.dept, value, now, knows, self.packet.no, base, back=value == base)
        if word.back and (old is None or old.mailed is None):
            self.typed.pop(cell, None)
        else:
            self.typed[cell] = word
            record.words[cell].append(word)

    def mail(
        self, rid: str, record: Record, now: float, clock: str, off: float, without: int | None
    ) -> Reply:
        """Send it back: what is typed in it has now left the house."""
        for cell in self.own():
            if cell not in self.typed or self.typed[cell].back:
                record.untouched[cell].append(Untouched(rid, self.packet.no, now))
        for word in self.typed.values():
            word.mailed = now if word.mailed is None else word.mailed
            word.carried.add(rid)
            word.clocks.add(clock)
        rows = [{k: v for k, v in r.items() if k != "_uid"} for u, r in self.rows.items() if u != without]
        new = tuple(row for _, row in self.new.values())
        return Reply(rid, self.packet.no, now + off, clock, rows, new)
