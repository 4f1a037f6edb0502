"""A terminal: sentences, tables that fit its width, colours beside words, and a sign of life while it works.

A Chinese sign is two columns wide. A line breaks between signs or words, never inside a date.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from xl_collab.commands.reply import Reply, ReplyLine, ReplyTable
from xl_collab.commands.words import SHARED
from xl_collab.schema.words import Lang, Text, in_a_row, row_numbers, t

if TYPE_CHECKING:
    from xl_collab.hosts.changes import Applied, SheetChange

MOST = 200
"""Rows that a table shows at most; the sheet holds them all."""
_COLOURS = {"red": "31", "yellow": "33", "green": "32", "blue": "34", "bold": "1", "dim": "2"}
_CHUNK = re.compile(r"[!-~]+ ?|.")
"""What stays together when a line breaks: a Latin word with its space, or one CJK sign."""
_GAP = 2
_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_BEAT = 0.1  # seconds between two frames

Cell = str | tuple[str, str]


class Terminal:
    """Standard output and standard error in one language."""

    def __init__(self, lang: Lang, out: TextIO | None = None, errors: TextIO | None = None) -> None:
        self.lang = lang
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
                for text in written_lines(part.applied, self.lang):
                    self.line(text)
        reply.parts.clear()

    def _line(self, part: ReplyLine) -> None:
        if part.where == "click":
            return
        if part.grave:
            self.error(part.text)
        elif part.aside:
            self.aside(part.text)
        else:
            self.line(part.text)

    def line(self, text: str) -> None:
        """A line as it is."""
        print(text, file=self.out)

    def error(self, text: str) -> None:
        """One line on standard error."""
        word = _styled(SHARED["error"].of(self.lang), "bold red", _colours(self.errors))
        print(f"{word}: {text}", file=self.errors)

    def aside(self, text: str) -> None:
        """A remark on standard error: a program that reads the answer stays undisturbed."""
        print(text, file=self.errors)

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
            self.line((" " * _GAP).join("─" * width for width in widths))
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
                pieces.append(_styled(text, style, colours) + " " * (width - _wide(text)))
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

    A column becomes narrower than its longest word only where nothing else helps.
    """
    columns = list(zip(*rows, strict=True))
    widths = [max(max(map(_wide, text.split("\n"))) for text in column) for column in columns]
    left = sum(widths) + _GAP * (len(widths) - 1) - room
    if left <= 0:
        return widths
    words = [max(map(_longest_word, column)) for column in columns]
    for floor in (words, [4] * len(widths)):
        while left > 0:
            wide = [n for n, width in enumerate(widths) if width > floor[n]]
            if not wide:
                break
            widths[max(wide, key=widths.__getitem__)] -= 1
            left -= 1
    return widths


def _longest_word(text: str) -> int:
    return max((_wide(chunk.rstrip()) for chunk in _CHUNK.findall(text)), default=1)


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` columns."""
    return [piece for paragraph in text.split("\n") for piece in _broken(paragraph, width)]


def _broken(text: str, width: int) -> Iterator[str]:
    line, used = "", 0
    for chunk in _CHUNK.findall(text):
        if used and used + _wide(chunk.rstrip()) > width:
            yield line.rstrip()
            line, used = "", 0
        while len(chunk) > 1 and len(chunk.rstrip()) > width > 0:  # a word longer than the line breaks inside
            yield chunk[:width]
            chunk = chunk[width:]
        line, used = line + chunk, used + _wide(chunk)
    yield line.rstrip()


def _wide(text: str) -> int:
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


# What became of the workbook, in words: what was written, what its drafts keep, and how to undo it.


CLICK: Mapping[str, Text] = {
    "cells": t("改动 {cells} 格。", "{cells:cell|cells} changed."),
    "sheets": t("新表或更新的表：{sheets}。", "New or refreshed sheets: {sheets}."),
    "take_back": t("点“撤销”可恢复。", "Take back undoes it."),
    "unchanged": t("已是最新，没有改动。", "Up to date, nothing changed."),
}
CARRIED = t(
    "“{tab}”里有人填写或改过的 {n} 处都保留了。",
    "{tab}: what people typed is kept ({n}).",
)
LEFT_OVER = t(
    "其中 {n} 处原来的位置已不存在，列在表末“保留的手写内容”。",
    "The places of {n} of them are gone; see “Kept from the earlier draft” at the foot.",
)
OVERRULED = t(
    "其中 {n} 处这次本应写入新内容，仍以手写的为准，请核对。",
    "In {n} of them the tool would now say something new; what was typed stands, please check.",
)
BESIDE = t(
    "“{old}”原样保留：{why}。新的一稿另放在“{new}”。",
    "{old} stays as it is: {why}. The new draft is {new}.",
)
TAKEN_IN = t("“{tab}”第 {rows} 行已并入表格。", "{tab}: rows below the table are now part of it ({rows}).")
WOULD_TAKE = t(
    "“{tab}”第 {rows} 行会并入表格。", "{tab}: rows below the table would become part of it ({rows})."
)
OBSTACLES: Mapping[str, Text] = {
    "rows": t("有人在里面增删过行", "somebody added or deleted rows"),
    "columns": t("有人在里面增删过列", "somebody added or deleted columns"),
    "formulas": t("有人在里面写了公式", "somebody put formulas in"),
    "objects": t("有人加了批注、图片或图表", "somebody added comments, pictures or charts"),
    "unknown": t("有人改过，而改在哪里已无法辨认", "somebody changed it, and what cannot be told any more"),
}


def draft_lines(applied: Applied, lang: Lang) -> list[str]:
    """Sentences for each sheet in which something of people's is concerned."""
    from xl_collab.project.sentences import fitted

    said = WOULD_TAKE if applied.dry_run else TAKEN_IN
    rows = [(said, {"tab": one.tab, "rows": row_numbers(one.rows)}) for one in applied.taken_in]
    found = (line for one in applied.generated for line in _sentences(one))
    return [fitted(text, **words).of(lang) for text, words in (*rows, *found)]


def _sentences(one: SheetChange) -> Iterator[tuple[Text, Mapping[str, object]]]:
    if one.how == "unchanged":
        return
    if one.carried:
        yield CARRIED, {"tab": one.tab, "n": one.carried}
    if one.left_over:
        yield LEFT_OVER, {"n": one.left_over}
    if one.overruled:
        yield OVERRULED, {"n": one.overruled}
    if one.obstacle:
        yield BESIDE, {"old": one.touched, "new": one.tab, "why": OBSTACLES[one.obstacle]}


def written_lines(applied: Applied, lang: Lang) -> list[str]:
    """What was written into a file, and how to take it back on the command line."""

    def say(key: str, **words: object) -> str:
        return SHARED[key].of(lang).format(**words)

    sheets = in_a_row(applied.sheets, lang) or say("none")
    if applied.dry_run:
        found = [say("would", cells=applied.cells, sheets=sheets)]
        found += [f"  {change}" for change in applied.samples]
    elif not applied.written:
        found = [say("unchanged", path=applied.path)]
    else:
        found = [say("written", path=applied.path, cells=applied.cells, sheets=sheets)]
        if applied.backup:
            found.append(say("backup", path=applied.backup, file=applied.path))
    return [*found, *draft_lines(applied, lang)]


def changed_lines(applied: Applied, lang: Lang) -> list[str]:
    """What a click wrote, in one sentence, and what became of what people typed in drafts."""
    from xl_collab.project.sentences import fitted

    def say(key: str, **words: object) -> str:
        return fitted(CLICK[key], **words).of(lang)

    if not applied.changed:
        return [say("unchanged")]
    found = [say("cells", cells=applied.cells)] if applied.cells else []
    if applied.sheets:
        found.append(say("sheets", sheets=in_a_row(applied.sheets, lang)))
    return [(" " if lang == "en" else "").join([*found, say("take_back")]), *draft_lines(applied, lang)]
