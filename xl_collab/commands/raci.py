"""`raci`: the responsibility matrix with its gaps in a new sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xl_collab.commands.command import FILE, WRITING, Command
from xl_collab.commands.reply import Options, Reply
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session

WORDS = {
    "raci_gaps": t("责任矩阵：{rows} 行，{gaps} 行有缺口", "Responsibilities: {rows} rows, {gaps} with gaps"),
    "raci_nobody": t(
        "还没有部门：请在跟踪表填责任部门/人，或在职责分工填负责部门",
        "No department yet: fill in Owner in Tracker, or who is accountable in Duties",
    ),
}


def run(session: Session, options: Options) -> Reply:
    """Draw the matrix into the workbook."""
    from xl_collab.documents.raci.content import raci

    outcome = raci(session.project)
    reply, found = session.reply(WORDS), outcome.data
    rows = len(found.duties) + len(found.tasks)
    reply.say("raci_gaps", rows=rows, gaps=found.gaps)
    if rows and not found.departments:
        reply.say("raci_nobody")
    reply.written(session.write(outcome.edits, "raci"))
    return reply


RACI = Command(
    name="raci",
    id="raci",
    group="reports",
    label=t("责任矩阵", "Responsibilities"),
    tip=t("任务与部门、接口人、三不管", "Tasks by department and contact, with gaps"),
    more=t(
        "谁负责、谁执行、谁配合、谁知会；没人负责的标出来。",
        "Who is accountable, does it, helps, is told; what nobody owns is marked.",
    ),
    key="Z",
    image="PivotTableInsert",
    twin="xl-collab raci FILE",
    run=run,
    options=(FILE, *WRITING),
)
