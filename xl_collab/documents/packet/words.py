"""What packets and the letters around them say: tabs, instructions, what is owed, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.schema.words import Text, t

TASKS, OTHERS, NOTES, OPEN_ITEMS = (
    t("我的任务", "My tasks"),
    t("其他部门", "Other departments"),
    t("说明", "Read me"),
    t("待办与风险", "Actions and risks"),
)
"""Tabs of a packet."""

TITLE = t("任务填报说明", "Please report on your tasks")
WHOLE_TITLE = t("协作工作簿填报说明", "Please report in this workbook")

TASKS_HINT = t(
    "白底格由贵部门填写，灰底格只供查看。新任务写在下方空行，编号留空。请勿改动编号、增删列。",
    "Fill the white cells; grey ones are for reading. New tasks: empty rows below, ID left blank.",
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

HOW = t("怎么填", "How to fill it in")
STEPS: tuple[Text, ...] = (
    t(
        "在“我的任务”中填写白底格：状态、完成率、预计完成或实际完成、部门反馈；按期且没有变化的，部门反馈选“无变化”。",
        "On “My tasks” fill the white cells: status, % done, expected or actual finish, feedback. "
        "On time and nothing new: choose “No change”.",
    ),
    t(
        "需要别的部门帮忙时，部门反馈选“需协助”。贵部门配合的行，只有“配合反馈”是白底：写明能否配合、何时、缺什么；"
        "只写本部门的话，不会覆盖其他部门。",
        "If you need others, choose “Help needed”. On rows that you support only “Support feedback” is "
        "white: say whether you can help, when, and what is missing. Nobody's words are overwritten.",
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
    *STEPS[2:],
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
NO_ACTIONS = t("没有未完成的待办。", "No open actions.")
NO_RISKS = t("没有需要应对的风险。", "No risks.")
NO_CONFIRMATIONS = t("没有待落实的事项。", "Nothing is waiting.")
TODO_HINT = t(
    "只供查看。进展请写在“我的任务”的反馈列，或在回复邮件中说明。",
    "For reading. Report progress in the feedback columns of “My tasks”, or in your mail.",
)
