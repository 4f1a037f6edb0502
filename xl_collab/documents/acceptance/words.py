"""Every word of 《成果验收确认单》 in both languages."""

from __future__ import annotations

from xl_collab.schema.words import t

TITLE = t("成果验收确认单", "Acceptance certificate")
NUMBER = t("编号 YS-{number} · {date}", "No. YS-{number} · {date}")
HEAD = {
    "summary": t("摘要", "Summary"),
    "task": t("一、交付任务", "1 The delivery"),
    "items": t("二、成果与验收标准", "2 Deliverables and criteria"),
    "remaining": t("三、遗留问题", "3 Remaining issues"),
    "conclusion": t("四、验收结论", "4 Conclusion"),
    "signatures": t("五、双方签字", "5 Signatures of both sides"),
}
FIELD = {
    "project": t("项目名称", "Project"),
    "id": t("任务编号", "Task ID"),
    "stage": t("环节", "Stage"),
    "task": t("任务", "Task"),
    "provider": t("提交方", "Provider"),
    "receiver": t("接收方", "Receiver"),
    "planned": t("计划完成", "Planned"),
    "actual": t("实际完成", "Finished"),
    "workdays": t("偏差(工作日)", "Variance (workdays)"),
    "submitted": t("提交日期", "Submitted"),
    "place": t("验收地点", "Place"),
    "date": t("验收日期", "Date of acceptance"),
}
COLUMN = {
    "id": t("编号", "ID"),
    "deliverable": t("交付成果", "Deliverable"),
    "criteria": t("验收标准", "Criteria"),
    "submitted": t("提交日期", "Submitted"),
    "finding": t("实测/核对情况", "What was found"),
    "result": t("结论", "Result"),
    "issue": t("遗留问题", "Remaining issue"),
    "owner": t("责任方", "Owner"),
    "due": t("期限", "Due"),
    "closed": t("关闭确认", "Closed (sign)"),
    "left": t("剩余", "Left"),
}

SUMMARY = t(
    "{id}“{task}”交付 {count} 项成果：合格 {accepted} 项，有条件接收 {conditional} 项，不合格 {rejected} 项，"
    "待定 {open} 项。",
    "{id} “{task}” delivers {count:item|items}: {accepted} accepted, {conditional} on conditions, "
    "{rejected} rejected, {open} open.",
)
SUMMARY_OPEN = t(
    "{id}“{task}”交付 {count} 项成果，都还没有验收结论。",
    "{id} “{task}” delivers {count:item|items}; none has a result yet.",
)
SUMMARY_ON_TIME = t(
    "计划 {planned}，{actual} 完成，按期。", "Planned for {planned}, finished {actual}, on time."
)
SUMMARY_LATE = t(
    "计划 {planned}，{actual} 完成，延期 {days} 个工作日。",
    "Planned for {planned}, finished {actual}, {days:workday|workdays} late.",
)
SUMMARY_EXPECTED = t(
    "计划 {planned}，预计 {expected} 完成。", "Planned for {planned}, expected on {expected}."
)
SUMMARY_PLANNED = t("计划 {planned} 完成，尚未交付。", "Planned for {planned}, not delivered yet.")
SUMMARY_REMAINING = t(
    "遗留问题 {count} 项，最晚 {due} 前解决。",
    "{count:remaining issue|remaining issues}, the last due on {due}.",
)
SUMMARY_REMAINING_UNDATED = t(
    "遗留问题 {count} 项，其中 {open} 项没有期限，请补填。",
    "{count:remaining issue|remaining issues}, {open} without a date; please fill in.",
)
SUMMARY_SIGNED = t("双方已签字。", "Signed by both sides.")
SUMMARY_UNSIGNED = t("还缺签字：{names}。", "Signatures missing: {names}.")
PROVIDER = t("提交方", "provider")
RECEIVER = t("接收方", "receiver")

RULE = t(
    "验收标准由双方签字确认；有条件接收须写明遗留问题、责任方与期限，全部关闭后才算合格。",
    "Both sides sign the criteria; a conditional acceptance names issue, owner and date, and becomes "
    "final when all are closed.",
)
NO_ITEMS = t("没有登记交付成果。", "No deliverable is on record.")
NO_REMAINING = t("没有遗留问题。", "No remaining issue.")
DUE_LEFT = t("剩 {n} 个工作日", "{n:workday|workdays} left")
DUE_LATE = t("已过 {n} 个工作日", "{n:workday|workdays} overdue")
CONCLUSION = {
    "accepted": t("■ 合格   □ 有条件接收   □ 不合格", "■ accepted   □ on conditions   □ rejected"),
    "conditional": t("□ 合格   ■ 有条件接收   □ 不合格", "□ accepted   ■ on conditions   □ rejected"),
    "rejected": t("□ 合格   □ 有条件接收   ■ 不合格", "□ accepted   □ on conditions   ■ rejected"),
    "": t("□ 合格   □ 有条件接收   □ 不合格", "□ accepted   □ on conditions   □ rejected"),
}
CONCLUSION_RULE = t(
    "结论按逐项结果得出：有一项不合格即不合格，有一项有条件接收即有条件接收，有待定的不下结论。",
    "It follows from the items: one rejected rejects all, one on conditions makes all conditional, an open "
    "one leaves it open.",
)
OPINION = t("验收意见", "Opinion")
SIGN_PROVIDER = t("提交方（{name}）", "Provider: {name}")
SIGN_RECEIVER = t("接收方（{name}）", "Receiver: {name}")
SIGN = t("签字：", "Signature: ")
SIGN_DATE = t("日期：", "Date: ")
