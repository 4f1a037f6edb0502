"""What people chose on pages of proposals is carried out by the next command that lists proposals.

The choices come first: the command then works on the project as after them, and all of it is one write.
"""

from __future__ import annotations

from collections.abc import Sequence

from xl_collab.commands.reply import Reply
from xl_collab.commands.session import Session
from xl_collab.documents.proposals.content import Decided, decide
from xl_collab.documents.risks.content import RiskList, risks
from xl_collab.exchange.reply_sheets import typed_rows
from xl_collab.plan.proposals import TYPED
from xl_collab.project.edits import Outcome
from xl_collab.schema.sheets import SHEETS

_PAGE = "risks"
"""Kind of the pages that list proposals."""


def has_page(session: Session) -> bool:
    """Whether the workbook has a page of proposals."""
    return any(sheet.kind == _PAGE for sheet in session.project.book.generated)


def carry_out(session: Session, accept: Sequence[str] = (), reject: Sequence[str] = ()) -> Decided:
    """Decide what is named and what was chosen on a page; `session` goes on from there.

    UsageError for a name that no note has.
    """
    typed = typed_rows(session.sheets, _PAGE, TYPED) if has_page(session) else []
    outcome = decide(session.project, accept, reject, typed)
    session.begin_with(outcome.edits)
    return outcome.data


def risk_page(session: Session, decided: Decided) -> Outcome[RiskList]:
    """风险清单 after the decisions, with what was typed beside proposals that are still open."""
    pages = [sheet for sheet in session.project.book.generated if sheet.kind == _PAGE]
    # Choices go from the page once they are carried out; every other text finds its place in the new draft.
    return risks(session.project, decided.kept, replace=bool(pages) and all(one.renewable for one in pages))


def decided(reply: Reply, found: Decided) -> None:
    """What was decided: a line each where there is room, the numbers after a click."""
    for entry in found.accepted:
        sheet = SHEETS[entry.sheet].name(reply.lang)
        reply.say("proposal_accepted", "line", id=entry.proposal.identity, sheet=sheet, row=entry.row_id)
    for proposal in found.declined:
        reply.say("proposal_declined", "line", id=proposal.identity)
    for name in found.settled:
        reply.say("proposal_settled", "line", id=name)
    if found.accepted:
        rows = " ".join(entry.row_id for entry in found.accepted)
        reply.say("accepted", "click", count=len(found.accepted), rows=rows)
    if found.declined:
        reply.say("declined", "click", count=len(found.declined))
    for name in found.unclear:
        reply.say("proposal_unclear", id=name)
