"""`execution`: 《跨部门协作执行方案》 as a new sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xl_collab.commands.command import FILE, WRITING, Command
from xl_collab.commands.reply import Options, Reply
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session

WORDS = {
    "final": t("各部门方案已全部签字：终版", "Every plan is signed: this is the final version"),
    "draft": t("还有专项方案未交或未签：草案", "Plans are missing or not signed yet: this is a draft"),
}


def run(session: Session, options: Options) -> Reply:
    """Write the joint plan into the workbook."""
    from xl_collab.documents.execution.content import execution

    outcome = execution(session.project)
    reply = session.reply(WORDS)
    reply.say("final" if outcome.data.final else "draft")
    reply.written(session.write(outcome.edits, "execution"))
    return reply


EXECUTION = Command(
    name="execution",
    id="execution",
    group="reports",
    label=t("执行方案", "Joint plan"),
    tip=t("生成《跨部门协作执行方案》", "Make the joint plan of the departments"),
    more=t(
        "目标、职责、里程碑、专项方案、衔接点、预案、资源合计、各部门签字。",
        "Goal, duties, milestones, plans, hand-offs, fall-backs, resources, signatures.",
    ),
    key="QE",
    image="SignatureLineInsert",
    twin="xl-collab execution FILE",
    run=run,
    options=(FILE, *WRITING),
)
