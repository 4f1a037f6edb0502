"""What VBA calls: `import xl_collab.faces.ribbon as r; r.run('validate', 'D:\\u005cbook.xlsm', 'answer')`.

A click never raises: whatever happens becomes an answer, written to the file that VBA reads and shows.
Heavy imports wait until the command is known, so that a cold click costs little more than xlwings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from xl_collab.errors import XlCollabError
from xl_collab.faces.commands import find
from xl_collab.faces.live.clicks import ACTS, Answer, Click, OpenSession, lines_of, refused
from xl_collab.faces.live.dialogs import Ask, WindowAsk
from xl_collab.faces.live.progress_window import Cancelled, ProgressWindow
from xl_collab.faces.live.session import LiveSession
from xl_collab.faces.setup.installed import spoken
from xl_collab.faces.words.ribbon import ANSWERS
from xl_collab.faces.words.sentences import SAID
from xl_collab.log import log, log_path, written

__all__ = ["press", "run"]


def run(command: str, workbook: str = "", answer: str = "") -> None:
    """Run a command on the open workbook of that full name, and write what to say to `answer`.

    The texts come as VBA wrote them: characters beyond the basic plane as two halves.
    """
    name = _joined(workbook)
    try:
        said = press(command, _book(name) if name else None, path=name, open_book=_opened)
    except XlCollabError as error:
        said = _said(error, None)
    if answer:
        text = said.text.replace("\n", "\r\n")
        Path(_joined(answer)).write_text(f"{said.kind}\r\n{text}", encoding="utf-16", newline="")


def press(
    command: str,
    book: Any,
    *,
    path: str = "",
    ask: Ask | None = None,
    open_book: Callable[[Path], object] | None = None,
    open_session: OpenSession = LiveSession,
) -> Answer:
    """Do what a button says to an open workbook (an xlwings Book, or None); never raises."""
    lang = spoken()
    with ProgressWindow(lang) as window:
        person = ask or WindowAsk(lang, _folder(path))
        click = Click(book, person, window.step, open_session, path, open_book)
        try:
            return _done(command, click)
        except Cancelled as stopped:
            return Answer("info", stopped.message(_lang(click) or lang))
        except XlCollabError as error:
            return _said(error, click)
        except Exception as error:  # the end of the line: VBA shows what is written here, and nothing else
            return _unexpected(error, click)


def _folder(path: str) -> Path | None:
    """The folder of a workbook on this computer's disks."""
    folder = Path(path).parent
    return folder if path and folder.is_dir() else None


def _done(command: str, click: Click) -> Answer:
    declared = find(command)
    if declared is None:
        raise refused("unknown")
    if declared.confirm is not None and not click.ask.confirm(declared.confirm.of(click.lang)):
        return Answer("quiet")
    before = written()
    answer = ACTS[command](click) if not declared.writes else _held(command, click)
    if written() == before or answer.kind == "quiet":
        return answer
    logged = SAID["logged"].of(click.lang).format(log=log_path())
    return replace(answer, text=f"{answer.text}\n{logged}")


def _held(command: str, click: Click) -> Answer:
    """Do what writes with the workbook's lock held."""
    with click.holding():
        answer = ACTS[command](click)
    lang = _lang(click) or spoken()
    return replace(answer, text=lines_of(*(text.of(lang) for text in click.news), answer.text))


def _lang(click: Click | None) -> Any:
    """The workbook's language, once it has been read."""
    session = None if click is None else click.__dict__.get("session")
    return None if session is None else session.lang


def _said(error: XlCollabError, click: Click | None) -> Answer:
    """The error in the workbook's language; in both where nobody knows which."""
    lang = _lang(click)
    return Answer("error", error.message(lang) if lang else f"{error.zh}\n{error.en}")


def _unexpected(error: Exception, click: Click) -> Answer:
    log().exception("a click failed")
    told = ANSWERS["unexpected"].of(_lang(click) or spoken())
    return Answer("error", told.format(error=f"{type(error).__name__}: {error}", log=log_path()))


def _joined(text: str) -> str:
    """Text whose UTF-16 halves came as two characters, put together."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _book(fullname: str) -> Any:
    """The workbook in the program that was clicked in: no other Excel that happens to run."""
    try:
        import xlwings as xw
    except ImportError as error:
        raise refused("no_live") from error
    name = fullname.replace("\\", "/").rsplit("/", 1)[-1]
    wanted = {name.casefold(), unquote(name).casefold()}
    for book in xw.Book.caller().app.books:
        if book.name.casefold() in wanted:
            return book
    raise refused("not_open", name=name)


def _opened(path: Path) -> None:
    """Open another workbook where the click was."""
    import xlwings as xw

    xw.Book.caller().app.books.open(path)
