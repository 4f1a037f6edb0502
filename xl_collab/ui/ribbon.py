"""What VBA calls: `import xl_collab.ui.ribbon as r; r.run('validate', 'D:\\u005cbook.xlsm', 'answer')`.

A click becomes a command: its questions are asked, it is run on the open workbook, and its reply is told. A
click never raises: whatever happens becomes an answer, written to the file that VBA reads and shows. Heavy
imports wait until the command is known, so that a cold click costs little more than xlwings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

from xl_collab.commands.command import Command
from xl_collab.commands.live_session import LiveSession
from xl_collab.commands.person import Person
from xl_collab.commands.readings import run_after_choices
from xl_collab.commands.reply import Nothing, Reply, ReplyLine, ReplyTable, Written, usage_error
from xl_collab.commands.session import Host, Progress, Request, Session
from xl_collab.commands.words import SHARED
from xl_collab.errors import CannotWrite, Lang, XlCollabError
from xl_collab.log import log, log_path, written
from xl_collab.schema.words import Text, t
from xl_collab.ui.buttons import find, label_of
from xl_collab.ui.dialogs import WindowAsk
from xl_collab.ui.macro_questions import MacroAsk, Unanswered
from xl_collab.ui.progress_window import Cancelled, ProgressWindow
from xl_collab.ui.setup.installed import spoken
from xl_collab.ui.written import changed_lines

if TYPE_CHECKING:
    from xl_collab.hosts.changes import Applied


class NoBook(Session):
    """The session of a click while no workbook is open: for commands that need none."""

    def _opened(self) -> Host:
        raise usage_error(SHARED["no_book"])


MOST_LINES = 24
"""Entries of a list that a message shows: it has to fit on a laptop's screen."""

OpenSession = Callable[[Any, date, Progress], Session]
"""Makes the session on an open workbook."""

WORDS = {
    "ask_break_lock": t(
        "确知它已不在运行时可以接管。要接管吗？",
        "If you know that it no longer runs you can take over. Take over?",
    ),
    "not_open": t(
        "在 Excel 里找不到打开的“{name}”。请保存并重新打开它，再点一次。",
        "{name} was not found among the open workbooks. Save it, open it again, and click once more.",
    ),
    "unexpected": t(
        "出错了，没有改完的内容可用“撤销”恢复。\n{error}\n请把 {log} 发给维护者，并运行 xl-collab doctor。",
        "Something went wrong; Undo restores what was not finished.\n{error}\n"
        "Send {log} to the maintainer, and run xl-collab doctor.",
    ),
    "unknown": t(
        "这个按钮比已安装的程序新。请在新版本的文件夹里运行 pip install .，再运行 xl-collab install。",
        "This button is newer than the program. In the newer version's folder run pip install . and "
        "xl-collab install.",
    ),
    "no_live": t(
        "没有安装 xlwings。请运行 pip install xlwings==0.37.8，再运行 xl-collab install。",
        "xlwings is not installed. Run pip install xlwings==0.37.8, then xl-collab install.",
    ),
    "more_lines": t("……还有 {count} 行", "… {count} more lines"),
}


@dataclass(frozen=True, slots=True)
class Response:
    """What to say after a click, and how grave it is; `quiet` says nothing, `ask` is a question."""

    kind: Literal["info", "warning", "error", "quiet", "ask"]
    text: str = ""


def run(command: str, workbook: str = "", answer: str = "", told: str | None = None) -> None:
    """Run a command on the open workbook of that full name, and write what to say to `answer`.

    told  the answers to our questions until now, of macros that can ask them (`macro_questions.py`)

    The texts come as VBA wrote them: characters beyond the basic plane as two halves.
    """
    name = _joined(workbook)
    person = None if told is None else MacroAsk(spoken(), _joined(told), _folder(name))
    try:
        found = press(command, _book(name) if name else None, path=name, ask=person, open_book=_opened)
    except XlCollabError as error:
        found = _refusal(error, None)
    if answer:
        text = found.text.replace("\n", "\r\n")
        Path(_joined(answer)).write_text(f"{found.kind}\r\n{text}", encoding="utf-16", newline="")


def press(
    command: str,
    book: Any,
    *,
    path: str = "",
    ask: Person | None = None,
    open_book: Callable[[Path], object] | None = None,
    open_session: OpenSession = LiveSession,
) -> Response:
    """Do what a button says to an open workbook (an xlwings Book, or None); never raises."""
    lang, session = spoken(), None
    with ProgressWindow(lang) as window:
        try:
            declared = find(command)
            if declared is None:
                raise usage_error(WORDS["unknown"])
            session = _session(book, path, window.step, open_session)
            session.person = ask or WindowAsk(lang, _folder(path))
            session.open_book = open_book
            return _answered(declared, session)
        except Unanswered as question:
            return Response("ask", question.fields)
        except Cancelled as stopped:
            return Response("info", stopped.message(_lang(session) or lang))
        except XlCollabError as error:
            return _refusal(error, session)
        except Exception as error:  # the end of the line: VBA shows what is written here, and nothing else
            return _unexpected(error, session)


def _session(book: Any, path: str, progress: Progress, open_session: OpenSession) -> Session:
    from xl_collab.ui.ribbon_xml import interface

    today = date.today()
    if book is None:
        session: Session = NoBook(Request(Path()), today, progress, speaks=spoken())
    else:
        session = open_session(book, today, progress)
    session.book, session.full_name = book, path
    session.label_of, session.interface = label_of, interface
    return session


def _folder(path: str) -> Path | None:
    """The folder of a workbook on this computer's disks."""
    folder = Path(path).parent
    return folder if path and folder.is_dir() else None


def _answered(command: Command, session: Session) -> Response:
    """Ask, run, and tell."""
    assert session.person is not None
    if command.confirm is not None and not session.person.confirm(command.confirm.of(session.reply_lang)):
        return Response("quiet")
    before, news = written(), list[Text]()
    with _holding(session, news) if command.writes else nullcontext():
        reply = _replied(command, session)
        _bring_forward(session, reply)
    if reply.severity == "quiet":
        return Response("quiet")
    lines = [*(text.of(reply.lang) for text in news), *message(reply)]
    if written() > before:
        lines.append(SHARED["logged"].of(reply.lang).format(log=log_path()))
    return Response(reply.severity, "\n".join(filter(None, lines)))


def _replied(command: Command, session: Session) -> Reply:
    """Put the command's questions, then run it."""
    given: dict[str, Any] = {}
    try:
        for option in command.options:
            if option.ask is not None:
                given[option.name] = option.ask(session)
                if given[option.name] is None:
                    raise Nothing
        return _run(command, session, given)
    except Nothing as nothing:
        return nothing.reply or Reply(spoken(), severity="quiet")


def _run(command: Command, session: Session, given: dict[str, Any]) -> Reply:
    """Begin: from here on a question cannot start everything again."""
    if isinstance(session.person, MacroAsk):
        session.person = session.person.windows
    return run_after_choices(command, session, command.filled(given))


@contextmanager
def _holding(session: Session, news: list[Text]) -> Iterator[None]:
    """Hold the lock of the workbook's file. Somebody else's may be taken over, if the person says so."""
    with ExitStack() as held:
        if session.full_name and Path(session.full_name).is_file():
            _hold(session, held, news)
        yield


def _hold(session: Session, held: ExitStack, news: list[Text]) -> None:
    from xl_collab.hosts.lock import Hearer, WorkbookBusy, hold

    path, lang = session.full_name, spoken()
    assert session.person is not None
    try:
        with session.progress("waiting") as tell:
            hearer = Hearer(lambda text: tell(text.of(lang)), news.append)
            held.enter_context(hold(path, hearer=hearer))
    except WorkbookBusy as busy:
        if not session.person.confirm(f"{busy.reason.of(lang)}\n{WORDS['ask_break_lock'].of(lang)}"):
            raise
        held.enter_context(hold(path, break_lock=True, hearer=Hearer(taken=news.append)))
    except CannotWrite:
        return  # nobody can write the file there; what is open may still be changed, and saved elsewhere


# what is told


def message(reply: Reply) -> list[str]:
    """A reply as a message box shows it: of a long list the first entries, of a table its cells in a row."""
    lines: list[str] = []
    entries: list[str] = []
    for part in reply.parts:
        if isinstance(part, Written):
            lines += [*_first(entries, reply.lang), *changed_lines(part.applied, reply.lang)]
        elif part.where == "line":
            continue
        elif isinstance(part, ReplyTable):
            entries += [_in_a_row(row) for row in part.rows]
        elif part.entry:
            entries.append(part.text)
        elif isinstance(part, ReplyLine):
            lines += [*_first(entries, reply.lang), part.text]
    return [*lines, *_first(entries, reply.lang)]


def _first(entries: list[str], lang: Lang) -> list[str]:
    """The first entries, and how many are left out; none of them is waiting afterwards."""
    left = len(entries) - MOST_LINES
    more = [WORDS["more_lines"].of(lang).format(count=left)] if left > 0 else []
    shown = [*entries[:MOST_LINES], *more]
    entries.clear()
    return shown


def _in_a_row(row: tuple[str | tuple[str, str], ...]) -> str:
    cells = (cell if isinstance(cell, str) else cell[0] for cell in row)
    return " · ".join(cell.strip().replace("\n", " ") for cell in cells if cell.strip())


def _bring_forward(session: Session, reply: Reply) -> None:
    """Show the new sheet: that of the kind that the reply names where there is one, else the last."""
    for part in reply.parts:
        if isinstance(part, Written) and reply.front is not None:
            _show(session, part.applied, reply.front)


def _show(session: Session, applied: Applied, kind: str) -> None:
    tabs = applied.sheets
    tabs += tuple(one.tab for one in applied.generated if one.kind == kind and one.tab in tabs)
    if tabs and session.book is not None:
        with suppress(Exception):  # each program has its own; all is done, and the answer names the sheet
            _activate(session.book, tabs[-1])


def _activate(book: Any, tab: str) -> None:
    """Bring a tab to the front of its program. xlwings' own way raises where the program is not in front."""
    sheet = book.sheets[tab]
    if hasattr(sheet, "impl"):
        book.impl.activate()
        sheet.impl.activate()
    else:
        sheet.activate()


def _lang(session: Session | None) -> Lang | None:
    """The workbook's language, once it has been read."""
    return None if session is None or not session.is_read else session.lang


def _refusal(error: XlCollabError, session: Session | None) -> Response:
    """The error in the workbook's language; in both where nobody knows which."""
    lang = _lang(session)
    return Response("error", error.message(lang) if lang else f"{error.zh}\n{error.en}")


def _unexpected(error: Exception, session: Session | None) -> Response:
    log().exception("a click failed")
    text = WORDS["unexpected"].of(_lang(session) or spoken())
    return Response("error", text.format(error=f"{type(error).__name__}: {error}", log=log_path()))


# the program that was clicked in


def _joined(text: str) -> str:
    """Text whose UTF-16 halves came as two characters, put together."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _book(fullname: str) -> Any:
    """The workbook in the program that was clicked in: no other Excel that happens to run."""
    try:
        import xlwings as xw
    except ImportError as error:
        raise usage_error(WORDS["no_live"]) from error
    name = fullname.replace("\\", "/").rsplit("/", 1)[-1]
    wanted = {name.casefold(), unquote(name).casefold()}
    for book in xw.Book.caller().app.books:
        if book.name.casefold() in wanted:
            return book
    raise usage_error(WORDS["not_open"], name=name)


def _opened(path: Path) -> None:
    """Open another workbook where the click was."""
    import xlwings as xw

    xw.Book.caller().app.books.open(path)
