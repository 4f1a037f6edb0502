"""A terminal: sentences, tables that fit its width, colours beside words, and a sign of life while it works.

A Chinese sign is two columns wide, and so is what some terminals show as wide. A line breaks between signs or
words, never inside a date, and never before a sign that closes. Sentences are broken for a terminal, or where
COLUMNS is set; a program that reads them through a pipe gets each in one line.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from xl_collab.commands.reply import Reply, ReplyLine, ReplyTable
from xl_collab.commands.words import SHARED
from xl_collab.patterns import lazy
from xl_collab.schema.words import Lang
from xl_collab.ui.written import written_lines

MOST = 200
"""Rows that a table shows at most; the sheet holds them all."""
_COLOURS = {"red": "31", "yellow": "33", "green": "32", "blue": "34", "bold": "1", "dim": "2"}
_DATE = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?: \d{1,2}:\d\d)?|(?:\d{4}年)?\d{1,2}月(?:\d{1,2}[日号])?|\d{4}年"
_COUNTED = r"\d+ (?:个工作日|[行处个条项天周份封期月年])"
_HAS_DATE = lazy(_DATE)
_CHUNK = lazy(
    rf"[“‘（《〈【「]*(?:(?:{_DATE})[!-~]*|{_COUNTED}|[^\s!-~]-[!-~]+|[!-~]+|.)"
    r"[”’）》〉】」、，。；：！？…,;!?)]* ?"
)
"""What stays together when a line breaks: a date, a number with its measure word, a Latin word with its
space (纪要-20231113 at its hyphen too), or one CJK sign; each with what opens before and closes behind it."""
_LEAST = 4
"""Columns that a narrow column keeps."""
_GAP = 2
_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_BEAT = 0.1  # seconds between two frames

Cell = str | tuple[str, str]


class Terminal:
    """Standard output and standard error in one language.

    asked   somebody named the language; else a workbook that was read is answered in its own
    """

    def __init__(
        self, lang: Lang, out: TextIO | None = None, errors: TextIO | None = None, *, asked: bool = True
    ) -> None:
        self.lang = lang
        self.asked = asked
        self.out = out or sys.stdout
        self.errors = errors or sys.stderr

    def show(self, reply: Reply) -> None:
        """A whole answer; it is empty afterwards."""
        for part in reply.parts:
            if isinstance(part, ReplyLine):
                self._line(part)
            elif isinstance(part, ReplyTable):
                self.table(part)
            else:
                for text in written_lines(part.applied, reply.lang):
                    self.sentence(text)
        reply.parts.clear()

    def _line(self, part: ReplyLine) -> None:
        if part.where == "click":
            return
        if part.grave:
            self.error(part.text)
        elif part.aside:
            self.aside(part.text)
        else:
            self.sentence(part.text)

    def line(self, text: str) -> None:
        """A line as it is."""
        print(text, file=self.out)

    def sentence(self, text: str) -> None:
        """A sentence, in as many lines as the terminal is narrow."""
        self._say(text, self.out)

    def error(self, text: str) -> None:
        """One sentence on standard error."""
        word = SHARED["error"].of(self.lang)
        self._say(f"{word}: {text}", self.errors, word)

    def aside(self, text: str) -> None:
        """A remark on standard error: a program that reads the answer stays undisturbed."""
        self._say(text, self.errors)

    def _say(self, text: str, stream: TextIO, loud: str = "") -> None:
        """`loud` is the word at the beginning that is shown as an error."""
        if stream.isatty() or "COLUMNS" in os.environ:
            text = "\n".join(line for one in text.split("\n") for line in indented(one, self.width))
        print(_styled(loud, "bold red", _colours(stream)) + text[len(loud) :], file=stream)

    def table(self, table: ReplyTable) -> None:
        """Rows below headings, as wide as the terminal is at most."""
        if table.where == "click":
            return
        rows = table.rows[:MOST]
        headed, colours = any(table.columns), _colours(self.out)
        texts = [[_text(cell) for cell in row] for row in rows]
        widths = fitting_widths([*([list(table.columns)] if headed else []), *texts], self.width)
        self.line(_styled(table.title, "bold", colours))
        if headed:
            self._row(table.columns, widths, colours)
            self.line((" " * _GAP).join("-" * width for width in widths))
        for row in rows:
            self._row(row, widths, colours)
        if len(table.rows) > MOST:
            self.line(f"… {len(table.rows) - MOST}")

    @property
    def width(self) -> int:
        """Columns of the terminal; 80 where nobody knows."""
        return shutil.get_terminal_size((80, 24)).columns

    def _row(self, cells: Sequence[Cell], widths: Sequence[int], colours: bool) -> None:
        broken = [wrapped(_text(cell), width) for cell, width in zip(cells, widths, strict=True)]
        for n in range(max(map(len, broken))):
            pieces = []
            for cell, lines, width in zip(cells, broken, widths, strict=True):
                text = lines[n] if n < len(lines) else ""
                style = "" if isinstance(cell, str) else cell[1]
                pieces.append(_styled(text, style, colours) + " " * (width - text_columns(text)))
            self.line((" " * _GAP).join(pieces).rstrip())

    @contextmanager
    def step(self, what: str) -> Iterator[Callable[[str], None]]:
        """A sign of life while a step runs; nothing where the output is no terminal."""
        if not self.errors.isatty() or os.environ.get("TERM") == "dumb":
            yield lambda _: None
            return
        doing = SHARED[what].of(self.lang)
        spinner = _Spinner(self.errors, SHARED["working"].of(self.lang).format(what=doing))
        far = SHARED["so_far"].of(self.lang)
        with spinner:
            yield lambda text: spinner.say(far.format(what=doing, far=text))


class _Spinner:
    """A line that moves on standard error, and is gone when the step is done."""

    def __init__(self, stream: TextIO, text: str) -> None:
        self._stream, self._text = stream, text
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._turn, daemon=True)
        try:
            _FRAMES.encode(getattr(stream, "encoding", None) or "utf-8")
            self._frames = _FRAMES
        except UnicodeEncodeError:  # a console of code page 936
            self._frames = "-\\|/"

    def say(self, text: str) -> None:
        """What is shown from now on."""
        self._text = text

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        self._write("\r\x1b[2K")

    def _turn(self) -> None:
        turn = 0
        while True:
            room = shutil.get_terminal_size((80, 24)).columns - 3
            self._write(f"\r\x1b[2K{self._frames[turn % len(self._frames)]} {wrapped(self._text, room)[0]}")
            turn += 1
            if self._done.wait(_BEAT):
                return

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


class TerminalPerson:
    """Whoever sits at the terminal, for commands that ask there too; files are named on the line."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def show(self, reply: Reply) -> None:
        """What the next question is about."""
        self._terminal.show(reply)

    def text(self, prompt: str, default: str = "") -> str | None:
        """One line of text; the default for an empty one."""
        return input(f"{prompt} [{default}]: ").strip() or default

    def secret(self, prompt: str) -> str | None:
        """A password, which is not shown."""
        from getpass import getpass

        return getpass(f"{prompt}: ") or None

    def confirm(self, text: str) -> bool:
        """Yes or no; yes for an empty line."""
        while True:
            answer = input(f"{text} [Y/n]: ").strip().casefold()
            if answer in ("", "y", "yes", "是", "对"):
                return True
            if answer in ("n", "no", "否", "不"):
                return False

    def choose(self, prompt: str, items: Sequence[str], *, many: bool) -> tuple[int, ...] | None:
        """Nothing: lists are for windows."""

    def open_text(self, prompt: str) -> None:
        """Nothing."""

    def open_replies(self, prompt: str) -> None:
        """Nothing."""

    def save_book(self, prompt: str, name: str) -> None:
        """Nothing."""

    def folder(self, prompt: str) -> None:
        """Nothing."""


def fitting_widths(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Widths of the columns, so that all of them stand in `room`; the widest give way first.

    A column becomes narrower than its longest word only where nothing else helps, and never than a date.
    """
    columns = list(zip(*rows, strict=True))
    widths = [max(max(map(text_columns, text.split("\n"))) for text in column) for column in columns]
    left = sum(widths) + _GAP * (len(widths) - 1) - room
    if left <= 0:
        return widths
    words = [max(map(_longest_word, column)) for column in columns]
    for floor in (words, [max(map(_longest_date, column)) for column in columns]):
        while left > 0:
            wide = [n for n, width in enumerate(widths) if width > floor[n]]
            if not wide:
                break
            widths[max(wide, key=widths.__getitem__)] -= 1
            left -= 1
    return widths


def _longest_word(text: str) -> int:
    return max((text_columns(chunk.rstrip()) for chunk in _CHUNK.findall(text)), default=1)


def _longest_date(text: str) -> int:
    dated = (chunk for chunk in _CHUNK.findall(text) if _HAS_DATE.search(chunk))
    return max(
        (text_columns(piece.rstrip()) for chunk in dated for piece in _cut(chunk, _LEAST)), default=_LEAST
    )


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` columns."""
    return [piece for paragraph in text.split("\n") for piece in _broken(paragraph, width)]


def indented(text: str, width: int) -> list[str]:
    """A line in lines of at most `width` columns; below an indented one the others stand further in.

    A word that is longer than a line stays whole: it is a path, which people copy.
    """
    indent = len(text) - len(text.lstrip(" "))
    further = " " * (indent + 2 if indent else 0)
    first, *more = _broken(text.lstrip(" "), width - len(further), cut=False)
    return [" " * indent + first, *(further + line for line in more)]


def _broken(text: str, width: int, *, cut: bool = True) -> Iterator[str]:
    line, used = "", 0
    for chunk in _CHUNK.findall(text):
        if used and used + text_columns(chunk.rstrip()) > width:
            yield line.rstrip()
            line, used = "", 0
        *whole, chunk = _cut(chunk, width) if cut else (chunk,)
        yield from whole
        line, used = line + chunk, used + text_columns(chunk)
    yield line.rstrip()


def _cut(chunk: str, width: int) -> list[str]:
    """A chunk that is longer than a line, in pieces; no piece ends inside a date."""
    pieces, piece = [], ""
    for part in re.findall(rf"{_DATE}|.", chunk):
        if piece and text_columns(piece + part.rstrip()) > width > 0:
            pieces.append(piece)
            piece = ""
        piece += part
    return [*pieces, piece]


def text_columns(text: str) -> int:
    """Columns that a text takes."""
    if text.isascii():
        return len(text)
    from xl_collab.project.text_size import text_width

    return text_width(text)


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell[0]


def _styled(text: str, style: str, colours: bool) -> str:
    codes = ";".join(_COLOURS[word] for word in style.split())
    return f"\x1b[{codes}m{text}\x1b[0m" if colours and codes and text else text


def _colours(stream: TextIO) -> bool:
    """Whether a stream shows colours."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty():
        return False
    return sys.platform != "win32" or _windows_colours()


def _windows_colours() -> bool:
    """Have a Windows console understand colours; False for one that cannot."""
    import ctypes

    kernel: Any = ctypes.windll.kernel32  # type: ignore[attr-defined]
    return bool(kernel.SetConsoleMode(kernel.GetStdHandle(-11), 7))
