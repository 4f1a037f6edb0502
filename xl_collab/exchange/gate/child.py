"""The process that parses a returned file, and may die of it.

`python -m xl_collab.exchange.gate.child CPU_SECONDS MEMORY_BYTES`: the file's bytes on standard input,
lines of JSON on standard output; with `--stem SOCKET` it is asked for such processes (processes.py).
It limits itself before the first hostile byte is read, opens no file and no socket after that, and ends its
answer with {"done": …}: an answer without it is no answer.
What may not enter: the master, the ledger, rules about the data.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from typing import BinaryIO

from xl_collab.errors import XlCollabError
from xl_collab.exchange.gate.caps import OUT_OF_MEMORY, limit_self
from xl_collab.exchange.gate.processes import serve
from xl_collab.exchange.gate.readers import read_workbook
from xl_collab.exchange.gate.reasons import Refused, refused_by_host
from xl_collab.exchange.gate.wire import line

_FORBIDDEN = ("open", "socket.", "subprocess.", "os.", "shutil.", "ctypes.", "import", "urllib.", "ftplib.")


def main(cpu_seconds: int, memory: int, source: BinaryIO, answer: BinaryIO) -> int:
    """Read one workbook from `source` and write what it holds to `answer`; returns the exit code."""
    limit_self(cpu_seconds, memory)
    gc.disable()  # one file, then the process ends: nothing here is worth collecting
    data = source.read()
    sys.addaudithook(_stay_inside)
    try:
        for record in _records(data):
            answer.write(line(record))
        answer.flush()
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def _records(data: bytes) -> Iterator[object]:
    try:
        yield from read_workbook(data)
    except Refused as error:
        yield _refused(error.refusal.code, error)
    except XlCollabError as error:
        yield _refused(refused_by_host(error).code, error)
    else:
        yield {"done": True}


def _refused(code: str, error: XlCollabError) -> object:
    return {"refused": code, "zh": error.zh, "en": error.en}


def _stay_inside(event: str, _: object) -> None:
    """No file, socket or program from here on, whatever a file makes a library try."""
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)


if __name__ == "__main__":
    if sys.argv[1] == "--stem":
        serve(int(sys.argv[2]), main)
    else:
        sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.stdin.buffer, sys.stdout.buffer))
