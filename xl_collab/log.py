"""The log: errors that nobody foresaw are written down in the user's own folder, never beside a document.

`log()` is the logger "xl_collab" with its file: `log().exception("…")` in an except clause leaves the
traceback there. Nothing is imported or opened before the first such call, and a log that cannot be written
stops nobody. What may not enter: messages for the user; those say where the log is (`log_path`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logging import Logger

NAME = "xl_collab"
LARGEST = 1_000_000
"""Octets after which the file becomes `….1.log`, in place of the one before it."""
MOST = 200
"""Entries of one process: what goes wrong 100,000 times is told well enough by these."""
_LONGEST = 20_000
"""Characters of one entry."""
_FORMAT = "%(asctime)s %(process)d %(levelname)s %(message)s"


def log_path(environ: Mapping[str, str] | None = None, platform: str = sys.platform) -> Path:
    """XL_COLLAB_LOG, else xl-collab.log where the system keeps such files of the user."""
    env = os.environ if environ is None else environ
    if env.get("XL_COLLAB_LOG"):
        return Path(env["XL_COLLAB_LOG"])
    home = Path(env.get("HOME") or env.get("USERPROFILE") or Path.home())
    if platform == "win32":
        folder = Path(env.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif platform == "darwin":
        folder = home / "Library" / "Logs"
    else:
        folder = Path(env.get("XDG_STATE_HOME") or home / ".local" / "state")
    return folder / "xl-collab" / "xl-collab.log"


def log() -> Logger:
    """The logger, ready to write into the file."""
    import logging

    logger = logging.getLogger(NAME)
    if not any(getattr(handler, "stream", None) is _FILE for handler in logger.handlers):
        handler = logging.StreamHandler(_FILE)
        handler.setFormatter(logging.Formatter(_FORMAT))
        logger.addHandler(handler)
    return logger


def written() -> int:
    """How many entries this process has written."""
    return _FILE.count


class _LogFile:
    """A stream that holds no file open, so that several processes can write and turn over the same one."""

    def __init__(self) -> None:
        self.count = 0

    def write(self, text: str) -> int:
        """Append one entry."""
        if self.count < MOST:
            with suppress(OSError):
                _append(log_path(), text[:_LONGEST].rstrip() + "\n")
                self.count += 1
        return len(text)

    def flush(self) -> None:
        """Every entry is on the disk already."""


_FILE = _LogFile()


def _append(path: Path, entry: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LARGEST:
        path.replace(path.with_suffix(".1.log"))
    with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(entry)
