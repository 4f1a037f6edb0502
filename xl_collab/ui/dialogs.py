"""Questions to the person who clicked: yes or no, a text, some of a list, a file.

Each is a window of its own process (see `progress_window.py`); tests answer instead of people.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xl_collab.commands.reply import Reply
from xl_collab.errors import XlCollabError
from xl_collab.project.text_size import text_width
from xl_collab.schema.words import Lang, t
from xl_collab.ui.progress_window import answer, can_show_windows, message_of

_TITLE = t("跨部门协同", "Collaboration")
_OK, _CANCEL = t("确定", "OK"), t("取消", "Cancel")
TEXTS, BOOKS = t("文本文件", "Text files"), t("工作簿", "Workbooks")
TEXT_FILES = "*.txt *.md *.html"
REPLIES, REPLY_FILES = t("回复（工作簿、邮件）", "Replies (workbooks, mails)"), "*.xlsx *.xlsm *.eml"


class NoWindows(XlCollabError):
    """Raised when a question cannot be shown."""

    def __init__(self) -> None:
        super().__init__(
            "这台电脑的 Python 不能显示窗口（缺少 tkinter 或显示器）。请改用命令行 xl-collab。",
            "This Python cannot show windows (no tkinter or no display). Use the command line xl-collab.",
        )


class WindowAsk:
    """Ask with windows, in one language; windows for files begin in the folder `start`."""

    def __init__(self, lang: Lang, start: Path | None = None) -> None:
        self.lang = lang
        self.start = start

    def confirm(self, text: str) -> bool:
        """Yes or no."""
        return bool(self._ask("confirm", text))

    def text(self, prompt: str, default: str = "") -> str | None:
        """One line of text."""
        told = self._ask("text", prompt, default=default)
        return None if told is None else str(told)

    def secret(self, prompt: str) -> str | None:
        """A password, which is not shown."""
        told = self._ask("secret", prompt, default="")
        return None if told is None else str(told)

    def choose(self, prompt: str, items: Sequence[str], *, many: bool) -> tuple[int, ...] | None:
        """Places of the chosen items."""
        told = self._ask("choose", prompt, items=list(items), many=many)
        return None if told is None else tuple(told)

    def open_text(self, prompt: str) -> Path | None:
        """An existing text file."""
        told = self._ask("open", prompt, kinds=[[TEXTS.of(self.lang), TEXT_FILES], ["*", "*"]])
        return Path(told) if told else None

    def open_replies(self, prompt: str) -> tuple[Path, ...] | None:
        """Existing workbooks and mails, one or more."""
        told = self._ask("open_many", prompt, kinds=[[REPLIES.of(self.lang), REPLY_FILES], ["*", "*"]])
        return tuple(map(Path, told)) if told else None

    def save_book(self, prompt: str, name: str) -> Path | None:
        """Where to save a new workbook."""
        told = self._ask("save", prompt, name=name, kinds=[[BOOKS.of(self.lang), "*.xlsm"]])
        return Path(told) if told else None

    def show(self, reply: Reply) -> None:
        """Nothing: what a question is about stands in its window."""

    def folder(self, prompt: str) -> Path | None:
        """A folder, which may be new."""
        told = self._ask("folder", prompt)
        return Path(told) if told else None

    def _ask(self, kind: str, prompt: str, **rest: Any) -> Any:
        if not can_show_windows():
            raise NoWindows
        if self.start is not None:
            rest["start"] = str(self.start)
        words = {"title": _TITLE.of(self.lang), "ok": _OK.of(self.lang), "cancel": _CANCEL.of(self.lang)}
        return answer(__name__, {"kind": kind, "prompt": prompt, **words, **rest})


# -- the other process ------------------------------------------------------------------------------


_WIDEST = 110
"""Characters of a list that a laptop's screen shows."""
_FILES = ("open", "open_many", "save", "folder")


def _main() -> None:
    import json
    import tkinter as tk

    question = message_of(sys.stdin.buffer) or {}
    root = tk.Tk()
    root.title(question["title"])
    root.attributes("-topmost", True)
    told = _file(root, question) if question["kind"] in _FILES else _Form(root, question).run()
    sys.stdout.write(json.dumps(told) + "\n")


def _file(root: Any, question: dict[str, Any]) -> str | list[str] | None:
    from tkinter import filedialog

    root.withdraw()
    about = {"title": question["prompt"], "parent": root, "initialdir": question.get("start")}
    if question["kind"] == "folder":
        return filedialog.askdirectory(**about) or None
    about["filetypes"] = [(name, patterns.split()) for name, patterns in question["kinds"]]
    if question["kind"] == "open_many":
        return list(filedialog.askopenfilenames(**about))
    if question["kind"] == "open":
        return filedialog.askopenfilename(**about) or None
    about.update(initialfile=question["name"], defaultextension=".xlsm")
    return filedialog.asksaveasfilename(**about) or None


class _Form:
    """A prompt, an entry or a list, OK and Cancel."""

    def __init__(self, root: Any, question: dict[str, Any]) -> None:
        from tkinter import ttk

        self.root, self.question = root, question
        self.told: Any = None
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
        from tkinter import ttk

        if self.question["kind"] in ("text", "secret"):
            made = ttk.Entry(self.box, width=40, show="•" if self.question["kind"] == "secret" else "")
            made.insert(0, self.question["default"])
            made.grid(sticky="we", pady=(8, 0))
            return made
        return self._list(self.question["items"]) if self.question["kind"] == "choose" else None

    def _list(self, items: Sequence[str]) -> Any:
        """A list as wide as its longest item, within what a screen has; beyond that it scrolls."""
        import tkinter as tk
        from tkinter import ttk

        frame = ttk.Frame(self.box)
        frame.grid(sticky="we", pady=(8, 0))
        longest = max((text_width(item) for item in items), default=0)
        width, height = round(min(_WIDEST, max(60, longest + 2))), min(14, max(4, len(items)))
        made = tk.Listbox(frame, width=width, height=height, exportselection=False)
        made.configure(selectmode="multiple" if self.question["many"] else "browse")
        made.grid(row=0, column=0)
        if len(items) > height:
            bar = ttk.Scrollbar(frame, orient="vertical", command=made.yview)
            bar.grid(row=0, column=1, sticky="ns")
            made.configure(yscrollcommand=bar.set)
        if longest + 2 > _WIDEST:
            bar = ttk.Scrollbar(frame, orient="horizontal", command=made.xview)
            bar.grid(row=1, column=0, sticky="we")
            made.configure(xscrollcommand=bar.set)
        made.insert("end", *items)
        made.activate(0)
        if not self.question["many"]:
            made.selection_set(0)
        return made

    def accept(self) -> None:
        """Keep the answer and close."""
        kind = self.question["kind"]
        if kind in ("text", "secret"):
            self.told = self.field.get()
        else:
            self.told = list(self.field.curselection()) if kind == "choose" else True
        self.root.destroy()

    def run(self) -> Any:
        """Wait for the person."""
        self.root.eval("tk::PlaceWindow . center")
        (self.field or self.root).focus_force()
        self.root.mainloop()
        return self.told


if __name__ == "__main__":
    _main()
