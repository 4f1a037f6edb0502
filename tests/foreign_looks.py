"""Foreign trackers whose looks say something, and such as only decorate; made as Excel users make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.worksheet.worksheet import Worksheet

HEADS = ("序号", "任务名称", "责任部门", "完成时限", "状态", "备注")
Fill = str | Color
ACCENT_GREEN = Color(theme=6, tint=0.5999)
"""The third accent of the theme that openpyxl writes, 9BBB59, as Excel's "60 % lighter"."""
ACCENT_RED = Color(theme=5)
INDEXED_YELLOW = Color(indexed=13)
SHADED_WHITE = Color(theme=0, tint=-0.25)
"""Excel's "white, 25 % darker": BFBFBF."""


def tracker(
    tasks: int = 8, states: Mapping[int, str] | None = None, notes: Mapping[int, str] | None = None
) -> tuple[Workbook, Worksheet]:
    """A list with a title, a heading row with a fill, and tasks from row 3 on."""
    book = Workbook()
    sheet = book.active
    sheet.title = "任务"
    sheet.append(["春季上市推进表"])
    sheet.merge_cells("A1:F1")
    sheet.append(HEADS)
    for n in range(1, tasks + 1):
        sheet.append(
            [n, f"第{n}件事", "市场部", date(2024, 3, n), (states or {}).get(n), (notes or {}).get(n)]
        )
    paint(sheet, 1, "FF1F4E78")
    paint(sheet, 2, "FF92D050")
    return book, sheet


def paint(sheet: Worksheet, row: int, colour: Fill, columns: Sequence[int] = range(1, 7)) -> None:
    for column in columns:
        sheet.cell(row, column).fill = PatternFill("solid", fgColor=colour)


def strike(sheet: Worksheet, row: int, columns: Sequence[int] = range(1, 7)) -> None:
    for column in columns:
        sheet.cell(row, column).font = Font(strike=True)


def saved(book: Workbook, folder: Path, name: str = "推进表.xlsx") -> Path:
    path = folder / name
    book.save(path)
    return path


def coloured(folder: Path) -> Path:
    """Green, red, yellow, grey and struck rows, two comments, a hidden row, a green state cell; no legend."""
    book, sheet = tracker(10, states={10: "进行中"}, notes={2: "已报总经理"})
    paint(sheet, 3, ACCENT_GREEN)
    paint(sheet, 4, ACCENT_RED)
    paint(sheet, 5, INDEXED_YELLOW)
    paint(sheet, 6, SHADED_WHITE)
    strike(sheet, 7)
    sheet["F8"].comment = Comment("等领导定价", "张三")
    sheet["B4"].comment = Comment("抓紧", "李四")
    sheet.row_dimensions[9].hidden = True
    paint(sheet, 10, "FFC6EFCE", [5])
    return saved(book, folder, "彩色推进表.xlsx")
