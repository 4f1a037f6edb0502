"""One command done, with the lock of what it works on held: by the command line, and by runs of themselves."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from xl_collab.commands.command import Command
from xl_collab.commands.reply import Options, Reply

if TYPE_CHECKING:
    from xl_collab.commands.session import Session


def answered(command: Command, session: Session, options: Options) -> Reply:
    """What the command answers."""
    from xl_collab.commands.follow_rows import follow_rows
    from xl_collab.commands.readings import run_after_choices
    from xl_collab.commands.session import held

    locks = "break_lock" in options  # what a click does not write, a line may: the copy that -o names
    with held(session.request, session.hearer) if command.holds and locks else nullcontext():
        if command.follows and locks and not session.request.dry_run:
            follow_rows(session)
        return run_after_choices(command, session, options)
