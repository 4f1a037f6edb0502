"""The declaration of the label/value sheets: 需求申请 and 设置, part of `sheets.py`."""

from __future__ import annotations

from xl_collab.schema.declaration import Field, FormSheet, Kind
from xl_collab.schema.words import CONCLUSION, FEASIBILITY, LANGUAGE, MOVE_RULE, URGENCY, t

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
                Field(
                    "department",
                    t("需求发起部门", "Requested by"),
                    Kind.PARTY,
                    required=True,
                    aliases=("Initiating department",),
                ),
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
                Field(
                    "initiator",
                    t("需求发起部门", "Requested by"),
                    Kind.PARTY,
                    aliases=("Initiating department",),
                ),
                Field("superior", t("上级领导", "Superior")),
                Field(
                    "superior_email",
                    t("上级领导邮箱", "Superior's e-mail"),
                    Kind.EMAIL,
                    help=t("审批信发到这里", "Letters for approval go here"),
                    optional=True,
                ),
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
