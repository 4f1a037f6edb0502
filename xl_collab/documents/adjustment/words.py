"""Every word of 《进度调整方案》 in both languages."""

from __future__ import annotations

from xl_collab.schema.words import t

TITLE = t("进度调整方案", "Schedule change")
NUMBER = t("编号 {number} · {date}", "No. {number} · {date}")
HEAD = {
    "summary": t("摘要", "Summary"),
    "task": t("一、任务", "1 The task"),
    "cause": t("二、原因", "2 Cause"),
    "knock_on": t("三、影响范围", "3 Knock-on"),
    "options": t("四、可选方案", "4 Options"),
    "measures": t("五、调整措施", "5 Measures"),
    "approval": t("六、审批", "6 Approval"),
}
FIELD = {
    "project": t("项目名称", "Project"),
    "task": t("任务", "Task"),
    "id": t("编号", "ID"),
    "stage": t("环节", "Stage"),
    "owner": t("责任部门/人", "Owner"),
    "support": t("配合部门", "Supporting"),
    "output": t("输出成果", "Deliverable"),
    "base": t("基线完成", "Baseline finish"),
    "compared": t("预计/实际完成", "Expected or actual finish"),
    "workdays": t("偏差(工作日)", "Variance (workdays)"),
    "reason": t("说明", "Reason"),
    "new": t("申请的新日期", "New date asked for"),
    "status": t("审批状态", "Approval"),
    "as_of": t("数据截至", "Data as of"),
}
COLUMN = {
    "id": t("编号", "ID"),
    "owner": t("责任部门/人", "Owner"),
    "task": t("任务", "Task"),
    "before": t("原完成", "Finish before"),
    "after": t("现完成", "Finish now"),
    "workdays": t("推后", "Moved"),
    "rag": t("预警", "Alert"),
    "remark": t("说明", "Remark"),
    "choice": t("选择", "Choice"),
    "option": t("方案", "Option"),
    "needs": t("所需条件", "What it takes"),
    "new": t("完成日期", "Finish"),
    "end": t("项目完成", "Project end"),
    "moved": t("推后项", "Moved tasks"),
    "late": t("偏差", "Variance"),
    "opinion": t("意见", "Opinion"),
}

# The answer first
SUMMARY_OPEN = t(
    "{id}“{task}”基线 {base}，预计 {compared} 完成，晚 {days} 个工作日（阈值 {threshold}）。",
    "{id} “{task}”: baseline {base}, expected {compared}, {days:workday|workdays} late "
    "(threshold {threshold}).",
)
SUMMARY_PROJECTED = t(
    "{id}“{task}”基线 {base}，推算 {compared} 完成，晚 {days} 个工作日（阈值 {threshold}）。",
    "{id} “{task}”: baseline {base}, projected {compared}, {days:workday|workdays} late "
    "(threshold {threshold}).",
)
SUMMARY_TODAY = t(
    "{id}“{task}”基线 {base}，至 {compared} 仍未完成，已晚 {days} 个工作日（阈值 {threshold}），"
    "没有预计完成日期。",
    "{id} “{task}”: baseline {base}, not finished on {compared}, {days:workday|workdays} late so far "
    "(threshold {threshold}), no expected finish.",
)
SUMMARY_DONE = t(
    "{id}“{task}”基线 {base}，{compared} 完成，延期 {days} 个工作日（阈值 {threshold}），在此补记。",
    "{id} “{task}”: baseline {base}, finished {compared}, {days:workday|workdays} late (threshold "
    "{threshold}); put on record here.",
)
SUMMARY_REACH = t(
    "后续 {count} 项任务因此推后，项目完成由 {before} 变为 {after}。",
    "{count:later task moves|later tasks move}; the project's end goes from {before} to {after}.",
)
SUMMARY_SAME_END = t(
    "后续 {count} 项任务因此推后，项目完成日期 {after} 不变。",
    "{count:later task moves|later tasks move}; the project still ends on {after}.",
)
SUMMARY_ALONE = t("没有后续任务因此推后。", "No later task moves.")
SUMMARY_MILESTONES = t("可能错过里程碑：{names}。", "Milestones at risk: {names}.")
MILESTONE = t(
    "{id} {milestone}（{planned}，晚 {days} 个工作日）",
    "{id} {milestone} ({planned}, {days:workday|workdays} late)",
)
CALENDAR = t(
    "偏差按真实工作日计；只数周一至周五是 {weekdays}，节假日与调休已计入。",
    "Counted in true working days; Monday to Friday alone would give {weekdays}.",
)
ESTIMATED = t("所用年份没有官方日历，天数为推定。", "No official calendar for the year; days are estimated.")
OUTDATED = t(
    "登记的新日期是 {new}，现在看来是 {compared}，请核对。",
    "The date on record is {new}; it now looks like {compared}. Please check.",
)

# Causes on record
CAUSE_CHANGE = t("{cause}", "{cause}")
CAUSE_SYNC = t("{date} {department}同步：{text}", "{department} on {date}: {text}")
CAUSE_MEETING = t("例会 {date}：{text}", "Meeting of {date}: {text}")
CAUSE_RISK = t("风险已发生：{text}", "A risk struck: {text}")
CAUSE_ROOT = t("源头 {id}：{how} {days} 个工作日", "It began with {id}: {how}, {days:workday|workdays}")
CAUSE_OTHER = t(
    "另有前置 {id}，单独会使其晚 {days} 个工作日（不相加）",
    "Predecessor {id} alone would make it late by {days:workday|workdays} (not added)",
)
CAUSE_LESSON = t("经验登记：{text}", "Lesson: {text}")
NO_CAUSE = t("原因（登记里没有找到）", "Cause (none on record)")

# Knock-on
NO_KNOCK_ON = t("没有后续任务因此推后。", "No later task moves.")
KNOCK_ON_NOTE = t(
    "“原完成”是此任务按期时的日期，按前置关系与工作日推算。",
    "“Finish before” is when they would finish had this task kept its date, by predecessors and workdays.",
)
KNOCK_ON_LEAST = t(
    "没有预计完成日期，按数据日期当天完成推算，推后的天数是最少的。",
    "No finish is expected; counted as if finished on the data date, so tasks move by at least this.",
)
KNOCK_ON_ITEM = t("{id} {before}→{after}（{days}）", "{id} {before} → {after} ({days})")

# Options
CATCH_UP = t("A 增加资源，赶上原日期", "A  Add resources, keep the date")
RE_SEQUENCE = t("B 调整顺序，后续并行", "B  Re-sequence, overlap followers")
ACCEPT = t("C 接受新日期", "C  Accept the new date")
RECORD = t("补记：任务已完成", "On record: the task is finished")
CATCH_UP_NEEDS = t(
    "余下 {work} 个工作日的工作要在 {left} 个工作日内做完，投入约为现在的 {factor} 倍；后续任务不动。",
    "{work:workday|workdays} of work in {left:workday|workdays}: about {factor} times today's effort; "
    "later tasks keep their dates.",
)
CATCH_UP_PASSED = t(
    "原日期 {base} 已过，赶不上；投入加倍时最早 {earliest} 完成。",
    "The date {base} has passed and cannot be kept; with twice the effort {earliest} is the earliest.",
)
CATCH_UP_UNKNOWN = t(
    "原日期 {base} 已过，又没有预计完成日期；先由{owner}报预计完成。",
    "The date {base} has passed and no finish is expected; {owner} first has to name one.",
)
RE_SEQUENCE_NEEDS = t(
    "{items}与本任务并行开工，重叠相应天数，完成日期不变；衔接点须由双方接口人逐条确认。",
    "{items} start in parallel with this task, overlapping by these days, and keep their dates; both "
    "sides' contacts settle the hand-offs.",
)
RE_SEQUENCE_ITEM = t("{id}（{days} 个工作日）", "{id} ({days:workday|workdays})")
RE_SEQUENCE_NOTHING = t(
    "没有后续任务被推后，调整顺序没有作用。", "No later task is pushed, so there is nothing to re-sequence."
)
ACCEPT_NEEDS = t(
    "完成日期改为 {new}；批准后冻结为新基线，原基线留在历史里。",
    "The date becomes {new}; once approved it is frozen as the new baseline, and the old one is kept.",
)
ACCEPT_UNKNOWN = t(
    "没有预计完成日期；{owner}先在跟踪表填“预计完成”，再填申请的新日期。",
    "No finish is expected; {owner} first enters Expected finish in the tracker, then the new date.",
)
ACCEPT_FOLLOWERS = t(
    "其中 {names}也超过阈值，须各自调整。",
    "{names} then exceed the threshold too and need changes of their own.",
)
RECORD_NEEDS = t(
    "任务已于 {new} 完成，原基线保留、不必再冻结；此处补记原因，并写入经验登记。",
    "It was finished on {new}; the baseline stays and is not frozen again. Record the cause here and in "
    "Lessons.",
)
CHOOSE = t("□", "□")

MEASURES = t("调整措施（资源、顺序、责任人与期限）", "Measures (resources, order, who, by when)")
OPINION = t("审批意见", "Opinion")
CONCLUSION = t("审批结论", "Conclusion")
CHOICES = t(
    "□ 方案 A 通过   □ 方案 B 通过   □ 方案 C 通过   □ 不通过",
    "□ A approved   □ B approved   □ C approved   □ rejected",
)
RECORD_CHOICES = t("□ 补记通过   □ 不通过", "□ approved   □ rejected")
APPLICANT = t("申请（{department}）", "Asked for by {department}")
COORDINATOR = t("统筹（{department}）", "Coordination: {department}")
APPROVER = t("审批（{name}）", "Approved by {name}")
SUPERIOR = t("上级领导", "the superior")
SIGN = t("签字：", "Signature: ")
SIGN_DATE = t("日期：", "Date: ")
TELL = t("任何延迟都要及时告知所涉部门：{names}。", "Every department concerned is told at once: {names}.")
TELL_ITEM = t("{department}（{ids}）", "{department} ({ids})")
NOBODY = t("没有其他部门受影响。", "No other department is concerned.")

# Why nothing was made
DECIDED = t(
    "{id} 的调整 {change} 已有审批结论，不再改动", "{change} for {id} has been decided; it is not touched"
)
NOT_LATE = t("{id} 没有延迟，不需要进度调整", "{id} is not late; it needs no schedule change")
