"""`answer`: what a department or the superior answered to a letter, put on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xl_collab.commands.command import FILE, WRITING, Command, Option
from xl_collab.commands.reply import Nothing, Options, Reply, listed
from xl_collab.schema.words import ANSWER, FEASIBILITY, t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.plan.answers import Answered, Asked

WORDS = {
    "answered": t("{who}：{said} → {sheet}{place}", "{who}: {said} → {sheet}{place}"),
    "nobody_silent": t("没有未答复的部门", "No department is silent"),
    "nothing_asked": t("没有等待答复的事项。", "Nothing waits for an answer."),
    "ask_about": t("登记对哪一项的答复？", "What was answered?"),
    "ask_who": t("谁的答复？（可多选）", "Whose answer? (several may be chosen)"),
    "ask_says": t("答复是什么？", "What is the answer?"),
    "ask_on": t("答复日期", "Date of the answer"),
    "ask_words": t("原话或意见（可留空）", "Their words (may stay empty)"),
    "superior": t("上级领导", "Superior"),
    "silent": t("全部未答复的部门（逾期视为确认）", "All that are silent (deemed confirmed)"),
    "rated": t("{label}（征询）", "{label} (enquiry)"),
    "about_request": t("需求申请 {title}", "Request {title}"),
    "about_enquiry": t("可行性征询：{title}", "Feasibility enquiry: {title}"),
    "about_change": t("进度调整 {name}（{title}）", "Schedule change {name} ({title})"),
    "about_minutes": t("例会 {name}（{title}）", "Meeting {name} ({title})"),
}


def _ask_about(session: Session) -> str:
    from xl_collab.plan.answers import open_matters

    found = open_matters(session.project)
    reply = session.reply(WORDS)
    if not found:
        reply.say("nothing_asked")
        raise Nothing(reply)
    assert session.person is not None
    chosen = session.person.choose(reply.text("ask_about"), [_shown(one, reply) for one in found], many=False)
    if not chosen:
        raise Nothing
    return found[chosen[0]].key


def _shown(one: Asked, reply: Reply) -> str:
    return reply.text(f"about_{one.about}", name=one.key, title=one.title)


def _ask_who(session: Session) -> tuple[str, ...]:
    """The superior, departments, or nobody by name: all that are silent."""
    reply, names = session.reply(WORDS), session.project.departments
    superior = session.project.settings.superior.strip("* ") or reply.text("superior")
    assert session.person is not None
    shown = [superior, *names, reply.text("silent")]
    chosen = session.person.choose(reply.text("ask_who"), shown, many=True)
    if not chosen:
        raise Nothing
    found = ["superior", *names]
    return tuple(found[i] for i in chosen if i < len(found))


def _ask_says(session: Session) -> str:
    reply = session.reply(WORDS)
    rated = [reply.text("rated", label=label) for label in FEASIBILITY.labels(reply.lang)]
    assert session.person is not None
    shown = [*ANSWER.labels(reply.lang), *rated]
    chosen = session.person.choose(reply.text("ask_says"), shown, many=False)
    if not chosen:
        raise Nothing
    return (*ANSWER.codes, *FEASIBILITY.codes)[chosen[0]]


def _ask_on(session: Session) -> str | None:
    assert session.person is not None
    return session.person.text(session.reply(WORDS).text("ask_on"), session.project.as_of.isoformat())


def _ask_words(session: Session) -> str:
    assert session.person is not None
    return session.person.text(session.reply(WORDS).text("ask_words")) or ""


ABOUT = Option(
    "about",
    t(
        "答复的是哪一项：进度调整或例会的编号、纪要日期、需求申请（request）、征询（enquiry）",
        "What was answered: ID of a change or a meeting, day of minutes, request, or enquiry",
    ),
    metavar="ID",
    required=True,
    ask=_ask_about,
)
WHO = Option(
    "who",
    t(
        "谁的答复：部门，或上级领导（superior）；可重复。逾期视为确认时可不写",
        "Whose answer: a department, or superior; may be repeated. Not needed for deemed",
    ),
    ("--from",),
    "texts",
    "WHO",
    ask=_ask_who,
)
SAYS = Option(
    "says",
    t(
        "同意、收到、有异议、批准、退回、逾期视为确认；征询用 可行、有条件可行、不可行",
        "agreed, received, objected, approved, rejected, deemed; of an enquiry feasible, conditional, infeasible",
    ),
    ("--says",),
    metavar="ANSWER",
    required=True,
    ask=_ask_says,
)
ON = Option(
    "on",
    t("答复日期，默认数据日期，再默认今天", "Date of the answer; default: the data date, else today"),
    ("--on",),
    metavar="YYYY-MM-DD",
    ask=_ask_on,
)
SAID = Option("words", t("原话或意见", "Their words"), ("--words",), metavar="TEXT", ask=_ask_words)


def run(session: Session, options: Options) -> Reply:
    """One line for each who answered."""
    from xl_collab.commands.session import read_date
    from xl_collab.errors import UsageError
    from xl_collab.plan.answers import answer, asked

    project, reply = session.project, session.reply(WORDS)
    to, who = asked(project, options["about"]), _names(options["who"])
    on = read_date(options["on"]) if options["on"] else project.as_of
    if not who and ANSWER.code(options["says"]) != "deemed":
        raise UsageError("请用 --from 指明是谁的答复。", "Say whose answer it is: --from.")
    outcome = answer(project, to, who, options["says"], on, options["words"] or "")
    reply.payload = payload(outcome.data)
    for one in outcome.data:
        reply.say("answered", entry=True, who=one.who, said=one.said, sheet=one.sheet, place=_place(one))
    if not outcome.data:
        reply.say("nobody_silent")
    if outcome.edits or session.book is None:
        reply.written(session.write(outcome.edits, "answer"))
    return reply


def _names(texts: tuple[str, ...]) -> list[str]:
    return [part.strip() for text in listed(texts) for part in text.split("、") if part.strip()]


def _place(one: Answered) -> str:
    return "" if one.key in ("request", "enquiry") else f" {one.key}"


def payload(found: tuple[Answered, ...]) -> list[dict[str, Any]]:
    """One entry for each who answered."""
    return [{"who": one.who, "said": one.said, "sheet": one.sheet, "about": one.key} for one in found]


ANSWER_COMMAND = Command(
    name="answer",
    id="answer",
    group="teamwork",
    label=t("登记答复", "Record answer"),
    tip=t("登记部门或上级对信件的答复", "What a department or the superior answered"),
    more=t(
        "同意、有异议、批准、退回及日期和原话：纪要的答复记入例会记录，审批记入需求申请或进度调整，征询记入可行性征询。可撤销。",
        "Agreed, objected, approved, returned, with date and words: into Meetings, the request, Schedule "
        "changes or the feasibility enquiry. Undo takes it back.",
    ),
    key="QA",
    image="ReviewNewComment",
    twin="xl-collab answer FILE C001 --from superior --says approved",
    run=run,
    options=(FILE, ABOUT, WHO, SAYS, ON, SAID, *WRITING),
)
