"""How the merge speaks: its kinds of questions, its notices, and the choices people have."""

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.model.contributions import department_of
from xl_collab.model.schema import TableSheet
from xl_collab.model.words import Choice, Choices, Text, t

__all__ = ["CHOICE", "KEY_HEADING", "KINDS", "NOTICES", "STATUSES", "STOPS", "SUGGESTIONS", "TYPED", "WHYS"]
__all__ += ["label_of"]

CHOICE = Choices(
    "conflict_choice",
    (
        Choice("theirs", t("用对方", "Use theirs"), ("对方", "采用对方")),
        Choice("master", t("保留本表", "Keep this table's"), ("本表", "保留")),
        Choice("other", t("另填", "Another value"), ("其他",)),
    ),
)
"""The choice column of 冲突; with 另填 the value stands in the column beside it."""

TYPED: Mapping[str, Text] = {
    "choice": t("选择", "Choice"),
    "value": t("另填的值", "Other value"),
    "remark": t("备注", "Remark"),
}
"""Headings of the columns of 冲突 that people fill in; `KEY_HEADING` is over the hidden one."""

KEY_HEADING = "collab_key"

KINDS: Mapping[str, Text] = {
    "conflict": t("双方都改了", "Changed on both sides"),
    "edit_delete": t("本表已删此行，对方改了它", "Deleted here, changed by them"),
    "delete_edit": t("对方删了此行，本表改了它", "Deleted by them, changed here"),
    "add_add": t("同一编号新增了不同内容", "Added twice with different content"),
    "no_base": t("没有发送记录，无法比对", "No record of what was sent"),
    "undo": t("撤销时发现之后又有人改过", "Changed again before it was taken back"),
    "delete_request": t("请求删除此行", "Asks to delete this row"),
    "new_row": t("新增一行（未编号）", "New row without an ID"),
    "unknown_id": t("编号不在本表", "ID is not in this table"),
    "duplicate_id": t("同一编号有多行且内容不同", "Several rows with one ID"),
    "trespass": t("改了不归该部门填写的格", "Not theirs to edit"),
    "computed": t("改了自动计算的格", "A computed cell was changed"),
    "overwritten": t("公式被改成了数值", "A formula was overwritten"),
    "formula": t("填的是公式，不是数据", "A formula instead of data"),
    "error": t("单元格显示错误值", "The cell shows an error"),
    "too_long": t("文字超过 32767 个字符", "Longer than 32,767 characters"),
    "illegal": t("含有无法保存的字符", "Characters that no cell can hold"),
    "merged": t("单元格被合并遮住", "Hidden by merged cells"),
    "unreadable": t("读不出日期、数字或选项", "No date, number or choice can be read"),
    "out_of_range": t("超出允许的范围", "Outside the allowed range"),
    "stopped": t("整份回复暂停处理", "The whole reply was stopped"),
    "held": t("回复待确认", "The reply waits for confirmation"),
    "superseded": t("已被同一份的后一次回复取代", "Superseded by a later reply"),
}
"""Every `Conflict.kind`."""

STOPS: Mapping[str, Text] = {
    "rows_missing": t(
        "缺少的行超过 20%，可能是删减过的副本；请让对方重发完整文件",
        "More than 20 % of the rows are missing; ask for the complete file",
    ),
    "shuffled": t(
        "内容与编号对不上，可能是排序时没有带上编号列；请让对方撤销排序后重发",
        "Contents moved to other IDs, perhaps sorted without the ID column; ask them to undo that and resend",
    ),
    "sender": t(
        "发件人不是通讯录中该部门的邮箱；确认无误后再收一次并确认（命令行加 --yes-from 发件人地址）",
        "The sender is not the department's address in Contacts; if that is right, collect again and confirm "
        "(on the command line --yes-from ADDRESS)",
    ),
    "no_sender": t(
        "邮件的发件人不明确；确认无误后请另存附件，直接收取附件",
        "The mail names no clear sender; if it is right, save the attachment and collect that",
    ),
}
"""Why a whole reply stops or waits (`ReplyStatus.reason`)."""

NOTICES: Mapping[str, Text] = {
    "duplicate_collapsed": t(
        "{row} 出现 {text} 次且内容相同，按一行处理", "{row} stood {text} times, all alike"
    ),
    "missing_column": t(
        "回复里没有“{text}”这一列，视为未改", "Column {text} is not in the reply; left as it is"
    ),
    "unknown_column": t("回复里有不认识的列“{text}”，未读取", "Unknown column {text} was not read"),
    "sheet_not_sent": t("回复里的“{sheet}”不在发送范围内，未读取", "Sheet {sheet} was not sent; not read"),
    "year_inferred": t("{row} 的日期没有年份，按相邻日期推断：{text}", "{row}: year inferred, {text}"),
    "id_matched": t("编号“{text}”按 {row} 处理", "ID {text} was read as {row}"),
    "same_addition": t(
        "{row} 由多个部门提出且内容相同，只列一次", "{row} was added alike by others; listed once"
    ),
    "page_changed": t("只读页被改动，未采用：{text}", "A page for reading was changed, not taken: {text}"),
    "page_changed_more": t(
        "只读页“{row}”另有 {text} 格被改动，未采用", "{text} more cells changed on the page {row}, not taken"
    ),
    "page_rows_gone": t(
        "其他部门的行在只读页上被删掉或改了编号（{text}），本表没有改动",
        "Rows of other departments were deleted or renumbered on the page for reading ({text}); they stay",
    ),
    "delete_by_hand": t("{row} 请在本表中手工删除", "Delete {row} by hand"),
    "changed_meanwhile": t("{row} 在列出冲突之后又改过，请重新选择", "{row} has changed since; choose again"),
    "contradictory": t("{row} 同一格选了不同的值", "{row}: different values were chosen for one cell"),
    "unfit_value": t("{row} 这个值不能填入该列，请用“另填”", "{row}: the value does not fit; enter another"),
    "not_enterable": t("{row} 这一格由程序计算，不能填写", "{row}: this cell is computed"),
    "whole_reply": t(
        "{row} 属于暂停或被取代的回复，不能逐格采用；请先确认或让对方重发",
        "{row} belongs to a stopped or superseded reply; confirm it or have it sent again",
    ),
}
"""Every `Notice.kind`, over its row, text and sheet."""

SUGGESTIONS: Mapping[str, Text] = {
    "theirs": t("建议用对方", "Suggested: theirs"),
    "master": t("建议保留本表", "Suggested: keep this table's"),
    "ask": t("建议与对方核实", "Suggested: ask them"),
}

STATUSES: Mapping[str, Text] = {
    "merged": t("已合并", "Merged"),
    "repeat": t("此前已合并，无新内容", "Merged before, nothing new"),
    "superseded": t("已被后一次回复取代", "Superseded by a later reply"),
    "held": t("待确认", "Waits for confirmation"),
    "stopped": t("已暂停", "Stopped"),
}
"""Every `ReplyStatus.status`."""

WHYS: Mapping[str, Text] = {
    "applied": t("合并", "Merged"),
    "withdrawn": t("对方在后一次回复中收回", "Withdrawn by a later reply"),
    "contested": t("与另一份回复矛盾，恢复原值待定", "Contested by another reply, restored until decided"),
    "chosen": t("按选择写入", "Chosen"),
    "undone": t("撤销", "Taken back"),
}
"""Every `Change.why`."""


def label_of(sheet: TableSheet, name: str) -> Text:
    """A column's heading; of one department's words in a shared cell also whose they are."""
    label, department = sheet.column(name).label, department_of(name)
    return Text(f"{label.zh}（{department}）", f"{label.en} ({department})") if department else label
