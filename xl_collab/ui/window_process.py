"""Windows of our own live in a process of their own: a Tk window must not share the thread, the COM
apartment or the fate of the Python that works on the workbook.

What goes between the two is one line of ASCII JSON at a time, so that no code page can spoil it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

_NO_CONSOLE = 0x08000000
"""CREATE_NO_WINDOW of Windows: no black box flashes up."""
_ROOT = Path(__file__).parents[2]


def start(module: str) -> subprocess.Popen[bytes]:
    """Run a module of this package with pipes both ways, without a console."""
    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    paths = [str(_ROOT), *(path for path in given if Path(path).is_absolute())]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        cwd=Path(__file__).parent,  # never beside documents, whose folder may hold anybody's modules
        creationflags=_NO_CONSOLE if sys.platform == "win32" else 0,
    )


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
