"""`run`: every action on one project and one write for all of their edits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xl_collab.commands import risks, validate, variance
from xl_collab.commands.command import FILE, SET_DATE, WRITING, Command
from xl_collab.commands.reply import Options, Reply
from xl_collab.records import dataclass
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.documents.proposals.content import Decided
    from xl_collab.documents.risks.content import RiskItem
    from xl_collab.hosts.changes import Applied
    from xl_collab.plan.variance import VarianceRow
    from xl_collab.schema.findings import Finding


@dataclass(frozen=True)
class Results:
    """What `run` shows."""

    findings: Sequence[Finding]
    variance: Sequence[VarianceRow]
    risks: Sequence[RiskItem]
    applied: Applied
    decided: Decided

    def shown(self, reply: Reply) -> None:
        """Findings, variance and risks as tables."""
        validate.shown(reply, self.findings)
        variance.shown(reply, self.variance)
        risks.shown(reply, self.risks)


def run_all(session: Session, command: str) -> Results:
    """Validate, compute, list risks, draw the chart, write minutes and review: one atomic write."""
    from xl_collab.checks.validate import taken_in, validate
    from xl_collab.commands.decisions import carry_out, risk_page
    from xl_collab.documents.gantt.content import gantt
    from xl_collab.documents.minutes.content import minutes
    from xl_collab.documents.review.content import review
    from xl_collab.plan.computed import refresh, restore
    from xl_collab.plan.variance import variance

    with session.progress("checking"):
        decided = carry_out(session)
        project = session.project
        risky = risk_page(session, decided)  # reads the notes, so that validate knows which could not be read
        checked, varied = validate(project), variance(project)
        documents = (*checked.edits, *risky.edits, *gantt(project).edits)
        documents += (*minutes(project).edits, *review(project).edits)
    edits = (*restore(project), *refresh(project), *varied.edits, *documents)
    applied = session.write(edits, command)
    found = taken_in(checked.data) if applied.written else checked.data
    return Results(found, varied.data, risky.data.items, applied, decided)


def run(session: Session, options: Options) -> Reply:
    """Everything in one write."""
    from xl_collab.commands.decisions import decided

    results = run_all(session, "run")
    reply = session.reply({})
    reply.severity, reply.front = ("warning" if results.decided.unclear else "info"), None
    results.shown(reply)
    decided(reply, results.decided)
    reply.estimated(session.project.estimate)
    reply.written(results.applied)
    return reply


RUN = Command(
    name="run",
    id="run",
    group="reports",
    label=t("一键全部", "Do all"),
    tip=t("校验、偏差、风险、甘特图、纪要、复盘", "Checks, variance, risks, chart, minutes, review"),
    more=t(
        "一次做完，最后一步才写入；中途可取消。",
        "All in one go; written in the last step, can be cancelled.",
    ),
    key="A",
    image="RefreshAll",
    large=True,
    home=True,
    twin="xl-collab run FILE",
    run=run,
    options=(FILE, SET_DATE, *WRITING),
)
