"""Why LibreOffice did not do what it was asked for, and what to do about it.

NoLibreOffice    LibreOffice or a Python that can talk to it cannot be found or reached
OfficeGone       LibreOffice ended or was killed during the work
SheetProtected   the cells are protected
OfficeRefused    LibreOffice said no, with its own reason
"""

from __future__ import annotations

from collections.abc import Callable

from xl_collab.errors import CannotWrite, NotAWorkbook, XlCollabError


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
