"""Keeps watch over one LibreOffice that we started: when our Python ends, however it ends, so does that.

Run as a process of its own (`python guard.py PROFILE PIPE COMMAND…`), standard library only. It holds
a lock on a file in the profile for as long as it lives: a profile whose lock can be taken belongs
to nobody, and `sweep` clears it at the next start.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO

PREFIX = "xl-collab-libreoffice-"
LOCK, PROCESS = "xl-collab.lock", "xl-collab.process"
GRACE = 10.0
"""Seconds that an office that was asked to end may take."""


def take_lock(profile: Path) -> IO[bytes] | None:
    """The profile's lock, held until the file is closed or the process ends; None: somebody has it."""
    file = (profile / LOCK).open("ab")
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def sweep(folder: Path | None = None) -> list[Path]:
    """Clear profiles that were left behind with their office still running or not; gives those cleared."""
    cleared = []
    for profile in sorted((folder or Path(tempfile.gettempdir())).glob(PREFIX + "*")):
        with contextlib.suppress(OSError):
            lock = take_lock(profile) if _is_old(profile) else None
            if lock is None:
                continue
            told = (profile / PROCESS).read_text() if (profile / PROCESS).exists() else ""
            pid, pipe = [*told.split(), "0", ""][:2]
            if _runs_in(int(pid), profile):
                end_group(int(pid))
            lock.close()
            clear(profile, pipe)
            cleared.append(profile)
    return cleared


def _is_old(profile: Path) -> bool:
    """Whether its guard has had the time to lock it; one killed before that leaves no lock file."""
    return (profile / LOCK).exists() or time.time() - profile.stat().st_mtime > 600


def _runs_in(pid: int, profile: Path) -> bool:
    """Whether that process really is the office of this profile, and not a later one with its number."""
    if pid <= 1:
        return False
    with contextlib.suppress(OSError):
        return os.fsencode(profile.name) in Path(f"/proc/{pid}/cmdline").read_bytes()
    if sys.platform == "win32":
        return False
    listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)
    return os.fsencode(profile.name) in listed.stdout


def end_group(pid: int) -> None:
    """Kill the office with all it started; it leads a process group of its own."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(pid)], capture_output=True, check=False)
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def clear(profile: Path, pipe: str) -> None:
    """Remove the profile and the pipes' files. A process that is just ending may still write: try again."""
    for _ in range(50):
        shutil.rmtree(profile, ignore_errors=True)
        if not profile.exists():
            break
        time.sleep(0.1)
    for name in [pipe, single_office_pipe(profile)] if pipe else []:
        for leftover in Path("/tmp").glob(f"OSL_PIPE_*_{name}"):
            with contextlib.suppress(OSError):
                leftover.unlink()


def single_office_pipe(profile: Path) -> str:
    """The pipe by which LibreOffice finds itself running; a killed one leaves it. Named for the profile."""
    digest = hashlib.md5(profile.as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
    return "SingleOfficeIPC_" + "".join(f"{byte:x}" for byte in digest)


def clean_environment() -> dict[str, str]:
    """Our environment without what points at a virtual environment.

    The Python inside LibreOffice looks for its library beside the first python3 on PATH: an
    activated virtual environment there would hand it another Python's, and it would not start.
    """
    dropped = {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    places = kept.get("PATH", "").split(os.pathsep)
    kept["PATH"] = os.pathsep.join(place for place in places if not _is_virtual(place))
    return kept


def _is_virtual(place: str) -> bool:
    return bool(place) and (Path(place).parent / "pyvenv.cfg").is_file()


def watch(profile: Path, pipe: str, command: list[str]) -> None:
    """Start the office, tell its process number, and wait for it or for our owner to end."""
    lock = take_lock(profile)
    if lock is None:
        return
    environment = {**clean_environment(), "TMPDIR": str(profile)}
    office = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=sys.platform != "win32",
    )
    (profile / PROCESS).write_text(f"{office.pid} {pipe}")
    print(office.pid, flush=True)
    _Word(office).start()
    office.wait()
    end_group(office.pid)
    lock.close()
    clear(profile, pipe)


class _Word(threading.Thread):
    """Waits for the owner's last word: "quit" gives the office its grace, anything else ends it now."""

    def __init__(self, office: subprocess.Popen[bytes]) -> None:
        super().__init__(daemon=True)
        self.office = office

    def run(self) -> None:
        word = sys.stdin.readline().strip()
        if word == "quit":
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.office.wait(GRACE)
        end_group(self.office.pid)


if __name__ == "__main__":
    watch(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
