"""Starting a process: never in the folder of a document, which may hold modules and libraries of anybody's.

Every process that this package starts goes through here. What may not enter: what the process does, and caps
of time and memory (exchange/gate/child.py).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SAFE_FOLDER = Path(__file__).resolve().parent
"""Where children run."""
NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""On Windows no black box flashes up."""


def started(command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """A process with pipes for its input and output; what it complains of is dropped."""
    usual = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(list(command), **_safe(usual | options))


def ran(
    command: Sequence[str], seconds: float | None, *, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end. OSError, or TimeoutExpired after `seconds`; its exit code is not judged."""
    options = _safe({"timeout": seconds, "env": environment, "stdin": subprocess.DEVNULL})
    return subprocess.run(list(command), capture_output=True, check=False, **options)


def _safe(options: dict[str, Any]) -> dict[str, Any]:
    return {"cwd": SAFE_FOLDER, "creationflags": NO_WINDOW} | options


def python_module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module of this package, importing nothing from the current folder."""
    return [_python(), "-P", "-m", name, *arguments]


def _python() -> str:
    """The Python to start. On Windows a venv's python.exe starts a second process, outside any job."""
    return getattr(sys, "_base_executable", sys.executable) if sys.platform == "win32" else sys.executable


def python_path() -> dict[str, str]:
    """Variables with which a child Python finds this package and our libraries, and nothing in its folder."""
    folders = [str(SAFE_FOLDER.parent), *_library_folders()]
    return {"PYTHONPATH": os.pathsep.join(folders), "PYTHONSAFEPATH": "1"}


def _library_folders() -> list[str]:
    """Where installed packages are: the program below a venv's launcher does not know."""
    return [entry for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages")]
