"""LibreOffice through `uno`, by whichever Python can load it. Standard library and `uno` only.

Used by the user's Python where it can load `uno`; else run as a process of the system's or LibreOffice's
own Python (`python uno_client.py`), which passes texts on: frames on both pipes, 1 byte for what it is,
4 bytes length, then UTF-8 text. No import of xl_collab.

`uno` comes with the system's Python or with LibreOffice, not from PyPI (the packages called uno
and pyuno there are something else). It is imported with its folder on the path for that moment
only, and the `builtins.__import__` that it replaces is put back.
"""

from __future__ import annotations

import builtins
import os
import struct
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import IO, Any

PLACES = (
    "/usr/lib/python3/dist-packages",
    "/usr/lib64/python3/site-packages",
    "/usr/lib/libreoffice/program",
    "/usr/lib64/libreoffice/program",
    "/opt/libreoffice/program",
    "/Applications/LibreOffice.app/Contents/Resources",
    r"C:\Program Files\LibreOffice\program",
)
"""Folders that may hold the module uno; XL_COLLAB_UNO, if set, is looked at first."""


def import_uno() -> ModuleType:
    """The `uno` module; ImportError with every reason when no place has one for this interpreter."""
    if "uno" in sys.modules:
        return sys.modules["uno"]
    reasons = []
    named = os.environ.get("XL_COLLAB_UNO")
    for place in [None, *([named] if named else []), *PLACES]:
        if place is not None and not (Path(place) / "uno.py").is_file():
            continue
        try:
            return _imported(place)
        except Exception as error:  # an ABI mismatch may raise about anything
            sys.modules.pop("uno", None)
            reasons.append(f"{place or 'sys.path'}: {error}")
    raise ImportError("; ".join(reasons) or "no uno.py found")


def _imported(place: str | None) -> ModuleType:
    kept, path = builtins.__import__, list(sys.path)
    if place is not None:
        sys.path.append(place)
    try:
        import uno

        return uno
    finally:
        builtins.__import__ = kept
        sys.path[:] = path


# -- in this process ---------------------------------------------------------------------------

AGENT = Path(__file__).parent / "inside" / "agent.py"
NAME = "xl_collab.libreoffice.Agent"
PAUSE = 0.03


class Gone(Exception):
    """Raised when the office does not answer any more."""


class Direct:
    """The agent inside the office that listens at `address` ("pipe,name=…" or "socket,host=…,port=…")."""

    def __init__(
        self, uno: ModuleType, address: str, seconds: float, agent: Path = AGENT, name: str = NAME
    ) -> None:
        self.uno = uno
        context = _context(uno, address, seconds)
        loader = context.ServiceManager.createInstanceWithContext("com.sun.star.loader.Python", context)
        if loader is None:
            raise Gone("this LibreOffice has no Python: install its Python support (python3-uno)")
        factory = loader.activate(name, "", uno.systemPathToFileUrl(str(agent)), None)
        self.agent = factory.createInstanceWithContext(context)

    def send(self, text: str) -> str:
        argument = self.uno.createUnoStruct("com.sun.star.beans.NamedValue")
        argument.Name, argument.Value = "operations", text
        try:
            return str(self.agent.execute((argument,)))
        except Exception as error:  # pyuno raises UNO's exceptions; operations answer instead of raising
            raise Gone(f"{type(error).__name__.rpartition('.')[2]} {error}".strip()) from error

    def close(self) -> None:
        self.agent = None


def _context(uno: ModuleType, address: str, seconds: float) -> Any:
    """The office's component context; waits until the office listens."""
    local = uno.getComponentContext()
    service = "com.sun.star.bridge.UnoUrlResolver"
    resolver = local.ServiceManager.createInstanceWithContext(service, local)
    end = time.monotonic() + seconds
    while True:
        try:
            return resolver.resolve(f"uno:{address};urp;StarOffice.ComponentContext")
        except Exception as error:
            if time.monotonic() >= end:
                raise Gone(f"no LibreOffice answers at {address}: {type(error).__name__}") from error
        time.sleep(PAUSE)


# -- in a process of its own --------------------------------------------------------------------

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


def serve(requests: IO[bytes], responses: IO[bytes]) -> None:
    """Open what the first frame names, then pass frames on until the client is gone."""
    wire = None
    while (frame := read(requests)) is not None:
        kind, text = frame
        try:
            if kind == OPEN:
                address, seconds = text.rsplit(" ", 1)
                wire = Direct(import_uno(), address, float(seconds))
                write(responses, OPEN, sys.version.split()[0])
            elif wire is not None:
                write(responses, TEXT, wire.send(text))
        except (Gone, ImportError) as error:
            write(responses, GONE, str(error))


if __name__ == "__main__":
    real = sys.stdout.buffer
    sys.stdout = sys.stderr
    serve(sys.stdin.buffer, real)
