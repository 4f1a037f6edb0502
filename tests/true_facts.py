"""What is true of a random project, worked out from its rows by hand: shares nothing with the product.

Written from what people are promised: working days by the rows of 节假日, a promise before a projection, what
was due and done by the day of the data, days that a row made itself and days that its predecessor made.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cached_property

from true_project import Raw, Row


class Facts:
    """A project on its day; rows by number, dates as dates, variances as working days or None.

    then    the project when minutes were last issued, with their number; None before the first
    at      the row that a sentence is about
    """

    def __init__(self, raw: Raw) -> None:
        self.raw, self.days, self.as_of = raw, raw.days, raw.as_of
        self.rows = raw.tables["tracker"]
        self.count = len(self.rows)
        self.row_of = {row["id"]: i for i, row in enumerate(self.rows)}
        self.threshold = raw.settings["delay_threshold"]
        self.then: Facts | None = None
        self.number = 0
        self.at = -1
        self.finish: list[dt.date | None] = []
        self.expected: list[dt.date | None] = []
        self.compared: list[dt.date | None] = []
        self.kind: list[str] = []
        for row in self.rows:
            self._work_out(row)

    def about(self, row: int) -> Facts:
        """The same, for sentences about one row."""
        found: Facts = object.__new__(Facts)
        found.__dict__ |= {**self.__dict__, "at": row}
        return found

    # single rows

    def base(self, i: int) -> dt.date | None:
        """The date that a row is measured against."""
        day = self.rows[i]["deadline"]
        return day if isinstance(day, dt.date) else None

    def done(self, i: int) -> bool:
        """Whether a row is finished by the day of the data."""
        return self.rows[i]["status"] == "done"

    def stopped(self, i: int) -> bool:
        """Whether a row is cancelled or paused."""
        return self.rows[i]["status"] in ("cancelled", "paused")

    def open(self, i: int) -> bool:
        """Whether a row is still to be done."""
        return not (self.done(i) or self.stopped(i))

    def variance(self, i: int) -> int | None:
        """Working days from baseline to what it is compared with."""
        base, compared = self.base(i), self.compared[i]
        return self.days.between(base, compared) if base and compared else None

    def before(self, row: Row) -> int | None:
        """The row that a row waits for."""
        return self.row_of.get(row.get("predecessors", ""))

    def _work_out(self, row: Row) -> None:
        base, start, before = row["deadline"], row.get("planned_start"), self.before(row)
        compared, kind, finish, expected = None, "", None, None
        if isinstance(base, dt.date):
            left = self.days.between(start - dt.timedelta(1), base) if start else 0
            after = self.finish[before] if before is not None else None
            expected = base
            if start and after:
                expected = max(base, self.days.shift(self.days.shift(after, 1), left - 1))
            finish = self._finish(row, start, left, after)
        if row["status"] == "done":
            compared, kind = row.get("actual"), "actual" if row.get("actual") else ""
        elif row["status"] not in ("cancelled", "paused") and isinstance(base, dt.date) and finish:
            promise = row.get("forecast")
            if promise and promise >= self.as_of:
                compared, kind = promise, "forecast"
            elif finish > base:
                compared, kind = finish, "today" if finish == self.as_of else "projected"
        self.finish.append(finish)
        self.expected.append(expected)
        self.compared.append(compared)
        self.kind.append(kind)

    def _finish(self, row: Row, start: dt.date | None, left: int, after: dt.date | None) -> dt.date | None:
        """The day that those behind a row have to wait for."""
        base: dt.date = row["deadline"]
        if row["status"] == "done":
            found: dt.date | None = row.get("actual")
            return found
        promise = row.get("forecast")
        if promise and promise >= self.as_of:
            return promise  # type: ignore[no-any-return]
        if not start:
            return max(base, self.as_of)
        first = max(self.days.on(start), self.as_of, self.days.shift(after, 1) if after else start)
        return max(base, self.days.shift(first, left - 1))

    # causes

    def own(self, i: int) -> int:
        """Working days that a row made itself."""
        expected, finish = self.expected[i], self.finish[i]
        return self.days.between(expected, finish) if expected and finish else 0

    def driver(self, i: int) -> int | None:
        """The predecessor by which a row was late before it began."""
        expected, base = self.expected[i], self.base(i)
        return self.before(self.rows[i]) if expected and base and expected > base else None

    def root(self, i: int) -> int | None:
        """The row that made most of a row's days, the one further up if two made as many."""
        best: tuple[int, int] | None = None
        at: int | None = i
        while at is not None:
            if self.own(at) > 0 and (best is None or self.own(at) >= best[1]):
                best = (at, self.own(at))
            at = self.driver(at)
        return best[0] if best else None

    def late(self) -> list[int]:
        """Rows later than their baseline, the latest first."""
        rows = [i for i in range(self.count) if (self.variance(i) or 0) > 0]
        return sorted(rows, key=lambda i: -(self.variance(i) or 0))

    def caused(self, i: int) -> str | None:
        """The last cause that people wrote for a row."""
        known = [r["cause"] for r in self.raw.tables["adjustments"] if r["task_id"] == self.rows[i]["id"]]
        return known[-1] if known else None

    def answered(self, i: int) -> bool:
        """Whether a change covers or proposes to cover a row's delay."""
        known = [r for r in self.raw.tables["adjustments"] if r["task_id"] == self.rows[i]["id"]]
        if not known or self.done(i):
            return bool(known)
        compared = self.compared[i]
        approved = [r for r in known if r["status"] == "approved"]
        if compared and any(self.days.between(r["new_date"], compared) <= self.threshold for r in approved):
            return True
        return any(r["status"] == "draft" for r in known)

    def pushed(self, i: int) -> dict[int, int]:
        """Unfinished rows behind a late one → how much later they are than had it kept its date."""
        kept: list[dt.date | None] = []
        behind = {i}
        for j, row in enumerate(self.rows):
            before, base = self.before(row), self.base(j)
            at = self.finish[j]
            if j == i:
                at = base
            elif before in behind:
                behind.add(j)
                if self.open(j) and base and (after := kept[before or 0]):
                    start = row["planned_start"]
                    left = self.days.between(start - dt.timedelta(1), base)
                    at = max(base, self.days.shift(self.days.shift(after, 1), left - 1))
            kept.append(at)
        found = {}
        for j in behind - {i}:
            was, now = kept[j], self.finish[j]
            if self.open(j) and was and now and now > was:
                found[j] = self.days.between(was, now)
        return found

    @cached_property
    def groups(self) -> dict[int, list[int]]:
        """Late rows by where their lateness began; what people wrote a cause for stands for itself."""
        found: dict[int, list[int]] = {}
        for i in self.late():
            root = i if self.caused(i) else self.root(i)
            found.setdefault(i if root is None else root, []).append(i)
        return found

    # what was due

    def passed(self, i: int) -> bool:
        """Whether a row's date has come, and it is done or over it by a working day."""
        base = self.base(i)
        if base is None or self.stopped(i) or base > self.as_of:
            return False
        return self.done(i) or self.days.between(base, self.as_of) > 0

    def due(self, i: int) -> bool:
        """Passed, and if done then on a known day."""
        return self.passed(i) and (not self.done(i) or bool(self.rows[i].get("actual")))

    def in_time(self, i: int) -> bool:
        """Due and finished by its date."""
        return self.due(i) and self.done(i) and (self.variance(i) or 0) <= 0

    # recurrences

    @cached_property
    def weeks(self) -> dict[int, tuple[int, int]]:
        """Row → its Mondays so far without a meeting, and how many there were."""
        return {
            i: self._weeks(row["planned_start"]) for i, row in enumerate(self.rows) if self.base(i) is None
        }

    def _weeks(self, start: dt.date) -> tuple[int, int]:
        held = [row["date"] for row in self.raw.tables["meetings"]]
        mondays = (start + dt.timedelta(n) for n in range(-20, 200))
        dues = sorted({self.days.on(day) for day in mondays if day.weekday() == 0})
        dues = [day for day in dues if start < day < self.as_of]
        first, missed = start, 0
        for due in dues:
            missed += not any(first <= day <= due for day in held)
            first = due + dt.timedelta(1)
        return missed, len(dues)

    # alerts

    def red(self, i: int) -> bool:
        """Whether an unfinished row is late by more than the threshold."""
        if i in self.weeks:
            return self.open(i) and self.weeks[i][0] > self.threshold
        return self.open(i) and (self.variance(i) or 0) > self.threshold

    def rag(self, i: int) -> str:
        """The colour of a row; '' for none."""
        if self.stopped(i):
            return ""
        if self.done(i):
            return "blue"
        if self.red(i):
            return "red"
        if i in self.weeks:
            return "yellow" if self.weeks[i][0] else "green"
        before, base = self.before(self.rows[i]), self.base(i)
        waits = before is not None and self.red(before)
        near = base is not None and max(0, self.days.between(self.as_of, base)) <= 3
        return "yellow" if waits or near or (self.variance(i) or 0) >= 1 else "green"

    # registers

    def table(self, name: str) -> list[Row]:
        """The rows of a register."""
        return self.raw.tables[name]

    def overdue(self, row: Row) -> int:
        """Working days by which an action is overdue, 1 at least; 0 if it is not."""
        if row["status"] in ("done", "cancelled") or row.get("done_on") or row["due"] >= self.as_of:
            return 0
        return max(1, self.days.between(row["due"], self.as_of))

    def leads(self) -> Counter[str]:
        """Department → tasks it leads, the cancelled left out."""
        return Counter(row["owner"] for row in self.rows if row["status"] != "cancelled")

    def milestone(self, row: Row) -> tuple[str, int | None]:
        """done, over or open; and the working days from its plan to its day, or to today if over."""
        actual = row.get("actual")
        if actual and actual <= self.as_of:
            return "done", self.days.between(row["planned"], actual)
        late = row["planned"] < self.as_of
        return ("over", self.days.between(row["planned"], self.as_of)) if late else ("open", None)

    def end(self) -> dt.date | None:
        """When the last task is to be finished, or was."""
        rows = [i for i in range(self.count) if self.rows[i]["status"] != "cancelled"]
        return max((day for i in rows if (day := self.compared[i] or self.base(i))), default=None)
