"""Who is at work: this computer, this process, and when it began; and whether such a one still is.

Computers are renamed and process numbers come again, so neither a host name nor a number says who
somebody is: names are for people only. What may not enter: what somebody holds (`lock`).
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path

from xl_collab.hosts.windows import process_birth, this_windows
from xl_collab.patterns import lazy
from xl_collab.records import dataclass
from xl_collab.schema.words import Text, t

_MACHINE_FILES = ("/etc/machine-id", "/var/lib/dbus/machine-id")
_GUID = ("HKLM", r"SOFTWARE\Microsoft\Cryptography", "MachineGuid")
_ENDED = "ended"
_APPLE = lazy(r'"IOPlatformUUID"\s*=\s*"([^"]+)"')
_SHOWN = t("{host} 上的 {user}，进程 {pid}，{since} 起", "{user} on {host}, process {pid}, since {since}")


@dataclass(frozen=True, slots=True)
class Owner:
    """A thread of a process of a computer.

    machine  digest of the computer's own id; birth tells a process from a later one of the same number,
             '' where the system does not say. host, user and since are only shown to people
    """

    machine: str
    pid: int
    birth: str
    thread: int
    host: str = ""
    user: str = ""
    since: str = ""

    @property
    def is_me(self) -> bool:
        """Whether this very thread is meant."""
        here = (machine(), os.getpid(), threading.get_ident())
        return (self.machine, self.pid, self.thread) == here and self.birth == _birth(self.pid)

    @property
    def is_here(self) -> bool:
        """Whether it is of this computer."""
        return self.machine == machine()

    @property
    def is_gone(self) -> bool:
        """Whether its process has ended, as far as can be known: of another computer it cannot."""
        return self.is_here and not _is_running(self.pid, self.birth)

    @property
    def shown(self) -> Text:
        """For people."""
        words = {name: _plain(getattr(self, name)) or "?" for name in ("host", "user")}
        since = _plain(self.since)[:19].replace("T", " ") or "?"
        return Text(*(text.format(**words, pid=self.pid, since=since) for text in (_SHOWN.zh, _SHOWN.en)))

    @classmethod
    def read(cls, stored: Mapping[str, object]) -> Owner:
        """What was stored with `dataclasses.asdict`; KeyError or TypeError when it is no owner."""
        kinds = {"pid": int, "thread": int}
        for name in cls.__slots__:
            if not isinstance(stored[name], kinds.get(name, str)):
                raise TypeError(name)
        if not 0 < stored["pid"] < 1 << 31:  # type: ignore[operator]
            raise TypeError("pid")
        return cls(**{name: stored[name] for name in cls.__slots__})  # type: ignore[arg-type]


def this_owner() -> Owner:
    """The running thread."""
    pid, now = os.getpid(), datetime.now().astimezone().isoformat(timespec="seconds")
    return Owner(machine(), pid, _birth(pid), threading.get_ident(), _host(), _user(), now)


def _host() -> str:
    from socket import gethostname

    return gethostname()


def _user() -> str:
    from getpass import getuser

    try:
        return getuser()
    except (OSError, KeyError, ImportError):  # no such account, or no variable that names it
        return ""


def _plain(text: str) -> str:
    """What others wrote, fit for one line of a terminal."""
    return "".join(char for char in text if char.isprintable())[:60]


# the computer


@cache
def machine() -> str:
    """Digest of the id that the system gave this computer; its name may change, this stays."""
    found = _own_id() or _kept_id() or f"host:{_host()}"
    # The id itself is the system's secret; a file on a share shows only what comes of it.
    return hashlib.sha256(f"xl_collab:{found}".encode()).hexdigest()[:32]


def _own_id() -> str:
    windows = this_windows()
    if windows is not None:
        return str(windows.registry(*_GUID) or "")  # type: ignore[arg-type]
    if sys.platform == "darwin":
        found = _APPLE.search(_output("ioreg", "-rd1", "-c", "IOPlatformExpertDevice"))
        return found[1] if found else ""
    for name in _MACHINE_FILES:
        with suppress(OSError):
            text = Path(name).read_text(encoding="ascii", errors="replace").strip()
            if re.fullmatch("[0-9a-f]{32}", text):
                return text
    return ""


def _kept_id() -> str:
    """An id that we made ourselves, kept in the user's own folder; '' where none can be kept."""
    from uuid import uuid4

    file = state_folder() / "xl_collab" / "machine-id"
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError), file.open("x", encoding="ascii") as made:
            made.write(uuid4().hex)
        return file.read_text(encoding="ascii", errors="replace").strip()
    return ""


def state_folder() -> Path:
    """Where programs keep what is this user's on this computer."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")


# the process


def is_alive(pid: int) -> bool:
    """Whether there is a process of this number."""
    if pid == os.getpid():
        return True
    if sys.platform == "win32":
        return _is_alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def birth_mark(pid: int) -> str:
    """Eight hex digits that tell a process from later ones of its number; '' where nothing is known."""
    birth = _birth(pid)
    return hashlib.sha256(birth.encode()).hexdigest()[:8] if birth else ""


def _is_running(pid: int, birth: str) -> bool:
    if pid <= 0 or not is_alive(pid):
        return False
    now = _birth(pid)
    # Where the system does not tell, a process of that number is taken for the one that is meant.
    return not (birth and now) or now == birth


def _birth(pid: int) -> str:
    """What tells a process from a later one with the same number; '' where the system does not say."""
    if sys.platform == "win32":
        return process_birth(pid)
    return _born_in_proc(pid) if Path("/proc/self/stat").exists() else _born_in_ps(pid)


def _born_in_proc(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    # One that was killed stands in the list until its parent has noticed.
    return _ENDED if fields[0] in "ZX" else f"{boot}:{fields[19]}"


def _born_in_ps(pid: int) -> str:
    state, _, born = _output("ps", "-o", "state=,lstart=", "-p", str(pid)).strip().partition(" ")
    return _ENDED if state[:1] == "Z" else born.strip()


def _output(*command: str) -> str:
    """What a program of the system prints, in no language and no time zone; '' when it fails."""
    import subprocess

    from xl_collab.child_process import ran

    plain = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
    with suppress(OSError, subprocess.SubprocessError):
        printed = ran(command, 5, environment=plain)
        printed.check_returncode()
        return printed.stdout.decode("utf-8", "replace")
    return ""


def _is_alive_on_windows(pid: int) -> bool:
    """`os.kill` would end the process there; ask for a handle instead."""
    import ctypes

    still_active, query = 259, 0x1000
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    handle = kernel.OpenProcess(query, False, pid)
    if not handle:
        return bool(kernel.GetLastError() == 5)  # it exists, but is somebody else's
    code = ctypes.c_ulong()
    kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    kernel.CloseHandle(handle)
    return code.value == still_active
