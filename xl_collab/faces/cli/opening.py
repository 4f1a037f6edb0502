"""What every command begins with: its screen, its language, its project. Heavy imports happen inside."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from xl_collab.errors import Lang
from xl_collab.faces.words.sentences import ui_lang
from xl_collab.schema.words import Text

if TYPE_CHECKING:
    from xl_collab.faces.cli.show import Screen
    from xl_collab.faces.session import Request, Session

__all__ = ["asked_lang", "held", "listed", "open_session", "screen_for", "session_to_write"]


def screen_for(lang: str | None) -> Screen:
    """The terminal in the language that was asked for, else that of the environment."""
    from xl_collab.faces.cli.show import Screen

    return Screen(asked_lang(lang) or ui_lang(sys.argv[1:]))


def asked_lang(text: str | None) -> Lang | None:
    """The value of --lang; UsageError when it is none that we speak."""
    if text is None:
        return None
    if text not in ("zh", "en"):
        from xl_collab.faces.session import said_error

        raise said_error("bad_lang")
    return "en" if text == "en" else "zh"


def open_session(file: Path, lang: str | None = None) -> Session:
    """The workbook of a command that writes nothing."""
    from xl_collab.faces.session import Request, Session

    return Session(Request(file, None, None, True, asked_lang(lang)), date.today())


@contextmanager
def session_to_write(
    file: Path,
    as_of: str | None,
    out: Path | None,
    dry_run: bool,
    break_lock: bool,
    lang: str | None,
    screen: Screen | None,
    *,
    set_date: str | None = None,
) -> Iterator[Session]:
    """The command's workbook, read with its lock held until the end; `screen` shows the steps."""
    from xl_collab.faces.session import Request, Session, quiet

    request = Request(file, as_of, out, dry_run, asked_lang(lang), set_date=set_date, break_lock=break_lock)
    with held(request):
        session = Session(request, date.today(), screen.step if screen else quiet, _remark(lang))
        if not dry_run:
            _follow_rows(session)
        yield session


def _follow_rows(session: Session) -> None:
    """Any command sees how rows were moved and numbered since the last one, where mail is exchanged."""
    if any(session.request.path.resolve().parent.glob("*.ledger.sqlite")):
        from xl_collab.faces.collecting import look

        look(session)


def _remark(lang: str | None) -> Callable[[str], None]:
    """A remark of a session goes to standard error, whatever else is shown."""
    return lambda text: screen_for(lang).aside(text)


@contextmanager
def held(request: Request) -> Iterator[None]:
    """Hold the lock of what a request writes; waiting, and a lock taken over, are told on standard error."""
    from xl_collab.faces.holding import held as hold
    from xl_collab.hosts.lock import Hearer

    screen = screen_for(request.lang)
    told: list[Text] = []

    def tell(text: Text) -> None:
        if text not in told:
            told.append(text)
            screen.aside(text.of(screen.lang))

    with hold(request, Hearer(tell, tell)):
        yield


def listed(names: list[str] | None) -> list[str]:
    """IDs of a repeated option; several may also stand in one, divided by commas."""
    return [part for name in names or () for part in name.replace("，", ",").split(",") if part.strip()]
