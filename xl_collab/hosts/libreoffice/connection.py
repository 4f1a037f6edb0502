"""The one way to LibreOffice: `uno` in this Python where it can be loaded, else through a process that can.

A call is one crossing of the process border, whatever it carries.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Literal, Protocol

from xl_collab.child_process import ran, started
from xl_collab.errors import CannotWrite, NotAWorkbook, XlCollabError
from xl_collab.hosts.libreoffice.uno_client import GONE, OPEN, TEXT, Direct, Gone, import_uno, read, write
from xl_collab.hosts.printing import find_soffice

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
        self._process = started(
            [str(uno_python()), "-s", str(server)],
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
        return ran(command, 30, environment=clean_environment()).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


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


# Why LibreOffice did not do what it was asked for, and what to do about it.


class NoLibreOffice(XlCollabError):
    """Raised when LibreOffice or a Python that can talk to it is missing or does not start."""


class OfficeGone(XlCollabError):
    """Raised when LibreOffice ended during the work; what was not saved there is lost."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"LibreOffice 已退出或失去连接（{reason}）；文件仍是上次保存的内容，请重新打开再试",
            f"LibreOffice has ended or lost the connection ({reason}); "
            "the file is as last saved, open it and try again",
        )


class SheetProtected(XlCollabError):
    """Raised when a write meets protected cells; nothing of it was written."""

    def __init__(self, sheet: str) -> None:
        super().__init__(
            f"工作表“{sheet}”受保护，未写入；请先撤销保护（工具 → 保护工作表）",
            f"Sheet '{sheet}' is protected, nothing was written; lift the protection first",
        )


class OfficeRefused(XlCollabError):
    """Raised when LibreOffice refuses an operation."""


_REASONS: dict[str, Callable[[str], Exception]] = {
    "missing": lambda what: OfficeRefused(
        f"工作簿里已没有“{what}”；请重新运行",
        f"This workbook has no '{what}' any more; run the command again",
    ),
    "protected": SheetProtected,
    "unreadable": lambda what: NotAWorkbook(
        f"LibreOffice 打不开：{what}；请检查格式和密码",
        f"LibreOffice cannot open: {what}; check its format and password",
    ),
    "unwritable": lambda what: CannotWrite(
        f"LibreOffice 存不了：{what}；请检查文件夹、权限和是否被占用",
        f"LibreOffice cannot save: {what}; check the folder, the rights and who holds the file",
    ),
    "closed": lambda _: OfficeRefused(
        "该工作簿已关闭，请重新打开", "This workbook was closed; open it again"
    ),
    "occupied": lambda _: OfficeRefused(
        "LibreOffice 正忙于另一个操作，请稍后再试", "LibreOffice is busy with another action; try again later"
    ),
    "last_sheet": lambda what: OfficeRefused(
        f"“{what}”是最后一张可见的工作表，不能删除",
        f"'{what}' is the last visible sheet and cannot be deleted",
    ),
    "locked_structure": lambda what: OfficeRefused(
        f"工作簿“{what}”的结构受保护；请先撤销保护（工具 → 保护电子表格结构）",
        f"The structure of '{what}' is protected; lift the protection first",
    ),
}


def refusal(kind: str, reason: str, operation: str) -> Exception:
    """The exception for what the office answered; `kind` is one that inside/ raises."""
    if kind in _REASONS:
        return _REASONS[kind](reason)
    return OfficeRefused(
        f"LibreOffice 拒绝了 {operation}：{reason}；请检查该位置是否被合并、保护或正在编辑",
        f"LibreOffice refused {operation}: {reason}; see whether it is merged, protected or being edited",
    )
