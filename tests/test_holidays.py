"""calendar import: a notice becomes rows of 节假日, each day once, with the values of the formulas."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from books import book

from xl_collab.plan.calendar_edits import calendar_edits
from xl_collab.plan.holidays import import_notice
from xl_collab.plan.project import Project
from xl_collab.plan.what_if import carried_out
from xl_collab.project.calendar.notice import parse_notice
from xl_collab.project.calendar.workdays import Calendar
from xl_collab.project.edits import AppendRows, SetColumn
from xl_collab.project.tables import Table
from xl_collab.schema.sheets import SHEETS

NOTICE = """国务院办公厅关于2031年部分节假日安排的通知
一、元旦:1月1日(周三)放假1天。
二、春节:1月22日(周三)至24日(周五)放假调休,共3天。1月19日(周日)上班。
三、火星节:择日放假。"""
DAYS = [
    {"date": date(2031, 1, 1), "kind": "休", "name": "元旦", "source": "官方"},
    {"date": date(2031, 1, 19), "kind": "休", "name": "司庆", "source": "公司"},
]


def project(days: list[dict[str, object]]) -> Project:
    made = book(calendar=days)
    return Project(made, date(2031, 1, 1))


def appended(made: Project) -> list[dict[str, object]]:
    edits = import_notice(made, parse_notice(NOTICE)).edits
    return [dict(r) for e in edits if isinstance(e, AppendRows) for r in e.records]


def test_only_days_that_are_new_or_different_are_appended() -> None:
    rows = appended(project(DAYS))
    assert [(r["date"], r["kind"], r["source"]) for r in rows] == [
        (date(2031, 1, 19), "班", "官方"),
        (date(2031, 1, 22), "休", "官方"),
        (date(2031, 1, 23), "休", "官方"),
        (date(2031, 1, 24), "休", "官方"),
    ]


def test_the_new_rows_carry_what_their_formulas_show() -> None:
    sunday, wednesday, *_ = appended(project(DAYS))
    assert (sunday["off_day"], sunday["work_day"]) == (0, date(2031, 1, 19))
    assert sunday["official_year"] is None  # two holidays make no year official
    assert (wednesday["off_day"], wednesday["work_day"]) == (date(2031, 1, 22), 0)


def test_a_day_listed_again_below_counts_no_longer_above() -> None:
    edits = import_notice(project(DAYS), parse_notice(NOTICE)).edits
    kept = {e.column: list(e.values) for e in edits if isinstance(e, SetColumn)}
    assert kept["off_day"] == [date(2031, 1, 1), 0]


def test_what_was_not_understood_is_handed_back() -> None:
    assert any("择日" in clause for clause in import_notice(project(DAYS), parse_notice(NOTICE)).data.unread)


def test_importing_twice_adds_nothing() -> None:
    rows = [{k: r[k] for k in ("date", "kind", "name", "source")} for r in appended(project(DAYS))]
    assert import_notice(project([*DAYS, *rows]), parse_notice(NOTICE)).edits == ()


def test_the_sheet_then_counts_the_new_days() -> None:
    rows = appended(project(DAYS))
    table = Table.of(SHEETS.table("calendar"), [*DAYS, *rows])
    made = book()
    after = Project(replace(made, tables={**made.tables, "calendar": table}), date(2031, 1, 1))
    assert after.calendar.is_workday(date(2031, 1, 19))
    assert not after.calendar.is_workday(date(2031, 1, 22))


def test_a_workbook_that_has_only_official_days_gets_the_estimates() -> None:
    official = [day for day in Calendar.seeded().days if day.source == "official"]
    rows = [
        {"date": day.date, "kind": "休" if day.kind == "off" else "班", "name": day.name, "source": "官方"}
        for day in official
    ]
    before = project(rows)
    edits = calendar_edits(before, before.calendar.missing_estimates())
    after = carried_out(before, edits).calendar
    assert after.days == Calendar.seeded().days
    assert calendar_edits(before, after.missing_estimates()) == ()
