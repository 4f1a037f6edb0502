"""What the command line says about replies, questions and the ledger."""

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.schema.words import Text, t

__all__ = ["COLLECT_HELP", "COLLECT_SAID"]

COLLECT_HELP: Mapping[str, Text] = {
    "collect": t(
        "收取回复：逐格合并；冲突进“冲突”表，不覆盖任何人的修改",
        "Merge replies cell by cell; conflicts go to a sheet, nobody's edit is overwritten",
    ),
    "replies": t(
        "放回复的文件夹，或 .xlsx、.xlsm、.eml 文件；可给多个",
        "Folder of replies, or .xlsx, .xlsm, .eml files; several may be given",
    ),
    "yes_from": t(
        "确认这个发件人可以代表该部门（通讯录里没有时）；可重复",
        "Take replies from this sender although Contacts does not have it; may be repeated",
    ),
    "resolve": t("执行“冲突”表里选好的处理", "Carry out the choices made on the conflicts sheet"),
    "undo_reply": t(
        "只撤销这一份回复（SHA-256 开头几位，或回执码，后者取最近一份）；在“冲突”表里选定的保留",
        "Take back one reply: start of its SHA-256, or its reply code (the last one); what was chosen stays",
    ),
    "log": t("台账：发送、收取、处理的经过", "The ledger: what was sent, collected and decided"),
    "handover": t("把台账打包，交给另一台电脑", "Pack the ledger for another computer"),
    "handover_out": t("打包文件", "The file to write"),
    "adopt": t(
        "今后以这份工作簿为总表（改名、移动、恢复之后）",
        "Make this workbook the master (after renaming, moving, restoring)",
    ),
    "adopt_from": t("handover 打包的台账", "The file that handover wrote"),
    "fork": t("让这份副本另起一个项目，台账从头记起", "Let this copy go its own way, with an empty ledger"),
}

COLLECT_SAID: Mapping[str, Text] = {
    "judging": t("检查回复", "Checking the replies"),
    "collected_title": t("收取结果", "Replies"),
    "collected_columns": t("部门|结果|回复", "Department|Result|Replies"),
    "collected_counts": t("合计：{counts}", "In all: {counts}"),
    "collected_none": t("没有新的回复", "No new reply"),
    "already_merged": t("{file}：{day} 已合并过", "{file}: already merged on {day}"),
    "rejected": t("拒收 {file}：{reason}", "Refused {file}: {reason}"),
    "remark": t("留言 {place}（{who}）：{words}", "Said in {place} ({who}): {words}"),
    "kept_in": t("拒收的文件已留存并登记：{path}", "Refused files are kept and listed: {path}"),
    "aside": t("跳过 {count} 个不是工作簿或邮件的文件", "Left {count} files aside: no workbook, no mail"),
    "open_questions": t(
        "{count} 处需要您定夺：见工作簿的“冲突”表，选好后运行 xl-collab resolve {file}",
        "{count} for you to decide: choose on the Conflicts sheet, then run xl-collab resolve {file}",
    ),
    "all_applied": t("全部已写入，没有冲突", "Everything was written; no conflicts"),
    "question_line": t(
        "{id} {column}：{kind}；发出 {base}，本表 {master}，对方 {theirs}（{department}）",
        "{id} {column}: {kind}; sent {base}, here {master}, theirs {theirs} ({department})",
    ),
    "nothing_chosen": t(
        "“冲突”表里还没有选择。请在“选择”列选好、保存并关闭后再运行",
        "Nothing is chosen on the Conflicts sheet. Fill the Choice column, save, close, and run again",
    ),
    "resolved": t("处理了 {count} 处，还剩 {left} 处", "{count} decided, {left} left"),
    "reply_undone": t(
        "已撤销 {department} 的回复：恢复 {count} 格，{kept} 格之后又有人改过而保留",
        "Took back the reply of {department}: {count} cells restored; {kept} stay, changed by others since",
    ),
    "undo_questions": t(
        "{count} 处原来让位于它的说法请在“冲突”表定夺",
        "{count} to decide on the Conflicts sheet: words that had given way to it",
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
    "log_title": t("台账", "Ledger"),
    "log_columns": t(
        "时间|事项|部门|回执码|状态|改动|回复", "When|What|Department|Reply code|State|Changes|Replies"
    ),
    "log_empty": t("还没有记录", "Nothing is recorded yet"),
    "log_packet": t("发送填报文件", "Packet sent"),
    "log_whole": t("发送整个工作簿", "Workbook sent"),
    "log_collect": t("收取", "Collected"),
    "log_resolve": t("处理冲突", "Decided"),
    "log_break_lock": t("接管锁", "Lock taken over"),
    "log_undo": t("撤销回复", "Reply taken back"),
    "log_sent": t("已发出", "sent"),
    "log_done": t("完成", "done"),
    "log_intent": t("未完成", "unfinished"),
    "log_rolled_back": t("未写入", "not written"),
    "log_lost": t("已随工作簿恢复而作废", "void: the workbook was restored"),
    "handed_over": t(
        "台账已打包：{path}；在新电脑上运行 xl-collab adopt 总表 --from 它",
        "Packed the ledger: {path}; on the new computer run xl-collab adopt MASTER --from it",
    ),
    "no_ledger": t("没有台账", "There is no ledger"),
    "adopted": t("今后以 {path} 为总表；台账：{ledger}", "{path} is the master now; ledger: {ledger}"),
    "forked": t(
        "{path} 已另起一个项目（{identity}），台账从头记起",
        "{path} goes its own way ({identity}) with an empty ledger",
    ),
}
