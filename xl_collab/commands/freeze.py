"""`freeze`: due dates become the numbered baseline; variance is computed anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xl_collab.commands.command import FILE, WRITING, Command
from xl_collab.commands.reply import Options, Reply
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.plan.freeze import Frozen
    from xl_collab.plan.project import Project

WORDS = {
    "baseline_new": t("冻结了 {count} 行基线（第 {number} 版）", "Froze {count} rows (baseline {number})"),
    "baseline_behind": t(
        "其中 {count} 行在{change}的影响范围内，随其审批一起改：{names}",
        "{count} of them are behind {change} and follow its approval: {names}",
    ),
    "baseline_leads": t(
        "计划里的重叠保留为提前量，以后的基线不改它：{names}",
        "Overlaps of the plan are kept as leads that no later baseline changes: {names}",
    ),
    "baseline_changed": t(
        "{names} 在方案拟定之后有变，请核对它们的基线",
        "{names} changed after the form was made; please check their baselines",
    ),
    "milestones": t(
        "里程碑随任务改期：{names}（自定日期或清空“关联编号”的不跟随）",
        "Milestones moved with their tasks: {names} (those with a date of their own, or no task ID, stay)",
    ),
    "baseline_none": t("没有新的时间节点要冻结", "No due date to freeze"),
}


def run(session: Session, options: Options) -> Reply:
    """Freeze what is new; figures follow in the same write."""
    from xl_collab.plan.freeze import freeze

    outcome = freeze(session.project)
    reply, rows = session.reply(WORDS), outcome.data.rows
    if rows:
        reply.say("baseline_new", count=len(rows), number=outcome.data.number)
        _details(reply, session.project, outcome.data)
    else:
        reply.say("baseline_none")
    if rows or session.book is None:
        reply.written(session.write(outcome.edits, "freeze"))
    return reply


def _details(reply: Reply, project: Project, frozen: Frozen) -> None:
    """What moved with an approval, which overlaps are kept, and what has changed since."""
    from xl_collab.project.sentences import listing

    for change in dict.fromkeys(row.because for row in frozen.rows if row.because):
        names = [row.id for row in frozen.rows if row.because == change]
        reply.say("baseline_behind", count=len(names), change=change, names=listing(names))
    ids = project.texts("id")
    overlaps = [f"{ids[lead.before]}→{ids[lead.row]}" for lead in frozen.leads if lead.start <= lead.finish]
    if overlaps:
        reply.say("baseline_leads", names=listing(overlaps))
    if frozen.moved:
        moves = [f"{one.id} {one.before}→{one.after}" for one in frozen.moved]
        reply.say("milestones", names=listing(moves))
    if frozen.changed:
        reply.say("baseline_changed", names=listing(dict.fromkeys(frozen.changed)))


FREEZE = Command(
    name="freeze",
    id="freeze",
    group="checks",
    label=t("冻结基线", "Freeze baseline"),
    tip=t("把时间节点冻结为基线", "Due dates become the baseline"),
    more=t(
        "把时间节点写入“基线完成”并编号；审批通过的进度调整生成新基线，同一天的里程碑跟着改期。可撤销。",
        "Writes due dates into Baseline with a number; approved schedule changes make new ones, and "
        "milestones on those days move along. Can be undone.",
    ),
    key="F",
    image="Lock",
    confirm=t(
        "把现在的时间节点冻结为基线？以后的偏差都按它计算。",
        "Freeze the due dates as they are now? From then on variance is measured against them.",
    ),
    twin="xl-collab freeze FILE",
    run=run,
    options=(FILE, *WRITING),
)
