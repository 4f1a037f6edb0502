"""What proposals, what-if, adjust and accept say on the command line, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.schema.words import Text, t

__all__ = ["PROCESS_HELP", "PROCESS_SAID"]

PROCESS_HELP: Mapping[str, Text] = {
    "proposals": t(
        "列出备注里的条件，采纳为里程碑、风险或待办",
        "List the conditions in notes; accept them as milestones, risks or actions",
    ),
    "what_if": t("推演：任务推迟后哪些日期移动、该告诉谁", "What moves when a task slips, and whom to tell"),
    "adjust": t(
        "生成《进度调整方案》：每处超过阈值的延迟一份",
        "Make a schedule change for each delay over the threshold",
    ),
    "accept": t("生成《成果验收确认单》并备好验收行", "Make acceptance certificates and prepare their rows"),
    "accept_id": t(
        "采纳这一条：T003（整行）、T003:deadline、完整编号或 all；可重复",
        "Accept: T003 (all of the row), T003:deadline, a whole ID, or all; may be repeated",
    ),
    "reject_id": t("拒绝这一条，以后不再提议；可重复", "Decline: never proposed again; may be repeated"),
    "slip": t("推迟的工作日，如 T003=+3；可重复", "Working days of delay, such as T003=+3; may be repeated"),
    "what_if_out": t(
        "把推演的预计完成写进这个副本（默认不写文件）",
        "Write the expected dates into this copy (default: nothing is written)",
    ),
    "adjust_ids": t(
        "任务或进度调整的编号，默认全部需要的", "IDs of tasks or changes; default: all that need one"
    ),
    "accept_ids": t(
        "任务或成果验收的编号，默认已开始的交付",
        "IDs of tasks or acceptance rows; default: deliveries under way",
    ),
}

PROCESS_SAID: Mapping[str, Text] = {
    "proposals_title": t("备注里的条件（提议）", "Conditions in notes (proposals)"),
    "proposals_columns": t("编号|提议成为|条件|日期|预警自", "ID|Becomes|Condition|Date|Warn from"),
    "no_proposals": t("备注里没有待定的条件。", "No condition in the notes waits for a decision."),
    "proposal_accepted": t("已采纳 {id} → {sheet} {row}", "Accepted {id} → {sheet} {row}"),
    "proposal_declined": t("已拒绝 {id}", "Declined {id}"),
    "proposal_settled": t("{id} 以前已有决定，没有改动", "{id} was settled before; nothing changed"),
    "proposal_unclear": t(
        "{id} 的选择没有执行：备注后来改过，或两处选得不一样；请重新选择",
        "The choice for {id} was not carried out: its note has changed, or two pages disagree; choose again",
    ),
    "becomes_milestone": t("里程碑", "Milestone"),
    "becomes_risk": t("风险", "Risk"),
    "becomes_action": t("待办", "Action item"),
    "moves_title": t("移动的日期", "Dates that move"),
    "moves_columns": t(
        "编号|责任部门/人|任务|原完成|推演完成|工作日|预警|关键",
        "ID|Owner|Task|Finish|Finish then|Workdays|Alert|Critical",
    ),
    "no_moves": t("没有日期移动，也没有预警变化。", "No date moves and no alert changes."),
    "end_moves": t(
        "项目完成 {before} → {after}（{days} 个工作日）",
        "End of the project {before} → {after} ({days} workdays)",
    ),
    "end_stays": t("项目完成日期不变：{after}", "The end of the project stays {after}"),
    "critical_path": t("关键路径：{ids}", "Critical path: {ids}"),
    "milestone_at_risk": t(
        "里程碑 {id} {name}：计划 {planned}，{task} 到 {expected}（晚 {days} 个工作日）",
        "Milestone {id} {name}: planned {planned}, {task} only on {expected} ({days} workdays late)",
    ),
    "tell_title": t("该告诉谁", "Whom to tell"),
    "tell_line": t("{department}（{contact}）{email} {ids}", "{department} ({contact}) {email} {ids}"),
    "tell_superior": t("上级领导：{name}", "Superior: {name}"),
    "nothing_written": t(
        "只推演，没有写文件；加 -o 可写进副本", "Nothing was written; -o writes into a copy"
    ),
    "nothing_to_adjust": t("没有需要进度调整的延迟", "No delay needs a schedule change"),
    "adjusted": t(
        "{number}：{task} 晚 {days} 个工作日 → {title}",
        "{number}: {task} is late by {days} workdays → {title}",
    ),
    "nothing_to_accept": t(
        "没有已开始的交付任务；要提前备单请写任务编号",
        "No delivery has begun; name a task to prepare its certificate earlier",
    ),
    "accepting": t("{number}：{count} 项成果 → {title}", "{number}: {count} deliverables → {title}"),
}
