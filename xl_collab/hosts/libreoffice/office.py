"""One LibreOffice: started by us with a profile of its own, or attached to where it runs already.

A started office dies with its guard, and the guard when we end, also by kill -9: neither process nor
profile stays. An attached one is somebody else's and is never ended.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

from xl_collab.hosts.libreoffice.bridge import Transport, connect
from xl_collab.hosts.libreoffice.calls import Calls
from xl_collab.hosts.libreoffice.guard import GRACE, PREFIX, clear, sweep
from xl_collab.hosts.libreoffice.unsupported import NoLibreOffice, OfficeGone
from xl_collab.hosts.office import find_soffice

OPTIONS = ("--norestore", "--nologo", "--nodefault", "--nofirststartwizard", "--nolockcheck")


class Office:
    """A connection to one LibreOffice and what we owe it; `calls` is the way in."""

    def __init__(self, address: str, transport: Transport, guard: Guard | None = None, headless: bool = True):
        self.guard = guard
        self.headless = headless
        try:
            self.calls = Calls(connect(address, transport))
            self.pid, self.version = self.calls.ask("process")
        except BaseException:
            if guard is not None:
                guard.end("kill")
            raise

    @classmethod
    def start(cls, visible: bool = False, transport: Transport = "auto") -> Office:
        """A new LibreOffice with an empty profile; `visible` needs a screen."""
        sweep()
        guard = Guard(visible)
        return cls(f"pipe,name={guard.pipe}", transport, guard, headless=not visible)

    @classmethod
    def attach(cls, address: str, transport: Transport = "auto") -> Office:
        """The LibreOffice that was started with --accept="ADDRESS;urp;"."""
        return cls(address, transport, headless=False)

    @property
    def is_ours(self) -> bool:
        return self.guard is not None

    @property
    def is_running(self) -> bool:
        """Whether its process lives, as far as we can tell: of an attached one we only learn by asking."""
        return self.guard is None or self.guard.process.poll() is None

    def quit(self) -> None:
        """End an office that we started, unsaved work and all; let go of one that we only attached to."""
        if self.guard is not None:
            with contextlib.suppress(OfficeGone):
                self.calls.ask("terminate")
        self.calls.wire.close()
        if self.guard is not None:
            self.guard.end("quit")

    def kill(self) -> None:
        """End it at once, the way a crash would. Only an office that we started."""
        if self.guard is not None:
            self.guard.end("kill")
        self.calls.wire.close()


class Guard:
    """The process that holds the office and clears up behind it."""

    def __init__(self, visible: bool) -> None:
        self.profile = Path(tempfile.mkdtemp(prefix=PREFIX))
        self.pipe = "xlcollab" + uuid.uuid4().hex
        script = Path(__file__).with_name("guard.py")
        command = [sys.executable, "-I", "-S", str(script), str(self.profile), self.pipe]
        self.process = subprocess.Popen(
            [*command, *self._office(visible)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=sys.platform != "win32",
        )
        assert self.process.stdout is not None
        self.office_pid = int(self.process.stdout.readline() or 0)
        if not self.office_pid:
            self.end("kill")
            raise _not_started()

    def _office(self, visible: bool) -> list[str]:
        soffice = find_soffice()
        if soffice is None:
            clear(self.profile, "")
            raise _missing()
        profile = f"-env:UserInstallation={self.profile.as_uri()}"
        accept = f"--accept=pipe,name={self.pipe};urp;"
        return [str(soffice), profile, accept, *OPTIONS, *([] if visible else ["--headless"])]

    def end(self, word: str) -> None:
        """Tell the guard to end the office ("quit": it may finish; "kill": now) and wait until it is done."""
        with contextlib.suppress(OSError, ValueError, subprocess.TimeoutExpired):
            self.process.communicate(f"{word}\n".encode(), timeout=GRACE + 10)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.profile.exists():  # the guard itself was killed
            sweep(self.profile.parent)


def screen() -> bool:
    """Whether there is a screen to show a window on."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _missing() -> NoLibreOffice:
    return NoLibreOffice(
        "找不到 LibreOffice；请安装，或用 XL_COLLAB_SOFFICE 指定 soffice 的位置",
        "LibreOffice was not found; install it, or name soffice in XL_COLLAB_SOFFICE",
    )


def _not_started() -> NoLibreOffice:
    return NoLibreOffice(
        "LibreOffice 没能启动；请在命令行运行 soffice 看提示",
        "LibreOffice did not start; run soffice on the command line to see why",
    )
