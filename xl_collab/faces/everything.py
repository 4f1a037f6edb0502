"""`run`: every action on one project and one write for all of their edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xl_collab.checks.validate import validate
from xl_collab.documents.gantt.content import gantt
from xl_collab.documents.minutes.content import minutes
from xl_collab.documents.proposals.content import Decided
from xl_collab.documents.review.content import review
from xl_collab.documents.risks.content import RiskItem
from xl_collab.faces.choosing import carry_out, risk_page
from xl_collab.faces.session import Session
from xl_collab.plan.computed import refresh, restore
from xl_collab.plan.variance import VarianceRow, variance
from xl_collab.schema.findings import Finding

if TYPE_CHECKING:
    from xl_collab.hosts.file import Applied


@dataclass(frozen=True)
class Everything:
    """What `run` shows."""

    findings: Sequence[Finding]
    variance: Sequence[VarianceRow]
    risks: Sequence[RiskItem]
    applied: Applied
    decided: Decided


def everything(session: Session, command: str) -> Everything:
    """Validate, compute, list risks, draw the chart, write minutes and review: one atomic write."""
    with session.progress("checking"):
        decided = carry_out(session)
        project = session.project
        risky = risk_page(session, decided)  # reads the notes, so that validate knows which could not be read
        checked, varied = validate(project), variance(project)
        documents = (*checked.edits, *risky.edits, *gantt(project).edits)
        documents += (*minutes(project).edits, *review(project).edits)
    edits = (*restore(project), *refresh(project), *varied.edits, *documents)
    applied = session.write(edits, command)
    return Everything(checked.data, varied.data, risky.data.items, applied, decided)
