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
}


def run(session: Session, options: Options) -> Reply:
    """Draw the matrix into the workbook."""
    from xl_collab.documents.raci.content import raci

    outcome = raci(session.project)
    reply, found = session.reply(WORDS), outcome.data
    reply.say("raci_gaps", rows=len(found.duties) + len(found.tasks), gaps=found.gaps)
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
