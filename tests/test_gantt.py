"""gantt: which bars and marks the chart holds, which axis it takes, and that its sheet is sound."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from books import book, project, task
from hypothesis import given, strategies as st
from python_calamine import CalamineWorkbook

from xl_collab.documents.drawing import draw
from xl_collab.documents.gantt.content import SHOWN, gantt
from xl_collab.documents.gantt.sheet import make_axis
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import DEMO
from xl_collab.schema.words import Lang

D = date


def test_a_bar_runs_from_its_start_to_baseline_and_to_what_happened() -> None:
    rows = [
        task(
            "T001",
            planned_start=D(2023, 10, 9),
            baseline=D(2023, 10, 13),
            actual=D(2023, 10, 17),
            status="已完成",
        ),
        task("T002", predecessors="T001", baseline=D(2023, 11, 30), deadline=D(2023, 11, 30)),
        task("T003", deadline=D(2023, 12, 8), status="取消"),
        task("T004", deadline="每周一17:00前"),
    ]
    first, second = gantt(project(rows)).data.bars
    assert (first.start, first.base, first.finish, first.workdays) == (
        D(2023, 10, 9), D(2023, 10, 13), D(2023, 10, 17), 2,
    )  # fmt: skip
    # Not begun by 11-13: its 34 working days (10-16 … 11-30) end on 12-28.
    assert (second.id, second.start, second.finish) == ("T002", D(2023, 10, 16), D(2023, 12, 28))


def test_without_any_start_a_bar_is_the_day_itself() -> None:
    (bar,) = gantt(project([task("T001")])).data.bars
    assert bar.start == bar.base == D(2023, 12, 1)


def test_milestones_come_by_date_and_the_span_holds_everything() -> None:
    marks = [
        {"id": "M02", "milestone": "上市", "planned": D(2024, 2, 1)},
        {"id": "M01", "milestone": "原型", "planned": D(2023, 11, 30), "actual": D(2023, 12, 4)},
    ]
    found = gantt(project([task("T001")], milestones=marks)).data
    assert [m.id for m in found.marks] == ["M01", "M02"]
    assert found.span == (D(2023, 11, 13), D(2024, 2, 1))


def test_a_long_plan_says_how_much_is_missing() -> None:
    found = gantt(project([task(f"T{n}") for n in range(SHOWN + 7)])).data
    assert (len(found.bars), found.more) == (SHOWN, 7)


@given(st.dates(D(2020, 1, 1), D(2030, 1, 1)), st.integers(0, 3000))
def test_every_day_has_its_cell_and_the_axis_fits_the_page(first: date, days: int) -> None:
    last = first + timedelta(days)
    axis = make_axis(first, last)
    assert len(axis.starts) <= 110
    for day in (first, first + timedelta(days // 2), last):
        n = axis.cell(day)
        assert axis.starts[n] <= day
        assert n + 1 == len(axis.starts) or day < axis.starts[n + 1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sheet_is_valid_and_names_every_task(
    lang: Lang, tmp_path: Path, ooxml_validate: Callable[[Path], None]
) -> None:
    made = DEMO.book(lang)
    document = gantt(Project(made, Project.resolve_as_of(made, D(2026, 1, 1)))).data
    drawn = draw(document, project_name="=1+1", lang=lang, links={})
    path = tmp_path / "gantt.xlsx"
    path.write_bytes(drawn)
    ooxml_validate(path)
    texts = {
        str(cell)
        for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        for cell in row
    }
    assert {"T001", "T007", "M001"} <= texts
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(drawn)).read("xl/worksheets/sheet1.xml")


def test_an_empty_project_has_a_sheet_that_says_so() -> None:
    document = gantt(Project(book(), D(2023, 11, 13))).data
    drawn = draw(document, project_name="", lang="zh", links={})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(drawn)).get_sheet_by_index(0)
    assert any("没有带日期的任务" in str(cell) for row in sheet.to_python() for cell in row)
