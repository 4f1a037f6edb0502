"""A small window that says what is being done and has a Cancel button.

RunPython keeps the spreadsheet waiting, so a long command needs a sign of life. The window opens only
when a command takes longer than a moment. Cancel is heard between steps, and never once writing has
begun: until then nothing has been changed.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from xl_collab.child_process import python_module, python_path, started
from xl_collab.commands.words import SHARED
from xl_collab.errors import XlCollabError
from xl_collab.schema.words import Lang, t

AFTER = 0.8
"""Seconds after which the window opens; most commands are done by then."""

CANCEL = t("取消", "Cancel")
STOPPING = t("正在停下…", "Stopping…")
_TITLE = t("跨部门协同", "Collaboration")


class Cancelled(XlCollabError):
    """Raised when the user pressed Cancel; nothing has been changed."""

    def __init__(self) -> None:
        super().__init__("已取消，没有改动任何内容。", "Cancelled; nothing was changed.")


class ProgressWindow:
    """`with ProgressWindow(lang) as window: Session(…, window.step)`."""

    def __init__(self, lang: Lang, after: float = AFTER) -> None:
        self.lang = lang
        self._after = after
        self._child: subprocess.Popen[bytes] | None = None
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._last: dict[str, Any] = {}
        self._timer: threading.Timer | None = None

    def __enter__(self) -> ProgressWindow:
        if can_show_windows():
            self._timer = threading.Timer(self._after, self._open)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
        child = self._child
        if child is None:
            return
        self._send({"done": True})
        with contextlib.suppress(OSError):
            if child.stdin:
                child.stdin.close()
        try:
            child.wait(3)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdout:
            child.stdout.close()

    @contextlib.contextmanager
    def step(self, what: str) -> Iterator[Callable[[str], None]]:
        """One step, by its key in SAID; raises Cancelled before it and, unless it writes, in and after it."""
        self._check()
        last = what == "writing"
        text = SHARED["working"].of(self.lang).format(what=SHARED[what].of(self.lang))
        self._send({"text": text, "cancel": not last})

        def tell(far: str) -> None:
            if not last:
                self._check()
            self._send(
                {"text": SHARED["so_far"].of(self.lang).format(what=SHARED[what].of(self.lang), far=far)}
            )

        yield tell
        if not last:
            self._check()

    def cancel(self) -> None:
        """What the button does."""
        self._cancelled.set()

    def _check(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled

    def _open(self) -> None:
        with self._lock:
            self._child = start(__name__)
        words = {"title": _TITLE, "button": CANCEL, "stopping": STOPPING}
        self._send({name: text.of(self.lang) for name, text in words.items()} | self._last)
        threading.Thread(target=self._listen, args=(self._child,), daemon=True).start()

    def _listen(self, child: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):
            if child.stdout is not None and message_of(child.stdout):
                self._cancelled.set()

    def _send(self, message: dict[str, Any]) -> None:
        """Tell the window, if it is open; a window that is gone is no reason to stop the work."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._last = message
            if self._child is not None and self._child.stdin is not None:
                self._child.stdin.write(json.dumps(message).encode("ascii") + b"\n")
                self._child.stdin.flush()


# -- the other process ------------------------------------------------------------------------------


class _Window:
    """The window itself; it ends when its parent says so or is gone."""

    def __init__(self) -> None:
        import tkinter as tk
        from tkinter import ttk

        self.root = tk.Tk()
        self.root.resizable(False, False)
        self.root.attributes("-topmost", True)
        self.root.protocol("WM_DELETE_WINDOW", self.cancel)
        box = ttk.Frame(self.root, padding=16)
        box.grid()
        self.text = ttk.Label(box, width=44)
        self.text.grid(row=0, column=0, sticky="w", pady=(0, 8))
        self.bar = ttk.Progressbar(box, mode="indeterminate", length=320)
        self.bar.grid(row=1, column=0, pady=(0, 12))
        self.button = ttk.Button(box, command=self.cancel)
        self.button.grid(row=2, column=0, sticky="e")
        self.stopping = ""
        self.news: list[dict[str, Any] | None] = []

    def run(self) -> None:
        threading.Thread(target=self._hear, daemon=True).start()
        self.bar.start(12)
        self.root.eval("tk::PlaceWindow . center")
        self._look()
        self.root.mainloop()

    def _hear(self) -> None:
        while True:
            message = message_of(sys.stdin.buffer)
            self.news.append(message)
            if message is None or message.get("done"):
                return

    def _look(self) -> None:
        while self.news:
            message = self.news.pop(0)
            if message is None or message.get("done"):
                self.root.destroy()
                return
            self._show(message)
        self.root.after(40, self._look)

    def _show(self, message: dict[str, Any]) -> None:
        self.root.title(message.get("title", self.root.title()))
        self.stopping = message.get("stopping", self.stopping)
        if "button" in message:
            self.button.config(text=message["button"])
        if "text" in message:
            self.text.config(text=message["text"])
        if "cancel" in message and self.text.cget("text") != self.stopping:
            self.button.state(["!disabled" if message["cancel"] else "disabled"])

    def cancel(self) -> None:
        if self.button.instate(["disabled"]):
            return
        self.button.state(["disabled"])
        self.text.config(text=self.stopping)
        sys.stdout.buffer.write(b'{"cancel": true}\n')
        sys.stdout.buffer.flush()


# Our windows live in a process of their own: Tk must not share the thread of a program that asks us.


def start(module: str) -> subprocess.Popen[bytes]:
    """Run a module of this package with pipes both ways and the paths that we were given."""
    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    ours = python_path()["PYTHONPATH"]
    paths = os.pathsep.join([ours, *(path for path in given if Path(path).is_absolute())])
    return started(python_module(module), env={**os.environ, "PYTHONPATH": paths})


def answer(module: str, question: dict[str, Any]) -> Any:
    """Ask one question of a window and wait for what it says; None when it could not be shown."""
    child = start(module)
    told, _ = child.communicate(json.dumps(question).encode("ascii") + b"\n")
    return json.loads(told) if child.returncode == 0 and told.strip() else None


def message_of(stream: IO[bytes]) -> dict[str, Any] | None:
    """The next line of the other side; None at the end."""
    line = stream.readline()
    return json.loads(line) if line.strip() else None


def can_show_windows() -> bool:
    """Whether a Tk window can be shown: tkinter is there, and on Linux a display."""
    try:
        import tkinter  # noqa: F401
    except ImportError:
        return False
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY"))


if __name__ == "__main__":
    _Window().run()
