"""Whoever sits before the program and can be asked: a window's dialogs, or a terminal that talks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from xl_collab.commands.reply import Reply


class Person(Protocol):
    """Who can be asked; None means that they would rather not."""

    def confirm(self, text: str) -> bool:
        """Yes or no."""

    def text(self, prompt: str, default: str = "") -> str | None:
        """One line of text."""

    def secret(self, prompt: str) -> str | None:
        """A password, which is not shown."""

    def choose(self, prompt: str, items: Sequence[str], *, many: bool) -> tuple[int, ...] | None:
        """Places of the chosen items."""

    def open_text(self, prompt: str) -> Path | None:
        """An existing text file."""

    def open_replies(self, prompt: str) -> tuple[Path, ...] | None:
        """Existing workbooks and mails, one or more."""

    def save_book(self, prompt: str, name: str) -> Path | None:
        """Where to save a new workbook."""

    def folder(self, prompt: str) -> Path | None:
        """A folder, which may be new."""

    def show(self, reply: Reply) -> None:
        """What the next question is about; it then leaves the reply."""
