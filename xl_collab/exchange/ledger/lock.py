"""One run at a time: the lock is a row of the ledger, so taking and losing it are transactions.

A lock whose process is gone (killed, power cut) is taken over; one of another machine is not.
"""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

from xl_collab.exchange.ledger.schema import LedgerBusy, reading, writing
from xl_collab.hosts.atomic import _alive

__all__ = ["holder", "release", "take"]

_PAUSE = 0.05


def take(path: Path, at: str, wait: float = 0.0) -> None:
    """Take the lock, waiting up to `wait` seconds. Raises LedgerBusy with who holds it since when."""
    until = time.monotonic() + wait
    while not _try(path, at):
        if time.monotonic() >= until:
            pid, host, since = holder(path) or (0, "", "")
            raise LedgerBusy(
                f"另一次运行（{host}，进程 {pid}，{since} 起）正在处理这份总表。请等它结束后重试。",
                f"Another run ({host}, process {pid}, since {since}) is working on this master. "
                "Try again when it is done.",
            )
        time.sleep(_PAUSE)


def release(path: Path) -> None:
    """Give the lock back, if it is ours."""
    with writing(path) as db:
        db.execute("DELETE FROM lock WHERE pid = ? AND host = ?", (os.getpid(), socket.gethostname()))


def holder(path: Path) -> tuple[int, str, str] | None:
    """Process, machine and time of the living holder; None when the lock is free or stale."""
    with reading(path) as db:
        row = db.execute("SELECT pid, host, birth, at FROM lock").fetchone()
    return (row[0], row[1], row[3]) if row and _is_living(row[0], row[1], row[2]) else None


def _try(path: Path, at: str) -> bool:
    with writing(path) as db:
        row = db.execute("SELECT pid, host, birth FROM lock").fetchone()
        if row and _is_living(*row):
            return False
        me = (os.getpid(), socket.gethostname(), _birth(os.getpid()), at)
        db.execute("INSERT OR REPLACE INTO lock VALUES (1, ?, ?, ?, ?)", me)
    return True


def _is_living(pid: int, host: str, birth: str) -> bool:
    """Whether the process that took the lock still runs; of another machine we cannot know, so yes."""
    if host != socket.gethostname():
        return True
    return _alive(pid) and _birth(pid) == birth


def _birth(pid: int) -> str:
    """What tells a process from a later one with the same number, where the system says it."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
    return f"{boot}:{stat.rpartition(')')[2].split()[19]}"
