"""The other end of the bridge: run by a Python that has `uno`, it passes texts on to LibreOffice.

Standard library only, no import of xl_collab: this interpreter is the system's or LibreOffice's
own. Frames on both pipes: 1 byte for what it is, 4 bytes length, then UTF-8 text.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from typing import IO

HEAD = struct.Struct(">cI")
OPEN, TEXT, GONE = b"o", b"t", b"g"


def read(stream: IO[bytes]) -> tuple[bytes, str] | None:
    """Next frame; None when the other end closed."""
    head = stream.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    kind, length = HEAD.unpack(head)
    return kind, stream.read(length).decode("utf-8")


def write(stream: IO[bytes], kind: bytes, text: str) -> None:
    data = text.encode("utf-8")
    stream.write(HEAD.pack(kind, len(data)) + data)
    stream.flush()


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Open what the first frame names, then pass frames on until the client is gone."""
    from direct import Direct, Gone
    from uno_import import import_uno

    wire = None
    while (frame := read(requests)) is not None:
        kind, text = frame
        try:
            if kind == OPEN:
                address, seconds = text.rsplit(" ", 1)
                wire = Direct(import_uno(), address, float(seconds))
                write(answers, OPEN, sys.version.split()[0])
            elif wire is not None:
                write(answers, TEXT, wire.send(text))
        except (Gone, ImportError) as error:
            write(answers, GONE, str(error))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    real = sys.stdout.buffer
    sys.stdout = sys.stderr
    serve(sys.stdin.buffer, real)
