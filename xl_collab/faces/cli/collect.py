"""`collect`, `resolve`, `log`, and the ledger's `handover`, `adopt`, `fork`.

They hang on the same app as those in `app.py`; like them they only translate. Exit code 1: something
waits for a decision, or a file was refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xl_collab.faces.cli import options as opt
from xl_collab.faces.cli.app import app
from xl_collab.faces.cli.opening import asked_lang, held, screen_for
from xl_collab.faces.words.sentences import help_text as say

if TYPE_CHECKING:
    from xl_collab.faces.collecting import Report
    from xl_collab.faces.session import Request

Replies = Annotated[list[Path], typer.Argument(metavar="REPLIES...", help=say("replies"), show_default=False)]
YesFrom = Annotated[list[str] | None, typer.Option("--yes-from", metavar="ADDRESS", help=say("yes_from"))]
Packed = Annotated[Path, typer.Option("-o", "--out", help=say("handover_out"), show_default=False)]
From = Annotated[Path | None, typer.Option("--from", metavar="ZIP", help=say("adopt_from"))]


def _request(file: Path, lang: str | None, *, dry_run: bool = False, break_lock: bool = False) -> Request:
    from xl_collab.faces.session import Request

    return Request(file, dry_run=dry_run, lang=asked_lang(lang), break_lock=break_lock)


@app.command(help=say("collect"))
def collect(
    file: opt.File,
    replies: Replies,
    yes_from: YesFrom = None,
    dry_run: opt.DryRun = False,
    break_lock: opt.BreakLock = False,
    json: opt.Json = False,
    lang: opt.LangOption = None,
) -> None:
    """Merge replies; exit code 1 when something waits or was refused."""
    from xl_collab.faces import collecting
    from xl_collab.faces.cli import payloads, payloads_collect, show_collect
    from xl_collab.faces.session import quiet

    screen = screen_for(lang)
    wish = collecting.Wish(tuple(replies), frozenset(address.strip().lower() for address in yes_from or ()))
    request = _request(file, lang, dry_run=dry_run, break_lock=break_lock)
    with held(request):
        report: Report = collecting.collect_replies(
            request, wish, now=collecting.utc_now(), progress=quiet if json else screen.step
        )
    if json:
        payloads.show(payloads_collect.collected(report, screen.lang))
    else:
        show_collect.collected(screen, report, file)
    if not report.is_clean:
        raise typer.Exit(1)


@app.command(help=say("resolve"))
def resolve(
    file: opt.File,
    dry_run: opt.DryRun = False,
    break_lock: opt.BreakLock = False,
    json: opt.Json = False,
    lang: opt.LangOption = None,
) -> None:
    """The choices on 冲突; exit code 1 when questions are left."""
    from xl_collab.faces import collecting
    from xl_collab.faces.cli import payloads, payloads_collect, show_collect
    from xl_collab.faces.session import quiet

    screen = screen_for(lang)
    request = _request(file, lang, dry_run=dry_run, break_lock=break_lock)
    with held(request):
        found, applied = collecting.resolve_questions(
            request, now=collecting.utc_now(), progress=quiet if json else screen.step
        )
    if json:
        payloads.show(payloads_collect.resolved(found))
    elif found is None:
        screen.say("nothing_chosen")
    else:
        for notice in found.document.notices:
            screen.line(f"· {notice.of(screen.lang)}")
        screen.say("resolved", count=found.result.answers.decided, left=found.document.asked)
        show_collect.questions(screen, found.document.lines)
        if applied is not None:
            screen.applied(applied)
    if found is not None and found.result.questions:
        raise typer.Exit(1)


def undo_reply(request: Request, reply: str) -> None:
    """`undo --reply`; exit code 1 when cells were changed since."""
    from xl_collab.faces import collecting

    screen = screen_for(request.lang)
    with held(request):
        received, taken, applied = collecting.undo_reply(
            request, reply, now=collecting.utc_now(), progress=screen.step
        )
    undone = taken.result.taken_back
    department, count, kept = received.department, len(undone.restored), len(undone.kept)
    screen.say("reply_undone", department=department, count=count, kept=kept)
    for notice in taken.document.notices:
        screen.line(f"· {notice.of(screen.lang)}")
    if applied is not None:
        screen.applied(applied)
    freed = sum(notice.kind == "freed" for notice in taken.told)
    if freed:
        screen.say("undo_questions", count=freed)
        raise typer.Exit(1)


@app.command(help=say("log"))
def log(file: opt.File, json: opt.Json = False, lang: opt.LangOption = None) -> None:
    """The ledger's history."""
    from xl_collab.faces import collecting, ledger_desk
    from xl_collab.faces.cli import payloads, payloads_collect, show_collect

    screen = screen_for(lang)
    entries = ledger_desk.history(collecting.Desk.of(_request(file, lang), collecting.utc_now()))
    if json:
        payloads.show(payloads_collect.log(entries))
    else:
        show_collect.log(screen, entries)


@app.command(help=say("handover"))
def handover(
    file: opt.File, out: Packed, break_lock: opt.BreakLock = False, lang: opt.LangOption = None
) -> None:
    """The ledger as one file."""
    from xl_collab.faces import collecting, ledger_desk

    request = _request(file, lang, break_lock=break_lock)
    with held(request):
        made = ledger_desk.hand_over(request, out, collecting.utc_now())
    screen_for(lang).say("handed_over", path=made)


@app.command(help=say("adopt"))
def adopt(
    file: opt.File, packed: From = None, break_lock: opt.BreakLock = False, lang: opt.LangOption = None
) -> None:
    """This workbook is the master from now on."""
    from xl_collab.faces import collecting, ledger_desk

    request = _request(file, lang, break_lock=break_lock)
    with held(request):
        ledger = ledger_desk.adopt(request, collecting.utc_now(), packed)
    screen_for(lang).say("adopted", path=file, ledger=ledger.path.name)


@app.command(help=say("fork"))
def fork(file: opt.File, break_lock: opt.BreakLock = False, lang: opt.LangOption = None) -> None:
    """This copy goes its own way."""
    from xl_collab.faces import collecting, ledger_desk

    request = _request(file, lang, break_lock=break_lock)
    with held(request):
        identity = ledger_desk.fork(request, collecting.utc_now())
    screen_for(lang).say("forked", path=file, identity=identity)
