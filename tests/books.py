"""Small trackers for tests: records in, a Book or a Project out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from xl_collab.plan.project import Project
from xl_collab.project.tables import Book, Table
from xl_collab.schema.sheets import SHEETS

Record = Mapping[str, object]

DEPARTMENTS = ("市场部", "研发部", "生产部", "销售部", "行政部")
MID_PROJECT = date(2023, 11, 13)


def task(row_id: str, **cells: object) -> dict[str, object]:
    """A tracker row that has nothing wrong; name what should differ."""
    row = {
        "id": row_id,
        "stage": "方案评审",
        "owner": "研发部",
        "task": "制定技术方案",
        "output": "《执行方案》",
        "deadline": date(2023, 12, 1),
        "status": "未开始",
    }
    return row | cells


def book(
    tracker: Sequence[Record] = (), *, settings: Record | None = None, **tables: Sequence[Record]
) -> Book:
    """A Book with these rows; 通讯录 has the five departments of the template unless given."""
    contacts = [{"department": name, "contact": "*"} for name in DEPARTMENTS]
    rows: dict[str, Sequence[Record]] = {"tracker": tracker, "contacts": contacts, **tables}
    made = {s.key: replace(Table.of(s, rows.get(s.key, ())), tab=s.title.zh) for s in SHEETS.tables}
    values = {"project": "新产品上市", "delay_threshold": 2, "lead_time": 3} | dict(settings or {})
    return Book(made, {"settings": values, "request": {}})


def project(tracker: Sequence[Record] = (), *, as_of: date = MID_PROJECT, **rest: object) -> Project:
    """The Project of `book(...)` as of a day in mid-project."""
    return Project(book(tracker, **rest), as_of)  # type: ignore[arg-type]
