"""The commands lessons and raci, on the same app as those in `app.py`; like them they only translate."""

from __future__ import annotations

from typing import Annotated

import typer

from xl_collab.faces.cli import options as opt
from xl_collab.faces.cli.app import app
from xl_collab.faces.cli.opening import listed, screen_for, session_to_write
from xl_collab.faces.words.sentences import help_text as say

Accept = Annotated[list[str] | None, typer.Option("--accept", metavar="ID", help=say("accept_lesson"))]


@app.command(help=say("lessons"))
def lessons(
    file: opt.File,
    accept: Accept = None,
    as_of: opt.AsOf = None,
    out: opt.Out = None,
    dry_run: opt.DryRun = False,
    break_lock: opt.BreakLock = False,
    json: opt.Json = False,
    lang: opt.LangOption = None,
) -> None:
    """What the data teaches; accepted lessons become rows of 经验登记."""
    from xl_collab.documents.lessons.content import lessons as act
    from xl_collab.faces.cli import payloads, show_lessons

    screen = screen_for(lang)
    only_listed = dry_run or not accept
    shown_on = None if json else screen
    with session_to_write(file, as_of, out, only_listed, break_lock, lang, shown_on) as session:
        outcome = act(session.project, listed(accept))
        applied = session.write(outcome.edits, "lessons") if outcome.edits else None
    if json:
        payloads.show(show_lessons.payload(outcome.data, session.lang))
        return
    show_lessons.learnt(screen, outcome.data)
    if applied is not None:
        screen.applied(applied)


@app.command(help=say("raci"))
def raci(
    file: opt.File,
    as_of: opt.AsOf = None,
    out: opt.Out = None,
    dry_run: opt.DryRun = False,
    break_lock: opt.BreakLock = False,
    lang: opt.LangOption = None,
) -> None:
    """The responsibility matrix in a new sheet."""
    from xl_collab.documents.raci.content import raci as act

    screen = screen_for(lang)
    with session_to_write(file, as_of, out, dry_run, break_lock, lang, screen) as session:
        outcome = act(session.project)
        found = outcome.data
        screen.say("raci_gaps", rows=len(found.duties) + len(found.tasks), gaps=found.gaps)
        screen.applied(session.write(outcome.edits, "raci"))
