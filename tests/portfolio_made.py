"""A portfolio of plain tables, drawn by chance: projects, their tasks and what hangs on them.

Nothing here computes what the product computes: figures of a row are drawn, and tables agree only where a test
needs them to (counts of a project, weeks and load).
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from xl_collab.documents.portfolio.page import portfolio_page
from xl_collab.plan.portfolio import Portfolio, Records
from xl_collab.schema.portfolio import PORTFOLIO_TABLES
from xl_collab.schema.words import Lang

AS_OF = dt.date(2026, 3, 16)
DEPARTMENTS = ("研发部", "市场部", "采购部", "生产部", "质量部", "财务部", "信息部", "人力资源部")
_DEPARTMENTS_EN = (
    "R&D",
    "Marketing",
    "Purchasing",
    "Production",
    "Quality",
    "Finance",
    "IT",
    "Human Resources",
)
_THINGS = ("智能台灯", "旗舰手表", "车载充电器", "云打印机", "折叠风扇", "会议音箱", "空气净化器", "学习平板")
_WHAT = ("量产导入", "市场推广", "流程改进", "客户投诉整改", "供应商切换", "系统上线")
_THINGS_EN = (
    "Desk lamp",
    "Watch",
    "Car charger",
    "Cloud printer",
    "Folding fan",
    "Speaker",
    "Air purifier",
    "Tablet",
)
_WHAT_EN = (
    "production launch",
    "marketing",
    "process change",
    "complaint",
    "supplier switch",
    "system go-live",
)
_TASKS = (
    "确认需求范围与验收标准", "完成结构设计评审", "输出样机测试报告", "签订开模合同", "完成首批物料到货检验", "组织小批试产",
    "上线预热与渠道备货", "完成用户手册与包装定稿", "关闭试产遗留问题", "提交量产放行申请", "搭建测试环境并导入数据", "培训各部门接口人",
)  # fmt: skip
_TASKS_EN = (
    "Agree scope and acceptance criteria", "Review the mechanical design", "Report on prototype tests", "Sign the tooling contract",
    "Inspect first materials", "Run the pilot production", "Stock channels and warm up the launch", "Finish manual and packaging",
    "Close open issues of the pilot", "Ask for release to production", "Set up the test system and load data", "Train the contacts",
)  # fmt: skip
_STONES = ("立项", "方案冻结", "样机通过", "试产完成", "量产放行", "上市")
_STONES_EN = ("Kick-off", "Plan frozen", "Prototype passed", "Pilot done", "Released", "On sale")
_PEOPLE = ("王芳", "李强", "张伟", "刘洋", "陈静", "赵磊")
_PEOPLE_EN = ("Wang Fang", "Li Qiang", "Zhang Wei", "Liu Yang", "Chen Jing", "Zhao Lei")


def made(projects: int = 40, tasks: int = 24, seed: int = 7, lang: Lang = "zh", runs: int = 9) -> Portfolio:
    """A portfolio of so many projects with about so many tasks each, the same for the same arguments."""
    return _Maker(random.Random(seed), lang).portfolio(projects, tasks, runs)


def written(portfolio: Portfolio, file: Path) -> Path:
    """The portfolio's page in a file."""
    file.write_text(portfolio_page(portfolio, file), encoding="utf-8")
    return file


def changed(portfolio: Portfolio, **rows: Callable[[dict[str, Any]], dict[str, Any]]) -> Portfolio:
    """The portfolio with rows of some tables changed."""
    tables = dict(portfolio.tables)
    for key, change in rows.items():
        table = tables[key].table
        tables[key] = Records.of(table, [list(change(row).values()) for row in tables[key]])
    return Portfolio(tables, portfolio.as_of, portfolio.run, portfolio.since, portfolio.lang)


class _Maker:
    def __init__(self, chance: random.Random, lang: Lang) -> None:
        self.chance, self.lang = chance, lang
        zh = lang == "zh"
        self.departments = DEPARTMENTS if zh else _DEPARTMENTS_EN
        self.things, self.what = (_THINGS, _WHAT) if zh else (_THINGS_EN, _WHAT_EN)
        self.tasks, self.stones = (_TASKS, _STONES) if zh else (_TASKS_EN, _STONES_EN)
        self.people = _PEOPLE if zh else _PEOPLE_EN
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def portfolio(self, projects: int, tasks: int, runs: int) -> Portfolio:
        for number in range(projects):
            self.project(number, tasks)
        self.together()
        self.changes()
        self.skipped()
        self.runs(runs)
        tables = {table.key: Records.of(table, self._ordered(table)) for table in PORTFOLIO_TABLES}
        run = dt.datetime.combine(AS_OF, dt.time(8, 30))
        return Portfolio(tables, AS_OF, run, run - dt.timedelta(days=7) if runs > 1 else None, self.lang)

    def _ordered(self, table: Any) -> Iterator[list[Any]]:
        blank = {"text": "", "texts": [], "flag": False}
        for row in self.rows[table.key]:
            unknown = row.keys() - set(table.names)
            assert not unknown, (table.key, unknown)
            yield [row.get(column.name, blank.get(column.holds)) for column in table.columns]

    def day(self, low: int, high: int) -> dt.date:
        return AS_OF + dt.timedelta(days=self.chance.randint(low, high))

    def project(self, number: int, tasks: int) -> None:
        chance = self.chance
        key = f"p{number:04d}"
        thing, what = chance.choice(self.things), chance.choice(self.what)
        name = f"{thing}{what}（{number + 1}期）" if self.lang == "zh" else f"{thing} {what} {number + 1}"
        mood = chance.choices((0.04, 0.12, 0.35), (6, 3, 1))[0]
        begin = chance.randint(-120, 40)
        rows = [self.task(key, n, mood, begin) for n in range(max(1, int(tasks * chance.uniform(0.6, 1.4))))]
        self.rows["tasks"] += rows
        self.stones_of(key, mood, begin)
        self.slips(key, rows)
        self.weeks(key, rows)
        for n in range(chance.randint(0, 5)):
            self.risk(key, n)
        for n in range(chance.randint(0, 6)):
            self.action(key, n)
        self.row_of(key, name, rows)

    def task(self, key: str, n: int, mood: float, begin: int) -> dict[str, Any]:
        chance = self.chance
        baseline = AS_OF + dt.timedelta(days=begin + n * chance.randint(3, 6))
        past = baseline <= AS_OF
        status = chance.choices(
            ("done", "in_progress", "not_started", "paused", "cancelled"),
            (80, 12, 3, 2, 3) if past else (4, 30, 60, 3, 3),
        )[0]
        variance = chance.randint(1, 12) if chance.random() < mood else chance.choice((-1, 0, 0, 0))
        open_ = status in ("in_progress", "not_started")
        if open_ and past:
            variance = max(variance, 1)
        late = variance > 0 and open_
        compared = baseline + dt.timedelta(days=variance) if status != "not_started" or late else None
        rag = (
            "blue" if status == "done" else "red" if late and variance > 2 else "yellow" if late else "green"
        )
        said = ("已过计划{}个工作日，尚未完成", "{} workdays past its plan and not finished")[
            self.lang == "en"
        ]
        person = chance.choice(("", "", chance.choice(self.people)))
        department = chance.choice(self.departments)
        return {
            "project": key, "sheet": "跟踪表", "row": n + 5, "id": f"T{n + 1:03d}",
            "task": f"{chance.choice(self.tasks)}{'' if self.lang == 'zh' else ' '}{n + 1}", "department": department,
            "person": person, "owner": f"{department}/{person}" if person else department,
            "status": status, "rag": "" if status in ("paused", "cancelled") else rag,
            "reason": said.format(variance) if late else "",
            "baseline": baseline, "compared": compared,
            "compared_kind": "" if compared is None else "actual" if status == "done" else "projected",
            "percent": 1.0 if status == "done" else 0.4 if status == "in_progress" else None,
            "variance": None if status in ("paused", "cancelled") else variance, "late": late, "open": open_,
            "work_from": max(AS_OF, baseline - dt.timedelta(days=5)) if open_ else None,
            "work_to": max(AS_OF, compared or baseline) if open_ else None,
        }  # fmt: skip

    def stones_of(self, key: str, mood: float, begin: int) -> None:
        for n, stone in enumerate(self.stones):
            baseline = AS_OF + dt.timedelta(days=begin + 28 * n)
            variance = self.chance.randint(1, 15) if self.chance.random() < 2 * mood else 0
            forecast = baseline + dt.timedelta(days=variance)
            self.rows["milestones"].append({
                "project": key, "sheet": "里程碑计划", "row": n + 4, "id": f"M{n + 1:03d}", "milestone": stone,
                "department": self.chance.choice(self.departments), "baseline": baseline, "planned": baseline,
                "status": "done" if forecast <= AS_OF else "not_started",
                "forecast": forecast, "actual": forecast if forecast <= AS_OF else None, "variance": variance,
                "reached": forecast <= AS_OF,
            })  # fmt: skip

    def slips(self, key: str, rows: list[dict[str, Any]]) -> None:
        late = [row for row in rows if row["late"]]
        while late:
            group, late = late[: self.chance.randint(1, 4)], late[4:]
            first = max(group, key=lambda row: row["variance"])
            for row in group:
                row["root"] = first["id"]
            self.rows["slips"].append({
                "project": key, "sheet": first["sheet"], "row": first["row"], "root": first["id"],
                "task": first["task"], "department": first["department"],
                "how": self.chance.choice(("promise", "unstarted", "late_start", "overrun", "mismatch")),
                "days": first["variance"], "late": len(group), "most": first["variance"],
                "reached": [row["id"] for row in group],
            })  # fmt: skip

    def weeks(self, key: str, rows: list[dict[str, Any]]) -> None:
        taken: Counter[tuple[str, dt.date]] = Counter()
        for row in rows:
            if not row["open"]:
                continue
            for n in range((row["work_to"] - row["work_from"]).days + 1):
                day = row["work_from"] + dt.timedelta(days=n)
                if day.weekday() < 5:
                    taken[row["department"], day - dt.timedelta(days=day.weekday())] += 1
        for (department, week), days in taken.items():
            self.rows["weeks"].append({
                "project": key, "department": department, "week": week, "days": days, "tasks": 1, "workdays": 5,
            })  # fmt: skip

    def risk(self, key: str, n: int) -> None:
        score = self.chance.randint(1, 25)
        said = ("供方产能不足，可能推迟首批到货", "The supplier lacks capacity: first delivery may slip")
        self.rows["risks"].append({
            "project": key, "sheet": "风险登记", "row": n + 4, "id": f"R{n + 1:03d}", "kind": "register",
            "level": "high" if score > 14 else "medium" if score > 6 else "low", "score": score,
            "department": self.chance.choice(self.departments), "reason": said[self.lang == "en"],
        })  # fmt: skip

    def action(self, key: str, n: int) -> None:
        due = self.day(-20, 25)
        departments = self.chance.sample(self.departments, self.chance.choice((1, 1, 2)))
        said = ("落实备选供应商报价", "Get quotes of a second supplier")
        self.rows["actions"].append({
            "project": key, "sheet": "待办台账", "row": n + 4, "id": f"A{n + 1:03d}", "action": said[self.lang == "en"],
            "department": departments[0], "departments": departments, "owner": "、".join(departments),
            "raised_on": due - dt.timedelta(days=14), "due": due, "status": "open",
            "age": (AS_OF - due).days + 14, "overdue": max(0, (AS_OF - due).days),
        })  # fmt: skip

    def row_of(self, key: str, name: str, rows: list[dict[str, Any]]) -> None:
        counted = [row for row in rows if row["status"] != "cancelled"]
        rags = Counter(row["rag"] for row in counted)
        slip = max([row["variance"] for row in rows if row["late"]], default=0)
        all_done = bool(counted) and all(row["status"] == "done" for row in counted)
        mine = {table: [r for r in self.rows[table] if r["project"] == key] for table in ("risks", "actions")}
        levels = Counter(risk["level"] for risk in mine["risks"])
        ahead = [r for r in self.rows["milestones"][-6:] if not r["reached"]]
        end = max(row["baseline"] for row in rows)
        self.rows["projects"].append({
            "project": key, "path": f"/share/项目/{self.chance.randint(1, 9)}组/{name}.xlsx", "name": name,
            "department": self.chance.choice(self.departments), "data_date": AS_OF,
            "rag": "blue" if all_done else "red" if slip > 2 else "yellow" if slip or rags["red"] else "green",
            "tasks": len(counted), "done": sum(row["status"] == "done" for row in counted),
            "red": rags["red"], "yellow": rags["yellow"], "green": rags["green"],
            "late": sum(row["late"] for row in rows), "baseline_end": end,
            "forecast_end": end + dt.timedelta(days=slip), "slip": slip,
            "milestone": ahead[0]["milestone"] if ahead else "",
            "milestone_baseline": ahead[0]["baseline"] if ahead else None,
            "milestone_forecast": ahead[0]["forecast"] if ahead else None,
            "high_risks": levels["high"], "medium_risks": levels["medium"], "low_risks": levels["low"],
            "open_actions": len(mine["actions"]), "overdue_actions": sum(a["overdue"] > 0 for a in mine["actions"]),
            "errors": 0, "warnings": 0, "language": self.lang,
        })  # fmt: skip

    def together(self) -> None:
        """Load over all projects; clashes drawn by chance."""
        days: Counter[tuple[str, dt.date]] = Counter()
        for row in self.rows["weeks"]:
            days[row["department"], row["week"]] += row["days"]
        for (department, week), count in days.items():
            self.rows["load"].append({
                "department": department, "week": week, "days": count, "workdays": 5, "tasks": 1, "projects": 1,
            })  # fmt: skip
        keys = [row["project"] for row in self.rows["projects"]]
        for department in self.departments if len(keys) > 3 else ():
            first = self.day(0, 20)
            chosen = sorted(self.chance.sample(keys, 3))
            self.rows["clashes"].append({
                "department": department, "person": self.chance.choice(("", self.people[0])), "first": first,
                "last": first + dt.timedelta(days=4), "workdays": 3, "most": 3, "peak": first, "projects": chosen,
                "tasks": [f"{key}:T{n:03d}" for n, key in enumerate(chosen, 1)],
            })  # fmt: skip

    def changes(self) -> None:
        for row in self.rows["projects"][:5]:
            self.rows["changes"].append({
                "project": row["project"], "kind": "end", "what": row["name"], "before": "2026-05-08",
                "after": "2026-05-15", "days": 5,
            })  # fmt: skip
        self.rows["changes"].append(
            {"project": "gone", "kind": "gone", "what": "旧项目.xlsx", "before": "/share/旧"}
        )

    def skipped(self) -> None:
        for n, (kind, zh, en, cure_zh, cure_en, grave) in enumerate(_SKIPPED):
            self.rows["skipped"].append({
                "path": f"/share/项目/{n + 1}组/{kind}.xlsx", "kind": kind, "reason_zh": zh, "reason_en": en,
                "cure_zh": cure_zh, "cure_en": cure_en, "grave": grave,
            })  # fmt: skip

    def runs(self, runs: int) -> None:
        projects = self.rows["projects"]
        for n in range(runs - 1, -1, -1):
            shrink = 1 - 0.03 * n
            red = sum(row["rag"] == "red" for row in projects)
            yellow = sum(row["rag"] == "yellow" for row in projects)
            self.rows["runs"].append({
                "run": dt.datetime.combine(AS_OF - dt.timedelta(days=7 * n), dt.time(8, 30)),
                "projects": int(len(projects) * shrink), "red_projects": max(0, red + (n % 3) - 1 if n else red),
                "yellow_projects": max(0, yellow - n // 2), "tasks": 0, "done": 0, "red": 0, "yellow": 0, "green": 0,
                "late": max(0, sum(row["late"] for row in projects) + (-3 * n + 5 * (n % 2) if n else 0)),
                "high_risks": 0, "open_actions": 0,
                "overdue_actions": max(0, sum(row["overdue_actions"] for row in projects) - 2 * n),
            })  # fmt: skip


_SKIPPED = (
    ("encrypted", "文件已加密，读不出", "The file is encrypted", "去掉密码后重新放入", "Take the password off", True),
    ("lock", "Excel 打开文件时的临时文件", "A lock file of Excel", "", "", False),
    ("foreign", "不是跟踪表：没有“跟踪表”工作表", "No tracker: it has no sheet 跟踪表", "用 import 转换", "Convert it with import", True),
)  # fmt: skip
