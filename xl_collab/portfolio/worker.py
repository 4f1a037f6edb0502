"""A process that reads trackers, one after the other, under caps: `python -m xl_collab.portfolio.worker`.

Orders come on standard input, answers go to standard output, both with their length before them. A file that
is too much ends this process, and costs only itself (`pool.py`).

Python's cycle collector is off, as on the command line: looking through everything that was read every some
hundred objects costs a fifth of the time. What a tracker left in cycles is freed every ROUND files, so that
memory does not grow with their number.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import json
import struct
import sys
from typing import BinaryIO

LENGTH = struct.Struct("<q")
ROUND = 20
"""Files after which cycles are collected."""


def serve(source: BinaryIO, target: BinaryIO, cpu_seconds: int, memory: int) -> None:
    """Answer orders until there are none."""
    from xl_collab.portfolio.analysis import Asked, analyse
    from xl_collab.portfolio.wire import packed

    gc.disable()
    gc.freeze()  # what was imported stays
    limit_memory(memory)
    done = 0
    while order := taken(source):
        path, as_of, today = json.loads(order)
        limit_time(cpu_seconds)
        asked = Asked(dt.date.fromisoformat(as_of) if as_of else None, dt.date.fromisoformat(today))
        given(target, packed(analyse(path, asked)))
        done += 1
        if done % ROUND == 0:
            gc.collect()


def taken(source: BinaryIO) -> bytes:
    """The next message; b"" at the end."""
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return b""
    (size,) = LENGTH.unpack(head)
    return source.read(size)


def given(target: BinaryIO, message: bytes) -> None:
    """Send a message."""
    target.write(LENGTH.pack(len(message)) + message)
    target.flush()


def limit_memory(memory: int) -> None:
    """No more address space than this, and no core file. POSIX; on Windows the job of the pool does it."""
    if sys.platform == "win32":
        return
    import resource

    for limit, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, resource.getrlimit(limit)[1]))


def limit_time(cpu_seconds: int) -> None:
    """So much processor time from now on, for the next file."""
    if sys.platform == "win32":
        return
    import resource
    import time

    with contextlib.suppress(ValueError, OSError):
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + cpu_seconds + 1, hard))


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, int(sys.argv[1]), int(sys.argv[2]))
