"""Before a command: rows that people moved or numbered anew since the last one, where mail is exchanged."""

from __future__ import annotations

from xl_collab.commands.session import Session


def follow_rows(session: Session) -> None:
    """Have the ledger note how rows stand now. Without a ledger beside the workbook nothing is loaded."""
    if any(session.request.path.resolve().parent.glob("*.ledger.sqlite")):
        from xl_collab.commands.master_file import look

        look(session)
