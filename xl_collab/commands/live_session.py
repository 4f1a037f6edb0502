"""The session of a command on a workbook that is open in Excel or LibreOffice.

The same glue as on a file, with the live host behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xl_collab.commands.session import Host, Progress, Request, Session, quiet

if TYPE_CHECKING:
    from xl_collab.hosts.changes import Applied
    from xl_collab.hosts.journal import Undone
    from xl_collab.project.edits import Edit


class LiveSession(Session):
    """`book` is an xlwings Book of Excel, or LibreOffice's Workbook."""

    def __init__(self, book: Any, today: date, progress: Progress = quiet) -> None:
        super().__init__(Request(Path(book.name)), today, progress)
        self.book = book

    def _opened(self) -> Host:
        from xl_collab.hosts.live.host import LiveHost

        self._live = LiveHost(self.book)
        return self._live

    def _note(self, edits: tuple[Edit, ...]) -> None:
        self._live.note(edits)

    def back_up(self) -> Path:
        """Save the workbook and copy its file."""
        self._read_once()
        return self._live.back_up()

    def save(self) -> None:
        """Save the workbook."""
        self._live.save()

    def undo(self) -> Undone:
        """Take the last click's changes back."""
        self._read_once()
        return self._live.undo()

    def _apply(self, edits: tuple[Edit, ...], drawn: Mapping[str, bytes], command: str) -> Applied:
        return self._live.apply(
            edits, drawn, dry_run=self.request.dry_run, command=command, moment=datetime.now()
        )
