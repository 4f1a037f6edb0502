"""What packets and the letters around them say: tabs, instructions, what is owed, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.documents.open_items import OwnTask
from xl_collab.schema.words import Lang, Text, t

CARDS, TASKS, ACTION_ROWS, DAYS, OTHERS, REMINDERS, NOTES = (
    t("待填", "To do"),
    t("我的任务", "My tasks"),
    t("我的待办", "My actions"),
    t("每日同步", "Daily sync"),
    t("其他部门", "Other departments"),
    t("风险与提醒", "Risks and reminders"),
    t("说明", "Read me"),
)
"""Tabs of a packet, in their order."""

OPEN_ITEMS = t("待办与风险", "Actions and risks")
"""A tab that packets of earlier versions had; nothing in it was data."""

TITLE = t("任务填报说明", "Please report on your tasks")
WHOLE_TITLE = t("协作工作簿填报说明", "Please report in this workbook")

TASKS_HINT = t(
    "只填浅黄色格，其余只供查看。新任务写在下方空行，编号留空。请勿改动编号、增删列。",
    "Fill the pale yellow cells only. New tasks: empty rows below, ID left blank.",
)
TASKS_HINT_FOLDED = t(
    TASKS_HINT.zh + "已完成的行收在后面：点“状态”标题上的筛选按钮，勾选全部即可看到。",
    TASKS_HINT.en + " Finished rows are hidden: choose all in the filter of Status.",
)
EARLIER_TASKS_HINT = t(
    "白底格由贵部门填写，灰底格只供查看。新任务写在下方空行，编号留空。请勿改动编号、增删列。",
    "Fill the white cells; grey ones are for reading. New tasks: empty rows below, ID left blank.",
)
"""Of packets of earlier versions, which come back: no words of the department."""
ACTION_ROWS_HINT = t(
    "只填浅黄色格：做完的选“已完成”并填完成日期；做不完的在备注里写原因和新日期。",
    "Fill the pale yellow cells: Done and its date; if it cannot be done, the reason and a new date.",
)
DAYS_HINT = t(
    "一行一条，部门自动带上；不写日期的按回复当天。遇到问题当天写明。",
    "A row an entry; your department is added. Without a date: the day of your reply.",
)
OTHERS_HINT = t("只供查看，不能填写。", "For reading only.")
OTHERS_MORE = t("另有 {count} 行未列出，见主表。", "{count} more rows are in the master workbook.")
AS_OF = t("数据日期", "As of")
TOKEN_LINE = t("回执码 {token}（请勿删改）", "Reply code {token} (please keep)")

LABELS: Mapping[str, Text] = {
    "project": t("项目", "Project"),
    "department": t("部门", "Department"),
    "reply_by": t("反馈截止", "Reply by"),
    "data_date": t("数据日期", "Data date"),
    "issue": t("发送次数", "Sending"),
    "token": t("回执码", "Reply code"),
}
ISSUE_NO = t("第 {number} 次", "No. {number}")

WAITING_FOR_YOU = t("待您填写 {count} 项，请在 {date} 前回复", "{count:item|items} to fill in, by {date}")
NOTHING_WAITS = t(
    "目前没有必填的内容；有变化时请在 {date} 前更新", "Nothing is due now; report changes by {date}"
)
CARD_HINT = t(
    "点蓝字跳到要填的行，只填浅黄色格；保存后回复原邮件，附上本文件。",
    "Blue words lead to the row; fill pale yellow cells only. Save, and reply to the mail with this file.",
)
FILL_IN = t("请填：{what}", "Fill in: {what}")
CELLS: Mapping[str, Text] = {
    "overdue": t("预计完成（或实际完成）、部门反馈", "expected or actual finish, feedback"),
    "promise": t("新的预计完成、部门反馈", "a new expected finish, feedback"),
    "due": t("预计完成（按期可不填）、部门反馈", "a new date if it is late, feedback"),
    "feedback": t("状态、完成率、部门反馈", "status, % done, feedback"),
    "answer": t("配合反馈（牵头部门需协助）", "support feedback (lead needs help)"),
}
ACTION_CELLS = t("状态、完成日期；未完成的写备注", "status, date done; else a remark")
DUE = t("时间节点 {date}", "due {date}")
ACTION_DUE = t("期限 {date}", "due {date}")
OVERDUE = t("已逾期 {days} 个工作日", "{days:workday|workdays} overdue")
NO_DATE = t("没有期限", "no date")
JOINED = t("{one} · {other}", "{one} · {other}")
LATE = t("延期 {days} 个工作日", "{days:workday|workdays} late")
EARLY = t("提前 {days} 个工作日", "{days:workday|workdays} early")
MOVED = t("{row}后移 {days} 个工作日", "{row} by {days:workday|workdays}")
MOVES = t("影响 {count} 项：{rows}", "Moves {count:row|rows}: {rows}")
WAITS = t("在等：{rows}", "Waits for {rows}")
WAITS_SINCE = t(
    "{row}，原定 {date}，已等 {days} 个工作日", "{row}, planned {date}, {days:workday|workdays} ago"
)
WAITS_UNTIL = t("{row}，计划 {date} 完成", "{row}, planned for {date}")
WAITS_PLAIN = t("{row}", "{row}")
REST = t("其余在办 {count} 项，有变化时更新", "{count} more under way; update what changed")
FINISHED = t("已完成 {count} 项，收在“我的任务”末尾：{rows}", "Finished, at the end of My tasks: {rows}")
DECISIONS = t("上次发送以来的决定", "Decided since the last packet")
LAST_DECISIONS = t("最近一次例会的决定", "Decisions of the last meeting")
DECIDED = t("{number} {text}", "{number} {text}")
DECIDED_MORE = t("另有 {count} 条，见会议纪要。", "{count} more are in the minutes.")
APPROVED = t("{number} 已批准：{rows} {moved}", "{number} approved: {rows} {moved}")
APPROVED_FROM = t("由 {old} 改为 {new}", "from {old} to {new}")
APPROVED_TO = t("改为 {new}", "to {new}")
MORE_TO_FILL = t("还可以填", "You may also fill in")
TO_ACTIONS = t("我的待办：{count} 条未完成", "My actions: {count} open")
TO_DAYS = t("每日同步：今日进展、问题、需协调资源", "Daily sync: progress, problems, help needed")
TO_NEW = t("新任务：写在“我的任务”下方空行", "New tasks: the empty rows of My tasks")
TO_NOTES = t("填报说明", "How to fill it in")

HOW = t("怎么填", "How to fill it in")
STEPS: tuple[Text, ...] = (
    t(
        "在“我的任务”中填写浅黄色格：状态、完成率、预计完成或实际完成、部门反馈；按期且没有变化的，部门反馈选“无变化”。"
        "三个词说不清的，写在“情况说明”里。",
        "On “My tasks” fill the pale yellow cells: status, % done, expected or actual finish, feedback. "
        "On time and nothing new: choose “No change”. What three words cannot say goes into “Situation”.",
    ),
    t(
        "“我的待办”填状态、完成日期、备注；“每日同步”一行一条。两张表都可以不填。",
        "“My actions”: status, date done, remarks. “Daily sync”: a row an entry. Both may stay empty.",
    ),
    t(
        "需要别的部门帮忙时，部门反馈选“需协助”。贵部门配合的行，只有“配合反馈”是浅黄色：写明能否配合、何时、缺什么；"
        "只写本部门的话，不会覆盖其他部门。",
        "If you need others, choose “Help needed”. On rows that you support only “Support feedback” is "
        "yellow: say whether you can help, when, and what is missing. Nobody's words are overwritten.",
    ),
    t(
        "预警与偏差自动计算，打开文件即可看到；日期请填真正的日期（如 2024-01-31）。",
        "Alert and variance are computed as you type. Enter real dates such as 2024-01-31.",
    ),
    t(
        "保存为 .xlsx，直接回复原邮件并附上本文件即可；文件名可改，回执码请勿删除。",
        "Save as .xlsx and reply to the mail with this file attached. You may rename it; keep the code.",
    ),
    t(
        "发现填错，改好后再回复一次，以最后修改的一份为准。",
        "Made a mistake? Correct it and reply again: the file changed last counts.",
    ),
)
WHOLE_STEPS: tuple[Text, ...] = (
    t(
        "只填贵部门为责任部门或配合部门的行；其他部门的行不会被合并。",
        "Fill only rows that your department leads or supports; changes to other rows are not taken.",
    ),
    t(
        "需要别的部门帮忙时，部门反馈选“需协助”。配合别人的行，在“配合反馈”格中另起一行写【部门】和要说的话，"
        "不要改动其他部门的行。",
        "If you need others, choose “Help needed”. On rows that you support add a line to “Support "
        "feedback” that begins with [your department], and leave the others' lines alone.",
    ),
    *STEPS[3:],
)

WANTED = t("请在 {date} 前处理", "Needed by {date}")
NOTHING = t(
    "目前没有到期或逾期的事项；有变化时请更新。", "Nothing is due or overdue now; report what changed."
)
COLUMNS: Mapping[str, Text] = {
    "id": t("编号", "ID"),
    "what": t("事项", "What"),
    "due": t("时间", "Due"),
    "alert": t("预警", "Alert"),
    "owed": t("需贵部门反馈", "What we need"),
    "status": t("状态", "Status"),
    "level": t("等级", "Level"),
    "countermeasure": t("应对措施", "Countermeasure"),
    "source": t("来源", "Source"),
    "quote": t("备注原文", "In the notes"),
    "owner": t("责任部门/人", "Owner"),
    "role": t("角色", "Role"),
    "variance": t("偏差(工作日)", "Variance (workdays)"),
    "reason": t("说明", "Reason"),
}
WHY: Mapping[str, Text] = {
    "overdue": t(
        "已过时间节点：请填实际完成或新的预计完成", "Past its date: enter the actual or a new expected finish"
    ),
    "due": t("即将到期：请确认能否按期", "Due soon: confirm the date"),
    "promise": t("预计完成已过，请给新的日期", "The expected finish has passed: give a new one"),
    "feedback": t("请填部门反馈", "Feedback is missing"),
    "answer": t("牵头部门需要协助：请写配合反馈", "The lead asks for help: write your support feedback"),
    "action": t("待办已逾期 {days} 个工作日", "Action overdue by {days:workday|workdays}"),
    "action_due": t("待办到期：请填完成情况", "Action falls due: report on it"),
}
ROLE = {"lead": t("牵头", "Lead"), "support": t("配合", "Support")}

ACTIONS = t("未完成的待办", "Open actions")
RISKS = t("负责应对的风险", "Risks to respond to")
CONFIRMATIONS = t("备注中要求落实的事项", "Asked for in the notes")
NO_RISKS = t("没有需要应对的风险。", "No risks.")
NO_CONFIRMATIONS = t("没有待落实的事项。", "Nothing is waiting.")
REMINDERS_HINT = t(
    "只供查看。进展请写在“我的任务”的情况说明，或在回复邮件中说明。",
    "For reading. Report progress under “Situation” on “My tasks”, or in your mail.",
)


def wanted_words(task: OwnTask, lang: Lang) -> str:
    """What is owed on a row, in words; '' for nothing."""
    return ("；" if lang == "zh" else "; ").join(WHY[why].of(lang) for why in task.owed)
