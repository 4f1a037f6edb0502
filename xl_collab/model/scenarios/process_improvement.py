"""内部流程优化: Operations and Administration put a cross-department process in order.

About three months: see it as it is, design it anew with Finance, HR and IT, try it, roll it out.
"""

from __future__ import annotations

from xl_collab.model.scenarios.preset import (
    DUTY,
    HEAD,
    acceptance,
    forms,
    milestones,
    plans,
    risks,
    tasks,
)
from xl_collab.model.scenarios.scenario import (
    EVERYONE,
    MEETING_RULE,
    NO_ONE,
    Day,
    Scenario,
    contacts,
    depts,
    ids,
    rows,
)
from xl_collab.model.words import t

__all__ = ["PROCESS_IMPROVEMENT"]

_TITLE = t("内部流程优化", "Process improvement")
_OPS = t("运营部", "Operations")
_ADMIN = t("行政部", "Administration")
_FIN = t("财务部", "Finance")
_HR = t("人事部", "Human Resources")
_IT = t("IT部", "IT")

_DAILY = t("每日同步、周例会", "Daily sync, weekly meeting")
_WEEKLY = t("周例会、邮件", "Weekly meeting, e-mail")

_FORMS = forms(
    _TITLE,
    t("【流程名称】流程优化", "[Process] improvement"),
    _OPS,
    depts(_ADMIN, _FIN, _HR, _IT),
    Day(62),
    {
        "goal": t(
            "【何时】前完成【流程名称】的梳理与优化，平均办理时长由【天】降至【天】，退单率降至【%】以下。",
            "Put [process] in order by [date]: average handling time down from [days] to [days], returned "
            "forms below [%].",
        ),
        "tasks": t(
            "1. 运营部：现状调研、流程设计与统筹；\n2. 行政部：制度修订与宣贯；\n"
            "3. 财务部、人事部：关键环节与权限规则；\n4. IT部：系统配置与数据统计。",
            "1. Operations: survey, design, coordination\n2. Administration: rules and training\n"
            "3. Finance, Human Resources: key steps and powers\n4. IT: system set-up and figures",
        ),
        "results": t(
            "《流程现状诊断报告》、《流程优化方案》(终版)、修订后的制度、上线系统、《复盘报告》",
            "Diagnosis, improvement plan (final), revised rules, system in use, review report",
        ),
        "budget": t(
            "系统改造、培训两项分列金额；无费用写“无”。", "State system work and training, or “none”."
        ),
        "people": t("各部门接口人每周投入天数。", "Days a week for the contact of each department."),
        "equipment": t(
            "测试环境账号、流程数据导出权限。", "Accounts for the test system; access to process data."
        ),
    },
)

_DUTIES = rows(
    DUTY,
    (
        "D001", t("流程优化统筹与现状调研", "Coordination and survey"), _OPS, _OPS, _OPS,
        depts(_ADMIN, _FIN, _HR), _IT,
        t("《需求申请表》《流程现状诊断报告》", "Request form, diagnosis"), depts(_ADMIN, _FIN, _HR, _IT),
        NO_ONE, 2, _DAILY,
    ),
    (
        "D002", t("新流程设计", "Design of the new process"), _OPS, _OPS, _OPS, depts(_ADMIN, _FIN, _HR, _IT),
        None,
        t("《流程优化方案》", "Improvement plan"), depts(_ADMIN, _IT), NO_ONE, 2, _DAILY,
    ),
    (
        "D003", t("制度修订与宣贯培训", "Rules and training"), _OPS, _ADMIN, _ADMIN, depts(_HR, _FIN), _IT,
        t("《流程管理制度》(修订版)、培训记录", "Revised rules, training records"), depts(_OPS, _FIN, _HR),
        NO_ONE, 1, _WEEKLY,
    ),
    (
        "D004", t("审批权限与费用规则", "Powers of approval and cost rules"), _OPS, _FIN, _FIN, _OPS, _ADMIN,
        t("《审批权限表》", "Table of approval powers"), depts(_OPS, _IT), NO_ONE, 1, _WEEKLY,
    ),
    (
        "D005", t("岗位职责与考核调整", "Job duties and assessment"), _OPS, _HR, _HR, _ADMIN,
        depts(_OPS, _FIN),
        t("《岗位职责调整表》", "Changes of job duties"), depts(_OPS, _ADMIN), NO_ONE, 1, _WEEKLY,
    ),
    (
        "D006", t("系统配置、上线与数据统计", "System set-up, go-live and figures"), _OPS, _IT, _IT,
        depts(_OPS, _FIN),
        depts(_ADMIN, _HR), t("上线系统、《运行数据周报》", "System in use, weekly figures"), _OPS, NO_ONE, 2,
        _DAILY,
    ),
    (
        "D007", t("流程优化复盘", "Review of the project"), _OPS, _OPS, _OPS, depts(_ADMIN, _FIN, _HR, _IT),
        None,
        t("《复盘报告》", "Review report"), depts(_ADMIN, _FIN, _HR, _IT), NO_ONE, 1, _WEEKLY,
    ),
)  # fmt: skip

_TASKS = tasks(
    (
        "T001", "request", _OPS,
        t("填写需求申请表，与相关部门初步沟通", "Fill in the request form; talk to the departments"),
        t("《需求申请表》(初稿)", "Request form (draft)"), Day(3),
        t("需确认财务部、IT部资源承接能力", "Finance and IT must confirm their capacity"),
        depts(_FIN, _IT), None,
        Day(0),
    ),
    (
        "T002", "request", _OPS, t("提交上级领导审批", "Submit for the superior's approval"),
        t("《需求申请表》(审批通过版)", "Request form (approved)"), Day(5),
        t("明确流程范围，避免扩大", "State the scope; keep it"), None,
        "T001", Day(4),
    ),
    (
        "T003", "duties", depts(_OPS, _ADMIN),
        t("召开启动会，明确职责与里程碑", "Hold the kick-off: duties and milestones"),
        t("《职责分工表》《里程碑计划》", "Duty matrix and milestone plan"), Day(8),
        t("每项职责只定一个负责部门", "One accountable department for each duty"), depts(_FIN, _HR, _IT),
        "T002", Day(6),
    ),
    (
        "T004", "review", _OPS,
        t("访谈各岗位，梳理现状流程与痛点", "Interview the users; map the process and its troubles"),
        t("《流程现状诊断报告》", "Diagnosis"), Day(16),
        t("需人事部确认访谈名单", "Human Resources must confirm the list of interviews"),
        depts(_ADMIN, _FIN, _HR), "T003", Day(9),
    ),
    (
        "T005", "review", _IT, t("导出运行数据，量化时长与退单", "Export the data; measure time and returns"),
        t("《流程数据分析》", "Process figures"), Day(16), t("取最近3个月数据", "The last three months"),
        _OPS, "T003", Day(9),
    ),
    (
        "T006", "review", _OPS, t("设计新流程与衔接规则", "Design the new process and its hand-offs"),
        t("《流程优化方案》(初稿)", "Improvement plan (draft)"), Day(23),
        t("每个环节只有一个责任岗位", "One responsible post for each step"),
        depts(_ADMIN, _IT), ids("T004", "T005"), Day(17),
    ),
    (
        "T007", "review", depts(_OPS, _FIN, _HR, _IT),
        t("联合评审，修改并签字", "Review jointly, revise and sign"),
        t("《流程优化方案》(终版)", "Improvement plan (final)"), Day(27),
        t("需各部门签字确认", "Must be signed by all departments"),
        _ADMIN, "T006", Day(24),
    ),
    (
        "T008", "monitor", depts(_OPS, EVERYONE), t("周例会汇报进展、风险与需协调资源",
          "Weekly meeting on progress, risks and resources"),
        t("《例会会议纪要》", "Meeting minutes"), MEETING_RULE,
        t("重要决策形成书面纪要并邮件确认", "Decisions are minuted and mailed"),
        None, None, Day(9),
    ),
    (
        "T009", "monitor", _IT, t("系统配置与测试", "Set up and test the system"),
        t("测试通过的系统配置", "Tested set-up"), Day(37),
        t("若配置延迟，需提前3个工作日预警", "If the set-up slips, warn 3 working days in advance"),
        depts(_OPS, _FIN), "T007", Day(28),
    ),
    (
        "T010", "monitor", depts(_ADMIN, _FIN, _HR),
        t("修订制度、权限表与岗位职责", "Revise rules, powers and job duties"),
        t("《流程管理制度》(修订版)", "Revised rules"), Day(36),
        t("与系统配置口径一致", "In line with the system"), _OPS, "T007", Day(28),
    ),
    (
        "T011", "monitor", depts(_OPS, _IT), t("试点运行两周并收集反馈", "Two-week pilot; collect feedback"),
        t("《试点总结》", "Pilot report"), Day(47), t("若试点退单率上升，需提前2个工作日预警",
          "If returns go up in the pilot, warn 2 working days in advance"),
        depts(_FIN, _HR), ids("T009", "T010"), Day(38),
    ),
    (
        "T012", "delivery", depts(_ADMIN, _OPS), t("全员培训，正式切换", "Train everybody and switch over"),
        t("培训记录、上线通知", "Training records, notice"), Day(52),
        t("切换期保留旧流程通道一周", "Old way stays open for a week"),
        depts(_HR, _IT), "T011", Day(48),
    ),
    (
        "T013", "delivery", depts(_OPS, _IT),
        t("统计运行效果，组织验收", "Measure the effect; organise acceptance"),
        t("《验收确认单》", "Acceptance certificate"), Day(57),
        t("验收标准需双方签字确认", "The acceptance criteria must be signed by both parties"),
        depts(_FIN, _ADMIN), "T012", Day(53),
    ),
    (
        "T014", "retrospective", depts(_OPS, EVERYONE),
        t("总结经验教训，输出复盘报告", "Sum up the lessons; write the review report"),
        t("《复盘报告》", "Review report"), Day(62),
        t("报告需提交至上级领导并抄送协作部门",
          "The report must be submitted to the superior and copied to the departments involved"), None,
          "T013", Day(58),
    ),
)  # fmt: skip

_MILESTONES = milestones(
    ("M001", t("需求申请审批通过", "Request approved"), _OPS, Day(5), "T002",
     t("流程范围与目标确定", "Scope and targets fixed")),
    ("M002", t("启动会召开", "Kick-off held"), _OPS, Day(8), "T003",
     t("职责与里程碑经各部门确认", "Agreed by all departments")),
    ("M003", t("现状诊断完成", "Diagnosis finished"), _OPS, Day(16), "T004",
     t("痛点均有数据支撑", "Every trouble is backed by figures")),
    ("M004", t("《流程优化方案》终版签字", "Improvement plan signed"), _OPS, Day(27), "T007",
     t("各部门全部签字", "Signed by every department")),
    ("M005", t("试点结束", "Pilot finished"), _OPS, Day(47), "T011",
     t("办理时长、退单率达到试点目标", "Time and returns as targeted")),
    ("M006", t("新流程正式上线", "New process in force"), _IT, Day(52), "T012",
     t("旧流程停用计划已公布", "End of the old way announced")),
    ("M007", t("复盘报告提交上级领导", "Review report submitted"), _OPS, Day(62), "T014",
     t("含可复用模式与改进清单", "With reusable patterns and improvements")),
)  # fmt: skip

_PLANS = plans(
    ("P001", _OPS, t("《流程优化方案》", "Improvement plan"), t("流程图交IT部配置", "Flow chart goes to IT"),
     t("范围不断扩大", "The scope keeps growing"),
     t("新增需求列入二期", "New wishes go to phase two")),
    ("P002", _FIN, t("《审批权限方案》", "Approval powers"),
     t("权限表交IT部落入系统", "Powers go into the system"),
     t("权限下放带来合规风险", "Delegated powers and compliance"),
     t("设金额上限，每月抽查", "Limits on amounts; monthly samples")),
    ("P003", _HR, t("《岗位职责调整方案》", "Changes of job duties"),
     t("职责调整先于培训公布", "Published before the training"),
     t("员工抵触", "Resistance of staff"), t("试点岗位先行，提前沟通", "Pilot first; talk early")),
    ("P004", _IT, t("《系统实施方案》", "System plan"), t("测试环境供试点使用", "Test system for the pilot"),
     t("与现有系统接口不稳", "Unstable interfaces"),
     t("接口先行验证，保留人工通道", "Test interfaces first; keep a manual way")),
)  # fmt: skip

_RISKS = risks(
    ("K001", t("各部门对现状说法不一", "Departments disagree about the present process"), "T004", _OPS, 3, 3,
     t("以系统数据为准，差异现场核对", "System data decide; check differences on site"), Day(12)),
    ("K002", t("员工习惯旧流程，新流程落不了地", "Staff keep to the old way"), "T012", _ADMIN, 4, 4,
     t("每部门设一名流程专员，切换期每日答疑", "One guide per department; daily help at the switch"),
     Day(45)),
    ("K003", t("系统接口改造延期", "Interfaces are late"), "T009", _IT, 3, 5,
     t("接口先行验证，备用人工导入方案", "Test them first; manual import as a fallback"), Day(30)),
    ("K004", t("审批权限下放引发合规问题", "Compliance trouble with delegated powers"), "T010", _FIN, 2, 5,
     t("设金额上限，法务会签，按月抽查", "Limits on amounts, legal check, monthly samples"), Day(34)),
    ("K005", t("试点样本过少，结论不可靠", "The pilot is too small to prove anything"), "T011", _OPS, 3, 3,
     t("至少覆盖两个部门、50单", "At least two departments and 50 cases"), Day(38)),
    ("K006", t("考核未同步调整，责任悬空", "Assessment is not adapted; nobody feels responsible"), "T010",
     _HR, 3, 4,
     t("岗位职责与考核同时修订发布", "Publish duties and assessment together"), Day(36)),
)  # fmt: skip

PROCESS_IMPROVEMENT = Scenario(
    "process-improvement",
    _TITLE,
    forms=_FORMS,
    tables={
        "duties": _DUTIES,
        "tracker": _TASKS,
        "milestones": _MILESTONES,
        "plans": _PLANS,
        "risks": _RISKS,
        "acceptance": acceptance(
            ("Y001", t("《流程管理制度》(修订版)", "Revised rules"), "T010",
             t("与系统配置一致，已签发", "In line with the system; issued")),
            ("Y002", t("上线系统", "System in use"), "T013",
             t("连续两周无一级故障", "Two weeks without a major fault")),
            ("Y003", t("流程运行效果", "Effect of the new process"), "T013",
             t("办理时长、退单率达到申请表目标", "Time and returns as in the request")),
        ),
        "contacts": contacts(
            HEAD,
            (_OPS, t("需求发起、统筹协调", "Initiator, coordination"), "operations", t("运营", "Ops")),
            (_ADMIN, t("制度与培训", "Rules and training"), "admin", t("行政", "Admin")),
            (_FIN, t("权限与费用规则", "Powers and cost rules"), "finance", t("财务", "Accounting")),
            (_HR, t("岗位与考核", "Jobs and assessment"), "hr", t("人事、人力资源部", "HR")),
            (_IT, t("系统与数据", "System and figures"), "it", t("信息部、IT", "Information Technology")),
        ),
    },
)  # fmt: skip
