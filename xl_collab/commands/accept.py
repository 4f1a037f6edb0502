"""`accept`: 《成果验收确认单》 for deliveries, and the rows in 成果验收."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xl_collab.commands.command import FILE, WRITING, Command, Option
from xl_collab.commands.reply import Options, Reply, listed
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.documents.acceptance.content import Accepting

WORDS = {
    "accepting": t(
        "{number}：{count} 项成果 → {title}", "{number}: {count:deliverable|deliverables} → {title}"
    ),
    "nothing_to_accept": t(
        "没有已开始的交付任务；要提前备单请写任务编号",
        "No delivery has begun; name a task to prepare its certificate earlier",
    ),
}
IDS = Option(
    "ids",
    t(
        "任务或成果验收的编号，默认已开始的交付",
        "IDs of tasks or acceptance rows; default: deliveries under way",
    ),
    (),
    "texts",
    "[ID]...",
)
KEYS = ("key", "planned", "compared", "compared_kind", "workdays")
ITEM_KEYS = ("id", "deliverable", "criteria", "submitted_on", "result", "remaining", "remaining_due")


def run(session: Session, options: Options) -> Reply:
    """One line a certificate."""
    from xl_collab.documents.acceptance.content import accept
    from xl_collab.schema.sheets import GENERATED

    outcome = accept(session.project, listed(options["ids"]))
    found, reply = outcome.data, session.reply(WORDS)
    reply.payload = payload(found)
    for d in found.documents:
        title = GENERATED["acceptance"].of(session.project.book.lang).format(key=d.key)
        reply.say("accepting", entry=True, number=d.key, count=len(d.items), title=title)
    if not found.documents:
        reply.say("nothing_to_accept")
    if outcome.edits or session.book is None:
        reply.written(session.write(outcome.edits, "accept"))
    return reply


def payload(found: Accepting) -> list[dict[str, Any]]:
    """One entry a certificate, with its deliverables."""
    from xl_collab.commands.reply import fields, plain

    return [
        {
            **fields(d, KEYS),
            "providers": list(d.providers),
            "receivers": list(d.receivers),
            "conclusion": d.conclusion,
            "signed_on": plain(d.signed_on),
            "items": [
                {**fields(item, ITEM_KEYS), "signed": not item.missing, "added": item.id in found.added}
                for item in d.items
            ],
        }
        for d in found.documents
    ]


ACCEPT = Command(
    name="accept",
    id="acceptance",
    group="reports",
    label=t("验收确认单", "Acceptance"),
    tip=t("生成《成果验收确认单》", "Make the acceptance certificate"),
    more=t("交付成果、标准、结果、遗留问题和双方签字栏。", "Deliverables, criteria, results and signatures."),
    key="C",
    image="SignatureLineInsert",
    twin="xl-collab accept FILE",
    run=run,
    options=(FILE, IDS, *WRITING),
)
