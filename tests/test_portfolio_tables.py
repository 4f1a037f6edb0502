"""The tables of a portfolio: what is declared is there, and the figures are those of a project by hand."""

from __future__ import annotations

import pickle
from datetime import date, datetime

import pytest

from tests import company
from xl_collab.plan.portfolio import Portfolio, Summary
from xl_collab.plan.project import Project
from xl_collab.portfolio.clashes import Work, clashes
from xl_collab.portfolio.consolidate import consolidate
from xl_collab.portfolio.summary import Source, summarize
from xl_collab.project.calendar.workdays import Calendar
from xl_collab.project.tables import Book, Table
from xl_collab.schema.portfolio import PORTFOLIO_TABLES, SUMMARY_TABLES
from xl_collab.schema.portfolio_columns import Holds
from xl_collab.schema.sheets import SHEETS

TYPES: dict[Holds, type] = {
    "text": str,
    "texts": list,
    "integer": int,
    "number": float,
    "date": date,
    "moment": datetime,
    "flag": bool,
}


@pytest.fixture(scope="module")
def portfolio() -> Portfolio:
    return company.portfolio(8)


def test_every_cell_holds_what_is_declared(portfolio: Portfolio) -> None:
    for table in PORTFOLIO_TABLES:
        for column in table.columns:
            kinds = {type(value) for value in portfolio[table.key][column.name]}
            unknown = set() if column.holds in ("text", "texts", "flag") else {type(None)}
            assert kinds <= {TYPES[column.holds]} | unknown, (table.key, column.name)


def test_every_column_has_a_name_in_both_languages_and_stands_once() -> None:
    for table in PORTFOLIO_TABLES:
        assert len(set(table.names)) == len(table.columns), table.key
        for column in table.columns:
            assert column.label.zh and column.label.en, (table.key, column.name)
            assert bool(column.meaning.zh) == bool(column.meaning.en), (table.key, column.name)


def test_a_summary_is_small_and_pickles() -> None:
    made = company.summary(1, 30)
    sent = pickle.dumps(made)
    again: Summary = pickle.loads(sent)
    assert again.project == made.project
    assert {key: list(rows) for key, rows in again.tables.items()} == {
        key: list(rows) for key, rows in made.tables.items()
    }
    assert len(sent) < 40_000


def test_every_row_belongs_to_a_project(portfolio: Portfolio) -> None:
    known = set(portfolio["projects"]["project"])
    assert len(known) == 8
    for table in SUMMARY_TABLES:
        assert set(portfolio[table.key]["project"]) <= known, table.key


# one project, by hand. 2024-06-14 is a Friday; 2024-06-10 was a holiday (端午).

ROWS = [
    {
        "id": "T1",
        "owner": "研发部（张伟）",
        "task": "编写方案",
        "deadline": date(2024, 6, 7),
        "baseline": date(2024, 6, 7),
        "planned_start": date(2024, 6, 3),
        "status": "进行中",
        "forecast": date(2024, 6, 18),
    },
    {
        "id": "T2",
        "owner": "市场部",
        "task": "发布",
        "deadline": date(2024, 6, 14),
        "baseline": date(2024, 6, 14),
        "planned_start": date(2024, 6, 11),
        "predecessors": "T1",
        "status": "未开始",
    },
    {
        "id": "T3",
        "owner": "市场部",
        "task": "取消的",
        "deadline": date(2024, 9, 2),
        "status": "取消",
    },
]
MILESTONES = [
    {"id": "M1", "milestone": "上线", "owner": "市场部", "planned": date(2024, 6, 14), "task_id": "T2"},
    {"id": "M2", "milestone": "结项", "owner": "市场部", "planned": date(2024, 7, 31), "status": "未开始"},
]
ACTIONS = [
    {"id": "A1", "action": "催办", "owner": "研发部", "raised_on": date(2024, 6, 3), "due": date(2024, 6, 7)},
    {"id": "A2", "action": "已办", "owner": "研发部", "raised_on": date(2024, 6, 3), "due": date(2024, 6, 7)}
    | {"status": "已完成"},
]


def by_hand(project: str = "p") -> Summary:
    records = {"tracker": ROWS, "milestones": MILESTONES, "actions": ACTIONS}
    records["contacts"] = [{"department": "研发部"}, {"department": "市场部"}]
    tables = {key: Table.of(SHEETS.table(key), rows) for key, rows in records.items()}
    book = Book(tables, {"settings": {"project": "上市", "initiator": "市场部"}})
    return summarize(Project(book, date(2024, 6, 14)), Source(project, f"/{project}.xlsx", "0"))


def test_the_row_of_a_project_by_hand() -> None:
    row = by_hand().project
    # T1 is promised for Tue 18: from Fri 7 on Tue 11, Wed 12, Thu 13, Fri 14, Mon 17, Tue 18 (10 was off): 6.
    # T2 takes Tue 11 – Fri 14, four days, after T1: Wed 19, Thu 20, Fri 21, Mon 24.
    assert (row["name"], row["department"], row["tasks"], row["done"]) == ("上市", "市场部", 2, 0)
    assert (row["red"], row["yellow"], row["green"], row["late"]) == (2, 0, 0, 2)
    assert (row["baseline_end"], row["forecast_end"]) == (date(2024, 6, 14), date(2024, 6, 24))
    assert row["slip"] == 6
    assert row["rag"] == "red"
    assert (row["milestone"], row["milestone_baseline"], row["milestone_forecast"]) == (
        "上线",
        date(2024, 6, 14),
        date(2024, 6, 24),
    )
    assert (row["open_actions"], row["overdue_actions"]) == (1, 1)


def test_the_tasks_by_hand() -> None:
    first, second, third = by_hand().tables["tasks"]
    assert (first["variance"], first["own_days"], first["inherited_days"], first["root"]) == (6, 6, 0, "T1")
    assert (second["variance"], second["own_days"], second["inherited_days"], second["root"]) == (
        6,
        0,
        6,
        "T1",
    )
    assert (first["department"], first["person"], second["person"]) == ("研发部", "张伟", "")
    assert (first["work_from"], first["work_to"]) == (date(2024, 6, 14), date(2024, 6, 18))
    assert (second["work_from"], second["work_to"]) == (date(2024, 6, 19), date(2024, 6, 24))
    assert (third["status"], third["open"], third["variance"], third["work_to"]) == (
        "cancelled",
        False,
        None,
        None,
    )
    assert (first["row"], second["row"]) == (5, 6)


def test_the_slip_is_one_matter_with_both_rows() -> None:
    (slip,) = by_hand().tables["slips"]
    assert (slip["root"], slip["how"], slip["days"], slip["late"]) == ("T1", "promise", 6, 2)
    assert slip["reached"] == ["T1", "T2"]


def test_milestones_go_where_their_tasks_go() -> None:
    first, second = by_hand().tables["milestones"]
    assert (first["forecast"], first["variance"], first["reached"]) == (date(2024, 6, 24), 6, False)
    assert (second["forecast"], second["variance"]) == (date(2024, 7, 31), 0)


def test_the_weeks_by_hand() -> None:
    rows = [row[1:] for row in by_hand().tables["weeks"].rows()]
    # 研发部 on Fri 14 and Mon 17, Tue 18; 市场部 on Wed 19 – Fri 21 and Mon 24.
    assert rows == [
        ("市场部", "", date(2024, 6, 17), 3, 1, 5),
        ("市场部", "", date(2024, 6, 24), 1, 1, 5),
        ("研发部", "", date(2024, 6, 10), 1, 1, 4),
        ("研发部", "", date(2024, 6, 17), 2, 1, 5),
        ("研发部", "张伟", date(2024, 6, 10), 1, 1, 4),
        ("研发部", "张伟", date(2024, 6, 17), 2, 1, 5),
    ]


def test_two_projects_add_up_and_clash() -> None:
    made = consolidate([by_hand("b"), by_hand("a")], datetime(2024, 6, 14, 9))
    assert made["projects"]["project"] == ["a", "b"]
    load = {row[:3]: row[3:] for row in made["load"].rows()}
    assert load["市场部", "", date(2024, 6, 17)] == (6, 5, 2, 2)
    found = {(row["department"], row["person"]): row for row in made["clashes"]}
    person = found["研发部", "张伟"]
    assert (person["first"], person["last"], person["workdays"], person["most"]) == (
        date(2024, 6, 14),
        date(2024, 6, 18),
        3,
        2,
    )
    assert person["tasks"] == ["a:T1", "b:T1"]
    assert found["市场部", ""]["first"] == date(2024, 6, 24)


def test_days_off_do_not_part_a_clash_and_no_common_day_is_none() -> None:
    friday, monday, tuesday = date(2024, 6, 14), date(2024, 6, 17), date(2024, 6, 18)
    work = [
        Work("研发部", "张伟", "a", "1", friday, monday),
        Work("研发部", "张伟", "b", "1", friday, friday),
        Work("研发部", "张伟", "c", "1", monday, monday),
        Work("研发部", "李娜", "a", "2", friday, friday),
        Work("研发部", "李娜", "b", "2", monday, tuesday),
        Work("市场部", "张伟", "b", "3", friday, tuesday),
    ]
    rows = [row for row in clashes(work, Calendar.seeded()) if row[1]]  # department by department
    assert [row[:6] for row in rows] == [("研发部", "张伟", friday, monday, 2, 2)]
    assert rows[0][8] == ["a:1", "b:1", "c:1"]


def test_changes_name_what_moved() -> None:
    from xl_collab.portfolio.changes import changes

    before = company.portfolio(3)
    now = company.portfolio(4)
    tasks = now["tasks"]
    place = next(i for i, row in enumerate(tasks) if row["open"] and row["rag"] == "green")
    tasks["rag"][place] = "red"
    rows = list(changes(now.tables, before["projects"], before["tasks"]))
    assert [(row[0], row[1]) for row in rows] == [("p004", "new"), (tasks["project"][place], "rag")]
    back = list(changes(before.tables, now["projects"], now["tasks"]))
    assert ("p004", "gone") in [(row[0], row[1]) for row in back]
