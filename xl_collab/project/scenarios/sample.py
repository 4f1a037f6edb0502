"""The template's own project, as the shipped workbook shows it: mid-project on 2023-11-13.

The six rows of the tracker are the template's, word for word; what stands around them is ours.
The records of its days and meetings are in `sample_log.py`, the later state that the
demonstration starts from in `sample_demo.py`. Persons stay hidden as `*`.
"""

from __future__ import annotations

from datetime import date

from xl_collab.project.scenarios import sample_log as log, sample_plans as plans
from xl_collab.project.scenarios.sample_log import (
    ADMIN,
    HR,
    MKT,
    OVERSEER,
    PROD,
    PROJECT,
    RD,
    SALES,
    SUPERIOR,
)
from xl_collab.project.scenarios.scenario import EVERYONE, Records, Scenario, Value, contacts, depts, rows
from xl_collab.schema.words import t

AS_OF = date(2023, 11, 13)
"""The data date of the shipped workbook."""

BASELINE_ON = date(2023, 10, 16)
"""The baseline was frozen at the kick-off meeting."""

_COLUMNS = (
    "id stage owner task output deadline note support predecessors planned_start forecast actual"
    " percent status feedback baseline"
)
# Columns 2 to 7 are the template's words: punctuation included, nothing may be tidied here.
TRACKER: Records = rows(
    _COLUMNS,
    (
        "T001",
        "request",
        t("市场部*", "Marketing*"),
        t(
            "填写需求申请表,初步沟通可行性",
            "Fill in the request form and sound out feasibility with the departments",
        ),
        t("《需求申请表》(初稿)", "Request form (draft)"),
        date(2023, 10, 8),
        t(
            "需确认研发部、生产部资源承接能力",
            "R&D and Production must confirm their capacity",
        ),
        depts(RD, PROD),
        None,
        date(2023, 9, 25),
        None,
        date(2023, 10, 8),
        1,
        "done",
        "filled",
        date(2023, 10, 8),
    ),
    (
        "T002",
        "duties",
        t("市场部、行政部", "Marketing, Administration"),
        t(
            "组织启动会,明确部门职责与里程碑",
            "Hold the kick-off meeting; agree on duties and milestones",
        ),
        t("《职责分工表》《里程碑计划》", "Duty matrix and milestone plan"),
        date(2023, 10, 15),
        t(
            "需销售部*负责人确认市场推广资源",
            "The head of Sales* must confirm the marketing resources",
        ),
        depts(RD, PROD, SALES, HR),
        "T001",
        date(2023, 10, 9),
        None,
        date(2023, 10, 16),
        1,
        "done",
        "filled",
        date(2023, 10, 15),
    ),
    (
        "T003",
        "review",
        t("研发部、市场部", "R&D, Marketing"),
        t(
            "制定技术方案与推广方案,联合评审",
            "Draw up the technical and the promotion plan; review them jointly",
        ),
        t("《执行方案》(终版)", "Joint execution plan (final)"),
        date(2023, 11, 1),
        t(
            "研发方案需保证11月30日前输出原型",
            "R&D's plan must deliver the prototype by November 30",
        ),
        depts(PROD, SALES),
        "T002",
        date(2023, 10, 16),
        None,
        date(2023, 11, 3),
        1,
        "done",
        "filled",
        date(2023, 11, 1),
    ),
    (
        "T004",
        "monitor",
        t("研发部、市场部", "R&D, Marketing"),
        t(
            "每日同步进度,周例会汇报风险",
            "Share progress daily; report risks at the weekly meeting",
        ),
        t("《例会纪要》", "Meeting minutes"),
        t("每周一17:00前", "every Monday by 17:00"),
        t(
            "若原型延迟,需提前3个工作日预警",
            "If the prototype slips, warn 3 working days in advance",
        ),
        depts(PROD, SALES),
        None,
        date(2023, 10, 16),
        None,
        None,
        0.4,
        "in_progress",
        "unchanged",
        None,
    ),
    (
        "T005",
        "delivery",
        t("研发部、市场部", "R&D, Marketing"),
        t(
            "提交产品原型与推广报告,组织验收",
            "Submit the product prototype and the promotion report; organise acceptance",
        ),
        t("《验收确认单》", "Acceptance certificate"),
        date(2023, 12, 20),
        t(
            "验收标准需双方签字确认",
            "The acceptance criteria must be signed by both parties",
        ),
        depts(PROD, SALES),
        "T003",
        date(2023, 11, 2),
        date(2023, 12, 25),
        None,
        0.35,
        "in_progress",
        "help",
        date(2023, 12, 20),
    ),
    (
        "T006",
        "retrospective",
        t("市场部*、各部门", "Marketing*, all departments"),
        t(
            "总结经验教训,输出复盘报告",
            "Sum up the lessons learned and write the review report",
        ),
        t("《复盘报告》", "Review report"),
        date(2024, 1, 10),
        t(
            "报告需提交至上级领导并抄送协作部门",
            "The report must be submitted to the superior and copied to the departments involved",
        ),
        None,
        "T005",
        date(2023, 12, 25),
        None,
        None,
        0,
        "not_started",
        None,
        date(2024, 1, 10),
    ),
)


_ANSWERS = {
    "T005": t(
        "【生产部】试产线11月27日起可用，散热件装配需研发派1人",
        "[Production] Pilot line is free from November 27; R&D must send one person to fit the heat sinks",
    )
}
TRACKER = [row | {"support_feedback": _ANSWERS.get(str(row["id"]))} for row in TRACKER]


def baselines(tracker: Records) -> Records:
    """The records of baseline 1 in _history, as freezing writes them."""
    return [
        {
            "kind": "baseline",
            "key": "1",
            "as_of": BASELINE_ON,
            "row_id": row["id"],
            "field": "baseline",
            "value": day.isoformat(),
        }
        for row in tracker
        if isinstance(day := row["baseline"], date)
    ]


_CONTACTS = contacts(
    OVERSEER,
    (MKT, t("需求发起、统筹协调", "Initiator, coordination"), "marketing", t("市场", "Mktg")),
    (RD, t("技术方案、产品原型", "Technical plan, prototype"), "rd", t("研发", "Research and Development")),
    (PROD, t("试制与备料", "Pilot build and materials"), "production", t("生产", "Manufacturing")),
    (SALES, t("渠道与试用客户", "Channels and trial customers"), "sales", t("销售", "Sales team")),
    (ADMIN, t("会务、签字归档", "Meetings, signed copies"), "admin", t("行政", "Admin")),
    (HR, t("人员调配", "Staffing"), "hr", t("人力、人事部", "HR")),
)

_REQUEST: dict[str, Value] = {
    "project": PROJECT,
    "number": "XQ-2023-018",
    "department": MKT,
    "applicant": t("市场部*", "Marketing*"),
    "date": date(2023, 10, 8),
    "scenario": t("新产品上市", "New product launch"),
    "goal": t(
        "三个月内完成智能台灯L1的产品原型与推广准备，通过联合验收，为2024年一季度上市做好准备。",
        "Finish the prototype and the promotion of the L1 smart desk lamp within three months, pass "
        "joint acceptance, and be ready to launch in the first quarter of 2024.",
    ),
    "tasks": t(
        "1. 研发部：制定技术方案，输出产品原型并完成测试；\n2. 生产部：评估工艺，备料并试制样机；\n"
        "3. 市场部：制定推广方案，完成推广物料；\n4. 销售部：落实渠道意向与试用客户。",
        "1. R&D: technical plan, prototype and tests\n2. Production: process check, materials, pilot build\n"
        "3. Marketing: promotion plan and materials\n4. Sales: channel commitments and trial customers",
    ),
    "results": t(
        "《执行方案》(终版)、产品原型、推广报告、《验收确认单》、《复盘报告》",
        "Joint execution plan (final), prototype, promotion report, acceptance certificate, review report",
    ),
    "start": date(2023, 10, 8),
    "end": date(2024, 1, 10),
    "budget": t(
        "合计46万元：研发打样18万元，试制12万元，推广16万元。",
        "CNY 460,000 in all: prototyping 180,000, pilot build 120,000, promotion 160,000",
    ),
    "people": t(
        "研发部4人、市场部3人、生产部2人、销售部2人（均为兼任）。",
        "R&D 4, Marketing 3, Production 2, Sales 2 (all part-time)",
    ),
    "equipment": t(
        "光学测试暗室、小批量贴片线各排期一周。", "Optical test room and small SMT line, one week each"
    ),
    "partners": depts(RD, PROD, SALES, ADMIN, HR),
    "feasibility": "conditional",
    "capacity": t(
        "研发部可承接，需人力资源部协调1名结构工程师；生产部11月中旬起可排试制线，前提是驱动芯片到货；"
        "销售部、行政部可承接。",
        "R&D can take it on if Human Resources finds one mechanical engineer; Production has the pilot "
        "line from mid-November, provided the LED driver ICs have arrived; Sales and Administration can "
        "take on their part.",
    ),
    "strategy": t(
        "符合公司“智能家居照明”年度重点，补齐学习照明产品线。",
        "Fits this year's focus on smart home lighting and completes the study-lamp range.",
    ),
    "conclusion": "approved",
    "approver": SUPERIOR,
    "approved_on": date(2023, 10, 9),
    "opinion": t(
        "同意立项。关键器件须有备选供应商，进度偏差超过2个工作日须报调整方案。",
        "Approved. Key parts need a second source; any slip of more than 2 working days needs a "
        "schedule change.",
    ),
}

_SETTINGS: dict[str, Value] = {
    "project": PROJECT,
    "scenario": t("新产品上市", "New product launch"),
    "initiator": MKT,
    "superior": SUPERIOR,
    "data_date": AS_OF,
    "meeting_rule": t("每周一17:00前", "every Monday by 17:00"),
    "place": t("三楼会议室", "Meeting room, 3rd floor"),
    "chair": t("市场部*", "Marketing*"),
    "recorder": t("行政部*", "Administration*"),
    "copy_to": EVERYONE,
}

SAMPLE = Scenario(
    "sample",
    PROJECT,
    forms={"request": _REQUEST, "settings": _SETTINGS},
    tables={
        "duties": plans.DUTIES,
        "milestones": plans.MILESTONES,
        "tracker": TRACKER,
        "plans": plans.PLANS,
        "risks": plans.RISKS,
        "sync": log.SYNC,
        "meetings": log.MEETINGS,
        "actions": log.ACTIONS,
        "adjustments": plans.ADJUSTMENTS,
        "changes": plans.CHANGES,
        "acceptance": plans.ACCEPTANCE,
        "lessons": plans.LESSONS,
        "contacts": _CONTACTS,
        "history": baselines(TRACKER),
    },
)
