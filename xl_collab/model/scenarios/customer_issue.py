"""客户问题联合解决: Customer Service takes the request, Engineering, Product, Delivery solve it.

About five weeks, with a short report every working day until the customer has confirmed.
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

__all__ = ["CUSTOMER_ISSUE"]

_TITLE = t("客户问题联合解决", "Customer issue")
_CARE = t("客服部", "Customer Service")
_TECH = t("技术部", "Engineering")
_PRODUCT = t("产品部", "Product")
_FIELD = t("交付部", "Delivery")
_QA = t("质量部", "Quality")
_SALES = t("销售部", "Sales")

_DAILY = t("每日同步、即时群", "Daily sync, chat group")
_WEEKLY = t("周例会、邮件", "Weekly meeting, e-mail")

_FORMS = forms(
    _TITLE,
    t("【客户名称】问题联合解决", "[Customer] issue"),
    _CARE,
    depts(_TECH, _PRODUCT, _FIELD, _QA, _SALES),
    Day(27),
    {
        "goal": t(
            "【何时】前彻底解决【客户名称】反映的【问题】，恢复正常使用，客户书面确认，并防止再发。",
            "Solve [problem] of [customer] for good by [date], restore normal use, obtain the customer's "
            "written confirmation and keep it from coming back.",
        ),
        "tasks": t(
            "1. 客服部：对接客户、统一口径；\n2. 技术部：复现、定位根因、修复；\n"
            "3. 产品部：评估影响范围与方案取舍；\n4. 交付部：现场实施与回退保障。",
            "1. Customer Service: single voice to the customer\n2. Engineering: reproduce, find cause, fix"
            "\n3. Product: scope of impact, choice of solution\n4. Delivery: roll-out on site and fallback",
        ),
        "results": t(
            "《问题分析报告》、解决方案、实施记录、《客户验收确认单》、《复盘报告》",
            "Analysis report, solution, roll-out record, customer's acceptance certificate, review report",
        ),
        "budget": t("差旅、备件、补偿三项分列金额。", "State travel, spare parts and compensation."),
        "people": t(
            "技术部、交付部专责人员，处理期间不并行其他任务。",
            "Named engineers and field staff, without other work.",
        ),
        "equipment": t(
            "复现环境、客户日志权限、备件。", "Test environment, access to the customer's logs, spare parts."
        ),
    },
)

_DUTIES = rows(
    DUTY,
    (
        "D001", t("客户对接与问题登记", "Contact with the customer; record of the issue"), _CARE, _CARE,
        _CARE,
        depts(_SALES, _TECH), depts(_PRODUCT, _FIELD, _QA),
        t("《需求申请表》《客户问题单》", "Request form, issue ticket"),
        depts(_TECH, _PRODUCT), NO_ONE, 1, _DAILY,
    ),
    (
        "D002", t("问题复现与根因定位", "Reproduction and root cause"), _CARE, _TECH, _TECH,
        depts(_PRODUCT, _FIELD),
        depts(_CARE, _QA), t("《问题分析报告》", "Analysis report"), depts(_CARE, _PRODUCT), NO_ONE, 3,
        _DAILY,
    ),
    (
        "D003", t("方案取舍与影响评估", "Choice of solution; impact"), _CARE, _PRODUCT, _PRODUCT,
        depts(_TECH, _QA), _CARE,
        t("《解决方案》", "Solution plan"), depts(_TECH, _FIELD), NO_ONE, 1, _DAILY,
    ),
    (
        "D004", t("修复开发与测试", "Fix and tests"), _CARE, _TECH, _TECH, _QA, depts(_PRODUCT, _FIELD),
        t("修复版本、《测试报告》", "Fixed version, test report"), _FIELD, NO_ONE, 3, _DAILY,
    ),
    (
        "D005", t("现场实施与回退保障", "Roll-out on site and fallback"), _CARE, _FIELD, _FIELD, _TECH,
        depts(_CARE, _SALES),
        t("《实施记录》", "Roll-out record"), _CARE, NO_ONE, 2, _DAILY,
    ),
    (
        "D006", t("质量验证与防再发", "Verification and prevention"), _CARE, _QA, _QA, depts(_TECH, _PRODUCT),
        _CARE,
        t("《防再发措施》", "Preventive measures"), depts(_TECH, _CARE), NO_ONE, 1, _WEEKLY,
    ),
    (
        "D007", t("客户关系与商务沟通", "Customer relations and terms"), _CARE, _SALES, _SALES, _CARE,
        _PRODUCT,
        t("客户沟通记录", "Record of talks"), _CARE, NO_ONE, 1, _WEEKLY,
    ),
    (
        "D008", t("问题复盘", "Review of the issue"), _CARE, _CARE, _CARE,
        depts(_TECH, _PRODUCT, _FIELD, _QA), _SALES,
        t("《复盘报告》", "Review report"), depts(_TECH, _PRODUCT, _FIELD), NO_ONE, 1, _WEEKLY,
    ),
)  # fmt: skip

_TASKS = tasks(
    (
        "T001", "request", _CARE,
        t("登记客户问题，填写需求申请表", "Record the issue; fill in the request form"),
        t("《需求申请表》(初稿)", "Request form (draft)"), Day(1),
        t("需确认技术部、交付部资源承接能力",
          "Engineering and Delivery must confirm their capacity"),
        depts(_TECH, _SALES), None, Day(0),
    ),
    (
        "T002", "request", _CARE, t("问题定级并提交上级领导审批", "Grade the issue; submit for approval"),
        t("《需求申请表》(审批通过版)", "Request form (approved)"), Day(2),
        t("重大问题当日审批", "Major issues are approved the same day"), _PRODUCT, "T001", Day(2),
    ),
    (
        "T003", "duties", _CARE, t("成立联合小组，召开启动会", "Form the joint team and hold the kick-off"),
        t("《职责分工表》《里程碑计划》", "Duty matrix and milestone plan"), Day(3),
        t("对客户只有一个出口", "Only one voice to the customer"),
        depts(_TECH, _PRODUCT, _FIELD, _QA, _SALES), "T002",
        Day(3),
    ),
    (
        "T004", "monitor", depts(_CARE, _TECH),
        t("每日站会：进展、障碍、次日计划", "Daily stand-up: progress, obstacles, next day"),
        t("《每日进度同步记录》", "Daily sync record"), t("每个工作日17:30前", "every workday by 17:30"),
        t("遇到问题当天反馈", "Problems are reported the same day"), depts(_PRODUCT, _FIELD), None, Day(3),
    ),
    (
        "T005", "monitor", depts(_CARE, EVERYONE),
        t("周例会：向上级领导汇报并决策", "Weekly meeting: report and decide"),
        t("《例会会议纪要》", "Meeting minutes"), MEETING_RULE,
        t("纪要邮件确认", "Minutes are confirmed by e-mail"), None, None, Day(3),
    ),
    (
        "T006", "review", depts(_TECH, _QA),
        t("复现问题，定位根因", "Reproduce the issue and find the root cause"),
        t("《问题分析报告》", "Analysis report"), Day(8), t("若未能复现，需提前2个工作日预警",
          "If it cannot be reproduced, warn 2 working days in advance"),
        _FIELD, "T003", Day(4),
    ),
    (
        "T007", "review", _FIELD, t("提供临时措施，恢复客户使用", "Provide a workaround; restore use"),
        t("临时措施记录", "Record of the workaround"),
        Day(5), t("需客服部确认客户接受", "Customer Service must confirm that the customer accepts"),
        depts(_TECH, _CARE), "T003", Day(4),
    ),
    (
        "T008", "review", depts(_PRODUCT, _TECH, _FIELD),
        t("制定解决方案，联合评审", "Draw up the solution and review it jointly"),
        t("《解决方案》(终版)", "Solution plan (final)"), Day(11),
        t("需各部门签字确认", "Must be signed by all departments"),
        depts(_CARE, _QA), "T006", Day(9),
    ),
    (
        "T009", "monitor", _TECH, t("修复开发与自测", "Develop and test the fix"),
        t("修复版本", "Fixed version"), Day(16),
        t("若修复延迟，需提前3个工作日预警", "If the fix slips, warn 3 working days in advance"), _PRODUCT,
        "T008", Day(12),
    ),
    (
        "T010", "monitor", _QA, t("回归测试与质量验证", "Regression test and verification"),
        t("《测试报告》", "Test report"), Day(18),
        t("需覆盖同类客户场景", "Covers customers in the same situation"), _TECH, "T009", Day(17),
    ),
    (
        "T011", "delivery", depts(_FIELD, _TECH),
        t("现场实施，保留回退方案", "Roll out on site with a fallback"),
        t("《实施记录》", "Roll-out record"), Day(20),
        t("避开客户业务高峰", "Outside the customer's busy hours"), _CARE, ids("T007", "T010"), Day(19),
    ),
    (
        "T012", "delivery", depts(_CARE, _FIELD),
        t("观察运行，客户验收", "Watch it run; customer's acceptance"),
        t("《客户验收确认单》", "Customer's acceptance certificate"), Day(23),
        t("验收结论需双方签字确认", "The conclusion must be signed by both parties"), _SALES, "T011", Day(21),
    ),
    (
        "T013", "retrospective", depts(_QA, _TECH),
        t("制定防再发措施，排查同类隐患", "Preventive measures; check similar cases"),
        t("《防再发措施》", "Preventive measures"), Day(25),
        t("措施须有责任人与期限", "Each has an owner and a date"), _PRODUCT, "T012", Day(24),
    ),
    (
        "T014", "retrospective", depts(_CARE, EVERYONE),
        t("总结经验教训，输出复盘报告", "Sum up the lessons; write the review report"),
        t("《复盘报告》", "Review report"), Day(27),
        t("报告需提交至上级领导并抄送协作部门",
          "The report must be submitted to the superior and copied to the departments involved"), None,
          "T013", Day(26),
    ),
)  # fmt: skip

_MILESTONES = milestones(
    ("M001", t("联合小组成立", "Joint team formed"), _CARE, Day(3), "T003",
     t("各部门接口人到位", "Contacts named")),
    ("M002", t("客户恢复使用（临时措施）", "Use restored (workaround)"), _FIELD, Day(5), "T007",
     t("客户口头确认可用", "Customer says it works")),
    ("M003", t("根因确定", "Root cause known"), _TECH, Day(8), "T006",
     t("可稳定复现并解释全部现象", "Reproducible; explains every symptom")),
    ("M004", t("解决方案签字", "Solution signed"), _PRODUCT, Day(11), "T008",
     t("各部门全部签字", "Signed by every department")),
    ("M005", t("修复上线", "Fix in operation"), _FIELD, Day(20), "T011",
     t("现场运行正常", "Runs without fault on site")),
    ("M006", t("客户书面确认", "Customer's written confirmation"), _CARE, Day(23), "T012",
     t("《客户验收确认单》签字", "Certificate signed")),
    ("M007", t("复盘报告提交上级领导", "Review report submitted"), _CARE, Day(27), "T014",
     t("含防再发措施", "With preventive measures")),
)  # fmt: skip

_PLANS = plans(
    ("P001", _TECH, t("《技术修复方案》", "Technical fix"),
     t("修复版本交质量部验证", "Fixed version goes to Quality"),
     t("修复引入新问题", "The fix causes new faults"),
     t("代码评审加全量回归", "Code review and full regression")),
    ("P002", _PRODUCT, t("《影响评估与方案取舍》", "Impact and choice of solution"),
     t("影响范围清单交客服部", "List of customers affected to Customer Service"),
     t("同类客户遗漏", "Similar customers overlooked"),
     t("按版本与配置逐一排查", "Check by version and configuration")),
    ("P003", _FIELD, t("《实施与回退方案》", "Roll-out and fallback"),
     t("实施窗口由客服部与客户约定", "Customer Service agrees the time slot"),
     t("实施窗口过短", "The time slot is too short"),
     t("预演一次，30分钟内可回退", "Rehearse; fallback within 30 minutes")),
)  # fmt: skip

_RISKS = risks(
    ("K001", t("问题无法复现，根因不明", "The issue cannot be reproduced"), "T006", _TECH, 3, 5,
     t("现场抓取日志，搭建与客户一致的环境", "Capture logs on site; rebuild the customer's set-up"), Day(6)),
    ("K002", t("客户等待过久，投诉升级", "The customer escalates the complaint"), "T007", _CARE, 4, 4,
     t("每日一次进展通报，上级领导回访", "Report daily; the superior calls the customer"), Day(4)),
    ("K003", t("修复影响其他功能", "The fix breaks something else"), "T010", _QA, 3, 4,
     t("全量回归，灰度发布", "Full regression; staged roll-out"), Day(16)),
    ("K004", t("现场实施失败", "The roll-out fails"), "T011", _FIELD, 2, 5,
     t("预演并保留回退方案", "Rehearse and keep a fallback"), Day(18)),
    ("K005", t("同类问题在其他客户再发", "It recurs with other customers"), "T013", _PRODUCT, 3, 4,
     t("按影响范围清单主动升级", "Upgrade the customers on the list unasked"), Day(24)),
    ("K006", t("对客户口径不一致", "Contradictory statements to the customer"), "T005", _SALES, 2, 3,
     t("统一由客服部接口人对外答复", "Only Customer Service's contact answers"), Day(3)),
)  # fmt: skip

CUSTOMER_ISSUE = Scenario(
    "customer-issue",
    _TITLE,
    forms=_FORMS,
    tables={
        "duties": _DUTIES,
        "tracker": _TASKS,
        "milestones": _MILESTONES,
        "plans": _PLANS,
        "risks": _RISKS,
        "acceptance": acceptance(
            ("Y001", t("修复版本", "Fixed version"), "T010",
             t("原问题不再出现，回归测试全部通过", "Issue gone; regression test passed")),
            ("Y002", t("现场实施结果", "Result on site"), "T012",
             t("连续3个工作日运行正常", "Three working days without a fault")),
            ("Y003", t("《防再发措施》", "Preventive measures"), "T013",
             t("每条措施有责任人与期限", "Each with an owner and a date")),
        ),
        "contacts": contacts(
            HEAD,
            (_CARE, t("需求对接、统筹", "Contact with the customer, lead"), "service",
             t("客服、客户服务部", "Customer Care")),
            (_TECH, t("定位与修复", "Cause and fix"), "engineering", t("技术", "Tech")),
            (_PRODUCT, t("影响评估", "Impact"), "product", t("产品", "Product Management")),
            (_FIELD, t("现场实施", "Roll-out"), "delivery", t("交付、实施部", "Field Service")),
            (_QA, t("质量验证", "Verification"), "quality", t("质量、品质部", "QA")),
            (_SALES, t("客户关系", "Customer relations"), "sales", t("销售", "Sales team")),
        ),
    },
)  # fmt: skip
