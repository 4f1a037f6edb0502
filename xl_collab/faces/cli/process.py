"""The commands of the running process: proposals, what-if, adjust, accept.

They hang on the same app as those in `app.py`; like them they only translate.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xl_collab.faces.cli import options as opt
from xl_collab.faces.cli.app import app
from xl_collab.faces.cli.opening import listed, screen_for, session_to_write
from xl_collab.faces.words.sentences import help_text as say

Accept = Annotated[list[str] | None, typer.Option("--accept", metavar="ID", help=say("accept_id"))]
Reject = Annotated[list[str] | None, typer.Option("--reject", metavar="ID", help=say("reject_id"))]
Slips = Annotated[list[str], typer.Option("--slip", metavar="ID=+N", help=say("slip"))]
Copy = Annotated[Path | None, typer.Option("-o", "--out", help=say("what_if_out"))]
AdjustIds = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help=say("adjust_ids"))]
AcceptIds = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help=say("accept_ids"))]


@app.command(help=say("proposals"))
def proposals(
    file: opt.File,
    accept: Accept = None,
    reject: Reject = None,
    as_of: opt.AsOf = None,
    out: opt.Out = None,
    dry_run: opt.DryRun = False,
    break_lock: opt.BreakLock = False,
    json: opt.Json = False,
    lang: opt.LangOption = None,
) -> None:
    """Conditions found in notes; accepted ones become milestones, risks and actions."""
    from xl_collab.faces.choosing import carry_out, has_page, risk_page
    from xl_collab.faces.cli import payloads, payloads_process, show_process

    screen = screen_for(lang)
    with session_to_write(file, as_of, out, dry_run, break_lock, lang, None if json else screen) as session:
        found = carry_out(session, listed(accept), listed(reject))
        page = risk_page(session, found).edits if found.news and has_page(session) else ()
        applied = session.write(page, "proposals") if found.news else None
    if json:
        payloads.show(payloads_process.proposals(found, session.lang))
        return
    show_process.decided(screen, found)
    if applied is not None:
        screen.applied(applied)


@app.command("what-if", help=say("what_if"))
def what_if(
    file: opt.File,
    slip: Slips,
    as_of: opt.AsOf = None,
    out: Copy = None,
    dry_run: opt.DryRun = False,
    break_lock: opt.BreakLock = False,
    json: opt.Json = False,
    lang: opt.LangOption = None,
) -> None:
    """Every date that a slip moves, and whom to tell; written only into the copy that -o names."""
    from xl_collab.faces.cli import payloads, payloads_process, show_process
    from xl_collab.plan.what_if import parse_slips
    from xl_collab.plan.what_if import what_if as act

    screen = screen_for(lang)
    only_asked, shown_on = dry_run or out is None, None if json else screen
    with session_to_write(file, as_of, out, only_asked, break_lock, lang, shown_on) as session:
        outcome = act(session.project, parse_slips(listed(slip)))
        applied = session.write(outcome.edits, "what-if") if out is not None else None
    if json:
        payloads.show(payloads_process.what_if(outcome.data))
        return
    show_process.what_if(screen, outcome.data)
    if applied is None:
        screen.say("nothing_written")
    else:
        screen.applied(applied)


@app.command(help=say("adjust"))
def adjust(
    file: opt.File,
    ids: AdjustIds = None,
    as_of: opt.AsOf = None,
    out: opt.Out = None,
    dry_run: opt.DryRun = False,
    break_lock: opt.BreakLock = False,
    json: opt.Json = False,
    lang: opt.LangOption = None,
) -> None:
    """《进度调整方案》 for each delay over the threshold, and its draft row."""
    from xl_collab.documents.adjustment.content import adjust as act
    from xl_collab.faces.cli import payloads, payloads_process, show_process

    screen = screen_for(lang)
    with session_to_write(file, as_of, out, dry_run, break_lock, lang, None if json else screen) as session:
        outcome = act(session.project, listed(ids))
        applied = session.write(outcome.edits, "adjust")
    if json:
        payloads.show(payloads_process.adjusted(outcome.data, session.lang))
        return
    show_process.adjusted(screen, outcome.data)
    screen.applied(applied)


@app.command(help=say("accept"))
def accept(
    file: opt.File,
    ids: AcceptIds = None,
    as_of: opt.AsOf = None,
    out: opt.Out = None,
    dry_run: opt.DryRun = False,
    break_lock: opt.BreakLock = False,
    json: opt.Json = False,
    lang: opt.LangOption = None,
) -> None:
    """《成果验收确认单》 for deliveries, and the rows in 成果验收."""
    from xl_collab.documents.acceptance.content import accept as act
    from xl_collab.faces.cli import payloads, payloads_process, show_process

    screen = screen_for(lang)
    with session_to_write(file, as_of, out, dry_run, break_lock, lang, None if json else screen) as session:
        outcome = act(session.project, listed(ids))
        applied = session.write(outcome.edits, "accept")
    if json:
        payloads.show(payloads_process.accepting(outcome.data))
        return
    show_process.accepting(screen, outcome.data)
    screen.applied(applied)
