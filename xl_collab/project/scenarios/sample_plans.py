"""The sample project's plans: duties, milestones, reviews, risks, changes, acceptance, lessons."""

from __future__ import annotations

from datetime import date

from xl_collab.project.scenarios.sample_log import ADMIN, HR, MKT, PROD, RD, SALES
from xl_collab.project.scenarios.scenario import NO_ONE, Records, depts, rows
from xl_collab.schema.words import t

_MEETING = t("周例会、即时群", "Weekly meeting, chat group")
_DAILY = t("每日同步、周例会", "Daily sync, weekly meeting")
_MAIL = t("邮件、即时群", "E-mail, chat group")

DUTIES: Records = rows(
    "id duty initiator accountable responsible consulted informed output receiver contact budget people"
    " equipment channel",
    (
        "D001", t("需求发起与项目统筹", "Raise the request and coordinate the project"), MKT, MKT, MKT,
        depts(RD, PROD), depts(SALES, ADMIN, HR), t("《需求申请表》(初稿)", "Request form (draft)"),
        depts(RD, PROD), NO_ONE, 5000, 1, None, _MAIL,
    ),
    (
        "D002", t("组织启动会，明确职责与里程碑", "Hold the kick-off; settle duties and milestones"), MKT,
        MKT,
        ADMIN, depts(RD, PROD, SALES, HR), None,
        t("《职责分工表》《里程碑计划》", "Duty matrix and milestone plan"), depts(RD, PROD, SALES), NO_ONE,
        3000, 2,
        t("三楼会议室", "Meeting room, 3rd floor"), _MAIL,
    ),
    (
        "D003", t("产品技术方案与原型", "Technical plan and prototype"), MKT, RD, RD, PROD, depts(MKT, SALES),
        t("《技术实现方案》、产品原型", "Technical plan, product prototype"), depts(PROD, MKT), NO_ONE,
        180000, 4,
        t("光学测试暗室", "Optical test room"), _DAILY,
    ),
    (
        "D004", t("推广方案与推广物料", "Promotion plan and materials"), MKT, MKT, MKT, SALES, RD,
        t("《推广策划方案》、推广报告", "Promotion plan, promotion report"), SALES, NO_ONE, 160000, 3, None,
        _DAILY,
    ),
    (
        "D005", t("备料、工艺评估与样机试制", "Materials, process check and pilot build"), RD, PROD, PROD, RD,
        depts(MKT, SALES), t("《试制与备料方案》、试制样机", "Pilot-build plan, pilot units"), RD, NO_ONE,
        120000, 2,
        t("小批量贴片线", "Small SMT line"), _MEETING,
    ),
    (
        "D006", t("渠道意向与试用客户", "Channel commitments and trial customers"), MKT, SALES, SALES, MKT,
        RD, t("《渠道铺货方案》、试用反馈", "Channel plan, trial feedback"), depts(MKT, RD), NO_ONE, 40000, 2,
        None,
        _MEETING,
    ),
    (
        "D007", t("汇总各专项方案，形成执行方案", "Merge the plans into the joint execution plan"), MKT, RD,
        depts(RD, MKT), depts(PROD, SALES), depts(ADMIN, HR),
        t("《执行方案》(终版)", "Joint execution plan (final)"), depts(PROD, SALES), NO_ONE, None, 2, None,
        _MEETING,
    ),
    (
        "D008", t("每日同步与周例会", "Daily sync and weekly meeting"), MKT, RD, depts(RD, MKT),
        depts(PROD, SALES), depts(ADMIN, HR), t("《例会纪要》", "Meeting minutes"), depts(PROD, SALES, ADMIN),
        NO_ONE, None, 2, None, _DAILY,
    ),
    (
        "D009", t("成果提交与联合验收", "Hand-over and joint acceptance"), MKT, RD, depts(RD, MKT),
        depts(PROD, SALES), depts(ADMIN, HR), t("《验收确认单》", "Acceptance certificate"), SALES, NO_ONE,
        5000, 3,
        None, _MEETING,
    ),
    (
        "D010", t("人员调配与会务保障", "Staffing and meeting support"), MKT, HR, depts(HR, ADMIN), None,
        depts(MKT, RD, PROD, SALES), t("人员到位确认", "Confirmation of staffing"), depts(RD, MKT), NO_ONE,
        None, 1,
        None, _MAIL,
    ),
    (
        "D011", t("项目复盘", "Review of the project"), MKT, MKT, MKT, depts(RD, PROD, SALES, ADMIN, HR),
        None,
        t("《复盘报告》", "Review report"), depts(RD, PROD, SALES, ADMIN, HR), NO_ONE, None, 2, None,
        _MEETING,
    ),
)  # fmt: skip

_KICK_OFF = t("启动会 H001", "Kick-off H001")

MILESTONES: Records = rows(
    "id milestone owner planned baseline actual status task_id criteria source",
    (
        "M001", t("需求申请审批通过", "Request approved"), MKT, date(2023, 10, 9), date(2023, 10, 9),
        date(2023, 10, 9), "done", "T001",
        t("上级领导审批结论为通过", "The superior's conclusion is “approved”"),
        t("需求申请", "Request form"),
    ),
    (
        "M002", t("启动会召开，职责与里程碑确认", "Kick-off held; duties and milestones agreed"), MKT,
        date(2023, 10, 16), date(2023, 10, 16), date(2023, 10, 16), "done", "T002",
        t("每项职责只有一个负责部门，各部门接口人到位",
          "One accountable department per duty; contacts named"),
        _KICK_OFF,
    ),
    (
        "M003", t("《执行方案》终版各部门签字", "Joint execution plan signed by all departments"), RD,
        date(2023, 11, 1), date(2023, 11, 1), date(2023, 11, 3), "done", "T003",
        t("四份专项方案评审通过并签字", "All four plans reviewed and signed"), _KICK_OFF,
    ),
    (
        "M004", t("推广物料定稿", "Promotion materials final"), MKT, date(2023, 12, 8), date(2023, 12, 8),
        None, "in_progress", "T005",
        t("主视觉、详情页、短视频脚本三项定稿", "Key visual, product page and video script"),
        t("《推广策划方案》", "Promotion plan"),
    ),
    (
        "M005", t("产品研发3个月内完成原型设计", "Prototype design finished within 3 months of R&D"), RD,
        date(2023, 12, 20), date(2023, 12, 20), None, "in_progress", "T005",
        t("原型通过光学、温升、跌落三项测试", "The prototype passes the optical, thermal and drop tests"),
        t("启动会 H001（自2023-09-20立项起算）",
          "Kick-off H001 (counted from the project start on 2023-09-20)"),
    ),
    (
        "M006", t("复盘报告提交上级领导", "Review report submitted to the superior"), MKT, date(2024, 1, 10),
        date(2024, 1, 10), None, "not_started", "T006",
        t("含可复用模式与改进清单，并抄送协作部门", "With reusable patterns and improvements; copied to all"),
        _KICK_OFF,
    ),
)  # fmt: skip

PLANS: Records = rows(
    "id department plan submitted feasibility handover risk countermeasure conclusion signed signed_on",
    (
        "P001", RD, t("《技术实现方案》", "Technical plan"), date(2023, 10, 26), "feasible",
        t("11月30日向生产部移交图纸与BOM，向市场部提供外观样机",
          "Drawings and BOM to Production, a mock-up to Marketing"),
        t("散热结构首次采用，温升可能超标", "New heat-sink design may run too hot"),
        t("同步开两套散热方案，11月20日前择优", "Develop two designs in parallel and choose one in November"),
        "approved", "yes", date(2023, 11, 2),
    ),
    (
        "P002", MKT, t("《推广策划方案》", "Promotion plan"), date(2023, 10, 27), "feasible",
        t("取得外观样机后5个工作日内拍摄", "Shooting within 5 working days of receiving the mock-up"),
        t("拍摄依赖外观样机", "Shooting depends on the mock-up"),
        t("先用渲染图完成预热物料", "Use renderings for the teaser materials"), "approved", "yes",
        date(2023, 11, 2),
    ),
    (
        "P003", PROD, t("《试制与备料方案》", "Pilot-build and materials plan"), date(2023, 10, 30),
        "conditional",
        t("收到BOM后2个工作日内下单", "Orders within 2 working days of receiving the BOM"),
        t("驱动芯片单一供应商，交期不稳", "Single source for the LED driver IC, unreliable lead time"),
        t("供应链延迟备案方案：备选供应商小批量采购",
          "Supply-delay fallback: small orders from a second source"),
        "conditional", "yes", date(2023, 11, 3),
    ),
    (
        "P004", SALES, t("《渠道铺货方案》", "Channel plan"), date(2023, 10, 30), "feasible",
        t("样机到位后安排20家门店试用", "20 shops try the lamp once units are available"),
        t("年底促销与试用档期冲突", "Year-end sales compete with the trial"),
        t("先签5家核心门店，其余元旦后进场", "Sign 5 key shops first, the rest after New Year"), "approved",
        "yes",
        date(2023, 11, 3),
    ),
)  # fmt: skip

RISKS: Records = rows(
    "id risk task_id owner probability impact countermeasure status due raised_on source",
    (
        "K001",
        t("驱动芯片交期由4周延长至6周，原型测试推迟",
          "Driver IC lead time grows from 4 to 6 weeks; tests slip"),
        "T005", PROD, 4, 4,
        t("启用供应链延迟备案方案：备选供应商调货50片，同步报调整方案",
          "Use the supply-delay fallback: 50 ICs from the second source; file a schedule change"),
        "watching", date(2023, 11, 17), date(2023, 11, 6), t("例会 H004", "Meeting H004"),
    ),
    (
        "K002", t("散热结构首轮温升测试不通过", "The heat-sink design fails the first thermal test"), "T005",
        RD, 3, 4,
        t("两套散热方案并行，预留一周复测", "Two designs in parallel; one week kept for a retest"), "open",
        date(2023, 11, 24), date(2023, 10, 26), t("《技术实现方案》", "Technical plan"),
    ),
    (
        "K003", t("3C认证排期紧张，影响上市时间", "CCC certification is booked up; the launch may slip"),
        "T005", RD, 3, 5,
        t("提前预约检测机构，原型定型当周送检",
          "Book the test lab now; submit in the week of the design freeze"),
        "open", date(2023, 11, 30), date(2023, 10, 30), t("例会 H003", "Meeting H003"),
    ),
    (
        "K004", t("外观样机晚到，推广物料来不及拍摄", "A late mock-up leaves no time for the shooting"),
        "T005", MKT, 3, 3,
        t("先用渲染图完成预热物料", "Use renderings for the teaser materials"), "open", date(2023, 11, 24),
        date(2023, 10, 27), t("《推广策划方案》", "Promotion plan"),
    ),
    (
        "K005", t("年底促销期间试用门店不足", "Too few trial shops in the year-end season"), "T005", SALES, 2,
        3,
        t("先签5家核心门店", "Sign 5 key shops first"), "open", date(2023, 12, 1), date(2023, 10, 30),
        t("《渠道铺货方案》", "Channel plan"),
    ),
    (
        "K006", t("结构工程师被其他项目占用", "The mechanical engineer is tied up in another project"),
        "T003", HR, 3, 3,
        t("与智能家居项目组协商，每周保证3天投入", "Agreed with the smart-home team: three days a week"),
        "closed",
        date(2023, 10, 20), date(2023, 10, 16), _KICK_OFF,
    ),
)  # fmt: skip

ADJUSTMENTS: Records = rows(
    "id task_id old_date new_date cause knock_on measures status",
    (
        "C001", "T005", date(2023, 12, 20), date(2023, 12, 25),
        t("驱动芯片交期延长两周，原型测试顺延",
          "The driver IC arrives two weeks late, so do the prototype tests"),
        t("T006复盘总结推后；验收会改期", "T006 (review) moves; the acceptance meeting is rescheduled"),
        t("备选供应商调货，测试改为两班；推广报告按原日期提交",
          "Parts from the second source, tests in two shifts; the promotion report keeps its date"),
        "draft",
    ),
)  # fmt: skip

CHANGES: Records = rows(
    "id change raised_by raised_on reason task_id reach effect status",
    (
        "B001", t("灯头改用防眩罩", "An anti-glare hood on the lamp head"), SALES, date(2023, 11, 9),
        t("重点客户试用反馈眩光", "A key customer reported glare"), "T005", depts(RD, PROD),
        t("光学件需重新打样，工期与成本待评估", "New optical samples; time and cost to be assessed"),
        "assessing",
    ),
)  # fmt: skip

ACCEPTANCE: Records = rows(
    "id deliverable task_id criteria",
    (
        "Y001", t("产品原型（5台）", "Product prototype (5 units)"), "T005",
        t("照度均匀度≥0.7；温升≤35K；1米跌落3次功能正常",
          "Uniformity at least 0.7; temperature rise 35 K at most; works after 3 drops from 1 m"),
    ),
    (
        "Y002", t("推广报告", "Promotion report"), "T005",
        t("含渠道计划、物料清单、预算执行与效果预测",
          "Covers channels, materials, budget used and expected effect"),
    ),
    (
        "Y003", t("试制样机（20台）", "Pilot units (20)"), "T005",
        t("直通率≥90%，不良项均有整改记录",
          "First-pass yield at least 90 %; every defect has a corrective record"),
    ),
)  # fmt: skip

LESSONS: Records = rows(
    "id kind lesson department evidence action",
    (
        "L001", "success",
        t("填申请表之前先与研发部、生产部沟通承接能力，审批一次通过",
          "Sounding out R&D and Production before the request got it approved at once"),
        MKT, "T001", t("写入《需求申请表》填写说明", "Add it to the instructions of the request form"),
    ),
    (
        "L002", "improve",
        t("启动会原定2023-10-15是周日，顺延一天才开成",
          "The kick-off was set for Sunday 2023-10-15 and had to move a day"),
        ADMIN, "T002", t("排期前先查节假日表，避开非工作日", "Check the calendar before fixing dates"),
    ),
    (
        "L003", "pattern",
        t("方案评审前由接口人先对衔接点逐条确认，评审会缩短到半天",
          "Contacts settled the hand-offs one by one beforehand; the review took half a day"),
        RD, "T003", t("整理为“评审前衔接点清单”", "Turn it into a checklist of hand-offs before reviews"),
    ),
)  # fmt: skip
