"""The table sheets beside the tracker, part of the declaration in `sheets.py`."""

from __future__ import annotations

from xl_collab.schema.declaration import Column, Editor, Kind, TableSheet
from xl_collab.schema.holidays import MID_AUTUMN, MID_AUTUMN_IN_OCTOBER, NEW_YEAR, STATUTORY, Holiday
from xl_collab.schema.words import (
    ACCEPTANCE,
    ACTION_STATUS,
    ADJUSTMENT_STATUS,
    CHANGE_STATUS,
    CONCLUSION,
    DAY_KIND,
    DAY_SOURCE,
    FEASIBILITY,
    LESSON_KIND,
    MEETING_KIND,
    RISK_LEVEL,
    RISK_STATUS,
    SCALE,
    SIGNED,
    STATUS,
    t,
)


def _id(label_zh: str = "编号") -> Column:
    return Column("id", t(label_zh, "ID"), Kind.ID, 8, required=True, unique=True)


def _task_id(editor: Editor = "coordinator") -> Column:
    return Column("task_id", t("关联编号", "Task ID"), Kind.IDS, 10, editor=editor)


ENQUIRIES = TableSheet(
    "enquiries",
    t("可行性征询", "Feasibility enquiry"),
    t(
        "每个潜在协作部门一行：能否承接、能力如何、所需条件。",
        "A row for each potential department: whether it can take part, its capacity, what it needs.",
    ),
    table="tblEnquiries",
    optional=True,
    columns=(
        Column("department", t("征询部门", "Department asked"), Kind.PARTY, 16, required=True, unique=True),
        Column("tasks", t("拟承接任务", "Tasks in question"), Kind.TEXT, 34),
        Column("asked_on", t("征询日期", "Asked on"), Kind.DATE, 12),
        Column("reply_by", t("答复期限", "Reply by"), Kind.DATE, 12),
        Column("feasibility", t("可行性", "Feasibility"), Kind.CHOICE, 12, choices=FEASIBILITY),
        Column("capacity", t("承接能力说明", "Capacity"), Kind.TEXT, 34),
        Column("answered_by", t("答复人", "Answered by"), Kind.TEXT, 12),
        Column("answered_on", t("答复日期", "Answered on"), Kind.DATE, 12),
    ),
)

DUTIES = TableSheet(
    "duties",
    t("职责分工", "Duties"),
    t(
        "每项职责只有一个负责部门(A)；每项成果都要有接收方。",
        "One accountable department each; every output has a receiver.",
    ),
    table="tblDuties",
    id_prefix="D",
    columns=(
        _id(),
        Column("duty", t("职责/任务", "Duty"), Kind.TEXT, 30, required=True),
        Column("initiator", t("发起", "Requested by"), Kind.PARTY, 12, aliases=("Initiator",)),
        Column("accountable", t("负责(A)", "Accountable (A)"), Kind.PARTY, 14, required=True),
        Column("responsible", t("执行(R)", "Responsible (R)"), Kind.PARTY, 16),
        Column("consulted", t("配合(C)", "Consulted (C)"), Kind.PARTY, 16),
        Column("informed", t("知会(I)", "Informed (I)"), Kind.PARTY, 16),
        Column("output", t("输出成果", "Deliverable"), Kind.TEXT, 22),
        Column("receiver", t("成果接收方", "Receiver"), Kind.PARTY, 14),
        Column("contact", t("接口人", "Contact"), Kind.TEXT, 12),
        Column("budget", t("预算(元)", "Budget (CNY)"), Kind.MONEY, 12, minimum=0),
        Column("people", t("人力(人)", "People"), Kind.NUMBER, 9, minimum=0),
        Column("equipment", t("设备支持", "Equipment"), Kind.TEXT, 14),
        Column("channel", t("沟通机制", "Communication"), Kind.TEXT, 18),
    ),
)

MILESTONES = TableSheet(
    "milestones",
    t("里程碑计划", "Milestones"),
    t(
        "里程碑是一个日期；用编号关联任务，与任务同一天的随它改期，不想跟随就清空关联编号。",
        "A milestone is a date; link it to tasks by ID. On its task's day it moves with it; clear the ID to "
        "detach it.",
    ),
    table="tblMilestones",
    id_prefix="M",
    columns=(
        _id(),
        Column("milestone", t("里程碑", "Milestone"), Kind.TEXT, 28, required=True),
        Column("owner", t("责任部门", "Owner"), Kind.PARTY, 16, required=True),
        Column("planned", t("计划日期", "Planned"), Kind.DATE, 12, required=True),
        Column("baseline", t("基线日期", "Baseline"), Kind.DATE, 12, computed="tool", editor="tool"),
        Column("actual", t("实际日期", "Actual"), Kind.DATE, 12),
        Column("status", t("状态", "Status"), Kind.CHOICE, 9, choices=STATUS),
        _task_id(),
        Column("criteria", t("达成标准", "Criteria"), Kind.TEXT, 28),
        Column("source", t("来源", "Source"), Kind.TEXT, 24),
    ),
)

PLANS = TableSheet(
    "plans",
    t("方案评审", "Plan reviews"),
    t(
        "各部门专项方案逐份评审，全部签字后形成《跨部门协作执行方案》。",
        "Each plan is reviewed; all signatures make the joint plan.",
    ),
    table="tblPlans",
    id_prefix="P",
    columns=(
        _id(),
        Column("department", t("部门", "Department"), Kind.PARTY, 14, required=True),
        Column("plan", t("方案名称", "Plan"), Kind.TEXT, 24, required=True),
        Column("submitted", t("提交日期", "Submitted"), Kind.DATE, 12),
        Column("feasibility", t("可行性", "Feasibility"), Kind.CHOICE, 12, choices=FEASIBILITY),
        Column("handover", t("部门间衔接点", "Hand-offs"), Kind.TEXT, 26),
        Column("risk", t("风险点", "Risks"), Kind.TEXT, 24),
        Column("countermeasure", t("应对措施", "Countermeasures"), Kind.TEXT, 26),
        Column("conclusion", t("评审结论", "Conclusion"), Kind.CHOICE, 12, choices=CONCLUSION),
        Column("signed", t("签字", "Signature"), Kind.CHOICE, 9, choices=SIGNED),
        Column("signed_on", t("签字日期", "Signed on"), Kind.DATE, 12),
        Column(
            "link",
            t("方案文件/链接", "File or link"),
            Kind.TEXT,
            22,
            optional=True,
            aliases=("方案链接", "附件", "链接", "文件", "Link", "File"),
            help=t(
                "方案本身：网址，或与工作簿同一文件夹里的文件名",
                "The plan itself: an address, or a file beside the workbook",
            ),
        ),
    ),
)

RISKS = TableSheet(
    "risks",
    t("风险登记", "Risk register"),
    t(
        "概率与影响各 1–5 分，分值=概率×影响：15 以上高，8–14 中。",
        "Probability × impact, 1–5 each: high from 15, medium from 8.",
    ),
    table="tblRisks",
    id_prefix="K",
    columns=(
        _id(),
        Column("risk", t("风险描述", "Risk"), Kind.TEXT, 30, required=True),
        _task_id(),
        Column("owner", t("责任部门/人", "Owner"), Kind.PARTY, 16),
        Column("probability", t("概率", "Probability"), Kind.CHOICE, 8, choices=SCALE),
        Column("impact", t("影响", "Impact"), Kind.CHOICE, 8, choices=SCALE),
        Column(
            "score",
            t("分值", "Score"),
            Kind.INTEGER,
            7,
            computed="formula",
            editor="tool",
            formula='=IF(AND(ISNUMBER([probability]),ISNUMBER([impact])),[probability]*[impact],"")',
        ),
        Column(
            "level",
            t("等级", "Level"),
            Kind.CHOICE,
            7,
            choices=RISK_LEVEL,
            computed="formula",
            editor="tool",
            formula='=IF([score]="","",IF([score]>=15,<risk_level.high>,IF([score]>=8,<risk_level.medium>,<risk_level.low>)))',
        ),
        Column("countermeasure", t("应对措施", "Countermeasure"), Kind.TEXT, 30),
        Column("status", t("状态", "Status"), Kind.CHOICE, 9, choices=RISK_STATUS),
        Column("due", t("应对期限", "Respond by"), Kind.DATE, 12),
        Column("raised_on", t("登记日期", "Raised on"), Kind.DATE, 12),
        Column("source", t("来源", "Source"), Kind.TEXT, 24),
    ),
)

SYNC = TableSheet(
    "sync",
    t("每日同步", "Daily sync"),
    t(
        "每个工作日每部门一行；遇到问题当天写明。",
        "One row per department and workday; name problems the same day.",
    ),
    table="tblSync",
    known_by=("date", "department", "task_id"),
    columns=(
        Column("date", t("日期", "Date"), Kind.DATE, 12, required=True, editor="lead"),
        Column("department", t("部门", "Department"), Kind.PARTY, 14, required=True),
        Column("reporter", t("填报人", "Reporter"), Kind.TEXT, 10, editor="lead"),
        _task_id(editor="lead"),
        Column("progress", t("今日进展", "Progress today"), Kind.TEXT, 34, required=True, editor="lead"),
        Column("problem", t("问题", "Problem"), Kind.TEXT, 26, editor="lead"),
        Column("help", t("需协调资源", "Help needed"), Kind.TEXT, 22, editor="lead"),
        Column("tomorrow", t("明日计划", "Plan for tomorrow"), Kind.TEXT, 26, editor="lead"),
    ),
)

MEETINGS = TableSheet(
    "meetings",
    t("例会记录", "Meetings"),
    t("一次例会一行；决议每条一行并编号。", "One row a meeting; one numbered line a decision."),
    table="tblMeetings",
    id_prefix="H",
    columns=(
        _id(),
        Column("date", t("日期", "Date"), Kind.DATE, 12, required=True),
        Column("time", t("时间", "Time"), Kind.TEXT, 9),
        Column("place", t("地点", "Place"), Kind.TEXT, 14),
        Column("chair", t("主持人", "Chair"), Kind.TEXT, 12),
        Column("recorder", t("记录人", "Recorder"), Kind.TEXT, 12),
        Column("present", t("出席部门", "Present"), Kind.PARTY, 20),
        Column("absent", t("缺席部门", "Absent"), Kind.PARTY, 14),
        Column("topics", t("议题", "Topics"), Kind.TEXT, 28),
        Column("decisions", t("决议", "Decisions"), Kind.TEXT, 34),
        Column("resources", t("需协调资源", "Resources to coordinate"), Kind.TEXT, 24),
        Column("objections_by", t("异议期限", "Objections by"), Kind.DATE, 12, optional=True),
        Column(
            "answers",
            t("部门答复", "Answers"),
            Kind.TEXT,
            30,
            optional=True,
            help=t("各部门一行，如【研发部】2023-11-15 同意", "A line a department: [R&D] 2023-11-15 agrees"),
        ),
        Column(
            "kind",
            t("会议类型", "Kind of meeting"),
            Kind.CHOICE,
            10,
            choices=MEETING_KIND,
            optional=True,
            aliases=("会议类别",),
            help=t("留空即例会", "Empty means a regular meeting"),
        ),
        Column(
            "confirmation",
            t("确认情况", "Confirmation"),
            Kind.TEXT,
            16,
            computed="formula",
            editor="tool",
            optional=True,
            formula='=IF(ISNUMBER([objections_by]),IF(as_of>INT([objections_by]),<confirmation.passed>,<confirmation.open>),"")',
        ),
    ),
)

ACTIONS = TableSheet(
    "actions",
    t("待办台账", "Action items"),
    t(
        "每条待办有负责人和期限；已挂起天数按自然日计。",
        "Each action has an owner and a date; age is in calendar days.",
    ),
    table="tblActions",
    id_prefix="A",
    columns=(
        _id(),
        Column("action", t("待办事项", "Action"), Kind.TEXT, 34, required=True),
        Column("owner", t("责任部门/人", "Owner"), Kind.PARTY, 16, required=True),
        Column("raised_on", t("提出日期", "Raised on"), Kind.DATE, 12, required=True),
        Column("due", t("期限", "Due"), Kind.DATE, 12, required=True),
        Column("status", t("状态", "Status"), Kind.CHOICE, 9, choices=ACTION_STATUS, editor="lead"),
        Column("done_on", t("完成日期", "Done on"), Kind.DATE, 12, editor="lead"),
        Column(
            "age",
            t("已挂起天数", "Age (days)"),
            Kind.INTEGER,
            11,
            computed="formula",
            editor="tool",
            aliases=("账龄(天)",),
            formula='=IF(ISNUMBER([raised_on]),IF(ISNUMBER([done_on]),INT([done_on])-INT([raised_on]),MAX(0,as_of-INT([raised_on]))),"")',
        ),
        _task_id(),
        Column("source", t("来源", "Source"), Kind.TEXT, 24),
        Column("remark", t("备注", "Remarks"), Kind.TEXT, 24, editor="lead", optional=True),
    ),
)

ADJUSTMENTS = TableSheet(
    "adjustments",
    t("进度调整", "Schedule changes"),
    t(
        "延迟超过阈值须有进度调整；审批通过后生成新基线。",
        "A delay over the threshold needs one; approval makes a new baseline.",
    ),
    table="tblAdjustments",
    id_prefix="C",
    columns=(
        _id(),
        Column("task_id", t("关联编号", "Task ID"), Kind.IDS, 10, required=True),
        Column("old_date", t("原日期", "From"), Kind.DATE, 12),
        Column("new_date", t("新日期", "To"), Kind.DATE, 12, required=True),
        Column("cause", t("原因", "Cause"), Kind.TEXT, 28, required=True),
        Column("knock_on", t("影响范围", "Knock-on"), Kind.TEXT, 26),
        Column("measures", t("调整措施", "Measures"), Kind.TEXT, 28),
        Column("status", t("审批状态", "Approval"), Kind.CHOICE, 10, choices=ADJUSTMENT_STATUS),
        Column("approved_by", t("审批人", "Approved by"), Kind.TEXT, 12),
        Column("approved_on", t("审批日期", "Approved on"), Kind.DATE, 12),
        Column("opinion", t("审批意见", "Opinion"), Kind.TEXT, 26, optional=True),
        Column(
            "answers",
            t("部门答复", "Answers"),
            Kind.TEXT,
            30,
            optional=True,
            help=t("各部门一行，如【研发部】2023-11-15 同意", "A line a department: [R&D] 2023-11-15 agrees"),
        ),
    ),
)

CHANGES = TableSheet(
    "changes",
    t("需求变更", "Change requests"),
    t(
        "需求一变就登记，并通知影响到的部门；批准的变更再走进度调整。",
        "Note every change of the request at once and tell whom it reaches; an approved one moves the plan.",
    ),
    optional=True,
    table="tblChanges",
    id_prefix="B",
    columns=(
        _id(),
        Column("change", t("变更内容", "Change"), Kind.TEXT, 32, required=True),
        Column("raised_by", t("提出部门", "Requested by"), Kind.PARTY, 14, required=True),
        Column("raised_on", t("提出日期", "Raised on"), Kind.DATE, 12, required=True),
        Column("reason", t("变更原因", "Reason"), Kind.TEXT, 24),
        _task_id(),
        Column("reach", t("影响部门", "Departments reached"), Kind.PARTY, 16),
        Column("days", t("影响工期(工作日)", "Effect (workdays)"), Kind.WORKDAYS, 9),
        Column("effect", t("影响说明", "Effect in words"), Kind.TEXT, 24),
        Column("measures", t("处理措施", "Measures"), Kind.TEXT, 24),
        Column("status", t("变更状态", "Status"), Kind.CHOICE, 10, choices=CHANGE_STATUS),
        Column("approved_by", t("审批人", "Approved by"), Kind.TEXT, 12),
        Column("approved_on", t("审批日期", "Approved on"), Kind.DATE, 12),
    ),
)

ACCEPTANCE_SHEET = TableSheet(
    "acceptance",
    t("成果验收", "Acceptance"),
    t(
        "对照验收标准逐项确认，提交方与接收方都签字。",
        "Check each deliverable against its criteria; both sides sign.",
    ),
    table="tblAcceptance",
    id_prefix="Y",
    columns=(
        _id(),
        Column("deliverable", t("交付成果", "Deliverable"), Kind.TEXT, 26, required=True),
        _task_id(),
        Column("criteria", t("验收标准", "Criteria"), Kind.TEXT, 30),
        Column("submitted_on", t("提交日期", "Submitted on"), Kind.DATE, 12),
        Column("result", t("验收结论", "Result"), Kind.CHOICE, 11, choices=ACCEPTANCE),
        Column("remaining", t("遗留问题", "Remaining issues"), Kind.TEXT, 26),
        Column("remaining_due", t("遗留期限", "Remaining due"), Kind.DATE, 12),
        Column("provider", t("提交方签字", "Provider signed"), Kind.TEXT, 12),
        Column("receiver", t("接收方签字", "Receiver signed"), Kind.TEXT, 12),
        Column("signed_on", t("签字日期", "Signed on"), Kind.DATE, 12),
    ),
)

LESSONS = TableSheet(
    "lessons",
    t("经验登记", "Lessons"),
    t(
        "成功经验、不足与改进、可复用模式，各附依据编号。",
        "What worked, what to improve, reusable patterns; with evidence IDs.",
    ),
    table="tblLessons",
    id_prefix="L",
    columns=(
        _id(),
        Column("kind", t("类别", "Kind"), Kind.CHOICE, 12, required=True, choices=LESSON_KIND),
        Column("lesson", t("内容", "Lesson"), Kind.TEXT, 40, required=True),
        Column("department", t("提出部门", "Department"), Kind.PARTY, 14),
        Column("evidence", t("依据编号", "Evidence"), Kind.IDS, 12),
        Column("action", t("改进措施/复用方式", "How to reuse or improve"), Kind.TEXT, 34),
        Column("source", t("来源", "Source"), Kind.TEXT, 24),
    ),
)

CONTACTS = TableSheet(
    "contacts",
    t("通讯录", "Contacts"),
    t(
        "各部门及其接口人；责任部门一律以此为准。",
        "Departments and their contacts; owners are checked against this list.",
    ),
    table="tblContacts",
    columns=(
        Column("department", t("部门", "Department"), Kind.TEXT, 16, required=True, unique=True),
        Column("contact", t("接口人", "Contact"), Kind.TEXT, 12),
        Column("role", t("项目角色", "Role"), Kind.TEXT, 16),
        Column("superior", t("上级领导", "Superior"), Kind.TEXT, 12),
        Column("email", t("邮箱", "E-mail"), Kind.EMAIL, 26),
        Column("phone", t("电话", "Phone"), Kind.TEXT, 16),
        Column("aliases", t("别名", "Other names"), Kind.TEXT, 20),
        Column("note", t("备注", "Notes"), Kind.TEXT, 20),
    ),
)

_IN_YEAR = '[date↕],">="&DATE(YEAR([date]),1,1),[date↕],"<"&DATE(YEAR([date])+1,1,1)'
_OFFICIALLY_OFF = "[kind↕],<day_kind.off>,[source↕],<day_source.official>"
_NO_DAY = 60  # the 60th of October is in November, where no statutory day lies


def _listed(holiday: Holiday) -> str:
    """The formula's part that is true when a row's year has the holiday as an official day off."""
    words = ",".join(f'"*{word}*"' for word in holiday.words)
    found = f"SUMPRODUCT(COUNTIFS({_IN_YEAR},{_OFFICIALLY_OFF},[name↕],{{{words}}}))"
    if holiday == MID_AUTUMN:
        years, days = (",".join(map(str, part)) for part in zip(*MID_AUTUMN_IN_OCTOBER.items(), strict=True))
        day = f"IFERROR(INDEX({{{days}}},MATCH(YEAR([date]),{{{years}}},0)),{_NO_DAY})"
        found += f"+COUNTIFS([date↕],DATE(YEAR([date]),10,{day}),{_OFFICIALLY_OFF})"
    before = f"YEAR([date])<{holiday.since}," if holiday.since > 2000 else ""
    return f"OR({before}{found}>0)"


_OFFICIAL_YEAR = (
    "=IF(AND(ISNUMBER([date]),[kind]=<day_kind.off>,[source]=<day_source.official>),"
    "IF(INT([date])=DATE(YEAR([date]),1,1),"
    "IF(COUNTIFS([date↓],[date],[kind↓],<day_kind.off>,[source↓],<day_source.official>)=0,"
    f"IF(AND({','.join(_listed(h) for h in STATUTORY if h != NEW_YEAR)}),"
    'YEAR([date]),""),""),""),"")'
)
"""The year, once in its official row of 1 January, when every statutory holiday of its law is there."""

CALENDAR = TableSheet(
    "calendar",
    t("节假日", "Calendar"),
    t(
        "工作日以此表为准：休=放假，班=调休上班；同一天写两次，后写的为准。",
        "The authority on working days; if a day is listed twice the later row counts.",
    ),
    table="tblCalendar",
    columns=(
        Column("date", t("日期", "Date"), Kind.DATE, 12, required=True),
        Column("kind", t("类型", "Kind"), Kind.CHOICE, 8, required=True, choices=DAY_KIND),
        Column("name", t("名称", "Name"), Kind.TEXT, 20),
        Column("source", t("来源", "Source"), Kind.CHOICE, 10, choices=DAY_SOURCE),
        Column(
            "off_day",
            t("休日", "Day off"),
            Kind.DATE,
            12,
            computed="formula",
            editor="tool",
            hidden=True,
            formula="=IF(AND(ISNUMBER([date]),[kind]=<day_kind.off>,COUNTIF([date↓],[date])=0),INT([date]),0)",
        ),
        Column(
            "work_day",
            t("班日", "Make-up day"),
            Kind.DATE,
            12,
            computed="formula",
            editor="tool",
            hidden=True,
            formula="=IF(ISNUMBER([date]),IF(AND([kind]=<day_kind.work>,WEEKDAY([date],2)>5,COUNTIF([date↓],[date])=0),INT([date]),0),0)",
        ),
        Column(
            "official_year",
            t("官方年份", "Official year"),
            Kind.INTEGER,
            10,
            computed="formula",
            editor="tool",
            hidden=True,
            formula=_OFFICIAL_YEAR,
        ),
    ),
)

META = TableSheet(
    "meta",
    t("_meta", "_meta"),
    table="tblMeta",
    state="veryHidden",
    columns=(
        Column("name", t("name", "name"), Kind.TEXT, 20, required=True),
        Column("value", t("value", "value"), Kind.TEXT, 44),
    ),
)

HISTORY = TableSheet(
    "history",
    t("_history", "_history"),
    table="tblHistory",
    state="veryHidden",
    columns=(
        Column("kind", t("kind", "kind"), Kind.TEXT, 12),
        Column("key", t("key", "key"), Kind.TEXT, 14),
        Column("as_of", t("as_of", "as_of"), Kind.DATE, 12),
        Column("row_id", t("row_id", "row_id"), Kind.TEXT, 10),
        Column("field", t("field", "field"), Kind.TEXT, 14),
        Column("value", t("value", "value"), Kind.TEXT, 30),
    ),
)
