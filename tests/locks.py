"""Locks as other computers and dead processes leave them, and writers that are real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from xl_collab.hosts.owner import Owner

FOREIGN = Owner("f" * 32, 1, "", 1, "FINANCE-PC", "wang", "2023-11-14T09:30:00")
"""Somebody on another computer."""

_HOLD = """
import sys
from xl_collab.hosts.lock import hold
with hold(sys.argv[1]):
    print("inside", flush=True)
    sys.stdin.readline()
"""


def dead_pid() -> int:
    """The number of a process that has ended."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def lock_file(workbook: Path) -> Path:
    return workbook.with_name(f".{workbook.name}.collab-lock")


def leave(workbook: Path, owner: Owner, token: str = "0123456789abcdef") -> Path:
    """The lock of somebody on a workbook."""
    file = lock_file(workbook)
    file.write_text(json.dumps({"token": token, **asdict(owner)}), encoding="utf-8")
    return file


def left(workbook: Path) -> list[str]:
    """What is there of locks beside a workbook."""
    return sorted(path.name for path in workbook.parent.iterdir() if ".collab-lock" in path.name)


@contextmanager
def held_elsewhere(workbook: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds a workbook until `let_go`, or the end."""
    command = [sys.executable, "-c", _HOLD, str(workbook)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None and child.stdout.readline() == "inside\n"
            yield child
        finally:
            child.kill()


def let_go(child: subprocess.Popen[str]) -> None:
    """The process gives the workbook back and ends."""
    assert child.stdin is not None
    child.stdin.write("\n")
    child.stdin.flush()


def first_error(process: subprocess.Popen[str]) -> str:
    """The first line that a process writes as an error, as soon as it does."""
    assert process.stderr is not None
    return process.stderr.readline()


def started(*words: object, code: str = "") -> subprocess.Popen[str]:
    """The command line in a process of its own, speaking English; `code` runs before it."""
    begin = f"{code}\nfrom xl_collab.ui.cli import main\nimport sys\nmain(sys.argv[1:])"
    environ = {**os.environ, "XL_COLLAB_LANG": "en", "COLUMNS": "200"}
    command = [sys.executable, "-c", begin, *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ)


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code, output and errors of a process."""
    out, err = process.communicate(timeout=240)
    return process.returncode, out, err
