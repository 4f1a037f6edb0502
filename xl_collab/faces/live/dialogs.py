"""Questions to the person who clicked: yes or no, a text, some of a list, a file.

Each is a window of its own process (see `child.py`); tests answer instead of people.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from xl_collab.errors import XlCollabError
from xl_collab.faces.child import answer, can_show_windows, heard
from xl_collab.model.words import Lang, t

__all__ = ["Ask", "NoWindows", "WindowAsk"]

_TITLE = t("跨部门协同", "Collaboration")
_OK, _CANCEL = t("确定", "OK"), t("取消", "Cancel")
_TEXTS, _BOOKS = t("文本文件", "Text files"), t("工作簿", "Workbooks")
_REPLIES, _REPLY_FILES = t("回复（工作簿、邮件）", "Replies (workbooks, mails)"), "*.xlsx *.xlsm *.eml"


class NoWindows(XlCollabError):
    """Raised when a question cannot be shown."""

    def __init__(self) -> None:
        super().__init__(
            "这台电脑的 Python 不能显示窗口（缺少 tkinter 或显示器）。请改用命令行 xl-collab。",
            "This Python cannot show windows (no tkinter or no display). Use the command line xl-collab.",
        )


class Ask(Protocol):
    """What a command may want to know; None means that the person would rather not."""

    def confirm(self, text: str) -> bool:
        """Yes or no."""

    def text(self, prompt: str, default: str = "") -> str | None:
        """One line of text."""

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


class WindowAsk:
    """Ask with windows, in one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def confirm(self, text: str) -> bool:
        """Yes or no."""
        return bool(self._ask("confirm", text))

    def text(self, prompt: str, default: str = "") -> str | None:
        """One line of text."""
        told = self._ask("text", prompt, default=default)
        return None if told is None else str(told)

    def choose(self, prompt: str, items: Sequence[str], *, many: bool) -> tuple[int, ...] | None:
        """Places of the chosen items."""
        told = self._ask("choose", prompt, items=list(items), many=many)
        return None if told is None else tuple(told)

    def open_text(self, prompt: str) -> Path | None:
        """An existing text file."""
        told = self._ask("open", prompt, kinds=[[_TEXTS.of(self.lang), "*.txt *.md *.html"], ["*", "*"]])
        return Path(told) if told else None

    def open_replies(self, prompt: str) -> tuple[Path, ...] | None:
        """Existing workbooks and mails, one or more."""
        told = self._ask("open_many", prompt, kinds=[[_REPLIES.of(self.lang), _REPLY_FILES], ["*", "*"]])
        return tuple(map(Path, told)) if told else None

    def save_book(self, prompt: str, name: str) -> Path | None:
        """Where to save a new workbook."""
        told = self._ask("save", prompt, name=name, kinds=[[_BOOKS.of(self.lang), "*.xlsm"]])
        return Path(told) if told else None

    def folder(self, prompt: str) -> Path | None:
        """A folder, which may be new."""
        told = self._ask("folder", prompt)
        return Path(told) if told else None

    def _ask(self, kind: str, prompt: str, **rest: Any) -> Any:
        if not can_show_windows():
            raise NoWindows
        words = {"title": _TITLE.of(self.lang), "ok": _OK.of(self.lang), "cancel": _CANCEL.of(self.lang)}
        return answer(__name__, {"kind": kind, "prompt": prompt, **words, **rest})


# -- the other process ------------------------------------------------------------------------------


_FILES = ("open", "open_many", "save", "folder")


def _main() -> None:
    import json
    import tkinter as tk

    question = heard(sys.stdin.buffer) or {}
    root = tk.Tk()
    root.title(question["title"])
    root.attributes("-topmost", True)
    told = _file(root, question) if question["kind"] in _FILES else _Form(root, question).run()
    sys.stdout.write(json.dumps(told) + "\n")


def _file(root: Any, question: dict[str, Any]) -> str | list[str] | None:
    from tkinter import filedialog

    root.withdraw()
    if question["kind"] == "folder":
        return filedialog.askdirectory(title=question["prompt"], parent=root) or None
    kinds = [(name, patterns.split()) for name, patterns in question["kinds"]]
    if question["kind"] == "open_many":
        return list(filedialog.askopenfilenames(title=question["prompt"], filetypes=kinds, parent=root))
    if question["kind"] == "open":
        return filedialog.askopenfilename(title=question["prompt"], filetypes=kinds, parent=root) or None
    return (
        filedialog.asksaveasfilename(
            title=question["prompt"],
            initialfile=question["name"],
            defaultextension=".xlsm",
            filetypes=kinds,
            parent=root,
        )
        or None
    )


class _Form:
    """A prompt, an entry or a list, OK and Cancel."""

    def __init__(self, root: Any, question: dict[str, Any]) -> None:
        from tkinter import ttk

        self.root, self.question, self.told = root, question, None
        self.box = ttk.Frame(root, padding=16)
        self.box.grid(sticky="nsew")
        ttk.Label(self.box, text=question["prompt"], wraplength=460, justify="left").grid(sticky="w")
        self.field = self._field()
        row = ttk.Frame(self.box)
        row.grid(sticky="e", pady=(12, 0))
        ttk.Button(row, text=question["ok"], command=self.accept).grid(row=0, column=0, padx=6)
        ttk.Button(row, text=question["cancel"], command=root.destroy).grid(row=0, column=1)
        root.bind("<Return>", lambda _event: self.accept())
        root.bind("<Escape>", lambda _event: root.destroy())

    def _field(self) -> Any:
        import tkinter as tk
        from tkinter import ttk

        made: Any = None
        if self.question["kind"] == "text":
            made = ttk.Entry(self.box, width=40)
            made.insert(0, self.question["default"])
        elif self.question["kind"] == "choose":
            items = self.question["items"]
            mode = "multiple" if self.question["many"] else "browse"
            made = tk.Listbox(self.box, selectmode=mode, width=76, height=min(14, max(4, len(items))))
            made.insert("end", *items)
            made.activate(0)
            if not self.question["many"]:
                made.selection_set(0)
        if made is not None:
            made.grid(sticky="we", pady=(8, 0))
        return made

    def accept(self) -> None:
        """Keep the answer and close."""
        kinds = {"text": lambda: self.field.get(), "choose": lambda: list(self.field.curselection())}
        self.told = kinds.get(self.question["kind"], lambda: True)()
        self.root.destroy()

    def run(self) -> Any:
        """Wait for the person."""
        self.root.eval("tk::PlaceWindow . center")
        (self.field or self.root).focus_force()
        self.root.mainloop()
        return self.told


if __name__ == "__main__":
    _main()
