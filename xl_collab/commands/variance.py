"""`variance`: variance in working days, projection and alert of every row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xl_collab.commands.command import FILE, SET_DATE, WRITING, Command
from xl_collab.commands.reply import Options, Reply
from xl_collab.errors import Lang
from xl_collab.schema.words import RAG, t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.plan.variance import VarianceRow

WORDS = {
    "variance": t(
        "红 {red} · 黄 {yellow} · 绿 {green} · 蓝 {blue}",
        "red {red} · yellow {yellow} · green {green} · blue {blue}",
    ),
}
STYLES = {"red": "bold red", "yellow": "yellow", "green": "green", "blue": "blue", "": "dim"}
KEYS = ("id", "stage", "baseline", "compared", "compared_kind", "workdays", "rag", "reason")


def run(session: Session, options: Options) -> Reply:
    """Compute every figure of 跟踪表 anew."""
    from xl_collab.checks.deadlines import moved
    from xl_collab.commands.reply import fields
    from xl_collab.plan.variance import variance

    with session.progress("checking"):
        outcome = variance(session.project)
    applied = session.write(outcome.edits, "variance")
    reply = session.reply(WORDS)
    reply.payload = [fields(row, KEYS) for row in outcome.data]
    shown(reply, outcome.data)
    counts: dict[str, Any] = {code: sum(row.rag == code for row in outcome.data) for code in RAG.codes}
    reply.say("variance", "click", **counts)
    for finding in moved(session.project):
        reply.line(finding.message(reply.lang))
    reply.estimated(session.project.estimate)
    reply.written(applied)
    return reply


def shown(reply: Reply, rows: Sequence[VarianceRow]) -> None:
    """ID, stage, baseline, compared, working days, alert, reason."""
    from xl_collab.schema.sheets import SHEETS

    columns = ("id", "stage", "baseline", "compared", "variance", "rag", "reason")
    labels = [SHEETS.table("tracker").column(name).label.of(reply.lang) for name in columns]
    reply.table(reply.text("variance_title"), labels, [_row(row, reply.lang) for row in rows], "line")


def _row(row: VarianceRow, lang: Lang) -> tuple[Any, ...]:
    days = "" if row.workdays is None else signed(row.workdays)
    dates = (str(row.baseline or ""), str(row.compared or ""))
    return (row.id, row.stage, *dates, days, alert(row.rag, lang), row.reason)


def signed(days: int) -> str:
    """Working days with their sign; 0 has none."""
    return f"{days:+d}" if days else "0"


def alert(code: str, lang: Lang) -> tuple[str, str]:
    """The word of an alert and how it is shown."""
    return (RAG.label(code, lang) if code else "", STYLES[code])


VARIANCE = Command(
    name="variance",
    id="variance",
    group="checks",
    label=t("偏差", "Variance"),
    tip=t("按真实工作日计算偏差和预警", "Variance in true working days, and alerts"),
    more=t(
        "计算偏差（工作日）、推算完成、前置预警和下次到期，含调休。",
        "Working-day variance that knows make-up workdays, projections, alerts and next due dates.",
    ),
    key="D",
    image="DateAndTimeInsert",
    home=True,
    twin="xl-collab variance FILE",
    run=run,
    answers=True,
    options=(FILE, SET_DATE, *WRITING),
)
