"""`adjust`: a draft row for each delay over the threshold, and 《进度调整方案》 for the gravest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xl_collab.commands.command import FILE, WRITING, Command, Option
from xl_collab.commands.reply import Options, Reply, listed
from xl_collab.commands.what_if import MILESTONE_KEYS
from xl_collab.errors import Lang
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.documents.adjustment.content import Adjusted

WORDS = {
    "adjusted": t(
        "{number}：{task} 晚 {days} 个工作日 → {title}",
        "{number}: {task} is late by {days} workdays → {title}",
    ),
    "registered": t(
        "另有 {count} 项延期只在“进度调整”登记，没有另出方案（{ids}）；要方案请写编号，如 xl-collab adjust 文件 {first}",
        "{count:more delay|more delays} in Schedule changes, without a document ({ids}); name an ID for one: "
        "xl-collab adjust FILE {first}",
    ),
    "nothing_to_adjust": t("没有需要进度调整的延迟", "No delay needs a schedule change"),
}
IDS = Option(
    "ids",
    t("任务或进度调整的编号，默认全部需要的", "IDs of tasks or changes; default: all that need one"),
    (),
    "texts",
    "[ID]...",
)
KEYS = ("key", "task_id", "base", "compared", "compared_kind", "workdays", "new_date")
_NAMED = 6
"""Delays without a document that the answer names."""
OPTION_KEYS = ("kind", "finish", "end", "workdays", "moved")


def run(session: Session, options: Options) -> Reply:
    """One line a document, and why others were not made."""
    from xl_collab.documents.adjustment.content import adjust
    from xl_collab.project.sentences import listing
    from xl_collab.schema.sheets import GENERATED

    outcome = adjust(session.project, listed(options["ids"]))
    found, reply = outcome.data, session.reply(WORDS)
    reply.payload = payload(found, session.lang)
    for d in found.documents:
        title = GENERATED["adjustment"].of(session.project.book.lang).format(key=d.key)
        reply.say("adjusted", entry=True, number=d.key, task=d.task_id, days=d.workdays, title=title)
    if found.registered:
        ids = [one.task_id for one in found.registered]
        listed_ids = listing(ids, _NAMED).of(reply.lang)
        reply.say("registered", count=len(ids), ids=listed_ids, first=ids[0])
    for reason in found.skipped:
        reply.line(reason.of(reply.lang), entry=True)
    if not found.documents and not found.skipped:
        reply.say("nothing_to_adjust")
    if outcome.edits or session.book is None:
        reply.written(session.write(outcome.edits, "adjust"))
    return reply


def payload(found: Adjusted, lang: Lang) -> list[dict[str, Any]]:
    """One entry a document, with its options; then the delays that have only a row."""
    from xl_collab.commands.reply import fields

    drawn = [
        {
            **fields(d, KEYS),
            "document": True,
            "status": d.status,
            "added": d.key in found.added,
            "causes": [line.text.of(lang) for line in d.causes if not line.fill],
            "knock_on": [fields(m, ("id", "before", "after", "workdays", "rag")) for m in d.knock_on],
            "milestones": [fields(m, MILESTONE_KEYS) for m in d.milestones],
            "options": [fields(o, OPTION_KEYS) for o in d.options],
        }
        for d in found.documents
    ]
    rest = [{**one._asdict(), "added": one.key in found.added, "document": False} for one in found.registered]
    return [*drawn, *rest]


ADJUST = Command(
    name="adjust",
    id="adjust",
    group="reports",
    label=t("进度调整", "Adjust schedule"),
    tip=t("为超限延误生成《进度调整方案》", "A plan for each delay over the threshold"),
    more=t(
        "列出原因、影响和可选办法，并在“进度调整”登记草稿行；审批通过后用“冻结基线”生效。",
        "Causes, knock-on and options, and a draft row in Schedule changes; once approved, freeze it.",
    ),
    key="J",
    image="ReviewAcceptChange",
    twin="xl-collab adjust FILE",
    run=run,
    options=(FILE, IDS, *WRITING),
)
