"""Baselines: set once, numbered, replaced only by approved schedule changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from books import MID_PROJECT, book, task
from make import Maker

from xl_collab.hosts.file import FileHost
from xl_collab.hosts.reading import read_book
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
            values = table.raw(edit.column).copy()
            for row, value in zip(edit.rows, edit.values, strict=True):
                values[row - table.rows[0]] = value
            tables[edit.sheet] = table.with_cells({edit.column: values})
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


# what one approval moves, and what a frozen plan keeps


def chain(**first: object) -> tuple[dict[str, object], ...]:
    """T1 10-30 … 11-10, T2 after it to 11-17, T3 after that to 11-24; all frozen."""
    days = {"T1": D(2023, 11, 10), "T2": D(2023, 11, 17), "T3": D(2023, 11, 24)}
    starts = {"T1": D(2023, 10, 30), "T2": D(2023, 11, 13), "T3": D(2023, 11, 20)}
    before = {"T1": None, "T2": "T1", "T3": "T2"}
    return tuple(
        task(name, deadline=day, baseline=day, planned_start=starts[name], predecessors=before[name])
        | (first if name == "T1" else {})
        for name, day in days.items()
    )


def approval(task_id: str, new: date, knock_on: str = "", **cells: object) -> dict[str, object]:
    return {
        "id": "C001",
        "task_id": task_id,
        "new_date": new,
        "knock_on": knock_on,
        "status": "已批准",
    } | cells


def moved(found: Project) -> dict[str, date]:
    return {row.id: row.baseline for row in freeze(found).data.rows}


def test_one_approval_moves_what_stands_behind_it():
    late = project(*chain(forecast=D(2023, 11, 15)), adjustments=[approval("T1", D(2023, 11, 15))])
    outcome = freeze(late)
    assert {row.id: row.baseline for row in outcome.data.rows} == {
        "T1": D(2023, 11, 15),
        "T2": D(2023, 11, 22),
        "T3": D(2023, 11, 29),
    }
    assert {row.because for row in outcome.data.rows} == {"", "C001"}
    after = applied(late, outcome.edits)
    assert after.tracker.raw("deadline").tolist() == baselines(after)
    # Nobody has begun T2 or T3: their starts go along, and no row takes longer than before.
    assert after.tracker.raw("planned_start").tolist()[1:] == [D(2023, 11, 16), D(2023, 11, 23)]
    assert after.tracker.raw("baseline_start").tolist()[1:] == [D(2023, 11, 16), D(2023, 11, 23)]
    assert late.assessment.rag.tolist() == ["red"] * 3
    assert "red" not in after.assessment.rag.tolist()
    assert freeze(after).edits == ()


def test_nobody_is_granted_more_than_the_forecast_needs_and_other_lateness_stays():
    first, second, third = chain(forecast=D(2023, 11, 15))
    # T2 promised 11-20: it moves by one day, not three. T3 is late by its own word, beyond what T1 costs.
    rows = (first, second | {"forecast": D(2023, 11, 20)}, third | {"forecast": D(2023, 12, 1)})
    late = project(*rows, adjustments=[approval("T1", D(2023, 11, 15))])
    assert moved(late) == {"T1": D(2023, 11, 15), "T2": D(2023, 11, 20), "T3": D(2023, 11, 27)}
    after = applied(late, freeze(late).edits)
    assert after.assessment.variance[2] == 4


def test_the_form_decides_where_it_lists_all_rows():
    text = "T2 2023-11-17→2023-11-21（+2）"
    late = project(*chain(forecast=D(2023, 11, 15)), adjustments=[approval("T1", D(2023, 11, 15), text)])
    assert moved(late) == {"T1": D(2023, 11, 15), "T2": D(2023, 11, 21)}


def test_a_form_that_only_counts_the_rest_is_filled_up():
    text = "T2 2023-11-17→2023-11-21（+2）等 2 项"
    late = project(*chain(forecast=D(2023, 11, 15)), adjustments=[approval("T1", D(2023, 11, 15), text)])
    assert moved(late)["T2"] == D(2023, 11, 21)
    assert moved(late)["T3"] == D(2023, 11, 29)


def test_rows_changed_since_the_form_are_named():
    text = "T2 2023-11-16→2023-11-21（+3）、T3 2023-11-24→2023-11-28（+2）"
    late = project(*chain(forecast=D(2023, 11, 15)), adjustments=[approval("T1", D(2023, 11, 15), text)])
    assert freeze(late).data.changed == ("T2",)


def test_where_two_approvals_meet_the_later_date_counts():
    own = approval("T2", D(2023, 12, 8), id="C002", approved_on=D(2023, 11, 9))
    first = approval("T1", D(2023, 11, 15), approved_on=D(2023, 11, 10))
    late = project(*chain(forecast=D(2023, 11, 15)), adjustments=[own, first])
    assert moved(late)["T2"] == D(2023, 12, 8)


def test_an_overlap_of_the_plan_is_kept_whatever_is_approved_later():
    rows = (
        task("T1", deadline=D(2023, 11, 17), planned_start=D(2023, 11, 6), status="进行中"),
        task("T2", deadline=D(2023, 11, 24), planned_start=D(2023, 11, 14), predecessors="T1"),
    )
    frozen = applied(project(*rows), freeze(project(*rows)).edits)
    assert [(lead.start, lead.finish) for lead in freeze(project(*rows)).data.leads] == [
        (D(2023, 11, 14), D(2023, 11, 17))
    ]
    # T1 alone gets another six working days; T2 still begins four days before T1 ends.
    again = project(
        *(
            record | cells
            for record, cells in zip(
                frozen.tracker.records(),
                ({"forecast": D(2023, 11, 27), "baseline": D(2023, 11, 27)}, {}),
                strict=True,
            )
        ),
        history=frozen.table("history").records(),
    )
    assert again.assessment.variance[1] == 6
    forgotten = Project(
        replace(again.book, tables={**again.book.tables, "history": book([]).tables["history"]}), again.as_of
    )
    assert np.isnan(forgotten.assessment.variance[1])


def test_freezing_writes_the_first_day_that_the_plan_leaves():
    rows = (
        task("T1", deadline=D(2023, 11, 17), planned_start=D(2023, 11, 6)),
        task("T2", deadline=D(2023, 11, 24), predecessors="T1"),
        task("T3", deadline=D(2023, 11, 24)),
        task("T4", deadline=D(2023, 11, 24), planned_start=D(2023, 11, 27)),  # a contradiction: not used
    )
    after = applied(project(*rows), freeze(project(*rows)).edits)
    assert after.tracker.raw("baseline_start").tolist() == [D(2023, 11, 6), D(2023, 11, 20), None, None]


# milestones go along with their tasks


def milestone(number: int, planned: date, task_id: str, **cells: object) -> dict[str, object]:
    return {"id": f"M{number}", "milestone": "样机", "planned": planned, "task_id": task_id} | cells


def test_a_milestone_on_the_day_of_its_task_moves_with_it():
    """T1 gets three more days, T2 and T3 move behind it; what stands on their days goes along."""
    day = {"T1": D(2023, 11, 10), "T2": D(2023, 11, 17), "T3": D(2023, 11, 24)}
    milestones = [
        milestone(1, day["T1"], "T1", baseline=day["T1"]),
        milestone(2, day["T3"], "T3"),
        milestone(3, day["T3"], "T2、T3", baseline=day["T3"]),
        milestone(4, D(2023, 11, 21), "T2", baseline=D(2023, 11, 21)),  # the sign-off two days after it
        milestone(5, day["T2"], "", baseline=day["T2"]),  # detached
        milestone(6, day["T2"], "T2", baseline=day["T2"], actual=D(2023, 11, 9)),
        milestone(7, day["T2"], "T2", baseline=day["T2"], status="取消"),
        milestone(8, day["T2"], "T1、T2", baseline=D(2023, 11, 16)),  # its own baseline differs: kept
    ]
    late = project(
        *chain(forecast=D(2023, 11, 15)),
        adjustments=[approval("T1", D(2023, 11, 15))],
        milestones=milestones,
    )
    outcome = freeze(late)
    assert [(one.id, one.before, one.after) for one in outcome.data.moved] == [
        ("M1", D(2023, 11, 10), D(2023, 11, 15)),
        ("M2", D(2023, 11, 24), D(2023, 11, 29)),
        ("M3", D(2023, 11, 24), D(2023, 11, 29)),
        ("M8", D(2023, 11, 17), D(2023, 11, 22)),
    ]
    after = applied(late, outcome.edits)
    table = after.table("milestones")
    assert table.raw("planned").tolist() == [
        D(2023, 11, 15),
        D(2023, 11, 29),
        D(2023, 11, 29),
        D(2023, 11, 21),
        D(2023, 11, 17),
        D(2023, 11, 17),
        D(2023, 11, 17),
        D(2023, 11, 22),
    ]
    assert table.raw("baseline").tolist() == [
        D(2023, 11, 15),
        D(2023, 11, 29),
        D(2023, 11, 29),
        D(2023, 11, 21),
        D(2023, 11, 17),
        D(2023, 11, 17),
        D(2023, 11, 17),
        D(2023, 11, 16),
    ]
    assert freeze(after).edits == ()


def test_a_milestone_that_was_set_back_by_hand_stays_there():
    late = project(
        *chain(forecast=D(2023, 11, 15)),
        adjustments=[approval("T1", D(2023, 11, 15))],
        milestones=[milestone(1, D(2023, 11, 10), "T1")],
    )
    once = applied(late, freeze(late).edits)
    assert once.table("milestones").raw("planned").tolist() == [D(2023, 11, 15)]
    by_hand = [SetColumn("milestones", "planned", once.table("milestones").rows, [D(2023, 11, 10)])]
    again = applied(once, tuple(by_hand))
    assert freeze(again).data.moved == ()


def test_a_first_baseline_moves_no_milestone():
    start = project(task("T1", deadline=D(2023, 11, 1)), milestones=[milestone(1, D(2023, 11, 1), "T1")])
    outcome = freeze(start)
    assert outcome.data.moved == ()
    assert [(row.id, row.baseline) for row in outcome.data.rows] == [
        ("T1", D(2023, 11, 1)),
        ("M1", D(2023, 11, 1)),
    ]


def test_freezing_a_workbook_says_which_milestones_moved(tmp_path: Path, say: Callable[..., str]) -> None:
    """T002 and T003 follow T001; M001 stands on T003's day, M002 two days after it, M003 is detached."""
    path = tmp_path / "t.xlsx"
    days = {"T001": D(2023, 11, 10), "T002": D(2023, 11, 17), "T003": D(2023, 11, 24)}
    starts = {"T001": D(2023, 10, 30), "T002": D(2023, 11, 13), "T003": D(2023, 11, 20)}
    maker = Maker()
    cells = {"stage": "方案评审", "owner": "研发部", "output": "成果", "status": "未开始"}
    before = [None, "T001", "T002"]
    maker.table(
        "tracker",
        [
            cells
            | {
                "id": name,
                "task": f"任务{n}",
                "deadline": day,
                "planned_start": starts[name],
            }
            | {"predecessors": before[n], "forecast": D(2023, 11, 15) if n == 0 else None}
            for n, (name, day) in enumerate(days.items())
        ],
    )
    dates = [(days["T003"], "T003"), (D(2023, 11, 28), "T003"), (days["T003"], None)]
    maker.table(
        "milestones",
        [
            {"id": f"M00{n}", "milestone": "样机", "owner": "研发部", "planned": day, "task_id": task_id}
            for n, (day, task_id) in enumerate(dates, 1)
        ],
    )
    draft = approval("T001", D(2023, 11, 15), status="草拟", owner="研发部")
    maker.table("adjustments", [draft])
    maker.table("history", [])
    maker.form("settings", {"project": "试点", "data_date": D(2023, 11, 13), "delay_threshold": 2})
    maker.meta()
    maker.save(path)
    assert "里程碑随任务改期" not in say("freeze", path), "the first baseline moves nothing"
    changes = read_book(path).tables["adjustments"]
    FileHost(path).apply([SetColumn("adjustments", "status", changes.rows, ["已批准"])])
    assert "里程碑随任务改期：M001 2023-11-24→2023-11-29" in say("freeze", path)
    assert read_book(path).tables["milestones"].raw("planned").tolist() == [
        D(2023, 11, 29),
        D(2023, 11, 28),
        D(2023, 11, 24),
    ]
    assert "A601" not in say("validate", path, code=1)
    assert "没有新的时间节点" in say("freeze", path)
    # Set back by hand it stays, and validate says how to detach it.
    table = read_book(path).tables["milestones"]
    FileHost(path).apply([SetColumn("milestones", "planned", table.rows[:1], [days["T003"]])])
    assert "没有新的时间节点" in say("freeze", path)
    assert read_book(path).tables["milestones"].raw("planned")[0] == days["T003"]
    said = say("validate", path, code=1)
    assert "A601" in said
    assert "清空它的“关联编号”" in said
    FileHost(path).apply([SetColumn("milestones", "task_id", table.rows[:1], [None])])
    assert "A601" not in say("validate", path, code=1)
