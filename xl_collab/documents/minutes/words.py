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
SUMMARY_VARIANCE = t(
    "红 {red} 项、黄 {yellow} 项；{worst}。",
    "{red} red and {yellow} yellow; {worst}.",
)
SUMMARY_WORST = t(
    "最晚的是 {id}“{task}”（{department}），{late}；{cause}",
    "the latest is {id} “{task}” ({department}), {late}; {cause}",
)
NOTHING_ELSE = t("", "")
LATE = {
    "forecast": t("预计晚 {days} 个工作日", "expected {days:workday|workdays} late"),
    "projected": t("推算晚 {days} 个工作日", "projected {days:workday|workdays} late"),
    "today": t("至今已晚 {days} 个工作日", "{days:workday|workdays} late so far"),
}
SUMMARY_DUE = t("接下来：{items}。", "Next: {items}.")
SUMMARY_OVERDUE_ITEM = t(
    "{owner}“{action}”已逾期 {days} 个工作日", "{owner}: “{action}”, {days:workday|workdays} overdue"
)
SUMMARY_DUE_ITEM = t("{owner}在 {due} 前完成“{action}”", "{owner}: “{action}” by {due}")
SUMMARY_UNDATED_ITEM = t("{owner}“{action}”（期限未定）", "{owner}: “{action}” (no date yet)")
NO_OWNER = t("（无负责人）", "(nobody named)")
SUMMARY_NONE = t("未完成的任务没有晚于基线的", "no unfinished task is later than its baseline")
SUMMARY_TODO = t(
    "新增风险 {risks} 项，待办未完成 {open} 项（逾期 {overdue} 项）{next}。",
    "{risks:new risk|new risks}, {open:open action|open actions} ({overdue} overdue){next}.",
)
SUMMARY_NEXT = t("；下次例会 {when}", "; next meeting {when}")
SUMMARY_EMPTY = t(
    "跟踪表还没有任务，本纪要只有表头和例会安排。",
    "The tracker has no tasks yet; these minutes show only who meets when.",
)

SINCE_MINUTES = t("自上次纪要（{date}）以来", "since the last minutes ({date})")
SINCE_START = t("自项目开始以来", "since the start of the project")
BASIS_MINUTES = t(
    "进展与上次签发的纪要（第{number}期，{date}）时的状态对比。",
    "Progress is measured against the last issued minutes (no. {number}, {date}).",
)
BASIS_START = t(
    "此前没有签发过纪要，进展从项目开始算起。",
    "No minutes have been issued before; progress is counted from the start of the project.",
)

# What changed in a row
NEW_ROW = t("新增任务", "New task")
NOW = t("现为{status}", "Now: {status}")
DONE_ON = t("已完成（{date}）", "Done on {date}")
DONE = t("已完成", "Done")
STATUS = t("状态 {old}→{new}", "Status {old} → {new}")
PERCENT = t("完成率 {old}→{new}", "% done {old} → {new}")
PERCENT_NOW = t("完成率 {new}", "{new} done")
BASE = t("时间节点 {old}→{new}", "Due {old} → {new}")
FORECAST = t("预计完成 {old}→{new}", "Expected finish {old} → {new}")
FORECAST_NOW = t("预计 {new} 完成", "Expected to finish on {new}")
RAG = t("预警 {old}→{new}", "Alert {old} → {new}")
EMPTY = t("空", "none")
SUPPORT = t("{department}配合反馈：{text}", "{department} on its support: {text}")
SUPPORTERS = t("配合部门", "Supporters")
ANSWERED = t("{department}：{text}", "{department}: {text}")
UNANSWERED = t("未回应：{names}", "No answer yet: {names}")
SYNC = t("{department} {date} 同步：{text}", "{department} on {date}: {text}")
NO_CHANGE = t(
    "{department}：{since}没有变化（{total} 项，已完成 {done} 项）。",
    "{department}: no change {since} ({total:task|tasks}, {done} done).",
)
NO_TASKS = t("{department}：没有牵头的任务。", "No task is led by {department}.")
GONE = t("{since}从跟踪表移除：{names}。", "Removed from the tracker {since}: {names}.")
NO_LEAD = t("未指明部门", "No department named")

# Variances
CAUSE = t("原因：{cause}", "cause: {cause}")
PROBLEM = t("所报问题：{cause}", "problem reported: {cause}")
REACHES = t("影响：{ids}", "pushes {ids}")
PUSHED = t("{id} 推后 {days} 个工作日", "{id} by {days:workday|workdays}")
CALENDAR = t(
    "只数周一至周五是 {weekdays}，节假日与调休已计入",
    "holidays and make-up days are counted in (Monday to Friday alone would give {weekdays})",
)
NO_CAUSE = t("原因未登记", "no cause on record")

# Risks
RISK_NEW = t("新增", "New")
RISK_CHANGED = t("变化", "Changed")
RISK_CLOSED = t("关闭", "Closed")
RISK_OPEN = t("持续", "Open")
TURNED = t("任务预警{old}→{new}：{reason}", "Task alert {old} → {new}: {reason}")
TURNED_NEW = t("任务预警为{new}：{reason}", "Task alert is {new}: {reason}")
SCORE = t("分值 {old}→{new}", "Score {old} → {new}")
RISK_STATUS = t("{old}→{new}", "{old} → {new}")
TASK_RISK = t("任务“{task}”", "Task: “{task}”")
NO_MEASURE = t("未登记应对措施", "No countermeasure on record")

# Headings
HEAD = {
    "meeting": t("会议信息", "Meeting"),
    "summary": t("要点", "Key points"),
    "progress": t("一、各部门进展", "1 Progress by department"),
    "variance": t("二、偏差与原因", "2 Variances and reasons"),
    "risks": t("三、风险", "3 Risks"),
    "resources": t("四、需协调的资源与问题", "4 Resources and problems to coordinate"),
    "decisions": t("五、决议", "5 Decisions"),
    "actions": t("六、待办事项", "6 Action items"),
    "next": t("七、下次例会", "7 Next meeting"),
    "copies": t("八、抄送", "8 Copies to"),
    "signatures": t("签字确认", "Signatures"),
}
FIELD = {
    "project": t("项目", "Project"),
    "date": t("会议日期", "Meeting date"),
    "as_of": t("数据截至", "Data as of"),
    "time": t("时间", "Time"),
    "place": t("地点", "Place"),
    "chair": t("主持人", "Chair"),
    "recorder": t("记录人", "Recorder"),
    "present": t("出席部门", "Present"),
    "absent": t("缺席部门", "Absent"),
    "unknown": t("出席待确认", "Attendance to confirm"),
    "topics": t("议题", "Topics"),
}
COLUMN = {
    "id": t("编号", "ID"),
    "department": t("责任部门", "Department"),
    "owner": t("责任部门/人", "Owner"),
    "task": t("任务", "Task"),
    "base": t("基线", "Baseline"),
    "percent": t("完成率", "% done"),
    "status": t("状态", "Status"),
    "rag": t("预警", "Alert"),
    "change": t("本期变化", "Change"),
    "compared": t("对比日期", "Compared"),
    "workdays": t("偏差", "Var."),
    "reason": t("说明与原因", "Reason"),
    "risk": t("风险", "Risk"),
    "due": t("期限", "Due"),
    "score": t("分值", "Score"),
    "level": t("等级", "Level"),
    "measure": t("应对措施", "Countermeasure"),
    "source": t("来源", "Source"),
    "raised_by": t("提出部门", "Raised by"),
    "matter": t("事项", "Matter"),
    "date": t("日期", "Date"),
    "kind": t("类别", "Kind"),
    "tasks": t("任务", "Task"),
    "by": t("期限", "By"),
    "agreed": t("协调结果（填写）", "Agreed (to fill in)"),
    "change_kind": t("变化", "News"),
    "action": t("待办事项", "Action"),
    "raised": t("提出", "Raised"),
    "age": t("已挂起天数", "Age"),
    "overdue": t("逾期", "Overdue"),
    "remark": t("备注", "Remarks"),
}
RESOURCE = {
    "problem": t("问题", "Problem"),
    "help": t("需协调", "Help needed"),
    "meeting": t("需协调", "Help needed"),
    "feedback": t("需协助", "Help asked"),
}
KIND = {
    "actual": t("实际", "actual"),
    "forecast": t("预计", "expected"),
    "projected": t("推算", "projected"),
    "today": t("至今", "so far"),
}
DECISION = t("决议 {number}  {text}", "Decision {number}  {text}")
REMARK = t("{kind}；{source}", "{kind}; {source}")
FROM_MEETING = t("例会", "Meeting")
SYNC_ROW = t("同步 {row}", "Sync {row}")
NEW_ACTION = t("本期新增", "New")
CARRIED = t("结转", "Carried over")
CLOSED_ACTIONS = t("{since}办结待办：{names}。", "Actions closed {since}: {names}.")
DAYS = t("{n} 天", "{n} d")
OVERDUE = t("{n} 工作日", "{n} wd")
UNITS = t(
    "偏差为带符号的工作日（晚为正）；已挂起天数按自然日；逾期按工作日。",
    "Variances are signed workdays (late is positive); age is in calendar days, overdue in workdays.",
)
NOTHING = {
    "progress": t("没有任务。", "No tasks."),
    "variance": t("没有红、黄任务。", "No red or yellow task."),
    "risks": t(
        "登记册没有风险，也没有任务转红转黄。", "No risk on record, and no task turned red or yellow."
    ),
    "resources": t("本期没有提出需协调的资源或问题。", "Nothing to coordinate was raised."),
    "decisions": t("例会记录中没有本期决议。", "No decision on record for the period."),
    "actions": t("没有未完成的待办。", "No open action."),
}
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
WHY = {
    "superior": t("上级领导", "Superior"),
    "participant": t("参与部门", "Participant"),
    "listed": t("设置指定", "From Settings"),
}
COPY = t("{name}（{why}）", "{name} ({why})")
COPIES = t("{names}。", "{names}.")
NO_COPIES = t("没有登记抄送对象。", "Nobody is named to get a copy.")
SIGN_DEPARTMENT = t("{department}确认", "{department}")
SIGN = t("签字：", "Signature:")
SIGN_DATE = t("日期：", "Date:")
