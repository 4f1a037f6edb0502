"""Why the tool cannot go on.

XlCollabError
├── NotAWorkbook        the file is no Excel workbook (or of a kind that is not read)
│   ├── NoSuchFile      there is no such file; also a FileNotFoundError
│   └── Encrypted       the file is protected by a password or a company's encryption
├── DamagedWorkbook     the file is a workbook, but its inside contradicts itself
├── NotATracker         the workbook has no 跟踪表 that can be found
├── FileLocked          another program holds the file
├── CannotWrite         the disk refused: full, read-only, no permission
├── NothingToUndo       there is no run to take back, or the file has changed since
└── UsageError          the request itself cannot be meant (unknown scenario, bad date); also a ValueError
    ├── UnknownName     nothing has that name (sheet, column, ID); also a KeyError
    └── FileThere       a new file would replace another one; also a FileExistsError

Bad *data* is never an exception; it is a Finding. Each error carries one sentence in
Chinese and one in English, and each sentence says what to do.
"""

from __future__ import annotations

import errno
from typing import Literal

Lang = Literal["zh", "en"]

_SYSTEM = {
    errno.ENOENT: ("文件或文件夹不存在", "it does not exist"),
    errno.ENOTDIR: ("路径中有一段不是文件夹", "part of its path is no folder"),
    errno.EISDIR: ("这是文件夹，不是文件", "it is a folder"),
    errno.EACCES: ("没有权限", "no permission"),
    errno.EPERM: ("没有权限", "no permission"),
    errno.EROFS: ("所在磁盘只读", "the disk is read-only"),
    errno.EEXIST: ("已有同名文件", "a file of that name is there"),
    errno.ENAMETOOLONG: ("路径太长", "the path is too long"),
    errno.ENOSPC: ("磁盘空间不足", "the disk is full"),
}

_HELD = {32, 33}
"""Windows: sharing violation, lock violation."""


def system_reason(error: OSError, lang: Lang = "zh") -> str:
    """Why the operating system refused, in words; what is rare in the system's own, with its number."""
    if getattr(error, "winerror", None) in _HELD:
        return ("正被其他程序占用", "another program holds it")[lang == "en"]
    known = _SYSTEM.get(error.errno or 0)
    if known is not None:
        return known[lang == "en"]
    said = error.strerror or type(error).__name__
    return said if lang == "en" else f"系统错误 {error.errno}：{said}"


def cannot_open(name: str, error: OSError) -> tuple[str, str]:
    """Why a file cannot be opened and what to do, in Chinese and in English."""
    held = getattr(error, "winerror", None) in _HELD
    zh, en = (
        ("请在那个程序中关闭它后重试", "Close it there and try again")
        if held
        else ("请检查路径和权限", "Check the path and the permissions")
    )
    return (
        f"打不开文件 {name}：{system_reason(error)}。{zh}。",
        f"Cannot open {name}: {system_reason(error, 'en')}. {en}.",
    )


class XlCollabError(Exception):
    """Raised when the tool cannot go on; `message(lang)` is one line for the user."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh = zh
        self.en = en

    def message(self, lang: Lang = "zh") -> str:
        """The one-line reason and cure in `lang`."""
        return self.en if lang == "en" else self.zh


class NotAWorkbook(XlCollabError):
    """Raised when a file is not an .xlsx/.xlsm workbook."""


class NoSuchFile(NotAWorkbook, FileNotFoundError):
    """Raised when a workbook's file does not exist."""


class Encrypted(NotAWorkbook):
    """Raised when a file is encrypted; passwords are never asked for or tried."""


class DamagedWorkbook(XlCollabError):
    """Raised when a workbook's parts contradict each other so that reading would guess."""


class NotATracker(XlCollabError):
    """Raised when no tracking table can be found in a workbook."""


class BrokenTracker(NotATracker):
    """Raised when the tracker of a workbook cannot be told or read: it has no headings, or there are two."""


class FileLocked(XlCollabError):
    """Raised when another program keeps the file from being replaced."""


class CannotWrite(XlCollabError):
    """Raised when the operating system refuses a write; the old file is untouched."""


class NothingToUndo(XlCollabError):
    """Raised when there is no recorded run, or the file changed after it."""


class UsageError(XlCollabError, ValueError):
    """Raised when a request cannot be meant as given."""


class UnknownName(UsageError, KeyError):
    """Raised when no sheet, column or row has the name that was asked for."""

    def __str__(self) -> str:  # a KeyError shows its key in quotes, and this is a sentence
        return str(self.args[0])


class FileThere(UsageError, FileExistsError):
    """Raised when a new file would replace one that is there."""
