"""How a project's cells are understood: settings, calendar, deadlines, owners, notes."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest
from books import MID_PROJECT, book, project, task

from xl_collab.plan.parsed import factorise, look
from xl_collab.plan.parsed_project import Settings
from xl_collab.plan.project import Project
from xl_collab.project.tables import Book, CellError, CellFormula
from xl_collab.project.timing.deadlines import Blank, FixedDate, Recurrence, Unreadable

D = date


# settings


def test_settings_of_an_empty_book_are_the_defaults():
    found = Settings.of(Book({}))
    assert (found.delay_threshold, found.lead_time, found.move_rule) == (2, 3, "following")
    assert (found.language, found.data_date, found.anchor, found.project) == ("zh", None, None, "")


@pytest.mark.parametrize(
    ("typed", "read"),
    [(0, 0), (5.0, 5), ("4", 4), ("四", 2), (-1, 2), (None, 2), (True, 2), (CellError("#REF!"), 2)],
)
def test_the_threshold_as_typed(typed, read):
    assert Settings.of(book(settings={"delay_threshold": typed})).delay_threshold == read


def test_settings_are_read_in_the_words_people_use():
    found = Settings.of(
        book(
            settings={
                "move_rule": "跳过",
                "language": "English",
                "anchor": "2023年11月6日",
                "superior": " 王总 ",
            }
        )
    )
    assert (found.move_rule, found.language, found.anchor) == ("skip", "en", D(2023, 11, 6))
    assert found.superior == "王总"


def test_the_data_date_rules_and_today_is_the_fallback():
    today = D(2026, 5, 4)
    assert Project.resolve_as_of(book(settings={"data_date": datetime(2023, 11, 13)}), today) == MID_PROJECT
    assert Project.resolve_as_of(book(), today) == today


# calendar


def test_without_listed_days_the_shipped_calendar_is_used():
    found = project()
    assert found.calendar.is_workday(D(2023, 10, 8))
    assert found.official_span == (2004, 2026)


def test_the_calendar_sheet_decides_alone_and_its_later_row_wins():
    days = [
        {"date": D(2023, 11, 6), "kind": "休", "name": "厂休", "source": "公司"},
        {"date": D(2023, 11, 4), "kind": "班", "name": "厂休", "source": "公司"},
        {"date": D(2023, 11, 7), "kind": "休", "source": "官方"},
        {"date": D(2023, 11, 7), "kind": "班", "source": "官方"},
        {"date": D(2023, 11, 8), "kind": "休", "source": "官方"},
        {"date": D(2023, 11, 8), "kind": "?", "source": "官方"},
        {"date": "2023-11-09", "kind": "休", "source": "官方"},
    ]
    found = project(calendar=days)
    working = [day for day in range(4, 10) if found.calendar.is_workday(D(2023, 11, day))]
    assert working == [4, 7, 8, 9]
    assert found.official_span == (0, 0)  # a few typed rows make no year official


# rows


def test_deadlines_of_every_sort():
    rows = [
        task(f"T{n}", deadline=d) for n, d in enumerate((D(2023, 10, 8), "2023.10.8", "每日", None, "尽快"))
    ]
    found = project(rows).deadlines
    assert found[:2] == (FixedDate(D(2023, 10, 8)),) * 2
    assert isinstance(found[2], Recurrence)
    assert isinstance(found[3], Blank)
    assert isinstance(found[4], Unreadable)


def test_a_missing_year_comes_from_the_row_itself_else_from_the_closest_row():
    found = project(
        [
            task("T1", deadline=D(2023, 12, 20)),
            task("T2", deadline="1月10日"),
            task("T3", deadline="1月10日", planned_start=D(2025, 1, 2)),
        ]
    )
    assert [d.date for d in found.deadlines] == [D(2023, 12, 20), D(2024, 1, 10), D(2025, 1, 10)]
    assert [d.year_inferred for d in found.deadlines] == [False, True, True]


def test_no_date_anywhere_leaves_a_missing_year_unread():
    assert project([task("T1", deadline="1月10日")]).deadlines == (Unreadable("1月10日", "no_year"),)


def test_a_boolean_or_an_error_is_no_deadline():
    found = project(
        [task("T1", deadline=True), task("T2", deadline=1), task("T3", deadline=CellError("#N/A"))]
    )
    assert found.deadlines[0] == Unreadable("TRUE", "unknown")
    assert found.deadlines[1] == FixedDate(D(1900, 1, 1))
    assert found.deadlines[2] == Unreadable("#N/A", "unknown")


def test_ids_are_compared_in_one_form_and_the_first_row_of_a_double_counts():
    found = project([task("T001"), task("ｔ００２"), task("t001 "), task(None)])
    assert found.ids.tolist() == ["t001", "t002", "t001", ""]
    assert found.row_of == {"t001": 0, "t002": 1}


def test_a_formula_in_a_text_cell_counts_as_what_it_shows():
    found = project([task(CellFormula("=B5", "T009"), owner=CellFormula("=A1", "研发部"))])
    assert found.ids.tolist() == ["t009"]
    assert found.parties[0].lead.department == "研发部"


def test_owners_by_alias():
    contacts = [
        {"department": "研发部", "aliases": "RD、研发中心"},
        {"department": "市场部", "aliases": None},
    ]
    found = project([task("T1", owner="研发中心*、市场部"), task("T2", owner="rd")], contacts=contacts)
    first, second = found.parties
    assert (first.lead.department, first.lead.masked) == ("研发部", True)
    assert [p.department for p in first.supporters] == ["市场部"]
    assert second.lead.department == "研发部"
    assert found.departments == ("研发部", "市场部")
    assert found.known["研发中心"] == "研发部"


def test_the_same_note_is_dated_by_each_row():
    note = "研发方案需保证11月30日前输出原型"
    found = project(
        [task("T1", deadline=D(2023, 11, 1), note=note), task("T2", deadline=D(2025, 10, 9), note=note)]
    )
    assert [c.date for row in found.conditions for c in row] == [D(2023, 11, 30), D(2025, 11, 30)]


def test_a_book_without_sheets_is_an_empty_project():
    found = Project(Book({}), MID_PROJECT)
    assert len(found.tracker) == 0
    assert found.assessment.reason == []
    assert found.departments == ()


# cells as formulas see them


def cells(*values: object) -> np.ndarray:
    return np.array([*values, None], dtype=object)[:-1]


def test_what_a_formula_sees():
    found = look(
        cells(
            D(2023, 10, 8), datetime(2023, 10, 8, 12), 45207, "2023-10-08", None, "", CellError("#N/A"), True
        )
    )
    assert found.day[:3].tolist() == [D(2023, 10, 8)] * 3
    assert found.serial[1] == 45207.5
    assert found.number.tolist() == [True] * 3 + [False] * 5
    assert found.text.tolist() == [False] * 3 + [True] + [False] * 4
    assert found.error.tolist() == [False] * 6 + [True, False]
    assert found.filled.tolist() == [True] * 4 + [False] * 2 + [True] * 2


@pytest.mark.parametrize("number", [0, -1, 2958466, 20231008, 1e300])
def test_numbers_outside_excels_calendar_are_no_days(number):
    found = look(cells(number))
    assert found.number[0]
    assert np.isnat(found.day[0])


def test_true_is_not_one():
    codes, distinct = factorise(cells(1, True, 1.0, None))
    assert [distinct[c] for c in codes] == [1, True, 1, None]
    assert codes[0] == codes[2] != codes[1]


@pytest.mark.parametrize(
    "kinds", [(None, "a", "b"), (True, 1, False, 0.0), (2.5, float("nan"), None, True), ()]
)
def test_every_row_gets_its_value_back_and_what_is_empty_stands_last(kinds):
    values = [*kinds, *kinds[::-1], *kinds]
    codes, distinct = factorise(cells(*values))
    back = [distinct[c] for c in codes]
    assert [(type(v), v) for v in back] == [(type(v), v) if v == v else (type(None), None) for v in values]
    assert distinct[-1] is None
    assert len({(type(v), v) for v in distinct}) == len(distinct)
