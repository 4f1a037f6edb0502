"""Text files as people save them: UTF-8, or GBK from Windows' Notepad."""

from __future__ import annotations

from pathlib import Path

from xl_collab.errors import UsageError, system_reason

__all__ = ["read_text"]


def read_text(path: Path) -> str:
    """The text; UsageError when the file cannot be read or is no text."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"读不了 {path}：{system_reason(error)}。请检查路径和权限。",
            f"Cannot read {path}: {system_reason(error, 'en')}. Check the path and the permissions.",
        ) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError(f"{path} 不是文本文件", f"{path} is not a text file")
