"""`archive`: old documents out of the way, hidden in the workbook; nothing is deleted or moved.

They stay in the same file, so that it can be taken back, whoever gets the workbook has them, and what points
to them goes on working. What "since the last minutes" counts from stands in `_history` and is not touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xl_collab.commands.command import FILE, WRITING, Command, Option
from xl_collab.commands.reply import Options, Reply
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session

WORDS = {
    "archived": t(
        "已归档 {n} 份旧文档：{tabs}。它们隐藏在本工作簿里，“文档目录”列出了每一份。",
        "Filed away {n:document|documents}: {tabs}. They are hidden in this workbook; Documents lists each.",
    ),
    "restored": t("已恢复显示 {n} 份文档：{tabs}。", "{n:document is|documents are} shown again: {tabs}."),
    "would": t("将归档 {n} 份：{tabs}。", "Would file away {n:document|documents}: {tabs}."),
    "would_restore": t("将恢复显示 {n} 份：{tabs}。", "Would show {n:document|documents} again: {tabs}."),
    "none": t("没有可以归档的旧文档。", "There are no old documents to file away."),
    "none_hidden": t("没有已归档的文档。", "No document is filed away."),
}
KEEP = Option(
    "keep",
    t("保留最近签发的几份纪要（默认 1）", "Issued minutes to keep in sight (default: 1)"),
    ("--keep",),
    "number",
    "N",
    default=1,
    least=1,
)
RESTORE = Option(
    "restore", t("把已归档的全部恢复显示", "Show everything that was filed away"), ("--restore",), "flag"
)


def run(session: Session, options: Options) -> Reply:
    """Hide old documents, or show all hidden ones again."""
    from xl_collab.documents.index.content import old_sheets
    from xl_collab.project.edits import ShowSheet

    reply, project, back = session.reply(WORDS), session.project, options["restore"]
    reply.front = None
    sheets = (
        [one for one in project.book.generated if one.hidden]
        if back
        else old_sheets(project, options["keep"])
    )
    if not sheets:
        reply.say("none_hidden" if back else "none")
        return reply
    applied = session.write([ShowSheet(one.tab, shown=back) for one in sheets], "archive")
    said = ("would_restore" if back else "would") if applied.dry_run else "restored" if back else "archived"
    reply.say(said, n=len(sheets), tabs=reply.listed([one.tab for one in sheets]))
    reply.written(applied)
    return reply


ARCHIVE = Command(
    name="archive",
    id="archive",
    group="reports",
    label=t("归档旧文档", "File old ones"),
    tip=t("把旧纪要和已办结的文档隐藏起来", "Hide old minutes and settled documents"),
    more=t(
        "只隐藏，不删除、不移动；最近签发的纪要和更新的草稿保留。“文档目录”列出每一份，可撤销。",
        "They are hidden, never deleted or moved; the last issued minutes and newer drafts stay in sight. "
        "Documents lists each one; can be taken back.",
    ),
    key="QH",
    image="FileOpen",
    twin="xl-collab archive FILE",
    run=run,
    options=(FILE, KEEP, RESTORE, *WRITING),
)
