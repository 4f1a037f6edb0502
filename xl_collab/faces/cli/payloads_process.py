"""JSON shapes of proposals, what-if, adjust and accept: stable, documented in docs/json.md, tested."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xl_collab.faces.cli.payloads import plain
from xl_collab.schema.words import Lang

if TYPE_CHECKING:
    from xl_collab.documents.acceptance.content import Accepting
    from xl_collab.documents.adjustment.content import Adjusted
    from xl_collab.documents.proposals.content import Decided
    from xl_collab.plan.risk import Proposal
    from xl_collab.plan.what_if import WhatIf

MOVE_KEYS = ("id", "stage", "owner", "task", "before", "after", "workdays", "rag_before", "rag_after")
MILESTONE_KEYS = ("id", "milestone", "task_id", "planned", "expected", "workdays")
TELL_KEYS = ("department", "contact", "email", "ids")
OPTION_KEYS = ("kind", "finish", "end", "workdays", "moved")
ITEM_KEYS = ("id", "deliverable", "criteria", "submitted_on", "result", "remaining", "remaining_due")


def proposals(decided: Decided, lang: Lang) -> list[dict[str, Any]]:
    """`proposals`: one entry a condition that is open or was decided by this command."""
    made = [{**_proposal(p, lang), "state": "open", "became": None} for p in decided.open]
    for entry in decided.accepted:
        became = {"sheet": entry.sheet, "row_id": entry.row_id}
        made.append({**_proposal(entry.proposal, lang), "state": "accepted", "became": became})
    made += [{**_proposal(p, lang), "state": "declined", "became": None} for p in decided.declined]
    return made


def _proposal(found: Proposal, lang: Lang) -> dict[str, Any]:
    from xl_collab.documents.proposals.content import identity

    return {
        "id": identity(found),
        "row_id": found.row_id,
        "key": found.id,
        "kind": found.condition.kind,
        "becomes": found.kind,
        "quote": found.quote,
        "sentence": found.sentence.of(lang),
        "date": plain(found.date),
        "lead_days": found.lead_days,
        "warn_from": plain(found.warn_from),
    }


def what_if(found: WhatIf) -> dict[str, Any]:
    """`what-if`: slips, end, critical path, moves, milestones at risk, whom to tell."""
    return {
        "as_of": plain(found.as_of),
        "slips": [{"id": s.row_id, "workdays": s.workdays} for s in found.slips],
        "end": {
            "before": plain(found.end_before),
            "after": plain(found.end_after),
            "workdays": found.end_workdays,
        },
        "critical_path": {"before": list(found.critical_before), "after": list(found.critical_after)},
        "moves": [{**_fields(m, MOVE_KEYS), "why": m.why, "critical": m.critical} for m in found.moves],
        "milestones": [_fields(m, MILESTONE_KEYS) for m in found.milestones],
        "tell": [_fields(t, TELL_KEYS) for t in found.tell],
        "superior": found.superior,
    }


def adjusted(found: Adjusted, lang: Lang) -> list[dict[str, Any]]:
    """`adjust`: one entry a document, with its options."""
    return [
        {
            **_fields(d, ("key", "task_id", "base", "compared", "compared_kind", "workdays", "new_date")),
            "status": d.status,
            "added": d.key in found.added,
            "causes": [line.text.of(lang) for line in d.causes if not line.fill],
            "knock_on": [_fields(m, ("id", "before", "after", "workdays", "rag")) for m in d.knock_on],
            "milestones": [_fields(m, MILESTONE_KEYS) for m in d.milestones],
            "options": [_fields(o, OPTION_KEYS) for o in d.options],
        }
        for d in found.documents
    ]


def accepting(found: Accepting) -> list[dict[str, Any]]:
    """`accept`: one entry a certificate, with its deliverables."""
    return [
        {
            **_fields(d, ("key", "planned", "compared", "compared_kind", "workdays")),
            "providers": list(d.providers),
            "receivers": list(d.receivers),
            "conclusion": d.conclusion,
            "signed_on": plain(d.signed_on),
            "items": [
                {
                    **_fields(item, ITEM_KEYS),
                    "signed": not item.missing,
                    "added": item.id in found.added,
                }
                for item in d.items
            ],
        }
        for d in found.documents
    ]


def _fields(item: Any, names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in names}
    return {k: list(v) if isinstance(v, tuple) else plain(v) for k, v in values.items()}
