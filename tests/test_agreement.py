"""What two sheets say differently, what falls together, and what nobody was warned of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from books import project, task
from tracker_letters import at

from xl_collab.checks.validate import findings
from xl_collab.plan.project import Project
from xl_collab.schema.findings import Finding


def told(made: Project, code: str) -> list[Finding]:
    return [finding for finding in findings(made) if finding.code == code]


def with_request(made: Project, **values: object) -> Project:
    forms = {**made.book.forms, "request": {**made.book.forms["request"], **values}}
    return Project(replace(made.book, forms=forms), made.as_of)


# what nobody was warned of


def test_a_start_that_passed_without_a_beginning() -> None:
    row = task("T001", planned_start=date(2023, 11, 8))
    [one] = told(project([row]), "E131")
    assert (
        one.cell == at("planned_start", 5)
        and "已过 3 个工作日" in one.message("zh")
        and "未开始" in one.message("zh")
    )
    begun = ({"status": "进行中"}, {"percent": 0.1}, {"status": "暂停"}, {"status": "取消"})
    for cells in ({"planned_start": date(2023, 11, 13)}, {"planned_start": date(2023, 11, 14)}, *begun):
        assert told(project([row | cells]), "E131") == []


def test_a_start_on_the_days_off_before_is_not_late_yet() -> None:
    """Saturday 11-11 planned, asked on Monday 11-13: nobody could have worked in between."""
    assert told(project([task("T001", planned_start=date(2023, 11, 12))]), "E131") != []
    made = project([task("T001", planned_start=date(2023, 11, 10))], as_of=date(2023, 11, 12))
    assert told(made, "E131") == []


def test_a_recurrence_at_an_interval_says_that_it_has_no_first_day() -> None:
    row = task("T001", deadline="每两周周五")
    assert [one.cell for one in told(project([row]), "E129")] == ["F5"]
    assert told(project([row], settings={"anchor": date(2023, 11, 3)}), "E129") == []
    assert told(project([task("T001", deadline="每周五")]), "E129") == []


@pytest.mark.parametrize(
    "text", ["【任务名称】", "[task]", "待填", "待定", "XXX", "____", "请填写任务", "TBD"]
)
def test_a_placeholder_counts_as_empty_and_is_told(text: str) -> None:
    [one] = told(project([task("T001", task=text)]), "E130")
    assert one.cell == "D5" and text in one.message("zh")


@pytest.mark.parametrize("text", ["【市场部】物料清单", "完成 XX 型样机", "请示领导", "待定价格表"])
def test_words_with_brackets_are_words(text: str) -> None:
    assert told(project([task("T001", task=text)]), "E130") == []


def test_a_placeholder_in_the_request_is_missing_there() -> None:
    made = with_request(project([task("T001", status="进行中")]), project="【项目名称】", applicant="王芳")
    assert told(Project(made.book, made.as_of), "E130")
    assert [one.row_id for one in told(made, "E130")] == ["project"]
    assert "项目名称" in told(made, "P303")[0].message("zh")


# two places


MOVED = {
    "id": "C001",
    "task_id": "T001",
    "old_date": date(2023, 12, 1),
    "new_date": date(2023, 12, 8),
    "status": "已批准",
}


def milestone(planned: date, **cells: object) -> dict[str, object]:
    return {
        "id": "M001",
        "milestone": "样机完成",
        "owner": "研发部",
        "planned": planned,
        "task_id": "T001",
    } | cells


def test_a_milestone_that_stayed_on_the_old_date_of_its_task() -> None:
    row = task("T001", deadline=date(2023, 12, 8), baseline=date(2023, 12, 8))
    stayed = project([row], milestones=[milestone(date(2023, 12, 1))], adjustments=[MOVED])
    [one] = told(stayed, "A601")
    assert one.tab == "里程碑计划" and "2023-12-01" in one.message("zh") and "2023-12-08" in one.message("zh")
    for when in (
        date(2023, 12, 8),
        date(2023, 11, 20),
        date(2023, 12, 11),
    ):  # the same, a step on the way, approval
        assert told(project([row], milestones=[milestone(when)], adjustments=[MOVED]), "A601") == []


def test_a_plan_that_ends_after_the_request_wants() -> None:
    rows = [
        task("T001"),
        task("T002", deadline=date(2023, 12, 22)),
        task("T003", deadline=date(2024, 1, 5), status="取消"),
    ]
    [one] = told(with_request(project(rows), end=date(2023, 12, 15)), "A602")
    assert (
        "T002" in one.message("zh") and "T003" not in one.message("zh") and "2023-12-22" in one.message("zh")
    )
    assert told(with_request(project(rows), end=date(2023, 12, 22)), "A602") == []


def test_settings_and_request_that_name_two_projects() -> None:
    made = project([task("T001")])
    assert told(with_request(made, project="新产品上市"), "A603") == []
    assert told(with_request(made, project=" 新产品 上市 "), "A603") == []
    [one] = told(with_request(made, project="老产品退市"), "A603")
    assert one.tab == "设置" and "老产品退市" in one.message("zh")


# what falls together


def test_several_departments_due_in_the_three_workdays_before_a_long_break() -> None:
    """国庆 2023: off from 09-29 (中秋) to 10-06; the three workdays before are 09-26, 27 and 28."""
    near = [
        task("T001", deadline=date(2023, 9, 28)),
        task("T002", owner="市场部", deadline=date(2023, 9, 26)),
        task("T003", owner="生产部", deadline=date(2023, 9, 25)),
    ]
    [one] = told(project(near, as_of=date(2023, 9, 11)), "A611")
    words = one.message("zh")
    assert "2023-09-29" in words and "8 天" in words and "2 个部门" in words
    assert "T001" in words and "T002" in words and "T003" not in words
    assert told(project(near[:1] + near[2:], as_of=date(2023, 9, 11)), "A611") == []
    assert told(project(near, as_of=date(2023, 10, 9)), "A611") == []


def test_one_department_with_many_deadlines_in_a_week() -> None:
    days = (4, 5, 6, 7, 8)  # Monday 2023-12-04 to Friday
    rows = [task(f"T{n}", deadline=date(2023, 12, n)) for n in days]
    [one] = told(project(rows), "A612")
    assert "研发部" in one.message("zh") and "2023-12-04" in one.message("zh") and "5 项" in one.message("zh")
    spread = [row | {"deadline": date(2023, 12, 11)} if row["id"] == "T8" else row for row in rows]
    assert told(project(spread), "A612") == []
    done = [row | {"status": "已完成", "actual": date(2023, 11, 10), "percent": 1} for row in rows]
    assert told(project(done), "A612") == []


def test_one_person_due_in_two_places() -> None:
    rows = [
        task("T001", owner="研发部张三"),
        task("T002", owner="研发部张三"),
        task("T003", owner="研发部李四"),
    ]
    made = project(rows)
    [one] = told(made, "A613")
    assert "张三" in one.message("zh") and "T003" not in one.message("zh")
    masked = [task("T001", owner="研发部*"), task("T002", owner="研发部*")]
    assert told(project(masked), "A613") == []


def test_a_recurrence_is_next_due_from_its_planned_start_on() -> None:
    """Asked on Monday 2023-11-13: Fridays from 12-01 on, not the Friday of this week."""
    rows = [
        task("T001", deadline="每周五", planned_start=date(2023, 11, 28)),
        task("T002", deadline="每周五"),
        task("T003", deadline="每周五", planned_start=date(2023, 12, 1)),
    ]
    due = [moment.date() for moment in project(rows).assessment.next_due if moment]
    assert due == [date(2023, 12, 1), date(2023, 11, 17), date(2023, 12, 1)]
