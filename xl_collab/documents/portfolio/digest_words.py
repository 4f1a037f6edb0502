"""What letters and chat texts about many projects say."""

from __future__ import annotations

from xl_collab.schema.words import t

PORTFOLIO = t("项目组合", "Portfolio")
NO_NAME = t("（未命名）", "(no name)")
ANSWER = t("各项目待处理事项（截至 {as_of}）", "Open points of all projects (as of {as_of})")
CHAT_TITLE = t("【各项目催办】截至 {day}", "Reminder of all projects, as of {day}")
CHAT_CLOSING = t("请于 {day} 前反馈；详情见邮件。", "Please answer by {day}; the mail has the details.")
OF_PROJECT = t("《{project}》", "{project}:")
MORE = t("另有 {n} 项见邮件附件", "{n} more are in the mail's attachment")
