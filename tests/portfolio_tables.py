"""Portfolios made up as plain tables, for tests of what is drawn from them; no tracker is behind them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from xl_collab.plan.portfolio import Portfolio, Records
from xl_collab.schema.portfolio import PORTFOLIO_TABLES
from xl_collab.schema.words import Lang

AS_OF = date(2026, 11, 25)
RUN, SINCE = datetime(2026, 11, 25, 18, 30), datetime(2026, 11, 18, 18, 2)
DEPARTMENTS = ("研发部", "市场部", "生产部", "采购部", "质量部", "销售部", "人事行政部", "财务部")
PEOPLE = ("张三", "李四", "王芳", "赵六", "陈静", "刘洋")
_KINDS: Mapping[str, Any] = {
    "text": "", "texts": [], "integer": None, "number": None, "date": None, "moment": None, "flag": False
}  # fmt: skip
_TABLES = {table.key: table for table in PORTFOLIO_TABLES}
_ALERTS = ("red", "yellow", "green", "green", "blue")

Row = Mapping[str, Any]


def portfolio(
    rows: Mapping[str, Sequence[Row]], *, since: datetime | None = SINCE, lang: Lang = "zh"
) -> Portfolio:
    """A portfolio of these rows; columns that a row does not say are empty."""
    return Portfolio({key: records(key, rows.get(key, ())) for key in _TABLES}, AS_OF, RUN, since, lang)


def records(key: str, rows: Sequence[Row]) -> Records:
    """The rows of one table; KeyError for a column that it has not."""
    table = _TABLES[key]
    unknown = {name for row in rows for name in row} - set(table.names)
    assert not unknown, unknown
    columns = {c.name: [row.get(c.name, _KINDS[c.holds]) for row in rows] for c in table.columns}
    return Records(table, columns)


def made_up(projects: int, tasks: int, *, seed: int = 1, lang: Lang = "zh", long: str = "") -> Portfolio:
    """So many projects with so many tasks each; `long` is added to every text."""
    chance = random.Random(seed)
    rows: dict[str, list[Row]] = {key: [] for key in _TABLES}
    for n in range(projects):
        _project(rows, chance, n, tasks, long)
    _load(rows, chance, projects)
    rows["skipped"] = [
        {"path": f"/share/项目/~$第{n}号.xlsx", "kind": "lock", "reason_zh": "Excel 的锁文件",
         "reason_en": "a lock file of Excel", "cure_zh": "不必处理", "cure_en": "nothing to do",
         "grave": n % 3 == 0}
        for n in range(max(2, projects // 20))
    ]  # fmt: skip
    return portfolio(rows, lang=lang)


def _project(rows: dict[str, list[Row]], chance: random.Random, n: int, tasks: int, long: str) -> None:
    key, owner = f"p{n:05}", chance.choice(DEPARTMENTS)
    mine = [_task(chance, key, number, long) for number in range(tasks)]
    rows["tasks"] += mine
    count = {code: sum(one["rag"] == code for one in mine) for code in ("red", "yellow", "green", "blue")}
    late = sum(one["late"] for one in mine)
    slip = max((one["variance"] or 0 for one in mine), default=0)
    end = AS_OF + timedelta(days=chance.randrange(20, 200))
    rows["projects"].append({
        "project": key, "path": f"/share/项目/{owner}/第{n}号 it's.xlsx", "name": f"第{n}号项目{long}",
        "department": owner, "data_date": AS_OF, "rag": chance.choice(_ALERTS), "tasks": tasks, "late": late,
        "done": count["blue"], **{code: count[code] for code in ("red", "yellow", "green")},
        "baseline_end": end, "forecast_end": end + timedelta(days=slip), "slip": slip,
        "milestone": f"里程碑 {n}{long}", "milestone_forecast": end, "milestone_baseline": end,
        "high_risks": n % 3,        "medium_risks": n % 4, "low_risks": n % 5, "open_actions": 2,
        "overdue_actions": n % 2,
        "estimated": "2027 年放假安排尚未公布，按推定" if n % 4 == 0 else "", "language": "zh",
    })  # fmt: skip
    rows["milestones"] += [_milestone(chance, key, number, long) for number in range(3)]
    rows["risks"] += [_risk(chance, key, number, long) for number in range(max(1, tasks // 10))]
    rows["actions"] += [_action(chance, key, number, long) for number in range(2)]
    if late:
        rows["slips"].append({
            "project": key, "sheet": "跟踪表", "row": 7, "root": "T003", "task": f"主要任务 3{long}",
            "department": owner, "how": "overrun", "days": 4, "late": late, "most": slip,
            "reached": [one["id"] for one in mine if one["late"]], "cause": f"供应商晚到{long}",
        })  # fmt: skip
    rows["changes"].append({
        "project": key, "kind": ("end", "rag", "new")[n % 3], "id": "" if n % 3 != 1 else "T002",
        "what": f"第{n}号项目{long}", "department": owner, "before": ("2026-12-01", "yellow", "")[n % 3],
        "after": ("2026-12-08", "red", "")[n % 3], "days": (5, None, None)[n % 3],
    })  # fmt: skip


def _task(chance: random.Random, key: str, n: int, long: str) -> Row:
    rag = chance.choice(_ALERTS)
    late = rag in ("red", "yellow")
    base = AS_OF + timedelta(days=chance.randrange(-30, 60))
    days = chance.randrange(1, 15) if late else 0
    return {
        "project": key, "sheet": "跟踪表", "row": n + 5, "id": f"T{n + 1:03}", "stage": "monitor",
        "task": f"主要任务 {n + 1}{long}", "department": chance.choice(DEPARTMENTS), "supporters": [],
        "person": chance.choice(("", *PEOPLE)), "owner": "研发部/张三", "status": "in_progress", "rag": rag,
        "reason": "预计完成晚于时间节点", "baseline": base, "compared": base + timedelta(days=days),
        "variance": days, "own_days": days, "inherited_days": 0, "root": "T003", "late": late,
        "open": rag != "blue", "compared_kind": "forecast", "estimated": chance.random() < 0.1,
        "percent": 0.5,
    }  # fmt: skip


def _milestone(chance: random.Random, key: str, n: int, long: str) -> Row:
    base = AS_OF + timedelta(days=chance.randrange(-20, 90))
    days = chance.randrange(-2, 9)
    return {
        "project": key, "sheet": "里程碑计划", "row": n + 5, "id": f"M{n + 1:03}",
        "milestone": f"样机评审{long}", "department": chance.choice(DEPARTMENTS), "status": "in_progress",
        "planned": base,
        "baseline": base, "forecast": base + timedelta(days=days), "variance": days, "reached": n == 0,
        "tasks": ["T001", "T002"],
    }  # fmt: skip


def _risk(chance: random.Random, key: str, n: int, long: str) -> Row:
    score = chance.choice((4, 8, 12, 15, 20))
    return {
        "project": key, "sheet": "跟踪表", "row": n + 5, "id": f"T{n + 1:03}", "kind": "late", "score": score,
        "level": "high" if score >= 15 else "medium" if score >= 8 else "low", "probability": 4, "impact": 4,
        "department": chance.choice(DEPARTMENTS), "source": "跟踪表",
        "reason": f"至今已晚 6 个工作日，后面还有 3 项任务{long}",
    }  # fmt: skip


def _action(chance: random.Random, key: str, n: int, long: str) -> Row:
    overdue = chance.choice((0, 0, 3, 12))
    who = chance.choice(DEPARTMENTS)
    return {
        "project": key, "sheet": "待办台账", "row": n + 5, "id": f"A{n + 1:03}",
        "action": f"催办散热件{long}", "department": who, "departments": [who], "owner": f"{who}/张三",
        "raised_on": AS_OF - timedelta(days=20), "due": AS_OF - timedelta(days=overdue), "status": "open",
        "age": 20, "overdue": overdue,
    }  # fmt: skip


def _load(rows: dict[str, list[Row]], chance: random.Random, projects: int) -> None:
    """Load and clashes of every department, and of some persons."""
    monday = AS_OF - timedelta(days=AS_OF.weekday())
    for n, department in enumerate(DEPARTMENTS):
        for person in ("", *PEOPLE[: 1 + n % 3]):
            for week in range(20):
                busy = max(0, chance.randrange(-3, 12) if person else chance.randrange(0, 5 * projects + 5))
                if busy:
                    rows["load"].append({
                        "department": department, "person": person, "week": monday + timedelta(weeks=week),
                        "days": busy, "workdays": 5, "tasks": 3, "projects": min(projects, 2),
                    })  # fmt: skip
        first = AS_OF + timedelta(days=3 * n)
        rows["clashes"].append({
            "department": department, "person": PEOPLE[0] if n % 2 else "", "first": first,
            "last": first + timedelta(days=4), "workdays": 4, "most": 2, "peak": first,
            "projects": ["p00000", "p00001"], "tasks": ["p00000:T001", "p00001:T004"],
        })  # fmt: skip
