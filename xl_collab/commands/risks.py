"""`risks`: the risk list with reasons and the 5×5 heat map; choices on its page are carried out first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xl_collab.commands.command import FILE, WRITING, Command
from xl_collab.commands.reply import Options, Reply
from xl_collab.errors import Lang
from xl_collab.schema.words import RISK_LEVEL, t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.documents.risks.content import RiskItem

WORDS = {
    "risks": t("风险 {count} 条，其中高风险 {high} 条。", "{count:risk|risks}, {high} high."),
}
LEVELS = {"high": "bold red", "medium": "yellow", "low": "green"}
KEYS = ("id", "level", "score", "reason", "source")


def run(session: Session, options: Options) -> Reply:
    """List tasks in danger, the register, and what notes say."""
    from xl_collab.commands.decisions import carry_out, decided, risk_page
    from xl_collab.commands.reply import fields

    with session.progress("checking"):
        found = carry_out(session)
        outcome = risk_page(session, found)
    applied = session.write(outcome.edits, "risks")
    items = outcome.data.items
    reply = session.reply(WORDS)
    reply.payload = [fields(item, KEYS, session.lang) for item in items]
    reply.severity = "warning" if found.unclear else "info"
    reply.say("risks", "click", count=len(items), high=sum(item.level == "high" for item in items))
    decided(reply, found)
    shown(reply, items)
    reply.estimated(outcome.data.estimate)
    reply.written(applied)
    return reply


def shown(reply: Reply, items: Sequence[RiskItem]) -> None:
    """Level, score, ID, reason and source, highest score first."""
    from xl_collab.documents.risks.sheet import COLUMN

    rows = [_row(item, reply.lang) for item in items]
    columns = [COLUMN[name].of(reply.lang) for name in ("level", "score", "id", "reason", "source")]
    reply.table(reply.text("risks_title"), columns, rows, "line")


def _row(item: RiskItem, lang: Lang) -> tuple[Any, ...]:
    level = (RISK_LEVEL.label(item.level, lang), LEVELS[item.level])
    reason = item.reason if isinstance(item.reason, str) else item.reason.of(lang)
    source = item.source if isinstance(item.source, str) else item.source.of(lang)
    return (level, str(item.score), item.id, reason, (source, "dim"))


RISKS = Command(
    name="risks",
    id="risks",
    group="checks",
    label=t("风险", "Risks"),
    tip=t("风险清单与 5×5 热力图", "Risk list and 5×5 heat map"),
    more=t(
        "列出红黄任务、风险登记和备注中的风险，各有原因和分值。",
        "Red and yellow tasks, the risk register and risks in notes, each with reason and score.",
    ),
    key="R",
    image="ErrorChecking",
    home=True,
    twin="xl-collab risks FILE",
    run=run,
    answers=True,
    options=(FILE, *WRITING),
)
