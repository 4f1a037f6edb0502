"""Why an open workbook cannot be worked on just now, and what to do about it.

ProgramBusy       a cell is being edited, or a dialog is open
SheetLocked       a sheet or the workbook's structure is protected
ReadOnly          the workbook is open for reading only
ChangedMeanwhile  cells changed between reading and writing
NotTaken          cells do not keep what is written into them
StepFailed        the program stopped in the middle of a step
What may not enter: finding out (the drivers do that).
"""

from __future__ import annotations

from xl_collab.errors import CannotWrite, FileLocked, XlCollabError


class ProgramBusy(XlCollabError):
    """Raised when the program takes no calls: a cell is being edited or a dialog is open."""

    def __init__(self) -> None:
        super().__init__(
            "表格程序正忙（可能正在编辑单元格，或有对话框打开），没有改动任何内容。"
            "请按 Enter 或 Esc 结束编辑、关闭对话框后重试。",
            "The spreadsheet program is busy (a cell is being edited, or a dialog is open); nothing was "
            "changed. Press Enter or Esc, close the dialog and try again.",
        )


class SheetLocked(CannotWrite):
    """Raised when a sheet that is to be written is protected, or the workbook's structure is."""

    @classmethod
    def sheet(cls, tab: str) -> SheetLocked:
        """For one sheet."""
        return cls(
            f"工作表“{tab}”受保护，没有改动任何内容。请先撤销工作表保护（审阅 → 撤销工作表保护）再试。",
            f"Sheet “{tab}” is protected; nothing was changed. Unprotect it (Review > Unprotect Sheet) and "
            "try again.",
        )

    @classmethod
    def structure(cls, name: str) -> SheetLocked:
        """For the workbook."""
        return cls(
            f"工作簿“{name}”的结构受保护，无法插入工作表，没有改动任何内容。请先撤销工作簿保护再试。",
            f"The structure of “{name}” is protected, so no sheet can be put in; nothing was changed. "
            "Unprotect the workbook and try again.",
        )


class ReadOnly(FileLocked):
    """Raised when the workbook is open for reading only."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}”以只读方式打开，没有改动任何内容。请另存一份，或关闭后以可编辑方式重新打开再试。",
            f"“{name}” is open for reading only; nothing was changed. Save a copy, or open it again for "
            "editing, and try again.",
        )


class ChangedMeanwhile(FileLocked):
    """Raised when cells that were read have changed before they could be written."""

    def __init__(self, tab: str) -> None:
        super().__init__(
            f"处理期间“{tab}”被改动过（编辑、排序或重算），没有写入任何内容。请重新运行。",
            f"“{tab}” was changed meanwhile (edited, sorted or recalculated) and nothing was written. "
            "Run the command again.",
        )


class NotTaken(CannotWrite):
    """Raised when cells do not keep what is written: merged, formatted as text, or changed by a macro."""

    def __init__(self, tab: str) -> None:
        super().__init__(
            f"“{tab}”中有单元格写不进去（可能被合并、设为文本格式或有事件宏）。请检查该列后重试。",
            f"Some cells of “{tab}” do not take what is written (merged, formatted as text, or changed by a "
            "macro). See to that column and try again.",
        )


class StepFailed(CannotWrite):
    """Raised when our macros in Excel stop in the middle; what they had written by then is taken back."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"Excel 没能完成这一步（{reason}）。如有已写入的部分，会自动退回。请核对工作簿，排除原因后重试。",
            f"Excel could not finish this step ({reason}). What it may have written is taken back. Check the "
            "workbook, see to the cause and try again.",
        )


def days_of_1904(name: str) -> XlCollabError:
    """The refusal for a workbook whose dates the program counts from another day than 1899-12-30."""
    return CannotWrite(
        f"“{name}”使用 1904 日期系统，LibreOffice 中的日期会差四年，没有处理。"
        "请在 Excel 中处理，或关闭后用 xl-collab 命令行处理。",
        f"“{name}” uses the 1904 date system, which would put dates in LibreOffice four years off; nothing "
        "was done. Use Excel, or close it and use the xl-collab command line.",
    )
