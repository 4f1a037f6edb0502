"""`gantt`: the plan as bars in a new sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xl_collab.commands.command import FILE, WRITING, Command
from xl_collab.commands.reply import Options, Reply
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session


def run(session: Session, options: Options) -> Reply:
    """Draw the chart into the workbook."""
    from xl_collab.documents.gantt.content import gantt

    reply = session.reply({})
    reply.estimated(session.project.estimate)
    reply.written(session.write(gantt(session.project).edits, "gantt"))
    return reply


GANTT = Command(
    name="gantt",
    id="gantt",
    group="reports",
    label=t("甘特图", "Gantt chart"),
    tip=t("基线与实际、预计对照", "Baseline against actual and forecast"),
    more=t("含里程碑、关键路径和数据日期线。", "With milestones, critical path and the data date."),
    key="G",
    image="ChartTypeBarInsertGallery",
    home=True,
    twin="xl-collab gantt FILE",
    run=run,
    options=(FILE, *WRITING),
)
