"""THE declaration: every sheet of the workbook in tab order.

The tracker stands here; the registers and forms are in `registers.py` and `forms.py`. Adding a
column is one line here: template, validation, packets, merge types and reference pages follow.
"""

from __future__ import annotations

from xl_collab.schema.declaration import Column, Declaration, Kind, PageSheet, TableSheet
from xl_collab.schema.forms import REQUEST, SETTINGS
from xl_collab.schema.registers import (
    ACCEPTANCE_SHEET,
    ACTIONS,
    ADJUSTMENTS,
    CALENDAR,
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
from xl_collab.schema.words import FEEDBACK, RAG, STAGE, STATUS, t

HOME = PageSheet("home", t("首页", "Home"))

SNIPPETS = {
    # The date that the row is measured against: the frozen baseline, else a real date deadline.
    "base": 'IF(ISNUMBER([baseline]),INT([baseline]),IF(ISNUMBER([deadline]),INT([deadline]),""))',
    "forecast": 'IF([forecast]<>"",[forecast],[projected])',
    # A date typed as text is a finding and blocks the row's figures: never a guess.
    "text_date": "OR(ISTEXT([actual]),ISTEXT([forecast]),ISTEXT([baseline]))",
    "stopped": "OR([status]=<status.cancelled>,[status]=<status.paused>)",
    "finished": 'OR([status]=<status.done>,[actual]<>"")',
    "left": (
        "IF(as_of>={base},0,NETWORKDAYS(as_of+1,{base},days_off)"
        '+COUNTIFS(makeup_days,">"&as_of,makeup_days,"<="&{base}))'
    ),
    "lead": "IF(ISNUMBER([lead_days]),[lead_days],lead_time)",
    "guess": (
        'IF([compared]="","",IF(OR(YEAR(MIN({base},[compared]))<calendar_first,'
        'YEAR(MAX({base},[compared]))>calendar_last),<text.estimated>,""))'
    ),
}
"""Named pieces that formulas share; written in place where a formula says `{name}`."""

_COMPARED = (
    '=IF(OR({stopped},{text_date},{base}=""),"",IF([actual]<>"",INT([actual]),'
    'IF([status]=<status.done>,"",IF(AND({forecast}<>"",{forecast}>=as_of),INT({forecast}),'
    'IF(as_of>{base},as_of,"")))))'
)
_VARIANCE = (
    '=IF([compared]="","",IF([compared]={base},0,IF([compared]>{base},'
    'NETWORKDAYS({base}+1,[compared],days_off)+COUNTIFS(makeup_days,">"&{base},makeup_days,"<="&[compared]),'
    "-NETWORKDAYS([compared]+1,{base},days_off)"
    '-COUNTIFS(makeup_days,">"&[compared],makeup_days,"<="&{base}))))'
)
_RAG = (
    '=IF(OR({stopped},{text_date}),"",IF({finished},<rag.blue>,IF({base}="",IF([next_due]="","",'
    "IF(N([missed])>delay_threshold,<rag.red>,IF(N([missed])>0,<rag.yellow>,<rag.green>))),"
    "IF(N([variance])>delay_threshold,<rag.red>,"
    'IF(OR(N([variance])>=1,{left}<={lead},[predecessor_alert]<>""),<rag.yellow>,<rag.green>)))))'
)
_REASON = (
    "=IF({text_date},<text.text_date>,IF([status]=<status.cancelled>,<text.cancelled>,"
    "IF([status]=<status.paused>,<text.paused>,IF({finished},"
    'IF([variance]="",<text.done>,IF([variance]>0,<text.done_late>&{n:[variance]:days},'
    "IF([variance]<0,<text.done_early>&{n:-[variance]:days},<text.done_on_time>)))&{guess},"
    'IF({base}="",IF([next_due]="","",IF(N([missed])>0,<text.missed>&{n:[missed]:periods},<text.no_gap>)),'
    "IF(N([variance])>=1,IF({forecast_used},<text.expected_late>,<text.late_today>)&{n:[variance]:days}"
    "&IF([variance]>delay_threshold,<text.over>&{n:delay_threshold:days_close},<text.within>)&{guess},"
    'IF([predecessor_alert]<>"",<text.predecessor>&[predecessor_alert]&<text.is_red>,'
    "<text.left>&{n:{left}:days})))))))"
)
# A forecast that the data date has passed no longer says anything: the row is late as of today.
SNIPPETS["forecast_used"] = 'AND({forecast}<>"",{forecast}>=as_of)'

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
            formula=_COMPARED,
        ),
        Column(
            "variance",
            t("偏差(工作日)", "Variance (workdays)"),
            Kind.WORKDAYS,
            9,
            computed="formula",
            editor="tool",
            formula=_VARIANCE,
        ),
        Column(
            "rag",
            t("预警", "Alert"),
            Kind.CHOICE,
            7,
            choices=RAG,
            computed="formula",
            editor="tool",
            formula=_RAG,
        ),
        Column(
            "reason", t("说明", "Reason"), Kind.TEXT, 30, computed="formula", editor="tool", formula=_REASON
        ),
        Column("next_due", t("下次到期", "Next due"), Kind.DATETIME, 16, computed="tool", editor="tool"),
        Column("computed_at", t("计算于", "Computed as of"), Kind.DATE, 12, computed="tool", editor="tool"),
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
    "conflicts": t("冲突", "Conflicts"),
    "log": t("日志", "Log"),
}
"""Tab names of generated sheets by kind; a title is not the sheet's identity, `_kind` and `_key` are."""
