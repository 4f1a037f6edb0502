"""Big trackers of awkward shapes: where work that looks linear on ordinary projects turns out not to be.

What may not enter: files (make_tracker.py writes), measuring (growth.py). Every shape is the plan of plan.py
with some columns of its own, so that the same number of rows gives the same tracker.
"""

from __future__ import annotations

from functools import cached_property

from plan import Plan, Row

_HORIZON = 600
"""Working days that a chain takes from its first row to its last."""


class Chain(Plan):
    """Every row waits for the one before it: one slip at the head reaches all."""

    @cached_property
    def rows(self) -> list[Row]:
        """The rows, the first in progress and late."""
        return [self._link(number) for number in range(1, self.count + 1)]

    def _link(self, number: int) -> Row:
        day = self.days[min(self.today - 20 + number * _HORIZON // self.count, len(self.days) - 1)]
        before = f"T{number - 1:03}" if number > 1 else None
        row = self._row(number) | {"deadline": day, "baseline": day, "planned_start": day}
        return row | {"predecessors": before, "status": "未开始", "percent": 0}


class Fan(Plan):
    """All rows but two wait for the first one, and the last one waits for all of a hundred of them."""

    @cached_property
    def rows(self) -> list[Row]:
        """The first row is late, the others are to begin right after it."""
        return [self._blade(number) for number in range(1, self.count + 1)]

    def _blade(self, number: int) -> Row:
        start = self.today - 20 if number == 1 else self.today + 1
        finish = self.today - 9 if number == 1 else self.today + 1 + self.random.randrange(20)
        row = self._row(number) | {"deadline": self.days[finish], "baseline": self.days[finish]}
        row |= {"planned_start": self.days[start], "predecessors": "T001" if number > 1 else None}
        return row | {"status": "未开始", "percent": 0}


class LongNotes(Plan):
    """A long note in every row, no two alike."""

    def _row(self, number: int) -> Row:
        pool = self.notes
        clauses = [pool[(number * step) % len(pool)] for step in (1, 3, 7, 11)]
        return super()._row(number) | {"note": f"第{number}项：" + "；".join(clauses)}


class ManyOwners(Plan):
    """A department of its own in every row."""

    def _row(self, number: int) -> Row:
        return super()._row(number) | {"owner": f"第{number}项目部", "support": None}


class ManyDepartments(Plan):
    """A department of 通讯录 for every twenty rows."""

    @property
    def contacts(self) -> list[Row]:
        """All of them."""
        return [{"department": self._name(row), "contact": "王芳"} for row in range(0, self.count + 20, 20)]

    def _row(self, number: int) -> Row:
        return super()._row(number) | {"owner": self._name(number), "support": None}

    @staticmethod
    def _name(row: int) -> str:
        return f"第{row // 20 + 1}事业部"


SHAPES: dict[str, type[Plan]] = {
    "plain": Plan,
    "chain": Chain,
    "fan": Fan,
    "notes": LongNotes,
    "owners": ManyOwners,
    "departments": ManyDepartments,
}
