"""`review`: 《跨部门协作复盘报告》 as a new sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xl_collab.commands.command import FILE, WRITING, Command
from xl_collab.commands.reply import Options, Reply
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session


def run(session: Session, options: Options) -> Reply:
    """Write the report into the workbook."""
    from xl_collab.documents.review.content import review

    reply = session.reply({})
    reply.written(session.write(review(session.project).edits, "review"))
    return reply


REVIEW = Command(
    name="review",
    id="review",
    group="reports",
    label=t("复盘报告", "Review"),
    tip=t("生成《跨部门协作复盘报告》", "Make the review report"),
    more=t(
        "目标—结果—分析—洞察，带图表；每句数据都链接到它的行。",
        "Goals, results, analysis, insights with charts; every figure links to its row.",
    ),
    key="B",
    image="CreateReport",
    home=True,
    twin="xl-collab review FILE",
    run=run,
    options=(FILE, *WRITING),
)
