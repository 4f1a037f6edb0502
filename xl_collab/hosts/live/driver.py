"""What the live host asks of a spreadsheet program, and the answers as plain data.

Three drivers answer: `MacroDriver` (Excel) and `OfficeDriver` (LibreOffice) with a few packed calls,
`XlwingsDriver` with public xlwings calls where Excel runs no macros of ours. What may not enter:
declarations, plans, trackers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from xl_collab.a1 import Area, column_letters
from xl_collab.errors import CannotWrite, FileLocked, XlCollabError
from xl_collab.hosts.changes import SheetMark
from xl_collab.hosts.formulacheck import FormulaRun
from xl_collab.hosts.headings import Area as Corners
from xl_collab.hosts.ooxml.workbookxml import TableInfo

_RISKY = re.compile(
    r"\s*(?:[-+=@'#(<$%.,/\\¥￥£€]|\d|上午|下午|公元|民国|(?:true|false)\s*$"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
    re.I,
)
"""Texts that Excel, in some language, may take for a number, a date, a time, a truth value or a formula."""

Rows = list[list[object]]
"""Cells as people see them: str, bool, float, datetime, CellError or None."""


class Block(NamedTuple):
    """A rectangle of one tab; all from 1."""

    tab: str
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True)
class TabState:
    """One tab, its cells unread."""

    name: str
    used: Block
    shown: bool = True
    protected: bool = False
    tables: tuple[TableInfo, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    merged: tuple[Corners, ...] | None = None
    """None: not asked yet (`Driver.merged` says)."""
    objects: int | None = None
    """None: not asked yet (`Driver.objects` says)."""


@dataclass(frozen=True)
class Overview:
    """An open workbook without its cells; `path` is its full name, `locked` its structure's protection."""

    path: str
    name: str
    tabs: tuple[TabState, ...]
    read_only: bool = False
    locked: bool = False


@dataclass(frozen=True)
class Put:
    """Values into a column from `row` down. A text never becomes a number, date or formula."""

    tab: str
    column: int
    row: int
    values: Sequence[object]

    @property
    def block(self) -> Block:
        """Where it goes."""
        return Block(self.tab, self.column, self.row, self.column, self.row + len(self.values) - 1)


@dataclass(frozen=True)
class Fill:
    """One formula into a column's rows; `formula` (with =) is how it reads in the first."""

    tab: str
    column: int
    row: int
    last: int
    formula: str

    @property
    def block(self) -> Block:
        """Where it goes."""
        return Block(self.tab, self.column, self.row, self.column, self.last)


@dataclass(frozen=True)
class Resize:
    """Let a table cover `area`; new rows get the formats of the last one."""

    tab: str
    table: str
    old: Area
    area: Area


@dataclass(frozen=True)
class PutSheet:
    """Take a sheet out of a file, the first one when `source` is "", and give it the identity `mark`.

    With `replace` it takes the place of the tab that has its name; else it goes behind `after`.
    """

    path: Path
    source: str
    mark: SheetMark
    replace: bool
    after: str = ""


@dataclass(frozen=True)
class RemoveSheet:
    """Take a tab out."""

    tab: str


@dataclass(frozen=True)
class ShowTab:
    """Show a tab, or hide it."""

    tab: str
    shown: bool


Step = Put | Fill | Resize | PutSheet | RemoveSheet | ShowTab
OfTabs = PutSheet | RemoveSheet | ShowTab
"""Steps that change which tabs there are or are seen, no cell of one that stays."""


@dataclass(frozen=True)
class Content:
    """What a block holds: values, and formulas as runs (columns and rows of the sheet)."""

    rows: Rows
    runs: tuple[FormulaRun, ...] = field(default=())


def guarded(value: object) -> object:
    """A text that must stay one, with the apostrophe in front that says so to every program."""
    return f"'{value}" if isinstance(value, str) and _RISKY.match(value) else value


def quoted(text: str) -> str:
    """A text as a formula says it."""
    return '"' + text.replace('"', '""') + '"'


def table_info(name: str, corners: Sequence[int], header: bool, totals: bool) -> TableInfo:
    """A table as the file host knows it."""
    left, top, right, bottom = corners
    columns = tuple(column_letters(number) for number in range(left, right + 1))
    return TableInfo(name, Area(left, top, right, bottom), columns, "", "", int(header), int(totals))


class Driver(Protocol):
    """One open workbook in a program. Every method may raise ProgramBusy."""

    def overview(self) -> Overview:
        """The workbook as it is now."""

    def read(self, blocks: Sequence[Block], *, formulas: bool = True) -> list[Content]:
        """What the blocks hold."""

    def merged(self, block: Block) -> tuple[Corners, ...]:
        """Merged areas in a block."""

    def objects(self, tab: TabState) -> int:
        """Charts, pictures, shapes and comments on a tab."""

    def carry_out(self, steps: Sequence[Step], title: str) -> None:
        """Do it all, as one undo step called `title` where the program can."""

    def keep(self, tabs: Sequence[str], path: Path) -> None:
        """Copies of tabs in a new workbook file."""

    def status(self, text: str | None) -> None:
        """Show `text` in the status bar; None gives the bar back."""

    def calm(self) -> AbstractContextManager[None]:
        """No repainting, no recalculation; both as before at the end, whatever happens."""


# Why an open workbook cannot be worked on just now, and what to do about it.


class ProgramBusy(XlCollabError):
    """Raised when the program takes no calls: a cell is being edited or a dialog is open."""

    def __init__(self) -> None:
        super().__init__(
            "表格程序正忙（可能正在编辑单元格，或有对话框打开），没有改动任何内容。"
            "请按 Enter 或 Esc 结束编辑、关闭对话框后重试。",
            "The spreadsheet program is busy (a cell is being edited, or a dialog is open); nothing was "
            "changed. Press Enter or Esc, close the dialog and try again.",
        )


class NotSynced(XlCollabError):
    """Raised when a workbook lies on SharePoint or in Teams, and no folder here is synced with it."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}”在 SharePoint 或 Teams 上，这台电脑没有同步它所在的文件夹，没有改动任何内容。"
            "请在网页上对那个文件夹点“同步”，再从那里打开；或另存到本地磁盘。",
            f"“{name}” is on SharePoint or in Teams, and no folder here is synced with it; nothing "
            "was changed. Press Sync on that folder's page and open the workbook from the synced folder, or "
            "save it on a local disk.",
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
