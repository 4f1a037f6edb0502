"""The log of runs that start by themselves, beside the workbook: what they did, and when they did nothing."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

_MOST = 500_000
"""Bytes; above that the older half goes."""
_LEFT_OUT, _ENDED = "[skip]", "[end]"


class RunLog:
    """One workbook's log."""

    def __init__(self, workbook: Path) -> None:
        self.path = workbook.with_name(f"{workbook.stem}.schedule.log")

    def write(self, text: str, mark: str = "") -> None:
        """Add a line, or several."""
        now = f"{datetime.now():%Y-%m-%d %H:%M:%S}"
        lines = [f"{now} {f'{mark} ' if mark else ''}{line}\n" for line in text.split("\n") if line.strip()]
        self._shorten()
        with self.path.open("a", encoding="utf-8") as stream:
            stream.writelines(lines)

    def left_out(self, text: str) -> None:
        """Note that nothing was done, and why."""
        self.write(text, _LEFT_OUT)

    def ended(self, text: str) -> None:
        """Note that a run came to its end."""
        self.write(text, _ENDED)

    def missed(self) -> list[str]:
        """The runs since the last one that did something, with the reason of each."""
        found: list[str] = []
        with suppress(OSError):
            for line in reversed(self.path.read_text(encoding="utf-8", errors="replace").splitlines()):
                if f" {_ENDED} " in line:
                    break
                if f" {_LEFT_OUT} " in line:
                    found.append(line.replace(f"{_LEFT_OUT} ", ""))
        return found[::-1]

    def _shorten(self) -> None:
        with suppress(OSError):
            if self.path.stat().st_size > _MOST:
                lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
                self.path.write_text("".join(lines[len(lines) // 2 :]), encoding="utf-8")
