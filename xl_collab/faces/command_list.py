"""Every command that can be clicked, with its words in both languages. See `commands.py`."""

from __future__ import annotations

from xl_collab.faces.command_kinds import Command, Group
from xl_collab.model.words import t

__all__ = ["COMMANDS", "GROUPS", "IMAGES"]

GROUPS: tuple[Group, ...] = (
    Group("forms", t("表单", "Forms")),
    Group("checks", t("检查", "Check")),
    Group("reports", t("报告", "Report")),
    Group("teamwork", t("协作", "Together")),
    Group("tools", t("工具", "Tools")),
)

COMMANDS: tuple[Command, ...] = (
    Command(
        "new",
        "forms",
        t("新建项目", "New project"),
        t("新建一个跟踪表工作簿", "Make a new tracker workbook"),
        t(
            "选择场景（新品上市、客诉处理、流程优化、市场活动）和保存位置，生成已填好部门、环节和任务的工作簿。",
            "Choose a scenario and where to save; departments, stages and tasks are filled in.",
        ),
        "N",
        "FileNew",
        cli="xl-collab new OUT.xlsm --scenario NAME",
    ),
    Command(
        "validate",
        "checks",
        t("校验", "Validate"),
        t("列出每处问题和改法", "Every finding with its cure"),
        t(
            "检查填写、职责、流程和结构，恢复被改坏的公式，结果写入“校验结果”，点编号跳到单元格。不改动你填的内容。",
            "Checks entries, responsibilities, process and structure, restores broken formulas and lists all "
            "on Findings with links. What you entered stays as it is.",
        ),
        "V",
        "DataValidation",
        cli="xl-collab validate FILE",
        large=True,
        home=True,
    ),
    Command(
        "variance",
        "checks",
        t("偏差", "Variance"),
        t("按真实工作日计算偏差和预警", "Variance in true working days, and alerts"),
        t(
            "计算偏差（工作日）、推算完成、前置预警和下次到期，含调休。",
            "Working-day variance that knows make-up workdays, projections, alerts and next due dates.",
        ),
        "D",
        "DateAndTimeInsert",
        cli="xl-collab variance FILE",
        home=True,
    ),
    Command(
        "risks",
        "checks",
        t("风险", "Risks"),
        t("风险清单与 5×5 热力图", "Risk list and 5×5 heat map"),
        t(
            "列出红黄任务、风险登记和备注中的风险，各有原因和分值。",
            "Red and yellow tasks, the risk register and risks in notes, each with reason and score.",
        ),
        "R",
        "ErrorChecking",
        cli="xl-collab risks FILE",
        home=True,
    ),
    Command(
        "explain",
        "checks",
        t("解释本行", "Explain row"),
        t("用文字说明所选行的偏差", "The selected row's variance in words"),
        t(
            "先在“跟踪表”选中一行：逐日说明怎样数工作日，为什么是这个颜色。",
            "Select a row on Tracker first: how its working days are counted, and why it has its colour.",
        ),
        "E",
        "Help",
        cli="xl-collab explain A B --file FILE",
    ),
    Command(
        "what_if",
        "checks",
        t("假如推迟", "What if"),
        t("某项任务推迟几天会影响谁", "Whom a slip would reach"),
        t(
            "选中任务行，输入推迟的工作日数：哪些任务后移、哪些变红、要告诉谁。不改动工作簿。",
            "Select a task and enter working days: what moves, what turns red, whom to tell. Only asks.",
        ),
        "W",
        "Calculator",
        cli="xl-collab what-if FILE T003=+3",
    ),
    Command(
        "freeze",
        "checks",
        t("冻结基线", "Freeze baseline"),
        t("把时间节点冻结为基线", "Due dates become the baseline"),
        t(
            "把时间节点写入“基线完成”并编号；已批准的进度调整生成新基线。可撤销。",
            "Writes due dates into Baseline with a number; approved schedule changes make new ones. Can be "
            "undone.",
        ),
        "F",
        "Lock",
        cli="xl-collab freeze FILE",
        confirm=t(
            "把现在的时间节点冻结为基线？以后的偏差都按它计算。",
            "Freeze the due dates as they are now? From then on variance is measured against them.",
        ),
    ),
    Command(
        "run",
        "reports",
        t("一键全部", "Do all"),
        t("校验、偏差、风险、甘特图、纪要、复盘", "Checks, variance, risks, chart, minutes, review"),
        t(
            "一次做完，最后一步才写入；中途可取消。",
            "All in one go; written in the last step, can be cancelled.",
        ),
        "A",
        "RefreshAll",
        cli="xl-collab run FILE",
        large=True,
        home=True,
    ),
    Command(
        "minutes",
        "reports",
        t("会议纪要", "Minutes"),
        t("生成《例会会议纪要》草稿", "Draft the minutes"),
        t(
            "自上次签发以来的进展、偏差、风险、决议和待办。重新生成时保留你改过的单元格。",
            "Progress since the last issued minutes, variances, risks, decisions and actions. What you "
            "changed stays.",
        ),
        "M",
        "MeetingsWorkspace",
        cli="xl-collab minutes FILE",
        large=True,
        home=True,
    ),
    Command(
        "issue",
        "reports",
        t("签发纪要", "Issue minutes"),
        t("签发纪要并记入历史", "Issue the minutes"),
        t(
            "签发后不再改动；下次纪要从这次算起。",
            "Issued minutes are not changed again; the next ones count from them.",
        ),
        "I",
        "AcceptInvitation",
        cli="xl-collab minutes FILE --issue",
        confirm=t(
            "签发会议纪要？签发后不再改动，下次纪要从这次算起。",
            "Issue the minutes? They are not changed again, and the next ones count from them.",
        ),
    ),
    Command(
        "review",
        "reports",
        t("复盘报告", "Review"),
        t("生成《跨部门协作复盘报告》", "Make the review report"),
        t(
            "目标—结果—分析—洞察，带图表；每句数据都链接到它的行。",
            "Goals, results, analysis, insights with charts; every figure links to its row.",
        ),
        "B",
        "CreateReport",
        cli="xl-collab review FILE",
        home=True,
    ),
    Command(
        "gantt",
        "reports",
        t("甘特图", "Gantt chart"),
        t("基线与实际、预计对照", "Baseline against actual and forecast"),
        t("含里程碑、关键路径和数据日期线。", "With milestones, critical path and the data date."),
        "G",
        "ChartTypeBarInsertGallery",
        cli="xl-collab gantt FILE",
    ),
    Command(
        "adjust",
        "reports",
        t("进度调整", "Adjust schedule"),
        t("为超限延误生成《进度调整方案》", "A plan for each delay over the threshold"),
        t(
            "列出原因、影响和可选办法，并在“进度调整”登记草稿行；批准后用“冻结基线”生效。",
            "Causes, knock-on and options, and a draft row in Schedule changes; once approved, freeze it.",
        ),
        "J",
        "ReviewAcceptChange",
        cli="xl-collab adjust FILE",
    ),
    Command(
        "acceptance",
        "reports",
        t("验收确认单", "Acceptance"),
        t("生成《成果验收确认单》", "Make the acceptance certificate"),
        t("交付成果、标准、结果、遗留问题和双方签字栏。", "Deliverables, criteria, results and signatures."),
        "C",
        "SignatureLineInsert",
        cli="xl-collab accept FILE",
        live=False,
    ),
    Command(
        "proposals",
        "teamwork",
        t("备注提取", "Read notes"),
        t("把备注里的条件变成里程碑、风险和待办", "Conditions in notes become milestones, risks, actions"),
        t(
            "列出备注中的确认、截止、预警和签字要求，勾选的才写入；每条都附原文。",
            "Lists confirmations, dates, warnings and sign-offs in notes; only what you tick is written.",
        ),
        "P",
        "ReviewNewComment",
        cli="xl-collab proposals FILE",
    ),
    Command(
        "packets",
        "teamwork",
        t("部门填报表", "Packets"),
        t("给每个部门做一份填报文件", "A file for each department to fill in"),
        t("无宏 .xlsx，只含该部门的任务和 30 个空行。", "Macro-free .xlsx with the department's own rows."),
        "K",
        "Copy",
        cli="xl-collab packets FILE",
        live=False,
    ),
    Command(
        "send",
        "teamwork",
        t("发送", "Send"),
        t("给各部门写信", "Write to the departments"),
        t("生成带附件的邮件草稿。", "Drafts with the files attached."),
        "S",
        "FileSendAsAttachment",
        cli="xl-collab send FILE",
        live=False,
    ),
    Command(
        "collect",
        "teamwork",
        t("收取回复", "Collect replies"),
        t("逐格合并各部门的回复", "Merge replies cell by cell"),
        t("冲突列在“冲突”表，不覆盖任何人的修改。", "Conflicts are listed; nobody's edit is overwritten."),
        "L",
        "FileOpen",
        cli="xl-collab merge FILE REPLIES",
        live=False,
    ),
    Command(
        "undo",
        "tools",
        t("撤销", "Take back"),
        t("撤销本工具的上一次操作", "Take this tool's last action back"),
        t(
            "恢复到上一次点击之前。Excel 自己的撤销（Ctrl+Z）不含程序写入的内容。",
            "Back to before the last click. Excel's own undo does not know what programs write.",
        ),
        "U",
        "Undo",
        cli="xl-collab undo FILE",
        large=True,
        home=True,
    ),
    Command(
        "calendar_import",
        "tools",
        t("导入放假通知", "Import holidays"),
        t("把国务院放假通知的文字导入节假日表", "The State Council's notice into Calendar"),
        t(
            "选择含通知全文的文本文件；放假和调休逐日列出，读不懂的句子会告诉你。",
            "Choose a text file with the notice; what cannot be read is told.",
        ),
        "H",
        "CalendarInsert",
        cli="xl-collab calendar import FILE NOTICE",
    ),
    Command(
        "doctor",
        "tools",
        t("体检", "Doctor"),
        t("检查安装、宏设置、日历和编码", "Installation, macros, calendar, encodings"),
        t("逐项列出问题和解决办法。", "Every problem with its cure."),
        "O",
        "ControlProperties",
        cli="xl-collab doctor FILE",
    ),
)

_IMAGES = """
AcceptInvitation Calculator CalendarInsert ChartTypeBarInsertGallery ControlProperties Copy CreateReport
DataValidation DateAndTimeInsert ErrorChecking FileFind FileNew FileOpen FileSendAsAttachment Help
HyperlinkInsert Lock MeetingsWorkspace RefreshAll ReviewAcceptChange ReviewNewComment
SignatureLineInsert Undo
"""
IMAGES: frozenset[str] = frozenset(_IMAGES.split())
"""Names of Office's own pictures that others' published ribbons use too; a misspelt one shows nothing."""
