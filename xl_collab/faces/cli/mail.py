"""`xl-collab packets` and `xl-collab send`: what goes out to the departments."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xl_collab.faces.cli import options as opt
from xl_collab.faces.cli.app import app
from xl_collab.faces.cli.opening import screen_for, session_to_write
from xl_collab.faces.words.sentences import help_text as say

if TYPE_CHECKING:
    from xl_collab.faces.mailing import Way

To = Annotated[list[str] | None, typer.Option("--to", metavar="DEPT", help=say("to"))]
WithoutOthers = Annotated[bool, typer.Option("--without-others", help=say("without_others"))]
Whole = Annotated[bool, typer.Option("--whole", help=say("whole"))]
Macros = Annotated[bool, typer.Option("--macros", help=say("macros"))]
PacketOut = Annotated[Path, typer.Option("-o", "--out", help=say("packet_out"), show_default=False)]
ReplyBy = Annotated[str | None, typer.Option("--by", metavar="YYYY-MM-DD", help=say("reply_by"))]
Kind = Annotated[str, typer.Option("--kind", help=say("letter_kind"))]
Copies = Annotated[str, typer.Option("--cc", help=say("cc"))]
Draft = Annotated[Path | None, typer.Option("--draft", metavar="DIR", help=say("draft"))]
Smtp = Annotated[bool, typer.Option("--smtp", help=say("smtp"))]
UseOutlook = Annotated[bool, typer.Option("--outlook", help=say("outlook"))]
ShowOnly = Annotated[bool, typer.Option("--dry-run", help=say("send_dry_run"))]


@app.command(help=say("packets"))
def packets(
    file: opt.File,
    out: PacketOut,
    to: To = None,
    without_others: WithoutOthers = False,
    whole: Whole = False,
    macros: Macros = False,
    by: ReplyBy = None,
    as_of: opt.AsOf = None,
    dry_run: opt.DryRun = False,
    break_lock: opt.BreakLock = False,
    lang: opt.LangOption = None,
) -> None:
    """A file for each department, recorded in the ledger."""
    from xl_collab.faces import mailing

    screen = screen_for(lang)
    with session_to_write(file, as_of, None, dry_run, break_lock, lang, screen) as session:
        wish = mailing.Wish(tuple(to or ()), _day(by), not without_others, whole, macros)
        mailing.make_packets(session, wish, out, screen)


@app.command(help=say("send"))
def send(
    file: opt.File,
    draft: Draft = None,
    smtp: Smtp = False,
    outlook: UseOutlook = False,
    to: To = None,
    kind: Kind = "request",
    cc: Copies = "default",
    without_others: WithoutOthers = False,
    whole: Whole = False,
    macros: Macros = False,
    by: ReplyBy = None,
    as_of: opt.AsOf = None,
    dry_run: ShowOnly = False,
    break_lock: opt.BreakLock = False,
    lang: opt.LangOption = None,
) -> None:
    """Letters with what is attached to them."""
    from xl_collab.faces import mailing

    screen = screen_for(lang)
    way = _way(draft, smtp, outlook, dry_run)
    with session_to_write(file, as_of, None, dry_run, break_lock, lang, screen) as session:
        wish = mailing.Wish(tuple(to or ()), _day(by), not without_others, whole, macros)
        fine = mailing.write_letters(session, wish, mailing.kind_of(kind), mailing.copies_of(cc), way, screen)
    if not fine:
        raise typer.Exit(2)


def _day(text: str | None) -> date | None:
    from xl_collab.faces.session import read_date

    return None if text is None else read_date(text)


def _way(draft: Path | None, smtp: bool, outlook: bool, dry_run: bool) -> Way:
    from xl_collab.faces import mailing
    from xl_collab.faces.session import said_error

    if sum((draft is not None, smtp, outlook)) > 1 or not (draft or smtp or outlook or dry_run):
        raise said_error("choose_way")
    return mailing.Way(draft, smtp, outlook, dry_run)
