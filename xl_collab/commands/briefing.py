"""`briefing`: 《领导简报》, one page, as a new sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xl_collab.commands.command import FILE, WRITING, Command
from xl_collab.commands.reply import Options, Reply
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session


def run(session: Session, options: Options) -> Reply:
    """Write the briefing into the workbook."""
    from xl_collab.documents.briefing.content import briefing

    reply = session.reply({})
    reply.written(session.write(briefing(session.project).edits, "briefing"))
    return reply


BRIEFING = Command(
    name="briefing",
    id="briefing",
    group="reports",
    label=t("领导简报", "Briefing"),
    tip=t("生成一页《领导简报》", "Make the one-page briefing"),
    more=t(
        "红灯、需领导决策、关键路径、资源，一页纸。",
        "What is red, what to decide, the critical path, resources: one page.",
    ),
    key="QB",
    image="CreateReport",
    twin="xl-collab briefing FILE",
    run=run,
    options=(FILE, *WRITING),
)
