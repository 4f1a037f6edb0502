"""`proposals`: conditions found in notes; accepted ones become milestones, risks, predecessors, actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xl_collab.commands.command import FILE, WRITING, Command, Option
from xl_collab.commands.reply import Options, Reply, listed
from xl_collab.errors import Lang
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xl_collab.commands.session import Session
    from xl_collab.documents.proposals.content import Decided
    from xl_collab.plan.risk import Proposal

WORDS = {
    "proposals_title": t("备注里的条件（提议）", "Conditions in notes (proposals)"),
    "proposals_columns": t("编号|提议成为|条件|日期|预警自", "ID|Becomes|Condition|Date|Warn from"),
    "no_proposals": t("备注里没有待定的条件。", "No condition in the notes waits for a decision."),
    "becomes_milestone": t("里程碑", "Milestone"),
    "becomes_risk": t("风险", "Risk"),
    "becomes_action": t("待办", "Action item"),
    "becomes_predecessor": t("前置 {ids}", "Predecessor {ids}"),
    "notes_silent": t(
        "{count} 条备注未识别出条件：{rows}",
        "Nothing was recognised in {count:note|notes}: {rows}",
    ),
    "ask_proposals": t(
        "备注里读出这些条件。选中要采纳的（可多选），其余保持不变：",
        "These conditions were read from notes. Select those to accept; the others stay as they are:",
    ),
    "proposal": t("{id} · {sentence}（原文：{quote}）", "{id} · {sentence} (“{quote}”)"),
    "proposals_left": t("还有 {count} 条没有决定。", "{count} not decided yet."),
}
ACCEPT = Option(
    "accept",
    t(
        "采纳这一条：T003（整行）、T003:deadline、完整编号或 all；可重复",
        "Accept: T003 (all of the row), T003:deadline, a whole ID, or all; may be repeated",
    ),
    ("--accept",),
    "texts",
    "ID",
    tells=True,
)
REJECT = Option(
    "reject",
    t("拒绝这一条，以后不再提议；可重复", "Decline: never proposed again; may be repeated"),
    ("--reject",),
    "texts",
    "ID",
    tells=True,
)


def run(session: Session, options: Options) -> Reply:
    """Decide what is named and what was chosen on the page; a click asks where nothing was chosen there."""
    from xl_collab.commands.decisions import carry_out, decided, has_page, risk_page

    found = carry_out(session, listed(options["accept"]), listed(options["reject"]))
    reply = session.reply(WORDS)
    if session.person is not None and not found.news and found.open:
        chosen = _chosen(session, reply, found.open)
        if not chosen:
            decided(reply, found)
            reply.say("none_chosen")
            return reply
        found = carry_out(session, chosen)
    reply.payload = payload(found, session.lang)
    reply.severity = "warning" if found.unclear else "info"
    decided(reply, found)
    _open(reply, found)
    _silent(session, reply)
    if found.news:
        page = risk_page(session, found).edits if has_page(session) else ()
        reply.written(session.write(page, "proposals"))
    return reply


def _chosen(session: Session, reply: Reply, found: Sequence[Proposal]) -> list[str]:
    """Identities of the proposals that the person accepts."""
    assert session.person is not None
    shown = [
        reply.text("proposal", id=p.row_id, sentence=p.sentence.of(reply.lang), quote=p.quote) for p in found
    ]
    chosen = session.person.choose(reply.text("ask_proposals"), shown, many=True)
    return [found[i].identity for i in chosen or ()]


def _open(reply: Reply, found: Decided) -> None:
    """What waits for a decision."""
    if not found.open:
        reply.say("no_proposals", "line" if found.news else "both")
        return
    rows = [_row(reply, proposal) for proposal in found.open]
    reply.table(reply.text("proposals_title"), reply.text("proposals_columns").split("|"), rows, "line")
    reply.say("proposals_left", "click", count=len(found.open))


def _silent(session: Session, reply: Reply) -> None:
    """The notes of which nothing was recognised, with their cells."""
    from xl_collab.plan.proposals import silent_notes

    table, rows = session.project.tracker, silent_notes(session.project)
    if rows:
        cells = [
            f"{session.project.texts('id')[i]} {table.tab}!{table.cell('note', i)}" for i in rows[:_SHOWN]
        ]
        more = "…" if len(rows) > _SHOWN else ""
        reply.say("notes_silent", "line", count=len(rows), rows="、".join(cells) + more)


_SHOWN = 12
"""Notes without a condition that are named; more are counted."""


def _row(reply: Reply, p: Proposal) -> tuple[Any, ...]:
    sentence = f"{p.sentence.of(reply.lang)}\n{p.quote}"
    becomes = reply.text(f"becomes_{p.kind}", ids="、".join(p.waits_for))
    return (p.identity, becomes, sentence, str(p.date or ""), str(p.warn_from or ""))


def payload(decided: Decided, lang: Lang) -> list[dict[str, Any]]:
    """One entry a condition that is open or was decided by this command."""
    made = [{**_entry(p, lang), "state": "open", "became": None} for p in decided.open]
    for entry in decided.accepted:
        became = {"sheet": entry.sheet, "row_id": entry.row_id}
        made.append({**_entry(entry.proposal, lang), "state": "accepted", "became": became})
    made += [{**_entry(p, lang), "state": "declined", "became": None} for p in decided.declined]
    return made


def _entry(found: Proposal, lang: Lang) -> dict[str, Any]:
    from xl_collab.commands.reply import plain
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
        "waits_for": list(found.waits_for),
    }


PROPOSALS = Command(
    name="proposals",
    id="proposals",
    group="teamwork",
    label=t("备注提取", "Read notes"),
    tip=t("把备注里的条件变成里程碑、风险和待办", "Conditions in notes become milestones, risks, actions"),
    more=t(
        "列出备注中的确认、期限、预警、签字审批、依赖和风险，选中的才写入；“风险清单”表里选好的采纳与否也在此执行。",
        "Lists confirmations, dates, warnings, approvals, dependencies and risks in notes; only what you choose "
        "is written, here or in the Choice column on Risk list.",
    ),
    key="P",
    image="ReviewNewComment",
    twin="xl-collab proposals FILE",
    run=run,
    answers=True,
    options=(FILE, ACCEPT, REJECT, *WRITING),
)
