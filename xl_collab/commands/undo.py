"""`undo`: the workbook as it was before the last run, or the cells of one reply taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xl_collab.commands.command import BREAK_LOCK, DRY_RUN, FILE, Command, Option
from xl_collab.commands.reply import Nothing, Options, Reply
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.exchange.ledger.ledger import Ledger
    from xl_collab.merge.result import Change

WORDS = {
    "restored": t("已恢复到“{command}”之前：{path}", "Restored {path} to what it was before {command}"),
    "would_restore": t(
        "将恢复到 {time} 运行“{command}”之前；只是显示，没有写文件：{path}",
        "Would restore {path} to what it was before {command} of {time}; nothing was written",
    ),
    "undone": t("已撤销“{command}”。", "Took back {command}."),
    "kept": t(
        "后来有人改过或引用，因此保留：{cells}",
        "Changed by somebody since, or referred to, and therefore kept: {cells}",
    ),
    "ask_reply": t(
        "撤销哪一份回复？只恢复仍是它所写内容的格，之后改过的列入“冲突”。",
        "Which reply? Only cells that still hold what it brought go back; others become questions.",
    ),
    "reply": t(
        "{at} · {department}（{sender}）· {count} 格", "{at} · {department} ({sender}) · {count:cell|cells}"
    ),
    "no_replies": t("没有可以撤销的回复。", "There is no reply to take back."),
    "ledger_told": t(
        "工作簿已保存，台账也已恢复；这些回复可以重新收取。",
        "The workbook was saved and the ledger set back; those replies can be collected again.",
    ),
    "ledger_kept": t(
        "之后又有过收取或处理，台账没有改动；要撤销某一份回复请点“撤销回复”。",
        "Replies were collected or decided since, so the ledger stays; to take one back use Undo reply.",
    ),
    "reply_undone": t(
        "已撤销 {department} 的回复：恢复 {count} 格，{kept} 格之后又有人改过而保留",
        "Took back the reply of {department}: {count} cells restored; {kept} stay, changed by others since",
    ),
    "undo_questions": t(
        "{count} 处原来让位于它的说法请在“冲突”表定夺",
        "{count} to decide on the Conflicts sheet: words that had given way to it",
    ),
}
_MOST_KEPT = 24


def _ask_reply(session: Session) -> str | None:
    """One of the replies whose changes stand, the newest first."""
    from xl_collab.commands.master_file import MasterFile

    ledger = MasterFile.of_open(session).ledger
    found = _standing(ledger) if ledger is not None else {}
    reply = session.reply(WORDS)
    if not found:
        reply.say("no_replies")
        raise Nothing(reply)
    assert session.person is not None
    shown = [_entry(reply, made) for made in found.values()]
    chosen = session.person.choose(reply.text("ask_reply"), shown, many=False)
    return list(found)[chosen[0]] if chosen else None


def _standing(ledger: Ledger) -> dict[str, list[tuple[str, Change]]]:
    """Changes that stand, with their times, by the reply that brought them; the newest reply first."""
    from xl_collab.merge.change_log import MOST

    found: dict[str, list[tuple[str, Change]]] = {}
    for at, change in ledger.made(MOST):
        if change.who.sha256 and change.why not in ("undone", "chosen"):
            found.setdefault(change.who.sha256, []).append((at, change))
    return found


def _entry(reply: Reply, made: list[tuple[str, Change]]) -> str:
    from xl_collab.commands.log import moment

    at, change = made[0]
    words = {"department": change.who.department, "sender": change.who.sender or "—", "count": len(made)}
    return reply.text("reply", at=moment(at), **words)


REPLY = Option(
    "reply",
    t(
        "只撤销这一份回复（SHA-256 开头几位，或回执码，后者取最近一份）；在“冲突”表里选定的保留",
        "Take back one reply: start of its SHA-256, or its reply code (the last one); what was chosen stays",
    ),
    ("--reply",),
    metavar="SHA|TOKEN",
)
ASKED_REPLY = replace(REPLY, ask=_ask_reply)


def run(session: Session, options: Options) -> Reply:
    """Take the last run back as a whole, and tell the ledger if it counts such runs."""
    if options["reply"] is not None:
        return _undo_reply(session, options["reply"])
    undone = session.undo()
    reply = session.reply(WORDS)
    reply.front = None
    if session.request.dry_run:
        time = undone.time.replace("T", " ")
        reply.say("would_restore", command=undone.command, path=session.request.path, time=time)
        return reply
    if session.book is None:
        reply.say("restored", command=undone.command, path=session.request.path)
    else:
        label = session.label_of(undone.command)
        reply.say("undone", command=label.of(reply.lang) if label else undone.command)
    if undone.command in ("collect", "resolve", "undo"):
        from xl_collab.commands.master_file import after_undo

        told = after_undo(session.again())
        reply.say("ledger_told" if told else "ledger_kept", "click")
    # The tool's own hidden sheets are counted on by later runs; nobody can do anything about them.
    kept = [cell for cell in getattr(undone, "kept", ()) if not cell.startswith("_")]
    if kept:
        shown = [*kept[:_MOST_KEPT], "…"] if len(kept) > _MOST_KEPT else kept
        reply.say("kept", cells=", ".join(shown))
        reply.severity = "warning"
    return reply


def _undo_reply(session: Session, text: str) -> Reply:
    """One reply, cell by cell; exit code 1 when cells were changed since."""
    from xl_collab.commands.master_file import MasterFile, undo_reply

    received, taken, applied = undo_reply(MasterFile.of_open(session), text)
    undone = taken.result.taken_back
    reply = session.reply(WORDS)
    counts: dict[str, Any] = {"count": len(undone.restored), "kept": len(undone.kept)}
    reply.say("reply_undone", department=received.department, **counts)
    for notice in taken.document.notices:
        reply.line(f"· {notice.of(reply.lang)}")
    freed = sum(notice.kind == "freed" for notice in taken.told)
    if freed:
        reply.say("undo_questions", count=freed)
        reply.severity, reply.exit_code = "warning", 1
    reply.front = None
    if applied is not None:
        reply.written(applied)
    return reply


UNDO = Command(
    name="undo",
    id="undo",
    group="tools",
    label=t("撤销", "Undo"),
    tip=t("撤销本工具的上一次操作", "Take this tool's last action back"),
    more=t(
        "恢复到上一次点击之前。Excel 自己的撤销（Ctrl+Z）不含程序写入的内容。",
        "Back to before the last click. Excel's own undo does not know what programs write.",
    ),
    key="U",
    image="Undo",
    large=True,
    home=True,
    twin="xl-collab undo FILE",
    run=run,
    options=(FILE, REPLY, DRY_RUN, BREAK_LOCK),
    follows=False,
)
UNDO_REPLY = Command(
    id="undo_reply",
    group="teamwork",
    label=t("撤销回复", "Undo reply"),
    tip=t("只撤销某一份回复", "Take one reply back"),
    more=t(
        "从收取过的回复中选一份；之后又有人改过的格不动，列入“冲突”。",
        "Choose one of the replies; cells that somebody changed since stay and become questions.",
    ),
    key="QU",
    image="ReviewDeleteComment",
    twin="xl-collab undo FILE --reply CODE",
    run=run,
    options=(FILE, ASKED_REPLY, BREAK_LOCK),
    follows=False,
)
