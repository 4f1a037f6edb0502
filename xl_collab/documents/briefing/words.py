"""The words of 《领导简报》."""

from __future__ import annotations

from xl_collab.schema.words import t

TITLE = t("领导简报", "Briefing for the superior")
BELOW = t("呈：{superior} · 数据日期 {date}", "For {superior} · as of {date}")
SUPERIOR = t("上级领导", "the superior")
HEAD = {
    "whole": t("一、总体", "1 As a whole"),
    "red": t("二、红灯", "2 Red"),
    "decide": t("三、需领导决策", "3 To be decided"),
    "critical": t("四、关键路径", "4 Critical path"),
    "resources": t("五、资源", "5 Resources"),
}
COLUMN = {
    "id": t("编号", "ID"),
    "department": t("责任部门", "Owner"),
    "task": t("事项", "What"),
    "why": t("事项与原因", "What and why"),
    "base": t("计划", "Planned"),
    "expected": t("预计/实际", "Expected"),
    "workdays": t("偏差", "Days late"),
    "rag": t("预警", "Alert"),
    "raised_by": t("提出", "From"),
    "matter": t("请决策", "To decide"),
    "date": t("提出日期", "Raised on"),
    "due": t("新日期/期限", "New date"),
    "kind": t("类别", "Kind"),
    "need": t("需协调的资源", "What is needed"),
    "from": t("来源", "From"),
    "task_id": t("关联编号", "Task"),
}
COUNTS = t(
    "共 {n} 项任务，已完成 {done}；红 {red}，黄 {yellow}，绿 {green}。",
    "{n:task|tasks}, {done} done; red {red}, yellow {yellow}, green {green}.",
)
ON_TIME = t(
    "按现在的推算 {date} 全部完成，不晚于要求的 {end}。",
    "By today's projection everything is done on {date}, in time for {end}.",
)
LATE = t(
    "按现在的推算 {date} 全部完成，比要求的 {end} 晚 {days} 个工作日。",
    "By today's projection all is done on {date}, {days:workday|workdays} later than required ({end}).",
)
FINISH = t("按现在的推算 {date} 全部完成。", "By today's projection everything is done on {date}.")
NO_FINISH = t("完成日期还推算不出：任务没有日期。", "No finish can be projected: tasks have no dates.")
NEXT = t(
    "下一里程碑：{what}，{date}（还有 {days} 个工作日）。",
    "Next milestone: {what}, {date} ({days:workday|workdays} left).",
)
PASSED = t(
    "里程碑“{what}”已过计划日期 {date}（{days} 个工作日）。",
    "The milestone {what} is past its date {date} ({days:workday|workdays}).",
)
WHY = t("{task}：{why}", "{task}: {why}")
MORE = t("另有 {n} 项，见{sheet}。", "{n} more, see {sheet}.")
EMPTY = {
    "red": t("没有红灯。", "Nothing is red."),
    "decide": t("没有待决策的事项。", "Nothing waits for a decision."),
    "critical": t("没有未完成的关键任务。", "No open task is critical."),
    "resources": t("没有需协调的资源。", "Nobody asks for resources."),
}
KIND = {
    "adjustment": t("进度调整", "Schedule"),
    "change": t("需求变更", "Change"),
    "risk": t("高风险", "High risk"),
    "request": t("立项审批", "Approval"),
}
FROM = {
    "problem": t("每日同步", "Daily sync"),
    "help": t("每日同步", "Daily sync"),
    "meeting": t("例会", "Meeting"),
    "feedback": t("部门反馈", "Feedback"),
}
ADJUST = t("{task} 改期到 {new}：{cause}", "Move {task} to {new}: {cause}")
UNDATED = t("（新日期未填）", "(no new date)")
REACHES = t("{what}（影响{names}）", "{what} (reaches {names})")
RISK = t("{risk}：还没有应对措施或责任人", "{risk}: no countermeasure or nobody to act")
REQUEST = t("需求申请还没有审批结论", "The request has no conclusion yet")
