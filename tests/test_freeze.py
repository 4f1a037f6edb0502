"""Baselines: set once, numbered, replaced only by approved schedule changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from books import MID_PROJECT, book, task

from xl_collab.plan.freeze import freeze
from xl_collab.plan.project import Project
from xl_collab.project.edits import AppendRows, SetColumn
from xl_collab.project.tables import Book, CellError, Table

D = date


def project(*rows: dict[str, object], **tables: object) -> Project:
    return Project(book(rows, **tables), MID_PROJECT)  # type: ignore[arg-type]


def applied(before: Project, edits: tuple[object, ...]) -> Project:
    """The project with an action's cell edits carried out."""
    tables = dict(before.book.tables)
    for edit in edits:
        if isinstance(edit, SetColumn):
            table = tables[edit.sheet]
            frame, values = table.frame.copy(), table.raw(edit.column).copy()
            for row, value in zip(edit.rows, edit.values, strict=True):
                values[row - table.rows[0]] = value
            frame[edit.column] = values
            tables[edit.sheet] = replace(table, frame=frame, _memo={})
        if isinstance(edit, AppendRows):
            table = tables[edit.sheet]
            tables[edit.sheet] = Table.of(table.sheet, [*table.records(), *edit.records])
    return Project(replace(before.book, tables=tables), before.as_of)


def baselines(found: Project) -> list[object]:
    return list(found.tracker.raw("baseline"))


def test_due_dates_become_baseline_one():
    start = project(
        task("T1", deadline=D(2023, 11, 1)),
        task("T2", deadline="2023年12月20日"),
        task("T3", deadline="1月10日"),
        task("T4", deadline="每周一17:00前"),
        task("T5", deadline="尽快"),
    )
    outcome = freeze(start)
    assert outcome.data.number == 1
    assert [(row.id, row.baseline) for row in outcome.data.rows] == [
        ("T1", D(2023, 11, 1)),
        ("T2", D(2023, 12, 20)),
        ("T3", D(2024, 1, 10)),
    ]
    assert baselines(applied(start, outcome.edits)) == [
        D(2023, 11, 1),
        D(2023, 12, 20),
        D(2024, 1, 10),
        None,
        None,
    ]


def test_every_baseline_is_kept_in_history():
    records = [
        e for e in freeze(project(task("T1", deadline=D(2023, 11, 1)))).edits if isinstance(e, AppendRows)
    ]
    assert records == [
        AppendRows(
            "history",
            (
                {
                    "kind": "baseline",
                    "key": "1",
                    "as_of": MID_PROJECT,
                    "row_id": "T1",
                    "field": "baseline",
                    "value": "2023-11-01",
                },
            ),
        )
    ]


def test_freezing_again_changes_nothing():
    start = project(
        task("T1", deadline=D(2023, 11, 1)),
        milestones=[{"id": "M1", "milestone": "原型", "planned": D(2023, 11, 30)}],
        adjustments=[{"id": "C1", "task_id": "T1", "new_date": D(2023, 11, 8), "status": "已批准"}],
    )
    once = applied(start, freeze(start).edits)
    again = freeze(once)
    assert again.data.rows == ()
    assert again.data.number == 1
    assert again.edits == ()


def test_a_changed_due_date_never_overwrites_a_baseline():
    found = freeze(project(task("T1", deadline=D(2023, 12, 1), baseline=D(2023, 11, 1))))
    assert found.data.rows == ()


@pytest.mark.parametrize("odd", ["2023-11-01", CellError("#REF!"), -3])
def test_what_stands_in_the_baseline_cell_is_left_alone(odd):
    assert freeze(project(task("T1", deadline=D(2023, 12, 1), baseline=odd))).data.rows == ()


@pytest.mark.parametrize(
    ("status", "changes"), [("已批准", True), ("批准", True), ("草拟", False), ("未批准", False)]
)
def test_only_an_approved_change_makes_a_new_baseline(status, changes):
    start = project(
        task("T1", deadline=D(2023, 11, 1), baseline=D(2023, 11, 1)),
        adjustments=[{"id": "C1", "task_id": "T1", "new_date": D(2023, 11, 15), "status": status}],
        history=[
            {"kind": "baseline", "key": "3", "row_id": "T1", "field": "baseline", "value": "2023-11-01"}
        ],
    )
    outcome = freeze(start)
    assert outcome.data.number == (4 if changes else 3)
    after = applied(start, outcome.edits)
    assert baselines(after) == [D(2023, 11, 15) if changes else D(2023, 11, 1)]
    assert after.tracker.raw("deadline")[0] == (D(2023, 11, 15) if changes else D(2023, 11, 1))
    assert freeze(after).edits == ()


def test_the_last_approval_counts_and_a_replanned_due_date_is_not_touched():
    changes = [
        {"task_id": "T1、T2", "new_date": D(2023, 12, 8), "status": "已批准", "approved_on": D(2023, 11, 10)},
        {"task_id": "T1", "new_date": D(2023, 11, 20), "status": "已批准", "approved_on": D(2023, 11, 2)},
    ]
    start = project(
        task("T1", deadline=D(2023, 12, 8), baseline=D(2023, 11, 1)),
        task("T2", deadline=D(2023, 11, 6)),
        adjustments=changes,
    )
    outcome = freeze(start)
    assert [(row.id, row.baseline, row.before) for row in outcome.data.rows] == [
        ("T1", D(2023, 12, 8), D(2023, 11, 1)),
        ("T2", D(2023, 12, 8), None),
    ]
    assert not any(isinstance(e, SetColumn) and e.column == "deadline" for e in outcome.edits)


def test_milestones_are_frozen_too_unless_rows_are_chosen():
    start = project(
        task("T1", deadline=D(2023, 11, 1)),
        task("T2", deadline=D(2023, 11, 2)),
        milestones=[
            {"id": "M1", "planned": "2023-11-30"},
            {"id": "M2", "planned": D(2023, 12, 1), "baseline": D(2023, 11, 28)},
        ],
    )
    assert [(r.sheet, r.id, r.baseline) for r in freeze(start).data.rows][2:] == [
        ("milestones", "M1", D(2023, 11, 30))
    ]
    assert [r.id for r in freeze(start, rows=[1]).data.rows] == ["T2"]


def test_figures_follow_the_new_baseline():
    start = project(task("T1", deadline="2023-11-8", status="进行中"))
    assert start.assessment.rag.tolist() == [""]
    edits = {e.column: e.values for e in freeze(start).edits if isinstance(e, SetColumn)}
    assert (edits["variance"], edits["rag"]) == ([3], ["红"])


def test_a_book_without_history_or_baseline_column_is_left_alone():
    full = book([task("T1")])
    tables = {key: table for key, table in full.tables.items() if key != "history"}
    assert not any(isinstance(e, AppendRows) for e in freeze(Project(Book(tables), MID_PROJECT)).edits)
    bare = {**full.tables, "tracker": replace(full.tables["tracker"], missing=("baseline",))}
    assert freeze(Project(Book(bare), MID_PROJECT)).edits == ()
