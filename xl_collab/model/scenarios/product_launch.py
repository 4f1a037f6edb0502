"""新产品上市: R&D, Marketing, Production and Sales take a product from concept to the market.

About five months; the weekly meeting is the pulse of it.
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

__all__ = ["PRODUCT_LAUNCH"]

_TITLE = t("新产品上市", "New product launch")
_MKT = t("市场部", "Marketing")
_RD = t("研发部", "R&D")
_PROD = t("生产部", "Production")
_BUY = t("采购部", "Purchasing")
_SALES = t("销售部", "Sales")
_ADMIN = t("行政部", "Administration")
_HR = t("人力资源部", "Human Resources")

_DAILY = t("每日同步、周例会", "Daily sync, weekly meeting")
_WEEKLY = t("周例会、邮件", "Weekly meeting, e-mail")

_FORMS = forms(
    _TITLE,
    t("【产品名称】新产品上市", "[Product] launch"),
    _MKT,
    depts(_RD, _PROD, _BUY, _SALES, _ADMIN, _HR),
    Day(104),
    {
        "goal": t(
            "【何时】前完成【产品名称】从概念到上市的全部工作，面向【目标客户】，首年销量目标【数量】。",
            "Take [product] from concept to launch by [date], for [target customers], aiming at [units] "
            "sold in the first year.",
        ),
        "tasks": t(
            "1. 研发部：技术方案、原型与测试；\n2. 生产部、采购部：备料、试制与量产准备；\n"
            "3. 市场部：推广方案、物料与发布；\n4. 销售部：渠道铺货与销售培训。",
            "1. R&D: technical plan, prototype and tests\n2. Production, Purchasing: materials, pilot and "
            "series build\n3. Marketing: promotion plan, materials, launch event\n"
            "4. Sales: channels and sales training",
        ),
        "results": t(
            "《执行方案》(终版)、产品原型、量产首批产品、上市发布、《验收确认单》、《复盘报告》",
            "Joint execution plan (final), prototype, first series units, launch, acceptance certificate, "
            "review report",
        ),
        "budget": t(
            "研发打样、模具、试制、推广四项分列金额。", "State prototyping, tooling, pilot build, promotion."
        ),
        "people": t("各部门投入人数与每周天数。", "People and days a week for each department."),
        "equipment": t(
            "测试实验室、试制线、拍摄场地等排期需求。", "Test lab, pilot line, studio: when and how long."
        ),
    },
)

_DUTIES = rows(
    DUTY,
    (
        "D001", t("需求发起与项目统筹", "Raise the request and coordinate the project"), _MKT, _MKT, _MKT,
        depts(_RD, _PROD), depts(_SALES, _ADMIN, _HR), t("《需求申请表》", "Request form"), depts(_RD, _PROD),
        NO_ONE, 1,
        _WEEKLY,
    ),
    (
        "D002", t("启动会、会务与签字归档", "Kick-off, meetings and signed copies"), _MKT, _ADMIN, _ADMIN,
        _HR,
        depts(_RD, _PROD, _BUY, _SALES), t("《职责分工表》《里程碑计划》", "Duty matrix and milestone plan"),
        depts(_MKT, _RD, _PROD, _SALES), NO_ONE, 1, _WEEKLY,
    ),
    (
        "D003", t("产品技术方案、原型与测试", "Technical plan, prototype and tests"), _MKT, _RD, _RD,
        depts(_PROD, _BUY), _SALES, t("《技术实现方案》、产品原型", "Technical plan, product prototype"),
        depts(_PROD, _MKT), NO_ONE, 4, _DAILY,
    ),
    (
        "D004", t("备料与关键器件供应", "Materials and supply of key parts"), _MKT, _BUY, _BUY,
        depts(_RD, _PROD), _MKT,
        t("《备料与供应方案》", "Materials and supply plan"), _PROD, NO_ONE, 1, _WEEKLY,
    ),
    (
        "D005", t("试制与量产准备", "Pilot build and preparation of series production"), _MKT, _PROD, _PROD,
        depts(_RD, _BUY), depts(_MKT, _SALES), t("《试制报告》、首批产品", "Pilot-build report, first units"),
        depts(_RD, _SALES), NO_ONE, 3, _DAILY,
    ),
    (
        "D006", t("推广方案、物料与上市发布", "Promotion plan, materials and launch"), _MKT, _MKT, _MKT,
        depts(_SALES, _RD), depts(_PROD, _ADMIN),
        t("《推广策划方案》、推广物料", "Promotion plan and materials"), _SALES,
        NO_ONE, 3, _DAILY,
    ),
    (
        "D007", t("渠道铺货与销售培训", "Channels and sales training"), _MKT, _SALES, _SALES,
        depts(_MKT, _RD), _PROD,
        t("《渠道铺货方案》、培训记录", "Channel plan, training records"), _MKT, NO_ONE, 2, _WEEKLY,
    ),
    (
        "D008", t("人员调配", "Staffing"), _MKT, _HR, _HR, None, depts(_RD, _PROD, _SALES),
        t("人员到位确认", "Confirmation of staffing"), depts(_MKT, _RD), NO_ONE, 1, _WEEKLY,
    ),
    (
        "D009", t("项目复盘", "Review of the project"), _MKT, _MKT, _MKT, depts(_RD, _PROD, _BUY, _SALES),
        _ADMIN,
        t("《复盘报告》", "Review report"), depts(_RD, _PROD, _BUY, _SALES), NO_ONE, 1, _WEEKLY,
    ),
)  # fmt: skip

_TASKS = tasks(
    (
        "T001", "request", _MKT,
        t("填写需求申请表，初步沟通可行性", "Fill in the request form and sound out feasibility"),
        t("《需求申请表》(初稿)", "Request form (draft)"), Day(4),
        t("需确认研发部、生产部资源承接能力", "R&D and Production must confirm their capacity"),
        depts(_RD, _PROD), None, Day(0),
    ),
    (
        "T002", "request", _MKT, t("提交上级领导审批", "Submit for the superior's approval"),
        t("《需求申请表》(审批通过版)", "Request form (approved)"), Day(7),
        t("审批通过后方可组队", "Teaming starts after approval"), None, "T001", Day(5),
    ),
    (
        "T003", "duties", depts(_MKT, _ADMIN), t("召开启动会，明确职责、里程碑与沟通机制",
          "Hold the kick-off: duties, milestones, communication"),
        t("《职责分工表》《里程碑计划》", "Duty matrix and milestone plan"), Day(10),
        t("每项职责只定一个负责部门", "One accountable department for each duty"),
        depts(_RD, _PROD, _BUY, _SALES, _HR),
        "T002", Day(8),
    ),
    (
        "T004", "review", _RD, t("制定技术实现方案", "Draw up the technical plan"),
        t("《技术实现方案》", "Technical plan"),
        Day(20), t("需采购部确认关键器件交期", "Purchasing must confirm the lead times of key parts"),
        depts(_PROD, _BUY),
        "T003", Day(11),
    ),
    (
        "T005", "review", _MKT, t("制定推广策划方案", "Draw up the promotion plan"),
        t("《推广策划方案》", "Promotion plan"),
        Day(20), t("需销售部确认渠道资源", "Sales must confirm the channels"), _SALES, "T003", Day(11),
    ),
    (
        "T006", "review", depts(_PROD, _BUY), t("制定试制与备料方案，含供应链延迟备案",
          "Draw up the pilot-build and materials plan with a supply-delay fallback"),
        t("《试制与备料方案》", "Pilot-build and materials plan"), Day(20),
        t("关键器件须有第二供应商", "Key parts need a second source"), _RD, "T003", Day(11),
    ),
    (
        "T007", "review", depts(_MKT, _RD), t("联合评审，修改并签字", "Review jointly, revise and sign"),
        t("《执行方案》(终版)", "Joint execution plan (final)"), Day(25),
        t("需各部门签字确认", "Must be signed by all departments"), depts(_PROD, _BUY, _SALES),
        ids("T004", "T005", "T006"), Day(21),
    ),
    (
        "T008", "monitor", depts(_MKT, EVERYONE),
        t("周例会汇报进展、风险与需协调资源", "Weekly meeting on progress, risks and resources"),
        t("《例会会议纪要》", "Meeting minutes"), MEETING_RULE,
        t("重要决策形成书面纪要并邮件确认", "Decisions are minuted and mailed"),
        None, None, Day(11),
    ),
    (
        "T009", "monitor", _RD, t("原型设计、打样与测试", "Design, build and test the prototype"),
        t("产品原型、《原型测试报告》", "Prototype, prototype test report"), Day(60),
        t("若原型延迟，需提前3个工作日预警", "If the prototype slips, warn 3 working days in advance"),
        depts(_PROD, _BUY),
        "T007", Day(26),
    ),
    (
        "T010", "monitor", _MKT, t("制作推广物料", "Produce the promotion materials"),
        t("推广物料(定稿)", "Promotion materials (final)"),
        Day(70), t("拍摄依赖外观样机", "The shooting depends on a mock-up"), _RD, "T007", Day(26),
    ),
    (
        "T011", "monitor", depts(_PROD, _BUY),
        t("小批量试制并解决工艺问题", "Pilot build; solve the process problems"),
        t("《试制报告》", "Pilot-build report"), Day(80), t("若试制直通率不达标，需提前5个工作日预警",
          "If the yield is too low, warn 5 working days in advance"),
        _RD, "T009", Day(61),
    ),
    (
        "T012", "monitor", _SALES,
        t("渠道铺货准备与销售培训", "Prepare the channels and train the sales force"),
        t("《渠道铺货方案》、培训记录", "Channel plan, training records"), Day(85),
        t("需市场部提供定稿物料", "Needs Marketing's final materials"),
        _MKT, "T010", Day(71),
    ),
    (
        "T013", "delivery", depts(_RD, _PROD),
        t("提交量产首批产品，组织验收", "Hand over the first series units for acceptance"),
        t("《验收确认单》", "Acceptance certificate"), Day(90),
        t("验收标准需双方签字确认", "The acceptance criteria must be signed by both parties"),
        depts(_MKT, _SALES), "T011", Day(81),
    ),
    (
        "T014", "delivery", depts(_MKT, _SALES), t("上市发布", "Launch the product"),
        t("上市发布记录", "Record of the launch"), Day(94),
        t("发布前所有渠道到货", "All channels have stock before the launch"), depts(_PROD, _ADMIN),
        ids("T012", "T013"), Day(91),
    ),
    (
        "T015", "retrospective", depts(_MKT, EVERYONE),
        t("总结经验教训，输出复盘报告", "Sum up the lessons and write the review report"),
        t("《复盘报告》", "Review report"), Day(104),
        t("报告需提交至上级领导并抄送协作部门",
          "The report must be submitted to the superior and copied to the departments involved"),
        None, "T014", Day(95),
    ),
)  # fmt: skip

PRODUCT_LAUNCH = Scenario(
    "product-launch",
    _TITLE,
    forms=_FORMS,
    tables={
        "duties": _DUTIES,
        "tracker": _TASKS,
        "milestones": milestones(
            ("M001", t("需求申请审批通过", "Request approved"), _MKT, Day(7), "T002",
             t("审批结论为通过", "Conclusion: approved")),
            ("M002", t("启动会召开", "Kick-off held"), _MKT, Day(10), "T003",
             t("职责与里程碑经各部门确认", "Duties and milestones agreed by all")),
            ("M003", t("《执行方案》终版签字", "Joint execution plan signed"), _MKT, Day(25), "T007",
             t("各部门全部签字", "Signed by every department")),
            ("M004", t("产品研发3个月内完成原型设计", "Prototype design finished within 3 months"), _RD,
             Day(60), "T009",
             t("原型通过全部测试项", "The prototype passes every test")),
            ("M005", t("试制通过", "Pilot build passed"), _PROD, Day(80), "T011",
             t("直通率达到方案要求", "Yield as planned")),
            ("M006", t("产品上市", "Product launched"), _MKT, Day(94), "T014",
             t("全部首发渠道有货在售", "On sale in all first channels")),
            ("M007", t("复盘报告提交上级领导", "Review report submitted"), _MKT, Day(104), "T015",
             t("含可复用模式与改进清单", "With reusable patterns and improvements")),
        ),
        "plans": plans(
            ("P001", _RD, t("《技术实现方案》", "Technical plan"),
             t("向生产部移交图纸与BOM", "Drawings and BOM to Production"),
             t("新技术首次采用", "Technology used for the first time"),
             t("并行两套方案，择优定型", "Develop two designs, choose one")),
            ("P002", _MKT, t("《推广策划方案》", "Promotion plan"),
             t("取得外观样机后开拍", "Shooting starts with the mock-up"),
             t("样机晚到影响拍摄", "A late mock-up delays the shooting"),
             t("先用渲染图预热", "Use renderings first")),
            ("P003", _PROD, t("《试制与备料方案》", "Pilot-build and materials plan"),
             t("收到BOM后下单备料", "Orders follow the BOM"),
             t("关键器件交期不稳", "Unreliable lead times of key parts"),
             t("供应链延迟备案方案", "Supply-delay fallback plan")),
            ("P004", _SALES, t("《渠道铺货方案》", "Channel plan"),
             t("定稿物料到位后培训", "Training follows the final materials"),
             t("渠道档期冲突", "Channels are busy with other launches"),
             t("提前锁定首发渠道", "Reserve the first channels early")),
        ),
        "risks": risks(
            ("K001", t("关键器件交期延长", "Longer lead time of key parts"), "T009", _BUY, 3, 5,
             t("第二供应商备案，安全库存提前下单", "Second source; order safety stock early"), Day(25)),
            ("K002", t("原型测试不通过，需改版", "The prototype fails its tests"), "T009", _RD, 3, 4,
             t("并行两套方案，预留一轮改版时间", "Two designs in parallel; keep time for one more round"),
             Day(45)),
            ("K003", t("试制直通率低于要求", "Pilot yield below target"), "T011", _PROD, 3, 4,
             t("试制前联合工艺评审，关键工序试跑", "Joint process review; trial runs of key steps"), Day(60)),
            ("K004", t("认证或法规检测排期紧张", "Certification is booked up"), "T013", _RD, 3, 4,
             t("方案签字后即预约检测机构", "Book the test lab once the plan is signed"), Day(30)),
            ("K005", t("推广物料与产品参数不一致", "Materials disagree with the product data"), "T010", _MKT,
             2, 4,
             t("参数表由研发部签发，物料发布前复核", "R&D issues the data sheet; check before publishing"),
             Day(65)),
            ("K006", t("首发渠道备货不足", "Too little stock for the first channels"), "T014", _SALES, 2, 4,
             t("按周更新铺货计划，与生产部对齐产能", "Update the channel plan weekly with Production"),
             Day(85)),
        ),
        "acceptance": acceptance(
            ("Y001", t("产品原型", "Product prototype"), "T009",
             t("通过《技术实现方案》列出的全部测试", "Passes every test in the technical plan")),
            ("Y002", t("量产首批产品", "First series units"), "T013",
             t("抽检合格率达到方案要求", "Sample inspection as planned")),
            ("Y003", t("推广物料", "Promotion materials"), "T010",
             t("参数与研发部签发的参数表一致", "Agrees with R&D's data sheet")),
        ),
        "contacts": contacts(
            HEAD,
            (_MKT, t("需求发起、统筹协调", "Initiator, coordination"), "marketing", t("市场", "Mktg")),
            (_RD, t("技术方案与原型", "Technical plan and prototype"), "rd",
             t("研发", "Research and Development")),
            (_PROD, t("试制与量产", "Pilot and series build"), "production", t("生产", "Manufacturing")),
            (_BUY, t("备料与供应", "Materials and supply"), "purchasing", t("采购", "Procurement")),
            (_SALES, t("渠道与培训", "Channels and training"), "sales", t("销售", "Sales team")),
            (_ADMIN, t("会务与归档", "Meetings and signed copies"), "admin", t("行政", "Admin")),
            (_HR, t("人员调配", "Staffing"), "hr", t("人力、人事部", "HR")),
        ),
    },
)  # fmt: skip
