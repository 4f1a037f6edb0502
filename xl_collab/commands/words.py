"""Words that several commands share; what one command says stands in its own file."""

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.schema.words import Text, t

SHARED: Mapping[str, Text] = {
    "error": t("无法继续", "Cannot go on"),
    "counts": t(
        "错误 {error} · 警告 {warning} · 提示 {info}", "errors {error} · warnings {warning} · notes {info}"
    ),
    "written": t("已写入 {path}：{what}", "Wrote {path}: {what}"),
    "written_same": t("已写入 {path}：内容没有变化", "Wrote {path}: the same content"),
    "unchanged": t("{path} 已是最新，没有改动", "{path} is up to date, nothing changed"),
    "would": t("将{what}；没有写文件", "Would change: {what}; nothing written"),
    "would_same": t("没有要改动的内容；没有写文件", "Nothing would change; nothing written"),
    "backup": t("备份：{path}", "Backup: {path}"),
    "take_back": t("撤销：xl-collab undo {file}", "Undo: xl-collab undo {file}"),
    "figures_changed": t("更新计算列（{rows}）", "figures updated ({rows})"),
    "rows_of": t("{tab} {n} 行", "{tab}: {n:row|rows}"),
    "entries_changed": t("在{tab}填写 {n} 行（{columns}）", "{tab}: {n:row|rows} filled in ({columns})"),
    "more_tabs": t("{tabs}等 {n} 张", "{tabs} … {n} sheets"),
    "more_columns": t("{columns}等 {n} 列", "{columns} … {n} columns"),
    "rows_added": t("在{tab}新增 {n} 行", "{tab}: {n:new row|new rows}"),
    "cells_changed": t("在{tab}更新 {n} 处", "{tab}: {n:cell|cells} updated"),
    "rebuilt": t("补成现行结构", "brought up to the present structure"),
    "sheets_added": t("新增工作表：{sheets}", "new sheets: {sheets}"),
    "sheets_redrawn": t("更新工作表：{sheets}", "refreshed sheets: {sheets}"),
    "tabs_hidden": t("隐藏工作表：{sheets}", "hidden sheets: {sheets}"),
    "tabs_shown": t("恢复显示工作表：{sheets}", "sheets shown again: {sheets}"),
    "none": t("无", "none"),
    "bad_date": t(
        "“{text}”不是日期，请写成“年-月-日”（YYYY-MM-DD）", "{text!r} is not a date; write it as YYYY-MM-DD"
    ),
    "two_days": t(
        "--as-of 与 --set-date 是两个日期；请只写其中一个",
        "--as-of and --set-date name two days; give one of them",
    ),
    "own_day": t(
        "以上按 {asked} 计算。工作簿的数据日期是 {own}：跟踪表、首页上的数字保持不变，只写注明日期的文档；要改数据日期请用 --set-date {asked}",
        "As of {asked}. The workbook's data date is {own}: the figures on Tracker and Home stay, only dated documents are written; to move the data date use --set-date {asked}",
    ),
    "logged": t(
        "有单元格读取时出错，经过记在日志里：{log}",
        "Some cells could not be read; what happened is in the log: {log}",
    ),
    "unforeseen": t(
        "程序出错，没有做完：{error}。请把日志 {log} 发给维护者，并运行 xl-collab doctor",
        "The program failed and did not finish: {error}. Send the log {log} to the maintainers, and run xl-collab doctor",
    ),
    "bad_lang": t("语言只有 zh 和 en", "The language is zh or en"),
    "working": t("正在{what}…", "{what}…"),
    "so_far": t("正在{what}…　{far}", "{what}… {far}"),
    "waiting": t("等待", "Waiting"),
    "reading": t("读取", "Reading"),
    "reading_many": t("读取各项目", "Reading the projects"),
    "consolidating": t("汇总", "Consolidating"),
    "checking": t("校验与计算", "Checking and computing"),
    "drawing": t("绘制新表", "Drawing sheets"),
    "writing": t("写入", "Writing"),
    "variance_title": t("偏差（工作日）", "Variance (working days)"),
    "findings_title": t("校验结果", "Findings"),
    "risks_title": t("风险清单", "Risks"),
    "in_places": t("{message}（{n} 处）", "{message} ({n} places)"),
    "cure": t("{what}：{cure}", "{what}: {cure}"),
    "no_findings": t("没有问题。", "No findings."),
    "printing": t("打印", "Printing"),
    "made": t("已新建 {path}({scenario})", "Made {path} ({scenario})"),
    "posting": t("发到群里", "Posting"),
    "judging": t("检查回复", "Checking the replies"),
    "no_identity": t(
        "这个工作簿没有文档编号（_meta），回复无法对应。请用 xl-collab new 新建，或从备份恢复。",
        "This workbook has no document id (_meta); replies cannot be matched. Make one with xl-collab new.",
    ),
    "proposal_accepted": t("已采纳 {id} → {sheet} {row}", "Accepted {id} → {sheet} {row}"),
    "proposal_declined": t("已拒绝 {id}", "Declined {id}"),
    "proposal_settled": t("{id} 以前已有决定，没有改动", "{id} was settled before; nothing changed"),
    "proposal_unclear": t(
        "{id} 的选择没有执行：备注后来改过，或两处选得不一样；请重新选择",
        "The choice for {id} was not carried out: its note has changed, or two pages disagree; choose again",
    ),
    "no_reply": t(
        "台账里没有“{text}”这份回复。请用 xl-collab log 查看，或给出文件 SHA-256 的开头几位、回执码。",
        "The ledger has no reply {text!r}. See xl-collab log; give its SHA-256 (a few signs) or reply code.",
    ),
    "many_replies": t(
        "“{text}”对应多份回复。请多给几位 SHA-256。",
        "{text!r} means several replies. Give more of the SHA-256.",
    ),
    "nothing_of_reply": t(
        "这份回复（{text}）没有写入过内容，或已经撤销，无需撤销。",
        "The reply {text!r} wrote nothing, or was taken back already; there is nothing to undo.",
    ),
    "save_first": t(
        "请先把工作簿保存到本地磁盘：发送记录放在它旁边。",
        "Save the workbook on a local disk first: the record of sendings stands beside it.",
    ),
    "select_row": t(
        "请先在“{sheet}”中选中一行任务，再点这个按钮。",
        "Select a task's row on {sheet} first, then click again.",
    ),
    "none_chosen": t("没有选择，没有改动。", "Nothing chosen, nothing changed."),
    "accepted": t("采纳 {count} 条（新行 {rows}）。", "{count} accepted (new rows: {rows})."),
    "declined": t("不采纳 {count} 条，不再提议。", "{count} declined for good."),
    "no_book": t(
        "请先打开跟踪表工作簿，再点这个按钮；要新建请点“新建项目”。",
        "Open a tracker workbook first; to make one, use New project.",
    ),
}
"""Sentences by key; str.format templates."""
