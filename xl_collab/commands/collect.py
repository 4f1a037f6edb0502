"""`collect`: replies merged cell by cell; exit code 1 when something waits for a decision or was refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xl_collab.commands.command import BREAK_LOCK, DRY_RUN, FILE, Command, Option
from xl_collab.commands.reply import Options, Reply
from xl_collab.commands.reply_sources import MAILBOX, OUTLOOK, REPLIES, sources
from xl_collab.errors import Lang
from xl_collab.project.text_size import shortened
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.master_file import Report
    from xl_collab.commands.session import Session
    from xl_collab.merge.confirmations import Judged
    from xl_collab.merge.outcome import ConflictLine
    from xl_collab.merge.questions import Question
    from xl_collab.merge.result import Added, Cell, Change, Notice, Remark

WORDS = {
    "collected_title": t("收取结果", "Replies"),
    "collected_columns": t("部门|结果|回复", "Department|Result|Replies"),
    "collected_counts": t("合计：{counts}", "In all: {counts}"),
    "collected_none": t("没有新的回复", "No new reply"),
    "already_merged": t("{file}：{day} 已合并过", "{file}: already merged on {day}"),
    "rejected": t("拒收 {file}：{reason}", "Refused {file}: {reason}"),
    "remark": t("留言 {place}（{who}）：{words}", "Said in {place} ({who}): {words}"),
    "kept_in": t("拒收的文件已留存并登记：{path}", "Refused files are kept and listed: {path}"),
    "aside": t("跳过 {count} 个不是工作簿或邮件的文件", "Left {count} files aside: no workbook, no mail"),
    "open_questions": t(
        "{count} 处需要您定夺：见工作簿的“冲突”表，选好后运行 xl-collab resolve {file}",
        "{count} for you to decide: choose on the Conflicts sheet, then run xl-collab resolve {file}",
    ),
    "all_applied": t("全部已写入，没有冲突", "Everything was written; no conflicts"),
    "question_line": t(
        "{id} {column}：{kind}；发出 {base}，本表 {master}，对方 {theirs}（{department}）",
        "{id} {column}: {kind}; sent {base}, here {master}, theirs {theirs} ({department})",
    ),
    "mailbox": t(
        "邮箱 {host}：本项目回复邮件 {ours} 封，无关 {others} 封（保持未读）",
        "Mailbox {host}: {ours:mail|mails} for this project, {others} not (left unread)",
    ),
    "mailbox_waiting": t(
        "{count} 封等您确认发件人后再取", "{count:mail waits|mails wait} for you to confirm the sender"
    ),
    "unmarked": t("已收取的邮件没能标记：{why}", "The mails that were taken could not be marked: {why}"),
    "ask_senders": t(
        "这些发件人不是通讯录中该部门的邮箱，回复先放着：\n{senders}\n"
        "确认他们可以代表该部门，点“确定”采用；否则点“取消”，回复留待以后。",
        "Contacts does not have these senders for their departments, so their replies wait:\n{senders}\n"
        "OK takes them, if they speak for their departments; Cancel lets them wait.",
    ),
    "questions_open": t(
        "{count} 处需要您定夺：在“冲突”表的“选择”列选好，再点“处理冲突”。",
        "{count} for you to decide: fill the Choice column on Conflicts, then click Resolve.",
    ),
    "department": t(
        "{department}：{counts}（{replies}）",
        "{department}: {counts} ({replies})",
    ),
}
_LONGEST = 300
"""Characters of somebody's words in a line; the whole is in the answer as JSON and in the file."""
_LONGEST_VALUE = 40
_MOST_QUESTIONS = 20

Ids = Mapping[tuple[str, str], str]
"""Sheet and row → ID today."""


YES_FROM = Option(
    "yes_from",
    t(
        "确认这个发件人可以代表该部门（通讯录里没有时）；可重复",
        "Take replies from this sender although Contacts does not have it; may be repeated",
    ),
    ("--yes-from",),
    "texts",
    "ADDRESS",
)


def run(session: Session, options: Options) -> Reply:
    """Merge; a click asks about senders that 通讯录 does not have."""
    from xl_collab.commands.master_file import CollectOptions, MasterFile, collect_replies

    asked = CollectOptions(*sources(options))
    known = frozenset(address.strip().lower() for address in options["yes_from"])
    report = collect_replies(lambda: MasterFile.of_open(session), replace(asked, confirmed=known))
    senders = _in_doubt(report) if session.person is not None else []
    if senders and _confirmed(session, senders):
        known |= {line.rpartition(": ")[2].lower() for line in senders}
        report = collect_replies(lambda: MasterFile.of_open(session), replace(asked, confirmed=known))
    reply = session.reply(WORDS)
    reply.payload = payload(report, reply.lang)
    reply.exit_code = 0 if report.is_clean else 1
    reply.severity = "info" if report.is_clean else "warning"
    reply.front = "conflicts" if report.merged.document.lines else "log"
    _shown(reply, report, session.request.path)
    return reply


def _in_doubt(report: Report) -> list[str]:
    """Departments whose reply waits because 通讯录 does not have its sender, each with the address."""
    found = (s.who for s in report.merged.result.replies if s.reason == "sender" and s.who.sender)
    return list(dict.fromkeys(f"{who.department}: {who.sender}" for who in found))


def _confirmed(session: Session, senders: Sequence[str]) -> bool:
    assert session.person is not None
    return session.person.confirm(session.reply(WORDS).text("ask_senders", senders="\n".join(senders)))


def _shown(reply: Reply, report: Report, file: Path) -> None:
    """What came back, what came of it for each department, and what waits."""
    from xl_collab.merge.words import counted

    _arrived(reply, report)
    _departments(reply, report)
    if report.applied is not None:
        reply.written(report.applied)
    document = report.merged.document
    questions(reply, document.lines)
    if document.asked:
        reply.say("open_questions", "line", count=document.asked, file=file)
        reply.say("questions_open", "click", count=document.asked)
    if document.summary or report.matched.rejected or report.confirmed:
        reply.say("collected_counts", "line", counts=counted(report.counts))
    if took_all(report):
        reply.say("all_applied")


def took_all(report: Report) -> bool:
    """Whether something was written, or was here already, and nothing else is left."""
    return report.is_clean and bool(report.counts["applied"] or report.counts["corrected"])


def _arrived(reply: Reply, report: Report) -> None:
    """What came back, and what became of it."""
    from xl_collab.commands.log import moment
    from xl_collab.merge.confirmations import sentence

    lang, matched = reply.lang, report.matched
    for repeat in matched.repeats:
        day = moment(repeat.before.received_at)
        reply.say("already_merged", entry=True, file=repeat.arrival.shown, day=day)
    for one in matched.rejected:
        name = one.arrival.shown
        if one.arrival.source != name:
            name = f"{one.arrival.source} › {name}"
        reply.say("rejected", entry=True, file=name, reason=one.refusal.sentence(lang))
        for found in one.arrival.remarks:
            _remark(reply, found, found.place, one.arrival.sender)
    for repeat in matched.repeats:  # those of new replies stand among the notices
        for found in repeat.arrival.remarks:
            _remark(reply, found, f"{repeat.arrival.shown} › {found.place}", repeat.before.department)
    for notice in (*report.arrived.notices, *matched.notices, *report.merged.document.notices):
        reply.line(f"· {notice.of(lang)}", entry=True)
    _mails(reply, report)
    for judged in report.confirmed:
        reply.line(f"· {sentence(judged).of(lang)}", entry=True)
    if report.arrived.aside:
        reply.say("aside", entry=True, count=report.arrived.aside)
    if not (report.merged.document.summary or report.confirmed):
        reply.say("collected_none", entry=True)
    if report.kept is not None:
        reply.say("kept_in", entry=True, path=report.kept)


def _mails(reply: Reply, report: Report) -> None:
    """What the mailbox held."""
    mails = report.mails
    if mails is None:
        return
    reply.say("mailbox", entry=True, host=mails.host, ours=mails.ours, others=mails.others)
    if mails.waiting:
        reply.say("mailbox_waiting", entry=True, count=mails.waiting)
    if mails.lost is not None:
        reply.line(f"· {mails.lost.of(reply.lang)}", entry=True)
    if mails.unmarked is not None:
        reply.say("unmarked", entry=True, why=mails.unmarked.of(reply.lang))


def _remark(reply: Reply, found: Remark, place: str, sender: str) -> None:
    words = shortened(" ".join(found.words.split()), _LONGEST)
    reply.say("remark", entry=True, place=place, who=found.author or sender, words=words)


def _departments(reply: Reply, report: Report) -> None:
    from xl_collab.merge.words import counted
    from xl_collab.project.sentences import listing

    summary = report.merged.document.summary
    if not summary:
        return
    rows = []
    for one in summary:
        words = reply.listed([status.of(reply.lang) for status in one.replies])
        rows.append((one.department or "?", counted(one.counts).of(reply.lang), words))
        counts: dict[str, Any] = {"replies": listing(one.replies), "counts": counted(one.counts)}
        reply.say("department", "click", department=one.department, **counts)
    columns = reply.text("collected_columns").split("|")
    reply.table(reply.text("collected_title"), columns, rows, "line")


def questions(reply: Reply, lines: Sequence[ConflictLine]) -> None:
    """Each open question in one line."""
    for line in lines[:_MOST_QUESTIONS]:
        reply.line(_question_line(line, reply.lang), "line")
    if len(lines) > _MOST_QUESTIONS:
        reply.line(f"… {len(lines) - _MOST_QUESTIONS}", "line")


def _question_line(line: ConflictLine, lang: Lang) -> str:
    words: dict[str, object] = {name: _cut(getattr(line, name)) for name in ("base", "master", "theirs")}
    words["column"] = line.column if line.column.of(lang) else line.sheet
    words |= {"id": line.id or "—", "kind": line.kind, "department": line.department}
    return Reply(lang, WORDS).text("question_line", **words)


def _cut(value: object) -> str:
    """A value in a line of text, cut to what a line can hold."""
    return "∅" if value in (None, "") else shortened(" ".join(str(value).split()), _LONGEST_VALUE)


# JSON, documented in docs/json.md


def payload(report: Report, lang: Lang) -> dict[str, Any]:
    """What was applied, what waits, what was refused, and the state of every file."""
    from xl_collab.commands.master_file import ids_of

    result, matched = report.merged.result, report.matched
    files, ids = matched.files, ids_of(result)
    notices = (*report.arrived.notices, *matched.notices, *report.merged.document.notices)
    return {
        "written": report.applied is not None and report.applied.written,
        "mailbox": _mailbox(report),
        "replies": [*_replies(report)],
        "answers": [answered(one) for one in report.confirmed],
        "counts": report.counts,
        "departments": [{"department": d.department, **d.counts} for d in report.merged.document.summary],
        **changed(result.changes, result.added, ids),
        "open": [question(one, ids) for one in result.questions],
        "late": [question(one, ids) for one in result.late],
        "told": [notice_payload(one, ids, files) for one in report.merged.told],
        "rejected": [
            {
                "file": one.arrival.shown,
                "source": one.arrival.source,
                "sender": one.arrival.sender,
                "sha256": one.arrival.sha256,
                "code": one.refusal.code,
                "reason": one.refusal.sentence(lang),
                "remarks": [remark(words, one.arrival.shown, "") for words in one.arrival.remarks],
            }
            for one in matched.rejected
        ],
        "remarks": [remark(*one) for one in matched.remarks],
        "notices": [notice.of(lang) for notice in notices],
    }


def _mailbox(report: Report) -> dict[str, Any] | None:
    """Numbers of mails; None without --mailbox or --outlook."""
    mails = report.mails
    if mails is None:
        return None
    complete = mails.lost is None
    return {"host": mails.host, "ours": mails.ours, "others": mails.others, "complete": complete}


def answered(one: Judged) -> dict[str, Any]:
    """What a mail answered to a letter, and what became of it."""
    mail = one.answer
    return {
        "department": mail.who.department,
        "sender": mail.who.sender,
        "asked": mail.letter.asks,
        "about": mail.letter.about,
        "answer": mail.code,
        "words": mail.words,
        "quoted": mail.quoted,
        "on": mail.on.isoformat() if mail.on else None,
        "state": one.state,
        "file": mail.file,
        "sha256": mail.who.sha256,
    }


def _replies(report: Report) -> Iterable[dict[str, Any]]:
    for one in report.merged.result.replies:
        yield {
            "file": report.matched.files.get(one.who.sha256, ""),
            "department": one.who.department,
            "sender": one.who.sender,
            "token": one.who.token,
            "sha256": one.who.sha256,
            "status": one.status,
            "reason": one.reason,
        }
    for again in report.matched.repeats:
        yield {
            "file": again.arrival.shown,
            "department": again.before.department,
            "sender": again.arrival.sender,
            "token": again.before.token,
            "sha256": again.before.sha256,
            "status": "repeat",
            "reason": again.before.received_at,
        }


def remark(one: Remark, file: str, department: str) -> dict[str, Any]:
    """What somebody wrote where no known cell is."""
    return {
        "kind": one.kind,
        "place": one.place,
        "words": one.words,
        "author": one.author,
        "counts": one.counts,
        "file": file,
        "department": department,
    }


def changed(changes: Sequence[Change], added: Sequence[Added], ids: Ids) -> dict[str, Any]:
    """Changed cells, each with everybody who said the same, and added rows."""
    return {
        "changes": [_change(one, ids) for one in changes],
        "added": [
            {"sheet": one.sheet, "row": one.row, "id": one.id, "cells": _value(one.record)} for one in added
        ],
    }


def _change(one: Change, ids: Ids) -> dict[str, Any]:
    people = (one.who, *one.also)
    return {
        **_place(one.cell, ids),
        "old": _value(one.old),
        "new": _value(one.new),
        "why": one.why,
        "departments": [who.department for who in people],
        "senders": [who.sender for who in people if who.sender],
    }


def question(one: Question, ids: Ids) -> dict[str, Any]:
    """One candidate of a question; those of one `group` are answered together."""
    return {
        "key": one.key,
        "group": one.group,
        "kind": one.kind,
        **_place(one.cell, ids),
        "base": _value(one.base),
        "master": _value(one.master),
        "theirs": _value(one.theirs),
        "readings": [_value(value) for value in one.readings],
        "department": one.who.department,
        "sender": one.who.sender,
        "modified": one.who.modified,
        "suggestion": one.suggestion,
    }


def _place(cell: Cell, ids: Ids) -> dict[str, str]:
    """Where a cell is: `row` stays the same when IDs are numbered anew, `id` is today's."""
    return {"sheet": cell.sheet, "row": cell.row, "id": ids.get(cell[:2], ""), "column": cell.column}


def notice_payload(one: Notice, ids: Ids, files: Mapping[str, str]) -> dict[str, Any]:
    """What has to be read."""
    return {
        "kind": one.kind,
        **_place(one.cell, ids),
        "value": _value(one.value),
        "text": one.text,
        "department": one.who.department,
        "file": files.get(one.who.sha256, ""),
    }


def _value(value: object) -> Any:
    from xl_collab.commands.reply import plain
    from xl_collab.merge.values import Odd

    if isinstance(value, Odd):
        return {"odd": value.kind, "text": value.text[:200]}
    if isinstance(value, tuple):
        return {str(name): _value(cell) for name, cell in value}
    return plain(value)


COLLECT = Command(
    name="collect",
    id="collect",
    group="teamwork",
    label=t("收取回复", "Collect replies"),
    tip=t("逐格合并各部门的回复", "Merge replies cell by cell"),
    more=t(
        "选文件夹或文件（.xlsx、.eml）。冲突列在“冲突”表，不覆盖任何人的修改；前后各保存一次工作簿。",
        "Choose a folder or files (.xlsx, .eml). Conflicts are listed, nobody's edit is overwritten; the "
        "workbook is saved before and after.",
    ),
    key="L",
    image="FileOpen",
    twin="xl-collab collect FILE REPLIES",
    run=run,
    home=True,
    options=(FILE, REPLIES, MAILBOX, OUTLOOK, YES_FROM, DRY_RUN, BREAK_LOCK),
    follows=False,
)
