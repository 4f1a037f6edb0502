"""Process findings: each on data made to have it, silence where the process was kept, exact samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date as D  # noqa: N812 - short, for many dates

import pytest
from books import book, task
from tracker_letters import at

from xl_collab.checks.validate import findings
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import DEMO, SAMPLE, SCENARIOS
from xl_collab.schema.catalogue import FINDINGS
from xl_collab.schema.catalogue_process import PROCESS
from xl_collab.schema.findings import Finding
from xl_collab.schema.words import Lang

MONDAY = D(2023, 11, 13)
REQUEST: dict[str, object] = {
    "project": "新品",
    "department": "市场部",
    "applicant": "张*",
    "date": D(2023, 10, 8),
    "goal": "上市",
    "tasks": "研发、推广",
    "results": "原型",
    "end": D(2024, 1, 10),
    "partners": "研发部、生产部",
    "feasibility": "可行",
    "capacity": "研发部可承接，生产部11月起可承接",
    "conclusion": "通过",
    "approver": "总经理*",
    "approved_on": D(2023, 10, 9),
}
KICK_OFF = task(
    "T001", stage="职责分工", deadline=D(2023, 10, 16), status="已完成", actual=D(2023, 10, 16), percent=1
)
BUILD = task(
    "T002", stage="成果交付", deadline=D(2023, 12, 20), status="进行中", planned_start=D(2023, 11, 6)
)
SIGNED = {
    "id": "P001",
    "department": "研发部",
    "plan": "《技术实现方案》",
    "feasibility": "可行",
    "conclusion": "通过",
    "signed": "已签",
}


def made(
    *tasks: Mapping[str, object],
    request: Mapping[str, object] | None = None,
    as_of: D = MONDAY,
    settings: Mapping[str, object] | None = None,
    **tables: Sequence[Mapping[str, object]],
) -> Project:
    """A project whose request is in order; tables and settings as given."""
    found = book(tasks, settings=settings, **tables)
    forms = {**found.forms, "request": REQUEST if request is None else request}
    return Project(replace(found, forms=forms), as_of)


def process(project: Project) -> list[Finding]:
    return [f for f in findings(project) if f.kind.family == "process"]


def codes(project: Project) -> list[str]:
    return sorted(f.code for f in process(project))


def only(project: Project, code: str) -> Finding:
    found = [f for f in process(project) if f.code == code]
    assert len(found) == 1, [(f.code, f.cell, f.message("zh")) for f in process(project)]
    return found[0]


# the catalogue


def test_process_findings_are_part_of_the_catalogue() -> None:
    assert PROCESS.items() <= FINDINGS.items()
    assert all(code.startswith("P3") and kind.family == "process" for code, kind in PROCESS.items())


# the request


def test_a_project_that_has_not_begun_owes_nothing() -> None:
    assert codes(made(task("T001"), request={})) == []


def test_later_stages_without_approval() -> None:
    found = only(made(KICK_OFF, request={**REQUEST, "conclusion": None}), "P301")
    assert (found.severity, found.tab, found.row_id) == ("error", "需求申请", "conclusion")
    assert "T001" in found.message("zh")
    assert "未填" in found.message("zh")


def test_a_rejected_request_blocks_as_well() -> None:
    assert "不通过" in only(made(KICK_OFF, request={**REQUEST, "conclusion": "不通过"}), "P301").message("zh")


def test_a_meeting_alone_shows_a_team_at_work() -> None:
    held = [{"id": "H001", "date": D(2023, 11, 6), "present": "研发部"}]
    assert "2023-11-06" in only(made(request={**REQUEST, "conclusion": None}, meetings=held), "P301").message(
        "en"
    )


@pytest.mark.parametrize("conclusion", ["通过", "有条件通过", "Approved"])
def test_an_approved_request_is_quiet(conclusion: str) -> None:
    assert codes(made(KICK_OFF, request={**REQUEST, "conclusion": conclusion})) == []


def test_the_request_stage_itself_may_run_without_approval() -> None:
    first = task("T001", stage="需求发起", status="进行中", percent=0.5)
    assert codes(made(first, request={**REQUEST, "conclusion": None})) == []


def test_an_empty_request_is_said_once() -> None:
    assert codes(made(KICK_OFF, request={})) == ["P302"]


def test_missing_fields_are_listed_in_one_finding() -> None:
    found = only(made(KICK_OFF, request={**REQUEST, "goal": " ", "feasibility": None}), "P303")
    assert "合作目标、可行性" in found.message("zh")
    assert "Goal, Feasibility" in found.message("en")


def test_a_department_that_never_answered() -> None:
    found = only(made(KICK_OFF, request={**REQUEST, "partners": "研发部、生产部、销售部"}), "P304")
    assert found.message("zh").startswith("销售部是")


def test_an_answer_may_stand_in_the_reviewed_plan() -> None:
    plan = {
        "id": "P001",
        "department": "销售部",
        "plan": "铺货",
        "feasibility": "有条件可行",
        "signed": "未签",
    }
    request = {**REQUEST, "partners": "研发部、生产部、销售部"}
    assert codes(made(KICK_OFF, request=request, plans=[plan])) == []


def test_approval_after_teaming_is_only_noted() -> None:
    found = only(made(KICK_OFF, request={**REQUEST, "approved_on": D(2023, 10, 20)}), "P305")
    assert found.severity == "info"
    assert "2023-10-16" in found.message("zh")


def test_a_supporting_department_without_contact() -> None:
    contacts = [{"department": "研发部", "contact": "*"}, {"department": "生产部"}, {"department": "市场部"}]
    row = {**KICK_OFF, "support": "生产部"}
    assert only(made(row, contacts=contacts), "P306").cell == "B6"
    duty = {"id": "D01", "duty": "试制", "accountable": "生产部", "output": "样机", "receiver": "研发部"}
    assert codes(made(row, contacts=contacts, duties=[{**duty, "contact": "李*"}])) == []


# the plans


@pytest.mark.parametrize(
    ("change", "cell", "words"),
    [
        ({"signed": "未签"}, "J5", "未签字"),
        ({"signed": None}, "J5", "未签字"),
        ({"conclusion": None}, "I5", "没有评审结论"),
        ({"conclusion": "不通过"}, "I5", "评审结论为不通过"),
    ],
)
def test_execution_before_the_plan_is_through(change: dict[str, object], cell: str, words: str) -> None:
    found = only(made(KICK_OFF, BUILD, plans=[SIGNED | change]), "P311")
    assert (found.severity, found.cell) == ("error", cell)
    assert words in found.message("zh")
    assert "T002" in found.message("zh")


def test_signed_plans_let_execution_begin() -> None:
    conditional = SIGNED | {"id": "P002", "conclusion": "有条件通过"}
    assert codes(made(KICK_OFF, BUILD, plans=[SIGNED, conditional], sync=SYNCED)) == []


def test_an_unsigned_plan_waits_quietly_while_nothing_runs() -> None:
    waiting = {**BUILD, "status": "未开始", "planned_start": D(2023, 11, 20)}
    weekly = task(
        "T003", stage="进度监控", deadline="每周一17:00前", status="进行中", planned_start=D(2023, 11, 13)
    )
    assert codes(made(KICK_OFF, waiting, weekly, plans=[SIGNED | {"signed": "未签"}], sync=SYNCED)) == []


def test_a_rejected_plan_that_was_replaced_is_history() -> None:
    plans = [SIGNED | {"conclusion": "不通过", "signed": "未签"}, SIGNED | {"id": "P002"}]
    assert codes(made(KICK_OFF, BUILD, plans=plans, sync=SYNCED)) == []


def test_an_executing_department_without_a_plan() -> None:
    found = only(made(KICK_OFF, {**BUILD, "owner": "生产部"}, plans=[SIGNED]), "P312")
    assert "生产部" in found.message("zh")
    assert found.cell == ""


# delays: threshold 2, so three working days are too many. 2023-11-08 to 11-13 is three.


LATE = task("T001", deadline=D(2023, 11, 8), status="未开始")
CHANGE = {"id": "C001", "task_id": "T001", "new_date": D(2023, 11, 13), "cause": "缺料", "measures": "加班"}


def test_a_delay_over_the_threshold_without_a_change() -> None:
    assert codes(made(LATE)) == ["P321", "P332"]
    found = only(made(LATE), "P321")
    assert (found.row_id, found.cell) == ("T001", at("variance", 5))
    assert "晚 3 个工作日" in found.message("zh")


def test_two_working_days_are_within_the_threshold() -> None:
    assert codes(made({**LATE, "deadline": D(2023, 11, 9)})) == []


@pytest.mark.parametrize("status", ["草拟", None, ""])
def test_a_draft_is_told_apart_from_nothing(status: str | None) -> None:
    found = only(made(LATE, adjustments=[CHANGE | {"status": status}]), "P322")
    assert (found.tab, found.row_id, found.cell) == ("进度调整", "C001", "H5")
    assert codes(made(LATE, adjustments=[CHANGE | {"status": status}])) == ["P322"]


def test_a_rejected_change_answers_nothing() -> None:
    assert codes(made(LATE, adjustments=[CHANGE | {"status": "未批准"}])) == ["P321", "P332"]


def test_an_approved_change_covers_as_long_as_its_date_holds() -> None:
    approved = CHANGE | {"status": "已批准"}
    assert codes(made(LATE, adjustments=[approved])) == []
    # 2023-11-16 is three working days after the approved 2023-11-13.
    assert codes(made(LATE, adjustments=[approved], as_of=D(2023, 11, 16))) == ["P321"]


def test_an_approved_change_that_was_never_frozen() -> None:
    frozen = {**LATE, "baseline": D(2023, 11, 8)}
    found = only(made(frozen, adjustments=[CHANGE | {"status": "已批准"}]), "P323")
    assert "2023-11-08" in found.message("zh")
    moved = {**LATE, "baseline": D(2023, 11, 13), "deadline": D(2023, 11, 13)}
    assert codes(made(moved, adjustments=[CHANGE | {"status": "已批准"}])) == []


def test_knock_on_is_answered_at_its_source() -> None:
    follower = task("T002", deadline=D(2023, 11, 9), predecessors="T001")
    assert [f.row_id for f in process(made(LATE, follower)) if f.code == "P321"] == ["T001"]
    # A follower that is late by more than it was pushed has a delay of its own: 11-23 instead of 11-14.
    own = {**follower, "forecast": D(2023, 11, 23)}
    assert [f.row_id for f in process(made(LATE, own)) if f.code == "P321"] == ["T001", "T002"]


@pytest.mark.parametrize(
    ("cells", "zh", "en"),
    [
        ({"forecast": D(2023, 11, 20)}, "预计晚 8 个工作日", "Expected late by 8 workdays"),
        ({"planned_start": D(2023, 11, 1)}, "推算晚 8 个工作日", "Projected late by 8 workdays"),
        ({}, "至今已晚 3 个工作日", "Late so far by 3 workdays"),
        ({"status": "已完成", "actual": D(2023, 11, 13)}, "实际晚 3 个工作日", "Done late by 3 workdays"),
    ],
)
def test_promises_projections_and_days_so_far_are_called_so(
    cells: dict[str, object], zh: str, en: str
) -> None:
    # 11-08 was a Wednesday: 9, 10, 13 so far; six days of work from Monday 11-13 end on 11-20.
    late = task("T001", deadline=D(2023, 11, 8), stage="方案评审", status="未开始") | cells
    (found,) = [f for f in process(made(late)) if f.code == "P321"]
    assert found.message("zh").startswith(zh) and found.message("en").startswith(en)


def test_a_late_delivery_is_documented_by_any_change() -> None:
    done = {**LATE, "status": "已完成", "actual": D(2023, 11, 13), "percent": 1}
    assert codes(made(done)) == ["P321"]
    assert codes(made(done, adjustments=[CHANGE | {"status": "草拟"}])) == []


def test_many_delays_are_told_up_to_a_limit() -> None:
    rows = [{**LATE, "id": f"T{n:04}", "deadline": D(2023, 11, 8)} for n in range(250)]
    told = [f for f in process(made(*rows)) if f.code == "P321"]
    more = [f for f in process(made(*rows)) if f.code == "P399"]
    assert len(told) == 200
    assert sorted(str(f.params["count"]) for f in more) == ["50", "50"]


# meetings and daily sync


def meetings(*days: D) -> list[dict[str, object]]:
    return [{"id": f"H{n:03}", "date": when} for n, when in enumerate(days, 1)]


OPEN = task("T099")
WEEKLY = {"meeting_rule": "每周一17:00前"}


def test_a_monday_without_a_record() -> None:
    held = meetings(D(2023, 10, 16), D(2023, 10, 23), D(2023, 11, 6))
    found = only(made(KICK_OFF, OPEN, settings=WEEKLY, meetings=held), "P324")
    assert (found.params["count"], str(found.params["days"].zh)) == (1, "2023-10-30")  # type: ignore[attr-defined]


def test_a_meeting_within_the_week_serves() -> None:
    held = meetings(D(2023, 10, 18), D(2023, 10, 27), D(2023, 10, 30), D(2023, 11, 2))
    assert codes(made(KICK_OFF, OPEN, settings=WEEKLY, meetings=held)) == []


def test_todays_meeting_may_still_come() -> None:
    held = meetings(D(2023, 10, 16), D(2023, 10, 23), D(2023, 10, 30), D(2023, 11, 6))
    assert codes(made(KICK_OFF, OPEN, settings=WEEKLY, meetings=held)) == []
    assert codes(made(KICK_OFF, OPEN, settings=WEEKLY, meetings=held, as_of=D(2023, 11, 14))) == ["P324"]


def test_without_any_meeting_the_team_s_beginning_counts() -> None:
    assert only(made(KICK_OFF, OPEN, settings=WEEKLY), "P324").params["count"] == 4


def test_no_meeting_is_owed_after_the_end_or_without_a_rule() -> None:
    assert codes(made(KICK_OFF, settings=WEEKLY, meetings=meetings(D(2023, 10, 9), D(2023, 10, 16)))) == []
    assert codes(made(KICK_OFF, BUILD, plans=[SIGNED], sync=SYNCED, settings={"meeting_rule": None})) == []


def weekly(rule: str, start: D | None) -> dict[str, object]:
    return task("T004", stage="进度监控", deadline=rule, status="进行中", planned_start=start)


@pytest.mark.parametrize("rule", ["每周一", "每周一17:00前", "每月10日"])
@pytest.mark.parametrize("start", [D(2023, 10, 9), D(2023, 10, 16), D(2023, 10, 20), None])
@pytest.mark.parametrize("held", [(), (D(2023, 10, 9),), (D(2023, 10, 16), D(2023, 11, 1))])
def test_the_meetings_that_are_missing_are_the_periods_that_their_row_misses(
    rule: str, start: D | None, held: tuple[D, ...]
) -> None:
    # Nobody believes a tool that says 缺 2 期 in the row and 缺 4 期 beside it, of the same meetings.
    rows = (KICK_OFF, weekly(rule, start))
    project = made(*rows, settings={"meeting_rule": rule}, meetings=meetings(*held))
    missed = int(project.assessment.missed[1])
    found = [f.params["count"] for f in process(project) if f.code == "P324"]
    assert found == ([missed] if missed else [])


def test_meetings_before_the_row_about_them_begins_are_not_owed() -> None:
    held = meetings(D(2023, 9, 18), D(2023, 10, 30), D(2023, 11, 6))
    settings = {"meeting_rule": "每周一"}
    found = only(made(KICK_OFF, weekly("每周一", D(2023, 10, 16)), settings=settings, meetings=held), "P324")
    assert (found.params["count"], str(found.params["days"].zh)) == (1, "2023-10-23")  # type: ignore[attr-defined]


RUNNING = task("T001", stage="方案评审", status="进行中", planned_start=D(2023, 10, 16))
WEEK = [D(2023, 11, n) for n in (6, 7, 8, 9, 10)]
SYNCED = [{"date": when, "department": "研发部", "progress": "推进"} for when in WEEK]
DAILY = {"id": "D01", "duty": "原型", "accountable": "研发部", "output": "原型", "receiver": "市场部"}


def test_days_without_a_report_are_summed_up_by_department() -> None:
    daily = DAILY | {"channel": "每日同步、周例会"}
    found = only(made(RUNNING, duties=[daily], sync=SYNCED[:2] + SYNCED[3:4]), "P325")
    assert "研发部近 5 个工作日有 2 天没有同步：11-08、11-10" in found.message("zh")
    assert codes(made(RUNNING, duties=[daily], sync=SYNCED)) == []


def test_an_alias_reports_for_its_department() -> None:
    contacts = [{"department": "研发部", "contact": "*", "aliases": "技术中心"}]
    rows = [row | {"department": "技术中心"} for row in SYNCED]
    assert (
        codes(
            made(RUNNING, duties=[], sync=rows, contacts=contacts, request={**REQUEST, "partners": "研发部"})
        )
        == []
    )


def test_days_before_the_task_began_are_not_owed() -> None:
    late_start = {**RUNNING, "planned_start": D(2023, 11, 9)}
    assert only(made(late_start), "P325").params["count"] == 2


def test_a_department_that_meets_weekly_owes_no_daily_report() -> None:
    others = DAILY | {"accountable": "市场部", "channel": "每日同步"}
    weekly = DAILY | {"id": "D02", "channel": "周例会、即时群"}
    assert codes(made(RUNNING, duties=[others, weekly])) == []


def test_holidays_are_no_days_of_report() -> None:
    # Before Monday 2023-10-09: 10-08 and 10-07 are make-up workdays, 10-06 to 09-29 holidays.
    found = only(made({**RUNNING, "planned_start": D(2023, 9, 1)}, as_of=D(2023, 10, 9)), "P325")
    assert "09-26、09-27、09-28、10-07、10-08" in found.message("zh")


# risks, milestones, actions


RISK = {
    "id": "K001",
    "risk": "缺芯",
    "probability": 4,
    "impact": 4,
    "owner": "生产部",
    "countermeasure": "备选",
    "status": "开放",
}


@pytest.mark.parametrize(
    ("change", "cell"),
    [({"countermeasure": None}, "I5"), ({"owner": None}, "D5"), ({"owner": "", "countermeasure": ""}, "D5")],
)
def test_a_high_risk_without_owner_or_answer(change: dict[str, object], cell: str) -> None:
    assert only(made(risks=[RISK | change]), "P331").cell == cell


@pytest.mark.parametrize(
    "change", [{}, {"impact": 3, "owner": None}, {"status": "已关闭", "countermeasure": None}]
)
def test_answered_lower_and_closed_risks_are_quiet(change: dict[str, object]) -> None:
    assert codes(made(risks=[RISK | change])) == []


def test_a_red_task_is_answered_by_a_risk_or_a_change_with_measures() -> None:
    draft = CHANGE | {"status": "草拟"}
    assert codes(made(LATE, adjustments=[draft | {"measures": None}])) == ["P322", "P332"]
    assert codes(
        made(LATE, adjustments=[draft | {"measures": None}], risks=[RISK | {"task_id": "T001"}])
    ) == ["P322"]
    closed = RISK | {"task_id": "T001", "status": "已关闭"}
    assert "P332" in codes(made(LATE, risks=[closed]))


MILESTONE = {
    "id": "M001",
    "milestone": "原型",
    "owner": "研发部",
    "planned": D(2023, 11, 8),
    "task_id": "T001",
}


def test_a_late_milestone_nobody_acts_on() -> None:
    found = only(made(task("T001"), milestones=[MILESTONE]), "P333")
    assert (found.cell, found.params["days"]) == ("D5", 3)


@pytest.mark.parametrize(
    ("change", "tables"),
    [
        ({"planned": D(2023, 11, 9)}, {}),
        ({"actual": D(2023, 11, 9), "status": "已完成"}, {}),
        ({"status": "取消"}, {}),
        ({"baseline": D(2023, 11, 9)}, {}),
        ({}, {"risks": [RISK | {"task_id": "T001"}]}),
        (
            {},
            {
                "actions": [
                    {
                        "id": "A1",
                        "action": "催",
                        "owner": "研发部",
                        "raised_on": MONDAY,
                        "due": MONDAY,
                        "task_id": "t001",
                    }
                ]
            },
        ),
    ],
)
def test_milestones_that_are_no_finding(
    change: dict[str, object], tables: dict[str, list[dict[str, object]]]
) -> None:
    assert codes(made(task("T001"), milestones=[MILESTONE | change], **tables)) == []


ACTION = {
    "id": "A001",
    "action": "取得交期",
    "owner": "生产部",
    "raised_on": D(2023, 11, 1),
    "due": D(2023, 11, 10),
}


@pytest.mark.parametrize(("due", "days"), [(D(2023, 11, 10), 1), (D(2023, 11, 8), 3), (D(2023, 11, 12), 1)])
def test_an_overdue_action_says_by_how_much(due: D, days: int) -> None:
    found = only(made(actions=[ACTION | {"due": due}]), "P334")
    assert (found.cell, found.params["days"]) == ("E5", days)


@pytest.mark.parametrize(
    "change",
    [{"due": MONDAY}, {"status": "已完成", "done_on": MONDAY}, {"status": "取消"}, {"done_on": MONDAY}],
)
def test_actions_in_time_or_closed_are_quiet(change: dict[str, object]) -> None:
    assert codes(made(actions=[ACTION | change])) == []


# acceptance and review


DELIVERED = task(
    "T009", stage="成果交付", deadline=D(2023, 11, 10), actual=D(2023, 11, 10), status="已完成", percent=1
)
ACCEPTED = {
    "id": "Y001",
    "deliverable": "原型",
    "task_id": "T009",
    "result": "合格",
    "provider": "张*",
    "receiver": "李*",
}


def delivered(*rows: Mapping[str, object], as_of: D = MONDAY) -> Project:
    return made(DELIVERED, plans=[SIGNED], acceptance=rows, as_of=as_of)


def test_a_delivery_without_acceptance() -> None:
    assert only(delivered(), "P341").tab == "跟踪表"
    found = only(delivered(ACCEPTED | {"result": None}), "P341")
    assert (found.tab, found.cell) == ("成果验收", "F5")
    assert codes(delivered(ACCEPTED)) == []


@pytest.mark.parametrize(
    ("change", "cell", "who"),
    [
        ({"receiver": None}, "J5", "接收方"),
        ({"provider": " "}, "I5", "提交方"),
        ({"provider": "", "receiver": ""}, "I5", "提交方、接收方"),
    ],
)
def test_acceptance_needs_both_signatures(change: dict[str, object], cell: str, who: str) -> None:
    found = only(delivered(ACCEPTED | change), "P342")
    assert (found.severity, found.cell) == ("error", cell)
    assert f"{who}没有签字" in found.message("zh")


def test_a_refused_deliverable_needs_no_signatures() -> None:
    assert codes(delivered(ACCEPTED | {"result": "不合格", "provider": None})) == []


CONDITIONAL = ACCEPTED | {"result": "有条件接收", "remaining": "噪声超标", "remaining_due": D(2023, 11, 24)}


@pytest.mark.parametrize(
    ("change", "cell"),
    [({"remaining": None}, "G5"), ({"remaining_due": None}, "H5"), ({"remaining_due": "月底"}, "H5")],
)
def test_conditions_need_an_issue_and_a_date(change: dict[str, object], cell: str) -> None:
    assert only(delivered(CONDITIONAL | change), "P343").cell == cell


def test_a_remaining_issue_past_its_date() -> None:
    assert codes(delivered(CONDITIONAL)) == []
    found = only(delivered(CONDITIONAL, as_of=D(2023, 11, 28)), "P344")
    assert found.params["days"] == 2


REVIEWED = task(
    "T010",
    stage="复盘总结",
    deadline=D(2023, 11, 10),
    actual=D(2023, 11, 10),
    status="已完成",
    percent=1,
    note="报告需提交至上级领导并抄送协作部门",
)


def sending(**change: object) -> dict[str, object]:
    base = {
        "id": "A009",
        "action": "复盘报告提交总经理",
        "task_id": "T010",
        "status": "已完成",
        "done_on": D(2023, 11, 10),
    }
    return ACTION | base | change


def test_a_finished_review_must_have_been_sent() -> None:
    assert only(made(REVIEWED), "P351").cell == "K5"
    assert codes(made(REVIEWED, actions=[sending()])) == []
    assert codes(made({**REVIEWED, "note": None})) == ["P351"]


def test_an_open_action_is_named_and_an_unrelated_one_does_not_count() -> None:
    waiting = sending(status="未完成", done_on=None, due=D(2023, 11, 20))
    assert "A009" in only(made(REVIEWED, actions=[waiting]), "P351").message("zh")
    assert only(made(REVIEWED, actions=[sending(action="整理会议室")]), "P351")


def test_the_note_s_own_words_or_a_reached_milestone_are_evidence() -> None:
    quoting = sending(action="按备注办理", source="T010 备注：“报告需提交至上级领导并抄送协作部门”")
    assert codes(made(REVIEWED, actions=[quoting])) == []
    reached = {
        "id": "M006",
        "milestone": "复盘报告提交上级领导",
        "owner": "市场部",
        "planned": D(2023, 11, 10),
    }
    done = reached | {"task_id": "T010", "status": "已完成", "actual": D(2023, 11, 10)}
    assert codes(made(REVIEWED, milestones=[done])) == []


# whole projects


def whole(key: str, lang: Lang, as_of: D | None = None) -> list[tuple[str, str]]:
    contents = {**SCENARIOS, "sample": SAMPLE, "demo": DEMO}
    read = contents[key].book(lang, D(2026, 3, 2))
    shown = Project(read, as_of or Project.resolve_as_of(read, D(2026, 3, 2)))
    return sorted((f.code, f.row_id) for f in process(shown))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_true_of_the_sample_and_of_the_demonstration(lang: Lang) -> None:
    assert whole("sample", lang) == [("P322", "C001"), ("P334", "A006")]
    assert whole("demo", lang) == [
        ("P321", "T007"),
        ("P322", "C001"),
        ("P324", ""),
        ("P334", "A008"),
        ("P334", "A009"),
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("key", list(SCENARIOS))
def test_a_fresh_scenario_owes_nothing_on_its_first_day(key: str, lang: Lang) -> None:
    assert whole(key, lang) == []


@pytest.mark.parametrize("key", [key for key in SCENARIOS if key != "blank"])
def test_four_silent_weeks_are_one_delay_not_one_for_each_follower(key: str) -> None:
    found = whole(key, "zh", D(2026, 3, 30))
    assert found == [("P321", "T001"), ("P332", "T001")]
