"""Random projects as raw rows: what the test of true sentences makes its workbooks of.

Shapes are kept simple enough to be worked out by hand: one predecessor a row at most (finish to start, with
no overlap in the plan), promises only where nobody is waited for, no percentages on rows without a promise.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from xl_collab.project.tables import Book, Table
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Lang

Row = dict[str, Any]

DEPARTMENTS = {
    "zh": ("市场部", "研发部", "生产部", "销售部"),
    "en": ("Marketing", "R&D", "Production", "Sales"),
}
STAGES = ("request", "duties", "review", "monitor", "delivery", "retrospective")
OFF_2024 = {
    "元旦": [(1, 1)],
    "春节": [(2, n) for n in range(10, 18)],
    "清明节": [(4, 4), (4, 5), (4, 6)],
    "劳动节": [(5, n) for n in range(1, 6)],
    "端午节": [(6, 8), (6, 9), (6, 10)],
    "中秋节": [(9, 15), (9, 16), (9, 17)],
    "国庆节": [(10, n) for n in range(1, 8)],
}
WORK_2024 = [(2, 4), (2, 18), (4, 7), (4, 28), (5, 11), (9, 14), (9, 29), (10, 12)]


class Days:
    """Working days by the rows of 节假日, counted one by one."""

    def __init__(self, rows: list[Row]) -> None:
        self.off = {row["date"] for row in rows if row["kind"] == "off"}
        self.work = {row["date"] for row in rows if row["kind"] == "work"}

    def works(self, day: dt.date) -> bool:
        """Whether people work on a day."""
        return day in self.work or (day.weekday() < 5 and day not in self.off)

    def between(self, start: dt.date, end: dt.date) -> int:
        """Working days after `start` up to `end`, negative when that is earlier."""
        if end < start:
            return -self.between(end, start)
        return sum(self.works(start + dt.timedelta(n)) for n in range(1, (end - start).days + 1))

    def plain(self, start: dt.date, end: dt.date) -> int:
        """The same by Monday to Friday alone."""
        if end < start:
            return -self.plain(end, start)
        return sum((start + dt.timedelta(n)).weekday() < 5 for n in range(1, (end - start).days + 1))

    def on(self, day: dt.date) -> dt.date:
        """The day, or the first working day after it."""
        while not self.works(day):
            day += dt.timedelta(1)
        return day

    def shift(self, day: dt.date, days: int) -> dt.date:
        """The working day that is so many working days later, or earlier."""
        step = 1 if days > 0 else -1
        while days:
            day += dt.timedelta(step)
            days -= step * self.works(day)
        return day


@dataclass(frozen=True)
class Raw:
    """One project: tables of rows with codes in place of labels, and what stands in 设置."""

    as_of: dt.date
    tables: Mapping[str, list[Row]]
    settings: Row
    request: Row
    days: Days
    history: list[Row] = field(default_factory=list)

    def book(self, lang: Lang) -> Book:
        """The workbook that people would have in that language."""
        made = {sheet.key: Table.of(sheet, self.rows(sheet.key, lang)) for sheet in SHEETS.tables}
        made = {key: replace(table, tab=table.sheet.name(lang)) for key, table in made.items()}
        language = {"language": "中文" if lang == "zh" else "English"}
        return Book(made, {"settings": self.settings | language, "request": self.request}, lang=lang)

    def rows(self, key: str, lang: Lang) -> list[Row]:
        """The rows of a table as they are typed in that language."""
        choices = {c.name: c.choices for c in SHEETS.table(key).columns if c.choices is not None}
        source = self.history if key == "history" else self.tables.get(key, [])

        def typed(name: str, value: Any) -> Any:
            coded = name in choices and value in choices[name].codes
            return choices[name].label(value, lang) if coded else value

        return [{name: typed(name, value) for name, value in row.items()} for row in source]

    def earlier(self) -> Raw:
        """The same project eight working days before: less done, less promised, one task another one."""
        then, dice = self.days.shift(self.as_of, -8), random.Random(str(self.as_of))
        rows = [_as_it_was(row, then, dice) for row in self.tables["tracker"]]
        first = self.tables["tracker"][0]
        gone = {"id": "T099", "task": "事099", "status": "not_started", "deadline": self.as_of}
        gone |= {"owner": first["owner"], "stage": first["stage"]}
        risks = [row | ({"status": "open"} if dice.random() < 0.5 else {}) for row in self.tables["risks"]]
        actions = [row for row in self.tables["actions"] if row["raised_on"] <= then]
        actions = [
            row | ({"status": "open", "done_on": None} if row.get("done_on") else {}) for row in actions
        ]
        tables = {**self.tables, "tracker": [*rows[:-1], gone], "risks": risks, "actions": actions}
        return replace(self, as_of=then, tables=tables)


def _as_it_was(row: Row, then: dt.date, dice: random.Random) -> Row:
    if row.get("actual") and row["actual"] > then:
        return {**row, "status": "not_started", "actual": None, "percent": None, "actual_start": None}
    if row.get("forecast") and dice.random() < 0.5:
        return {**row, "status": "not_started", "forecast": None}
    return row


def _calendar(dice: random.Random) -> list[Row]:
    rows = [
        {"date": dt.date(2024, *day), "kind": "off", "name": name, "source": "official"}
        for name, days in OFF_2024.items()
        for day in days
    ]
    made_up = {"kind": "work", "name": "调休", "source": "official"}
    rows += [{"date": dt.date(2024, *day), **made_up} for day in WORK_2024]
    known = {row["date"] for row in rows}
    for _ in range(6):
        day = dt.date(2024, 3, 1) + dt.timedelta(dice.randrange(280))
        if day not in known:
            known.add(day)
            kind = "work" if day.weekday() > 4 else "off"
            rows.append({"date": day, "kind": kind, "name": "公司", "source": "company"})
    return rows


_MOODS = {6: "nearly", 7: "early", 8: "young", 9: "silent"}


def random_project(seed: int, lang: Lang) -> Raw:
    """A project of that seed; the same in both languages but for the names of departments."""
    dice = random.Random(seed)
    calendar = _calendar(dice)
    days = Days(calendar)
    as_of = days.on(dt.date(2024, 5, 13) + dt.timedelta(dice.randrange(100)))
    maker = _Maker(dice, days, as_of, DEPARTMENTS[lang], mood=_MOODS.get(seed % 10, ""))
    tables = {"calendar": calendar, "tracker": maker.tracker(), **maker.registers()}
    settings: Row = {
        "project": "P",
        "superior": "L",
        "delay_threshold": dice.choice([1, 2, 3]),
        "lead_time": 3,
    }
    settings |= {"meeting_rule": "每周一" if lang == "zh" else "every Monday", "place": "三楼"}
    return Raw(as_of, tables, settings, {"goal": "上市", "end": days.shift(as_of, 40)}, days)


class _Maker:
    """Rows out of dice."""

    def __init__(
        self, dice: random.Random, days: Days, as_of: dt.date, names: tuple[str, ...], *, mood: str
    ) -> None:
        self.dice, self.days, self.as_of, self.names, self.mood = dice, days, as_of, names, mood
        self.made: list[Row] = []

    def near(self, low: int, high: int) -> dt.date:
        """A working day some working days from the day of the data."""
        return self.days.shift(self.as_of, self.dice.randint(low, high))

    def tracker(self) -> list[Row]:
        """Eight to fourteen tasks: of all kinds, or of those that the mood has."""
        kinds = ("done", "done", "done", "undated", "promise", "promise", "unknown", "planned", "follower")
        kinds += ("follower", "follower", "done_follower", "cancelled", "paused", "day_off")
        moods = {"early": ("early",), "young": ("ahead",), "nearly": ("done", "done", "nearly")}
        moods["silent"] = ("done", "unknown", "unknown")
        kinds = moods.get(self.mood, kinds)
        weekly = 0.6 if self.mood != "early" else 0
        chosen = [self.dice.choice(kinds) for _ in range(self.dice.randint(8, 14))]
        for kind in [*chosen, *(["weekly"] if self.dice.random() < weekly else [])]:
            self.made.append(self._common() | getattr(self, f"_{kind}")())
        return self.made

    def _common(self) -> Row:
        n = len(self.made) + 1
        owner = self.dice.choice(self.names)
        return {"id": f"T{n:03}", "task": f"事{n:03}", "stage": self.dice.choice(STAGES), "owner": owner}

    def _done(self) -> Row:
        base = self.near(-40, -1)
        actual = min(self.days.shift(base, self.dice.randint(-5, 6)), self.as_of)
        return {"deadline": base, "status": "done", "actual": actual, "percent": 1}

    def _early(self) -> Row:
        base = self.near(-30, -2)
        return {"deadline": base, "status": "done", "actual": self.days.shift(base, -self.dice.randint(1, 4))}

    def _nearly(self) -> Row:
        base = self.near(1, 10)
        return {"deadline": base, "status": "in_progress", "forecast": self.days.shift(base, 1)}

    def _ahead(self) -> Row:
        return {"deadline": self.near(4, 30), "status": "not_started"}

    def _undated(self) -> Row:
        return {"deadline": self.near(-20, 5), "status": "done"}

    def _promise(self) -> Row:
        return {"deadline": self.near(-15, 30), "status": "in_progress", "forecast": self.near(0, 30)}

    def _unknown(self) -> Row:
        return {"deadline": self.near(-15, 30), "status": "not_started"}

    def _day_off(self) -> Row:
        day = self.near(-10, 20)
        while self.days.works(day):
            day += dt.timedelta(1)
        return {"deadline": day, "status": "not_started"}

    def _planned(self) -> Row:
        base = self.near(-15, 30)
        start = self.days.shift(base, -self.dice.randint(0, 9))
        return {"deadline": base, "planned_start": start, "status": "not_started"}

    def _cancelled(self) -> Row:
        return {"deadline": self.near(-15, 30), "status": "cancelled"}

    def _paused(self) -> Row:
        return {"deadline": self.near(-15, 30), "status": "paused"}

    def _behind(self) -> Row:
        """A plan that leaves what the predecessor's plan asks, and perhaps some days to spare."""
        able = [r for r in self.made if r["status"] in ("done", "in_progress", "not_started")]
        able = [r for r in able if isinstance(r["deadline"], dt.date) and self.days.works(r["deadline"])]
        able = [r for r in able if r["status"] != "done" or "actual" in r]
        if not able:
            return self._planned()
        before = self.dice.choice(able[-4:])
        start = self.days.shift(before["deadline"], 1 + self.dice.choice([0, 0, 1, 3]))
        base = self.days.shift(start, self.dice.randint(0, 8))
        return {
            "predecessors": before["id"],
            "planned_start": start,
            "deadline": base,
            "status": "not_started",
        }

    def _follower(self) -> Row:
        return self._behind()

    def _done_follower(self) -> Row:
        row = self._behind()
        before = next((r for r in self.made if r["id"] == row.get("predecessors")), None)
        if before is None or before["status"] != "done" or row["deadline"] >= self.as_of:
            return row
        actual = min(
            self.as_of, self.days.shift(max(row["deadline"], before["actual"]), self.dice.randint(1, 4))
        )
        return row | {"status": "done", "actual": actual, "percent": 1, "actual_start": row["planned_start"]}

    def _weekly(self) -> Row:
        return {
            "deadline": "每周一" if self.names[0] == "市场部" else "every Monday",
            "planned_start": self.near(-25, -12),
            "status": "in_progress",
            "stage": "monitor",
        }

    # the registers

    def registers(self) -> dict[str, list[Row]]:
        """Everything beside the tracker."""
        found = {
            name: getattr(self, f"_{name}")() for name in ("milestones", "risks", "actions", "adjustments")
        }
        found |= {name: getattr(self, f"_{name}")() for name in ("meetings", "sync", "acceptance", "lessons")}
        contacts = [{"department": name, "contact": f"人{n}"} for n, name in enumerate(self.names)]
        return found | {"contacts": contacts, "duties": self._duties(), "changes": self._changes()}

    def _some(self, letter: str, most: int) -> list[str]:
        return [f"{letter}{n:03}" for n in range(1, self.dice.randint(0, most) + 1)]

    def _task(self) -> str:
        return str(self.dice.choice(self.made)["id"])

    def _milestones(self) -> list[Row]:
        rows = []
        for name in self._some("M", 4):
            planned = self.near(-30, 20)
            row: Row = {
                "id": name,
                "milestone": f"碑{name}",
                "owner": self.dice.choice(self.names),
                "planned": planned,
            }
            if self.dice.random() < 0.5:
                row["actual"] = self.days.shift(planned, self.dice.randint(-3, 4))
            rows.append(row)
        return rows

    def _risks(self) -> list[Row]:
        codes = ("open", "watching", "struck", "closed")
        return [
            {
                "id": name,
                "risk": f"险{name}",
                "owner": self.dice.choice(self.names),
                "probability": self.dice.randint(1, 5),
                "impact": self.dice.randint(1, 5),
                "status": self.dice.choice(codes),
                "countermeasure": self.dice.choice([f"防{name}", None]),
                "task_id": self._task(),
            }
            for name in self._some("K", 5)
        ]

    def _actions(self) -> list[Row]:
        rows = []
        for name in self._some("A", 8):
            raised, status = (
                self.near(-30, -1),
                self.dice.choice(("open", "open", "done", "done", "cancelled")),
            )
            row: Row = {
                "id": name,
                "action": f"办{name}",
                "owner": self.dice.choice(self.names),
                "raised_on": raised,
            }
            row |= {"due": self.near(-15, 10), "status": status}
            if status == "done" and self.dice.random() < 0.8:
                row["done_on"] = self.near(-15, 0)
            rows.append(row)
        return rows

    def _adjustments(self) -> list[Row]:
        return [
            {
                "id": name,
                "task_id": self._task(),
                "new_date": self.near(1, 30),
                "cause": f"因{name}",
                "measures": f"措{name}",
                "status": self.dice.choice(("draft", "approved", "rejected")),
            }
            for name in self._some("C", 3)
        ]

    def _changes(self) -> list[Row]:
        """Changes of the request: decided or not, assessed or not, of one task, two or none."""
        rows: list[Row] = []
        for name in self._some("B", 5):
            status = self.dice.choice(("raised", "assessing", "rejected", "approved", "approved", "done"))
            row: Row = {"id": name, "change": f"改{name}", "raised_by": self.dice.choice(self.names)}
            row |= {"raised_on": self.near(-30, -10), "status": status}
            row |= {
                "days": self.dice.choice([None, -2, 0, 1, 3, 4]),
                "reason": self.dice.choice([f"由{name}"] * 2 + [None]),
            }
            tasks = sorted({self._task() for _ in range(self.dice.randint(1, 2))})
            row["task_id"] = self.dice.choice(["、".join(tasks)] * 3 + [None])
            if status in ("approved", "done") and self.dice.random() < 0.8:
                row["approved_on"] = self.near(-9, 0)
            if self.dice.random() < 0.6:
                row["measures"] = f"施{name}"
            rows.append(row)
        return rows

    def _meetings(self) -> list[Row]:
        held = {name: self.near(-25, -1) for name in self._some("H", 5)}
        if self.mood == "young":  # one every other day: no week without
            held = {f"H{n:03}": self.days.shift(self.as_of, -2 * n) for n in range(1, 15)}
        return [
            {"id": name, "date": when, "decisions": f"决{name}", "resources": f"源{name}"}
            for name, when in held.items()
        ]

    def _sync(self) -> list[Row]:
        return [
            {
                "date": self.near(-12, 0),
                "department": self.dice.choice(self.names),
                "task_id": self._task(),
                "progress": f"进{n}",
                "problem": self.dice.choice([f"难{n}", None]),
            }
            for n in range(self.dice.randint(0, 5))
        ]

    def _acceptance(self) -> list[Row]:
        return [
            {
                "id": name,
                "deliverable": f"物{name}",
                "task_id": self._task(),
                "result": self.dice.choice(("accepted", "conditional", "rejected", None)),
                "remaining": self.dice.choice([f"遗{name}", None]),
                "provider": self.dice.choice(["甲", None]),
                "receiver": self.dice.choice(["乙", None]),
            }
            for name in self._some("Y", 3)
        ]

    def _lessons(self) -> list[Row]:
        kinds = ("success", "improve", "pattern")
        return [
            {"id": name, "kind": self.dice.choice(kinds), "lesson": f"得{name}", "action": f"行{name}"}
            for name in self._some("L", 4)
        ]

    def _duties(self) -> list[Row]:
        return [
            {
                "id": name,
                "duty": f"责{name}",
                "accountable": self.dice.choice(self.names),
                "budget": self.dice.choice([None, 5000, 12000.5]),
                "people": self.dice.choice([None, 1, 2, 0.5]),
            }
            for name in self._some("D", 4)
        ]
