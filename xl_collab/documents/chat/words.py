"""What a group chat is told around the rows."""

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.schema.words import Text, t

NO_PROJECT = t("协作项目", "Joint project")
TITLES: Mapping[str, Text] = {
    "reminder": t("【{project}】催办（截至 {day}）", "{project}: reminder (as of {day})"),
    "notice": t("【{project}】变更通知（{day}）", "{project}: notice of change ({day})"),
    "minutes": t(
        "【{project}】第{number}期例会决议与待办（{day}）",
        "{project}: decisions and actions, no. {number} ({day})",
    ),
    "sync": t("【{project}】每日同步（{day}）", "{project}: daily sync ({day})"),
}
CLOSINGS: Mapping[str, Text] = {
    "reminder": t("请于 {day} 前反馈；详情见邮件。", "Please answer by {day}; the mail has the details."),
    "notice": t(
        "有困难请于 {day} 前提出；详情见邮件。",
        "Please say by {day} if you cannot; the mail has the details.",
    ),
    "minutes": t(
        "如有异议请于 {day} 前提出，逾期视为确认。",
        "Please object by {day}; after that it counts as confirmed.",
    ),
    "sync": t("请今天下班前填写。", "Please write it today."),
}
KINDS = tuple(TITLES)
DECIDED = t("决议：", "Decisions:")
TASK = t("{id} {task}（{about}）", "{id} {task} ({about})")
MOVED = t("影响 {id} {task}：改为 {after}", "moves {id} {task} to {after}")
LATE = t("逾期{days}个工作日", "{days:workday|workdays} late")
OPEN = t("未完成", "open")
DEPARTMENTS = "、"
COLON, COMMA = t("：", ": "), t("，", ", ")
SYNC_ASKED = t("今天的每日同步还没有填", "today's sync is missing")
