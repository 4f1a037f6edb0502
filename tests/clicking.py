"""A fake program with a real file behind it, and a person who has made up their mind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from xl_collab.commands.session import Progress, Request, Session


class Sheets(dict[str, Any]):
    """The sheets of a fake program: any name is there, and showing one is noted."""

    def __missing__(self, name: str) -> Any:
        return Sheet(self, name)


class Sheet:
    def __init__(self, sheets: Sheets, name: str) -> None:
        self._sheets, self.name = sheets, name

    def activate(self) -> None:
        self._sheets["shown"] = self.name


class Selection:
    def __init__(self, tab: str, row: int) -> None:
        self.sheet, self.row = Sheet(Sheets(), tab), row


class Program:
    def __init__(self) -> None:
        self.selection: Selection | None = None


class OpenBook:
    """A workbook as a program holds it; behind it a file, so that all actions really happen."""

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, path.name
        self.sheets, self.app = Sheets(), Program()

    def select(self, tab: str, row: int) -> None:
        self.app.selection = Selection(tab, row)


class Answers:
    """A person who has made up their mind."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.shown: list[str] = []

    def confirm(self, text: str) -> bool:
        self.asked.append(text)
        return bool(self.answers["confirm"])

    def text(self, prompt: str, default: str = "") -> str | None:
        self.asked.append(prompt)
        found = self.answers["text"]
        return found(prompt, default) if callable(found) else found

    def choose(self, prompt: str, items: Sequence[str], *, many: bool) -> tuple[int, ...] | None:
        self.asked.append(prompt)
        self.shown += items
        return self.answers["choose"]

    def open_text(self, prompt: str) -> Path | None:
        return self.answers["open"]

    def open_replies(self, prompt: str) -> tuple[Path, ...] | None:
        return self.answers["replies"]

    def save_book(self, prompt: str, name: str) -> Path | None:
        return self.answers["save"]

    def folder(self, prompt: str) -> Path | None:
        return self.answers["folder"]


def on_file(book: OpenBook, today: date, progress: Progress) -> Session:
    """The session of the command line in place of the live one."""
    return Session(Request(book.path), today, progress)
