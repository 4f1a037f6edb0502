"""What a click answers, in both languages; str.format templates."""

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.schema.words import Text, t

__all__ = ["ANSWERS"]

ANSWERS: Mapping[str, Text] = {
    "cells": t("改动 {cells} 格。", "{cells:cell|cells} changed."),
    "sheets": t("新表或更新的表：{sheets}。", "New or refreshed sheets: {sheets}."),
    "take_back": t("点“撤销”可恢复。", "Take back undoes it."),
    "unchanged": t("已是最新，没有改动。", "Up to date, nothing changed."),
    "findings": t("每处问题和改法在“{sheet}”。", "Every finding with its cure is on {sheet}."),
    "variance": t(
        "红 {red} · 黄 {yellow} · 绿 {green} · 蓝 {blue}",
        "red {red} · yellow {yellow} · green {green} · blue {blue}",
    ),
    "risks": t("风险 {count} 条，其中高风险 {high} 条。", "{count:risk|risks}, {high} high."),
    "nothing_unread": t("通知全文都读懂了。", "All of the notice was understood."),
    "undone": t("已撤销“{command}”。", "Took back {command}."),
    "ask_break_lock": t(
        "确知它已不在运行时可以接管。要接管吗？",
        "If you know that it no longer runs you can take over. Take over?",
    ),
    "kept": t(
        "后来有人改过或引用，因此保留：{cells}",
        "Changed by somebody since, or referred to, and therefore kept: {cells}",
    ),
    "no_book": t(
        "请先打开跟踪表工作簿，再点这个按钮；要新建请点“新建项目”。",
        "Open a tracker workbook first; to make one, use New project.",
    ),
    "not_open": t(
        "在 Excel 里找不到打开的“{name}”。请保存并重新打开它，再点一次。",
        "{name} was not found among the open workbooks. Save it, open it again, and click once more.",
    ),
    "select_row": t(
        "请先在“{sheet}”中选中一行任务，再点这个按钮。",
        "Select a task's row on {sheet} first, then click again.",
    ),
    "row": t("{id} {task}", "{id} {task}"),
    "row_alert": t("预警 {rag}：{reason}", "Alert {rag}: {reason}"),
    "row_dates": t(
        "基线 {base} → {compared}，偏差 {days} 个工作日", "Baseline {base} → {compared}: {days} working days"
    ),
    "row_nothing": t(
        "这一行没有可比较的日期，所以没有偏差。", "This row has no dates to compare, so no variance."
    ),
    "row_next": t("下次到期 {due}", "Next due {due}"),
    "ask_slip": t(
        "{id} {task}\n推迟几个工作日？（提前写负数）",
        "{id} {task}\nHow many working days later? (negative: earlier)",
    ),
    "nothing_written": t("只是推演，没有改动工作簿。", "Only asked; nothing was changed."),
    "ask_proposals": t(
        "备注里读出这些条件。选中要采纳的（可多选），其余保持不变：",
        "These conditions were read from notes. Select those to accept; the others stay as they are:",
    ),
    "proposal": t("{id} · {sentence}（原文：{quote}）", "{id} · {sentence} (“{quote}”)"),
    "accepted": t("采纳 {count} 条（新行 {rows}）。", "{count} accepted (new rows: {rows})."),
    "declined": t("不采纳 {count} 条，不再提议。", "{count} declined for good."),
    "proposals_left": t("还有 {count} 条没有决定。", "{count} not decided yet."),
    "none_chosen": t("没有选择，没有改动。", "Nothing chosen, nothing changed."),
    "ask_notice": t("选择含放假通知全文的文本文件", "Choose a text file with the notice"),
    "ask_scenario": t("选择场景", "Choose a scenario"),
    "ask_packets": t("填报文件放在哪个文件夹", "Folder for the departments' files"),
    "ask_drafts": t("邮件草稿放在哪个文件夹", "Folder for the drafts"),
    "ask_letter": t(
        "写哪一种信？只生成草稿，不会自动发出。", "Which letter? Only drafts are made; nothing is sent."
    ),
    "letter_request": t("请填报（附填报文件）", "Request, with the file to fill in"),
    "letter_reminder": t("催办", "Reminder"),
    "letter_minutes": t("发会议纪要", "Minutes"),
    "letter_report": t("发复盘报告", "Review report"),
    "ask_replies": t(
        "各部门的回复在哪里？邮件附件另存或整封邮件（.eml）都可以；原文件只读取，不改动。",
        "Where are the replies? Saved attachments or whole mails (.eml); they are only read.",
    ),
    "replies_folder": t("一个文件夹里的全部回复", "All replies in a folder"),
    "replies_files": t("挑选几个文件", "Some files"),
    "ask_senders": t(
        "这些发件人不是通讯录中该部门的邮箱，回复先放着：\n{senders}\n"
        "确认他们可以代表该部门，点“确定”采用；否则点“取消”，回复留待以后。",
        "Contacts does not have these senders for their departments, so their replies wait:\n{senders}\n"
        "OK takes them, if they speak for their departments; Cancel lets them wait.",
    ),
    "questions_open": t(
        "{count} 处需要您定夺：在“冲突”表的“选择”列选好，再点“处理冲突”。",
        "{count} for you to decide: fill the Choice column on Conflicts, then click Resolve.",
    ),
    "choose_first": t(
        "没有要处理的选择。请先在“冲突”表的“选择”列选好，再点这个按钮。",
        "There is no choice to carry out. Fill the Choice column on Conflicts first, then click again.",
    ),
    "department": t(
        "{department}：{counts}（{replies}）",
        "{department}: {counts} ({replies})",
    ),
    "ask_reply": t(
        "撤销哪一份回复？只恢复仍是它所写内容的格，之后改过的列入“冲突”。",
        "Which reply? Only cells that still hold what it brought go back; others become questions.",
    ),
    "reply": t(
        "{at} · {department}（{sender}）· {count} 格", "{at} · {department} ({sender}) · {count:cell|cells}"
    ),
    "no_replies": t("没有可以撤销的回复。", "There is no reply to take back."),
    "ledger_told": t(
        "工作簿已保存，台账也已恢复；这些回复可以重新收取。",
        "The workbook was saved and the ledger set back; those replies can be collected again.",
    ),
    "ledger_kept": t(
        "之后又有过收取或处理，台账没有改动；要撤销某一份回复请点“撤销回复”。",
        "Replies were collected or decided since, so the ledger stays; to take one back use Take reply back.",
    ),
    "ask_lessons": t(
        "数据显示了这些经验教训。选中要登记的（可多选）：",
        "The data shows these lessons. Select those to put on record:",
    ),
    "save_first": t(
        "请先把工作簿保存到本地磁盘：发送记录放在它旁边。",
        "Save the workbook on a local disk first: the record of sendings stands beside it.",
    ),
    "ask_where": t("新工作簿保存为", "Save the new workbook as"),
    "new_name": t("跟踪表.xlsm", "tracker.xlsm"),
    "unexpected": t(
        "出错了，没有改完的内容可用“撤销”恢复。\n{error}\n请把 {log} 发给维护者，并运行 xl-collab doctor。",
        "Something went wrong; Take back restores what was not finished.\n{error}\n"
        "Send {log} to the maintainer, and run xl-collab doctor.",
    ),
    "unknown": t(
        "这个按钮比已安装的程序新。请运行 pip install -U xl-collab，再运行 xl-collab install。",
        "This button is newer than the program. Run pip install -U xl-collab, then xl-collab install.",
    ),
    "no_live": t(
        '没有安装 xlwings。请运行 pip install "xl-collab[live]"，再运行 xl-collab install。',
        'xlwings is not installed. Run pip install "xl-collab[live]", then xl-collab install.',
    ),
    "well": t("体检 {count} 项，没有问题。", "{count} checks, all well."),
    "more_lines": t("……还有 {count} 行", "… {count} more lines"),
}
