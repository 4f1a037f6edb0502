"""`make_trackers.py N FOLDER`: N valid trackers, each another project, the same bytes every time.

What a company has that runs many projects at once: the same departments and persons in all of them, projects
of some ten to two hundred tasks at every stage, some late, with milestones, risks and action items. Used by
`portfolio.py` and by tests. One workbook is drawn and the tables of the others are filled into it, so that
a thousand take a minute.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import random
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from xml.sax.saxutils import escape

import filldown
from filldown import FIRST, FillDown
from notes import note_pool
from plan import AS_OF, ORIGIN, Row, working_days

from xl_collab.documents.table_sheets import cell_values
from xl_collab.documents.workbook.template import draw_workbook
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import find
from xl_collab.project.tables import Book, Table
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import RISK_STATUS, STAGE

STAFF: Mapping[str, str] = {
    "研发部": "张伟、王芳、李娜、刘洋、陈静",
    "市场部": "杨帆、赵磊、黄敏",
    "采购部": "周杰、吴琼",
    "生产部": "徐强、孙丽、马超",
    "质量部": "朱红、胡军",
    "财务部": "郭峰、何洁",
    "人力资源部": "高翔、林涛",
    "法务部": "罗兰",
    "信息部": "梁宇、宋佳",
    "客服部": "郑爽、谢娜",
    "销售部": "唐磊、韩雪、曹阳",
    "行政部": "许静、邓超",
}
"""Department → the persons in it."""
TABLES = ("tracker", "milestones", "risks", "actions", "contacts")
_NAME, _DOCUMENT, _DATE = "占位的项目名称", "placeholder-document", dt.date(2199, 1, 1)
_VERBS = ("确定", "编写", "评审", "采购", "安装", "联调", "测试", "培训", "验收", "发布")
_THINGS = (
    "接口方案",
    "样机",
    "模具",
    "物料清单",
    "试产报告",
    "宣传册",
    "合同",
    "操作手册",
    "数据迁移",
    "验收标准",
)
_WHERE = ("华东", "华南", "西南", "东北", "海外")
_WHAT = ("产线改造", "新品上市", "系统切换", "渠道建设", "质量提升", "仓储搬迁", "客户服务升级")
_CLAUSES = ("关键器件交期延长", "接口人变动", "预算尚未批复", "供应商产能不足", "测试环境不稳定")


@dataclass
class Small:
    """One project, all of it out of `seed`; `size` is its number of tasks."""

    seed: int
    size: int
    days: Sequence[dt.date]
    notes: Sequence[str]
    as_of: dt.date = AS_OF

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.today = self.days.index(self.as_of)
        self.team = self.random.sample(sorted(STAFF), self.random.randrange(3, 7))
        self.begin = self.today - self.random.randrange(10, 90)
        self.name = f"{self.random.choice(_WHERE)}{self.random.choice(_WHAT)}{self.seed:04}"

    @cached_property
    def rows(self) -> list[Row]:
        """跟踪表: strands of tasks that follow each other."""
        found: list[Row] = []
        self.ends: dict[int, int] = {}
        while len(found) < self.size:
            number = len(found) + 1
            before = number - 1 if found and self.random.random() < 0.7 else None
            start = self.ends[before] + 1 if before else self.begin + self.random.randrange(60)
            finish = start + self.random.randrange(10)
            self.ends[number] = finish
            found.append(
                self._row(number) | self._plan(start, finish, before) | self._progress(start, finish)
            )
        return found

    def _row(self, number: int) -> Row:
        draw = self.random
        lead, *others = draw.sample(self.team, 3)
        person = draw.choice(STAFF[lead].split("、"))
        return {
            "id": f"T{number:03}",
            "stage": STAGE.label(STAGE.codes[min(6 * number // (self.size + 1), 5)], "zh"),
            "owner": draw.choice((lead, f"{lead}（{person}）", f"{lead}（{person}）、{others[0]}")),
            "task": f"{draw.choice(_VERBS)}{draw.choice(_THINGS)}（第{number}项）",
            "output": f"《{draw.choice(_THINGS)}》",
            "note": draw.choice(self.notes) if draw.random() < 0.3 else None,
            "support": others[1] if draw.random() < 0.4 else None,
        }

    def _plan(self, start: int, finish: int, before: int | None) -> Row:
        due = self.days[finish]
        return {
            "predecessors": f"T{before:03}" if before else None,
            "planned_start": self.days[start],
            "deadline": due if self.random.random() < 0.97 else f"{due.year}年{due.month}月{due.day}日",
            "baseline_start": self.days[start],
            "baseline": due if self.random.random() < 0.97 else None,
        }

    def _progress(self, start: int, finish: int) -> Row:
        draw = self.random
        really = max(start, finish + draw.choice((-1, 0, 0, 0, 0, 1, 2, 4, 8)))
        if draw.random() < 0.03:
            return {"status": draw.choice(("暂停", "取消")), "percent": 0.2}
        if really <= self.today and draw.random() < 0.95:
            began = {"actual_start": self.days[start], "actual": self.days[really]}
            return {"status": "已完成", "percent": 1, "feedback": "已填", **began}
        if start > self.today:
            return {"status": "未开始", "percent": 0}
        promise = self.days[max(self.today, finish) + draw.randrange(8)] if draw.random() < 0.3 else None
        feedback = draw.choice(("已填", "无变化", "需协助", None))
        report = {
            "percent": draw.randrange(1, 10) / 10,
            "reported_on": self.days[self.today - draw.randrange(4)],
        }
        return {
            "status": "进行中",
            "actual_start": self.days[start],
            "forecast": promise,
            "feedback": feedback,
        } | report

    @cached_property
    def milestones(self) -> list[Row]:
        """A milestone on the day of some tasks."""
        chosen = sorted(self.random.sample(range(self.size), min(self.size, self.random.randrange(1, 6))))
        return [self._milestone(k, self.rows[i]) for k, i in enumerate(chosen, 1)]

    def _milestone(self, k: int, row: Row) -> Row:
        day = row["baseline"] or self.days[self.ends[int(str(row["id"])[1:])]]
        done = {"actual": row["actual"], "status": "已完成"} if row.get("actual") else {"status": "未开始"}
        what = {"milestone": f"完成{row['task']}", "owner": self.random.choice(self.team)}
        return {"id": f"M{k:03}", "planned": day, "baseline": day, "task_id": row["id"], **what, **done}

    @cached_property
    def risks(self) -> list[Row]:
        """Some risks, closed ones too."""
        return [self._risk(k) for k in range(1, self.random.randrange(2, 6))]

    def _risk(self, k: int) -> Row:
        draw = self.random
        score = {"probability": draw.randrange(1, 6), "impact": draw.randrange(1, 6)}
        status = RISK_STATUS.label(draw.choice(RISK_STATUS.codes), "zh")
        answer = {"countermeasure": draw.choice(("增加备选供应商", None)), "raised_on": self.days[self.begin]}
        return {
            "id": f"K{k:03}",
            "risk": draw.choice(_CLAUSES),
            "owner": draw.choice(self.team),
            "status": status,
        } | {
            **score,
            **answer,
        }

    @cached_property
    def actions(self) -> list[Row]:
        """Some action items, most of them open."""
        return [self._action(k) for k in range(1, self.random.randrange(2, 8))]

    def _action(self, k: int) -> Row:
        draw = self.random
        raised = self.today - draw.randrange(30)
        done = draw.random() < 0.3
        status = {"status": "已完成", "done_on": self.days[self.today]} if done else {"status": "未完成"}
        days = {"raised_on": self.days[raised], "due": self.days[raised + draw.randrange(1, 40)]}
        return {
            "id": f"A{k:03}",
            "action": f"跟进{draw.choice(_THINGS)}",
            "owner": draw.choice(self.team),
        } | {
            **days,
            **status,
        }

    @cached_property
    def contacts(self) -> list[Row]:
        """通讯录 of the departments of the company."""
        return [
            {"department": name, "contact": staff.split("、")[0], "email": f"d{k}@example.com"}
            for k, (name, staff) in enumerate(STAFF.items())
        ]

    def records(self, key: str) -> list[Row]:
        """The rows of one of TABLES."""
        return list(self.rows if key == "tracker" else getattr(self, key))


class Drawn:
    """One drawn workbook with a row in each table; `fill` makes another project's of it."""

    def __init__(self) -> None:
        book = find("product-launch").book("zh", ORIGIN)
        settings = {**book.settings, "data_date": _DATE, "project": _NAME}
        approval = {"conclusion": "通过", "approved_on": ORIGIN, "approver": "*", "feasibility": "可行"}
        request = {**book.forms["request"], **approval, "capacity": "各部门均可承接"}
        self.book = replace(book, forms={**book.forms, "settings": settings, "request": request})
        self.days = working_days()
        departments = tuple(STAFF)
        self.notes = note_pool(random.Random(7), departments, 600)
        project = Project(self._with(Small(1, 5, self.days, self.notes), 1), AS_OF)
        created = dt.datetime.combine(AS_OF, dt.time(9))
        made = draw_workbook(project, "zh", created=created, document_id=_DOCUMENT)
        self.parts = _Parts(made)

    def _with(self, small: Small, most: int | None = None) -> Book:
        made = {key: Table.of(SHEETS.table(key), small.records(key)[:most]) for key in TABLES}
        tabs = {key: replace(table, tab=self.book.tables[key].tab) for key, table in made.items()}
        return replace(self.book, tables={**self.book.tables, **tabs})

    def small(self, seed: int, size: int | None = None, as_of: dt.date = AS_OF) -> Small:
        """The project of a seed; its size is drawn too, mostly 30 to 60 tasks, where none is given."""
        drawn = random.Random(seed).choice((12, 30, 40, 50, 60, 60, 100, 200))
        return Small(seed, size or drawn, self.days, self.notes, as_of)

    def project(self, small: Small) -> Project:
        """The project as it is read from its workbook, without one."""
        book = self._with(small)
        settings = {**book.settings, "data_date": small.as_of, "project": small.name}
        book = replace(book, forms={**book.forms, "settings": settings}, name=f"{small.name}.xlsx")
        return Project(book, small.as_of)

    def fill(self, small: Small) -> bytes:
        """The project's workbook."""
        project = self.project(small)
        strings: dict[str, int] = {}
        fills = [_Fill(self.parts, project, key, strings) for key in TABLES]
        said = {_NAME: small.name, _DOCUMENT: f"{_DOCUMENT}-{small.seed}"}
        said[f"<v>{_serial(_DATE)}</v>"] = f"<v>{_serial(small.as_of)}</v>"
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
            for name, content in _filled(self.parts, fills):
                target.writestr(filldown.info(name), _worded(content, said))
        return out.getvalue()


class _Parts:
    """A package's parts in memory, as FillDown asks a zip file for them."""

    def __init__(self, package: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(package)) as source:
            self.found = {name: source.read(name) for name in source.namelist()}

    def namelist(self) -> list[str]:
        return list(self.found)

    def read(self, name: str) -> bytes:
        return self.found[name]


class _Fill(FillDown):
    """One of the tables that are filled; all of a workbook share their strings."""

    def __init__(self, parts: _Parts, project: Project, key: str, strings: dict[str, int]) -> None:
        table = project.table(key)
        super().__init__(parts, table.tab)  # type: ignore[arg-type]
        self.strings = strings
        values = cell_values(project, table.sheet, table)
        self.columns = [values[column.name] for column in table.sheet.columns]
        self.last = FIRST + len(table) - 1


def _filled(parts: _Parts, fills: Sequence[_Fill]) -> Iterator[tuple[str, bytes]]:
    by_sheet = {one.sheet: one for one in fills}
    by_table = {one.table: one for one in fills}
    for name in parts.namelist():
        if name in by_sheet:
            one = by_sheet[name]
            yield name, "".join(one.written(one.columns, one.last)).encode()
        elif name in by_table:
            one = by_table[name]
            yield name, parts.read(name).replace(f'{FIRST}"'.encode(), f'{one.last}"'.encode())
        elif name != filldown.STRINGS:
            yield name, parts.read(name)
    yield filldown.STRINGS, fills[0].shared().encode()


def _worded(content: bytes, said: Mapping[str, str]) -> bytes:
    for old, new in said.items():
        content = content.replace(old.encode(), (new if old.startswith("<") else escape(new)).encode())
    return content


def _serial(day: dt.date) -> int:
    return (day - dt.date(1899, 12, 30)).days


def make_trackers(
    count: int, folder: Path, *, first: int = 1, size: int | None = None, drawn: Drawn | None = None
) -> list[Path]:
    """Write the projects of the seeds from `first` on, a hundred to a subfolder; their paths."""
    drawn, made = drawn or Drawn(), []
    for seed in range(first, first + count):
        small = drawn.small(seed, size)
        path = folder / f"{(seed - 1) // 100:03}" / f"{re.sub('[/:]', '', small.name)}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(drawn.fill(small))
        made.append(path)
    return made


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Make many different tracker workbooks.")
    parser.add_argument("count", type=int, help="how many, at least 1")
    parser.add_argument("folder", type=Path, help="where to write them")
    parser.add_argument("--size", type=int, help="tasks in each; drawn for each where not given")
    given = parser.parse_args()
    if given.count < 1:
        parser.error("count must be at least 1")
    make_trackers(given.count, given.folder, size=given.size)


if __name__ == "__main__":
    main()
