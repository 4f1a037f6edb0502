"""Questions that Excel's macros put for us: Python ends, the macro asks, and starts it again with the answer.

A window of this process may stand behind Excel's, which waits for us; Excel's own dialogs do not. So are
questions put that come before a command begins: nothing is done twice. What it asks later, `windows` put, as
for macros of earlier workbooks. An answer is known by its question's mark. What may not enter: what is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn
from zlib import crc32

from xl_collab.commands.reply import Reply
from xl_collab.schema.words import Lang, t
from xl_collab.ui.dialogs import BOOKS, REPLIES, REPLY_FILES, TEXT_FILES, TEXTS, WindowAsk

FIELD, ANSWER, FILE = "\x1f", "\x1e", "\x1d"
"""Between the fields of a question; behind an answer; between the files of one."""
LONGEST = 250
"""Characters of a prompt that Excel shows."""
_ONE, _MANY = (
    t("请输入编号：", "Type its number:"),
    t("请输入编号，多个用逗号隔开：", "Type numbers, with commas:"),
)


class Unanswered(Exception):
    """Raised where an answer is needed that the macro must first ask for; `fields` is the question."""

    def __init__(self, fields: str) -> None:
        super().__init__(fields)
        self.fields = fields


class MacroAsk:
    """A person who is asked by the macro that started us; `told` holds the answers until now."""

    def __init__(self, lang: Lang, told: str, start: Path | None = None) -> None:
        self.lang, self.start = lang, start
        self.windows = WindowAsk(lang, start)
        self._told = told
        pairs = (answer.partition("=") for answer in told.split(ANSWER) if answer)
        self._answers = {mark: answer for mark, _, answer in pairs}

    def confirm(self, text: str) -> bool:
        """Yes or no."""
        return self._answer("confirm", text) is not None

    def text(self, prompt: str, default: str = "") -> str | None:
        """One line of text."""
        return self._answer("text", prompt, default)

    def secret(self, prompt: str) -> str | None:
        """A password, which a macro's box would show: a window of our own asks."""
        return self.windows.secret(prompt)

    def choose(self, prompt: str, items: Sequence[str], *, many: bool) -> tuple[int, ...] | None:
        """Places of the chosen items; a long list, which Excel has no box for, is shown by ourselves."""
        lines = [f"{number}. {item}" for number, item in enumerate(items, 1)]
        shown = "\n".join((prompt, *lines, (_MANY if many else _ONE).of(self.lang)))
        if len(shown) > LONGEST:
            return self._shown_here(prompt, items, many)
        typed = self._answer("choose", shown, "1")
        if typed is None:
            return None
        places = _places(typed, len(items), many)
        if places is None:
            self._ask("choose", shown, "1")
        return places

    def _shown_here(self, prompt: str, items: Sequence[str], many: bool) -> tuple[int, ...] | None:
        """Asked once: what is chosen goes along with the answers of later questions."""
        mark = _mark("list", prompt)
        if mark not in self._answers:
            chosen = self.windows.choose(prompt, items, many=many)
            self._keep(mark, "0" if chosen is None else "1" + ",".join(map(str, chosen)))
        answer = self._answers[mark]
        return tuple(int(one) for one in answer[1:].split(",") if one) if answer[:1] == "1" else None

    def _keep(self, mark: str, answer: str) -> None:
        self._answers[mark] = answer
        self._told += f"{mark}={answer}{ANSWER}"

    def open_text(self, prompt: str) -> Path | None:
        """An existing text file."""
        told = self._file("open", prompt, TEXTS.of(self.lang), TEXT_FILES)
        return Path(told) if told else None

    def open_replies(self, prompt: str) -> tuple[Path, ...] | None:
        """Existing workbooks and mails, one or more."""
        told = self._file("open_many", prompt, REPLIES.of(self.lang), REPLY_FILES)
        return tuple(map(Path, told.split(FILE))) if told else None

    def save_book(self, prompt: str, name: str) -> Path | None:
        """Where to save a new workbook."""
        place = name if self.start is None else str(self.start / name)
        told = self._answer("save", prompt, place, BOOKS.of(self.lang), "*.xlsm")
        return Path(told) if told else None

    def show(self, reply: Reply) -> None:
        """Nothing: what a question is about stands in its text."""

    def folder(self, prompt: str) -> Path | None:
        """A folder, which may be new."""
        told = self._answer("folder", prompt, self._begin)
        return Path(told) if told else None

    @property
    def _begin(self) -> str:
        return "" if self.start is None else str(self.start)

    def _file(self, kind: str, prompt: str, name: str, patterns: str) -> str | None:
        every = ("*", "*.*")
        return self._answer(kind, prompt, self._begin, name, patterns.replace(" ", ";"), *every)

    def _answer(self, kind: str, prompt: str, *rest: str) -> str | None:
        """What was answered, None for no; raises Unanswered."""
        answer = self._answers.get(_mark(kind, prompt))
        if answer is None:
            self._ask(kind, prompt, *rest)
        return answer[1:] if answer[:1] == "1" else None

    def _ask(self, kind: str, prompt: str, *rest: str) -> NoReturn:
        raise Unanswered(FIELD.join((kind, self._told, _mark(kind, prompt), prompt, *rest)))


def _mark(kind: str, prompt: str) -> str:
    return f"{crc32(f'{kind} {prompt}'.encode()):08x}"


def _places(typed: str, count: int, many: bool) -> tuple[int, ...] | None:
    """The places, from 0, of the numbers that were typed; None when they are none of the list."""
    words = typed.translate(str.maketrans("，、；;", ",,,,")).replace(",", " ").split()
    numbers = [int(word) for word in words if word.isdecimal()]
    if not words or len(numbers) != len(words) or not all(1 <= n <= count for n in numbers):
        return None
    return tuple(sorted({n - 1 for n in numbers})) if many or len(numbers) == 1 else None
