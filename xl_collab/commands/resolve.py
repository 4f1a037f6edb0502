"""`resolve`: the choices made on 冲突 are carried out; exit code 1 when questions are left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xl_collab.commands.collect import changed, notice_payload, questions
from xl_collab.commands.command import BREAK_LOCK, DRY_RUN, FILE, Command
from xl_collab.commands.reply import Options, Reply
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.merge.outcome import Merged

WORDS = {
    "nothing_chosen": t(
        "“冲突”表里还没有选择。请在“选择”列选好、保存并关闭后再运行",
        "Nothing is chosen on the Conflicts sheet. Fill the Choice column, save, close, and run again",
    ),
    "resolved": t("处理了 {count} 处，还剩 {left} 处", "{count} decided, {left} left"),
    "choose_first": t(
        "没有要处理的选择。请先在“冲突”表的“选择”列选好，再点这个按钮。",
        "There is no choice to carry out. Fill the Choice column on Conflicts first, then click again.",
    ),
    "as_it_was": t("已是最新，没有改动。", "Up to date, nothing changed."),
}


def run(session: Session, options: Options) -> Reply:
    """Decide what was chosen, and say what is left."""
    from xl_collab.commands.master_file import MasterFile, resolve_questions

    found, applied = resolve_questions(MasterFile.of_open(session))
    reply = session.reply(WORDS)
    reply.payload, reply.front = payload(found), None
    if found is None:
        reply.say("nothing_chosen", "line")
        reply.say("choose_first", "click")
        return reply
    left, notices = found.document.asked, found.document.notices
    reply.say("resolved", "click", count=found.result.answers.decided, left=left)
    for notice in notices:
        reply.line(f"· {notice.of(reply.lang)}")
    reply.say("resolved", "line", count=found.result.answers.decided, left=left)
    questions(reply, found.document.lines)
    if applied is not None:
        reply.written(applied)
    else:
        reply.say("as_it_was", "click")
    reply.severity = "warning" if notices or left else "info"
    reply.exit_code = 1 if found.result.questions else 0
    return reply


def payload(found: Merged | None) -> dict[str, Any]:
    """What was written, and how many questions are left."""
    from xl_collab.commands.master_file import ids_of

    if found is None:
        return {"decided": 0, "left": None, "changes": [], "added": [], "told": []}
    result = found.result
    ids = ids_of(result)
    return {
        "decided": result.answers.decided,
        "left": found.document.asked,
        **changed(result.changes, result.added, ids),
        "told": [notice_payload(one, ids, {}) for one in found.told],
    }


RESOLVE = Command(
    name="resolve",
    id="resolve",
    group="teamwork",
    label=t("处理冲突", "Resolve"),
    tip=t("执行“冲突”表里选好的处理", "Carry out the choices on Conflicts"),
    more=t(
        "先在“冲突”表的“选择”列选“用对方”“保留本表”或“另填”；没选的留着。",
        "Fill the Choice column on Conflicts first; what has no choice stays.",
    ),
    key="X",
    image="ReviewRejectChange",
    twin="xl-collab resolve FILE",
    run=run,
    options=(FILE, DRY_RUN, BREAK_LOCK),
    follows=False,
)
