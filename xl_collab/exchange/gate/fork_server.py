"""How a reading process comes to be: as a fresh Python, or forked from one whose imports are done.

Starting Python and its libraries takes longer than reading most replies. With many files a *fork server* is
started once; it reads nothing itself, and for each file forks a process, which limits itself before its
first hostile byte and ends with its file. Linux only: elsewhere every file gets a fresh Python.
multiprocessing's own forkserver is none for us: it takes folder and environment from the process that asks
(and so modules from beside a document), imports `__main__` again, and reaps before a late kill has arrived.
What may not enter: what the process does with the file (readers.py).
"""

from __future__ import annotations

import gc
import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import IO, BinaryIO

from xl_collab.child_process import python_module, started
from xl_collab.exchange.gate.caps import Caps, Ran, python_environment, run_capped, tended

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
