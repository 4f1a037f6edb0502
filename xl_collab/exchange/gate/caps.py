"""A process of our own under caps of time, memory and output, which may die without harm to us.

On POSIX the child limits itself (setrlimit); on Windows the parent holds it in a Job Object. Windows is
shown by the checklist in CONTRIBUTING.md only. What may not enter: what the process does.
On Windows only the layout of the structures is tested.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import IO, Protocol

from xl_collab.child_process import python_path, started

_PROCESS_TIME, _PROCESS_MEMORY, _KILL_ON_CLOSE = 0x2, 0x100, 0x2000
_ACTIVE_PROCESSES, _DIE_ON_EXCEPTION = 0x8, 0x400
_EXTENDED_LIMITS = 9
_TICKS = 10_000_000  # a second in units of 100 ns


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", ctypes.c_uint32),
        ("SchedulingClass", ctypes.c_uint32),
    )


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION; the counters of IO_COUNTERS are six 64-bit numbers."""

    _fields_ = (
        ("BasicLimitInformation", BasicLimits),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


def extended_limits(memory: int, cpu_seconds: int) -> ExtendedLimits:
    """Limits for one process without children, that dies with its job and shows no error box."""
    limits = ExtendedLimits()
    limits.BasicLimitInformation.LimitFlags = (
        _PROCESS_TIME | _PROCESS_MEMORY | _KILL_ON_CLOSE | _ACTIVE_PROCESSES | _DIE_ON_EXCEPTION
    )
    limits.BasicLimitInformation.PerProcessUserTimeLimit = cpu_seconds * _TICKS
    limits.BasicLimitInformation.ActiveProcessLimit = 1
    limits.ProcessMemoryLimit = memory
    return limits


@contextlib.contextmanager
def holding(process: subprocess.Popen[bytes], memory: int, cpu_seconds: int) -> Iterator[None]:
    """Keep `process` in a job while the block runs; leaving it ends the process. No-op off Windows."""
    if sys.platform != "win32":
        yield
        return
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
    limits = extended_limits(memory, cpu_seconds)
    try:
        kernel.SetInformationJobObject(job, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits))
        # The child waits for its input, which comes only after this, so it cannot run ahead of its limits.
        kernel.AssignProcessToJobObject(job, ctypes.c_void_p(int(process._handle)))
        yield
    finally:
        kernel.CloseHandle(job)


OUT_OF_MEMORY = 77
"""Exit code of a child that met its own memory cap and could still say so."""

_STEP = 1 << 16


class Ended(Enum):
    """How a capped process ended."""

    DONE = "done"
    CRASHED = "crashed"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT = "output"


@dataclass(frozen=True)
class Caps:
    """Wall-clock and processor seconds, bytes of memory, bytes of output."""

    seconds: float
    cpu_seconds: int
    memory: int
    output: int


@dataclass(frozen=True)
class Ran:
    """What came of a capped process."""

    ended: Ended
    output: bytes


def limit_self(cpu_seconds: int, memory: int) -> None:
    """Cap this process: address space, processor time, no core file, no file written. POSIX only.

    macOS ignores the cap on address space; the wall clock and the gate's own limits remain.
    """
    if sys.platform == "win32":
        return
    import resource

    wanted = [
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_AS, memory),
    ]
    for limit, value in wanted:
        _, hard = resource.getrlimit(limit)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard - 1)
        # A system that knows the limit but not for this value (macOS) keeps its own.
        with contextlib.suppress(ValueError, OSError):
            # One second more for processor time: at the hard limit the signal would tell us nothing.
            resource.setrlimit(limit, (bound, bound + 1 if limit == resource.RLIMIT_CPU else bound))


def python_environment() -> dict[str, str]:
    """All variables that a reading Python gets."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PATH", "TEMP", "LANG") if name in os.environ}
    fixed = {
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "1",
    }
    return kept | python_path() | fixed


class Running(Protocol):
    """A process that was started: its standard input and output, and how to end it and learn how it ended."""

    stdin: IO[bytes] | None
    stdout: IO[bytes] | None

    def kill(self) -> None:
        """End it, if it has not ended."""

    def wait(self) -> int:
        """Its exit code; the negative number of the signal that ended it."""


def run_capped(command: Sequence[str], data: bytes, caps: Caps) -> Ran:
    """Run `command` with `data` on its standard input, never longer or bigger than `caps` allow."""
    with started(command, env=python_environment()) as process:
        try:
            with holding(process, caps.memory, caps.cpu_seconds):
                return tended(process, data, caps)
        finally:
            process.kill()


def tended(process: Running, data: bytes, caps: Caps) -> Ran:
    """Feed a process, take what it says, and end it when it takes too long or says too much."""
    late = threading.Event()
    timer = threading.Timer(caps.seconds, _stop, (process, late))
    assert process.stdin is not None and process.stdout is not None
    try:
        timer.start()
        threading.Thread(target=_feed, args=(process.stdin, data), daemon=True).start()
        output, fits = _drain(process.stdout, caps.output)
        if not fits:
            process.kill()
        code = process.wait()
    finally:
        timer.cancel()
        process.kill()
    return Ran(_how(code, late.is_set(), fits), output)


def _stop(process: Running, late: threading.Event) -> None:
    late.set()
    process.kill()


def _feed(pipe: IO[bytes], data: bytes) -> None:
    """A child that dies early closes its end; that is its business."""
    with contextlib.suppress(OSError, ValueError):
        pipe.write(data)
    with contextlib.suppress(OSError, ValueError):
        pipe.close()


def _drain(pipe: IO[bytes], limit: int) -> tuple[bytes, bool]:
    pieces, size = [], 0
    while piece := pipe.read(_STEP):
        size += len(piece)
        if size > limit:
            return b"", False
        pieces.append(piece)
    return b"".join(pieces), True


def _how(code: int, late: bool, fits: bool) -> Ended:
    if not fits:
        return Ended.OUTPUT
    if late or -code in _CPU_SIGNALS:
        return Ended.TIMEOUT
    if code == OUT_OF_MEMORY:
        return Ended.MEMORY
    return Ended.DONE if code == 0 else Ended.CRASHED


_CPU_SIGNALS = (24,)  # SIGXCPU
