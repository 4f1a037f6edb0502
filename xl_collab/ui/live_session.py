"""A session on an open workbook: the same glue as on a file, with the live host behind it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xl_collab.faces.session import Host, Progress, Request, Session, quiet
from xl_collab.project.edits import Edit

if TYPE_CHECKING:
    from xl_collab.hosts.file import Applied, Undone

__all__ = ["LiveSession"]


class LiveSession(Session):
    """`book` is an xlwings Book, of Excel or of LibreOffice."""

    def __init__(self, book: Any, today: date, progress: Progress = quiet) -> None:
        self._book = book
        super().__init__(Request(Path(book.name)), today, progress)

    def _opened(self) -> Host:
        from xl_collab.hosts.live.host import LiveHost

        self._live = LiveHost(self._book)
        return self._live

    def back_up(self) -> Path:
        """Save the workbook and copy its file."""
        return self._live.back_up()

    def save(self) -> None:
        """Save the workbook."""
        self._live.save()

    def undo(self) -> Undone:
        """Take the last click's changes back."""
        return self._live.undo()

    def _apply(self, edits: tuple[Edit, ...], drawn: Mapping[str, bytes], command: str) -> Applied:
        return self._live.apply(edits, drawn, command=command, moment=datetime.now())
