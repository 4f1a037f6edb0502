"""How the merge speaks: its kinds of questions, its notices, and the choices people have."""

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.schema.declaration import TableSheet
from xl_collab.schema.keys import department_of
from xl_collab.schema.words import Choice, Choices, Text, t

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
    "contradiction": t(
        "合并后状态、完成率、实际完成会互相矛盾", "Status, % done and finish would contradict"
    ),
    "row_gone": t("本表已没有这一行", "The row is no longer here"),
    "row_unclear": t(
        "本表有几行都像这一行，请先改好编号", "Several rows here could be this one; mend their IDs"
    ),
    "other_row": t("编号相同但任务不同", "Same ID, another task"),
    "new_row": t("新增一行", "New row"),
    "late": t("晚到，未采用；不必定夺，可以改选", "Came late, not used; no answer needed, may be chosen"),
    "no_base": t("没有发送记录，无法比对", "No record of what was sent"),
    "put_back": t("后一份回复改回了发出时的值", "A later reply shows it as it was sent"),
    "duplicate_id": t("同一编号有多行且内容不同", "Several rows with one ID"),
    "trespass": t("超出填报权限", "Not theirs to edit"),
    "sentence": t("邮件里的一句话，请核对原文", "A sentence in the mail; check its words"),
    "two_answers": t("同一封邮件里有两种说法", "One mail says it in two ways"),
    "formula": t("填的是公式，不是数据", "A formula instead of data"),
    "error": t("单元格显示错误值", "The cell shows an error"),
    "too_long": t("文字超过 32767 个字符", "Longer than 32,767 characters"),
    "illegal": t("含有无法保存的字符", "Characters that no cell can hold"),
    "merged": t("单元格被合并遮住", "Hidden by merged cells"),
    "unreadable": t("格式无法识别", "Format not recognised"),
    "out_of_range": t("超出允许的范围", "Outside the allowed range"),
    "stopped": t("整份回复暂停处理", "The whole reply was stopped"),
    "held": t("回复待确认", "The reply waits for confirmation"),
}
"""Every `Question.kind`: why it is asked."""

OUTCOMES: Mapping[str, Text] = {
    "applied": t("写入", "written"),
    "same": t("本表已有", "already here"),
    "corrected": t("更正", "corrected"),
    "asked": t("待定", "to decide"),
    "late": t("晚到未用", "late, not used"),
    "told": t("告知", "to read"),
    "refused": t("拒收", "refused"),
}
"""What became of everything that replies said, in the order in which it is counted."""

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
    "remark": t("{text}：{value}", "{text}: {value}"),
    "answer_no_row": t(
        "邮件里的“{text}”：那次发送没有这一行，没有采用",
        "In the mail {text!r}: that row was not in the sending; it was not used",
    ),
    "remark_noted": t("{text}：{value}", "{text}: {value}"),
    "late": t(
        "{row} {column}：“{value}”晚于该部门后来的说法到达，没有采用；需要时请在本表中改",
        "{row} {column}: {value!r} came after a later word of theirs and was not used; type it if needed",
    ),
    "answered": t(
        "{row} {column}：“{value}”此前已经定过，没有再问",
        "{row} {column}: {value!r} was decided before and is not asked again",
    ),
    "replaced": t(
        "{row} {column}：“{value}”已被该部门后来的说法取代，原来的问题不用再答",
        "{row} {column}: {value!r} was replaced by a later word of the department; no answer is needed",
    ),
    "settled": t(
        "{row} {column}：本表已是“{value}”，原来的问题不用再答",
        "{row} {column}: the master holds {value!r} now; no answer is needed",
    ),
    "cleared": t("{row} {column}：对方清空了这一格，已照办", "{row} {column}: they emptied the cell; done"),
    "lead_changed": t(
        "{row} {column}：已写入“{value}”；发出之后牵头部门变了",
        "{row} {column}: {value!r} was written; the lead has changed since it was sent",
    ),
    "row_stopped": t(
        "{row} {column}：已写入“{value}”；这一行本表已取消或暂停",
        "{row} {column}: {value!r} was written; the row is cancelled or paused here",
    ),
    "put_back": t(
        "{row} {column}：后一份回复里仍是发出时的“{value}”，先前的改动保留",
        "{row} {column}: a later reply still shows {value!r} as sent; the earlier change stays",
    ),
    "put_back_unclear": t(
        "{row} {column}：另一份回复里仍是发出时的“{value}”，先后不明，改动保留",
        "{row} {column}: another reply still shows {value!r} as sent, perhaps an older one; the change stays",
    ),
    "row_missing": t("{row} 在回复里没有了，本表保留", "{row} is missing in the reply; it stays"),
    "row_added": t("新增 {row}：{value}", "{row} was added: {value}"),
    "id_taken": t(
        "新增 {row}：{value}（对方写的编号 {text} 已被占用）",
        "{row} was added: {value} (their ID {text} is taken)",
    ),
    "id_changed": t(
        "{row} 的编号在回复里被改成“{value}”，未采用；按内容仍对应这一行",
        "The ID of {row} is {value!r} in the reply; not taken, the row was followed by what it says",
    ),
    "stray_row": t(
        "表格里第 {value} 行的“{text}”不是任务，未采用", "Row {value}: {text!r} is no task; not taken"
    ),
    "odd_in_new_row": t(
        "新增行（第 {text} 行）的“{column}”不是数据：{value}，未采用",
        "New row (line {text}): {column} holds no data, {value}; not taken",
    ),
    "computed": t(
        "{row} {column}：自动计算的格被改成“{value}”，未采用",
        "{row} {column}: a computed cell was changed to {value!r}; not taken",
    ),
    "overwritten": t(
        "{row} {column}：公式被改成“{value}”，未采用",
        "{row} {column}: a formula was overwritten with {value!r}; not taken",
    ),
    "freed": t(
        "{row} {column}：“{value}”原来让位于这份回复，现在请定夺",
        "{row} {column}: {value!r} had given way to this reply; please decide now",
    ),
    "kept_since": t(
        "{row} {column}：之后又有人改过，没有动",
        "{row} {column}: changed by somebody since; left as it is",
    ),
    "row_emptied": t(
        "{row} 是这份回复新增的，内容已清空；请在本表中删除空行",
        "{row} was added by this reply and is empty now; delete the row",
    ),
    "settled_old": t(
        "{row} {column}：以前收到、被旧规则撤下的“{value}”已写入",
        "{row} {column}: {value!r}, which an earlier version had taken out again, was written",
    ),
    "asked_old": t(
        "{row} {column}：以前收到的“{value}”仍请定夺",
        "{row} {column}: {value!r} of an earlier reply is still asked",
    ),
    "closed_old": t(
        "{row} {column}：以前的问题不用再答", "{row} {column}: an earlier question needs no answer any more"
    ),
    "closed_old_row": t(
        "{row}：以前问要不要删除这一行，现在不用再答；本表保留",
        "{row}: whether to delete the row was asked; no answer is needed any more, it stays",
    ),
    "duplicate_collapsed": t(
        "{row} 出现 {value} 次且内容相同，按一行处理", "{row} stood {value} times, all alike"
    ),
    "new_row_collapsed": t(
        "新增行“{text}”出现 {value} 次且内容相同，按一行处理",
        "The new row {text} stood {value} times, all alike; it is one",
    ),
    "missing_column": t(
        "回复里没有“{column}”这一列，视为未改", "Column {column} is not in the reply; left as it is"
    ),
    "unknown_column": t("回复里有不认识的列“{text}”，未读取", "Unknown column {text} was not read"),
    "sheet_not_sent": t("回复里的“{sheet}”不在发送范围内，未读取", "Sheet {sheet} was not sent; not read"),
    "year_inferred": t("{row} 的日期没有年份，按相邻日期推断：{text}", "{row}: year inferred, {text}"),
    "id_matched": t("编号“{text}”按 {row} 处理", "ID {text} was read as {row}"),
    "page_changed": t("只读页被改动，未采用：{text}", "A page for reading was changed, not taken: {text}"),
    "page_changed_more": t(
        "只读页“{text}”另有 {value} 格被改动，未采用",
        "{value} more cells changed on the page {text}, not taken",
    ),
    "page_rows_gone": t(
        "其他部门的行在只读页上被删掉或改了编号（{text}），本表没有改动",
        "Rows of other departments were deleted or renumbered on the page for reading ({text}); they stay",
    ),
    "changed_meanwhile": t(
        "{row} {column} 在列出之后又改过，请按现在的值重新选择",
        "{row} {column} has changed since it was listed; choose again",
    ),
    "contradictory": t("{row} {column}：选择互相矛盾，请改好再执行", "{row} {column}: choices contradict"),
    "unfit_value": t(
        "{row} {column}：这个值不能填入该列，请用“另填”", "{row} {column}: the value does not fit"
    ),
    "not_enterable": t("{row} {column} 由程序计算或本表没有，不能填写", "{row} {column} cannot be filled in"),
    "row_unclear": t(
        "{row}：本表有几行都像它，请先改好编号再执行", "{row}: several rows could be it; mend their IDs first"
    ),
    "whole_replaced": t(
        "此前暂停的一份回复（{value} 处改动）已有完整文件代替，不用再答；其中若另有改动，请核对",
        "A reply that was stopped ({value} changes) is replaced by a complete file and asked no more; "
        "check it if it held anything else",
    ),
    "whole_reply": t(
        "整份暂停的回复不能逐格采用；请先确认或让对方重发",
        "A stopped reply cannot be taken cell by cell; confirm it or have it sent again",
    ),
}
"""Every `Notice.kind`, over its row, column, value, text and sheet."""

REMARKS = ("remark", "remark_noted")
"""Notices that hold somebody's own words."""

NOTED = frozenset(
    (
        "remark_noted",
        "put_back_unclear",
        "id_matched",
        "duplicate_collapsed",
        "new_row_collapsed",
        "row_added",
    )
)
"""Notices that only stand in the log: nobody has to read them."""

COUNTED_ELSEWHERE = frozenset(("late", "freed", "asked_old", "settled_old"))
"""Notices about what is counted as late, asked or written already."""

SUGGESTIONS: Mapping[str, Text] = {
    "theirs": t("建议用对方", "Suggested: theirs"),
    "master": t("建议保留本表", "Suggested: keep this table's"),
    "ask": t("建议与对方核实", "Suggested: ask them"),
}

STATUSES: Mapping[str, Text] = {
    "merged": t("已合并", "Merged"),
    "untouched": t("没有改动", "No changes"),
    "repeat": t("此前已合并，无新内容", "Merged before, nothing new"),
    "held": t("待确认", "Waits for confirmation"),
    "stopped": t("已暂停", "Stopped"),
}
"""Every `ReplyStatus.status`."""

WHYS: Mapping[str, Text] = {
    "applied": t("合并", "Merged"),
    "corrected": t("该部门更正", "Corrected by the department"),
    "settled": t("旧规则撤下的值写回", "Taken out by an earlier version, written again"),
    "added": t("新增行", "New row"),
    "chosen": t("按选择写入", "Chosen"),
    "undone": t("撤销", "Taken back"),
    "withdrawn": t("对方在后一次回复中收回", "Withdrawn by a later reply"),
    "contested": t("与另一份回复矛盾，恢复原值待定", "Contested by another reply, restored until decided"),
}
"""Every `Change.why`; the last two were given by versions up to 0.1."""


def label_of(sheet: TableSheet, name: str) -> Text:
    """A column's heading; of one department's words in a shared cell also whose they are."""
    label, department = sheet.column(name).label, department_of(name)
    return Text(f"{label.zh}（{department}）", f"{label.en} ({department})") if department else label


def counted(counts: Mapping[str, int]) -> Text:
    """Counts in words, the nil ones left out: 写入 3、待定 1."""
    found = [(OUTCOMES[word], n) for word, n in counts.items() if n]
    if not found:
        return t("没有改动", "no changes")
    return Text(
        "、".join(f"{word.zh} {n}" for word, n in found), ", ".join(f"{n} {word.en}" for word, n in found)
    )
