"""《跨部门协作复盘报告》: the sample's figures worked out by hand, and what is said about little data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from xl_collab.documents.minutes.content import minutes
from xl_collab.documents.review.content import Review, review
from xl_collab.plan.project import Project
from xl_collab.project.edits import AppendRows, InsertSheet
from xl_collab.project.scenarios.sample import AS_OF, SAMPLE
from xl_collab.project.scenarios.sample_demo import AS_OF as DEMO_DAY, DEMO
from xl_collab.project.sentences import LISTED
from xl_collab.project.tables import Book, Table
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Text


def with_rows(book: Book, key: str, records: list[Mapping[str, Any]]) -> Book:
    return replace(book, tables={**book.tables, key: Table.of(SHEETS.table(key), records)})


def edited(book: Book, key: str, row_id: str, **values: object) -> Book:
    records = [{**row, **values} if row.get("id") == row_id else row for row in book.tables[key].records()]
    return with_rows(book, key, records)


def finished_book() -> Book:
    """The sample when everything is over: T004 done, T005 two working days early, T006 on its day."""
    book = SAMPLE.book()
    book = edited(book, "tracker", "T004", status="已完成", actual=dt.date(2023, 12, 18), percent=1)
    book = edited(book, "tracker", "T005", status="已完成", actual=dt.date(2023, 12, 18), forecast=None)
    return edited(book, "tracker", "T006", status="已完成", actual=dt.date(2024, 1, 10))


@pytest.fixture(scope="module")
def sample() -> Review:
    return review(Project(SAMPLE.book(), AS_OF)).data


@pytest.fixture(scope="module")
def demo() -> Review:
    return review(Project(DEMO.book(), DEMO_DAY)).data


def said(lines: tuple[Any, ...]) -> str:
    return "\n".join(line.text.zh for line in lines)


def test_the_review_is_one_sheet_of_its_kind() -> None:
    (sheet,) = review(Project(SAMPLE.book(), AS_OF)).edits
    assert isinstance(sheet, InsertSheet)
    assert (sheet.kind, sheet.key, sheet.title) == ("review", "review", "复盘报告")


def test_the_goal_comes_from_the_request(sample: Review) -> None:
    values = {goal.label.zh: goal.value for goal in sample.goals}
    assert values["要求完成日期"] == dt.date(2024, 1, 10)
    assert values["审批结论"] == Text("通过", "Approved")
    assert str(values["合作目标"]).startswith("三个月内完成")


def test_an_unfinished_project_gets_an_interim_review_that_says_what_is_missing(sample: Review) -> None:
    assert not sample.finished
    assert "阶段性复盘" in sample.summary[0].text.zh
    assert "未完成任务：T004、T005、T006。" in said(sample.unfinished)
    assert "未达成里程碑：M004、M005、M006。" in said(sample.unfinished)
    assert "进度调整待审批：C001。" in said(sample.unfinished)


def test_milestones_planned_against_actual(sample: Review) -> None:
    found = {m.id: (m.workdays, m.state) for m in sample.milestones}
    assert found == {
        "M001": (0, "on_time"),
        "M002": (0, "on_time"),
        "M003": (2, "late"),  # 2023-11-01 → 11-03
        "M004": (None, "open"),
        "M005": (None, "open"),
        "M006": (None, "open"),
    }


def test_a_milestone_whose_day_has_passed_is_late_so_far() -> None:
    made = review(Project(SAMPLE.book(), dt.date(2023, 12, 12))).data
    late = next(m for m in made.milestones if m.id == "M004")
    assert (late.workdays, late.state, late.kind) == (2, "expected_late", "today")  # 12-08 Fri → 12-12


def test_on_time_rate_counts_what_was_due(sample: Review) -> None:
    assert (sample.on_time, sample.measured) == (1, 3)
    assert "到期任务 3 项，按期率为 33%（1/3），平均偏差 +1.0 个工作日" in sample.summary[1].text.zh


def dated(row_id: str, base: dt.date, **cells: object) -> dict[str, object]:
    row = {"id": row_id, "stage": "成果交付", "owner": "研发部", "task": f"任务{row_id}", "deadline": base}
    return {**row, "status": "进行中", **cells}


def done(row_id: str, base: dt.date, actual: dt.date | None) -> dict[str, object]:
    return dated(row_id, base, status="已完成", actual=actual)


def reviewed(*rows: dict[str, object], as_of: dt.date = AS_OF) -> Review:
    return review(Project(with_rows(SAMPLE.book(), "tracker", list(rows)), as_of)).data


NOV1, NOV8 = dt.date(2023, 11, 1), dt.date(2023, 11, 8)


def test_unfinished_late_tasks_are_in_the_rate_and_no_slack_is_claimed_beside_them() -> None:
    # Told a superior "100 %, the plan had slack": five done early, six that should be done and are not.
    early = [done(f"T{n}", NOV8, NOV1) for n in range(5)]
    made = reviewed(*early, *(dated(f"T{n}", NOV8) for n in range(5, 11)))
    assert (made.on_time, made.measured, made.rate) == (5, 11, 5 / 11)
    assert "到期任务 11 项，按期率为 45%（5/11）" in made.summary[1].text.zh
    assert "其中 6 项尚未完成" in made.summary[1].text.zh
    assert "余量" not in said(made.insights)
    assert "6 项任务晚于基线（已完成 0 项，未完成 6 项）" in made.summary[2].text.zh
    assert not [line for line in made.worked if "全部按期" in line.text.zh]


def test_slack_is_said_when_all_that_was_due_agrees_with_links() -> None:
    made = reviewed(*(done(f"T{n}", NOV8, NOV1) for n in range(3)), dated("T9", dt.date(2023, 12, 1)))
    (line,) = [line for line in made.insights if "余量" in line.text.zh]
    assert "到期的 3 项全部早于基线完成，平均 -5.0 个工作日" in line.text.zh
    assert line.ids == ("T0", "T1", "T2")
    assert "余量" not in said(reviewed(*(done(f"T{n}", NOV8, NOV1) for n in range(2))).insights)
    mixed = reviewed(*(done(f"T{n}", NOV8, NOV1) for n in range(3)), done("T9", NOV8, NOV8))
    assert "余量" not in said(mixed.insights)


def test_what_is_done_on_an_unknown_day_is_not_counted_and_said() -> None:
    made = reviewed(done("T1", NOV8, None), done("T2", NOV8, NOV8))
    assert (made.on_time, made.measured) == (1, 1)
    assert "1 项已完成的到期任务没有实际完成日期，未计入按期率。" in said(made.summary)


def test_a_day_to_come_is_no_success() -> None:
    made = reviewed(done("T1", dt.date(2023, 12, 20), dt.date(2023, 12, 1)))
    assert "提前" not in said(made.worked)
    assert made.measured == 0
    milestone = {
        "id": "M1",
        "milestone": "量产",
        "planned": dt.date(2023, 12, 20),
        "actual": dt.date(2023, 12, 1),
    }
    promised = review(Project(with_rows(SAMPLE.book(), "milestones", [milestone]), AS_OF)).data
    assert (promised.milestones[0].state, promised.milestones[0].workdays) == ("open", None)
    assert "里程碑按期达成" not in said(promised.worked)


def test_tasks_due_on_the_very_day_can_still_be_met() -> None:
    made = reviewed(dated("T1", AS_OF), done("T2", AS_OF, AS_OF))
    assert (made.on_time, made.measured) == (1, 1)


def test_one_slip_is_one_matter_however_many_tasks_it_reaches() -> None:
    chain = [dated(f"T{n}", NOV8 + dt.timedelta(days=n), predecessors=f"T{n - 1}") for n in range(1, 7)]
    made = reviewed(dated("T0", NOV1, forecast=dt.date(2023, 11, 24)), *chain)
    late = [line for line in made.failed if "没有在进度调整或需求变更登记原因" in line.text.zh]
    assert [line.ids for line in late] == [("T0",)]
    assert "源头 1 处" in made.summary[2].text.zh
    (reach,) = [line for line in made.failed if "传导到" in line.text.zh]
    assert reach.ids[0] == "T0" and "T6" in reach.text.zh


def test_no_period_so_far_is_no_complete_record() -> None:
    weekly = dated("T1", NOV8, deadline="每周一", planned_start=dt.date(2023, 11, 13))
    assert "记录齐全" not in said(reviewed(weekly).worked)


def test_promises_are_expected_and_projections_are_projected() -> None:
    far = dt.date(2023, 11, 30)
    promised = reviewed(dated("T1", NOV8, forecast=far))
    assert "最晚的是 T1“任务T1”，预计晚 16 个工作日" in promised.summary[1].text.zh
    # Six days of work that begin today at the earliest: 11-13 … 11-20, eight working days after 11-08.
    projected = reviewed(dated("T1", NOV8, planned_start=NOV1, status="未开始"))
    assert "最晚的是 T1“任务T1”，推算晚 8 个工作日" in projected.summary[1].text.zh
    # Nothing says when it will end; the day itself is past.
    overdue = reviewed(dated("T1", NOV8))
    assert "最晚的是 T1“任务T1”，至今已晚 3 个工作日" in overdue.summary[1].text.zh


def test_a_late_delivery_does_not_look_like_one_in_time() -> None:
    made = reviewed(done("T1", NOV1, NOV8), done("T2", NOV1, NOV1))
    assert [m.state for m in made.tasks] == ["late", "on_time"]


def test_what_was_planned_to_be_spent_and_that_nothing_says_what_was(sample: Review) -> None:
    text = said(sample.effort)
    money = [row.budget for row in sample.planned if row.budget is not None]
    assert f"职责分工登记预算 {len(money)} 项，合计 {sum(money):,.0f} 元。" in text
    assert "工作簿只登记计划数" in text


def test_how_long_finished_tasks_took_against_their_plan() -> None:
    begun = {"planned_start": dt.date(2023, 10, 30), "actual_start": dt.date(2023, 10, 30)}
    made = reviewed(done("T1", NOV1, NOV8) | begun, done("T2", NOV8, NOV1) | begun, done("T3", NOV1, NOV1))
    assert "已完成任务 2 项：工期比计划长 1 项，短 1 项，相同 0 项。" in said(made.effort)


def test_the_course_comes_from_the_snapshots_of_issued_minutes(demo: Review) -> None:
    book = SAMPLE.book()
    (_, kept) = minutes(Project(book, AS_OF), issue=True).edits
    assert isinstance(kept, AppendRows)
    later = with_rows(DEMO.book(), "history", list(kept.records))
    made = review(Project(later, DEMO_DAY)).data
    assert [(p.day, p.number, p.tasks, p.done) for p in made.trend] == [
        (AS_OF, 5, 6, 3),
        (DEMO_DAY, 0, 7, 4),
    ]
    # T006 ends the project: 2024-01-11 by the forecast of 11-13, a day later two weeks on.
    assert [(p.end, p.moved) for p in made.trend] == [(dt.date(2024, 1, 11), 0), (dt.date(2024, 1, 12), 1)]
    assert "2023-11-13 时 6 项任务完成 3 项，现在 7 项完成 4 项。" in said(made.course)
    assert (demo.trend, demo.course) == ((), ())


def test_variance_by_department(sample: Review) -> None:
    found = {g.name.zh: (g.rows, g.done, g.finished, g.on_time, g.lost, g.latest) for g in sample.departments}
    # 市场部 leads T001 (0), T002 (+1) and T006 (+1 expected); 研发部 T003 (+2), T004 (no variance), T005 (+3)
    assert found == {"市场部": (3, 2, 2, 1, 2, 1), "研发部": (3, 1, 1, 0, 5, 3)}
    means = {g.name.zh: g.mean for g in sample.departments}
    assert means == {"市场部": pytest.approx(2 / 3), "研发部": pytest.approx(2.5)}


def test_variance_by_stage_in_the_order_of_the_procedure(demo: Review) -> None:
    found = [(g.name.zh, g.mean) for g in demo.stages]
    assert found == [
        ("需求发起", 1.5),  # T001 (0) and T007 (+3)
        ("职责分工", 1.0),
        ("方案评审", 2.0),
        ("进度监控", None),
        ("成果交付", 4.0),  # 12-20 → 12-26
        ("复盘总结", 2.0),
    ]


def test_late_tasks_are_named_with_their_days(demo: Review) -> None:
    marketing = demo.departments[0]
    assert marketing.notable.zh == "延期：T007 +3、T006 +2、T002 +1"
    assert marketing.rate == pytest.approx(1 / 3)


def test_changes_risks_and_what_came_of_them(demo: Review) -> None:
    (change,) = demo.changes
    assert (change.id, change.moved, change.task_ids) == ("C001", 4, ("T005",))
    assert [(risk.id, risk.score, risk.level) for risk in demo.struck] == [("K001", 16, "high")]


def test_what_worked_is_learnt_and_computed(demo: Review) -> None:
    text = said(demo.worked)
    assert "复用方式：写入《需求申请表》填写说明" in text
    assert "2 个里程碑按期达成。" in text
    assert "登记的风险中 3 项已关闭。" in text  # nobody wrote that they did not happen
    assert "已办结待办 7 条，其中 5 条按期。" in text  # A006 and A007 were late


def test_what_did_not_work_names_rows(demo: Review) -> None:
    # L003 and L002 say why T007 and T002 were late.
    assert "没有在进度调整或需求变更登记原因" not in said(demo.failed)
    silent = review(Project(with_rows(DEMO.book(), "lessons", []), DEMO_DAY)).data
    assert "延误的源头中 2 处没有在进度调整或需求变更登记原因：T007、T002" in said(silent.failed)
    assert "1 项任务偏差超过 2 个工作日，却没有进度调整" in said(demo.failed)
    lines = {line.ids[0]: line.text.zh for line in demo.failed}
    assert "T003" not in lines  # late by T002, which is named
    assert lines["C001"].startswith("原因：驱动芯片交期")
    assert "涉及 T005，最多晚 4 个工作日；调整措施：" in lines["C001"]
    assert "缺 1 期记录" in lines["T004"]
    assert lines["K001"].startswith("风险预警应验：驱动芯片")
    assert "登记）；应对措施：" in lines["K001"]
    assert "的延误传导到 T006，最多晚" in said(demo.failed[-2:])  # what the chain cost stands at the end
    assert "改进措施" in lines["L002"]


def test_insights_are_built_on_rows(demo: Review) -> None:
    text = said(demo.insights)
    assert "按牵头部门看，3 处源头中市场部最多（2 处）。" in text  # T007 and T002, T005 is R&D's
    assert "1 个时间节点定在非工作日" in text
    assert all(line.ids for line in demo.insights)


def test_only_people_can_fill_some_fields(sample: Review) -> None:
    assert [line.fill for line in sample.patterns] == [False, True]


def test_the_action_list_joins_lessons_and_open_actions(demo: Review) -> None:
    found = {todo.id: todo.overdue for todo in demo.todos}
    assert list(found)[:3] == ["L002", "L003", "L004"]
    assert found["A009"] == 6
    assert "A005" not in found


def test_a_finished_project() -> None:
    made = review(Project(finished_book(), dt.date(2024, 1, 12))).data
    assert made.finished
    assert made.summary[0].text.zh.startswith("6 项任务全部完成")
    assert (made.on_time, made.measured) == (3, 5)
    assert "提前 2 个工作日完成" in said(made.worked)
    assert "未完成任务" not in said(made.unfinished)


def test_a_late_delivery_names_the_cause_that_a_change_gives() -> None:
    book = edited(finished_book(), "tracker", "T005", actual=dt.date(2023, 12, 25))
    failed = review(Project(book, dt.date(2024, 1, 12))).data.failed
    late = next(line for line in failed if line.ids[0] == "C001")
    assert late.ids == ("C001", "T005")
    assert late.text.zh.startswith("原因：驱动芯片交期延长两周")
    assert "涉及 T005，最多晚 3 个工作日" in late.text.zh


def test_what_acceptance_left_over_becomes_an_action() -> None:
    book = edited(
        SAMPLE.book(),
        "acceptance",
        "Y001",
        result="有条件接收",
        remaining="补做跌落测试",
        provider="甲",
        receiver="乙",
    )
    made = review(Project(book, AS_OF)).data
    assert next(t for t in made.todos if t.id == "Y001").owner == "研发部"
    assert "验收遗留：产品原型（5台）——补做跌落测试" in said(made.failed)
    assert "Y001" not in said(made.unfinished)


def test_a_deadline_edited_after_freezing_is_told() -> None:
    book = edited(SAMPLE.book(), "tracker", "T005", deadline=dt.date(2023, 12, 26))
    (drift,) = review(Project(book, AS_OF)).data.drifts
    assert drift.text.zh == "T005 的时间节点现为 2023-12-26，与基线 2023-12-20 不同。"


def test_an_empty_project_says_that_there_is_nothing_yet() -> None:
    made = review(Project(Book({s.key: Table.of(s, []) for s in SHEETS.tables}), AS_OF)).data
    assert "还没有任务" in made.summary[0].text.zh
    assert "没有登记里程碑。" in said(made.unfinished)
    assert "需求申请缺：合作目标" in said(made.unfinished)
    assert (made.departments, made.tasks, made.rate) == ((), (), None)


def test_of_many_tasks_the_latest_are_listed() -> None:
    rows = [
        {
            "id": f"T{n}",
            "stage": "成果交付",
            "owner": "研发部",
            "task": "任务",
            "deadline": dt.date(2023, 10, 9),
            "actual": dt.date(2023, 10, 9) + dt.timedelta(days=n % 4),
            "status": "已完成",
        }
        for n in range(LISTED + 1)
    ]
    made = review(Project(with_rows(SAMPLE.book(), "tracker", rows), AS_OF)).data
    assert made.left_out == 1
    assert made.tasks[0].workdays == 3
    assert made.departments[0].late_count == sum(n % 4 > 0 for n in range(LISTED + 1))


def test_the_english_review_holds_no_chinese_words_of_ours() -> None:
    made = review(Project(DEMO.book("en"), DEMO_DAY)).data
    lines = (*made.summary, *made.unfinished, *made.worked, *made.failed, *made.insights, *made.patterns)
    assert not [line for line in lines if any("\u4e00" <= c <= "\u9fff" for c in line.text.en)]


def test_an_approved_change_of_the_request_is_told_with_its_day_its_cost_and_its_cause() -> None:
    asked = {
        "id": "B001",
        "change": "灯头改用防眩罩",
        "raised_by": "销售部",
        "raised_on": NOV1,
        "reason": "客户反馈眩光。",
    }
    asked |= {
        "task_id": "T002",
        "days": 4,
        "status": "已批准",
        "approved_on": NOV8,
        "measures": "加做一轮打样",
    }
    refused = {"id": "B002", "change": "换色", "raised_by": "销售部", "raised_on": NOV1, "status": "未批准"}
    open_ = {"id": "B003", "change": "加长线", "raised_by": "销售部", "raised_on": NOV1, "status": "评估中"}
    book = with_rows(SAMPLE.book(), "changes", [asked, refused, open_])
    made = review(Project(book, AS_OF)).data
    (told,) = [line for line in made.failed if "需求变更" in line.text.zh and "B00" in line.ids[0]]
    assert told.ids == ("B001", "T002")
    assert told.text.zh.startswith(
        "需求变更“灯头改用防眩罩”（2023-11-08 批准）：影响 T002，工期增加 4 个工作日"
    )
    assert told.text.zh.endswith("；变更原因：客户反馈眩光；处理措施：加做一轮打样。")
    assert "（2023-11-08 批准）" not in told.text.en and "approved on 2023-11-08" in told.text.en
    assert "需求变更 3 项，进度调整 " in made.summary[-1].text.zh
    assert "需求变更待审批：B003。" in said(made.unfinished)
    assert [each.id for each in made.requested] == ["B001", "B002", "B003"]


def test_a_place_that_a_change_explains_has_its_cause_on_record() -> None:
    slip = dated("T1", NOV8, forecast=dt.date(2023, 11, 24))
    asked = {"id": "B001", "change": "加防眩罩", "raised_by": "销售部", "raised_on": NOV1, "task_id": "T1"}
    asked |= {"reason": "客户反馈", "days": 12, "status": "已批准", "approved_on": NOV8}
    for more, silent in (({}, False), ({"status": "未批准"}, True), ({"reason": None}, True)):
        book = with_rows(with_rows(SAMPLE.book(), "tracker", [slip]), "adjustments", [])
        book = with_rows(with_rows(book, "lessons", []), "changes", [asked | more])
        told = said(review(Project(book, AS_OF)).data.failed)
        assert ("没有在进度调整或需求变更登记原因：T1" in told) is silent
