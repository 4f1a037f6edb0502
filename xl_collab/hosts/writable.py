"""Whether a file may be written over: people say no with an attribute, or with a mark in the workbook.

Replacing a file by renaming needs no permission on the file itself, so the system would not object; its mode
is asked, which also an administrator's rights do not change. What may not enter: locks, writing.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from xl_collab.errors import CannotWrite

if TYPE_CHECKING:
    from xl_collab.hosts.ooxml.package import Package

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


def refuse_marked(package: Package, name: str) -> None:
    """CannotWrite when the workbook itself recommends read-only, or has a password against changes."""
    mark = package.workbook.sharing
    if mark is None:
        return
    if mark == "password":
        raise CannotWrite(
            f"{name} 设有修改密码，没有改动。请在 Excel 的“另存为→工具→常规选项”中去掉它，"
            "或用 -o 写到另一个文件。",
            f"{name} has a password to modify and was not changed. Remove it in Excel (Save As > Tools > "
            "General Options), or write to another file with -o.",
        )
    raise CannotWrite(
        f"{name} 标为“建议只读”，没有改动。请在 Excel 的“另存为→工具→常规选项”中取消它，"
        "或用 -o 写到另一个文件。",
        f"{name} is marked read-only recommended and was not changed. Clear that in Excel (Save As > "
        "Tools > General Options), or write to another file with -o.",
    )
