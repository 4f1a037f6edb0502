"""Replacing a file so that at every moment it is the old one or the new one, whole.

Temp file beside the target, flush to disk, verify, rename over it. Replacing by renaming needs no permission
on the file itself, so its mode is asked, which also an administrator's rights do not change, and the mark
that people set in the workbook. What may not enter: what the bytes mean, and how backups are named or kept.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import BinaryIO

from xl_collab.errors import CannotWrite, FileLocked, XlCollabError, system_reason
from xl_collab.hosts.owner import birth_mark, is_alive
from xl_collab.hosts.windows import true_refusal
from xl_collab.patterns import lazy

Writer = Callable[[BinaryIO], None]
_LEFTOVER = lazy(r"\.~(?P<name>.+)\.(?P<pid>\d+)(?:-(?P<birth>[0-9a-f]{8}))?-[0-9a-f]{8}\.xl_collab-tmp")
"""Earlier versions wrote no birth."""
_BUSY = {5, 32, 33}  # Windows: access denied, sharing violation, lock violation
_PATIENCE, _PAUSE = 3.0, 0.15  # seconds: a virus scanner or a sync client lets go within these


def write_atomically(
    path: str | Path,
    data: bytes | Writer,
    *,
    verify: Callable[[Path], None] | None = None,
    backup: str | Path | None = None,
) -> Path:
    """Put `data` (bytes, or a function that writes to a stream) at `path`; returns the real path written.

    A symbolic link is followed, the file's permissions are kept, leftovers of killed runs are swept.
    `verify` sees the finished temp file and raises to stop. `backup` receives a copy of the old file.
    Raises FileLocked (another program holds it) or CannotWrite (disk full, no permission, set read-only);
    the old file is then untouched.
    """
    target = Path(os.path.realpath(path))
    refuse_folder(target)
    refuse_read_only(target)
    sweep(target)
    if backup is not None and target.exists():
        copy_atomically(target, backup)
    temp = _temp_beside(target)
    try:
        _fill(temp, data, target)
        if verify is not None:
            verify(temp)
        _replace(temp, target)
        _flush_folder(target.parent)
    except OSError as error:
        raise explained(target, error) from error
    finally:
        _discarded(temp)
    return target


def refuse_early(path: str | Path) -> None:
    """Raise what `write_atomically` would, as far as that shows before there is anything to write.

    For work that takes minutes: nobody should wait for a file that another program holds.
    """
    target = Path(os.path.realpath(path))
    refuse_folder(target)
    refuse_read_only(target)
    try:
        if target.exists():
            with target.open("r+b"):
                return
        if not target.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(target.parent))
    except OSError as error:
        raise explained(target, error) from error


def copy_atomically(source: str | Path, target: str | Path) -> Path:
    """Copy a file with its times and permissions; `target` is never half written."""
    source = Path(source)

    def pour(stream: BinaryIO) -> None:
        with source.open("rb") as old:
            shutil.copyfileobj(old, stream, 1 << 20)

    written = write_atomically(target, pour)
    with contextlib.suppress(OSError):
        shutil.copystat(source, written)
    return written


def sweep(path: str | Path) -> list[Path]:
    """Remove temp files that killed runs left beside `path`; those of living processes stay."""
    target, gone = Path(os.path.realpath(path)), []
    with contextlib.suppress(OSError):
        for entry in os.scandir(target.parent):
            match = _LEFTOVER.fullmatch(entry.name)
            if match is None or match["name"] != target.name or _is_at_work(match):
                continue
            if _discarded(Path(entry.path)):
                gone.append(Path(entry.path))
    return gone


def _is_at_work(leftover: re.Match[str]) -> bool:
    """Whether the process that began a temp file still runs; its number may be another's by now."""
    pid, birth = int(leftover["pid"]), leftover["birth"]
    return is_alive(pid) and (not birth or birth_mark(pid) in ("", birth))


def _discarded(temp: Path) -> bool:
    """Remove a temp file of ours; False when it stays. Windows removes none that is set read-only."""
    with contextlib.suppress(OSError):
        try:
            temp.unlink(missing_ok=True)
        except PermissionError:
            temp.chmod(stat.S_IREAD | stat.S_IWRITE)
            temp.unlink(missing_ok=True)
        return True
    return False


@cache
def _own_mark(pid: int) -> str:
    """`-BIRTH` of this process; asked once, for on some systems another program must tell it."""
    birth = birth_mark(pid)
    return f"-{birth}" if birth else ""


def _temp_beside(target: Path) -> Path:
    pid = os.getpid()
    return target.with_name(f".~{target.name}.{pid}{_own_mark(pid)}-{os.urandom(4).hex()}.xl_collab-tmp")


def _fill(temp: Path, data: bytes | Writer, target: Path) -> None:
    with temp.open("xb") as stream:
        if callable(data):
            data(stream)
        else:
            stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    if target.exists():
        temp.chmod(stat.S_IMODE(target.stat().st_mode))


def _replace(temp: Path, target: Path) -> None:
    """Rename over the target; on Windows that fails while somebody has it open, so try for a while."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            os.replace(temp, target)  # noqa: PTH105
            return
        except OSError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)


def is_busy(error: OSError) -> bool:
    """Whether the system refused because somebody has the file open at the moment."""
    if getattr(error, "winerror", None) in _BUSY:
        return True
    return error.errno in (errno.EBUSY, errno.ETXTBSY)


def _flush_folder(folder: Path) -> None:
    """Make the rename itself durable; Windows has no such call for folders."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:  # some network file systems refuse; the rename has happened
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EACCES):
            raise
    finally:
        os.close(handle)


def explained(target: Path, error: OSError) -> XlCollabError:
    """Why `target` cannot be written, and what to do about it."""
    name, error = target.name, true_refusal(error)
    if is_busy(error):
        return FileLocked(
            f"{name} 正被其他程序占用。请在 Excel/WPS 中关闭它（或等同步盘完成）后重试；原文件未改动。",
            f"Another program holds {name}. Close it in Excel/WPS (or wait for the sync client) and try "
            "again; the file was not changed.",
        )
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return CannotWrite(
            f"磁盘空间不足，{name} 未改动。请腾出空间后重试。",
            f"The disk is full; {name} was not changed. Free some space and try again.",
        )
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return CannotWrite(
            f"文件夹 {target.parent} 不存在。请先建立，或换一个位置。",
            f"The folder {target.parent} does not exist. Make it, or choose another place.",
        )
    return CannotWrite(
        f"无法写入 {name}：{system_reason(error)}。请检查权限或换一个位置；原文件未改动。",
        f"Cannot write {name}: {system_reason(error, 'en')}. Check the permissions or choose another place; "
        "the file was not changed.",
    )


def refuse_folder(path: Path) -> None:
    """CannotWrite when there is a folder at `path`; Windows would only say that access is denied."""
    if path.is_dir():
        raise CannotWrite(
            f"{path.name} 是文件夹，不是文件，没有改动。请给出文件名，或换一个位置。",
            f"{path.name} is a folder, not a file; nothing was changed. Name a file or another place.",
        )


_WRITE = 0o222
"""On Windows these bits are off when the attribute read-only is set."""


def refuse_read_only(path: Path) -> None:
    """CannotWrite when the file at `path` is set read-only; none at all is fine."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return
    if mode & _WRITE:
        return
    how_zh, how_en = (
        ("右键→属性，去掉“只读”", "right-click > Properties, clear Read-only")
        if os.name == "nt"
        else (f"chmod u+w {path.name}", f"chmod u+w {path.name}")
    )
    raise CannotWrite(
        f"{path.name} 设成了只读，没有改动。要写入，请先去掉只读属性（{how_zh}）；或用 -o 写到另一个文件。",
        f"{path.name} is set read-only and was not changed. To write into it, clear that first ({how_en}), "
        "or write to another file with -o.",
    )
