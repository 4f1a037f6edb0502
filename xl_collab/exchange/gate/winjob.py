"""The caps of a child process on Windows: a Job Object, through ctypes. Elsewhere it does nothing.

Seen to work only on the Windows checklist in CONTRIBUTING.md; the layout of the structures is tested.
What may not enter: anything but these calls.
"""

from __future__ import annotations

import contextlib
import ctypes
import subprocess
import sys
from collections.abc import Iterator

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
