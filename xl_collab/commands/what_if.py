"""`what-if`: every date that a slip moves, and whom to tell; written only into the copy that -o names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xl_collab.commands.command import AS_OF, BREAK_LOCK, DRY_RUN, FILE, Command, Option
from xl_collab.commands.reply import Options, Reply, listed
from xl_collab.commands.variance import alert, signed
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Request, Session
    from xl_collab.plan.what_if import Move, WhatIf

WORDS = {
    "moves_title": t("移动的日期", "Dates that move"),
    "moves_columns": t(
        "编号|责任部门/人|任务|原完成|推演完成|工作日|预警|关键",
        "ID|Owner|Task|Finish|Finish then|Workdays|Alert|Critical",
    ),
    "no_moves": t("没有日期移动，也没有预警变化。", "No date moves and no alert changes."),
    "end_moves": t(
        "项目完成 {before} → {after}（{days} 个工作日）",
        "End of the project {before} → {after} ({days} workdays)",
    ),
    "end_stays": t("项目完成日期不变：{after}", "The end of the project stays {after}"),
    "critical_path": t("关键路径：{ids}", "Critical path: {ids}"),
    "milestone_at_risk": t(
        "里程碑 {id} {name}：计划 {planned}，{task} 到 {expected}（晚 {days} 个工作日）",
        "Milestone {id} {name}: planned {planned}, {task} only on {expected} ({days} workdays late)",
    ),
    "tell_title": t("需通知", "Whom to tell"),
    "tell_line": t("{department}（{contact}）{email} {ids}", "{department} ({contact}) {email} {ids}"),
    "tell_superior": t("上级领导：{name}", "Superior: {name}"),
    "nothing_written": t(
        "只推演，没有写文件；加 -o 可写进副本", "Nothing was written; -o writes into a copy"
    ),
    "ask_slip": t(
        "{id} {task}\n推迟几个工作日？（提前写负数）",
        "{id} {task}\nHow many working days later? (negative: earlier)",
    ),
    "only_asked": t("只是推演，没有改动工作簿。", "Only asked; nothing was changed."),
}
MOVE_KEYS = ("id", "stage", "owner", "task", "before", "after", "workdays", "rag_before", "rag_after")
MILESTONE_KEYS = ("id", "milestone", "task_id", "planned", "expected", "workdays")
TELL_KEYS = ("department", "contact", "email", "ids")
_MOST_IDS = 200


def _ask_slip(session: Session) -> tuple[str, ...] | None:
    """Working days that the selected task slips."""
    row, texts = session.row(), session.project.texts
    identity = str(texts("id")[row])
    assert session.person is not None
    prompt = session.reply(WORDS).text("ask_slip", id=identity, task=texts("task")[row])
    days = session.person.text(prompt, "3")
    return (f"{identity}={days}",) if days else None


SLIP = Option(
    "slip",
    t("推迟的工作日，如 T003=+3；可重复", "Working days of delay, such as T003=+3; may be repeated"),
    ("--slip",),
    "texts",
    "ID=+N",
    required=True,
    ask=_ask_slip,
)
COPY = Option(
    "out",
    t(
        "把推演的预计完成写进这个副本（默认不写文件）",
        "Write the expected dates into this copy (default: nothing is written)",
    ),
    ("-o", "--out"),
    "file",
    "PATH",
)


def run(session: Session, options: Options) -> Reply:
    """Only asks, unless a copy is named."""
    from xl_collab.plan.what_if import parse_slips, what_if

    outcome = what_if(session.project, parse_slips(listed(options["slip"])))
    reply = session.reply(WORDS)
    reply.payload = payload(outcome.data)
    _shown(reply, outcome.data)
    if options["out"] is None:
        reply.say("nothing_written", "line")
        reply.say("only_asked", "click")
    else:
        reply.written(session.write(outcome.edits, "what-if"))
    return reply


def _shown(reply: Reply, found: WhatIf) -> None:
    """Dates before and after, the critical path, milestones, whom to tell."""
    if found.moves:
        rows = [_row(reply, move) for move in found.moves]
        reply.table(reply.text("moves_title"), reply.text("moves_columns").split("|"), rows)
    else:
        reply.say("no_moves", entry=True)
    if found.end_before != found.end_after:
        days = f"{found.end_workdays:+d}"
        reply.say("end_moves", entry=True, before=found.end_before, after=found.end_after, days=days)
    else:
        reply.say("end_stays", entry=True, after=found.end_after)
    if found.critical_after:
        reply.say("critical_path", entry=True, ids=" → ".join(found.critical_after[:_MOST_IDS]))
    for m in found.milestones:
        dates: dict[str, Any] = {"planned": m.planned, "expected": m.expected, "days": m.workdays}
        reply.say("milestone_at_risk", entry=True, id=m.id, name=m.milestone, task=m.task_id, **dates)
    if found.estimate:
        reply.line(found.estimate.of(reply.lang), entry=True)
    _tell(reply, found)


def _row(reply: Reply, move: Move) -> tuple[Any, ...]:
    word, style = alert(move.rag_after, reply.lang)
    if move.rag_before != move.rag_after:
        word = f"{alert(move.rag_before, reply.lang)[0]} → {word}"
    dates = (str(move.before or ""), str(move.after or ""))
    mark = "●" if move.critical else ""
    return (move.id, move.owner, move.task, *dates, signed(move.workdays), (word, style), mark)


def _tell(reply: Reply, found: WhatIf) -> None:
    if not found.tell:
        return
    reply.line(reply.text("tell_title") + ":", entry=True)
    for one in found.tell:
        ids = reply.listed(one.ids[:12]) + ("…" if len(one.ids) > 12 else "")
        words = {"department": one.department, "contact": one.contact or "—", "email": one.email}
        reply.line("  " + reply.text("tell_line", ids=ids, **words), entry=True)
    if found.superior:
        reply.line("  " + reply.text("tell_superior", name=found.superior), entry=True)


def payload(found: WhatIf) -> dict[str, Any]:
    """Slips, end, critical path, moves, milestones at risk, whom to tell."""
    from xl_collab.commands.reply import fields, plain

    return {
        "as_of": plain(found.as_of),
        "slips": [{"id": s.row_id, "workdays": s.workdays} for s in found.slips],
        "end": {
            "before": plain(found.end_before),
            "after": plain(found.end_after),
            "workdays": found.end_workdays,
        },
        "critical_path": {"before": list(found.critical_before), "after": list(found.critical_after)},
        "moves": [{**fields(m, MOVE_KEYS), "why": m.why, "critical": m.critical} for m in found.moves],
        "milestones": [fields(m, MILESTONE_KEYS) for m in found.milestones],
        "tell": [fields(one, TELL_KEYS) for one in found.tell],
        "superior": found.superior,
        "estimated_years": list(found.estimated_years),
    }


def _request(options: Options) -> Request:
    """Nothing is written, and no lock taken, unless a copy is named."""
    from xl_collab.commands.session import Request

    asked = Request.of(options)
    return replace(asked, dry_run=asked.dry_run or asked.out is None)


WHAT_IF = Command(
    name="what-if",
    id="what_if",
    group="checks",
    label=t("延期推演", "What if"),
    tip=t("某项任务推迟几天会影响谁", "Whom a slip would reach"),
    more=t(
        "选中任务行，输入推迟的工作日数：哪些任务后移、哪些变红、要告诉谁。不改动工作簿。",
        "Select a task and enter working days: what moves, what turns red, whom to tell. Only asks.",
    ),
    key="W",
    image="Calculator",
    writes=False,
    twin="xl-collab what-if FILE --slip T003=+3",
    run=run,
    options=(FILE, SLIP, AS_OF, COPY, DRY_RUN, BREAK_LOCK),
    request=_request,
)
