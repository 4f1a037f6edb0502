"""What the command line says about sendings and letters."""

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.schema.words import Text, t

__all__ = ["MAIL_HELP", "MAIL_SAID"]

MAIL_HELP: Mapping[str, Text] = {
    "packets": t("给每个部门做一份填报文件（.xlsx）", "Make each department's file to fill in (.xlsx)"),
    "send": t("给各部门写信：草稿、Outlook 或 SMTP", "Write to the departments: drafts, Outlook or SMTP"),
    "to": t("只给这些部门，可重复或用、分隔", "Only these departments; repeat, or separate by commas"),
    "without_others": t("不附其他部门的行", "Leave other departments' rows out"),
    "whole": t("发送整个工作簿，而不是各部门的填报文件", "Send the whole workbook instead of packets"),
    "macros": t("与 --whole 同用：保留宏（.xlsm）", "With --whole: keep the macros (.xlsm)"),
    "packet_out": t("放文件的文件夹", "Folder for the files"),
    "reply_by": t("反馈截止日期，默认下次例会", "Reply by this day; default: the next meeting"),
    "letter_kind": t(
        "request 请填报 · reminder 催办 · minutes 发纪要 · report 发复盘报告",
        "request, reminder, minutes or report",
    ),
    "draft": t(
        "把草稿写进这个文件夹（.eml、网页、收件人清单）", "Write drafts into this folder (.eml, page, list)"
    ),
    "smtp": t("通过邮件服务器发送", "Send through the mail server"),
    "outlook": t("在 Outlook（经典版，Windows）中打开草稿", "Open drafts in classic Outlook on Windows"),
    "cc": t(
        "抄送：default、none、superior（上级）、supporting（配合部门）、all",
        "Copies: default, none, superior, supporting, all",
    ),
    "send_dry_run": t("只显示每封信，不写也不发", "Show every letter; write and send nothing"),
}

MAIL_SAID: Mapping[str, Text] = {
    "packet_made": t("{department}：{path}（{rows} 行）", "{department}: {path} ({rows} rows)"),
    "packets_made": t(
        "已生成 {count} 份，请在 {day} 前收回；发送记录在 {ledger}",
        "Made {count} files, to be back by {day}; recorded in {ledger}",
    ),
    "packets_would": t("将生成 {count} 份；没有写文件", "Would make {count} files; nothing written"),
    "packets_none": t("没有部门需要填报", "No department has anything to fill in"),
    "without_id": t(
        "{department}有 {count} 行没有编号，未发出；请先补编号",
        "{count} rows of {department} have no ID and were left out; number them first",
    ),
    "letters_none": t("没有需要写的信", "No letter to write"),
    "letter_refused": t("{department}：{reason}", "{department}: {reason}"),
    "no_address": t("没有邮箱，未抄送：{names}", "No address, not copied: {names}"),
    "drafted": t("已写 {count} 封草稿：{path}", "Wrote {count} drafts: {path}"),
    "outlooked": t("已在 Outlook 中打开 {count} 封草稿", "Opened {count} drafts in Outlook"),
    "sent": t("已发送：{department} → {to}", "Sent: {department} → {to}"),
    "not_sent": t(
        "未发送：{department}：{reason}（{refused}）", "Not sent: {department}: {reason} ({refused})"
    ),
    "sent_count": t("发出 {count} 封，失败 {failed} 封", "{count} sent, {failed} failed"),
    "partly_refused": t("{department}：服务器不接受 {refused}", "{department}: the server refused {refused}"),
    "choose_way": t(
        "请指明怎样发出：--draft 文件夹、--outlook 或 --smtp 之一；只看内容用 --dry-run",
        "Say how: one of --draft DIR, --outlook or --smtp; --dry-run only shows the letters",
    ),
    "bad_choice": t("“{text}”不能用在这里，可用：{known}", "{text!r} cannot be used here; known: {known}"),
    "letter_to": t("收件人：{names}", "To: {names}"),
    "letter_cc": t("抄送：{names}", "Cc: {names}"),
    "letter_subject": t("主题：{text}", "Subject: {text}"),
    "letter_files": t("附件：{names}", "Attached: {names}"),
    "no_identity": t(
        "这个工作簿没有文档编号（_meta），回复无法对应。请用 xl-collab new 新建，或从备份恢复。",
        "This workbook has no document id (_meta); replies cannot be matched. Make one with xl-collab new.",
    ),
    "all_departments": t("全体", "all"),
}
