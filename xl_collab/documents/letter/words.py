"""What letters say around the rows that they show."""

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.schema.words import Text, t

SUBJECT: Mapping[str, Text] = {
    "request": t(
        "{project}：请{department}于 {day} 前反馈", "{project}: {department}, please report by {day}"
    ),
    "reminder": t(
        "【提醒】{project}：{department}有 {count} 项待处理",
        "Reminder, {project}: {count} open points of {department}",
    ),
    "minutes": t("{project}：例会会议纪要（{as_of}）", "{project}: minutes of {as_of}"),
    "report": t("{project}：跨部门协作复盘报告（{as_of}）", "{project}: review report of {as_of}"),
}
NO_PROJECT = t("协作项目", "Joint project")
GREETING = t("{name}：您好！", "Dear {name},")
GREETING_ALL = t("各位同事：大家好！", "Dear colleagues,")
INTRO: Mapping[str, Text] = {
    "request": t(
        "附件是贵部门在本项目中的任务（数据日期 {as_of}）。请在附件“我的任务”的浅黄色格填写进展，"
        "于 {day} 前回复本邮件并附上该文件。",
        "Attached are your department's tasks (as of {as_of}). Please fill the yellow cells of “My tasks” "
        "and reply to this mail with the file by {day}.",
    ),
    "request_whole": t(
        "附件是本项目的协作工作簿（数据日期 {as_of}）。请在“跟踪表”中填写贵部门各行的进展，"
        "于 {day} 前回复本邮件并附上该文件。",
        "Attached is the project's workbook (as of {as_of}). Please fill your rows of the tracker "
        "and reply to this mail with the file by {day}.",
    ),
    "request_bare": t(
        "下面是贵部门在本项目中的任务（数据日期 {as_of}）。请于 {day} 前回复进展。",
        "Below are your department's tasks (as of {as_of}). Please reply by {day}.",
    ),
    "reminder": t(
        "截至 {as_of}，下列事项等待贵部门处理，请于 {day} 前反馈。",
        "As of {as_of} the following wait for your department. Please answer by {day}.",
    ),
    "minutes": t(
        "附件是《例会会议纪要》（{as_of}）。未完成任务的现状如下，请各部门按附件中的待办落实。",
        "Attached are the minutes of {as_of}. Open tasks stand as follows; please see to your actions.",
    ),
    "report": t(
        "附件是《跨部门协作复盘报告》（{as_of}）。请查阅，如有补充请回复。",
        "Attached is the review report of {as_of}. Please read it and reply with additions.",
    ),
}
TASKS = t("任务", "Tasks")
MORE = t("另有 {count} 行未列出，见附件。", "{count} more rows are not shown here.")
NO_TASKS = t("没有未完成的任务。", "No open tasks.")
OVERDUE = t("逾期 {days} 个工作日", "overdue by {days:workday|workdays}")
CODE = t(
    "回执码 {token}（回复时请保留主题或附件中的此码）",
    "Reply code {token}: keep it in the subject or the file",
)
CLOSING = t("谢谢！", "Thank you.")
EVENT: Mapping[str, Text] = {
    "summary": t("{id} {what} 到期", "{id} due: {what}"),
    "about": t("{project}，{department}", "{project}, {department}"),
}
FILES: Mapping[str, Text] = {
    "packet": t("{project}-{department}-任务填报", "{project}-{department}-tasks"),
    "whole": t("{project}-{department}-协作工作簿", "{project}-{department}-workbook"),
    "calendar": t("{department}-截止日期", "{department}-deadlines"),
    "minutes": t("{project}-会议纪要-{day}", "{project}-minutes-{day}"),
    "report": t("{project}-复盘报告-{day}", "{project}-review-{day}"),
}
"""Names of attachments, without their endings."""
