"""The sample project's running records up to 2023-11-10: daily sync, meetings, action items."""

from __future__ import annotations

from datetime import date

from xl_collab.project.scenarios.scenario import NO_ONE, Records, Value, depts, rows
from xl_collab.schema.words import Text, t

# Who and what the sample project is about: words that its tables share.


PROJECT = t("智能台灯L1新产品上市", "L1 smart desk lamp launch")
SUPERIOR = t("总经理*", "General manager*")
OVERSEER = t("分管副总*", "Vice president*")

MKT = t("市场部", "Marketing")
RD = t("研发部", "R&D")
PROD = t("生产部", "Production")
SALES = t("销售部", "Sales")
ADMIN = t("行政部", "Administration")
HR = t("人力资源部", "Human Resources")


_ROOM = t("三楼会议室", "Meeting room, 3rd floor")
_CHAIR = t("市场部*", "Marketing*")
_RECORDER = t("行政部*", "Administration*")


def reports(day: date, *entries: tuple[Text, str, Text, Text | None, Text | None, Text]) -> Records:
    """One day's rows of 每日同步: (department, task, progress, problem, help, plan for tomorrow)."""
    return [
        {
            "date": day,
            "department": department,
            "reporter": NO_ONE,
            "task_id": task,
            "progress": progress,
            "problem": problem,
            "help": needed,
            "tomorrow": plan,
        }
        for department, task, progress, problem, needed, plan in entries
    ]


def meeting(
    key: str,
    day: date,
    present: Text,
    topics: Text,
    decisions: Text,
    *,
    absent: Text | None = None,
    resources: Text | None = None,
    kind: str = "regular",
) -> dict[str, Value]:
    """One row of 例会记录, held in the usual room at 16:00."""
    return {
        "id": key,
        "date": day,
        "time": "16:00",
        "place": _ROOM,
        "chair": _CHAIR,
        "recorder": _RECORDER,
        "present": present,
        "absent": absent,
        "topics": topics,
        "decisions": decisions,
        "resources": resources,
        "kind": kind,
    }


SYNC: Records = [
    *reports(
        date(2023, 11, 1),
        (RD, "T003", t("技术方案按评审意见修改", "Technical plan revised after the review"),
         t("散热段落需补测试数据", "Test data missing for the heat sink"), None,
         t("补齐数据，提交终版", "Add the data, submit the final version")),
        (MKT, "T003", t("推广方案修改完成，待签字", "Promotion plan revised, waiting for signatures"), None,
         None,
         t("催各部门签字", "Collect the signatures")),
    ),
    *reports(
        date(2023, 11, 2),
        (RD, "T003", t("《技术实现方案》终版签字", "Technical plan signed"), None, None,
         t("启动原型结构设计", "Start the mechanical design")),
        (MKT, "T003", t("研发部、市场部已签字", "R&D and Marketing have signed"),
         t("生产部、销售部未签", "Production and Sales have not signed"), None, t("跟进签字", "Follow up")),
    ),
    *reports(
        date(2023, 11, 3),
        (RD, "T005", t("原型结构设计启动", "Mechanical design started"), None, None,
         t("完成灯头三维模型", "3-D model of the lamp head")),
        (MKT, "T003",
         t("《执行方案》终版全部签字，比计划晚2个工作日", "Joint plan signed by all, 2 working days late"),
         None, None, t("主视觉创意讨论", "Ideas for the key visual")),
    ),
    *reports(
        date(2023, 11, 6),
        (RD, "T005", t("灯头三维模型完成", "3-D model of the lamp head finished"),
         t("驱动芯片交期由4周延长至6周", "Driver IC lead time grows from 4 to 6 weeks"),
         t("请生产部联系备选供应商", "Production to contact the second source"),
         t("散热方案A仿真", "Simulate design A")),
        (MKT, "T005", t("主视觉确定两个方向", "Two directions for the key visual"), None, None,
         t("出渲染图", "Make renderings")),
    ),
    *reports(
        date(2023, 11, 7),
        (RD, "T005", t("散热方案A仿真完成，余量偏小", "Design A simulated, little margin"), None, None,
         t("散热方案B仿真", "Simulate design B")),
        (MKT, "T005", t("渲染图完成3张", "3 renderings finished"), None, None,
         t("预热文案初稿", "Draft the teaser text")),
    ),
    *reports(
        date(2023, 11, 8),
        (RD, "T005", t("散热方案B仿真完成，优于方案A", "Design B simulated, better than A"), None, None,
         t("两套方案打样", "Samples of both designs")),
        (MKT, "T005", t("预热文案初稿完成", "Teaser text drafted"),
         t("需产品参数最终值", "Final product data needed"),
         t("请研发部提供参数表", "R&D to supply the data sheet"), t("修改文案", "Revise the text")),
    ),
    *reports(
        date(2023, 11, 9),
        (RD, "T005",
         t("参数表提交市场部；散热件下单打样", "Data sheet sent to Marketing; heat sinks ordered"), None,
         None,
         t("控制板原理图评审", "Review the control board")),
        (MKT, "T005", t("文案按参数表修改", "Text revised with the data sheet"), None, None,
         t("短视频脚本", "Video script")),
    ),
    *reports(
        date(2023, 11, 10),
        (RD, "T005", t("控制板原理图评审通过", "Control board passed its review"),
         t("芯片到货日期仍无书面承诺", "Still no written date for the ICs"),
         t("请生产部取得书面承诺", "Production to obtain it in writing"), t("PCB布板", "Board layout")),
        (MKT, "T005", t("短视频脚本初稿完成", "Video script drafted"), None, None,
         t("脚本内部评审", "Internal review")),
    ),
]  # fmt: skip

_FOUR = depts(MKT, RD, PROD, SALES)

MEETINGS: Records = [
    meeting(
        "H001", date(2023, 10, 16), depts(MKT, RD, PROD, SALES, ADMIN, HR),
        t("项目启动：目标、职责、里程碑、沟通机制", "Kick-off: goal, duties, milestones, communication"),
        t("1. 《职责分工表》《里程碑计划》通过\n2. 每周一17:00前召开例会，研发部、市场部每日同步\n"
          "3. 产品研发3个月内完成原型设计，自2023-09-20立项起算",
          "1. Duty matrix and milestone plan adopted\n2. Meeting every Monday by 17:00; R&D and Marketing "
          "report daily\n3. Prototype design within 3 months of the project start on 2023-09-20"),
        kind="kickoff",
        resources=t("结构工程师1名（人力资源部协调）", "One mechanical engineer (Human Resources)"),
    ),
    meeting(
        "H002", date(2023, 10, 23), depts(MKT, RD, PROD, SALES, HR),
        t("各专项方案进展；人员到位情况", "Progress of the plans; staffing"),
        t("1. 结构工程师每周投入3天\n2. 专项方案10月30日前交齐",
          "1. The mechanical engineer works 3 days a week for the project\n"
          "2. All plans are due on October 30"),
        absent=ADMIN,
    ),
    meeting(
        "H003", date(2023, 10, 30), _FOUR,
        t("四份专项方案联合评审", "Joint review of the four plans"),
        t("1. 技术、推广、渠道方案通过，试制方案有条件通过\n2. 生产部补充供应链延迟备案方案\n"
          "3. 研发部提前预约3C检测机构",
          "1. Technical, promotion and channel plans approved, pilot-build plan on conditions\n"
          "2. Production adds a supply-delay fallback\n3. R&D books the CCC test lab early"),
        absent=depts(ADMIN, HR),
        kind="plan_review",
        resources=t("光学测试暗室排期一周", "Optical test room for one week"),
    ),
    meeting(
        "H004", date(2023, 11, 6), depts(MKT, RD, PROD, SALES, ADMIN),
        t("《执行方案》签字情况；驱动芯片交期延长", "Signing of the joint plan; driver IC delayed"),
        t("1. 启用供应链延迟备案方案，生产部11月10日前取得供应商书面交期\n2. 研发部起草进度调整，"
          "评估对验收日期的影响\n3. 推广物料先用渲染图推进",
          "1. Use the supply-delay fallback; Production gets a written delivery date by November 10\n"
          "2. R&D drafts a schedule change and its effect on acceptance\n"
          "3. Marketing goes on with renderings"),
        absent=HR,
        resources=t("备选供应商采购费用2万元", "CNY 20,000 for parts from the second source"),
    ),
]  # fmt: skip

ACTIONS: Records = rows(
    "id action owner raised_on due status done_on task_id source",
    (
        "A001", t("协调结构工程师1名", "Find one mechanical engineer"), HR, date(2023, 10, 16),
        date(2023, 10, 20),
        "done", date(2023, 10, 20), "T003", t("例会 H001 决议1", "Meeting H001, decision 1"),
    ),
    (
        "A002", t("建立项目即时群与邮件组", "Set up the chat group and the mailing list"), ADMIN,
        date(2023, 10, 16),
        date(2023, 10, 18), "done", date(2023, 10, 17), "T004",
        t("例会 H001 决议2", "Meeting H001, decision 2"),
    ),
    (
        "A003", t("交齐四份专项方案", "Submit all four plans"), _FOUR, date(2023, 10, 23), date(2023, 10, 30),
        "done",
        date(2023, 10, 30), "T003", t("例会 H002 决议2", "Meeting H002, decision 2"),
    ),
    (
        "A004", t("补充供应链延迟备案方案", "Add the supply-delay fallback"), PROD, date(2023, 10, 30),
        date(2023, 11, 3), "done", date(2023, 11, 3), "T003",
        t("例会 H003 决议2", "Meeting H003, decision 2"),
    ),
    (
        "A005", t("预约3C检测机构档期", "Book the CCC test lab"), RD, date(2023, 10, 30), date(2023, 11, 17),
        "open",
        None, "T005", t("例会 H003 决议3", "Meeting H003, decision 3"),
    ),
    (
        "A006", t("取得驱动芯片供应商书面交期", "Obtain the IC supplier's delivery date in writing"), PROD,
        date(2023, 11, 6), date(2023, 11, 10), "open", None, "T005",
        t("例会 H004 决议1", "Meeting H004, decision 1"),
    ),
    (
        "A007", t("起草T005进度调整方案", "Draft the schedule change for T005"), RD, date(2023, 11, 6),
        date(2023, 11, 14), "open", None, "T005", t("例会 H004 决议2", "Meeting H004, decision 2"),
    ),
    (
        "A008", t("落实5家核心试用门店", "Sign 5 key trial shops"), SALES, date(2023, 11, 6),
        date(2023, 11, 24), "open",
        None, "T005", t("例会 H004", "Meeting H004"),
    ),
)  # fmt: skip
