"""THE declaration: every sheet of the workbook in tab order.

The tracker and the forms stand here, the registers in `registers.py`. Adding a
column is one line here: template, validation, packets, merge types and reference pages follow.
"""

from __future__ import annotations

from xl_collab.schema import row_formulas
from xl_collab.schema.declaration import (
    Column,
    Computed,
    Declaration,
    Field,
    FormSheet,
    Kind,
    PageSheet,
    TableSheet,
)
from xl_collab.schema.registers import (
    ACCEPTANCE_SHEET,
    ACTIONS,
    ADJUSTMENTS,
    CALENDAR,
    CHANGES,
    CONTACTS,
    DUTIES,
    HISTORY,
    LESSONS,
    MEETINGS,
    META,
    MILESTONES,
    PLANS,
    RISKS,
    SYNC,
)
from xl_collab.schema.words import (
    CONCLUSION,
    FEASIBILITY,
    FEEDBACK,
    LANGUAGE,
    MOVE_RULE,
    RAG,
    STAGE,
    STATUS,
    URGENCY,
    Text,
    t,
)

# The label/value sheets, part of the declaration in `sheets.py`.


REQUEST = FormSheet(
    "request",
    t("需求申请", "Request"),
    t(
        "《跨部门合作需求申请表》：带 * 的必填；审批通过后方可组队。",
        "Cross-department request: fields with * are required; teaming starts after approval.",
    ),
    sections=(
        (
            t("一、基本信息", "1 Basics"),
            (
                Field("project", t("项目名称", "Project"), required=True),
                Field("number", t("申请编号", "Request no.")),
                Field("department", t("需求发起部门", "Initiating department"), Kind.PARTY, required=True),
                Field("applicant", t("申请人", "Applicant"), required=True),
                Field("date", t("申请日期", "Date"), Kind.DATE, required=True),
                Field("scenario", t("应用场景", "Scenario")),
            ),
        ),
        (
            t("二、合作需求", "2 Request"),
            (
                Field("goal", t("合作目标", "Goal"), required=True, lines=3),
                Field("tasks", t("核心任务", "Core tasks"), required=True, lines=4),
                Field("results", t("预期成果", "Expected results"), required=True, lines=3),
                Field("start", t("计划开始日期", "Planned start"), Kind.DATE),
                Field("end", t("要求完成日期", "Required finish"), Kind.DATE, required=True),
            ),
        ),
        (
            t("三、资源支持需求", "3 Resources"),
            (
                Field("budget", t("预算", "Budget"), lines=2),
                Field("people", t("人力", "People"), lines=2),
                Field("equipment", t("设备支持", "Equipment"), lines=2),
            ),
        ),
        (
            t("四、协作部门初步沟通", "4 Answers of departments"),
            (
                Field(
                    "partners", t("潜在协作部门", "Potential departments"), Kind.PARTY, required=True, lines=2
                ),
                Field(
                    "feasibility", t("可行性", "Feasibility"), Kind.CHOICE, choices=FEASIBILITY, required=True
                ),
                Field("capacity", t("承接能力说明", "Capacity"), lines=3),
            ),
        ),
        (
            t("五、上级领导审批", "5 Approval"),
            (
                Field("strategy", t("与公司战略目标的一致性", "Fit with strategy"), lines=2),
                Field("conclusion", t("审批结论", "Conclusion"), Kind.CHOICE, choices=CONCLUSION),
                Field("approver", t("审批人", "Approver")),
                Field("approved_on", t("审批日期", "Approved on"), Kind.DATE),
                Field("opinion", t("审批意见", "Opinion"), lines=2),
            ),
        ),
    ),
    signatures=(
        t("申请人签字", "Applicant"),
        t("部门负责人签字", "Head of department"),
        t("上级领导签字", "Superior"),
    ),
)

SETTINGS = FormSheet(
    "settings",
    t("设置", "Settings"),
    t("改这里的值，全部公式、颜色与报告随之改变。", "Formulas, colours and reports follow these values."),
    sections=(
        (
            t("项目", "About the project"),
            (
                Field("project", t("项目名称", "Project"), defined_name="project_name", required=True),
                Field("scenario", t("应用场景", "Scenario")),
                Field("initiator", t("需求发起部门", "Initiating department"), Kind.PARTY),
                Field("superior", t("上级领导", "Superior")),
                Field(
                    "language",
                    t("语言", "Language"),
                    Kind.CHOICE,
                    choices=LANGUAGE,
                    default="zh",
                    help=t("生成的纪要与报告用这种语言", "Language of generated documents"),
                ),
            ),
        ),
        (
            t("计算", "Calculation"),
            (
                Field(
                    "data_date",
                    t("数据日期", "Data date"),
                    Kind.DATE,
                    defined_name="data_date",
                    help=t(
                        "留空即今天；填写后全部计算以此日为准",
                        "Empty means today; all figures are as of this day",
                    ),
                ),
                Field(
                    "delay_threshold",
                    t("延迟阈值(工作日)", "Delay threshold (workdays)"),
                    Kind.INTEGER,
                    default=2,
                    defined_name="delay_threshold",
                    required=True,
                    minimum=0,
                    maximum=60,
                    help=t("超过此数为红", "Red above this"),
                ),
                Field(
                    "lead_time",
                    t("提前预警(工作日)", "Warn ahead (workdays)"),
                    Kind.INTEGER,
                    default=3,
                    defined_name="lead_time",
                    required=True,
                    minimum=0,
                    maximum=60,
                    help=t("剩余不超过此数为黄", "Yellow when no more than this is left"),
                ),
                Field(
                    "move_rule",
                    t("周期任务遇非工作日", "Recurrence on a day off"),
                    Kind.CHOICE,
                    choices=MOVE_RULE,
                    default="following",
                    help=t("顺延、提前或跳过", "Move later, earlier, or skip"),
                ),
                Field(
                    "anchor",
                    t("隔周起算日", "Two-week cycle starts"),
                    Kind.DATE,
                    help=t("每两周的任务从这一周数起", "First week of two-week recurrences"),
                ),
            ),
        ),
        (
            t("例会与纪要", "Meetings"),
            (
                Field(
                    "meeting_rule",
                    t("例会时间", "Meeting time"),
                    Kind.DEADLINE,
                    default="每周一17:00前",
                    help=t("如：每周一17:00前", "For example: every Monday by 17:00"),
                ),
                Field("place", t("例会地点", "Meeting place")),
                Field("chair", t("主持人", "Chair")),
                Field("recorder", t("记录人", "Recorder")),
                Field("copy_to", t("抄送", "Copy to"), Kind.PARTY),
                Field(
                    "urgency",
                    t("沟通频次", "How often people talk"),
                    Kind.CHOICE,
                    choices=URGENCY,
                    help=t(
                        "留空按职责分工的沟通机制；日常：每日同步；重点：每日站会并每周复盘",
                        "Empty: as Duties say. Routine: daily sync. Key: daily stand-up and a weekly review",
                    ),
                ),
            ),
        ),
    ),
)


HOME = PageSheet("home", t("首页", "Home"))


def _stamp(name: str, label: Text, kind: Kind, formula: str = "") -> Column:
    """A column at the right end, folded away, by which formulas tell which rows wait for Python."""
    computed: Computed = "formula" if formula else "tool"
    return Column(
        name, label, kind, 12, computed=computed, formula=formula, editor="tool", optional=True, folded=True
    )


TRACKER = TableSheet(
    "tracker",
    t("跟踪表", "Tracker"),
    t(
        "白底各列由人填写，灰底各列自动计算；红黄绿蓝只看“预警”列。",
        "People fill the white columns, the grey ones are computed; colours follow the Alert column.",
    ),
    table="tblTracker",
    id_prefix="T",
    freeze_columns=2,
    columns=(
        Column(
            "id", t("编号", "ID"), Kind.ID, 8, required=True, unique=True, aliases=("序号", "任务编号", "No.")
        ),
        Column("stage", t("环节", "Stage"), Kind.CHOICE, 10, required=True, choices=STAGE, aliases=("阶段",)),
        Column(
            "owner",
            t("责任部门/人", "Owner"),
            Kind.PARTY,
            18,
            required=True,
            aliases=("责任部门", "牵头部门", "责任人"),
        ),
        Column(
            "task",
            t("主要任务", "Task"),
            Kind.TEXT,
            30,
            required=True,
            aliases=("任务", "任务名称", "工作内容"),
        ),
        Column(
            "output", t("输出成果", "Deliverable"), Kind.TEXT, 22, required=True, aliases=("成果", "输出物")
        ),
        Column(
            "deadline",
            t("时间节点", "Due"),
            Kind.DEADLINE,
            14,
            required=True,
            aliases=("完成时限", "截止日期", "节点"),
        ),
        Column(
            "note", t("备注(如风险、依赖条件)", "Notes (risks, conditions)"), Kind.NOTE, 30, aliases=("备注",)
        ),
        Column(
            "support",
            t("配合部门", "Supporting"),
            Kind.PARTY,
            14,
            help=t("协助完成的部门，用、分隔", "Departments that help, separated by commas"),
        ),
        Column(
            "predecessors",
            t("前置", "Predecessors"),
            Kind.IDS,
            10,
            help=t("须先完成的编号，用、分隔", "IDs to be finished first"),
        ),
        Column("planned_start", t("计划开始", "Planned start"), Kind.DATE, 12),
        Column(
            "forecast",
            t("预计完成", "Expected finish"),
            Kind.DATE,
            12,
            editor="lead",
            help=t("按期则留空", "Leave empty when on time"),
        ),
        Column("actual", t("实际完成", "Actual finish"), Kind.DATE, 12, editor="lead"),
        Column("percent", t("完成率", "% done"), Kind.PERCENT, 8, editor="lead", minimum=0, maximum=1),
        Column("status", t("状态", "Status"), Kind.CHOICE, 9, choices=STATUS, editor="lead"),
        Column("feedback", t("部门反馈", "Feedback"), Kind.CHOICE, 9, choices=FEEDBACK, editor="lead"),
        Column(
            "support_feedback",
            t("配合反馈", "Support feedback"),
            Kind.TEXT,
            22,
            editor="support",
            aliases=("配合部门反馈", "协办反馈"),
            help=t(
                "各配合部门各写一行，如【市场部】物料已备齐",
                "A line for each supporting department: [Marketing] material is ready",
            ),
        ),
        Column(
            "lead_days",
            t("提前预警(工作日)", "Warn ahead (workdays)"),
            Kind.INTEGER,
            10,
            minimum=0,
            maximum=60,
            help=t("留空用设置里的天数", "Empty: the value in Settings"),
        ),
        Column("baseline", t("基线完成", "Baseline finish"), Kind.DATE, 12, computed="tool", editor="tool"),
        Column("projected", t("推算完成", "Projected finish"), Kind.DATE, 12, computed="tool", editor="tool"),
        Column(
            "predecessor_alert",
            t("前置预警", "Red predecessors"),
            Kind.IDS,
            10,
            computed="tool",
            editor="tool",
        ),
        Column("missed", t("缺期", "Missed periods"), Kind.INTEGER, 7, computed="tool", editor="tool"),
        Column(
            "compared",
            t("对比日期", "Compared date"),
            Kind.DATE,
            12,
            computed="formula",
            editor="tool",
            formula=row_formulas.COMPARED,
        ),
        Column(
            "variance",
            t("偏差(工作日)", "Variance (workdays)"),
            Kind.WORKDAYS,
            9,
            computed="formula",
            editor="tool",
            formula=row_formulas.VARIANCE,
        ),
        Column(
            "rag",
            t("预警", "Alert"),
            Kind.CHOICE,
            7,
            choices=RAG,
            computed="formula",
            editor="tool",
            formula=row_formulas.RAG,
        ),
        Column(
            "reason",
            t("说明", "Reason"),
            Kind.TEXT,
            30,
            computed="formula",
            editor="tool",
            formula=row_formulas.REASON,
        ),
        Column("next_due", t("下次到期", "Next due"), Kind.DATETIME, 16, computed="tool", editor="tool"),
        Column("computed_at", t("计算于", "Computed as of"), Kind.DATE, 12, computed="tool", editor="tool"),
        Column(
            "actual_start",
            t("实际开始", "Actual start"),
            Kind.DATE,
            12,
            editor="lead",
            optional=True,
            help=t("真正开工的那天", "The day on which work began"),
        ),
        Column(
            "baseline_start",
            t("基线开始", "Baseline start"),
            Kind.DATE,
            12,
            computed="tool",
            editor="tool",
            optional=True,
            folded=True,
        ),
        Column(
            "reported_on",
            t("进度日期", "Progress date"),
            Kind.DATE,
            12,
            computed="tool",
            editor="tool",
            optional=True,
            folded=True,
        ),
        Column(
            "earliest",
            t("前置最早", "Earliest by predecessors"),
            Kind.DATE,
            12,
            computed="tool",
            editor="tool",
            optional=True,
            folded=True,
        ),
        Column(
            "due_on",
            t("节点日期", "Due on"),
            Kind.DATE,
            12,
            computed="tool",
            editor="tool",
            optional=True,
            folded=True,
        ),
        Column(
            "basis",
            t("推算依据", "Projection basis"),
            Kind.TEXT,
            14,
            computed="tool",
            editor="tool",
            optional=True,
            folded=True,
        ),
        _stamp("valid_until", t("推算有效至", "Projection valid until"), Kind.DATE),
        _stamp("order", t("推算次序", "Projection order"), Kind.NUMBER),
        _stamp("inputs", t("推算口径", "Projection settings"), Kind.TEXT),
        _stamp("changed", t("推算后改动", "Changed since projection"), Kind.NUMBER, row_formulas.CHANGED),
        _stamp("first_changed", t("最早改动", "First change"), Kind.NUMBER, row_formulas.FIRST_CHANGED),
        _stamp("pending", t("待重算", "To recompute"), Kind.TEXT, row_formulas.PENDING),
    ),
)

SHEETS = Declaration(
    (
        HOME,
        REQUEST,
        DUTIES,
        MILESTONES,
        TRACKER,
        PLANS,
        RISKS,
        SYNC,
        MEETINGS,
        ACTIONS,
        ADJUSTMENTS,
        CHANGES,
        ACCEPTANCE_SHEET,
        LESSONS,
        CONTACTS,
        CALENDAR,
        SETTINGS,
        META,
        HISTORY,
    )
)

GENERATED = {
    "findings": t("校验结果", "Findings"),
    "risks": t("风险清单", "Risk list"),
    "minutes": t("纪要-{key}", "Minutes-{key}"),
    "review": t("复盘报告", "Review report"),
    "gantt": t("甘特图", "Gantt chart"),
    "raci": t("责任矩阵", "Responsibilities"),
    "adjustment": t("进度调整方案-{key}", "Schedule change-{key}"),
    "acceptance": t("成果验收确认单-{key}", "Acceptance-{key}"),
    "execution": t("执行方案", "Joint plan"),
    "briefing": t("领导简报", "Briefing"),
    "daily": t("每日进度-{key}", "Daily-{key}"),
    "kickoff": t("启动会纪要-{key}", "Kick-off-{key}"),
    "plan_review": t("评审会纪要-{key}", "Plan review-{key}"),
    "conflicts": t("冲突", "Conflicts"),
    "log": t("日志", "Log"),
}
"""Tab names of generated sheets by kind; a title is not the sheet's identity, `_kind` and `_key` are."""
