"""The process that reads returned files: forked from a server or fresh, and its caps."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from types import TracebackType
from typing import IO, BinaryIO, Protocol

from xl_collab.child_process import python_module, python_path, started
from xl_collab.errors import XlCollabError
from xl_collab.records import dataclass

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
    place, size = ctypes.byref(limits), ctypes.sizeof(limits)
    try:
        _require(job.value, "CreateJobObject")
        _require(
            kernel.SetInformationJobObject(job, _EXTENDED_LIMITS, place, size), "SetInformationJobObject"
        )
        # The child waits for its input, which comes only after this, so it cannot run ahead of its limits.
        handle = ctypes.c_void_p(int(process._handle))
        _require(kernel.AssignProcessToJobObject(job, handle), "AssignProcessToJobObject")
        yield
    finally:
        kernel.CloseHandle(job)


def _require(done: int | None, call: str) -> None:
    """Uncapped when a call of Windows failed; to be asked at once, for it looks up the last error."""
    if not done:
        raise Uncapped(call, ctypes.get_last_error())  # type: ignore[attr-defined,unused-ignore]


class Uncapped(XlCollabError):
    """Raised when Windows sets no limits to a reader: a file of somebody else's is not read without."""

    def __init__(self, call: str, number: int) -> None:
        super().__init__(
            f"Windows 没有给读取程序设上内存和时间的上限（{call}，错误 {number}），没有上限就不读这份文件，"
            "它没有改动。请重启电脑后重试；仍不行请把这句话交给 IT。",
            f"Windows set no limits of memory and time to the reader ({call}, error {number}); without them "
            "the file is not read. Restart the computer and try again; else show this line to IT.",
        )


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


Runner = Callable[[bytes, Caps], Ran]
"""Has a file read in a process of its own."""
Read = Callable[[int, int, BinaryIO, BinaryIO], int]
"""What the process does: processor seconds, bytes of memory, the file, where the answer goes → exit code."""

_ORDER = struct.Struct("<qq")
_NUMBER = struct.Struct("<q")
_KINDLY = 5.0  # seconds that a server gets to end by itself


def fresh(data: bytes, caps: Caps) -> Ran:
    """Read a file in a Python that is started for it."""
    return run_capped(_command(str(caps.cpu_seconds), str(caps.memory)), data, caps)


def _command(*arguments: str) -> list[str]:
    return python_module("xl_collab.exchange.gate.readers", *arguments)


class ForkServers:
    """ForkServers for a run over many files, as many as are read at the same time; a context manager."""

    def __init__(self) -> None:
        self._idle: list[ForkServer] = []

    def run(self, data: bytes, caps: Caps) -> Ran:
        """A Runner; may be called from several threads."""
        if sys.platform != "linux":
            return fresh(data, caps)
        try:
            server = self._idle.pop()
        except IndexError:
            server = ForkServer()
        try:
            ran = server.run(data, caps)
        except (OSError, struct.error):  # the server is gone, which says nothing about the file
            server.close()
            return fresh(data, caps)
        except BaseException:
            server.close()
            raise
        self._idle.append(server)
        return ran

    def __enter__(self) -> ForkServers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._idle:
            self._idle.pop().close()


class ForkServer:
    """A Python that waits, with its imports done, and forks a process for one file at a time."""

    def __init__(self) -> None:
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                self._process = started(
                    _command("--fork-server", str(theirs.fileno())),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    env=python_environment(),
                    pass_fds=(theirs.fileno(),),
                )
        except OSError:
            self._channel.close()
            raise

    def run(self, data: bytes, caps: Caps) -> Ran:
        """Read one file. OSError or struct.error when the server is gone."""
        their_input, our_output = os.pipe()
        our_input, their_output = os.pipe()
        with open(our_output, "wb") as stdin, open(our_input, "rb") as stdout:  # noqa: PTH123
            try:
                order = _ORDER.pack(caps.cpu_seconds, caps.memory)
                socket.send_fds(self._channel, [order], [their_input, their_output])
            finally:
                os.close(their_input)
                os.close(their_output)
            return tended(Forked(self._channel, stdin, stdout), data, caps)

    def close(self) -> None:
        """End the server, which notices that nobody asks any more."""
        self._channel.close()
        try:
            self._process.wait(_KINDLY)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Forked:
    """A process forked by a server, to be fed, watched and ended as one of our own.

    The server keeps it, once dead, until we have said that we know: nobody else gets its number meanwhile,
    so that `kill` can meet no other process.
    """

    def __init__(self, channel: socket.socket, stdin: IO[bytes], stdout: IO[bytes]) -> None:
        self.stdin: IO[bytes] | None = stdin
        self.stdout: IO[bytes] | None = stdout
        self._channel = channel
        self._lock = threading.Lock()
        (self._pid,) = _NUMBER.unpack(channel.recv(64))

    def kill(self) -> None:
        """End it, if it has not ended."""
        with self._lock:
            if self._pid:
                os.kill(self._pid, 9)

    def wait(self) -> int:
        """Its exit code when it has ended; the negative number of the signal that ended it."""
        (code,) = _NUMBER.unpack(self._channel.recv(64))
        with self._lock:
            self._pid = 0
        self._channel.send(b".")
        return int(code)


# -- inside the fork server ---------------------------------------------------------------------------


def serve(number: int, read: Read) -> None:
    """Fork a process that does `read` for each order, until the program that asks is gone."""
    gc.freeze()
    with socket.socket(fileno=number) as channel:
        while True:
            order, pipes, *_ = socket.recv_fds(channel, 64, 2)
            if len(pipes) != 2:
                return
            pid = os.fork()
            if not pid:
                channel.close()  # who reads a hostile file has no say in what is killed
                os._exit(_exit_code(read, _ORDER.unpack(order), pipes))
            for pipe in pipes:
                os.close(pipe)
            channel.send(_NUMBER.pack(pid))
            channel.send(_NUMBER.pack(_ended(pid)))
            channel.recv(1)
            os.waitpid(pid, 0)


def _exit_code(read: Read, caps: tuple[int, int], pipes: Sequence[int]) -> int:
    try:
        with open(pipes[0], "rb") as source, open(pipes[1], "wb") as answer:  # noqa: PTH123
            return read(*caps, source, answer)
    except BaseException:
        return 1


def _ended(pid: int) -> int:
    """Wait until the process has ended, and leave it to be reaped."""
    seen = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert seen is not None
    return seen.si_status if seen.si_code == os.CLD_EXITED else -seen.si_status
