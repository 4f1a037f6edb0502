"""Risks: scores and reasons by hand, proposals out of notes with the day from which to warn."""

from __future__ import annotations

from datetime import date

import pytest
from books import MID_PROJECT, project, task

from xl_collab.checks.validate import findings
from xl_collab.documents.minutes.content import minutes
from xl_collab.documents.review.content import review
from xl_collab.documents.risks.content import OVERLOAD, RiskList, risks
from xl_collab.plan.variance import variance
from xl_collab.project.edits import InsertSheet

D = date
PROTOTYPE = "研发方案需保证11月30日前输出原型"
WARNING = "若原型延迟,需提前3个工作日预警"

SEED = (
    task(
        "T001",
        owner="市场部*",
        deadline=D(2023, 10, 8),
        note="需确认研发部、生产部资源承接能力",
        status="已完成",
        actual=D(2023, 10, 8),
    ),
    task(
        "T002",
        owner="市场部、行政部",
        deadline=D(2023, 10, 15),
        note="需销售部*负责人确认市场推广资源",
        predecessors="T001",
        planned_start=D(2023, 10, 9),
        status="进行中",
    ),
    task(
        "T003",
        owner="研发部、市场部",
        deadline=D(2023, 11, 1),
        note=PROTOTYPE,
        predecessors="T002",
        status="进行中",
    ),
    task(
        "T004",
        owner="研发部、市场部",
        deadline="每周一17:00前",
        note=WARNING,
        status="进行中",
        planned_start=D(2023, 11, 8),
    ),
    task(
        "T005",
        owner="研发部、市场部",
        deadline=D(2023, 12, 20),
        note="验收标准需双方签字确认",
        predecessors="T003",
    ),
    task(
        "T006",
        owner="市场部*、各部门",
        deadline=D(2024, 1, 10),
        note="报告需提交至上级领导并抄送协作部门",
        predecessors="T005",
    ),
)


def listed(*rows: dict[str, object], **rest: object) -> RiskList:
    return risks(project(rows, **rest)).data


def told(found: RiskList, lang: str = "zh") -> list[tuple[str, int, int, str, str]]:
    """ID, probability, impact, reason and source of every risk, as listed."""
    return [(r.id, r.probability, r.impact, r.reason.of(lang), r.source.of(lang)) for r in found.items]


def test_the_templates_project_in_mid_november():
    found = listed(*SEED)
    # T002 was due 10-15 and is open on 11-13: 16–20, 23–27, 30–3, 6–10, 13 = 21 working days.
    # It pushes T003 (13 days' work) to 11-30, and that T005 and T006, all on the critical path.
    assert told(found) == [
        ("T002", 5, 5, "至今已晚 21 个工作日；影响后续 3 项；在关键路径上", "跟踪表 T002"),
        (
            "T002",
            4,
            5,
            "备注要求“需销售部*负责人确认市场推广资源”，未见确认；"
            "任务应已于 2023-10-09 开始；影响后续 3 项；在关键路径上",
            "T002 备注",
        ),
        ("T003", 4, 4, "推算晚 21 个工作日；源头 T002；影响后续 2 项；在关键路径上", "跟踪表 T003"),
        ("T005", 4, 4, "推算晚 21 个工作日；源头 T002；影响后续 1 项；在关键路径上", "跟踪表 T005"),
        (
            "T003",
            4,
            4,
            f"备注要求“{PROTOTYPE}”，未列入里程碑；"
            "2023-11-30 到期，自 2023-11-27 起预警；影响后续 2 项；在关键路径上",
            "T003 备注",
        ),
        ("T006", 4, 3, "推算晚 21 个工作日；源头 T002；在关键路径上", "跟踪表 T006"),
    ]
    assert [r.score for r in found.items] == [25, 20, 16, 16, 16, 12]
    assert [r.level for r in found.items] == ["high"] * 5 + ["medium"]


def test_english_reasons():
    first, second = told(listed(*SEED), "en")[:2]
    assert first[3:] == (
        "Late so far by 21 workdays; 3 later tasks depend on it; on the critical path",
        "Tracker T002",
    )
    assert second[4] == "Note of T002"


def test_the_list_goes_into_a_sheet_of_its_own():
    outcome = risks(project(SEED))
    assert outcome.edits == (InsertSheet("risks", "风险清单", outcome.data),)


def test_heat_map_and_levels_count_every_risk():
    found = listed(*SEED)
    assert found.heat == (
        (0, 0, 0, 0, 0),
        (0, 0, 0, 0, 0),
        (0, 0, 0, 0, 0),
        (0, 0, 1, 3, 1),
        (0, 0, 0, 0, 1),
    )
    assert found.cells[4, 4] == ("T003", "T005")
    assert (found.count("high"), found.count("medium"), found.count("low")) == (5, 1, 0)


def test_items_read_like_any_sequence():
    items = listed(*SEED).items
    assert len(items) == 6
    assert items[0] == next(iter(items)) == items[:2][0]
    assert items[-1].id == "T006"


# proposals


def test_notes_become_proposals_of_open_rows():
    found = listed(*SEED).proposals
    assert [(p.row_id, p.kind, p.quote) for p in found] == [
        ("T002", "action", "需销售部*负责人确认市场推广资源"),
        ("T003", "milestone", PROTOTYPE),
        ("T004", "risk", WARNING),
        ("T005", "action", "验收标准需双方签字确认"),
        ("T006", "action", "报告需提交至上级领导并抄送协作部门"),
    ]
    assert found[1].id.startswith("deadline-")


@pytest.mark.parametrize(
    ("note", "warn_from"),
    [
        ("若原型延迟,需提前3个工作日预警", D(2023, 11, 27)),
        ("若原型延迟,需提前5个工作日预警", D(2023, 11, 23)),
        ("若原型延迟,需提前5天预警", D(2023, 11, 25)),
        ("若物料延迟,需提前5个工作日预警", D(2023, 11, 28)),
        (None, D(2023, 11, 28)),
    ],
)
def test_the_prototype_is_warned_about_in_time(note, warn_from):
    """Another note that speaks of the prototype sets the lead; else 设置 does (2 here)."""
    rows = (task("T003", deadline=D(2023, 11, 1), note=PROTOTYPE), task("T004", note=note))
    proposal = listed(*rows, settings={"lead_time": 2}).proposals[0]
    assert (proposal.date, proposal.warn_from) == (D(2023, 11, 30), warn_from)


def test_the_rows_own_lead_counts_before_other_notes():
    other = task("T004", note=WARNING)
    cell = task("T003", deadline=D(2023, 11, 1), note=PROTOTYPE, lead_days=5)
    assert listed(cell, other).proposals[0].warn_from == D(2023, 11, 23)
    own = task("T003", deadline=D(2023, 11, 1), note=PROTOTYPE + "，需提前1个工作日预警", lead_days=5)
    assert listed(own, other).proposals[0].warn_from == D(2023, 11, 29)


@pytest.mark.parametrize("register", ["milestones", "risks", "actions"])
def test_what_was_accepted_is_not_proposed_again(register):
    row = task("T003", deadline=D(2023, 12, 1), note=PROTOTYPE)
    open_ = listed(row).proposals[0]
    for source in (f"备注：{PROTOTYPE}", f"T003 {open_.id}"):
        accepted = [{"id": "M1", "task_id": "T003", "source": source}]
        assert not listed(row, **{register: accepted}).proposals
    elsewhere = [{"id": "M1", "task_id": "T009", "source": PROTOTYPE}]
    assert len(listed(row, **{register: elsewhere}).proposals) == 1


@pytest.mark.parametrize("status", ["已完成", "取消", "暂停"])
def test_finished_and_stopped_rows_propose_nothing(status):
    assert not listed(task("T1", note=PROTOTYPE, status=status)).proposals


@pytest.mark.parametrize(
    ("as_of", "chance", "words"),
    [
        (D(2023, 11, 13), 2, "2023-11-30 到期，自 2023-11-27 起预警"),
        (D(2023, 11, 27), 4, "2023-11-30 到期，自 2023-11-27 起预警"),
        (D(2023, 12, 1), 5, "2023-11-30 已过"),
    ],
)
def test_a_date_in_a_note_grows_more_probable(as_of, chance, words):
    found = listed(task("T1", deadline=D(2024, 1, 31), note=PROTOTYPE), as_of=as_of)
    assert (found.items[0].probability, found.items[0].impact) == (chance, 3)
    assert words in found.items[0].reason.zh


@pytest.mark.parametrize(
    ("start", "chance", "words"),
    [
        (None, 2, "未见确认；"),
        (D(2023, 11, 13), 4, "任务应已于 2023-11-13 开始"),
        (D(2023, 11, 16), 3, "任务将于 2023-11-16 开始"),
        (D(2023, 11, 17), 2, "任务将于 2023-11-17 开始"),
    ],
)
def test_a_confirmation_is_wanted_before_the_start(start, chance, words):
    row = task("T1", deadline=D(2024, 1, 31), note="需确认研发部资源承接能力", planned_start=start)
    (item,) = listed(row).items
    assert item.probability == chance
    assert words in item.reason.zh


# other sources


@pytest.mark.parametrize(
    ("cells", "chance", "reason"),
    [
        ({"deadline": D(2023, 11, 8)}, 5, "至今已晚 3 个工作日；在关键路径上"),
        ({"deadline": D(2023, 11, 10)}, 4, "至今已晚 1 个工作日；在关键路径上"),
        ({"forecast": D(2023, 12, 6)}, 4, "预计晚 3 个工作日；在关键路径上"),
        ({"forecast": D(2023, 12, 4)}, 4, "预计晚 1 个工作日；在关键路径上"),
        ({"deadline": D(2023, 11, 15)}, 3, "距计划完成只剩 2 个工作日；在关键路径上"),
    ],
)
def test_alerts_of_a_row_on_the_critical_path(cells, chance, reason):
    (item,) = listed(task("T1", **cells)).items
    assert (item.probability, item.impact, item.reason.zh) == (chance, 3, reason)


def test_slack_makes_a_yellow_row_less_probable():
    found = listed(task("T1", deadline=D(2023, 11, 15)), task("T2", deadline=D(2023, 12, 15)))
    # 11-16 … 12-15 are 22 working days.
    assert told(found) == [("T1", 2, 2, "距计划完成只剩 2 个工作日；浮动 22 个工作日", "跟踪表 T1")]


def test_green_and_finished_rows_are_no_risk():
    assert len(listed(task("T1"), task("T2", status="已完成", actual=D(2023, 12, 20))).items) == 0


def test_many_dependent_rows_are_said_to_be_many():
    rows = [task("T0", deadline=D(2023, 11, 1))]
    rows += [
        task(f"T{n}", deadline=D(2024, 6, 3), planned_start=D(2024, 5, 6), predecessors="T0")
        for n in range(1, 9)
    ]
    assert "影响后续 6 项以上" in listed(*rows).items[0].reason.zh
    assert listed(*rows).items[0].impact == 5


def test_register_entries_keep_their_own_score():
    entries = [
        {"id": "K01", "risk": "供应链延迟", "probability": 4, "impact": "5", "status": "开放"},
        {
            "id": "K02",
            "risk": "样机不足",
            "probability": 2,
            "impact": 2,
            "status": "应对中",
            "countermeasure": "备用供应商",
            "due": D(2023, 11, 1),
        },
        {"id": "K03", "risk": "已解决", "probability": 5, "impact": 5, "status": "已关闭"},
        {"id": "K04", "risk": "没打分", "probability": None, "impact": 5, "status": "开放"},
    ]
    found = listed(risks=entries)
    assert told(found) == [
        ("K01", 4, 5, "供应链延迟；没有应对措施", "风险登记 K01"),
        ("K02", 2, 2, "样机不足；应对期限 2023-11-01 已过", "风险登记 K02"),
    ]
    assert [item.level for item in found.items] == ["high", "low"]


def test_braces_in_what_people_wrote_stay_as_they_are():
    entries = [{"id": "K1", "risk": "{days} {0}", "probability": 1, "impact": 1, "countermeasure": "x"}]
    assert listed(risks=entries).items[0].reason.zh == "{days} {0}"


def test_rows_without_owner_or_help():
    rows = (
        task("T1", owner=None),
        task("T2", owner="各部门"),
        task("T3", feedback="需协助"),
        task("T4", feedback="需协助", support="生产部"),
        task("T5", feedback="需协助", owner="研发部、市场部"),
    )
    found = [(item.id, item.kind, item.probability) for item in listed(*rows).items]
    assert found == [("T1", "no_owner", 4), ("T2", "no_owner", 4), ("T3", "no_support", 3)]


def test_waiting_for_stopped_predecessors():
    rows = (
        task("T1", status="暂停", deadline=D(2023, 12, 29)),
        task("T2", status="取消"),
        task("T3", predecessors="T2、T1", deadline=D(2024, 3, 1), planned_start=D(2024, 2, 1)),
    )
    found = {item.kind: item for item in listed(*rows).items}
    assert found["paused"].reason.zh.startswith("前置 T1 已暂停，完成日期不明")
    assert found["cancelled"].reason.zh.startswith("前置 T2 已取消，须改计划")
    assert (found["paused"].probability, found["cancelled"].probability) == (4, 3)


@pytest.mark.parametrize(("count", "chance"), [(OVERLOAD, None), (OVERLOAD + 1, 3), (2 * OVERLOAD, 4)])
def test_a_department_with_too_many_tasks_at_once(count, chance):
    due = D(2024, 1, 31)
    rows = [task(f"T{n}", planned_start=D(2023, 12, 1 + n), deadline=due) for n in range(count)]
    rows.append(task("T99", planned_start=D(2024, 2, 1), deadline=D(2024, 2, 29)))
    found = [item for item in listed(*rows).items if item.kind == "overload"]
    if chance is None:
        assert found == []
        return
    day = D(2023, 12, count)
    assert [(item.id, item.probability, item.reason.zh) for item in found] == [
        ("T0", chance, f"研发部在 {day} 同时牵头 {count} 项未完成任务")
    ]


def test_an_empty_project_has_no_risks():
    found = listed(as_of=MID_PROJECT)
    assert (len(found.items), len(found.proposals), sum(map(sum, found.heat))) == (0, 0, 0)


def test_the_largest_number_that_can_be_typed_is_told_and_stops_nothing() -> None:
    entry = {"id": "R001", "risk": "超大", "probability": 9e307, "impact": 9e307, "status": "跟踪中"}
    made = project([task("T001", percent=9e307, deadline=D(2023, 11, 30), status="进行中")], risks=[entry])
    assert {("E115", "T001")} <= {(one.code, one.row_id) for one in findings(made)}
    assert [row.id for row in variance(made).data] == ["T001"]
    assert [view(made).data.as_of for view in (review, risks)] == [made.as_of, made.as_of]
    assert minutes(made).data.date == made.as_of
