"""Readings that people chose for cells on 校验结果: the next command that writes carries them out, once.

They come first: the command then works on the project as after them, all of it is one write, and the page is
drawn anew without them. What may not enter: what a reading is, and what it writes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xl_collab.commands.command import DRY_RUN, OUT, Command
from xl_collab.commands.reply import Options, Reply, ReplyLine, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xl_collab.commands.session import Session
    from xl_collab.documents.findings.content import Chosen
    from xl_collab.project.edits import Edit

_PAGE = "findings"
"""Kind of the pages to choose on."""
NAMED = "readings"
"""Name of the option that names readings on the command line."""


def run_after_choices(command: Command, session: Session, options: Options) -> Reply:
    """Run a command; where it writes what it works out, what was chosen goes before it.

    UsageError for a reading that is named and cannot be meant.
    """
    found = carry_out(session, listed(options.get(NAMED, ()))) if carries(command) else None
    reply = command.run(session, options)
    if found is None:
        return reply
    if found.news and not session.wrote:
        reply.written(session.write((), command.name or command.id))
    if options.get("json"):
        for text in (*found.written, *found.told):
            session.tell(text.of(reply.lang))
    reply.parts[:0] = [ReplyLine(text.of(reply.lang), entry=True) for text in found.written]
    reply.parts[:0] = [ReplyLine(text.of(reply.lang)) for text in found.told]
    if found.told and reply.severity == "info":
        reply.severity = "warning"
    return reply


def carries(command: Command) -> bool:
    """Whether a command writes into the workbook that it reads, or into the copy that -o names."""
    return OUT in command.options and DRY_RUN in command.options


def carry_out(session: Session, named: Sequence[str]) -> Chosen | None:
    """Begin with what was chosen; None when nothing was, and nothing is named."""
    tabs = _pages(session)
    if not (tabs or named):
        return None
    from xl_collab.checks.offers import offers
    from xl_collab.checks.validate import findings
    from xl_collab.documents.findings.content import choose
    from xl_collab.documents.findings.words import CHOICE
    from xl_collab.exchange.reply_sheets import typed_rows

    typed = typed_rows(session.sheets, _PAGE, CHOICE, tabs) if tabs else []
    if not (named or any(record.get("choice") for record in typed)):
        return None
    with session.progress("checking"):
        project = session.own_project
        outcome = choose(project, offers(project, findings(project)).values(), named, typed)
        session.begin_with(outcome.edits)
    if outcome.data.news:
        session.complete_with(lambda edits: _with_page(session, edits, outcome.data))
    return outcome.data


def _pages(session: Session) -> list[str]:
    """Tabs on which somebody may have chosen: an old page that must stay as it is counts until there is a new one."""
    pages = [one for one in session.project.book.generated if one.kind == _PAGE]
    newest = [one for one in pages if one.renewable] or pages
    return [one.tab for one in newest if one.touched]


def _with_page(session: Session, edits: tuple[Edit, ...], found: Chosen) -> tuple[Edit, ...]:
    """The edits with the page as it is after them: the choices that are done with leave it."""
    from xl_collab.checks.validate import validate
    from xl_collab.documents.findings.words import READ_AS
    from xl_collab.plan.what_if import carried_out
    from xl_collab.project.edits import InsertSheet

    if not any(isinstance(one, InsertSheet) and one.kind == _PAGE for one in edits):
        edits = (*edits, *validate(carried_out(session.project, edits)).edits)
    used = frozenset((READ_AS.zh, words) for words in found.taken)
    return tuple(
        replace(one, used=used) if isinstance(one, InsertSheet) and one.kind == _PAGE else one
        for one in edits
    )
