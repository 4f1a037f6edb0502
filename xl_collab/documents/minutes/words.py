"""Every word of 《例会会议纪要》 in both languages: its sentences and its headings."""

from __future__ import annotations

from xl_collab.schema.words import t

TITLE = t("例会会议纪要", "Minutes of the project meeting")
NUMBER = t("第{number}期 · {date}", "No. {number} · {date}")
DRAFT = t("草稿", "Draft")

# The answer first
SUMMARY_PROGRESS = t(
    "{rows} 项任务中已完成 {done} 项；{since}新完成 {newly} 项，另有变化 {other} 项{cancelled}。",
    "{done} of {rows:task|tasks} done; {since}, {newly} newly done, {other} otherwise changed{cancelled}.",
)
SUMMARY_CANCELLED = t("；取消 {n} 项", "; {n} cancelled")
NOTHING_ELSE = t("", "")
SUMMARY_STATE = t(
    "红 {red} 项、黄 {yellow} 项；新增风险 {risks} 项，待办未完成 {open} 项（逾期 {overdue} 项）。",
    "{red} red and {yellow} yellow; {risks:new risk|new risks}, {open:open action|open actions} "
    "({overdue} overdue).",
)
SUMMARY_EMPTY = t(
    "跟踪表还没有任务，本纪要只有表头和例会安排。",
    "The tracker has no tasks yet; these minutes show only who meets when.",
)

# Answers to the minutes before
ANSWERS = t(
    "{date} 例会纪要（异议期限 {until}）的答复：{said}。",
    "Answers to the minutes of {date} (due {until}): {said}.",
)
NO_ANSWERS = t("没有部门答复", "none")
ANSWER_OF = t("{department} {said}", "{department} {said}")
AWAITED = t("尚未答复：{names}。", "No answer yet: {names}.")
SILENT = t("期限已过，未答复视为确认：{names}。", "The day has passed, silence counts as confirmed: {names}.")

SINCE_MINUTES = t("自上次纪要（{date}）以来", "since the last minutes ({date})")
SINCE_START = t("自项目开始以来", "since the start")

# What changed in a row
NEW_ROW = t("新增任务", "New task")
NOW = t("现为{status}", "Now: {status}")
STATUS = t("状态 {old}→{new}", "Status {old} → {new}")
PERCENT = t("完成率 {old}→{new}", "% done {old} → {new}")
PERCENT_NOW = t("完成率 {new}", "{new} done")
BASE = t("时间节点 {old}→{new}", "Due {old} → {new}")
FORECAST = t("预计完成 {old}→{new}", "Expected finish {old} → {new}")
FORECAST_NOW = t("预计 {new} 完成", "Expected to finish on {new}")
RAG = t("预警 {old}→{new}", "Alert {old} → {new}")
EMPTY = t("空", "none")
SUPPORTED = t("配合反馈有更新", "supporters wrote something new")
ROW_CHANGE = t("{id} {change}", "{id}: {change}")
MOVED_MORE = t("等 {n} 项有变化", "{n} changed in all")
NO_NEWS = t("无变化", "No change")
SUPPORTERS = t("配合部门", "Supporters")
ANSWERED = t("{department}：{text}", "{department}: {text}")
UNANSWERED = t("未回应：{names}", "No answer yet: {names}")
NO_TASKS = t("{department}：没有牵头的任务。", "No task is led by {department}.")
GONE = t("{since}从跟踪表移除：{names}。", "Removed from the tracker {since}: {names}.")
NO_LEAD = t("未指明部门", "No department named")

# Variances
CAUSE = t("原因：{cause}", "cause: {cause}")
PROBLEM = t("所报问题：{cause}", "problem reported: {cause}")
CALENDAR = t(
    "只数周一至周五是 {weekdays}，节假日与调休已计入",
    "holidays and make-up days are counted in (Monday to Friday alone would give {weekdays})",
)
HOW_LATE = t("原因未登记（{how}）", "no cause on record ({how})")
AFFECTED = t("影响：{departments}", "Affects: {departments}")
AFFECTED_IN = t("{department} {rows}", "{department} {rows}")
AFFECTED_ROW = t("{id} {days}", "{id} {days}")
WAITING = t(
    "预警为黄、尚未晚于计划 {n} 项：{names}。",
    "{n:row is|rows are} yellow and not late yet: {names}.",
)
WAITING_ROW = t("{id}（{department}，{date}）", "{id} ({department}, {date})")
DONE_LATE = t("本期延期完成 {n} 项：{names}。", "{n:task|tasks} finished late {since}: {names}.")

# Risks
RISK_NEW = t("新增", "New")
RISK_CHANGED = t("变化", "Changed")
RISK_CLOSED = t("关闭", "Closed")
RISK_OPEN = t("持续", "Open")
SCORE = t("分值 {old}→{new}", "Score {old} → {new}")
RISK_STATUS = t("{old}→{new}", "{old} → {new}")
NO_MEASURE = t("未登记应对措施", "No countermeasure on record")

# Headings
HEAD = {
    "meeting": t("会议信息", "Meeting"),
    "decisions": t("一、决议", "1 Decisions"),
    "actions": t("二、待办事项", "2 Action items"),
    "variance": t(
        "三、异常任务（按源头归并，偏差单位：工作日）",
        "3 Late tasks, by where it began (variance in workdays)",
    ),
    "risks": t("四、风险与应对措施", "4 Risks and countermeasures"),
    "resources": t("五、需协调事项", "5 Matters to coordinate"),
    "progress": t("六、进展统计", "6 Progress in figures"),
    "signatures": t("签字确认", "Signatures"),
}
FORMER = {
    "decisions": "五、决议",
    "actions": "六、待办事项",
    "risks": "三、风险",
    "resources": "四、需协调的资源与问题",
}
"""What sections were called in drafts of earlier versions: what people typed into them is found by it."""
FIELD = {
    "project": t("项目", "Project"),
    "date": t("会议日期", "Meeting date"),
    "as_of": t("数据截至", "Data as of"),
    "time": t("时间", "Time"),
    "place": t("地点", "Place"),
    "chair": t("主持人", "Chair"),
    "recorder": t("记录人", "Recorder"),
    "present": t("出席", "Present"),
    "absent": t("缺席", "Absent"),
    "unknown": t("出席待确认", "Attendance to confirm"),
    "topics": t("议题", "Topics"),
    "next": t("下次例会", "Next meeting"),
    "copies": t("报送", "Distribution"),
}
PERSON = t("{department}（{person}）", "{department} ({person})")
COLUMN = {
    "id": t("编号", "ID"),
    "rank": t("序号", "No."),
    "department": t("责任部门", "Dept."),
    "owner": t("责任部门/人", "Owner"),
    "lead": t("部门", "Dept."),
    "task": t("任务", "Task"),
    "base": t("计划完成", "Planned"),
    "rag": t("预警", "Alert"),
    "compared": t("预计/实际", "Compared"),
    "workdays": t("偏差", "Var."),
    "basis": t("依据", "By"),
    "risk": t("风险", "Risk"),
    "due": t("完成时限", "Due"),
    "respond": t("应对时限", "Respond by"),
    "measure": t("应对措施", "Countermeasure"),
    "source": t("来源", "Source"),
    "raised_by": t("提出部门", "Raised by"),
    "matter": t("事项", "Matter"),
    "kind": t("类别", "Kind"),
    "tasks": t("任务", "Task"),
    "agreed": t("协调结果（填写）", "Agreed"),
    "change_kind": t("等级/变化", "Level"),
    "number": t("决议号", "No."),
    "decision": t("决议内容", "Decision"),
    "action": t("待办事项", "Action"),
    "age": t("已挂起天数", "Days open"),
    "overdue": t("逾期工作日", "Days late"),
    "remark": t("备注", "Remarks"),
    "done": t("完成/任务", "Done/tasks"),
    "newly": t("本期完成", "Newly done"),
    "moved": t("其他变化", "Other changes"),
    "alerts": t("红/黄", "Red/ yellow"),
}
RESOURCE = {
    "problem": t("问题", "Problem"),
    "help": t("需协调", "Help"),
    "meeting": t("需协调", "Help"),
    "feedback": t("需协助", "Support"),
}
KIND = {
    "actual": t("实际", "actual"),
    "forecast": t("预计", "expected"),
    "projected": t("推算", "projected"),
    "today": t("至今", "so far"),
}
FROM_MEETING = t("例会", "Meeting")
SYNC_ROW = t("同步{row}", "Sync{row}")
NEW_ACTION = t("新增", "New")
CARRIED = t("结转", "Carried")
CLOSED_ACTIONS = t("{since}办结待办：{names}。", "Actions closed {since}: {names}.")
NOTHING = {
    "progress": t("没有任务。", "No tasks."),
    "variance": t("没有晚于计划的任务。", "No task is late."),
    "risks": t("本期没有新增或变化的风险。", "No risk is new or changed."),
    "resources": t("本期没有提出需协调的资源或问题。", "Nothing to coordinate was raised."),
    "decisions": t("例会记录中没有本期决议。", "No decision on record for the period."),
    "actions": t("没有未完成的待办。", "No open action."),
}
TRACKED = t("持续跟踪的风险 {n} 项：{names}。", "{n:other risk is|other risks are} still open: {names}.")
NOBODY = t("无", "None")
MORE = t("另有 {n} 项未列出，见工作表“{sheet}”。", "Not listed here: {n:row|rows}; see the sheet {sheet}.")
NEXT = t("{when}，地点 {place}。", "{when}, place: {place}.")
MOVED = t(
    "按例会时间应为 {nominal}，该日休息，改为 {when}。",
    "By the rule it would be {nominal}, a day off; it moves to {when}.",
)
ESTIMATED = t(
    "该年节假日尚未公布，日期为推定。", "That year's holidays are not published yet; the date is estimated."
)
NO_RULE = t(
    "设置里的例会时间读不出下一次，请填写日期与时间。",
    "The meeting time in Settings names no next meeting: fill in date and time.",
)
NO_RECORD = t(
    "例会记录里没有 {date} 的会议，时间、出席与决议请补填。",
    "Meetings has no row for {date}: fill in time, attendance and decisions.",
)
COPY = {
    "superior": t("报：{names}", "To: {names}"),
    "participant": t("送：各参与部门（{names}）", "copies: departments taking part ({names})"),
    "listed": t("抄送：{names}", "also: {names}"),
}
"""Whom it goes to, as companies write it at the foot: superiors, departments beside them, others."""
NO_COPIES = t("没有登记报送对象。", "Nobody is named to get a copy.")
SIGN = t("{name}：", "{name}:")
