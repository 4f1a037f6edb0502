"""Clicks on what came back by mail: collect it, decide the questions, take one reply back, look it up.

The workbook is saved before a run and after it, and only then does the ledger call the run done.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xl_collab.exchange.ledger.ledger import Ledger
from xl_collab.faces import collecting, ledger_desk
from xl_collab.faces.cli import show_collect
from xl_collab.faces.live.clicks import MOST_LINES, Answer, Click, lines_of
from xl_collab.faces.live.plain import Lines
from xl_collab.merge.change_log import MOST
from xl_collab.merge.outcome import DepartmentSummary
from xl_collab.merge.result import Change
from xl_collab.merge.words import counted
from xl_collab.project.sentences import listing


def collect(click: Click) -> Answer:
    """Replies out of a folder or files that the person chooses, merged into the open workbook."""
    click.saved()
    paths = _replies(click)
    if not paths:
        return Answer("quiet")
    report = collecting.collect_at(lambda: _desk(click), collecting.Wish(paths))
    senders = _in_doubt(report)
    if senders and click.ask.confirm(click.say("ask_senders", senders="\n".join(senders))):
        wish = collecting.Wish(paths, frozenset(_address(line) for line in senders))
        report = collecting.collect_at(lambda: _desk(click), wish)
    return _collected(click, report)


def _replies(click: Click) -> tuple[Path, ...]:
    """A folder with all that is in it, or some files."""
    ways = [click.say("replies_folder"), click.say("replies_files")]
    chosen = click.ask.choose(click.say("ask_replies"), ways, many=False)
    if not chosen:
        return ()
    if chosen[0] == 1:
        return click.ask.open_replies(ways[1]) or ()
    folder = click.ask.folder(ways[0])
    return () if folder is None else (folder,)


def _in_doubt(report: collecting.Report) -> list[str]:
    """Departments whose reply waits because 通讯录 does not have its sender, each with the address."""
    found = (s.who for s in report.merged.result.replies if s.reason == "sender" and s.who.sender)
    return list(dict.fromkeys(f"{who.department}: {who.sender}" for who in found))


def _address(line: str) -> str:
    return line.rpartition(": ")[2].lower()


def _collected(click: Click, report: collecting.Report) -> Answer:
    screen = Lines(click.lang)
    show_collect.arrived(screen, report)
    lines = report.merged.document.lines
    said = [screen.shown(MOST_LINES), *(_department(click, one) for one in report.merged.document.summary)]
    if report.applied is not None:
        click.show(report.applied, "conflicts" if lines else "log")
        said.append(click.changed(report.applied))
    if report.merged.document.asked:
        said.append(click.say("questions_open", count=report.merged.document.asked))
    if show_collect.took_all(report):
        said.append(click.say("all_applied"))
    return Answer("info" if report.is_clean else "warning", lines_of(*said))


def _department(click: Click, found: DepartmentSummary) -> str:
    words = {"replies": listing(found.replies), "counts": counted(found.counts)}
    return click.say("department", department=found.department, **words)


def resolve(click: Click) -> Answer:
    """What was chosen on 冲突 is carried out."""
    click.saved()
    found, applied = collecting.resolve_at(_desk(click))
    if found is None:
        return Answer("info", click.say("choose_first"))
    notices = [f"· {notice.of(click.lang)}" for notice in found.document.notices]
    left = found.document.asked
    said = click.say("resolved", count=found.result.answers.decided, left=left)
    changed = click.changed(applied) if applied is not None else click.say("unchanged")
    return Answer("warning" if notices or left else "info", lines_of(said, *notices, changed))


def undo_reply(click: Click) -> Answer:
    """One reply that the person chooses is taken back, cell by cell."""
    click.saved()
    desk = _desk(click)
    ledger = desk.ledger
    found = _applied(ledger) if ledger is not None else {}
    if not found:
        return Answer("info", click.say("no_replies"))
    shown = [_reply(click, made) for made in found.values()]
    chosen = click.ask.choose(click.say("ask_reply"), shown, many=False)
    if not chosen:
        return Answer("quiet")
    sha = list(found)[chosen[0]]
    received, taken, applied = collecting.undo_reply_at(desk, sha)
    back = taken.result.taken_back
    counts = {"count": len(back.restored), "kept": len(back.kept)}
    said = [click.say("reply_undone", department=received.department, **counts)]
    said += [f"· {notice.of(click.lang)}" for notice in taken.document.notices]
    freed = sum(notice.kind == "freed" for notice in taken.told)
    if freed:
        said.append(click.say("undo_questions", count=freed))
    if applied is not None:
        said.append(click.changed(applied))
    return Answer("warning" if freed else "info", lines_of(*said))


def _applied(ledger: Ledger) -> dict[str, list[tuple[str, Change]]]:
    """Changes that stand, with their times, by the reply that brought them; the newest reply first."""
    found: dict[str, list[tuple[str, Change]]] = {}
    for at, change in ledger.made(MOST):
        if change.who.sha256 and change.why not in ("undone", "chosen"):
            found.setdefault(change.who.sha256, []).append((at, change))
    return found


def _reply(click: Click, made: Sequence[tuple[str, Change]]) -> str:
    at, change = made[0]
    words = {"department": change.who.department, "sender": change.who.sender or "—", "count": len(made)}
    return click.say("reply", at=show_collect.moment(at), **words)


def log(click: Click) -> Answer:
    """What was sent, collected and decided, the newest first."""
    click.saved()
    entries = ledger_desk.history(_desk(click))
    screen = Lines(click.lang)
    show_collect.log(screen, entries[::-1])
    return Answer("info", screen.shown(MOST_LINES))


def tell_ledger(click: Click) -> str:
    """After a run was taken back in the open workbook: it is saved, and the ledger counts it as not done."""
    click.again()
    desk = collecting.Desk(click.saved(), collecting.utc_now())
    return click.say("ledger_told" if ledger_desk.after_undo(desk) else "ledger_kept")


def _desk(click: Click) -> collecting.Desk:
    """The open workbook as the ledger's master, read anew."""
    click.again()
    return ledger_desk.settled(collecting.Desk(click.saved(), collecting.utc_now()))
