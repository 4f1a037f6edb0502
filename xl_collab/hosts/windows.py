"""The only room that touches what Windows alone has: registry, code page, file zones, short names.

`Windows` is the port; `this_windows()` gives the real one, None on other systems. Tests answer with
values that were recorded. What may not enter: what the values mean.
"""

from __future__ import annotations

import errno
import os
import re
import struct
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, Protocol

from xl_collab.records import dataclass

Root = Literal["HKCU", "HKLM", "HKCR"]
Value = str | int | None

_MACHINES = {0x014C: 32, 0x8664: 64, 0xAA64: 64}
"""Machine field of a program's header → bits: i386, x64, ARM64 (which runs x64 programs)."""


@dataclass(frozen=True)
class Shortcut:
    """What a shortcut starts, and with which arguments; files that are dropped on it come behind them."""

    program: str
    arguments: str


class Windows(Protocol):
    """What the rest asks of Windows."""

    def registry(self, root: Root, path: str, name: str = "") -> Value:
        """A value of the registry (name '' for the default one); None when there is none."""

    def keys(self, root: Root, path: str) -> tuple[str, ...]:
        """Names of the keys below a key."""

    def environment(self) -> Mapping[str, str]:
        """Environment variables by upper-case name."""

    def code_page(self) -> int:
        """The system's ANSI code page: 936 for simplified Chinese, 65001 for UTF-8."""

    def short_path(self, path: str) -> str:
        """The 8.3 form of an existing path; the path itself where the disk keeps none."""

    def exists(self, path: str) -> bool:
        """Whether a file or folder is there."""

    def zone(self, path: str) -> int | None:
        """Where a file came from: 3 the internet, 4 untrusted; None when it has no mark."""

    def machine(self, path: str) -> int | None:
        """Bits of a program or DLL, 32 or 64; None when it is none."""

    def write_value(self, path: str, name: str, value: str) -> None:
        """Set a value of the user's own registry, HKCU."""

    def remove_key(self, path: str) -> None:
        """Remove a key of HKCU with all below it; one that is not there is no error."""

    def shortcut(self, path: str) -> Shortcut | None:
        """What a shortcut file says; None where there is none that can be read."""

    def write_shortcut(self, path: str, wanted: Shortcut) -> None:
        """Write a shortcut file; OSError when it cannot be."""


_SHARING = {32, 33}
"""Windows' errors for a file that another program holds: sharing violation, lock violation."""


def zone_of(stream: str) -> int | None:
    """ZoneId in the text of a file's Zone.Identifier stream."""
    found = re.search(r"^\s*ZoneId\s*=\s*(\d+)", stream, re.MULTILINE | re.IGNORECASE)
    return int(found[1]) if found else None


def machine_of(head: bytes) -> int | None:
    """Bits of a program from its first kilobytes; None when it is no Windows program."""
    if head[:2] != b"MZ" or len(head) < 0x40:
        return None
    (place,) = struct.unpack_from("<I", head, 0x3C)
    if len(head) < place + 6 or head[place : place + 4] != b"PE\0\0":
        return None
    return _MACHINES.get(struct.unpack_from("<H", head, place + 4)[0])


def this_windows() -> Windows | None:
    """The Windows that this Python runs on."""
    return ThisWindows() if sys.platform == "win32" else None


def true_refusal(error: OSError) -> OSError:
    """The error with its real reason where Windows told Python only that access is denied.

    A folder opened as a file looks the same there as a file that another program shares with nobody.
    """
    if sys.platform != "win32" or not isinstance(error, PermissionError) or error.filename is None:
        return error
    path = os.fspath(error.filename)
    if Path(path).is_dir():
        return IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    number = _refused_with(path)
    if number in _SHARING:
        return OSError(errno.EACCES, error.strerror, path, number)
    return error


def _refused_with(path: str) -> int:
    """Windows' own number for why a file cannot be read; 0 when it can."""
    import ctypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    kernel.CreateFileW.restype = ctypes.c_void_p
    read, share_all, existing = 0x80000000, 7, 3
    handle = kernel.CreateFileW(path, read, share_all, None, existing, 0, None)
    if handle == ctypes.c_void_p(-1).value:
        return int(ctypes.get_last_error())  # type: ignore[attr-defined,unused-ignore]
    kernel.CloseHandle(ctypes.c_void_p(handle))
    return 0


def hide(path: Path) -> None:
    """Set the attribute that hides a file or folder; elsewhere the dot before its name does that."""
    if sys.platform == "win32":
        kernel, hidden, none = _kernel32(), 0x2, 0xFFFFFFFF
        now = kernel.GetFileAttributesW(str(path)) & none
        if now != none:
            kernel.SetFileAttributesW(str(path), now | hidden)


def process_birth(pid: int) -> str:
    """When a process of this Windows began, in 100 ns since 1601; '' when that cannot be asked."""
    import ctypes

    query = 0x1000
    kernel = _kernel32()
    handle = kernel.OpenProcess(query, False, pid)
    if not handle:
        return ""
    born, *others = (ctypes.c_uint64() for _ in range(4))
    told = kernel.GetProcessTimes(handle, *map(ctypes.byref, (born, *others)))
    kernel.CloseHandle(handle)
    return str(born.value) if told else ""


class ThisWindows:
    """The real one. Of the registry nothing is ever written but what `install` puts into HKCU."""

    def registry(self, root: Root, path: str, name: str = "") -> Value:
        """A value of the registry, of either view on 64-bit Windows."""
        winreg = _winreg()
        for view in (winreg.KEY_WOW64_64KEY, winreg.KEY_WOW64_32KEY):
            try:
                with winreg.OpenKey(_root(winreg, root), path, 0, winreg.KEY_READ | view) as key:
                    value, _ = winreg.QueryValueEx(key, name)
            except OSError:
                continue
            return value if isinstance(value, int) else str(value)
        return None

    def keys(self, root: Root, path: str) -> tuple[str, ...]:
        """Names of the keys below a key."""
        winreg = _winreg()
        try:
            with winreg.OpenKey(_root(winreg, root), path) as key:
                return tuple(winreg.EnumKey(key, i) for i in range(winreg.QueryInfoKey(key)[0]))
        except OSError:
            return ()

    def environment(self) -> Mapping[str, str]:
        """Environment variables by upper-case name."""
        return {name.upper(): value for name, value in os.environ.items()}

    def code_page(self) -> int:
        """The system's ANSI code page."""
        return int(_kernel32().GetACP())

    def short_path(self, path: str) -> str:
        """The 8.3 form of an existing path."""
        import ctypes

        room = ctypes.create_unicode_buffer(1024)
        length = _kernel32().GetShortPathNameW(path, room, 1024)
        return room.value if 0 < length < 1024 else path

    def exists(self, path: str) -> bool:
        """Whether a file or folder is there."""
        return Path(path).exists()

    def zone(self, path: str) -> int | None:
        """Where a file came from."""
        try:
            return zone_of(Path(f"{path}:Zone.Identifier").read_text(encoding="utf-8", errors="replace"))
        except OSError:
            return None

    def machine(self, path: str) -> int | None:
        """Bits of a program or DLL."""
        try:
            with Path(path).open("rb") as stream:
                return machine_of(stream.read(4096))
        except OSError:
            return None

    def write_value(self, path: str, name: str, value: str) -> None:
        """Set a value of HKCU."""
        winreg = _winreg()
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, path) as key:
            winreg.SetValueEx(key, name, 0, winreg.REG_SZ, value)

    def remove_key(self, path: str) -> None:
        """Remove a key of HKCU with all below it."""
        winreg = _winreg()
        for name in self.keys("HKCU", path):
            self.remove_key(rf"{path}\{name}")
        with suppress(FileNotFoundError):
            winreg.DeleteKey(winreg.HKEY_CURRENT_USER, path)

    def shortcut(self, path: str) -> Shortcut | None:
        """What a shortcut file says."""
        if not Path(path).is_file():
            return None
        import pythoncom  # type: ignore[import-untyped,unused-ignore]

        link = _shell_link()
        try:
            link.QueryInterface(pythoncom.IID_IPersistFile).Load(path)
            return Shortcut(str(link.GetPath(0)[0]), str(link.GetArguments()))
        except pythoncom.com_error:
            return None

    def write_shortcut(self, path: str, wanted: Shortcut) -> None:
        """Write a shortcut file, with its program's icon; OSError when it cannot be."""
        import pythoncom

        Path(path).parent.mkdir(parents=True, exist_ok=True)
        link = _shell_link()
        link.SetPath(wanted.program)
        link.SetArguments(wanted.arguments)
        try:
            link.QueryInterface(pythoncom.IID_IPersistFile).Save(path, 0)
        except pythoncom.com_error as error:
            raise OSError(str(error)) from error


def _shell_link() -> Any:
    """Windows' own object for shortcuts; pywin32 comes with xlwings."""
    import pythoncom
    from win32com.shell import shell  # type: ignore[import-untyped,unused-ignore]

    return pythoncom.CoCreateInstance(
        shell.CLSID_ShellLink, None, pythoncom.CLSCTX_INPROC_SERVER, shell.IID_IShellLink
    )


def _winreg() -> Any:
    import winreg

    return winreg


def _root(winreg: Any, root: Root) -> Any:
    names = {"HKCU": "HKEY_CURRENT_USER", "HKLM": "HKEY_LOCAL_MACHINE", "HKCR": "HKEY_CLASSES_ROOT"}
    return getattr(winreg, names[root])


def _kernel32() -> Any:
    import ctypes

    return ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
