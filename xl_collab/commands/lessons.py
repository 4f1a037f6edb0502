"""`lessons`: what the data teaches; accepted lessons become rows of 经验登记."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xl_collab.commands.command import FILE, WRITING, Command, Option
from xl_collab.commands.reply import Nothing, Options, Reply, listed
from xl_collab.errors import Lang
from xl_collab.schema.words import LESSON_KIND, t

if TYPE_CHECKING:
    from xl_collab.commands.session import Request, Session
    from xl_collab.documents.lessons.content import Candidate, Learnt

WORDS = {
    "lessons_title": t("数据里的经验教训（提议）", "Lessons in the data (proposals)"),
    "lessons_columns": t("编号|类别|内容|依据|怎么用", "Name|Kind|Lesson|Evidence|How to use it"),
    "no_lessons": t("数据里没有待登记的经验教训。", "The data shows no lesson that is not on record."),
    "lesson_accepted": t("已采纳 {lesson} → 经验登记 {row}", "Accepted {lesson} → Lessons {row}"),
    "ask_lessons": t(
        "数据显示了这些经验教训。选中要登记的（可多选）：",
        "The data shows these lessons. Select those to put on record:",
    ),
}


def _ask_lessons(session: Session) -> tuple[str, ...]:
    """Keys of the lessons that the person wants on record."""
    from xl_collab.documents.lessons.content import lessons

    found = lessons(session.project).data.open
    reply = session.reply(WORDS)
    chosen: tuple[int, ...] | None = None
    if found:
        kinds = [LESSON_KIND.label(one.kind, reply.lang) for one in found]
        shown = [f"{kind} · {one.lesson.of(reply.lang)}" for kind, one in zip(kinds, found, strict=True)]
        assert session.person is not None
        chosen = session.person.choose(reply.text("ask_lessons"), shown, many=True)
    if not chosen:
        reply.say("none_chosen" if found else "no_lessons")
        raise Nothing(reply)
    return tuple(found[i].key for i in chosen)


ACCEPT = Option(
    "accept",
    t(
        "采纳这一条：late-T003、late（同类）、improve（类别）或 all；可重复",
        "Accept: late-T003, late (all of them), improve (a kind), or all; may be repeated",
    ),
    ("--accept",),
    "texts",
    "ID",
    tells=True,
    ask=_ask_lessons,
)


def run(session: Session, options: Options) -> Reply:
    """List what is offered, and put on record what was accepted."""
    from xl_collab.documents.lessons.content import lessons

    outcome = lessons(session.project, listed(options["accept"]))
    reply = session.reply(WORDS)
    reply.payload = payload(outcome.data, session.lang)
    _shown(reply, outcome.data)
    if outcome.edits:
        reply.written(session.write(outcome.edits, "lessons"))
    return reply


def _shown(reply: Reply, found: Learnt) -> None:
    """What is offered, and what was accepted."""
    for one, row_id in found.accepted:
        reply.say("lesson_accepted", "line", lesson=one.key, row=row_id)
    if found.accepted:
        ids = " ".join(row_id for _, row_id in found.accepted)
        reply.say("accepted", "click", count=len(found.accepted), rows=ids)
    if not found.open:
        reply.say("no_lessons", "line")
        return
    rows = [_row(one, reply.lang) for one in found.open]
    reply.table(reply.text("lessons_title"), reply.text("lessons_columns").split("|"), rows, "line")


def _row(one: Candidate, lang: Lang) -> tuple[str, ...]:
    texts = (one.key, LESSON_KIND.label(one.kind, lang), one.lesson.of(lang))
    return (*texts, " ".join(one.evidence), one.action.of(lang))


def payload(found: Learnt, lang: Lang) -> list[dict[str, Any]]:
    """One entry a lesson that is offered or was accepted by this command."""
    became = [*((one, None) for one in found.open), *found.accepted]
    return [_entry(one, row_id, lang) for one, row_id in became]


def _entry(one: Candidate, row_id: str | None, lang: Lang) -> dict[str, Any]:
    return {
        "key": one.key,
        "kind": one.kind,
        "lesson": one.lesson.of(lang),
        "department": one.department,
        "evidence": list(one.evidence),
        "action": one.action.of(lang),
        "became": row_id,
    }


def _request(options: Options) -> Request:
    """Nothing is written, and no lock taken, unless something is accepted."""
    from xl_collab.commands.session import Request

    asked = Request.of(options)
    return replace(asked, dry_run=asked.dry_run or not options["accept"])


LESSONS = Command(
    name="lessons",
    id="lessons",
    group="reports",
    label=t("经验教训", "Lessons"),
    tip=t("把数据里的经验登记下来", "Lessons in the data, on record"),
    more=t(
        "列出数据显示的成功、改进和可复用模式，选中的写入“经验登记”。",
        "Lists successes, improvements and patterns that the data shows; what you choose is recorded.",
    ),
    key="Y",
    image="ReviewShowAllComments",
    twin="xl-collab lessons FILE",
    run=run,
    answers=True,
    options=(FILE, ACCEPT, *WRITING),
    request=_request,
)
