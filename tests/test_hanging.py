"""Deadlines that hang on another row: dated by it, moved with it, stored by freeze, seen by formulas."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from books import book, project, task
from command_line import typed

from tests.make import row, tracker
from xl_collab.checks.validate import findings
from xl_collab.commands.deadline import next_due
from xl_collab.functions import rules
from xl_collab.hosts.reading import read_book
from xl_collab.plan.computed import column_values
from xl_collab.plan.freeze import freeze
from xl_collab.plan.project import Project
from xl_collab.project.edits import SetColumn
from xl_collab.project.tables import as_day
from xl_collab.project.timing.deadlines import FixedDate

D = date
TODAY = D(2023, 11, 13)


def made(anchor: dict[str, object], deadline: object = "T003+5个工作日", **cells: object) -> Project:
    return project([task("T003", **anchor), task("T004", deadline=deadline, **cells)], as_of=TODAY)


def codes(found: Project, row: str = "T004") -> list[str]:
    return [
        f.code
        for f in findings(found)
        if f.row_id == row and f.code in ("E103", "E122", "E123", "E151", "E152")
    ]


def told(found: Project, code: str) -> str:
    return next(f.message("zh") for f in findings(found) if (f.row_id, f.code) == ("T004", code))


@pytest.mark.parametrize(
    ("anchor", "deadline", "due"),
    [
        ({"deadline": D(2023, 11, 17)}, "T003+5个工作日", D(2023, 11, 24)),
        ({"deadline": D(2023, 11, 17)}, "T003后5个工作日内完成", D(2023, 11, 24)),
        ({"deadline": D(2023, 11, 17)}, "within 5 working days after T003", D(2023, 11, 24)),
        ({"deadline": D(2023, 11, 17)}, "T003前3个工作日", D(2023, 11, 14)),
        # Over 元旦, which is a day off, by the calendar of the workbook.
        ({"deadline": D(2023, 12, 29)}, "T003+1个工作日", D(2024, 1, 2)),
        # 10 days are days of the calendar; they end on Monday, and on a Saturday they end on Monday.
        ({"deadline": D(2023, 11, 17)}, "T003后10日内", D(2023, 11, 27)),
        ({"deadline": D(2023, 11, 15)}, "T003后10日内", D(2023, 11, 27)),
        ({"deadline": D(2023, 11, 17)}, "T003后1个月内", D(2023, 12, 18)),
        # The anchor moved: what was promised, what happened; a promise that has passed moves nothing.
        ({"deadline": D(2023, 11, 17), "forecast": D(2023, 11, 20)}, "T003+5个工作日", D(2023, 11, 27)),
        ({"deadline": D(2023, 11, 17), "forecast": D(2023, 11, 10)}, "T003+5个工作日", D(2023, 11, 24)),
        ({"deadline": D(2023, 11, 3), "actual": D(2023, 11, 8)}, "T003+5个工作日", D(2023, 11, 15)),
        ({"deadline": D(2023, 11, 17), "planned_start": D(2023, 11, 13)}, "T003开始+2日", D(2023, 11, 15)),
        # A typed date, and one without year, are days of an anchor too.
        ({"deadline": "2023年11月17日"}, "T003+5个工作日", D(2023, 11, 24)),
        ({"deadline": "11月底", "planned_start": D(2023, 11, 13)}, "T003+1个工作日", D(2023, 12, 1)),
    ],
)
def test_the_day_follows_from_the_anchor(anchor: dict[str, object], deadline: str, due: date) -> None:
    found = made(anchor, deadline)
    assert found.deadline_days[1].item() == due
    assert found.assessment.base[1].item() == due
    assert "E103" not in codes(found) and "E123" not in codes(found)


def test_it_counts_from_a_milestone() -> None:
    rows = [task("T004", deadline="启动会(M002)后10日内")]
    milestones = [{"id": "M002", "milestone": "启动会", "owner": "研发部", "planned": D(2023, 11, 15)}]
    found = Project(book(rows, milestones=milestones), TODAY)
    assert found.deadline_days[0].item() == D(2023, 11, 27)
    milestones[0]["actual"] = D(2023, 11, 20)
    assert Project(book(rows, milestones=milestones), TODAY).deadline_days[0].item() == D(2023, 11, 30)


def test_a_chain_is_dated_from_its_first_row() -> None:
    rows = [
        task("T1", deadline="T2+1个工作日"),
        task("T2", deadline="T3+1个工作日"),
        task("T3", deadline=D(2023, 11, 17)),
    ]
    assert project(rows, as_of=TODAY).deadline_days.tolist() == [
        D(2023, 11, 21),
        D(2023, 11, 20),
        D(2023, 11, 17),
    ]


def test_a_long_chain_is_no_matter() -> None:
    rows = [task(f"T{n}", deadline=f"T{n + 1}+1日") for n in range(3000)]
    found = project([*rows, task("T3000", deadline=D(2023, 11, 17))], as_of=TODAY)
    assert found.deadline_days[0].item() > D(2030, 1, 1)


@pytest.mark.parametrize(
    ("anchor", "deadline", "why"),
    [
        ({}, "T099+5个工作日", "跟踪表和里程碑里都没有 T099"),
        ({"deadline": "T004+1个工作日"}, "T003+5个工作日", "T003 绕一圈又依着它自己"),
        ({}, "T004+5个工作日", "T004 绕一圈又依着它自己"),
        ({"deadline": "每周一"}, "T003+5个工作日", "T003 没有日期"),
        ({"deadline": "待定"}, "T003+5个工作日", "T003 没有日期"),
        ({"status": "取消"}, "T003+5个工作日", "T003 已取消"),
    ],
)
def test_without_a_day_it_is_a_finding(anchor: dict[str, object], deadline: str, why: str) -> None:
    found = made(anchor, deadline)
    assert codes(found) == ["E151"]
    assert told(found, "E151") == f"时间节点“{deadline}”算不出日期：{why}"
    assert found.assessment.reason[1] == ""


def test_a_move_is_told_with_both_days() -> None:
    found = made({"deadline": D(2023, 11, 17), "forecast": D(2023, 11, 20)})
    assert codes(found) == ["E152"]
    assert told(found, "E152") == (
        "时间节点“T003+5个工作日”从 T003 的预计完成 2023-11-20 算起，现为 2023-11-27；原计划 2023-11-24"
    )


def baselines(found: Project) -> list[object]:
    edits = [e for e in freeze(found).edits if isinstance(e, SetColumn) and e.column == "baseline"]
    return [value for edit in edits for value in edit.values]


def test_freeze_stores_the_planned_day_and_later_moves_leave_the_baseline() -> None:
    promised = made({"deadline": D(2023, 11, 17), "forecast": D(2023, 11, 20)})
    assert baselines(promised) == [D(2023, 11, 17), D(2023, 11, 24)]
    anchor = {"deadline": D(2023, 11, 17), "baseline": D(2023, 11, 17), "actual": D(2023, 11, 21)}
    frozen = made(anchor, baseline=D(2023, 11, 24))
    assert frozen.assessment.base[1].item() == D(2023, 11, 24)
    assert codes(frozen) == ["E152"], "the baseline was not changed by anybody"


def test_the_tool_writes_the_day_where_formulas_read_it() -> None:
    found = made({"deadline": D(2023, 11, 17)})
    assert column_values(found)["due_on"] == [None, D(2023, 11, 24)]


def test_a_workbook_without_the_column_has_the_day_but_no_figures_until_it_is_frozen() -> None:
    full = book([task("T003", deadline=D(2023, 11, 17)), task("T004", deadline="T003+5个工作日")])
    table = full.tables["tracker"]
    letters = {name: letter for name, letter in table.letters.items() if name != "due_on"}
    older = replace(table, letters=letters, missing=("due_on",))
    found = Project(replace(full, tables={**full.tables, "tracker": older}), TODAY)
    assert found.deadline_days[1].item() == D(2023, 11, 24)
    assert found.assessment.reason[1] == ""
    assert codes(found) == ["E123"]
    assert baselines(found) == [D(2023, 11, 17), D(2023, 11, 24)]


def test_a_text_that_stands_in_no_row_is_dated_by_the_rows_too() -> None:
    found = made({"deadline": D(2023, 11, 17)}, deadline=D(2023, 12, 1))
    moment = datetime(2023, 11, 13)
    assert next_due("T003+5个工作日", moment, found).payload("zh")["nominal"] == "2023-11-24"
    assert next_due("T003+5个工作日", moment, None).payload("zh")["code"] == "E103"
    around = rules.Around(TODAY, found)
    assert rules.next_due(around, [["T003+5个工作日"]], [[None]]) == [[FixedDate(D(2023, 11, 24)).due]]
    assert rules.explain(around, [["T003后5个工作日内"]], [[None]]) == [["2023-11-24"]]
    told = rules.explain(rules.Around(TODAY), [["T003+5个工作日"]], [[None]])[0][0]
    assert "不知道从哪天算起" in str(told)


def test_variance_says_which_deadlines_moved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records = [
        row("T003", deadline=D(2023, 11, 17), forecast=D(2023, 11, 20)),
        row("T004", deadline="T003+5个工作日", status="未开始"),
    ]
    path = tracker(tmp_path / "t.xlsx", records)
    ran = typed(capsys, "variance", path, "--set-date", "2023-11-13")
    assert "从 T003 的预计完成 2023-11-20 算起，现为 2023-11-27；原计划 2023-11-24" in ran.out
    table = read_book(path).tables["tracker"]
    assert as_day(table.raw("due_on")[1]) == D(2023, 11, 27)
    assert table.raw("deadline")[1] == "T003+5个工作日", "nobody's words are replaced"
