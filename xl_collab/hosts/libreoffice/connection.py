"""The one way to LibreOffice: `uno` in this Python where it can be loaded, else through a process that can.

A call is one crossing of the process border, whatever it carries.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO, Any, Literal, Protocol

from xl_collab.hosts.libreoffice.refusals import NoLibreOffice, OfficeGone, refusal
from xl_collab.hosts.libreoffice.uno_client import GONE, OPEN, TEXT, Direct, Gone, import_uno, read, write
from xl_collab.hosts.office import find_soffice

Transport = Literal["auto", "direct", "bridge"]


class Wire(Protocol):
    """A connection to the agent inside LibreOffice: in this process, through the bridge process, or the pipe
    on which LibreOffice waits for us."""

    def send(self, text: str) -> str:
        """JSON operations there, JSON results back; OfficeGone when nobody answers."""

    def close(self) -> None:
        """Let go of the connection; the office stays."""


class Connection:
    """Sends operations over a wire."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    def ask(self, operation: str, **arguments: Any) -> Any:
        """The operation's result, in one call."""
        return self.ask_many([(operation, arguments)])[0]

    def ask_many(self, operations: list[tuple[str, dict[str, Any]]]) -> list[Any]:
        """The results of several operations, in one call; the first that fails ends it."""
        response = json.loads(self.wire.send(json.dumps(operations)))
        if "results" not in response:
            raise refusal(response["failed"], response["reason"], response["operation"])
        return list(response["results"])


def connect(address: str, transport: Transport = "auto", seconds: float = 60) -> Wire:
    """A wire to the office that listens at `address`. XL_COLLAB_UNO_TRANSPORT overrides "auto"."""
    if transport == "auto":
        transport = _from_environment()
    if transport == "bridge":
        return BridgeWire(address, seconds)
    try:
        return DirectWire(address, seconds)
    except ImportError as error:
        if transport == "direct":
            raise _no_uno(str(error)) from error
        return BridgeWire(address, seconds)


def _from_environment() -> Transport:
    named = os.environ.get("XL_COLLAB_UNO_TRANSPORT", "auto")
    return named if named in ("direct", "bridge") else "auto"  # type: ignore[return-value]


def _no_uno(reason: str) -> NoLibreOffice:
    return NoLibreOffice(
        f"找不到能连接 LibreOffice 的 Python（{reason}）；请安装 python3-uno，或用 XL_COLLAB_UNO_PYTHON 指定",
        f"No Python that can talk to LibreOffice ({reason}); install python3-uno, "
        "or name one in XL_COLLAB_UNO_PYTHON",
    )


def _unreachable(reason: str) -> NoLibreOffice:
    return NoLibreOffice(
        f"连不上 LibreOffice：{reason}；请确认它已启动并允许连接",
        f"Cannot reach LibreOffice: {reason}; see that it runs and accepts connections",
    )


class DirectWire:
    """`uno` in this process."""

    def __init__(self, address: str, seconds: float) -> None:
        uno = import_uno()
        try:
            self._direct = Direct(uno, address, seconds)
        except Gone as gone:
            raise _unreachable(str(gone)) from gone

    def send(self, text: str) -> str:
        try:
            return self._direct.send(text)
        except Gone as gone:
            raise OfficeGone(str(gone)) from gone

    def close(self) -> None:
        self._direct.close()


class BridgeWire:
    """`uno` in a process of the system's Python; it ends when this one does, its input then being closed."""

    def __init__(self, address: str, seconds: float) -> None:
        server = Path(__file__).with_name("uno_client.py")
        self._process = subprocess.Popen(
            [str(uno_python()), "-s", str(server)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=clean_environment(),
            start_new_session=sys.platform != "win32",
        )
        try:
            self.python = self._exchange(OPEN, f"{address} {seconds}")
        except OfficeGone as gone:
            self.close()
            raise _unreachable(gone.en) from gone

    def send(self, text: str) -> str:
        return self._exchange(TEXT, text)

    def _exchange(self, kind: bytes, text: str) -> str:
        requests, responses = _pipes(self._process)
        try:
            write(requests, kind, text)
            frame = read(responses)
        except (OSError, ValueError) as error:
            raise OfficeGone(str(error)) from error
        if frame is None or frame[0] == GONE:
            raise OfficeGone("the bridge process ended" if frame is None else frame[1])
        return frame[1]

    def close(self) -> None:
        for pipe in _pipes(self._process):
            pipe.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def uno_python() -> Path:
    """A Python that can load `uno`: XL_COLLAB_UNO_PYTHON, LibreOffice's own, the system's."""
    named = os.environ.get("XL_COLLAB_UNO_PYTHON")
    if named:
        return Path(named)
    soffice = find_soffice()
    beside = soffice.resolve().parent if soffice else Path()
    candidates = [beside / "python.exe", beside / "python", beside.parent / "Resources" / "python"]
    candidates += [Path("/usr/bin/python3"), *_on_path()]
    for candidate in candidates:
        if candidate.is_file() and _has_uno(candidate):
            return candidate
    raise _no_uno("none of " + ", ".join(map(str, candidates)))


def _on_path() -> list[Path]:
    found = shutil.which("python3")
    return [Path(found)] if found else []


def _has_uno(python: Path) -> bool:
    """Tried in a process of its own: a wrong ABI may end it."""
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import uno_client; "
    command = [str(python), "-s", "-c", code + "uno_client.import_uno()"]
    try:
        # In our own folder: `-c` lets Python import from the current one, which may be a document's.
        ran = subprocess.run(
            command,
            capture_output=True,
            timeout=30,
            check=False,
            env=clean_environment(),
            cwd=Path(__file__).parent,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ran.returncode == 0


def clean_environment() -> dict[str, str]:
    """Our environment without what points at a virtual environment.

    The Python inside LibreOffice looks for its library beside the first python3 on PATH: an
    activated virtual environment there would hand it another Python's, and it would not start.
    """
    dropped = {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    places = kept.get("PATH", "").split(os.pathsep)
    kept["PATH"] = os.pathsep.join(place for place in places if not _is_virtual(place))
    return kept


def _is_virtual(place: str) -> bool:
    return bool(place) and (Path(place).parent / "pyvenv.cfg").is_file()
