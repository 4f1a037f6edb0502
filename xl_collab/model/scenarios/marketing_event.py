"""大型市场活动: Marketing leads Sales, Design, Customer Service through a large event.

About three months: planning, preparation, the day itself, leads followed up, review.
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

__all__ = ["MARKETING_EVENT"]

_TITLE = t("大型市场活动", "Marketing event")
_MKT = t("市场部", "Marketing")
_SALES = t("销售部", "Sales")
_DESIGN = t("设计部", "Design")
_CARE = t("客服部", "Customer Service")
_FIN = t("财务部", "Finance")
_ADMIN = t("行政部", "Administration")

_DAILY = t("每日同步、周例会", "Daily sync, weekly meeting")
_WEEKLY = t("周例会、邮件", "Weekly meeting, e-mail")

_FORMS = forms(
    _TITLE,
    t("【活动名称】", "[Event name]"),
    _MKT,
    depts(_SALES, _DESIGN, _CARE, _FIN, _ADMIN),
    Day(64),
    {
        "goal": t(
            "【何时何地】举办【活动名称】，到场客户【人数】，收集有效线索【条】，带动签约【金额】。",
            "Hold [event] at [place] on [date] with [number] customers, [number] qualified leads and "
            "[amount] in contracts.",
        ),
        "tasks": t(
            "1. 市场部：策划、传播与现场统筹；\n2. 销售部：客户邀约与线索跟进；\n"
            "3. 设计部：主视觉与全部物料；\n4. 客服部：报名咨询、签到与会后回访。",
            "1. Marketing: concept, publicity, direction on site\n2. Sales: invitations and leads\n"
            "3. Design: key visual and all materials\n"
            "4. Customer Service: enquiries, check-in, follow-up calls",
        ),
        "results": t(
            "《执行方案》(终版)、活动现场执行、线索清单、《活动效果报告》、《复盘报告》",
            "Joint execution plan (final), the event, list of leads, results report, review report",
        ),
        "budget": t(
            "场地搭建、物料制作、传播投放、差旅接待四项分列金额。",
            "State venue, materials, publicity, travel and hospitality.",
        ),
        "people": t("现场执行人数与各部门值班安排。", "Staff on site and duty rota of each department."),
        "equipment": t(
            "音响、大屏、签到设备、直播设备。", "Sound, screens, check-in and streaming equipment."
        ),
    },
)

_DUTIES = rows(
    DUTY,
    (
        "D001", t("活动总体策划与统筹", "Concept and overall coordination"), _MKT, _MKT, _MKT,
        depts(_SALES, _DESIGN, _CARE), depts(_FIN, _ADMIN),
        t("《需求申请表》《活动总体方案》", "Request form, event concept"), depts(_SALES, _DESIGN, _CARE),
        NO_ONE, 3, _DAILY,
    ),
    (
        "D002", t("客户邀约与线索跟进", "Invitations and follow-up of leads"), _MKT, _SALES, _SALES,
        depts(_MKT, _CARE), _FIN, t("客户名单、线索清单", "Guest list, list of leads"), _MKT, NO_ONE, 4,
        _DAILY,
    ),
    (
        "D003", t("主视觉与物料设计制作", "Key visual and materials"), _MKT, _DESIGN, _DESIGN, _MKT, _SALES,
        t("主视觉、现场物料", "Key visual, materials"), _MKT, NO_ONE, 2, _DAILY,
    ),
    (
        "D004", t("报名咨询、签到与会后回访", "Enquiries, check-in and follow-up calls"), _MKT, _CARE, _CARE,
        depts(_SALES, _MKT), None, t("报名统计、《回访记录》", "Registration figures, call records"),
        depts(_MKT, _SALES),
        NO_ONE, 3, _WEEKLY,
    ),
    (
        "D005", t("场地、接待与安全保障", "Venue, hospitality and safety"), _MKT, _ADMIN, _ADMIN, _MKT,
        depts(_SALES, _CARE), t("场地合同、《现场保障方案》", "Venue contract, on-site safety plan"), _MKT,
        NO_ONE, 2,
        _WEEKLY,
    ),
    (
        "D006", t("预算审核与费用结算", "Budget check and settlement"), _MKT, _FIN, _FIN, depts(_MKT, _ADMIN),
        _SALES,
        t("《费用结算表》", "Statement of costs"), _MKT, NO_ONE, 1, _WEEKLY,
    ),
    (
        "D007", t("活动复盘", "Review of the event"), _MKT, _MKT, _MKT, depts(_SALES, _DESIGN, _CARE, _FIN),
        _ADMIN,
        t("《复盘报告》", "Review report"), depts(_SALES, _DESIGN, _CARE), NO_ONE, 1, _WEEKLY,
    ),
)  # fmt: skip

_TASKS = tasks(
    (
        "T001", "request", _MKT,
        t("填写需求申请表，与销售部、设计部初步沟通", "Fill in the request form; talk to Sales and Design"),
        t("《需求申请表》(初稿)", "Request form (draft)"), Day(3),
        t("需确认销售部、设计部资源承接能力", "Sales and Design must confirm their capacity"),
        depts(_SALES, _DESIGN), None, Day(0),
    ),
    (
        "T002", "request", depts(_MKT, _FIN),
        t("核定预算并提交上级领导审批", "Settle the budget and submit for approval"),
        t("《需求申请表》(审批通过版)", "Request form (approved)"), Day(6),
        t("需财务部确认预算额度", "Finance must confirm the budget"), None, "T001", Day(4),
    ),
    (
        "T003", "duties", depts(_MKT, _ADMIN),
        t("召开启动会，明确分工与里程碑", "Hold the kick-off: duties and milestones"),
        t("《职责分工表》《里程碑计划》", "Duty matrix and milestone plan"), Day(8),
        t("每项职责只定一个负责部门", "One accountable department for each duty"),
        depts(_SALES, _DESIGN, _CARE, _FIN),
        "T002", Day(7),
    ),
    (
        "T004", "review", _MKT,
        t("制定活动总体方案与传播方案", "Draw up the event concept and publicity plan"),
        t("《推广策划方案》", "Promotion plan"), Day(15),
        t("主题、流程、嘉宾三项须同时确定", "Theme, programme and speakers together"),
        depts(_SALES, _DESIGN), "T003", Day(9),
    ),
    (
        "T005", "review", _SALES, t("制定客户邀约方案", "Draw up the invitation plan"),
        t("《客户邀约方案》", "Invitation plan"),
        Day(15), t("客户分级名单需客服部核对", "Customer Service must check the graded list"), _CARE, "T003",
        Day(9),
    ),
    (
        "T006", "review", depts(_MKT, _SALES, _DESIGN),
        t("联合评审，修改并签字", "Review jointly, revise and sign"),
        t("《执行方案》(终版)", "Joint execution plan (final)"), Day(19),
        t("需各部门签字确认", "Must be signed by all departments"),
        depts(_CARE, _FIN, _ADMIN), ids("T004", "T005"), Day(16),
    ),
    (
        "T007", "monitor", depts(_MKT, EVERYONE), t("周例会汇报进展、风险与需协调资源",
          "Weekly meeting on progress, risks and resources"),
        t("《例会会议纪要》", "Meeting minutes"), MEETING_RULE,
        t("活动前两周改为每日站会", "Daily stand-up in the last two weeks"), None, None, Day(9),
    ),
    (
        "T008", "monitor", _ADMIN,
        t("签订场地，落实接待与安全", "Book the venue; arrange hospitality and safety"),
        t("场地合同、《现场保障方案》", "Venue contract, on-site safety plan"), Day(26),
        t("若场地未定，需提前5个工作日预警", "If there is no venue, warn 5 working days in advance"), _MKT,
        "T006", Day(20),
    ),
    (
        "T009", "monitor", _DESIGN, t("完成主视觉与全部物料设计", "Design the key visual and all materials"),
        t("主视觉、物料设计稿", "Key visual, artwork"), Day(32),
        t("若设计延迟，需提前3个工作日预警", "If the design slips, warn 3 working days in advance"), _MKT,
        "T006", Day(20),
    ),
    (
        "T010", "monitor", depts(_SALES, _CARE),
        t("客户邀约、报名确认与行前提醒", "Invite, confirm and remind the guests"),
        t("客户名单(确认版)", "Guest list (confirmed)"), Day(42),
        t("到场人数低于目标八成时启动第二轮邀约", "Below 80 % of the target a second round starts"), _MKT,
        "T006", Day(20),
    ),
    (
        "T011", "monitor", depts(_MKT, _DESIGN),
        t("物料制作、现场搭建与彩排", "Make the materials, set up, rehearse"),
        t("《彩排记录》", "Rehearsal record"), Day(43),
        t("需行政部确认进场时间", "Administration must confirm the access times"),
        _ADMIN, ids("T008", "T009"), Day(33),
    ),
    (
        "T012", "delivery", depts(_MKT, _SALES), t("举办活动", "Hold the event"),
        t("活动现场执行、线索清单", "The event, list of leads"),
        Day(44), t("应急预案到人", "Every emergency has a name on it"), depts(_DESIGN, _CARE, _ADMIN),
        ids("T010", "T011"),
        Day(44),
    ),
    (
        "T013", "delivery", depts(_SALES, _CARE),
        t("线索分级跟进与客户回访", "Grade and follow up the leads; call the guests"),
        t("《回访记录》、线索跟进表", "Call records, table of leads"), Day(54),
        t("A类线索2个工作日内联系", "A leads are called within two days"),
        _MKT, "T012", Day(45),
    ),
    (
        "T014", "delivery", depts(_MKT, _FIN),
        t("汇总活动效果与费用，组织验收", "Sum up results and costs; organise acceptance"),
        t("《活动效果报告》《验收确认单》", "Results report, acceptance certificate"), Day(58),
        t("验收标准需双方签字确认", "The acceptance criteria must be signed by both parties"), _SALES, "T013",
        Day(55),
    ),
    (
        "T015", "retrospective", depts(_MKT, EVERYONE),
        t("总结经验教训，输出复盘报告", "Sum up the lessons; write the review report"),
        t("《复盘报告》", "Review report"), Day(64),
        t("报告需提交至上级领导并抄送协作部门",
          "The report must be submitted to the superior and copied to the departments involved"), None,
          "T014", Day(59),
    ),
)  # fmt: skip

_MILESTONES = milestones(
    ("M001", t("需求与预算审批通过", "Request and budget approved"), _MKT, Day(6), "T002",
     t("审批结论为通过，预算额度确定", "Approved, with a budget")),
    ("M002", t("启动会召开", "Kick-off held"), _MKT, Day(8), "T003",
     t("职责与里程碑经各部门确认", "Agreed by all departments")),
    ("M003", t("《执行方案》终版签字", "Joint execution plan signed"), _MKT, Day(19), "T006",
     t("各部门全部签字", "Signed by every department")),
    ("M004", t("物料定稿", "Materials final"), _DESIGN, Day(32), "T009",
     t("全部设计稿经市场部确认", "All artwork approved by Marketing")),
    ("M005", t("活动举办", "Event held"), _MKT, Day(44), "T012", t("到场人数达到目标", "Guests as planned")),
    ("M006", t("复盘报告提交上级领导", "Review report submitted"), _MKT, Day(64), "T015",
     t("含可复用模式与改进清单", "With reusable patterns and improvements")),
)  # fmt: skip

_PLANS = plans(
    ("P001", _MKT, t("《推广策划方案》", "Promotion plan"),
     t("主题确定后设计部开工", "Design starts when the theme is fixed"),
     t("主题反复修改", "The theme keeps changing"),
     t("评审会一次定稿，后续变更须走调整", "Fix it at the review; later changes need approval")),
    ("P002", _SALES, t("《客户邀约方案》", "Invitation plan"),
     t("名单交客服部确认报名", "List goes to Customer Service"),
     t("到场率不足", "Too few guests come"),
     t("分两轮邀约，备选名单1:1.5", "Two rounds; 1.5 names for each seat")),
    ("P003", _DESIGN, t("《物料设计方案》", "Design plan"),
     t("设计稿交市场部制作", "Artwork goes to Marketing"),
     t("制作周期被压缩", "Too little time for production"),
     t("大件物料先定稿", "Finish the large items first")),
    ("P004", _CARE, t("《客户服务方案》", "Customer care plan"),
     t("签到名单与销售部共用", "Check-in list shared with Sales"),
     t("现场排队", "Queues at check-in"),
     t("预发二维码，增设2个签到位", "Send QR codes ahead; two more desks")),
)  # fmt: skip

_RISKS = risks(
    ("K001", t("核心嘉宾临时缺席", "A key speaker drops out"), "T012", _MKT, 2, 5,
     t("每个议题备一名替补嘉宾", "A substitute for every topic"), Day(32)),
    ("K002", t("到场客户低于目标", "Fewer guests than planned"), "T010", _SALES, 4, 4,
     t("两轮邀约，到场率低于八成时一对一电话跟进", "Two rounds; call one by one below 80 %"), Day(36)),
    ("K003", t("物料制作延误", "Materials are late"), "T011", _DESIGN, 3, 4,
     t("大件先定稿，锁定两家制作商", "Large items first; two suppliers reserved"), Day(30)),
    ("K004", t("场地或设备故障", "Venue or equipment fails"), "T012", _ADMIN, 2, 5,
     t("彩排全流程试运行，关键设备一备一用", "Full rehearsal; a spare for each key device"), Day(43)),
    ("K005", t("费用超出预算", "Costs exceed the budget"), "T014", _FIN, 3, 3,
     t("单笔超过5%须书面审批，每周对账", "Written approval above 5 %; weekly check"), Day(40)),
    ("K006", t("会后线索无人跟进", "Nobody follows up the leads"), "T013", _SALES, 3, 4,
     t("活动当日分派到人，2个工作日内首次联系", "Assign on the day; first call within two days"), Day(46)),
)  # fmt: skip

MARKETING_EVENT = Scenario(
    "marketing-event",
    _TITLE,
    forms=_FORMS,
    tables={
        "duties": _DUTIES,
        "tracker": _TASKS,
        "milestones": _MILESTONES,
        "plans": _PLANS,
        "risks": _RISKS,
        "acceptance": acceptance(
            ("Y001", t("主视觉与现场物料", "Key visual and materials"), "T009",
             t("与确认稿一致，无错字", "As approved, no misprints")),
            ("Y002", t("活动现场执行", "The event on site"), "T012",
             t("流程无重大失误，到场人数达标", "No major failure; guests as planned")),
            ("Y003", t("线索清单与回访记录", "Leads and call records"), "T013",
             t("A类线索回访率100%", "Every A lead was called")),
        ),
        "contacts": contacts(
            HEAD,
            (_MKT, t("牵头策划、统筹", "Lead, concept"), "marketing", t("市场", "Mktg")),
            (_SALES, t("邀约与线索", "Invitations and leads"), "sales", t("销售", "Sales team")),
            (_DESIGN, t("视觉与物料", "Visuals and materials"), "design", t("设计", "Design team")),
            (_CARE, t("报名、签到、回访", "Enquiries, check-in, calls"), "service",
             t("客服、客户服务部", "Customer Care")),
            (_FIN, t("预算与结算", "Budget and settlement"), "finance", t("财务", "Accounting")),
            (_ADMIN, t("场地与保障", "Venue and safety"), "admin", t("行政", "Admin")),
        ),
    },
)  # fmt: skip
