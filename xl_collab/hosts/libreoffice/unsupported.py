"""What this engine does not do raises, and names itself; nothing is left undone silently.

NotSupportedByLibreOffice   the xlwings call exists, but not here
NoLibreOffice               LibreOffice or its Python bridge cannot be found or started
OfficeGone                  LibreOffice ended or was killed during the work
SheetProtected              the cells are protected
OfficeRefused               LibreOffice said no, with its own reason
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from xlwings import NoSuchObjectError

from xl_collab.errors import CannotWrite, NotAWorkbook, XlCollabError

Class = TypeVar("Class", bound=type)


class NotSupportedByLibreOffice(XlCollabError, NotImplementedError):
    """Raised when a script asks for something that the libreoffice engine does not do."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"LibreOffice 引擎不支持 {what}；请改用 Excel，或换一种写法",
            f"The libreoffice engine does not support {what}; use Excel for it, or another way",
        )
        self.what = what


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
    "missing": lambda what: NoSuchObjectError(f"There is no '{what}' in this workbook."),
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
        f"“{what}”是最后一张可见的工作表，不能删除或隐藏",
        f"'{what}' is the last visible sheet and cannot be deleted or hidden",
    ),
    "taken": lambda what: OfficeRefused(f"名称“{what}”已被占用，请换一个", f"The name '{what}' is taken"),
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


class Native:
    """Stands where Excel's own object would: true, so that xlwings writes, and refusing by name."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotSupportedByLibreOffice(f"{self._what}.api.{name}")

    def __repr__(self) -> str:
        return f"<no native object of {self._what}>"


def refusing_the_rest(cls: Class) -> Class:
    """Class decorator: what xlwings' base class leaves unimplemented raises by name instead of blankly."""
    for name in dir(cls):
        member = inspect.getattr_static(cls, name)
        if isinstance(member, property):
            blank = [_is_blank(member.fget), member.fset is None or _is_blank(member.fset)]
            if blank[0]:
                setattr(cls, name, property(_refuser(cls, name), _refuser(cls, name)))
            elif blank[1]:
                setattr(cls, name, property(member.fget, _refuser(cls, f"{name} =")))
        elif inspect.isfunction(member) and _is_blank(member):
            setattr(cls, name, _refuser(cls, name))
    return cls


def _is_blank(function: Any) -> bool:
    return function is not None and "NotImplementedError" in function.__code__.co_names


def _refuser(cls: type, name: str) -> Callable[..., NoReturn]:
    what = f"{cls.__name__}.{name}"

    def refuse(*_: object, **__: object) -> NoReturn:
        raise NotSupportedByLibreOffice(what)

    return refuse
