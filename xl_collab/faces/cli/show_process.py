"""Proposals, what-if, changes and certificates as people read them in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from xl_collab.faces.cli.show import MOST, STYLES, Screen, _grid
from xl_collab.schema.sheets import GENERATED, SHEETS
from xl_collab.schema.words import RAG

if TYPE_CHECKING:
    from xl_collab.documents.acceptance.content import Accepting
    from xl_collab.documents.adjustment.content import Adjusted
    from xl_collab.documents.proposals.content import Decided
    from xl_collab.plan.what_if import Move, WhatIf


def decided(screen: Screen, found: Decided) -> None:
    """What was decided, and what is still open."""
    decisions(screen, found)
    if not found.open:
        screen.say("no_proposals")
        return
    grid = _grid(screen.text("proposals_title"), *_columns(screen, "proposals_columns"))
    for proposal in found.open[:MOST]:
        grid.add_row(
            escape(proposal.identity),
            screen.text(f"becomes_{proposal.kind}"),
            f"{escape(proposal.sentence.of(screen.lang))}\n[dim]{escape(proposal.quote)}[/]",
            str(proposal.date or ""),
            str(proposal.warn_from or ""),
        )
    screen._grid(grid, len(found.open))


def decisions(screen: Screen, found: Decided) -> None:
    """One line for each decision."""
    for entry in found.accepted:
        sheet = SHEETS[entry.sheet].name(screen.lang)
        screen.say("proposal_accepted", id=entry.proposal.identity, sheet=sheet, row=entry.row_id)
    for proposal in found.declined:
        screen.say("proposal_declined", id=proposal.identity)
    for name in found.settled:
        screen.say("proposal_settled", id=name)
    for name in found.unclear:
        screen.say("proposal_unclear", id=name)


def _columns(screen: Screen, key: str) -> list[tuple[str, int | None]]:
    return [(label, None) for label in screen.text(key).split("|")]


def what_if(screen: Screen, found: WhatIf) -> None:
    """Dates before and after, the critical path, milestones, whom to tell."""
    if found.moves:
        grid = _grid(screen.text("moves_title"), *_columns(screen, "moves_columns"))
        for move in found.moves[:MOST]:
            grid.add_row(*_move(screen, move))
        screen._grid(grid, len(found.moves))
    else:
        screen.say("no_moves")
    if found.end_before != found.end_after:
        days = f"{found.end_workdays:+d}"
        screen.say("end_moves", before=found.end_before, after=found.end_after, days=days)
    else:
        screen.say("end_stays", after=found.end_after)
    if found.critical_after:
        screen.say("critical_path", ids=" → ".join(found.critical_after[:MOST]))
    for m in found.milestones:
        dates = {"planned": m.planned, "expected": m.expected, "days": m.workdays}
        screen.say("milestone_at_risk", id=m.id, name=m.milestone, task=m.task_id, **dates)
    _tell(screen, found)


def _move(screen: Screen, move: Move) -> tuple[str, ...]:
    def word(code: str) -> str:
        return f"[{STYLES[code]}]{RAG.label(code, screen.lang)}[/]" if code else ""

    alert = word(move.rag_after)
    if move.rag_before != move.rag_after:
        alert = f"{word(move.rag_before)} → {alert}"
    texts = (escape(move.id), escape(move.owner), escape(move.task))
    days = f"{move.workdays:+d}" if move.workdays else "0"
    return (*texts, str(move.before or ""), str(move.after or ""), days, alert, "●" if move.critical else "")


def _tell(screen: Screen, found: WhatIf) -> None:
    if not found.tell:
        return
    screen.line(screen.text("tell_title") + ":")
    for one in found.tell:
        ids = screen.listed(one.ids[:12]) + ("…" if len(one.ids) > 12 else "")
        words = {"department": one.department, "contact": one.contact or "—", "email": one.email}
        screen.line("  " + screen.text("tell_line", ids=ids, **words))
    if found.superior:
        screen.line("  " + screen.text("tell_superior", name=found.superior))


def adjusted(screen: Screen, found: Adjusted) -> None:
    """One line a document, and why others were not made."""
    for document in found.documents:
        title = GENERATED["adjustment"].of(screen.lang).format(key=document.key)
        screen.say(
            "adjusted", number=document.key, task=document.task_id, days=document.workdays, title=title
        )
    for reason in found.skipped:
        screen.line(reason.of(screen.lang))
    if not found.documents and not found.skipped:
        screen.say("nothing_to_adjust")


def accepting(screen: Screen, found: Accepting) -> None:
    """One line a certificate."""
    for document in found.documents:
        title = GENERATED["acceptance"].of(screen.lang).format(key=document.key)
        screen.say("accepting", number=document.key, count=len(document.items), title=title)
    if not found.documents:
        screen.say("nothing_to_accept")
