"""Every word of 《跨部门协作复盘报告》 in both languages: its sentences and its headings."""

from __future__ import annotations

from xl_collab.schema.words import t

TITLE = t("跨部门协作复盘报告", "Review of the cross-department project")
AS_OF = t("数据截至 {date}", "Data as of {date}")
INTERIM = t("阶段性复盘", "Interim review")

# The answer first
SUMMARY_DONE = t(
    "{rows} 项任务全部完成，{hit}/{milestones} 个里程碑达成。",
    "Every task is done ({rows}); {hit} of {milestones:milestone|milestones} reached.",
)
SUMMARY_INTERIM = t(
    "项目尚未结束：{rows} 项任务完成 {done} 项，{milestones} 个里程碑达成 {hit} 个；本报告是阶段性复盘。",
    "The project is not finished: {done} of {rows:task|tasks} done, {hit} of "
    "{milestones:milestone|milestones} reached; this is an interim review.",
)
SUMMARY_EMPTY = t(
    "跟踪表还没有任务，复盘内容待项目推进后生成。",
    "The tracker has no tasks yet; there is nothing to review so far.",
)
SUMMARY_RATE = t(
    "到期任务 {due} 项，按期率为 {rate}（{on_time}/{due}）{mean}{left}；{worst}。",
    "{due:task was|tasks were} due, {rate} of them finished on time ({on_time} of {due}){mean}{left}; "
    "{worst}.",
)
MEAN = t("，平均偏差 {mean} 个工作日", "; their mean variance is {mean} workdays")
STILL_OPEN = t(
    "，其中 {n} 项尚未完成（偏差按预计、推算或至今）",
    "; {n} of them not done yet (measured by what is expected, projected or so far)",
)
NOTHING_ELSE = t("", "")
SUMMARY_NO_RATE = t(
    "还没有任务到期，按期率暂无；{worst}。",
    "No task was due so far, so there is no on-time rate yet; {worst}.",
)
SUMMARY_UNDATED = t(
    "{n} 项已完成的到期任务没有实际完成日期，未计入按期率。",
    "{n:due task is|due tasks are} done on an unknown day and not counted in the on-time rate.",
)
SUMMARY_LATE = t(
    "{n} 项任务晚于基线（已完成 {done} 项，未完成 {left} 项），源头 {roots} 处。",
    "{n:task is|tasks are} later than the baseline ({done} done, {left} not), from {roots:cause|causes}.",
)
WORST = {
    "done": t(
        "最晚的是 {id}“{task}”，延期 {days} 个工作日",
        "the latest, by {days:workday|workdays}, was {id} “{task}”",
    ),
    "forecast": t(
        "最晚的是 {id}“{task}”，预计晚 {days} 个工作日",
        "the latest, expected {days:workday|workdays} late, is {id} “{task}”",
    ),
    "projected": t(
        "最晚的是 {id}“{task}”，推算晚 {days} 个工作日",
        "the latest, projected {days:workday|workdays} late, is {id} “{task}”",
    ),
    "today": t(
        "最晚的是 {id}“{task}”，至今已晚 {days} 个工作日",
        "the latest, {days:workday|workdays} late so far, is {id} “{task}”",
    ),
}
WORST_NONE = t("没有任务晚于基线", "no task is later than its baseline")
SUMMARY_LEARNT = t(
    "发生风险 {risks} 项，{requested}进度调整 {changes} 项；登记成功经验 {success} 条、改进 {improve} 条、"
    "可复用模式 {pattern} 条。",
    "{risks:risk|risks} struck, {requested}{changes:schedule change|schedule changes}; on record: "
    "{success:success|successes}, {improve:improvement|improvements} and "
    "{pattern:reusable pattern|reusable patterns}.",
)

REQUESTED = t("需求变更 {n} 项，", "{n:change request|change requests}, ")

# What is not finished yet
OPEN_TASKS = t("未完成任务：{names}。", "Tasks not done: {names}.")
OPEN_MILESTONES = t("未达成里程碑：{names}。", "Milestones not reached: {names}.")
OPEN_ACCEPTANCE = t(
    "未完成验收（结论或双方签字缺）：{names}。", "Not accepted yet (result or a signature missing): {names}."
)
OPEN_CHANGES = t("进度调整待审批：{names}。", "Schedule changes waiting for approval: {names}.")
OPEN_REQUESTED = t("需求变更待审批：{names}。", "Change requests waiting for a decision: {names}.")
OPEN_REQUEST = t("需求申请缺：{fields}。", "The request lacks: {fields}.")
NO_MILESTONES = t("没有登记里程碑。", "No milestones on record.")
NO_LESSONS = t(
    "经验登记还没有内容，请在复盘会前由各部门填写。",
    "Lessons is empty; departments fill it in before the review meeting.",
)

# Results in words
EARLY_OR_LATE = t("延期：{late}", "Late: {late}")
EARLY = t("提前：{early}", "early: {early}")
ALL_ON_TIME = t("到期的全部按期完成", "Everything due was on time")
NOTHING_MEASURED = t("尚无可比的偏差", "Nothing to compare yet")
EXPECTED_IN = t(
    "平均含 {n} 项未完成（按预计、推算或至今）",
    "Mean includes {n} unfinished (expected, projected or so far)",
)
ITEM = t("{id} {days}", "{id} ({days})")
UNITS = t(
    "偏差是带符号的工作日（晚为正），已计入节假日与调休。按期率只看到期的任务：已完成的看实际日期，"
    "过了基线还没完成的算未按期；取消、暂停的不计。",
    "Variances are signed workdays (late is positive) by the working calendar. On time is judged over what "
    "was due: finished tasks by their date, those past their baseline and not done as not on time; "
    "cancelled and paused ones are left out.",
)

# What worked, from the data
DEPARTMENT_ON_TIME = t(
    "{department}牵头、已到期的 {n} 项任务全部按期完成。",
    "{department} finished everything it led that was due on time ({n:task|tasks}).",
)
ROW_EARLY = t("“{task}”提前 {days} 个工作日完成。", "“{task}” was finished {days:workday|workdays} early.")
MILESTONES_ON_TIME = t("{n} 个里程碑按期达成。", "{n:milestone|milestones} reached on time.")
RISKS_CLOSED = t("登记的风险中 {n} 项已关闭。", "{n:risk|risks} on record closed.")
RECORDS_COMPLETE = t(
    "“{task}”已到期的 {n} 期记录齐全。", "“{task}”: the records of all {n:period|periods} so far are there."
)
ACTIONS_ON_TIME = t(
    "已办结待办 {n} 条，其中 {on_time} 条按期。", "{n:action|actions} closed, {on_time} of them on time."
)
ACTIONS_DATED = t(
    "已办结待办 {n} 条；有期限和完成日期的 {dated} 条中 {on_time} 条按期。",
    "{n:action|actions} closed; of {dated} with due and closing dates {on_time} on time.",
)
NO_WORKED = t("数据与登记中还没有可列的成功经验。", "Neither data nor lessons show what worked yet.")

# What did not
ROW_LATE = t("“{task}”延期 {days} 个工作日。", "“{task}” was {days:workday|workdays} late.")
ROW_LATE_CAUSE = t(
    "“{task}”延期 {days} 个工作日，原因：{cause}", "“{task}” was {days:workday|workdays} late. Cause: {cause}"
)
CAUSE = t("原因：{cause}。涉及 {tasks}，{effect}{measures}。", "Cause: {cause}. {tasks}: {effect}{measures}.")
LATE_BY = t("最多晚 {days} 个工作日", "{days:workday|workdays} late at most")
IN_TIME = t("调整后没有再晚", "not late against the changed plan")
MEASURES = t("；调整措施：{measures}", "; measures: {measures}")
CHANGED = t(
    "需求变更“{change}”（{decided}）：{moved}；{cause}{measures}。",
    "Change of the request “{change}” ({decided}): {moved}; {cause}{measures}.",
)
DECIDED = t("{day} 批准", "approved on {day}")
DECIDED_SOME_DAY = t("已批准，审批日期未登记", "approved, day not on record")
MOVED = t("影响 {tasks}，{by}{now}", "{tasks}: {by}{now}")
MOVED_UNKNOWN = t("影响任务未登记，{by}", "tasks not on record: {by}")
TAKES = t("工期增加 {days} 个工作日", "{days:workday|workdays} more")
NOT_ASSESSED = t("工期影响未登记", "effect in workdays not on record")
NOW_LATE = t("，现最多晚 {days} 个工作日", ", now {days:workday|workdays} late at most")
CHANGE_CAUSE = t("变更原因：{said}", "reason: {said}")
CHANGE_NO_CAUSE = t("变更原因未登记", "no reason on record")
CHANGE_MEASURES = t("；处理措施：{said}", "; measures: {said}")
TASKS_MOVED = t("影响 {tasks}", "{tasks}")
BECAUSE = t("原因：{cause}", "cause: {cause}")
NO_CAUSE = t(
    "延误的源头中 {n} 处没有在进度调整或需求变更登记原因：{names}，请在“根本原因”中补充。",
    "{n:place|places} where delays began without a cause on record: {names}; add them to the root causes.",
)
MISSED = t("“{task}”缺 {n} 期记录。", "“{task}”: {n:period|periods} without a record.")
ACTIONS_OVERDUE = t("{n} 条待办逾期未办结。", "{n:action|actions} overdue.")
NO_CHANGE_MADE = t(
    "{n} 项任务偏差超过 {threshold} 个工作日，却没有进度调整（前置造成的不计）。",
    "{n:task|tasks} late by more than {threshold:workday|workdays} without a schedule change (those that a "
    "predecessor made late not counted).",
)
RISK_STRUCK = t("风险发生：{risk}", "The risk struck: {risk}")
CAME_TRUE = t("风险预警应验：{risk}{since}；{measure}。", "A warning came true: {risk}{since}; {measure}.")
RAISED = t("（{day} 登记）", " (on record since {day})")
MEASURE = t("应对措施：{measure}", "countermeasure: {measure}")
NO_MEASURE = t("事先没有登记应对措施", "no countermeasure was on record")
REMAINING = t("验收遗留：{deliverable}——{remaining}", "Left over at acceptance: {deliverable}: {remaining}")
NO_FAILED = t("数据与登记中没有不足。", "Neither data nor lessons show anything to improve.")

# Insight
STAGE_ROOTS = t(
    "延误的源头有 {total} 处，最多在环节“{group}”（{n} 处）。",
    "Delays began in {total:place|places}, most of them in {group} ({n}).",
)
DEPARTMENT_ROOTS = t(
    "按牵头部门看，{total} 处源头中{group}最多（{n} 处）。",
    "By leading department, most of {total:place|places} where delays began are with {group} ({n}).",
)
KNOCK_ON = t(
    "“{task}”的延误传导到 {reached}，最多晚 {days} 个工作日。",
    "The delay of “{task}” pushed {reached}, {days:workday|workdays} late at most.",
)
DAYS_OFF = t(
    "{n} 个时间节点定在非工作日，排期前应先查节假日表。",
    "{n:due date|due dates} set on a day off: check the calendar before fixing dates.",
)
TIGHT = t(
    "到期的 {n} 项全部晚于基线，平均 {mean} 个工作日：与实际相比计划偏紧。",
    "All {n:due task is|due tasks are} later than the baseline, by {mean} workdays on average: against what "
    "happened the plan was tight.",
)
LOOSE = t(
    "到期的 {n} 项全部早于基线完成，平均 {mean} 个工作日：与实际相比计划留有余量。",
    "All {n:due task was|due tasks were} finished before the baseline, by {mean} workdays on average: "
    "against what happened the plan had slack.",
)
CALENDAR = t(
    "{years} 年的节假日为推定，涉及的偏差待正式通知后复核。",
    "The holidays of {years} are estimated; check these variances once they are published.",
)
ROOT_CAUSE = t("根本原因与责任边界判断：", "Root causes and where duties were unclear:")
CONCLUSION = t("目标达成情况与总体评价：", "Was the goal reached? Overall judgement:")
MORE_PATTERNS = t(
    "可推广的做法（如“跨部门需求模板”“快速响应流程”）：",
    "What to spread, such as a request template or a rapid-response routine:",
)
SUPERIOR_OPINION = t("上级领导意见：", "The superior's opinion:")
REUSE = t("{lesson}——复用方式：{action}", "{lesson} — reuse: {action}")
IMPROVE = t("{lesson}——改进措施：{action}", "{lesson} — improve: {action}")
DRIFT = t(
    "{id} 的时间节点现为 {now}，与基线 {base} 不同。", "{id} is now due on {now}, its baseline is {base}."
)

# The course of the project
TREND_DONE = t(
    "{day} 时 {of} 项任务完成 {was} 项，现在 {tasks} 项完成 {now} 项。",
    "On {day}, {was} of {of:task|tasks} were done, now {now} of {tasks}.",
)
TREND_END = t(
    "最后一项的完成日期 {day} 时为 {was}，现在为 {now}（{days} 个工作日）。",
    "On {day}, the last task was to be finished on {was}, now on {now} ({days} workdays).",
)
TREND_SAME = t(
    "最后一项的完成日期 {day} 时为 {was}，现在为 {now}，没有移动。",
    "On {day}, the last task was to be finished on {was}, now on {now}: it did not move.",
)
TREND_BASIS = t(
    "各点取自签发纪要时的快照；完成日期取各任务的对比日期，没有的取基线，取消的不计。",
    "Points are the snapshots of issued minutes; the end is the latest compared date, else baseline; "
    "cancelled tasks are left out.",
)
NO_TREND = t(
    "还没有签发过纪要，没有可画趋势的快照。", "No minutes were issued yet, so there are no snapshots to draw."
)
POINT_NOW, POINT_MINUTES = t("本报告", "This review"), t("纪要第{n}期", "Minutes no. {n}")

# What it cost and took
BUDGET = t(
    "职责分工登记预算 {n} 项，合计 {total} 元。", "Budgets of {n:duty|duties} on record: CNY {total} in all."
)
PEOPLE = t(
    "职责分工登记人力 {n} 项，合计 {total} 人。", "People for {n:duty|duties} on record: {total} in all."
)
ONLY_PLANNED = t(
    "工作簿只登记计划数，没有实际支出与实际投入；请在表中补填。",
    "The workbook has planned figures only, nothing on what was spent: fill it in in the table.",
)
NOTHING_PLANNED = t("职责分工没有登记预算与人力。", "Duties has neither budgets nor people.")
DURATIONS = t(
    "有计划起止和实际起止的已完成任务 {n} 项：工期比计划长 {more} 项，短 {less} 项，相同 {same} 项。",
    "{n:finished task has|finished tasks have} planned and actual first and last days: {more} took longer "
    "than planned, {less} less long, {same} the same.",
)

# Headings
HEAD = {
    "summary": t("结论", "Key points"),
    "open": t("尚未完成的内容", "Not finished yet"),
    "goal": t("一、目标", "1 Goal"),
    "milestones": t("二、结果：里程碑计划与实际", "2 Results: milestones, planned and actual"),
    "tasks": t("任务计划与实际", "Tasks, planned and actual"),
    "acceptance": t("成果验收", "Acceptance"),
    "effort": t("预算与投入", "Budget and effort"),
    "trend": t("进展趋势", "Course of the project"),
    "departments": t("三、分析：各部门偏差", "3 Analysis: variance by department"),
    "stages": t("各环节偏差", "Variance by stage"),
    "requested": t("需求变更", "Change requests"),
    "changes": t("进度调整与原因", "Schedule changes and their causes"),
    "risks": t("发生的风险", "Risks that struck"),
    "worked": t("做得好的", "What worked"),
    "failed": t("不足与改进点", "What did not"),
    "insight": t("四、洞察", "4 Insight"),
    "patterns": t("可复用的协作模式", "Reusable patterns"),
    "actions": t("五、行动清单", "5 Actions"),
    "opinion": t("六、意见与签字", "6 Opinion and signatures"),
}
CHART = {
    "departments": t(
        "各部门平均偏差（工作日，晚为正）", "Mean variance by department (workdays, late is positive)"
    ),
    "stages": t("各环节平均偏差（工作日，晚为正）", "Mean variance by stage (workdays, late is positive)"),
    "progress": t("任务数与已完成数", "Tasks, and how many were done"),
    "end": t(
        "完成日期比首个快照推迟（工作日，晚为正）",
        "Move of the end since the first snapshot (workdays, late is positive)",
    ),
}
COLUMN = {
    "id": t("编号", "ID"),
    "owner": t("责任部门", "Owner"),
    "milestone": t("里程碑", "Milestone"),
    "task": t("任务", "Task"),
    "base": t("基线", "Baseline"),
    "compared": t("实际/预计", "Compared"),
    "workdays": t("偏差", "Var."),
    "state": t("结果", "Result"),
    "criteria": t("达成标准", "Criteria"),
    "reason": t("说明", "Reason"),
    "department": t("部门", "Department"),
    "stage": t("环节", "Stage"),
    "notable": t("提前与延期任务", "Late and early tasks"),
    "tasks": t("完成/任务", "Done/tasks"),
    "rate": t("按期率", "On time"),
    "mean": t("平均", "Mean"),
    "max": t("最晚", "Latest"),
    "remark": t("说明", "Remarks"),
    "cause": t("原因", "Cause"),
    "change": t("变更内容", "Change"),
    "raised_by": t("提出部门", "Requested by"),
    "raised": t("提出日期", "Raised on"),
    "decided": t("审批日期", "Decided on"),
    "takes": t("工期", "Days"),
    "because": t("影响与原因", "Moved, and why"),
    "old": t("原日期", "From"),
    "new": t("新日期", "To"),
    "moved": t("移动", "Moved"),
    "approval": t("审批", "Approval"),
    "measures": t("调整措施", "Measures"),
    "risk": t("风险", "Risk"),
    "due": t("应对期限", "Respond by"),
    "status": t("状态", "Status"),
    "score": t("分值", "Score"),
    "level": t("等级", "Level"),
    "action": t("行动", "Action"),
    "by": t("期限", "Due"),
    "overdue": t("逾期", "Overdue"),
    "source": t("来源", "Source"),
    "number": t("序号", "No."),
    "rag": t("预警", "Alert"),
    "left_days": t("遗留期限", "Left due"),
    "done": t("完成", "Done"),
    "deliverable": t("交付成果", "Deliverable"),
    "submitted": t("提交日期", "Submitted"),
    "result": t("验收结论", "Result"),
    "signed": t("双方签字", "Signed"),
    "remaining": t("遗留问题", "Left over"),
    "point": t("截至", "As of"),
    "document": t("来源", "Source"),
    "total": t("任务", "Tasks"),
    "finished": t("已完成", "Done"),
    "share": t("完成率", "% done"),
    "end": t("最后完成日期", "Last finish"),
    "duty": t("职责/任务", "Duty"),
    "budget": t("预算(元)", "Budget"),
    "spent": t("实际支出", "Spent"),
    "people": t("人力", "People"),
    "people_spent": t("实际", "Actual"),
    "difference": t("差异说明（填写）", "Difference (to fill in)"),
    "tasks_of": t("关联任务", "Tasks"),
}
STATE = {
    "early": t("提前", "Early"),
    "on_time": t("按期", "On time"),
    "late": t("延期完成", "Done late"),
    "expected_late": t("已过期", "Overdue"),
    "open": t("未完成", "Open"),
    "stopped": t("停止", "Stopped"),
    "unmeasured": t("—", "—"),
}
SIGNED = {0: t("未签", "No"), 1: t("一方", "One"), 2: t("已签", "Yes")}
FROM_LESSON = t("经验登记", "Lessons")
FROM_ACTION = t("待办台账", "Action items")
FROM_ACCEPTANCE = t("验收遗留", "Acceptance")
NEW_ACTION = t("新增行动（负责人、期限）：", "New actions (owner, date):")
NOTHING = {
    "goal": t("需求申请还没有填写。", "The request form is empty."),
    "milestones": t("没有登记里程碑。", "No milestones on record."),
    "tasks": t("跟踪表没有任务。", "The tracker has no tasks."),
    "acceptance": t("没有登记交付成果。", "No deliverables on record."),
    "groups": t("还没有可比的偏差，图表从缺。", "No variances to compare yet, so there is no chart."),
    "changes": t("没有进度调整。", "No schedule changes."),
    "risks": t("没有发生的风险。", "No risk struck."),
    "actions": t("没有待办或改进措施。", "No open actions or improvements."),
}
MORE = t("另有 {n} 项未列出，见工作表“{sheet}”。", "Not listed here: {n:row|rows}; see the sheet {sheet}.")
KIND = {
    "actual": t("实际", "actual"),
    "forecast": t("预计", "expected"),
    "projected": t("推算", "projected"),
    "today": t("至今", "so far"),
}
SIGNATURE = t("签字：", "Signature:")
SIGN_DATE = t("日期：", "Date:")
SIGN = (
    t("主持复盘", "Chair"),
    t("记录人", "Recorder"),
    t("发起部门负责人", "Head of initiating department"),
    t("上级领导", "Superior"),
)
